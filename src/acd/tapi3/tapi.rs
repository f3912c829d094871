//! The TAPI object: it opens lines and waits for replies.

use std::collections::{BTreeMap, VecDeque};

use super::records::{AgentRecord, GroupRecord, HandlerRecord, QueueRecord, SessionRecord};
use super::{Collection, Enumerator, Event, HResult, ITAddress, ITAgentHandler};
use crate::acd::tapi2::constants::LINECALLPRIVILEGE_NONE;
use crate::acd::tapi2::message::ReplyError;
use crate::acd::tapi2::service::LineService;
use crate::acd::tapi2::telephony::{HLine, HLineApp, Output, RequestId, Telephony};
use crate::acd::tapi2::{ApiVersion, LineError, Variable};
use crate::time::Duration;

/// So long a method waits for a reply. One that comes just then is in time; after that it is TAPI_E_TIMEOUT, and a reply that
/// comes later is thrown away, although what was asked for has been done.
pub const TIMEOUT: Duration = Duration::from_secs(120);

/// The first size of a buffer for a list; one that needs more is asked for again.
pub(super) const LIST_SIZE: u32 = 1_024;

/// So often a structure is asked for at most; it may need more room each time.
const MOST_TRIES: u32 = 8;

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
    pub(super) service: S,
    machine: String,
    user: String,
    app: Option<HLineApp>,
    pub(super) filter: i32,
    pub(super) events: VecDeque<Event>,
    /// Replies that were awaited and have come.
    pub(super) replies: BTreeMap<(HLine, u32), Result<(), ReplyError>>,
    pub(super) awaited: Option<(HLine, RequestId)>,
    /// A line on each device that could be opened.
    pub(super) lines: Vec<(u32, HLine)>,
    /// Those on which a proxy has opened all that an agent handler needs, and which were not looked at since.
    pub(super) opened: Vec<(u32, HLine)>,
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

    /// ITTAPI::Initialize: opens a line on every device that is in service and looks for agent handlers. S_FALSE if that has
    /// been done.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_TIMEOUT`] if a handler does not tell what it is; TAPI is not initialized then.
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
                if let Err(error) = self.look_for_handler(device, line) {
                    self.shutdown();
                    return Err(error);
                }
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
        self.opened.clear();
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

    /// ITTAPI::EnumerateAddresses.
    ///
    /// # Errors
    ///
    /// [`HResult::E_INVALIDARG`] if TAPI has not been initialized.
    #[doc(alias = "EnumerateAddresses")]
    pub fn enumerate_addresses(&mut self) -> Result<Enumerator<ITAddress>, HResult> {
        self.get_addresses().map(|addresses| addresses.new_enum())
    }

    /// ITTAPI::get_Addresses: those of all line devices, with an agent handler or without.
    ///
    /// # Errors
    ///
    /// [`HResult::E_INVALIDARG`] if TAPI has not been initialized.
    #[doc(alias = "get_Addresses")]
    pub fn get_addresses(&mut self) -> Result<Collection<ITAddress>, HResult> {
        if self.app.is_none() {
            return Err(HResult::E_INVALIDARG);
        }
        let devices = 0..self.service.telephony().device_count();
        Ok(Collection::new(devices.flat_map(|device| self.addresses_of(device)).collect()))
    }

    /// The addresses of a line device.
    pub(super) fn addresses_of(&self, device: u32) -> Vec<ITAddress> {
        let count = self.service.telephony().address_count(device).unwrap_or(0);
        (0..count).map(|id| ITAddress { device, id }).collect()
    }

    pub(super) fn application(&self) -> Result<HLineApp, HResult> {
        self.app.ok_or(HResult::TAPI_E_NOT_INITIALIZED)
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
            if !self.lines.iter().any(|&(_, open)| open == line) {
                // It was closed by force, and nothing comes there any more.
                break Some(Err(ReplyError::Line(LineError::OperationFailed)));
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
        let offsets = self.service.telephony().conventions().name_offsets;
        let mut size = size;
        for _ in 0..MOST_TRIES {
            let output = self.ask(line, |telephony| start(telephony, size))?;
            let Output::Structure(bytes) = output else { return Err(HResult::TAPI_E_OPERATIONFAILED) };
            let needed =
                bytes.get(4..8).map_or(0, |dword| u32::from_le_bytes([dword[0], dword[1], dword[2], dword[3]]));
            if needed <= size {
                return V::decode_with(&bytes, offsets).map_err(|_| HResult::TAPI_E_OPERATIONFAILED);
            }
            size = needed;
        }
        Err(HResult::TAPI_E_OPERATIONFAILED)
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
