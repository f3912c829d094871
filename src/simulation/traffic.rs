//! Traffic: when a group's calls arrive, and what each of them brings along.
//!
//! What most groups have, a rate or a record and laws that stay the same, is looked for first; whatever else there is
//! stands apart, so that it costs nothing where it is not used.

mod poisson;
mod record;
mod scaled;

use std::sync::Arc;

use uuid::Uuid;

use crate::fault::{self, Fault};
use crate::random::{Distribution, Purpose, Sampler, Stream};
use crate::scenario::{self, Arrivals, Group, RecordedCall, RecordedPatience, Scenario};
use crate::time::{Duration, Instant};

use poisson::Poisson;
use record::Record;
use scaled::Scaled;

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
    process: Process,
    laws: Laws,
    streams: Streams,
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one a group, and the large one is the one in haste")]
enum Process {
    Poisson(Poisson),
    Recorded(Record),
    /// What few groups have.
    Rare(Box<Rare>),
}

/// The processes that few groups have.
#[derive(Clone, Debug)]
enum Rare {
    Scaled(Scaled),
}

/// What the times of a group's calls are drawn from.
#[derive(Clone, Debug)]
struct Laws {
    handling: Handling,
    patience: Option<Sampler>,
}

/// How long agents are busy with the calls.
#[derive(Clone, Debug)]
enum Handling {
    Apart { talk: Sampler, wrap_up: Sampler },
    Split { handle: Sampler, wrap_up_share: f64 },
}

/// The streams of a group's times.
#[derive(Clone, Debug)]
struct Streams {
    talk: Stream,
    wrap_up: Stream,
    patience: Stream,
}

impl Streams {
    fn new(seed: u64, replication: u32, entity: Uuid) -> Self {
        let stream = |purpose| Stream::new(seed, replication, purpose, entity);
        let shared = fault::is(Fault::SharedStream);
        Streams {
            talk: stream(Purpose::Talk),
            wrap_up: stream(Purpose::WrapUp),
            patience: stream(if shared { Purpose::Talk } else { Purpose::Patience }),
        }
    }
}

/// So often a patience above the known bound is drawn for; after that the bound itself is taken.
const TRIES_ABOVE_BOUND: u32 = 10_000;

impl Source {
    /// The source of the group with that index.
    pub(super) fn new(scenario: &Scenario, group: usize, replication: u32) -> Self {
        let of_group = &scenario.groups[group];
        let guid = of_group.guid();
        let stream = |purpose| Stream::new(scenario.seed, replication, purpose, guid);
        let process = match &of_group.arrivals {
            Arrivals::Poisson(steps) => Process::Poisson(Poisson::new(steps, stream(Purpose::Arrivals))),
            Arrivals::Recorded(calls) => Process::Recorded(Record::new(calls)),
            Arrivals::Scaled(record) => Process::Rare(Box::new(Rare::Scaled(Scaled::new(
                record,
                scenario.horizon,
                stream(Purpose::Copies),
                stream(Purpose::Displacement),
            )))),
        };
        let streams = Streams::new(scenario.seed, replication, guid);
        Source { process, laws: Laws::new(of_group), streams }
    }

    /// A source of fates alone, of which no call arrives, with streams of its own.
    pub(super) fn of_laws(scenario: &Scenario, group: usize, replication: u32, entity: Uuid) -> Self {
        let process = Process::Recorded(Record::new(&Arc::default()));
        let streams = Streams::new(scenario.seed, replication, entity);
        Source { process, laws: Laws::new(&scenario.groups[group]), streams }
    }

    /// When the next call arrives; [`Instant::NEVER`] if none does.
    #[inline]
    pub(super) fn next_arrival(&mut self) -> Instant {
        match &mut self.process {
            Process::Poisson(poisson) => poisson.next(),
            Process::Recorded(record) => record.peek(),
            Process::Rare(rare) => rare.next_arrival(),
        }
    }

    /// The fate of a call of which nothing is recorded.
    #[inline(always)]
    pub(super) fn drawn_fate(&mut self) -> Fate {
        self.laws.draw(&mut self.streams)
    }

    /// The fate of the call that arrives now.
    // Inlined, so that what is drawn stays in registers.
    #[inline(always)]
    pub(super) fn fate(&mut self) -> Fate {
        match &mut self.process {
            Process::Poisson(_) => self.laws.draw(&mut self.streams),
            Process::Recorded(record) => {
                let call = record.take();
                self.laws.complete(&call, &mut self.streams)
            }
            Process::Rare(rare) => rare.fate(&self.laws, &mut self.streams),
        }
    }
}

impl Rare {
    #[inline(never)]
    fn next_arrival(&mut self) -> Instant {
        match self {
            Rare::Scaled(scaled) => scaled.peek(),
        }
    }

    #[inline(never)]
    fn fate(&mut self, laws: &Laws, streams: &mut Streams) -> Fate {
        match self {
            Rare::Scaled(scaled) => match scaled.take() {
                Some(call) => laws.complete(&call, streams),
                None => laws.draw(streams),
            },
        }
    }
}

impl Laws {
    fn new(group: &Group) -> Self {
        let handling = match &group.handling {
            scenario::Handling::Apart { talk, wrap_up } => {
                Handling::Apart { talk: talk.sampler(), wrap_up: wrap_up.sampler() }
            }
            &scenario::Handling::Split { ref handle, wrap_up_share } => {
                Handling::Split { handle: handle.sampler(), wrap_up_share }
            }
        };
        Laws { handling, patience: group.patience.as_ref().map(Distribution::sampler) }
    }

    /// The fate of a call of which nothing is known.
    #[inline(always)]
    fn draw(&self, streams: &mut Streams) -> Fate {
        let (talk, wrap_up) = self.handling.complete(None, None, streams);
        let patience = self.patience.as_ref().map_or(Duration::MAX, |law| law.sample(&mut streams.patience));
        Fate { talk, wrap_up, patience, class: None }
    }

    /// The fate of a recorded call: what the record does not know is drawn.
    #[inline]
    fn complete(&self, call: &RecordedCall, streams: &mut Streams) -> Fate {
        let (talk, wrap_up) = self.handling.complete(call.talk, call.wrap_up, streams);
        let stream = &mut streams.patience;
        let patience = match (call.patience, &self.patience) {
            (RecordedPatience::Exactly(patience), _) => patience,
            (_, None) => Duration::MAX,
            (RecordedPatience::Unknown, Some(law)) => law.sample(stream),
            (RecordedPatience::AtLeast(bound), Some(law)) => {
                (0..TRIES_ABOVE_BOUND).map(|_| law.sample(stream)).find(|&patience| patience > bound).unwrap_or(bound)
            }
        };
        Fate { talk, wrap_up, patience, class: call.class }
    }
}

impl Handling {
    /// The talk and the wrap-up of a call of which as much is known.
    #[inline(always)]
    fn complete(
        &self,
        known_talk: Option<Duration>,
        known_wrap_up: Option<Duration>,
        streams: &mut Streams,
    ) -> (Duration, Duration) {
        match self {
            Handling::Apart { talk, wrap_up } => (
                known_talk.unwrap_or_else(|| talk.sample(&mut streams.talk)),
                known_wrap_up.unwrap_or_else(|| wrap_up.sample(&mut streams.wrap_up)),
            ),
            Handling::Split { handle, wrap_up_share } => {
                if let (Some(talk), Some(wrap_up)) = (known_talk, known_wrap_up) {
                    return (talk, wrap_up);
                }
                let handle = handle.sample(&mut streams.talk);
                let wrap_up = Duration::from_nanos_f64(handle.as_nanos() as f64 * *wrap_up_share).min(handle);
                let talk = Duration::from_nanos(handle.as_nanos() - wrap_up.as_nanos());
                (known_talk.unwrap_or(talk), known_wrap_up.unwrap_or(wrap_up))
            }
        }
    }
}
