//! The TAPI object: it opens lines, waits for replies, and makes events of messages.

use std::collections::{BTreeMap, VecDeque};

use uuid::Uuid;

use super::events::{TE_ACDGROUP, TE_AGENT, TE_AGENTHANDLER, TE_AGENTSESSION, TE_QUEUE};
use super::{
    AcdGroupEvent, AcdQueueEvent, AgentEvent, AgentHandlerEvent, AgentSessionEvent, Collection, Enumerator, HResult,
    ITACDGroup, ITAddress, ITAgent, ITAgentHandler, ITAgentSession, ITQueue,
};
use crate::acd::conventions::GroupEvents;
use crate::acd::tapi2::constants::*;
use crate::acd::tapi2::lists::GroupList;
use crate::acd::tapi2::message::{LineMessage, ReplyError};
use crate::acd::tapi2::records::AgentCaps;
use crate::acd::tapi2::service::LineService;
use crate::acd::tapi2::telephony::{HLine, HLineApp, Output, RequestId, Telephony};
use crate::acd::tapi2::words::{agent_goal, session_goal};
use crate::acd::tapi2::{ApiVersion, LineError, NameOffsets, ProxyRequestType, Variable};
use crate::acd::{AgentGoal, AgentState, SessionGoal, SessionState};
use crate::time::Duration;

/// So long a method waits for a reply. One that comes just then is in time; after that it is TAPI_E_TIMEOUT, and a reply that
/// comes later is thrown away, although what was asked for has been done.
pub const TIMEOUT: Duration = Duration::from_secs(120);

/// The first size of a buffer for a list; one that needs more is asked for again.
const LIST_SIZE: u32 = 1_024;

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

#[derive(Clone, Debug)]
pub(super) struct HandlerRecord {
    pub(super) device: u32,
    pub(super) line: HLine,
    pub(super) name: String,
    pub(super) guid: Uuid,
    pub(super) removed: bool,
    /// Whether its groups have changed since they were listed.
    pub(super) groups_changed: bool,
}

#[derive(Clone, Debug)]
pub(super) struct AgentRecord {
    pub(super) handler: u32,
    pub(super) handle: u32,
    /// Whether this client made it, and with which ID.
    pub(super) made: Option<Option<String>>,
    pub(super) state: AgentState,
}

#[derive(Clone, Debug)]
pub(super) struct SessionRecord {
    pub(super) handler: u32,
    pub(super) handle: u32,
    pub(super) state: SessionState,
    /// The agent, group and address, once they are known.
    pub(super) relation: Option<(ITAgent, ITACDGroup, ITAddress)>,
}

#[derive(Clone, Debug)]
pub(super) struct GroupRecord {
    pub(super) handler: u32,
    pub(super) guid: Uuid,
    pub(super) name: String,
    pub(super) removed: bool,
}

#[derive(Clone, Debug)]
pub(super) struct QueueRecord {
    pub(super) handler: u32,
    pub(super) id: u32,
    pub(super) name: String,
    pub(super) removed: bool,
}

/// The TAPI object, ITTAPI with ITTAPICallCenter: a client of a [`LineService`].
///
/// ```
/// use acdsim::acd::tapi2::proxy::Proxy;
/// use acdsim::acd::tapi2::service::LineService;
/// use acdsim::acd::tapi2::virtual_time::VirtualTapi;
/// use acdsim::acd::tapi3::{HResult, Tapi};
/// use acdsim::acd::{AgentHandler, Conventions, SessionState};
/// use acdsim::time::{Duration, Instant};
/// use uuid::Uuid;
///
/// // A switch with one group and one address.
/// let mut service = VirtualTapi::<()>::new(Conventions::default());
/// let device = service.telephony_mut().add_device(1);
/// let switch = service.telephony_mut().initialize_ex("SERVER", "acd");
/// let mut handler = AgentHandler::new();
/// handler.create_group(Uuid::from_u128(1), "Sales").unwrap();
/// handler.create_address("4101").unwrap();
/// let start = jiff::civil::date(2026, 3, 2).at(8, 0, 0, 0);
/// let telephony = service.telephony_mut();
/// let proxy = Proxy::register(telephony, switch, device, "Main ACD", Uuid::from_u128(7), handler, start).unwrap();
/// service.add_proxy(proxy, Duration::from_secs(1));
///
/// // An agent desktop.
/// let mut tapi = Tapi::new(service, "DESK-7", "ann");
/// tapi.initialize()?;
/// let handler = tapi.get_agent_handlers()?.item(1)?;
/// let group = handler.get_acd_groups(&mut tapi)?.item(1)?;
/// let address = handler.get_usable_addresses(&mut tapi)?.item(1)?;
/// let agent = handler.create_agent(&mut tapi)?;
/// let session = agent.create_session(&mut tapi, Some(group), Some(address))?;
/// session.put_state(&mut tapi, SessionState::Ready as i32)?;
/// assert_eq!(session.get_state(&mut tapi)?, SessionState::Ready);
/// assert_eq!(session.get_number_of_calls(&mut tapi)?, 0);
/// assert_eq!(agent.get_agent_sessions(&mut tapi)?.count(), 1);
/// # Ok::<(), HResult>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tapi<S> {
    service: S,
    machine: String,
    user: String,
    app: Option<HLineApp>,
    filter: i32,
    events: VecDeque<Event>,
    /// Replies that were awaited and have come.
    replies: BTreeMap<(HLine, u32), Result<(), ReplyError>>,
    awaited: Option<(HLine, RequestId)>,
    /// A line on each device that could be opened.
    lines: Vec<(u32, HLine)>,
    /// Those on which a proxy has opened all that an agent handler needs, and which were not looked at since.
    opened: Vec<(u32, HLine)>,
    pub(super) handlers: Vec<HandlerRecord>,
    pub(super) agents: Vec<AgentRecord>,
    pub(super) sessions: Vec<SessionRecord>,
    pub(super) groups: Vec<GroupRecord>,
    pub(super) queues: Vec<QueueRecord>,
}

impl<S: LineService> Tapi<S> {
    /// A TAPI object of an application on this machine under this user account.
    pub fn new(service: S, machine: &str, user: &str) -> Self {
        Tapi {
            service,
            machine: machine.to_owned(),
            user: user.to_owned(),
            app: None,
            filter: 0,
            events: VecDeque::new(),
            replies: BTreeMap::new(),
            awaited: None,
            lines: Vec::new(),
            opened: Vec::new(),
            handlers: Vec::new(),
            agents: Vec::new(),
            sessions: Vec::new(),
            groups: Vec::new(),
            queues: Vec::new(),
        }
    }

    /// What it is a client of.
    pub fn service(&self) -> &S {
        &self.service
    }

    /// What it is a client of, to let time pass or to drive the switch.
    pub fn service_mut(&mut self) -> &mut S {
        &mut self.service
    }

    /// The user account of the application.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// ITTAPI::Initialize: opens a line on every device and looks for agent handlers. S_FALSE if that has been done.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_TIMEOUT`] if a handler does not tell what it is.
    #[doc(alias = "Initialize")]
    pub fn initialize(&mut self) -> Result<HResult, HResult> {
        if self.app.is_some() {
            return Ok(HResult::S_FALSE);
        }
        let app = self.service.telephony_mut().initialize_ex(&self.machine, &self.user);
        self.app = Some(app);
        for device in 0..self.service.telephony().device_count() {
            let opened =
                self.service.telephony_mut().open(app, device, ApiVersion::V3_1, 0, LINECALLPRIVILEGE_NONE, None);
            if let Ok(line) = opened {
                self.lines.push((device, line));
                self.look_for_handler(device, line)?;
            }
        }
        Ok(HResult::S_OK)
    }

    /// ITTAPI::Shutdown: closes everything. S_FALSE if that has been done.
    #[doc(alias = "Shutdown")]
    pub fn shutdown(&mut self) -> HResult {
        let Some(app) = self.app.take() else { return HResult::S_FALSE };
        // The application was open, whatever it has opened.
        let closed = self.service.telephony_mut().shutdown(app);
        debug_assert_eq!(closed, Ok(()));
        self.lines.clear();
        self.handlers.iter_mut().for_each(|handler| handler.removed = true);
        self.events.clear();
        HResult::S_OK
    }

    /// ITTAPI::put_EventFilter: which events are delivered, TE_ bits. Without one none is.
    #[doc(alias = "put_EventFilter")]
    pub fn put_event_filter(&mut self, filter: i32) {
        self.catch_up();
        self.filter = filter;
    }

    /// ITTAPI::get_EventFilter.
    #[doc(alias = "get_EventFilter")]
    pub fn get_event_filter(&self) -> i32 {
        self.filter
    }

    /// ITTAPICallCenter::EnumerateAgentHandlers.
    ///
    /// # Errors
    ///
    /// [`HResult::E_INVALIDARG`] if TAPI has not been initialized.
    #[doc(alias = "EnumerateAgentHandlers")]
    pub fn enumerate_agent_handlers(&mut self) -> Result<Enumerator<ITAgentHandler>, HResult> {
        self.get_agent_handlers().map(|handlers| handlers.new_enum())
    }

    /// ITTAPICallCenter::get_AgentHandlers.
    ///
    /// # Errors
    ///
    /// [`HResult::E_INVALIDARG`] if TAPI has not been initialized.
    #[doc(alias = "get_AgentHandlers")]
    pub fn get_agent_handlers(&mut self) -> Result<Collection<ITAgentHandler>, HResult> {
        if self.app.is_none() {
            return Err(HResult::E_INVALIDARG);
        }
        self.catch_up();
        let present = (0..).zip(&self.handlers).filter(|(_, handler)| !handler.removed);
        Ok(Collection::new(present.map(|(number, _)| ITAgentHandler(number)).collect()))
    }

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

    fn read_messages(&mut self) {
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
        let Some(handler) = self.handler_on(device) else { return };
        match message {
            LineMessage::AgentStatusEx { agent, status, state } if status & LINEAGENTSTATUSEX_STATE != 0 => {
                // RELEASED has no counterpart here.
                if let Some(AgentGoal::State(state)) = agent_goal(state) {
                    let agent = self.agent_of(handler, agent);
                    self.agents[agent.0 as usize].state = state;
                    let event = AgentEvent::ALL[state as usize];
                    self.deliver(Event::Agent(agent, event));
                }
            }
            LineMessage::AgentSessionStatus { session, status, state } => {
                let session = self.session_of(handler, session, SessionState::NotReady);
                if status & LINEAGENTSESSIONSTATUS_NEWSESSION != 0 {
                    self.deliver(Event::AgentSession(session, AgentSessionEvent::NewSession));
                }
                if status & LINEAGENTSESSIONSTATUS_STATE != 0
                    && let Some(state) = session_goal(state).map(SessionGoal::state)
                {
                    self.sessions[session.0 as usize].state = state;
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
            (Some(handler), LINEPROXYSTATUS_CLOSE) if serves => {
                self.handlers[handler as usize].removed = true;
                self.deliver(Event::AgentHandler(ITAgentHandler(handler), AgentHandlerEvent::AgentHandlerRemoved));
            }
            // All that it serves is open then.
            (None, LINEPROXYSTATUS_ALLOPENFORACD) => self.opened.push((device, line)),
            _ => {}
        }
    }

    fn deliver(&mut self, event: Event) {
        let supported = match event {
            Event::AcdGroup(..) => self.service.telephony().conventions().group_events == GroupEvents::Delivered,
            _ => true,
        };
        if supported && self.filter & event.filter_bit() != 0 {
            self.events.push_back(event);
        }
    }

    pub(super) fn application(&self) -> Result<HLineApp, HResult> {
        self.app.ok_or(HResult::TAPI_E_NOT_INITIALIZED)
    }

    fn handler_on(&self, device: u32) -> Option<u32> {
        let handler = self.handlers.iter().position(|handler| handler.device == device && !handler.removed);
        handler.map(|handler| handler as u32)
    }

    /// Asks a device whether an agent handler is behind it.
    fn look_for_handler(&mut self, device: u32, line: HLine) -> Result<(), HResult> {
        let app = self.application()?;
        let asked = self.ask_structure::<AgentCaps>(line, 256, |telephony, size| {
            telephony.get_agent_caps(app, device, 0, ApiVersion::V2_2, size)
        });
        match asked {
            Ok(caps) => {
                let name = caps.agent_handler_info.unwrap_or_default();
                let (guid, removed, groups_changed) = (caps.proxy_guid, false, false);
                self.handlers.push(HandlerRecord { device, line, name, guid, removed, groups_changed });
                // So that those that come and go can be told.
                self.list_groups(self.handlers.len() as u32 - 1, false).map(|_| ())
            }
            // A device without a proxy, or without addresses, is none of a call center.
            Err(HResult::TAPI_E_TIMEOUT) => Err(HResult::TAPI_E_TIMEOUT),
            Err(_) => Ok(()),
        }
    }

    /// The groups of a handler, listed anew; what has come and gone is noted, and told if it is news.
    pub(super) fn list_groups(&mut self, handler: u32, announce: bool) -> Result<Vec<ITACDGroup>, HResult> {
        let line = self.line_of(handler)?;
        let list: GroupList =
            self.ask_structure(line, LIST_SIZE, |telephony, size| telephony.get_group_list(line, size))?;
        let known = |groups: &[GroupRecord], guid| {
            let place = groups.iter().position(|it| it.handler == handler && it.guid == guid && !it.removed);
            place.map(|place| ITACDGroup(place as u32))
        };
        let mut present = Vec::new();
        for entry in &list.entries {
            present.push(known(&self.groups, entry.guid).unwrap_or_else(|| {
                let name = entry.name.clone().unwrap_or_default();
                self.groups.push(GroupRecord { handler, guid: entry.guid, name, removed: false });
                let group = ITACDGroup(self.groups.len() as u32 - 1);
                if announce {
                    self.deliver(Event::AcdGroup(group, AcdGroupEvent::NewGroup));
                }
                group
            }));
        }
        for number in 0..self.groups.len() as u32 {
            let record = &mut self.groups[number as usize];
            if record.handler == handler && !record.removed && !present.contains(&ITACDGroup(number)) {
                record.removed = true;
                self.deliver(Event::AcdGroup(ITACDGroup(number), AcdGroupEvent::GroupRemoved));
            }
        }
        Ok(present)
    }

    /// The line to a handler.
    pub(super) fn line_of(&self, handler: u32) -> Result<HLine, HResult> {
        match self.handlers.get(handler as usize) {
            _ if self.app.is_none() => Err(HResult::TAPI_E_NOT_INITIALIZED),
            Some(handler) => Ok(handler.line),
            None => Err(HResult::E_INVALIDARG),
        }
    }

    /// The agent of a handle, who is known from now on.
    pub(super) fn agent_of(&mut self, handler: u32, handle: u32) -> ITAgent {
        let known = self.agents.iter().position(|it| (it.handler, it.handle) == (handler, handle));
        ITAgent(known.unwrap_or_else(|| {
            self.agents.push(AgentRecord { handler, handle, made: None, state: AgentState::Unknown });
            self.agents.len() - 1
        }) as u32)
    }

    /// The session of a handle, which is known from now on.
    pub(super) fn session_of(&mut self, handler: u32, handle: u32, state: SessionState) -> ITAgentSession {
        let known = self.sessions.iter().position(|it| (it.handler, it.handle) == (handler, handle));
        ITAgentSession(known.unwrap_or_else(|| {
            self.sessions.push(SessionRecord { handler, handle, state, relation: None });
            self.sessions.len() - 1
        }) as u32)
    }

    /// The queue of a number, which is known from now on.
    pub(super) fn queue_of(&mut self, handler: u32, id: u32, name: Option<&str>) -> ITQueue {
        let known = self.queues.iter().position(|it| (it.handler, it.id) == (handler, id));
        let number = known.unwrap_or_else(|| {
            self.queues.push(QueueRecord { handler, id, name: String::new(), removed: false });
            self.queues.len() - 1
        });
        if let Some(name) = name {
            name.clone_into(&mut self.queues[number].name);
        }
        ITQueue(number as u32)
    }

    /// The form of an error in which a method returns it.
    pub(super) fn hresult(&self, error: LineError) -> HResult {
        HResult::from_line_error(error, self.service.telephony().conventions().com_errors)
    }

    /// Starts a line function, and waits for its reply.
    pub(super) fn ask(
        &mut self,
        line: HLine,
        start: impl FnOnce(&mut Telephony) -> Result<RequestId, LineError>,
    ) -> Result<Output, HResult> {
        let request = start(self.service.telephony_mut()).map_err(|error| self.hresult(error))?;
        self.awaited = Some((line, request));
        let limit = self.service.now() + TIMEOUT;
        let reply = loop {
            self.read_messages();
            if let Some(reply) = self.replies.remove(&(line, request.0)) {
                break Some(reply);
            }
            if !self.service.wait(limit) {
                self.read_messages();
                break self.replies.remove(&(line, request.0));
            }
        };
        self.awaited = None;
        match reply {
            None => Err(HResult::TAPI_E_TIMEOUT),
            Some(Err(ReplyError::Line(error))) => Err(self.hresult(error)),
            Some(Err(ReplyError::Other(code))) => Err(HResult(code)),
            Some(Ok(())) => {
                let output = self.service.telephony_mut().take_output(line, request);
                output.ok_or(HResult::TAPI_E_OPERATIONFAILED)
            }
        }
    }

    /// Starts a line function that fills a structure, again with more room if that was too little, and reads it.
    pub(super) fn ask_structure<V: Variable>(
        &mut self,
        line: HLine,
        size: u32,
        mut start: impl FnMut(&mut Telephony, u32) -> Result<RequestId, LineError>,
    ) -> Result<V, HResult> {
        let offsets: NameOffsets = self.service.telephony().conventions().name_offsets;
        let mut size = size;
        loop {
            let output = self.ask(line, |telephony| start(telephony, size))?;
            let Output::Structure(bytes) = output else { return Err(HResult::TAPI_E_OPERATIONFAILED) };
            let needed =
                bytes.get(4..8).map_or(0, |dword| u32::from_le_bytes([dword[0], dword[1], dword[2], dword[3]]));
            if needed <= size {
                return V::decode_with(&bytes, offsets).map_err(|_| HResult::TAPI_E_OPERATIONFAILED);
            }
            size = needed;
        }
    }
}

/// A method with a place for its result, as COM has it: E_POINTER without one, before anything is done; else what the
/// method returns, S_OK with the result in its place.
///
/// ```
/// use acdsim::acd::tapi3::{HResult, deliver};
///
/// let mut calls = 0;
/// assert_eq!(deliver(Some(&mut calls), || Ok(7)), HResult::S_OK);
/// assert_eq!(calls, 7);
/// assert_eq!(deliver(None::<&mut i32>, || unreachable!("nothing is done")), HResult::E_POINTER);
/// assert_eq!(deliver(Some(&mut calls), || Err(HResult::TAPI_E_TIMEOUT)), HResult::TAPI_E_TIMEOUT);
/// ```
pub fn deliver<T>(out: Option<&mut T>, method: impl FnOnce() -> Result<T, HResult>) -> HResult {
    let Some(out) = out else { return HResult::E_POINTER };
    match method() {
        Ok(result) => {
            *out = result;
            HResult::S_OK
        }
        Err(error) => error,
    }
}
