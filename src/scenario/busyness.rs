//! Reads `[[busyness]]`: random factors on the rates of groups.

use super::model::{Arrivals, Busyness, Group, VariedRates};
use super::moments::Run;
use super::problems::{Fault, Problems, quoted};
use super::units::spelled;
use super::validate::no_such_group;
use super::values::{At, FromValue, Record, Value};
use crate::time::Duration;

/// The most periods of a run.
const MOST_PERIODS: u64 = 10_000_000;

/// The busynesses of the file; each of the groups they are of has varied arrivals from then on.
///
/// `names` are those of all groups of the file, `groups` those that are sound.
pub(super) fn read(
    problems: &mut Problems,
    run: Option<Run>,
    record: &Record,
    names: &[String],
    groups: &mut [Group],
) -> Vec<Busyness> {
    let mut read = Vec::new();
    for table in record.records("busyness") {
        let before = problems.count();
        check_period(problems, run, table);
        let named = named(problems, table, names);
        let number = |key: &str| table.get::<f64>(key).map(|number| *number.value);
        // Whether a group has a rate is known once all of them are sound.
        let is_broken = table.form.keys.iter().any(|key| table.is_broken(key.name));
        if is_broken || problems.count() > before || groups.len() < names.len() {
            continue;
        }
        let of = match named {
            Some(named) => of_named(problems, named, groups),
            None => (0..groups.len()).filter(|&group| has_rate(&groups[group])).collect(),
        };
        if of.is_empty() && problems.count() == before {
            let help = "busyness multiplies rates, and there are none: give a group `arrivals` of a rate";
            problems.push(Fault::new(table.at, "the busyness is of no group").label("of nothing").help(help));
        }
        let Some(shape) = number("shape") else { continue };
        for &group in &of {
            vary(&mut groups[group]);
        }
        read.push(Busyness {
            shape,
            period: table.get::<Duration>("period").map(|period| *period.value),
            groups: of,
            correlation: number("correlation").unwrap_or(1.0),
            autocorrelation: number("autocorrelation").unwrap_or(0.0),
        });
    }
    read
}

fn check_period(problems: &mut Problems, run: Option<Run>, table: &Record) {
    let Some((period, run)) = table.get::<Duration>("period").zip(run) else { return };
    let periods = run.horizon.as_nanos().div_ceil(period.value.as_nanos());
    if periods > MOST_PERIODS {
        let message = format!("the run would have {periods} periods of {}", spelled(*period.value));
        let help = "a run has at most 10,000,000 periods of busyness: choose a longer `period`";
        problems.push(Fault::new(period.at, message).label("too many").help(help));
    }
}

/// The groups that the table names, by their indexes; none if it names none and so means all.
fn named(problems: &mut Problems, table: &Record, names: &[String]) -> Option<Vec<At<usize>>> {
    let listed = table.get::<Vec<At<Value>>>("groups")?;
    let mut named: Vec<At<usize>> = Vec::new();
    for item in listed.value {
        let Some(name) = String::from_value(&item.value) else { continue };
        match names.iter().position(|known| known == name) {
            None => problems.push(no_such_group(name, names, item.at)),
            Some(group) if named.iter().any(|before| before.value == group) => {
                let message = format!("the group {} is there twice", quoted(name));
                problems.push(Fault::new(item.at, message).label("again").help("a busyness is of a group once"));
            }
            Some(group) => named.push(At { value: group, at: item.at }),
        }
    }
    Some(named)
}

fn of_named(problems: &mut Problems, named: Vec<At<usize>>, groups: &[Group]) -> Vec<usize> {
    for At { value: group, at } in &named {
        if !has_rate(&groups[*group]) {
            let message = format!("the calls of {} do not arrive at a rate", quoted(&groups[*group].name));
            let help = "busyness multiplies rates; recorded calls are as they were, but for their `factor`";
            problems.push(Fault::new(*at, message).label("no rate").help(help));
        }
    }
    named.into_iter().map(|group| group.value).collect()
}

fn has_rate(group: &Group) -> bool {
    match &group.arrivals {
        Arrivals::Poisson(_) => group.arrivals != Arrivals::none(),
        Arrivals::Varied(_) => true,
        Arrivals::Recorded(_) | Arrivals::Scaled(_) => false,
    }
}

/// Makes the rates of a group such as chance changes.
fn vary(group: &mut Group) {
    if let Arrivals::Poisson(steps) = &mut group.arrivals {
        group.arrivals = Arrivals::Varied(Box::new(VariedRates {
            steps: std::mem::take(steps),
            modulation: Vec::new(),
            batch: None,
        }));
    }
}
