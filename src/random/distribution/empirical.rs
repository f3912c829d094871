//! The laws that come from records: one of recorded values, or a histogram of them.

use std::sync::Arc;

use super::error::{require, seconds, weights};
use super::{Distribution, DistributionError, Law};

/// Recorded values: distinct, in rising order, each with a probability above 0.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::random) struct Steps {
    values: Box<[f64]>,
    probabilities: Box<[f64]>,
    /// The probability of each value and those below it.
    cumulated: Box<[f64]>,
    /// The part of the mean that is due to each value and those below it, in seconds.
    cumulated_mean: Box<[f64]>,
}

/// A histogram: bins that do not overlap, in rising order, each with a probability above 0.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::random) struct Bins {
    bins: Box<[Bin]>,
    /// The probability of each bin and those below it.
    cumulated: Box<[f64]>,
    /// The part of the mean that is due to each bin and those below it, in seconds.
    cumulated_mean: Box<[f64]>,
}

/// A bin of a histogram, from `low` to `high` seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::random) struct Bin {
    pub(in crate::random) low: f64,
    pub(in crate::random) high: f64,
    pub(in crate::random) probability: f64,
}

impl Distribution {
    /// One of recorded values, in seconds: all alike, or in proportion to weights.
    ///
    /// There is at least one value, each from 0 to 10¹⁰ seconds and in any order; equal values add their weights. There
    /// are as many weights as values, each from 0 to 10¹⁵, and one at least is above 0.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let talk = Distribution::empirical_values(&[120.0, 60.0, 60.0, 240.0], None)?;
    /// assert_eq!(talk.mean_s(), 120.0);
    /// assert_eq!(talk.cdf(60.0), 0.5);
    ///
    /// assert_eq!(talk, Distribution::empirical_values(&[60.0, 120.0, 240.0], Some(&[2.0, 1.0, 1.0]))?);
    ///
    /// let error = Distribution::empirical_values(&[60.0, 120.0], Some(&[1.0])).unwrap_err();
    /// assert_eq!(error.to_string(), "`weights` must be as many as the values, not 1");
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn empirical_values(values: &[f64], value_weights: Option<&[f64]>) -> Result<Self, DistributionError> {
        require(!values.is_empty(), "values", 0.0, "at least one")?;
        let value_weights = match value_weights {
            Some(given) => given.to_vec(),
            None => vec![1.0; values.len()],
        };
        let as_many = value_weights.len() == values.len();
        require(as_many, "weights", value_weights.len() as f64, "as many as the values")?;
        weights("weights", value_weights.iter().copied())?;

        let mut pairs = Vec::with_capacity(values.len());
        for (index, (&value, weight)) in values.iter().zip(value_weights).enumerate() {
            let value = seconds("values", value).map_err(|e| e.at(index))?;
            if weight > 0.0 {
                pairs.push((value, weight));
            }
        }
        // By weight too, so that the sums do not depend on the order in which the values are given.
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        pairs.dedup_by(|next, kept| {
            let equal = next.0 == kept.0;
            if equal {
                kept.1 += next.1;
            }
            equal
        });
        if let [(value, _)] = pairs[..] {
            return Ok(Distribution(Law::Constant { value }));
        }
        let probabilities = shares(pairs.iter().map(|pair| pair.1));
        let cumulated = cumulate(&probabilities);
        let values: Box<[f64]> = pairs.iter().map(|pair| pair.0).collect();
        let cumulated_mean = sums(values.iter().zip(&probabilities).map(|(value, probability)| value * probability));
        Ok(Distribution(Law::Values(Arc::new(Steps { values, probabilities, cumulated, cumulated_mean }))))
    }

    /// A histogram: a bin is taken in proportion to its count, and every duration inside it is alike.
    ///
    /// There are two edges or more, in seconds, from 0 to 10¹⁰, each above the one before it; and one count fewer, each
    /// from 0 to 10¹⁵ (it need not be whole), one at least above 0.
    ///
    /// ```
    /// use acdsim::random::Distribution;
    ///
    /// let talk = Distribution::histogram(&[0.0, 60.0, 120.0, 300.0], &[10.0, 20.0, 10.0])?;
    /// assert_eq!(talk.mean_s(), 105.0);
    /// assert_eq!(talk.cdf(90.0), 0.5);
    ///
    /// let error = Distribution::histogram(&[0.0, 60.0, 60.0], &[1.0, 1.0]).unwrap_err();
    /// assert_eq!(error.to_string(), "`edges[2]` must be above the edge before it, not 60");
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn histogram(edges: &[f64], counts: &[f64]) -> Result<Self, DistributionError> {
        require(edges.len() >= 2, "edges", edges.len() as f64, "at least two")?;
        let one_fewer = counts.len() + 1 == edges.len();
        require(one_fewer, "counts", counts.len() as f64, "one fewer than the edges")?;
        weights("counts", counts.iter().copied())?;
        for (index, &edge) in edges.iter().enumerate() {
            seconds("edges", edge).map_err(|e| e.at(index))?;
            let rises = index == 0 || edge > edges[index - 1];
            require(rises, "edges", edge, "above the edge before it").map_err(|e| e.at(index))?;
        }
        let probabilities = shares(counts.iter().copied());
        let bins: Box<[Bin]> = edges
            .windows(2)
            .zip(&probabilities)
            .filter(|(_, probability)| **probability > 0.0)
            .map(|(edge, &probability)| Bin { low: edge[0] + 0.0, high: edge[1], probability })
            .collect();
        let kept: Box<[f64]> = bins.iter().map(|bin| bin.probability).collect();
        let cumulated_mean = sums(bins.iter().map(|bin| bin.probability * (bin.low + bin.high) / 2.0));
        Ok(Distribution(Law::Histogram(Arc::new(Bins { cumulated: cumulate(&kept), bins, cumulated_mean }))))
    }
}

impl Steps {
    pub(in crate::random) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(in crate::random) fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    pub(super) fn min(&self) -> f64 {
        self.values[0]
    }

    pub(super) fn max(&self) -> f64 {
        self.values[self.values.len() - 1]
    }

    pub(super) fn mean(&self) -> f64 {
        self.pairs().map(|(value, probability)| probability * value).sum()
    }

    pub(super) fn variance(&self) -> f64 {
        let mean = self.mean();
        self.pairs().map(|(value, probability)| probability * (value - mean) * (value - mean)).sum()
    }

    pub(super) fn cdf(&self, seconds: f64) -> f64 {
        match self.values.partition_point(|value| *value <= seconds) {
            0 => 0.0,
            at_most => self.cumulated[at_most - 1],
        }
    }

    /// E[min(X, seconds)].
    pub(super) fn limited_mean(&self, seconds: f64) -> f64 {
        match self.values.partition_point(|value| *value <= seconds) {
            0 => seconds,
            at_most => self.cumulated_mean[at_most - 1] + (1.0 - self.cumulated[at_most - 1]) * seconds,
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (f64, f64)> {
        self.values.iter().copied().zip(self.probabilities.iter().copied())
    }
}

impl Bins {
    pub(in crate::random) fn bins(&self) -> &[Bin] {
        &self.bins
    }

    pub(super) fn min(&self) -> f64 {
        self.bins[0].low
    }

    pub(super) fn max(&self) -> f64 {
        self.bins[self.bins.len() - 1].high
    }

    pub(super) fn mean(&self) -> f64 {
        self.bins.iter().map(|bin| bin.probability * (bin.low + bin.high) / 2.0).sum()
    }

    pub(super) fn variance(&self) -> f64 {
        let mean = self.mean();
        let square = |bin: &Bin| {
            let (off, width) = ((bin.low + bin.high) / 2.0 - mean, bin.high - bin.low);
            off * off + width * width / 12.0
        };
        self.bins.iter().map(|bin| bin.probability * square(bin)).sum()
    }

    pub(super) fn cdf(&self, seconds: f64) -> f64 {
        match self.bins.partition_point(|bin| bin.low <= seconds) {
            0 => 0.0,
            reached => {
                let bin = &self.bins[reached - 1];
                let inside = ((seconds - bin.low) / (bin.high - bin.low)).min(1.0);
                let below = if reached == 1 { 0.0 } else { self.cumulated[reached - 2] };
                (below + bin.probability * inside).min(1.0)
            }
        }
    }

    /// E[min(X, seconds)], for `seconds` that are not above the longest.
    pub(super) fn limited_mean(&self, seconds: f64) -> f64 {
        match self.bins.partition_point(|bin| bin.low <= seconds) {
            0 => seconds,
            reached => {
                let bin = &self.bins[reached - 1];
                let below = if reached == 1 { 0.0 } else { self.cumulated_mean[reached - 2] };
                let end = seconds.min(bin.high);
                let inside = (end - bin.low) / (bin.high - bin.low);
                let ended = bin.probability * inside * (bin.low + end) / 2.0;
                below + ended + (1.0 - self.cdf(seconds)) * seconds
            }
        }
    }
}

/// Each weight divided by their sum.
fn shares(weights: impl Iterator<Item = f64> + Clone) -> Box<[f64]> {
    let sum: f64 = weights.clone().sum();
    weights.map(|weight| weight / sum).collect()
}

/// The sum of each term and those before it.
fn sums(terms: impl Iterator<Item = f64>) -> Box<[f64]> {
    let sum = |sum: &mut f64, term| {
        *sum += term;
        Some(*sum)
    };
    terms.scan(0.0, sum).collect()
}

/// The sum of each probability and those before it; the last is exactly 1.
fn cumulate(probabilities: &[f64]) -> Box<[f64]> {
    let mut cumulated = sums(probabilities.iter().copied());
    if let Some(last) = cumulated.last_mut() {
        *last = 1.0;
    }
    cumulated
}
