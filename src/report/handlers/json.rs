//! The agent handlers for tools.

use serde_json::{Map, Value, json};

use super::{AgentReading, GroupReading, HandlerReading, Reading};
use crate::scenario::Scenario;

/// The version of the form.
const FORM: u32 = 1;

/// The agent handlers of a scenario as an object, beside the version of this form and of the program.
pub fn json(scenario: &Scenario, handlers: &[HandlerReading]) -> Value {
    let handlers = handlers.iter().map(|handler| {
        let addresses = (0..).zip(&handler.addresses);
        let address = |(id, name): (u32, &String)| json!({ "address_id": id, "address": name });
        json!({
            "handler": handler.name,
            "guid": handler.guid,
            "device_id": handler.device_id,
            "addresses": addresses.map(address).collect::<Value>(),
            "groups": handler.groups.iter().map(group).collect::<Value>(),
            "agents": handler.agents.iter().map(agent).collect::<Value>(),
        })
    });
    json!({
        "form": FORM,
        "acdsim": env!("CARGO_PKG_VERSION"),
        "scenario": scenario.name,
        "seed": scenario.seed,
        "handlers": handlers.collect::<Value>(),
    })
}

fn group(group: &GroupReading) -> Value {
    let queues = group.queues.iter().map(
        |queue| json!({ "queue": queue.name, "queue_id": queue.queue_id, "statistics": statistics(&queue.statistics) }),
    );
    json!({ "group": group.name, "guid": group.guid, "queues": queues.collect::<Value>() })
}

fn agent(agent: &AgentReading) -> Value {
    let sessions = agent.sessions.iter().map(|session| {
        json!({
            "agent_session": session.handle,
            "group": session.group,
            "address_id": session.address_id,
            "state": session.state,
            "statistics": statistics(&session.statistics),
        })
    });
    json!({
        "agent": agent.user,
        "handle": agent.handle,
        "state": agent.state,
        "statistics": statistics(&agent.statistics),
        "sessions": sessions.collect::<Value>(),
    })
}

/// Whole numbers are written as such.
fn statistics(readings: &[Reading]) -> Value {
    let value = |value: f64| if value.fract() == 0.0 { json!(value as i64) } else { json!(value) };
    Value::Object(readings.iter().map(|&(name, number)| (name.to_owned(), value(number))).collect::<Map<_, _>>())
}
