//! Which model describes which part of a scenario, and what it says of each measure.
//!
//! Groups that share agents, directly or through other groups, make one *part*; parts have nothing to do with each other.
//! Each part is asked which assumptions it meets, and the most special model that is exact for it is taken.

mod chain;
mod day;
mod parts;
mod single;
mod start;

use std::fmt;
use std::sync::Arc;

use super::longest::LongestLaw;
use super::measure::{Measure, Subject};
use crate::random::{Purpose, Stream};
use crate::scenario::Scenario;
use crate::time::Duration;

/// A model that is exact under its assumptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Model {
    /// M/M/c.
    ErlangC,
    /// M/M/c+M.
    ErlangA,
    /// M/M/c+G.
    MmcPlusG,
    /// M/M/c/K.
    Mmck,
    /// M/M/c/K+M.
    MmckPlusM,
    /// M/G/1.
    Mg1,
    /// M/M/c whose classes have priorities.
    MmcPriority,
    /// M/M/c whose classes are served first come, first served.
    MmcClasses,
    /// M/PH/c: handle times of exponential phases, with limited room and exponential patience where there are such.
    MPhc,
    /// M/D/c.
    MDc,
    /// Several groups, exponential clocks, any routing: by the Markov chain.
    SkillChain,
    /// M(t)/M/c(t)/K+M from an empty start.
    Day,
    /// What holds of any handle time: the means of the drawn times, and what flows in.
    Means,
}

impl Model {
    /// The model's name.
    pub const fn name(self) -> &'static str {
        match self {
            Model::ErlangC => "erlang_c",
            Model::ErlangA => "erlang_a",
            Model::MmcPlusG => "mmc_plus_g",
            Model::Mmck => "mmck",
            Model::MmckPlusM => "mmck_plus_m",
            Model::Mg1 => "mg1",
            Model::MmcPriority => "mmc_priority",
            Model::MmcClasses => "mmc_classes",
            Model::MPhc => "mphc",
            Model::MDc => "mdc",
            Model::SkillChain => "markov_chain",
            Model::Day => "transient",
            Model::Means => "means",
        }
    }

    /// Where its formula is from.
    pub const fn source(self) -> &'static str {
        match self {
            Model::ErlangC => "Erlang 1917",
            Model::ErlangA => "Palm 1957; Garnett, Mandelbaum & Reiman 2002",
            Model::MmcPlusG => "Baccelli & Hebuterne 1981; Zeltyn & Mandelbaum 2005",
            Model::Mmck | Model::MmckPlusM => "birth–death equations; Ancker & Gafarian 1962",
            Model::Mg1 => "Pollaczek 1930; Khinchine 1932",
            Model::MmcPriority => "Cobham 1954; Kella & Yechiali 1985",
            Model::MmcClasses => "Erlang 1917, over all classes",
            Model::MPhc => "a quasi-birth-death chain (Neuts 1981; Latouche & Ramaswami 1993)",
            Model::MDc => "Crommelin 1932, by Spitzer 1956",
            Model::SkillChain => "the balance equations of the Markov chain, with the engine's routing",
            Model::Day => "the Kolmogorov equations of the birth–death process, by uniformisation (Jensen 1953)",
            Model::Means => "the laws of the scenario",
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is expected of a measure.
#[derive(Clone, Debug)]
pub enum Expected {
    /// This value.
    Value(f64),
    /// A longest wait of this law.
    Longest(Arc<LongestLaw>),
}

impl Expected {
    /// The value, or the mean of the law.
    pub fn value(&self) -> f64 {
        match self {
            Expected::Value(value) => *value,
            Expected::Longest(law) => law.mean_s(),
        }
    }
}

/// A measure of a subject, with what a model says of it.
#[derive(Clone, Debug)]
pub struct Check {
    /// Of whom.
    pub subject: Subject,
    /// What.
    pub measure: Measure,
    /// By which model.
    pub model: Model,
    /// What it should be.
    pub expected: Expected,
    /// What its precision is relative to: what is expected, but not less than a hundredth of 1, or of the mean handle time.
    scale: f64,
}

impl Check {
    /// The half width that a relative precision allows.
    pub(super) fn width(&self, precision: f64) -> f64 {
        precision * self.scale
    }
}

/// A value that is near, of a model whose assumptions are not met: information, never a verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Approximation {
    /// Of whom.
    pub subject: Subject,
    /// What.
    pub measure: Measure,
    /// By which formula.
    pub formula: &'static str,
    /// About what it should be.
    pub value: f64,
}

/// What no model describes.
#[derive(Clone, Debug, PartialEq)]
pub struct Undecided {
    /// Of which groups, by their indexes in the scenario.
    pub groups: Vec<usize>,
    /// What is left open: everything, or one measure.
    pub what: String,
    /// Which assumption fails.
    pub why: String,
    /// What is near.
    pub approximations: Vec<Approximation>,
}

/// How the runs begin.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// Nobody is there, and all is counted: a day.
    Empty,
    /// Nobody is there: the warm-up brings the stationary state about.
    WarmUp,
    /// So many calls are there as the stationary law draws, group by group; the warm-up only mixes the agents.
    Stationary(Vec<StationaryStart>),
}

/// The law of the number of calls of a group in the stationary state.
#[derive(Clone, Debug, PartialEq)]
pub struct StationaryStart {
    /// The group, by its index in the scenario.
    pub group: usize,
    /// The probability of at most so many calls, from none on.
    pub cumulative: Vec<f64>,
}

impl Start {
    /// The calls of each group that are there when a replication begins.
    pub(super) fn draw(&self, scenario: &Scenario, replication: u32) -> Vec<u64> {
        let Start::Stationary(starts) = self else { return Vec::new() };
        let mut calls = vec![0; scenario.groups.len()];
        for start in starts {
            let guid = scenario.groups[start.group].guid();
            let mut stream = Stream::new(scenario.seed, replication, Purpose::InitialCalls, guid);
            let uniform = stream.next_unit();
            let most = start.cumulative.len() - 1;
            calls[start.group] = start.cumulative.partition_point(|&below| below <= uniform).min(most) as u64;
        }
        calls
    }
}

/// What is to be verified of a scenario, and how it is to be run for that.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenario as it is to be run.
    pub scenario: Scenario,
    /// What is to be checked.
    pub checks: Vec<Check>,
    /// What cannot be.
    pub undecided: Vec<Undecided>,
    /// How the runs begin.
    pub start: Start,
}

/// A plan in the making.
struct Draft<'a> {
    scenario: &'a Scenario,
    checks: Vec<Check>,
    undecided: Vec<Undecided>,
    /// The calls that are there at the beginning; none if a part has no law for them.
    starts: Option<Vec<StationaryStart>>,
    warm_up_s: f64,
}

/// Finds what can be verified of a scenario.
///
/// A scenario without a warm-up whose rates or staff change, or which is over before its queues have forgotten how it began,
/// is a day: it begins empty, and all of it counts.
///
/// Any other of constant rates and constant staff is verified in its stationary state, over a time as long as its
/// measured time: the runs begin there if the model has a law to draw the calls from that are there, and otherwise with a
/// warm-up of at least twelve times the time in which a queue forgets (or the scenario's own, if that is longer).
pub fn plan(scenario: &Scenario) -> Plan {
    let mut draft =
        Draft { scenario, checks: Vec::new(), undecided: Vec::new(), starts: Some(Vec::new()), warm_up_s: 0.0 };
    let parts = parts::parts(scenario);
    if !scenario.is_plain() {
        let undecided = vec![Undecided {
            groups: (0..scenario.groups.len()).collect(),
            what: "everything".to_owned(),
            why: "callers, routing or agents are described by more than the models know".to_owned(),
            approximations: Vec::new(),
        }];
        return Plan { scenario: scenario.clone(), checks: Vec::new(), undecided, start: Start::Empty };
    }
    if parts.iter().any(|part| start::is_a_day(scenario, part)) {
        parts.iter().for_each(|part| draft.day(part));
        let Draft { checks, undecided, .. } = draft;
        return Plan { scenario: scenario.clone(), checks, undecided, start: Start::Empty };
    }
    for part in parts {
        draft.part(&part);
    }
    let Draft { checks, undecided, starts, warm_up_s, .. } = draft;
    let mut planned = scenario.clone();
    let measured = scenario.horizon.as_nanos() - scenario.warm_up.as_nanos();
    let start = match starts {
        Some(starts) => Start::Stationary(starts),
        None => Start::WarmUp,
    };
    planned.warm_up = scenario.warm_up.max(Duration::from_secs(warm_up_s.ceil() as u64));
    planned.horizon = Duration::from_nanos(planned.warm_up.as_nanos().saturating_add(measured));
    Plan { scenario: planned, checks, undecided, start }
}
