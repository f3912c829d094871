//! Calls per second of the whole engine with full statistics, beside hand-written code for the same workloads.
//!
//! `cargo bench --bench engine`. Absolute times depend on the machine and on its other users; compare within one run.

mod lean;

use acdsim::experiment::{Workload, replicate};
use acdsim::simulation::Control;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const CALLS: u64 = 200_000;

fn engine(criterion: &mut Criterion) {
    for workload in Workload::ALL {
        let mut group = criterion.benchmark_group(workload.name());
        group.throughput(Throughput::Elements(CALLS)).sample_size(20);
        let scenario = workload.scenario(CALLS);
        group.bench_function("acdsim", |bencher| {
            bencher.iter(|| replicate(&scenario, 1, (), &Control::default()).expect("the workload runs"));
        });
        group.bench_function("lean", |bencher| bencher.iter(|| lean::run(workload, CALLS)));
        group.finish();
    }
}

criterion_group!(benches, engine);
criterion_main!(benches);
