//! Policies: which of the ready agents takes a call, and which of the waiting calls a free agent takes.
//!
//! A policy is a small file that implements [`AgentPolicy`] or [`CallPolicy`]. The engine gathers who is eligible, by
//! groups, delays and reserved agents, and asks the policy; so a policy decides and keeps nothing up to date. A policy of
//! your own is handed to [`run_with`](super::run_with):
//!
//! ```
//! use acdsim::simulation::policy::{AgentPolicy, CallToRoute, Policies, ReadyAgent};
//! use acdsim::simulation::{Control, Ends, run_with};
//!
//! /// Whoever has had the shortest talks so far.
//! struct Fastest;
//!
//! impl AgentPolicy for Fastest {
//!     fn choose(&mut self, _call: &CallToRoute, ready: &[ReadyAgent]) -> Option<usize> {
//!         let mean = |agent: &ReadyAgent| agent.busy.as_nanos() / agent.calls.max(1);
//!         (0..ready.len()).min_by_key(|&index| mean(&ready[index]))
//!     }
//! }
//!
//! let scenario = acdsim::scenario::read("scenarios/two-groups.toml".as_ref())?;
//! let policies = Policies { agents: Some(Box::new(Fastest)), ..Policies::default() };
//! let finished = run_with(&scenario, &Ends::default(), 1, policies, &mut (), &Control::default())?;
//! assert!(finished.calls > 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod fewest_calls;
mod least_occupied;
mod most_skilled;
mod random;
mod round_robin;
mod score;
mod service_level;
mod top_down;
mod weighted;

use std::cmp::Ordering;

use crate::acd::{AgentId, GroupId};
use crate::scenario::{AgentSelection, CallSelection, Scenario};
use crate::time::{Duration, Instant};

/// A call that has to be given to somebody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CallToRoute {
    /// Its number.
    pub call: u64,
    /// Its group.
    pub group: GroupId,
    /// The index of its class in the group's classes; their number if it is of none of them, so 0 if there are none.
    pub class: u32,
    /// How long it has waited.
    pub waited: Duration,
    /// Now.
    pub now: Instant,
}

/// An agent who is ready and may take the call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReadyAgent {
    /// The agent.
    pub agent: AgentId,
    /// The agent's rank in the call's group, 1 being the best.
    pub rank: u32,
    /// The agent's skill in the call's group.
    pub skill: f64,
    /// How long the agent has been ready.
    pub idle: Duration,
    /// How long the agent has been logged in, over all shifts so far.
    pub logged_in: Duration,
    /// How long the agent has been busy, over all shifts so far.
    pub busy: Duration,
    /// How many calls the agent has answered.
    pub calls: u64,
}

impl ReadyAgent {
    /// The share of the time logged in that the agent was busy; 0 for one who has just logged in for the first time.
    pub fn occupancy(&self) -> f64 {
        match self.logged_in.as_nanos() {
            0 => 0.0,
            nanos => self.busy.as_nanos() as f64 / nanos as f64,
        }
    }
}

/// Which of the ready agents takes a call.
pub trait AgentPolicy: Send {
    /// The index of the agent who takes the call, or none to let the call wait.
    ///
    /// `ready` has at least one agent; the one who has been ready longest comes first. A call that is let wait is routed
    /// again when an agent becomes free.
    fn choose(&mut self, call: &CallToRoute, ready: &[ReadyAgent]) -> Option<usize>;
}

/// The call of a group's queue that comes first among those that a free agent may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaitingHead {
    /// Its number.
    pub call: u64,
    /// Its group.
    pub group: GroupId,
    /// The position of the group in the agent's list.
    pub position: usize,
    /// The index of its class in the group's classes; their number if it is of none of them, so 0 if there are none.
    pub class: u32,
    /// Its priority, 1 being the best.
    pub priority: u32,
    /// How long it has waited, what its class is credited with included.
    pub waited: Duration,
    /// The weight of the group.
    pub weight: f64,
    /// How far the group's service level so far lies above its target; below it, this is negative.
    pub above_target: f64,
}

/// Which of the waiting calls a free agent takes.
pub trait CallPolicy: Send {
    /// The index of the call that the agent takes, or none to let the agent wait.
    ///
    /// `waiting` has at least one call, in the order of the agent's list of groups.
    fn choose(&mut self, agent: AgentId, waiting: &[WaitingHead]) -> Option<usize>;
}

/// Policies in place of those of the scenario.
#[derive(Default)]
pub struct Policies {
    /// Which of the ready agents takes a call; that of the scenario if none.
    pub agents: Option<Box<dyn AgentPolicy>>,
    /// Which of the waiting calls a free agent takes; that of the scenario if none.
    pub calls: Option<Box<dyn CallPolicy>>,
}

impl Policies {
    /// Fills in what the scenario selects by.
    pub(super) fn or_of(self, scenario: &Scenario, replication: u32) -> Policies {
        let agents = || -> Option<Box<dyn AgentPolicy>> {
            Some(match scenario.routing.agent_selection {
                AgentSelection::LongestIdle | AgentSelection::LowestRank => return None,
                AgentSelection::LeastOccupied => Box::new(least_occupied::LeastOccupied),
                AgentSelection::FewestCalls => Box::new(fewest_calls::FewestCalls),
                AgentSelection::RoundRobin => Box::new(round_robin::RoundRobin::new(scenario.groups.len())),
                AgentSelection::TopDown => Box::new(top_down::TopDown),
                AgentSelection::MostSkilled => Box::new(most_skilled::MostSkilled),
                AgentSelection::Random => Box::new(random::Random::new(scenario.seed, replication)),
                AgentSelection::Score(weights) => Box::new(score::Score(weights)),
            })
        };
        let calls = || -> Option<Box<dyn CallPolicy>> {
            Some(match scenario.routing.call_selection {
                CallSelection::LongestWaiting | CallSelection::GroupOrder => return None,
                CallSelection::Weighted => Box::new(weighted::Weighted),
                CallSelection::ServiceLevel => Box::new(service_level::ServiceLevel),
            })
        };
        Policies { agents: self.agents.or_else(agents), calls: self.calls.or_else(calls) }
    }
}

/// The index of the first of those with the highest value.
fn first_highest<T>(items: &[T], value: impl Fn(&T) -> f64) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (index, item) in items.iter().enumerate() {
        let value = value(item);
        if best.is_none_or(|(_, highest)| value.total_cmp(&highest) == Ordering::Greater) {
            best = Some((index, value));
        }
    }
    best.map(|(index, _)| index)
}
