//! How far a mean may be from the one that was accepted.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{BaselineError, Figure};

/// How far the mean of a metric may be from the accepted one and still pass; zero or more.
///
/// ```
/// use acdsim::baseline::{Figure, Tolerance};
///
/// let accepted = Figure { mean: Some(20.0), ci95: Some(4.0) };
/// let near = Figure { mean: Some(20.9), ci95: Some(4.0) };
/// assert!("5%".parse::<Tolerance>()?.allows(accepted, near));
/// assert!(!"0.5".parse::<Tolerance>()?.allows(accepted, near));
/// assert!("0.25w".parse::<Tolerance>()?.allows(accepted, near));
/// assert!("-1".parse::<Tolerance>().is_err());
/// # Ok::<(), acdsim::baseline::BaselineError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Tolerance {
    /// In the unit of the metric: `3`.
    Absolute(f64),
    /// A share of the accepted mean: `5%`.
    Relative(f64),
    /// In half widths of the accepted 95 % interval: `0.5w`.
    HalfWidths(f64),
}

impl Tolerance {
    /// Whether the new mean is near enough; a value that is missing is near a missing one only.
    pub fn allows(self, old: Figure, new: Figure) -> bool {
        let (Some(before), Some(now)) = (old.mean, new.mean) else { return old.mean == new.mean };
        let allowed = match self {
            Tolerance::Absolute(most) => most,
            Tolerance::Relative(share) => share * before.abs(),
            Tolerance::HalfWidths(widths) => widths * old.ci95.unwrap_or(0.0),
        };
        (now - before).abs() <= allowed
    }

    /// The metric and its tolerance that a text such as `asa_s=5%` says.
    ///
    /// # Errors
    ///
    /// If it has no `=`, no metric before it or no tolerance after it.
    pub fn of_metric(text: &str) -> Result<(String, Tolerance), BaselineError> {
        let wrong = |why| BaselineError::Tolerance { text: text.to_owned(), why };
        let (metric, tolerance) = text.split_once('=').ok_or_else(|| wrong("has no ="))?;
        let tolerance = tolerance.parse().map_err(|_| wrong("has no number of zero or more after the ="))?;
        match metric.trim() {
            "" => Err(wrong("has no metric before the =")),
            metric => Ok((metric.to_owned(), tolerance)),
        }
    }
}

impl FromStr for Tolerance {
    type Err = BaselineError;

    fn from_str(text: &str) -> Result<Self, BaselineError> {
        let wrong = || BaselineError::Tolerance { text: text.to_owned(), why: "is no number of zero or more" };
        let number = |digits: &str| match digits.trim().parse::<f64>() {
            Ok(number) if number >= 0.0 && number.is_finite() => Ok(number),
            _ => Err(wrong()),
        };
        let text = text.trim();
        if let Some(percent) = text.strip_suffix('%') {
            Ok(Tolerance::Relative(number(percent)? / 100.0))
        } else if let Some(widths) = text.strip_suffix('w') {
            Ok(Tolerance::HalfWidths(number(widths)?))
        } else {
            Ok(Tolerance::Absolute(number(text)?))
        }
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tolerance::Absolute(most) => write!(f, "{most}"),
            Tolerance::Relative(share) => write!(f, "{}%", share * 100.0),
            Tolerance::HalfWidths(widths) => write!(f, "{widths}w"),
        }
    }
}

impl TryFrom<String> for Tolerance {
    type Error = BaselineError;

    fn try_from(text: String) -> Result<Self, BaselineError> {
        text.parse()
    }
}

impl From<Tolerance> for String {
    fn from(tolerance: Tolerance) -> String {
        tolerance.to_string()
    }
}
