//! Constructors of the laws that are made of uniform and exponential pieces.

use super::error::{positive_seconds, require, seconds, weights};
use super::{Branch, Distribution, DistributionError, Law};

impl Distribution {
    /// Always the same duration, from 0 to 10¹⁰ seconds.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::constant(30.0)?.variance_s2(), 0.0);
    /// assert!(Distribution::constant(-1.0).is_err());
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn constant(value: f64) -> Result<Self, DistributionError> {
        Ok(Distribution(Law::Constant { value: seconds("value", value)? }))
    }

    /// Every duration from `min` to `max` seconds alike.
    ///
    /// `min` is 0 or more and `max` is above it.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::uniform(10.0, 20.0)?.cdf(12.5), 0.25);
    /// let error = Distribution::uniform(20.0, 10.0).unwrap_err();
    /// assert_eq!(error.to_string(), "`max` must be above `min`, not 10");
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn uniform(min: f64, max: f64) -> Result<Self, DistributionError> {
        let (min, max) = (seconds("min", min)?, seconds("max", max)?);
        require(max > min, "max", max, "above `min`")?;
        Ok(Distribution(Law::Uniform { min, max }))
    }

    /// From `min` to `max` seconds, with a density that rises in a line to `mode` and falls in a line from there.
    ///
    /// `min` is 0 or more, `max` is above it, and `mode` is from `min` to `max`.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::triangular(0.0, 10.0, 20.0)?.cdf(10.0), 0.5);
    /// let error = Distribution::triangular(0.0, 30.0, 20.0).unwrap_err();
    /// assert_eq!(error.to_string(), "`mode` must be from `min` to `max`, not 30");
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn triangular(min: f64, mode: f64, max: f64) -> Result<Self, DistributionError> {
        let (min, mode, max) = (seconds("min", min)?, seconds("mode", mode)?, seconds("max", max)?);
        require(max > min, "max", max, "above `min`")?;
        require((min..=max).contains(&mode), "mode", mode, "from `min` to `max`")?;
        Ok(Distribution(Law::Triangular { min, mode, max }))
    }

    /// Exponential, by its mean in seconds (above 0).
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let talk = Distribution::exponential_mean(240.0)?;
    /// assert_eq!(talk.is_exponential(), Some(240.0));
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn exponential_mean(mean: f64) -> Result<Self, DistributionError> {
        Ok(exponential(positive_seconds("mean", mean)?))
    }

    /// Exponential, by its median in seconds (above 0): the mean is median / ln 2.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let patience = Distribution::exponential_median(60.0)?;
    /// assert!((patience.mean_s() - 86.5617).abs() < 1e-4);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn exponential_median(median: f64) -> Result<Self, DistributionError> {
        Ok(exponential(positive_seconds("median", median)? / std::f64::consts::LN_2))
    }

    /// Exponential, by its rate per second (from 10⁻¹⁰ to 10⁹): the mean is 1 / rate.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// assert_eq!(Distribution::exponential_rate(0.25)?.mean_s(), 4.0);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn exponential_rate(rate: f64) -> Result<Self, DistributionError> {
        require((1e-10..=1e9).contains(&rate), "rate", rate, "from 1e-10 to 1e9 per second")?;
        Ok(exponential(1.0 / rate))
    }

    /// The sum of `phases` independent exponentials that have the same mean and together the mean `mean`, in seconds.
    ///
    /// The coefficient of variation is 1/√phases. There are from 1 to 1 000 000 phases; one is an exponential.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let wrap_up = Distribution::erlang(4, 60.0)?;
    /// assert_eq!(wrap_up.variance_s2(), 900.0);
    /// assert!(Distribution::erlang(0, 60.0).is_err());
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn erlang(phases: u32, mean: f64) -> Result<Self, DistributionError> {
        require((1..=1_000_000).contains(&phases), "phases", phases.into(), "from 1 to 1000000")?;
        Self::gamma_mean_shape(mean, phases.into())
    }

    /// A mixture of exponentials: a draw takes one branch by weight and is exponential with that branch's mean.
    ///
    /// There is at least one branch of weight above 0. An error's index is that of the branch.
    ///
    /// ```
    /// use acdsim::random::{Branch, Distribution};
    ///
    /// let branches = [Branch { weight: 3.0, mean_s: 60.0 }, Branch { weight: 1.0, mean_s: 600.0 }];
    /// assert_eq!(Distribution::hyperexponential(&branches)?.mean_s(), 195.0);
    /// assert!(Distribution::hyperexponential(&[]).is_err());
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn hyperexponential(branches: &[Branch]) -> Result<Self, DistributionError> {
        require(!branches.is_empty(), "branches", 0.0, "at least one")?;
        for (index, branch) in branches.iter().enumerate() {
            positive_seconds("mean", branch.mean_s).map_err(|e| e.at(index))?;
        }
        let sum = weights("weight", branches.iter().map(|branch| branch.weight))?;
        let shares = branches.iter().map(|branch| Branch { weight: branch.weight / sum, ..*branch });
        Ok(mixture(shares.filter(|branch| branch.weight > 0.0).collect()))
    }

    /// A mixture of two exponentials with balanced means, by the mean in seconds (above 0) and the coefficient of
    /// variation (from 1 to 1000).
    ///
    /// Balanced means are p₁m₁ = p₂m₂: each branch has half of the total time. Then p₁ = ½(1 + √((cv² − 1)/(cv² + 1)))
    /// and mᵢ = mean/(2pᵢ) (W. Whitt, 1982, Approximating a point process by a renewal process, Operations Research
    /// 30, section 3; H. Tijms, 1994, Stochastic Models, appendix B).
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let talk = Distribution::hyperexponential_mean_cv(240.0, 2.0)?;
    /// assert!((talk.variance_s2() - 480.0 * 480.0).abs() < 1e-9);
    /// let error = Distribution::hyperexponential_mean_cv(240.0, 0.5).unwrap_err();
    /// assert_eq!(error.to_string(), "`cv` must be from 1 to 1000, not 0.5");
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn hyperexponential_mean_cv(mean: f64, cv: f64) -> Result<Self, DistributionError> {
        let mean = positive_seconds("mean", mean)?;
        require((1.0..=1e3).contains(&cv), "cv", cv, "from 1 to 1000")?;
        let square = cv * cv;
        let often = (1.0 + ((square - 1.0) / (square + 1.0)).sqrt()) / 2.0;
        // 1 - often, without its cancellation: often * (1 - often) is 1 / (2 (cv² + 1)).
        let seldom = 1.0 / (2.0 * (square + 1.0) * often);
        let branch = |share: f64| Branch { weight: share, mean_s: mean / (2.0 * share) };
        Ok(mixture(vec![branch(often), branch(seldom)]))
    }
}

/// The exponential of a mean that has been checked.
pub(super) fn exponential(mean: f64) -> Distribution {
    Distribution(Law::Exponential { mean })
}

/// The mixture of branches whose weights are shares of 1; an exponential if all have the same mean.
fn mixture(branches: Vec<Branch>) -> Distribution {
    let mean = branches[0].mean_s;
    if branches.iter().all(|branch| branch.mean_s == mean) {
        return exponential(mean);
    }
    Distribution(Law::Hyperexponential(branches.into()))
}
