//! The tables for people.

use std::fmt::Write;

use super::super::text::{counted, new_table, render, significant};
use super::{Compared, Selected};
use crate::compare::Goal;
use crate::statistics::Estimate;

/// The significant digits of numbers.
const DIGITS: i32 = 5;

/// A comparison for people, at most `width` columns wide if it can be.
pub fn comparison_text(compared: &Compared, width: u16) -> String {
    let Compared { names, comparison, selected } = compared;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{} beside {}: {} of seed {}",
        names[1..].join(", "),
        names[0],
        counted(comparison.replications.into(), "replication"),
        comparison.seed
    );
    let _ = writeln!(
        text,
        "Means over the replications; ± half of the 95 % interval of the difference, of pairs with the same callers and of as many\n\
         independent runs of each; narrower: how many times the pairs make the interval narrower."
    );
    for group in &comparison.groups {
        let same = if group.same_callers {
            "the same callers in both"
        } else {
            "callers by other laws: the same random numbers, not the same callers"
        };
        let _ = writeln!(text, "\n{} in {}: {same}", group.group, names[group.other]);
        let mut table = new_table(&[
            "Metric",
            "First",
            "Other",
            "Difference",
            "± paired",
            "± inde-\npendent",
            "Narrower",
            "Corre-\nlation",
        ]);
        for row in &group.rows {
            let pairs = &row.pairs;
            let difference = pairs.difference();
            let optional =
                |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| significant(value, DIGITS));
            table.add_row([
                row.metric.clone(),
                mean(pairs.first()),
                mean(pairs.second()),
                mean(difference),
                optional(difference.half_width),
                optional(pairs.independent_half_width()),
                pairs.narrowing().map_or_else(|| "–".to_owned(), |times| format!("{times:.2} ×")),
                pairs.correlation().map_or_else(|| "–".to_owned(), |value| format!("{value:.3}")),
            ]);
        }
        let _ = write!(text, "{}", render(table, width));
    }
    if let Some(selected) = selected {
        text += &selection(names, selected, width);
    }
    text
}

fn selection(names: &[String], selected: &Selected, width: u16) -> String {
    let Selected { objective, settings, selection } = selected;
    let mut text = String::new();
    let goal = match objective.goal {
        Goal::Lowest => "lowest",
        Goal::Highest => "highest",
    };
    let _ = writeln!(
        text,
        "\nThe {goal} {} of {}, by the procedure KN (Kim & Nelson 2001)",
        objective.metric, objective.group
    );
    let mut table = new_table(&["Scenario", "Mean", "Replications", "Is"]);
    for (system, name) in names.iter().enumerate() {
        let out = selection.eliminated[system];
        table.add_row([
            name.clone(),
            significant(selected.mean(system), DIGITS),
            selection.values[system].count().to_string(),
            match out {
                None if selection.best == Some(system) => "best".to_owned(),
                None => "not told apart".to_owned(),
                Some(after) => format!("eliminated after {after}"),
            },
        ]);
    }
    let _ = write!(text, "{}", render(table, width));
    let _ = match selection.best {
        Some(best) => writeln!(
            text,
            "{} is best with a probability of at least {} if it is better than all others by {} or more",
            names[best], settings.confidence, settings.indifference
        ),
        None => writeln!(
            text,
            "{} do not tell which is best: allow more, or a larger indifference than {}",
            counted(selection.replications.into(), "replication"),
            settings.indifference
        ),
    };
    text
}

fn mean(estimate: Estimate) -> String {
    if estimate.mean.is_nan() { "–".to_owned() } else { significant(estimate.mean, DIGITS) }
}
