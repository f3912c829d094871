//! Laws that change during the run: each key of a law may be a list of steps.

use super::arrivals::{follows, profile};
use super::model::{Handling, LawsFrom};
use super::moments::{DAY, Moment, Run};
use super::problems::{Fault, Problems, quoted};
use super::values::{At, FromValue, Record};
use crate::random::Distribution;
use crate::time::Instant;

/// The most steps of a law, days of a daily list counted.
const MOST_STEPS: usize = 100_000;

/// The laws of one key.
pub(super) struct Laws {
    /// At the start of the run.
    first: Distribution,
    /// From when on which, in order of time.
    later: Vec<(Instant, Distribution)>,
}

/// The laws that a key of a table gives, with their places: one, or those of its steps.
pub(super) fn given<'r>(table: &'r Record, key: &str) -> Vec<At<&'r Distribution>> {
    let Some(value) = table.any(key) else { return Vec::new() };
    match Distribution::from_value(value.value) {
        Some(law) => vec![At { value: law, at: value.at }],
        None => table.records(key).into_iter().filter_map(|step| step.get("law")).collect(),
    }
}

/// The laws of a key; none if it is absent, or was wrong, which has then been reported.
pub(super) fn read(problems: &mut Problems, run: Option<Run>, table: &Record, key: &str) -> Option<Laws> {
    let value = table.any(key)?;
    if let Some(law) = Distribution::from_value(value.value) {
        return Some(Laws { first: law.clone(), later: Vec::new() });
    }
    let before = problems.count();
    let (records, laws) = (table.records(key), given(table, key));
    let (mut steps, mut last): (Vec<(Moment, usize)>, _) = (Vec::new(), None);
    for (number, step) in records.iter().enumerate() {
        let Some(from) = step.get::<Moment>("from") else { continue };
        if let Err((message, help)) = follows(last, *from.value) {
            let written = problems.text()[from.at.start..from.at.end].trim_matches(['"', '\'']);
            let message = format!("`from` is {}, which {message}", quoted(written));
            problems.push(Fault::new(from.at, message).help(help));
        }
        last = Some(*from.value);
        steps.push((*from.value, number));
    }
    if problems.count() > before || steps.len() < records.len() || laws.len() < records.len() {
        return None;
    }
    let run = run?;
    let (mut windows, daily) = profile(&run, &steps);
    // There is always a law: before the first step of a day that of the last one, else that of the first.
    let first = windows.first()?.0;
    if daily {
        windows.last_mut()?.1 = first + DAY;
    } else {
        windows.first_mut()?.0 = first.min(0);
    }
    let days = if daily { run.days() } else { 1 };
    if windows.len().saturating_mul(days) > MOST_STEPS {
        let message = format!("{} laws a day on {days} days are too many", windows.len());
        problems.push(Fault::new(value.at, message).help("a law changes at most 100,000 times in the run"));
        return None;
    }
    let mut in_run = run.windows(&windows, daily).map(|(from, _, law)| (from, laws[law].value.clone()));
    let (_, first) = in_run.next()?;
    let mut later: Vec<_> = in_run.collect();
    // Only changes are steps.
    let mut before = &first;
    let changes: Vec<bool> = later.iter().map(|(_, law)| std::mem::replace(&mut before, law) != law).collect();
    let mut changes = changes.into_iter();
    later.retain(|_| changes.next().unwrap_or(true));
    Some(Laws { first, later })
}

impl Laws {
    /// The law in force at a moment.
    fn at(&self, moment: Instant) -> &Distribution {
        match self.later.partition_point(|&(from, _)| from <= moment) {
            0 => &self.first,
            passed => &self.later[passed - 1].1,
        }
    }
}

/// What a group's calls bring along at the start of the run, and whenever a law changes: `make` makes it of the laws in
/// force.
pub(super) fn combined<const N: usize>(
    laws: [Option<&Laws>; N],
    make: impl Fn([Option<&Distribution>; N]) -> (Handling, Option<Distribution>),
) -> (Handling, Option<Distribution>, Vec<LawsFrom>) {
    let at = |moment| make(laws.map(|laws| laws.map(|laws| laws.at(moment))));
    let mut moments: Vec<Instant> = laws.iter().flatten().flat_map(|laws| &laws.later).map(|&(from, _)| from).collect();
    moments.sort_unstable();
    moments.dedup();
    let later = moments.into_iter().map(|from| {
        let (handling, patience) = at(from);
        LawsFrom { from, handling, patience }
    });
    let (handling, patience) = at(Instant::START);
    (handling, patience, later.collect())
}
