//! The mapping file: its keys, and the command line's that go over them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::BUILT_IN;
use crate::import::ImportError;
use crate::import::errors::shown;
use crate::scenario::parse_duration;
use crate::time::Duration;

/// What the columns of a table are, and how their fields are spelled; `docs/import.md` has the keys.
///
/// ```
/// use acdsim::import::Mapping;
///
/// let mut mapping = Mapping::parse("[columns]\narrival = \"start\"\n", "calls.toml")?;
/// mapping.set("columns.wait=queue_s", "--column")?;
/// let error = mapping.set("columns.wiat=queue_s", "--column").unwrap_err();
/// assert!(error.to_string().starts_with("--column wiat=queue_s: "));
/// # Ok::<(), acdsim::import::ImportError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// The file, as messages name it.
    pub(in crate::import) file: String,
    text: String,
    pub(in crate::import) keys: Keys,
    /// What the command line has said, by the key.
    said: BTreeMap<String, String>,
    table: toml::Table,
}

/// Where a key stands, for messages.
#[derive(Clone, Debug)]
pub(in crate::import) struct Place {
    pub(in crate::import) at: String,
    pub(in crate::import) key: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::import) struct Keys {
    pub(in crate::import) name: Option<String>,
    pub(in crate::import) source: Vec<String>,
    delimiter: Option<Spanned<String>>,
    pub(in crate::import) quotes: Option<bool>,
    pub(in crate::import) zone: Option<Spanned<String>>,
    pub(in crate::import) time: Option<Spanned<String>>,
    pub(in crate::import) date_format: Option<Spanned<String>>,
    pub(in crate::import) duration: Option<Spanned<String>>,
    longest_talk: Option<Spanned<String>>,
    shortest_talk: Option<Spanned<String>>,
    every: Option<Spanned<String>>,
    pub(in crate::import) columns: Columns,
    pub(in crate::import) outcome: Outcomes,
    pub(in crate::import) unknown: BTreeMap<String, OneOrMore>,
    pub(in crate::import) class_names: BTreeMap<String, String>,
    wait_credit: BTreeMap<String, Spanned<String>>,
}

/// Which column is what.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::import) struct Columns {
    pub(in crate::import) date: Option<String>,
    pub(in crate::import) day_of: Option<String>,
    pub(in crate::import) arrival: Option<OneOrMore>,
    pub(in crate::import) queue_entry: Option<String>,
    pub(in crate::import) queue_exit: Option<String>,
    pub(in crate::import) answer: Option<String>,
    pub(in crate::import) end: Option<String>,
    pub(in crate::import) wait: Option<String>,
    pub(in crate::import) talk: Option<String>,
    pub(in crate::import) wrap_up: Option<String>,
    pub(in crate::import) group: Option<String>,
    pub(in crate::import) class: Option<String>,
    pub(in crate::import) agent: Option<String>,
    pub(in crate::import) id: Option<String>,
    pub(in crate::import) outcome: Option<String>,
    pub(in crate::import) start: Option<String>,
    pub(in crate::import) calls: Option<String>,
    pub(in crate::import) answered: Option<String>,
    pub(in crate::import) abandoned: Option<String>,
    pub(in crate::import) asa: Option<String>,
}

/// Which values of the outcome are what.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::import) struct Outcomes {
    pub(in crate::import) answered: OneOrMore,
    pub(in crate::import) abandoned: OneOrMore,
    pub(in crate::import) blocked: OneOrMore,
    pub(in crate::import) ignored: OneOrMore,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a text, or a list of texts")]
pub(in crate::import) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        OneOrMore::More(Vec::new())
    }
}

impl OneOrMore {
    pub(in crate::import) fn all(&self) -> &[String] {
        match self {
            OneOrMore::One(one) => std::slice::from_ref(one),
            OneOrMore::More(all) => all,
        }
    }
}

impl Mapping {
    /// Reads the mapping file of a path; a name of [`BUILT_IN`] that is no file is that mapping.
    ///
    /// # Errors
    ///
    /// [`ImportError::Mapping`] with the file, the line, the key and what is allowed; or that there is no such file.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        let file = path.display().to_string();
        if !path.exists()
            && let Some((name, text)) = BUILT_IN.into_iter().find(|(name, _)| *name == file)
        {
            return Mapping::parse(text, &format!("mapping {name}"));
        }
        let names: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
        let help = format!("it is a mapping file, or one of {}", names.join(", "));
        let wrong = |what: String| ImportError::Mapping { place: file.clone(), what };
        let text = fs::read_to_string(path).map_err(|error| wrong(format!("cannot be read: {error}; {help}")))?;
        Mapping::parse(&text, &file)
    }

    /// Reads the text of a mapping file, which messages name by `file`.
    ///
    /// # Errors
    ///
    /// [`ImportError::Mapping`], as [`read`](Self::read).
    pub fn parse(text: &str, file: &str) -> Result<Self, ImportError> {
        let wrong = |error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            let what = error.message().to_owned();
            ImportError::Mapping { place: format!("{file}: line {}", line(text, at)), what }
        };
        let keys: Keys = toml::from_str(text).map_err(wrong)?;
        let table = toml::from_str(text).map_err(wrong)?;
        Ok(Mapping { file: file.to_owned(), text: text.to_owned(), keys, said: BTreeMap::new(), table })
    }

    /// Sets a key, such as `time=iso`, `columns.talk=ser_time` or `outcome.answered=AGENT,EXPRESS`; `option` is what the
    /// command line calls that, for messages.
    ///
    /// # Errors
    ///
    /// [`ImportError::Mapping`] if there is no such key.
    pub fn set(&mut self, assignment: &str, option: &str) -> Result<(), ImportError> {
        // `--column` is of columns, and says so once.
        let said = if option == "--column" { assignment.strip_prefix("columns.") } else { None };
        let place = format!("{option} {}", said.unwrap_or(assignment));
        let wrong = |what: String| ImportError::Mapping { place: place.clone(), what };
        let Some((path, value)) = assignment.split_once('=') else {
            return Err(wrong("there is no `=`; it is a key, `=` and a value, such as time=iso".to_owned()));
        };
        let mut table = &mut self.table;
        let (tables, key) = match path.split_once('.') {
            Some((of, key)) => (Some(of), key),
            None => (None, path),
        };
        if let Some(of) = tables {
            let entry = table.entry(of).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            table = entry.as_table_mut().ok_or_else(|| wrong(format!("`{of}` is no table")))?;
        }
        let listed = || value.split(',').map(|value| toml::Value::String(value.to_owned())).collect();
        let value = match (tables, key) {
            (Some("outcome" | "unknown"), _) | (Some("columns"), "arrival") | (None, "source") => {
                toml::Value::Array(listed())
            }
            (None, "quotes") if value == "true" || value == "false" => toml::Value::Boolean(value == "true"),
            _ => toml::Value::String(value.to_owned()),
        };
        table.insert(key.to_owned(), value);
        // Read back as text, so that one set of rules says what is allowed.
        let text = toml::to_string(&self.table).map_err(|error| wrong(error.to_string()))?;
        self.keys = toml::from_str(&text).map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?;
        self.said.insert(path.to_owned(), place);
        Ok(())
    }

    /// Where a key stands.
    pub(in crate::import) fn place<T>(&self, key: &str, value: Option<&Spanned<T>>) -> Place {
        let at = match (self.said.get(key), value) {
            (Some(said), _) => said.clone(),
            // After the command line has set a key the places in the text are those of another.
            (None, Some(value)) if self.said.is_empty() => {
                format!("{}: line {}", self.file, line(&self.text, value.span().start))
            }
            _ => self.file.clone(),
        };
        Place { at, key: key.to_owned() }
    }

    /// The byte that separates fields; by the name of the file, if the mapping does not say.
    ///
    /// # Errors
    ///
    /// If it is no single byte.
    pub(in crate::import) fn delimiter(&self, file: &str) -> Result<u8, ImportError> {
        let Some(delimiter) = &self.keys.delimiter else {
            let is_tsv = file.trim_end_matches(".gz").ends_with(".tsv");
            return Ok(if is_tsv { b'\t' } else { b',' });
        };
        match delimiter.get_ref().as_str() {
            "comma" => Ok(b','),
            "tab" => Ok(b'\t'),
            "semicolon" => Ok(b';'),
            "pipe" => Ok(b'|'),
            other => match other.as_bytes() {
                &[byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n".contains(&byte) => Ok(byte),
                _ => {
                    let allowed = "it is comma, tab, semicolon, pipe, or one character that is no letter or digit";
                    Err(self.place("delimiter", Some(delimiter)).wrong(other, allowed))
                }
            },
        }
    }

    /// The length of the intervals of counts; none if it is to be told from them.
    ///
    /// # Errors
    ///
    /// If it is no duration above zero that a day is a multiple of.
    pub(in crate::import) fn every(&self) -> Result<Option<Duration>, ImportError> {
        self.time("every", self.keys.every.as_ref())
    }

    /// The longest talk that is believed; none for any.
    pub(in crate::import) fn longest_talk(&self) -> Result<Option<Duration>, ImportError> {
        self.time("longest_talk", self.keys.longest_talk.as_ref())
    }

    /// The shortest talk that enters the law; none for 1 s.
    pub(in crate::import) fn shortest_talk(&self) -> Result<Option<Duration>, ImportError> {
        self.time("shortest_talk", self.keys.shortest_talk.as_ref())
    }

    /// The credit of waiting of each class that has one.
    pub(in crate::import) fn wait_credits(&self) -> Result<Vec<(String, Duration)>, ImportError> {
        let credit = |(class, credit): (&String, &Spanned<String>)| {
            let time = self.time(&format!("wait_credit.{class}"), Some(credit))?;
            Ok((class.clone(), time.unwrap_or(Duration::ZERO)))
        };
        self.keys.wait_credit.iter().map(credit).collect()
    }

    fn time(&self, key: &str, value: Option<&Spanned<String>>) -> Result<Option<Duration>, ImportError> {
        let Some(text) = value else { return Ok(None) };
        match parse_duration(text.get_ref()) {
            Ok(time) if time > Duration::ZERO => Ok(Some(time)),
            Ok(_) => Err(self.place(key, value).wrong(text.get_ref(), "it is more than zero")),
            Err(why) => Err(ImportError::Mapping { place: self.place(key, value).at, what: format!("`{key}`: {why}") }),
        }
    }
}

impl Place {
    /// The error of a value that is not allowed.
    pub(in crate::import) fn wrong(&self, value: &str, allowed: &str) -> ImportError {
        let what = format!("`{}` is {}; {allowed}", self.key, shown(value));
        ImportError::Mapping { place: self.at.clone(), what }
    }
}

fn line(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|&&byte| byte == b'\n').count() + 1
}
