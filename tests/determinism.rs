//! Same scenario, same seed, same bytes; and other callers only where something about them was changed.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use common::rows::{self, Row};

/// Runs a scenario into a fresh directory and hands back every file's bytes, and what was printed.
fn files(scenario: &Path, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let out = directory.path().join("out");
    let mut command = Command::cargo_bin("acdsim").expect("the program is built");
    let run = command.arg("run").arg(scenario).arg("--out").arg(&out).args(["--calls", "--events", "--format", "json"]);
    let printed = run.args(arguments).assert().success().get_output().stdout.clone();
    let mut files = BTreeMap::from([("printed".to_owned(), printed)]);
    for entry in fs::read_dir(&out).expect("there are results") {
        let entry = entry.expect("a directory can be listed");
        let name = entry.file_name().into_string().expect("ASCII");
        files.insert(name, fs::read(entry.path()).expect("a result can be read"));
    }
    assert_eq!(files.len(), 10, "what is printed and nine files: {:?}", files.keys());
    files
}

fn assert_same(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>, what: &str) {
    assert!(one.keys().eq(other.keys()), "{what}: {:?} and {:?}", one.keys(), other.keys());
    for (name, bytes) in one {
        assert!(!bytes.is_empty(), "{name} is empty");
        assert!(*bytes == other[name], "{what}: {name} differs");
    }
}

#[test]
fn the_bytes_are_the_same_for_any_number_of_threads_and_any_run() {
    for (scenario, replications) in [("scenarios/quickstart.toml", "9"), ("scenarios/two-groups.toml", "5")] {
        let files = |threads| files(Path::new(scenario), &["--replications", replications, "--threads", threads]);
        let one = files("1");
        assert_same(&one, &files("1"), "the same again");
        for threads in ["2", "8", "0"] {
            assert_same(&one, &files(threads), &format!("{threads} threads"));
        }
    }
}

#[test]
fn another_seed_gives_other_calls() {
    let files = |seed| files(Path::new("scenarios/quickstart.toml"), &["--replications", "2", "--seed", seed]);
    let (one, other) = (files("1"), files("2"));
    for name in ["calls.csv", "events.csv", "groups.csv", "sessions.csv", "intervals.csv", "summary.json", "printed"] {
        assert!(one[name] != other[name], "{name} is the same");
    }
    let arrivals =
        |files: &BTreeMap<String, Vec<u8>>| -> Vec<i128> { rows_of(files).iter().map(|row| row.arrival).collect() };
    let (one, other) = (arrivals(&one), arrivals(&other));
    assert!(one.iter().filter(|at| other.contains(at)).count() < one.len() / 100);
}

#[test]
fn replications_differ_and_the_first_ones_do_not_depend_on_how_many_there_are() {
    let files = |replications| files(Path::new("scenarios/quickstart.toml"), &["--replications", replications]);
    let (two, three) = (rows_of(&files("2")), rows_of(&files("3")));
    assert_eq!(two[..], three[..two.len()]);
    let of = |replication| three.iter().filter(move |row| row.replication == replication).map(|row| row.arrival);
    assert!(of(1).ne(of(2)) && of(2).ne(of(3)) && of(1).ne(of(3)));
}

fn rows_of(files: &BTreeMap<String, Vec<u8>>) -> Vec<Row> {
    rows::parse(std::str::from_utf8(&files["calls.csv"]).expect("it is UTF-8"))
}

/// A group and its agents, as tables of a scenario file.
fn tables(group: &str, agents: u32) -> String {
    format!(
        r#"
        [[group]]
        name = "{group}"
        arrivals = {{ rate = "90/h" }}
        talk = {{ distribution = "lognormal", mean = "4m", cv = 1.1 }}
        wrap_up = {{ distribution = "exponential", mean = "30s" }}
        patience = {{ distribution = "exponential", mean = "3m" }}

        [[agents]]
        name = "{group} agent"
        count = {agents}
        groups = ["{group}"]
        "#
    )
}

fn write(directory: &Path, name: &str, tables: &[String]) -> PathBuf {
    let path = directory.join(name);
    fs::write(&path, format!("horizon = \"8h\"\n{}", tables.concat())).expect("a file can be written");
    path
}

/// The calls of a group that brought the same along in both runs; all of them, or this fails.
fn assert_same_callers(one: &[Row], other: &[Row], group: &str) {
    let of = |rows: &[Row]| -> Vec<Row> { rows.iter().filter(|row| row.group == group).cloned().collect() };
    let (one, other) = (of(one), of(other));
    assert!(one.len() > 1_000);
    assert_eq!(one.len(), other.len());
    let mut compared = 0;
    for (a, b) in one.iter().zip(&other) {
        assert_eq!((a.replication, a.arrival, a.patience), (b.replication, b.arrival, b.patience));
        // Only an answered call shows its talk and wrap-up.
        if let (Some(one), Some(other)) = (a.talk, b.talk) {
            assert_eq!(one, other, "{a:?} and {b:?}");
            compared += 1;
        }
        if let (Some(one), Some(other)) = (a.wrap_up, b.wrap_up) {
            assert_eq!(one, other, "{a:?} and {b:?}");
        }
    }
    assert!(compared > one.len() / 2, "{compared} of {} talks", one.len());
}

#[test]
fn a_group_or_an_agent_more_changes_no_caller_of_another_group() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let run = |name: &str, tables: &[String]| {
        rows_of(&files(&write(directory.path(), name, tables), &["--replications", "2"]))
    };
    let base = run("base.toml", &[tables("Sales", 6)]);
    let more_agents = run("agents.toml", &[tables("Sales", 7)]);
    let group_before = run("before.toml", &[tables("Billing", 6), tables("Sales", 6)]);
    let group_after = run("after.toml", &[tables("Sales", 6), tables("Billing", 9)]);
    for other in [&more_agents, &group_before, &group_after] {
        assert_same_callers(&base, other, "Sales");
    }
    // What the system does with them may differ, and with an agent more it does.
    assert_ne!(base, more_agents);
    assert_same_callers(&group_before, &group_after, "Billing");
    // The groups do not share their callers.
    let arrivals = |group: &str| -> Vec<i128> {
        group_after.iter().filter(|row| row.group == group).map(|row| row.arrival).collect()
    };
    assert_ne!(arrivals("Sales"), arrivals("Billing"));
}

/// The fingerprints of the shipped scenarios.
///
/// They change when the results of a run change: that is a breaking change, which CHANGELOG.md has to name. Run
/// `INSTA_UPDATE=always cargo test --test determinism` to take the new ones.
#[test]
fn the_fingerprints_of_the_shipped_scenarios_are_these() {
    let mut text = String::new();
    for (name, replications) in [("quickstart", "10"), ("two-groups", "5"), ("erlang-a", "1"), ("erlang-c", "1")] {
        let mut command = Command::cargo_bin("acdsim").expect("the program is built");
        let scenario = format!("scenarios/{name}.toml");
        let run = command.args(["run", &scenario, "--replications", replications, "--format", "json"]);
        let printed = run.assert().success().get_output().stdout.clone();
        let json: serde_json::Value = serde_json::from_slice(&printed).expect("it is JSON");
        let fingerprint = json["fingerprint"].as_str().expect("there is one");
        text += &format!("{name} × {replications}: {} calls, {fingerprint}\n", json["calls"]);
    }
    insta::assert_snapshot!("fingerprints", text);
}
