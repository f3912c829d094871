//! The rules: what each operation does and what it refuses, from the docs and TAPI's table of transitions.
//!
//! Nothing is derived in advance: who is busy, and with what, is looked up in the diary each time.

use acdsim::acd::conventions::{
    AgentInWrapUp, AgentStateReach, BusyStates, EndDuringCall, EndedSession, NegativePeriod, NewAgent, NewSession,
    NextState, OtherSessions, OthersAtEnd, PeriodResets, Released, SamePeriod, SameState, SecondSession, UsedNextState,
    ZeroNextState,
};
use acdsim::acd::{
    AcdError, AddressId, AgentGoal, AgentId, AgentState, CallTimes, Conventions, Direction, Engagement, GroupId, Place,
    QueueId, SessionGoal, SessionId, SessionState, StateChange,
};
use acdsim::time::Instant;
use uuid::Uuid;

use crate::diary::{
    Agent, Call, Diary, Entry, Group, How, Leaving, Moment, OtherCall, Queue, Ring, Session, Setting, Waiting,
};
use SessionState::{BusyOnCall, BusyWrapup, NotReady, Ready, SessionEnded};

/// TAPI's table: a row for each state that is left, a column for each that may follow.
const MAY_FOLLOW: [[bool; 5]; 5] = [
    [false, true, false, false, true],
    [true, false, true, false, true],
    [true, true, false, true, true],
    [true, true, false, false, true],
    [false, false, false, false, false],
];

fn may_follow(from: SessionState, to: SessionState) -> bool {
    MAY_FOLLOW[from as usize][to as usize]
}

fn is_busy(state: SessionState) -> bool {
    state == BusyOnCall || state == BusyWrapup
}

fn end_state(goal: SessionGoal) -> SessionState {
    match goal {
        SessionGoal::State(state) => state,
        SessionGoal::Released => SessionEnded,
    }
}

type Done = Result<(), AcdError>;

/// The diary, with what was reported of the operation that is being done and which rules have been used.
pub(crate) struct Reference {
    pub(crate) diary: Diary,
    pub(crate) changes: Vec<StateChange>,
    pub(crate) used: Vec<&'static str>,
}

impl Reference {
    pub(crate) fn new(conventions: Conventions) -> Self {
        Reference { diary: Diary::new(conventions), changes: Vec::new(), used: Vec::new() }
    }

    fn conventions(&self) -> Conventions {
        self.diary.conventions
    }

    fn use_rule(&mut self, rule: &'static str) {
        self.used.push(rule);
    }

    pub(crate) fn state(&self, session: SessionId) -> SessionState {
        self.diary.session(session).state()
    }

    fn session_mut(&mut self, session: SessionId) -> &mut Session {
        &mut self.diary.sessions[session.0 as usize]
    }

    fn agent_mut(&mut self, agent: AgentId) -> &mut Agent {
        &mut self.diary.agents[agent.0 as usize]
    }

    /// What keeps an agent busy.
    pub(crate) fn engagement(&self, agent: AgentId) -> Option<Engagement> {
        let busy = self.diary.sessions_where(|session| session.agent == agent && is_busy(session.state()));
        let other = self.diary.other_calls.iter().find(|call| call.agent == agent && !call.over);
        let other = other.map(|call| match call.direction {
            Direction::Incoming => Engagement::Incoming,
            Direction::Outgoing => Engagement::Outgoing,
        });
        assert!(busy.len() + usize::from(other.is_some()) <= 1, "{agent} is busy twice");
        busy.first().map(|&session| Engagement::Session(session)).or(other)
    }

    fn on_acd_call(&self, agent: AgentId) -> bool {
        matches!(self.engagement(agent), Some(Engagement::Session(_)))
    }

    fn refuse_if_busy(&self, agent: AgentId, but: Option<SessionId>) -> Done {
        match self.engagement(agent) {
            Some(Engagement::Session(session)) if Some(session) == but => Ok(()),
            Some(with) => Err(AcdError::AgentBusy { agent, with }),
            None => Ok(()),
        }
    }

    fn known<T>(what: &'static str, number: u32, list: &[T], test: impl Fn(&T) -> bool) -> Done {
        let known = list.get(number as usize).is_some_and(test);
        if known { Ok(()) } else { Err(AcdError::Unknown { what, number }) }
    }

    pub(crate) fn known_agent(&self, agent: AgentId) -> Done {
        Self::known("agent", agent.0, &self.diary.agents, |_| true)
    }

    pub(crate) fn known_group(&self, group: GroupId) -> Done {
        Self::known("group", group.0, &self.diary.groups, |group| !group.removed)
    }

    pub(crate) fn known_queue(&self, queue: QueueId) -> Done {
        Self::known("queue", queue.0, &self.diary.queues, |queue| !queue.removed)
    }

    pub(crate) fn known_session(&self, session: SessionId) -> Done {
        Self::known("session", session.0, &self.diary.sessions, |session| !session.forgotten)
    }

    fn room(&self, what: &'static str, count: usize) -> Result<u32, AcdError> {
        let most = self.diary.most.min(acdsim::acd::MOST_OBJECTS);
        if count < most as usize { Ok(count as u32) } else { Err(AcdError::Full { what, most }) }
    }

    fn first_setting(&mut self) -> Vec<Setting> {
        let seconds = self.conventions().measurement_period_s as i32;
        vec![Setting { moment: self.diary.moment(), seconds, restarts: true }]
    }

    fn state_of_new_agent(&self) -> AgentState {
        match self.conventions().new_agent {
            NewAgent::NotReady => AgentState::NotReady,
            NewAgent::Unknown => AgentState::Unknown,
        }
    }

    // Objects.

    pub(crate) fn create_group(&mut self, guid: Uuid) -> Result<GroupId, AcdError> {
        let number = self.room("groups", self.diary.groups.len())?;
        self.diary.groups.push(Group { guid, removed: false });
        Ok(GroupId(number))
    }

    pub(crate) fn create_queue(&mut self, group: Option<GroupId>) -> Result<QueueId, AcdError> {
        let number = self.room("queues", self.diary.queues.len())?;
        if let Some(group) = group {
            self.known_group(group)?;
        }
        let settings = self.first_setting();
        self.diary.queues.push(Queue { group, removed: false, line: Vec::new(), settings });
        Ok(QueueId(number))
    }

    pub(crate) fn create_address(&mut self) -> Result<AddressId, AcdError> {
        let number = self.room("addresses", self.diary.addresses as usize)?;
        self.diary.addresses += 1;
        Ok(AddressId(number))
    }

    pub(crate) fn create_agent(
        &mut self,
        id: Option<&'static str>,
        pin: Option<&'static str>,
    ) -> Result<AgentId, AcdError> {
        let number = self.room("agents", self.diary.agents.len())?;
        if let Some(id) = id
            && !self.diary.directory.is_empty()
        {
            // The PIN that was given last counts.
            let entry = self.diary.directory.iter().rev().find(|(known, _)| *known == id);
            let &(_, right) = entry.ok_or(AcdError::UnknownAgentId)?;
            if pin != Some(right) {
                return Err(AcdError::WrongPin);
            }
        }
        let settings = self.first_setting();
        let wanted = self.state_of_new_agent();
        self.diary.agents.push(Agent { pin, wanted, next: None, released: false, settings });
        Ok(AgentId(number))
    }

    pub(crate) fn create_session(
        &mut self,
        agent: AgentId,
        group: GroupId,
        address: AddressId,
        pin: Option<&str>,
    ) -> Result<SessionId, AcdError> {
        self.known_agent(agent)?;
        self.known_group(group)?;
        if address.0 >= self.diary.addresses {
            return Err(AcdError::Unknown { what: "address", number: address.0 });
        }
        let number = SessionId(self.room("sessions", self.diary.sessions.len())?);
        if self.diary.agent(agent).released {
            return Err(AcdError::AgentReleased { agent });
        }
        if let (Some(right), Some(given)) = (self.diary.agent(agent).pin, pin)
            && right != given
        {
            return Err(AcdError::WrongPin);
        }
        for session in self.diary.current(agent) {
            let other = self.diary.session(session);
            let clash = match self.conventions().second_session {
                SecondSession::SameGroup => other.group == group,
                SecondSession::SameGroupAndAddress => other.group == group && other.address == address,
                SecondSession::Allowed => false,
            };
            if clash {
                return Err(AcdError::SessionExists { agent, session });
            }
        }
        self.diary.sessions.push(Session {
            agent,
            group,
            address,
            states: vec![(self.diary.now, NotReady)],
            held: false,
            next: None,
            pending_end: None,
            released: false,
            forgotten: false,
        });
        if self.conventions().new_session == NewSession::Ready {
            if self.engagement(agent).is_some() {
                self.use_rule("a new session waits to be READY");
                self.session_mut(number).held = true;
            } else {
                self.change(number, Ready);
            }
        }
        Ok(number)
    }

    pub(crate) fn remove_queue(&mut self, queue: QueueId) -> Done {
        self.known_queue(queue)?;
        let waiting = self.diary.queue(queue).line.len() as u32;
        if waiting > 0 {
            return Err(AcdError::QueueInUse { queue, waiting });
        }
        self.diary.queues[queue.0 as usize].removed = true;
        Ok(())
    }

    /// The queues that a group services.
    pub(crate) fn queues_of(&self, group: GroupId) -> Vec<QueueId> {
        let queues = (0..).map(QueueId).zip(&self.diary.queues);
        queues.filter(|(_, queue)| queue.group == Some(group) && !queue.removed).map(|(id, _)| id).collect()
    }

    pub(crate) fn remove_group(&mut self, group: GroupId) -> Done {
        self.known_group(group)?;
        let queues = self.queues_of(group);
        for &queue in &queues {
            let waiting = self.diary.queue(queue).line.len() as u32;
            if waiting > 0 {
                return Err(AcdError::QueueInUse { queue, waiting });
            }
        }
        for queue in queues {
            self.remove_queue(queue)?;
        }
        self.diary.groups[group.0 as usize].removed = true;
        for session in self.diary.sessions_where(|session| session.group == group) {
            if self.state(session) != SessionEnded {
                self.change(session, SessionEnded);
            }
        }
        Ok(())
    }

    pub(crate) fn forget_session(&mut self, session: SessionId) -> Done {
        self.known_session(session)?;
        let from = self.state(session);
        if from != SessionEnded {
            return Err(AcdError::IllegalTransition { session, from, to: SessionEnded });
        }
        self.session_mut(session).forgotten = true;
        Ok(())
    }

    // What is counted.

    pub(crate) fn measure_from(&mut self) {
        let moment = self.diary.moment();
        self.diary.measured = moment;
        let agents = self.diary.agents.iter_mut().map(|agent| &mut agent.settings);
        for settings in agents.chain(self.diary.queues.iter_mut().map(|queue| &mut queue.settings)) {
            let seconds = settings.last().expect("creation is one").seconds;
            settings.push(Setting { moment, seconds, restarts: true });
        }
    }

    fn new_setting(&mut self, present: i32, seconds: i32, restarts: bool) -> Result<Option<Setting>, AcdError> {
        let refused = seconds == 0 || (seconds < 0 && self.conventions().negative_period == NegativePeriod::Refused);
        if refused {
            return Err(AcdError::BadPeriod { seconds: seconds.into() });
        }
        if seconds < 0 {
            self.use_rule("a negative period is accepted");
        }
        if seconds == present && self.conventions().same_period == SamePeriod::Nothing {
            self.use_rule("the same period does nothing");
            return Ok(None);
        }
        Ok(Some(Setting { moment: self.diary.moment(), seconds, restarts }))
    }

    pub(crate) fn set_agent_measurement_period(&mut self, agent: AgentId, seconds: i32) -> Done {
        self.known_agent(agent)?;
        let restarts = self.conventions().period_resets != PeriodResets::Nothing;
        let present = self.diary.agent(agent).settings.last().expect("creation is one").seconds;
        let setting = self.new_setting(present, seconds, restarts)?;
        self.agent_mut(agent).settings.extend(setting);
        Ok(())
    }

    pub(crate) fn set_queue_measurement_period(&mut self, queue: QueueId, seconds: i32) -> Done {
        self.known_queue(queue)?;
        let restarts = self.conventions().period_resets == PeriodResets::Both;
        let present = self.diary.queue(queue).settings.last().expect("creation is one").seconds;
        let setting = self.new_setting(present, seconds, restarts)?;
        self.diary.queues[queue.0 as usize].settings.extend(setting);
        Ok(())
    }

    pub(crate) fn may_read_session(&self, session: SessionId) -> Done {
        self.known_session(session)?;
        let refused = self.conventions().ended_session == EndedSession::Refused;
        if refused && self.state(session) == SessionEnded {
            return Err(AcdError::SessionEnded { session });
        }
        Ok(())
    }

    // Calls in queues.

    pub(crate) fn call_arrives(&mut self, queue: QueueId) {
        let (moment, arrived) = (self.diary.moment(), self.diary.now);
        self.diary.entries.push(Entry { queue, moment, flowed_in: false, arrived });
    }

    pub(crate) fn call_waits(&mut self, queue: QueueId, call: u32, place: Place) {
        let now = self.diary.now;
        self.push(queue, Waiting { call, arrived: now, queued: now, place });
    }

    fn push(&mut self, queue: QueueId, waiting: Waiting) {
        let taken = self.diary.queues.iter().any(|queue| queue.line.iter().any(|other| other.place == waiting.place));
        assert!(!taken, "{:?} has two calls", waiting.place);
        self.diary.queues[queue.0 as usize].line.push(waiting);
    }

    pub(crate) fn take(&mut self, queue: QueueId, place: Place) -> Waiting {
        let line = &mut self.diary.queues[queue.0 as usize].line;
        let position = line.iter().position(|waiting| waiting.place == place).expect("a call waits there");
        line.remove(position)
    }

    fn note_leaving(&mut self, queue: QueueId, arrived: Instant, queued: Instant, how: How) {
        let moment = self.diary.moment();
        self.diary.leavings.push(Leaving { queue, arrived, queued, moment, how });
    }

    pub(crate) fn leave(&mut self, queue: QueueId, place: Place, how: How) -> Waiting {
        let waiting = self.take(queue, place);
        self.note_leaving(queue, waiting.arrived, waiting.queued, how);
        waiting
    }

    /// Says what is refused; whoever asks lets the call move, because the place is the handler's to choose.
    pub(crate) fn may_flow(&self, from: QueueId, to: QueueId) -> Done {
        self.known_queue(from)?;
        self.known_queue(to)
    }

    pub(crate) fn flow(&mut self, from: QueueId, place: Place, to: QueueId, new_place: Place) {
        let waiting = self.leave(from, place, How::FlowedOut);
        let (moment, arrived) = (self.diary.moment(), waiting.arrived);
        self.diary.entries.push(Entry { queue: to, moment, flowed_in: true, arrived });
        let queued = self.diary.now;
        self.push(to, Waiting { queued, place: new_place, ..waiting });
    }

    pub(crate) fn answer(&mut self, queue: QueueId, session: SessionId, times: CallTimes) -> Result<bool, AcdError> {
        self.begin_call(session, times)?;
        self.note_leaving(queue, times.arrived, times.queued, How::Answered);
        Ok(self.diary.counts(&times))
    }

    fn begin_call(&mut self, session: SessionId, times: CallTimes) -> Done {
        let agent = self.diary.session(session).agent;
        let (from, to) = (self.state(session), BusyOnCall);
        self.refuse_if_busy(agent, Some(session))?;
        if !may_follow(from, to) {
            return Err(AcdError::IllegalTransition { session, from, to });
        }
        let answered = self.diary.moment();
        let (holds, talk_end, wrap_up_end) = (Vec::new(), None, None);
        self.diary.calls.push(Call { session, times, answered, holds, talk_end, wrap_up_end });
        self.change(session, to);
        self.hold_sessions(agent);
        Ok(())
    }

    pub(crate) fn ring_no_answer(&mut self, session: SessionId, times: CallTimes) -> Done {
        self.known_session(session)?;
        let ended = self.diary.moment();
        self.diary.rings.push(Ring { session, times, ended });
        Ok(())
    }

    pub(crate) fn set_hold(&mut self, session: SessionId, hold: bool) -> Done {
        self.known_session(session)?;
        let (agent, now) = (self.diary.session(session).agent, self.diary.now);
        let refused = Err(AcdError::NoCall { agent });
        if self.state(session) != BusyOnCall {
            return refused;
        }
        let call = self.diary.calls.iter_mut().rfind(|call| call.session == session).expect("it is on one");
        match (call.holds.last_mut(), hold) {
            (Some((_, to @ None)), false) => *to = Some(now),
            (None | Some((_, Some(_))), true) => call.holds.push((now, None)),
            _ => return refused,
        }
        Ok(())
    }

    // Calls that are none of a queue.

    pub(crate) fn begin_other_call(&mut self, agent: AgentId, direction: Direction) -> Done {
        self.known_agent(agent)?;
        if self.diary.agent(agent).released {
            return Err(AcdError::AgentReleased { agent });
        }
        self.refuse_if_busy(agent, None)?;
        let began = self.diary.moment();
        self.diary.other_calls.push(OtherCall { agent, direction, began, over: false });
        self.hold_sessions(agent);
        Ok(())
    }

    pub(crate) fn end_other_call(&mut self, agent: AgentId) -> Done {
        self.known_agent(agent)?;
        if !matches!(self.engagement(agent), Some(Engagement::Incoming | Engagement::Outgoing)) {
            return Err(AcdError::NoCall { agent });
        }
        self.hang_up(agent);
        self.follow_agent(agent);
        Ok(())
    }

    fn hang_up(&mut self, agent: AgentId) {
        let mut calls = self.diary.other_calls.iter_mut();
        calls.find(|call| call.agent == agent && !call.over).expect("there is one").over = true;
        self.release_sessions(agent);
    }

    // States of sessions.

    /// Puts a session into a state that may follow, with all that follows from it.
    fn change(&mut self, session: SessionId, to: SessionState) {
        let Moment { at: now, .. } = self.diary.moment();
        let moment = Moment { at: now, order: self.diary.events };
        let from = self.state(session);
        assert!(may_follow(from, to), "the reference lets {to} follow {from}");
        let agent = self.diary.session(session).agent;
        let record = self.session_mut(session);
        record.states.push((now, to));
        record.held = false;
        self.changes.push(StateChange { session, agent, from, to });
        if is_busy(from) {
            let call = self.diary.calls.iter_mut().rfind(|call| call.session == session).expect("it is busy with one");
            if from == BusyOnCall {
                call.talk_end = Some(moment);
                if let Some((_, to @ None)) = call.holds.last_mut() {
                    *to = Some(now);
                }
            }
            if to != BusyWrapup {
                call.wrap_up_end = Some(moment);
            }
        }
        if to == SessionEnded {
            let record = self.session_mut(session);
            (record.next, record.pending_end) = (None, None);
            if self.diary.current(agent).is_empty() {
                let state = self.state_of_new_agent();
                self.agent_mut(agent).wanted = state;
            }
        }
        if is_busy(from) && !is_busy(to) {
            self.release_sessions(agent);
            // What waits for the call to be done.
            if self.diary.current(agent).contains(&session)
                && let Some(goal) = self.session_mut(session).pending_end.take()
            {
                self.use_rule("an end that waited");
                self.end_as_asked(session, goal);
            }
            self.follow_agent(agent);
        }
    }

    fn hold_sessions(&mut self, agent: AgentId) {
        for session in self.diary.current(agent) {
            if self.state(session) == Ready {
                match self.conventions().other_sessions {
                    OtherSessions::NotReady => {
                        self.use_rule("a session is held");
                        self.change(session, NotReady);
                        self.session_mut(session).held = true;
                    }
                    OtherSessions::Unchanged => self.use_rule("a session stays READY"),
                }
            }
        }
    }

    fn release_sessions(&mut self, agent: AgentId) {
        for session in self.diary.current(agent) {
            if self.diary.session(session).held {
                self.change(session, Ready);
            }
        }
    }

    pub(crate) fn set_session_state(&mut self, session: SessionId, to: SessionState) -> Done {
        let now = self.diary.now;
        let (agent, from) = (self.diary.session(session).agent, self.state(session));
        if to == BusyOnCall {
            return self.begin_call(session, CallTimes { arrived: now, queued: now, offered: now, transferred: false });
        }
        if !may_follow(from, to) {
            return Err(AcdError::IllegalTransition { session, from, to });
        }
        if to == Ready {
            self.refuse_if_busy(agent, Some(session))?;
        }
        self.change(session, to);
        Ok(())
    }

    /// Ends a session because a client asked for it.
    fn end_as_asked(&mut self, session: SessionId, goal: SessionGoal) {
        let busy = is_busy(self.state(session));
        if busy && self.conventions().end_during_call == EndDuringCall::AfterCall {
            self.use_rule("an end waits");
            self.session_mut(session).pending_end = Some(goal);
            return;
        }
        self.end_now(session, goal);
    }

    fn end_now(&mut self, session: SessionId, goal: SessionGoal) {
        let agent = self.diary.session(session).agent;
        self.change(session, SessionEnded);
        if goal == SessionGoal::Released {
            self.release(session);
        }
        if self.conventions().others_at_end == OthersAtEnd::End {
            for other in self.diary.current(agent) {
                // Another may have ended by what has followed from the end of this one.
                if self.state(other) != SessionEnded {
                    self.use_rule("another session ends too");
                    self.end_as_asked(other, goal);
                }
            }
        }
    }

    fn release(&mut self, session: SessionId) {
        self.session_mut(session).released = true;
        if self.conventions().released == Released::Forgets {
            self.use_rule("a released session is forgotten");
            self.session_mut(session).forgotten = true;
        }
    }

    pub(crate) fn end_talk(&mut self, session: SessionId) -> Done {
        self.end_phase(session, BusyOnCall, NextState::AfterTalk, BusyWrapup)
    }

    pub(crate) fn end_wrap_up(&mut self, session: SessionId) -> Done {
        self.end_phase(session, BusyWrapup, NextState::AfterWrapUp, Ready)
    }

    fn end_phase(&mut self, session: SessionId, phase: SessionState, due: NextState, usual: SessionState) -> Done {
        self.known_session(session)?;
        if self.state(session) != phase {
            return Err(AcdError::NoCall { agent: self.diary.session(session).agent });
        }
        let next = self.diary.session(session).next.filter(|_| self.conventions().next_state == due);
        let Some(goal) = next else {
            self.change(session, usual);
            return Ok(());
        };
        match self.conventions().used_next_state {
            UsedNextState::Cleared => {
                self.use_rule("a session's next state is used and cleared");
                self.session_mut(session).next = None;
            }
            UsedNextState::Kept => self.use_rule("a session's next state is used and kept"),
        }
        if end_state(goal) == SessionEnded {
            self.use_rule("a session's next state is its end");
            self.end_now(session, goal);
        } else {
            self.change(session, end_state(goal));
        }
        Ok(())
    }

    pub(crate) fn request_session_state(
        &mut self,
        session: SessionId,
        state: Option<SessionGoal>,
        next: Option<SessionGoal>,
    ) -> Done {
        self.known_session(session)?;
        let conventions = self.conventions();
        let from = self.state(session);
        let illegal = |to| Err(AcdError::IllegalTransition { session, from, to });
        let reserved = |to| {
            if is_busy(to) && conventions.busy_states == BusyStates::Switch {
                Err(AcdError::ReservedState { session, to })
            } else {
                Ok(())
            }
        };
        if let Some(next) = next {
            let followed = match conventions.next_state {
                NextState::AfterTalk => BusyOnCall,
                NextState::AfterWrapUp => BusyWrapup,
            };
            let to = end_state(next);
            if from == SessionEnded || !may_follow(followed, to) {
                return illegal(to);
            }
            reserved(to)?;
        }
        let released = self.diary.session(session).released;
        match state {
            None if from == SessionEnded => return illegal(SessionEnded),
            None => {}
            Some(SessionGoal::Released) if from == SessionEnded && !released => {
                self.use_rule("a session that has ended is released");
                self.release(session);
            }
            Some(SessionGoal::State(to)) if to == from => {
                if self.diary.session(session).held {
                    self.use_rule("a held session is made NOT_READY");
                    self.session_mut(session).held = false;
                } else {
                    let agent = self.diary.session(session).agent;
                    match conventions.same_state {
                        SameState::Accepted => self.use_rule("the same state is accepted"),
                        SameState::Announced => {
                            self.use_rule("the same state is announced");
                            self.changes.push(StateChange { session, agent, from, to });
                        }
                        SameState::Refused => return illegal(to),
                    }
                }
            }
            Some(goal) => {
                let to = end_state(goal);
                if !may_follow(from, to) {
                    return illegal(to);
                }
                reserved(to)?;
                if to == SessionEnded {
                    self.end_as_asked(session, goal);
                } else {
                    self.set_session_state(session, to)?;
                }
            }
        }
        if self.state(session) != SessionEnded {
            match (next, conventions.zero_next_state) {
                (None, ZeroNextState::Unchanged) => {}
                _ => self.session_mut(session).next = next,
            }
        }
        Ok(())
    }

    // States of agents.

    pub(crate) fn agent_state(&self, agent: AgentId) -> AgentState {
        match self.engagement(agent) {
            Some(Engagement::Incoming) => return AgentState::BusyIncoming,
            Some(Engagement::Outgoing) => return AgentState::BusyOutgoing,
            Some(Engagement::Session(session)) => {
                let shows = self.conventions().agent_in_wrap_up == AgentInWrapUp::NotReady;
                let wrapping_up = self.state(session) == BusyWrapup;
                return if wrapping_up && shows { AgentState::NotReady } else { AgentState::BusyAcd };
            }
            None => {}
        }
        let current = self.diary.current(agent);
        if self.diary.agent(agent).released {
            AgentState::NotReady
        } else if current.is_empty() || self.conventions().agent_state_reach == AgentStateReach::AgentAlone {
            self.diary.agent(agent).wanted
        } else if current.iter().any(|&session| self.state(session) == Ready) {
            AgentState::Ready
        } else {
            AgentState::NotReady
        }
    }

    pub(crate) fn request_agent_state(
        &mut self,
        agent: AgentId,
        state: Option<AgentGoal>,
        next: Option<AgentGoal>,
    ) -> Result<bool, AcdError> {
        self.known_agent(agent)?;
        if self.diary.agent(agent).released {
            return Err(AcdError::AgentReleased { agent });
        }
        let conventions = self.conventions();
        let from = self.agent_state(agent);
        let refused = |to| Err(AcdError::IllegalAgentState { agent, from, to });
        match next {
            None | Some(AgentGoal::Released | AgentGoal::State(AgentState::Ready | AgentState::NotReady)) => {}
            Some(AgentGoal::State(other)) => return refused(other),
        }
        let on_acd_call = self.on_acd_call(agent);
        let mut waits = false;
        let mut announced = false;
        match state {
            None => {}
            Some(AgentGoal::Released) => self.release_agent(agent),
            // One who is in wrap-up may show NOT_READY, but would be READY after it.
            Some(AgentGoal::State(to)) if to == from && !(on_acd_call && to == AgentState::NotReady) => {
                match conventions.same_state {
                    SameState::Accepted => self.use_rule("the same agent state is accepted"),
                    SameState::Announced => {
                        self.use_rule("the same agent state is announced");
                        announced = true;
                    }
                    SameState::Refused => return refused(to),
                }
            }
            Some(AgentGoal::State(to @ (AgentState::Ready | AgentState::NotReady))) => {
                waits = on_acd_call && conventions.agent_state_reach == AgentStateReach::Sessions;
                self.make_agent(agent, to);
            }
            Some(AgentGoal::State(to @ (AgentState::BusyIncoming | AgentState::BusyOutgoing))) => {
                if conventions.busy_states == BusyStates::Switch || self.engagement(agent).is_some() {
                    return refused(to);
                }
                let direction = match to {
                    AgentState::BusyIncoming => Direction::Incoming,
                    _ => Direction::Outgoing,
                };
                self.use_rule("a client begins another call");
                self.begin_other_call(agent, direction)?;
            }
            Some(AgentGoal::State(AgentState::BusyAcd)) => return refused(AgentState::BusyAcd),
            Some(AgentGoal::State(AgentState::Unknown)) => {
                if self.engagement(agent).is_some() || !self.diary.current(agent).is_empty() {
                    return refused(AgentState::Unknown);
                }
                self.use_rule("UNKNOWN is asked for");
                self.agent_mut(agent).wanted = AgentState::Unknown;
            }
        }
        if self.diary.agent(agent).released {
            return Ok(announced);
        }
        match (next, conventions.zero_next_state) {
            (Some(next), _) => self.agent_mut(agent).next = Some(next),
            (None, _) if waits => {
                self.use_rule("an agent's state waits for the call");
                self.agent_mut(agent).next = state;
            }
            (None, ZeroNextState::Default) => self.agent_mut(agent).next = None,
            (None, ZeroNextState::Unchanged) => {}
        }
        Ok(announced)
    }

    /// READY or NOT_READY: of the agent, and of the sessions that are not busy.
    fn make_agent(&mut self, agent: AgentId, state: AgentState) {
        self.agent_mut(agent).wanted = state;
        let other = matches!(self.engagement(agent), Some(Engagement::Incoming | Engagement::Outgoing));
        if other && self.conventions().busy_states == BusyStates::Clients {
            self.use_rule("a client ends another call");
            self.hang_up(agent);
        }
        if self.conventions().agent_state_reach == AgentStateReach::AgentAlone {
            self.use_rule("an agent's state does not reach the sessions");
            return;
        }
        let free = self.engagement(agent).is_none();
        for session in self.diary.current(agent) {
            match (self.state(session), state) {
                (NotReady, AgentState::Ready) if free => self.change(session, Ready),
                (NotReady, AgentState::Ready) => self.session_mut(session).held = true,
                (NotReady, _) => self.session_mut(session).held = false,
                (Ready, AgentState::NotReady) => self.change(session, NotReady),
                _ => {}
            }
        }
    }

    fn release_agent(&mut self, agent: AgentId) {
        self.use_rule("an agent is released");
        if self.engagement(agent).is_some() {
            self.use_rule("an agent is released in the middle of a call");
        }
        if matches!(self.engagement(agent), Some(Engagement::Incoming | Engagement::Outgoing)) {
            self.hang_up(agent);
        }
        let record = self.agent_mut(agent);
        (record.released, record.next) = (true, None);
        for session in self.diary.current(agent) {
            self.change(session, SessionEnded);
            self.release(session);
        }
    }

    /// The agent's call is done: what was to follow, follows.
    fn follow_agent(&mut self, agent: AgentId) {
        let Some(goal) = self.diary.agent(agent).next else { return };
        match self.conventions().used_next_state {
            UsedNextState::Cleared => {
                self.use_rule("an agent's next state is used and cleared");
                self.agent_mut(agent).next = None;
            }
            UsedNextState::Kept => self.use_rule("an agent's next state is used and kept"),
        }
        match goal {
            AgentGoal::Released => {
                self.use_rule("an agent's next state is RELEASED");
                self.release_agent(agent);
            }
            AgentGoal::State(state) => self.make_agent(agent, state),
        }
    }
}
