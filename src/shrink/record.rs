//! Scenarios of recorded calls: made from a run, and taken apart and put together again.

use std::collections::HashMap;

use crate::acd::GroupId;
use crate::random::Distribution;
use crate::scenario::{Agent, Arrivals, Handling, RecordedCall, RecordedPatience, Scenario, Shift};
use crate::simulation::{Event, Observer};
use crate::time::{Duration, Instant};

/// A recorded call and the index of its group.
pub(super) type Call = (usize, RecordedCall);

/// So long is the longest time that a file holds, 2^63 - 1 ns; nobody waits longer.
const LONGEST: Duration = Duration::from_nanos(i64::MAX as u64);

/// Observes every call that arrives, with all that belongs to it.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder {
    pub(super) calls: Vec<Call>,
}

impl Observer for Recorder {
    fn observe(&mut self, now: Instant, event: &Event) {
        if let Event::CallArrived { group: GroupId(group), talk, wrap_up, patience, .. } = *event {
            let patience = match patience {
                // A caller of a group without a law of patience, as the recorded ones are.
                endless if endless > LONGEST => RecordedPatience::Unknown,
                patience => RecordedPatience::Exactly(patience),
            };
            let (talk, wrap_up) = (Some(talk.min(LONGEST)), Some(wrap_up.min(LONGEST)));
            self.calls.push((group as usize, RecordedCall { arrival: now, talk, wrap_up, patience, class: None }));
        }
    }
}

/// The scenario with these calls in place of those that are drawn; none if that is no scenario.
pub(super) fn recorded(scenario: &Scenario, calls: &[Call]) -> Option<Scenario> {
    let mut recorded = scenario.clone();
    recorded.replications = 1;
    let nothing = Distribution::constant(0.0).ok()?;
    for group in &mut recorded.groups {
        // Every call has its own times, so that nothing is drawn.
        group.handling = Handling::Apart { talk: nothing.clone(), wrap_up: nothing.clone() };
        group.patience = None;
    }
    with_calls(&recorded, calls)
}

/// The recorded calls of a scenario, in the order in which they arrive.
pub(super) fn calls_of(scenario: &Scenario) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for (number, group) in scenario.groups.iter().enumerate() {
        if let Arrivals::Recorded(recorded) = &group.arrivals {
            calls.extend(recorded.iter().map(|&call| (number, call)));
        }
    }
    calls.sort_by_key(|&(group, call)| (call.arrival, group));
    calls
}

/// The scenario with these calls in place of its own.
pub(super) fn with_calls(scenario: &Scenario, calls: &[Call]) -> Option<Scenario> {
    let mut of_group: Vec<Vec<RecordedCall>> = vec![Vec::new(); scenario.groups.len()];
    for &(group, call) in calls {
        of_group[group].push(call);
    }
    let mut changed = scenario.clone();
    for (group, mut calls) in changed.groups.iter_mut().zip(of_group) {
        calls.sort_by_key(|call| call.arrival);
        group.arrivals = Arrivals::Recorded(calls.into());
    }
    sound(changed)
}

/// Makes a scenario one that a file may hold after something was taken from it: without what is outside of the run, and
/// without agents who are never there or serve nobody and groups that nobody serves. None if nothing is left, or it breaks
/// a rule that nothing was taken from.
pub(super) fn sound(mut scenario: Scenario) -> Option<Scenario> {
    let end = Instant::START + scenario.horizon;
    if scenario.horizon == Duration::ZERO || scenario.warm_up >= scenario.horizon {
        return None;
    }
    for agent in &mut scenario.agents {
        agent.shifts = shifts_of_the_run(&agent.shifts, end)?;
    }
    scenario.agents.retain(|agent| !agent.shifts.is_empty() && !agent.groups.is_empty());
    drop_unserved(&mut scenario);
    for group in &mut scenario.groups {
        if let Arrivals::Recorded(calls) = &group.arrivals
            && calls.iter().any(|call| call.arrival >= end)
        {
            group.arrivals = Arrivals::Recorded(calls.iter().filter(|call| call.arrival < end).copied().collect());
        }
    }
    let is_one = !scenario.groups.is_empty() && !scenario.agents.is_empty() && addresses_are_free(&scenario.agents);
    is_one.then_some(scenario)
}

/// The shifts that are in the run, merged where they touch; none if two overlap or one has no length.
fn shifts_of_the_run(shifts: &[Shift], end: Instant) -> Option<Vec<Shift>> {
    let mut kept: Vec<Shift> = Vec::with_capacity(shifts.len());
    for &Shift { log_in, log_out } in shifts {
        if log_in >= log_out {
            return None;
        }
        let log_out = if log_out >= end { Instant::NEVER } else { log_out };
        match kept.last_mut() {
            _ if log_in >= end => {}
            Some(last) if log_in < last.log_out => return None,
            Some(last) if log_in == last.log_out => last.log_out = log_out,
            _ => kept.push(Shift { log_in, log_out }),
        }
    }
    Some(kept)
}

fn drop_unserved(scenario: &mut Scenario) {
    let mut served = vec![false; scenario.groups.len()];
    scenario.agents.iter().flat_map(|agent| &agent.groups).for_each(|&group| served[group] = true);
    if served.iter().all(|&served| served) {
        return;
    }
    let mut next = 0;
    let numbers: Vec<usize> = served
        .iter()
        .map(|&served| {
            next += usize::from(served);
            next.saturating_sub(1)
        })
        .collect();
    let mut number = 0;
    scenario.groups.retain(|_| {
        number += 1;
        served[number - 1]
    });
    for group in scenario.agents.iter_mut().flat_map(|agent| &mut agent.groups) {
        *group = numbers[*group];
    }
}

/// Whether no two agents are logged in at one address at the same time.
fn addresses_are_free(agents: &[Agent]) -> bool {
    let mut stays: HashMap<&str, Vec<(Instant, Instant)>> = HashMap::new();
    for agent in agents {
        let there = agent.shifts.iter().map(|shift| (shift.log_in, shift.log_out));
        stays.entry(&agent.address).or_default().extend(there);
    }
    stays.into_values().all(|mut stays| {
        stays.sort_unstable();
        stays.windows(2).all(|pair| pair[0].1 <= pair[1].0)
    })
}
