//! The report of a self-test: a table for people, JSON and CSV.

use std::fmt::Write;

use serde_json::{Value, json};

use super::super::text::{counted, new_table, render, thousands};
use crate::verify::{Caught, SelfTest, Trial};

/// The version of the form.
const FORM: u32 = 1;

/// A self-test for people, at most `width` columns wide if it can be.
pub fn self_test_text(tested: &SelfTest, width: u16) -> String {
    let mut table = new_table(&["Fault", "What is wrong", "Caught by", "In", "After calls"]);
    for Trial { fault, caught } in &tested.trials {
        let (by, scenario, calls) = match caught {
            Some(caught) => (caught.by.to_string(), caught.scenario.clone(), thousands(caught.calls)),
            None => ("nothing".to_owned(), "–".to_owned(), "–".to_owned()),
        };
        table.add_row([fault.name().to_owned(), fault.what().to_owned(), by, scenario, calls]);
    }
    let mut text = render(table, width);
    let escaped: Vec<&str> = tested.escaped().map(|fault| fault.name()).collect();
    let _ = writeln!(
        text,
        "{}: {} caught, {} escaped",
        counted(tested.trials.len() as u64, "fault"),
        tested.trials.len() - escaped.len(),
        escaped.len()
    );
    for sound in &tested.sound {
        let found = match &sound.false_alarm {
            None => "nothing is wrong".to_owned(),
            Some(Caught { by, what, .. }) => format!("a false alarm: {by}: {what}"),
        };
        let _ = writeln!(text, "Without a fault, {} in {} calls: {found}", sound.scenario, thousands(sound.calls));
    }
    text
}

/// A self-test as JSON.
pub fn self_test_json(tested: &SelfTest) -> Value {
    let caught = |caught: &Option<Caught>| {
        caught.as_ref().map(|Caught { by, what, scenario, calls }| {
            json!({ "by": by.kind(), "check": by.check(), "what": what, "scenario": scenario, "calls": calls })
        })
    };
    let trial = |trial: &Trial| json!({ "fault": trial.fault.name(), "what": trial.fault.what(), "caught": caught(&trial.caught) });
    let sound = tested.sound.iter().map(
        |sound| json!({ "scenario": sound.scenario, "calls": sound.calls, "false_alarm": caught(&sound.false_alarm) }),
    );
    json!({
        "form": FORM,
        "acdsim": env!("CARGO_PKG_VERSION"),
        "verdict": if tested.is_passed() { "pass" } else { "fail" },
        "faults": tested.trials.iter().map(trial).collect::<Vec<_>>(),
        "without_fault": sound.collect::<Vec<_>>(),
    })
}

/// A self-test as CSV: a row a fault.
///
/// # Errors
///
/// If a row cannot be written.
pub fn self_test_csv(tested: &SelfTest) -> csv::Result<Vec<u8>> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record(["fault", "what", "caught", "by", "check", "found", "scenario", "calls"])?;
    for Trial { fault, caught } in &tested.trials {
        let is_caught = if caught.is_some() { "true" } else { "false" };
        let [by, check, found, scenario, calls] = match caught {
            None => Default::default(),
            Some(Caught { by, what, scenario, calls }) => {
                [by.kind().to_owned(), by.check().to_owned(), what.clone(), scenario.clone(), calls.to_string()]
            }
        };
        rows.write_record([fault.name(), fault.what(), is_caught, &by, &check, &found, &scenario, &calls])?;
    }
    rows.into_inner().map_err(|error| error.into_error().into())
}
