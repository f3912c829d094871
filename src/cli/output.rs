//! What commands print, and how.

use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;

use super::{Failure, progress, terminal};

/// Tables are not made narrower than this.
const NARROWEST: u16 = 60;

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
    if terminal::is_quiet() { Ok(()) } else { ask(text) }
}

/// Writes to the standard output though nothing is to be printed: a question has to be seen.
pub(super) fn ask(text: impl AsRef<[u8]>) -> Result<(), Failure> {
    progress::aside(|| {
        let mut out = io::stdout().lock();
        out.write_all(text.as_ref()).and_then(|()| out.flush()).map_err(Failure::Stdout)
    })
}

/// Says something to whoever is at the terminal: on the standard error, where no result is.
pub(super) fn note(text: &str) {
    if !terminal::is_quiet() {
        warn(text);
    }
}

/// Says what went wrong with a part of the work, however quiet it is to be.
pub(super) fn warn(text: &str) {
    progress::aside(|| {
        // If even that fails there is nobody left to tell.
        let _ = writeln!(io::stderr(), "acdsim: {text}");
    });
}

/// How many columns the terminal has, if there is one.
///
/// Where there is none, the variable `COLUMNS` may say how many there are to be.
pub(super) fn terminal_width() -> Option<u16> {
    let columns = match console::Term::stdout().size_checked() {
        Some((_, columns)) => columns,
        None => std::env::var("COLUMNS").ok()?.parse().ok()?,
    };
    Some(columns.max(NARROWEST))
}

/// A path as a word of a shell.
pub(super) fn shell_path(path: &Path) -> String {
    shell_word(&path.display().to_string())
}

/// Text as a word of a shell, in quotes where it needs them.
pub(super) fn shell_word(text: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_./:+,@%=".contains(char);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell_where_they_need_it() {
        assert_eq!(shell_word("scenarios/quick-start.toml"), "scenarios/quick-start.toml");
        assert_eq!(shell_word("Sales.asa_s > 3"), "'Sales.asa_s > 3'");
        assert_eq!(shell_word("Ann's"), r"'Ann'\''s'");
    }
}
