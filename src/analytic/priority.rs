//! Classes of calls of which one goes before another.

use super::error::{checked_rate, require};
use super::{AnalyticError, ErlangC};

/// The M/M/c system with non-preemptive priorities: calls of several classes with the same exponential handle time,
/// answered class by class, and within a class in the order of their arrival. A call that is being handled is not
/// interrupted.
///
/// A. Cobham, 1954, Priority assignment in waiting line problems, Operations Research 2.
///
/// ```
/// use acdsim::analytic::PriorityQueue;
///
/// let desk = PriorityQueue::new(1, &[6.0 / 3_600.0, 12.0 / 3_600.0], 100.0)?;
/// assert!((desk.asa_s(0)? - 60.0).abs() < 1e-12 && (desk.asa_s(1)? - 120.0).abs() < 1e-12);
/// # Ok::<(), acdsim::analytic::AnalyticError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PriorityQueue {
    /// λ of each class.
    calls_per_s: Vec<f64>,
    all: ErlangC,
}

impl PriorityQueue {
    /// The system with `agents` (1 to [`MAX_AGENTS`](super::MAX_AGENTS)), the calls per second of each class, the one
    /// that goes first being the first, and a mean handle time in seconds (10⁻⁹ to 10¹⁰).
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a parameter outside its range, and for agents that are not more than the offered
    /// load.
    pub fn new(agents: u32, calls_per_s: &[f64], aht_s: f64) -> Result<Self, AnalyticError> {
        require(!calls_per_s.is_empty(), "calls_per_s", "none", "one rate at least")?;
        for (class, rate) in calls_per_s.iter().enumerate() {
            checked_rate(&format!("calls_per_s[{class}]"), *rate)?;
        }
        let all = ErlangC::new(agents, calls_per_s.iter().sum(), aht_s)?;
        Ok(PriorityQueue { calls_per_s: calls_per_s.to_vec(), all })
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.calls_per_s.len()
    }

    /// The average speed of answer of a class (0 goes first), in seconds: W = (C/m)/((1 − σ(k−1))(1 − σ(k))), where σ(k)
    /// is the share of the agents' time that the classes up to k take.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] if there is no such class.
    pub fn asa_s(&self, class: usize) -> Result<f64, AnalyticError> {
        let allowed = format!("from 0 to {}", self.classes() - 1);
        require(class < self.classes(), "class", class, &allowed)?;
        let m = self.all.traffic.service_rate();
        let left = |classes: usize| {
            if classes == self.classes() {
                // As Erlang C has it, so that the rounding is the same.
                return self.all.margin_per_s() / m;
            }
            1.0 - self.calls_per_s[..classes].iter().sum::<f64>() / m
        };
        Ok(self.all.p_wait() / m / (left(class) * left(class + 1)))
    }

    /// The calls per second of a class.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] if there is no such class.
    pub fn calls_per_s(&self, class: usize) -> Result<f64, AnalyticError> {
        let allowed = format!("from 0 to {}", self.classes() - 1);
        require(class < self.classes(), "class", class, &allowed)?;
        Ok(self.calls_per_s[class])
    }

    /// All classes together, which wait as in Erlang C: the mean is the same for any order of answering.
    pub fn all(&self) -> &ErlangC {
        &self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_values_are_right() {
        // Computed with 30 digits.
        let rates = [50.0, 100.0, 200.0].map(|rate| rate / 3_600.0);
        let queue = PriorityQueue::new(20, &rates, 180.0).unwrap();
        for (class, asa) in [4.763_890_651_816_01, 7.622_225_042_905_62, 53.355_575_300_339_4].into_iter().enumerate() {
            assert!((queue.asa_s(class).unwrap() / asa - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn what_is_no_queue_is_refused() {
        assert!(PriorityQueue::new(1, &[], 1.0).is_err());
        let error = PriorityQueue::new(1, &[0.1, -1.0], 1.0).unwrap_err();
        assert!(error.to_string().starts_with("`calls_per_s[1]` must be above 0"), "{error}");
        let queue = PriorityQueue::new(1, &[0.1, 0.2], 1.0).unwrap();
        assert_eq!(queue.asa_s(2).unwrap_err().to_string(), "`class` must be from 0 to 1, not 2");
    }

    proptest! {
        #[test]
        fn together_they_wait_as_in_erlang_c(rates in prop::collection::vec(0.01..2.0_f64, 1..6), spare in 1..20_u32) {
            let agents = rates.iter().sum::<f64>() as u32 + spare;
            let queue = PriorityQueue::new(agents, &rates, 1.0).unwrap();
            let total: f64 = rates.iter().sum();
            let waits: f64 = (0..rates.len()).map(|class| rates[class] * queue.asa_s(class).unwrap()).sum();
            prop_assert!((waits / total / queue.all().asa_s() - 1.0).abs() < 1e-11);
            for class in 1..rates.len() {
                prop_assert!(queue.asa_s(class).unwrap() > queue.asa_s(class - 1).unwrap());
            }
        }
    }
}
