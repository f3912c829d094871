//! More or fewer calls than were recorded.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::random::Stream;
use crate::scenario::{RecordedCall, ScaledRecord};
use crate::time::{Duration, Instant};

/// So far on either side of the recorded call a further one arrives at most.
const DISPLACEMENT: Duration = Duration::from_secs(15 * 60);

/// Recorded calls, each of which comes several times, once or not at all.
///
/// Only those are kept that may arrive before calls of the record that have not been looked at.
#[derive(Clone, Debug)]
pub(super) struct Scaled {
    calls: Arc<[RecordedCall]>,
    /// The first call of the record that has not been looked at.
    next: usize,
    /// Each call comes so many times, and once more with the probability `part`.
    whole: u32,
    part: f64,
    horizon: Duration,
    /// Calls that are due: when, which, and the how manieth of it.
    due: BinaryHeap<Reverse<(Instant, usize, u32)>>,
    copies: Stream,
    displacement: Stream,
}

impl Scaled {
    pub(super) fn new(record: &ScaledRecord, horizon: Duration, copies: Stream, displacement: Stream) -> Self {
        let whole = record.factor.floor();
        Scaled {
            calls: Arc::clone(&record.calls),
            next: 0,
            whole: whole as u32,
            part: record.factor - whole,
            horizon,
            due: BinaryHeap::new(),
            copies,
            displacement,
        }
    }

    /// When the next call arrives; [`Instant::NEVER`] if none does.
    pub(super) fn peek(&mut self) -> Instant {
        loop {
            let first = self.due.peek().map_or(Instant::NEVER, |Reverse((at, ..))| *at);
            match self.calls.get(self.next) {
                Some(call) if earliest(call.arrival) <= first => self.look(call.arrival),
                _ => return first,
            }
        }
    }

    /// The next call, which arrives now; none if there is none.
    pub(super) fn take(&mut self) -> Option<RecordedCall> {
        self.due.pop().map(|Reverse((_, call, _))| self.calls[call])
    }

    /// Decides how often the next call of the record comes, and when.
    fn look(&mut self, arrival: Instant) {
        // Drawn for every call, so that a larger factor keeps all calls of a smaller one.
        let once_more = self.copies.next_unit() < self.part;
        for copy in 0..self.whole + u32::from(once_more) {
            let at = if copy == 0 { arrival } else { self.displaced(arrival) };
            self.due.push(Reverse((at, self.next, copy)));
        }
        self.next += 1;
    }

    /// A moment of the run near an arrival, each alike.
    fn displaced(&mut self, arrival: Instant) -> Instant {
        let first = earliest(arrival).as_nanos();
        let end = (arrival + DISPLACEMENT).as_nanos().min(self.horizon.as_nanos() - 1);
        let moments = u128::from(end - first) + 1;
        Instant::from_nanos(first + (u128::from(self.displacement.next_u64()) * moments >> 64) as u64)
    }
}

/// The earliest moment at which a call may come that was recorded at `arrival`.
fn earliest(arrival: Instant) -> Instant {
    Instant::from_nanos(arrival.as_nanos().saturating_sub(DISPLACEMENT.as_nanos()))
}
