//! The file of the rows that are not used.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use csv::ByteRecord;

use super::call::Unreadable;
use crate::files::{OutputDirectory, OutputError};

/// The dropped rows, on their way into a file that gets its name in [`finish`](Self::finish).
pub(super) struct Dropped {
    directory: OutputDirectory,
    name: String,
    rows: csv::Writer<BufWriter<File>>,
}

impl Dropped {
    pub(super) fn create(path: &Path) -> Result<Self, OutputError> {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let mut directory = OutputDirectory::create(parent.unwrap_or(Path::new(".")))?;
        let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            return Err(directory.error("", io::Error::other("it is not the name of a file")));
        };
        let rows = csv::Writer::from_writer(directory.file(&name)?);
        let mut dropped = Dropped { directory, name, rows };
        dropped.write(["file", "line", "reason", "row"])?;
        Ok(dropped)
    }

    /// Adds the row that begins on a line of a file.
    pub(super) fn row(&mut self, file: &str, line: u64, why: &Unreadable, row: &ByteRecord) -> Result<(), OutputError> {
        let reason = match why.detail.as_str() {
            "" => why.reason.to_string(),
            detail => format!("{}: {detail}", why.reason),
        };
        let fields: Vec<_> = row.iter().map(String::from_utf8_lossy).collect();
        self.write([file, &line.to_string(), &reason, &fields.join("\t")])
    }

    pub(super) fn finish(mut self) -> Result<(), OutputError> {
        self.rows.flush().map_err(|reason| self.directory.error(&self.name, reason))?;
        drop(self.rows);
        self.directory.finish()
    }

    fn write(&mut self, row: [&str; 4]) -> Result<(), OutputError> {
        self.rows.write_record(row).map_err(|reason| self.directory.error(&self.name, reason.into()))
    }
}
