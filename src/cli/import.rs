//! `acdsim import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::Failure;
use super::output;
use crate::import::{Format, ImportOptions, Period, import};
use crate::scenario;
use crate::simulation::Control;
use crate::time::Duration;

/// Make a scenario of recorded calls.
///
/// The directory gets scenario.toml, which can be run as it is, calls.csv, staff.csv and
/// actual.csv, all of them or none. A row that cannot be used is dropped and counted;
/// `--dropped` lists each of them.
///
/// Examples:
///   acdsim import anonymous-bank february.tsv --from 1999-02-07 --days 7 --out week
///   acdsim import anonymous-bank week.tsv --staff half-hours.csv --dropped dropped.csv --out week
///   acdsim run week/scenario.toml --actual week/actual.csv
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Import {
    /// The form of the files: `anonymous-bank`, a bank's calls of 1999 as the Technion published them
    #[arg(value_parser = source_format)]
    source: Format,
    /// The files; their rows may be in any order
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The directory to write
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Take calls from this day on, such as 1999-02-07
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Take so many days
    #[arg(long, requires = "from", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    days: Option<u32>,
    /// Take the agents from this CSV file with `date`, `start` and `agents_seen`, a row each half hour
    #[arg(long, value_name = "FILE")]
    staff: Option<PathBuf>,
    /// Without `--staff` agents are told from the calls, at work between services that are at most so long apart
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = scenario::parse_duration)]
    #[arg(conflicts_with = "staff")]
    longest_idle: Duration,
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

/// The form of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    /// A table for people.
    #[default]
    Text,
    /// JSON.
    Json,
}

impl Import {
    pub(super) fn execute(self, control: &Control) -> Result<(), Failure> {
        let days = self.days;
        let options = ImportOptions {
            format: self.source,
            inputs: self.files,
            period: self.from.map(|from| Period { from, days }),
            staff: self.staff,
            longest_idle: self.longest_idle,
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
