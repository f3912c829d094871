//! Arrivals of rates that chance changes.

use super::busyness::Busyness;
use crate::fault::{self, Fault};
use crate::random::{Stream, UnitExponential};
use crate::scenario::RateStep;
use crate::time::{Duration, Instant, NANOS_PER_SEC};

/// A Poisson process of a random rate (D. R. Cox, 1955): that of the steps, times every factor that holds.
///
/// As with rates that are known, one exponential draw belongs to each arrival, and is used up along the rate; the factors are
/// drawn from streams of their own. So what belongs to an arrival does not depend on how often a factor changed before it.
#[derive(Clone, Debug)]
pub(super) struct Varied {
    steps: Vec<Step>,
    /// The step that the last arrival fell into.
    step: usize,
    busyness: Vec<Busyness>,
    last: Instant,
    /// No arrival is wanted from then on: a rate of nearly nothing is not followed for ever.
    end: Instant,
    unit: UnitExponential,
    stream: Stream,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    until: Instant,
    per_nano: f64,
}

impl Varied {
    pub(super) fn new(steps: &[RateStep], busyness: Vec<Busyness>, end: Instant, stream: Stream) -> Self {
        let ends = steps.iter().skip(1).map(|step| step.from).chain([Instant::NEVER]);
        let per_nano = |step: &RateStep| step.per_second / NANOS_PER_SEC as f64;
        let steps = steps.iter().zip(ends).map(|(step, until)| Step { until, per_nano: per_nano(step) }).collect();
        Varied { steps, step: 0, busyness, last: Instant::START, end, unit: UnitExponential::new(), stream }
    }

    /// When the next call arrives; [`Instant::NEVER`] if none does.
    pub(super) fn next(&mut self) -> Instant {
        let mut expected = self.unit.draw(&mut self.stream);
        if fault::is(Fault::ArrivalsEvenlySpaced) {
            expected = 1.0;
        }
        while self.last < self.end {
            let (rate, until) = self.rate();
            if rate > 0.0 {
                let at = self.last + Duration::from_nanos_f64(expected / rate);
                if at < until {
                    self.last = at;
                    return at;
                }
                expected = (expected - (until - self.last).as_nanos() as f64 * rate).max(0.0);
            }
            self.last = until;
            while self.steps[self.step].until <= self.last && self.last < Instant::NEVER {
                self.step += 1;
            }
        }
        Instant::NEVER
    }

    /// The arrivals in a nanosecond now, and until when that is so.
    fn rate(&mut self) -> (f64, Instant) {
        let Step { mut until, per_nano: mut rate } = self.steps[self.step];
        // While nothing can arrive, no factor need be known.
        if rate > 0.0 {
            for busyness in &mut self.busyness {
                let (factor, end) = busyness.at(self.last);
                (rate, until) = (rate * factor, until.min(end));
            }
        }
        (rate, until)
    }
}
