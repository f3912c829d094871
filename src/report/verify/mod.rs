//! The report of a verification: a table for people, JSON, and JUnit XML for the systems that run tests.

mod alarms;
mod json;
mod junit;
#[cfg(feature = "faults")]
mod self_test;
mod text;

pub use alarms::{alarms_csv, alarms_json, alarms_text};
pub use json::{verifications_csv, verifications_json};
pub use junit::verifications_junit;
pub(super) use junit::without_skipped;
#[cfg(feature = "faults")]
pub use self_test::{self_test_csv, self_test_json, self_test_text};
pub use text::verification_text;

use crate::verify::{Start, Verification};

/// How the runs began, in words.
fn start(verification: &Verification) -> String {
    let warm_up = super::text::span(verification.scenario.warm_up);
    match &verification.start {
        Start::Stationary(_) => format!("begun in the stationary state, then {warm_up} that do not count"),
        Start::Empty => "begun empty".to_owned(),
        Start::WarmUp => format!("begun empty, then {warm_up} that do not count"),
    }
}

/// The verdict on the whole, in one word.
fn overall(verification: &Verification) -> &'static str {
    if verification.is_passed() {
        "pass"
    } else if !verification.is_sound() {
        "fail"
    } else if verification.outcomes.is_empty() {
        "not applicable"
    } else {
        "inconclusive"
    }
}
