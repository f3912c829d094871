//! `acdsim tapi`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Failure;
use super::output::{self, Format};
use crate::acd::Conventions;
use crate::report::tapi::{self, Topic};
use crate::scenario;

/// So many columns are used where there is no terminal to fit.
const COLUMNS: u16 = 120;

/// Print the model: TAPI's call-center objects, their states and statistics, and the conventions.
///
/// Each statistic stands with its meaning, its unit, its names in TAPI 2.2 and TAPI 3 and the
/// conventions that it depends on. Without a topic the objects, states, statistics and conventions
/// are printed; `--format json` has everything, `--format csv` the statistics.
///
/// Examples:
///   acdsim tapi
///   acdsim tapi conventions --scenario scenarios/quickstart.toml
///   acdsim tapi structures --format csv
///   acdsim tapi --format json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Tapi {
    /// Print this part only
    #[arg(value_parser = PossibleValuesParser::new(Topic::ALL.map(Topic::name)).map(|name| topic(&name)))]
    topic: Option<Topic>,
    /// Show the conventions of this scenario in place of the defaults
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

fn topic(name: &str) -> Topic {
    Topic::from_name(name).expect("only names of topics are allowed")
}

impl Tapi {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let conventions = match &self.scenario {
            Some(path) => scenario::read(path)?.conventions,
            None => Conventions::default(),
        };
        let topics = |all: &[Topic]| self.topic.map_or_else(|| all.to_vec(), |topic| vec![topic]);
        match self.format {
            Format::Text => {
                let width = output::terminal_width().unwrap_or(COLUMNS);
                output::print(tapi::text(&topics(&Topic::MAIN), &conventions, width))
            }
            Format::Json => output::print(format!("{:#}\n", tapi::json(&topics(&Topic::ALL), &conventions))),
            Format::Csv => {
                let mut csv = Vec::new();
                let topic = self.topic.unwrap_or(Topic::Statistics);
                tapi::write_csv(topic, &conventions, &mut csv).map_err(|error| Failure::Stdout(error.into()))?;
                output::print(csv)
            }
        }
    }
}
