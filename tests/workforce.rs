//! Agents as they are: breaks, telephones that ring in vain, other calls, groups by the hour, and who comes at all.

mod common;

use acdsim::experiment::ReplicationResult;
use acdsim::scenario::Scenario;
use common::script::{assert_mean, calls, parse, results, script};

/// One group `G`, with routing, and agents with these keys.
fn center(routing: &str, agents: &[&str]) -> Scenario {
    let tables =
        |(number, keys): (usize, &&str)| format!("[[agents]]\nname = \"A{number}\"\ngroups = [\"G\"]\n{keys}\n");
    parse(&format!(
        "horizon = \"20m\"\n{routing}\n[[group]]\nname = \"G\"\narrivals = {{ rate = \"1/h\" }}\ntalk = \"1m\"\n{}",
        agents.iter().enumerate().map(tables).collect::<String>()
    ))
}

fn lines_with(scenario: &Scenario, words: &[&str]) -> Vec<String> {
    let story = script(scenario, 0);
    story.into_iter().filter(|line| words.iter().any(|words| line.contains(words))).collect()
}

#[test]
fn a_break_begins_when_the_call_has_ended_and_lasts_its_time() {
    let mut scenario =
        center("", &["breaks = [{ at = \"+50s\", length = \"2m\" }, { at = \"+10m\", length = \"1m\" }]"]);
    calls(&mut scenario, 0, &[(0.0, 100.0), (120.0, 10.0), (605.0, 10.0)]);
    let expected =
        ["0 A0 answers call 1", "100 A0 is away", "220 A0 answers call 2", "600 A0 is away", "660 A0 answers call 3"];
    assert_eq!(lines_with(&scenario, &["answers", "away"]), expected);
    let session = &results(&scenario)[0].sessions[0].statistics;
    // Logged in for 20 minutes, in talk for 120 s, on break for 180 s.
    assert_eq!(session.ready.as_secs(), 1_200 - 120 - 180);
}

#[test]
fn a_telephone_that_rings_in_vain_makes_its_agent_not_ready_and_the_call_keeps_its_place() {
    let routing = "routing = { ring_no_answer = { after = \"15s\", not_ready = \"60s\" } }";
    let mut scenario = center(routing, &["ring = \"40s\"", "ring = \"5s\"\nlog_in = \"+20s\""]);
    calls(&mut scenario, 0, &[(0.0, 30.0), (10.0, 30.0)]);
    let expected = [
        "0 call 1 rings at A0",
        "15 A0 does not answer call 1",
        "15 A0 is away",
        "20 call 1 rings at A1",
        "25 A1 answers call 1",
        "55 call 2 rings at A1",
        "60 A1 answers call 2",
    ];
    assert_eq!(lines_with(&scenario, &["answer", "away", "rings"]), expected);
    let result = &results(&scenario)[0];
    assert_eq!(result.groups[0].totals.unanswered_rings, 1);
    // Ringing counts: 25 s and 50 s.
    assert_eq!(result.sessions[1].statistics.total_time_to_answer_nanos, 75_000_000_000);
    // NOT_READY from 15 to 75 s.
    assert_eq!(result.sessions[0].statistics.ready.as_secs(), 1_200 - 60);
}

#[test]
fn a_caller_who_gives_up_while_it_rings_frees_the_agent() {
    let mut scenario = center("", &["ring = \"20s\""]);
    scenario.groups[0].patience = Some(acdsim::random::Distribution::constant(15.0).unwrap());
    calls(&mut scenario, 0, &[(0.0, 30.0), (10.0, 30.0)]);
    let expected = ["0 call 1 rings at A0", "15 call 1 abandons", "15 call 2 rings at A0", "25 call 2 abandons"];
    assert_eq!(lines_with(&scenario, &["answers", "abandons", "rings"]), expected);
}

#[test]
fn an_agent_hands_a_caller_over_who_goes_first() {
    let mut scenario = center("", &["log_out_policy = \"hand-over\"\nlog_out = \"+60s\"", "log_in = \"+70s\""]);
    calls(&mut scenario, 0, &[(0.0, 100.0), (10.0, 30.0)]);
    let expected = ["0 A0 answers call 1", "60 talk of call 1 ends", "70 A1 answers call 3", "110 talk of call 3 ends"];
    assert_eq!(lines_with(&scenario, &["answers", "talk"])[..4], expected);
}

/// Calls that are no ACD calls keep an agent busy and are counted as such: what comes in while the agent is busy is lost, as
/// in M/M/1/1 (Erlang 1917).
#[test]
fn other_calls_block_the_agent_and_are_counted() {
    let mut scenario = center(
        "",
        &["other_calls = { incoming = \"30/h\", length = { distribution = \"exponential\", mean = \"2m\" } }"],
    );
    calls(&mut scenario, 0, &[]);
    scenario.horizon = acdsim::time::Duration::from_secs(100 * 3_600);
    scenario.replications = 20;
    let results = results(&scenario);
    let an_hour = |result: &ReplicationResult| result.agents[0].statistics.incoming as f64 / 100.0;
    // An offered load of one erlang: half is lost.
    assert_mean("incoming calls an hour", &results, an_hour, 15.0, 0.02);
    let ready = |result: &ReplicationResult| {
        let session = &result.sessions[0].statistics;
        session.ready.as_secs_f64() / session.duration.as_secs_f64()
    };
    assert_mean("ready", &results, ready, 0.5, 0.02);
}

#[test]
fn outgoing_calls_are_made_as_soon_as_the_agent_is_free() {
    let outgoing = "other_calls = { outgoing = \"30/h\", length = \"10s\" }";
    let mut scenario = center("", &[outgoing]);
    calls(&mut scenario, 0, &[(0.0, 1_000.0)]);
    let begun = lines_with(&scenario, &["begins another call"]);
    assert!(begun.len() > 3 && begun[0].starts_with("1000 "), "{begun:?}");
    assert_eq!(results(&scenario)[0].agents[0].statistics.outgoing as usize, begun.len());
}

#[test]
fn an_agent_serves_the_groups_of_the_shift() {
    let mut scenario = parse(
        r#"
        horizon = "20m"
        [[group]]
        name = "G"
        arrivals = { rate = "1/h" }
        talk = "10s"
        [[group]]
        name = "H"
        arrivals = { rate = "1/h" }
        talk = "10s"
        [[agents]]
        name = "A"
        groups = ["G", "H"]
        shifts = [
            { log_in = "+0m", log_out = "+5m", groups = ["G"] },
            { log_in = "+5m", log_out = "+10m", groups = ["H"] },
            { log_in = "+10m", log_out = "+20m" },
        ]
        "#,
    );
    calls(&mut scenario, 0, &[(10.0, 10.0), (310.0, 10.0)]);
    calls(&mut scenario, 1, &[(20.0, 10.0), (320.0, 10.0)]);
    let expected = ["10 A0 answers call 1", "300 A0 answers call 2", "320 A0 answers call 4", "600 A0 answers call 3"];
    assert_eq!(lines_with(&scenario, &["answers"]), expected);
    assert_eq!(results(&scenario)[0].sessions.len(), 4);
}

#[test]
fn agents_stay_away_for_the_share_of_shifts_that_is_given() {
    let mut scenario = center("", &["count = 50\nabsence = \"12%\""]);
    calls(&mut scenario, 0, &[]);
    scenario.replications = 60;
    let there = |result: &ReplicationResult| result.sessions.len() as f64 / 50.0;
    assert_mean("agents there", &results(&scenario), there, 0.88, 0.01);
}

#[test]
fn agents_come_and_go_off_the_plan_by_a_normal_law() {
    let mut scenario = center("", &["count = 50\nlog_in = \"+10m\"\nadherence = \"60s\""]);
    calls(&mut scenario, 0, &[]);
    scenario.replications = 60;
    let results = results(&scenario);
    let started = |result: &ReplicationResult, session: usize| {
        result.sessions[session].statistics.started.as_nanos() as f64 / 1e9 - 600.0
    };
    let mean = |result: &ReplicationResult| (0..50).map(|session| started(result, session)).sum::<f64>() / 50.0 + 600.0;
    assert_mean("log-in", &results, mean, 600.0, 0.01);
    let variance =
        |result: &ReplicationResult| (0..50).map(|session| started(result, session).powi(2)).sum::<f64>() / 50.0;
    // What is beyond three standard deviations is put there, which takes less than half a percent away.
    assert_mean("variance", &results, variance, 3_600.0, 0.03);
}

#[test]
fn with_stagger_each_agent_comes_later_than_the_one_before() {
    let mut scenario = center("", &["count = 3\nlog_in = \"+1m\"\nstagger = \"90s\""]);
    calls(&mut scenario, 0, &[]);
    assert_eq!(
        lines_with(&scenario, &["logs in"]),
        ["60 A0 logs in for G0", "150 A1 logs in for G0", "240 A2 logs in for G0"]
    );
}

#[test]
fn handle_times_follow_the_agents_pace_and_learning() {
    let mut scenario = center("", &["pace = [2.0]", "learning = { first = 3.0, calls = 1.0 }"]);
    calls(&mut scenario, 0, &[(0.0, 10.0), (0.0, 10.0), (100.0, 10.0), (100.0, 10.0)]);
    let story = lines_with(&scenario, &["talk of"]);
    // A0: 20 s each time; A1: 30 s, then 1 + 2/e times 10 s. Whoever is ready first is first again.
    assert_eq!(
        story,
        ["20 talk of call 1 ends", "30 talk of call 2 ends", "117 talk of call 4 ends", "120 talk of call 3 ends"]
    );
}

#[test]
fn staffing_in_the_file_is_that_of_a_staff_file() {
    let keys =
        "staffing = [{ from = \"+0m\", agents = 1 }, { from = \"+5m\", agents = 3 }, { from = \"+10m\", agents = 2 }]";
    let mut scenario = center("", &[keys]);
    calls(&mut scenario, 0, &[]);
    let expected = ["0 A0 logs in for G0", "300 A1 logs in for G0", "300 A2 logs in for G0", "600 A2 logs out"];
    assert_eq!(lines_with(&scenario, &["logs"]), expected);
}
