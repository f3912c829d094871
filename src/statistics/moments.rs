//! Mean and variance of values from independent replications.

use super::student_quantile;

/// Mean and variance of a stream of values, in constant memory (Welford 1962).
///
/// ```
/// use acdsim::statistics::Moments;
///
/// let mut waits = Moments::default();
/// for wait in [4.0, 6.0, 5.0] {
///     waits.add(wait);
/// }
/// let estimate = waits.estimate();
/// assert_eq!(estimate.mean, 5.0);
/// assert_eq!(estimate.replications, 3);
/// assert!((estimate.half_width.unwrap() - 2.484).abs() < 1e-3); // 4.303 × 1 / √3
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    count: u64,
    mean: f64,
    /// The sum of squared deviations from the mean.
    squares: f64,
}

/// A mean over independent replications with its interval of confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean of the values; not a number if there are none.
    pub mean: f64,
    /// Half the width of the 95 % interval of confidence (Student); none for fewer than two values.
    pub half_width: Option<f64>,
    /// How many replications had a value.
    pub replications: u64,
}

impl Moments {
    /// Takes one more value into account.
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let deviation = value - self.mean;
        self.mean += deviation / self.count as f64;
        self.squares += deviation * (value - self.mean);
    }

    /// How many values there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The variance, with one value less than there are as the divisor; none for fewer than two values.
    pub fn variance(&self) -> Option<f64> {
        (self.count >= 2).then(|| self.squares / (self.count - 1) as f64)
    }

    /// The mean with its 95 % interval.
    pub fn estimate(&self) -> Estimate {
        let half_width = (self.count >= 2).then(|| {
            let degrees = self.count - 1;
            let error = (self.squares / degrees as f64 / self.count as f64).sqrt();
            student_quantile(0.975, degrees) * error
        });
        let mean = if self.count == 0 { f64::NAN } else { self.mean };
        Estimate { mean, half_width, replications: self.count }
    }
}
