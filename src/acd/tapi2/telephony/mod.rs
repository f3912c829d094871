//! TAPI's server between clients and proxies: lines, requests and replies, messages. A pure dispatcher.
//!
//! A client calls a function and gets a request's number at once; the request goes to the proxy application that has
//! registered for its type on that line device; the proxy answers once, whenever it likes; the client gets LINE_REPLY and
//! then its output. Whoever drives a [`Telephony`] brings messages from here to applications and calls from them: it
//! knows neither time nor threads, and nothing of what the proxies do.
//!
//! - [`Telephony`]'s own functions are those of applications and lines: lineInitializeEx, lineOpen, lineClose and so on.
//! - `client` has the functions that become proxy requests, and their replies.
//! - `proxy` has the proxy's side: requests, lineProxyResponse, lineProxyMessage.
//!
//! # What TAPI leaves open, and what is decided here
//!
//! - A request that no proxy serves, or that is newer than the API version of its line, is LINEERR_OPERATIONUNAVAIL.
//! - LINE_PROXYSTATUS goes to every line on the device but the proxy's own, as what a proxy sends does. ALLOPENFORACD
//!   follows when all twenty types are served, for which set the pages give no list.
//! - A line that is closed takes its unanswered requests along: as a proxy's they are answered with
//!   LINEERR_OPERATIONFAILED, as a client's they are answered to nobody.
//! - A handle is never used again. A buffer that a proxy has damaged is an answer nevertheless: the client gets
//!   LINEERR_OPERATIONFAILED, and the proxy LINEERR_INVALPARAM.

mod client;
mod proxy;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

use super::call_params::ProxyRegistration;
use super::constants::{
    LINECALLPRIVILEGE_MONITOR, LINECALLPRIVILEGE_NONE, LINECALLPRIVILEGE_OWNER, LINEOPENOPTION_PROXY,
    LINEOPENOPTION_SINGLEADDRESS, LINEPROXYSTATUS_ALLOPENFORACD, LINEPROXYSTATUS_CLOSE, LINEPROXYSTATUS_OPEN,
};
use super::lists::ProxyRequestList;
use super::message::{LineMessage, RawMessage};
use super::{ApiVersion, LineError, ProxyRequestType, Variable};
use crate::acd::Conventions;

pub use client::Output;

/// An application's use of TAPI: HLINEAPP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HLineApp(pub u32);

/// An open line: HLINE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HLine(pub u32);

/// The number of an asynchronous request: what a function returned, and LINE_REPLY names; more than 0 as a LONG.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u32);

/// So many requests of one line may be unanswered at once; one more is LINEERR_RESOURCEUNAVAIL.
pub const MOST_PENDING: usize = 65_536;

/// So many messages wait for one line; the status messages beyond are lost, replies and requests are not.
pub const MOST_MESSAGES: usize = 262_144;

/// The greatest request number: the greatest LONG.
const MOST_REQUEST_ID: u32 = i32::MAX as u32;

#[derive(Clone, Debug)]
struct App {
    machine: String,
    user: String,
    open: bool,
}

#[derive(Clone, Debug)]
struct Device {
    addresses: u32,
    in_service: bool,
}

#[derive(Clone, Debug)]
struct Line {
    app: HLineApp,
    device: u32,
    version: ApiVersion,
    instance: u64,
    serves: Vec<ProxyRequestType>,
    /// The one address that the line is about, if it is about one.
    address: Option<u32>,
    messages: VecDeque<RawMessage>,
    lost: u64,
    /// Requests of this line as a client that are unanswered, and answers that it has not taken.
    pending: usize,
    open: bool,
}

#[derive(Clone, Debug)]
struct Request {
    client: HLine,
    proxy: HLine,
    request_type: ProxyRequestType,
    /// The LINEPROXYREQUEST, the proxy's until it answers.
    buffer: Vec<u8>,
    answered: bool,
}

/// TAPI's server: line devices, the applications that have opened them, and the requests on their way.
///
/// ```
/// use acdsim::acd::Conventions;
/// use acdsim::acd::tapi2::call_params::ProxyRegistration;
/// use acdsim::acd::tapi2::constants::{LINECALLPRIVILEGE_NONE, LINEOPENOPTION_PROXY};
/// use acdsim::acd::tapi2::message::LineMessage;
/// use acdsim::acd::tapi2::response::{Response, encode_response};
/// use acdsim::acd::tapi2::telephony::{Output, Telephony};
/// use acdsim::acd::tapi2::{ApiVersion, ProxyRequestType};
///
/// let mut tapi = Telephony::new(Conventions::default());
/// let device = tapi.add_device(2);
/// let (switch, desk) = (tapi.initialize_ex("SERVER", "acd"), tapi.initialize_ex("DESK-7", "ann"));
///
/// let all = ProxyRegistration::new(0, ProxyRequestType::ALL).encode();
/// let proxied = LINECALLPRIVILEGE_NONE | LINEOPENOPTION_PROXY;
/// let proxy = tapi.open(switch, device, ApiVersion::V2_2, 0, proxied, Some(&all))?;
/// let line = tapi.open(desk, device, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None)?;
///
/// let request = tapi.create_agent(line, None, None)?;
/// let mut buffer = tapi.proxy_request(proxy, request)?.to_vec();
/// encode_response(&mut buffer, &Response::Agent(1))?;
/// tapi.proxy_response(proxy, request, &buffer, 0)?;
///
/// let reply = tapi.get_message(line)?.map(LineMessage::from);
/// assert_eq!(reply, Some(LineMessage::Reply { request: request.0, result: Ok(()) }));
/// assert_eq!(tapi.take_output(line, request), Some(Output::Agent(1)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Telephony {
    conventions: Conventions,
    apps: Vec<App>,
    devices: Vec<Device>,
    lines: Vec<Line>,
    requests: BTreeMap<RequestId, Request>,
    last_request: u32,
}

impl Telephony {
    /// A server without devices and applications.
    pub fn new(conventions: Conventions) -> Self {
        Telephony {
            conventions,
            apps: Vec::new(),
            devices: Vec::new(),
            lines: Vec::new(),
            requests: BTreeMap::new(),
            last_request: 0,
        }
    }

    /// The conventions in force.
    pub fn conventions(&self) -> &Conventions {
        &self.conventions
    }

    /// Adds a line device with so many addresses and returns its number, from 0.
    pub fn add_device(&mut self, addresses: u32) -> u32 {
        self.devices.push(Device { addresses, in_service: true });
        self.devices.len() as u32 - 1
    }

    /// How many line devices there are.
    pub fn device_count(&self) -> u32 {
        self.devices.len() as u32
    }

    /// How many addresses a device has.
    ///
    /// # Errors
    ///
    /// [`LineError::BadDeviceId`].
    pub fn address_count(&self, device: u32) -> Result<u32, LineError> {
        self.device(device).map(|device| device.addresses)
    }

    /// The device of an open line.
    ///
    /// # Errors
    ///
    /// [`LineError::InvalLineHandle`]; [`LineError::Uninitialized`].
    pub fn device_of(&self, line: HLine) -> Result<u32, LineError> {
        self.line(line).map(|line| line.device)
    }

    /// Takes a device out of service, or back into it: while it is out, no line can be opened on it.
    ///
    /// # Errors
    ///
    /// [`LineError::BadDeviceId`].
    pub fn set_in_service(&mut self, device: u32, in_service: bool) -> Result<(), LineError> {
        self.devices.get_mut(device as usize).ok_or(LineError::BadDeviceId)?.in_service = in_service;
        Ok(())
    }

    /// lineInitializeEx: an application on this machine, under this user account, begins to use TAPI.
    pub fn initialize_ex(&mut self, machine: &str, user: &str) -> HLineApp {
        self.apps.push(App { machine: machine.to_owned(), user: user.to_owned(), open: true });
        HLineApp(self.apps.len() as u32)
    }

    /// lineShutdown: the application's lines are closed, and its handle is worth nothing.
    ///
    /// # Errors
    ///
    /// [`LineError::InvalAppHandle`]; [`LineError::Uninitialized`] if no application uses TAPI.
    pub fn shutdown(&mut self, app: HLineApp) -> Result<(), LineError> {
        self.app(app)?;
        for line in self.open_lines().filter(|&line| self.line_ref(line).app == app).collect::<Vec<_>>() {
            self.close(line)?;
        }
        self.apps[app.0 as usize - 1].open = false;
        Ok(())
    }

    /// lineNegotiateAPIVersion: the highest version that both sides know.
    ///
    /// # Errors
    ///
    /// [`LineError::InvalAppHandle`], [`LineError::BadDeviceId`]; [`LineError::IncompatibleApiVersion`] if the range has
    /// none of the versions from 2.0 to 3.1.
    pub fn negotiate_api_version(
        &self,
        app: HLineApp,
        device: u32,
        low: ApiVersion,
        high: ApiVersion,
    ) -> Result<ApiVersion, LineError> {
        self.app(app)?;
        self.device(device)?;
        let known = ApiVersion::ALL.into_iter().filter(|version| *version >= ApiVersion::V2_0);
        known.filter(|version| (low..=high).contains(version)).max().ok_or(LineError::IncompatibleApiVersion)
    }

    /// lineOpen: opens a line device with an API version that was negotiated.
    ///
    /// With LINEOPENOPTION_PROXY among the privileges, `call_params` are LINECALLPARAMS that name the request types which
    /// the application will serve.
    ///
    /// # Errors
    ///
    /// [`LineError::InvalAppHandle`], [`LineError::BadDeviceId`], [`LineError::IncompatibleApiVersion`];
    /// [`LineError::InvalPrivSelect`] for another combination of privileges; [`LineError::InvalPointer`] for a proxy without
    /// call parameters, [`LineError::InvalParam`] for ones that cannot be read, name no type or one that TAPI does not have;
    /// [`LineError::NotRegistered`] for a type that is served already; [`LineError::InvalAddressId`];
    /// [`LineError::OperationFailed`] for a device out of service.
    pub fn open(
        &mut self,
        app: HLineApp,
        device: u32,
        version: ApiVersion,
        callback_instance: u64,
        privileges: u32,
        call_params: Option<&[u8]>,
    ) -> Result<HLine, LineError> {
        self.app(app)?;
        let Device { addresses, in_service } = *self.device(device)?;
        if !ApiVersion::ALL.contains(&version) || version < ApiVersion::V2_0 {
            return Err(LineError::IncompatibleApiVersion);
        }
        let options = privileges & (LINEOPENOPTION_PROXY | LINEOPENOPTION_SINGLEADDRESS);
        match privileges & !options {
            LINECALLPRIVILEGE_NONE | LINECALLPRIVILEGE_MONITOR | LINECALLPRIVILEGE_OWNER => {}
            both if both == LINECALLPRIVILEGE_MONITOR | LINECALLPRIVILEGE_OWNER => {}
            _ => return Err(LineError::InvalPrivSelect),
        }
        let registration = match (options, call_params) {
            (0, _) => ProxyRegistration::default(),
            (_, None) => return Err(LineError::InvalPointer),
            (_, Some(bytes)) => ProxyRegistration::decode(bytes).map_err(|_| LineError::InvalParam)?,
        };
        let single = options & LINEOPENOPTION_SINGLEADDRESS != 0;
        if single && registration.address >= addresses {
            return Err(LineError::InvalAddressId);
        }
        let mut serves = Vec::new();
        if options & LINEOPENOPTION_PROXY != 0 {
            for &number in &registration.request_types {
                let request_type = ProxyRequestType::try_from(number).map_err(|_| LineError::InvalParam)?;
                if request_type.since() > version {
                    return Err(LineError::IncompatibleApiVersion);
                }
                if self.proxy_of(device, request_type).is_some() || serves.contains(&request_type) {
                    return Err(LineError::NotRegistered);
                }
                serves.push(request_type);
            }
            if serves.is_empty() {
                return Err(LineError::InvalParam);
            }
        }
        if !in_service {
            return Err(LineError::OperationFailed);
        }
        self.lines.push(Line {
            app,
            device,
            version,
            instance: callback_instance,
            serves: serves.clone(),
            address: single.then_some(registration.address),
            messages: VecDeque::new(),
            lost: 0,
            pending: 0,
            open: true,
        });
        let line = HLine(self.lines.len() as u32);
        self.tell_proxy_status(line, LINEPROXYSTATUS_OPEN, &serves);
        let all = ProxyRequestType::ALL.iter().all(|&request_type| self.proxy_of(device, request_type).is_some());
        if all && !serves.is_empty() {
            let message = LineMessage::ProxyStatus { status: LINEPROXYSTATUS_ALLOPENFORACD, request_type: 0 };
            self.tell_others(line, message, ApiVersion::V2_2);
        }
        Ok(line)
    }

    /// lineClose: the handle is worth nothing, and what was not answered is dealt with as the module says.
    ///
    /// # Errors
    ///
    /// [`LineError::InvalLineHandle`]; [`LineError::Uninitialized`].
    pub fn close(&mut self, line: HLine) -> Result<(), LineError> {
        let serves = self.line(line)?.serves.clone();
        let unanswered: Vec<RequestId> =
            self.requests.iter().filter(|(_, it)| it.proxy == line && !it.answered).map(|(id, _)| *id).collect();
        for request in unanswered {
            self.finish(request, LineError::OperationFailed.code());
        }
        self.requests.retain(|_, request| request.client != line);
        let record = &mut self.lines[line.0 as usize - 1];
        record.open = false;
        record.serves.clear();
        record.messages = VecDeque::new();
        self.tell_proxy_status(line, LINEPROXYSTATUS_CLOSE, &serves);
        Ok(())
    }

    /// Closes a line by force: its application gets LINE_CLOSE as the last message, which it can still fetch.
    ///
    /// # Errors
    ///
    /// As [`close`](Self::close).
    pub fn force_close(&mut self, line: HLine) -> Result<(), LineError> {
        self.close(line)?;
        let instance = self.lines[line.0 as usize - 1].instance;
        self.lines[line.0 as usize - 1].messages.push_back(LineMessage::Close.to_raw(line.0, instance));
        Ok(())
    }

    /// lineGetMessage: the next message for a line, if there is one.
    ///
    /// # Errors
    ///
    /// [`LineError::InvalLineHandle`], unless a LINE_CLOSE is still to be told; [`LineError::Uninitialized`].
    pub fn get_message(&mut self, line: HLine) -> Result<Option<RawMessage>, LineError> {
        let known = (line.0 as usize).checked_sub(1).and_then(|index| self.lines.get_mut(index));
        match known.and_then(|line| line.messages.pop_front()) {
            Some(message) => Ok(Some(message)),
            None => self.line(line).map(|_| None),
        }
    }

    /// How many status messages for a line were lost because more than [`MOST_MESSAGES`] waited.
    ///
    /// # Errors
    ///
    /// [`LineError::InvalLineHandle`]; [`LineError::Uninitialized`].
    pub fn lost_messages(&self, line: HLine) -> Result<u64, LineError> {
        self.line(line).map(|line| line.lost)
    }

    /// lineGetProxyStatus: the request types that are served on a device, as a LINEPROXYREQUESTLIST of `total_size` bytes.
    ///
    /// # Errors
    ///
    /// [`LineError::InvalAppHandle`], [`LineError::BadDeviceId`]; [`LineError::IncompatibleApiVersion`] below 2.2;
    /// [`LineError::OperationUnavail`] if none is served; [`LineError::StructureTooSmall`].
    pub fn get_proxy_status(
        &self,
        app: HLineApp,
        device: u32,
        version: ApiVersion,
        total_size: u32,
    ) -> Result<Vec<u8>, LineError> {
        self.app(app)?;
        self.device(device)?;
        if version < ApiVersion::V2_2 {
            return Err(LineError::IncompatibleApiVersion);
        }
        let served =
            ProxyRequestType::ALL.iter().filter(|&&request_type| self.proxy_of(device, request_type).is_some());
        let list: ProxyRequestList = served.map(|request_type| request_type.value()).collect();
        if list.entries.is_empty() {
            return Err(LineError::OperationUnavail);
        }
        // What the list needs is known, so that no more than that is ever allocated.
        let mut buffer = vec![0; (total_size as usize).min(list.needed_size())];
        list.encode_into(&mut buffer)?;
        buffer[..4].copy_from_slice(&total_size.to_le_bytes());
        Ok(buffer)
    }

    fn app(&self, app: HLineApp) -> Result<&App, LineError> {
        if !self.apps.iter().any(|app| app.open) {
            return Err(LineError::Uninitialized);
        }
        let known = (app.0 as usize).checked_sub(1).and_then(|index| self.apps.get(index));
        known.filter(|app| app.open).ok_or(LineError::InvalAppHandle)
    }

    fn device(&self, device: u32) -> Result<&Device, LineError> {
        self.devices.get(device as usize).ok_or(LineError::BadDeviceId)
    }

    fn line(&self, line: HLine) -> Result<&Line, LineError> {
        if !self.apps.iter().any(|app| app.open) {
            return Err(LineError::Uninitialized);
        }
        let known = (line.0 as usize).checked_sub(1).and_then(|index| self.lines.get(index));
        known.filter(|line| line.open).ok_or(LineError::InvalLineHandle)
    }

    fn line_ref(&self, line: HLine) -> &Line {
        &self.lines[line.0 as usize - 1]
    }

    fn open_lines(&self) -> impl Iterator<Item = HLine> + '_ {
        let numbered = (1..).map(HLine).zip(&self.lines);
        numbered.filter(|(_, line)| line.open).map(|(number, _)| number)
    }

    /// The line whose application serves requests of a type on a device.
    fn proxy_of(&self, device: u32, request_type: ProxyRequestType) -> Option<HLine> {
        self.open_lines().find(|&line| {
            let line = self.line_ref(line);
            line.device == device && line.serves.contains(&request_type)
        })
    }

    /// Tells which types are served, or no more, to the other lines of a device.
    fn tell_proxy_status(&mut self, proxy: HLine, status: u32, types: &[ProxyRequestType]) {
        for request_type in types {
            let message = LineMessage::ProxyStatus { status, request_type: request_type.value() };
            self.tell_others(proxy, message, ApiVersion::V2_2);
        }
    }

    /// Sends a status message to all other lines of a line's device that know messages of that version.
    fn tell_others(&mut self, sender: HLine, message: LineMessage, since: ApiVersion) {
        let device = self.line_ref(sender).device;
        for (number, line) in (1..).zip(&mut self.lines) {
            if line.open && line.device == device && HLine(number) != sender && line.version >= since {
                if line.messages.len() >= MOST_MESSAGES {
                    line.lost += 1;
                } else {
                    line.messages.push_back(message.to_raw(number, line.instance));
                }
            }
        }
    }
}
