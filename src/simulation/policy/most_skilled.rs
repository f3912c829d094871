//! The agent with the highest skill in the call's group.

use super::{AgentPolicy, CallToRoute, ReadyAgent, first_highest};

/// The most skilled agent; of those who are alike, the one who has been ready longest.
pub(super) struct MostSkilled;

impl AgentPolicy for MostSkilled {
    fn choose(&mut self, _call: &CallToRoute, ready: &[ReadyAgent]) -> Option<usize> {
        first_highest(ready, |agent| agent.skill)
    }
}
