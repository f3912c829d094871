//! Differences between two systems that see the same callers.

use super::{Estimate, Moments, student_quantile};

/// Pairs of values, one pair a replication, and the difference second − first, in constant memory.
///
/// With common random numbers the two values of a pair are correlated, so the variance of their difference is
/// `Var A + Var B − 2 Cov(A, B)` instead of `Var A + Var B`, and the interval is narrower by as much (Law 2015, 11.2).
///
/// ```
/// use acdsim::statistics::Paired;
///
/// let mut asa = Paired::default();
/// for (before, after) in [(10.0, 12.0), (20.0, 21.5), (31.0, 33.5)] {
///     asa.add(before, after);
/// }
/// assert_eq!(asa.difference().mean, 2.0);
/// assert!((asa.difference().half_width.unwrap() - 1.242).abs() < 1e-3); // 4.303 × 0.5 / √3
/// assert!(asa.narrowing().unwrap() > 10.0 && asa.correlation().unwrap() > 0.99);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Paired {
    first: Moments,
    second: Moments,
    difference: Moments,
}

impl Paired {
    /// Takes the values of one more replication into account.
    pub fn add(&mut self, first: f64, second: f64) {
        self.first.add(first);
        self.second.add(second);
        self.difference.add(second - first);
    }

    /// The mean of the first system.
    pub fn first(&self) -> Estimate {
        self.first.estimate()
    }

    /// The mean of the second system.
    pub fn second(&self) -> Estimate {
        self.second.estimate()
    }

    /// The mean difference with its 95 % interval of paired values (Student).
    pub fn difference(&self) -> Estimate {
        self.difference.estimate()
    }

    /// Half the width that the 95 % interval of the difference would have with as many independent runs of each (Welch 1947,
    /// with the degrees of freedom rounded down); none for fewer than two pairs.
    pub fn independent_half_width(&self) -> Option<f64> {
        let count = self.difference.count() as f64;
        let (first, second) = (self.first.variance()? / count, self.second.variance()? / count);
        let both = first + second;
        if both == 0.0 {
            return Some(0.0);
        }
        let degrees = both * both * (count - 1.0) / (first * first + second * second);
        // At least those of the one that varies more, but for rounding.
        let degrees = (degrees as u64).max(self.difference.count() - 1);
        Some(student_quantile(0.975, degrees) * both.sqrt())
    }

    /// How many times as wide the interval of independent runs is as that of the pairs; none for fewer than two pairs, or if
    /// the difference never varies.
    pub fn narrowing(&self) -> Option<f64> {
        let paired = self.difference().half_width.filter(|&half_width| half_width > 0.0)?;
        Some(self.independent_half_width()? / paired)
    }

    /// The correlation of the two, from −1 to 1; none for fewer than two pairs, or if one of them never varies.
    pub fn correlation(&self) -> Option<f64> {
        let (first, second) = (self.first.variance()?, self.second.variance()?);
        let spread = (first * second).sqrt();
        let covariance = 0.5 * (first + second - self.difference.variance()?);
        (spread > 0.0).then(|| (covariance / spread).clamp(-1.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: variances 1 and 4, differences of variance 9 for values that are opposed, and 1 for those that agree.
    #[test]
    fn intervals_are_those_computed_by_hand() {
        let (mut agree, mut oppose) = (Paired::default(), Paired::default());
        for (a, b) in [(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)] {
            agree.add(a, b);
            oppose.add(a, 8.0 - b);
        }
        let t = student_quantile(0.975, 2);
        assert!((agree.difference().half_width.unwrap() - t * (1.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert!((oppose.difference().half_width.unwrap() - t * 3.0_f64.sqrt()).abs() < 1e-12);
        // Welch: (1/3 + 4/3)² / ((1/9 + 16/9) / 2) = 2.94 degrees of freedom.
        for paired in [agree, oppose] {
            assert!((paired.independent_half_width().unwrap() - t * (5.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        }
        assert!((agree.narrowing().unwrap() - 5.0_f64.sqrt()).abs() < 1e-12);
        assert!(oppose.narrowing().unwrap() < 1.0);
        assert_eq!((agree.correlation(), oppose.correlation()), (Some(1.0), Some(-1.0)));
    }

    #[test]
    fn too_little_tells_nothing() {
        let mut paired = Paired::default();
        assert_eq!((paired.independent_half_width(), paired.narrowing(), paired.correlation()), (None, None, None));
        paired.add(1.0, 1.0);
        assert_eq!(paired.difference().half_width, None);
        paired.add(1.0, 1.0);
        assert_eq!((paired.independent_half_width(), paired.narrowing()), (Some(0.0), None));
    }
}
