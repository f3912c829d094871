//! What callers do beyond waiting: each feature by a trace that can be checked by hand, or against a closed form.

mod common;

use acdsim::analytic::{ErlangC, FiniteQueue, PriorityQueue};
use acdsim::experiment::ReplicationResult;
use acdsim::scenario::{Arrivals, Scenario};
use acdsim::simulation::Control;
use acdsim::statistics::{CallLog, Outcome};
use common::script::{assert_mean, calls, parse, results, script};

/// One group `G` with these keys, and agents.
fn center(group: &str, agents: &str) -> Scenario {
    parse(&format!(
        "horizon = \"10m\"\n[[group]]\nname = \"G\"\narrivals = {{ rate = \"1/h\" }}\ntalk = \"1m\"\n{group}\n\
         [[agents]]\nname = \"A\"\ngroups = [\"G\"]\n{agents}"
    ))
}

fn lines_with<'a>(story: &'a [String], words: &str) -> Vec<&'a str> {
    story.iter().map(String::as_str).filter(|line| line.contains(words)).collect()
}

/// Ciw, tests/test_simulation.py, test_baulking: a caller leaves who finds three calls in the system.
#[test]
fn dt_04_callers_refuse_to_wait_behind_two() {
    let mut scenario = center("balking = { from_queue_length = 2 }", "");
    scenario.horizon = acdsim::time::Duration::from_secs(51);
    let arrivals: Vec<(f64, f64)> = (1..=10).map(|call| (f64::from(call) * 5.0, 21.0)).collect();
    calls(&mut scenario, 0, &arrivals);
    let story = script(&scenario, 0);
    let balked: Vec<u64> =
        lines_with(&story, "balks").iter().map(|line| line.split(' ').next().unwrap().parse().unwrap()).collect();
    assert_eq!(balked, [20, 25, 35, 40, 45]);
}

#[test]
fn callers_refuse_an_announced_wait_that_they_do_not_tolerate() {
    // One waits; the next is told two handle times, 120 s, for one agent.
    let announced = |tolerance: &str| {
        let balking = format!("balking = {{ tolerance = \"{tolerance}\" }}\nannouncement = \"queue-length\"");
        let mut scenario = center(&balking, "");
        calls(&mut scenario, 0, &[(10.0, 60.0), (20.0, 60.0), (30.0, 60.0)]);
        lines_with(&script(&scenario, 0), "balks").len()
    };
    assert_eq!([announced("130s"), announced("110s"), announced("59s")], [0, 1, 2]);
    // Told the wait of the last answered call, nobody leaves before somebody has waited.
    let mut scenario = center("balking = { tolerance = \"20s\" }", "");
    calls(&mut scenario, 0, &[(10.0, 60.0), (20.0, 60.0), (30.0, 60.0), (80.0, 60.0)]);
    assert_eq!(lines_with(&script(&scenario, 0), "balks"), ["80 call 4 balks"]);
}

#[test]
fn a_credited_wait_goes_before_those_who_came_up_to_that_much_earlier() {
    let classes =
        "classes = [{ name = \"N\", share = \"50%\" }, { name = \"V\", share = \"50%\", wait_credit = \"90s\" }]";
    let mut scenario = center(classes, "");
    calls(&mut scenario, 0, &[(10.0, 300.0), (20.0, 10.0), (100.0, 10.0), (200.0, 10.0)]);
    let Arrivals::Recorded(recorded) = &mut scenario.groups[0].arrivals else { panic!("recorded") };
    let mut recorded_calls = recorded.to_vec();
    for (call, class) in recorded_calls.iter_mut().zip([0, 0, 1, 1]) {
        call.class = Some(class);
    }
    scenario.groups[0].arrivals = Arrivals::Recorded(recorded_calls.into());
    let story = script(&scenario, 300);
    // The third counts from 10 s, before the second; the fourth from 110 s, after it.
    let order: Vec<&str> = lines_with(&story, "answers");
    assert_eq!(order, ["310 A0 answers call 3", "320 A0 answers call 2", "330 A0 answers call 4"]);
}

#[test]
fn classes_are_drawn_by_their_shares_and_named_in_the_record() {
    let classes = "classes = [{ name = \"N\", share = \"70%\" }, { name = \"V\", share = \"30%\" }]";
    let mut scenario = center(classes, "count = 40");
    scenario.groups[0].arrivals = parse(
        "horizon = \"1h\"\n[[group]]\nname = \"G\"\narrivals = { rate = \"100/m\" }\ntalk = \"1s\"\n[[agents]]\nname = \"A\"\n\
         groups = [\"G\"]",
    )
    .groups[0]
        .arrivals
        .clone();
    scenario.horizon = acdsim::time::Duration::from_secs(6_000);
    let mut counts = [0_u32; 2];
    let mut log = CallLog::new(|record| counts[record.class as usize] += 1);
    acdsim::simulation::run(&scenario, 1, &mut log, &Control::default()).unwrap();
    let (all, gold) = (f64::from(counts[0] + counts[1]), f64::from(counts[1]));
    // Five standard deviations of a binomial count, seed 1.
    assert!((gold - 0.3 * all).abs() < 5.0 * (all * 0.21).sqrt(), "{counts:?}");
}

/// Classes of one queue by priority, against Cobham (1954).
#[test]
fn priorities_within_a_queue_are_those_of_mmc() {
    let mut scenario = parse(
        r#"
        horizon = "40h"
        warm_up = "2h"
        replications = 24
        [[group]]
        name = "G"
        arrivals = { rate = "90/h" }
        talk = { distribution = "exponential", mean = "3m" }
        classes = [{ name = "Gold", share = "40%" }, { name = "Other", share = "60%", priority = 2 }]
        [[agents]]
        name = "A"
        count = 5
        groups = ["G"]
        "#,
    );
    let model = PriorityQueue::new(5, &[36.0 / 3_600.0, 54.0 / 3_600.0], 180.0).unwrap();
    let mut waits = vec![Vec::new(); 2];
    scenario.seed = 3;
    for replication in 1..=scenario.replications {
        let mut sums = [(0.0, 0.0); 2];
        let warm_up = acdsim::time::Instant::START + scenario.warm_up;
        let mut log = CallLog::new(|record| {
            if record.arrival >= warm_up && record.outcome == Outcome::Completed {
                let sum = &mut sums[record.class as usize];
                *sum = (sum.0 + record.waited.as_secs_f64(), sum.1 + 1.0);
            }
        });
        acdsim::simulation::run(&scenario, replication, &mut log, &Control::default()).unwrap();
        (0..2).for_each(|class| waits[class].push(sums[class].0 / sums[class].1));
    }
    for (class, waits) in waits.iter().enumerate() {
        let count = waits.len() as f64;
        let mean = waits.iter().sum::<f64>() / count;
        let error = (waits.iter().map(|wait| (wait - mean).powi(2)).sum::<f64>() / (count - 1.0) / count).sqrt();
        let expected = model.asa_s(class).unwrap();
        println!("class {class}: {mean} ± {error}, expected {expected}");
        assert!(
            (mean - expected).abs() < 4.0 * error && error < 0.05 * expected,
            "{class}: {mean} ± {error}, {expected}"
        );
    }
}

#[test]
fn a_call_without_a_line_is_blocked_and_the_lines_are_those_of_mmck() {
    let scenario = parse(
        r#"
        horizon = "50h"
        warm_up = "1h"
        replications = 20
        trunk = [{ name = "Main", lines = 8 }]
        [[group]]
        name = "G"
        arrivals = { rate = "110/h" }
        talk = { distribution = "exponential", mean = "3m" }
        trunk = "Main"
        [[agents]]
        name = "A"
        count = 5
        groups = ["G"]
        "#,
    );
    let model = FiniteQueue::new(5, 8, 110.0 / 3_600.0, 180.0).unwrap();
    let results = results(&scenario);
    let share = |result: &ReplicationResult| {
        let totals = &result.groups[0].totals;
        totals.blocked as f64 / totals.offered as f64
    };
    assert_mean("blocked", &results, share, model.p_block(), 0.03);
    let asa = |result: &ReplicationResult| {
        let totals = &result.groups[0].totals;
        totals.answered_wait_nanos as f64 / 1e9 / totals.answered as f64
    };
    assert_mean("ASA", &results, asa, model.asa_s(), 0.03);
}

#[test]
fn who_gives_up_calls_again_after_the_delay_and_not_more_often_than_may_be() {
    let retrial = "patience = \"10s\"\nretrial = { probability = \"100%\", delay = \"50s\", most = 2 }";
    let mut scenario = center(retrial, "");
    calls(&mut scenario, 0, &[(0.0, 500.0), (20.0, 10.0)]);
    let story = script(&scenario, 0);
    let expected = ["30 call 2 abandons", "90 call 3 abandons", "150 call 4 abandons"];
    assert_eq!(lines_with(&story, "abandons"), expected);
    let totals = &results(&scenario)[0].groups[0].totals;
    assert_eq!((totals.offered, totals.retried, totals.abandoned), (4, 2, 3));
}

/// The M/M/1 queue without room whose blocked callers all call again: the mean number of them between two attempts is
/// ρ²(θ + μ) / ((1 − ρ) θ) (Falin & Templeton, Retrial Queues, 1997), so that θ times as many attempts come again.
#[test]
fn blocked_callers_call_again_as_in_the_retrial_queue() {
    let scenario = parse(
        r#"
        horizon = "120h"
        warm_up = "4h"
        replications = 30
        [[group]]
        name = "G"
        arrivals = { rate = "30/h" }
        talk = { distribution = "exponential", mean = "1m" }
        queue_capacity = 0
        retrial = { probability = "100%", delay = { distribution = "exponential", mean = "2m" }, most = 1000000 }
        [[agents]]
        name = "A"
        groups = ["G"]
        "#,
    );
    let (arrivals, ends, again) = (30.0, 60.0, 30.0);
    let load: f64 = arrivals / ends;
    let orbit = load * load * (again + ends) / ((1.0 - load) * again);
    let retried = |result: &ReplicationResult| result.groups[0].totals.retried as f64 / 116.0;
    assert_mean("attempts again an hour", &results(&scenario), retried, orbit * again, 0.03);
}

#[test]
fn who_is_to_be_called_back_keeps_the_place_and_does_not_give_up() {
    let call_back = "patience = \"60s\"\ncall_back = { probability = \"100%\", offer_after = \"30s\" }";
    let mut scenario = center(call_back, "");
    calls(&mut scenario, 0, &[(0.0, 200.0), (10.0, 20.0), (150.0, 20.0)]);
    let story = script(&scenario, 0);
    assert_eq!(
        lines_with(&story, "called back"),
        ["40 call 2 is to be called back", "180 call 3 is to be called back"]
    );
    assert_eq!(
        lines_with(&story, "answers"),
        ["0 A0 answers call 1", "200 A0 answers call 2", "220 A0 answers call 3"]
    );
    let totals = &results(&scenario)[0].groups[0].totals;
    assert_eq!((totals.call_backs, totals.called_back, totals.abandoned), (2, 2, 0));
}

#[test]
fn a_caller_who_is_to_be_called_back_leaves_the_line_to_others() {
    let mut scenario = center("call_back = { probability = \"100%\" }", "");
    scenario.trunks = vec![acdsim::scenario::Trunk { name: "Main".into(), lines: 2 }];
    scenario.groups[0].service.trunk = Some(0);
    calls(&mut scenario, 0, &[(0.0, 100.0), (10.0, 20.0), (20.0, 20.0)]);
    assert_eq!(results(&scenario)[0].groups[0].totals.blocked, 0);
    scenario.groups[0].callers.call_back = None;
    assert_eq!(results(&scenario)[0].groups[0].totals.blocked, 1);
}

/// Two queues in tandem: what leaves M/M/c is Poisson again (Burke 1956), so the second queue is M/M/c too.
#[test]
fn transferred_calls_make_a_tandem_queue() {
    let scenario = parse(
        r#"
        horizon = "300h"
        warm_up = "4h"
        replications = 24
        [[group]]
        name = "First"
        arrivals = { rate = "100/h" }
        talk = { distribution = "exponential", mean = "2m" }
        transfers = [{ to = "Second", probability = "50%" }]
        [[group]]
        name = "Second"
        arrivals = { rate = "0/h" }
        talk = { distribution = "exponential", mean = "4m" }
        [[agents]]
        name = "A"
        count = 4
        groups = ["First"]
        [[agents]]
        name = "B"
        count = 5
        groups = ["Second"]
        "#,
    );
    let results = results(&scenario);
    for result in &results {
        let [first, second] = [0, 1].map(|group| &result.groups[group].totals);
        assert_eq!(second.offered, second.transferred_in);
        assert!(first.transferred_out.abs_diff(second.transferred_in) == 0);
    }
    let model = ErlangC::new(5, 50.0 / 3_600.0, 240.0).unwrap();
    let asa = |result: &ReplicationResult| {
        let totals = &result.groups[1].totals;
        totals.answered_wait_nanos as f64 / 1e9 / totals.answered as f64
    };
    assert_mean("ASA of the second", &results, asa, model.asa_s(), 0.05);
    let passed_on = |result: &ReplicationResult| {
        let totals = &result.groups[0].totals;
        totals.transferred_out as f64 / totals.talks as f64
    };
    assert_mean("passed on", &results, passed_on, 0.5, 0.01);
}

#[test]
fn a_call_flows_on_when_it_has_waited_too_long_and_leaves_at_the_end_of_the_guide() {
    let mut scenario = parse(
        r#"
        horizon = "20m"
        [[group]]
        name = "First"
        arrivals = { rate = "1/h" }
        talk = "1m"
        guide = { after = "30s", to = "Second" }
        [[group]]
        name = "Second"
        arrivals = { rate = "0/h" }
        talk = "1m"
        guide = { after = "1m" }
        [[agents]]
        name = "A"
        groups = ["First"]
        [[agents]]
        name = "B"
        groups = ["Second"]
        log_in = "+0s"
        "#,
    );
    calls(&mut scenario, 0, &[(0.0, 300.0), (10.0, 400.0), (20.0, 10.0)]);
    let story = script(&scenario, 1);
    let expected = [
        "10 call 2 arrives for G0",
        "10 call 2 waits",
        "20 call 3 arrives for G0",
        "20 call 3 waits",
        "40 call 2 flows to G1",
        "40 A1 answers call 2",
        "50 call 3 flows to G1",
        "50 call 3 waits",
        "110 call 3 is disposed of",
        "300 talk of call 1 ends",
        "300 call 1 is done",
        "440 talk of call 2 ends",
        "440 call 2 is done",
    ];
    assert_eq!(story, expected);
    let result = &results(&scenario)[0];
    let queue = |group: usize| {
        let queue = &result.queues[group].statistics;
        (queue.calls_flowed_in, queue.calls_flowed_out, queue.calls_disposed)
    };
    assert_eq!([queue(0), queue(1)], [(0, 2, 0), (2, 0, 1)]);
    assert_eq!(result.groups[1].totals.answered_wait_nanos, 0, "the wait in the second queue alone");
}

#[test]
fn a_talk_with_hold_is_longer_by_it() {
    let mut scenario = center("hold = { probability = \"100%\", length = \"30s\" }", "");
    calls(&mut scenario, 0, &[(0.0, 100.0)]);
    let story = script(&scenario, 1);
    assert_eq!(story, ["80 call 1 is taken back from hold", "130 talk of call 1 ends", "130 call 1 is done"]);
    let totals = &results(&scenario)[0].groups[0].totals;
    assert_eq!((totals.holds, totals.hold_nanos), (1, 30_000_000_000));
}
