//! The interval statistics against the call log and the sessions, on random scenarios.

mod common;

use acdsim::acd::SessionState;
use acdsim::simulation::{Control, Event, Observer, run};
use acdsim::statistics::IntervalTotals;
use acdsim::time::Instant;
use common::rows::{self, Row};
use common::scenarios::any_scenario;
use common::{Ran, check};
use proptest::prelude::*;

/// Every stretch of time that a session spent in a state: its group, the state, and from when to when.
#[derive(Default)]
struct Stretches {
    open: Vec<(usize, SessionState, i128)>,
    done: Vec<(usize, SessionState, i128, i128)>,
}

impl Observer for Stretches {
    fn observe(&mut self, now: Instant, event: &Event) {
        let now = i128::from(now.as_nanos());
        match *event {
            Event::SessionCreated { group, .. } => self.open.push((group.0 as usize, SessionState::NotReady, now)),
            Event::SessionChanged(change) => {
                let (group, state, since) = self.open[change.session.0 as usize];
                assert_eq!(state, change.from);
                self.done.push((group, state, since, now));
                self.open[change.session.0 as usize] = (group, change.to, now);
            }
            _ => {}
        }
    }

    fn finish(&mut self, end: Instant) {
        let end = i128::from(end.as_nanos());
        self.done.extend(self.open.drain(..).map(|(group, state, since)| (group, state, since, end)));
    }
}

/// The length of what two spans share.
fn overlap(a: (i128, i128), b: (i128, i128)) -> i128 {
    (a.1.min(b.1) - a.0.max(b.0)).max(0)
}

fn wide(nanos: u128) -> i128 {
    i128::try_from(nanos).expect("the times of a test are short")
}

#[test]
fn each_interval_has_what_happened_in_it() {
    check("observers", "each_interval_has_what_happened_in_it", 1_000, any_scenario(), |scenario| {
        let Ran { intervals, calls, .. } = common::run(&scenario);
        let rows = rows::parse(&calls);
        let mut stretches = Stretches::default();
        run(&scenario, 1, &mut stretches, &Control::default()).expect("it runs to its end");
        let horizon = i128::from(scenario.horizon.as_nanos());
        let (length, threshold) = (scenario.interval.as_nanos(), scenario.service_level_threshold.as_nanos());
        let (length, threshold) = (i128::from(length), i128::from(threshold));
        prop_assert_eq!(intervals.iter().count() as i128, (horizon + length - 1) / length);
        for ((start, totals), index) in intervals.iter().zip(0..) {
            let span = (index * length, ((index + 1) * length).min(horizon));
            prop_assert_eq!(i128::from(start.as_nanos()), span.0);
            prop_assert_eq!(totals.len(), scenario.groups.len());
            for (number, group) in scenario.groups.iter().enumerate() {
                let of_group: Vec<&Row> = rows.iter().filter(|row| row.group == group.name).collect();
                let arrived: Vec<&Row> =
                    of_group.iter().copied().filter(|row| (span.0..span.1).contains(&row.arrival)).collect();
                let waits = |kept: fn(&Row) -> bool| -> Vec<i128> {
                    arrived.iter().filter(|row| kept(row)).map(|row| row.wait).collect()
                };
                let answered = waits(|row| row.session.is_some());
                let abandoned = waits(|row| row.outcome == "abandoned");
                let within = |waits: &[i128]| waits.iter().filter(|&&wait| wait <= threshold).count() as u64;
                let longest = |waits: &[i128]| waits.iter().copied().max().unwrap_or(0);
                let in_state = |wanted: Option<SessionState>| -> i128 {
                    let stretches = stretches.done.iter().filter(|&&(group, state, ..)| {
                        group == number && state != SessionState::SessionEnded && wanted.is_none_or(|it| it == state)
                    });
                    stretches.map(|&(_, _, from, until)| overlap((from, until), span)).sum()
                };
                let waiting = of_group.iter().map(|row| overlap((row.arrival, row.arrival + row.wait), span)).sum();

                let found = &totals[number];
                prop_assert_eq!(found.offered, arrived.len() as u64);
                prop_assert_eq!(found.answered, answered.len() as u64);
                prop_assert_eq!(found.abandoned, abandoned.len() as u64);
                prop_assert_eq!(found.answered_within, within(&answered));
                prop_assert_eq!(found.abandoned_within, within(&abandoned));
                prop_assert_eq!(wide(found.answered_wait_nanos), answered.iter().sum::<i128>());
                prop_assert_eq!(i128::from(found.longest_time_to_answer.as_nanos()), longest(&answered));
                let any = longest(&answered).max(longest(&abandoned));
                prop_assert_eq!(i128::from(found.longest_wait.as_nanos()), any);
                prop_assert_eq!(wide(found.staffed_nanos), in_state(None));
                prop_assert_eq!(wide(found.ready_nanos), in_state(Some(SessionState::Ready)));
                prop_assert_eq!(wide(found.talk_nanos), in_state(Some(SessionState::BusyOnCall)));
                prop_assert_eq!(wide(found.wrap_up_nanos), in_state(Some(SessionState::BusyWrapup)));
                prop_assert_eq!(wide(found.queue_area), waiting);
            }
        }
        Ok(())
    });
}

#[test]
fn the_intervals_add_up_to_the_whole() {
    check("observers", "the_intervals_add_up_to_the_whole", 1_000, any_scenario(), |mut scenario| {
        // The intervals have the warm-up in them, the whole has not.
        scenario.warm_up = acdsim::time::Duration::ZERO;
        let Ran { result, intervals, calls } = common::run(&scenario);
        let rows = rows::parse(&calls);
        let horizon = i128::from(scenario.horizon.as_nanos());
        for (number, group) in result.groups.iter().enumerate() {
            let all: Vec<&IntervalTotals> = intervals.iter().map(|(_, totals)| &totals[number]).collect();
            let count = |value: fn(&IntervalTotals) -> u64| all.iter().map(|totals| value(totals)).sum::<u64>();
            let nanos = |value: fn(&IntervalTotals) -> u128| all.iter().map(|totals| value(totals)).sum::<u128>();
            let totals = &group.totals;
            prop_assert_eq!(count(|it| it.offered), totals.offered);
            prop_assert_eq!(count(|it| it.answered), totals.answered);
            prop_assert_eq!(count(|it| it.abandoned), totals.abandoned);
            prop_assert_eq!(count(|it| it.answered_within), totals.answered_within);
            prop_assert_eq!(count(|it| it.abandoned_within), totals.abandoned_within);
            prop_assert_eq!(nanos(|it| it.answered_wait_nanos), totals.answered_wait_nanos);
            prop_assert_eq!(nanos(|it| it.queue_area), totals.queue_area);
            prop_assert_eq!(nanos(|it| it.staffed_nanos), group.staffed_nanos);
            prop_assert_eq!(nanos(|it| it.ready_nanos), group.ready_nanos);
            let longest = all.iter().map(|it| it.longest_time_to_answer).max();
            prop_assert_eq!(longest, Some(totals.longest_time_to_answer));

            // Talk and wrap-up in the intervals are those of the calls, with what has passed of those that go on.
            let of_group = || rows.iter().filter(|row| row.group == scenario.groups[number].name);
            let talk = |row: &Row| Some(row.talk.unwrap_or(horizon - row.answered()?));
            let wrap_up = |row: &Row| Some(row.wrap_up.unwrap_or(horizon - row.answered()? - row.talk?));
            prop_assert_eq!(wide(nanos(|it| it.talk_nanos)), of_group().filter_map(talk).sum::<i128>());
            prop_assert_eq!(wide(nanos(|it| it.wrap_up_nanos)), of_group().filter_map(wrap_up).sum::<i128>());
            let durations = result.sessions.iter().filter(|session| session.group == number);
            let durations: u128 = durations.map(|session| u128::from(session.statistics.duration.as_nanos())).sum();
            prop_assert_eq!(nanos(|it| it.staffed_nanos), durations);
        }
        Ok(())
    });
}
