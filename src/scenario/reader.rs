//! Reads the tables of a scenario file as the declaration in [`super::keys`] says, and reports what does not fit it.

use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::declaration::{Key, Kind, Presence, Table};
use super::keys::law;
use super::law_keys::LAWS;
use super::laws;
use super::mismatch::{choices, number};
use super::moments::{self, Moment};
use super::problems::{Fault, Problems, Span, listed, quoted, similar};
use super::units::{self, UnitError};
use super::values::{At, Field, Record, Value};
use crate::random::Distribution;

pub(crate) struct Reader<'p, 't> {
    pub(crate) problems: &'p mut Problems<'t>,
}

impl Reader<'_, '_> {
    /// Reads a table with these keys.
    pub(crate) fn record(&mut self, form: &'static Table, table: &DeTable, at: Span) -> Record {
        let mut record = Record { form, at, fields: Vec::new() };
        let mut meant = Vec::new();
        for (written, value) in table {
            match form.key(written.get_ref()) {
                Some(key) => record.fields.push(Field {
                    name: key.name,
                    at: value.span().into(),
                    value: self.value(key.name, &key.kind, value.get_ref(), value.span().into()),
                    written: true,
                }),
                None => {
                    let known = form.keys.iter().map(|key| key.name);
                    meant.extend(self.unknown_key(written, form.heading, known));
                }
            }
        }
        for key in form.keys.iter().filter(|key| !table.contains_key(key.name)) {
            let value = match key.presence {
                Presence::Optional(_) => continue,
                Presence::Default(text) => self.default(key, text),
                Presence::Required => {
                    if !meant.contains(&key.name) {
                        self.missing_key(key, form, at);
                    }
                    None
                }
            };
            record.fields.push(Field { name: key.name, at, value, written: false });
        }
        for &(one, other) in form.exclusive {
            if record.has(one) && record.has(other) {
                let at = record.place(one).max(record.place(other));
                let message = format!("`{one}` and `{other}` exclude each other");
                self.push(
                    Fault::new(at, message).label("one too many").help(format!("leave out `{one}` or `{other}`")),
                );
            }
        }
        record
    }

    fn default(&mut self, key: &'static Key, text: &'static str) -> Option<Value> {
        if let Kind::Integer { .. } = key.kind {
            return Some(Value::Integer(text.parse().expect("the defaults are declared right")));
        }
        self.value(key.name, &key.kind, &DeValue::String(text.into()), Span::default())
    }

    pub(super) fn push(&mut self, fault: Fault) {
        self.problems.push(fault);
    }

    /// Reads a value of that kind; none if it is wrong, which has then been reported.
    fn value(&mut self, key: &str, kind: &'static Kind, value: &DeValue, at: Span) -> Option<Value> {
        let read = match (kind, value) {
            (Kind::Name, DeValue::String(text)) => name(text).map(Value::Text),
            (Kind::File, DeValue::String(text)) if !text.trim().is_empty() => Ok(Value::Text(text.to_string())),
            (Kind::DateTime, DeValue::String(text)) => whole(moments::date_time(text)).map(Value::DateTime),
            (Kind::DateTime, DeValue::Datetime(written)) => match whole(moment(written)) {
                Ok(Moment::At(at)) => Ok(Value::DateTime(at)),
                Ok(_) => whole(Err(("has no date".into(), moments::DATE_TIME_HELP.into()))),
                Err(error) => Err(error),
            },
            (Kind::Date, DeValue::String(text)) => whole(moments::date(text)).map(Value::Date),
            (Kind::Date, DeValue::Datetime(written)) => whole(moments::date(&written.to_string())).map(Value::Date),
            (Kind::Moment, DeValue::String(text)) => whole(moments::moment(text)).map(Value::Moment),
            (Kind::Moment, DeValue::Datetime(written)) => whole(moment(written)).map(Value::Moment),
            (Kind::Duration { .. }, DeValue::Integer(_) | DeValue::Float(_)) => {
                self.bare_number(key, value, at);
                return None;
            }
            (Kind::Law, DeValue::Integer(_) | DeValue::Float(_)) => {
                self.bare_number(key, value, at);
                return None;
            }
            (Kind::Duration { zero }, DeValue::String(text)) => match units::duration(text) {
                Ok(zero_time) if !zero && zero_time.as_nanos() == 0 => {
                    whole(Err(("is zero".into(), "it must be longer than zero".into())))
                }
                read => read.map(Value::Duration),
            },
            (Kind::Rate, DeValue::String(text)) => units::rate(text).map(Value::Number),
            (Kind::Rate, DeValue::Integer(_) | DeValue::Float(_)) => {
                let written = self.written(at);
                let infinite = if written.contains("inf") { "; it must be finite" } else { "" };
                let message = format!("`{key}` is {}, and a rate needs a unit of time", quoted(written));
                let help = format!("a rate is a count per duration, such as \"360/h\" or \"0.1/s\"{infinite}");
                self.push(Fault::new(at, message).label("per what?").help(help));
                return None;
            }
            (Kind::Integer { min, max }, DeValue::Integer(number)) => {
                match i128::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) if (i128::from(*min)..=i128::from(*max)).contains(&number) => {
                        Ok(Value::Integer(number as i64))
                    }
                    _ => whole(Err(("is out of range".into(), format!("it is a whole number from {min} to {max}")))),
                }
            }
            (Kind::Between { min, max }, DeValue::Integer(_) | DeValue::Float(_)) => {
                let number = number(value);
                if (*min..=*max).contains(&number) {
                    Ok(Value::Number(number))
                } else {
                    whole(Err(("is out of range".into(), format!("it is a number from {min} to {max}"))))
                }
            }
            (Kind::Number | Kind::Share, DeValue::Integer(_) | DeValue::Float(_)) => {
                let number = number(value);
                let checked = if let Kind::Share = kind { units::share_of(number) } else { finite(number) };
                checked.map(Value::Number)
            }
            (Kind::Share, DeValue::String(text)) => units::share(text).map(Value::Number),
            (Kind::Choice(words), DeValue::String(text)) => match words.iter().find(|(word, _)| word == text) {
                Some((word, _)) => Ok(Value::Text((*word).into())),
                None => {
                    let guess = similar(text, words.iter().map(|(word, _)| *word));
                    let guess = guess.map(|near| format!("did you mean \"{near}\"? ")).unwrap_or_default();
                    whole(Err(("is not known".into(), format!("{guess}it can be {}", choices(words)))))
                }
            },
            (Kind::Law, DeValue::String(text)) => match units::duration(text) {
                Ok(time) => Ok(Value::Law(laws::constant(time))),
                Err(mut error) => {
                    if law(text).is_some() {
                        error = UnitError { at: 0..text.len(), message: "is a distribution's name".into(), ..error };
                        error.help = format!("give its parameters too, as in {{ distribution = \"{text}\", … }}");
                    }
                    Err(error)
                }
            },
            (Kind::Law, DeValue::Table(table)) => return self.law(key, table, at).map(Value::Law),
            (Kind::List(inner), DeValue::Array(array)) if array.is_empty() => {
                let words = inner.words();
                let one = if let Kind::Name = inner { "name" } else { words.trim_start_matches("a ") };
                let help = format!("it needs at least one {one}");
                whole(Err(("has nothing in it".into(), help)))
            }
            (Kind::List(inner) | Kind::ListOrNone(inner), DeValue::Array(array)) => {
                let items = array.iter().map(|item| {
                    let at = item.span().into();
                    self.value(key, inner, item.get_ref(), at).map(|value| At { value, at })
                });
                // All of them are read, so that every fault is reported.
                let items: Vec<Option<At<Value>>> = items.collect();
                let tables = matches!(inner, Kind::Table(_));
                let sound = tables || items.iter().all(Option::is_some);
                return sound.then(|| Value::List(items.into_iter().flatten().collect()));
            }
            (Kind::Table(form), DeValue::Table(table)) => return Some(Value::Record(self.record(form, table, at))),
            (Kind::Forms(forms), DeValue::Table(table)) => {
                return self.form(&format!("`{key}`"), forms, table, at, &[]).map(Value::Record);
            }
            _ => {
                self.wrong_type(key, kind, value, at);
                return None;
            }
        };
        read.map_err(|error| self.wrong_value(key, value, at, error)).ok()
    }

    /// Reads a table in the one of its forms that has the table's keys; `ignored` are keys that all of them have.
    fn form(
        &mut self,
        what: &str,
        forms: &'static [Table],
        table: &DeTable,
        at: Span,
        ignored: &[&str],
    ) -> Option<Record> {
        let before = self.problems.count();
        let mut known: Vec<&str> = Vec::new();
        for name in forms.iter().flat_map(|form| form.keys).map(|key| key.name) {
            if !known.contains(&name) {
                known.push(name);
            }
        }
        let mut rest = DeTable::new();
        for (key, value) in table.iter().filter(|(key, _)| !ignored.contains(&key.get_ref().as_ref())) {
            if known.contains(&key.get_ref().as_ref()) {
                rest.insert(key.clone(), value.clone());
            } else {
                self.unknown_key(key, what, known.iter().copied());
            }
        }
        let fits = |form: &&Table| {
            form.keys.iter().all(|key| key.presence != Presence::Required || rest.contains_key(key.name))
                && rest.iter().all(|(key, _)| form.key(key.get_ref()).is_some())
        };
        if let Some(form) = forms.iter().find(fits) {
            return Some(self.record(form, &rest, at));
        }
        if before == self.problems.count() {
            let given = match listed(rest.iter().map(|(key, _)| format!("`{}`", key.get_ref())), "and") {
                none if none.is_empty() => "nothing".into(),
                given => given,
            };
            let ways = forms.iter().map(|form| {
                let keys = form.keys.iter().filter(|key| key.presence == Presence::Required);
                listed(keys.map(|key| format!("`{}`", key.name)), "with")
            });
            let help = format!("{what} takes {}", listed(ways, "or"));
            self.push(Fault::new(at, format!("{what} cannot be given by {given}")).label("these keys").help(help));
        }
        None
    }

    /// Reads a table that names a law.
    fn law(&mut self, key: &str, table: &DeTable, at: Span) -> Option<Distribution> {
        let names = || LAWS.iter().map(|law| law.name);
        let allowed = || format!("the distributions are {}", listed(names(), "and"));
        let Some(named) = table.get("distribution") else {
            let message = format!("`{key}` does not say which distribution");
            let help = format!("write for example {{ distribution = \"exponential\", mean = \"2m\" }}; {}", allowed());
            self.push(Fault::new(at, message).label("the key `distribution` is missing").help(help));
            return None;
        };
        let Some(law) = named.get_ref().as_str().and_then(law) else {
            let written = self.written(named.span().into()).trim_matches(['"', '\'']);
            let near = similar(written, names()).map(|near| format!("did you mean \"{near}\"? ")).unwrap_or_default();
            let message = format!("{} is not a distribution", quoted(written));
            let help = format!("{near}{}", allowed());
            self.push(Fault::new(named.span().into(), message).label("not known").help(help));
            return None;
        };
        let article = if law.name.starts_with(['e', 'u']) && law.name != "uniform" { "an" } else { "a" };
        let record = self.form(&format!("{article} {} `{key}`", law.name), law.forms, table, at, &["distribution"])?;
        if record.form.keys.iter().any(|parameter| record.is_broken(parameter.name)) {
            return None;
        }
        laws::build(law.name, &record)
            .map_err(|(at, what, help)| {
                let message = format!("{what} in `{key}` cannot be {}", quoted(self.written(at).trim_matches('"')));
                self.push(Fault::new(at, message).label("not allowed").help(help));
            })
            .ok()
    }
}

fn whole<T>(read: Result<T, (String, String)>) -> Result<T, UnitError> {
    read.map_err(|(message, help)| UnitError { at: 0..0, message, help })
}

fn name(text: &str) -> Result<String, UnitError> {
    let wrong = |message: &str| whole(Err((message.to_owned(), "a name is text that can be seen".to_owned())));
    match text {
        _ if text.trim().is_empty() => wrong("is empty"),
        _ if text.chars().any(char::is_control) => wrong("has a control character"),
        // The fields of a CSV file lose theirs, so that none could be this name.
        _ if text.trim() != text => {
            whole(Err(("begins or ends with a blank".into(), "a name has blanks only between its words".into())))
        }
        _ => Ok(text.to_owned()),
    }
}

fn finite(number: f64) -> Result<f64, UnitError> {
    if number.is_finite() {
        Ok(number)
    } else {
        whole(Err(("is not finite".into(), "it must be a finite number".into())))
    }
}

/// The moment that a TOML date, time or both says.
fn moment(written: &Datetime) -> Result<Moment, (String, String)> {
    match written {
        Datetime { offset: Some(_), .. } => Err(("has a time zone".into(), moments::DATE_TIME_HELP.into())),
        Datetime { time: None, .. } => Err(("has no time of day".into(), moments::MOMENT_HELP.into())),
        _ => moments::moment(&written.to_string()),
    }
}
