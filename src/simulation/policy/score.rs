//! The agent with the highest score.

use super::{AgentPolicy, CallToRoute, ReadyAgent, first_highest};
use crate::scenario::ScoreWeights;

/// The agent with the highest sum of weighted qualities; of those who are alike, the one who has been ready longest.
pub(super) struct Score(pub(super) ScoreWeights);

impl AgentPolicy for Score {
    fn choose(&mut self, _call: &CallToRoute, ready: &[ReadyAgent]) -> Option<usize> {
        let weights = self.0;
        first_highest(ready, |agent| {
            weights.idle_s * agent.idle.as_secs_f64()
                + weights.skill * agent.skill
                + weights.rank * f64::from(agent.rank)
                + weights.occupancy * agent.occupancy()
                + weights.calls * agent.calls as f64
        })
    }
}
