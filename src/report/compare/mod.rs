//! The report of a comparison of scenarios: a table for people, CSV and JSON.

mod csv;
mod json;
mod text;

pub use csv::comparison_csv;
pub use json::comparison_json;
pub use text::comparison_text;

use crate::compare::{Comparison, Goal, Objective};
use crate::experiment::{Kn, Selection};

/// The best of the scenarios: what was asked, and what came of it.
#[derive(Clone, Debug)]
pub struct Selected {
    /// By what.
    pub objective: Objective,
    /// How surely.
    pub settings: Kn,
    /// What it came to.
    pub selection: Selection,
}

impl Selected {
    /// The mean of a scenario in the objective's unit, of the replications until it was eliminated.
    fn mean(&self, scenario: usize) -> f64 {
        let mean = self.selection.values[scenario].estimate().mean;
        if self.objective.goal == Goal::Lowest { -mean } else { mean }
    }
}

/// All that is reported: the names of the scenarios, what differs between them, and the best if it was asked for.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The scenarios, as they were named; all different.
    pub names: Vec<String>,
    /// The differences.
    pub comparison: Comparison,
    /// The best.
    pub selected: Option<Selected>,
}
