//! What an import did, for people and as JSON.

use std::fmt;

use serde::Serialize;

use super::call::{DropReason, Note};
use super::cells::Happened;
use super::collected::{Collected, Days, Seen};
use super::fit::{Fits, Law, wrap_up_law};
use super::staff::{Staff, Told};
use super::week::SpecialDay;
use super::{As, ImportOptions};

/// What an import read, used, dropped and fitted: `read = used + dropped`; of calls, `used = answered + abandoned`.
///
/// Its `Display` is a table for people; it serializes with the names of its fields.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportReport {
    /// The format's name: `anonymous-bank`, `calls` or `counts`.
    pub format: String,
    /// The form of the scenario: `recorded` or `fitted`.
    #[serde(rename = "as")]
    pub form: As,
    /// The names of the files, in the order they were read.
    pub files: Vec<String>,
    /// The first day.
    pub from: String,
    /// How many days.
    pub days: u32,
    /// Rows read, the headers not counted.
    pub read: u64,
    /// Rows used: each is an offered call, or an interval of counts.
    pub used: u64,
    /// Rows dropped.
    pub dropped: u64,
    /// Rows dropped for each reason, by its name; reasons that did not occur are left out.
    pub dropped_by_reason: Vec<Count>,
    /// Rows used that are odd, for each kind; a row may be odd in several ways.
    pub notes: Vec<Count>,
    /// Calls that were offered.
    pub offered: u64,
    /// Calls that were answered.
    pub answered: u64,
    /// Calls whose callers gave up.
    pub abandoned: u64,
    /// The average speed of answer; none if no call was answered.
    pub asa_s: Option<f64>,
    /// The longest wait of any call.
    pub longest_wait_s: Option<f64>,
    /// The groups, in the order of their names.
    pub groups: Vec<GroupReport>,
    /// The classes of calls, in the order of their names; none if all calls are alike.
    pub classes: Vec<ClassReport>,
    /// Days that are unlike others of their weekday; of the fitted form only.
    pub special_days: Vec<SpecialDay>,
    /// The file that the agents were read from; none if they were told from the calls, or by the command line.
    pub staff_file: Option<String>,
    /// The most agents there are at once.
    pub most_agents: u32,
    /// The teams: agents who serve the same groups.
    pub teams: Vec<TeamReport>,
}

/// A group of the scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupReport {
    /// Its name.
    pub name: String,
    /// Its calls.
    pub offered: u64,
    /// Those that were answered.
    pub answered: u64,
    /// Those whose callers gave up.
    pub abandoned: u64,
    /// The laws of its talk time; none if no talk time is known.
    pub talk: Option<Fits>,
    /// The law of its wrap-up time, as it was seen; none if no wrap-up is known.
    pub wrap_up: Option<Law>,
    /// The laws of its patience; none if nobody who waited gave up.
    pub patience: Option<Fits>,
}

/// A class of calls.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassReport {
    /// Its name.
    pub name: String,
    /// Its calls.
    pub offered: u64,
}

/// Agents who serve the same groups.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TeamReport {
    /// The groups they serve.
    pub groups: Vec<String>,
    /// The most of them there are at once.
    pub most_agents: u32,
}

/// How often something occurred.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Count {
    /// What, by its name.
    pub name: &'static str,
    /// What, in words.
    pub meaning: String,
    /// How often.
    pub count: u64,
}

impl ImportReport {
    pub(super) fn new(
        format: &str,
        options: &ImportOptions,
        collected: &Collected,
        days: Days,
        (order, groups): (&[u16], Vec<GroupReport>),
        special_days: Vec<SpecialDay>,
        staff: &Staff,
    ) -> Self {
        let all = collected.all();
        let happened: Happened = all.happened;
        let dropped = collected.dropped.values().sum();
        assert_eq!(collected.read, collected.used + dropped, "a row is used or dropped");
        if format != "counts" {
            assert_eq!(collected.used, happened.answered + happened.abandoned, "a call is answered or abandoned");
        }
        let reason = |reason: DropReason| (reason.name(), reason.to_string(), collected.dropped.get(&reason));
        let note = |note: Note| (note.name(), note.to_string(), collected.notes.get(&note));
        let name = |group: &u16| collected.groups.name(*group).to_owned();
        let teams = staff.teams.iter().map(|team| TeamReport {
            groups: order.iter().filter(|group| team.groups.contains(group)).map(name).collect(),
            most_agents: team.steps.iter().map(|step| step.1).max().unwrap_or_default(),
        });
        let classes = collected.classes.sorted().into_iter().map(|class| ClassReport {
            name: collected.classes.name(class).to_owned(),
            offered: all.of_class.get(&class).copied().unwrap_or_default(),
        });
        ImportReport {
            format: format.to_owned(),
            form: options.form,
            files: collected.files.clone(),
            from: days.from.to_string(),
            days: days.count,
            read: collected.read,
            used: collected.used,
            dropped,
            dropped_by_reason: counts(DropReason::ALL.map(reason)),
            notes: counts(Note::ALL.map(note)),
            offered: happened.offered,
            answered: happened.answered,
            abandoned: happened.abandoned,
            asa_s: happened.asa_s(),
            longest_wait_s: happened.longest_wait.map(|wait| wait.as_secs_f64()),
            groups,
            classes: classes.collect(),
            special_days,
            staff_file: match &staff.told {
                Told::File(file) => Some(file.clone()),
                Told::Services | Told::Fixed => None,
            },
            most_agents: staff.most(),
            teams: teams.collect(),
        }
    }
}

/// A group with what was seen of it, and its laws.
pub(super) fn group_report(name: String, seen: &Seen, talk: Option<Fits>, patience: Option<Fits>) -> GroupReport {
    let Happened { offered, answered, abandoned, .. } = seen.happened;
    GroupReport { name, offered, answered, abandoned, talk, wrap_up: wrap_up_law(&seen.wrap_up_lengths), patience }
}

fn counts<const N: usize>(all: [(&'static str, String, Option<&u64>); N]) -> Vec<Count> {
    let occurred = all.into_iter().filter_map(|(name, meaning, count)| Some(Count { name, meaning, count: *count? }));
    occurred.collect()
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines: Vec<[String; 2]> = Vec::new();
        let mut line = |label: &str, value: String| lines.push([label.to_owned(), value]);
        line("rows read", self.read.to_string());
        line("  used", self.used.to_string());
        line("  dropped", self.dropped.to_string());
        for reason in &self.dropped_by_reason {
            line(&format!("    {}", reason.meaning), reason.count.to_string());
        }
        line("calls offered", self.offered.to_string());
        if self.answered + self.abandoned > 0 {
            line("  answered", self.answered.to_string());
            line("  abandoned", self.abandoned.to_string());
            line("  average speed of answer", self.asa_s.map_or("–".into(), |secs| format!("{secs:.1} s")));
            line("  longest wait", self.longest_wait_s.map_or("–".into(), |secs| format!("{secs} s")));
        }
        if !self.notes.is_empty() {
            line("rows that are used, and odd", String::new());
        }
        for note in &self.notes {
            line(&format!("  {}", note.meaning), note.count.to_string());
        }
        for class in &self.classes {
            line(&format!("calls of class {}", class.name), class.offered.to_string());
        }
        line("most agents at once", self.most_agents.to_string());
        if self.teams.len() > 1 {
            for team in &self.teams {
                line(&format!("  who serve {}", team.groups.join(", ")), team.most_agents.to_string());
            }
        }
        let days = if self.days == 1 { "1 day".into() } else { format!("{} days", self.days) };
        writeln!(f, "{}: {days} from {}, of {}", self.format, self.from, self.files.join(", "))?;
        table(f, &lines, &[false, true])?;
        if self.format != "counts" {
            let from = self.staff_file.as_deref();
            let told = from.map_or("told from the services in the calls".into(), |file| format!("from {file}"));
            writeln!(f, "agents: {}", if self.teams.is_empty() { "none".into() } else { told })?;
        }
        for group in &self.groups {
            group.fmt_laws(f)?;
        }
        if !self.special_days.is_empty() {
            writeln!(f, "days unlike others of their weekday, which have their own rates")?;
            let day = |day: &SpecialDay| {
                let weekday = day.date.parse().map(super::files::weekday_of).unwrap_or_default();
                let of = format!("  {weekday} {}, {}", day.date, day.group);
                [of, format!("{} calls, {} is usual", day.offered, day.usual)]
            };
            table(f, &self.special_days.iter().map(day).collect::<Vec<_>>(), &[false, false])?;
        }
        Ok(())
    }
}

impl GroupReport {
    fn fmt_laws(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(talk) = &self.talk {
            let of = if talk.of_all_groups { "all groups, as its own are too few" } else { &self.name };
            writeln!(f, "talk of {}: {} services of {of}", self.name, talk.seen)?;
            fits(f, talk)?;
        }
        match &self.patience {
            None if self.answered + self.abandoned > 0 => {
                writeln!(f, "patience of {}: endless, nobody who waited gave up", self.name)
            }
            None => Ok(()),
            Some(patience) => {
                let of = if patience.of_all_groups { ", of all groups, as its own are too few" } else { "" };
                let (gave_up, answered) = (patience.seen, patience.censored);
                let name = &self.name;
                writeln!(f, "patience of {name}: {gave_up} who gave up and {answered} who were answered{of}")?;
                fits(f, patience)
            }
        }
    }
}

fn fits(f: &mut fmt::Formatter<'_>, fits: &Fits) -> fmt::Result {
    let head = ["  law", "parameters", "log-likelihood", "AIC", "KS distance", ""].map(str::to_owned);
    let number = |number: Option<f64>| number.map_or("–".to_owned(), |number| format!("{number:.1}"));
    let rows = fits.candidates.iter().map(|fit| {
        let taken = if fit.law.name() == fits.taken { "taken" } else { "" };
        [
            format!("  {}", fit.law.name().name()),
            fit.law.parameters(),
            number(fit.log_likelihood),
            number(fit.aic),
            format!("{:.4}", fit.ks_distance),
            taken.to_owned(),
        ]
    });
    let rows: Vec<[String; 6]> = [head].into_iter().chain(rows).collect();
    table(f, &rows, &[false, false, true, true, true, false])
}

/// Columns as wide as they need to be, to the left, or to the right where so told.
fn table<const N: usize>(f: &mut fmt::Formatter<'_>, rows: &[[String; N]], right: &[bool; N]) -> fmt::Result {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    for row in rows {
        let fields =
            row.iter().zip(widths).zip(right).map(|((text, width), right)| {
                if *right { format!("{text:>width$}") } else { format!("{text:<width$}") }
            });
        writeln!(f, "{}", fields.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
