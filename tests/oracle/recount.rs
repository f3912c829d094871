//! Every statistic once more, from the rows of the call log and the shifts alone.
//!
//! Nothing here follows the order of events: it sorts, scans and sums in `i128` nanoseconds.

use acdsim::scenario::Scenario;

use super::common::rows::Row;

/// A stay of an agent at work, with the call that ended late, if one did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) started: i128,
    /// None if the agent is there at the end of the run.
    pub(crate) ended: Option<i128>,
    /// When the shift that it is of ends.
    pub(crate) log_out: i128,
}

/// What an agent did, in the order of time.
#[derive(Clone, Debug)]
pub(crate) struct Diary<'a> {
    pub(crate) stays: Vec<Stay>,
    pub(crate) calls: Vec<&'a Row>,
}

/// Spans of time.
pub(crate) type Spans = Vec<(i128, i128)>;

/// From the rows of an agent's calls and the agent's shifts: when the agent really came and went.
pub(crate) fn diaries<'a>(scenario: &Scenario, rows: &'a [Row]) -> Vec<Diary<'a>> {
    let horizon = i128::from(scenario.horizon.as_nanos());
    let diary = |agent: &acdsim::scenario::Agent| {
        let mut calls: Vec<&Row> = rows.iter().filter(|row| row.agent == agent.name).collect();
        // At one instant: calls that waited come before calls that arrive, those of no length before those of some.
        calls.sort_by_key(|row| (row.answered(), row.is_immediate(), row.released().unwrap_or(i128::MAX), row.call));
        let mut stays: Vec<Stay> = Vec::new();
        let mut free_from = 0;
        for shift in &agent.shifts {
            let (log_in, log_out) = (i128::from(shift.log_in.as_nanos()), i128::from(shift.log_out.as_nanos()));
            let started = log_in.max(free_from);
            // A call of the shift before may last until the end of this one, which then does not take place.
            let never_came = free_from > log_in && free_from >= log_out;
            if started >= horizon || never_came {
                continue;
            }
            let in_progress = calls.iter().find(|row| {
                row.answered().is_some_and(|at| started <= at && at < log_out)
                    && row.released().is_none_or(|at| at >= log_out)
            });
            let ended = match in_progress {
                Some(row) => row.released(),
                None => (log_out < horizon).then_some(log_out),
            };
            // A call that is in progress at the horizon keeps the agent for good.
            free_from = ended.unwrap_or(i128::MAX);
            stays.push(Stay { started, ended: ended.filter(|_| log_out < horizon), log_out });
        }
        Diary { stays, calls }
    };
    scenario.agents.iter().map(diary).collect()
}

impl Diary<'_> {
    /// When the agent had a call, talk and wrap-up.
    pub(crate) fn busy(&self, horizon: i128) -> Spans {
        let span = |row: &&Row| (row.answered().expect("it was answered"), row.released().unwrap_or(horizon));
        self.calls.iter().map(span).collect()
    }

    /// When the agent was there without a call; spans of no length among them.
    pub(crate) fn idle(&self, horizon: i128) -> Vec<Idle<'_>> {
        let mut spans = Vec::new();
        for stay in &self.stays {
            let mut from = stay.started;
            for &row in &self.calls {
                let answered = row.answered().expect("it was answered");
                if (stay.started..stay.log_out).contains(&answered) {
                    spans.push(Idle { span: (from, answered), taken: Some(row) });
                    from = row.released().unwrap_or(horizon);
                }
            }
            let until = stay.ended.unwrap_or(horizon);
            if from <= until {
                spans.push(Idle { span: (from, until), taken: None });
            }
        }
        spans
    }
}

/// A time in which an agent was idle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Idle<'a> {
    pub(crate) span: (i128, i128),
    /// The call that ended it, if it was one.
    pub(crate) taken: Option<&'a Row>,
}

/// The length of what two spans share.
pub(crate) fn overlap(a: (i128, i128), b: (i128, i128)) -> i128 {
    (a.1.min(b.1) - a.0.max(b.0)).max(0)
}

/// An average as TAPI's exact values have it: truncated, and 0 of nothing.
pub(crate) fn average(total: i128, count: usize) -> i128 {
    if count == 0 { 0 } else { total / count as i128 }
}

/// What sessions, groups and queues count of calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) calls: usize,
    pub(crate) answered: usize,
    pub(crate) blocked: usize,
    pub(crate) abandoned: usize,
    pub(crate) waiting: usize,
    pub(crate) delayed: usize,
    pub(crate) answered_within: usize,
    pub(crate) abandoned_within: usize,
    pub(crate) answered_wait: i128,
    pub(crate) abandoned_wait: i128,
    pub(crate) waiting_wait: i128,
    pub(crate) longest_to_answer: i128,
    pub(crate) longest_to_abandon: i128,
    pub(crate) longest_waiting: i128,
    pub(crate) talks: usize,
    pub(crate) talk: i128,
    pub(crate) wrap_ups: usize,
    pub(crate) wrap_up: i128,
}

/// Counts these rows.
pub(crate) fn count(rows: &[&Row], threshold: i128) -> Counts {
    let of = |outcome: fn(&str) -> bool| rows.iter().filter(move |row| outcome(&row.outcome)).map(|row| row.wait);
    let answered = || of(|outcome| matches!(outcome, "talking" | "wrapping_up" | "completed"));
    let abandoned = || of(|outcome| outcome == "abandoned");
    let waiting = || of(|outcome| outcome == "waiting");
    let talks = || rows.iter().filter_map(|row| row.talk);
    let wrap_ups = || rows.iter().filter_map(|row| row.wrap_up);
    Counts {
        calls: rows.len(),
        answered: answered().count(),
        blocked: of(|outcome| outcome == "blocked").count(),
        abandoned: abandoned().count(),
        waiting: waiting().count(),
        delayed: rows.iter().filter(|row| row.is_delayed()).count(),
        answered_within: answered().filter(|&wait| wait <= threshold).count(),
        abandoned_within: abandoned().filter(|&wait| wait <= threshold).count(),
        answered_wait: answered().sum(),
        abandoned_wait: abandoned().sum(),
        waiting_wait: waiting().sum(),
        longest_to_answer: answered().max().unwrap_or(0),
        longest_to_abandon: abandoned().max().unwrap_or(0),
        longest_waiting: waiting().max().unwrap_or(0),
        talks: talks().count(),
        talk: talks().sum(),
        wrap_ups: wrap_ups().count(),
        wrap_up: wrap_ups().sum(),
    }
}

/// The area under the number of these calls that wait, and the most that did at once, by a sweep over their beginnings
/// and ends.
///
/// At one instant, first those leave who came before, in no matter what order; then each arrival is counted, and is gone
/// before the next if it waits for no time.
pub(crate) fn sweep(rows: &[&Row], horizon: i128) -> (i128, i128) {
    let mut ends: Vec<(i128, u64, i128)> = Vec::new();
    for row in rows.iter().filter(|row| row.is_delayed()) {
        let left = row.left().unwrap_or(horizon);
        ends.push((row.arrival, row.call, 1));
        // A call that leaves later than it came leaves before any that arrives then.
        ends.push((left, if left > row.arrival { 0 } else { row.call }, -1));
    }
    ends.sort_by_key(|&(at, call, change)| (at, call, -change));
    let (mut area, mut longest, mut waiting, mut before) = (0, 0, 0, 0);
    for (at, _, change) in ends {
        area += waiting * (at - before);
        before = at;
        waiting += change;
        longest = longest.max(waiting);
    }
    assert_eq!(waiting, 0, "all leave or stop waiting at the horizon");
    (area, longest)
}
