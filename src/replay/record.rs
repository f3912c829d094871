//! Writes what was played as a trace.

use std::io::{self, Write};

use super::player::Played;
use super::script::Script;
use crate::time::Instant;
use crate::trace::{Ending, Given, Header, TraceWriter};

/// Writes what a system of this name did as a trace, marked as partial if the play was broken off.
///
/// # Errors
///
/// Those of the output.
pub fn record<W: Write>(script: &Script, played: &Played, system: &str, out: W) -> io::Result<W> {
    let header = Header {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        system: Some(system.to_owned()),
        ..script.header.clone()
    };
    let mut trace = TraceWriter::new(out, &header)?;
    let mut given = played.given.iter().zip(&script.given).peekable();
    for (number, (at, seen)) in played.seen.iter().enumerate() {
        while let Some((&(when, _), (_, what))) = given.next_if(|&(&(when, seen_before), (_, what))| {
            // As in the trace of a run, all that agents are due to do at an instant comes first.
            seen_before <= number || (when == *at && !matches!(what, Given::CallArrives { .. }))
        }) {
            trace.given(when, what)?;
        }
        trace.seen(*at, seen)?;
    }
    for (&(when, _), (_, what)) in given {
        trace.given(when.max(last(played)), what)?;
    }
    if let Some(fault) = played.broken_off() {
        return trace.finish(Ending::Partial, Some(&fault.to_string()));
    }
    for totals in &played.totals {
        trace.statistics(totals)?;
    }
    trace.finish(Ending::Complete, None)
}

/// When something was seen last.
fn last(played: &Played) -> Instant {
    played.seen.last().map_or(Instant::START, |&(at, _)| at)
}
