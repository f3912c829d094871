//! Queues: where calls wait, and what ITQueue reports of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::GroupId;
use super::conventions::Window;
use super::window::{Period, Totals};
use crate::fault::{self, Fault};
use crate::time::{Duration, Instant};

/// The number of a queue within its agent handler: TAPI's `dwQueueID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueueId(pub u32);

impl fmt::Display for QueueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "queue {}", self.0)
    }
}

/// The place of a waiting call; free for another call once this one has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(pub u32);

/// No place.
const NONE: u32 = u32::MAX;

/// A call in a queue.
#[derive(Clone, Copy, Debug)]
pub struct WaitingCall<C> {
    /// Whatever the owner of the handler keeps of a call.
    pub call: C,
    /// When it arrived in the system.
    pub arrived: Instant,
    /// When it entered this queue; later than that if it came from another one.
    pub queued: Instant,
}

#[derive(Clone, Debug)]
struct Node<C> {
    waiting: WaitingCall<C>,
    before: u32,
    /// The next in line, or the next free place.
    after: u32,
}

/// All waiting calls of all queues of a handler, each queue linked in the order of entry.
///
/// A call leaves from anywhere in constant time, and the memory is that of the most calls that ever waited at once.
#[derive(Clone, Debug)]
pub(super) struct WaitingRoom<C> {
    nodes: Vec<Node<C>>,
    free: u32,
    /// How many calls wait in all queues.
    waiting: u32,
}

/// A point at which calls are held, with its statistics.
#[derive(Clone, Debug)]
pub struct Queue {
    /// The queue's name.
    pub name: String,
    /// The group it belongs to; a queue inside a call guide belongs to none.
    pub group: Option<GroupId>,
    first: u32,
    last: u32,
    waiting: u32,
    removed: bool,
    entered: u64,
    flowed_in: u64,
    answered: u64,
    abandoned: u64,
    flowed_out: u64,
    disposed: u64,
    /// The waits of the answered calls, in nanoseconds.
    answered_wait: u128,
    /// The waits of the other calls that left, in nanoseconds.
    other_wait: u128,
    /// The longest wait that ended in the present window of the measurement period.
    longest_wait: Duration,
    /// The longest wait that ended in an earlier one.
    earlier_longest_wait: Duration,
    period: Period<QueueTotals>,
}

/// Sums over the life of a queue, of calls that count.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct QueueTotals {
    entered: u64,
    flowed_in: u64,
    answered: u64,
    abandoned: u64,
    flowed_out: u64,
    disposed: u64,
    answered_wait: u128,
    other_wait: u128,
    last_wait: Duration,
}

impl Totals for QueueTotals {
    fn after(&self, _time: Duration) -> Self {
        *self
    }

    fn last_wait(&self) -> Duration {
        self.last_wait
    }
}

/// The statistics of a queue over its life or over the measurement period, exact to the nanosecond.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueStatistics {
    /// Calls that entered the queue first of all, those answered at once among them.
    pub calls_entered: u64,
    /// Calls that came from another queue.
    pub calls_flowed_in: u64,
    /// Calls that agents answered.
    pub calls_answered: u64,
    /// Calls whose callers hung up while waiting.
    pub calls_abandoned: u64,
    /// Calls that were passed on to another queue.
    pub calls_flowed_out: u64,
    /// Calls that reached the bottom of a call guide here.
    pub calls_disposed: u64,
    /// Calls waiting now.
    pub current_calls_queued: u64,
    /// The longest wait of any call, ended or not.
    pub longest_wait: Duration,
    /// How long the call now waiting longest has waited.
    pub current_longest_wait: Duration,
    /// The waits of the calls that were answered, in nanoseconds.
    pub answered_wait_nanos: u128,
    /// The waits of the calls that left in another way, in nanoseconds.
    pub other_wait_nanos: u128,
    /// The waits so far of the calls that wait now, in nanoseconds.
    pub waiting_nanos: u128,
}

impl QueueStatistics {
    /// Calls that came, from outside or from another queue.
    pub fn total_calls_queued(&self) -> u64 {
        self.calls_entered + self.calls_flowed_in
    }

    /// Calls that left the queue, in whichever way.
    pub fn calls_left(&self) -> u64 {
        self.calls_answered + self.calls_abandoned + self.calls_flowed_out + self.calls_disposed
    }

    /// The waits of the calls that left the queue, in nanoseconds.
    pub fn total_wait_nanos(&self) -> u128 {
        self.answered_wait_nanos + self.other_wait_nanos
    }
}

impl<C: Copy> WaitingRoom<C> {
    pub(super) fn new() -> Self {
        WaitingRoom { nodes: Vec::new(), free: NONE, waiting: 0 }
    }

    /// Puts a call at the end of the queue.
    #[inline]
    pub(super) fn push(&mut self, queue: &mut Queue, waiting: WaitingCall<C>) -> Place {
        let node = Node { waiting, before: queue.last, after: NONE };
        let place = if self.free == NONE {
            self.nodes.push(node);
            u32::try_from(self.nodes.len() - 1).expect("fewer than 2³² calls wait at once")
        } else {
            let place = self.free;
            self.free = self.nodes[place as usize].after;
            self.nodes[place as usize] = node;
            place
        };
        match queue.last {
            NONE => queue.first = place,
            last => self.nodes[last as usize].after = place,
        }
        queue.last = place;
        queue.waiting += 1;
        self.waiting += 1;
        Place(place)
    }

    /// Puts a call before those at the end of the queue that it goes before.
    pub(super) fn insert(
        &mut self,
        queue: &mut Queue,
        waiting: WaitingCall<C>,
        goes_before: impl Fn(&C) -> bool,
    ) -> Place {
        let mut behind = NONE;
        let mut before = queue.last;
        while let Some(node) = self.nodes.get(before as usize).filter(|node| goes_before(&node.waiting.call)) {
            (behind, before) = (before, node.before);
        }
        let place = self.push(queue, waiting);
        if behind == NONE {
            return place;
        }
        // Out of the end, and in again before `behind`.
        let Place(index) = place;
        let last = self.nodes[index as usize].before;
        self.nodes[last as usize].after = NONE;
        queue.last = last;
        let node = &mut self.nodes[index as usize];
        (node.before, node.after) = (before, behind);
        self.nodes[behind as usize].before = index;
        match before {
            NONE => queue.first = index,
            before => self.nodes[before as usize].after = index,
        }
        place
    }

    /// Takes the call at a place of the queue out of it.
    #[inline]
    pub(super) fn remove(&mut self, queue: &mut Queue, Place(place): Place) -> WaitingCall<C> {
        let Node { waiting, before, after } = self.nodes[place as usize];
        match before {
            NONE => queue.first = after,
            before => self.nodes[before as usize].after = after,
        }
        match after {
            NONE => queue.last = before,
            after => self.nodes[after as usize].before = before,
        }
        self.nodes[place as usize].after = self.free;
        self.free = place;
        queue.waiting -= 1;
        self.waiting -= 1;
        waiting
    }

    /// Whether any call waits, in whichever queue.
    #[inline]
    pub(super) fn is_any_waiting(&self) -> bool {
        self.waiting > 0
    }

    /// The call that has waited longest in the queue.
    #[inline]
    pub(super) fn first(&self, queue: &Queue) -> Option<(Place, &WaitingCall<C>)> {
        let first = if fault::is(Fault::LastInFirstOut) { queue.last } else { queue.first };
        match first {
            NONE => None,
            first => Some((Place(first), &self.nodes[first as usize].waiting)),
        }
    }

    /// All calls of the queue, in the order of the line.
    pub(super) fn iter(&self, queue: &Queue) -> impl Iterator<Item = &WaitingCall<C>> {
        self.places(queue).map(|(_, waiting)| waiting)
    }

    /// All calls of the queue with their places, in the order of the line.
    pub(super) fn places(&self, queue: &Queue) -> impl Iterator<Item = (Place, &WaitingCall<C>)> {
        let mut next = queue.first;
        std::iter::from_fn(move || {
            let node = self.nodes.get(next as usize)?;
            let place = Place(next);
            next = node.after;
            Some((place, &node.waiting))
        })
    }

    /// The call at a place.
    #[inline]
    pub(super) fn at(&self, Place(place): Place) -> &WaitingCall<C> {
        &self.nodes[place as usize].waiting
    }
}

impl<C: Copy> Copy for Node<C> {}

impl Queue {
    pub(super) fn new(name: &str, group: Option<GroupId>, period: i32, now: Instant) -> Self {
        Queue {
            name: name.to_owned(),
            group,
            first: NONE,
            last: NONE,
            waiting: 0,
            removed: false,
            entered: 0,
            flowed_in: 0,
            answered: 0,
            abandoned: 0,
            flowed_out: 0,
            disposed: 0,
            answered_wait: 0,
            other_wait: 0,
            longest_wait: Duration::ZERO,
            earlier_longest_wait: Duration::ZERO,
            period: Period::new(period, now, QueueTotals::default()),
        }
    }

    /// The queue with all that it has counted, of this group, and with no call in it.
    pub(super) fn without_calls(&self, group: Option<GroupId>) -> Self {
        Queue { group, first: NONE, last: NONE, waiting: 0, ..self.clone() }
    }

    /// Calls waiting now.
    #[inline]
    pub fn waiting(&self) -> u32 {
        self.waiting
    }

    /// Whether the queue was taken away.
    pub fn is_removed(&self) -> bool {
        self.removed
    }

    /// The measurement period, as it was set: seconds.
    pub fn measurement_period(&self) -> i32 {
        self.period.seconds
    }

    pub(super) fn remove(&mut self) {
        self.removed = true;
    }

    #[inline]
    pub(super) fn note_entry(&mut self) {
        self.entered += 1;
    }

    pub(super) fn note_flow_in(&mut self) {
        self.flowed_in += 1;
    }

    #[inline]
    pub(super) fn note_answer(&mut self, waited: Duration) {
        self.answered += 1;
        self.answered_wait += u128::from(waited.as_nanos());
        self.longest_wait = self.longest_wait.max(waited);
    }

    #[inline]
    pub(super) fn note_abandonment(&mut self, waited: Duration) {
        self.abandoned += 1;
        self.abandoned += u64::from(fault::is(Fault::AbandonedCountedTwice));
        self.answered += u64::from(fault::is(Fault::AbandonedCountedAsAnswered));
        self.waiting += u32::from(fault::is(Fault::GhostsInQueue));
        self.note_leaving(waited);
    }

    pub(super) fn note_flow_out(&mut self, waited: Duration) {
        self.flowed_out += 1;
        self.note_leaving(waited);
    }

    pub(super) fn note_disposition(&mut self, waited: Duration) {
        self.disposed += 1;
        self.note_leaving(waited);
    }

    #[inline]
    fn note_leaving(&mut self, waited: Duration) {
        self.other_wait += u128::from(waited.as_nanos());
        if !fault::is(Fault::QueueLongestOfAnswered) {
            self.longest_wait = self.longest_wait.max(waited);
        }
    }

    /// Starts the statistics anew.
    pub(super) fn measure_from(&mut self, now: Instant) {
        *self = Queue {
            first: self.first,
            last: self.last,
            waiting: self.waiting,
            removed: self.removed,
            ..Queue::new(&self.name, self.group, self.period.seconds, now)
        };
    }

    /// Sets the measurement period, and the counts to zero if they are to `restart`.
    pub(super) fn set_period(&mut self, window: Window, seconds: i32, now: Instant, restart: bool) {
        self.period.set(window, seconds, now, restart.then(|| self.totals()));
        if restart {
            self.begin_window();
        }
    }

    pub(super) fn window_end(&self, window: Window) -> Instant {
        self.period.end(window)
    }

    /// Goes on to the tumbling window that holds `now`.
    pub(super) fn roll(&mut self, now: Instant) {
        self.period.begin(self.period.window_of(now), self.totals());
        self.begin_window();
    }

    /// Notes that something has changed at `now`, for a window that slides; `wait` is that of a call that left.
    pub(super) fn note_change(&mut self, wait: Duration, now: Instant) {
        self.period.note_change(now, QueueTotals { last_wait: wait, ..self.totals() });
    }

    fn begin_window(&mut self) {
        self.earlier_longest_wait = self.earlier_longest_wait.max(self.longest_wait);
        self.longest_wait = Duration::ZERO;
    }

    fn totals(&self) -> QueueTotals {
        QueueTotals {
            entered: self.entered,
            flowed_in: self.flowed_in,
            answered: self.answered,
            abandoned: self.abandoned,
            flowed_out: self.flowed_out,
            disposed: self.disposed,
            answered_wait: self.answered_wait,
            other_wait: self.other_wait,
            last_wait: Duration::ZERO,
        }
    }

    /// What the queue has counted in its life; `waiting` are the times at which the calls that wait entered it, the
    /// earliest first.
    pub(super) fn statistics(&self, waiting: impl Iterator<Item = Instant>, now: Instant) -> QueueStatistics {
        let longest = self.longest_wait.max(self.earlier_longest_wait);
        self.since(&QueueTotals::default(), longest, waiting, now)
    }

    /// What the queue has counted in the measurement period.
    pub(super) fn period_statistics(
        &self,
        window: Window,
        waiting: impl Iterator<Item = Instant>,
        now: Instant,
    ) -> QueueStatistics {
        let base = self.period.base_at(window, now, |_| self.totals());
        let longest = match window {
            Window::Tumbling if now >= self.period.end(window) => Duration::ZERO,
            Window::Tumbling | Window::SinceSet => self.longest_wait,
            Window::Sliding => self.period.longest_wait(now),
        };
        self.since(&base, longest, waiting, now)
    }

    fn since(
        &self,
        base: &QueueTotals,
        longest_ended: Duration,
        waiting: impl Iterator<Item = Instant>,
        now: Instant,
    ) -> QueueStatistics {
        let totals = self.totals();
        let (mut count, mut waiting_nanos, mut current_longest_wait) = (0, 0, Duration::ZERO);
        for queued in waiting {
            let waited = now - queued;
            count += 1;
            waiting_nanos += u128::from(waited.as_nanos());
            current_longest_wait = current_longest_wait.max(waited);
        }
        QueueStatistics {
            calls_entered: totals.entered - base.entered,
            calls_flowed_in: totals.flowed_in - base.flowed_in,
            calls_answered: totals.answered - base.answered,
            calls_abandoned: totals.abandoned - base.abandoned,
            calls_flowed_out: totals.flowed_out - base.flowed_out,
            calls_disposed: totals.disposed - base.disposed,
            current_calls_queued: count,
            longest_wait: longest_ended.max(current_longest_wait),
            current_longest_wait,
            answered_wait_nanos: totals.answered_wait - base.answered_wait,
            other_wait_nanos: totals.other_wait - base.other_wait,
            waiting_nanos,
        }
    }
}
