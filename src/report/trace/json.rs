//! The first difference of two traces as JSON.

use serde_json::{Value, json};

use super::line;
use crate::trace::{Difference, Place, Side};

/// Where two traces part, for programs; null if they do not.
pub fn difference_json(difference: Option<&Difference>) -> Value {
    let Some(Difference { place, before }) = difference else { return Value::Null };
    let before: Vec<Value> = before.iter().map(line).collect();
    let side = |side: &Side| json!({ "line": side.line, "entry": side.entry.as_ref().map(line) });
    let place = match place {
        Place::Header(name, values) => json!({ "header": name, "values": values }),
        Place::Entry([one, other]) => json!({ "entries": [side(one), side(other)] }),
        Place::Statistic { totals, name, values, lines } => json!({
            "session": totals[0].session,
            "statistic": name,
            "values": values,
            "lines": lines,
        }),
        Place::Footer(footers) => {
            json!({ "footers": footers.iter().map(serde_json::to_value).filter_map(Result::ok).collect::<Vec<_>>() })
        }
    };
    json!({ "before": before, "difference": place })
}
