//! Shifts: rules for them, and those that cover the agents of a plan at the least cost.
//!
//! It is the set covering of G. B. Dantzig ("A comment on Edie's 'Traffic delays at toll booths'", 1954) with breaks placed implicitly,
//! in the form of T. Aykin ("Optimal shift scheduling with multiple break windows", 1996): how many agents begin a shift at each
//! start, and how many of them have each of their breaks at each place of its window. Intervals that no shift
//! connects, such as those of different days where nobody works over midnight, are programmes of their own.
//!
//! The solver is microlp, in Rust; with the feature `highs` it is HiGHS. Both prove that no shifts cost less.

mod cover;
mod programme;
mod roster;
mod rules;

pub use cover::{cover, cover_with};
pub use programme::Solver;
pub use roster::{PlannedShift, Roster};
pub use rules::{BreakRule, OpenHours, Rules, RulesError, ShiftRule};

/// Why no shifts cover the agents of a plan.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ShiftError {
    /// No shift that the rules allow is at work when an agent is needed.
    #[error(
        "no shift that the rules allow has an agent of the team {team} at work at {at}, when {needed} {} needed: allow earlier or \
         later shifts, or shorten the opening hours",
        if *needed == 1 { "is" } else { "are" }
    )]
    NobodyAtWork {
        /// The team.
        team: String,
        /// When.
        at: String,
        /// How many agents are needed then.
        needed: u32,
    },
    /// The rules contradict each other.
    #[error(
        "no shifts from {from} to {to} satisfy the rules: {most} agents at once are too few for whole shifts, or there may be too few of them"
    )]
    Infeasible {
        /// The beginning of the part of the run that has no solution.
        from: String,
        /// Its end.
        to: String,
        /// The most agents at once.
        most: String,
    },
    /// Times that have too little in common.
    #[error(
        "the times of the rules, the run and its intervals have no more than {slot} in common: make them multiples of some minutes"
    )]
    TooFine {
        /// What they have in common.
        slot: String,
    },
    /// More ways to work than a programme may have.
    #[error(
        "the rules allow {options} shifts with their breaks from {from} to {to}, more than {allowed}: allow fewer starts or places of breaks"
    )]
    TooMany {
        /// How many.
        options: usize,
        /// How many there may be.
        allowed: usize,
        /// The beginning of the part of the run.
        from: String,
        /// Its end.
        to: String,
    },
    /// The solver failed.
    #[error("the solver {solver} failed: {reason}")]
    Solver {
        /// Its name.
        solver: &'static str,
        /// What it says.
        reason: String,
    },
}
