//! Why there is no exact figure.

/// Why a model has no solution, or none within the limits that were set.
///
/// ```
/// use acdsim::analytic::exact::ExactError;
///
/// let error = ExactError::Parameter { parameter: "agents", value: 0.0, allowed: "at least 1" };
/// assert_eq!(error.to_string(), "`agents` must be at least 1, not 0");
/// assert_eq!(ExactError::Unstable { load: 1.25 }.to_string(), "no steady state: the load is 1.25 of what can be served");
/// ```
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExactError {
    /// A parameter is out of its range.
    #[error("`{parameter}` must be {allowed}, not {value}")]
    Parameter {
        /// The name of the parameter.
        parameter: &'static str,
        /// Its value.
        value: f64,
        /// What is allowed, so worded that it follows "must be".
        allowed: &'static str,
    },
    /// The model has more states than the caller allows.
    #[error("more than {max_states} states are needed")]
    TooManyStates {
        /// What was allowed.
        max_states: usize,
    },
    /// An iteration came to its limit before its result was accurate.
    #[error("{method} did not converge: relative residual {residual:e} after {iterations} iterations")]
    NotConverged {
        /// What was iterated.
        method: &'static str,
        /// What was left, as a part of what should have been matched.
        residual: f64,
        /// How many iterations were made.
        iterations: usize,
    },
    /// More comes in than can be served, and nobody gives up.
    #[error("no steady state: the load is {load} of what can be served")]
    Unstable {
        /// The offered load as a part of the capacity; 1 or more.
        load: f64,
    },
    /// The chain can end up in more than one set of states that it never leaves.
    #[error("no single steady state: the chain has {classes} sets of states that it never leaves")]
    Reducible {
        /// How many there are.
        classes: usize,
    },
}

/// An error unless `holds`.
pub(super) fn require(
    holds: bool,
    parameter: &'static str,
    value: f64,
    allowed: &'static str,
) -> Result<(), ExactError> {
    if holds { Ok(()) } else { Err(ExactError::Parameter { parameter, value, allowed }) }
}

/// `value` if it is a finite number above 0.
pub(super) fn positive(parameter: &'static str, value: f64) -> Result<f64, ExactError> {
    require(value > 0.0 && value < f64::INFINITY, parameter, value, "a finite number above 0")?;
    Ok(value)
}

/// `value` if it is a finite number that is not below 0.
pub(super) fn non_negative(parameter: &'static str, value: f64) -> Result<f64, ExactError> {
    require((0.0..f64::INFINITY).contains(&value), parameter, value, "a finite number of at least 0")?;
    Ok(value)
}
