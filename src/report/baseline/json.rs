//! JSON: the changes of each baseline.

use serde_json::{Value, json};

use super::Checked;

/// Checked baselines with their changes.
pub fn differences_json(checked: &[Checked]) -> Value {
    let baselines = checked.iter().map(|Checked { name, accepted, difference, command }| {
        let changes: Vec<Value> = difference
            .changes()
            .map(|change| {
                json!({
                    "of": change.subject,
                    "metric": change.metric,
                    "accepted": change.old,
                    "now": change.new,
                    "change": change.change(),
                    "half_widths": change.half_widths(),
                    "tolerance": change.tolerance,
                })
            })
            .collect();
        json!({
            "baseline": name,
            "scenario": accepted.scenario,
            "accepted_by": accepted.acdsim,
            "seed": accepted.seed,
            "replications": accepted.replications,
            "scenario_changed": difference.scenario_hashes.is_some(),
            "figures": difference.figures.len(),
            "changes": changes,
            "command": command,
        })
    });
    json!({ "acdsim": env!("CARGO_PKG_VERSION"), "baselines": baselines.collect::<Vec<_>>() })
}
