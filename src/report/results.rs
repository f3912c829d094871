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

/// Which rows are wanted beside the tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// `calls.csv`.
    pub calls: bool,
    /// `events.csv`.
    pub events: bool,
    /// Those of them that are wanted as Parquet, too; only a program with the cargo feature `parquet` can write that.
    pub parquet: bool,
}

/// A file of rows, and the same as Parquet where it is wanted.
struct Rows {
    csv: Out,
    #[cfg(feature = "parquet")]
    parquet: Option<super::parquet::ParquetRows<Out>>,
}

impl Rows {
    /// The file of this name with its header.
    fn create(
        directory: &mut OutputDirectory,
        name: &str,
        header: &str,
        as_parquet: bool,
    ) -> Result<Self, OutputError> {
        let mut csv = directory.file(name)?;
        writeln!(csv, "{header}").map_err(|reason| directory.error(name, reason))?;
        let typed = parquet_name(name);
        if !as_parquet {
            directory.without(&typed);
        }
        #[cfg(feature = "parquet")]
        let parquet = match as_parquet {
            true => {
                let rows = super::parquet::ParquetRows::new(header, directory.file(&typed)?);
                Some(rows.map_err(|reason| directory.error(&typed, reason))?)
            }
            false => None,
        };
        #[cfg(not(feature = "parquet"))]
        if as_parquet {
            return Err(
                directory.error(&typed, io::Error::other("this program is built without the feature \"parquet\""))
            );
        }
        Ok(Rows {
            csv,
            #[cfg(feature = "parquet")]
            parquet,
        })
    }

    fn finish(mut self) -> io::Result<()> {
        self.csv.flush()?;
        #[cfg(feature = "parquet")]
        if let Some(parquet) = self.parquet {
            parquet.finish()?.flush()?;
        }
        Ok(())
    }
}

impl Write for Rows {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.csv.write_all(bytes)?;
        #[cfg(feature = "parquet")]
        if let Some(parquet) = &mut self.parquet {
            parquet.write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.csv.flush()
    }
}

/// The name of the Parquet file beside a CSV file.
fn parquet_name(name: &str) -> String {
    name.replace(".csv", ".parquet")
}

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
    calls: Option<Rows>,
    events: Option<Rows>,
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
        let mut rows = |is_wanted: bool, name, header| -> Result<Option<Rows>, OutputError> {
            if !is_wanted {
                directory.without(name);
                directory.without(&parquet_name(name));
                return Ok(None);
            }
            Rows::create(&mut directory, name, header, wanted.parquet).map(Some)
        };
        let calls = rows(wanted.calls, CALLS, calls::header(scenario))?;
        let events = rows(wanted.events, EVENTS, events::HEADER)?;
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
    pub fn add_calls(&mut self, copy: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), OutputError> {
        self.calls.as_mut().map_or(Ok(()), |rows| copy(rows)).map_err(|reason| self.directory.error(CALLS, reason))
    }

    /// Adds the rows of the events of a replication, where they are wanted, with what copies them.
    ///
    /// # Errors
    ///
    /// What that ends with.
    pub fn add_events(&mut self, copy: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), OutputError> {
        self.events.as_mut().map_or(Ok(()), |rows| copy(rows)).map_err(|reason| self.directory.error(EVENTS, reason))
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
            out.map(Rows::finish).transpose().map_err(|reason| directory.error(name, reason))?;
        }
        directory.write("summary.csv", |out| tables::write_summary(scenario, summary, out).map_err(io::Error::from))?;
        directory.write("summary.json", |out| {
            serde_json::to_writer_pretty(&mut *out, &summary_json(scenario, summary))?;
            writeln!(out)
        })?;
        directory.finish()
    }
}
