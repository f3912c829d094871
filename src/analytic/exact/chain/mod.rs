//! Any finite continuous-time Markov chain: described, explored, solved, and asked.
//!
//! A [`ChainModel`] says where it starts and what can happen in a state. [`Chain::explore`] numbers all states that can
//! be reached, [`Chain::stationary`] solves for the [`Stationary`] distribution, and that answers: means of functions of
//! the state, flows of labelled transitions, and how long things have waited in first-in-first-out lines.
//!
//! Callers at rate 2, three trunk lines, each held for a mean time of 1:
//!
//! ```
//! use acdsim::analytic::exact::chain::{Chain, ChainModel, Label, Transition};
//!
//! const CALL: Label = Label(0);
//! const END: Label = Label(1);
//!
//! struct Trunks;
//!
//! impl ChainModel for Trunks {
//!     type State = u32;
//!     fn initial(&self) -> u32 {
//!         0
//!     }
//!     fn transitions(&self, &busy: &u32, emit: &mut dyn FnMut(Transition<u32>)) {
//!         emit(Transition::new(busy + 1, 2.0, CALL));
//!         if busy > 0 {
//!             emit(Transition::new(busy - 1, f64::from(busy), END));
//!         }
//!     }
//!     fn contains(&self, &busy: &u32) -> bool {
//!         busy <= 3
//!     }
//! }
//!
//! let chain = Chain::explore(&Trunks, 1_000)?;
//! let stationary = chain.stationary()?;
//! let lost = stationary.cut_flow(CALL) / 2.0;
//! assert!((lost - 4.0 / 19.0).abs() < 1e-14); // Erlang B
//! assert!((stationary.mean(|&busy| f64::from(busy)) - stationary.flow(END)).abs() < 1e-14);
//! # Ok::<(), acdsim::analytic::exact::ExactError>(())
//! ```
//!
//! # Infinite state spaces
//!
//! A model of an infinite system says by [`ChainModel::contains`] where to stop. A transition out of that region does
//! not take place, as if what arrives were turned away, and its flow is reported by [`Stationary::cut_flow`]: as long as
//! that is negligible beside the other flows, so is the error.

mod explore;
mod lines;
mod multilevel;
mod sparse;
mod stationary;
#[cfg(test)]
mod tests;

use std::hash::Hash;

pub use explore::Chain;
pub use lines::{Departures, LineWaits};
pub use stationary::Stationary;

/// A continuous-time Markov chain, by its first state and what can happen in each.
///
/// The module's documentation has an example.
pub trait ChainModel {
    /// What is known of the system at one moment.
    type State: Clone + Eq + Hash;

    /// A state from which all states of interest can be reached.
    fn initial(&self) -> Self::State;

    /// Calls `emit` with each transition out of `state`.
    ///
    /// Two transitions may lead to the same state, and one may lead back to `state`: it changes nothing but is counted
    /// under its label. A rate of 0 is no transition. The order in which states are numbered follows from the order of
    /// the calls.
    fn transitions(&self, state: &Self::State, emit: &mut dyn FnMut(Transition<Self::State>));

    /// Whether `state` belongs to the chain; transitions to states that do not are counted as cut off and do not take
    /// place.
    fn contains(&self, _state: &Self::State) -> bool {
        true
    }

    /// How many first-in-first-out lines there are whose waits are asked for.
    fn lines(&self) -> usize {
        0
    }

    /// How many wait in line number `line` in `state`.
    fn line_length(&self, _state: &Self::State, _line: usize) -> usize {
        0
    }
}

/// The name of a kind of transition: a number that the model gives a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub u16);

/// What a transition does to a first-in-first-out line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineMove {
    /// One joins at the end.
    Join,
    /// The first one leaves: a call is answered.
    TakeHead,
    /// One leaves who is any of those waiting, each with the same probability: a caller of exponential patience hangs
    /// up.
    RemoveAny,
    /// The one at this place leaves; the first is at place 0.
    RemoveAt(u32),
}

impl LineMove {
    /// The length of a line of `length` after the move, if it can take place.
    fn length_after(self, length: u32) -> Option<u32> {
        match self {
            LineMove::Join => length.checked_add(1),
            LineMove::TakeHead | LineMove::RemoveAny => length.checked_sub(1),
            LineMove::RemoveAt(place) => (place < length).then(|| length - 1),
        }
    }
}

/// What can happen in a state: where it leads, how often it happens, and what it does to the lines.
///
/// ```
/// use acdsim::analytic::exact::chain::{Label, LineMove, Transition};
///
/// // With three waiting, one of them gives up; each does so once in 180 s.
/// let abandonment = Transition::new(2_u32, 3.0 / 180.0, Label(7)).moving(0, LineMove::RemoveAny);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Transition<S> {
    to: S,
    rate: f64,
    label: Label,
    moves: Moves,
}

/// The lines that a transition changes, each with how.
type Moves = [Option<(u16, LineMove)>; 2];

impl<S> Transition<S> {
    /// A transition to the state `to` at `rate` per second, at least 0, which is counted under `label`.
    pub fn new(to: S, rate: f64, label: Label) -> Self {
        Transition { to, rate, label, moves: [None; 2] }
    }

    /// The same transition, which also changes line number `line`, counted from 0.
    ///
    /// # Panics
    ///
    /// If it changes two lines already, or this one.
    pub fn moving(mut self, line: u16, how: LineMove) -> Self {
        assert!(self.moves.iter().flatten().all(|&(other, _)| other != line), "a transition changes a line once");
        let free = self.moves.iter_mut().find(|entry| entry.is_none()).expect("a transition changes at most two lines");
        *free = Some((line, how));
        self
    }
}
