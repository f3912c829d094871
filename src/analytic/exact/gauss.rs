//! Gauss and Legendre's rule.

use std::f64::consts::PI;

/// The number of nodes.
pub(super) const NODES: usize = 16;

/// The nodes in (0, 1), ascending, and their weights, of sum 1: the zeros of the Legendre polynomial by Newton's method
/// from Tricomi's estimate (Abramowitz & Stegun 1964, 25.4.29).
pub(super) fn rule() -> [(f64, f64); NODES] {
    let order = NODES as f64;
    std::array::from_fn(|index| {
        let mut x = -libm::cos(PI * (index as f64 + 0.75) / (order + 0.5));
        let mut slope = 1.0;
        for _ in 0..8 {
            let (mut before, mut value) = (1.0, x);
            for degree in 1..NODES {
                let n = degree as f64;
                (before, value) = (value, ((2.0 * n + 1.0) * x * value - n * before) / (n + 1.0));
            }
            slope = order * (x * value - before) / (x * x - 1.0);
            x -= value / slope;
        }
        ((1.0 + x) / 2.0, 1.0 / ((1.0 - x * x) * slope * slope))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_up_to_the_31st_are_integrated_exactly() {
        let rule = rule();
        assert!(rule.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for power in 0..32 {
            let integral: f64 = rule.iter().map(|(x, weight)| weight * x.powi(power)).sum();
            assert!((integral * f64::from(power + 1) - 1.0).abs() < 1e-14, "{power}: {integral}");
        }
    }
}
