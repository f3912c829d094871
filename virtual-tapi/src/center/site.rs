//! A site: one agent handler behind its proxy, and the switch that brings calls and agents together there.
//!
//! Agents of the scenario and agents whom clients have made take calls alike: whoever has a READY session of the group,
//! is not busy, and has been ready longest. What a client does to a session is what its agent does: one who is set READY
//! takes the next call, one who leaves wrap-up early is free early, one who ends the talk has ended the call.
//!
//! A call is answered at once, unless an application owns the calls at the agent's address: then it rings there, and keeps
//! its place in the line, until the application answers, or the session is no longer READY.

use acdsim::acd::tapi2::telephony::Telephony;
use acdsim::acd::tapi2::{LineError, proxy::Proxy};
use acdsim::acd::{
    AcdError, AddressId, AgentHandler, AgentId, CallTimes, GroupId, Place, QueueId, SessionId, SessionState,
    StateChange, WaitingCall,
};
use acdsim::scenario::{AgentSelection, CallSelection, Routing, Scenario};
use acdsim::simulation::ComingCall;
use acdsim::time::{Duration, Instant};

use super::calendar::{Calendar, Due};
use super::calls::{DIALLED, Happened};
use std::collections::BTreeSet;

/// What the switch keeps of a waiting call.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    number: u64,
    talk: Duration,
    wrap_up: Duration,
    /// When the caller gives up.
    leaves: Instant,
}

/// An agent as the switch sees one.
#[derive(Clone, Copy, Debug, Default)]
struct Desk {
    /// The session of the call that the agent has, and what is left of it.
    call: Option<Handling>,
    /// The call that rings at the agent's telephone.
    rings: Option<Ringing>,
    /// The number of the call that the agent talks on.
    talks: Option<u64>,
    /// Since which moment the agent could take a call, by the order in which agents came to it; none who cannot.
    available: Option<u64>,
    /// For one of the scenario: whether the agent goes, or comes again, when the call is done.
    log_out_pending: bool,
    log_in_pending: bool,
}

#[derive(Clone, Copy, Debug)]
struct Handling {
    session: SessionId,
    wrap_up: Duration,
    phase: SessionState,
    due: Instant,
}

/// A call that rings, and keeps its place in the line meanwhile.
#[derive(Clone, Copy, Debug)]
struct Ringing {
    session: SessionId,
    queue: QueueId,
    number: u64,
}

/// An agent of the scenario.
#[derive(Clone, Debug)]
struct Staff {
    name: String,
    address: AddressId,
    /// The groups, in the order of the agent's list.
    groups: Vec<GroupId>,
    /// The rank in each.
    ranks: Vec<u32>,
}

/// An agent handler with its switch.
#[derive(Clone, Debug)]
pub(super) struct Site {
    number: usize,
    name: String,
    proxy: Proxy<Call>,
    routing: Routing,
    /// The most calls that may wait, for each queue.
    capacities: Vec<Option<u32>>,
    staff: Vec<Staff>,
    /// Whether the agents of the scenario come; else they are those whom clients make, by their IDs.
    staffed: bool,
    desks: Vec<Desk>,
    became_available: u64,
    /// The addresses at which an application owns the calls.
    owned: BTreeSet<AddressId>,
    /// How many calls ring.
    ringing: usize,
    /// What has become of calls since it was asked last.
    happened: Vec<(u64, Happened)>,
}

type Change<'a> = &'a mut dyn FnMut(StateChange);

impl Site {
    /// The site of an agent handler of a scenario, with a line device of its own that has some addresses more than its
    /// agents need, for the agents of clients.
    pub(super) fn new(
        scenario: &Scenario,
        number: usize,
        staffed: bool,
        spare_addresses: u32,
        telephony: &mut Telephony,
        calendar: &mut Calendar,
    ) -> Result<Self, SiteError> {
        let of = &scenario.handlers()[number];
        let mut handler = AgentHandler::with_conventions(scenario.conventions);
        for &group in &of.groups {
            let group = &scenario.groups[group];
            let id = handler.create_group(group.guid(), &group.name)?;
            handler.create_queue(&group.queue, Some(id), Instant::START)?;
        }
        let mut staff = Vec::with_capacity(of.agents.len());
        for &agent in &of.agents {
            let agent = &scenario.agents[agent];
            let known = (0..handler.address_count()).map(AddressId);
            let known = known.into_iter().find(|&address| handler.address(address).name == agent.address);
            let address = match known {
                Some(address) => address,
                None => handler.create_address(&agent.address)?,
            };
            let local = |group: &usize| of.groups.iter().position(|other| other == group).map(|it| GroupId(it as u32));
            let groups = agent.groups.iter().filter_map(local).collect();
            staff.push(Staff { name: agent.name.clone(), address, groups, ranks: agent.ranks.clone() });
            if !staffed {
                continue;
            }
            let id = handler.create_agent(&agent.name, None, None, Instant::START)?;
            for shift in &agent.shifts {
                calendar.plan(shift.log_in, Due::LogIn(number, id));
                calendar.plan(shift.log_out, Due::LogOut(number, id));
            }
        }
        for spare in 1..=spare_addresses {
            handler.create_address(&format!("Client {spare}"))?;
        }
        let device = telephony.add_device(handler.address_count().max(1));
        let switch = telephony.initialize_ex("SERVER", "acd");
        let proxy = Proxy::register(telephony, switch, device, &of.name, of.guid(), handler, scenario.start)?;
        Ok(Site {
            number,
            name: of.name.clone(),
            proxy,
            routing: scenario.routing,
            capacities: of.groups.iter().map(|&group| scenario.groups[group].queue_capacity).collect(),
            desks: vec![Desk::default(); if staffed { staff.len() } else { 0 }],
            staff,
            staffed,
            became_available: 0,
            owned: BTreeSet::new(),
            ringing: 0,
            happened: Vec::new(),
        })
    }

    /// The name of the agent handler.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What the site's clients see.
    pub(super) fn handler(&self) -> &AgentHandler<Call> {
        self.proxy.handler()
    }

    /// Answers all requests that wait; says whether there was one.
    pub(super) fn answer_requests(&mut self, telephony: &mut Telephony, calendar: &mut Calendar, now: Instant) -> bool {
        let mut answered = false;
        while self.proxy.answer_next(telephony, now).unwrap_or(false) {
            answered = true;
            self.settle(telephony, calendar, now);
        }
        answered
    }

    /// Starts all statistics anew.
    pub(super) fn measure_from(&mut self, now: Instant) {
        self.proxy.handler_mut().measure_from(now);
    }

    /// A call arrives for a group of the site, of that number here.
    pub(super) fn call_arrives(
        &mut self,
        group: GroupId,
        call: &ComingCall,
        telephony: &mut Telephony,
        calendar: &mut Calendar,
    ) {
        let (queue, now) = (QueueId(group.0), call.at);
        let leaves = if call.patience == Duration::MAX { Instant::NEVER } else { now + call.patience };
        let kept = Call { number: call.number, talk: call.talk, wrap_up: call.wrap_up, leaves };
        self.arrives(queue, kept, telephony, calendar, now);
    }

    /// A call that an application has dialled arrives. It is talked and wrapped up until somebody ends that, and its caller
    /// has all patience.
    pub(super) fn is_dialled(
        &mut self,
        group: GroupId,
        number: u64,
        telephony: &mut Telephony,
        calendar: &mut Calendar,
        now: Instant,
    ) {
        debug_assert!(number & DIALLED != 0);
        let call = Call { number, talk: Duration::MAX, wrap_up: Duration::MAX, leaves: Instant::NEVER };
        self.arrives(QueueId(group.0), call, telephony, calendar, now);
    }

    fn arrives(
        &mut self,
        queue: QueueId,
        kept: Call,
        telephony: &mut Telephony,
        calendar: &mut Calendar,
        now: Instant,
    ) {
        let number = kept.number;
        let agent = self.agent_for(GroupId(queue.0));
        if let Some((agent, session)) = agent.filter(|&(agent, session)| !self.rings_at(agent, session)) {
            self.drive(telephony, &[queue], |handler, _| {
                handler.call_arrives(queue, now);
                Ok(())
            });
            self.answer(agent, session, queue, kept, now, telephony, calendar, now);
        } else {
            let room = self.capacities[queue.0 as usize].unwrap_or(u32::MAX);
            if agent.is_none() && self.unoffered(queue) >= room as usize {
                self.happened.push((number, Happened::Blocked));
                return;
            }
            self.drive(telephony, &[queue], |handler, _| {
                handler.call_arrives(queue, now);
                handler.call_waits(queue, kept, now);
                Ok(())
            });
            calendar.plan(kept.leaves, Due::Patience(self.number, number));
            match agent {
                Some((agent, session)) => self.ring(agent, session, queue, number),
                None => self.happened.push((number, Happened::Waits)),
            }
        }
        self.settle(telephony, calendar, now);
    }

    /// The group whose queue has a name.
    pub(super) fn group_called(&self, queue: &str) -> Option<GroupId> {
        let handler = self.handler();
        let queues = (0..handler.queue_count()).map(QueueId);
        queues.into_iter().find(|&id| handler.queue(id).name == queue).map(|id| GroupId(id.0))
    }

    /// Whether a call for a session rings, because an application owns the calls at its address.
    fn rings_at(&self, agent: AgentId, session: SessionId) -> bool {
        let of_scenario = self.staffed && (agent.0 as usize) < self.staff.len();
        !of_scenario && self.owned.contains(&self.handler().session_address(session))
    }

    fn ring(&mut self, agent: AgentId, session: SessionId, queue: QueueId, number: u64) {
        let address = self.handler().session_address(session);
        let desk = &mut self.desks[agent.0 as usize];
        desk.available = None;
        desk.rings = Some(Ringing { session, queue, number });
        self.ringing += 1;
        self.happened.push((number, Happened::Rings(address, queue)));
    }

    /// The agent's telephone rings no more.
    fn stop_ringing(&mut self, agent: AgentId) -> Option<Ringing> {
        let ringing = self.desks[agent.0 as usize].rings.take()?;
        self.ringing -= 1;
        Some(ringing)
    }

    /// The agent at whose telephone a call rings.
    fn ringing_at(&self, number: u64) -> Option<AgentId> {
        let desk = self.desks.iter().position(|desk| desk.rings.is_some_and(|ringing| ringing.number == number))?;
        Some(AgentId(desk as u32))
    }

    /// Where a waiting call is in the line.
    fn find(&self, number: u64) -> Option<(QueueId, Place)> {
        let handler = self.handler();
        let queues = (0..handler.queue_count()).map(QueueId);
        let mut all = queues.flat_map(|queue| handler.line(queue).map(move |(place, waiting)| (queue, place, waiting)));
        all.find(|(_, _, waiting)| waiting.call.number == number).map(|(queue, place, _)| (queue, place))
    }

    /// How many calls wait in a queue and ring nowhere.
    fn unoffered(&self, queue: QueueId) -> usize {
        let ringing = self.desks.iter().filter(|desk| desk.rings.is_some_and(|ringing| ringing.queue == queue)).count();
        self.handler().queue(queue).waiting() as usize - ringing
    }

    /// The call that has waited longest in a queue, of those that ring nowhere.
    fn first_unoffered(&self, queue: QueueId) -> Option<(Place, &WaitingCall<Call>)> {
        if self.ringing == 0 {
            return self.handler().first_waiting(queue);
        }
        self.handler().line(queue).find(|(_, waiting)| self.ringing_at(waiting.call.number).is_none())
    }

    /// At these addresses applications own the calls from now on.
    pub(super) fn set_owned(
        &mut self,
        owned: BTreeSet<AddressId>,
        telephony: &mut Telephony,
        calendar: &mut Calendar,
        now: Instant,
    ) {
        self.owned = owned;
        self.settle(telephony, calendar, now);
    }

    /// An application answers a call that rings; says whether it rang.
    pub(super) fn pick_up(
        &mut self,
        number: u64,
        telephony: &mut Telephony,
        calendar: &mut Calendar,
        now: Instant,
    ) -> bool {
        let Some(agent) = self.ringing_at(number) else { return false };
        self.answer_ringing(agent, telephony, calendar, now);
        self.settle(telephony, calendar, now);
        true
    }

    fn answer_ringing(&mut self, agent: AgentId, telephony: &mut Telephony, calendar: &mut Calendar, now: Instant) {
        let Some(Ringing { session, number, .. }) = self.stop_ringing(agent) else { return };
        let Some((queue, place)) = self.find(number) else { return };
        let waiting = self.proxy.handler_mut().take(queue, place);
        calendar.cancel(waiting.call.leaves, Due::Patience(self.number, number));
        self.answer(agent, session, queue, waiting.call, waiting.arrived, telephony, calendar, now);
    }

    /// An application ends a call: one that waits is abandoned, of one that is talked the wrap-up begins.
    pub(super) fn hang_up(&mut self, number: u64, telephony: &mut Telephony, calendar: &mut Calendar, now: Instant) {
        let talks = self.desks.iter().position(|desk| desk.talks == Some(number));
        let Some(agent) = talks.map(|agent| AgentId(agent as u32)) else {
            return self.patience_is_out(number, telephony, calendar, now);
        };
        if let Some(call) = &mut self.desks[agent.0 as usize].call {
            calendar.cancel(call.due, Due::Handling(self.number, agent));
            call.due = now;
        }
        self.handling_ends(agent, telephony, calendar, now);
    }

    /// What has become of calls since this was asked last: by their numbers.
    pub(super) fn take_happened(&mut self) -> Vec<(u64, Happened)> {
        std::mem::take(&mut self.happened)
    }

    /// A caller gives up, who may have been answered meanwhile.
    pub(super) fn patience_is_out(
        &mut self,
        number: u64,
        telephony: &mut Telephony,
        calendar: &mut Calendar,
        now: Instant,
    ) {
        if let Some((queue, place)) = self.find(number) {
            if let Some(agent) = self.ringing_at(number) {
                self.stop_ringing(agent);
            }
            self.drive(telephony, &[queue], |handler, _| {
                handler.abandon(queue, place, now);
                Ok(())
            });
            self.happened.push((number, Happened::Over));
            self.settle(telephony, calendar, now);
        }
    }

    /// The talk or the wrap-up of an agent's call ends, unless the agent has ended it before.
    pub(super) fn handling_ends(
        &mut self,
        agent: AgentId,
        telephony: &mut Telephony,
        calendar: &mut Calendar,
        now: Instant,
    ) {
        let desk = &mut self.desks[agent.0 as usize];
        let Some(handling) = desk.call.filter(|call| call.due == now) else { return };
        let leaves = desk.log_out_pending;
        let session = handling.session;
        if handling.phase == SessionState::BusyOnCall && handling.wrap_up > Duration::ZERO {
            self.drive(telephony, &[], |handler, changed| handler.end_talk(session, now, &mut |it| changed(it)));
        } else if leaves {
            self.leave(agent, telephony, calendar, now);
        } else {
            // Without wrap-up the agent passes through that state in no time.
            self.drive(telephony, &[], |handler, changed| {
                if handling.phase == SessionState::BusyOnCall {
                    handler.end_talk(session, now, &mut |it| changed(it))?;
                }
                match handler.session(session).state() {
                    SessionState::BusyWrapup => handler.end_wrap_up(session, now, &mut |it| changed(it)),
                    _ => Ok(()),
                }
            });
        }
        self.settle(telephony, calendar, now);
    }

    /// An agent of the scenario comes: with a READY session for each group.
    pub(super) fn log_in(&mut self, agent: AgentId, telephony: &mut Telephony, calendar: &mut Calendar, now: Instant) {
        if self.handler().sessions_of(agent).is_empty() {
            self.open_sessions(agent, telephony, now);
            self.settle(telephony, calendar, now);
        } else {
            self.desks[agent.0 as usize].log_in_pending = true;
        }
    }

    fn open_sessions(&mut self, agent: AgentId, telephony: &mut Telephony, now: Instant) {
        let Staff { address, groups, .. } = self.staff[agent.0 as usize].clone();
        for &group in &groups {
            self.create_session(agent, group, address, telephony, now);
        }
        for session in self.handler().sessions_of(agent).to_vec() {
            if self.handler().session(session).state() == SessionState::NotReady {
                self.set_state(session, SessionState::Ready, telephony, now);
            }
        }
    }

    fn create_session(
        &mut self,
        agent: AgentId,
        group: GroupId,
        address: AddressId,
        telephony: &mut Telephony,
        now: Instant,
    ) {
        let created = self.proxy.create_session(telephony, agent, group, address, now);
        debug_assert!(created.is_ok() || self.handler().agent(agent).is_released(), "{created:?}");
    }

    /// An agent of the scenario goes, or will when the call is done.
    pub(super) fn log_out(&mut self, agent: AgentId, telephony: &mut Telephony, calendar: &mut Calendar, now: Instant) {
        let desk = &mut self.desks[agent.0 as usize];
        if std::mem::take(&mut desk.log_in_pending) {
            return;
        }
        if desk.call.is_some() {
            desk.log_out_pending = true;
            return;
        }
        self.leave(agent, telephony, calendar, now);
        self.settle(telephony, calendar, now);
    }

    /// Ends an agent's sessions: that which has the call last, so that ending it makes none of the others READY.
    fn leave(&mut self, agent: AgentId, telephony: &mut Telephony, calendar: &mut Calendar, now: Instant) {
        let desk = &mut self.desks[agent.0 as usize];
        desk.log_out_pending = false;
        let comes_again = std::mem::take(&mut desk.log_in_pending);
        if let Some(call) = desk.call.take() {
            calendar.cancel(call.due, Due::Handling(self.number, agent));
        }
        let busy = self.handler().busy_in(agent);
        let (last, first): (Vec<_>, Vec<_>) =
            self.handler().sessions_of(agent).iter().partition(|&&session| Some(session) == busy);
        for session in first.into_iter().chain(last) {
            self.set_state(session, SessionState::SessionEnded, telephony, now);
        }
        if comes_again {
            self.open_sessions(agent, telephony, now);
        }
    }

    fn set_state(&mut self, session: SessionId, state: SessionState, telephony: &mut Telephony, now: Instant) {
        self.drive(telephony, &[], |handler, changed| {
            handler.set_session_state(session, state, now, &mut |it| changed(it))
        });
    }

    /// Lets the switch do something that a client may have made impossible a moment before; then nothing is done.
    fn drive(
        &mut self,
        telephony: &mut Telephony,
        queues: &[QueueId],
        step: impl FnOnce(&mut AgentHandler<Call>, Change<'_>) -> Result<(), AcdError>,
    ) {
        // A refusal leaves everything as it was: the switch looks at the states again afterwards.
        let _ = self.proxy.drive(telephony, queues, &[], step);
    }

    /// The agent who takes a call of a group at once, with the session for it.
    fn agent_for(&self, group: GroupId) -> Option<(AgentId, SessionId)> {
        let available = self.desks.iter().zip(0..).filter_map(|(desk, agent)| Some((desk.available?, AgentId(agent))));
        let able = available.filter_map(|(since, agent)| {
            let session = self.ready_session(agent, group)?;
            Some((self.rank(agent, group), since, agent, session))
        });
        able.min().map(|(.., agent, session)| (agent, session))
    }

    /// The rank of an agent in a group, by which agents are chosen if the scenario says so; a client's has the best.
    fn rank(&self, agent: AgentId, group: GroupId) -> u32 {
        if self.routing.agent_selection != AgentSelection::LowestRank {
            return 1;
        }
        let staff = if self.staffed {
            self.staff.get(agent.0 as usize)
        } else {
            let id = self.handler().agent(agent).id.as_deref();
            self.staff.iter().find(|staff| Some(staff.name.as_str()) == id)
        };
        let rank = staff.and_then(|staff| {
            let position = staff.groups.iter().position(|&other| other == group)?;
            staff.ranks.get(position).copied()
        });
        rank.unwrap_or(1)
    }

    fn ready_session(&self, agent: AgentId, group: GroupId) -> Option<SessionId> {
        let handler = self.handler();
        let mut sessions = handler.sessions_of(agent).iter().copied();
        sessions.find(|&session| {
            handler.session_group(session) == group && handler.session(session).state() == SessionState::Ready
        })
    }

    /// The waiting call that an available agent takes, with the session for it.
    fn call_for(&self, agent: AgentId) -> Option<(QueueId, Place, SessionId)> {
        let handler = self.handler();
        let ready = handler.sessions_of(agent).iter().copied();
        let ready = ready.filter(|&session| handler.session(session).state() == SessionState::Ready);
        let mut waiting = ready.filter_map(|session| {
            let queue = QueueId(handler.session_group(session).0);
            self.first_unoffered(queue).map(|(place, waiting)| (waiting.queued, queue, place, session))
        });
        let chosen = match self.routing.call_selection {
            CallSelection::GroupOrder => waiting.next(),
            // Of those that wait equally long it is the first in the agent's list.
            _ => waiting.min_by_key(|&(queued, ..)| queued),
        };
        chosen.map(|(_, queue, place, session)| (queue, place, session))
    }

    /// Lets an agent answer a call that arrived at that moment.
    #[expect(clippy::too_many_arguments, reason = "they are what an answer is")]
    fn answer(
        &mut self,
        agent: AgentId,
        session: SessionId,
        queue: QueueId,
        call: Call,
        arrived: Instant,
        telephony: &mut Telephony,
        calendar: &mut Calendar,
        now: Instant,
    ) {
        self.drive(telephony, &[queue], |handler, changed| {
            let times = CallTimes::straight(arrived, now);
            handler.answer(queue, session, times, now, &mut |it| changed(it)).map(|_| ())
        });
        let due = now + call.talk;
        let desk = &mut self.desks[agent.0 as usize];
        desk.available = None;
        desk.call = Some(Handling { session, wrap_up: call.wrap_up, phase: SessionState::BusyOnCall, due });
        desk.talks = Some(call.number);
        self.happened.push((call.number, Happened::Answered));
        calendar.plan(due, Due::Handling(self.number, agent));
    }

    /// Sees what has become of the agents, and brings together those who can take calls and the calls that wait.
    fn settle(&mut self, telephony: &mut Telephony, calendar: &mut Calendar, now: Instant) {
        self.desks.resize(self.handler().agent_count() as usize, Desk::default());
        for agent in (0..self.desks.len() as u32).map(AgentId) {
            self.follow_call(agent, calendar, now);
            self.follow_ringing(agent, telephony, calendar, now);
            let desk = &self.desks[agent.0 as usize];
            if desk.log_out_pending && desk.call.is_none() {
                self.leave(agent, telephony, calendar, now);
            }
            let handler = self.handler();
            let ready = |session: &SessionId| handler.session(*session).state() == SessionState::Ready;
            let able = handler.busy_in(agent).is_none() && handler.sessions_of(agent).iter().any(ready);
            let able = able && self.desks[agent.0 as usize].rings.is_none();
            let desk = &mut self.desks[agent.0 as usize];
            match (able, desk.available) {
                (true, None) => {
                    self.became_available += 1;
                    desk.available = Some(self.became_available);
                }
                (false, Some(_)) => desk.available = None,
                _ => {}
            }
        }
        while let Some((agent, (queue, place, session))) = self.next_match() {
            if self.rings_at(agent, session) {
                let number = self.handler().waiting_at(place).call.number;
                self.ring(agent, session, queue, number);
                continue;
            }
            let waiting = self.proxy.handler_mut().take(queue, place);
            calendar.cancel(waiting.call.leaves, Due::Patience(self.number, waiting.call.number));
            self.answer(agent, session, queue, waiting.call, waiting.arrived, telephony, calendar, now);
        }
    }

    fn next_match(&self) -> Option<(AgentId, (QueueId, Place, SessionId))> {
        let handler = self.handler();
        if (0..handler.queue_count()).all(|queue| handler.queue(QueueId(queue)).waiting() == 0) {
            return None;
        }
        let mut able: Vec<_> =
            self.desks.iter().zip(0..).filter_map(|(desk, agent)| Some((desk.available?, AgentId(agent)))).collect();
        able.sort_unstable();
        able.into_iter().find_map(|(_, agent)| Some((agent, self.call_for(agent)?)))
    }

    /// Sees whether a call still rings at an agent's telephone: the session may not be READY any more, and when nobody owns
    /// the calls there any more, it is answered as others are.
    fn follow_ringing(&mut self, agent: AgentId, telephony: &mut Telephony, calendar: &mut Calendar, now: Instant) {
        let Some(Ringing { session, number, .. }) = self.desks[agent.0 as usize].rings else { return };
        let busy = self.handler().busy_in(agent).is_some();
        if busy || self.handler().session(session).state() != SessionState::Ready {
            self.stop_ringing(agent);
            self.happened.push((number, Happened::RingsNoMore));
        } else if !self.rings_at(agent, session) {
            self.answer_ringing(agent, telephony, calendar, now);
        }
    }

    /// Sees whether the call of an agent is where it was: a client may have ended the talk, the wrap-up or the session.
    fn follow_call(&mut self, agent: AgentId, calendar: &mut Calendar, now: Instant) {
        let Some(mut call) = self.desks[agent.0 as usize].call else { return self.note_end_of_talk(agent) };
        let state = self.handler().session(call.session).state();
        if state == call.phase {
            return;
        }
        self.note_end_of_talk(agent);
        calendar.cancel(call.due, Due::Handling(self.number, agent));
        self.desks[agent.0 as usize].call = (state == SessionState::BusyWrapup).then(|| {
            call.phase = state;
            call.due = now + call.wrap_up;
            calendar.plan(call.due, Due::Handling(self.number, agent));
            call
        });
    }

    /// The agent talks no more on the call that was answered last.
    fn note_end_of_talk(&mut self, agent: AgentId) {
        if let Some(number) = self.desks[agent.0 as usize].talks.take() {
            self.happened.push((number, Happened::Over));
        }
    }
}

/// Why a site could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SiteError {
    /// The agent handler refused an object.
    #[error("the agent handler refuses an object of the scenario: {0}")]
    Refused(#[from] AcdError),
    /// The proxy could not register.
    #[error("the proxy cannot register: {0}")]
    Line(#[from] LineError),
}
