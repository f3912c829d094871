//! Why a formula has no value, and the checks that say so.

use crate::random::DistributionError;

/// The most agents that a model may have.
pub const MAX_AGENTS: u32 = 1_000_000;

/// The most calls, waiting and with agents, that a model of finite capacity may hold.
pub const MAX_CAPACITY: u32 = 10_000_000;

/// What keeps a model or a metric from having a value.
///
/// ```
/// use acdsim::analytic::ErlangC;
///
/// let error = ErlangC::new(0, 0.1, 120.0).unwrap_err();
/// assert_eq!(error.to_string(), "`agents` must be from 1 to 1000000, not 0");
/// let error = ErlangC::new(12, 0.1, 120.0).unwrap_err();
/// assert_eq!(error.to_string(), "`agents` must be more than the offered load of 12 Erlang, or the queue grows without end, not 12");
/// ```
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AnalyticError {
    /// A parameter has a value that it may not have.
    #[error("`{parameter}` must be {allowed}, not {value}")]
    Parameter {
        /// The name of the parameter.
        parameter: String,
        /// Its value.
        value: String,
        /// What is allowed, so worded that it follows "must be".
        allowed: String,
    },
    /// Parameters that a model needs are not there, or there are too many of them.
    #[error("{0}")]
    Parameters(String),
    /// There is no model of this name.
    #[error("there is no model `{name}`; the models are {allowed}")]
    Model {
        /// The name.
        name: String,
        /// The names of all models.
        allowed: String,
    },
    /// The model has no metric of this name.
    #[error("`{model}` has no metric `{metric}`; it has {allowed}")]
    Metric {
        /// The name of the model.
        model: &'static str,
        /// The name of the metric.
        metric: String,
        /// The names of all metrics of the model.
        allowed: String,
    },
    /// A numerical solution cannot be had.
    #[error(transparent)]
    Exact(super::exact::ExactError),
    /// No number of agents, or no volume of calls, meets a target.
    #[error("{0}")]
    Unreachable(String),
}

impl AnalyticError {
    /// The error of a parameter that has a wrong value.
    pub(super) fn parameter(parameter: &str, value: impl ToString, allowed: impl Into<String>) -> Self {
        AnalyticError::Parameter { parameter: parameter.to_owned(), value: value.to_string(), allowed: allowed.into() }
    }

    /// The same error of a parameter that has a name in front: `patience.mean`.
    pub(super) fn within(self, outer: &str) -> Self {
        match self {
            AnalyticError::Parameter { parameter, value, allowed } => {
                AnalyticError::Parameter { parameter: format!("{outer}.{parameter}"), value, allowed }
            }
            other => other,
        }
    }
}

impl From<DistributionError> for AnalyticError {
    fn from(error: DistributionError) -> Self {
        let place = error.index.map_or_else(String::new, |index| format!("[{index}]"));
        AnalyticError::parameter(&format!("{}{place}", error.parameter), error.value, error.allowed)
    }
}

/// An error unless `holds`.
pub(super) fn require(holds: bool, parameter: &str, value: impl ToString, allowed: &str) -> Result<(), AnalyticError> {
    if holds { Ok(()) } else { Err(AnalyticError::parameter(parameter, value, allowed)) }
}

/// `agents` if there is one at least.
pub(super) fn checked_agents(agents: u32) -> Result<u32, AnalyticError> {
    require((1..=MAX_AGENTS).contains(&agents), "agents", agents, "from 1 to 1000000")?;
    Ok(agents)
}

/// A rate of calls per second: above 0, at most 10⁹.
pub(super) fn checked_rate(parameter: &str, per_s: f64) -> Result<f64, AnalyticError> {
    require(per_s > 0.0 && per_s <= 1e9, parameter, per_s, "above 0 and at most 1e9 a second")?;
    Ok(per_s)
}

/// A time that is above 0, in seconds.
pub(super) fn checked_seconds(parameter: &str, seconds: f64) -> Result<f64, AnalyticError> {
    require((1e-9..=1e10).contains(&seconds), parameter, seconds, "from 1e-9 to 1e10 seconds")?;
    Ok(seconds)
}

/// A service as agents, calls per second and mean handle time that all models have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Traffic {
    pub(super) agents: u32,
    /// λ, calls per second.
    pub(super) calls_per_s: f64,
    /// 1/μ, seconds.
    pub(super) aht_s: f64,
}

impl Traffic {
    pub(super) fn new(agents: u32, calls_per_s: f64, aht_s: f64) -> Result<Self, AnalyticError> {
        Ok(Traffic {
            agents: checked_agents(agents)?,
            calls_per_s: checked_rate("calls_per_s", calls_per_s)?,
            aht_s: checked_seconds("aht_s", aht_s)?,
        })
    }

    /// a = λ/μ, in Erlang.
    pub(super) fn offered_load(&self) -> f64 {
        self.calls_per_s * self.aht_s
    }

    /// m = cμ: how many calls per second all agents together finish.
    pub(super) fn service_rate(&self) -> f64 {
        f64::from(self.agents) / self.aht_s
    }

    /// An error unless the agents can do the work.
    pub(super) fn stable(self) -> Result<Self, AnalyticError> {
        let load = self.offered_load();
        if load < f64::from(self.agents) {
            return Ok(self);
        }
        let allowed = format!("more than the offered load of {load} Erlang, or the queue grows without end");
        Err(AnalyticError::parameter("agents", self.agents, allowed))
    }
}
