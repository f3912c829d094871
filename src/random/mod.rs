//! Random streams and the laws that durations are drawn from.
//!
//! Three things work together:
//!
//! - a [`Distribution`] is a validated law of a duration, made from the parameters that practitioners have (a mean and
//!   a coefficient of variation, a median, recorded values, ...);
//! - a [`Sampler`] is that law compiled for drawing;
//! - a [`Stream`] is where the randomness comes from, one stream for each purpose of each entity.
//!
//! ```
//! use acdsim::random::{Distribution, Purpose, Stream};
//! use uuid::Uuid;
//!
//! let talk = Distribution::lognormal_mean_cv(240.0, 1.2)?.sampler();
//! let mut stream = Stream::new(42, 1, Purpose::Talk, Uuid::from_u128(1));
//! let first = talk.sample(&mut stream);
//! assert_eq!(first.to_string(), "92.606811119"); // on every machine
//! # Ok::<(), acdsim::random::DistributionError>(())
//! ```
//!
//! Everything here gives the same bits on every platform: the generator is ChaCha8, floating-point arithmetic is only
//! `+ - * /` and the square root, which IEEE 754 rounds in one way, and every other function of analysis comes from the
//! `libm` crate, never from the platform. The samplers are written here, because a sampler from elsewhere may change
//! its numbers, or its mathematics by feature unification. A change that gives other values for the same stream is a
//! breaking change.
//!
//! This module uses only [`crate::time`]; every other module may use it.

mod alias;
mod distribution;
mod sampler;
mod special;
mod stream;
mod ziggurat;

pub use distribution::{Branch, Distribution, DistributionError, MAX_SECONDS};
pub use sampler::Sampler;
pub use stream::{Purpose, Stream};
