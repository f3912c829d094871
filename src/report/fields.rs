//! Fields of CSV lines of which there are millions: numbers, times and names, written without the machinery of `fmt`.

use crate::scenario::Scenario;
use crate::time::NANOS_PER_SEC;

/// Appends what is shorter than it may be: as a copy of a length that is known, which takes no call of a function.
#[inline]
fn push_short<const MOST: usize>(bytes: &[u8; MOST], length: usize, out: &mut Vec<u8>) {
    let end = out.len() + length;
    out.extend_from_slice(bytes);
    out.truncate(end);
}

const EIGHT_DIGITS: u64 = 100_000_000;
/// Eight digits 0.
const ZEROS: u64 = u64::from_le_bytes(*b"00000000");

/// The eight decimal digits of a number below 10⁸, not as text but each as a byte of its value, the first one in the lowest.
///
/// All in registers (Paul Khuong, "How to print integers really fast", 2017): bytes that are written to memory one by one and then read
/// as one word make the processor wait.
#[inline]
fn eight_digits(number: u64) -> u64 {
    // Fours of digits, 32 bits apart; then pairs, 16 bits apart; then digits. The quotients are exact for all that can be there.
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    let hundreds = (fours * 10_486) >> 20 & 0x0000_007f_0000_007f;
    let pairs = hundreds | ((fours - 100 * hundreds) << 16);
    let tens = (pairs * 103) >> 10 & 0x000f_000f_000f_000f;
    tens | ((pairs - 10 * tens) << 8)
}

/// Appends the digits of a number.
#[inline]
pub(super) fn push_number(number: u64, out: &mut Vec<u8>) {
    if number >= EIGHT_DIGITS {
        push_number_of_more_digits(number, out);
        return;
    }
    let digits = eight_digits(number);
    let leading = (digits.trailing_zeros() / 8).min(7);
    push_short(&((digits | ZEROS) >> (8 * leading)).to_le_bytes(), 8 - leading as usize, out);
}

#[inline(never)]
fn push_number_of_more_digits(number: u64, out: &mut Vec<u8>) {
    push_number(number / EIGHT_DIGITS, out);
    push_digits(number % EIGHT_DIGITS, out);
}

/// Appends all eight digits of a number below 10⁸.
#[inline]
fn push_digits(number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(&(eight_digits(number) | ZEROS).to_le_bytes());
}

/// Appends seconds with all nine decimals, of a time in nanoseconds.
#[inline]
pub(super) fn push_time(nanos: u64, out: &mut Vec<u8>) {
    push_number(nanos / NANOS_PER_SEC, out);
    let nanos = nanos % NANOS_PER_SEC;
    out.extend_from_slice(&[b'.', b'0' + (nanos / EIGHT_DIGITS) as u8]);
    push_digits(nanos % EIGHT_DIGITS, out);
}

/// A name as a field.
fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() }
}

/// Most names are no longer as a field.
const SHORT: usize = 32;

struct NameField {
    text: String,
    /// Its beginning.
    short: [u8; SHORT],
}

impl NameField {
    fn new(name: &str) -> Self {
        let (text, mut short) = (quoted(name), [0; SHORT]);
        let length = text.len().min(SHORT);
        short[..length].copy_from_slice(&text.as_bytes()[..length]);
        NameField { text, short }
    }
}

/// Names that rows have by their index.
pub(super) struct Names {
    fields: Vec<NameField>,
    #[cfg(feature = "parquet")]
    texts: Vec<String>,
}

impl Names {
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Self {
        Names {
            #[cfg(feature = "parquet")]
            texts: names.clone().map(str::to_owned).collect(),
            fields: names.map(NameField::new).collect(),
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
    #[inline]
    pub(super) fn push(&self, index: u32, out: &mut Vec<u8>) {
        let NameField { text, short } = &self.fields[index as usize];
        if text.len() <= SHORT {
            push_short(short, text.len(), out);
        } else {
            out.extend_from_slice(text.as_bytes());
        }
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
    fn so_is_each_number_of_four_digits_and_at_each_power_of_ten() {
        let powers = (0..20).map(|power| 10_u64.pow(power)).flat_map(|power| [power - 1, power, power + 1]);
        let fours = (0..10_000).flat_map(|four| [four, four * 10_000 + 9_999, EIGHT_DIGITS + four]);
        for number in powers.chain(fours).chain([u64::MAX]) {
            assert_eq!(written(|out| push_number(number, out)), number.to_string());
        }
    }

    #[test]
    fn names_are_quoted_where_csv_needs_it() {
        let long = ["a name of thirty-two letters....", "and one of thirty-three of these."];
        let names = Names::new(["Sales", "Sales, \"large\"", long[0], long[1]].into_iter());
        for (index, name) in (2..).zip(long) {
            assert_eq!((name.len(), &*written(|out| names.push(index, out))), (30 + index as usize, name));
        }
        assert_eq!(written(|out| names.push(0, out)), "Sales");
        assert_eq!(written(|out| names.push(1, out)), "\"Sales, \"\"large\"\"\"");
    }
}
