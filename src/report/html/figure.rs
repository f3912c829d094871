//! A figure of panels over one axis of time, as SVG by `plotters`.
//!
//! Lines differ in colour, in dashes and in the shape of their points, so that they can be told apart without colour. The colours
//! of the drawing stand for classes of the page's style sheet, which has them for light and dark paper. Ticks and logarithms
//! are computed here and not by `plotters`, which would ask the platform's maths.

use std::fmt::Write;
use std::ops::Range;

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::page::PageError;

/// The width of every figure, in pixels.
const WIDTH: u32 = 1000;
/// The size of the letters, which the SVG back end divides by 1.24.
const LETTERS: f64 = 15.0;
/// Points of a line get shapes at most so often.
const MOST_SHAPES: usize = 40;

const INK: RGBColor = RGBColor(1, 0, 1);
const GRID: RGBColor = RGBColor(2, 0, 1);
/// The first colour of the lines; the others follow.
const LINE: u8 = 16;
/// The first colour of the states of lanes; the others follow.
const STATE: u8 = 48;
/// How many styles of lines there are.
pub(super) const STYLES: usize = 6;

/// A place of a line, with half the width of its interval of confidence, which is 0 where there is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) half: f64,
}

/// How a line goes from point to point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// Straight, each point with its shape.
    Shapes,
    /// Straight, without shapes.
    Plain,
    /// Not at all.
    Scattered,
}

/// A line of a panel. What has no value breaks it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) style: usize,
    pub(super) course: Course,
    pub(super) places: Vec<Option<Place>>,
}

/// One panel of a figure.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    pub(super) label: &'static str,
    /// Whether the values are shares.
    pub(super) is_share: bool,
    pub(super) lines: Vec<Line>,
    /// Words at places, so many pixels above them.
    pub(super) words: Vec<(f64, f64, i32, String)>,
    /// An upright line, with words.
    pub(super) mark: Option<(f64, String)>,
}

/// The axis that the panels share.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) ticks: Vec<(f64, String)>,
}

/// An axis whose ticks and places are computed here.
struct Scale {
    from: f64,
    to: f64,
    ticks: Vec<f64>,
}

impl Ranged for Scale {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (begin, end): (i32, i32)) -> i32 {
        let share = (value - self.from) / (self.to - self.from);
        // Rounded half up, whichever way the axis goes.
        (f64::from(begin) + share * f64::from(end - begin) + 0.5).floor() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        // Between the ticks there are no finer ones.
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }

    fn range(&self) -> Range<f64> {
        self.from..self.to
    }
}

/// A bar of a lane: the state, and from where to where.
pub(super) type Bar = (usize, f64, f64);

/// Draws panels one above the other. `id`, `title` and `text` are what is read out in place of the drawing.
pub(super) fn panels(id: &str, title: &str, text: &str, axis: &Axis, panels: &[Panel]) -> Result<String, PageError> {
    let heights = if panels.len() == 1 { 300 } else { 200 };
    let height = heights * panels.len() as u32 + 24;
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        let mut rest = root.clone();
        for (index, panel) in panels.iter().enumerate() {
            let is_last = index + 1 == panels.len();
            let (here, below) = rest.split_vertically(if is_last { heights + 24 } else { heights });
            draw(&here, axis, panel).map_err(PageError::chart)?;
            rest = below;
        }
        root.present().map_err(PageError::chart)?;
    }
    Ok(dressed(&svg, height, id, title, text))
}

type Drawn<'a> = Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;

fn draw<'a>(area: &DrawingArea<SVGBackend<'a>, plotters::coord::Shift>, axis: &Axis, panel: &Panel) -> Drawn<'a> {
    let highest = panel.lines.iter().flat_map(|line| line.places.iter().flatten()).map(|place| place.y + place.half);
    let (top, ticks) =
        if panel.is_share { (1.0, vec![0.0, 0.25, 0.5, 0.75, 1.0]) } else { scale(highest.fold(0.0, f64::max)) };
    let step = ticks.get(1).copied().unwrap_or(1.0);
    let mut chart = ChartBuilder::on(area)
        .margin_top(12)
        .margin_left(10)
        .margin_right(24)
        .x_label_area_size(28)
        .y_label_area_size(64)
        .build_cartesian_2d(
            Scale { from: axis.from, to: axis.to, ticks: axis.ticks.iter().map(|tick| tick.0).collect() },
            Scale { from: 0.0, to: top, ticks },
        )?;
    let letters = ("sans-serif", LETTERS).into_font().color(&INK);
    let percent = |value: &f64| {
        if panel.is_share { format!("{:.0} %", 100.0 * value) } else { decimals(*value, step) }
    };
    let clock = |value: &f64| named(&axis.ticks, *value);
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(INK)
        .label_style(letters.clone())
        .y_desc(panel.label)
        .axis_desc_style(letters.clone())
        .x_label_formatter(&clock)
        .y_label_formatter(&percent)
        .draw()?;
    if let Some((x, words)) = &panel.mark {
        chart.draw_series([PathElement::new(vec![(*x, 0.0), (*x, top)], INK)])?;
        chart.draw_series([EmptyElement::at((*x, top)) + Text::new(words.clone(), (6, 2), letters.clone())])?;
    }
    for line in &panel.lines {
        let color = RGBColor(LINE + (line.style % STYLES) as u8, 0, 1);
        for run in line.places.split(Option::is_none) {
            let run: Vec<Place> = run.iter().flatten().copied().collect();
            if run.iter().any(|place| place.half > 0.0) {
                let upper = run.iter().map(|place| (place.x, (place.y + place.half).min(top)));
                let lower = run.iter().rev().map(|place| (place.x, (place.y - place.half).max(0.0)));
                chart.draw_series([Polygon::new(upper.chain(lower).collect::<Vec<_>>(), color.mix(0.2).filled())])?;
            }
            if line.course != Course::Scattered {
                let places = run.iter().map(|place| (place.x, place.y));
                chart.draw_series([PathElement::new(places.collect::<Vec<_>>(), color.stroke_width(2))])?;
            }
        }
        // Of a line that goes from point to point, some shapes are enough.
        let most = if line.course == Course::Scattered { usize::MAX } else { MOST_SHAPES };
        let every = line.places.len().div_ceil(most).max(1);
        let shapes = line.places.iter().step_by(every).flatten().map(|place| (place.x, place.y));
        if line.course == Course::Plain {
            continue;
        }
        match line.style % 3 {
            0 => chart.draw_series(shapes.map(|at| Circle::new(at, 4, color.filled())))?,
            1 => chart.draw_series(shapes.map(|at| TriangleMarker::new(at, 6, color.filled())))?,
            _ => chart.draw_series(
                shapes.map(|at| EmptyElement::at(at) + Rectangle::new([(-4, -4), (4, 4)], color.filled())),
            )?,
        };
    }
    let words = letters.pos(Pos::new(HPos::Left, VPos::Bottom));
    for (x, y, above, text) in &panel.words {
        chart.draw_series([EmptyElement::at((*x, *y)) + Text::new(text.clone(), (8, -above), words.clone())])?;
    }
    Ok(())
}

/// Draws lanes, the first on top: a name, and bars whose height tells the state too.
pub(super) fn lanes(
    id: &str,
    title: &str,
    text: &str,
    axis: &Axis,
    lanes: &[(String, Vec<Bar>)],
) -> Result<String, PageError> {
    /// How much of its lane a bar fills, by state.
    const FILLS: [f64; 4] = [0.06, 0.22, 0.84, 0.52];
    let height = (22 * lanes.len() as u32).max(44) + 44;
    let count = lanes.len() as f64;
    let names: Vec<(f64, String)> =
        lanes.iter().enumerate().map(|(index, (name, _))| (count - index as f64 - 0.5, name.clone())).collect();
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        let draw = || -> Drawn {
            let mut chart = ChartBuilder::on(&root)
                .margin_top(8)
                .margin_right(24)
                .x_label_area_size(28)
                .y_label_area_size(184)
                .build_cartesian_2d(
                    Scale { from: axis.from, to: axis.to, ticks: axis.ticks.iter().map(|tick| tick.0).collect() },
                    Scale { from: 0.0, to: count, ticks: names.iter().map(|name| name.0).collect() },
                )?;
            chart
                .configure_mesh()
                .disable_y_mesh()
                .bold_line_style(GRID)
                .light_line_style(TRANSPARENT)
                .axis_style(INK)
                .label_style(("sans-serif", LETTERS).into_font().color(&INK))
                .x_label_formatter(&|value| named(&axis.ticks, *value))
                .y_label_formatter(&|value| named(&names, *value))
                .draw()?;
            for ((middle, _), (_, bars)) in names.iter().zip(lanes) {
                chart.draw_series(bars.iter().map(|&(state, from, to)| {
                    let half = FILLS[state] / 2.0;
                    let color = RGBColor(STATE + state as u8, 0, 1);
                    Rectangle::new([(from, middle + half), (to, middle - half)], color.filled())
                }))?;
            }
            Ok(())
        };
        draw().map_err(PageError::chart)?;
        root.present().map_err(PageError::chart)?;
    }
    Ok(dressed(&svg, height, id, title, text))
}

/// The words of a tick.
fn named(ticks: &[(f64, String)], value: f64) -> String {
    ticks.iter().find(|tick| tick.0 == value).map_or_else(String::new, |tick| tick.1.clone())
}

/// The drawing for the page: colours become classes, which the page has for light and dark, and what goes without saying is left
/// out. None of what is replaced can be in a name: names have their quotation marks escaped.
fn dressed(svg: &str, height: u32, id: &str, title: &str, text: &str) -> String {
    let mut svg = svg.split_once('\n').map_or(svg, |(_, inside)| inside).to_owned();
    let size = format!(" font-size=\"{}\"", LETTERS / 1.24);
    for noise in [" opacity=\"1\"", " stroke=\"none\"", " fill=\"none\"", " stroke-width=\"1\"", " stroke-width=\"2\""]
        .into_iter()
        .chain([" font-family=\"sans-serif\"", &size])
    {
        svg = svg.replace(noise, "");
    }
    let lines = (0..STYLES as u8).map(|style| (LINE + style, format!("{style}")));
    let states = (0..4).map(|state| (STATE + state, format!("t{state}")));
    for (colour, name) in [(1, "ink".to_owned()), (2, "grid".to_owned())].into_iter().chain(lines).chain(states) {
        let colour = format!("#{colour:02X}0001");
        svg = svg.replace(&format!("stroke=\"{colour}\""), &format!("class=\"l{name}\""));
        svg = svg.replace(&format!("fill=\"{colour}\""), &format!("class=\"f{name}\""));
    }
    let mut dressed = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n"
    );
    let _ = writeln!(dressed, "<title id=\"{id}-title\">{}</title>", escaped(title));
    let _ = writeln!(dressed, "<desc id=\"{id}-desc\">{}</desc>", escaped(text));
    dressed + &svg
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A round end of an axis from 0 that shows `highest`, and its ticks.
fn scale(highest: f64) -> (f64, Vec<f64>) {
    if highest <= 0.0 || !highest.is_finite() {
        return (1.0, vec![0.0, 1.0]);
    }
    let mut unit = 1.0;
    while unit * 10.0 <= highest / 4.0 {
        unit *= 10.0;
    }
    while unit > highest / 4.0 {
        unit /= 10.0;
    }
    let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * unit).into_iter().find(|step| step * 5.0 >= highest);
    let step = step.unwrap_or(10.0 * unit);
    let steps = (highest / step).ceil();
    (steps * step, (0..=steps as u32).map(|tick| f64::from(tick) * step).collect())
}

/// A value of an axis with ticks this far apart.
fn decimals(value: f64, step: f64) -> String {
    let (mut places, mut unit) = (0, 1.0);
    while unit > step * 1.000_001 && places < 9 {
        (places, unit) = (places + 1, unit / 10.0);
    }
    format!("{value:.places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_value_above_all() {
        assert_eq!(scale(66.0), (80.0, vec![0.0, 20.0, 40.0, 60.0, 80.0]));
        assert_eq!(scale(5.0).0, 5.0);
        assert_eq!(scale(0.03).1.len(), 4);
        assert_eq!(scale(0.0), (1.0, vec![0.0, 1.0]));
        assert_eq!([decimals(2.5, 0.5), decimals(20.0, 20.0), decimals(0.02, 0.01)], ["2.5", "20", "0.02"]);
    }

    #[test]
    fn what_is_read_out_and_names_are_escaped() {
        let axis = Axis { from: 0.0, to: 1.0, ticks: vec![(0.0, "0".to_owned())] };
        let name = "<script>\" opacity=\"1\"".to_owned();
        let svg = lanes("f", "<b>", "a & b", &axis, &[(name, vec![(2, 0.0, 0.5)])]).unwrap();
        assert!(svg.contains("&lt;script&gt;&quot; opacity=&quot;1&quot;"), "{svg}");
        assert!(svg.contains("<title id=\"f-title\">&lt;b&gt;</title>") && svg.contains("a &amp; b"));
        assert!(svg.contains("class=\"ft2\"") && !svg.contains('#'), "{svg}");
    }
}
