//! Arrivals of a rate that is constant between steps.

use crate::fault::{self, Fault};
use crate::random::{Ahead, Stream, UnitExponential};
use crate::scenario::RateStep;
use crate::time::{Duration, Instant};

/// A Poisson process whose rate is constant between steps.
///
/// One exponential draw belongs to each arrival, whatever the rates: it is the expected number of arrivals since the one
/// before, and is used up along the steps (inversion of the cumulative rate; Çinlar 1975). So two scenarios that
/// differ in their rates have arrivals that correspond.
#[derive(Clone, Debug)]
pub(in crate::simulation) struct Poisson {
    steps: Vec<Step>,
    /// The step that the last arrival fell into, by its number.
    step: usize,
    /// The same step, or one that ends at once if its rate is zero.
    present: Step,
    last: Instant,
    unit: UnitExponential,
    stream: Ahead<f64>,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    until: Instant,
    /// The mean time between arrivals in nanoseconds; infinite for a rate of zero.
    mean_gap: f64,
}

impl Poisson {
    pub(in crate::simulation) fn new(steps: &[RateStep], stream: Stream) -> Self {
        let ends = steps.iter().skip(1).map(|step| step.from).chain([Instant::NEVER]);
        let step = |(step, until): (&RateStep, Instant)| Step { until, mean_gap: 1e9 / step.per_second };
        let steps: Vec<_> = steps.iter().zip(ends).map(step).collect();
        let (unit, stream) = (UnitExponential::new(), Ahead::new(stream, true));
        Poisson { present: steps[0].or_none(), steps, step: 0, last: Instant::START, unit, stream }
    }

    /// When the next call arrives; [`Instant::NEVER`] if none does.
    #[inline]
    pub(in crate::simulation) fn next(&mut self) -> Instant {
        let mut expected = self.stream.draw(&self.unit);
        if fault::is(Fault::ArrivalsEvenlySpaced) {
            expected = 1.0;
        }
        let at = self.last + Duration::from_nanos_f64(expected * self.present.mean_gap);
        if at < self.present.until {
            self.last = at;
            return at;
        }
        self.next_in_later_step(expected)
    }

    /// The next arrival, which is not in the present step.
    #[inline(never)]
    fn next_in_later_step(&mut self, mut expected: f64) -> Instant {
        loop {
            let Step { until, mean_gap } = self.steps[self.step];
            if mean_gap.is_finite() {
                let at = self.last + Duration::from_nanos_f64(expected * mean_gap);
                if at < until {
                    self.last = at;
                    return at;
                }
            }
            if until == Instant::NEVER {
                return Instant::NEVER;
            }
            expected = (expected - (until - self.last).as_nanos() as f64 / mean_gap).max(0.0);
            self.last = until;
            self.step += 1;
            self.present = self.steps[self.step].or_none();
        }
    }
}

impl Step {
    /// The step, or one into which nothing falls if its rate is zero.
    fn or_none(self) -> Step {
        if self.mean_gap.is_finite() { self } else { Step { until: Instant::START, mean_gap: 0.0 } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;
    use uuid::Uuid;

    fn steps(rates: &[(u64, f64)]) -> Vec<RateStep> {
        rates
            .iter()
            .map(|&(secs, per_second)| RateStep { from: Instant::START + Duration::from_secs(secs), per_second })
            .collect()
    }

    fn arrivals(rates: &[(u64, f64)], until: u64) -> Vec<u64> {
        let mut poisson = Poisson::new(&steps(rates), Stream::new(5, 1, Purpose::Arrivals, Uuid::nil()));
        std::iter::from_fn(|| Some(poisson.next()))
            .map(|at| at.as_nanos() / 1_000_000_000)
            .take_while(|&at| at < until)
            .collect()
    }

    #[test]
    fn each_step_has_its_rate_and_nothing_arrives_at_rate_zero() {
        let at = arrivals(&[(0, 10.0), (10_000, 0.0), (20_000, 2.0), (30_000, 0.0)], u64::MAX / 2_000_000_000);
        let within = |from, to| at.iter().filter(|&&at| (from..to).contains(&at)).count() as f64;
        // Five standard deviations of a Poisson count.
        assert!((within(0, 10_000) - 100_000.0).abs() < 5.0 * 100_000_f64.sqrt());
        assert!((within(20_000, 30_000) - 20_000.0).abs() < 5.0 * 20_000_f64.sqrt());
        assert_eq!(at.len() as f64, within(0, 10_000) + within(20_000, 30_000));
    }

    #[test]
    fn splitting_a_step_in_two_of_the_same_rate_changes_no_arrival_by_more_than_rounding() {
        let (whole, split) = (arrivals(&[(0, 3.0)], 5_000), arrivals(&[(0, 3.0), (1_234, 3.0)], 5_000));
        assert_eq!(whole.len(), split.len());
        assert!(whole.iter().zip(&split).all(|(a, b)| a.abs_diff(*b) <= 1));
    }
}
