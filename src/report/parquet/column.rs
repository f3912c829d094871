//! The columns of rows, which are packed as the rows come.

use bytes::Bytes;
use parquet::basic::Encoding;

use super::differences::Differences;
use super::packed::{Bits, Packed, push_run};

/// The columns, in the order of the schema.
///
/// Whoever fills them names them all, in the same order each time.
#[derive(Default)]
pub struct Columns {
    columns: Vec<Column>,
    /// The one that is named next.
    next: usize,
}

/// What a row group has of a column so far.
pub(super) struct Column {
    name: &'static str,
    /// Its type in the schema, and what that means.
    kind: [&'static str; 2],
    /// How many rows it has.
    pub(super) rows: usize,
    /// For each row whether it has a value; none of a column in which all have one.
    present: Option<Bits>,
    /// Values that are not packed yet.
    next: Vec<u64>,
    values: Values,
}

/// The values that have been packed.
enum Values {
    Numbers(Differences),
    Flags(Packed),
    /// Indexes of a dictionary.
    Names(Packed, Dictionary),
}

/// All names that there are.
#[derive(Clone)]
pub(super) struct Dictionary {
    pub(super) names: usize,
    /// Each name, behind its length.
    pub(super) bytes: Bytes,
}

impl Dictionary {
    fn new(names: &[impl AsRef<str>]) -> Self {
        let mut bytes = Vec::new();
        for name in names {
            let name = name.as_ref().as_bytes();
            bytes.extend_from_slice(&(name.len() as u32).to_le_bytes());
            bytes.extend_from_slice(name);
        }
        Dictionary { names: names.len(), bytes: bytes.into() }
    }
}

const NUMBER: [&str; 2] = ["INT64", "(INTEGER(64,true))"];
const TIME: [&str; 2] = ["INT64", "(DECIMAL(18,9))"];
const FLAG: [&str; 2] = ["BOOLEAN", ""];
const NAME: [&str; 2] = ["BYTE_ARRAY", "(STRING)"];

impl Columns {
    /// Their lines in the schema.
    pub(super) fn declarations(&self) -> impl Iterator<Item = String> {
        self.columns.iter().map(Column::declaration)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Column> {
        self.columns.iter_mut()
    }

    /// Begins with the first column again.
    pub(super) fn rewind(&mut self) {
        self.next = 0;
    }

    /// The column that is next, made if it is not there yet.
    fn next(
        &mut self,
        name: &'static str,
        kind: [&'static str; 2],
        optional: bool,
        values: impl FnOnce() -> Values,
    ) -> &mut Column {
        if self.next == self.columns.len() {
            let present = optional.then(Bits::default);
            self.columns.push(Column { name, kind, rows: 0, present, next: Vec::new(), values: values() });
        }
        let column = &mut self.columns[self.next];
        debug_assert_eq!(column.name, name);
        self.next += 1;
        column
    }

    /// Adds numbers.
    pub(in crate::report) fn numbers(&mut self, name: &'static str, numbers: impl ExactSizeIterator<Item = u64>) {
        self.next(name, NUMBER, false, no_numbers).add(numbers);
    }

    /// Adds numbers that some rows have.
    pub(in crate::report) fn numbers_if(
        &mut self,
        name: &'static str,
        numbers: impl ExactSizeIterator<Item = Option<u64>>,
    ) {
        self.next(name, NUMBER, true, no_numbers).add_if(numbers);
    }

    /// Adds times, in nanoseconds.
    pub(in crate::report) fn times(&mut self, name: &'static str, times: impl ExactSizeIterator<Item = u64>) {
        self.next(name, TIME, false, no_numbers).add(times);
    }

    /// Adds times that some rows have, in nanoseconds.
    pub(in crate::report) fn times_if(
        &mut self,
        name: &'static str,
        times: impl ExactSizeIterator<Item = Option<u64>>,
    ) {
        self.next(name, TIME, true, no_numbers).add_if(times);
    }

    /// Adds flags.
    pub(in crate::report) fn flags(&mut self, name: &'static str, flags: impl ExactSizeIterator<Item = bool>) {
        self.next(name, FLAG, false, || Values::Flags(Packed::below(2))).add(flags.map(u64::from));
    }

    /// Adds names, by their indexes among all that there are.
    pub(in crate::report) fn names(
        &mut self,
        name: &'static str,
        all: &[impl AsRef<str>],
        indexes: impl ExactSizeIterator<Item = u32>,
    ) {
        self.next(name, NAME, false, || no_indexes(all)).add(indexes.map(u64::from));
    }

    /// Adds names that some rows have, by their indexes among all that there are.
    pub(in crate::report) fn names_if(
        &mut self,
        name: &'static str,
        all: &[impl AsRef<str>],
        indexes: impl ExactSizeIterator<Item = Option<u32>>,
    ) {
        self.next(name, NAME, true, || no_indexes(all)).add_if(indexes.map(|index| index.map(u64::from)));
    }
}

fn no_numbers() -> Values {
    Values::Numbers(Differences::default())
}

/// None yet, of these names.
fn no_indexes(names: &[impl AsRef<str>]) -> Values {
    Values::Names(Packed::below(names.len()), Dictionary::new(names))
}

impl Column {
    fn declaration(&self) -> String {
        let presence = if self.present.is_some() { "OPTIONAL" } else { "REQUIRED" };
        let [kind, meaning] = self.kind;
        format!("{presence} {kind} {} {meaning};", self.name)
    }

    fn add(&mut self, values: impl ExactSizeIterator<Item = u64>) {
        self.rows += values.len();
        self.next.extend(values);
        self.pack();
    }

    /// There is no branch for each row, for whether it has a value is hard to foretell.
    fn add_if(&mut self, values: impl ExactSizeIterator<Item = Option<u64>>) {
        self.rows += values.len();
        let present = self.present.as_mut().expect("the column was made for rows without a value");
        let mut end = self.next.len();
        self.next.resize(end + values.len(), 0);
        for value in values {
            self.next[end] = value.unwrap_or_default();
            end += usize::from(value.is_some());
            present.push(value.is_some());
        }
        self.next.truncate(end);
        self.pack();
    }

    fn pack(&mut self) {
        match &mut self.values {
            Values::Numbers(numbers) => numbers.pack(&mut self.next),
            Values::Flags(packed) | Values::Names(packed, _) => packed.pack(&mut self.next),
        }
    }

    /// Moves the page of the row group behind `page`, after which there are no rows; its encoding, and the names of its indexes.
    pub(super) fn take(&mut self, page: &mut Vec<u8>) -> (Encoding, Option<Dictionary>) {
        if let Some(present) = &mut self.present {
            let begin = page.len();
            page.extend_from_slice(&[0; 4]);
            push_run(self.rows, page);
            present.take(page);
            let length = (page.len() - begin - 4) as u32;
            page[begin..begin + 4].copy_from_slice(&length.to_le_bytes());
        }
        self.rows = 0;
        match &mut self.values {
            Values::Numbers(numbers) => {
                numbers.take(&mut self.next, page);
                (Encoding::DELTA_BINARY_PACKED, None)
            }
            Values::Flags(packed) => {
                packed.take(&mut self.next, page);
                (Encoding::PLAIN, None)
            }
            Values::Names(packed, dictionary) => {
                page.push(packed.width as u8);
                push_run(packed.count + self.next.len(), page);
                packed.take(&mut self.next, page);
                (Encoding::RLE_DICTIONARY, Some(dictionary.clone()))
            }
        }
    }
}
