//! The stationary distribution of a large sparse chain, by aggregation on many levels.
//!
//! Gauss–Seidel sweeps settle how neighbouring states share what they hold together, but hardly move mass over long
//! distances. So neighbours that exchange most are put together, about four to one, which gives a smaller chain for
//! the sums; that is treated in the same way, down to a chain that elimination solves, and on the way back each sum is
//! shared out in the proportions that the sweeps have found (Horton & Leutenegger 1994, after Takahashi 1975 and Koury,
//! McAllister & Stewart 1984). Iterates are recombined so that the residual is least (De Sterck, Manteuffel, Miller &
//! Sanders 2010). All masses stay positive; what is too rare to matter in any flow is the last to come right.

use super::sparse::{Edges, FLOOR, normalise};
use crate::analytic::exact::ExactError;
use crate::analytic::exact::matrix::{Matrix, solve_general, stationary};

/// A chain of at most so many states is solved by elimination.
const DENSE: usize = 150;
/// One of at most so many is solved by elimination if aggregation does not get there; that takes some seconds.
const DENSE_AT_LAST: usize = 1_500;
/// How many earlier iterates are recombined.
const WINDOW: usize = 4;
/// Where to stop: flows are sums of some terms of relative rounding error 10⁻¹⁶.
const GOAL: f64 = 2e-15;
/// A mass above this matters, and is at rest when a cycle changes no more than that part of it.
const MATTERS: f64 = 1e-13;
const AT_REST: f64 = 1e-11;
/// After so many cycles without a better residual it gets no better.
const PATIENCE: usize = 10;
/// What must be reached when it gets no better.
const REQUIRED: f64 = 1e-12;
const MAX_CYCLES: usize = 2_000;
/// Not each time: cycles in between keep the iterates apart, without which recombination gets stuck.
const RECOMBINED_EACH: usize = 3;
/// What belongs together shows only when the masses are roughly known.
const REBUILT_AT: [usize; 8] = [3, 8, 20, 50, 100, 200, 400, 800];
/// No coarse transition belongs to a transition within an aggregate.
const WITHIN: u32 = u32::MAX;

/// A solution and how good it is.
pub(super) struct Solution {
    pub(super) masses: Vec<f64>,
    /// Σ |inflow − outflow| over the states, as a part of Σ outflow.
    pub(super) residual: f64,
    pub(super) cycles: usize,
}

/// One level below: the chain of the aggregates.
struct Coarse {
    /// The aggregate of each state of the level above.
    aggregate: Vec<u32>,
    /// The transition here of each transition of the level above.
    slot: Vec<u32>,
    edges: Edges,
    outflows: Vec<f64>,
    masses: Vec<f64>,
    before: Vec<f64>,
}

/// The stationary distribution of an irreducible chain.
pub(super) fn solve(edges: &Edges) -> Result<Solution, ExactError> {
    let states = edges.states();
    if states == 1 {
        return Ok(Solution { masses: vec![1.0], residual: 0.0, cycles: 0 });
    }
    let outflows = edges.outflows();
    if states <= DENSE {
        return Ok(eliminated(edges, &outflows));
    }
    let mut masses = vec![1.0 / states as f64; states];
    for _ in 0..5 {
        edges.smooth(&outflows, &mut masses);
        normalise(&mut masses);
    }
    let mut levels = hierarchy(edges, &masses);
    let mut history = History::default();
    let mut best = Solution { masses: masses.clone(), residual: f64::INFINITY, cycles: 0 };
    for cycle_number in 1..=MAX_CYCLES {
        if REBUILT_AT.contains(&cycle_number) {
            levels = hierarchy(edges, &masses);
        }
        cycle(edges, &outflows, &mut masses, &mut levels);
        normalise(&mut masses);
        let mut defects = vec![0.0; states];
        let mut residual = residuals(edges, &outflows, &masses, &mut defects);
        if cycle_number % RECOMBINED_EACH == 0
            && let Some(better) = history.recombine(&masses, &defects)
        {
            let mut better_defects = vec![0.0; states];
            let better_residual = residuals(edges, &outflows, &better, &mut better_defects);
            if better_residual < residual {
                (masses, defects, residual) = (better, better_defects, better_residual);
            }
        }
        // Small masses hardly show in the residual: they must have come to rest too.
        let at_rest = residual <= GOAL && history.last().is_some_and(|last| is_close(&masses, last));
        if residual < best.residual {
            best = Solution { masses: masses.clone(), residual, cycles: cycle_number };
        }
        let stalled = cycle_number >= best.cycles + PATIENCE;
        if at_rest || (stalled && best.residual <= GOAL) {
            // All that is left to come right are small masses, which are best in the last iterate.
            return Ok(Solution { masses, residual, cycles: cycle_number });
        }
        if stalled && best.residual <= REQUIRED {
            return Ok(best);
        }
        if cycle_number >= best.cycles + 200 {
            break;
        }
        history.keep(masses.clone(), defects);
    }
    // Rates of very different size along long ways are hard on aggregation, and nothing to elimination.
    if states <= DENSE_AT_LAST {
        let solution = eliminated(edges, &outflows);
        if solution.residual <= REQUIRED {
            return Ok(solution);
        }
    }
    Err(ExactError::NotConverged {
        method: "the stationary distribution",
        residual: best.residual,
        iterations: best.cycles,
    })
}

/// Whether all masses that matter are nearly the same.
fn is_close(masses: &[f64], others: &[f64]) -> bool {
    masses.iter().zip(others).all(|(mass, other)| *mass < MATTERS || (mass - other).abs() <= AT_REST * mass)
}

/// Fills in inflow − outflow of each state, and returns the sum of their magnitudes as a part of the flow.
fn residuals(edges: &Edges, outflows: &[f64], masses: &[f64], defects: &mut [f64]) -> f64 {
    let (mut sum, mut flow) = (0.0, 0.0);
    for (state, defect) in defects.iter_mut().enumerate() {
        let out = masses[state] * outflows[state];
        *defect = edges.inflow(state, masses) - out;
        sum += defect.abs();
        flow += out;
    }
    sum / flow
}

/// The solution by elimination.
fn eliminated(edges: &Edges, outflows: &[f64]) -> Solution {
    let masses = dense(edges);
    let residual = residuals(edges, outflows, &masses, &mut vec![0.0; masses.len()]);
    Solution { masses, residual, cycles: 0 }
}

fn dense(edges: &Edges) -> Vec<f64> {
    let states = edges.states();
    let mut rates = Matrix::zeros(states, states);
    for state in 0..states {
        for edge in edges.edges_into(state) {
            rates[(edges.source[edge] as usize, state)] += edges.rate[edge];
        }
    }
    stationary(rates)
}

/// One cycle: smooth, correct by the level below, smooth.
fn cycle(edges: &Edges, outflows: &[f64], masses: &mut [f64], levels: &mut [Coarse]) {
    edges.smooth(outflows, masses);
    let Some((coarse, below)) = levels.split_first_mut() else {
        if edges.states() <= DENSE {
            masses.copy_from_slice(&dense(edges));
        }
        return;
    };
    coarse.assemble(edges, masses);
    coarse.before.copy_from_slice(&coarse.masses);
    cycle(&coarse.edges, &coarse.outflows, &mut coarse.masses, below);
    if !below.is_empty() {
        cycle(&coarse.edges, &coarse.outflows, &mut coarse.masses, below);
    }
    for (factor, &mass) in coarse.before.iter_mut().zip(&coarse.masses) {
        *factor = mass / *factor;
    }
    for (mass, &aggregate) in masses.iter_mut().zip(&coarse.aggregate) {
        *mass = (*mass * coarse.before[aggregate as usize]).max(FLOOR);
    }
    edges.smooth(outflows, masses);
}

impl Coarse {
    /// The masses and rates that follow from the masses of the level above.
    fn assemble(&mut self, edges: &Edges, masses: &[f64]) {
        self.masses.fill(0.0);
        for (&aggregate, &mass) in self.aggregate.iter().zip(masses) {
            self.masses[aggregate as usize] += mass;
        }
        self.edges.rate.fill(0.0);
        for ((&slot, &source), &rate) in self.slot.iter().zip(&edges.source).zip(&edges.rate) {
            if slot != WITHIN {
                self.edges.rate[slot as usize] += masses[source as usize] * rate;
            }
        }
        self.outflows.fill(0.0);
        for (rate, &source) in self.edges.rate.iter_mut().zip(&self.edges.source) {
            *rate /= self.masses[source as usize];
            self.outflows[source as usize] += *rate;
        }
    }

    /// The level below `edges` for these aggregates.
    fn new(edges: &Edges, masses: &[f64], aggregate: Vec<u32>, aggregates: usize) -> Self {
        // The states of each aggregate, next to each other.
        let mut first = vec![0_usize; aggregates + 1];
        for &number in &aggregate {
            first[number as usize + 1] += 1;
        }
        for number in 0..aggregates {
            first[number + 1] += first[number];
        }
        let mut next = first.clone();
        let mut members = vec![0_u32; aggregate.len()];
        for (state, &number) in aggregate.iter().enumerate() {
            members[next[number as usize]] = state as u32;
            next[number as usize] += 1;
        }
        let mut slot = vec![WITHIN; edges.rate.len()];
        let mut coarse = Edges { start: vec![0], source: Vec::new(), rate: Vec::new() };
        // The slot of the last transition found from each aggregate: one of this target if it is not below its start.
        let mut place = vec![WITHIN; aggregates];
        for target in 0..aggregates {
            let start = coarse.source.len();
            for &member in &members[first[target]..first[target + 1]] {
                for edge in edges.edges_into(member as usize) {
                    let source = aggregate[edges.source[edge] as usize];
                    if source as usize == target {
                        continue;
                    }
                    let known = &mut place[source as usize];
                    if *known == WITHIN || (*known as usize) < start {
                        *known = coarse.source.len() as u32;
                        coarse.source.push(source);
                    }
                    slot[edge] = *known;
                }
            }
            coarse.start.push(coarse.source.len());
        }
        coarse.rate = vec![0.0; coarse.source.len()];
        let empty = vec![0.0; aggregates];
        let mut level =
            Coarse { aggregate, slot, edges: coarse, outflows: empty.clone(), masses: empty.clone(), before: empty };
        level.assemble(edges, masses);
        level
    }

    /// The aggregates of `below`, seen from the level above this one.
    fn merged_with(self, below: Coarse) -> Self {
        let through = |map: &[u32], number: u32| if number == WITHIN { WITHIN } else { map[number as usize] };
        Coarse {
            aggregate: self.aggregate.iter().map(|&number| below.aggregate[number as usize]).collect(),
            slot: self.slot.iter().map(|&number| through(&below.slot, number)).collect(),
            ..below
        }
    }
}

/// The levels below `edges`, each about a quarter of the one above.
fn hierarchy(edges: &Edges, masses: &[f64]) -> Vec<Coarse> {
    let mut levels: Vec<Coarse> = Vec::new();
    loop {
        let (edges, masses) = levels.last().map_or((edges, masses), |level| (&level.edges, &level.masses));
        if edges.states() <= DENSE {
            return levels;
        }
        let pairs = paired(edges, masses);
        let quads = paired(&pairs.edges, &pairs.masses);
        let level = pairs.merged_with(quads);
        if level.edges.states() * 10 > edges.states() * 9 {
            return levels;
        }
        levels.push(level);
    }
}

/// Each state put together with the one that most of its inflow comes from, of those that are still single.
fn paired(edges: &Edges, masses: &[f64]) -> Coarse {
    const SINGLE: u32 = u32::MAX;
    let mut aggregate = vec![SINGLE; edges.states()];
    let mut sizes: Vec<u8> = Vec::new();
    for state in 0..edges.states() {
        if aggregate[state] != SINGLE {
            continue;
        }
        // The best of those that are single, or else of those in a pair.
        let (mut best, mut best_flow, mut best_is_single) = (None, 0.0, false);
        for edge in edges.edges_into(state) {
            let source = edges.source[edge] as usize;
            let is_single = aggregate[source] == SINGLE;
            let flow = masses[source] * edges.rate[edge];
            let is_better = (is_single && !best_is_single) || (is_single == best_is_single && flow > best_flow);
            if is_better && (is_single || sizes[aggregate[source] as usize] < 3) {
                (best, best_flow, best_is_single) = (Some(source), flow, is_single);
            }
        }
        match best {
            Some(other) if !best_is_single => {
                aggregate[state] = aggregate[other];
                sizes[aggregate[other] as usize] += 1;
            }
            _ => {
                aggregate[state] = sizes.len() as u32;
                sizes.push(1);
                if let Some(other) = best {
                    aggregate[other] = aggregate[state];
                    sizes[aggregate[state] as usize] += 1;
                }
            }
        }
    }
    Coarse::new(edges, masses, aggregate, sizes.len())
}

/// The last iterates with what was left of each.
#[derive(Default)]
struct History(Vec<(Vec<f64>, Vec<f64>)>);

impl History {
    /// The masses of the last iterate.
    fn last(&self) -> Option<&[f64]> {
        self.0.last().map(|(masses, _)| masses.as_slice())
    }

    fn keep(&mut self, masses: Vec<f64>, defects: Vec<f64>) {
        if self.0.len() == WINDOW {
            self.0.remove(0);
        }
        self.0.push((masses, defects));
    }

    /// The combination of the last iterates and this one, of weights of sum 1, whose defects have the least sum of
    /// squares; none if a mass would not be positive.
    fn recombine(&self, masses: &[f64], defects: &[f64]) -> Option<Vec<f64>> {
        let count = self.0.len();
        if count == 0 {
            return None;
        }
        // Minimise |d + Σ w (dᵢ − d)|².
        let dot = |a: &dyn Fn(usize) -> f64, b: &dyn Fn(usize) -> f64| -> f64 {
            (0..defects.len()).map(|state| a(state) * b(state)).sum()
        };
        let difference = |entry: usize| move |state: usize| self.0[entry].1[state] - defects[state];
        let mut normal = Matrix::zeros(count, count);
        let mut right = vec![0.0; count];
        for row in 0..count {
            for column in 0..=row {
                normal[(row, column)] = dot(&difference(row), &difference(column));
                normal[(column, row)] = normal[(row, column)];
            }
            right[row] = -dot(&difference(row), &|state| defects[state]);
        }
        let weights = solve_general(normal, right)?;
        let own = 1.0 - weights.iter().sum::<f64>();
        let mut combined: Vec<f64> = masses.iter().map(|mass| own * mass).collect();
        for ((earlier, _), weight) in self.0.iter().zip(&weights) {
            combined.iter_mut().zip(earlier).for_each(|(mass, other)| *mass += weight * other);
        }
        // A combination that loses the digits of a small mass is no gain.
        let sound = |(&new, &old): (&f64, &f64)| new > 0.01 * old;
        combined.iter().zip(masses).all(sound).then_some(combined)
    }
}
