//! `acdsim shrink`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::{Failure, output};
use crate::files::OutputDirectory;
use crate::scenario::{self, Scenario};
use crate::shrink::{Condition, ShrinkError, Shrunk, Size, Symptom, Wanted, shrink};
use crate::simulation::Control;

const SCENARIO: &str = "scenario.toml";
const CALLS: &str = "calls.csv";

/// Make a failing run small: the few calls and agents that still fail the same check.
///
/// What fails is the first rule that the audit of `acdsim verify` finds broken, an identity that does
/// not hold or a step that is refused; or, with --when, a condition on a result: a group, queue,
/// agent or session (AGENT/GROUP), a metric by its name in docs/output.md, and a number.
///
/// Its calls are recorded, and as many calls, agents, groups and shifts are left out, and times made
/// round, as the failure allows. What is left is a scenario for run, verify and explain.
///
/// Examples:
///   acdsim shrink scenario.toml --out small
///   acdsim shrink scenarios/quickstart.toml --out small --when 'Billing.longest_time_to_answer_s > 200'
///   acdsim shrink scenario.toml --out small --replication 7 --when 'Ann/Sales.NumberOfCalls < 10'
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Shrink {
    /// The scenario file (TOML)
    scenario: PathBuf,
    /// Write scenario.toml and calls.csv to this directory
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The replication that fails
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    replication: u32,
    /// Take this seed in place of the scenario's
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// What makes a run one that fails, in place of a broken rule: NAME.METRIC OP NUMBER, OP being <, <=, >, >=, == or !=
    #[arg(long, value_name = "CONDITION")]
    when: Option<String>,
    /// Make so many runs at most
    #[arg(long, default_value_t = 20_000, value_name = "N", value_parser = clap::value_parser!(u64).range(2..))]
    max_runs: u64,
}

impl Shrink {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        let mut scenario = scenario::read(&self.scenario)?;
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        let wanted = match &self.when {
            None => Wanted::Rules,
            Some(text) => Wanted::Condition(
                Condition::parse(text, &scenario).map_err(|error| Failure::Argument(error.to_string()))?,
            ),
        };
        self.check_out()?;
        let mut directory = OutputDirectory::create(&self.out)?;
        let shrunk = shrink(&scenario, self.replication, wanted.clone(), self.max_runs, control)?;
        let show = self.show(&wanted, &shrunk);
        let written = scenario::write(&shrunk.scenario, CALLS).map_err(|error| Failure::Check(error.to_string()))?;
        let head = self.head(&scenario, &wanted, &shrunk, &show);
        let text = head + &written.scenario;
        directory.write(SCENARIO, |out| out.write_all(text.as_bytes()))?;
        directory.write(CALLS, |out| out.write_all(written.calls.as_bytes()))?;
        directory.finish()?;
        output::print(self.report(&wanted, &shrunk, &show))
    }

    /// The files of the scenario that is made small must not be overwritten by what is left of it.
    fn check_out(&self) -> Result<(), Failure> {
        let parent = self.scenario.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match (parent.canonicalize(), self.out.canonicalize()) {
            (Ok(parent), Ok(out)) if parent == out => Err(Failure::Argument(format!(
                "--out {} is the directory of the scenario: choose another, so that nothing of it is overwritten",
                self.out.display()
            ))),
            _ => Ok(()),
        }
    }

    /// The command that was given.
    fn command(&self, scenario: &Scenario) -> String {
        let mut command =
            format!("acdsim shrink {} --out {}", output::shell_path(&self.scenario), output::shell_path(&self.out));
        command += &format!(" --replication {} --seed {}", self.replication, scenario.seed);
        if let Some(when) = &self.when {
            command += &format!(" --when {}", output::shell_word(when));
        }
        command + &format!(" --max-runs {}", self.max_runs)
    }

    /// The command that shows the failure, and what to look for.
    fn show(&self, wanted: &Wanted, shrunk: &Shrunk) -> String {
        let path = output::shell_path(&self.out.join(SCENARIO));
        match (wanted, &shrunk.failing.symptom) {
            (Wanted::Condition(_), _) => format!("acdsim run {path} --format csv"),
            (_, Symptom::Identity { .. } | Symptom::Refused { .. }) if shrunk.shows_in_run => {
                format!("acdsim run {path}")
            }
            _ if shrunk.shows_in_verify => format!("acdsim verify {path} --allow-inconclusive"),
            _ => format!("acdsim shrink {path} --out {}", output::shell_path(&self.out.join("again"))),
        }
    }

    /// What stands at the top of the scenario that is left.
    fn head(&self, scenario: &Scenario, wanted: &Wanted, shrunk: &Shrunk, show: &str) -> String {
        let lines = [
            format!("What is left of a run of {} that fails.", output::shell_word(&scenario.name)),
            fails(wanted, &shrunk.failing.what),
            format!("Made by: {}", self.command(scenario)),
            format!("Shown by: {show}"),
        ];
        let text: String = lines.iter().map(|line| format!("# {}\n", one_line(line))).collect();
        text + "\n"
    }

    fn report(&self, wanted: &Wanted, shrunk: &Shrunk, show: &str) -> String {
        let Shrunk { failed, failing, before, after, runs, is_cut_short, .. } = shrunk;
        let mut text = format!("{}\n", fails(wanted, &failed.what));
        let runs_text = counted(*runs as usize, "run");
        text += &format!("{} are left of {}, after {runs_text}.\n", size(after), size(before));
        if failed.what != failing.what {
            text += &format!("What is left: {}\n", failing.what);
        }
        if *is_cut_short {
            text += "It may become smaller still: more runs are allowed by --max-runs.\n";
        }
        let (scenario, calls) = (self.out.join(SCENARIO), self.out.join(CALLS));
        text + &format!("Written: {}, {}\nTo see it fail: {show}\n", scenario.display(), calls.display())
    }
}

fn fails(wanted: &Wanted, what: &str) -> String {
    match wanted {
        Wanted::Rules => format!("It fails: {what}"),
        Wanted::Condition(condition) => format!("It fails when {condition}: {what}"),
    }
}

fn size(Size { groups, calls, agents }: &Size) -> String {
    format!("{}, {} and {}", counted(*calls, "call"), counted(*agents, "agent"), counted(*groups, "group"))
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Text without what would end the line of a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

impl From<ShrinkError> for Failure {
    fn from(error: ShrinkError) -> Self {
        match error {
            ShrinkError::NothingFails { .. } | ShrinkError::NotPlain(_) => Failure::Argument(error.to_string()),
            ShrinkError::NotAlike { .. } => Failure::Check(error.to_string()),
            ShrinkError::Replication(error) => Failure::Replication(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_stays_on_its_line() {
        assert_eq!(one_line("a\nb"), "a b");
    }
}
