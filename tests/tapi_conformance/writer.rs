//! Writes the tables of the document from our own tables and the rows of `rows.txt`.
//!
//! A line of `rows.txt` is a row of its own, or, where its item has a `*` or is one of our tables', what to write of the
//! items of our tables that it fits; of several that fit the longest is taken. In the places `{last}` is the item's
//! last part and `{rust}` the name that it has in Rust.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::documented::FUNCTIONS;
use crate::items::items;
use crate::{PAGES, SECTIONS};

/// A line of `rows.txt`.
struct Line {
    section: String,
    item: String,
    what: String,
    places: String,
    tests: String,
    state: String,
}

fn lines() -> Vec<Line> {
    let text = include_str!("rows.txt");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let line = |line: &str| {
        let cells: Vec<String> = line.split('|').map(|cell| cell.trim().to_owned()).collect();
        let [section, item, what, places, tests, state] =
            cells.try_into().unwrap_or_else(|cells: Vec<_>| panic!("six cells, not {}: {line}", cells.len()));
        Line { section, item, what, places, tests, state }
    };
    lines.map(line).collect()
}

impl Line {
    fn fits(&self, item: &str) -> bool {
        match self.item.split_once('*') {
            None => self.item == item,
            Some((before, after)) => {
                item.len() >= before.len() + after.len() && item.starts_with(before) && item.ends_with(after)
            }
        }
    }

    fn row(&self, item: &str, what: &str) -> String {
        let what = if self.what.is_empty() { what.to_owned() } else { self.what.clone() };
        let last = item.rsplit(['.', ':', ' ']).next().unwrap_or(item);
        let rust = FUNCTIONS.iter().find(|it| item.split(['(', ' ']).next() == Some(it.name));
        let rust = rust.map_or_else(|| snake(last), |function| function.method.to_owned());
        let fill = |place: &str| place.replace("{last}", last).replace("{rust}", &rust);
        let place = |place: &str| match fill(place).split_once(": ") {
            Some((file, name)) => format!("`{}`: `{name}`", path(file)),
            None => format!("`{}`", path(place)),
        };
        let places: Vec<String> = self.places.split(", ").filter(|it| !it.is_empty()).map(place).collect();
        let test = |test: &str| format!("`{}`", path(test));
        let tests: Vec<String> = self.tests.split(", ").filter(|it| !it.is_empty()).map(test).collect();
        format!("| `{item}` | {what} | {} | {} | {} |\n", places.join(", "), tests.join(", "), self.state)
    }
}

/// The files of the crate are named from `src/acd`.
fn path(file: &str) -> String {
    if file.starts_with("src/") || file.starts_with("tests/") { file.to_owned() } else { format!("src/acd/{file}") }
}

/// `NumberOfACDCalls` as `number_of_acd_calls`.
fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, &char) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|it| chars[it]);
        let after = chars.get(index + 1).is_some_and(char::is_ascii_lowercase);
        let begins = before.is_some_and(|it| it.is_ascii_lowercase() || it.is_ascii_uppercase() && after);
        if char.is_ascii_uppercase() && begins {
            snake.push('_');
        }
        snake.push(char.to_ascii_lowercase());
    }
    snake
}

/// The generated part of the document: the counts, then each section with its table.
pub(crate) fn generated() -> String {
    let (lines, items) = (lines(), items());
    let mut used = BTreeSet::new();
    let mut sections = String::new();
    let mut counts = String::from("| section | rows | done | n/a |\n| --- | --- | --- | --- |\n");
    let mut sum = [0; 2];
    for (number, title) in PAGES.iter().chain(SECTIONS) {
        let mut rows = Vec::new();
        for item in items.iter().filter(|item| item.section == *number) {
            let fitting = lines.iter().enumerate().filter(|(_, line)| line.section == *number && line.fits(&item.name));
            let (index, line) = fitting
                .max_by_key(|(_, line)| (!line.item.contains('*'), line.item.len()))
                .unwrap_or_else(|| panic!("rows.txt has nothing for {} of section {number}", item.name));
            used.insert(index);
            rows.push(line.row(&item.name, &item.what));
        }
        for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.section == *number) {
            if !line.item.contains('*') && !used.contains(&index) {
                used.insert(index);
                rows.push(line.row(&line.item, ""));
            }
        }
        let done = rows.iter().filter(|row| row.ends_with("| done |\n")).count();
        let count = [done, rows.len() - done];
        sum = [sum[0] + count[0], sum[1] + count[1]];
        writeln!(counts, "| {title} | {} | {} | {} |", rows.len(), count[0], count[1]).expect("a String grows");
        write!(
            sections,
            "\n## {title}\n\n| item | what | where | tested by | state |\n| --- | --- | --- | --- | --- |\n"
        )
        .expect("a String grows");
        sections += &rows.concat();
    }
    let idle: Vec<&str> =
        (0..lines.len()).filter(|index| !used.contains(index)).map(|index| lines[index].item.as_str()).collect();
    assert!(idle.is_empty(), "lines of rows.txt that fit nothing: {idle:?}");
    writeln!(counts, "| all | {} | {} | {} |", sum[0] + sum[1], sum[0], sum[1]).expect("a String grows");
    counts + &sections
}
