//! How a run is told to stop, and how far it has come.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A run's line to the outside, shared by all threads: it may be told to stop, and says how many calls it has seen.
///
/// Nothing of it enters a result.
#[derive(Debug, Default)]
pub struct Control {
    stop: AtomicBool,
    calls: AtomicU64,
}

impl Control {
    /// Tells all runs to stop soon.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether runs are to stop.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Calls that all runs have seen so far, brought up to date once in a while.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    pub(super) fn add_calls(&self, calls: u64) {
        self.calls.fetch_add(calls, Ordering::Relaxed);
    }
}
