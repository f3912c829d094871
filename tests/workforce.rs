//! Agents as they are: breaks, telephones that ring in vain, other calls, groups by the hour, and who comes at all.

mod common;

use acdsim::experiment::ReplicationResult;
use acdsim::report::metrics;
use acdsim::scenario::Scenario;
use acdsim::statistics::Attendance;
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

/// The times of an attendance in whole seconds: planned, overtime, staffed, absent, on break, after a ring, busy.
fn attended(attendance: &Option<Attendance>) -> [u128; 7] {
    let it = attendance.expect("the scenario is not plain");
    let nanos = [
        it.planned_nanos,
        it.overtime_nanos,
        it.staffed_nanos,
        it.absent_nanos,
        it.break_nanos,
        it.after_ring_nanos,
        it.busy_nanos,
    ];
    nanos.map(|nanos| nanos / 1_000_000_000)
}

#[test]
fn paid_time_is_staffed_or_absent_and_the_shares_are_of_it() {
    let keys = "log_in = \"+60s\"\nlog_out = \"+660s\"\nbreaks = [{ at = \"+180s\", length = \"120s\" }]";
    let mut scenario = center("interval = \"5m\"", &[keys]);
    // The second call goes on 30 s after the shift.
    calls(&mut scenario, 0, &[(100.0, 50.0), (640.0, 50.0)]);
    let common::Ran { result, intervals, .. } = common::run(&scenario);
    let expected = [600, 30, 510, 120, 120, 0, 100];
    assert_eq!(attended(&result.agents[0].attendance), expected);
    assert_eq!(attended(&result.groups[0].attendance), expected);
    let of_agent = metrics::agent(&scenario, &result.agents[0]);
    let of_group = metrics::group(&scenario, &result.groups[0], result.measured);
    let value = |of: &[metrics::Metric], name: &str| {
        of.iter().find(|(other, _)| other == name).and_then(|(_, value)| value.as_f64()).expect("it has a value")
    };
    for of in [&of_agent, &of_group] {
        assert_eq!(value(of, "shrinkage"), 120.0 / 630.0);
        assert_eq!(value(of, "occupancy"), 100.0 / 510.0);
        assert_eq!(value(of, "utilisation"), 100.0 / 630.0);
    }
    assert_eq!(
        ["mean_agents", "mean_staffed", "mean_busy"].map(|name| value(&of_group, name)),
        [0.525, 0.425, 100.0 / 1_200.0]
    );
    // From 0 to 300, 600, 900 and 1,200 s: the break is from 180 to 300 s.
    let by_interval: Vec<[f64; 3]> = intervals
        .iter()
        .map(|(_, groups)| metrics::interval(&scenario, scenario.is_plain(), &groups[0], scenario.interval))
        .map(|of| ["mean_agents", "mean_staffed", "mean_busy"].map(|name| value(&of, name) * 300.0))
        .collect();
    assert_eq!(by_interval, [[240.0, 120.0, 50.0], [300.0, 300.0, 0.0], [90.0, 90.0, 50.0], [0.0, 0.0, 0.0]]);
}

#[test]
fn who_does_not_come_or_does_not_answer_is_absent() {
    let mut scenario = center("", &["absence = \"100%\"\nlog_out = \"+600s\""]);
    calls(&mut scenario, 0, &[]);
    assert_eq!(attended(&results(&scenario)[0].agents[0].attendance), [600, 0, 0, 600, 0, 0, 0]);

    let routing = "routing = { ring_no_answer = { after = \"15s\", not_ready = \"60s\" } }";
    let mut scenario = center(routing, &["ring = \"40s\"", "ring = \"5s\"\nlog_in = \"+20s\""]);
    calls(&mut scenario, 0, &[(0.0, 30.0)]);
    let result = &results(&scenario)[0];
    // Away from 15 to 75 s; ringing is not busy.
    assert_eq!(attended(&result.agents[0].attendance), [1_200, 0, 1_140, 60, 0, 60, 0]);
    assert_eq!(attended(&result.agents[1].attendance), [1_180, 0, 1_180, 0, 0, 0, 30]);
    assert_eq!(attended(&result.groups[0].attendance), [2_380, 0, 2_320, 60, 0, 60, 30]);
}

/// An agent of two groups is late from the one shift to the other, which is of another group.
#[test]
fn the_agent_is_staffed_where_the_groups_differ() {
    let mut scenario = parse(
        r#"
        horizon = "20m"
        warm_up = "1m"
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
            { log_in = "+15m", log_out = "+20m" },
        ]
        breaks = [{ at = "+16m", length = "1m" }]
        "#,
    );
    calls(&mut scenario, 0, &[(290.0, 30.0), (1_100.0, 10.0)]);
    calls(&mut scenario, 1, &[]);
    let result = &results(&scenario)[0];
    // From the end of the warm-up, 60 s, on: in G until 320 s, then in H until 600 s, in both from 900 to 1,200 s.
    assert_eq!(attended(&result.groups[0].attendance), [240 + 300, 20, 260 + 240, 60, 60, 0, 40]);
    assert_eq!(attended(&result.groups[1].attendance), [300 + 300, 0, 280 + 240, 80, 60, 0, 10]);
    assert_eq!(attended(&result.agents[0].attendance), [540 + 300, 0, 540 + 240, 60, 60, 0, 40]);
}

#[test]
fn other_calls_and_hold_have_their_time() {
    let other = "other_calls = { outgoing = \"30/h\", length = \"10s\" }";
    let mut scenario = center("", &[other]);
    scenario.groups[0].service.hold = Some(acdsim::scenario::Hold {
        probability: 1.0,
        length: acdsim::random::Distribution::constant(30.0).unwrap(),
    });
    calls(&mut scenario, 0, &[(0.0, 1_000.0)]);
    let result = &results(&scenario)[0];
    let begun = lines_with(&scenario, &["begins another call"]).len() as u128;
    let agent = result.agents[0].attendance.expect("the scenario is not plain");
    // The talk with its hold takes 1,030 s, and the last of the other calls ends before the horizon.
    assert!(begun > 3 && begun < 16, "{begun} calls");
    assert_eq!((u128::from(agent.other_calls), agent.other_call_nanos), (begun, begun * 10_000_000_000));
    assert_eq!(agent.busy_nanos, 1_030_000_000_000 + agent.other_call_nanos);
    assert_eq!(result.groups[0].attendance, result.agents[0].attendance);
    assert_eq!(result.agents[0].statistics.ended.hold.as_secs(), 30);
    assert_eq!(result.sessions[0].statistics.ended_phases().hold.as_secs(), 30);
}
