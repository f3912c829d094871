//! `acdsim analytic`.

mod check;
mod law;
mod models;
mod options;
mod staff;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::Failure;
use super::output::{self, Format};
use crate::analytic::Model;
use crate::report::analytic::{self, Values};
pub(super) use law::seconds;
use options::{Parameters, Show};
pub(super) use staff::definition;

/// Compute what queueing theory says of a desk, without simulating it.
///
/// Each model prints all its metrics; `--metric` picks some, and also those whose names hold a
/// number, such as agents_for_80_20. docs/analytic.md says what each model and metric is.
///
/// Examples:
///   acdsim analytic erlang-c --agents 14 --calls-per-hour 360 --aht 120s --within 20s
///   acdsim analytic mmc-plus-g --agents 20 --rate 500/h --aht 3m --patience weibull,shape=1.5,scale=2m
///   acdsim analytic staff agents --rate 360/h --aht 2m --service-level 80% --shrinkage 30%
///   acdsim analytic check expected.csv
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Analytic {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    ErlangB(models::ErlangB),
    ErlangC(models::ErlangC),
    ErlangA(models::ErlangA),
    MmcPlusG(models::MmcPlusG),
    Mmck(models::Mmck),
    MmckPlusM(models::MmckPlusM),
    Mg1(models::Mg1),
    MmcPriority(models::MmcPriority),
    Mphc(models::Mphc),
    Mdc(models::Mdc),
    Transient(models::Transient),
    LongestWaitErlangC(models::LongestWaitErlangC),
    LongestWaitMmcPlusG(models::LongestWaitMmcPlusG),
    Session(models::Session),
    Staff(staff::Staff),
    Check(check::Check),
}

impl Analytic {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        match &self.command {
            Command::ErlangB(model) => print("erlang_b", model.parameters(), &model.show),
            Command::ErlangC(model) => print("erlang_c", model.parameters(), &model.show),
            Command::ErlangA(model) => print("erlang_a", model.parameters(), &model.show),
            Command::MmcPlusG(model) => print("mmc_plus_g", model.parameters(), &model.show),
            Command::Mmck(model) => print("mmck", model.parameters(), &model.show),
            Command::MmckPlusM(model) => print("mmck_plus_m", model.parameters(), &model.show),
            Command::Mg1(model) => print("mg1", model.parameters(), &model.show),
            Command::MmcPriority(model) => print("mmc_priority", model.parameters(), &model.show),
            Command::Mphc(model) => print("mphc", model.parameters(), &model.show),
            Command::Mdc(model) => print("mdc", model.parameters(), &model.show),
            Command::Transient(model) => print("transient", model.parameters(), &model.show),
            Command::LongestWaitErlangC(model) => print("longest_wait_erlang_c", model.parameters(), &model.show),
            Command::LongestWaitMmcPlusG(model) => print("longest_wait_mmc_plus_g", model.parameters(), &model.show),
            Command::Session(model) => print("session", model.parameters(), &model.show),
            Command::Staff(staff) => staff.execute(),
            Command::Check(check) => check.execute(),
        }
    }
}

/// Prints a model's metrics.
fn print(name: &str, parameters: Parameters, show: &Show) -> Result<(), Failure> {
    let parameters = Value::Object(parameters);
    let model = Model::new(name, &parameters)?;
    let names = if show.metric.is_empty() { model.metrics_within(&show.within) } else { show.metric.clone() };
    print_values(&Values::of(&model, parameters, &names)?, show.format)
}

fn print_values(values: &Values, format: Format) -> Result<(), Failure> {
    match format {
        Format::Text => output::print(analytic::values_text(values)),
        Format::Json => output::print(format!("{:#}\n", analytic::values_json(values))),
        Format::Csv => {
            let mut csv = Vec::new();
            analytic::values_csv(values, &mut csv).map_err(|error| Failure::Stdout(error.into()))?;
            output::print(csv)
        }
    }
}
