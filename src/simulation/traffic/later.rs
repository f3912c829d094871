//! Laws that change during the run.

use std::sync::Arc;

use super::Laws;
use crate::scenario::LawsFrom;
use crate::time::Instant;

/// The laws that are to come.
#[derive(Clone, Debug)]
pub(super) struct Later {
    laws: Arc<[LawsFrom]>,
    /// How many of them have come.
    passed: usize,
}

impl Later {
    pub(super) fn new(laws: &Arc<[LawsFrom]>) -> Self {
        Later { laws: Arc::clone(laws), passed: 0 }
    }

    /// The laws in force at a moment, which is not before any that was asked for, if they have changed since.
    #[inline]
    pub(super) fn change(&mut self, now: Instant) -> Option<Laws> {
        let next = self.laws.get(self.passed)?;
        if next.from > now { None } else { self.change_to_next(now) }
    }

    #[cold]
    fn change_to_next(&mut self, now: Instant) -> Option<Laws> {
        self.passed += self.laws[self.passed..].iter().take_while(|laws| laws.from <= now).count();
        let in_force = self.laws[..self.passed].last()?;
        Some(Laws::new(&in_force.handling, in_force.patience.as_ref()))
    }
}
