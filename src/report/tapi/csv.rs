//! The model for spreadsheets: one table a topic.

use std::io::Write;

use super::{Topic, constant, function, guid, sets, type_name};
use crate::acd::catalogue::{MESSAGES, OBJECTS, STATES, STATISTICS};
use crate::acd::conventions::{ComErrors, SETTINGS};
use crate::acd::tapi2::arms::ARMS;
use crate::acd::tapi2::layout::Field;
use crate::acd::tapi2::structures::{LISTS, LineProxyRequest, STRUCTURES};
use crate::acd::tapi2::{LineError, ProxyRequestType, Structure};
use crate::acd::tapi3::{HResult, INTERFACES};
use crate::acd::{Conventions, SessionState};

/// Writes a topic's table. Lists in a field are separated by blanks, or by semicolons where they have blanks.
///
/// # Errors
///
/// If it cannot be written.
pub fn write_csv(topic: Topic, conventions: &Conventions, out: impl Write) -> csv::Result<()> {
    let (header, rows) = table(topic, conventions);
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(header)?;
    rows.iter().try_for_each(|row| csv.write_record(row))?;
    csv.flush()?;
    Ok(())
}

fn table(topic: Topic, conventions: &Conventions) -> (&'static [&'static str], Vec<Vec<String>>) {
    match topic {
        Topic::Objects => (
            &["object", "what", "identity", "interface", "creator", "relations"],
            Vec::from_iter(OBJECTS.iter().map(|object| {
                let texts = [object.name, object.what, object.identity, object.interface, object.creator];
                row(texts, [object.relations.join("; ")])
            })),
        ),
        Topic::States => (&["object", "constant", "value", "name", "number", "meaning", "may_become"], states()),
        Topic::Statistics => (
            &["object", "name", "unit", "meaning", "structure", "field", "interface", "getter", "conventions"],
            Vec::from_iter(STATISTICS.iter().map(|of| {
                let names = [of.structure, of.field, of.interface, of.getter];
                let texts = [of.object, of.name, of.unit.words(), of.meaning].into_iter().chain(names);
                row(texts, [of.conventions.join(" ")])
            })),
        ),
        Topic::Conventions => {
            (&["name", "in_force", "default", "is_default", "question", "answers", "why"], answers(conventions))
        }
        Topic::Errors => (
            &["name", "code", "meaning", "hresult", "hresult_code"],
            Vec::from_iter(LineError::ALL.iter().map(|error| {
                let result = HResult::from_line_error(*error, ComErrors::Translated);
                let name = result.name().unwrap_or_default().to_owned();
                row([error.name()], [hex(error.code() as u32), error.to_string(), name, hex(result.0 as u32)])
            })),
        ),
        Topic::Structures => (&["structure", "arm", "size", "field", "offset", "field_size", "type"], fields()),
        Topic::Interfaces => (
            &["interface", "iid", "dual", "slot", "method", "dispid", "hidden"],
            Vec::from_iter(INTERFACES.iter().flat_map(|interface| {
                interface.methods.iter().map(|method| {
                    let dispid = method.dispid.map_or_else(String::new, |dispid| dispid.to_string());
                    let of = [guid(&interface.iid), interface.dual.to_string(), method.slot.to_string()];
                    row([interface.name], of.into_iter().chain([method.name.into(), dispid, method.hidden.to_string()]))
                })
            })),
        ),
        Topic::Constants => (
            &["set", "name", "value"],
            Vec::from_iter(sets().iter().flat_map(|set| {
                set.values.iter().map(|(name, value)| row([set.name, name], [value.to_string()])).collect::<Vec<_>>()
            })),
        ),
        Topic::Messages => (
            &["name", "number", "meaning", "parameter_1", "parameter_2", "parameter_3", "sender", "function"],
            messages(),
        ),
    }
}

/// A row of texts that are there and texts that were made.
fn row(texts: impl IntoIterator<Item = &'static str>, made: impl IntoIterator<Item = String>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).chain(made).collect()
}

fn hex(value: u32) -> String {
    format!("{value:#010x}")
}

fn states() -> Vec<Vec<String>> {
    let states = STATES.iter().flat_map(|property| property.states.iter().map(move |state| (property, state)));
    let rows = states.map(|(property, state)| {
        let (name, number) = state.tapi3.unzip();
        let is_session = property.enumeration == "AGENT_SESSION_STATE";
        let from = SessionState::ALL.into_iter().find(|from| is_session && number == Some(*from as i32));
        let followers = SessionState::ALL.into_iter().filter(|to| from.is_some_and(|from| from.may_become(*to)));
        let followers: Vec<&str> = followers.map(SessionState::name).collect();
        row(
            [property.object, state.constant],
            [
                constant(state.constant).to_string(),
                name.unwrap_or_default().to_owned(),
                number.map_or_else(String::new, |number| number.to_string()),
                state.meaning.to_owned(),
                followers.join(" "),
            ],
        )
    });
    rows.collect()
}

fn answers(conventions: &Conventions) -> Vec<Vec<String>> {
    let questions = Conventions::DECLARED.iter().map(|declared| {
        let words: Vec<&str> = declared.answers.iter().map(|(word, _)| *word).collect();
        (declared.name, declared.default, declared.question, words.join(" "), declared.why)
    });
    let settings = SETTINGS.iter().map(|setting| {
        (setting.name, setting.default, setting.what, format!("{} to {}", setting.least, setting.most), setting.why)
    });
    let rows = questions.chain(settings).map(|(name, default, question, answers, why)| {
        let in_force = conventions.get(name).expect("each of these is a field");
        let is_default = (in_force == default).to_string();
        row([name], [in_force, default.to_owned(), is_default, question.to_owned(), answers, why.to_owned()])
    });
    rows.collect()
}

fn fields() -> Vec<Vec<String>> {
    let request = LineProxyRequest::LAYOUT;
    let plain = STRUCTURES.iter().chain(&LISTS).chain([&request]).map(|layout| (layout, ""));
    let arms = ARMS.iter().map(|arm| (&arm.layout, arm.name));
    let of = |layout: &'static str, arm: &'static str, size: usize, field: &Field| {
        let place = [size.to_string(), field.name.to_owned(), field.offset.to_string(), field.size.to_string()];
        row([layout, arm], place.into_iter().chain([type_name(field.kind).to_owned()]))
    };
    let rows = plain.chain(arms).flat_map(|(layout, arm)| {
        layout.fields.iter().map(move |field| of(layout.name, arm, layout.size, field)).collect::<Vec<_>>()
    });
    rows.collect()
}

fn messages() -> Vec<Vec<String>> {
    let messages = MESSAGES.iter().map(|message| {
        let mut texts = row([message.name], [constant(message.name).to_string(), message.meaning.to_owned()]);
        texts.extend(row(message.parameters, [message.sender.to_owned(), String::new()]));
        texts
    });
    let requests = ProxyRequestType::ALL.iter().map(|request| {
        let value = request.value().to_string();
        let meaning = format!("A request to the proxy, since TAPI {}.", request.since());
        row([request.name()], [value, meaning, "".into(), "".into(), "".into(), "TAPI".into(), function(*request)])
    });
    messages.chain(requests).collect()
}
