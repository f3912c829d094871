//! Rows as Parquet, read again.

#![cfg(feature = "parquet")]

use std::io::{self, Write};

use acdsim::report::parquet::{GROUP, ParquetRows};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, RowAccessor};
use proptest::prelude::*;

/// A name as a field of CSV.
fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() }
}

fn reader(bytes: &[u8]) -> SerializedFileReader<std::fs::File> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    SerializedFileReader::new(file).unwrap()
}

fn written(header: &str, text: &str, cut: usize) -> io::Result<Vec<u8>> {
    let mut rows = ParquetRows::new(header, Vec::new())?;
    for piece in text.as_bytes().chunks(cut) {
        rows.write_all(piece)?;
    }
    rows.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_written_is_read(
        rows in prop::collection::vec((any::<u32>(), "[a-b,\"\n ]{0,6}", 0..1_u64 << 59, any::<bool>()), 0..40),
        cut in 1_usize..50,
    ) {
        let text: String = rows.iter().map(|(call, name, nanos, counted)| {
            let (seconds, nanos) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
            format!("{call},{},{seconds}.{nanos:09},{counted}\n", quoted(name))
        }).collect();
        let header = "call,group,wait_s,counted";
        let bytes = written(header, &text, cut).unwrap();
        prop_assert_eq!(&bytes, &written(header, &text, text.len().max(1)).unwrap());
        let reader = reader(&bytes);
        let mut read = reader.get_row_iter(None).unwrap();
        for (call, name, nanos, counted) in &rows {
            let row = read.next().unwrap().unwrap();
            prop_assert_eq!(row.get_long(0).unwrap(), i64::from(*call));
            match row.get_column_iter().nth(1).unwrap().1 {
                Field::Null => prop_assert!(name.is_empty()),
                Field::Str(text) => prop_assert_eq!(text, name),
                other => prop_assert!(false, "{:?}", other),
            }
            let decimal = row.get_decimal(2).unwrap();
            let whole = decimal.data().iter().fold(0_u64, |whole, &byte| whole << 8 | u64::from(byte));
            prop_assert_eq!((whole, decimal.scale()), (*nanos, 9));
            prop_assert_eq!(row.get_bool(3).unwrap(), *counted);
        }
        prop_assert!(read.next().is_none());
    }
}

#[test]
fn what_is_no_row_is_refused() {
    for line in
        ["1,a,1.000000000\n", "1,a,1.000000000,true,\n", "x,a,1.000000000,true\n", "1,a,1.0,true\n", "1,\"a\n", "1"]
    {
        assert!(written("call,group,wait_s,counted", line, 4).is_err(), "{line:?}");
    }
}

#[test]
fn row_groups_are_cut_by_the_rows() {
    let text: String = (0..GROUP + 5).map(|call| format!("{call},Sales\n")).collect();
    let bytes = written("call,group", &text, 1 << 16).unwrap();
    let reader = reader(&bytes);
    let rows = |group: usize| reader.metadata().row_group(group).num_rows();
    assert_eq!((reader.num_row_groups(), rows(0), rows(1)), (2, GROUP as i64, 5));
}
