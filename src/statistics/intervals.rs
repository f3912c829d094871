//! What is counted of each group in each interval of the day.

use serde::{Deserialize, Serialize};

use crate::acd::{AgentId, GroupId, SessionId, SessionState, StateChange};
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
    groups: usize,
    /// Interval by interval, in each group by group.
    totals: Vec<IntervalTotals>,
    /// The group of each session, and whether its agent is away; only while the run goes on, as the next.
    #[serde(skip)]
    sessions: Vec<(GroupId, bool)>,
    /// The sessions of each agent that have not ended.
    #[serde(skip)]
    agents: Vec<Vec<u32>>,
    #[serde(skip)]
    present: Vec<Present>,
}

/// What a group has in the interval that is under way.
#[derive(Clone, Copy, Debug, Default)]
struct Present {
    /// When the interval ends.
    until: Instant,
    /// The place of its totals.
    row: usize,
    counts: [u64; 6],
    /// The integral of each count over the interval if the count stays as it is, in nanoseconds: so a change costs one
    /// addition, and the passing of time none.
    areas: [u128; 6],
}

/// What is counted in a group at each moment.
#[derive(Clone, Copy, Debug)]
enum Count {
    /// Sessions that have not ended.
    Staffed,
    /// Those of them whose agents are away.
    Away,
    Ready,
    OnCall,
    WrappingUp,
    /// Calls that wait.
    Waiting,
}

impl Count {
    /// The count of sessions in a state, if that is counted apart.
    const fn of(state: SessionState) -> Option<Count> {
        match state {
            SessionState::Ready => Some(Count::Ready),
            SessionState::BusyOnCall => Some(Count::OnCall),
            SessionState::BusyWrapup => Some(Count::WrappingUp),
            SessionState::NotReady | SessionState::SessionEnded => None,
        }
    }
}

impl Present {
    #[inline(always)]
    fn gains(&mut self, count: Count, now: Instant) {
        self.counts[count as usize] += 1;
        self.areas[count as usize] += u128::from((self.until - now).as_nanos());
    }

    #[inline(always)]
    fn loses(&mut self, count: Count, now: Instant) {
        self.counts[count as usize] -= 1;
        self.areas[count as usize] -= u128::from((self.until - now).as_nanos());
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
            groups,
            totals: vec![IntervalTotals::default(); intervals * groups],
            sessions: Vec::new(),
            agents: Vec::new(),
            present: (0..groups)
                .map(|row| Present { until: Instant::START + length, row, ..Present::default() })
                .collect(),
        }
    }

    /// Each interval's start, and the totals of the groups in it.
    pub fn iter(&self) -> impl Iterator<Item = (Instant, &[IntervalTotals])> {
        let start = |index: u64| Instant::from_nanos(index * self.length.as_nanos());
        (0..).map(start).zip(self.totals.chunks(self.groups))
    }

    /// What a group has now.
    #[inline(always)]
    fn present(&mut self, group: GroupId, now: Instant) -> &mut Present {
        if self.present[group.0 as usize].until <= now {
            self.begin_interval(group, now);
        }
        &mut self.present[group.0 as usize]
    }

    /// Lets a group go on to the interval of now.
    #[cold]
    fn begin_interval(&mut self, group: GroupId, now: Instant) {
        while self.present[group.0 as usize].until <= now {
            self.end_interval(group);
            let (length, groups) = (self.length, self.groups);
            let present = &mut self.present[group.0 as usize];
            present.row += groups;
            present.until = present.until + length;
            present.areas = present.counts.map(|count| u128::from(count) * u128::from(length.as_nanos()));
        }
    }

    /// Puts what a group has had in its interval into the totals of that.
    fn end_interval(&mut self, group: GroupId) {
        let Present { row, areas, .. } = self.present[group.0 as usize];
        let area = |count: Count| areas[count as usize];
        let totals = &mut self.totals[row];
        totals.staffed_nanos += area(Count::Staffed);
        totals.away_nanos += area(Count::Away);
        totals.ready_nanos += area(Count::Ready);
        totals.talk_nanos += area(Count::OnCall);
        totals.wrap_up_nanos += area(Count::WrappingUp);
        totals.queue_area += area(Count::Waiting);
    }

    /// The totals of the interval of a group in which a call arrived, before now.
    #[inline(always)]
    fn of_arrival(&mut self, arrived: Instant, group: GroupId) -> &mut IntervalTotals {
        let Present { until, row, .. } = self.present[group.0 as usize];
        // Most calls end in the interval in which they arrive.
        let row = if arrived + self.length >= until { row } else { self.row(arrived, group) };
        &mut self.totals[row]
    }

    #[inline(never)]
    fn row(&self, instant: Instant, group: GroupId) -> usize {
        (instant.as_nanos() / self.length.as_nanos()) as usize * self.groups + group.0 as usize
    }

    #[inline(never)]
    fn arrives(&mut self, now: Instant, group: GroupId) {
        self.present(group, now).gains(Count::Waiting, now);
        self.of_arrival(now, group).offered += 1;
    }

    #[inline(never)]
    fn is_answered(&mut self, now: Instant, group: GroupId, arrived: Instant) {
        self.present(group, now).loses(Count::Waiting, now);
        let (waited, threshold) = (now - arrived, self.threshold);
        let totals = self.of_arrival(arrived, group);
        totals.answered += 1;
        totals.answered_within += u64::from(waited <= threshold);
        totals.answered_wait_nanos += u128::from(waited.as_nanos());
        totals.longest_time_to_answer = totals.longest_time_to_answer.max(waited);
        totals.longest_wait = totals.longest_wait.max(waited);
    }

    /// Lets a session change its state.
    // Takes the parts of the change in registers: written to memory and read back they cost as much as all of it.
    #[inline(never)]
    fn changes(&mut self, now: Instant, session: SessionId, agent: AgentId, from: SessionState, to: SessionState) {
        let (group, away) = self.sessions[session.0 as usize];
        let present = self.present(group, now);
        if let Some(count) = Count::of(from) {
            present.loses(count, now);
        }
        if let Some(count) = Count::of(to) {
            present.gains(count, now);
        }
        if away || to == SessionState::SessionEnded {
            self.comes_or_goes(now, session, agent, to);
        }
    }

    /// Notes that the agent of a session comes back, or that the session ends.
    #[cold]
    fn comes_or_goes(&mut self, now: Instant, session: SessionId, agent: AgentId, to: SessionState) {
        let (group, away) = &mut self.sessions[session.0 as usize];
        let (group, returns) = (*group, std::mem::take(away));
        // An agent who is away comes back, or leaves, with the next change.
        if returns {
            self.present(group, now).loses(Count::Away, now);
        }
        if to == SessionState::SessionEnded {
            self.agents[agent.0 as usize].retain(|&other| other != session.0);
            self.present(group, now).loses(Count::Staffed, now);
        }
    }

    /// Observes what few events are.
    #[inline(never)]
    fn observe_rare(&mut self, now: Instant, event: &Event) {
        match *event {
            Event::SessionCreated { session, group, agent } => {
                debug_assert_eq!(session.0 as usize, self.sessions.len(), "sessions are numbered in order");
                self.sessions.push((group, false));
                let agent = agent.0 as usize;
                if agent >= self.agents.len() {
                    self.agents.resize(agent + 1, Vec::new());
                }
                self.agents[agent].push(session.0);
                self.present(group, now).gains(Count::Staffed, now);
            }
            Event::AgentAway { agent, .. } => {
                for session in self.agents[agent.0 as usize].clone() {
                    let (group, away) = &mut self.sessions[session as usize];
                    *away = true;
                    let group = *group;
                    self.present(group, now).gains(Count::Away, now);
                }
            }
            Event::CallAbandoned { group, arrived, .. } => {
                self.present(group, now).loses(Count::Waiting, now);
                let (waited, threshold) = (now - arrived, self.threshold);
                let totals = self.of_arrival(arrived, group);
                totals.abandoned += 1;
                totals.abandoned_within += u64::from(waited <= threshold);
                totals.longest_wait = totals.longest_wait.max(waited);
            }
            Event::CallBlocked { group, .. } => {
                self.present(group, now).loses(Count::Waiting, now);
                self.of_arrival(now, group).blocked += 1;
            }
            Event::CallBalked { group, .. } => {
                self.present(group, now).loses(Count::Waiting, now);
                self.of_arrival(now, group).balked += 1;
            }
            Event::CallFlowed { from, to, arrived, .. } => {
                self.present(from, now).loses(Count::Waiting, now);
                self.present(to, now).gains(Count::Waiting, now);
                self.of_arrival(arrived, from).flowed_out += 1;
                self.of_arrival(arrived, to).flowed_in += 1;
            }
            Event::CallDisposed { group, arrived, .. } => {
                self.present(group, now).loses(Count::Waiting, now);
                self.of_arrival(arrived, group).disposed += 1;
            }
            _ => {}
        }
    }
}

impl Observer for Intervals {
    // Inlined, so that events that are none of its business are gone where they are made.
    #[inline(always)]
    fn observe(&mut self, now: Instant, event: &Event) {
        match *event {
            Event::SessionChanged(StateChange { session, agent, from, to }) => {
                self.changes(now, session, agent, from, to);
            }
            Event::CallArrived { group, .. } => self.arrives(now, group),
            Event::CallAnswered { group, arrived, .. } => self.is_answered(now, group, arrived),
            Event::SessionCreated { .. }
            | Event::AgentAway { .. }
            | Event::CallAbandoned { .. }
            | Event::CallBlocked { .. }
            | Event::CallBalked { .. }
            | Event::CallFlowed { .. }
            | Event::CallDisposed { .. } => self.observe_rare(now, event),
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
        for group in 0..self.groups as u32 {
            let group = GroupId(group);
            // An interval that ends with the run is the last.
            if self.present[group.0 as usize].until < end {
                self.begin_interval(group, Instant::from_nanos(end.as_nanos() - 1));
            }
            let present = &mut self.present[group.0 as usize];
            let rest = u128::from((present.until - end).as_nanos());
            for (area, &count) in present.areas.iter_mut().zip(&present.counts) {
                *area -= u128::from(count) * rest;
            }
            self.end_interval(group);
        }
    }
}
