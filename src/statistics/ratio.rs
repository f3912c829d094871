//! The ratio of two means over independent replications, such as the mean wait: all waits over all calls.

use super::{student_quantile, student_two_sided};

/// Numerators and denominators of independent replications, in constant memory (Welford 1962).
///
/// The mean of a quotient is not the quotient of the means: a short replication with few calls would weigh as much as a long
/// one. The quotient of the sums is what a formula for one call speaks of, so that is what is estimated, and its
/// uncertainty comes from the spread of `numerator − ratio × denominator` (the delta method; Law 2015, 9.3).
///
/// ```
/// use acdsim::statistics::Ratio;
///
/// let mut asa = Ratio::default();
/// for (waits, calls) in [(40.0, 10.0), (66.0, 11.0), (54.0, 9.0)] {
///     asa.add(waits, calls);
/// }
/// assert!((asa.value() - 160.0 / 30.0).abs() < 1e-12);
/// assert!(asa.half_width(0.95).unwrap() > 1.0);
/// assert!(asa.p_value(5.4) > 0.5 && asa.p_value(20.0) < 0.01);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ratio {
    count: u64,
    numerator: f64,
    denominator: f64,
    /// Sums of squared deviations from the means, and of their products.
    squares: [f64; 3],
}

impl Ratio {
    /// Takes one more replication into account.
    pub fn add(&mut self, numerator: f64, denominator: f64) {
        self.count += 1;
        let (above, below) = (numerator - self.numerator, denominator - self.denominator);
        self.numerator += above / self.count as f64;
        self.denominator += below / self.count as f64;
        let rest = denominator - self.denominator;
        self.squares[0] += above * (numerator - self.numerator);
        self.squares[1] += above * rest;
        self.squares[2] += below * rest;
    }

    /// How many replications there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The ratio of the means; not a number if the denominators are all 0.
    pub fn value(&self) -> f64 {
        self.numerator / self.denominator
    }

    /// Half the width of the interval of this confidence (Student); none for fewer than two replications, or if the
    /// denominators are all 0.
    pub fn half_width(&self, confidence: f64) -> Option<f64> {
        if self.count < 2 || self.denominator == 0.0 {
            return None;
        }
        let quantile = student_quantile(0.5 + confidence / 2.0, self.count - 1);
        Some(quantile * self.error_about(self.value()) / self.denominator.abs())
    }

    /// How many standard errors `numerator − expected × denominator` is from 0, its mean if the ratio is as expected
    /// (Fieller 1954); none for fewer than two replications, or if the denominators are all 0.
    pub fn t(&self, expected: f64) -> Option<f64> {
        if self.count < 2 || self.denominator == 0.0 {
            return None;
        }
        let off = self.numerator - expected * self.denominator;
        let error = self.error_about(expected);
        // What never varies is either as expected, but for rounding, or infinitely far from it.
        let rounding = 1e-9 * (self.numerator.abs() + (expected * self.denominator).abs());
        Some(if off.abs() <= rounding { 0.0 } else { off / error })
    }

    /// The probability of a ratio at least so far from what is expected, if it is as expected; 1 if there is too little to
    /// tell.
    pub fn p_value(&self, expected: f64) -> f64 {
        self.t(expected).map_or(1.0, |t| student_two_sided(t, self.count - 1))
    }

    /// The standard error of the mean of `numerator − ratio × denominator`.
    fn error_about(&self, ratio: f64) -> f64 {
        let [above, both, below] = self.squares;
        let (terms, squares) = (above + ratio * ratio * below, above - 2.0 * ratio * both + ratio * ratio * below);
        // What is left of terms that cancel is rounding.
        let squares = if squares <= 1e-13 * terms { 0.0 } else { squares };
        (squares / (self.count - 1) as f64 / self.count as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Moments;

    #[test]
    fn a_ratio_over_ones_is_a_mean() {
        let (mut ratio, mut moments) = (Ratio::default(), Moments::default());
        for value in [3.0, 5.0, 4.0, 9.0, 1.0] {
            ratio.add(value, 1.0);
            moments.add(value);
        }
        let estimate = moments.estimate();
        assert!((ratio.value() - estimate.mean).abs() < 1e-12);
        assert!((ratio.half_width(0.95).unwrap() - estimate.half_width.unwrap()).abs() < 1e-12);
    }

    #[test]
    fn replications_that_are_all_in_proportion_leave_no_doubt() {
        let mut ratio = Ratio::default();
        for calls in [10.0, 20.0, 30.0] {
            ratio.add(7.0 * calls, calls);
        }
        assert!(ratio.half_width(0.95).unwrap() < 1e-6);
        assert_eq!((ratio.t(7.0), ratio.p_value(7.0)), (Some(0.0), 1.0));
    }

    #[test]
    fn too_little_tells_nothing() {
        let mut ratio = Ratio::default();
        assert_eq!((ratio.half_width(0.95), ratio.p_value(1.0)), (None, 1.0));
        ratio.add(0.0, 0.0);
        ratio.add(0.0, 0.0);
        assert_eq!((ratio.half_width(0.95), ratio.p_value(1.0)), (None, 1.0));
    }
}
