//! What holds for every command on the terminal: how much is said, and in colour or not.

use std::io::{self, IsTerminal};
use std::sync::OnceLock;
use std::time::Instant;

use clap::{Args, ColorChoice, ValueEnum};

use super::{output, progress};
use crate::files;
use crate::simulation::Control;

/// The options that every command has.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "On the terminal")]
pub(super) struct Manners {
    /// Print nothing but errors: what is written to files and the exit code are the result
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say which files are written, how many calls were simulated, how long it took and on how many threads
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// When colours are used; NO_COLOR, CLICOLOR and CLICOLOR_FORCE are heeded by auto
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub(super) color: Color,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless the environment says otherwise
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

static MANNERS: OnceLock<Manners> = OnceLock::new();

/// Takes the options over, for the rest of the process.
pub(super) fn settle(manners: Manners) {
    let manners = *MANNERS.get_or_init(|| manners);
    // The crates that draw bars and boards ask these.
    console::set_colors_enabled(manners.color.is_on(io::stdout().is_terminal()));
    console::set_colors_enabled_stderr(manners.color.is_on(io::stderr().is_terminal()));
    if manners.verbose {
        files::on_written(|path| output::note(&format!("{} is written", path.display())));
    }
}

fn manners() -> Manners {
    MANNERS.get().copied().unwrap_or_default()
}

/// Whether nothing but errors is printed.
pub(super) fn is_quiet() -> bool {
    manners().quiet
}

/// Whether what goes to the standard error is in colour.
pub(super) fn colours_errors() -> bool {
    manners().color.is_on(io::stderr().is_terminal())
}

impl Color {
    /// Whether a stream is in colour that is a terminal or is not.
    fn is_on(self, is_terminal: bool) -> bool {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        self.is_on_with(is_terminal, variable)
    }

    fn is_on_with(self, is_terminal: bool, variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if variable("NO_COLOR").is_some() => false,
            Color::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Color::Auto if variable("CLICOLOR").is_some_and(|value| value == "0") => false,
            Color::Auto => is_terminal && variable("TERM").is_none_or(|value| value != "dumb"),
        }
    }

    /// The choice for the command line's own help and errors, which are printed before it is known what the options are.
    pub(super) fn of_help(mut arguments: impl Iterator<Item = std::ffi::OsString>) -> ColorChoice {
        while let Some(argument) = arguments.next() {
            let said = match argument.to_str() {
                Some("--") => break,
                Some("--color") => arguments.next().and_then(|value| value.into_string().ok()),
                Some(text) => text.strip_prefix("--color=").map(str::to_owned),
                None => None,
            };
            match said.as_deref() {
                Some("always") => return ColorChoice::Always,
                Some("never") => return ColorChoice::Never,
                _ => {}
            }
        }
        // It heeds the same variables.
        ColorChoice::Auto
    }
}

/// Says how a command went, if that is wanted.
pub(super) fn tell_of(control: Option<&Control>, began: Instant) {
    if !manners().verbose {
        return;
    }
    let secs = began.elapsed().as_secs_f64();
    let mut text = format!("{secs:.2} s");
    if let Some(control) = control {
        let calls = control.calls();
        if calls > 0 {
            text += &format!(", {}", progress::rate(calls, secs));
        }
        if control.done() > 0 && control.threads() > 0 {
            text += &format!(", {} replications", control.done());
        }
        match control.threads() {
            0 => {}
            1 => text += ", 1 thread",
            threads => text += &format!(", {threads} threads"),
        }
    }
    output::note(&text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_as_the_option_and_then_the_environment_say() {
        let on = |color: Color, is_terminal, set: &[(&str, &str)]| {
            let variable = |name: &str| set.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).into());
            color.is_on_with(is_terminal, variable)
        };
        assert!(on(Color::Auto, true, &[]) && !on(Color::Auto, false, &[]));
        assert!(!on(Color::Auto, true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
        assert!(
            on(Color::Auto, false, &[("CLICOLOR_FORCE", "1")]) && !on(Color::Auto, false, &[("CLICOLOR_FORCE", "0")])
        );
        assert!(!on(Color::Auto, true, &[("CLICOLOR", "0")]) && on(Color::Auto, true, &[("CLICOLOR", "1")]));
        assert!(!on(Color::Auto, true, &[("TERM", "dumb")]));
        assert!(on(Color::Always, false, &[("NO_COLOR", "1")]) && !on(Color::Never, true, &[("CLICOLOR_FORCE", "1")]));
    }

    #[test]
    fn the_help_is_coloured_as_the_option_says() {
        let of = |arguments: &[&str]| Color::of_help(arguments.iter().map(|&argument| argument.into()));
        assert_eq!(of(&["acdsim", "run", "--help"]), ColorChoice::Auto);
        assert_eq!(of(&["acdsim", "--color", "never", "--help"]), ColorChoice::Never);
        assert_eq!(of(&["acdsim", "run", "--color=always"]), ColorChoice::Always);
        assert_eq!(of(&["acdsim", "run", "--", "--color=always"]), ColorChoice::Auto);
    }
}
