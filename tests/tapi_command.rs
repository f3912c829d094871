//! `acdsim tapi` from end to end: every topic in every form, and the conventions of a scenario.

use std::path::PathBuf;

use acdsim::acd::Conventions;
use acdsim::acd::catalogue::STATISTICS;
use acdsim::acd::conventions::SETTINGS;
use acdsim::report::tapi::Topic;
use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

fn acdsim() -> Command {
    Command::cargo_bin("acdsim").expect("the program is built")
}

fn stdout(arguments: &[&str]) -> String {
    let output = acdsim().arg("tapi").args(arguments).assert().success().stderr("").get_output().stdout.clone();
    String::from_utf8(output).expect("it is UTF-8")
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(&[arguments, &["--format", "json"]].concat())).expect("it is JSON")
}

fn entry<'a>(list: &'a Value, name: &str) -> &'a Value {
    let entries = list.as_array().expect("it is a list");
    entries.iter().find(|entry| entry["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

/// A scenario with some conventions that are not the default.
fn scenario(directory: &tempfile::TempDir) -> PathBuf {
    let path = directory.path().join("switch.toml");
    let text = r#"
        horizon = "1h"
        [[group]]
        name = "Sales"
        arrivals = { rate = "60/h" }
        talk = "1m"
        [[agents]]
        name = "Ann"
        groups = ["Sales"]
        [conventions]
        seconds = "nearest"
        hold = "talk-time"              # as by default
        second_session = "same-group-and-address-refused"
        measurement_period_s = 3600
        "#;
    std::fs::write(&path, text).expect("a file can be written");
    path
}

#[test]
fn people_see_objects_states_statistics_and_conventions() {
    let text = stdout(&[]);
    insta::assert_snapshot!("model", text);
    assert!(text.lines().all(|line| line.chars().count() <= 120));
    let parts = ["objects", "states", "statistics", "conventions"].map(|topic| stdout(&[topic]));
    assert_eq!(text, parts.join("\n"));
    for statistic in STATISTICS {
        assert!(text.contains(statistic.getter) && text.contains(statistic.field), "{}", statistic.name);
    }
    for (name, _) in Conventions::default().iter() {
        assert!(text.contains(&format!("\n {name} ")), "{name}");
    }
}

#[test]
fn every_topic_is_there_in_every_form() {
    let telling = [
        ("objects", "ITACDGroup"),
        ("states", "BUSY_WRAPUP"),
        ("statistics", "dwAverageTalkTime"),
        ("conventions", "time_to_answer"),
        ("errors", "LINEERR_INVALAGENTSTATE"),
        ("structures", "dwNumEntries"),
        ("interfaces", "CreateSessionWithPIN"),
        ("constants", "TE_AGENTSESSION"),
        ("messages", "LINE_AGENTSESSIONSTATUS"),
    ];
    assert_eq!(telling.map(|(topic, _)| topic), Topic::ALL.map(Topic::name));
    for (topic, word) in telling {
        assert!(stdout(&[topic]).contains(word), "{topic}");
        let csv = stdout(&[topic, "--format", "csv"]);
        assert!(csv.contains(word), "{topic}");
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row is sound")).collect();
        assert!(rows.len() >= 6, "{topic}");
        let json = json(&[topic]);
        let keys: Vec<&String> = json.as_object().expect("it is an object").keys().collect();
        assert_eq!(keys, ["form", "acdsim", topic]);
        assert!(json.to_string().contains(word), "{topic}");
    }
}

#[test]
fn tools_get_everything() {
    let json = json(&[]);
    let keys: Vec<&str> = json.as_object().expect("it is an object").keys().map(String::as_str).collect();
    assert_eq!(keys[2..], Topic::ALL.map(Topic::name));
    assert_eq!((&json["form"], &json["acdsim"]), (&1.into(), &env!("CARGO_PKG_VERSION").into()));

    let statistics = json["statistics"].as_array().expect("it is a list");
    let of = |object: &str| statistics.iter().filter(|statistic| statistic["object"] == object).count();
    assert_eq!((statistics.len(), of("agent session"), of("agent"), of("queue")), (30, 12, 8, 10));

    let info = entry(&json["structures"], "LINEAGENTSESSIONINFO");
    assert_eq!(info["size"], 76);
    let rate = entry(&info["fields"], "cyACDCallRate");
    assert_eq!((&rate["offset"], &rate["size"], &rate["type"]), (&60.into(), &8.into(), &"CURRENCY".into()));
    let request = entry(&json["structures"], "LINEPROXYREQUEST");
    assert_eq!((&request["size"], request["arms"].as_array().map(Vec::len)), (&108.into(), Some(20)));
    assert_eq!(json["structures"].as_array().map(Vec::len), Some(12 + 6 + 1));
    for structure in json["structures"].as_array().expect("it is a list") {
        for field in structure["fields"].as_array().expect("it is a list") {
            let end = field["offset"].as_u64().zip(field["size"].as_u64()).map(|(offset, size)| offset + size);
            assert!(end <= structure["size"].as_u64(), "{structure}");
        }
    }

    let session = entry(&json["interfaces"]["interfaces"], "ITAgentSession");
    let getter = entry(&session["methods"], "get_ACDCallRate");
    assert_eq!((&getter["slot"], &getter["dispid"]), (&21.into(), &14.into()));
    let error = entry(&json["errors"]["line_errors"], "LINEERR_INVALAGENTSTATE");
    assert_eq!(error["hresult"], "TAPI_E_CALLCENTER_INVALAGENTSTATE");
    assert_eq!(error["code"].as_i64(), Some((0x8000_005A_u32 as i32).into()));

    let wrap_up = entry(&json["states"][0]["states"], "ASST_BUSY_WRAPUP");
    assert_eq!(wrap_up["may_become"], serde_json::json!(["ASST_NOT_READY", "ASST_READY", "ASST_SESSION_ENDED"]));
    assert_eq!((&wrap_up["number"], &wrap_up["value"]), (&3.into(), &8.into()));
    let conventions = json["conventions"].as_array().expect("it is a list");
    assert_eq!(conventions.len(), Conventions::DECLARED.len() + SETTINGS.len());
    assert!(conventions.iter().all(|convention| convention["is_default"] == true));
    for statistic in statistics {
        for name in statistic["conventions"].as_array().expect("it is a list") {
            entry(&json["conventions"], name.as_str().expect("a name"));
        }
    }
}

#[test]
fn the_csv_is_the_statistics_unless_another_topic_is_named() {
    let csv = stdout(&["--format", "csv"]);
    assert_eq!(csv, stdout(&["statistics", "--format", "csv"]));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().expect("there is a header").clone();
    let columns = ["object", "name", "unit", "meaning", "structure", "field", "interface", "getter", "conventions"];
    assert_eq!(header.iter().collect::<Vec<_>>(), columns);
    assert_eq!(reader.records().filter(Result::is_ok).count(), 30);
}

#[test]
fn the_conventions_of_a_scenario_are_shown_and_marked() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = scenario(&directory);
    let path = path.to_str().expect("the path is UTF-8");
    let text = stdout(&["conventions", "--scenario", path]);
    assert!(text.starts_with("Conventions: what TAPI leaves open; 3 are not the default\n"), "{text}");
    assert_eq!(text.matches("\n not the default ").count(), 3, "{text}");
    let line = text.lines().position(|line| line.starts_with(" = nearest ")).expect("seconds are to the nearest");
    assert!(text.lines().nth(line + 1).is_some_and(|line| line.starts_with(" not the default ")), "{text}");
    assert!(text.contains("\n = 3600 ") && text.contains("\n = talk-time "), "{text}");
    assert!(stdout(&["--scenario", path]).ends_with(&text));

    let json = json(&["conventions", "--scenario", path]);
    let seconds = entry(&json["conventions"], "seconds");
    assert_eq!((&seconds["in_force"], &seconds["is_default"]), (&"nearest".into(), &false.into()));
    assert_eq!((&seconds["default"], seconds["answers"].as_array().map(Vec::len)), (&"truncate".into(), Some(3)));
    let period = entry(&json["conventions"], "measurement_period_s");
    assert_eq!((&period["in_force"], &period["default"]), (&3_600.into(), &2_147_483_647_u32.into()));
    assert_eq!(entry(&json["conventions"], "hold")["is_default"], true);

    let csv = stdout(&["conventions", "--scenario", path, "--format", "csv"]);
    assert!(csv.contains("\nseconds,nearest,truncate,false,"), "{csv}");
}

#[test]
fn what_is_wrong_is_refused() {
    let refused = |arguments: &[&str], said: &str| {
        acdsim().arg("tapi").args(arguments).assert().code(2).stdout("").stderr(contains(said));
    };
    refused(&["weather"], "statistics");
    refused(&["objects", "states"], "states");
    refused(&["--format", "xml"], "xml");
    refused(&["--scenario"], "--scenario");
    refused(&["--scenario", "nowhere.toml"], "there is no such file");
    refused(&["--scenario", "tests/broken/conventions.toml"], "conventions.toml");
    acdsim().args(["tapi", "--help"]).assert().success().stdout(contains("statistics").and(contains("Examples:")));
}
