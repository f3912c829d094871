//! `acdsim run`.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::Failure;
use super::output::{self, Format};
use crate::experiment::{ReplicationResult, replicate, run_experiment};
use crate::files::{OutputDirectory, OutputError};
use crate::report::calls::{self, CallRows};
use crate::report::events::{self, EventRows};
use crate::report::summary::{Summary, class_rows};
use crate::report::tables::{self, Table};
use crate::report::{Actual, actual_text, summary_json, summary_text};
use crate::scenario::{self, Scenario};
use crate::simulation::Control;
use crate::statistics::{CallLog, Intervals};

/// Run a scenario and report what its agent sessions, groups and queues show.
///
/// The same scenario and seed give the same bytes in every file, whatever the number of threads.
///
/// Examples:
///   acdsim run scenarios/quickstart.toml
///   acdsim run scenarios/bank-day.toml --replications 100 --out results
///   acdsim run scenarios/quickstart.toml --replications 1 --out results --calls
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Run {
    /// The scenario file (TOML); `acdsim schema` describes it
    scenario: PathBuf,
    /// Write summary.json, summary.csv, groups.csv, queues.csv, agents.csv, sessions.csv and intervals.csv to this directory, and
    /// classes.csv where calls have classes
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write calls.csv too: one row a call, its whole life
    #[arg(long, requires = "out")]
    calls: bool,
    /// Write events.csv too: one row an event, everything that happens
    #[arg(long, requires = "out")]
    events: bool,
    /// Take this seed in place of the scenario's
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Run so many replications in place of the scenario's
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    replications: Option<u32>,
    /// Run on so many threads; 0 for one a processor
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Put what really happened beside it: a CSV with `start`, `group` (unless there is one only) and columns as in
    /// intervals.csv
    #[arg(long, value_name = "FILE")]
    actual: Option<PathBuf>,
}

/// One replication's results as they come from its thread.
struct Done {
    result: ReplicationResult,
    intervals: Option<Intervals>,
    calls: Option<File>,
    events: Option<File>,
}

impl Run {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        let mut scenario = scenario::read(&self.scenario)?;
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        scenario.replications = self.replications.unwrap_or(scenario.replications);
        let actual = self.actual.as_deref().map(|path| Actual::read(path, &scenario)).transpose()?;
        if actual.is_some() && self.format != Format::Text {
            return Err(Failure::Argument(
                "--actual puts a table beside the others: it goes with --format text".into(),
            ));
        }
        let mut files = match &self.out {
            Some(path) => Some(Files::create(OutputDirectory::create(path)?, &scenario, self.calls, self.events)?),
            None => None,
        };
        let wants = Wants {
            intervals: files.is_some() || actual.is_some() || self.format != Format::Text,
            calls: self.calls,
            events: self.events,
            scratch: files.as_ref().map(|files| files.directory.path().to_path_buf()).unwrap_or_default(),
        };
        let mut summary = Summary::new(&scenario);
        run_experiment(
            scenario.replications,
            self.threads.into(),
            control,
            |replication| wants.run(&scenario, replication, control),
            |Done { result, intervals, calls, events }| {
                summary.add(&scenario, &result, intervals.as_ref());
                if let Some(files) = &mut files {
                    files.add(&scenario, &result, intervals.as_ref(), [calls, events])?;
                }
                Ok(())
            },
        )?;
        if control.is_stopped() {
            return Err(Failure::Interrupted);
        }
        if let Some(files) = files {
            files.finish(&scenario, &summary)?;
        }
        match self.format {
            Format::Text => {
                let width = output::terminal_width().unwrap_or(u16::MAX);
                let mut text = summary_text(&scenario, &summary, width);
                if let Some(actual) = &actual {
                    text += &actual_text(&scenario, &summary, actual, width);
                }
                output::print(text)
            }
            Format::Json => {
                let mut json = Vec::new();
                serde_json::to_writer_pretty(&mut json, &summary_json(&scenario, &summary))
                    .map_err(|error| Failure::Stdout(error.into()))?;
                json.push(b'\n');
                output::print(json)
            }
            Format::Csv => {
                let mut csv = Vec::new();
                tables::write_summary(&scenario, &summary, &mut csv).map_err(|error| Failure::Stdout(error.into()))?;
                output::print(csv)
            }
        }
    }
}

/// What is wanted of each replication.
struct Wants {
    intervals: bool,
    calls: bool,
    events: bool,
    /// Where the threads keep the rows of their calls and events until it is their turn.
    scratch: PathBuf,
}

impl Wants {
    fn run(&self, scenario: &Scenario, replication: u32, control: &Control) -> Result<Done, Failure> {
        if !self.intervals {
            let result = replicate(scenario, replication, (), control)?;
            return Ok(Done { result, intervals: None, calls: None, events: None });
        }
        let (length, threshold) = (scenario.interval, scenario.service_level_threshold);
        let mut intervals = Intervals::new(length, scenario.horizon, scenario.groups.len(), threshold);
        let scratch = |wanted: bool, name| wanted.then(|| self.scratch(name)).transpose();
        let mut calls = scratch(self.calls, CALLS)?.map(|file| CallRows::new(scenario, replication, file));
        let mut events = scratch(self.events, EVENTS)?.map(|file| EventRows::new(scenario, replication, file));
        let log = calls.as_mut().map(|rows| CallLog::new(|record| rows.write(record)));
        let result = replicate(scenario, replication, (&mut intervals, log, events.as_mut()), control)?;
        let whole = |name, file: io::Result<BufWriter<File>>| {
            let file = file.and_then(|file| file.into_inner().map_err(io::IntoInnerError::into_error));
            file.map_err(|reason| self.error(name, reason))
        };
        let calls = calls.map(|rows| whole(CALLS, rows.finish())).transpose()?;
        let events = events.map(|rows| whole(EVENTS, rows.finish())).transpose()?;
        Ok(Done { result, intervals: Some(intervals), calls, events })
    }

    fn scratch(&self, name: &str) -> Result<BufWriter<File>, OutputError> {
        let file = tempfile::tempfile_in(&self.scratch).map_err(|reason| self.error(name, reason))?;
        Ok(BufWriter::with_capacity(1 << 16, file))
    }

    fn error(&self, name: &str, reason: io::Error) -> OutputError {
        OutputError { path: self.scratch.join(name).display().to_string(), reason }
    }
}

const CLASSES: &str = "classes.csv";
const CALLS: &str = "calls.csv";
const EVENTS: &str = "events.csv";

type Out = BufWriter<File>;

/// The files of `--out`.
struct Files {
    directory: OutputDirectory,
    groups: Table<Out>,
    /// Of a scenario whose calls have classes.
    classes: Option<Table<Out>>,
    queues: Table<Out>,
    agents: Table<Out>,
    sessions: Table<Out>,
    intervals: Table<Out>,
    calls: Option<Out>,
    events: Option<Out>,
}

impl Files {
    fn create(
        mut directory: OutputDirectory,
        scenario: &Scenario,
        with_calls: bool,
        with_events: bool,
    ) -> Result<Self, Failure> {
        let groups = Table::groups(directory.file("groups.csv")?);
        let has_classes = class_rows(scenario).next().is_some();
        let classes = has_classes.then(|| directory.file(CLASSES).map(Table::classes)).transpose()?;
        if !has_classes {
            directory.without(CLASSES);
        }
        let queues = Table::queues(directory.file("queues.csv")?);
        let agents = Table::agents(directory.file("agents.csv")?);
        let sessions = Table::sessions(directory.file("sessions.csv")?);
        let intervals = Table::intervals(directory.file("intervals.csv")?);
        let mut rows = |wanted: bool, name, header| -> Result<Option<Out>, OutputError> {
            if !wanted {
                directory.without(name);
                return Ok(None);
            }
            let mut out = directory.file(name)?;
            writeln!(out, "{header}").map_err(|reason| directory.error(name, reason))?;
            Ok(Some(out))
        };
        let calls = rows(with_calls, CALLS, calls::header(scenario))?;
        let events = rows(with_events, EVENTS, events::HEADER)?;
        Ok(Files { directory, groups, classes, queues, agents, sessions, intervals, calls, events })
    }

    fn add(
        &mut self,
        scenario: &Scenario,
        result: &ReplicationResult,
        intervals: Option<&Intervals>,
        rows: [Option<File>; 2],
    ) -> Result<(), Failure> {
        let error = |name, reason: io::Error| Failure::Output(self.directory.error(name, reason));
        self.groups.add_groups(scenario, result).map_err(|reason| error("groups.csv", reason.into()))?;
        if let Some(classes) = &mut self.classes {
            classes.add_classes(scenario, result).map_err(|reason| error(CLASSES, reason.into()))?;
        }
        self.queues.add_queues(scenario, result).map_err(|reason| error("queues.csv", reason.into()))?;
        self.agents.add_agents(scenario, result).map_err(|reason| error("agents.csv", reason.into()))?;
        self.sessions.add_sessions(scenario, result).map_err(|reason| error("sessions.csv", reason.into()))?;
        if let Some(intervals) = intervals {
            let added = self.intervals.add_intervals(scenario, result.replication, intervals);
            added.map_err(|reason| error("intervals.csv", reason.into()))?;
        }
        for ((name, out), rows) in [(CALLS, &mut self.calls), (EVENTS, &mut self.events)].into_iter().zip(rows) {
            if let (Some(out), Some(mut rows)) = (out, rows) {
                let copied = rows.rewind().and_then(|()| io::copy(&mut rows, out));
                copied.map_err(|reason| error(name, reason))?;
            }
        }
        Ok(())
    }

    fn finish(self, scenario: &Scenario, summary: &Summary) -> Result<(), Failure> {
        let Files { mut directory, groups, classes, queues, agents, sessions, intervals, calls, events } = self;
        let flush = |name, out: io::Result<Out>| {
            out.and_then(|mut out| out.flush()).map_err(|reason| directory.error(name, reason))
        };
        flush("groups.csv", groups.finish())?;
        classes.map(|classes| flush(CLASSES, classes.finish())).transpose()?;
        flush("queues.csv", queues.finish())?;
        flush("agents.csv", agents.finish())?;
        flush("sessions.csv", sessions.finish())?;
        flush("intervals.csv", intervals.finish())?;
        for (name, out) in [(CALLS, calls), (EVENTS, events)] {
            out.map(|out| flush(name, Ok(out))).transpose()?;
        }
        let mut out = directory.file("summary.csv")?;
        tables::write_summary(scenario, summary, &mut out)
            .map_err(io::Error::from)
            .and_then(|()| out.flush())
            .map_err(|reason| directory.error("summary.csv", reason))?;
        let mut out = directory.file("summary.json")?;
        serde_json::to_writer_pretty(&mut out, &summary_json(scenario, summary))
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
            .and_then(|()| out.flush())
            .map_err(|reason| directory.error("summary.json", reason))?;
        Ok(directory.finish()?)
    }
}
