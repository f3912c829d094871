//! Queues whose callers give up: Erlang A, and any law of patience.

use super::erlang_b::loss;
use super::error::Traffic;
use super::quadrature::integrate;
use super::{AnalyticError, Wait};
use crate::random::Distribution;

/// How far below its greatest the logarithm of g is, where the range of the integrals is cut: the parts between these
/// have a like size each, and beyond the last g is too small for a double.
const LEVELS: [f64; 10] = [0.3, 1.0, 3.0, 8.0, 20.0, 45.0, 100.0, 220.0, 440.0, 740.0];

/// From which logarithm of a factor of g on its rounding matters: 10⁻¹⁶ of it is the relative error of g.
const CANCELS: f64 = 1e4;

/// The M/M/c+G system: Poisson arrivals, exponential handle times, callers who give up after a time of any law.
///
/// F. Baccelli and G. Hebuterne, 1981, On queues with impatient customers; S. Zeltyn and A. Mandelbaum, 2005, Call
/// centers with impatient customers: many-server asymptotics of the M/M/n+G queue, Queueing Systems 51. With exponential
/// patience it is Erlang A (C. Palm, 1957); without giving up it is Erlang C. Calls are answered in the order of their
/// arrival. Calls may come faster than the agents can take them if the patience ends.
///
/// ```
/// use acdsim::analytic::AbandonmentQueue;
/// use acdsim::random::Distribution;
///
/// let desk = AbandonmentQueue::erlang_a(10, 200.0 / 3_600.0, 180.0, 120.0)?;
/// assert!((desk.p_abandon() - 0.137_463_826_276_45).abs() < 1e-13);
/// assert!((desk.asa_s() - 14.554_229_655_382_3).abs() < 1e-11);
///
/// let patience = Distribution::uniform(10.0, 300.0)?;
/// let desk = AbandonmentQueue::new(30, 1.0 / 6.0, 180.0, Some(&patience))?;
/// assert!((desk.wait(20.0).answered_within - 0.581_155_647_415_57).abs() < 1e-13);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AbandonmentQueue {
    pub(super) traffic: Traffic,
    pub(super) patience: Patience,
    /// B(c − 1, a) = 1/ε.
    pub(super) loss_before: f64,
    /// Where g is greatest, and its logarithm there.
    peak_s: f64,
    peak_log: f64,
    /// Between these the integrands are smooth, and after the last of them nothing is left, or nobody.
    points: Vec<f64>,
    /// The probability that an arriving call finds a free agent: the atom of the offered wait.
    at_once: f64,
    /// λ/(ε + λJ) times the greatest g: the density of the offered wait where it is greatest.
    density: f64,
    p_abandon: f64,
    mean_wait_all_s: f64,
    /// E[W; answered].
    answered_wait_s: f64,
}

impl AbandonmentQueue {
    /// The system with `agents` (1 to [`MAX_AGENTS`](super::MAX_AGENTS)), `calls_per_s` (above 0, at most 10⁹), a mean
    /// handle time in seconds (10⁻⁹ to 10¹⁰) and a law of patience; without one, callers wait as long as they must.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a parameter outside its range, and without patience for agents that are not more
    /// than the offered load.
    pub fn new(
        agents: u32,
        calls_per_s: f64,
        aht_s: f64,
        patience: Option<&Distribution>,
    ) -> Result<Self, AnalyticError> {
        Self::with_patience(Traffic::new(agents, calls_per_s, aht_s)?, Patience::new(patience))
    }

    /// Erlang A: the patience is exponential, with a mean in seconds (10⁻⁹ to 10¹⁰).
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a parameter outside its range.
    pub fn erlang_a(agents: u32, calls_per_s: f64, aht_s: f64, patience_mean_s: f64) -> Result<Self, AnalyticError> {
        let mean = super::error::checked_seconds("patience_mean_s", patience_mean_s)?;
        Self::new(agents, calls_per_s, aht_s, Some(&Distribution::exponential_mean(mean)?))
    }

    pub(super) fn with_patience(traffic: Traffic, patience: Patience) -> Result<Self, AnalyticError> {
        if patience.law.is_none() {
            traffic.stable()?;
        }
        let loss_before = loss(traffic.agents - 1, traffic.offered_load());
        let mut queue = AbandonmentQueue {
            traffic,
            patience,
            loss_before,
            peak_s: 0.0,
            peak_log: 0.0,
            points: Vec::new(),
            at_once: 0.0,
            density: 0.0,
            p_abandon: 0.0,
            mean_wait_all_s: 0.0,
            answered_wait_s: 0.0,
        };
        queue.find_range();
        queue.integrate_all();
        Ok(queue)
    }

    /// The logarithm of g(x) = exp(λH(x) − m x), which is concave.
    pub(super) fn log_g(&self, x: f64) -> f64 {
        self.traffic.calls_per_s * self.patience.limited_mean(x) - self.traffic.service_rate() * x
    }

    /// g relative to its greatest value.
    fn g(&self, x: f64) -> f64 {
        let rate = self.traffic.calls_per_s;
        let direct = self.log_g(x) - self.peak_log;
        if rate * self.peak_s < CANCELS || direct < -LEVELS[LEVELS.len() - 1] {
            return libm::exp(direct);
        }
        // The difference of two large numbers; the integral of the slope does not cancel so.
        let (low, high) = (self.peak_s.min(x), self.peak_s.max(x));
        let mut points = vec![low];
        points.extend(self.patience.points.iter().copied().filter(|point| *point > low && *point < high));
        points.push(high);
        let [stays] = integrate(|u| [self.patience.survival(u)], &points);
        let rise = rate * stays - self.traffic.service_rate() * (high - low);
        libm::exp(if x > self.peak_s { rise } else { -rise })
    }

    /// Finds the peak of g, and the points that the integrals are cut at.
    fn find_range(&mut self) {
        let (rate, m) = (self.traffic.calls_per_s, self.traffic.service_rate());
        // The slope of the logarithm is λḠ − m, which falls.
        if rate * self.patience.survival(0.0) > m {
            let (mut low, mut high) = (0.0, 1.0 / m);
            while rate * self.patience.survival(high) > m {
                (low, high) = (high, 2.0 * high);
            }
            for _ in 0..60 {
                let middle = 0.5 * (low + high);
                if rate * self.patience.survival(middle) > m { low = middle } else { high = middle }
            }
            self.peak_s = low;
        }
        self.peak_log = self.log_g(self.peak_s);
        let mut points = vec![0.0, self.peak_s];
        points.extend(LEVELS.iter().filter(|level| **level < self.peak_log).map(|level| self.before_peak(*level)));
        points.extend(LEVELS.iter().map(|level| self.after_peak(self.peak_log - level)));
        let end = points.iter().copied().fold(0.0, |end: f64, point| end.max(point)).min(self.patience.max());
        points.extend(&self.patience.points);
        points.retain(|point| *point <= end);
        points.push(end);
        points.sort_by(|a, b| a.total_cmp(b));
        points.dedup();
        self.points = points;
    }

    /// About where the logarithm of g is `level` below the peak, before it.
    fn before_peak(&self, level: f64) -> f64 {
        let (mut low, mut high) = (0.0, self.peak_s);
        for _ in 0..20 {
            let middle = 0.5 * (low + high);
            if self.log_g(middle) < self.peak_log - level { low = middle } else { high = middle }
        }
        low
    }

    /// About where the logarithm of g is `log`, after the peak.
    pub(super) fn after_peak(&self, log: f64) -> f64 {
        let mut width = 1.0 / self.traffic.service_rate();
        while self.log_g(self.peak_s + width) > log {
            width *= 2.0;
        }
        let (mut low, mut high) = (0.0, width);
        for _ in 0..20 {
            let middle = 0.5 * (low + high);
            if self.log_g(self.peak_s + middle) > log { low = middle } else { high = middle }
        }
        self.peak_s + high
    }

    fn integrate_all(&mut self) {
        let (patience, m) = (&self.patience, self.traffic.service_rate());
        let integrand = |x: f64| {
            let (g, stays) = (self.g(x), patience.survival(x));
            [g, patience.cdf(x) * g, patience.limited_mean(x) * g, x * stays * g]
        };
        let [mut j, mut abandoned, mut waits, answered] = integrate(integrand, &self.points);
        // Once nobody waits any longer, g falls like e^(−m x).
        let end = self.end();
        if end == self.patience.max() {
            let rest = self.g(end) / m;
            j += rest;
            abandoned += rest;
            waits += rest * patience.limited_mean(end);
        }
        let scaled = self.traffic.calls_per_s * self.loss_before;
        // The atom is 1/(1 + λJ/ε), both parts relative to the greatest g.
        let atom = libm::exp(-self.peak_log);
        let whole = atom + scaled * j;
        (self.at_once, self.density) = (atom / whole, scaled / whole);
        self.p_abandon = self.density * abandoned;
        self.mean_wait_all_s = self.density * waits;
        self.answered_wait_s = self.density * answered;
    }

    fn end(&self) -> f64 {
        self.points[self.points.len() - 1]
    }

    /// The offered load a = λ/μ, in Erlang.
    pub fn offered_load(&self) -> f64 {
        self.traffic.offered_load()
    }

    /// The probability that a call finds no free agent.
    pub fn p_wait(&self) -> f64 {
        if self.at_once > 0.5 { self.density * self.tail(0.0) } else { 1.0 - self.at_once }
    }

    /// The share of the calls whose callers give up.
    pub fn p_abandon(&self) -> f64 {
        self.p_abandon
    }

    /// The share of the calls that is answered.
    pub fn p_answered(&self) -> f64 {
        // By the work that is done, which does not cancel where nearly all give up.
        if self.p_abandon < 0.5 { 1.0 - self.p_abandon } else { self.at_once + self.density * self.answered_part() }
    }

    /// The average speed of answer, the mean wait of the answered calls, in seconds.
    pub fn asa_s(&self) -> f64 {
        self.answered_wait_s / self.p_answered()
    }

    /// The mean wait of all calls, answered or abandoned, in seconds.
    pub fn mean_wait_all_s(&self) -> f64 {
        self.mean_wait_all_s
    }

    /// The mean wait of the calls whose callers give up, in seconds; 0 if nobody does.
    pub fn mean_time_to_abandon_s(&self) -> f64 {
        if self.p_abandon == 0.0 {
            return 0.0;
        }
        // E[P; P < x] = H(x) − x Ḡ(x), which is x of those who have gone, less what they did not wait.
        let patience = &self.patience;
        let gone = |x: f64| (patience.limited_mean(x) - x * patience.survival(x)).max(0.0);
        let [mut sum] = integrate(|x| [gone(x) * self.g(x)], &self.points);
        let end = self.end();
        if end == patience.max() {
            sum += gone(end) * self.g(end) / self.traffic.service_rate();
        }
        self.density * sum / self.p_abandon
    }

    /// What becomes of a call within `seconds` (0 or more).
    pub fn wait(&self, seconds: f64) -> Wait {
        let cut = seconds.clamp(0.0, self.end());
        let mut points: Vec<f64> = self.points.iter().copied().take_while(|point| *point < cut).collect();
        points.push(cut);
        let patience = &self.patience;
        let parts = |x: f64| [patience.survival(x) * self.g(x), patience.cdf(x) * self.g(x)];
        let [answered, abandoned] = integrate(parts, &points);
        Wait {
            answered: self.p_answered(),
            answered_within: (self.at_once + self.density * answered).min(1.0),
            abandoned_within: (self.density * (abandoned + patience.cdf(seconds) * self.tail(cut))).min(1.0),
            blocked: 0.0,
        }
    }

    /// The share of the agents' time that is busy, 0 to 1.
    pub fn occupancy(&self) -> f64 {
        (self.offered_load() / f64::from(self.traffic.agents) * self.p_answered()).min(1.0)
    }

    /// The mean number of waiting calls: λ times the mean wait of all calls (J. Little, 1961).
    pub fn mean_queue_length(&self) -> f64 {
        self.traffic.calls_per_s * self.mean_wait_all_s
    }

    /// The mean number of calls, waiting and with agents.
    pub fn mean_number_in_system(&self) -> f64 {
        self.mean_queue_length() + self.offered_load() * self.p_answered()
    }

    /// The mean time that a call spends in the system, answered or not, in seconds.
    pub fn mean_time_in_system_s(&self) -> f64 {
        self.mean_wait_all_s + self.traffic.aht_s * self.p_answered()
    }

    /// The probability that c − 1 agents are busy: the rate of calls times it is the rate at which periods begin in
    /// which all agents are busy.
    pub(super) fn p_one_free(&self) -> f64 {
        self.at_once * self.loss_before
    }

    /// The greatest offered wait that matters, in seconds: the end of the patience, or of what a double can hold.
    pub(super) fn points(&self) -> &[f64] {
        &self.points
    }

    /// The integral of g, relative to its greatest, from `from` on.
    fn tail(&self, from: f64) -> f64 {
        let mut points = vec![from];
        points.extend(self.points.iter().copied().filter(|point| *point > from));
        let [sum] = integrate(|x| [self.g(x)], &points);
        let end = self.end();
        let rest = if end == self.patience.max() { self.g(end) / self.traffic.service_rate() } else { 0.0 };
        sum + rest
    }

    /// The integral of Ḡg, relative to the greatest g.
    fn answered_part(&self) -> f64 {
        let [sum] = integrate(|x| [self.patience.survival(x) * self.g(x)], &self.points);
        sum
    }
}

/// A law of patience, or none: callers who wait as long as they must.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Patience {
    pub(super) law: Option<Distribution>,
    /// Between these the law is smooth.
    pub(super) points: Vec<f64>,
}

impl Patience {
    pub(super) fn new(law: Option<&Distribution>) -> Self {
        let points = law.map_or_else(Vec::new, Distribution::breakpoints_s);
        Patience { law: law.cloned(), points }
    }

    /// F(x): the probability of a patience of at most `seconds`.
    pub(super) fn cdf(&self, seconds: f64) -> f64 {
        self.law.as_ref().map_or(0.0, |law| law.cdf(seconds))
    }

    /// Ḡ(x): the probability of a patience of more than `seconds`.
    pub(super) fn survival(&self, seconds: f64) -> f64 {
        self.law.as_ref().map_or(1.0, |law| law.survival(seconds))
    }

    /// H(x): the mean of the patience cut off at `seconds`.
    pub(super) fn limited_mean(&self, seconds: f64) -> f64 {
        self.law.as_ref().map_or(seconds, |law| law.limited_mean_s(seconds))
    }

    /// The longest patience.
    pub(super) fn max(&self) -> f64 {
        self.law.as_ref().map_or(f64::INFINITY, Distribution::max_s)
    }
}

#[cfg(test)]
mod tests;
