//! `acdsim run`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::output::{self, Format};
use super::shards::{self, Split};
use super::{Exit, Failure};
use crate::experiment::{ReplicationResult, replicate, run_experiment};
use crate::files::{OutputDirectory, OutputError};
use crate::report::events::{EventLog, EventRow};
use crate::report::results::{ResultFiles, Wanted};
use crate::report::rows::{Outlet, Row, RowLog};
use crate::report::summary::Summary;
use crate::report::tables;
use crate::report::{Actual, actual_text, summary_json, summary_text};
use crate::scenario::{self, Scenario};
use crate::shard::{Experiment, Part, Section, Shard, ShardError, ShardSet, Store, record};
use crate::simulation::Control;
use crate::statistics::{CallLog, CallRecord, Intervals};

/// Run a scenario and report what its agent sessions, groups and queues show.
///
/// The same scenario and seed give the same bytes in every file, whatever the number of threads.
///
/// Examples:
///   acdsim run scenarios/quickstart.toml
///   acdsim run scenarios/bank-day.toml --replications 100 --out results
///   acdsim run scenarios/quickstart.toml --replications 1 --out results --calls
///   acdsim run scenarios/bank-day.toml --replications 10000 --out results --resume
///   acdsim run scenarios/bank-day.toml --replications 10000 --shard 3/16 --out shards/3
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
    /// Write calls.parquet and events.parquet beside calls.csv and events.csv
    ///
    /// Only a program that was built with `cargo build --release --features parquet` can.
    #[arg(long, requires = "out", conflicts_with = "shard")]
    parquet: bool,
    /// Write no calls.csv and events.csv, only calls.parquet and events.parquet
    #[arg(long, requires = "parquet")]
    no_csv: bool,
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
    #[arg(long, value_name = "FILE", conflicts_with = "shard")]
    actual: Option<PathBuf>,
    /// Keep each finished replication in the directory of --out until all are done, and take over those that are there: the same
    /// command goes on where it was interrupted
    #[arg(long, requires = "out")]
    resume: bool,
    #[command(flatten)]
    split: Split,
}

/// One replication's results as they come from its thread.
struct Done {
    result: ReplicationResult,
    intervals: Option<Intervals>,
    calls: Option<RowLog<CallRecord>>,
    events: Option<RowLog<EventRow>>,
}

impl Run {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        let scenario = self.scenario()?;
        let actual = self.actual.as_deref().map(|path| Actual::read(path, &scenario)).transpose()?;
        if actual.is_some() && self.format != Format::Text {
            return Err(Failure::Argument(
                "--actual puts a table beside the others: it goes with --format text".into(),
            ));
        }
        if let (Some(out), Some(shard)) = (&self.out, self.split.shard) {
            let store = self.keep(&scenario, out, shard, control)?;
            store.finish()?;
            return output::print(shards::finished(&store, shard, out));
        }
        if let (Some(out), true) = (&self.out, self.resume) {
            let store = self.keep(&scenario, out, Shard::WHOLE, control)?;
            self.join(&scenario, actual.as_ref(), control, |replication| store.part(replication))?;
            return Ok(store.remove()?);
        }
        let mut files = self.files(&scenario)?;
        let (calls, events) = files.as_ref().map_or((None, None), ResultFiles::outlets);
        let wants = Wants {
            intervals: files.is_some() || actual.is_some() || self.format != Format::Text,
            rows: self.wanted(),
            directory: files.as_ref().map(|files| files.path().to_path_buf()).unwrap_or_default(),
            calls,
            events,
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
                    files.add(&scenario, &result, intervals.as_ref())?;
                    files.add_rows(calls.map(RowLog::finish).transpose()?, events.map(RowLog::finish).transpose()?)?;
                }
                Ok::<(), Failure>(())
            },
        )?;
        self.finish(&scenario, &summary, files, actual.as_ref(), control)
    }

    /// Does what is to be done when all shards are there, with or without writing files.
    pub(super) fn merge(mut self, set: &ShardSet, to_files: bool, control: &Control) -> Result<(), Failure> {
        let scenario = self.scenario()?;
        set.must_be(&self.experiment(&scenario)?)?;
        self.out = self.out.filter(|_| to_files);
        self.join(&scenario, None, control, |replication| set.part(replication))
    }

    fn scenario(&self) -> Result<Scenario, Failure> {
        if self.parquet && !cfg!(feature = "parquet") {
            return Err(Failure::Argument(
                "--parquet needs a program with the cargo feature \"parquet\": cargo build --release --features parquet"
                    .to_owned(),
            ));
        }
        if self.parquet && !self.calls && !self.events {
            return Err(Failure::Argument("--parquet is of the rows that --calls and --events write".to_owned()));
        }
        let mut scenario = scenario::read(&self.scenario)?;
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        scenario.replications = self.replications.unwrap_or(scenario.replications);
        Ok(scenario)
    }

    fn wanted(&self) -> Wanted {
        Wanted { calls: self.calls, events: self.events, csv: !self.no_csv, parquet: self.parquet }
    }

    fn files(&self, scenario: &Scenario) -> Result<Option<ResultFiles>, OutputError> {
        let files = |path| ResultFiles::create(OutputDirectory::create(path)?, scenario, self.wanted());
        self.out.as_deref().map(files).transpose()
    }

    /// The run as an experiment whose items are its replications.
    fn experiment(&self, scenario: &Scenario) -> Result<Experiment, Failure> {
        let Run { scenario: path, calls, events, seed, replications, .. } = self;
        let mut command = vec!["run".to_owned(), shards::word(path)?];
        command.extend(calls.then(|| "--calls".to_owned()));
        command.extend(events.then(|| "--events".to_owned()));
        command.extend(seed.iter().flat_map(|seed| ["--seed".to_owned(), seed.to_string()]));
        command.extend(replications.iter().flat_map(|number| ["--replications".to_owned(), number.to_string()]));
        let Scenario { name, seed, interval, replications, .. } = scenario;
        let content = format!("{name:?} {seed} {interval:?} {calls} {events} {}", scenario.digest());
        Ok(Experiment::new(command, "replications", *replications, &content))
    }

    /// Runs the replications of a shard that are not done yet, and keeps each as soon as it is done.
    fn keep(&self, scenario: &Scenario, out: &Path, shard: Shard, control: &Control) -> Result<Store, Failure> {
        let store = Store::open(out, self.experiment(scenario)?, shard)?;
        let left = store.left()?;
        shards::note_taken_over(&store, left.len());
        let wants = Wants { intervals: true, rows: self.wanted(), directory: store.parts(), calls: None, events: None };
        let ran = run_experiment(
            left.len() as u32,
            self.threads.into(),
            control,
            |number| {
                let replication = left[number as usize - 1];
                let Done { result, intervals, calls, events } = wants.run(scenario, replication, control)?;
                let intervals = intervals.expect("they are wanted");
                let record = record::encode(&result, &intervals);
                let record =
                    record.map_err(|reason| OutputError { path: store.parts().display().to_string(), reason })?;
                let sections = vec![Section::Bytes(record), kept(calls)?, kept(events)?];
                Ok::<(), Failure>(store.keep(replication, sections)?)
            },
            |()| Ok(()),
        );
        match ran {
            Ok(()) => Ok(store),
            Err(error) => {
                let failure = Failure::from(error);
                if failure.exit() == Exit::Interrupted {
                    shards::note_kept(&store, out);
                }
                Err(failure)
            }
        }
    }

    /// Makes of the replications that are kept what a run makes of its own.
    fn join(
        &self,
        scenario: &Scenario,
        actual: Option<&Actual>,
        control: &Control,
        part: impl Fn(u32) -> Result<Part, ShardError>,
    ) -> Result<(), Failure> {
        let mut files = self.files(scenario)?;
        let mut summary = Summary::new(scenario);
        let wants_intervals = files.is_some() || actual.is_some() || self.format != Format::Text;
        for replication in 1..=scenario.replications {
            if control.is_stopped() {
                return Err(Failure::Interrupted);
            }
            let part = part(replication)?;
            let unreadable = |reason| ShardError::Unreadable { path: part.path().display().to_string(), reason };
            let record = part.bytes(0).and_then(|bytes| record::decode(&bytes));
            let (result, intervals) = record.map_err(unreadable)?;
            summary.add(scenario, &result, wants_intervals.then_some(&intervals));
            if let Some(files) = &mut files {
                files.add(scenario, &result, Some(&intervals))?;
                let section = |number| part.section(number).map_err(|reason| Failure::from(unreadable(reason)));
                files.add_kept_rows(replication, || section(1), || section(2))?;
            }
        }
        self.finish(scenario, &summary, files, actual, control)
    }

    /// Writes the files, and prints what was asked for.
    fn finish(
        &self,
        scenario: &Scenario,
        summary: &Summary,
        files: Option<ResultFiles>,
        actual: Option<&Actual>,
        control: &Control,
    ) -> Result<(), Failure> {
        if control.is_stopped() {
            return Err(Failure::Interrupted);
        }
        if let Some(files) = files {
            files.finish(scenario, summary)?;
        }
        match self.format {
            Format::Text => {
                let width = output::terminal_width().unwrap_or(u16::MAX);
                let mut text = summary_text(scenario, summary, width);
                if let Some(actual) = actual {
                    text += &actual_text(scenario, summary, actual, width);
                }
                output::print(text)
            }
            Format::Json => {
                let mut json = Vec::new();
                serde_json::to_writer_pretty(&mut json, &summary_json(scenario, summary))
                    .map_err(|error| Failure::Stdout(error.into()))?;
                json.push(b'\n');
                output::print(json)
            }
            Format::Csv => {
                let mut csv = Vec::new();
                tables::write_summary(scenario, summary, &mut csv).map_err(|error| Failure::Stdout(error.into()))?;
                output::print(csv)
            }
        }
    }
}

/// The rows of a replication, as a part has them.
fn kept<R: Row>(rows: Option<RowLog<R>>) -> Result<Section, OutputError> {
    rows.map_or_else(|| Ok(Section::Bytes(Vec::new())), |rows| rows.keep().map(Section::File))
}

/// What is wanted of each replication.
struct Wants {
    intervals: bool,
    rows: Wanted,
    /// Where the files are, or those from which they will be made.
    directory: PathBuf,
    calls: Option<Outlet<CallRecord>>,
    events: Option<Outlet<EventRow>>,
}

impl Wants {
    fn run(&self, scenario: &Scenario, replication: u32, control: &Control) -> Result<Done, Failure> {
        if !self.intervals {
            let result = replicate(scenario, replication, (), control)?;
            return Ok(Done { result, intervals: None, calls: None, events: None });
        }
        let (length, threshold) = (scenario.interval, scenario.service_level_threshold);
        let mut intervals = Intervals::new(length, scenario.horizon, scenario.groups.len(), threshold);
        let mut calls = self.rows.calls.then(|| self.log(replication, self.calls.as_ref()));
        let mut events = self.rows.events.then(|| self.log(replication, self.events.as_ref()));
        let call_log = calls.as_mut().map(|rows| CallLog::new(|record| rows.push(*record)));
        let event_log = events.as_mut().map(|rows| EventLog::new(|row| rows.push(row)));
        let result = replicate(scenario, replication, (&mut intervals, call_log, event_log), control)?;
        Ok(Done { result, intervals: Some(intervals), calls, events })
    }

    fn log<R: Row>(&self, replication: u32, outlet: Option<&Outlet<R>>) -> RowLog<R> {
        RowLog::new(replication, outlet, self.directory.join(self.rows.name::<R>()))
    }
}
