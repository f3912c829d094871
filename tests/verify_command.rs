//! `acdsim verify`, from end to end.

use assert_cmd::Command;
use predicates::prelude::*;

/// A day so short that little is known of it.
const SMALL: &str = r#"
name = "Small"
horizon = "20h"
warm_up = "1h"

[verify]
precision = "10%"

[[group]]
name = "Calls"
arrivals = { rate = "30/h" }
talk = { distribution = "exponential", mean = "2m" }

[[agents]]
name = "Agent"
count = 3
groups = ["Calls"]
"#;

fn verify(text: &str, arguments: &[&str]) -> (tempfile::TempDir, assert_cmd::assert::Assert) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("small.toml"), text).unwrap();
    let mut command = Command::cargo_bin("acdsim").unwrap();
    let assert = command.current_dir(&directory).args(["verify", "small.toml"]).args(arguments).assert();
    (directory, assert)
}

fn printed(assert: &assert_cmd::assert::Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

#[test]
fn a_sound_scenario_passes_and_says_by_what() {
    let (_directory, assert) = verify(SMALL, &[]);
    insta::assert_snapshot!("verify_text", printed(&assert.success()));
}

#[test]
fn the_threads_change_nothing() {
    let one = printed(&verify(SMALL, &["--threads", "1", "--format", "json"]).1.success());
    assert_eq!(one, printed(&verify(SMALL, &["--threads", "3", "--format", "json"]).1.success()));
    let json: serde_json::Value = serde_json::from_str(&one).unwrap();
    let scenario = &json["scenarios"][0];
    assert_eq!(scenario["verdict"], "pass");
    let measures = scenario["measures"].as_array().unwrap();
    assert!(measures.iter().any(|measure| measure["metric"] == "longest_time_to_answer_s"
        && measure["test"] == "anderson_darling"
        && measure["model"] == "erlang_c"));
}

#[test]
fn what_is_not_known_well_enough_is_inconclusive_and_does_not_pass_unless_allowed() {
    let few = ["--precision", "0.1%", "--max-calls", "100000"];
    let (_directory, assert) = verify(SMALL, &few);
    let text = printed(&assert.code(1).stderr(predicate::str::contains("1 of 1 scenarios did not pass")));
    assert!(text.contains("Small: inconclusive in "), "{text}");
    assert!(text.contains("To repeat it: acdsim verify small.toml --seed 1 --precision 0.001"), "{text}");
    verify(SMALL, &[&few[..], &["--allow-inconclusive"]].concat()).1.success();
}

#[test]
fn what_no_model_describes_is_told_with_the_reason_and_an_approximation() {
    let text = SMALL.replace("exponential\", mean = \"2m\"", "lognormal\", mean = \"2m\", cv = 1.5");
    let (_directory, assert) = verify(&text, &["--allow-inconclusive"]);
    let text = printed(&assert.success());
    assert!(text.contains("Not applicable to Calls"), "{text}");
    assert!(text.contains("the handle time has no exponential phases"), "{text}");
    assert!(text.contains("by Allen & Cunneen"), "{text}");
}

#[test]
fn junit_has_a_suite_a_scenario_and_a_case_a_measure() {
    let (directory, assert) = verify(SMALL, &["--junit", "out.xml", "--format", "csv"]);
    let rows = printed(&assert.success()).lines().count() - 1;
    let xml = std::fs::read_to_string(directory.path().join("out.xml")).unwrap();
    assert_eq!(xml.matches("<testsuite ").count(), 1);
    // The audit is a case of its own.
    assert_eq!(xml.matches("<testcase ").count(), rows + 1);
    assert!(xml.contains("failures=\"0\" errors=\"0\""), "{xml}");
    let few = ["--precision", "0.1%", "--max-calls", "100000", "--junit", "out.xml"];
    let (directory, assert) = verify(SMALL, &few);
    assert.code(1);
    let xml = std::fs::read_to_string(directory.path().join("out.xml")).unwrap();
    assert!(xml.contains("type=\"inconclusive\"") && xml.contains("acdsim verify small.toml --seed 1"), "{xml}");
}

#[test]
fn false_alarms_are_counted() {
    let (_directory, assert) = verify(SMALL, &["--seeds", "20", "--error-rate", "10%", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&printed(&assert.success())).unwrap();
    let alarms = &json["false_alarms"][0];
    assert_eq!((&alarms["seeds"], &alarms["error_rate"]), (&20.into(), &0.1.into()));
    assert!(alarms["failed"].as_u64().unwrap() <= 6, "{alarms}");
}

#[test]
fn what_is_wrong_is_refused() {
    verify("horizon = 3", &[]).1.code(2);
    verify(SMALL, &["--precision", "0"]).1.code(2).stderr(predicate::str::contains("more than 0 and less than 1"));
    verify(SMALL, &["--junit", "small.toml/out.xml"]).1.code(3);
    let mut missing = Command::cargo_bin("acdsim").unwrap();
    missing.args(["verify", "there-is-none.toml"]).assert().code(2);
}
