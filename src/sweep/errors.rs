//! What can be wrong with a sweep.

use crate::experiment::{ExperimentError, ReplicationError};
use crate::files::OutputError;
use crate::scenario::ScenarioErrors;

/// Why a sweep cannot be run, or not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// A text that does not say which values go where.
    #[error("--set {text:?}: {reason}")]
    Set {
        /// The text.
        text: String,
        /// What is wrong with it, and what is allowed.
        reason: String,
    },
    /// A file that is no design.
    #[error("{file}: line {line}: {what}")]
    File {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong there, and what is allowed.
        what: String,
    },
    /// A design of which no points can be made.
    #[error("{0}")]
    Design(String),
    /// The scenario is wrong without any value of the sweep.
    #[error(transparent)]
    Scenario(#[from] ScenarioErrors),
    /// The scenario is wrong with the values of a point.
    #[error("point {number} of {all} ({values}) makes the scenario wrong{}", so_do(*more))]
    Point {
        /// The point's number.
        number: usize,
        /// Of how many.
        all: usize,
        /// Its values.
        values: String,
        /// How many more points do so too.
        more: usize,
        /// What is wrong.
        errors: ScenarioErrors,
    },
    /// A directory that holds something else.
    #[error("{directory}: {what}")]
    Foreign {
        /// The directory.
        directory: String,
        /// What it holds, and what is allowed.
        what: String,
    },
    /// A file that cannot be read.
    #[error("{file}: cannot be read: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        reason: std::io::Error,
    },
    /// A file that cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// It was told to stop, or the threads could not be started.
    #[error(transparent)]
    Run(#[from] ExperimentError<ReplicationError>),
}

fn so_do(more: usize) -> String {
    match more {
        0 => String::new(),
        1 => ", and so does another".to_owned(),
        more => format!(", and so do {more} more"),
    }
}
