//! Reading the parameters of a model.

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::law;
use crate::analytic::AnalyticError;
use crate::random::Distribution;

/// The parameters of a model, from a JSON object, which remembers what was asked for.
pub(super) struct Parameters<'a> {
    object: &'a Map<String, Value>,
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Parameters<'a> {
    pub(super) fn new(object: &'a Map<String, Value>) -> Self {
        Parameters { object, known: RefCell::new(Vec::new()) }
    }

    /// The value of a key, unless it is not there or null.
    pub(super) fn value(&self, key: &'static str) -> Option<&'a Value> {
        self.known.borrow_mut().push(key);
        self.object.get(key).filter(|value| !value.is_null())
    }

    /// A number that may be missing.
    pub(super) fn maybe_number(&self, key: &'static str) -> Result<Option<f64>, AnalyticError> {
        self.value(key).map(|value| number(key, value)).transpose()
    }

    pub(super) fn number(&self, key: &'static str) -> Result<f64, AnalyticError> {
        self.maybe_number(key)?.ok_or_else(|| missing(key))
    }

    /// A whole number that may be missing.
    pub(super) fn maybe_whole(&self, key: &'static str) -> Result<Option<u32>, AnalyticError> {
        self.value(key).map(|value| whole(key, value)).transpose()
    }

    pub(super) fn whole(&self, key: &'static str) -> Result<u32, AnalyticError> {
        self.maybe_whole(key)?.ok_or_else(|| missing(key))
    }

    /// `agents`.
    pub(super) fn agents(&self) -> Result<u32, AnalyticError> {
        let agents = self.whole("agents")?;
        crate::analytic::error::checked_agents(agents)
    }

    /// `aht_s`, the mean handle time.
    pub(super) fn aht_s(&self) -> Result<f64, AnalyticError> {
        crate::analytic::error::checked_seconds("aht_s", self.number("aht_s")?)
    }

    /// The calls per second of `calls_per_hour` or `calls_per_s`.
    pub(super) fn calls_per_s(&self) -> Result<f64, AnalyticError> {
        match (self.maybe_number("calls_per_hour")?, self.maybe_number("calls_per_s")?) {
            (Some(per_hour), None) => per_second("calls_per_hour", per_hour),
            (None, Some(per_s)) => crate::analytic::error::checked_rate("calls_per_s", per_s),
            _ => Err(AnalyticError::Parameters("one of `calls_per_hour` and `calls_per_s` is needed".to_owned())),
        }
    }

    /// The calls per second of each class, of the list `calls_per_hour`.
    pub(super) fn rates(&self) -> Result<Vec<f64>, AnalyticError> {
        let key = "calls_per_hour";
        let value = self.value(key).ok_or_else(|| missing(key))?;
        let Value::Array(rates) = value else {
            return Err(AnalyticError::parameter(key, shown(value), "a list, a rate for each class"));
        };
        let place = |class: usize| format!("{key}[{class}]");
        let rate = |(class, rate)| per_second(&place(class), number(&place(class), rate)?);
        rates.iter().enumerate().map(rate).collect()
    }

    /// The law of a key that may be missing; it is also missing if it says that there is none.
    pub(super) fn maybe_law(&self, key: &'static str) -> Result<Option<Distribution>, AnalyticError> {
        self.value(key).map_or(Ok(None), |value| law::law(key, value))
    }

    /// Whether there is a patience.
    pub(super) fn has_patience(&self) -> bool {
        ["patience", "patience_mean_s"].map(|key| self.value(key).is_some()).contains(&true)
    }

    /// The mean patience of `patience_mean_s`, or of an exponential `patience`.
    pub(super) fn patience_mean_s(&self) -> Result<f64, AnalyticError> {
        let mean = self.maybe_number("patience_mean_s")?;
        let exponential = match self.maybe_law("patience")? {
            None => None,
            Some(law) => Some(law.is_exponential().ok_or_else(|| {
                AnalyticError::parameter("patience", "another law", "exponential, as this model has no other")
            })?),
        };
        match (mean, exponential) {
            (Some(mean), None) => crate::analytic::error::checked_seconds("patience_mean_s", mean),
            (None, Some(mean)) => Ok(mean),
            _ => Err(AnalyticError::Parameters("one of `patience_mean_s` and `patience` is needed".to_owned())),
        }
    }

    /// An error if there is a key that was not asked for.
    pub(super) fn finish(self) -> Result<(), AnalyticError> {
        let known = self.known.into_inner();
        let Some(unknown) = self.object.keys().find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
        let mut allowed: Vec<&str> = known;
        allowed.dedup();
        let message = format!("there is no parameter `{unknown}`; there are {}", allowed.join(", "));
        Err(AnalyticError::Parameters(message))
    }
}

/// A value as messages show it.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 { text } else { text.chars().take(60).collect::<String>() + "…" }
}

pub(super) fn number(key: &str, value: &Value) -> Result<f64, AnalyticError> {
    value.as_f64().ok_or_else(|| AnalyticError::parameter(key, shown(value), "a number"))
}

/// A whole number, also if it is written as 10.0.
pub(super) fn whole(key: &str, value: &Value) -> Result<u32, AnalyticError> {
    let number = value.as_f64().filter(|number| *number >= 0.0 && *number <= f64::from(u32::MAX));
    let number = number.filter(|number| number.floor() == *number);
    number.map(|number| number as u32).ok_or_else(|| AnalyticError::parameter(key, shown(value), "a whole number"))
}

fn per_second(key: &str, per_hour: f64) -> Result<f64, AnalyticError> {
    let holds = per_hour > 0.0 && per_hour <= 3.6e12;
    crate::analytic::error::require(holds, key, per_hour, "above 0 and at most 3.6e12 an hour")?;
    Ok(per_hour / 3_600.0)
}

fn missing(key: &str) -> AnalyticError {
    AnalyticError::Parameters(format!("the parameter `{key}` is missing"))
}
