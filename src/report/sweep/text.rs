//! Tables for people: one a group, a row a point.

use super::{Shown, is_share, metrics_of};
use crate::report::text::{cell, counted, new_table, percent, render};
use crate::sweep::Swept;

/// The points that are done, a table for each group, for a terminal `width` columns wide.
pub fn sweep_text(swept: &Swept, shown: &Shown, width: u16) -> String {
    let done = swept.done().count();
    let design = if swept.is_grid { "a grid" } else { "a Latin hypercube" };
    let mut text = format!("{}: {} of {design}", swept.scenario, counted(done as u64, "point"));
    if !swept.is_swept("replications") {
        text += &format!(", {} each", counted(swept.replications.into(), "replication"));
    }
    if !swept.is_swept("seed") {
        text += &format!(", seed {} at all points", swept.seed);
    }
    text.push('\n');
    text += "Means over the replications, ± half of the 95 % interval of confidence.\n";
    let metrics = metrics_of(swept, &shown.metrics);
    let headings: Vec<String> = ["Point".to_owned()]
        .into_iter()
        .chain(swept.paths.iter().map(|path| broken(&path.to_string())))
        .chain(metrics.iter().cloned())
        .collect();
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    for name in swept.groups().into_iter().filter(|name| shown.has_group(name)) {
        let mut table = new_table(&headings);
        for (point, result) in swept.done() {
            let group = result.groups.iter().find(|group| group.group == name);
            let cells = metrics.iter().map(|metric| match group.and_then(|group| group.get(metric)) {
                None => "–".to_owned(),
                Some(mean) if is_share(metric) => percent(mean),
                Some(mean) => cell(mean, 2),
            });
            let values = point.values.iter().map(|(_, value)| value.text.clone());
            table.add_row([point.number.to_string()].into_iter().chain(values).chain(cells));
        }
        text += &format!("\n{name}\n{}", render(table, width));
    }
    text
}

/// A path in lines at its points, so that a column is not as wide as its path is long.
fn broken(path: &str) -> String {
    match path.rsplit_once('.') {
        Some((before, last)) => format!("{before}\n.{last}"),
        None => path.to_owned(),
    }
}
