//! CSV: the agents of each interval, what each target comes to, the shifts, and what the next agent is worth.

use super::{cost_of_gain, source, value, word};
use crate::planning::{Plan, Seen};
use crate::scenario::wall_clock;
use crate::time::Instant;

type Rows = csv::Writer<Vec<u8>>;

fn finish(rows: Rows) -> Result<Vec<u8>, csv::Error> {
    rows.into_inner().map_err(|error| error.into_error().into())
}

/// A number, nothing if there is none.
fn number(value: f64) -> String {
    if value.is_finite() { value.to_string() } else { String::new() }
}

/// A row an interval and team: the agents of the formula and of the plan, and who of them is at work by the shifts.
///
/// `formula` is who has to be there by the formula; `formula_scheduled` and `simulated` are scheduled, before the shrinkage;
/// `required` is who of them comes in the mean.
///
/// # Errors
///
/// If a row cannot be written, which memory does not do.
pub fn plan_csv(plan: &Plan) -> Result<Vec<u8>, csv::Error> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record([
        "start",
        "end",
        "team",
        "formula",
        "shrinkage",
        "formula_scheduled",
        "simulated",
        "difference",
        "source",
        "required",
        "on_shift",
        "reached",
    ])?;
    let present = plan.roster.as_ref().map(|roster| roster.present(&plan.demand, plan.teams.len()));
    let there = plan.formula_agents();
    for (index, interval) in plan.demand.intervals.iter().enumerate() {
        for (team, members) in plan.teams.iter().enumerate() {
            let (by_formula, simulated) = (plan.by_formula[team][index], plan.levels[team][index]);
            rows.write_record([
                wall_clock(&plan.scenario, interval.start),
                wall_clock(&plan.scenario, interval.end),
                members.name.clone(),
                there[team][index].to_string(),
                members.desk.absence.to_string(),
                by_formula.to_string(),
                simulated.to_string(),
                (i64::from(simulated) - i64::from(by_formula)).to_string(),
                source(plan, team, index).to_owned(),
                number(f64::from(simulated) * (1.0 - members.desk.absence)),
                present.as_ref().map(|present| present[team][index].to_string()).unwrap_or_default(),
                (!plan.unreached.contains(&index)).to_string(),
            ])?;
        }
    }
    finish(rows)
}

/// A part of the run that a row is of.
#[derive(Clone, Copy)]
struct Part {
    span: &'static str,
    from: Instant,
    to: Instant,
    is_open: bool,
}

const INTERVAL: &str = "interval";

/// A row an interval, day and the whole run, and group: the demand, and each target's value with the formula's agents, with the
/// plan's, and on the shifts.
///
/// # Errors
///
/// As [`plan_csv`].
pub fn targets_csv(plan: &Plan) -> Result<Vec<u8>, csv::Error> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    let targets = plan.request.targets.list();
    let mut header: Vec<String> =
        ["span", "start", "end", "open", "group", "calls", "aht_s"].into_iter().map(str::to_owned).collect();
    for target in targets {
        let metric = target.metric();
        for of in ["formula", "plan", "shifts"] {
            header.extend([format!("{metric}_{of}"), format!("{metric}_{of}_ci95")]);
        }
    }
    header.extend(["verdict", "p_met", "p_met_low", "p_met_high"].map(str::to_owned));
    rows.write_record(&header)?;
    let model = plan.model();
    let mut row = |part: Part, group: usize, demand: [f64; 2], seen: [Option<&Seen>; 3]| {
        let mut row = vec![
            part.span.to_owned(),
            wall_clock(&plan.scenario, part.from),
            wall_clock(&plan.scenario, part.to),
            part.is_open.to_string(),
            plan.scenario.groups[group].name.clone(),
            number(demand[0]),
            number(demand[1]),
        ];
        for target in 0..targets.len() {
            for seen in seen {
                let estimate = seen.map(|seen| value(seen, target));
                row.push(estimate.map(|estimate| number(estimate.mean)).unwrap_or_default());
                row.push(estimate.and_then(|estimate| estimate.half_width).map(number).unwrap_or_default());
            }
        }
        // What is told last is of the agents who work.
        let last = seen[2].or(seen[1]).filter(|_| part.is_open);
        let verdict = |seen| if part.span == INTERVAL { model.interval_verdict(seen) } else { model.verdict(seen) };
        row.push(last.map(|seen| word(verdict(seen)).to_owned()).unwrap_or_default());
        let met = last.and_then(Seen::p_met);
        row.extend(met.map_or_else(Default::default, |met| [met.share, met.low, met.high].map(number)));
        rows.write_record(&row)
    };
    let intervals = &plan.demand.intervals;
    let roster = plan.seen_of_roster.as_ref();
    for (index, interval) in intervals.iter().enumerate() {
        for (group, demand) in interval.groups.iter().enumerate() {
            let seen = [
                Some(&plan.seen_by_formula.intervals[index][group]),
                Some(&plan.seen.intervals[index][group]),
                roster.map(|seen| &seen.intervals[index][group]),
            ];
            let part = Part { span: INTERVAL, from: interval.start, to: interval.end, is_open: plan.open[index] };
            row(part, group, [demand.calls, demand.aht_s], seen)?;
        }
    }
    let sums = |of: &dyn Fn(usize) -> bool, group: usize| {
        let open = (0..intervals.len()).filter(|&index| plan.open[index] && of(index));
        let demands = open.map(|index| &intervals[index].groups[group]);
        let (calls, busy) = demands
            .fold((0.0, 0.0), |(calls, busy), demand| (calls + demand.calls, busy + demand.calls * demand.aht_s));
        [calls, busy / calls]
    };
    for day in 0..plan.demand.days() {
        let of_day = |index: usize| intervals[index].day == day;
        let Some(first) = intervals.iter().find(|interval| interval.day == day) else { continue };
        let last = intervals.iter().rfind(|interval| interval.day == day).unwrap_or(first);
        let is_open = (0..intervals.len()).any(|index| of_day(index) && plan.open[index]);
        let part = Part { span: "day", from: first.start, to: last.end, is_open };
        for group in 0..plan.scenario.groups.len() {
            let seen = [
                Some(&plan.seen_by_formula.days[day][group]),
                Some(&plan.seen.days[day][group]),
                roster.map(|seen| &seen.days[day][group]),
            ];
            row(part, group, sums(&of_day, group), seen)?;
        }
    }
    let to = Instant::START + plan.scenario.horizon;
    let part = Part { span: "run", from: Instant::START, to, is_open: true };
    for group in 0..plan.scenario.groups.len() {
        let seen = [
            Some(&plan.seen_by_formula.whole[group]),
            Some(&plan.seen.whole[group]),
            roster.map(|seen| &seen.whole[group]),
        ];
        row(part, group, sums(&|_| true, group), seen)?;
    }
    finish(rows)
}

/// A row a shift: who works from when to when, with which breaks, and what it costs. None without shifts.
///
/// # Errors
///
/// As [`plan_csv`].
pub fn shifts_csv(plan: &Plan) -> Result<Option<Vec<u8>>, csv::Error> {
    let Some(roster) = &plan.roster else { return Ok(None) };
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record(["team", "agent", "shift", "log_in", "log_out", "breaks", "paid_h", "cost"])?;
    for shift in &roster.shifts {
        let (team, rule) = (&plan.teams[shift.team], &plan.request.rules.shifts[shift.rule]);
        let breaks = shift.breaks.iter().map(|pause| {
            let (from, to) = (pause.at, pause.at + pause.length);
            format!("{}/{}", wall_clock(&plan.scenario, from), wall_clock(&plan.scenario, to))
        });
        rows.write_record([
            team.name.clone(),
            format!("{} {}", team.name, shift.agent),
            rule.name.clone(),
            wall_clock(&plan.scenario, shift.start),
            wall_clock(&plan.scenario, shift.end),
            breaks.collect::<Vec<_>>().join(" "),
            number(rule.paid().as_secs_f64() / 3_600.0),
            number(shift.cost),
        ])?;
    }
    finish(rows).map(Some)
}

/// A row an interval, team and group: what one more agent is worth to the day. None unless it was asked for.
///
/// # Errors
///
/// As [`plan_csv`].
pub fn next_agent_csv(plan: &Plan) -> Result<Option<Vec<u8>>, csv::Error> {
    if !plan.request.next_agent {
        return Ok(None);
    }
    let metric = plan.request.targets.list()[plan.request.targets.shown()].metric();
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record([
        "start",
        "team",
        "group",
        &format!("{metric}_of_day"),
        "difference",
        "paired_ci95",
        "p_met",
        "p_met_difference",
        "p_met_paired_ci95",
        "cost",
        "cost_of_gain",
    ])?;
    for next in &plan.next {
        let (value, met) = (next.value.difference(), next.met.difference());
        rows.write_record([
            wall_clock(&plan.scenario, plan.demand.intervals[next.interval].start),
            plan.teams[next.team].name.clone(),
            plan.scenario.groups[next.group].name.clone(),
            number(next.value.first().mean),
            number(value.mean),
            value.half_width.map(number).unwrap_or_default(),
            number(next.met.first().mean),
            number(met.mean),
            met.half_width.map(number).unwrap_or_default(),
            number(plan.cost_of(next)),
            cost_of_gain(plan, next).map(number).unwrap_or_default(),
        ])?;
    }
    finish(rows).map(Some)
}
