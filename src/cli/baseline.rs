//! `acdsim baseline`.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::Failure;
use super::output::{self, Format};
use crate::baseline::{self, Compared, Figure, Scope, Tolerance, compare};
use crate::files::{self, OutputDirectory};
use crate::report::baseline::{
    Checked, baselines_text, change_text, difference_text, differences_csv, differences_json, differences_junit,
};
use crate::scenario;
use crate::simulation::Control;

/// So many columns are used where there is no terminal to fit.
const COLUMNS: u16 = 160;

/// Keep what scenarios give, and find out what changes it.
///
/// A baseline is a JSON file with the means of a run, one figure a line, to be kept beside the code.
///
/// Examples:
///   acdsim baseline accept scenarios/quickstart.toml
///   acdsim baseline check
///   acdsim baseline review
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Baseline {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Accept(Accept),
    Check(Check),
    Review(Review),
    List(List),
}

/// Run scenarios and keep what they give as their baselines
///
/// All scenarios are run before the first file is written, so that either all are accepted or none.
///
/// Examples:
///   acdsim baseline accept scenarios/quickstart.toml
///   acdsim baseline accept scenarios/quickstart.toml --group Billing --metric asa_s --metric answered
///   acdsim baseline accept scenarios/bank-day.toml --tolerance asa_s=5% --tolerance answered=3
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Accept {
    /// Scenario files (TOML)
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Keep this group, its queue and sessions, and the agents who serve no other; may be given more than once
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// Keep this metric only; may be given more than once
    #[arg(long = "metric", value_name = "METRIC")]
    metrics: Vec<String>,
    /// Let a metric differ so far: METRIC=3, METRIC=5%, METRIC=0.5w (half widths of its interval); * for all others
    #[arg(long = "tolerance", value_name = "METRIC=AMOUNT", value_parser = tolerance)]
    tolerances: Vec<(String, Tolerance)>,
    /// Name the baseline so, in place of the scenario file's stem
    #[arg(long, value_parser = name)]
    name: Option<String>,
    /// Take this seed in place of the scenarios'
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Run so many replications in place of the scenarios'
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    replications: Option<u32>,
    #[command(flatten)]
    common: Common,
}

/// Run the scenarios of baselines again and print what has changed
///
/// A baseline is checked with the seed and the replications that it was accepted with. It exits with 1 if
/// a figure has changed.
///
/// Examples:
///   acdsim baseline check
///   acdsim baseline check quickstart --junit baselines.xml
///   acdsim baseline check quickstart --tolerance asa_s=5%
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Check {
    /// Names of baselines; none for all
    #[arg(value_name = "NAME", value_parser = name)]
    names: Vec<String>,
    /// Let a metric differ so far, beside what was accepted: METRIC=3, METRIC=5%, METRIC=0.5w
    #[arg(long = "tolerance", value_name = "METRIC=AMOUNT", value_parser = tolerance)]
    tolerances: Vec<(String, Tolerance)>,
    /// Run this scenario file in place of the one that was accepted; of one baseline
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write JUnit XML to this file: a suite a baseline, a case a figure
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// Decide on the changes of baselines one by one
///
/// For each change a key, then Enter: a accepts it, r rejects it, s skips it, q quits. What was accepted is
/// written when all changes of a baseline were shown, or at q. It exits with 1 if a change is left.
///
/// Examples:
///   acdsim baseline review
///   acdsim baseline review quickstart
///   yes a | acdsim baseline review quickstart
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Review {
    /// Names of baselines; none for all
    #[arg(value_name = "NAME", value_parser = name)]
    names: Vec<String>,
    /// Run this scenario file in place of the one that was accepted; of one baseline
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// List the baselines
///
/// Examples:
///   acdsim baseline list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct List {
    /// The directory of the baselines
    #[arg(long, value_name = "DIR", default_value = "reports/baselines")]
    dir: PathBuf,
}

/// What the commands that run scenarios have in common.
#[derive(Debug, Args)]
struct Common {
    /// The directory of the baselines
    #[arg(long, value_name = "DIR", default_value = "reports/baselines")]
    dir: PathBuf,
    /// Run on so many threads; 0 for one a processor
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
}

fn tolerance(text: &str) -> Result<(String, Tolerance), String> {
    Tolerance::of_metric(text).map_err(|error| error.to_string())
}

/// A name of a baseline, which is that of a file in their directory.
fn name(text: &str) -> Result<String, String> {
    if text.is_empty() || text.starts_with('.') || text.contains(['/', '\\', ':']) {
        return Err("a name of a baseline has no slash, backslash or colon and does not begin with a dot".to_owned());
    }
    Ok(text.strip_suffix(".json").unwrap_or(text).to_owned())
}

impl Baseline {
    /// Whether it asks questions on the terminal.
    pub(super) fn asks(&self) -> bool {
        matches!(self.command, Command::Review(_))
    }

    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        match &self.command {
            Command::Accept(accept) => accept.execute(control),
            Command::Check(check) => check.execute(control),
            Command::Review(review) => review.execute(control, &mut io::stdin().lock()),
            Command::List(list) => list.execute(),
        }
    }
}

impl Accept {
    fn execute(&self, control: &Control) -> Result<(), Failure> {
        if self.name.is_some() && self.scenarios.len() > 1 {
            return Err(Failure::Argument("--name names the baseline of one scenario".into()));
        }
        let scope = Scope { groups: self.groups.clone(), metrics: self.metrics.clone() };
        let mut made: Vec<(String, baseline::Baseline)> = Vec::new();
        for path in &self.scenarios {
            let name = self.name.clone().or_else(|| stem(path)).ok_or_else(|| {
                Failure::Argument(format!("{} has no name for a baseline: give one with --name", path.display()))
            })?;
            if made.iter().any(|(other, _)| *other == name) {
                return Err(Failure::Argument(format!("two scenarios would have the baseline {name}")));
            }
            let mut scenario = scenario::read(path)?;
            scenario.seed = self.seed.unwrap_or(scenario.seed);
            scenario.replications = self.replications.unwrap_or(scenario.replications);
            scope.check(&scenario)?;
            let mut baseline = baseline::Baseline::measure(&scenario, &scope, self.common.threads.into(), control)?;
            baseline.check_metrics()?;
            for (metric, tolerance) in &self.tolerances {
                baseline = baseline.with_tolerance(metric, *tolerance)?;
            }
            // The same file on every system.
            baseline.file = Some(path.display().to_string().replace('\\', "/"));
            made.push((name, baseline));
        }
        let mut directory = OutputDirectory::create(&self.common.dir)?;
        for (name, baseline) in &made {
            directory.write(&format!("{name}.json"), |out| out.write_all(baseline.to_text().as_bytes()))?;
        }
        directory.finish()?;
        for (name, baseline) in &made {
            let path = baseline::path_of(&self.common.dir, name);
            output::print(format!("{}: {} figures accepted\n", path.display(), baseline.figures()))?;
        }
        Ok(())
    }
}

impl Check {
    fn execute(&self, control: &Control) -> Result<(), Failure> {
        let mut checked = Vec::new();
        for name in named(&self.common, &self.names, self.scenario.as_deref())? {
            let mut accepted = baseline::Baseline::read(&baseline::path_of(&self.common.dir, &name))?;
            for (metric, tolerance) in &self.tolerances {
                accepted = accepted.with_tolerance(metric, *tolerance)?;
            }
            let (one, _) = check(&self.common, name, accepted, self.scenario.as_deref(), control)?;
            if self.format == Format::Text {
                let between = if checked.is_empty() { "" } else { "\n" };
                let width = output::terminal_width().unwrap_or(COLUMNS);
                output::print(between.to_owned() + &difference_text(&one, width))?;
            }
            checked.push(one);
        }
        match self.format {
            Format::Text => {}
            Format::Json => output::print(format!("{:#}\n", differences_json(&checked)))?,
            Format::Csv => output::print(differences_csv(&checked).map_err(|error| Failure::Stdout(error.into()))?)?,
        }
        if let Some(path) = &self.junit {
            files::write_whole(path, differences_junit(&checked).as_bytes())?;
        }
        let bad = checked.iter().filter(|checked| !checked.difference.is_unchanged()).count();
        if bad > 0 { Err(Failure::Changed { bad, all: checked.len() }) } else { Ok(()) }
    }
}

/// What somebody decided about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Accept,
    Reject,
    Skip,
    Quit,
}

impl Review {
    fn execute(&self, control: &Control, answers: &mut impl BufRead) -> Result<(), Failure> {
        let names = named(&self.common, &self.names, self.scenario.as_deref())?;
        let (mut bad, mut quit) = (0, false);
        for name in &names {
            if quit {
                break;
            }
            let path = baseline::path_of(&self.common.dir, name);
            let accepted = baseline::Baseline::read(&path)?;
            let (checked, now) =
                check(&self.common, name.clone(), accepted.clone(), self.scenario.as_deref(), control)?;
            output::ask(difference_text(&checked, output::terminal_width().unwrap_or(COLUMNS)))?;
            let changes: Vec<&Compared> = checked.difference.changes().collect();
            let mut reviewed = accepted.clone();
            let (mut taken, mut rejected) = (0, 0);
            for (place, change) in changes.iter().enumerate() {
                let text = format!("\n{} of {}: {}\n", place + 1, changes.len(), change_text(change));
                output::ask(text)?;
                match ask(answers)? {
                    Decision::Accept => {
                        taken += 1;
                        take(&mut reviewed, change);
                    }
                    Decision::Reject => rejected += 1,
                    Decision::Skip => {}
                    Decision::Quit => {
                        quit = true;
                        break;
                    }
                }
            }
            if taken > 0 {
                // Half of a new scenario's figures are those of neither: only all of them make it the accepted one.
                if taken == changes.len() {
                    reviewed.scenario_hash.clone_from(&now.scenario_hash);
                    reviewed.conventions.clone_from(&now.conventions);
                    reviewed.acdsim.clone_from(&now.acdsim);
                    for (subject, figures) in &now.results {
                        reviewed.results.insert(subject.clone(), figures.clone());
                    }
                }
                files::write_whole(&path, reviewed.to_text().as_bytes())?;
            }
            let open = changes.len() - taken - rejected;
            if !changes.is_empty() {
                output::print(format!("{name}: {taken} accepted, {rejected} rejected, {open} open\n"))?;
            }
            bad += usize::from(taken < changes.len());
        }
        if bad > 0 { Err(Failure::Changed { bad, all: names.len() }) } else { Ok(()) }
    }
}

/// Takes a change over into a baseline.
fn take(baseline: &mut baseline::Baseline, change: &Compared) {
    let figures = baseline.results.entry(change.subject.clone()).or_default();
    match change.new {
        Some(figure @ Figure { .. }) => {
            figures.insert(change.metric.clone(), figure);
        }
        None => {
            figures.remove(&change.metric);
        }
    }
    if figures.is_empty() {
        baseline.results.remove(&change.subject);
    }
}

/// Asks until there is an answer; the end of the input is `q`.
fn ask(answers: &mut impl BufRead) -> Result<Decision, Failure> {
    loop {
        output::ask("[a]ccept [r]eject [s]kip [q]uit? ")?;
        let mut line = String::new();
        let read = answers.read_line(&mut line);
        let read = read.map_err(|error| Failure::Argument(format!("the answers cannot be read: {error}")))?;
        if !io::stdin().is_terminal() {
            // Nobody's Enter has ended the line.
            output::ask("\n")?;
        }
        match line.trim() {
            _ if read == 0 => return Ok(Decision::Quit),
            "a" | "accept" => return Ok(Decision::Accept),
            "r" | "reject" => return Ok(Decision::Reject),
            "s" | "skip" => return Ok(Decision::Skip),
            "q" | "quit" => return Ok(Decision::Quit),
            other => output::ask(format!("{other:?} is none of a, r, s, q\n"))?,
        }
    }
}

impl List {
    fn execute(&self) -> Result<(), Failure> {
        let mut baselines = Vec::new();
        for name in baseline::names(&self.dir)? {
            let baseline = baseline::Baseline::read(&baseline::path_of(&self.dir, &name))?;
            baselines.push((name, baseline));
        }
        if baselines.is_empty() {
            return output::print(format!("there is no baseline in {}\n", self.dir.display()));
        }
        output::print(baselines_text(&baselines, output::terminal_width().unwrap_or(COLUMNS)))
    }
}

/// The name of the file without its extension.
fn stem(path: &Path) -> Option<String> {
    path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| name(stem).ok())
}

/// The baselines that were named, or all.
fn named(common: &Common, names: &[String], scenario: Option<&Path>) -> Result<Vec<String>, Failure> {
    let names = if names.is_empty() { baseline::names(&common.dir)? } else { names.to_vec() };
    if names.is_empty() {
        // A check of nothing would pass.
        let dir = common.dir.display();
        return Err(Failure::Argument(format!(
            "there is no baseline in {dir}: `acdsim baseline accept SCENARIO` makes one"
        )));
    }
    if scenario.is_some() && names.len() != 1 {
        return Err(Failure::Argument("--scenario is the scenario of one baseline: name it".into()));
    }
    Ok(names)
}

/// Runs the scenario of a baseline again, and compares.
fn check(
    common: &Common,
    name: String,
    accepted: baseline::Baseline,
    other: Option<&Path>,
    control: &Control,
) -> Result<(Checked, baseline::Baseline), Failure> {
    let file = match (other, &accepted.file) {
        (Some(path), _) => path.to_path_buf(),
        (None, Some(file)) => PathBuf::from(file),
        (None, None) => return Err(baseline::BaselineError::NoScenario { name }.into()),
    };
    let mut scenario = scenario::read(&file)?;
    (scenario.seed, scenario.replications) = (accepted.seed, accepted.replications);
    let now = baseline::Baseline::measure(&scenario, &accepted.scope, common.threads.into(), control)?;
    let mut command =
        format!("acdsim baseline check {} --dir {}", output::shell_word(&name), output::shell_path(&common.dir));
    if let Some(path) = other {
        command += &format!(" --scenario {}", output::shell_path(path));
    }
    let difference = compare(&accepted, &now);
    Ok((Checked { name, accepted, difference, command }, now))
}
