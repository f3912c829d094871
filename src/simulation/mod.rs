//! The discrete-event engine: it makes calls arrive, brings them and the agents together, and drives
//! [`acd`](crate::acd) with what happens.
//!
//! [`run`] runs one replication of a scenario and shows every [`Event`] to an [`Observer`]. Observers are generic
//! parameters: one that is not there costs nothing, and `()` observes nothing.
//!
//! # What happens at one and the same instant
//!
//! Time is in whole nanoseconds, so two things may happen at the same instant. Their order is part of the contract,
//! because results depend on it:
//!
//! 1. the measurement starts (the end of the warm-up);
//! 2. agents log out, in the order of the agents in the scenario;
//! 3. agents log in, in the same order;
//! 4. talks and wrap-ups end, in the same order of the agents;
//! 5. callers run out of patience, in the order in which they arrived;
//! 6. calls arrive, in the order of the groups in the scenario, and within a group in the order of the record.
//!
//! The order is kept anew after each step: an arrival that is answered by a talk of no length is followed by the end
//! of that talk before the next arrival. What follows from it:
//!
//! - a call that arrives at the instant at which an agent becomes free is answered without waiting, unless another call
//!   waits;
//! - a call whose patience ends at the instant at which an agent becomes free is answered;
//! - an agent whose shift ends at the instant at which a call arrives, or at which the agent's own wrap-up ends, takes
//!   no further call;
//! - the horizon is exclusive: what would happen at it does not happen.
//!
//! # Routing
//!
//! An arriving call goes to the agent of its group who has been READY longest; those who became READY at the same
//! instant are in the order of the events above, and agents who log in at the same instant in the order of the scenario.
//! With [`AgentSelection::LowestRank`] only those are considered whose rank in the group is the lowest of those who are
//! READY. A call that finds no agent waits, or is blocked if as many calls wait as the queue has room for.
//!
//! An agent who becomes free takes the call that has waited longest in the queues of all the agent's groups; of calls that
//! entered at the same instant, that of the group which stands first in the agent's list. With
//! [`CallSelection::GroupOrder`] it is the longest waiting call of the first group in the list in which one waits.
//!
//! [`AgentSelection::LowestRank`]: crate::scenario::AgentSelection::LowestRank
//! [`CallSelection::GroupOrder`]: crate::scenario::CallSelection::GroupOrder
//!
//! An agent who is due to log out while busy ends the call and its wrap-up first. If the next shift has begun by then,
//! the agent logs in again at that instant; if the next shift is over too, it is skipped. An address does not object to an
//! agent who is kept there so while the next one logs in.
//!
//! # Scenarios that are not plain
//!
//! A scenario whose callers, routing or agents say more runs by the same rules and these, at one instant after the
//! patience of callers and before arrivals: what waiting calls do next, in the order in which they arrived (the offer to
//! be called back, the offer to agents whose delay is over, the step of the call guide); other calls of agents, in the
//! order of the agents; callers who call again, in the order in which they left.
//!
//! - A line is in the order of priority, then of the time of entry less what the class is credited with.
//! - A caller who finds no agent may refuse to wait, is blocked if the queue is full, and waits otherwise. A line of a
//!   trunk is taken before any of this, and given back when the talk ends, the caller leaves, or is to be called back.
//! - A call rings while it keeps its place; ringing counts as waiting, and who gives up then frees the agent.
//! - Who calls again has the same business and new patience; who is transferred is a new call of the other group.
//! - An agent who has ended a call logs out if that is due, else takes the break that is due, else makes the call that is
//!   due, else takes a waiting call.
//! - Outbound campaigns are not modelled: their calls would need pacing and answering parties that no other part has.

mod calendar;
mod control;
mod demand;
mod engine;
mod event;
mod fingerprint;
mod handlers;
pub mod policy;
pub(crate) mod routing;
mod traffic;

pub use control::Control;
pub use demand::{ComingCall, Demand};
pub(crate) use engine::run_plain;
pub use engine::{Due, Ends, Finished, SimulationError, plan, run, run_between, run_with};
pub use event::{Absence, Event, Observer, Origin};
pub use fingerprint::Fingerprint;
pub use handlers::FinishedHandler;
