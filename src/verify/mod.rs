//! Verification: whether the statistics that agent sessions, groups and queues report are as theory has them, with a
//! stated rate of false alarms.
//!
//! Three things are done, from what is certain to what is likely:
//!
//! 1. The [audit](Audit) holds every event of the first replications against the rules of the call center, and every
//!    statistic of every session against a recount. The identities between totals are checked in every replication. One
//!    breach fails the verification.
//! 2. The [`plan`] finds the model that describes each group, and so what each [measure](Measure) should be; where no
//!    model does, it says which assumption fails.
//! 3. [`verify`] runs replications until each measure is known as precisely as was asked for, and tests all of them at
//!    once: if everything is as the models say, the probability that any measure fails is at most the error rate.
//!
//! Every call that arrives in the measured time is followed to its end, beyond the horizon if need be, so that no mean is
//! biased by calls that were cut off.

mod alarms;
mod audit;
mod found;
mod longest;
mod measure;
mod models;
mod run;
#[cfg(feature = "faults")]
mod self_test;
mod verdict;

pub use alarms::{Alarms, alarms};
pub use audit::{Audit, Breach};
pub use found::Found;
pub use measure::{Measure, Subject};
pub use models::{Approximation, Check, Expected, Model, Plan, Start, Undecided, plan};
pub use run::{Options, Verification, VerifyError, verify};
#[cfg(feature = "faults")]
pub use self_test::{Baseline, Caught, CaughtBy, SelfTest, Trial, self_test};
pub use verdict::{Outcome, Verdict};
