//! What an import did, for people and as JSON.

use std::fmt;

use serde::Serialize;

use super::ImportOptions;
use super::call::{DropReason, Note};
use super::files::Happened;
use super::fit::{PatienceLaw, TalkLaw};
use super::rows::Collected;
use super::staff::Staff;

/// What an import read, used, dropped and fitted: `read = used + dropped`, `used = answered + abandoned`.
///
/// Its `Display` is a table for people; it serializes with the names of its fields.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportReport {
    /// The format's name.
    pub format: &'static str,
    /// The names of the files, in the order they were read.
    pub files: Vec<String>,
    /// The first day.
    pub from: String,
    /// How many days.
    pub days: u32,
    /// Rows read, the headers not counted.
    pub read: u64,
    /// Rows used: each is an offered call.
    pub used: u64,
    /// Rows dropped.
    pub dropped: u64,
    /// Rows dropped for each reason, by its name; reasons that did not occur are left out.
    pub dropped_by_reason: Vec<Count>,
    /// Calls used that are odd, for each kind; a call may be odd in several ways.
    pub notes: Vec<Count>,
    /// Calls that were answered.
    pub answered: u64,
    /// Calls whose callers gave up.
    pub abandoned: u64,
    /// The average speed of answer; none if no call was answered.
    pub asa_s: Option<f64>,
    /// The longest wait of any call.
    pub longest_wait_s: Option<u32>,
    /// The law of the talk time.
    pub talk: TalkLaw,
    /// The law of the patience; none if nobody who waited gave up.
    pub patience: Option<PatienceLaw>,
    /// The file that the agents were read from; none if they were told from the calls.
    pub staff_file: Option<String>,
    /// The most agents there are at once.
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
        options: &ImportOptions,
        collected: &Collected,
        talk: TalkLaw,
        patience: Option<PatienceLaw>,
        staff: &Staff,
    ) -> Self {
        let mut happened = Happened::default();
        collected.calls.iter().for_each(|call| happened.add(call));
        let dropped = collected.dropped.values().sum();
        let used = collected.calls.len() as u64;
        assert_eq!(collected.read, used + dropped, "a row is used or dropped");
        assert_eq!(used, happened.answered + happened.abandoned, "a call is answered or abandoned");
        let reason = |reason: DropReason| (reason.name(), reason.to_string(), collected.dropped.get(&reason));
        let note = |note: Note| (note.name(), note.to_string(), collected.notes.get(&note));
        ImportReport {
            format: options.format.name(),
            files: collected.files.clone(),
            from: collected.from.to_string(),
            days: collected.days,
            read: collected.read,
            used,
            dropped,
            dropped_by_reason: counts(DropReason::ALL.map(reason)),
            notes: counts(Note::ALL.map(note)),
            answered: happened.answered,
            abandoned: happened.abandoned,
            asa_s: happened.asa_s(),
            longest_wait_s: happened.longest_wait_s(),
            talk,
            patience,
            staff_file: staff.file.clone(),
            most_agents: staff.most(),
        }
    }
}

fn counts<const N: usize>(all: [(&'static str, String, Option<&u64>); N]) -> Vec<Count> {
    let occurred = all.into_iter().filter_map(|(name, meaning, count)| Some(Count { name, meaning, count: *count? }));
    occurred.collect()
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines: Vec<(String, String)> = Vec::new();
        let mut line = |label: &str, value: String| lines.push((label.to_owned(), value));
        line("rows read", self.read.to_string());
        line("  used", self.used.to_string());
        line("  dropped", self.dropped.to_string());
        for reason in &self.dropped_by_reason {
            line(&format!("    {}", reason.meaning), reason.count.to_string());
        }
        line("calls offered", self.used.to_string());
        line("  answered", self.answered.to_string());
        line("  abandoned", self.abandoned.to_string());
        line("  average speed of answer", self.asa_s.map_or("–".into(), |secs| format!("{secs:.1} s")));
        line("  longest wait", self.longest_wait_s.map_or("–".into(), |secs| format!("{secs} s")));
        if !self.notes.is_empty() {
            line("calls that are used, and odd", String::new());
        }
        for note in &self.notes {
            line(&format!("  {}", note.meaning), note.count.to_string());
        }
        line("most agents at once", self.most_agents.to_string());
        let days = if self.days == 1 { "1 day".into() } else { format!("{} days", self.days) };
        writeln!(f, "{}: {days} from {}, of {}", self.format, self.from, self.files.join(", "))?;
        let widest =
            |texts: &mut dyn Iterator<Item = &String>| texts.map(|text| text.chars().count()).max().unwrap_or(0);
        let (label_width, value_width) =
            (widest(&mut lines.iter().map(|line| &line.0)), widest(&mut lines.iter().map(|line| &line.1)));
        for (label, value) in &lines {
            let line = format!("{label:<label_width$}  {value:>value_width$}");
            writeln!(f, "{}", line.trim_end())?;
        }
        writeln!(
            f,
            "agents: {}",
            self.staff_file
                .as_deref()
                .map_or("told from the services in the calls".into(), |file| format!("from {file}"))
        )?;
        let TalkLaw { mu, sigma, services } = self.talk;
        writeln!(f, "talk: lognormal, mu {mu}, sigma {sigma}, fitted to {services} services")?;
        match &self.patience {
            None => writeln!(f, "patience: endless, nobody who waited gave up"),
            Some(law) => {
                let branch = |branch: &super::PatienceBranch| {
                    format!("{} % with mean {} s", round_percent(branch.weight), branch.mean_s)
                };
                let branches: Vec<_> = law.branches.iter().map(branch).collect();
                let (abandoned, answered) = (law.abandoned, law.answered);
                let law = if law.branches.len() == 1 { "exponential" } else { "hyperexponential" };
                let branches = branches.join(" and ");
                writeln!(
                    f,
                    "patience: {law}, {branches}, fitted to {abandoned} who gave up and {answered} who were answered"
                )
            }
        }
    }
}

/// A share in percent, to two decimals.
fn round_percent(share: f64) -> f64 {
    (share * 10_000.0).round() / 100.0
}
