//! What a report shows of a sweep: curves over one path, heat maps over two, small multiples over more, and a table of all points.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::charts::{Figure, Key};
use super::figure::{self, Axis, Course, Line, Panel, Place};
use super::heat::{self, Heat, SHADES};
use super::page::PageError;
use super::views::Row;
use crate::report::sweep::is_share;
use crate::report::text::{cell, percent, thousands};
use crate::statistics::Estimate;
use crate::sweep::{PointResult, Swept, Unit};

/// So many groups have figures.
const MOST_DRAWN: usize = 12;
/// So many rows the table of points has.
const MOST_ROWS: usize = 5_000;
/// So many heat maps of a metric are drawn, and so many values to a side of each.
const MOST_MAPS: usize = 16;
const MOST_CELLS: usize = 60;
/// So many points a figure has.
const MOST_POINTS: usize = 2_000;
/// So many ticks an axis has.
const MOST_TICKS: usize = 12;

/// A sweep on the page.
#[derive(Serialize)]
pub(super) struct SweepView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) groups: Vec<GroupOfSweep>,
    pub(super) undrawn: usize,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) rows_left_out: usize,
    pub(super) missing: usize,
}

/// A group of a sweep.
#[derive(Serialize)]
pub(super) struct GroupOfSweep {
    pub(super) group: String,
    pub(super) figures: Vec<Figure>,
}

/// A metric that is drawn: its column, its axis, and whether its axis has percents that end where the values do.
struct Drawn {
    metric: String,
    label: &'static str,
    title: &'static str,
}

/// The metrics that are drawn.
fn drawn(swept: &Swept) -> Vec<Drawn> {
    let level = swept.metrics().into_iter().find(|name| name.starts_with("sl_") && name.ends_with("_of_offered"));
    let level = level.map(|metric| Drawn {
        metric: metric.to_owned(),
        label: "service level",
        title: "Answered within the threshold",
    });
    let others = [
        ("asa_s", "ASA, s", "Average speed of answer, s"),
        ("p_abandon", "abandoned, %", "Abandoned"),
        ("occupancy", "occupancy", "Occupancy"),
    ];
    let others = others.map(|(metric, label, title)| Drawn { metric: metric.to_owned(), label, title });
    level.into_iter().chain(others).collect()
}

/// The means of a group at a point.
fn mean_of(result: &PointResult, group: &str, metric: &str) -> Option<Estimate> {
    let group = result.groups.iter().find(|other| other.group == group)?;
    group.get(metric).filter(|estimate| !estimate.mean.is_nan())
}

fn written(metric: &str, estimate: Option<Estimate>) -> String {
    match estimate {
        None => "–".to_owned(),
        Some(estimate) if is_share(metric) => percent(estimate),
        Some(estimate) => cell(estimate, 2),
    }
}

/// A path whose values are seen beside each other: its index, and its values in order.
struct Dimension {
    path: usize,
    name: String,
    /// Each value with the place on the axis and its words.
    values: Vec<(f64, String)>,
    places: BTreeMap<String, f64>,
    is_log: bool,
}

impl Dimension {
    fn of(swept: &Swept, path: usize) -> Self {
        let unit = swept.unit(path);
        let mut values: Vec<(f64, String)> = Vec::new();
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for (_, value) in swept.points.iter().map(|point| &point.values[path]) {
            if known.insert(&value.text) {
                // What is no number is placed in the order in which it comes.
                let place = unit.and(value.number).map_or(values.len() as f64, |(number, _)| number);
                values.push((place, value.text.clone()));
            }
        }
        values.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut ratios = values.windows(2).map(|pair| pair[1].0 / pair[0].0);
        let first = ratios.next().unwrap_or(1.0);
        let is_log = values.len() > 2
            && values[0].0 > 0.0
            && first > 1.2
            && ratios.all(|ratio| (ratio / first - 1.0).abs() < 0.03);
        if is_log {
            values.iter_mut().for_each(|(place, _)| *place = libm::log10(*place));
        }
        let name =
            format!("{}{}", swept.paths[path], unit.filter(|&unit| unit == Unit::PerHour).map_or("", Unit::words));
        let places = values.iter().map(|(place, text)| (text.clone(), *place)).collect();
        Dimension { path, name, values, places, is_log }
    }

    fn axis(&self) -> Axis {
        let (first, last) = (self.values[0].0, self.values[self.values.len() - 1].0);
        let margin = if last > first { (last - first) * 0.04 } else { 0.5 };
        // As many values are told as have room.
        let apart = (last - first + 2.0 * margin) / MOST_TICKS as f64;
        let mut ticks: Vec<(f64, String)> = Vec::new();
        for (place, text) in &self.values {
            if ticks.last().is_none_or(|(before, _)| place - before >= apart) {
                ticks.push((*place, text.clone()));
            }
        }
        Axis { from: first - margin, to: last + margin, ticks }
    }
}

/// The paths that have more than one value and say something that no path before them says.
fn dimensions(swept: &Swept) -> Vec<Dimension> {
    let mut kept: Vec<usize> = Vec::new();
    let text = |point: usize, path: usize| &swept.points[point].values[path].1.text;
    let points = 0..swept.points.len();
    for path in 0..swept.paths.len() {
        let is_constant = points.clone().all(|point| text(point, path) == text(0, path));
        // Those that change together are told by the first of them; in a Latin hypercube anything would be.
        let is_told = swept.is_grid
            && kept.iter().any(|&other| {
                let mut known = BTreeMap::new();
                points
                    .clone()
                    .all(|point| known.entry(text(point, other)).or_insert(text(point, path)) == &text(point, path))
            });
        if !is_constant && !is_told {
            kept.push(path);
        }
    }
    kept.into_iter().map(|path| Dimension::of(swept, path)).collect()
}

/// The view of a sweep; `id` begins the names of its parts.
pub(super) fn view(id: &str, swept: &Swept) -> Result<SweepView, PageError> {
    let done = swept.done().count();
    let dimensions = dimensions(swept);
    let groups = swept.groups();
    let mut views = Vec::new();
    for (number, &group) in (1..).zip(groups.iter().take(MOST_DRAWN)) {
        let figures = of_group(&format!("{id}-g{number}"), swept, group, &dimensions)?;
        views.push(GroupOfSweep { group: group.to_owned(), figures });
    }
    let metrics: Vec<Drawn> = drawn(swept);
    let columns = ["Point".to_owned(), "Group".to_owned()].into_iter();
    let columns = columns.chain(swept.paths.iter().map(ToString::to_string));
    let columns = columns.chain(metrics.iter().map(|drawn| drawn.title.to_owned()));
    let rows = swept.done().flat_map(|(point, result)| {
        let metrics = &metrics;
        groups.iter().map(move |&group| {
            let mut row = Row::default();
            row.number(point.number.to_string(), Some(point.number as f64));
            row.words(group);
            for (_, value) in &point.values {
                row.number(value.text.clone(), value.number.map(|(number, _)| number));
            }
            for Drawn { metric, .. } in metrics {
                let mean = mean_of(result, group, metric);
                row.number(written(metric, mean), mean.map(|mean| mean.mean));
            }
            row
        })
    });
    let design = if swept.is_grid { "a grid" } else { "a Latin hypercube" };
    let paths: Vec<String> = swept.paths.iter().map(ToString::to_string).collect();
    let mut facts = vec![
        ("Points", format!("{} of {}", thousands(done as u64), thousands(swept.points.len() as u64))),
        ("Design", design.to_owned()),
        ("Threshold", format!("{} s", swept.threshold_s)),
    ];
    if !swept.is_swept("replications") {
        facts.push(("Replications of each", thousands(swept.replications.into())));
    }
    if !swept.is_swept("seed") {
        facts.push(("Seed", swept.seed.to_string()));
    }
    facts.push(("Calls simulated", thousands(swept.done().map(|(_, result)| result.calls).sum())));
    facts.push(("Written by", format!("acdsim {}", swept.version)));
    Ok(SweepView {
        id: id.to_owned(),
        name: format!("{} over {}", swept.scenario, paths.join(", ")),
        facts,
        undrawn: groups.len().saturating_sub(MOST_DRAWN),
        groups: views,
        columns: columns.collect(),
        rows: rows.take(MOST_ROWS).collect(),
        rows_left_out: (done * groups.len()).saturating_sub(MOST_ROWS),
        missing: swept.points.len() - done,
    })
}

fn of_group(id: &str, swept: &Swept, group: &str, dimensions: &[Dimension]) -> Result<Vec<Figure>, PageError> {
    let small = |dimension: &Dimension| dimension.values.len() <= MOST_CELLS;
    match dimensions {
        [] => Ok(Vec::new()),
        [one] => Ok(vec![curves(&format!("{id}-0"), swept, group, one, true)?]),
        [down, across, others @ ..] if swept.is_grid && small(down) && small(across) => {
            Ok(heat_maps(id, swept, group, down, across, others))
        }
        all => (0..).zip(all).map(|(index, one)| curves(&format!("{id}-{index}"), swept, group, one, false)).collect(),
    }
}

/// A panel for each metric over one path: curves if each value is one point, or else all points.
fn curves(id: &str, swept: &Swept, group: &str, dimension: &Dimension, is_curve: bool) -> Result<Figure, PageError> {
    let metrics = drawn(swept);
    let mut points: Vec<(f64, &str, &PointResult)> = swept
        .done()
        .filter_map(|(point, result)| {
            let text = &point.values[dimension.path].1.text;
            Some((*dimension.places.get(text)?, text.as_str(), result))
        })
        .collect();
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    let left_out = points.len().saturating_sub(MOST_POINTS);
    if left_out > 0 {
        let every = points.len().div_ceil(MOST_POINTS);
        points = points.into_iter().step_by(every).collect();
    }
    let panels: Vec<Panel> = metrics
        .iter()
        .enumerate()
        .map(|(style, drawn)| {
            // Few calls are abandoned: their axis ends where they do, and not at all calls.
            let scale = if drawn.metric == "p_abandon" { 100.0 } else { 1.0 };
            let places = points.iter().map(|(x, _, result)| {
                let mean = mean_of(result, group, &drawn.metric)?;
                let half = if is_curve { mean.half_width.unwrap_or(0.0) } else { 0.0 };
                Some(Place { x: *x, y: mean.mean * scale, half: half * scale })
            });
            let course = if is_curve { Course::Shapes } else { Course::Scattered };
            Panel {
                label: drawn.label,
                is_share: is_share(&drawn.metric) && scale == 1.0,
                lines: vec![Line { style, course, places: places.collect() }],
                words: Vec::new(),
                mark: None,
            }
        })
        .collect();
    let title = format!("Over {}: {group}", dimension.name);
    let mut axis_is = if dimension.is_log { " The axis of the values is logarithmic." } else { "" }.to_owned();
    if left_out > 0 {
        axis_is += " There are too many points to draw all of them.";
    }
    let text = if is_curve {
        format!(
            "What each value of {} gives. Means over the replications; the bands are their 95 % intervals of confidence. All points \
             see the same callers.{axis_is}",
            dimension.name
        )
    } else {
        format!(
            "Every point of the sweep by its value of {}; the other values differ from point to point. Means over the \
             replications.{axis_is}",
            dimension.name
        )
    };
    let rows = points.iter().map(|(_, value, result)| {
        let means = metrics.iter().map(|drawn| written(&drawn.metric, mean_of(result, group, &drawn.metric)));
        [(*value).to_owned()].into_iter().chain(means).collect()
    });
    let titles = metrics.iter().map(|drawn| drawn.title.to_owned());
    let legend = metrics.iter().enumerate();
    Ok(Figure {
        svg: figure::panels(id, &title, &text, &dimension.axis(), &panels)?,
        id: id.to_owned(),
        legend: legend.map(|(style, drawn)| Key { kind: "line", style, name: drawn.title.to_owned() }).collect(),
        columns: [swept.paths[dimension.path].to_string()].into_iter().chain(titles).collect(),
        rows: rows.collect(),
        title,
        text,
    })
}

/// A figure for each metric: a heat map over two paths, and as many of them as there are values of the others.
fn heat_maps(
    id: &str,
    swept: &Swept,
    group: &str,
    down: &Dimension,
    across: &Dimension,
    others: &[Dimension],
) -> Vec<Figure> {
    // Which values of the other paths there are, in the order of the points, and which point is where.
    let mut slices: Vec<Vec<&str>> = Vec::new();
    let mut known: BTreeSet<Vec<&str>> = BTreeSet::new();
    let mut places: BTreeMap<(Vec<&str>, &str, &str), usize> = BTreeMap::new();
    for (index, point) in swept.points.iter().enumerate() {
        let text = |dimension: &Dimension| point.values[dimension.path].1.text.as_str();
        let slice: Vec<&str> = others.iter().map(text).collect();
        if known.insert(slice.clone()) {
            slices.push(slice.clone());
        }
        places.entry((slice, text(down), text(across))).or_insert(index);
    }
    let left_out = slices.len().saturating_sub(MOST_MAPS);
    slices.truncate(MOST_MAPS);
    let figures = drawn(swept).into_iter().enumerate().map(|(index, Drawn { metric, title, .. })| {
        let value_at = |slice: &[&str], y: &str, x: &str| {
            mean_of(swept.results[*places.get(&(slice.to_vec(), y, x))?].as_ref()?, group, &metric)
        };
        let means = swept.done().filter_map(|(_, result)| mean_of(result, group, &metric)).map(|mean| mean.mean);
        let (low, high) = means.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), mean| (low.min(mean), high.max(mean)));
        let alone = |mean: f64| written(&metric, Some(Estimate { mean, half_width: None, replications: 1 }));
        let mut rows = Vec::new();
        let maps: Vec<(String, Heat)> = slices
            .iter()
            .map(|slice| {
                let words: Vec<String> =
                    others.iter().zip(slice).map(|(other, value)| format!("{} = {value}", other.name)).collect();
                let cells = down.values.iter().map(|(_, y)| {
                    let row = across.values.iter().map(|(_, x)| value_at(slice, y, x)).collect::<Vec<_>>();
                    let begin = slice.iter().map(|&value| value.to_owned()).chain([y.clone()]);
                    rows.push(begin.chain(row.iter().map(|&mean| written(&metric, mean))).collect());
                    row.into_iter().map(|mean| mean.map(|mean| (heat::shade(mean.mean, low, high), alone(mean.mean)))).collect()
                });
                let heat = Heat {
                    cells: cells.collect(),
                    across: (across.name.clone(), across.values.iter().map(|(_, text)| text.clone()).collect()),
                    down: (down.name.clone(), down.values.iter().map(|(_, text)| text.clone()).collect()),
                };
                (words.join(", "), heat)
            })
            .collect();
        let id = format!("{id}-{index}");
        let more = match left_out {
            0 => String::new(),
            more => format!(" {more} more maps are not drawn."),
        };
        let text = format!(
            "What each pair of values gives: {} down, {} across. The darker, the higher; the numbers are means over the replications, \
             and the table has their 95 % intervals of confidence. All points see the same callers.{more}",
            down.name, across.name
        );
        let title = format!("{title}: {group}");
        let step = (high - low) / SHADES as f64;
        let legend = (0..SHADES).filter(|_| high > low).map(|shade| Key {
            kind: "heat",
            style: shade,
            name: format!("from {}", alone(low + step * shade as f64)),
        });
        let names = others.iter().map(|other| other.name.clone()).chain([down.name.clone()]);
        Figure {
            svg: heat::heat(&id, &title, &text, &maps),
            legend: legend.collect(),
            columns: names.chain(across.values.iter().map(|(_, text)| format!("{} = {text}", across.name))).collect(),
            rows,
            id,
            title,
            text,
        }
    });
    figures.collect()
}
