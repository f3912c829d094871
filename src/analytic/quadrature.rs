//! Numerical integrals: adaptive Gauss–Kronrod quadrature of several integrands at once.

/// The nodes of the 15-point Kronrod rule on [−1, 1] that are not negative, the outermost first; the odd ones are those
/// of the 7-point Gauss rule (R. Piessens et al., 1983, QUADPACK, table of QK15).
const NODES: [f64; 8] = [
    0.991_455_371_120_812_6,
    0.949_107_912_342_758_5,
    0.864_864_423_359_769_1,
    0.741_531_185_599_394_4,
    0.586_087_235_467_691_1,
    0.405_845_151_377_397_2,
    0.207_784_955_007_898_47,
    0.0,
];
/// The weights of the Kronrod rule.
const KRONROD: [f64; 8] = [
    0.022_935_322_010_529_224,
    0.063_092_092_629_978_56,
    0.104_790_010_322_250_18,
    0.140_653_259_715_525_92,
    0.169_004_726_639_267_9,
    0.190_350_578_064_785_4,
    0.204_432_940_075_298_89,
    0.209_482_141_084_727_82,
];
/// The weights of the Gauss rule, of every second node.
const GAUSS: [f64; 4] =
    [0.129_484_966_168_869_7, 0.279_705_391_489_276_64, 0.381_830_050_505_118_9, 0.417_959_183_673_469_4];
/// How small the error of a panel has to be, as a part of the whole integral.
const TOLERANCE: f64 = 1e-14;
/// How often a panel may be halved.
const DEPTH: u32 = 60;
/// How many panels may be evaluated in all, beyond two for each that is given: what remains then is taken as it is.
const PANELS: usize = 20_000;

/// The nodes and weights of the 15-point Kronrod rule on [low, high], from low to high.
pub(super) fn kronrod(low: f64, high: f64) -> [(f64, f64); 15] {
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    std::array::from_fn(|index| {
        let (place, sign) = if index < 8 { (index, -1.0) } else { (14 - index, 1.0) };
        (middle + sign * half * NODES[place], half * KRONROD[place])
    })
}

/// The integrals of the components of `f`, none of them negative, over the panels between points that rise.
///
/// Panels are halved until each component's error in each is below 10⁻¹⁴ of that component's whole integral, by the
/// estimate of QUADPACK (R. Piessens et al., 1983).
pub(super) fn integrate<const N: usize>(mut f: impl FnMut(f64) -> [f64; N], points: &[f64]) -> [f64; N] {
    let mut open: Vec<(Panel<N>, u32)> = Vec::with_capacity(points.len());
    let mut whole = [0.0; N];
    for ends in points.windows(2).filter(|ends| ends[1] > ends[0]) {
        let panel = Panel::new(&mut f, ends[0], ends[1]);
        add(&mut whole, &panel.integral);
        open.push((panel, 0));
    }
    // The last first, so that they are done in order and the sum does not depend on how many there are.
    open.reverse();
    let mut budget = PANELS;
    let mut sum = [0.0; N];
    while let Some((panel, depth)) = open.pop() {
        let precise = panel.error.iter().zip(&whole).all(|(error, whole)| *error <= TOLERANCE * whole);
        let middle = 0.5 * (panel.low + panel.high);
        if precise || depth == DEPTH || budget == 0 || middle <= panel.low || middle >= panel.high {
            add(&mut sum, &panel.integral);
            continue;
        }
        budget -= 1;
        let left = Panel::new(&mut f, panel.low, middle);
        let right = Panel::new(&mut f, middle, panel.high);
        for (component, whole) in whole.iter_mut().enumerate() {
            let refined = left.integral[component] + right.integral[component];
            // Only upwards: a panel that has been accepted for being small stays small.
            *whole += (refined - panel.integral[component]).max(0.0);
        }
        open.push((right, depth + 1));
        open.push((left, depth + 1));
    }
    sum
}

fn add<const N: usize>(sum: &mut [f64; N], terms: &[f64; N]) {
    sum.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
}

struct Panel<const N: usize> {
    low: f64,
    high: f64,
    integral: [f64; N],
    error: [f64; N],
}

impl<const N: usize> Panel<N> {
    fn new(f: &mut impl FnMut(f64) -> [f64; N], low: f64, high: f64) -> Self {
        let half = 0.5 * (high - low);
        let values = kronrod(low, high).map(|(node, _)| f(node));
        let rules: [(f64, f64); N] = std::array::from_fn(|component| rule(&values.map(|all| all[component])));
        Panel {
            low,
            high,
            integral: rules.map(|(integral, _)| half * integral),
            error: rules.map(|(_, error)| half * error),
        }
    }
}

/// The integral over [−1, 1] of a function with these values at the nodes, and an estimate of its error.
fn rule(values: &[f64; 15]) -> (f64, f64) {
    let pair = |index: usize| if index == 7 { values[7] } else { values[index] + values[14 - index] };
    let kronrod: f64 = (0..8).map(|index| KRONROD[index] * pair(index)).sum();
    let gauss: f64 = (0..4).map(|index| GAUSS[index] * pair(2 * index + 1)).sum();
    let mean = 0.5 * kronrod;
    let off = |index: usize| KRONROD[index.min(14 - index)] * (values[index] - mean).abs();
    let spread: f64 = (0..15).map(off).sum();
    let difference = (kronrod - gauss).abs();
    let scaled = 200.0 * difference / spread;
    // The 3/2 power of QUADPACK, by a root.
    let error = if spread > 0.0 { spread * (scaled * scaled.sqrt()).min(1.0) } else { difference };
    (kronrod, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(computed: f64, exact: f64, relative: f64) {
        assert!((computed / exact - 1.0).abs() < relative, "computed {computed:e}, exact {exact:e}");
    }

    #[test]
    fn smooth_integrands_are_exact_to_rounding() {
        let [exponential, polynomial] = integrate(|x| [libm::exp(-x), x * x * x], &[0.0, 1.0, 30.0]);
        assert_near(exponential, -libm::expm1(-30.0), 1e-15);
        assert_near(polynomial, 202_500.0, 1e-15);
    }

    #[test]
    fn singular_and_sharp_integrands_converge() {
        let [root] = integrate(|x| [x.sqrt()], &[0.0, 1.0]);
        assert_near(root, 2.0 / 3.0, 1e-13);
        let [power] = integrate(|x| [libm::pow(x, 0.02)], &[0.0, 1.0]);
        assert_near(power, 1.0 / 1.02, 1e-12);
        let [peak] = integrate(|x| [libm::exp(-(x - 3.0) * (x - 3.0) * 1e6)], &[0.0, 2.99, 3.01, 10.0]);
        assert_near(peak, (std::f64::consts::PI / 1e6).sqrt(), 1e-12);
    }

    #[test]
    fn a_small_component_has_its_own_precision() {
        let [_, small] = integrate(|x| [1.0, 1e-200 * libm::exp(-40.0 * x)], &[0.0, 1.0]);
        assert_near(small, 1e-200 * -libm::expm1(-40.0) / 40.0, 1e-13);
    }

    #[test]
    fn empty_panels_are_nothing() {
        assert_eq!(integrate(|_| [1.0], &[2.0]), [0.0]);
        assert_eq!(integrate(|_| [1.0], &[2.0, 2.0]), [0.0]);
    }

    #[test]
    fn the_rule_is_the_rule_of_the_panels() {
        let sum: f64 = kronrod(2.0, 5.0).iter().map(|(node, weight)| weight * node * node).sum();
        assert_near(sum, 39.0, 1e-15);
        assert!(kronrod(2.0, 5.0).windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
