//! What can be wrong with the files that a report is made of.

/// A file that a report cannot be made of.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// It cannot be opened or read.
    #[error("{file}: cannot be read: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        reason: std::io::Error,
    },
    /// It is something else than what it should be.
    #[error("{file}: {what}")]
    Foreign {
        /// The file.
        file: String,
        /// What it is, and what is allowed.
        what: String,
    },
    /// A sweep that cannot be read.
    #[error(transparent)]
    Sweep(#[from] crate::sweep::SweepError),
    /// A line of it cannot be used.
    #[error("{file}: line {line}: {what}")]
    Line {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What is there, and what is allowed.
        what: String,
    },
    /// A field of a table cannot be used.
    #[error("{file}: line {line}: column `{column}` is {value:?}; {allowed}")]
    Field {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What may stand there.
        allowed: &'static str,
    },
}
