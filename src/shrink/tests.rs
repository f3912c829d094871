use super::record::{calls_of, sound, with_calls};
use super::*;
use crate::experiment::{Workload, replicate};
use crate::scenario::{Agent, RecordedCall, RecordedPatience, Shift};
use crate::time::{Duration, Instant};

fn quickstart() -> Scenario {
    crate::scenario::read("scenarios/quickstart.toml".as_ref()).expect("it is sound")
}

fn small(scenario: &Scenario, replication: u32, condition: &str, most_runs: u64) -> Shrunk {
    let condition = Condition::parse(condition, scenario).expect("it is sound");
    shrink(scenario, replication, Wanted::Condition(condition), most_runs, &Control::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

fn value(scenario: &Scenario, condition: &str) -> Option<f64> {
    let condition = Condition::parse(condition, scenario).expect("it is sound");
    let result = replicate(scenario, 1, (), &Control::default()).expect("it runs");
    condition.value(scenario, &result)
}

#[test]
fn a_run_with_its_calls_recorded_is_the_same_run() {
    for scenario in [quickstart(), Workload::W2.scenario(2_000), Workload::W4.scenario(2_000)] {
        let mut recorder = Recorder::default();
        let drawn = replicate(&scenario, 3, &mut recorder, &Control::default()).expect("it runs");
        let recorded = recorded(&scenario, &recorder.calls).expect("it is a scenario");
        let again = replicate(&recorded, 1, (), &Control::default()).expect("it runs");
        assert_eq!(drawn.fingerprint, again.fingerprint, "{}", scenario.name);
    }
}

#[test]
fn what_is_left_fails_and_no_call_and_no_agent_can_be_left_out() {
    let condition = "Billing.longest_time_to_answer_s > 150";
    let scenario = quickstart();
    let shrunk = small(&scenario, 2, condition, 10_000);
    let left = &shrunk.scenario;
    assert!(value(left, condition).is_some_and(|longest| longest > 150.0), "{shrunk:?}");
    assert!(shrunk.after.calls <= 4 && shrunk.after.agents == 1 && shrunk.after.groups == 1, "{:?}", shrunk.after);
    assert!(!shrunk.is_cut_short && shrunk.runs < 2_000, "{}", shrunk.runs);
    assert_eq!(shrunk.before.agents, scenario.agents.len());
    let calls = calls_of(left);
    for index in 0..calls.len() {
        let mut less = calls.clone();
        less.remove(index);
        let less = with_calls(left, &less).expect("it is a scenario");
        assert!(value(&less, condition).is_none_or(|longest| longest <= 150.0), "without call {index}");
    }
    // Nothing is left that does not matter.
    let whole = |time: Duration| time == Duration::from_secs(time.as_secs());
    for (_, RecordedCall { arrival, talk, wrap_up, .. }) in &calls {
        let times = [Some(arrival.since(Instant::START)), *talk, *wrap_up];
        assert!(times.into_iter().flatten().all(whole), "{calls:?}");
    }
    assert!(whole(left.horizon) && left.horizon < Duration::from_secs(1_000), "{:?}", left.horizon);

    let again = small(&scenario, 2, condition, 10_000);
    assert_eq!((&again.scenario, again.runs), (left, shrunk.runs));
}

#[test]
fn many_agents_are_left_out_before_the_calls_that_keep_them_busy() {
    let shrunk = small(&Workload::W1.scenario(3_000), 1, "Group 1.longest_time_to_answer_s > 3", 1_000);
    assert_eq!((shrunk.before.agents, shrunk.after.calls, shrunk.after.agents), (100, 2, 1), "{shrunk:?}");
    assert!(!shrunk.is_cut_short, "{}", shrunk.runs);
}

#[test]
fn conditions_on_sessions_agents_and_queues_keep_what_they_are_of() {
    for (condition, agents) in [
        ("Senior 2/Billing.NumberOfCalls >= 3", 1),
        ("Support agent 3.NumberOfACDCalls >= 5", 1),
        ("Support queue.longest_queue >= 2", 1),
        ("Support.sl_20_of_offered <= 0.8", 1),
    ] {
        let shrunk = small(&quickstart(), 1, condition, 20_000);
        assert_eq!(shrunk.after.agents, agents, "{condition}: {:?}", shrunk.after);
        assert!(shrunk.after.calls <= 5, "{condition}: {:?}", shrunk.after);
    }
}

#[test]
fn agent_handlers_are_left_out_as_nothing_depends_on_them() {
    let condition = "Billing.longest_time_to_answer_s > 150";
    let plain = small(&quickstart(), 2, condition, 10_000);
    let mut scenario = quickstart();
    scenario.groups.iter_mut().for_each(|group| group.handler = "Berlin".to_owned());
    let shrunk = small(&scenario, 2, condition, 10_000);
    assert_eq!(shrunk.scenario, plain.scenario);
    assert_eq!(shrunk.scenario.handlers()[0].name, crate::scenario::DEFAULT_HANDLER);
}

#[test]
fn so_many_runs_are_made_at_most() {
    let shrunk = small(&quickstart(), 1, "Billing.longest_queue >= 2", 2);
    assert_eq!((shrunk.runs, shrunk.is_cut_short, shrunk.before == shrunk.after), (2, true, true));
    let more = small(&quickstart(), 1, "Billing.longest_queue >= 2", 40);
    assert_eq!((more.runs, more.is_cut_short), (40, true));
    assert!(more.after.calls < more.before.calls, "{:?}", more.after);
}

#[test]
fn what_is_sound_is_not_made_small() {
    let scenario = Workload::W2.scenario(300);
    let error = shrink(&scenario, 2, Wanted::Rules, 100, &Control::default()).expect_err("every rule is kept");
    let text = error.to_string();
    assert!(text.starts_with("nothing fails in replication 2 of seed 1: of "), "{text}");
    assert!(text.ends_with(" calls, every rule was kept and every identity holds"), "{text}");
    let condition = Condition::parse("Group 1.blocked > 0", &scenario).expect("it is sound");
    let error = shrink(&scenario, 1, Wanted::Condition(condition), 100, &Control::default()).expect_err("nothing is");
    let text = error.to_string();
    assert_eq!(text, "nothing fails in replication 1 of seed 1: Group 1.blocked > 0 does not hold, it is 0");
}

#[test]
fn it_can_be_told_to_stop() {
    let scenario = quickstart();
    let condition = Condition::parse("Billing.longest_queue >= 2", &scenario).expect("it is sound");
    let control = Control::default();
    control.stop();
    let stopped = shrink(&scenario, 1, Wanted::Condition(condition), 100, &control).expect_err("it was told to");
    assert_eq!(stopped.to_string(), "interrupted");
}

#[test]
fn a_scenario_that_something_was_taken_from_is_one_again() {
    let base = Workload::W4.scenario(100);
    let at = |secs| Instant::START + Duration::from_secs(secs);
    let calls: Vec<_> = (0..5)
        .map(|group| {
            let (talk, wrap_up) = (Some(Duration::ZERO), Some(Duration::ZERO));
            (group, RecordedCall { arrival: at(1), talk, wrap_up, patience: RecordedPatience::Unknown, class: None })
        })
        .collect();
    let base = recorded(&base, &calls).expect("it is a scenario");
    // The groups 3 and 4, of the last agents but a few, are all that is served.
    let agents: Vec<Agent> = base.agents.iter().filter(|agent| agent.groups == [3, 4]).cloned().collect();
    let left = sound(Scenario { agents, ..base.clone() }).expect("it is a scenario");
    let names: Vec<_> = left.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["Group 4", "Group 5"]);
    assert!(left.agents.iter().all(|agent| agent.groups == [0, 1]));
    assert_eq!(calls_of(&left).len(), 2);

    assert_eq!(sound(Scenario { agents: Vec::new(), ..base.clone() }), None);
    assert_eq!(sound(Scenario { warm_up: base.horizon, ..base.clone() }), None);
    let shifts = |shifts: &[(u64, u64)]| {
        let mut changed = base.clone();
        changed.horizon = Duration::from_secs(100);
        changed.warm_up = Duration::ZERO;
        let shift = |&(from, to)| Shift { log_in: at(from), log_out: at(to) };
        changed.agents[0].shifts = shifts.iter().map(shift).collect();
        sound(changed).map(|sound| sound.agents[0].shifts.clone())
    };
    assert_eq!(shifts(&[(0, 3), (3, 5)]), Some(vec![Shift { log_in: at(0), log_out: at(5) }]));
    assert_eq!(shifts(&[(7, 200)]), Some(vec![Shift { log_in: at(7), log_out: Instant::NEVER }]));
    assert_eq!(shifts(&[(0, 5), (4, 6)]), None);
    assert_eq!(shifts(&[(5, 5)]), None);
}
