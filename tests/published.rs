//! Values that other projects have published, each held against the formula.
//!
//! `tests/published/formulas.csv` names the project and its file; many values there are more exact than the published ones,
//! recomputed from the published parameters. The published traces are in `tests/traces.rs`. What is not here needs what
//! this simulator does not have, or has otherwise:
//!
//! - CC-01 to CC-21 (contactcenters): callers who do not join if they have to wait, and a random factor of the day;
//! - DT-13 (Ciw): another tie rule;
//! - MG-17 (most-queue): an agent who serves several calls at once (processor sharing).

use acdsim::analytic::{Model, ServiceLevel, Staffing, Target, scheduled_agents};

#[derive(serde::Deserialize)]
struct Case {
    id: String,
    model: String,
    parameters: String,
    metric: String,
    expected: f64,
    tolerance: f64,
    source: String,
}

#[test]
fn every_published_value_comes_out() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in csv::Reader::from_path("tests/published/formulas.csv").expect("the table is there").deserialize() {
        let Case { id, model, parameters, metric, expected, tolerance, source } = case.expect("a row is a case");
        let parameters = serde_json::from_str(&parameters).expect("the parameters are JSON");
        let found = Model::new(&model, &parameters).and_then(|model| model.metric(&metric));
        let error = found.as_ref().map_or(f64::INFINITY, |found| (found / expected - 1.0).abs());
        if error > tolerance {
            wrong
                .push(format!("{id} ({source}): {metric} of {model} is {found:?}, not {expected}: off by {error:.1e}"));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 119, "{count} cases");
}

/// ECS-01, pyworkforce: 100 calls in half an hour, three minutes each, 80 % within 20 s, occupancy of at most 85 %, 30 %
/// shrinkage.
#[test]
fn ecs_01_two_targets_and_shrinkage() {
    let staffing = Staffing::patient(180.0).unwrap();
    let level = Target::ServiceLevel { definition: ServiceLevel::OfOffered, within_s: 20.0, at_least: 0.8 };
    let agents = staffing.least_agents(100.0 / 1_800.0, &[level, Target::Occupancy { at_most: 0.85 }]).unwrap();
    assert_eq!((agents, scheduled_agents(agents, 0.3).unwrap()), (14, 20));
}
