//! Durations, rates and shares as people write them, read with exact decimal arithmetic.

use std::ops::Range;

use super::problems::{quoted, similar};
use crate::time::{Duration, NANOS_PER_SEC};

/// The longest duration that a scenario may hold: 2^63 - 1 ns, 292 years.
pub(crate) const LONGEST: u64 = i64::MAX as u64;
/// The highest rate, one call a nanosecond.
pub(crate) const HIGHEST_RATE: f64 = 1e9;

/// What is wrong with a text, where in it, and what is allowed.
#[derive(Debug, PartialEq)]
pub(crate) struct UnitError {
    pub(crate) at: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// Each unit's nanoseconds and its spellings, the usual one first.
pub(crate) const UNITS: [(u64, &[&str]); 7] = [
    (86_400 * NANOS_PER_SEC, &["d", "day", "days"]),
    (3_600 * NANOS_PER_SEC, &["h", "hr", "hrs", "hour", "hours"]),
    (60 * NANOS_PER_SEC, &["m", "min", "mins", "minute", "minutes"]),
    (NANOS_PER_SEC, &["s", "sec", "secs", "second", "seconds"]),
    (1_000_000, &["ms", "msec", "millisecond", "milliseconds"]),
    (1_000, &["us", "µs", "usec", "microsecond", "microseconds"]),
    (1, &["ns", "nsec", "nanosecond", "nanoseconds"]),
];

const UNIT_HELP: &str = "the units are d, h, m (or min), s, ms, us and ns, as in \"3m 20s\" or \"1.5h\"";
const RATE_HELP: &str = "a rate is a count per duration, such as \"360/h\", \"0.1/s\" or \"90/30min\"";
const SHARE_HELP: &str = "a share is from 0 to 1, such as 0.8 or \"80%\"";

/// A non-negative decimal number of at most 24 digits: them, and how many of them are after the point.
fn decimal(text: &str) -> Option<(u128, u32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let mut digits = 0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        digits = digits * 10 + u128::from(byte.is_ascii_digit().then(|| byte - b'0')?);
        if digits >= 10_u128.pow(24) {
            return None;
        }
    }
    (fraction.len() <= 24).then_some((digits, fraction.len() as u32))
}

/// `number` times `unit` nanoseconds, if it is whole; `Err` says why not.
fn nanos(number: &str, unit: u64) -> Result<u128, &'static str> {
    const TOO_LONG: &str = "longer than 292 years (2^63 - 1 ns)";
    let well_formed = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && !number.is_empty()
        && !number.starts_with('.')
        && !number.ends_with('.')
        && number.bytes().filter(|&byte| byte == b'.').count() <= 1;
    if !well_formed {
        return Err("not a decimal number");
    }
    let (digits, scale) = decimal(number).ok_or("a number of more than 24 digits")?;
    // At most 10^24 * 8.64 * 10^13, which fits.
    let (scaled, power) = (digits * u128::from(unit), 10_u128.pow(scale));
    match (scaled % power, scaled / power) {
        (0, nanos) if nanos <= u128::from(LONGEST) => Ok(nanos),
        (0, _) => Err(TOO_LONG),
        _ => Err("not a whole number of nanoseconds"),
    }
}

/// The duration that a text such as "3m 20s" says, exactly.
pub(crate) fn duration(text: &str) -> Result<Duration, UnitError> {
    let error = |at: Range<usize>, message: String, help: &str| Err(UnitError { at, message, help: help.to_owned() });
    let whole = 0..text.len();
    if text.trim().is_empty() {
        return error(whole, "is empty, not a duration".into(), UNIT_HELP);
    }
    if text.trim_start().starts_with('-') {
        return error(whole, "is negative".into(), "a duration is zero or more");
    }
    let mut total: u128 = 0;
    let mut at = text.len() - text.trim_start().len();
    while at < text.len() {
        let rest = &text[at..];
        let number = &rest[..rest.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(rest.len())];
        let after = rest[number.len()..].trim_start();
        let unit_at = text.len() - after.len();
        let unit = &after[..after.find(|char: char| !char.is_alphabetic()).unwrap_or(after.len())];
        if number.is_empty() {
            let char_end = at + rest.chars().next().map_or(0, char::len_utf8);
            let end = if unit.is_empty() { char_end } else { at + unit.len() };
            return error(at..end, format!("has {} where a number should be", quoted(&text[at..end])), UNIT_HELP);
        }
        if unit.is_empty() && after.is_empty() {
            let help = format!("a duration needs a unit, such as \"{number}s\"; {UNIT_HELP}");
            return error(at..at + number.len(), "has a number without a unit".into(), &help);
        }
        let Some(&(factor, _)) = UNITS.iter().find(|(_, spellings)| spellings.contains(&unit)) else {
            let unit_end = unit_at + unit.len().max(after.chars().next().map_or(0, char::len_utf8));
            let spellings = UNITS.iter().flat_map(|(_, spellings)| spellings.iter().copied());
            let guess = similar(unit, spellings).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            let message = format!("has {} where a unit should be", quoted(&text[unit_at..unit_end]));
            return error(unit_at..unit_end, message, &format!("{guess}{UNIT_HELP}"));
        };
        let end = unit_at + unit.len();
        total += match nanos(number, factor) {
            Ok(nanos) => nanos,
            Err(why) => {
                let help = "a duration is a whole number of nanoseconds, at most 292 years";
                return error(at..end, format!("has {}, which is {why}", quoted(&text[at..end])), help);
            }
        };
        if total > u128::from(LONGEST) {
            return error(whole, "is longer than 292 years (2^63 - 1 ns)".into(), "a duration is at most 292 years");
        }
        at = text.len() - text[end..].trim_start().len();
    }
    Ok(Duration::from_nanos(total as u64))
}

/// Decimal seconds without a unit, as in a CSV field whose name ends in `_s`; exactly.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    if text.starts_with('-') {
        return Err("is negative".into());
    }
    nanos(text, NANOS_PER_SEC).map(|nanos| Duration::from_nanos(nanos as u64)).map_err(|why| format!("is {why}"))
}

/// The rate, in calls a second, that a text such as "360/h" says.
pub(crate) fn rate(text: &str) -> Result<f64, UnitError> {
    let error =
        |at: Range<usize>, message: &str| Err(UnitError { at, message: message.into(), help: RATE_HELP.into() });
    let whole = 0..text.len();
    let Some((count, per)) = text.split_once('/') else {
        return error(whole, "has no `/`, so it is not a count per duration");
    };
    let count_at = 0..count.len();
    let count: f64 = match count.trim().parse() {
        Ok(count) => count,
        Err(_) => return error(count_at, &format!("has {}, which is not a number", quoted(count.trim()))),
    };
    if count.is_nan() || count.is_infinite() {
        return error(count_at, "is not finite");
    }
    if count < 0.0 {
        return error(count_at, "is negative");
    }
    let per_at = text.len() - per.len();
    // "360/h" is per one hour.
    let numbered = per.trim_start().starts_with(|char: char| char.is_ascii_digit());
    let (spelled, shift) = if numbered { (per.to_owned(), 0) } else { (format!("1{per}"), 1) };
    let per = match duration(&spelled) {
        Ok(per) => per,
        Err(fault) => {
            let at = |inner: usize| (per_at + inner.saturating_sub(shift)).min(text.len());
            let (start, end) = (at(fault.at.start), at(fault.at.end));
            let help = if per.trim().is_empty() { RATE_HELP.into() } else { fault.help };
            return Err(UnitError { at: start..end, message: fault.message, help });
        }
    };
    if per == Duration::ZERO {
        return error(per_at..text.len(), "is per no time at all");
    }
    let per_second = count / per.as_secs_f64();
    if per_second > HIGHEST_RATE {
        return error(whole, "is more than 1,000,000,000 a second, the highest rate");
    }
    Ok(per_second)
}

/// The share, from 0 to 1, that a text such as "80%" says.
pub(crate) fn share(text: &str) -> Result<f64, UnitError> {
    let error = |message: &str| Err(UnitError { at: 0..text.len(), message: message.into(), help: SHARE_HELP.into() });
    let Some(percent) = text.trim_end().strip_suffix('%') else { return error("has no percent sign") };
    match percent.trim().parse::<f64>() {
        Ok(percent) => share_of(percent / 100.0),
        Err(_) => error("is not a percentage"),
    }
}

/// A share given as a number.
pub(crate) fn share_of(number: f64) -> Result<f64, UnitError> {
    if (0.0..=1.0).contains(&number) {
        return Ok(number);
    }
    Err(UnitError { at: 0..usize::MAX, message: "is outside 0 to 1".into(), help: SHARE_HELP.into() })
}

/// A duration as a scenario would spell it: "1h 30m", "250ms"; it reads back as the same.
pub(crate) fn spelled(duration: Duration) -> String {
    let mut rest = duration.as_nanos();
    let mut parts = Vec::new();
    for (nanos, spellings) in UNITS {
        if rest >= nanos {
            parts.push(format!("{}{}", rest / nanos, spellings[0]));
            rest %= nanos;
        }
    }
    if parts.is_empty() { "0s".into() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nanos_of(text: &str) -> u64 {
        duration(text).unwrap_or_else(|error| panic!("{text}: {error:?}")).as_nanos()
    }

    #[test]
    fn durations_are_sums_of_numbers_with_units() {
        assert_eq!(nanos_of("3m 20s"), 200 * NANOS_PER_SEC);
        assert_eq!(nanos_of("1h30m"), 5_400 * NANOS_PER_SEC);
        assert_eq!(nanos_of(" 1.5 hours "), 5_400 * NANOS_PER_SEC);
        assert_eq!(nanos_of("250ms"), 250_000_000);
        assert_eq!(nanos_of("0s"), 0);
        assert_eq!(nanos_of("7µs 1ns"), 7_001);
        assert_eq!(nanos_of("0.1s"), 100_000_000);
        assert_eq!(nanos_of("9223372036.854775807s"), LONGEST);
    }

    #[test]
    fn what_is_not_a_duration_says_why() {
        for (text, at, message, help) in [
            ("20", 0..2, "without a unit", "such as \"20s\""),
            ("5 minuts", 2..8, "`minuts`", "did you mean `minutes`?"),
            ("", 0..0, "empty", "the units are"),
            ("-5s", 0..3, "negative", "zero or more"),
            ("1,5h", 1..2, "`,` where a unit", "the units are"),
            ("s", 0..1, "`s` where a number", "the units are"),
            ("1.2.3s", 0..6, "not a decimal number", "whole number"),
            ("0.1ns", 0..5, "not a whole number of nanoseconds", "whole number"),
            ("9223372036.854775808s", 0..21, "292 years", "at most"),
            ("100000d 100000d", 0..15, "longer than 292 years", "at most"),
        ] {
            let error = duration(text).expect_err(text);
            assert_eq!(error.at, at, "{text}");
            assert!(error.message.contains(message), "{text}: {}", error.message);
            assert!(error.help.contains(help), "{text}: {}", error.help);
        }
    }

    #[test]
    fn rates_are_counts_per_duration() {
        assert_eq!(rate("360/h"), Ok(0.1));
        assert_eq!(rate("6/min"), Ok(0.1));
        assert_eq!(rate("0.1 / s"), Ok(0.1));
        assert_eq!(rate("90/30min"), Ok(0.05));
        assert_eq!(rate("8640/day"), Ok(0.1));
        for (text, message) in [
            ("360", "no `/`"),
            ("-1/h", "negative"),
            ("inf/s", "not finite"),
            ("360/", "unit"),
            ("360/hor", "`hor`"),
            ("x/h", "not a number"),
            ("1/0s", "no time"),
            ("1e10/s", "highest"),
        ] {
            let error = rate(text).expect_err(text);
            assert!(error.message.contains(message), "{text}: {}", error.message);
            assert!(error.at.start <= error.at.end && error.at.end <= text.len(), "{text}");
        }
    }

    #[test]
    fn shares_are_percentages() {
        assert_eq!(share("80%"), Ok(0.8));
        assert!(share("120%").is_err() && share("0.8").is_err() && share("x%").is_err());
    }

    proptest! {
        #[test]
        fn durations_round_trip(nanos in 0..=LONGEST) {
            let duration_in = Duration::from_nanos(nanos);
            prop_assert_eq!(duration(&spelled(duration_in)), Ok(duration_in));
        }

        #[test]
        fn seconds_round_trip(nanos in 0..=LONGEST) {
            let duration_in = Duration::from_nanos(nanos);
            prop_assert_eq!(seconds(&duration_in.to_string()), Ok(duration_in));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let inside = |at: &Range<usize>| at.start <= at.end && text.is_char_boundary(at.start.min(text.len()));
            if let Err(error) = duration(&text) { prop_assert!(inside(&error.at)) }
            if let Err(error) = rate(&text) { prop_assert!(inside(&error.at)) }
            let _ = (share(&text), seconds(&text));
        }
    }
}
