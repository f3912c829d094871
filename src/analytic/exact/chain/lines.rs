//! How long things have waited in the first-in-first-out lines of a chain.
//!
//! Let a(i, p) be the mean, over all time, of the time that the one at place p of a line has waited, counted as 0 while
//! the chain is not in state i. In the steady state what is added to it equals what leaves it:
//!
//! ```text
//! a(i, p) · (rate out of i) = π(i) + Σ (rate of j → i) · a(j, p')
//! ```
//!
//! where p' is where the one at p stood before the transition: waiting adds π(i), each transition carries the ages along,
//! and whoever joins brings the age 0. Places only ever decrease, so the equations are solved for one place after the
//! other, from the end of the line to its head.

use std::collections::BTreeMap;

use super::multilevel;
use super::sparse::Edges;
use super::{Label, LineMove, Stationary};
use crate::analytic::exact::ExactError;
use crate::analytic::exact::error::require;

/// Those who leave a line in one way: how many, and how long they had been in it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Departures {
    /// How many leave, per second.
    pub rate: f64,
    /// The mean of the time that they had been in the line, in seconds; 0 if none leave.
    pub mean_wait_s: f64,
}

/// Those who leave a line, by how they leave.
///
/// Whoever is served without waiting never was in the line and is not counted here.
#[derive(Clone, Debug, PartialEq)]
pub struct LineWaits {
    /// Those who were at the head and were taken.
    pub taken: Departures,
    /// Those who were removed from whichever place.
    pub removed: Departures,
    /// All, by the label of the transition with which they left, in the order of the labels.
    pub by_label: Vec<(Label, Departures)>,
}

/// Sums over departures.
#[derive(Clone, Copy, Default)]
struct Sums {
    rate: f64,
    waits: f64,
}

impl Sums {
    fn departures(self) -> Departures {
        Departures { rate: self.rate, mean_wait_s: if self.rate > 0.0 { self.waits / self.rate } else { 0.0 } }
    }
}

/// A transition by which someone leaves the line.
struct Exit {
    source: usize,
    rate: f64,
    label: Label,
    how: LineMove,
}

/// Sweeps that are tried before the heavier method.
const SWEEPS: usize = 60;
/// Where the sweeps may stop: what one changes, as a part of the whole.
const GOAL: f64 = 1e-15;
/// Places that are occupied for less than this part of the time that the line is not empty add nothing to a double.
const NEGLIGIBLE: f64 = 1e-24;

impl<S> Stationary<'_, S> {
    /// How long those who leave line number `line` have waited, by how they leave.
    ///
    /// # Errors
    ///
    /// [`ExactError::Parameter`] if the model has no such line; [`ExactError::NotConverged`].
    ///
    /// One agent, mean handle time 1, mean patience 2, calls at rate 1:
    ///
    /// ```
    /// use acdsim::analytic::exact::chain::{Chain, ChainModel, Label, LineMove, Transition};
    ///
    /// const ANSWERED_AT_ONCE: Label = Label(0);
    /// const JOINED: Label = Label(1);
    /// const ANSWERED: Label = Label(2);
    /// const ABANDONED: Label = Label(3);
    /// const ENDED: Label = Label(4);
    ///
    /// /// The state is how many calls there are: one with the agent, the others in line.
    /// struct OneAgent;
    ///
    /// impl ChainModel for OneAgent {
    ///     type State = u32;
    ///     fn initial(&self) -> u32 {
    ///         0
    ///     }
    ///     fn transitions(&self, &calls: &u32, emit: &mut dyn FnMut(Transition<u32>)) {
    ///         match calls {
    ///             0 => emit(Transition::new(1, 1.0, ANSWERED_AT_ONCE)),
    ///             _ => emit(Transition::new(calls + 1, 1.0, JOINED).moving(0, LineMove::Join)),
    ///         }
    ///         if calls == 1 {
    ///             emit(Transition::new(0, 1.0, ENDED));
    ///         }
    ///         if calls > 1 {
    ///             emit(Transition::new(calls - 1, 1.0, ANSWERED).moving(0, LineMove::TakeHead));
    ///             let patience_ends = f64::from(calls - 1) / 2.0;
    ///             emit(Transition::new(calls - 1, patience_ends, ABANDONED).moving(0, LineMove::RemoveAny));
    ///         }
    ///     }
    ///     fn contains(&self, &calls: &u32) -> bool {
    ///         calls <= 40
    ///     }
    ///     fn lines(&self) -> usize {
    ///         1
    ///     }
    ///     fn line_length(&self, &calls: &u32, _line: usize) -> usize {
    ///         calls.saturating_sub(1) as usize
    ///     }
    /// }
    ///
    /// let chain = Chain::explore(&OneAgent, 100)?;
    /// let stationary = chain.stationary()?;
    /// let waits = stationary.line_waits(0)?;
    /// // Little's law: whoever leaves brings the time in line.
    /// let in_line = stationary.mean(|&calls| f64::from(calls.saturating_sub(1)));
    /// let time_in_line = |leaving: &acdsim::analytic::exact::chain::Departures| leaving.rate * leaving.mean_wait_s;
    /// assert!((time_in_line(&waits.taken) + time_in_line(&waits.removed) - in_line).abs() < 1e-14);
    /// assert!((waits.taken.rate - stationary.flow(ANSWERED)).abs() < 1e-14);
    /// # Ok::<(), acdsim::analytic::exact::ExactError>(())
    /// ```
    pub fn line_waits(&self, line: usize) -> Result<LineWaits, ExactError> {
        require(line < self.chain.lengths.len(), "line", line as f64, "one of the model's lines")?;
        let lengths = &self.chain.lengths[line];
        let exits = self.exits(line);
        let mut sums: BTreeMap<(Label, bool), Sums> = BTreeMap::new();
        for exit in &exits {
            sums.entry(exit.key()).or_default().rate += exit.rate * self.probabilities[exit.source];
        }
        // The probability that each place is occupied.
        let longest = lengths.iter().copied().max().unwrap_or(0) as usize;
        let mut occupied = vec![0.0; longest + 1];
        for (&length, mass) in lengths.iter().zip(&self.probabilities) {
            occupied[length as usize] += mass;
        }
        for place in (0..longest).rev() {
            occupied[place] += occupied[place + 1];
        }
        let mut behind = vec![0.0; lengths.len()];
        // `occupied[p + 1]` is how likely more than p wait.
        for place in (0..longest).filter(|&place| occupied[place + 1] > NEGLIGIBLE * occupied[1]).rev() {
            let ages = self.ages(line, place as u32, &behind)?;
            for exit in exits.iter().filter(|exit| place < lengths[exit.source] as usize) {
                let share = match exit.how {
                    LineMove::TakeHead if place == 0 => 1.0,
                    LineMove::RemoveAny => 1.0 / f64::from(lengths[exit.source]),
                    LineMove::RemoveAt(at) if at as usize == place => 1.0,
                    _ => continue,
                };
                sums.entry(exit.key()).or_default().waits += exit.rate * share * ages[exit.source];
            }
            behind = ages;
        }
        let total = |wanted: &dyn Fn(&(Label, bool)) -> bool| {
            let chosen = sums.iter().filter(|(key, _)| wanted(key)).map(|(_, sums)| *sums);
            chosen.fold(Sums::default(), |a, b| Sums { rate: a.rate + b.rate, waits: a.waits + b.waits }).departures()
        };
        let mut labels: Vec<Label> = sums.keys().map(|&(label, _)| label).collect();
        labels.dedup();
        Ok(LineWaits {
            taken: total(&|&(_, is_taken)| is_taken),
            removed: total(&|&(_, is_taken)| !is_taken),
            by_label: labels.into_iter().map(|label| (label, total(&|&(other, _)| other == label))).collect(),
        })
    }

    /// The transitions by which someone leaves the line.
    fn exits(&self, line: usize) -> Vec<Exit> {
        let moves = self.moves_of(line);
        let edges = &self.chain.edges;
        let kind_of = |edge: usize| usize::from(self.chain.edge_kinds[edge]);
        (0..edges.rate.len())
            .filter_map(|edge| {
                let how = moves[kind_of(edge)].filter(|&how| how != LineMove::Join)?;
                let label = self.chain.kinds[kind_of(edge)].label;
                Some(Exit { source: edges.source[edge] as usize, rate: edges.rate[edge], label, how })
            })
            .collect()
    }

    /// What each kind of transition does to the line.
    fn moves_of(&self, line: usize) -> Vec<Option<LineMove>> {
        let of_line = |moves: &super::Moves| moves.iter().flatten().find(|entry| usize::from(entry.0) == line).copied();
        self.chain.kinds.iter().map(|kind| of_line(&kind.moves).map(|(_, how)| how)).collect()
    }

    /// The ages of those at `place`, by state, from the ages of those one place `behind`.
    fn ages(&self, line: usize, place: u32, behind: &[f64]) -> Result<Vec<f64>, ExactError> {
        let lengths = &self.chain.lengths[line];
        let moves = self.moves_of(line);
        // The states in which someone is there, with numbers of their own. A state that is never visited has no ages.
        const NOBODY: u32 = u32::MAX;
        let mut numbers = vec![NOBODY; lengths.len()];
        let mut states = Vec::new();
        for (state, &length) in lengths.iter().enumerate() {
            if length > place && self.probabilities[state] > 0.0 {
                numbers[state] = states.len() as u32;
                states.push(state);
            }
        }
        let mut within = Edges { start: vec![0], source: Vec::new(), rate: Vec::new() };
        let mut gains = Vec::with_capacity(states.len());
        for &state in &states {
            let mut gain = self.probabilities[state];
            for edge in self.chain.edges.edges_into(state) {
                let source = self.chain.edges.source[edge] as usize;
                // How likely the one at this place was at it before, and one place behind.
                let (stayed, advanced) = match moves[usize::from(self.chain.edge_kinds[edge])] {
                    None | Some(LineMove::Join) => (1.0, 0.0),
                    Some(LineMove::TakeHead) => (0.0, 1.0),
                    Some(LineMove::RemoveAny) => {
                        let ahead = f64::from(place + 1) / f64::from(lengths[source]);
                        (1.0 - ahead, ahead)
                    }
                    Some(LineMove::RemoveAt(at)) => {
                        if place < at {
                            (1.0, 0.0)
                        } else {
                            (0.0, 1.0)
                        }
                    }
                };
                let rate = self.chain.edges.rate[edge];
                if advanced > 0.0 {
                    gain += rate * advanced * behind[source];
                }
                if stayed > 0.0 && numbers[source] != NOBODY {
                    within.source.push(numbers[source]);
                    within.rate.push(rate * stayed);
                }
            }
            within.start.push(within.source.len());
            gains.push(gain);
        }
        let outflows: Vec<f64> = states.iter().map(|&state| self.chain.outflows[state]).collect();
        let found = transient(&within, &outflows, &gains)?;
        let mut ages = vec![0.0; lengths.len()];
        for (&state, age) in states.iter().zip(found) {
            ages[state] = age;
        }
        Ok(ages)
    }
}

impl Exit {
    fn key(&self) -> (Label, bool) {
        (self.label, self.how == LineMove::TakeHead)
    }
}

/// The x of xᵢ · outflowᵢ = gainᵢ + Σ xⱼ · rateⱼᵢ.
fn transient(edges: &Edges, outflows: &[f64], gains: &[f64]) -> Result<Vec<f64>, ExactError> {
    let states = edges.states();
    let mut values: Vec<f64> = gains.iter().zip(outflows).map(|(gain, out)| gain / out).collect();
    for _ in 0..SWEEPS {
        let (mut change, mut total) = (0.0, 0.0);
        for state in (0..states).chain((0..states).rev()) {
            let new = (gains[state] + edges.inflow(state, &values)) / outflows[state];
            change += (new - values[state]).abs() * outflows[state];
            total += new * outflows[state];
            values[state] = new;
        }
        if change <= GOAL * total {
            return Ok(values);
        }
    }
    // With one more state, from which the gains come and to which what is left of each outflow goes, it is a stationary
    // distribution relative to the mass of that state.
    let scale = 1.0 / values.iter().sum::<f64>();
    let mut to_others = vec![0.0; states];
    for (&source, rate) in edges.source.iter().zip(&edges.rate) {
        to_others[source as usize] += rate;
    }
    let mut closed = Edges { start: vec![0], source: Vec::new(), rate: Vec::new() };
    let outside = states as u32;
    for (state, gain) in gains.iter().enumerate() {
        closed.source.extend_from_slice(&edges.source[edges.edges_into(state)]);
        closed.rate.extend_from_slice(&edges.rate[edges.edges_into(state)]);
        closed.source.push(outside);
        closed.rate.push(gain * scale);
        closed.start.push(closed.source.len());
    }
    for state in 0..states {
        let exit = outflows[state] - to_others[state];
        if exit > 1e-13 * outflows[state] {
            closed.source.push(state as u32);
            closed.rate.push(exit);
        }
    }
    closed.start.push(closed.source.len());
    let masses = multilevel::solve(&closed)?.masses;
    let unit = masses[states] * scale;
    Ok(masses[..states].iter().map(|mass| mass / unit).collect())
}
