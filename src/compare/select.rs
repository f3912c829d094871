//! The best of several scenarios.

use super::pairs::{alike, check_metric, chosen_groups, of_group, value};
use super::{CompareError, DEFAULT_METRICS};
use crate::experiment::{Kn, ReplicationError, Selection, replicate, run_experiment, select_highest};
use crate::scenario::Scenario;
use crate::simulation::Control;

/// Whether a low or a high mean is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The lowest, as of a wait.
    Lowest,
    /// The highest, as of a service level.
    Highest,
}

/// By what scenarios are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objective {
    /// The name of a group that all have.
    pub group: String,
    /// One of its metrics.
    pub metric: String,
    /// Whether a low or a high mean of it is best.
    pub goal: Goal,
}

impl Objective {
    /// The objective that a text such as `Support.asa_s` says.
    ///
    /// # Errors
    ///
    /// If it does not begin with the name of a group that all scenarios have and a point.
    pub fn parse(text: &str, goal: Goal, scenarios: &[Scenario]) -> Result<Self, CompareError> {
        let groups = chosen_groups(scenarios, &[])?;
        // Names of groups and of metrics may have points too.
        let splits = text.match_indices('.').map(|(point, _)| (&text[..point], &text[point + 1..]));
        let mut known = splits.filter(|(group, metric)| !metric.is_empty() && groups.iter().any(|name| name == group));
        match known.next() {
            Some((group, metric)) => Ok(Objective { group: group.to_owned(), metric: metric.to_owned(), goal }),
            None => Err(CompareError::Objective {
                text: text.to_owned(),
                example: groups
                    .iter()
                    .map(|group| format!("{group}.{}", DEFAULT_METRICS[2]))
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
        }
    }
}

/// Selects the best of the scenarios with the confidence that the settings state, the same callers in all, with the first's seed.
///
/// The values of the selection are those of the metric, negated if the lowest is best.
///
/// # Errors
///
/// If there are fewer than two scenarios, a setting is out of its range, the metric is not there or has no value in a replication,
/// or a replication does not end well.
///
/// ```
/// use acdsim::compare::{Goal, Objective, select};
/// use acdsim::experiment::Kn;
/// use acdsim::simulation::Control;
///
/// let base = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
/// let mut fewer = base.clone();
/// fewer.agents.truncate(9);
/// let scenarios = [fewer, base];
/// let objective = Objective::parse("Billing.asa_s", Goal::Lowest, &scenarios)?;
/// let settings = Kn { confidence: 0.95, indifference: 10.0, first_stage: 5, most: 200 };
/// let selection = select(&scenarios, &objective, settings, 0, &Control::default())?;
/// assert_eq!(selection.best, Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn select(
    scenarios: &[Scenario],
    objective: &Objective,
    settings: Kn,
    threads: usize,
    control: &Control,
) -> Result<Selection, CompareError> {
    if scenarios.len() < 2 {
        return Err(CompareError::TooFew(scenarios.len()));
    }
    check(settings, scenarios.len())?;
    let scenarios = alike(scenarios);
    let Objective { group, metric, goal } = objective;
    // Enough for the threads of any machine to have something to do, and few enough to waste little.
    let batch = 16;
    select_highest(scenarios.len(), settings, batch, |systems, replications| {
        let (first, last) = replications.into_inner();
        let mut rows: Vec<Vec<_>> = Vec::new();
        run_experiment(
            last + 1 - first,
            threads,
            control,
            |number| {
                let replication = first + number - 1;
                let run = |&system: &usize| {
                    let scenario = &scenarios[system];
                    let result = replicate(scenario, replication, (), control)?;
                    Ok(of_group(scenario, &result, group))
                };
                systems.iter().map(run).collect::<Result<Vec<_>, ReplicationError>>()
            },
            |row| {
                rows.push(row);
                Ok::<(), ReplicationError>(())
            },
        )?;
        let mut values = Vec::new();
        for (replication, row) in (first..).zip(&rows) {
            check_metric(metric, row.iter())?;
            let of = |(values, &system): (&_, &usize)| match (value(values, metric).flatten(), goal) {
                (Some(value), Goal::Highest) => Ok(value),
                (Some(value), Goal::Lowest) => Ok(-value),
                (None, _) => Err(CompareError::NoValue {
                    metric: metric.clone(),
                    group: group.clone(),
                    replication,
                    scenario: scenarios[system].name.clone(),
                }),
            };
            values.push(row.iter().zip(systems).map(of).collect::<Result<Vec<f64>, CompareError>>()?);
        }
        Ok(values)
    })
}

/// Whether the settings are in their ranges.
fn check(settings: Kn, systems: usize) -> Result<(), CompareError> {
    let Kn { confidence, indifference, first_stage, most } = settings;
    let wrong = |what, value, allowed| Err(CompareError::Setting { what, value, allowed });
    if !(confidence > 1.0 / systems as f64 && confidence < 1.0) {
        return wrong(
            "confidence",
            confidence,
            "it is more than that of a guess, one in as many as there are scenarios, and less than 1",
        );
    }
    if !(indifference > 0.0 && indifference.is_finite()) {
        return wrong("indifference", indifference, "it is more than 0, in the unit of the metric");
    }
    if first_stage < 2 {
        return wrong("first stage", first_stage.into(), "it is at least 2 replications");
    }
    if most < first_stage {
        return wrong("most replications", most.into(), "they are at least those of the first stage");
    }
    Ok(())
}
