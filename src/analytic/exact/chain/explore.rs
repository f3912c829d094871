//! From the description of a chain to its numbered states and their transitions.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use super::sparse::Edges;
use super::{ChainModel, Label, Moves, Transition};
use crate::analytic::exact::ExactError;
use crate::analytic::exact::error::{non_negative, require};

/// A finite continuous-time Markov chain whose states are numbered in the order in which they are reached.
///
/// The first state is number 0; the others follow breadth first, so the numbers depend on the model alone.
#[derive(Clone, Debug)]
pub struct Chain<S> {
    pub(super) states: Vec<S>,
    /// The transitions that lead to another state.
    pub(super) edges: Edges,
    /// The rate at which each state is left.
    pub(super) outflows: Vec<f64>,
    /// The kind of each of them.
    pub(super) edge_kinds: Vec<u16>,
    /// The transitions that lead nowhere: state, rate, kind.
    pub(super) loops: Vec<(u32, f64, u16)>,
    pub(super) kinds: Vec<Kind>,
    /// The length of each line in each state.
    pub(super) lengths: Vec<Vec<u32>>,
    /// The states that the chain ends up in.
    pub(super) closed: Closed,
}

/// What is the same for many transitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    pub(super) label: Label,
    pub(super) moves: Moves,
    pub(super) is_cut: bool,
}

/// The set of states that a chain ends up in.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Closed {
    /// All.
    All,
    /// Those that are marked.
    Some(Vec<bool>),
    /// So many sets, which is too many.
    Several(usize),
}

/// A hash that is quick for small keys; no result depends on it.
#[derive(Default)]
struct QuickHasher(u64);

impl Hasher for QuickHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(value.into());
    }

    fn write_u16(&mut self, value: u16) {
        self.write_u64(value.into());
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(value.into());
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(26) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
}

type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<QuickHasher>>;

impl<S: Clone + Eq + Hash> Chain<S> {
    /// Finds all states that can be reached from the model's first one, at most `max_states`.
    ///
    /// # Errors
    ///
    /// [`ExactError::TooManyStates`]; [`ExactError::Parameter`] for a rate that is negative, infinite or not a number,
    /// or if a transition changes a line otherwise than it says: the parameter is then `line`, the value its number.
    ///
    /// ```
    /// use acdsim::analytic::exact::ExactError;
    /// use acdsim::analytic::exact::chain::{Chain, ChainModel, Label, Transition};
    ///
    /// struct Endless;
    ///
    /// impl ChainModel for Endless {
    ///     type State = u64;
    ///     fn initial(&self) -> u64 {
    ///         0
    ///     }
    ///     fn transitions(&self, &state: &u64, emit: &mut dyn FnMut(Transition<u64>)) {
    ///         emit(Transition::new(state + 1, 1.0, Label(0)));
    ///     }
    /// }
    ///
    /// let error = Chain::explore(&Endless, 500).unwrap_err();
    /// assert_eq!(error, ExactError::TooManyStates { max_states: 500 });
    /// ```
    pub fn explore<M: ChainModel<State = S>>(model: &M, max_states: usize) -> Result<Self, ExactError> {
        let max_states = max_states.min(u32::MAX as usize);
        let initial = model.initial();
        require(model.contains(&initial), "initial", 0.0, "within the region that the model contains")?;
        let mut found =
            Found { numbers: QuickMap::default(), states: Vec::new(), lengths: vec![vec![]; model.lines()] };
        found.number(model, initial, max_states)?;
        let mut kinds = Kinds::default();
        let mut targets = Targets { start: vec![0], ..Targets::default() };
        let mut loops = Vec::new();
        let mut emitted = Vec::new();
        while targets.start.len() <= found.states.len() {
            let from = targets.start.len() - 1;
            model.transitions(&found.states[from], &mut |transition| emitted.push(transition));
            for Transition { to, rate, label, moves } in emitted.drain(..) {
                if non_negative("rate", rate)? == 0.0 {
                    continue;
                }
                if !model.contains(&to) {
                    loops.push((from as u32, rate, kinds.number(Kind { label, moves: [None; 2], is_cut: true })?));
                    continue;
                }
                let target = found.number(model, to, max_states)?;
                found.check_lines(from, target, &moves)?;
                let kind = kinds.number(Kind { label, moves, is_cut: false })?;
                if target == from {
                    loops.push((from as u32, rate, kind));
                } else {
                    targets.push(target, rate, kind);
                }
            }
            targets.start.push(targets.target.len());
        }
        let closed = targets.closed();
        let (edges, edge_kinds) = targets.by_target();
        let Found { states, lengths, .. } = found;
        let outflows = edges.outflows();
        Ok(Chain { states, edges, outflows, edge_kinds, loops, kinds: kinds.list, lengths, closed })
    }

    /// The states in the order of their numbers.
    pub fn states(&self) -> &[S] {
        &self.states
    }

    /// The number of transitions, those that lead nowhere among them.
    pub fn transition_count(&self) -> usize {
        self.edge_kinds.len() + self.loops.len()
    }
}

/// The states found so far.
struct Found<S> {
    numbers: QuickMap<S, u32>,
    states: Vec<S>,
    lengths: Vec<Vec<u32>>,
}

impl<S: Clone + Eq + Hash> Found<S> {
    /// The number of `state`, a new one if it was not known.
    fn number(&mut self, model: &impl ChainModel<State = S>, state: S, max_states: usize) -> Result<usize, ExactError> {
        if let Some(&number) = self.numbers.get(&state) {
            return Ok(number as usize);
        }
        let number = self.states.len();
        if number >= max_states {
            return Err(ExactError::TooManyStates { max_states });
        }
        for (line, lengths) in self.lengths.iter_mut().enumerate() {
            lengths.push(model.line_length(&state, line) as u32);
        }
        self.numbers.insert(state.clone(), number as u32);
        self.states.push(state);
        Ok(number)
    }

    /// Whether the lines change from one state to the other as the moves say.
    fn check_lines(&self, from: usize, to: usize, moves: &Moves) -> Result<(), ExactError> {
        for &(line, _) in moves.iter().flatten() {
            require(usize::from(line) < self.lengths.len(), "line", line.into(), "one of the model's lines")?;
        }
        for (line, lengths) in self.lengths.iter().enumerate() {
            let how = moves.iter().flatten().find(|entry| usize::from(entry.0) == line);
            let after = how.map_or(Some(lengths[from]), |(_, how)| how.length_after(lengths[from]));
            let allowed = "a line that changes by what the transition says of it";
            require(after == Some(lengths[to]), "line", line as f64, allowed)?;
        }
        Ok(())
    }
}

/// The kinds found so far.
#[derive(Default)]
struct Kinds {
    numbers: QuickMap<Kind, u16>,
    list: Vec<Kind>,
}

impl Kinds {
    fn number(&mut self, kind: Kind) -> Result<u16, ExactError> {
        if let Some(&number) = self.numbers.get(&kind) {
            return Ok(number);
        }
        let number = self.list.len();
        require(number < usize::from(u16::MAX), "labels", number as f64, "fewer than 65535, counted with their moves")?;
        self.numbers.insert(kind, number as u16);
        self.list.push(kind);
        Ok(number as u16)
    }
}

/// The transitions by the state they come from, as they are found.
#[derive(Default)]
struct Targets {
    start: Vec<usize>,
    target: Vec<u32>,
    rate: Vec<f64>,
    kind: Vec<u16>,
}

impl Targets {
    fn push(&mut self, target: usize, rate: f64, kind: u16) {
        self.target.push(target as u32);
        self.rate.push(rate);
        self.kind.push(kind);
    }

    /// The same transitions by the state they lead to, with their kinds.
    fn by_target(&self) -> (Edges, Vec<u16>) {
        let states = self.start.len() - 1;
        let mut start = vec![0; states + 1];
        for &target in &self.target {
            start[target as usize + 1] += 1;
        }
        for state in 0..states {
            start[state + 1] += start[state];
        }
        let mut next = start.clone();
        let count = self.target.len();
        let mut edges = Edges { start, source: vec![0; count], rate: vec![0.0; count] };
        let mut kinds = vec![0; count];
        for state in 0..states {
            for edge in self.start[state]..self.start[state + 1] {
                let place = &mut next[self.target[edge] as usize];
                edges.source[*place] = state as u32;
                edges.rate[*place] = self.rate[edge];
                kinds[*place] = self.kind[edge];
                *place += 1;
            }
        }
        (edges, kinds)
    }

    /// The sets of states that are never left: the strong components without a way out (Tarjan 1972).
    fn closed(&self) -> Closed {
        const UNSEEN: u32 = u32::MAX;
        const DONE: u32 = u32::MAX - 1;
        let states = self.start.len() - 1;
        // What Tarjan calls the low link; DONE once the state's component is complete.
        let mut low = vec![UNSEEN; states];
        let mut in_closed = vec![false; states];
        let mut has_way_out = vec![false; states];
        let mut next_edge = self.start[..states].to_vec();
        let (mut path, mut open, mut seen, mut closed_count) = (vec![(0_usize, 0_u32)], vec![0_usize], 1, 0);
        low[0] = 0;
        while let Some(&(state, order)) = path.last() {
            if next_edge[state] < self.start[state + 1] {
                let target = self.target[next_edge[state]] as usize;
                next_edge[state] += 1;
                match low[target] {
                    UNSEEN => {
                        low[target] = seen;
                        path.push((target, seen));
                        open.push(target);
                        seen += 1;
                    }
                    DONE => has_way_out[state] = true,
                    link => low[state] = low[state].min(link),
                }
                continue;
            }
            path.pop();
            let is_root = low[state] == order;
            let leads_out = has_way_out[state];
            if is_root {
                let first = open.iter().rposition(|&other| other == state).expect("the root is open");
                for &member in &open[first..] {
                    low[member] = DONE;
                    in_closed[member] = !leads_out;
                }
                open.truncate(first);
                closed_count += usize::from(!leads_out);
            }
            if let Some(&(parent, _)) = path.last() {
                // The root of a component that is complete is beyond its parent's, so there is a way out of that.
                has_way_out[parent] |= is_root || leads_out;
                if !is_root {
                    low[parent] = low[parent].min(low[state]);
                }
            }
        }
        match closed_count {
            1 if in_closed.iter().all(|&inside| inside) => Closed::All,
            1 => Closed::Some(in_closed),
            count => Closed::Several(count),
        }
    }
}
