//! Makes a distribution of the parameters that a scenario gives: the one place that calls its constructors.

use super::problems::Span;
use super::values::{At, FromValue, Record, Value};
use crate::random::{Branch, Component, Distribution, DistributionError};
use crate::time::Duration;

/// Where, the parameter that is wrong, and what is allowed.
pub(crate) type LawFault = (Span, String, String);

/// Always this duration.
pub(crate) fn constant(time: Duration) -> Distribution {
    Distribution::constant(time.as_secs_f64().min(crate::random::MAX_SECONDS)).expect("a duration is a sound constant")
}

/// The law of that name with the parameters of a sound record of one of its forms.
pub(crate) fn build(law: &str, record: &Record) -> Result<Distribution, LawFault> {
    let secs = |key: &str| record.get::<Duration>(key).map_or(0.0, |time| time.value.as_secs_f64());
    let number = |key: &str| record.get::<f64>(key).map_or(0.0, |number| *number.value);
    let times = |key: &str| list::<Duration, f64>(record, key, |time| time.as_secs_f64());
    let numbers = |key: &str| list::<f64, f64>(record, key, |number| *number);
    let built = match (law, record.form.name) {
        ("constant", _) => Distribution::constant(secs("value")),
        ("uniform", _) => Distribution::uniform(secs("min"), secs("max")),
        ("exponential", "mean") => Distribution::exponential_mean(secs("mean")),
        ("exponential", "median") => Distribution::exponential_median(secs("median")),
        ("exponential", "rate") => Distribution::exponential_rate(number("rate")),
        ("erlang", _) => {
            let phases = record.get::<i64>("phases").map_or(0, |phases| *phases.value as u32);
            Distribution::erlang(phases, secs("mean"))
        }
        ("gamma", "shape, scale") => Distribution::gamma_shape_scale(number("shape"), secs("scale")),
        ("gamma", "mean, shape") => Distribution::gamma_mean_shape(secs("mean"), number("shape")),
        ("gamma", "mean, cv") => Distribution::gamma_mean_cv(secs("mean"), number("cv")),
        ("gamma", "mean, sd") => Distribution::gamma_mean_sd(secs("mean"), secs("sd")),
        ("lognormal", "mu, sigma") => Distribution::lognormal_mu_sigma(number("mu"), number("sigma")),
        ("lognormal", "mean, cv") => Distribution::lognormal_mean_cv(secs("mean"), number("cv")),
        ("lognormal", "mean, sd") => Distribution::lognormal_mean_sd(secs("mean"), secs("sd")),
        ("lognormal", "median, sigma") => Distribution::lognormal_median_sigma(secs("median"), number("sigma")),
        ("lognormal", "median, mean") => Distribution::lognormal_median_mean(secs("median"), secs("mean")),
        ("weibull", "shape, scale") => Distribution::weibull_shape_scale(number("shape"), secs("scale")),
        ("weibull", "mean, shape") => Distribution::weibull_mean_shape(secs("mean"), number("shape")),
        ("weibull", "median, shape") => Distribution::weibull_median_shape(secs("median"), number("shape")),
        ("hyperexponential", "branches") => return hyperexponential(record),
        ("mixture", _) => return mixture(record),
        ("hyperexponential", "mean, cv") => Distribution::hyperexponential_mean_cv(secs("mean"), number("cv")),
        ("triangular", _) => Distribution::triangular(secs("min"), secs("mode"), secs("max")),
        ("empirical", _) => {
            let weights = record.has("weights").then(|| numbers("weights"));
            Distribution::empirical_values(&times("values"), weights.as_deref())
        }
        ("histogram", _) => Distribution::histogram(&times("edges"), &numbers("counts")),
        (law, form) => unreachable!("{law} by {form} is declared but cannot be made"),
    };
    built.map_err(|error| fault(&error, record))
}

fn list<T: FromValue, U>(record: &Record, key: &str, convert: impl Fn(&T) -> U) -> Vec<U> {
    let items = record.get::<Vec<At<Value>>>(key).map_or(&[][..], |list| &list.value[..]);
    items.iter().filter_map(|item| T::from_value(&item.value)).map(convert).collect()
}

/// Exponential branches, whose weights are shares of 1.
fn hyperexponential(record: &Record) -> Result<Distribution, LawFault> {
    mixed(record, "branches", |weight, branch| {
        let mean_s = branch.get::<Duration>("mean")?.value.as_secs_f64();
        Some(Branch { weight, mean_s })
    })?
    .map_or_else(
        || Ok(unimportant()),
        |branches| build_mixed(record, "branches", Distribution::hyperexponential(&branches)),
    )
}

/// Laws of any kind, whose weights are shares of 1.
fn mixture(record: &Record) -> Result<Distribution, LawFault> {
    mixed(record, "components", |weight, component| {
        let law = component.get::<Distribution>("law")?.value.clone();
        Some(Component { weight, law })
    })?
    .map_or_else(
        || Ok(unimportant()),
        |components| build_mixed(record, "components", Distribution::mixture(&components)),
    )
}

/// Any sound law, for the rest of a reading that has reported a fault already.
fn unimportant() -> Distribution {
    constant(Duration::from_secs(1))
}

/// The parts of a mixture in the list of that key; none within if one of them was wrong, which has been reported.
fn mixed<T>(
    record: &Record,
    key: &'static str,
    part: impl Fn(f64, &Record) -> Option<T>,
) -> Result<Option<Vec<T>>, LawFault> {
    let records = record.records(key);
    let weights: Vec<f64> = records.iter().filter_map(|table| Some(*table.get("weight")?.value)).collect();
    let parts: Vec<T> = records.iter().zip(&weights).filter_map(|(table, &weight)| part(weight, table)).collect();
    if weights.len() < records.len() || parts.len() < records.len() {
        return Ok(None);
    }
    let sum: f64 = weights.iter().sum();
    if (sum - 1.0).abs() > 1e-6 {
        let help = format!("the weights must add up to 1, or 100%, not {}", (sum * 1e9).round() / 1e9);
        return Err((record.place(key), format!("`{key}`"), help));
    }
    Ok(Some(parts))
}

/// What a constructor made of the parts, with an error at the place of the part.
fn build_mixed(
    record: &Record,
    key: &str,
    built: Result<Distribution, DistributionError>,
) -> Result<Distribution, LawFault> {
    built.map_err(|error| match error.index {
        Some(index) => fault(&error, record.records(key)[index]),
        None => fault(&error, record),
    })
}

/// An error of a constructor, at the parameter's place in the file.
fn fault(error: &DistributionError, record: &Record) -> LawFault {
    let parameter = error.parameter;
    let mut at = record.place(parameter);
    let mut named = format!("`{parameter}`");
    if record.form.key(parameter).is_some()
        && let Some(index) = error.index
        && let Some(item) = record.get::<Vec<At<Value>>>(parameter).and_then(|list| list.value.get(index))
    {
        at = item.at;
        named = format!("entry {} of `{parameter}`", index + 1);
    }
    let help = format!("{named} must be {}", error.allowed);
    (at, named, help)
}
