//! Constructors of the laws that have a shape: gamma, lognormal and Weibull.

use super::elementary::exponential;
use super::error::{positive_seconds, require};
use super::{Distribution, DistributionError, Law};

/// Gamma.
impl Distribution {
    /// Gamma, by shape (from 0.001 to 10⁶) and scale in seconds (above 0).
    ///
    /// The mean is shape · scale and the coefficient of variation 1/√shape.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::gamma_shape_scale(2.0, 30.0)?.mean_s(), 60.0);
    /// assert!(Distribution::gamma_shape_scale(0.0, 30.0).is_err());
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn gamma_shape_scale(shape: f64, scale: f64) -> Result<Self, DistributionError> {
        let scale = positive_seconds("scale", scale)?;
        require((1e-3..=1e6).contains(&shape), "shape", shape, "from 0.001 to 1000000")?;
        Ok(gamma(shape, scale))
    }

    /// Gamma, by mean in seconds (above 0) and shape (from 0.001 to 10⁶).
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::gamma_mean_shape(60.0, 4.0)?.variance_s2(), 900.0);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn gamma_mean_shape(mean: f64, shape: f64) -> Result<Self, DistributionError> {
        let mean = positive_seconds("mean", mean)?;
        require((1e-3..=1e6).contains(&shape), "shape", shape, "from 0.001 to 1000000")?;
        Ok(gamma(shape, mean / shape))
    }

    /// Gamma, by mean in seconds (above 0) and coefficient of variation (from 0.001 to 31).
    ///
    /// The shape is 1/cv².
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::gamma_mean_cv(60.0, 0.5)?.variance_s2(), 900.0);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn gamma_mean_cv(mean: f64, cv: f64) -> Result<Self, DistributionError> {
        let mean = positive_seconds("mean", mean)?;
        require((1e-3..=31.0).contains(&cv), "cv", cv, "from 0.001 to 31")?;
        let shape = 1.0 / (cv * cv);
        Ok(gamma(shape, mean / shape))
    }

    /// Gamma, by mean (above 0) and standard deviation (from 0.001 to 31 times the mean), both in seconds.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::gamma_mean_sd(60.0, 30.0)?.variance_s2(), 900.0);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn gamma_mean_sd(mean: f64, sd: f64) -> Result<Self, DistributionError> {
        let mean = positive_seconds("mean", mean)?;
        let cv = sd / mean;
        require((1e-3..=31.0).contains(&cv), "sd", sd, "from 0.001 to 31 times the mean")?;
        let shape = 1.0 / (cv * cv);
        Ok(gamma(shape, mean / shape))
    }
}

/// Lognormal: the natural logarithm of the seconds is normal with mean μ and standard deviation σ.
impl Distribution {
    /// Lognormal, by the mean `mu` (from −20 to 23) and the standard deviation `sigma` (from 10⁻⁶ to 10) of the
    /// natural logarithm of the seconds.
    ///
    /// The median is exp(mu) and the mean exp(mu + sigma²/2).
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let talk = Distribution::lognormal_mu_sigma(5.0, 0.8)?;
    /// assert!((talk.mean_s() - 204.3839).abs() < 1e-4);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn lognormal_mu_sigma(mu: f64, sigma: f64) -> Result<Self, DistributionError> {
        require((-20.0..=23.0).contains(&mu), "mu", mu, "from -20 to 23 (the logarithm of seconds)")?;
        Ok(lognormal(mu, checked_sigma(sigma)?))
    }

    /// Lognormal, by mean in seconds (above 0) and coefficient of variation (from 10⁻⁶ to 1000).
    ///
    /// sigma² = ln(1 + cv²) and mu = ln mean − sigma²/2.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let talk = Distribution::lognormal_mean_cv(240.0, 1.5)?;
    /// assert!((talk.mean_s() - 240.0).abs() < 1e-10);
    /// assert!((talk.variance_s2() - 360.0 * 360.0).abs() < 1e-7);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn lognormal_mean_cv(mean: f64, cv: f64) -> Result<Self, DistributionError> {
        let mean = positive_seconds("mean", mean)?;
        require((1e-6..=1e3).contains(&cv), "cv", cv, "from 1e-6 to 1000")?;
        Ok(lognormal_of_mean(mean, cv))
    }

    /// Lognormal, by mean (above 0) and standard deviation (from 10⁻⁶ to 1000 times the mean), both in seconds.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let talk = Distribution::lognormal_mean_sd(240.0, 360.0)?;
    /// assert_eq!(talk, Distribution::lognormal_mean_cv(240.0, 1.5)?);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn lognormal_mean_sd(mean: f64, sd: f64) -> Result<Self, DistributionError> {
        let mean = positive_seconds("mean", mean)?;
        let cv = sd / mean;
        require((1e-6..=1e3).contains(&cv), "sd", sd, "from 1e-6 to 1000 times the mean")?;
        Ok(lognormal_of_mean(mean, cv))
    }

    /// Lognormal, by median in seconds (above 0) and the standard deviation `sigma` (from 10⁻⁶ to 10) of the natural
    /// logarithm of the seconds.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let talk = Distribution::lognormal_median_sigma(180.0, 0.9)?;
    /// assert!((talk.cdf(180.0) - 0.5).abs() < 1e-15);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn lognormal_median_sigma(median: f64, sigma: f64) -> Result<Self, DistributionError> {
        let median = positive_seconds("median", median)?;
        Ok(lognormal(libm::log(median), checked_sigma(sigma)?))
    }

    /// Lognormal, by median (above 0) and mean (above the median, at most 10²⁰ times it), both in seconds.
    ///
    /// sigma² = 2 ln(mean/median).
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let talk = Distribution::lognormal_median_mean(180.0, 240.0)?;
    /// assert!((talk.mean_s() - 240.0).abs() < 1e-10);
    /// let error = Distribution::lognormal_median_mean(180.0, 180.0).unwrap_err();
    /// assert_eq!(error.to_string(), "`mean` must be above the median and at most 1e20 times it, not 180");
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn lognormal_median_mean(median: f64, mean: f64) -> Result<Self, DistributionError> {
        let (median, mean) = (positive_seconds("median", median)?, positive_seconds("mean", mean)?);
        let holds = mean > median && mean / median <= 1e20;
        require(holds, "mean", mean, "above the median and at most 1e20 times it")?;
        let sigma = (2.0 * libm::log1p((mean - median) / median)).sqrt();
        Ok(lognormal(libm::log(median), sigma))
    }
}

/// Weibull: P(X > x) = exp(−(x/scale)^shape).
impl Distribution {
    /// Weibull, by shape (from 0.02 to 1000) and scale in seconds (above 0).
    ///
    /// Callers of a shape below 1 grow more patient the longer they wait, of a shape above 1 less.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let patience = Distribution::weibull_shape_scale(0.5, 60.0)?;
    /// assert!((patience.mean_s() - 120.0).abs() < 1e-10);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn weibull_shape_scale(shape: f64, scale: f64) -> Result<Self, DistributionError> {
        let scale = positive_seconds("scale", scale)?;
        Ok(weibull(checked_weibull_shape(shape)?, scale))
    }

    /// Weibull, by mean in seconds (above 0) and shape (from 0.02 to 1000).
    ///
    /// The scale is mean / Γ(1 + 1/shape).
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert!((Distribution::weibull_mean_shape(90.0, 2.0)?.mean_s() - 90.0).abs() < 1e-10);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn weibull_mean_shape(mean: f64, shape: f64) -> Result<Self, DistributionError> {
        let mean = positive_seconds("mean", mean)?;
        let shape = checked_weibull_shape(shape)?;
        Ok(weibull(shape, mean / libm::tgamma(1.0 + 1.0 / shape)))
    }

    /// Weibull, by median in seconds (above 0) and shape (from 0.02 to 1000).
    ///
    /// The scale is median / (ln 2)^(1/shape).
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert!((Distribution::weibull_median_shape(90.0, 2.0)?.cdf(90.0) - 0.5).abs() < 1e-15);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn weibull_median_shape(median: f64, shape: f64) -> Result<Self, DistributionError> {
        let median = positive_seconds("median", median)?;
        let shape = checked_weibull_shape(shape)?;
        Ok(weibull(shape, median / libm::pow(std::f64::consts::LN_2, 1.0 / shape)))
    }
}

fn checked_sigma(sigma: f64) -> Result<f64, DistributionError> {
    require((1e-6..=10.0).contains(&sigma), "sigma", sigma, "from 1e-6 to 10")?;
    Ok(sigma)
}

/// From 0.02, so that the variance, Γ(1 + 2/shape) − Γ(1 + 1/shape)², is finite; to 1000, so that it does not cancel.
fn checked_weibull_shape(shape: f64) -> Result<f64, DistributionError> {
    require((0.02..=1e3).contains(&shape), "shape", shape, "from 0.02 to 1000")?;
    Ok(shape)
}

fn gamma(shape: f64, scale: f64) -> Distribution {
    if shape == 1.0 { exponential(scale) } else { Distribution(Law::Gamma { shape, scale }) }
}

fn lognormal(mu: f64, sigma: f64) -> Distribution {
    Distribution(Law::Lognormal { mu, sigma })
}

fn lognormal_of_mean(mean: f64, cv: f64) -> Distribution {
    let variance_of_log = libm::log1p(cv * cv);
    lognormal(libm::log(mean) - variance_of_log / 2.0, variance_of_log.sqrt())
}

fn weibull(shape: f64, scale: f64) -> Distribution {
    if shape == 1.0 { exponential(scale) } else { Distribution(Law::Weibull { shape, scale }) }
}
