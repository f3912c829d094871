//! The longest time to answer: the law of the greatest wait of a day, for a group and for one agent's session.
//!
//! A wait can be long only while all agents are busy. Periods in which they are begin at the rate r = λ P(c − 1 busy). In
//! one of them the work ahead of a new call (its offered wait) starts at an exponential of rate m = c/AHT, jumps by
//! another with each call that will be answered, which come at the rate λḠ(v) when the work is v, and drains at rate 1.
//! With d(x) the probability that, within a period, some answered call waits more than x, the longest wait over a
//! horizon T has the law
//!
//! P(longest ≤ x) = exp(−r T d(x)),
//!
//! exactly in the limit of many periods. For one agent's session only the calls count that this agent answers: each
//! answered call that waited with probability p = 1/c, whichever of the busy agents is the first to be free; for the
//! group p = 1.
//!
//! Let q(v) be the probability that, from the work v on, no call that counts and waits more than x comes before the
//! work is drained, and R(v) = E q(v + B) the same after one more exponential jump B. Then q(0) = 1, d = 1 − R(0), and
//!
//! - q′ = λḠ(v) ((1 − p) R − q) for v > x, q′ = λḠ(v) (R − q) for v < x, and R′ = m (R − q).
//!
//! Below x, (R − q)′ = (m − λḠ)(R − q), so R − q = −d E(v) with E(v) = exp(m v − λH(v)), and q(v) = 1 − d I(v) with
//! I(v) = ∫₀ λḠE. Above x the equations are linear and have one bounded solution, whose U = 1 − R/q solves
//!
//! - U′ = mU − λḠ(v) (1 − U)(p + (1 − p)U).
//!
//! The two meet at x: d(x) = U(x)/(E(x) + U(x) I(x)). U is followed from far out back to x, which is stable: there its
//! equation has one equilibrium between 0 and 1. Without abandonment U is that equilibrium everywhere, a root of a
//! quadratic equation, and d(x) has a closed form.

use super::ode::Solution;
use super::quadrature::{integrate, kronrod};
use super::{AbandonmentQueue, AnalyticError, ErlangC};

/// Whose longest wait it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LongestOf {
    /// Of all calls that the group answers.
    Group,
    /// Of the calls that one of its agents answers, all agents having the same chances.
    Session,
}

/// The law of the longest time to answer over a horizon, in steady state.
///
/// It is the law of an extreme value, exact in the limit of many periods in which all agents are busy (compare J. W.
/// Cohen, 1968, Extreme value distribution for the M/G/1 and the G/M/1 queueing systems; P. Glynn and W. Whitt, 1995,
/// Heavy-traffic extreme-value limits for queues). How far the limit is, is told by
/// [`expected_busy_periods`](Self::expected_busy_periods), which should be 30 or more, and by
/// [`ErlangC::relaxation_time_s`], of which the horizon should hold a hundred or more.
///
/// ```
/// use acdsim::analytic::{ErlangC, LongestOf, LongestWait};
///
/// let desk = ErlangC::new(10, 324.0 / 3_600.0, 100.0)?;
/// let group = LongestWait::erlang_c(desk, LongestOf::Group);
/// assert!((group.mean_s(1e6)? - 697.858_184_473_736).abs() < 1e-9);
/// let session = LongestWait::erlang_c(desk, LongestOf::Session);
/// assert!((session.mean_s(1e6)? - 675.213_325_985_658).abs() < 1e-9);
/// # Ok::<(), acdsim::analytic::AnalyticError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LongestWait {
    queue: Queue,
    /// The share of the answered calls that counts.
    counted: f64,
}

#[derive(Clone, Debug, PartialEq)]
enum Queue {
    ErlangC(ErlangC),
    Abandonment(Box<AbandonmentQueue>),
}

impl LongestWait {
    /// Of a queue whose callers wait as long as they must.
    pub fn erlang_c(queue: ErlangC, of: LongestOf) -> Self {
        LongestWait { counted: counted(of, queue.traffic.agents), queue: Queue::ErlangC(queue) }
    }

    /// Of a queue whose callers give up.
    pub fn abandonment(queue: AbandonmentQueue, of: LongestOf) -> Self {
        let counted = counted(of, queue.traffic.agents);
        LongestWait { counted, queue: Queue::Abandonment(Box::new(queue)) }
    }

    /// The probability d(x) that some call that counts waits more than `seconds` (0 or more) within one period in which
    /// all agents are busy.
    pub fn p_longer_in_busy_period(&self, seconds: f64) -> f64 {
        match &self.queue {
            Queue::ErlangC(queue) => self.without_abandonment(queue, seconds),
            Queue::Abandonment(queue) => self.with_abandonment(queue, &[seconds])[0],
        }
    }

    /// The probability that the longest wait over a horizon is `seconds` (0 or more) at most: exp(−r T d(x)).
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a horizon that is above 10¹⁰ seconds, or shorter than
    /// [`mean_busy_period_s`](Self::mean_busy_period_s), of which the limit says nothing.
    pub fn cdf(&self, horizon_s: f64, seconds: f64) -> Result<f64, AnalyticError> {
        let periods = self.enough_periods(horizon_s)?;
        Ok(libm::exp(-periods * self.p_longer_in_busy_period(seconds)))
    }

    /// The mean of the longest wait over a horizon, in seconds: ∫ (1 − exp(−r T d(x))) dx.
    ///
    /// # Errors
    ///
    /// As [`cdf`](Self::cdf).
    pub fn mean_s(&self, horizon_s: f64) -> Result<f64, AnalyticError> {
        let periods = self.enough_periods(horizon_s)?;
        Ok(match &self.queue {
            Queue::ErlangC(queue) => self.mean_without_abandonment(queue, periods),
            Queue::Abandonment(queue) => self.mean_with_abandonment(queue, periods),
        })
    }

    /// The wait in seconds that the longest wait over a horizon does not exceed with a probability (above 0, below 1);
    /// 0 if it is that probable that nobody waits at all.
    ///
    /// # Errors
    ///
    /// As [`cdf`](Self::cdf), and [`AnalyticError::Parameter`] for another probability.
    pub fn quantile_s(&self, horizon_s: f64, probability: f64) -> Result<f64, AnalyticError> {
        let holds = probability > 0.0 && probability < 1.0;
        super::error::require(holds, "probability", probability, "above 0 and below 1")?;
        if self.cdf(horizon_s, 0.0)? >= probability {
            return Ok(0.0);
        }
        let (mut low, mut high) = (0.0, 1.0);
        while self.cdf(horizon_s, high)? < probability {
            (low, high) = (high, 2.0 * high);
        }
        while high - low > 1e-13 * high {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if self.cdf(horizon_s, middle)? < probability { low = middle } else { high = middle }
        }
        Ok(high)
    }

    /// How many periods in which all agents are busy begin in a second: r = λ P(c − 1 agents busy).
    pub fn busy_periods_per_s(&self) -> f64 {
        match &self.queue {
            Queue::ErlangC(queue) => queue.traffic.calls_per_s * (1.0 - queue.p_wait()) * queue.loss_before,
            Queue::Abandonment(queue) => queue.traffic.calls_per_s * queue.p_one_free(),
        }
    }

    /// How many periods in which all agents are busy begin in a horizon, in the mean: r T.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a horizon that is not from 10⁻⁹ to 10¹⁰ seconds.
    pub fn expected_busy_periods(&self, horizon_s: f64) -> Result<f64, AnalyticError> {
        Ok(self.busy_periods_per_s() * super::error::checked_seconds("horizon_s", horizon_s)?)
    }

    /// The mean length of a period in which all agents are busy, in seconds: the share of time in which they are, over the
    /// rate at which the periods begin. It is without end where the agents are never free.
    pub fn mean_busy_period_s(&self) -> f64 {
        let all_busy = match &self.queue {
            Queue::ErlangC(queue) => queue.p_wait(),
            Queue::Abandonment(queue) => queue.p_wait(),
        };
        all_busy / self.busy_periods_per_s()
    }

    /// How many periods a horizon holds, unless it is shorter than one.
    fn enough_periods(&self, horizon_s: f64) -> Result<f64, AnalyticError> {
        let (periods, mean) = (self.expected_busy_periods(horizon_s)?, self.mean_busy_period_s());
        let allowed = format!("longer than the mean period in which all agents are busy, {mean} seconds");
        super::error::require(mean.is_nan() || horizon_s >= mean, "horizon_s", horizon_s, &allowed)?;
        Ok(periods)
    }

    /// The root between 0 and 1 of mU = λḠ (1 − U)(p + (1 − p)U), for calls that stay at the rate λḠ.
    fn equilibrium(&self, staying_per_s: f64, m: f64) -> f64 {
        let (margin, p) = (m - staying_per_s, self.counted);
        let product = staying_per_s * m * p;
        let root = (margin * margin + 4.0 * product).sqrt();
        // (root − margin)/2, in the form that does not cancel.
        let speed = if margin > 0.0 { 2.0 * product / (root + margin) } else { 0.5 * (root - margin) };
        speed / (m + speed)
    }

    fn without_abandonment(&self, queue: &ErlangC, x: f64) -> f64 {
        let (rate, m, margin) = (queue.traffic.calls_per_s, queue.traffic.service_rate(), queue.margin_per_s());
        let u = self.equilibrium(rate, m);
        let grown = libm::exp(margin * x);
        if grown.is_infinite() { 0.0 } else { u / (grown + u * rate * libm::expm1(margin * x) / margin) }
    }

    fn mean_without_abandonment(&self, queue: &ErlangC, periods: f64) -> f64 {
        let margin = queue.margin_per_s();
        // Around where one call that long is expected, in units of 1/(m − λ).
        let middle = libm::log(1.0 + periods * self.without_abandonment(queue, 0.0));
        let mut points: Vec<f64> = [-1e9, -20.0, -8.0, -4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 8.0, 20.0, 45.0]
            .iter()
            .map(|off| (middle + off).max(0.0) / margin)
            .collect();
        points.dedup();
        let [mean] = integrate(|x| [-libm::expm1(-periods * self.without_abandonment(queue, x))], &points);
        mean
    }

    /// d(x) at points that rise.
    fn with_abandonment(&self, queue: &AbandonmentQueue, at: &[f64]) -> Vec<f64> {
        let counted = self.counted_above(queue, at);
        let rate = queue.traffic.calls_per_s;
        let log_grown = |v: f64| -queue.log_g(v);
        let (mut staying, mut from) = (0.0, 0.0);
        let rows = at.iter().zip(counted).map(|(&x, u)| {
            if x > from {
                let mut points = vec![from];
                points.extend(queue.patience.points.iter().filter(|point| **point > from && **point < x));
                points.push(x);
                let [more] = integrate(|v| [rate * queue.patience.survival(v) * libm::exp(log_grown(v))], &points);
                staying += more;
                from = x;
            }
            let grown = libm::exp(log_grown(x));
            // Nobody waits that long, or it is less probable than a double can tell.
            if u == 0.0 || grown.is_infinite() || staying.is_infinite() { 0.0 } else { u / (grown + u * staying) }
        });
        rows.collect()
    }

    /// U at points that rise.
    fn counted_above(&self, queue: &AbandonmentQueue, at: &[f64]) -> Vec<f64> {
        let (rate, m, p) = (queue.traffic.calls_per_s, queue.traffic.service_rate(), self.counted);
        let slope = |v: f64, u: f64| {
            let staying = rate * queue.patience.survival(v);
            m * u - staying * (1.0 - u) * (p + (1.0 - p) * u)
        };
        let last = at[at.len() - 1];
        let longest = queue.patience.max();
        // What is known at the start decays at this rate, or faster, on the way back.
        let staying = rate * queue.patience.survival(last);
        let decay = ((m - staying) * (m - staying) + 4.0 * staying * m * p).sqrt();
        let start = longest.min(last + 50.0 / decay);
        let known = if start >= longest { 0.0 } else { self.equilibrium(rate * queue.patience.survival(start), m) };
        let mut solution = Solution::new(start, known, 0.1 / m);
        let mut jumps: Vec<f64> = queue.patience.points.iter().copied().filter(|point| *point < start).collect();
        let mut values = vec![0.0; at.len()];
        for (value, &x) in values.iter_mut().zip(at).rev() {
            while let Some(jump) = jumps.pop_if(|jump| *jump >= x) {
                solution.follow(&slope, jump);
            }
            if x < solution.x {
                solution.follow(&slope, x);
            }
            // Beyond the longest patience nobody is answered.
            *value = if x >= longest { 0.0 } else { solution.y };
        }
        values
    }

    fn mean_with_abandonment(&self, queue: &AbandonmentQueue, periods: f64) -> f64 {
        if periods == 0.0 {
            return 0.0;
        }
        // d(x) falls like g(x); around where one call that long is expected the panels are of its scale.
        let expected = -libm::log(periods).min(700.0);
        let offs = [4.0, 2.0, 0.0, -2.0, -4.0, -8.0, -16.0, -40.0];
        let end = queue.after_peak(expected - 40.0).min(queue.patience.max());
        let mut points: Vec<f64> = offs.iter().map(|off| queue.after_peak(expected + off)).collect();
        points.extend(queue.points());
        points.extend(&queue.patience.points);
        points.retain(|point| *point < end);
        points.push(end);
        points.sort_by(|a, b| a.total_cmp(b));
        points.dedup();
        let mut before = f64::INFINITY;
        let mut parts = 1;
        loop {
            let nodes: Vec<(f64, f64)> = points
                .windows(2)
                .flat_map(|ends| {
                    let width = (ends[1] - ends[0]) / f64::from(parts);
                    (0..parts).flat_map(move |part| {
                        let low = ends[0] + width * f64::from(part);
                        kronrod(low, low + width)
                    })
                })
                .collect();
            let at: Vec<f64> = nodes.iter().map(|(node, _)| *node).collect();
            let longer = self.with_abandonment(queue, &at);
            let mean: f64 = nodes.iter().zip(longer).map(|((_, weight), d)| weight * -libm::expm1(-periods * d)).sum();
            if (mean - before).abs() <= 1e-11 * mean || parts == 16 {
                return mean;
            }
            (before, parts) = (mean, 2 * parts);
        }
    }
}

/// The share of the answered calls that counts.
fn counted(of: LongestOf, agents: u32) -> f64 {
    match of {
        LongestOf::Group => 1.0,
        LongestOf::Session => 1.0 / f64::from(agents),
    }
}

#[cfg(test)]
mod tests;
