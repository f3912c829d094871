//! The clock: how the time of the wall becomes that of the center.

use std::time::{Duration as Real, Instant as Wall};

use acdsim::time::{Duration, Instant};

/// How time passes in the center.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// So many times as fast as on the wall.
    Wall {
        /// At least 1.
        speed: u32,
    },
    /// Only when clients call: so much with each call of a method or function. What clients get then depends on their
    /// calls alone, not on how fast the machine is.
    Calls {
        /// For each call.
        step: Duration,
    },
}

/// A clock of the center.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    began: Wall,
    from: Instant,
    /// How much has passed by calls.
    stepped: Duration,
    pace: Pace,
}

impl Clock {
    /// A clock that shows `from` now.
    pub fn new(from: Instant, pace: Pace) -> Self {
        Clock { began: Wall::now(), from, stepped: Duration::ZERO, pace }
    }

    /// What it shows.
    pub fn now(&self) -> Instant {
        self.at(self.began.elapsed())
    }

    fn at(&self, real: Real) -> Instant {
        let passed = match self.pace {
            Pace::Wall { speed } => {
                let nanos = real.as_nanos().saturating_mul(u128::from(speed));
                // The last instant means never.
                let most = u128::from(Instant::NEVER.as_nanos() - 1 - self.from.as_nanos());
                Duration::from_nanos(nanos.min(most) as u64)
            }
            Pace::Calls { .. } => self.stepped,
        };
        self.from + passed
    }

    /// A client calls.
    pub fn tick(&mut self) {
        if let Pace::Calls { step } = self.pace {
            self.stepped += step;
        }
    }

    /// Whether time passes only when clients call.
    pub fn waits_for_calls(&self) -> bool {
        matches!(self.pace, Pace::Calls { .. })
    }

    /// A client waits until something happens, at `then`: where time passes by calls alone it passes now.
    pub fn skip_to(&mut self, then: Instant) {
        if self.waits_for_calls() && then != Instant::NEVER {
            self.stepped = self.stepped.max(then.since(self.from));
        }
    }

    /// How long it takes on the wall until it shows `then`; none if it never does of itself.
    pub fn real_time_to(&self, then: Instant) -> Option<Real> {
        match self.pace {
            Pace::Calls { .. } => None,
            _ if then == Instant::NEVER => None,
            Pace::Wall { speed } => {
                let left = then.as_nanos().saturating_sub(self.now().as_nanos());
                Some(Real::from_nanos(left.div_ceil(u64::from(speed))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Instant {
        Instant::START + Duration::from_secs(secs)
    }

    #[test]
    fn a_speed_makes_more_of_a_second() {
        let clock = Clock::new(at(100), Pace::Wall { speed: 60 });
        assert_eq!(clock.at(Real::from_millis(500)), at(130));
        assert!(clock.at(Real::MAX) < Instant::NEVER);
        let left = clock.real_time_to(at(100 + 3_600)).expect("it comes there");
        assert!(left <= Real::from_secs(60) && left > Real::from_secs(50), "{left:?}");
        assert_eq!(clock.real_time_to(Instant::NEVER), None);
        assert_eq!(clock.real_time_to(at(5)), Some(Real::ZERO));
    }

    #[test]
    fn by_calls_the_wall_does_not_matter() {
        let mut clock = Clock::new(at(100), Pace::Calls { step: Duration::from_secs(10) });
        assert_eq!(clock.at(Real::from_secs(5)), at(100));
        clock.tick();
        clock.tick();
        assert_eq!((clock.now(), clock.real_time_to(at(500))), (at(120), None));
        clock.skip_to(at(150));
        clock.skip_to(at(130));
        assert_eq!(clock.now(), at(150));
        clock.skip_to(Instant::NEVER);
        assert_eq!(clock.now(), at(150));
    }
}
