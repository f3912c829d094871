//! How long callers waited, from `calls.csv`, in memory that does not grow with the calls.

use std::path::Path;

use super::data::{GroupData, Longer, Waits};
use super::errors::ReportError;
use super::table::Table;

/// Points of the axis of time to a decade.
const PER_DECADE: i32 = 20;
/// Decades of the axis, the first from a tenth of a second.
const DECADES: i32 = 7;

const OUTCOMES: &str = "it is waiting, blocked, abandoned, talking, wrapping_up, completed, balked or disposed";

/// Puts the waits of `calls.csv` into the groups, if the file is there.
///
/// # Errors
///
/// If the file is there and cannot be used.
pub(super) fn add_waits(directory: &Path, groups: &mut [GroupData]) -> Result<(), ReportError> {
    const COLUMNS: [&str; 4] = ["group", "counted", "outcome", "wait_s"];
    let Some(mut calls) = Table::open(&directory.join("calls.csv"), COLUMNS)? else { return Ok(()) };
    let axis: Vec<f64> = (0..=DECADES * PER_DECADE)
        .map(|point| libm::pow(10.0, f64::from(point) / f64::from(PER_DECADE) - 1.0))
        .collect();
    // How many waits end between a point of the axis and the next, answered and abandoned; the first is below all points.
    let mut counts = vec![vec![[0_u64; 2]; axis.len() + 1]; groups.len()];
    while calls.advance()? {
        let group = groups.iter().position(|group| group.group == calls.text(0));
        let group = group.ok_or_else(|| calls.error(0, "it is a group of summary.json beside it"))?;
        match calls.text(1) {
            "true" => {}
            "false" => continue,
            _ => return Err(calls.error(1, "it is true or false")),
        }
        let outcome = match calls.text(2) {
            "talking" | "wrapping_up" | "completed" => 0,
            "abandoned" => 1,
            "waiting" | "blocked" | "balked" | "disposed" => continue,
            _ => return Err(calls.error(2, OUTCOMES)),
        };
        let wait = calls.seconds(3)?;
        counts[group][axis.partition_point(|&point| point < wait)][outcome] += 1;
    }
    for (group, counts) in groups.iter_mut().zip(counts) {
        group.waits = Some(waits(&axis, &counts));
    }
    Ok(())
}

fn waits(axis: &[f64], counts: &[[u64; 2]]) -> Waits {
    let [answered, abandoned] = [0, 1].map(|outcome| counts.iter().map(|count| count[outcome]).sum::<u64>());
    let mut left = [answered, abandoned];
    let mut longer = Vec::new();
    for (&than_s, count) in axis.iter().zip(counts) {
        left = [left[0] - count[0], left[1] - count[1]];
        longer.push(Longer { than_s, answered: left[0], abandoned: left[1] });
        if left == [0, 0] {
            break;
        }
    }
    Waits { answered, abandoned, longer }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_longer_than_all_times_below_it_and_than_none_at_or_above_it() {
        let waits = waits(&[1.0, 10.0, 100.0], &[[3, 0], [2, 1], [0, 4], [0, 0]]);
        assert_eq!((waits.answered, waits.abandoned), (5, 5));
        let longer: Vec<_> = waits.longer.iter().map(|it| (it.than_s, it.answered, it.abandoned)).collect();
        assert_eq!(longer, [(1.0, 2, 5), (10.0, 0, 4), (100.0, 0, 0)]);
    }
}
