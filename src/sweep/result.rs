//! What a point gave.

use serde_json::{Map, Value as Json, json};

use super::design::Point;
use super::quantity::Unit;
use crate::experiment::ReplicationResult;
use crate::report::metrics;
use crate::report::summary::Means;
use crate::scenario::{Scenario, ValuePath};
use crate::simulation::Fingerprint;
use crate::statistics::Estimate;

/// The version of the form of a point's file.
const FORM: u64 = 1;

/// What one point gave: means over its replications.
#[derive(Clone, Debug, PartialEq)]
pub struct PointResult {
    /// The point's number in the sweep, from 1.
    pub number: usize,
    /// What its file is named by.
    pub id: String,
    /// The seed.
    pub seed: u64,
    /// How many replications.
    pub replications: u32,
    /// Calls that arrived in all replications, those of the warm-up among them.
    pub calls: u64,
    /// The digest of its event streams, as 16 hexadecimal digits.
    pub fingerprint: String,
    /// Its groups, in the order of the scenario.
    pub groups: Vec<GroupMeans>,
}

/// A sweep with what its points gave so far, as all reports of it take it.
#[derive(Clone, Debug, PartialEq)]
pub struct Swept {
    /// The scenario's name.
    pub scenario: String,
    /// The version of the program that ran it.
    pub version: String,
    /// The seed, where it is not swept over.
    pub seed: u64,
    /// How many replications of each point, where it is not swept over.
    pub replications: u32,
    /// The threshold of the service level, in seconds, where it is not swept over.
    pub threshold_s: f64,
    /// Whether the points are all combinations of the values.
    pub is_grid: bool,
    /// The paths that have values, in order.
    pub paths: Vec<ValuePath>,
    /// The points, in order.
    pub points: Vec<Point>,
    /// What each gave; none of one that is not done.
    pub results: Vec<Option<PointResult>>,
}

impl Swept {
    /// The points that are done, with what they gave.
    pub fn done(&self) -> impl Iterator<Item = (&Point, &PointResult)> {
        self.points.iter().zip(&self.results).filter_map(|(point, result)| Some((point, result.as_ref()?)))
    }

    /// Whether a path has values.
    pub fn is_swept(&self, path: &str) -> bool {
        self.paths.iter().any(|swept| swept.to_string() == path)
    }

    /// The groups of the points that are done, each once, in the order in which they come.
    pub fn groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = Vec::new();
        for group in self.done().flat_map(|(_, result)| &result.groups) {
            if !groups.contains(&group.group.as_str()) {
                groups.push(&group.group);
            }
        }
        groups
    }

    /// The metrics of the groups of the points that are done, each once, in the order in which they come.
    pub fn metrics(&self) -> Vec<&str> {
        let mut metrics: Vec<&str> = Vec::new();
        for (name, _) in self.done().flat_map(|(_, result)| &result.groups).flat_map(|group| &group.metrics) {
            if !metrics.contains(&name.as_str()) {
                metrics.push(name);
            }
        }
        metrics
    }

    /// The unit of the values of the path at this index; none if not all of them are numbers of one unit.
    pub fn unit(&self, path: usize) -> Option<Unit> {
        let mut units = self.points.iter().map(|point| point.values[path].1.number.map(|(_, unit)| unit));
        let first = units.next()??;
        units.all(|unit| unit == Some(first)).then_some(first)
    }
}

/// The means of a group at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupMeans {
    /// The group's name.
    pub group: String,
    /// Each metric by its name in `docs/output.md`, in the order of `groups.csv`.
    pub metrics: Vec<(String, Estimate)>,
}

impl GroupMeans {
    /// The mean of a metric; none if there is no such metric.
    pub fn get(&self, metric: &str) -> Option<Estimate> {
        self.metrics.iter().find(|(name, _)| name == metric).map(|&(_, estimate)| estimate)
    }
}

impl PointResult {
    /// The content of the point's file.
    pub fn json(&self, scenario: &str, point: &Point) -> Json {
        let values = point.values.iter().map(|(path, value)| (path.to_string(), value.literal.clone().into()));
        json!({
            "form": FORM,
            "acdsim": env!("CARGO_PKG_VERSION"),
            "scenario": scenario,
            "id": self.id,
            "values": values.collect::<Map<_, Json>>(),
            "seed": self.seed,
            "replications": self.replications,
            "calls": self.calls,
            "fingerprint": self.fingerprint,
            "groups": self.groups_json(),
        })
    }

    /// The groups with their metrics, as in `summary.json`.
    pub(crate) fn groups_json(&self) -> Json {
        let group = |group: &GroupMeans| {
            let metrics = group.metrics.iter().map(|(name, estimate)| {
                let mean = if estimate.mean.is_nan() { Json::Null } else { estimate.mean.into() };
                let value = json!({ "mean": mean, "ci95": estimate.half_width, "replications": estimate.replications });
                (name.clone(), value)
            });
            json!({ "group": group.group, "metrics": metrics.collect::<Map<_, _>>() })
        };
        self.groups.iter().map(group).collect()
    }

    /// The result that a file's content has for the point of this number and name; none if it is of something else.
    pub fn from_json(json: &Json, number: usize, id: &str) -> Option<Self> {
        let whole = |key: &str| json.get(key)?.as_u64();
        if whole("form")? != FORM || json.get("id")?.as_str()? != id {
            return None;
        }
        let estimate = |value: &Json| {
            Some(Estimate {
                mean: match value.get("mean")? {
                    Json::Null => f64::NAN,
                    mean => mean.as_f64()?,
                },
                half_width: match value.get("ci95")? {
                    Json::Null => None,
                    half_width => Some(half_width.as_f64()?),
                },
                replications: value.get("replications")?.as_u64()?,
            })
        };
        let group = |group: &Json| {
            let metrics = group.get("metrics")?.as_object()?.iter();
            let metrics = metrics.map(|(name, value)| Some((name.clone(), estimate(value)?)));
            Some(GroupMeans {
                group: group.get("group")?.as_str()?.to_owned(),
                metrics: metrics.collect::<Option<_>>()?,
            })
        };
        Some(PointResult {
            number,
            id: id.to_owned(),
            seed: whole("seed")?,
            replications: whole("replications")?.try_into().ok()?,
            calls: whole("calls")?,
            fingerprint: json.get("fingerprint")?.as_str()?.to_owned(),
            groups: json.get("groups")?.as_array()?.iter().map(group).collect::<Option<_>>()?,
        })
    }
}

/// The means of a point whose replications are being taken, in their order.
pub(super) struct Sums {
    calls: u64,
    fingerprint: Fingerprint,
    groups: Vec<Means>,
}

impl Sums {
    pub(super) fn new(groups: usize) -> Self {
        Sums { calls: 0, fingerprint: Fingerprint::default(), groups: vec![Means::default(); groups] }
    }

    pub(super) fn add(&mut self, scenario: &Scenario, result: &ReplicationResult) {
        self.calls += result.calls;
        self.fingerprint.combine(result.fingerprint);
        for (means, group) in self.groups.iter_mut().zip(&result.groups) {
            means.add(metrics::group(scenario, group, result.measured));
        }
    }

    pub(super) fn finish(self, scenario: &Scenario, number: usize, id: String) -> PointResult {
        let groups = scenario.groups.iter().zip(&self.groups).map(|(group, means)| GroupMeans {
            group: group.name.clone(),
            metrics: means.iter().map(|(name, estimate)| (name.to_owned(), estimate)).collect(),
        });
        PointResult {
            number,
            id,
            seed: scenario.seed,
            replications: scenario.replications,
            calls: self.calls,
            fingerprint: format!("{:016x}", self.fingerprint.value()),
            groups: groups.collect(),
        }
    }
}
