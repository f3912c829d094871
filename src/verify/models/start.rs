//! How the runs begin: the stationary law where there is one, and the warm-up that it takes otherwise.

use super::parts::{HandleTime, Part};
use super::{Draft, StationaryStart};
use crate::analytic::FiniteQueue;
use crate::random::Distribution;
use crate::scenario::Scenario;
use crate::time::Duration;

/// A warm-up is so many times the time in which the queue forgets: what is left of the start is e⁻¹² of it.
const RELAXATIONS_OF_WARM_UP: f64 = 12.0;

/// A scenario without a warm-up is a day if it lasts less than so many times that in which the queue forgets.
const RELAXATIONS_OF_A_DAY: f64 = 500.0;

/// Whether a scenario without a warm-up is over before the queues of a part have forgotten how it began.
pub(super) fn is_a_day(scenario: &Scenario, part: &Part) -> bool {
    if scenario.warm_up > Duration::ZERO {
        return false;
    }
    let (Ok(rates), Ok(())) = (part.constant_rates(scenario), part.constant_staff(scenario)) else { return true };
    scenario.horizon.as_secs_f64() < RELAXATIONS_OF_A_DAY * relaxation_s(scenario, part, &rates)
}

impl Draft<'_> {
    /// Lets the runs begin so that a part is in its stationary state: by its law, or with a warm-up that is long enough.
    pub(super) fn begin(&mut self, part: &Part, rates: &[f64], law: Option<StationaryStart>) {
        let forgotten_s = match (law, &mut self.starts) {
            (Some(law), Some(starts)) => {
                starts.push(law);
                0.0
            }
            (Some(_), None) => 0.0,
            (None, starts) => {
                *starts = None;
                RELAXATIONS_OF_WARM_UP * relaxation_s(self.scenario, part, rates)
            }
        };
        // Who is first in line for a call is not drawn: calls have to go round the agents some times.
        let mixed_s = 2.0 * (part.agents.len().min(32) as f64).powi(2) / rates.iter().sum::<f64>();
        self.warm_up_s = self.warm_up_s.max(forgotten_s + mixed_s);
    }
}

/// The time in which a part forgets where it came from, in seconds, as if all its calls were alike: of the mean handle time,
/// with the longest patience.
///
/// It is the relaxation time of M/M/c (Morse 1958), longer by as much as the handle time varies more; with abandonment or
/// limited room not more than the times that calls and callers last.
pub(super) fn relaxation_s(scenario: &Scenario, part: &Part, rates: &[f64]) -> f64 {
    let rate: f64 = rates.iter().sum();
    let groups = || part.groups.iter().map(|&group| &scenario.groups[group]);
    let weighted = |value: fn(&HandleTime) -> f64| {
        groups().zip(rates).map(|(group, rate)| value(&HandleTime::of(&group.handling)) * rate).sum::<f64>() / rate
    };
    let mean_s = weighted(|handle| handle.mean_s);
    let second_moment = weighted(|handle| handle.variance_s2 + handle.mean_s * handle.mean_s);
    let scv = second_moment / (mean_s * mean_s) - 1.0;
    let agents = part.agents.len() as f64;
    let gap = (agents / mean_s).sqrt() - rate.sqrt();
    let open = if gap > 0.0 { 1.0 / (gap * gap) } else { f64::INFINITY };
    let open = mean_s.max(open) * scv.max(1.0);
    let patience = groups().map(|group| group.patience.as_ref().map_or(f64::INFINITY, Distribution::mean_s));
    let patience = patience.fold(0.0, f64::max);
    // A queue with room for so many is emptied in the time of so many calls.
    let room = groups().map(|group| group.queue_capacity.map(f64::from)).sum::<Option<f64>>();
    let emptied = room.map(|room| mean_s * (1.0 + room / agents));
    let bounded = emptied.or_else(|| patience.is_finite().then_some(mean_s + patience));
    match bounded {
        Some(bounded) => open.min(2.0 * bounded),
        None if open.is_finite() => open,
        None => 1e3 * mean_s,
    }
}

/// The law of the calls of a part of one group, where everything is exponential, so that nobody need know how long they
/// have been there.
pub(super) fn stationary_law(scenario: &Scenario, part: &Part, rate: f64) -> Option<StationaryStart> {
    let group = &scenario.groups[part.groups[0]];
    let handle = HandleTime::of(&group.handling);
    let agents = part.agents.len() as u32;
    if !handle.is_exponential {
        return None;
    }
    let patience = match &group.patience {
        None => None,
        Some(patience) => Some(patience.is_exponential()?),
    };
    let queue = |room: u32| {
        let capacity = agents.checked_add(room)?;
        let queue = match patience {
            None => FiniteQueue::new(agents, capacity, rate, handle.mean_s),
            Some(patience) => FiniteQueue::with_patience(agents, capacity, rate, handle.mean_s, patience),
        };
        Some((capacity, queue.ok()?))
    };
    let (capacity, queue) = match group.queue_capacity {
        Some(room) => queue(room)?,
        // So much room that what does not fit is beyond the digits of a double.
        None => {
            let mut room = 100_u32;
            loop {
                let (capacity, queue) = queue(room)?;
                if queue.p_block() < 1e-15 {
                    break (capacity, queue);
                }
                room = room.checked_mul(2)?;
            }
        }
    };
    let mut cumulative = Vec::new();
    let mut below = 0.0;
    for calls in 0..=capacity {
        below += queue.p_calls(calls);
        cumulative.push(below);
        if below >= 1.0 - 1e-15 {
            break;
        }
    }
    Some(StationaryStart { group: part.groups[0], cumulative })
}
