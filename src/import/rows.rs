//! Reads the rows of the files, one at a time.

use std::path::Path;
use std::str::Utf8Error;

use csv::ByteRecord;

use super::call::{DropReason, Reading, Source, Unreadable};
use super::cells::nanos;
use super::collected::Collected;
use super::dropped::Dropped;
use super::{ImportError, Period, input};
use crate::simulation::Control;

/// Takes the fields of a row, or says why not.
pub(super) type Take<'t> = dyn FnMut(&mut Collected, &[&str]) -> Result<(), Refused> + 't;

/// Gives each row of a file after its header to `take`, which says why it is not used; such rows are counted, and go to
/// `dropped`. `header` takes the header.
pub(super) fn each(
    path: &Path,
    (delimiter, is_quoted): (u8, bool),
    mut dropped: Option<&mut Dropped>,
    control: &Control,
    collected: &mut Collected,
    header: &mut dyn FnMut(&str, &ByteRecord) -> Result<(), ImportError>,
    take: &mut Take,
) -> Result<(), ImportError> {
    let file = path.display().to_string();
    let unreadable = |reason| ImportError::Unreadable { file: file.clone(), reason };
    let opened = input::open(path, control).map_err(|reason| unreadable(reason.into()))?;
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(is_quoted)
        .has_headers(false)
        .flexible(true)
        .from_reader(opened);
    let mut row = ByteRecord::new();
    rows.read_byte_record(&mut row).map_err(unreadable)?;
    header(&file, &row)?;
    let columns = row.len();
    let name = input::name(path);
    while rows.read_byte_record(&mut row).map_err(unreadable)? {
        if control.is_stopped() {
            return Err(ImportError::Interrupted);
        }
        collected.read += 1;
        match fields(&row, columns).and_then(|fields| take(collected, &fields)) {
            Ok(()) => {}
            Err(Refused::Dropped(why)) => {
                *collected.dropped.entry(why.reason).or_default() += 1;
                if let Some(dropped) = dropped.as_deref_mut() {
                    dropped.row(&name, row.position().map_or(0, csv::Position::line), &why, &row)?;
                }
            }
            Err(Refused::Failed(error)) => return Err(error),
        }
    }
    collected.files.push(name);
    Ok(())
}

/// Why a row was not taken: it is dropped, or all of the import fails.
pub(super) enum Refused {
    Dropped(Unreadable),
    Failed(ImportError),
}

impl From<Unreadable> for Refused {
    fn from(why: Unreadable) -> Self {
        Refused::Dropped(why)
    }
}

impl From<DropReason> for Refused {
    fn from(reason: DropReason) -> Self {
        Refused::Dropped(Unreadable { reason, detail: String::new() })
    }
}

impl From<ImportError> for Refused {
    fn from(error: ImportError) -> Self {
        Refused::Failed(error)
    }
}

fn fields(row: &ByteRecord, columns: usize) -> Result<Vec<&str>, Refused> {
    if row.len() != columns {
        let detail = format!("{} where there are {columns} columns", row.len());
        return Err(Unreadable { reason: DropReason::WrongFieldCount, detail }.into());
    }
    let fields: Result<Vec<&str>, Utf8Error> = row.iter().map(std::str::from_utf8).collect();
    fields.map_err(|_| DropReason::NotText.into())
}

/// Reads a file of calls.
pub(super) fn calls(
    path: &Path,
    source: &mut dyn Source,
    period: Option<Period>,
    dropped: Option<&mut Dropped>,
    control: &Control,
    collected: &mut Collected,
) -> Result<(), ImportError> {
    let delimiter = source.delimiter(&path.display().to_string());
    let form = (delimiter, source.is_quoted(delimiter));
    // The header and the rows are taken in turn, never at once.
    let source = std::cell::RefCell::new(source);
    let take = &mut |collected: &mut Collected, fields: &[&str]| {
        let mut source = source.borrow_mut();
        let Reading { arrival, call } = source.read(fields)?;
        if !period.is_none_or(|period| period.contains(arrival.date())) {
            return Err(DropReason::OutsidePeriod.into());
        }
        let reported = call?;
        if nanos(arrival).is_none() {
            let detail = format!("{arrival} is not between the years 1679 and 2261");
            return Err(Unreadable { reason: DropReason::BadDate, detail }.into());
        }
        let group = reported.group.as_deref().unwrap_or_else(|| source.group());
        Ok(collected.add(group, &reported)?)
    };
    let header = &mut |file: &str, row: &ByteRecord| source.borrow_mut().header(file, row);
    each(path, form, dropped, control, collected, header, take)
}

impl Period {
    pub(super) fn contains(&self, date: jiff::civil::Date) -> bool {
        let days = self.days.map_or(i64::MAX, i64::from);
        (0..days).contains(&i64::from((date - self.from).get_days()))
    }
}
