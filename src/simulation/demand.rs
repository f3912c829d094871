//! The calls of a scenario by themselves, for whoever brings them to agents in another way than the engine.

use super::traffic::{Fate, Source};
use crate::scenario::Scenario;
use crate::time::{Duration, Instant};

/// A call as it arrives, with all of its fate that is not the center's to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComingCall {
    /// Its number, from 1 in the order of arrival.
    pub number: u64,
    /// When it arrives.
    pub at: Instant,
    /// The index of its group in the scenario.
    pub group: usize,
    /// How long the caller talks with whoever answers.
    pub talk: Duration,
    /// How long the wrap-up takes; zero for none.
    pub wrap_up: Duration,
    /// How long the caller waits; [`Duration::MAX`] for ever.
    pub patience: Duration,
}

/// The calls that come to a center in one replication of a scenario, in the order in which they arrive: the very calls
/// that the engine would let arrive, whatever becomes of them.
///
/// Calls that arrive at the same instant are in the order of their groups. Callers who call again, transfers and call
/// guides are not of it, for they depend on what becomes of a call.
///
/// ```
/// use acdsim::simulation::Demand;
/// use acdsim::time::Instant;
///
/// let scenario = acdsim::scenario::read("scenarios/erlang-c.toml".as_ref())?;
/// let calls: Vec<_> = Demand::new(&scenario, 1).take(100).collect();
/// assert!(calls.is_sorted_by_key(|call| call.at) && calls[0].at > Instant::START);
/// assert_eq!(calls[99].number, 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Demand {
    sources: Vec<Source>,
    /// The next arrival of each group; [`Instant::NEVER`] or one after the horizon for none.
    next: Vec<Instant>,
    horizon: Instant,
    calls: u64,
}

impl Demand {
    /// The calls of a replication, which are counted from 1.
    pub fn new(scenario: &Scenario, replication: u32) -> Self {
        let horizon = Instant::START + scenario.horizon;
        let of_group = |group| Source::new(scenario, group, replication, horizon);
        let mut sources: Vec<Source> = (0..scenario.groups.len()).map(of_group).collect();
        let next = sources.iter_mut().map(Source::next_arrival).collect();
        Demand { sources, next, horizon, calls: 0 }
    }

    /// When the next call arrives; `None` when there is none before the horizon.
    pub fn next_at(&self) -> Option<Instant> {
        self.next.iter().copied().min().filter(|&at| at < self.horizon)
    }
}

impl Iterator for Demand {
    type Item = ComingCall;

    fn next(&mut self) -> Option<ComingCall> {
        let at = self.next_at()?;
        let group = self.next.iter().position(|&other| other == at)?;
        let Fate { talk, wrap_up, patience, .. } = self.sources[group].fate(at);
        self.next[group] = self.sources[group].next_arrival();
        self.calls += 1;
        Some(ComingCall { number: self.calls, at, group, talk, wrap_up, patience })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Control, Event, Observer, run};
    use super::*;

    /// Notes the calls as they come.
    #[derive(Default)]
    struct Arrivals(Vec<ComingCall>);

    impl Observer for Arrivals {
        fn observe(&mut self, now: Instant, event: &Event) {
            if let Event::CallArrived { call, group, talk, wrap_up, patience, .. } = *event {
                let group = group.0 as usize;
                self.0.push(ComingCall { number: call, at: now, group, talk, wrap_up, patience });
            }
        }
    }

    #[test]
    fn they_are_the_calls_of_the_engine() {
        for name in ["quickstart", "bank-day", "week", "bursts", "day-parts"] {
            let scenario = crate::scenario::read(format!("scenarios/{name}.toml").as_ref()).expect("it is sound");
            let mut arrivals = Arrivals::default();
            run(&scenario, 2, &mut arrivals, &Control::default()).expect("it runs");
            let demand: Vec<_> = Demand::new(&scenario, 2).collect();
            assert!(demand.len() > 100, "{name}");
            assert_eq!(demand, arrivals.0, "{name}");
        }
    }
}
