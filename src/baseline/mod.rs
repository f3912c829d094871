//! Baselines: what a scenario gave when somebody last looked at it and accepted it.
//!
//! A [`Baseline`] holds the means of a run with their intervals, sorted, one figure a line, so that a change of one figure is
//! a change of one line. [`compare`] puts what the scenario gives now beside it: exactly, or within a [`Tolerance`] for each
//! metric. What is drawn for a group depends on the seed and the names alone, so a baseline of chosen groups ([`Scope`]) stays
//! as it is when another group changes that shares neither agents nor calls with them.
//!
//! A baseline is a serde value without a time, path or host in it, so it also goes into any snapshot of a test:
//!
//! ```
//! use acdsim::baseline::{Baseline, Scope, compare};
//!
//! let text = r#"
//!     horizon = "2h"
//!     replications = 3
//!     [[group]]
//!     name = "Sales"
//!     arrivals = { rate = "60/h" }
//!     talk = { distribution = "exponential", mean = "3m" }
//!     [[agents]]
//!     name = "Agent"
//!     count = 4
//!     groups = ["Sales"]
//! "#;
//! let scenario = acdsim::scenario::parse(text, "sales.toml".as_ref())?;
//! let scope = Scope { groups: vec!["Sales".into()], metrics: vec!["asa_s".into()] };
//! let accepted = Baseline::of(&scenario, &scope)?; // insta::assert_json_snapshot!(accepted)
//! let now = Baseline::of(&scenario, &scope)?;
//! assert!(compare(&accepted, &now).is_unchanged());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It uses the metrics of [`crate::report`]; the report of a comparison and the command use it.

mod difference;
mod error;
mod record;
mod store;
mod tolerance;

pub use difference::{Compared, Difference, Verdict, compare};
pub use error::BaselineError;
pub use record::{Baseline, Figure, Scope};
pub use store::{FORM, names, path_of};
pub use tolerance::Tolerance;
