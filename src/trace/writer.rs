//! Writes a trace, line by line.

use std::io::{self, Write};

use flate2::Crc;
use serde::Serialize;

use super::entry::{Counts, Ending, Footer, Given, Seen, Totals};
use super::header::Header;
use crate::time::Instant;

/// A trace that is being written. The caller keeps the order of time; [`finish`](Self::finish) ends it.
///
/// ```
/// use acdsim::time::Instant;
/// use acdsim::trace::{Ending, Given, Header, TraceReader, TraceWriter};
///
/// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
/// let mut trace = TraceWriter::new(Vec::new(), &Header::of(&scenario, 1))?;
/// trace.given(Instant::START, &Given::AgentLogsIn { agent: 0, groups: vec![0] })?;
/// let bytes = trace.finish(Ending::Partial, Some("an example"))?;
///
/// let mut trace = TraceReader::new(&bytes[..], "example.jsonl".as_ref())?;
/// assert_eq!(trace.by_ref().count(), 1);
/// assert_eq!(trace.footer().unwrap().reason.as_deref(), Some("an example"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TraceWriter<W: Write> {
    out: W,
    crc: Crc,
    line: Vec<u8>,
    counts: Counts,
}

#[derive(Serialize)]
struct At<T> {
    t: u64,
    #[serde(flatten)]
    what: T,
}

impl<W: Write> TraceWriter<W> {
    /// A trace with this header.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn new(out: W, header: &Header) -> io::Result<Self> {
        let mut writer = TraceWriter { out, crc: Crc::new(), line: Vec::new(), counts: Counts::default() };
        writer.write(header)?;
        Ok(writer)
    }

    /// Writes what came from outside.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn given(&mut self, at: Instant, given: &Given) -> io::Result<()> {
        self.counts.given += 1;
        self.counts.calls += u64::from(matches!(given, Given::CallArrives { .. }));
        self.write(&At { t: at.as_nanos(), what: given })
    }

    /// Writes what the system did.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn seen(&mut self, at: Instant, seen: &Seen) -> io::Result<()> {
        self.counts.seen += 1;
        self.write(&At { t: at.as_nanos(), what: seen })
    }

    /// Writes what was counted of a session.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn statistics(&mut self, totals: &Totals) -> io::Result<()> {
        self.counts.sessions += 1;
        self.write(totals)
    }

    /// Writes the last line and hands the output back.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn finish(mut self, end: Ending, reason: Option<&str>) -> io::Result<W> {
        let footer = Footer { end, counts: self.counts, reason: reason.map(str::to_owned) };
        self.write(&footer)?;
        self.out.flush()?;
        Ok(self.out)
    }

    /// Writes a JSON object as a line, with the checksum of everything up to it as its last member.
    fn write(&mut self, object: &impl Serialize) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, object)?;
        // The closing brace follows the checksum.
        self.line.pop();
        self.crc.update(&self.line);
        let sum = self.crc.sum();
        writeln!(self.line, ",\"crc\":\"{sum:08x}\"}}")?;
        self.out.write_all(&self.line)
    }
}
