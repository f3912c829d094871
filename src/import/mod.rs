//! Makes a scenario of calls that a real center recorded.
//!
//! [`import`] reads files of one of the [`Format`]s and writes a directory that is a scenario, runnable as it is:
//!
//! | file | what it is |
//! | --- | --- |
//! | `scenario.toml` | one group whose calls are the recorded ones, with its laws fitted to them |
//! | `calls.csv` | the recorded calls, in order of arrival |
//! | `staff.csv` | how many agents there are, from when on |
//! | `actual.csv` | what happened, interval by interval, to be put beside what the simulation says |
//!
//! What is known of a call is taken from its record; what is not known is left empty, and the simulator draws it from
//! the group's law. Of a caller who was answered only a lower bound of the patience is known. Every row of a file
//! is either used or dropped for a [`DropReason`] that is counted, so `read = used + dropped`.
//! A file that is read is never written.
//!
//! A format is one file of this module: how a row of it reads. This module uses [`crate::files::OutputDirectory`] and
//! [`crate::simulation::Control`]; only the command line uses it.

mod anonymous_bank;
mod call;
mod dropped;
mod errors;
mod files;
mod fit;
mod paths;
mod report;
mod rows;
mod staff;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use jiff::civil::Date;

use crate::files::OutputDirectory;
use crate::simulation::Control;
use crate::time::Duration;

use self::call::Source;
use self::dropped::Dropped;
use self::rows::Reader;
use self::staff::Staff;

pub use call::{DropReason, Note};
pub use errors::ImportError;
pub use fit::{PatienceBranch, PatienceLaw, TalkLaw};
pub use report::ImportReport;

/// A form in which centers have recorded their calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The calls of an Israeli bank's center in 1999: tab-separated, 17 columns from `vru+line` to `server`.
    AnonymousBank,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 1] = [Format::AnonymousBank];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        self.source().name
    }

    const fn source(self) -> &'static Source {
        match self {
            Format::AnonymousBank => &anonymous_bank::SOURCE,
        }
    }
}

/// Which of the calls are wanted: those that arrive in whole days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// How many days; none for all that follow.
    pub days: Option<u32>,
}

/// What to import, and where to.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// The form of the files.
    pub format: Format,
    /// The files, read in this order.
    pub inputs: Vec<PathBuf>,
    /// The wanted days; none for all days of the files.
    pub period: Option<Period>,
    /// A CSV file with the columns `date`, `start` and `agents_seen`, a row for each half hour with agents; without it,
    /// the agents are told from the services in the calls.
    pub staff: Option<PathBuf>,
    /// Told from the calls, an agent is at work between two services that are at most so long apart.
    pub longest_idle: Duration,
    /// The length of the intervals of `actual.csv` and of the scenario; more than zero.
    pub interval: Duration,
    /// The directory that is written.
    pub out: PathBuf,
    /// A CSV file that is written with every dropped row: `file`, `line`, `reason`, `row`.
    pub dropped: Option<PathBuf>,
}

/// The most intervals that the simulator counts in.
const MOST_INTERVALS: u64 = 1_000_000;

/// Imports recorded calls. The files are written all together, or none of them.
///
/// # Errors
///
/// [`ImportError`]: a file cannot be read or written, has not the columns of its format, or no scenario can be
/// made of the calls; a file that is read would be written; or `control` said to stop. A single row that cannot be read is no error: it is dropped, and counted.
pub fn import(options: &ImportOptions, control: &Control) -> Result<ImportReport, ImportError> {
    let source = options.format.source();
    let mut dropped = paths::check(options)?.as_deref().map(Dropped::create).transpose()?;
    let mut reader = Reader::new(source, options.period);
    for input in &options.inputs {
        reader.file(input, dropped.as_mut(), control)?;
    }
    let collected = reader.finish()?;
    if options.interval < errors::shortest_interval(collected.days) {
        return Err(ImportError::Interval { interval: options.interval, days: collected.days });
    }
    let talk = fit::talk_law(&collected.service_lengths).ok_or(ImportError::NoServices)?;
    let patience = fit::patience_law(&collected.waits());
    let staff = match &options.staff {
        Some(path) => Staff::read(path, collected.start(), collected.end())?,
        None => collected.services.staff(collected.start(), collected.end(), options.longest_idle),
    };
    if staff.most() == 0 {
        return Err(ImportError::NoAgents { from: collected.from, days: collected.days });
    }

    let report = ImportReport::new(options, &collected, talk, patience, &staff);
    let mut directory = OutputDirectory::create(&options.out)?;
    files::write(&mut directory, options, &collected, &staff, &report)?;
    if control.is_stopped() {
        return Err(ImportError::Interrupted);
    }
    if let Some(dropped) = dropped {
        dropped.finish()?;
    }
    directory.finish()?;
    Ok(report)
}
