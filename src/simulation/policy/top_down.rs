//! The agent who comes first in the order of the scenario.

use super::{AgentPolicy, CallToRoute, ReadyAgent};

/// The first agent of the scenario who is ready.
pub(super) struct TopDown;

impl AgentPolicy for TopDown {
    fn choose(&mut self, _call: &CallToRoute, ready: &[ReadyAgent]) -> Option<usize> {
        (0..ready.len()).min_by_key(|&index| ready[index].agent)
    }
}
