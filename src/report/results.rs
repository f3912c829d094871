//! The files of a run: `acdsim run --out DIR`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::calls;
use super::events;
use super::summary::{Summary, class_rows};
use super::summary_json;
use super::tables::{self, Table};
use crate::experiment::ReplicationResult;
use crate::files::{OutputDirectory, OutputError};
use crate::scenario::Scenario;
use crate::statistics::Intervals;

/// The file with a row a call.
pub const CALLS: &str = "calls.csv";
/// The file with a row an event.
pub const EVENTS: &str = "events.csv";
const CLASSES: &str = "classes.csv";

type Out = BufWriter<File>;

/// The files of a run, which get their names only when all replications are in them.
pub struct ResultFiles {
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

impl ResultFiles {
    /// Files in this directory, of a scenario, with or without rows of calls and events.
    ///
    /// # Errors
    ///
    /// If one cannot be made.
    pub fn create(
        mut directory: OutputDirectory,
        scenario: &Scenario,
        with_calls: bool,
        with_events: bool,
    ) -> Result<Self, OutputError> {
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

    /// Adds the rows of the calls of a replication, where they are wanted, with what copies them.
    ///
    /// # Errors
    ///
    /// What that ends with.
    pub fn add_calls(&mut self, copy: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<(), OutputError> {
        self.calls.as_mut().map_or(Ok(()), copy).map_err(|reason| self.directory.error(CALLS, reason))
    }

    /// Adds the rows of the events of a replication, where they are wanted, with what copies them.
    ///
    /// # Errors
    ///
    /// What that ends with.
    pub fn add_events(&mut self, copy: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<(), OutputError> {
        self.events.as_mut().map_or(Ok(()), copy).map_err(|reason| self.directory.error(EVENTS, reason))
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
        for (name, out) in [(CALLS, calls), (EVENTS, events)] {
            out.map(|out| flush(name, Ok(out))).transpose()?;
        }
        directory.write("summary.csv", |out| tables::write_summary(scenario, summary, out).map_err(io::Error::from))?;
        directory.write("summary.json", |out| {
            serde_json::to_writer_pretty(&mut *out, &summary_json(scenario, summary))?;
            writeln!(out)
        })?;
        directory.finish()
    }
}
