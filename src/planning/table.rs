//! Demand from a CSV file: a row an interval of a group, with its calls and, where they are known, how long they take and how long their
//! callers wait. It becomes the text of a scenario, so that there is one way on from demand.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};

use crate::scenario::spell_duration;
use crate::time::Duration;

/// What the rows of a demand table do not say themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TableDefaults {
    /// The mean talk time.
    pub talk: Option<Duration>,
    /// The mean wrap-up time.
    pub wrap_up: Option<Duration>,
    /// The mean patience.
    pub patience: Option<Duration>,
    /// The length of the intervals; the smallest gap between two rows if absent.
    pub every: Option<Duration>,
}

/// A demand table that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It cannot be read, or is no CSV.
    #[error("{file}: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        reason: csv::Error,
    },
    /// Its header or its rows together are wrong.
    #[error("{file}: {what}")]
    Whole {
        /// The file.
        file: String,
        /// What is wrong, and what is allowed.
        what: String,
    },
    /// A field that cannot be used.
    #[error("{file}: line {line}: column `{column}` is {value:?}; {allowed}")]
    Field {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What may stand there.
        allowed: String,
    },
}

const COLUMNS: [&str; 6] = ["start", "group", "calls", "talk_s", "wrap_up_s", "patience_s"];

/// The name of the group where no column says it.
const GROUP: &str = "Calls";

/// Times with a clock alone are of this day.
const SOME_DAY: Date = Date::constant(2026, 1, 5);

/// The most rows.
const MOST_ROWS: usize = 1_000_000;

/// A row of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Row {
    start: DateTime,
    calls: f64,
    talk: Duration,
    wrap_up: Duration,
    patience: Option<Duration>,
}

/// The text of a scenario with the demand of a CSV file, and an agent of each group.
///
/// The columns are `start` (a date and time, or a clock of one day), `calls` (the calls that are expected, not always whole), and, where
/// they are known, `group`, and the means in seconds `talk_s`, `wrap_up_s` and `patience_s`; an empty field takes the default. Talk, wrap-up and
/// patience are exponential. The rows of a group are in order of time; between its intervals there are no calls.
///
/// # Errors
///
/// [`TableError`], with the file, and the line, the column and the value where it is one.
pub fn scenario_of_table(path: &Path, defaults: &TableDefaults) -> Result<String, TableError> {
    let file = path.display().to_string();
    let (groups, clocks) = read(path, &file, defaults)?;
    let whole = |what: String| TableError::Whole { file: file.clone(), what };
    let gaps =
        groups.iter().flat_map(|(_, rows)| rows.windows(2)).map(|pair| pair[1].start.duration_since(pair[0].start));
    let every = match (defaults.every, gaps.min()) {
        (Some(every), _) => SignedDuration::from_nanos(every.as_nanos() as i64),
        (None, Some(gap)) => gap,
        (None, None) => {
            return Err(whole("one interval alone does not say how long it is: say it with --every".to_owned()));
        }
    };
    let first = groups.iter().map(|(_, rows)| rows[0].start).min().expect("a group has a row");
    let last = groups.iter().map(|(_, rows)| rows[rows.len() - 1].start).max().expect("a group has a row");
    let horizon = last.duration_since(first) + every;
    if clocks && horizon > SignedDuration::from_hours(24) {
        return Err(whole("the intervals of a day of clocks end after 24 h".to_owned()));
    }
    let spelled = |time: SignedDuration| spell_duration(Duration::from_nanos(time.as_nanos() as u64));
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = format!(
        "name = {}\nstart = {first}\nhorizon = \"{}\"\ninterval = \"{}\"\n",
        quoted(&name),
        spelled(horizon),
        spelled(every)
    );
    for (group, rows) in &groups {
        let _ = write!(text, "\n[[group]]\nname = {}\n", quoted(group));
        let mut rates = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            rates.push(format!("{{ from = {}, rate = \"{}/{}\" }}", row.start, row.calls, spelled(every)));
            let end = row.start + every;
            let next = rows.get(index + 1).map(|next| next.start);
            if next.is_some_and(|next| next < end) {
                let allowed =
                    format!("{} after {} is inside its interval of {}", next.unwrap_or(end), row.start, spelled(every));
                return Err(whole(allowed));
            }
            if next.is_none_or(|next| next > end) && end.duration_since(first) < horizon {
                rates.push(format!("{{ from = {end}, rate = \"0/h\" }}"));
            }
        }
        let _ = writeln!(text, "arrivals = {{ rates = [\n    {},\n] }}", rates.join(",\n    "));
        text += &law("talk", rows, |row| Some(row.talk));
        if rows.iter().any(|row| row.wrap_up > Duration::ZERO) {
            text += &law("wrap_up", rows, |row| Some(row.wrap_up));
        }
        text += &law("patience", rows, |row| row.patience);
    }
    for (group, _) in &groups {
        let name = if groups.len() == 1 { "Agent".to_owned() } else { format!("{group} agent") };
        let _ = write!(text, "\n[[agents]]\nname = {}\ncount = 1\ngroups = [{}]\n", quoted(&name), quoted(group));
    }
    Ok(text)
}

/// A key with a law, or with a law from each moment on at which it changes; nothing if no row has one.
fn law(key: &str, rows: &[Row], of: impl Fn(&Row) -> Option<Duration>) -> String {
    let law = |mean: Duration| match mean {
        Duration::ZERO => "\"0s\"".to_owned(),
        mean => format!("{{ distribution = \"exponential\", mean = \"{}\" }}", spell_duration(mean)),
    };
    let mut steps: Vec<(DateTime, Duration)> = Vec::new();
    for row in rows {
        if let Some(mean) = of(row)
            && steps.last().is_none_or(|&(_, last)| last != mean)
        {
            steps.push((row.start, mean));
        }
    }
    match steps[..] {
        [] => String::new(),
        [(_, mean)] => format!("{key} = {}\n", law(mean)),
        _ => {
            let steps = steps.iter().map(|&(from, mean)| format!("{{ from = {from}, law = {} }}", law(mean)));
            format!("{key} = [\n    {},\n]\n", steps.collect::<Vec<_>>().join(",\n    "))
        }
    }
}

/// The groups in the order of their first rows, each with its rows; and whether their starts are clocks.
type Read = (Vec<(String, Vec<Row>)>, bool);

fn read(path: &Path, file: &str, defaults: &TableDefaults) -> Result<Read, TableError> {
    let unreadable = |reason| TableError::Unreadable { file: file.to_owned(), reason };
    let whole = |what: String| TableError::Whole { file: file.to_owned(), what };
    let mut csv = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(unreadable)?;
    let header = csv.headers().map_err(unreadable)?.clone();
    let columns = columns(&header).map_err(&whole)?;
    let mut groups: Vec<(String, Vec<Row>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut kind = None;
    for (count, record) in csv.records().enumerate() {
        let record = record.map_err(unreadable)?;
        if count == MOST_ROWS {
            return Err(whole(format!("it has more than {MOST_ROWS} rows")));
        }
        let field =
            |name: &'static str| columns.get(name).map(|&column| &record[column]).filter(|text| !text.is_empty());
        let fault = |column: &'static str, allowed: &str| TableError::Field {
            file: file.to_owned(),
            line: record.position().map_or(0, csv::Position::line),
            column,
            value: field(column).unwrap_or_default().chars().take(60).collect(),
            allowed: allowed.to_owned(),
        };
        let start = field("start").and_then(start);
        let (start, clock) = start.ok_or_else(|| {
            fault("start", "it is a date and time, such as 2026-03-02T08:00:00, or a clock, such as 08:00")
        })?;
        if *kind.get_or_insert(clock) != clock {
            return Err(fault("start", "all starts are dates and times, or all are clocks"));
        }
        let calls = field("calls").and_then(|calls| calls.parse().ok());
        let calls: f64 = calls
            .filter(|calls| (0.0..=1e9).contains(calls))
            .ok_or_else(|| fault("calls", "it is a number of calls from 0 to 1000000000"))?;
        let time = |column: &'static str, zero: bool| match field(column) {
            None => Ok(None),
            Some(text) => text
                .parse::<f64>()
                .ok()
                .filter(|secs| (0.0..=1e7).contains(secs) && (zero || *secs > 0.0))
                .map(|secs| Some(Duration::from_secs_f64(secs)))
                .ok_or_else(|| {
                    let least = if zero { "0 or more" } else { "more than 0" };
                    fault(column, &format!("it is a mean in seconds, {least} and at most 10000000"))
                }),
        };
        let talk = time("talk_s", false)?.or(defaults.talk);
        let talk = talk
            .ok_or_else(|| fault("talk_s", "a talk time is needed: a mean in seconds here, or --talk for all rows"))?;
        let wrap_up = time("wrap_up_s", true)?.or(defaults.wrap_up).unwrap_or(Duration::ZERO);
        let patience = time("patience_s", false)?.or(defaults.patience);
        let group = field("group").unwrap_or(GROUP);
        let place = *places.entry(group.to_owned()).or_insert_with(|| {
            groups.push((group.to_owned(), Vec::new()));
            groups.len() - 1
        });
        let rows = &mut groups[place].1;
        if let Some(last) = rows.last() {
            if start <= last.start {
                return Err(fault("start", "the rows of a group are in order of time, each later than the one before"));
            }
            if last.patience.is_some() != patience.is_some() {
                return Err(fault("patience_s", "either all rows of a group have a patience or none has"));
            }
        }
        rows.push(Row { start, calls, talk, wrap_up, patience });
    }
    if groups.is_empty() {
        return Err(whole("it has no rows".to_owned()));
    }
    Ok((groups, kind.unwrap_or(false)))
}

/// Where the columns are.
fn columns(header: &csv::StringRecord) -> Result<BTreeMap<&'static str, usize>, String> {
    let mut columns = BTreeMap::new();
    for (index, name) in header.iter().enumerate() {
        let allowed = COLUMNS.join(", ");
        let known = COLUMNS.into_iter().find(|known| *known == name);
        let known = known.ok_or_else(|| {
            let name: String = name.chars().take(60).collect();
            let hint = if header.len() == 1 { "; fields are separated by commas" } else { "" };
            format!("line 1: there is no column `{name}`; the columns may be {allowed}{hint}")
        })?;
        if columns.insert(known, index).is_some() {
            return Err(format!("line 1: the column `{known}` is there twice"));
        }
    }
    match ["start", "calls"].into_iter().find(|needed| !columns.contains_key(needed)) {
        Some(missing) => Err(format!("line 1: there is no column `{missing}`, which is needed")),
        None => Ok(columns),
    }
}

/// A date and time, or a clock of some day; and whether it is a clock.
fn start(text: &str) -> Option<(DateTime, bool)> {
    if text.contains(['T', ' ']) {
        return text.parse().ok().map(|start| (start, false));
    }
    let padded = if text.find(':') == Some(1) { format!("0{text}") } else { text.to_owned() };
    let clock: jiff::civil::Time = padded.parse().ok()?;
    Some((SOME_DAY.to_datetime(clock), true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planning::Demand;

    fn table(text: &str, defaults: TableDefaults) -> Result<String, String> {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("demand.csv");
        std::fs::write(&path, text).expect("a file");
        let shown = |error: TableError| error.to_string().replace(&path.display().to_string(), "demand.csv");
        scenario_of_table(&path, &defaults).map_err(shown)
    }

    #[test]
    fn a_table_becomes_the_demand_that_it_says() {
        let text = table(
            "start,group,calls,talk_s,wrap_up_s,patience_s\n\
             08:00,Sales,60.5,180,20,90\n08:30,Sales,30,200,,\n09:30,Sales,10,,,\n08:30,Help,12,300,0,\n",
            TableDefaults {
                talk: Some(Duration::from_secs(240)),
                wrap_up: Some(Duration::from_secs(10)),
                patience: Some(Duration::from_secs(120)),
                every: None,
            },
        );
        // One interval of Help, and gaps of Sales of half an hour and an hour.
        let scenario = crate::scenario::parse(&text.expect("a scenario"), "demand.toml".as_ref()).expect("it is sound");
        let demand = Demand::of(&scenario);
        let of = |group: usize| {
            let of = |interval: &crate::planning::Interval| {
                let demand = &interval.groups[group];
                let patience = demand.patience.as_ref().map(|law| law.mean_s());
                ((demand.calls * 1e6).round() / 1e6, (demand.aht_s * 1e6).round() / 1e6, patience)
            };
            demand.intervals.iter().map(of).collect::<Vec<_>>()
        };
        let sales = [
            (60.5, 200.0, Some(90.0)),
            (30.0, 210.0, Some(120.0)),
            (0.0, 210.0, Some(120.0)),
            (10.0, 250.0, Some(120.0)),
        ];
        assert_eq!(of(0), sales);
        assert_eq!(of(1)[1], (12.0, 300.0, Some(120.0)));
        assert_eq!(of(1)[2].0, 0.0);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let talk = TableDefaults { talk: Some(Duration::from_secs(60)), ..TableDefaults::default() };
        for (text, said) in [
            ("start,calls\n08:00,-1\n", "line 2: column `calls` is \"-1\""),
            ("start,calls\n08:00,1\n8,1\n", "line 3: column `start` is \"8\""),
            (
                "start,calls\n08:30,1\n08:00,1\n",
                "line 3: column `start` is \"08:00\"; the rows of a group are in order",
            ),
            ("start,calls\n08:00,1\n2026-03-02T08:30:00,1\n", "all starts are dates and times, or all are clocks"),
            ("start,calls\n08:00,1\n", "say it with --every"),
            ("start,calls\n", "it has no rows"),
            ("start,cals\n", "there is no column `cals`; the columns may be start, group"),
            ("start;calls\n08:00;1\n", "fields are separated by commas"),
            ("start,group\n", "there is no column `calls`"),
            (
                "start,calls,patience_s\n08:00,1,30\n08:30,1,\n",
                "either all rows of a group have a patience or none has",
            ),
        ] {
            let error = table(text, talk).expect_err(text);
            assert!(error.starts_with("demand.csv: ") && error.contains(said), "{text}: {error}");
        }
        let error = table("start,calls\n08:00,1\n08:30,1\n", TableDefaults::default()).expect_err("no talk");
        assert!(error.contains("a talk time is needed"), "{error}");
    }
}
