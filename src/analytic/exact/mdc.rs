//! M/D/c: every call takes the same time.

use super::ExactError;
use super::error::{positive, require};
use super::gauss::rule;
use crate::random::special::gamma_density;

/// A queue with Poisson arrivals, several agents and one handle time for all calls, in its steady state.
///
/// Calls are answered in the order of their arrival, so the agents take them in turn: each agent has a queue of its own
/// to which every c-th call comes. The wait there is the maximum of a random walk, whose law is Spitzer's (1956). With N
/// the number of calls that arrive in n handle times, Poisson distributed,
///
/// ```text
/// P(no wait) = exp(−Σ P(N ≥ nc)/n),      E[W] = Σ E[max(N − nc, 0)]/(λn),      n = 1, 2, ...
/// ```
///
/// The results are those of Crommelin (1932), but all terms are positive, so small ones keep their digits.
///
/// ```
/// use acdsim::analytic::exact::MDc;
///
/// let queue = MDc { arrival_rate: 1.0, handle_s: 2.1, agents: 3 }.solve()?;
/// assert!((queue.p_wait - 0.47608502667972).abs() < 1e-13);
/// assert!((queue.asa_s - 0.6011181059969).abs() < 1e-12);
/// # Ok::<(), acdsim::analytic::exact::ExactError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MDc {
    /// Calls per second; above 0.
    pub arrival_rate: f64,
    /// The handle time of each call, in seconds; above 0.
    pub handle_s: f64,
    /// The number of agents; at least 1.
    pub agents: u32,
}

/// The figures of a queue with one handle time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MDcFigures {
    /// The part of the arriving calls that has to wait.
    pub p_wait: f64,
    /// The average speed of answer: the mean wait of all calls, in seconds.
    pub asa_s: f64,
    /// How many calls wait in the mean.
    pub mean_queue_length: f64,
    /// The part of their time that agents are busy.
    pub occupancy: f64,
}

/// So many terms are added one by one; the others are integrated over.
const ADDED: u32 = 2_000;
/// A term below that, as a part of the sum, ends it.
const NEGLIGIBLE: f64 = 1e-18;
/// With a higher load there are too many terms that matter.
const MAX_LOAD: f64 = 0.9999;

impl MDc {
    /// The figures of the queue in its steady state.
    ///
    /// # Errors
    ///
    /// [`ExactError::Parameter`] if a parameter is out of its range or the load is above 0.9999 and below 1;
    /// [`ExactError::Unstable`] if it is 1 or more.
    pub fn solve(&self) -> Result<MDcFigures, ExactError> {
        positive("arrival_rate", self.arrival_rate)?;
        positive("handle_s", self.handle_s)?;
        require(self.agents > 0, "agents", self.agents.into(), "at least 1")?;
        let agents = f64::from(self.agents);
        let load = self.arrival_rate * self.handle_s / agents;
        if load >= 1.0 {
            return Err(ExactError::Unstable { load });
        }
        require(load <= MAX_LOAD, "load", load, "at most 0.9999")?;
        let [waiting, excess] = sum(|n| excess(n * agents * load, n * agents).map(|value| value / n));
        Ok(MDcFigures {
            p_wait: -libm::expm1(-waiting),
            asa_s: excess / self.arrival_rate,
            mean_queue_length: excess,
            occupancy: load,
        })
    }
}

/// P(N ≥ k) and E[max(N − k, 0)] for a Poisson number N of mean below k; k may lie between whole numbers, where the same
/// series are the incomplete gamma function (DLMF 8.7.1) and its integral.
fn excess(mean: f64, k: f64) -> [f64; 2] {
    let mut probability = gamma_density(k, mean);
    let (mut tail, mut excess, mut over) = (probability, 0.0, 0.0);
    while probability > tail * 1e-18 {
        over += 1.0;
        probability *= mean / (k + over);
        tail += probability;
        excess += over * probability;
    }
    [tail, excess]
}

/// Σ f(n) over n = 1, 2, ..., for functions that are smooth beyond the first terms: there by the formula of Euler and
/// Maclaurin (DLMF 2.10.1), with the integral on panels of the logarithm of n.
fn sum(f: impl Fn(f64) -> [f64; 2]) -> [f64; 2] {
    let mut sums = [0.0; 2];
    let add = |sums: &mut [f64; 2], terms: [f64; 2], factor: f64| {
        sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += factor * term);
        sums.iter().zip(terms).all(|(sum, term)| (factor * term).abs() <= NEGLIGIBLE * sum)
    };
    for n in 1..ADDED {
        if add(&mut sums, f(f64::from(n)), 1.0) {
            return sums;
        }
    }
    let first = f64::from(ADDED);
    add(&mut sums, f(first), 0.5);
    // −f′/12, by differences of the fourth order; f‴/720 is below the rounding errors.
    let step = first / 64.0;
    for (offset, weight) in [(1.0, 8.0), (-1.0, -8.0), (2.0, -1.0), (-2.0, 1.0)] {
        add(&mut sums, f(first + offset * step), -weight / (144.0 * step));
    }
    let (mut panel, width) = (libm::log(first), 0.5);
    loop {
        let mut integrals = [0.0; 2];
        for (node, weight) in rule() {
            let n = libm::exp(panel + node * width);
            add(&mut integrals, f(n), weight * width * n);
        }
        if add(&mut sums, integrals, 1.0) {
            return sums;
        }
        panel += width;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn solve(arrival_rate: f64, handle_s: f64, agents: u32) -> MDcFigures {
        MDc { arrival_rate, handle_s, agents }.solve().unwrap()
    }

    fn assert_near(computed: f64, exact: f64, relative: f64) {
        assert!((computed - exact).abs() <= relative * exact.abs(), "computed {computed:e}, exact {exact:e}");
    }

    #[test]
    fn the_published_queues_have_their_waits() {
        // most-queue, tests/test_m_d_n_calc.py, recomputed; the digits beyond by arithmetic of 40 digits.
        assert_near(solve(1.0, 2.1, 3).asa_s, 0.601_118_105_996_913_7, 1e-14);
        assert_near(solve(1.0, 2.1, 3).p_wait, 0.476_085_026_679_721_5, 1e-14);
        // contactcenters, examples/MMC.java with a constant handle time, recomputed in the same way.
        assert_near(solve(4.2, 2.0, 12).asa_s, 0.058_891_552_043_670_13, 1e-14);
    }

    #[test]
    fn with_one_agent_it_is_pollaczek_and_khinchine() {
        for load in [1e-6, 0.1, 0.7, 0.95, 0.99, 0.999, 0.9999] {
            let queue = solve(load, 1.0, 1);
            assert_near(queue.p_wait, load, 1e-12);
            assert_near(queue.asa_s, load / (2.0 * (1.0 - load)), 1e-11);
        }
    }

    /// The queue at moments that are one handle time apart: those who were with agents are gone, the others are the same
    /// (Crommelin 1932). Solved by repetition.
    fn by_repetition(load: f64, agents: usize) -> (f64, f64) {
        let mean = load * agents as f64;
        let states = agents + 400;
        let mut arriving = vec![f64::exp(-mean)];
        (1..states).for_each(|count| arriving.push(arriving[count - 1] * mean / count as f64));
        let mut masses = vec![0.0; states];
        masses[0] = 1.0;
        for _ in 0..2_000 {
            let mut next = vec![0.0; states];
            for (calls, mass) in masses.iter().enumerate() {
                let stay = calls.saturating_sub(agents);
                next[stay..].iter_mut().zip(&arriving).for_each(|(next, arriving)| *next += mass * arriving);
            }
            masses = next;
        }
        let waiting = masses.iter().enumerate().map(|(calls, mass)| calls.saturating_sub(agents) as f64 * mass).sum();
        (masses[agents..].iter().sum(), waiting)
    }

    #[test]
    fn it_is_what_crommelins_chain_comes_to() {
        for (load, agents) in [(0.3, 2_u32), (0.8, 5), (0.9, 20), (0.7, 40)] {
            let queue = solve(load * f64::from(agents), 1.0, agents);
            let (p_wait, waiting) = by_repetition(load, agents as usize);
            assert_near(queue.p_wait, p_wait, 1e-11);
            assert_near(queue.mean_queue_length, waiting, 1e-11);
        }
    }

    #[test]
    fn many_agents_with_little_to_do_keep_all_digits() {
        // The second call of a pair that meets all agents busy: the first term of the series is all there is.
        let queue = solve(100.0, 1.0, 300);
        let first = excess(100.0, 300.0);
        assert!(queue.p_wait > 0.0 && queue.p_wait < 1e-50);
        assert_near(queue.p_wait, first[0], 1e-14);
        assert_near(queue.asa_s * 100.0, first[1], 1e-14);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let text = |arrival_rate: f64, agents: u32| {
            MDc { arrival_rate, handle_s: 1.0, agents }.solve().unwrap_err().to_string()
        };
        assert_eq!(text(2.0, 2), "no steady state: the load is 1 of what can be served");
        assert_eq!(text(1.99999, 2), "`load` must be at most 0.9999, not 0.999995");
        assert_eq!(text(1.0, 0), "`agents` must be at least 1, not 0");
        assert_eq!(text(f64::NAN, 1), "`arrival_rate` must be a finite number above 0, not NaN");
    }

    proptest! {
        #[test]
        fn waits_lie_between_none_and_those_of_erlang_c(agents in 1_u32..200, load in 0.01..0.99_f64) {
            let queue = solve(load * f64::from(agents), 1.0, agents);
            let offered = load * f64::from(agents);
            let blocked = (1..=agents).fold(1.0, |b, count| offered * b / (f64::from(count) + offered * b));
            let erlang_c = blocked / (1.0 - load * (1.0 - blocked));
            prop_assert!(queue.p_wait > 0.0 && queue.p_wait <= erlang_c * (1.0 + 1e-12));
            let asa = erlang_c / (f64::from(agents) - offered);
            prop_assert!(queue.asa_s > 0.5 * asa * (1.0 - 1e-12) || agents > 1 && queue.asa_s > 0.0);
            prop_assert!(queue.asa_s < asa);
        }
    }
}
