//! `acdsim report`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use crate::files;
use crate::report::html::{self, MOST_RESULTS};
use crate::scenario;

/// Write results as one HTML file, to be read by people.
///
/// It has the headline numbers, service level, staffing, arrivals and waits as figures, what each
/// agent session did, a table of all sessions, the curves and heat maps of sweeps, verdicts, and how
/// to reproduce it all. It needs no network and no other file. Several results are compared.
///
/// Examples:
///   acdsim run scenarios/bank-day.toml --out results --calls --events
///   acdsim report results --scenario scenarios/bank-day.toml --output report.html
///   acdsim report before after --output compared.html
///   acdsim verify scenarios/verify/erlang-a-10.toml --format json > verdicts.json
///   acdsim report results verdicts.json --output report.html
///   acdsim sweep scenarios/quickstart.toml --set agents.Senior.count=2..6 --out sweep
///   acdsim report sweep --output sweep.html
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Report {
    /// Directories of `acdsim run --out`, at most six, and of `acdsim sweep --out`, and files of `acdsim verify --format json` or `--junit` and of `acdsim replay --json`
    #[arg(value_name = "RESULT", required = true)]
    results: Vec<PathBuf>,
    /// The HTML file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Show this scenario file, which the result is of; once for each directory of results, in their order
    #[arg(long = "scenario", value_name = "FILE")]
    scenarios: Vec<PathBuf>,
    /// The replication whose agent sessions are drawn
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    replication: u32,
}

impl Report {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let directories = self.results.iter().filter(|path| html::is_result(path)).count();
        if directories > MOST_RESULTS {
            return Err(Failure::Argument(format!(
                "{directories} directories of results are given; a report compares at most {MOST_RESULTS}"
            )));
        }
        if self.scenarios.len() > directories {
            return Err(Failure::Argument(format!(
                "--scenario is given {} times for {directories} directories of results; it goes at most once with each",
                self.scenarios.len()
            )));
        }
        let paths: Vec<&Path> = self.results.iter().map(PathBuf::as_path).collect();
        let mut report = html::read(&paths, self.replication)?;
        for (result, path) in report.results.iter_mut().zip(&self.scenarios) {
            result.set_scenario(&scenario::read(path)?, path)?;
        }
        let page = html::page(&report)?;
        Ok(files::write_whole(&self.output, page.as_bytes())?)
    }
}
