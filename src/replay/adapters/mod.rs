//! Adapters: the systems that a trace can be played against, one file each.

mod model;
mod process;

pub use model::Model;
pub use process::{Limits, Process};
