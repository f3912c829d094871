//! The tables of `docs/conventions.md` are made from the declaration of the conventions.

use acdsim::acd::Conventions;
use acdsim::acd::catalogue::{STATES, STATISTICS};
use acdsim::acd::conventions::{Convention, SETTINGS};

/// The generated part, in Markdown.
fn tables() -> String {
    let mut text = String::from(
        "## The questions\n\n| key | question | answers | why the default | it bears on |\n| --- | --- | --- | --- | --- |\n",
    );
    for convention in Conventions::DECLARED {
        let Convention { name, question, default, why, .. } = convention;
        let answers = convention.answers.iter().map(|(word, meaning)| {
            let mark = if word == default { ", the default" } else { "" };
            format!("`\"{word}\"`{mark}: {meaning}")
        });
        let answers = answers.collect::<Vec<_>>().join("<br>");
        text += &format!("| `{name}` | {question} | {answers} | {why} | {} |\n", bears_on(name));
    }
    text += "\n## The settings\n\n| key | what it is | from | to | default | why | it bears on |\n\
             | --- | --- | --- | --- | --- | --- | --- |\n";
    for setting in SETTINGS {
        let bears_on = bears_on(setting.name);
        text += &format!(
            "| `{}` | {} | {} | {} | `{}` | {} | {bears_on} |\n",
            setting.name, setting.what, setting.least, setting.most, setting.default, setting.why
        );
    }
    text
}

/// The statistics that a convention bears on, and the states.
fn bears_on(name: &str) -> String {
    let mut parts = Vec::new();
    for object in ["agent session", "agent", "queue"] {
        let all = STATISTICS.iter().filter(|of| of.object == object && of.name != "MeasurementPeriod").count();
        let bearing = STATISTICS.iter().filter(|of| of.object == object && of.conventions.contains(&name));
        let names: Vec<&str> = bearing.map(|of| of.name).collect();
        match names.len() {
            0 => {}
            count if count >= all => {
                parts.push(format!("all statistics of an {object}").replace("an queue", "a queue"))
            }
            _ => parts.push(format!("{object}: {}", names.join(", "))),
        }
    }
    let states = STATES.iter().filter(|states| states.conventions.contains(&name));
    parts.extend(states.map(|states| format!("the state of an {}", states.object)));
    if parts.is_empty() { "what clients ask and are told".to_owned() } else { parts.join("; ") }
}

#[test]
fn the_tables_are_those_of_the_declaration() {
    const BEGIN: &str = "<!-- generated from the declaration of the conventions: begin -->\n";
    const END: &str = "<!-- generated from the declaration of the conventions: end -->";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/conventions.md");
    let text = std::fs::read_to_string(path).expect("docs/conventions.md is there").replace("\r\n", "\n");
    let (before, rest) = text.split_once(BEGIN).expect("the generated part begins");
    let (_, after) = rest.split_once(END).expect("the generated part ends");
    let fresh = format!("{before}{BEGIN}\n{}\n{END}{after}", tables());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, fresh).expect("docs/conventions.md can be written");
    } else {
        assert!(
            text == fresh,
            "docs/conventions.md is out of date: UPDATE_DOCS=1 cargo test --test conventions_docs writes it anew"
        );
    }
}
