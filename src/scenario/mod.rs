//! The scenario: what call center is simulated, from when to when, and how often.

mod model;

pub use model::*;
