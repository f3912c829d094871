//! How the calls of a group arrive: rates, forecasts and records, placed in the run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::csv_files::{Column, CsvFile, FieldFault};
use super::model::{Arrivals, CallClass, RateStep, RecordedCall, RecordedPatience};
use super::moments::{DAY, FOREVER, Moment, Run};
use super::problems::{Fault, Problems, Span, listed, quoted, similar};
use super::units::{self, HIGHEST_RATE};
use super::values::{At, Record};
use super::{varied, week};
use crate::time::{Duration, Instant, NANOS_PER_SEC};

/// The most recorded calls of a scenario.
pub(crate) const MOST_CALLS: usize = 100_000_000;
/// The most steps of a group's rate, days of a daily profile counted.
pub(super) const MOST_STEPS: usize = 10_000_000;

/// What the arrivals of a group are read in.
pub(crate) struct Place<'a> {
    pub(crate) base: &'a Path,
    pub(crate) run: Run,
    pub(crate) group: &'a str,
    /// The names of all groups.
    pub(crate) groups: &'a [String],
    /// The classes of the group's calls.
    pub(crate) classes: &'a [CallClass],
}

/// A group's arrivals, and where the first recorded call without a talk time is.
pub(crate) struct Read {
    pub(crate) arrivals: Arrivals,
    pub(crate) without_talk: Option<String>,
}

/// Reads the record of one of the forms of `arrivals`; none if it was wrong, which has then been reported.
pub(crate) fn read(problems: &mut Problems, place: &Place, record: &Record) -> Option<Read> {
    let steps = match record.form.name {
        "arrivals_rate" => {
            let rate = *record.get::<f64>("rate")?.value;
            vec![RateStep { from: Instant::START, per_second: rate }]
        }
        "arrivals_rates" => rates(problems, &place.run, record)?,
        "arrivals_counts" => counts(problems, place, record)?,
        "arrivals_profile" => week::file(problems, place, record)?,
        "arrivals_week" => week::inline(problems, &place.run, record)?,
        _ => return recorded(problems, place, record),
    };
    let without_talk = Some("the talk times of Poisson arrivals are drawn from it".to_owned());
    Some(Read { arrivals: varied::arrivals(problems, record, steps)?, without_talk })
}

/// The arrivals of a group to which no calls come from outside.
pub(crate) fn none() -> Read {
    let without_talk = Some("the talk times of the calls that come from elsewhere are drawn from it".to_owned());
    Read { arrivals: Arrivals::none(), without_talk }
}

/// Whether a step may follow the one before it; `Err` says why not, worded to follow "which", and what is allowed.
pub(crate) fn follows(before: Option<Moment>, this: Moment) -> Result<(), (String, String)> {
    let ordered = match (before, this) {
        (_, Moment::Clock(nanos)) if i128::from(nanos) >= DAY => {
            return Err((
                "is the end of the day".into(),
                "a step begins before 24:00; the next day begins at 00:00".into(),
            ));
        }
        (None, _) => return Ok(()),
        (Some(Moment::At(before)), Moment::At(this)) => before.cmp(&this),
        (Some(Moment::Clock(before)), Moment::Clock(this)) => before.cmp(&this),
        (Some(Moment::After(before)), Moment::After(this)) => before.cmp(&this),
        (Some(before), this) => {
            let message = format!("is {} after {}", this.kind(), before.kind());
            return Err((
                message,
                "all steps are of the same kind: dates and times, clocks, or times after the start".into(),
            ));
        }
    };
    let help = "the steps are in order of time, each later than the one before";
    match ordered {
        std::cmp::Ordering::Less => Ok(()),
        std::cmp::Ordering::Equal => Err(("is the same moment as the step before".into(), help.into())),
        std::cmp::Ordering::Greater => Err(("is earlier than the step before".into(), help.into())),
    }
}

/// Windows in nanoseconds after the start: from, to, what; and whether they repeat every day.
pub(crate) type Profile<T> = (Vec<(i128, i128, T)>, bool);

/// Steps, each of which lasts until the next one; the last to the end of the day if they are clocks, else for ever.
pub(crate) fn profile<T: Copy>(run: &Run, steps: &[(Moment, T)]) -> Profile<T> {
    let daily = matches!(steps.first(), Some((Moment::Clock(_), _)));
    let end = if daily { run.place(Moment::Clock(DAY as i64)) } else { FOREVER };
    let ends = steps.iter().skip(1).map(|&(from, _)| run.place(from)).chain([end]);
    (steps.iter().zip(ends).map(|(&(from, what), to)| (run.place(from), to, what)).collect(), daily)
}

fn rates(problems: &mut Problems, run: &Run, record: &Record) -> Option<Vec<RateStep>> {
    let steps = listed_rates(problems, record)?;
    rate_steps(problems, run, &profile(run, &steps), record.at)
}

/// The steps in the list `rates` of a record, in calls per second.
pub(super) fn listed_rates(problems: &mut Problems, record: &Record) -> Option<Vec<(Moment, f64)>> {
    let before = problems.count();
    let mut steps: Vec<(Moment, f64)> = Vec::new();
    let mut last = None;
    for step in record.records("rates") {
        let (Some(from), Some(rate)) = (step.get::<Moment>("from"), step.get::<f64>("rate")) else { continue };
        if let Err((message, help)) = follows(last, *from.value) {
            let written = problems.text()[from.at.start..from.at.end].trim_matches(['"', '\'']);
            let message = format!("`from` is {}, which {message}", quoted(written));
            problems.push(Fault::new(from.at, message).help(help));
        }
        last = Some(*from.value);
        steps.push((*from.value, *rate.value));
    }
    let whole = steps.len() == record.records("rates").len() && before == problems.count();
    whole.then_some(steps)
}

/// The steps that windows of a rate make in the run; the rate is 0 outside of them.
fn rate_steps(problems: &mut Problems, run: &Run, windows: &Profile<f64>, at: Span) -> Option<Vec<RateStep>> {
    let (windows, daily) = windows;
    let days = if *daily { run.days() } else { 1 };
    if windows.len().saturating_mul(days) > MOST_STEPS {
        let message = format!("{} steps a day on {days} days are too many", windows.len());
        problems.push(Fault::new(at, message).help("a rate has at most 10,000,000 steps in the run"));
        return None;
    }
    Some(steps_of(run.windows(windows, *daily)))
}

/// The steps that windows of a rate make, which are in order; the rate is 0 outside of them.
pub(super) fn steps_of(windows: impl Iterator<Item = (Instant, Instant, f64)>) -> Vec<RateStep> {
    let mut steps = vec![RateStep { from: Instant::START, per_second: 0.0 }];
    let mut set = |from: Instant, per_second: f64| match steps.last_mut() {
        Some(last) if last.from == from => last.per_second = per_second,
        _ => steps.push(RateStep { from, per_second }),
    };
    for (from, to, rate) in windows {
        set(from, rate);
        if to != Instant::NEVER {
            set(to, 0.0);
        }
    }
    steps.dedup_by(|this, before| this.per_second == before.per_second);
    steps
}

fn counts(problems: &mut Problems, place: &Place, record: &Record) -> Option<Vec<RateStep>> {
    const COLUMNS: [Column; 2] = [Column { name: "start", required: true }, Column { name: "calls", required: true }];
    let file = record.get::<String>("counts")?;
    if record.is_broken("every") {
        return None;
    }
    let every = record.get::<Duration>("every").map(|every| i128::from(every.value.as_nanos()));
    let (mut starts, mut last) = (Vec::new(), None);
    let sound = CsvFile::new(place.base, file).rows(problems, &COLUMNS, |row| {
        let start = start(row.needed("start")?, last)?;
        let calls = calls(row.needed("calls")?)?;
        if let (Some(every), Some(last)) = (every, last)
            && place.run.place(start) - place.run.place(last) < every
        {
            let help = "the starts are at least `every` apart";
            return Err(FieldFault::new("start", "is inside the interval before it", help));
        }
        last = Some(start);
        starts.push((start, calls));
        Ok(())
    });
    if !sound {
        return None;
    }
    let places: Vec<i128> = starts.iter().map(|&(start, _)| place.run.place(start)).collect();
    let Some(every) = every.or_else(|| places.windows(2).map(|pair| pair[1] - pair[0]).min()) else {
        let message = format!("the length of the intervals is unknown: {} has fewer than two rows", quoted(file.value));
        problems.push(Fault::new(file.at, message).help("say it beside counts, as in every = \"30m\""));
        return None;
    };
    let daily = matches!(last, Some(Moment::Clock(_)));
    if daily && places.last().zip(places.first()).is_some_and(|(last, first)| last + every > first + DAY) {
        let message = format!("the last interval of {} reaches into the first of the next day", quoted(file.value));
        problems.push(Fault::new(file.at, message).help("clocks repeat every day; say a shorter `every`"));
        return None;
    }
    let windows: Vec<_> =
        places.iter().zip(&starts).map(|(&from, &(_, calls))| (from, from + every, per_second(calls, every))).collect();
    check_rates(problems, file, windows.iter().map(|&(_, _, rate)| rate))?;
    rate_steps(problems, &place.run, &(windows, daily), file.at)
}

/// The number in a `calls` column.
pub(super) fn calls(field: &str) -> Result<f64, FieldFault> {
    const HELP: &str = "it is a number of calls, zero or more";
    let calls = field.parse::<f64>().map_err(|_| FieldFault::new("calls", "is not a number", HELP))?;
    if !(0.0..=1e15).contains(&calls) {
        return Err(FieldFault::new("calls", "is out of range", HELP));
    }
    Ok(calls)
}

/// The rate, in calls per second, of so many calls in so many nanoseconds.
pub(super) fn per_second(calls: f64, nanos: i128) -> f64 {
    calls * NANOS_PER_SEC as f64 / nanos as f64
}

/// Reports a file that makes a rate, in calls per second, above the highest there may be.
pub(super) fn check_rates(
    problems: &mut Problems,
    file: At<&String>,
    mut rates: impl Iterator<Item = f64>,
) -> Option<()> {
    if rates.any(|rate| rate > HIGHEST_RATE) {
        let message = format!("{} has an interval of more than 1,000,000,000 calls a second", quoted(file.value));
        problems.push(Fault::new(file.at, message).help("that is the highest rate"));
        return None;
    }
    Some(())
}

/// The moment in a `start` column, which must follow the one before.
pub(crate) fn start(field: &str, last: Option<Moment>) -> Result<Moment, FieldFault> {
    let start = super::moments::moment(field).map_err(|(message, help)| FieldFault::new("start", message, help))?;
    follows(last, start).map_err(|(message, help)| FieldFault::new("start", message, help))?;
    Ok(start)
}

/// The files of recorded calls that one reading of a scenario has come across.
pub(crate) type RecordedFiles = HashMap<PathBuf, RecordedFile>;

/// The calls of a file that arrive during the run, in the order of the file.
#[derive(Default)]
pub(crate) struct RecordedFile {
    sound: bool,
    /// Those of each group, by its index.
    own: HashMap<usize, Vec<RecordedRow>>,
    /// Those that name no group, which are calls of every group that has this file.
    shared: Vec<RecordedRow>,
    /// The names of classes that rows have.
    classes: Vec<String>,
}

#[derive(Clone, Copy)]
struct RecordedRow {
    line: u64,
    /// Its class is still the index of a name in the file.
    call: RecordedCall,
}

fn recorded(problems: &mut Problems, place: &Place, record: &Record) -> Option<Read> {
    let named = record.get::<String>("recorded")?;
    let file = CsvFile::new(place.base, named);
    if !problems.recorded.contains_key(file.path()) {
        let read = recorded_file(problems, place, &file);
        problems.recorded.insert(file.path().to_path_buf(), read);
    }
    let read = problems.recorded.get_mut(file.path()).filter(|read| read.sound)?;
    let group = place.groups.iter().position(|known| known == place.group)?;
    // No other group wants them.
    let mut own = read.own.remove(&group).unwrap_or_default();
    let shared = &read.shared;
    if own.len() + shared.len() > MOST_CALLS {
        let message = format!("{} has more than 100,000,000 calls", quoted(named.value));
        problems.push(Fault::new(named.at, message).help("a scenario has at most 100,000,000 recorded calls"));
        return None;
    }
    own.extend_from_slice(shared);
    let known: Vec<Option<u32>> = read
        .classes
        .iter()
        .map(|name| place.classes.iter().position(|class| class.name == *name).map(|class| class as u32))
        .collect();
    for row in own.iter_mut().filter(|row| row.call.class.is_some()) {
        let class = row.call.class.map_or(0, |class| class as usize);
        let Some(index) = known[class] else {
            let message = format!(
                "{} is of the class {}, which the group {} does not have",
                file.because(row.line),
                quoted(&read.classes[class]),
                quoted(place.group)
            );
            let help = match place.classes {
                [] => "describe the classes in the group's `classes`, each with its name".to_owned(),
                some => format!("the classes are {}", listed(some.iter().map(|class| quoted(&class.name)), "and")),
            };
            problems.push(Fault::new(named.at, message).label("no such class").help(help));
            return None;
        };
        row.call.class = Some(index);
    }
    let without_talk = own.iter().filter(|row| row.call.talk.is_none()).map(|row| row.line).min();
    let without_talk = without_talk.map(|line| format!("{} has no talk_s", file.because(line)));
    // Calls of the same moment are in the order of the file.
    own.sort_by_key(|row| (row.call.arrival, row.line));
    let calls = own.into_iter().map(|row| row.call).collect();
    Some(Read { arrivals: varied::record(problems, record, calls)?, without_talk })
}

/// Reads all of a file, whichever groups its calls are of.
fn recorded_file(problems: &mut Problems, place: &Place, file: &CsvFile) -> RecordedFile {
    const NAMES: [&str; 8] =
        ["arrival", "arrival_s", "group", "class", "talk_s", "wrap_up_s", "patience_s", "patience_at_least_s"];
    const SECONDS_HELP: &str = "it is seconds with at most nine decimals, such as 12.5";
    let columns = NAMES.map(|name| Column { name, required: false });
    let groups: HashMap<&str, usize> = place.groups.iter().map(String::as_str).zip(0..).collect();
    let horizon = i128::from(place.run.horizon.as_nanos());
    let mut read = RecordedFile::default();
    let mut classes: HashMap<String, u32> = HashMap::new();
    read.sound = file.rows(problems, &columns, |row| {
        let seconds = |column: &'static str| match row.field(column).map(units::seconds) {
            Some(Ok(time)) => Ok(Some(time)),
            Some(Err(why)) => Err(FieldFault::new(column, why, SECONDS_HELP)),
            None => Ok(None),
        };
        let arrival = match (row.field("arrival"), row.field("arrival_s")) {
            (Some(_), Some(_)) => {
                return Err(FieldFault::new("arrival_s", "says again what `arrival` says", "give one of them in a row"));
            }
            (Some(arrival), None) => match super::moments::moment(arrival) {
                Ok(moment @ (Moment::At(_) | Moment::Clock(_))) => place.run.place(moment),
                _ => {
                    let help = "it is a date and time such as 2026-03-02T09:00:12.5, or a clock of the day of the start; \
                                for seconds after the start, the column is arrival_s";
                    return Err(FieldFault::new("arrival", "is not a moment", help));
                }
            },
            // Before the start of the run.
            (None, Some(early)) if early.starts_with('-') && units::seconds(&early[1..]).is_ok() => -1,
            (None, Some(_)) => seconds("arrival_s")?.map_or(0, |time| i128::from(time.as_nanos())),
            (None, None) => {
                return Err(FieldFault::new("arrival", "is not there", "each row needs `arrival` or `arrival_s`"));
            }
        };
        let patience = match (seconds("patience_s")?, seconds("patience_at_least_s")?) {
            (Some(_), Some(_)) => {
                let help = "give one of them in a row";
                return Err(FieldFault::new("patience_at_least_s", "is given together with `patience_s`", help));
            }
            (Some(exactly), None) => RecordedPatience::Exactly(exactly),
            (None, Some(bound)) => RecordedPatience::AtLeast(bound),
            (None, None) => RecordedPatience::Unknown,
        };
        let (talk, wrap_up) = (seconds("talk_s")?, seconds("wrap_up_s")?);
        let group = match row.field("group").map(|name| (name, groups.get(name))) {
            None => None,
            Some((_, Some(&group))) => Some(group),
            Some((group, None)) => {
                let near = similar(group, place.groups.iter().map(String::as_str));
                let guess = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
                let known = listed(place.groups.iter().take(20).map(|name| format!("`{name}`")), "and");
                return Err(FieldFault::new("group", "is no group of the scenario", format!("{guess}the groups are {known}")));
            }
        };
        let class = row.field("class").map(|name| match classes.get(name) {
            Some(&class) => class,
            None => {
                let class = read.classes.len() as u32;
                read.classes.push(name.to_owned());
                classes.insert(name.to_owned(), class);
                class
            }
        });
        let calls = match group {
            Some(group) => read.own.entry(group).or_default(),
            None => &mut read.shared,
        };
        // One more than there may be tells that there are too many.
        if (0..horizon).contains(&arrival) && calls.len() <= MOST_CALLS {
            let call = RecordedCall { arrival: Instant::from_nanos(arrival as u64), talk, wrap_up, patience, class };
            calls.push(RecordedRow { line: row.line, call });
        }
        Ok(())
    });
    read
}
