//! The first difference of two traces as text.

use std::fmt::Write;

use super::line;
use crate::trace::{Difference, Place, Side};

/// Where two traces part, for people: what is the same before it, and what is not.
pub fn difference_text(names: [&str; 2], difference: &Difference) -> String {
    let [left, right] = names;
    let mut text = String::new();
    // Writing to a string does not fail.
    for entry in &difference.before {
        let _ = writeln!(text, "  {}", line(entry));
    }
    let _ = match &difference.place {
        Place::Header(name, [one, other]) => {
            writeln!(text, "the headers differ in `{name}`:\n- {left}: {one}\n+ {right}: {other}")
        }
        Place::Entry([one, other]) => {
            let shown =
                |side: &Side| side.entry.as_ref().map_or_else(|| "the end".to_owned(), |entry| line(entry).to_string());
            let (first, second) = (shown(one), shown(other));
            writeln!(text, "- {left}, line {}: {first}\n+ {right}, line {}: {second}", one.line, other.line)
        }
        Place::Statistic { totals, name, values: [one, other], lines } => {
            let [first, second] = lines;
            let session = totals[0].session;
            writeln!(
                text,
                "session {session} differs in `{name}`:\n- {left}, line {first}: {one}\n+ {right}, line {second}: {other}"
            )
        }
        Place::Footer(footers) => {
            let [one, other] = footers.as_ref();
            writeln!(text, "the ends differ:\n- {left}: {one:?}\n+ {right}: {other:?}")
        }
    };
    text
}
