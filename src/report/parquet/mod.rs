//! `calls.parquet` and `events.parquet`: the rows of the CSV files of the same names, typed.
//!
//! A column has the name and the meaning that it has in the CSV file, and is null where that is empty. Times are decimals with nine
//! digits behind the point, exact to the nanosecond. Numbers and times are written as packed differences, names as indexes of the
//! names that a row group has; that makes the files small without a compression.

mod names;
mod pages;

use std::io::{self, Write};
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::{BoolType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use self::pages::Pages;
use super::rows::Row;

/// So many rows make a row group, whose pages are in memory until it is full.
pub const GROUP: usize = 1 << 17;

/// A Parquet file of rows.
///
/// The bytes depend on the rows alone, not on how they are cut into batches.
pub struct ParquetRows<R, W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Columns,
    /// Of each column.
    pages: Vec<Pages>,
    /// In the row group that is being filled.
    rows: usize,
    of: PhantomData<R>,
}

/// The columns, in the order of the schema, with what is not in pages yet.
///
/// Whoever fills them names them all, in the same order each time.
#[derive(Default)]
pub struct Columns {
    columns: Vec<Column>,
    /// The one that is named next.
    next: usize,
}

struct Column {
    name: &'static str,
    values: Values,
    /// For each row 1 if it has a value, else 0; none of a column in which all have one.
    levels: Option<Vec<i16>>,
}

/// The values of the rows that have one.
enum Values {
    Number(Vec<i64>),
    /// In nanoseconds.
    Time(Vec<i64>),
    Flag(Vec<bool>),
    /// Names, and for each row the index of one.
    Name(Vec<String>, Vec<u32>),
}

impl Columns {
    /// The column that is next, made if it is not there yet.
    fn next(&mut self, name: &'static str, optional: bool, values: impl FnOnce() -> Values) -> &mut Column {
        if self.next == self.columns.len() {
            self.columns.push(Column { name, values: values(), levels: optional.then(Vec::new) });
        }
        let column = &mut self.columns[self.next];
        debug_assert_eq!(column.name, name);
        self.next += 1;
        column
    }

    /// Adds numbers.
    pub(super) fn numbers(&mut self, name: &'static str, numbers: impl Iterator<Item = u64>) {
        if let Values::Number(values) = &mut self.next(name, false, || Values::Number(Vec::new())).values {
            values.extend(numbers.map(|number| number as i64));
        }
    }

    /// Adds numbers that some rows have.
    pub(super) fn numbers_if(&mut self, name: &'static str, numbers: impl ExactSizeIterator<Item = Option<u64>>) {
        let column = self.next(name, true, || Values::Number(Vec::new()));
        if let (Values::Number(values), Some(levels)) = (&mut column.values, &mut column.levels) {
            extend(values, levels, numbers.map(|number| number.map(|number| number as i64)));
        }
    }

    /// Adds times, in nanoseconds.
    pub(super) fn times(&mut self, name: &'static str, times: impl Iterator<Item = u64>) {
        if let Values::Time(values) = &mut self.next(name, false, || Values::Time(Vec::new())).values {
            values.extend(times.map(|nanos| nanos as i64));
        }
    }

    /// Adds times that some rows have, in nanoseconds.
    pub(super) fn times_if(&mut self, name: &'static str, times: impl ExactSizeIterator<Item = Option<u64>>) {
        let column = self.next(name, true, || Values::Time(Vec::new()));
        if let (Values::Time(values), Some(levels)) = (&mut column.values, &mut column.levels) {
            extend(values, levels, times.map(|nanos| nanos.map(|nanos| nanos as i64)));
        }
    }

    /// Adds flags.
    pub(super) fn flags(&mut self, name: &'static str, flags: impl Iterator<Item = bool>) {
        if let Values::Flag(values) = &mut self.next(name, false, || Values::Flag(Vec::new())).values {
            values.extend(flags);
        }
    }

    /// Adds names, by their indexes among all that there are.
    pub(super) fn names(&mut self, name: &'static str, all: &[impl AsRef<str>], indexes: impl Iterator<Item = u32>) {
        let column = self.next(name, false, || Values::Name(owned(all), Vec::new()));
        if let Values::Name(_, values) = &mut column.values {
            values.extend(indexes);
        }
    }

    /// Adds names that some rows have, by their indexes among all that there are.
    pub(super) fn names_if(
        &mut self,
        name: &'static str,
        all: &[impl AsRef<str>],
        indexes: impl ExactSizeIterator<Item = Option<u32>>,
    ) {
        let column = self.next(name, true, || Values::Name(owned(all), Vec::new()));
        if let (Values::Name(_, values), Some(levels)) = (&mut column.values, &mut column.levels) {
            extend(values, levels, indexes);
        }
    }
}

fn owned(names: &[impl AsRef<str>]) -> Vec<String> {
    names.iter().map(|name| name.as_ref().to_owned()).collect()
}

/// Appends values that some rows have. There is no branch, for whether a row has one is hard to foretell.
fn extend<T: Copy + Default>(
    values: &mut Vec<T>,
    levels: &mut Vec<i16>,
    more: impl ExactSizeIterator<Item = Option<T>>,
) {
    let mut end = values.len();
    values.resize(end + more.len(), T::default());
    levels.extend(more.map(|value| {
        values[end] = value.unwrap_or_default();
        end += usize::from(value.is_some());
        i16::from(value.is_some())
    }));
    values.truncate(end);
}

impl Column {
    /// Its line in the schema.
    fn declaration(&self) -> String {
        let presence = if self.levels.is_some() { "OPTIONAL" } else { "REQUIRED" };
        let (kind, meaning) = match self.values {
            Values::Number(_) => ("INT64", " (INTEGER(64,true))"),
            Values::Time(_) => ("INT64", " (DECIMAL(18,9))"),
            Values::Flag(_) => ("BOOLEAN", ""),
            Values::Name(..) => ("BYTE_ARRAY", " (STRING)"),
        };
        format!("{presence} {kind} {}{meaning};", self.name)
    }

    /// Puts what it has into pages, after which it has nothing; but for names, whose number of bits only a whole row group tells.
    fn put(&mut self, pages: &mut Pages) -> Result<(), ParquetError> {
        let levels = self.levels.as_deref();
        match &mut self.values {
            Values::Number(values) | Values::Time(values) => {
                pages.put::<Int64Type>(values, levels)?;
                values.clear();
            }
            Values::Flag(values) => {
                pages.put::<BoolType>(values, levels)?;
                values.clear();
            }
            Values::Name(..) => return Ok(()),
        }
        if let Some(levels) = &mut self.levels {
            levels.clear();
        }
        Ok(())
    }

    /// Takes what it is in a row group that is full, or the last.
    fn finish(&mut self, pages: &mut Pages) -> Result<Chunk, ParquetError> {
        let Values::Name(all, indexes) = &mut self.values else { return pages.finish() };
        let chunk = names::chunk(pages.descriptor.clone(), all, indexes, self.levels.as_deref());
        indexes.clear();
        if let Some(levels) = &mut self.levels {
            levels.clear();
        }
        chunk
    }
}

/// The pages of a column in a row group, and what the file says of them.
type Chunk = (Bytes, ColumnCloseResult);

fn broken(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

impl<R: Row, W: Write + Send> ParquetRows<R, W> {
    /// A file of the rows of a scenario.
    ///
    /// # Errors
    ///
    /// If its beginning cannot be written.
    pub fn new(context: &R::Context, out: W) -> io::Result<Self> {
        let mut columns = Columns::default();
        R::columns(&[], 0, context, &mut columns);
        let declarations: String = columns.columns.iter().map(Column::declaration).collect();
        let schema = parse_message_type(&format!("message rows {{{declarations}}}")).map_err(broken)?;
        let mut properties = WriterProperties::builder()
            .set_created_by(concat!("acdsim ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_offset_index_disabled(true)
            .set_data_page_row_count_limit(GROUP);
        for Column { name, values, .. } in &columns.columns {
            if matches!(values, Values::Number(_) | Values::Time(_)) {
                properties = properties.set_column_encoding((*name).into(), Encoding::DELTA_BINARY_PACKED);
            }
        }
        let properties = Arc::new(properties.build());
        let writer = SerializedFileWriter::new(out, Arc::new(schema), properties.clone()).map_err(broken)?;
        let descriptors = writer.schema_descr().columns().iter();
        let pages = descriptors.map(|descriptor| Pages::new(descriptor.clone(), properties.clone())).collect();
        Ok(ParquetRows { writer, columns, pages, rows: 0, of: PhantomData })
    }

    /// Adds rows of a replication.
    ///
    /// # Errors
    ///
    /// If a row group is full and cannot be written.
    pub fn add(&mut self, replication: u32, mut rows: &[R], context: &R::Context) -> io::Result<()> {
        while !rows.is_empty() {
            let (fitting, rest) = rows.split_at(rows.len().min(GROUP - self.rows));
            self.columns.next = 0;
            R::columns(fitting, replication, context, &mut self.columns);
            for (column, pages) in self.columns.columns.iter_mut().zip(&mut self.pages) {
                column.put(pages).map_err(broken)?;
            }
            self.rows += fitting.len();
            if self.rows == GROUP {
                self.write_group()?;
            }
            rows = rest;
        }
        Ok(())
    }

    fn write_group(&mut self) -> io::Result<()> {
        let mut group = self.writer.next_row_group().map_err(broken)?;
        for (column, pages) in self.columns.columns.iter_mut().zip(&mut self.pages) {
            let (bytes, close) = column.finish(pages).map_err(broken)?;
            group.append_column(&bytes, close).map_err(broken)?;
        }
        group.close().map_err(broken)?;
        self.rows = 0;
        Ok(())
    }

    /// Writes what is still in memory, and hands the output back.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.writer.into_inner().map_err(broken)
    }
}
