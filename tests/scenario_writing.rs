//! What is written of a scenario of recorded calls reads back as the same scenario.

mod common;

use std::fs;

use acdsim::random::Distribution;
use acdsim::scenario::{self, Handling, Scenario, Shift, WriteError, write};
use acdsim::time::Instant;
use common::check;
use common::scenarios::{any_scenario, recorded_scenario};
use proptest::prelude::*;

/// Writes a scenario to files and reads them.
fn written_and_read(scenario: &Scenario) -> Result<Scenario, WriteError> {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let written = write(scenario, "calls.csv")?;
    fs::write(directory.path().join("calls.csv"), &written.calls).expect("a file can be written");
    let path = directory.path().join("scenario.toml");
    fs::write(&path, &written.scenario).expect("a file can be written");
    Ok(scenario::read(&path)
        .unwrap_or_else(|errors| panic!("{}\n{}\n{}", errors.render(100, false), written.scenario, written.calls)))
}

/// The scenario as a file says it: shifts that touch are one, those that reach the horizon have no end, and every group is
/// served.
fn as_in_a_file(mut scenario: Scenario) -> Scenario {
    let end = Instant::START + scenario.horizon;
    for group in 0..scenario.groups.len() {
        if !scenario.agents.iter().any(|agent| agent.groups.contains(&group)) {
            scenario.agents[0].groups.push(group);
            scenario.agents[0].ranks.push(1);
        }
    }
    for agent in &mut scenario.agents {
        let mut shifts: Vec<Shift> = Vec::new();
        for &Shift { log_in, log_out } in &agent.shifts {
            let log_out = if log_out >= end { Instant::NEVER } else { log_out };
            match shifts.last_mut() {
                Some(last) if last.log_out == log_in => last.log_out = log_out,
                _ => shifts.push(Shift { log_in, log_out }),
            }
        }
        agent.shifts = shifts;
    }
    for group in &mut scenario.groups {
        // A patience of no time is refused by the reader.
        group.patience = group.patience.take().filter(|law| !law.is_always_zero());
    }
    scenario
}

#[test]
fn random_scenarios_read_back_as_the_same() {
    check("scenario_writing", "random_scenarios_read_back_as_the_same", 300, recorded_scenario(), |scenario| {
        let scenario = as_in_a_file(scenario);
        match written_and_read(&scenario) {
            Ok(read) => prop_assert_eq!(read, scenario),
            // The sum of two times that are exact need not be.
            Err(WriteError::Law { .. }) => {}
            Err(error) => prop_assert!(false, "{}", error),
        }
        Ok(())
    });
}

#[test]
fn random_scenarios_whose_calls_have_their_own_times_always_do() {
    let name = "random_scenarios_whose_calls_have_their_own_times_always_do";
    check("scenario_writing", name, 300, recorded_scenario(), |scenario| {
        let mut scenario = as_in_a_file(scenario);
        for group in &mut scenario.groups {
            let nothing = Distribution::constant(0.0).expect("no time is a time");
            group.handling = Handling::Apart { talk: nothing.clone(), wrap_up: nothing };
            group.patience = None;
        }
        prop_assert_eq!(written_and_read(&scenario), Ok(scenario));
        Ok(())
    });
}

#[test]
fn random_scenarios_are_written_or_refused() {
    check("scenario_writing", "random_scenarios_are_written_or_refused", 300, any_scenario(), |scenario| {
        let scenario = as_in_a_file(scenario);
        if let Ok(read) = written_and_read(&scenario) {
            prop_assert_eq!(read, scenario);
        }
        Ok(())
    });
}

/// A scenario with all that a file may say, whose calls are recorded.
fn everything() -> Scenario {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let calls = "arrival_s,group,talk_s,wrap_up_s,patience_s,patience_at_least_s\n\
        1.000000001,\"Sales, \"\"new\"\"\",2.5,,,\n\
        1.000000001,Help,,,7,\n\
        3,Help,10,0.25,,4\n";
    fs::write(directory.path().join("calls.csv"), calls).expect("a file can be written");
    let text = r#"
        name = "All \\ of \"it\""
        start = 2026-03-02T08:30:00.5
        horizon = "1h 1ns"
        warm_up = "5m"
        seed = 9223372036854775807
        replications = 3
        interval = "20m"
        service_level = { threshold = "7.5s" }
        verify = { precision = "0.5%", max_calls = 7 }
        [[group]]
        name = 'Sales, "new"'
        queue = "Line 1"
        handler = "Berlin"
        arrivals = { recorded = "calls.csv" }
        handle = { distribution = "lognormal", mean = "3m", cv = 1.2 }
        wrap_up_share = 0.3
        patience = { distribution = "weibull", shape = 1.5, scale = "2m" }
        queue_capacity = 0
        [[group]]
        name = "Help"
        handler = "Berlin"
        arrivals = { recorded = "calls.csv" }
        talk = { distribution = "gamma", shape = 2.5, scale = "1m" }
        wrap_up = { distribution = "triangular", min = "1s", mode = "2s", max = "5s" }
        patience = { distribution = "exponential", mean = "90s" }
        [[agents]]
        name = "Ann"
        count = 2
        groups = ["Help", 'Sales, "new"']
        ranks = [2, 1]
        address = "41"
        shifts = [{ log_in = "+1m", log_out = "+2m" }, { log_in = "+3m", log_out = "+2h" }]
        [[agents]]
        name = "Bob"
        groups = ["Help"]
        log_in = "+1m"
        [[agents]]
        name = "Zoe"
        groups = ["Help"]
        log_out = "+1m 0.000000001s"
        [routing]
        agent_selection = "lowest-rank"
        call_selection = "group-order"
        [conventions]
        seconds = "up"
        measurement_period_s = 600
        "#;
    let path = directory.path().join("everything.toml");
    fs::write(&path, text).expect("a file can be written");
    scenario::read(&path).unwrap_or_else(|errors| panic!("{}", errors.render(100, false)))
}

#[test]
fn all_that_a_file_may_say_reads_back_as_the_same() {
    let scenario = everything();
    assert_eq!(written_and_read(&scenario), Ok(scenario.clone()));
    let written = write(&scenario, "calls.csv").expect("it can be written");
    insta::assert_snapshot!("everything", format!("{}\n{}", written.scenario, written.calls));
}

#[test]
fn what_has_no_exact_form_is_refused() {
    let refused = |change: fn(&mut Scenario)| {
        let mut scenario = everything();
        change(&mut scenario);
        write(&scenario, "calls.csv").expect_err("it has no exact form").to_string()
    };
    let third = refused(|scenario| scenario.groups[1].patience = Distribution::exponential_mean(1.0 / 3.0).ok());
    assert_eq!(third, "the law of `patience` of the group Help has no exact form in a scenario file");
    let mixture = refused(|scenario| {
        let talk = Distribution::hyperexponential_mean_cv(60.0, 2.0).expect("it is sound");
        scenario.groups[1].handling = Handling::Apart { talk: talk.clone(), wrap_up: talk };
    });
    assert_eq!(mixture, "the law of `talk` of the group Help has no exact form in a scenario file");
}
