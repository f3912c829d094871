//! Replay: a trace is played against a telephony system, and what that did and counted is held against what it should.
//!
//! [`TelephonySystem`] is the port, with its contract; the adapters are behind it. [`play`] lets bots of agents and callers do
//! what the trace says; [`judge`] compares. It uses [`crate::trace`] and what that uses.

mod adapters;
mod agenda;
mod capture;
mod clock;
mod judge;
mod parting;
mod player;
mod port;
mod record;
mod recount;
mod scenario;
mod script;

pub use adapters::{Limits, Model, Process};
#[cfg(windows)]
pub use adapters::{LiveOptions, Tapi2, Tapi3};
pub use capture::{Captured, capture};
pub use clock::{Lateness, Pace};
pub use judge::{Deviation, Judgement, Tolerance, judge};
pub use parting::{Fate, Parting};
pub use player::{Played, PlayedSession, play};
pub use port::{Capabilities, Counted, Fault, Gives, Notice, Noticed, TelephonySystem, Time};
pub use record::record;
pub use scenario::scenario_of;
pub use script::{MOST_ENTRIES, Script};
