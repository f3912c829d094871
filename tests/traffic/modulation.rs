//! Modulation and batches: the variance of counts has a closed form.

use acdsim::scenario::{Arrivals, Batch, BatchSize, Scenario, parse};
use acdsim::verify::plan;

use super::arrived::{arrived, counts, moments, scenario};

fn of(seed: u64, horizon: &str, arrivals: &str) -> Scenario {
    scenario(&format!("horizon = \"{horizon}\"\nseed = {seed}"), &[&format!("arrivals = {{ {arrivals} }}")])
}

/// The variance of the number of arrivals in `t` of a Poisson process of two rates in turn, that are left at the rates
/// `leave` (H. Heffes and D. Lucantoni, 1986): λt + 2 π₁π₂ (λ₁ − λ₂)² (t/r − (1 − e^(−rt))/r²), where r is the sum of both.
fn variance_of_two_states(rates: [f64; 2], leave: [f64; 2], t: f64) -> f64 {
    let r = leave[0] + leave[1];
    let (first, second) = (leave[1] / r, leave[0] / r);
    let difference = rates[0] - rates[1];
    (first * rates[0] + second * rates[1]) * t
        + 2.0 * first * second * difference * difference * (t / r + libm::expm1(-r * t) / (r * r))
}

/// Seed 21, replication 1, of 400 days: counts of windows of ten minutes and of two hours.
#[test]
fn counts_of_two_states_have_the_variance_of_a_markov_modulated_poisson_process() {
    let scenario = of(
        21,
        "400d",
        "rate = \"60/h\", modulation = [{ factor = 0.5, stay = \"20m\" }, { factor = 3, stay = \"5m\" }]",
    );
    let calls = arrived(&scenario, 1);
    // In minutes.
    let (rates, leave) = ([0.5, 3.0], [1.0 / 20.0, 1.0 / 5.0]);
    for minutes in [10, 120] {
        let windows = 400 * 1_440 / minutes;
        let (mean, variance) = moments(&counts(&calls, 0, 60 * minutes as u64, windows));
        let t = minutes as f64;
        let expected = variance_of_two_states(rates, leave, t);
        assert!(expected > 1.8 * t, "it is far from that of a Poisson process: {expected}");
        // Windows are correlated over some of the chain's time, 4 minutes.
        let n = windows as f64 / (1.0 + 8.0 / t);
        let what = format!("seed 21, windows of {minutes} minutes");
        assert!((mean - t).abs() < 4.5 * (expected / n).sqrt(), "{what}: mean {mean}, not {t}");
        let error = expected * (5.0 / n).sqrt();
        assert!((variance - expected).abs() < 4.5 * error, "{what}: variance {variance}, not {expected} ± {error}");
    }
}

/// Seed 22, replications 1 to 3,000: the first state is drawn as often as the chain is there.
#[test]
fn the_chain_begins_in_its_stationary_law() {
    let arrivals = "rate = \"3600/h\", modulation = [{ factor = 0, stay = \"4h\" }, { factor = 1, stay = \"2h\" }, \
                    { factor = 0, stay = \"2h\" }]";
    let scenario = of(22, "10s", arrivals);
    // Ten calls are expected in the second state, and none in the others.
    let there = (1..=3_000).filter(|&replication| !arrived(&scenario, replication).is_empty()).count() as f64 / 3_000.0;
    let error = f64::sqrt(0.25 * 0.75 / 3_000.0);
    assert!((there - 0.25).abs() < 4.5 * error, "seed 22: {there}, not 0.25 ± {error}");
}

/// Seed 23, replication 1, of 300 days: of three states each is entered as often.
#[test]
fn the_next_state_is_any_of_the_others() {
    let arrivals = "rate = \"60/h\", modulation = [{ factor = 1, stay = \"10m\" }, { factor = 2, stay = \"20m\" }, \
                    { factor = 0, stay = \"30m\" }]";
    let scenario = of(23, "300d", arrivals);
    let Arrivals::Varied(rates) = &scenario.groups[0].arrivals else { panic!("a chain changes the rates") };
    assert!((rates.mean_factor() - 50.0 / 60.0).abs() < 1e-15);
    let (mean, variance) = moments(&counts(&arrived(&scenario, 1), 0, 3_600, 300 * 24));
    let error = (variance * 2.0 / (300.0 * 24.0)).sqrt();
    assert!((mean - 50.0).abs() < 4.5 * error, "seed 23: {mean} calls an hour, not 50 ± {error}");
}

/// Seed 24, replication 1, of 200 days: hourly counts, and how many calls share their instant.
#[test]
fn batches_have_their_sizes_and_calls_keep_their_rate() {
    let sizes = vec![BatchSize { size: 1, weight: 3.0 }, BatchSize { size: 5, weight: 1.0 }];
    let share_of_sizes = |size: usize| [0.0, 0.75, 0.0, 0.0, 0.0, 0.25].get(size).copied().unwrap_or(0.0);
    let geometric = |size: usize| 0.4 * libm::pow(0.6, size as f64 - 1.0);
    type Share<'a> = &'a dyn Fn(usize) -> f64;
    let cases: [(&str, Batch, Share); 3] = [
        ("3", Batch::Always(3), &|size| f64::from(u8::from(size == 3))),
        ("{ mean = 2.5 }", Batch::Geometric { mean: 2.5 }, &geometric),
        ("[{ size = 1, weight = 3 }, { size = 5, weight = 1 }]", Batch::Sizes(sizes), &share_of_sizes),
    ];
    for (written, batch, share) in cases {
        let scenario = of(24, "200d", &format!("rate = \"60/h\", batch = {written}"));
        let Arrivals::Varied(rates) = &scenario.groups[0].arrivals else { panic!("calls come in batches") };
        assert_eq!(rates.batch.as_ref(), Some(&batch));
        let calls = arrived(&scenario, 1);
        let batches: Vec<usize> = calls.chunk_by(|a, b| a.at == b.at).map(<[_]>::len).collect();
        let n = batches.len() as f64;
        for size in 1..=8 {
            let (expected, found) = (share(size), batches.iter().filter(|&&found| found == size).count() as f64 / n);
            let error = (expected * (1.0 - expected) / n).sqrt();
            assert!((found - expected).abs() <= 4.5 * error, "seed 24, {written}: {found} of {size}, not {expected}");
        }
        // λt E[S²]/E[S] for a compound Poisson process.
        let square: f64 = (1..200).map(|size| (size * size) as f64 * share(size)).sum();
        let expected = 60.0 * square / batch.mean();
        let windows = 200.0 * 24.0;
        let (mean, variance) = moments(&counts(&calls, 0, 3_600, 200 * 24));
        assert!((mean - 60.0).abs() < 4.5 * (expected / windows).sqrt(), "seed 24, {written}: mean {mean}, not 60");
        let error = expected * (2.5 / windows).sqrt();
        assert!((variance - expected).abs() < 4.5 * error, "seed 24, {written}: variance {variance}, not {expected}");
    }
}

#[test]
fn each_call_of_a_batch_has_its_own_fate() {
    let group = "arrivals = { rate = \"60/h\", batch = 4 }\ntalk = { distribution = \"exponential\", mean = \"2m\" }";
    let calls = arrived(&scenario("horizon = \"10h\"", &[group]), 1);
    assert!(calls.chunk_by(|a, b| a.at == b.at).all(|batch| batch.len() == 4));
    assert!(calls.windows(2).all(|pair| pair[0].talk != pair[1].talk));
}

#[test]
fn a_batch_of_one_is_no_batch_and_draws_are_kept_apart() {
    let plain = of(25, "10h", "rate = \"60/h\"");
    for batch in ["1", "{ mean = 1 }"] {
        assert_eq!(of(25, "10h", &format!("rate = \"60/h\", batch = {batch}")).groups, plain.groups);
    }
    // One size that is 1 leaves the arrivals where they were.
    let ones = of(25, "10h", "rate = \"60/h\", batch = [{ size = 1, weight = 1 }, { size = 9, weight = 0 }]");
    let off = |a: &super::arrived::Arrived, b: &super::arrived::Arrived| a.at.as_nanos().abs_diff(b.at.as_nanos());
    let (plain, ones) = (arrived(&plain, 1), arrived(&ones, 1));
    assert_eq!(plain.len(), ones.len());
    assert!(plain.iter().zip(&ones).all(|(a, b)| off(a, b) < 1_000), "they differ by rounding alone");
}

/// Seed 26, replication 1, of 600 days: factor, busyness, modulation and batches at once, on a rate of the clock.
#[test]
fn all_of_them_are_multiplied() {
    let top = "horizon = \"600d\"\nseed = 26\n[[busyness]]\nshape = 20";
    let group = "arrivals = { rates = [{ from = \"08:00\", rate = \"50/h\" }, { from = \"12:00\", rate = \"0/h\" }], \
                 factor = 2, modulation = [{ factor = 0.5, stay = \"10m\" }, { factor = 2, stay = \"5m\" }], batch = 2 }";
    let calls = arrived(&scenario(top, &[group]), 1);
    let (mean, variance) = moments(&counts(&calls, 0, 86_400, 600));
    // Four hours of 100 calls, by a chain whose mean is 1.
    let error = (variance / 600.0).sqrt();
    assert!((mean - 400.0).abs() < 4.5 * error, "seed 26: {mean} a day, not 400 ± {error}");
    // Of pairs; of the chain, over four hours; of the busyness of the day.
    let of_chain = variance_of_two_states([50.0, 200.0], [6.0, 12.0], 4.0) - 400.0;
    let expected = 400.0 * 2.0 + of_chain * 1.05 + 400.0 * 400.0 / 20.0;
    let error = expected * (2.5_f64 / 600.0).sqrt();
    assert!((variance - expected).abs() < 4.5 * error, "seed 26: variance {variance}, not {expected} ± {error}");
    assert!(calls.iter().all(|call| (8..12).contains(&(call.at.as_nanos() / 3_600_000_000_000 % 24))));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let said = |arrivals: &str| {
        let text = format!(
            "horizon = \"1h\"\n[[group]]\nname = \"A\"\narrivals = {{ rate = \"1/s\", {arrivals} }}\ntalk = \"1m\"\n\
             [[agents]]\nname = \"Ann\"\ngroups = [\"A\"]\n"
        );
        parse(&text, "x.toml".as_ref()).expect_err(arrivals).problems()[0].message.clone()
    };
    let state = "{ factor = 1, stay = \"1m\" }";
    let two = |other: &str| said(&format!("modulation = [{state}, {other}]"));
    assert_eq!(said(&format!("modulation = [{state}]")), "`modulation` has one state");
    assert_eq!(two("{ factor = -1, stay = \"1m\" }"), "`factor` is `-1`, which is out of range");
    assert_eq!(two("{ factor = 1, stay = \"0s\" }"), "`stay` is `0s`, which is zero");
    assert_eq!(two("{ factor = 1, stay = \"1us\" }"), "a state that stays for 1us would pass 3600000000 times");
    let none = "{ factor = 0, stay = \"1m\" }";
    let no_calls = "no call arrives in any state of `modulation`";
    assert_eq!(said(&format!("modulation = [{none}, {none}]")), no_calls);
    assert_eq!(said("batch = 0"), "`batch` is `0`, which is out of range");
    assert_eq!(said("batch = { mean = 0.5 }"), "`mean` is `0.5`, which is out of range");
    assert_eq!(said("batch = \"3\""), "`batch` is the text `3`, not a whole number, a table or a list of tables");
    assert_eq!(said("batch = [{ size = 2, weight = 0 }]"), "the sizes of `batch` have no weight");
    assert_eq!(said("batch = []"), "`batch` is `[]`, which has nothing in it");
}

/// Whether the run is a day or stationary, of one group or of several that share an agent.
#[test]
fn no_model_expects_anything_of_rates_that_chance_changes() {
    let chain = "modulation = [{ factor = 0, stay = \"1h\" }, { factor = 2, stay = \"1h\" }]";
    let cases = [
        ("", chain, "the rate of A is modulated by a Markov chain"),
        ("", "batch = 2", "the calls of A arrive in batches"),
        ("[[busyness]]\nshape = 10\n", "factor = 1", "the rate of A has a random factor, its busyness"),
    ];
    for (busyness, more, why) in cases {
        let varied = format!("arrivals = {{ rate = \"60/h\", {more} }}");
        for top in ["horizon = \"10h\"", "horizon = \"10000h\"\nwarm_up = \"100h\""] {
            for groups in [&[varied.as_str()][..], &[varied.as_str(), "arrivals = { rate = \"1/h\" }"]] {
                let plan = plan(&scenario(&format!("{top}\n{busyness}"), groups));
                assert_eq!(plan.checks.len(), 0, "{why}");
                assert_eq!(plan.undecided[0].why, why);
            }
        }
    }
    // The mean of two states whose factors are 1 in the mean.
    let Arrivals::Varied(rates) = &of(27, "1h", &format!("rate = \"1/h\", {chain}")).groups[0].arrivals else {
        panic!("a chain changes the rates")
    };
    assert_eq!(rates.mean_factor(), 1.0);
}
