//! The transitions of a chain in compressed form, and the sweeps over them.

/// Transition rates by the state they lead to.
#[derive(Clone, Debug, Default)]
pub(super) struct Edges {
    /// Where the transitions into each state begin; one entry more than there are states.
    pub(super) start: Vec<usize>,
    /// The states they come from.
    pub(super) source: Vec<u32>,
    /// Their rates.
    pub(super) rate: Vec<f64>,
}

impl Edges {
    /// The number of states.
    pub(super) fn states(&self) -> usize {
        self.start.len() - 1
    }

    /// The numbers of the transitions into `state`.
    pub(super) fn edges_into(&self, state: usize) -> std::ops::Range<usize> {
        self.start[state]..self.start[state + 1]
    }

    /// The flow into `state` if the states have these masses.
    #[inline]
    pub(super) fn inflow(&self, state: usize, masses: &[f64]) -> f64 {
        let edges = self.edges_into(state);
        let (sources, rates) = (&self.source[edges.clone()], &self.rate[edges]);
        sources.iter().zip(rates).map(|(&source, &rate)| masses[source as usize] * rate).sum()
    }

    /// The rates at which the states are left.
    pub(super) fn outflows(&self) -> Vec<f64> {
        let mut outflows = vec![0.0; self.states()];
        for (&source, &rate) in self.source.iter().zip(&self.rate) {
            outflows[source as usize] += rate;
        }
        outflows
    }

    /// One step of Gauss and Seidel for each state, from the first to the last and back.
    pub(super) fn smooth(&self, outflows: &[f64], masses: &mut [f64]) {
        let states = self.states();
        for state in (0..states).chain((0..states).rev()) {
            masses[state] = (self.inflow(state, masses) / outflows[state]).max(FLOOR);
        }
    }
}

/// What takes the place of a mass that vanishes, so that shares can be taken of it.
pub(super) const FLOOR: f64 = 1e-290;

/// Makes the sum of the masses 1.
pub(super) fn normalise(masses: &mut [f64]) {
    let total: f64 = masses.iter().sum();
    masses.iter_mut().for_each(|mass| *mass = (*mass / total).max(FLOOR));
}
