//! How a command may end.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::analytic::AnalyticError;
use crate::baseline::BaselineError;
use crate::compare::CompareError;
use crate::experiment::{ExperimentError, ReplicationError};
use crate::files::OutputError;
use crate::import::ImportError;
use crate::planning::shifts::{RulesError, ShiftError};
use crate::planning::{PlanningError, TableError};
use crate::report::ActualError;
use crate::report::analytic::CaseError;
use crate::report::html::{PageError, ReportError};
use crate::scenario::ScenarioErrors;
use crate::shard::ShardError;
use crate::simulation::SimulationError;
use crate::sweep::SweepError;
use crate::trace::TraceError;

/// The exit codes of every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, and passed.
    Done = 0,
    /// A verification failed.
    Failed = 1,
    /// The arguments or an input file are wrong.
    Usage = 2,
    /// A file or device failed.
    Device = 3,
    /// Interrupted.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Errors in a scenario file.
    #[error(transparent)]
    Scenario(#[from] ScenarioErrors),
    /// An argument that is wrong, or wrong together with the scenario.
    #[error("{0}")]
    Argument(String),
    /// Errors in a file of what happened.
    #[error(transparent)]
    Actual(#[from] ActualError),
    /// Recorded calls that cannot be imported.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A model or metric that has no value.
    #[error(transparent)]
    Analytic(#[from] AnalyticError),
    /// A file of expected values that cannot be used.
    #[error(transparent)]
    Cases(#[from] CaseError),
    /// A baseline that cannot be made or used.
    #[error(transparent)]
    Baseline(BaselineError),
    /// Scenarios that cannot be compared.
    #[error(transparent)]
    Compare(CompareError),
    /// A sweep that cannot be run.
    #[error(transparent)]
    Sweep(SweepError),
    /// A table of demand that cannot be used.
    #[error(transparent)]
    Demand(#[from] TableError),
    /// Rules of a plan that cannot be used.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// Agents that cannot be planned.
    #[error(transparent)]
    Planning(Box<PlanningError>),
    /// Shards that cannot be run or joined.
    #[error(transparent)]
    Shard(ShardError),
    /// Baselines that have changed.
    #[error("{bad} of {all} baselines have changed")]
    Changed {
        /// How many.
        bad: usize,
        /// Of how many.
        all: usize,
    },
    /// Results that no report can be made of.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A report that could not be made.
    #[error(transparent)]
    Page(#[from] PageError),
    /// A check that failed.
    #[error("{0}")]
    Check(String),
    /// A replication that did not end well.
    #[error(transparent)]
    Replication(#[from] ReplicationError),
    /// Scenarios that did not pass.
    #[error("{bad} of {all} scenarios did not pass")]
    Verification {
        /// How many.
        bad: usize,
        /// Of how many.
        all: usize,
    },
    /// Faults that nothing noticed, or false alarms, in a self-test.
    #[error("the self-test failed: {escaped} faults escaped, {false_alarms} scenarios without a fault raised an alarm")]
    SelfTest {
        /// How many faults.
        escaped: usize,
        /// How many scenarios.
        false_alarms: usize,
    },
    /// A file that cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The standard output cannot be written.
    #[error("cannot write the standard output: {0}")]
    Stdout(io::Error),
    /// The terminal fails.
    #[error("the terminal: {0}")]
    Terminal(io::Error),
    /// A trace that cannot be used.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// A telephony system that cannot be reached or judged.
    #[error("{0}")]
    Adapter(String),
    /// Threads that cannot be started.
    #[error("{0}")]
    Threads(String),
    /// Stopped from the keyboard.
    #[error("interrupted")]
    Interrupted,
}

impl<E: Into<Failure> + std::fmt::Display> From<ExperimentError<E>> for Failure {
    fn from(error: ExperimentError<E>) -> Self {
        match error {
            ExperimentError::Failed(failure) => failure.into(),
            ExperimentError::Interrupted => Failure::Interrupted,
            ExperimentError::Threads { .. } => Failure::Threads(error.to_string()),
        }
    }
}

impl From<CompareError> for Failure {
    fn from(error: CompareError) -> Self {
        match error {
            CompareError::Run(error) => error.into(),
            other => Failure::Compare(other),
        }
    }
}

impl From<SweepError> for Failure {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Run(error) => error.into(),
            SweepError::Scenario(errors) => Failure::Scenario(errors),
            SweepError::Output(error) => Failure::Output(error),
            other => Failure::Sweep(other),
        }
    }
}

impl From<PlanningError> for Failure {
    fn from(error: PlanningError) -> Self {
        match error {
            PlanningError::Run(error) => error.into(),
            other => Failure::Planning(Box::new(other)),
        }
    }
}

impl From<ShardError> for Failure {
    fn from(error: ShardError) -> Self {
        match error {
            ShardError::Output(error) => Failure::Output(error),
            other => Failure::Shard(other),
        }
    }
}

impl From<BaselineError> for Failure {
    fn from(error: BaselineError) -> Self {
        match error {
            BaselineError::Run(error) => error.into(),
            other => Failure::Baseline(other),
        }
    }
}

impl Failure {
    /// The exit code that tells of it.
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Scenario(_)
            | Failure::Argument(_)
            | Failure::Actual(_)
            | Failure::Analytic(_)
            | Failure::Cases(_)
            | Failure::Baseline(_)
            | Failure::Compare(_)
            | Failure::Sweep(_)
            | Failure::Demand(_)
            | Failure::Rules(_)
            | Failure::Shard(_)
            | Failure::Report(_) => Exit::Usage,
            // No shifts satisfy the rules: that is a finding, and not a mistake in how they are written.
            Failure::Planning(error) => match **error {
                PlanningError::Shifts(
                    ShiftError::NobodyAtWork { .. } | ShiftError::Infeasible { .. } | ShiftError::Solver { .. },
                ) => Exit::Failed,
                _ => Exit::Usage,
            },
            Failure::Check(_) | Failure::Changed { .. } | Failure::Page(_) => Exit::Failed,
            Failure::Replication(ReplicationError::Simulation(SimulationError::Interrupted))
            | Failure::Import(ImportError::Interrupted)
            | Failure::Interrupted => Exit::Interrupted,
            Failure::Replication(ReplicationError::Simulation(SimulationError::TooManyWaiting { .. })) => Exit::Usage,
            Failure::Replication(_) | Failure::Verification { .. } | Failure::SelfTest { .. } => Exit::Failed,
            Failure::Import(ImportError::Output(_) | ImportError::Sorting { .. }) => Exit::Device,
            Failure::Import(_) => Exit::Usage,
            Failure::Trace(_) => Exit::Usage,
            Failure::Adapter(_) => Exit::Device,
            // Whoever read the output has had enough of it.
            Failure::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Failure::Output(_) | Failure::Stdout(_) | Failure::Terminal(_) | Failure::Threads(_) => Exit::Device,
        }
    }

    /// Prints it to the standard error.
    pub(super) fn print(&self) {
        match self {
            Failure::Scenario(errors) => say(&rendered(errors)),
            Failure::Sweep(error @ SweepError::Point { errors, .. }) => {
                say(&format!("acdsim: {error}:\n{}", rendered(errors)));
            }
            Failure::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            other => say(&format!("acdsim: {other}\n")),
        }
    }
}

/// What is wrong with a scenario, as wide and colourful as the terminal is.
fn rendered(errors: &ScenarioErrors) -> String {
    let width = super::output::terminal_width().unwrap_or(120);
    errors.render(width.into(), super::terminal::colours_errors())
}

/// Writes to the standard error. If even that fails there is nobody left to tell.
fn say(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
