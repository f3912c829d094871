//! CSV: a row a metric of a group in the first scenario and another.

use super::Compared;

/// The differences of a comparison, with a header; an empty field is a value that does not exist.
///
/// # Errors
///
/// If a row cannot be written, which memory does not do.
pub fn comparison_csv(compared: &Compared) -> Result<Vec<u8>, csv::Error> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record([
        "first",
        "other",
        "group",
        "same_callers",
        "metric",
        "pairs",
        "first_mean",
        "other_mean",
        "difference",
        "paired_ci95",
        "independent_ci95",
        "narrowing",
        "correlation",
    ])?;
    let number =
        |value: Option<f64>| value.filter(|value| !value.is_nan()).map(|value| value.to_string()).unwrap_or_default();
    for group in &compared.comparison.groups {
        for row in &group.rows {
            let difference = row.pairs.difference();
            rows.write_record([
                compared.names[0].clone(),
                compared.names[group.other].clone(),
                group.group.clone(),
                group.same_callers.to_string(),
                row.metric.clone(),
                difference.replications.to_string(),
                number(Some(row.pairs.first().mean)),
                number(Some(row.pairs.second().mean)),
                number(Some(difference.mean)),
                number(difference.half_width),
                number(row.pairs.independent_half_width()),
                number(row.pairs.narrowing()),
                number(row.pairs.correlation()),
            ])?;
        }
    }
    rows.into_inner().map_err(|error| error.into_error().into())
}
