//! Durations and the normal variates that stand where they stand: what a Gaussian copula is made of.

use super::{Distribution, Law};
use crate::random::Stream;
use crate::random::special::{gamma_at_normal, normal_cdf, normal_quantile};
use crate::time::Duration;

/// The largest double below 1.
const BELOW_ONE: f64 = 1.0 - 1.0 / (1_u64 << 53) as f64;
/// Half the resolution of time, in seconds.
const HALF_NANO: f64 = 0.5e-9;

impl Distribution {
    /// The duration, in seconds, whose cdf is Φ(z): the one that stands among durations where the standard normal variate `z`
    /// stands among normals.
    ///
    /// By the inverse of the cdf where it has a closed form, by Newton's method for a gamma law, and for the others by
    /// [`quantile`](Self::quantile), which is exact but slower. It rises with `z`.
    pub(crate) fn at_normal(&self, z: f64) -> f64 {
        match &self.0 {
            Law::Constant { value } => *value,
            Law::Uniform { min, max } => min + (max - min) * normal_cdf(z),
            Law::Triangular { min, mode, max } => {
                let (width, below) = (max - min, normal_cdf(z));
                if below * width < mode - min {
                    min + (below * width * (mode - min)).sqrt()
                } else {
                    max - (normal_cdf(-z) * width * (max - mode)).sqrt()
                }
            }
            Law::Exponential { mean } => mean * unit_exponential(z),
            Law::Gamma { shape, scale } => scale * gamma_at_normal(*shape, z),
            Law::Lognormal { mu, sigma } => libm::exp(mu + sigma * z),
            Law::Weibull { shape, scale } => scale * libm::pow(unit_exponential(z), 1.0 / shape),
            _ => self.quantile(normal_cdf(z).min(BELOW_ONE)),
        }
    }

    /// A standard normal variate that stands among normals where a duration stands among those of the law.
    ///
    /// Where the law gives the duration, rounded to nanoseconds, a probability, one of the places that have it is drawn, so that
    /// the variate is normal if the duration is of the law (L. Rüschendorf, 2009, On the distributional transform). A duration
    /// that the law does not give stands at its end.
    pub(crate) fn normal_at(&self, duration: Duration, stream: &mut Stream) -> f64 {
        let seconds = duration.as_nanos() as f64 / 1e9;
        let (below, up_to) = (self.cdf(seconds - HALF_NANO), self.cdf(seconds + HALF_NANO));
        normal_quantile(below + (up_to - below) * stream.next_unit())
    }
}

/// The variate of the exponential law of mean 1: −ln(1 − Φ(z)).
fn unit_exponential(z: f64) -> f64 {
    // Near 0 the logarithm of what is nearly 1 would lose its digits.
    if z < 0.0 { -libm::log1p(-normal_cdf(z)) } else { -libm::log(normal_cdf(-z)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Branch, Purpose};
    use uuid::Uuid;

    fn laws() -> Vec<Distribution> {
        type D = Distribution;
        let branches = [Branch { weight: 3.0, mean_s: 60.0 }, Branch { weight: 1.0, mean_s: 600.0 }];
        let laws = [
            D::uniform(10.0, 40.0),
            D::triangular(10.0, 20.0, 60.0),
            D::triangular(0.0, 0.0, 60.0),
            D::triangular(0.0, 60.0, 60.0),
            D::exponential_mean(60.0),
            D::hyperexponential(&branches),
            D::gamma_shape_scale(2.5, 40.0),
            D::gamma_shape_scale(0.1, 600.0),
            D::lognormal_mu_sigma(5.0, 0.8),
            D::weibull_shape_scale(0.7, 200.0),
            D::weibull_shape_scale(20.0, 100.0),
            D::histogram(&[0.0, 60.0, 120.0, 150.0, 300.0], &[10.0, 20.0, 0.0, 10.0]),
        ];
        laws.into_iter().map(|law| law.expect("the law is sound")).collect()
    }

    #[test]
    fn the_duration_at_a_normal_has_its_probability_and_rises_with_it() {
        for law in laws() {
            let mut before = 0.0;
            for step in -60..=60 {
                let z = f64::from(step) / 10.0;
                let x = law.at_normal(z);
                assert!(x >= before, "{law:?} at {z}");
                before = x;
                let (tail, of_normal) =
                    if z < 0.0 { (law.cdf(x), normal_cdf(z)) } else { (law.survival(x), normal_cdf(-z)) };
                // Quantiles are of probabilities, which near 1 have 16 digits after the point.
                assert!(
                    (tail - of_normal).abs() < 1e-12 * of_normal + 4e-16,
                    "{law:?} at {z}: {tail:e}, {of_normal:e}"
                );
            }
        }
    }

    #[test]
    fn a_law_of_steps_gives_its_values() {
        let law = Distribution::empirical_values(&[10.0, 20.0, 30.0, 40.0], None).expect("the law is sound");
        assert_eq!([-1.0, -0.5, 0.5, 9.0].map(|z| law.at_normal(z)), [10.0, 20.0, 30.0, 40.0]);
        assert_eq!(Distribution::constant(7.0).expect("the law is sound").at_normal(3.0), 7.0);
    }

    #[test]
    fn a_duration_goes_back_to_its_normal() {
        let mut stream = Stream::new(1, 1, Purpose::Talk, Uuid::nil());
        for law in laws() {
            for z in [-3.0, -1.0, 0.0, 0.5, 2.0, 4.0] {
                // A time of a nanosecond cannot say where in it it was.
                let x = law.at_normal(z);
                if x > 1e-3 {
                    let back = law.normal_at(Duration::from_secs_f64(x), &mut stream);
                    assert!((back - z).abs() < 1e-4, "{law:?}: {back}, not {z}");
                }
            }
        }
    }

    #[test]
    fn the_places_of_a_value_with_a_probability_are_drawn() {
        let law = Distribution::empirical_values(&[10.0, 20.0], None).expect("the law is sound");
        let mut stream = Stream::new(1, 1, Purpose::Talk, Uuid::nil());
        let normals: Vec<f64> = (0..1_000).map(|_| law.normal_at(Duration::from_secs(10), &mut stream)).collect();
        assert!(normals.iter().all(|&z| z <= 0.0));
        let far = normals.iter().filter(|&&z| z < -0.674_489_75).count();
        // Half of them are below the lower quartile, within five standard deviations.
        assert!(far.abs_diff(500) < 80, "seed 1: {far} of 1,000");
        let outside = [5, 25].map(|secs| law.normal_at(Duration::from_secs(secs), &mut stream));
        assert!(outside[0] < -8.0 && outside[1] > 8.0, "{outside:?}");
    }
}
