//! Reads the CSV files that a scenario names, and finds the place of what is wrong in them.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::problems::{Fault, Line, Problems, Span, listed, quoted, similar};
use super::values::At;

/// After so many faults the rest of a file is not read.
const MOST_FAULTS: usize = 20;
/// So many bytes of a line are read back to show it.
const LONGEST_LINE: u64 = 64 * 1024;

/// A column that a file may have.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
}

/// One row of a file.
pub(crate) struct Row<'r> {
    record: &'r StringRecord,
    columns: &'r [Option<usize>],
    allowed: &'r [Column],
    /// The line it begins on, counted from 1.
    pub(crate) line: u64,
}

/// What is wrong with a field, worded to follow "which", and what is allowed.
pub(crate) struct FieldFault {
    pub(crate) column: &'static str,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl FieldFault {
    pub(crate) fn new(column: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        FieldFault { column, message: message.into(), help: help.into() }
    }
}

impl Row<'_> {
    fn index(&self, column: &str) -> Option<usize> {
        self.columns[self.allowed.iter().position(|allowed| allowed.name == column)?]
    }

    /// The column's field; none if it is empty or the file has no such column.
    pub(crate) fn field(&self, column: &str) -> Option<&str> {
        self.record.get(self.index(column)?).filter(|field| !field.is_empty())
    }

    /// The column's field, which must not be empty.
    pub(crate) fn needed(&self, column: &'static str) -> Result<&str, FieldFault> {
        self.field(column).ok_or_else(|| FieldFault::new(column, "is empty", "this column needs a value in each row"))
    }
}

/// A CSV file that a scenario names.
pub(crate) struct CsvFile<'n> {
    path: PathBuf,
    /// Where the scenario names it.
    named: At<&'n str>,
}

impl<'n> CsvFile<'n> {
    /// The file that `base`'s scenario names.
    pub(crate) fn new(base: &Path, named: At<&'n String>) -> Self {
        CsvFile { path: base.join(named.value), named: At { value: named.value, at: named.at } }
    }

    /// Gives every row to `take`, in the order of the file; true if there was nothing wrong.
    pub(crate) fn rows(
        &self,
        problems: &mut Problems,
        allowed: &[Column],
        mut take: impl FnMut(&Row) -> Result<(), FieldFault>,
    ) -> bool {
        let before = problems.count();
        let file = match File::open(&self.path).and_then(|file| Ok((file.metadata()?.is_file(), file))) {
            Ok((true, file)) => file,
            Ok((false, _)) => return self.unreadable(problems, "it is not a file"),
            Err(error) => return self.unreadable(problems, why(&error)),
        };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(BufReader::with_capacity(1 << 16, file));
        let mut record = StringRecord::new();
        let mut columns: Option<(Vec<Option<usize>>, usize)> = None;
        loop {
            let (byte, line) = (reader.position().byte(), reader.position().line());
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let message = match error.kind() {
                        csv::ErrorKind::Utf8 { .. } => "the row is not UTF-8 text".to_owned(),
                        csv::ErrorKind::Io(error) => format!("the file cannot be read: {}", why(error)),
                        _ => format!("the row cannot be read: {error}"),
                    };
                    self.fault(problems, (byte, line, None), message, "the file must be CSV in UTF-8");
                    break;
                }
            }
            let Some((columns, width)) = &columns else {
                match self.header(problems, &record, allowed, line) {
                    Some(found) => columns = Some((found, record.len())),
                    None => return false,
                }
                continue;
            };
            if record.len() != *width {
                let message = format!("the row has {} fields, and the header has {width}", record.len());
                self.fault(problems, (byte, line, None), message, "every row has as many fields as the header");
            } else {
                let row = Row { record: &record, columns, allowed, line };
                if let Err(fault) = take(&row) {
                    let index = row.index(fault.column);
                    let value = index.and_then(|index| record.get(index)).unwrap_or_default();
                    let message = format!("`{}` is {}, which {}", fault.column, quoted(value), fault.message);
                    self.fault(problems, (byte, line, index), message, &fault.help);
                }
            }
            if problems.count() - before >= MOST_FAULTS {
                break;
            }
        }
        if columns.is_none() {
            return self.unreadable(problems, "it is empty");
        }
        problems.count() == before
    }

    /// The index of each allowed column.
    fn header(
        &self,
        problems: &mut Problems,
        header: &StringRecord,
        allowed: &[Column],
        line: u64,
    ) -> Option<Vec<Option<usize>>> {
        let before = problems.count();
        let names = || allowed.iter().map(|column| column.name);
        let known = format!("the columns are {}", listed(names(), "and"));
        for (index, name) in header.iter().enumerate() {
            if header.iter().take(index).any(|earlier| earlier == name) {
                let message = format!("the column {} is there twice", quoted(name));
                self.fault(problems, (0, line, Some(index)), message, "each column may be there once");
            } else if !names().any(|known| known == name) {
                let mut help = known.clone();
                if name.contains([';', '\t']) {
                    help = format!("fields are separated by commas; {help}");
                } else if let Some(near) = similar(name, names()) {
                    help = format!("did you mean `{near}`? {help}");
                }
                self.fault(problems, (0, line, Some(index)), format!("unknown column {}", quoted(name)), &help);
            }
        }
        let columns: Vec<_> = names().map(|name| header.iter().position(|found| found == name)).collect();
        if before == problems.count() {
            for (column, found) in allowed.iter().zip(&columns) {
                if column.required && found.is_none() {
                    self.fault(problems, (0, line, None), format!("the column `{}` is missing", column.name), &known);
                }
            }
        }
        (before == problems.count()).then_some(columns)
    }

    fn unreadable(&self, problems: &mut Problems, why: &str) -> bool {
        let shown = quoted(&self.path.display().to_string());
        let help = "the path is relative to the scenario file";
        problems
            .push(Fault::new(self.named.at, format!("{shown} cannot be read: {why}")).label("named here").help(help));
        false
    }

    /// Reports a fault of a row that begins at a byte and line, in a field or in all of it.
    fn fault(&self, problems: &mut Problems, at: (u64, u64, Option<usize>), message: String, help: &str) {
        let fault = Fault::new(self.named.at, message).help(help);
        problems.push(fault.on(self.line(at.0, at.1, at.2).unwrap_or_else(|| Line {
            file: self.path.display().to_string(),
            number: at.1,
            text: String::new(),
            span: Span::default(),
        })));
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Reports that a fault of the scenario is due to a line of this file.
    pub(crate) fn because(&self, line: u64) -> String {
        format!("{} line {line}", self.path.display())
    }

    fn line(&self, byte: u64, mut number: u64, field: Option<usize>) -> Option<Line> {
        let mut file = File::open(&self.path).ok()?;
        file.seek(SeekFrom::Start(byte)).ok()?;
        let mut bytes = Vec::new();
        file.take(LONGEST_LINE).read_to_end(&mut bytes).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        let mut text = text.trim_start_matches('\u{feff}');
        // Empty lines before a row are not rows.
        while let Some(rest) = text.strip_prefix(['\n', '\r']) {
            number += u64::from(text.starts_with('\n'));
            text = rest;
        }
        let text = text.lines().next().unwrap_or_default().to_owned();
        let span = match field {
            Some(field) => field_span(&text, field),
            None => (0..text.len()).into(),
        };
        Some(Line { file: self.path.display().to_string(), number, text, span })
    }
}

/// Where the field of that index is in a line of CSV.
fn field_span(line: &str, field: usize) -> Span {
    let mut quoted = false;
    let mut start = 0;
    let mut index = 0;
    for (at, char) in line.char_indices() {
        match char {
            '"' => quoted = !quoted,
            ',' if !quoted && index == field => return trimmed(line, start, at),
            ',' if !quoted => (index, start) = (index + 1, at + 1),
            _ => {}
        }
    }
    if index == field { trimmed(line, start, line.len()) } else { (0..line.len()).into() }
}

fn trimmed(line: &str, start: usize, end: usize) -> Span {
    let field = &line[start..end];
    let start = start + field.len() - field.trim_start().len();
    (start..start + field.trim().len()).into()
}

/// An I/O error in words that are the same on every platform, where it is one of the usual ones.
pub(crate) fn why(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file",
        std::io::ErrorKind::PermissionDenied => "permission denied",
        std::io::ErrorKind::IsADirectory => "it is a directory",
        _ => "the system reports an error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_in_their_line() {
        let line = "08:00, \"a,b\" ,12";
        let field = |index| {
            let span = field_span(line, index);
            &line[span.start..span.end]
        };
        assert_eq!([field(0), field(1), field(2)], ["08:00", "\"a,b\"", "12"]);
    }
}
