//! Accumulators over events and over replications, and the intervals of confidence that they carry.
//!
//! [`Totals`] and [`Intervals`] are observers of a run; [`CallLog`] turns its events into one record a call. What only
//! scenarios beyond the plain need is observed apart: [`Parts`] of groups, and the attendance of the [`Workforce`]. [`Moments`]
//! is for values from independent replications, [`Ratio`] for quotients of them, [`Paired`] for differences of two systems. [`holm`] and [`anderson_darling`] are
//! for verdicts.

mod attendance;
mod call_log;
mod goodness;
mod intervals;
mod many_tests;
mod moments;
mod paired;
mod parts;
mod percentiles;
mod ratio;
mod student;
mod totals;
mod workforce;

pub use attendance::Attendance;
pub use call_log::{CallLog, CallRecord, Outcome};
pub use goodness::{anderson_darling, anderson_darling_p};
pub use intervals::{IntervalTotals, Intervals};
pub use many_tests::holm;
pub use moments::{Estimate, Moments};
pub use paired::Paired;
pub use parts::Parts;
pub use percentiles::Percentiles;
pub use ratio::Ratio;
pub use student::{student_quantile, student_two_sided};
pub use totals::{GroupTotals, Totals};
pub use workforce::Workforce;
