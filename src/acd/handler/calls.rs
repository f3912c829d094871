//! What happens to calls: they enter queues, wait, flow, are answered or not, and keep agents busy.

use super::super::conventions::{OtherSessions, Transfers};
use super::super::{AcdError, CallTimes, Place, QueueId, SessionState, WaitingCall};
use super::{AgentHandler, AgentId, INCOMING, NOBODY, OUTGOING, SessionId, StateChange};
use crate::fault::{self, Fault};
use crate::time::{Duration, Instant};

/// The direction of a call that is no ACD call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Somebody called the agent.
    Incoming,
    /// The agent called somebody.
    Outgoing,
}

impl<C: Copy> AgentHandler<C> {
    /// Notes that a call enters a queue from outside, whether it will wait there or be answered at once.
    #[inline]
    pub fn call_arrives(&mut self, queue: QueueId, now: Instant) {
        let watched = self.roll(now);
        if !self.measures(now) {
            return;
        }
        self.queues[queue.0 as usize].note_entry();
        if watched {
            self.note_queue_change(queue, Duration::ZERO, now);
        }
    }

    /// Whether calls that arrived at an instant are counted.
    #[inline(always)]
    fn measures(&self, arrived: Instant) -> bool {
        arrived >= self.measured_from && arrived < self.measured_until
    }

    /// Lets a call that has just entered a queue wait at its end.
    #[inline]
    pub fn call_waits(&mut self, queue: QueueId, call: C, now: Instant) -> Place {
        let waiting = WaitingCall { call, arrived: now, queued: now };
        self.room.push(&mut self.queues[queue.0 as usize], waiting)
    }

    /// Lets a call that has just entered a queue wait before those at the end of the line that it goes before: the line is
    /// in an order of whoever routes the calls.
    pub fn call_waits_before(
        &mut self,
        queue: QueueId,
        call: C,
        now: Instant,
        goes_before: impl Fn(&C) -> bool,
    ) -> Place {
        let waiting = WaitingCall { call, arrived: now, queued: now };
        self.room.insert(&mut self.queues[queue.0 as usize], waiting, goes_before)
    }

    /// The calls that wait in a queue with their places, in the order of the line.
    pub fn line(&self, queue: QueueId) -> impl Iterator<Item = (Place, &WaitingCall<C>)> {
        self.room.places(&self.queues[queue.0 as usize])
    }

    /// Whether any call waits, in whichever queue.
    #[inline]
    pub fn is_any_waiting(&self) -> bool {
        self.room.is_any_waiting()
    }

    /// The call that has waited longest in a queue.
    #[inline]
    pub fn first_waiting(&self, queue: QueueId) -> Option<(Place, &WaitingCall<C>)> {
        self.room.first(&self.queues[queue.0 as usize])
    }

    /// The calls that wait in a queue, the longest waiting first.
    pub fn waiting_in(&self, queue: QueueId) -> impl Iterator<Item = &WaitingCall<C>> {
        self.room.iter(&self.queues[queue.0 as usize])
    }

    /// When each waiting call that counts entered the queue, the longest waiting first.
    pub fn counted_waiting(&self, queue: QueueId) -> impl Iterator<Item = Instant> {
        let waiting = self.waiting_in(queue);
        waiting.filter(|waiting| self.measures(waiting.arrived)).map(|waiting| waiting.queued)
    }

    /// The call that waits at a place.
    #[inline]
    pub fn waiting_at(&self, place: Place) -> &WaitingCall<C> {
        self.room.at(place)
    }

    /// Takes a waiting call out of its line, to be [answered](Self::answer) at this instant.
    #[inline]
    pub fn take(&mut self, queue: QueueId, place: Place) -> WaitingCall<C> {
        self.room.remove(&mut self.queues[queue.0 as usize], place)
    }

    /// Lets a waiting caller hang up.
    #[inline]
    pub fn abandon(&mut self, queue: QueueId, place: Place, now: Instant) -> WaitingCall<C> {
        let watched = self.roll(now);
        let waiting = self.room.remove(&mut self.queues[queue.0 as usize], place);
        if self.measures(waiting.arrived) {
            let waited = now - waiting.queued;
            self.queues[queue.0 as usize].note_abandonment(waited);
            if fault::is(Fault::AbandonedInLongest) || fault::is(Fault::AbandonedInAverage) {
                let group = self.queues[queue.0 as usize].group;
                let identities = self.identities.iter().zip(&mut self.sessions);
                let mut current = identities.filter(|(of, _)| Some(of.group) == group && of.ended.is_none());
                if let Some((_, session)) = current.next() {
                    session.mistake_abandonment(waited);
                }
            }
            if watched {
                self.note_queue_change(queue, waited, now);
            }
        }
        waiting
    }

    /// Passes a waiting call on to the end of another queue: it flows out of the one and into the other.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`] for a queue that the handler does not have any more.
    pub fn flow(&mut self, from: QueueId, place: Place, to: QueueId, now: Instant) -> Result<Place, AcdError> {
        self.flow_before(from, place, to, now, |_| false)
    }

    /// [`flow`](Self::flow), before those at the end of the other line that the call goes before.
    ///
    /// # Errors
    ///
    /// As [`flow`](Self::flow).
    pub fn flow_before(
        &mut self,
        from: QueueId,
        place: Place,
        to: QueueId,
        now: Instant,
        goes_before: impl Fn(&C) -> bool,
    ) -> Result<Place, AcdError> {
        self.known_queue(from)?;
        self.known_queue(to)?;
        self.roll(now);
        let waiting = self.room.remove(&mut self.queues[from.0 as usize], place);
        if self.measures(waiting.arrived) {
            self.queues[from.0 as usize].note_flow_out(now - waiting.queued);
            self.note_queue_change(from, now - waiting.queued, now);
            self.queues[to.0 as usize].note_flow_in();
            self.note_queue_change(to, Duration::ZERO, now);
        }
        Ok(self.room.insert(&mut self.queues[to.0 as usize], WaitingCall { queued: now, ..waiting }, goes_before))
    }

    /// Lets a waiting call leave that has reached the bottom of a call guide unanswered: its final disposition.
    pub fn dispose(&mut self, queue: QueueId, place: Place, now: Instant) -> WaitingCall<C> {
        self.roll(now);
        let waiting = self.room.remove(&mut self.queues[queue.0 as usize], place);
        if self.measures(waiting.arrived) {
            self.queues[queue.0 as usize].note_disposition(now - waiting.queued);
            self.note_queue_change(queue, now - waiting.queued, now);
        }
        waiting
    }

    /// Lets a session answer a call of a queue, and says whether the call counts.
    ///
    /// # Errors
    ///
    /// [`AcdError::AgentBusy`] if the agent is busy elsewhere; [`AcdError::IllegalTransition`] if the session is not READY.
    ///
    /// # Panics
    ///
    /// If the queue or the session is not one of this handler.
    // Inlined, so that what is known of the call's times costs nothing.
    #[inline(always)]
    pub fn answer(
        &mut self,
        queue: QueueId,
        session: SessionId,
        times: CallTimes,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<bool, AcdError> {
        let in_time = self.measures(times.arrived);
        let counted = self.counts(&times);
        let watched = self.begin_call(session, times, counted, now, changed)?;
        if in_time {
            self.queues[queue.0 as usize].note_answer(now - times.queued);
            if watched {
                self.note_queue_change(queue, now - times.queued, now);
            }
        }
        Ok(counted)
    }

    /// Whether a call enters the statistics of the session that it is offered to.
    #[inline(always)]
    fn counts(&self, times: &CallTimes) -> bool {
        let in_time = self.measures(times.arrived);
        in_time && !(times.transferred && self.conventions.transfers == Transfers::FirstAgent)
    }

    /// Makes a READY session busy on a call, and says whether the changes that follow have to be noted.
    #[inline(always)]
    pub(super) fn begin_call(
        &mut self,
        session: SessionId,
        times: CallTimes,
        counted: bool,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<bool, AcdError> {
        let watched = self.roll(now);
        let record = &mut self.sessions[session.0 as usize];
        let (id, from, to) = (record.agent(), record.state(), SessionState::BusyOnCall);
        let occupation = &mut self.occupations[id.0 as usize];
        occupation.refuse_if_busy_elsewhere(id, session)?;
        if !from.may_become(to) {
            return Err(AcdError::IllegalTransition { session, from, to });
        }
        occupation.busy_in = session.0;
        let several = occupation.sessions > 1;
        record.enter(from, to, now);
        let straight = times.arrived == times.queued && times.offered == now;
        let waited = now - if fault::is(Fault::TimeToAnswerFromOffer) { times.offered } else { times.queued };
        record.note_answer(waited, counted, straight);
        if fault::is(Fault::StartAtFirstCall) && counted && record.counted_calls() == 1 {
            self.identities[session.0 as usize].started = now;
        }
        if !straight && counted {
            self.note_rare_answer(session, &times, now);
        }
        changed(StateChange { session, agent: id, from, to });
        if several {
            self.hold_sessions(id, Some(session), now, changed);
        }
        if watched {
            self.note_agent_change(id, now);
        }
        Ok(watched)
    }

    #[cold]
    fn note_rare_answer(&mut self, session: SessionId, times: &CallTimes, now: Instant) {
        self.identities[session.0 as usize].rare.get_or_insert_default().note_answered(times, now);
    }

    /// Makes those sessions of an agent NOT_READY that are READY, because the agent has become busy, in the session `busy` if
    /// it is an ACD call.
    #[inline]
    fn hold_sessions(
        &mut self,
        id: AgentId,
        busy: Option<SessionId>,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) {
        if self.conventions.other_sessions == OtherSessions::Unchanged || fault::is(Fault::OthersStayReady) {
            return;
        }
        for &session in others(&self.current[id.0 as usize], busy) {
            let record = &mut self.sessions[session.0 as usize];
            if record.state() == SessionState::Ready {
                record.hold(now);
                let (from, to) = (SessionState::Ready, SessionState::NotReady);
                changed(StateChange { session, agent: id, from, to });
            }
        }
    }

    /// Makes those sessions of an agent READY again that were when the call began, in the session `busy` if that has not ended.
    #[inline]
    pub(super) fn release_sessions(
        &mut self,
        id: AgentId,
        busy: Option<SessionId>,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) {
        for &session in others(&self.current[id.0 as usize], busy) {
            let record = &mut self.sessions[session.0 as usize];
            if record.is_held() {
                let (from, to) = (SessionState::NotReady, SessionState::Ready);
                record.enter(from, to, now);
                changed(StateChange { session, agent: id, from, to });
            }
        }
    }

    /// Notes that a call rang at a session from `times.offered` until now and was not answered there, if it would have
    /// counted there.
    ///
    /// Whoever routes calls decides what becomes of the session and of the call.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`] for a session that the handler has forgotten.
    pub fn ring_no_answer(&mut self, session: SessionId, times: CallTimes, now: Instant) -> Result<(), AcdError> {
        self.known_session(session)?;
        if self.counts(&times) {
            self.identities[session.0 as usize].rare.get_or_insert_default().note_unanswered(&times, now);
        }
        Ok(())
    }

    /// Puts the caller that a session talks with on hold, or takes the caller back.
    ///
    /// # Errors
    ///
    /// [`AcdError::NoCall`] if the session is not BUSY_ON_CALL, or if the caller is there already.
    pub fn set_hold(&mut self, session: SessionId, hold: bool, now: Instant) -> Result<(), AcdError> {
        self.known_session(session)?;
        self.roll(now);
        let record = &mut self.sessions[session.0 as usize];
        let agent = record.agent();
        if record.state() != SessionState::BusyOnCall {
            return Err(AcdError::NoCall { agent });
        }
        let rare = &mut self.identities[session.0 as usize].rare;
        if rare.as_ref().is_some_and(|rare| rare.is_on_hold()) == hold {
            return Err(AcdError::NoCall { agent });
        }
        record.note_rare_call();
        rare.get_or_insert_default().set_hold(hold, now);
        self.note_agent_change(agent, now);
        Ok(())
    }

    /// Lets an agent begin a call that is no ACD call. It counts from now on, and keeps the agent busy.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`], [`AcdError::AgentReleased`], [`AcdError::AgentBusy`].
    pub fn begin_other_call(
        &mut self,
        agent: AgentId,
        direction: Direction,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        if self.known_agent(agent)?.is_released() {
            return Err(AcdError::AgentReleased { agent });
        }
        self.roll(now);
        let occupation = &mut self.occupations[agent.0 as usize];
        if occupation.busy_in != NOBODY {
            return Err(occupation.busy(agent));
        }
        let past = &mut self.agents[agent.0 as usize].past;
        match direction {
            Direction::Incoming => {
                occupation.busy_in = INCOMING;
                past.incoming += 1;
            }
            Direction::Outgoing => {
                occupation.busy_in = OUTGOING;
                past.outgoing += 1;
            }
        }
        self.hold_sessions(agent, None, now, changed);
        self.note_agent_change(agent, now);
        Ok(())
    }

    /// Ends an agent's call that was no ACD call. A next state of the agent takes effect.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`]; [`AcdError::NoCall`] if the agent is on none.
    pub fn end_other_call(
        &mut self,
        agent: AgentId,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        self.known_agent(agent)?;
        if !matches!(self.occupations[agent.0 as usize].busy_in, INCOMING | OUTGOING) {
            return Err(AcdError::NoCall { agent });
        }
        self.hang_up(agent, now, changed);
        self.follow_agent(agent, now, changed)
    }

    /// Frees an agent from a call that is no ACD call.
    pub(super) fn hang_up(&mut self, agent: AgentId, now: Instant, changed: &mut impl FnMut(StateChange)) {
        self.roll(now);
        self.occupations[agent.0 as usize].busy_in = NOBODY;
        self.release_sessions(agent, None, now, changed);
        self.note_agent_change(agent, now);
    }
}

/// The sessions among which those are that change when an agent becomes busy in one of them, or free again.
///
/// Of two it is the other one, which is found without a branch that nobody could guess; of more they are all.
#[inline(always)]
fn others(current: &[SessionId], busy: Option<SessionId>) -> &[SessionId] {
    match (current, busy) {
        ([first, _], Some(busy)) => {
            debug_assert!(current.contains(&busy), "the session is one of the agent's");
            let other = usize::from(*first == busy);
            &current[other..=other]
        }
        _ => current,
    }
}
