//! The shifts that cover the agents of a plan at the least cost.

use super::ShiftError;
use super::programme::{Programme, Solver, Unsolved};
use super::roster::{PlannedShift, Roster};
use super::rules::{Rules, ShiftRule, days_of, is_of};
use crate::planning::{Demand, Levels, Team};
use crate::scenario::{Break, Scenario, spell_duration, wall_clock};
use crate::time::{Duration, Instant, NANOS_PER_SEC};

/// The most slots that a run is cut into.
const MOST_SLOTS: u64 = 100_000;

/// The most variables of one programme.
const MOST_OPTIONS: usize = 50_000;

/// A shift of a team that may be worked: its rule and its beginning.
struct Way {
    team: usize,
    rule: usize,
    day: usize,
    start: u64,
    end: u64,
}

/// The shifts that have as many agents of each team at their telephones as `levels` says, in every interval, at the least cost.
///
/// # Errors
///
/// [`ShiftError`] if the rules allow none, or have too little in common with the intervals, or allow more than can be searched.
///
/// ```
/// use acdsim::planning::{Demand, shifts::{Rules, cover}, teams};
///
/// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?; // 09:00 to 17:00
/// let rules = Rules::parse(r#"
///     grid = "1h"
///     [[shift]]
///     name = "Half a day"
///     length = "4h"
/// "#)?;
/// let (demand, teams) = (Demand::of(&scenario), teams(&scenario));
/// let mut levels = vec![vec![0; 16]; 3];
/// levels[0] = vec![2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 3, 1, 1, 1];
/// let roster = cover(&scenario, &demand, &teams, &levels, &rules)?;
/// assert_eq!((roster.shifts.len(), roster.cost), (5, 20.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn cover(
    scenario: &Scenario,
    demand: &Demand,
    teams: &[Team],
    levels: &Levels,
    rules: &Rules,
) -> Result<Roster, ShiftError> {
    cover_with(scenario, demand, teams, levels, rules, Solver::default())
}

/// [`cover`], by a solver of one's choice.
///
/// # Errors
///
/// As [`cover`].
pub fn cover_with(
    scenario: &Scenario,
    demand: &Demand,
    teams: &[Team],
    levels: &Levels,
    rules: &Rules,
    solver: Solver,
) -> Result<Roster, ShiftError> {
    let slot = slot(scenario, demand, rules)?;
    let needed = by_slot(demand, levels, slot);
    let ways = ways(scenario, teams, rules, slot, &needed);
    let clock = |slot_index: usize| wall_clock(scenario, Instant::from_nanos(slot_index as u64 * slot));
    for (team, needed) in needed.iter().enumerate() {
        let mut reached = vec![false; needed.len()];
        for way in ways.iter().filter(|way| way.team == team) {
            reached[(way.start / slot) as usize..(way.end / slot) as usize].fill(true);
        }
        if let Some(at) = (0..needed.len()).find(|&at| needed[at] > 0 && !reached[at]) {
            return Err(ShiftError::NobodyAtWork { team: teams[team].name.clone(), at: clock(at), needed: needed[at] });
        }
    }
    let mut shifts = Vec::new();
    for part in parts(&ways, slot, needed.first().map_or(0, Vec::len), rules.max_agents.is_some()) {
        let problem = Part { ways: &part, needed: &needed, rules, teams, slot };
        let from = part.iter().map(|way| way.start / slot).min().unwrap_or_default() as usize;
        let to = part.iter().map(|way| way.end / slot).max().unwrap_or_default() as usize;
        shifts.extend(problem.solve(solver).map_err(|failed| match failed {
            Failed::TooMany(options) => {
                ShiftError::TooMany { options, allowed: MOST_OPTIONS, from: clock(from), to: clock(to) }
            }
            Failed::Solver(Unsolved::Infeasible) => ShiftError::Infeasible {
                from: clock(from),
                to: clock(to),
                most: rules.max_agents.map_or_else(|| "any number of".to_owned(), |most| most.to_string()),
            },
            Failed::Solver(Unsolved::Failed(reason)) => ShiftError::Solver { solver: solver.name(), reason },
        })?);
    }
    Ok(Roster::new(shifts, rules, solver.name(), Duration::from_nanos(slot)))
}

/// The length of time, in nanoseconds, that intervals, starts, lengths and breaks are all multiples of.
fn slot(scenario: &Scenario, demand: &Demand, rules: &Rules) -> Result<u64, ShiftError> {
    let midnight = scenario.start.date().to_datetime(jiff::civil::Time::midnight());
    let into_day = scenario.start.duration_since(midnight).as_nanos() as u64;
    let mut times = vec![scenario.interval, rules.grid, Duration::from_nanos(into_day)];
    times.extend(demand.intervals.last().map(crate::planning::Interval::length));
    times.extend(rules.open.iter().flat_map(|hours| [hours.from, hours.to]));
    for shift in &rules.shifts {
        times.push(shift.length);
        times.extend(shift.breaks.iter().flat_map(|pause| [pause.length, pause.earliest, pause.latest]));
    }
    let slot = times.iter().fold(86_400 * NANOS_PER_SEC, |slot, time| gcd(slot, time.as_nanos()));
    if scenario.horizon.as_nanos().div_ceil(slot) > MOST_SLOTS {
        return Err(ShiftError::TooFine { slot: spell_duration(Duration::from_nanos(slot)) });
    }
    Ok(slot)
}

fn gcd(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { gcd(other, one % other) }
}

/// How many agents of each team are needed in each slot.
fn by_slot(demand: &Demand, levels: &Levels, slot: u64) -> Vec<Vec<u32>> {
    let of = |levels: &Vec<u32>| {
        let mut needed = Vec::new();
        for (interval, &level) in demand.intervals.iter().zip(levels) {
            needed.resize(needed.len() + (interval.length().as_nanos() / slot) as usize, level);
        }
        needed
    };
    levels.iter().map(of).collect()
}

/// All shifts that may be worked and have someone at work when that is needed.
fn ways(scenario: &Scenario, teams: &[Team], rules: &Rules, slot: u64, needed: &[Vec<u32>]) -> Vec<Way> {
    let is_open = rules.is_open(scenario);
    let horizon = i128::from(scenario.horizon.as_nanos());
    let grid = i128::from(rules.grid.as_nanos());
    let mut ways = Vec::new();
    for (team, members) in teams.iter().enumerate() {
        for (day, (midnight, weekday)) in days_of(scenario).into_iter().enumerate() {
            for (rule, shift) in rules.shifts.iter().enumerate() {
                let works = shift.teams.is_empty() || shift.teams.contains(&members.name);
                if !works || !is_of(&shift.days, weekday) {
                    continue;
                }
                let mut clock = i128::from(shift.earliest.as_nanos()).div_euclid(grid) * grid;
                if clock < i128::from(shift.earliest.as_nanos()) {
                    clock += grid;
                }
                // A shift at 24:00 is the next day's at 00:00.
                while clock <= i128::from(shift.latest.as_nanos()) && clock < i128::from(86_400 * NANOS_PER_SEC) {
                    let start = midnight + clock;
                    let end = start + i128::from(shift.length.as_nanos());
                    clock += grid;
                    if start < 0 || end > horizon || !is_open(start, end) {
                        continue;
                    }
                    let (start, end) = (start as u64, end as u64);
                    let at_work = (start / slot) as usize..(end / slot) as usize;
                    if needed[team][at_work].iter().any(|&needed| needed > 0) {
                        ways.push(Way { team, rule, day, start, end });
                    }
                }
            }
        }
    }
    ways
}

/// The ways to work in parts that no slot, and no number of agents in all, connects.
fn parts(ways: &[Way], slot: u64, slots: usize, joined: bool) -> Vec<Vec<&Way>> {
    // The root of each slot of each team; of all teams together, if they have something in common.
    let teams = ways.iter().map(|way| way.team + 1).max().unwrap_or(0);
    let mut roots: Vec<usize> = (0..slots * teams).collect();
    fn root(roots: &mut [usize], mut at: usize) -> usize {
        while roots[at] != at {
            roots[at] = roots[roots[at]];
            at = roots[at];
        }
        at
    }
    let place = |way: &Way, at: u64| if joined { 0 } else { way.team * slots } + (at / slot) as usize;
    for way in ways {
        let first = root(&mut roots, place(way, way.start));
        for at in 1..(way.end - way.start) / slot {
            let other = root(&mut roots, place(way, way.start + at * slot));
            // The lowest stands for all, so that parts are in order of time.
            let (low, high) = (first.min(other), first.max(other));
            let low = root(&mut roots, low);
            roots[high] = low;
        }
    }
    let mut parts: std::collections::BTreeMap<usize, Vec<&Way>> = std::collections::BTreeMap::new();
    for way in ways {
        let root = root(&mut roots, place(way, way.start));
        parts.entry(root).or_default().push(way);
    }
    parts.into_values().collect()
}

/// A part of the run that is a programme of its own.
struct Part<'p> {
    ways: &'p [&'p Way],
    needed: &'p [Vec<u32>],
    rules: &'p Rules,
    teams: &'p [Team],
    slot: u64,
}

enum Failed {
    TooMany(usize),
    Solver(Unsolved),
}

/// A break of a way: the variable of each of its places.
type Places = Vec<(u64, usize)>;

impl Part<'_> {
    fn rule(&self, way: &Way) -> &ShiftRule {
        &self.rules.shifts[way.rule]
    }

    fn solve(&self, solver: Solver) -> Result<Vec<PlannedShift>, Failed> {
        let places = |rule: &ShiftRule| -> u64 {
            rule.breaks.iter().map(|pause| (pause.latest.as_nanos() - pause.earliest.as_nanos()) / self.slot + 1).sum()
        };
        let options: u64 = self.ways.iter().map(|way| 1 + places(self.rule(way))).sum();
        if options > MOST_OPTIONS as u64 {
            return Err(Failed::TooMany(options as usize));
        }
        let costs = self.rules.costs(self.teams).expect("whoever covers a plan has checked the names");
        let mut programme = Programme::default();
        let mut numbers: Vec<usize> = Vec::new();
        let mut breaks: Vec<Vec<Places>> = Vec::new();
        let enough = f64::from(self.needed.iter().flatten().copied().max().unwrap_or_default()) * 4.0 + 4.0;
        for way in self.ways {
            let rule = self.rule(way);
            let number = programme.variable(rule.costs(costs[way.team]), enough);
            let mut of_way = Vec::new();
            for pause in &rule.breaks {
                let (earliest, latest) = (pause.earliest.as_nanos(), pause.latest.as_nanos());
                let starts = (earliest..=latest).step_by(self.slot as usize);
                let places: Places = starts.map(|at| (way.start + at, programme.variable(0.0, enough))).collect();
                let mut balance: Vec<(usize, f64)> = places.iter().map(|&(_, place)| (place, 1.0)).collect();
                balance.push((number, -1.0));
                programme.exactly.push((balance, 0.0));
                of_way.push(places);
            }
            numbers.push(number);
            breaks.push(of_way);
        }
        self.rows(&mut programme, &numbers, &breaks);
        let values = programme.solve(solver).map_err(Failed::Solver)?;
        Ok(self.shifts(&values, &numbers, &breaks, &costs))
    }

    /// The rows of the programme: who has to be there, who may be there, and how many may begin a shift.
    fn rows(&self, programme: &mut Programme, numbers: &[usize], breaks: &[Vec<Places>]) {
        let slots = self.needed.first().map_or(0, Vec::len);
        let mut there: Vec<Vec<Vec<(usize, f64)>>> = vec![vec![Vec::new(); slots]; self.needed.len()];
        for ((way, &number), of_way) in self.ways.iter().zip(numbers).zip(breaks) {
            let there = &mut there[way.team];
            let range = |from: u64, to: u64| (from / self.slot) as usize..(to / self.slot) as usize;
            there[range(way.start, way.end)].iter_mut().for_each(|sum| sum.push((number, 1.0)));
            for (places, pause) in of_way.iter().zip(&self.rule(way).breaks) {
                for &(at, place) in places {
                    let away = range(at, at + pause.length.as_nanos());
                    there[away].iter_mut().for_each(|sum| sum.push((place, -1.0)));
                }
            }
        }
        for (there, needed) in there.iter().zip(self.needed) {
            for (sum, &needed) in there.iter().zip(needed).filter(|(_, needed)| **needed > 0) {
                if !sum.is_empty() {
                    programme.at_least.push((sum.clone(), f64::from(needed)));
                }
            }
        }
        if let Some(most) = self.rules.max_agents {
            for at in 0..slots {
                let sum: Vec<(usize, f64)> = there.iter().flat_map(|team| team[at].iter().copied()).collect();
                if !sum.is_empty() {
                    programme.at_most.push((sum, f64::from(most)));
                }
            }
        }
        for (rule, shift) in self.rules.shifts.iter().enumerate() {
            let Some(most) = shift.max_agents else { continue };
            let mut days: std::collections::BTreeMap<usize, Vec<(usize, f64)>> = std::collections::BTreeMap::new();
            for (way, &number) in self.ways.iter().zip(numbers).filter(|(way, _)| way.rule == rule) {
                days.entry(way.day).or_default().push((number, 1.0));
            }
            programme.at_most.extend(days.into_values().map(|sum| (sum, f64::from(most))));
        }
    }

    /// The shifts that the values of the variables say. Who of those who begin together has which break when is all the same, as the
    /// windows of their breaks do not overlap.
    fn shifts(&self, values: &[u32], numbers: &[usize], breaks: &[Vec<Places>], costs: &[f64]) -> Vec<PlannedShift> {
        let mut shifts = Vec::new();
        for ((way, &number), of_way) in self.ways.iter().zip(numbers).zip(breaks) {
            let rule = self.rule(way);
            let taken: Vec<Vec<u64>> = of_way
                .iter()
                .map(|places| {
                    let times = |&(at, place): &(u64, usize)| std::iter::repeat_n(at, values[place] as usize);
                    places.iter().flat_map(times).collect()
                })
                .collect();
            for agent in 0..values[number] as usize {
                let pauses = taken.iter().zip(&rule.breaks).filter_map(|(taken, pause)| {
                    Some(Break { at: Instant::from_nanos(*taken.get(agent)?), length: pause.length })
                });
                shifts.push(PlannedShift {
                    team: way.team,
                    agent: 0,
                    rule: way.rule,
                    start: Instant::from_nanos(way.start),
                    end: Instant::from_nanos(way.end),
                    breaks: pauses.collect(),
                    cost: rule.costs(costs[way.team]),
                });
            }
        }
        shifts
    }
}
