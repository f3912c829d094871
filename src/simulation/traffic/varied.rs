//! Arrivals of rates that chance changes.

use super::batch::Batches;
use super::busyness::Busyness;
use super::modulation::Modulation;
use crate::fault::{self, Fault};
use crate::random::{Purpose, Stream, UnitExponential};
use crate::scenario::{Batch, VariedRates};
use crate::time::{Duration, Instant, NANOS_PER_SEC};

/// A Poisson process of a random rate (D. R. Cox, 1955): that of the steps, times every factor that holds.
///
/// With batches, an arrival is that of one of them, and so of several calls at the same instant. As with rates that are known, one exponential draw belongs to each arrival, and is used up along the rate; the factors are
/// drawn from streams of their own, and so are the sizes of batches. So what belongs to an arrival does not depend on how often a factor changed before it.
#[derive(Clone, Debug)]
pub(super) struct Varied {
    steps: Vec<Step>,
    /// The step that the last arrival fell into.
    step: usize,
    busyness: Vec<Busyness>,
    modulation: Option<Modulation>,
    batches: Option<Batches>,
    /// How many calls of the last arrival's batch have not been told.
    rest: u32,
    last: Instant,
    /// The arrivals in a nanosecond, and until when that is so.
    rate: (f64, Instant),
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
    /// What arrives at these rates with these factors; `stream` gives the stream of each purpose.
    pub(super) fn new(
        rates: &VariedRates,
        busyness: Vec<Busyness>,
        end: Instant,
        stream: impl Fn(Purpose) -> Stream,
    ) -> Self {
        let ends = rates.steps.iter().skip(1).map(|step| step.from).chain([Instant::NEVER]);
        // The rates are of calls, and what arrives are batches.
        let calls = NANOS_PER_SEC as f64 * rates.batch.as_ref().map_or(1.0, Batch::mean);
        let steps = rates.steps.iter().zip(ends).map(|(step, until)| Step { until, per_nano: step.per_second / calls });
        Varied {
            steps: steps.collect(),
            step: 0,
            busyness,
            modulation: Modulation::new(&rates.modulation, stream(Purpose::Modulation)),
            batches: rates.batch.as_ref().map(|batch| Batches::new(batch, stream(Purpose::Batch))),
            rest: 0,
            last: Instant::START,
            rate: (0.0, Instant::START),
            end,
            unit: UnitExponential::new(),
            stream: stream(Purpose::Arrivals),
        }
    }

    /// When the next call arrives; [`Instant::NEVER`] if none does.
    pub(super) fn next(&mut self) -> Instant {
        if self.rest > 0 {
            self.rest -= 1;
            return self.last;
        }
        let mut expected = self.unit.draw(&mut self.stream);
        if fault::is(Fault::ArrivalsEvenlySpaced) {
            expected = 1.0;
        }
        while self.last < self.end {
            if self.rate.1 <= self.last {
                self.rate = self.rate_at_last();
            }
            let (rate, until) = self.rate;
            if rate > 0.0 {
                let at = self.last + Duration::from_nanos_f64(expected / rate);
                if at < until {
                    self.last = at;
                    self.rest = self.batches.as_mut().map_or(0, |batches| batches.draw() - 1);
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

    fn rate_at_last(&mut self) -> (f64, Instant) {
        let Step { mut until, per_nano: mut rate } = self.steps[self.step];
        // While nothing can arrive, no factor need be known.
        if rate > 0.0 {
            for busyness in &mut self.busyness {
                let (factor, end) = busyness.at(self.last);
                (rate, until) = (rate * factor, until.min(end));
            }
            if let Some(modulation) = &mut self.modulation {
                let (factor, end) = modulation.at(self.last);
                (rate, until) = (rate * factor, until.min(end));
            }
        }
        (rate, until)
    }
}
