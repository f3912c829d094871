//! Queues with room for so many calls, with and without callers that give up.

use super::birth_death::{States, more_births_than};
use super::error::{MAX_CAPACITY, Traffic, checked_seconds, require};
use super::{AnalyticError, Wait};

/// The M/M/c/K and the M/M/c/K+M system: Poisson arrivals, exponential handle times, room for K calls in all, and callers
/// who wait as long as they must, or give up after exponential times.
///
/// From the probabilities of the birth-and-death chain (L. Kleinrock, 1975, Queueing Systems I, section 3; C. Palm,
/// 1957, Research on telephone traffic carried by full availability groups). Calls may come faster than the agents can
/// take them. A call that finds the room full is blocked; the others are accepted.
///
/// ```
/// use acdsim::analytic::FiniteQueue;
///
/// let lines = FiniteQueue::new(5, 10, 100.0 / 3_600.0, 180.0)?;
/// assert!((lines.p_block() - 0.117_503_290_092_123).abs() < 1e-14);
/// assert!((lines.asa_s() - 71.900_298_253_089).abs() < 1e-11);
///
/// let impatient = FiniteQueue::with_patience(28, 80, 0.1, 240.0, 300.0)?;
/// assert!((impatient.wait(20.0).answered_within - 0.860_018_160_180_345).abs() < 1e-13);
/// # Ok::<(), acdsim::analytic::AnalyticError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FiniteQueue {
    traffic: Traffic,
    capacity: u32,
    /// θ, per second; 0 for callers that do not give up.
    giving_up_per_s: f64,
    states: States,
}

impl FiniteQueue {
    /// The M/M/c/K system with `agents` (1 to [`MAX_AGENTS`](super::MAX_AGENTS)), room for `capacity` calls, waiting
    /// and with agents (`agents` to [`MAX_CAPACITY`]), `calls_per_s` (above 0, at most 10⁹) and a mean handle time in
    /// seconds (10⁻⁹ to 10¹⁰).
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a parameter outside its range.
    pub fn new(agents: u32, capacity: u32, calls_per_s: f64, aht_s: f64) -> Result<Self, AnalyticError> {
        Self::build(agents, capacity, calls_per_s, aht_s, 0.0)
    }

    /// The M/M/c/K+M system: as [`new`](Self::new), with callers whose patience has a mean in seconds (10⁻⁹ to 10¹⁰).
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a parameter outside its range.
    pub fn with_patience(
        agents: u32,
        capacity: u32,
        calls_per_s: f64,
        aht_s: f64,
        patience_mean_s: f64,
    ) -> Result<Self, AnalyticError> {
        let mean = checked_seconds("patience_mean_s", patience_mean_s)?;
        Self::build(agents, capacity, calls_per_s, aht_s, 1.0 / mean)
    }

    fn build(agents: u32, capacity: u32, calls_per_s: f64, aht_s: f64, theta: f64) -> Result<Self, AnalyticError> {
        let traffic = Traffic::new(agents, calls_per_s, aht_s)?;
        let holds = (agents..=MAX_CAPACITY).contains(&capacity);
        require(holds, "capacity", capacity, "from the number of agents to 10000000")?;
        let ratio = |n: u32| {
            let busy = (n + 1).min(agents);
            calls_per_s / (f64::from(busy) / aht_s + f64::from(n + 1 - busy) * theta)
        };
        Ok(FiniteQueue { traffic, capacity, giving_up_per_s: theta, states: States::from_ratios(capacity, ratio) })
    }

    /// The probability of `calls` in the system, waiting and with agents, at any time.
    pub fn p_calls(&self, calls: u32) -> f64 {
        self.states.probability(calls)
    }

    /// The probability that an offered call finds the room full.
    pub fn p_block(&self) -> f64 {
        self.p_calls(self.capacity)
    }

    /// The share of the accepted calls that waits.
    pub fn p_wait(&self) -> f64 {
        self.waiting().map(|(_, probability)| probability).sum::<f64>() / self.p_accepted()
    }

    /// The share of the offered calls whose callers give up.
    pub fn p_abandon(&self) -> f64 {
        self.waiting().map(|(ahead, probability)| probability * (1.0 - self.p_reached(ahead))).sum()
    }

    /// The share of the accepted calls whose callers give up.
    pub fn p_abandon_of_accepted(&self) -> f64 {
        self.p_abandon() / self.p_accepted()
    }

    /// The average speed of answer, the mean wait of the answered calls, in seconds.
    pub fn asa_s(&self) -> f64 {
        let (m, theta) = (self.traffic.service_rate(), self.giving_up_per_s);
        // The mean wait of a call that is answered, with so many ahead of it: those ahead go at rates m + θ, m + 2θ, ...
        let (mut mean, mut next, mut sum) = (0.0, 0, 0.0);
        for (ahead, probability) in self.waiting() {
            while next <= ahead {
                mean += 1.0 / (m + (f64::from(next) + 1.0) * theta);
                next += 1;
            }
            sum += probability * self.p_reached(ahead) * mean;
        }
        sum / self.p_answered()
    }

    /// The mean wait of the accepted calls, answered or abandoned, in seconds.
    pub fn mean_wait_all_s(&self) -> f64 {
        self.mean_queue_length() / (self.traffic.calls_per_s * self.p_accepted())
    }

    /// The mean wait of the calls whose callers give up, in seconds; 0 if nobody does.
    pub fn mean_time_to_abandon_s(&self) -> f64 {
        let abandoned = self.p_abandon();
        if abandoned == 0.0 {
            return 0.0;
        }
        let (m, theta) = (self.traffic.service_rate(), self.giving_up_per_s);
        let (mut over, mut next, mut sum) = (0.0, 0, 0.0);
        for (ahead, probability) in self.waiting() {
            while next <= ahead {
                let given_up = (f64::from(next) + 1.0) * theta;
                over += given_up / (m * (m + given_up));
                next += 1;
            }
            sum += probability * self.p_reached(ahead) * over;
        }
        sum / abandoned
    }

    /// What becomes of an offered call within `seconds` (0 or more).
    ///
    /// Exact. Of a call with k ahead of it in the queue, those ahead go at rates m + jθ, j = k to 0, so its offered wait
    /// V has e^(−θV) as a beta variate with the parameters m/θ and k + 1. Then P(answered within t) = m/(m + (k + 1)θ)
    /// P(N > k), where N is negative binomial: the births in a time t at rates m + θ + jθ. For θ = 0, N is Poisson.
    pub fn wait(&self, seconds: f64) -> Wait {
        let (m, theta) = (self.traffic.service_rate(), self.giving_up_per_s);
        let mut wait = Wait {
            answered: self.p_answered(),
            answered_within: self.at_once(),
            abandoned_within: 0.0,
            blocked: self.p_block(),
        };
        let Some((last, _)) = self.waiting().next_back() else { return wait };
        let answered = more_births_than(last, m + theta, theta, seconds);
        let reached = more_births_than(last, m, theta, seconds);
        for (ahead, probability) in self.waiting() {
            let answered = self.p_reached(ahead) * answered[ahead as usize];
            wait.answered_within += probability * answered;
            if theta > 0.0 {
                // All but those who are answered by then, and those who still wait then.
                let waiting = libm::exp(-theta * seconds) * (1.0 - reached[ahead as usize]);
                wait.abandoned_within += probability * (1.0 - answered - waiting).max(0.0);
            }
        }
        wait
    }

    /// The share of the agents' time that is busy, 0 to 1.
    pub fn occupancy(&self) -> f64 {
        let agents = self.traffic.agents;
        self.states.iter().map(|(n, probability)| f64::from(n.min(agents)) * probability).sum::<f64>()
            / f64::from(agents)
    }

    /// The mean number of waiting calls.
    pub fn mean_queue_length(&self) -> f64 {
        let agents = self.traffic.agents;
        self.states.iter().map(|(n, probability)| f64::from(n.saturating_sub(agents)) * probability).sum()
    }

    /// The mean number of calls, waiting and with agents.
    pub fn mean_number_in_system(&self) -> f64 {
        self.states.iter().map(|(n, probability)| f64::from(n) * probability).sum()
    }

    /// The mean time that an accepted call spends in the system, answered or not, in seconds.
    pub fn mean_time_in_system_s(&self) -> f64 {
        self.mean_number_in_system() / (self.traffic.calls_per_s * self.p_accepted())
    }

    /// The share of the offered calls that is answered.
    pub fn p_answered(&self) -> f64 {
        let waiting: f64 = self.waiting().map(|(ahead, probability)| probability * self.p_reached(ahead)).sum();
        self.at_once() + waiting
    }

    /// The share of the offered calls that is not blocked.
    fn p_accepted(&self) -> f64 {
        self.states.iter().filter(|(n, _)| *n < self.capacity).map(|(_, probability)| probability).sum()
    }

    /// The share of the offered calls that finds a free agent.
    fn at_once(&self) -> f64 {
        let agents = self.traffic.agents;
        self.states.iter().take_while(|(n, _)| *n < agents).map(|(_, probability)| probability).sum()
    }

    /// How many calls a call that has to wait finds ahead of it in the queue, and how probable that is.
    fn waiting(&self) -> impl DoubleEndedIterator<Item = (u32, f64)> + '_ {
        let (agents, capacity) = (self.traffic.agents, self.capacity);
        let waits =
            move |(n, probability): (u32, f64)| (n >= agents && n < capacity).then(|| (n - agents, probability));
        self.states.iter().filter_map(waits)
    }

    /// The probability that a call is answered that has so many ahead of it: m/(m + (ahead + 1)θ).
    fn p_reached(&self, ahead: u32) -> f64 {
        let m = self.traffic.service_rate();
        m / (m + (f64::from(ahead) + 1.0) * self.giving_up_per_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::{ErlangB, ErlangC, ServiceLevel};
    use proptest::prelude::*;

    fn assert_near(computed: f64, exact: f64, relative: f64) {
        assert!((computed / exact - 1.0).abs() < relative, "computed {computed:e}, exact {exact:e}");
    }

    #[test]
    fn the_values_are_right() {
        // Computed with 30 digits.
        let queue = FiniteQueue::new(20, 40, 400.0 / 3_600.0, 180.0).unwrap();
        assert_near(queue.p_block(), 0.038_032_090_935_688_4, 1e-13);
        assert_near(queue.asa_s(), 74.722_504_972_507_8, 1e-13);
        let overloaded = FiniteQueue::new(1, 14, 0.5, 3.0).unwrap();
        assert_near(overloaded.mean_number_in_system(), 12.034_333_279_384_896, 1e-14);
        assert_near(overloaded.mean_time_in_system_s(), 36.144_364_990_868_72, 1e-14);
        assert_near(FiniteQueue::new(2, 3, 3.0, 0.25).unwrap().p_block(), 0.049_360_146_252_285_19, 1e-14);

        let impatient = FiniteQueue::with_patience(28, 80, 0.1, 240.0, 300.0).unwrap();
        assert_near(impatient.p_calls(30), 0.036_550_867_161_883_586, 1e-13);
        assert_near(impatient.mean_number_in_system(), 24.136_665_236_767_17, 1e-13);
        let quiet = FiniteQueue::with_patience(3, 203, 1.487_414_187_643_020_7 / 1_800.0, 440.0, 236.842_105_263_157_9);
        let quiet = quiet.unwrap();
        assert_near(quiet.mean_wait_all_s(), 0.562_744_757_816_533_1, 1e-13);
        assert_near(quiet.p_answered(), 0.997_623_966_578_107_9, 1e-14);
    }

    #[test]
    fn no_room_to_wait_is_erlang_b() {
        let (queue, lost) = (FiniteQueue::new(50, 50, 0.2, 200.0).unwrap(), ErlangB::new(50, 40.0).unwrap());
        assert_near(queue.p_block(), lost.p_block(), 1e-13);
        assert_near(queue.occupancy(), lost.occupancy(), 1e-14);
        assert_eq!((queue.asa_s(), queue.p_wait(), queue.mean_queue_length()), (0.0, 0.0, 0.0));
        let wait = queue.wait(20.0);
        assert_near(wait.answered_within, 1.0 - lost.p_block(), 1e-14);
        assert_near(wait.service_level(ServiceLevel::OfAccepted), 1.0, 1e-14);
    }

    #[test]
    fn much_room_is_erlang_c() {
        let (queue, endless) =
            (FiniteQueue::new(14, 5_000, 0.1, 120.0).unwrap(), ErlangC::new(14, 0.1, 120.0).unwrap());
        assert_near(queue.p_wait(), endless.p_wait(), 1e-12);
        assert_near(queue.asa_s(), endless.asa_s(), 1e-12);
        for t in [0.0, 1.0, 20.0, 300.0, 3_000.0] {
            assert_near(queue.wait(t).answered_within, endless.answered_within(t), 1e-12);
        }
    }

    #[test]
    fn vast_patience_is_none() {
        let patient = FiniteQueue::with_patience(20, 40, 400.0 / 3_600.0, 180.0, 1e10).unwrap();
        let endless = FiniteQueue::new(20, 40, 400.0 / 3_600.0, 180.0).unwrap();
        assert_near(patient.asa_s(), endless.asa_s(), 1e-7);
        assert_near(patient.wait(20.0).answered_within, endless.wait(20.0).answered_within, 1e-7);
        assert_eq!((endless.p_abandon(), endless.mean_time_to_abandon_s()), (0.0, 0.0));
        assert!(patient.p_abandon() > 0.0 && patient.p_abandon() < 1e-7);
    }

    #[test]
    fn a_flood_is_no_trouble() {
        let queue = FiniteQueue::with_patience(100_000, 1_000_000, 2_000.0, 180.0, 60.0).unwrap();
        // Fluid limit: the agents are busy, the rest gives up or is blocked.
        assert_near(queue.occupancy(), 1.0, 1e-12);
        assert_near(queue.p_abandon() + queue.p_block(), 1.0 - 100_000.0 / 360_000.0, 1e-9);
        let late = queue.wait(1.0);
        assert!(late.answered_within >= 0.0 && late.answered_within < 1e-300);
        let rest = queue.wait(1e6);
        assert_near(rest.answered_within, queue.p_answered(), 1e-9);
        assert_near(rest.abandoned_within, queue.p_abandon(), 1e-9);
    }

    #[test]
    fn what_is_no_queue_is_refused() {
        let error = FiniteQueue::new(5, 4, 0.1, 10.0).unwrap_err();
        assert_eq!(error.to_string(), "`capacity` must be from the number of agents to 10000000, not 4");
        assert!(FiniteQueue::with_patience(5, 9, 0.1, 10.0, 0.0).is_err());
        assert!(FiniteQueue::new(5, MAX_CAPACITY + 1, 0.1, 10.0).is_err());
    }

    proptest! {
        #[test]
        fn probabilities_add_up(
            agents in 1..30_u32, room in 0..60_u32, calls in 0.01..40.0_f64, patience in 0.05..100.0_f64, t in 0.0..50.0_f64,
        ) {
            let queue = FiniteQueue::with_patience(agents, agents + room, calls, 1.0, patience).unwrap();
            let wait = queue.wait(t);
            prop_assert!((queue.p_answered() + queue.p_abandon() + queue.p_block() - 1.0).abs() < 1e-12);
            // Rate in is rate out, twice.
            prop_assert!((queue.occupancy() * f64::from(agents) - calls * queue.p_answered()).abs() < 1e-10 * calls);
            prop_assert!((queue.mean_queue_length() / patience - calls * queue.p_abandon()).abs() < 1e-10 * calls);
            let accepted = 1.0 - queue.p_block();
            let waits = queue.p_answered() * queue.asa_s() + queue.p_abandon() * queue.mean_time_to_abandon_s();
            prop_assert!((waits - accepted * queue.mean_wait_all_s()).abs() < 1e-10 * (1.0 + waits));
            prop_assert!(wait.answered_within <= wait.answered * (1.0 + 1e-12));
            prop_assert!(wait.abandoned_within <= queue.p_abandon() + 1e-12);
            for definition in ServiceLevel::ALL {
                let (now, later) = (wait.service_level(definition), queue.wait(t + 1.0).service_level(definition));
                prop_assert!((0.0..=1.0).contains(&now), "{definition}: {now}");
                if definition == ServiceLevel::OfOffered {
                    prop_assert!(now <= later + 1e-12);
                }
            }
        }
    }
}
