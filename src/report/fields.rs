//! Fields of CSV lines of which there are millions: numbers, times and names, written without the machinery of `fmt`.

use crate::scenario::Scenario;
use crate::time::NANOS_PER_SEC;

/// A place for lines, with room for as much as is put there.
///
/// Whoever puts fields there has made room for the longest line before. So where the next field goes stays in a register, which is not so
/// with a `Vec` that may have to grow for each of them.
pub struct Line<'a> {
    room: &'a mut [u8],
}

impl<'a> Line<'a> {
    pub(super) fn new(room: &'a mut [u8]) -> Self {
        Line { room }
    }

    /// How many bytes of room are left.
    pub(super) fn left(&self) -> usize {
        self.room.len()
    }

    #[inline(always)]
    pub(super) fn put<const LENGTH: usize>(&mut self, bytes: &[u8; LENGTH]) {
        self.put_short(bytes, LENGTH);
    }

    /// Puts the first `length` bytes there: as a copy of a length that is known, which takes no call of a function.
    #[inline(always)]
    fn put_short<const MOST: usize>(&mut self, bytes: &[u8; MOST], length: usize) {
        let room = std::mem::take(&mut self.room);
        *room.first_chunk_mut().expect("there is room for the longest line") = *bytes;
        self.room = &mut room[length..];
    }

    #[inline(always)]
    pub(super) fn put_text(&mut self, text: &str) {
        let room = std::mem::take(&mut self.room);
        room[..text.len()].copy_from_slice(text.as_bytes());
        self.room = &mut room[text.len()..];
    }

    /// Puts the digits of a number there.
    #[inline(always)]
    pub(super) fn put_number(&mut self, number: u64) {
        if number >= EIGHT_DIGITS {
            self.room = with_more_digits(std::mem::take(&mut self.room), number);
            return;
        }
        let digits = eight_digits(number);
        let leading = (digits.trailing_zeros() / 8).min(7);
        self.put_short(&((digits | ZEROS) >> (8 * leading)).to_le_bytes(), 8 - leading as usize);
    }

    /// Puts all eight digits of a number below 10⁸ there.
    #[inline(always)]
    fn put_eight_digits(&mut self, number: u64) {
        self.put(&(eight_digits(number) | ZEROS).to_le_bytes());
    }

    /// Puts seconds with all nine decimals there, of a time in nanoseconds.
    #[inline(always)]
    pub(super) fn put_time(&mut self, nanos: u64) {
        self.put_number(nanos / NANOS_PER_SEC);
        let nanos = nanos % NANOS_PER_SEC;
        self.put(&[b'.', b'0' + (nanos / EIGHT_DIGITS) as u8]);
        self.put_eight_digits(nanos % EIGHT_DIGITS);
    }
}

#[inline(never)]
fn with_more_digits(room: &mut [u8], number: u64) -> &mut [u8] {
    let mut line = Line::new(room);
    line.put_number(number / EIGHT_DIGITS);
    line.put_eight_digits(number % EIGHT_DIGITS);
    line.room
}

/// The most bytes of a number, and of a time; with what is written behind it and overwritten.
pub(super) const MOST_OF_NUMBER: usize = 24;
pub(super) const MOST_OF_TIME: usize = MOST_OF_NUMBER + 10;

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
    most: usize,
    #[cfg(feature = "parquet")]
    texts: Vec<String>,
}

impl Names {
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Self {
        #[cfg(feature = "parquet")]
        let texts = names.clone().map(str::to_owned).collect();
        let fields: Vec<_> = names.map(NameField::new).collect();
        let most = fields.iter().map(|field| field.text.len()).fold(SHORT, usize::max);
        Names {
            fields,
            most,
            #[cfg(feature = "parquet")]
            texts,
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

    /// The most bytes that one of them takes; with what is written behind it and overwritten.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Puts one of them there, in quotes where CSV needs them.
    #[inline(always)]
    pub(super) fn put(&self, index: u32, line: &mut Line<'_>) {
        let NameField { text, short } = &self.fields[index as usize];
        if text.len() <= SHORT {
            line.put_short(short, text.len());
        } else {
            line.put_text(text);
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

    /// What is put into room for just the most of it.
    fn written(most: usize, put: impl FnOnce(&mut Line<'_>)) -> String {
        let mut room = vec![0; most];
        let mut line = Line::new(&mut room);
        put(&mut line);
        let end = most - line.left();
        String::from_utf8(room[..end].to_vec()).expect("digits are UTF-8")
    }

    fn number(number: u64) -> String {
        written(MOST_OF_NUMBER, |line| line.put_number(number))
    }

    proptest! {
        #[test]
        fn numbers_and_times_are_written_as_fmt_does(some: u64, bits in 0_u32..64) {
            let some = some >> bits;
            prop_assert_eq!(number(some), some.to_string());
            let time = written(MOST_OF_TIME, |line| line.put_time(some));
            prop_assert_eq!(time, Duration::from_nanos(some).to_string());
        }
    }

    #[test]
    fn so_is_each_number_of_four_digits_and_at_each_power_of_ten() {
        let powers = (0..20).map(|power| 10_u64.pow(power)).flat_map(|power| [power - 1, power, power + 1]);
        let fours = (0..10_000).flat_map(|four| [four, four * 10_000 + 9_999, EIGHT_DIGITS + four]);
        for some in powers.chain(fours).chain([u64::MAX]) {
            assert_eq!(number(some), some.to_string());
        }
    }

    #[test]
    fn names_are_quoted_where_csv_needs_it() {
        let long = ["a name of thirty-two letters....", "and one of thirty-three of these."];
        let names = Names::new(["Sales", "Sales, \"large\"", long[0], long[1]].into_iter());
        for (index, name) in (2..).zip(long) {
            assert_eq!(
                (name.len(), &*written(names.most(), |line| names.put(index, line))),
                (30 + index as usize, name)
            );
        }
        assert_eq!(written(names.most(), |line| names.put(0, line)), "Sales");
        assert_eq!(written(names.most(), |line| names.put(1, line)), "\"Sales, \"\"large\"\"\"");
    }
}
