//! The agents in turn, group by group.

use super::{AgentPolicy, CallToRoute, ReadyAgent};
use crate::acd::AgentId;

/// The next agent in the order of the scenario after the one who had the group's last call; after the last comes the first.
pub(super) struct RoundRobin {
    /// For each group, the agent who had the last call.
    last: Vec<Option<AgentId>>,
}

impl RoundRobin {
    pub(super) fn new(groups: usize) -> Self {
        RoundRobin { last: vec![None; groups] }
    }
}

impl AgentPolicy for RoundRobin {
    fn choose(&mut self, call: &CallToRoute, ready: &[ReadyAgent]) -> Option<usize> {
        let last = self.last.get_mut(call.group.0 as usize)?;
        let chosen = (0..ready.len()).min_by_key(|&index| (Some(ready[index].agent) <= *last, ready[index].agent))?;
        *last = Some(ready[chosen].agent);
        Some(chosen)
    }
}
