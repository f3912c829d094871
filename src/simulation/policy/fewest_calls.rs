//! The agent who has answered the fewest calls.

use super::{AgentPolicy, CallToRoute, ReadyAgent};

/// The agent with the fewest calls; of those, the one who has been ready longest.
pub(super) struct FewestCalls;

impl AgentPolicy for FewestCalls {
    fn choose(&mut self, _call: &CallToRoute, ready: &[ReadyAgent]) -> Option<usize> {
        (0..ready.len()).min_by_key(|&index| ready[index].calls)
    }
}
