//! What is kept of the rows: sums, counts of whole seconds and short cells of time, none of which grows with the calls;
//! and, if they are to be written, the calls themselves, in temporary files.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};

use super::call::{DropReason, Note, Outcome, Reported};
use super::cells::{Cells, Happened, days_after, nanos};
use super::fit::Ends;
use super::names::Names;
use super::sort::{SortedCall, Sorter};
use super::staff::Services;
use super::{ImportError, ImportOptions, Period};
use crate::time::{Duration, NANOS_PER_SEC};

/// What is kept of the rows of all files.
pub(super) struct Collected {
    /// The names of the files, without their folders.
    pub(super) files: Vec<String>,
    pub(super) read: u64,
    pub(super) used: u64,
    pub(super) dropped: BTreeMap<DropReason, u64>,
    pub(super) notes: BTreeMap<Note, u64>,
    pub(super) groups: Names,
    pub(super) classes: Names,
    /// What was seen of each group, by its number.
    pub(super) seen: Vec<Seen>,
    pub(super) cells: Cells,
    pub(super) services: Services,
    /// The calls, if they are wanted.
    pub(super) calls: Option<Sorter>,
    /// Whether any wrap-up is known.
    pub(super) has_wrap_up: bool,
    days: Option<(Date, Date)>,
}

/// What was seen of the calls of a group; times to the nearest second, and a day where they are longer.
#[derive(Clone, Default)]
pub(super) struct Seen {
    pub(super) happened: Happened,
    /// How many services that the law of the talk time is fitted to are of each length.
    pub(super) service_lengths: BTreeMap<u32, u64>,
    pub(super) wrap_up_lengths: BTreeMap<u32, u64>,
    /// How many calls there are of each class, by its number.
    pub(super) of_class: BTreeMap<u16, u64>,
    /// How long callers waited, and how it ended.
    pub(super) waits: BTreeMap<u32, Ends>,
}

impl Seen {
    /// Adds what was seen of another group.
    pub(super) fn add(&mut self, other: &Seen) {
        self.happened.add(&other.happened);
        for (&secs, &count) in &other.service_lengths {
            *self.service_lengths.entry(secs).or_default() += count;
        }
        for (&secs, &count) in &other.wrap_up_lengths {
            *self.wrap_up_lengths.entry(secs).or_default() += count;
        }
        for (&class, &count) in &other.of_class {
            *self.of_class.entry(class).or_default() += count;
        }
        for (&secs, other) in &other.waits {
            let ends = self.waits.entry(secs).or_default();
            ends.abandoned += other.abandoned;
            ends.answered += other.answered;
        }
    }
}

/// The longest time that is counted by the second, a day.
const LONGEST_SECS: u64 = 86_400;

fn secs(time: Duration) -> u32 {
    (time.as_nanos().saturating_add(NANOS_PER_SEC / 2) / NANOS_PER_SEC).min(LONGEST_SECS) as u32
}

impl Collected {
    pub(super) fn new(options: &ImportOptions, cells: &[Duration], with_calls: bool) -> Self {
        Collected {
            files: Vec::new(),
            read: 0,
            used: 0,
            dropped: BTreeMap::new(),
            notes: BTreeMap::new(),
            groups: Names::new("group", options.group_limit),
            classes: Names::new("class", options.group_limit),
            seen: Vec::new(),
            cells: Cells::new(cells),
            services: Services::new(options.longest_idle),
            calls: with_calls.then(Sorter::new),
            has_wrap_up: false,
            days: None,
        }
    }

    /// Adds a call.
    ///
    /// # Errors
    ///
    /// If there are too many groups, classes, agents or cells, or the calls cannot be put aside.
    pub(super) fn add(&mut self, group: &str, reported: &Reported) -> Result<(), ImportError> {
        let call = &reported.call;
        let group = self.group(group)?;
        let class = reported.class.as_ref().map(|class| self.classes.number(class)).transpose()?;
        let is_answered = call.outcome != Outcome::Abandoned;
        let happened = Happened {
            offered: 1,
            answered: is_answered.into(),
            abandoned: (!is_answered).into(),
            waited_to_answer_nanos: if is_answered { call.waited.as_nanos().into() } else { 0 },
            longest_wait: Some(call.waited),
        };
        let arrival = nanos(call.arrival).expect("the reader leaves out other arrivals");
        self.happened(arrival, group, &happened)?;
        self.day(call.arrival.date());
        let seen = &mut self.seen[usize::from(group)];
        if let Some(class) = class {
            *seen.of_class.entry(class).or_default() += 1;
        }
        let ends = seen.waits.entry(secs(call.waited)).or_default();
        if is_answered {
            ends.answered += 1
        } else {
            ends.abandoned += 1
        }
        if let Some(length) = reported.sample {
            *seen.service_lengths.entry(secs(length)).or_default() += 1;
        }
        let (talk, wrap_up) = match call.outcome {
            Outcome::Answered { talk, wrap_up } => (talk, wrap_up),
            Outcome::Abandoned => (None, None),
        };
        if let Some(wrap_up) = wrap_up {
            self.has_wrap_up = true;
            *seen.wrap_up_lengths.entry(secs(wrap_up)).or_default() += 1;
        }
        for &note in &reported.notes {
            *self.notes.entry(note).or_default() += 1;
        }
        if let Some(service) = &reported.service
            && let Some(start) = nanos(service.start)
        {
            self.services.add(&service.agent, group, start, service.length)?;
        }
        if let Some(calls) = &mut self.calls {
            let (waited, talk, wrap_up) =
                (call.waited.as_nanos(), talk.map(Duration::as_nanos), wrap_up.map(Duration::as_nanos));
            let call =
                SortedCall { arrival, waited, is_answered, talk, wrap_up, group, class: class.unwrap_or_default() };
            calls.add(call).map_err(|reason| ImportError::Sorting { reason })?;
        }
        Ok(())
    }

    /// The number of a group.
    pub(super) fn group(&mut self, name: &str) -> Result<u16, ImportError> {
        let group = self.groups.number(name)?;
        self.seen.resize_with(self.groups.count(), Seen::default);
        Ok(group)
    }

    /// Adds what happened to calls of a group that arrived at a wall clock.
    pub(super) fn happened(&mut self, at: i64, group: u16, happened: &Happened) -> Result<(), ImportError> {
        self.used += 1;
        self.seen[usize::from(group)].happened.add(happened);
        self.cells.add(at, group, happened)
    }

    /// Takes note that there was a row of a day.
    pub(super) fn day(&mut self, day: Date) {
        let (first, last) = self.days.unwrap_or((day, day));
        self.days = Some((first.min(day), last.max(day)));
    }

    /// The days of the import.
    ///
    /// # Errors
    ///
    /// If no row is of use.
    pub(super) fn days(&self, period: Option<Period>) -> Result<Days, ImportError> {
        let Some((first, last)) = self.days else {
            let reasons = self.dropped.iter().map(|(reason, count)| format!("{count} {reason}"));
            let why = reasons.collect::<Vec<_>>().join(", ");
            let why = if why.is_empty() { "there is no row after the header".to_owned() } else { why };
            return Err(ImportError::NoCalls { read: self.read, why });
        };
        let from = period.map_or(first, |period| period.from);
        let through = u32::try_from((last - from).get_days()).expect("no call arrives before the first day") + 1;
        Ok(Days { from, count: period.and_then(|period| period.days).unwrap_or(through) })
    }

    /// All groups together.
    pub(super) fn all(&self) -> Seen {
        let mut all = Seen::default();
        self.seen.iter().for_each(|seen| all.add(seen));
        all
    }
}

/// The days of an import, whole ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Days {
    pub(super) from: Date,
    /// At least 1.
    pub(super) count: u32,
}

impl Days {
    /// The beginning of the first day.
    pub(super) fn start(self) -> DateTime {
        self.from.to_datetime(Time::midnight())
    }

    /// The end of the last day.
    pub(super) fn end(self) -> DateTime {
        days_after(self.from, self.count).to_datetime(Time::midnight())
    }

    /// Each of them.
    pub(super) fn each(self) -> impl Iterator<Item = Date> {
        (0..self.count).map(move |day| days_after(self.from, day))
    }

    /// Start and end, in nanoseconds after the beginning of 1970.
    pub(super) fn nanos(self) -> (i64, i64) {
        let end = nanos(self.end()).unwrap_or(i64::MAX);
        (nanos(self.start()).unwrap_or(i64::MIN), end)
    }
}
