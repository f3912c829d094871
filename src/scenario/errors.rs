//! What is wrong with a scenario file, for people and for programs.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::problems::Span;

/// Everything that is wrong with a scenario file and the files it names, in the order of the file.
///
/// At most 20 problems are kept; [`ScenarioErrors::total`] counts them all.
///
/// ```
/// use std::path::Path;
///
/// let errors = acdsim::scenario::parse("horizon = 9", Path::new("desk.toml")).unwrap_err();
/// assert_eq!(errors.total(), 3); // there are no groups and no agents either
/// let last = &errors.problems()[2];
/// assert_eq!(last.message, "`horizon` is `9`, and a duration needs a unit");
/// assert!(errors.render(80, false).contains("desk.toml:1:11"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioErrors {
    file: String,
    problems: Vec<Problem>,
    total: usize,
}

/// One thing that is wrong with a scenario file or a file that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as its path was given.
    pub file: String,
    /// Where in the file; nowhere if the file cannot be read.
    pub place: Option<Place>,
    /// What is wrong with which value.
    pub message: String,
    /// What is allowed, or how to put it right.
    pub help: Option<String>,
    pub(super) label: Option<String>,
    pub(super) excerpt: String,
    pub(super) underline: Span,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, counted from 1.
    pub line: u64,
    /// The character in the line, counted from 1.
    pub column: u64,
}

impl ScenarioErrors {
    pub(super) fn new(file: String, problems: Vec<Problem>, total: usize) -> Self {
        debug_assert!(!problems.is_empty() && problems.len() <= total);
        ScenarioErrors { file, problems, total }
    }

    /// The one problem of a file that cannot be read at all.
    pub(super) fn unreadable(file: String, message: String, help: &str) -> Self {
        let problem = Problem {
            file: file.clone(),
            place: None,
            message,
            help: Some(help.to_owned()),
            label: None,
            excerpt: String::new(),
            underline: Span::default(),
        };
        ScenarioErrors::new(file, vec![problem], 1)
    }

    /// The problems, in the order of their place; the first 20 if there are more.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How many problems there are, including those that [`ScenarioErrors::problems`] leaves out.
    pub fn total(&self) -> usize {
        self.total
    }

    /// The problems for people, each with its source line, for a terminal `width` columns wide.
    pub fn render(&self, width: usize, colour: bool) -> String {
        let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(width.max(40))
            .with_context_lines(0)
            .without_syntax_highlighting();
        let mut text = String::new();
        for problem in &self.problems {
            handler.render_report(&mut text, problem).expect("writing to a string succeeds");
            text.push('\n');
        }
        text += &self.to_string();
        text.push('\n');
        text
    }
}

/// "3 problems in desk.toml", and how many are not shown.
impl fmt::Display for ScenarioErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.total == 1 { "" } else { "s" };
        write!(f, "{} problem{plural} in {}", self.total, self.file)?;
        match self.total - self.problems.len() {
            0 => Ok(()),
            more => write!(f, " (the first {}, and {more} more)", self.problems.len()),
        }
    }
}

impl std::error::Error for ScenarioErrors {}

impl Diagnostic for ScenarioErrors {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.problems.iter().map(|problem| problem as &dyn Diagnostic)))
    }
}

/// The message alone.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.is_some().then_some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.place?;
        let (start, end) = (self.underline.start, self.underline.end);
        Some(Box::new(std::iter::once(LabeledSpan::new(self.label.clone(), start, end - start))))
    }
}

/// The one line that is shown, whatever span of it is asked for.
impl SourceCode for Problem {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let Some(Place { line, column }) = self.place else { return Err(MietteError::OutOfBounds) };
        Ok(Box::new(MietteSpanContents::new_named(
            self.file.clone(),
            self.excerpt.as_bytes(),
            SourceSpan::from(0..self.excerpt.len()),
            line as usize - 1,
            column as usize - 1,
            1,
        )))
    }
}
