//! Patience with a hump in the first seconds: a mixture of laws.

use acdsim::random::{Component, Distribution};
use acdsim::verify::{Model, plan};

use super::arrived::{arrived, scenario};

const HUMP: &str = "{ distribution = \"mixture\", components = [\n\
    { weight = \"15%\", law = { distribution = \"uniform\", min = \"0s\", max = \"8s\" } },\n\
    { weight = 0.85, law = { distribution = \"exponential\", mean = \"5m\" } } ] }";

/// Seed 51, replication 1: of 40,000 callers so many hang up within eight seconds as the mixture has it.
#[test]
fn so_many_callers_hang_up_at_once() {
    let scenario =
        scenario("horizon = \"10h\"\nseed = 51", &[&format!("arrivals = {{ rate = \"4000/h\" }}\npatience = {HUMP}")]);
    let part = |weight, law: Result<Distribution, _>| Component { weight, law: law.expect("it is a law") };
    let parts = [part(0.15, Distribution::uniform(0.0, 8.0)), part(0.85, Distribution::exponential_mean(300.0))];
    let law = Distribution::mixture(&parts).expect("it is a law");
    assert_eq!(scenario.groups[0].patience.as_ref(), Some(&law));
    let calls = arrived(&scenario, 1);
    let n = calls.len() as f64;
    for seconds in [2.0, 8.0, 60.0, 600.0] {
        let expected = if seconds < 8.0 { 0.15 * seconds / 8.0 } else { 0.15 } - 0.85 * libm::expm1(-seconds / 300.0);
        let found = calls.iter().filter(|call| call.patience.as_secs_f64() <= seconds).count() as f64 / n;
        let error = (expected * (1.0 - expected) / n).sqrt();
        assert!((found - expected).abs() < 4.5 * error, "seed 51, {seconds} s: {found}, not {expected} ± {error}");
    }
}

#[test]
fn a_model_describes_it() {
    let scenario = acdsim::scenario::read("scenarios/verify/patience-hump.toml".as_ref()).expect("it is sound");
    let plan = plan(&scenario);
    assert!(plan.undecided.is_empty(), "{:?}", plan.undecided);
    assert!(plan.checks.iter().any(|check| check.model == Model::MmcPlusG));
}
