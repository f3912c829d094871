//! How a table of any center reads: which of its columns is what, and how they spell times, durations and outcomes.
//!
//! A [`Mapping`] comes from a small TOML file (`docs/import.md` has its keys), from one that is built in, and from the
//! command line, which goes over the file. Everything in it is checked before a row is read, and a message names the
//! place, the key, the value and what is allowed.

mod calls;
mod file;
mod moment;

#[cfg(test)]
mod tests;

pub(super) use calls::{MappedCalls, index};
pub(super) use file::Columns;
pub use file::Mapping;
pub(super) use moment::{Clocks, wrong};

/// The mappings that are built in, by name, as their files have them.
pub const BUILT_IN: [(&str, &str); 2] = [
    ("anonymous-bank", include_str!("../../../scenarios/import/anonymous-bank.toml")),
    ("bank-2003", include_str!("../../../scenarios/import/bank-2003.toml")),
];
