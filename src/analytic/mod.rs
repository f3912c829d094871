//! What queueing theory says a call center's figures are.
//!
//! Pure functions of rates, means and numbers of agents: this module knows of no scenario and no simulation. It uses
//! [`crate::random`] for the laws of durations, and the modules above it use it for expectations.

pub mod exact;
