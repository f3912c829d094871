//! The laws that talk, wrap-up and patience are drawn from.

use super::Stream;
use crate::time::Duration;

/// A validated law of a non-negative duration, in seconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Always the same duration.
    Constant(f64),
    /// Exponential with this mean.
    Exponential(f64),
}

/// Why a distribution cannot be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{parameter} is {value}: {allowed}")]
pub struct DistributionError {
    /// The parameter at fault.
    pub parameter: &'static str,
    /// Its value.
    pub value: f64,
    /// What is allowed.
    pub allowed: &'static str,
}

/// A distribution made ready for fast sampling.
#[derive(Clone, Debug)]
pub struct Sampler(Distribution);

impl Distribution {
    /// A sampler of this law.
    pub fn sampler(&self) -> Sampler {
        Sampler(self.clone())
    }
}

impl Sampler {
    /// Draws one duration.
    #[inline]
    pub fn sample(&self, stream: &mut Stream) -> Duration {
        match self.0 {
            Distribution::Constant(secs) => Duration::from_secs_f64(secs),
            Distribution::Exponential(mean) => Duration::from_secs_f64(-mean * libm::log(1.0 - stream.next_unit())),
        }
    }
}
