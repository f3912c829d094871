//! `acdsim tapi`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Failure;
use super::output::{self, Format};
use crate::acd::Conventions;
use crate::experiment::ReplicationError;
use crate::report::handlers;
use crate::report::tapi::{self, Topic};
use crate::scenario::{self, Scenario};
use crate::simulation::{Control, run};

/// So many columns are used where there is no terminal to fit.
const COLUMNS: u16 = 120;

/// Print the model: TAPI's call-center objects, their states and statistics, and the conventions.
///
/// Each statistic stands with its meaning, its unit, its names in TAPI 2.2 and TAPI 3 and the
/// conventions that it depends on. Without a topic the objects, states, statistics and conventions
/// are printed; `--format json` has everything, `--format csv` the statistics.
///
/// `handlers` is no part of the model: it runs the first replication of the scenario and prints what
/// a client of TAPI finds then, each agent handler with its own groups, queues, agents and sessions.
///
/// Examples:
///   acdsim tapi
///   acdsim tapi conventions --scenario scenarios/quickstart.toml
///   acdsim tapi structures --format csv
///   acdsim tapi --format json
///   acdsim tapi handlers --scenario scenarios/two-handlers.toml
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Tapi {
    /// Print this part only
    #[arg(value_parser = PossibleValuesParser::new(words()).map(|name| part(&name)))]
    topic: Option<Part>,
    /// Show the conventions of this scenario in place of the defaults, or its agent handlers
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What is to be printed.
#[derive(Clone, Copy, Debug)]
enum Part {
    Model(Topic),
    Handlers,
}

/// The name of [`Part::Handlers`].
const HANDLERS: &str = "handlers";

fn words() -> impl Iterator<Item = &'static str> {
    Topic::ALL.into_iter().map(Topic::name).chain([HANDLERS])
}

fn part(name: &str) -> Part {
    match name {
        HANDLERS => Part::Handlers,
        topic => Part::Model(Topic::from_name(topic).expect("only names of topics are allowed")),
    }
}

impl Tapi {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        let scenario = self.scenario.as_deref().map(scenario::read).transpose()?;
        let topic = match self.topic {
            Some(Part::Handlers) => {
                let needed = "`handlers` are those of a scenario: name one with --scenario FILE";
                let scenario = scenario.ok_or_else(|| Failure::Argument(needed.into()))?;
                return self.print_handlers(&scenario, control);
            }
            Some(Part::Model(topic)) => Some(topic),
            None => None,
        };
        let conventions = scenario.map_or_else(Conventions::default, |scenario| scenario.conventions);
        let topics = |all: &[Topic]| topic.map_or_else(|| all.to_vec(), |topic| vec![topic]);
        match self.format {
            Format::Text => {
                let width = output::terminal_width().unwrap_or(COLUMNS);
                output::print(tapi::text(&topics(&Topic::MAIN), &conventions, width))
            }
            Format::Json => output::print(format!("{:#}\n", tapi::json(&topics(&Topic::ALL), &conventions))),
            Format::Csv => {
                let mut csv = Vec::new();
                let topic = topic.unwrap_or(Topic::Statistics);
                tapi::write_csv(topic, &conventions, &mut csv).map_err(|error| Failure::Stdout(error.into()))?;
                output::print(csv)
            }
        }
    }

    /// Runs the first replication and prints what TAPI shows at its end.
    fn print_handlers(&self, scenario: &Scenario, control: &Control) -> Result<(), Failure> {
        let finished = run(scenario, 1, &mut (), control).map_err(ReplicationError::Simulation)?;
        let defect = |what: String| Failure::Check(format!("the agent handlers cannot be read: {what}"));
        let mut service = finished.tapi(scenario).map_err(|error| defect(error.to_string()))?;
        let handlers = handlers::read(&mut service).map_err(|error| defect(error.to_string()))?;
        match self.format {
            Format::Text => {
                let width = output::terminal_width().unwrap_or(COLUMNS);
                output::print(handlers::text(scenario, &handlers, width))
            }
            Format::Json => output::print(format!("{:#}\n", handlers::json(scenario, &handlers))),
            Format::Csv => {
                let mut csv = Vec::new();
                handlers::write_csv(&handlers, &mut csv).map_err(|error| Failure::Stdout(error.into()))?;
                output::print(csv)
            }
        }
    }
}
