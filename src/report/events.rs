//! `events.csv`: one row an event, in the order in which they happen.

use std::io::{self, Write};

use crate::acd::{AgentId, Direction, GroupId, SessionId};
use crate::scenario::Scenario;
use crate::simulation::{Absence, Event, Observer};
use crate::time::Instant;

use super::calls::quoted;

/// The header of `events.csv`.
pub const HEADER: &str = "replication,time_s,event,call,group,session,agent,from,to";

/// The event trace: an observer that writes every event of a replication as a row.
pub struct EventRows<W: Write> {
    out: W,
    replication: u32,
    groups: Vec<String>,
    agents: Vec<String>,
    /// The agent of each session, and its group, by index.
    sessions: Vec<(AgentId, usize)>,
    failure: Option<io::Error>,
}

/// What the columns of a row hold; what is none stays empty.
#[derive(Default)]
struct Row<'a> {
    event: &'a str,
    call: Option<u64>,
    group: Option<usize>,
    session: Option<SessionId>,
    /// Of an event that is of no session.
    agent: Option<AgentId>,
    from: &'a str,
    to: &'a str,
}

impl<W: Write> EventRows<W> {
    /// Rows of a replication of a scenario, without a header.
    pub fn new(scenario: &Scenario, replication: u32, out: W) -> Self {
        EventRows {
            out,
            replication,
            groups: scenario.groups.iter().map(|group| quoted(&group.name)).collect(),
            agents: scenario.agents.iter().map(|agent| quoted(&agent.name)).collect(),
            sessions: Vec::new(),
            failure: None,
        }
    }

    /// Hands the output back.
    ///
    /// # Errors
    ///
    /// The first failure to write.
    pub fn finish(self) -> io::Result<W> {
        self.failure.map_or(Ok(self.out), Err)
    }

    fn write(&mut self, now: Instant, Row { event, call, group, session, agent, from, to }: Row) -> io::Result<()> {
        let EventRows { out, replication, groups, agents, sessions, .. } = self;
        write!(out, "{replication},{now},{event},")?;
        if let Some(call) = call {
            write!(out, "{call}")?;
        }
        let group = group.map_or("", |group| &groups[group]);
        match session {
            Some(session) => {
                let (agent, _) = sessions[session.0 as usize];
                writeln!(out, ",{group},{},{},{from},{to}", session.0, agents[agent.0 as usize])
            }
            None => {
                let agent = agent.map_or("", |agent| &agents[agent.0 as usize]);
                writeln!(out, ",{group},,{agent},{from},{to}")
            }
        }
    }
}

impl<W: Write> Observer for EventRows<W> {
    fn observe(&mut self, now: Instant, event: &Event) {
        if let Event::SessionCreated { agent, group, .. } = *event {
            self.sessions.push((agent, group.0 as usize));
        }
        let of_call = |event, call, group: GroupId, session| Row {
            event,
            call: Some(call),
            group: Some(group.0 as usize),
            session,
            ..Row::default()
        };
        let of_session = |event, session: SessionId| Row {
            event,
            group: Some(self.sessions[session.0 as usize].1),
            session: Some(session),
            ..Row::default()
        };
        let row = match *event {
            Event::MeasurementStarted => Row { event: "measurement_started", ..Row::default() },
            Event::SessionCreated { session, .. } => of_session("session_created", session),
            Event::SessionChanged(change) => {
                Row { from: change.from.name(), to: change.to.name(), ..of_session("session_changed", change.session) }
            }
            Event::CallArrived { call, group, .. } => of_call("call_arrived", call, group, None),
            Event::CallWaits { call, group, .. } => of_call("call_waits", call, group, None),
            Event::CallBlocked { call, group, .. } => of_call("call_blocked", call, group, None),
            Event::CallBalked { call, group, .. } => of_call("call_balked", call, group, None),
            Event::CallRings { call, group, session, .. } => of_call("call_rings", call, group, Some(session)),
            Event::CallUnanswered { call, group, session, .. } => {
                of_call("call_unanswered", call, group, Some(session))
            }
            Event::CallBackAccepted { call, group, .. } => of_call("call_back_accepted", call, group, None),
            Event::CallFlowed { call, to, .. } => of_call("call_flowed", call, to, None),
            Event::CallDisposed { call, group, .. } => of_call("call_disposed", call, group, None),
            Event::HoldEnded { call, group, session, .. } => of_call("hold_ended", call, group, Some(session)),
            Event::AgentAway { agent, why, .. } => {
                let event = if why == Absence::Break { "break_began" } else { "away_after_ring" };
                Row { event, agent: Some(agent), ..Row::default() }
            }
            Event::OtherCallBegan { agent, direction, .. } => {
                let incoming = direction == Direction::Incoming;
                let event = if incoming { "other_incoming_call_began" } else { "other_outgoing_call_began" };
                Row { event, agent: Some(agent), ..Row::default() }
            }
            Event::OtherCallEnded { agent } => Row { event: "other_call_ended", agent: Some(agent), ..Row::default() },
            Event::CallAbandoned { call, group, .. } => of_call("call_abandoned", call, group, None),
            Event::CallAnswered { call, group, session, .. } => of_call("call_answered", call, group, Some(session)),
            Event::TalkEnded { call, group, session, .. } => of_call("talk_ended", call, group, Some(session)),
            Event::WrapUpEnded { call, group, session, .. } => of_call("wrap_up_ended", call, group, Some(session)),
        };
        if self.failure.is_none() {
            self.failure = self.write(now, row).err();
        }
    }
}
