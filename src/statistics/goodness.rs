//! Goodness of fit: whether values follow a law that is known in full.

/// The statistic of Anderson and Darling (1954) of values that should be uniform between 0 and 1: 0 for a perfect fit.
///
/// A value x of a law with the distribution function F is uniform as F(x). The order of the values does not matter.
///
/// # Panics
///
/// If there are no values, or one is not a number.
pub fn anderson_darling(uniform: &[f64]) -> f64 {
    assert!(!uniform.is_empty(), "a fit of no values");
    let mut sorted: Vec<f64> =
        uniform.iter().map(|value| value.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0)).collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let both = sorted.iter().zip(sorted.iter().rev());
    let terms = both.zip(0..).map(|((&low, &high), i)| f64::from(2 * i + 1) * (libm::log(low) + libm::log1p(-high)));
    -n - terms.sum::<f64>() / n
}

/// The probability of a statistic of Anderson and Darling of at least `a2` for `n` values that are uniform
/// (Marsaglia & Marsaglia 2004).
///
/// ```
/// use acdsim::statistics::{anderson_darling, anderson_darling_p};
///
/// let even: Vec<f64> = (0..100).map(|i| (f64::from(i) + 0.5) / 100.0).collect();
/// assert!(anderson_darling_p(anderson_darling(&even), 100) > 0.999);
/// let squares: Vec<f64> = even.iter().map(|value| value * value).collect();
/// assert!(anderson_darling_p(anderson_darling(&squares), 100) < 1e-4);
/// ```
pub fn anderson_darling_p(a2: f64, n: usize) -> f64 {
    if a2 <= 0.0 {
        return 1.0;
    }
    if a2 > 8.0 {
        // The largest of the weighted χ² of which the limit is the sum decides (Anderson & Darling 1952).
        return (3.0 / (std::f64::consts::PI * a2)).sqrt() * libm::exp(-a2);
    }
    let below = limit(a2);
    (1.0 - below - correction(n as f64, below)).clamp(0.0, 1.0)
}

/// The limit for many values of the probability that the statistic is below `z`.
fn limit(z: f64) -> f64 {
    if z < 2.0 {
        let series = horner(z, &[2.00012, 0.247105, -0.0649821, 0.0347962, -0.011672, 0.00168691]);
        return libm::exp(-1.2337141 / z) / z.sqrt() * series;
    }
    libm::exp(-libm::exp(horner(z, &[1.0776, -2.30695, 0.43424, -0.082433, 0.008056, -0.0003146])))
}

/// What is to be added to the limit `x` for `n` values.
fn correction(n: f64, x: f64) -> f64 {
    if x > 0.8 {
        return horner(x, &[-130.2137, 745.2337, -1705.091, 1950.646, -1116.360, 255.7844]) / n;
    }
    let edge = 0.01265 + 0.1757 / n;
    if x < edge {
        let t = x / edge;
        return t.sqrt() * (1.0 - t) * (49.0 * t - 102.0) * (0.0037 / (n * n) + 0.00078 / n + 0.00006) / n;
    }
    let t = (x - edge) / (0.8 - edge);
    horner(t, &[-0.00022633, 6.54034, -14.6538, 14.458, -8.259, 1.91864]) * (0.04213 + 0.01365 / n) / n
}

/// A polynomial, by its coefficients from the constant on.
fn horner(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().rev().fold(0.0, |value, coefficient| value * x + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};
    use uuid::Uuid;

    /// The percentage points of the limit (Stephens 1974, table 1A).
    #[test]
    fn the_points_of_the_published_table_come_out() {
        for (p, a2) in [(0.15, 1.610), (0.10, 1.933), (0.05, 2.492), (0.025, 3.070), (0.01, 3.857)] {
            let found = anderson_darling_p(a2, 1_000_000);
            assert!((found / p - 1.0).abs() < 0.03, "{p} at {a2}: {found}");
        }
    }

    #[test]
    fn the_tail_goes_on_where_the_fit_ends() {
        let (before, after) = (anderson_darling_p(7.999, 1_000), anderson_darling_p(8.001, 1_000));
        assert!((before / after - 1.0).abs() < 0.15, "{before} {after}");
    }

    /// Each p-value of uniform values is as likely as any other.
    #[test]
    fn uniform_values_fail_as_often_as_the_p_value_says() {
        let mut stream = Stream::new(1, 1, Purpose::Arrivals, Uuid::nil());
        let mut uniform = || stream.next_unit();
        const TRIES: usize = 4_000;
        for n in [5, 50] {
            let p = |values: Vec<f64>| anderson_darling_p(anderson_darling(&values), n);
            let p_values: Vec<f64> = (0..TRIES).map(|_| p((0..n).map(|_| uniform()).collect())).collect();
            for level in [0.01, 0.05, 0.5] {
                let share = p_values.iter().filter(|&&p| p <= level).count() as f64 / TRIES as f64;
                let error = (level * (1.0 - level) / TRIES as f64).sqrt();
                assert!((share - level).abs() < 4.5 * error, "{n} values, {level}: {share}");
            }
        }
    }
}
