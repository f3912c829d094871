//! What a system does wrong on the side: answers that take long, a clock that is off.

use super::super::port::Fault;
use super::process::Limits;
use crate::time::Instant;

/// Slow answers, and how far a clock was off.
#[derive(Clone, Debug, Default)]
pub(super) struct Asides {
    slow: u64,
    slowest: std::time::Duration,
    /// By how many milliseconds the clock was off, and when.
    pub(super) drift: Option<(i64, Instant)>,
}

impl Asides {
    /// Notes how long an answer took.
    pub(super) fn note_answer(&mut self, took: std::time::Duration, limits: &Limits) {
        if took > limits.slow {
            self.slow += 1;
            self.slowest = self.slowest.max(took);
        }
    }

    /// The faults that these are.
    pub(super) fn faults(&self, limits: &Limits) -> impl Iterator<Item = Fault> {
        let slow = (self.slow > 0).then_some(Fault::Slow {
            count: self.slow,
            limit_ms: limits.slow.as_millis() as u64,
            longest_ms: self.slowest.as_millis() as u64,
        });
        slow.into_iter().chain(self.drift.map(|(off_ms, at)| Fault::Drift { off_ms, at }))
    }
}
