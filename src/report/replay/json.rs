//! A replay as JSON.

use serde_json::{Value, json};

use super::{Replayed, clock, sentence};

/// A replay for programs; `docs/replay.md` has its keys.
pub fn replay_json(replayed: &Replayed) -> Value {
    let Replayed { name, script, system, speed, played, judgement, tolerance, lateness, command } = replayed;
    let header = &script.header;
    let faults: Vec<String> = played.faults.iter().map(ToString::to_string).collect();
    let deviations: Vec<Value> = judgement
        .deviations
        .iter()
        .map(|deviation| {
            let mut entry = serde_json::to_value(deviation).unwrap_or_default();
            entry["text"] = sentence(script, deviation).into();
            entry
        })
        .collect();
    json!({
        "acdsim": env!("CARGO_PKG_VERSION"),
        "trace": name,
        "scenario": header.scenario,
        "scenario_hash": header.scenario_hash,
        "seed": header.seed,
        "replication": header.replication,
        "system": system.name,
        "time": clock(system.time),
        "speed": speed,
        "conclusion": replayed.conclusion().word().to_lowercase(),
        "events": judgement.events,
        "figures": judgement.figures,
        "tolerance": {
            "time_s": tolerance.time.as_secs_f64(),
            "calls": tolerance.calls,
            "rate": tolerance.rate,
        },
        "lateness": lateness.as_ref().map(|lateness| json!({
            "count": lateness.count(),
            "p50_s": lateness.quantile(0.5).as_secs_f64(),
            "p99_s": lateness.quantile(0.99).as_secs_f64(),
            "longest_s": lateness.longest().as_secs_f64(),
            "classes": lateness
                .classes()
                .map(|(end, count)| json!({ "below_s": end.as_secs_f64(), "count": count }))
                .collect::<Vec<_>>(),
        })),
        "end_s": (played.end - crate::time::Instant::START).as_secs_f64(),
        "faults": faults,
        "left_behind": played.left_behind,
        "parting": judgement.parting,
        "deviations": deviations,
        "command": command,
    })
}
