//! Means over replications.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::metrics::{self, Metric};
use crate::experiment::ReplicationResult;
use crate::scenario::Scenario;
use crate::simulation::Fingerprint;
use crate::statistics::{Estimate, Intervals, Moments};
use crate::time::{Duration, Instant};

/// The metrics of one group, queue, session or interval, with their means over the replications so far.
#[derive(Clone, Debug, Default)]
pub struct Means {
    metrics: Vec<(Cow<'static, str>, Moments)>,
}

impl Means {
    /// Takes the metrics of one more replication into account.
    pub(crate) fn add(&mut self, metrics: Vec<Metric>) {
        if self.metrics.is_empty() {
            self.metrics = metrics.iter().map(|(name, _)| (name.clone(), Moments::default())).collect();
        }
        for ((_, moments), (_, value)) in self.metrics.iter_mut().zip(metrics) {
            if let Some(value) = value.as_f64() {
                moments.add(value);
            }
        }
    }

    /// Each metric's name and mean.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Estimate)> {
        self.metrics.iter().map(|(name, moments)| (name.as_ref(), moments.estimate()))
    }

    /// The mean of a metric; not a number if there is none.
    pub fn get(&self, name: &str) -> Estimate {
        let found = self.metrics.iter().find(|(other, _)| other == name);
        found.map_or_else(Moments::default, |&(_, moments)| moments).estimate()
    }
}

/// Which session of which agent for which group: indexes of the scenario, and the session's ordinal from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionKey {
    /// Index of the agent.
    pub agent: usize,
    /// Index of the group.
    pub group: usize,
    /// Which of the sessions of this agent for this group, from 1.
    pub ordinal: u32,
}

/// What an experiment gave: the means over its replications, in memory that does not grow with them.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Replications so far.
    pub replications: u32,
    /// Calls that arrived in all of them, those of the warm-up among them.
    pub calls: u64,
    /// The digest of the event streams, in the order of the replications.
    pub fingerprint: Fingerprint,
    /// By group, in the order of the scenario.
    pub groups: Vec<Means>,
    /// By class of the groups that have classes, as [`class_rows`] has them.
    pub classes: Vec<Means>,
    /// By queue, in the order of the groups.
    pub queues: Vec<Means>,
    /// By agent, in the order of the scenario.
    pub agents: Vec<Means>,
    /// By session.
    pub sessions: BTreeMap<SessionKey, Means>,
    /// By interval and group: all groups of the first interval first.
    pub intervals: Vec<(Instant, Means)>,
}

impl Summary {
    /// A summary of no replication yet.
    pub fn new(scenario: &Scenario) -> Self {
        let none = vec![Means::default(); scenario.groups.len()];
        Summary {
            replications: 0,
            calls: 0,
            fingerprint: Fingerprint::default(),
            groups: none.clone(),
            classes: class_rows(scenario).map(|_| Means::default()).collect(),
            queues: none,
            agents: vec![Means::default(); scenario.agents.len()],
            sessions: BTreeMap::new(),
            intervals: Vec::new(),
        }
    }

    /// Takes one more replication into account. The order in which they come matters to the last bits: it is theirs.
    pub fn add(&mut self, scenario: &Scenario, result: &ReplicationResult, intervals: Option<&Intervals>) {
        self.replications += 1;
        self.calls += result.calls;
        self.fingerprint.combine(result.fingerprint);
        for (means, group) in self.groups.iter_mut().zip(&result.groups) {
            means.add(metrics::group(scenario, group, result.measured));
        }
        for (means, (group, class, _)) in self.classes.iter_mut().zip(class_rows(scenario)) {
            means.add(metrics::class(scenario, &result.groups[group].classes[class], result.measured));
        }
        for (means, queue) in self.queues.iter_mut().zip(&result.queues) {
            means.add(metrics::queue(scenario, queue, result.measured));
        }
        for (means, agent) in self.agents.iter_mut().zip(&result.agents) {
            means.add(metrics::agent(scenario, agent));
        }
        let is_plain = scenario.is_plain();
        for session in &result.sessions {
            let key = SessionKey { agent: session.agent, group: session.group, ordinal: session.ordinal };
            self.sessions.entry(key).or_default().add(metrics::session(scenario, is_plain, session));
        }
        let rows = intervals.into_iter().flat_map(|intervals| interval_metrics(scenario, intervals));
        for (index, (start, _, metrics)) in rows.enumerate() {
            if index == self.intervals.len() {
                self.intervals.push((start, Means::default()));
            }
            self.intervals[index].1.add(metrics);
        }
    }
}

/// The classes that are reported: the index of the group, that of the class in [`GroupResult::classes`], and its name, which
/// the calls have not that come from other queues and are of none of the group's classes.
///
/// [`GroupResult::classes`]: crate::experiment::GroupResult::classes
pub fn class_rows(scenario: &Scenario) -> impl Iterator<Item = (usize, usize, Option<&str>)> {
    scenario.groups.iter().enumerate().filter(|(_, group)| !group.callers.classes.is_empty()).flat_map(|(group, of)| {
        let named = of.callers.classes.iter().map(|class| Some(class.name.as_str()));
        let others = scenario.takes_other_classes(group).then_some(None);
        named.chain(others).enumerate().map(move |(class, name)| (group, class, name))
    })
}

/// The start, the group and the metrics of each interval and group.
pub fn interval_metrics<'a>(
    scenario: &'a Scenario,
    intervals: &'a Intervals,
) -> impl Iterator<Item = (Instant, usize, Vec<Metric>)> + 'a {
    let (end, is_plain) = (Instant::START + scenario.horizon, scenario.is_plain());
    intervals.iter().flat_map(move |(start, groups)| {
        let length = Duration::from_nanos(scenario.interval.as_nanos().min((end - start).as_nanos()));
        let row = move |(group, totals)| (start, group, metrics::interval(scenario, is_plain, totals, length));
        groups.iter().enumerate().map(row)
    })
}
