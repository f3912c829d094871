//! The port: what a telephony system under test has to do, in TAPI's words.

use super::clock::Lateness;
use crate::acd::SessionState;
use crate::time::Instant;
use crate::trace::{Exact, Header, TapiTotals};

/// Whose clock a system goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// It is told the time, and nothing happens in between: [`observe`](TelephonySystem::observe) lets it pass.
    Virtual,
    /// The time passes by itself.
    Wall,
}

/// What kinds of notices a system gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gives {
    /// [`Notice::SessionChanged`].
    pub session_changed: bool,
    /// [`Notice::CallWaits`].
    pub call_waits: bool,
    /// [`Notice::CallAnswered`].
    pub call_answered: bool,
    /// [`Notice::CallAbandoned`].
    pub call_abandoned: bool,
}

impl Gives {
    /// All of them.
    pub const ALL: Gives = Gives { session_changed: true, call_waits: true, call_answered: true, call_abandoned: true };
}

/// What a system is and can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Its name and version, for people.
    pub name: String,
    /// Whose clock it goes by.
    pub time: Time,
    /// Whether real telephones ring: then nothing is dialled that was not allowed by name.
    pub live: bool,
    /// Which notices it gives, beyond offers and blocked calls.
    pub gives: Gives,
    /// Whether it goes by the simulation's rules to the last tie: then the order of what happens at one instant is compared
    /// too.
    pub exact: bool,
    /// Whether its statistics may be measured from a later instant than the start.
    pub measures_from: bool,
}

/// Something that a system tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A session went from one state to another.
    SessionChanged {
        /// Which.
        session: u32,
        /// The state that it left.
        from: SessionState,
        /// The state that it has now.
        to: SessionState,
    },
    /// A call found no agent, and waits.
    CallWaits {
        /// Which.
        call: u64,
    },
    /// A call found no agent and no room, and was turned away.
    CallBlocked {
        /// Which.
        call: u64,
    },
    /// A call rings at the agent of a session.
    CallOffered {
        /// Which.
        call: u64,
        /// The session that is to answer it.
        session: u32,
    },
    /// A session has answered a call.
    CallAnswered {
        /// Which.
        call: u64,
        /// The session.
        session: u32,
    },
    /// A caller has hung up before an answer.
    CallAbandoned {
        /// Which.
        call: u64,
    },
    /// A call has come from outside, to a system that is [watched](TelephonySystem::watch).
    CallArrived {
        /// Which, by the system's own number.
        call: u64,
        /// Its group.
        group: u32,
    },
    /// An agent has logged in, to a system that is watched.
    SessionCreated {
        /// The session's number.
        session: u32,
        /// Its agent.
        agent: u32,
        /// Its group.
        group: u32,
    },
    /// The talk of a call has ended, in a system that is watched.
    CallEnded {
        /// Which.
        call: u64,
    },
    /// Nothing more will happen in a system that is watched.
    Over,
}

/// A notice with the instant at which it happened, by the clock of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noticed {
    /// When.
    pub at: Instant,
    /// What.
    pub what: Notice,
}

/// What a session has counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// Whether it has ended.
    pub ended: bool,
    /// The twelve statistics.
    pub statistics: TapiTotals,
    /// The same to the nanosecond, if the system knows them.
    pub exact: Option<Exact>,
}

/// What a system did that no system should do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is gone.
    #[error("it ended while {during}: {how}")]
    Died {
        /// What was wanted of it.
        during: String,
        /// How it ended.
        how: String,
    },
    /// It does not answer.
    #[error("no answer to {request} within {after} s")]
    Silent {
        /// What was asked.
        request: String,
        /// How long was waited.
        after: u64,
    },
    /// It answered after more time than it may take.
    #[error("answers that took longer than {limit_ms} ms: {count}, the longest {longest_ms} ms")]
    Slow {
        /// How many answers.
        count: u64,
        /// How long one may take, in milliseconds.
        limit_ms: u64,
        /// The longest, in milliseconds.
        longest_ms: u64,
    },
    /// It answered a request that was answered before.
    #[error("request {id} was answered twice")]
    AnsweredTwice {
        /// Which.
        id: u64,
    },
    /// It answered another request than the one that is due.
    #[error("request {found} was answered while request {expected} was to be")]
    OutOfOrder {
        /// The request that was due.
        expected: u64,
        /// The request that was answered.
        found: u64,
    },
    /// It said something that is no message.
    #[error("it said `{line}`: {why}")]
    Garbage {
        /// What it said, cut.
        line: String,
        /// What is wrong with it.
        why: String,
    },
    /// It refused what was asked.
    #[error("it refused {request}: {reason}")]
    Refused {
        /// What was asked.
        request: String,
        /// What it said.
        reason: String,
    },
    /// Its clock is not that of the run.
    #[error("its clock is off by {off_ms} ms at {at} s")]
    Drift {
        /// By how much, in milliseconds; behind if negative.
        off_ms: i64,
        /// When.
        at: Instant,
    },
    /// It told of something that cannot be.
    #[error("at {at} s {what}")]
    Contradiction {
        /// When.
        at: Instant,
        /// What.
        what: String,
    },
    /// It cannot do what the trace asks for.
    #[error("{0}")]
    Unable(String),
    /// It cannot be reached.
    #[error("{0}")]
    Unreachable(String),
    /// The run was stopped from the keyboard.
    #[error("interrupted")]
    Interrupted,
}

impl Fault {
    /// A fault after which nothing more can be asked of the system.
    pub fn is_fatal(&self) -> bool {
        !matches!(self, Fault::Slow { .. } | Fault::Drift { .. } | Fault::AnsweredTwice { .. })
    }
}

/// A telephony system under test.
///
/// Agents, groups and addresses are those of the trace's [`Header`] and go by their index there; calls by their number in the
/// trace; sessions are numbered from 0 in the order in which [`create_session`](Self::create_session) made them.
///
/// # The contract
///
/// - [`open`](Self::open) comes first, [`close`](Self::close) last, and once each. In between, instants never run backwards.
/// - The system routes: it decides which session a call is offered to ([`Notice::CallOffered`]). An offered call is answered
///   ([`answer`](Self::answer)) by the agent, or its caller hangs up; no other call is offered to that agent meanwhile.
/// - A new session is NOT_READY. The agent makes it READY, ends it ([`put_state`](Self::put_state) with SESSION_ENDED), and
///   leaves wrap-up by READY. The system sets BUSY_ON_CALL when a call is answered; the agent's other sessions are NOT_READY
///   meanwhile, and READY again with it.
/// - [`hang_up`](Self::hang_up) ends a call: one that waits is abandoned. Of one that was answered, the session goes to
///   `then`: BUSY_WRAPUP, READY if there is no wrap-up, or SESSION_ENDED for an agent who leaves.
/// - What the system decides it tells by [`observe`](Self::observe), in the order in which it happened. In virtual time it
///   decides nothing before it is asked there, so that all that is done at one instant is known to it; it then stays at the
///   first instant at which it did something. A system with a clock of its own stamps its notices by the clock of the run.
/// - [`observe`](Self::observe) returns at `until` at the latest, and every other operation within the time limit that the
///   system was given: nothing waits for ever.
/// - An error leaves the system usable unless it [is fatal](Fault::is_fatal).
pub trait TelephonySystem {
    /// What it is and can do.
    fn capabilities(&self) -> &Capabilities;

    /// Makes the groups, queues, addresses and agents of a center.
    ///
    /// # Errors
    ///
    /// [`Fault::Unable`] if the center asks for what the system does not have; others as they come.
    fn open(&mut self, center: &Header) -> Result<(), Fault>;

    /// Lets statistics start at this instant.
    ///
    /// # Errors
    ///
    /// As they come; it is called only if [`Capabilities::measures_from`] is true.
    fn measure_from(&mut self, now: Instant) -> Result<(), Fault>;

    /// Makes a session of an agent for a group, at the agent's address: the next in number.
    ///
    /// # Errors
    ///
    /// As they come.
    fn create_session(&mut self, agent: u32, group: u32, now: Instant) -> Result<(), Fault>;

    /// Asks for another state of a session: READY, NOT_READY or SESSION_ENDED.
    ///
    /// # Errors
    ///
    /// As they come.
    fn put_state(&mut self, session: u32, state: SessionState, now: Instant) -> Result<(), Fault>;

    /// Lets somebody call a group.
    ///
    /// # Errors
    ///
    /// As they come.
    fn place_call(&mut self, call: u64, group: u32, now: Instant) -> Result<(), Fault>;

    /// Lets an agent answer the call that is offered to a session. The talk has begun when it returns.
    ///
    /// # Errors
    ///
    /// As they come.
    fn answer(&mut self, session: u32, call: u64, now: Instant) -> Result<(), Fault>;

    /// Ends a call.
    ///
    /// # Errors
    ///
    /// As they come.
    fn hang_up(&mut self, call: u64, then: SessionState, now: Instant) -> Result<(), Fault>;

    /// What happened since it was asked last, at once if there is something, and nothing if nothing happens before `until`;
    /// a system with a clock of its own may return with nothing before, and is asked again.
    ///
    /// # Errors
    ///
    /// As they come.
    fn observe(&mut self, until: Instant) -> Result<Vec<Noticed>, Fault>;

    /// What a session has counted by now.
    ///
    /// # Errors
    ///
    /// As they come.
    fn statistics(&mut self, session: u32, now: Instant) -> Result<Counted, Fault>;

    /// Lets a system be watched that has callers and agents of its own, in place of [`open`](Self::open): says what center it
    /// is. What happens there is told by [`observe`](Self::observe), sessions and calls by the system's numbers.
    ///
    /// # Errors
    ///
    /// [`Fault::Unable`] of one that cannot be watched.
    fn watch(&mut self) -> Result<Header, Fault> {
        Err(Fault::Unable(format!("{} cannot be watched", self.capabilities().name)))
    }

    /// The time by its clock.
    fn now(&self) -> Instant;

    /// What it did wrong on the side, and that did not keep an operation from being done.
    fn faults(&mut self) -> Vec<Fault> {
        Vec::new()
    }

    /// How late what it was asked for was, for a system with a clock of its own.
    fn lateness(&self) -> Option<&Lateness> {
        None
    }

    /// Leaves the system.
    ///
    /// # Errors
    ///
    /// As they come.
    fn close(&mut self) -> Result<(), Fault>;
}
