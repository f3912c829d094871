//! What a model of queueing theory says, and how far it is from expected values, as `acdsim analytic` prints it.

mod cases;
mod csv;
mod json;
mod text;

pub use self::csv::{comparison_csv, values_csv};
pub use cases::{CaseError, Compared, Comparison};
pub use json::{comparison_json, values_json};
pub use text::{comparison_text, values_text};

use serde_json::Value;

use crate::analytic::{AnalyticError, Model};

/// The metrics of a model, by their names.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    /// The name of the model.
    pub model: &'static str,
    /// Its parameters: a JSON object.
    pub parameters: Value,
    /// Each metric's name and value.
    pub metrics: Vec<(String, f64)>,
}

impl Values {
    /// The metrics of these names.
    ///
    /// # Errors
    ///
    /// As [`Model::metric`].
    pub fn of(model: &Model, parameters: Value, names: &[String]) -> Result<Self, AnalyticError> {
        let metric = |name: &String| model.metric(name).map(|value| (name.clone(), value));
        let metrics = names.iter().map(metric).collect::<Result<_, _>>()?;
        Ok(Values { model: model.name(), parameters, metrics })
    }
}
