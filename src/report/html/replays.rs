//! The verdict of a replay, from the JSON of `acdsim replay`.

use serde::Deserialize;
use serde_json::Value;

use super::data::{CheckData, VerificationData};

/// So many deviations are shown; who wants more reads the JSON.
const SHOWN: usize = 500;

#[derive(Deserialize)]
pub(super) struct ReplayFile {
    trace: String,
    scenario: String,
    system: String,
    time: String,
    speed: f64,
    conclusion: String,
    events: u64,
    figures: u64,
    lateness: Option<Lateness>,
    faults: Vec<String>,
    left_behind: Vec<String>,
    deviations: Vec<Deviation>,
}

#[derive(Deserialize)]
struct Lateness {
    count: u64,
    p50_s: f64,
    p99_s: f64,
    longest_s: f64,
}

#[derive(Deserialize)]
struct Deviation {
    deviation: String,
    agent: Option<String>,
    group: Option<String>,
    statistic: Option<String>,
    text: String,
}

/// Whether a JSON file is of a replay.
pub(super) fn is_replay(value: &Value) -> bool {
    value.get("conclusion").is_some() && value.get("deviations").is_some()
}

/// The replay among the verdicts.
pub(super) fn verification(file: ReplayFile) -> VerificationData {
    let check = |subject: &str, metric: &str, detail: String, verdict: &str| CheckData {
        subject: subject.to_owned(),
        metric: metric.to_owned(),
        detail,
        verdict: verdict.to_owned(),
    };
    let mut checks = Vec::new();
    for fault in &file.faults {
        checks.push(check(&file.system, "fault", fault.clone(), "fail"));
    }
    for left in &file.left_behind {
        checks.push(check(&file.system, "left behind", left.clone(), "fail"));
    }
    for it in file.deviations.iter().take(SHOWN) {
        let subject = match (&it.agent, &it.group) {
            (Some(agent), Some(group)) => format!("{agent}, {group}"),
            _ => "events".to_owned(),
        };
        let metric = it.statistic.as_deref().unwrap_or(&it.deviation);
        checks.push(check(&subject, metric, it.text.clone(), "fail"));
    }
    if let Some(more @ 1..) = file.deviations.len().checked_sub(SHOWN) {
        checks.push(check("all", "more", format!("{more} more deviations are in the JSON"), "fail"));
    }
    if checks.is_empty() {
        let (events, figures) = (file.events, file.figures);
        let detail = format!("{events} events and {figures} figures of sessions are as they should be");
        checks.push(check("all", "replay", detail, "pass"));
    }
    if let Some(Lateness { count, p50_s, p99_s, longest_s }) = file.lateness {
        let detail = format!(
            "{count} acts of bots, late by {:.1} ms (median), {:.1} ms (99 %), {:.1} ms (at most)",
            p50_s * 1e3,
            p99_s * 1e3,
            longest_s * 1e3
        );
        let verdict = if file.conclusion == "no verdict" { "inconclusive" } else { "pass" };
        checks.push(check("this program", "lateness", detail, verdict));
    }
    let verdict = match file.conclusion.as_str() {
        "passed" => "pass",
        "failed" => "fail",
        _ => "inconclusive",
    };
    let speed = if file.speed == 1.0 { String::new() } else { format!(", speed {}", file.speed) };
    let ReplayFile { trace, scenario, system, time, .. } = file;
    let scenario = format!("{scenario}: {trace} against {system} in {time}{speed}");
    VerificationData { scenario, verdict: verdict.to_owned(), checks }
}
