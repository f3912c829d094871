//! Everything that happened, event by event: what the reference keeps, and all that it keeps.

use acdsim::acd::conventions::{Transfers, Window};
use acdsim::acd::{
    AddressId, AgentGoal, AgentId, AgentState, CallTimes, Conventions, Direction, GroupId, Place, QueueId, SessionGoal,
    SessionId, SessionState,
};
use acdsim::time::{Duration, Instant};
use uuid::Uuid;

/// When an event happened: at an instant, and after so many other events.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) at: Instant,
    pub(crate) order: u64,
}

#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) guid: Uuid,
    pub(crate) removed: bool,
}

#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) group: Option<GroupId>,
    pub(crate) removed: bool,
    /// The calls that wait, the one that entered first in front.
    pub(crate) line: Vec<Waiting>,
    pub(crate) settings: Vec<Setting>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    pub(crate) call: u32,
    pub(crate) arrived: Instant,
    pub(crate) queued: Instant,
    pub(crate) place: Place,
}

#[derive(Debug)]
pub(crate) struct Agent {
    pub(crate) pin: Option<&'static str>,
    pub(crate) wanted: AgentState,
    pub(crate) next: Option<AgentGoal>,
    pub(crate) released: bool,
    pub(crate) settings: Vec<Setting>,
}

/// A measurement period that was set, or begun anew.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) moment: Moment,
    pub(crate) seconds: i32,
    /// Whether the counts were set to zero.
    pub(crate) restarts: bool,
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) agent: AgentId,
    pub(crate) group: GroupId,
    pub(crate) address: AddressId,
    /// Every state with when it began, the first at the creation.
    pub(crate) states: Vec<(Instant, SessionState)>,
    /// Whether it is NOT_READY until the agent is free.
    pub(crate) held: bool,
    pub(crate) next: Option<SessionGoal>,
    pub(crate) pending_end: Option<SessionGoal>,
    pub(crate) released: bool,
    pub(crate) forgotten: bool,
}

impl Session {
    pub(crate) fn state(&self) -> SessionState {
        self.states.last().expect("it has been created").1
    }

    pub(crate) fn created(&self) -> Instant {
        self.states[0].0
    }

    pub(crate) fn ended(&self) -> Option<Instant> {
        self.states.last().filter(|(_, state)| *state == SessionState::SessionEnded).map(|&(at, _)| at)
    }
}

/// A call that a session answered, or began.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) session: SessionId,
    pub(crate) times: CallTimes,
    pub(crate) answered: Moment,
    pub(crate) holds: Vec<(Instant, Option<Instant>)>,
    pub(crate) talk_end: Option<Moment>,
    pub(crate) wrap_up_end: Option<Moment>,
}

/// A call that rang at a session and was not answered there.
#[derive(Debug)]
pub(crate) struct Ring {
    pub(crate) session: SessionId,
    pub(crate) times: CallTimes,
    pub(crate) ended: Moment,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) queue: QueueId,
    pub(crate) moment: Moment,
    pub(crate) flowed_in: bool,
    pub(crate) arrived: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Answered,
    Abandoned,
    FlowedOut,
    Disposed,
}

#[derive(Debug)]
pub(crate) struct Leaving {
    pub(crate) queue: QueueId,
    pub(crate) arrived: Instant,
    pub(crate) queued: Instant,
    pub(crate) moment: Moment,
    pub(crate) how: How,
}

#[derive(Debug)]
pub(crate) struct OtherCall {
    pub(crate) agent: AgentId,
    pub(crate) direction: Direction,
    pub(crate) began: Moment,
    pub(crate) over: bool,
}

/// All events, and the objects that they are about.
#[derive(Debug)]
pub(crate) struct Diary {
    pub(crate) conventions: Conventions,
    pub(crate) now: Instant,
    pub(crate) events: u64,
    pub(crate) groups: Vec<Group>,
    pub(crate) queues: Vec<Queue>,
    pub(crate) addresses: u32,
    pub(crate) agents: Vec<Agent>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) calls: Vec<Call>,
    pub(crate) rings: Vec<Ring>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) leavings: Vec<Leaving>,
    pub(crate) other_calls: Vec<OtherCall>,
    pub(crate) directory: Vec<(&'static str, &'static str)>,
    pub(crate) measured: Moment,
    pub(crate) most: u32,
}

/// What part of the events counts: those after a point of the diary, and of these those from, or after, an instant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    after: Moment,
    from: Option<Instant>,
    /// Whether what happens at that instant is part of it.
    inclusive: bool,
}

impl Part {
    pub(crate) fn has(&self, moment: Moment) -> bool {
        moment.order > self.after.order
            && self.from.is_none_or(|from| moment.at > from || (self.inclusive && moment.at == from))
    }

    pub(crate) fn begin(&self) -> Instant {
        self.from.unwrap_or(self.after.at)
    }
}

/// The time that two stretches have in common.
pub(crate) fn overlap(stretch: (Instant, Instant), other: (Instant, Instant)) -> Duration {
    stretch.1.min(other.1).since(stretch.0.max(other.0))
}

impl Diary {
    pub(crate) fn new(conventions: Conventions) -> Self {
        Diary {
            conventions,
            now: Instant::START,
            events: 1,
            groups: Vec::new(),
            queues: Vec::new(),
            addresses: 0,
            agents: Vec::new(),
            sessions: Vec::new(),
            calls: Vec::new(),
            rings: Vec::new(),
            entries: Vec::new(),
            leavings: Vec::new(),
            other_calls: Vec::new(),
            directory: Vec::new(),
            measured: Moment { at: Instant::START, order: 0 },
            most: u32::MAX,
        }
    }

    /// The moment of an event that happens now.
    pub(crate) fn moment(&mut self) -> Moment {
        self.events += 1;
        Moment { at: self.now, order: self.events }
    }

    /// Whether a call that arrived then counts at all: not before the measurement began.
    pub(crate) fn in_time(&self, arrived: Instant) -> bool {
        arrived >= self.measured.at
    }

    /// Whether a session counts the calls with these times.
    pub(crate) fn counts(&self, times: &CallTimes) -> bool {
        let elsewhere = times.transferred && self.conventions.transfers == Transfers::FirstAgent;
        self.in_time(times.arrived) && !elsewhere
    }

    /// All since the measurement began.
    pub(crate) fn life(&self) -> Part {
        Part { after: self.measured, from: None, inclusive: false }
    }

    /// What a measurement period with these settings shows now.
    pub(crate) fn period(&self, settings: &[Setting]) -> Part {
        let restart = settings.iter().rposition(|setting| setting.restarts).expect("creation is one");
        let settings = &settings[restart..];
        let after = settings[0].moment;
        let window = self.conventions.measurement_window;
        let mut part = Part { after, from: None, inclusive: window == Window::Tumbling };
        for (number, setting) in settings.iter().enumerate() {
            // How this setting, while it was in force, has moved the beginning.
            let until = settings.get(number + 1).map_or(self.now, |next| next.moment.at).as_nanos();
            let set = setting.moment.at.as_nanos();
            let length = u64::from(setting.seconds as u32) * 1_000_000_000;
            let begin = match window {
                Window::SinceSet => None,
                Window::Tumbling => {
                    let whole = (until - set) / length;
                    (whole > 0).then(|| Instant::from_nanos(set + whole * length))
                }
                Window::Sliding => until.checked_sub(length).map(Instant::from_nanos),
            };
            if let Some(begin) = begin.filter(|&begin| begin >= part.begin()) {
                part.from = Some(begin);
            }
        }
        part
    }

    /// The sessions of an agent that have not ended, in the order of creation.
    pub(crate) fn current(&self, agent: AgentId) -> Vec<SessionId> {
        self.sessions_where(|session| session.agent == agent && session.ended().is_none())
    }

    /// Those that have ended and are not forgotten, in the order of creation.
    pub(crate) fn ended(&self, agent: AgentId) -> Vec<SessionId> {
        self.sessions_where(|session| session.agent == agent && session.ended().is_some() && !session.forgotten)
    }

    pub(crate) fn sessions_where(&self, test: impl Fn(&Session) -> bool) -> Vec<SessionId> {
        (0..).map(SessionId).zip(&self.sessions).filter(|(_, session)| test(session)).map(|(id, _)| id).collect()
    }

    pub(crate) fn session(&self, session: SessionId) -> &Session {
        &self.sessions[session.0 as usize]
    }

    pub(crate) fn agent(&self, agent: AgentId) -> &Agent {
        &self.agents[agent.0 as usize]
    }

    pub(crate) fn queue(&self, queue: QueueId) -> &Queue {
        &self.queues[queue.0 as usize]
    }
}
