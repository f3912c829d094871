//! `summary.json`: the means of an experiment with their intervals of confidence.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use super::summary::{Means, Summary, class_rows};
use crate::scenario::{Scenario, wall_clock};

/// The version of the form of `summary.json`.
const FORM: u32 = 2;

/// The summary of an experiment, to be written as JSON: its entries are made one at a time, while it is written.
pub fn summary_json<'a>(scenario: &'a Scenario, summary: &'a Summary) -> impl Serialize + 'a {
    SummaryJson { scenario, summary }
}

struct SummaryJson<'a> {
    scenario: &'a Scenario,
    summary: &'a Summary,
}

impl Serialize for SummaryJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let SummaryJson { scenario, summary } = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("form", &FORM)?;
        map.serialize_entry("acdsim", env!("CARGO_PKG_VERSION"))?;
        map.serialize_entry("scenario", &scenario.name)?;
        map.serialize_entry("start", &scenario.start.to_string())?;
        map.serialize_entry("horizon_s", &scenario.horizon.as_secs_f64())?;
        map.serialize_entry("warm_up_s", &scenario.warm_up.as_secs_f64())?;
        map.serialize_entry("service_level_threshold_s", &scenario.service_level_threshold.as_secs_f64())?;
        let conventions: Map<String, Value> =
            scenario.conventions.iter().map(|(name, answer)| (name.to_owned(), convention(answer))).collect();
        map.serialize_entry("conventions", &conventions)?;
        map.serialize_entry("seed", &scenario.seed)?;
        map.serialize_entry("replications", &summary.replications)?;
        map.serialize_entry("calls", &summary.calls)?;
        map.serialize_entry("fingerprint", &format!("{:016x}", summary.fingerprint.value()))?;
        // Whose what is, where it does not go without saying.
        let several = scenario.has_several_handlers();
        let whose = |mut entry: Value, handler: &str| {
            if several {
                entry["handler"] = handler.into();
            }
            entry
        };
        if several {
            map.serialize_entry(
                "handlers",
                &List(|| scenario.handlers().into_iter().map(|it| json!({ "handler": it.name, "guid": it.guid() }))),
            )?;
        }
        map.serialize_entry(
            "groups",
            &List(|| {
                scenario.groups.iter().zip(&summary.groups).map(|(group, means)| {
                    let entry = json!({ "group": group.name, "guid": group.guid(), "metrics": metrics(means) });
                    whose(entry, &group.handler)
                })
            }),
        )?;
        if !summary.classes.is_empty() {
            map.serialize_entry(
                "classes",
                &List(|| {
                    class_rows(scenario).zip(&summary.classes).map(|((group, _, name), means)| {
                        json!({ "group": scenario.groups[group].name, "class": name, "metrics": metrics(means) })
                    })
                }),
            )?;
        }
        map.serialize_entry(
            "queues",
            &List(|| {
                scenario.groups.iter().zip(&summary.queues).map(|(group, means)| {
                    let entry = json!({ "queue": group.queue, "group": group.name, "metrics": metrics(means) });
                    whose(entry, &group.handler)
                })
            }),
        )?;
        map.serialize_entry(
            "agents",
            &List(|| {
                scenario.agents.iter().zip(&summary.agents).map(|(agent, means)| {
                    let entry = json!({ "agent": agent.name, "address": agent.address, "metrics": metrics(means) });
                    whose(entry, scenario.handler_of(agent))
                })
            }),
        )?;
        map.serialize_entry(
            "sessions",
            &List(|| {
                summary.sessions.iter().map(|(key, means)| {
                    let agent = &scenario.agents[key.agent];
                    let entry = json!({
                        "agent": agent.name,
                        "group": scenario.groups[key.group].name,
                        "address": agent.address,
                        "ordinal": key.ordinal,
                        "metrics": metrics(means),
                    });
                    whose(entry, scenario.handler_of(agent))
                })
            }),
        )?;
        map.serialize_entry(
            "intervals",
            &List(|| {
                summary.intervals.iter().zip(scenario.groups.iter().cycle()).map(|((start, means), group)| {
                    json!({ "start": wall_clock(scenario, *start), "group": group.name, "metrics": metrics(means) })
                })
            }),
        )?;
        map.end()
    }
}

/// A list whose items are made when they are written.
struct List<F>(F);

impl<F: Fn() -> I, I: Iterator<Item = Value>> Serialize for List<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

fn metrics(means: &Means) -> Value {
    let metrics = means.iter().map(|(name, estimate)| {
        let mean = if estimate.mean.is_nan() { Value::Null } else { estimate.mean.into() };
        (name.to_owned(), json!({ "mean": mean, "ci95": estimate.half_width, "replications": estimate.replications }))
    });
    Value::Object(metrics.collect::<Map<_, _>>())
}

/// A convention's answer: a word, or the number of a setting.
pub(super) fn convention(answer: String) -> Value {
    answer.parse::<i64>().map_or_else(|_| answer.into(), Value::from)
}
