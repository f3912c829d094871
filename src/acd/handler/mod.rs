//! The agent handler: the objects of a call center and the operations on them.
//!
//! Here are the objects and their relations. What happens to calls is in `calls`, what clients and the switch do to the
//! states of sessions and agents in `states`, what is counted of it in `reads`, and how a handler is made of a part of another
//! in `part`.

mod calls;
mod part;
mod reads;
mod states;
#[cfg(test)]
mod tests;

pub use calls::Direction;
pub use part::Members;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fmt;

use uuid::Uuid;

use super::conventions::{Conventions, NewSession, SecondSession, Window};
use super::error::Engagement;
use super::queue::WaitingRoom;
use super::session::RareTimes;
use super::window::Period;
use super::{AcdError, Agent, AgentSession, AgentState, Queue, QueueId, SessionState};
use crate::fault::{self, Fault};
use crate::time::{Duration, Instant};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $noun:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($noun, " {}"), self.0)
            }
        }
    };
}

number!(
    /// The number of an agent within its agent handler, in the order of creation; never used again.
    AgentId,
    "agent"
);
number!(
    /// The number of an ACD group within its agent handler, in the order of creation; never used again.
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

/// So many objects of a kind a handler can have; the numbers above mean something else where a number may be absent.
pub const MOST_OBJECTS: u32 = u32::MAX - 16;

/// Not busy.
const NOBODY: u32 = u32::MAX;
/// Busy on an incoming call that is no ACD call.
const INCOMING: u32 = u32::MAX - 1;
/// Busy on an outgoing call that is no ACD call.
const OUTGOING: u32 = u32::MAX - 2;

const _: () = assert!(MOST_OBJECTS < OUTGOING);

/// A class of calls that need one kind of handling.
#[derive(Clone, Debug)]
pub struct Group {
    /// The group's GUID.
    pub guid: Uuid,
    /// Its name.
    pub name: String,
    /// The queues that it services, in the order of creation.
    queues: Vec<QueueId>,
    removed: bool,
}

impl Group {
    /// The queues that it services and that were not taken away, in the order of creation.
    pub fn queues(&self) -> &[QueueId] {
        &self.queues
    }

    /// Whether the group was taken away.
    pub fn is_removed(&self) -> bool {
        self.removed
    }
}

/// Where an agent receives calls.
#[derive(Clone, Debug)]
pub struct Address {
    /// The address's name.
    pub name: String,
}

/// What every event of a call looks at of its agent; apart from the rest because it is so often.
#[derive(Clone, Copy, Debug)]
struct Occupation {
    /// The session that the agent is busy in, by number, or [`INCOMING`], [`OUTGOING`] or [`NOBODY`].
    busy_in: u32,
    /// How many sessions have not ended.
    sessions: u16,
    /// Whether something waits for an ACD call to be done: the end of a session, or the agent's next state.
    pending: bool,
}

/// Whatever has a measurement period, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Measured {
    Agent(u32),
    Queue(u32),
}

/// What a session relates, and its life.
#[derive(Clone, Debug)]
struct Identity {
    group: GroupId,
    address: AddressId,
    started: Instant,
    ended: Option<Instant>,
    /// Time in calls that do not count.
    uncounted: Duration,
    rare: Option<Box<RareTimes>>,
    /// The state that follows the present call.
    next: Option<SessionGoal>,
    /// The end that waits for the present call to be done.
    pending_end: Option<SessionGoal>,
    released: bool,
    forgotten: bool,
}

/// A state that a session is to be in, as TAPI 2.2 has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionGoal {
    /// One of the states that TAPI 3 has too.
    State(SessionState),
    /// RELEASED: ended for good.
    Released,
}

/// A state that an agent is to be in, as TAPI 2.2 has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentGoal {
    /// One of the states that TAPI 3 has too.
    State(AgentState),
    /// RELEASED: logged off for good.
    Released,
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
    /// The state that it is in now; the same for a state that is announced although it was there already.
    pub to: SessionState,
}

/// An agent handler: agents, groups, queues, addresses and sessions, and the calls that wait.
///
/// `C` is whatever its owner wants to keep of a waiting call. Every operation is told the time, which never runs
/// backwards, and reports each change of a session's state to `changed`, in the order in which they happen.
///
/// Operations that begin with `request` are what a client asks for; they follow the [`Conventions`]. The others are what
/// the switch does.
///
/// ```
/// use acdsim::acd::{AgentHandler, CallTimes, SessionState};
/// use acdsim::time::{Duration, Instant};
/// use uuid::Uuid;
///
/// let at = |secs| Instant::START + Duration::from_secs(secs);
/// let mut handler = AgentHandler::<&str>::new();
/// let sales = handler.create_group(Uuid::from_u128(1), "Sales")?;
/// let queue = handler.create_queue("Sales queue", Some(sales), at(0))?;
/// let desk = handler.create_address("4101")?;
/// let ann = handler.create_agent("Ann", None, None, at(0))?;
///
/// let session = handler.create_session(ann, sales, desk, None, at(0), &mut |_| {})?;
/// handler.set_session_state(session, SessionState::Ready, at(0), &mut |_| {})?;
///
/// handler.call_arrives(queue, at(5));
/// handler.answer(queue, session, CallTimes::straight(at(5), at(8)), at(8), &mut |_| {})?;
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
    conventions: Conventions,
    agents: Vec<Agent>,
    occupations: Vec<Occupation>,
    /// The sessions of each agent that have not ended, in the order of creation.
    current: Vec<Vec<SessionId>>,
    sessions: Vec<AgentSession>,
    queues: Vec<Queue>,
    room: WaitingRoom<C>,
    groups: Vec<Group>,
    addresses: Vec<Address>,
    identities: Vec<Identity>,
    /// The PINs of the agent IDs that the switch knows; if there are none, it takes all.
    directory: HashMap<String, String>,
    measured_from: Instant,
    measured_until: Instant,
    /// When the first window of a measurement period ends.
    next_window: Instant,
    /// When the windows end, and whose they are; those that were set anew meanwhile mean nothing any more.
    windows: BinaryHeap<Reverse<(Instant, Measured)>>,
    /// Whether windows slide, so that every change has to be noted.
    slides: bool,
    most: u32,
}

impl<C: Copy> Default for AgentHandler<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C: Copy> AgentHandler<C> {
    /// A handler of nothing yet, with the default conventions.
    pub fn new() -> Self {
        Self::with_conventions(Conventions::default())
    }

    /// A handler of nothing yet, with these conventions.
    pub fn with_conventions(conventions: Conventions) -> Self {
        let slides = conventions.measurement_window == Window::Sliding;
        AgentHandler {
            conventions,
            agents: Vec::new(),
            occupations: Vec::new(),
            current: Vec::new(),
            sessions: Vec::new(),
            queues: Vec::new(),
            room: WaitingRoom::new(),
            groups: Vec::new(),
            addresses: Vec::new(),
            identities: Vec::new(),
            directory: HashMap::new(),
            measured_from: Instant::START,
            measured_until: Instant::NEVER,
            next_window: if slides { Instant::START } else { Instant::NEVER },
            windows: BinaryHeap::new(),
            slides,
            most: MOST_OBJECTS,
        }
    }

    /// The conventions in force.
    pub fn conventions(&self) -> &Conventions {
        &self.conventions
    }

    /// Lets the handler have at most so many objects of each kind; past that it answers [`AcdError::Full`].
    ///
    /// At most, and unless this is called, [`MOST_OBJECTS`].
    pub fn limit_objects(&mut self, most: u32) {
        self.most = most.min(MOST_OBJECTS);
    }

    /// Lets an agent ID be known to the switch, with its PIN. A switch that knows none takes any ID and PIN.
    pub fn admit(&mut self, id: &str, pin: &str) {
        self.directory.insert(id.to_owned(), pin.to_owned());
    }

    /// Makes an ACD group, which services no queue yet.
    ///
    /// # Errors
    ///
    /// [`AcdError::Full`].
    pub fn create_group(&mut self, guid: Uuid, name: &str) -> Result<GroupId, AcdError> {
        let group = GroupId(self.room_for("groups", self.groups.len())?);
        self.groups.push(Group { guid, name: name.to_owned(), queues: Vec::new(), removed: false });
        Ok(group)
    }

    /// Makes a queue that a group services, or one of no group, such as a call guide has.
    ///
    /// # Errors
    ///
    /// [`AcdError::Full`]; [`AcdError::Unknown`] for a group that the handler does not have any more.
    pub fn create_queue(&mut self, name: &str, group: Option<GroupId>, now: Instant) -> Result<QueueId, AcdError> {
        let queue = QueueId(self.room_for("queues", self.queues.len())?);
        if let Some(group) = group {
            self.known_group(group)?;
            self.groups[group.0 as usize].queues.push(queue);
        }
        self.queues.push(Queue::new(name, group, self.default_period(), now));
        self.plan_window(Measured::Queue(queue.0));
        Ok(queue)
    }

    /// Makes an address.
    ///
    /// # Errors
    ///
    /// [`AcdError::Full`].
    pub fn create_address(&mut self, name: &str) -> Result<AddressId, AcdError> {
        let address = AddressId(self.room_for("addresses", self.addresses.len())?);
        self.addresses.push(Address { name: name.to_owned() });
        Ok(address)
    }

    /// Makes an agent, who has no session yet. With an ID the agent is one that the switch knows by it.
    ///
    /// # Errors
    ///
    /// [`AcdError::Full`]; [`AcdError::UnknownAgentId`] and [`AcdError::WrongPin`] if the switch knows
    /// [agent IDs](Self::admit) and these are not among them.
    pub fn create_agent(
        &mut self,
        user: &str,
        id: Option<&str>,
        pin: Option<&str>,
        now: Instant,
    ) -> Result<AgentId, AcdError> {
        let agent = AgentId(self.room_for("agents", self.agents.len())?);
        if let Some(id) = id.filter(|_| !self.directory.is_empty()) {
            let known = self.directory.get(id).ok_or(AcdError::UnknownAgentId)?;
            if Some(known.as_str()) != pin {
                return Err(AcdError::WrongPin);
            }
        }
        let wanted = self.conventions.new_agent.state();
        let mut record = Agent::new(user, id, pin, wanted, self.default_period());
        record.period = Period::new(record.period.seconds, now, Default::default());
        self.agents.push(record);
        self.occupations.push(Occupation { busy_in: NOBODY, sessions: 0, pending: false });
        self.current.push(Vec::new());
        self.plan_window(Measured::Agent(agent.0));
        Ok(agent)
    }

    /// Makes room for so many sessions, so that creating them allocates nothing.
    pub fn reserve_sessions(&mut self, sessions: usize) {
        self.sessions.reserve(sessions);
        self.identities.reserve(sessions);
    }

    /// Opens a session of an agent for a group at an address. It is NOT_READY, or READY if the
    /// [conventions](NewSession) have it so; if the agent is busy, it becomes READY then when that is over.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`] for an agent, group or address that the handler does not have;
    /// [`AcdError::Full`]; [`AcdError::AgentReleased`]; [`AcdError::WrongPin`] if a PIN is given that is not the agent's;
    /// [`AcdError::SessionExists`] if the agent has such a session already.
    pub fn create_session(
        &mut self,
        agent: AgentId,
        group: GroupId,
        address: AddressId,
        pin: Option<&str>,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<SessionId, AcdError> {
        self.known_agent(agent)?;
        self.known_group(group)?;
        if address.0 as usize >= self.addresses.len() {
            return Err(AcdError::Unknown { what: "address", number: address.0 });
        }
        self.roll(now);
        let session = SessionId(self.room_for("sessions", self.sessions.len())?);
        let record = &self.agents[agent.0 as usize];
        if record.released {
            return Err(AcdError::AgentReleased { agent });
        }
        if record.pin.as_deref().is_some_and(|known| pin.is_some_and(|pin| pin != known)) {
            return Err(AcdError::WrongPin);
        }
        let clashes = |&&other: &&SessionId| {
            let identity = &self.identities[other.0 as usize];
            match self.conventions.second_session {
                SecondSession::SameGroup => identity.group == group,
                SecondSession::SameGroupAndAddress => (identity.group, identity.address) == (group, address),
                SecondSession::Allowed => false,
            }
        };
        if let Some(&session) = self.current[agent.0 as usize].iter().find(clashes) {
            return Err(AcdError::SessionExists { agent, session });
        }
        if self.current[agent.0 as usize].len() >= usize::from(u16::MAX) {
            return Err(AcdError::Full { what: "sessions of one agent", most: u16::MAX.into() });
        }
        self.sessions.push(AgentSession::new(agent, now));
        self.identities.push(Identity {
            group,
            address,
            started: now,
            ended: None,
            uncounted: Duration::ZERO,
            rare: None,
            next: None,
            pending_end: None,
            released: false,
            forgotten: false,
        });
        if fault::is(Fault::LongestKeptAcrossSessions) {
            let ended = self.agents[agent.0 as usize].ended.iter().rev();
            let before = ended.copied().find(|other| self.identities[other.0 as usize].group == group);
            if let Some(before) = before.map(|before| self.sessions[before.0 as usize].clone()) {
                self.sessions[session.0 as usize].mistake_for(&before);
            }
        }
        let current = &mut self.current[agent.0 as usize];
        if current.is_empty() {
            self.agents[agent.0 as usize].active_since = now;
        }
        current.push(session);
        self.occupations[agent.0 as usize].sessions += 1;
        if self.conventions.new_session == NewSession::Ready {
            if self.occupations[agent.0 as usize].busy_in == NOBODY {
                self.put_session_state(session, SessionState::Ready, now, changed)?;
            } else {
                self.sessions[session.0 as usize].set_held(true);
            }
        }
        self.note_agent_change(agent, now);
        Ok(session)
    }

    /// Takes a queue away: it takes no calls any more, and its statistics can be read no more.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`]; [`AcdError::QueueInUse`] while calls wait in it.
    pub fn remove_queue(&mut self, queue: QueueId) -> Result<(), AcdError> {
        self.known_queue(queue)?;
        let record = &mut self.queues[queue.0 as usize];
        if record.waiting() > 0 {
            return Err(AcdError::QueueInUse { queue, waiting: record.waiting() });
        }
        record.remove();
        if let Some(group) = record.group {
            self.groups[group.0 as usize].queues.retain(|&other| other != queue);
        }
        Ok(())
    }

    /// Takes a group away, with its queues; the sessions for it end at once.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`]; [`AcdError::QueueInUse`] while calls wait in one of its queues.
    pub fn remove_group(
        &mut self,
        group: GroupId,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        self.known_group(group)?;
        let queues = self.groups[group.0 as usize].queues.clone();
        if let Some(&queue) = queues.iter().find(|&&queue| self.queue(queue).waiting() > 0) {
            return Err(AcdError::QueueInUse { queue, waiting: self.queue(queue).waiting() });
        }
        for queue in queues {
            self.remove_queue(queue)?;
        }
        self.groups[group.0 as usize].removed = true;
        for number in 0..self.session_count() {
            let session = SessionId(number);
            if self.session_group(session) == group && self.session_ended(session).is_none() {
                self.put_session_state(session, SessionState::SessionEnded, now, changed)?;
            }
        }
        Ok(())
    }

    /// Forgets a session that has ended: its number means nothing any more, and it is listed nowhere.
    ///
    /// Until then an ended session stays, with what it has counted: a handler forgets nothing by itself, unless a client
    /// releases a session under [`Released::Forgets`](super::conventions::Released::Forgets).
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`]; [`AcdError::IllegalTransition`] for a session that has not ended.
    pub fn forget_session(&mut self, session: SessionId) -> Result<(), AcdError> {
        let identity = self.known_session(session)?;
        if identity.ended.is_none() {
            let from = self.session(session).state();
            return Err(AcdError::IllegalTransition { session, from, to: SessionState::SessionEnded });
        }
        let agent = self.session(session).agent();
        self.agents[agent.0 as usize].ended.retain(|&other| other != session);
        let identity = &mut self.identities[session.0 as usize];
        identity.forgotten = true;
        identity.rare = None;
        Ok(())
    }

    /// How many agents there are; they are numbered from 0.
    pub fn agent_count(&self) -> u32 {
        self.agents.len() as u32
    }

    /// How many groups there are, those taken away among them; they are numbered from 0.
    pub fn group_count(&self) -> u32 {
        self.groups.len() as u32
    }

    /// How many queues there are, those taken away among them; they are numbered from 0.
    pub fn queue_count(&self) -> u32 {
        self.queues.len() as u32
    }

    /// How many addresses there are; they are numbered from 0.
    pub fn address_count(&self) -> u32 {
        self.addresses.len() as u32
    }

    /// How many sessions there are, ended ones too; they are numbered from 0.
    pub fn session_count(&self) -> u32 {
        self.sessions.len() as u32
    }

    /// The group of this GUID, unless it was taken away.
    pub fn group_of_guid(&self, guid: Uuid) -> Option<GroupId> {
        let groups = (0..).map(GroupId).zip(&self.groups);
        groups.into_iter().find(|(_, group)| group.guid == guid && !group.removed).map(|(number, _)| number)
    }

    /// The ACD group of this number.
    pub fn group(&self, group: GroupId) -> &Group {
        &self.groups[group.0 as usize]
    }

    /// The queue of this number.
    #[inline]
    pub fn queue(&self, queue: QueueId) -> &Queue {
        &self.queues[queue.0 as usize]
    }

    /// The agent of this number.
    #[inline]
    pub fn agent(&self, agent: AgentId) -> &Agent {
        &self.agents[agent.0 as usize]
    }

    /// The sessions of an agent that have not ended, in the order of creation.
    #[inline]
    pub fn sessions_of(&self, agent: AgentId) -> &[SessionId] {
        &self.current[agent.0 as usize]
    }

    /// The address of this number.
    pub fn address(&self, address: AddressId) -> &Address {
        &self.addresses[address.0 as usize]
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

    /// Whether the end of a session was its release.
    pub fn session_is_released(&self, session: SessionId) -> bool {
        self.identities[session.0 as usize].released
    }

    /// The state that follows a session's present call, if one was asked for.
    pub fn session_next_state(&self, session: SessionId) -> Option<SessionGoal> {
        self.identities[session.0 as usize].next
    }

    /// Checks that the handler has an agent of this number.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`].
    pub fn known_agent(&self, agent: AgentId) -> Result<&Agent, AcdError> {
        self.agents.get(agent.0 as usize).ok_or(AcdError::Unknown { what: "agent", number: agent.0 })
    }

    /// Checks that the handler has a group of this number, and that it was not taken away.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`].
    pub fn known_group(&self, group: GroupId) -> Result<&Group, AcdError> {
        let known = self.groups.get(group.0 as usize).filter(|group| !group.removed);
        known.ok_or(AcdError::Unknown { what: "group", number: group.0 })
    }

    /// Checks that the handler has a queue of this number, and that it was not taken away.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`].
    pub fn known_queue(&self, queue: QueueId) -> Result<&Queue, AcdError> {
        let known = self.queues.get(queue.0 as usize).filter(|queue| !queue.is_removed());
        known.ok_or(AcdError::Unknown { what: "queue", number: queue.0 })
    }

    /// Checks that the handler has a session of this number, and has not forgotten it.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`].
    pub fn check_session(&self, session: SessionId) -> Result<(), AcdError> {
        self.known_session(session).map(|_| ())
    }

    fn known_session(&self, session: SessionId) -> Result<&Identity, AcdError> {
        let known = self.identities.get(session.0 as usize).filter(|identity| !identity.forgotten);
        known.ok_or(AcdError::Unknown { what: "session", number: session.0 })
    }

    /// The number of one more object, when there are `count`.
    fn room_for(&self, what: &'static str, count: usize) -> Result<u32, AcdError> {
        let number = u32::try_from(count).ok().filter(|&number| number < self.most);
        number.ok_or(AcdError::Full { what, most: self.most })
    }

    fn default_period(&self) -> i32 {
        i32::try_from(self.conventions.measurement_period_s).unwrap_or(i32::MAX)
    }
}

impl Occupation {
    #[inline]
    fn refuse_if_busy_elsewhere(&self, agent: AgentId, session: SessionId) -> Result<(), AcdError> {
        if self.busy_in == NOBODY || self.busy_in == session.0 { Ok(()) } else { Err(self.busy(agent)) }
    }

    #[cold]
    fn busy(&self, agent: AgentId) -> AcdError {
        let with = match self.busy_in {
            INCOMING => Engagement::Incoming,
            OUTGOING => Engagement::Outgoing,
            session => Engagement::Session(SessionId(session)),
        };
        AcdError::AgentBusy { agent, with }
    }
}
