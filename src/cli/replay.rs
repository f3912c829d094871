//! `acdsim replay`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::{Failure, output};
use crate::files;
use crate::replay::{
    Capabilities, Fault, Limits, Model, Process, Script, TelephonySystem, Time, Tolerance, judge, play, record,
};
#[cfg(windows)]
use crate::replay::{LiveOptions, Tapi2, Tapi3};
use crate::report::replay::{Conclusion, Replayed, dry_run_text, replay_json, replay_junit, replay_text};
use crate::scenario;
use crate::simulation::Control;
use crate::time::Duration;
use crate::trace;

/// Replay a trace against a telephony system and compare what it does and counts.
///
/// Bots of agents and callers do what the trace says; the system routes. Adapters: `model` is this
/// program's own ACD in virtual time; `process` is any program that speaks JSON Lines on its
/// standard input and output (docs/replay.md has the protocol); `tapi3` and `tapi2` are live TAPI,
/// on Windows.
///
/// It exits with 1 if the system does not do what it should, and with 3 if it cannot be reached or
/// this machine was too slow to tell.
///
/// Examples:
///   acdsim replay day.jsonl --adapter model
///   acdsim replay day.jsonl --adapter process --junit replay.xml -- python3 examples/python-acd/acd.py
///   acdsim replay day.jsonl --adapter process --speed 60 --tolerance 2s --record live.jsonl -- ./my-acd
///   acdsim replay day.jsonl --adapter tapi3 --dry-run
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Replay {
    /// The trace, as acdsim trace writes it
    trace: PathBuf,
    /// What it is played against
    #[arg(long, value_enum)]
    adapter: Adapter,
    /// The program of the adapter `process` with its arguments, after --
    #[arg(last = true, value_name = "PROGRAM")]
    program: Vec<String>,
    /// So many seconds of the run pass in one, for a system with a clock of its own
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    speed: f64,
    /// How far times may be off; for virtual time 0 unless it is given, otherwise 1 s and 0.05 s times the speed
    #[arg(long, value_name = "DURATION", value_parser = scenario::parse_duration)]
    tolerance: Option<Duration>,
    /// How far counts of calls may be off
    #[arg(long, value_name = "CALLS", default_value_t = 0)]
    tolerance_calls: u64,
    /// How far rates may be off, of what is expected; for virtual time 0 unless it is given, otherwise 5 %
    #[arg(long, value_name = "SHARE", value_parser = scenario::parse_share)]
    tolerance_rate: Option<f64>,
    /// The longest wait for an answer of the system, after which it is given up
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = scenario::parse_duration)]
    patience: Duration,
    /// The longest that the system may take to answer
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = scenario::parse_duration)]
    answer_within: Duration,
    /// Allow a live system to be used at this address; may be given more than once
    #[arg(long = "allow", value_name = "ADDRESS")]
    allowed: Vec<String>,
    /// Dial this address for calls of a group, in a live system; it has to be allowed too
    #[arg(long = "dial", value_name = "GROUP=ADDRESS", value_parser = dial)]
    dials: Vec<(String, String)>,
    /// Print what would be done to a live system, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Write what the system did to this file, as a trace
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Write the verdict to this file, as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the verdict to this file, as JSON; `acdsim report` takes it
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

/// What a trace is played against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Adapter {
    /// This program's own agent handler and routing, in virtual time
    Model,
    /// A program that speaks JSON Lines
    Process,
    /// Live TAPI 3, through COM
    Tapi3,
    /// Live TAPI 2.2, through tapi32.dll
    Tapi2,
}

/// The form of what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Sentences for people
    #[default]
    Text,
    /// JSON; docs/replay.md has its keys
    Json,
}

pub(super) fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_| "it is a number".to_owned())?;
    if (0.001..=100_000.0).contains(&speed) { Ok(speed) } else { Err("it is from 0.001 to 100,000".to_owned()) }
}

fn dial(text: &str) -> Result<(String, String), String> {
    let (group, address) = text.split_once('=').ok_or("it is GROUP=ADDRESS")?;
    Ok((group.to_owned(), address.to_owned()))
}

impl Replay {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        let name = self.trace.display().to_string();
        if (self.adapter == Adapter::Process) == self.program.is_empty() && !self.dry_run {
            return Err(Failure::Argument(
                "the adapter `process`, and no other, has a program: `--adapter process -- PROGRAM ARGUMENT…`"
                    .to_owned(),
            ));
        }
        let script = Script::read(&self.trace)?;
        if let Some((group, _)) =
            self.dials.iter().find(|(group, _)| !script.header.groups.iter().any(|of| of.name == *group))
        {
            return Err(Failure::Argument(format!("--dial {group}=…: the trace has no group of that name")));
        }
        if self.dry_run {
            return output::print(dry_run_text(&name, &script, self.speed, &self.dials));
        }
        let mut system = self.system()?;
        let capabilities = system.capabilities().clone();
        if capabilities.live {
            self.check_allowed(&script)?;
        }
        let tolerance = self.tolerance(&capabilities);
        let played = play(&script, system.as_mut(), control);
        if let Some(fault @ (Fault::Unable(_) | Fault::Unreachable(_))) = played.broken_off() {
            return Err(failure(fault));
        }
        let lateness = system.lateness().cloned();
        if let Some(path) = &self.record {
            files::write_with(path, |file| {
                record(&script, &played, &capabilities.name, trace::create(path, file)?).map(|_| ())
            })?;
        }
        let judgement = judge(&script, &played, &capabilities, &tolerance);
        let replayed = Replayed {
            name,
            script: &script,
            system: capabilities,
            speed: self.speed,
            played,
            judgement,
            tolerance,
            lateness,
            command: self.command(),
        };
        if let Some(path) = &self.junit {
            files::write_whole(path, replay_junit(&replayed).as_bytes())?;
        }
        if let Some(path) = &self.json {
            files::write_whole(path, format!("{:#}\n", replay_json(&replayed)).as_bytes())?;
        }
        match self.format {
            Form::Text => output::print(replay_text(&replayed))?,
            Form::Json => output::print(format!("{:#}\n", replay_json(&replayed)))?,
        }
        match replayed.conclusion() {
            Conclusion::Passed => Ok(()),
            Conclusion::Failed => Err(Failure::Check("the system does not do what it should".to_owned())),
            Conclusion::TooSlow => {
                Err(Failure::Adapter("this machine was too slow for the verdict to hold".to_owned()))
            }
            Conclusion::Interrupted => Err(Failure::Interrupted),
        }
    }

    fn system(&self) -> Result<Box<dyn TelephonySystem>, Failure> {
        match self.adapter {
            Adapter::Model => Ok(Box::new(Model::default())),
            Adapter::Process => {
                let limits = self.limits();
                let process = Process::start(&self.program, limits, self.speed).map_err(|fault| failure(&fault))?;
                Ok(Box::new(process))
            }
            #[cfg(windows)]
            Adapter::Tapi3 => Ok(Box::new(Tapi3::start(self.live_options()).map_err(|fault| failure(&fault))?)),
            #[cfg(windows)]
            Adapter::Tapi2 => Ok(Box::new(Tapi2::start(self.live_options()).map_err(|fault| failure(&fault))?)),
            #[cfg(not(windows))]
            Adapter::Tapi3 | Adapter::Tapi2 => Err(live_elsewhere()),
        }
    }

    /// How long a system with a clock of its own is waited for.
    fn limits(&self) -> Limits {
        let wall = |of: Duration| std::time::Duration::from_nanos(of.as_nanos());
        let drift = self.tolerance.unwrap_or_else(|| wall_tolerance(self.speed));
        Limits { answer: wall(self.patience), slow: wall(self.answer_within), drift }
    }

    #[cfg(windows)]
    fn live_options(&self) -> LiveOptions {
        let (allowed, dials) = (self.allowed.clone(), self.dials.clone());
        LiveOptions { limits: self.limits(), speed: self.speed, allowed, dials }
    }

    /// Refuses to use any address of a live system that was not allowed.
    fn check_allowed(&self, script: &Script) -> Result<(), Failure> {
        let dialled = self.dials.iter().map(|(_, address)| address);
        let addresses = script.header.agents.iter().map(|agent| &agent.address).chain(dialled);
        let mut wanted: Vec<&str> = addresses.map(String::as_str).collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted.retain(|address| !self.allowed.iter().any(|allowed| allowed == address));
        if wanted.is_empty() {
            return Ok(());
        }
        Err(Failure::Argument(format!(
            "the system is live, and these addresses are not allowed: {}; allow each with --allow ADDRESS, and see with \
             --dry-run what would be done",
            wanted.join(", ")
        )))
    }

    fn tolerance(&self, of: &Capabilities) -> Tolerance {
        let (time, rate) = match of.time {
            Time::Virtual => (Duration::ZERO, 0.0),
            Time::Wall => (wall_tolerance(self.speed), 0.05),
        };
        Tolerance {
            time: self.tolerance.unwrap_or(time),
            calls: self.tolerance_calls,
            rate: self.tolerance_rate.unwrap_or(rate),
        }
    }

    /// The command that repeats the replay.
    fn command(&self) -> String {
        let adapter = self.adapter.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
        let mut command = format!("acdsim replay {} --adapter {adapter}", output::shell_path(&self.trace));
        if self.speed != 1.0 {
            command += &format!(" --speed {}", self.speed);
        }
        if let Some(tolerance) = self.tolerance {
            command += &format!(" --tolerance {}", scenario::spell_duration(tolerance));
        }
        if self.tolerance_calls > 0 {
            command += &format!(" --tolerance-calls {}", self.tolerance_calls);
        }
        if let Some(rate) = self.tolerance_rate {
            command += &format!(" --tolerance-rate {}%", rate * 100.0);
        }
        for (group, address) in &self.dials {
            command += &format!(" --dial {}", output::shell_word(&format!("{group}={address}")));
        }
        for address in &self.allowed {
            command += &format!(" --allow {}", output::shell_word(address));
        }
        if !self.program.is_empty() {
            let words: Vec<String> = self.program.iter().map(|word| output::shell_word(word)).collect();
            command += &format!(" -- {}", words.join(" "));
        }
        command
    }
}

/// How far times may be off by a clock that goes so fast: what TAPI truncates, and the way of messages.
fn wall_tolerance(speed: f64) -> Duration {
    Duration::from_secs_f64(1.0 + 0.05 * speed)
}

/// Where the adapters of live TAPI run.
#[cfg(not(windows))]
fn live_elsewhere() -> Failure {
    let reason = "the adapters `tapi3` and `tapi2` run on Windows: this program was built for another system";
    Failure::Argument(reason.to_owned())
}

pub(super) fn failure(fault: &Fault) -> Failure {
    match fault {
        Fault::Unable(reason) => Failure::Argument(reason.clone()),
        Fault::Interrupted => Failure::Interrupted,
        other => Failure::Adapter(other.to_string()),
    }
}
