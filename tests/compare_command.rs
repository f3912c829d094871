//! `acdsim compare`, from end to end, and what `docs/compare.md` shows of it.

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::*;
use serde_json::Value;

const BASE: &str = "scenarios/quickstart.toml";
const MORE: &str = "scenarios/compare/one-senior-more.toml";
const BOTH: &str = "scenarios/compare/all-serve-both.toml";

fn compare(arguments: &[&str]) -> Assert {
    let mut command = Command::cargo_bin("acdsim").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("compare").args(arguments).assert()
}

fn printed(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let text = printed(&compare(&[arguments, &["--format", "json"]].concat()).success());
    serde_json::from_str(&text).unwrap()
}

#[test]
fn pairing_makes_the_interval_of_the_difference_narrower() {
    let json = json(&[BASE, MORE, "--replications", "20", "--metric", "asa_s", "--metric", "offered"]);
    let support = &json["groups"][0];
    assert_eq!((&support["group"], &support["same_callers"]), (&"Support".into(), &true.into()));
    let asa = &support["metrics"][0];
    let [paired, independent, narrowing] =
        ["paired_ci95", "independent_ci95", "narrowing"].map(|key| asa[key].as_f64().unwrap());
    assert!(narrowing > 1.3 && (narrowing - independent / paired).abs() < 1e-9, "{asa}");
    assert!(asa["difference"].as_f64().unwrap() < -paired, "a senior more shortens waits: {asa}");
    // The same callers call, whoever is there to answer.
    let offered = &support["metrics"][1];
    assert_eq!((&offered["difference"], &offered["paired_ci95"]), (&0.0.into(), &0.0.into()));
    assert!(offered["independent_ci95"].as_f64().unwrap() > 1.0, "{offered}");
}

/// The interval of independent runs is the one that independent runs give, and the paired one covers the same difference.
#[test]
fn the_interval_of_independent_runs_is_as_wide_as_that_of_other_seeds() {
    let of = |seed: &str, scenario: &str| {
        let json = json(&[scenario, scenario, "--replications", "40", "--seed", seed, "--metric", "asa_s"]);
        let asa = &json["groups"][0]["metrics"][0];
        assert_eq!(asa["difference"], 0.0);
        // Of two that are the same, the variance of one is half of that of the independent difference.
        (asa["first_mean"].as_f64().unwrap(), asa["independent_ci95"].as_f64().unwrap() / 2.0_f64.sqrt())
    };
    let (base, more) = (of("11", BASE), of("12", MORE));
    let apart = (base.1 * base.1 + more.1 * more.1).sqrt();
    let paired = json(&[BASE, MORE, "--replications", "40", "--seed", "13", "--metric", "asa_s"]);
    let asa = &paired["groups"][0]["metrics"][0];
    let independent = asa["independent_ci95"].as_f64().unwrap();
    assert!((0.5..2.0).contains(&(independent / apart)), "{independent} against {apart}");
    let off = (more.0 - base.0) - asa["difference"].as_f64().unwrap();
    assert!(off.abs() < 2.0 * (apart + independent), "{off}");
}

#[test]
fn the_threads_change_nothing() {
    let arguments = [BASE, MORE, BOTH, "--replications", "6", "--best", "Billing.asa_s", "--goal", "lowest"];
    let arguments = [&arguments[..], &["--indifference", "3", "--first-stage", "5", "--format", "json"]].concat();
    let one = printed(&compare(&[&arguments[..], &["--threads", "1"]].concat()).success());
    assert_eq!(one, printed(&compare(&[&arguments[..], &["--threads", "3"]].concat()).success()));
}

#[test]
fn the_best_of_three_is_found_and_too_few_replications_find_none() {
    let best = [BASE, MORE, BOTH, "--best", "Billing.asa_s", "--goal"];
    let found = json(&[&best[..], &["lowest", "--indifference", "2"]].concat());
    let selection = &found["selection"];
    assert_eq!(selection["systems"].as_array().unwrap().len(), 3);
    assert_ne!(selection["best"], BASE);
    let worst = json(&[&best[..], &["highest", "--indifference", "2"]].concat());
    assert_eq!(worst["selection"]["best"], BASE);
    let few = ["lowest", "--indifference", "0.0001", "--first-stage", "3", "--max-replications", "4"];
    let assert = compare(&[&best[..], &few].concat()).code(1);
    assert.stderr(predicate::str::contains("no scenario is known to be best after 4 replications"));
}

#[test]
fn what_is_wrong_is_refused_with_what_is_allowed() {
    let refused = |arguments: &[&str], message: &str| {
        compare(arguments).code(2).stderr(predicate::str::contains(message));
    };
    refused(&[BASE], "2 values required");
    refused(&[BASE, "none.toml"], "none.toml");
    refused(&[BASE, MORE, "--group", "Sales"], "those are Support, Billing");
    refused(&[BASE, MORE, "--metric", "asa"], "they are offered, ");
    refused(&[BASE, "scenarios/erlang-c.toml"], "is no group of all scenarios: those are none");
    refused(&[BASE, MORE, "--best", "Support.asa_s"], "--goal");
    let best = |text, indifference| [BASE, MORE, "--best", text, "--goal", "lowest", "--indifference", indifference];
    refused(&best("asa_s", "1"), "is not GROUP.METRIC, such as Support.asa_s");
    refused(&best("Support.asa", "1"), "they are offered, ");
    refused(&best("Support.asa_s", "0"), "it is more than 0");
    refused(&[&best("Support.asa_s", "1")[..], &["--confidence", "40%"]].concat(), "more than that of a guess");
    refused(
        &[&best("Support.asa_s", "1")[..], &["--max-replications", "5"]].concat(),
        "at least those of the first stage",
    );
}

#[test]
fn groups_with_other_callers_are_told() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("busier.toml");
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/quickstart.toml")).unwrap();
    std::fs::write(&path, text.replace("110/h", "120/h")).unwrap();
    let json = json(&[BASE, path.to_str().unwrap(), "--replications", "3"]);
    let same: Vec<&Value> = json["groups"].as_array().unwrap().iter().map(|group| &group["same_callers"]).collect();
    assert_eq!(same, [&Value::from(false), &Value::from(true)]);
}

/// Each block after `<!-- run: COMMAND -->` in a page is what the command prints.
#[test]
fn the_page_shows_what_the_command_prints() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/compare.md");
    let page = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let mut parts = page.split("<!-- run: acdsim compare ");
    let mut made = parts.next().unwrap_or_default().to_owned();
    let mut shown = 0;
    for part in parts {
        let (arguments, rest) = part.split_once(" -->\n```text\n").expect("a block follows the command");
        let (_, rest) = rest.split_once("```").expect("the block ends");
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let text = printed(&compare(&arguments).success());
        made += &format!("<!-- run: acdsim compare {} -->\n```text\n{text}```{rest}", arguments.join(" "));
        shown += 1;
    }
    assert!(shown >= 2, "the page shows a comparison and a selection");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &made).unwrap();
    } else {
        assert!(made == page, "docs/compare.md is out of date: UPDATE_DOCS=1 cargo test --test compare_command");
    }
}
