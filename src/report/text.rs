//! What people read on a terminal.

use std::fmt::Write;

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use super::Actual;
use super::summary::{Means, Summary, class_rows};
use crate::scenario::{Scenario, wall_clock};
use crate::statistics::Estimate;
use crate::time::{Duration, Instant};

/// A line under the header and one under the table.
const LINES: TableStyle = TableStyle::new()
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

/// So many sessions are listed; who wants more reads `sessions.csv`.
const MOST_SESSIONS: usize = 20;

const DAY: Duration = Duration::from_secs(86_400);

/// The summary of an experiment for people, at most `width` columns wide if it can be.
pub fn summary_text(scenario: &Scenario, summary: &Summary, width: u16) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}: {} from {}, {} of seed {}, {} calls",
        scenario.name,
        span(scenario.horizon),
        scenario.start,
        counted(summary.replications.into(), "replication"),
        scenario.seed,
        thousands(summary.calls),
    );
    if scenario.warm_up > Duration::ZERO {
        let _ = writeln!(text, "Calls that arrive in the first {} are not counted.", span(scenario.warm_up));
    }
    if summary.replications > 1 {
        text.push_str("Means over the replications, ± half of the 95 % interval of confidence.\n");
    }
    let changed: Vec<_> = scenario.conventions.changed().map(|(name, answer)| format!("{name} = {answer}")).collect();
    if !changed.is_empty() {
        let _ = writeln!(text, "Conventions that are not the default: {}", changed.join(", "));
    }
    if scenario.has_several_handlers() {
        let handlers = scenario.handlers();
        let _ = writeln!(text, "{}:", counted(handlers.len() as u64, "agent handler"));
        for handler in &handlers {
            let groups: Vec<&str> = handler.groups.iter().map(|&group| scenario.groups[group].name.as_str()).collect();
            let agents = counted(handler.agents.len() as u64, "agent");
            let _ = writeln!(text, "  {}: {}; {agents}", handler.name, groups.join(", "));
        }
    }
    let threshold = scenario.service_level_threshold.as_secs_f64();
    let service_level = format!("sl_{threshold}_of_offered");
    let within = format!("Answered\nin {threshold} s");
    let _ = write!(text, "\nGroups\n{}", {
        let mut table = new_table(&[
            "Group",
            "Offered",
            "Answered",
            "Abandoned",
            &within,
            "ASA\ns",
            "Longest to\nanswer s",
            "Handle\ntime s",
            "Agents",
            "Occupancy",
        ]);
        for (group, means) in scenario.groups.iter().zip(&summary.groups) {
            table.add_row([
                group.name.clone(),
                cell(means.get("offered"), 1),
                cell(means.get("answered"), 1),
                percent(means.get("p_abandon")),
                percent(means.get(&service_level)),
                cell(means.get("asa_s"), 1),
                cell(means.get("longest_time_to_answer_s"), 0),
                cell(means.get("average_call_time_s"), 1),
                cell(means.get("mean_agents"), 1),
                percent(means.get("occupancy")),
            ]);
        }
        render(table, width)
    });
    if !scenario.is_plain() {
        let _ = write!(text, "{}", what_else(scenario, summary, width));
    }
    if !summary.classes.is_empty() {
        let _ = write!(text, "\nClasses of calls\n{}", classes(scenario, summary, &service_level, &within, width));
    }
    if !scenario.is_plain() {
        let _ = write!(text, "\nPaid time of the agents\n{}", paid_time(scenario, summary, width));
    }
    let _ = write!(text, "\nQueues at the end, times in whole seconds as TAPI reports them\n{}", {
        let mut table = new_table(&[
            "Queue",
            "Calls\nqueued",
            "Waiting\nnow",
            "Abandoned",
            "Average\nwait s",
            "Longest\never s",
            "Mean\nlength",
            "Longest\nlength",
        ]);
        for (group, means) in scenario.groups.iter().zip(&summary.queues) {
            table.add_row([
                group.queue.clone(),
                cell(means.get("TotalCallsQueued"), 1),
                cell(means.get("CurrentCallsQueued"), 1),
                cell(means.get("TotalCallsAbandoned"), 1),
                cell(means.get("AverageWaitTime"), 1),
                cell(means.get("LongestEverWaitTime"), 0),
                cell(means.get("mean_queue_length"), 2),
                cell(means.get("longest_queue"), 1),
            ]);
        }
        render(table, width)
    });
    let _ = write!(text, "\nAgent sessions, times in whole seconds as TAPI reports them\n{}", {
        let mut table = new_table(&[
            "Agent",
            "Group",
            "Start",
            "Duration\ns",
            "Calls",
            "Calls\nper h",
            "Average\ntalk s",
            "Average\nwrap-up s",
            "Avg time to\nanswer s",
            "Longest to\nanswer s",
        ]);
        for (key, means) in summary.sessions.iter().take(MOST_SESSIONS) {
            table.add_row([
                scenario.agents[key.agent].name.clone(),
                scenario.groups[key.group].name.clone(),
                started(scenario, means),
                cell(means.get("SessionDuration"), 0),
                cell(means.get("NumberOfCalls"), 1),
                cell(means.get("ACDCallRate"), 1),
                cell(means.get("AverageTalkTime"), 1),
                cell(means.get("AverageWrapUpTime"), 1),
                cell(means.get("AverageTimeToAnswer"), 1),
                cell(means.get("LongestTimeToAnswer"), 0),
            ]);
        }
        render(table, width)
    });
    if let Some(more) = summary.sessions.len().checked_sub(MOST_SESSIONS).filter(|&more| more > 0) {
        let _ = writeln!(text, "… and {more} more sessions; `--out DIR` writes all of them to sessions.csv");
    }
    let _ = writeln!(text, "\nFingerprint {:016x}", summary.fingerprint.value());
    text
}

/// What else became of calls than plain scenarios have: a column for whatever happened in any group, nothing if nothing did.
fn what_else(scenario: &Scenario, summary: &Summary, width: u16) -> String {
    const COUNTS: [(&str, &str); 11] = [
        ("blocked", "Blocked"),
        ("balked", "Balked"),
        ("retried", "Retried"),
        ("call_backs_accepted", "Call-backs\naccepted"),
        ("called_back", "Called\nback"),
        ("transferred_in", "Transferred\nin"),
        ("transferred_out", "Transferred\nout"),
        ("flowed_in", "Flowed\nin"),
        ("flowed_out", "Flowed\nout"),
        ("disposed", "Disposed"),
        ("unanswered_rings", "Unanswered\nrings"),
    ];
    let happened = |name: &str| summary.groups.iter().any(|means| means.get(name).mean > 0.0);
    let counts: Vec<_> = COUNTS.into_iter().filter(|(name, _)| happened(name)).collect();
    if counts.is_empty() {
        return String::new();
    }
    let header: Vec<&str> = ["Group"].into_iter().chain(counts.iter().map(|&(_, header)| header)).collect();
    let mut table = new_table(&header);
    for (group, means) in scenario.groups.iter().zip(&summary.groups) {
        let cells = counts.iter().map(|(name, _)| cell(means.get(name), 1));
        table.add_row([group.name.clone()].into_iter().chain(cells));
    }
    format!("\nWhat else became of calls\n{}", render(table, width))
}

/// The classes of the groups that have any.
fn classes(scenario: &Scenario, summary: &Summary, service_level: &str, within: &str, width: u16) -> String {
    let mut table = new_table(&[
        "Group",
        "Class",
        "Offered",
        "Answered",
        "Abandoned",
        within,
        "ASA\ns",
        "Longest to\nanswer s",
        "Handle\ntime s",
    ]);
    for ((group, _, name), means) in class_rows(scenario).zip(&summary.classes) {
        table.add_row([
            scenario.groups[group].name.clone(),
            name.unwrap_or("(none of them)").to_owned(),
            cell(means.get("offered"), 1),
            cell(means.get("answered"), 1),
            percent(means.get("p_abandon")),
            percent(means.get(service_level)),
            cell(means.get("asa_s"), 1),
            cell(means.get("longest_time_to_answer_s"), 0),
            cell(means.get("average_call_time_s"), 1),
        ]);
    }
    render(table, width)
}

/// How the agents of the groups spend their paid time.
fn paid_time(scenario: &Scenario, summary: &Summary, width: u16) -> String {
    let mut table = new_table(&["Group", "Staffed", "Busy", "Shrinkage", "Occupancy", "Utilisation", "Other\ncalls"]);
    for (group, means) in scenario.groups.iter().zip(&summary.groups) {
        table.add_row([
            group.name.clone(),
            cell(means.get("mean_staffed"), 1),
            cell(means.get("mean_busy"), 1),
            percent(means.get("shrinkage")),
            percent(means.get("occupancy")),
            percent(means.get("utilisation")),
            cell(means.get("other_calls"), 1),
        ]);
    }
    render(table, width)
}

/// What a simulation says beside what happened, interval by interval, for people.
pub fn actual_text(scenario: &Scenario, summary: &Summary, actual: &Actual, width: u16) -> String {
    let several = scenario.groups.len() > 1;
    let group_header: &[&str] = if several { &["Group"] } else { &[] };
    let header = ["Offered", "Answered", "Abandoned", "ASA s", "Longest wait s"];
    let header = header.map(|name| format!("{name}\nactual / simulated"));
    let names = ["From"].into_iter().chain(group_header.iter().copied()).chain(header.iter().map(String::as_str));
    let mut table = new_table(&names.collect::<Vec<_>>());
    for ((start, means), group) in summary.intervals.iter().zip(scenario.groups.iter().cycle()) {
        let clock = wall_clock(scenario, *start);
        let row = actual.row(&clock, &group.name);
        let pair = |name: &str, decimals| {
            let known = row.and_then(|row| row.get(name));
            let known = known.map_or_else(|| "–".to_owned(), |&value| number(value, decimals));
            format!("{known} / {}", cell(means.get(name), decimals))
        };
        let from = clock.strip_suffix("T00:00:00").unwrap_or(&clock).replace('T', " ");
        let group = several.then(|| group.name.clone());
        table.add_row([from].into_iter().chain(group).chain([
            pair("offered", 0),
            pair("answered", 1),
            pair("abandoned", 1),
            pair("asa_s", 1),
            pair("longest_wait_s", 0),
        ]));
    }
    format!("\nActual and simulated\n{}", render(table, width))
}

pub(super) fn new_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(LINES).set_header(header.iter().copied());
    table
}

/// The table as text: numbers to the right of the names in the first column, cells wrapped if it is too wide otherwise.
pub(super) fn render(mut table: Table, width: u16) -> String {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut text = table.to_string();
    if text.lines().any(|line| line.trim_end().chars().count() > usize::from(width)) {
        text = table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width).to_string();
    }
    text.lines().fold(String::new(), |text, line| text + line.trim_end() + "\n")
}

/// A mean with its half-width, to so many decimals, or what it is if it did not vary.
pub(super) fn cell(estimate: Estimate, decimals: usize) -> String {
    if estimate.mean.is_nan() {
        return "–".to_owned();
    }
    match estimate.half_width {
        Some(half_width) if half_width > 0.0 => format!("{:.decimals$} ±{half_width:.decimals$}", estimate.mean),
        _ => number(estimate.mean, decimals),
    }
}

/// A number that did not vary: to so many decimals, unless it is whole.
fn number(value: f64, decimals: usize) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.decimals$}") }
}

/// A number to so many significant digits, and at most twelve decimals.
pub(super) fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let decimals = (digits - 1 - libm::floor(libm::log10(value.abs())) as i32).clamp(0, 12) as usize;
    format!("{value:.decimals$}")
}

pub(super) fn percent(estimate: Estimate) -> String {
    let hundredfold = Estimate {
        mean: 100.0 * estimate.mean,
        half_width: estimate.half_width.map(|half_width| 100.0 * half_width),
        ..estimate
    };
    match cell(hundredfold, 1).as_str() {
        "–" => "–".to_owned(),
        number => format!("{number} %"),
    }
}

/// When a session began: the same clock in every replication, unless a call kept the agent in the shift before.
fn started(scenario: &Scenario, means: &Means) -> String {
    let secs = means.get("session_start_time_s").mean;
    let clock = wall_clock(scenario, Instant::START + Duration::from_secs_f64(secs.round()));
    match clock.split_once('T') {
        // The day goes without saying if there is only one.
        Some((day, time)) if scenario.start.date().to_string() == day && scenario.horizon <= DAY => time.to_owned(),
        _ => clock,
    }
}

/// A duration for people: `8 h`, `1 h 30 min`, `2.5 s`.
pub(super) fn span(duration: Duration) -> String {
    let secs = duration.as_secs();
    let mut parts = Vec::new();
    for (unit, length) in [("d", 86_400), ("h", 3_600), ("min", 60)] {
        let count = match unit {
            "d" => secs / length,
            "h" => secs % 86_400 / length,
            _ => secs % 3_600 / length,
        };
        if count > 0 {
            parts.push(format!("{count} {unit}"));
        }
    }
    let rest = Duration::from_nanos(duration.as_nanos() % (60 * crate::time::NANOS_PER_SEC));
    if rest > Duration::ZERO || parts.is_empty() {
        parts.push(format!("{} s", rest.as_secs_f64()));
    }
    parts.join(" ")
}

pub(super) fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{} {noun}s", thousands(count)) }
}

/// A count with its thousands apart: `1,234,567`.
pub(super) fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_their_thousands_apart() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn durations_read_as_people_say_them() {
        let spans = [0, 90, 3_600, 5_400, 90_000].map(|secs| span(Duration::from_secs(secs)));
        assert_eq!(spans, ["0 s", "1 min 30 s", "1 h", "1 h 30 min", "1 d 1 h"]);
        assert_eq!(span(Duration::from_secs_f64(2.5)), "2.5 s");
    }
}
