//! The examples of the commands: where they stand in the help, and that each of them can be run.

/// What begins the examples in the description of a command; they are its last part.
const HEADING: &str = "Examples:";

/// Puts the examples of each command behind its options, where the help ends.
pub(super) fn at_the_end(mut command: clap::Command) -> clap::Command {
    let whole = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    if let Some((about, examples)) = whole.split_once(HEADING) {
        let about = about.trim_end().to_owned();
        if command.get_long_about().is_some() {
            command = command.long_about(about);
        } else {
            command = command.about(about);
        }
        command = command.after_help(format!("{HEADING}{}", examples.trim_end()));
    }
    command.mut_subcommands(at_the_end)
}

#[cfg(test)]
mod tests {
    use super::super::command;
    use super::*;

    /// The words of a line of a shell up to a pipe or a redirection, with quotes taken away.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut word, mut quote): (Vec<String>, Option<String>, Option<char>) = (Vec::new(), None, None);
        for char in line.chars() {
            match (char, quote) {
                (char, Some(open)) if char == open => quote = None,
                ('"' | '\'', None) => {
                    quote = Some(char);
                    word.get_or_insert_default();
                }
                (' ', None) => words.extend(word.take()),
                ('|' | '>', None) => break,
                (char, _) => word.get_or_insert_default().push(char),
            }
        }
        words.extend(word);
        words
    }

    /// Every command with its full name.
    fn all(command: &clap::Command, name: String, found: &mut Vec<(String, Option<String>)>) {
        found.push((name.clone(), command.get_after_help().map(ToString::to_string)));
        for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
            all(inner, format!("{name} {}", inner.get_name()), found);
        }
    }

    #[test]
    fn every_command_has_examples_and_each_of_them_is_one() {
        let mut found = Vec::new();
        all(&command(), "acdsim".to_owned(), &mut found);
        assert!(found.len() > 35, "{} commands", found.len());
        let lacking: Vec<&String> = found.iter().filter(|(_, help)| help.is_none()).map(|(name, _)| name).collect();
        assert!(lacking.is_empty(), "commands without examples: {lacking:?}");
        let mut count = 0;
        for (name, help) in &found {
            let help = help.as_deref().unwrap_or_default().replace("\\\n", " ");
            let lines = help.strip_prefix(HEADING).unwrap_or_else(|| panic!("{name}: {help}")).lines();
            let lines: Vec<&str> = lines.map(str::trim).filter(|line| !line.is_empty()).collect();
            // An example of a command is of that command; others may lead to it or on from it.
            assert!(
                lines.iter().any(|line| line.contains(name.as_str())),
                "{name} has no example of its own: {lines:?}"
            );
            for line in lines {
                let from = line.find("acdsim").unwrap_or_else(|| panic!("{name}: {line:?} is no command of acdsim"));
                let parsed = command().try_get_matches_from(words(&line[from..]));
                let shows = |error: &clap::Error| {
                    use clap::error::ErrorKind::{DisplayHelp, DisplayVersion};
                    matches!(error.kind(), DisplayHelp | DisplayVersion)
                };
                if let Err(error) = parsed.map(drop)
                    && !shows(&error)
                {
                    panic!("{name}: {line}\n{error}");
                }
                count += 1;
            }
        }
        assert!(count > 60, "{count} examples");
    }

    #[test]
    fn the_examples_are_the_end_of_the_help() {
        let mut program = command();
        program.build();
        for name in ["run", "sweep", "verify"] {
            let help = program.find_subcommand_mut(name).unwrap().render_long_help().to_string();
            let (before, after) = help.split_once("\nExamples:\n").unwrap_or_else(|| panic!("{help}"));
            assert!(before.contains("--threads") && !after.contains("--help "), "{help}");
            assert!(help.lines().all(|line| line.chars().count() <= 180), "{help}");
        }
    }

    #[test]
    fn words_are_as_a_shell_has_them() {
        assert_eq!(words("acdsim run 'a b' --x=\"c d\" > out"), ["acdsim", "run", "a b", "--x=c d"]);
    }
}
