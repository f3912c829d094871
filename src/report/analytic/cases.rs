//! Expected values from a file, beside what the models say.

use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::analytic::{AnalyticError, Model};

/// The columns that a file of expected values has to have.
const COLUMNS: [&str; 5] = ["id", "model", "parameters", "metric", "expected"];

/// Cases of a file of expected values, each with what the model says.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The cases, in the order of the file.
    pub cases: Vec<Compared>,
    /// The relative error that a case may have.
    pub tolerance: f64,
}

/// An expected value and the computed one.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// What the file calls the case.
    pub id: String,
    /// The name of the model.
    pub model: &'static str,
    /// The name of the metric.
    pub metric: String,
    /// The expected value.
    pub expected: f64,
    /// The computed value.
    pub computed: f64,
    /// The difference, as a part of the expected value; where 0 is expected, the difference itself.
    pub relative_error: f64,
}

/// A file of expected values that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// It cannot be opened, or is no CSV.
    #[error("{file}: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        reason: csv::Error,
    },
    /// It has no case, or lacks a column.
    #[error("{file}: {what}")]
    Incomplete {
        /// The file.
        file: String,
        /// What is missing.
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
        column: &'static str,
        /// What stands there.
        value: String,
        /// What is wrong with it, or may stand there.
        allowed: String,
    },
}

impl Comparison {
    /// Reads a CSV with the columns `id`, `model`, `parameters` (a JSON object), `metric` and `expected`, and computes
    /// each metric.
    ///
    /// # Errors
    ///
    /// [`CaseError`] with the file, the line and the column.
    pub fn read(path: &Path, tolerance: f64) -> Result<Self, CaseError> {
        let file = path.display().to_string();
        let unreadable = |reason| CaseError::Unreadable { file: file.clone(), reason };
        let incomplete = |what: String| CaseError::Incomplete { file: file.clone(), what };
        let mut csv = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(unreadable)?;
        let header = csv.headers().map_err(unreadable)?.clone();
        let mut columns = [0; 5];
        for (column, name) in columns.iter_mut().zip(COLUMNS) {
            let found = header.iter().position(|other| other == name);
            *column = found.ok_or_else(|| {
                incomplete(format!("line 1: there is no column `{name}`; the columns are {}", COLUMNS.join(", ")))
            })?;
        }
        let mut cases = Vec::new();
        for record in csv.records() {
            let record = record.map_err(unreadable)?;
            let line = record.position().map_or(0, csv::Position::line);
            let fields = columns.map(|column| &record[column]);
            let case = compare(fields).map_err(|(column, allowed)| CaseError::Field {
                file: file.clone(),
                line,
                column: COLUMNS[column],
                value: fields[column].chars().take(200).collect(),
                allowed,
            })?;
            cases.push(case);
        }
        if cases.is_empty() {
            return Err(incomplete("there are no cases".to_owned()));
        }
        Ok(Comparison { cases, tolerance })
    }

    /// The case with the largest relative error.
    pub fn largest(&self) -> Option<&Compared> {
        // What is not a number counts as larger than every number.
        self.cases.iter().max_by(|a, b| a.relative_error.total_cmp(&b.relative_error))
    }

    /// How many cases have a larger relative error than they may.
    pub fn failed(&self) -> usize {
        let holds = |case: &&Compared| case.relative_error <= self.tolerance;
        self.cases.len() - self.cases.iter().filter(holds).count()
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Compared { id, metric, relative_error, .. }) = self.largest() else { return write!(f, "no cases") };
        let (cases, tolerance, failed) = (self.cases.len(), self.tolerance, self.failed());
        write!(f, "largest relative error {relative_error:.1e} ({metric} of {id}); ")?;
        write!(f, "{failed} of {cases} cases above the tolerance of {tolerance:e}")
    }
}

/// The case of a row's fields; or which field is wrong, and why.
fn compare(fields: [&str; 5]) -> Result<Compared, (usize, String)> {
    let [id, model, parameters, metric, expected] = fields;
    let number = expected.parse().ok().filter(|number: &f64| number.is_finite());
    let expected = number.ok_or((4, "a number is expected".to_owned()))?;
    let parameters: Value =
        serde_json::from_str(parameters).map_err(|error| (2, format!("a JSON object is expected: {error}")))?;
    let model = Model::new(model, &parameters).map_err(|error| {
        let column = if matches!(error, AnalyticError::Model { .. }) { 1 } else { 2 };
        (column, error.to_string())
    })?;
    let computed = model.metric(metric).map_err(|error| {
        let column = if matches!(error, AnalyticError::Metric { .. }) { 3 } else { 2 };
        (column, error.to_string())
    })?;
    let difference = (computed - expected).abs();
    let relative_error = if expected == 0.0 { difference } else { difference / expected.abs() };
    Ok(Compared {
        id: id.to_owned(),
        model: model.name(),
        metric: metric.to_owned(),
        expected,
        computed,
        relative_error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: &str = r#"{"agents": 1, "calls_per_hour": 18, "aht_s": 100}"#;

    #[test]
    fn errors_are_relative_unless_nothing_is_expected() {
        let case = |expected: &str| compare(["a", "erlang_c", DESK, "asa", expected]).unwrap();
        assert!(case("100").relative_error < 1e-14);
        assert!((case("200").relative_error - 0.5).abs() < 1e-14);
        assert!((case("0").relative_error - 100.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_a_number_fails() {
        let mut case = compare(["a", "erlang_c", DESK, "asa", "100"]).unwrap();
        case.relative_error = f64::NAN;
        let comparison = Comparison { cases: vec![case], tolerance: 1.0 };
        assert_eq!(comparison.failed(), 1);
        assert!(comparison.largest().is_some_and(|case| case.relative_error.is_nan()));
    }

    #[test]
    fn a_wrong_field_is_named() {
        for (fields, column, said) in [
            (["a", "erlang_d", DESK, "asa", "1"], 1, "there is no model `erlang_d`"),
            (["a", "erlang_c", "{", "asa", "1"], 2, "a JSON object is expected"),
            (["a", "erlang_c", "{}", "asa", "1"], 2, "the parameter `agents` is missing"),
            (["a", "erlang_c", DESK, "luck", "1"], 3, "has no metric `luck`"),
            (["a", "erlang_c", DESK, "asa", "much"], 4, "a number is expected"),
        ] {
            let (wrong, why) = compare(fields).unwrap_err();
            assert_eq!(wrong, column);
            assert!(why.contains(said), "{why}");
        }
    }
}
