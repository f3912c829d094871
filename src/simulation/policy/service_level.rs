//! The call of the group whose service level is the furthest below its target.

use super::{CallPolicy, WaitingHead, first_highest};
use crate::acd::AgentId;

/// The group that is the furthest behind; of those that are alike, that which comes first in the agent's list.
pub(super) struct ServiceLevel;

impl CallPolicy for ServiceLevel {
    fn choose(&mut self, _agent: AgentId, waiting: &[WaitingHead]) -> Option<usize> {
        first_highest(waiting, |head| -head.above_target)
    }
}
