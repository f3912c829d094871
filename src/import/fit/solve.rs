//! One-dimensional solving and the special functions that maximum likelihood needs, over `libm` only.

/// The digamma function ψ(x), the derivative of ln Γ(x), for x above 0; absolute error below 10⁻¹³.
///
/// By the recurrence ψ(x) = ψ(x + 1) − 1/x (DLMF 5.5.2) up to 10, and from there by its asymptotic series (DLMF 5.11.2).
pub(super) fn digamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 10.0 {
        below -= 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = square
        * (1.0 / 12.0
            - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square * (1.0 / 240.0 - square * (1.0 / 132.0)))));
    below + libm::log(x) - 0.5 / x - series
}

/// The trigamma function ψ′(x), for x above 0: like [`digamma`] (DLMF 5.15.5, 5.15.8).
pub(super) fn trigamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 10.0 {
        below += 1.0 / (x * x);
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = square
        * (1.0 / 6.0 - square * (1.0 / 30.0 - square * (1.0 / 42.0 - square * (1.0 / 30.0 - square * (5.0 / 66.0)))));
    below + 1.0 / x + 0.5 * square + series / x
}

/// The hazard φ(z) / Φ(−z) of the standard normal law, also where both are too small for a double.
pub(super) fn normal_hazard(z: f64) -> f64 {
    // From here on the continued fraction of Mills' ratio (DLMF 7.9.2), cut after three terms, is as precise.
    if z > 25.0 {
        let square = z * z;
        return z + 1.0 / z * (1.0 - 2.0 / square + 10.0 / (square * square));
    }
    let upper = 0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2);
    normal_density(z) / upper
}

/// ln Φ(−z): the logarithm of the probability that a standard normal variate is above `z`.
pub(super) fn log_normal_upper(z: f64) -> f64 {
    if z > 25.0 {
        return -z * z / 2.0 - 0.5 * libm::log(2.0 * std::f64::consts::PI) - libm::log(normal_hazard(z));
    }
    libm::log(0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2))
}

fn normal_density(z: f64) -> f64 {
    libm::exp(-z * z / 2.0) / (2.0 * std::f64::consts::PI).sqrt()
}

/// So many steps are enough for bisection alone to use up all digits between any two sensible bounds.
const MOST_STEPS: u32 = 200;

/// The root of a function that rises or falls through zero between `low` and `high`, by Newton's method with bisection
/// where a step would leave the bracket or is too slow; the end nearer to zero if there is no change of sign.
///
/// `function` gives the value and the derivative.
pub(super) fn root(mut low: f64, mut high: f64, mut function: impl FnMut(f64) -> (f64, f64)) -> f64 {
    let (at_low, at_high) = (function(low).0, function(high).0);
    if at_low == 0.0 || at_high == 0.0 || (at_low > 0.0) == (at_high > 0.0) {
        return if at_low.abs() <= at_high.abs() { low } else { high };
    }
    let rises = at_high > 0.0;
    let mut x = low + (high - low) / 2.0;
    let mut last_width = high - low;
    for _ in 0..MOST_STEPS {
        let (value, slope) = function(x);
        if value == 0.0 {
            return x;
        }
        if (value > 0.0) == rises {
            high = x;
        } else {
            low = x;
        }
        let width = high - low;
        let newton = x - value / slope;
        let slow = width > last_width / 2.0 && (newton - x).abs() > last_width / 4.0;
        let next = if newton > low && newton < high && !slow { newton } else { low + width / 2.0 };
        last_width = width;
        if (next - x).abs() <= 1e-14 * x.abs() || width <= 1e-15 * high.abs() {
            return next;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digamma_and_trigamma_have_their_known_values() {
        const EULER: f64 = 0.577_215_664_901_532_9;
        let pi = std::f64::consts::PI;
        // DLMF 5.4.12, 5.4.13, 5.15.1.
        for (computed, exact) in [
            (digamma(1.0), -EULER),
            (digamma(0.5), -EULER - 2.0 * std::f64::consts::LN_2),
            (digamma(4.0), 11.0 / 6.0 - EULER),
            (trigamma(1.0), pi * pi / 6.0),
            (trigamma(0.5), pi * pi / 2.0),
            (trigamma(3.0), pi * pi / 6.0 - 1.25),
        ] {
            assert!((computed - exact).abs() < 1e-12, "{computed} {exact}");
        }
        // The derivative of one is the other.
        for x in [0.05, 0.7, 3.0, 40.0, 1e4] {
            let step = 1e-5 * x;
            let slope = (digamma(x + step) - digamma(x - step)) / (2.0 * step);
            assert!((slope / trigamma(x) - 1.0).abs() < 1e-7, "{x}");
        }
    }

    #[test]
    fn the_normal_tail_goes_on_where_doubles_end() {
        assert!((normal_hazard(0.0) - (2.0 / std::f64::consts::PI).sqrt()).abs() < 1e-15);
        assert!((log_normal_upper(1.959_963_984_540_054) - libm::log(0.025)).abs() < 1e-13);
        // Both branches meet, and the hazard stays between z and z + 1/z.
        let (below, above) = (25.0 - 1e-9, 25.0 + 1e-9);
        assert!((normal_hazard(below) / normal_hazard(above) - 1.0).abs() < 1e-9);
        assert!((log_normal_upper(below) / log_normal_upper(above) - 1.0).abs() < 1e-9);
        for z in [26.0, 40.0, 1e3, 1e6] {
            assert!(normal_hazard(z) >= z && normal_hazard(z) <= z + 1.0 / z);
            assert!(log_normal_upper(z).is_finite());
        }
    }

    #[test]
    fn a_root_is_found_also_where_newton_alone_runs_away() {
        let cube = root(0.0, 10.0, |x| (x * x * x - 2.0, 3.0 * x * x));
        assert!((cube * cube * cube - 2.0).abs() < 1e-13);
        // The slope of arctan far from its root sends Newton to infinity.
        let flat = root(-100.0, 130.0, |x| (libm::atan(x), 1.0 / (1.0 + x * x)));
        assert!(flat.abs() < 1e-12, "{flat}");
        let falling = root(0.1, 50.0, |x| (1.0 / x - 0.25, -1.0 / (x * x)));
        assert!((falling - 4.0).abs() < 1e-12);
        assert_eq!(root(1.0, 2.0, |x| (x, 1.0)), 1.0);
    }
}
