//! Calls per second of the whole engine with full statistics, beside hand-written code for the same workloads.
//!
//! `cargo bench --bench engine`. Absolute times depend on the machine and on its other users; compare within one run.

mod lean;

use acdsim::experiment::{Workload, replicate};
use acdsim::scenario::{self, Scenario};
use acdsim::simulation::{self, Control};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const CALLS: u64 = 200_000;

/// Runs a scenario once and returns how many calls it had.
fn run(scenario: &Scenario) -> u64 {
    replicate(scenario, 1, (), &Control::default()).expect("the scenario runs").calls
}

/// The same with the statistics of agent sessions, agents and queues, but without an observer: no totals of groups, no
/// fingerprint.
fn run_unobserved(scenario: &Scenario) -> u64 {
    simulation::run(scenario, 1, &mut (), &Control::default()).expect("the scenario runs").calls
}

fn engine(criterion: &mut Criterion) {
    for workload in Workload::ALL {
        let mut group = criterion.benchmark_group(workload.name());
        group.throughput(Throughput::Elements(CALLS)).sample_size(20);
        let scenario = workload.scenario(CALLS);
        group.bench_function("acdsim", |bencher| bencher.iter(|| run(&scenario)));
        group.bench_function("sessions alone", |bencher| bencher.iter(|| run_unobserved(&scenario)));
        group.bench_function("lean", |bencher| bencher.iter(|| lean::run(workload, CALLS)));
        group.finish();
    }
}

/// The cost of a call by the number of agents, at a load of 95 %.
fn agents(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("agents");
    for agents in [10, 100, 1_000, 10_000] {
        let calls = CALLS.max(100 * agents);
        let per_second = 0.95 * agents as f64 / 120.0;
        let text = format!(
            r#"
            horizon = "{}s"
            [[group]]
            name = "Service"
            arrivals = {{ rate = "{per_second}/s" }}
            talk = {{ distribution = "exponential", mean = "100s" }}
            wrap_up = {{ distribution = "exponential", mean = "20s" }}
            [[agents]]
            name = "Agent"
            count = {agents}
            groups = ["Service"]
            "#,
            (calls as f64 / per_second).round(),
        );
        let scenario = scenario::parse(&text, "agents.toml".as_ref()).expect("the scenario is right");
        group.throughput(Throughput::Elements(run(&scenario))).sample_size(10);
        group.bench_function(agents.to_string(), |bencher| bencher.iter(|| run(&scenario)));
    }
    group.finish();
}

/// The cost of a call where every feature is used, and where some are that most centers have.
fn features(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("features");
    for name in ["some-features", "every-feature"] {
        let scenario = scenario::read(format!("benches/{name}.toml").as_ref()).expect("the scenario is right");
        group.throughput(Throughput::Elements(run(&scenario)));
        group.bench_function(name, |bencher| bencher.iter(|| run(&scenario)));
    }
    group.finish();
}

criterion_group!(benches, engine, agents, features);
criterion_main!(benches);
