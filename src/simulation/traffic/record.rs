//! Calls as they were recorded.

use std::sync::Arc;

use crate::scenario::RecordedCall;
use crate::time::Instant;

/// Recorded calls, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Record {
    calls: Arc<[RecordedCall]>,
    next: usize,
}

impl Record {
    pub(super) fn new(calls: &Arc<[RecordedCall]>) -> Self {
        Record { calls: Arc::clone(calls), next: 0 }
    }

    /// When the next call arrives; [`Instant::NEVER`] if none does.
    #[inline]
    pub(super) fn peek(&self) -> Instant {
        self.calls.get(self.next).map_or(Instant::NEVER, |call| call.arrival)
    }

    /// The next call, which arrives now.
    #[inline]
    pub(super) fn take(&mut self) -> RecordedCall {
        let call = self.calls[self.next];
        self.next += 1;
        call
    }
}
