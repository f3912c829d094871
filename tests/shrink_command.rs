//! `acdsim shrink` from end to end: what it leaves, what it says, and how it ends.

use std::fs;
use std::path::Path;

use acdsim::scenario;
use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

const QUICKSTART: &str = "scenarios/quickstart.toml";
const LONG_WAIT: &str = "Billing.longest_time_to_answer_s > 150";

fn acdsim(command: &str) -> Command {
    let mut acdsim = Command::cargo_bin("acdsim").expect("the program is built");
    acdsim.arg(command);
    acdsim
}

fn temporary() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory can be made")
}

fn stdout(command: &mut Command) -> String {
    let output = command.assert().success().stderr("").get_output().stdout.clone();
    String::from_utf8(output).expect("it is UTF-8")
}

fn read(directory: &Path, name: &str) -> String {
    fs::read_to_string(directory.join(name)).expect("it is there")
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("the directory is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("it can be listed").file_name().into_string().expect("ASCII")).collect();
    names.sort();
    names
}

/// Shrinks the quickstart and gives what is printed, with DIR for the directory.
fn shrunk(out: &Path, arguments: &[&str]) -> String {
    let text = stdout(acdsim("shrink").arg(QUICKSTART).arg("--out").arg(out).args(arguments));
    text.replace(out.to_str().expect("ASCII"), "DIR").replace('\\', "/")
}

#[test]
fn a_day_becomes_a_few_calls_that_fail_alike() {
    let directory = temporary();
    let out = directory.path().join("small");
    let said = shrunk(&out, &["--when", LONG_WAIT, "--replication", "2"]);
    assert_eq!(names(&out), ["calls.csv", "scenario.toml"]);
    let (toml, calls) = (read(&out, "scenario.toml"), read(&out, "calls.csv"));
    let shown = toml.replace(out.to_str().expect("ASCII"), "DIR").replace('\\', "/");
    insta::assert_snapshot!("small", format!("{said}\n--- scenario.toml\n{shown}\n--- calls.csv\n{calls}"));

    // Every command reads it.
    let path = out.join("scenario.toml");
    let csv = stdout(acdsim("run").arg(&path).args(["--format", "csv"]));
    let row = csv.lines().find(|row| row.starts_with("group,Billing,,,,longest_time_to_answer_s,")).expect(&csv);
    let longest: f64 = row.split(',').nth(6).expect(row).parse().expect(row);
    assert!(longest > 150.0, "{row}");
    let scenario = scenario::read(&path).expect("it is sound");
    assert_eq!(scenario.replications, 1);
    acdsim("verify").arg(&path).arg("--allow-inconclusive").assert().success();
    let last = calls.lines().count() - 1;
    let explained = stdout(acdsim("explain").arg(&path).arg(last.to_string()));
    assert!(explained.starts_with(&format!("Call {last} of Billing")), "{explained}");

    // It is as small as it can be made, but for the name of its directory.
    let again = directory.path().join("again");
    let said = stdout(acdsim("shrink").arg(&path).arg("--out").arg(&again).args(["--when", LONG_WAIT]));
    assert_eq!(read(&again, "calls.csv"), calls, "{said}");
    let without_comment =
        |text: &str| text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    assert_eq!(without_comment(&read(&again, "scenario.toml")), without_comment(&toml));
}

#[test]
fn the_documentation_shows_what_is_printed_and_written() {
    let docs = read(Path::new("docs"), "explain-and-shrink.md").replace("\r\n", "\n");
    let command = format!("acdsim shrink {QUICKSTART} --out small --replication 2 --when '{LONG_WAIT}'");
    let (_, shown) = docs.split_once(&format!("<!-- shrink: {command} -->\n")).expect("it has the marker");
    let block = |form: &str| {
        let (_, block) = shown.split_once(&format!("```{form}\n")).expect("it has the block");
        block.split_once("```").expect("the block ends").0.to_owned()
    };
    let directory = temporary();
    // The example is run in a copy, so that its paths are short and nothing is left behind.
    fs::create_dir(directory.path().join("scenarios")).expect("a directory can be made");
    fs::copy(QUICKSTART, directory.path().join(QUICKSTART)).expect("a file can be copied");
    let run = acdsim("shrink")
        .current_dir(directory.path())
        .args([QUICKSTART, "--out", "small", "--replication", "2", "--when", LONG_WAIT])
        .assert()
        .success();
    let said = String::from_utf8(run.get_output().stdout.clone()).expect("it is UTF-8").replace('\\', "/");
    assert_eq!(said, block("text"));
    let small = directory.path().join("small");
    assert_eq!(read(&small, "scenario.toml"), block("toml"));
    assert_eq!(read(&small, "calls.csv"), block("csv"));
}

#[test]
fn the_same_command_leaves_the_same_bytes() {
    let directory = temporary();
    let out = directory.path().join("small");
    let arguments = ["--when", "Support.longest_queue >= 3", "--seed", "7"];
    let files = |said: String| (said, read(&out, "scenario.toml"), read(&out, "calls.csv"));
    let first = files(shrunk(&out, &arguments));
    assert_eq!(files(shrunk(&out, &arguments)), first);
    assert!(first.1.contains("--seed 7 --when 'Support.longest_queue >= 3'"), "{}", first.1);
}

#[test]
fn runs_are_limited() {
    let directory = temporary();
    let said = shrunk(directory.path(), &["--when", LONG_WAIT, "--replication", "2", "--max-runs", "20"]);
    assert!(said.contains("after 20 runs") && said.contains("--max-runs"), "{said}");
    let path = directory.path().join("scenario.toml");
    acdsim("run").arg(&path).arg("-q").assert().success();
}

#[test]
fn what_does_not_fail_is_refused_and_leaves_nothing() {
    let directory = temporary();
    let out = directory.path().join("small");
    let refused = |arguments: &[&str], said: &str| {
        let run = acdsim("shrink").arg(QUICKSTART).arg("--out").arg(&out).args(arguments).assert();
        run.code(2).stdout("").stderr(contains(said));
        assert_eq!(names(directory.path()), [""; 0], "{arguments:?}");
    };
    refused(&[], "acdsim: nothing fails in replication 1 of seed 1: of 1337 calls, every rule was kept");
    refused(
        &["--when", "Billing.blocked > 0"],
        "acdsim: nothing fails in replication 1 of seed 1: Billing.blocked > 0 does not hold, it is 0",
    );
    refused(&["--when", "Sales.asa_s > 3"], "is of `Sales`, which is no group (Support, Billing)");
    refused(&["--when", "Billing.asa > 3"], "names no metric of Billing: they are offered, blocked,");
    refused(&["--when", "Billing.asa_s"], "has no comparison");
    refused(&["--when", "Billing.asa_s > long"], "has `long` where a number should be");
    refused(&["--max-runs", "1"], "--max-runs");
    refused(&["--replication", "0"], "--replication");
}

#[test]
fn what_cannot_be_read_or_written_is_said_to_be_so() {
    let directory = temporary();
    let out = directory.path().join("small");
    acdsim("shrink").args(["nowhere.toml", "--out"]).arg(&out).assert().code(2).stdout("").stderr(contains("nowhere"));
    acdsim("shrink").arg(QUICKSTART).assert().code(2).stdout("").stderr(contains("--out"));
    fs::write(&out, "a file").expect("a file can be written");
    let run = acdsim("shrink").arg(QUICKSTART).args(["--when", LONG_WAIT, "--out"]).arg(&out).assert();
    run.code(3).stdout("").stderr(contains("acdsim: cannot write").and(contains("it is no directory")));
    assert_eq!(fs::read_to_string(&out).expect("it is there"), "a file");
    let beside = acdsim("shrink").arg(QUICKSTART).args(["--when", LONG_WAIT, "--out", "scenarios"]).assert();
    beside.code(2).stdout("").stderr(contains("--out scenarios is the directory of the scenario"));
    assert!(!Path::new("scenarios/calls.csv").exists());
}
