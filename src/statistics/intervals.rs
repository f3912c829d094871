//! What is counted of each group in each interval of the day.

use serde::{Deserialize, Serialize};

use crate::acd::{GroupId, SessionState};
use crate::simulation::{Event, Observer};
use crate::time::{Duration, Instant};

/// What happened in one interval in one group; times are sums in nanoseconds.
///
/// A call belongs to the interval in which it arrived, whenever it is answered or given up. Times of agents and of the
/// queue belong to the interval in which they pass. The warm-up is not left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntervalTotals {
    /// Calls that arrived.
    pub offered: u64,
    /// Those of them that were answered.
    pub answered: u64,
    /// Those that found no room in the queue.
    pub blocked: u64,
    /// Those whose callers would have had to wait, and left at once.
    pub balked: u64,
    /// Calls that arrived then and came from the queue of another group later.
    pub flowed_in: u64,
    /// Calls that arrived then and went on to the queue of another group.
    pub flowed_out: u64,
    /// Calls that arrived then and reached the end of their call guide.
    pub disposed: u64,
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
    /// The part of it in which those agents were away: on a break, or after a ring that they did not answer.
    pub away_nanos: u128,
    /// Time in which those sessions were READY.
    pub ready_nanos: u128,
    /// Time in which those sessions were BUSY_ON_CALL.
    pub talk_nanos: u128,
    /// Time in which those sessions were BUSY_WRAPUP.
    pub wrap_up_nanos: u128,
    /// The integral of the number of waiting calls, in call-nanoseconds.
    pub queue_area: u128,
}

impl IntervalTotals {
    /// Adds what happened in another interval, or another part of this one.
    pub fn add(&mut self, of: &IntervalTotals) {
        self.offered += of.offered;
        self.answered += of.answered;
        self.blocked += of.blocked;
        self.balked += of.balked;
        self.flowed_in += of.flowed_in;
        self.flowed_out += of.flowed_out;
        self.disposed += of.disposed;
        self.abandoned += of.abandoned;
        self.answered_within += of.answered_within;
        self.abandoned_within += of.abandoned_within;
        self.answered_wait_nanos += of.answered_wait_nanos;
        self.longest_time_to_answer = self.longest_time_to_answer.max(of.longest_time_to_answer);
        self.longest_wait = self.longest_wait.max(of.longest_wait);
        self.staffed_nanos += of.staffed_nanos;
        self.away_nanos += of.away_nanos;
        self.ready_nanos += of.ready_nanos;
        self.talk_nanos += of.talk_nanos;
        self.wrap_up_nanos += of.wrap_up_nanos;
        self.queue_area += of.queue_area;
    }
}

/// Observes each group in each interval of the run.
///
/// The memory is that of the intervals and the sessions, and the work that of the events and the intervals, whatever the
/// number of sessions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Intervals {
    length: Duration,
    threshold: Duration,
    /// Interval by interval, in each group by group.
    totals: Vec<IntervalTotals>,
    /// The group of each session, and whether its agent is away; only while the run goes on, as the next.
    #[serde(skip)]
    sessions: Vec<(GroupId, bool)>,
    /// The sessions of each agent that have not ended.
    #[serde(skip)]
    agents: Vec<Vec<u32>>,
    now: Vec<Present>,
}

/// What a group has had since an instant.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Present {
    since: Instant,
    /// Sessions that have not ended.
    staffed: u64,
    /// Those of them whose agents are away.
    away: u64,
    ready: u64,
    on_call: u64,
    wrapping_up: u64,
    /// Calls that wait.
    waiting: u64,
}

impl Present {
    /// The count of sessions in a state, if that is counted apart.
    fn of(&mut self, state: SessionState) -> Option<&mut u64> {
        match state {
            SessionState::Ready => Some(&mut self.ready),
            SessionState::BusyOnCall => Some(&mut self.on_call),
            SessionState::BusyWrapup => Some(&mut self.wrapping_up),
            SessionState::NotReady | SessionState::SessionEnded => None,
        }
    }
}

impl Intervals {
    /// Intervals of this length for a run to `horizon` of so many groups.
    pub fn new(length: Duration, horizon: Duration, groups: usize, threshold: Duration) -> Self {
        let intervals = usize::try_from(horizon.as_nanos().div_ceil(length.as_nanos()))
            .expect("whoever validates a scenario bounds the intervals");
        Intervals {
            length,
            threshold,
            totals: vec![IntervalTotals::default(); intervals * groups],
            sessions: Vec::new(),
            agents: Vec::new(),
            now: vec![Present::default(); groups],
        }
    }

    /// Each interval's start, and the totals of the groups in it.
    pub fn iter(&self) -> impl Iterator<Item = (Instant, &[IntervalTotals])> {
        let start = |index: u64| Instant::from_nanos(index * self.length.as_nanos());
        (0..).map(start).zip(self.totals.chunks(self.now.len()))
    }

    fn at(&mut self, instant: Instant, group: GroupId) -> &mut IntervalTotals {
        let interval = (instant.as_nanos() / self.length.as_nanos()) as usize;
        &mut self.totals[interval * self.now.len() + group.0 as usize]
    }

    /// Lets the clock of a group run up to now, through all intervals on the way, and returns what the group has then.
    fn advance(&mut self, group: GroupId, now: Instant) -> &mut Present {
        let present = self.now[group.0 as usize];
        let mut from = present.since;
        while from < now {
            let next = (from.as_nanos() / self.length.as_nanos() + 1).saturating_mul(self.length.as_nanos());
            let to = now.min(Instant::from_nanos(next));
            let nanos = u128::from((to - from).as_nanos());
            let totals = self.at(from, group);
            totals.staffed_nanos += u128::from(present.staffed) * nanos;
            if present.away > 0 {
                totals.away_nanos += u128::from(present.away) * nanos;
            }
            totals.ready_nanos += u128::from(present.ready) * nanos;
            totals.talk_nanos += u128::from(present.on_call) * nanos;
            totals.wrap_up_nanos += u128::from(present.wrapping_up) * nanos;
            totals.queue_area += u128::from(present.waiting) * nanos;
            from = to;
        }
        let present = &mut self.now[group.0 as usize];
        present.since = now;
        present
    }
}

impl Observer for Intervals {
    fn observe(&mut self, now: Instant, event: &Event) {
        match *event {
            Event::SessionCreated { session, group, agent } => {
                debug_assert_eq!(session.0 as usize, self.sessions.len(), "sessions are numbered in order");
                self.sessions.push((group, false));
                let agent = agent.0 as usize;
                if agent >= self.agents.len() {
                    self.agents.resize(agent + 1, Vec::new());
                }
                self.agents[agent].push(session.0);
                self.advance(group, now).staffed += 1;
            }
            Event::AgentAway { agent, .. } => {
                for session in self.agents[agent.0 as usize].clone() {
                    let (group, away) = &mut self.sessions[session as usize];
                    *away = true;
                    let group = *group;
                    self.advance(group, now).away += 1;
                }
            }
            Event::SessionChanged(change) => {
                let (group, away) = &mut self.sessions[change.session.0 as usize];
                let (group, returns) = (*group, std::mem::take(away));
                if change.to == SessionState::SessionEnded {
                    self.agents[change.agent.0 as usize].retain(|&session| session != change.session.0);
                }
                let present = self.advance(group, now);
                // An agent who is away comes back, or leaves, with the next change.
                present.away -= u64::from(returns);
                if let Some(count) = present.of(change.from) {
                    *count -= 1;
                }
                if let Some(count) = present.of(change.to) {
                    *count += 1;
                }
                present.staffed -= u64::from(change.to == SessionState::SessionEnded);
            }
            Event::CallArrived { group, .. } => {
                self.at(now, group).offered += 1;
                self.advance(group, now).waiting += 1;
            }
            Event::CallAnswered { group, arrived, .. } => {
                let waited = now - arrived;
                let within = u64::from(waited <= self.threshold);
                let totals = self.at(arrived, group);
                totals.answered += 1;
                totals.answered_within += within;
                totals.answered_wait_nanos += u128::from(waited.as_nanos());
                totals.longest_time_to_answer = totals.longest_time_to_answer.max(waited);
                totals.longest_wait = totals.longest_wait.max(waited);
                self.advance(group, now).waiting -= 1;
            }
            Event::CallAbandoned { group, arrived, .. } => {
                let waited = now - arrived;
                let within = u64::from(waited <= self.threshold);
                let totals = self.at(arrived, group);
                totals.abandoned += 1;
                totals.abandoned_within += within;
                totals.longest_wait = totals.longest_wait.max(waited);
                self.advance(group, now).waiting -= 1;
            }
            Event::CallBlocked { group, .. } => {
                self.at(now, group).blocked += 1;
                self.advance(group, now).waiting -= 1;
            }
            Event::CallBalked { group, .. } => {
                self.at(now, group).balked += 1;
                self.advance(group, now).waiting -= 1;
            }
            Event::CallFlowed { from, to, arrived, .. } => {
                self.at(arrived, from).flowed_out += 1;
                self.at(arrived, to).flowed_in += 1;
                self.advance(from, now).waiting -= 1;
                self.advance(to, now).waiting += 1;
            }
            Event::CallDisposed { group, arrived, .. } => {
                self.at(arrived, group).disposed += 1;
                self.advance(group, now).waiting -= 1;
            }
            Event::CallRings { .. }
            | Event::CallUnanswered { .. }
            | Event::CallBackAccepted { .. }
            | Event::HoldEnded { .. }
            | Event::OtherCallBegan { .. }
            | Event::OtherCallEnded { .. }
            | Event::CallWaits { .. }
            | Event::TalkEnded { .. }
            | Event::WrapUpEnded { .. }
            | Event::MeasurementStarted => {}
        }
    }

    fn finish(&mut self, end: Instant) {
        for group in 0..self.now.len() as u32 {
            self.advance(GroupId(group), end);
        }
    }
}
