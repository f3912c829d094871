//! A trace as a scenario of recorded calls, which can be run, verified and changed.

use super::script::Script;
use crate::random::Distribution;
use crate::scenario::{Arrivals, Handling, RecordedCall, RecordedPatience, Routing, Scenario, Shift, parse};
use crate::time::{Duration, Instant};
use crate::trace::Given;

/// What a scenario has that a trace does not say.
const TEMPLATE: &str = r#"
    horizon = "1h"
    [[group]]
    name = "group"
    talk = "0s"
    [[agents]]
    name = "agent"
    groups = ["group"]
"#;

/// The longest time that a file holds, 2^63 - 1 ns; nobody waits longer.
const LONGEST: Duration = Duration::from_nanos(i64::MAX as u64);

/// The scenario that has a trace's calls recorded and its agents' shifts. Its run does what was traced.
///
/// # Errors
///
/// If the trace is of a scenario that is not plain, or its agents' shifts overlap.
pub fn scenario_of(script: &Script) -> Result<Scenario, String> {
    let header = &script.header;
    if !header.beyond_plain.is_empty() {
        return Err(format!("the trace is of a scenario with {}", header.beyond_plain.join(", ")));
    }
    let Some((agent_selection, call_selection)) = header.plain_routing() else {
        return Err(format!("the trace is routed by {:?}", header.routing));
    };
    let mut scenario = parse(TEMPLATE, "template.toml".as_ref()).map_err(|errors| errors.to_string())?;
    let (group, agent) = (scenario.groups[0].clone(), scenario.agents[0].clone());
    let nothing = Distribution::constant(0.0).map_err(|error| error.to_string())?;
    scenario.name.clone_from(&header.scenario);
    scenario.start = header.start.parse().map_err(|error| format!("`start`: {error}"))?;
    scenario.horizon = header.horizon() - Instant::START;
    scenario.warm_up = Duration::from_nanos(header.measured_from_ns);
    scenario.seed = header.seed;
    scenario.replications = 1;
    scenario.conventions = header.conventions()?;
    scenario.routing = Routing { agent_selection, call_selection, ring_no_answer: None };
    let calls = |number: u32| {
        let of_group = script.given.iter().filter_map(move |(arrival, given)| match *given {
            Given::CallArrives { group, talk_ns, wrap_up_ns, patience_ns, .. } if group == number => {
                let time = |nanos| Duration::from_nanos(nanos).min(LONGEST);
                let patience = patience_ns.map(time).filter(|&patience| patience < LONGEST);
                Some(RecordedCall {
                    arrival: *arrival,
                    talk: Some(time(talk_ns)),
                    wrap_up: Some(time(wrap_up_ns)),
                    patience: patience.map_or(RecordedPatience::Unknown, RecordedPatience::Exactly),
                    class: None,
                })
            }
            _ => None,
        });
        of_group.collect::<Vec<RecordedCall>>()
    };
    scenario.groups = (0..)
        .zip(&header.groups)
        .map(|(number, of)| {
            let mut group = group.clone();
            group.name.clone_from(&of.name);
            group.queue.clone_from(&of.queue);
            group.queue_capacity = of.capacity;
            group.handling = Handling::Apart { talk: nothing.clone(), wrap_up: nothing.clone() };
            group.arrivals = Arrivals::Recorded(calls(number).into());
            group
        })
        .collect();
    scenario.agents.clear();
    for (number, of) in (0..).zip(&header.agents) {
        let shifts = shifts(script, number).map_err(|wrong| format!("agent `{}` {wrong}", of.name))?;
        // Whoever never comes is not there.
        if shifts.is_empty() {
            continue;
        }
        let mut agent = agent.clone();
        agent.name.clone_from(&of.name);
        agent.address.clone_from(&of.address);
        agent.groups = of.groups.iter().map(|&group| group as usize).collect();
        agent.ranks.clone_from(&of.ranks);
        agent.shifts = shifts;
        scenario.agents.push(agent);
    }
    if scenario.agents.is_empty() {
        return Err("no agent of the trace ever logs in".to_owned());
    }
    Ok(scenario)
}

fn shifts(script: &Script, number: u32) -> Result<Vec<Shift>, String> {
    let mut shifts: Vec<Shift> = Vec::new();
    for &(at, ref given) in &script.given {
        match *given {
            Given::AgentLogsIn { agent, .. } if agent == number => {
                if shifts.last().is_some_and(|last| last.log_out == Instant::NEVER) {
                    return Err("logs in twice without logging out".to_owned());
                }
                shifts.push(Shift { log_in: at, log_out: Instant::NEVER });
            }
            Given::AgentLogsOut { agent } if agent == number => match shifts.last_mut() {
                Some(last) if last.log_out == Instant::NEVER && at > last.log_in => last.log_out = at,
                _ => return Err("logs out without having logged in".to_owned()),
            },
            _ => {}
        }
    }
    Ok(shifts)
}
