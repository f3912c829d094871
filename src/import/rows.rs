//! Reads the rows of the files, one at a time, and keeps of them what the scenario needs.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::Utf8Error;

use csv::ByteRecord;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use super::call::{Call, DropReason, Note, Outcome, Reading, Source, Unreadable};
use super::dropped::Dropped;
use super::fit::Ends;
use super::staff::Services;
use super::{ImportError, Period};
use crate::simulation::Control;

/// Takes rows one by one; of the dropped ones only their number is kept.
pub(super) struct Reader {
    source: &'static Source,
    period: Option<Period>,
    collected: Collected,
}

/// What is kept of the rows.
#[derive(Default)]
pub(super) struct Collected {
    /// The names of the files, without their folders.
    pub(super) files: Vec<String>,
    pub(super) read: u64,
    pub(super) dropped: BTreeMap<DropReason, u64>,
    pub(super) notes: BTreeMap<Note, u64>,
    /// In order of arrival; calls of the same second in the order of the files.
    pub(super) calls: Vec<Call>,
    /// How many services by known agents there are of each length in seconds.
    pub(super) service_lengths: BTreeMap<u32, u64>,
    pub(super) services: Services,
    /// The first day.
    pub(super) from: Date,
    /// How many days, at least 1.
    pub(super) days: u32,
}

impl Reader {
    pub(super) fn new(source: &'static Source, period: Option<Period>) -> Self {
        Reader { source, period, collected: Collected::default() }
    }

    /// Reads a file; rows that are not used go to `dropped`.
    pub(super) fn file(
        &mut self,
        path: &Path,
        mut dropped: Option<&mut Dropped>,
        control: &Control,
    ) -> Result<(), ImportError> {
        let file = path.display().to_string();
        let unreadable = |reason| ImportError::Unreadable { file: file.clone(), reason };
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(self.source.delimiter)
            .quoting(self.source.delimiter != b'\t')
            .has_headers(false)
            .flexible(true)
            .from_path(path)
            .map_err(unreadable)?;
        let mut row = ByteRecord::new();
        rows.read_byte_record(&mut row).map_err(unreadable)?;
        self.header(&file, &row)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        while rows.read_byte_record(&mut row).map_err(unreadable)? {
            if control.is_stopped() {
                return Err(ImportError::Interrupted);
            }
            self.collected.read += 1;
            if let Err(why) = self.row(&row) {
                *self.collected.dropped.entry(why.reason).or_default() += 1;
                if let Some(dropped) = dropped.as_deref_mut() {
                    dropped.row(&name, row.position().map_or(0, csv::Position::line), &why, &row)?;
                }
            }
        }
        self.collected.files.push(name);
        Ok(())
    }

    fn header(&self, file: &str, row: &ByteRecord) -> Result<(), ImportError> {
        let columns = row.len().max(self.source.header.len());
        let found = |index| row.get(index).map(String::from_utf8_lossy).unwrap_or_default();
        let expected = |index: usize| self.source.header.get(index).copied().unwrap_or_default();
        match (0..columns).find(|&index| found(index) != expected(index)) {
            None => Ok(()),
            Some(index) => Err(ImportError::Header {
                file: file.to_owned(),
                format: self.source.name,
                column: index + 1,
                found: found(index).into_owned(),
                expected: expected(index),
            }),
        }
    }

    fn row(&mut self, row: &ByteRecord) -> Result<(), Unreadable> {
        let because = |reason| Unreadable { reason, detail: String::new() };
        let expected = self.source.header.len();
        if row.len() != expected {
            let detail = format!("{} where there are {expected} columns", row.len());
            return Err(Unreadable { reason: DropReason::WrongFieldCount, detail });
        }
        let fields: Result<Vec<&str>, Utf8Error> = row.iter().map(std::str::from_utf8).collect();
        let fields = fields.map_err(|_| because(DropReason::NotText))?;
        let Reading { arrival, call } = (self.source.read)(&fields)?;
        if !self.period.is_none_or(|period| period.contains(arrival.date())) {
            return Err(because(DropReason::OutsidePeriod));
        }
        let reported = call.map_err(because)?;
        let collected = &mut self.collected;
        collected.calls.push(reported.call);
        for note in reported.notes {
            *collected.notes.entry(note).or_default() += 1;
        }
        if let Some(service) = reported.service {
            *collected.service_lengths.entry(service.secs).or_default() += 1;
            collected.services.add(service);
        }
        Ok(())
    }

    /// All calls in order.
    pub(super) fn finish(self) -> Result<Collected, ImportError> {
        let mut collected = self.collected;
        collected.calls.sort_by_key(|call| call.arrival);
        let (Some(first), Some(last)) = (collected.calls.first(), collected.calls.last()) else {
            let reasons = collected.dropped.iter().map(|(reason, count)| format!("{count} {reason}"));
            let why = reasons.collect::<Vec<_>>().join(", ");
            let why = if why.is_empty() { "there is no row after the header".to_owned() } else { why };
            return Err(ImportError::NoCalls { read: collected.read, why });
        };
        collected.from = self.period.map_or(first.arrival.date(), |period| period.from);
        let through = last.arrival.date() - collected.from;
        let through = u32::try_from(through.get_days()).expect("no call arrives before the first day") + 1;
        collected.days = self.period.and_then(|period| period.days).unwrap_or(through);
        Ok(collected)
    }
}

impl Period {
    fn contains(&self, date: Date) -> bool {
        let days = self.days.map_or(i64::MAX, i64::from);
        (0..days).contains(&i64::from((date - self.from).get_days()))
    }
}

impl Collected {
    /// The beginning of the first day.
    pub(super) fn start(&self) -> DateTime {
        self.from.to_datetime(Time::midnight())
    }

    /// The end of the last day.
    pub(super) fn end(&self) -> DateTime {
        self.start().saturating_add(i64::from(self.days).days())
    }

    /// How long callers who queued waited, and how it ended.
    pub(super) fn waits(&self) -> BTreeMap<u32, Ends> {
        let mut waits = BTreeMap::<u32, Ends>::new();
        for call in &self.calls {
            let ends = waits.entry(call.waited_s).or_default();
            match call.outcome {
                Outcome::Answered { .. } => ends.answered += 1,
                Outcome::Abandoned => ends.abandoned += 1,
            }
        }
        waits
    }
}
