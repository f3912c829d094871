//! The tables of keys in `docs/scenario.md`, made from the declaration of the keys.

#![cfg(test)]

use super::declaration::{Kind, Presence, Table};
use super::keys::SCENARIO;
use super::law_keys::LAWS;

/// The generated part of the reference, in Markdown.
fn tables() -> String {
    let mut text = String::new();
    for table in SCENARIO.nested() {
        let heading =
            if table.name == "scenario" { "The top of the file".into() } else { format!("`{}`", table.heading) };
        text += &format!("### {heading}\n\n{}\n\n{}\n", table.doc, keys(table));
    }
    text += "### Distributions\n\n| `distribution` | what it is | its keys, one line of them |\n| --- | --- | --- |\n";
    for law in LAWS {
        let forms = law.forms.iter().map(|form| {
            let keys = form.keys.iter().map(|key| match key.presence {
                Presence::Required => format!("`{} = {}`", key.name, key.example),
                _ => format!("optionally `{} = {}`", key.name, key.example),
            });
            keys.collect::<Vec<_>>().join(", ")
        });
        text += &format!("| `{}` | {} | {} |\n", law.name, law.doc, forms.collect::<Vec<_>>().join("<br>"));
    }
    text
}

fn keys(table: &Table) -> String {
    let mut text =
        String::from("| key | value | if absent | what it is | example |\n| --- | --- | --- | --- | --- |\n");
    for key in table.keys {
        let kind = match &key.kind {
            Kind::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Kind::Between { min, max } => format!("a number from {min} to {max}"),
            Kind::Choice(words) => {
                let words: Vec<_> = words.iter().map(|(word, doc)| format!("`\"{word}\"` ({doc})")).collect();
                words.join(", ")
            }
            Kind::Duration { zero: false } => "a duration, more than zero".into(),
            kind => kind.words(),
        };
        let absent = match key.presence {
            Presence::Required => "**required**".into(),
            Presence::Optional(meaning) => meaning.to_owned(),
            Presence::Default(value) => format!("`{value}`"),
        };
        text += &format!("| `{}` | {kind} | {absent} | {} | `{}` |\n", key.name, key.doc, key.example);
    }
    text
}

#[test]
fn the_reference_has_the_keys_of_the_reader() {
    const BEGIN: &str = "<!-- generated from the declaration of the keys: begin -->\n";
    const END: &str = "<!-- generated from the declaration of the keys: end -->";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scenario.md");
    let text = std::fs::read_to_string(path).expect("docs/scenario.md is there").replace("\r\n", "\n");
    let (before, rest) = text.split_once(BEGIN).expect("the generated part begins");
    let (_, after) = rest.split_once(END).expect("the generated part ends");
    let fresh = format!("{before}{BEGIN}\n{}\n{END}{after}", tables());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, fresh).expect("docs/scenario.md can be written");
    } else {
        assert!(text == fresh, "docs/scenario.md is out of date: UPDATE_DOCS=1 cargo test reference writes it anew");
    }
}
