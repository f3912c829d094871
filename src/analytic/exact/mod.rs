//! Exact figures of queues that have no closed form, from Markov chains that are solved numerically.
//!
//! | question | answer |
//! | --- | --- |
//! | any finite continuous-time Markov chain: routing over several skills, priorities, ... | [`chain`] |
//! | M/PH/c: talk and wrap-up apart, Erlang and hyperexponential handle times, with or without patience | [`MPhc`] of a [`PhaseType`] |
//! | M/D/c: every call takes the same time | [`MDc`] |
//! | a day: arrivals and agents that change with the time, from an empty start, calls that wait at the close | [`transient`] |
//!
//! "Exact" means that nothing is approximated but the last digits: where an infinite state space has to end somewhere,
//! the mass or the flow that was cut off is part of the result.
//!
//! Everything here gives the same bits on every platform: the arithmetic is `+ - * /` and the square root, the other
//! functions of analysis come from the `libm` crate, the linear algebra is written here, and nothing depends on the
//! order of a hash table.
//!
//! Rates are per second and times in seconds, unless a caller uses another unit for both.

pub mod chain;
mod error;
mod gauss;
mod matrix;
mod mdc;
mod mphc;
mod phase_type;
mod poisson;
mod qbd;
pub mod transient;

pub use error::ExactError;
pub use mdc::{MDc, MDcFigures};
pub use mphc::{After, MPhc, MPhcFigures};
pub use phase_type::{MAX_PHASES, PhaseType};
