//! The CSV files of a run, read a row at a time by the names of their columns.

use std::fs::File;
use std::path::Path;

use csv::{Reader, StringRecord};

use super::errors::ReportError;

/// An open table, at one of its rows.
pub(super) struct Table<const N: usize> {
    file: String,
    rows: Reader<File>,
    names: [&'static str; N],
    places: [usize; N],
    row: StringRecord,
}

impl<const N: usize> Table<N> {
    /// Opens a table that has these columns, and maybe others; none if the file is not there.
    pub(super) fn open(path: &Path, names: [&'static str; N]) -> Result<Option<Self>, ReportError> {
        let file = path.display().to_string();
        let opened = match File::open(path) {
            Ok(opened) => opened,
            Err(reason) if reason.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(reason) => return Err(ReportError::Unreadable { file, reason }),
        };
        let mut rows = Reader::from_reader(opened);
        let header = rows.headers().map_err(|error| broken(&file, error))?.clone();
        let mut places = [0; N];
        for (place, name) in places.iter_mut().zip(names) {
            *place = header.iter().position(|column| column == name).ok_or_else(|| ReportError::Line {
                file: file.clone(),
                line: 1,
                what: format!("there is no column `{name}`, which `acdsim run --out` writes into a file of this name"),
            })?;
        }
        Ok(Some(Table { file, rows, names, places, row: StringRecord::new() }))
    }

    /// Goes to the next row; false if there is none.
    pub(super) fn advance(&mut self) -> Result<bool, ReportError> {
        self.rows.read_record(&mut self.row).map_err(|error| broken(&self.file, error))
    }

    /// The field of a column, by its place among the names.
    pub(super) fn text(&self, column: usize) -> &str {
        self.row.get(self.places[column]).unwrap_or("")
    }

    /// A field that is a whole number.
    pub(super) fn whole(&self, column: usize) -> Result<u64, ReportError> {
        self.text(column).parse().map_err(|_| self.error(column, "it is a whole number, 0 or more"))
    }

    /// A field that is a time in seconds.
    pub(super) fn seconds(&self, column: usize) -> Result<f64, ReportError> {
        self.optional_seconds(column)?.ok_or_else(|| self.error(column, SECONDS))
    }

    /// A field that is a time in seconds, or empty.
    pub(super) fn optional_seconds(&self, column: usize) -> Result<Option<f64>, ReportError> {
        if self.text(column).is_empty() {
            return Ok(None);
        }
        let seconds = self.text(column).parse().ok().filter(|secs: &f64| secs.is_finite() && *secs >= 0.0);
        seconds.map(Some).ok_or_else(|| self.error(column, SECONDS))
    }

    /// The error of a field of this row.
    pub(super) fn error(&self, column: usize, allowed: &'static str) -> ReportError {
        ReportError::Field {
            file: self.file.clone(),
            line: self.row.position().map_or(0, csv::Position::line),
            column: self.names[column],
            value: self.text(column).to_owned(),
            allowed,
        }
    }
}

const SECONDS: &str = "it is a number of seconds, 0 or more";

fn broken(file: &str, error: csv::Error) -> ReportError {
    let line = error.position().map_or(1, csv::Position::line);
    ReportError::Line { file: file.to_owned(), line, what: format!("it is no CSV of one width: {error}") }
}
