//! What makes an import impossible.

use jiff::civil::Date;

use crate::files::OutputError;
use crate::time::Duration;

/// Why nothing could be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be opened or read.
    #[error("{file}: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        reason: csv::Error,
    },
    /// A file does not begin with the header of its format.
    #[error("{file}: line 1: column {column} is {found:?}; a file of the format {format} has {expected:?} there")]
    Header {
        /// The file.
        file: String,
        /// The name of the format.
        format: &'static str,
        /// Which column, from 1.
        column: usize,
        /// What stands there; nothing, if there is no such column.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// The file of staff lacks a column.
    #[error("{file}: line 1: there is no column `{column}`; the columns date, start and agents_seen are needed")]
    NoColumn {
        /// The file.
        file: String,
        /// The column.
        column: &'static str,
    },
    /// A field of the file of staff is wrong.
    #[error("{file}: line {line}: `{column}` is {value:?}; {allowed}")]
    Staff {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// No row is of use.
    #[error("no call can be used, of {read} rows read: {why}")]
    NoCalls {
        /// Rows read.
        read: u64,
        /// The reasons, each with its count.
        why: String,
    },
    /// No talk time is known well enough.
    #[error("no call has a service of 10 to 3,600 s by a known agent, so no law of the talk time can be fitted")]
    NoServices,
    /// Nobody works.
    #[error("no agent is seen at work in the {days} days from {from}")]
    NoAgents {
        /// The first day.
        from: Date,
        /// How many days.
        days: u32,
    },
    /// The days or the intervals are too many, or the interval is nothing.
    #[error("intervals of {} s in {days} days are not possible; there are from 1 to 1,000,000 intervals", .interval.as_secs_f64())]
    Interval {
        /// The wanted length.
        interval: Duration,
        /// How many days are imported.
        days: u32,
    },
    /// A file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}
