//! What a law says of durations that have lasted for some time: who is still there, and the time spent until then.

use super::mixture::mean_of;
use super::{Distribution, Law};
use crate::random::special::{gamma_p, gamma_q, normal_cdf};

/// Where a law without kinks is cut into parts: near its ends, where a law of great or small shape changes fast, and
/// through its middle.
const CUTS: [f64; 13] = [1e-9, 1e-6, 1e-4, 1e-2, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999, 1.0 - 1e-6, 1.0 - 1e-9];

impl Distribution {
    /// The probability of a duration of more than `seconds`: 1 − [`cdf`](Self::cdf), as precise where it is small.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let patience = Distribution::weibull_shape_scale(2.0, 60.0)?;
    /// assert!((patience.survival(600.0) / 3.720_075_976_020_836e-44 - 1.0).abs() < 1e-13);
    /// assert_eq!(Distribution::constant(30.0)?.survival(30.0), 0.0);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn survival(&self, seconds: f64) -> f64 {
        if seconds < self.min_s() {
            return 1.0;
        }
        if seconds >= self.max_s() {
            return 0.0;
        }
        match &self.0 {
            Law::Uniform { max, min } => (max - seconds) / (max - min),
            Law::Triangular { min, mode, max } if seconds >= *mode => {
                (max - seconds) / (max - min) * ((max - seconds) / (max - mode))
            }
            Law::Exponential { mean } => libm::exp(-seconds / mean),
            Law::Hyperexponential(branches) => {
                branches.iter().map(|b| b.weight * libm::exp(-seconds / b.mean_s)).sum::<f64>().min(1.0)
            }
            Law::Gamma { shape, scale } => gamma_q(*shape, seconds / scale),
            Law::Lognormal { mu, sigma } => normal_cdf((mu - libm::log(seconds)) / sigma),
            Law::Weibull { shape, scale } => libm::exp(-libm::pow(seconds / scale, *shape)),
            Law::Mixture(components) => mean_of(components, |law| law.survival(seconds)).min(1.0),
            Law::Constant { .. } | Law::Triangular { .. } | Law::Values(_) | Law::Histogram(_) => {
                1.0 - self.cdf(seconds)
            }
        }
    }

    /// The mean of the duration cut off at `seconds` (0 or more), E[min(X, seconds)] = ∫₀ P(X > u) du, in seconds.
    ///
    /// It rises from 0 to [`mean_s`](Self::mean_s). Each law has a closed form; the gamma and the Weibull law's are by
    /// the incomplete gamma function (DLMF 8.2.4), the lognormal's by the normal law (S. Klugman, H. Panjer, G.
    /// Willmot, 2012, Loss Models, appendix A).
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::uniform(10.0, 20.0)?.limited_mean_s(15.0), 13.75);
    /// assert_eq!(Distribution::constant(30.0)?.limited_mean_s(15.0), 15.0);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn limited_mean_s(&self, seconds: f64) -> f64 {
        if seconds <= self.min_s() {
            return seconds.max(0.0);
        }
        if seconds >= self.max_s() {
            return self.mean_s();
        }
        let limited = match &self.0 {
            Law::Constant { value } => *value,
            Law::Uniform { min, max } => seconds - (seconds - min) * ((seconds - min) / (max - min)) / 2.0,
            Law::Triangular { min, mode, max } => {
                let width = max - min;
                if seconds < *mode {
                    let past = seconds - min;
                    seconds - past * (past / width) * (past / (mode - min)) / 3.0
                } else {
                    let left = max - seconds;
                    self.mean_s() - left * (left / width) * (left / (max - mode)) / 3.0
                }
            }
            Law::Exponential { mean } => mean * -libm::expm1(-seconds / mean),
            Law::Hyperexponential(branches) => {
                branches.iter().map(|b| b.weight * b.mean_s * -libm::expm1(-seconds / b.mean_s)).sum()
            }
            Law::Gamma { shape, scale } => {
                let x = seconds / scale;
                shape * scale * gamma_p(shape + 1.0, x) + seconds * gamma_q(*shape, x)
            }
            Law::Lognormal { mu, sigma } => {
                let z = (libm::log(seconds) - mu) / sigma;
                self.mean_s() * normal_cdf(z - sigma) + seconds * normal_cdf(-z)
            }
            Law::Weibull { shape, scale } => {
                let power = libm::pow(seconds / scale, *shape);
                // So early that nobody has gone; the power may be too small for a double.
                if power < 1e-100 { seconds } else { self.mean_s() * gamma_p(1.0 / shape, power) }
            }
            Law::Values(steps) => steps.limited_mean(seconds),
            Law::Histogram(bins) => bins.limited_mean(seconds),
            Law::Mixture(components) => mean_of(components, |law| law.limited_mean_s(seconds)),
        };
        // Rounding may take it a little too far.
        limited.min(seconds)
    }

    /// Times, in seconds and rising, between which the law is smooth and does not change all at once: what a numerical
    /// integral over the law is cut at.
    ///
    /// They hold each time at which the [`cdf`](Self::cdf) jumps or has a kink; for a law without, some quantiles.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::uniform(10.0, 20.0)?.breakpoints_s(), [10.0, 20.0]);
    /// assert_eq!(Distribution::empirical_values(&[3.0, 1.0, 1.0], None)?.breakpoints_s(), [1.0, 3.0]);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn breakpoints_s(&self) -> Vec<f64> {
        let mut points = match &self.0 {
            Law::Constant { value } => vec![*value],
            Law::Uniform { min, max } => vec![*min, *max],
            Law::Triangular { min, mode, max } => vec![*min, *mode, *max],
            Law::Values(steps) => steps.values().to_vec(),
            Law::Histogram(bins) => bins.bins().iter().flat_map(|bin| [bin.low, bin.high]).collect(),
            Law::Mixture(components) => components.iter().flat_map(|of| of.law.breakpoints_s()).collect(),
            Law::Exponential { .. }
            | Law::Hyperexponential(_)
            | Law::Gamma { .. }
            | Law::Lognormal { .. }
            | Law::Weibull { .. } => CUTS.map(|probability| self.quantile(probability)).to_vec(),
        };
        points.sort_by(|a, b| a.total_cmp(b));
        points.dedup();
        points
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Branch, Component};
    use proptest::prelude::*;

    fn laws() -> Vec<Distribution> {
        type D = Distribution;
        let branches = [Branch { weight: 3.0, mean_s: 60.0 }, Branch { weight: 1.0, mean_s: 600.0 }];
        let laws = [
            D::constant(30.0),
            D::uniform(10.0, 40.0),
            D::triangular(10.0, 20.0, 60.0),
            D::triangular(0.0, 0.0, 60.0),
            D::triangular(0.0, 60.0, 60.0),
            D::exponential_mean(60.0),
            D::hyperexponential(&branches),
            D::gamma_shape_scale(2.5, 40.0),
            D::gamma_shape_scale(0.1, 600.0),
            D::gamma_shape_scale(1_000.0, 0.24),
            D::lognormal_mu_sigma(5.0, 0.8),
            D::weibull_shape_scale(0.7, 200.0),
            D::weibull_shape_scale(20.0, 100.0),
            D::weibull_shape_scale(1_000.0, 100.0),
            D::empirical_values(&[5.0, 60.0, 60.0, 240.0], None),
            D::histogram(&[0.0, 60.0, 120.0, 150.0, 300.0], &[10.0, 20.0, 0.0, 10.0]),
            D::mixture(&[
                Component { weight: 1.0, law: D::uniform(0.0, 8.0).expect("the law is sound") },
                Component { weight: 3.0, law: D::gamma_shape_scale(2.5, 40.0).expect("the law is sound") },
            ]),
        ];
        laws.into_iter().map(|law| law.expect("the law is sound")).collect()
    }

    #[test]
    fn the_limited_mean_is_the_integral_of_the_survival() {
        for law in laws() {
            let (end, steps) = (150.0, 60_000);
            let width = end / f64::from(steps);
            let mut sum = 0.0;
            for step in 0..steps {
                sum += width * law.survival(width * (f64::from(step) + 0.5));
            }
            let exact = law.limited_mean_s(end);
            assert!((sum - exact).abs() < 2e-3, "{law:?}: sum {sum}, closed form {exact}");
        }
    }

    #[test]
    fn the_limited_mean_ends_at_the_mean() {
        for law in laws() {
            assert_eq!(law.limited_mean_s(0.0), 0.0);
            assert!((law.limited_mean_s(1e7) / law.mean_s() - 1.0).abs() < 1e-12, "{law:?}");
        }
    }

    #[test]
    fn quantiles_cut_a_law_that_has_no_kinks() {
        let law = Distribution::gamma_shape_scale(1e6, 1e-4).expect("the law is sound");
        let points = law.breakpoints_s();
        assert!(points.windows(2).all(|pair| pair[0] < pair[1]), "{points:?}");
        assert!(points[0] > 99.0 && points.last().is_some_and(|last| *last < 101.0), "{points:?}");
    }

    proptest! {
        #[test]
        fn survival_and_cdf_add_up_to_one(index in 0..17_usize, seconds in 0.0..700.0_f64) {
            let law = &laws()[index];
            prop_assert!((law.survival(seconds) + law.cdf(seconds) - 1.0).abs() < 1e-13);
            let (less, more) = (law.limited_mean_s(seconds), law.limited_mean_s(seconds + 1.0));
            prop_assert!(less <= more * (1.0 + 1e-13) && more <= less + 1.0 + 1e-12, "{law:?} at {seconds}: {less}, {more}");
            prop_assert!(less <= seconds && less <= law.mean_s() * (1.0 + 1e-13));
        }
    }
}
