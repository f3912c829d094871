//! The laws that talk, wrap-up and patience follow: what each is, and what is known of it.

mod elementary;
mod empirical;
mod error;
mod mixture;
mod normal_scores;
mod parameters;
mod shaped;
mod survival;

use std::sync::Arc;

use crate::random::Sampler;
use crate::random::special::{gamma_p, normal_cdf};
use crate::time::Duration;

pub(super) use empirical::{Bins, Steps};
pub use error::{DistributionError, MAX_SECONDS, MIN_POSITIVE_SECONDS};
pub use mixture::Component;
pub use parameters::Parameter;

/// A validated law of a non-negative duration, in seconds.
///
/// Each law has constructors for the parameters that practitioners have of it:
///
/// | law | constructors |
/// | --- | --- |
/// | constant | [`constant`](Self::constant) |
/// | uniform | [`uniform`](Self::uniform) |
/// | triangular | [`triangular`](Self::triangular) |
/// | exponential | [`exponential_mean`](Self::exponential_mean), [`exponential_median`](Self::exponential_median), [`exponential_rate`](Self::exponential_rate) |
/// | Erlang | [`erlang`](Self::erlang) |
/// | hyperexponential | [`hyperexponential`](Self::hyperexponential), [`hyperexponential_mean_cv`](Self::hyperexponential_mean_cv) |
/// | gamma | [`gamma_shape_scale`](Self::gamma_shape_scale), [`gamma_mean_shape`](Self::gamma_mean_shape), [`gamma_mean_cv`](Self::gamma_mean_cv), [`gamma_mean_sd`](Self::gamma_mean_sd) |
/// | lognormal | [`lognormal_mu_sigma`](Self::lognormal_mu_sigma), [`lognormal_mean_cv`](Self::lognormal_mean_cv), [`lognormal_mean_sd`](Self::lognormal_mean_sd), [`lognormal_median_sigma`](Self::lognormal_median_sigma), [`lognormal_median_mean`](Self::lognormal_median_mean) |
/// | Weibull | [`weibull_shape_scale`](Self::weibull_shape_scale), [`weibull_mean_shape`](Self::weibull_mean_shape), [`weibull_median_shape`](Self::weibull_median_shape) |
/// | mixture | [`mixture`](Self::mixture) |
/// | recorded | [`empirical_values`](Self::empirical_values), [`histogram`](Self::histogram) |
///
/// Times are in seconds, at most [`MAX_SECONDS`]; one that must be above 0 is at least [`MIN_POSITIVE_SECONDS`].
/// A coefficient of variation (`cv`) is the standard deviation (`sd`) divided by the mean.
/// A law has one form: an Erlang of one phase, a gamma or Weibull of shape 1 and a hyperexponential of cv 1 are
/// exponential, and compare equal to the exponential of their mean.
///
/// ```
/// use acdsim::random::Distribution;
///
/// let talk = Distribution::gamma_mean_cv(240.0, 0.5)?;
/// assert_eq!(talk, Distribution::erlang(4, 240.0)?);
/// assert_eq!(talk.mean_s(), 240.0);
/// assert_eq!(talk.variance_s2(), 14_400.0);
/// # Ok::<(), acdsim::random::DistributionError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution(Law);

/// The laws and their parameters; times are in seconds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Law {
    Constant {
        value: f64,
    },
    Uniform {
        min: f64,
        max: f64,
    },
    Triangular {
        min: f64,
        mode: f64,
        max: f64,
    },
    Exponential {
        mean: f64,
    },
    /// Two or more branches of different means, all weights above 0, their sum 1.
    Hyperexponential(Arc<[Branch]>),
    /// The shape is not 1.
    Gamma {
        shape: f64,
        scale: f64,
    },
    Lognormal {
        mu: f64,
        sigma: f64,
    },
    /// The shape is not 1.
    Weibull {
        shape: f64,
        scale: f64,
    },
    Values(Arc<Steps>),
    Histogram(Arc<Bins>),
    /// Two or more different laws, not all exponential and none a mixture; all weights above 0, their sum 1.
    Mixture(Arc<[Component]>),
}

/// One branch of a hyperexponential law: an exponential and how often it is the one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Branch {
    /// The branch's weight: its probability is its share of the sum of the weights. From 0 to 10¹⁵.
    pub weight: f64,
    /// The mean of the branch's exponential, in seconds; above 0, so at least [`MIN_POSITIVE_SECONDS`].
    pub mean_s: f64,
}

/// The exponential phases of a duration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Phases<'a> {
    /// So many, one after the other, each of the same mean.
    InSeries {
        /// How many, at least 1.
        count: u32,
        /// The mean of each, in seconds.
        mean_s: f64,
    },
    /// One of several; the sum of the weights is 1.
    Alternatives(&'a [Branch]),
}

impl Distribution {
    /// The mean, in seconds.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::uniform(10.0, 30.0)?.mean_s(), 20.0);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn mean_s(&self) -> f64 {
        match &self.0 {
            Law::Constant { value } => *value,
            Law::Uniform { min, max } => (min + max) / 2.0,
            Law::Triangular { min, mode, max } => (min + mode + max) / 3.0,
            Law::Exponential { mean } => *mean,
            Law::Hyperexponential(branches) => branches.iter().map(|b| b.weight * b.mean_s).sum(),
            Law::Gamma { shape, scale } => shape * scale,
            Law::Lognormal { mu, sigma } => libm::exp(mu + sigma * sigma / 2.0),
            Law::Weibull { shape, scale } => scale * libm::tgamma(1.0 + 1.0 / shape),
            Law::Values(steps) => steps.mean(),
            Law::Histogram(bins) => bins.mean(),
            Law::Mixture(components) => mixture::mean_of(components, Distribution::mean_s),
        }
    }

    /// The variance, in seconds squared.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::exponential_mean(20.0)?.variance_s2(), 400.0);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn variance_s2(&self) -> f64 {
        match &self.0 {
            Law::Constant { .. } => 0.0,
            Law::Uniform { min, max } => (max - min) * (max - min) / 12.0,
            Law::Triangular { min, mode, max } => {
                let (left, right) = (mode - min, max - mode);
                (left * left + left * right + right * right) / 18.0
            }
            Law::Exponential { mean } => mean * mean,
            Law::Hyperexponential(branches) => {
                let mean = self.mean_s();
                // Within and between the branches: both are sums of squares, so nothing cancels.
                let square = |b: &Branch| b.mean_s * b.mean_s + (b.mean_s - mean) * (b.mean_s - mean);
                branches.iter().map(|b| b.weight * square(b)).sum()
            }
            Law::Gamma { shape, scale } => shape * scale * scale,
            Law::Lognormal { mu, sigma } => {
                let variance_of_log = sigma * sigma;
                libm::expm1(variance_of_log) * libm::exp(2.0 * mu + variance_of_log)
            }
            Law::Weibull { shape, scale } => {
                let first = libm::tgamma(1.0 + 1.0 / shape);
                scale * scale * (libm::tgamma(1.0 + 2.0 / shape) - first * first)
            }
            Law::Values(steps) => steps.variance(),
            Law::Histogram(bins) => bins.variance(),
            Law::Mixture(components) => mixture::variance(components),
        }
    }

    /// The probability of a duration of at most `seconds`.
    ///
    /// It is 0 below the shortest duration and 1 from the longest on. It never decreases, but for the last digits of
    /// a gamma law. The gamma law's is the regularized incomplete gamma function (DLMF 8.2.4), the lognormal's is by
    /// the complementary error function (DLMF 7.2.2).
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let patience = Distribution::weibull_median_shape(60.0, 1.5)?;
    /// assert!((patience.cdf(60.0) - 0.5).abs() < 1e-15);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn cdf(&self, seconds: f64) -> f64 {
        if seconds < self.min_s() {
            return 0.0;
        }
        if seconds >= self.max_s() {
            return 1.0;
        }
        match &self.0 {
            Law::Constant { .. } => 1.0,
            Law::Uniform { min, max } => (seconds - min) / (max - min),
            Law::Triangular { min, mode, max } => {
                if seconds < *mode {
                    (seconds - min) / (max - min) * ((seconds - min) / (mode - min))
                } else {
                    1.0 - (max - seconds) / (max - min) * ((max - seconds) / (max - mode))
                }
            }
            Law::Exponential { mean } => -libm::expm1(-seconds / mean),
            Law::Hyperexponential(branches) => {
                branches.iter().map(|b| b.weight * -libm::expm1(-seconds / b.mean_s)).sum::<f64>().min(1.0)
            }
            Law::Gamma { shape, scale } => gamma_p(*shape, seconds / scale),
            Law::Lognormal { mu, sigma } => normal_cdf((libm::log(seconds) - mu) / sigma),
            Law::Weibull { shape, scale } => -libm::expm1(-libm::pow(seconds / scale, *shape)),
            Law::Values(steps) => steps.cdf(seconds),
            Law::Histogram(bins) => bins.cdf(seconds),
            Law::Mixture(components) => mixture::mean_of(components, |law| law.cdf(seconds)).min(1.0),
        }
    }

    /// The shortest time, in seconds, whose [`cdf`](Self::cdf) is `probability` or more.
    ///
    /// A probability of 0 or less gives the shortest duration, of 1 or more the longest, which may be infinite. It is
    /// found by bisection over all floating-point numbers, so it is exact but takes some 60 evaluations of the
    /// cdf: for reports and for the odd draw, not for the hot path.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let talk = Distribution::lognormal_median_sigma(180.0, 0.9)?;
    /// assert!((talk.quantile(0.5) - 180.0).abs() < 1e-10);
    /// assert_eq!(Distribution::empirical_values(&[3.0, 1.0, 2.0], None)?.quantile(0.5), 2.0);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn quantile(&self, probability: f64) -> f64 {
        if probability >= 1.0 {
            return self.max_s();
        }
        // Non-negative floats are in the order of their bits.
        let (mut low, mut high) = (self.min_s().to_bits(), self.max_s().min(f64::MAX).to_bits());
        if probability > 0.0 {
            while low < high {
                let middle = low + (high - low) / 2;
                if self.cdf(f64::from_bits(middle)) >= probability {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
        }
        f64::from_bits(low)
    }

    /// The shortest duration, in seconds: no draw is below it.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::triangular(5.0, 8.0, 20.0)?.min_s(), 5.0);
    /// assert_eq!(Distribution::exponential_mean(5.0)?.min_s(), 0.0);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn min_s(&self) -> f64 {
        match &self.0 {
            Law::Constant { value } => *value,
            Law::Uniform { min, .. } | Law::Triangular { min, .. } => *min,
            Law::Values(steps) => steps.min(),
            Law::Histogram(bins) => bins.min(),
            Law::Mixture(components) => components.iter().map(|of| of.law.min_s()).fold(f64::INFINITY, f64::min),
            _ => 0.0,
        }
    }

    /// The longest duration, in seconds; infinite for a law without one.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::triangular(5.0, 8.0, 20.0)?.max_s(), 20.0);
    /// assert_eq!(Distribution::exponential_mean(5.0)?.max_s(), f64::INFINITY);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn max_s(&self) -> f64 {
        match &self.0 {
            Law::Constant { value } => *value,
            Law::Uniform { max, .. } | Law::Triangular { max, .. } => *max,
            Law::Values(steps) => steps.max(),
            Law::Histogram(bins) => bins.max(),
            Law::Mixture(components) => components.iter().map(|of| of.law.max_s()).fold(0.0, f64::max),
            _ => f64::INFINITY,
        }
    }

    /// Whether every draw is no time at all.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert!(Distribution::constant(0.0)?.is_always_zero());
    /// assert!(!Distribution::uniform(0.0, 1.0)?.is_always_zero());
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn is_always_zero(&self) -> bool {
        Duration::from_secs_f64(self.max_s()) == Duration::ZERO
    }

    /// The mean in seconds if the law is exponential, however it was made.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::erlang(1, 240.0)?.is_exponential(), Some(240.0));
    /// assert_eq!(Distribution::erlang(2, 240.0)?.is_exponential(), None);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn is_exponential(&self) -> Option<f64> {
        match self.0 {
            Law::Exponential { mean } => Some(mean),
            _ => None,
        }
    }

    /// The exponential phases that a duration consists of, if the law is made of such.
    ///
    /// That is so for an exponential, for an Erlang (a gamma whose shape is a whole number, but for rounding) and for a
    /// hyperexponential law, however it was made.
    ///
    /// ```
    /// use acdsim::random::{Distribution, Phases};
    ///
    /// let talk = Distribution::gamma_mean_cv(240.0, 0.5)?;
    /// assert_eq!(talk.exponential_phases(), Some(Phases::InSeries { count: 4, mean_s: 60.0 }));
    /// assert_eq!(Distribution::constant(240.0)?.exponential_phases(), None);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn exponential_phases(&self) -> Option<Phases<'_>> {
        match &self.0 {
            Law::Exponential { mean } => Some(Phases::InSeries { count: 1, mean_s: *mean }),
            Law::Hyperexponential(branches) => Some(Phases::Alternatives(branches)),
            Law::Gamma { shape, scale } => {
                let count = shape.round();
                let is_whole = count >= 1.0 && (shape - count).abs() <= 1e-12 * count;
                is_whole.then(|| Phases::InSeries { count: count as u32, mean_s: shape * scale / count })
            }
            _ => None,
        }
    }

    /// The law compiled for drawing.
    pub fn sampler(&self) -> Sampler {
        Sampler::new(&self.0)
    }
}
