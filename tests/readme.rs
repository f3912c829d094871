//! What the README shows is what the program prints.

use std::process::{Command, Output};

fn acdsim(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_acdsim"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("acdsim starts")
}

/// The block after a marker in the README.
fn shown(marker: &str, form: &str) -> String {
    let readme = include_str!("../README.md").replace("\r\n", "\n");
    let start = format!("<!-- {marker} -->\n```{form}\n");
    let (_, rest) = readme.split_once(&start).expect("the README has the marker");
    rest.split_once("```").expect("the block ends").0.to_owned()
}

#[test]
fn the_output_of_the_first_command_is_the_one_shown() {
    let output = acdsim(&["run", "scenarios/quickstart.toml"]);
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), shown("quickstart", "text"));
}

#[test]
fn the_error_is_the_one_shown() {
    let output = acdsim(&["run", "tests/broken/unknown_unit.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), shown("broken", "text"));
}

#[test]
fn the_scenario_that_is_shown_runs() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sales.toml");
    std::fs::write(&path, shown("sales.toml", "toml")).unwrap();
    let output = acdsim(&["run", path.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
