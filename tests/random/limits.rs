//! Any parameters: a constructor answers with a law or an error, and a law keeps to its support.

use acdsim::random::{Branch, Distribution, DistributionError};
use acdsim::time::Duration;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::cases;

/// Bounds of parameters, and what is no number.
const EDGES: &[f64] = &[0.0, -0.0, 0.001, 0.02, 1.0, 1e-9, 1e-6, 31.0, 1e3, 1e6, 1e10, f64::INFINITY, f64::NAN];

/// Any float, and often one that somebody could mean.
fn parameter() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => any::<f64>(),
        5 => 0.0..1_000.0_f64,
        3 => (-320.0..310.0_f64).prop_map(|exponent| 10_f64.powf(exponent)),
        2 => prop::sample::select(EDGES),
    ]
}

fn all_of(a: f64, b: f64, c: f64, list: &[f64], other: &[f64]) -> Vec<Result<Distribution, DistributionError>> {
    type D = Distribution;
    let branches: Vec<Branch> = list.iter().zip(other).map(|(&weight, &mean_s)| Branch { weight, mean_s }).collect();
    vec![
        D::constant(a),
        D::uniform(a, b),
        D::triangular(a, b, c),
        D::exponential_mean(a),
        D::exponential_median(a),
        D::exponential_rate(a),
        D::erlang(a as u32, b),
        D::gamma_shape_scale(a, b),
        D::gamma_mean_shape(a, b),
        D::gamma_mean_cv(a, b),
        D::gamma_mean_sd(a, b),
        D::lognormal_mu_sigma(a, b),
        D::lognormal_mean_cv(a, b),
        D::lognormal_mean_sd(a, b),
        D::lognormal_median_sigma(a, b),
        D::lognormal_median_mean(a, b),
        D::weibull_shape_scale(a, b),
        D::weibull_mean_shape(a, b),
        D::weibull_median_shape(a, b),
        D::hyperexponential(&branches),
        D::hyperexponential_mean_cv(a, b),
        D::empirical_values(list, None),
        D::empirical_values(list, Some(other)),
        D::histogram(list, other),
    ]
}

fn config() -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(cases::SEED);
    ProptestConfig { cases: 400, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_law_that_is_made_keeps_its_bounds(
        a in parameter(), b in parameter(), c in parameter(),
        mut list in vec(parameter(), 0..6), other in vec(parameter(), 0..6), sorted in any::<bool>(),
    ) {
        if sorted {
            list.iter_mut().for_each(|x| *x = x.abs().min(1e9));
            list.sort_by(f64::total_cmp);
        }
        let mut stream = cases::stream(0);
        for law in all_of(a, b, c, &list, &other).into_iter().flatten() {
            let (min, max) = (law.min_s(), law.max_s());
            prop_assert!(0.0 <= min && min <= max, "{law:?}");
            prop_assert!(law.mean_s().is_finite() && law.mean_s() >= min, "{law:?}: mean {}", law.mean_s());
            prop_assert!(law.variance_s2().is_finite() && law.variance_s2() >= 0.0, "{law:?}: {}", law.variance_s2());
            prop_assert_eq!((law.cdf(-1.0), law.cdf(f64::INFINITY)), (0.0, 1.0));
            prop_assert!(law.is_exponential().is_none_or(|mean| mean == law.mean_s()));

            let (shortest, longest) = (Duration::from_secs_f64(min), Duration::from_secs_f64(max));
            let sampler = law.sampler();
            for _ in 0..20 {
                let drawn = sampler.sample(&mut stream);
                let (low, high) = (drawn.as_nanos().saturating_add(1), drawn.as_nanos().saturating_sub(1));
                prop_assert!(low >= shortest.as_nanos() && high <= longest.as_nanos(), "{law:?} gave {drawn}");
                prop_assert!(!law.is_always_zero() || drawn == Duration::ZERO);
            }
        }
    }

    #[test]
    fn cdf_and_quantile_agree(a in parameter(), b in parameter(), c in parameter(), p in 0.001..0.999_f64) {
        for law in all_of(a, b, c, &[1.0, 2.0, 4.0], &[3.0, 5.0]).into_iter().flatten() {
            let x = law.quantile(p);
            prop_assert!(law.min_s() <= x && x <= law.max_s(), "{law:?}: {x}");
            prop_assert!(law.cdf(x) >= p, "{law:?}: the cdf at {x} is {}, below {p}", law.cdf(x));
            let before = f64::from_bits(x.to_bits().saturating_sub(1));
            prop_assert!(before == x || law.cdf(before) < p, "{law:?}: {x} is not the first with {p}");
        }
    }
}

#[test]
fn the_bounds_themselves_are_allowed() {
    type D = Distribution;
    let allowed = [
        D::constant(0.0),
        D::constant(1e10),
        D::exponential_mean(1e-9),
        D::exponential_rate(1e-10),
        D::exponential_rate(1e9),
        D::erlang(1_000_000, 60.0),
        D::gamma_mean_shape(60.0, 0.001),
        D::gamma_mean_cv(60.0, 0.001),
        D::gamma_mean_cv(60.0, 31.0),
        D::lognormal_mean_cv(60.0, 1e-6),
        D::lognormal_mu_sigma(23.0, 10.0),
        D::lognormal_mu_sigma(-20.0, 1e-6),
        D::weibull_shape_scale(0.02, 1e10),
        D::weibull_mean_shape(60.0, 1e3),
        D::hyperexponential_mean_cv(60.0, 1e3),
    ];
    for law in allowed {
        let law = law.expect("a bound is allowed");
        assert!(law.mean_s().is_finite() && law.variance_s2().is_finite(), "{law:?}");
        assert!(law.variance_s2() > 0.0 || law.min_s() == law.max_s(), "{law:?}");
        let median = law.quantile(0.5);
        assert!(median.is_finite() && law.cdf(median) >= 0.5, "{law:?}");
    }
}

#[test]
fn an_error_names_the_parameter_and_what_is_allowed() {
    type D = Distribution;
    let texts = [
        (D::exponential_mean(0.0), "`mean` must be from 1e-9 to 1e10 seconds, not 0"),
        (D::exponential_median(f64::NAN), "`median` must be from 1e-9 to 1e10 seconds, not NaN"),
        (D::exponential_rate(-1.0), "`rate` must be from 1e-10 to 1e9 per second, not -1"),
        (D::erlang(0, 60.0), "`phases` must be from 1 to 1000000, not 0"),
        (D::erlang(2, -60.0), "`mean` must be from 1e-9 to 1e10 seconds, not -60"),
        (D::gamma_mean_sd(60.0, 0.0), "`sd` must be from 0.001 to 31 times the mean, not 0"),
        (D::lognormal_mu_sigma(240.0, 1.0), "`mu` must be from -20 to 23 (the logarithm of seconds), not 240"),
        (D::lognormal_median_sigma(60.0, -1.0), "`sigma` must be from 1e-6 to 10, not -1"),
        (D::weibull_mean_shape(60.0, 0.0), "`shape` must be from 0.02 to 1000, not 0"),
        (D::hyperexponential_mean_cv(60.0, 0.9), "`cv` must be from 1 to 1000, not 0.9"),
        (D::hyperexponential(&[]), "`branches` must be at least one, not 0"),
        (
            D::hyperexponential(&[Branch { weight: 1.0, mean_s: 1.0 }, Branch { weight: -1.0, mean_s: 1.0 }]),
            "`weight[1]` must be from 0 to 1e15, not -1",
        ),
        (D::empirical_values(&[], None), "`values` must be at least one, not 0"),
        (D::empirical_values(&[1.0, -2.0], None), "`values[1]` must be from 0 to 1e10 seconds, not -2"),
        (D::empirical_values(&[1.0], Some(&[0.0])), "`weights` must be above 0 in sum, not 0"),
        (D::histogram(&[1.0], &[]), "`edges` must be at least two, not 1"),
        (D::histogram(&[1.0, 2.0], &[]), "`counts` must be one fewer than the edges, not 0"),
    ];
    for (result, text) in texts {
        assert_eq!(result.expect_err(text).to_string(), text);
    }
}
