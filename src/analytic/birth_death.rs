//! Stationary laws of birth-and-death chains, and the negative binomial law, which both have known ratios of
//! neighbouring terms.

/// Terms that are smaller than this beside the greatest are left out: a little later a double has no more digits for
/// them, and would not even fall to 0.
const NEGLIGIBLE: f64 = 1e-300;

/// A probability law on the whole numbers of a range, of which those are kept that are not negligible beside the
/// greatest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct States {
    first: u32,
    probabilities: Vec<f64>,
}

impl States {
    /// The law on 0 to `last` whose terms have `ratio(n)` = p(n + 1)/p(n), which never rises with n.
    ///
    /// It goes out from the greatest term both ways, so that nothing overflows.
    pub(super) fn from_ratios(last: u32, ratio: impl Fn(u32) -> f64) -> Self {
        // The greatest is the first n from which the terms do not grow.
        let (mut low, mut high) = (0, last);
        while low < high {
            let middle = low + (high - low) / 2;
            if ratio(middle) > 1.0 { low = middle + 1 } else { high = middle }
        }
        let mode = low;
        let mut down = Vec::new();
        let mut term = 1.0;
        for n in (0..mode).rev() {
            term /= ratio(n);
            if term < NEGLIGIBLE {
                break;
            }
            down.push(term);
        }
        let first = mode - down.len() as u32;
        let mut probabilities: Vec<f64> = down.into_iter().rev().collect();
        probabilities.push(1.0);
        let mut term = 1.0;
        for n in mode..last {
            term *= ratio(n);
            if term < NEGLIGIBLE {
                break;
            }
            probabilities.push(term);
        }
        // The small terms first on both sides.
        let split = (mode - first) as usize;
        let sum: f64 = probabilities[..split].iter().sum::<f64>() + probabilities[split..].iter().rev().sum::<f64>();
        probabilities.iter_mut().for_each(|probability| *probability /= sum);
        States { first, probabilities }
    }

    /// The probability of `n`.
    pub(super) fn probability(&self, n: u32) -> f64 {
        let index = n.checked_sub(self.first).map(|index| index as usize);
        index.and_then(|index| self.probabilities.get(index)).copied().unwrap_or(0.0)
    }

    /// Each number and its probability, from low to high.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, f64)> + '_ {
        self.probabilities.iter().enumerate().map(|(index, &probability)| (self.first + index as u32, probability))
    }
}

/// For k from 0 to `last`, the probability that a pure birth process has more than k births in a time `t`: its rates
/// are `rate` + j·`step` after j births.
///
/// The births are negative binomial, Poisson for `step` = 0: P(j) has the ratios (rate/step + j) x/(j + 1) with x = 1 −
/// e^(−step t), from P(0) = e^(−rate t).
pub(super) fn more_births_than(last: u32, rate: f64, step: f64, t: f64) -> Vec<f64> {
    // x/step, which is t for step = 0.
    let span = if step > 0.0 { -libm::expm1(-step * t) / step } else { t };
    let ratio = |j: u32| (rate + f64::from(j) * step) * span / (f64::from(j) + 1.0);
    if step * span < 0.999 {
        // The terms fall fast in the end, so that there are not too many of them.
        let law = States::from_ratios(u32::MAX, ratio);
        let mut more = vec![0.0; last as usize + 1];
        more.iter_mut().take(law.first as usize).for_each(|more| *more = 1.0);
        let mut sum: f64 = 0.0;
        for (n, probability) in law.iter().rev() {
            if let Some(more) = more.get_mut(n as usize) {
                *more = sum.min(1.0);
            }
            sum += probability;
        }
        return more;
    }
    // So late that nearly all who wait have been reached: few births are improbable.
    let (mut log, mut sum) = (-rate * t, 0.0);
    let tail = |j: u32| {
        sum += libm::exp(log);
        log += libm::log(ratio(j));
        (1.0 - sum).max(0.0)
    };
    (0..=last).map(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_make_the_poisson_law() {
        let load = 300.0;
        let states = States::from_ratios(2_000, |n| load / f64::from(n + 1));
        let exact = |n: f64| (n * f64::ln(load) - load - libm::lgamma(n + 1.0)).exp();
        for n in [200, 299, 300, 301, 400] {
            assert!((states.probability(n) / exact(f64::from(n)) - 1.0).abs() < 1e-11, "{n}");
        }
        assert!((states.iter().map(|(_, probability)| probability).sum::<f64>() - 1.0).abs() < 1e-14);
        let mean: f64 = states.iter().map(|(n, probability)| f64::from(n) * probability).sum();
        assert!((mean - load).abs() < 1e-10);
        assert_eq!(states.probability(2_001), 0.0);
    }

    #[test]
    fn the_greatest_state_may_be_an_end() {
        let rising = States::from_ratios(2, |_| 2.0);
        assert_eq!(rising.iter().collect::<Vec<_>>(), [(0, 1.0 / 7.0), (1, 2.0 / 7.0), (2, 4.0 / 7.0)]);
        let falling = States::from_ratios(1, |_| 0.25);
        assert_eq!(falling.iter().collect::<Vec<_>>(), [(0, 0.8), (1, 0.2)]);
        // Ten million states of which the most do not matter.
        let far = States::from_ratios(10_000_000, |_| 1e3);
        assert!(far.iter().count() < 200 && far.iter().next_back().is_some_and(|(n, _)| n == 10_000_000));
    }

    #[test]
    fn births_are_poisson_or_negative_binomial() {
        // P(N > 1) of a Poisson law of mean 2.
        let poisson = more_births_than(1, 1.0, 0.0, 2.0);
        assert!((poisson[1] - (1.0 - 3.0 * f64::exp(-2.0))).abs() < 1e-15);
        // A Yule process from one: geometric, P(N > k) = (1 − e^(−t))^(k + 1).
        for t in [0.1_f64, 1.0, 5.0, 60.0] {
            let yule = more_births_than(40, 1.0, 1.0, t);
            for (k, computed) in yule.iter().enumerate() {
                let exact = (-(-t).exp_m1()).powi(k as i32 + 1);
                assert!((computed / exact - 1.0).abs() < 1e-12, "t = {t}, k = {k}: {computed:e}, not {exact:e}");
            }
        }
    }
}
