//! `acdsim baseline`, from end to end.

use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::*;

/// Two groups that share nothing, and little of each.
const APART: &str = r#"
name = "Apart"
horizon = "4h"
replications = 3

[[group]]
name = "Sales"
arrivals = { rate = "40/h" }
talk = { distribution = "exponential", mean = "3m" }

[[group]]
name = "Service"
arrivals = { rate = "30/h" }
talk = { distribution = "exponential", mean = "4m" }

[[agents]]
name = "Seller"
count = 3
groups = ["Sales"]

[[agents]]
name = "Helper"
count = 3
groups = ["Service"]
"#;

fn acdsim(directory: &Path, arguments: &[&str], answers: &str) -> Assert {
    let mut command = Command::cargo_bin("acdsim").unwrap();
    command.current_dir(directory).arg("baseline").args(arguments).write_stdin(answers).assert()
}

/// A directory with the scenario and its accepted baseline.
fn accepted(arguments: &[&str]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("apart.toml"), APART).unwrap();
    acdsim(directory.path(), &[&["accept", "apart.toml"], arguments].concat(), "").success();
    directory
}

fn change(directory: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(directory.join("apart.toml")).unwrap();
    assert!(text.contains(from));
    std::fs::write(directory.join("apart.toml"), text.replacen(from, to, 1)).unwrap();
}

fn printed(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn file(directory: &Path) -> String {
    std::fs::read_to_string(directory.join("reports/baselines/apart.json")).unwrap()
}

#[test]
fn what_is_accepted_is_the_same_bytes_again_and_passes_for_any_number_of_threads() {
    let directory = accepted(&["--threads", "1"]);
    let before = file(directory.path());
    for threads in ["1", "3"] {
        acdsim(directory.path(), &["check", "--threads", threads], "").success();
        acdsim(directory.path(), &["accept", "apart.toml", "--threads", threads], "").success();
        assert_eq!(file(directory.path()), before);
    }
    let lines = before.lines().filter(|line| line.contains("\"mean\"")).count();
    let text = printed(&acdsim(directory.path(), &["check"], "").success());
    assert!(
        text.starts_with(&format!("apart: no change of {lines} figures of Apart, seed 1, 3 replications")),
        "{text}"
    );
}

#[test]
fn a_change_is_told_with_the_metric_the_values_and_the_intervals_and_exits_with_1() {
    let directory = accepted(&["--group", "Sales", "--metric", "asa_s", "--metric", "answered"]);
    change(directory.path(), "40/h", "44/h");
    let assert = acdsim(directory.path(), &["check", "--junit", "out.xml"], "").code(1);
    let text = printed(&assert);
    insta::assert_snapshot!("baseline_check", text);
    assert.stderr(predicate::str::contains("1 of 1 baselines have changed"));
    let xml = std::fs::read_to_string(directory.path().join("out.xml")).unwrap();
    assert!(xml.contains("tests=\"2\" failures=\"2\""), "{xml}");
    assert!(xml.contains("classname=\"apart.group Sales\"") && xml.contains("group Sales: asa_s: "), "{xml}");
    assert!(xml.contains("acdsim baseline check apart"), "{xml}");
}

#[test]
fn a_change_in_another_group_leaves_a_baseline_of_a_group_as_it_is() {
    let directory = accepted(&["--group", "Sales"]);
    let before = file(directory.path());
    change(directory.path(), "30/h", "35/h");
    change(directory.path(), "name = \"Helper\"\ncount = 3", "name = \"Helper\"\ncount = 5");
    let text = printed(&acdsim(directory.path(), &["check"], "").success());
    assert!(text.contains("no change") && !text.contains("has changed since"), "{text}");
    acdsim(directory.path(), &["accept", "apart.toml", "--group", "Sales"], "").success();
    assert_eq!(file(directory.path()), before);
    // Of both groups it is another matter.
    let whole = accepted(&[]);
    change(whole.path(), "30/h", "35/h");
    let text = printed(&acdsim(whole.path(), &["check"], "").code(1));
    assert!(text.contains("group Service") && !text.contains("group Sales"), "{text}");
    assert!(text.contains("The scenario has changed since it was accepted"), "{text}");
}

#[test]
fn a_tolerance_lets_a_metric_differ_and_no_other() {
    let directory =
        accepted(&["--group", "Sales", "--metric", "asa_s", "--metric", "answered", "--tolerance", "asa_s=500%"]);
    assert!(file(directory.path()).contains("\"asa_s\": \"500%\""));
    change(directory.path(), "40/h", "44/h");
    let text = printed(&acdsim(directory.path(), &["check"], "").code(1));
    assert!(text.contains("1 change of 2 figures") && text.contains("1 differ within"), "{text}");
    acdsim(directory.path(), &["check", "--tolerance", "answered=1000"], "").success();
    acdsim(directory.path(), &["check", "--tolerance", "answered=0.001w"], "").code(1);
}

#[test]
fn a_review_takes_what_is_accepted_and_leaves_the_rest() {
    let directory = accepted(&["--group", "Sales", "--metric", "asa_s", "--metric", "answered"]);
    let before = file(directory.path());
    change(directory.path(), "40/h", "44/h");
    let text = printed(&acdsim(directory.path(), &["review"], "what\nr\nq\n").code(1));
    assert!(
        text.contains("\"what\" is none of a, r, s, q") && text.contains("0 accepted, 1 rejected, 1 open"),
        "{text}"
    );
    assert_eq!(file(directory.path()), before);
    // The end of the answers quits, and keeps what was accepted until then.
    acdsim(directory.path(), &["review", "apart"], "a\n").code(1);
    let text = printed(&acdsim(directory.path(), &["check"], "").code(1));
    assert!(text.contains("1 change of 2 figures") && !text.contains(" answered "), "{text}");
    acdsim(directory.path(), &["review"], "a\n").success();
    acdsim(directory.path(), &["check"], "").success();
    // As if it had been accepted anew, but for the hash, which is that of all changes accepted at once.
    let reviewed = file(directory.path());
    acdsim(
        directory.path(),
        &["accept", "apart.toml", "--group", "Sales", "--metric", "asa_s", "--metric", "answered"],
        "",
    );
    assert_eq!(
        file(directory.path()).lines().skip(5).collect::<Vec<_>>(),
        reviewed.lines().skip(5).collect::<Vec<_>>()
    );
}

#[test]
fn what_is_gone_and_what_is_new_are_changes() {
    let directory = accepted(&["--metric", "answered"]);
    change(directory.path(), "name = \"Sales\"", "name = \"Sellers\"");
    change(directory.path(), "groups = [\"Sales\"]", "groups = [\"Sellers\"]");
    let text = printed(&acdsim(directory.path(), &["check"], "").code(1));
    assert!(text.contains("group Sales ") && text.contains("group Sellers") && text.contains("not there"), "{text}");
}

#[test]
fn the_list_names_what_there_is() {
    let directory = accepted(&["--group", "Sales", "--tolerance", "*=1%"]);
    let text = printed(&acdsim(directory.path(), &["list"], "").success());
    assert!(text.contains("apart.toml") && text.contains("Sales") && text.contains("*=1%"), "{text}");
    let text = printed(&acdsim(directory.path(), &["list", "--dir", "none"], "").success());
    assert_eq!(text, "there is no baseline in none\n");
}

#[test]
fn json_and_csv_have_the_changes() {
    let directory = accepted(&["--group", "Sales", "--metric", "answered"]);
    change(directory.path(), "40/h", "44/h");
    let json = printed(&acdsim(directory.path(), &["check", "--format", "json"], "").code(1));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let change = &json["baselines"][0]["changes"][0];
    assert_eq!((&change["of"], &change["metric"]), (&"group Sales".into(), &"answered".into()));
    let csv = printed(&acdsim(directory.path(), &["check", "--format", "csv"], "").code(1));
    assert!(csv.lines().nth(1).unwrap().starts_with("apart,group Sales,answered,"), "{csv}");
}

#[test]
fn what_is_wrong_is_refused_with_what_is_allowed() {
    let directory = accepted(&[]);
    let path = directory.path();
    let before = file(path);
    let refused = |arguments: &[&str], code: i32, message: &str| {
        acdsim(path, arguments, "").code(code).stderr(predicate::str::contains(message));
        assert_eq!(file(path), before);
    };
    refused(&["accept", "apart.toml", "--group", "Sale"], 2, "its groups are Sales, Service");
    refused(&["accept", "apart.toml", "--metric", "asa"], 2, "such as ");
    refused(&["accept", "apart.toml", "--tolerance", "asa=1%"], 2, "is no metric");
    refused(&["accept", "apart.toml", "--tolerance", "asa_s=x"], 2, "METRIC=5%");
    refused(&["accept", "apart.toml", "none.toml"], 2, "none.toml");
    refused(&["accept", "apart.toml", "--dir", "apart.toml"], 3, "cannot write");
    refused(&["check", "none"], 2, "acdsim baseline accept");
    refused(&["check", "../apart"], 2, "no slash");
    refused(&["check", "--dir", "none"], 2, "there is no baseline in none");
    std::fs::write(path.join("reports/baselines/bad.json"), "{\n  \"form\": 1,\n  \"acdsim\": 3\n}").unwrap();
    refused(&["check", "bad"], 2, "bad.json:3:");
    std::fs::write(path.join("reports/baselines/bad.json"), "{ \"form\": 99 }").unwrap();
    refused(&["check", "bad"], 2, "this version reads form 1");
}

/// The block after `<!-- run: COMMAND -->` in the page is how what the command prints begins.
#[test]
fn the_page_shows_how_what_the_command_prints_begins() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/baseline.md");
    let page = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let (head, rest) = page.split_once("<!-- run: acdsim baseline ").expect("it shows a command");
    let (arguments, rest) = rest.split_once(" -->\n```text\n").expect("a block follows the command");
    let (_, rest) = rest.split_once("```").expect("the block ends");
    let arguments_of: Vec<&str> = arguments.split(' ').collect();
    let text = printed(&acdsim(env!("CARGO_MANIFEST_DIR").as_ref(), &arguments_of, "").code(1));
    let begin: String = text.split_inclusive('\n').take(16).collect();
    let made = format!("{head}<!-- run: acdsim baseline {arguments} -->\n```text\n{begin}```{rest}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &made).unwrap();
    } else {
        assert!(made == page, "docs/baseline.md is out of date: UPDATE_DOCS=1 cargo test --test baseline_command");
    }
}
