//! `acdsim merge`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, FromArgMatches, ValueEnum};

use super::output::Format;
use super::{Cli, Command, Failure, shards};
use crate::shard::{ShardError, ShardSet};
use crate::simulation::Control;

/// Join the shards of a run, a sweep or a verification to what one machine would have written.
///
/// All shards have to be there, each once and each finished, of one and the same command, and undamaged:
/// what is not is named, and nothing is written. The scenario files are read again, from where the
/// command of the shards names them; they have to be what they were.
///
/// What is printed, the exit code and the files are those of the command without --shard.
///
/// Examples:
///   acdsim merge shards/1 shards/2 --out results
///   acdsim merge shards/* --format json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Merge {
    /// The directories of the shards, in any order
    #[arg(required = true, value_name = "DIR")]
    shards: Vec<PathBuf>,
    /// Write the results to this directory, as the command of the shards does with --out
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write calls.parquet and events.parquet too, of the shards of a run that have calls or events
    #[arg(long, requires = "out")]
    parquet: bool,
    /// Write no calls.csv and events.csv, only calls.parquet and events.parquet
    #[arg(long, requires = "parquet")]
    no_csv: bool,
    /// Write JUnit XML to this file, of the shards of a verification
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Merge {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        let set = ShardSet::open(&self.shards)?;
        let mut arguments = vec!["acdsim".to_owned()];
        arguments.extend(set.experiment().command.iter().cloned());
        // A verification has a directory for its shards only.
        let verifies = arguments.get(1).is_some_and(|command| command == "verify");
        if verifies && self.out.is_some() {
            return Err(Failure::Argument(
                "a verification has no directory of results: --junit FILE has its verdicts".into(),
            ));
        }
        if let Some(junit) = &self.junit {
            if !verifies {
                return Err(Failure::Argument("--junit is for the shards of a verification".into()));
            }
            arguments.extend(["--junit".to_owned(), shards::word(junit)?]);
        }
        if self.parquet {
            if arguments.get(1).is_none_or(|command| command != "run") {
                return Err(Failure::Argument("--parquet is for the shards of a run".into()));
            }
            arguments.push("--parquet".to_owned());
            arguments.extend(self.no_csv.then(|| "--no-csv".to_owned()));
        }
        match &self.out {
            Some(out) => arguments.extend(["--out".to_owned(), shards::word(out)?]),
            // The rows of calls and events need a directory, in which nothing is written then.
            None if arguments.get(1).is_some_and(|command| command == "run") => {
                arguments.extend(["--out".to_owned(), ".".to_owned()]);
            }
            None => {}
        }
        let format = self.format.to_possible_value().map(|value| value.get_name().to_owned());
        arguments.extend(format.into_iter().flat_map(|name| ["--format".to_owned(), name]));
        let no_command = |reason: String| {
            Failure::Shard(ShardError::NoShard { directory: self.shards[0].display().to_string(), reason })
        };
        let matches = super::command().try_get_matches_from(&arguments);
        let cli = matches.and_then(|matches| Cli::from_arg_matches(&matches));
        match cli.map_err(|error| no_command(format!("its command is none: {error}")))?.command {
            Command::Run(run) => run.merge(&set, self.out.is_some(), control),
            Command::Sweep(sweep) => sweep.merge(&set),
            Command::Verify(verify) => verify.merge(&set),
            _ => Err(no_command("its command is none that has shards: those are run, sweep and verify".to_owned())),
        }
    }
}
