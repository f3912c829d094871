//! The model for people.

use std::fmt::Write;

use comfy_table::{ContentArrangement, Table};

use super::{Topic, constant, function, guid, other_identifiers, sets, type_name};
use crate::acd::catalogue::{MESSAGES, OBJECTS, STATES, STATISTICS};
use crate::acd::conventions::{ComErrors, Convention, SETTINGS, Setting};
use crate::acd::tapi2::arms::{ARMS, PROXY_REQUEST_SIZE};
use crate::acd::tapi2::layout::Field;
use crate::acd::tapi2::structures::{LISTS, LineProxyRequest, STRUCTURES};
use crate::acd::tapi2::{LineError, ProxyRequestType, Structure};
use crate::acd::tapi3::{HResult, INTERFACES};
use crate::acd::{Conventions, SessionState};
use crate::report::text::new_table;

/// The topics for people, one after the other, at most `width` columns wide if they can be.
pub fn text(topics: &[Topic], conventions: &Conventions, width: u16) -> String {
    let parts = topics.iter().map(|topic| match topic {
        Topic::Objects => objects(width),
        Topic::States => states(width),
        Topic::Statistics => statistics(width),
        Topic::Conventions => all_conventions(conventions, width),
        Topic::Errors => errors(width),
        Topic::Structures => structures(width),
        Topic::Interfaces => interfaces(width),
        Topic::Constants => constants(width),
        Topic::Messages => messages(width),
    });
    parts.collect::<Vec<_>>().join("\n")
}

/// A table under its title, which may begin with an empty line; all columns are to the left.
fn section<const COLUMNS: usize>(
    title: &str,
    header: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
    width: u16,
) -> String {
    let mut table: Table = new_table(&header);
    table.add_rows(rows);
    let mut text = table.to_string();
    if text.lines().any(|line| line.trim_end().chars().count() > usize::from(width)) {
        text = table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width).to_string();
    }
    text.lines().fold(fold(title, width) + "\n", |text, line| text + line.trim_end() + "\n")
}

fn objects(width: u16) -> String {
    let rows = OBJECTS.iter().map(|object| {
        let what = format!("{}\nIt {}.", object.what, object.relations.join("; it "));
        let tapi = format!("{}\n{}\nMade by {}.", object.interface, object.identity, object.creator);
        [object.name.to_owned(), what, tapi]
    });
    section("Objects", ["Object", "What it is, and what it is related to", "In TAPI 3 and TAPI 2.2"], rows, width)
}

fn states(width: u16) -> String {
    let short = |state: SessionState| state.name().trim_start_matches("ASST_");
    let header: Vec<&str> = ["From \\ to"].into_iter().chain(SessionState::ALL.map(short)).collect();
    let header: [&str; 6] = header.try_into().expect("there are five states");
    let rows = SessionState::ALL.map(|from| {
        let cells = SessionState::ALL.map(|to| if from.may_become(to) { "yes" } else { "–" }.to_owned());
        let [one, two, three, four, five] = cells;
        [short(from).to_owned(), one, two, three, four, five]
    });
    let mut text = section("Which state of a session may follow which", header, rows, width);
    for property in STATES {
        let title = format!(
            "\nStates of an {}: {}.{} and {}, set by {}; {} of {}",
            property.object,
            property.structure,
            property.field,
            property.next_field,
            property.function,
            property.enumeration,
            property.interface,
        );
        let rows = property.states.iter().map(|state| {
            let number =
                state.tapi3.map_or_else(|| "none in TAPI 3".to_owned(), |(name, number)| format!("{name} = {number}"));
            let bit = format!("{} = {:#x}", state.constant, constant(state.constant));
            [format!("{bit}\n{number}"), state.meaning.to_owned()]
        });
        text += &section(&title, ["State", "Meaning"], rows, width);
        let _ = writeln!(text, "{}", fold(&format!("It depends on: {}", property.conventions.join(", ")), width));
    }
    text
}

fn statistics(width: u16) -> String {
    let mut text = String::new();
    for object in OBJECTS {
        let of_object: Vec<_> = STATISTICS.iter().filter(|statistic| statistic.object == object.name).collect();
        let Some(first) = of_object.first() else { continue };
        if !text.is_empty() {
            text.push('\n');
        }
        let title = format!("Statistics of an {}: {} and {}", object.name, first.interface, first.structure);
        let rows = of_object.iter().map(|statistic| {
            let names = format!("{}\n{}", statistic.getter, statistic.field);
            let meaning = format!("{}\nIt depends on: {}", statistic.meaning, statistic.conventions.join(", "));
            [names, statistic.unit.symbol().to_owned(), meaning]
        });
        text += &section(&title.replace("an queue", "a queue"), ["Statistic", "Unit", "Meaning"], rows, width);
    }
    text
}

fn all_conventions(conventions: &Conventions, width: u16) -> String {
    let in_force = |name: &str, default: &str| {
        let answer = conventions.get(name).expect("each of these is a field");
        let mark = if answer == default { String::new() } else { "\nnot the default".to_owned() };
        format!("{name}\n= {answer}{mark}")
    };
    let questions = Conventions::DECLARED.iter().map(|declared| {
        let answer = conventions.get(declared.name).expect("each of these is a field");
        [in_force(declared.name, declared.default), question(declared, &answer)]
    });
    let settings = SETTINGS.iter().map(|setting| {
        let Setting { name, what, least, most, default, why } = setting;
        let text = format!("{what}\nFrom {least} to {most}. {default} is the default: {why}.");
        [in_force(name, default), text]
    });
    let title = match conventions.changed().count() {
        0 => "Conventions: what TAPI leaves open; all are the default".to_owned(),
        1 => "Conventions: what TAPI leaves open; 1 is not the default".to_owned(),
        changed => format!("Conventions: what TAPI leaves open; {changed} are not the default"),
    };
    section(&title, ["Convention", "Question and answers"], questions.chain(settings), width)
}

/// A question with all its answers, the one in force first.
fn question(declared: &Convention, in_force: &str) -> String {
    let (present, others): (Vec<_>, Vec<_>) = declared.answers.iter().partition(|(word, _)| *word == in_force);
    let mut text = declared.question.to_owned();
    for (word, meaning) in present.into_iter().chain(others) {
        let _ = write!(text, "\n{word}: {meaning}");
    }
    let _ = write!(text, "\n{} is the default: {}.", declared.default, declared.why);
    text
}

fn errors(width: u16) -> String {
    let rows = LineError::ALL.iter().map(|error| {
        let result = HResult::from_line_error(*error, ComErrors::Translated);
        let name = result.name().unwrap_or_default();
        [hex(error.code() as u32), format!("{}\n{name}", error.name()), error.to_string()]
    });
    let header = ["Code", "Error, and what TAPI 3 makes of it", "Meaning"];
    let mut text = section("Errors of TAPI 2.2, and the HRESULTs that mean the same", header, rows, width);
    let rows = HResult::ALL.iter().map(|result| {
        [hex(result.0 as u32), result.name().unwrap_or_default().into(), result.meaning().unwrap_or_default().into()]
    });
    text += &section("\nResults of TAPI 3", ["Code", "HRESULT", "Meaning"], rows, width);
    text
}

fn structures(width: u16) -> String {
    let rows = |fields: &'static [Field]| {
        fields.iter().map(|field| {
            let kind = type_name(field.kind).to_owned();
            [field.offset.to_string(), field.size.to_string(), kind, field.name.to_owned()]
        })
    };
    let header = ["Offset", "Bytes", "Type", "Member"];
    let mut texts: Vec<String> = STRUCTURES
        .iter()
        .map(|layout| section(&format!("{}, {} bytes", layout.name, layout.size), header, rows(layout.fields), width))
        .collect();
    let names = LISTS.map(|list| list.name).join(", ");
    let title = format!("{names}, {} bytes each", LISTS[0].size);
    texts.push(section(&title, header, rows(LISTS[0].fields), width));
    let request = LineProxyRequest::LAYOUT;
    let title = format!("{}, {PROXY_REQUEST_SIZE} bytes: what comes before its union", request.name);
    texts.push(section(&title, header, rows(request.fields), width));
    for arm in &ARMS {
        let title = format!("{}.{}, to byte {}", request.name, arm.name, arm.layout.size);
        texts.push(section(&title, header, rows(arm.layout.fields), width));
    }
    texts.join("\n")
}

fn interfaces(width: u16) -> String {
    let mut texts: Vec<String> = INTERFACES
        .iter()
        .map(|interface| {
            let base = if interface.dual { "IDispatch" } else { "IUnknown" };
            let title = format!("{} {{{}}}, on {base}", interface.name, guid(&interface.iid));
            let rows = interface.methods.iter().map(|method| {
                let dispid = method.dispid.map_or_else(|| "–".to_owned(), |dispid| dispid.to_string());
                let hidden = if method.hidden { "hidden" } else { "" };
                [method.slot.to_string(), dispid, method.name.to_owned(), hidden.to_owned()]
            });
            section(&title, ["Slot", "Dispid", "Method", ""], rows, width)
        })
        .collect();
    let rows = other_identifiers().map(|(name, guid)| [name.to_owned(), guid]);
    texts.push(section("Other identifiers", ["Name", "GUID"], rows, width));
    texts.join("\n")
}

fn constants(width: u16) -> String {
    let texts = sets().into_iter().map(|set| {
        let value = |value: u32| if set.decimal { value.to_string() } else { hex(value) };
        let rows = set.values.iter().map(|&(name, number)| [value(number), name.to_owned()]);
        section(set.name, ["Value", "Name"], rows, width)
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn messages(width: u16) -> String {
    let rows = MESSAGES.iter().map(|message| {
        let parameters = (1..).zip(message.parameters).filter(|(_, parameter)| !parameter.is_empty());
        let parameters = parameters.map(|(number, parameter)| format!("\n{number}: {parameter}")).collect::<String>();
        let number = constant(message.name).to_string();
        [number, message.name.to_owned(), message.sender.to_owned(), format!("{}{parameters}", message.meaning)]
    });
    let header = ["Number", "Message", "From", "Meaning and parameters"];
    let mut text = section("Messages of TAPI 2.2", header, rows, width);
    let rows = ProxyRequestType::ALL.iter().map(|request| {
        let value = format!("{:#x}", request.value());
        [value, format!("{}\n{}", function(*request), request.name()), request.since().to_string()]
    });
    text += &section("\nRequests to a proxy", ["Value", "Function and request", "Since"], rows, width);
    text
}

fn hex(value: u32) -> String {
    format!("{value:#010x}")
}

/// A line, broken at blanks where it would be wider.
fn fold(line: &str, width: u16) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in line.split(' ') {
        let length = word.trim_start_matches('\n').chars().count();
        match column {
            0 => {}
            column if column + 1 + length > usize::from(width) => text.push('\n'),
            _ => text.push(' '),
        }
        column = if text.is_empty() || text.ends_with('\n') { length } else { column + 1 + length };
        text += word;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_it_may_be() {
        for topic in Topic::ALL {
            for width in [60, 80, 120, 200] {
                let text = text(&[topic], &Conventions::default(), width);
                for line in text.lines() {
                    assert!(line.chars().count() <= width.into(), "{topic} at {width}: {line}");
                    assert_eq!(line, line.trim_end(), "{topic}");
                }
            }
        }
    }

    #[test]
    fn a_line_is_broken_at_blanks() {
        assert_eq!(fold("one two three", 7), "one two\nthree");
        assert_eq!(fold("\none two three", 13), "\none two three");
        assert_eq!(fold("one two", 3), "one\ntwo");
    }
}
