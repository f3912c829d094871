//! Numerical solution of an ordinary differential equation.

/// The relative error that a step may have.
const TOLERANCE: f64 = 1e-12;

/// A solution of y′ = f(x, y) that is followed from point to point, with the step that the last one took.
///
/// By the Runge–Kutta pair of J. Dormand and P. Prince, 1980, A family of embedded Runge–Kutta formulae, Journal of
/// Computational and Applied Mathematics 6. A step never goes over a point, so f may jump there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Solution {
    pub(super) x: f64,
    pub(super) y: f64,
    /// The length of a step, without its direction.
    step: f64,
}

impl Solution {
    pub(super) fn new(x: f64, y: f64, step: f64) -> Self {
        Solution { x, y, step }
    }

    /// Follows the solution to `end`, before or after the present point.
    pub(super) fn follow(&mut self, f: &impl Fn(f64, f64) -> f64, end: f64) {
        let direction = if end < self.x { -1.0 } else { 1.0 };
        // A jump at either end is not part of the way: its value on this side is taken.
        let (low, high) = (self.x.min(end), self.x.max(end));
        let (first, last) = (low + low.abs() * 1e-15, high - high.abs() * 1e-15);
        let inside = |x: f64, y: f64| f(x.max(first).min(last), y);
        while self.x != end {
            let left = (end - self.x).abs();
            let is_last = self.step >= left * (1.0 - 1e-9);
            let h = direction * if is_last { left } else { self.step };
            let (y, error) = step(&inside, self.x, self.y, h);
            let allowed = TOLERANCE * (1e-290 + y.abs().max(self.y.abs()));
            let ratio = error / allowed;
            if ratio <= 1.0 || left < 1e-13 * self.x.abs() {
                (self.x, self.y) = (if is_last { end } else { self.x + h }, y);
            }
            // The fifth root of the ratio, with a margin.
            let factor = if ratio > 0.0 { 0.9 * libm::exp(-0.2 * libm::log(ratio)) } else { 5.0 };
            let next = h.abs() * factor.clamp(0.2, 5.0);
            self.step = if is_last && ratio <= 1.0 { next.max(self.step) } else { next };
        }
    }
}

/// The value after a step of length `h`, and an estimate of its error.
fn step(f: &impl Fn(f64, f64) -> f64, x: f64, y: f64, h: f64) -> (f64, f64) {
    let k1 = f(x, y);
    let k2 = f(x + h / 5.0, y + h * k1 / 5.0);
    let k3 = f(x + h * 0.3, y + h * (3.0 * k1 + 9.0 * k2) / 40.0);
    let k4 = f(x + h * 0.8, y + h * (44.0 / 45.0 * k1 - 56.0 / 15.0 * k2 + 32.0 / 9.0 * k3));
    let k5 = f(
        x + h * 8.0 / 9.0,
        y + h * (19_372.0 / 6_561.0 * k1 - 25_360.0 / 2_187.0 * k2 + 64_448.0 / 6_561.0 * k3 - 212.0 / 729.0 * k4),
    );
    let k6 = f(
        x + h,
        y + h
            * (9_017.0 / 3_168.0 * k1 - 355.0 / 33.0 * k2 + 46_732.0 / 5_247.0 * k3 + 49.0 / 176.0 * k4
                - 5_103.0 / 18_656.0 * k5),
    );
    let rise =
        35.0 / 384.0 * k1 + 500.0 / 1_113.0 * k3 + 125.0 / 192.0 * k4 - 2_187.0 / 6_784.0 * k5 + 11.0 / 84.0 * k6;
    let end = y + h * rise;
    let k7 = f(x + h, end);
    let error = 71.0 / 57_600.0 * k1 - 71.0 / 16_695.0 * k3 + 71.0 / 1_920.0 * k4 - 17_253.0 / 339_200.0 * k5
        + 22.0 / 525.0 * k6
        - k7 / 40.0;
    (end, (h * error).abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_followed_both_ways() {
        let mut solution = Solution::new(0.0, 1.0, 1.0);
        for end in [1.0, 3.0, 10.0] {
            solution.follow(&|_, y| -y, end);
            assert!((solution.y / libm::exp(-end) - 1.0).abs() < 1e-10, "at {end}: {:e}", solution.y);
        }
        solution.follow(&|_, y| -y, 2.0);
        assert!((solution.y / libm::exp(-2.0) - 1.0).abs() < 1e-10);
    }

    #[test]
    fn a_jump_at_a_point_does_no_harm() {
        let jumps = |x: f64, _: f64| if x < 1.0 { 2.0 } else { 5.0 };
        let mut solution = Solution::new(3.0, 0.0, 10.0);
        solution.follow(&jumps, 1.0);
        assert!((solution.y + 10.0).abs() < 1e-12, "{}", solution.y);
        solution.follow(&jumps, 0.0);
        assert!((solution.y + 12.0).abs() < 1e-12, "{}", solution.y);
    }

    #[test]
    fn a_stiff_equation_is_followed() {
        // y′ = 1000 (y − cos x), backwards: y is near cos x.
        let mut solution = Solution::new(10.0, 0.0, 1.0);
        solution.follow(&|x, y| 1_000.0 * (y - libm::cos(x)), 1.0);
        let exact = (1e6 * libm::cos(1.0) - 1e3 * libm::sin(1.0)) / (1e6 + 1.0);
        assert!((solution.y - exact).abs() < 1e-9, "{} {exact}", solution.y);
    }
}
