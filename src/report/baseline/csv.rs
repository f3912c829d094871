//! CSV: a row a figure.

use super::{Checked, verdict};
use crate::baseline::Figure;

/// Every figure of checked baselines, with a header.
///
/// # Errors
///
/// If a row cannot be written, which memory does not do.
pub fn differences_csv(checked: &[Checked]) -> Result<Vec<u8>, csv::Error> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record([
        "baseline",
        "of",
        "metric",
        "accepted",
        "accepted_ci95",
        "now",
        "now_ci95",
        "change",
        "half_widths",
        "tolerance",
        "verdict",
    ])?;
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    for Checked { name, difference, .. } in checked {
        for figure in &difference.figures {
            let mean = |of: Option<Figure>| number(of.and_then(|figure| figure.mean));
            let ci95 = |of: Option<Figure>| number(of.and_then(|figure| figure.ci95));
            rows.write_record([
                name.clone(),
                figure.subject.clone(),
                figure.metric.clone(),
                mean(figure.old),
                ci95(figure.old),
                mean(figure.new),
                ci95(figure.new),
                number(figure.change()),
                number(figure.half_widths()),
                figure.tolerance.map(|tolerance| tolerance.to_string()).unwrap_or_default(),
                verdict(figure.verdict).to_owned(),
            ])?;
        }
    }
    rows.into_inner().map_err(|error| error.into_error().into())
}
