//! Deterministic traces: published ones, and a model in whole seconds for each line of the tie rule.
//!
//! The published traces are of Ciw (CiwPython/Ciw at 05f1727), its tests checked by hand. One is not here, DT-13: it is
//! DT-15 with arrivals before the ends of calls at the same instant, which is another tie rule than this simulator's.

mod common;

use acdsim::acd::TapiSessionStatistics;
use acdsim::random::Distribution;
use acdsim::report::metrics;
use acdsim::scenario::{
    Agent, Arrivals, CallSelection, DEFAULT_HANDLER, Group, Handling, RecordedCall, RecordedPatience, Routing,
    Scenario, Shift,
};
use acdsim::time::{Duration, Instant};
use common::rows;
use common::script::script;

fn at(secs: f64) -> Instant {
    Instant::START + Duration::from_secs_f64(secs)
}

/// A call by its arrival, talk, wrap-up and patience in seconds; a patience of infinity is endless.
type Call = (f64, f64, f64, f64);

/// An agent by the groups and shifts in seconds.
type Crew<'a> = (&'a [usize], &'a [(f64, f64)]);

const FOREVER: f64 = f64::INFINITY;

fn nothing() -> Distribution {
    Distribution::constant(0.0).expect("it is sound")
}

/// A scenario of groups with recorded calls, and agents.
fn scenario(horizon: f64, groups: &[&[Call]], agents: &[Crew]) -> Scenario {
    let group = |(number, calls): (usize, &&[Call])| Group {
        name: format!("G{number}"),
        queue: format!("Q{number}"),
        handler: DEFAULT_HANDLER.to_owned(),
        arrivals: Arrivals::Recorded(
            calls
                .iter()
                .map(|&(arrival, talk, wrap_up, patience)| RecordedCall {
                    arrival: at(arrival),
                    talk: Some(Duration::from_secs_f64(talk)),
                    wrap_up: Some(Duration::from_secs_f64(wrap_up)),
                    patience: match patience {
                        FOREVER => RecordedPatience::Unknown,
                        secs => RecordedPatience::Exactly(Duration::from_secs_f64(secs)),
                    },
                    class: None,
                })
                .collect(),
        ),
        handling: Handling::Apart { talk: nothing(), wrap_up: nothing() },
        patience: None,
        later_laws: [].into(),
        queue_capacity: None,
        callers: Default::default(),
        service: Default::default(),
    };
    let agent = |(number, &(groups, shifts)): (usize, &Crew)| Agent {
        name: format!("A{number}"),
        address: format!("Desk {number}"),
        groups: groups.to_vec(),
        ranks: vec![1; groups.len()],
        shifts: shifts
            .iter()
            .map(|&(log_in, log_out)| Shift {
                log_in: at(log_in),
                log_out: if log_out == FOREVER { Instant::NEVER } else { at(log_out) },
            })
            .collect(),
        desk: Default::default(),
    };
    Scenario {
        busyness: Vec::new(),
        name: "trace".to_owned(),
        start: jiff::civil::date(2026, 3, 2).at(0, 0, 0, 0),
        horizon: Duration::from_secs_f64(horizon),
        warm_up: Duration::ZERO,
        seed: 1,
        replications: 1,
        interval: Duration::from_secs_f64(horizon),
        service_level_threshold: Duration::ZERO,
        groups: groups.iter().enumerate().map(group).collect(),
        trunks: Vec::new(),
        agents: agents.iter().enumerate().map(agent).collect(),
        routing: Routing::default(),
        verification: Default::default(),
        conventions: Default::default(),
    }
}

fn secs(nanos: i128) -> f64 {
    nanos as f64 / 1e9
}

/// The instants at which calls were abandoned, in the order of their numbers.
fn abandoned(scenario: &Scenario) -> Vec<f64> {
    let rows = rows::parse(&common::run(scenario).calls);
    rows.iter().filter(|row| row.outcome == "abandoned").map(|row| secs(row.arrival + row.wait)).collect()
}

/// When each answered call was answered and its agent was done with it, in the order of their numbers.
fn served(scenario: &Scenario) -> Vec<(f64, f64)> {
    let rows = rows::parse(&common::run(scenario).calls);
    rows.iter().filter_map(|row| Some((secs(row.answered()?), secs(row.released()?)))).collect()
}

const ALL_DAY: &[(f64, f64)] = &[(0.0, FOREVER)];

/// Ciw, tests/test_node.py, test_reneging_records.
#[test]
fn dt_01_patience_on_a_single_server() {
    let calls = [7.0, 14.0, 21.0, 28.0].map(|arrival| (arrival, 11.0, 0.0, 3.0));
    assert_eq!(abandoned(&scenario(31.5, &[&calls], &[(&[0], ALL_DAY)])), [17.0, 31.0]);
}

/// Ciw, tests/test_node.py, test_reneging_with_schedules: the call in progress at the end of the shift is finished.
#[test]
fn dt_02_a_shift_ends_during_a_call() {
    let calls = [7.0, 14.0, 21.0].map(|arrival| (arrival, 11.0, 0.0, 3.0));
    let scenario = scenario(27.0, &[&calls], &[(&[0], &[(0.0, 16.0)])]);
    assert_eq!(served(&scenario), [(7.0, 18.0)]);
    assert_eq!(abandoned(&scenario), [17.0, 24.0]);
    let script = script(&scenario, 17);
    let ends: Vec<&str> = script.iter().map(String::as_str).filter(|line| !line.contains("arrives")).collect();
    assert_eq!(
        ends,
        [
            "17 call 2 abandons",
            "18 talk of call 1 ends",
            "18 call 1 is done",
            "18 A0 logs out",
            "21 call 3 waits",
            "24 call 3 abandons",
        ]
    );
}

/// Ciw, tests/test_node.py, test_simultaneous_reneging.
#[test]
fn dt_03_two_abandon_at_the_same_instant() {
    let calls = [(3.0, 20.0, 0.0, 100.0), (4.0, 20.0, 0.0, 7.0), (5.0, 20.0, 0.0, 6.0), (20.0, 20.0, 0.0, 100.0)];
    let scenario = scenario(50.0, &[&calls], &[(&[0], ALL_DAY)]);
    assert_eq!(served(&scenario), [(3.0, 23.0), (23.0, 43.0)]);
    assert_eq!(abandoned(&scenario), [11.0, 11.0]);
}

/// Ciw, tests/test_node.py, test_server_utilisation_with_schedules: one server until 9, two until 23.
#[test]
fn dt_06_utilisation_with_shifts() {
    let calls = [(2.0, 4.0), (6.0, 2.0), (10.0, 6.0), (10.0, 6.0), (17.0, 3.0)];
    let calls = calls.map(|(arrival, talk)| (arrival, talk, 0.0, FOREVER));
    let scenario = scenario(23.0, &[&calls], &[(&[0], ALL_DAY), (&[0], &[(9.0, FOREVER)])]);
    let result = common::run(&scenario).result;
    let metrics = metrics::group(&scenario, &result.groups[0], result.measured);
    let occupancy = metrics.iter().find(|(name, _)| name == "occupancy").and_then(|(_, value)| value.as_f64());
    assert_eq!(occupancy, Some(21.0 / 37.0));
}

/// Ciw, tests/test_scheduling.py, test_schedules_with_offset: in a cycle of 30 from 0.5 on, one server until 5, none
/// until 20, six until 23, none until 30.
///
/// The one who works at 30.5 is one of the six of 20.5, whose call ends just then.
#[test]
fn dt_08_cyclic_shifts_with_an_offset() {
    let calls = [(0.1, 10.0, 0.0, FOREVER); 10];
    let always: &[(f64, f64)] = &[(0.5, 5.5), (20.5, 23.5), (30.5, 35.5), (50.5, 53.5)];
    let sometimes: &[(f64, f64)] = &[(20.5, 23.5), (50.5, 53.5)];
    let mut agents: Vec<Crew> = vec![(&[0], sometimes); 6];
    agents[0].1 = always;
    let starts: Vec<f64> = served(&scenario(61.0, &[&calls], &agents)).iter().map(|&(start, _)| start).collect();
    assert_eq!(starts, [0.5, 20.5, 20.5, 20.5, 20.5, 20.5, 20.5, 30.5, 50.5, 50.5]);
}

/// Ciw, tests/test_simulation.py, test_priority_output (parameters): two classes first come, first served. Which of two
/// calls that arrive together is first moves waits between the classes, but not their sum.
#[test]
fn dt_14_two_classes_first_come_first_served() {
    let calls: Vec<Call> = (1..35).map(|second| (f64::from(second), 0.75, 0.0, FOREVER)).collect();
    let scenario = scenario(35.0, &[&calls, &calls], &[(&[0, 1], ALL_DAY)]);
    let rows = rows::parse(&common::run(&scenario).calls);
    let waits: i128 = rows.iter().filter(|row| row.outcome == "completed").map(|row| row.wait).sum();
    assert_eq!(secs(waits), 258.5);
}

/// Ciw, tests/test_simulation.py, test_baulking: whoever finds three in the system does not join, as with a queue that has
/// room for two.
#[test]
fn dt_04_callers_who_find_a_full_queue_go_away() {
    let calls: Vec<Call> = (1..11).map(|number| (5.0 * f64::from(number), 21.0, 0.0, FOREVER)).collect();
    let mut scenario = scenario(51.0, &[&calls], &[(&[0], ALL_DAY)]);
    scenario.groups[0].queue_capacity = Some(2);
    let rows = rows::parse(&common::run(&scenario).calls);
    let blocked = rows.iter().filter(|row| row.outcome == "blocked").map(|row| secs(row.arrival));
    assert_eq!(blocked.collect::<Vec<_>>(), [20.0, 25.0, 35.0, 40.0, 45.0]);
}

/// Ciw, tests/test_node.py, test_preemptive_priorities: non-preemptive, the high class is the first of the agent's groups.
#[test]
fn dt_09_a_higher_class_goes_before_and_interrupts_nobody() {
    let (high, low) = ([(7.5, 4.0, 0.0, FOREVER)], [1.5, 5.0].map(|arrival| (arrival, 5.0, 0.0, FOREVER)));
    let mut scenario = scenario(60.0, &[&high, &low], &[(&[0, 1], ALL_DAY)]);
    scenario.routing.call_selection = CallSelection::GroupOrder;
    let starts: Vec<f64> = served(&scenario).iter().map(|&(start, _)| start).collect();
    assert_eq!(starts, [1.5, 6.5, 11.5]);
}

/// Ciw, tests/test_simulation.py, test_priority_output (parameters), calls ending before others arrive.
#[test]
fn dt_15_two_classes_by_priority() {
    let calls: Vec<Call> = (1..35).map(|second| (f64::from(second), 0.75, 0.0, FOREVER)).collect();
    let mut scenario = scenario(35.0, &[&calls, &calls], &[(&[0, 1], ALL_DAY)]);
    scenario.routing.call_selection = CallSelection::GroupOrder;
    let rows = rows::parse(&common::run(&scenario).calls);
    let waits = |group: &str| {
        let done = rows.iter().filter(|row| row.outcome == "completed" && row.group == group);
        secs(done.map(|row| row.wait).sum::<i128>())
    };
    assert_eq!([waits("G0"), waits("G1")], [15.75, 132.75]);
}

#[test]
fn the_measurement_starts_before_anything_else_of_its_instant() {
    let mut scenario = scenario(9.0, &[&[(5.0, 1.0, 0.0, FOREVER)]], &[(&[0], &[(0.0, 5.0), (5.0, FOREVER)])]);
    scenario.warm_up = Duration::from_secs(5);
    assert_eq!(
        script(&scenario, 1),
        [
            "5 measurement starts",
            "5 A0 logs out",
            "5 A0 logs in for G0",
            "5 call 1 arrives for G0",
            "5 A0 answers call 1",
            "6 talk of call 1 ends",
            "6 call 1 is done",
        ]
    );
    // The call of that instant counts.
    assert_eq!(common::run(&scenario).result.groups[0].totals.offered, 1);
}

#[test]
fn agents_log_out_before_others_log_in_each_in_their_order() {
    let first: &[(f64, f64)] = &[(0.0, 5.0)];
    let second: &[(f64, f64)] = &[(5.0, FOREVER)];
    let scenario = scenario(9.0, &[&[]], &[(&[0], second), (&[0], first), (&[0], second), (&[0], first)]);
    assert_eq!(script(&scenario, 1), ["5 A1 logs out", "5 A3 logs out", "5 A0 logs in for G0", "5 A2 logs in for G0"]);
}

#[test]
fn agents_log_in_before_talks_end() {
    // The call that waits goes to the agent who logs in, not to the one whose talk ends at that instant.
    let calls = [(1.0, 4.0, 0.0, FOREVER), (2.0, 1.0, 0.0, FOREVER)];
    let scenario = scenario(9.0, &[&calls], &[(&[0], ALL_DAY), (&[0], &[(5.0, FOREVER)])]);
    assert_eq!(
        script(&scenario, 5),
        [
            "5 A1 logs in for G0",
            "5 A1 answers call 2",
            "5 talk of call 1 ends",
            "5 call 1 is done",
            "6 talk of call 2 ends",
            "6 call 2 is done",
        ]
    );
}

#[test]
fn talks_and_wrap_ups_end_in_the_order_of_the_agents() {
    // A0 has the later call with a wrap-up, A1 the earlier one without: A0 is the first of the agents all the same.
    let calls = [(1.0, 4.0, 0.0, FOREVER), (3.0, 1.0, 1.0, FOREVER), (4.0, 1.0, 0.0, FOREVER)];
    let scenario = scenario(6.0, &[&calls], &[(&[0], &[(2.0, FOREVER)]), (&[0], ALL_DAY)]);
    assert_eq!(
        script(&scenario, 4),
        [
            "4 talk of call 2 ends",
            "4 call 3 arrives for G0",
            "4 call 3 waits",
            "5 call 2 is done",
            "5 A0 answers call 3",
            "5 talk of call 1 ends",
            "5 call 1 is done",
        ]
    );
}

#[test]
fn a_call_whose_patience_ends_when_an_agent_becomes_free_is_answered() {
    let calls = [(1.0, 4.0, 0.0, FOREVER), (2.0, 1.0, 0.0, 3.0), (2.0, 1.0, 0.0, 3.0)];
    let scenario = scenario(9.0, &[&calls], &[(&[0], ALL_DAY)]);
    assert_eq!(
        script(&scenario, 5),
        [
            "5 talk of call 1 ends",
            "5 call 1 is done",
            "5 A0 answers call 2",
            "5 call 3 abandons",
            "6 talk of call 2 ends",
            "6 call 2 is done",
        ]
    );
}

#[test]
fn callers_run_out_of_patience_in_the_order_in_which_they_arrived() {
    // Places in the waiting room are used again: call 4 has that of call 1, which is before that of call 2.
    let calls = [(1.0, 0.0, 0.0, 1.0), (1.0, 0.0, 0.0, 5.0), (1.0, 0.0, 0.0, 5.0), (3.0, 0.0, 0.0, 3.0)];
    let scenario = scenario(9.0, &[&calls], &[(&[0], &[(8.0, FOREVER)])]);
    assert_eq!(
        script(&scenario, 2)[..6],
        [
            "2 call 1 abandons",
            "3 call 4 arrives for G0",
            "3 call 4 waits",
            "6 call 2 abandons",
            "6 call 3 abandons",
            "6 call 4 abandons",
        ]
    );
}

#[test]
fn patience_ends_before_calls_arrive() {
    // The caller without patience is gone before the next arrives, so no two ever wait together.
    let calls = [(4.0, 1.0, 0.0, 0.0), (4.0, 1.0, 0.0, 0.0)];
    let scenario = scenario(9.0, &[&calls], &[(&[0], &[(8.0, FOREVER)])]);
    assert_eq!(
        script(&scenario, 1)[..6],
        [
            "4 call 1 arrives for G0",
            "4 call 1 waits",
            "4 call 1 abandons",
            "4 call 2 arrives for G0",
            "4 call 2 waits",
            "4 call 2 abandons",
        ]
    );
    assert_eq!(common::run(&scenario).result.queues[0].longest_queue, 1);
}

#[test]
fn calls_arrive_in_the_order_of_the_groups_and_then_of_the_record() {
    let (first, second) = ([(4.0, 9.0, 0.0, FOREVER), (4.0, 8.0, 0.0, FOREVER)], [(4.0, 7.0, 0.0, FOREVER)]);
    let scenario = scenario(5.0, &[&second, &first], &[(&[0, 1], &[(0.0, 1.0)])]);
    assert_eq!(
        script(&scenario, 4),
        [
            "4 call 1 arrives for G0",
            "4 call 1 waits",
            "4 call 2 arrives for G1",
            "4 call 2 waits",
            "4 call 3 arrives for G1",
            "4 call 3 waits",
        ]
    );
}

#[test]
fn a_talk_of_no_length_ends_before_the_next_arrival() {
    let calls = [(4.0, 0.0, 0.0, FOREVER), (4.0, 0.0, 0.0, FOREVER)];
    assert_eq!(
        script(&scenario(9.0, &[&calls], &[(&[0], ALL_DAY)]), 1),
        [
            "4 call 1 arrives for G0",
            "4 A0 answers call 1",
            "4 talk of call 1 ends",
            "4 call 1 is done",
            "4 call 2 arrives for G0",
            "4 A0 answers call 2",
            "4 talk of call 2 ends",
            "4 call 2 is done",
        ]
    );
}

#[test]
fn a_call_that_arrives_when_an_agent_becomes_free_does_not_wait_unless_another_does() {
    let alone = [(1.0, 3.0, 1.0, FOREVER), (5.0, 1.0, 0.0, FOREVER)];
    assert_eq!(served(&scenario(9.0, &[&alone], &[(&[0], ALL_DAY)])), [(1.0, 5.0), (5.0, 6.0)]);
    let behind = [(1.0, 3.0, 1.0, FOREVER), (2.0, 2.0, 0.0, FOREVER), (5.0, 1.0, 0.0, FOREVER)];
    assert_eq!(served(&scenario(9.0, &[&behind], &[(&[0], ALL_DAY)])), [(1.0, 5.0), (5.0, 7.0), (7.0, 8.0)]);
}

#[test]
fn an_agent_whose_shift_ends_takes_no_call_of_that_instant() {
    let arriving = scenario(9.0, &[&[(5.0, 1.0, 0.0, FOREVER)]], &[(&[0], &[(0.0, 5.0)])]);
    assert_eq!(script(&arriving, 1), ["5 A0 logs out", "5 call 1 arrives for G0", "5 call 1 waits"]);
    // The wrap-up ends when the shift does, and a call waits.
    let waiting = [(1.0, 3.0, 1.0, FOREVER), (2.0, 1.0, 0.0, FOREVER)];
    let waiting = scenario(9.0, &[&waiting], &[(&[0], &[(0.0, 5.0)])]);
    assert_eq!(script(&waiting, 5), ["5 call 1 is done", "5 A0 logs out"]);
}

#[test]
fn what_would_happen_at_the_horizon_does_not() {
    let calls = [(1.0, 4.0, 0.0, FOREVER), (2.0, 1.0, 0.0, 3.0)];
    let scenario = scenario(5.0, &[&calls], &[(&[0], &[(0.0, 5.0)])]);
    assert_eq!(script(&scenario, 3), [""; 0]);
    let outcomes: Vec<String> = rows::parse(&common::run(&scenario).calls).into_iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes, ["talking", "waiting"]);
}

#[test]
fn the_agent_who_has_been_ready_longest_answers() {
    // All log in together: in the order of the scenario. Then A1 is free at 4 and A0 at 5, and A2 since the start.
    let calls = [
        (1.0, 4.0, 0.0, FOREVER),
        (2.0, 2.0, 0.0, FOREVER),
        (6.0, 9.0, 0.0, FOREVER),
        (6.0, 9.0, 0.0, FOREVER),
        (6.0, 9.0, 0.0, FOREVER),
    ];
    let scenario = scenario(9.0, &[&calls], &[(&[0], ALL_DAY), (&[0], ALL_DAY), (&[0], ALL_DAY)]);
    let answers: Vec<String> = rows::parse(&common::run(&scenario).calls).into_iter().map(|row| row.agent).collect();
    assert_eq!(answers, ["A0", "A1", "A2", "A1", "A0"]);
}

#[test]
fn those_who_become_ready_at_one_instant_are_in_the_order_of_the_events() {
    // At 5 A2 logs in, then the talks of A0 and A1 end, in this order whoever began first.
    let calls = [
        (2.0, 3.0, 0.0, FOREVER),
        (3.0, 2.0, 0.0, FOREVER),
        (6.0, 9.0, 0.0, FOREVER),
        (6.0, 9.0, 0.0, FOREVER),
        (6.0, 9.0, 0.0, FOREVER),
    ];
    let agents: &[Crew] = &[(&[0], &[(1.0, FOREVER)]), (&[0], ALL_DAY), (&[0], &[(5.0, FOREVER)])];
    let rows = rows::parse(&common::run(&scenario(9.0, &[&calls], agents)).calls);
    let answers: Vec<&str> = rows.iter().map(|row| row.agent.as_str()).collect();
    assert_eq!(answers, ["A1", "A0", "A2", "A0", "A1"]);
}

#[test]
fn an_agent_takes_the_longest_waiting_of_all_groups_and_of_equals_that_of_the_first_of_the_agents_groups() {
    let busy = [(1.0, 4.0, 0.0, FOREVER)];
    let first = [(3.0, 1.0, 0.0, FOREVER)];
    let second = [(2.0, 1.0, 0.0, FOREVER), (3.0, 1.0, 0.0, FOREVER)];
    // The agent lists the third group before the second.
    let scenario = scenario(9.0, &[&busy, &first, &second], &[(&[0, 2, 1], ALL_DAY)]);
    let script = script(&scenario, 5);
    let answers: Vec<&str> = script.iter().map(String::as_str).filter(|line| line.contains("answers")).collect();
    // Call 2 is of the third group, call 3 of the second and call 4 of the third, both at 3.
    assert_eq!(answers, ["5 A0 answers call 2", "6 A0 answers call 4", "7 A0 answers call 3"]);
}

#[test]
fn a_shift_that_begins_during_the_last_call_of_the_one_before_begins_late_or_not_at_all() {
    let calls = [(1.0, 6.0, 0.0, FOREVER), (2.0, 1.0, 0.0, FOREVER)];
    let late = scenario(20.0, &[&calls], &[(&[0], &[(0.0, 3.0), (5.0, 9.0)])]);
    assert_eq!(
        script(&late, 3),
        [
            "7 talk of call 1 ends",
            "7 call 1 is done",
            "7 A0 logs out",
            "7 A0 logs in for G0",
            "7 A0 answers call 2",
            "8 talk of call 2 ends",
            "8 call 2 is done",
            "9 A0 logs out",
        ]
    );
    let never = scenario(20.0, &[&calls], &[(&[0], &[(0.0, 3.0), (5.0, 7.0)])]);
    assert_eq!(script(&never, 3), ["7 talk of call 1 ends", "7 call 1 is done", "7 A0 logs out"]);
}

#[test]
fn a_run_may_be_as_long_as_its_queue_at_once() {
    // 290 years, in which 600 callers wait together, each until the same instant.
    const YEARS: f64 = 290.0 * 365.25 * 86_400.0;
    let mut scenario = scenario(YEARS, &[&[]], &[(&[0], &[(9.1e9, FOREVER)])]);
    let calls = (1..=600).map(|second| RecordedCall {
        arrival: Instant::START + Duration::from_secs(second),
        talk: None,
        wrap_up: None,
        patience: RecordedPatience::Exactly(Duration::from_secs(9_000_000_000 - second)),
        class: None,
    });
    scenario.groups[0].arrivals = Arrivals::Recorded(calls.collect());
    let abandoned = script(&scenario, 601);
    assert_eq!(abandoned.len(), 601, "the agent comes afterwards");
    for (line, call) in abandoned.iter().zip(1..=600) {
        assert_eq!(*line, format!("9000000000 call {call} abandons"));
    }
}

#[test]
fn the_waits_of_a_session_may_be_more_than_a_run_can_last() {
    // Ten callers wait together for 150 years each, which in nanoseconds is more than 64 bits hold.
    const YEARS: u64 = 150 * 365 * 86_400;
    let mut scenario = scenario(160.0 * 365.0 * 86_400.0, &[&[]], &[(&[0], &[(YEARS as f64, FOREVER)])]);
    let (arrival, patience) = (Instant::START, RecordedPatience::Unknown);
    let (talk, wrap_up) = (Some(Duration::from_secs(1)), None);
    let call = RecordedCall { arrival, talk, wrap_up, patience, class: None };
    scenario.groups[0].arrivals = Arrivals::Recorded([call; 10].into());
    let result = common::run(&scenario).result;
    // They are answered one after the other: the last waits nine seconds more than the first.
    let waits = u128::from(10 * YEARS + 45) * 1_000_000_000;
    assert!(waits > u128::from(u64::MAX));
    let statistics = &result.sessions[0].statistics;
    assert_eq!(statistics.total_time_to_answer_nanos, waits);
    assert_eq!(
        TapiSessionStatistics::new(statistics, scenario.start, &scenario.conventions).average_time_to_answer,
        i32::MAX
    );
    assert_eq!(result.queues[0].statistics.total_wait_nanos(), waits);
}
