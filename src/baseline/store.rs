//! Baselines as files: JSON whose every figure has a line of its own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Baseline, BaselineError};

/// The version of the form of a baseline's file.
pub const FORM: u32 = 1;

/// How deep an entry is that stands on one line: a figure, below what it is of, below the results, below the whole.
const ONE_LINE: usize = 3;

impl Baseline {
    /// Its file: the same for the same baseline, with a line a figure.
    ///
    /// ```
    /// use acdsim::baseline::{Baseline, Scope};
    ///
    /// let mut scenario = acdsim::scenario::read("scenarios/erlang-c.toml".as_ref())?;
    /// scenario.replications = 2;
    /// let scope = Scope { metrics: vec!["asa_s".into()], ..Scope::default() };
    /// let baseline = Baseline::of(&scenario, &scope)?;
    /// let text = baseline.to_text();
    /// assert!(text.contains("\n      \"asa_s\": { \"mean\": "));
    /// assert_eq!(Baseline::parse(&text, "erlang-c.json")?, baseline);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_text(&self) -> String {
        let value = serde_json::to_value(self).expect("names and finite numbers are JSON");
        let mut text = String::new();
        write(&value, 0, &mut text);
        text + "\n"
    }

    /// The baseline that a text says; `path` names it in messages.
    ///
    /// # Errors
    ///
    /// If it is no JSON, or no baseline, or one of another form.
    pub fn parse(text: &str, path: &str) -> Result<Self, BaselineError> {
        let invalid = |error: serde_json::Error| BaselineError::Invalid {
            path: path.to_owned(),
            line: error.line(),
            column: error.column(),
            why: error.to_string(),
        };
        // Another form has other fields: it is named before they are looked at.
        let value: Value = serde_json::from_str(text).map_err(invalid)?;
        match value["form"].as_u64().and_then(|form| u32::try_from(form).ok()) {
            Some(form) if form != FORM => Err(BaselineError::Form { path: path.to_owned(), form }),
            _ => serde_json::from_str(text).map_err(invalid),
        }
    }

    /// Reads the file of a baseline.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is no baseline.
    pub fn read(path: &Path) -> Result<Self, BaselineError> {
        let shown = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|error| BaselineError::Unreadable { path: shown.clone(), why: error.to_string() })?;
        Baseline::parse(&text, &shown)
    }
}

/// The file of the baseline of this name in a directory.
pub fn path_of(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}.json"))
}

/// The names of the baselines in a directory, sorted; none if there is no such directory.
///
/// # Errors
///
/// If the directory cannot be read.
pub fn names(directory: &Path) -> Result<Vec<String>, BaselineError> {
    let unreadable =
        |error: io::Error| BaselineError::Unreadable { path: directory.display().to_string(), why: error.to_string() };
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(unreadable)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        // A dot begins the name of a file that is being written.
        if path.extension().is_some_and(|extension| extension == "json")
            && let Some(name) = path.file_stem().and_then(|name| name.to_str()).filter(|name| !name.starts_with('.'))
        {
            names.push(name.to_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Writes a value that lies so deep.
fn write(value: &Value, depth: usize, text: &mut String) {
    let Value::Object(entries) = value else {
        text.push_str(&one_line(value));
        return;
    };
    if depth >= ONE_LINE || entries.is_empty() {
        text.push_str(&one_line(value));
        return;
    }
    let indent = "  ".repeat(depth + 1);
    text.push('{');
    for (place, (name, value)) in entries.iter().enumerate() {
        text.push_str(if place == 0 { "\n" } else { ",\n" });
        text.push_str(&format!("{indent}{}: ", Value::from(name.as_str())));
        write(value, depth + 1, text);
    }
    text.push_str(&format!("\n{}}}", "  ".repeat(depth)));
}

fn one_line(value: &Value) -> String {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            let entries = entries.iter().map(|(name, value)| format!("{}: {value}", Value::from(name.as_str())));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
