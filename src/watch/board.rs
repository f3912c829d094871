//! What a wallboard shows: who waits, what each agent does, and what has become of the calls so far.

use std::collections::{BTreeMap, VecDeque};

use crate::acd::{AgentId, GroupId, SessionId, SessionState};
use crate::scenario::Scenario;
use crate::simulation::{Absence, Event, Observer};
use crate::statistics::{GroupTotals, Totals};
use crate::time::Instant;

/// So many of the last events are kept.
const RECENT: usize = 64;

/// What an agent does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Not there.
    LoggedOut,
    /// Logged in, and not ready for a reason that nobody has said.
    NotReady,
    /// Ready for a call.
    Ready,
    /// A call rings.
    Ringing(GroupId),
    /// Talking with a caller.
    Talking(GroupId),
    /// In the wrap-up of a call.
    WrapUp(GroupId),
    /// Not ready, and why.
    Away(Absence),
    /// In a call that is no ACD call.
    OtherCall,
}

/// An agent on the board.
#[derive(Clone, Debug, Default)]
pub struct AgentBoard {
    sessions: Vec<(SessionId, GroupId, SessionState)>,
    rings: Option<(u64, GroupId)>,
    away: Option<Absence>,
    in_other_call: bool,
    doing: Option<Doing>,
    since: Instant,
    calls: u64,
}

impl AgentBoard {
    /// What the agent does.
    pub fn doing(&self) -> Doing {
        self.doing.unwrap_or(Doing::LoggedOut)
    }

    /// Since when.
    pub fn since(&self) -> Instant {
        self.since
    }

    /// The calls that the agent has answered.
    pub fn calls(&self) -> u64 {
        self.calls
    }

    fn found(&self) -> Doing {
        let in_state = |state| self.sessions.iter().find(|session| session.2 == state).map(|session| session.1);
        if self.in_other_call {
            Doing::OtherCall
        } else if let Some(group) = in_state(SessionState::BusyOnCall) {
            Doing::Talking(group)
        } else if let Some(group) = in_state(SessionState::BusyWrapup) {
            Doing::WrapUp(group)
        } else if let Some((_, group)) = self.rings {
            Doing::Ringing(group)
        } else if self.sessions.is_empty() {
            Doing::LoggedOut
        } else if in_state(SessionState::Ready).is_some() {
            Doing::Ready
        } else {
            self.away.map_or(Doing::NotReady, Doing::Away)
        }
    }
}

/// A group on the board.
#[derive(Clone, Debug, Default)]
pub struct GroupBoard {
    /// The calls that wait in its queue, with their arrivals.
    line: BTreeMap<u64, Instant>,
}

impl GroupBoard {
    /// How many calls wait.
    pub fn waiting(&self) -> usize {
        self.line.len()
    }

    /// When the call arrived that has been there longest.
    pub fn oldest(&self) -> Option<Instant> {
        self.line.values().min().copied()
    }
}

/// A wallboard, kept up by the events of a run.
#[derive(Clone, Debug)]
pub struct Board<'s> {
    scenario: &'s Scenario,
    now: Instant,
    totals: Totals,
    groups: Vec<GroupBoard>,
    agents: Vec<AgentBoard>,
    recent: VecDeque<(Instant, Event)>,
    is_finished: bool,
}

impl<'s> Board<'s> {
    /// The board of a run that has not begun.
    pub fn new(scenario: &'s Scenario) -> Self {
        Board {
            scenario,
            now: Instant::START,
            totals: Totals::new(scenario.groups.len(), scenario.service_level_threshold),
            groups: vec![GroupBoard::default(); scenario.groups.len()],
            agents: vec![AgentBoard::default(); scenario.agents.len()],
            recent: VecDeque::new(),
            is_finished: false,
        }
    }

    /// The scenario that is run.
    pub fn scenario(&self) -> &'s Scenario {
        self.scenario
    }

    /// The time on the board.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Whether the run has ended.
    pub fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// The groups, in the order of the scenario.
    pub fn groups(&self) -> &[GroupBoard] {
        &self.groups
    }

    /// What has become of each group's counted calls so far.
    pub fn totals(&self) -> &[GroupTotals] {
        self.totals.groups()
    }

    /// The agents, in the order of the scenario.
    pub fn agents(&self) -> &[AgentBoard] {
        &self.agents
    }

    /// The last things that happened to calls and agents, the latest first.
    pub fn recent(&self) -> impl Iterator<Item = &(Instant, Event)> {
        self.recent.iter()
    }

    /// How many of a group's agents do something that `is` so, of those who are logged in to it.
    pub fn agents_of(&self, group: GroupId, is: impl Fn(Doing) -> bool) -> usize {
        let belongs = |agent: &&AgentBoard| agent.sessions.iter().any(|session| session.1 == group);
        self.agents.iter().filter(belongs).filter(|agent| is(agent.doing())).count()
    }

    /// Lets the time on the board go on to `now`, unless the run has ended.
    pub fn advance(&mut self, now: Instant) {
        if !self.is_finished {
            self.now = self.now.max(now);
        }
    }

    fn agent(&mut self, agent: AgentId, change: impl FnOnce(&mut AgentBoard)) {
        let now = self.now;
        let agent = &mut self.agents[agent.0 as usize];
        change(agent);
        let doing = agent.found();
        if agent.doing != Some(doing) {
            agent.doing = Some(doing);
            agent.since = now;
        }
    }

    /// Where a call rings, it does no more.
    fn stops_ringing(&mut self, call: u64) {
        let rings = |agent: &AgentBoard| agent.rings.is_some_and(|(rings, _)| rings == call);
        if let Some(agent) = self.agents.iter().position(rings) {
            self.agent(AgentId(agent as u32), |agent| agent.rings = None);
        }
    }

    fn leaves_line(&mut self, group: GroupId, call: u64) -> Option<Instant> {
        self.groups[group.0 as usize].line.remove(&call)
    }
}

impl Observer for Board<'_> {
    fn observe(&mut self, now: Instant, event: &Event) {
        self.now = now;
        self.totals.observe(now, event);
        match *event {
            Event::SessionCreated { session, agent, group } => {
                self.agent(agent, |agent| agent.sessions.push((session, group, SessionState::NotReady)));
            }
            Event::SessionChanged(change) => self.agent(change.agent, |agent| {
                if change.to == SessionState::Ready {
                    agent.away = None;
                }
                match change.to {
                    SessionState::SessionEnded => agent.sessions.retain(|session| session.0 != change.session),
                    to => {
                        agent.sessions.iter_mut().filter(|session| session.0 == change.session).for_each(|s| s.2 = to)
                    }
                }
            }),
            Event::CallWaits { call, group, .. } => {
                self.groups[group.0 as usize].line.insert(call, now);
            }
            Event::CallFlowed { call, from, to, arrived, .. } => {
                self.leaves_line(from, call);
                self.groups[to.0 as usize].line.insert(call, arrived);
            }
            Event::CallRings { call, group, agent, .. } => {
                self.agent(agent, |agent| agent.rings = Some((call, group)));
            }
            Event::CallUnanswered { call, .. } => self.stops_ringing(call),
            Event::CallAnswered { call, group, agent, .. } => {
                self.leaves_line(group, call);
                self.agent(agent, |agent| {
                    agent.rings = None;
                    agent.calls += 1;
                });
            }
            Event::CallAbandoned { call, group, .. } | Event::CallDisposed { call, group, .. } => {
                self.leaves_line(group, call);
                self.stops_ringing(call);
            }
            Event::AgentAway { agent, why, .. } => self.agent(agent, |agent| agent.away = Some(why)),
            Event::OtherCallBegan { agent, .. } => self.agent(agent, |agent| agent.in_other_call = true),
            Event::OtherCallEnded { agent } => self.agent(agent, |agent| agent.in_other_call = false),
            Event::MeasurementStarted
            | Event::CallArrived { .. }
            | Event::CallBlocked { .. }
            | Event::CallBalked { .. }
            | Event::CallBackAccepted { .. }
            | Event::HoldEnded { .. }
            | Event::TalkEnded { .. }
            | Event::WrapUpEnded { .. } => {}
        }
        if !matches!(event, Event::SessionCreated { .. } | Event::SessionChanged(_)) {
            self.recent.push_front((now, *event));
            self.recent.truncate(RECENT);
        }
    }

    fn finish(&mut self, end: Instant) {
        self.now = end;
        self.totals.finish(end);
        self.is_finished = true;
    }
}
