//! The files of a run: `acdsim run --out DIR`.

use std::fs::File;
use std::io::{self, BufWriter, Take, Write};
use std::path::Path;

use super::events::EventRow;
use super::rows::{self, Outlet, Rest, Row, RowFiles};
use super::summary::{Summary, class_rows};
use super::summary_json;
use super::tables::{self, Table};
use crate::experiment::ReplicationResult;
use crate::files::{OutputDirectory, OutputError};
use crate::scenario::Scenario;
use crate::statistics::{CallRecord, Intervals};

const CLASSES: &str = "classes.csv";

type Out = BufWriter<File>;

/// Which rows are wanted beside the tables, and in which forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// A row for each call.
    pub calls: bool,
    /// A row for each event.
    pub events: bool,
    /// As CSV.
    pub csv: bool,
    /// As Parquet, which only a program with the cargo feature `parquet` can write.
    pub parquet: bool,
}

impl Wanted {
    /// The name of a file with these rows.
    pub fn name<R: Row>(self) -> String {
        let [csv, parquet] = rows::names::<R>();
        if self.csv { csv } else { parquet }
    }
}

/// The files of a run, which get their names only when all replications are in them.
pub struct ResultFiles {
    // Dropped before the directory, whose files they write.
    calls: Option<RowFiles<CallRecord>>,
    events: Option<RowFiles<EventRow>>,
    directory: OutputDirectory,
    groups: Table<Out>,
    /// Of a scenario whose calls have classes.
    classes: Option<Table<Out>>,
    queues: Table<Out>,
    agents: Table<Out>,
    sessions: Table<Out>,
    intervals: Table<Out>,
}

impl ResultFiles {
    /// Files in this directory, of a scenario, with the rows that are wanted.
    ///
    /// # Errors
    ///
    /// If one cannot be made.
    pub fn create(mut directory: OutputDirectory, scenario: &Scenario, wanted: Wanted) -> Result<Self, OutputError> {
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
        let calls = row_files(wanted.calls, &mut directory, scenario, wanted)?;
        let events = row_files(wanted.events, &mut directory, scenario, wanted)?;
        Ok(ResultFiles { directory, groups, classes, queues, agents, sessions, intervals, calls, events })
    }

    /// Adds the rows of a replication to the tables; they come in the order of the replications.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn add(
        &mut self,
        scenario: &Scenario,
        result: &ReplicationResult,
        intervals: Option<&Intervals>,
    ) -> Result<(), OutputError> {
        let error = |name, reason: io::Error| self.directory.error(name, reason);
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
        Ok(())
    }

    /// The ways to the files of calls and events, for the replications; none where they are not wanted.
    pub fn outlets(&self) -> (Option<Outlet<CallRecord>>, Option<Outlet<EventRow>>) {
        (self.calls.as_ref().map(RowFiles::outlet), self.events.as_ref().map(RowFiles::outlet))
    }

    /// Adds the rows of a replication that it has not handed over itself, where they are wanted; the replications come in their order.
    ///
    /// # Errors
    ///
    /// If they, or rows that came before, cannot be written.
    pub fn add_rows(
        &mut self,
        calls: Option<Rest<CallRecord>>,
        events: Option<Rest<EventRow>>,
    ) -> Result<(), OutputError> {
        if let (Some(files), Some(calls)) = (&mut self.calls, calls) {
            files.add(calls)?;
        }
        if let (Some(files), Some(events)) = (&mut self.events, events) {
            files.add(events)?;
        }
        Ok(())
    }

    /// Adds the rows of a replication that have been kept, where they are wanted; the replications come in their order.
    ///
    /// # Errors
    ///
    /// What opening them ends with, or if rows that came before cannot be written.
    pub fn add_kept_rows<E: From<OutputError>>(
        &mut self,
        replication: u32,
        calls: impl FnOnce() -> Result<Take<File>, E>,
        events: impl FnOnce() -> Result<Take<File>, E>,
    ) -> Result<(), E> {
        if let Some(files) = &mut self.calls {
            files.add_kept(replication, calls()?)?;
        }
        if let Some(files) = &mut self.events {
            files.add_kept(replication, events()?)?;
        }
        Ok(())
    }

    /// Where they are to be.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Writes the summary, and gives all files their names.
    ///
    /// # Errors
    ///
    /// If that fails.
    pub fn finish(self, scenario: &Scenario, summary: &Summary) -> Result<(), OutputError> {
        let ResultFiles { mut directory, groups, classes, queues, agents, sessions, intervals, calls, events } = self;
        let flush = |name, out: io::Result<Out>| {
            out.and_then(|mut out| out.flush()).map_err(|reason| directory.error(name, reason))
        };
        flush("groups.csv", groups.finish())?;
        classes.map(|classes| flush(CLASSES, classes.finish())).transpose()?;
        flush("queues.csv", queues.finish())?;
        flush("agents.csv", agents.finish())?;
        flush("sessions.csv", sessions.finish())?;
        flush("intervals.csv", intervals.finish())?;
        calls.map(RowFiles::finish).transpose()?;
        events.map(RowFiles::finish).transpose()?;
        directory.write("summary.csv", |out| tables::write_summary(scenario, summary, out).map_err(io::Error::from))?;
        directory.write("summary.json", |out| {
            serde_json::to_writer_pretty(&mut *out, &summary_json(scenario, summary))?;
            writeln!(out)
        })?;
        directory.finish()
    }
}

/// The files of one kind of rows, if they are wanted; those of an earlier result go if not.
fn row_files<R: Row>(
    is_wanted: bool,
    directory: &mut OutputDirectory,
    scenario: &Scenario,
    wanted: Wanted,
) -> Result<Option<RowFiles<R>>, OutputError> {
    if is_wanted {
        return RowFiles::create(directory, scenario, wanted).map(Some);
    }
    rows::names::<R>().iter().for_each(|name| directory.without(name));
    Ok(None)
}
