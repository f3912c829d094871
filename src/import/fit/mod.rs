//! The laws that are fitted to recorded calls: deterministic, on whole seconds, with `libm`'s functions only.
//!
//! All fits are by greatest likelihood and work on how often each number of seconds occurs, in rising order, so that they
//! do not depend on the order of the calls, and need as much memory for a thousand calls as for a thousand million.
//! Which laws are tried: [`LawName::OF_TALK`], [`LawName::OF_PATIENCE`].

mod empirical;
mod hyperexponential;
mod law;
mod patience;
mod solve;
mod talk;

#[cfg(test)]
mod tests;

pub(super) use hyperexponential::Ends;
pub use law::{Fit, Fits, Law, LawName, PatienceBranch};
pub(super) use patience::patience_fits;
pub(super) use talk::{talk_fits, wrap_up_law};
