//! Fields of CSV lines of which there are millions: numbers, times and names, written without the machinery of `fmt`.

use crate::scenario::Scenario;
use crate::time::NANOS_PER_SEC;

/// The two digits of each number below a hundred.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
};

/// Appends the digits of a number.
pub(super) fn push_number(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut begin = digits.len();
    while number >= 100 {
        begin -= 2;
        digits[begin..begin + 2].copy_from_slice(&PAIRS[(number % 100) as usize]);
        number /= 100;
    }
    let [tens, ones] = PAIRS[number as usize];
    begin -= 1;
    digits[begin] = ones;
    if number >= 10 {
        begin -= 1;
        digits[begin] = tens;
    }
    out.extend_from_slice(&digits[begin..]);
}

/// Appends seconds with all nine decimals, of a time in nanoseconds.
pub(super) fn push_time(nanos: u64, out: &mut Vec<u8>) {
    push_number(nanos / NANOS_PER_SEC, out);
    let nanos = (nanos % NANOS_PER_SEC) as u32;
    let (upper, lower) = (nanos / 100_000, nanos % 100_000);
    let [[a, b], [c, d]] = [upper / 100, upper % 100].map(|pair| PAIRS[pair as usize]);
    let e = b'0' + (lower / 10_000) as u8;
    let [[f, g], [h, i]] = [lower / 100 % 100, lower % 100].map(|pair| PAIRS[pair as usize]);
    out.extend_from_slice(&[b'.', a, b, c, d, e, f, g, h, i]);
}

/// A name as a field.
fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() }
}

/// Names that rows have by their index.
pub(super) struct Names {
    fields: Vec<String>,
    #[cfg(feature = "parquet")]
    texts: Vec<String>,
}

impl Names {
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Self {
        Names {
            #[cfg(feature = "parquet")]
            texts: names.clone().map(str::to_owned).collect(),
            fields: names.map(quoted).collect(),
        }
    }

    /// Those of a scenario's groups.
    pub(super) fn of_groups(scenario: &Scenario) -> Self {
        Names::new(scenario.groups.iter().map(|group| &*group.name))
    }

    /// Those of a scenario's agents.
    pub(super) fn of_agents(scenario: &Scenario) -> Self {
        Names::new(scenario.agents.iter().map(|agent| &*agent.name))
    }

    /// Appends one of them, in quotes where CSV needs them.
    pub(super) fn push(&self, index: u32, out: &mut Vec<u8>) {
        out.extend_from_slice(self.fields[index as usize].as_bytes());
    }

    /// All of them, as they are.
    #[cfg(feature = "parquet")]
    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::Duration;

    fn written(push: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        push(&mut out);
        String::from_utf8(out).expect("digits are UTF-8")
    }

    proptest! {
        #[test]
        fn numbers_and_times_are_written_as_fmt_does(number: u64, bits in 0_u32..64) {
            let number = number >> bits;
            prop_assert_eq!(written(|out| push_number(number, out)), number.to_string());
            prop_assert_eq!(written(|out| push_time(number, out)), Duration::from_nanos(number).to_string());
        }
    }

    #[test]
    fn names_are_quoted_where_csv_needs_it() {
        let names = Names::new(["Sales", "Sales, \"large\""].into_iter());
        assert_eq!(written(|out| names.push(0, out)), "Sales");
        assert_eq!(written(|out| names.push(1, out)), "\"Sales, \"\"large\"\"\"");
    }
}
