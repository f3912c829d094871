//! The ACD proxy application: it answers TAPI's requests from an agent handler, and announces what changes.
//!
//! [`Proxy::answer_next`] takes one request; what the switch does goes through [`Proxy::drive`], so that clients hear of
//! it. The requests by agent and session handle, those of TAPI 2.2, are answered in `by_handle`; those of 2.0, which speak
//! of the agent on an address, in `by_address`.
//!
//! # What is announced
//!
//! - LINE_AGENTSESSIONSTATUS: NEWSESSION for a session that is new; STATE for each change of a state, with UPDATEINFO where
//!   a call has begun or ended, which changes statistics.
//! - LINE_AGENTSTATUSEX: NEWAGENT; STATE when the agent's state is another than before the operation, or is announced as
//!   the conventions have it; UPDATEINFO with the agent's sessions'.
//! - LINE_QUEUESTATUS: NEWQUEUE, QUEUEREMOVED; UPDATEINFO for the queues that the switch names.
//! - LINE_GROUPSTATUS: NEWGROUP, GROUPREMOVED.
//! - LINE_AGENTSTATUS, of 2.0: STATE for the address of each agent whose state has changed, GROUP when the agent's groups
//!   there have.

mod by_address;
mod by_handle;
#[cfg(test)]
mod tests;

use jiff::civil::DateTime;
use uuid::Uuid;

use super::constants::*;
use super::message::{LineMessage, RawMessage};
use super::request::{RequestBody, decode_request};
use super::response::{Response, encode_response_with};
use super::telephony::{HLine, HLineApp, RequestId, Telephony};
use super::words::{address_state, agent_handle, agent_state, session_handle, session_state};
use super::{ApiVersion, LineError, ProxyRequestType, call_params::ProxyRegistration};
use crate::acd::conventions::{ReplyOrder, StateError, UnknownHandle};
use crate::acd::{
    AcdError, AddressId, AgentHandler, AgentId, AgentState, GroupId, QueueId, SessionId, SessionState, StateChange,
};
use crate::time::Instant;

/// An ACD proxy: an agent handler behind a line.
///
/// ```
/// use acdsim::acd::tapi2::message::LineMessage;
/// use acdsim::acd::tapi2::proxy::Proxy;
/// use acdsim::acd::tapi2::telephony::{Output, Telephony};
/// use acdsim::acd::tapi2::{ApiVersion, constants::LINECALLPRIVILEGE_NONE};
/// use acdsim::acd::{AgentHandler, Conventions};
/// use acdsim::time::Instant;
/// use uuid::Uuid;
///
/// let mut tapi = Telephony::new(Conventions::default());
/// let device = tapi.add_device(1);
/// let switch = tapi.initialize_ex("SERVER", "acd");
/// let start = jiff::civil::date(2026, 3, 2).at(8, 0, 0, 0);
/// let handler = AgentHandler::<()>::new();
/// let mut proxy = Proxy::register(&mut tapi, switch, device, "Main ACD", Uuid::from_u128(7), handler, start)?;
///
/// let desk = tapi.initialize_ex("DESK-7", "ann");
/// let line = tapi.open(desk, device, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None)?;
/// let request = tapi.create_agent(line, None, None)?;
/// assert!(proxy.answer_next(&mut tapi, Instant::START)?);
///
/// let reply = tapi.get_message(line)?.map(LineMessage::from);
/// assert_eq!(reply, Some(LineMessage::Reply { request: request.0, result: Ok(()) }));
/// assert_eq!(tapi.take_output(line, request), Some(Output::Agent(1)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Proxy<C> {
    handler: AgentHandler<C>,
    line: HLine,
    name: String,
    guid: Uuid,
    start: DateTime,
}

/// What happened to the objects while something was done, in order.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    messages: Vec<LineMessage>,
    /// The agents whose sessions changed, each once, with their states before.
    agents: Vec<(AgentId, u32)>,
    /// Those of them whose statistics changed.
    counted: Vec<AgentId>,
}

impl<C: Copy> Proxy<C> {
    /// Opens a line on a device and registers there for all requests, as the agent handler of this name and GUID.
    ///
    /// `start` is what the site's wall clock shows at [`Instant::START`].
    ///
    /// # Errors
    ///
    /// As [`Telephony::open`].
    pub fn register(
        telephony: &mut Telephony,
        app: HLineApp,
        device: u32,
        name: &str,
        guid: Uuid,
        handler: AgentHandler<C>,
        start: DateTime,
    ) -> Result<Self, LineError> {
        let all = ProxyRegistration::new(0, ProxyRequestType::ALL).encode();
        let privileges = LINECALLPRIVILEGE_NONE | LINEOPENOPTION_PROXY;
        let line = telephony.open(app, device, ApiVersion::V3_1, 0, privileges, Some(&all))?;
        Ok(Proxy { handler, line, name: name.to_owned(), guid, start })
    }

    /// The line on which it is registered.
    pub fn line(&self) -> HLine {
        self.line
    }

    /// The agent handler.
    pub fn handler(&self) -> &AgentHandler<C> {
        &self.handler
    }

    /// The agent handler, for what nobody has to hear of, such as setting it up before a client comes.
    pub fn handler_mut(&mut self) -> &mut AgentHandler<C> {
        &mut self.handler
    }

    /// Answers the request that waits longest, as of `now`; says whether there was one. Other messages are passed over.
    ///
    /// # Errors
    ///
    /// [`LineError::InvalLineHandle`] once the line is closed.
    pub fn answer_next(&mut self, telephony: &mut Telephony, now: Instant) -> Result<bool, LineError> {
        while let Some(message) = telephony.get_message(self.line)? {
            if let LineMessage::ProxyRequest { request } = LineMessage::from(message) {
                let request = RequestId(request as u32);
                // Its client may have closed the line meanwhile.
                if telephony.proxy_request(self.line, request).is_ok() {
                    self.answer(telephony, request, now)?;
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Answers a request and announces what it has changed, in the order that the conventions have.
    fn answer(&mut self, telephony: &mut Telephony, request: RequestId, now: Instant) -> Result<(), LineError> {
        let mut buffer = telephony.proxy_request(self.line, request)?.to_vec();
        let mut changes = Changes::default();
        let result = match decode_request(&buffer) {
            Ok(asked) => self.serve(asked.body, asked.client_user_name.as_deref().unwrap_or(""), now, &mut changes),
            Err(_) => Err(LineError::InvalParam),
        };
        let offsets = self.handler.conventions().name_offsets;
        let result = result.and_then(|response| encode_response_with(&mut buffer, &response, offsets));
        let code = result.map_or_else(LineError::code, |()| 0);
        let reply_first = self.handler.conventions().reply_order == ReplyOrder::ReplyFirst;
        if reply_first {
            telephony.proxy_response(self.line, request, &buffer, code)?;
        }
        self.announce(telephony, changes)?;
        if !reply_first {
            telephony.proxy_response(self.line, request, &buffer, code)?;
        }
        Ok(())
    }

    /// Answers what is asked for, by a client whose application runs under the account `user`.
    fn serve(
        &mut self,
        body: RequestBody,
        user: &str,
        now: Instant,
        changes: &mut Changes,
    ) -> Result<Response, LineError> {
        match body {
            RequestBody::SetAgentGroup(asked) => self.set_agent_group(asked, user, now, changes),
            RequestBody::SetAgentState(asked) => self.set_agent_state(asked, now, changes),
            RequestBody::SetAgentActivity(_) => Err(LineError::InvalAgentActivity),
            RequestBody::GetAgentCaps(asked) => self.get_agent_caps(asked),
            RequestBody::GetAgentStatus(asked) => self.get_agent_status(asked),
            // The handler has no extensions, so that no index is one.
            RequestBody::AgentSpecific(_) => Err(LineError::InvalParam),
            RequestBody::GetAgentActivityList(_) => Ok(Response::Activities(Vec::new().into())),
            RequestBody::GetAgentGroupList(_) | RequestBody::GetGroupList(_) => Ok(Response::Groups(self.group_list())),
            RequestBody::CreateAgent(asked) => self.create_agent(asked, user, now, changes),
            RequestBody::SetAgentMeasurementPeriod(asked) => self.set_agent_measurement_period(asked, now, changes),
            RequestBody::GetAgentInfo(asked) => self.get_agent_info(asked, now),
            RequestBody::CreateAgentSession(asked) => self.create_agent_session(asked, now, changes),
            RequestBody::GetAgentSessionList(asked) => self.get_agent_session_list(asked),
            RequestBody::SetAgentSessionState(asked) => self.set_agent_session_state(asked, now, changes),
            RequestBody::GetAgentSessionInfo(asked) => self.get_agent_session_info(asked, now),
            RequestBody::GetQueueList(asked) => self.get_queue_list(asked),
            RequestBody::SetQueueMeasurementPeriod(asked) => self.set_queue_measurement_period(asked, now, changes),
            RequestBody::GetQueueInfo(asked) => self.get_queue_info(asked, now),
            RequestBody::SetAgentStateEx(asked) => self.set_agent_state_ex(asked, now, changes),
        }
    }

    /// Lets the switch do something with the agent handler, and announces what it has changed: the changes of states that
    /// `step` reports, the agents that are in another state then, and new statistics of `queues`.
    ///
    /// # Errors
    ///
    /// The error of `step`, in which case what it has reported is announced nevertheless.
    ///
    /// # Panics
    ///
    /// If the proxy's line has been closed.
    pub fn drive<T>(
        &mut self,
        telephony: &mut Telephony,
        queues: &[QueueId],
        agents: &[AgentId],
        step: impl FnOnce(&mut AgentHandler<C>, &mut dyn FnMut(StateChange)) -> Result<T, AcdError>,
    ) -> Result<T, AcdError> {
        let mut changes = Changes::default();
        for &agent in agents {
            self.watch(agent, &mut changes);
            changes.counted.push(agent);
        }
        let before = self.agent_states();
        let mut reported = Vec::new();
        let result = step(&mut self.handler, &mut |change| reported.push(change));
        for change in reported {
            self.note(change, before.get(change.agent.0 as usize).copied(), &mut changes);
        }
        for &queue in queues {
            changes.messages.push(LineMessage::QueueStatus { queue: queue.0, status: LINEQUEUESTATUS_UPDATEINFO });
        }
        self.announce(telephony, changes).expect("the proxy's line is open");
        result
    }

    /// Opens a session of an agent at an address, as the switch does for an agent who comes to work, and announces it.
    ///
    /// # Errors
    ///
    /// What lineCreateAgentSession answers: [`LineError::InvalParam`], [`LineError::OperationFailed`],
    /// [`LineError::NoMem`] and others.
    ///
    /// # Panics
    ///
    /// If the proxy's line has been closed.
    pub fn create_session(
        &mut self,
        telephony: &mut Telephony,
        agent: AgentId,
        group: GroupId,
        address: AddressId,
        now: Instant,
    ) -> Result<SessionId, LineError> {
        let guid = self.handler.known_group(group).map_err(|error| self.line_error(error))?.guid;
        let mut changes = Changes::default();
        let session = self.open_session(agent, guid, address, None, now, &mut changes);
        self.announce(telephony, changes).expect("the proxy's line is open");
        session
    }

    /// Makes a group and announces it.
    ///
    /// # Errors
    ///
    /// As [`AgentHandler::create_group`].
    ///
    /// # Panics
    ///
    /// If the proxy's line has been closed.
    pub fn create_group(&mut self, telephony: &mut Telephony, guid: Uuid, name: &str) -> Result<GroupId, AcdError> {
        let group = self.handler.create_group(guid, name)?;
        self.tell(telephony, LineMessage::GroupStatus { status: LINEGROUPSTATUS_NEWGROUP });
        Ok(group)
    }

    /// Takes a group away, with its queues, and announces that and what ends with it.
    ///
    /// # Errors
    ///
    /// As [`AgentHandler::remove_group`].
    ///
    /// # Panics
    ///
    /// If the proxy's line has been closed.
    pub fn remove_group(&mut self, telephony: &mut Telephony, group: GroupId, now: Instant) -> Result<(), AcdError> {
        let queues = self.handler.known_group(group)?.queues().to_vec();
        self.drive(telephony, &[], &[], |handler, changed| handler.remove_group(group, now, &mut |it| changed(it)))?;
        for queue in queues {
            let status = LINEQUEUESTATUS_QUEUEREMOVED;
            self.tell(telephony, LineMessage::QueueStatus { queue: queue.0, status });
        }
        self.tell(telephony, LineMessage::GroupStatus { status: LINEGROUPSTATUS_GROUPREMOVED });
        Ok(())
    }

    /// Makes a queue and announces it.
    ///
    /// # Errors
    ///
    /// As [`AgentHandler::create_queue`].
    ///
    /// # Panics
    ///
    /// If the proxy's line has been closed.
    pub fn create_queue(
        &mut self,
        telephony: &mut Telephony,
        name: &str,
        group: Option<GroupId>,
        now: Instant,
    ) -> Result<QueueId, AcdError> {
        let queue = self.handler.create_queue(name, group, now)?;
        self.tell(telephony, LineMessage::QueueStatus { queue: queue.0, status: LINEQUEUESTATUS_NEWQUEUE });
        Ok(queue)
    }

    /// Takes a queue away and announces it.
    ///
    /// # Errors
    ///
    /// As [`AgentHandler::remove_queue`].
    ///
    /// # Panics
    ///
    /// If the proxy's line has been closed.
    pub fn remove_queue(&mut self, telephony: &mut Telephony, queue: QueueId) -> Result<(), AcdError> {
        self.handler.remove_queue(queue)?;
        self.tell(telephony, LineMessage::QueueStatus { queue: queue.0, status: LINEQUEUESTATUS_QUEUEREMOVED });
        Ok(())
    }

    /// The LINEAGENTSTATEEX_ of an agent.
    fn agent_bit(&self, agent: AgentId) -> u32 {
        agent_state(self.handler.agent_state(agent), self.handler.agent(agent).is_released())
    }

    fn agent_states(&self) -> Vec<u32> {
        (0..self.handler.agent_count()).map(|agent| self.agent_bit(AgentId(agent))).collect()
    }

    /// Notes the state of an agent before something is done.
    fn watch(&self, agent: AgentId, changes: &mut Changes) {
        if self.handler.known_agent(agent).is_ok() && !changes.agents.iter().any(|(other, _)| *other == agent) {
            changes.agents.push((agent, self.agent_bit(agent)));
        }
    }

    /// Notes that a session's state has changed, and that of its agent before, if that is not noted yet.
    fn note(&self, change: StateChange, agent_before: Option<u32>, changes: &mut Changes) {
        let StateChange { session, agent, from, to } = change;
        let counts = |state| matches!(state, SessionState::BusyOnCall | SessionState::BusyWrapup);
        let mut status = LINEAGENTSESSIONSTATUS_STATE;
        if counts(from) || counts(to) {
            status |= LINEAGENTSESSIONSTATUS_UPDATEINFO;
            changes.counted.push(agent);
        }
        let released = self.handler.session_is_released(session) && to == SessionState::SessionEnded;
        let message = LineMessage::AgentSessionStatus {
            session: session_handle(session),
            status,
            state: session_state(to, released),
        };
        changes.messages.push(message);
        if let Some(before) = agent_before
            && !changes.agents.iter().any(|(other, _)| *other == agent)
        {
            changes.agents.push((agent, before));
        }
    }

    /// Sends what has changed to the other lines.
    fn announce(&self, telephony: &mut Telephony, changes: Changes) -> Result<(), LineError> {
        let Changes { messages, agents, counted } = changes;
        for message in messages {
            self.send(telephony, message)?;
        }
        for (agent, before) in agents {
            let state = self.agent_bit(agent);
            let changed = state != before;
            let mut status = if changed { LINEAGENTSTATUSEX_STATE } else { 0 };
            if counted.contains(&agent) {
                status |= LINEAGENTSTATUSEX_UPDATEINFO;
            }
            if status != 0 {
                let told = if changed { state } else { 0 };
                self.send(telephony, LineMessage::AgentStatusEx { agent: agent_handle(agent), status, state: told })?;
            }
            if changed && let Some(address) = self.address_of(agent) {
                let (status, state) = (LINEAGENTSTATUS_STATE, address_state(state));
                self.send(telephony, LineMessage::AgentStatus { address: address.0, status, state })?;
            }
        }
        Ok(())
    }

    /// The address that an agent works at: that of the first session that has not ended.
    fn address_of(&self, agent: AgentId) -> Option<AddressId> {
        self.handler.sessions_of(agent).first().map(|&session| self.handler.session_address(session))
    }

    fn tell(&self, telephony: &mut Telephony, message: LineMessage) {
        self.send(telephony, message).expect("the proxy's line is open");
    }

    fn send(&self, telephony: &mut Telephony, message: LineMessage) -> Result<(), LineError> {
        let RawMessage { message, params, .. } = message.to_raw(0, 0);
        telephony.proxy_message(self.line, 0, message, params.map(|param| param as u32))
    }

    /// The LINEERR_ code of what the agent handler refuses.
    fn line_error(&self, error: AcdError) -> LineError {
        let conventions = self.handler.conventions();
        match error {
            AcdError::IllegalTransition { .. } | AcdError::ReservedState { .. } => self.session_state_error(),
            AcdError::IllegalAgentState { .. } | AcdError::AgentReleased { .. } => match conventions.state_error {
                StateError::Failed => LineError::OperationFailed,
                StateError::AgentState | StateError::AgentSessionState => LineError::InvalAgentState,
            },
            AcdError::AgentBusy { .. } | AcdError::NoCall { .. } => LineError::OperationUnavail,
            AcdError::SessionExists { .. } | AcdError::SessionEnded { .. } | AcdError::QueueInUse { .. } => {
                LineError::OperationFailed
            }
            AcdError::UnknownAgentId | AcdError::NoAgentId { .. } => LineError::InvalAgentId,
            AcdError::WrongPin => LineError::InvalPassword,
            AcdError::BadPeriod { .. } => LineError::InvalParam,
            AcdError::Full { .. } => LineError::NoMem,
            AcdError::Unknown { what: "agent" | "session", .. } => match conventions.unknown_handle {
                UnknownHandle::Param => LineError::InvalParam,
                UnknownHandle::Failed => LineError::OperationFailed,
                UnknownHandle::AgentId => LineError::InvalAgentId,
            },
            AcdError::Unknown { .. } => LineError::InvalParam,
        }
    }

    fn session_state_error(&self) -> LineError {
        match self.handler.conventions().state_error {
            StateError::AgentState => LineError::InvalAgentState,
            StateError::AgentSessionState => LineError::InvalAgentSessionState,
            StateError::Failed => LineError::OperationFailed,
        }
    }

    /// Does something with the agent handler, and notes what changes of it: states of sessions, and of these agents.
    fn step<T>(
        &mut self,
        agents: &[AgentId],
        changes: &mut Changes,
        step: impl FnOnce(&mut AgentHandler<C>, &mut dyn FnMut(StateChange)) -> Result<T, AcdError>,
    ) -> Result<T, LineError> {
        for &agent in agents {
            self.watch(agent, changes);
        }
        let mut reported = Vec::new();
        let result = step(&mut self.handler, &mut |change| reported.push(change));
        for change in reported {
            self.note(change, None, changes);
        }
        result.map_err(|error| self.line_error(error))
    }

    /// The agent of a session, if the handler has it.
    fn agent_of_session(&self, session: SessionId) -> Option<AgentId> {
        self.handler.check_session(session).ok().map(|()| self.handler.session(session).agent())
    }

    /// Whether an agent is in wrap-up.
    fn wraps_up(&self, agent: AgentId) -> bool {
        let busy = self.handler.busy_in(agent);
        busy.is_some_and(|session| self.handler.session(session).state() == SessionState::BusyWrapup)
            && self.handler.agent_state(agent) == AgentState::BusyAcd
    }
}
