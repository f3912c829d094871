//! What the reader says of a key or a value that does not fit its declaration.

use toml::Spanned;
use toml::de::DeValue;

use super::declaration::{Key, Kind, Presence, Table};
use super::problems::{Fault, Span, listed, quoted, similar};
use super::reader::Reader;
use super::units::UnitError;

impl Reader<'_, '_> {
    /// Reports a key that is not known and returns the one that is likely meant.
    pub(super) fn unknown_key<'k>(
        &mut self,
        written: &Spanned<impl AsRef<str>>,
        of: &str,
        known: impl Iterator<Item = &'k str> + Clone,
    ) -> Option<&'k str> {
        let name = written.get_ref().as_ref();
        let near = similar(name, known.clone());
        let guess = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let allowed = listed(known.map(|key| format!("`{key}`")), "and");
        let message = format!("unknown key {} in {of}", quoted(name));
        self.push(
            Fault::new(written.span().into(), message)
                .label("not a key of this table")
                .help(format!("{guess}the keys here are {allowed}")),
        );
        near
    }

    pub(super) fn missing_key(&mut self, key: &'static Key, form: &'static Table, at: Span) {
        let at = if form.name == "scenario" { Span::default() } else { at };
        let (what, example) = match &key.kind {
            Kind::List(Kind::Table(table)) if table.heading.starts_with("[[") => {
                (format!("the file has no {}", table.heading), format!("begin one with {}", table.heading))
            }
            _ => {
                let key = key.name;
                (format!("the key `{key}` is missing from {}", form.heading), String::new())
            }
        };
        let example =
            if example.is_empty() { format!("write for example {} = {}", key.name, key.example) } else { example };
        let doc = key.doc.trim_end_matches('.');
        self.push(Fault::new(at, what).label(format!("`{}` is missing", key.name)).help(format!("{doc}: {example}")));
    }

    /// The value as it is in the file.
    pub(super) fn written(&self, at: Span) -> &str {
        self.problems.text().get(at.start..at.end).unwrap_or_default()
    }

    pub(super) fn bare_number(&mut self, key: &str, value: &DeValue, at: Span) {
        let written = self.written(at);
        let message = format!("`{key}` is {}, and a duration needs a unit", quoted(written));
        let example = if number(value) > 0.0 { written } else { "20" };
        let help = format!("a duration needs a unit, such as \"{example}s\"; the units are d, h, m, s, ms, us and ns");
        self.push(Fault::new(at, message).label("which unit?").help(help));
    }

    pub(super) fn wrong_value(&mut self, key: &str, value: &DeValue, at: Span, error: UnitError) {
        let written = self.written(at);
        let shown = value.as_str().unwrap_or(written);
        // The faulty part of a plain string is underlined alone.
        let plain = value.as_str().is_some_and(|text| written.get(1..written.len() - 1) == Some(text));
        let span = if plain && error.at.start < error.at.end && error.at.end <= shown.len() {
            Span { start: at.start + 1 + error.at.start, end: at.start + 1 + error.at.end }
        } else {
            at
        };
        let message = format!("`{key}` is {}, which {}", quoted(shown), error.message);
        self.push(Fault::new(span, message).help(error.help));
    }

    pub(super) fn wrong_type(&mut self, key: &str, kind: &'static Kind, value: &DeValue, at: Span) {
        let found = match value {
            DeValue::String(text) if text.trim().is_empty() => "empty".into(),
            DeValue::Integer(_) | DeValue::Float(_) => format!("the number {}", quoted(self.written(at))),
            DeValue::String(text) => format!("the text {}", quoted(text)),
            DeValue::Boolean(truth) => format!("`{truth}`"),
            DeValue::Datetime(_) => format!("the date or time {}", quoted(self.written(at))),
            DeValue::Array(_) => "a list".into(),
            DeValue::Table(_) => "a table".into(),
        };
        let help = match (kind, value) {
            (Kind::List(Kind::Table(table)), DeValue::Table(_)) if table.heading.starts_with("[[") => {
                format!("write {} with two brackets: there may be several", table.heading)
            }
            (Kind::List(Kind::Name), DeValue::String(text)) => format!("write [\"{text}\"]"),
            (Kind::Choice(words), _) => format!("it can be {}", choices(words)),
            (Kind::Integer { min, max }, _) => format!("it is a whole number from {min} to {max}"),
            (Kind::Between { min, max }, _) => format!("it is a number from {min} to {max}"),
            (&Kind::Table(form) | &Kind::Forms([form, ..]), _) => {
                let needed = form.keys.iter().filter(|key| key.presence == Presence::Required || form.keys.len() == 1);
                let keys = needed.map(|key| format!("{} = {}", key.name, key.example)).collect::<Vec<_>>().join(", ");
                if keys.is_empty() {
                    format!("write it as {}", form.heading)
                } else {
                    format!("write for example {key} = {{ {keys} }}")
                }
            }
            _ => match declared(kind) {
                Some(example) => format!("write for example {example}"),
                None => format!("it must be {}", kind.words()),
            },
        };
        let message = format!("`{key}` is {found}, not {}", kind.words());
        self.push(Fault::new(at, message).label(format!("not {}", kind.words())).help(help));
    }
}

/// The words of a choice with their meanings, for messages.
pub(super) fn choices(words: &[(&str, &str)]) -> String {
    listed(words.iter().map(|(word, doc)| format!("\"{word}\" ({doc})")), "or")
}

/// An example of a kind, for messages.
fn declared(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Duration { .. } => "\"3m 20s\"",
        Kind::Rate => "\"360/h\"",
        Kind::Moment => "\"09:00\", \"2026-03-02T09:00\" or \"+90m\"",
        Kind::DateTime => "2026-03-02T09:00:00",
        Kind::Date => "2026-03-02",
        Kind::Share => "0.8 or \"80%\"",
        Kind::Law => "\"30s\" or { distribution = \"exponential\", mean = \"2m\" }",
        _ => return None,
    })
}

/// A number of either kind; one that is not finite if it is too large.
pub(super) fn number(value: &DeValue) -> f64 {
    match value {
        DeValue::Integer(number) => {
            i128::from_str_radix(number.as_str(), number.radix()).map_or(f64::INFINITY, |number| number as f64)
        }
        DeValue::Float(number) => number.as_str().parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}
