//! The law of the longest wait over the measured time.

use crate::analytic::{AnalyticError, LongestWait};

/// The law of a longest time to answer over the measured time of one replication.
#[derive(Clone, Debug, PartialEq)]
pub struct LongestLaw {
    law: LongestWait,
    measured_s: f64,
    mean_s: f64,
}

impl LongestLaw {
    /// The law over a measured time.
    ///
    /// # Errors
    ///
    /// If the measured time is not one that the law can be had for.
    pub(super) fn new(law: LongestWait, measured_s: f64) -> Result<Self, AnalyticError> {
        let mean_s = law.mean_s(measured_s)?;
        Ok(LongestLaw { law, measured_s, mean_s })
    }

    /// The mean, in seconds.
    pub fn mean_s(&self) -> f64 {
        self.mean_s
    }

    /// The probability that the longest wait is at most so many seconds.
    pub fn cdf(&self, seconds: f64) -> f64 {
        self.law.cdf(self.measured_s, seconds).unwrap_or(f64::NAN)
    }
}
