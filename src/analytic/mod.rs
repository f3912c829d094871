//! What queueing theory says a call center does: formulas and numerical solutions, to hold a simulation against or to use
//! in its place.
//!
//! | model | type |
//! | --- | --- |
//! | calls that find all servers busy are lost | [`ErlangB`] |
//! | callers wait as long as they must | [`ErlangC`] |
//! | callers give up, after a time of any law | [`AbandonmentQueue`] |
//! | room for so many calls, with and without giving up | [`FiniteQueue`] |
//! | one agent, handle times of any law | [`SingleAgent`] |
//! | classes of calls of which one goes before another | [`PriorityQueue`] |
//! | several phases of handling, constant handle times, days that change, any Markov chain | [`exact`] |
//! | the longest time to answer of a group, and of one session | [`LongestWait`] |
//! | what one session reports | [`SessionExpectation`] |
//! | agents for a target, and calls for some agents | [`Staffing`] |
//!
//! [`Model`] has them all by their names.
//!
//! Agents are whole numbers, rates are per second, times in seconds, probabilities and shares from 0 to 1. A time in
//! which an agent wraps up is part of the handle time.
//!
//! ```
//! use acdsim::analytic::{AbandonmentQueue, ServiceLevel};
//!
//! // Ten agents, 200 calls an hour of three minutes, callers who give up after two minutes in the mean.
//! let desk = AbandonmentQueue::erlang_a(10, 200.0 / 3_600.0, 180.0, 120.0)?;
//! let within_20_s = desk.wait(20.0);
//! assert!((within_20_s.service_level(ServiceLevel::OfOffered) - 0.639_941).abs() < 1e-6);
//! assert!((within_20_s.service_level(ServiceLevel::OfAnswered) - 0.741_930).abs() < 1e-6);
//! # Ok::<(), acdsim::analytic::AnalyticError>(())
//! ```
//!
//! Everything here gives the same bits on every platform, as in [`crate::random`], whose laws it uses. It uses nothing
//! else of the crate but [`crate::time`].

mod abandonment;
mod birth_death;
mod erlang_b;
mod erlang_c;
mod error;
pub mod exact;
mod longest;
mod mg1;
mod mmck;
mod model;
mod ode;
mod priority;
mod quadrature;
mod session;
mod staffing;
mod wait;

pub use abandonment::AbandonmentQueue;
pub use erlang_b::ErlangB;
pub use erlang_c::ErlangC;
pub use error::{AnalyticError, MAX_AGENTS, MAX_CAPACITY};
pub use longest::{LongestOf, LongestWait};
pub use mg1::SingleAgent;
pub use mmck::FiniteQueue;
pub use model::Model;
pub use priority::PriorityQueue;
pub use session::SessionExpectation;
pub use staffing::{Staffing, Target, scheduled_agents};
pub use wait::{ServiceLevel, Wait};
