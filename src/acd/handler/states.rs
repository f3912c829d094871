//! The states of sessions and agents: what the switch sets, and what clients ask for.

use super::super::conventions::{
    AgentInWrapUp, AgentStateReach, BusyStates, EndDuringCall, NextState, OthersAtEnd, Released, SameState,
    UsedNextState, ZeroNextState,
};
use super::super::{AcdError, AgentState, CallTimes, SessionState};
use super::{
    AgentGoal, AgentHandler, AgentId, AgentSession, Direction, INCOMING, Identity, NOBODY, OUTGOING, SessionGoal,
    SessionId, StateChange,
};
use crate::fault::{self, Fault};
use crate::time::Instant;
use SessionState::{BusyOnCall, BusyWrapup, NotReady, Ready, SessionEnded};

const fn is_busy(state: SessionState) -> bool {
    matches!(state, BusyOnCall | BusyWrapup)
}

/// Counts what ends with a state of a session whose call does not count, or has times that few calls have.
#[cold]
fn note_end_of_rare_state(record: &AgentSession, identity: &mut Identity, now: Instant) {
    if is_busy(record.state()) && !record.is_counted() {
        identity.uncounted += now - record.since();
    }
    if record.state() == BusyOnCall
        && let Some(rare) = &mut identity.rare
    {
        rare.note_talk_end(record.is_counted(), now);
    }
}

impl SessionGoal {
    /// The state of TAPI 3 that a session has then.
    pub const fn state(self) -> SessionState {
        match self {
            SessionGoal::State(state) => state,
            SessionGoal::Released => SessionEnded,
        }
    }
}

impl<C: Copy> AgentHandler<C> {
    /// Puts a session into a state.
    ///
    /// When a session leaves BUSY_ON_CALL or BUSY_WRAPUP for another state than these, the agent's other sessions that
    /// were READY before the call become READY again, and then what waited for the end of the call happens: an end of the
    /// session that a client asked for, and the next state of the agent. A session that is put into BUSY_ON_CALL in this way has a call
    /// that did not wait in a queue; [`answer`](Self::answer) is for one that did.
    ///
    /// # Errors
    ///
    /// [`AcdError::AgentBusy`] if the state is BUSY_ON_CALL and the agent is busy elsewhere;
    /// [`AcdError::IllegalTransition`] if it may not follow the present one; [`AcdError::AgentBusy`] if it is READY and the
    /// agent is busy elsewhere.
    ///
    /// # Panics
    ///
    /// If the session is not one of this handler.
    // Inlined, so that what follows from the state is known where it is called.
    #[inline(always)]
    pub fn set_session_state(
        &mut self,
        session: SessionId,
        to: SessionState,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        if to == BusyOnCall {
            return self.begin_call(session, CallTimes::straight(now, now), true, now, changed).map(|_| ());
        }
        let watched = self.roll(now);
        let record = &mut self.sessions[session.0 as usize];
        let (agent, from) = (record.agent(), record.state());
        if !from.may_become(to) {
            return Err(AcdError::IllegalTransition { session, from, to });
        }
        if to == Ready {
            self.occupations[agent.0 as usize].refuse_if_busy_elsewhere(agent, session)?;
        }
        if record.has_rare_call() {
            note_end_of_rare_state(record, &mut self.identities[session.0 as usize], now);
        }
        record.enter(from, to, now);
        changed(StateChange { session, agent, from, to });
        if to == SessionEnded {
            self.close(session, agent, now);
        }
        if is_busy(from) && !is_busy(to) {
            let occupation = &mut self.occupations[agent.0 as usize];
            occupation.busy_in = NOBODY;
            let pending = occupation.pending;
            if occupation.sessions > 1 || to == SessionEnded {
                self.release_sessions(agent, (to != SessionEnded).then_some(session), now, changed);
            }
            if pending {
                self.do_what_waited(agent, now, changed)?;
            }
        }
        if watched {
            self.note_agent_change(agent, now);
        }
        Ok(())
    }

    /// [`set_session_state`](Self::set_session_state), for where haste is not needed.
    #[inline(never)]
    pub(super) fn put_session_state(
        &mut self,
        session: SessionId,
        to: SessionState,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        self.set_session_state(session, to, now, changed)
    }

    /// Takes a session that has just ended out of what is current.
    #[cold]
    fn close(&mut self, session: SessionId, agent: AgentId, now: Instant) {
        let identity = &mut self.identities[session.0 as usize];
        identity.ended = Some(now);
        identity.next = None;
        identity.pending_end = None;
        let left = self.session_statistics(session, now);
        let record = &mut self.agents[agent.0 as usize];
        if !fault::is(Fault::AgentForgetsEndedSessions) {
            record.past.add(&left, SessionEnded, false);
        }
        let place = record.ended.partition_point(|&other| other < session);
        record.ended.insert(place, session);
        let current = &mut self.current[agent.0 as usize];
        current.retain(|&other| other != session);
        self.occupations[agent.0 as usize].sessions -= 1;
        if current.is_empty() {
            record.past.active += now - record.active_since;
            record.wanted = self.conventions.new_agent.state();
        }
    }

    /// Does what waits for an agent's ACD call to be done: ends that clients asked for, and the agent's next state.
    #[cold]
    fn do_what_waited(
        &mut self,
        agent: AgentId,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        for session in self.current[agent.0 as usize].clone() {
            if let Some(goal) = self.identities[session.0 as usize].pending_end.take() {
                self.end_with_others(session, goal, now, changed)?;
            }
        }
        self.follow_agent(agent, now, changed)?;
        self.occupations[agent.0 as usize].pending = self.agents[agent.0 as usize].next.is_some();
        Ok(())
    }

    /// Gives an agent a next state, or none.
    fn set_agent_next(&mut self, agent: AgentId, next: Option<AgentGoal>) {
        self.agents[agent.0 as usize].next = next;
        self.occupations[agent.0 as usize].pending |= next.is_some();
    }

    /// The talk of a session's call ends: its next state follows, if it has one for this moment, and wrap-up otherwise.
    ///
    /// # Errors
    ///
    /// [`AcdError::NoCall`] if the session is not BUSY_ON_CALL.
    pub fn end_talk(
        &mut self,
        session: SessionId,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        self.end_phase(session, BusyOnCall, NextState::AfterTalk, BusyWrapup, now, changed)
    }

    /// The wrap-up of a session's call ends: its next state follows, if it has one for this moment, and READY otherwise.
    ///
    /// # Errors
    ///
    /// [`AcdError::NoCall`] if the session is not BUSY_WRAPUP.
    pub fn end_wrap_up(
        &mut self,
        session: SessionId,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        self.end_phase(session, BusyWrapup, NextState::AfterWrapUp, Ready, now, changed)
    }

    fn end_phase(
        &mut self,
        session: SessionId,
        phase: SessionState,
        moment: NextState,
        usual: SessionState,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        self.known_session(session)?;
        let record = &self.sessions[session.0 as usize];
        let agent = record.agent();
        if record.state() != phase {
            return Err(AcdError::NoCall { agent });
        }
        let due = self.conventions.next_state == moment;
        let next = self.identities[session.0 as usize].next.filter(|_| due);
        if due && self.conventions.used_next_state == UsedNextState::Cleared {
            self.identities[session.0 as usize].next = None;
        }
        match next.unwrap_or(SessionGoal::State(usual)) {
            goal if goal.state() == SessionEnded => self.end_with_others(session, goal, now, changed),
            goal => self.reach(session, goal, now, changed),
        }
    }

    /// Lets an agent's next state follow, now that the call is done.
    pub(super) fn follow_agent(
        &mut self,
        agent: AgentId,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        let kept = self.conventions.used_next_state == UsedNextState::Kept;
        let record = &mut self.agents[agent.0 as usize];
        let next = if kept { record.next } else { record.next.take() };
        match next {
            Some(goal) => self.reach_agent(agent, goal, now, changed),
            None => Ok(()),
        }
    }

    /// What a client asks for with `ITAgentSession::put_State` or `lineSetAgentSessionState`: another state, another next
    /// state, or both. No state leaves the state as it is; no next state is TAPI 2.2's 0, which is what TAPI 3 has too.
    ///
    /// NOT_READY of a session that is so because the agent is busy elsewhere lets it stay so when that is over. RELEASED of a
    /// session that has ended marks it as released, once. Where the end of a session has to take the agent's others with it
    /// ([`OthersAtEnd`]), it does so whether it comes at once, waits for the call to be done or is a next state; one of the
    /// others that is busy ends as if its end had been asked for ([`EndDuringCall`]).
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`] for a session that the handler does not have or has forgotten;
    /// [`AcdError::IllegalTransition`] for a next state that could not follow the call, and [`AcdError::ReservedState`] for
    /// one that only the switch sets; the same two for such a state, and for anything of a session that has ended;
    /// [`AcdError::AgentBusy`] for READY and BUSY_ON_CALL if the agent is busy elsewhere.
    pub fn request_session_state(
        &mut self,
        session: SessionId,
        state: Option<SessionGoal>,
        next: Option<SessionGoal>,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        let identity = self.known_session(session)?;
        let (released, from) = (identity.released, self.sessions[session.0 as usize].state());
        if let Some(next) = next {
            let before = match self.conventions.next_state {
                NextState::AfterTalk => BusyOnCall,
                NextState::AfterWrapUp => BusyWrapup,
            };
            if from == SessionEnded || !before.may_become(next.state()) {
                return Err(AcdError::IllegalTransition { session, from, to: next.state() });
            }
            self.refuse_reserved(session, next.state())?;
        }
        match state {
            None if from == SessionEnded => return Err(AcdError::IllegalTransition { session, from, to: from }),
            None => {}
            Some(SessionGoal::Released) if from == SessionEnded && !released => {
                self.release(session);
            }
            Some(SessionGoal::State(to)) if to == from => self.set_same_state(session, to, changed)?,
            Some(goal) => {
                let to = goal.state();
                if !from.may_become(to) {
                    return Err(AcdError::IllegalTransition { session, from, to });
                }
                self.refuse_reserved(session, to)?;
                if to == SessionEnded {
                    self.end_as_asked(session, goal, now, changed)?;
                } else {
                    self.reach(session, goal, now, changed)?;
                }
            }
        }
        // A session that has ended has no next state.
        if self.identities[session.0 as usize].ended.is_none() {
            let kept = next.is_none() && self.conventions.zero_next_state == ZeroNextState::Unchanged;
            if !kept {
                self.identities[session.0 as usize].next = next;
            }
        }
        Ok(())
    }

    /// Refuses a client a state that only the switch sets.
    fn refuse_reserved(&self, session: SessionId, to: SessionState) -> Result<(), AcdError> {
        if is_busy(to) && self.conventions.busy_states == BusyStates::Switch {
            return Err(AcdError::ReservedState { session, to });
        }
        Ok(())
    }

    /// Does what the setting of the present state does.
    fn set_same_state(
        &mut self,
        session: SessionId,
        state: SessionState,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        let record = &mut self.sessions[session.0 as usize];
        if record.is_held() {
            // Now it is NOT_READY by itself, and stays so after the call.
            record.set_held(false);
            return Ok(());
        }
        match self.conventions.same_state {
            SameState::Accepted => {}
            SameState::Announced => changed(StateChange { session, agent: record.agent(), from: state, to: state }),
            SameState::Refused => return Err(AcdError::IllegalTransition { session, from: state, to: state }),
        }
        Ok(())
    }

    /// Ends a session because a client asks for it: at once, or when its call is done.
    fn end_as_asked(
        &mut self,
        session: SessionId,
        goal: SessionGoal,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        let record = &self.sessions[session.0 as usize];
        if is_busy(record.state()) && self.conventions.end_during_call == EndDuringCall::AfterCall {
            self.occupations[record.agent().0 as usize].pending = true;
            self.identities[session.0 as usize].pending_end = Some(goal);
            return Ok(());
        }
        self.end_with_others(session, goal, now, changed)
    }

    /// Ends a session now, as a client asked, and the agent's other sessions if the [conventions](OthersAtEnd) have it so.
    fn end_with_others(
        &mut self,
        session: SessionId,
        goal: SessionGoal,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        self.reach(session, goal, now, changed)?;
        if self.conventions.others_at_end == OthersAtEnd::End {
            let agent = self.sessions[session.0 as usize].agent();
            for other in self.current[agent.0 as usize].clone() {
                // What follows from the end of one may have ended another.
                if self.session_ended(other).is_none() {
                    self.end_as_asked(other, goal, now, changed)?;
                }
            }
        }
        Ok(())
    }

    /// Puts a session where it is to be.
    fn reach(
        &mut self,
        session: SessionId,
        goal: SessionGoal,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        self.put_session_state(session, goal.state(), now, changed)?;
        if goal == SessionGoal::Released {
            self.release(session);
        }
        Ok(())
    }

    /// Marks a session that has ended as released.
    fn release(&mut self, session: SessionId) {
        self.identities[session.0 as usize].released = true;
        if self.conventions.released == Released::Forgets {
            self.forget_session(session).expect("it has ended");
        }
    }

    /// The session that an agent is on a call or in wrap-up in.
    #[inline]
    pub fn busy_in(&self, agent: AgentId) -> Option<SessionId> {
        let session = self.occupations[agent.0 as usize].busy_in;
        (!matches!(session, NOBODY | INCOMING | OUTGOING)).then_some(SessionId(session))
    }

    /// The state of an agent: what the calls and the sessions make it.
    ///
    /// One who is on an ACD call is BUSY_ACD, one on another call BUSY_INCOMING or BUSY_OUTGOING. Otherwise an agent is
    /// READY if one of the sessions is, and NOT_READY if none is. One who has no session is in the state that was asked
    /// for since the last one ended, and in that of a new agent if none was; where the sessions are
    /// [left alone](AgentStateReach::AgentAlone), so is one who has. One who was released is NOT_READY.
    pub fn agent_state(&self, agent: AgentId) -> AgentState {
        let record = &self.agents[agent.0 as usize];
        match self.occupations[agent.0 as usize].busy_in {
            NOBODY => {}
            INCOMING => return AgentState::BusyIncoming,
            OUTGOING => return AgentState::BusyOutgoing,
            session => {
                let wrapping_up = self.sessions[session as usize].state() == BusyWrapup;
                return match self.conventions.agent_in_wrap_up {
                    AgentInWrapUp::NotReady if wrapping_up => AgentState::NotReady,
                    _ => AgentState::BusyAcd,
                };
            }
        }
        if self.current[agent.0 as usize].is_empty()
            || self.conventions.agent_state_reach == AgentStateReach::AgentAlone
        {
            return record.wanted;
        }
        let ready =
            self.current[agent.0 as usize].iter().any(|session| self.sessions[session.0 as usize].state() == Ready);
        if ready { AgentState::Ready } else { AgentState::NotReady }
    }

    /// What a client asks for with `ITAgent::put_State` or `lineSetAgentStateEx`: another state, another next state, or
    /// both. Says whether the state is to be announced although it is the same.
    ///
    /// READY and NOT_READY are those of the sessions too, if the [conventions](AgentStateReach) have it so. During an ACD
    /// call they wait until it is done, as the next state, unless another is asked for with them; sessions that are not busy
    /// become NOT_READY at once, and READY when the agent is free. BUSY_INCOMING and BUSY_OUTGOING begin a call, and READY
    /// and NOT_READY end it, if [clients](BusyStates) may do that. BUSY_ACD is what a session makes of an agent and cannot
    /// be asked for. UNKNOWN can while there is no session. RELEASED ends the agent's call and all sessions at once.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`]; [`AcdError::AgentReleased`]; [`AcdError::IllegalAgentState`] for what is not possible now,
    /// and for a next state other than READY, NOT_READY and RELEASED.
    pub fn request_agent_state(
        &mut self,
        agent: AgentId,
        state: Option<AgentGoal>,
        next: Option<AgentGoal>,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<bool, AcdError> {
        if self.known_agent(agent)?.is_released() {
            return Err(AcdError::AgentReleased { agent });
        }
        let from = self.agent_state(agent);
        let refused = |to| Err(AcdError::IllegalAgentState { agent, from, to });
        if let Some(AgentGoal::State(next)) = next
            && !matches!(next, AgentState::NotReady | AgentState::Ready)
        {
            return refused(next);
        }
        let on_acd_call = self.busy_in(agent).is_some();
        let (mut announce, mut waits) = (false, false);
        match state {
            None => {}
            // In wrap-up that shows as NOT_READY, NOT_READY is another state: without it READY would follow.
            Some(AgentGoal::State(to)) if to == from && !(on_acd_call && to == AgentState::NotReady) => {
                match self.conventions.same_state {
                    SameState::Accepted => {}
                    SameState::Announced => announce = true,
                    SameState::Refused => return refused(to),
                }
            }
            Some(AgentGoal::State(to)) => {
                let free = self.occupations[agent.0 as usize].busy_in == NOBODY;
                let has_sessions = !self.current[agent.0 as usize].is_empty();
                let possible = match to {
                    AgentState::NotReady | AgentState::Ready => true,
                    AgentState::BusyAcd => false,
                    AgentState::BusyIncoming | AgentState::BusyOutgoing => {
                        free && self.conventions.busy_states == BusyStates::Clients
                    }
                    AgentState::Unknown => free && !has_sessions,
                };
                if !possible {
                    return refused(to);
                }
                self.reach_agent(agent, AgentGoal::State(to), now, changed)?;
                waits = on_acd_call && self.conventions.agent_state_reach == AgentStateReach::Sessions;
            }
            Some(AgentGoal::Released) => self.reach_agent(agent, AgentGoal::Released, now, changed)?,
        }
        let kept = self.conventions.zero_next_state == ZeroNextState::Unchanged;
        let released = self.agents[agent.0 as usize].released;
        // A state that waits for the call to be done is the next state, unless another was asked for. One who was
        // released has none.
        if !released && (next.is_some() || !(kept || waits)) {
            self.set_agent_next(agent, next);
        }
        Ok(announce)
    }

    /// Puts an agent where the agent is to be, which is possible.
    fn reach_agent(
        &mut self,
        agent: AgentId,
        goal: AgentGoal,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        let on_other_call = matches!(self.occupations[agent.0 as usize].busy_in, INCOMING | OUTGOING);
        match goal {
            AgentGoal::State(state @ (AgentState::NotReady | AgentState::Ready)) => {
                self.agents[agent.0 as usize].wanted = state;
                if on_other_call && self.conventions.busy_states == BusyStates::Clients {
                    self.hang_up(agent, now, changed);
                }
                if self.conventions.agent_state_reach == AgentStateReach::Sessions {
                    self.set_all_sessions(agent, state == AgentState::Ready, now, changed)?;
                    if self.busy_in(agent).is_some() {
                        self.set_agent_next(agent, Some(goal));
                    }
                }
            }
            AgentGoal::State(AgentState::BusyIncoming) => {
                self.begin_other_call(agent, Direction::Incoming, now, changed)?;
            }
            AgentGoal::State(AgentState::BusyOutgoing) => {
                self.begin_other_call(agent, Direction::Outgoing, now, changed)?;
            }
            AgentGoal::State(state @ (AgentState::BusyAcd | AgentState::Unknown)) => {
                self.agents[agent.0 as usize].wanted = state;
            }
            AgentGoal::Released => {
                if on_other_call {
                    self.hang_up(agent, now, changed);
                }
                // First of all, so that nothing else follows the call that is cut short.
                let record = &mut self.agents[agent.0 as usize];
                (record.released, record.next) = (true, None);
                for session in self.current[agent.0 as usize].clone() {
                    self.reach(session, SessionGoal::Released, now, changed)?;
                }
                self.agents[agent.0 as usize].wanted = AgentState::NotReady;
            }
        }
        Ok(())
    }

    /// Makes those sessions of an agent that are not busy READY, or NOT_READY; if the agent is busy, once that is over.
    fn set_all_sessions(
        &mut self,
        agent: AgentId,
        ready: bool,
        now: Instant,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(), AcdError> {
        let free = self.occupations[agent.0 as usize].busy_in == NOBODY;
        for session in self.current[agent.0 as usize].clone() {
            match self.sessions[session.0 as usize].state() {
                NotReady if ready && free => self.put_session_state(session, Ready, now, changed)?,
                NotReady => self.sessions[session.0 as usize].set_held(ready),
                Ready if !ready => self.put_session_state(session, NotReady, now, changed)?,
                _ => {}
            }
        }
        Ok(())
    }
}
