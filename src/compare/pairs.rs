//! Paired differences between scenarios.

use super::{CompareError, DEFAULT_METRICS};
use crate::experiment::{ReplicationError, ReplicationResult, replicate, run_experiment};
use crate::report::metrics;
use crate::scenario::{Group, Scenario};
use crate::simulation::Control;
use crate::statistics::Paired;

/// A metric of a group in the first scenario and in another.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The metric's name.
    pub metric: String,
    /// The values of the replications in which both have one.
    pub pairs: Paired,
}

/// A group in the first scenario and in another.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupPair {
    /// The group's name.
    pub group: String,
    /// The index of the other scenario.
    pub other: usize,
    /// Whether its callers arrive, wait and talk by the same laws in both, so that they are the same callers.
    pub same_callers: bool,
    /// Its metrics.
    pub rows: Vec<Row>,
}

/// Scenarios beside the first of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The seed of all.
    pub seed: u64,
    /// How many replications were run of each.
    pub replications: u32,
    /// The groups that all have, with each of the other scenarios.
    pub groups: Vec<GroupPair>,
}

/// Compares the other scenarios with the first, replication by replication, with the first's seed and number of replications.
///
/// `groups` and `metrics` are what is compared; if empty, the groups that all scenarios have, and [`DEFAULT_METRICS`]. A pair is
/// left out in which one of the two has no value.
///
/// # Errors
///
/// If there are fewer than two scenarios, or not all of them have a chosen group or metric, or a replication does not end well, or it is told to stop.
///
/// ```
/// use acdsim::compare::pair;
/// use acdsim::simulation::Control;
///
/// let mut before = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
/// before.replications = 5;
/// let mut after = before.clone();
/// after.agents.pop();
/// let comparison = pair(&[before, after], &[], &["asa_s".to_owned()], 0, &Control::default())?;
/// let support = &comparison.groups[0];
/// assert!(support.same_callers);
/// assert!(support.rows[0].pairs.difference().mean > 0.0); // one agent less, longer waits
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pair(
    scenarios: &[Scenario],
    groups: &[String],
    metrics: &[String],
    threads: usize,
    control: &Control,
) -> Result<Comparison, CompareError> {
    let [first, others @ ..] = scenarios else { return Err(CompareError::TooFew(0)) };
    if others.is_empty() {
        return Err(CompareError::TooFew(1));
    }
    let groups = chosen_groups(scenarios, groups)?;
    let service_level = format!("sl_{}_of_offered", first.service_level_threshold.as_secs_f64());
    let metrics: Vec<String> = if metrics.is_empty() {
        DEFAULT_METRICS.iter().map(|&name| name.to_owned()).chain([service_level]).collect()
    } else {
        metrics.to_vec()
    };
    let seeded = alike(scenarios);
    let mut pairs = vec![Paired::default(); groups.len() * others.len() * metrics.len()];
    let mut known = None;
    run_experiment(
        first.replications,
        threads,
        control,
        |replication| {
            let run = |scenario| {
                let result = replicate(scenario, replication, (), control)?;
                let of = |group: &String| of_group(scenario, &result, group);
                Ok(groups.iter().map(of).collect::<Vec<_>>())
            };
            seeded.iter().map(run).collect::<Result<Vec<_>, ReplicationError>>()
        },
        |values| {
            let mut pairs = pairs.iter_mut();
            for group in 0..groups.len() {
                for other in &values[1..] {
                    for (metric, pair) in metrics.iter().zip(&mut pairs) {
                        if let (Some(Some(first)), Some(Some(second))) =
                            (value(&values[0][group], metric), value(&other[group], metric))
                        {
                            pair.add(first, second);
                        }
                    }
                }
            }
            known.get_or_insert(values);
            Ok::<(), ReplicationError>(())
        },
    )?;
    let known = known.unwrap_or_default();
    for metric in &metrics {
        check_metric(metric, known.iter().flatten())?;
    }
    let mut pairs = pairs.into_iter();
    let mut compared = Vec::new();
    for group in &groups {
        for (other, scenario) in (1..).zip(others) {
            let rows = metrics.iter().zip(&mut pairs).map(|(metric, pairs)| Row { metric: metric.clone(), pairs });
            let rows = rows.collect();
            let same_callers = same_callers(find(first, group), find(scenario, group));
            compared.push(GroupPair { group: group.clone(), other, same_callers, rows });
        }
    }
    Ok(Comparison { seed: first.seed, replications: first.replications, groups: compared })
}

/// The values of a group's metrics in a replication.
pub(super) type Values = Vec<(String, Option<f64>)>;

/// The scenarios with the seed of the first.
pub(super) fn alike(scenarios: &[Scenario]) -> Vec<Scenario> {
    let mut alike = scenarios.to_vec();
    alike.iter_mut().for_each(|scenario| scenario.seed = scenarios[0].seed);
    alike
}

/// The chosen groups, or those that all scenarios have.
pub(super) fn chosen_groups(scenarios: &[Scenario], chosen: &[String]) -> Result<Vec<String>, CompareError> {
    let in_all = |name: &str| scenarios.iter().all(|scenario| scenario.groups.iter().any(|group| group.name == name));
    let common = scenarios.first().into_iter().flat_map(|first| &first.groups);
    let common: Vec<String> = common.map(|group| group.name.clone()).filter(|name| in_all(name)).collect();
    let unknown = match chosen.iter().find(|name| !common.contains(name)) {
        // Nothing would be compared.
        None if common.is_empty() => scenarios.first().map(|first| first.groups[0].name.clone()),
        unknown => unknown.cloned(),
    };
    match unknown {
        Some(name) => {
            let allowed = if common.is_empty() { "none".to_owned() } else { common.join(", ") };
            Err(CompareError::Group { name, allowed })
        }
        None if chosen.is_empty() => Ok(common),
        None => Ok(chosen.to_vec()),
    }
}

/// The metrics of a group of this name, which the scenario has.
pub(super) fn of_group(scenario: &Scenario, result: &ReplicationResult, name: &str) -> Values {
    let group = scenario.groups.iter().position(|group| group.name == name);
    let metrics = group.map(|group| metrics::group(scenario, &result.groups[group], result.measured));
    metrics.into_iter().flatten().map(|(name, value)| (name.into_owned(), value.as_f64())).collect()
}

/// The value of a metric; the outer none says that there is no such metric.
pub(super) fn value(values: &Values, metric: &str) -> Option<Option<f64>> {
    values.iter().find(|(name, _)| name == metric).map(|&(_, value)| value)
}

/// Whether all have a metric.
pub(super) fn check_metric<'a>(
    metric: &str,
    mut all: impl Iterator<Item = &'a Values> + Clone,
) -> Result<(), CompareError> {
    if all.clone().all(|values| value(values, metric).is_some()) {
        return Ok(());
    }
    let names = all.next().into_iter().flatten().map(|(name, _)| name.as_str());
    Err(CompareError::Metric { name: metric.to_owned(), allowed: names.collect::<Vec<_>>().join(", ") })
}

fn find<'a>(scenario: &'a Scenario, name: &str) -> Option<&'a Group> {
    scenario.groups.iter().find(|group| group.name == name)
}

/// Whether the callers of a group are drawn by the same laws.
fn same_callers(one: Option<&Group>, other: Option<&Group>) -> bool {
    let laws = |group: &Group| {
        let Group { arrivals, handling, patience, later_laws, callers, .. } = group.clone();
        (arrivals, handling, patience, later_laws, callers)
    };
    one.map(laws) == other.map(laws)
}
