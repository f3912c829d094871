//! The values that a path takes: a list, or a range.
//!
//! | text | values |
//! | --- | --- |
//! | `60s,90s,2m` | these |
//! | `8..14` | the whole numbers from 8 to 14, both included |
//! | `60s..3m..30s` | from 60 s to 3 min in steps of 30 s, the end included where a step meets it |
//! | `0.5..2 in 7` | seven, evenly spaced, both ends included |
//! | `10/h..1000/h log 5` | five, each the same multiple of the one before |
//! | `0.5..2`, `10/h..1000/h log` | anything between, of a Latin hypercube |

use std::collections::BTreeSet;

use super::quantity::{Form, MOST_DECIMALS, Quantity, Unit};
use crate::scenario::literal;

/// So many values a path has at most.
pub const MOST_VALUES: usize = 100_000;

const FORMS: &str = "values are a list such as 60s,90s,2m, a range of whole numbers such as 8..14, a range with a step such as \
                     60s..3m..30s, evenly spaced such as 0.5..2 in 7, or evenly spaced logarithms such as 10/h..1000/h log 5";

/// A value that a point has at a path.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// As people read it: text without its quotes.
    pub text: String,
    /// As a scenario file has it.
    pub literal: String,
    /// As a number with its unit; none if it is something else.
    pub number: Option<(f64, Unit)>,
}

impl Value {
    /// The value that a text of a command line says.
    pub(super) fn parse(text: &str) -> Self {
        let literal = literal(text);
        let plain = literal.parse::<toml::Value>().ok().and_then(|value| value.as_str().map(str::to_owned));
        Value::of_literal(literal.clone(), plain.unwrap_or(literal))
    }

    /// A value of TOML, which reads so.
    pub(super) fn of_literal(literal: String, text: String) -> Self {
        let number = Quantity::parse(&text).map(|quantity| (quantity.value(), Unit::of(&quantity.form)));
        Value { text, literal, number }
    }

    fn of_quantity(quantity: &Quantity) -> Self {
        Value::parse(&quantity.text())
    }
}

/// The values of a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    /// These.
    List(Vec<Value>),
    /// Any from one to the other, of which a Latin hypercube takes one in each part.
    Between(Between),
}

/// A range of quantities of one form.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Between {
    form: Form,
    decimals: u32,
    from: i128,
    to: i128,
    is_log: bool,
}

impl Values {
    /// The values that a text says.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let items = split(text, ',')?;
        if items.iter().any(|item| item.trim().is_empty()) {
            return Err(format!("`{}` has an empty value: {FORMS}", text.trim()));
        }
        match &items[..] {
            [one] if !is_quoted(one) && one.contains("..") => range(one.trim()),
            _ => list(items.iter().map(|item| Value::parse(item)).collect()),
        }
    }

    /// How many there are; none of a range of which anything may be taken.
    pub(super) fn count(&self) -> Option<usize> {
        match self {
            Values::List(values) => Some(values.len()),
            Values::Between(between) if between.form == Form::Whole && !between.is_log => {
                usize::try_from((between.to - between.from).abs() + 1).ok()
            }
            Values::Between(_) => None,
        }
    }

    /// The value of an index below [`count`](Self::count).
    pub(super) fn at(&self, index: usize) -> Value {
        match self {
            Values::List(values) => values[index].clone(),
            Values::Between(Between { form, from, to, .. }) => {
                let step = if to < from { -1 } else { 1 };
                Value::of_quantity(&Quantity::of(form, from + step * index as i128, 0))
            }
        }
    }

    /// The value in part `part` of `parts` equal parts, at the share `within` of it.
    pub(super) fn in_part(&self, part: usize, parts: usize, within: f64) -> Value {
        match self {
            Values::List(values) => {
                let share = (part as f64 + within) / parts as f64;
                values[((share * values.len() as f64) as usize).min(values.len() - 1)].clone()
            }
            Values::Between(between) => Value::of_quantity(&between.in_part(part, parts, within)),
        }
    }
}

impl Between {
    /// Both ends, in units of so many decimals. A whole number counts as the stretch up to the next one.
    fn ends(&self, decimals: u32) -> (i128, i128) {
        let power = 10_i128.pow(decimals - self.decimals);
        let (from, to) = (self.from * power, self.to * power);
        match self.form {
            Form::Whole if from > to => (from + 1, to),
            Form::Whole => (from, to + 1),
            _ => (from, to),
        }
    }

    /// A value in that part, with as few digits as tell a hundred values of the part apart.
    fn in_part(&self, part: usize, parts: usize, within: f64) -> Quantity {
        let (decimals, unit) = self.resolution(parts as f64 * 100.0);
        let (from, to) = self.ends(decimals);
        let edge = |part: usize| {
            let (from, to, share) = (from as f64, to as f64, part as f64 / parts as f64);
            if self.is_log { from * libm::pow(to / from, share) } else { from + share * (to - from) }
        };
        // The first value that is no smaller: of an even range without rounding, so that a value at an edge is of the upper part.
        let first_from = |part: usize| {
            if self.is_log {
                return libm::ceil(edge(part) / unit);
            }
            let (numerator, denominator) =
                (from * parts as i128 + (to - from) * part as i128, parts as i128 * unit as i128);
            -(-numerator).div_euclid(denominator) as f64
        };
        let (one, other) = (first_from(part), first_from(part + 1));
        let (first, end) = (one.min(other), one.max(other));
        let number = if end > first {
            first + libm::floor(within * (end - first)).min(end - first - 1.0)
        } else {
            // There are more parts than values.
            let (one, other) = (edge(part), edge(part + 1));
            libm::floor((one.min(other) + within * (one - other).abs()) / unit)
        };
        Quantity::of(&self.form, number as i128 * unit as i128, decimals)
    }

    /// How many decimals, and which power of ten of such units, tell so many values of the range apart.
    fn resolution(&self, count: f64) -> (u32, f64) {
        if self.form == Form::Whole {
            return (0, 1.0);
        }
        // The narrowest part of a logarithmic range is at its lower end.
        let width = if self.is_log {
            let low = self.from.min(self.to) as f64;
            low * (libm::pow(self.from.max(self.to) as f64 / low, 1.0 / count) - 1.0)
        } else {
            (self.to - self.from).abs() as f64 / count
        };
        let most = if self.form == Form::Duration { 0 } else { MOST_DECIMALS };
        let (mut decimals, mut width) = (self.decimals, width);
        while width < 1.0 && decimals < most {
            (decimals, width) = (decimals + 1, width * 10.0);
        }
        let mut unit = 1.0;
        while unit * 10.0 <= width {
            unit *= 10.0;
        }
        (decimals, unit)
    }

    /// So many values from one end to the other, evenly spaced or with even logarithms.
    fn spaced(&self, count: usize) -> Vec<Value> {
        let last = count - 1;
        let (decimals, unit) = self.resolution(last as f64 * 1000.0);
        let power = 10_i128.pow(decimals - self.decimals);
        let (from, to) = (self.from * power, self.to * power);
        let at = |index: usize| {
            if index == 0 {
                return from;
            }
            if index == last {
                return to;
            }
            if !self.is_log && ((to - from) * index as i128) % last as i128 == 0 {
                return from + (to - from) * index as i128 / last as i128;
            }
            let share = index as f64 / last as f64;
            let exact = if self.is_log {
                from as f64 * libm::pow(to as f64 / from as f64, share)
            } else {
                from as f64 + share * (to - from) as f64
            };
            libm::round(exact / unit) as i128 * unit as i128
        };
        let mut units: Vec<i128> = (0..count).map(at).collect();
        // Whole numbers may meet when they are rounded.
        units.dedup();
        units.into_iter().map(|units| Value::of_quantity(&Quantity::of(&self.form, units, decimals))).collect()
    }
}

/// A list without a value twice.
pub(super) fn list(values: Vec<Value>) -> Result<Values, String> {
    if values.is_empty() {
        return Err(format!("there are no values: {FORMS}"));
    }
    let mut known = BTreeSet::new();
    if let Some(value) = values.iter().find(|value| !known.insert(&value.literal)) {
        return Err(format!("the value {} is there twice", value.text));
    }
    Ok(Values::List(values))
}

fn range(text: &str) -> Result<Values, String> {
    let wrong = |what: &str| Err(format!("`{text}` {what}: {FORMS}"));
    let (ends, spacing) = match text.rsplit_once(" in ") {
        Some((ends, count)) => (ends, Some(("in", count))),
        None => match text.rsplit_once(" log") {
            Some((ends, count)) => (ends, Some(("log", count))),
            None => (text, None),
        },
    };
    let parts: Vec<&str> = ends.split("..").collect();
    let (from, to, step) = match parts[..] {
        [from, to] => (from, to, None),
        [from, to, step] if spacing.is_none() => (from, to, Some(step)),
        _ => return wrong("is no range"),
    };
    let Some((from, to)) = Quantity::parse(from).zip(Quantity::parse(to)) else {
        return wrong("has an end that is no number, duration, rate or percentage");
    };
    // A range with a point at one of its ends is one of numbers with a point.
    let form = match (&from.form, &to.form) {
        (Form::Whole, Form::Number) => Form::Number,
        (one, Form::Whole) if *one == Form::Number => Form::Number,
        (one, other) if one == other => one.clone(),
        _ => return wrong("has ends of two kinds"),
    };
    let decimals = from.decimals.max(to.decimals);
    let mut between =
        Between { from: from.units_of(decimals), to: to.units_of(decimals), form, decimals, is_log: false };
    if between.from == between.to {
        return wrong("has ends that are the same");
    }
    match spacing {
        None => {}
        Some((how, count)) => {
            between.is_log = how == "log";
            if between.is_log && (between.from <= 0 || between.to <= 0) {
                return wrong("has an end that has no logarithm, not being above 0");
            }
            if between.is_log && count.trim().is_empty() {
                return Ok(Values::Between(between));
            }
            let Some(count) = count.trim().parse().ok().filter(|count| (2..=MOST_VALUES).contains(count)) else {
                return Err(format!(
                    "`{text}`: how many values are `{}`; it is a whole number from 2 to {MOST_VALUES}",
                    count.trim()
                ));
            };
            return Ok(Values::List(between.spaced(count)));
        }
    }
    let Some(step) = step else { return Ok(Values::Between(between)) };
    let step = match Quantity::parse(step) {
        Some(step) if step.form == between.form => step,
        // Whole numbers with a step that is none are numbers with a point.
        Some(step) if (&step.form, &between.form) == (&Form::Number, &Form::Whole) => {
            between.form = Form::Number;
            step
        }
        // The step of a rate or a percentage may be a bare number, and that of numbers with a point a whole one.
        Some(step) if matches!(step.form, Form::Whole | Form::Number) && between.form != Form::Duration => step,
        _ => return wrong("has a step that is not of the kind of its ends"),
    };
    let decimals = between.decimals.max(step.decimals);
    let power = 10_i128.pow(decimals - between.decimals);
    let (from, to, step) = (between.from * power, between.to * power, step.units_of(decimals));
    if step <= 0 {
        return wrong("has a step that is not above 0");
    }
    let count = (to - from).abs() / step + 1;
    if count > MOST_VALUES as i128 {
        return Err(format!("`{text}` has {count} values; a path takes {MOST_VALUES} at most"));
    }
    let step = if to < from { -step } else { step };
    let at = |index| Value::of_quantity(&Quantity::of(&between.form, from + step * index, decimals));
    Ok(Values::List((0..count).map(at).collect()))
}

fn is_quoted(text: &str) -> bool {
    text.trim_start().starts_with(['"', '\'', '[', '{'])
}

/// The parts of a text between separators that are in no quotes and no brackets.
pub(super) fn split(text: &str, separator: char) -> Result<Vec<&str>, String> {
    let (mut parts, mut begins, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (at, char) in text.char_indices() {
        match (char, quote) {
            (char, Some(open)) if char == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(char),
            ('[' | '{', None) => depth += 1,
            (']' | '}', None) => depth = depth.saturating_sub(1),
            (char, None) if char == separator && depth == 0 => {
                parts.push(&text[begins..at]);
                begins = at + char.len_utf8();
            }
            _ => {}
        }
    }
    if let Some(quote) = quote {
        return Err(format!("`{text}` has a {quote} without its other one"));
    }
    parts.push(&text[begins..]);
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use toml::de::DeTable;

    use super::*;

    proptest! {
        /// Whatever is typed is read or refused, and what is read has values that a scenario file may have.
        #[test]
        fn no_text_panics(text in r#"([0-9]{1,16}|[a-z%/.'"\[\]{},; -]|\.\.| in | log |[0-9]{1,3}(s|m|/h|%|\.5))*"#) {
            if let Ok(values) = Values::parse(&text) {
                let ends = [values.in_part(0, 3, 0.0), values.in_part(2, 3, 0.999_999)];
                let listed = values.count().map(|count| [values.at(0), values.at(count - 1)]);
                for value in ends.into_iter().chain(listed.into_iter().flatten()) {
                    // As the scenario is read, which says itself which numbers are too large.
                    let line = format!("value = {}", value.literal);
                    prop_assert!(DeTable::parse(&line).is_ok(), "{text:?} gives {value:?}");
                }
            }
        }
    }

    fn texts(text: &str) -> Vec<String> {
        let values = Values::parse(text).unwrap_or_else(|error| panic!("{error}"));
        let count = values.count().unwrap_or_else(|| panic!("{text} has no number of values"));
        (0..count).map(|index| values.at(index).text).collect()
    }

    #[test]
    fn lists_and_ranges_are_as_round_as_they_are_written() {
        assert_eq!(texts("60s, 90s ,2m"), ["60s", "90s", "2m"]);
        assert_eq!(texts("8..11"), ["8", "9", "10", "11"]);
        assert_eq!(texts("3..1"), ["3", "2", "1"]);
        assert_eq!(texts("60s..3m..45s"), ["1m", "1m 45s", "2m 30s"]);
        assert_eq!(texts("0.1..0.5..0.1"), ["0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(texts("0..1..0.5"), ["0.0", "0.5", "1.0"]);
        assert_eq!(texts("60/h..120/h..20"), ["60/h", "80/h", "100/h", "120/h"]);
        assert_eq!(texts("80%..95%..5%"), ["80%", "85%", "90%", "95%"]);
        assert_eq!(texts("1m..2m in 7"), ["1m", "1m 10s", "1m 20s", "1m 30s", "1m 40s", "1m 50s", "2m"]);
        assert_eq!(texts("0..1.0 in 4"), ["0.0", "0.3333", "0.6667", "1.0"]);
        assert_eq!(texts("10/h..1000/h log 3"), ["10/h", "100/h", "1000/h"]);
        assert_eq!(texts("1..4 log 9"), ["1", "2", "3", "4"]);
        assert_eq!(texts("lowest-rank,longest-idle"), ["lowest-rank", "longest-idle"]);
        assert_eq!(texts("'a..b'"), ["a..b"]);
        assert_eq!(texts("{ distribution = \"exponential\", mean = \"2m\" },3m").len(), 2);
        assert_eq!(Values::parse("0.5..2.0").unwrap().count(), None);
    }

    #[test]
    fn what_is_no_values_says_why() {
        for (text, what) in [
            ("", "an empty value"),
            ("1,,2", "an empty value"),
            ("60s,1,60s", "60s is there twice"),
            ("a..b", "no number, duration"),
            ("1..60s", "two kinds"),
            ("60/h..2/min", "two kinds"),
            ("1s..2s..0s", "not above 0"),
            ("1s..2s..5", "not of the kind"),
            ("1..2..5%", "not of the kind"),
            ("0..5 log 3", "no logarithm"),
            ("1..2 in 1", "from 2 to 100000"),
            ("1..2 in x", "`x`"),
            ("5..5", "the same"),
            ("1..2..3..4", "no range"),
            ("0s..1h..1ms", "3600001 values"),
            ("'a", "without its other one"),
        ] {
            let error = Values::parse(text).map(|values| panic!("{text}: {values:?}")).unwrap_err();
            assert!(error.contains(what), "{text}: {error}");
        }
    }
}
