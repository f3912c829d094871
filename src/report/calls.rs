//! `calls.csv`: one row a call, its whole life.

use std::io::{self, Write};

use crate::scenario::Scenario;
use crate::simulation::Origin;
use crate::statistics::CallRecord;
use crate::time::{Duration, Instant};

/// The header of `calls.csv` of a plain scenario.
pub const HEADER: &str = "replication,call,group,arrival_s,patience_s,counted,outcome,wait_s,session,agent,\
talk_s,wrap_up_s";

/// The header of `calls.csv` of a scenario that is not plain.
const WHOLE_HEADER: &str = "replication,call,group,arrival_s,patience_s,counted,outcome,wait_s,session,agent,\
talk_s,wrap_up_s,arrived_for,class,origin,origin_call";

/// The header of the `calls.csv` of a scenario: calls have a class and an origin only where it is not plain.
pub fn header(scenario: &Scenario) -> &'static str {
    if scenario.is_plain() { HEADER } else { WHOLE_HEADER }
}

/// Writes the rows of one replication. Names are quoted where CSV needs it.
pub struct CallRows<W: Write> {
    out: W,
    replication: u32,
    measured_from: Instant,
    groups: Vec<String>,
    agents: Vec<String>,
    /// The classes of each group, of a scenario that is not plain.
    classes: Option<Vec<Vec<String>>>,
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
            classes: (!scenario.is_plain()).then(|| {
                let classes = scenario.groups.iter().map(|group| &group.callers.classes);
                classes.map(|classes| classes.iter().map(|class| quoted(&class.name)).collect()).collect()
            }),
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
        if let Some(classes) = &self.classes {
            let home = record.arrived_for.0 as usize;
            let class = classes[home].get(record.class as usize).map_or("", String::as_str);
            write!(self.out, ",{},{class},", self.groups[home])?;
            match record.origin {
                Origin::Outside => self.out.write_all(b"outside,")?,
                Origin::Retrial { of } => write!(self.out, "retrial,{of}")?,
                Origin::Transfer { of, .. } => write!(self.out, "transfer,{of}")?,
            }
        }
        self.out.write_all(b"\n")
    }
}

/// A name as a CSV field.
pub(super) fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() }
}
