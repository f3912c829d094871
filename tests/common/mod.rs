//! What several test files share: random scenarios, a run with its call log, and how a failure is reproduced.

// Each test file is a program of its own and uses a part of this.
#![allow(dead_code)]

pub(crate) mod rows;
pub(crate) mod scenarios;

use acdsim::experiment::{ReplicationResult, replicate};
use acdsim::report::calls::{self, CallRows};
use acdsim::scenario::Scenario;
use acdsim::simulation::Control;
use acdsim::statistics::{CallLog, Intervals};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseError, TestRunner};

/// The seed of every randomized test, unless the variable `PROPTEST_RNG_SEED` has another.
const SEED: u64 = 20_261_122;

/// Lets a property be tested on so many random values, or as many as the variable `PROPTEST_CASES` says, and says on
/// failure how to do it again.
///
/// `file` and `test` are those of the test that calls it.
pub(crate) fn check<S: Strategy>(
    file: &str,
    test: &str,
    cases: u32,
    values: S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let variable = |name: &str| std::env::var(name).ok().map(|value| value.parse().expect(name));
    let seed: u64 = variable("PROPTEST_RNG_SEED").unwrap_or(SEED);
    let cases = variable("PROPTEST_CASES").map_or(cases, |cases| cases as u32);
    let config = ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    };
    if let Err(error) = TestRunner::new(config).run(&values, property) {
        panic!(
            "{error}\nseed {seed}; reproduce with\n    \
             PROPTEST_RNG_SEED={seed} PROPTEST_CASES={cases} cargo test --test {file} {test}\n"
        );
    }
}

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
    let mut rows = CallRows::new(scenario, 1, format!("{}\n", calls::HEADER).into_bytes());
    let log = CallLog::new(|record| rows.write(record));
    let result = replicate(scenario, 1, (&mut intervals, log), &Control::default())
        .unwrap_or_else(|error| panic!("{error}\n{scenario:#?}"));
    let calls = String::from_utf8(rows.finish().expect("memory can be written")).expect("it is UTF-8");
    Ran { result, intervals, calls }
}
