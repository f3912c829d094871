//! Mixtures of any laws.

use std::sync::Arc;

use super::error::{require, weights};
use super::{Branch, Distribution, DistributionError, Law};

/// One law of a mixture and how often it is the one.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// The component's weight: its probability is its share of the sum of the weights. From 0 to 10¹⁵.
    pub weight: f64,
    /// Its law.
    pub law: Distribution,
}

impl Distribution {
    /// One of several laws, each in proportion to its weight: a finite mixture (G. McLachlan and D. Peel, 2000).
    ///
    /// There is at least one component, and the sum of the weights is above 0. Components of the weight 0 and mixtures of
    /// mixtures dissolve, equal laws are one, a single law is that law, and a mixture of exponentials is hyperexponential.
    ///
    /// ```
    /// use acdsim::random::{Component, Distribution};
    ///
    /// // One caller of ten hangs up within seconds.
    /// let at_once = Component { weight: 1.0, law: Distribution::uniform(0.0, 5.0)? };
    /// let others = Component { weight: 9.0, law: Distribution::exponential_mean(180.0)? };
    /// let patience = Distribution::mixture(&[at_once, others])?;
    /// assert_eq!(patience.mean_s(), 162.25);
    /// let error = Distribution::mixture(&[]).unwrap_err();
    /// assert_eq!(error.to_string(), "`components` must be at least one, not 0");
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn mixture(components: &[Component]) -> Result<Self, DistributionError> {
        require(!components.is_empty(), "components", 0.0, "at least one")?;
        let sum = weights("weight", components.iter().map(|component| component.weight))?;
        let mut flat: Vec<Component> = Vec::new();
        for component in components.iter().filter(|component| component.weight > 0.0) {
            let share = component.weight / sum;
            match &component.law.0 {
                Law::Mixture(inner) => inner.iter().for_each(|inner| add(&mut flat, share * inner.weight, &inner.law)),
                _ => add(&mut flat, share, &component.law),
            }
        }
        if let [only] = &flat[..] {
            return Ok(only.law.clone());
        }
        let exponential = |component: &Component| {
            let mean_s = component.law.is_exponential()?;
            Some(Branch { weight: component.weight, mean_s })
        };
        match flat.iter().map(exponential).collect::<Option<Vec<Branch>>>() {
            Some(branches) => Distribution::hyperexponential(&branches),
            None => Ok(Distribution(Law::Mixture(flat.into()))),
        }
    }
}

fn add(flat: &mut Vec<Component>, weight: f64, law: &Distribution) {
    match flat.iter_mut().find(|known| known.law == *law) {
        Some(known) => known.weight += weight,
        None => flat.push(Component { weight, law: law.clone() }),
    }
}

/// A value of the laws of a mixture, each in proportion to its weight.
pub(super) fn mean_of(components: &Arc<[Component]>, value: impl Fn(&Distribution) -> f64) -> f64 {
    components.iter().map(|component| component.weight * value(&component.law)).sum()
}

/// The variance of a mixture: within and between its laws, both of which are sums of what is not below 0.
pub(super) fn variance(components: &Arc<[Component]>) -> f64 {
    let mean = mean_of(components, Distribution::mean_s);
    mean_of(components, |law| {
        let off = law.mean_s() - mean;
        law.variance_s2() + off * off
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(components: &[(f64, Distribution)]) -> Distribution {
        let components: Vec<Component> =
            components.iter().map(|(weight, law)| Component { weight: *weight, law: law.clone() }).collect();
        Distribution::mixture(&components).expect("it is a mixture")
    }

    fn uniform(min: f64, max: f64) -> Distribution {
        Distribution::uniform(min, max).expect("it is a law")
    }

    fn exponential(mean: f64) -> Distribution {
        Distribution::exponential_mean(mean).expect("it is a law")
    }

    #[test]
    fn a_mixture_has_the_moments_and_the_cdf_of_its_laws() {
        let mixture = of(&[(1.0, uniform(0.0, 10.0)), (3.0, uniform(20.0, 40.0))]);
        assert_eq!(mixture.mean_s(), 0.25 * 5.0 + 0.75 * 30.0);
        // Within: 100/12 and 400/12; between: of two points 25 apart.
        let variance = 0.25 * 100.0 / 12.0 + 0.75 * 400.0 / 12.0 + 0.25 * 0.75 * 25.0 * 25.0;
        assert!((mixture.variance_s2() - variance).abs() < 1e-12);
        assert_eq!([0.0, 5.0, 15.0, 30.0, 40.0].map(|x| mixture.cdf(x)), [0.0, 0.125, 0.25, 0.625, 1.0]);
        assert_eq!([5.0, 15.0, 30.0].map(|x| mixture.survival(x)), [0.875, 0.75, 0.375]);
        assert_eq!((mixture.min_s(), mixture.max_s()), (0.0, 40.0));
        assert_eq!(mixture.breakpoints_s(), [0.0, 10.0, 20.0, 40.0]);
        assert!((mixture.quantile(0.625) - 30.0).abs() < 1e-12);
        assert_eq!(
            (mixture.limited_mean_s(15.0), mixture.limited_mean_s(50.0)),
            (0.25 * 5.0 + 0.75 * 15.0, mixture.mean_s())
        );
    }

    #[test]
    fn a_mixture_has_one_form() {
        let hump = of(&[(1.0, uniform(0.0, 10.0)), (1.0, exponential(60.0))]);
        assert_eq!(of(&[(2.0, hump.clone())]), hump);
        assert_eq!(of(&[(1.0, hump.clone()), (0.0, uniform(1.0, 2.0))]), hump);
        assert_eq!(of(&[(0.5, hump.clone()), (0.5, hump.clone())]), hump);
        let three = of(&[(1.0, uniform(0.0, 10.0)), (1.0, exponential(60.0)), (2.0, exponential(90.0))]);
        assert_eq!(of(&[(1.0, hump), (1.0, exponential(90.0))]), three);
        let branches = [Branch { weight: 1.0, mean_s: 60.0 }, Branch { weight: 3.0, mean_s: 90.0 }];
        let hyperexponential = Distribution::hyperexponential(&branches).expect("it is a law");
        assert_eq!(of(&[(1.0, exponential(60.0)), (3.0, exponential(90.0))]), hyperexponential);
        assert_eq!(of(&[(1.0, exponential(60.0)), (3.0, exponential(60.0))]), exponential(60.0));
    }

    #[test]
    fn weights_are_from_zero_on_and_not_all_zero() {
        let error = |weight| {
            let component = Component { weight, law: exponential(60.0) };
            Distribution::mixture(&[component.clone(), Component { weight: 0.0, ..component }]).unwrap_err().to_string()
        };
        assert_eq!(error(-1.0), "`weight[0]` must be from 0 to 1e15, not -1");
        assert_eq!(error(0.0), "`weight` must be above 0 in sum, not 0");
    }
}
