//! Student's t distribution.

use std::cell::Cell;

/// The quantile of Student's t distribution with `degrees` degrees of freedom: the t below which a share `p` lies.
///
/// `p` is from 0.5 to 1 (excluded). Found by bisection of the distribution function, which is a regularised incomplete
/// beta function (Abramowitz & Stegun 1964, 26.7.1); all functions are those of the `libm` crate, so the bits are the
/// same on every platform.
///
/// ```
/// use acdsim::statistics::student_quantile;
///
/// assert!((student_quantile(0.975, 9) - 2.262157162798205).abs() < 1e-12);
/// ```
///
/// # Panics
///
/// If `degrees` is zero or `p` is not from 0.5 to 1 (excluded).
pub fn student_quantile(p: f64, degrees: u64) -> f64 {
    assert!(degrees > 0 && (0.5..1.0).contains(&p), "a quantile of p = {p} with {degrees} degrees of freedom");
    // A report, or a search, asks for the same one thousands of times.
    thread_local! {
        static LAST: Cell<(f64, u64, f64)> = const { Cell::new((f64::NAN, 0, f64::NAN)) };
    }
    LAST.with(|last| {
        let (last_p, last_degrees, quantile) = last.get();
        if (last_p, last_degrees) == (p, degrees) {
            return quantile;
        }
        let quantile = found_quantile(p, degrees);
        last.set((p, degrees, quantile));
        quantile
    })
}

fn found_quantile(p: f64, degrees: u64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while upper_tail(high, degrees) > 1.0 - p {
        high *= 2.0;
    }
    // Until the two are neighbours.
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if upper_tail(middle, degrees) > 1.0 - p { low = middle } else { high = middle }
    }
}

/// The probability that Student's t with `degrees` degrees of freedom is at least as far from 0 as `t`, on either side.
///
/// ```
/// use acdsim::statistics::{student_quantile, student_two_sided};
///
/// assert!((student_two_sided(-student_quantile(0.975, 9), 9) - 0.05).abs() < 1e-12);
/// ```
///
/// # Panics
///
/// If `degrees` is zero.
pub fn student_two_sided(t: f64, degrees: u64) -> f64 {
    assert!(degrees > 0, "Student's t has at least one degree of freedom");
    if t.is_infinite() { 0.0 } else { 2.0 * upper_tail(t.abs(), degrees) }
}

/// P(T > t) for t ≥ 0.
fn upper_tail(t: f64, degrees: u64) -> f64 {
    let degrees = degrees as f64;
    0.5 * incomplete_beta(degrees / (degrees + t * t), t * t / (degrees + t * t), 0.5 * degrees, 0.5)
}

/// The regularised incomplete beta function I_x(a, b), with y = 1 − x given to spare its cancellation.
fn incomplete_beta(x: f64, y: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    let ln_front = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log(y);
    let front = libm::exp(ln_front);
    // The continued fraction converges fast below the mean of the law, its mirror image above.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(x, a, b) / a
    } else {
        1.0 - front * beta_fraction(y, b, a) / b
    }
}

/// The continued fraction of the incomplete beta function (Abramowitz & Stegun 1964, 26.5.8), by Lentz's method.
fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut c, mut d) = (1.0, 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for m in 1..10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = fraction;
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            fraction *= c * d;
        }
        if (fraction - before).abs() <= 1e-16 * fraction.abs() {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Closed forms for one and two degrees of freedom, and the limit for many.
    #[test]
    fn quantiles_agree_with_closed_forms() {
        for p in [0.55, 0.75, 0.9, 0.975, 0.999] {
            let one = (std::f64::consts::PI * (p - 0.5)).tan();
            assert!((student_quantile(p, 1) / one - 1.0).abs() < 1e-12, "p = {p}");
            let two = (2.0 * p - 1.0) / (2.0_f64 * p * (1.0 - p)).sqrt();
            assert!((student_quantile(p, 2) / two - 1.0).abs() < 1e-12, "p = {p}");
        }
        let normal: f64 = 1.959_963_984_540_054;
        // The first term of the expansion about the normal law (Abramowitz & Stegun 1964, 26.7.5).
        let expected = normal + (normal.powi(3) + normal) / 4.0 / 1e6;
        assert!((student_quantile(0.975, 1_000_000) / expected - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_median_is_zero() {
        assert!(student_quantile(0.5, 7).abs() < 1e-300);
    }
}
