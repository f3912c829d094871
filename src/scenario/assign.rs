//! Values that take the place of a scenario file's: what `acdsim sweep` changes from point to point.
//!
//! They are put into the tree of values before it is read, so that all that is said of a value in a file is said of them too, by the
//! same messages. Their places in messages are in lines `path = value`, which stand behind the file's text.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problems::{Fault, Problems, Span, listed, quoted, similar};
use super::{Scenario, ScenarioErrors, parsed, text_of};

/// Where a value is in a scenario file: keys and names, with points between them.
///
/// A table of a list is named by its `name`, or by its number from 1; `*` is all of them. A name with a point in it stands in
/// quotes.
///
/// ```
/// use acdsim::scenario::ValuePath;
///
/// for path in ["seed", "group.Sales.patience.mean", "group.*.arrivals.factor", "agents.2.count", "group.'Tier 1.5'.talk"] {
///     assert_eq!(path.parse::<ValuePath>()?.to_string(), path);
/// }
/// assert_eq!("group..talk".parse::<ValuePath>().unwrap_err(), "a part of the path `group..talk` is empty: it is keys and \
///     names with points between them, such as group.Sales.talk");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ValuePath {
    text: String,
    parts: Vec<String>,
}

impl std::fmt::Display for ValuePath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for ValuePath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const FORM: &str = "it is keys and names with points between them, such as group.Sales.talk";
        let text = text.trim();
        let wrong = |what: &str| Err(format!("{what} of the path {} is empty: {FORM}", quoted(text)));
        if text.chars().any(char::is_control) {
            return Err(format!("the path {} has a control character: {FORM}", quoted(text)));
        }
        let (mut parts, mut part, mut quote) = (Vec::new(), String::new(), None);
        let mut was_quoted = false;
        for char in text.chars() {
            match (char, quote) {
                (char, Some(open)) if char == open => quote = None,
                (char, Some(_)) => part.push(char),
                ('"' | '\'', None) if part.is_empty() => (quote, was_quoted) = (Some(char), true),
                ('.', None) if part.trim().is_empty() => return wrong("a part"),
                ('.', None) => {
                    parts.push(unquoted(part, was_quoted));
                    (part, was_quoted) = (String::new(), false);
                }
                (char, None) => part.push(char),
            }
        }
        if let Some(quote) = quote {
            return Err(format!("the path {} has a {quote} without its other one", quoted(text)));
        }
        if part.trim().is_empty() {
            return wrong(if parts.is_empty() { "all" } else { "a part" });
        }
        parts.push(unquoted(part, was_quoted));
        Ok(ValuePath { text: text.to_owned(), parts })
    }
}

fn unquoted(part: String, was_quoted: bool) -> String {
    if was_quoted { part } else { part.trim().to_owned() }
}

/// A value and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Where it goes.
    pub path: ValuePath,
    /// The value, as a scenario file has it.
    pub value: String,
}

/// A value as a scenario file has it: what is no value of TOML is text, and gets the quotes that a command line has not.
///
/// ```
/// use acdsim::scenario::literal;
///
/// assert_eq!(["8", "0.5", "90s", "80%", "[1, 2]"].map(literal), ["8", "0.5", "\"90s\"", "\"80%\"", "[1, 2]"]);
/// ```
pub fn literal(text: &str) -> String {
    let text = text.trim();
    // A text with line breaks would leave its line.
    match DeValue::parse(text) {
        Ok(_) if !text.contains('\n') => text.to_owned(),
        _ => toml::Value::String(text.to_owned()).to_string(),
    }
}

/// A scenario file that has been read, to be had as it is and with other values.
#[derive(Clone, Debug)]
pub struct Source {
    text: String,
    path: PathBuf,
}

impl Source {
    /// Reads the text of a scenario file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is not UTF-8 or is larger than [`MAX_FILE_BYTES`](super::MAX_FILE_BYTES).
    pub fn read(path: &Path) -> Result<Self, ScenarioErrors> {
        Ok(Source { text: text_of(path)?, path: path.to_path_buf() })
    }

    /// The text of a scenario file; `origin` names it in messages, and the paths in it are relative to `origin`'s.
    pub fn new(text: &str, origin: &Path) -> Self {
        Source { text: text.to_owned(), path: origin.to_path_buf() }
    }

    /// Where it was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The scenario with these values in place of the file's, the later over the earlier. `what` names them in messages.
    ///
    /// # Errors
    ///
    /// All that is wrong with the file, the files it names and the values, in order.
    ///
    /// ```
    /// use acdsim::scenario::{Assignment, Source, literal};
    ///
    /// let source = Source::read("scenarios/quickstart.toml".as_ref())?;
    /// let set = |path: &str, value: &str| Assignment { path: path.parse().unwrap(), value: literal(value) };
    /// let scenario = source.with(&[set("group.Billing.queue_capacity", "5"), set("seed", "7")], "--set")?;
    /// assert_eq!((scenario.seed, scenario.groups[1].queue_capacity), (7, Some(5)));
    ///
    /// let errors = source.with(&[set("group.Biling.talk", "90s")], "--set").unwrap_err();
    /// assert_eq!(errors.problems()[0].message, "there is no `Biling` in `group`");
    /// # Ok::<(), acdsim::scenario::ScenarioErrors>(())
    /// ```
    pub fn with(&self, assignments: &[Assignment], what: &str) -> Result<Scenario, ScenarioErrors> {
        let mut text = self.text.clone();
        if assignments.is_empty() {
            return parsed(&text, &mut Problems::new(&self.path, &text), &self.path, |_, _| ());
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let begins = text.len();
        let mut places = Vec::new();
        for Assignment { path, value } in assignments {
            let path_at = text.len();
            text += &format!("{path} = {value}\n");
            places.push((path_at, path_at + path.text.len() + 3));
        }
        let mut problems = Problems::new(&self.path, &text).with_lines_of(what, begins);
        parsed(&text[..begins], &mut problems, &self.path, |table, problems| {
            for (Assignment { path, value }, (path_at, value_at)) in assignments.iter().zip(places) {
                let at = Span { start: path_at, end: path_at + path.text.len() };
                let fault = match DeValue::parse(value) {
                    Ok(parsed) => set_in(table, &path.parts, &shifted(parsed, value_at), at).err().map(|fault| *fault),
                    Err(error) => Some(
                        Fault::new(
                            Span { start: value_at, end: value_at + value.len() },
                            format!("{} is no value of TOML: {}", quoted(value), error.message()),
                        )
                        .help("a value is a number, text in quotes, a list in brackets or a table in braces"),
                    ),
                };
                if let Some(fault) = fault {
                    problems.push(fault);
                }
            }
        })
    }
}

/// A value whose places are counted from `by` on.
fn shifted<'t>(value: Spanned<DeValue<'t>>, by: usize) -> Spanned<DeValue<'t>> {
    let span = value.span();
    let inner = match value.into_inner() {
        DeValue::Array(array) => DeValue::Array(array.into_iter().map(|item| shifted(item, by)).collect()),
        DeValue::Table(table) => {
            let mut moved = DeTable::new();
            for (key, value) in table {
                let at = key.span();
                moved.insert(Spanned::new(at.start + by..at.end + by, key.into_inner()), shifted(value, by));
            }
            DeValue::Table(moved)
        }
        other => other,
    };
    Spanned::new(span.start + by..span.end + by, inner)
}

/// Puts a value into a table, making the tables on the way that are not there: whether there may be such keys is what the reader
/// checks.
fn set_in<'t>(
    table: &mut DeTable<'t>,
    parts: &[String],
    value: &Spanned<DeValue<'t>>,
    at: Span,
) -> Result<(), Box<Fault>> {
    let Some((key, rest)) = parts.split_first() else { return Ok(()) };
    if let Some(there) = table.get_mut(key.as_str()) {
        return set(key, there, rest, value, at);
    }
    let new = match rest {
        [] => value.clone(),
        rest => {
            let mut inner = DeTable::new();
            set_in(&mut inner, rest, value, at)?;
            Spanned::new(at.start..at.end, DeValue::Table(inner))
        }
    };
    table.insert(Spanned::new(at.start..at.end, Cow::Owned(key.clone())), new);
    Ok(())
}

/// Puts a value in the place of the one of this key, or into it.
fn set<'t>(
    key: &str,
    there: &mut Spanned<DeValue<'t>>,
    parts: &[String],
    value: &Spanned<DeValue<'t>>,
    at: Span,
) -> Result<(), Box<Fault>> {
    let Some((part, rest)) = parts.split_first() else {
        *there = value.clone();
        return Ok(());
    };
    match there.get_mut() {
        DeValue::Table(table) => set_in(table, parts, value, at),
        DeValue::Array(items) => {
            let name =
                |item: &Spanned<DeValue>| Some(item.get_ref().as_table()?.get("name")?.get_ref().as_str()?.to_owned());
            let all = part == "*";
            let named: Vec<bool> = items.iter().map(|item| all || name(item).as_ref() == Some(part)).collect();
            let number = part.parse::<usize>().ok().filter(|number| (1..=items.len()).contains(number));
            let chosen: Vec<usize> = match (named.iter().any(|&named| named), number) {
                (true, _) => (0..items.len()).filter(|&index| named[index]).collect(),
                (false, Some(number)) => vec![number - 1],
                (false, None) => {
                    let names: Vec<String> = items.iter().filter_map(name).collect();
                    let near = similar(part, names.iter().map(String::as_str));
                    let guess = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
                    let shown = names.iter().take(20).map(|name| format!("`{name}`"));
                    let more = if names.len() > 20 { ", the first 20 of them" } else { "" };
                    let allowed = match (names.is_empty(), items.len()) {
                        (true, 0) => "it has nothing in it".to_owned(),
                        (true, count) => format!("its items have no names: they are 1 to {count}, or * for all"),
                        (false, count) => {
                            format!(
                                "it has {}{more}; a number from 1 to {count} and * for all do too",
                                listed(shown, "and")
                            )
                        }
                    };
                    let fault = Fault::new(at, format!("there is no {} in `{key}`", quoted(part)));
                    return Err(Box::new(fault.label("matches nothing").help(format!("{guess}{allowed}"))));
                }
            };
            let mut items = items.iter_mut().enumerate().filter(|(index, _)| chosen.contains(index));
            items.try_for_each(|(_, item)| set(part, item, rest, value, at))
        }
        other => {
            let what = match other {
                DeValue::String(_) => "text",
                DeValue::Integer(_) | DeValue::Float(_) => "a number",
                DeValue::Boolean(_) => "true or false",
                _ => "a moment",
            };
            let fault = Fault::new(at, format!("`{key}` is {what} in the file, which has no {} in it", quoted(part)));
            let help = format!("leave out what comes after `{key}`, or write `{key}` as a table in the file");
            Err(Box::new(fault.label("matches nothing").help(help)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        horizon = "8h"
        [[group]]
        name = "Sales"
        arrivals = { rate = "100/h" }
        talk = { distribution = "lognormal", mean = "3m 20s", cv = 1.2 }
        wrap_up = "30s"
        [[group]]
        name = "Tier 1.5"
        arrivals = { rate = "50/h" }
        talk = "2m"
        [[agents]]
        name = "Ann"
        count = 8
        groups = ["Sales", "Tier 1.5"]
    "#;

    fn with(sets: &[(&str, &str)]) -> Result<Scenario, ScenarioErrors> {
        let set = |&(path, value): &(&str, &str)| Assignment { path: path.parse().unwrap(), value: literal(value) };
        let sets: Vec<Assignment> = sets.iter().map(set).collect();
        Source::new(TEXT, Path::new("desk.toml")).with(&sets, "point 3")
    }

    fn problem(path: &str, value: &str) -> String {
        let errors = with(&[(path, value)]).expect_err(path);
        assert_eq!(errors.total(), 1, "{}", errors.render(100, false));
        let problem = &errors.problems()[0];
        let place = problem.place.expect("it has a place");
        let help = problem.help.as_deref().unwrap_or_default();
        format!("{}:{}:{}: {}; {help}", problem.file, place.line, place.column, problem.message)
    }

    #[test]
    fn a_value_is_found_by_keys_names_and_numbers() {
        let scenario = with(&[("agents.Ann.count", "3"), ("group.2.talk", "1m"), ("agents.1.groups.2", "Sales")]);
        // The second group of Ann is now the first once more, which the reader refuses.
        assert!(scenario.is_err());
        let scenario = with(&[("agents.Ann.count", "3"), ("group.'Tier 1.5'.talk", "1m")]).unwrap();
        assert_eq!(scenario.agents.len(), 3);
        assert_eq!(scenario.groups[1], with(&[("group.2.talk", "1m")]).unwrap().groups[1]);
        let all = with(&[("group.*.talk", "1m")]).unwrap();
        assert_eq!(all.groups[0].handling.clone(), with(&[("group.Sales.talk", "60s")]).unwrap().groups[0].handling);
        assert_eq!(all.groups[1], scenario.groups[1]);
    }

    #[test]
    fn what_the_file_leaves_to_defaults_can_be_set() {
        let scenario = with(&[("seed", "9"), ("service_level.threshold", "10s"), ("group.Sales.queue_capacity", "5")]);
        let scenario = scenario.unwrap();
        assert_eq!((scenario.seed, scenario.groups[0].queue_capacity), (9, Some(5)));
        assert_eq!(scenario.service_level_threshold.as_secs_f64(), 10.0);
        // The later of two counts.
        assert_eq!(with(&[("seed", "9"), ("seed", "4")]).unwrap().seed, 4);
    }

    #[test]
    fn what_matches_nothing_or_does_not_fit_is_told_with_its_place() {
        assert_eq!(
            problem("group.Sale.talk", "1m"),
            "point 3:1:1: there is no `Sale` in `group`; did you mean `Sales`? it has `Sales` and `Tier 1.5`; \
             a number from 1 to 2 and * for all do too"
        );
        assert!(
            problem("group.Sales.tlak", "1m").starts_with("point 3:1:1: unknown key `tlak` in [[group]]; did you mean")
        );
        assert!(
            problem("group.Sales.wrap_up.mean", "1m").contains("`wrap_up` is text in the file, which has no `mean`")
        );
        let count = problem("agents.Ann.count", "-3");
        assert!(
            count.starts_with("point 3:1:20: `count` is `-3`, which is out of range; it is a whole number"),
            "{count}"
        );
        let unit = problem("group.Sales.talk.mean", "5 minuts");
        assert!(unit.starts_with("point 3:1:28: `mean` is `5 minuts`, which has `minuts`"), "{unit}");
        // What a value makes wrong elsewhere is told where that is.
        assert!(problem("warm_up", "9h").contains("point 3:1:11"));
    }

    proptest::proptest! {
        /// Whatever is set is taken or refused, with a place in what was set or in the file.
        #[test]
        fn no_assignment_panics(
            path in r#"(group|agents|seed|talk|[0-9*]|[a-z.'" ]){1,6}(\.(Sales|Ann|talk|count|mean|groups|[0-9*]))*"#,
            value in r#"[0-9a-z%/."'\[\]{}=, ]{0,20}"#,
        ) {
            if let Ok(path) = path.parse::<ValuePath>() {
                for value in [literal(&value), value] {
                    let set = [Assignment { path: path.clone(), value }];
                    if let Err(errors) = Source::new(TEXT, Path::new("desk.toml")).with(&set, "point 1") {
                        proptest::prop_assert!(errors.total() > 0 && !errors.render(80, false).is_empty());
                    }
                }
            }
        }
    }

    #[test]
    fn the_file_itself_is_as_it_is_without_values() {
        assert_eq!(with(&[]).unwrap(), super::super::parse(TEXT, Path::new("desk.toml")).unwrap());
    }
}
