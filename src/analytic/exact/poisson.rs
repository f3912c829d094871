//! Poisson probabilities for uniformisation (Jensen 1953).

/// What is left out on each side, as a part of the largest probability.
const NEGLIGIBLE: f64 = 1e-24;

/// The probabilities of a Poisson distribution that matter.
pub(super) struct Poisson {
    /// The least count that matters.
    pub(super) first: usize,
    /// P(N = first), P(N = first + 1), ...
    pub(super) probabilities: Vec<f64>,
    /// P(N > first), P(N > first + 1), ...
    pub(super) beyond: Vec<f64>,
}

impl Poisson {
    /// For a mean of at least 0: by ratios from the mode outwards, so that nothing under- or overflows, and divided by
    /// their sum (Fox & Glynn 1988).
    pub(super) fn new(mean: f64) -> Self {
        let mode = mean as usize;
        let (mut below, mut above) = (vec![], vec![1.0]);
        let (mut count, mut ratio) = (mode, 1.0);
        while count > 0 && ratio > NEGLIGIBLE {
            ratio *= count as f64 / mean;
            below.push(ratio);
            count -= 1;
        }
        (count, ratio) = (mode, 1.0);
        while ratio > NEGLIGIBLE {
            count += 1;
            ratio *= mean / count as f64;
            above.push(ratio);
        }
        let first = mode - below.len();
        let mut probabilities: Vec<f64> = below.into_iter().rev().chain(above).collect();
        let total: f64 = probabilities.iter().sum();
        probabilities.iter_mut().for_each(|probability| *probability /= total);
        let mut beyond = vec![0.0; probabilities.len()];
        for place in (1..probabilities.len()).rev() {
            beyond[place - 1] = beyond[place] + probabilities[place];
        }
        Poisson { first, probabilities, beyond }
    }

    /// For each count from 0: its probability and that of a larger one.
    pub(super) fn counts(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let matter = self.probabilities.iter().copied().zip(self.beyond.iter().copied());
        std::iter::repeat_n((0.0, 1.0), self.first).chain(matter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_those_of_the_formula() {
        for mean in [0.0_f64, 0.3, 1.0, 17.5, 800.0] {
            let poisson = Poisson::new(mean);
            for (count, (probability, _)) in poisson.counts().enumerate() {
                let exact = match mean {
                    0.0 => f64::from(u8::from(count == 0)),
                    _ => f64::exp(count as f64 * mean.ln() - mean - libm::lgamma(count as f64 + 1.0)),
                };
                assert!((probability - exact).abs() < 1e-11 * exact + 1e-24, "{mean} {count}: {probability} {exact}");
            }
        }
    }

    #[test]
    fn what_is_beyond_sums_to_the_mean() {
        for mean in [0.3, 12.0, 5_000.0] {
            let sum: f64 = Poisson::new(mean).counts().map(|(_, beyond)| beyond).sum();
            assert!((sum / mean - 1.0).abs() < 1e-13);
        }
    }
}
