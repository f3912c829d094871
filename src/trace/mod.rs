//! Traces: what happened to a telephony system from outside, what it did, and what it counted, as a file of JSON Lines.
//!
//! A trace has a [`Header`], then in the order of time what was [`Given`] to the system (calls that arrive with their talk,
//! wrap-up and patience; agents who are due to log in and out) and what was [`Seen`] of it (sessions and their states, calls
//! that wait, are answered, abandoned), then the [statistics](Totals) of each session, and a [`Footer`] with counts. Every line
//! ends with a checksum of all that is before it, so that a file that was cut, reordered or altered is known, and where.
//!
//! [`Recorder`] writes one while a scenario runs; [`TraceReader`] reads one line at a time; [`first_difference`] tells where
//! two part. `replay` plays one against another system. The form of the file is in `docs/trace.md`.
//!
//! It uses the scenario, the simulation and what is below them.

mod diff;
mod entry;
mod error;
mod header;
mod reader;
mod recorder;
mod storage;
mod writer;

pub use diff::{Difference, Place, Side, first_difference};
pub(crate) use entry::state_named;
pub use entry::{Counts, Ending, Entry, Exact, Footer, Given, Origin, Seen, TapiTotals, Totals};
pub use error::{Problem, TraceError};
pub use header::{FORM, Header, TraceAgent, TraceGroup, TraceRouting};
pub use reader::TraceReader;
pub use recorder::Recorder;
pub use storage::create;
pub use writer::TraceWriter;
