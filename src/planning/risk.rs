//! Bad days: the probability that a day meets the targets, staffing to a risk level, and what one more agent is worth.

use std::collections::BTreeSet;

use super::assess::{Assessment, Assessor, Seen};
use super::demand::Demand;
use super::search::Limits;
use super::team::Levels;
use crate::experiment::{ExperimentError, ReplicationError};
use crate::statistics::Paired;
use crate::time::Instant;

type Stopped = ExperimentError<ReplicationError>;

/// What one more agent in an interval is worth to its day.
#[derive(Clone, Debug, PartialEq)]
pub struct NextAgent {
    /// The index of the agent's team.
    pub team: usize,
    /// The index of the interval.
    pub interval: usize,
    /// The index of the group that gains.
    pub group: usize,
    /// The shown target's value of the day without and with the agent, replication by replication, with the same callers.
    pub value: Paired,
    /// Whether the day meets all targets without and with the agent (1 or 0), replication by replication.
    pub met: Paired,
}

/// Intervals of the same time of the day, one of each day: moves in them do not disturb each other.
fn by_clock(demand: &Demand, open: &[bool]) -> Vec<Vec<usize>> {
    let begins = |day: usize| demand.intervals.iter().find(|interval| interval.day == day).map(|first| first.start);
    let mut clocks: Vec<Vec<usize>> = Vec::new();
    for (index, interval) in demand.intervals.iter().enumerate().filter(|&(index, _)| open[index]) {
        let first = begins(interval.day).unwrap_or(Instant::START);
        let slot = (interval.start.since(first).as_nanos() / demand.intervals[0].length().as_nanos()) as usize;
        if clocks.len() <= slot {
            clocks.resize(slot + 1, Vec::new());
        }
        clocks[slot].push(index);
    }
    clocks.retain(|clock| !clock.is_empty());
    clocks
}

/// What one more agent is worth, in each interval and of each team, to each group that the team serves. A day's gain is measured beside
/// the same day without the agent.
///
/// # Errors
///
/// If a replication does not end well, or it is told to stop.
pub(super) fn next_agents(assessor: &mut Assessor, levels: &Levels) -> Result<Vec<NextAgent>, Stopped> {
    let model = assessor.model;
    let base = assessor.assess(levels)?;
    let mut next = Vec::new();
    for team in 0..levels.len() {
        for clock in by_clock(model.demand, model.open) {
            let mut more = levels.clone();
            clock.iter().for_each(|&index| more[team][index] += 1);
            let with_more = assessor.assess(&more)?;
            for &interval in &clock {
                let day = model.demand.intervals[interval].day;
                for &group in &model.teams[team].groups {
                    let (value, met) = paired(&base, &with_more, day, group);
                    next.push(NextAgent { team, interval, group, value, met });
                }
            }
        }
    }
    Ok(next)
}

fn paired(base: &Assessment, other: &Assessment, day: usize, group: usize) -> (Paired, Paired) {
    let (mut value, mut met) = (Paired::default(), Paired::default());
    for (before, after) in base.by_replication.iter().zip(&other.by_replication) {
        let ((part, whole), (other_part, other_whole)) = (before[day][group], after[day][group]);
        if whole > 0.0 && other_whole > 0.0 {
            value.add(part / whole, other_part / other_whole);
        }
    }
    for (before, after) in base.met_by_replication.iter().zip(&other.met_by_replication) {
        met.add(f64::from(before[day][group]), f64::from(after[day][group]));
    }
    (value, met)
}

/// Adds agents until each day meets the targets of each group with the probability `risk`, that being known with the model's
/// confidence (score interval, one-sided); takes away again what was not needed. Says on which days no number that is allowed reaches it.
///
/// # Errors
///
/// If a replication does not end well, or it is told to stop.
pub(super) fn staff_to_risk(
    assessor: &mut Assessor,
    levels: &mut Levels,
    limits: &Limits,
    risk: f64,
) -> Result<BTreeSet<usize>, Stopped> {
    let floor = levels.clone();
    let mut unreached: BTreeSet<usize> = BTreeSet::new();
    let model = assessor.model;
    let safe = |seen: &Seen| seen.with_calls == 0 || model.p_met(seen).low >= risk;
    let most_added = 8 * floor.iter().flatten().copied().max().unwrap_or(1) + 64;
    let mut added = vec![0; model.demand.days()];
    loop {
        let seen = assessor.assess(levels)?;
        let mut done = true;
        for (day, added) in added.iter_mut().enumerate() {
            let failing: Vec<usize> =
                (0..model.scenario.groups.len()).filter(|&group| !safe(&seen.days[day][group])).collect();
            if failing.is_empty() || unreached.contains(&day) {
                continue;
            }
            // Far from the level several at once: what is too much is taken away below.
            let worst = failing.iter().filter_map(|&group| seen.days[day][group].p_met()).map(|met| met.share);
            let worst = worst.fold(1.0, f64::min);
            let steps = if risk - worst > 0.1 { 3 } else { 1 };
            for _ in 0..steps {
                match where_it_hurts(assessor, &seen, levels, &floor, limits, day, &failing) {
                    Some((team, index)) if *added < most_added => {
                        levels[team][index] += 1;
                        *added += 1;
                        done = false;
                    }
                    _ => {
                        unreached.insert(day);
                    }
                }
            }
        }
        if done {
            break;
        }
    }
    // One agent less at the same time of each day.
    for team in 0..levels.len() {
        for clock in by_clock(model.demand, model.open) {
            let mut left: Vec<usize> = clock;
            loop {
                left.retain(|&index| {
                    levels[team][index] > floor[team][index] && !unreached.contains(&model.demand.intervals[index].day)
                });
                if left.is_empty() {
                    break;
                }
                let mut fewer = levels.clone();
                left.iter().for_each(|&index| fewer[team][index] -= 1);
                let seen = assessor.assess(&fewer)?;
                left.retain(|&index| seen.days[model.demand.intervals[index].day].iter().all(safe));
                left.iter().for_each(|&index| levels[team][index] -= 1);
            }
        }
    }
    Ok(unreached)
}

/// The open interval of a day, and the team, where one more agent meets the most of what is missed by the failing groups: where the calls
/// are that miss the shown target, shared by those who were added there already.
fn where_it_hurts(
    assessor: &Assessor,
    seen: &Assessment,
    levels: &Levels,
    floor: &Levels,
    limits: &Limits,
    day: usize,
    failing: &[usize],
) -> Option<(usize, usize)> {
    let model = assessor.model;
    let shown = model.targets.shown();
    let target = model.targets.list()[shown];
    let mut best: Option<(f64, usize, usize)> = None;
    for (index, interval) in model.demand.intervals.iter().enumerate() {
        let present: u32 = levels.iter().map(|team| team[index]).sum();
        if interval.day != day || !model.open[index] || limits.most.is_some_and(|most| present >= most) {
            continue;
        }
        for (team, members) in model.teams.iter().enumerate() {
            let missed = |&group: &usize| {
                let seen = &seen.intervals[index][group];
                let value = seen.values[shown].value();
                let share = if target.is_at_least() { 1.0 - value } else { value };
                if share.is_finite() { share * seen.calls.estimate().mean } else { 0.0 }
            };
            let missed: f64 = failing.iter().filter(|group| members.groups.contains(group)).map(missed).sum();
            let more = f64::from(levels[team][index] - floor[team][index]);
            let worth = missed / limits.costs[team] / (1.0 + more);
            if worth > 0.0 && best.is_none_or(|(most, ..)| worth > most) {
                best = Some((worth, team, index));
            }
        }
    }
    best.map(|(_, team, index)| (team, index))
}
