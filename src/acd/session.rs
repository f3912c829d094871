//! One agent session: its state and its statistics, kept exactly.

use super::{AgentId, SessionState};
use crate::time::{Duration, Instant};

/// The relation of an agent, an ACD group and an address: its state and what is counted in it.
///
/// One cache line: every event of a call touches one of these.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct AgentSession {
    /// When the present state began, or the measurement if that was later.
    since: Instant,
    total_talk: Duration,
    total_wrap_up: Duration,
    /// The lower 64 bits of the nanoseconds; calls wait at the same time, so their waits may be more than the run.
    total_time_to_answer: u64,
    longest_time_to_answer: Duration,
    ready: Duration,
    calls: u32,
    /// How often those overflowed.
    total_time_to_answer_carries: u32,
    agent: AgentId,
    state: SessionState,
    /// Whether the present call enters the statistics.
    counted: bool,
    /// Whether the session is NOT_READY only because the agent is busy in another one.
    held: bool,
}

const _: () = assert!(size_of::<AgentSession>() == 64, "a session fills one cache line");

/// The statistics of an agent session at an instant, exact to the nanosecond.
///
/// [`TapiSessionStatistics`](super::TapiSessionStatistics) is what TAPI makes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionStatistics {
    /// When the session was created.
    pub started: Instant,
    /// From the creation (or from the start of the measurement, if that was later) to the end of the session, or to now.
    pub duration: Duration,
    /// Calls answered.
    pub calls: u64,
    /// Talk time of the calls whose talk has ended.
    pub total_talk: Duration,
    /// How many those are.
    pub talks: u64,
    /// Wrap-up time of the calls whose wrap-up has ended.
    pub total_wrap_up: Duration,
    /// How many those are.
    pub wrap_ups: u64,
    /// Time that the answered calls waited, from entering the queue to the answer, in nanoseconds.
    pub total_time_to_answer_nanos: u128,
    /// The longest of those times.
    pub longest_time_to_answer: Duration,
    /// Time in READY, up to now.
    pub ready: Duration,
}

impl SessionStatistics {
    /// Talk and wrap-up time together.
    pub fn total_call_time(&self) -> Duration {
        self.total_talk + self.total_wrap_up
    }
}

impl AgentSession {
    /// A new session, NOT_READY.
    pub(super) fn new(agent: AgentId, now: Instant) -> Self {
        AgentSession {
            since: now,
            total_talk: Duration::ZERO,
            total_wrap_up: Duration::ZERO,
            total_time_to_answer: 0,
            longest_time_to_answer: Duration::ZERO,
            ready: Duration::ZERO,
            calls: 0,
            total_time_to_answer_carries: 0,
            agent,
            state: SessionState::NotReady,
            counted: false,
            held: false,
        }
    }

    /// The present state.
    #[inline]
    pub fn state(&self) -> SessionState {
        self.state
    }

    /// The agent whose session it is.
    #[inline]
    pub fn agent(&self) -> AgentId {
        self.agent
    }

    /// Whether the session is NOT_READY only because the agent is busy in another one.
    #[inline]
    pub(super) fn is_held(&self) -> bool {
        self.held
    }

    /// When the present state began, or the measurement if that was later.
    #[inline]
    pub fn since(&self) -> Instant {
        self.since
    }

    /// Leaves the present state for `next`, which the caller has checked may follow, and counts what ends with it.
    #[inline]
    pub(super) fn enter(&mut self, next: SessionState, now: Instant) {
        let spent = now - self.since;
        match self.state {
            SessionState::Ready => self.ready += spent,
            SessionState::BusyOnCall if self.counted => self.total_talk += spent,
            SessionState::BusyWrapup if self.counted => self.total_wrap_up += spent,
            _ => {}
        }
        self.state = next;
        self.since = now;
        self.held = false;
    }

    /// Makes a READY session NOT_READY because the agent becomes busy in another one.
    #[inline]
    pub(super) fn hold(&mut self, now: Instant) {
        self.enter(SessionState::NotReady, now);
        self.held = true;
    }

    /// Notes the call that the session has just become busy on: how long it waited, and whether it counts.
    #[inline]
    pub(super) fn note_answer(&mut self, waited: Duration, counted: bool) {
        self.counted = counted;
        if counted {
            self.calls += 1;
            let (sum, carried) = self.total_time_to_answer.overflowing_add(waited.as_nanos());
            self.total_time_to_answer = sum;
            self.total_time_to_answer_carries += u32::from(carried);
            self.longest_time_to_answer = self.longest_time_to_answer.max(waited);
        }
    }

    /// Starts the statistics anew: the call in progress, if any, counts no more.
    pub(super) fn measure_from(&mut self, now: Instant) {
        *self = AgentSession { state: self.state, held: self.held, ..AgentSession::new(self.agent, now) };
    }

    /// The statistics of a session that lived from `started` to `until`, measured from `measured_from`.
    pub(super) fn statistics(&self, started: Instant, measured_from: Instant, until: Instant) -> SessionStatistics {
        let in_ready = if self.state == SessionState::Ready { until.since(self.since) } else { Duration::ZERO };
        // Every call has had its talk and its wrap-up, unless it is in one of them now.
        let in_talk = self.state == SessionState::BusyOnCall && self.counted;
        let in_wrap_up = self.state == SessionState::BusyWrapup && self.counted;
        let talks = u64::from(self.calls) - u64::from(in_talk);
        let carries = u128::from(self.total_time_to_answer_carries) << 64;
        SessionStatistics {
            started,
            duration: until.since(started.max(measured_from)),
            calls: self.calls.into(),
            total_talk: self.total_talk,
            talks,
            total_wrap_up: self.total_wrap_up,
            wrap_ups: talks - u64::from(in_wrap_up),
            total_time_to_answer_nanos: carries | u128::from(self.total_time_to_answer),
            longest_time_to_answer: self.longest_time_to_answer,
            ready: self.ready + in_ready,
        }
    }
}
