//! Laws of the talk time by greatest likelihood, from how many services there are of each length in seconds.

use std::collections::BTreeMap;

use super::empirical;
use super::law::{Fit, Fits, Law, LawName, rounded};
use super::solve::{digamma, root, trigamma};

/// Fits each law of [`LawName::OF_TALK`] to the services of `shortest_s` seconds and more, and takes the one of the least
/// criterion of Akaike, or the wanted one; none if there is no such service.
pub(in crate::import) fn talk_fits(
    services: &BTreeMap<u32, u64>,
    shortest_s: u32,
    wanted: Option<LawName>,
) -> Option<Fits> {
    let sums = Sums::new(services, shortest_s.max(1))?;
    let candidates = [sums.lognormal(), sums.gamma(), sums.weibull(), Some(sums.exponential())];
    let mut candidates: Vec<Fit> = candidates.into_iter().flatten().filter_map(|fit| sums.judged(fit)).collect();
    candidates.push(Fit {
        law: Law::Empirical { values: empirical::values(sums.lengths.iter().copied()) },
        log_likelihood: None,
        aic: None,
        ks_distance: 0.0,
    });
    Fits::choose(sums.count as u64, 0, candidates, wanted)
}

/// The empirical law of the wrap-up time, of which no law is usual; none if no wrap-up is known.
pub(in crate::import) fn wrap_up_law(lengths: &BTreeMap<u32, u64>) -> Option<Law> {
    let lengths = lengths.iter().map(|(&secs, &count)| (f64::from(secs), count as f64));
    Some(Law::Empirical { values: empirical::values(lengths) })
        .filter(|law| *law != Law::Empirical { values: Vec::new() })
}

/// What the likelihoods need of the services.
struct Sums {
    /// Length in seconds and how many, rising.
    lengths: Vec<(f64, f64)>,
    count: f64,
    mean: f64,
    mean_log: f64,
    /// Mean square deviation of the logarithm.
    variance_log: f64,
}

/// A law, the logarithm of its likelihood, and how many parameters it has.
type Likely = (Law, f64, f64);

impl Sums {
    fn new(services: &BTreeMap<u32, u64>, shortest_s: u32) -> Option<Sums> {
        let lengths: Vec<(f64, f64)> =
            services.range(shortest_s..).map(|(&secs, &count)| (f64::from(secs), count as f64)).collect();
        let count: f64 = lengths.iter().map(|length| length.1).sum();
        if count == 0.0 {
            return None;
        }
        let log = |secs: f64| libm::log(secs);
        let mean = lengths.iter().map(|&(secs, count)| count * secs).sum::<f64>() / count;
        let mean_log = lengths.iter().map(|&(secs, count)| count * log(secs)).sum::<f64>() / count;
        let square = |secs: f64| (log(secs) - mean_log) * (log(secs) - mean_log);
        let variance_log = lengths.iter().map(|&(secs, count)| count * square(secs)).sum::<f64>() / count;
        Some(Sums { lengths, count, mean, mean_log, variance_log })
    }

    /// The mean, which is the sufficient statistic.
    fn exponential(&self) -> Likely {
        let likelihood = -self.count * (libm::log(self.mean) + 1.0);
        (Law::Exponential { mean_s: rounded(self.mean, 3) }, likelihood, 1.0)
    }

    /// Mean and deviation of the logarithms.
    fn lognormal(&self) -> Option<Likely> {
        let law =
            Law::Lognormal { mu: rounded(self.mean_log, 4), sigma: rounded(self.variance_log.sqrt(), 4).max(1e-4) };
        let variance = self.variance_log.max(1e-8);
        let per_service = -0.5 * libm::log(2.0 * std::f64::consts::PI * variance)
            - self.variance_log / (2.0 * variance)
            - self.mean_log;
        Some((law, self.count * per_service, 2.0))
    }

    /// The shape solves ln k − ψ(k) = ln(mean) − mean of the logarithms (S. Choi and R. Wette, "Maximum likelihood
    /// estimation of the parameters of the gamma distribution and their bias", Technometrics 11, 1969).
    fn gamma(&self) -> Option<Likely> {
        let gap = libm::log(self.mean) - self.mean_log;
        // All lengths alike: the shape has no bound.
        if gap < 1e-9 {
            return None;
        }
        let shape = root(1e-6, 1e9, |k| (libm::log(k) - digamma(k) - gap, 1.0 / k - trigamma(k)));
        let scale = self.mean / shape;
        let per_service = (shape - 1.0) * self.mean_log - shape - shape * libm::log(scale) - libm::lgamma(shape);
        let law = Law::Gamma { shape: rounded(shape, 4), scale_s: rounded(scale, 4) };
        Some((law, self.count * per_service, 2.0))
    }

    /// The shape solves Σ xᵏ ln x / Σ xᵏ − 1/k = mean of the logarithms (A. C. Cohen, "Maximum likelihood estimation in
    /// the Weibull distribution based on complete and on censored samples", Technometrics 7, 1965).
    fn weibull(&self) -> Option<Likely> {
        if self.variance_log < 1e-9 {
            return None;
        }
        let (shape, scale) = weibull(self.lengths.iter().copied(), self.mean_log);
        let log_scale = libm::log(scale);
        let per_service = libm::log(shape) - shape * log_scale + (shape - 1.0) * self.mean_log - 1.0;
        let law = Law::Weibull { shape: rounded(shape, 4), scale_s: rounded(scale, 4) };
        Some((law, self.count * per_service, 2.0))
    }

    /// With criterion and distance; none if the simulator does not take the parameters.
    fn judged(&self, (law, log_likelihood, parameters): Likely) -> Option<Fit> {
        let distribution = law.distribution()?;
        let (mut ks_distance, mut below): (f64, f64) = (0.0, 0.0);
        for &(secs, count) in &self.lengths {
            let fitted = distribution.cdf(secs);
            let to = below + count / self.count;
            ks_distance = ks_distance.max((fitted - below).abs()).max((to - fitted).abs());
            below = to;
        }
        let aic = Some(2.0 * parameters - 2.0 * log_likelihood);
        Some(Fit { law, log_likelihood: Some(log_likelihood), aic, ks_distance })
    }
}

/// Shape and scale of the Weibull law of greatest likelihood: `lengths` are all seconds with their counts, known or
/// known from below, and `mean_log` is the mean logarithm of the known ones, of which there are `known`.
pub(super) fn weibull_censored(
    lengths: impl Iterator<Item = (f64, f64)> + Clone,
    mean_log: f64,
    known: f64,
) -> (f64, f64) {
    let longest = lengths.clone().map(|length| length.0).fold(0.0, f64::max);
    // Relative to the longest, no power overflows.
    let powers = |shape: f64| {
        lengths.clone().fold((0.0, 0.0, 0.0), |sums, (secs, count)| {
            let log = libm::log(secs / longest);
            let power = count * libm::exp(shape * log);
            (sums.0 + power, sums.1 + power * log, sums.2 + power * log * log)
        })
    };
    let target = mean_log - libm::log(longest);
    let shape = root(1e-3, 1e3, |shape| {
        let (sum, first, second) = powers(shape);
        let mean = first / sum;
        (mean - 1.0 / shape - target, second / sum - mean * mean + 1.0 / (shape * shape))
    });
    let scale = longest * libm::exp(libm::log(powers(shape).0 / known) / shape);
    (shape, scale)
}

fn weibull(lengths: impl Iterator<Item = (f64, f64)> + Clone, mean_log: f64) -> (f64, f64) {
    let known = lengths.clone().map(|length| length.1).sum();
    weibull_censored(lengths, mean_log, known)
}
