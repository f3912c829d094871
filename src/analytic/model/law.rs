//! Reading a law from JSON.

use serde_json::{Map, Value};

use super::parameters::{number, shown, whole};
use crate::analytic::AnalyticError;
use crate::random::{Branch, Distribution};

/// The kinds of laws, each with the sets of keys that it may be given by.
const KINDS: [(&str, &[&str]); 12] = [
    ("none", &[""]),
    ("constant", &["value", "mean"]),
    ("uniform", &["max min"]),
    ("triangular", &["max min mode"]),
    ("exponential", &["mean", "median", "rate"]),
    ("erlang", &["mean phases"]),
    ("hyperexponential", &["cv mean", "branches"]),
    ("gamma", &["scale shape", "mean shape", "cv mean", "mean sd"]),
    ("lognormal", &["mu sigma", "cv mean", "mean sd", "median sigma", "mean median"]),
    ("weibull", &["scale shape", "mean shape", "median shape"]),
    ("empirical", &["values", "values weights"]),
    ("histogram", &["counts edges"]),
];

/// The law of an object such as `{"kind": "weibull", "shape": 1.5, "scale": 120}`, times in seconds; none of the kind
/// `none`. `distribution` may stand for `kind`, `deterministic` for `constant`, `scv` for the square of `cv`, and a key
/// that is a time may end in `_s`.
pub(super) fn law(key: &str, value: &Value) -> Result<Option<Distribution>, AnalyticError> {
    let Value::Object(object) = value else {
        return Err(AnalyticError::parameter(key, shown(value), "an object with a `kind`"));
    };
    read(object).map_err(|error| error.within(key))
}

fn read(object: &Map<String, Value>) -> Result<Option<Distribution>, AnalyticError> {
    let kinds = || KINDS.map(|(kind, _)| kind).join(", ");
    let wrong_kind = |value: String| AnalyticError::parameter("kind", value, format!("one of {}", kinds()));
    let named = object.get("kind").or_else(|| object.get("distribution"));
    let kind = match named {
        None => return Err(wrong_kind("missing".to_owned())),
        Some(Value::String(kind)) if kind == "deterministic" => "constant",
        Some(Value::String(kind)) => kind,
        Some(other) => return Err(wrong_kind(shown(other))),
    };
    let Some((kind, forms)) = KINDS.iter().find(|(known, _)| *known == kind) else {
        return Err(wrong_kind(kind.to_owned()));
    };
    let keys = Keys::new(object)?;
    let form = keys.form();
    if !forms.contains(&form.as_str()) {
        let forms: Vec<String> = forms.iter().map(|form| form.replace(' ', ", ")).collect();
        let allowed = format!("given by {}", forms.join("; or by "));
        return Err(AnalyticError::parameter(kind, form.replace(' ', ", "), allowed));
    }
    let get = |key: &str| keys.number(key);
    type D = Distribution;
    let law = match (*kind, form.as_str()) {
        ("none", _) => return Ok(None),
        ("constant", form) => D::constant(get(form)?),
        ("uniform", _) => D::uniform(get("min")?, get("max")?),
        ("triangular", _) => D::triangular(get("min")?, get("mode")?, get("max")?),
        ("exponential", "median") => D::exponential_median(get("median")?),
        ("exponential", "rate") => D::exponential_rate(get("rate")?),
        ("exponential", _) => D::exponential_mean(get("mean")?),
        ("erlang", _) => D::erlang(whole("phases", keys.value("phases"))?, get("mean")?),
        ("hyperexponential", "cv mean") => D::hyperexponential_mean_cv(get("mean")?, get("cv")?),
        ("hyperexponential", _) => D::hyperexponential(&keys.branches()?),
        ("gamma", "scale shape") => D::gamma_shape_scale(get("shape")?, get("scale")?),
        ("gamma", "mean shape") => D::gamma_mean_shape(get("mean")?, get("shape")?),
        ("gamma", "cv mean") => D::gamma_mean_cv(get("mean")?, get("cv")?),
        ("gamma", _) => D::gamma_mean_sd(get("mean")?, get("sd")?),
        ("lognormal", "mu sigma") => D::lognormal_mu_sigma(get("mu")?, get("sigma")?),
        ("lognormal", "cv mean") => D::lognormal_mean_cv(get("mean")?, get("cv")?),
        ("lognormal", "mean sd") => D::lognormal_mean_sd(get("mean")?, get("sd")?),
        ("lognormal", "median sigma") => D::lognormal_median_sigma(get("median")?, get("sigma")?),
        ("lognormal", _) => D::lognormal_median_mean(get("median")?, get("mean")?),
        ("weibull", "scale shape") => D::weibull_shape_scale(get("shape")?, get("scale")?),
        ("weibull", "mean shape") => D::weibull_mean_shape(get("mean")?, get("shape")?),
        ("weibull", _) => D::weibull_median_shape(get("median")?, get("shape")?),
        ("empirical", form) => {
            let weights = if form == "values" { None } else { Some(keys.numbers("weights")?) };
            D::empirical_values(&keys.numbers("values")?, weights.as_deref())
        }
        _ => D::histogram(&keys.numbers("edges")?, &keys.numbers("counts")?),
    };
    Ok(Some(law?))
}

/// The keys of a law but for its kind, under their plain names and in the order of the alphabet.
struct Keys<'a>(Vec<(&'a str, &'a Value)>);

impl<'a> Keys<'a> {
    fn new(object: &'a Map<String, Value>) -> Result<Self, AnalyticError> {
        let plain = |key: &'a str| key.strip_suffix("_s").unwrap_or(key);
        let mut keys: Vec<(&str, &Value)> = object
            .iter()
            .filter(|(key, value)| !matches!(key.as_str(), "kind" | "distribution") && !value.is_null())
            .map(|(key, value)| (plain(key), value))
            .collect();
        keys.sort_by_key(|(key, _)| if *key == "scv" { "cv" } else { key });
        Ok(Keys(keys))
    }

    /// The names of the keys, `scv` being `cv`.
    fn form(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|(key, _)| if *key == "scv" { "cv" } else { *key }).collect();
        names.join(" ")
    }

    fn find(&self, key: &str) -> Option<&'a Value> {
        self.0.iter().find(|(other, _)| *other == key).map(|(_, value)| *value)
    }

    fn value(&self, key: &str) -> &'a Value {
        self.find(key).unwrap_or(&Value::Null)
    }

    fn number(&self, key: &str) -> Result<f64, AnalyticError> {
        match (key, self.find("scv")) {
            ("cv", Some(scv)) => Ok(number("scv", scv)?.sqrt()),
            _ => number(key, self.value(key)),
        }
    }

    fn numbers(&self, key: &str) -> Result<Vec<f64>, AnalyticError> {
        let value = self.value(key);
        let list = value.as_array().ok_or_else(|| AnalyticError::parameter(key, shown(value), "a list of numbers"))?;
        list.iter().enumerate().map(|(index, value)| number(&format!("{key}[{index}]"), value)).collect()
    }

    /// The branches of a mixture: objects with `weight` and `mean`.
    fn branches(&self) -> Result<Vec<Branch>, AnalyticError> {
        let value = self.value("branches");
        let list =
            value.as_array().ok_or_else(|| AnalyticError::parameter("branches", shown(value), "a list of branches"))?;
        let branch = |(index, value): (usize, &Value)| {
            let place = format!("branches[{index}]");
            let field = |key: &str| value.get(key).or_else(|| value.get(format!("{key}_s")));
            match (field("weight"), field("mean")) {
                (Some(weight), Some(mean)) => Ok(Branch {
                    weight: number(&format!("{place}.weight"), weight)?,
                    mean_s: number(&format!("{place}.mean"), mean)?,
                }),
                _ => Err(AnalyticError::parameter(&place, shown(value), "an object with `weight` and `mean`")),
            }
        };
        list.iter().enumerate().map(branch).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_law_can_be_given_in_each_form() {
        type D = Distribution;
        let branches = [Branch { weight: 0.8, mean_s: 60.0 }, Branch { weight: 0.2, mean_s: 600.0 }];
        for (value, made) in [
            (json!({"kind": "constant", "value": 30}), D::constant(30.0)),
            (json!({"kind": "deterministic", "mean_s": 30}), D::constant(30.0)),
            (json!({"kind": "uniform", "max": 300, "min": 10}), D::uniform(10.0, 300.0)),
            (json!({"kind": "triangular", "min": 1, "mode": 2, "max": 5}), D::triangular(1.0, 2.0, 5.0)),
            (json!({"kind": "exponential", "mean": 120}), D::exponential_mean(120.0)),
            (json!({"distribution": "exponential", "median_s": 120}), D::exponential_median(120.0)),
            (json!({"kind": "exponential", "rate": 0.1}), D::exponential_rate(0.1)),
            (json!({"kind": "erlang", "phases": 3, "mean": 60}), D::erlang(3, 60.0)),
            (json!({"kind": "hyperexponential", "mean": 60, "cv": 2}), D::hyperexponential_mean_cv(60.0, 2.0)),
            (json!({"kind": "hyperexponential", "mean": 60, "scv": 4}), D::hyperexponential_mean_cv(60.0, 2.0)),
            (
                json!({"kind": "hyperexponential",
                    "branches": [{"weight": 0.8, "mean": 60}, {"weight": 0.2, "mean_s": 600}]}),
                D::hyperexponential(&branches),
            ),
            (json!({"kind": "gamma", "shape": 2, "scale": 30}), D::gamma_shape_scale(2.0, 30.0)),
            (json!({"kind": "gamma", "shape": 2, "mean": 30}), D::gamma_mean_shape(30.0, 2.0)),
            (json!({"kind": "gamma", "cv": 0.5, "mean": 30}), D::gamma_mean_cv(30.0, 0.5)),
            (json!({"kind": "gamma", "sd": 15, "mean": 30}), D::gamma_mean_sd(30.0, 15.0)),
            (json!({"kind": "lognormal", "mu": 5, "sigma": 0.8}), D::lognormal_mu_sigma(5.0, 0.8)),
            (json!({"kind": "lognormal", "mean": 120, "cv": 1.2}), D::lognormal_mean_cv(120.0, 1.2)),
            (json!({"kind": "lognormal", "mean": 120, "sd": 60}), D::lognormal_mean_sd(120.0, 60.0)),
            (json!({"kind": "lognormal", "median": 90, "sigma": 0.8}), D::lognormal_median_sigma(90.0, 0.8)),
            (json!({"kind": "lognormal", "median": 90, "mean": 120}), D::lognormal_median_mean(90.0, 120.0)),
            (json!({"kind": "weibull", "scale": 120, "shape": 1.5}), D::weibull_shape_scale(1.5, 120.0)),
            (json!({"kind": "weibull", "mean": 120, "shape": 1.5}), D::weibull_mean_shape(120.0, 1.5)),
            (json!({"kind": "weibull", "median": 120, "shape": 1.5}), D::weibull_median_shape(120.0, 1.5)),
            (json!({"kind": "empirical", "values": [3, 1]}), D::empirical_values(&[3.0, 1.0], None)),
            (
                json!({"kind": "empirical", "values": [3, 1], "weights": [1, 2]}),
                D::empirical_values(&[3.0, 1.0], Some(&[1.0, 2.0])),
            ),
            (
                json!({"kind": "histogram", "edges": [0, 1, 3], "counts": [1, 2]}),
                D::histogram(&[0.0, 1.0, 3.0], &[1.0, 2.0]),
            ),
        ] {
            assert_eq!(law("patience", &value), Ok(Some(made.unwrap())), "{value}");
        }
        assert_eq!(law("patience", &json!({"kind": "none"})), Ok(None));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (value, said) in [
            (json!(5), "`patience` must be an object with a `kind`, not 5"),
            (json!({"mean": 5}), "`patience.kind` must be one of none, constant,"),
            (json!({"kind": "normal"}), "histogram, not normal"),
            (json!({"kind": 1}), "not 1"),
            (
                json!({"kind": "weibull", "shape": 2}),
                "`patience.weibull` must be given by scale, shape; or by mean, shape; or by median, shape, not shape",
            ),
            (json!({"kind": "uniform", "min": 5, "max": 2}), "`patience.max` must be above `min`, not 2"),
            (json!({"kind": "exponential", "mean": "x"}), "`patience.mean` must be a number, not \"x\""),
            (json!({"kind": "erlang", "mean": 5, "phases": 1.5}), "`patience.phases` must be a whole number, not 1.5"),
            (
                json!({"kind": "empirical", "values": [1, -1]}),
                "`patience.values[1]` must be from 0 to 1e10 seconds, not -1",
            ),
            (json!({"kind": "empirical", "values": 1}), "`patience.values` must be a list of numbers, not 1"),
            (json!({"kind": "hyperexponential", "branches": [1]}), "`patience.branches[0]` must be an object"),
        ] {
            let error = law("patience", &value).unwrap_err().to_string();
            assert!(error.contains(said), "{value}: {error}");
        }
    }
}
