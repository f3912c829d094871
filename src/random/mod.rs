//! Random streams and the distributions that are sampled from them.
//!
//! Everything here gives the same bits on every platform: the generator is ChaCha8, and the functions of
//! analysis come from the `libm` crate, never from the platform. It uses only [`crate::time`].

mod distribution;
mod stream;

pub use distribution::{Distribution, DistributionError, Sampler};
pub use stream::{Purpose, Stream};
