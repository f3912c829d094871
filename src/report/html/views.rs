//! The numbers and tables of the page: what stands in each cell, and what it is sorted by.

use serde::Serialize;

use super::charts::{clock, service_level};
use super::data::{GroupData, Mean, Metrics, ResultData, SessionData, VerificationData};
use super::page::said;
use crate::report::text::{cell, percent};

/// A number of a group that a manager asks for.
#[derive(Serialize)]
pub(super) struct Card {
    name: String,
    value: String,
    interval: String,
    /// How much of a bar it fills, of a share.
    share: Option<f64>,
}

/// The results side by side.
#[derive(Serialize)]
pub(super) struct Comparison {
    columns: Vec<Column>,
    rows: Vec<ComparedRow>,
}

#[derive(Serialize)]
struct Column {
    label: String,
    said: String,
    style: usize,
}

#[derive(Serialize)]
struct ComparedRow {
    group: String,
    metric: String,
    cells: Vec<ComparedCell>,
}

#[derive(Serialize)]
struct ComparedCell {
    text: String,
    /// The difference from the first result.
    difference: String,
    /// `higher` or `lower`, if the intervals of confidence do not meet.
    apart: &'static str,
}

/// A row of a table.
#[derive(Default, Serialize)]
pub(super) struct Row(Vec<Cell>);

impl Row {
    /// Adds a cell that is sorted by its text.
    pub(super) fn words(&mut self, text: &str) {
        self.0.push(Cell { text: text.to_owned(), value: None });
    }

    /// Adds a cell that is sorted by a number, if there is one.
    pub(super) fn number(&mut self, text: String, value: Option<f64>) {
        self.0.push(Cell { text, value });
    }
}

#[derive(Serialize)]
struct Cell {
    text: String,
    /// What the column is sorted by, if it is a number.
    value: Option<f64>,
}

/// The verdicts of one scenario.
#[derive(Serialize)]
pub(super) struct Verified<'a> {
    verification: &'a VerificationData,
    counts: Vec<(&'static str, usize)>,
}

/// How a metric is written.
#[derive(Clone, Copy)]
enum Form {
    Share,
    Number(usize),
    /// Seconds, as hours.
    Hours,
}

/// The numbers of a group, by what they are called, in the order of the page.
fn headlines(threshold_s: f64, metrics: &Metrics) -> Vec<(String, Option<Mean>, Form)> {
    let metric = |name: &str| metrics.get(name).copied();
    vec![
        (format!("Answered within {threshold_s} s"), service_level(metrics), Form::Share),
        ("Average speed of answer, s".to_owned(), metric("asa_s"), Form::Number(1)),
        ("Abandoned".to_owned(), metric("p_abandon"), Form::Share),
        ("Occupancy".to_owned(), metric("occupancy"), Form::Share),
        ("Calls offered".to_owned(), metric("offered"), Form::Number(1)),
        ("Agents logged in".to_owned(), metric("mean_agents"), Form::Number(2)),
        ("Average handle time, s".to_owned(), metric("average_call_time_s"), Form::Number(1)),
        ("Longest wait, s".to_owned(), metric("longest_wait_s"), Form::Number(0)),
    ]
}

fn written(mean: Option<Mean>, form: Form) -> String {
    match (mean, form) {
        (None, _) => "–".to_owned(),
        (Some(mean), Form::Share) => percent(mean.estimate()),
        (Some(mean), Form::Number(decimals)) => cell(mean.estimate(), decimals),
        (Some(mean), Form::Hours) => {
            let hours = |secs: f64| secs / 3_600.0;
            cell(Mean { mean: mean.mean.map(hours), ci95: mean.ci95.map(hours), ..mean }.estimate(), 2)
        }
    }
}

/// The headline numbers of a group.
pub(super) fn cards(result: &ResultData, group: &GroupData) -> Vec<Card> {
    let headlines = headlines(result.threshold_s, &group.metrics);
    let cards = headlines.into_iter().map(|(name, mean, form)| {
        let alone = mean.map(|mean| Mean { ci95: None, ..mean });
        let ends = mean.and_then(|mean| Some((mean.mean?, mean.ci95.filter(|&half| half > 0.0)?)));
        let end = |value: f64| written(Some(Mean { mean: Some(value), ci95: None, replications: 1 }), form);
        let interval = ends.map_or_else(String::new, |(mean, half)| {
            format!("95 % interval {} to {}", end((mean - half).max(0.0)), end(mean + half))
        });
        let share = mean.and_then(|mean| mean.mean).filter(|_| matches!(form, Form::Share));
        Card { name, value: written(alone, form), interval, share }
    });
    cards.collect()
}

/// The table of several results; none for fewer than two.
pub(super) fn comparison(results: &[ResultData]) -> Option<Comparison> {
    let (first, others) = results.split_first().filter(|(_, others)| !others.is_empty())?;
    let columns = results.iter().enumerate();
    let columns = columns.map(|(style, result)| Column { label: result.label.clone(), said: said(result), style });
    let of = |result: &ResultData, group: &str| {
        let group = result.groups.iter().find(|other| other.group == group);
        group.map(|group| headlines(result.threshold_s, &group.metrics))
    };
    let mut rows = Vec::new();
    for group in &first.groups {
        let theirs: Vec<_> = others.iter().map(|other| of(other, &group.group)).collect();
        for (index, (metric, mean, form)) in headlines(first.threshold_s, &group.metrics).into_iter().enumerate() {
            let mut cells = vec![ComparedCell { text: written(mean, form), difference: String::new(), apart: "" }];
            cells.extend(theirs.iter().map(|other| {
                // Another threshold makes another service level.
                let other = other.as_ref().map(|other| &other[index]).filter(|other| other.0 == metric);
                against(mean, other.and_then(|other| other.1), form)
            }));
            rows.push(ComparedRow { group: group.group.clone(), metric, cells });
        }
    }
    Some(Comparison { columns: columns.collect(), rows })
}

fn against(first: Option<Mean>, other: Option<Mean>, form: Form) -> ComparedCell {
    let text = written(other, form);
    let both = first.zip(other).and_then(|(first, other)| Some((first, other, first.mean?, other.mean?)));
    let Some((first, other, from, to)) = both else {
        return ComparedCell { text, difference: String::new(), apart: "" };
    };
    let difference = to - from;
    let width = first.ci95.zip(other.ci95).map(|(one, other)| one + other);
    let apart = match width {
        Some(width) if difference > width => "higher",
        Some(width) if -difference > width => "lower",
        _ => "",
    };
    let signed = |value: f64, decimals: usize| {
        let text = format!("{value:+.decimals$}");
        // What rounds to nothing has no sign.
        if text.contains(|digit| matches!(digit, '1'..='9')) { text } else { text[1..].to_owned() }
    };
    let difference = match form {
        Form::Share => format!("{} points", signed(100.0 * difference, 1)),
        Form::Number(decimals) => signed(difference, decimals),
        Form::Hours => signed(difference / 3_600.0, 2),
    };
    ComparedCell { text, difference, apart }
}

/// A table without more.
#[derive(Serialize)]
pub(super) struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Row>,
}

/// A column of a table: its heading, its metric, and how that is written.
type Metric = (&'static str, &'static str, Form);

impl Row {
    /// Adds a cell for each column.
    fn means(&mut self, metrics: &Metrics, columns: &[Metric]) {
        for &(_, name, form) in columns {
            let mean = metrics.get(name).copied();
            self.number(written(mean, form), mean.and_then(|mean| mean.mean));
        }
    }
}

/// The classes of a group, in the order of the scenario; none if it has none.
pub(super) fn classes(result: &ResultData, group: &str) -> Option<Table> {
    const BEFORE: [Metric; 3] = [
        ("Offered", "offered", Form::Number(1)),
        ("Answered", "answered", Form::Number(1)),
        ("Abandoned", "p_abandon", Form::Share),
    ];
    const AFTER: [Metric; 4] = [
        ("Average speed of answer, s", "asa_s", Form::Number(1)),
        ("Longest wait, s", "longest_wait_s", Form::Number(0)),
        ("Average handle time, s", "average_call_time_s", Form::Number(1)),
        ("Calling again", "retried", Form::Number(1)),
    ];
    let rows = result.classes.iter().filter(|class| class.group == group).map(|class| {
        let mut row = Row::default();
        row.words(class.class.as_deref().unwrap_or("(none of them)"));
        row.means(&class.metrics, &BEFORE);
        let level = service_level(&class.metrics);
        row.number(written(level, Form::Share), level.and_then(|level| level.mean));
        row.means(&class.metrics, &AFTER);
        row
    });
    let rows: Vec<Row> = rows.collect();
    let columns = ["Class"].into_iter().chain(BEFORE.iter().map(|column| column.0)).chain(["Answered in time"]);
    let columns = columns.chain(AFTER.iter().map(|column| column.0)).collect();
    (!rows.is_empty()).then_some(Table { columns, rows })
}

/// What groups and agents have in common of their paid time.
const PAID: [Metric; 9] = [
    ("Planned, h", "planned_s", Form::Hours),
    ("Overtime, h", "overtime_s", Form::Hours),
    ("Staffed, h", "staffed_s", Form::Hours),
    ("Absent, h", "absent_s", Form::Hours),
    ("Breaks, h", "break_s", Form::Hours),
    ("Away after rings, h", "away_after_ring_s", Form::Hours),
    ("Shrinkage", "shrinkage", Form::Share),
    ("Occupancy", "occupancy", Form::Share),
    ("Utilisation", "utilisation", Form::Share),
];
const OTHER_CALLS: [Metric; 2] =
    [("Other calls", "other_calls", Form::Number(1)), ("Other calls, h", "other_call_time_s", Form::Hours)];

/// How the agents of the groups spend their paid time; none of a plain scenario.
pub(super) fn paid_by_group(result: &ResultData) -> Option<Table> {
    const MEANS: [Metric; 2] =
        [("Mean staffed", "mean_staffed", Form::Number(2)), ("Mean busy", "mean_busy", Form::Number(2))];
    let rows = result.groups.iter().filter(|group| group.metrics.contains_key("shrinkage")).map(|group| {
        let mut row = Row::default();
        row.words(&group.group);
        row.means(&group.metrics, &MEANS);
        row.means(&group.metrics, &PAID);
        row.means(&group.metrics, &OTHER_CALLS);
        row
    });
    let rows: Vec<Row> = rows.collect();
    let columns = [&MEANS[..], &PAID, &OTHER_CALLS].concat();
    let columns = ["Group"].into_iter().chain(columns.iter().map(|column| column.0)).collect();
    (!rows.is_empty()).then_some(Table { columns, rows })
}

/// How each agent spends the paid time; none of a plain scenario.
pub(super) fn paid_by_agent(result: &ResultData, most: usize) -> Option<Table> {
    const ACD_CALLS: [Metric; 1] = [("ACD calls", "NumberOfACDCalls", Form::Number(1))];
    let rows = result.agents.iter().take(most).map(|agent| {
        let mut row = Row::default();
        row.words(&agent.agent);
        row.words(&agent.address);
        row.means(&agent.metrics, &PAID);
        row.means(&agent.metrics, &ACD_CALLS);
        row.means(&agent.metrics, &OTHER_CALLS);
        row
    });
    let rows: Vec<Row> = rows.collect();
    let columns = [&PAID[..], &ACD_CALLS, &OTHER_CALLS].concat();
    let columns = ["Agent", "Address"].into_iter().chain(columns.iter().map(|column| column.0)).collect();
    (!rows.is_empty()).then_some(Table { columns, rows })
}

/// The columns of the table of sessions.
pub(super) const SESSION_COLUMNS: [&str; 13] = [
    "Agent",
    "Group",
    "Address",
    "Session",
    "Begins",
    "Duration, s",
    "Calls",
    "Calls per h",
    "Average talk, s",
    "Average wrap-up, s",
    "Average time to answer, s",
    "Longest time to answer, s",
    "Occupancy",
];

/// The rows of the table of sessions.
pub(super) fn sessions(result: &ResultData) -> impl Iterator<Item = Row> {
    result.sessions.iter().map(|session| session_row(result, session))
}

fn session_row(result: &ResultData, session: &SessionData) -> Row {
    let words = |text: &str| Cell { text: text.to_owned(), value: None };
    let number = |name: &str, decimals| {
        let mean = session.metrics.get(name).copied();
        Cell { text: written(mean, Form::Number(decimals)), value: mean.and_then(|mean| mean.mean) }
    };
    let mean = |name: &str| session.metrics.get(name).and_then(|mean| mean.mean);
    let begins = mean("session_start_time_s");
    let begun = |secs: f64| {
        let clock = clock(&result.start, secs);
        // The day goes without saying if there is only one.
        match clock.split_once(' ') {
            Some((day, time)) if result.horizon_s <= 86_400.0 && result.start.starts_with(day) => time.to_owned(),
            _ => clock,
        }
    };
    // Of the means: a quotient of sums over all replications.
    let ready = mean("ready_s").zip(mean("session_duration_s")).filter(|&(_, duration)| duration > 0.0);
    let occupancy = ready.map(|(ready, duration)| 1.0 - ready / duration);
    Row(vec![
        words(&session.agent),
        words(&session.group),
        words(&session.address),
        Cell { text: session.ordinal.to_string(), value: Some(session.ordinal.into()) },
        Cell { text: begins.map_or_else(|| "–".to_owned(), begun), value: begins },
        number("session_duration_s", 0),
        number("NumberOfCalls", 1),
        number("acd_call_rate_per_h", 1),
        number("average_talk_time_s", 1),
        number("average_wrap_up_time_s", 1),
        number("average_time_to_answer_s", 1),
        number("longest_time_to_answer_s", 0),
        Cell {
            text: occupancy.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", 100.0 * share)),
            value: occupancy,
        },
    ])
}

/// The verdicts of a scenario, with how many there are of each.
pub(super) fn verified(verification: &VerificationData) -> Verified<'_> {
    let counts = ["pass", "fail", "inconclusive", "not applicable"]
        .map(|verdict| (verdict, verification.checks.iter().filter(|check| check.verdict == verdict).count()));
    Verified { verification, counts: counts.into_iter().filter(|(_, count)| *count > 0).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_apart_only_if_their_intervals_do_not_meet() {
        let mean = |mean, ci95| Some(Mean { mean: Some(mean), ci95, replications: 5 });
        let apart = |one, other| against(one, other, Form::Number(1)).apart;
        assert_eq!(apart(mean(10.0, Some(1.0)), mean(12.5, Some(1.0))), "higher");
        assert_eq!(apart(mean(10.0, Some(1.0)), mean(12.0, Some(1.0))), "");
        assert_eq!(apart(mean(10.0, Some(1.0)), mean(7.5, Some(1.0))), "lower");
        assert_eq!(apart(mean(10.0, None), mean(7.5, Some(1.0))), "");
        assert_eq!(against(mean(0.5, None), mean(0.25, None), Form::Share).difference, "-25.0 points");
        assert_eq!(against(mean(0.5, None), mean(0.4999, None), Form::Share).difference, "0.0 points");
    }
}
