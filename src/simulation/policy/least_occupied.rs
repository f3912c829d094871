//! The agent who has been busy for the smallest share of the time logged in.

use super::{AgentPolicy, CallToRoute, ReadyAgent, first_highest};

/// The least occupied agent; of those who are alike, the one who has been ready longest.
pub(super) struct LeastOccupied;

impl AgentPolicy for LeastOccupied {
    fn choose(&mut self, _call: &CallToRoute, ready: &[ReadyAgent]) -> Option<usize> {
        first_highest(ready, |agent| -agent.occupancy())
    }
}
