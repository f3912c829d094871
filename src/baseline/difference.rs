//! What an accepted baseline and a new one have in common, and what not.

use super::{Baseline, Figure, Tolerance};

/// How a figure compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Mean and interval are the same to the last bit.
    Same,
    /// They differ, and the tolerance of the metric allows it.
    Within,
    /// They differ.
    Changed,
}

/// A figure in both baselines, or in one of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// What it is of, such as `group Sales`.
    pub subject: String,
    /// The metric's name.
    pub metric: String,
    /// As it was accepted; none if the baseline does not have it.
    pub old: Option<Figure>,
    /// As it is now; none if the run does not have it.
    pub new: Option<Figure>,
    /// The tolerance of its metric.
    pub tolerance: Option<Tolerance>,
    /// How it compares.
    pub verdict: Verdict,
}

impl Compared {
    /// The change of the mean, in the metric's unit; none if one of the two is missing.
    pub fn change(&self) -> Option<f64> {
        Some(self.new?.mean? - self.old?.mean?)
    }

    /// The change of the mean in half widths of the accepted 95 % interval: within 1, it lies in that interval; none if there
    /// is no such interval, or its width is 0.
    pub fn half_widths(&self) -> Option<f64> {
        let half_width = self.old?.ci95.filter(|&half_width| half_width > 0.0)?;
        Some(self.change()? / half_width)
    }
}

/// An accepted baseline beside what the scenario gives now.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Every figure of either, sorted by what it is of and by metric.
    pub figures: Vec<Compared>,
    /// The digests of the scenario then and now, if they differ.
    pub scenario_hashes: Option<(String, String)>,
    /// The conventions that were answered otherwise: name, then, now; nothing stands for one that there was not.
    pub conventions: Vec<(String, String, String)>,
}

impl Difference {
    /// Whether no figure has changed.
    pub fn is_unchanged(&self) -> bool {
        self.changes().next().is_none()
    }

    /// The figures that have changed.
    pub fn changes(&self) -> impl Iterator<Item = &Compared> {
        self.figures.iter().filter(|figure| figure.verdict == Verdict::Changed)
    }
}

/// Compares what was accepted with what there is now, by the tolerances of what was accepted.
///
/// A figure that only one of them has is a change. That the scenario itself has changed is told, and is no failure if the
/// figures are the same.
///
/// ```
/// use acdsim::baseline::{Baseline, Scope, compare};
///
/// let mut scenario = acdsim::scenario::read("scenarios/erlang-c.toml".as_ref())?;
/// scenario.replications = 2;
/// let accepted = Baseline::of(&scenario, &Scope::default())?;
/// scenario.agents.pop();
/// let difference = compare(&accepted, &Baseline::of(&scenario, &Scope::default())?);
/// assert!(difference.scenario_hashes.is_some());
/// assert!(difference.changes().any(|change| change.metric == "mean_agents"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compare(accepted: &Baseline, now: &Baseline) -> Difference {
    let mut keys: Vec<(&String, &String)> = Vec::new();
    for baseline in [accepted, now] {
        let of = |(subject, figures)| std::iter::repeat(subject).zip(std::collections::BTreeMap::keys(figures));
        keys.extend(baseline.results.iter().flat_map(of));
    }
    keys.sort_unstable();
    keys.dedup();
    let figure = |baseline: &Baseline, (subject, metric): (&String, &String)| {
        baseline.results.get(subject).and_then(|figures| figures.get(metric)).copied()
    };
    let compared = keys.into_iter().map(|key| {
        let (old, new) = (figure(accepted, key), figure(now, key));
        let tolerance = accepted.tolerance(key.1);
        let verdict = match (old, new) {
            (Some(old), Some(new)) if old == new => Verdict::Same,
            (Some(old), Some(new)) if tolerance.is_some_and(|tolerance| tolerance.allows(old, new)) => Verdict::Within,
            _ => Verdict::Changed,
        };
        Compared { subject: key.0.clone(), metric: key.1.clone(), old, new, tolerance, verdict }
    });
    let figures = compared.collect();
    let hashes = (&accepted.scenario_hash, &now.scenario_hash);
    let scenario_hashes = (hashes.0 != hashes.1).then(|| (hashes.0.clone(), hashes.1.clone()));
    let mut names: Vec<&String> = accepted.conventions.keys().chain(now.conventions.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let answers = names.into_iter().map(|name| {
        let answer = |baseline: &Baseline| baseline.conventions.get(name).cloned().unwrap_or_default();
        (name.clone(), answer(accepted), answer(now))
    });
    let conventions = answers.filter(|(_, then, now)| then != now).collect();
    Difference { figures, scenario_hashes, conventions }
}
