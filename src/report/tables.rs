//! The CSV files: `groups.csv`, `classes.csv`, `queues.csv`, `agents.csv`, `sessions.csv`, `intervals.csv` with a row for each replication, and
//! `summary.csv` with the means.

use std::io::{self, Write};

use super::metrics::{self, Metric};
use super::summary::{Means, Summary, class_rows, interval_metrics};
use crate::experiment::ReplicationResult;
use crate::scenario::{Scenario, wall_clock};
use crate::statistics::Intervals;

/// A CSV file whose rows are metrics, each after some columns that say what they are of.
pub struct Table<W: Write> {
    csv: csv::Writer<W>,
    keys: &'static [&'static str],
    has_header: bool,
}

impl<W: Write> Table<W> {
    fn new(out: W, keys: &'static [&'static str]) -> Self {
        Table { csv: csv::Writer::from_writer(out), keys, has_header: false }
    }

    /// `groups.csv`.
    pub fn groups(out: W) -> Self {
        Table::new(out, &["replication", "group"])
    }

    /// `classes.csv`.
    pub fn classes(out: W) -> Self {
        Table::new(out, &["replication", "group", "class"])
    }

    /// `queues.csv`.
    pub fn queues(out: W) -> Self {
        Table::new(out, &["replication", "queue", "group"])
    }

    /// `agents.csv`.
    pub fn agents(out: W) -> Self {
        Table::new(out, &["replication", "agent", "address", "state"])
    }

    /// `sessions.csv`.
    pub fn sessions(out: W) -> Self {
        Table::new(
            out,
            &["replication", "session", "agent", "group", "address", "ordinal", "state", "ended", "ended_s"],
        )
    }

    /// `intervals.csv`.
    pub fn intervals(out: W) -> Self {
        Table::new(out, &["replication", "start", "start_s", "group"])
    }

    /// A row, with the agent handler if it is to be told.
    fn row(&mut self, keys: &[String], handler: Option<&str>, metrics: &[Metric]) -> csv::Result<()> {
        debug_assert_eq!(keys.len(), self.keys.len());
        if !self.has_header {
            self.has_header = true;
            let names = metrics.iter().map(|(name, _)| name.as_ref());
            self.csv.write_record(self.keys.iter().copied().chain(handler.map(|_| "handler")).chain(names))?;
        }
        let values: Vec<String> = metrics.iter().map(|(_, value)| value.to_string()).collect();
        self.csv.write_record(keys.iter().map(String::as_str).chain(handler).chain(values.iter().map(String::as_str)))
    }

    /// Writes what is still in memory and hands the output back.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.csv.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }

    /// The rows of a replication for `groups.csv`.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn add_groups(&mut self, scenario: &Scenario, result: &ReplicationResult) -> csv::Result<()> {
        let several = scenario.has_several_handlers();
        scenario.groups.iter().zip(&result.groups).try_for_each(|(group, totals)| {
            let metrics = metrics::group(scenario, totals, result.measured);
            let handler = several.then_some(group.handler.as_str());
            self.row(&[result.replication.to_string(), group.name.clone()], handler, &metrics)
        })
    }

    /// The rows of a replication for `classes.csv`.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn add_classes(&mut self, scenario: &Scenario, result: &ReplicationResult) -> csv::Result<()> {
        class_rows(scenario).try_for_each(|(group, class, name)| {
            let metrics = metrics::class(scenario, &result.groups[group].classes[class], result.measured);
            let keys =
                [result.replication.to_string(), scenario.groups[group].name.clone(), name.unwrap_or("").to_owned()];
            self.row(&keys, None, &metrics)
        })
    }

    /// The rows of a replication for `queues.csv`.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn add_queues(&mut self, scenario: &Scenario, result: &ReplicationResult) -> csv::Result<()> {
        let several = scenario.has_several_handlers();
        scenario.groups.iter().zip(&result.queues).try_for_each(|(group, queue)| {
            let keys = [result.replication.to_string(), group.queue.clone(), group.name.clone()];
            let handler = several.then_some(group.handler.as_str());
            self.row(&keys, handler, &metrics::queue(scenario, queue, result.measured))
        })
    }

    /// The rows of a replication for `agents.csv`.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn add_agents(&mut self, scenario: &Scenario, result: &ReplicationResult) -> csv::Result<()> {
        let several = scenario.has_several_handlers();
        scenario.agents.iter().zip(&result.agents).try_for_each(|(agent, statistics)| {
            let number = result.replication.to_string();
            let keys = [number, agent.name.clone(), agent.address.clone(), statistics.state.to_string()];
            let handler = several.then(|| scenario.handler_of(agent));
            self.row(&keys, handler, &metrics::agent(scenario, statistics))
        })
    }

    /// The rows of a replication for `sessions.csv`.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn add_sessions(&mut self, scenario: &Scenario, result: &ReplicationResult) -> csv::Result<()> {
        let (several, is_plain) = (scenario.has_several_handlers(), scenario.is_plain());
        result.sessions.iter().try_for_each(|session| {
            let agent = &scenario.agents[session.agent];
            let keys = [
                result.replication.to_string(),
                session.session.0.to_string(),
                agent.name.clone(),
                scenario.groups[session.group].name.clone(),
                agent.address.clone(),
                session.ordinal.to_string(),
                session.state.to_string(),
                session.ended.map_or_else(String::new, |ended| wall_clock(scenario, ended)),
                session.ended.map_or_else(String::new, |ended| ended.to_string()),
            ];
            let handler = several.then(|| scenario.handler_of(agent));
            self.row(&keys, handler, &metrics::session(scenario, is_plain, session))
        })
    }

    /// The rows of a replication for `intervals.csv`.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn add_intervals(&mut self, scenario: &Scenario, replication: u32, intervals: &Intervals) -> csv::Result<()> {
        interval_metrics(scenario, intervals).try_for_each(|(start, group, metrics)| {
            let keys = [
                replication.to_string(),
                wall_clock(scenario, start),
                start.to_string(),
                scenario.groups[group].name.clone(),
            ];
            self.row(&keys, None, &metrics)
        })
    }
}

/// Writes `summary.csv`: a row for each mean, with its interval of confidence. It has a column for the class where the scenario
/// has classes.
///
/// # Errors
///
/// If it cannot be written.
pub fn write_summary(scenario: &Scenario, summary: &Summary, out: impl Write) -> csv::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    let has_classes = !summary.classes.is_empty();
    let class_key = has_classes.then_some("class");
    let keys = ["table", "group"].into_iter().chain(class_key).chain(["agent", "ordinal", "start"]);
    csv.write_record(keys.chain(["metric", "mean", "ci95", "replications"]))?;
    let mut rows = |table: &str, group: &str, class: &str, [agent, ordinal, start]: [&str; 3], means: &Means| {
        let class = has_classes.then_some(class);
        means.iter().try_for_each(|(metric, estimate)| {
            let mean = if estimate.mean.is_nan() { String::new() } else { estimate.mean.to_string() };
            let half_width = estimate.half_width.map_or_else(String::new, |half_width| half_width.to_string());
            let replications = estimate.replications.to_string();
            let keys = [table, group].into_iter().chain(class).chain([agent, ordinal, start]);
            csv.write_record(keys.chain([metric, &mean, &half_width, &replications]))
        })
    };
    for (group, means) in scenario.groups.iter().zip(&summary.groups) {
        rows("group", &group.name, "", ["", "", ""], means)?;
    }
    for ((group, _, name), means) in class_rows(scenario).zip(&summary.classes) {
        rows("class", &scenario.groups[group].name, name.unwrap_or(""), ["", "", ""], means)?;
    }
    for (group, means) in scenario.groups.iter().zip(&summary.queues) {
        rows("queue", &group.name, "", ["", "", ""], means)?;
    }
    for (agent, means) in scenario.agents.iter().zip(&summary.agents) {
        rows("agent", "", "", [&agent.name, "", ""], means)?;
    }
    for (key, means) in &summary.sessions {
        let (group, agent) = (&scenario.groups[key.group].name, &scenario.agents[key.agent].name);
        rows("session", group, "", [agent, &key.ordinal.to_string(), ""], means)?;
    }
    for ((start, means), group) in summary.intervals.iter().zip(scenario.groups.iter().cycle()) {
        rows("interval", &group.name, "", ["", "", &wall_clock(scenario, *start)], means)?;
    }
    csv.flush()?;
    Ok(())
}
