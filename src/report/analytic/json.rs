//! For programs.

use serde_json::{Map, Value, json};

use super::{Comparison, Values};

/// An object with the model, its parameters and its metrics.
pub fn values_json(values: &Values) -> Value {
    let metrics: Map<String, Value> = values.metrics.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    json!({ "model": values.model, "parameters": values.parameters, "metrics": metrics })
}

/// An object with all cases, and how they came out.
pub fn comparison_json(comparison: &Comparison) -> Value {
    let cases = comparison.cases.iter().map(|case| {
        json!({
            "id": case.id,
            "model": case.model,
            "metric": case.metric,
            "expected": case.expected,
            "computed": case.computed,
            "relative_error": case.relative_error,
        })
    });
    json!({
        "tolerance": comparison.tolerance,
        "largest_relative_error": comparison.largest().map(|case| case.relative_error),
        "failed": comparison.failed(),
        "cases": cases.collect::<Value>(),
    })
}
