//! The JSON Schema of the scenario file, made from the declaration of its keys.

use serde_json::{Map, Value, json};

use super::declaration::{Key, Kind, Presence, Table};
use super::keys::SCENARIO;
use super::law_keys::{LAWS, Law};
use super::units::UNITS;

/// The JSON Schema (draft 2020-12) of a scenario file, for editors that complete and check TOML.
///
/// It knows the shape of the file: the keys, their kinds and the spelling of durations, rates and moments. What concerns
/// more than one value, such as that an agent's groups exist, only [`read`](super::read) knows.
///
/// ```
/// let schema = acdsim::scenario::json_schema();
/// assert_eq!(schema["properties"]["horizon"]["description"], "How long the run lasts.");
/// assert_eq!(schema["required"], serde_json::json!(["horizon", "group", "agents"]));
/// ```
pub fn json_schema() -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!("acdsim scenario"));
    schema.append(&mut table(&SCENARIO, &[]));
    schema.insert("$defs".into(), definitions());
    Value::Object(schema)
}

/// The schema of a table; `first` are properties that are not among its keys.
fn table(table: &Table, first: &[(&str, Value)]) -> Map<String, Value> {
    let mut properties: Map<String, Value> =
        first.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    properties.extend(table.keys.iter().map(|key| (key.name.to_owned(), property(key))));
    let required = first.iter().map(|(name, _)| *name);
    let required: Vec<&str> = required
        .chain(table.keys.iter().filter(|key| key.presence == Presence::Required).map(|key| key.name))
        .collect();
    let mut schema = Map::new();
    if !table.doc.is_empty() {
        schema.insert("description".into(), json!(table.doc));
    }
    schema.insert("type".into(), json!("object"));
    schema.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    schema.insert("additionalProperties".into(), json!(false));
    if !table.exclusive.is_empty() {
        let pairs = table.exclusive.iter().map(|(one, other)| json!({ "not": { "required": [one, other] } }));
        schema.insert("allOf".into(), pairs.collect());
    }
    schema
}

fn property(key: &Key) -> Value {
    let mut schema = kind(&key.kind);
    schema.insert("description".into(), json!(key.doc));
    match (key.presence, &key.kind) {
        (Presence::Default(text), Kind::Integer { .. }) => {
            schema.insert("default".into(), json!(text.parse::<i64>().expect("the defaults are declared right")));
        }
        (Presence::Default(text), _) => {
            schema.insert("default".into(), json!(text));
        }
        _ => {}
    }
    schema.insert("examples".into(), json!([example(key)]));
    Value::Object(schema)
}

/// A key's example as JSON.
pub(crate) fn example(key: &Key) -> Value {
    let text = format!("example = {}", key.example);
    let mut parsed: toml::Table = toml::from_str(&text).expect("the examples are declared right");
    json(parsed.remove("example").expect("it has just been written"))
}

/// A TOML value as JSON: dates and times become strings.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(truth) => json!(truth),
        toml::Value::Datetime(moment) => json!(moment.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => Value::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect()),
    }
}

fn kind(of: &Kind) -> Map<String, Value> {
    let schema = match of {
        Kind::Name => json!({ "type": "string", "pattern": "^\\S(.*\\S)?$" }),
        Kind::File => json!({ "type": "string", "pattern": "\\S" }),
        Kind::DateTime => json!({ "$ref": "#/$defs/date_time" }),
        Kind::Date => json!({ "type": "string", "pattern": "^\\s*[0-9]{4}-[0-1][0-9]-[0-3][0-9]\\s*$" }),
        Kind::Moment => json!({ "$ref": "#/$defs/moment" }),
        Kind::Duration { .. } => json!({ "$ref": "#/$defs/duration" }),
        Kind::Rate => json!({ "$ref": "#/$defs/rate" }),
        Kind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Between { min, max } => json!({ "type": "number", "minimum": min, "maximum": max }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Share => json!({ "oneOf": [
            { "type": "number", "minimum": 0, "maximum": 1 },
            { "type": "string", "pattern": "^\\s*[0-9]+(\\.[0-9]+)?\\s*%\\s*$" },
        ] }),
        Kind::Choice(words) => json!({
            "type": "string",
            "enum": words.iter().map(|(word, _)| word).collect::<Vec<_>>(),
            "x-taplo": { "docs": { "enumValues": words.iter().map(|(_, doc)| doc).collect::<Vec<_>>() } },
        }),
        Kind::Law => json!({ "$ref": "#/$defs/distribution" }),
        Kind::List(items) => json!({ "type": "array", "items": kind(items), "minItems": 1 }),
        Kind::ListOrNone(items) => json!({ "type": "array", "items": kind(items) }),
        Kind::Table(inner) => Value::Object(table(inner, &[])),
        Kind::Either(kinds) => json!({ "oneOf": kinds.iter().map(|of| Value::Object(kind(of))).collect::<Vec<_>>() }),
        Kind::Forms(forms) => {
            json!({ "oneOf": forms.iter().map(|form| Value::Object(table(form, &[]))).collect::<Vec<_>>() })
        }
    };
    match schema {
        Value::Object(schema) => schema,
        _ => unreachable!("each schema above is an object"),
    }
}

fn definitions() -> Value {
    let spellings: Vec<&str> = UNITS.iter().flat_map(|(_, spellings)| spellings.iter().copied()).collect();
    let (number, unit) = ("[0-9]+(\\.[0-9]+)?", format!("({})", spellings.join("|")));
    let duration = format!("({number}\\s*{unit}\\s*)+");
    let time = "[0-2]?[0-9]:[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?";
    let date_time = format!("[0-9]{{4}}-[0-1][0-9]-[0-3][0-9][Tt ]{time}");
    let mut distributions = vec![json!({
        "description": "Always the same duration.",
        "$ref": "#/$defs/duration",
    })];
    distributions.extend(LAWS.iter().flat_map(forms));
    json!({
        "duration": {
            "type": "string",
            "pattern": format!("^\\s*{duration}$"),
            "examples": ["20s", "3m 20s", "1.5h"],
        },
        "rate": {
            "type": "string",
            "pattern": format!("^\\s*{number}([eE][+-]?[0-9]+)?\\s*/\\s*({duration}|{unit}\\s*)$"),
            "examples": ["360/h", "0.1/s", "90/30min"],
        },
        "date_time": { "type": "string", "pattern": format!("^\\s*{date_time}\\s*$"), "examples": ["2026-03-02T09:00:00"] },
        "moment": {
            "type": "string",
            "pattern": format!("^\\s*({date_time}|{time}|\\+\\s*{duration})\\s*$"),
            "examples": ["09:00", "2026-03-02T09:00", "+90m"],
        },
        "distribution": { "oneOf": distributions },
    })
}

/// A schema for each form of a law.
fn forms(law: &Law) -> impl Iterator<Item = Value> {
    law.forms.iter().map(|form| {
        let name = json!({ "const": law.name, "description": law.doc });
        let mut schema = table(form, &[("distribution", name)]);
        schema.insert("title".into(), json!(format!("{} by {}", law.name, form.heading)));
        schema.insert("description".into(), json!(law.doc));
        Value::Object(schema)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parse;
    use std::path::Path;

    /// Every schema of an object in the schema, by the names of its properties.
    fn objects(schema: &Value, found: &mut Vec<Vec<String>>) {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            found.push(properties.keys().cloned().collect());
        }
        match schema {
            Value::Object(map) => map.values().for_each(|inner| objects(inner, found)),
            Value::Array(items) => items.iter().for_each(|inner| objects(inner, found)),
            _ => {}
        }
    }

    #[test]
    fn the_schema_has_the_keys_of_the_reader() {
        let mut found = Vec::new();
        objects(&json_schema(), &mut found);
        let mut declared: Vec<Vec<String>> = Vec::new();
        let names = |table: &Table| table.keys.iter().map(|key| key.name.to_owned()).collect::<Vec<_>>();
        declared.extend(SCENARIO.nested().into_iter().map(names));
        for form in LAWS.iter().flat_map(|law| law.forms) {
            declared.push(["distribution".to_owned()].into_iter().chain(names(form)).collect());
            declared.extend(form.nested().into_iter().skip(1).map(names));
        }
        // A table that several hold is there as often.
        found.sort();
        found.dedup();
        declared.sort();
        declared.dedup();
        assert_eq!(found, declared);
    }

    /// A small sound scenario with something in its places.
    fn small(top: &str, group: &str, agents: &str) -> String {
        let group = if group.contains("arrivals") {
            group.to_owned()
        } else {
            format!("arrivals = {{ rate = \"1/h\" }}\n{group}")
        };
        // What excludes `talk` stands in its place, and a share is one of something.
        let group = match group {
            group if group.contains("correlation") => format!("{group}\ntalk = \"1m\"\nwrap_up = \"1m\""),
            group if group.contains("talk") || group.contains("handle =") => group,
            group if group.contains("wrap_up_share") => format!("{group}\nhandle = \"1m\""),
            group => format!("{group}\ntalk = \"1m\""),
        };
        // What a key names is there.
        let guided = |name: &str| {
            format!(
                "[[group]]\nname = \"{name}\"\narrivals = {{ rate = \"1/h\" }}\ntalk = \"1m\"\n\
                 guide = {{ after = \"1m\" }}\n"
            )
        };
        let named = match &group {
            group if group.contains("transfers") || group.contains("guide") => {
                guided("Second level") + &guided("Backup")
            }
            group if group.contains("trunk") => "[[trunk]]\nname = \"Main\"\nlines = 3\n".to_owned(),
            _ => String::new(),
        };
        let agents = if agents.contains("stagger") { format!("{agents}\ncount = 2") } else { agents.to_owned() };
        let top = if top.contains("horizon") { top.to_owned() } else { format!("horizon = \"9h\"\n{top}") };
        format!(
            "{top}\n[[group]]\nname = \"Sales\"\n{group}\n[[agents]]\nname = \"Ann\"\ngroups = [\"Sales\"]\n{agents}\n{named}"
        )
    }

    #[test]
    fn the_examples_of_all_keys_are_read() {
        for key in SCENARIO.keys.iter().filter(|key| !["group", "agents"].contains(&key.name)) {
            let text = small(&format!("{} = {}", key.name, key.example), "", "");
            parse(&text, Path::new("x.toml")).unwrap_or_else(|errors| panic!("{text}\n{}", errors.render(100, false)));
        }
        for law in LAWS {
            for form in law.forms {
                let keys: Vec<String> =
                    form.keys.iter().map(|key| format!(", {} = {}", key.name, key.example)).collect();
                let law = format!("talk = {{ distribution = \"{}\"{} }}", law.name, keys.concat());
                let text = small("", &law, "");
                parse(&text, Path::new("x.toml"))
                    .unwrap_or_else(|errors| panic!("{text}\n{}", errors.render(100, false)));
            }
        }
        for table in SCENARIO.nested().into_iter().filter(|table| ["group", "agents"].contains(&table.name)) {
            for key in table.keys.iter().filter(|key| !["name", "groups", "staff"].contains(&key.name)) {
                let line = format!("{} = {}", key.name, key.example);
                let text = if table.name == "group" { small("", &line, "") } else { small("", "", &line) };
                parse(&text, Path::new("x.toml"))
                    .unwrap_or_else(|errors| panic!("{text}\n{}", errors.render(100, false)));
            }
        }
    }
}
