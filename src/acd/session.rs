//! One agent session: its state and its statistics, kept exactly.

use std::ops::Add;

use serde::{Deserialize, Serialize};

use super::conventions::TimeToAnswer;
use super::{AgentId, SessionState};
use crate::fault::{self, Fault};
use crate::time::{Duration, Instant, NANOS_PER_SEC};

const NANOS_PER_MILLI: u64 = NANOS_PER_SEC / 1_000;

/// A duration without what is less than a whole unit.
fn whole(duration: Duration, unit: u64) -> Duration {
    Duration::from_nanos(duration.as_nanos() / unit * unit)
}

/// The relation of an agent, an ACD group and an address: its state and what is counted in it.
///
/// One cache line: every event of a call touches one of these. What few calls have, [`RareTimes`], is kept elsewhere.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct AgentSession {
    /// When the present state began, or the measurement if that was later.
    since: Instant,
    total_talk: Duration,
    total_wrap_up: Duration,
    /// The lower 64 bits of the nanoseconds; calls wait at the same time, so their waits may be more than the run.
    total_time_to_answer: u64,
    /// Of the calls that came straight to this queue and did not ring; the others are among the rare times.
    longest_time_to_answer: Duration,
    ready: Duration,
    calls: u32,
    /// How often those nanoseconds overflowed.
    total_time_to_answer_carries: u32,
    agent: AgentId,
    state: SessionState,
    /// Whether the present call enters the statistics.
    counted: bool,
    /// Whether the session is NOT_READY only because the agent is busy elsewhere.
    held: bool,
    /// Whether more has to be done at the end of a state than here: the present call does not count, has rung, was put
    /// on hold or came by way of another queue.
    rare: bool,
}

const _: () = assert!(size_of::<AgentSession>() == 64, "a session fills one cache line");

/// When a call came to where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallTimes {
    /// When it arrived in the system.
    pub arrived: Instant,
    /// When it entered the queue that it is answered from; not before it arrived.
    pub queued: Instant,
    /// When the agent's telephone began to ring; not before it was queued.
    pub offered: Instant,
    /// Whether an agent transferred it here.
    pub transferred: bool,
}

impl CallTimes {
    /// A call that arrived at this queue and is answered at `now` without ringing.
    #[inline]
    pub fn straight(arrived: Instant, now: Instant) -> Self {
        CallTimes { arrived, queued: arrived, offered: now, transferred: false }
    }

    /// The wait from one of the possible beginnings to one of the possible ends, for a call that is answered, or stops
    /// ringing, at `until`.
    pub fn wait(&self, definition: TimeToAnswer, until: Instant) -> Duration {
        match definition {
            TimeToAnswer::QueueToAnswer => until - self.queued,
            TimeToAnswer::QueueToOffer => self.offered - self.queued,
            TimeToAnswer::ArrivalToAnswer => until - self.arrived,
            TimeToAnswer::OfferToAnswer => until - self.offered,
        }
    }
}

/// Some waits: how many, their sum and the longest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// How many calls waited, those that waited no time among them.
    pub calls: u64,
    /// Their waits, in nanoseconds.
    pub total_nanos: u128,
    /// The longest of them.
    pub longest: Duration,
}

impl Waits {
    fn note(&mut self, wait: Duration) {
        self.calls += 1;
        self.total_nanos += u128::from(wait.as_nanos());
        self.longest = self.longest.max(wait);
    }
}

/// Times that are parts of calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phases {
    /// From answer to disconnect, hold included.
    pub talk: Duration,
    /// From disconnect to leaving BUSY_WRAPUP.
    pub wrap_up: Duration,
    /// From the offer to the answer.
    pub ringing: Duration,
    /// The part of the talk in which the caller was on hold.
    pub hold: Duration,
}

impl Add for Phases {
    type Output = Phases;

    fn add(self, other: Phases) -> Phases {
        Phases {
            talk: self.talk + other.talk,
            wrap_up: self.wrap_up + other.wrap_up,
            ringing: self.ringing + other.ringing,
            hold: self.hold + other.hold,
        }
    }
}

/// What only sessions have whose calls rang, were put on hold, or came by way of another queue.
///
/// The arrays are by [`TimeToAnswer`], in the order of its answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RareTimes {
    /// Ringing of the calls whose talk has ended.
    pub ringing: Duration,
    /// Hold of the calls whose talk has ended.
    pub hold: Duration,
    /// Waits of the answered calls that rang or came by way of another queue.
    pub answered: [Waits; 4],
    /// Waits of the calls that rang here and were not answered here.
    pub unanswered: [Waits; 4],
    /// Ringing of the call that talks.
    present_ringing: Duration,
    /// Hold of the call that talks, without the hold that goes on.
    present_hold: Duration,
    on_hold_since: Option<Instant>,
}

impl RareTimes {
    /// Whether the caller is on hold.
    pub(super) fn is_on_hold(&self) -> bool {
        self.on_hold_since.is_some()
    }

    pub(super) fn note_answered(&mut self, times: &CallTimes, now: Instant) {
        self.present_ringing = now - times.offered;
        note(&mut self.answered, times, now);
    }

    pub(super) fn note_unanswered(&mut self, times: &CallTimes, now: Instant) {
        note(&mut self.unanswered, times, now);
    }

    /// Puts the caller on hold, or back, unless the caller is there already.
    pub(super) fn set_hold(&mut self, hold: bool, now: Instant) {
        match (self.on_hold_since, hold) {
            (None, true) => self.on_hold_since = Some(now),
            (Some(since), false) => {
                self.present_hold += now - since;
                self.on_hold_since = None;
            }
            _ => {}
        }
    }

    /// The talk ends: what was of the present call is of those that ended.
    pub(super) fn note_talk_end(&mut self, counted: bool, now: Instant) {
        self.set_hold(false, now);
        if counted {
            self.ringing += self.present_ringing;
            self.hold += self.present_hold;
        }
        (self.present_ringing, self.present_hold) = (Duration::ZERO, Duration::ZERO);
    }

    /// Starts the statistics anew; the call in progress counts no more.
    pub(super) fn measure_anew(&mut self) {
        *self = RareTimes { on_hold_since: self.on_hold_since, ..RareTimes::default() };
    }

    /// What has passed of the call that talks.
    fn running(&self, now: Instant) -> (Duration, Duration) {
        let on_hold = self.on_hold_since.map_or(Duration::ZERO, |since| now.since(since));
        (self.present_ringing, self.present_hold + on_hold)
    }
}

fn note(waits: &mut [Waits; 4], times: &CallTimes, now: Instant) {
    for (waits, &definition) in waits.iter_mut().zip(TimeToAnswer::ALL) {
        waits.note(times.wait(definition, now));
    }
}

/// The statistics of an agent session at an instant, exact to the nanosecond.
///
/// [`TapiSessionStatistics`](super::TapiSessionStatistics) is what TAPI makes of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionStatistics {
    /// When the session was created.
    pub started: Instant,
    /// Whether it has ended.
    pub ended: bool,
    /// From the creation (or from the start of the measurement, if that was later) to the end of the session, or to now.
    pub duration: Duration,
    /// Calls answered.
    pub calls: u64,
    /// Talk time of the calls whose talk has ended.
    pub total_talk: Duration,
    /// How many those are.
    pub talks: u64,
    /// Wrap-up time of the calls whose wrap-up has ended.
    pub total_wrap_up: Duration,
    /// How many those are.
    pub wrap_ups: u64,
    /// Time that the answered calls waited, from entering the queue to the answer, in nanoseconds.
    pub total_time_to_answer_nanos: u128,
    /// The longest of those times.
    pub longest_time_to_answer: Duration,
    /// Time in READY, up to now.
    pub ready: Duration,
    /// Time in NOT_READY, up to now.
    pub not_ready: Duration,
    /// What has passed of the call in progress, if it counts.
    pub running: Phases,
    /// The longest time to answer of the calls that came straight to the queue and did not ring.
    pub longest_straight: Duration,
    /// What few sessions have.
    pub rare: Option<Box<RareTimes>>,
}

impl SessionStatistics {
    /// Those of a session at an instant at which it is not there yet: it will be at `started`.
    pub(crate) fn not_yet(started: Instant) -> Self {
        SessionStatistics {
            started,
            ended: false,
            duration: Duration::ZERO,
            calls: 0,
            total_talk: Duration::ZERO,
            talks: 0,
            total_wrap_up: Duration::ZERO,
            wrap_ups: 0,
            total_time_to_answer_nanos: 0,
            longest_time_to_answer: Duration::ZERO,
            ready: Duration::ZERO,
            not_ready: Duration::ZERO,
            running: Phases::default(),
            longest_straight: Duration::ZERO,
            rare: None,
        }
    }

    /// Talk and wrap-up time together.
    pub fn total_call_time(&self) -> Duration {
        self.total_talk + self.total_wrap_up
    }

    /// The waits of the answered calls, as `definition` has them.
    pub fn times_to_answer(&self, definition: TimeToAnswer) -> Waits {
        let all = self.total_time_to_answer_nanos;
        let rare = |definition: TimeToAnswer| match &self.rare {
            Some(rare) => rare.answered[definition as usize],
            None => Waits::default(),
        };
        let of_rare = rare(definition);
        // The other calls waited the same by all definitions but that of ringing, by which they waited no time.
        let (straight, longest) = match definition {
            TimeToAnswer::OfferToAnswer => (0, Duration::ZERO),
            _ => (all - rare(TimeToAnswer::QueueToAnswer).total_nanos, self.longest_straight),
        };
        Waits { calls: self.calls, total_nanos: straight + of_rare.total_nanos, longest: longest.max(of_rare.longest) }
    }

    /// The waits of the calls that rang here and were not answered here, as `definition` has them.
    pub fn unanswered(&self, definition: TimeToAnswer) -> Waits {
        self.rare.as_ref().map_or_else(Waits::default, |rare| rare.unanswered[definition as usize])
    }

    /// The phases that have ended.
    pub fn ended_phases(&self) -> Phases {
        let (ringing, hold) = self.rare.as_ref().map_or_else(Default::default, |rare| (rare.ringing, rare.hold));
        Phases { talk: self.total_talk, wrap_up: self.total_wrap_up, ringing, hold }
    }

    /// Whether a call that counts is in its talk.
    pub fn is_talking(&self) -> bool {
        self.calls > self.talks
    }

    /// Whether a call that counts is in its wrap-up.
    pub fn is_wrapping_up(&self) -> bool {
        self.talks > self.wrap_ups
    }
}

impl AgentSession {
    /// The same session, of the agent of this number.
    pub(super) fn of(&self, agent: AgentId) -> Self {
        AgentSession { agent, ..self.clone() }
    }

    /// A new session, NOT_READY.
    pub(super) fn new(agent: AgentId, now: Instant) -> Self {
        AgentSession {
            since: now,
            total_talk: Duration::ZERO,
            total_wrap_up: Duration::ZERO,
            total_time_to_answer: 0,
            longest_time_to_answer: Duration::ZERO,
            ready: Duration::ZERO,
            calls: 0,
            total_time_to_answer_carries: 0,
            agent,
            state: SessionState::NotReady,
            counted: false,
            held: false,
            rare: false,
        }
    }

    /// The present state.
    #[inline]
    pub fn state(&self) -> SessionState {
        self.state
    }

    /// The agent whose session it is.
    #[inline]
    pub fn agent(&self) -> AgentId {
        self.agent
    }

    /// Whether the session is NOT_READY only because the agent is busy elsewhere.
    #[inline]
    pub fn is_held(&self) -> bool {
        self.held
    }

    /// Whether the call in progress, or the last one, enters the statistics.
    #[inline]
    pub(super) fn is_counted(&self) -> bool {
        self.counted
    }

    /// How many calls have been counted.
    pub(super) fn counted_calls(&self) -> u32 {
        self.calls
    }

    /// Whether the present call does not count, or has times that are kept elsewhere.
    #[inline]
    pub(super) fn has_rare_call(&self) -> bool {
        self.rare
    }

    /// When the present state began, or the measurement if that was later.
    #[inline]
    pub fn since(&self) -> Instant {
        self.since
    }

    /// Leaves the present state, `from`, for `next`, which the caller has checked may follow, and counts what ends with it.
    // The caller knows the present state already, and often which it must be.
    #[inline(always)]
    pub(super) fn enter(&mut self, from: SessionState, next: SessionState, now: Instant) {
        debug_assert_eq!(self.state, from);
        let mut spent = now - self.since;
        if fault::is(Fault::MillisecondClock) {
            spent = whole(spent, NANOS_PER_MILLI);
        }
        match from {
            SessionState::Ready => self.ready += spent,
            SessionState::NotReady if fault::is(Fault::NotReadyCountedAsReady) => self.ready += spent,
            SessionState::BusyOnCall if self.counted => self.total_talk += spent,
            SessionState::BusyWrapup if self.counted => self.total_wrap_up += spent,
            _ => {}
        }
        if fault::is(Fault::TalkLostAt24Days) {
            self.total_talk = Duration::from_nanos(self.total_talk.as_nanos() % (NANOS_PER_MILLI << 31));
        }
        self.state = next;
        self.since = now;
        self.held = false;
    }

    /// Makes a READY session NOT_READY because the agent becomes busy elsewhere.
    #[inline]
    pub(super) fn hold(&mut self, now: Instant) {
        self.enter(SessionState::Ready, SessionState::NotReady, now);
        self.held = true;
    }

    /// Lets a NOT_READY session become READY when the agent is free, or stay NOT_READY.
    pub(super) fn set_held(&mut self, held: bool) {
        debug_assert_eq!(self.state, SessionState::NotReady);
        self.held = held;
    }

    /// Notes the call that the session has just become busy on: how long it waited in its queue, whether it counts, and
    /// whether it came straight and without ringing.
    #[inline]
    pub(super) fn note_answer(&mut self, mut waited: Duration, counted: bool, straight: bool) {
        self.counted = counted;
        self.rare = !(counted && straight);
        if fault::is(Fault::WholeSecondsBeforeSums) {
            waited = whole(waited, NANOS_PER_SEC);
        }
        if counted {
            self.calls += 1;
            if fault::is(Fault::EveryTenthCallTwice) && self.calls.is_multiple_of(10) {
                self.calls += 1;
            }
            if fault::is(Fault::LongestIsLast) {
                self.longest_time_to_answer = Duration::ZERO;
            }
            let (sum, carried) = self.total_time_to_answer.overflowing_add(waited.as_nanos());
            self.total_time_to_answer = sum;
            self.total_time_to_answer_carries += u32::from(carried);
            if straight {
                self.longest_time_to_answer = self.longest_time_to_answer.max(waited);
            }
        }
    }

    /// Errs: takes the wait of a caller who gave up for that of an answered one.
    pub(super) fn mistake_abandonment(&mut self, waited: Duration) {
        if fault::is(Fault::AbandonedInLongest) {
            self.longest_time_to_answer = self.longest_time_to_answer.max(waited);
        }
        if fault::is(Fault::AbandonedInAverage) {
            self.total_time_to_answer = self.total_time_to_answer.wrapping_add(waited.as_nanos());
        }
    }

    /// Errs: goes on from the longest time to answer of a session before.
    pub(super) fn mistake_for(&mut self, before: &AgentSession) {
        self.longest_time_to_answer = before.longest_time_to_answer;
    }

    /// Notes that the present call has times that are kept elsewhere.
    pub(super) fn note_rare_call(&mut self) {
        self.rare = true;
    }

    /// Starts the statistics anew: the call in progress, if any, counts no more.
    pub(super) fn measure_from(&mut self, now: Instant) {
        if fault::is(Fault::WarmUpKept) {
            return;
        }
        *self = AgentSession { state: self.state, held: self.held, rare: true, ..AgentSession::new(self.agent, now) };
    }

    /// The statistics of a session that lived from `started` to `until`, measured from `measured_from`, with `uncounted`
    /// time in calls that do not count.
    pub(super) fn statistics(
        &self,
        started: Instant,
        measured_from: Instant,
        until: Instant,
        uncounted: Duration,
        rare: Option<&RareTimes>,
    ) -> SessionStatistics {
        let passed = until.since(self.since);
        let in_state = |state| if self.state == state { passed } else { Duration::ZERO };
        // Every call has had its talk and its wrap-up, unless it is in one of them now.
        let in_talk = self.state == SessionState::BusyOnCall && self.counted;
        let in_wrap_up = self.state == SessionState::BusyWrapup && self.counted;
        let talks = u64::from(self.calls) - u64::from(in_talk && !fault::is(Fault::TalksCountedAtAnswer));
        let carries = u128::from(self.total_time_to_answer_carries) << 64;
        let (ringing, hold) = rare.filter(|_| in_talk).map_or_else(Default::default, |rare| rare.running(until));
        let ready = self.ready + in_state(SessionState::Ready);
        let duration = until.since(started.max(measured_from));
        let busy = in_state(SessionState::BusyOnCall) + in_state(SessionState::BusyWrapup);
        let elsewhere = ready + self.total_talk + self.total_wrap_up + uncounted + busy;
        debug_assert!(elsewhere <= duration || fault::active().is_some(), "a session is in one state at a time");
        let longest_rare = rare.map_or(Duration::ZERO, |rare| rare.answered[0].longest);
        SessionStatistics {
            started,
            ended: self.state == SessionState::SessionEnded,
            duration,
            calls: self.calls.into(),
            total_talk: self.total_talk,
            talks,
            total_wrap_up: self.total_wrap_up,
            wrap_ups: talks - u64::from(in_wrap_up),
            total_time_to_answer_nanos: carries | u128::from(self.total_time_to_answer),
            longest_time_to_answer: self.longest_time_to_answer.max(longest_rare),
            ready,
            not_ready: Duration::from_nanos(duration.as_nanos().saturating_sub(elsewhere.as_nanos())),
            running: Phases {
                talk: if in_talk { passed } else { Duration::ZERO },
                wrap_up: if in_wrap_up { passed } else { Duration::ZERO },
                ringing,
                hold,
            },
            longest_straight: self.longest_time_to_answer,
            rare: rare.cloned().map(Box::new),
        }
    }
}
