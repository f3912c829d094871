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

#[test]
fn no_file_is_both_read_and_written() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("day")).unwrap();
    for name in ["day/calls.csv", "day/staff.csv"] {
        fs::write(path(name), CALLS).unwrap();
    }
    let files = || {
        let mut files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        files.sort();
        files
    };
    let before = files();
    for (arguments, message) in [
        ("calls.tsv --out day --dropped calls.tsv", "one of the files that are read"),
        ("calls.tsv --out day --dropped new/../calls.tsv", "one of the files that are read"),
        ("calls.tsv --out week --staff day/staff.csv --dropped ./day/staff.csv", "one of the files that are read"),
        ("calls.tsv --out day --dropped day/../day/actual.csv", "that the scenario is written to"),
        ("calls.tsv --out new/day --dropped new/day/scenario.toml", "that the scenario is written to"),
        ("calls.tsv --out day --dropped day", "it is a directory"),
        ("calls.tsv --out new/day --dropped new", "it is a directory"),
        ("day/calls.csv --out day", "would be overwritten"),
        ("calls.tsv --out day --staff day/staff.csv", "would be overwritten"),
        // The other file is not looked for.
        ("day/calls.csv nothing.tsv --out ./day", "would be overwritten"),
        #[cfg(unix)]
        ("calls.tsv --out day --dropped /dev/null", "not a regular file"),
    ] {
        let failed = acdsim(folder.path(), &format!("import anonymous-bank {arguments}")).assert().code(2);
        failed.stdout("").stderr(predicate::str::contains(message));
        assert_eq!(files(), before, "{arguments}");
        for name in ["calls.tsv", "day/calls.csv", "day/staff.csv"] {
            assert_eq!(fs::read_to_string(path(name)).unwrap(), CALLS, "{arguments}");
        }
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_to_what_they_name() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    for (target, link) in [("calls.tsv", "input"), ("rows.csv", "rows"), ("nothing", "dangling")] {
        symlink(target, path(link)).unwrap();
    }
    fs::write(path("rows.csv"), "").unwrap();
    for (dropped, message) in [("input", "one of the files that are read"), ("dangling", "a link to what is not there")]
    {
        let failed = acdsim(folder.path(), &format!("import anonymous-bank calls.tsv --out day --dropped {dropped}"));
        { failed }.assert().code(2).stderr(predicate::str::contains(message));
    }
    acdsim(folder.path(), "import anonymous-bank input --out day --dropped rows").assert().success();
    assert!(path("rows").is_symlink());
    assert!(fs::read_to_string(path("rows.csv")).unwrap().contains("vru_entry"));
}

#[test]
fn an_interval_that_is_too_short_is_told_what_may_be() {
    let folder = folder();
    let failed = acdsim(folder.path(), "import anonymous-bank calls.tsv --out day --interval 1ns").assert().code(2);
    let message = "intervals of 1ns in 1 day are more than 1,000,000; an interval there is 86ms 400us or longer";
    failed.stderr(predicate::str::contains(message));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_an_import_and_leaves_nothing_behind() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    use std::time::Duration;
    let folder = folder();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("acdsim"))
        .args("import anonymous-bank /dev/stdin --out day --dropped dropped.csv".split_whitespace())
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(CALLS.as_bytes()).unwrap();
    // The file of the dropped rows is made when the interrupt is listened to.
    while fs::read_dir(folder.path()).unwrap().count() < 2 {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it was interrupted");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    // It sees that when the next rows come.
    let row = CALLS.lines().nth(1).unwrap().to_owned() + "\n";
    while child.try_wait().unwrap().is_none() {
        let _ = input.write_all(row.as_bytes());
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "acdsim: interrupted\n");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["calls.tsv"]);
}

const LOG: &str = "queued,wait_s,talk_s,agent\n2024-03-01T08:00:00,4,60,Ann\n2024-03-01T08:05:00,9,0,\n\
    2024-03-01T08:10:00,0,90,Ann\nyesterday,0,90,Ann\n";
const COLUMNS: &str = "--column arrival=queued --column wait=wait_s --column talk=talk_s --column agent=agent";

#[test]
fn a_table_is_imported_by_columns_of_the_command_line_from_the_standard_input() {
    let folder = folder();
    for form in ["recorded", "fitted"] {
        let arguments = format!("import calls - {COLUMNS} --as {form} --dropped dropped.csv --format json --out log");
        let output = acdsim(folder.path(), &arguments).write_stdin(LOG).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&report["read"], &report["used"], &report["dropped"]), (&4.into(), &3.into(), &1.into()));
        assert_eq!(report["as"], form);
        let dropped = fs::read_to_string(folder.path().join("dropped.csv")).unwrap();
        assert!(dropped.contains("standard input,5,\"bad date: queued is \"\"yesterday\"\""), "{dropped}");
        let run = acdsim(folder.path(), "run log/scenario.toml --actual log/actual.csv").assert().success();
        run.stdout(predicate::str::contains("Actual and simulated"));
    }
}

#[test]
fn a_wrong_mapping_ends_with_2_and_its_place() {
    let folder = folder();
    fs::write(folder.path().join("log.csv"), LOG).unwrap();
    fs::write(folder.path().join("map.toml"), "[columns]\narrival = \"queued\"\nwiat = \"wait_s\"\n").unwrap();
    for (arguments, message) in [
        ("calls log.csv --map map.toml", "map.toml: line 3: unknown field `wiat`, expected one of"),
        ("calls log.csv --map nothing", "nothing: cannot be read"),
        ("calls log.csv", "--map FILE or --column KEY=COLUMN is needed"),
        ("calls log.csv --column arival=queued", "--column arival=queued: unknown field `arival`"),
        (
            "calls log.csv --column arrival=q --column wait=wait_s --column talk=talk_s",
            "log.csv: line 1: there is no column \"q\"",
        ),
        ("counts log.csv --map bank-2003", "--talk and --agents are needed"),
        (
            "anonymous-bank calls.tsv --talk-law weird",
            "the laws are: lognormal, gamma, weibull, exponential, empirical",
        ),
    ] {
        let failed = acdsim(folder.path(), &format!("import {arguments} --out log")).assert().code(2);
        failed.stdout("").stderr(predicate::str::contains(message));
        assert!(!folder.path().join("log").exists(), "{arguments}");
    }
}
