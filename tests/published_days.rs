//! A day whose rate and staff change every hour, against published and independent results.
//!
//! ContactCenters (umontreal-simul/contactcenters at f5ddb4a), doc/msk/mskuse.tex, the output of singleQueue.xml: 300 days
//! with 95 % intervals, and an independent simulation of 20,000 days of the same model, which is what this one is held
//! against. Its service level leaves those out who refuse to wait or give up within the threshold.

mod common;

use acdsim::experiment::replicate;
use acdsim::report::metrics;
use acdsim::scenario::{self, Scenario};
use acdsim::simulation::Control;
use acdsim::statistics::{IntervalTotals, Intervals};
use acdsim::time::Duration;

/// For each hour and the whole day, calls answered in time and calls that count, day by day; and the days' occupancies.
fn days(scenario: &Scenario) -> (Vec<Vec<(f64, f64)>>, Vec<f64>) {
    let mut hours = vec![Vec::new(); 14];
    let mut occupancies = Vec::new();
    for day in 1..=scenario.replications {
        let threshold = scenario.service_level_threshold;
        let mut intervals = Intervals::new(scenario.interval, scenario.horizon, 1, threshold);
        let result = replicate(scenario, day, &mut intervals, &Control::default()).unwrap();
        let level = |of: &[&IntervalTotals]| {
            let sum = |count: fn(&IntervalTotals) -> u64| of.iter().map(|totals| count(totals)).sum::<u64>() as f64;
            (sum(|t| t.answered_within), sum(|t| t.offered - t.balked - t.abandoned_within))
        };
        let totals: Vec<&IntervalTotals> = intervals.iter().map(|(_, groups)| &groups[0]).collect();
        totals.iter().enumerate().for_each(|(hour, totals)| hours[hour].push(level(&[totals])));
        hours[13].push(level(&totals));
        let metrics = metrics::group(scenario, &result.groups[0], result.measured);
        let occupancy = metrics.iter().find(|(name, _)| name == "occupancy").unwrap().1;
        occupancies.push(occupancy.as_f64().unwrap());
    }
    (hours, occupancies)
}

/// A quotient of sums with its standard error, by the delta method.
fn quotient(of: &[(f64, f64)]) -> (f64, f64) {
    let (part, whole) = of.iter().fold((0.0, 0.0), |sums, day| (sums.0 + day.0, sums.1 + day.1));
    let value = part / whole;
    let squares: f64 = of.iter().map(|day| (day.0 - value * day.1).powi(2)).sum();
    (value, squares.sqrt() / whole)
}

fn single_queue() -> Scenario {
    scenario::read("scenarios/single-queue-day.toml".as_ref()).unwrap()
}

#[test]
fn cc_01_to_14_and_16_service_level_by_hour() {
    let twenty = [78.41, 85.31, 97.53, 94.00, 89.82, 93.38, 97.59, 97.60, 93.61, 97.00, 87.65, 91.66, 94.85, 92.51];
    let thirty = [82.02, 88.68, 98.43, 95.91, 92.73, 95.33, 98.47, 98.46, 95.37, 97.91, 90.12, 93.47, 96.07, 94.42];
    for (threshold, expected) in [(20, twenty), (30, thirty)] {
        let mut scenario = single_queue();
        scenario.service_level_threshold = Duration::from_secs(threshold);
        let (hours, _) = days(&scenario);
        for (hour, (of, expected)) in hours.iter().zip(expected).enumerate() {
            let (level, error) = quotient(of);
            let message = format!("hour {hour}, {threshold} s: {level} ± {error}, expected {expected} %");
            println!("{message}");
            // The other simulation has 67 times as many days; its two decimals are rounded.
            assert!((level - expected / 100.0).abs() <= 4.0 * error + 0.0002, "{message}");
            assert!(error < 0.008, "too vague: {message}");
        }
    }
}

#[test]
fn cc_17_occupancy_of_the_day() {
    let (_, occupancies) = days(&single_queue());
    let count = occupancies.len() as f64;
    let mean = occupancies.iter().sum::<f64>() / count;
    let error = (occupancies.iter().map(|of| (of - mean).powi(2)).sum::<f64>() / (count - 1.0) / count).sqrt();
    println!("occupancy {mean} ± {error}");
    assert!((mean - 0.5577).abs() < 4.0 * error && error < 0.003, "{mean} ± {error}");
}

/// ContactCenters, doc/examples/CallCC.java: the same day with a busyness of Gamma(10, 10), and an independent simulation.
#[test]
fn cc_18_to_21_a_day_of_gamma_busyness() {
    let text = std::fs::read_to_string("scenarios/single-queue-day.toml").unwrap() + "\n[[busyness]]\nshape = 10\n";
    let mut scenario = scenario::parse(&text, "busy.toml".as_ref()).unwrap();
    scenario.replications = 4_000;
    let expected_calls = 1_660.0;
    let mut found = vec![Vec::new(); 4];
    for day in 1..=scenario.replications {
        let result = replicate(&scenario, day, (), &Control::default()).unwrap();
        let totals = &result.groups[0].totals;
        let lost = totals.balked + totals.abandoned;
        let waits = totals.answered_wait_nanos + totals.abandoned_wait_nanos;
        // Who refuses to wait has waited no time.
        let within = totals.answered_within + totals.abandoned_within + totals.balked;
        let of = [totals.offered as f64, waits as f64 / 1e9, within as f64, lost as f64];
        found.iter_mut().zip(of).for_each(|(values, value)| values.push(value));
    }
    // Arrivals by theory; wait, calls with a wait of less than 20 s, and lost calls, each over 1,660, with the half-width
    // of the independent simulation.
    let expected = [(expected_calls, 0.0), (12.31, 0.40), (0.8564, 0.0023), (0.0363, 0.0008)];
    for (index, (values, (expected, half_width))) in found.iter().zip(expected).enumerate() {
        let scale = if index == 0 { 1.0 } else { expected_calls };
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let error = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0) / count).sqrt();
        let (mean, error) = (mean / scale, error / scale);
        let message = format!("case {}: {mean} ± {error}, expected {expected} ± {half_width}", 18 + index);
        println!("{message}");
        let both = (error * error + half_width * half_width / 4.0).sqrt();
        assert!((mean - expected).abs() <= 4.0 * both && error < 0.05 * expected, "{message}");
    }
}

/// The multi-skill day can be said in fewer than 80 lines, and each thing that it says matters.
#[test]
fn a_multi_skill_day_is_one_short_scenario() {
    let text = std::fs::read_to_string("scenarios/multi-skill-day.toml").unwrap();
    assert!(text.lines().count() < 80, "{} lines", text.lines().count());
    let run = |text: &str| {
        let mut scenario = scenario::parse(text, "day.toml".as_ref()).unwrap();
        scenario.replications = 4;
        let of = |day| replicate(&scenario, day, (), &Control::default()).unwrap().fingerprint.value();
        (1..=4).map(of).collect::<Vec<_>>()
    };
    let whole = run(&text);
    let without = [
        ("shape = 25 ", "shape = 1000000 "),
        ("agent_selection = \"lowest-rank\"", "agent_selection = \"longest-idle\""),
        ("call_selection = \"group-order\"", "call_selection = \"longest-waiting\""),
        ("mean = \"5m\" } }", "mean = \"4m\" } }"),
        ("mean = \"3m\" } }", "mean = \"6m\" } }"),
        ("{ from = \"15:00\", agents = 8 }", "{ from = \"15:00\", agents = 12 }"),
        ("ranks = [1, 3, 3]", "ranks = [1, 1, 1]"),
    ];
    for (said, instead) in without {
        assert!(text.contains(said), "{said}");
        assert_ne!(run(&text.replace(said, instead)), whole, "{said} does nothing");
    }
}
