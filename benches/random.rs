//! Nanoseconds per draw of each law: `cargo bench --bench random`.

use std::hint::black_box;

use acdsim::random::{Distribution, DistributionError, Purpose, Stream};
use criterion::{Criterion, criterion_group, criterion_main};
use uuid::Uuid;

fn laws() -> Result<Vec<(&'static str, Distribution)>, DistributionError> {
    let recorded: Vec<f64> = (0..1_000_u32).map(|i| f64::from(i * i % 997)).collect();
    let edges: Vec<f64> = (0..=60_u32).map(|i| f64::from(i) * 10.0).collect();
    let counts: Vec<f64> = (0..60_u32).map(|i| f64::from(60 - i)).collect();
    Ok(vec![
        ("constant", Distribution::constant(240.0)?),
        ("uniform", Distribution::uniform(10.0, 400.0)?),
        ("triangular", Distribution::triangular(10.0, 100.0, 400.0)?),
        ("exponential", Distribution::exponential_mean(240.0)?),
        ("erlang 2", Distribution::erlang(2, 240.0)?),
        ("erlang 3", Distribution::erlang(3, 240.0)?),
        ("erlang 4", Distribution::erlang(4, 240.0)?),
        ("gamma shape 0.5", Distribution::gamma_mean_shape(240.0, 0.5)?),
        ("gamma shape 2.5", Distribution::gamma_mean_shape(240.0, 2.5)?),
        ("lognormal", Distribution::lognormal_mean_cv(240.0, 1.2)?),
        ("weibull shape 1.5", Distribution::weibull_mean_shape(240.0, 1.5)?),
        ("hyperexponential", Distribution::hyperexponential_mean_cv(240.0, 2.0)?),
        ("1000 values", Distribution::empirical_values(&recorded, None)?),
        ("histogram of 60 bins", Distribution::histogram(&edges, &counts)?),
    ])
}

fn draws(criterion: &mut Criterion) {
    let mut stream = Stream::new(42, 1, Purpose::Talk, Uuid::from_u128(1));
    let mut group = criterion.benchmark_group("draw");
    group.bench_function("64 bits", |bencher| bencher.iter(|| stream.next_u64()));
    for (name, law) in laws().expect("the parameters are valid") {
        let sampler = black_box(law.sampler());
        group.bench_function(name, |bencher| bencher.iter(|| sampler.sample(&mut stream)));
    }
    group.finish();
}

criterion_group!(benches, draws);
criterion_main!(benches);
