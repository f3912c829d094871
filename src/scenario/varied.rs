//! What makes rates and records of calls larger or smaller, once they have been read.

use std::sync::Arc;

use super::arrivals::MOST_CALLS;
use super::model::{Arrivals, RateStep, RecordedCall, ScaledRecord};
use super::problems::{Fault, Problems};
use super::units::HIGHEST_RATE;
use super::values::Record;

/// The arrivals of rates, with what else the record of `arrivals` says of them; none if that was wrong.
pub(super) fn arrivals(problems: &mut Problems, record: &Record, mut steps: Vec<RateStep>) -> Option<Arrivals> {
    if record.is_broken("factor") {
        return None;
    }
    if let Some(factor) = record.get::<f64>("factor") {
        steps.iter_mut().for_each(|step| step.per_second *= factor.value);
        if steps.iter().any(|step| step.per_second > HIGHEST_RATE) {
            let message =
                format!("`factor` is `{}`, which makes a rate of more than 1,000,000,000 calls a second", factor.value);
            problems.push(Fault::new(factor.at, message).help("that is the highest rate"));
            return None;
        }
        // Rates that are the same now are one step.
        steps.dedup_by(|this, before| this.per_second == before.per_second);
    }
    Some(Arrivals::Poisson(steps))
}

/// The arrivals of a record of calls, with what else the record of `arrivals` says of them; none if that was wrong.
pub(super) fn record(problems: &mut Problems, record: &Record, calls: Arc<[RecordedCall]>) -> Option<Arrivals> {
    if record.is_broken("factor") {
        return None;
    }
    let Some(factor) = record.get::<f64>("factor").filter(|factor| *factor.value != 1.0) else {
        return Some(Arrivals::Recorded(calls));
    };
    if calls.len() as f64 * factor.value > MOST_CALLS as f64 {
        let message =
            format!("`factor` is `{}`, which makes more than 100,000,000 calls of {}", factor.value, calls.len());
        problems.push(Fault::new(factor.at, message).help("a scenario has at most 100,000,000 recorded calls"));
        return None;
    }
    Some(Arrivals::Scaled(ScaledRecord { calls, factor: *factor.value }))
}
