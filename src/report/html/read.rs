//! Gathers what a report shows from the files of `acdsim run --out` and `acdsim verify`.

use std::fs;
use std::path::Path;

use jiff::civil::DateTime;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::data::{
    AgentData, ClassData, GroupData, IntervalData, Metrics, ReportData, ResultData, ScenarioFile, SessionData,
};
use super::errors::ReportError;
use super::timelines::timelines;
use super::verdicts::read_verifications;
use super::waits::add_waits;
use crate::scenario::Scenario;
use crate::sweep::Store;

/// The forms of `summary.json` that can be read.
const FORM: u64 = 2;

#[derive(Deserialize)]
struct SummaryFile {
    acdsim: String,
    scenario: String,
    #[serde(deserialize_with = "date_time")]
    start: DateTime,
    horizon_s: f64,
    warm_up_s: f64,
    service_level_threshold_s: f64,
    conventions: Map<String, Value>,
    seed: u64,
    replications: u64,
    calls: u64,
    fingerprint: String,
    groups: Vec<GroupEntry>,
    #[serde(default)]
    classes: Vec<ClassData>,
    #[serde(default)]
    agents: Vec<AgentData>,
    sessions: Vec<SessionData>,
    intervals: Vec<IntervalEntry>,
}

#[derive(Deserialize)]
struct GroupEntry {
    group: String,
    metrics: Metrics,
}

#[derive(Deserialize)]
struct IntervalEntry {
    #[serde(deserialize_with = "date_time")]
    start: DateTime,
    group: String,
    metrics: Metrics,
}

/// A wall clock, as `2026-03-02T09:00:00`.
fn date_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|_| D::Error::custom(format!("`start` is {text:?}; it is a date and time as 2026-03-02T09:00:00")))
}

/// Gathers a report: `paths` are directories that `acdsim run --out` and `acdsim sweep --out` have written, and files of `acdsim verify`, as
/// `--format json` or `--junit` writes them, and of `acdsim replay --json`. The timelines are of this replication, from 1.
///
/// # Errors
///
/// If a file cannot be read, or is something else than what it should be; the message names file, line and field.
///
/// # Examples
///
/// ```
/// let error = acdsim::report::html::read(&["scenarios".as_ref()], 1).unwrap_err().to_string();
/// assert!(error.contains("there is no summary.json"), "{error}");
/// ```
pub fn read(paths: &[&Path], replication: u32) -> Result<ReportData, ReportError> {
    let mut report = ReportData { results: Vec::new(), verifications: Vec::new(), sweeps: Vec::new() };
    for path in paths {
        if Store::is_one(path) {
            report.sweeps.push(Store::read(path)?);
        } else if path.is_dir() {
            report.results.push(read_result(path, replication)?);
        } else {
            report.verifications.extend(read_verifications(path)?);
        }
    }
    let directories = paths.iter().filter(|path| is_result(path));
    let names: Vec<String> = report.results.iter().map(|result| result.scenario.clone()).collect();
    for (result, path) in report.results.iter_mut().zip(directories) {
        if names.iter().filter(|name| **name == result.scenario).count() > 1 {
            let directory =
                path.file_name().map_or_else(|| path.display().to_string(), |name| name.display().to_string());
            result.label = format!("{} ({directory})", result.scenario);
        }
    }
    Ok(report)
}

/// Whether something is a directory of `acdsim run --out`, or nothing that could be read.
pub fn is_result(path: &Path) -> bool {
    path.is_dir() && !Store::is_one(path)
}

pub(super) fn text_of(path: &Path) -> Result<String, ReportError> {
    let file = path.display().to_string();
    let bytes = fs::read(path).map_err(|reason| ReportError::Unreadable { file: file.clone(), reason })?;
    String::from_utf8(bytes).map_err(|_| ReportError::Foreign { file, what: "it is no text in UTF-8".to_owned() })
}

/// The error of a JSON file that is not as it should be.
pub(super) fn json_error(path: &Path, error: &serde_json::Error) -> ReportError {
    ReportError::Line { file: path.display().to_string(), line: error.line() as u64, what: error.to_string() }
}

fn read_result(directory: &Path, replication: u32) -> Result<ResultData, ReportError> {
    let path = directory.join("summary.json");
    let foreign = |what: String| ReportError::Foreign { file: path.display().to_string(), what };
    if !path.exists() {
        let what =
            "there is no summary.json in it, which `acdsim run SCENARIO --out DIR` writes, and no sweep.json, which \
                    `acdsim sweep` does"
                .to_owned();
        return Err(ReportError::Foreign { file: directory.display().to_string(), what });
    }
    let text = text_of(&path)?;
    let value: Value = serde_json::from_str(&text).map_err(|error| json_error(&path, &error))?;
    match value.get("form").and_then(Value::as_u64) {
        Some(FORM) if value.get("scenario").is_some() => {}
        Some(form) if value.get("scenario").is_some() => {
            return Err(foreign(format!(
                "`form` is {form}; this version of acdsim reads {FORM}: run the scenario again"
            )));
        }
        _ => return Err(foreign("it is no summary of `acdsim run`, which has `form` and `scenario`".to_owned())),
    }
    drop(value);
    let summary: SummaryFile = serde_json::from_str(&text).map_err(|error| json_error(&path, &error))?;
    if !(summary.horizon_s > 0.0 && summary.horizon_s.is_finite()) {
        return Err(foreign(format!("`horizon_s` is {}; it is a number above 0", summary.horizon_s)));
    }
    if u64::from(replication) > summary.replications {
        let what = format!("it is of {} replications; there is no replication {replication}", summary.replications);
        return Err(foreign(what));
    }
    let seconds = |at: DateTime| at.duration_since(summary.start).as_secs_f64();
    let mut groups: Vec<GroupData> = summary
        .groups
        .into_iter()
        .map(|GroupEntry { group, metrics }| GroupData { group, metrics, intervals: Vec::new(), waits: None })
        .collect();
    for IntervalEntry { start, group, metrics } in summary.intervals {
        let found = groups.iter_mut().find(|other| other.group == group);
        let found =
            found.ok_or_else(|| foreign(format!("an interval is of the group {group:?}, which is not in `groups`")))?;
        let start_s = seconds(start);
        if let Some(before) = found.intervals.last_mut() {
            if start_s <= before.start_s {
                return Err(foreign(format!(
                    "the intervals of the group {group:?} are not in the order of time at {start}"
                )));
            }
            before.end_s = start_s;
        }
        found.intervals.push(IntervalData { start_s, end_s: summary.horizon_s, metrics });
    }
    add_waits(directory, &mut groups)?;
    let conventions = summary.conventions.into_iter().map(|(name, answer)| {
        let answer = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
        (name, answer)
    });
    Ok(ResultData {
        label: summary.scenario.clone(),
        scenario: summary.scenario,
        version: summary.acdsim,
        start: summary.start.to_string(),
        horizon_s: summary.horizon_s,
        warm_up_s: summary.warm_up_s,
        threshold_s: summary.service_level_threshold_s,
        seed: summary.seed,
        replications: summary.replications,
        calls: summary.calls,
        fingerprint: summary.fingerprint,
        conventions: conventions.collect(),
        groups,
        classes: summary.classes,
        agents: summary.agents.into_iter().filter(|agent| agent.metrics.contains_key("shrinkage")).collect(),
        sessions: summary.sessions,
        timelines: timelines(directory, replication, summary.horizon_s)?,
        scenario_file: None,
    })
}

impl ResultData {
    /// Shows the scenario file that it was run from, which is read from `path` as `scenario`.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is of another name, start, length, warm-up, threshold or other groups than the result.
    pub fn set_scenario(&mut self, scenario: &Scenario, path: &Path) -> Result<(), ReportError> {
        let groups = |of: Vec<&str>| of.join(", ");
        let same = [
            ("name", scenario.name.clone(), self.scenario.clone()),
            ("start", scenario.start.to_string(), self.start.clone()),
            ("horizon, in seconds,", scenario.horizon.as_secs_f64().to_string(), self.horizon_s.to_string()),
            ("warm-up, in seconds,", scenario.warm_up.as_secs_f64().to_string(), self.warm_up_s.to_string()),
            (
                "threshold of the service level, in seconds,",
                scenario.service_level_threshold.as_secs_f64().to_string(),
                self.threshold_s.to_string(),
            ),
            (
                "list of groups",
                groups(scenario.groups.iter().map(|group| group.name.as_str()).collect()),
                groups(self.groups.iter().map(|group| group.group.as_str()).collect()),
            ),
        ];
        if let Some((what, here, there)) = same.into_iter().find(|(_, here, there)| here != there) {
            let what = format!("its {what} is {here}, and that of the result is {there}: it is not what was run");
            return Err(ReportError::Foreign { file: path.display().to_string(), what });
        }
        let name = path.file_name().map_or_else(String::new, |name| name.display().to_string());
        self.scenario_file = Some(ScenarioFile { name, text: text_of(path)? });
        Ok(())
    }
}
