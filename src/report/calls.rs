//! `calls.csv`: one row a call, its whole life.

use std::io::{self, Write};

use crate::scenario::Scenario;
use crate::statistics::CallRecord;
use crate::time::{Duration, Instant};

/// The header of `calls.csv`.
pub const HEADER: &str = "replication,call,group,arrival_s,patience_s,counted,outcome,wait_s,session,agent,\
talk_s,wrap_up_s";

/// Writes the rows of one replication. Names are quoted where CSV needs it.
pub struct CallRows<W: Write> {
    out: W,
    replication: u32,
    measured_from: Instant,
    groups: Vec<String>,
    agents: Vec<String>,
    failure: Option<io::Error>,
}

impl<W: Write> CallRows<W> {
    /// Rows of a replication of a scenario, without a header.
    pub fn new(scenario: &Scenario, replication: u32, out: W) -> Self {
        CallRows {
            out,
            replication,
            measured_from: Instant::START + scenario.warm_up,
            groups: scenario.groups.iter().map(|group| quoted(&group.name)).collect(),
            agents: scenario.agents.iter().map(|agent| quoted(&agent.name)).collect(),
            failure: None,
        }
    }

    /// Writes one call. After a failure nothing more is written.
    pub fn write(&mut self, record: &CallRecord) {
        if self.failure.is_none() {
            self.failure = self.try_write(record).err();
        }
    }

    /// Hands the output back.
    ///
    /// # Errors
    ///
    /// The first failure to write.
    pub fn finish(self) -> io::Result<W> {
        self.failure.map_or(Ok(self.out), Err)
    }

    fn try_write(&mut self, record: &CallRecord) -> io::Result<()> {
        let counted = record.arrival >= self.measured_from;
        let group = &self.groups[record.group.0 as usize];
        write!(self.out, "{},{},{group},{},", self.replication, record.call, record.arrival)?;
        if record.patience != Duration::MAX {
            write!(self.out, "{}", record.patience)?;
        }
        write!(self.out, ",{counted},{},{},", record.outcome.name(), record.waited)?;
        match record.answered_by {
            Some((session, agent)) => write!(self.out, "{},{},", session.0, self.agents[agent.0 as usize])?,
            None => self.out.write_all(b",,")?,
        }
        if let Some(talk) = record.talk {
            write!(self.out, "{talk}")?;
        }
        self.out.write_all(b",")?;
        if let Some(wrap_up) = record.wrap_up {
            write!(self.out, "{wrap_up}")?;
        }
        self.out.write_all(b"\n")
    }
}

/// A name as a CSV field.
pub(super) fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() }
}
