//! The report of a plan of agents: tables for people, CSV and JSON.

mod csv;
mod json;
mod text;

pub use csv::{next_agent_csv, plan_csv, shifts_csv, targets_csv};
pub use json::plan_json;
pub use text::plan_text;

use crate::planning::{NextAgent, Plan, PlanTarget, Seen, Verdict};
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

/// What the next agent costs for each point, or second, that the shown target's value of the day gains; none if it gains nothing.
fn cost_of_gain(plan: &Plan, next: &NextAgent) -> Option<f64> {
    let target = &plan.request.targets.list()[plan.request.targets.shown()];
    let by = next.value.difference().mean * if is_share(target) { 100.0 } else { 1.0 };
    let gain = if target.is_at_least() { by } else { -by };
    (gain > 0.0).then(|| plan.cost_of(next) / gain)
}
