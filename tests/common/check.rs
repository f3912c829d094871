//! How a property is tested on random values, and how a failure is reproduced.

use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseError, TestRunner};

/// The seed of every randomized test, unless the variable `PROPTEST_RNG_SEED` has another.
const SEED: u64 = 20_261_122;

/// Lets a property be tested on so many random values, or as many as the variable `PROPTEST_CASES` says, and says on
/// failure how to do it again. A failure is made as small as it can be, unless `PROPTEST_MAX_SHRINK_ITERS` says 0.
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
        max_shrink_iters: variable("PROPTEST_MAX_SHRINK_ITERS").map_or(20_000, |most| most as u32),
        ..ProptestConfig::default()
    };
    if let Err(error) = TestRunner::new(config).run(&values, property) {
        panic!(
            "{error}\nseed {seed}; reproduce with\n    \
             PROPTEST_RNG_SEED={seed} PROPTEST_CASES={cases} cargo test --test {file} {test}\n"
        );
    }
}
