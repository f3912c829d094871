//! Exact figures of queues that have no closed form, from Markov chains that are solved numerically.
//!
//! | question | answer |
//! | --- | --- |
//! | any finite continuous-time Markov chain: routing over several skills, priorities, ... | [`chain`] |
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
mod matrix;
mod poisson;
pub mod transient;

pub use error::ExactError;
