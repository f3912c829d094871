//! The special functions that the laws need and `libm` does not have.

/// The probability that a standard normal variate is at most `z` (DLMF 7.2.2).
pub(super) fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The regularized lower incomplete gamma function P(a, x), for `a` above 0 (DLMF 8.2.4).
///
/// By its power series (DLMF 8.11.4) where x < a + 1, and elsewhere by the continued fraction of the upper function
/// (DLMF 8.9.2) with the algorithm of Lentz. The relative error is near 10⁻¹⁴, for `a` of 10⁶ near 10⁻¹².
pub(crate) fn gamma_p(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x == f64::INFINITY {
        return 1.0;
    }
    if x < a + 1.0 { lower(a, x) } else { 1.0 - upper(a, x) }
}

/// The regularized upper incomplete gamma function Q(a, x) = 1 − P(a, x), for `a` above 0: like [`gamma_p`], and as
/// precise where it is small.
pub(super) fn gamma_q(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    if x == f64::INFINITY {
        return 0.0;
    }
    if x < a + 1.0 { 1.0 - lower(a, x) } else { upper(a, x) }
}

/// P(a, x) for x < a + 1.
fn lower(a: f64, x: f64) -> f64 {
    (gamma_density(a, x) * series(a, x)).min(1.0)
}

/// Q(a, x) for x ≥ a + 1.
fn upper(a: f64, x: f64) -> f64 {
    (gamma_density(a, x) * a * fraction(a, x)).min(1.0)
}

/// x^a e^(−x) / Γ(a + 1).
pub(crate) fn gamma_density(a: f64, x: f64) -> f64 {
    if a < 100.0 {
        return libm::exp(a * libm::log(x) - x - libm::lgamma(a + 1.0));
    }
    // Stirling's series (DLMF 5.11.1), in which the large terms of the logarithm have cancelled.
    let square = 1.0 / (a * a);
    let rest = (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0))) / a;
    let off = (x - a) / a;
    libm::exp(a * (libm::log1p(off) - off) - rest) / (2.0 * std::f64::consts::PI * a).sqrt()
}

/// Σ xⁿ / ((a + 1) ... (a + n)), for x < a + 1.
fn series(a: f64, x: f64) -> f64 {
    let (mut sum, mut term, mut n) = (1.0, 1.0, 1.0);
    while term > sum * 1e-17 {
        term *= x / (a + n);
        sum += term;
        n += 1.0;
    }
    sum
}

/// Γ(a, x) e^x x^(−a), for x ≥ a + 1.
fn fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut d = 1.0 / b;
    let mut c = f64::INFINITY;
    let (mut value, mut n) = (d, 1.0);
    loop {
        let numerator = -n * (n - a);
        b += 2.0;
        d = 1.0 / (b + numerator * d);
        c = b + numerator / c;
        let factor = c * d;
        value *= factor;
        n += 1.0;
        // In doubles the factors come to rest within some units in the last place of 1.
        if (factor - 1.0).abs() < 3e-15 || n > 1e6 {
            return value;
        }
    }
}

/// The standard normal variate z with Φ(z) = `probability`; of 0 and 1 and what is next to them, one that is far out.
///
/// From a rational approximation (C. Hastings, 1955; M. Abramowitz and I. A. Stegun, 26.2.23), by Halley's method on Φ.
pub(super) fn normal_quantile(probability: f64) -> f64 {
    const NEAREST: f64 = 1e-17;
    let upper = probability > 0.5;
    let tail = if upper { 1.0 - probability } else { probability }.max(NEAREST);
    let t = (-2.0 * libm::log(tail)).sqrt();
    let above = 2.515517 + t * (0.802853 + t * 0.010328);
    let below = 1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308));
    let mut z = above / below - t;
    for _ in 0..3 {
        let off = (normal_cdf(z) - tail) * (2.0 * std::f64::consts::PI).sqrt() * libm::exp(z * z / 2.0);
        z -= off / (1.0 + z * off / 2.0);
    }
    if upper { -z } else { z }
}

/// The gamma variate of the shape `a` (above 0) and scale 1 that stands where the standard normal variate `z` stands among
/// normals: P(a, x) = Φ(z).
///
/// Newton's method for the logarithm of x on the logarithm of the smaller tail, which is nearly straight there, from the
/// cube of E. B. Wilson and M. M. Hilferty (1931); a step that leaves what is known to hold the root is halved into it. The
/// relative error is near that of the tails; what is too small for a double is 0.
pub(crate) fn gamma_at_normal(a: f64, z: f64) -> f64 {
    // Further out the tail of the normal is no longer a double.
    let z = z.clamp(-37.0, 37.0);
    let (is_lower, tail) = (z < 0.0, normal_cdf(-z.abs()));
    let goal = libm::log(tail);
    let root = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * a.sqrt());
    let near_zero = (libm::log(normal_cdf(z)) + libm::lgamma(a + 1.0)) / a;
    let mut y = if root > 0.3 { libm::log(a) + 3.0 * libm::log(root) } else { near_zero };
    let (mut low, mut high) = (-f64::INFINITY, f64::INFINITY);
    for _ in 0..200 {
        let x = libm::exp(y);
        if x == 0.0 {
            return 0.0;
        }
        let value = if is_lower { gamma_p(a, x) } else { gamma_q(a, x) };
        let slope = a * gamma_density(a, x) / value;
        // How far the tail is too far out, as a difference of y.
        let off = if is_lower { goal - libm::log(value) } else { libm::log(value) - goal };
        if off > 0.0 {
            low = y
        } else {
            high = y
        }
        let mut next = y + off / slope;
        let is_newton = (low..=high).contains(&next);
        if !is_newton {
            next = match (low.is_finite(), high.is_finite()) {
                (true, true) => (low + high) / 2.0,
                (true, false) => y + 1.0,
                _ => y - 1.0,
            };
        }
        let step = (next - y).abs();
        y = next;
        // The error after a step of Newton's is of the order of its square.
        if step < if is_newton { 1e-9 } else { 1e-15 * (1.0 + y.abs()) } {
            break;
        }
    }
    libm::exp(y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(computed: f64, exact: f64, relative: f64) {
        assert!((computed / exact - 1.0).abs() < relative, "computed {computed:e}, exact {exact:e}");
    }

    #[test]
    fn normal_cdf_has_the_tabulated_values() {
        assert_eq!(normal_cdf(0.0), 0.5);
        assert_near(normal_cdf(1.959963984540054), 0.975, 1e-15);
        assert_near(normal_cdf(-6.0), 9.865_876_450_376_98e-10, 1e-13);
    }

    #[test]
    fn normal_quantile_undoes_the_cdf() {
        assert_near(normal_quantile(0.975), 1.959963984540054, 1e-14);
        assert_near(normal_quantile(1e-10), -6.361_340_902_404_056, 1e-14);
        assert!(normal_quantile(0.5).abs() < 1e-16);
        for step in -80..=80 {
            let z = f64::from(step) / 10.0;
            // Near 1 a probability has few digits left for the tail.
            let precision = 1e-14 + if z > 0.0 { 1e-16 / f64::exp(-z * z / 2.0) } else { 0.0 };
            assert!((normal_quantile(normal_cdf(z)) - z).abs() < 8.0 * precision, "{z}");
        }
        assert!(normal_quantile(0.0) < -8.0 && normal_quantile(1.0) > 8.0 && normal_quantile(1.0).is_finite());
    }

    #[test]
    fn gamma_p_of_whole_shapes_is_the_poisson_sum() {
        // P(n, x) = 1 - Σ_{k<n} e^(-x) x^k / k!
        for (n, x) in [(1, 0.3), (2, 2.5), (5, 4.0), (5, 9.0), (40, 30.0), (40, 55.0), (150, 140.0), (150, 165.0)] {
            let (mut term, mut sum) = (f64::exp(-x), 0.0);
            for k in 0..n {
                sum += term;
                term *= x / f64::from(k + 1);
            }
            assert_near(gamma_p(f64::from(n), x), 1.0 - sum, 1e-11);
        }
    }

    #[test]
    fn gamma_p_of_a_half_is_the_error_function() {
        for x in [1e-6_f64, 0.1, 1.0, 1.4, 1.6, 5.0, 20.0] {
            assert_near(gamma_p(0.5, x), libm::erf(x.sqrt()), 1e-14);
        }
    }

    #[test]
    fn gamma_q_is_precise_in_the_tail() {
        // Q(1, x) = e^(-x) and Q(2, x) = (1 + x) e^(-x).
        for x in [0.5, 1.5, 3.0, 30.0, 300.0] {
            assert_near(gamma_q(1.0, x), f64::exp(-x), 1e-13);
            assert_near(gamma_q(2.0, x), (1.0 + x) * f64::exp(-x), 1e-13);
            assert_near(gamma_p(2.5, x) + gamma_q(2.5, x), 1.0, 1e-15);
        }
        assert_eq!((gamma_q(2.0, 0.0), gamma_q(2.0, f64::INFINITY)), (1.0, 0.0));
    }

    #[test]
    fn gamma_p_meets_its_ends_and_its_middle() {
        assert_eq!(gamma_p(3.0, 0.0), 0.0);
        assert_eq!(gamma_p(3.0, f64::INFINITY), 1.0);
        assert_eq!(gamma_p(3.0, f64::MAX), 1.0);
        // At x = a, P is ½ + (1/3) / √(2πa) + O(a^(-3/2)) (DLMF 8.11.12).
        let a = 1e6;
        assert_near(gamma_p(a, a), 0.5 + 1.0 / 3.0 / (2.0 * std::f64::consts::PI * a).sqrt(), 1e-9);
        // Series and fraction meet where one takes over from the other.
        for a in [0.001, 0.1, 1.0, 50.0, 99.9, 100.1, 1e4] {
            let edge = a + 1.0;
            assert_near(gamma_p(a, edge * (1.0 - 1e-15)), gamma_p(a, edge), 1e-13);
        }
    }

    /// Made with mpmath to 60 digits.
    #[test]
    fn gamma_variates_stand_where_the_normal_ones_do() {
        for (a, z, exact) in [
            (0.05, -1.5, 1.833_254_431_598_173_8e-24),
            (0.5, 0.25, 0.352_223_179_524_294_67),
            (1.0, 3.0, 6.607_726_221_510_349),
            (2.5, -4.0, 0.025_828_476_694_086_58),
            (10.0, -2.0, 4.719_233_718_620_755),
            (10.0, 0.0, 9.668_714_614_714_132),
            (10.0, 2.5, 19.623_946_052_444_138),
            (10.0, 6.0, 41.756_642_844_097_27),
            (100.0, -5.0, 57.723_426_685_079_8),
            (1000.0, 1.0, 1_031.617_513_411_362),
        ] {
            assert_near(gamma_at_normal(a, z), exact, 1e-12);
        }
    }

    #[test]
    fn gamma_variates_have_the_tails_of_their_normals() {
        for a in [0.01, 0.1, 0.9, 1.0, 1.1, 3.0, 30.0, 1e3, 1e6] {
            let mut before = -1.0;
            for step in -80..=80 {
                let z = f64::from(step) / 10.0;
                let x = gamma_at_normal(a, z);
                assert!(x > before || x == 0.0, "{a} at {z}: {x} after {before}");
                before = x;
                let (tail, of_normal) =
                    if z < 0.0 { (gamma_p(a, x), normal_cdf(z)) } else { (gamma_q(a, x), normal_cdf(-z)) };
                // The tail of x is as many times less precise than x as it is steep there; below MIN_POSITIVE x has few digits.
                let precision = 1e-12 + 2e-15 * a * gamma_density(a, x) / tail;
                assert!(
                    x < f64::MIN_POSITIVE || (tail / of_normal - 1.0).abs() < precision,
                    "{a} at {z}: {tail:e}, {of_normal:e}"
                );
            }
        }
        // exp(-ln(tail) / 0.01) is below every double.
        assert_eq!(gamma_at_normal(0.01, -8.0), 0.0);
        assert!(gamma_at_normal(2.0, 1e9).is_finite() && gamma_at_normal(2.0, -1e9) >= 0.0);
    }
}
