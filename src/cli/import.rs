//! `acdsim import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::Failure;
use super::output;
use crate::import::{As, Format, ImportError, ImportOptions, LawName, Mapping, Period, import};
use crate::scenario;
use crate::simulation::Control;
use crate::time::Duration;

/// Make a scenario of recorded calls, or of counts by interval.
///
/// The directory gets scenario.toml, which can be run as it is, the files that it names and
/// actual.csv, all of them or none. A row that cannot be used is dropped and counted;
/// `--dropped` lists each of them. `docs/import.md` tells how to describe a table of your own.
///
/// Examples:
///   acdsim import calls log.csv --map log.toml --out center
///   acdsim import calls log.csv.gz --column arrival=queued --column wait=wait_s \
///       --column talk=talk_s --column agent=agent --as fitted --out center
///   acdsim import counts volumes.csv --map volumes.toml --talk 3m --agents 40 --out center
///   acdsim import anonymous-bank february.tsv --from 1999-02-07 --days 7 --out week
///   acdsim run week/scenario.toml --actual week/actual.csv
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Import {
    /// What the files are: `calls` (a row a call), `counts` (a row an interval), or `anonymous-bank`, a bank's calls of
    /// 1999 as the Technion published them
    #[arg(value_parser = source_format)]
    source: Format,
    /// The files, packed by gzip or not, their rows in any order; `-` is the standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The directory to write
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What the columns are: a mapping file, or `anonymous-bank` or `bank-2003`
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// A column, over what the mapping says, such as arrival=q_start; repeated for each
    #[arg(long, value_name = "KEY=COLUMN")]
    column: Vec<String>,
    /// Another key of the mapping, such as time=unix or outcome.answered=AGENT,EXPRESS; repeated for each
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// The calls as they were recorded, or Poisson arrivals by weekday and interval
    #[arg(long = "as", value_enum, default_value_t, value_name = "FORM")]
    form: Form,
    /// With `--as fitted`, the length of the intervals of the rates
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = duration)]
    every: Duration,
    /// Take calls from this day on, such as 1999-02-07
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Take so many days
    #[arg(long, requires = "from", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    days: Option<u32>,
    /// Take the agents from this CSV file with `date`, `start` and `agents_seen`, a row each half hour
    #[arg(long, value_name = "FILE")]
    staff: Option<PathBuf>,
    /// Take so many agents, day and night, for all groups
    #[arg(long, value_name = "NUMBER", conflicts_with = "staff", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    agents: Option<u32>,
    /// Without `--staff` agents are told from the calls, at work between services that are at most so long apart
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = scenario::parse_duration)]
    #[arg(conflicts_with_all = ["staff", "agents"])]
    longest_idle: Duration,
    /// Without `--staff` an agent serves the groups that at least this share of the agent's services were of
    #[arg(long, value_name = "SHARE", default_value = "0%", value_parser = scenario::parse_share)]
    #[arg(conflicts_with_all = ["staff", "agents"])]
    served_share: f64,
    /// Of anonymous-bank: take the types of the calls as groups
    #[arg(long)]
    groups: bool,
    /// Of anonymous-bank: take the priorities of the calls as classes; high priority has a credit of 90 s of waiting
    #[arg(long)]
    classes: bool,
    /// The most groups, and the most classes
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    group_limit: u16,
    /// The law of the talk time, instead of that of the least AIC (of anonymous-bank: lognormal)
    #[arg(long, value_name = "LAW", value_parser = talk_law)]
    talk_law: Option<LawName>,
    /// The law of the patience, instead of that of the least AIC (of anonymous-bank: hyperexponential)
    #[arg(long, value_name = "LAW", value_parser = patience_law)]
    patience_law: Option<LawName>,
    /// Leave services shorter than this out of the law of the talk time [default: 1s; of anonymous-bank: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    shortest_talk: Option<Duration>,
    /// Take this talk time, as a scenario file has it, such as 3m, instead of a fitted law
    #[arg(long, value_name = "LAW", conflicts_with_all = ["talk_law", "shortest_talk"])]
    talk: Option<String>,
    /// The length of the intervals of actual.csv and of the scenario
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = duration)]
    interval: Duration,
    /// Write the dropped rows, each with its line and the reason, to this CSV file
    #[arg(long, value_name = "FILE")]
    dropped: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
}

/// The form of the traffic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The calls, or the counts, as they were recorded.
    #[default]
    Recorded,
    /// Poisson arrivals at the mean rate of each interval of each weekday.
    Fitted,
}

/// The form of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    /// Tables for people.
    #[default]
    Text,
    /// JSON.
    Json,
}

impl Import {
    pub(super) fn execute(self, control: &Control) -> Result<(), Failure> {
        let (days, mapping) = (self.days, self.mapping()?);
        let options = ImportOptions {
            format: self.source,
            mapping,
            groups: self.groups,
            classes: self.classes,
            form: match self.form {
                Form::Recorded => As::Recorded,
                Form::Fitted => As::Fitted,
            },
            every: self.every,
            inputs: self.files,
            period: self.from.map(|from| Period { from, days }),
            staff: self.staff,
            agents: self.agents,
            longest_idle: self.longest_idle,
            served_share: self.served_share,
            group_limit: self.group_limit,
            talk_law: self.talk_law,
            patience_law: self.patience_law,
            shortest_talk: self.shortest_talk,
            talk: self.talk.map(law),
            interval: self.interval,
            out: self.out,
            dropped: self.dropped,
        };
        let report = import(&options, control)?;
        match self.format {
            ReportFormat::Text => output::print(report.to_string()),
            ReportFormat::Json => {
                let json = serde_json::to_string_pretty(&report).expect("a report has only text and finite numbers");
                output::print(json + "\n")
            }
        }
    }

    /// The mapping of the file, and what the command line says over it.
    fn mapping(&self) -> Result<Option<Mapping>, ImportError> {
        if self.map.is_none() && self.column.is_empty() && self.set.is_empty() {
            return Ok(None);
        }
        let mut mapping = match &self.map {
            Some(path) => Mapping::read(path)?,
            None => Mapping::parse("", "the command line")?,
        };
        for column in &self.column {
            mapping.set(&format!("columns.{column}"), "--column")?;
        }
        for set in &self.set {
            mapping.set(set, "--set")?;
        }
        Ok(Some(mapping))
    }
}

/// A bare duration as a scenario file has it.
fn law(text: String) -> String {
    if text.trim_start().starts_with(['{', '"', '\'']) { text } else { format!("\"{text}\"") }
}

fn talk_law(text: &str) -> Result<LawName, String> {
    law_name(text, &LawName::OF_TALK)
}

fn patience_law(text: &str) -> Result<LawName, String> {
    law_name(text, &LawName::OF_PATIENCE)
}

fn law_name(text: &str, laws: &[LawName]) -> Result<LawName, String> {
    let known = laws.iter().map(|law| law.name()).collect::<Vec<_>>().join(", ");
    let found = laws.iter().find(|law| law.name() == text);
    found.copied().ok_or_else(|| format!("the laws are: {known}"))
}

fn source_format(text: &str) -> Result<Format, String> {
    let known = Format::ALL.map(Format::name).join(", ");
    let found = Format::ALL.into_iter().find(|format| format.name() == text);
    found.ok_or_else(|| format!("the formats are: {known}"))
}

fn duration(text: &str) -> Result<Duration, String> {
    match scenario::parse_duration(text)? {
        Duration::ZERO => Err("it must be more than zero".to_owned()),
        duration => Ok(duration),
    }
}
