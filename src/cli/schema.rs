//! `acdsim schema`.

use clap::Args;

use super::{Failure, output};
use crate::scenario;

/// Print the JSON Schema of scenario files.
///
/// An editor that knows it completes the keys and marks mistakes: put `#:schema acdsim.schema.json`
/// at the top of a scenario, and the schema beside it.
///
/// Examples:
///   acdsim schema > acdsim.schema.json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        output::print(format!("{:#}\n", scenario::json_schema()))
    }
}
