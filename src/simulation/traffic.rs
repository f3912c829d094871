//! Traffic: when a group's calls arrive, and what each of them brings along.

use std::sync::Arc;

use crate::fault::{self, Fault};
use crate::random::{Purpose, Sampler, Stream, UnitExponential};
use crate::scenario::{self, Arrivals, Group, RateStep, RecordedCall, RecordedPatience};
use crate::time::{Duration, Instant};
use uuid::Uuid;

/// The fate of a call that is not the system's: drawn when it arrives, and travelling with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fate {
    pub(super) talk: Duration,
    pub(super) wrap_up: Duration,
    /// [`Duration::MAX`] for ever.
    pub(super) patience: Duration,
    /// The recorded class.
    pub(super) class: Option<u32>,
}

/// The source of one group's calls.
#[derive(Clone, Debug)]
pub(super) struct Source {
    arrivals: Process,
    handling: Handling,
    patience: Option<(Sampler, Stream)>,
}

/// How long agents are busy with the calls.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one a group, and the large one is the one in haste")]
enum Handling {
    Apart { talk: (Sampler, Stream), wrap_up: (Sampler, Stream) },
    Split { handle: (Sampler, Stream), wrap_up_share: f64 },
}

impl Handling {
    /// The talk and the wrap-up of a call of which as much is known.
    #[inline(always)]
    fn complete(&mut self, known_talk: Option<Duration>, known_wrap_up: Option<Duration>) -> (Duration, Duration) {
        match self {
            Handling::Apart { talk, wrap_up } => {
                (known_talk.unwrap_or_else(|| draw(talk)), known_wrap_up.unwrap_or_else(|| draw(wrap_up)))
            }
            Handling::Split { handle, wrap_up_share } => {
                if let (Some(talk), Some(wrap_up)) = (known_talk, known_wrap_up) {
                    return (talk, wrap_up);
                }
                let handle = draw(handle);
                let wrap_up = Duration::from_nanos_f64(handle.as_nanos() as f64 * *wrap_up_share).min(handle);
                let talk = Duration::from_nanos(handle.as_nanos() - wrap_up.as_nanos());
                (known_talk.unwrap_or(talk), known_wrap_up.unwrap_or(wrap_up))
            }
        }
    }
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one a group, and the large one is the one in haste")]
enum Process {
    Poisson(Poisson),
    Recorded { calls: Arc<[RecordedCall]>, next: usize },
}

/// So often a patience above the known bound is drawn for; after that the bound itself is taken.
const TRIES_ABOVE_BOUND: u32 = 10_000;

impl Source {
    pub(super) fn new(group: &Group, seed: u64, replication: u32) -> Self {
        let arrivals = match &group.arrivals {
            Arrivals::Poisson(steps) => {
                let stream = Stream::new(seed, replication, Purpose::Arrivals, group.guid());
                Process::Poisson(Poisson::new(steps, stream))
            }
            Arrivals::Recorded(calls) => Process::Recorded { calls: Arc::clone(calls), next: 0 },
        };
        Source { arrivals, ..Source::of_laws(group, seed, replication, group.guid()) }
    }

    /// A source of fates alone, of which no call arrives, with streams of its own.
    pub(super) fn of_laws(group: &Group, seed: u64, replication: u32, entity: Uuid) -> Self {
        let stream = |purpose| Stream::new(seed, replication, purpose, entity);
        Source {
            arrivals: Process::Recorded { calls: Arc::new([]), next: 0 },
            handling: match &group.handling {
                scenario::Handling::Apart { talk, wrap_up } => Handling::Apart {
                    talk: (talk.sampler(), stream(Purpose::Talk)),
                    wrap_up: (wrap_up.sampler(), stream(Purpose::WrapUp)),
                },
                &scenario::Handling::Split { ref handle, wrap_up_share } => {
                    Handling::Split { handle: (handle.sampler(), stream(Purpose::Talk)), wrap_up_share }
                }
            },
            patience: group.patience.as_ref().map(|law| {
                let shared = fault::is(Fault::SharedStream);
                (law.sampler(), stream(if shared { Purpose::Talk } else { Purpose::Patience }))
            }),
        }
    }

    /// When the next call arrives; [`Instant::NEVER`] if none does.
    #[inline]
    pub(super) fn next_arrival(&mut self) -> Instant {
        match &mut self.arrivals {
            Process::Poisson(poisson) => poisson.next(),
            Process::Recorded { calls, next } => calls.get(*next).map_or(Instant::NEVER, |call| call.arrival),
        }
    }

    /// The fate of a call of which nothing is recorded.
    #[inline(always)]
    pub(super) fn drawn_fate(&mut self) -> Fate {
        let (talk, wrap_up) = self.handling.complete(None, None);
        Fate { talk, wrap_up, patience: self.patience.as_mut().map_or(Duration::MAX, draw), class: None }
    }

    /// The fate of the call that arrives now.
    // Inlined, so that what is drawn stays in registers.
    #[inline(always)]
    pub(super) fn fate(&mut self) -> Fate {
        match &mut self.arrivals {
            Process::Poisson(_) => self.drawn_fate(),
            Process::Recorded { calls, next } => {
                let call = calls[*next];
                *next += 1;
                let (talk, wrap_up) = self.handling.complete(call.talk, call.wrap_up);
                let patience = match (call.patience, &mut self.patience) {
                    (RecordedPatience::Exactly(patience), _) => patience,
                    (_, None) => Duration::MAX,
                    (RecordedPatience::Unknown, Some(law)) => draw(law),
                    (RecordedPatience::AtLeast(bound), Some(law)) => {
                        (0..TRIES_ABOVE_BOUND).map(|_| draw(law)).find(|&patience| patience > bound).unwrap_or(bound)
                    }
                };
                Fate { talk, wrap_up, patience, class: call.class }
            }
        }
    }
}

#[inline]
fn draw((law, stream): &mut (Sampler, Stream)) -> Duration {
    law.sample(stream)
}

/// A Poisson process whose rate is constant between steps.
///
/// One exponential draw belongs to each arrival, whatever the rates: it is the expected number of arrivals since the one
/// before, and is used up along the steps (inversion of the cumulative rate; Çinlar 1975). So two scenarios that
/// differ in their rates have arrivals that correspond.
#[derive(Clone, Debug)]
struct Poisson {
    steps: Vec<Step>,
    /// The step that the last arrival fell into.
    step: usize,
    last: Instant,
    unit: UnitExponential,
    stream: Stream,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    until: Instant,
    /// The mean time between arrivals in nanoseconds; infinite for a rate of zero.
    mean_gap: f64,
}

impl Poisson {
    fn new(steps: &[RateStep], stream: Stream) -> Self {
        let ends = steps.iter().skip(1).map(|step| step.from).chain([Instant::NEVER]);
        let steps = steps.iter().zip(ends).map(|(step, until)| Step { until, mean_gap: 1e9 / step.per_second });
        Poisson { steps: steps.collect(), step: 0, last: Instant::START, unit: UnitExponential::new(), stream }
    }

    #[inline]
    fn next(&mut self) -> Instant {
        let mut expected = self.unit.draw(&mut self.stream);
        if fault::is(Fault::ArrivalsEvenlySpaced) {
            expected = 1.0;
        }
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
