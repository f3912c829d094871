//! Makes a scenario of calls that a real center recorded.
//!
//! [`import`] reads files of one of the [`Format`]s and writes a directory that is a scenario, runnable as it is:
//!
//! | file | what it is |
//! | --- | --- |
//! | `scenario.toml` | the groups with their traffic and laws, and the agents |
//! | `calls.csv` | in the recorded form: the calls, in order of arrival |
//! | `week.csv` | in the fitted form: the mean calls by weekday and interval; `week-1.csv` and on for several groups |
//! | `counts.csv` | in the recorded form of counts: the calls of each interval; `counts-1.csv` and on for several groups |
//! | `staff.csv` | how many agents there are, from when on; `staff-1.csv` and on for several teams |
//! | `actual.csv` | what happened, interval by interval, to be put beside what the simulation says |
//!
//! What is known of a call is taken from its record; what is not known is left empty, and the simulator draws it from
//! the group's law. Of a caller who was answered only a lower bound of the patience is known. Every row of a file
//! is either used or dropped for a [`DropReason`] that is counted, so `read = used + dropped`.
//! A file that is read is never written.
//!
//! Memory is bounded, whatever the number of calls: counts of each whole second of talk, wrap-up and wait up to a day for
//! each group, what happened in up to 4,000,000 short cells of time, up to 2,000,000 stays of agents, and, in the recorded
//! form, 20 MiB of calls at a time, which are sorted into temporary files and merged.
//!
//! A format is one file of this module, or a [`Mapping`] that says what the columns of a table are. This module uses
//! [`crate::files::OutputDirectory`], [`crate::random`], [`crate::scenario`] and [`crate::simulation::Control`]; only the
//! command line uses it.

mod anonymous_bank;
mod call;
mod cells;
mod collected;
mod counts;
mod dropped;
mod errors;
mod files;
mod fit;
mod input;
mod mapping;
mod names;
mod paths;
mod report;
mod rows;
mod sort;
mod staff;
mod week;

#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use jiff::civil::Date;
use serde::Serialize;

use crate::files::OutputDirectory;
use crate::simulation::Control;
use crate::time::{Duration, NANOS_PER_SEC};

use self::anonymous_bank::AnonymousBank;
use self::call::Source;
use self::cells::DAY_NANOS;
use self::collected::{Collected, Days, Seen};
use self::counts::Counts;
use self::dropped::Dropped;
use self::files::{Content, Traffic};
use self::fit::{patience_fits, talk_fits};
use self::mapping::MappedCalls;
use self::report::group_report;
use self::staff::Staff;
use self::week::Week;

pub use call::{DropReason, Note};
pub use errors::ImportError;
pub use fit::{Fit, Fits, Law, LawName, PatienceBranch};
pub use mapping::{BUILT_IN, Mapping};
pub use report::{ClassReport, Count, GroupReport, ImportReport, TeamReport};
pub use week::SpecialDay;

/// A form in which centers have recorded their calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The calls of an Israeli bank's center in 1999: tab-separated, 17 columns from `vru+line` to `server`.
    AnonymousBank,
    /// A row for each call, in a table that a [`Mapping`] describes.
    Calls,
    /// A row for each interval, in a table that a [`Mapping`] describes.
    Counts,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 3] = [Format::AnonymousBank, Format::Calls, Format::Counts];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Format::AnonymousBank => "anonymous-bank",
            Format::Calls => "calls",
            Format::Counts => "counts",
        }
    }
}

/// The form of the traffic of the scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum As {
    /// The calls as they were recorded; of counts, each interval's own number.
    #[default]
    Recorded,
    /// Poisson arrivals whose rate is the mean of each interval of each weekday.
    Fitted,
}

/// Which of the calls are wanted: those that arrive in whole days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// How many days; none for all that follow.
    pub days: Option<u32>,
}

/// What to import, and where to.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// The form of the files.
    pub format: Format,
    /// What the columns are, of calls and counts.
    pub mapping: Option<Mapping>,
    /// Of the anonymous bank: whether the types of its calls are groups.
    pub groups: bool,
    /// Of the anonymous bank: whether the priorities of its calls are classes.
    pub classes: bool,
    /// The form of the scenario.
    pub form: As,
    /// The length of the intervals of the fitted form's rates; a day is a multiple of it.
    pub every: Duration,
    /// The files, read in this order; `-` is the standard input.
    pub inputs: Vec<PathBuf>,
    /// The wanted days; none for all days of the files.
    pub period: Option<Period>,
    /// A CSV file with the columns `date`, `start` and `agents_seen`, a row for each half hour with agents; without it,
    /// the agents are told from the services in the calls.
    pub staff: Option<PathBuf>,
    /// So many agents, day and night, for all groups; none to tell them from a file or the calls.
    pub agents: Option<u32>,
    /// Told from the calls, an agent is at work between two services that are at most so long apart.
    pub longest_idle: Duration,
    /// Told from the calls, an agent serves a group of which at least this share of the agent's services were; 0 to 1.
    pub served_share: f64,
    /// The most groups, and the most classes; 1 to 1,000.
    pub group_limit: u16,
    /// The law of the talk time; none for the format's own, or that of the least criterion of Akaike.
    pub talk_law: Option<LawName>,
    /// The law of the patience; none as for the talk time.
    pub patience_law: Option<LawName>,
    /// Services of fewer seconds do not enter the law of the talk time; none for what the format says.
    pub shortest_talk: Option<Duration>,
    /// The law of the talk time as a scenario file has it, instead of a fitted one.
    pub talk: Option<String>,
    /// The length of the intervals of `actual.csv` and of the scenario; more than zero.
    pub interval: Duration,
    /// The directory that is written.
    pub out: PathBuf,
    /// A CSV file that is written with every dropped row: `file`, `line`, `reason`, `row`.
    pub dropped: Option<PathBuf>,
}

/// The most intervals that the simulator counts in.
const MOST_INTERVALS: u64 = 1_000_000;
/// With fewer services, or fewer callers who gave up, a group has the law of all groups together.
const FEWEST_FOR_A_LAW: u64 = 30;

/// Imports recorded calls. The files are written all together, or none of them.
///
/// # Errors
///
/// [`ImportError`]: a file cannot be read or written, has not the columns of its format, or no scenario can be
/// made of the calls; a mapping is wrong; a file that is read would be written; or `control` said to stop. A single row
/// that cannot be read is no error: it is dropped, and counted.
pub fn import(options: &ImportOptions, control: &Control) -> Result<ImportReport, ImportError> {
    check(options)?;
    let mut reader = Reader::new(options)?;
    let mut dropped = paths::check(options)?.as_deref().map(Dropped::create).transpose()?;
    let mut collected = reader.read(options, dropped.as_mut(), control)?;
    let days = collected.days(options.period)?;
    if options.interval < errors::shortest_interval(days.count) {
        return Err(ImportError::Interval { interval: options.interval, days: days.count });
    }
    let order = collected.groups.sorted();
    let shortest_s = options.shortest_talk.map(|time| time.as_nanos().div_ceil(NANOS_PER_SEC) as u32);
    let shortest_service_s = shortest_s.unwrap_or_else(|| reader.shortest_service_s());
    let groups = laws(options, &reader, &collected, &order, shortest_service_s)?;
    let (start, end) = days.nanos();
    let staff = match (&options.staff, options.agents) {
        (Some(path), _) => Staff::read(path, days.start(), days.end(), &order)?,
        (None, Some(agents)) => Staff::fixed(agents, start, &order),
        (None, None) => collected.services.staff(start, end, &order, options.served_share),
    };
    if staff.most() == 0 {
        return Err(ImportError::NoAgents { from: days.from, days: days.count });
    }
    let (traffic, special_days) = traffic(options, &reader, &mut collected, days, &order)?;

    let report =
        ImportReport::new(options.format.name(), options, &collected, days, (&order, groups), special_days, &staff);
    let content = Content {
        format: options.format.name(),
        name: reader.group(),
        comments: reader.comments(),
        shortest_service_s,
        wait_credits: reader.wait_credits(),
        collected: &collected,
        days,
        groups: &order,
        staff: &staff,
        report: &report,
    };
    let mut directory = OutputDirectory::create(&options.out)?;
    files::write(&mut directory, options, &content, traffic)?;
    if control.is_stopped() {
        return Err(ImportError::Interrupted);
    }
    if let Some(dropped) = dropped {
        dropped.finish()?;
    }
    directory.finish()?;
    Ok(report)
}

/// Refuses options that do not go together.
fn check(options: &ImportOptions) -> Result<(), ImportError> {
    let wrong = |what: &str| Err(ImportError::Option(what.to_owned()));
    let is_bank = options.format == Format::AnonymousBank;
    if is_bank && options.mapping.is_some() {
        return wrong("a mapping goes with calls and counts; the format anonymous-bank has its own");
    }
    if !is_bank && (options.groups || options.classes) {
        return wrong(
            "--groups and --classes go with anonymous-bank; a mapping has `columns.group` and `columns.class`",
        );
    }
    if !is_bank && options.mapping.is_none() {
        return wrong("nothing says what the columns are: --map FILE or --column KEY=COLUMN is needed");
    }
    if options.format == Format::Counts && (options.talk.is_none() || options.agents.is_none()) {
        return wrong("counts tell neither how long calls are nor who answers them: --talk and --agents are needed");
    }
    let every = options.every.as_nanos();
    if every == 0 || !every.is_multiple_of(60 * NANOS_PER_SEC) || !(DAY_NANOS as u64).is_multiple_of(every) {
        return wrong("--every is whole minutes, and a day is a multiple of it, such as 30m");
    }
    if let Some(talk) = &options.talk {
        let text = format!(
            "horizon = \"1h\"\n[[group]]\nname = \"A\"\narrivals = {{ rate = \"1/h\" }}\ntalk = {talk}\n\
             [[agents]]\nname = \"B\"\ngroups = [\"A\"]\n"
        );
        let read = crate::scenario::parse(&text, std::path::Path::new("--talk"));
        if talk.contains('\n') || read.is_err() {
            let shown = errors::shown(talk);
            let allowed =
                "it is a duration such as 3m, or a law such as { distribution = \"exponential\", mean = \"3m\" }";
            return Err(ImportError::Option(format!("--talk is {shown}; {allowed}")));
        }
    }
    Ok(())
}

/// Reads the rows of a format.
enum Reader {
    Calls(Box<dyn Source>),
    Counts(Box<Counts>),
}

impl Reader {
    fn new(options: &ImportOptions) -> Result<Self, ImportError> {
        let mapping = || options.mapping.clone().unwrap_or_default();
        Ok(match options.format {
            Format::AnonymousBank => {
                Reader::Calls(Box::new(AnonymousBank { with_groups: options.groups, with_classes: options.classes }))
            }
            Format::Calls => Reader::Calls(Box::new(MappedCalls::new(mapping())?)),
            Format::Counts => Reader::Counts(Box::new(Counts::new(mapping())?)),
        })
    }

    fn read(
        &mut self,
        options: &ImportOptions,
        mut dropped: Option<&mut Dropped>,
        control: &Control,
    ) -> Result<Collected, ImportError> {
        let mut lengths = vec![options.interval];
        if options.form == As::Fitted {
            lengths.push(options.every);
        }
        if let Reader::Counts(counts) = &self {
            lengths.push(counts.every().unwrap_or(counts::MINUTE));
        }
        let with_calls = matches!(self, Reader::Calls(_)) && options.form == As::Recorded;
        let mut collected = Collected::new(options, &lengths, with_calls);
        if let Some(pieces) = input::pieces(&options.inputs) {
            control.plan(pieces, 0);
        }
        for input in &options.inputs {
            let dropped = dropped.as_deref_mut();
            match self {
                Reader::Calls(source) => {
                    rows::calls(input, source.as_mut(), options.period, dropped, control, &mut collected)?;
                }
                Reader::Counts(counts) => counts.file(input, options.period, dropped, control, &mut collected)?,
            }
        }
        Ok(collected)
    }

    fn group(&self) -> &str {
        match self {
            Reader::Calls(source) => source.group(),
            Reader::Counts(counts) => counts.group(),
        }
    }

    fn comments(&self) -> Vec<String> {
        match self {
            Reader::Calls(source) => source.comments(),
            Reader::Counts(counts) => counts.comments(),
        }
    }

    fn wait_credits(&self) -> &[(String, Duration)] {
        match self {
            Reader::Calls(source) => source.wait_credits(),
            Reader::Counts(_) => &[],
        }
    }

    fn laws(&self) -> (Option<LawName>, Option<LawName>) {
        match self {
            Reader::Calls(source) => source.laws(),
            Reader::Counts(_) => (None, None),
        }
    }

    fn shortest_service_s(&self) -> u32 {
        match self {
            Reader::Calls(source) => source.shortest_service_s(),
            Reader::Counts(_) => 1,
        }
    }
}

/// The groups with the laws that are fitted to their calls, or to all calls where those are too few.
fn laws(
    options: &ImportOptions,
    reader: &Reader,
    collected: &Collected,
    order: &[u16],
    shortest_s: u32,
) -> Result<Vec<GroupReport>, ImportError> {
    let own = reader.laws();
    let (talk_law, patience_law) = (options.talk_law.or(own.0), options.patience_law.or(own.1));
    let talk = |seen: &Seen| talk_fits(&seen.service_lengths, shortest_s, talk_law);
    let patience = |seen: &Seen| patience_fits(&seen.waits, patience_law);
    let all = collected.all();
    let is_one = order.len() == 1;
    let of_all = |fits: Option<Fits>| fits.map(|fits| Fits { of_all_groups: !is_one, ..fits });
    let (all_talk, all_patience) = (of_all(talk(&all)), of_all(patience(&all)));
    if options.talk.is_none() && all_talk.is_none() {
        return Err(ImportError::NoServices { shortest_s });
    }
    let group = |&number: &u16| {
        let seen = &collected.seen[usize::from(number)];
        let enough = |fits: &Fits| is_one || fits.seen >= FEWEST_FOR_A_LAW;
        let name = collected.groups.name(number).to_owned();
        let talk = talk(seen).filter(enough).or_else(|| all_talk.clone());
        let patience = patience(seen).filter(enough).or_else(|| all_patience.clone());
        group_report(name, seen, talk, patience)
    };
    Ok(order.iter().map(group).collect())
}

/// How calls arrive in the scenario, and which days are special.
fn traffic(
    options: &ImportOptions,
    reader: &Reader,
    collected: &mut Collected,
    days: Days,
    order: &[u16],
) -> Result<(Traffic, Vec<SpecialDay>), ImportError> {
    if let (As::Recorded, Some(calls)) = (options.form, collected.calls.take()) {
        return Ok((Traffic::Calls(calls), Vec::new()));
    }
    if let (As::Recorded, Reader::Counts(counts)) = (options.form, reader) {
        let every = counts.every().map_or_else(|| counts::smallest_gap(collected), Ok)?;
        return Ok((Traffic::Counts(every), Vec::new()));
    }
    let weeks: Vec<Week> =
        order.iter().map(|&group| week::week(&collected.cells, days, options.every, group)).collect();
    let special = order.iter().zip(&weeks).flat_map(|(&group, week)| {
        week.special.iter().map(move |(date, intervals)| (group, *date, intervals.values().sum(), week.medians[date]))
    });
    let special = special.map(|(group, date, offered, usual)| {
        let group = collected.groups.name(group).to_owned();
        SpecialDay { group, date: date.to_string(), offered, usual }
    });
    let special = special.collect();
    Ok((Traffic::Weeks(options.every, weeks), special))
}
