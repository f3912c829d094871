//! `acdsim compare`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::Failure;
use super::output::{self, Format};
use crate::compare::{self, Objective, pair, select};
use crate::experiment::Kn;
use crate::report::compare::{Compared, Selected, comparison_csv, comparison_json, comparison_text};
use crate::scenario;
use crate::simulation::Control;

/// So many columns are used where there is no terminal to fit.
const COLUMNS: u16 = 160;

/// Compare scenarios that see the same callers.
///
/// All are run with the seed and the replications of the first, whose callers are then those of all, and
/// the differences are taken replication by replication. Their intervals are shown beside those
/// of independent runs. --best finds the best of two or more with a stated confidence.
///
/// It exits with 1 if --best finds none.
///
/// Examples:
///   acdsim compare before.toml after.toml
///   acdsim compare before.toml after.toml --replications 100 --group Sales --metric asa_s --format csv
///   acdsim compare a.toml b.toml c.toml --best Sales.asa_s --goal lowest --indifference 2
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Compare {
    /// Scenario files (TOML), with which the first is compared
    #[arg(required = true, num_args = 2.., value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Compare this group only; may be given more than once
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// Compare this metric; may be given more than once
    #[arg(long = "metric", value_name = "METRIC")]
    metrics: Vec<String>,
    /// Take this seed in place of the first scenario's
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Run so many replications in place of the first scenario's
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    replications: Option<u32>,
    /// Find the scenario in which this metric of a group is best
    #[arg(long, value_name = "GROUP.METRIC", requires_all = ["goal", "indifference"])]
    best: Option<String>,
    /// Whether a low or a high mean is best
    #[arg(long, value_enum, requires = "best")]
    goal: Option<Goal>,
    /// The difference that is worth finding, in the metric's unit
    #[arg(long, value_name = "NUMBER", requires = "best")]
    indifference: Option<f64>,
    /// The probability that the best is found if it is better by the indifference or more
    #[arg(long, value_name = "SHARE", default_value = "95%", value_parser = scenario::parse_share, requires = "best")]
    confidence: f64,
    /// Estimate variances from so many replications of all scenarios
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=1_000_000), requires = "best")]
    first_stage: u32,
    /// Run so many replications at most to find the best
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(2..=1_000_000), requires = "best")]
    max_replications: u32,
    /// Run on so many threads; 0 for one a processor
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Which mean is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Goal {
    /// The lowest, as of a wait
    Lowest,
    /// The highest, as of a service level
    Highest,
}

impl Compare {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        let mut scenarios = Vec::new();
        for path in &self.scenarios {
            scenarios.push(scenario::read(path)?);
        }
        let first = &mut scenarios[0];
        first.seed = self.seed.unwrap_or(first.seed);
        first.replications = self.replications.unwrap_or(first.replications);
        let threads = self.threads.into();
        // What is wrong with the objective is told before anything is run.
        let objective = match (&self.best, self.goal) {
            (Some(best), Some(goal)) => {
                let goal = match goal {
                    Goal::Lowest => compare::Goal::Lowest,
                    Goal::Highest => compare::Goal::Highest,
                };
                Some(Objective::parse(best, goal, &scenarios)?)
            }
            _ => None,
        };
        let comparison = pair(&scenarios, &self.groups, &self.metrics, threads, control)?;
        let selected = match (objective, self.indifference) {
            (Some(objective), Some(indifference)) => {
                let settings = Kn {
                    confidence: self.confidence,
                    indifference,
                    first_stage: self.first_stage,
                    most: self.max_replications,
                };
                let selection = select(&scenarios, &objective, settings, threads, control)?;
                Some(Selected { objective, settings, selection })
            }
            _ => None,
        };
        let names = self.scenarios.iter().map(|path| path.display().to_string()).collect();
        let compared = Compared { names, comparison, selected };
        match self.format {
            Format::Text => {
                output::print(comparison_text(&compared, output::terminal_width().unwrap_or(COLUMNS)))?;
            }
            Format::Json => output::print(format!("{:#}\n", comparison_json(&compared)))?,
            Format::Csv => output::print(comparison_csv(&compared).map_err(|error| Failure::Stdout(error.into()))?)?,
        }
        match &compared.selected {
            Some(selected) if selected.selection.best.is_none() => Err(Failure::Check(format!(
                "no scenario is known to be best after {} replications",
                selected.selection.replications
            ))),
            _ => Ok(()),
        }
    }
}
