//! The tables for people.

use std::fmt::Write;

use super::super::text::{counted, new_table, render, significant};
use super::Checked;
use crate::baseline::{Baseline, Compared, Figure, Verdict};

/// The significant digits of widths and changes.
const DIGITS: i32 = 4;

/// What became of a baseline: its changes, each with its metric, at most `width` columns wide if it can be.
pub fn difference_text(checked: &Checked, width: u16) -> String {
    let Checked { name, accepted, difference, command } = checked;
    let changes: Vec<&Compared> = difference.changes().collect();
    let within = difference.figures.iter().filter(|figure| figure.verdict == Verdict::Within).count();
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{name}: {} of {} of {}, seed {}, {}{}",
        match changes.len() {
            0 => "no change".to_owned(),
            n => counted(n as u64, "change"),
        },
        counted(difference.figures.len() as u64, "figure"),
        accepted.scenario,
        accepted.seed,
        counted(accepted.replications.into(), "replication"),
        if within > 0 { format!("; {within} differ within their tolerances") } else { String::new() },
    );
    if let Some((then, now)) = &difference.scenario_hashes {
        let _ = writeln!(text, "The scenario has changed since it was accepted: {then} then, {now} now");
    } else if !changes.is_empty() {
        let _ = writeln!(text, "The scenario is as it was accepted: its results have changed");
    }
    for (convention, then, now) in &difference.conventions {
        let _ = writeln!(text, "The convention {convention} was {then:?} and is {now:?}");
    }
    if changes.is_empty() {
        return text;
    }
    if accepted.acdsim != env!("CARGO_PKG_VERSION") {
        let _ = writeln!(text, "Accepted by acdsim {}, checked by {}", accepted.acdsim, env!("CARGO_PKG_VERSION"));
    }
    let mut table = new_table(&["Of", "Metric", "Accepted", "Now", "Change", "In half\nwidths", "Tolerance"]);
    for change in &changes {
        table.add_row([
            change.subject.clone(),
            change.metric.clone(),
            figure(change.old),
            figure(change.new),
            change.change().map_or_else(|| "–".to_owned(), signed),
            change.half_widths().map_or_else(|| "–".to_owned(), |widths| format!("{widths:+.2}")),
            change.tolerance.map_or_else(|| "exact".to_owned(), |tolerance| tolerance.to_string()),
        ]);
    }
    let _ = write!(text, "{}", render(table, width));
    let _ = writeln!(text, "To repeat it: {command}");
    let _ = writeln!(text, "To look at each: {}", command.replacen(" check ", " review ", 1));
    text
}

/// One change in a line, for somebody to decide on.
pub fn change_text(change: &Compared) -> String {
    let mut text = format!("{}: {}: {} -> {}", change.subject, change.metric, figure(change.old), figure(change.new));
    if let Some(difference) = change.change() {
        let _ = write!(text, ", {}", signed(difference));
    }
    if let Some(widths) = change.half_widths() {
        let _ = write!(text, ", {widths:+.2} half widths");
    }
    text
}

/// The baselines that there are, a row each.
pub fn baselines_text(baselines: &[(String, Baseline)], width: u16) -> String {
    let mut table = new_table(&[
        "Baseline",
        "Scenario",
        "Groups",
        "Metrics",
        "Figures",
        "Seed",
        "Replications",
        "Tolerances",
        "acdsim",
    ]);
    let all = |names: &[String]| if names.is_empty() { "all".to_owned() } else { names.join(", ") };
    for (name, baseline) in baselines {
        let tolerances: Vec<String> =
            baseline.tolerances.iter().map(|(metric, tolerance)| format!("{metric}={tolerance}")).collect();
        table.add_row([
            name.clone(),
            baseline.file.clone().unwrap_or_else(|| baseline.scenario.clone()),
            all(&baseline.scope.groups),
            all(&baseline.scope.metrics),
            baseline.figures().to_string(),
            baseline.seed.to_string(),
            baseline.replications.to_string(),
            if tolerances.is_empty() { "exact".to_owned() } else { tolerances.join(", ") },
            baseline.acdsim.clone(),
        ]);
    }
    render(table, width)
}

/// A mean with its interval; that there is no such figure, or no value of it.
fn figure(figure: Option<Figure>) -> String {
    match figure {
        None => "not there".to_owned(),
        Some(Figure { mean: None, .. }) => "no value".to_owned(),
        Some(Figure { mean: Some(mean), ci95: None }) => format!("{mean}"),
        Some(Figure { mean: Some(mean), ci95: Some(half_width) }) => {
            format!("{mean} ±{}", significant(half_width, DIGITS))
        }
    }
}

fn signed(value: f64) -> String {
    let text = significant(value, DIGITS);
    if value > 0.0 { format!("+{text}") } else { text }
}
