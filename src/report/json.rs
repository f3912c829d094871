//! `summary.json`: the means of an experiment with their intervals of confidence.

use serde_json::{Map, Value, json};

use super::summary::{Means, Summary};
use crate::scenario::Scenario;
use crate::time::Instant;

/// The version of the form of `summary.json`.
const FORM: u32 = 1;

/// The summary of an experiment as JSON.
pub fn summary_json(scenario: &Scenario, summary: &Summary) -> Value {
    let groups = scenario
        .groups
        .iter()
        .zip(&summary.groups)
        .map(|(group, means)| json!({ "group": group.name, "guid": group.guid(), "metrics": metrics(means) }));
    let queues = scenario
        .groups
        .iter()
        .zip(&summary.queues)
        .map(|(group, means)| json!({ "queue": group.queue, "group": group.name, "metrics": metrics(means) }));
    let sessions = summary.sessions.iter().map(|(key, means)| {
        let agent = &scenario.agents[key.agent];
        json!({
            "agent": agent.name,
            "group": scenario.groups[key.group].name,
            "address": agent.address,
            "ordinal": key.ordinal,
            "metrics": metrics(means),
        })
    });
    let intervals = summary.intervals.iter().zip(scenario.groups.iter().cycle()).map(|((start, means), group)| {
        json!({ "start": wall_clock(scenario, *start), "group": group.name, "metrics": metrics(means) })
    });
    json!({
        "form": FORM,
        "acdsim": env!("CARGO_PKG_VERSION"),
        "scenario": scenario.name,
        "start": scenario.start.to_string(),
        "horizon_s": scenario.horizon.as_secs_f64(),
        "warm_up_s": scenario.warm_up.as_secs_f64(),
        "service_level_threshold_s": scenario.service_level_threshold.as_secs_f64(),
        "seed": scenario.seed,
        "replications": summary.replications,
        "calls": summary.calls,
        "fingerprint": format!("{:016x}", summary.fingerprint.value()),
        "groups": groups.collect::<Vec<_>>(),
        "queues": queues.collect::<Vec<_>>(),
        "sessions": sessions.collect::<Vec<_>>(),
        "intervals": intervals.collect::<Vec<_>>(),
    })
}

fn metrics(means: &Means) -> Value {
    let metrics = means.iter().map(|(name, estimate)| {
        let mean = if estimate.mean.is_nan() { Value::Null } else { estimate.mean.into() };
        (name.to_owned(), json!({ "mean": mean, "ci95": estimate.half_width, "replications": estimate.replications }))
    });
    Value::Object(metrics.collect::<Map<_, _>>())
}

/// The wall clock at an instant of the run, such as `2026-03-02T08:30:00`.
pub(super) fn wall_clock(scenario: &Scenario, instant: Instant) -> String {
    let nanos = jiff::SignedDuration::from_nanos(i64::try_from(instant.as_nanos()).unwrap_or(i64::MAX));
    match scenario.start.checked_add(nanos) {
        Ok(clock) => clock.to_string(),
        // Beyond the calendar.
        Err(_) => format!("{instant} s"),
    }
}
