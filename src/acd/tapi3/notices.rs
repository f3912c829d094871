//! What TAPI's messages say to a client of TAPI 3: what it knows of its objects, and its events.

use super::events::{TE_ACDGROUP, TE_AGENT, TE_AGENTHANDLER, TE_AGENTSESSION, TE_QUEUE};
use super::{
    AcdGroupEvent, AcdQueueEvent, AgentEvent, AgentHandlerEvent, AgentSessionEvent, ITACDGroup, ITAgent,
    ITAgentHandler, ITAgentSession, ITQueue, Tapi,
};
use crate::acd::conventions::GroupEvents;
use crate::acd::tapi2::ProxyRequestType;
use crate::acd::tapi2::constants::*;
use crate::acd::tapi2::message::LineMessage;
use crate::acd::tapi2::service::LineService;
use crate::acd::tapi2::telephony::{HLine, RequestId};
use crate::acd::tapi2::words::{agent_goal, session_goal};
use crate::acd::{AgentGoal, AgentState, SessionGoal};

/// Something that happened, and to what; each is delivered under the TE_ bit of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// ITAgentEvent, under TE_AGENT.
    Agent(ITAgent, AgentEvent),
    /// ITAgentSessionEvent, under TE_AGENTSESSION.
    AgentSession(ITAgentSession, AgentSessionEvent),
    /// ITACDGroupEvent, under TE_ACDGROUP.
    AcdGroup(ITACDGroup, AcdGroupEvent),
    /// ITQueueEvent, under TE_QUEUE.
    Queue(ITQueue, AcdQueueEvent),
    /// ITAgentHandlerEvent, under TE_AGENTHANDLER.
    AgentHandler(ITAgentHandler, AgentHandlerEvent),
}

impl Event {
    /// The TE_ bit that lets it through.
    pub const fn filter_bit(&self) -> i32 {
        match self {
            Event::Agent(..) => TE_AGENT,
            Event::AgentSession(..) => TE_AGENTSESSION,
            Event::AcdGroup(..) => TE_ACDGROUP,
            Event::Queue(..) => TE_QUEUE,
            Event::AgentHandler(..) => TE_AGENTHANDLER,
        }
    }
}

/// The state of an agent; one who was released takes no calls any more.
pub(super) fn state_of(goal: AgentGoal) -> AgentState {
    match goal {
        AgentGoal::State(state) => state,
        AgentGoal::Released => AgentState::NotReady,
    }
}

impl<S: LineService> Tapi<S> {
    /// The next event that the filter lets through, in the order in which they happened.
    pub fn next_event(&mut self) -> Option<Event> {
        self.catch_up();
        self.events.pop_front()
    }

    /// Takes notice of all messages that have come, and of the groups that have changed.
    pub(super) fn catch_up(&mut self) {
        self.read_messages();
        for handler in 0..self.handlers.len() as u32 {
            if std::mem::take(&mut self.handlers[handler as usize].groups_changed) {
                // A handler that does not answer leaves the groups as they were known.
                let _ = self.list_groups(handler, true);
            }
        }
        for (device, line) in std::mem::take(&mut self.opened) {
            if self.handler_on(device).is_none()
                && self.look_for_handler(device, line).is_ok()
                && let Some(handler) = self.handler_on(device)
            {
                self.deliver(Event::AgentHandler(ITAgentHandler(handler), AgentHandlerEvent::NewAgentHandler));
            }
        }
    }

    /// Takes notice of all messages that have come.
    pub(super) fn read_messages(&mut self) {
        for (device, line) in self.lines.clone() {
            while let Ok(Some(raw)) = self.service.telephony_mut().get_message(line) {
                self.take_notice(device, line, LineMessage::from(raw));
            }
        }
    }

    fn take_notice(&mut self, device: u32, line: HLine, message: LineMessage) {
        if let LineMessage::Reply { request, result } = message {
            let request = RequestId(request);
            if self.awaited == Some((line, request)) {
                self.replies.insert((line, request.0), result);
            } else {
                // Nobody waits for it any more.
                self.service.telephony_mut().take_output(line, request);
            }
            return;
        }
        if let LineMessage::ProxyStatus { status, request_type } = message {
            self.take_notice_of_proxy(device, line, status, request_type);
            return;
        }
        if message == LineMessage::Close {
            self.lines.retain(|(_, open)| *open != line);
            self.lose_handler(device);
            return;
        }
        let Some(handler) = self.handler_on(device) else { return };
        match message {
            LineMessage::AgentStatusEx { agent, status, state } => {
                // Whoever made the agent, sessions may be told of.
                let agent = self.agent_of(handler, agent);
                let state = agent_goal(state).filter(|_| status & LINEAGENTSTATUSEX_STATE != 0);
                self.agents[agent.0 as usize].state = state.map(state_of).or(self.agents[agent.0 as usize].state);
                // RELEASED has no counterpart here.
                if let Some(AgentGoal::State(state)) = state {
                    let event = AgentEvent::ALL[state as usize];
                    self.deliver(Event::Agent(agent, event));
                }
            }
            LineMessage::AgentSessionStatus { session, status, state } => {
                let session = self.session_of(handler, session);
                if status & LINEAGENTSESSIONSTATUS_NEWSESSION != 0 {
                    self.deliver(Event::AgentSession(session, AgentSessionEvent::NewSession));
                }
                if status & LINEAGENTSESSIONSTATUS_STATE != 0
                    && let Some(state) = session_goal(state).map(SessionGoal::state)
                {
                    self.sessions[session.0 as usize].state = Some(state);
                    // A session event is the state by a number greater by one.
                    let event = AgentSessionEvent::ALL[state as usize + 1];
                    self.deliver(Event::AgentSession(session, event));
                }
            }
            LineMessage::QueueStatus { queue, status } => {
                let queue = self.queue_of(handler, queue, None);
                if status & LINEQUEUESTATUS_NEWQUEUE != 0 {
                    self.deliver(Event::Queue(queue, AcdQueueEvent::NewQueue));
                }
                if status & LINEQUEUESTATUS_QUEUEREMOVED != 0 {
                    self.queues[queue.0 as usize].removed = true;
                    self.deliver(Event::Queue(queue, AcdQueueEvent::QueueRemoved));
                }
            }
            LineMessage::GroupStatus { .. } => self.handlers[handler as usize].groups_changed = true,
            _ => {}
        }
    }

    /// A proxy that serves the making of agents is an agent handler: it comes and goes with that.
    fn take_notice_of_proxy(&mut self, device: u32, line: HLine, status: u32, request_type: u32) {
        let serves = request_type == ProxyRequestType::CreateAgent.value();
        match (self.handler_on(device), status) {
            (Some(_), LINEPROXYSTATUS_CLOSE) if serves => self.lose_handler(device),
            // All that it serves is open then.
            (None, LINEPROXYSTATUS_ALLOPENFORACD) => self.opened.push((device, line)),
            _ => {}
        }
    }

    fn lose_handler(&mut self, device: u32) {
        if let Some(handler) = self.handler_on(device) {
            self.handlers[handler as usize].removed = true;
            self.deliver(Event::AgentHandler(ITAgentHandler(handler), AgentHandlerEvent::AgentHandlerRemoved));
        }
    }

    pub(super) fn deliver(&mut self, event: Event) {
        let supported = match event {
            Event::AcdGroup(..) => self.service.telephony().conventions().group_events == GroupEvents::Delivered,
            _ => true,
        };
        if supported && self.filter & event.filter_bit() != 0 {
            self.events.push_back(event);
        }
    }
}
