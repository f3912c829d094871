//! `calls.parquet` and `events.parquet`: the rows of the CSV files of the same names, typed.
//!
//! A column has the name and the meaning that it has in the CSV file, and is null where that is empty. Times are decimals with nine
//! digits behind the point, exact to the nanosecond. Numbers and times are written as packed differences, names as indexes of all
//! that there are; that makes the files small without a compression.
//!
//! The encoders are our own, for those of the `parquet` crate take as long for a row as the simulation does. The crate has the schema, the
//! headers of pages and the end of the file, and its reader is what the tests read with.

mod chunk;
mod column;
mod differences;
mod packed;

use std::io::{self, Write};
use std::marker::PhantomData;
use std::sync::Arc;

use parquet::errors::ParquetError;
use parquet::file::metadata::{FileMetaData, ParquetMetaData, ParquetMetaDataWriter, RowGroupMetaData};
use parquet::file::writer::TrackedWrite;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::{SchemaDescPtr, SchemaDescriptor};

pub use self::column::Columns;
use super::rows::Row;

/// So many rows make a row group, whose pages are in memory until it is full.
pub const GROUP: usize = 1 << 17;
/// So many rows are taken apart at a time, for they are read anew for each column.
const PIECE: usize = 1 << 9;
/// A file begins with it.
const MAGIC: &[u8; 4] = b"PAR1";

/// A Parquet file of rows.
///
/// The bytes depend on the rows alone, not on how they are cut into batches.
pub struct ParquetRows<R, W: Write + Send> {
    out: TrackedWrite<W>,
    schema: SchemaDescPtr,
    columns: Columns,
    groups: Vec<RowGroupMetaData>,
    /// In the row group that is being filled.
    rows: usize,
    /// A page that is about to be written.
    page: Vec<u8>,
    of: PhantomData<R>,
}

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
        let declarations: String = columns.declarations().collect();
        let schema = parse_message_type(&format!("message rows {{{declarations}}}")).map_err(broken)?;
        let schema = Arc::new(SchemaDescriptor::new(Arc::new(schema)));
        let mut out = TrackedWrite::new(out);
        out.write_all(MAGIC)?;
        Ok(ParquetRows { out, schema, columns, groups: Vec::new(), rows: 0, page: Vec::new(), of: PhantomData })
    }

    /// Adds rows of a replication.
    ///
    /// # Errors
    ///
    /// If a row group is full and cannot be written.
    pub fn add(&mut self, replication: u32, mut rows: &[R], context: &R::Context) -> io::Result<()> {
        while !rows.is_empty() {
            let (fitting, rest) = rows.split_at(rows.len().min(PIECE).min(GROUP - self.rows));
            self.columns.rewind();
            R::columns(fitting, replication, context, &mut self.columns);
            self.rows += fitting.len();
            if self.rows == GROUP {
                self.write_group()?;
            }
            rows = rest;
        }
        Ok(())
    }

    fn write_group(&mut self) -> io::Result<()> {
        let mut chunks = Vec::new();
        for (column, descriptor) in self.columns.iter_mut().zip(self.schema.columns()) {
            chunks.push(chunk::write(column, descriptor, &mut self.page, &mut self.out).map_err(broken)?);
        }
        let group = RowGroupMetaData::builder(self.schema.clone())
            .set_num_rows(self.rows as i64)
            .set_total_byte_size(chunks.iter().map(|chunk| chunk.uncompressed_size()).sum())
            .set_file_offset(chunks[0].byte_range().0 as i64)
            .set_ordinal(self.groups.len() as i32)
            .set_column_metadata(chunks);
        self.groups.push(group.build().map_err(broken)?);
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
        let rows = self.groups.iter().map(RowGroupMetaData::num_rows).sum();
        let program = concat!("acdsim ", env!("CARGO_PKG_VERSION")).to_owned();
        let file = FileMetaData::new(1, rows, Some(program), None, self.schema, None);
        // In memory first, for its writer keeps to itself what goes wrong when it flushes.
        let mut end = Vec::new();
        ParquetMetaDataWriter::new(&mut end, &ParquetMetaData::new(file, self.groups)).finish().map_err(broken)?;
        self.out.write_all(&end)?;
        self.out.into_inner().map_err(broken)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use proptest::prelude::*;

    use super::*;
    use crate::report::rows::{Line, Packed};
    use crate::scenario::Scenario;

    /// A row of any values.
    #[derive(Clone, Copy, Debug)]
    struct Any {
        number: u64,
        number_if: Option<u64>,
        flag: bool,
        name: u32,
        name_if: Option<u32>,
    }

    impl Row for Any {
        type Context = Vec<String>;
        const FILE: &'static str = "any";
        const BYTES: usize = 0;

        fn context(_: &Scenario) -> Vec<String> {
            Vec::new()
        }

        fn header(_: &Vec<String>) -> &'static str {
            "number,number_if,flag,name,name_if"
        }

        fn most(_: &Vec<String>) -> usize {
            0
        }

        fn line(&self, _: u32, _: &Vec<String>, _: &mut Line<'_>) {}

        fn columns(rows: &[Self], _: u32, names: &Vec<String>, columns: &mut Columns) {
            columns.numbers("number", rows.iter().map(|row| row.number));
            columns.numbers_if("number_if", rows.iter().map(|row| row.number_if));
            columns.flags("flag", rows.iter().map(|row| row.flag));
            columns.names("name", names, rows.iter().map(|row| row.name));
            columns.names_if("name_if", names, rows.iter().map(|row| row.name_if));
        }

        fn pack(&self, _: &mut Vec<u8>) {}

        fn unpack(_: Packed<'_>) -> Option<Self> {
            None
        }
    }

    /// Of all sizes, so that differences have all widths.
    fn number() -> impl Strategy<Value = u64> {
        (any::<u64>(), 0_u32..64).prop_map(|(number, bits)| number >> bits)
    }

    fn any_rows(names: u32) -> impl Strategy<Value = Vec<Any>> {
        let values =
            (number(), proptest::option::of(number()), any::<bool>(), 0..names, proptest::option::of(0..names));
        let row =
            values.prop_map(|(number, number_if, flag, name, name_if)| Any { number, number_if, flag, name, name_if });
        prop::collection::vec(row, 0..700)
    }

    fn are_read_again(names: u32, rows: &[Any], cut: usize) {
        let names: Vec<String> = (0..names).map(|name| format!("name {name}")).collect();
        let mut file = ParquetRows::new(&names, Vec::new()).expect("memory can be written");
        rows.chunks(cut).for_each(|rows| file.add(1, rows, &names).expect("memory can be written"));
        let file = Bytes::from(file.finish().expect("memory can be written"));
        let reader = SerializedFileReader::new(file).expect("it is a Parquet file");
        let mut read = reader.get_row_iter(None).expect("it has rows").map(|row| row.expect("it is a row"));
        let number = |number: u64| Field::Long(number as i64);
        let name = |index: u32| Field::Str(names[index as usize].clone());
        for row in rows {
            let expected = [
                number(row.number),
                row.number_if.map_or(Field::Null, number),
                Field::Bool(row.flag),
                name(row.name),
                row.name_if.map_or(Field::Null, name),
            ];
            let read = read.next().expect("there are as many");
            assert!(read.get_column_iter().map(|(_, value)| value).eq(&expected), "{read} {row:?}");
        }
        assert!(read.next().is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_values_are_read_again((names, rows) in (1_u32..300).prop_flat_map(|names| (Just(names), any_rows(names))), cut in 1_usize..200) {
            are_read_again(names, &rows, cut);
        }
    }

    #[test]
    fn so_are_the_outermost_ones_and_many_names() {
        let names = 70_000;
        let extremes = [0, u64::MAX, 1 << 63, (1 << 63) - 1, 1, 0, u64::MAX];
        let row = |index: usize| Any {
            number: extremes[index % extremes.len()],
            number_if: (index % 3 != 1).then(|| extremes[index * index % extremes.len()]),
            flag: index.is_multiple_of(7),
            name: (index as u32 * 9_973) % names,
            name_if: (index % 100 > 90).then_some(names - 1 - index as u32 % names),
        };
        let rows: Vec<Any> = (0..2_000).map(row).collect();
        are_read_again(names, &rows, 2_000);
        are_read_again(names, &rows[..1], 1);
        are_read_again(1, &[], 1);
    }
}
