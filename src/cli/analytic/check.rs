//! `acdsim analytic check`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::Failure;
use crate::cli::output::{self, Format};
use crate::report::analytic::{self, Comparison};

/// Hold the models against a file of expected values.
///
/// The file is a CSV with the columns id, model, parameters (a JSON object), metric and expected.
/// A row a case is printed, with its relative error, and the largest of them last. The exit code is
/// 1 if one is above the tolerance.
///
/// Examples:
///   acdsim analytic check expected.csv
///   acdsim analytic check expected.csv --tolerance 1e-9 --format csv
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Check {
    /// The file
    file: PathBuf,
    /// The relative error that a case may have
    #[arg(long, value_name = "NUMBER", default_value = "1e-7", value_parser = tolerance)]
    tolerance: f64,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Check {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let comparison = Comparison::read(&self.file, self.tolerance)?;
        match self.format {
            Format::Text => output::print(analytic::comparison_text(&comparison))?,
            Format::Json => output::print(format!("{:#}\n", analytic::comparison_json(&comparison)))?,
            Format::Csv => {
                let mut csv = Vec::new();
                analytic::comparison_csv(&comparison, &mut csv).map_err(|error| Failure::Stdout(error.into()))?;
                output::print(csv)?;
            }
        }
        if comparison.failed() == 0 {
            return Ok(());
        }
        let (file, tolerance) = (self.file.display(), self.tolerance);
        let command = format!("acdsim analytic check \"{file}\" --tolerance {tolerance:e}");
        Err(Failure::Check(format!("{comparison}; to see it again: {command}")))
    }
}

fn tolerance(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| "a tolerance is a number, 0 or more, such as 1e-7".to_owned())
}
