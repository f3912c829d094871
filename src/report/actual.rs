//! What really happened, to be put beside what a simulation says.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use jiff::civil::DateTime;

use super::metrics;
use crate::scenario::{Scenario, wall_clock};
use crate::statistics::IntervalTotals;
use crate::time::{Duration, Instant};

/// What happened in each interval and group: a CSV with `start`, `group` (which may be left out if the scenario has only
/// one), and columns by the names of `intervals.csv` (`offered`, `answered`, `abandoned`, `asa_s`, `longest_wait_s`, …).
#[derive(Clone, Debug, Default)]
pub struct Actual {
    rows: HashMap<(String, String), BTreeMap<String, f64>>,
}

/// A file of what happened that cannot be used.
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
    /// A column that has to be there is not, or one that is there means nothing.
    #[error("{file}: line 1: {what}")]
    Column {
        /// The file.
        file: String,
        /// Which, and what is allowed.
        what: String,
    },
    /// A field that cannot be used.
    #[error("{file}: line {line}: column `{column}` is {value:?}; {allowed}")]
    Field {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// The column.
        column: String,
        /// What stands there.
        value: String,
        /// What may stand there.
        allowed: String,
    },
}

impl Actual {
    /// Reads such a file for a scenario: each row has to be of one of its intervals and groups.
    ///
    /// # Errors
    ///
    /// [`ActualError`] with the file, the line and the column.
    pub fn read(path: &Path, scenario: &Scenario) -> Result<Self, ActualError> {
        let file = path.display().to_string();
        let unreadable = |reason| ActualError::Unreadable { file: file.clone(), reason };
        let mut csv = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(unreadable)?;
        let header = csv.headers().map_err(unreadable)?.clone();
        let columns =
            Columns::new(&header, scenario).map_err(|what| ActualError::Column { file: file.clone(), what })?;
        let starts = starts(scenario);
        let mut actual = Actual::default();
        for record in csv.records() {
            let record = record.map_err(unreadable)?;
            let fault = |column: usize, allowed: String| ActualError::Field {
                file: file.clone(),
                line: record.position().map_or(0, csv::Position::line),
                column: header[column].to_owned(),
                value: record[column].chars().take(60).collect(),
                allowed,
            };
            let start = record[columns.start].parse().ok().filter(|start| starts.contains(start));
            let start = start.ok_or_else(|| {
                let (first, length) = (scenario.start, scenario.interval.as_secs_f64());
                fault(
                    columns.start,
                    format!("an interval of the scenario starts at {first} and every {length} s from then on"),
                )
            })?;
            let group = match columns.group {
                None => &scenario.groups[0].name,
                Some(column) => {
                    let known = scenario.groups.iter().map(|group| &group.name).find(|name| **name == record[column]);
                    known.ok_or_else(|| fault(column, "the scenario has no group of that name".to_owned()))?
                }
            };
            let mut row = BTreeMap::new();
            for (column, name) in header.iter().enumerate() {
                if column == columns.start || Some(column) == columns.group || record[column].is_empty() {
                    continue;
                }
                let number = record[column].parse().ok().filter(|number: &f64| number.is_finite());
                let number = number.ok_or_else(|| fault(column, "a number is expected, or nothing".to_owned()))?;
                row.insert(name.to_owned(), number);
            }
            if actual.rows.insert((start.to_string(), group.clone()), row).is_some() {
                return Err(fault(columns.start, "a row before this one has the same start and group".to_owned()));
            }
        }
        Ok(actual)
    }

    /// What happened in the interval that starts at this wall clock in a group.
    pub(super) fn row(&self, start: &str, group: &str) -> Option<&BTreeMap<String, f64>> {
        self.rows.get(&(start.to_owned(), group.to_owned()))
    }
}

/// Where the columns are that say what a row is of.
struct Columns {
    start: usize,
    group: Option<usize>,
}

impl Columns {
    fn new(header: &csv::StringRecord, scenario: &Scenario) -> Result<Self, String> {
        let column = |name| header.iter().position(|other| other == name);
        let Some(start) = column("start") else {
            let hint =
                if header.len() == 1 && header[0].contains(';') { "; fields are separated by commas" } else { "" };
            return Err(format!(
                "there is no column `start`, the beginning of the interval, such as 2026-03-02T08:00:00{hint}"
            ));
        };
        let group = column("group");
        if group.is_none() && scenario.groups.len() > 1 {
            return Err("there is no column `group`, which a scenario of several groups needs".to_owned());
        }
        let metrics =
            metrics::interval(scenario, scenario.is_plain(), &IntervalTotals::default(), Duration::from_secs(1));
        let known = |name: &str| name == "start" || name == "group" || metrics.iter().any(|(metric, _)| metric == name);
        if let Some(unknown) = header.iter().find(|name| !known(name)) {
            let allowed: Vec<&str> = metrics.iter().map(|(metric, _)| metric.as_ref()).collect();
            let unknown: String = unknown.chars().take(60).collect();
            return Err(format!(
                "there is no metric `{unknown}`; the columns may be start, group, {}",
                allowed.join(", ")
            ));
        }
        Ok(Columns { start, group })
    }
}

/// The wall clocks at which the intervals of a scenario start.
fn starts(scenario: &Scenario) -> HashSet<DateTime> {
    let count = scenario.horizon.as_nanos().div_ceil(scenario.interval.as_nanos());
    let instant = |index: u64| Instant::from_nanos(index * scenario.interval.as_nanos());
    (0..count).filter_map(|index| wall_clock(scenario, instant(index)).parse().ok()).collect()
}
