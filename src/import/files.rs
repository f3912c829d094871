//! Writes the files of a scenario.

use std::io::{self, Write};
use std::path::Path;

use super::cells::{Happened, wall_clock};
use super::collected::{Collected, Days};
use super::fit::Law;
use super::report::ImportReport;
use super::sort::{SortedCall, Sorter};
use super::staff::{Staff, Team, Told};
use super::week::{Week, name as weekday_name, weekday};
use super::{ImportError, ImportOptions};
use crate::files::OutputDirectory;
use crate::scenario::spell_duration;
use crate::time::{Duration, NANOS_PER_SEC};

/// Whether a file of this name is one that an import may write.
pub(super) fn is_written(name: &str) -> bool {
    let numbered = |beginning: &str| {
        let rest = name.strip_prefix(beginning).and_then(|rest| rest.strip_suffix(".csv"));
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.strip_prefix('-').is_some_and(|number| number.parse::<u32>().is_ok())
        })
    };
    ["calls.csv", "actual.csv", "scenario.toml"].contains(&name)
        || ["staff", "week", "counts"].into_iter().any(numbered)
}

/// Replications of the scenario: of recorded calls only the unknown patience and talk times differ between them.
const REPLICATIONS: u32 = 20;

/// How calls arrive in the scenario.
pub(super) enum Traffic {
    /// As they were recorded.
    Calls(Sorter),
    /// As many as were counted in each interval.
    Counts(Duration),
    /// By weekday and interval, by group in the order of the report.
    Weeks(Duration, Vec<Week>),
}

/// What a scenario is made of.
pub(super) struct Content<'c> {
    /// `anonymous-bank`, `calls` or `counts`.
    pub(super) format: &'c str,
    pub(super) name: &'c str,
    pub(super) comments: Vec<String>,
    /// The shortest service that a law is fitted to, in seconds.
    pub(super) shortest_service_s: u32,
    /// The credits of waiting that calls of a class enter the queue with.
    pub(super) wait_credits: &'c [(String, Duration)],
    pub(super) collected: &'c Collected,
    pub(super) days: Days,
    /// The numbers of the groups, in the order of the report.
    pub(super) groups: &'c [u16],
    pub(super) staff: &'c Staff,
    pub(super) report: &'c ImportReport,
}

/// Writes all files into a directory that is not yet finished.
pub(super) fn write(
    directory: &mut OutputDirectory,
    options: &ImportOptions,
    content: &Content,
    traffic: Traffic,
) -> Result<(), ImportError> {
    let mut written = vec!["actual.csv".to_owned(), "scenario.toml".to_owned()];
    directory.write("scenario.toml", |out| out.write_all(scenario(options, content, &traffic).as_bytes()))?;
    directory.write("actual.csv", |out| actual(out, content, options.interval))?;
    let teams = content.staff.teams.len();
    for (index, team) in content.staff.teams.iter().enumerate() {
        let name = numbered("staff", index, teams);
        directory.write(&name, |out| steps(out, team))?;
        written.push(name);
    }
    let groups = content.groups.len();
    match traffic {
        Traffic::Calls(calls) => {
            written.push("calls.csv".to_owned());
            directory.write("calls.csv", |out| write_calls(out, content, calls))?;
        }
        Traffic::Counts(every) => {
            for (index, &group) in content.groups.iter().enumerate() {
                let name = numbered("counts", index, groups);
                directory.write(&name, |out| counts(out, content, every, group))?;
                written.push(name);
            }
        }
        Traffic::Weeks(every, weeks) => {
            for (index, week) in weeks.iter().enumerate() {
                let name = numbered("week", index, groups);
                directory.write(&name, |out| profile(out, every, week))?;
                written.push(name);
            }
        }
    }
    // What an import of another form has left.
    let entries = std::fs::read_dir(directory.path()).into_iter().flatten().flatten();
    let left = entries.filter_map(|entry| entry.file_name().into_string().ok());
    for name in left.filter(|name| is_written(name) && !written.contains(name)).collect::<Vec<_>>() {
        directory.without(&name);
    }
    Ok(())
}

/// `week.csv` if there is one, else `week-1.csv` and on.
fn numbered(name: &str, index: usize, of: usize) -> String {
    if of == 1 { format!("{name}.csv") } else { format!("{name}-{}.csv", index + 1) }
}

fn write_calls(out: impl Write, content: &Content, calls: Sorter) -> io::Result<()> {
    let collected = content.collected;
    let (has_groups, has_classes) = (content.groups.len() > 1, collected.classes.count() > 0);
    let has_wrap_up = collected.has_wrap_up;
    let mut csv = csv::Writer::from_writer(out);
    let mut header = vec!["arrival"];
    header.extend(has_groups.then_some("group"));
    header.extend(has_classes.then_some("class"));
    header.push("talk_s");
    header.extend(has_wrap_up.then_some("wrap_up_s"));
    header.extend(["patience_s", "patience_at_least_s"]);
    csv.write_record(header)?;
    for call in calls.finish()? {
        let SortedCall { arrival, waited, is_answered, talk, wrap_up, group, class } = call?;
        csv.write_field(wall_clock(arrival).to_string())?;
        if has_groups {
            csv.write_field(collected.groups.name(group))?;
        }
        if has_classes {
            csv.write_field(collected.classes.name(class))?;
        }
        csv.write_field(talk.map(seconds).unwrap_or_default())?;
        if has_wrap_up {
            csv.write_field(wrap_up.map(seconds).unwrap_or_default())?;
        }
        let waited = seconds(waited);
        let (exactly, at_least) = if is_answered { ("", waited.as_str()) } else { (waited.as_str(), "") };
        csv.write_field(exactly)?;
        csv.write_field(at_least)?;
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()
}

/// Nanoseconds as seconds, exactly.
fn seconds(nanos: u64) -> String {
    let (whole, rest) = (nanos / NANOS_PER_SEC, nanos % NANOS_PER_SEC);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:09}").trim_end_matches('0').to_owned() }
}

fn steps(out: impl Write, team: &Team) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["start", "agents"])?;
    for &(start, agents) in &team.steps {
        csv.write_record([wall_clock(start).to_string(), agents.to_string()])?;
    }
    csv.flush()
}

fn counts(out: impl Write, content: &Content, every: Duration, group: u16) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["start", "calls"])?;
    let (from, to) = content.days.nanos();
    for (index, happened) in content.collected.cells.intervals(from, to, every, group) {
        let start = wall_clock(from + index * every.as_nanos() as i64);
        csv.write_record([start.to_string(), happened.offered.to_string()])?;
    }
    csv.flush()
}

/// Weekdays first, then the days that replace theirs; a day without calls has one row that says so.
fn profile(out: impl Write, every: Duration, week: &Week) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["day", "start", "calls"])?;
    let clock = |interval: i64| {
        let minutes = interval * (every.as_nanos() / (60 * NANOS_PER_SEC)) as i64;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    };
    for (&(weekday, interval), &calls) in &week.usual {
        csv.write_record([weekday_name(weekday), &clock(interval), &mean(calls)])?;
    }
    for (date, intervals) in &week.special {
        if intervals.is_empty() {
            csv.write_record([&date.to_string(), "00:00", "0"])?;
        }
        for (&interval, calls) in intervals {
            csv.write_record([&date.to_string(), &clock(interval), &calls.to_string()])?;
        }
    }
    csv.flush()
}

/// A mean number of calls, to six decimals.
fn mean(calls: f64) -> String {
    let text = format!("{calls:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn actual(out: impl Write, content: &Content, interval: Duration) -> io::Result<()> {
    let (has_groups, is_counts) = (content.groups.len() > 1, content.format == "counts");
    let mut csv = csv::Writer::from_writer(out);
    let mut header = vec!["start"];
    header.extend(has_groups.then_some("group"));
    header.extend(["offered", "answered", "abandoned", "asa_s", "longest_wait_s"]);
    csv.write_record(header)?;
    let (from, to) = content.days.nanos();
    let cells = &content.collected.cells;
    let of_group: Vec<_> = content.groups.iter().map(|&group| cells.intervals(from, to, interval, group)).collect();
    let length = interval.as_nanos() as i64;
    for index in 0..(to - from + length - 1) / length {
        for (intervals, &group) in of_group.iter().zip(content.groups) {
            let happened = intervals.get(&index).copied().unwrap_or_default();
            csv.write_field(wall_clock(from + index * length).to_string())?;
            if has_groups {
                csv.write_field(content.collected.groups.name(group))?;
            }
            let Happened { offered, answered, abandoned, .. } = happened;
            csv.write_field(offered.to_string())?;
            // Counts may be of offered calls alone.
            let told = !is_counts || answered + abandoned > 0;
            csv.write_field(if told { answered.to_string() } else { String::new() })?;
            csv.write_field(if told { abandoned.to_string() } else { String::new() })?;
            csv.write_field(happened.asa_s().map(|secs| format!("{secs:.3}")).unwrap_or_default())?;
            csv.write_field(happened.longest_wait.map(|wait| seconds(wait.as_nanos())).unwrap_or_default())?;
            csv.write_record(None::<&[u8]>)?;
        }
    }
    csv.flush()
}

/// A text as a value of a scenario file.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn scenario(options: &ImportOptions, content: &Content, traffic: &Traffic) -> String {
    let Content { collected, days, report, staff, .. } = content;
    let mut text = format!("# Written by `acdsim import {}` from {}.\n#\n", content.format, collected.files.join(", "));
    for line in &content.comments {
        text += format!("# {line}").trim_end();
        text += "\n";
    }
    text += &format!(
        "\nname = {}\nstart = {}\nhorizon = \"{}d\"\ninterval = \"{}\"\n",
        quoted(&format!("{} {}", content.name, days.from)),
        days.start(),
        days.count,
        spell_duration(options.interval),
    );
    let why = if matches!(traffic, Traffic::Calls(_)) { " # only what is drawn differs between them" } else { "" };
    text += &format!("replications = {REPLICATIONS}{why}\n");
    for (index, (&number, group)) in content.groups.iter().zip(&report.groups).enumerate() {
        text += &format!("\n[[group]]\nname = {}\n", quoted(collected.groups.name(number)));
        text += &arrivals(traffic, index, content.groups.len());
        text += &classes(content, number);
        let of = if group.talk.as_ref().is_some_and(|fits| fits.of_all_groups) { " of all groups" } else { "" };
        match (&group.talk, &options.talk) {
            (Some(fits), None) => {
                let shortest = content.shortest_service_s;
                text += &format!("# Fitted to {} services{of} of {shortest} s and more by known agents.\n", fits.seen);
                text += &format!("talk = {}\n", fits.law().toml());
            }
            (_, Some(talk)) => text += &format!("talk = {talk}\n"),
            (None, None) => {}
        }
        if let Some(law) = &group.wrap_up {
            text += &format!("wrap_up = {}\n", law.toml());
        }
        text += &patience(content, group.patience.as_ref());
    }
    let teams = staff.teams.len();
    for (index, team) in staff.teams.iter().enumerate() {
        let name = if teams == 1 { "Agent".to_owned() } else { format!("Team {} agent", index + 1) };
        text += &format!("\n[[agents]]\nname = \"{name}\"\n");
        let names = team.groups.iter().map(|&group| quoted(collected.groups.name(group)));
        text += &format!("groups = [{}]\n", names.collect::<Vec<_>>().join(", "));
        text += &match &staff.told {
            Told::File(file) => format!(
                "# The agents seen at work in each half hour, from {file}. They are not a roster: one who is idle all through\n\
                 # it is not seen, and one who takes a single call is counted for all of it.\n"
            ),
            Told::Services => format!(
                "# The agents with services in these calls, at work between services that are at most {} apart. They are\n\
                 # not a roster: whoever is idle for longer is taken to be away.\n",
                spell_duration(options.longest_idle)
            ),
            Told::Fixed => "# As many as the command line said.\n".to_owned(),
        };
        text += &format!("staff = \"{}\"\n", numbered("staff", index, teams));
    }
    text
}

fn arrivals(traffic: &Traffic, index: usize, groups: usize) -> String {
    match traffic {
        Traffic::Calls(_) => "arrivals = { recorded = \"calls.csv\" }\n".to_owned(),
        Traffic::Counts(every) => format!(
            "arrivals = {{ counts = \"{}\", every = \"{}\" }}\n",
            numbered("counts", index, groups),
            spell_duration(*every)
        ),
        Traffic::Weeks(every, _) => format!(
            "# The mean calls of each interval of each weekday; a day that is unlike the others has its own.\n\
             arrivals = {{ profile = \"{}\", every = \"{}\" }}\n",
            numbered("week", index, groups),
            spell_duration(*every)
        ),
    }
}

/// The classes of a group's calls, each with its share of them.
fn classes(content: &Content, group: u16) -> String {
    let collected = content.collected;
    let seen = &collected.seen[usize::from(group)];
    let all = seen.happened.offered as f64;
    let order = collected.classes.sorted();
    let Some(last) = order.last() else { return String::new() };
    let mut left = MILLIONTHS;
    let classes = order.iter().map(|class| {
        let count = seen.of_class.get(class).copied().unwrap_or_default() as f64;
        // The last has what the others leave, so that the shares add up to 1.
        let share = if class == last { left } else { ((count / all * MILLIONTHS as f64) as u32).min(left) };
        left -= share;
        let name = collected.classes.name(*class);
        let credit = content.wait_credits.iter().find(|(known, _)| known == name);
        let credit = credit.map(|(_, credit)| format!(", wait_credit = \"{}\"", spell_duration(*credit)));
        let share = f64::from(share) / f64::from(MILLIONTHS);
        format!("    {{ name = {}, share = {share:?}{} }},\n", quoted(name), credit.unwrap_or_default())
    });
    format!("classes = [\n{}]\n", classes.collect::<String>())
}

/// Shares have six decimals.
const MILLIONTHS: u32 = 1_000_000;

fn patience(content: &Content, fits: Option<&super::fit::Fits>) -> String {
    if content.format == "counts" {
        return String::new();
    }
    let Some(fits) = fits else { return "# Nobody who waited hung up: the patience is endless.\n".to_owned() };
    let of = if fits.of_all_groups { ", of all groups," } else { "" };
    let (gave_up, answered) = (fits.seen, fits.censored);
    let mut text =
        format!("# Fitted to callers{of} who waited: {gave_up} who hung up, and {answered} who were answered.\n");
    if matches!(fits.law(), Law::Empirical { .. }) {
        text += "# By the product limit; whoever would wait longer than all of them is taken to hang up then.\n";
    }
    text + &format!("patience = {}\n", fits.law().toml())
}

/// The paths that an import would write to a directory, as far as they are told by its entries.
pub(super) fn would_write(out: &Path, path: &Path) -> bool {
    path.parent() == Some(out) && path.file_name().and_then(|name| name.to_str()).is_some_and(is_written)
}

/// The weekday of a date, for reports.
pub(super) fn weekday_of(date: jiff::civil::Date) -> &'static str {
    weekday_name(weekday(date))
}
