//! The agent handler: the objects of a call center and the operations on them.

use std::fmt;

use uuid::Uuid;

use super::queue::WaitingRoom;
use super::{
    AcdError, AgentSession, Place, Queue, QueueId, QueueStatistics, SessionState, SessionStatistics, WaitingCall,
};
use crate::time::Instant;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $noun:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($noun, " {}"), self.0)
            }
        }
    };
}

number!(
    /// The number of an agent within its agent handler, in the order of creation.
    AgentId,
    "agent"
);
number!(
    /// The number of an ACD group within its agent handler, in the order of creation.
    GroupId,
    "group"
);
number!(
    /// The number of an address within its agent handler, in the order of creation.
    AddressId,
    "address"
);
number!(
    /// The number of an agent session within its agent handler, in the order of creation; never used again.
    SessionId,
    "session"
);

/// No session.
const NONE: u32 = u32::MAX;

/// A class of calls that need one kind of handling, with the queue its calls wait in.
#[derive(Clone, Debug)]
pub struct Group {
    /// The group's GUID.
    pub guid: Uuid,
    /// Its name.
    pub name: String,
    /// The queue that it services.
    pub queue: QueueId,
}

/// Where an agent receives calls.
#[derive(Clone, Debug)]
pub struct Address {
    /// The address's name.
    pub name: String,
}

/// One who handles calls.
#[derive(Clone, Debug)]
pub struct Agent {
    /// The sessions that have not ended, in the order of creation.
    sessions: Vec<SessionId>,
    /// The agent's user name.
    pub user: String,
}

impl Agent {
    /// The sessions that have not ended, in the order of creation.
    #[inline]
    pub fn sessions(&self) -> &[SessionId] {
        &self.sessions
    }
}

/// What every event of a call looks at of its agent; apart from the rest because it is so often.
#[derive(Clone, Copy, Debug)]
struct Occupation {
    /// The session that the agent is busy in, by number, or none.
    busy_in: u32,
    /// How many sessions have not ended.
    sessions: u32,
}

/// What a session relates, and its life.
#[derive(Clone, Copy, Debug)]
struct Identity {
    group: GroupId,
    address: AddressId,
    started: Instant,
    ended: Option<Instant>,
}

/// A session that went from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateChange {
    /// The session.
    pub session: SessionId,
    /// Its agent.
    pub agent: AgentId,
    /// The state that it left.
    pub from: SessionState,
    /// The state that it is in now.
    pub to: SessionState,
}

/// An agent handler: agents, groups, queues, addresses and sessions, and the calls that wait.
///
/// `C` is whatever its owner wants to keep of a waiting call. Every operation is told the time, which never runs
/// backwards, and reports each change of a session's state to `changed`, in the order in which they happen.
///
/// ```
/// use acdsim::acd::{AgentHandler, SessionState};
/// use acdsim::time::{Duration, Instant};
/// use uuid::Uuid;
///
/// let at = |secs| Instant::START + Duration::from_secs(secs);
/// let mut handler = AgentHandler::<&str>::new();
/// let sales = handler.create_group(Uuid::from_u128(1), "Sales", "Sales queue");
/// let desk = handler.create_address("4101");
/// let ann = handler.create_agent("Ann");
///
/// let session = handler.create_session(ann, sales, desk, at(0))?;
/// handler.set_session_state(session, SessionState::Ready, at(0), &mut |_| {})?;
///
/// let queue = handler.group(sales).queue;
/// handler.call_arrives(queue);
/// handler.answer(queue, session, at(5), at(8), &mut |_| {})?;
/// handler.set_session_state(session, SessionState::BusyWrapup, at(68), &mut |_| {})?;
/// handler.set_session_state(session, SessionState::Ready, at(98), &mut |_| {})?;
///
/// let statistics = handler.session_statistics(session, at(100));
/// assert_eq!(statistics.calls, 1);
/// assert_eq!(statistics.longest_time_to_answer, Duration::from_secs(3));
/// assert_eq!(statistics.total_call_time(), Duration::from_secs(90));
/// # Ok::<(), acdsim::acd::AcdError>(())
/// ```
#[derive(Clone, Debug)]
pub struct AgentHandler<C> {
    agents: Vec<Agent>,
    occupations: Vec<Occupation>,
    sessions: Vec<AgentSession>,
    queues: Vec<Queue>,
    room: WaitingRoom<C>,
    groups: Vec<Group>,
    addresses: Vec<Address>,
    identities: Vec<Identity>,
    measured_from: Instant,
}

impl<C: Copy> Default for AgentHandler<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C: Copy> AgentHandler<C> {
    /// A handler of nothing yet.
    pub fn new() -> Self {
        AgentHandler {
            agents: Vec::new(),
            occupations: Vec::new(),
            sessions: Vec::new(),
            queues: Vec::new(),
            room: WaitingRoom::new(),
            groups: Vec::new(),
            addresses: Vec::new(),
            identities: Vec::new(),
            measured_from: Instant::START,
        }
    }

    /// Makes an ACD group and the queue that it services.
    pub fn create_group(&mut self, guid: Uuid, name: &str, queue: &str) -> GroupId {
        let group = GroupId(number(self.groups.len()));
        let queue_id = QueueId(number(self.queues.len()));
        self.groups.push(Group { guid, name: name.to_owned(), queue: queue_id });
        self.queues.push(Queue::new(queue.to_owned(), group));
        group
    }

    /// Makes an address.
    pub fn create_address(&mut self, name: &str) -> AddressId {
        self.addresses.push(Address { name: name.to_owned() });
        AddressId(number(self.addresses.len() - 1))
    }

    /// Makes an agent, who has no session yet.
    pub fn create_agent(&mut self, user: &str) -> AgentId {
        self.agents.push(Agent { sessions: Vec::new(), user: user.to_owned() });
        self.occupations.push(Occupation { busy_in: NONE, sessions: 0 });
        AgentId(number(self.agents.len() - 1))
    }

    /// Makes room for so many sessions, so that creating them allocates nothing.
    pub fn reserve_sessions(&mut self, sessions: usize) {
        self.sessions.reserve(sessions);
        self.identities.reserve(sessions);
    }

    /// Opens a session of an agent for a group at an address. It is NOT_READY.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`] for an agent, group or address that the handler does not have;
    /// [`AcdError::SessionExists`] if the agent has a session for the group that has not ended.
    pub fn create_session(
        &mut self,
        agent: AgentId,
        group: GroupId,
        address: AddressId,
        now: Instant,
    ) -> Result<SessionId, AcdError> {
        let known = |what, number: u32, count: usize| {
            if (number as usize) < count { Ok(()) } else { Err(AcdError::Unknown { what, number }) }
        };
        known("agent", agent.0, self.agents.len())?;
        known("group", group.0, self.groups.len())?;
        known("address", address.0, self.addresses.len())?;
        let sessions = &self.agents[agent.0 as usize].sessions;
        if let Some(&session) = sessions.iter().find(|session| self.identities[session.0 as usize].group == group) {
            return Err(AcdError::SessionExists { agent, session });
        }
        let session = SessionId(number(self.sessions.len()));
        self.sessions.push(AgentSession::new(agent, now));
        self.identities.push(Identity { group, address, started: now, ended: None });
        self.agents[agent.0 as usize].sessions.push(session);
        self.occupations[agent.0 as usize].sessions += 1;
        Ok(session)
    }

    /// Puts a session into a state, as `ITAgentSession::put_State` does.
    ///
    /// When a session leaves BUSY_ON_CALL or BUSY_WRAPUP for another state than these, the agent's other sessions that
    /// were READY before the call become READY again. A session that is put into BUSY_ON_CALL in this way has a call
    /// that did not wait in a queue; [`answer`](Self::answer) is for one that did.
    ///
    /// # Errors
    ///
    /// [`AcdError::IllegalTransition`] if the state may not follow the present one;
    /// [`AcdError::AgentBusy`] if it is READY or BUSY_ON_CALL and the agent is busy in another session.
    ///
    /// # Panics
    ///
    /// If the session is not one of this handler.
    #[inline]
    pub fn set_session_state(
        &mut self,
        session: SessionId,
        to: SessionState,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        if to == SessionState::BusyOnCall {
            return self.begin_call(session, now, now, changed);
        }
        let record = &mut self.sessions[session.0 as usize];
        let (agent, from) = (record.agent(), record.state());
        if !from.may_become(to) {
            return Err(AcdError::IllegalTransition { session, from, to });
        }
        if to == SessionState::Ready {
            self.occupations[agent.0 as usize].refuse_if_busy_elsewhere(agent, session)?;
        }
        record.enter(to, now);
        changed(StateChange { session, agent, from, to });
        if to == SessionState::SessionEnded {
            self.identities[session.0 as usize].ended = Some(now);
            self.agents[agent.0 as usize].sessions.retain(|&other| other != session);
            self.occupations[agent.0 as usize].sessions -= 1;
        }
        let busy = |state| matches!(state, SessionState::BusyOnCall | SessionState::BusyWrapup);
        if busy(from) && !busy(to) {
            let occupation = &mut self.occupations[agent.0 as usize];
            occupation.busy_in = NONE;
            if occupation.sessions > 1 || to == SessionState::SessionEnded {
                self.release_siblings(agent, session, now, changed);
            }
        }
        Ok(())
    }

    /// Notes that a call enters a queue, whether it will wait there or be answered at once.
    #[inline]
    pub fn call_arrives(&mut self, queue: QueueId) {
        self.queues[queue.0 as usize].note_entry();
    }

    /// Lets a call that has entered a queue wait at its end.
    #[inline]
    pub fn call_waits(&mut self, queue: QueueId, call: C, entered: Instant) -> Place {
        self.room.push(&mut self.queues[queue.0 as usize], call, entered)
    }

    /// The call that has waited longest in a queue.
    #[inline]
    pub fn first_waiting(&self, queue: QueueId) -> Option<(Place, &WaitingCall<C>)> {
        self.room.first(&self.queues[queue.0 as usize])
    }

    /// When each waiting call that counts entered the queue, the longest waiting first.
    pub fn counted_waiting(&self, queue: QueueId) -> impl Iterator<Item = Instant> {
        let entered = self.room.iter(&self.queues[queue.0 as usize]).map(|waiting| waiting.entered);
        entered.filter(|&entered| entered >= self.measured_from)
    }

    /// The call that waits at a place.
    #[inline]
    pub fn waiting_at(&self, place: Place) -> &WaitingCall<C> {
        self.room.at(place)
    }

    /// Takes a waiting call out of its line, to be [answered](Self::answer) at this instant.
    #[inline]
    pub fn take(&mut self, queue: QueueId, place: Place) -> WaitingCall<C> {
        self.room.remove(&mut self.queues[queue.0 as usize], place)
    }

    /// Lets a waiting caller hang up.
    #[inline]
    pub fn abandon(&mut self, queue: QueueId, place: Place, now: Instant) -> WaitingCall<C> {
        let queue = &mut self.queues[queue.0 as usize];
        let waiting = self.room.remove(queue, place);
        if waiting.entered >= self.measured_from {
            queue.note_abandonment(now - waiting.entered);
        }
        waiting
    }

    /// Lets a session answer a call that entered a queue at `entered`, and says whether the call counts.
    ///
    /// # Errors
    ///
    /// [`AcdError::IllegalTransition`] if the session is not READY; [`AcdError::AgentBusy`] if the agent is busy.
    ///
    /// # Panics
    ///
    /// If the queue or the session is not one of this handler.
    #[inline]
    pub fn answer(
        &mut self,
        queue: QueueId,
        session: SessionId,
        entered: Instant,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<bool, AcdError> {
        self.begin_call(session, entered, now, changed)?;
        let counted = entered >= self.measured_from;
        if counted {
            self.queues[queue.0 as usize].note_answer(now - entered);
        }
        Ok(counted)
    }

    #[inline]
    fn begin_call(
        &mut self,
        session: SessionId,
        entered: Instant,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        let record = &mut self.sessions[session.0 as usize];
        let (id, from, to) = (record.agent(), record.state(), SessionState::BusyOnCall);
        let occupation = &mut self.occupations[id.0 as usize];
        occupation.refuse_if_busy_elsewhere(id, session)?;
        if !from.may_become(to) {
            return Err(AcdError::IllegalTransition { session, from, to });
        }
        record.enter(to, now);
        record.note_answer(now - entered, entered >= self.measured_from);
        occupation.busy_in = session.0;
        changed(StateChange { session, agent: id, from, to });
        if occupation.sessions > 1 {
            let sessions = &self.agents[id.0 as usize].sessions;
            for &sibling in sessions.iter().filter(|&&sibling| sibling != session) {
                let record = &mut self.sessions[sibling.0 as usize];
                if record.state() == SessionState::Ready {
                    record.hold(now);
                    let (from, to) = (SessionState::Ready, SessionState::NotReady);
                    changed(StateChange { session: sibling, agent: id, from, to });
                }
            }
        }
        Ok(())
    }

    /// Makes those sessions of an agent READY again that were when the call began.
    #[inline]
    fn release_siblings(
        &mut self,
        id: AgentId,
        session: SessionId,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) {
        let agent = &self.agents[id.0 as usize];
        for &sibling in agent.sessions.iter().filter(|&&sibling| sibling != session) {
            let record = &mut self.sessions[sibling.0 as usize];
            if record.is_held() {
                record.enter(SessionState::Ready, now);
                let (from, to) = (SessionState::NotReady, SessionState::Ready);
                changed(StateChange { session: sibling, agent: id, from, to });
            }
        }
    }

    /// Starts all statistics anew: only calls that enter a queue from now on are counted, and durations start here.
    pub fn measure_from(&mut self, now: Instant) {
        self.measured_from = now;
        for session in &mut self.sessions {
            session.measure_from(now);
        }
        for queue in &mut self.queues {
            queue.measure_from_now();
        }
    }

    /// The ACD group of this number.
    pub fn group(&self, group: GroupId) -> &Group {
        &self.groups[group.0 as usize]
    }

    /// The queue of this number.
    pub fn queue(&self, queue: QueueId) -> &Queue {
        &self.queues[queue.0 as usize]
    }

    /// The agent of this number.
    #[inline]
    pub fn agent(&self, agent: AgentId) -> &Agent {
        &self.agents[agent.0 as usize]
    }

    /// The session that an agent is on a call or in wrap-up in.
    #[inline]
    pub fn busy_in(&self, agent: AgentId) -> Option<SessionId> {
        let session = self.occupations[agent.0 as usize].busy_in;
        (session != NONE).then_some(SessionId(session))
    }

    /// The address of this number.
    pub fn address(&self, address: AddressId) -> &Address {
        &self.addresses[address.0 as usize]
    }

    /// How many sessions there are, ended ones too; they are numbered from 0.
    pub fn session_count(&self) -> u32 {
        number(self.sessions.len())
    }

    /// The session of this number.
    #[inline]
    pub fn session(&self, session: SessionId) -> &AgentSession {
        &self.sessions[session.0 as usize]
    }

    /// The group of a session.
    pub fn session_group(&self, session: SessionId) -> GroupId {
        self.identities[session.0 as usize].group
    }

    /// The address of a session.
    pub fn session_address(&self, session: SessionId) -> AddressId {
        self.identities[session.0 as usize].address
    }

    /// When a session ended.
    pub fn session_ended(&self, session: SessionId) -> Option<Instant> {
        self.identities[session.0 as usize].ended
    }

    /// The statistics of a session as they are now; an ended session's clock has stopped at its end.
    pub fn session_statistics(&self, session: SessionId, now: Instant) -> SessionStatistics {
        let identity = &self.identities[session.0 as usize];
        let until = identity.ended.unwrap_or(now);
        self.sessions[session.0 as usize].statistics(identity.started, self.measured_from, until)
    }

    /// The statistics of a queue as they are now; calls that do not count are in none of them, even while they wait.
    pub fn queue_statistics(&self, queue: QueueId, now: Instant) -> QueueStatistics {
        let oldest = self.counted_waiting(queue).next();
        self.queues[queue.0 as usize].statistics(oldest, now)
    }
}

impl Occupation {
    #[inline]
    fn refuse_if_busy_elsewhere(&self, agent: AgentId, session: SessionId) -> Result<(), AcdError> {
        if self.busy_in == NONE || self.busy_in == session.0 {
            Ok(())
        } else {
            Err(AcdError::AgentBusy { agent, session: SessionId(self.busy_in) })
        }
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).ok().filter(|&number| number != NONE).expect("fewer than 2³² − 1 objects of a kind")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Duration;
    use SessionState::*;

    fn at(secs: u64) -> Instant {
        Instant::START + Duration::from_secs(secs)
    }

    /// A handler with one agent, ready in two groups.
    fn two_groups() -> (AgentHandler<()>, SessionId, SessionId) {
        let mut handler = AgentHandler::new();
        let agent = handler.create_agent("Ann");
        let desk = handler.create_address("4101");
        let [first, second] = [1, 2].map(|n| {
            let group = handler.create_group(Uuid::from_u128(n), "group", "queue");
            let session = handler.create_session(agent, group, desk, at(0)).unwrap();
            handler.set_session_state(session, Ready, at(0), &mut |_| {}).unwrap();
            session
        });
        (handler, first, second)
    }

    #[test]
    fn an_agent_busy_in_one_session_is_unable_to_take_calls_in_the_other() {
        let (mut handler, first, second) = two_groups();
        let mut changes = Vec::new();
        let mut note = |change: StateChange| changes.push((change.session, change.from, change.to));
        handler.answer(QueueId(0), first, at(1), at(2), &mut note).unwrap();
        let agent = AgentId(0);
        let refused = handler.answer(QueueId(1), second, at(2), at(3), &mut note);
        assert_eq!(refused, Err(AcdError::AgentBusy { agent, session: first }));
        let refused = handler.set_session_state(second, Ready, at(3), &mut note);
        assert_eq!(refused, Err(AcdError::AgentBusy { agent, session: first }));
        handler.set_session_state(first, BusyWrapup, at(5), &mut note).unwrap();
        handler.set_session_state(first, Ready, at(9), &mut note).unwrap();
        assert_eq!(
            changes,
            [
                (first, Ready, BusyOnCall),
                (second, Ready, NotReady),
                (first, BusyOnCall, BusyWrapup),
                (first, BusyWrapup, Ready),
                (second, NotReady, Ready),
            ]
        );
        assert_eq!(handler.session_statistics(second, at(10)).ready, Duration::from_secs(3));
    }

    #[test]
    fn a_session_that_was_not_ready_before_the_call_stays_so_after_it() {
        let (mut handler, first, second) = two_groups();
        let none = &mut |_| {};
        handler.set_session_state(second, NotReady, at(1), none).unwrap();
        handler.answer(QueueId(0), first, at(2), at(2), none).unwrap();
        handler.set_session_state(first, Ready, at(3), none).unwrap();
        assert_eq!(handler.session(second).state(), NotReady);
    }

    #[test]
    fn illegal_transitions_are_refused_and_change_nothing() {
        let (mut handler, first, _) = two_groups();
        let refused = handler.set_session_state(first, BusyWrapup, at(1), &mut |_| panic!("nothing changes"));
        assert_eq!(refused, Err(AcdError::IllegalTransition { session: first, from: Ready, to: BusyWrapup }));
        handler.set_session_state(first, SessionEnded, at(2), &mut |_| {}).unwrap();
        for to in SessionState::ALL {
            assert!(handler.set_session_state(first, to, at(3), &mut |_| {}).is_err());
        }
        assert_eq!(handler.session_statistics(first, at(60)).duration, Duration::from_secs(2));
    }

    #[test]
    fn a_session_ended_in_the_middle_of_a_call_counts_the_talk_it_had() {
        let (mut handler, first, second) = two_groups();
        handler.answer(QueueId(0), first, at(1), at(4), &mut |_| {}).unwrap();
        handler.set_session_state(first, SessionEnded, at(10), &mut |_| {}).unwrap();
        let statistics = handler.session_statistics(first, at(99));
        assert_eq!((statistics.calls, statistics.talks, statistics.wrap_ups), (1, 1, 1));
        assert_eq!(statistics.total_talk, Duration::from_secs(6));
        assert_eq!(handler.session(second).state(), Ready);
        assert_eq!(handler.agent(AgentId(0)).sessions(), [second]);
    }

    #[test]
    fn one_open_session_for_each_agent_and_group() {
        let (mut handler, first, _) = two_groups();
        let again = handler.create_session(AgentId(0), GroupId(0), AddressId(0), at(1));
        assert_eq!(again, Err(AcdError::SessionExists { agent: AgentId(0), session: first }));
        handler.set_session_state(first, SessionEnded, at(2), &mut |_| {}).unwrap();
        assert!(handler.create_session(AgentId(0), GroupId(0), AddressId(0), at(3)).is_ok());
        let unknown = handler.create_session(AgentId(7), GroupId(0), AddressId(0), at(3));
        assert_eq!(unknown, Err(AcdError::Unknown { what: "agent", number: 7 }));
    }

    #[test]
    fn calls_that_entered_before_the_measurement_do_not_count() {
        let (mut handler, first, _) = two_groups();
        let none = &mut |_| {};
        handler.call_arrives(QueueId(0));
        handler.answer(QueueId(0), first, at(1), at(2), none).unwrap();
        handler.measure_from(at(10));
        handler.set_session_state(first, BusyWrapup, at(12), none).unwrap();
        handler.set_session_state(first, Ready, at(14), none).unwrap();
        assert_eq!(handler.answer(QueueId(0), first, at(9), at(15), none), Ok(false));
        handler.set_session_state(first, Ready, at(16), none).unwrap();
        let statistics = handler.session_statistics(first, at(20));
        assert_eq!((statistics.calls, statistics.talks, statistics.wrap_ups), (0, 0, 0));
        assert_eq!(statistics.total_call_time(), Duration::ZERO);
        assert_eq!(statistics.duration, Duration::from_secs(10));
        assert_eq!(statistics.ready, Duration::from_secs(1 + 4));
        assert_eq!(handler.queue_statistics(QueueId(0), at(20)).calls_left, 0);
    }

    #[test]
    fn a_call_that_does_not_count_is_in_no_statistic_of_its_queue_while_it_waits() {
        let (mut handler, ..) = two_groups();
        let queue = QueueId(0);
        let enter = |handler: &mut AgentHandler<()>, secs| {
            handler.call_arrives(queue);
            handler.call_waits(queue, (), at(secs));
        };
        enter(&mut handler, 1);
        handler.measure_from(at(10));
        let statistics = handler.queue_statistics(queue, at(20));
        assert_eq!((statistics.total_calls_queued, statistics.current_calls_queued), (0, 0));
        assert_eq!((statistics.longest_ever_wait, statistics.current_longest_wait), (Duration::ZERO, Duration::ZERO));
        enter(&mut handler, 12);
        let statistics = handler.queue_statistics(queue, at(20));
        assert_eq!((statistics.total_calls_queued, statistics.current_calls_queued), (1, 1));
        assert_eq!(statistics.longest_ever_wait, Duration::from_secs(8));
        assert_eq!(statistics.current_longest_wait, Duration::from_secs(8));
    }
}
