//! Scenarios beside each other: the same callers in all, and what differs.
//!
//! What a caller does is drawn from the seed, the replication, the purpose and the name of the group, and from nothing else. Two
//! scenarios that are run with the same seed therefore see the same callers in groups of the same name and laws, whatever the
//! agents are: common random numbers. [`pair`] takes the differences replication by replication; [`select`] finds the
//! best of several scenarios with a stated confidence.
//!
//! It uses the experiments and the metrics of [`crate::report`]; the report of a comparison and the command use it.

mod pairs;
mod select;

pub use pairs::{Comparison, GroupPair, Row, pair};
pub use select::{Goal, Objective, select};

use crate::experiment::{ExperimentError, ReplicationError};

/// The metrics that are compared if none are chosen, with `sl_T_of_offered` after them.
pub const DEFAULT_METRICS: [&str; 7] =
    ["answered", "p_abandon", "asa_s", "wait_p95_s", "longest_time_to_answer_s", "mean_agents", "occupancy"];

/// Why scenarios cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// There are fewer than two.
    #[error("a comparison is of at least two scenarios, and there are {0}")]
    TooFew(usize),
    /// A group that not all of the scenarios have.
    #[error("{name:?} is no group of all scenarios: those are {allowed}")]
    Group {
        /// What was chosen.
        name: String,
        /// The names of the groups that all have.
        allowed: String,
    },
    /// A metric that the groups do not have.
    #[error("{name:?} is no metric of the groups: they are {allowed}")]
    Metric {
        /// What was chosen.
        name: String,
        /// The metrics that there are.
        allowed: String,
    },
    /// A text that is no objective.
    #[error("{text:?} is not GROUP.METRIC, such as {example}")]
    Objective {
        /// The text.
        text: String,
        /// One that would do.
        example: String,
    },
    /// A setting of the selection that is out of its range.
    #[error("the {what} is {value}: {allowed}")]
    Setting {
        /// Which.
        what: &'static str,
        /// What it is.
        value: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// The objective has no value in a replication, so that the systems cannot be told apart by it.
    #[error("{metric} of {group} has no value in replication {replication} of {scenario:?}: select by another metric")]
    NoValue {
        /// The metric.
        metric: String,
        /// The group.
        group: String,
        /// The replication.
        replication: u32,
        /// The scenario's name.
        scenario: String,
    },
    /// A run did not end well.
    #[error(transparent)]
    Run(#[from] ExperimentError<ReplicationError>),
}
