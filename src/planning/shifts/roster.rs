//! Shifts as they are planned, and the scenario in which agents work them.

use super::rules::Rules;
use crate::planning::{Demand, Levels, Team, team};
use crate::scenario::{Agent, Break, Desk, Scenario, Shift};
use crate::time::{Duration, Instant};

/// The shifts of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Roster {
    /// The shifts, in the order of teams, beginnings and agents.
    pub shifts: Vec<PlannedShift>,
    /// What they cost, in the unit of the rules.
    pub cost: f64,
    /// The name of the solver that found them.
    pub solver: &'static str,
    /// The length of time that everything is a multiple of.
    pub slot: Duration,
}

/// One shift of an agent.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedShift {
    /// The index of the team.
    pub team: usize,
    /// The agent's number in the team, from 1.
    pub agent: usize,
    /// The index of the shift's rule in [`Rules::shifts`].
    pub rule: usize,
    /// When it begins.
    pub start: Instant,
    /// When it ends.
    pub end: Instant,
    /// Its breaks, in order.
    pub breaks: Vec<Break>,
    /// What it costs.
    pub cost: f64,
}

impl Roster {
    /// A roster of shifts that no agent works yet: each is given to the agent of the team with the lowest number who has had so much
    /// rest as the rules want.
    pub(super) fn new(mut shifts: Vec<PlannedShift>, rules: &Rules, solver: &'static str, slot: Duration) -> Self {
        shifts.sort_by(|one, other| {
            let key = |shift: &PlannedShift| (shift.team, shift.start, shift.end, shift.rule);
            key(one).cmp(&key(other)).then_with(|| {
                let pauses = |shift: &PlannedShift| shift.breaks.iter().map(|pause| pause.at).collect::<Vec<_>>();
                pauses(one).cmp(&pauses(other))
            })
        });
        let mut rested: Vec<Instant> = Vec::new();
        let mut team = usize::MAX;
        for shift in &mut shifts {
            if shift.team != team {
                (team, rested) = (shift.team, Vec::new());
            }
            let free = rested.iter().position(|&rested| rested <= shift.start).unwrap_or(rested.len());
            rested.resize(rested.len().max(free + 1), Instant::START);
            rested[free] = shift.end + rules.rest;
            shift.agent = free + 1;
        }
        let cost = shifts.iter().map(|shift| shift.cost).sum();
        Roster { shifts, cost, solver, slot }
    }

    /// How many agents of a team work at least one shift.
    pub fn agents(&self, team: usize) -> usize {
        self.shifts.iter().filter(|shift| shift.team == team).map(|shift| shift.agent).max().unwrap_or(0)
    }

    /// The paid hours of all shifts.
    pub fn paid_hours(&self, rules: &Rules) -> f64 {
        self.shifts.iter().map(|shift| rules.shifts[shift.rule].paid().as_secs_f64() / 3_600.0).sum()
    }

    /// How many agents of each team are at their telephones throughout each interval: in the slot of it in which they are fewest.
    pub fn present(&self, demand: &Demand, teams: usize) -> Levels {
        let slot = self.slot.as_nanos();
        let horizon = demand.intervals.last().map_or(0, |last| last.end.as_nanos());
        let slots = horizon.div_ceil(slot) as usize;
        let mut there = vec![vec![0_u32; slots]; teams];
        for shift in &self.shifts {
            let range = |from: Instant, to: Instant| {
                (from.as_nanos() / slot) as usize..(to.as_nanos().div_ceil(slot) as usize).min(slots)
            };
            there[shift.team][range(shift.start, shift.end)].iter_mut().for_each(|there| *there += 1);
            for pause in &shift.breaks {
                there[shift.team][range(pause.at, pause.at + pause.length)].iter_mut().for_each(|there| *there -= 1);
            }
        }
        let of = |there: &Vec<u32>| {
            let fewest = |interval: &crate::planning::Interval| {
                let (from, to) = (interval.start.as_nanos() / slot, interval.end.as_nanos().div_ceil(slot));
                there[from as usize..to as usize].iter().copied().min().unwrap_or_default()
            };
            demand.intervals.iter().map(fewest).collect()
        };
        there.iter().map(of).collect()
    }

    /// The scenario with the agents of the roster.
    pub fn scenario(&self, scenario: &Scenario, teams: &[Team]) -> Scenario {
        let end = Instant::START + scenario.horizon;
        let mut agents: Vec<Agent> = Vec::new();
        for (index, team) in teams.iter().enumerate() {
            for number in 1..=self.agents(index) {
                let works = |shift: &&PlannedShift| shift.team == index && shift.agent == number;
                let (mut stays, mut breaks) = (Vec::new(), Vec::new());
                for shift in self.shifts.iter().filter(works) {
                    let log_out = if shift.end >= end { Instant::NEVER } else { shift.end };
                    match stays.last_mut() {
                        // Shifts that touch are one stay, as a scenario has them.
                        Some(Shift { log_out: before, .. }) if *before == shift.start => *before = log_out,
                        _ => stays.push(Shift { log_in: shift.start, log_out }),
                    }
                    breaks.extend(shift.breaks.iter().copied());
                }
                agents.push(team::agent(team, number, stays, Desk { breaks, ..team.desk.clone() }));
            }
        }
        Scenario { agents, ..scenario.clone() }
    }
}
