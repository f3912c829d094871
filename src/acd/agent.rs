//! Agents: who they are, and what is counted of them over all their sessions.

use serde::{Deserialize, Serialize};

use super::conventions::Window;
use super::session::{Phases, SessionStatistics};
use super::window::{Period, Totals};
use super::{AgentGoal, AgentState, SessionId, SessionState};
use crate::time::{Duration, Instant};

/// One who handles calls.
#[derive(Clone, Debug)]
pub struct Agent {
    /// The agent's user name: the operating system's log-in name.
    pub user: String,
    /// The agent ID of a switch that needs one.
    pub id: Option<String>,
    /// The agent's PIN.
    pub(super) pin: Option<String>,
    /// The state that was last asked for, which shows while there is no session.
    pub(super) wanted: AgentState,
    /// The state that follows the present call.
    pub(super) next: Option<AgentGoal>,
    pub(super) released: bool,
    /// The sessions that have ended and are not forgotten, in the order of creation.
    pub(super) ended: Vec<SessionId>,
    /// What sessions that have ended have left.
    pub(super) past: AgentStatistics,
    /// When the first of the present sessions began, or the measurement if that was later.
    pub(super) active_since: Instant,
    pub(super) period: Period<AgentStatistics>,
}

impl Agent {
    /// The sessions that have ended and that the handler has not forgotten, in the order of creation.
    pub fn ended_sessions(&self) -> &[SessionId] {
        &self.ended
    }

    /// Whether the agent was released, after which nothing is possible any more.
    pub fn is_released(&self) -> bool {
        self.released
    }

    /// The state that follows the present call, if one was asked for.
    pub fn next_state(&self) -> Option<AgentGoal> {
        self.next
    }

    /// The measurement period, as it was set: seconds.
    pub fn measurement_period(&self) -> i32 {
        self.period.seconds
    }

    pub(super) fn new(user: &str, id: Option<&str>, pin: Option<&str>, wanted: AgentState, period: i32) -> Self {
        Agent {
            user: user.to_owned(),
            id: id.map(str::to_owned),
            pin: pin.map(str::to_owned),
            wanted,
            next: None,
            released: false,
            ended: Vec::new(),
            past: AgentStatistics::default(),
            active_since: Instant::START,
            period: Period::new(period, Instant::START, AgentStatistics::default()),
        }
    }

    /// The sums since the period that is in force at `now` began; `totals` are those of the life.
    pub(super) fn in_period(
        &self,
        window: Window,
        now: Instant,
        totals: impl Fn(Instant) -> AgentStatistics,
    ) -> AgentStatistics {
        totals(now).less(&self.period.base_at(window, now, &totals))
    }
}

/// What is counted of an agent, over all sessions on one agent handler, exact to the nanosecond.
///
/// [`TapiAgentStatistics`](super::TapiAgentStatistics) is what TAPI makes of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentStatistics {
    /// ACD calls answered.
    pub calls: u64,
    /// ACD calls whose talk has ended.
    pub talks: u64,
    /// ACD calls whose wrap-up has ended.
    pub wrap_ups: u64,
    /// Incoming calls that were no ACD calls, from when they began.
    pub incoming: u64,
    /// Outgoing calls that were no ACD calls, from when they began.
    pub outgoing: u64,
    /// The phases of ACD calls, which count when they end.
    pub ended: Phases,
    /// The phases of ACD calls, which count as they pass; ringing counts when the call is answered.
    pub passed: Phases,
    /// Time in which one or more sessions were open.
    pub active: Duration,
    /// The durations of all sessions, added.
    pub session_time: Duration,
    /// How many sessions are open.
    open: u32,
    /// What passes as time does.
    passing: Passing,
}

/// Which phases of a call that counts go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Passing {
    talk: bool,
    wrap_up: bool,
    hold: bool,
}

impl AgentStatistics {
    /// Adds what a session has counted by now; `state` is the session's.
    pub(super) fn add(&mut self, session: &SessionStatistics, state: SessionState, on_hold: bool) {
        let ended = session.ended_phases();
        self.calls += session.calls;
        self.talks += session.talks;
        self.wrap_ups += session.wrap_ups;
        self.ended = self.ended + ended;
        self.passed = self.passed + ended + session.running;
        self.session_time += session.duration;
        if state != SessionState::SessionEnded {
            self.open += 1;
            self.passing.talk |= session.is_talking();
            self.passing.wrap_up |= session.is_wrapping_up();
            self.passing.hold |= session.is_talking() && on_hold;
        }
    }

    /// What was counted since `base`, which was before.
    fn less(&self, base: &AgentStatistics) -> AgentStatistics {
        AgentStatistics {
            calls: self.calls - base.calls,
            talks: self.talks - base.talks,
            wrap_ups: self.wrap_ups - base.wrap_ups,
            incoming: self.incoming - base.incoming,
            outgoing: self.outgoing - base.outgoing,
            ended: less(&self.ended, &base.ended),
            passed: less(&self.passed, &base.passed),
            active: duration_less(self.active, base.active),
            session_time: duration_less(self.session_time, base.session_time),
            open: self.open,
            passing: self.passing,
        }
    }

    /// Whether a call that counts is in its talk.
    pub fn is_talking(&self) -> bool {
        self.passing.talk
    }
}

impl Totals for AgentStatistics {
    fn after(&self, time: Duration) -> Self {
        let when = |passes: bool| if passes { time } else { Duration::ZERO };
        let mut later = *self;
        later.passed.talk += when(self.passing.talk);
        later.passed.wrap_up += when(self.passing.wrap_up);
        later.passed.hold += when(self.passing.hold);
        later.active += when(self.open > 0);
        later.session_time += Duration::from_nanos(time.as_nanos().saturating_mul(self.open.into()));
        later
    }
}

fn less(phases: &Phases, base: &Phases) -> Phases {
    Phases {
        talk: duration_less(phases.talk, base.talk),
        wrap_up: duration_less(phases.wrap_up, base.wrap_up),
        ringing: duration_less(phases.ringing, base.ringing),
        hold: duration_less(phases.hold, base.hold),
    }
}

fn duration_less(duration: Duration, base: Duration) -> Duration {
    Duration::from_nanos(duration.as_nanos() - base.as_nanos())
}
