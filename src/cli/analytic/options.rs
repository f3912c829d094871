//! The options that models have in common.

use clap::Args;
use serde_json::{Map, Value};

use super::law::{law, plain, seconds};
use crate::cli::output::Format;
use crate::scenario;

/// The parameters of a model, by their names.
pub(super) type Parameters = Map<String, Value>;

/// What is printed, and how.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// Print service levels within this time; may be there several times
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = seconds)]
    pub(super) within: Vec<f64>,
    /// Print this metric only, such as sl_20_of_offered or agents_for_80_20; may be there several times
    #[arg(long, value_name = "NAME")]
    pub(super) metric: Vec<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// How many calls there are.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Calls {
    /// How many calls arrive in an hour
    #[arg(long, value_name = "NUMBER")]
    calls_per_hour: Option<f64>,
    /// How many calls arrive, such as 360/h, 0.1/s or 90/30min
    #[arg(long, value_name = "RATE", value_parser = scenario::parse_rate)]
    rate: Option<f64>,
}

impl Calls {
    pub(super) fn add_to(&self, parameters: &mut Parameters) {
        insert(parameters, "calls_per_hour", self.calls_per_hour);
        insert(parameters, "calls_per_s", self.rate);
    }
}

/// A desk: agents, calls and how long they take.
#[derive(Debug, Args)]
pub(super) struct Desk {
    /// How many agents there are
    #[arg(long, value_name = "NUMBER")]
    agents: u32,
    #[command(flatten)]
    calls: Calls,
    /// The mean handle time, talk and wrap-up, in seconds or with a unit
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    aht: f64,
}

impl Desk {
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::new();
        insert(&mut parameters, "agents", Some(self.agents));
        self.calls.add_to(&mut parameters);
        insert(&mut parameters, "aht_s", Some(self.aht));
        parameters
    }
}

/// How long callers wait before they give up.
#[derive(Debug, Args)]
pub(super) struct Patience {
    /// The law of the callers' patience, such as weibull,shape=1.5,scale=120s; a time alone is the mean of an
    /// exponential law
    #[arg(long, value_name = "LAW", value_parser = law)]
    patience: Option<Value>,
}

impl Patience {
    pub(super) fn add_to(&self, parameters: &mut Parameters) {
        insert(parameters, "patience", self.patience.clone());
    }

    pub(super) fn is_given(&self) -> bool {
        self.patience.is_some()
    }
}

/// Adds a parameter if it is there.
pub(super) fn insert(parameters: &mut Parameters, name: &str, value: Option<impl Into<Value>>) {
    let Some(value) = value.map(Into::into) else { return };
    parameters.insert(name.to_owned(), if value.is_f64() { value.as_f64().map_or(value, plain) } else { value });
}
