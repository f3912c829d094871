//! Shards: a run, a sweep or a verification split over machines, and joined to what one machine gives.
//!
//! An [`Experiment`] is so many items of work, numbered from 1: the replications of a run, the points of a sweep, the scenarios of
//! a verification. What an item gives depends on the experiment and its number alone, so any machine may do it. A [`Shard`] says
//! which items are whose. A [`Store`] is the directory of a shard: it keeps each finished item in a file of its own, a [`Part`],
//! which is there whole or not at all, so that an item that is done is not done again. A [`ShardSet`] is all shards of an
//! experiment, checked; from it the items are taken in their order, and what is made of them is what one machine makes of its own.
//!
//! Nothing here knows what an item is, but for [`record`], the form of a replication. It uses [`files`](crate::files) and the
//! results of [`experiment`](crate::experiment); the command line uses it.

mod error;
mod manifest;
mod part;
pub mod record;
mod set;
mod split;
mod store;

pub use error::ShardError;
pub use manifest::Experiment;
pub use part::{Fault, Part, Section};
pub use set::ShardSet;
pub use split::Shard;
pub use store::{MANIFEST_FILE, PARTS, Store};
