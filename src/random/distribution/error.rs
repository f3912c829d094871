//! Why a distribution cannot be, and the checks that say so.

/// The longest time that a parameter in seconds may be: 10¹⁰ s, 317 years.
///
/// A draw may still be longer, up to [`Duration::MAX`](crate::time::Duration::MAX), at which it saturates.
pub const MAX_SECONDS: f64 = 1e10;

/// The shortest time that a parameter may be that must be above 0: 10⁻⁹ s, the resolution of time.
pub const MIN_POSITIVE_SECONDS: f64 = 1e-9;

/// The parameter that keeps a distribution from being one.
///
/// ```
/// use acdsim::random::Distribution;
///
/// let error = Distribution::exponential_mean(-5.0).unwrap_err();
/// assert_eq!(error.parameter, "mean");
/// assert_eq!(error.value, -5.0);
/// assert_eq!(error.to_string(), "`mean` must be from 1e-9 to 1e10 seconds, not -5");
///
/// let error = Distribution::empirical_values(&[1.0, f64::NAN], None).unwrap_err();
/// assert_eq!(error.index, Some(1));
/// assert_eq!(error.to_string(), "`values[1]` must be from 0 to 1e10 seconds, not NaN");
/// ```
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("`{parameter}{}` must be {allowed}, not {}", subscript(*.index), shown(*.value))]
pub struct DistributionError {
    /// The name of the parameter at fault, as the constructor has it.
    pub parameter: &'static str,
    /// Which entry of it, counted from 0, if the parameter is a list and an entry is at fault.
    pub index: Option<usize>,
    /// Its value; the number of its entries if a list is too short or does not match another.
    pub value: f64,
    /// What is allowed, so worded that it follows "must be".
    pub allowed: &'static str,
}

impl DistributionError {
    /// The same error of the entry `index` of the parameter.
    pub(super) fn at(self, index: usize) -> Self {
        DistributionError { index: Some(index), ..self }
    }
}

fn subscript(index: Option<usize>) -> String {
    index.map_or_else(String::new, |index| format!("[{index}]"))
}

/// Plain digits for a number of a size that people write so, an exponent for the others.
fn shown(value: f64) -> String {
    if value == 0.0 || (1e-5..1e15).contains(&value.abs()) { format!("{value}") } else { format!("{value:e}") }
}

/// An error unless `holds`.
pub(super) fn require(
    holds: bool,
    parameter: &'static str,
    value: f64,
    allowed: &'static str,
) -> Result<(), DistributionError> {
    if holds { Ok(()) } else { Err(DistributionError { parameter, index: None, value, allowed }) }
}

/// `seconds` if it is from 0 to [`MAX_SECONDS`], with the sign of zero removed.
pub(super) fn seconds(parameter: &'static str, seconds: f64) -> Result<f64, DistributionError> {
    require((0.0..=MAX_SECONDS).contains(&seconds), parameter, seconds, "from 0 to 1e10 seconds")?;
    Ok(seconds + 0.0)
}

/// `seconds` if it is above 0: from [`MIN_POSITIVE_SECONDS`] to [`MAX_SECONDS`].
pub(super) fn positive_seconds(parameter: &'static str, seconds: f64) -> Result<f64, DistributionError> {
    let holds = (MIN_POSITIVE_SECONDS..=MAX_SECONDS).contains(&seconds);
    require(holds, parameter, seconds, "from 1e-9 to 1e10 seconds")?;
    Ok(seconds)
}

/// The weights of a list if each is from 0 to 10¹⁵ and their sum is above 0; the sum is returned.
pub(super) fn weights(parameter: &'static str, weights: impl Iterator<Item = f64>) -> Result<f64, DistributionError> {
    let mut sum = 0.0;
    for (index, weight) in weights.enumerate() {
        require((0.0..=1e15).contains(&weight), parameter, weight, "from 0 to 1e15").map_err(|e| e.at(index))?;
        sum += weight;
    }
    require(sum > 0.0, parameter, sum, "above 0 in sum")?;
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_people_write_them() {
        assert_eq!(shown(0.0), "0");
        assert_eq!(shown(-2.5), "-2.5");
        assert_eq!(shown(1e300), "1e300");
        assert_eq!(shown(1e-9), "1e-9");
        assert_eq!(shown(f64::INFINITY), "inf");
        assert_eq!(shown(f64::NAN), "NaN");
    }

    #[test]
    fn seconds_are_checked_on_both_sides_of_each_bound() {
        assert!(seconds("s", 0.0).is_ok() && seconds("s", MAX_SECONDS).is_ok());
        assert!(seconds("s", -f64::MIN_POSITIVE).is_err() && seconds("s", MAX_SECONDS * 1.01).is_err());
        assert!(positive_seconds("s", 1e-9).is_ok() && positive_seconds("s", 0.9e-9).is_err());
        assert!(seconds("s", -0.0).is_ok_and(|zero| zero.is_sign_positive()));
    }

    #[test]
    fn weights_need_one_above_zero() {
        assert_eq!(weights("w", [0.0, 2.0, 1.0].into_iter()), Ok(3.0));
        assert!(weights("w", [0.0, 0.0].into_iter()).is_err_and(|e| e.index.is_none()));
        assert!(weights("w", [1.0, -1.0].into_iter()).is_err_and(|e| e.index == Some(1)));
    }
}
