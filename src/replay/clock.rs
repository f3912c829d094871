//! The clock of a run against a system that has a clock of its own, and how late this program was by it.

use crate::time::{Duration, Instant};

/// So many classes has the histogram of lateness, each twice as wide as the one before; the first is below 1/16 ms.
const CLASSES: usize = 24;

/// The width of the first class, in nanoseconds.
const FIRST: u64 = 62_500;

/// A monotonic clock that goes `speed` times as fast as the wall's.
#[derive(Clone, Debug)]
pub struct Pace {
    speed: f64,
    began: std::time::Instant,
    lateness: Lateness,
}

/// How late this program was with what it was to do, by the wall's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lateness {
    classes: [u64; CLASSES],
    count: u64,
    longest: std::time::Duration,
}

impl Pace {
    /// A clock that begins now.
    pub fn new(speed: f64) -> Self {
        Pace { speed, began: std::time::Instant::now(), lateness: Lateness::default() }
    }

    /// Lets it begin now.
    pub fn begin(&mut self) {
        self.began = std::time::Instant::now();
    }

    /// How many seconds of the run pass in one.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// What the clock shows.
    pub fn now(&self) -> Instant {
        self.at(std::time::Instant::now())
    }

    /// What it showed then.
    pub fn at(&self, then: std::time::Instant) -> Instant {
        Instant::START + Duration::from_secs_f64(then.saturating_duration_since(self.began).as_secs_f64() * self.speed)
    }

    /// How long it is until it shows an instant.
    pub fn until(&self, at: Instant) -> std::time::Duration {
        let target = std::time::Duration::from_secs_f64((at - Instant::START).as_secs_f64() / self.speed);
        target.saturating_sub(self.began.elapsed())
    }

    /// Notes that what was due at an instant is done now.
    pub fn note_lateness(&mut self, due: Instant) {
        let late = self.now().since(due).as_secs_f64() / self.speed;
        self.lateness.note(std::time::Duration::from_secs_f64(late));
    }

    /// How late this program was.
    pub fn lateness(&self) -> &Lateness {
        &self.lateness
    }
}

impl Lateness {
    /// Notes one.
    pub fn note(&mut self, late: std::time::Duration) {
        let nanos = u64::try_from(late.as_nanos()).unwrap_or(u64::MAX);
        let class = (0..CLASSES - 1).find(|&class| nanos < FIRST << class).unwrap_or(CLASSES - 1);
        self.classes[class] += 1;
        self.count += 1;
        self.longest = self.longest.max(late);
    }

    /// How many were noted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The longest.
    pub fn longest(&self) -> std::time::Duration {
        self.longest
    }

    /// A lateness that this share was below, from 0 to 1: the upper end of its class, or the longest.
    pub fn quantile(&self, share: f64) -> std::time::Duration {
        let rank = (share * self.count as f64).ceil() as u64;
        let mut below = 0;
        for (class, count) in self.classes.iter().enumerate() {
            below += count;
            if below >= rank && below > 0 {
                return std::time::Duration::from_nanos(FIRST << class).min(self.longest);
            }
        }
        self.longest
    }

    /// The classes that are not empty: the upper end of each, and how many are in it.
    pub fn classes(&self) -> impl Iterator<Item = (std::time::Duration, u64)> + '_ {
        let ends = (0..CLASSES).map(|class| std::time::Duration::from_nanos(FIRST << class));
        ends.zip(self.classes).filter(|(_, count)| *count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_is_counted_in_classes_of_doubling_width() {
        let mut lateness = Lateness::default();
        for micros in [10, 60, 70, 1_000, 100_000] {
            lateness.note(std::time::Duration::from_micros(micros));
        }
        let classes: Vec<(u128, u64)> = lateness.classes().map(|(end, count)| (end.as_micros(), count)).collect();
        assert_eq!(classes, [(62, 2), (125, 1), (2_000, 1), (128_000, 1)]);
        assert_eq!(lateness.quantile(0.4).as_nanos(), 62_500);
        assert_eq!(lateness.quantile(0.8).as_millis(), 2);
        assert_eq!(lateness.quantile(1.0).as_millis(), 100);
        assert_eq!(lateness.count(), 5);
    }

    #[test]
    fn a_fast_clock_shows_more_than_has_passed() {
        let pace = Pace::new(1_000.0);
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(pace.now() >= Instant::START + Duration::from_secs(2));
        assert_eq!(pace.until(Instant::START), std::time::Duration::ZERO);
        assert!(pace.until(Instant::from_nanos(u64::MAX / 2)) > std::time::Duration::from_secs(1_000));
    }
}
