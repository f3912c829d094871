//! `acdsim explain`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::{Failure, output};
use crate::experiment::ReplicationError;
use crate::explain::{ExplainError, explain};
use crate::report::explain::{explanation_json, explanation_text};
use crate::scenario;
use crate::simulation::Control;

/// So many columns are used where there is no terminal to fit.
const COLUMNS: u16 = 120;

/// Explain why a call waited, or was answered at once, blocked or abandoned.
///
/// It shows the call's arrival, what those who serve its group were doing then, the calls ahead of
/// it, which call each of them took who became free while it waited and by which rule, and who
/// answered it in the end and why.
///
/// Examples:
///   acdsim explain scenarios/quickstart.toml 57
///   acdsim explain scenarios/quickstart.toml 1204 --replication 3 --seed 7
///   acdsim explain scenarios/bank-day.toml 300 --format json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Explain {
    /// The scenario file (TOML)
    scenario: PathBuf,
    /// The number of the call, as in calls.csv: from 1, in the order of arrival
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    call: u64,
    /// The replication that the call is of
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    replication: u32,
    /// Take this seed in place of the scenario's
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

/// The form of what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Sentences and a table for people.
    #[default]
    Text,
    /// JSON; docs/explain-and-shrink.md has its keys.
    Json,
}

impl Explain {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        let mut scenario = scenario::read(&self.scenario)?;
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        let explanation = explain(&scenario, self.replication, self.call, control)?;
        match self.format {
            Form::Text => {
                let width = output::terminal_width().unwrap_or(COLUMNS);
                output::print(explanation_text(&scenario, &explanation, width))
            }
            Form::Json => output::print(format!("{:#}\n", explanation_json(&scenario, &explanation))),
        }
    }
}

impl From<ExplainError> for Failure {
    fn from(error: ExplainError) -> Self {
        match error {
            ExplainError::NeverArrives { .. } | ExplainError::NotPlain => Failure::Argument(error.to_string()),
            ExplainError::Simulation(error) => Failure::Replication(ReplicationError::Simulation(error)),
        }
    }
}
