//! What people and programs read of a result: one file a form.
//!
//! [`metrics`] says which quantities there are and computes them from a replication's exact counts; [`summary`] takes
//! their means over replications; [`tapi`] lists the model itself,
//! [`handlers`] has the objects of each agent handler as TAPI shows them, [`analytic`] has what queueing theory says; the other modules write results.

mod actual;
pub mod analytic;
pub mod baseline;
pub mod calls;
pub mod compare;
pub mod events;
pub mod explain;
mod fields;
pub mod handlers;
pub mod html;
mod json;
pub mod metrics;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod replay;
pub mod results;
pub mod rows;
pub mod staff;
pub mod summary;
pub mod sweep;
pub mod tables;
pub mod tapi;
mod text;
pub mod trace;
pub mod verify;
pub mod watch;

pub use actual::{Actual, ActualError};
pub use json::summary_json;
pub use text::{actual_text, summary_text};
