//! CSV: a row a point, group and metric.

use super::Shown;
use crate::sweep::{Swept, Unit};

/// The tidy table of the points that are done, with a header; an empty field is a value that does not exist.
///
/// After the point's number there is a column for each path, with the value as a scenario file has it but without quotes; where
/// the values are durations, rates or percentages, the column after it has the same as a number, in seconds (`_s`), an hour (`_per_h`)
/// or as a share (`_share`).
///
/// # Errors
///
/// If a row cannot be written, which memory does not do.
pub fn sweep_csv(swept: &Swept, shown: &Shown) -> Result<Vec<u8>, csv::Error> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    let numbers: Vec<Option<Unit>> =
        (0..swept.paths.len()).map(|path| swept.unit(path).filter(|&unit| unit != Unit::One)).collect();
    let mut header = vec!["point".to_owned()];
    for (path, number) in swept.paths.iter().zip(&numbers) {
        header.push(path.to_string());
        header.extend(number.map(|unit| format!("{path}{}", unit.suffix())));
    }
    header.extend(["seed", "group", "metric", "mean", "ci95", "replications"].map(str::to_owned));
    rows.write_record(&header)?;
    let number =
        |value: Option<f64>| value.filter(|value| !value.is_nan()).map(|value| value.to_string()).unwrap_or_default();
    for (point, result) in swept.done() {
        let mut begin = vec![point.number.to_string()];
        for ((_, value), has_number) in point.values.iter().zip(&numbers) {
            begin.push(value.text.clone());
            if has_number.is_some() {
                begin.push(number(value.number.map(|(number, _)| number)));
            }
        }
        begin.push(result.seed.to_string());
        for group in result.groups.iter().filter(|group| shown.has_group(&group.group)) {
            for (metric, estimate) in group.metrics.iter().filter(|(metric, _)| shown.has_metric(metric)) {
                let end = [
                    group.group.clone(),
                    metric.clone(),
                    number(Some(estimate.mean)),
                    number(estimate.half_width),
                    estimate.replications.to_string(),
                ];
                rows.write_record(begin.iter().chain(&end))?;
            }
        }
    }
    rows.into_inner().map_err(|error| error.into_error().into())
}
