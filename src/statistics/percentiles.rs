//! Percentiles of waits: a histogram that is the same in whatever order waits are counted and histograms are added.

use serde::{Deserialize, Serialize};

use crate::time::Duration;

/// The bits of a wait that are kept: a bucket is at most 1/128 of its waits wide.
const BITS: u32 = 7;
/// Waits are counted in milliseconds.
const NANOS_PER_UNIT: u64 = 1_000_000;

/// A log-linear histogram of waits, as of HdrHistogram (Tene 2012): exact to the millisecond up to 0.256 s, and to 0.8 %
/// above.
///
/// Counts are whole numbers, so two histograms add up to that of all their waits, in any order.
///
/// ```
/// use acdsim::statistics::Percentiles;
/// use acdsim::time::Duration;
///
/// let mut waits = Percentiles::default();
/// (1..=100).for_each(|second| waits.add(Duration::from_secs(second)));
/// let half = waits.quantile(0.5).unwrap();
/// assert!((half.as_secs_f64() - 50.0).abs() <= 0.008 * 50.0);
/// assert_eq!(Percentiles::default().quantile(0.5), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Percentiles {
    counts: Vec<u64>,
}

impl Percentiles {
    /// Counts a wait.
    #[inline]
    pub fn add(&mut self, wait: Duration) {
        let bucket = bucket(wait.as_nanos() / NANOS_PER_UNIT);
        if bucket >= self.counts.len() {
            self.grow(bucket);
        }
        self.counts[bucket] += 1;
    }

    #[cold]
    fn grow(&mut self, bucket: usize) {
        self.counts.resize((bucket + 1).next_power_of_two(), 0);
    }

    /// Counts all waits of another histogram.
    pub fn merge(&mut self, other: &Percentiles) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, more)| *count += more);
    }

    /// How many waits were counted.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The wait that a share of all waits, from 0 to 1, does not exceed: the upper end of the bucket of the first wait for
    /// which that holds, in whole milliseconds; none without waits.
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        let all = self.count();
        let rank = ((share * all as f64).ceil() as u64).clamp(1, all.max(1));
        let mut below = 0;
        let bucket = self.counts.iter().position(|&count| {
            below += count;
            below >= rank
        })?;
        Some(Duration::from_nanos(last_unit(bucket).saturating_mul(NANOS_PER_UNIT)))
    }
}

/// The bucket of a wait in units.
#[inline]
fn bucket(units: u64) -> usize {
    let above = (u64::BITS - units.leading_zeros()).saturating_sub(BITS + 1);
    ((u64::from(above) << BITS) + (units >> above)) as usize
}

/// The longest wait of a bucket, in units.
fn last_unit(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let above = (bucket >> BITS).saturating_sub(1);
    let leading = bucket - (above << BITS);
    (leading << above) + ((1 << above) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_bucket_holds_its_waits_and_is_narrow(units in 0_u64..1 << 50) {
            let last = last_unit(bucket(units));
            prop_assert!(last >= units && bucket(last) == bucket(units) && bucket(last + 1) == bucket(units) + 1);
            prop_assert!(last - units <= units / 128, "{units} in a bucket to {last}");
        }

        #[test]
        fn quantiles_are_those_of_the_sorted_waits_and_histograms_add_up(
            waits in prop::collection::vec(0_u64..4_000_000, 1..200),
            share in 0.0..=1.0_f64,
            cut in 0_usize..200,
        ) {
            let of = |waits: &[u64]| {
                let mut histogram = Percentiles::default();
                waits.iter().for_each(|&wait| histogram.add(Duration::from_nanos(wait * NANOS_PER_UNIT)));
                histogram
            };
            let all = of(&waits);
            let (one, other) = waits.split_at(cut.min(waits.len()));
            let mut merged = of(other);
            merged.merge(&of(one));
            prop_assert_eq!(merged.quantile(share), all.quantile(share));
            let mut sorted = waits.clone();
            sorted.sort_unstable();
            let exact = sorted[((share * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len()) - 1];
            let found = all.quantile(share).map_or(0, |wait| wait.as_nanos() / NANOS_PER_UNIT);
            prop_assert!(found >= exact && found - exact <= exact / 128, "{found} for {exact}");
        }
    }
}
