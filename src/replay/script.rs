//! A trace in memory: what is to be done, and what is expected of it.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

use crate::time::{Duration, Instant};
use crate::trace::{Ending, Entry, Given, Header, Problem, Seen, Totals, TraceError, TraceReader, TraceWriter};

/// The most entries that a trace may have to be played.
pub const MOST_ENTRIES: usize = 20_000_000;

/// A trace that is to be played.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// What it is of.
    pub header: Header,
    /// What comes from outside, in the order of time.
    pub given: Vec<(Instant, Given)>,
    /// What the system did, in the order in which it did it.
    pub seen: Vec<(Instant, Seen)>,
    /// What it counted.
    pub totals: Vec<Totals>,
    /// How long the calls rang that did, each time; [`Duration::MAX`] if nobody answered.
    pub rings: HashMap<u64, Vec<Duration>>,
}

impl Script {
    /// A script of these parts, each in the order of time.
    pub(super) fn made_of(
        header: Header,
        given: Vec<(Instant, Given)>,
        seen: Vec<(Instant, Seen)>,
        totals: Vec<Totals>,
    ) -> Self {
        let rings = rings(&seen);
        Script { header, given, seen, totals, rings }
    }

    /// Writes it as a trace; as a partial one if there is a reason why it ended.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn write<W: Write>(&self, out: W, broken_off: Option<&str>) -> io::Result<W> {
        let mut trace = TraceWriter::new(out, &self.header)?;
        let mut given = self.given.iter().peekable();
        for (at, seen) in &self.seen {
            while let Some((when, what)) = given.next_if(|(when, _)| when <= at) {
                trace.given(*when, what)?;
            }
            trace.seen(*at, seen)?;
        }
        for (when, what) in given {
            trace.given(*when, what)?;
        }
        for totals in &self.totals {
            trace.statistics(totals)?;
        }
        trace.finish(if broken_off.is_some() { Ending::Partial } else { Ending::Complete }, broken_off)
    }

    /// Reads a trace.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is partial, or has more than [`MOST_ENTRIES`] entries.
    pub fn read(path: &Path) -> Result<Self, TraceError> {
        Script::of(TraceReader::open(path)?)
    }

    /// Takes a trace into memory.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn of(mut trace: TraceReader) -> Result<Self, TraceError> {
        let header = trace.header().clone();
        let (mut given, mut seen, mut totals) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(entry) = trace.next().transpose()? {
            match entry {
                Entry::Given(at, what) => given.push((at, what)),
                Entry::Seen(at, what) => seen.push((at, what)),
                Entry::Statistics(counted) => totals.push(counted),
            }
            if given.len() + seen.len() > MOST_ENTRIES {
                let wrong = format!("a trace that is played has at most {MOST_ENTRIES} entries");
                return Err(trace.error(Problem::Inconsistent(wrong)));
            }
        }
        match trace.footer() {
            Some(footer) if footer.end == Ending::Partial => {
                let reason = footer.reason.as_deref().unwrap_or("for no stated reason");
                let wrong = format!("the trace is partial and has no statistics to compare with: it ended {reason}");
                Err(trace.error(Problem::Inconsistent(wrong)))
            }
            _ => Ok(Script::made_of(header, given, seen, totals)),
        }
    }
}

/// How long the calls rang that did, each time.
fn rings(seen: &[(Instant, Seen)]) -> HashMap<u64, Vec<Duration>> {
    let mut ringing: HashMap<u64, Instant> = HashMap::new();
    let mut rings: HashMap<u64, Vec<Duration>> = HashMap::new();
    for &(at, ref seen) in seen {
        match *seen {
            Seen::CallRings { call, .. } => {
                ringing.insert(call, at);
                // Unless it turns out otherwise.
                rings.entry(call).or_default().push(Duration::MAX);
            }
            Seen::CallAnswered { call, .. } => {
                if let (Some(since), Some(last)) =
                    (ringing.remove(&call), rings.get_mut(&call).and_then(|of| of.last_mut()))
                {
                    *last = at - since;
                }
            }
            _ => {}
        }
    }
    rings
}
