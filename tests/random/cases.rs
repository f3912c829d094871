//! Every law in every parameter form, with the moments that theory gives it.

use acdsim::random::{Branch, Component, Distribution, DistributionError, Purpose, Stream};
use uuid::Uuid;

/// The seed of every statistical test; a failure is reproduced with it and the case's number.
pub(crate) const SEED: u64 = 20_261_122;

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) law: Distribution,
    pub(crate) mean: f64,
    pub(crate) variance: f64,
    /// The fourth central moment over the square of the variance.
    pub(crate) kurtosis: f64,
}

impl Case {
    /// How to run a failed test of this case again.
    pub(crate) fn reproduce(&self, test: &str) -> String {
        format!("{} with seed {SEED}: reproduce with `cargo test --test random {test}`", self.name)
    }
}

/// The stream of case number `number`.
pub(crate) fn stream(number: usize) -> Stream {
    Stream::new(SEED, 1, Purpose::Talk, Uuid::from_u128(number as u128))
}

pub(crate) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name, law: Result<Distribution, DistributionError>, mean: f64, variance: f64, kurtosis: f64| {
        cases.push(Case { name, law: law.expect(name), mean, variance, kurtosis });
    };
    type D = Distribution;

    add("constant", D::constant(30.0), 30.0, 0.0, 1.0);
    add("uniform", D::uniform(10.0, 40.0), 25.0, 75.0, 1.8);
    add("triangular", D::triangular(10.0, 20.0, 60.0), 30.0, 350.0 / 3.0, 2.4);
    add("triangular falling", D::triangular(0.0, 0.0, 60.0), 20.0, 200.0, 2.4);
    add("triangular rising", D::triangular(0.0, 60.0, 60.0), 40.0, 200.0, 2.4);

    add("exponential mean", D::exponential_mean(240.0), 240.0, 57_600.0, 9.0);
    let mean = 60.0 / 2.0_f64.ln();
    add("exponential median", D::exponential_median(60.0), mean, mean * mean, 9.0);
    add("exponential rate", D::exponential_rate(0.05), 20.0, 400.0, 9.0);

    add("erlang 1", D::erlang(1, 60.0), 60.0, 3_600.0, 9.0);
    add("erlang 2", D::erlang(2, 60.0), 60.0, 1_800.0, 6.0);
    add("erlang 3", D::erlang(3, 60.0), 60.0, 1_200.0, 5.0);
    add("erlang 20", D::erlang(20, 60.0), 60.0, 180.0, 3.3);

    add("gamma shape scale", D::gamma_shape_scale(2.5, 40.0), 100.0, 4_000.0, 5.4);
    add("gamma shape 0.1", D::gamma_shape_scale(0.1, 600.0), 60.0, 36_000.0, 63.0);
    add("gamma shape 0.9", D::gamma_shape_scale(0.9, 100.0), 90.0, 9_000.0, 3.0 + 6.0 / 0.9);
    add("gamma shape 1000", D::gamma_shape_scale(1_000.0, 0.24), 240.0, 57.6, 3.006);
    add("gamma mean shape", D::gamma_mean_shape(60.0, 1.5), 60.0, 2_400.0, 7.0);
    add("gamma mean cv", D::gamma_mean_cv(60.0, 0.5), 60.0, 900.0, 4.5);
    add("gamma mean sd", D::gamma_mean_sd(60.0, 90.0), 60.0, 8_100.0, 16.5);

    let lognormal_kurtosis = |variance_of_log: f64| {
        let w = variance_of_log.exp();
        w.powi(4) + 2.0 * w.powi(3) + 3.0 * w.powi(2) - 3.0
    };
    let variance = |mean: f64, sigma: f64| mean * mean * (sigma * sigma).exp_m1();
    let mean = 5.32_f64.exp();
    add("lognormal mu sigma", D::lognormal_mu_sigma(5.0, 0.8), mean, variance(mean, 0.8), lognormal_kurtosis(0.64));
    let mean = 6.0_f64.exp();
    add("lognormal sigma 2", D::lognormal_mu_sigma(4.0, 2.0), mean, variance(mean, 2.0), lognormal_kurtosis(4.0));
    let kurtosis = lognormal_kurtosis(2.0_f64.ln());
    add("lognormal mean cv", D::lognormal_mean_cv(240.0, 1.0), 240.0, 57_600.0, kurtosis);
    let kurtosis = lognormal_kurtosis(1.25_f64.ln());
    add("lognormal mean sd", D::lognormal_mean_sd(240.0, 120.0), 240.0, 14_400.0, kurtosis);
    let mean = 180.0 * 0.125_f64.exp();
    let kurtosis = lognormal_kurtosis(0.25);
    add("lognormal median sigma", D::lognormal_median_sigma(180.0, 0.5), mean, variance(mean, 0.5), kurtosis);
    let sigma = (2.0 * (4.0 / 3.0_f64).ln()).sqrt();
    let kurtosis = lognormal_kurtosis(sigma * sigma);
    add("lognormal median mean", D::lognormal_median_mean(180.0, 240.0), 240.0, variance(240.0, sigma), kurtosis);

    // Shape ½: the moments are scaleⁿ (2n)!. Shape 2 is Rayleigh's law.
    let half_kurtosis = (40_320.0 - 4.0 * 2.0 * 720.0 + 6.0 * 4.0 * 24.0 - 3.0 * 16.0) / 400.0;
    add("weibull shape 0.5", D::weibull_shape_scale(0.5, 60.0), 120.0, 72_000.0, half_kurtosis);
    let pi = std::f64::consts::PI;
    let rayleigh_kurtosis = (32.0 - 3.0 * pi * pi) / ((4.0 - pi) * (4.0 - pi));
    let rayleigh_variance = |mean: f64| mean * mean * (4.0 / pi - 1.0);
    add("weibull mean shape", D::weibull_mean_shape(90.0, 2.0), 90.0, rayleigh_variance(90.0), rayleigh_kurtosis);
    let mean = 90.0 / 2.0_f64.ln().sqrt() * pi.sqrt() / 2.0;
    add("weibull median shape", D::weibull_median_shape(90.0, 2.0), mean, rayleigh_variance(mean), rayleigh_kurtosis);

    let branch = |weight, mean_s| Branch { weight, mean_s };
    let mixture_kurtosis = |branches: &[(f64, f64)]| {
        let raw = |n: i32, factorial: f64| branches.iter().map(|(p, m)| factorial * p * m.powi(n)).sum::<f64>();
        central_kurtosis([raw(1, 1.0), raw(2, 2.0), raw(3, 6.0), raw(4, 24.0)])
    };
    let kurtosis = mixture_kurtosis(&[(0.6, 10.0), (0.3, 100.0), (0.1, 400.0)]);
    let three = [branch(6.0, 10.0), branch(3.0, 100.0), branch(0.0, 7.0), branch(1.0, 400.0)];
    // Raw second moment 2 (0.6 10² + 0.3 100² + 0.1 400²) = 38 120, mean 76.
    add("hyperexponential", D::hyperexponential(&three), 76.0, 38_120.0 - 76.0 * 76.0, kurtosis);
    let p = (1.0 + (3.0 / 5.0_f64).sqrt()) / 2.0;
    let kurtosis = mixture_kurtosis(&[(p, 60.0 / p), (1.0 - p, 60.0 / (1.0 - p))]);
    add("hyperexponential mean cv", D::hyperexponential_mean_cv(120.0, 2.0), 120.0, 57_600.0, kurtosis);

    let (mean, variance, kurtosis) = discrete(&[(0.0, 1.0), (10.0, 2.0), (20.0, 2.0), (30.0, 1.0)]);
    let values = D::empirical_values(&[30.0, 10.0, 20.0, 10.0, 20.0, 0.0], None);
    add("empirical values", values, mean, variance, kurtosis);
    let (mean, variance, kurtosis) = discrete(&[(1.5, 0.5), (60.0, 7.0), (600.0, 0.25)]);
    let values = D::empirical_values(&[60.0, 1.5, 99.0, 600.0], Some(&[7.0, 0.5, 0.0, 0.25]));
    add("empirical values weighted", values, mean, variance, kurtosis);

    // ∫ xⁿ over the bins 0 to 60, 60 to 120, 240 to 300 (probabilities 1/4, 1/2, 1/4).
    let bins = [(0.0, 60.0, 0.25), (60.0, 120.0, 0.5), (240.0, 300.0, 0.25)];
    let raw = |n: i32| {
        let of_bin = |(a, b, p): (f64, f64, f64)| p * (b.powi(n + 1) - a.powi(n + 1)) / (f64::from(n + 1) * (b - a));
        bins.iter().copied().map(of_bin).sum::<f64>()
    };
    let histogram = D::histogram(&[0.0, 60.0, 120.0, 240.0, 300.0], &[25.0, 50.0, 0.0, 25.0]);
    let kurtosis = central_kurtosis([raw(1), raw(2), raw(3), raw(4)]);
    add("histogram", histogram, raw(1), raw(2) - raw(1) * raw(1), kurtosis);

    // Raw moments of a uniform law from 0 to b are bⁿ/(n + 1), of an exponential n! meanⁿ.
    let factorial = [1.0, 1.0, 2.0, 6.0, 24.0];
    let raw = |n: usize| {
        let (uniform, exponential) = (8_f64.powi(n as i32) / (n as f64 + 1.0), factorial[n] * 180_f64.powi(n as i32));
        0.25 * uniform + 0.75 * exponential
    };
    let part = |weight, law: Result<Distribution, DistributionError>| Component { weight, law: law.expect("a law") };
    let mixture = D::mixture(&[part(1.0, D::uniform(0.0, 8.0)), part(3.0, D::exponential_mean(180.0))]);
    let kurtosis = central_kurtosis([raw(1), raw(2), raw(3), raw(4)]);
    add("mixture", mixture, raw(1), raw(2) - raw(1) * raw(1), kurtosis);
    cases
}

/// The kurtosis of a law with these first four raw moments.
fn central_kurtosis([first, second, third, fourth]: [f64; 4]) -> f64 {
    let variance = second - first * first;
    let central = fourth - 4.0 * first * third + 6.0 * first * first * second - 3.0 * first.powi(4);
    central / (variance * variance)
}

/// Mean, variance and kurtosis of values with weights.
fn discrete(weighted: &[(f64, f64)]) -> (f64, f64, f64) {
    let sum: f64 = weighted.iter().map(|pair| pair.1).sum();
    let moment = |about: f64, n: i32| weighted.iter().map(|(v, w)| w / sum * (v - about).powi(n)).sum::<f64>();
    let mean = moment(0.0, 1);
    (mean, moment(mean, 2), moment(mean, 4) / (moment(mean, 2) * moment(mean, 2)))
}
