//! Verdicts from the files of `acdsim verify`, its JSON and its JUnit XML, and of `acdsim replay`.

use std::path::Path;

use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use serde::Deserialize;

use super::data::{CheckData, VerificationData};
use super::errors::ReportError;
use super::read::{json_error, text_of};
use super::replays::{self, ReplayFile, is_replay};

#[derive(Deserialize)]
struct VerifyFile {
    scenarios: Vec<VerifiedEntry>,
}

#[derive(Deserialize)]
struct VerifiedEntry {
    scenario: String,
    verdict: String,
    audited_calls: u64,
    breaches: Vec<Breach>,
    measures: Vec<Measure>,
    not_applicable: Vec<NotApplicable>,
}

#[derive(Deserialize)]
struct Breach {
    replication: u32,
    at_s: String,
    rule: String,
    what: String,
}

#[derive(Deserialize)]
struct Measure {
    subject: String,
    metric: String,
    model: String,
    expected: f64,
    observed: f64,
    half_width: Option<f64>,
    adjusted_p_value: f64,
    verdict: String,
}

#[derive(Deserialize)]
struct NotApplicable {
    groups: Vec<String>,
    what: String,
    why: String,
}

/// The verdicts of a file of `acdsim verify`.
pub(super) fn read_verifications(path: &Path) -> Result<Vec<VerificationData>, ReportError> {
    let text = text_of(path)?;
    if text.trim_start().starts_with('<') {
        return from_junit(path, &text);
    }
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| json_error(path, &error))?;
    if is_replay(&value) {
        let file: ReplayFile = serde_json::from_str(&text).map_err(|error| json_error(path, &error))?;
        return Ok(vec![replays::verification(file)]);
    }
    let first = value.get("scenarios").and_then(|scenarios| scenarios.get(0));
    if first.and_then(|scenario| scenario.get("verdict")).is_none() {
        let what = "it is no result of `acdsim verify --format json`, which has `scenarios` with a `verdict` each, and none \
                    of `acdsim replay --json`, which has a `conclusion`";
        return Err(ReportError::Foreign { file: path.display().to_string(), what: what.to_owned() });
    }
    let file: VerifyFile = serde_json::from_str(&text).map_err(|error| json_error(path, &error))?;
    Ok(file.scenarios.into_iter().map(verification).collect())
}

fn verification(entry: VerifiedEntry) -> VerificationData {
    let check = |subject: &str, metric: &str, detail: String, verdict: &str| CheckData {
        subject: subject.to_owned(),
        metric: metric.to_owned(),
        detail,
        verdict: verdict.to_owned(),
    };
    let mut checks = Vec::new();
    if entry.breaches.is_empty() {
        let detail = format!("every event of {} calls is as the rules have it", entry.audited_calls);
        checks.push(check("all events", "audit", detail, "pass"));
    }
    for Breach { replication, at_s, rule, what } in &entry.breaches {
        let detail = format!("{rule}: {what} (replication {replication}, {at_s} s)");
        checks.push(check("all events", "audit", detail, "fail"));
    }
    for it in &entry.measures {
        let half_width = it.half_width.map_or_else(String::new, |width| format!(" ±{}", short(width)));
        let (expected, observed, p) = (short(it.expected), short(it.observed), short(it.adjusted_p_value));
        let detail = format!("expected {expected} by {}, observed {observed}{half_width}, adjusted p = {p}", it.model);
        checks.push(check(&it.subject, &it.metric, detail, &it.verdict));
    }
    for NotApplicable { groups, what, why } in entry.not_applicable {
        checks.push(check(&groups.join(", "), &what, why, "not applicable"));
    }
    VerificationData { scenario: entry.scenario, verdict: entry.verdict, checks }
}

/// A number to six significant digits.
fn short(value: f64) -> String {
    if value == 0.0 || (1e-3..1e6).contains(&value.abs()) {
        let whole = format!("{:.0}", value.abs()).len();
        let text = format!("{value:.*}", 6_usize.saturating_sub(whole));
        return if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text };
    }
    format!("{value:.3e}")
}

fn from_junit(path: &Path, text: &str) -> Result<Vec<VerificationData>, ReportError> {
    let foreign = |what: String| ReportError::Foreign { file: path.display().to_string(), what };
    let report = Report::deserialize_from_str(text)
        .map_err(|error| foreign(format!("it is no JUnit XML of `acdsim verify --junit`: {error}")))?;
    let name = report.name.as_ref().map_or("", |name| name.as_str());
    if name != "acdsim verify" {
        return Err(foreign(format!("it is JUnit XML of {name:?}; only that of `acdsim verify --junit` is shown")));
    }
    let suites = report.test_suites.iter().map(|suite| {
        let checks: Vec<CheckData> = suite
            .test_cases
            .iter()
            .map(|case| {
                let (verdict, message) = match &case.status {
                    TestCaseStatus::Success { .. } => ("pass", None),
                    TestCaseStatus::NonSuccess { kind: NonSuccessKind::Failure, message, .. } => {
                        ("fail", message.as_ref())
                    }
                    TestCaseStatus::NonSuccess { message, .. } => ("inconclusive", message.as_ref()),
                    TestCaseStatus::Skipped { message, .. } => ("not applicable", message.as_ref()),
                };
                let subject = case.classname.as_ref().map_or("", |name| name.as_str());
                let subject = subject.strip_prefix(suite.name.as_str()).unwrap_or(subject).trim_start_matches('.');
                CheckData {
                    subject: subject.to_owned(),
                    metric: case.name.as_str().to_owned(),
                    detail: message.map_or_else(String::new, |message| message.as_str().to_owned()),
                    verdict: verdict.to_owned(),
                }
            })
            .collect();
        let has = |verdict: &str| checks.iter().any(|check| check.verdict == verdict);
        let verdict = ["fail", "inconclusive", "not applicable"].into_iter().find(|verdict| has(verdict));
        VerificationData {
            scenario: suite.name.as_str().to_owned(),
            verdict: verdict.unwrap_or("pass").to_owned(),
            checks,
        }
    });
    Ok(suites.collect())
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn numbers_have_six_digits_or_an_exponent() {
        let values = [0.0, 18.0, 17.973869, 0.525_304_06, 1.7181e-10];
        assert_eq!(values.map(short), ["0", "18", "17.9739", "0.5253", "1.718e-10"]);
    }
}
