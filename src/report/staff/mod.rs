//! The report of a plan of agents: tables for people, CSV and JSON.

mod csv;
mod json;
mod text;

pub use csv::{next_agent_csv, plan_csv, shifts_csv, targets_csv};
pub use json::plan_json;
pub use text::plan_text;

use crate::planning::{Plan, PlanTarget, Seen, Verdict};
use crate::statistics::Estimate;

/// A target's value with its 95 % interval.
fn value(seen: &Seen, target: usize) -> Estimate {
    let ratio = &seen.values[target];
    Estimate { mean: ratio.value(), half_width: ratio.half_width(0.95), replications: ratio.count() }
}

/// What is known of a target, in a word.
const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "held",
        Verdict::InMean => "in mean",
        Verdict::Missed => "missed",
    }
}

/// Whose number of agents the plan has for a team in an interval.
fn source(plan: &Plan, team: usize, interval: usize) -> &'static str {
    if plan.levels[team][interval] == plan.by_formula[team][interval] { "formula" } else { "simulation" }
}

/// The intervals that are reported: those with agents, or calls while it is open.
fn shown(plan: &Plan) -> impl Iterator<Item = usize> {
    (0..plan.demand.intervals.len()).filter(|&index| {
        let calls = plan.demand.intervals[index].groups.iter().any(|group| group.calls > 0.0);
        let agents = plan.levels.iter().any(|team| team[index] > 0);
        plan.open[index] && (calls || agents)
    })
}

/// Whether a target is a share of something.
fn is_share(target: &PlanTarget) -> bool {
    target.metric() != "asa_s"
}
