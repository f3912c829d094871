//! The scenario: what call center is simulated, from when to when, and how often.
//!
//! [`read`] makes the validated [`Scenario`] of a TOML file, or says everything that is wrong with it
//! ([`ScenarioErrors`]). [`json_schema`] describes the file for editors; `docs/scenario.md` describes it for people.
//!
//! ```
//! use std::path::Path;
//!
//! let text = r#"
//!     horizon = "8h"
//!
//!     [[group]]
//!     name = "Sales"
//!     arrivals = { rate = "100/h" }
//!     talk = { distribution = "lognormal", mean = "3m 20s", cv = 1.2 }
//!     wrap_up = "30s"
//!
//!     [[agents]]
//!     name = "Ann"
//!     count = 8
//!     groups = ["Sales"]
//! "#;
//! let scenario = acdsim::scenario::parse(text, Path::new("sales.toml"))?;
//! assert_eq!(scenario.name, "sales");
//! assert_eq!(scenario.agents[7].name, "Ann 8");
//! # Ok::<(), acdsim::scenario::ScenarioErrors>(())
//! ```
//!
//! How it is read: the `toml` crate makes a tree of values with their places; the reader turns the tree into records,
//! checking each key against the one declaration of all keys; the rules that concern more than one value come last.
//! Each step reports all that it finds, and the next one goes on with what is sound. It uses [`crate::time`] and
//! [`crate::random`].

mod arrival_keys;
mod arrivals;
mod assign;
mod busyness;
mod callers;
mod csv_files;
mod declaration;
mod desk;
mod digest;
mod errors;
mod handlers;
mod keys;
mod law_keys;
mod law_steps;
mod laws;
mod mismatch;
mod model;
mod moments;
mod problems;
mod reader;
mod reference;
mod schema;
mod service;
mod staffing;
mod units;
mod validate;
mod values;
mod varied;
mod week;
mod write;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use toml::de::DeTable;

pub use assign::{Assignment, Source, ValuePath, literal};
pub use errors::{Place, Problem, ScenarioErrors};
pub use handlers::{DEFAULT_HANDLER, Handler};
pub use model::*;
pub use moments::{moment_in, wall_clock};
pub use schema::json_schema;
pub(crate) use units::spelled as spell_duration;
pub use write::{WriteError, Written, write};

use problems::{Fault, Problems, Span};

/// The largest scenario file, 16 MiB.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// Reads a scenario file and the CSV files it names, whose paths are relative to it.
///
/// # Errors
///
/// All that is wrong with the files, in order; among it that a file cannot be read, is not UTF-8 or is larger than
/// [`MAX_FILE_BYTES`].
pub fn read(path: &Path) -> Result<Scenario, ScenarioErrors> {
    parse(&text_of(path)?, path)
}

/// The text of a scenario file.
fn text_of(path: &Path) -> Result<String, ScenarioErrors> {
    let shown = path.display().to_string();
    let unreadable = |why: &str, help: &str| {
        let message = format!("the scenario file {} cannot be read: {why}", problems::quoted(&shown));
        Err(ScenarioErrors::unreadable(shown.clone(), message, help))
    };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| {
        if file.metadata()?.is_dir() {
            return Err(std::io::ErrorKind::IsADirectory.into());
        }
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)
    });
    if let Err(error) = read {
        return unreadable(csv_files::why(&error), "name a scenario file, such as scenarios/quickstart.toml");
    }
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return unreadable("it is larger than 16 MiB", "put rates and recorded calls into CSV files");
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let sound = String::from_utf8_lossy(&error.as_bytes()[..valid]);
        let text = format!("{sound}\u{fffd}");
        let mut problems = Problems::new(path, &text);
        let byte = error.as_bytes()[valid];
        let at = Span { start: sound.len(), end: text.len() };
        let message = format!("the byte 0x{byte:02x} is not UTF-8");
        problems.push(Fault::new(at, message).help("a scenario file is text in UTF-8"));
        problems.into_errors()
    })
}

/// The duration that a text such as "3m 20s" says.
///
/// # Errors
///
/// Why it says none, and what is allowed.
///
/// ```
/// use acdsim::scenario::parse_duration;
///
/// assert_eq!(parse_duration("3m 20s").unwrap().as_secs(), 200);
/// assert!(parse_duration("5 minuts").unwrap_err().contains("minutes"));
/// ```
pub fn parse_duration(text: &str) -> Result<crate::time::Duration, String> {
    units::duration(text).map_err(|error| format!("{} {}: {}", problems::quoted(text), error.message, error.help))
}

/// The calls a second that a text such as "360/h" says; `Err` says why not, and what is allowed.
pub(crate) fn parse_rate(text: &str) -> Result<f64, String> {
    units::rate(text).map_err(|error| format!("{} {}: {}", problems::quoted(text), error.message, error.help))
}

/// The share, from 0 to 1, that a text such as "80%" or "0.8" says; `Err` says why not, and what is allowed.
pub(crate) fn parse_share(text: &str) -> Result<f64, String> {
    let share = text.trim().parse().map_or_else(|_| units::share(text), units::share_of);
    share.map_err(|error| format!("{} {}: {}", problems::quoted(text), error.message, error.help))
}

/// Reads the text of a scenario file; `origin` names it in messages, and the paths in it are relative to `origin`'s.
///
/// # Errors
///
/// All that is wrong with the text and the files it names, in order.
pub fn parse(text: &str, origin: &Path) -> Result<Scenario, ScenarioErrors> {
    parsed(text, &mut Problems::new(origin, text), origin, |_, _| ())
}

/// Reads the text of a scenario file, whose values `change` may change before they are checked.
fn parsed<'t>(
    text: &'t str,
    problems: &mut Problems<'_>,
    origin: &Path,
    change: impl FnOnce(&mut DeTable<'t>, &mut Problems<'_>),
) -> Result<Scenario, ScenarioErrors> {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    let mut last: Option<usize> = None;
    for error in errors {
        let at: Span = error.span().unwrap_or_default().into();
        let before = last.replace(at.start);
        let between = before.and_then(|before| text.as_bytes().get(before..at.start));
        // What follows on the same line is likely a consequence.
        if between.is_none_or(|between| between.contains(&b'\n')) {
            let why = error.message().trim_end_matches(", expected literal string");
            let fault = match text.get(at.start..at.end) {
                Some(key) if why == "duplicate key" => {
                    Fault::new(at, format!("the key {} is there twice", problems::quoted(key)))
                        .help("a table has each key once")
                }
                _ => Fault::new(at, format!("the file is not TOML: {why}"))
                    .help("a line of TOML is a table's name in brackets, or a key, = and a value; text is in quotes"),
            };
            problems.push(fault);
        }
    }
    if problems.count() == 0 {
        change(table.get_mut(), problems);
    }
    if problems.count() == 0 {
        let at = Span { start: 0, end: 0 };
        let record = reader::Reader { problems }.record(&keys::SCENARIO, table.get_ref(), at);
        if let Some(scenario) = validate::scenario(problems, origin, &record) {
            return Ok(scenario);
        }
    }
    Err(problems.take_errors())
}
