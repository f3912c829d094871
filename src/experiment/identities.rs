//! What must hold of every run, exactly, whatever the numbers are.

use crate::acd::{GroupId, QueueId};
use crate::simulation::Finished;
use crate::statistics::GroupTotals;

use super::SessionResult;

/// An identity between two counts of the same thing that does not hold: a defect of this program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("group {group:?}: {what}: {left} is not {right}")]
pub struct BrokenIdentity {
    /// The group's name.
    pub group: String,
    /// What should be equal.
    pub what: &'static str,
    /// One side.
    pub left: u128,
    /// The other side.
    pub right: u128,
}

/// Checks the identities of one replication: what was observed call by call against what sessions and queues keep.
///
/// # Errors
///
/// The first identity that does not hold.
pub(super) fn check(
    finished: &Finished,
    groups: &[GroupTotals],
    sessions: &[SessionResult],
) -> Result<(), BrokenIdentity> {
    let Finished { handler, end, .. } = finished;
    let mut sums = vec![Sums::default(); groups.len()];
    for session in sessions {
        sums[session.group].add(session);
    }
    for ((number, totals), sums) in (0..).zip(groups).zip(&sums) {
        let queue = handler.queue_life(QueueId(number), *end);
        let still_waiting: u128 =
            handler.counted_waiting(QueueId(number)).map(|entered| u128::from((*end - entered).as_nanos())).sum();
        let all_waits = totals.answered_wait_nanos + totals.abandoned_wait_nanos + totals.other_wait_nanos;
        let longest = totals.longest_time_to_answer.max(totals.longest_time_to_abandon);
        let identities: [(&'static str, u128, u128); 15] = [
            (
                "offered + flowed in = blocked + balked + answered + abandoned + flowed out + disposed + waiting",
                (totals.offered + totals.flowed_in).into(),
                (totals.blocked
                    + totals.balked
                    + totals.answered
                    + totals.abandoned
                    + totals.flowed_out
                    + totals.disposed
                    + totals.waiting())
                .into(),
            ),
            (
                "answered = completed + talking + wrapping up",
                totals.answered.into(),
                u128::from(totals.wrap_ups) + sums.talking + sums.wrapping_up,
            ),
            ("the sessions' calls = answered", sums.calls, totals.answered.into()),
            ("the sessions' talks = talks", sums.talks, totals.talks.into()),
            ("the sessions' talk time = talk time", sums.talk_nanos, totals.talk_nanos),
            ("the sessions' wrap-up time = wrap-up time", sums.wrap_up_nanos, totals.wrap_up_nanos),
            ("talk + wrap-up = call time", totals.talk_nanos + totals.wrap_up_nanos, sums.call_nanos),
            ("the sessions' time to answer = that of the group", sums.wait_nanos, totals.answered_wait_nanos),
            (
                "the longest of the sessions' longest times to answer = that of the group",
                sums.longest_time_to_answer,
                totals.longest_time_to_answer.as_nanos().into(),
            ),
            (
                "calls queued + blocked + balked = offered + flowed in",
                u128::from(queue.total_calls_queued()) + u128::from(totals.blocked + totals.balked),
                (totals.offered + totals.flowed_in).into(),
            ),
            ("calls queued now = waiting", queue.current_calls_queued.into(), totals.waiting().into()),
            ("the queue's abandoned = abandoned", queue.calls_abandoned.into(), totals.abandoned.into()),
            ("the queue's waits = the group's", queue.total_wait_nanos(), all_waits),
            (
                "the area of the queue's length = the waits of all calls (Little's law)",
                totals.queue_area,
                all_waits + still_waiting,
            ),
            (
                "the queue's longest wait = the group's",
                queue.longest_wait.max(longest).as_nanos().into(),
                queue.longest_wait.as_nanos().into(),
            ),
        ];
        if let Some(&(what, left, right)) = identities.iter().find(|(_, left, right)| left != right) {
            let group = handler.group(GroupId(number)).name.clone();
            return Err(BrokenIdentity { group, what, left, right });
        }
    }
    Ok(())
}

/// What the sessions of a group add up to.
#[derive(Clone, Default)]
struct Sums {
    calls: u128,
    talks: u128,
    talking: u128,
    wrapping_up: u128,
    talk_nanos: u128,
    wrap_up_nanos: u128,
    call_nanos: u128,
    wait_nanos: u128,
    longest_time_to_answer: u128,
}

impl Sums {
    fn add(&mut self, session: &SessionResult) {
        let statistics = &session.statistics;
        self.calls += u128::from(statistics.calls);
        self.talks += u128::from(statistics.talks);
        self.talking += u128::from(statistics.calls - statistics.talks);
        self.wrapping_up += u128::from(statistics.talks - statistics.wrap_ups);
        self.talk_nanos += u128::from(statistics.total_talk.as_nanos());
        self.wrap_up_nanos += u128::from(statistics.total_wrap_up.as_nanos());
        self.call_nanos += u128::from(statistics.total_call_time().as_nanos());
        self.wait_nanos += statistics.total_time_to_answer_nanos;
        let longest = u128::from(statistics.longest_time_to_answer.as_nanos());
        self.longest_time_to_answer = self.longest_time_to_answer.max(longest);
    }
}
