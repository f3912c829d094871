//! `acdsim report`: results as one HTML file, for a manager and for an engineer.
//!
//! [`read`] gathers plain [`data`] from the files of runs and verifications; the figures are drawn from it as SVG; [`page`] lays all
//! out by one template. The file needs no network and no other file; the same data gives the same bytes.

mod charts;
pub mod data;
mod errors;
mod figure;
mod heat;
mod page;
mod read;
mod replays;
mod sweeps;
mod table;
mod timelines;
mod verdicts;
mod views;
mod waits;

pub use errors::ReportError;
pub use page::{MOST_RESULTS, PageError, page};
pub use read::{is_result, read};
