//! `acdsim import` as its user sees it: files, output and exit codes.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;
use tempfile::TempDir;

const CALLS: &str = "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_start\tq_exit\t\
    q_time\toutcome\tser_start\tser_exit\tser_time\tserver\n\
    AA0101\t1\t0\t0\tPS\t990207\t7:22:15\t7:22:26\t11\t0:00:00\t0:00:00\t0\tAGENT\t7:22:25\t7:26:06\t221\tA16\n\
    AA0101\t2\t0\t0\tNW\t990207\t7:25:05\t7:25:27\t22\t7:25:27\t7:26:00\t33\tHANG\t0:00:00\t0:00:00\t0\tNO_SERVER\n\
    AA0101\t3\t0\t0\tNW\t990207\tlate\t7:25:27\t22\t7:25:27\t7:26:00\t33\tHANG\t0:00:00\t0:00:00\t0\tNO_SERVER\n";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("calls.tsv"), CALLS).unwrap();
    folder
}

fn acdsim(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::cargo_bin("acdsim").unwrap();
    command.current_dir(folder).args(arguments.split_whitespace());
    command
}

#[test]
fn an_import_can_be_run_and_compared_with_what_happened() {
    let folder = folder();
    let arguments = "import anonymous-bank calls.tsv --out day --dropped dropped.csv";
    acdsim(folder.path(), arguments).assert().success().stderr("").stdout(predicate::str::contains("calls offered"));
    let mut files: Vec<_> =
        fs::read_dir(folder.path().join("day")).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["actual.csv", "calls.csv", "scenario.toml", "staff.csv"]);
    let dropped = fs::read_to_string(folder.path().join("dropped.csv")).unwrap();
    assert!(dropped.contains("calls.tsv,4,") && dropped.contains("vru_entry"), "{dropped}");
    let run = acdsim(folder.path(), "run day/scenario.toml --actual day/actual.csv").assert().success();
    run.stdout(predicate::str::contains("Actual and simulated"));
}

#[test]
fn the_report_is_also_json() {
    let folder = folder();
    let output = acdsim(folder.path(), "import anonymous-bank calls.tsv --out day --format json").output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["read"], &report["used"], &report["dropped"]), (&3.into(), &2.into(), &1.into()));
}

#[test]
fn wrong_arguments_and_files_end_with_2_and_what_cannot_be_written_with_3() {
    let folder = folder();
    fs::write(folder.path().join("other.tsv"), "a\tb\n").unwrap();
    for (arguments, code, message) in [
        ("import unknown calls.tsv --out day", 2, "the formats are: anonymous-bank"),
        ("import anonymous-bank calls.tsv --out day --days 7", 2, "--from"),
        ("import anonymous-bank calls.tsv --out day --interval 0s", 2, "more than zero"),
        ("import anonymous-bank calls.tsv --out day --interval 5", 2, "without a unit"),
        ("import anonymous-bank nothing.tsv --out day", 2, "nothing.tsv"),
        ("import anonymous-bank other.tsv --out day", 2, "other.tsv: line 1: column 1 is \"a\""),
        ("import anonymous-bank calls.tsv --from 1999-03-01 --out day", 2, "no call can be used"),
        ("import anonymous-bank calls.tsv --out calls.tsv/day", 3, "cannot write"),
    ] {
        let failed = acdsim(folder.path(), arguments).assert().code(code);
        failed.stdout("").stderr(predicate::str::contains(message));
        assert!(!folder.path().join("day").exists(), "{arguments}");
    }
}
