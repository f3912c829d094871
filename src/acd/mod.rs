//! TAPI's call-center objects and the AgentSession logic: pure state machines.
//!
//! An [`AgentHandler`] holds agents, ACD groups, queues, addresses and agent sessions, as the ACD proxy of TAPI does.
//! It has no clock, no I/O and no randomness: it is told what happens and when, keeps the statistics exactly, in
//! nanoseconds, and answers with what changed. So the same code runs in virtual time under the simulator, in
//! wall-clock time under an adapter, and alone in tests. It uses only [`crate::time`].
//!
//! [`tapi2`] and [`tapi3`] are the two spellings in which clients reach it, over the one handler: the line functions with
//! their proxy requests, and the objects of TAPI 3 over these. [`catalogue`] has the objects, states and statistics as data.
//!
//! # What TAPI leaves open, and what is decided here
//!
//! Each question is a field of [`Conventions`] with a default. With the defaults, and where nothing can be chosen:
//!
//! - *A new session* is NOT_READY; whoever logs the agent in sets it READY.
//! - *An agent in several groups* holds a session in each, and is busy in all when busy in one: the session that has
//!   the call shows BUSY_ON_CALL and then BUSY_WRAPUP, each of the others shows NOT_READY meanwhile, because the agent
//!   is unable to take calls there. They become READY again together with it.
//! - *Time to answer* runs from the call's entering the group's queue to the agent's answering it; ringing counts. A
//!   call that is answered at once has passed through the queue in no time.
//! - *A call counts* for the session that answered it: in NumberOfCalls, AverageTimeToAnswer and LongestTimeToAnswer
//!   from the moment its talk begins, in the talk and wrap-up totals from the moment the phase ends.
//! - *Talk* is from answer to disconnect, hold included. *Wrap-up* is from disconnect to leaving BUSY_WRAPUP; a call
//!   without wrap-up has one of no length. A phase that is cut short by the end of its session counts with the time it
//!   lasted. *Call time* is talk and wrap-up.
//! - *Averages* are over the same calls as their totals; with no calls they are 0.
//! - *SessionDuration* runs from the session's creation to its end, or to now; time in NOT_READY is part of it.
//! - *Handles* are unique within a handler, for each kind of object, and are never used again. *An ended session* stays, with
//!   what it has counted, until it is [forgotten](AgentHandler::forget_session).
//! - *Calls may be left out of the count*: [`AgentHandler::measure_from`] starts all statistics anew, and calls that
//!   arrived before that instant do not enter them afterwards; from [`AgentHandler::measure_until`] on, new calls are left
//!   out. This is for the warm-up of a simulation and for its end, and has no counterpart in TAPI.

mod agent;
pub mod catalogue;
pub mod conventions;
mod error;
mod handler;
mod queue;
mod session;
mod state;
pub mod tapi2;
pub mod tapi3;
mod values;
mod window;

pub use agent::{Agent, AgentStatistics};
pub use conventions::Conventions;
pub use error::{AcdError, Engagement};
pub use handler::{
    Address, AddressId, AgentGoal, AgentHandler, AgentId, Direction, Group, GroupId, MOST_OBJECTS, Members,
    SessionGoal, SessionId, StateChange,
};
pub use queue::{Place, Queue, QueueId, QueueStatistics, WaitingCall};
pub use session::{AgentSession, CallTimes, Phases, RareTimes, SessionStatistics, Waits};
pub use state::{AgentState, SessionState};
pub use values::{Currency, OleDate, TapiAgentStatistics, TapiQueueStatistics, TapiSessionStatistics};
