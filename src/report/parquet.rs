//! `calls.parquet` and `events.parquet`: the rows of the CSV files of the same names, typed.
//!
//! A column has the name and the meaning that it has in the CSV file, and is null where that is empty. Times are decimals with nine
//! digits behind the point, exact to the nanosecond.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;

/// So many rows make a row group: what is kept in memory.
pub const GROUP: usize = 1 << 17;

/// A Parquet file to which rows are written as lines of CSV, without the header.
///
/// The bytes depend on the rows alone, not on how they are cut into writes.
pub struct ParquetRows<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Column>,
    rows: usize,
    /// What has come of a line whose end has not.
    line: Vec<u8>,
}

/// The values of a column in the row group that is being filled, and for each row whether it has one.
struct Column {
    values: Values,
    levels: Vec<i16>,
}

enum Values {
    Number(Vec<i64>),
    /// In nanoseconds.
    Time(Vec<i64>),
    Flag(Vec<bool>),
    /// With the texts that came before, of which there are few.
    Text(Vec<ByteArray>, Vec<ByteArray>),
}

impl Values {
    /// Of a column of this name, with its type in the schema.
    fn of(name: &str) -> (Self, &'static str) {
        match name {
            "replication" | "call" | "session" | "origin_call" => {
                (Values::Number(Vec::new()), "INT64 {} (INTEGER(64,true))")
            }
            "counted" => (Values::Flag(Vec::new()), "BOOLEAN {}"),
            name if name.ends_with("_s") => (Values::Time(Vec::new()), "INT64 {} (DECIMAL(18,9))"),
            _ => (Values::Text(Vec::new(), Vec::new()), "BYTE_ARRAY {} (STRING)"),
        }
    }
}

fn broken(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

impl<W: Write + Send> ParquetRows<W> {
    /// A file with the columns of a CSV header.
    ///
    /// # Errors
    ///
    /// If its beginning cannot be written.
    pub fn new(header: &str, out: W) -> io::Result<Self> {
        let (mut columns, mut schema) = (Vec::new(), "message rows {".to_owned());
        let mut properties = WriterProperties::builder()
            .set_created_by(concat!("acdsim ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_compression(Compression::SNAPPY)
            .set_dictionary_enabled(false);
        for name in header.split(',') {
            let (values, form) = Values::of(name);
            if matches!(values, Values::Text(..)) {
                properties = properties.set_column_dictionary_enabled(ColumnPath::from(name), true);
            }
            schema += &format!(" OPTIONAL {};", form.replace("{}", name));
            columns.push(Column { values, levels: Vec::new() });
        }
        schema += " }";
        let schema = parse_message_type(&schema).map_err(broken)?;
        let writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties.build())).map_err(broken)?;
        Ok(ParquetRows { writer, columns, rows: 0, line: Vec::new() })
    }

    /// Takes a line without its end.
    fn add(&mut self, line: &[u8]) -> io::Result<()> {
        let other = |what: &str| io::Error::other(format!("{}: {what}", String::from_utf8_lossy(line)));
        let mut rest = Some(line);
        for column in &mut self.columns {
            let from = rest.ok_or_else(|| other("it has too few fields"))?;
            let (field, behind) = field(from).ok_or_else(|| other("a quote is not closed"))?;
            rest = behind;
            column.levels.push(i16::from(!field.is_empty()));
            if field.is_empty() {
                continue;
            }
            match &mut column.values {
                Values::Number(values) => values.push(number(field).ok_or_else(|| other("it is no number"))?),
                Values::Time(values) => values.push(time(field).ok_or_else(|| other("it is no time"))?),
                Values::Flag(values) => values.push(field == b"true"),
                Values::Text(values, known) => {
                    let text = unquoted(field);
                    let text = match known.iter().find(|known| known.data() == &*text) {
                        Some(known) => known.clone(),
                        None => {
                            let new = ByteArray::from(text.into_owned());
                            known.insert(0, new.clone());
                            known.truncate(KNOWN);
                            new
                        }
                    };
                    values.push(text);
                }
            }
        }
        if rest.is_some() {
            return Err(other("it has too many fields"));
        }
        self.rows += 1;
        if self.rows == GROUP { self.write_group() } else { Ok(()) }
    }

    fn write_group(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group().map_err(broken)?;
        for column in &mut self.columns {
            let writer = group.next_column().map_err(broken)?.expect("the schema has a column for each");
            column.write(writer).map_err(broken)?;
        }
        group.close().map_err(broken)?;
        self.rows = 0;
        Ok(())
    }

    /// Writes what is still in memory, and hands the output back.
    ///
    /// # Errors
    ///
    /// If it cannot be written, or the last line has no end.
    pub fn finish(mut self) -> io::Result<W> {
        if !self.line.is_empty() {
            return Err(io::Error::other("the last line has no end"));
        }
        self.write_group()?;
        self.writer.into_inner().map_err(broken)
    }
}

/// So many texts of a column are looked through; agents may be many more.
const KNOWN: usize = 16;

impl Column {
    fn write(&mut self, mut writer: SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = Some(&self.levels[..]);
        match &mut self.values {
            Values::Number(values) | Values::Time(values) => {
                writer.typed::<Int64Type>().write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Flag(values) => {
                writer.typed::<BoolType>().write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Text(values, _) => {
                writer.typed::<ByteArrayType>().write_batch(values, levels, None)?;
                values.clear();
            }
        }
        self.levels.clear();
        writer.close()
    }
}

impl<W: Write + Send> Write for ParquetRows<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            let (line, behind) = (&rest[..end], &rest[end + 1..]);
            rest = behind;
            // A name may have a line's end in it, in quotes.
            if self.line.is_empty() && !is_open(line) {
                self.add(line)?;
                continue;
            }
            self.line.extend_from_slice(line);
            if is_open(&self.line) {
                self.line.push(b'\n');
            } else {
                let line = std::mem::take(&mut self.line);
                self.add(&line)?;
            }
        }
        self.line.extend_from_slice(rest);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a quote is open at the end.
fn is_open(line: &[u8]) -> bool {
    line.iter().filter(|&&byte| byte == b'"').count() % 2 == 1
}

/// The first field of a line, quotes and all, and what is behind its comma; none if its quotes do not end.
fn field(line: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let from = if line.first() == Some(&b'"') {
        let mut at = 1;
        loop {
            at += line[at..].iter().position(|&byte| byte == b'"')?;
            if line.get(at + 1) != Some(&b'"') {
                break at + 1;
            }
            at += 2;
        }
    } else {
        0
    };
    Some(match line[from..].iter().position(|&byte| byte == b',') {
        Some(comma) => (&line[..from + comma], Some(&line[from + comma + 1..])),
        None => (line, None),
    })
}

/// The text of a field.
fn unquoted(field: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    match field {
        [b'"', inner @ .., b'"'] => String::from_utf8_lossy(inner).replace("\"\"", "\"").into_bytes().into(),
        plain => plain.into(),
    }
}

fn number(field: &[u8]) -> Option<i64> {
    field.iter().try_fold(0_i64, |number, &byte| {
        let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// The nanoseconds of seconds with nine digits behind the point.
fn time(field: &[u8]) -> Option<i64> {
    let (seconds, rest) = field.split_at(field.len().checked_sub(10)?);
    let [b'.', nanos @ ..] = rest else { return None };
    number(seconds)?.checked_mul(1_000_000_000)?.checked_add(number(nanos)?)
}
