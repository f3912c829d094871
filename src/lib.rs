//! A deterministic call-center simulator and test harness that drives real AgentSession logic.
//!
//! # The modules, floor by floor
//!
//! A module uses only modules of the floors below its own.
//!
//! | floor | modules | what they hold |
//! | --- | --- | --- |
//! | 1 | [`time`], [`random`] | integer instants and durations; random streams and variates |
//! | 2 | [`acd`] | TAPI's call-center objects and the AgentSession logic: pure state machines |
//! | 2 | [`scenario`] | the scenario file: its parsed and its validated form |

pub mod acd;
pub mod cli;
pub mod experiment;
pub mod import;
pub mod random;
pub mod report;
pub mod scenario;
pub mod simulation;
pub mod statistics;
pub mod time;
