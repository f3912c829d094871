//! `acdsim completions` and `acdsim man`: what shells and man pages know of the commands.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::{Failure, output};
use crate::files::OutputDirectory;

/// Print the completions of a shell.
///
/// Examples:
///   acdsim completions bash > ~/.local/share/bash-completion/completions/acdsim
///   acdsim completions zsh > ~/.zfunc/_acdsim
///   acdsim completions fish > ~/.config/fish/completions/acdsim.fish
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::command(), "acdsim", &mut script);
        output::print(script)
    }
}

/// Print the man page, or write that of each command.
///
/// Examples:
///   acdsim man | man -l -
///   acdsim man --out ~/.local/share/man/man1
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Man {
    /// Write acdsim.1 and a page for each command, such as acdsim-run.1, to this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Man {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let mut program = super::command();
        program.build();
        let Some(directory) = &self.out else { return output::print(page(program)?) };
        let mut pages = OutputDirectory::create(directory)?;
        let commands: Vec<clap::Command> = program.get_subcommands().cloned().collect();
        for command in commands.into_iter().filter(|command| command.get_name() != "help").chain([program]) {
            let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
            let file = format!("{name}.1");
            let page = page(command)?;
            pages.write(&file, |out| out.write_all(&page))?;
        }
        Ok(pages.finish()?)
    }
}

fn page(command: clap::Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(Failure::Stdout)?;
    Ok(page)
}
