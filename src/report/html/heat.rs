//! A heat map as SVG: a cell for each pair of values, whose shade and number tell the same.

use std::fmt::Write;

use super::figure::escaped;

/// How many shades there are, from light to dark; the page's style sheet has them.
pub(super) const SHADES: usize = 7;

/// The width of every figure, in pixels.
const WIDTH: f64 = 1000.0;
const NAMES: f64 = 190.0;
const ROW: f64 = 34.0;
/// Cells narrower than this have no number; the table below the figure has it.
const NARROWEST: f64 = 46.0;

/// A heat map.
#[derive(Clone, Debug)]
pub(super) struct Heat {
    /// What goes to the right, and its values.
    pub(super) across: (String, Vec<String>),
    /// What goes down, and its values.
    pub(super) down: (String, Vec<String>),
    /// A row for each value that goes down: the shade and the number of each cell; none where there is no value.
    pub(super) cells: Vec<Vec<Option<(usize, String)>>>,
}

/// Draws heat maps one below the other, each with its words above. `id`, `title` and `text` are what is read out in place of the
/// drawing.
pub(super) fn heat(id: &str, title: &str, text: &str, maps: &[(String, Heat)]) -> String {
    let mut body = String::new();
    let mut top = 0.0;
    for (words, map) in maps {
        if !words.is_empty() {
            let _ = writeln!(
                body,
                "<text x=\"{NAMES}\" y=\"{}\" text-anchor=\"start\">{}</text>",
                top + 18.0,
                escaped(words)
            );
            top += 26.0;
        }
        let count = map.across.1.len().max(1) as f64;
        let width = ((WIDTH - NAMES - 24.0) / count).min(150.0);
        let right = NAMES + width * count;
        let _ = writeln!(
            body,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{} ↓</text>\n<text x=\"{NAMES}\" y=\"{}\" text-anchor=\"start\">{} →</text>",
            NAMES - 10.0,
            top + 34.0,
            escaped(&shortened(&map.down.0, 24)),
            top + 16.0,
            escaped(&map.across.0),
        );
        // As many names as have room.
        let every = (70.0 / width).ceil().max(1.0) as usize;
        for (index, name) in map.across.1.iter().enumerate().step_by(every) {
            let x = NAMES + width * (index as f64 + 0.5);
            let _ = writeln!(
                body,
                "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                top + 36.0,
                escaped(&shortened(name, 14))
            );
        }
        top += 44.0;
        for (name, cells) in map.down.1.iter().zip(&map.cells) {
            let _ = writeln!(
                body,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                NAMES - 10.0,
                top + 21.0,
                escaped(&shortened(name, 26))
            );
            for (index, cell) in cells.iter().enumerate() {
                let x = NAMES + width * index as f64;
                let Some((shade, number)) = cell else { continue };
                let _ = writeln!(
                    body,
                    "<rect class=\"h{shade}\" x=\"{x:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"{}\"><title>{}</title></rect>",
                    width - 1.0,
                    ROW - 1.0,
                    escaped(number),
                );
                if width >= NARROWEST {
                    let _ = writeln!(
                        body,
                        "<text class=\"on{}\" x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                        usize::from(*shade > SHADES / 2),
                        x + width / 2.0,
                        top + 21.0,
                        escaped(number),
                    );
                }
            }
            top += ROW;
        }
        let _ = writeln!(body, "<line class=\"lgrid\" x1=\"{NAMES}\" x2=\"{right:.1}\" y1=\"{top}\" y2=\"{top}\"/>");
        top += 14.0;
    }
    format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {top}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
         <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n{body}</svg>\n",
        escaped(title),
        escaped(text),
    )
}

/// The shade of a value among those from `low` to `high`.
pub(super) fn shade(value: f64, low: f64, high: f64) -> usize {
    if high <= low {
        return 0;
    }
    (((value - low) / (high - low) * SHADES as f64) as usize).min(SHADES - 1)
}

/// Text of at most so many characters.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_go_from_the_lowest_to_the_highest() {
        assert_eq!([0.0, 1.0, 6.9, 7.0].map(|value| shade(value, 0.0, 7.0)), [0, 1, 6, 6]);
        assert_eq!(shade(3.0, 3.0, 3.0), 0);
    }

    #[test]
    fn names_are_escaped_and_cells_have_their_numbers() {
        let map = Heat {
            across: ("<b>".to_owned(), vec!["1".to_owned(), "2".to_owned()]),
            down: ("a".to_owned(), vec!["x & y".to_owned()]),
            cells: vec![vec![Some((0, "7".to_owned())), None]],
        };
        let svg = heat("f", "t", "d", &[("where".to_owned(), map)]);
        assert!(svg.contains("&lt;b&gt; →") && svg.contains("x &amp; y") && !svg.contains("<b>"), "{svg}");
        assert_eq!(svg.matches("<rect").count(), 1);
        assert!(svg.contains("class=\"on0\"") && svg.contains(">7</text>"));
    }
}
