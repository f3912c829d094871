//! The long run of a chain, and what can be asked of it.

use std::hash::Hash;

use super::explore::Closed;
use super::multilevel::{self, Solution};
use super::sparse::Edges;
use super::{Chain, Label};
use crate::analytic::exact::ExactError;

/// The stationary distribution of a chain: which part of the time it is in each state.
#[derive(Clone, Debug)]
pub struct Stationary<'a, S> {
    pub(super) chain: &'a Chain<S>,
    pub(super) probabilities: Vec<f64>,
    residual: f64,
    cycles: usize,
}

impl<S: Clone + Eq + Hash> Chain<S> {
    /// The stationary distribution.
    ///
    /// By elimination for small chains and by multilevel aggregation for others (Horton & Leutenegger 1994), until the
    /// flows into the states match those out of them but for the last digits. States that the chain leaves for ever
    /// have the probability 0.
    ///
    /// # Errors
    ///
    /// [`ExactError::Reducible`] if what the chain ends up in depends on chance; [`ExactError::NotConverged`] if the
    /// flows do not match to 10⁻¹².
    pub fn stationary(&self) -> Result<Stationary<'_, S>, ExactError> {
        let Solution { masses, residual, cycles } = match &self.closed {
            Closed::All => multilevel::solve(&self.edges)?,
            Closed::Some(inside) => {
                let mut solution = multilevel::solve(&within(&self.edges, inside))?;
                let mut masses = solution.masses.iter();
                let spread = inside.iter().map(|&inside| if inside { masses.next().copied() } else { None });
                solution.masses = spread.map(|mass| mass.unwrap_or(0.0)).collect();
                solution
            }
            Closed::Several(classes) => return Err(ExactError::Reducible { classes: *classes }),
        };
        Ok(Stationary { chain: self, probabilities: masses, residual, cycles })
    }
}

/// The transitions between the states that are `inside`, which are numbered anew.
fn within(edges: &Edges, inside: &[bool]) -> Edges {
    let mut count = 0;
    let numbers: Vec<u32> = inside
        .iter()
        .map(|&inside| {
            count += u32::from(inside);
            count.saturating_sub(1)
        })
        .collect();
    let mut kept = Edges { start: vec![0], source: Vec::new(), rate: Vec::new() };
    for state in (0..inside.len()).filter(|&state| inside[state]) {
        for edge in edges.edges_into(state).filter(|&edge| inside[edges.source[edge] as usize]) {
            kept.source.push(numbers[edges.source[edge] as usize]);
            kept.rate.push(edges.rate[edge]);
        }
        kept.start.push(kept.source.len());
    }
    kept
}

impl<S> Stationary<'_, S> {
    /// The probability of each state, in the order of [`Chain::states`].
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// The mean of a function of the state over all time.
    pub fn mean(&self, value: impl Fn(&S) -> f64) -> f64 {
        self.chain.states.iter().zip(&self.probabilities).map(|(state, mass)| value(state) * mass).sum()
    }

    /// The part of the time in which something holds.
    pub fn probability(&self, holds: impl Fn(&S) -> bool) -> f64 {
        self.mean(|state| if holds(state) { 1.0 } else { 0.0 })
    }

    /// How many transitions with this label take place, per second.
    pub fn flow(&self, label: Label) -> f64 {
        self.flow_of_kinds(|kind| !kind.is_cut && kind.label == label)
    }

    /// How many transitions with this label are cut off, per second, because they would leave the region that the
    /// model contains.
    pub fn cut_flow(&self, label: Label) -> f64 {
        self.flow_of_kinds(|kind| kind.is_cut && kind.label == label)
    }

    /// How many transitions are cut off, per second, whatever their label.
    pub fn total_cut_flow(&self) -> f64 {
        self.flow_of_kinds(|kind| kind.is_cut)
    }

    /// The part of the time in which the chain is in a state of which a transition is cut off.
    pub fn cut_probability(&self) -> f64 {
        let (mut last, mut sum) = (None, 0.0);
        // The loops are in the order of their states.
        for &(state, _, kind) in &self.chain.loops {
            if self.chain.kinds[usize::from(kind)].is_cut && last != Some(state) {
                sum += self.probabilities[state as usize];
                last = Some(state);
            }
        }
        sum
    }

    /// What is left between the flows into the states and out of them: the sum of the magnitudes of the differences,
    /// as a part of the sum of the flows.
    pub fn residual(&self) -> f64 {
        self.residual
    }

    /// How many cycles the iteration took; 0 if the chain was solved by elimination.
    pub fn cycles(&self) -> usize {
        self.cycles
    }

    fn flow_of_kinds(&self, wanted: impl Fn(&super::explore::Kind) -> bool) -> f64 {
        let wanted: Vec<bool> = self.chain.kinds.iter().map(wanted).collect();
        let edges = &self.chain.edges;
        let moves: f64 = (0..edges.rate.len())
            .filter(|&edge| wanted[usize::from(self.chain.edge_kinds[edge])])
            .map(|edge| self.probabilities[edges.source[edge] as usize] * edges.rate[edge])
            .sum();
        let loops = self.chain.loops.iter().filter(|&&(_, _, kind)| wanted[usize::from(kind)]);
        moves + loops.map(|&(state, rate, _)| self.probabilities[state as usize] * rate).sum::<f64>()
    }
}
