//! What is asked of each group in each interval of a scenario: calls, how long they take, how long their callers wait.

use crate::random::Distribution;
use crate::scenario::{Arrivals, Group, Handling, RateStep, RecordedCall, Scenario};
use crate::time::{Duration, Instant};

/// The expected calls of all groups, interval by interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// The intervals, in order of time, from the start of the run to its horizon.
    pub intervals: Vec<Interval>,
}

/// One interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    /// When it begins.
    pub start: Instant,
    /// When it ends, at the horizon at the latest.
    pub end: Instant,
    /// The day it begins on: 0 for that of the start.
    pub day: usize,
    /// What is asked of each group, in the order of the scenario.
    pub groups: Vec<GroupDemand>,
}

/// What is asked of a group in an interval.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupDemand {
    /// The calls that are expected from outside.
    pub calls: f64,
    /// The mean handle time of those calls, talk and wrap-up, in seconds.
    pub aht_s: f64,
    /// The law of their callers' patience; without one, they wait as long as they must.
    pub patience: Option<Distribution>,
}

impl Interval {
    /// How long it lasts.
    pub fn length(&self) -> Duration {
        self.end.since(self.start)
    }
}

impl Demand {
    /// The demand that a scenario expects, in intervals of [`Scenario::interval`].
    ///
    /// Rates are integrated, with the mean of what chance multiplies them by; recorded calls are counted. Calls that come from
    /// other groups, or again, are not in it: what they ask for is for a simulation to find.
    ///
    /// ```
    /// use acdsim::planning::Demand;
    ///
    /// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
    /// let demand = Demand::of(&scenario);
    /// assert_eq!(demand.intervals.len(), 16);
    /// assert!(demand.intervals[3].groups[0].calls > 0.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(scenario: &Scenario) -> Self {
        let (length, horizon) = (scenario.interval.as_nanos(), scenario.horizon.as_nanos());
        let midnight = scenario.start.date().to_datetime(jiff::civil::Time::midnight());
        let into_day = scenario.start.duration_since(midnight).as_nanos() as u64;
        let intervals = (0..horizon.div_ceil(length)).map(|index| {
            let (start, end) = (index * length, ((index + 1).saturating_mul(length)).min(horizon));
            let (from, to) = (Instant::from_nanos(start), Instant::from_nanos(end));
            let groups = scenario.groups.iter().map(|group| of_group(group, from, to)).collect();
            Interval { start: from, end: to, day: ((into_day + start) / DAY) as usize, groups }
        });
        Demand { intervals: intervals.collect() }
    }

    /// How many days the intervals begin on.
    pub fn days(&self) -> usize {
        self.intervals.last().map_or(0, |last| last.day + 1)
    }
}

/// Nanoseconds of a day.
const DAY: u64 = 86_400 * crate::time::NANOS_PER_SEC;

fn of_group(group: &Group, from: Instant, to: Instant) -> GroupDemand {
    let middle = Instant::from_nanos(from.as_nanos() / 2 + to.as_nanos() / 2);
    let patience = laws_at(group, middle).1.cloned();
    let mut calls = 0.0;
    let mut handled_s = 0.0;
    let mut add = |some: f64, aht_s: f64| {
        calls += some;
        handled_s += some * aht_s;
    };
    match &group.arrivals {
        Arrivals::Poisson(steps) => of_rates(group, steps, from, to, 1.0, &mut add),
        Arrivals::Varied(varied) => of_rates(group, &varied.steps, from, to, varied.mean_factor(), &mut add),
        Arrivals::Recorded(recorded) => of_record(group, recorded, from, to, 1.0, &mut add),
        Arrivals::Scaled(scaled) => of_record(group, &scaled.calls, from, to, scaled.factor, &mut add),
    }
    let aht_s = if calls > 0.0 { handled_s / calls } else { mean_handle_s(laws_at(group, middle).0) };
    GroupDemand { calls, aht_s, patience }
}

/// The laws in force at an instant.
fn laws_at(group: &Group, at: Instant) -> (&Handling, Option<&Distribution>) {
    match group.later_laws.iter().rev().find(|laws| laws.from <= at) {
        Some(laws) => (&laws.handling, laws.patience.as_ref()),
        None => (&group.handling, group.patience.as_ref()),
    }
}

fn mean_handle_s(handling: &Handling) -> f64 {
    handling.mean_talk_s() + handling.mean_wrap_up_s()
}

/// Adds the calls of each part of the interval in which neither rate nor law changes.
fn of_rates(
    group: &Group,
    steps: &[RateStep],
    from: Instant,
    to: Instant,
    factor: f64,
    add: &mut impl FnMut(f64, f64),
) {
    let first = steps.partition_point(|step| step.from <= from).saturating_sub(1);
    for (index, step) in steps.iter().enumerate().skip(first).take_while(|(_, step)| step.from < to) {
        let end = steps.get(index + 1).map_or(to, |next| next.from.min(to));
        let mut start = step.from.max(from);
        while start < end {
            let change = group.later_laws.iter().map(|laws| laws.from).find(|&change| change > start);
            let until = change.unwrap_or(end).min(end);
            let calls = step.per_second * factor * until.since(start).as_secs_f64();
            add(calls, mean_handle_s(laws_at(group, start).0));
            start = until;
        }
    }
}

/// Adds recorded calls; what a record does not know is what its law expects.
fn of_record(
    group: &Group,
    calls: &[RecordedCall],
    from: Instant,
    to: Instant,
    factor: f64,
    add: &mut impl FnMut(f64, f64),
) {
    let first = calls.partition_point(|call| call.arrival < from);
    for call in calls[first..].iter().take_while(|call| call.arrival < to) {
        let handling = laws_at(group, call.arrival).0;
        let talk = call.talk.map_or_else(|| handling.mean_talk_s(), Duration::as_secs_f64);
        let wrap_up = call.wrap_up.map_or_else(|| handling.mean_wrap_up_s(), Duration::as_secs_f64);
        add(factor, talk + wrap_up);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(group: &str) -> Vec<(f64, f64, usize)> {
        let text = format!(
            r#"
            start = 2026-03-02T22:00:00
            horizon = "3h"
            interval = "1h"
            [[group]]
            name = "Calls"
            {group}
            [[agents]]
            name = "Ann"
            groups = ["Calls"]
            "#
        );
        let scenario = crate::scenario::parse(&text, "demand.toml".as_ref()).expect("it is sound");
        let of = |interval: &Interval| (interval.groups[0].calls, interval.groups[0].aht_s, interval.day);
        Demand::of(&scenario).intervals.iter().map(of).collect()
    }

    #[test]
    fn rates_and_laws_are_integrated() {
        let steps = r#"arrivals = { rates = [{ from = "+0h", rate = "60/h" }, { from = "+90m", rate = "120/h" }] }
            talk = [{ from = "+0h", law = "2m" }, { from = "+75m", law = "4m" }]
            wrap_up = "30s""#;
        let expected = [(60.0, 150.0, 0), (90.0, (15.0 * 150.0 + 75.0 * 270.0) / 90.0, 0), (120.0, 270.0, 1)];
        for (seen, right) in demand(steps).iter().zip(expected) {
            assert!((seen.0 - right.0).abs() < 1e-9 && (seen.1 - right.1).abs() < 1e-9, "{seen:?} {right:?}");
            assert_eq!(seen.2, right.2);
        }
    }

    #[test]
    fn what_chance_does_is_in_the_mean() {
        let modulated = r#"arrivals = { rate = "60/h", factor = 0.5, modulation = [
            { factor = 1, stay = "10m" }, { factor = 3, stay = "10m" }] }
            talk = "1m""#;
        assert!(demand(modulated).iter().all(|&(calls, aht, _)| (calls - 60.0).abs() < 1e-9 && aht == 60.0));
    }
}
