//! What happens in a run, and who may watch it.

use crate::acd::{AgentId, Direction, GroupId, SessionId, StateChange};
use crate::time::{Duration, Instant};

/// Something that happened. Calls are numbered from 1 in the order of their arrival.
///
/// `counted` tells whether the call enters the statistics as they are now: not if it arrived before the measurement
/// started or after it ended, or was there when the run began. During the warm-up all calls are counted, and forgotten
/// when the measurement starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The warm-up is over: statistics start here.
    MeasurementStarted,
    /// An agent session was created, NOT_READY.
    SessionCreated {
        /// The session.
        session: SessionId,
        /// Its agent.
        agent: AgentId,
        /// Its group.
        group: GroupId,
    },
    /// A session went from one state to another.
    SessionChanged(StateChange),
    /// A call arrived for its group, with its whole fate that is not the system's.
    CallArrived {
        /// The call.
        call: u64,
        /// Its group.
        group: GroupId,
        /// The index of its class in the group's classes; their number if it is of none of them, so 0 if there are none.
        class: u32,
        /// Where it comes from.
        origin: Origin,
        /// How long it talks once it is answered.
        talk: Duration,
        /// How long its wrap-up lasts.
        wrap_up: Duration,
        /// How long its caller waits; [`Duration::MAX`] for ever.
        patience: Duration,
        /// Whether it enters the statistics.
        counted: bool,
    },
    /// A call found no agent and no room in its queue, and was turned away: it never was in the queue.
    CallBlocked {
        /// The call.
        call: u64,
        /// Its group.
        group: GroupId,
        /// Whether it enters the statistics.
        counted: bool,
    },
    /// A caller would have had to wait, and left at once: the call never was in the queue.
    CallBalked {
        /// The call.
        call: u64,
        /// Its group.
        group: GroupId,
        /// Whether it enters the statistics.
        counted: bool,
    },
    /// A call began to ring at an agent.
    CallRings {
        /// The call.
        call: u64,
        /// Its group.
        group: GroupId,
        /// The session that it rings at.
        session: SessionId,
        /// The agent of that session.
        agent: AgentId,
        /// Whether it enters the statistics.
        counted: bool,
    },
    /// A call has rung at an agent who does not answer, and is back at its place in the line.
    CallUnanswered {
        /// The call.
        call: u64,
        /// Its group.
        group: GroupId,
        /// The session that it rang at.
        session: SessionId,
        /// The agent of that session.
        agent: AgentId,
        /// How long it rang.
        rang: Duration,
        /// Whether it enters the statistics.
        counted: bool,
    },
    /// A caller who waits accepted to be called back, keeps the place in the line and hangs up.
    CallBackAccepted {
        /// The call.
        call: u64,
        /// Its group.
        group: GroupId,
        /// Whether it enters the statistics.
        counted: bool,
    },
    /// A waiting call flowed out of a group's queue and into that of another, whose call it is from now on.
    CallFlowed {
        /// The call.
        call: u64,
        /// The group that it leaves.
        from: GroupId,
        /// The group that it comes to.
        to: GroupId,
        /// How long it waited in the queue that it leaves.
        waited: Duration,
        /// When it arrived in the system.
        arrived: Instant,
        /// Whether it enters the statistics.
        counted: bool,
    },
    /// A waiting call reached the end of its call guide unanswered, and left.
    CallDisposed {
        /// The call.
        call: u64,
        /// Its group.
        group: GroupId,
        /// How long it waited in the queue.
        waited: Duration,
        /// When it arrived in the system.
        arrived: Instant,
        /// Whether it enters the statistics.
        counted: bool,
    },
    /// A caller was taken back from hold.
    HoldEnded {
        /// The call.
        call: u64,
        /// Its group.
        group: GroupId,
        /// The session that has it.
        session: SessionId,
        /// How long the caller was on hold.
        held: Duration,
        /// Whether it enters the statistics.
        counted: bool,
    },
    /// An agent began a break, or does not come back from a telephone that was not answered.
    AgentAway {
        /// The agent.
        agent: AgentId,
        /// Until when.
        until: Instant,
        /// Why.
        why: Absence,
    },
    /// An agent began a call that is no ACD call.
    OtherCallBegan {
        /// The agent.
        agent: AgentId,
        /// Who called whom.
        direction: Direction,
        /// How long it lasts.
        length: Duration,
    },
    /// An agent ended a call that is no ACD call.
    OtherCallEnded {
        /// The agent.
        agent: AgentId,
    },
    /// A call that found no agent began to wait.
    CallWaits {
        /// The call.
        call: u64,
        /// Its group.
        group: GroupId,
        /// Whether it enters the statistics.
        counted: bool,
    },
    /// A session answered a call.
    CallAnswered {
        /// The call.
        call: u64,
        /// Its group.
        group: GroupId,
        /// The session that answered it.
        session: SessionId,
        /// The agent of that session.
        agent: AgentId,
        /// How long it waited in the group's queue.
        waited: Duration,
        /// When it arrived in the system; longer ago than it waited if it came from another queue.
        arrived: Instant,
        /// Whether the caller had accepted to be called back.
        called_back: bool,
        /// Whether it enters the statistics.
        counted: bool,
    },
    /// A caller ran out of patience.
    CallAbandoned {
        /// The call.
        call: u64,
        /// Its group.
        group: GroupId,
        /// How long it waited in the group's queue.
        waited: Duration,
        /// When it arrived in the system; longer ago than it waited if it came from another queue.
        arrived: Instant,
        /// Whether it enters the statistics.
        counted: bool,
    },
    /// The talk of a call ended.
    TalkEnded {
        /// The call.
        call: u64,
        /// Its group.
        group: GroupId,
        /// The session that had it.
        session: SessionId,
        /// How long the talk lasted.
        talk: Duration,
        /// Whether it enters the statistics.
        counted: bool,
    },
    /// The wrap-up of a call ended; it may have had no length.
    WrapUpEnded {
        /// The call.
        call: u64,
        /// Its group.
        group: GroupId,
        /// The session that had it.
        session: SessionId,
        /// How long the wrap-up lasted.
        wrap_up: Duration,
        /// Whether it enters the statistics.
        counted: bool,
    },
}

/// Where a call comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Somebody calls, for the first time.
    Outside,
    /// A caller who was not served calls again.
    Retrial {
        /// The call that was not served.
        of: u64,
    },
    /// An agent has passed a call on.
    Transfer {
        /// The call whose talk has ended.
        of: u64,
        /// The group that it was of.
        from: GroupId,
    },
}

/// Why a logged-in agent takes no calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// A break, a lunch or a meeting.
    Break,
    /// The telephone was not answered.
    RingNoAnswer,
}

/// One who sees every event of a run, in order.
///
/// An observer is a generic parameter of the run, so that one who ignores an event costs nothing for it. A tuple of
/// observers shows each event to all of them in turn.
pub trait Observer {
    /// Sees an event that happens at `now`, which never runs backwards.
    fn observe(&mut self, now: Instant, event: &Event);

    /// Sees the end of the run.
    fn finish(&mut self, _end: Instant) {}
}

/// Observes nothing.
impl Observer for () {
    #[inline(always)]
    fn observe(&mut self, _now: Instant, _event: &Event) {}
}

impl<O: Observer + ?Sized> Observer for &mut O {
    #[inline(always)]
    fn observe(&mut self, now: Instant, event: &Event) {
        (**self).observe(now, event);
    }

    fn finish(&mut self, end: Instant) {
        (**self).finish(end);
    }
}

/// An observer that may not be there.
impl<O: Observer> Observer for Option<O> {
    #[inline(always)]
    fn observe(&mut self, now: Instant, event: &Event) {
        if let Some(observer) = self {
            observer.observe(now, event);
        }
    }

    fn finish(&mut self, end: Instant) {
        if let Some(observer) = self {
            observer.finish(end);
        }
    }
}

impl<A: Observer, B: Observer> Observer for (A, B) {
    #[inline(always)]
    fn observe(&mut self, now: Instant, event: &Event) {
        self.0.observe(now, event);
        self.1.observe(now, event);
    }

    fn finish(&mut self, end: Instant) {
        self.0.finish(end);
        self.1.finish(end);
    }
}

impl<A: Observer, B: Observer, C: Observer> Observer for (A, B, C) {
    #[inline(always)]
    fn observe(&mut self, now: Instant, event: &Event) {
        self.0.observe(now, event);
        self.1.observe(now, event);
        self.2.observe(now, event);
    }

    fn finish(&mut self, end: Instant) {
        self.0.finish(end);
        self.1.finish(end);
        self.2.finish(end);
    }
}
