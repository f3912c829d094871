//! Every statistic from its definition: scans of the diary.

use acdsim::acd::conventions::TimeToAnswer;
use acdsim::acd::{AgentId, CallTimes, Direction, Phases, QueueId, SessionId, SessionState, Waits};
use acdsim::time::{Duration, Instant};

use crate::diary::{Call, Diary, How, Part, overlap};

/// What `SessionStatistics` tells, by whichever of its fields and methods.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OfSession {
    pub(crate) started: Instant,
    pub(crate) ended: bool,
    pub(crate) duration: Duration,
    pub(crate) calls: u64,
    pub(crate) talks: u64,
    pub(crate) wrap_ups: u64,
    pub(crate) phases: Phases,
    pub(crate) running: Phases,
    pub(crate) ready: Duration,
    pub(crate) not_ready: Duration,
    /// By definition of the time to answer.
    pub(crate) answered: [Waits; 4],
    pub(crate) unanswered: [Waits; 4],
    pub(crate) talking: bool,
    pub(crate) wrapping_up: bool,
}

/// What `AgentStatistics` tells.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct OfAgent {
    pub(crate) calls: u64,
    pub(crate) talks: u64,
    pub(crate) wrap_ups: u64,
    pub(crate) incoming: u64,
    pub(crate) outgoing: u64,
    pub(crate) ended: Phases,
    pub(crate) passed: Phases,
    pub(crate) active: Duration,
    pub(crate) session_time: Duration,
    pub(crate) talking: bool,
}

fn count(number: usize) -> u64 {
    number as u64
}

fn wait(definition: TimeToAnswer, times: &CallTimes, until: Instant) -> Duration {
    match definition {
        TimeToAnswer::QueueToAnswer => until.since(times.queued),
        TimeToAnswer::QueueToOffer => times.offered.since(times.queued),
        TimeToAnswer::ArrivalToAnswer => until.since(times.arrived),
        TimeToAnswer::OfferToAnswer => until.since(times.offered),
    }
}

fn waits<'a>(calls: impl Iterator<Item = (&'a CallTimes, Instant)> + Clone) -> [Waits; 4] {
    [
        TimeToAnswer::QueueToAnswer,
        TimeToAnswer::QueueToOffer,
        TimeToAnswer::ArrivalToAnswer,
        TimeToAnswer::OfferToAnswer,
    ]
    .map(|definition| {
        let waits = calls.clone().map(|(times, until)| wait(definition, times, until));
        Waits {
            calls: count(waits.clone().count()),
            total_nanos: waits.clone().map(|wait| u128::from(wait.as_nanos())).sum(),
            longest: waits.max().unwrap_or(Duration::ZERO),
        }
    })
}

/// When a talk began and ended, or now.
fn talk(call: &Call, now: Instant) -> (Instant, Instant) {
    (call.answered.at, call.talk_end.map_or(now, |end| end.at))
}

/// When a wrap-up began and ended, or now.
fn wrap_up(call: &Call, now: Instant) -> (Instant, Instant) {
    (call.talk_end.map_or(now, |end| end.at), call.wrap_up_end.map_or(now, |end| end.at))
}

fn length((from, to): (Instant, Instant)) -> Duration {
    to.since(from)
}

fn holds(call: &Call, now: Instant) -> impl Iterator<Item = (Instant, Instant)> {
    call.holds.iter().map(move |&(from, to)| (from, to.unwrap_or(now)))
}

fn ringing(call: &Call) -> Duration {
    call.answered.at.since(call.times.offered)
}

/// The calls among these that count, and the phases of those that have ended.
fn phases(calls: &[&Call], now: Instant, part: &Part) -> (u64, u64, Phases) {
    let talks: Vec<_> = calls.iter().filter(|call| call.talk_end.is_some_and(|end| part.has(end))).collect();
    let wrap_ups: Vec<_> = calls.iter().filter(|call| call.wrap_up_end.is_some_and(|end| part.has(end))).collect();
    let phases = Phases {
        talk: talks.iter().map(|call| length(talk(call, now))).sum(),
        wrap_up: wrap_ups.iter().map(|call| length(wrap_up(call, now))).sum(),
        ringing: talks.iter().map(|call| ringing(call)).sum(),
        hold: talks.iter().flat_map(|call| holds(call, now)).map(length).sum(),
    };
    (count(talks.len()), count(wrap_ups.len()), phases)
}

impl Diary {
    /// Answered after the measurement began, and counted by the session.
    fn counted(&self, call: &Call) -> bool {
        call.answered.order > self.measured.order && self.counts(&call.times)
    }

    pub(crate) fn session_statistics(&self, id: SessionId) -> OfSession {
        let session = self.session(id);
        let until = session.ended().unwrap_or(self.now);
        let life = (session.created().max(self.measured.at), until);
        let calls: Vec<_> = self.calls.iter().filter(|call| call.session == id && self.counted(call)).collect();
        let (talks, wrap_ups, ended) = phases(&calls, until, &self.life());
        let talking = calls.iter().find(|call| call.talk_end.is_none());
        let wrapping_up = calls.iter().find(|call| call.talk_end.is_some() && call.wrap_up_end.is_none());
        let rings = self.rings.iter().filter(|ring| ring.session == id && ring.ended.order > self.measured.order);
        let in_state = |wanted| {
            let ends = session.states.iter().skip(1).map(|&(at, _)| at).chain([until]);
            let stretches = session.states.iter().zip(ends).filter(|((_, state), _)| *state == wanted);
            stretches.map(|(&(from, _), to)| overlap((from, to), life)).sum()
        };
        OfSession {
            started: session.created(),
            ended: session.ended().is_some(),
            duration: length(life),
            calls: count(calls.len()),
            talks,
            wrap_ups,
            phases: ended,
            running: Phases {
                talk: talking.map_or(Duration::ZERO, |call| length(talk(call, until))),
                wrap_up: wrapping_up.map_or(Duration::ZERO, |call| length(wrap_up(call, until))),
                ringing: talking.map_or(Duration::ZERO, |call| ringing(call)),
                hold: talking.map_or(Duration::ZERO, |call| holds(call, until).map(length).sum()),
            },
            ready: in_state(SessionState::Ready),
            not_ready: in_state(SessionState::NotReady),
            answered: waits(calls.iter().map(|call| (&call.times, call.answered.at))),
            unanswered: waits(rings.filter(|ring| self.counts(&ring.times)).map(|ring| (&ring.times, ring.ended.at))),
            talking: talking.is_some(),
            wrapping_up: wrapping_up.is_some(),
        }
    }

    /// What is counted of an agent in a part of the diary.
    pub(crate) fn agent_statistics(&self, id: AgentId, part: &Part) -> OfAgent {
        let window = (part.begin(), self.now);
        let own = |call: &&Call| self.session(call.session).agent == id && self.counted(call);
        let calls: Vec<_> = self.calls.iter().filter(own).collect();
        let (talks, wrap_ups, ended) = phases(&calls, self.now, part);
        let passed = |stretch| overlap(stretch, window);
        let answered = || calls.iter().filter(|call| part.has(call.answered));
        let other = |direction| {
            let calls = self.other_calls.iter().filter(|call| call.agent == id && call.direction == direction);
            count(calls.filter(|call| part.has(call.began)).count())
        };
        let sessions = || self.sessions.iter().filter(|session| session.agent == id);
        let mut open: Vec<_> =
            sessions().map(|session| (session.created(), session.ended().unwrap_or(self.now))).collect();
        let session_time = open.iter().map(|&stretch| passed(stretch)).sum();
        open.sort();
        let mut active = Duration::ZERO;
        let mut reached = part.begin();
        for (from, to) in open {
            active += overlap((from, to), (reached, self.now));
            reached = reached.max(to);
        }
        OfAgent {
            calls: count(answered().count()),
            talks,
            wrap_ups,
            incoming: other(Direction::Incoming),
            outgoing: other(Direction::Outgoing),
            ended,
            passed: Phases {
                talk: calls.iter().map(|call| passed(talk(call, self.now))).sum(),
                wrap_up: calls.iter().map(|call| passed(wrap_up(call, self.now))).sum(),
                ringing: answered().map(|call| ringing(call)).sum(),
                hold: calls.iter().flat_map(|call| holds(call, self.now)).map(passed).sum(),
            },
            active,
            session_time,
            talking: calls.iter().any(|call| call.talk_end.is_none()),
        }
    }

    /// What is counted of a queue in a part of the diary.
    pub(crate) fn queue_statistics(&self, id: QueueId, part: &Part) -> acdsim::acd::QueueStatistics {
        let entries = self.entries.iter().filter(|entry| entry.queue == id && self.in_time(entry.arrived));
        let entries: Vec<_> = entries.filter(|entry| part.has(entry.moment)).collect();
        let leavings = self.leavings.iter().filter(|leaving| leaving.queue == id && self.in_time(leaving.arrived));
        let left: Vec<_> = leavings
            .filter(|leaving| part.has(leaving.moment))
            .map(|leaving| (leaving.how, leaving.moment.at.since(leaving.queued)))
            .collect();
        let waiting = self.queue(id).line.iter().filter(|waiting| self.in_time(waiting.arrived));
        let waiting: Vec<_> = waiting.map(|waiting| self.now.since(waiting.queued)).collect();
        let nanos = |waits: &mut dyn Iterator<Item = Duration>| waits.map(|wait| u128::from(wait.as_nanos())).sum();
        let by = |how| count(left.iter().filter(|(left, _)| *left == how).count());
        let longest_waiting = waiting.iter().copied().max().unwrap_or(Duration::ZERO);
        acdsim::acd::QueueStatistics {
            calls_entered: count(entries.iter().filter(|entry| !entry.flowed_in).count()),
            calls_flowed_in: count(entries.iter().filter(|entry| entry.flowed_in).count()),
            calls_answered: by(How::Answered),
            calls_abandoned: by(How::Abandoned),
            calls_flowed_out: by(How::FlowedOut),
            calls_disposed: by(How::Disposed),
            current_calls_queued: count(waiting.len()),
            longest_wait: left.iter().map(|&(_, wait)| wait).chain([longest_waiting]).max().expect("there is one"),
            current_longest_wait: longest_waiting,
            answered_wait_nanos: nanos(
                &mut left.iter().filter(|(how, _)| *how == How::Answered).map(|&(_, wait)| wait),
            ),
            other_wait_nanos: nanos(&mut left.iter().filter(|(how, _)| *how != How::Answered).map(|&(_, wait)| wait)),
            waiting_nanos: nanos(&mut waiting.iter().copied()),
        }
    }
}
