//! The recount: what sessions, agents and queues should have counted, from the events alone, beside what they report.

use super::{Audit, Breach, views};
use crate::acd::{Conventions, SessionState, SessionStatistics};
use crate::experiment::{AgentResult, QueueResult, ReplicationResult};
use crate::time::Instant;

/// What is known of a session.
#[derive(Clone, Copy, Debug)]
pub(super) struct SessionRecord {
    pub(super) agent: usize,
    pub(super) group: usize,
    pub(super) state: SessionState,
    pub(super) since: Instant,
    pub(super) created: Instant,
    pub(super) ended: Option<Instant>,
    pub(super) recount: Recount,
}

/// What is counted of a session from its events; times are sums in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Recount {
    pub(super) calls: u64,
    pub(super) talks: u64,
    pub(super) wrap_ups: u64,
    pub(super) talk: u128,
    pub(super) wrap_up: u128,
    pub(super) time_to_answer: u128,
    pub(super) longest: u64,
    pub(super) ready: u128,
    pub(super) not_ready: u128,
    /// From the creation, or the start of the measurement, to the end.
    pub(super) duration: u128,
}

/// What is counted of a queue from the events of its calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct QueueRecount {
    pub(super) entered: u64,
    pub(super) answered: u64,
    pub(super) abandoned: u64,
    pub(super) answered_wait: u128,
    pub(super) abandoned_wait: u128,
    /// The longest wait that has ended, and at last the longest of all.
    pub(super) longest: u64,
    pub(super) waiting: u64,
    pub(super) longest_waiting: u64,
    pub(super) waits_so_far: u128,
}

/// What is counted of an agent: the sums over the sessions, and the time in which any of them was open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AgentRecount {
    pub(super) sum: Recount,
    pub(super) active: u128,
}

/// Something reported beside what it should be.
pub(super) type Pair = (&'static str, i128, i128);

/// The time from one instant to another, in nanoseconds; none if it is not later.
pub(super) fn span(from: Instant, to: Instant) -> u128 {
    u128::from(to.since(from).as_nanos())
}

fn signed(value: impl TryInto<i128>) -> i128 {
    value.try_into().unwrap_or(i128::MAX)
}

impl Recount {
    /// Counts the time in a state that has ended.
    pub(super) fn note_state(&mut self, state: SessionState, since: Instant, now: Instant) {
        match state {
            SessionState::Ready => self.ready += span(since, now),
            SessionState::NotReady => self.not_ready += span(since, now),
            _ => {}
        }
    }

    fn add(&mut self, other: &Recount) {
        self.calls += other.calls;
        self.talks += other.talks;
        self.wrap_ups += other.wrap_ups;
        self.talk += other.talk;
        self.wrap_up += other.wrap_up;
        self.duration += other.duration;
    }
}

impl SessionRecord {
    /// What should be reported of it at an instant.
    fn at(&self, now: Instant, measured_from: Instant) -> Recount {
        let until = self.ended.map_or(now, |ended| ended.min(now));
        let mut recount = self.recount;
        recount.note_state(self.state, self.since, until);
        recount.duration = span(self.created.max(measured_from), until);
        recount
    }
}

impl Audit<'_> {
    /// What was broken, and whether what sessions, agents and queues report is what the recount has; in the order in which
    /// it was noticed, and no more than the first twenty.
    pub fn finish(mut self, result: &ReplicationResult) -> Vec<Breach> {
        if !self.audited {
            return Vec::new();
        }
        let at_horizon = self.at_horizon.take().unwrap_or_else(|| self.sessions.clone());
        let mut sums = vec![AgentRecount::default(); self.agents.len()];
        let mut open = vec![Vec::new(); self.agents.len()];
        for session in &result.sessions {
            let Some(&record) = self.sessions.get(session.session.0 as usize) else {
                self.breach("every session is created", self.last_call, format!("{} was not", session.session));
                continue;
            };
            let recount = record.at(self.now, self.measured_from);
            let name = session.session.to_string();
            self.session(&name, &record, &recount, &session.statistics);
            if let Some(record) = at_horizon.get(session.session.0 as usize) {
                let (horizon, name) = (self.horizon(), format!("{name} at the horizon"));
                self.session(&name, record, &record.at(horizon, self.measured_from), &session.at_horizon);
            }
            let until = record.ended.unwrap_or(self.now);
            sums[record.agent].sum.add(&recount);
            open[record.agent].push((record.created.max(self.measured_from), until));
        }
        for ((number, agent), mut sum) in result.agents.iter().enumerate().zip(sums) {
            sum.active = union(std::mem::take(&mut open[number]));
            self.agent(number, agent, &sum);
        }
        for (number, queue) in result.queues.iter().enumerate() {
            self.queue(number, queue);
        }
        self.breaches
    }

    fn session(&mut self, name: &str, record: &SessionRecord, recount: &Recount, found: &SessionStatistics) {
        let expected = recount;
        let pairs: [Pair; 12] = [
            ("the start", signed(found.started.as_nanos()), signed(record.created.as_nanos())),
            ("whether it has ended", found.ended.into(), (record.state == SessionState::SessionEnded).into()),
            ("calls", found.calls.into(), expected.calls.into()),
            ("talks", found.talks.into(), expected.talks.into()),
            ("wrap-ups", found.wrap_ups.into(), expected.wrap_ups.into()),
            ("talk", signed(found.total_talk.as_nanos()), signed(expected.talk)),
            ("wrap-up", signed(found.total_wrap_up.as_nanos()), signed(expected.wrap_up)),
            ("time to answer", signed(found.total_time_to_answer_nanos), signed(expected.time_to_answer)),
            ("longest time to answer", signed(found.longest_time_to_answer.as_nanos()), signed(expected.longest)),
            ("ready", signed(found.ready.as_nanos()), signed(expected.ready)),
            ("not ready", signed(found.not_ready.as_nanos()), signed(expected.not_ready)),
            ("duration", signed(found.duration.as_nanos()), signed(expected.duration)),
        ];
        self.hold("sessions report what happened", name, &pairs);
        let start = self.scenario.start;
        self.hold("TAPI shows of a session what happened", name, &views::session(found, start, record, recount));
    }

    fn agent(&mut self, number: usize, result: &AgentResult, expected: &AgentRecount) {
        let name = self.scenario.agents[number].name.clone();
        let (found, sum) = (&result.statistics, &expected.sum);
        let pairs: [Pair; 9] = [
            ("calls", found.calls.into(), sum.calls.into()),
            ("talks", found.talks.into(), sum.talks.into()),
            ("wrap-ups", found.wrap_ups.into(), sum.wrap_ups.into()),
            ("other calls", i128::from(found.incoming) + i128::from(found.outgoing), 0),
            ("talk", signed(found.ended.talk.as_nanos()), signed(sum.talk)),
            ("wrap-up", signed(found.ended.wrap_up.as_nanos()), signed(sum.wrap_up)),
            ("hours", signed(found.active.as_nanos()), signed(expected.active)),
            ("the sessions' durations", signed(found.session_time.as_nanos()), signed(sum.duration)),
            ("the measurement period", self.in_period(found == &result.in_period), 1),
        ];
        self.hold("agents report what happened", &name, &pairs);
        self.hold("TAPI shows of an agent what happened", &name, &views::agent(found, expected));
    }

    fn queue(&mut self, number: usize, result: &QueueResult) {
        let name = self.scenario.groups[number].queue.clone();
        let mut expected = self.queues[number];
        let waiting = self.waiting[number].iter().filter_map(|call| self.calls.get(call));
        for call in waiting.filter(|call| call.counted) {
            let waited = self.now.since(call.arrived).as_nanos();
            expected.waiting += 1;
            expected.waits_so_far += u128::from(waited);
            expected.longest_waiting = expected.longest_waiting.max(waited);
        }
        expected.longest = expected.longest.max(expected.longest_waiting);
        let found = &result.statistics;
        let elsewhere = [found.calls_flowed_in, found.calls_flowed_out, found.calls_disposed].map(i128::from);
        let pairs: [Pair; 11] = [
            ("calls that entered", found.calls_entered.into(), expected.entered.into()),
            ("calls answered", found.calls_answered.into(), expected.answered.into()),
            ("calls abandoned", found.calls_abandoned.into(), expected.abandoned.into()),
            ("calls waiting", found.current_calls_queued.into(), expected.waiting.into()),
            ("calls that flowed or were disposed of", elsewhere.iter().sum(), 0),
            ("the waits of the answered", signed(found.answered_wait_nanos), signed(expected.answered_wait)),
            ("the waits of the abandoned", signed(found.other_wait_nanos), signed(expected.abandoned_wait)),
            ("the waits so far", signed(found.waiting_nanos), signed(expected.waits_so_far)),
            ("the longest wait", signed(found.longest_wait.as_nanos()), signed(expected.longest)),
            ("the longest wait now", signed(found.current_longest_wait.as_nanos()), signed(expected.longest_waiting)),
            ("the measurement period", self.in_period(found == &result.in_period), 1),
        ];
        self.hold("queues report what happened", &name, &pairs);
        self.hold("TAPI shows of a queue what happened", &name, &views::queue(found, &expected));
    }

    /// Whether a measurement period shows what it should: all, if it is the default, which is longer than any run.
    fn in_period(&self, is_all: bool) -> i128 {
        let default = Conventions::default();
        let conventions = &self.scenario.conventions;
        let is_default = conventions.measurement_period_s == default.measurement_period_s
            && conventions.measurement_window == default.measurement_window;
        (is_all || !is_default).into()
    }

    fn hold(&mut self, rule: &'static str, of: &str, pairs: &[Pair]) {
        let last = self.last_call;
        for (what, found, expected) in pairs.iter().filter(|(_, found, expected)| found != expected) {
            self.breach(rule, last, format!("{of}: {what} is {found}, the recount has {expected}"));
        }
    }
}

/// How long at least one of some intervals lasted, in nanoseconds.
fn union(mut intervals: Vec<(Instant, Instant)>) -> u128 {
    intervals.sort_unstable();
    let (mut total, mut covered) = (0, Instant::START);
    for (from, until) in intervals {
        total += span(from.max(covered), until);
        covered = covered.max(until);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_counts_what_overlaps_once() {
        let at = Instant::from_nanos;
        assert_eq!(union(vec![(at(5), at(9)), (at(1), at(3)), (at(2), at(4)), (at(6), at(7)), (at(9), at(12))]), 10);
        assert_eq!(union(vec![(at(8), at(3)), (at(0), at(2))]), 2);
    }
}
