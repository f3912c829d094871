//! `acdsim report` from end to end: what the data of a report is, that the page is whole and safe, and how it refuses what is no
//! result.

use std::fs;
use std::path::Path;

use acdsim::acd::SessionState;
use acdsim::report::html;
use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

/// A desk of one hour, whose names are hostile to HTML.
const HOSTILE: &str = r#"
name = "<script>alert(1)</script>"
start = 2026-03-02T09:00:00
horizon = "1h"
replications = 3
interval = "20m"
[[group]]
name = "\"Calls\" & <b>more</b>"
arrivals = { rate = "24/h" }
talk = { distribution = "exponential", mean = "4m" }
wrap_up = "30s"
patience = { distribution = "exponential", mean = "3m" }
[[agents]]
name = "</td><img src=x onerror=alert(2)>"
count = 2
groups = ["\"Calls\" & <b>more</b>"]
"#;

fn acdsim() -> Command {
    Command::cargo_bin("acdsim").expect("the program is built")
}

/// The result of a scenario, with calls and events, in the directory `result` beside it.
fn run(directory: &Path, scenario: &str) {
    fs::write(directory.join("desk.toml"), scenario).expect("a file can be written");
    let mut run = acdsim();
    run.current_dir(directory).args(["run", "desk.toml", "--calls", "--events", "--quiet", "--out", "result"]);
    run.assert().success();
}

fn report(directory: &Path, arguments: &[&str]) -> String {
    acdsim().current_dir(directory).arg("report").args(arguments).args(["-o", "report.html"]).assert().success();
    fs::read_to_string(directory.join("report.html")).expect("it is written")
}

#[test]
fn the_data_of_a_report_is_what_the_files_have() {
    let directory = tempfile::tempdir().unwrap();
    run(directory.path(), HOSTILE);
    let data = html::read(&[&directory.path().join("result")], 1).unwrap();
    insta::assert_snapshot!("data", serde_json::to_string_pretty(&data).unwrap());
}

/// A desk with two classes of callers, and an agent with a break and calls that are no ACD calls.
const CLASSES_AND_BREAKS: &str = r#"
name = "A desk with classes"
start = 2026-03-02T09:00:00
horizon = "4h"
replications = 3
[[group]]
name = "Calls"
arrivals = { rate = "30/h" }
talk = { distribution = "exponential", mean = "4m" }
wrap_up = "30s"
patience = { distribution = "exponential", mean = "3m" }
classes = [{ name = "Regular", share = "70%" }, { name = "<Gold> & more", share = "30%", wait_credit = "90s" }]
[[agents]]
name = "Ann"
count = 2
groups = ["Calls"]
breaks = [{ at = "11:00", length = "30m" }]
absence = "40%"
[[agents]]
name = "Bob <b>"
groups = ["Calls"]
breaks = [{ at = "12:00", length = "15m" }]
"#;

/// The tables of a part of a page as text: a line a row, its cells between bars.
fn tables(part: &str) -> String {
    let mut text = String::new();
    for row in part.split("<tr>").skip(1) {
        let row = row.split("</tr>").next().unwrap_or_default();
        let cells = row.split(['<', '>']).collect::<Vec<_>>();
        // Every second piece is inside a tag; what is left of the others are the words.
        let words: Vec<&str> = cells.iter().step_by(2).copied().filter(|words| !words.trim().is_empty()).collect();
        text += &format!("{}\n", words.join(" | "));
    }
    text
}

#[test]
fn classes_and_paid_time_are_shown_where_a_run_has_them() {
    let directory = tempfile::tempdir().unwrap();
    run(directory.path(), CLASSES_AND_BREAKS);
    let page = report(directory.path(), &["result"]);
    let between = |from: &str, to: &str| {
        let after = page.split_once(from).unwrap_or_else(|| panic!("no {from}")).1;
        after.split_once(to).unwrap_or_else(|| panic!("no {to}")).0
    };
    let classes = tables(between("Classes of calls", "</table>"));
    let paid = tables(between(">Paid time</h3>", "</section>"));
    insta::assert_snapshot!("classes_and_paid_time", format!("{classes}\n{paid}"));
    // They are the numbers of the files.
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(directory.path().join("result/summary.json")).unwrap()).unwrap();
    let offered = json["classes"][0]["metrics"]["offered"]["mean"].as_f64().unwrap();
    assert!(classes.contains(&format!("Regular | {offered:.1} ±")), "{offered}: {classes}");
    let shrinkage = json["groups"][0]["metrics"]["shrinkage"]["mean"].as_f64().unwrap();
    assert!(paid.contains(&format!("| {:.1} ±", 100.0 * shrinkage)), "{shrinkage}: {paid}");
    assert!(page.contains("&lt;Gold&gt; &amp; more") && page.contains("Bob &lt;b&gt;"));

    // A plain run has neither.
    let plain = tempfile::tempdir().unwrap();
    run(plain.path(), HOSTILE);
    let page = report(plain.path(), &["result"]);
    assert!(!page.contains("Classes of calls") && !page.contains("Paid time"));
}

#[test]
fn lanes_from_calls_have_the_talk_and_the_wrap_up_of_lanes_from_events() {
    let directory = tempfile::tempdir().unwrap();
    let result = directory.path().join("result");
    run(directory.path(), HOSTILE);
    for replication in 1..=3 {
        let of_events = html::read(&[&result], replication).unwrap().results.remove(0).timelines.unwrap();
        fs::rename(result.join("events.csv"), result.join("aside")).unwrap();
        let of_calls = html::read(&[&result], replication).unwrap().results.remove(0).timelines.unwrap();
        fs::rename(result.join("aside"), result.join("events.csv")).unwrap();
        assert_eq!((of_events.source, of_calls.source), ("events.csv", "calls.csv"));
        assert_eq!(of_events.lanes.len(), of_calls.lanes.len());
        for (one, other) in of_events.lanes.iter().zip(&of_calls.lanes) {
            for state in [SessionState::BusyOnCall, SessionState::BusyWrapup] {
                let [here, there] = [one, other].map(|lane| lane.totals_s[state as usize]);
                assert!((here - there).abs() < 1e-6, "{state:?} of session {}: {here} and {there}", one.session);
            }
            assert!(one.totals_s[SessionState::BusyOnCall as usize] > 0.0);
        }
    }
}

#[test]
fn whatever_users_name_is_escaped_and_nothing_is_loaded() {
    let directory = tempfile::tempdir().unwrap();
    run(directory.path(), HOSTILE);
    let page = report(directory.path(), &["result", "--scenario", "desk.toml"]);
    for hostile in ["<script>alert", "<b>more", "<img"] {
        assert!(!page.contains(hostile), "{hostile} is in the page as it is");
    }
    assert!(page.contains("&lt;script&gt;alert(1)"));
    for loading in ["http://", "https://", "src=\"", "@import", "url("] {
        assert!(!page.contains(loading), "the page has {loading}");
    }
    assert_eq!(page.matches("<script>").count(), 1);
    // Every figure says in words what it shows, and has its table.
    let figures = page.matches("<figure ").count();
    assert_eq!(figures, 5);
    for part in ["role=\"img\"", "<title id=", "<desc id=", "The figures as a table"] {
        assert_eq!(page.matches(part).count(), figures, "{part}");
    }
}

#[test]
fn the_same_results_give_the_same_bytes_and_a_real_day_stays_small() {
    let directory = tempfile::tempdir().unwrap();
    let day = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/bank-day.toml")).unwrap();
    run(directory.path(), &day);
    let page = report(directory.path(), &["result"]);
    assert_eq!(page, report(directory.path(), &["result"]));
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    assert!(page.contains("--seed 1 --replications 20"));
}

#[test]
fn results_are_compared_and_those_of_one_name_are_told_apart() {
    let directory = tempfile::tempdir().unwrap();
    run(directory.path(), HOSTILE);
    fs::rename(directory.path().join("result"), directory.path().join("before")).unwrap();
    run(directory.path(), &HOSTILE.replace("count = 2", "count = 3"));
    let page = report(directory.path(), &["before", "result"]);
    assert!(page.contains("id=\"comparison\"") && page.contains(" (before)") && page.contains(" (result)"));
    assert!(page.contains("+1.00"), "one agent more is a difference");
}

#[test]
fn verdicts_are_the_same_from_json_and_from_junit() {
    let directory = tempfile::tempdir().unwrap();
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/verify/erlang-c-05.toml");
    let junit = directory.path().join("verdicts.xml");
    let mut verify = acdsim();
    verify.args(["verify", scenario, "--format", "json", "--max-calls", "100000", "--allow-inconclusive", "--junit"]);
    let output = verify.arg(&junit).assert().success().get_output().stdout.clone();
    let json = directory.path().join("verdicts.json");
    fs::write(&json, output).unwrap();
    let data = html::read(&[&json, &junit], 1).unwrap();
    let [json, junit] = data.verifications.try_into().unwrap();
    let verdicts = |of: &html::data::VerificationData| -> Vec<(String, String)> {
        of.checks.iter().map(|check| (check.metric.clone(), check.verdict.clone())).collect()
    };
    assert!(json.checks.len() > 10);
    assert_eq!((&json.scenario, verdicts(&json)), (&junit.scenario, verdicts(&junit)));
    let page = report(directory.path(), &["verdicts.json"]);
    assert!(page.contains("data-verdict=\"pass\""));
}

#[test]
fn what_is_no_result_is_refused_with_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    run(at, HOSTILE);
    fs::create_dir(at.join("empty")).unwrap();
    fs::write(at.join("other.json"), "{\"a\": 1}").unwrap();
    fs::write(at.join("other.xml"), "<testsuites name=\"pytest\" tests=\"0\" failures=\"0\" errors=\"0\"/>").unwrap();
    let broken = |file: &str, from: &str, to: &str| {
        let path = at.join("result").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        let copy = at.join(format!("broken-{file}"));
        fs::create_dir(&copy).unwrap();
        for entry in fs::read_dir(at.join("result")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
        }
        fs::write(copy.join(file), text.replacen(from, to, 1)).unwrap();
    };
    broken("summary.json", "\"form\": 2", "\"form\": 99");
    broken("calls.csv", "\n1,1,", "\n1,1,nobody's ");
    broken("events.csv", "ASST_READY", "ASST_ASLEEP");
    broken("sessions.csv", "session_start_time_s", "begins");
    fs::remove_file(at.join("broken-sessions.csv/events.csv")).unwrap();
    let cases: [(&[&str], &str); 10] = [
        (&["missing"], "missing: cannot be read"),
        (&["empty"], "empty: there is no summary.json in it"),
        (&["other.json"], "other.json: it is no result of `acdsim verify --format json`"),
        (&["other.xml"], "only that of `acdsim verify --junit` is shown"),
        (&["broken-summary.json"], "`form` is 99; this version of acdsim reads 2"),
        (&["broken-calls.csv"], "calls.csv: line 2: column `group` is"),
        (&["broken-events.csv"], "column `to` is \"ASST_ASLEEP\"; it is a state of a session"),
        (&["broken-sessions.csv"], "sessions.csv: line 1: there is no column `session_start_time_s`"),
        (&["result", "--replication", "4"], "it is of 3 replications; there is no replication 4"),
        (&["result", "--scenario", "other.toml"], "its horizon, in seconds, is 7200, and that of the result is 3600"),
    ];
    fs::write(at.join("other.toml"), HOSTILE.replace("\"1h\"", "\"2h\"")).unwrap();
    for (arguments, message) in cases {
        let mut report = acdsim();
        report.current_dir(at).arg("report").args(arguments).args(["-o", "refused.html"]);
        report.assert().code(2).stderr(contains(message).and(contains("panicked").not()));
        assert!(!at.join("refused.html").exists());
    }
}
