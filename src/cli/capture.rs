//! `acdsim capture`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::replay::{failure, speed};
use super::{Failure, output};
use crate::files;
use crate::replay::{Fault, Limits, Process, capture};
use crate::scenario;
use crate::simulation::Control;
use crate::time::Duration;
use crate::trace;

/// Record what a live system does as a trace.
///
/// The system has callers and agents of its own; they are watched until the time is over, the system
/// says that it is, or an interrupt. What was seen is written in any case. A trace that is whole can be
/// replayed, and `acdsim trace scenario` makes a scenario of it.
///
/// Examples:
///   acdsim capture --adapter process --for 8h --output live.jsonl -- ./my-acd --log
///   acdsim capture --adapter process --for 1h --output live.jsonl -- python3 own_day.py
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Capture {
    /// How the system is reached
    #[arg(long, value_enum)]
    adapter: Adapter,
    /// The program of the adapter `process` with its arguments, after --
    #[arg(last = true, value_name = "PROGRAM")]
    program: Vec<String>,
    /// Watch it for so long, by its clock
    #[arg(long = "for", value_name = "DURATION", default_value = "24h", value_parser = scenario::parse_duration)]
    length: Duration,
    /// So many seconds of its clock pass in one, if it has a clock of its own
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    speed: f64,
    /// The longest wait for an answer of the system, after which it is given up
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = scenario::parse_duration)]
    patience: Duration,
    /// The file to write
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// How a system is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Adapter {
    /// A program that speaks JSON Lines
    Process,
    /// Live TAPI 3, through COM
    Tapi3,
    /// Live TAPI 2.2, through tapi32.dll
    Tapi2,
}

impl Capture {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        if self.adapter != Adapter::Process {
            let reason = "live TAPI cannot be captured: it shows an application the sessions of its own agents alone; \
                          `process` captures a program that tells of all";
            return Err(Failure::Argument(reason.to_owned()));
        }
        if self.program.is_empty() {
            let usage = "the adapter `process` has a program: `--adapter process -- PROGRAM ARGUMENT…`";
            return Err(Failure::Argument(usage.to_owned()));
        }
        let answer = std::time::Duration::from_nanos(self.patience.as_nanos());
        let limits = Limits { answer, ..Limits::default() };
        let mut system = Process::start(&self.program, limits, self.speed).map_err(|fault| failure(&fault))?;
        let captured = capture(&mut system, self.length, control).map_err(|fault| failure(&fault))?;
        let reason = captured.fault.as_ref().map(ToString::to_string);
        files::write_with(&self.output, |file| {
            captured.script.write(trace::create(&self.output, file)?, reason.as_deref()).map(|_| ())
        })?;
        let script = &captured.script;
        let calls = script.given.iter().filter(|(_, given)| matches!(given, trace::Given::CallArrives { .. })).count();
        output::print(format!("{calls} calls, {} sessions, {}\n", script.totals.len(), self.output.display()))?;
        match captured.fault {
            None if control.is_stopped() => Err(Failure::Interrupted),
            None => Ok(()),
            Some(Fault::Interrupted) => Err(Failure::Interrupted),
            Some(fault) => Err(Failure::Adapter(format!("the record is partial: {fault}"))),
        }
    }
}
