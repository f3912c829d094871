//! A deterministic call-center simulator and test harness that drives real AgentSession logic.
//!
//! There are three things to do with it as a library:
//!
//! 1. **Describe** a call center: [`scenario::read`] a TOML file, or build a [`scenario::Scenario`].
//! 2. **Run** it: [`experiment::replicate`] runs one replication and returns its exact results;
//!    [`experiment::run_experiment`] runs many, in parallel, with the results in order. Whoever wants to see every event
//!    writes a [`simulation::Observer`].
//! 3. **Report** it: [`report::summary::Summary`] takes the means over replications; the other parts of [`report`] write
//!    them for people and for programs.
//!
//! [`acd::AgentHandler`] may also be driven by hand: it is the AgentSession logic alone, without clock or randomness.
//!
//! ```
//! use acdsim::experiment::replicate;
//! use acdsim::simulation::Control;
//!
//! let text = r#"
//!     horizon = "8h"
//!     [[group]]
//!     name = "Sales"
//!     arrivals = { rate = "120/h" }
//!     talk = { distribution = "exponential", mean = "3m" }
//!     [[agents]]
//!     name = "Agent"
//!     count = 8
//!     groups = ["Sales"]
//! "#;
//! let scenario = acdsim::scenario::parse(text, "sales.toml".as_ref())?;
//! let result = replicate(&scenario, 1, (), &Control::default())?;
//! let sales = &result.groups[0].totals;
//! assert_eq!(sales.offered, sales.answered + sales.waiting());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The modules, floor by floor
//!
//! A module uses only modules that stand above it in this table.
//!
//! | floor | modules | what they hold |
//! | --- | --- | --- |
//! | 1 | [`time`], [`files`], [`random`], [`fault`] | integer instants and durations; files that are there whole or not at all; random streams and variates; defects to be switched on |
//! | 2 | [`acd`] | TAPI's call-center objects and the AgentSession logic: pure state machines |
//! | 2 | [`analytic`] | formulas and numerical solutions of queueing theory |
//! | 2 | [`scenario`] | the scenario file: its declaration, its reader, its validated form |
//! | 3 | [`simulation`] | calendar, traffic, routing, the loop that drives `acd`; observers |
//! | 4 | [`statistics`] | accumulators over events and over replications; intervals of confidence |
//! | 5 | [`experiment`] | replications, threads, identities, standard workloads |
//! | 6 | [`shard`] | an experiment split over machines and joined again |
//! | 6 | [`import`] | scenarios from recorded calls |
//! | 6 | [`explain`] | why a call waited |
//! | 6 | [`trace`] | what happened, as a file |
//! | 6 | [`replay`] | traces played against telephony systems |
//! | 6 | [`planning`] | agents and shifts for demand and targets |
//! | 7 | [`report`] | text, CSV, JSON, HTML: one file each |
//! | 7 | [`shrink`] | failing runs made small |
//! | 7 | [`compare`] | scenarios beside each other, the same callers in all |
//! | 7 | [`sweep`] | scenarios with other values at many points |
//! | 7 | [`baseline`] | accepted results, and what has become of them |
//! | 8 | [`cli`] | one file a subcommand |

pub mod acd;
pub mod analytic;
pub mod baseline;
pub mod cli;
pub mod compare;
pub mod experiment;
pub mod explain;
pub mod fault;
pub mod files;
pub mod import;
pub mod planning;
pub mod random;
pub mod replay;
pub mod report;
pub mod scenario;
pub mod shard;
pub mod shrink;
pub mod simulation;
pub mod statistics;
pub mod sweep;
pub mod time;
pub mod trace;
pub mod verify;
pub mod watch;

/// The README's example.
#[doc = include_str!("../README.md")]
#[cfg(doctest)]
pub struct Readme;
