//! For tables.

use std::io;

use super::{Comparison, Values};

/// A row for each metric, in the form of a file of expected values.
///
/// # Errors
///
/// If it cannot be written.
pub fn values_csv(values: &Values, out: impl io::Write) -> csv::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["model", "parameters", "metric", "value"])?;
    let parameters = values.parameters.to_string();
    for (name, value) in &values.metrics {
        csv.write_record([values.model, &parameters, name, &value.to_string()])?;
    }
    csv.flush()?;
    Ok(())
}

/// A row for each case.
///
/// # Errors
///
/// If it cannot be written.
pub fn comparison_csv(comparison: &Comparison, out: impl io::Write) -> csv::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["id", "model", "metric", "expected", "computed", "relative_error"])?;
    for case in &comparison.cases {
        let numbers = [case.expected, case.computed, case.relative_error].map(|number| number.to_string());
        csv.write_record([&case.id, case.model, &case.metric, &numbers[0], &numbers[1], &numbers[2]])?;
    }
    csv.flush()?;
    Ok(())
}
