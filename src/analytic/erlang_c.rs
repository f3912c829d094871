//! Erlang's delay formula.

use super::erlang_b::loss;
use super::error::Traffic;
use super::{AnalyticError, Wait};

/// The M/M/c system: Poisson arrivals, exponential handle times, callers that wait as long as they must.
///
/// A. K. Erlang, 1917. Calls are answered in the order of their arrival.
///
/// ```
/// use acdsim::analytic::ErlangC;
///
/// let desk = ErlangC::new(14, 0.1, 120.0)?; // 360 calls an hour of 2 minutes
/// assert!((desk.p_wait() - 0.481_705_372_614_988).abs() < 1e-14);
/// assert!((desk.asa_s() - 28.902_322_356_899_3).abs() < 1e-12);
/// assert!((desk.answered_within(20.0) - 0.654_843_018_049_747).abs() < 1e-14);
/// # Ok::<(), acdsim::analytic::AnalyticError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErlangC {
    pub(super) traffic: Traffic,
    p_wait: f64,
    /// B(c − 1, a).
    pub(super) loss_before: f64,
}

impl ErlangC {
    /// The system with `agents` (1 to [`MAX_AGENTS`](super::MAX_AGENTS)), `calls_per_s` (above 0, at most 10⁹) and a
    /// mean handle time in seconds (10⁻⁹ to 10¹⁰), which includes wrap-up.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a parameter outside its range, and for agents that are not more than the offered
    /// load in Erlang: their queue would grow without end.
    pub fn new(agents: u32, calls_per_s: f64, aht_s: f64) -> Result<Self, AnalyticError> {
        let traffic = Traffic::new(agents, calls_per_s, aht_s)?.stable()?;
        let (load, agents) = (traffic.offered_load(), f64::from(agents));
        let loss_before = loss(traffic.agents - 1, load);
        let blocked = load * loss_before / (agents + load * loss_before);
        let p_wait = blocked / ((agents - load) / agents + load / agents * blocked);
        Ok(ErlangC { traffic, p_wait, loss_before })
    }

    /// The offered load a = λ/μ, in Erlang: the mean number of busy agents.
    pub fn offered_load(&self) -> f64 {
        self.traffic.offered_load()
    }

    /// The probability that a call waits: C = B/(1 − ρ(1 − B)).
    pub fn p_wait(&self) -> f64 {
        self.p_wait
    }

    /// The average speed of answer, the mean wait of all calls, in seconds: C/(m − λ) with m = c/AHT.
    pub fn asa_s(&self) -> f64 {
        self.p_wait / self.margin_per_s()
    }

    /// The mean wait of the calls that wait, in seconds: 1/(m − λ).
    pub fn mean_wait_of_waiting_s(&self) -> f64 {
        1.0 / self.margin_per_s()
    }

    /// The probability of a wait of more than `seconds` (0 or more): C e^(−(m − λ) t).
    pub fn p_wait_over(&self, seconds: f64) -> f64 {
        self.p_wait * libm::exp(-self.margin_per_s() * seconds)
    }

    /// The service level, the share of the calls that is answered within `seconds` (0 or more): 1 − C e^(−(m − λ) t).
    pub fn answered_within(&self, seconds: f64) -> f64 {
        1.0 - self.p_wait_over(seconds)
    }

    /// What becomes of a call within `seconds` (0 or more), as the definitions of a service level need it.
    pub fn wait(&self, seconds: f64) -> Wait {
        Wait { answered: 1.0, answered_within: self.answered_within(seconds), abandoned_within: 0.0, blocked: 0.0 }
    }

    /// The share of the agents' time that is busy, 0 to 1: a/c.
    pub fn occupancy(&self) -> f64 {
        self.offered_load() / f64::from(self.traffic.agents)
    }

    /// The mean number of waiting calls: λ ASA (J. Little, 1961).
    pub fn mean_queue_length(&self) -> f64 {
        self.traffic.calls_per_s * self.asa_s()
    }

    /// The mean number of calls, waiting and with agents.
    pub fn mean_number_in_system(&self) -> f64 {
        self.mean_queue_length() + self.offered_load()
    }

    /// The mean time from a call's arrival to the end of its handling, in seconds.
    pub fn mean_time_in_system_s(&self) -> f64 {
        self.asa_s() + self.traffic.aht_s
    }

    /// The relaxation time 1/(√m − √λ)², in seconds: the time in which the system forgets where it started (J. W.
    /// Cohen, 1982, The Single Server Queue, III.2.3, for one agent; it is that of any number in the limit of heavy
    /// traffic).
    pub fn relaxation_time_s(&self) -> f64 {
        // √m − √λ, without its cancellation.
        let gap = self.margin_per_s() / (self.traffic.service_rate().sqrt() + self.traffic.calls_per_s.sqrt());
        1.0 / (gap * gap)
    }

    /// m − λ, per second.
    pub(super) fn margin_per_s(&self) -> f64 {
        (f64::from(self.traffic.agents) - self.offered_load()) / self.traffic.aht_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::MAX_AGENTS;
    use proptest::prelude::*;

    fn assert_near(computed: f64, exact: f64, relative: f64) {
        assert!((computed / exact - 1.0).abs() < relative, "computed {computed:e}, exact {exact:e}");
    }

    /// Agents, calls an hour, mean handle time, then p_wait, ASA and the service level in 20 s; computed with 30 digits.
    const VALUES: [(u32, f64, f64, [f64; 3]); 5] = [
        (1, 18.0, 100.0, [0.5, 100.0, 0.547_581_290_982_02]),
        (10, 180.0, 180.0, [0.668_731_524_107_697, 120.371_674_339_385, 0.401_592_739_835_236]),
        (100, 2_760.0, 120.0, [0.311_615_209_302_491, 4.674_228_139_537_37, 0.917_859_122_634_53]),
        (240, 4_000.0, 210.0, [0.560_918_653_866_076, 17.668_937_596_781_4, 0.702_725_706_995_404]),
        (1_000, 28_800.0, 120.0, [0.133_691_780_062_912, 0.401_075_340_188_737, 0.999_829_859_321_731]),
    ];

    #[test]
    fn the_values_are_right() {
        for (agents, calls_per_hour, aht_s, [p_wait, asa, within]) in VALUES {
            let queue = ErlangC::new(agents, calls_per_hour / 3_600.0, aht_s).unwrap();
            assert_near(queue.p_wait(), p_wait, 1e-13);
            assert_near(queue.asa_s(), asa, 1e-13);
            assert_near(queue.answered_within(20.0), within, 1e-13);
            assert_near(queue.mean_queue_length(), asa * calls_per_hour / 3_600.0, 1e-13);
        }
        // A probability that no double near 1 could hold.
        assert_near(ErlangC::new(50, 0.1, 1.0 / 0.133).unwrap().p_wait(), 1.010_150_818_440_184_7e-71, 1e-12);
    }

    #[test]
    fn one_agent_is_the_textbook_queue() {
        let queue = ErlangC::new(1, 0.1, 1.0).unwrap();
        assert_near(queue.p_wait(), 0.1, 1e-15);
        assert_near(queue.mean_time_in_system_s(), 1.0 / 0.9, 1e-15);
        assert_near(queue.mean_number_in_system(), 0.1 / 0.9, 1e-15);
        assert_near(queue.wait(0.0).answered_within, 0.9, 1e-15);
    }

    #[test]
    fn a_hundred_thousand_agents_are_no_trouble() {
        // Near the limit of heavy traffic: c = a + √a.
        let load = 99_684.0;
        let queue = ErlangC::new(100_000, load / 180.0, 180.0).unwrap();
        assert!((queue.p_wait() - 0.223).abs() < 2e-3, "{}", queue.p_wait());
        assert_near(queue.occupancy(), 0.996_84, 1e-14);
        let idle = ErlangC::new(MAX_AGENTS, 1.0, 1.0).unwrap();
        assert_eq!((idle.p_wait(), idle.asa_s(), idle.answered_within(0.0)), (0.0, 0.0, 1.0));
    }

    #[test]
    fn the_relaxation_time_does_not_cancel() {
        let queue = ErlangC::new(1, 0.25, 1.0).unwrap();
        assert_near(queue.relaxation_time_s(), 4.0, 1e-14);
        let heavy = ErlangC::new(1, 1.0 - 1e-9, 1.0).unwrap();
        assert_near(heavy.relaxation_time_s(), 4e18, 1e-6);
    }

    #[test]
    fn what_is_no_queue_is_refused() {
        assert!(ErlangC::new(10, 0.1, 100.0).is_err(), "the load is the agents");
        assert!(ErlangC::new(0, 0.1, 1.0).is_err());
        assert!(ErlangC::new(1, 0.0, 1.0).is_err() && ErlangC::new(1, f64::NAN, 1.0).is_err());
        assert!(ErlangC::new(1, 0.1, 0.0).is_err());
    }

    proptest! {
        #[test]
        fn more_agents_are_better(spare in 1..50_u32, load in 0.1..300.0_f64, within in 0.0..100.0_f64) {
            let agents = load as u32 + spare;
            let queue = |agents| ErlangC::new(agents, load / 100.0, 100.0).unwrap();
            let (fewer, more) = (queue(agents), queue(agents + 1));
            prop_assert!((0.0..=1.0).contains(&fewer.p_wait()) && (0.0..=1.0).contains(&fewer.answered_within(within)));
            prop_assert!(more.p_wait() <= fewer.p_wait() && more.asa_s() <= fewer.asa_s());
            prop_assert!(more.answered_within(within) >= fewer.answered_within(within));
            prop_assert!(fewer.answered_within(within) <= fewer.answered_within(within + 1.0));
        }
    }
}
