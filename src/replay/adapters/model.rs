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

/// What of a scenario changes when agents are there, and nothing else: the model has no need to know it.
const ONLY_PLANS: [&str; 3] = ["absence", "adherence", "breaks"];

/// An ACD of [`AgentHandler`] and the simulation's routing, that is told what callers and agents do.
///
/// Traces of [plain](crate::scenario::Scenario::is_plain) scenarios, and of those with breaks, absence and adherence beside,
/// it plays as the simulation does, event by event.
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
    /// Agents who may have become idle and for whom no call was looked for since, in that order.
    freed: Vec<u32>,
    idle: Vec<bool>,
    notices: Vec<Noticed>,
    now: Instant,
}

#[derive(Clone, Copy)]
enum Call {
    Waits { group: u32, place: Place },
    Offered { group: u32, agent: u32, arrived: Instant },
    Talks { session: SessionId },
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
        match center.calls.remove(&call) {
            Some(Call::Waits { group, place }) => {
                center.handler.abandon(QueueId(group), place, now);
                center.tell(Notice::CallAbandoned { call });
                Ok(())
            }
            Some(Call::Offered { agent, .. }) => {
                center.tell(Notice::CallAbandoned { call });
                center.freed.push(agent);
                Ok(())
            }
            Some(Call::Talks { session }) => center.put_state(session, then, now),
            None => Err(Fault::Refused {
                request: format!("the end of call {call}"),
                reason: "there is no such call".to_owned(),
            }),
        }
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
            header.beyond_plain.iter().map(String::as_str).filter(|key| !ONLY_PLANS.contains(key)).collect();
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
        if let Some((agent, _)) = self.router.agent_for(group) {
            self.handler.call_arrives(QueueId(group), now);
            return self.offer(call, group, agent, now);
        }
        let room = self.header.groups[group as usize].capacity.unwrap_or(u32::MAX);
        if self.handler.queue(QueueId(group)).waiting() >= room {
            return self.tell(Notice::CallBlocked { call });
        }
        self.handler.call_arrives(QueueId(group), now);
        self.tell(Notice::CallWaits { call });
        let place = self.handler.call_waits(QueueId(group), call, now);
        self.calls.insert(call, Call::Waits { group, place });
    }

    fn offer(&mut self, call: u64, group: u32, agent: u32, arrived: Instant) {
        if std::mem::take(&mut self.idle[agent as usize]) {
            self.router.remove(agent);
        }
        self.calls.insert(call, Call::Offered { group, agent, arrived });
        if let Some(session) = self.session_of(agent, group) {
            self.tell(Notice::CallOffered { call, session: session.0 });
        }
    }

    fn answer(&mut self, session: SessionId, call: u64, now: Instant) -> Result<(), Fault> {
        self.now = now;
        let Some(&Call::Offered { group, arrived, .. }) = self.calls.get(&call) else {
            let request = format!("the answer of call {call}");
            return Err(Fault::Refused { request, reason: "the call is not offered to anybody".to_owned() });
        };
        let mut changes = Vec::new();
        let times = CallTimes::straight(arrived, now);
        let answered = self.handler.answer(QueueId(group), session, times, now, &mut |change| changes.push(change));
        answered.map_err(|reason| refused(&format!("the answer of call {call}"), reason))?;
        self.tell_changes(changes);
        self.tell(Notice::CallAnswered { call, session: session.0 });
        self.calls.insert(call, Call::Talks { session });
        Ok(())
    }

    /// Looks for calls for the agents who have become free.
    fn route(&mut self) {
        for agent in std::mem::take(&mut self.freed) {
            let sessions = &self.open[agent as usize];
            let ready = |&session: &SessionId| self.handler.session(session).state() == SessionState::Ready;
            // An agent who is ready in some groups only is about to be so in all.
            if sessions.is_empty() || !sessions.iter().all(ready) {
                continue;
            }
            let handler = &self.handler;
            let longest = |group| {
                let first = handler.first_waiting(QueueId(group));
                first.map(|(place, waiting)| ((group, place), waiting.queued))
            };
            match self.router.call_for(agent, longest) {
                Some(((group, place), _)) => {
                    let waiting = self.handler.take(QueueId(group), place);
                    self.offer(waiting.call, group, agent, waiting.arrived);
                }
                None => {
                    self.router.insert(agent);
                    self.idle[agent as usize] = true;
                }
            }
        }
    }
}
