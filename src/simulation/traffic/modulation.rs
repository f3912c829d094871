//! Modulation: a Markov chain whose states multiply the rate of arrivals.

use std::sync::Arc;

use crate::random::{Stream, UnitExponential};
use crate::scenario::ModulationState;
use crate::time::{Duration, Instant};

/// The state of the chain, from one jump to the next.
#[derive(Clone, Debug)]
pub(super) struct Modulation {
    states: Arc<[ModulationState]>,
    state: usize,
    /// When it jumps.
    until: Instant,
    unit: UnitExponential,
    stream: Stream,
}

impl Modulation {
    /// The chain of two states or more, in its stationary state; none of no states.
    pub(super) fn new(states: &[ModulationState], mut stream: Stream) -> Option<Self> {
        let all = states.iter().map(|state| state.stay.as_nanos() as f64).sum::<f64>();
        // Every state is entered as often, so it is there in proportion to its stay; and what is left of an exponential
        // stay is as long as the stay.
        let mut left = all * stream.next_unit();
        let first = states.iter().position(|state| {
            left -= state.stay.as_nanos() as f64;
            left < 0.0
        });
        let state = first.or(states.len().checked_sub(1))?;
        let unit = UnitExponential::new();
        let mut chain = Modulation { states: states.into(), state, until: Instant::START, unit, stream };
        chain.stay();
        Some(chain)
    }

    /// The factor at a moment, which is not before any that was asked for, and until when it holds.
    pub(super) fn at(&mut self, now: Instant) -> (f64, Instant) {
        while self.until <= now {
            self.jump();
        }
        (self.states[self.state].factor, self.until)
    }

    /// Goes to one of the other states, all alike.
    fn jump(&mut self) {
        let others = self.states.len() - 1;
        let other = match others {
            1 => 0,
            _ => ((u128::from(self.stream.next_u64()) * others as u128) >> 64) as usize,
        };
        self.state = if other < self.state { other } else { other + 1 };
        self.stay();
    }

    /// Draws how long the state lasts.
    fn stay(&mut self) {
        let mean = self.states[self.state].stay.as_nanos() as f64;
        let stay = Duration::from_nanos_f64(mean * self.unit.draw(&mut self.stream));
        self.until = self.until + stay.max(Duration::from_nanos(1));
    }
}
