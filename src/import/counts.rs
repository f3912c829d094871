//! Counts by interval: how many calls a center had in each interval, and what else is known of them.

use std::path::Path;

use csv::ByteRecord;

use super::call::{DropReason, Unreadable};
use super::cells::{DAY_NANOS, Happened, nanos};
use super::collected::Collected;
use super::dropped::Dropped;
use super::mapping::{Clocks, Columns, Mapping, index, wrong};
use super::rows::{self, Refused};
use super::{ImportError, Period};
use crate::simulation::Control;
use crate::time::{Duration, NANOS_PER_SEC};

/// Cells of counts whose length is not said: starts are at whole minutes.
pub(super) const MINUTE: Duration = Duration::from_nanos(60 * NANOS_PER_SEC);

/// Counts of a table that a mapping describes.
pub(super) struct Counts {
    mapping: Mapping,
    clocks: Clocks,
    every: Option<Duration>,
    columns: Columns,
    /// Index of: date, start, calls, group, answered, abandoned, asa.
    indexes: [Option<usize>; 7],
}

impl Counts {
    /// The counts that a mapping describes.
    ///
    /// # Errors
    ///
    /// [`ImportError::Mapping`] if the mapping cannot be of counts, or a value in it is not allowed.
    pub(super) fn new(mapping: Mapping) -> Result<Self, ImportError> {
        let clocks = Clocks::new(&mapping)?;
        mapping.delimiter("")?;
        let columns = mapping.keys.columns.clone();
        let wrong = |what: String| ImportError::Mapping { place: mapping.file.clone(), what };
        for (key, column) in [("start", &columns.start), ("calls", &columns.calls)] {
            if column.is_none() {
                return Err(wrong(format!("there is no `columns.{key}`, which counts need")));
            }
        }
        let of_calls = [
            ("day_of", columns.day_of.is_some()),
            ("arrival", columns.arrival.is_some()),
            ("queue_entry", columns.queue_entry.is_some()),
            ("queue_exit", columns.queue_exit.is_some()),
            ("answer", columns.answer.is_some()),
            ("end", columns.end.is_some()),
            ("wait", columns.wait.is_some()),
            ("talk", columns.talk.is_some()),
            ("wrap_up", columns.wrap_up.is_some()),
            ("class", columns.class.is_some()),
            ("agent", columns.agent.is_some()),
            ("id", columns.id.is_some()),
            ("outcome", columns.outcome.is_some()),
        ];
        if let Some((key, _)) = of_calls.iter().find(|(_, given)| *given) {
            return Err(wrong(format!("`columns.{key}` is a column of calls, for `acdsim import calls`")));
        }
        if columns.asa.is_some() && columns.answered.is_none() {
            return Err(wrong("`columns.asa` is of the answered calls: it needs `columns.answered`".to_owned()));
        }
        let every = mapping.every()?;
        if let Some(every) = every
            && !(DAY_NANOS as u64).is_multiple_of(every.as_nanos())
        {
            return Err(wrong("`every` does not make up a day: 24h is a multiple of it".to_owned()));
        }
        Ok(Counts { clocks, every, columns, indexes: [None; 7], mapping })
    }

    pub(super) fn every(&self) -> Option<Duration> {
        self.every
    }

    /// The group's name where no column has it.
    pub(super) fn group(&self) -> &str {
        self.mapping.keys.name.as_deref().unwrap_or("Calls")
    }

    pub(super) fn comments(&self) -> Vec<String> {
        let mut lines = vec![format!("Read by {}.", self.mapping.file)];
        if let Some((first, rest)) = self.mapping.keys.source.split_first() {
            lines.push(format!("Source: {first}"));
            lines.extend(rest.iter().cloned());
        }
        let rest = ["", "The talk time and the agents are not in the counts: they are as the command line said."];
        lines.extend(rest.map(str::to_owned));
        lines
    }

    /// Reads a file of counts.
    pub(super) fn file(
        &mut self,
        path: &Path,
        period: Option<Period>,
        dropped: Option<&mut Dropped>,
        control: &Control,
        collected: &mut Collected,
    ) -> Result<(), ImportError> {
        let delimiter = self.mapping.delimiter(&path.display().to_string())?;
        let is_quoted = self.mapping.keys.quotes.unwrap_or(delimiter != b'\t');
        let counts = std::cell::RefCell::new(self);
        let header = &mut |file: &str, row: &ByteRecord| counts.borrow_mut().header(file, row);
        let take = &mut |collected: &mut Collected, fields: &[&str]| counts.borrow().row(period, collected, fields);
        rows::each(path, (delimiter, is_quoted), dropped, control, collected, header, take)
    }

    fn header(&mut self, file: &str, header: &ByteRecord) -> Result<(), ImportError> {
        let columns = &self.columns;
        let names = [
            &columns.date,
            &columns.start,
            &columns.calls,
            &columns.group,
            &columns.answered,
            &columns.abandoned,
            &columns.asa,
        ];
        for (found, name) in self.indexes.iter_mut().zip(names) {
            *found = name.as_ref().map(|name| index(file, header, name)).transpose()?;
        }
        Ok(())
    }

    fn row(&self, period: Option<Period>, collected: &mut Collected, fields: &[&str]) -> Result<(), Refused> {
        let [date, start, calls, group, answered, abandoned, asa] = self.indexes;
        let field = |column: Option<usize>| column.map(|column| fields[column].trim());
        let name = |name: &Option<String>| name.clone().unwrap_or_default();
        let day = field(date).map(|text| self.clocks.date(&name(&self.columns.date), text)).transpose()?;
        let text = field(start).unwrap_or_default();
        let start = self.clocks.moment(&name(&self.columns.start), text, day, None)?;
        if !period.is_none_or(|period| period.contains(start.clock.date())) {
            return Err(DropReason::OutsidePeriod.into());
        }
        let every = self.every.unwrap_or(MINUTE).as_nanos() as i64;
        let at = nanos(start.clock).filter(|at| at.rem_euclid(every) == 0).ok_or_else(|| Unreadable {
            reason: DropReason::BadClock,
            detail: format!("{} is not at a whole interval of the day", start.clock),
        })?;
        let count = |column: Option<usize>, name: &Option<String>| -> Result<Option<u64>, Unreadable> {
            let Some(text) = field(column).filter(|text| !text.is_empty()) else { return Ok(None) };
            let count = text.parse().ok().filter(|&count: &u64| count <= 1_000_000_000);
            let allowed = "a whole number of calls, 0 or more";
            let bad = || wrong(DropReason::BadCount, name.as_deref().unwrap_or_default(), text, allowed);
            count.map(Some).ok_or_else(bad)
        };
        let Some(offered) = count(calls, &self.columns.calls)? else {
            let column = name(&self.columns.calls);
            return Err(wrong(DropReason::BadCount, &column, "", "a whole number of calls, 0 or more").into());
        };
        let answered = count(answered, &self.columns.answered)?.unwrap_or_default();
        let abandoned = count(abandoned, &self.columns.abandoned)?.unwrap_or_default();
        let asa = field(asa).filter(|text| !text.is_empty());
        let asa = asa.map(|text| self.clocks.duration(&name(&self.columns.asa), text)).transpose()?;
        let waited_to_answer_nanos = u128::from(asa.unwrap_or(Duration::ZERO).as_nanos()) * u128::from(answered);
        let group = match field(group) {
            None => self.group(),
            Some("") => "unknown",
            Some(group) => group,
        };
        let group = collected.group(group)?;
        if collected.cells.has(at, group) {
            return Err(DropReason::RepeatedInterval.into());
        }
        let happened = Happened { offered, answered, abandoned, waited_to_answer_nanos, longest_wait: None };
        collected.day(start.clock.date());
        if let Some(note) = start.note {
            *collected.notes.entry(note).or_default() += 1;
        }
        Ok(collected.happened(at, group, &happened)?)
    }
}

/// The length of the intervals of counts, where the mapping does not say it: the smallest gap between two starts.
///
/// # Errors
///
/// [`ImportError::Every`] if there are fewer than two rows of each group, or a day is no multiple of it.
pub(super) fn smallest_gap(collected: &Collected) -> Result<Duration, ImportError> {
    let gaps = (0..collected.groups.count() as u16).filter_map(|group| {
        let starts: Vec<i64> = collected.cells.starts(group).collect();
        starts.windows(2).map(|pair| pair[1] - pair[0]).min()
    });
    let gap = gaps.min().ok_or(ImportError::Every { gap: None })?;
    let gap = Duration::from_nanos(gap as u64);
    if !(DAY_NANOS as u64).is_multiple_of(gap.as_nanos()) {
        return Err(ImportError::Every { gap: Some(gap) });
    }
    Ok(gap)
}
