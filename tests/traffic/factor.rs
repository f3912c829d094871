//! A factor makes rates and records of calls larger or smaller.

use acdsim::scenario::{Arrivals, Scenario, parse};
use acdsim::time::Duration;

use super::arrived::{Arrived, arrived, moments, scenario, scenario_in};

#[test]
fn every_form_of_rates_is_multiplied() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let file = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).expect("it can be written");
    file("demand.csv", "start,calls\n08:00,30\n09:00,60\n");
    file("week.csv", "day,start,calls\nmon,08:00,30\nmon,09:00,60\n");
    let of = |arrivals: &str| {
        let group = format!("arrivals = {{ {arrivals} }}");
        let top = "start = 2026-03-02T08:00:00\nhorizon = \"2h\"";
        let Arrivals::Poisson(steps) = scenario_in(directory.path(), top, &[&group]).groups[0].arrivals.clone() else {
            panic!("the arrivals are a rate")
        };
        steps.into_iter().map(|step| step.per_second * 3_600.0).collect::<Vec<_>>()
    };
    assert_eq!(of("rate = \"30/h\", factor = 1.5"), [45.0]);
    let rates = "rates = [{ from = \"08:00\", rate = \"30/h\" }, { from = \"09:00\", rate = \"60/h\" }]";
    let week = format!("week = [{{ days = [\"mon\"], {rates} }}]");
    for form in [rates, &week, "counts = \"demand.csv\", every = \"1h\"", "profile = \"week.csv\", every = \"1h\""] {
        assert_eq!(of(form), [30.0, 60.0], "{form}");
        assert_eq!(of(&format!("{form}, factor = 2")), [60.0, 120.0], "{form}");
        assert_eq!(of(&format!("{form}, factor = 0")), [0.0], "{form}");
    }
}

/// A record of so many calls, one a minute, whose talk times tell them apart; and the factor of it.
fn recorded(factor: &str, calls: u64, seed: u64) -> Scenario {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let rows: String = (0..calls).map(|call| format!("{},{}\n", 60 * call, call + 1)).collect();
    std::fs::write(directory.path().join("calls.csv"), format!("arrival_s,talk_s\n{rows}")).expect("it can be written");
    let top = format!("horizon = \"{}m\"\nseed = {seed}", calls);
    scenario_in(directory.path(), &top, &[&format!("arrivals = {{ recorded = \"calls.csv\"{factor} }}")])
}

/// How often each call of the record came; checks that each is near its own moment, and all are in order.
fn times(calls: &[Arrived], record: u64) -> Vec<u32> {
    let mut times = vec![0; record as usize];
    let mut undisplaced = vec![false; record as usize];
    assert!(calls.is_sorted_by_key(|call| call.at));
    for call in calls {
        let number = call.talk.as_secs() - 1;
        times[number as usize] += 1;
        let off = call.at.as_nanos().abs_diff(60_000_000_000 * number);
        assert!(off <= 900_000_000_000, "call {number} is {off} ns off");
        undisplaced[number as usize] |= off == 0;
    }
    for (number, (&times, undisplaced)) in times.iter().zip(undisplaced).enumerate() {
        assert_eq!(times > 0, undisplaced, "call {number} came {times} times, once as it was recorded");
    }
    times
}

#[test]
fn the_factor_one_is_the_record_itself() {
    let (plain, one) = (recorded("", 500, 1), recorded(", factor = 1.0", 500, 1));
    assert_eq!(plain.groups, one.groups);
    assert_eq!(times(&arrived(&one, 1), 500), [1; 500]);
}

#[test]
fn a_whole_factor_brings_each_call_as_often() {
    let calls = arrived(&recorded(", factor = 3", 500, 1), 1);
    assert_eq!(times(&calls, 500), [3; 500]);
    assert!(arrived(&recorded(", factor = 0", 500, 1), 1).is_empty());
}

/// Seed 7, replications 1 to 20 of 2,000 calls: the calls above two each are binomial, and displaced uniformly.
#[test]
fn a_broken_factor_brings_one_more_with_its_probability() {
    let scenario = recorded(", factor = 2.25", 2_000, 7);
    let mut totals = Vec::new();
    let mut offsets = Vec::new();
    for replication in 1..=20 {
        let calls = arrived(&scenario, replication);
        assert!(times(&calls, 2_000).iter().all(|times| (2..=3).contains(times)));
        totals.push(calls.len() as f64 - 4_000.0);
        // In the middle, where no displacement is cut off by the ends of the run.
        let middle = calls.iter().filter(|call| (100..1_900).contains(&call.talk.as_secs()));
        let off = |call: &Arrived| call.at.as_nanos() as f64 / 1e9 - 60.0 * (call.talk.as_secs() - 1) as f64;
        offsets.extend(middle.map(off).filter(|&off| off != 0.0));
    }
    let (mean, variance) = moments(&totals);
    // Of 20 binomial totals, whose variance is 375: five standard errors of the mean.
    assert!((mean - 500.0).abs() < 5.0 * f64::sqrt(375.0 / 20.0), "seed 7: {mean} more, variance {variance}");
    assert!((375.0 / 4.0..375.0 * 4.0).contains(&variance), "seed 7: variance {variance}, not 375");
    let (mean, variance) = moments(&offsets);
    let uniform = 1_800.0 * 1_800.0 / 12.0;
    let n = offsets.len() as f64;
    assert!(mean.abs() < 5.0 * f64::sqrt(uniform / n), "seed 7: displaced by {mean} s in the mean of {n}");
    // The kurtosis of a uniform law is 9/5.
    let off = (variance - uniform).abs();
    assert!(off < 5.0 * uniform * f64::sqrt(0.8 / n), "seed 7: variance {variance}, not {uniform}");
}

#[test]
fn a_smaller_factor_keeps_some_of_the_calls_of_a_larger_one() {
    let of = |factor: &str| times(&arrived(&recorded(factor, 1_000, 3), 1), 1_000);
    let (less, more) = (of(", factor = 0.3"), of(", factor = 0.6"));
    assert!(less.iter().zip(&more).all(|(less, more)| less <= more));
    assert!(less.iter().sum::<u32>() + 100 < more.iter().sum::<u32>());
}

#[test]
fn the_same_replication_brings_the_same_calls() {
    let scenario = recorded(", factor = 1.5", 300, 5);
    assert_eq!(arrived(&scenario, 4), arrived(&scenario, 4));
    assert_ne!(arrived(&scenario, 4), arrived(&scenario, 5));
    assert!(arrived(&scenario, 4).iter().all(|call| call.patience == Duration::MAX));
}

#[test]
fn a_factor_that_makes_too_much_is_refused() {
    let said = |arrivals: &str| {
        let text = format!(
            "horizon = \"1h\"\n[[group]]\nname = \"A\"\narrivals = {{ {arrivals} }}\ntalk = \"1m\"\n[[agents]]\n\
             name = \"Ann\"\ngroups = [\"A\"]\n"
        );
        parse(&text, "x.toml".as_ref()).expect_err(arrivals).problems()[0].message.clone()
    };
    let too_much = "`factor` is `1000`, which makes a rate of more than 1,000,000,000 calls a second";
    assert_eq!(said("rate = \"2000000/s\", factor = 1000"), too_much);
    assert_eq!(said("rate = \"1/s\", factor = -1"), "`factor` is `-1`, which is out of range");
    assert_eq!(said("rate = \"1/s\", factor = 1e7"), "`factor` is `1e7`, which is out of range");
    assert_eq!(said("rate = \"1/s\", factor = \"2\""), "`factor` is the text `2`, not a number");
    let plain = scenario("horizon = \"1h\"", &["arrivals = { rate = \"1000/s\", factor = 1000000 }"]);
    assert!(matches!(plain.groups[0].arrivals, Arrivals::Poisson(_)));
}
