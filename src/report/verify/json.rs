//! Verifications for programs: JSON and CSV.

use serde_json::{Value, json};

use super::{overall, start};
use crate::verify::{Expected, Verification};

/// The version of the form.
const FORM: u32 = 1;

/// Several verifications as one JSON document.
pub fn verifications_json(verifications: &[Verification]) -> Value {
    let one = |verification: &Verification| {
        let Verification { scenario, options, .. } = verification;
        let threshold = scenario.service_level_threshold;
        let measures: Vec<Value> = verification
            .outcomes
            .iter()
            .map(|outcome| {
                json!({
                    "subject": outcome.check.subject.name(scenario),
                    "metric": outcome.check.measure.name(threshold),
                    "model": outcome.check.model.name(),
                    "source": outcome.check.model.source(),
                    "test": test(&outcome.check.expected),
                    "expected": outcome.check.expected.value(),
                    "observed": outcome.observed,
                    "half_width": outcome.half_width,
                    "statistic": outcome.statistic,
                    "p_value": outcome.p_value,
                    "adjusted_p_value": outcome.adjusted_p_value,
                    "verdict": outcome.verdict.name(),
                })
            })
            .collect();
        let undecided: Vec<Value> = verification
            .undecided
            .iter()
            .map(|undecided| {
                let groups: Vec<_> = undecided.groups.iter().map(|&group| &scenario.groups[group].name).collect();
                let near: Vec<Value> = undecided
                    .approximations
                    .iter()
                    .map(|near| {
                        json!({
                            "subject": near.subject.name(scenario),
                            "metric": near.measure.name(threshold),
                            "formula": near.formula,
                            "value": near.value,
                        })
                    })
                    .collect();
                json!({ "groups": groups, "what": undecided.what, "why": undecided.why, "approximations": near })
            })
            .collect();
        let breaches: Vec<Value> = verification
            .breaches
            .iter()
            .map(|(replication, breach)| {
                json!({
                    "replication": replication,
                    "at_s": breach.at.to_string(),
                    "call": breach.call,
                    "rule": breach.rule,
                    "what": breach.what,
                })
            })
            .collect();
        json!({
            "scenario": scenario.name,
            "verdict": overall(verification),
            "seed": scenario.seed,
            "start": start(verification),
            "warm_up_s": scenario.warm_up.as_secs_f64(),
            "horizon_s": scenario.horizon.as_secs_f64(),
            "replications": verification.replications,
            "calls": verification.calls,
            "audited_calls": verification.audited,
            "precision": options.precision,
            "error_rate": options.error_rate,
            "breaches": breaches,
            "measures": measures,
            "not_applicable": undecided,
        })
    };
    json!({
        "form": FORM,
        "acdsim": env!("CARGO_PKG_VERSION"),
        "scenarios": verifications.iter().map(one).collect::<Vec<_>>(),
    })
}

/// Several verifications as CSV: a row a measure.
///
/// # Errors
///
/// If a row cannot be written.
pub fn verifications_csv(verifications: &[Verification]) -> csv::Result<Vec<u8>> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record([
        "scenario",
        "subject",
        "metric",
        "model",
        "expected",
        "observed",
        "half_width",
        "statistic",
        "p_value",
        "adjusted_p_value",
        "verdict",
    ])?;
    for verification in verifications {
        let scenario = &verification.scenario;
        for outcome in &verification.outcomes {
            let optional = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
            rows.write_record([
                scenario.name.clone(),
                outcome.check.subject.name(scenario),
                outcome.check.measure.name(scenario.service_level_threshold),
                outcome.check.model.name().to_owned(),
                outcome.check.expected.value().to_string(),
                outcome.observed.to_string(),
                optional(outcome.half_width),
                optional(outcome.statistic),
                outcome.p_value.to_string(),
                outcome.adjusted_p_value.to_string(),
                outcome.verdict.name().to_owned(),
            ])?;
        }
    }
    rows.into_inner().map_err(|error| error.into_error().into())
}

fn test(expected: &Expected) -> &'static str {
    match expected {
        Expected::Value(_) => "student",
        Expected::Longest(_) => "anderson_darling",
    }
}
