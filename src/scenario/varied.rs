//! What makes rates and records of calls larger or smaller, once they have been read.

use std::sync::Arc;

use super::arrivals::MOST_CALLS;
use super::model::{Arrivals, Batch, BatchSize, ModulationState, RateStep, RecordedCall, ScaledRecord, VariedRates};
use super::moments::Run;
use super::problems::{Fault, Problems};
use super::units::{HIGHEST_RATE, spelled};
use super::values::{FromValue, Record};
use crate::time::Duration;

/// So often the shortest state of a modulation may pass in a run.
const MOST_STATES: u64 = 10_000_000;

/// The arrivals of rates, with what else the record of `arrivals` says of them; none if that was wrong.
pub(super) fn arrivals(
    problems: &mut Problems,
    run: &Run,
    record: &Record,
    mut steps: Vec<RateStep>,
) -> Option<Arrivals> {
    if ["factor", "modulation", "batch"].iter().any(|key| record.is_broken(key)) {
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
    let modulation = modulation(problems, run, record, &steps)?;
    let batch = batch(problems, record)?;
    if modulation.is_empty() && batch.is_none() {
        return Some(Arrivals::Poisson(steps));
    }
    Some(Arrivals::Varied(Box::new(VariedRates { steps, modulation, batch })))
}

/// The states of the modulation, none without one.
fn modulation(problems: &mut Problems, run: &Run, record: &Record, steps: &[RateStep]) -> Option<Vec<ModulationState>> {
    let Some(list) = record.get::<Vec<_>>("modulation") else { return Some(Vec::new()) };
    let tables = record.records("modulation");
    let mut states = Vec::with_capacity(tables.len());
    let mut fault = |at, message: String, help: &str| {
        problems.push(Fault::new(at, message).help(help));
        None
    };
    for table in &tables {
        let (factor, stay) = (table.get::<f64>("factor")?, table.get::<Duration>("stay")?);
        let changes = run.horizon.as_nanos() / stay.value.as_nanos();
        if changes > MOST_STATES {
            let message = format!("a state that stays for {} would pass {changes} times", spelled(*stay.value));
            return fault(stay.at, message, "a state passes at most 10,000,000 times in a run: choose a longer `stay`");
        }
        if steps.iter().any(|step| step.per_second * factor.value > HIGHEST_RATE) {
            let message =
                format!("`factor` is `{}`, which makes a rate of more than 1,000,000,000 calls a second", factor.value);
            return fault(factor.at, message, "that is the highest rate");
        }
        states.push(ModulationState { factor: *factor.value, stay: *stay.value });
    }
    if states.len() < 2 {
        let help = "a chain changes between two states or more; for one factor alone there is `factor`";
        return fault(list.at, "`modulation` has one state".to_owned(), help);
    }
    if states.iter().all(|state| state.factor == 0.0) {
        let help = "one state at least has a `factor` above 0";
        return fault(list.at, "no call arrives in any state of `modulation`".to_owned(), help);
    }
    Some(states)
}

/// The law of the batches, none within if calls come one at a time.
fn batch(problems: &mut Problems, record: &Record) -> Option<Option<Batch>> {
    let Some(written) = record.any("batch") else { return Some(None) };
    if let Some(size) = i64::from_value(written.value) {
        return Some((*size > 1).then_some(Batch::Always(*size as u32)));
    }
    if let Some(table) = Record::from_value(written.value) {
        let mean = *table.get::<f64>("mean")?.value;
        return Some((mean > 1.0).then_some(Batch::Geometric { mean }));
    }
    let tables = Vec::from_value(written.value)?.iter().filter_map(|item| Record::from_value(&item.value));
    let mut sizes = Vec::new();
    for table in tables {
        let (size, weight) = (*table.get::<i64>("size")?.value as u32, *table.get::<f64>("weight")?.value);
        sizes.push(BatchSize { size, weight });
    }
    if sizes.iter().map(|size| size.weight).sum::<f64>() <= 0.0 {
        let message = "the sizes of `batch` have no weight";
        problems.push(Fault::new(written.at, message).help("one size at least has a `weight` above 0"));
        return None;
    }
    Some(Some(Batch::Sizes(sizes)))
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
