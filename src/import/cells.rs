//! What happened in short cells of time, which intervals of any length are put together from.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, ToSpan};

use super::ImportError;
use crate::time::{Duration, NANOS_PER_SEC};

/// The most cells in which calls arrived, all groups together.
pub(super) const MOST_CELLS: usize = 4_000_000;
/// A day, in nanoseconds.
pub(super) const DAY_NANOS: i64 = 86_400 * NANOS_PER_SEC as i64;

/// What happened to the calls that arrived in one interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Happened {
    pub(super) offered: u64,
    pub(super) answered: u64,
    pub(super) abandoned: u64,
    pub(super) waited_to_answer_nanos: u128,
    pub(super) longest_wait: Option<Duration>,
}

impl Happened {
    pub(super) fn add(&mut self, other: &Happened) {
        self.offered += other.offered;
        self.answered += other.answered;
        self.abandoned += other.abandoned;
        self.waited_to_answer_nanos += other.waited_to_answer_nanos;
        self.longest_wait = self.longest_wait.max(other.longest_wait);
    }

    /// Average speed of answer, in seconds; none without an answered call.
    pub(super) fn asa_s(&self) -> Option<f64> {
        let nanos = self.waited_to_answer_nanos as f64 / NANOS_PER_SEC as f64;
        (self.answered > 0).then(|| nanos / self.answered as f64)
    }
}

/// What happened in each cell and group. Cells begin at midnight, and a day is a whole number of them.
pub(super) struct Cells {
    length: i64,
    cells: BTreeMap<(i64, u16), Happened>,
}

impl Cells {
    /// Cells that intervals of these lengths are made of, if they begin at a midnight.
    pub(super) fn new(lengths: &[Duration]) -> Self {
        let length = lengths.iter().fold(DAY_NANOS as u64, |length, other| common(length, other.as_nanos()));
        Cells { length: length as i64, cells: BTreeMap::new() }
    }

    /// Adds what happened in a cell of a group, which has the wall clock in it (see [`nanos`]).
    pub(super) fn add(&mut self, at: i64, group: u16, happened: &Happened) -> Result<(), ImportError> {
        self.cells.entry((at.div_euclid(self.length), group)).or_default().add(happened);
        if self.cells.len() > MOST_CELLS {
            return Err(ImportError::TooManyCells { length: Duration::from_nanos(self.length as u64) });
        }
        Ok(())
    }

    /// What happened to a group from one wall clock to another, in intervals of a length, the empty ones left out: which
    /// interval, and what.
    pub(super) fn intervals(&self, from: i64, to: i64, length: Duration, group: u16) -> BTreeMap<i64, Happened> {
        let mut intervals = BTreeMap::<i64, Happened>::new();
        let cells = self.cells.range((from.div_euclid(self.length), 0)..(to.div_euclid(self.length), 0));
        for (&(cell, _), happened) in cells.filter(|(key, _)| key.1 == group) {
            let index = (cell * self.length - from).div_euclid(length.as_nanos() as i64);
            intervals.entry(index).or_default().add(happened);
        }
        intervals
    }

    /// The wall clocks at which a cell of the group begins that has any calls.
    pub(super) fn starts(&self, group: u16) -> impl Iterator<Item = i64> {
        self.cells.keys().filter(move |key| key.1 == group).map(|key| key.0 * self.length)
    }

    /// Whether a cell of the group was added to before.
    pub(super) fn has(&self, at: i64, group: u16) -> bool {
        self.cells.contains_key(&(at.div_euclid(self.length), group))
    }
}

/// The greatest common divisor; that of zero and a number is the number.
fn common(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

const EPOCH: Date = Date::constant(1970, 1, 1);

/// A wall clock as nanoseconds after the beginning of 1970; none before 1678 or after 2261.
pub(super) fn nanos(at: DateTime) -> Option<i64> {
    let since = at.duration_since(EPOCH.to_datetime(Time::midnight()));
    i64::try_from(since.as_nanos()).ok().filter(|nanos| nanos.unsigned_abs() < 9_200_000_000 * NANOS_PER_SEC)
}

/// The wall clock of so many nanoseconds after the beginning of 1970.
pub(super) fn wall_clock(nanos: i64) -> DateTime {
    EPOCH.to_datetime(Time::midnight()).saturating_add(SignedDuration::from_nanos(nanos))
}

/// The day so many days after another.
pub(super) fn days_after(day: Date, days: u32) -> Date {
    day.saturating_add(i64::from(days).days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_of_several_lengths_come_from_the_same_cells() {
        let hours = |hours: u64| Duration::from_secs(3_600 * hours);
        let mut cells = Cells::new(&[hours(5), Duration::from_secs(1_800)]);
        let at = |clock: &str| nanos(format!("1999-02-0{clock}").parse().unwrap()).unwrap();
        let one = Happened { offered: 1, ..Happened::default() };
        for clock in ["7T04:59:59", "7T05:00:00", "7T05:29:59.9", "7T05:30:00", "8T00:59:00", "8T01:00:00"] {
            cells.add(at(clock), 0, &one).unwrap();
        }
        cells.add(at("7T05:00:00"), 1, &one).unwrap();
        let counts = |length, group| -> Vec<(i64, u64)> {
            let intervals = cells.intervals(at("7T00:00:00"), at("9T00:00:00"), length, group);
            intervals.into_iter().map(|(index, happened)| (index, happened.offered)).collect()
        };
        assert_eq!(counts(hours(5), 0), [(0, 1), (1, 3), (4, 1), (5, 1)]);
        assert_eq!(counts(Duration::from_secs(1_800), 0), [(9, 1), (10, 2), (11, 1), (49, 1), (50, 1)]);
        assert_eq!(counts(hours(24), 1), [(0, 1)]);
    }

    #[test]
    fn wall_clocks_before_1970_and_after_are_kept_to_the_nanosecond() {
        for text in ["1969-12-31T23:59:59.999999999", "1970-01-01T00:00:00", "2100-02-28T12:00:00.5"] {
            let at: DateTime = text.parse().unwrap();
            assert_eq!(wall_clock(nanos(at).unwrap()), at);
        }
        assert_eq!(nanos("1600-01-01T00:00:00".parse().unwrap()), None);
        assert_eq!(nanos("9999-12-31T00:00:00".parse().unwrap()), None);
    }
}
