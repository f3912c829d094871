//! Integer time: instants and durations in whole nanoseconds.
//!
//! Everything in the simulation that is a time is one of these two types. They are integers, so a
//! sum of times is exact and does not depend on the order of its terms, and a run gives the same
//! bytes on every machine. This module uses nothing of the crate; every other module may use it.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// Nanoseconds in one second.
pub const NANOS_PER_SEC: u64 = 1_000_000_000;

/// A point in virtual time: whole nanoseconds since the start of the run.
///
/// ```
/// use acdsim::time::{Duration, Instant};
///
/// let nine = Instant::START + Duration::from_secs(3_600);
/// assert_eq!(nine - Instant::START, Duration::from_secs(3_600));
/// assert_eq!(nine.to_string(), "3600.000000000");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Instant(u64);

/// A length of virtual time: whole nanoseconds, never negative.
///
/// Adding two durations past `u64::MAX` nanoseconds (584 years) saturates; sums over many calls use
/// `u128` nanoseconds.
///
/// ```
/// use acdsim::time::Duration;
///
/// let talk = Duration::from_secs_f64(1.5);
/// assert_eq!(talk.as_nanos(), 1_500_000_000);
/// assert_eq!(talk.as_secs(), 1); // whole seconds, truncated
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Duration(u64);

impl Instant {
    /// The start of the run.
    pub const START: Instant = Instant(0);
    /// Later than any instant of a run.
    pub const NEVER: Instant = Instant(u64::MAX);

    /// The instant `nanos` nanoseconds after the start of the run.
    pub const fn from_nanos(nanos: u64) -> Self {
        Instant(nanos)
    }

    /// Whole nanoseconds since the start of the run.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to this instant; zero if `earlier` is later.
    pub const fn since(self, earlier: Instant) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration(0);
    /// The longest duration, 584 years; stands for "without end".
    pub const MAX: Duration = Duration(u64::MAX);

    /// A duration of whole nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Self {
        Duration(nanos)
    }

    /// A duration of whole seconds, at most 584 years.
    pub const fn from_secs(secs: u64) -> Self {
        Duration(secs.saturating_mul(NANOS_PER_SEC))
    }

    /// The nearest whole number of nanoseconds to `secs` seconds, halves upwards; negative and not-a-number give
    /// zero, too large gives [`Duration::MAX`].
    #[inline]
    pub fn from_secs_f64(secs: f64) -> Self {
        Self::from_nanos_f64(secs * 1e9)
    }

    /// The nearest whole number of nanoseconds to `nanos`, halves upwards; negative and not-a-number give zero, too
    /// large gives [`Duration::MAX`].
    #[inline]
    pub fn from_nanos_f64(nanos: f64) -> Self {
        // A float-to-integer cast saturates and maps NaN to zero.
        Duration((nanos + 0.5) as u64)
    }

    /// Sets each of `room` to what [`from_nanos_f64`](Self::from_nanos_f64) makes of the number of nanoseconds at its place: several
    /// at a time, as the processor can where none is large. They have to be as many.
    #[inline]
    pub(crate) fn fill_from_nanos_f64(room: &mut [Duration], nanos: &[f64]) {
        // To a number below 2⁵², this one adds what makes its last bits those of the nearest whole number.
        const WHOLE: f64 = (1_u64 << 52) as f64;
        const LARGE: f64 = (1_u64 << 51) as f64;
        if nanos.iter().fold(false, |large, &nanos| large | !(0.0..LARGE).contains(&nanos)) {
            room.iter_mut().zip(nanos).for_each(|(room, &nanos)| *room = Duration::from_nanos_f64(nanos));
            return;
        }
        for (room, nanos) in room.iter_mut().zip(nanos) {
            let nanos = nanos + 0.5;
            let nearest = nanos + WHOLE;
            let too_many = u64::from(nearest - WHOLE > nanos);
            *room = Duration(nearest.to_bits() - WHOLE.to_bits() - too_many);
        }
    }

    /// Whole nanoseconds.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Whole seconds, truncated.
    pub const fn as_secs(self) -> u64 {
        self.0 / NANOS_PER_SEC
    }

    /// Seconds as a float, for averages and for people; not for sums.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;
    #[inline]
    fn add(self, after: Duration) -> Instant {
        Instant(self.0.saturating_add(after.0))
    }
}

impl Sub for Instant {
    type Output = Duration;
    #[inline]
    fn sub(self, earlier: Instant) -> Duration {
        debug_assert!(earlier <= self, "time ran backwards: {earlier} is after {self}");
        Duration(self.0.wrapping_sub(earlier.0))
    }
}

impl Add for Duration {
    type Output = Duration;
    #[inline]
    fn add(self, other: Duration) -> Duration {
        Duration(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Duration {
    #[inline]
    fn add_assign(&mut self, other: Duration) {
        *self = *self + other;
    }
}

impl Sum for Duration {
    fn sum<I: Iterator<Item = Duration>>(terms: I) -> Duration {
        terms.fold(Duration::ZERO, Add::add)
    }
}

/// Seconds with all nine decimals, so that no digit is lost.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Duration(self.0).fmt(f)
    }
}

/// Seconds with all nine decimals, so that no digit is lost.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:09}", self.0 / NANOS_PER_SEC, self.0 % NANOS_PER_SEC)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn seconds_round_to_the_nearest_nanosecond() {
        assert_eq!(Duration::from_secs_f64(1e-9).as_nanos(), 1);
        assert_eq!(Duration::from_secs_f64(1.4e-9).as_nanos(), 1);
        assert_eq!(Duration::from_secs_f64(1.6e-9).as_nanos(), 2);
    }

    #[test]
    fn impossible_seconds_saturate() {
        assert_eq!(Duration::from_secs_f64(-1.0), Duration::ZERO);
        assert_eq!(Duration::from_secs_f64(f64::NAN), Duration::ZERO);
        assert_eq!(Duration::from_secs_f64(1e300), Duration::MAX);
    }

    proptest! {
        #[test]
        fn many_are_rounded_as_one_is(
            nanos in prop::collection::vec((0.0_f64..1e6, -3_i32..10).prop_map(|(some, power)| some * 10_f64.powi(power)), 0..9),
            odd in prop::sample::select(vec![0.0, 0.5, 1.5, 2.5, 0.499_999_999_999_999_94, -0.0, 2_251_799_813_685_247.5]),
            any: f64,
        ) {
            for last in [odd, -odd, any, f64::NAN, 2_251_799_813_685_248.0] {
                let all: Vec<f64> = nanos.iter().copied().chain([last]).collect();
                let mut room = vec![Duration::MAX; all.len()];
                Duration::fill_from_nanos_f64(&mut room, &all);
                prop_assert_eq!(room, all.iter().map(|&nanos| Duration::from_nanos_f64(nanos)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn all_nine_decimals_are_printed() {
        assert_eq!(Duration::from_nanos(1).to_string(), "0.000000001");
        assert_eq!(Instant::from_nanos(61_000_000_500).to_string(), "61.000000500");
    }
}
