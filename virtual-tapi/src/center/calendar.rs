//! What will happen in a center, in the order in which it does.

use std::collections::BTreeSet;

use acdsim::acd::AgentId;
use acdsim::time::Instant;

/// What is due. What is due at one instant happens in this order, which is that of the simulation; within a kind it is
/// the order of the sites, and there of the agents or of the calls. Arrivals follow last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// The warm-up is over.
    Measurement,
    /// An agent of the scenario goes.
    LogOut(usize, AgentId),
    /// An agent of the scenario comes.
    LogIn(usize, AgentId),
    /// A talk or a wrap-up ends.
    Handling(usize, AgentId),
    /// A caller has no more patience: the call of that number.
    Patience(usize, u64),
}

/// A calendar.
#[derive(Clone, Debug, Default)]
pub(super) struct Calendar(BTreeSet<(Instant, Due)>);

impl Calendar {
    /// Notes that something is due.
    pub(super) fn plan(&mut self, at: Instant, due: Due) {
        if at != Instant::NEVER {
            self.0.insert((at, due));
        }
    }

    /// Forgets what was planned.
    pub(super) fn cancel(&mut self, at: Instant, due: Due) {
        self.0.remove(&(at, due));
    }

    /// When the next is due.
    pub(super) fn next_at(&self) -> Option<Instant> {
        self.0.first().map(|&(at, _)| at)
    }

    /// Takes the next.
    pub(super) fn pop(&mut self) -> Option<(Instant, Due)> {
        self.0.pop_first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use acdsim::time::Duration;

    #[test]
    fn what_is_due_at_once_is_in_the_order_of_the_simulation() {
        let at = Instant::START + Duration::from_secs(5);
        let expected = [
            Due::Measurement,
            Due::LogOut(0, AgentId(3)),
            Due::LogIn(0, AgentId(1)),
            Due::LogIn(1, AgentId(0)),
            Due::Handling(0, AgentId(0)),
            Due::Patience(0, 9),
            Due::Patience(0, 10),
        ];
        let mut calendar = Calendar::default();
        for &due in expected.iter().rev() {
            calendar.plan(at, due);
        }
        calendar.plan(Instant::START, Due::Patience(7, 7));
        calendar.plan(Instant::NEVER, Due::Measurement);
        assert_eq!(calendar.pop(), Some((Instant::START, Due::Patience(7, 7))));
        calendar.cancel(at, Due::LogIn(1, AgentId(0)));
        let left: Vec<Due> = std::iter::from_fn(|| calendar.pop()).map(|(_, due)| due).collect();
        let expected: Vec<Due> = expected.into_iter().filter(|&due| due != Due::LogIn(1, AgentId(0))).collect();
        assert_eq!(left, expected);
    }
}
