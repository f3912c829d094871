//! One set of options a model.

use clap::Args;
use serde_json::Value;

use super::law::{law, plain, seconds};
use super::options::{Calls, Desk, Parameters, Patience, Show, insert};
use crate::scenario;

/// Calls that find all servers busy are lost (Erlang B).
///
/// Examples:
///   acdsim analytic erlang-b --servers 17 --offered-load 10
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct ErlangB {
    /// How many servers, or agents, there are
    #[arg(long, value_name = "NUMBER", visible_alias = "agents")]
    servers: u32,
    /// The offered load in Erlang: calls per second times their mean handle time in seconds
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["calls_per_hour", "rate", "aht"])]
    offered_load: Option<f64>,
    /// How many calls arrive in an hour
    #[arg(long, value_name = "NUMBER", conflicts_with = "rate", requires = "aht")]
    calls_per_hour: Option<f64>,
    /// How many calls arrive, such as 360/h, 0.1/s or 90/30min
    #[arg(long, value_name = "RATE", value_parser = scenario::parse_rate, requires = "aht")]
    #[arg(required_unless_present_any = ["offered_load", "calls_per_hour"])]
    rate: Option<f64>,
    /// The mean handle time, in seconds or with a unit
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    aht: Option<f64>,
    #[command(flatten)]
    pub(super) show: Show,
}

impl ErlangB {
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::new();
        insert(&mut parameters, "servers", Some(self.servers));
        insert(&mut parameters, "offered_load", self.offered_load);
        insert(&mut parameters, "calls_per_hour", self.calls_per_hour);
        insert(&mut parameters, "calls_per_s", self.rate);
        insert(&mut parameters, "aht_s", self.aht);
        parameters
    }
}

/// Callers wait as long as they must (Erlang C).
///
/// Examples:
///   acdsim analytic erlang-c --agents 14 --calls-per-hour 360 --aht 120s --within 20s
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct ErlangC {
    #[command(flatten)]
    desk: Desk,
    #[command(flatten)]
    pub(super) show: Show,
}

impl ErlangC {
    pub(super) fn parameters(&self) -> Parameters {
        self.desk.parameters()
    }
}

/// Callers give up after exponential times (Erlang A).
///
/// Examples:
///   acdsim analytic erlang-a --agents 10 --calls-per-hour 200 --aht 3m --patience 2m
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct ErlangA {
    #[command(flatten)]
    desk: Desk,
    /// The mean patience, in seconds or with a unit
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    patience: f64,
    #[command(flatten)]
    pub(super) show: Show,
}

impl ErlangA {
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = self.desk.parameters();
        insert(&mut parameters, "patience_mean_s", Some(self.patience));
        parameters
    }
}

/// Callers give up after times of any law (M/M/c+G).
///
/// Examples:
///   acdsim analytic mmc-plus-g --agents 20 --rate 500/h --aht 3m --patience weibull,shape=1.5,scale=2m
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct MmcPlusG {
    #[command(flatten)]
    desk: Desk,
    #[command(flatten)]
    patience: Patience,
    #[command(flatten)]
    pub(super) show: Show,
}

impl MmcPlusG {
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = self.desk.parameters();
        self.patience.add_to(&mut parameters);
        parameters
    }
}

/// Room for so many calls; a call that finds none is blocked (M/M/c/K).
///
/// Examples:
///   acdsim analytic mmck --agents 5 --capacity 10 --calls-per-hour 100 --aht 3m
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Mmck {
    #[command(flatten)]
    desk: Desk,
    /// How many calls there is room for, waiting and with agents
    #[arg(long, value_name = "NUMBER")]
    capacity: u32,
    #[command(flatten)]
    pub(super) show: Show,
}

impl Mmck {
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = self.desk.parameters();
        insert(&mut parameters, "capacity", Some(self.capacity));
        parameters
    }
}

/// Room for so many calls, and callers who give up after exponential times (M/M/c/K+M).
///
/// Examples:
///   acdsim analytic mmck-plus-m --agents 28 --capacity 80 --rate 0.1/s --aht 4m --patience 5m
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct MmckPlusM {
    #[command(flatten)]
    desk: Desk,
    /// How many calls there is room for, waiting and with agents
    #[arg(long, value_name = "NUMBER")]
    capacity: u32,
    /// The mean patience, in seconds or with a unit
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    patience: f64,
    #[command(flatten)]
    pub(super) show: Show,
}

impl MmckPlusM {
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = self.desk.parameters();
        insert(&mut parameters, "capacity", Some(self.capacity));
        insert(&mut parameters, "patience_mean_s", Some(self.patience));
        parameters
    }
}

/// One agent, handle times of any law (M/G/1).
///
/// Examples:
///   acdsim analytic mg1 --rate 18/h --aht 100s --scv 0.25
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Mg1 {
    #[command(flatten)]
    calls: Calls,
    /// The mean handle time, in seconds or with a unit
    #[arg(long, value_name = "TIME", value_parser = seconds, required_unless_present = "handle_time", requires = "scv")]
    aht: Option<f64>,
    /// The squared coefficient of variation of the handle time: variance over square of the mean
    #[arg(long, value_name = "NUMBER", requires = "aht")]
    scv: Option<f64>,
    /// The law of the handle time, such as erlang,phases=4,mean=3m
    #[arg(long, value_name = "LAW", value_parser = law, conflicts_with_all = ["aht", "scv"])]
    handle_time: Option<Value>,
    #[command(flatten)]
    pub(super) show: Show,
}

impl Mg1 {
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::new();
        self.calls.add_to(&mut parameters);
        insert(&mut parameters, "aht_s", self.aht);
        insert(&mut parameters, "scv", self.scv);
        insert(&mut parameters, "handle_time", self.handle_time.clone());
        parameters
    }
}

/// Classes of calls of which one goes before another (M/M/c with non-preemptive priorities).
///
/// Examples:
///   acdsim analytic mmc-priority --agents 20 --calls-per-hour 50,100,200 --aht 3m --class 2
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct MmcPriority {
    /// How many agents there are
    #[arg(long, value_name = "NUMBER")]
    agents: u32,
    /// How many calls of each class arrive in an hour, the class that goes first being the first: 60,120
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', required = true)]
    calls_per_hour: Vec<f64>,
    /// The mean handle time of all classes, in seconds or with a unit
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    aht: f64,
    /// The class, from 0; without it, all classes together
    #[arg(long, value_name = "NUMBER")]
    class: Option<u32>,
    #[command(flatten)]
    pub(super) show: Show,
}

impl MmcPriority {
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::new();
        insert(&mut parameters, "agents", Some(self.agents));
        insert(
            &mut parameters,
            "calls_per_hour",
            Some(self.calls_per_hour.iter().copied().map(plain).collect::<Vec<_>>()),
        );
        insert(&mut parameters, "aht_s", Some(self.aht));
        insert(&mut parameters, "class", self.class);
        parameters
    }
}

/// Handle times of exponential phases, such as talk and wrap-up with a mean each (M/PH/c).
///
/// Examples:
///   acdsim analytic mphc --agents 10 --rate 250/h --talk exponential,mean=90s --wrap-up exponential,mean=30s
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Mphc {
    /// How many agents there are
    #[arg(long, value_name = "NUMBER")]
    agents: u32,
    #[command(flatten)]
    calls: Calls,
    /// The law of the talk time: exponential, erlang or hyperexponential; a time alone is the mean of an exponential law
    #[arg(long, value_name = "LAW", value_parser = law)]
    talk: Value,
    /// The law of the wrap-up time, alike
    #[arg(long, value_name = "LAW", value_parser = law)]
    wrap_up: Option<Value>,
    /// How many calls there is room for, waiting and with agents
    #[arg(long, value_name = "NUMBER")]
    capacity: Option<u32>,
    /// The mean patience, in seconds or with a unit
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    patience: Option<f64>,
    #[command(flatten)]
    pub(super) show: Show,
}

impl Mphc {
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::new();
        insert(&mut parameters, "agents", Some(self.agents));
        self.calls.add_to(&mut parameters);
        insert(&mut parameters, "talk", Some(self.talk.clone()));
        insert(&mut parameters, "wrap_up", self.wrap_up.clone());
        insert(&mut parameters, "capacity", self.capacity);
        insert(&mut parameters, "patience_mean_s", self.patience);
        parameters
    }
}

/// Every call takes the same time (M/D/c).
///
/// Examples:
///   acdsim analytic mdc --agents 3 --rate 1/s --aht 2.1
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Mdc {
    #[command(flatten)]
    desk: Desk,
    #[command(flatten)]
    pub(super) show: Show,
}

impl Mdc {
    pub(super) fn parameters(&self) -> Parameters {
        self.desk.parameters()
    }
}

/// A day that begins empty, until all its calls have ended: exponential handle times, rates and agents that change.
///
/// Examples:
///   acdsim analytic transient --period 8h,252,12 --aht 2m
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Transient {
    /// A period of the day: how long, how many calls an hour, how many agents, such as 30m,120,4; one after the other
    #[arg(long, value_name = "TIME,CALLS,AGENTS", value_parser = period, required = true)]
    period: Vec<Value>,
    /// The mean handle time, in seconds or with a unit
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    aht: f64,
    /// The mean patience, in seconds or with a unit
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    patience: Option<f64>,
    /// How many calls may wait at once
    #[arg(long, value_name = "NUMBER")]
    queue_capacity: Option<u32>,
    #[command(flatten)]
    pub(super) show: Show,
}

fn period(text: &str) -> Result<Value, String> {
    let fields: Vec<&str> = text.split(',').collect();
    let [duration, calls, agents] = fields[..] else {
        return Err("it is a time, the calls an hour and the agents, such as 30m,120,4".to_owned());
    };
    let calls: f64 = calls.parse().map_err(|_| format!("{calls:?} is no number of calls"))?;
    let agents: u32 = agents.parse().map_err(|_| format!("{agents:?} is no number of agents"))?;
    let duration = seconds(duration)?;
    Ok(serde_json::json!({ "duration_s": duration, "calls_per_hour": calls, "agents": agents }))
}

impl Transient {
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::new();
        insert(&mut parameters, "periods", Some(self.period.clone()));
        insert(&mut parameters, "aht_s", Some(self.aht));
        insert(&mut parameters, "patience_mean_s", self.patience);
        insert(&mut parameters, "queue_capacity", self.queue_capacity);
        parameters
    }
}

/// The longest time to answer over a horizon, if callers wait as long as they must.
///
/// Examples:
///   acdsim analytic longest-wait-erlang-c --agents 10 --calls-per-hour 324 --aht 100s --horizon 8h
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct LongestWaitErlangC {
    #[command(flatten)]
    desk: Desk,
    /// How long is looked at, in steady state
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    horizon: f64,
    #[command(flatten)]
    pub(super) show: Show,
}

impl LongestWaitErlangC {
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = self.desk.parameters();
        insert(&mut parameters, "horizon_s", Some(self.horizon));
        parameters
    }
}

/// The longest time to answer over a horizon, if callers give up.
///
/// Examples:
///   acdsim analytic longest-wait-mmc-plus-g --agents 10 --rate 0.1/s --aht 100s --patience 100s --horizon 100000s
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct LongestWaitMmcPlusG {
    #[command(flatten)]
    desk: Desk,
    #[command(flatten)]
    patience: Patience,
    /// How long is looked at, in steady state
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    horizon: f64,
    #[command(flatten)]
    pub(super) show: Show,
}

impl LongestWaitMmcPlusG {
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = self.desk.parameters();
        self.patience.add_to(&mut parameters);
        insert(&mut parameters, "horizon_s", Some(self.horizon));
        parameters
    }
}

/// What one agent's session is expected to report through TAPI.
///
/// Examples:
///   acdsim analytic session --agents 10 --rate 324/h --talk 80s --wrap-up 20s --duration 8h
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Session {
    /// How many agents there are, all with the same chances
    #[arg(long, value_name = "NUMBER")]
    agents: u32,
    #[command(flatten)]
    calls: Calls,
    /// The mean talk of a call, in seconds or with a unit
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    talk: f64,
    /// The mean wrap-up of a call, in seconds or with a unit
    #[arg(long, value_name = "TIME", value_parser = seconds, default_value = "0s")]
    wrap_up: f64,
    #[command(flatten)]
    patience: Patience,
    /// How long the session is open
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    duration: f64,
    #[command(flatten)]
    pub(super) show: Show,
}

impl Session {
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::new();
        insert(&mut parameters, "agents", Some(self.agents));
        self.calls.add_to(&mut parameters);
        insert(&mut parameters, "talk_s", Some(self.talk));
        insert(&mut parameters, "wrap_up_s", Some(self.wrap_up));
        self.patience.add_to(&mut parameters);
        insert(&mut parameters, "duration_s", Some(self.duration));
        parameters
    }
}
