//! A DLL that stands in for the call-center part of TAPI, with a simulated call center behind it.
//!
//! An agent desktop that is pointed at it finds agent handlers, ACD groups, queues and addresses, makes agents and
//! sessions, and gets calls: those of a scenario, at any speed, the same every time. What TAPI's objects and functions
//! do is in [`acdsim::acd`]; here are only the skins over it, and the clock.
//!
//! - [`center`]: the call center, without a clock.
//! - [`clock`], [`settings`]: how time passes, and what a user sets.
//! - [`office`]: the one center of a process, and who has it.
//!
//! These are the same on every machine and are tested there.

pub mod center;
pub mod clock;
pub mod office;
pub mod settings;
