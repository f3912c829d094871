//! `docs/output.md` defines every column that is written, and no other.

use std::collections::BTreeMap;
use std::process::Command;

/// The columns that the documentation defines, by the heading they stand under.
fn documented() -> BTreeMap<String, Vec<String>> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/output.md")).unwrap();
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut heading = String::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            heading = title.to_owned();
        } else if let Some(column) = line.strip_prefix("| `").and_then(|rest| rest.split('`').next()) {
            tables.entry(heading.clone()).or_default().push(column.to_owned());
        }
    }
    tables
}

#[test]
fn every_column_is_defined_in_its_place() {
    let out = tempfile::tempdir().unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_acdsim"))
        .args(["run", "scenarios/quickstart.toml", "--replications", "1", "--calls", "--events", "--quiet", "--out"])
        .arg(out.path())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success());
    let documented = documented();
    let mut files = 0;
    for entry in std::fs::read_dir(out.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(defined) = documented.get(&name) else {
            assert_eq!(name, "summary.json", "docs/output.md has no columns for {name}");
            continue;
        };
        let header = std::fs::read_to_string(&path).unwrap();
        let written: Vec<String> =
            header.lines().next().unwrap().split(',').map(|column| column.replace("sl_20_", "sl_T_")).collect();
        assert_eq!(&written, defined, "the columns of {name}, written and documented");
        files += 1;
    }
    assert_eq!(files, 8);
}
