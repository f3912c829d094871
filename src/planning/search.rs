//! The least agents by simulation: raised until every target holds, lowered while it does, exchanged between teams.
//!
//! Every staffing is simulated with the same callers. A calendar of intervals is searched as a whole: a move is tried in every fourth
//! interval at once, and taken back where a target fails, in the interval itself or in one that its calls spill into.
//!
//! With several teams the problem is that of J. Atlason, M. A. Epelman and S. G. Henderson ("Optimizing call center staffing using
//! simulation and analytic center cutting-plane methods", 2008) and of M. T. Cezik and P. L'Ecuyer ("Staffing multiskill call centers via
//! linear programming and simulation", 2008), who cut planes. Here agents are added by the best gain for their cost, then dropped and
//! exchanged by local search, once from specialists and once from generalists; that no staffing costs less is not proven.

use std::collections::{BTreeMap, BTreeSet};

use super::assess::{Assessment, Assessor};
use super::formula::scheduled;
use super::targets::Verdict;
use super::team::Levels;
use crate::experiment::{ExperimentError, ReplicationError};

type Stopped = ExperimentError<ReplicationError>;

/// What a staffing costs, and what it must not exceed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits<'l> {
    /// What an agent of each team costs an hour.
    pub(super) costs: &'l [f64],
    /// How often an agent of each team stays away; 0 or more and below 1.
    pub(super) absences: &'l [f64],
    /// So many agents of all teams at once, at most.
    pub(super) most: Option<u32>,
}

/// A move is tried in every so-many-th interval at once: far enough apart that a target which then fails tells which of them it was.
const STRIDE: usize = 4;

/// What changes in an interval: by how many agents of which team.
type Move = Vec<(usize, i64)>;

/// A search and what it has found.
pub(super) struct Search<'s, 'a> {
    pub(super) assessor: &'s mut Assessor<'a>,
    pub(super) limits: Limits<'s>,
    pub(super) levels: Levels,
    /// Intervals in which no number of agents that is allowed reaches the targets.
    pub(super) unreached: BTreeSet<usize>,
    /// Staffings of each interval, team by team, that have failed since the levels about it were last gone through: fewer fail too.
    failed: Vec<Vec<Vec<u32>>>,
}

impl<'s, 'a> Search<'s, 'a> {
    /// A search that begins with these levels.
    pub(super) fn new(
        assessor: &'s mut Assessor<'a>,
        limits: Limits<'s>,
        levels: Levels,
        unreached: BTreeSet<usize>,
    ) -> Self {
        let failed = vec![Vec::new(); assessor.model.demand.intervals.len()];
        Search { assessor, limits, levels, unreached, failed }
    }

    /// Raises, lowers and exchanges until nothing is better.
    pub(super) fn run(&mut self) -> Result<(), Stopped> {
        self.raise()?;
        self.lower()?;
        while self.levels.len() > 1 && self.exchange()? {
            self.lower()?;
        }
        Ok(())
    }

    /// What an interval has after a move; none if that is fewer than nobody.
    fn after(&self, index: usize, change: &Move) -> Option<Vec<u32>> {
        let mut levels: Vec<i64> = self.levels.iter().map(|team| i64::from(team[index])).collect();
        change.iter().for_each(|&(team, by)| levels[team] += by);
        levels.into_iter().map(|level| u32::try_from(level).ok()).collect()
    }

    /// The open intervals in which a target does not hold with confidence.
    fn failing(&self, seen: &Assessment) -> BTreeSet<usize> {
        let model = self.assessor.model;
        let fails = |&index: &usize| {
            model.open[index] && seen.intervals[index].iter().any(|seen| model.interval_verdict(seen) != Verdict::Held)
        };
        (0..seen.intervals.len()).filter(fails).collect()
    }

    fn intervals(&self) -> usize {
        self.assessor.model.demand.intervals.len()
    }

    /// Adds agents until every target holds in every interval where it can.
    pub(super) fn raise(&mut self) -> Result<(), Stopped> {
        let begun = self.levels.clone();
        let most: Vec<u32> = (0..self.intervals()).map(|index| self.cap(&begun, index)).collect();
        let mut rounds = vec![0_u32; self.intervals()];
        loop {
            let seen = self.assessor.assess(&self.levels)?;
            let failing: Vec<usize> = self.failing(&seen).difference(&self.unreached).copied().collect();
            if failing.is_empty() {
                return Ok(());
            }
            let teams = self.best_teams(&seen, &failing)?;
            for (&index, team) in failing.iter().zip(teams) {
                // What fails for long is far off; what is too many then is lowered later.
                let step = 1 << (rounds[index] / 2).min(10);
                rounds[index] += 1;
                let present: u32 = self.levels.iter().map(|team| team[index]).sum();
                match team {
                    Some(team) if present < most[index] => {
                        self.levels[team][index] += step.min(most[index] - present);
                    }
                    _ => {
                        self.unreached.insert(index);
                        // More agents than at first have not helped, unless there may be no more.
                        if self.limits.most.is_none_or(|most| present < most) {
                            self.levels.iter_mut().zip(&begun).for_each(|(team, begun)| team[index] = begun[index]);
                        }
                    }
                }
            }
        }
    }

    /// How many agents an interval may have: as many as are allowed, or so many more than at first that a target which they do not
    /// reach is out of reach.
    fn cap(&self, begun: &Levels, index: usize) -> u32 {
        let around = index.saturating_sub(1)..(index + 2).min(self.intervals());
        let at_first = around.map(|index| begun.iter().map(|team| team[index]).sum::<u32>()).max().unwrap_or_default();
        (4 * at_first + 50).min(self.limits.most.unwrap_or(u32::MAX))
    }

    /// For each failing interval the team of which one agent more gains most for its cost; none if no team serves what fails.
    fn best_teams(&mut self, seen: &Assessment, failing: &[usize]) -> Result<Vec<Option<usize>>, Stopped> {
        let model = self.assessor.model;
        let useful: Vec<Vec<usize>> = failing
            .iter()
            .map(|&index| {
                let fails = |group: &usize| model.interval_verdict(&seen.intervals[index][*group]) != Verdict::Held;
                let helps = |&team: &usize| model.teams[team].groups.iter().any(fails);
                (0..model.teams.len()).filter(helps).collect()
            })
            .collect();
        let several: BTreeSet<usize> = useful.iter().filter(|teams| teams.len() > 1).flatten().copied().collect();
        let short = |seen: &Assessment, index: usize| -> f64 {
            seen.intervals[index].iter().map(|seen| model.shortfall(seen)).sum()
        };
        let mut gains: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for &team in &several {
            let mut more = self.levels.clone();
            for (&index, useful) in failing.iter().zip(&useful) {
                more[team][index] += u32::from(useful.contains(&team));
            }
            let with_more = self.assessor.assess(&more)?;
            for &index in failing {
                let gain = (short(seen, index) - short(&with_more, index)) / self.limits.costs[team];
                gains.insert((index, team), gain);
            }
        }
        let costs = self.limits.costs;
        let best = failing.iter().zip(&useful).map(|(&index, useful)| {
            let gain = |team: usize| gains.get(&(index, team)).copied().unwrap_or_default();
            let better = |&one: &usize, &other: &usize| {
                gain(one).total_cmp(&gain(other)).then(costs[other].total_cmp(&costs[one])).then(other.cmp(&one))
            };
            useful.iter().copied().max_by(better)
        });
        Ok(best.collect())
    }

    /// Takes agents away while every target holds, of the dearest team first.
    pub(super) fn lower(&mut self) -> Result<(), Stopped> {
        let mut teams: Vec<usize> = (0..self.levels.len()).collect();
        teams.sort_by(|&one, &other| self.limits.costs[other].total_cmp(&self.limits.costs[one]));
        loop {
            self.failed.iter_mut().for_each(Vec::clear);
            let mut lowered = false;
            for &team in &teams {
                lowered |= self.repeat(&vec![(team, -1)])?;
            }
            if !lowered {
                return Ok(());
            }
        }
    }

    /// Puts agents of one team in the place of dearer ones of others; says whether that was possible anywhere.
    fn exchange(&mut self) -> Result<bool, Stopped> {
        let costs = self.limits.costs;
        let cost = |change: &Move| -> f64 { change.iter().map(|&(team, by)| by as f64 * costs[team]).sum() };
        let mut moves = self.exchanges();
        // The smallest first: where it fails, larger ones need not be tried.
        moves.sort_by(|one, other| cost(other).total_cmp(&cost(one)));
        let mut exchanged = false;
        for change in &moves {
            if cost(change) < -1e-9 {
                exchanged |= self.repeat(change)?;
            } else if change.iter().map(|&(_, by)| by).sum::<i64>() == 0 {
                // One for one that saves nothing is not made, but tells where one for more cannot be.
                self.probe(change)?;
            }
        }
        Ok(exchanged)
    }

    /// Finds where a move cannot be made, and makes none.
    fn probe(&mut self, change: &Move) -> Result<(), Stopped> {
        for first in 0..STRIDE.min(self.intervals()) {
            let before = self.levels.clone();
            let possible = |&index: &usize| index % STRIDE == first && self.is_allowed(index, change);
            let moves: BTreeSet<usize> = (0..self.intervals()).filter(possible).collect();
            self.attempt(change, moves)?;
            self.levels = before;
        }
        Ok(())
    }

    /// One or two agents for up to three others, of one team or of two, who serve some of the same groups.
    fn exchanges(&self) -> Vec<Move> {
        let all = self.assessor.model.teams;
        let teams = all.len();
        let stands_in =
            |comes: usize, goes: usize| all[goes].groups.iter().any(|group| all[comes].groups.contains(group));
        let pairs = || (0..teams).flat_map(|one| (one + 1..teams).map(move |other| (one, other)));
        let mut comes: Vec<Move> = (0..teams).map(|team| vec![(team, 1)]).collect();
        // Two at once for few teams only: there are as many such moves as there are pairs of pairs.
        if teams <= 4 {
            comes.extend((0..teams).map(|team| vec![(team, 2)]));
            comes.extend(pairs().map(|(one, other)| vec![(one, 1), (other, 1)]));
        }
        let mut goes: Vec<Move> = (0..teams).flat_map(|team| (1..=3).map(move |by| vec![(team, -by)])).collect();
        for (one, other) in pairs() {
            goes.extend([(1, 1), (1, 2), (2, 1)].map(|(by, also)| vec![(one, -by), (other, -also)]));
        }
        let fits = |comes: &Move, goes: &Move| {
            goes.iter().all(|&(goes, _)| comes.iter().any(|&(comes, _)| stands_in(comes, goes)))
                && goes.iter().all(|&(goes, _)| comes.iter().all(|&(comes, _)| comes != goes))
        };
        let moves = comes.iter().flat_map(|comes| {
            let fitting = goes.iter().filter(|goes| fits(comes, goes));
            fitting.map(|goes| [comes.as_slice(), goes.as_slice()].concat())
        });
        moves.collect()
    }

    /// Makes a move wherever it leaves every target held, as often as it does; says whether that was anywhere.
    fn repeat(&mut self, change: &Move) -> Result<bool, Stopped> {
        let mut made = false;
        for first in 0..STRIDE.min(self.intervals()) {
            let mut locked: BTreeSet<usize> = BTreeSet::new();
            loop {
                let possible = |&index: &usize| {
                    index % STRIDE == first && !locked.contains(&index) && self.is_allowed(index, change)
                };
                let moves: BTreeSet<usize> = (0..self.intervals()).filter(possible).collect();
                if moves.is_empty() {
                    break;
                }
                let kept = self.attempt(change, moves.clone())?;
                made |= !kept.is_empty();
                locked.extend(moves.difference(&kept));
            }
        }
        Ok(made)
    }

    /// Whether a move leaves an interval with a staffing that may be: no fewer than nobody, one agent at least for a group that
    /// nobody else serves while calls are expected, no more than are allowed.
    fn is_allowed(&self, index: usize, change: &Move) -> bool {
        let model = self.assessor.model;
        if !model.open[index] || self.unreached.contains(&index) {
            return false;
        }
        let present: i64 = self.levels.iter().map(|team| i64::from(team[index])).sum();
        let more: i64 = change.iter().map(|&(_, by)| by).sum();
        if more > 0 && self.limits.most.is_some_and(|most| present + more > i64::from(most)) {
            return false;
        }
        let Some(after) = self.after(index, change) else { return false };
        let is_fewer = |failed: &Vec<u32>| after.iter().zip(failed).all(|(after, failed)| after <= failed);
        if self.failed[index].iter().any(is_fewer) {
            return false;
        }
        change.iter().all(|&(team, by)| {
            let left = i64::from(self.levels[team][index]) + by;
            let alone = |group: &usize| {
                let serves = |other: usize| other != team && model.teams[other].groups.contains(group);
                model.demand.intervals[index].groups[*group].calls > 0.0 && !(0..model.teams.len()).any(serves)
            };
            left >= i64::from(model.teams[team].groups.iter().any(alone))
        })
    }

    /// Makes a move in these intervals, and takes it back where a target then fails; says where it was kept.
    fn attempt(&mut self, change: &Move, mut kept: BTreeSet<usize>) -> Result<BTreeSet<usize>, Stopped> {
        while !kept.is_empty() {
            let mut trial = self.levels.clone();
            for &index in &kept {
                for &(team, by) in change {
                    trial[team][index] = (i64::from(trial[team][index]) + by) as u32;
                }
            }
            let seen = self.assessor.assess(&trial)?;
            let failing: Vec<usize> = self.failing(&seen).difference(&self.unreached).copied().collect();
            if failing.is_empty() {
                self.levels = trial;
                break;
            }
            for index in failing {
                // The calls of an interval wait because of it, or of one before it, or of the next one, in which they are answered.
                let before = kept.range(..=index).next_back().copied();
                let after = kept.range(index..).next().copied();
                let blamed = match (before, after) {
                    (Some(before), Some(after)) if after - index < index - before => Some(after),
                    (before, after) => before.or(after),
                };
                if let Some(blamed) = blamed
                    && kept.remove(&blamed)
                    && let Some(after) = self.after(blamed, change)
                {
                    self.failed[blamed].push(after);
                }
            }
        }
        Ok(kept)
    }
}

/// Searches from specialists and from generalists, and goes on from what costs less, interval by interval; the levels that are found, and
/// the intervals in which none that are allowed reach the targets.
pub(super) fn search(
    assessor: &mut Assessor,
    formula: &[Vec<u32>],
    limits: Limits,
) -> Result<(Levels, BTreeSet<usize>), Stopped> {
    let teams = assessor.model.teams;
    let mut found: Vec<(Levels, BTreeSet<usize>)> = Vec::new();
    for first in [First::Cheapest, First::MostGroups] {
        let levels = from_formula(formula, teams, &limits, first);
        // The same beginning comes to the same end.
        if first == First::MostGroups && levels == from_formula(formula, teams, &limits, First::Cheapest) {
            continue;
        }
        let mut search = Search::new(assessor, limits, levels, BTreeSet::new());
        search.run()?;
        found.push((search.levels, search.unreached));
    }
    let (mut levels, unreached) = found.swap_remove(0);
    let Some((others, other_unreached)) = found.pop() else { return Ok((levels, unreached)) };
    let cost = |levels: &Levels, index: usize| -> f64 {
        levels.iter().zip(limits.costs).map(|(team, cost)| f64::from(team[index]) * cost).sum()
    };
    for index in 0..levels[0].len() {
        let (reached, other) = (!unreached.contains(&index), !other_unreached.contains(&index));
        if (other && !reached) || (other == reached && cost(&others, index) < cost(&levels, index) - 1e-9) {
            levels.iter_mut().zip(&others).for_each(|(team, other)| team[index] = other[index]);
        }
    }
    let unreached = unreached.intersection(&other_unreached).copied().collect();
    let mut search = Search::new(assessor, limits, levels, unreached);
    search.run()?;
    Ok((search.levels, search.unreached))
}

/// Whose agents a group is given at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    /// Those of the team that serves it at the least cost, and of such teams of the one that serves the fewest groups.
    Cheapest,
    /// Those of the team that serves it and the most others, and of such teams of the one that costs the least.
    MostGroups,
}

/// Agents for what the formula says of each group alone, and as many more as stay away. No more than `most` in all.
pub(super) fn from_formula(formula: &[Vec<u32>], teams: &[super::Team], limits: &Limits, first: First) -> Levels {
    let intervals = formula.first().map_or(0, Vec::len);
    let mut levels = vec![vec![0_u32; intervals]; teams.len()];
    for (group, wanted) in formula.iter().enumerate() {
        let serving = (0..teams.len()).filter(|&team| teams[team].groups.contains(&group));
        let chosen = serving.min_by(|&one, &other| {
            let (cost, size) = (|team: usize| limits.costs[team], |team: usize| teams[team].groups.len());
            match first {
                First::Cheapest => cost(one).total_cmp(&cost(other)).then(size(one).cmp(&size(other))),
                First::MostGroups => size(other).cmp(&size(one)).then(cost(one).total_cmp(&cost(other))),
            }
        });
        let Some(team) = chosen else { continue };
        levels[team].iter_mut().zip(wanted).for_each(|(level, wanted)| *level = level.saturating_add(*wanted));
    }
    for (levels, &absence) in levels.iter_mut().zip(limits.absences) {
        levels.iter_mut().for_each(|level| *level = scheduled(*level, absence));
    }
    if let Some(most) = limits.most {
        for index in 0..intervals {
            while levels.iter().map(|team| u64::from(team[index])).sum::<u64>() > u64::from(most)
                && let Some(largest) = levels.iter_mut().max_by_key(|team| team[index])
            {
                largest[index] -= 1;
            }
        }
    }
    levels
}
