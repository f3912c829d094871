//! `acdsim explain` from end to end: what it says of calls of every outcome, and that it never contradicts the call log.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use acdsim::experiment::replicate;
use acdsim::explain::{End, Explanation, What, WhyCall, explain};
use acdsim::scenario::Scenario;
use acdsim::simulation::Control;
use acdsim::statistics::{CallLog, CallRecord, Outcome};
use acdsim::time::Duration;
use assert_cmd::Command;
use common::check;
use common::scenarios::any_scenario;
use predicates::str::contains;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::Value;

const QUICKSTART: &str = "scenarios/quickstart.toml";

fn acdsim() -> Command {
    let mut command = Command::cargo_bin("acdsim").expect("the program is built");
    command.arg("explain");
    command
}

fn stdout(command: &mut Command) -> String {
    let output = command.assert().success().stderr("").get_output().stdout.clone();
    String::from_utf8(output).expect("it is UTF-8")
}

/// A desk in which everything is in whole seconds: Ann serves Sales and Help, Bob Sales, Zoe Help from the first minute on.
fn desk(directory: &Path, routing: &str) -> PathBuf {
    let calls = "\
arrival_s,group,talk_s,wrap_up_s,patience_s
10,Sales,60,10,
20,Sales,30,0,
25,Help,40,5,
30,Sales,20,0,
40,Sales,20,0,15
45,Sales,20,0,
50,Sales,20,0,
52,Sales,20,0,
100,Help,20,0,
200,Sales,200,0,
260,Sales,20,0,
";
    let scenario = format!(
        r#"
name = "Desk"
start = 2026-03-02T09:00:00
horizon = "5m"

[[group]]
name = "Sales"
arrivals = {{ recorded = "calls.csv" }}
queue_capacity = 3

[[group]]
name = "Help"
arrivals = {{ recorded = "calls.csv" }}

[[agents]]
name = "Ann"
groups = ["Help", "Sales"]
ranks = [1, 2]

[[agents]]
name = "Bob"
groups = ["Sales"]
log_out = "+1m 30s"

[[agents]]
name = "Zoe"
groups = ["Help"]
log_in = "+1m"

[routing]
{routing}
"#
    );
    fs::write(directory.join("calls.csv"), calls).expect("a file can be written");
    let path = directory.join("desk.toml");
    fs::write(&path, scenario).expect("a file can be written");
    path
}

/// What is said of the calls of the desk, in order.
fn all(routing: &str, calls: &[u64]) -> String {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = desk(directory.path(), routing);
    let texts = calls.iter().map(|call| stdout(acdsim().arg(&path).arg(call.to_string())));
    texts.collect::<Vec<_>>().join("\n----------\n\n")
}

#[test]
fn every_outcome_is_explained() {
    insta::assert_snapshot!("desk", all("", &[1, 4, 5, 6, 7, 8, 10, 11]));
}

#[test]
fn group_order_and_ranks_are_explained() {
    let routing = "agent_selection = \"lowest-rank\"\ncall_selection = \"group-order\"";
    insta::assert_snapshot!("desk_by_rank_and_group_order", all(routing, &[1, 4, 9]));
}

#[test]
fn json_has_the_documented_keys() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = desk(directory.path(), "");
    let json = |call: &str| -> Value {
        let text = stdout(acdsim().arg(&path).args([call, "--format", "json"]));
        serde_json::from_str(&text).expect("it is JSON")
    };
    let docs = fs::read_to_string("docs/explain-and-shrink.md").expect("it is there");
    let mut keys = Vec::new();
    for call in 1..=11 {
        every_key(&json(&call.to_string()), &mut keys);
    }
    for key in keys {
        assert!(docs.contains(&format!("| `{key}` |")), "docs/explain-and-shrink.md does not define `{key}`");
    }
    insta::assert_snapshot!("desk_json", format!("{:#}", json("4")));
}

#[test]
fn the_documentation_shows_what_is_printed() {
    let docs = fs::read_to_string("docs/explain-and-shrink.md").expect("it is there").replace("\r\n", "\n");
    let start = "<!-- explain: acdsim explain scenarios/quickstart.toml 286 -->\n```text\n";
    let (_, shown) = docs.split_once(start).expect("it has the marker");
    let (shown, _) = shown.split_once("```").expect("the block ends");
    assert_eq!(stdout(acdsim().args([QUICKSTART, "286"])), shown);
}

fn every_key(value: &Value, keys: &mut Vec<String>) {
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| {
            keys.push(key.clone());
            every_key(value, keys);
        }),
        Value::Array(items) => items.iter().for_each(|item| every_key(item, keys)),
        _ => {}
    }
}

#[test]
fn replication_and_seed_are_those_that_are_asked_for() {
    let json = |arguments: &[&str]| -> Value {
        let text = stdout(acdsim().args([QUICKSTART, "700", "--format", "json"]).args(arguments));
        serde_json::from_str(&text).expect("it is JSON")
    };
    let first = json(&[]);
    assert_eq!((&first["seed"], &first["replication"], &first["call"]), (&1.into(), &1.into(), &700.into()));
    let other = json(&["--replication", "3", "--seed", "7"]);
    assert_eq!((&other["seed"], &other["replication"]), (&7.into(), &3.into()));
    assert_ne!(first["arrival_s"], other["arrival_s"]);
}

#[test]
fn what_cannot_be_explained_is_refused() {
    acdsim()
        .args([QUICKSTART, "1000000"])
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("acdsim: there is no call 1000000 in replication 1 of seed 1: 1"));
    acdsim().args([QUICKSTART, "0"]).assert().code(2).stdout("").stderr(contains("<CALL>"));
    acdsim().args([QUICKSTART, "one"]).assert().code(2).stdout("").stderr(contains("<CALL>"));
    acdsim()
        .args([QUICKSTART, "1", "--replication", "0"])
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("--replication"));
    acdsim().args([QUICKSTART, "1", "--format", "csv"]).assert().code(2).stdout("").stderr(contains("csv"));
    acdsim().args(["nowhere.toml", "1"]).assert().code(2).stdout("").stderr(contains("nowhere.toml"));
    acdsim().arg(QUICKSTART).assert().code(2).stdout("").stderr(contains("<CALL>"));
}

/// What is explained of a call is what the log has of it, and a sound engine never breaks a rule.
#[test]
fn an_explanation_agrees_with_the_call_log() {
    let values = (any_scenario(), any::<prop::sample::Index>());
    check("explain_command", "an_explanation_agrees_with_the_call_log", 400, values, |(scenario, nth)| {
        let mut records: Vec<CallRecord> = Vec::new();
        let log = CallLog::new(|record| records.push(*record));
        let control = Control::default();
        replicate(&scenario, 1, log, &control).expect("it runs");
        prop_assume!(!records.is_empty());
        let record = &records[nth.index(records.len())];
        let found = explain(&scenario, 1, record.call, &control).expect("the call arrives");
        agrees(&scenario, &found, record)
    });
}

fn agrees(scenario: &Scenario, found: &Explanation, record: &CallRecord) -> Result<(), TestCaseError> {
    prop_assert_eq!((found.group, found.arrived), (record.group.0 as usize, record.arrival));
    prop_assert_eq!(found.patience, record.patience);
    let (waited, by) = match found.end {
        End::AnsweredAtOnce { agent, session, ref idle } => {
            prop_assert_eq!(idle.first().map(|idle| idle.agent), Some(agent));
            (Duration::ZERO, Some((session, agent)))
        }
        End::Answered { at, agent, session, rule, .. } => {
            prop_assert_eq!(rule, None);
            (at - found.arrived, Some((session, agent)))
        }
        End::Abandoned { at } | End::StillWaiting { at } => (at - found.arrived, None),
        End::Blocked { .. } => (Duration::ZERO, None),
    };
    prop_assert_eq!(waited, record.waited);
    prop_assert_eq!(by, record.answered_by.map(|(session, agent)| (session, agent.0 as usize)));
    let same = match found.end {
        End::Abandoned { .. } => record.outcome == Outcome::Abandoned,
        End::Blocked { .. } => record.outcome == Outcome::Blocked,
        End::StillWaiting { .. } => record.outcome == Outcome::Waiting,
        End::AnsweredAtOnce { .. } | End::Answered { .. } => record.answered_by.is_some(),
    };
    prop_assert!(same, "{:?} {:?}", found.end, record.outcome);
    for step in &found.steps {
        let serves = |agent: usize| scenario.agents[agent].groups.contains(&found.group);
        match step.what {
            What::TookOther { agent, why, .. } => {
                prop_assert!(serves(agent) && !matches!(why, WhyCall::AgainstRule { .. }), "{:?}", step)
            }
            What::LoggedOut { agent, .. } => prop_assert!(serves(agent), "{:?}", step),
            What::TakenElsewhere { agent, .. } => prop_assert!(!serves(agent), "{:?}", step),
            What::GaveUp(_) => {}
            What::TookNone { .. } => prop_assert!(false, "{:?}", step),
        }
    }
    Ok(())
}
