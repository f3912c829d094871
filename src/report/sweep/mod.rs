//! Sweeps, for people and for programs: one file a form.
//!
//! The table is long and tidy (Wickham 2014): a row a point, group and metric. A metric stands beside the half width of its own interval
//! and the number of its own replications, groups may have metrics of their own, and a metric that is new is a new row, not a
//! new column. Whoever wants a column a metric pivots it in one step.

mod csv;
mod json;
mod text;

pub use csv::sweep_csv;
pub use json::sweep_json;
pub use text::sweep_text;

use crate::sweep::{SweepError, Swept};

/// The groups and metrics that are shown of a sweep; none for all of the groups, and for the usual metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Names of groups.
    pub groups: Vec<String>,
    /// Names of metrics.
    pub metrics: Vec<String>,
}

impl Shown {
    /// Whether the points that are done have what is to be shown.
    ///
    /// # Errors
    ///
    /// If no point has such a group or metric; the message says which there are.
    pub fn check(&self, swept: &Swept) -> Result<(), SweepError> {
        let (groups, metrics) = (swept.groups(), swept.metrics());
        for (what, chosen, known) in [("group", &self.groups, groups), ("metric", &self.metrics, metrics)] {
            if let Some(unknown) = chosen.iter().find(|name| !known.contains(&name.as_str())) {
                return Err(SweepError::Design(format!(
                    "{unknown:?} is no {what} of the points: they have {}",
                    known.join(", ")
                )));
            }
        }
        Ok(())
    }

    fn has_group(&self, name: &str) -> bool {
        self.groups.is_empty() || self.groups.iter().any(|group| group == name)
    }

    fn has_metric(&self, name: &str) -> bool {
        self.metrics.is_empty() || self.metrics.iter().any(|metric| metric == name)
    }
}

/// The metrics that are shown of a sweep if none are chosen: the service level of what was offered before them.
pub(super) const USUAL: [&str; 3] = ["asa_s", "p_abandon", "occupancy"];

/// The metrics that are shown, in order.
pub(super) fn metrics_of(swept: &Swept, chosen: &[String]) -> Vec<String> {
    if !chosen.is_empty() {
        return chosen.to_vec();
    }
    let all = swept.metrics();
    let levels = all.iter().filter(|name| name.starts_with("sl_") && name.ends_with("_of_offered"));
    let usual = USUAL.iter().filter(|name| all.contains(name));
    levels.chain(usual).map(|&name| name.to_owned()).collect()
}

/// Whether a metric is a share, which people read as a percentage.
pub(super) fn is_share(metric: &str) -> bool {
    metric.starts_with("p_") || metric.starts_with("sl_") || ["occupancy", "shrinkage", "utilisation"].contains(&metric)
}
