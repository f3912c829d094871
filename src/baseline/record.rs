//! A baseline, and how it is taken of a scenario.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{BaselineError, FORM, Tolerance};
use crate::experiment::{ReplicationError, replicate, run_experiment};
use crate::report::summary::{Means, Summary};
use crate::scenario::Scenario;
use crate::simulation::Control;
use crate::statistics::Estimate;

/// Which figures of a run a baseline has; with nothing chosen, all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Names of groups: those groups, their queues and sessions, and the agents who serve no other.
    pub groups: Vec<String>,
    /// Names of metrics, as in `docs/output.md`.
    pub metrics: Vec<String>,
}

impl Scope {
    /// Whether a group is chosen.
    pub fn has_group(&self, name: &str) -> bool {
        self.groups.is_empty() || self.groups.iter().any(|group| group == name)
    }

    /// Whether the scenario has every group that is chosen.
    ///
    /// # Errors
    ///
    /// The first that it does not have.
    pub fn check(&self, scenario: &Scenario) -> Result<(), BaselineError> {
        let named: Vec<&str> = scenario.groups.iter().map(|group| group.name.as_str()).collect();
        match self.groups.iter().find(|name| !named.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(BaselineError::Group {
                name: name.clone(),
                scenario: scenario.name.clone(),
                allowed: named.join(", "),
            }),
        }
    }

    /// Whether a metric is chosen.
    pub fn has_metric(&self, name: &str) -> bool {
        self.metrics.is_empty() || self.metrics.iter().any(|metric| metric == name)
    }
}

/// A mean over the replications with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The mean, in the metric's unit; none if no replication has a value.
    pub mean: Option<f64>,
    /// Half the width of its 95 % interval, in the same unit; none for fewer than two values.
    pub ci95: Option<f64>,
}

impl From<Estimate> for Figure {
    fn from(estimate: Estimate) -> Self {
        let finite = |value: f64| value.is_finite().then_some(value);
        Figure { mean: finite(estimate.mean), ci95: estimate.half_width.and_then(finite) }
    }
}

/// What a scenario gave, to be compared with what it gives later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The version of its form.
    pub form: u32,
    /// The version of acdsim that wrote it.
    pub acdsim: String,
    /// The scenario's name.
    pub scenario: String,
    /// The scenario file as it was named when it was accepted; none if it did not come from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// A digest of the part of the scenario that it is of, 16 hexadecimal digits.
    pub scenario_hash: String,
    /// The seed.
    pub seed: u64,
    /// How many replications were run.
    pub replications: u32,
    /// Which figures it has.
    pub scope: Scope,
    /// How far metrics may be off, by name, `*` for all others; exact if there is none.
    pub tolerances: BTreeMap<String, Tolerance>,
    /// How what TAPI leaves open was answered.
    pub conventions: BTreeMap<String, String>,
    /// The figures, by what they are of (`group Sales`, `session Ann/Sales#2`) and by metric.
    pub results: BTreeMap<String, BTreeMap<String, Figure>>,
}

impl Baseline {
    /// The baseline of a scenario: runs its replications, on as many threads as there are processors.
    ///
    /// # Errors
    ///
    /// If a group or metric is chosen that the scenario does not have, or a replication does not end well.
    ///
    /// ```
    /// use acdsim::baseline::{Baseline, Scope};
    ///
    /// let mut scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
    /// scenario.replications = 2;
    /// let scope = Scope { groups: vec!["Billing".into()], metrics: vec!["answered".into()] };
    /// let baseline = Baseline::of(&scenario, &scope)?;
    /// assert_eq!(baseline.results.keys().collect::<Vec<_>>(), ["group Billing"]);
    ///
    /// let wrong = Scope { groups: vec!["Biling".into()], ..Scope::default() };
    /// let error = Baseline::of(&scenario, &wrong).unwrap_err();
    /// assert!(error.to_string().contains("its groups are Support, Billing"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(scenario: &Scenario, scope: &Scope) -> Result<Self, BaselineError> {
        scope.check(scenario)?;
        let baseline = Baseline::measure(scenario, scope, 0, &Control::default())?;
        baseline.check_metrics()?;
        Ok(baseline)
    }

    /// The baseline of a scenario, taken on so many threads (0: one a processor) and with a control that may stop it. What is
    /// chosen and not there is left out, so that a comparison can say that it is gone.
    ///
    /// # Errors
    ///
    /// If a replication does not end well, or it is told to stop.
    pub fn measure(
        scenario: &Scenario,
        scope: &Scope,
        threads: usize,
        control: &Control,
    ) -> Result<Self, BaselineError> {
        let mut summary = Summary::new(scenario);
        run_experiment(
            scenario.replications,
            threads,
            control,
            |replication| replicate(scenario, replication, (), control),
            |result| {
                summary.add(scenario, &result, None);
                Ok::<(), ReplicationError>(())
            },
        )?;
        Ok(Baseline {
            form: FORM,
            acdsim: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: scenario.name.clone(),
            file: None,
            scenario_hash: scenario.digest_of(|name| scope.has_group(name)),
            seed: scenario.seed,
            replications: scenario.replications,
            scope: scope.clone(),
            tolerances: BTreeMap::new(),
            conventions: scenario.conventions.iter().map(|(name, answer)| (name.to_owned(), answer)).collect(),
            results: results(scenario, &summary, scope),
        })
    }

    /// Whether it has every metric that is chosen.
    ///
    /// # Errors
    ///
    /// The first that it does not have.
    pub fn check_metrics(&self) -> Result<(), BaselineError> {
        self.scope.metrics.iter().try_for_each(|metric| self.knows(metric))
    }

    /// The same with a tolerance for a metric, or for all others if the metric is `*`.
    ///
    /// # Errors
    ///
    /// If no figure is of that metric.
    pub fn with_tolerance(mut self, metric: &str, tolerance: Tolerance) -> Result<Self, BaselineError> {
        if metric != "*" {
            self.knows(metric)?;
        }
        self.tolerances.insert(metric.to_owned(), tolerance);
        Ok(self)
    }

    /// How many figures it has.
    pub fn figures(&self) -> usize {
        self.results.values().map(BTreeMap::len).sum()
    }

    /// The tolerance of a metric; none if it has to be the same to the last bit.
    pub fn tolerance(&self, metric: &str) -> Option<Tolerance> {
        self.tolerances.get(metric).or_else(|| self.tolerances.get("*")).copied()
    }

    fn knows(&self, metric: &str) -> Result<(), BaselineError> {
        if self.results.values().any(|figures| figures.contains_key(metric)) {
            return Ok(());
        }
        let mut known: Vec<&str> = self.results.values().flat_map(BTreeMap::keys).map(String::as_str).collect();
        known.sort_unstable();
        known.dedup();
        let allowed = if known.is_empty() { "asa_s, answered, NumberOfCalls".to_owned() } else { known.join(", ") };
        Err(BaselineError::Metric { name: metric.to_owned(), scenario: self.scenario.clone(), allowed })
    }
}

/// The figures of a summary that are chosen.
fn results(scenario: &Scenario, summary: &Summary, scope: &Scope) -> BTreeMap<String, BTreeMap<String, Figure>> {
    let mut results = BTreeMap::new();
    let mut take = |subject: String, means: &Means| {
        let chosen = means.iter().filter(|(name, _)| scope.has_metric(name));
        let figures: BTreeMap<String, Figure> =
            chosen.map(|(name, estimate)| (name.to_owned(), estimate.into())).collect();
        if !figures.is_empty() {
            results.insert(subject, figures);
        }
    };
    let chosen = |group: usize| scope.has_group(&scenario.groups[group].name);
    for (index, group) in scenario.groups.iter().enumerate().filter(|&(index, _)| chosen(index)) {
        take(format!("group {}", group.name), &summary.groups[index]);
        take(format!("queue {}", group.queue), &summary.queues[index]);
    }
    for ((group, _, class), means) in crate::report::summary::class_rows(scenario).zip(&summary.classes) {
        if chosen(group) {
            let name = &scenario.groups[group].name;
            take(format!("class {name}/{}", class.unwrap_or("other calls")), means);
        }
    }
    for (agent, means) in scenario.agents.iter().zip(&summary.agents) {
        // Who serves other groups too shows what happens there.
        if agent.groups.iter().all(|&group| chosen(group)) {
            take(format!("agent {}", agent.name), means);
        }
    }
    for (key, means) in &summary.sessions {
        if chosen(key.group) {
            let (agent, group) = (&scenario.agents[key.agent].name, &scenario.groups[key.group].name);
            let ordinal = if key.ordinal == 1 { String::new() } else { format!("#{}", key.ordinal) };
            take(format!("session {agent}/{group}{ordinal}"), means);
        }
    }
    results
}
