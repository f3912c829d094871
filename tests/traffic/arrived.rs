//! The calls of a run, whatever becomes of them, and how a failure is reproduced.

use std::path::Path;

use acdsim::acd::GroupId;
use acdsim::scenario::{Scenario, parse};
use acdsim::simulation::{Control, Event, Observer, run};
use acdsim::time::{Duration, Instant};

/// A call that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrived {
    pub(crate) at: Instant,
    pub(crate) group: usize,
    pub(crate) talk: Duration,
    pub(crate) wrap_up: Duration,
    pub(crate) patience: Duration,
}

#[derive(Default)]
struct Collector(Vec<Arrived>);

impl Observer for Collector {
    fn observe(&mut self, at: Instant, event: &Event) {
        if let Event::CallArrived { group: GroupId(group), talk, wrap_up, patience, .. } = *event {
            self.0.push(Arrived { at, group: group as usize, talk, wrap_up, patience });
        }
    }
}

/// The calls of one replication, in order of arrival.
pub(crate) fn arrived(scenario: &Scenario, replication: u32) -> Vec<Arrived> {
    let mut collector = Collector::default();
    run(scenario, replication, &mut collector, &Control::default()).unwrap_or_else(|error| panic!("{error}"));
    collector.0
}

/// A scenario of these groups, the bodies of tables without names that are called A, B, ...; calls that find no agent
/// are blocked, so that the run is about the traffic alone.
pub(crate) fn scenario(top: &str, groups: &[&str]) -> Scenario {
    scenario_in(Path::new(""), top, groups)
}

/// Like [`scenario`], with the files in that directory.
pub(crate) fn scenario_in(directory: &Path, top: &str, groups: &[&str]) -> Scenario {
    let names: Vec<String> = (b'A'..).take(groups.len()).map(|name| char::from(name).to_string()).collect();
    let tables = names.iter().zip(groups).map(|(name, body)| {
        let talk = if body.contains("talk =") || body.contains("handle =") { "" } else { "talk = \"0s\"\n" };
        format!("[[group]]\nname = \"{name}\"\nqueue_capacity = 0\n{talk}{body}\n")
    });
    let text = format!("{top}\n{}[[agents]]\nname = \"Ann\"\ngroups = {names:?}\n", tables.collect::<String>());
    parse(&text, &directory.join("x.toml")).unwrap_or_else(|errors| panic!("{text}\n{}", errors.render(100, false)))
}

/// How many of the calls of a group there are in each of so many windows of a length in seconds.
pub(crate) fn counts(calls: &[Arrived], group: usize, window_s: u64, windows: usize) -> Vec<f64> {
    let mut counts = vec![0.0; windows];
    for call in calls.iter().filter(|call| call.group == group) {
        if let Some(count) = counts.get_mut((call.at.as_nanos() / 1_000_000_000 / window_s) as usize) {
            *count += 1.0;
        }
    }
    counts
}

/// The mean and the variance (over n − 1) of values.
pub(crate) fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0))
}
