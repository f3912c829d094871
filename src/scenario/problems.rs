//! Collects what is wrong with a scenario while it is read, in the order of its place in the file.

use std::path::Path;

use super::arrivals::RecordedFiles;
use super::errors::{Place, Problem, ScenarioErrors};

/// How many problems are kept; the others are only counted.
const KEPT: usize = 20;
/// Problems are sorted and cut down to [`KEPT`] whenever so many have gathered.
const GATHERED: usize = 1_000;
/// How many characters of the source line are shown on either side of the place.
const SHOWN_BEFORE: usize = 60;
const SHOWN_AFTER: usize = 100;

/// A stretch of bytes of the scenario file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Span { start: range.start, end: range.end }
    }
}

/// One thing that is wrong: where, what, and what would be right.
#[derive(Debug)]
pub(crate) struct Fault {
    at: Span,
    message: String,
    label: Option<String>,
    help: Option<String>,
    /// The line of another file than the scenario's.
    elsewhere: Option<Line>,
}

/// A line of a file with the place on it.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) file: String,
    /// Counted from 1.
    pub(crate) number: u64,
    pub(crate) text: String,
    /// Bytes of `text`.
    pub(crate) span: Span,
}

impl Fault {
    pub(crate) fn new(at: Span, message: impl Into<String>) -> Self {
        Fault { at, message: message.into(), label: None, help: None, elsewhere: None }
    }

    /// A few words under the underlined place.
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// What is allowed, or how to put it right.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Shows this line instead of the scenario's; the place in the scenario still decides the order.
    pub(crate) fn on(mut self, line: Line) -> Self {
        self.elsewhere = Some(line);
        self
    }

    fn into_problem(self, file: &str, text: &str) -> Problem {
        let line = self.elsewhere.unwrap_or_else(|| line_of(file, text, self.at));
        let (text, underline, column) = excerpt(&line.text, line.span);
        Problem {
            file: line.file,
            place: Some(Place { line: line.number, column }),
            message: self.message,
            help: self.help,
            label: self.label,
            excerpt: text,
            underline,
        }
    }
}

/// The problems of one scenario file.
pub(crate) struct Problems<'a> {
    file: String,
    text: &'a str,
    /// Where lines begin that are not of the file, and what they are of.
    added: Option<(usize, String)>,
    faults: Vec<Fault>,
    total: usize,
    /// The files of recorded calls that have been read: what is wrong with one is reported once.
    pub(crate) recorded: RecordedFiles,
}

impl<'a> Problems<'a> {
    pub(crate) fn new(file: &Path, text: &'a str) -> Self {
        Problems {
            file: file.display().to_string(),
            text,
            added: None,
            faults: Vec::new(),
            total: 0,
            recorded: RecordedFiles::new(),
        }
    }

    /// The lines from there on are not of the file but of something else.
    pub(crate) fn with_lines_of(mut self, what: &str, begins: usize) -> Self {
        self.added = Some((begins, what.to_owned()));
        self
    }

    pub(crate) fn push(&mut self, fault: Fault) {
        self.total += 1;
        self.faults.push(fault);
        if self.faults.len() >= GATHERED {
            self.faults.sort_by_key(|fault| fault.at.start);
            self.faults.truncate(KEPT);
        }
    }

    /// How many problems there are so far.
    pub(crate) fn count(&self) -> usize {
        self.total
    }

    /// The scenario file's text.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    pub(crate) fn into_errors(mut self) -> ScenarioErrors {
        self.take_errors()
    }

    /// What has gathered.
    pub(crate) fn take_errors(&mut self) -> ScenarioErrors {
        let mut faults = std::mem::take(&mut self.faults);
        faults.sort_by_key(|fault| fault.at.start);
        faults.truncate(KEPT);
        let problems = faults.into_iter().map(|mut fault| match &self.added {
            Some((begins, what)) if fault.at.start >= *begins => {
                fault.at = Span { start: fault.at.start - begins, end: fault.at.end - begins };
                fault.into_problem(what, &self.text[*begins..])
            }
            _ => fault.into_problem(&self.file, self.text),
        });
        ScenarioErrors::new(self.file.clone(), problems.collect(), self.total)
    }
}

/// The line that a span begins on, with the part of the span that is on it.
fn line_of(file: &str, text: &str, at: Span) -> Line {
    let start = text.floor_char_boundary(at.start.min(text.len()));
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
    let number = 1 + text[..line_start].bytes().filter(|&byte| byte == b'\n').count() as u64;
    let end = text.floor_char_boundary(at.end.clamp(start, line_end));
    Line {
        file: file.to_owned(),
        number,
        text: text[line_start..line_end].trim_end_matches('\r').to_owned(),
        span: (start - line_start..end - line_start).into(),
    }
}

/// What is shown of a line: a window around the span, without control characters, with the span's bytes in it and
/// its column in the whole line, counted in characters from 1.
fn excerpt(line: &str, span: Span) -> (String, Span, u64) {
    let start = line.floor_char_boundary(span.start.min(line.len()));
    let end = line.floor_char_boundary(span.end.clamp(start, line.len()));
    let column = line[..start].chars().count();
    let mut shown = String::new();
    if column > SHOWN_BEFORE {
        shown.push('…');
    }
    let visible = |char: char| if char.is_control() && char != '\t' { '\u{fffd}' } else { char };
    shown.extend(line[..start].chars().skip(column.saturating_sub(SHOWN_BEFORE)).map(visible));
    let from = shown.len();
    shown.extend(line[start..end].chars().take(SHOWN_AFTER).map(visible));
    let to = shown.len();
    let mut rest = line[start..].chars().skip(line[start..end].chars().count());
    if line[start..end].chars().nth(SHOWN_AFTER).is_some() {
        shown.push('…');
    } else {
        shown.extend(rest.by_ref().take(SHOWN_AFTER).map(visible));
        if rest.next().is_some() {
            shown.push('…');
        }
    }
    // There must be something to underline.
    if to == shown.len() && from == to {
        shown.push(' ');
    }
    let to = if from == to { to + shown[to..].chars().next().map_or(0, char::len_utf8) } else { to };
    (shown, (from..to).into(), column as u64 + 1)
}

/// A value as a message quotes it: in backticks, cut if long, without control characters.
pub(crate) fn quoted(value: &str) -> String {
    const LONGEST: usize = 60;
    if value.is_empty() {
        return "\"\"".into();
    }
    let mut shown: String =
        value.chars().take(LONGEST).map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect();
    if value.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// "a", "a and b", "a, b and c": with the word between the last two.
pub(crate) fn listed<S: AsRef<str>>(words: impl IntoIterator<Item = S>, last: &str) -> String {
    let words: Vec<S> = words.into_iter().collect();
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        match index {
            0 => {}
            _ if index + 1 == words.len() => text += &format!(" {last} "),
            _ => text += ", ",
        }
        text += word.as_ref();
    }
    text
}

/// The candidate that is likely meant by a misspelled word.
pub(crate) fn similar<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if word.len() > 200 {
        return None;
    }
    let folded = word.to_lowercase();
    let allowed = 1 + folded.chars().count() / 4;
    candidates
        .into_iter()
        .map(|candidate| (distance(&folded, &candidate.to_lowercase()), candidate))
        .filter(|&(distance, candidate)| distance <= allowed && distance < candidate.chars().count())
        // Of two that are as near, the one that ends alike: `minutes` rather than `minute` for `minuts`.
        .min_by_key(|&(distance, candidate)| (distance, candidate.chars().last() != word.chars().last()))
        .map(|(_, candidate)| candidate)
}

/// The fewest insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for i in 0..one.len() {
        let mut row = vec![i + 1];
        for j in 0..other.len() {
            let mut cost = (last[j] + usize::from(one[i] != other[j])).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && one[i] == other[j - 1] && one[i - 1] == other[j] {
                cost = cost.min(before_last[j - 1] + 1);
            }
            row.push(cost);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelled_word_finds_its_neighbour() {
        assert_eq!(similar("horzion", ["name", "horizon"]), Some("horizon"));
        assert_eq!(similar("Sale", ["Support", "Sales"]), Some("Sales"));
        assert_eq!(similar("queue", ["name", "talk"]), None);
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("{}BAD{}", "x".repeat(500), "y".repeat(500));
        let (shown, span, column) = excerpt(&line, (500..503).into());
        assert_eq!(&shown[span.start..span.end], "BAD");
        assert_eq!(column, 501);
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.chars().count() < 200);
    }
}
