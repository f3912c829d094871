//! `acdsim analytic staff`.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::law::seconds;
use super::options::{Calls, Parameters, Patience, insert};
use super::print_values;
use crate::analytic::{AnalyticError, Model, ServiceLevel, Staffing, Target, scheduled_agents};
use crate::cli::Failure;
use crate::cli::output::Format;
use crate::random::Distribution;
use crate::report::analytic::Values;
use crate::scenario;

/// Find the fewest agents for a target, or the most calls that some agents take at it.
///
/// Examples:
///   acdsim analytic staff agents --rate 360/h --aht 2m --service-level 80% --within 20s
///   acdsim analytic staff volume --agents 20 --aht 3m --service-level 80%
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Staff {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Agents(Agents),
    Volume(Volume),
}

/// The fewest agents that reach all targets.
///
/// Examples:
///   acdsim analytic staff agents --rate 360/h --aht 2m --service-level 80% --shrinkage 30%
///   acdsim analytic staff agents --calls-per-hour 200 --aht 3m --patience 2m --max-abandonment 5%
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Agents {
    #[command(flatten)]
    calls: Calls,
    #[command(flatten)]
    callers: Callers,
    #[command(flatten)]
    targets: Targets,
    /// The share of the scheduled time that is lost to breaks, training and absence, such as 30%
    #[arg(long, value_name = "SHARE", value_parser = scenario::parse_share)]
    shrinkage: Option<f64>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The most calls with which so many agents reach all targets.
///
/// Examples:
///   acdsim analytic staff volume --agents 20 --aht 3m --patience 2m --service-level 80% --within 20s
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Volume {
    /// How many agents there are
    #[arg(long, value_name = "NUMBER")]
    agents: u32,
    #[command(flatten)]
    callers: Callers,
    #[command(flatten)]
    targets: Targets,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How long calls take, and what callers do who find no free agent: without an option they wait as long as they must.
#[derive(Debug, Args)]
struct Callers {
    /// The mean handle time, talk and wrap-up, in seconds or with a unit
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    aht: f64,
    #[command(flatten)]
    patience: Patience,
    /// Calls that find no free agent are lost (Erlang B)
    #[arg(long, conflicts_with = "patience")]
    lost: bool,
}

/// What has to be reached: one at least.
#[derive(Debug, Args)]
struct Targets {
    /// Answer at least this share of the calls within the time of `--within`, such as 80%
    #[arg(long, value_name = "SHARE", value_parser = scenario::parse_share)]
    #[arg(required_unless_present_any = ["max_asa", "max_abandonment", "max_blocking", "max_occupancy"])]
    service_level: Option<f64>,
    /// The time within which calls are to be answered
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = seconds)]
    within: f64,
    /// What the service level is a share of
    #[arg(long, value_name = "DEFINITION", default_value = "of_offered", value_parser = definition)]
    service_level_is: ServiceLevel,
    /// Answer calls after this mean wait at most
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    max_asa: Option<f64>,
    /// Let at most this share of the callers give up
    #[arg(long, value_name = "SHARE", value_parser = scenario::parse_share)]
    max_abandonment: Option<f64>,
    /// Lose at most this share of the calls
    #[arg(long, value_name = "SHARE", value_parser = scenario::parse_share)]
    max_blocking: Option<f64>,
    /// Keep the agents busy for at most this share of their time
    #[arg(long, value_name = "SHARE", value_parser = scenario::parse_share)]
    max_occupancy: Option<f64>,
}

impl Staff {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        match &self.command {
            Command::Agents(agents) => agents.execute(),
            Command::Volume(volume) => volume.execute(),
        }
    }
}

impl Agents {
    fn execute(&self) -> Result<(), Failure> {
        let mut given = Parameters::new();
        self.calls.add_to(&mut given);
        let per_s = |hour: Option<&Value>| hour.and_then(Value::as_f64).map(|calls| calls / 3_600.0);
        let rate = per_s(given.get("calls_per_hour")).or(given.get("calls_per_s").and_then(Value::as_f64));
        let targets = self.targets.list();
        let agents = self.callers.staffing()?.least_agents(rate.unwrap_or_default(), &targets)?;
        let mut found = vec![("agents".to_owned(), f64::from(agents))];
        if let Some(shrinkage) = self.shrinkage {
            found.push(("scheduled_agents".to_owned(), scheduled_agents(agents, shrinkage)? as f64));
        }
        print_values(&self.callers.achieved(agents, given, &self.targets, self.shrinkage, found)?, self.format)
    }
}

impl Volume {
    fn execute(&self) -> Result<(), Failure> {
        let rate = self.callers.staffing()?.largest_volume(self.agents, &self.targets.list())?;
        let mut calls = Parameters::new();
        insert(&mut calls, "calls_per_s", Some(rate));
        let found = vec![("calls_per_hour".to_owned(), 3_600.0 * rate)];
        print_values(&self.callers.achieved(self.agents, calls, &self.targets, None, found)?, self.format)
    }
}

impl Callers {
    fn staffing(&self) -> Result<Staffing, AnalyticError> {
        if self.lost {
            return Staffing::lost(self.aht);
        }
        match self.patience.law()? {
            Some(law) => Staffing::giving_up(self.aht, &law),
            None => Staffing::patient(self.aht),
        }
    }

    /// What was found, and the metrics that so many agents then have.
    fn achieved(
        &self,
        agents: u32,
        mut parameters: Parameters,
        targets: &Targets,
        shrinkage: Option<f64>,
        found: Vec<(String, f64)>,
    ) -> Result<Values, AnalyticError> {
        let model = match (self.lost, self.patience.is_given()) {
            (true, _) => "erlang_b",
            (false, true) => "mmc_plus_g",
            (false, false) => "erlang_c",
        };
        insert(&mut parameters, if self.lost { "servers" } else { "agents" }, Some(agents));
        insert(&mut parameters, "aht_s", Some(self.aht));
        self.patience.add_to(&mut parameters);
        let parameters = Value::Object(parameters);
        let model = Model::new(model, &parameters)?;
        let mut values = Values::of(&model, parameters, &model.metrics_within(&[targets.within]))?;
        values.metrics.splice(0..0, found);
        let targets: Vec<String> = targets.list().iter().map(Target::to_string).collect();
        values.parameters["targets"] = json!(targets);
        if let Some(shrinkage) = shrinkage {
            values.parameters["shrinkage"] = json!(shrinkage);
        }
        Ok(values)
    }
}

impl Patience {
    /// The law itself; none if there is none.
    fn law(&self) -> Result<Option<Distribution>, AnalyticError> {
        let mut parameters = Parameters::new();
        self.add_to(&mut parameters);
        parameters.get("patience").map_or(Ok(None), Model::law)
    }
}

impl Targets {
    fn list(&self) -> Vec<Target> {
        let (definition, within_s) = (self.service_level_is, self.within);
        let targets = [
            self.service_level.map(|at_least| Target::ServiceLevel { definition, within_s, at_least }),
            self.max_asa.map(|at_most_s| Target::Asa { at_most_s }),
            self.max_abandonment.map(|at_most| Target::Abandonment { at_most }),
            self.max_blocking.map(|at_most| Target::Blocking { at_most }),
            self.max_occupancy.map(|at_most| Target::Occupancy { at_most }),
        ];
        targets.into_iter().flatten().collect()
    }
}

/// The definition of a service level of this name.
pub(in crate::cli) fn definition(name: &str) -> Result<ServiceLevel, String> {
    let known = ServiceLevel::ALL.map(ServiceLevel::name).join(", ");
    ServiceLevel::from_name(name).ok_or_else(|| format!("the definitions are: {known}"))
}
