//! What commands print, and how.

use std::io::{self, Write};

use clap::ValueEnum;

use super::Failure;

/// The form of what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Tables for people.
    #[default]
    Text,
    /// JSON, as in the result files.
    Json,
    /// CSV, as in the result files.
    Csv,
}

/// Writes to the standard output.
pub(super) fn print(text: impl AsRef<[u8]>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_ref()).and_then(|()| out.flush()).map_err(Failure::Stdout)
}

/// How many columns the terminal has, if there is one.
pub(super) fn terminal_width() -> Option<u16> {
    let (_, columns) = console::Term::stdout().size_checked()?;
    Some(columns.max(60))
}
