//! What really happened, to be put beside what a simulation says.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// What happened in each interval and group: a CSV with `start`, an optional `group`, and columns by the names of
/// `intervals.csv` (`offered`, `answered`, `abandoned`, `asa_s`, `longest_wait_s`, …).
#[derive(Clone, Debug, Default)]
pub struct Actual {
    rows: HashMap<(String, String), BTreeMap<String, f64>>,
}

/// A file of what happened that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ActualError {
    /// It cannot be opened, or is no CSV.
    #[error("{file}: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        reason: csv::Error,
    },
    /// A column that has to be there is not.
    #[error(
        "{file}: line 1: there is no column `start`; it is the beginning of the interval, such as \
             2026-03-02T08:00:00"
    )]
    NoStart {
        /// The file.
        file: String,
    },
    /// A field that is no number.
    #[error("{file}: line {line}: column `{column}` is {value:?}; a number is expected, or nothing")]
    NoNumber {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// The column.
        column: String,
        /// What stands there.
        value: String,
    },
}

impl Actual {
    /// Reads such a file.
    ///
    /// # Errors
    ///
    /// [`ActualError`] with the file, the line and the column.
    pub fn read(path: &Path) -> Result<Self, ActualError> {
        let file = path.display().to_string();
        let unreadable = |reason| ActualError::Unreadable { file: file.clone(), reason };
        let mut csv = csv::Reader::from_path(path).map_err(unreadable)?;
        let header = csv.headers().map_err(unreadable)?.clone();
        let column = |name| header.iter().position(|other| other == name);
        let start = column("start").ok_or_else(|| ActualError::NoStart { file: file.clone() })?;
        let group = column("group");
        let mut actual = Actual::default();
        for record in csv.records() {
            let record = record.map_err(unreadable)?;
            let mut row = BTreeMap::new();
            for (index, (name, value)) in header.iter().zip(&record).enumerate() {
                if index == start || Some(index) == group || value.is_empty() {
                    continue;
                }
                let number = value.parse().ok().filter(|number: &f64| number.is_finite());
                let number = number.ok_or_else(|| ActualError::NoNumber {
                    file: file.clone(),
                    line: record.position().map_or(0, csv::Position::line),
                    column: name.to_owned(),
                    value: value.to_owned(),
                })?;
                row.insert(name.to_owned(), number);
            }
            let group = group.map_or("", |group| &record[group]).to_owned();
            actual.rows.insert((record[start].to_owned(), group), row);
        }
        Ok(actual)
    }

    /// What happened in the interval that starts at this wall clock, in a group or in all.
    pub(super) fn row(&self, start: &str, group: &str) -> Option<&BTreeMap<String, f64>> {
        let row = |group: &str| self.rows.get(&(start.to_owned(), group.to_owned()));
        row(group).or_else(|| row(""))
    }
}
