//! What can be wrong with shards.

use super::part::Fault;
use super::{MANIFEST_FILE, Shard};
use crate::files::OutputError;

/// Why a shard cannot be run, or shards not be joined.
#[derive(Debug, thiserror::Error)]
pub enum ShardError {
    /// A directory that holds no shard.
    #[error("{directory} is no directory of a shard: {reason}")]
    NoShard {
        /// The directory.
        directory: String,
        /// What is there instead, and what is allowed.
        reason: String,
    },
    /// A directory that holds something else than the shard that is to be run there.
    #[error("{directory} holds {there}, and this is {here}: choose another directory, or remove its {MANIFEST_FILE}")]
    Occupied {
        /// The directory.
        directory: String,
        /// What it holds.
        there: String,
        /// What it is to hold.
        here: String,
    },
    /// A shard of another experiment, or one that another version of the program has written.
    #[error("{directory} is foreign: it is {there}, and {other} is {here}")]
    Foreign {
        /// Its directory.
        directory: String,
        /// What it is.
        there: String,
        /// The directory that it does not go with, or what it was to be of.
        other: String,
        /// What that is.
        here: String,
    },
    /// The same shard twice.
    #[error("{first} and {second} are both shard {shard}: name one of them")]
    Duplicate {
        /// The shard.
        shard: Shard,
        /// One directory.
        first: String,
        /// The other.
        second: String,
    },
    /// Shards that are not there.
    #[error("of {total} shards {} missing: {}", if missing.len() == 1 { "one is" } else { "some are" }, list(missing, *total))]
    Missing {
        /// Their numbers, in order.
        missing: Vec<u32>,
        /// Of how many.
        total: u32,
    },
    /// A shard of which something is still to be done.
    #[error(
        "{directory}: shard {shard} is not finished, {done} of its {all} {noun} are done: run it again with --out {directory}, \
         which does what is left"
    )]
    Unfinished {
        /// Its directory.
        directory: String,
        /// The shard.
        shard: Shard,
        /// How many items are done.
        done: u32,
        /// Of how many.
        all: u32,
        /// What the items are.
        noun: String,
    },
    /// A file of a shard that is not as it was written.
    #[error("{path} of shard {shard}: {fault}; run the shard again with --out {directory}, which does it anew")]
    Part {
        /// The file.
        path: String,
        /// The shard.
        shard: Shard,
        /// Its directory.
        directory: String,
        /// What is wrong with it.
        fault: Fault,
    },
    /// A file or directory that cannot be read.
    #[error("{path}: cannot be read: {reason}")]
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        reason: std::io::Error,
    },
    /// A file that cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// The first numbers of what is missing, and how many more there are.
fn list(missing: &[u32], total: u32) -> String {
    const SHOWN: usize = 20;
    let shown: Vec<String> = missing.iter().take(SHOWN).map(|number| format!("{number}/{total}")).collect();
    match missing.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
