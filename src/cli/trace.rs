//! `acdsim trace`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};

use super::{Failure, output};
use crate::experiment::ReplicationError;
use crate::files;
use crate::report::trace::{difference_json, difference_text};
use crate::scenario;
use crate::simulation::{Control, SimulationError, run};
use crate::trace::{self, Recorder, TraceReader, first_difference};

/// Record a run as a trace, or find where two traces part.
///
/// A trace is a file of JSON Lines: what happened to the center from outside, what it did, and what
/// it counted, with a checksum on every line. It can be replayed against another system.
/// docs/trace.md has its form.
///
/// Examples:
///   acdsim trace scenarios/quickstart.toml --output day.jsonl
///   acdsim trace scenarios/bank-day.toml --replication 3 --seed 7 --output day.jsonl
///   acdsim trace diff before.jsonl after.jsonl
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Trace {
    #[command(subcommand)]
    command: Option<Sub>,
    /// The scenario file (TOML)
    #[arg(required = true)]
    scenario: Option<PathBuf>,
    /// The file to write; compressed if its name ends with .zst and the program was built with that
    #[arg(long, short, required = true, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The replication to record
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    replication: u32,
    /// Take this seed in place of the scenario's
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
}

#[derive(Debug, Subcommand)]
enum Sub {
    Diff(Diff),
}

/// Find the first difference of two traces.
///
/// It shows the lines before it, which are the same in both. It exits with 1 if there is one.
///
/// Examples:
///   acdsim trace diff before.jsonl after.jsonl
///   acdsim trace diff before.jsonl after.jsonl --format json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Diff {
    /// A trace
    left: PathBuf,
    /// Another
    right: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

/// The form of what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Lines for people
    #[default]
    Text,
    /// JSON; docs/trace.md has its keys
    Json,
}

impl Trace {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        match (&self.command, &self.scenario, &self.output) {
            (Some(Sub::Diff(diff)), ..) => diff.execute(),
            (None, Some(scenario), Some(output)) => self.record(scenario, output, control),
            _ => Err(Failure::Argument("a trace is recorded of a scenario, to a file".to_owned())),
        }
    }

    fn record(&self, path: &Path, output: &Path, control: &Arc<Control>) -> Result<(), Failure> {
        let mut scenario = scenario::read(path)?;
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        let mut failed: Option<SimulationError> = None;
        let written = files::write_with(output, |file| {
            let mut recorder = Recorder::new(&scenario, self.replication, trace::create(output, file)?)?;
            match run(&scenario, self.replication, &mut recorder, control) {
                Ok(finished) => recorder.finish(&finished).map(|_| ()),
                Err(error) => {
                    failed = Some(error);
                    // What is there of the file goes.
                    Err(std::io::Error::other("the run did not end"))
                }
            }
        });
        match failed {
            Some(error) => Err(Failure::Replication(ReplicationError::Simulation(error))),
            None => Ok(written?),
        }
    }
}

impl Diff {
    fn execute(&self) -> Result<(), Failure> {
        let (left, right) = (TraceReader::open(&self.left)?, TraceReader::open(&self.right)?);
        let difference = first_difference(left, right)?;
        let names = [&self.left, &self.right].map(|path| path.display().to_string());
        match (self.format, &difference) {
            (Form::Json, _) => output::print(format!("{:#}\n", difference_json(difference.as_ref())))?,
            (Form::Text, Some(difference)) => output::print(difference_text([&names[0], &names[1]], difference))?,
            (Form::Text, None) => {}
        }
        match difference {
            Some(_) => Err(Failure::Check("the traces differ".to_owned())),
            None => Ok(()),
        }
    }
}
