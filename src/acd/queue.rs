//! Queues: where calls wait, and what ITQueue reports of them.

use std::fmt;

use super::GroupId;
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
    /// When it entered the queue.
    pub entered: Instant,
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
}

/// A point at which calls are held, with its statistics.
#[derive(Clone, Debug)]
pub struct Queue {
    /// The queue's name.
    pub name: String,
    /// The group it belongs to.
    pub group: GroupId,
    first: u32,
    last: u32,
    waiting: u32,
    /// Calls that entered and count.
    entered: u64,
    /// Those of them that left, answered or abandoned.
    left: u64,
    abandoned: u64,
    /// The waits of the calls that left, in nanoseconds.
    total_wait: u128,
    longest_wait: Duration,
}

/// The statistics of a queue at an instant, exact to the nanosecond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueStatistics {
    /// Calls that entered the queue, those answered at once among them.
    pub total_calls_queued: u64,
    /// Calls waiting now.
    pub current_calls_queued: u64,
    /// Calls whose callers hung up while waiting.
    pub total_calls_abandoned: u64,
    /// The longest wait of any call, ended or not.
    pub longest_ever_wait: Duration,
    /// How long the call now waiting longest has waited.
    pub current_longest_wait: Duration,
    /// The waits of the calls that left the queue, answered or abandoned, in nanoseconds.
    pub total_wait_nanos: u128,
    /// How many those are.
    pub calls_left: u64,
}

impl QueueStatistics {
    /// The mean wait of the calls that left the queue, truncated to the nanosecond; 0 without calls.
    pub fn average_wait(&self) -> Duration {
        let mean = self.total_wait_nanos.checked_div(self.calls_left.into()).unwrap_or(0);
        Duration::from_nanos(u64::try_from(mean).unwrap_or(u64::MAX))
    }
}

impl<C: Copy> WaitingRoom<C> {
    pub(super) fn new() -> Self {
        WaitingRoom { nodes: Vec::new(), free: NONE }
    }

    /// Puts a call at the end of the queue.
    #[inline]
    pub(super) fn push(&mut self, queue: &mut Queue, call: C, entered: Instant) -> Place {
        let node = Node { waiting: WaitingCall { call, entered }, before: queue.last, after: NONE };
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
        Place(place)
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
        waiting
    }

    /// The call that has waited longest in the queue.
    #[inline]
    pub(super) fn first(&self, queue: &Queue) -> Option<(Place, &WaitingCall<C>)> {
        match queue.first {
            NONE => None,
            first => Some((Place(first), &self.nodes[first as usize].waiting)),
        }
    }

    /// All calls of the queue, the longest waiting first.
    pub(super) fn iter(&self, queue: &Queue) -> impl Iterator<Item = &WaitingCall<C>> {
        let mut place = queue.first;
        std::iter::from_fn(move || {
            let node = self.nodes.get(place as usize)?;
            place = node.after;
            Some(&node.waiting)
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
    pub(super) fn new(name: String, group: GroupId) -> Self {
        Queue {
            name,
            group,
            first: NONE,
            last: NONE,
            waiting: 0,
            entered: 0,
            left: 0,
            abandoned: 0,
            total_wait: 0,
            longest_wait: Duration::ZERO,
        }
    }

    /// Calls waiting now.
    #[inline]
    pub fn waiting(&self) -> u32 {
        self.waiting
    }

    #[inline]
    pub(super) fn note_entry(&mut self) {
        self.entered += 1;
    }

    #[inline]
    pub(super) fn note_answer(&mut self, waited: Duration) {
        self.left += 1;
        self.total_wait += u128::from(waited.as_nanos());
        self.longest_wait = self.longest_wait.max(waited);
    }

    #[inline]
    pub(super) fn note_abandonment(&mut self, waited: Duration) {
        self.note_answer(waited);
        self.abandoned += 1;
    }

    pub(super) fn measure_from_now(&mut self) {
        *self = Queue {
            first: self.first,
            last: self.last,
            waiting: self.waiting,
            ..Queue::new(std::mem::take(&mut self.name), self.group)
        };
    }

    pub(super) fn statistics(&self, oldest: Option<Instant>, now: Instant) -> QueueStatistics {
        let current_longest_wait = oldest.map_or(Duration::ZERO, |entered| now - entered);
        QueueStatistics {
            total_calls_queued: self.entered,
            current_calls_queued: self.entered - self.left,
            total_calls_abandoned: self.abandoned,
            longest_ever_wait: self.longest_wait.max(current_longest_wait),
            current_longest_wait,
            total_wait_nanos: self.total_wait,
            calls_left: self.left,
        }
    }
}
