//! What is counted of each group in each interval of the day.

use crate::acd::{GroupId, SessionState};
use crate::simulation::{Event, Observer};
use crate::time::{Duration, Instant};

/// What happened in one interval in one group; times are sums in nanoseconds.
///
/// A call belongs to the interval in which it arrived, whenever it is answered or given up. Times of agents and of the
/// queue belong to the interval in which they pass. The warm-up is not left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntervalTotals {
    /// Calls that arrived.
    pub offered: u64,
    /// Those of them that were answered.
    pub answered: u64,
    /// Those whose callers gave up.
    pub abandoned: u64,
    /// Answered within the service-level threshold.
    pub answered_within: u64,
    /// Abandoned within the service-level threshold.
    pub abandoned_within: u64,
    /// Waits of the answered calls.
    pub answered_wait_nanos: u128,
    /// The longest wait of an answered call.
    pub longest_time_to_answer: Duration,
    /// The longest wait of any call that was answered or given up.
    pub longest_wait: Duration,
    /// Time in which agents had a session of the group.
    pub staffed_nanos: u128,
    /// Time in which those sessions were READY.
    pub ready_nanos: u128,
    /// Time in which those sessions were BUSY_ON_CALL.
    pub talk_nanos: u128,
    /// Time in which those sessions were BUSY_WRAPUP.
    pub wrap_up_nanos: u128,
    /// The integral of the number of waiting calls, in call-nanoseconds.
    pub queue_area: u128,
}

/// Observes each group in each interval of the run.
///
/// The memory is that of the intervals and the sessions, whatever the number of calls.
#[derive(Clone, Debug)]
pub struct Intervals {
    length: Duration,
    threshold: Duration,
    groups: usize,
    /// Interval by interval, in each group by group.
    totals: Vec<IntervalTotals>,
    sessions: Vec<Open>,
    queues: Vec<Open>,
}

/// What has lasted since an instant: a session in a state, or calls waiting in a queue.
#[derive(Clone, Copy, Debug)]
struct Open {
    since: Instant,
    group: GroupId,
    state: SessionState,
    waiting: u64,
}

impl Intervals {
    /// Intervals of this length for a run to `horizon` of so many groups.
    pub fn new(length: Duration, horizon: Duration, groups: usize, threshold: Duration) -> Self {
        let intervals = usize::try_from(horizon.as_nanos().div_ceil(length.as_nanos()))
            .expect("whoever validates a scenario bounds the intervals");
        let queue =
            |group| Open { since: Instant::START, group: GroupId(group), state: SessionState::NotReady, waiting: 0 };
        Intervals {
            length,
            threshold,
            groups,
            totals: vec![IntervalTotals::default(); intervals * groups],
            sessions: Vec::new(),
            queues: (0..groups as u32).map(queue).collect(),
        }
    }

    /// Each interval's start, and the totals of the groups in it.
    pub fn iter(&self) -> impl Iterator<Item = (Instant, &[IntervalTotals])> {
        let start = |index: u64| Instant::from_nanos(index * self.length.as_nanos());
        (0..).map(start).zip(self.totals.chunks(self.groups))
    }

    fn at(&mut self, instant: Instant, group: GroupId) -> &mut IntervalTotals {
        let interval = (instant.as_nanos() / self.length.as_nanos()) as usize;
        &mut self.totals[interval * self.groups + group.0 as usize]
    }

    /// Hands the time from `from` to `until` out to the intervals that it crosses.
    fn spread(&mut self, group: GroupId, from: Instant, until: Instant, add: impl Fn(&mut IntervalTotals, u128)) {
        let mut from = from;
        while from < until {
            let next = (from.as_nanos() / self.length.as_nanos() + 1).saturating_mul(self.length.as_nanos());
            let to = until.min(Instant::from_nanos(next));
            add(self.at(from, group), (to - from).as_nanos().into());
            from = to;
        }
    }

    fn session_leaves(&mut self, Open { since, group, state, .. }: Open, now: Instant) {
        self.spread(group, since, now, |totals, nanos| {
            totals.staffed_nanos += nanos;
            match state {
                SessionState::Ready => totals.ready_nanos += nanos,
                SessionState::BusyOnCall => totals.talk_nanos += nanos,
                SessionState::BusyWrapup => totals.wrap_up_nanos += nanos,
                SessionState::NotReady | SessionState::SessionEnded => {}
            }
        });
    }

    /// Lets the clock of a queue run up to now, and notes that a call has entered or left it.
    fn queue_changes(&mut self, group: GroupId, now: Instant, entered: bool) {
        let queue = &mut self.queues[group.0 as usize];
        let before = *queue;
        queue.since = now;
        queue.waiting = if entered { before.waiting + 1 } else { before.waiting - 1 };
        self.queue_passes(before, now);
    }

    fn queue_passes(&mut self, Open { since, group, waiting, .. }: Open, now: Instant) {
        if waiting > 0 {
            self.spread(group, since, now, |totals, nanos| totals.queue_area += u128::from(waiting) * nanos);
        }
    }
}

impl Observer for Intervals {
    fn observe(&mut self, now: Instant, event: &Event) {
        match *event {
            Event::SessionCreated { session, group, .. } => {
                debug_assert_eq!(session.0 as usize, self.sessions.len(), "sessions are numbered in order");
                self.sessions.push(Open { since: now, group, state: SessionState::NotReady, waiting: 0 });
            }
            Event::SessionChanged(change) => {
                let session = &mut self.sessions[change.session.0 as usize];
                let before = *session;
                (session.since, session.state) = (now, change.to);
                self.session_leaves(before, now);
            }
            Event::CallArrived { group, .. } => {
                self.at(now, group).offered += 1;
                self.queue_changes(group, now, true);
            }
            Event::CallAnswered { group, waited, .. } => {
                let within = u64::from(waited <= self.threshold);
                let totals = self.at(Instant::from_nanos(now.as_nanos() - waited.as_nanos()), group);
                totals.answered += 1;
                totals.answered_within += within;
                totals.answered_wait_nanos += u128::from(waited.as_nanos());
                totals.longest_time_to_answer = totals.longest_time_to_answer.max(waited);
                totals.longest_wait = totals.longest_wait.max(waited);
                self.queue_changes(group, now, false);
            }
            Event::CallAbandoned { group, waited, .. } => {
                let within = u64::from(waited <= self.threshold);
                let totals = self.at(Instant::from_nanos(now.as_nanos() - waited.as_nanos()), group);
                totals.abandoned += 1;
                totals.abandoned_within += within;
                totals.longest_wait = totals.longest_wait.max(waited);
                self.queue_changes(group, now, false);
            }
            Event::CallWaits { .. }
            | Event::TalkEnded { .. }
            | Event::WrapUpEnded { .. }
            | Event::MeasurementStarted => {}
        }
    }

    fn finish(&mut self, end: Instant) {
        for session in std::mem::take(&mut self.sessions) {
            if session.state != SessionState::SessionEnded {
                self.session_leaves(session, end);
            }
        }
        for queue in std::mem::take(&mut self.queues) {
            self.queue_passes(queue, end);
        }
    }
}
