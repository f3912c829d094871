//! Weekly profiles: rates for the days of the week and for special days, placed in the calendar of the run.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};

use super::arrivals::{MOST_STEPS, Place, calls, check_rates, listed_rates, per_second, steps_of};
use super::csv_files::{Column, CsvFile, FieldFault};
use super::model::RateStep;
use super::moments::{self, DAY, Moment, Run};
use super::problems::{Fault, Problems, Span, quoted};
use super::units::spelled;
use super::values::{At, FromValue, Record, Value};
use crate::time::Duration;

/// A day of every week, or one that is special.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Day {
    /// Days after Monday.
    OfWeek(i8),
    Special(Date),
}

/// Rates in calls per second, from and to in nanoseconds after midnight, in order.
type Windows = Vec<(i128, i128, f64)>;

/// What each day has; the rate of a day that is not there is 0.
type Week = BTreeMap<Day, Windows>;

/// The rate steps of the record of `arrivals = { week }`; none if it was wrong, which has then been reported.
pub(super) fn inline(problems: &mut Problems, run: &Run, record: &Record) -> Option<Vec<RateStep>> {
    let before = problems.count();
    let mut week = Week::new();
    for entry in record.records("week") {
        let Some(windows) = windows(problems, entry) else { continue };
        let days = items(entry, "days", |name: &String| day_of_week(name));
        let special = items(entry, "dates", |&date: &Date| Some(Day::Special(date)));
        if !entry.has("days") && !entry.has("dates") {
            let help = "give it `days`, such as [\"mon\", \"tue\"], or `dates`, such as [\"2026-12-24\"]";
            problems.push(Fault::new(entry.at, "the rates of `week` are of no day").label("which days?").help(help));
        }
        for At { value: day, at } in days.into_iter().chain(special) {
            if week.insert(day, windows.clone()).is_some() {
                let written = problems.text()[at.start..at.end].trim_matches(['"', '\'']);
                let message = format!("the day {} is there twice", quoted(written));
                problems.push(Fault::new(at, message).label("again").help("`week` names each day and date once"));
            }
        }
    }
    if problems.count() > before {
        return None;
    }
    steps(problems, run, &week, record.at)
}

fn items<T: FromValue>(record: &Record, key: &str, day: impl Fn(&T) -> Option<Day>) -> Vec<At<Day>> {
    let items = record.get::<Vec<At<Value>>>(key).map_or(&[][..], |list| &list.value[..]);
    items.iter().filter_map(|item| Some(At { value: day(T::from_value(&item.value)?)?, at: item.at })).collect()
}

/// The windows of one entry of `week`.
fn windows(problems: &mut Problems, entry: &Record) -> Option<Windows> {
    let steps = listed_rates(problems, entry)?;
    let mut from = Vec::with_capacity(steps.len());
    for (step, record) in steps.iter().zip(entry.records("rates")) {
        let Moment::Clock(nanos) = step.0 else {
            let message = format!("`from` is {} in the rates of a day", step.0.kind());
            let help = "the steps of a day are by the clock, such as \"08:00\"";
            problems.push(Fault::new(record.place("from"), message).label("not a clock").help(help));
            return None;
        };
        from.push(i128::from(nanos));
    }
    let ends = from.iter().skip(1).copied().chain([DAY]);
    Some(from.iter().zip(ends).zip(&steps).map(|((&from, to), &(_, rate))| (from, to, rate)).collect())
}

/// The rate steps of the record of `arrivals = { profile }`; none if it was wrong, which has then been reported.
pub(super) fn file(problems: &mut Problems, place: &Place, record: &Record) -> Option<Vec<RateStep>> {
    const COLUMNS: [Column; 3] = [
        Column { name: "day", required: true },
        Column { name: "start", required: true },
        Column { name: "calls", required: true },
    ];
    let named = record.get::<String>("profile")?;
    if record.is_broken("every") {
        return None;
    }
    let every = record.get::<Duration>("every").map(|every| i128::from(every.value.as_nanos()));
    let file = CsvFile::new(place.base, named);
    let mut days: BTreeMap<Day, Vec<Interval>> = BTreeMap::new();
    let sound = file.rows(problems, &COLUMNS, |row| {
        let intervals = days.entry(day(row.needed("day")?)?).or_default();
        let calls = row.field("calls").map(calls).transpose()?;
        let start = match (row.field("start"), calls) {
            // A day without calls.
            (None, None | Some(0.0)) => return Ok(()),
            _ => start(row.needed("start")?, intervals.last(), every)?,
        };
        row.needed("calls")?;
        intervals.push(Interval { start, calls: calls.unwrap_or(0.0), line: row.line });
        Ok(())
    });
    if !sound {
        return None;
    }
    let gaps = days.values().flat_map(|day| day.windows(2)).map(|pair| pair[1].start - pair[0].start);
    let Some(every) = every.or_else(|| gaps.min()) else {
        let message = format!("the length of the intervals is unknown: {} has no day of two", quoted(named.value));
        let help = "say it beside profile, as in every = \"30m\"";
        problems.push(Fault::new(named.at, message).help(help));
        return None;
    };
    if let Some(late) = days.values().filter_map(|day| day.last()).find(|last| last.start + every > DAY) {
        let length = spelled(Duration::from_nanos(every as u64));
        let message = format!("the interval of {} reaches over midnight: it lasts {length}", file.because(late.line));
        problems.push(Fault::new(named.at, message).help("the intervals of a day end at 24:00 at the latest"));
        return None;
    }
    let rate = |interval: &Interval| per_second(interval.calls, every);
    check_rates(problems, named, days.values().flatten().map(rate))?;
    let window = |interval: &Interval| (interval.start, interval.start + every, rate(interval));
    let week = days.iter().map(|(&day, intervals)| (day, intervals.iter().map(window).collect())).collect();
    steps(problems, &place.run, &week, named.at)
}

/// A row of a file.
struct Interval {
    /// In nanoseconds after midnight.
    start: i128,
    calls: f64,
    line: u64,
}

/// The day in a `day` column.
fn day(field: &str) -> Result<Day, FieldFault> {
    const HELP: &str =
        "it is mon, tue, wed, thu, fri, sat or sun, a full name such as monday, or a date such as 2026-12-24";
    if let Some(day) = day_of_week(&field.to_ascii_lowercase()) {
        return Ok(day);
    }
    match moments::date(field) {
        Ok(date) => Ok(Day::Special(date)),
        Err((message, _)) if field.starts_with(|first: char| first.is_ascii_digit()) => {
            Err(FieldFault::new("day", message, HELP))
        }
        Err(_) => Err(FieldFault::new("day", "is not a day", HELP)),
    }
}

/// The day of the week of a name in small letters, short or full.
fn day_of_week(name: &str) -> Option<Day> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    (0..).zip(NAMES).find(|&(_, full)| name == full || name == &full[..3]).map(|(day, _)| Day::OfWeek(day))
}

/// The clock in a `start` column, in nanoseconds after midnight, which must follow the interval before.
fn start(field: &str, before: Option<&Interval>, every: Option<i128>) -> Result<i128, FieldFault> {
    const HELP: &str = "it is a clock from 00:00 to before 24:00, such as 08:30";
    let start = match moments::moment(field) {
        Ok(Moment::Clock(nanos)) if i128::from(nanos) < DAY => i128::from(nanos),
        Ok(_) => return Err(FieldFault::new("start", "is not a time of the day", HELP)),
        Err((message, _)) => return Err(FieldFault::new("start", message, HELP)),
    };
    match before {
        Some(before) if start <= before.start => {
            let help = "the starts of a day are in order of time, each later than the one before";
            Err(FieldFault::new("start", "is not later than the row before of the same day", help))
        }
        Some(before) if every.is_some_and(|every| start < before.start + every) => {
            let help = "the starts are at least `every` apart";
            Err(FieldFault::new("start", "is inside the interval before it", help))
        }
        _ => Ok(start),
    }
}

/// The steps that the days make in the run.
fn steps(problems: &mut Problems, run: &Run, week: &Week, at: Span) -> Option<Vec<RateStep>> {
    let of = |date: Date| {
        let special = week.get(&Day::Special(date));
        let windows = special.or_else(|| week.get(&Day::OfWeek(date.weekday().since(Weekday::Monday))));
        windows.map_or(&[][..], |windows| &windows[..])
    };
    let intervals: usize = run.dates().map(|(date, _)| of(date).len()).sum();
    if intervals > MOST_STEPS {
        let message = format!("the days make {intervals} steps in the run, which are too many");
        problems.push(Fault::new(at, message).help("a rate has at most 10,000,000 steps in the run"));
        return None;
    }
    let placed = run.dates().flat_map(|(date, midnight)| {
        of(date).iter().map(move |&(from, to, rate)| (midnight + from, midnight + to, rate))
    });
    Some(steps_of(placed.filter_map(|window| run.clip(window))))
}
