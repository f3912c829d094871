//! The call whose wait, times the weight of its group, is the longest.

use super::{CallPolicy, WaitingHead, first_highest};
use crate::acd::AgentId;

/// The longest weighted wait; of those that are alike, that of the group which comes first in the agent's list.
pub(super) struct Weighted;

impl CallPolicy for Weighted {
    fn choose(&mut self, _agent: AgentId, waiting: &[WaitingHead]) -> Option<usize> {
        first_highest(waiting, |head| head.weight * head.waited.as_secs_f64())
    }
}
