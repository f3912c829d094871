//! The parts of a scenario that have nothing to do with each other, and what is assumed of them.

use crate::analytic::exact::PhaseType;
use crate::scenario::{Arrivals, Handling, Scenario};
use crate::time::Instant;

/// Groups that share agents, directly or through other groups, with those agents.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// By their indexes in the scenario, in order.
    pub(super) groups: Vec<usize>,
    /// By their indexes in the scenario, in order.
    pub(super) agents: Vec<usize>,
}

/// The parts of a scenario, in the order of their first groups.
pub(super) fn parts(scenario: &Scenario) -> Vec<Part> {
    // For each group, a smaller one that it is joined to, or itself.
    let mut joined: Vec<usize> = (0..scenario.groups.len()).collect();
    for agent in &scenario.agents {
        for &other in &agent.groups[1..] {
            let (a, b) = (first_of(&joined, agent.groups[0]), first_of(&joined, other));
            joined[a.max(b)] = a.min(b);
        }
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut place = vec![usize::MAX; scenario.groups.len()];
    for group in 0..scenario.groups.len() {
        let first = first_of(&joined, group);
        if first == group {
            place[group] = parts.len();
            parts.push(Part { groups: Vec::new(), agents: Vec::new() });
        }
        parts[place[first]].groups.push(group);
    }
    for (number, agent) in scenario.agents.iter().enumerate() {
        parts[place[first_of(&joined, agent.groups[0])]].agents.push(number);
    }
    parts
}

/// The first of the groups that a group is joined to.
fn first_of(joined: &[usize], mut group: usize) -> usize {
    while joined[group] != group {
        group = joined[group];
    }
    group
}

impl Part {
    /// The rate of each of the part's groups in calls per second, if they are Poisson and constant; otherwise why not.
    pub(super) fn constant_rates(&self, scenario: &Scenario) -> Result<Vec<f64>, String> {
        let rate = |&group: &usize| {
            let group = &scenario.groups[group];
            match &group.arrivals {
                Arrivals::Recorded(_) | Arrivals::Scaled(_) => {
                    Err(format!("the calls of {} are recorded, not a Poisson process", group.name))
                }
                Arrivals::Poisson(steps) => match &steps[..] {
                    [step] if step.from == Instant::START && step.per_second > 0.0 => Ok(step.per_second),
                    [_] => Err(format!("the rate of {} is 0, or begins late", group.name)),
                    _ => Err(format!("the rate of {} changes", group.name)),
                },
            }
        };
        self.groups.iter().map(rate).collect()
    }

    /// Nothing if all agents of the part are there all the time; otherwise why not.
    pub(super) fn constant_staff(&self, scenario: &Scenario) -> Result<(), String> {
        self.agents.iter().try_for_each(|&agent| {
            let agent = &scenario.agents[agent];
            let end = Instant::START + scenario.horizon;
            match &agent.shifts[..] {
                [shift] if shift.log_in == Instant::START && shift.log_out >= end => Ok(()),
                _ => Err(format!("{} is not logged in all the time", agent.name)),
            }
        })
    }
}

/// What is known of a handle time: talk and wrap-up together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct HandleTime {
    pub(super) mean_s: f64,
    pub(super) variance_s2: f64,
    /// Whether its law is exponential.
    pub(super) is_exponential: bool,
}

impl HandleTime {
    pub(super) fn of(handling: &Handling) -> Self {
        match handling {
            Handling::Split { handle, .. } => HandleTime {
                mean_s: handle.mean_s(),
                variance_s2: handle.variance_s2(),
                is_exponential: handle.is_exponential().is_some(),
            },
            Handling::Apart { talk, wrap_up } => HandleTime {
                mean_s: talk.mean_s() + wrap_up.mean_s(),
                variance_s2: talk.variance_s2() + wrap_up.variance_s2(),
                is_exponential: (talk.is_exponential().is_some() && wrap_up.is_always_zero())
                    || (talk.is_always_zero() && wrap_up.is_exponential().is_some()),
            },
        }
    }

    /// The squared coefficient of variation.
    pub(super) fn scv(&self) -> f64 {
        self.variance_s2 / (self.mean_s * self.mean_s)
    }
}

/// A handle time as exponential phases, if it has some: talk, then wrap-up.
pub(super) fn phase_type(handling: &Handling) -> Option<PhaseType> {
    match handling {
        Handling::Split { handle, .. } => PhaseType::of(handle),
        Handling::Apart { talk, wrap_up } if wrap_up.is_always_zero() => PhaseType::of(talk),
        Handling::Apart { talk, wrap_up } if talk.is_always_zero() => PhaseType::of(wrap_up),
        Handling::Apart { talk, wrap_up } => Some(PhaseType::of(talk)?.then(&PhaseType::of(wrap_up)?)),
    }
}
