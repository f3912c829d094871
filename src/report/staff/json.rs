//! JSON: the whole plan.

use serde_json::{Value, json};

use super::{cost_of_gain, source, value, word};
use crate::planning::{Plan, Seen};
use crate::scenario::wall_clock;

/// A plan; what does not exist is null.
pub fn plan_json(plan: &Plan) -> Value {
    let scenario = &plan.scenario;
    let request = &plan.request;
    let seen = |seen: &Seen| {
        let values = request.targets.list().iter().enumerate().map(|(index, target)| {
            let estimate = value(seen, index);
            (target.metric(), json!({ "mean": estimate.mean, "ci95": estimate.half_width }))
        });
        let met = seen.p_met().map(|met| json!({ "share": met.share, "ci95": [met.low, met.high] }));
        json!({
            "offered": seen.calls.estimate().mean,
            "values": values.collect::<serde_json::Map<_, _>>(),
            "p_met": met,
            "verdict": word(plan.model().verdict(seen)),
        })
    };
    // A target is not judged where it is closed.
    let groups = |is_open: bool, by_formula: &[Seen], of_plan: &[Seen], of_shifts: Option<&[Seen]>| {
        let seen = |of: &Seen| {
            let mut value = seen(of);
            if !is_open {
                value["verdict"] = Value::Null;
            }
            value
        };
        let group = |(index, group): (usize, &crate::scenario::Group)| {
            json!({
                "group": group.name,
                "formula": seen(&by_formula[index]),
                "plan": seen(&of_plan[index]),
                "shifts": of_shifts.map(|of_shifts| seen(&of_shifts[index])),
            })
        };
        scenario.groups.iter().enumerate().map(group).collect::<Vec<_>>()
    };
    let there = plan.formula_agents();
    let present = plan.roster.as_ref().map(|roster| roster.present(&plan.demand, plan.teams.len()));
    let intervals = plan.demand.intervals.iter().enumerate().map(|(index, interval)| {
        let teams = plan.teams.iter().enumerate().map(|(team, members)| {
            json!({
                "team": members.name,
                "formula": there[team][index],
                "formula_scheduled": plan.by_formula[team][index],
                "simulated": plan.levels[team][index],
                "source": source(plan, team, index),
                "on_shift": present.as_ref().map(|present| present[team][index]),
            })
        });
        let demand = interval
            .groups
            .iter()
            .zip(&scenario.groups)
            .map(|(demand, group)| json!({ "group": group.name, "calls": demand.calls, "aht_s": demand.aht_s }));
        json!({
            "start": wall_clock(scenario, interval.start),
            "end": wall_clock(scenario, interval.end),
            "open": plan.open[index],
            "reached": !plan.unreached.contains(&index),
            "demand": demand.collect::<Vec<_>>(),
            "teams": teams.collect::<Vec<_>>(),
            "groups": groups(
                plan.open[index],
                &plan.seen_by_formula.intervals[index],
                &plan.seen.intervals[index],
                plan.seen_of_roster.as_ref().map(|seen| &seen.intervals[index][..]),
            ),
        })
    });
    let days = (0..plan.demand.days()).map(|day| {
        let first = plan.demand.intervals.iter().find(|interval| interval.day == day);
        json!({
            "start": first.map(|first| wall_clock(scenario, first.start)),
            "reached": !plan.unreached_days.contains(&day),
            "groups": groups(
                true,
                &plan.seen_by_formula.days[day],
                &plan.seen.days[day],
                plan.seen_of_roster.as_ref().map(|seen| &seen.days[day][..]),
            ),
        })
    });
    let shifts = plan.roster.as_ref().map(|roster| {
        let shifts = roster.shifts.iter().map(|shift| {
            let breaks = shift
                .breaks
                .iter()
                .map(|pause| json!({ "at": wall_clock(scenario, pause.at), "length_s": pause.length.as_secs_f64() }));
            json!({
                "agent": format!("{} {}", plan.teams[shift.team].name, shift.agent),
                "team": plan.teams[shift.team].name,
                "shift": request.rules.shifts[shift.rule].name,
                "log_in": wall_clock(scenario, shift.start),
                "log_out": wall_clock(scenario, shift.end),
                "breaks": breaks.collect::<Vec<_>>(),
                "cost": shift.cost,
            })
        });
        json!({
            "solver": roster.solver,
            "cost": roster.cost,
            "paid_h": roster.paid_hours(&request.rules),
            "shifts": shifts.collect::<Vec<_>>(),
        })
    });
    let next = plan.next.iter().map(|next| {
        let (value, met) = (next.value.difference(), next.met.difference());
        json!({
            "start": wall_clock(scenario, plan.demand.intervals[next.interval].start),
            "team": plan.teams[next.team].name,
            "group": scenario.groups[next.group].name,
            "day": next.value.first().mean,
            "difference": value.mean,
            "paired_ci95": value.half_width,
            "p_met": next.met.first().mean,
            "p_met_difference": met.mean,
            "p_met_paired_ci95": met.half_width,
            "cost": plan.cost_of(next),
            "cost_of_gain": cost_of_gain(plan, next),
        })
    });
    json!({
        "acdsim": env!("CARGO_PKG_VERSION"),
        "scenario": scenario.name,
        "start": scenario.start.to_string(),
        "seed": scenario.seed,
        "targets": request.targets.list().iter().map(|target| json!({
            "metric": target.metric(),
            "bound": target.bound(),
            "is": if target.is_at_least() { "at least" } else { "at most" },
        })).collect::<Vec<_>>(),
        "confidence": request.confidence,
        "replications": request.replications,
        "teams": plan.teams.iter().map(|team| json!({
            "team": team.name,
            "groups": team.groups.iter().map(|&group| &scenario.groups[group].name).collect::<Vec<_>>(),
            "shrinkage": team.desk.absence,
        })).collect::<Vec<_>>(),
        "risk": request.risk,
        "staffings_simulated": plan.simulated,
        "agent_hours": { "formula": plan.agent_hours(&plan.by_formula), "plan": plan.agent_hours(&plan.levels) },
        "intervals": intervals.collect::<Vec<_>>(),
        "days": days.collect::<Vec<_>>(),
        "run": groups(
            true,
            &plan.seen_by_formula.whole,
            &plan.seen.whole,
            plan.seen_of_roster.as_ref().map(|seen| &seen.whole[..]),
        ),
        "shifts": shifts,
        "next_agent": next.collect::<Vec<_>>(),
    })
}
