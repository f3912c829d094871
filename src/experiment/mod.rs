//! Experiments: replications of a scenario, in parallel, with results that do not depend on how many threads there are.

mod identities;
mod replication;
mod runner;
mod selection;
mod workload;

pub use identities::BrokenIdentity;
pub use replication::{
    AgentResult, GroupResult, QueueResult, ReplicationError, ReplicationResult, SessionResult, replicate,
    replicate_between,
};
pub use runner::{ExperimentError, run_experiment};
pub use selection::{Kn, Selection, select_highest};
pub use workload::Workload;
