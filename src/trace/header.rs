//! The first line of a trace: what system it is of.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::acd::Conventions;
use crate::scenario::{AgentSelection, CallSelection, Scenario};
use crate::time::{Duration, Instant};

/// The form of traces that this version writes, and the newest that it reads.
pub const FORM: u32 = 1;

/// What a trace is of: the center, the run, and the rules that it went by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The form of the file: [`FORM`] or an earlier one.
    pub acdsim_trace: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// The system that was recorded, if it was not the simulation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The name of the scenario.
    pub scenario: String,
    /// The digest of the scenario, in hexadecimal; the seed and the replication do not enter it.
    pub scenario_hash: String,
    /// The seed of the run.
    pub seed: u64,
    /// The number of the replication, from 1.
    pub replication: u32,
    /// The wall clock at the start of the run, without a time zone.
    pub start: String,
    /// How long the run lasts, in nanoseconds: nothing happens at that instant or later.
    pub horizon_ns: u64,
    /// From when on calls count, in nanoseconds.
    pub measured_from_ns: u64,
    /// How agents and calls find each other.
    pub routing: TraceRouting,
    /// What the scenario uses beyond calls that arrive, wait, are answered or given up, and agents who come, handle calls and
    /// go; see [`Scenario::beyond_plain`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beyond_plain: Vec<String>,
    /// The conventions that are not the default.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub conventions: Map<String, Value>,
    /// The ACD groups; other lines name them by their index here.
    pub groups: Vec<TraceGroup>,
    /// The agents; other lines name them by their index here.
    pub agents: Vec<TraceAgent>,
}

/// How agents and calls find each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceRouting {
    /// `agent_selection`, by the scenario's word.
    pub agent_selection: String,
    /// `call_selection`, by the scenario's word.
    pub call_selection: String,
}

/// An ACD group with its queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceGroup {
    /// Its name.
    pub name: String,
    /// Its GUID.
    pub guid: Uuid,
    /// The name of its queue.
    pub queue: String,
    /// How many calls may wait at once, if there is a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// The names of its call classes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceAgent {
    /// Their name.
    pub name: String,
    /// The address at which they sit.
    pub address: String,
    /// The indexes of their groups, in their order.
    pub groups: Vec<u32>,
    /// Their rank in each of these, 1 being the best.
    pub ranks: Vec<u32>,
}

impl Header {
    /// The header of a replication of a scenario.
    pub fn of(scenario: &Scenario, replication: u32) -> Self {
        let conventions = scenario.conventions.changed();
        Header {
            acdsim_trace: FORM,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            system: None,
            scenario: scenario.name.clone(),
            scenario_hash: scenario.digest(),
            seed: scenario.seed,
            replication,
            start: scenario.start.to_string(),
            horizon_ns: scenario.horizon.as_nanos(),
            measured_from_ns: scenario.warm_up.as_nanos(),
            routing: TraceRouting {
                agent_selection: scenario.routing.agent_selection.word().to_owned(),
                call_selection: scenario.routing.call_selection.word().to_owned(),
            },
            beyond_plain: scenario.beyond_plain().into_iter().map(str::to_owned).collect(),
            conventions: conventions.map(|(name, answer)| (name.to_owned(), Value::String(answer))).collect(),
            groups: scenario.groups.iter().map(TraceGroup::of).collect(),
            agents: scenario.agents.iter().map(TraceAgent::of).collect(),
        }
    }

    /// When the run ends.
    pub fn horizon(&self) -> Instant {
        Instant::START + Duration::from_nanos(self.horizon_ns)
    }

    /// The conventions of the run; what of them is unknown.
    ///
    /// # Errors
    ///
    /// A convention that does not exist, or an answer that it does not have.
    pub fn conventions(&self) -> Result<Conventions, String> {
        let mut conventions = Conventions::default();
        for (name, answer) in &self.conventions {
            let answer = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
            conventions.set(name, &answer).map_err(|error| error.to_string())?;
        }
        Ok(conventions)
    }

    /// How agents and calls find each other, if it is by ranks and waits alone.
    pub fn plain_routing(&self) -> Option<(AgentSelection, CallSelection)> {
        let agents = [AgentSelection::LongestIdle, AgentSelection::LowestRank];
        let calls = [CallSelection::LongestWaiting, CallSelection::GroupOrder];
        let agents = agents.into_iter().find(|selection| selection.word() == self.routing.agent_selection)?;
        let calls = calls.into_iter().find(|selection| selection.word() == self.routing.call_selection)?;
        Some((agents, calls))
    }
}

impl TraceGroup {
    fn of(group: &crate::scenario::Group) -> Self {
        TraceGroup {
            name: group.name.clone(),
            guid: group.guid(),
            queue: group.queue.clone(),
            capacity: group.queue_capacity,
            classes: group.callers.classes.iter().map(|class| class.name.clone()).collect(),
        }
    }
}

impl TraceAgent {
    fn of(agent: &crate::scenario::Agent) -> Self {
        TraceAgent {
            name: agent.name.clone(),
            address: agent.address.clone(),
            groups: agent.groups.iter().map(|&group| group as u32).collect(),
            ranks: agent.ranks.clone(),
        }
    }
}
