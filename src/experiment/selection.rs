//! Which of several systems is best, with a stated confidence.

use crate::statistics::Moments;

/// What is asked of a selection: Kim and Nelson's fully sequential procedure KN.
///
/// If the values of a system are normal from replication to replication, correlated between systems or not, and the best mean is
/// at least `indifference` above all others, the best system is selected with a probability of at least `confidence` (Kim &
/// Nelson 2001, theorem 1, with c = 1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kn {
    /// The probability of a correct selection; more than 1/k for k systems, and less than 1.
    pub confidence: f64,
    /// The difference of means that is worth finding, in the unit of the values; more than 0.
    pub indifference: f64,
    /// Replications of all systems from which the variances of the differences are estimated; at least 2.
    pub first_stage: u32,
    /// So many replications are run at most; at least those of the first stage.
    pub most: u32,
}

/// What a selection came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// The index of the best system; none if the replications did not suffice.
    pub best: Option<usize>,
    /// After how many replications each system was eliminated; none for those that were not.
    pub eliminated: Vec<Option<u32>>,
    /// Each system's values until then.
    pub values: Vec<Moments>,
    /// How many replications were needed of those that were not eliminated.
    pub replications: u32,
}

/// Selects the system with the highest mean of `systems`, which are at least 2.
///
/// `sample` gives the values of the systems that it is handed, in their order, for each replication from the first to the last
/// that it is handed. How many it is asked for at once, at most `batch`, has no influence on the result.
///
/// # Errors
///
/// What `sample` fails with.
///
/// ```
/// use acdsim::experiment::{Kn, select_highest};
///
/// let settings = Kn { confidence: 0.95, indifference: 1.0, first_stage: 10, most: 1_000 };
/// let means = [3.0, 9.0, 5.0];
/// let selection = select_highest(3, settings, 8, |systems, replications| {
///     let noise = |replication: u32| f64::from(replication % 3);
///     Ok::<_, ()>(replications.map(|r| systems.iter().map(|&i| means[i] + noise(r + i as u32)).collect()).collect())
/// });
/// assert_eq!(selection?.best, Some(1));
/// # Ok::<(), ()>(())
/// ```
pub fn select_highest<E>(
    systems: usize,
    settings: Kn,
    batch: u32,
    mut sample: impl FnMut(&[usize], std::ops::RangeInclusive<u32>) -> Result<Vec<Vec<f64>>, E>,
) -> Result<Selection, E> {
    let Kn { confidence, indifference, first_stage, most } = settings;
    let mut values = vec![Moments::default(); systems];
    let mut differences = vec![vec![Moments::default(); systems]; systems];
    let mut alive: Vec<usize> = (0..systems).collect();
    let mut eliminated = vec![None; systems];
    for row in sample(&alive, 1..=first_stage)? {
        for (i, &value) in row.iter().enumerate() {
            values[i].add(value);
            row.iter().enumerate().for_each(|(l, other)| differences[i][l].add(value - other));
        }
    }
    let degrees = f64::from(first_stage - 1);
    let error = 2.0 * (1.0 - confidence) / (systems - 1) as f64;
    let h_squared = (libm::pow(error, -2.0 / degrees) - 1.0) * degrees;
    // h² S² / δ²: the replications after which two systems are told apart by their means alone.
    let bounds: Vec<Vec<f64>> = differences
        .iter()
        .map(|row| {
            let bound = |of: &Moments| h_squared * of.variance().unwrap_or(0.0) / (indifference * indifference);
            row.iter().map(bound).collect()
        })
        .collect();
    let mut done = first_stage;
    let mut ahead: std::collections::VecDeque<(Vec<usize>, Vec<f64>)> = Default::default();
    loop {
        let r = f64::from(done);
        let mean = |system: usize| values[system].estimate().mean;
        let beaten = |&i: &usize| {
            alive.iter().any(|&l| {
                let slack = (indifference / (2.0 * r) * (bounds[i][l] - r)).max(0.0);
                // Of two that are exactly alike the first stays.
                mean(i) < mean(l) - slack || (slack == 0.0 && mean(i) == mean(l) && l < i)
            })
        };
        let gone: Vec<usize> = alive.iter().filter(|i| beaten(i)).copied().collect();
        gone.iter().for_each(|&i| eliminated[i] = Some(done));
        alive.retain(|i| !gone.contains(i));
        if alive.len() == 1 || done == most {
            let best = (alive.len() == 1).then(|| alive[0]);
            return Ok(Selection { best, eliminated, values, replications: done });
        }
        if ahead.is_empty() {
            let last = done.saturating_add(batch.max(1)).min(most);
            ahead.extend(sample(&alive, done + 1..=last)?.into_iter().map(|row| (alive.clone(), row)));
        }
        let Some((systems, row)) = ahead.pop_front() else {
            return Ok(Selection { best: None, eliminated, values, replications: done });
        };
        done += 1;
        for (system, value) in systems.into_iter().zip(row) {
            if alive.contains(&system) {
                values[system].add(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::random::{Purpose, Stream};

    /// Normal values (Box & Muller 1958) with a part that all systems have in common.
    fn normal(seed: u64, replication: u32, system: u128) -> f64 {
        let mut stream = Stream::new(seed, replication, Purpose::Talk, Uuid::from_u128(system));
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - stream.next_unit()));
        radius * libm::cos(std::f64::consts::TAU * stream.next_unit())
    }

    /// How often of 600 times the best is selected, whose mean is `ahead` above all others, and the mean number of replications.
    fn correct(ahead: f64, common: f64, confidence: f64, batch: u32) -> (f64, f64) {
        let settings = Kn { confidence, indifference: 1.0, first_stage: 10, most: 100_000 };
        let (mut right, mut replications) = (0, 0.0);
        for seed in 0..600 {
            let selection = select_highest(4, settings, batch, |systems, range| {
                let value = |r: u32, i: usize| {
                    let mean = if i == 2 { ahead } else { 0.0 };
                    // Some vary more than others.
                    mean + common * normal(seed, r, 99) + (2.0 + i as f64 / 2.0) * normal(seed, r, i as u128)
                };
                Ok::<_, ()>(range.map(|r| systems.iter().map(|&i| value(r, i)).collect()).collect())
            });
            let selection = selection.unwrap();
            right += u32::from(selection.best == Some(2));
            replications += f64::from(selection.replications) / 600.0;
        }
        (f64::from(right) / 600.0, replications)
    }

    #[test]
    fn the_best_is_selected_as_often_as_promised_where_it_is_hardest() {
        // Least favourable: all others alike, the best just ahead. Four standard errors below 0.9 are 0.851.
        let (share, replications) = correct(1.0, 0.0, 0.9, 5);
        assert!(share > 0.851, "{share}");
        // It is the procedure that finds it, not the first stage: more confidence costs more, more distance less.
        let (sure, more) = correct(1.0, 0.0, 0.99, 5);
        assert!(sure > 0.973 && more > 1.3 * replications, "{sure}: {more} against {replications}");
        let (far, fewer) = correct(4.0, 0.0, 0.9, 5);
        assert!(far > 0.99 && fewer < 0.6 * replications, "{far}: {fewer} against {replications}");
    }

    #[test]
    fn what_all_systems_have_in_common_costs_nothing() {
        let (alone, shared) = (correct(1.0, 0.0, 0.9, 1), correct(1.0, 10.0, 0.9, 7));
        assert!((alone.0 - shared.0).abs() < 1e-9 && (alone.1 - shared.1).abs() < 1e-6, "{alone:?} {shared:?}");
    }

    #[test]
    fn too_few_replications_decide_nothing_and_systems_that_are_alike_end() {
        let noise = |systems: &[usize], range: std::ops::RangeInclusive<u32>| {
            Ok::<_, ()>(range.map(|r| systems.iter().map(|&i| normal(1, r, i as u128)).collect()).collect())
        };
        let settings = Kn { confidence: 0.95, indifference: 0.01, first_stage: 5, most: 20 };
        let selection = select_highest(2, settings, 4, noise).unwrap();
        assert_eq!((selection.best, selection.replications), (None, 20));
        let alike = |systems: &[usize], range: std::ops::RangeInclusive<u32>| {
            Ok::<_, ()>(range.map(|r| systems.iter().map(|_| normal(1, r, 0)).collect()).collect())
        };
        assert_eq!(select_highest(3, settings, 4, alike).unwrap().best, Some(0));
    }
}
