//! What several test files share: random scenarios, a run with its call log, and how a failure is reproduced.

// Each test file is a program of its own and uses a part of this.
#![allow(dead_code)]

pub(crate) mod check;
pub(crate) mod rows;
pub(crate) mod scenarios;
pub(crate) mod script;

use acdsim::experiment::{ReplicationResult, replicate};
use acdsim::report::rows::Row;
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
    let mut calls = format!("{}\n", CallRecord::header(&context)).into_bytes();
    let log = CallLog::new(|record| record.line(1, &context, &mut calls));
    let result = replicate(scenario, 1, (&mut intervals, log), &Control::default())
        .unwrap_or_else(|error| panic!("{error}\n{scenario:#?}"));
    let calls = String::from_utf8(calls).expect("it is UTF-8");
    Ran { result, intervals, calls }
}
