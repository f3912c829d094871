//! A trace in memory: what is to be done, and what is expected of it.

use std::collections::HashMap;
use std::path::Path;

use crate::time::{Duration, Instant};
use crate::trace::{Ending, Entry, Given, Header, Problem, Seen, Totals, TraceError, TraceReader};

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
    /// How long the calls rang that did; [`Duration::MAX`] if nobody answered.
    pub rings: HashMap<u64, Duration>,
}

impl Script {
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
        let mut script =
            Script { header, given: Vec::new(), seen: Vec::new(), totals: Vec::new(), rings: HashMap::new() };
        let mut ringing: HashMap<u64, Instant> = HashMap::new();
        while let Some(entry) = trace.next().transpose()? {
            match entry {
                Entry::Given(at, given) => script.given.push((at, given)),
                Entry::Seen(at, seen) => {
                    match seen {
                        Seen::CallRings { call, .. } => {
                            ringing.insert(call, at);
                        }
                        Seen::CallAnswered { call, .. } => {
                            if let Some(since) = ringing.remove(&call) {
                                script.rings.insert(call, at - since);
                            }
                        }
                        _ => {}
                    }
                    script.seen.push((at, seen));
                }
                Entry::Statistics(totals) => script.totals.push(totals),
            }
            if script.given.len() + script.seen.len() > MOST_ENTRIES {
                let wrong = format!("a trace that is played has at most {MOST_ENTRIES} entries");
                return Err(trace.error(Problem::Inconsistent(wrong)));
            }
        }
        for call in ringing.into_keys() {
            script.rings.entry(call).or_insert(Duration::MAX);
        }
        match trace.footer() {
            Some(footer) if footer.end == Ending::Partial => {
                let reason = footer.reason.as_deref().unwrap_or("for no stated reason");
                let wrong = format!("the trace is partial and has no statistics to compare with: it ended {reason}");
                Err(trace.error(Problem::Inconsistent(wrong)))
            }
            _ => Ok(script),
        }
    }
}
