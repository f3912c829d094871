//! The values of an empirical law: as they were seen, and beyond ten minutes in bins, so that a law has a bounded number.

/// Up to here each second is a value of its own.
const FINE_SECS: f64 = 600.0;
/// Up to here ten seconds are one value, beyond it a minute is.
const MIDDLE_SECS: f64 = 3_600.0;

/// Values with their weights: those of a bin become one, the mean of them, so the mean of all stays.
///
/// Bins are 10 s wide from ten minutes to an hour, and 60 s beyond it. So what was seen of a day at most has at most
/// 2,283 values.
pub(super) fn values(seen: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut values: Vec<(i64, f64, f64)> = Vec::new();
    for (secs, weight) in seen.filter(|seen| seen.1 > 0.0) {
        let bin = bin(secs);
        match values.last_mut() {
            Some(last) if last.0 == bin => {
                last.1 += secs * weight;
                last.2 += weight;
            }
            _ => values.push((bin, secs * weight, weight)),
        }
    }
    values.into_iter().map(|(_, sum, weight)| (super::law::rounded(sum / weight, 3), weight)).collect()
}

fn bin(secs: f64) -> i64 {
    let width = if secs <= FINE_SECS {
        return secs as i64;
    } else if secs <= MIDDLE_SECS {
        10.0
    } else {
        60.0
    };
    // Bins of another width have other numbers.
    (secs / width) as i64 + (width as i64) * 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_stay_and_long_times_are_put_together_without_changing_the_mean() {
        let seen = [(1.0, 2.0), (599.0, 1.0), (600.0, 1.0), (605.0, 1.0), (608.0, 2.0), (3_605.0, 1.0), (3_615.0, 1.0)];
        let values = values(seen.into_iter());
        assert_eq!(values, [(1.0, 2.0), (599.0, 1.0), (600.0, 1.0), (607.0, 3.0), (3_610.0, 2.0)]);
        let mean = |values: &[(f64, f64)]| values.iter().map(|value| value.0 * value.1).sum::<f64>();
        assert_eq!(mean(&values), mean(&seen));
        assert_eq!(super::values((0..=86_400).map(|secs| (f64::from(secs), 1.0))).len(), 2_283);
    }
}
