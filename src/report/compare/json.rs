//! JSON: the differences, and the best.

use serde_json::{Value, json};

use super::Compared;
use crate::compare::Goal;

/// A comparison; what does not exist is null.
pub fn comparison_json(compared: &Compared) -> Value {
    let Compared { names, comparison, selected } = compared;
    let groups = comparison.groups.iter().map(|group| {
        let rows = group.rows.iter().map(|row| {
            let difference = row.pairs.difference();
            json!({
                "metric": row.metric,
                "pairs": difference.replications,
                "first_mean": row.pairs.first().mean,
                "other_mean": row.pairs.second().mean,
                "difference": difference.mean,
                "paired_ci95": difference.half_width,
                "independent_ci95": row.pairs.independent_half_width(),
                "narrowing": row.pairs.narrowing(),
                "correlation": row.pairs.correlation(),
            })
        });
        json!({
            "group": group.group,
            "first": names[0],
            "other": names[group.other],
            "same_callers": group.same_callers,
            "metrics": rows.collect::<Vec<_>>(),
        })
    });
    let mut whole = json!({
        "acdsim": env!("CARGO_PKG_VERSION"),
        "scenarios": names,
        "seed": comparison.seed,
        "replications": comparison.replications,
        "groups": groups.collect::<Vec<_>>(),
    });
    if let Some(selected) = selected {
        let systems = names.iter().enumerate().map(|(system, name)| {
            json!({
                "scenario": name,
                "mean": selected.mean(system),
                "replications": selected.selection.values[system].count(),
                "eliminated_after": selected.selection.eliminated[system],
            })
        });
        whole["selection"] = json!({
            "procedure": "KN",
            "group": selected.objective.group,
            "metric": selected.objective.metric,
            "goal": if selected.objective.goal == Goal::Lowest { "lowest" } else { "highest" },
            "confidence": selected.settings.confidence,
            "indifference": selected.settings.indifference,
            "first_stage": selected.settings.first_stage,
            "best": selected.selection.best.map(|best| &names[best]),
            "systems": systems.collect::<Vec<_>>(),
        });
    }
    whole
}
