//! `events.csv` and `events.parquet`: one row an event, in the order in which they happen.

use super::fields::{Line, MOST_OF_NUMBER, MOST_OF_TIME, Names};
#[cfg(feature = "parquet")]
use super::parquet::Columns;
use super::rows::{Packed, Row};
use crate::acd::{AgentId, Direction, GroupId, SessionId, SessionState};
use crate::scenario::Scenario;
use crate::simulation::{Absence, Event, Observer};
use crate::time::Instant;

/// The header of `events.csv`.
pub const HEADER: &str = "replication,time_s,event,call,group,session,agent,from,to";

/// So many commas and ends a line has.
const COLUMNS: usize = 9;

/// One event, as a row has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventRow {
    time: Instant,
    /// The call, from 1; 0 for none.
    call: u64,
    /// The index of the group; [`NO_ID`] for none.
    group: u32,
    /// The number of the session; [`NO_ID`] for none.
    session: u32,
    /// The index of the session's agent, or of the one whom the event is of; [`NO_ID`] for none.
    agent: u32,
    kind: Kind,
    /// The states that the session left and came to.
    change: Option<(SessionState, SessionState)>,
}

const NO_ID: u32 = u32::MAX;
/// In a row that is kept, for a state that it does not have.
const NO_STATE: u8 = u8::MAX;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    MeasurementStarted,
    SessionCreated,
    SessionChanged,
    CallArrived,
    CallWaits,
    CallBlocked,
    CallBalked,
    CallRings,
    CallUnanswered,
    CallBackAccepted,
    CallFlowed,
    CallDisposed,
    CallAnswered,
    CallAbandoned,
    HoldEnded,
    TalkEnded,
    WrapUpEnded,
    BreakBegan,
    AwayAfterRing,
    OtherIncomingCallBegan,
    OtherOutgoingCallBegan,
    OtherCallEnded,
}

impl Kind {
    /// All of them with their names, in the order in which they are declared.
    const ALL: [(Kind, &str); 22] = [
        (Kind::MeasurementStarted, "measurement_started"),
        (Kind::SessionCreated, "session_created"),
        (Kind::SessionChanged, "session_changed"),
        (Kind::CallArrived, "call_arrived"),
        (Kind::CallWaits, "call_waits"),
        (Kind::CallBlocked, "call_blocked"),
        (Kind::CallBalked, "call_balked"),
        (Kind::CallRings, "call_rings"),
        (Kind::CallUnanswered, "call_unanswered"),
        (Kind::CallBackAccepted, "call_back_accepted"),
        (Kind::CallFlowed, "call_flowed"),
        (Kind::CallDisposed, "call_disposed"),
        (Kind::CallAnswered, "call_answered"),
        (Kind::CallAbandoned, "call_abandoned"),
        (Kind::HoldEnded, "hold_ended"),
        (Kind::TalkEnded, "talk_ended"),
        (Kind::WrapUpEnded, "wrap_up_ended"),
        (Kind::BreakBegan, "break_began"),
        (Kind::AwayAfterRing, "away_after_ring"),
        (Kind::OtherIncomingCallBegan, "other_incoming_call_began"),
        (Kind::OtherOutgoingCallBegan, "other_outgoing_call_began"),
        (Kind::OtherCallEnded, "other_call_ended"),
    ];
}

// A kind is found by its number.
const _: () = {
    let mut number = 0;
    while number < Kind::ALL.len() {
        assert!(Kind::ALL[number].0 as usize == number);
        number += 1;
    }
};

/// The event trace: an observer that hands each event out as a row.
pub struct EventLog<F: FnMut(EventRow)> {
    /// The agent of each session, and its group.
    sessions: Vec<(AgentId, GroupId)>,
    write: F,
}

impl<F: FnMut(EventRow)> EventLog<F> {
    /// A trace that hands each row to `write`.
    pub fn new(write: F) -> Self {
        EventLog { sessions: Vec::new(), write }
    }

    #[inline(never)]
    fn of_nothing(&mut self, time: Instant, kind: Kind) {
        (self.write)(EventRow { time, call: 0, group: NO_ID, session: NO_ID, agent: NO_ID, kind, change: None });
    }

    #[inline(never)]
    fn of_agent(&mut self, time: Instant, kind: Kind, agent: AgentId) {
        let agent = agent.0;
        (self.write)(EventRow { time, call: 0, group: NO_ID, session: NO_ID, agent, kind, change: None });
    }

    #[inline(never)]
    fn of_call(&mut self, time: Instant, kind: Kind, call: u64, group: GroupId) {
        (self.write)(EventRow { time, call, group: group.0, session: NO_ID, agent: NO_ID, kind, change: None });
    }

    /// With the session that has the call.
    #[inline(never)]
    fn of_handled(&mut self, time: Instant, kind: Kind, call: u64, group: GroupId, session: SessionId) {
        let (agent, _) = self.sessions[session.0 as usize];
        (self.write)(EventRow { time, call, group: group.0, session: session.0, agent: agent.0, kind, change: None });
    }

    #[inline(never)]
    fn of_session(
        &mut self,
        time: Instant,
        kind: Kind,
        session: SessionId,
        change: Option<(SessionState, SessionState)>,
    ) {
        let (agent, group) = self.sessions[session.0 as usize];
        (self.write)(EventRow { time, call: 0, group: group.0, session: session.0, agent: agent.0, kind, change });
    }
}

impl<F: FnMut(EventRow)> Observer for EventLog<F> {
    // Inlined, so that each place where an event is made knows its kind, and what a row needs of it goes there in registers.
    #[inline(always)]
    fn observe(&mut self, now: Instant, event: &Event) {
        match *event {
            Event::MeasurementStarted => self.of_nothing(now, Kind::MeasurementStarted),
            Event::SessionCreated { session, agent, group } => {
                self.sessions.push((agent, group));
                self.of_session(now, Kind::SessionCreated, session, None);
            }
            Event::SessionChanged(change) => {
                self.of_session(now, Kind::SessionChanged, change.session, Some((change.from, change.to)));
            }
            Event::CallArrived { call, group, .. } => self.of_call(now, Kind::CallArrived, call, group),
            Event::CallWaits { call, group, .. } => self.of_call(now, Kind::CallWaits, call, group),
            Event::CallBlocked { call, group, .. } => self.of_call(now, Kind::CallBlocked, call, group),
            Event::CallBalked { call, group, .. } => self.of_call(now, Kind::CallBalked, call, group),
            Event::CallBackAccepted { call, group, .. } => self.of_call(now, Kind::CallBackAccepted, call, group),
            Event::CallFlowed { call, to, .. } => self.of_call(now, Kind::CallFlowed, call, to),
            Event::CallDisposed { call, group, .. } => self.of_call(now, Kind::CallDisposed, call, group),
            Event::CallAbandoned { call, group, .. } => self.of_call(now, Kind::CallAbandoned, call, group),
            Event::CallRings { call, group, session, .. } => {
                self.of_handled(now, Kind::CallRings, call, group, session);
            }
            Event::CallUnanswered { call, group, session, .. } => {
                self.of_handled(now, Kind::CallUnanswered, call, group, session);
            }
            Event::CallAnswered { call, group, session, .. } => {
                self.of_handled(now, Kind::CallAnswered, call, group, session);
            }
            Event::HoldEnded { call, group, session, .. } => {
                self.of_handled(now, Kind::HoldEnded, call, group, session);
            }
            Event::TalkEnded { call, group, session, .. } => {
                self.of_handled(now, Kind::TalkEnded, call, group, session);
            }
            Event::WrapUpEnded { call, group, session, .. } => {
                self.of_handled(now, Kind::WrapUpEnded, call, group, session);
            }
            Event::AgentAway { agent, why, .. } => {
                let kind = if why == Absence::Break { Kind::BreakBegan } else { Kind::AwayAfterRing };
                self.of_agent(now, kind, agent);
            }
            Event::OtherCallBegan { agent, direction, .. } => {
                let incoming = direction == Direction::Incoming;
                let kind = if incoming { Kind::OtherIncomingCallBegan } else { Kind::OtherOutgoingCallBegan };
                self.of_agent(now, kind, agent);
            }
            Event::OtherCallEnded { agent } => self.of_agent(now, Kind::OtherCallEnded, agent),
        }
    }
}

/// What the rows of events have of their scenario.
pub struct EventContext {
    kinds: Names,
    groups: Names,
    agents: Names,
    states: Names,
}

/// An index that is one.
fn id(id: u32) -> Option<u32> {
    (id != NO_ID).then_some(id)
}

impl Row for EventRow {
    type Context = EventContext;
    const FILE: &'static str = "events";
    const BYTES: usize = 2 * 8 + 3 * 4 + 3;

    fn context(scenario: &Scenario) -> EventContext {
        EventContext {
            kinds: Names::new(Kind::ALL.iter().map(|&(_, name)| name)),
            groups: Names::of_groups(scenario),
            agents: Names::of_agents(scenario),
            states: Names::new(SessionState::ALL.iter().map(|state| state.name())),
        }
    }

    fn header(_: &EventContext) -> &'static str {
        HEADER
    }

    fn most(context: &EventContext) -> usize {
        let EventContext { kinds, groups, agents, states } = context;
        let names = kinds.most() + groups.most() + agents.most() + 2 * states.most();
        3 * MOST_OF_NUMBER + MOST_OF_TIME + names + COLUMNS
    }

    #[inline(always)]
    fn line(&self, replication: u32, context: &EventContext, line: &mut Line<'_>) {
        line.put_number(replication.into());
        line.put(b",");
        line.put_time(self.time.as_nanos());
        line.put(b",");
        context.kinds.put(self.kind as u32, line);
        line.put(b",");
        if self.call != 0 {
            line.put_number(self.call);
        }
        line.put(b",");
        if let Some(group) = id(self.group) {
            context.groups.put(group, line);
        }
        line.put(b",");
        if let Some(session) = id(self.session) {
            line.put_number(session.into());
        }
        line.put(b",");
        if let Some(agent) = id(self.agent) {
            context.agents.put(agent, line);
        }
        line.put(b",");
        if let Some((from, to)) = self.change {
            context.states.put(from as u32, line);
            line.put(b",");
            context.states.put(to as u32, line);
        } else {
            line.put(b",");
        }
        line.put(b"\n");
    }

    #[cfg(feature = "parquet")]
    fn columns(rows: &[Self], replication: u32, context: &EventContext, columns: &mut Columns) {
        columns.numbers("replication", rows.iter().map(|_| replication.into()));
        columns.times("time_s", rows.iter().map(|row| row.time.as_nanos()));
        columns.names("event", context.kinds.texts(), rows.iter().map(|row| row.kind as u32));
        columns.numbers_if("call", rows.iter().map(|row| (row.call != 0).then_some(row.call)));
        columns.names_if("group", context.groups.texts(), rows.iter().map(|row| id(row.group)));
        columns.numbers_if("session", rows.iter().map(|row| id(row.session).map(u64::from)));
        columns.names_if("agent", context.agents.texts(), rows.iter().map(|row| id(row.agent)));
        columns.names_if(
            "from",
            context.states.texts(),
            rows.iter().map(|row| row.change.map(|(from, _)| from as u32)),
        );
        columns.names_if("to", context.states.texts(), rows.iter().map(|row| row.change.map(|(_, to)| to as u32)));
    }

    fn pack(&self, out: &mut Vec<u8>) {
        for number in [self.time.as_nanos(), self.call] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        for id in [self.group, self.session, self.agent] {
            out.extend_from_slice(&id.to_le_bytes());
        }
        let (from, to) = self.change.map_or((NO_STATE, NO_STATE), |(from, to)| (from as u8, to as u8));
        out.extend_from_slice(&[self.kind as u8, from, to]);
    }

    fn unpack(mut packed: Packed<'_>) -> Option<Self> {
        let [time, call] = packed.numbers();
        let [group, session, agent] = packed.ids();
        let [kind, from, to] = packed.codes();
        let state = |code: u8| SessionState::ALL.get(usize::from(code)).copied();
        Some(EventRow {
            time: Instant::from_nanos(time),
            call,
            group,
            session,
            agent,
            kind: Kind::ALL.get(usize::from(kind))?.0,
            change: if from == NO_STATE { None } else { Some((state(from)?, state(to)?)) },
        })
    }
}
