//! What may be wrong with a baseline.

use crate::experiment::{ExperimentError, ReplicationError};

/// Why there is no baseline, or none that can be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// A group is chosen that the scenario does not have.
    #[error("{name:?} is no group of the scenario {scenario:?}: its groups are {allowed}")]
    Group {
        /// What was chosen.
        name: String,
        /// The scenario's name.
        scenario: String,
        /// The names of its groups.
        allowed: String,
    },
    /// A metric is chosen, or given a tolerance, that nothing has.
    #[error("{name:?} is no metric of the scenario {scenario:?}: docs/output.md has them, such as {allowed}")]
    Metric {
        /// What was chosen.
        name: String,
        /// The scenario's name.
        scenario: String,
        /// The metrics that there are.
        allowed: String,
    },
    /// A tolerance that is none.
    #[error(
        "the tolerance {text:?} {why}: a tolerance is METRIC=3, METRIC=5% or METRIC=0.5w, * standing for all metrics"
    )]
    Tolerance {
        /// What was given.
        text: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A file that cannot be read.
    #[error(
        "the baseline {path} cannot be read: {why}; `acdsim baseline accept SCENARIO` makes one, `acdsim baseline list` lists them"
    )]
    Unreadable {
        /// The file.
        path: String,
        /// Why not.
        why: String,
    },
    /// A file that is no baseline.
    #[error("{path}:{line}:{column}: it is no baseline: {why}; `acdsim baseline accept` writes it anew")]
    Invalid {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        why: String,
    },
    /// A file of another form.
    #[error("{path}: `form` is {form}, and this version reads form {known}: accept it anew", known = super::FORM)]
    Form {
        /// The file.
        path: String,
        /// Its form.
        form: u32,
    },
    /// A file that does not say which scenario it is of.
    #[error("the baseline {name} has no `file`: say which scenario it is of with --scenario")]
    NoScenario {
        /// The name.
        name: String,
    },
    /// The run did not end well.
    #[error(transparent)]
    Run(#[from] ExperimentError<ReplicationError>),
}
