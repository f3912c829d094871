//! The tables for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::super::text::{cell, counted, new_table, percent, render, span};
use super::{cost_of_gain, is_share, shown, source, value, word};
use crate::planning::{Plan, Seen};
use crate::scenario::wall_clock;
use crate::statistics::Estimate;
use crate::time::Instant;

/// So many of the agents that are worth most are shown.
const MOST_NEXT: usize = 10;

/// A plan for people, at most `width` columns wide if it can be.
pub fn plan_text(plan: &Plan, width: u16) -> String {
    let request = &plan.request;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}: {} from {}, agents for {}",
        plan.scenario.name,
        span(plan.scenario.horizon),
        plan.scenario.start,
        request.targets
    );
    let _ = writeln!(
        text,
        "Searched with {} of seed {}, {} staffings; the values are of {} others, ± half of the 95 % interval.\n\
         Held: with a confidence of {} %, one-sided.",
        counted(request.replications.into(), "replication"),
        plan.scenario.seed,
        plan.simulated,
        request.replications,
        100.0 * request.confidence,
    );
    for team in plan.teams.iter().filter(|team| team.desk.absence > 0.0) {
        let _ = writeln!(
            text,
            "Shrinkage of {}: each scheduled agent stays away for a shift with the probability {} %; scheduled agents are shown.",
            team.name,
            100.0 * team.desk.absence
        );
    }
    let closed = (0..plan.open.len()).filter(|&index| !plan.open[index]);
    let outside: f64 = closed.flat_map(|index| &plan.demand.intervals[index].groups).map(|group| group.calls).sum();
    if outside > 0.0 {
        let _ = writeln!(
            text,
            "Not planned for: {outside:.1} calls that are expected while it is closed, or in the warm-up."
        );
    }
    text += &agents(plan, width);
    text += &groups(plan, width);
    text += &days(plan, width);
    text += &shifts(plan, width);
    text += &next(plan, width);
    let (formula, hours) = (plan.agent_hours(&plan.by_formula), plan.agent_hours(&plan.levels));
    let _ = writeln!(text, "\nScheduled agent hours: {hours:.1}; by formula {formula:.1}, which is {:+.1} %", {
        100.0 * (formula / hours - 1.0)
    });
    let differ = |by: &dyn Fn(i64) -> bool| {
        let levels = plan.levels.iter().zip(&plan.by_formula);
        let cells = levels.flat_map(|(team, formula)| shown(plan).map(|index| (team[index], formula[index])));
        cells.filter(|&(level, formula)| by(i64::from(level) - i64::from(formula))).count() as u64
    };
    let _ = writeln!(
        text,
        "The formula is right in {}, too low in {} and too high in {}.",
        counted(differ(&|by| by == 0), "interval"),
        differ(&|by| by > 0),
        differ(&|by| by < 0)
    );
    for &index in &plan.unreached {
        let _ = writeln!(
            text,
            "No number of agents that is allowed reaches the targets from {}.",
            clock(plan, plan.demand.intervals[index].start)
        );
    }
    for &day in &plan.unreached_days {
        let first = plan.demand.intervals.iter().find(|interval| interval.day == day);
        let at = first.map(|first| clock(plan, first.start)).unwrap_or_default();
        let _ = writeln!(text, "No number of agents that is allowed reaches the risk level on the day of {at}.");
    }
    text
}

/// The wall clock, without the date where the run is of one.
fn clock(plan: &Plan, at: Instant) -> String {
    let clock = wall_clock(&plan.scenario, at);
    let (date, time) = clock.split_once('T').unwrap_or(("", &clock));
    let time = time.strip_suffix(":00").unwrap_or(time);
    if plan.demand.days() == 1 { time.to_owned() } else { format!("{date} {time}") }
}

/// A target's value for people.
fn shown_value(plan: &Plan, seen: &Seen, target: usize) -> String {
    let estimate = value(seen, target);
    if is_share(&plan.request.targets.list()[target]) { percent(estimate) } else { cell(estimate, 1) }
}

fn headers(plan: &Plan, of: &str) -> Vec<String> {
    plan.request.targets.list().iter().map(|target| format!("{}\n{of}", target.metric())).collect()
}

/// The agents of each team in each interval.
fn agents(plan: &Plan, width: u16) -> String {
    let several = plan.teams.len() > 1;
    let mut header = vec!["From"];
    header.extend(several.then_some("Team"));
    header.push("Formula");
    let some_stay_away = plan.teams.iter().any(|team| team.desk.absence > 0.0);
    header.extend(some_stay_away.then_some("Formula,\nscheduled"));
    header.extend(["Simulated", "Difference", "Taken from"]);
    header.extend(plan.roster.is_some().then_some("On shift"));
    let present = plan.roster.as_ref().map(|roster| roster.present(&plan.demand, plan.teams.len()));
    let there = plan.formula_agents();
    let mut table = new_table(&header);
    for index in shown(plan) {
        for (team, members) in plan.teams.iter().enumerate() {
            let (by_formula, level) = (plan.by_formula[team][index], plan.levels[team][index]);
            let mut row = vec![clock(plan, plan.demand.intervals[index].start)];
            row.extend(several.then(|| members.name.clone()));
            row.push(there[team][index].to_string());
            row.extend(some_stay_away.then(|| by_formula.to_string()));
            row.push(level.to_string());
            row.push(match i64::from(level) - i64::from(by_formula) {
                0 => "0".to_owned(),
                by => format!("{by:+}"),
            });
            row.push(source(plan, team, index).to_owned());
            row.extend(present.as_ref().map(|present| present[team][index].to_string()));
            table.add_row(row);
        }
    }
    format!("\nAgents\n{}", render(table, width))
}

/// What the groups get in each interval.
fn groups(plan: &Plan, width: u16) -> String {
    let several = plan.scenario.groups.len() > 1;
    let model = plan.model();
    let mut header: Vec<String> = vec!["From".to_owned()];
    header.extend(several.then(|| "Group".to_owned()));
    header.extend(["Calls".to_owned(), "AHT\ns".to_owned()]);
    header.extend(headers(plan, "by formula"));
    header.extend(headers(plan, "simulated"));
    header.extend(["All targets".to_owned(), "P(met)\n%".to_owned()]);
    let mut table = new_table(&header.iter().map(String::as_str).collect::<Vec<_>>());
    for index in shown(plan) {
        let interval = &plan.demand.intervals[index];
        for (group, demand) in interval.groups.iter().enumerate() {
            let (by_formula, seen) =
                (&plan.seen_by_formula.intervals[index][group], &plan.seen.intervals[index][group]);
            let mut row = vec![clock(plan, interval.start)];
            row.extend(several.then(|| plan.scenario.groups[group].name.clone()));
            row.extend([format!("{:.1}", demand.calls), format!("{:.0}", demand.aht_s)]);
            let targets = 0..plan.request.targets.list().len();
            row.extend(targets.clone().map(|target| shown_value(plan, by_formula, target)));
            row.extend(targets.map(|target| shown_value(plan, seen, target)));
            row.push(word(model.interval_verdict(seen)).to_owned());
            row.push(seen.p_met().map_or_else(|| "–".to_owned(), |met| format!("{:.0}", 100.0 * met.share)));
            table.add_row(row);
        }
    }
    format!("\nWhat callers get\n{}", render(table, width))
}

/// What the days come to.
fn days(plan: &Plan, width: u16) -> String {
    let several = plan.scenario.groups.len() > 1;
    let mut header: Vec<String> = vec!["Day".to_owned()];
    header.extend(several.then(|| "Group".to_owned()));
    header.push("Calls".to_owned());
    header.extend(headers(plan, "by formula"));
    header.extend(headers(plan, "simulated"));
    header.push("P(all targets met)\n[95 % interval] %".to_owned());
    if plan.roster.is_some() {
        header.extend(headers(plan, "on shift"));
        header.push("P(met) on shift\n[95 % interval] %".to_owned());
    }
    let mut table = new_table(&header.iter().map(String::as_str).collect::<Vec<_>>());
    let days = plan.demand.days();
    // The whole run comes last, if it is more than a day.
    for day in 0..days + usize::from(days > 1) {
        let first = plan.demand.intervals.iter().find(|interval| interval.day == day);
        let name = first.map_or_else(
            || "All".to_owned(),
            |first| wall_clock(&plan.scenario, first.start).split('T').next().unwrap_or_default().to_owned(),
        );
        for group in 0..plan.scenario.groups.len() {
            let of = |seen: &'_ crate::planning::Assessment| -> Seen {
                seen.days.get(day).map_or_else(|| seen.whole[group].clone(), |groups| groups[group].clone())
            };
            let (by_formula, seen) = (of(&plan.seen_by_formula), of(&plan.seen));
            if seen.with_calls == 0 {
                continue;
            }
            let targets = 0..plan.request.targets.list().len();
            let mut row = vec![name.clone()];
            row.extend(several.then(|| plan.scenario.groups[group].name.clone()));
            row.push(cell(seen.calls.estimate(), 0));
            row.extend(targets.clone().map(|target| shown_value(plan, &by_formula, target)));
            row.extend(targets.clone().map(|target| shown_value(plan, &seen, target)));
            row.push(p_met(&seen));
            if let Some(roster) = &plan.seen_of_roster {
                let seen = of(roster);
                row.extend(targets.map(|target| shown_value(plan, &seen, target)));
                row.push(p_met(&seen));
            }
            table.add_row(row);
        }
    }
    format!("\nDays\n{}", render(table, width))
}

fn p_met(seen: &Seen) -> String {
    seen.p_met().map_or_else(
        || "–".to_owned(),
        |met| format!("{:.0} [{:.0}, {:.0}]", 100.0 * met.share, 100.0 * met.low, 100.0 * met.high),
    )
}

/// How many agents begin which shift when.
fn shifts(plan: &Plan, width: u16) -> String {
    let Some(roster) = &plan.roster else { return String::new() };
    let mut counts: BTreeMap<(usize, Instant, usize), (u64, Vec<String>)> = BTreeMap::new();
    for shift in &roster.shifts {
        let (count, breaks) = counts.entry((shift.team, shift.start, shift.rule)).or_default();
        *count += 1;
        let time = |at: Instant| {
            let clock = wall_clock(&plan.scenario, at);
            let time = clock.split('T').nth(1).unwrap_or_default().to_owned();
            time.strip_suffix(":00").map(str::to_owned).unwrap_or(time)
        };
        let pauses: Vec<String> = shift.breaks.iter().map(|pause| time(pause.at)).collect();
        if !pauses.is_empty() {
            breaks.push(pauses.join("+"));
        }
    }
    let several = plan.teams.len() > 1;
    let mut header = vec!["Shift"];
    header.extend(several.then_some("Team"));
    header.extend(["From", "To", "Agents", "Breaks from"]);
    let mut table = new_table(&header);
    for ((team, start, rule), (count, breaks)) in counts {
        let rule = &plan.request.rules.shifts[rule];
        let mut row = vec![rule.name.clone()];
        row.extend(several.then(|| plan.teams[team].name.clone()));
        row.extend([clock(plan, start), clock(plan, start + rule.length), count.to_string(), breaks.join(" ")]);
        table.add_row(row);
    }
    let agents: usize = (0..plan.teams.len()).map(|team| roster.agents(team)).sum();
    format!(
        "\nShifts: {} of {}, {:.1} paid hours, cost {:.2}, the least there is ({})\n{}",
        counted(roster.shifts.len() as u64, "shift"),
        counted(agents as u64, "agent"),
        roster.paid_hours(&plan.request.rules),
        roster.cost,
        roster.solver,
        render(table, width)
    )
}

/// Where the next agent is worth most.
fn next(plan: &Plan, width: u16) -> String {
    if plan.next.is_empty() {
        return String::new();
    }
    let target = &plan.request.targets.list()[plan.request.targets.shown()];
    let mut best: Vec<_> = plan.next.iter().filter(|next| next.value.difference().mean.is_finite()).collect();
    let gain = |next: &crate::planning::NextAgent| {
        let by = next.value.difference().mean;
        if target.is_at_least() { by } else { -by }
    };
    best.sort_by(|one, other| gain(other).total_cmp(&gain(one)));
    let points = |estimate: Estimate| {
        let times = if is_share(target) { 100.0 } else { 1.0 };
        let half_width = estimate.half_width.map(|half_width| times * half_width);
        Estimate { mean: times * estimate.mean, half_width, ..estimate }
    };
    let unit = if is_share(target) { "points" } else { "seconds" };
    let metric = target.metric();
    let mut table = new_table(&[
        "From",
        "Team",
        "Group",
        &format!("{metric}\nof the day, {unit}"),
        "P(met) of the day,\npoints",
        &format!("Cost of\na {}", unit.trim_end_matches('s')),
    ]);
    let signed = |estimate: Estimate| {
        // No sign of what rounds to nothing.
        let mean = format!("{:+.2}", estimate.mean).replace("-0.00", "+0.00");
        match estimate.half_width {
            Some(half_width) if half_width > 0.0 => format!("{mean} ±{half_width:.2}"),
            _ => mean,
        }
    };
    for next in best.iter().take(MOST_NEXT) {
        let met = next.met.difference();
        let half_width = met.half_width.map(|half_width| 100.0 * half_width);
        table.add_row([
            clock(plan, plan.demand.intervals[next.interval].start),
            plan.teams[next.team].name.clone(),
            plan.scenario.groups[next.group].name.clone(),
            signed(points(next.value.difference())),
            signed(Estimate { mean: 100.0 * met.mean, half_width, ..met }),
            cost_of_gain(plan, next).map_or_else(|| "–".to_owned(), |cost| format!("{cost:.2}")),
        ]);
    }
    format!(
        "\nOne more agent for one interval, with the same callers: where it is worth most\n{}",
        render(table, width)
    )
}
