//! Which figures a report has: what each shows of the data, in a drawing and in a table beside it.

use jiff::SignedDuration;
use jiff::civil::DateTime;
use serde::Serialize;

use super::data::{GroupData, IntervalData, LANE_STATES, ResultData, Timelines};
use super::figure::{self, Axis, Course, Line, Panel, Place};
use super::page::PageError;
use crate::report::text::{cell, percent, thousands};

/// A figure with its words, its legend and its table.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Figure {
    pub(super) id: String,
    pub(super) title: String,
    /// What it shows and how it is to be read.
    pub(super) text: String,
    pub(super) svg: String,
    pub(super) legend: Vec<Key>,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// An entry of a legend.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Key {
    /// `line` or `state`.
    pub(super) kind: &'static str,
    pub(super) style: usize,
    pub(super) name: String,
}

/// A quantity of intervals: its line's name, the columns that are added up, and whether it is a share.
struct Quantity {
    name: &'static str,
    columns: &'static [&'static str],
    is_share: bool,
}

const SERVICE_LEVEL: &str = "service level";

impl Quantity {
    const fn of(name: &'static str, columns: &'static [&'static str]) -> Self {
        Quantity { name, columns, is_share: false }
    }

    const fn share(name: &'static str, columns: &'static [&'static str]) -> Self {
        Quantity { name, columns, is_share: true }
    }

    fn place(&self, interval: &IntervalData) -> Option<Place> {
        let x = f64::midpoint(interval.start_s, interval.end_s);
        let means = self.columns.iter().map(|column| match *column {
            SERVICE_LEVEL => service_level(&interval.metrics),
            column => interval.metrics.get(column).copied(),
        });
        let mut sum = Place { x, y: 0.0, half: 0.0 };
        for mean in means {
            let mean = mean?;
            sum.y += mean.mean?;
            sum.half += mean.ci95.unwrap_or(0.0);
        }
        if self.columns.len() > 1 {
            // The interval of a sum is not that of its parts.
            sum.half = 0.0;
        }
        Some(sum)
    }

    fn line(&self, style: usize, intervals: &[IntervalData]) -> Line {
        Line { style, course: Course::Shapes, places: intervals.iter().map(|it| self.place(it)).collect() }
    }

    fn cell(&self, interval: &IntervalData) -> String {
        let Some(place) = self.place(interval) else { return "–".to_owned() };
        let mean = super::data::Mean { mean: Some(place.y), ci95: Some(place.half), replications: 0 };
        if self.is_share { percent(mean.estimate()) } else { cell(mean.estimate(), 2) }
    }
}

/// The service level of what was offered, whatever its threshold.
pub(super) fn service_level(metrics: &super::data::Metrics) -> Option<super::data::Mean> {
    let found = metrics.iter().find(|(name, _)| name.starts_with("sl_") && name.ends_with("_of_offered"));
    found.map(|(_, mean)| *mean)
}

const ANSWERED_IN_TIME: Quantity = Quantity::share("answered within the threshold", &[SERVICE_LEVEL]);
const AGENTS: Quantity = Quantity::of("agents logged in", &["mean_agents"]);
const BUSY: Quantity = Quantity::of("agents talking or in wrap-up", &["mean_talking", "mean_wrapping_up"]);
const OFFERED: Quantity = Quantity::of("calls offered", &["offered"]);
const ABANDONED: Quantity = Quantity::of("calls abandoned", &["abandoned"]);
const OCCUPANCY: Quantity = Quantity::share("occupancy", &["occupancy"]);
const WAITING: Quantity = Quantity::of("calls waiting", &["mean_queue_length"]);
const ASA: Quantity = Quantity::of("average speed of answer, s", &["asa_s"]);

/// The figures of a group of a result; `id` begins their names.
pub(super) fn of_group(id: &str, result: &ResultData, group: &GroupData) -> Result<Vec<Figure>, PageError> {
    let threshold = result.threshold_s;
    let means = "Means over the replications; the bands are their 95 % intervals of confidence.";
    let mut figures = Vec::new();
    let intervals = [
        (
            "Service level and staffing",
            format!(
                "Above, the share of the calls offered that were answered within {threshold} s, by the interval of arrival; below, \
                 how many agents were logged in and how many of them were busy with calls. {means}"
            ),
            vec![("service level", vec![ANSWERED_IN_TIME]), ("agents", vec![AGENTS, BUSY])],
        ),
        (
            "Arrivals and abandonment",
            format!("Calls offered and calls abandoned, by the interval of arrival. {means}"),
            vec![("calls", vec![OFFERED, ABANDONED])],
        ),
        (
            "Occupancy and queue",
            format!("Above, the share of their time in which agents were busy; below, how many calls waited. {means}"),
            vec![("occupancy", vec![OCCUPANCY]), ("calls waiting", vec![WAITING])],
        ),
    ];
    if !group.intervals.is_empty() {
        for (title, text, panels) in intervals {
            figures.push(by_interval(&format!("{id}-{}", figures.len()), title, &text, result, group, panels)?);
        }
    }
    figures.extend(waits(&format!("{id}-waits"), result, group)?);
    Ok(figures)
}

/// The quantities of each panel.
type Panels = Vec<(&'static str, Vec<Quantity>)>;

fn by_interval(
    id: &str,
    title: &str,
    text: &str,
    result: &ResultData,
    group: &GroupData,
    quantities: Panels,
) -> Result<Figure, PageError> {
    let mut style = 0;
    let (mut panels, mut legend) = (Vec::new(), Vec::new());
    for (label, quantities) in &quantities {
        let mut lines = Vec::new();
        for quantity in quantities {
            lines.push(quantity.line(style, &group.intervals));
            legend.push(Key { kind: "line", style, name: quantity.name.to_owned() });
            style += 1;
        }
        let is_share = quantities.iter().all(|quantity| quantity.is_share);
        panels.push(Panel { label, is_share, lines, words: Vec::new(), mark: None });
    }
    let all: Vec<&Quantity> = quantities.iter().flat_map(|(_, quantities)| quantities).collect();
    let rows = group.intervals.iter().map(|interval| {
        let from = clock(&result.start, interval.start_s);
        [from].into_iter().chain(all.iter().map(|quantity| quantity.cell(interval))).collect()
    });
    let names = all.iter().map(|quantity| quantity.name.to_owned());
    let title = format!("{title}: {}", group.group);
    Ok(Figure {
        svg: figure::panels(id, &title, text, &time_axis(&result.start, result.horizon_s), &panels)?,
        id: id.to_owned(),
        title,
        text: text.to_owned(),
        legend,
        columns: ["from".to_owned()].into_iter().chain(names).collect(),
        rows: rows.collect(),
    })
}

/// Results on top of each other, a line each, for the group of this name.
pub(super) fn compared(id: &str, results: &[ResultData], name: &str) -> Result<Vec<Figure>, PageError> {
    let mut figures = Vec::new();
    let Some(first) = results.first() else { return Ok(figures) };
    let longest = results.iter().map(|result| result.horizon_s).fold(first.horizon_s, f64::max);
    let groups: Vec<(usize, &ResultData, &GroupData)> = results
        .iter()
        .enumerate()
        .filter_map(|(style, result)| {
            Some((
                style,
                result,
                result.groups.iter().find(|group| group.group == name && !group.intervals.is_empty())?,
            ))
        })
        .collect();
    for (title, label, quantity) in [
        ("Service level", "service level", ANSWERED_IN_TIME),
        ("Average speed of answer", "ASA, s", ASA),
        ("Agents logged in", "agents", AGENTS),
    ] {
        let lines = groups.iter().map(|(style, _, group)| quantity.line(*style, &group.intervals)).collect();
        let panel = Panel { label, is_share: quantity.is_share, lines, words: Vec::new(), mark: None };
        let id = format!("{id}-{}", figures.len());
        let title = format!("{title}, compared: {name}");
        let text = "By the interval of arrival, a line for each result. The times of day are those of the first. Means over the \
                    replications; the bands are their 95 % intervals of confidence.";
        let rows = groups.iter().flat_map(|(_, result, group)| {
            let row = |interval: &IntervalData| {
                vec![result.label.clone(), clock(&result.start, interval.start_s), quantity.cell(interval)]
            };
            group.intervals.iter().map(row).collect::<Vec<_>>()
        });
        figures.push(Figure {
            svg: figure::panels(&id, &title, text, &time_axis(&first.start, longest), &[panel])?,
            rows: rows.collect(),
            columns: ["result", "from", quantity.name].map(str::to_owned).to_vec(),
            legend: groups
                .iter()
                .map(|(style, result, _)| Key { kind: "line", style: *style, name: result.label.clone() })
                .collect(),
            id,
            title,
            text: text.to_owned(),
        });
    }
    Ok(figures)
}

/// How long callers waited, on a logarithmic axis.
fn waits(id: &str, result: &ResultData, group: &GroupData) -> Result<Option<Figure>, PageError> {
    const PERCENTS: [(&str, f64); 4] = [("p50", 0.5), ("p80", 0.2), ("p95", 0.05), ("p99", 0.01)];
    let log = |secs: f64| libm::log10(secs.max(0.1));
    let percentiles: Vec<(&str, f64, f64)> = PERCENTS
        .iter()
        .filter_map(|&(name, beyond)| Some((name, group.metrics.get(&format!("wait_{name}_s"))?.mean?, beyond)))
        .collect();
    let none = super::data::Waits::default();
    let waits = group.waits.as_ref().unwrap_or(&none);
    if percentiles.is_empty() && waits.answered + waits.abandoned == 0 {
        return Ok(None);
    }
    let mut lines = Vec::new();
    let mut legend = Vec::new();
    for (style, name, all) in [(0, "answered calls", waits.answered), (1, "abandoned calls", waits.abandoned)] {
        if all > 0 {
            let places = waits.longer.iter().map(|it| {
                let left = if style == 0 { it.answered } else { it.abandoned };
                Some(Place { x: log(it.than_s), y: left as f64 / all as f64, half: 0.0 })
            });
            lines.push(Line { style, course: Course::Plain, places: places.collect() });
            legend.push(Key { kind: "line", style, name: format!("{name} ({})", thousands(all)) });
        }
    }
    let points = percentiles.iter().map(|&(_, secs, y)| Some(Place { x: log(secs), y, half: 0.0 }));
    lines.push(Line { style: 2, course: Course::Scattered, places: points.collect() });
    legend.push(Key { kind: "line", style: 2, name: "percentiles of the answered calls".to_owned() });
    // The last two are near each other: one is written above the other.
    let words = percentiles.iter().map(|&(name, secs, y)| {
        let above = if name == "p95" { 18 } else { 3 };
        (log(secs), y, above, format!("{name} {secs:.1} s"))
    });
    let words = words.collect();
    let last = waits.longer.last().map_or(0.0, |it| it.than_s);
    let last = percentiles.iter().map(|it| it.1).fold(last.max(10.0).max(result.threshold_s), f64::max) * 2.0;
    let ticks = [(0.1, "0.1 s"), (1.0, "1 s"), (10.0, "10 s"), (60.0, "1 min"), (600.0, "10 min"), (3_600.0, "1 h")];
    let ticks = ticks.into_iter().chain([(36_000.0, "10 h"), (360_000.0, "100 h")]);
    let ticks = ticks.filter(|tick| tick.0 <= last).map(|(secs, name)| (log(secs), name.to_owned()));
    let axis = Axis { from: -1.0, to: log(last), ticks: ticks.collect() };
    let mark = Some((log(result.threshold_s), format!("threshold {} s", result.threshold_s)));
    let panel = Panel { label: "waited longer", is_share: true, lines, words, mark };
    let title = format!("How long callers waited: {}", group.group);
    let source = if group.waits.is_some() {
        "The lines are all calls of all replications, of calls.csv."
    } else {
        "The percentiles alone are here: `run --out DIR --calls` writes calls.csv, which has the whole lines."
    };
    let text = format!(
        "The share of the calls that waited longer than the time below, which is logarithmic. The points are the means over the \
         replications of the median and of the waits that 80, 95 and 99 % of the answered calls did not exceed. {source}"
    );
    let mut rows: Vec<Vec<String>> = percentiles
        .iter()
        .map(|(name, secs, beyond)| {
            vec![format!("{name}: {secs:.1}"), format!("{:.0} %", 100.0 * beyond), "–".to_owned()]
        })
        .collect();
    let share = |left: u64, all: u64| {
        if all == 0 { "–".to_owned() } else { format!("{:.2} %", 100.0 * left as f64 / all as f64) }
    };
    rows.extend(waits.longer.iter().step_by(4).map(|it| {
        vec![format!("{:.1}", it.than_s), share(it.answered, waits.answered), share(it.abandoned, waits.abandoned)]
    }));
    Ok(Some(Figure {
        svg: figure::panels(id, &title, &text, &axis, &[panel])?,
        id: id.to_owned(),
        title,
        text,
        legend,
        columns: ["longer than, s", "answered calls", "abandoned calls"].map(str::to_owned).to_vec(),
        rows,
    }))
}

/// A lane a session.
pub(super) fn lanes(id: &str, result: &ResultData, timelines: &Timelines) -> Result<Figure, PageError> {
    let several = result.groups.len() > 1;
    let name = |agent: &str, group: &str| {
        let name = if several { format!("{agent} · {group}") } else { agent.to_owned() };
        let short: String = name.chars().take(23).collect();
        if short == name { name } else { format!("{short}…") }
    };
    let lanes: Vec<(String, Vec<figure::Bar>)> = timelines
        .lanes
        .iter()
        .map(|lane| {
            let bars = lane.pieces.iter().map(|piece| (piece.state as usize, piece.from_s, piece.to_s));
            (name(&lane.agent, &lane.group), bars.collect())
        })
        .collect();
    let title = format!("Agent sessions in replication {}", timelines.replication);
    let how = match timelines.source {
        "events.csv" => "It is from events.csv.",
        _ => "It is from calls.csv: what is neither talk nor wrap-up of an ACD call is shown as ASST_READY.",
    };
    let left_out = match timelines.left_out {
        0 => String::new(),
        more => format!(" {more} more sessions are not drawn."),
    };
    let text = format!(
        "A lane for each agent session, from log-in to log-out; the higher the bar, the busier the state. A step of {:.0} s shows the \
         state of most of its time. {how}{left_out}",
        timelines.step_s
    );
    let rows = timelines.lanes.iter().map(|lane| {
        let row = [lane.session.to_string(), lane.agent.clone(), lane.group.clone()];
        row.into_iter().chain(lane.totals_s.map(|secs| format!("{secs:.0}"))).collect()
    });
    let states = LANE_STATES.map(|state| format!("{}, s", state.name()));
    Ok(Figure {
        svg: figure::lanes(id, &title, &text, &time_axis(&result.start, result.horizon_s), &lanes)?,
        id: id.to_owned(),
        title,
        text,
        legend: LANE_STATES
            .map(|state| Key { kind: "state", style: state as usize, name: state.name().to_owned() })
            .to_vec(),
        columns: ["session", "agent", "group"].map(str::to_owned).into_iter().chain(states).collect(),
        rows: rows.collect(),
    })
}

/// The wall clock so many seconds after the start.
pub(super) fn clock(start: &str, secs: f64) -> String {
    let at = start.parse::<DateTime>().ok().and_then(|start| start.checked_add(whole_seconds(secs)).ok());
    at.map_or_else(|| format!("{secs} s"), |at| at.to_string().replace('T', " "))
}

fn whole_seconds(secs: f64) -> SignedDuration {
    SignedDuration::from_secs(secs as i64)
}

/// An axis of the times of day, or of days where there are many.
fn time_axis(start: &str, horizon_s: f64) -> Axis {
    let mut step = 604_800.0;
    for shorter in [900.0, 1_800.0, 3_600.0, 7_200.0, 10_800.0, 21_600.0, 43_200.0, 86_400.0, 172_800.0] {
        if horizon_s / shorter <= 12.0 {
            step = shorter;
            break;
        }
    }
    while horizon_s / step > 12.0 {
        step *= 2.0;
    }
    let start: DateTime = start.parse().unwrap_or_default();
    let midnight = start.date().to_datetime(jiff::civil::Time::midnight());
    let since_midnight = start.duration_since(midnight).as_secs_f64();
    let first = (since_midnight / step).ceil() as u64;
    let ticks = (first..).map(|tick| tick as f64 * step - since_midnight).take_while(|&at| at <= horizon_s);
    let several_days = since_midnight + horizon_s > 86_400.0;
    let ticks = ticks.map(|at| {
        let time = start.checked_add(whole_seconds(at)).unwrap_or(start);
        let (date, of_day) = (time.date(), time.time());
        let name = if several_days && of_day == jiff::civil::Time::midnight() {
            format!("{:02}-{:02}", date.month(), date.day())
        } else {
            format!("{:02}:{:02}", of_day.hour(), of_day.minute())
        };
        (at, name)
    });
    Axis { from: 0.0, to: horizon_s, ticks: ticks.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_of_time_are_round_times_of_day() {
        let axis = time_axis("1999-02-07T07:15:00", 17.0 * 3_600.0);
        let names: Vec<&str> = axis.ticks.iter().map(|tick| tick.1.as_str()).collect();
        assert_eq!((axis.ticks[0].0, names[0], names[1]), (2_700.0, "08:00", "10:00"));
        assert_eq!(names.last(), Some(&"02-08"));
    }
}
