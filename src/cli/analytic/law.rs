//! A law in one argument.

use serde_json::{Map, Value};

use crate::scenario;

/// The law of a text such as `weibull,shape=1.5,scale=120s`, as the parameters of a model have it: a JSON object. A
/// duration alone, such as `2m`, is exponential with that mean.
pub(super) fn law(text: &str) -> Result<Value, String> {
    if text.starts_with(|char: char| char.is_ascii_digit()) {
        return Ok(serde_json::json!({ "kind": "exponential", "mean": plain(seconds(text)?) }));
    }
    let mut parts = text.split(',');
    let mut object = Map::new();
    object.insert("kind".into(), parts.next().unwrap_or_default().trim().into());
    for part in parts {
        let Some((key, value)) = part.split_once('=') else {
            return Err(format!("{part:?} has no `=`; a law is written like weibull,shape=1.5,scale=120s"));
        };
        let (key, value) = (key.trim(), value.trim());
        let value = match key {
            "values" | "weights" | "edges" | "counts" => value
                .split_whitespace()
                .map(|item| number(item).map(plain))
                .collect::<Result<Vec<Value>, String>>()?
                .into(),
            "branches" => value.split_whitespace().map(branch).collect::<Result<Vec<Value>, String>>()?.into(),
            _ => plain(number(value)?),
        };
        if object.insert(key.to_owned(), value).is_some() {
            return Err(format!("`{key}` is there twice"));
        }
    }
    Ok(Value::Object(object))
}

/// A number in JSON; one that is whole is written without a point.
pub(super) fn plain(number: f64) -> Value {
    let whole = number.floor() == number && (0.0..1e15).contains(&number);
    if whole { Value::from(number as u64) } else { Value::from(number) }
}

/// A time in seconds, with a unit or without.
pub(in crate::cli) fn seconds(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => Ok(seconds),
        Ok(_) => Err(format!("{text:?} is no time; a time is 0 or more, in seconds or with a unit, such as 120 or 2m")),
        Err(_) => scenario::parse_duration(text).map(|duration| duration.as_secs_f64()),
    }
}

/// A number, or a time with a unit, or a share with a percent sign.
fn number(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ if text.ends_with('%') => scenario::parse_share(text),
        _ if text.contains('/') => scenario::parse_rate(text),
        _ => seconds(text),
    }
}

/// `80%:60s`: how often it is this branch, and its mean.
fn branch(text: &str) -> Result<Value, String> {
    let Some((weight, mean)) = text.split_once(':') else {
        return Err(format!("{text:?} has no `:`; branches are written like branches=80%:1m 20%:10m"));
    };
    Ok(serde_json::json!({ "weight": plain(number(weight)?), "mean": plain(number(mean)?) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn laws_are_read() {
        for (text, value) in [
            ("2m", json!({"kind": "exponential", "mean": 120})),
            ("90", json!({"kind": "exponential", "mean": 90})),
            ("weibull,shape=1.5,scale=2m", json!({"kind": "weibull", "shape": 1.5, "scale": 120})),
            ("lognormal, mean = 120 , cv=0.8", json!({"kind": "lognormal", "mean": 120, "cv": 0.8})),
            ("exponential,rate=30/h", json!({"kind": "exponential", "rate": 30.0 / 3_600.0})),
            ("none", json!({"kind": "none"})),
            (
                "empirical,values=10s 1m,weights=1 2",
                json!({"kind": "empirical", "values": [10, 60], "weights": [1, 2]}),
            ),
            (
                "hyperexponential,branches=80%:1m 20%:10m",
                json!({"kind": "hyperexponential",
                    "branches": [{"weight": 0.8, "mean": 60}, {"weight": 0.2, "mean": 600}]}),
            ),
        ] {
            assert_eq!(law(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_law_says_why() {
        for (text, said) in [
            ("weibull,shape", "has no `=`"),
            ("weibull,shape=1,shape=2", "`shape` is there twice"),
            ("2 minuts", "did you mean `minutes`?"),
            ("exponential,mean=", "is empty"),
            ("hyperexponential,branches=0.5", "has no `:`"),
            ("1e999", "is no time"),
        ] {
            let error = law(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
