//! The call log: one record a call, its whole life.

use std::collections::VecDeque;

use crate::acd::{AgentId, GroupId, SessionId};
use crate::simulation::{Event, Observer, Origin};
use crate::time::{Duration, Instant};

/// How far a call had come at the end of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Still waiting.
    Waiting,
    /// Turned away, because its queue had no room.
    Blocked,
    /// Left at once by its caller, who would have had to wait.
    Balked,
    /// Unanswered at the end of its call guide.
    Disposed,
    /// Given up by its caller.
    Abandoned,
    /// Still talking.
    Talking,
    /// Still in wrap-up.
    WrappingUp,
    /// Answered, talked and wrapped up.
    Completed,
}

impl Outcome {
    /// All outcomes, in the order in which they are declared.
    pub const ALL: [Outcome; 8] = [
        Self::Waiting,
        Self::Blocked,
        Self::Balked,
        Self::Disposed,
        Self::Abandoned,
        Self::Talking,
        Self::WrappingUp,
        Self::Completed,
    ];

    /// The outcome's name in a call log.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Waiting => "waiting",
            Outcome::Blocked => "blocked",
            Outcome::Balked => "balked",
            Outcome::Disposed => "disposed",
            Outcome::Abandoned => "abandoned",
            Outcome::Talking => "talking",
            Outcome::WrappingUp => "wrapping_up",
            Outcome::Completed => "completed",
        }
    }
}

/// The whole life of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// Its number, from 1 in the order of arrival.
    pub call: u64,
    /// Its group; the one it flowed to last.
    pub group: GroupId,
    /// The group that it arrived for.
    pub arrived_for: GroupId,
    /// The index of its class in the group that it arrived for; the number of classes there if it is of none of them.
    pub class: u32,
    /// Where it comes from.
    pub origin: Origin,
    /// When it arrived.
    pub arrival: Instant,
    /// How long its caller would have waited; [`Duration::MAX`] for ever.
    pub patience: Duration,
    /// How far it came.
    pub outcome: Outcome,
    /// How long it waited: until it was answered, given up, or the run ended.
    pub waited: Duration,
    /// The session and the agent that answered it.
    pub answered_by: Option<(SessionId, AgentId)>,
    /// Its talk time, if the talk has ended.
    pub talk: Option<Duration>,
    /// Its wrap-up time, if the wrap-up has ended.
    pub wrap_up: Option<Duration>,
}

/// Observes calls and hands their records out in the order of arrival, each as soon as it and all before it are done.
///
/// Only the calls between the first unfinished one and the last are in memory.
#[derive(Debug)]
pub struct CallLog<F: FnMut(&CallRecord)> {
    open: VecDeque<CallRecord>,
    write: F,
}

impl<F: FnMut(&CallRecord)> CallLog<F> {
    /// A log that hands each record to `write`.
    pub fn new(write: F) -> Self {
        CallLog { open: VecDeque::new(), write }
    }

    /// Notes what happened to an open call.
    fn note(&mut self, call: u64, note: impl FnOnce(&mut CallRecord)) {
        if let Some(first) = self.open.front()
            && let Some(record) = self.open.get_mut((call - first.call) as usize)
        {
            note(record);
        }
    }

    fn hand_out_finished(&mut self) {
        let finished = |record: &mut CallRecord| {
            !matches!(record.outcome, Outcome::Waiting | Outcome::Talking | Outcome::WrappingUp)
        };
        while let Some(record) = self.open.pop_front_if(finished) {
            (self.write)(&record);
        }
    }

    #[inline(never)]
    fn observe_call(&mut self, now: Instant, event: &Event) {
        match *event {
            Event::CallArrived { call, group, class, origin, patience, .. } => self.open.push_back(CallRecord {
                call,
                group,
                arrived_for: group,
                class,
                origin,
                arrival: now,
                patience,
                outcome: Outcome::Waiting,
                waited: Duration::ZERO,
                answered_by: None,
                talk: None,
                wrap_up: None,
            }),
            Event::CallBlocked { call, .. } => {
                self.note(call, |record| record.outcome = Outcome::Blocked);
                self.hand_out_finished();
            }
            Event::CallBalked { call, .. } => {
                self.note(call, |record| record.outcome = Outcome::Balked);
                self.hand_out_finished();
            }
            Event::CallFlowed { call, to, .. } => self.note(call, |record| record.group = to),
            Event::CallDisposed { call, arrived, .. } => {
                self.note(call, |record| {
                    record.outcome = Outcome::Disposed;
                    record.waited = now - arrived;
                });
                self.hand_out_finished();
            }
            Event::CallAnswered { call, session, agent, arrived, .. } => self.note(call, |record| {
                record.outcome = Outcome::Talking;
                record.waited = now - arrived;
                record.answered_by = Some((session, agent));
            }),
            Event::TalkEnded { call, talk, .. } => self.note(call, |record| {
                record.outcome = Outcome::WrappingUp;
                record.talk = Some(talk);
            }),
            Event::CallAbandoned { call, arrived, .. } => {
                self.note(call, |record| {
                    record.outcome = Outcome::Abandoned;
                    record.waited = now - arrived;
                });
                self.hand_out_finished();
            }
            Event::WrapUpEnded { call, wrap_up, .. } => {
                self.note(call, |record| {
                    record.outcome = Outcome::Completed;
                    record.wrap_up = Some(wrap_up);
                });
                self.hand_out_finished();
            }
            _ => {}
        }
    }
}

impl<F: FnMut(&CallRecord)> Observer for CallLog<F> {
    // Inlined, so that events that are none of its business are gone where they are made.
    #[inline(always)]
    fn observe(&mut self, now: Instant, event: &Event) {
        match event {
            Event::CallArrived { .. }
            | Event::CallBlocked { .. }
            | Event::CallBalked { .. }
            | Event::CallFlowed { .. }
            | Event::CallDisposed { .. }
            | Event::CallAnswered { .. }
            | Event::TalkEnded { .. }
            | Event::CallAbandoned { .. }
            | Event::WrapUpEnded { .. } => self.observe_call(now, event),
            Event::MeasurementStarted
            | Event::SessionCreated { .. }
            | Event::SessionChanged(_)
            | Event::CallRings { .. }
            | Event::CallUnanswered { .. }
            | Event::CallBackAccepted { .. }
            | Event::HoldEnded { .. }
            | Event::AgentAway { .. }
            | Event::OtherCallBegan { .. }
            | Event::OtherCallEnded { .. }
            | Event::CallWaits { .. } => {}
        }
    }

    fn finish(&mut self, end: Instant) {
        for mut record in self.open.drain(..) {
            if record.outcome == Outcome::Waiting {
                record.waited = end - record.arrival;
            }
            (self.write)(&record);
        }
    }
}
