//! The shipped Erlang scenarios against the formulas: the interval contains the value and is within 2 % of it.
//!
//! The formulas are written out here once more, apart from anything in the program.

use std::process::Command;

/// A metric of the only group of a scenario: mean and half-width.
fn simulated(scenario: &str, metrics: &[&str]) -> Vec<(f64, f64)> {
    let output = Command::new(env!("CARGO_BIN_EXE_acdsim"))
        .args(["run", scenario, "--format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let number = |metric: &str, part: &str| json["groups"][0]["metrics"][metric][part].as_f64().unwrap();
    metrics.iter().map(|metric| (number(metric, "mean"), number(metric, "ci95"))).collect()
}

fn assert_agrees(what: &str, (mean, half_width): (f64, f64), expected: f64) {
    let message = format!("{what}: simulated {mean} ± {half_width}, expected {expected}");
    println!("{message}");
    assert!((mean - expected).abs() <= half_width, "outside the interval: {message}");
    assert!(half_width <= 0.02 * expected, "too wide: {message}");
    assert!((mean - expected).abs() + half_width <= 0.02 * expected, "reaches beyond 2 %: {message}");
}

/// Erlang B by its recursion (Jagerman 1974).
fn erlang_b(agents: u32, load: f64) -> f64 {
    (1..=agents).fold(1.0, |blocked, k| load * blocked / (f64::from(k) + load * blocked))
}

#[test]
fn erlang_c() {
    let (agents, per_second, mean) = (10, 324.0 / 3_600.0, 100.0);
    let load: f64 = per_second * mean;
    let utilisation = load / f64::from(agents);
    let blocked = erlang_b(agents, load);
    let delayed = blocked / (1.0 - utilisation * (1.0 - blocked));
    let asa = delayed / (f64::from(agents) / mean - per_second);
    let found = simulated("scenarios/erlang-c.toml", &["asa_s", "p_wait", "occupancy"]);
    assert_agrees("ASA", found[0], asa);
    assert_agrees("P(wait)", found[1], delayed);
    assert_agrees("occupancy", found[2], utilisation);
}

/// M/M/c+M as a birth-death chain (Palm 1957): the state is the number of calls in the system.
#[test]
fn erlang_a() {
    let (agents, per_second, service, patience) = (10_u32, 200.0 / 3_600.0, 1.0 / 180.0, 1.0 / 120.0);
    let mut weights = vec![1.0_f64];
    for n in 1..2_000_u32 {
        let waiting = n.saturating_sub(agents);
        let rate = f64::from(n.min(agents)) * service + f64::from(waiting) * patience;
        weights.push(weights[n as usize - 1] * per_second / rate);
    }
    let total: f64 = weights.iter().sum();
    let queue: f64 =
        (0..).zip(&weights).map(|(n, weight)| f64::from(u32::saturating_sub(n, agents)) * weight / total).sum();
    let abandon = queue * patience / per_second;

    // The wait of the answered: a call that finds k waiting is answered if it outlasts k + 1 departures ahead of it, each
    // at the rate of the agents and of the patience of those in line. Its chance and its mean wait, by first steps.
    let (mut answered, mut wait) = (0.0, 0.0);
    let mut probability = 1.0;
    let (mut survive, mut mean_if_survived) = (1.0, 0.0);
    for n in 0..weights.len() as u32 - 1 {
        let share = weights[n as usize] / total;
        if n >= agents {
            let ahead = f64::from(n - agents);
            let serve = f64::from(agents) * service;
            // With `ahead` others in line before it, the tagged call sees the rate of one step towards the agents.
            let rate = serve + (ahead + 1.0) * patience;
            survive *= (serve + ahead * patience) / rate;
            mean_if_survived += 1.0 / rate;
            probability = survive;
        }
        answered += share * probability;
        wait += share * probability * mean_if_survived;
    }
    assert!((1.0 - answered - abandon).abs() < 1e-9, "two ways to P(abandon): {} and {abandon}", 1.0 - answered);
    let found = simulated("scenarios/erlang-a.toml", &["asa_s", "p_abandon", "mean_queue_length"]);
    assert_agrees("ASA", found[0], wait / answered);
    assert_agrees("P(abandon)", found[1], abandon);
    assert_agrees("mean queue length", found[2], queue);
}
