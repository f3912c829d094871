//! What bots are about to do, in the order in which it is done.

use std::collections::BTreeMap;

use crate::time::Instant;

/// Whose turn it is. At one instant it goes by this order, as in the simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    /// The statistics start.
    Measurement,
    /// An agent is due to log in or out: the entry of the script.
    Plan(usize),
    /// An agent answers, ends a talk or a wrap-up, or comes back.
    Agent(u32),
    /// A caller loses patience: the number of the call.
    Caller(u64),
    /// A call arrives: the entry of the script.
    Arrival(usize),
}

/// The turns that are to come.
#[derive(Clone, Debug, Default)]
pub(super) struct Agenda {
    turns: BTreeMap<(Instant, Turn), ()>,
    agents: Vec<Option<Instant>>,
}

impl Agenda {
    pub(super) fn new(agents: usize) -> Self {
        Agenda { turns: BTreeMap::new(), agents: vec![None; agents] }
    }

    pub(super) fn add(&mut self, at: Instant, turn: Turn) {
        self.turns.insert((at, turn), ());
    }

    pub(super) fn remove(&mut self, at: Instant, turn: Turn) {
        self.turns.remove(&(at, turn));
    }

    /// Sets when it is an agent's turn, in place of what was set.
    pub(super) fn set_agent(&mut self, agent: u32, at: Option<Instant>) {
        if let Some(before) = std::mem::replace(&mut self.agents[agent as usize], at) {
            self.turns.remove(&(before, Turn::Agent(agent)));
        }
        if let Some(at) = at {
            self.add(at, Turn::Agent(agent));
        }
    }

    pub(super) fn next_at(&self) -> Option<Instant> {
        self.turns.first_key_value().map(|(&(at, _), ())| at)
    }

    pub(super) fn pop(&mut self) -> Option<(Instant, Turn)> {
        let ((at, turn), ()) = self.turns.pop_first()?;
        if let Turn::Agent(agent) = turn {
            self.agents[agent as usize] = None;
        }
        Some((at, turn))
    }
}
