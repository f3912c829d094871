//! Measurement periods: which part of what was counted is reported.
//!
//! What is counted is a sum over a life, and what a period shows is the difference between that sum now and at the
//! beginning of the period's window. So nothing is counted twice, and windows that slide need only remember what the sums
//! were when they changed.
//!
//! Tumbling windows hold what happens from their beginning to before their end; a sliding window of p holds what happened
//! after now − p, up to now.
//!
//! Where a period is set and the counts are not set to zero, the window goes on from where it begins: a tumbling one shows
//! what it has shown and more until the new period has passed, and a sliding one reaches no further back than it did at
//! that instant, however long the new period is.

use std::collections::VecDeque;

use super::conventions::Window;
use crate::time::{Duration, Instant};

/// So many changes a sliding window remembers. Where more fall into it, it reaches back as far as these.
const MOST_CHANGES: usize = 65_536;

/// Sums over a life, some of which grow as time passes.
pub(super) trait Totals: Clone {
    /// What they are after so much time in which nothing happens.
    fn after(&self, time: Duration) -> Self;

    /// The longest of the waits that ended at the last change, if they are of such a thing.
    fn last_wait(&self) -> Duration {
        Duration::ZERO
    }
}

/// A measurement period in force, and what is needed to report what happened in it.
#[derive(Clone, Debug)]
pub(super) struct Period<T> {
    /// As it was set: seconds, not zero; negative for longer than any run.
    pub(super) seconds: i32,
    /// Where the window begins, or the period was set.
    since: Instant,
    /// The sums then.
    base: T,
    /// For sliding windows: the sums after each change since, the last of those that left the window first.
    changes: VecDeque<(Instant, T)>,
}

impl<T: Totals> Period<T> {
    pub(super) fn new(seconds: i32, since: Instant, base: T) -> Self {
        Period { seconds, since, base, changes: VecDeque::new() }
    }

    /// Its length; longer than any run for a negative period, which is a DWORD's upper half.
    fn length(&self) -> Duration {
        Duration::from_secs(u64::from(self.seconds as u32))
    }

    /// Sets another length at `now`: tumbling windows follow each other from there. `restart` has what the sums are now, if
    /// the counts are set to zero.
    pub(super) fn set(&mut self, window: Window, seconds: i32, now: Instant, restart: Option<T>) {
        match (restart, window) {
            (Some(totals), _) => *self = Period::new(seconds, now, totals),
            (None, Window::Tumbling) => self.since = now,
            (None, Window::Sliding) => {
                if let Some(from) = self.sliding_from(now) {
                    (self.since, self.base) = (from, self.base_of_sliding(from));
                    self.changes.drain(..self.changes.partition_point(|&(at, _)| at <= from));
                }
            }
            (None, Window::SinceSet) => {}
        }
        self.seconds = seconds;
    }

    /// When the present window ends, for tumbling windows.
    pub(super) fn end(&self, window: Window) -> Instant {
        match window {
            Window::Tumbling => self.since + self.length(),
            Window::Sliding | Window::SinceSet => Instant::NEVER,
        }
    }

    /// The beginning of the tumbling window that holds `now`.
    pub(super) fn window_of(&self, now: Instant) -> Instant {
        let length = self.length().as_nanos();
        let passed = now.since(self.since).as_nanos();
        self.since + Duration::from_nanos(passed - passed % length)
    }

    /// Begins the window that starts at `since`, where the sums were `base`.
    pub(super) fn begin(&mut self, since: Instant, base: T) {
        (self.since, self.base) = (since, base);
    }

    /// Notes what the sums are after a change at `now`, for sliding windows.
    pub(super) fn note_change(&mut self, now: Instant, totals: T) {
        let from = self.sliding_from(now);
        while let Some(&(at, _)) = self.changes.front()
            && (from.is_some_and(|from| at <= from) || self.changes.len() >= MOST_CHANGES)
        {
            (self.since, self.base) = self.changes.pop_front().expect("there is one in front");
        }
        self.changes.push_back((now, totals));
    }

    /// Where a sliding window that ends now begins, unless that is before all that is remembered.
    fn sliding_from(&self, now: Instant) -> Option<Instant> {
        let from = now.as_nanos().checked_sub(self.length().as_nanos()).map(Instant::from_nanos);
        from.filter(|&from| from >= self.since)
    }

    /// The sums at the beginning of the window that holds `now`; `totals` has the sums at an instant since the last change.
    pub(super) fn base_at(&self, window: Window, now: Instant, totals: impl FnOnce(Instant) -> T) -> T {
        match (window, self.sliding_from(now)) {
            (Window::Tumbling, _) if now >= self.end(window) => totals(self.window_of(now)),
            (Window::Sliding, Some(from)) => self.base_of_sliding(from),
            _ => self.base.clone(),
        }
    }

    /// The sums at an instant that is remembered, for sliding windows.
    fn base_of_sliding(&self, from: Instant) -> T {
        let (at, totals) = match self.changes.partition_point(|&(at, _)| at <= from).checked_sub(1) {
            Some(change) => (self.changes[change].0, &self.changes[change].1),
            None => (self.since, &self.base),
        };
        totals.after(from - at)
    }

    /// The longest of the waits that ended in the sliding window that ends now.
    pub(super) fn longest_wait(&self, now: Instant) -> Duration {
        let from = self.sliding_from(now);
        let inside = self.changes.iter().rev().take_while(|&&(at, _)| from.is_none_or(|from| at > from));
        inside.map(|(_, totals)| totals.last_wait()).max().unwrap_or(Duration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many changes there were.
    #[derive(Clone, Debug, PartialEq)]
    struct Count(u64);

    impl Totals for Count {
        fn after(&self, _time: Duration) -> Self {
            self.clone()
        }
    }

    fn at(secs: u64) -> Instant {
        Instant::START + Duration::from_secs(secs)
    }

    fn base(period: &Period<Count>, secs: u64) -> Count {
        period.base_at(Window::Sliding, at(secs), |_| unreachable!("it is no tumbling window"))
    }

    #[test]
    fn a_sliding_window_forgets_the_changes_that_have_left_it() {
        let mut period = Period::new(10, at(0), Count(0));
        for second in 1..=100 {
            period.note_change(at(second), Count(second));
            assert!(period.changes.len() <= 10, "second {second}");
        }
        assert_eq!(base(&period, 100), Count(90));
        assert_eq!(base(&period, 105), Count(95));
    }

    #[test]
    fn where_more_changes_fall_into_a_sliding_window_than_it_remembers_it_reaches_back_as_far_as_these() {
        let mut period = Period::new(i32::MAX, at(0), Count(0));
        let changes = MOST_CHANGES as u64 + 5;
        for second in 1..=changes {
            period.note_change(at(second), Count(second));
        }
        assert_eq!(period.changes.len(), MOST_CHANGES);
        assert_eq!(base(&period, changes), Count(5));
    }
}
