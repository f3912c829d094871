//! Puts calls in order of arrival with bounded memory: runs that are sorted in memory, written to temporary files without
//! names, and merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

/// So many calls are sorted at a time: 20 MiB of them.
const RUN_CALLS: usize = 1 << 18;
/// So many runs are merged into one at a time, so that few files are open.
const MOST_RUNS: usize = 64;
/// The bytes of a call in a run.
const BYTES: usize = 37;
/// Stands for a time that is not known.
const UNKNOWN: u64 = u64::MAX;

/// A call as it is sorted; times in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SortedCall {
    /// The wall clock, after the beginning of 1970.
    pub(super) arrival: i64,
    pub(super) waited: u64,
    pub(super) is_answered: bool,
    pub(super) talk: Option<u64>,
    pub(super) wrap_up: Option<u64>,
    pub(super) group: u16,
    pub(super) class: u16,
}

impl SortedCall {
    fn bytes(&self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        bytes[..8].copy_from_slice(&self.arrival.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.waited.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.talk.unwrap_or(UNKNOWN).to_le_bytes());
        bytes[24..32].copy_from_slice(&self.wrap_up.unwrap_or(UNKNOWN).to_le_bytes());
        bytes[32..34].copy_from_slice(&self.group.to_le_bytes());
        bytes[34..36].copy_from_slice(&self.class.to_le_bytes());
        bytes[36] = self.is_answered.into();
        bytes
    }

    fn from_bytes(bytes: &[u8; BYTES]) -> Self {
        let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|byte| bytes[at + byte]));
        let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let known = |at: usize| Some(number(at)).filter(|&nanos| nanos != UNKNOWN);
        SortedCall {
            arrival: number(0) as i64,
            waited: number(8),
            talk: known(16),
            wrap_up: known(24),
            group: short(32),
            class: short(34),
            is_answered: bytes[36] != 0,
        }
    }
}

/// Takes calls in any order; those of the same moment stay in theirs.
pub(super) struct Sorter {
    calls: Vec<SortedCall>,
    /// Sorted, each of calls that came before those of the next.
    runs: Vec<File>,
    run_calls: usize,
}

impl Sorter {
    pub(super) fn new() -> Self {
        Sorter::with_runs_of(RUN_CALLS)
    }

    fn with_runs_of(run_calls: usize) -> Self {
        Sorter { calls: Vec::new(), runs: Vec::new(), run_calls }
    }

    pub(super) fn add(&mut self, call: SortedCall) -> io::Result<()> {
        self.calls.push(call);
        if self.calls.len() == self.run_calls {
            self.calls.sort_by_key(|call| call.arrival);
            let run = run(self.calls.iter().map(|call| Ok(*call)))?;
            self.calls.clear();
            self.runs.push(run);
            if self.runs.len() == MOST_RUNS {
                let merged = run_of(Merge::new(std::mem::take(&mut self.runs), Vec::new())?)?;
                self.runs.push(merged);
            }
        }
        Ok(())
    }

    /// All calls, in order of arrival.
    pub(super) fn finish(mut self) -> io::Result<impl Iterator<Item = io::Result<SortedCall>>> {
        self.calls.sort_by_key(|call| call.arrival);
        Merge::new(self.runs, self.calls)
    }
}

fn run_of(merge: Merge) -> io::Result<File> {
    run(merge)
}

/// Writes calls to a temporary file, and goes back to its beginning.
fn run(calls: impl Iterator<Item = io::Result<SortedCall>>) -> io::Result<File> {
    let mut out = BufWriter::with_capacity(1 << 16, tempfile::tempfile()?);
    for call in calls {
        out.write_all(&call?.bytes())?;
    }
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

/// Runs on their way into one: of equal arrivals that of the earlier run comes first.
struct Merge {
    runs: Vec<BufReader<File>>,
    last: std::vec::IntoIter<SortedCall>,
    /// The next call of each run that has one.
    next: BinaryHeap<Reverse<(i64, usize, [u8; BYTES])>>,
}

impl Merge {
    fn new(runs: Vec<File>, last: Vec<SortedCall>) -> io::Result<Self> {
        let runs: Vec<_> = runs.into_iter().map(|run| BufReader::with_capacity(1 << 16, run)).collect();
        let mut merge = Merge { runs, last: last.into_iter(), next: BinaryHeap::new() };
        for run in 0..=merge.runs.len() {
            merge.refill(run)?;
        }
        Ok(merge)
    }

    fn refill(&mut self, run: usize) -> io::Result<()> {
        let call = match self.runs.get_mut(run) {
            None => self.last.next(),
            Some(file) => {
                let mut bytes = [0; BYTES];
                match file.read_exact(&mut bytes) {
                    Ok(()) => Some(SortedCall::from_bytes(&bytes)),
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
                    Err(error) => return Err(error),
                }
            }
        };
        self.next.extend(call.map(|call| Reverse((call.arrival, run, call.bytes()))));
        Ok(())
    }
}

impl Iterator for Merge {
    type Item = io::Result<SortedCall>;

    fn next(&mut self) -> Option<io::Result<SortedCall>> {
        let Reverse((_, run, bytes)) = self.next.pop()?;
        Some(self.refill(run).map(|()| SortedCall::from_bytes(&bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(arrival: i64, number: u64) -> SortedCall {
        let talk = Some(number * 7).filter(|_| !number.is_multiple_of(3));
        let wrap_up = Some(5).filter(|_| !number.is_multiple_of(2));
        let (group, class) = ((number % 1_000) as u16, (number % 5) as u16);
        let is_answered = !number.is_multiple_of(4);
        SortedCall { arrival, waited: number, is_answered, talk, wrap_up, group, class }
    }

    /// Runs of three calls, so that they are merged into one twice over, and calls of the same moment in each of them.
    #[test]
    fn calls_come_out_as_a_stable_sort_has_them() {
        let calls: Vec<_> = (0..1_000).map(|number| call((number as i64 * 7_919) % 100 - 50, number)).collect();
        let mut sorter = Sorter::with_runs_of(3);
        for &call in &calls {
            sorter.add(call).unwrap();
            assert!(sorter.runs.len() < MOST_RUNS && sorter.calls.len() < 3);
        }
        let sorted: Vec<_> = sorter.finish().unwrap().map(Result::unwrap).collect();
        let mut expected = calls;
        expected.sort_by_key(|call| call.arrival);
        assert_eq!(sorted, expected);
    }

    #[test]
    fn few_calls_need_no_file() {
        let mut sorter = Sorter::new();
        for number in [2, 1, 3] {
            sorter.add(call(number, number as u64)).unwrap();
        }
        assert!(sorter.runs.is_empty());
        let sorted: Vec<i64> = sorter.finish().unwrap().map(|call| call.unwrap().arrival).collect();
        assert_eq!(sorted, [1, 2, 3]);
    }
}
