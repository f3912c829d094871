//! JSON: the points that are done, each with its values and the means of its groups.

use serde_json::{Map, Value as Json, json};

use super::Shown;
use crate::sweep::Swept;

/// A sweep; what does not exist is null.
pub fn sweep_json(swept: &Swept, shown: &Shown) -> Json {
    let points = swept.done().map(|(point, result)| {
        let values = point.values.iter().map(|(path, value)| {
            let mut entry = json!({ "value": value.text });
            if let Some((number, unit)) = value.number {
                entry[format!("number{}", unit.suffix())] = number.into();
            }
            (path.to_string(), entry)
        });
        let mut shown_of = result.clone();
        shown_of.groups.retain(|group| shown.has_group(&group.group));
        for group in &mut shown_of.groups {
            group.metrics.retain(|(metric, _)| shown.has_metric(metric));
        }
        json!({
            "point": point.number,
            "values": values.collect::<Map<_, _>>(),
            "seed": result.seed,
            "replications": result.replications,
            "calls": result.calls,
            "fingerprint": result.fingerprint,
            "groups": shown_of.groups_json(),
        })
    });
    json!({
        "acdsim": swept.version,
        "scenario": swept.scenario,
        "design": if swept.is_grid { "grid" } else { "latin-hypercube" },
        "seed": swept.seed,
        "replications": swept.replications,
        "planned": swept.points.len(),
        "points": points.collect::<Vec<_>>(),
    })
}
