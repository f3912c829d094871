//! Any of the ready agents, with equal chances.

use uuid::Uuid;

use super::{AgentPolicy, CallToRoute, ReadyAgent};
use crate::random::{Purpose, Stream};

/// An agent by lot.
pub(super) struct Random {
    stream: Stream,
}

impl Random {
    pub(super) fn new(seed: u64, replication: u32) -> Self {
        Random { stream: Stream::new(seed, replication, Purpose::Routing, Uuid::nil()) }
    }
}

impl AgentPolicy for Random {
    fn choose(&mut self, _call: &CallToRoute, ready: &[ReadyAgent]) -> Option<usize> {
        // One number a call, whoever is ready.
        let drawn = (self.stream.next_unit() * ready.len() as f64) as usize;
        Some(drawn.min(ready.len() - 1))
    }
}
