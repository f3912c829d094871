//! `docs/output.md` defines every column that is written, and no other.

use std::collections::BTreeMap;
use std::process::Command;

/// The columns that the documentation defines, by the heading they stand under, and whether only scenarios that are not plain
/// have them.
fn documented() -> BTreeMap<String, Vec<(String, bool)>> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/output.md")).unwrap();
    let mut tables: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    let (mut heading, mut beyond) = (String::new(), false);
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            (heading, beyond) = (title.to_owned(), false);
        } else if let Some(title) = line.strip_prefix("### ") {
            beyond = title == "Beyond plain scenarios";
        } else if let Some(column) = line.strip_prefix("| `").and_then(|rest| rest.split('`').next()) {
            tables.entry(heading.clone()).or_default().push((column.to_owned(), beyond));
        }
    }
    tables
}

/// The columns of each file that a run of a scenario writes.
fn written(scenario: &str) -> BTreeMap<String, Vec<String>> {
    let out = tempfile::tempdir().unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_acdsim"))
        .args(["run", scenario, "--replications", "1", "--calls", "--events", "--quiet", "--out"])
        .arg(out.path())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success());
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(out.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "summary.json" {
            continue;
        }
        let header = std::fs::read_to_string(&path).unwrap();
        let columns = header.lines().next().unwrap().split(',').map(|column| column.replace("sl_20_", "sl_T_"));
        files.insert(name, columns.collect());
    }
    files
}

#[test]
fn every_column_is_defined_in_its_place() {
    let documented = documented();
    for (scenario, whole, files) in [("scenarios/quickstart.toml", false, 8), ("tests/common/whole.toml", true, 9)] {
        let written = written(scenario);
        assert_eq!(written.len(), files, "files of {scenario}: {:?}", written.keys());
        for (name, mut columns) in written {
            let Some(defined) = documented.get(&name) else { panic!("docs/output.md has no columns for {name}") };
            if name == "summary.csv" && whole {
                // What the documentation says of the group's column.
                let class = columns.iter().position(|column| column == "class").expect("it has classes");
                columns.remove(class);
                assert_eq!(columns[class - 1], "group");
            }
            let defined: Vec<&str> =
                defined.iter().filter(|&&(_, beyond)| whole || !beyond).map(|(column, _)| column.as_str()).collect();
            assert_eq!(columns, defined, "the columns of {name} of {scenario}, written and documented");
        }
    }
}
