//! What several test files share: random scenarios, a run with its call log, and how a failure is reproduced.

// Each test file is a program of its own and uses a part of this.
#![allow(dead_code)]

pub(crate) mod check;
pub(crate) mod rows;
pub(crate) mod scenarios;
pub(crate) mod script;

use acdsim::experiment::{ReplicationResult, replicate};
use acdsim::report::rows::{Lines, Row};
use acdsim::scenario::Scenario;
use acdsim::simulation::Control;
use acdsim::statistics::{CallLog, CallRecord, Intervals};
#[allow(unused_imports)]
pub(crate) use check::check;

/// One replication with everything that is observed of it.
pub(crate) struct Ran {
    pub(crate) result: ReplicationResult,
    pub(crate) intervals: Intervals,
    /// The text of `calls.csv`.
    pub(crate) calls: String,
}

/// Runs the first replication as the command line does with `--out` and `--calls`.
pub(crate) fn run(scenario: &Scenario) -> Ran {
    let mut intervals =
        Intervals::new(scenario.interval, scenario.horizon, scenario.groups.len(), scenario.service_level_threshold);
    let context = CallRecord::context(scenario);
    let mut records = Vec::new();
    let log = CallLog::new(|record| records.push(*record));
    let result = replicate(scenario, 1, (&mut intervals, log), &Control::default())
        .unwrap_or_else(|error| panic!("{error}\n{scenario:#?}"));
    let mut lines = Lines::default();
    let lines = str::from_utf8(lines.of(&records, 1, &context)).expect("it is UTF-8");
    let calls = format!("{}\n{lines}", CallRecord::header(&context));
    Ran { result, intervals, calls }
}
