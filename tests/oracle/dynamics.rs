//! What must hold of who was answered by whom and when, whatever the numbers are; from the call log alone.

use acdsim::scenario::{Agent, AgentSelection, CallSelection, Scenario};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::common::rows::Row;
use super::recount::{Diary, Idle, overlap};

/// Checks the dynamics of a run.
pub(crate) fn check(scenario: &Scenario, rows: &[Row], diaries: &[Diary]) -> Result<(), TestCaseError> {
    let horizon = i128::from(scenario.horizon.as_nanos());
    numbers(rows)?;
    patience(rows)?;
    one_call_at_a_time(diaries, horizon)?;
    calls_start_in_shifts(diaries)?;
    first_come_first_served(scenario, rows)?;
    nobody_waits_for_an_idle_agent(scenario, rows, diaries, horizon)?;
    the_longest_idle_answers(scenario, rows, diaries, horizon)?;
    the_right_call_is_answered(scenario, rows)
}

fn numbers(rows: &[Row]) -> Result<(), TestCaseError> {
    for (row, number) in rows.iter().zip(1..) {
        prop_assert_eq!(row.call, number, "calls are in the order of their numbers");
    }
    for pair in rows.windows(2) {
        prop_assert!(pair[0].arrival <= pair[1].arrival, "calls are numbered as they arrive: {:?}", pair);
    }
    Ok(())
}

fn patience(rows: &[Row]) -> Result<(), TestCaseError> {
    for row in rows {
        match (row.patience, row.outcome.as_str()) {
            (Some(patience), "abandoned") => prop_assert_eq!(row.wait, patience, "{:?}", row),
            (None, "abandoned") => prop_assert!(false, "the patience was endless: {:?}", row),
            (Some(patience), _) => prop_assert!(row.wait <= patience, "{:?}", row),
            (None, _) => {}
        }
    }
    Ok(())
}

fn one_call_at_a_time(diaries: &[Diary], horizon: i128) -> Result<(), TestCaseError> {
    for diary in diaries {
        for pair in diary.busy(horizon).windows(2) {
            prop_assert!(pair[0].1 <= pair[1].0, "two calls at once: {:?}", pair);
        }
        let unfinished = diary.calls.iter().filter(|row| row.released().is_none()).count();
        prop_assert!(unfinished <= 1, "at most one call is in progress at the end");
    }
    Ok(())
}

fn calls_start_in_shifts(diaries: &[Diary]) -> Result<(), TestCaseError> {
    for diary in diaries {
        for row in &diary.calls {
            let at = row.answered().expect("it was answered");
            let inside = diary.stays.iter().any(|stay| (stay.started..stay.log_out).contains(&at));
            prop_assert!(inside, "answered outside of {:?}: {:?}", diary.stays, row);
        }
    }
    Ok(())
}

/// Whoever came earlier for the same group has left the queue when a later call is answered.
fn first_come_first_served(scenario: &Scenario, rows: &[Row]) -> Result<(), TestCaseError> {
    for group in &scenario.groups {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.group == group.name).collect();
        for (place, later) in rows.iter().enumerate() {
            let Some(answered) = later.answered() else { continue };
            for earlier in &rows[..place] {
                let fair = match (earlier.left(), earlier.outcome.as_str()) {
                    (None, _) => false,
                    // At one instant the agents who become free come first, then patience ends, then calls arrive.
                    (Some(left), "abandoned") => left < answered || (left == answered && later.is_immediate()),
                    (Some(left), _) => left <= answered,
                };
                prop_assert!(fair, "{:?} overtook {:?}", later, earlier);
            }
        }
    }
    Ok(())
}

/// While a call waits, no agent who could take it is idle over any length of time.
fn nobody_waits_for_an_idle_agent(
    scenario: &Scenario,
    rows: &[Row],
    diaries: &[Diary],
    horizon: i128,
) -> Result<(), TestCaseError> {
    for (agent, diary) in scenario.agents.iter().zip(diaries) {
        let idle = diary.idle(horizon);
        for row in rows.iter().filter(|row| agent.groups.iter().any(|&group| scenario.groups[group].name == row.group))
        {
            let waits = (row.arrival, row.left().unwrap_or(horizon));
            for idle in &idle {
                prop_assert_eq!(overlap(idle.span, waits), 0, "{} was idle: {:?} beside {:?}", agent.name, idle, row);
            }
        }
    }
    Ok(())
}

/// A call that is answered at once is answered by an agent who has been idle at least as long as any other who could and
/// has, where ranks decide, a rank as good.
fn the_longest_idle_answers(
    scenario: &Scenario,
    rows: &[Row],
    diaries: &[Diary],
    horizon: i128,
) -> Result<(), TestCaseError> {
    for row in rows.iter().filter(|row| row.is_immediate()) {
        let at = row.arrival;
        let since = |diary: &Diary| {
            let before = diary.calls.iter().take_while(|other| other.call != row.call);
            let released = before.filter_map(|other| other.released()).max().unwrap_or(0);
            let stay = diary.stays.iter().filter(|stay| stay.started <= at).map(|stay| stay.started).max();
            released.max(stay.expect("the agent is there"))
        };
        let answered = scenario.agents.iter().zip(diaries).find(|(agent, _)| agent.name == row.agent);
        let (agent, diary) = answered.expect("the agent is one of the scenario");
        let (idle_since, answering) = (since(diary), rank(scenario, agent, row).expect("the agent serves the group"));
        for (agent, diary) in scenario.agents.iter().zip(diaries) {
            let Some(rank) = rank(scenario, agent, row) else { continue };
            if agent.name == row.agent || rank > answering {
                continue;
            }
            // Idle then, and for longer or of a better rank: over the instant, or up to a call that arrived after this one.
            let better = |idle: &Idle| idle.span.0 < idle_since || (rank < answering && idle.span.0 < at);
            for idle in diary.idle(horizon).into_iter().filter(better) {
                let (from, until) = idle.span;
                let taken_later = idle.taken.is_some_and(|other| other.is_immediate() && other.call > row.call);
                let idle_then = from <= at && (until > at || (until == at && taken_later));
                prop_assert!(!idle_then, "{} was idle: {:?} beside {:?}", agent.name, idle, row);
            }
        }
    }
    Ok(())
}

/// The rank of an agent in the group of a call, if the agent serves it; the same for all where ranks decide nothing.
fn rank(scenario: &Scenario, agent: &Agent, row: &Row) -> Option<u32> {
    let position = agent.groups.iter().position(|&group| scenario.groups[group].name == row.group)?;
    let by_rank = scenario.routing.agent_selection == AgentSelection::LowestRank;
    Some(if by_rank { agent.ranks[position] } else { 0 })
}

/// An agent who takes a waiting call leaves none behind that came earlier for any of the agent's groups; where the order
/// of the groups decides, none of a group that stands before.
fn the_right_call_is_answered(scenario: &Scenario, rows: &[Row]) -> Result<(), TestCaseError> {
    for row in rows.iter().filter(|row| row.session.is_some() && !row.is_immediate()) {
        let at = row.answered().expect("it was answered");
        let agent = scenario.agents.iter().find(|agent| agent.name == row.agent).expect("an agent of the scenario");
        let place = |row: &Row| agent.groups.iter().position(|&group| scenario.groups[group].name == row.group);
        let in_order = scenario.routing.call_selection == CallSelection::GroupOrder;
        // What arrives at the very instant arrives after agents have become free.
        for other in rows.iter().filter(|other| other.arrival < at) {
            let earlier = other.arrival < row.arrival;
            let eligible = match (place(other), place(row)) {
                (Some(other), Some(this)) if in_order => other < this || (other == this && earlier),
                (Some(_), _) => earlier,
                (None, _) => false,
            };
            let behind = match other.outcome.as_str() {
                // Patience that ends at that instant ends after agents have become free.
                "abandoned" => other.left() >= Some(at),
                _ => other.left().is_none_or(|left| left > at),
            };
            prop_assert!(!(eligible && behind), "{} left {:?} behind for {:?}", agent.name, other, row);
        }
    }
    Ok(())
}
