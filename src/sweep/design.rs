//! Which points a sweep has: a pure function of the design and the seed.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use uuid::Uuid;

use super::SweepError;
use super::values::{self, Value, Values};
use crate::random::{Purpose, Stream};
use crate::scenario::{Assignment, ValuePath};

/// So many points a sweep has at most.
pub const MOST_POINTS: usize = 1_000_000;

/// Which values go to which paths, and which of them go together.
///
/// A point is one value for each path. The points are all combinations of the sets (a grid), or as many as a Latin hypercube has.
///
/// ```
/// use acdsim::sweep::Design;
///
/// let mut design = Design::default();
/// design.set("agents.Agent.count=8..10")?;
/// design.set("group.Sales.patience.mean=1m,2m; group.Sales.queue_capacity=20,40")?;
/// let points = design.points(1)?;
/// assert_eq!(points.len(), 6);
/// assert_eq!(points[1].to_string(), "agents.Agent.count=8, group.Sales.patience.mean=2m, group.Sales.queue_capacity=40");
/// # Ok::<(), acdsim::sweep::SweepError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    axes: Vec<Axis>,
    /// How many points there are; none for all combinations.
    latin_hypercube: Option<usize>,
}

/// Paths whose values change together.
#[derive(Clone, Debug, PartialEq)]
struct Axis {
    sets: Vec<(ValuePath, Values)>,
}

/// One point of a sweep: a value for each path.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its number, from 1.
    pub number: usize,
    /// The values, in the order of [`Design::paths`].
    pub values: Vec<(ValuePath, Value)>,
}

/// `path=value, path=value`.
impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (path, value)) in self.values.iter().enumerate() {
            write!(f, "{}{path}={}", if index > 0 { ", " } else { "" }, value.text)?;
        }
        Ok(())
    }
}

impl Point {
    /// The values as they take the place of a scenario's.
    pub fn assignments(&self) -> Vec<Assignment> {
        let assignment =
            |(path, value): &(ValuePath, Value)| Assignment { path: path.clone(), value: value.literal.clone() };
        self.values.iter().map(assignment).collect()
    }
}

/// A file with a design.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DesignFile {
    latin_hypercube: Option<Spanned<i64>>,
    #[serde(default)]
    set: Vec<Spanned<BTreeMap<String, Spanned<toml::Value>>>>,
}

impl Design {
    /// Adds what `PATH=VALUES` says; several of them with semicolons between, whose values change together.
    ///
    /// # Errors
    ///
    /// If it is something else, a path has values already, or values that change together are not as many.
    pub fn set(&mut self, text: &str) -> Result<(), SweepError> {
        let wrong = |reason: String| SweepError::Set { text: text.to_owned(), reason };
        let mut sets = Vec::new();
        for set in values::split(text, ';').map_err(wrong)? {
            // A name in quotes may have an equals sign in it.
            let path = values::split(set, '=').map_err(wrong)?[0];
            let Some(values) = set[path.len()..].strip_prefix('=') else {
                return Err(wrong(format!("`{}` is not PATH=VALUES, such as agents.Agent.count=8..14", set.trim())));
            };
            sets.push((path.parse().map_err(wrong)?, Values::parse(values).map_err(wrong)?));
        }
        self.add(sets).map_err(wrong)
    }

    /// Takes as many points as this, as a Latin hypercube (McKay, Beckman & Conover 1979), in place of all combinations.
    ///
    /// # Errors
    ///
    /// If they are fewer than two or too many.
    pub fn latin_hypercube(&mut self, points: usize) -> Result<(), SweepError> {
        if !(2..=MOST_POINTS).contains(&points) {
            return Err(SweepError::Design(format!(
                "a Latin hypercube of {points} points is asked for; it has from 2 to {MOST_POINTS}"
            )));
        }
        self.latin_hypercube = Some(points);
        Ok(())
    }

    /// Adds the design of a file, whose text this is; `file` names it in messages.
    ///
    /// ```
    /// let mut design = acdsim::sweep::Design::default();
    /// let text = r#"
    ///     latin_hypercube = 20
    ///     [[set]]
    ///     "agents.Agent.count" = "8..14"
    ///     [[set]]
    ///     "routing.agent_selection" = ["longest-idle", "lowest-rank"]
    /// "#;
    /// design.read(text, "design.toml".as_ref())?;
    /// assert_eq!(design.points(1)?.len(), 20);
    /// # Ok::<(), acdsim::sweep::SweepError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is no design; the message names line, key and what is allowed.
    pub fn read(&mut self, text: &str, file: &Path) -> Result<(), SweepError> {
        let line = |at: usize| 1 + text.bytes().take(at).filter(|&byte| byte == b'\n').count();
        let wrong =
            |at: usize, what: String| SweepError::File { file: file.display().to_string(), line: line(at), what };
        let read: DesignFile = toml::from_str(text)
            .map_err(|error| wrong(error.span().map_or(0, |span| span.start), error.message().replace('\n', ": ")))?;
        if let Some(points) = read.latin_hypercube {
            let count = usize::try_from(*points.get_ref()).unwrap_or(0);
            self.latin_hypercube(count).map_err(|error| wrong(points.span().start, error.to_string()))?;
        }
        for set in read.set {
            let at = set.span().start;
            let mut sets = Vec::new();
            for (path, value) in set.into_inner() {
                let at = value.span().start;
                let bad = |reason: String| wrong(at, format!("{path:?}: {reason}"));
                sets.push((path.parse().map_err(bad)?, values_of(value.into_inner()).map_err(bad)?));
            }
            if sets.is_empty() {
                return Err(wrong(
                    at,
                    "a [[set]] has no path in it, such as \"agents.Agent.count\" = \"8..14\"".to_owned(),
                ));
            }
            self.add(sets).map_err(|reason| wrong(at, reason))?;
        }
        Ok(())
    }

    fn add(&mut self, sets: Vec<(ValuePath, Values)>) -> Result<(), String> {
        for (index, (path, values)) in sets.iter().enumerate() {
            let before = self.paths().chain(sets[..index].iter().map(|(path, _)| path)).any(|other| other == path);
            if before {
                return Err(format!("the path {path} has values already"));
            }
            let (first, of_first) = &sets[0];
            if let (Some(count), Some(first_count)) = (values.count(), of_first.count())
                && count != first_count
            {
                return Err(format!(
                    "{first} has {first_count} values and {path} has {count}: those that change together are as many"
                ));
            }
        }
        self.axes.push(Axis { sets });
        Ok(())
    }

    /// The paths that have values, in order.
    pub fn paths(&self) -> impl Iterator<Item = &ValuePath> {
        self.axes.iter().flat_map(|axis| axis.sets.iter().map(|(path, _)| path))
    }

    /// Whether the points are all combinations of the values.
    pub fn is_grid(&self) -> bool {
        self.latin_hypercube.is_none()
    }

    /// The points, in order. Of all combinations the values of the last set change fastest; only a Latin hypercube
    /// depends on the seed.
    ///
    /// # Errors
    ///
    /// If there is no path, or are too many points, or a range is taken for a list.
    pub fn points(&self, seed: u64) -> Result<Vec<Point>, SweepError> {
        if self.axes.is_empty() {
            return Err(SweepError::Design("there is nothing to sweep over: --set PATH=VALUES says what".to_owned()));
        }
        let rows = match self.latin_hypercube {
            None => self.combinations()?,
            Some(count) => self.hypercube(count, seed),
        };
        Ok((1..).zip(rows).map(|(number, values)| Point { number, values }).collect())
    }

    fn combinations(&self) -> Result<Vec<Vec<(ValuePath, Value)>>, SweepError> {
        let mut counts = Vec::new();
        for axis in &self.axes {
            for (path, values) in &axis.sets {
                if values.count().is_none() {
                    return Err(SweepError::Design(format!(
                        "{path} has a range without a step: give it one, as in 60s..3m..30s, or how many values, as in \
                         0.5..2 in 7 or 10/h..1000/h log 5; only a Latin hypercube takes any value between"
                    )));
                }
            }
            counts.push(axis.sets[0].1.count().unwrap_or(1));
        }
        let all = counts.iter().try_fold(1_usize, |all, &count| all.checked_mul(count));
        let Some(all) = all.filter(|&all| all <= MOST_POINTS) else {
            return Err(SweepError::Design(format!(
                "there are {} points, and {MOST_POINTS} at most: take fewer values, or a Latin hypercube",
                counts.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ")
            )));
        };
        let row = |mut index: usize| {
            let mut chosen = vec![0; counts.len()];
            for (chosen, count) in chosen.iter_mut().zip(&counts).rev() {
                (*chosen, index) = (index % count, index / count);
            }
            let axes = self.axes.iter().zip(chosen);
            axes.flat_map(|(axis, index)| axis.sets.iter().map(move |(path, values)| (path.clone(), values.at(index))))
                .collect()
        };
        Ok((0..all).map(row).collect())
    }

    /// A Latin hypercube: each set's range is cut into as many parts as there are points, and each part is taken once. What one
    /// set takes does not depend on the others.
    fn hypercube(&self, count: usize, seed: u64) -> Vec<Vec<(ValuePath, Value)>> {
        let mut rows = vec![Vec::new(); count];
        for axis in &self.axes {
            let entity = Uuid::new_v5(&Uuid::nil(), axis.sets[0].0.to_string().as_bytes());
            let mut stream = Stream::new(seed, 0, Purpose::Sweep, entity);
            let mut parts: Vec<usize> = (0..count).collect();
            // Fisher and Yates, in the form of Durstenfeld (1964).
            for last in (1..count).rev() {
                let other = (stream.next_unit() * (last + 1) as f64) as usize;
                parts.swap(last, other.min(last));
            }
            for (row, part) in rows.iter_mut().zip(parts) {
                let within = stream.next_unit();
                row.extend(axis.sets.iter().map(|(path, values)| (path.clone(), values.in_part(part, count, within))));
            }
        }
        rows
    }
}

/// The values that a value of a file says: a list of them, text as on the command line, or itself.
fn values_of(value: toml::Value) -> Result<Values, String> {
    let one = |value: toml::Value| {
        let literal = value.to_string();
        Value::of_literal(literal.clone(), value.as_str().map_or(literal, str::to_owned))
    };
    match value {
        toml::Value::Array(items) => values::list(items.into_iter().map(one).collect()),
        toml::Value::String(text) => Values::parse(&text),
        other => values::list(vec![one(other)]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(points: &[Point]) -> Vec<String> {
        points.iter().map(Point::to_string).collect()
    }

    fn design(sets: &[&str]) -> Design {
        let mut design = Design::default();
        sets.iter().for_each(|set| design.set(set).unwrap_or_else(|error| panic!("{error}")));
        design
    }

    #[test]
    fn a_grid_has_all_combinations_and_its_last_set_changes_fastest() {
        let points = design(&["seed=1,2", "a.b=x,y; a.c=1..2"]).points(1).unwrap();
        assert_eq!(
            texts(&points),
            ["seed=1, a.b=x, a.c=1", "seed=1, a.b=y, a.c=2", "seed=2, a.b=x, a.c=1", "seed=2, a.b=y, a.c=2",]
        );
        assert_eq!(points.iter().map(|point| point.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    }

    #[test]
    fn what_is_no_design_says_why() {
        let refused = |sets: &[&str]| {
            let mut design = Design::default();
            let set = sets.iter().try_for_each(|set| design.set(set));
            set.and_then(|()| design.points(1)).map(|points| panic!("{points:?}")).unwrap_err().to_string()
        };
        assert!(refused(&[]).contains("nothing to sweep over"));
        assert!(refused(&["seed"]).contains("`seed` is not PATH=VALUES"));
        assert!(refused(&["seed=1,2", "seed=3"]).contains("the path seed has values already"));
        assert!(refused(&["a=1,2; b=1,2,3"]).contains("a has 2 values and b has 3"));
        assert!(refused(&["a=0.5..2.0"]).contains("a has a range without a step"));
        assert!(refused(&["a=1..2000", "b=1..2000"]).contains("2000 × 2000 points"));
        assert!(refused(&["a.'b=1"]).contains("has a ' without its other one"));
        assert_eq!(texts(&design(&["a.'b=c;d'.e=1"]).points(1).unwrap()), ["a.'b=c;d'.e=1"]);
        assert!(refused(&["a..b=1"]).contains("a part of the path"));
    }

    #[test]
    fn a_file_says_the_same_as_the_command_line_and_its_faults_have_lines() {
        let mut read = Design::default();
        let text = "[[set]]\n\"a.b\" = [\"x\", \"y\"]\n\"a.c\" = \"1..2\"\n[[set]]\nseed = 7\n";
        read.read(text, "d.toml".as_ref()).unwrap();
        assert_eq!(read.points(1).unwrap(), design(&["a.b=x,y; a.c=1..2", "seed=7"]).points(1).unwrap());
        for (text, what) in [
            ("latin = 3", "d.toml: line 1: unknown field `latin`"),
            ("\nlatin_hypercube = 1", "d.toml: line 2: a Latin hypercube of 1 points"),
            ("[[set]]\n", "d.toml: line 1: a [[set]] has no path"),
            ("[[set]]\na = 1\nb = []", "d.toml: line 3: \"b\": there are no values"),
            ("[[set]]\na = \"1..x\"", "d.toml: line 2: \"a\": `1..x` has an end"),
            ("[[set]]\n\"a..b\" = 1", "d.toml: line 2: \"a..b\": a part of the path"),
            ("= 3", "d.toml: line 1: "),
        ] {
            let error = Design::default().read(text, "d.toml".as_ref()).unwrap_err().to_string();
            assert!(error.starts_with(what), "{text}: {error}");
        }
    }

    proptest! {
        /// Each part of each range is hit once, whatever the range and its form.
        #[test]
        fn a_latin_hypercube_hits_each_part_once(
            (from, width) in (1_u32..1_000, 1_u32..100_000), points in 2_usize..200, seed in 0_u64..1_000_000,
        ) {
            let to = from + width;
            let mut design = design(&[
                &format!("number={from}.5..{to}.5"),
                &format!("duration={from}s..{to}s"),
                &format!("rate={to}/h..{from}/h"),
                &format!("log={from}.0..{to}.0 log"),
                &format!("whole={from}..{to}"),
            ]);
            design.latin_hypercube(points).unwrap();
            let sampled = design.points(seed).unwrap();
            prop_assert_eq!(&sampled, &design.points(seed).unwrap());
            let (low, high) = (f64::from(from), f64::from(to));
            let parts = |index: usize, part: &dyn Fn(f64) -> f64| {
                let share = |point: &Point| part(point.values[index].1.number.expect("a number").0);
                let mut parts: Vec<usize> = sampled.iter().map(|point| (share(point) * points as f64 + 1e-9) as usize).collect();
                parts.sort_unstable();
                parts
            };
            let all: Vec<usize> = (0..points).collect();
            let reproduce = format!("seed {seed}: acdsim sweep … --set 'number={from}.5..{to}.5' --latin-hypercube {points}");
            prop_assert_eq!(parts(0, &|value| (value - low - 0.5) / (high - low)), all.clone(), "{}", reproduce);
            prop_assert_eq!(parts(1, &|value| (value - low) / (high - low)), all.clone(), "{}", reproduce);
            prop_assert_eq!(parts(2, &|value| (value - low) / (high - low)), all.clone(), "{}", reproduce);
            prop_assert_eq!(parts(3, &|value| (value / low).ln() / (high / low).ln()), all, "{}", reproduce);
            // Whole numbers stay whole and inside, and each is taken as often as any other, give or take one.
            let mut taken: Vec<f64> = sampled.iter().map(|point| point.values[4].1.number.expect("a number").0).collect();
            taken.sort_by(f64::total_cmp);
            prop_assert!(taken.iter().all(|value| value.fract() == 0.0 && (low..=high).contains(value)), "{}", reproduce);
            if points as f64 <= high - low + 1.0 {
                let before = taken.len();
                taken.dedup();
                prop_assert!(taken.len() == before, "a whole number twice though there are enough; {}", reproduce);
            }
        }
    }

    /// The edge between the parts 116 and 117 of 140 is 17,488 s; as a share of the range in floating point it is a little more.
    #[test]
    fn a_value_at_an_edge_is_of_the_upper_part() {
        let mut design = design(&["duration=1s..21106s"]);
        design.latin_hypercube(140).unwrap();
        let mut below = 0;
        for point in design.points(664_471).unwrap() {
            below += usize::from(point.values[0].1.number.expect("a number").0 < 17_488.0);
        }
        assert_eq!(below, 116);
    }

    #[test]
    fn one_set_of_a_hypercube_does_not_depend_on_the_others() {
        let mut alone = design(&["a=0.0..1.0"]);
        let mut both = design(&["b=1s..2s", "a=0.0..1.0"]);
        alone.latin_hypercube(9).unwrap();
        both.latin_hypercube(9).unwrap();
        let of = |design: &Design, at: usize, seed| {
            design.points(seed).unwrap().into_iter().map(|point| point.values[at].1.text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(of(&alone, 0, 3), of(&both, 1, 3));
        assert_ne!(of(&alone, 0, 3), of(&alone, 0, 4));
    }
}
