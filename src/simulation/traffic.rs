//! Traffic: when a group's calls arrive, and what each of them brings along.
//!
//! What most groups have, a rate or a record and laws that stay the same, is looked for first; whatever else there is
//! stands apart, so that it costs nothing where it is not used.

mod batch;
mod busyness;
mod correlated;
mod later;
mod modulation;
mod poisson;
mod record;
mod scaled;
mod varied;

use std::sync::Arc;

use uuid::Uuid;

use crate::fault::{self, Fault};
use crate::random::{Ahead, Distribution, Purpose, Sampler, Stream};
use crate::scenario::{self, Arrivals, RecordedCall, RecordedPatience, Scenario};
use crate::time::{Duration, Instant};

use busyness::Busyness;
use correlated::Correlated;
use later::Later;
pub(super) use poisson::Poisson;
use record::Record;
use scaled::Scaled;
use varied::Varied;

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

// With a tag of its own, which is faster to look at than one that is hidden in a variant.
#[derive(Clone, Debug)]
#[repr(u8)]
#[expect(clippy::large_enum_variant, reason = "there is one a group, and the large one is the one in haste")]
enum Process {
    Poisson(Poisson),
    Recorded(Record),
    /// What few groups have.
    Rare(Box<Rare>),
}

/// What few groups have: other processes, or laws that change.
#[derive(Clone, Debug)]
struct Rare {
    process: AnyProcess,
    /// The laws that are to come.
    later: Later,
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one a group, and it is in a box")]
enum AnyProcess {
    Poisson(Poisson),
    Recorded(Record),
    Scaled(Scaled),
    Varied(Varied),
}

/// What the times of a group's calls are drawn from.
#[derive(Clone, Debug)]
struct Laws {
    handling: Handling,
    patience: Option<Sampler>,
}

/// How long agents are busy with the calls.
#[derive(Clone, Debug)]
#[repr(u8)]
enum Handling {
    Apart { talk: Sampler, wrap_up: Sampler },
    Split { handle: Sampler, wrap_up_share: f64 },
    Correlated(Box<Correlated>),
}

/// The streams of a group's times.
#[derive(Clone, Debug)]
struct Streams {
    talk: Ahead<Duration>,
    wrap_up: Ahead<Duration>,
    patience: Ahead<Duration>,
}

impl Streams {
    /// The streams of an entity; `one_law` tells that each is of one law all the time.
    fn new(seed: u64, replication: u32, entity: Uuid, one_law: bool) -> Self {
        let stream = |purpose| Ahead::new(Stream::new(seed, replication, purpose, entity), one_law);
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
    /// The source of the group with that index, of which no call is wanted from `last` on.
    pub(super) fn new(scenario: &Scenario, group: usize, replication: u32, last: Instant) -> Self {
        let of_group = &scenario.groups[group];
        let guid = of_group.guid();
        let stream = |purpose| Stream::new(scenario.seed, replication, purpose, guid);
        let process = match &of_group.arrivals {
            Arrivals::Poisson(steps) => AnyProcess::Poisson(Poisson::new(steps, stream(Purpose::Arrivals))),
            Arrivals::Recorded(calls) => AnyProcess::Recorded(Record::new(calls)),
            Arrivals::Varied(rates) => {
                let busyness = Busyness::of(scenario, group, replication);
                AnyProcess::Varied(Varied::new(rates, busyness, last, stream))
            }
            Arrivals::Scaled(record) => {
                let (copies, displacement) = (stream(Purpose::Copies), stream(Purpose::Displacement));
                AnyProcess::Scaled(Scaled::new(record, scenario.horizon, copies, displacement))
            }
        };
        Source::of(scenario, group, replication, guid, process)
    }

    /// A source of fates alone, of which no call arrives, with streams of its own.
    pub(super) fn of_laws(scenario: &Scenario, group: usize, replication: u32, entity: Uuid) -> Self {
        let none = AnyProcess::Recorded(Record::new(&Arc::default()));
        Source::of(scenario, group, replication, entity, none)
    }

    fn of(scenario: &Scenario, group: usize, replication: u32, entity: Uuid, process: AnyProcess) -> Self {
        let of_group = &scenario.groups[group];
        let process = match process {
            AnyProcess::Poisson(poisson) if of_group.later_laws.is_empty() => Process::Poisson(poisson),
            AnyProcess::Recorded(record) if of_group.later_laws.is_empty() => Process::Recorded(record),
            process => Process::Rare(Box::new(Rare { process, later: Later::new(&of_group.later_laws) })),
        };
        let streams = Streams::new(scenario.seed, replication, entity, of_group.later_laws.is_empty());
        Source { process, laws: Laws::new(&of_group.handling, of_group.patience.as_ref()), streams }
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

    /// The fate of a call that comes now and of which nothing is recorded.
    pub(super) fn drawn_fate(&mut self, now: Instant) -> Fate {
        if let Process::Rare(rare) = &mut self.process
            && let Some(in_force) = rare.later.change(now)
        {
            self.laws = in_force;
        }
        self.laws.draw(&mut self.streams)
    }

    /// The fate of the call that arrives now.
    // Inlined, so that what is drawn stays in registers.
    #[inline(always)]
    pub(super) fn fate(&mut self, now: Instant) -> Fate {
        match &mut self.process {
            Process::Poisson(_) => self.laws.draw(&mut self.streams),
            Process::Recorded(record) => {
                let call = record.take();
                self.laws.complete(&call, &mut self.streams)
            }
            Process::Rare(rare) => rare.fate(now, &mut self.laws, &mut self.streams),
        }
    }
}

impl Rare {
    #[inline(never)]
    fn next_arrival(&mut self) -> Instant {
        match &mut self.process {
            AnyProcess::Poisson(poisson) => poisson.next(),
            AnyProcess::Recorded(record) => record.peek(),
            AnyProcess::Scaled(scaled) => scaled.peek(),
            AnyProcess::Varied(varied) => varied.next(),
        }
    }

    #[inline(never)]
    fn fate(&mut self, now: Instant, laws: &mut Laws, streams: &mut Streams) -> Fate {
        if let Some(in_force) = self.later.change(now) {
            *laws = in_force;
        }
        let call = match &mut self.process {
            AnyProcess::Poisson(_) | AnyProcess::Varied(_) => None,
            AnyProcess::Recorded(record) => Some(record.take()),
            AnyProcess::Scaled(scaled) => scaled.take(),
        };
        match call {
            Some(call) => laws.complete(&call, streams),
            None => laws.draw(streams),
        }
    }
}

impl Laws {
    fn new(handling: &scenario::Handling, patience: Option<&Distribution>) -> Self {
        Laws { handling: Handling::new(handling), patience: patience.map(Distribution::sampler) }
    }

    /// The fate of a call of which nothing is known.
    #[inline(always)]
    fn draw(&self, streams: &mut Streams) -> Fate {
        let (talk, wrap_up) = self.handling.complete(None, None, streams);
        let patience = self.patience.as_ref().map_or(Duration::MAX, |law| streams.patience.draw(law));
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
            (RecordedPatience::Unknown, Some(law)) => stream.draw(law),
            (RecordedPatience::AtLeast(bound), Some(law)) => {
                (0..TRIES_ABOVE_BOUND).map(|_| stream.draw(law)).find(|&patience| patience > bound).unwrap_or(bound)
            }
        };
        Fate { talk, wrap_up, patience, class: call.class }
    }
}

impl Handling {
    fn new(handling: &scenario::Handling) -> Self {
        match handling {
            scenario::Handling::Apart { talk, wrap_up } => {
                Handling::Apart { talk: talk.sampler(), wrap_up: wrap_up.sampler() }
            }
            &scenario::Handling::Split { ref handle, wrap_up_share } => {
                Handling::Split { handle: handle.sampler(), wrap_up_share }
            }
            scenario::Handling::Correlated { talk, wrap_up, correlation } => {
                Handling::Correlated(Box::new(Correlated::new(talk, wrap_up, *correlation)))
            }
        }
    }

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
                known_talk.unwrap_or_else(|| streams.talk.draw(talk)),
                known_wrap_up.unwrap_or_else(|| streams.wrap_up.draw(wrap_up)),
            ),
            Handling::Split { handle, wrap_up_share } => {
                if let (Some(talk), Some(wrap_up)) = (known_talk, known_wrap_up) {
                    return (talk, wrap_up);
                }
                let handle = streams.talk.draw(handle);
                let wrap_up = Duration::from_nanos_f64(handle.as_nanos() as f64 * *wrap_up_share).min(handle);
                let talk = Duration::from_nanos(handle.as_nanos() - wrap_up.as_nanos());
                (known_talk.unwrap_or(talk), known_wrap_up.unwrap_or(wrap_up))
            }
            Handling::Correlated(correlated) => correlated.complete(known_talk, known_wrap_up, streams),
        }
    }
}
