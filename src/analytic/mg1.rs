//! One agent with handle times of any law.

use super::AnalyticError;
use super::error::{checked_rate, checked_seconds, require};
use crate::random::Distribution;

/// The M/G/1 system: Poisson arrivals, one agent, handle times of any law, answered in the order of arrival.
///
/// F. Pollaczek, 1930; A. Khinchine, 1932: the mean wait depends on the handle times by mean and variance alone.
///
/// ```
/// use acdsim::analytic::SingleAgent;
///
/// let fixed = SingleAgent::new(18.0 / 3_600.0, 100.0, 0.0)?;
/// assert_eq!(fixed.asa_s(), 50.0);
/// let exponential = SingleAgent::new(18.0 / 3_600.0, 100.0, 1.0)?;
/// assert_eq!(exponential.asa_s(), 100.0);
/// # Ok::<(), acdsim::analytic::AnalyticError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SingleAgent {
    calls_per_s: f64,
    aht_s: f64,
    scv: f64,
}

impl SingleAgent {
    /// The system with `calls_per_s` (above 0), a mean handle time in seconds (10⁻⁹ to 10¹⁰) and its squared coefficient
    /// of variation: variance over square of the mean, 0 to 10¹².
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a parameter outside its range, and for an offered load of 1 Erlang or more.
    pub fn new(calls_per_s: f64, aht_s: f64, scv: f64) -> Result<Self, AnalyticError> {
        checked_rate("calls_per_s", calls_per_s)?;
        checked_seconds("aht_s", aht_s)?;
        require((0.0..=1e12).contains(&scv), "scv", scv, "from 0 to 1e12")?;
        let below = format!("below {} seconds at this rate, or the queue grows without end", 1.0 / calls_per_s);
        require(calls_per_s * aht_s < 1.0, "aht_s", aht_s, &below)?;
        Ok(SingleAgent { calls_per_s, aht_s, scv })
    }

    /// The system with `calls_per_s` and a law of the handle times.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn of(calls_per_s: f64, handle_time: &Distribution) -> Result<Self, AnalyticError> {
        let mean = handle_time.mean_s();
        Self::new(calls_per_s, mean, handle_time.variance_s2() / (mean * mean))
    }

    /// The average speed of answer, the mean wait, in seconds: λE\[S²\]/(2(1 − ρ)).
    pub fn asa_s(&self) -> f64 {
        let load = self.occupancy();
        load * self.aht_s * (1.0 + self.scv) / (2.0 * (1.0 - load))
    }

    /// The probability that a call waits: ρ.
    pub fn p_wait(&self) -> f64 {
        self.occupancy()
    }

    /// The share of the agent's time that is busy, ρ = λE\[S\], 0 to 1.
    pub fn occupancy(&self) -> f64 {
        self.calls_per_s * self.aht_s
    }

    /// The mean number of waiting calls.
    pub fn mean_queue_length(&self) -> f64 {
        self.calls_per_s * self.asa_s()
    }

    /// The mean number of calls, waiting and with the agent.
    pub fn mean_number_in_system(&self) -> f64 {
        self.mean_queue_length() + self.occupancy()
    }

    /// The mean time from a call's arrival to the end of its handling, in seconds.
    pub fn mean_time_in_system_s(&self) -> f64 {
        self.asa_s() + self.aht_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::ErlangC;

    #[test]
    fn the_values_are_right() {
        for (calls_per_hour, aht, scv, asa) in [(18.0, 100.0, 0.25, 62.5), (20.0, 150.0, 2.5, 1_312.5)] {
            let queue = SingleAgent::new(calls_per_hour / 3_600.0, aht, scv).unwrap();
            assert!((queue.asa_s() / asa - 1.0).abs() < 1e-14);
        }
        let queue = SingleAgent::new(1.0, 0.7, 2.25).unwrap();
        assert!((queue.mean_time_in_system_s() / 3.354_166_666_666_666_7 - 1.0).abs() < 1e-14);
        let erlang = SingleAgent::of(1.0, &Distribution::erlang(2, 0.7).unwrap()).unwrap();
        assert!((erlang.asa_s() / 1.225 - 1.0).abs() < 1e-14);
    }

    #[test]
    fn exponential_handle_times_are_erlang_c() {
        let (queue, exact) = (SingleAgent::new(0.3, 2.5, 1.0).unwrap(), ErlangC::new(1, 0.3, 2.5).unwrap());
        for (computed, exact) in [
            (queue.asa_s(), exact.asa_s()),
            (queue.p_wait(), exact.p_wait()),
            (queue.mean_queue_length(), exact.mean_queue_length()),
            (queue.mean_number_in_system(), exact.mean_number_in_system()),
            (queue.mean_time_in_system_s(), exact.mean_time_in_system_s()),
        ] {
            assert!((computed / exact - 1.0).abs() < 1e-14, "{computed} {exact}");
        }
    }

    #[test]
    fn what_is_no_queue_is_refused() {
        let error = SingleAgent::new(0.01, 100.0, 1.0).unwrap_err();
        let said = "`aht_s` must be below 100 seconds at this rate, or the queue grows without end, not 100";
        assert_eq!(error.to_string(), said);
        assert!(SingleAgent::new(0.01, 10.0, -1.0).is_err());
    }
}
