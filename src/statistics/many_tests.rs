//! Many tests at once, with one rate of false alarms for all of them.

/// Which of many tests fail, so that the probability that any of them fails though all is as expected is at most
/// `error_rate` (Holm 1979): in the order of the p-values, the i-th of n fails while it is at most `error_rate / (n − i + 1)`.
///
/// Returned are the adjusted p-values, in the order of the given ones: a test fails if its own is at most `error_rate`.
///
/// ```
/// use acdsim::statistics::holm;
///
/// let adjusted = holm(&[0.04, 0.001, 0.03]);
/// assert_eq!(adjusted, [0.06, 0.003, 0.06]);
/// ```
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (before, &test) in order.iter().enumerate() {
        largest = largest.max(((p_values.len() - before) as f64 * p_values[test]).min(1.0));
        adjusted[test] = largest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::holm;
    use proptest::prelude::*;

    proptest! {
        /// By the definition: walk up from the smallest until one is too large.
        #[test]
        fn the_same_tests_fail_as_by_the_definition(
            p_values in prop::collection::vec(0.0..0.2_f64, 0..12),
            error_rate in 0.001..0.2_f64,
        ) {
            let mut sorted = p_values.clone();
            sorted.sort_by(f64::total_cmp);
            let n = sorted.len();
            let failing = (0..n).take_while(|&i| sorted[i] * (n - i) as f64 <= error_rate).count();
            let adjusted = holm(&p_values);
            prop_assert_eq!(adjusted.iter().filter(|&&p| p <= error_rate).count(), failing);
            prop_assert!(adjusted.iter().zip(&p_values).all(|(adjusted, p)| adjusted >= p));
        }
    }
}
