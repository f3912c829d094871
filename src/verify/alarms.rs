//! False alarms: how often a sound scenario fails, beside how often it may.

use super::{Options, Plan, Verification, VerifyError, verify};
use crate::simulation::Control;

/// How the verifications of many seeds of one scenario ended.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Alarms {
    /// Seeds that were verified.
    pub seeds: u32,
    /// Those that failed.
    pub failed: u32,
    /// Those that did not fail, but were not all passed.
    pub inconclusive: u32,
    /// The error rate that was asked for.
    pub error_rate: f64,
}

impl Alarms {
    /// The share of the seeds that failed.
    pub fn rate(&self) -> f64 {
        f64::from(self.failed) / f64::from(self.seeds)
    }

    /// The 95 % interval of the probability to fail (Wilson 1927).
    ///
    /// ```
    /// use acdsim::verify::Alarms;
    ///
    /// let alarms = Alarms { seeds: 1_000, failed: 9, inconclusive: 0, error_rate: 0.01 };
    /// let (low, high) = alarms.interval();
    /// assert!((low - 0.00474).abs() < 1e-5 && (high - 0.01702).abs() < 1e-5);
    /// assert!(alarms.is_within_the_rate());
    /// ```
    pub fn interval(&self) -> (f64, f64) {
        const Z: f64 = 1.959_963_984_540_054;
        let (n, p) = (f64::from(self.seeds), self.rate());
        let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        (middle - half, middle + half)
    }

    /// Takes one more verification into account.
    pub fn count(&mut self, verification: &Verification) {
        self.seeds += 1;
        self.failed += u32::from(!verification.is_sound());
        self.inconclusive += u32::from(verification.is_sound() && !verification.is_passed());
    }

    /// Whether the probability to fail may be as low as the error rate.
    pub fn is_within_the_rate(&self) -> bool {
        self.interval().0 <= self.error_rate
    }
}

impl Plan {
    /// The plan with the seed that is so far on from its own.
    pub fn with_seed(&self, on: u32) -> Plan {
        let mut plan = self.clone();
        plan.scenario.seed = plan.scenario.seed.wrapping_add(on.into()) & i64::MAX as u64;
        plan
    }
}

/// Verifies a plan with so many seeds, from the scenario's on, and counts how they end.
///
/// # Errors
///
/// As [`verify`].
pub fn alarms(plan: &Plan, options: Options, seeds: u32, control: &Control) -> Result<Alarms, VerifyError> {
    let mut alarms = Alarms { error_rate: options.error_rate, ..Alarms::default() };
    for seed in 0..seeds {
        alarms.count(&verify(plan.with_seed(seed), options, control)?);
    }
    Ok(alarms)
}
