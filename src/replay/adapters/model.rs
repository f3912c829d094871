//! The adapter to this program's own agent handler and routing, in virtual time.

use std::collections::HashMap;

use super::super::port::{Capabilities, Counted, Fault, Gives, Notice, Noticed, TelephonySystem, Time};
use crate::acd::{
    AcdError, AddressId, AgentHandler, AgentId, CallTimes, GroupId, Place, QueueId, SessionId, SessionState,
    StateChange, TapiSessionStatistics,
};
use crate::simulation::routing::Router;
use crate::time::Instant;
use crate::trace::{Exact, Header};

/// What of a scenario is in what its agents do: the model has no need to know it.
const PLAYED: [&str; 4] = ["absence", "adherence", "breaks", "ring"];

/// An ACD of [`AgentHandler`] and the simulation's routing, that is told what callers and agents do.
///
/// Traces of [plain](crate::scenario::Scenario::is_plain) scenarios, and of those with breaks, absence, adherence and ringing
/// telephones, it plays as the simulation does, event by event.
pub struct Model {
    capabilities: Capabilities,
    center: Option<Center>,
}

struct Center {
    header: Header,
    handler: AgentHandler<u64>,
    router: Router,
    addresses: Vec<AddressId>,
    /// The sessions of each agent that have not ended, with their groups, in the order of creation.
    open: Vec<Vec<SessionId>>,
    calls: HashMap<u64, Call>,
    /// The calls that ring, in the order in which they were offered.
    ringing: Vec<u64>,
    /// Calls that have lost their agent.
    left: Vec<u64>,
    /// Agents who may have become idle and for whom no call was looked for since, in that order.
    freed: Vec<u32>,
    idle: Vec<bool>,
    notices: Vec<Noticed>,
    now: Instant,
}

#[derive(Clone, Copy)]
struct Call {
    group: u32,
    arrived: Instant,
    /// Its place in the line; none if it was offered at once, and nobody has looked yet whether it was answered.
    place: Option<Place>,
    /// Whether it was told that it waits.
    waits: bool,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    Waits,
    /// It rings, and keeps its place.
    Offered {
        agent: u32,
        since: Instant,
    },
    Talks {
        session: SessionId,
    },
}

impl Default for Model {
    fn default() -> Self {
        let name = format!("acdsim {}", env!("CARGO_PKG_VERSION"));
        Model {
            capabilities: Capabilities {
                name,
                time: Time::Virtual,
                live: false,
                gives: Gives::ALL,
                exact: true,
                measures_from: true,
            },
            center: None,
        }
    }
}

impl Model {
    fn center(&mut self) -> Result<&mut Center, Fault> {
        self.center.as_mut().ok_or_else(|| Fault::Unable("there is no center before it is opened".to_owned()))
    }
}

impl TelephonySystem for Model {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn open(&mut self, header: &Header) -> Result<(), Fault> {
        self.center = Some(Center::new(header)?);
        Ok(())
    }

    fn measure_from(&mut self, now: Instant) -> Result<(), Fault> {
        let center = self.center()?;
        center.now = now;
        center.handler.measure_from(now);
        Ok(())
    }

    fn create_session(&mut self, agent: u32, group: u32, now: Instant) -> Result<(), Fault> {
        let center = self.center()?;
        let mut change = None;
        let address = center.addresses[agent as usize];
        let show = &mut |first| change = Some(first);
        let created = center.handler.create_session(AgentId(agent), GroupId(group), address, None, now, show);
        let session = created.map_err(|reason| refused(&format!("a session of agent {agent}"), reason))?;
        center.now = now;
        center.open[agent as usize].push(session);
        center.tell_changes(change);
        Ok(())
    }

    fn put_state(&mut self, session: u32, state: SessionState, now: Instant) -> Result<(), Fault> {
        self.center()?.put_state(SessionId(session), state, now)
    }

    fn place_call(&mut self, call: u64, group: u32, now: Instant) -> Result<(), Fault> {
        self.center()?.place_call(call, group, now);
        Ok(())
    }

    fn answer(&mut self, session: u32, call: u64, now: Instant) -> Result<(), Fault> {
        self.center()?.answer(SessionId(session), call, now)
    }

    fn hang_up(&mut self, call: u64, then: SessionState, now: Instant) -> Result<(), Fault> {
        let center = self.center()?;
        center.now = now;
        let Some(Call { group, place, state, .. }) = center.calls.remove(&call) else {
            let request = format!("the end of call {call}");
            return Err(Fault::Refused { request, reason: "there is no such call".to_owned() });
        };
        if let State::Talks { session } = state {
            return center.put_state(session, then, now);
        }
        if let Some(place) = place {
            center.handler.abandon(QueueId(group), place, now);
        }
        center.tell(Notice::CallAbandoned { call });
        if let State::Offered { agent, .. } = state {
            center.freed.push(agent);
        }
        Ok(())
    }

    fn observe(&mut self, _until: Instant) -> Result<Vec<Noticed>, Fault> {
        let center = self.center()?;
        center.route();
        Ok(std::mem::take(&mut center.notices))
    }

    fn statistics(&mut self, session: u32, now: Instant) -> Result<Counted, Fault> {
        let center = self.center()?;
        let exact = center.handler.session_statistics(SessionId(session), now);
        let start = center.header.start.parse().expect("the start was read before");
        let tapi = TapiSessionStatistics::new(&exact, start, center.handler.conventions());
        Ok(Counted { ended: exact.ended, statistics: tapi.into(), exact: Some(Exact::of(&exact)) })
    }

    fn now(&self) -> Instant {
        self.center.as_ref().map_or(Instant::START, |center| center.now)
    }

    fn close(&mut self) -> Result<(), Fault> {
        self.center = None;
        Ok(())
    }
}

fn refused(request: &str, reason: AcdError) -> Fault {
    Fault::Refused { request: request.to_owned(), reason: reason.to_string() }
}

impl Center {
    fn new(header: &Header) -> Result<Self, Fault> {
        let beyond: Vec<&str> =
            header.beyond_plain.iter().map(String::as_str).filter(|key| !PLAYED.contains(key)).collect();
        if !beyond.is_empty() {
            return Err(Fault::Unable(format!(
                "the trace is of a scenario with {}: the model plays calls that arrive, wait, are answered or given up, and \
                 agents who come, handle calls, pause and go",
                beyond.join(", ")
            )));
        }
        let Some((agent_selection, call_selection)) = header.plain_routing() else {
            let routing = &header.routing;
            return Err(Fault::Unable(format!(
                "the model does not route by {} and {}",
                routing.agent_selection, routing.call_selection
            )));
        };
        let conventions = header.conventions().map_err(Fault::Unable)?;
        let unable = |reason: AcdError| Fault::Unable(reason.to_string());
        let mut handler = AgentHandler::with_conventions(conventions);
        for group in &header.groups {
            let id = handler.create_group(group.guid, &group.name).map_err(unable)?;
            handler.create_queue(&group.queue, Some(id), Instant::START).map_err(unable)?;
        }
        let mut known: HashMap<&str, AddressId> = HashMap::new();
        let mut addresses = Vec::with_capacity(header.agents.len());
        for agent in &header.agents {
            handler.create_agent(&agent.name, None, None, Instant::START).map_err(unable)?;
            let address = match known.get(agent.address.as_str()) {
                Some(&address) => address,
                None => handler.create_address(&agent.address).map_err(unable)?,
            };
            known.insert(&agent.address, address);
            addresses.push(address);
        }
        let memberships: Vec<Vec<(usize, u32)>> = header
            .agents
            .iter()
            .map(|agent| {
                let ranked = agent_selection == crate::scenario::AgentSelection::LowestRank;
                let rank = |rank: u32| if ranked { rank } else { 1 };
                agent.groups.iter().zip(&agent.ranks).map(|(&group, &of)| (group as usize, rank(of))).collect()
            })
            .collect();
        Ok(Center {
            router: Router::of_ranks(header.groups.len(), &memberships, call_selection),
            open: vec![Vec::new(); header.agents.len()],
            idle: vec![false; header.agents.len()],
            header: header.clone(),
            handler,
            addresses,
            calls: HashMap::new(),
            ringing: Vec::new(),
            left: Vec::new(),
            freed: Vec::new(),
            notices: Vec::new(),
            now: Instant::START,
        })
    }

    fn tell(&mut self, what: Notice) {
        self.notices.push(Noticed { at: self.now, what });
    }

    fn tell_changes(&mut self, changes: impl IntoIterator<Item = StateChange>) {
        for StateChange { session, from, to, .. } in changes {
            self.tell(Notice::SessionChanged { session: session.0, from, to });
        }
    }

    /// The session in which an agent serves a group now.
    fn session_of(&self, agent: u32, group: u32) -> Option<SessionId> {
        let of_group = |&&session: &&SessionId| self.handler.session_group(session) == GroupId(group);
        self.open[agent as usize].iter().find(of_group).copied()
    }

    fn put_state(&mut self, session: SessionId, state: SessionState, now: Instant) -> Result<(), Fault> {
        self.now = now;
        let agent = self.handler.session(session).agent().0;
        if std::mem::take(&mut self.idle[agent as usize]) {
            self.router.remove(agent);
        }
        let mut changes = Vec::new();
        let put = self.handler.set_session_state(session, state, now, &mut |change| changes.push(change));
        put.map_err(|reason| refused(&format!("state {} of session {}", state.name(), session.0), reason))?;
        self.tell_changes(changes);
        if state == SessionState::SessionEnded {
            self.open[agent as usize].retain(|&open| open != session);
        }
        if !self.freed.contains(&agent) {
            self.freed.push(agent);
        }
        Ok(())
    }

    fn place_call(&mut self, call: u64, group: u32, now: Instant) {
        self.now = now;
        let mut of = Call { group, arrived: now, place: None, waits: false, state: State::Waits };
        if let Some((agent, _)) = self.router.agent_for(group) {
            self.handler.call_arrives(QueueId(group), now);
            self.calls.insert(call, of);
            return self.offer(call, agent);
        }
        let room = self.header.groups[group as usize].capacity.unwrap_or(u32::MAX);
        if self.handler.queue(QueueId(group)).waiting() >= room {
            return self.tell(Notice::CallBlocked { call });
        }
        self.handler.call_arrives(QueueId(group), now);
        self.tell(Notice::CallWaits { call });
        of.place = Some(self.handler.call_waits(QueueId(group), call, now));
        of.waits = true;
        self.calls.insert(call, of);
    }

    /// Lets a call ring at an agent; it keeps its place in the line, if it has one.
    fn offer(&mut self, call: u64, agent: u32) {
        if std::mem::take(&mut self.idle[agent as usize]) {
            self.router.remove(agent);
        }
        let Some(of) = self.calls.get_mut(&call) else { return };
        of.state = State::Offered { agent, since: self.now };
        let group = of.group;
        self.ringing.push(call);
        if let Some(session) = self.session_of(agent, group) {
            self.tell(Notice::CallOffered { call, session: session.0 });
        }
    }

    fn answer(&mut self, session: SessionId, call: u64, now: Instant) -> Result<(), Fault> {
        self.now = now;
        let Some(&Call { group, arrived, place, state: State::Offered { since, .. }, .. }) = self.calls.get(&call)
        else {
            let request = format!("the answer of call {call}");
            return Err(Fault::Refused { request, reason: "the call is not offered to anybody".to_owned() });
        };
        if let Some(place) = place {
            self.handler.take(QueueId(group), place);
        }
        let mut changes = Vec::new();
        let times = CallTimes { arrived, queued: arrived, offered: since, transferred: false };
        let answered = self.handler.answer(QueueId(group), session, times, now, &mut |change| changes.push(change));
        answered.map_err(|reason| refused(&format!("the answer of call {call}"), reason))?;
        self.tell_changes(changes);
        self.tell(Notice::CallAnswered { call, session: session.0 });
        let waits = false;
        self.calls.insert(call, Call { group, arrived, place: None, waits, state: State::Talks { session } });
        Ok(())
    }

    /// Gives calls that ring a place in the line, if they came to an agent at once, and takes those back that ring at
    /// agents who have left.
    fn look_after_ringing(&mut self) {
        let mut ringing = std::mem::take(&mut self.ringing);
        ringing.retain(|&call| {
            let Some(of) = self.calls.get_mut(&call) else { return false };
            let State::Offered { agent, .. } = of.state else { return false };
            if of.place.is_none() {
                of.place = Some(self.handler.call_waits(QueueId(of.group), call, of.arrived));
            }
            if !self.open[agent as usize].is_empty() {
                return true;
            }
            of.state = State::Waits;
            self.left.push(call);
            false
        });
        self.ringing.extend(ringing);
        for call in std::mem::take(&mut self.left) {
            let Some(&of) = self.calls.get(&call) else { continue };
            if let Some((agent, _)) = self.router.agent_for(of.group) {
                self.offer(call, agent);
            } else if !of.waits {
                if let Some(of) = self.calls.get_mut(&call) {
                    of.waits = true;
                }
                self.tell(Notice::CallWaits { call });
            }
        }
    }

    /// Looks for calls for the agents who have become free.
    fn route(&mut self) {
        self.look_after_ringing();
        for agent in std::mem::take(&mut self.freed) {
            let sessions = &self.open[agent as usize];
            let ready = |&session: &SessionId| self.handler.session(session).state() == SessionState::Ready;
            // Whoever's telephone rings is not free.
            let rings = |call: &u64| {
                self.calls
                    .get(call)
                    .is_some_and(|of| matches!(of.state, State::Offered { agent: at, .. } if at == agent))
            };
            if self.ringing.iter().any(rings) {
                continue;
            }
            // An agent who is ready in some groups only is about to be so in all.
            if sessions.is_empty() || !sessions.iter().all(ready) {
                continue;
            }
            let (handler, calls) = (&self.handler, &self.calls);
            let waits = |call: &u64| calls.get(call).is_some_and(|of| matches!(of.state, State::Waits));
            let longest = |group| {
                let mut line = handler.line(QueueId(group)).map(|(_, waiting)| (waiting.call, waiting.queued));
                line.find(|(call, _)| waits(call))
            };
            match self.router.call_for(agent, longest) {
                Some((call, _)) => self.offer(call, agent),
                None => {
                    self.router.insert(agent);
                    self.idle[agent as usize] = true;
                }
            }
        }
    }
}
