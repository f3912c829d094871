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
//! These are the same on every machine and are tested there. The rest is for Windows alone: `com`, the COM server of TAPI 3,
//! and `line`, the functions of TAPI 2.

pub mod center;
pub mod clock;
pub mod office;
pub mod settings;

#[cfg(windows)]
#[allow(unreachable_pub, reason = "what the library exports is for programs that are not of this crate")]
#[allow(non_snake_case, reason = "the names are TAPI's and COM's")]
#[allow(dead_code, reason = "an interface that is declared can be called too, which is for others to do")]
#[allow(clippy::missing_safety_doc, reason = "what an interface asks for, its own documentation says")]
#[allow(clippy::upper_case_acronyms, reason = "the names are TAPI's and COM's")]
mod com;
#[cfg(windows)]
#[allow(unreachable_pub, reason = "what the library exports is for programs that are not of this crate")]
#[allow(non_snake_case, reason = "the names are TAPI's")]
mod line;
#[cfg(windows)]
mod process;
#[cfg(any(windows, test))]
mod tables;
#[cfg(windows)]
mod window;

#[cfg(all(windows, not(target_pointer_width = "64")))]
compile_error!("the structures that the virtual TAPI exchanges with programs are those of 64-bit processes");
