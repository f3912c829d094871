//! `acdsim watch` where there is no terminal, `completions` and `man`; `.ci/watch.sh` drives it on one.

use assert_cmd::Command;
use predicates::str::{contains, is_empty, starts_with};

fn acdsim(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("acdsim").expect("the program is built");
    command.args(arguments);
    command
}

fn stdout(command: &mut Command) -> String {
    let output = command.assert().success().stderr(is_empty()).get_output().stdout.clone();
    String::from_utf8(output).expect("it is UTF-8")
}

#[test]
fn the_board_of_a_moment_is_printed() {
    let board = stdout(&mut acdsim(&["watch", "scenarios/quickstart.toml", "--at", "10:30"]));
    insta::assert_snapshot!("watch_at", board);
    let board = stdout(&mut acdsim(&["watch", "scenarios/two-groups.toml", "--at", "+2h", "--seed", "7"]));
    insta::assert_snapshot!("watch_two_groups", board);
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let mut watch = acdsim(&["watch", "scenarios/quickstart.toml"]);
    watch.assert().code(2).stdout(is_empty()).stderr(contains("needs a terminal")).stderr(contains("--at"));
}

#[test]
fn wrong_moments_and_speeds_are_refused() {
    for (arguments, said) in [
        (["--at", "noon"], "--at \"noon\" is not a moment"),
        (["--at", "+30d"], "is not in the run, which begins at 2026-03-02T09:00:00"),
        (["--from", "25:00"], "--from \"25:00\" is not a time of day"),
        (["--speed", "0"], "0 is not in 1..=131072"),
        (["--replication", "0"], "0 is not in 1..=1000000"),
    ] {
        let mut watch = acdsim(&["watch", "scenarios/quickstart.toml"]);
        watch.args(arguments).assert().code(2).stdout(is_empty()).stderr(contains(said));
    }
}

#[test]
fn shells_complete_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&mut acdsim(&["completions", shell]));
        for command in ["run", "verify", "watch", "replication"] {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
    acdsim(&["completions", "sh"]).assert().code(2).stderr(contains("possible values"));
}

#[test]
fn every_command_has_a_man_page() {
    acdsim(&["man"]).assert().success().stdout(starts_with(".ie")).stdout(contains("acdsim"));
    let directory = tempfile::tempdir().expect("a directory can be made");
    acdsim(&["man", "--out"]).arg(directory.path()).assert().success().stdout(is_empty());
    let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).expect(name);
    assert!(read("acdsim.1").contains("acdsim\\-watch(1)"));
    assert!(read("acdsim-watch.1").contains("\\-\\-speed"));
    assert!(!directory.path().join("acdsim-help.1").exists());
}
