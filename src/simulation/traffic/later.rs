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
    pub(super) fn change(&mut self, now: Instant) -> Option<Laws> {
        let new = self.laws[self.passed..].iter().take_while(|laws| laws.from <= now).count();
        self.passed += new;
        let in_force = self.laws[..self.passed].last().filter(|_| new > 0)?;
        Some(Laws::new(&in_force.handling, in_force.patience.as_ref()))
    }
}
