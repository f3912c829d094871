//! Times, dates and durations as a mapping says they are spelled.
//!
//! The simulator knows the wall clock only. A time that is a wall clock stays what it is. One that is an instant (seconds
//! since 1970, or with an offset) is the wall clock in the mapping's zone. A wall clock that the zone skipped when its
//! clocks went forward is taken as so much later, and one that occurred twice as the first (RFC 5545's rule); both are
//! noted. Between two times of one row the true time passes, changes of the clocks included.

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::file::Mapping;
use crate::import::ImportError;
use crate::import::call::{DropReason, Note, Unreadable};
use crate::import::errors::shown;
use crate::time::{Duration, NANOS_PER_SEC};

/// A time of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::import) struct Wall {
    pub(in crate::import) clock: DateTime,
    /// The instant, where the zone is known.
    instant: Option<Timestamp>,
    pub(in crate::import) note: Option<Note>,
}

impl Wall {
    /// The time from another to this one; `Err` if it is the earlier.
    pub(in crate::import) fn since(&self, earlier: &Wall) -> Result<Duration, Unreadable> {
        let passed = match (self.instant, earlier.instant) {
            (Some(this), Some(earlier)) => this.duration_since(earlier),
            _ => self.clock.duration_since(earlier.clock),
        };
        u64::try_from(passed.as_nanos()).map(Duration::from_nanos).map_err(|_| Unreadable {
            reason: DropReason::WrongOrder,
            detail: format!("{} is before {}", self.clock, earlier.clock),
        })
    }
}

#[derive(Clone, Debug)]
enum Form {
    Iso,
    /// Since 1970; how many in a second.
    Unix(i64),
    /// A clock: hours, minutes and, if they are there, seconds.
    Clock,
    SecondsInDay,
    Pattern(String),
}

#[derive(Clone, Copy, Debug)]
enum Unit {
    /// So many nanoseconds.
    Of(u64),
    /// Hours, minutes and seconds, or minutes and seconds.
    Clock,
}

/// How the times and durations of a table read.
#[derive(Clone, Debug)]
pub(in crate::import) struct Clocks {
    zone: Option<TimeZone>,
    form: Form,
    /// How a date is spelled, if it has a column of its own.
    date: Option<String>,
    unit: Unit,
}

const FORMS: &str =
    "it is iso, unix (seconds), unix-ms (milliseconds), or a strptime pattern such as \"%d.%m.%Y %H:%M:%S\"";
const CLOCK_FORMS: &str =
    "beside a column of dates it is clock (H:MM:SS), seconds-in-day, or a strptime pattern such as \"%H.%M\"";
const UNITS: &str = "it is s, ms, min, h or hh:mm:ss";

impl Clocks {
    /// What a mapping says of them.
    ///
    /// # Errors
    ///
    /// A zone, a form or a unit that there is not.
    pub(in crate::import) fn new(mapping: &Mapping) -> Result<Self, ImportError> {
        let keys = &mapping.keys;
        let has_date = keys.columns.date.is_some();
        let zone = keys.zone.as_ref().map(|zone| {
            TimeZone::get(zone.get_ref()).map_err(|_| {
                let allowed = "it is a zone of the IANA database, such as Asia/Jerusalem";
                mapping.place("zone", Some(zone)).wrong(zone.get_ref(), allowed)
            })
        });
        let zone = zone.transpose()?;
        let place = mapping.place("time", keys.time.as_ref());
        let time = keys.time.as_ref().map(|time| time.get_ref().as_str());
        let form = match (time, has_date) {
            (None | Some("iso"), false) => Form::Iso,
            (None | Some("clock"), true) => Form::Clock,
            (Some("seconds-in-day"), true) => Form::SecondsInDay,
            (Some(unix @ ("unix" | "unix-ms")), false) => {
                if zone.is_none() {
                    let allowed = "it needs `zone`, such as zone = \"America/New_York\", or \"UTC\"";
                    return Err(place.wrong(unix, allowed));
                }
                Form::Unix(if unix == "unix" { 1 } else { 1_000 })
            }
            (Some(pattern), _) if is_pattern(pattern) => Form::Pattern(pattern.to_owned()),
            (Some(other), false) => return Err(place.wrong(other, FORMS)),
            (Some(other), true) => return Err(place.wrong(other, CLOCK_FORMS)),
        };
        let date = match (&keys.date_format, has_date) {
            (Some(format), true) if is_pattern(format.get_ref()) => Some(format.get_ref().clone()),
            (Some(format), _) => {
                let allowed = "it is a strptime pattern such as \"%d/%m/%Y\", and needs `columns.date`";
                return Err(mapping.place("date_format", Some(format)).wrong(format.get_ref(), allowed));
            }
            (None, true) => Some("%Y-%m-%d".to_owned()),
            (None, false) => None,
        };
        let unit = match keys.duration.as_ref().map(|unit| unit.get_ref().as_str()) {
            None | Some("s") => Unit::Of(NANOS_PER_SEC),
            Some("ms") => Unit::Of(NANOS_PER_SEC / 1_000),
            Some("min") => Unit::Of(60 * NANOS_PER_SEC),
            Some("h") => Unit::Of(3_600 * NANOS_PER_SEC),
            Some("hh:mm:ss") => Unit::Clock,
            Some(other) => return Err(mapping.place("duration", keys.duration.as_ref()).wrong(other, UNITS)),
        };
        Ok(Clocks { zone, form, date, unit })
    }

    /// The date in a column of its own.
    pub(in crate::import) fn date(&self, column: &str, text: &str) -> Result<Date, Unreadable> {
        let pattern = self.date.as_deref().unwrap_or("%Y-%m-%d");
        let allowed = || format!("a date as {pattern}");
        Date::strptime(pattern, text).map_err(|_| wrong(DropReason::BadDate, column, text, &allowed()))
    }

    /// The time in a column: on `date`, or, if it is a clock and a reference is given, on that of the three days around it
    /// which puts it nearest to the reference.
    pub(in crate::import) fn moment(
        &self,
        column: &str,
        text: &str,
        date: Option<Date>,
        reference: Option<DateTime>,
    ) -> Result<Wall, Unreadable> {
        let bad = |reason, allowed: &str| wrong(reason, column, text, allowed);
        if let Some(date) = date {
            let clock = self.clock(column, text)?;
            let midnight = date.to_datetime(Time::midnight());
            let on = |days: i64| midnight.saturating_add(days.days()).saturating_add(clock);
            let clock = match reference {
                None => on(0),
                Some(reference) => [0, -1, 1].map(on).into_iter().fold(on(0), |best, other| {
                    let off = |clock: DateTime| clock.duration_since(reference).abs();
                    if off(other) < off(best) { other } else { best }
                }),
            };
            return Ok(self.in_zone(clock));
        }
        match &self.form {
            Form::Iso => {
                let has_offset = text.get(10..).is_some_and(|time| time.contains(['Z', 'z', '+', '-']));
                let allowed = "a date and time such as 1999-02-07T08:09:15";
                if has_offset {
                    let instant: Timestamp = text.parse().map_err(|_| bad(DropReason::BadDate, allowed))?;
                    return self.instant(instant).ok_or_else(|| bad(DropReason::BadDate, NO_ZONE));
                }
                let clock: DateTime = text.parse().map_err(|_| bad(DropReason::BadDate, allowed))?;
                Ok(self.in_zone(clock))
            }
            Form::Unix(in_a_second) => {
                let nanos_each = NANOS_PER_SEC as i64 / in_a_second;
                let instant = decimal_nanos(text.strip_prefix('-').unwrap_or(text), nanos_each as u64);
                let instant =
                    instant.map(|nanos| if text.starts_with('-') { -i128::from(nanos) } else { nanos.into() });
                let instant = instant.and_then(|nanos| Timestamp::from_nanosecond(nanos).ok());
                let allowed = if *in_a_second == 1 { "seconds since 1970" } else { "milliseconds since 1970" };
                let instant = instant.ok_or_else(|| bad(DropReason::BadDate, allowed))?;
                self.instant(instant).ok_or_else(|| bad(DropReason::BadDate, NO_ZONE))
            }
            Form::Pattern(pattern) => {
                let bad = |reason| bad(reason, &format!("a date and time as {pattern}"));
                let parsed = BrokenDownTime::parse(pattern, text).map_err(|_| bad(DropReason::BadDate))?;
                if let Ok(instant) = parsed.to_timestamp() {
                    let no_zone = || wrong(DropReason::BadDate, column, text, NO_ZONE);
                    return self.instant(instant).ok_or_else(no_zone);
                }
                Ok(self.in_zone(parsed.to_datetime().map_err(|_| bad(DropReason::BadDate))?))
            }
            Form::Clock | Form::SecondsInDay => Err(bad(DropReason::BadClock, "a clock beside a date")),
        }
    }

    fn clock(&self, column: &str, text: &str) -> Result<SignedDuration, Unreadable> {
        let bad = |allowed: &str| wrong(DropReason::BadClock, column, text, allowed);
        match &self.form {
            Form::SecondsInDay => {
                let nanos = decimal_nanos(text, NANOS_PER_SEC).filter(|&nanos| nanos < 86_400 * NANOS_PER_SEC);
                nanos
                    .map(|nanos| SignedDuration::from_nanos(nanos as i64))
                    .ok_or_else(|| bad("seconds since midnight, from 0 to 86,399"))
            }
            Form::Pattern(pattern) => {
                let time = BrokenDownTime::parse(pattern, text).and_then(|parsed| parsed.to_time());
                let time = time.map_err(|_| bad(&format!("a clock as {pattern}")))?;
                Ok(time.duration_since(Time::midnight()))
            }
            _ => sexagesimal(text, 24, false)
                .map(|nanos| SignedDuration::from_nanos(nanos as i64))
                .ok_or_else(|| bad("a clock as H:MM:SS, from 0:00:00 to 23:59:59")),
        }
    }

    /// The duration in a column.
    pub(in crate::import) fn duration(&self, column: &str, text: &str) -> Result<Duration, Unreadable> {
        const LONGEST: u64 = 366 * 86_400 * NANOS_PER_SEC;
        let (nanos, allowed) = match self.unit {
            Unit::Of(unit) => (decimal_nanos(text, unit), "a number of 0 or more"),
            Unit::Clock => (sexagesimal(text, 10_000, true), "a duration as hh:mm:ss"),
        };
        let nanos = nanos.filter(|&nanos| nanos <= LONGEST);
        nanos
            .map(Duration::from_nanos)
            .ok_or_else(|| wrong(DropReason::BadSeconds, column, text, &format!("{allowed}, at most a year")))
    }

    fn instant(&self, instant: Timestamp) -> Option<Wall> {
        let clock = self.zone.as_ref()?.to_datetime(instant);
        Some(Wall { clock, instant: Some(instant), note: None })
    }

    fn in_zone(&self, clock: DateTime) -> Wall {
        let Some(zone) = &self.zone else { return Wall { clock, instant: None, note: None } };
        let ambiguous = zone.to_ambiguous_timestamp(clock);
        let note = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => None,
            AmbiguousOffset::Gap { .. } => Some(Note::SkippedClock),
            AmbiguousOffset::Fold { .. } => Some(Note::RepeatedClock),
        };
        match ambiguous.compatible() {
            Ok(instant) => Wall { clock: zone.to_datetime(instant), instant: Some(instant), note },
            Err(_) => Wall { clock, instant: None, note },
        }
    }
}

const NO_ZONE: &str = "a wall clock, as the mapping has no `zone`";

/// What is wrong with a field.
pub(in crate::import) fn wrong(reason: DropReason, column: &str, text: &str, allowed: &str) -> Unreadable {
    Unreadable { reason, detail: format!("{column} is {}; it is {allowed}", shown(text)) }
}

/// Whether a text is a pattern that strptime takes.
fn is_pattern(text: &str) -> bool {
    let example = DateTime::constant(1999, 2, 7, 8, 9, 15, 0).to_zoned(TimeZone::UTC);
    text.contains('%') && example.is_ok_and(|example| strtime::format(text, &example).is_ok())
}

/// A decimal number, 0 or more, of units of so many nanoseconds each; to the nanosecond, what is beyond is dropped.
fn decimal_nanos(text: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let whole = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let mut part = u128::from(unit);
    let mut rest = 0;
    for digit in fraction.bytes() {
        part /= 10;
        rest += part * u128::from(digit - b'0');
    }
    whole.checked_add(rest as u64)
}

/// Hours, minutes and seconds, with a fraction if there is one; the hours are fewer than so many. Two numbers are hours
/// and minutes, or minutes and seconds.
fn sexagesimal(text: &str, hours: u64, two_are_minutes: bool) -> Option<u64> {
    let parts: Vec<&str> = text.split(':').collect();
    let number = |text: &str, below: u64| -> Option<u64> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|&number: &u64| is_number && number < below)
    };
    let (h, m, s) = match parts[..] {
        [h, m, s] => (number(h, hours)?, number(m, 60)?, s),
        [m, s] if two_are_minutes => (0, number(m, 60 * hours)?, s),
        [h, m] => (number(h, hours)?, number(m, 60)?, "0"),
        _ => return None,
    };
    let seconds = decimal_nanos(s, NANOS_PER_SEC).filter(|&nanos| nanos < 60 * NANOS_PER_SEC)?;
    Some((h * 3_600 + m * 60) * NANOS_PER_SEC + seconds)
}
