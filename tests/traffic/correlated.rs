//! Correlated talk and wrap-up: each keeps its law, and their ranks have the correlation of the copula.

use acdsim::random::Distribution;
use acdsim::scenario::{Handling, Scenario, parse, write};
use acdsim::time::Duration;
use acdsim::verify::{Measure, plan};

use super::arrived::{arrived, correlation, scenario, scenario_in};

/// Pairs of laws of talk and wrap-up, as a scenario writes them.
const LAWS: [(&str, &str); 4] = [
    ("{ distribution = \"lognormal\", mean = \"4m\", cv = 1.2 }", "{ distribution = \"exponential\", mean = \"1m\" }"),
    (
        "{ distribution = \"gamma\", shape = 0.7, scale = \"5m\" }",
        "{ distribution = \"weibull\", mean = \"1m\", shape = 2 }",
    ),
    (
        "{ distribution = \"hyperexponential\", mean = \"4m\", cv = 2 }",
        "{ distribution = \"triangular\", min = \"10s\", mode = \"20s\", max = \"2m\" }",
    ),
    (
        "{ distribution = \"uniform\", min = \"1m\", max = \"9m\" }",
        "{ distribution = \"histogram\", edges = [\"0s\", \"1m\", \"5m\"], counts = [10, 30] }",
    ),
];

fn desk(seed: u64, laws: (&str, &str), more: &str) -> Scenario {
    let group = format!("arrivals = {{ rate = \"2000/h\" }}\ntalk = {}\nwrap_up = {}\n{more}", laws.0, laws.1);
    scenario(&format!("horizon = \"10h\"\nseed = {seed}"), &[&group])
}

fn times(scenario: &Scenario) -> (Vec<f64>, Vec<f64>) {
    let calls = arrived(scenario, 1);
    calls.iter().map(|call| (call.talk.as_secs_f64(), call.wrap_up.as_secs_f64())).unzip()
}

/// The rank of each value, from 0.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    order.into_iter().enumerate().for_each(|(rank, of)| ranks[of] = rank as f64);
    ranks
}

fn spearman(one: &[f64], other: &[f64]) -> f64 {
    correlation(&ranks(one), &ranks(other))
}

/// Kolmogorov and Smirnov's distance to a law, times √n: above 2.2 in less than 1 of 8,000.
fn distance(law: &Distribution, values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let off = |(rank, &value): (usize, &f64)| {
        let cdf = law.cdf(value);
        (cdf - rank as f64 / n).abs().max((cdf - (rank as f64 + 1.0) / n).abs())
    };
    sorted.iter().enumerate().map(off).fold(0.0, f64::max) * n.sqrt()
}

/// Seed 41, replication 1, of 20,000 calls each: Spearman's correlation is (6/π) arcsin(ρ/2).
#[test]
fn ranks_correlate_as_the_copula_has_it_and_each_law_is_kept() {
    for laws in LAWS {
        for rho in [-0.8, 0.0, 0.4, 1.0] {
            let scenario = desk(41, laws, &format!("talk_wrap_up_correlation = {rho:?}"));
            let (talk, wrap_up) = times(&scenario);
            let n = talk.len() as f64;
            assert!(n > 18_000.0);
            let (of_talk, of_wrap_up) = match &scenario.groups[0].handling {
                Handling::Correlated { talk, wrap_up, correlation } if *correlation == rho => (talk, wrap_up),
                Handling::Apart { talk, wrap_up } if rho == 0.0 => (talk, wrap_up),
                other => panic!("{other:?}"),
            };
            let (talk_off, wrap_up_off) = (distance(of_talk, &talk), distance(of_wrap_up, &wrap_up));
            assert!(talk_off < 2.2 && wrap_up_off < 2.2, "seed 41, {laws:?} by {rho}: {talk_off}, {wrap_up_off}");
            let expected = 6.0 / std::f64::consts::PI * libm::asin(rho / 2.0);
            let found = spearman(&talk, &wrap_up);
            let error = 1.0 / n.sqrt();
            assert!((found - expected).abs() < 4.5 * error, "seed 41, {laws:?} by {rho}: {found}, not {expected}");
        }
    }
}

/// Seed 42, replication 1: a recorded talk time brings the wrap-up that belongs to it, and the other way round.
#[test]
fn what_a_record_does_not_know_belongs_to_what_it_knows() {
    let law = Distribution::lognormal_mean_cv(240.0, 1.2).expect("it is a law");
    for known in ["talk_s", "wrap_up_s"] {
        let directory = tempfile::tempdir().expect("a directory can be made");
        // Each of 4,000 equally likely times once, in a scattered order.
        let row = |call: u64| {
            let time = law.quantile((((call * 1_237) % 4_000) as f64 + 0.5) / 4_000.0);
            format!("{call},{}\n", Duration::from_secs_f64(time))
        };
        let rows: String = (0..4_000).map(row).collect();
        std::fs::write(directory.path().join("calls.csv"), format!("arrival_s,{known}\n{rows}")).expect("written");
        let lognormal = "{ distribution = \"lognormal\", mean = \"4m\", cv = 1.2 }";
        let group = format!(
            "arrivals = {{ recorded = \"calls.csv\" }}\ntalk = {lognormal}\nwrap_up = {lognormal}\n\
             talk_wrap_up_correlation = 0.7"
        );
        let (talk, wrap_up) = times(&scenario_in(directory.path(), "horizon = \"2h\"\nseed = 42", &[&group]));
        let drawn = if known == "talk_s" { &wrap_up } else { &talk };
        let off = distance(&law, drawn);
        assert!(off < 2.2, "seed 42, {known}: {off}");
        let (found, expected) = (spearman(&talk, &wrap_up), 6.0 / std::f64::consts::PI * libm::asin(0.35));
        assert!((found - expected).abs() < 4.5 / 4_000_f64.sqrt(), "seed 42, {known}: {found}, not {expected}");
    }
}

#[test]
fn a_correlation_of_one_makes_equal_laws_equal_times() {
    let equal = desk(43, (LAWS[0].0, LAWS[0].0), "talk_wrap_up_correlation = 1");
    let (talk, wrap_up) = times(&equal);
    assert_eq!(talk, wrap_up);
    // The arrivals are those without it.
    let plain = desk(43, (LAWS[0].0, LAWS[0].0), "");
    assert!(arrived(&equal, 1).iter().zip(arrived(&plain, 1)).all(|(one, other)| one.at == other.at));
}

#[test]
fn verification_knows_the_means_and_no_more() {
    let scenario =
        desk(44, ("{ distribution = \"exponential\", mean = \"4s\" }", LAWS[0].1), "talk_wrap_up_correlation = 0.5");
    let plan = plan(&scenario);
    let mut measures: Vec<Measure> = plan.checks.iter().map(|check| check.measure).collect();
    measures.sort_by_key(|measure| format!("{measure:?}"));
    let means = [Measure::AverageCallTime, Measure::AverageTalkTime, Measure::AverageWrapUpTime, Measure::CallsPerHour];
    assert_eq!(measures, means);
    assert_eq!(plan.undecided[0].why, "talk and wrap-up of A are correlated");
}

#[test]
fn a_correlation_with_nothing_is_refused() {
    let said = |group: &str| {
        let text = format!(
            "horizon = \"1h\"\n[[group]]\nname = \"A\"\narrivals = {{ rate = \"1/s\" }}\ntalk_wrap_up_correlation = {group}\n\
             [[agents]]\nname = \"Ann\"\ngroups = [\"A\"]\n"
        );
        parse(&text, "x.toml".as_ref()).expect_err(group).problems().last().expect("there is one").message.clone()
    };
    assert_eq!(said("0.5\ntalk = \"1m\""), "`talk_wrap_up_correlation` without `wrap_up`");
    assert_eq!(said("0.5\nhandle = \"1m\""), "`talk_wrap_up_correlation` and `handle` exclude each other");
    assert_eq!(
        said("1.5\ntalk = \"1m\"\nwrap_up = \"1m\""),
        "`talk_wrap_up_correlation` is `1.5`, which is out of range"
    );
}

#[test]
fn a_correlation_and_a_group_without_arrivals_are_written_back() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let file = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).expect("it can be written");
    file("calls.csv", "arrival_s,group,talk_s\n1,A,5\n2.5,A,7\n");
    let known = "arrivals = { recorded = \"calls.csv\" }\ntalk = { distribution = \"exponential\", mean = \"3m\" }\n\
                 wrap_up = { distribution = \"uniform\", min = \"1s\", max = \"9s\" }\ntalk_wrap_up_correlation = -0.25";
    let scenario = scenario_in(directory.path(), "horizon = \"1h\"", &[known, "talk = \"1m\""]);
    let written = write(&scenario, "written.csv").expect("it has a form");
    file("written.csv", &written.calls);
    assert!(!written.scenario.contains("rate"), "{}", written.scenario);
    assert_eq!(parse(&written.scenario, &directory.path().join("x.toml")).expect("it is sound"), scenario);
}
