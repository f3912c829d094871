//! Accumulators over events and over replications, and the intervals of confidence that they carry.
//!
//! [`Totals`] and [`Intervals`] are observers of a run; [`CallLog`] turns its events into one record a call. [`Moments`]
//! is for values from independent replications.

mod call_log;
mod intervals;
mod moments;
mod student;
mod totals;

pub use call_log::{CallLog, CallRecord, Outcome};
pub use intervals::{IntervalTotals, Intervals};
pub use moments::{Estimate, Moments};
pub use student::student_quantile;
pub use totals::{GroupTotals, Totals};
