//! How a run is told to stop, and how far it has come.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A run's line to the outside, shared by all threads: it may be told to stop, and says how many calls it has seen.
///
/// Nothing of it enters a result.
#[derive(Debug, Default)]
pub struct Control {
    stop: AtomicBool,
    calls: AtomicU64,
    planned: AtomicU64,
    done: AtomicU64,
    threads: AtomicU64,
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

    /// Adds so many pieces of work to those that are planned, such as the replications of an experiment, on so many threads.
    pub fn plan(&self, pieces: u64, threads: u64) {
        self.planned.fetch_add(pieces, Ordering::Relaxed);
        self.threads.fetch_max(threads, Ordering::Relaxed);
    }

    /// Adds so many pieces of work to those that are done.
    pub fn advance(&self, pieces: u64) {
        self.done.fetch_add(pieces, Ordering::Relaxed);
    }

    /// The pieces of work that are planned so far; 0 where nobody knows how many there will be.
    pub fn planned(&self) -> u64 {
        self.planned.load(Ordering::Relaxed)
    }

    /// The pieces of work that are done.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// The most threads that experiments were run on; 0 before the first.
    pub fn threads(&self) -> u64 {
        self.threads.load(Ordering::Relaxed)
    }

    pub(super) fn add_calls(&self, calls: u64) {
        self.calls.fetch_add(calls, Ordering::Relaxed);
    }
}
