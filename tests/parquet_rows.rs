//! Rows as Parquet, read again.

#![cfg(feature = "parquet")]

use std::fs::File;
use std::io::{Read, Write};

use acdsim::experiment::replicate;
use acdsim::report::events::{EventLog, EventRow};
use acdsim::report::parquet::{GROUP, ParquetRows};
use acdsim::report::rows::{Lines, Row};
use acdsim::scenario::{self, Scenario};
use acdsim::simulation::Control;
use acdsim::statistics::{CallLog, CallRecord};
use acdsim::time::Duration;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use proptest::prelude::*;

/// A scenario whose names need quotes, and whose calls have classes and origins.
const NAMES: &str = r#"
horizon = "4h"
warm_up = "30m"

[[group]]
name = "Sales, \"large\""
arrivals = { rate = "120/h" }
talk = "3m"
wrap_up = { distribution = "exponential", mean = "20s" }
patience = { distribution = "exponential", mean = "60s" }
classes = [{ name = "\"A\", \"B\"", share = "40%" }, { name = "Grüße", share = "60%" }]
retrial = { probability = "50%", delay = { distribution = "exponential", mean = "5m" } }

[[group]]
name = "Support"
arrivals = { rate = "30/h" }
talk = { distribution = "exponential", mean = "4m" }

[[agents]]
name = "Ann"
count = 3
groups = ["Sales, \"large\"", "Support"]

[[agents]]
name = "Bob, \"the\" builder of whatever there is to be built in this town"
count = 5
groups = ["Sales, \"large\""]
"#;

fn rows(scenario: &Scenario) -> (Vec<CallRecord>, Vec<EventRow>) {
    let (mut calls, mut events) = (Vec::new(), Vec::new());
    let logs = (CallLog::new(|call| calls.push(*call)), EventLog::new(|event| events.push(event)));
    replicate(scenario, 1, logs, &Control::default()).unwrap();
    (calls, events)
}

fn written<'a, R: Row>(scenario: &Scenario, batches: impl Iterator<Item = &'a [R]>) -> Vec<u8> {
    let context = R::context(scenario);
    let mut rows = ParquetRows::new(&context, Vec::new()).unwrap();
    batches.for_each(|batch| rows.add(7, batch, &context).unwrap());
    rows.finish().unwrap()
}

fn reader(bytes: &[u8]) -> SerializedFileReader<File> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    SerializedFileReader::new(file).unwrap()
}

/// A value as a field of CSV has it.
fn text(value: &Field) -> String {
    match value {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bool(flag) => flag.to_string(),
        Field::Long(number) => number.to_string(),
        Field::Decimal(decimal) => {
            assert_eq!(decimal.scale(), 9);
            let nanos = decimal.data().iter().fold(0, |whole, &byte| whole << 8 | u64::from(byte));
            Duration::from_nanos(nanos).to_string()
        }
        other => panic!("no column has {other:?}"),
    }
}

/// The rows of a Parquet file are, column by column, those of the CSV file.
fn are_those_of_csv<R: Row>(scenario: &Scenario, rows: &[R], parquet: &[u8]) {
    let context = R::context(scenario);
    let header = format!("{}\n", R::header(&context));
    let mut lines = Lines::default();
    let mut csv = csv::Reader::from_reader(header.as_bytes().chain(lines.of(rows, 7, &context)));
    let reader = reader(parquet);
    let columns = reader.metadata().file_metadata().schema_descr().columns();
    assert!(columns.iter().map(|column| column.name()).eq(csv.headers().unwrap()));
    let mut count = 0;
    for (line, row) in csv.records().zip(reader.get_row_iter(None).unwrap()) {
        let row = row.unwrap();
        assert!(row.get_column_iter().map(|(_, value)| text(value)).eq(line.unwrap().iter()), "{row}");
        count += 1;
    }
    assert_eq!(count, rows.len());
}

#[test]
fn every_value_is_that_of_the_csv_file() {
    let named = scenario::parse(NAMES, "names.toml".as_ref()).unwrap_or_else(|error| panic!("{error}"));
    let shipped = ["scenarios/quickstart.toml", "scenarios/whole-center.toml"]
        .map(|path| scenario::read(path.as_ref()).unwrap_or_else(|error| panic!("{error}")));
    for scenario in shipped.iter().chain([&named]) {
        let (calls, events) = rows(scenario);
        assert!(calls.len() > 100 && events.len() > 500);
        are_those_of_csv(scenario, &calls, &written(scenario, calls.chunks(99)));
        are_those_of_csv(scenario, &events, &written(scenario, events.chunks(99)));
        are_those_of_csv(scenario, &calls[..0], &written(scenario, calls[..0].chunks(99)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_bytes_do_not_depend_on_the_batches(cut in 1_usize..500, end in 0_usize..500) {
        let scenario = scenario::parse(NAMES, "names.toml".as_ref()).unwrap_or_else(|error| panic!("{error}"));
        let (calls, _) = rows(&scenario);
        let calls = &calls[..end.min(calls.len())];
        let bytes = written(&scenario, calls.chunks(cut));
        prop_assert_eq!(&bytes, &written(&scenario, [calls].into_iter()));
        are_those_of_csv(&scenario, calls, &bytes);
    }
}

#[test]
fn row_groups_are_cut_by_the_rows() {
    let scenario = scenario::parse(NAMES, "names.toml".as_ref()).unwrap_or_else(|error| panic!("{error}"));
    let (calls, _) = rows(&scenario);
    let many: Vec<CallRecord> = calls.iter().cycle().take(GROUP + 5).copied().collect();
    let bytes = written(&scenario, many.chunks(1000));
    are_those_of_csv(&scenario, &many, &bytes);
    let reader = reader(&bytes);
    let rows = |group: usize| reader.metadata().row_group(group).num_rows();
    assert_eq!((reader.num_row_groups(), rows(0), rows(1)), (2, GROUP as i64, 5));
}

/// A file that cannot be written is named, and nothing is left of any.
#[cfg(unix)]
#[test]
fn a_file_that_finds_no_room_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("results");
    for (rows, file) in
        [("--calls", "calls.csv"), ("--calls --parquet --no-csv", "calls.parquet"), ("--events", "events.csv")]
    {
        let acdsim = assert_cmd::cargo::cargo_bin!("acdsim");
        // No file may be longer than 24 blocks of 512 or 1,024 bytes; to try it is an error, not the end of the process.
        let command = format!(
            "trap '' XFSZ; ulimit -f 24; exec '{}' run scenarios/bank-day.toml --replications 1 {rows} --out '{}'",
            acdsim.display(),
            out.display()
        );
        let ran = assert_cmd::Command::new("sh").args(["-c", &command]).assert().code(3);
        let said = String::from_utf8_lossy(&ran.get_output().stderr).into_owned();
        assert!(said.contains(&format!("cannot write {}", out.join(file).display())), "{said}");
        assert!(!out.exists(), "{rows}");
    }
}
