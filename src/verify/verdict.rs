//! Verdicts on measures.

use serde::{Deserialize, Serialize};

use super::models::{Check, Expected};
use crate::statistics::{Ratio, anderson_darling, anderson_darling_p, holm};

/// What is to be said of one measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// It is as expected, and known as precisely as was asked for.
    Pass,
    /// It is not as expected.
    Fail,
    /// Nothing speaks against it, but the interval is too wide to tell.
    Inconclusive,
}

impl Verdict {
    /// The verdict in one word.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Inconclusive => "inconclusive",
        }
    }
}

/// What was observed of one measure, and what is to be said of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was checked.
    pub check: Check,
    /// The value over all replications; that of a longest wait is its mean.
    pub observed: f64,
    /// Half the width of its 95 % interval; none if there is too little to tell.
    pub half_width: Option<f64>,
    /// How many standard errors it is off, or the statistic of Anderson and Darling; none if there is too little to tell.
    pub statistic: Option<f64>,
    /// The probability of what was observed, or of what is further off, if all is as expected.
    pub p_value: f64,
    /// The same for all measures at once.
    pub adjusted_p_value: f64,
    /// The verdict.
    pub verdict: Verdict,
}

/// What the replications gave for one check.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    ratio: Ratio,
    /// In how many replications the numerator was not 0.
    events: u64,
    /// The distribution function at each longest wait.
    uniform: Vec<f64>,
}

/// So many longest waits are put to the test at most: with more, what the limit law neglects would begin to show.
const MOST_LONGEST: usize = 1_000;

/// With fewer longest waits than that their law is not judged.
const LEAST_LONGEST: u64 = 50;

/// A measure that was seen in fewer replications than that is too rare for Student's law.
const LEAST_EVENTS: u64 = 30;

impl Tally {
    pub(super) fn new() -> Self {
        Tally { ratio: Ratio::default(), events: 0, uniform: Vec::new() }
    }

    /// Takes a replication into account; `jitter`, uniform between 0 and 1, spreads what is exactly 0.
    pub(super) fn add(&mut self, check: &Check, (numerator, denominator): (f64, f64), jitter: f64) {
        self.ratio.add(numerator, denominator);
        self.events += u64::from(numerator != 0.0);
        if let Expected::Longest(law) = &check.expected
            && self.uniform.len() < MOST_LONGEST
        {
            let below = law.cdf(numerator);
            // All values at 0 have the same probability, which is spread over what lies below it.
            self.uniform.push(if numerator == 0.0 { jitter * below } else { below });
        }
    }

    /// Half the width of the 95 % interval.
    pub(super) fn half_width(&self) -> Option<f64> {
        self.ratio.half_width(0.95)
    }

    /// How many replications there were.
    pub(super) fn count(&self) -> u64 {
        self.ratio.count()
    }

    /// Whether enough is known, at a precision relative to the check's scale.
    pub(super) fn is_enough(&self, check: &Check, precision: f64) -> bool {
        match check.expected {
            Expected::Value(_) => self.half_width().is_some_and(|width| width <= check.width(precision)),
            Expected::Longest(_) => self.count() >= LEAST_LONGEST,
        }
    }

    fn statistic(&self, check: &Check, precision: f64) -> (Option<f64>, f64) {
        match &check.expected {
            Expected::Longest(_) if self.uniform.is_empty() => (None, 1.0),
            Expected::Longest(_) => {
                let statistic = anderson_darling(&self.uniform);
                (Some(statistic), anderson_darling_p(statistic, self.uniform.len()))
            }
            Expected::Value(expected) => {
                let near = (self.ratio.value() - expected).abs() <= check.width(precision);
                if near && self.events < LEAST_EVENTS {
                    // What is hardly ever seen has no spread to judge by, and is as near as was asked for.
                    return (None, 1.0);
                }
                (self.ratio.t(*expected), self.ratio.p_value(*expected))
            }
        }
    }
}

/// The verdicts on all checks.
pub(super) fn judge(checks: Vec<Check>, tallies: &[Tally], precision: f64, error_rate: f64) -> Vec<Outcome> {
    let statistics: Vec<_> =
        checks.iter().zip(tallies).map(|(check, tally)| tally.statistic(check, precision)).collect();
    let adjusted = holm(&statistics.iter().map(|&(_, p)| p).collect::<Vec<_>>());
    let judged = checks.into_iter().zip(tallies).zip(statistics).zip(adjusted);
    judged
        .map(|(((check, tally), (statistic, p_value)), adjusted_p_value)| {
            let verdict = if adjusted_p_value <= error_rate {
                Verdict::Fail
            } else if tally.is_enough(&check, precision) {
                Verdict::Pass
            } else {
                Verdict::Inconclusive
            };
            Outcome {
                observed: tally.ratio.value(),
                half_width: tally.half_width(),
                statistic,
                p_value,
                adjusted_p_value,
                verdict,
                check,
            }
        })
        .collect()
}
