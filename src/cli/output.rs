//! What commands print, and how.

use std::io::{self, Write};
use std::path::Path;

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

/// Says something to whoever is at the terminal: on the standard error, where no result is.
pub(super) fn note(text: &str) {
    // If even that fails there is nobody left to tell.
    let _ = writeln!(io::stderr(), "acdsim: {text}");
}

/// How many columns the terminal has, if there is one.
pub(super) fn terminal_width() -> Option<u16> {
    let (_, columns) = console::Term::stdout().size_checked()?;
    Some(columns.max(60))
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
