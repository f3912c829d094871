//! Differences of traces.

mod json;
mod text;

pub use json::difference_json;
pub use text::difference_text;

use serde_json::Value;

use crate::trace::Entry;

/// An entry as in the file, without its checksum.
fn line(entry: &Entry) -> Value {
    let (at, mut value) = match entry {
        Entry::Given(at, given) => (Some(at), serde_json::to_value(given)),
        Entry::Seen(at, seen) => (Some(at), serde_json::to_value(seen)),
        Entry::Statistics(totals) => (None, serde_json::to_value(totals)),
    };
    if let (Some(at), Ok(Value::Object(members))) = (at, &mut value) {
        members.shift_insert(0, "t".to_owned(), at.as_nanos().into());
    }
    value.unwrap_or_default()
}
