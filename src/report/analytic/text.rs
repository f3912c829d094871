//! For people.

use std::fmt::Write;

use super::{Comparison, Values};

/// The parameters in the first line, then a metric a line.
pub fn values_text(values: &Values) -> String {
    let mut text = format!("{}: ", values.model);
    let parameters = values.parameters.as_object().into_iter().flatten();
    let parameters: Vec<String> = parameters.map(|(name, value)| format!("{name} {value}")).collect();
    let _ = writeln!(text, "{}", parameters.join(", "));
    let width = values.metrics.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in &values.metrics {
        let _ = writeln!(text, "  {name:width$}  {}", digits(*value));
    }
    text
}

/// A case a line, and the largest relative error in the last.
pub fn comparison_text(comparison: &Comparison) -> String {
    let header = ["id", "model", "metric", "expected", "computed", "relative error"].map(str::to_owned);
    let row = |case: &super::Compared| {
        [
            case.id.clone(),
            case.model.to_owned(),
            case.metric.clone(),
            case.expected.to_string(),
            case.computed.to_string(),
            format!("{:.1e}", case.relative_error),
        ]
    };
    let rows: Vec<[String; 6]> = std::iter::once(header).chain(comparison.cases.iter().map(row)).collect();
    let widths: [usize; 6] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        let _ = writeln!(text, "{}", cells.join("  ").trim_end());
    }
    let _ = writeln!(text, "{comparison}");
    text
}

/// Ten digits, which is more than people read and less than rounding spoils.
fn digits(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || value.floor() == value && size < 1e15 {
        return value.to_string();
    }
    if !(1e-5..1e10).contains(&size) {
        return format!("{value:.9e}");
    }
    let before = format!("{size:.0e}").rsplit('e').next().and_then(|power| power.parse::<i32>().ok()).unwrap_or(0);
    let fixed = format!("{value:.*}", (9 - before).max(0) as usize);
    if fixed.contains('.') { fixed.trim_end_matches('0').trim_end_matches('.').to_owned() } else { fixed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_ten_digits() {
        for (value, shown) in [
            (0.0, "0"),
            (15.0, "15"),
            (0.481_705_372_614_988, "0.4817053726"),
            (28.902_322_356_899_3, "28.90232236"),
            (1.5, "1.5"),
            (1.010_150_818_440_184_7e-71, "1.010150818e-71"),
            (123_456_789.123, "123456789.1"),
        ] {
            assert_eq!(digits(value), shown);
        }
    }
}
