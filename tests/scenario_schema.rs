//! The JSON Schema agrees with the reader about the shape of a scenario file.

use std::path::{Path, PathBuf};

use acdsim::scenario::{json_schema, parse, read};
use serde_json::{Value, json};

fn to_json(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(moment) => json!(moment.to_string()),
        toml::Value::Array(items) => items.into_iter().map(to_json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, inner)| (key, to_json(inner))).collect())
        }
        other => serde_json::to_value(other).expect("a plain value is JSON"),
    }
}

/// A scenario file as JSON; none if it is not TOML.
fn json_of(text: &str) -> Option<Value> {
    toml::from_str::<toml::Table>(text).ok().map(|table| to_json(toml::Value::Table(table)))
}

fn files(directory: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).expect("the directory is there");
    let paths = entries.map(|entry| entry.expect("a directory can be listed").path());
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|kind| kind == "toml")).collect();
    paths.sort();
    paths
}

#[test]
fn the_schema_is_a_schema() {
    assert!(jsonschema::meta::is_valid(&json_schema()));
}

#[test]
fn good_scenarios_satisfy_reader_and_schema() {
    let schema = jsonschema::validator_for(&json_schema()).expect("the schema is sound");
    let files = files("scenarios");
    assert!(files.len() >= 5);
    for path in files {
        read(&path).unwrap_or_else(|errors| panic!("{}", errors.render(100, false)));
        let text = std::fs::read_to_string(&path).expect("a scenario can be read");
        let value = json_of(&text).expect("it is TOML");
        if let Err(error) = schema.validate(&value) {
            panic!("{}: {error} at {}", path.display(), error.instance_path());
        }
    }
}

#[test]
fn broken_shapes_do_not_satisfy_the_schema() {
    /// What is wrong with these concerns more than one value, or another file.
    const SOUND_SHAPES: [&str; 13] = [
        "agent_across_handlers",
        "csv_columns",
        "csv_fields",
        "csv_missing",
        "duplicate_names",
        "missing_talk",
        "rates_out_of_order",
        "shared_address",
        "too_large",
        "too_long",
        "unserved_group",
        "warm_up_too_long",
        "zero_patience",
    ];
    let schema = jsonschema::validator_for(&json_schema()).expect("the schema is sound");
    for path in files("tests/broken") {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a scenario can be read");
        let Some(value) = json_of(&text) else { continue };
        let sound = SOUND_SHAPES.contains(&name.as_str());
        assert_eq!(schema.is_valid(&value), sound, "{name}");
    }
}

#[test]
fn spellings_mean_the_same_to_schema_and_reader() {
    let schema = jsonschema::validator_for(&json_schema()).expect("the schema is sound");
    let small = |rate: &str, talk: &str, log_in: &str| {
        format!(
            "horizon = \"9h\"\n[[group]]\nname = \"A\"\narrivals = {{ rate = {rate} }}\ntalk = {talk}\n\
             [[agents]]\nname = \"Ann\"\ngroups = [\"A\"]\nlog_in = {log_in}\n"
        )
    };
    let rates =
        ["\"360/h\"", "\"0.1 / s\"", "\"90/30min\"", "\"1e2/day\"", "360", "\"360\"", "\"x/h\"", "\"1/x\"", "\"-1/h\""];
    let talks =
        ["\"3m 20s\"", "\"1h30m\"", "\"7µs\"", "\"1.5 hours\"", "20", "\"20\"", "\"5 minuts\"", "\"\"", "\"-1s\""];
    let moments = [
        "\"09:00\"",
        "\"8:30:15.5\"",
        "08:00:00",
        "\"2026-01-05T03:00\"",
        "2026-01-05T03:00:00",
        "\"+90m\"",
        "\"+9\"",
        "\"nine\"",
        "\"9h\"",
    ];
    let mut cases = Vec::new();
    cases.extend(rates.map(|rate| small(rate, "\"1m\"", "\"+1s\"")));
    cases.extend(talks.map(|talk| small("\"1/h\"", talk, "\"+1s\"")));
    cases.extend(moments.map(|moment| small("\"1/h\"", "\"1m\"", moment)));
    for text in cases {
        let read = parse(&text, Path::new("x.toml"));
        let value = json_of(&text).expect("it is TOML");
        // Clocks after the end of the run are of a sound shape.
        let outside = read.as_ref().is_err_and(|errors| errors.problems()[0].message.contains("outside the run"));
        assert_eq!(schema.is_valid(&value), read.is_ok() || outside, "{text}");
    }
}
