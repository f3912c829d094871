//! What must hold of every run, exactly, whatever the numbers are.

use crate::acd::conventions::OtherSessions;
use crate::acd::{AgentId, GroupId, QueueId};
use crate::simulation::Finished;
use crate::statistics::{Attendance, GroupTotals, Percentiles};

use super::SessionResult;

/// An identity between two counts of the same thing that does not hold: a defect of this program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{of}: {what}: {left} is not {right}")]
pub struct BrokenIdentity {
    /// The group or the agent, with its name, and the count where the identity is one of many counts.
    pub of: String,
    /// What should be equal.
    pub what: &'static str,
    /// One side.
    pub left: u128,
    /// The other side.
    pub right: u128,
}

/// What was observed of one replication, call by call.
pub(super) struct Observed<'a> {
    pub(super) groups: &'a [GroupTotals],
    /// The parts of each group by class; none if no group has classes.
    pub(super) classes: &'a [Vec<GroupTotals>],
    /// The parts of each group by whether an agent has passed a call on; none where that makes no difference to sessions.
    pub(super) transfers: &'a [Vec<GroupTotals>],
    /// The attendance of each agent; none of a plain scenario.
    pub(super) agents: &'a [Attendance],
    /// That of the agents of each group; none of a plain scenario.
    pub(super) attendances: &'a [Attendance],
}

/// What should be equal, and its two sides.
type Identity = (&'static str, u128, u128);

/// Checks the identities of one replication: what was observed call by call against what sessions and queues keep.
///
/// # Errors
///
/// The first identity that does not hold.
pub(super) fn check(
    finished: &Finished,
    observed: &Observed,
    sessions: &[SessionResult],
) -> Result<(), BrokenIdentity> {
    let Finished { handler, .. } = finished;
    let mut sums = vec![Sums::default(); observed.groups.len()];
    for session in sessions {
        sums[session.group].add(session);
    }
    for ((number, totals), sums) in (0..).zip(observed.groups).zip(&sums) {
        let of = || format!("group {:?}", handler.group(GroupId(number)).name);
        // Where only the first agent counts a transferred call, the sessions have what was not transferred to them.
        let transfers = observed.transfers.get(number as usize).map(Vec::as_slice);
        let credited = transfers.and_then(|parts| parts.first()).unwrap_or(totals);
        first_broken(of, of_calls(totals))?;
        first_broken(of, of_sessions(sums, credited))?;
        first_broken(of, of_queue(finished, QueueId(number), totals))?;
        if let Some(parts) = transfers {
            add_up(of, "those of calls that were and were not transferred = those of all calls", totals, parts)?;
        }
        if let Some(parts) = observed.classes.get(number as usize) {
            add_up(of, "the sum over the classes = that of the group", totals, parts)?;
        }
        if let Some(attendance) = observed.attendances.get(number as usize) {
            first_broken(of, of_attendance(attendance))?;
            first_broken(of, of_agents_of_group(finished, attendance, sums))?;
        }
    }
    let mut busy = vec![0; observed.agents.len()];
    if !observed.agents.is_empty() {
        sessions.iter().for_each(|session| busy[session.agent] += session.busy_nanos());
    }
    for ((number, attendance), busy) in (0..).zip(observed.agents).zip(busy) {
        let of = || format!("agent {:?}", handler.agent(AgentId(number)).user);
        first_broken(of, of_attendance(attendance))?;
        first_broken(of, of_agent(finished, AgentId(number), attendance, busy))?;
    }
    Ok(())
}

/// The first of some identities that does not hold, if any.
fn first_broken(of: impl Fn() -> String, identities: impl IntoIterator<Item = Identity>) -> Result<(), BrokenIdentity> {
    match identities.into_iter().find(|(_, left, right)| left != right) {
        Some((what, left, right)) => Err(BrokenIdentity { of: of(), what, left, right }),
        None => Ok(()),
    }
}

/// What holds of the calls of a group.
fn of_calls(totals: &GroupTotals) -> [Identity; 1] {
    [(
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
    )]
}

/// What holds of the calls of a group and its queue.
fn of_queue(finished: &Finished, id: QueueId, totals: &GroupTotals) -> [Identity; 6] {
    let Finished { handler, end, .. } = finished;
    let queue = handler.queue_life(id, *end);
    let still_waiting: u128 = handler.counted_waiting(id).map(|entered| u128::from((*end - entered).as_nanos())).sum();
    let all_waits = totals.answered_wait_nanos + totals.abandoned_wait_nanos + totals.other_wait_nanos;
    let longest = totals.longest_time_to_answer.max(totals.longest_time_to_abandon);
    [
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
    ]
}

/// What holds of the sessions of a group and those of its calls that they count.
fn of_sessions(sums: &Sums, credited: &GroupTotals) -> [Identity; 8] {
    [
        (
            "answered = completed + talking + wrapping up",
            credited.answered.into(),
            u128::from(credited.wrap_ups) + sums.talking + sums.wrapping_up,
        ),
        ("the sessions' calls = answered", sums.calls, credited.answered.into()),
        ("the sessions' talks = talks", sums.talks, credited.talks.into()),
        ("the sessions' talk time = talk time", sums.talk_nanos, credited.talk_nanos),
        ("the sessions' wrap-up time = wrap-up time", sums.wrap_up_nanos, credited.wrap_up_nanos),
        ("talk + wrap-up = call time", credited.talk_nanos + credited.wrap_up_nanos, sums.call_nanos),
        ("the sessions' time to answer = that of the group", sums.wait_nanos, credited.answered_wait_nanos),
        (
            "the longest of the sessions' longest times to answer = that of the group",
            sums.longest_time_to_answer,
            credited.longest_time_to_answer.as_nanos().into(),
        ),
    ]
}

/// Checks that the parts that a group's calls fall into add up to the whole.
fn add_up(
    of: impl Fn() -> String,
    what: &'static str,
    whole: &GroupTotals,
    parts: &[GroupTotals],
) -> Result<(), BrokenIdentity> {
    let mut sums = whole.sums().map(|(name, value)| (name, 0, value));
    let mut waits = Percentiles::default();
    for part in parts {
        sums.iter_mut().zip(part.sums()).for_each(|((_, sum, _), (_, value))| *sum += value);
        waits.merge(&part.answered_waits);
    }
    let longest = |name, of: fn(&GroupTotals) -> u64| -> Identity {
        (name, parts.iter().map(of).max().unwrap_or(0).into(), u128::from(of(whole)))
    };
    let longest_queue = longest("longest queue", |totals| totals.longest_queue);
    let others = [
        longest("longest time to answer", |totals| totals.longest_time_to_answer.as_nanos()),
        longest("longest time to abandon", |totals| totals.longest_time_to_abandon.as_nanos()),
        // Each part may be longest at another time.
        (longest_queue.0, longest_queue.1.max(longest_queue.2), longest_queue.2),
        ("number of waits in the histogram", waits.count().into(), whole.answered_waits.count().into()),
        ("histogram of waits", (waits == whole.answered_waits).into(), 1),
    ];
    match sums.into_iter().chain(others).find(|(_, sum, value)| sum != value) {
        Some((name, left, right)) => Err(BrokenIdentity { of: format!("{}, {name}", of()), what, left, right }),
        None => Ok(()),
    }
}

/// What holds of the paid time of an agent or a group.
fn of_attendance(attendance: &Attendance) -> [Identity; 1] {
    [(
        "staffed + absent = planned + overtime",
        attendance.staffed_nanos + attendance.absent_nanos,
        attendance.paid_nanos(),
    )]
}

/// What holds of the sessions of a group and the attendance of its agents.
fn of_agents_of_group(finished: &Finished, attendance: &Attendance, sums: &Sums) -> Vec<Identity> {
    let mut identities: Vec<Identity> =
        vec![("staffed + away = the sessions' durations", attendance.logged_in_nanos(), sums.logged_in_nanos)];
    // Where a session stays READY while its agent is busy in another, it does not show that.
    if finished.handler.conventions().other_sessions == OtherSessions::NotReady {
        let not_ready = attendance.staffed_nanos.saturating_sub(sums.ready_nanos);
        identities.push(("busy = staffed - the sessions' READY", attendance.busy_nanos, not_ready));
    }
    identities
}

/// What holds of the attendance of an agent and what the agent handler keeps of the agent; `busy` is that of the agent's
/// sessions.
fn of_agent(finished: &Finished, id: AgentId, attendance: &Attendance, busy: u128) -> Vec<Identity> {
    let mut identities: Vec<Identity> = vec![(
        "busy = the sessions' talk and wrap-up + other calls",
        attendance.busy_nanos,
        busy + attendance.other_call_nanos,
    )];
    // After the horizon the agent handler counts on, and the attendance does not.
    if finished.end == finished.horizon {
        let kept = finished.handler.agent_life(id, finished.end);
        identities.extend([
            ("staffed + away = active", attendance.logged_in_nanos(), kept.active.as_nanos().into()),
            (
                "other calls = incoming + outgoing",
                attendance.other_calls.into(),
                (kept.incoming + kept.outgoing).into(),
            ),
        ]);
    }
    identities
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
    /// Until the horizon.
    logged_in_nanos: u128,
    ready_nanos: u128,
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
        self.logged_in_nanos += u128::from(session.at_horizon.duration.as_nanos());
        self.ready_nanos += u128::from(session.at_horizon.ready.as_nanos());
    }
}
