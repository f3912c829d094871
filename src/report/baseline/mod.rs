//! The report of a comparison with a baseline: a table for people, CSV and JSON, and JUnit XML for the systems that run tests.

mod csv;
mod json;
mod junit;
mod text;

pub use csv::differences_csv;
pub use json::differences_json;
pub use junit::differences_junit;
pub use text::{baselines_text, change_text, difference_text};

use crate::baseline::{Baseline, Difference, Verdict};

/// A baseline that was checked, and what came of it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The baseline's name: that of its file without the extension.
    pub name: String,
    /// What was accepted.
    pub accepted: Baseline,
    /// What has become of it.
    pub difference: Difference,
    /// The command that repeats the check.
    pub command: String,
}

/// A verdict in one word.
fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "same",
        Verdict::Within => "within",
        Verdict::Changed => "changed",
    }
}
