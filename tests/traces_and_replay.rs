//! Traces and their replay: what is read is what was written, what was damaged is refused, and the model does exactly what the
//! simulation did.

mod common;

use std::path::Path;

use acdsim::replay::{Model, Script, Time, Tolerance, TelephonySystem, judge, play};
use acdsim::scenario::Scenario;
use acdsim::simulation::{Control, run};
use acdsim::trace::{Difference, Place, Problem, Recorder, TraceError, TraceReader, first_difference};
use common::check;
use common::scenarios::any_scenario;
use proptest::prelude::*;

const FILE: &str = "traces_and_replay";

/// The bytes of the trace of the first replication.
fn trace(scenario: &Scenario) -> Vec<u8> {
    let mut recorder = Recorder::new(scenario, 1, Vec::new()).unwrap();
    let finished = run(scenario, 1, &mut recorder, &Control::default()).unwrap();
    recorder.finish(&finished).unwrap()
}

fn reader(bytes: &[u8]) -> Result<TraceReader, TraceError> {
    TraceReader::new(bytes, Path::new("day.jsonl"))
}

fn script(bytes: &[u8]) -> Script {
    Script::of(reader(bytes).unwrap()).unwrap()
}

fn quickstart() -> Scenario {
    acdsim::scenario::read("scenarios/quickstart.toml".as_ref()).unwrap()
}

#[test]
fn the_model_does_and_counts_what_the_simulation_did() {
    let replay = |scenario: Scenario| {
        let script = script(&trace(&scenario));
        let mut model = Model::default();
        let played = play(&script, &mut model, &Control::default());
        prop_assert_eq!(&played.faults, &[]);
        if let Some(place) = played.seen.iter().zip(&script.seen).position(|(one, other)| one != other) {
            let around = place.saturating_sub(6)..place + 1;
            prop_assert_eq!(&played.seen[around.clone()], &script.seen[around], "{:#?}", script.given);
        }
        prop_assert_eq!(&played.seen, &script.seen);
        prop_assert_eq!(&played.totals, &script.totals);
        let judgement = judge(&script, &played, model.capabilities(), &Tolerance::NONE);
        prop_assert_eq!(&judgement.deviations, &[]);
        prop_assert_eq!(judgement.events, script.seen.len());
        Ok(())
    };
    check(FILE, "the_model_does_and_counts_what_the_simulation_did", 2_000, any_scenario(), replay);
}

#[test]
fn the_shipped_plain_scenarios_are_replayed_exactly() {
    for name in ["quickstart", "two-groups", "erlang-a", "bank-day"] {
        let scenario = acdsim::scenario::read(format!("scenarios/{name}.toml").as_ref()).unwrap();
        let script = script(&trace(&scenario));
        let played = play(&script, &mut Model::default(), &Control::default());
        assert_eq!((played.faults, played.totals), (vec![], script.totals), "{name}");
        assert!(played.seen == script.seen && !script.seen.is_empty(), "{name}");
    }
}
