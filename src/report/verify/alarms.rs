//! False alarms, for people and for programs.

use serde_json::{Value, json};

use crate::verify::Alarms;

/// A line for people.
pub fn alarms_text(scenario: &str, alarms: &Alarms) -> String {
    let (low, high) = alarms.interval();
    format!(
        "{scenario}: {} of {} seeds failed, {} were inconclusive: a rate of {:.4}, between {low:.4} and {high:.4} with 95 % confidence; \
         at most {} was asked for\n",
        alarms.failed,
        alarms.seeds,
        alarms.inconclusive,
        alarms.rate(),
        alarms.error_rate
    )
}

/// All scenarios as JSON.
pub fn alarms_json(all: &[(&str, Alarms)]) -> Value {
    let one = |(scenario, alarms): &(&str, Alarms)| {
        let (low, high) = alarms.interval();
        json!({
            "scenario": scenario,
            "seeds": alarms.seeds,
            "failed": alarms.failed,
            "inconclusive": alarms.inconclusive,
            "rate": alarms.rate(),
            "rate_low": low,
            "rate_high": high,
            "error_rate": alarms.error_rate,
        })
    };
    json!({ "form": 1, "acdsim": env!("CARGO_PKG_VERSION"), "false_alarms": all.iter().map(one).collect::<Vec<_>>() })
}

/// All scenarios as CSV.
///
/// # Errors
///
/// If a row cannot be written.
pub fn alarms_csv(all: &[(&str, Alarms)]) -> csv::Result<Vec<u8>> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record(["scenario", "seeds", "failed", "inconclusive", "rate", "rate_low", "rate_high", "error_rate"])?;
    for (scenario, alarms) in all {
        let (low, high) = alarms.interval();
        let counts = [alarms.seeds, alarms.failed, alarms.inconclusive].map(|count| count.to_string());
        let rates = [alarms.rate(), low, high, alarms.error_rate].map(|rate| rate.to_string());
        rows.write_record([&[(*scenario).to_owned()][..], &counts, &rates].concat())?;
    }
    rows.into_inner().map_err(|error| error.into_error().into())
}
