//! The clock of who watches a run: how fast, held or not.

use std::time::Duration as Real;

use super::Command;
use crate::time::Instant;

/// The slowest speed: as fast as life.
pub const SLOWEST: u32 = 1;
/// The fastest: so many simulated seconds a second, more than a day.
pub const FASTEST: u32 = 131_072;

/// How far a watched run may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    now: Instant,
    speed: u32,
    is_paused: bool,
}

impl Clock {
    /// A clock that begins at a moment and runs so many times as fast as life, from [`SLOWEST`] to [`FASTEST`].
    pub fn new(from: Instant, speed: u32) -> Self {
        Clock { now: from, speed: speed.clamp(SLOWEST, FASTEST), is_paused: false }
    }

    /// The same, held.
    pub fn paused(self) -> Self {
        Clock { is_paused: true, ..self }
    }

    /// What it shows.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// How many simulated seconds pass in one.
    pub fn speed(&self) -> u32 {
        self.speed
    }

    /// Whether it is held.
    pub fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// Lets so much time of life pass.
    pub(super) fn advance(&mut self, real: Real) {
        if !self.is_paused {
            let nanos = real.as_nanos().saturating_mul(u128::from(self.speed));
            let latest = u128::from(Instant::NEVER.as_nanos()) - 1;
            let now = (u128::from(self.now.as_nanos()) + nanos).min(latest);
            self.now = Instant::from_nanos(now as u64);
        }
    }

    /// How long it takes until the clock is at `then`, if nobody touches it; for ever if it is held.
    pub(super) fn real_time_to(&self, then: Instant) -> Real {
        if self.is_paused {
            return Real::MAX;
        }
        let left = then.as_nanos().saturating_sub(self.now.as_nanos());
        Real::from_nanos(left / u64::from(self.speed))
    }

    /// Goes on to an instant at once.
    pub(super) fn step_to(&mut self, next: Instant) {
        self.now = self.now.max(next);
    }

    /// Does what the watcher asks of the clock; other commands are nothing to it.
    pub(super) fn follow(&mut self, command: Command) {
        match command {
            Command::Pause => self.is_paused = !self.is_paused,
            Command::Faster => self.speed = (self.speed * 2).min(FASTEST),
            Command::Slower => self.speed = (self.speed / 2).max(SLOWEST),
            Command::RealTime => self.speed = SLOWEST,
            Command::Step | Command::Down | Command::Up | Command::Quit => {}
        }
    }
}
