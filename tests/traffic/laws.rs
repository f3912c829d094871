//! Laws by period: those in force when a call arrives.

use acdsim::random::Distribution;
use acdsim::scenario::{Handling, LawsFrom, Scenario, WriteError, parse, write};
use acdsim::time::{Duration, Instant};
use acdsim::verify::plan;

use super::arrived::{Arrived, arrived, scenario, scenario_in};

const HOUR: u64 = 3_600_000_000_000;

fn at(hours: u64) -> Instant {
    Instant::from_nanos(hours * HOUR)
}

fn constant(seconds: f64) -> Distribution {
    Distribution::constant(seconds).expect("it is a law")
}

/// The talk time of constant laws: at the start, and from which hour on which.
fn talks(top: &str, talk: &str) -> (f64, Vec<(Instant, f64)>) {
    let scenario = scenario(top, &[&format!("arrivals = {{ rate = \"1/h\" }}\ntalk = {talk}")]);
    let of = |handling: &Handling| handling.mean_talk_s();
    let group = &scenario.groups[0];
    (of(&group.handling), group.later_laws.iter().map(|laws| (laws.from, of(&laws.handling))).collect())
}

#[test]
fn steps_by_the_clock_go_round_the_day() {
    let steps =
        "[{ from = \"08:00\", law = \"1m\" }, { from = \"12:00\", law = \"2m\" }, { from = \"18:00\", law = \"3m\" }]";
    let two_days = [(at(2), 120.0), (at(8), 180.0), (at(22), 60.0), (at(26), 120.0)];
    assert_eq!(talks("start = 2026-03-02T10:00:00\nhorizon = \"28h\"", steps), (60.0, two_days.to_vec()));
    // Before the first step of a day the last one of the day before is in force.
    let morning = talks("start = 2026-03-02T06:00:00\nhorizon = \"4h\"", steps);
    assert_eq!(morning, (180.0, vec![(at(2), 60.0)]));
}

#[test]
fn steps_after_the_start_begin_with_the_first() {
    let top = "horizon = \"9h\"";
    let steps =
        "[{ from = \"+2h\", law = \"1m\" }, { from = \"+4h\", law = \"1m\" }, { from = \"+6h\", law = \"2m\" }]";
    assert_eq!(talks(top, steps), (60.0, vec![(at(6), 120.0)]));
    let dates = "[{ from = 2026-01-04T00:00:00, law = \"1m\" }, { from = 2026-01-05T03:00:00, law = \"2m\" }]";
    assert_eq!(talks(top, dates), (60.0, vec![(at(3), 120.0)]));
    assert_eq!(talks(top, "[{ from = \"12:00\", law = \"2m\" }]"), (120.0, vec![]));
}

#[test]
fn each_key_of_a_group_may_have_steps_of_its_own() {
    let group = "arrivals = { rate = \"1/h\" }\ntalk = \"1m\"\n\
                 wrap_up = [{ from = \"+0s\", law = \"10s\" }, { from = \"+2h\", law = \"20s\" }]\n\
                 patience = [{ from = \"+0s\", law = \"1m\" }, { from = \"+3h\", law = \"2m\" }]";
    let scenario = scenario("horizon = \"9h\"", &[group]);
    let apart = |wrap_up| Handling::Apart { talk: constant(60.0), wrap_up: constant(wrap_up) };
    let group = &scenario.groups[0];
    assert_eq!((&group.handling, &group.patience), (&apart(10.0), &Some(constant(60.0))));
    let later = [
        LawsFrom { from: at(2), handling: apart(20.0), patience: Some(constant(60.0)) },
        LawsFrom { from: at(3), handling: apart(20.0), patience: Some(constant(120.0)) },
    ];
    assert_eq!(group.later_laws[..], later);
}

const FIRST: &str = "{ distribution = \"exponential\", mean = \"1m\" }";
const SECOND: &str = "{ distribution = \"exponential\", mean = \"3m\" }";

/// Ten hours of sixty calls each, with these laws.
fn desk(laws: &str) -> Scenario {
    scenario("horizon = \"10h\"\nseed = 31", &[&format!("arrivals = {{ rate = \"60/h\" }}\n{laws}")])
}

/// Both laws take the same random numbers, so that each call has the draw of the law that is in force.
#[test]
fn a_call_has_the_draws_of_the_law_in_force_when_it_arrives() {
    let changing = format!("[{{ from = \"+0s\", law = {FIRST} }}, {{ from = \"+4h\", law = {SECOND} }}]");
    type Time = fn(&Arrived) -> Duration;
    let keys: [(&str, Time); 3] =
        [("talk", |call| call.talk), ("wrap_up", |call| call.wrap_up), ("patience", |call| call.patience)];
    for (key, time) in keys {
        let of = |law: &str| arrived(&desk(&format!("{key} = {law}")), 1);
        let (first, second, changing) = (of(FIRST), of(SECOND), of(&changing));
        assert_eq!(changing.len(), first.len());
        for ((call, first), second) in changing.iter().zip(&first).zip(&second) {
            let expected = if call.at < at(4) { first } else { second };
            assert_eq!(time(call), time(expected), "{key} at {}, seed 31", call.at);
            assert_ne!(time(first), time(second));
        }
    }
}

#[test]
fn steps_of_the_same_law_are_that_law() {
    let same = format!("[{{ from = \"08:00\", law = {FIRST} }}, {{ from = \"12:00\", law = {FIRST} }}]");
    let (plain, same) = (desk(&format!("talk = {FIRST}")), desk(&format!("talk = {same}")));
    assert_eq!(plain.groups, same.groups);
}

/// Seed 31, replication 1: the shares of a handle time, and the mean of each period.
#[test]
fn handle_times_change_with_their_shares() {
    let steps = format!("[{{ from = \"+0s\", law = {FIRST} }}, {{ from = \"+5h\", law = {SECOND} }}]");
    let group = format!("arrivals = {{ rate = \"3600/h\" }}\nhandle = {steps}\nwrap_up_share = \"25%\"");
    let calls = arrived(&scenario("horizon = \"10h\"\nseed = 31", &[&group]), 1);
    for (mean, is_of) in [(60.0, [0, 5]), (180.0, [5, 10])] {
        let of_period = calls.iter().filter(|call| (at(is_of[0])..at(is_of[1])).contains(&call.at));
        let handles: Vec<f64> = of_period.map(|call| (call.talk + call.wrap_up).as_secs_f64()).collect();
        let found = handles.iter().sum::<f64>() / handles.len() as f64;
        let error = mean / (handles.len() as f64).sqrt();
        assert!((found - mean).abs() < 4.5 * error, "seed 31: {found} s, not {mean} ± {error}");
    }
    assert!(calls.iter().all(|call| call.wrap_up.as_nanos().abs_diff(call.talk.as_nanos() / 3) <= 1));
}

#[test]
fn what_a_record_does_not_know_is_of_the_law_in_force() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    std::fs::write(directory.path().join("calls.csv"), "arrival_s,talk_s\n0,\n60,7\n119,\n120,\n180,\n")
        .expect("written");
    let group = "arrivals = { recorded = \"calls.csv\" }\n\
                 talk = [{ from = \"+0s\", law = \"1s\" }, { from = \"+2m\", law = \"2s\" }]";
    let calls = arrived(&scenario_in(directory.path(), "horizon = \"1h\"", &[group]), 1);
    assert_eq!(calls.iter().map(|call| call.talk.as_secs()).collect::<Vec<_>>(), [1, 7, 1, 2, 2]);
}

#[test]
fn verification_and_writing_say_that_laws_change() {
    let changing = format!("talk = [{{ from = \"+0s\", law = {FIRST} }}, {{ from = \"+4h\", law = {SECOND} }}]");
    for top in ["horizon = \"10h\"", "horizon = \"10000h\"\nwarm_up = \"100h\"", "horizon = \"10000h\""] {
        let scenario = scenario(top, &[&format!("arrivals = {{ rate = \"60/h\" }}\n{changing}")]);
        let plan = plan(&scenario);
        assert_eq!(plan.checks.len(), 0, "{top}");
        assert_eq!(plan.undecided[0].why, "the laws of A change", "{top}");
    }
    let written = write(&scenario("horizon = \"10h\"", &[&changing]), "calls.csv");
    assert_eq!(written, Err(WriteError::Changing { group: "A".to_owned() }));
}

#[test]
fn steps_that_make_no_sense_are_refused() {
    let said = |laws: &str| {
        let text = format!(
            "horizon = \"10h\"\n[[group]]\nname = \"A\"\narrivals = {{ rate = \"1/s\" }}\n{laws}\n[[agents]]\n\
             name = \"Ann\"\ngroups = [\"A\"]\n"
        );
        let errors = parse(&text, "x.toml".as_ref()).expect_err(laws);
        errors.problems().iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("; ")
    };
    let step = |from: &str, law: &str| format!("{{ from = \"{from}\", law = {law} }}");
    let talk = |one: String, other: String| said(&format!("talk = [{one}, {other}]"));
    let earlier = "`from` is `08:00`, which is earlier than the step before";
    assert_eq!(talk(step("09:00", FIRST), step("08:00", FIRST)), earlier);
    let kinds = "`from` is `+1h`, which is a time after the start after a clock";
    assert_eq!(talk(step("09:00", FIRST), step("+1h", FIRST)), kinds);
    assert_eq!(
        talk(step("09:00", FIRST), step("10:00", "\"x\"")),
        "`law` is `x`, which has `x` where a number should be"
    );
    assert_eq!(said("talk = []"), "`talk` is `[]`, which has nothing in it");
    let zero = format!("talk = \"1m\"\npatience = [{}, {}]", step("08:00", FIRST), step("09:00", "\"0s\""));
    assert_eq!(said(&zero), "`patience` has a mean of zero");
    assert_eq!(said("talk = 3"), "`talk` is `3`, and a duration needs a unit");
    assert!(said("talk = true").starts_with("`talk` is `true`, not a distribution or a list of tables"));
}
