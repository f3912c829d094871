//! The adapter to live TAPI 2.2, through the functions of `tapi32.dll`.
//!
//! The library is loaded when it is wanted, as Windows finds it: beside the program first. A line is opened on each device that
//! has groups, as owner of its calls; an agent is made by lineCreateAgent with the agent's name as ID. A call is dialled by
//! lineMakeCall and answered by lineAnswer where LINE_APPNEWCALL tells of it. Messages are fetched by lineGetMessage, and
//! stamped then; a function that is replied to is waited for.

use std::collections::{HashMap, VecDeque};
use std::ffi::c_void;

use windows::Win32::Devices::Tapi::{
    LINE_APPNEWCALL, LINE_CALLSTATE, LINEADDRESSMODE_ADDRESSID, LINEBEARERMODE_VOICE, LINECALLINFO, LINECALLPARAMS,
    LINECALLPRIVILEGE_MONITOR, LINECALLPRIVILEGE_OWNER, LINECALLSTATE_CONNECTED, LINECALLSTATE_DISCONNECTED,
    LINECALLSTATUS, LINEDISCONNECTMODE_BUSY, LINEINITIALIZEEXOPTION_USEEVENT, LINEINITIALIZEEXPARAMS,
    LINEMEDIAMODE_INTERACTIVEVOICE,
};
use windows::Win32::Foundation::HMODULE;
use windows::Win32::System::LibraryLoader::{GetProcAddress, LoadLibraryW};
use windows_core::{GUID, HSTRING, PCSTR, w};

use super::super::clock::Lateness;
use super::super::port::{Capabilities, Counted, Fault, Noticed, TelephonySystem};
use super::live::{Board, EndState, LiveOptions};
use crate::acd::SessionState;
use crate::acd::tapi2::constants::{
    LINEAGENTSESSIONSTATE_BUSYONCALL, LINEAGENTSESSIONSTATE_BUSYWRAPUP, LINEAGENTSESSIONSTATE_ENDED,
    LINEAGENTSESSIONSTATE_NOTREADY, LINEAGENTSESSIONSTATE_READY, LINEAGENTSESSIONSTATUS_STATE,
};
use crate::acd::tapi2::lists::{GroupList, SessionList};
use crate::acd::tapi2::message::{LineMessage, RawMessage, ReplyError};
use crate::acd::tapi2::structures::AgentSessionInfo;
use crate::acd::tapi2::{LineError, NameOffsets, Variable};
use crate::time::Instant;
use crate::trace::{Header, TapiTotals};

/// The versions that are negotiated: from 2.2 on.
const VERSIONS: (u32, u32) = (0x0002_0002, 0x0003_0001);

/// So large is a structure first; one that needs more is asked for again.
const FIRST_SIZE: u32 = 2_048;

/// The functions of the library, by their names there.
macro_rules! functions {
    ($($name:ident($($type:ty),*);)*) => {
        #[allow(non_snake_case, reason = "the names are TAPI's")]
        struct Functions {
            $($name: unsafe extern "system" fn($($type),*) -> i32,)*
        }

        impl Functions {
            /// # Safety
            ///
            /// The library is `tapi32.dll`, whose functions of these names are what they are declared to be.
            unsafe fn of(library: HMODULE) -> Result<Self, Fault> {
                Ok(Functions {
                    $($name: {
                        let name = concat!(stringify!($name), "\0");
                        // SAFETY: the name ends with 0; the type is the function's, by the contract.
                        unsafe {
                            let found = GetProcAddress(library, PCSTR(name.as_ptr()));
                            let found = found.ok_or_else(|| Fault::Unreachable(format!(
                                "live TAPI 2 cannot be reached: tapi32.dll has no {}", stringify!($name)
                            )))?;
                            std::mem::transmute::<
                                unsafe extern "system" fn() -> isize,
                                unsafe extern "system" fn($($type),*) -> i32,
                            >(found)
                        }
                    },)*
                })
            }
        }
    };
}

type Place = *mut u32;
type Text = *const u16;

functions! {
    lineInitializeExW(Place, *const c_void, *const c_void, Text, Place, Place, *mut LINEINITIALIZEEXPARAMS);
    lineShutdown(u32);
    lineNegotiateAPIVersion(u32, u32, u32, u32, Place, *mut [u32; 4]);
    lineGetDevCapsW(u32, u32, u32, u32, Place);
    lineGetAddressCapsW(u32, u32, u32, u32, u32, Place);
    lineOpenW(u32, u32, Place, u32, u32, usize, u32, u32, *const c_void);
    lineClose(u32);
    lineGetMessage(u32, *mut c_void, u32);
    lineGetGroupListW(u32, Place);
    lineCreateAgentW(u32, Text, Text, Place);
    lineCreateAgentSessionW(u32, u32, Text, u32, *const GUID, Place);
    lineSetAgentSessionState(u32, u32, u32, u32);
    lineGetAgentSessionInfo(u32, u32, Place);
    lineGetAgentSessionList(u32, u32, Place);
    lineMakeCallW(u32, Place, Text, u32, *const LINECALLPARAMS);
    lineAnswer(u32, *const c_void, u32);
    lineDrop(u32, *const c_void, u32);
    lineDeallocateCall(u32);
    lineGetCallInfoW(u32, Place);
    lineGetCallStatus(u32, Place);
}

/// Live TAPI 2.2.
pub struct Tapi2 {
    lines: Lines,
    board: Board,
}

/// The application's use of TAPI.
struct Lines {
    functions: Functions,
    app: u32,
    open: bool,
    /// How long a reply is waited for.
    patience: std::time::Duration,
    waiting: VecDeque<(std::time::Instant, RawMessage)>,
    /// The device of each open line.
    devices: HashMap<u32, u32>,
    /// The names of all addresses, with the line and the number there.
    addresses: Vec<(String, u32, u32)>,
    /// The groups of each line.
    listed: Vec<(u32, GUID, String)>,
    /// For each group of the trace, the line, its GUID and what is dialled.
    groups: Vec<(u32, GUID, String)>,
    /// For each agent of the trace, the line, the handle, and the name and number of the address.
    agents: Vec<(u32, u32, String, u32)>,
    /// For each session, the line and the handle.
    sessions: Vec<(u32, u32)>,
}

fn reason(code: i32) -> String {
    match ReplyError::result(code) {
        Err(ReplyError::Line(error)) => format!("{}: {error}", error.name()),
        _ => format!("{code:#010x}"),
    }
}

fn refused(request: &str, code: i32) -> Fault {
    Fault::Refused { request: request.to_owned(), reason: reason(code) }
}

fn state_bit(state: SessionState) -> u32 {
    match state {
        SessionState::NotReady => LINEAGENTSESSIONSTATE_NOTREADY,
        SessionState::Ready => LINEAGENTSESSIONSTATE_READY,
        SessionState::BusyOnCall => LINEAGENTSESSIONSTATE_BUSYONCALL,
        SessionState::BusyWrapup => LINEAGENTSESSIONSTATE_BUSYWRAPUP,
        SessionState::SessionEnded => LINEAGENTSESSIONSTATE_ENDED,
    }
}

fn state_of(bit: u32) -> Option<SessionState> {
    SessionState::ALL.into_iter().find(|&state| state_bit(state) == bit)
}

/// The bytes of a structure that was filled.
fn bytes(structure: &[u32]) -> Vec<u8> {
    structure.iter().flat_map(|dword| dword.to_le_bytes()).collect()
}

/// A string of a structure, whose size stands at the dword `at`, with the offset behind it.
fn text(structure: &[u32], at: usize) -> String {
    let bytes = bytes(structure);
    let (size, offset) = (structure[at] as usize, structure[at + 1] as usize);
    let units = bytes.get(offset..offset.saturating_add(size)).unwrap_or_default();
    let units: Vec<u16> = units.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned()
}

/// Fills a structure, again with more room if that was too little.
fn filled(mut fill: impl FnMut(Place) -> Result<(), i32>) -> Result<Vec<u32>, i32> {
    let mut size = FIRST_SIZE;
    loop {
        let mut structure = vec![0_u32; size.div_ceil(4) as usize];
        structure[0] = size;
        fill(structure.as_mut_ptr())?;
        let needed = structure[1];
        if needed <= size {
            return Ok(structure);
        }
        size = needed;
    }
}

fn done(code: i32) -> Result<(), i32> {
    if code < 0 { Err(code) } else { Ok(()) }
}

impl Tapi2 {
    /// Loads the library, initializes TAPI and opens the lines that have groups. Nothing is dialled, and nobody is logged in.
    ///
    /// # Errors
    ///
    /// [`Fault::Unreachable`] if the library or a function of it is not there, or TAPI cannot be initialized.
    pub fn start(options: LiveOptions) -> Result<Self, Fault> {
        let unreachable = |text: String| Fault::Unreachable(format!("live TAPI 2 cannot be reached: {text}"));
        // SAFETY: the library is that of TAPI, whose loading does nothing else; its functions are what they are declared to be.
        let functions = unsafe {
            let library = LoadLibraryW(w!("tapi32.dll"));
            Functions::of(library.map_err(|error| unreachable(format!("tapi32.dll: {error}")))?)?
        };
        let (mut app, mut devices, mut version) = (0, 0, VERSIONS.1);
        let mut params = LINEINITIALIZEEXPARAMS {
            dwTotalSize: size_of::<LINEINITIALIZEEXPARAMS>() as u32,
            dwOptions: LINEINITIALIZEEXOPTION_USEEVENT,
            ..LINEINITIALIZEEXPARAMS::default()
        };
        let name = HSTRING::from("acdsim");
        // SAFETY: all places are there as long as the call.
        let code = unsafe {
            let (module, callback) = (std::ptr::null(), std::ptr::null());
            (functions.lineInitializeExW)(
                &mut app,
                module,
                callback,
                name.as_ptr(),
                &mut devices,
                &mut version,
                &mut params,
            )
        };
        done(code).map_err(|code| unreachable(format!("lineInitializeEx: {}", reason(code))))?;
        let mut lines = Lines {
            functions,
            app,
            open: true,
            patience: options.limits.answer,
            waiting: VecDeque::new(),
            devices: HashMap::new(),
            addresses: Vec::new(),
            listed: Vec::new(),
            groups: Vec::new(),
            agents: Vec::new(),
            sessions: Vec::new(),
        };
        for device in 0..devices {
            lines.open_device(device)?;
        }
        if lines.listed.is_empty() {
            return Err(unreachable("no line device has a group of agents".to_owned()));
        }
        Ok(Tapi2 { lines, board: Board::new("TAPI 2.2", options) })
    }

    fn note(&mut self, message: RawMessage, at: Instant) -> Result<(), Fault> {
        let [one, two, three] = message.params.map(|param| param as u32);
        if message.message == LINE_APPNEWCALL as u32 {
            if three & LINECALLPRIVILEGE_OWNER == 0 {
                return Ok(());
            }
            let (call_id, caller) = self.lines.call_info(two).map_err(|code| refused("lineGetCallInfo", code))?;
            let address = self.lines.addresses.iter().find(|&&(_, line, id)| (line, id) == (message.device, one));
            let address = address.map_or_else(String::new, |(name, ..)| name.clone());
            return self.board.rings(two.into(), &address, &caller, call_id, at);
        }
        if message.message == LINE_CALLSTATE as u32 {
            let state = match one {
                LINECALLSTATE_CONNECTED => EndState::Connected,
                LINECALLSTATE_DISCONNECTED => EndState::Disconnected { busy: two & LINEDISCONNECTMODE_BUSY != 0 },
                _ => EndState::Other,
            };
            if self.board.end_changed(message.device.into(), state, at)? {
                // SAFETY: a call that is over is no more wanted.
                let code = unsafe { (self.lines.functions.lineDeallocateCall)(message.device) };
                return done(code).map_err(|code| refused("lineDeallocateCall", code));
            }
            return Ok(());
        }
        match LineMessage::from(message) {
            LineMessage::AgentSessionStatus { session, status, state }
                if status & LINEAGENTSESSIONSTATUS_STATE != 0 =>
            {
                let known = self.lines.sessions.iter().position(|&of| of == (message.device, session));
                if let (Some(session), Some(state)) = (known, state_of(state)) {
                    self.board.session_changed(session as u32, state, at);
                }
                Ok(())
            }
            LineMessage::Close => {
                let (during, how) = ("the replay".to_owned(), "the line was closed by force".to_owned());
                Err(Fault::Died { during, how })
            }
            _ => Ok(()),
        }
    }
}

impl Lines {
    /// Opens a device, if it has groups: others are not used.
    fn open_device(&mut self, device: u32) -> Result<(), Fault> {
        let (mut version, mut extension, mut line) = (0, [0; 4], 0);
        let privileges = LINECALLPRIVILEGE_OWNER | LINECALLPRIVILEGE_MONITOR;
        // SAFETY: all places are there as long as the calls.
        unsafe {
            let (low, high) = VERSIONS;
            let code =
                (self.functions.lineNegotiateAPIVersion)(self.app, device, low, high, &mut version, &mut extension);
            let opened = done(code).and_then(|()| {
                let (voice, none) = (LINEMEDIAMODE_INTERACTIVEVOICE, std::ptr::null());
                done((self.functions.lineOpenW)(self.app, device, &mut line, version, 0, 0, privileges, voice, none))
            });
            if opened.is_err() {
                return Ok(());
            }
        }
        self.devices.insert(line, device);
        let groups = self.ask(line, "lineGetGroupList", |functions, structure| {
            // SAFETY: the structure is as long as it says, and stays until the reply.
            unsafe { (functions.lineGetGroupListW)(line, structure) }
        })?;
        let Ok(groups) = groups else {
            self.devices.remove(&line);
            // SAFETY: the line was opened above.
            unsafe { (self.functions.lineClose)(line) };
            return Ok(());
        };
        let list = GroupList::decode_with(&bytes(&groups), NameOffsets::FromList);
        let list =
            list.map_err(|error| Fault::Garbage { line: "LINEAGENTGROUPLIST".to_owned(), why: error.to_string() })?;
        for group in list.entries {
            let guid = GUID::from_u128(group.guid.as_u128());
            self.listed.push((line, guid, group.name.unwrap_or_default()));
        }
        let failed = |what: &'static str| move |code| refused(what, code);
        let caps = filled(|place| {
            // SAFETY: the structure is as long as it says.
            done(unsafe { (self.functions.lineGetDevCapsW)(self.app, device, version, 0, place) })
        });
        // dwNumAddresses.
        let count = caps.map_err(failed("lineGetDevCaps"))?[12];
        for id in 0..count {
            let caps = filled(|place| {
                // SAFETY: as above.
                done(unsafe { (self.functions.lineGetAddressCapsW)(self.app, device, id, version, 0, place) })
            });
            // dwAddressSize and dwAddressOffset.
            let name = text(&caps.map_err(failed("lineGetAddressCaps"))?, 4);
            self.addresses.push((name, line, id));
        }
        Ok(())
    }

    /// The next message, waiting for it so long.
    fn next(&mut self, most: std::time::Duration) -> Result<Option<(std::time::Instant, RawMessage)>, Fault> {
        let mut buffer = [0_u8; 40];
        let timeout = u32::try_from(most.as_millis()).unwrap_or(u32::MAX - 1);
        // SAFETY: a LINEMESSAGE has no more bytes.
        let code = unsafe { (self.functions.lineGetMessage)(self.app, buffer.as_mut_ptr().cast(), timeout) };
        let at = std::time::Instant::now();
        match done(code) {
            Ok(()) => {
                let message = if cfg!(target_pointer_width = "64") {
                    RawMessage::decode_64(&buffer)
                } else {
                    RawMessage::decode_32(&buffer)
                };
                let garbage = |error| Fault::Garbage { line: "LINEMESSAGE".to_owned(), why: format!("{error}") };
                message.map(|message| Some((at, message))).map_err(garbage)
            }
            // None came in time.
            Err(code) if code == LineError::OperationFailed.code() => Ok(None),
            Err(code) => Err(refused("lineGetMessage", code)),
        }
    }

    /// Waits for the reply to a request; what else comes is kept. A function that has failed has no request.
    fn reply(&mut self, request: i32, name: &str) -> Result<Result<(), i32>, Fault> {
        if request <= 0 {
            return Ok(done(request));
        }
        let began = std::time::Instant::now();
        loop {
            let left = self.patience.saturating_sub(began.elapsed());
            if let Some((at, message)) = self.next(left)? {
                match LineMessage::from(message) {
                    LineMessage::Reply { request: of, result } if of == request as u32 => {
                        return Ok(result.map_err(ReplyError::code));
                    }
                    _ => self.waiting.push_back((at, message)),
                }
            } else if left.is_zero() {
                return Err(Fault::Silent { request: name.to_owned(), after: self.patience.as_secs() });
            }
        }
    }

    /// Lets a function fill a structure, again with more room if that was too little.
    fn ask(
        &mut self,
        _line: u32,
        name: &str,
        start: impl Fn(&Functions, Place) -> i32,
    ) -> Result<Result<Vec<u32>, i32>, Fault> {
        let mut size = FIRST_SIZE;
        loop {
            let mut structure = vec![0_u32; size.div_ceil(4) as usize];
            structure[0] = size;
            let request = start(&self.functions, structure.as_mut_ptr());
            if let Err(code) = self.reply(request, name)? {
                return Ok(Err(code));
            }
            if structure[1] <= size {
                return Ok(Ok(structure));
            }
            size = structure[1];
        }
    }

    /// The identifier of a call, and the number of the caller.
    fn call_info(&self, call: u32) -> Result<(u32, String), i32> {
        let info = filled(|place| {
            // SAFETY: the structure is as long as it says.
            done(unsafe { (self.functions.lineGetCallInfoW)(call, place) })
        })?;
        let dword = |offset: usize| offset / 4;
        let caller = text(&info, dword(std::mem::offset_of!(LINECALLINFO, dwCallerIDSize)));
        Ok((info[dword(std::mem::offset_of!(LINECALLINFO, dwCallID))], caller))
    }

    fn is_over(&self, call: u32) -> bool {
        let status = filled(|place| {
            // SAFETY: the structure is as long as it says.
            done(unsafe { (self.functions.lineGetCallStatus)(call, place) })
        });
        let at = std::mem::offset_of!(LINECALLSTATUS, dwCallState) / 4;
        status.is_ok_and(|status| status[at] == LINECALLSTATE_DISCONNECTED)
    }

    fn address(&self, name: &str) -> Option<(u32, u32)> {
        self.addresses.iter().find(|(other, ..)| other == name).map(|&(_, line, id)| (line, id))
    }

    fn open(&mut self, header: &Header, dials: Vec<String>) -> Result<(), Fault> {
        for (group, dial) in header.groups.iter().zip(dials) {
            let Some((line, guid, _)) = self.listed.iter().find(|(.., name)| *name == group.name) else {
                let names: Vec<&str> = self.listed.iter().map(|(.., name)| name.as_str()).collect();
                let (name, names) = (&group.name, names.join(", "));
                return Err(Fault::Unable(format!("no line device has a group `{name}`; there are: {names}")));
            };
            self.groups.push((*line, *guid, dial));
        }
        for agent in &header.agents {
            let of: Vec<u32> = agent.groups.iter().map(|&group| self.groups[group as usize].0).collect();
            let address = self.address(&agent.address).filter(|(line, _)| of.iter().all(|other| other == line));
            let Some((line, id)) = address.filter(|_| !of.is_empty()) else {
                let (name, address) = (&agent.name, &agent.address);
                return Err(Fault::Unable(format!(
                    "the groups of agent `{name}` are not all of the line device that has address `{address}`"
                )));
            };
            let name = HSTRING::from(agent.name.as_str());
            let (pin, mut handle) = (HSTRING::new(), Box::new(0_u32));
            // SAFETY: the strings live as long as the call, and the place until the reply.
            let request = unsafe { (self.functions.lineCreateAgentW)(line, name.as_ptr(), pin.as_ptr(), &mut *handle) };
            self.reply(request, "lineCreateAgent")?
                .map_err(|code| refused(&format!("agent `{}`", agent.name), code))?;
            self.agents.push((line, *handle, agent.address.clone(), id));
        }
        Ok(())
    }

    fn put_state(&mut self, session: u32, state: SessionState) -> Result<(), Fault> {
        let (line, handle) = self.sessions[session as usize];
        // SAFETY: it has no pointers.
        let request = unsafe { (self.functions.lineSetAgentSessionState)(line, handle, state_bit(state), 0) };
        self.reply(request, "lineSetAgentSessionState")?
            .map_err(|code| refused(&format!("state {} of session {session}", state.name()), code))
    }

    fn info(&mut self, session: u32) -> Result<AgentSessionInfo, Fault> {
        let (line, handle) = self.sessions[session as usize];
        let info = self.ask(line, "lineGetAgentSessionInfo", |functions, structure| {
            // SAFETY: the structure is as long as it says, and stays until the reply.
            unsafe { (functions.lineGetAgentSessionInfo)(line, handle, structure) }
        })?;
        let info = info.map_err(|code| refused(&format!("the statistics of session {session}"), code))?;
        AgentSessionInfo::decode_with(&bytes(&info), NameOffsets::FromList)
            .map_err(|error| Fault::Garbage { line: "LINEAGENTSESSIONINFO".to_owned(), why: error.to_string() })
    }

    /// Checks that a new session is among those of its agent.
    fn is_listed(&mut self, agent: u32, session: u32) -> Result<bool, Fault> {
        let (line, handle, ..) = self.agents[agent as usize];
        let list = self.ask(line, "lineGetAgentSessionList", |functions, structure| {
            // SAFETY: as above.
            unsafe { (functions.lineGetAgentSessionList)(line, handle, structure) }
        })?;
        let list = list.map_err(|code| refused(&format!("the sessions of agent {agent}"), code))?;
        let list = SessionList::decode_with(&bytes(&list), NameOffsets::FromList)
            .map_err(|error| Fault::Garbage { line: "LINEAGENTSESSIONLIST".to_owned(), why: error.to_string() })?;
        Ok(list.entries.iter().any(|entry| entry.agent_session == session))
    }

    /// Dials; returns the call, and its identifier.
    fn dial(&mut self, from: &str, group: u32) -> Result<(u32, u32), Fault> {
        let to = self.groups[group as usize].2.clone();
        let (line, id) = self.address(from).ok_or_else(|| Fault::Unable(format!("there is no address `{from}`")))?;
        let params = LINECALLPARAMS {
            dwTotalSize: size_of::<LINECALLPARAMS>() as u32,
            dwBearerMode: LINEBEARERMODE_VOICE,
            dwMediaMode: LINEMEDIAMODE_INTERACTIVEVOICE,
            dwAddressMode: LINEADDRESSMODE_ADDRESSID,
            dwAddressID: id,
            ..LINECALLPARAMS::default()
        };
        let (called, mut call) = (HSTRING::from(to.as_str()), Box::new(0_u32));
        // SAFETY: the string and the parameters live as long as the call, and the place until the reply.
        let request =
            unsafe { (self.functions.lineMakeCallW)(line, &mut *call, called.as_ptr(), 0, &raw const params) };
        self.reply(request, "lineMakeCall")?
            .map_err(|code| refused(&format!("a call from `{from}` to `{to}`"), code))?;
        let call_id = self.call_info(*call).map_or(0, |(call_id, _)| call_id);
        Ok((*call, call_id))
    }

    /// Hangs up, unless the call is over.
    fn disconnect(&mut self, end: u32, call: u64) -> Result<(), Fault> {
        if self.is_over(end) {
            return Ok(());
        }
        // SAFETY: there is no user information.
        let request = unsafe { (self.functions.lineDrop)(end, std::ptr::null(), 0) };
        match self.reply(request, "lineDrop")? {
            // It may have been over just then.
            Err(_) if self.is_over(end) => Ok(()),
            dropped => dropped.map_err(|code| refused(&format!("the end of call {call}"), code)),
        }
    }

    fn close(&mut self) -> Result<(), i32> {
        if !std::mem::take(&mut self.open) {
            return Ok(());
        }
        // SAFETY: it was initialized, and is shut down once; its lines are closed with it.
        done(unsafe { (self.functions.lineShutdown)(self.app) })
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        let _ = self.close();
    }
}

impl TelephonySystem for Tapi2 {
    fn capabilities(&self) -> &Capabilities {
        &self.board.capabilities
    }

    fn open(&mut self, center: &Header) -> Result<(), Fault> {
        let names: Vec<String> = self.lines.addresses.iter().map(|(name, ..)| name.clone()).collect();
        let dials = self.board.open(center, &names)?;
        self.lines.open(center, dials)?;
        self.board.pace.begin();
        Ok(())
    }

    fn measure_from(&mut self, _now: Instant) -> Result<(), Fault> {
        Err(Fault::Unable("TAPI has no way to start its statistics anew".to_owned()))
    }

    fn create_session(&mut self, agent: u32, group: u32, now: Instant) -> Result<(), Fault> {
        let Tapi2 { lines, board } = self;
        let (line, handle, name, id) = lines.agents[agent as usize].clone();
        let guid = lines.groups[group as usize].1;
        let session = board.order(now, || {
            let mut session = Box::new(0_u32);
            // SAFETY: the GUID lives as long as the call, and the place until the reply; there is no PIN.
            let request = unsafe {
                let pin = std::ptr::null();
                (lines.functions.lineCreateAgentSessionW)(line, handle, pin, id, &guid, &mut *session)
            };
            lines
                .reply(request, "lineCreateAgentSession")?
                .map_err(|code| refused(&format!("a session of agent {agent} for group {group}"), code))?;
            Ok::<u32, Fault>(*session)
        })?;
        let number = lines.sessions.len() as u32;
        lines.sessions.push((line, session));
        if !lines.is_listed(agent, session)? {
            let what = format!("session {number} of agent {agent} was created, and is not among the agent's sessions");
            return Err(Fault::Contradiction { at: now, what });
        }
        let date = lines.info(number)?.session_start_time;
        board.seated(group, &name, now, date);
        Ok(())
    }

    fn put_state(&mut self, session: u32, state: SessionState, now: Instant) -> Result<(), Fault> {
        self.board.order(now, || self.lines.put_state(session, state))
    }

    fn place_call(&mut self, call: u64, group: u32, now: Instant) -> Result<(), Fault> {
        let (from, name) = self.board.next_caller();
        let name = name.to_owned();
        let (end, call_id) = self.board.order(now, || self.lines.dial(&name, group))?;
        self.board.placed(call, group, from, call_id, end.into());
        Ok(())
    }

    fn answer(&mut self, _session: u32, call: u64, now: Instant) -> Result<(), Fault> {
        let end = self.board.is_answered(call)? as u32;
        let Tapi2 { lines, board } = self;
        board.order(now, || {
            // SAFETY: there is no user information.
            let request = unsafe { (lines.functions.lineAnswer)(end, std::ptr::null(), 0) };
            lines.reply(request, "lineAnswer")?.map_err(|code| refused(&format!("the answer of call {call}"), code))
        })
    }

    fn hang_up(&mut self, call: u64, then: SessionState, now: Instant) -> Result<(), Fault> {
        let session = self.board.session_of(call);
        let (end, answered) = self.board.is_hung_up(call)?;
        let end = end as u32;
        let Tapi2 { lines, board } = self;
        board.order(now, || {
            let Some(session) = session.filter(|_| answered) else { return lines.disconnect(end, call) };
            // An agent without wrap-up is free when the call ends, or gone; with wrap-up it is the ACD that begins that.
            if then != SessionState::BusyWrapup {
                lines.put_state(session, then)?;
            }
            lines.disconnect(end, call)?;
            let is_so = lines.info(session)?.agent_session_state == state_bit(then);
            if is_so { Ok(()) } else { lines.put_state(session, then) }
        })
    }

    fn observe(&mut self, until: Instant) -> Result<Vec<Noticed>, Fault> {
        // What is due is waited for in slices, so that an interrupt is seen.
        let wait = self.board.pace.until(until).min(std::time::Duration::from_millis(100));
        if self.lines.waiting.is_empty()
            && let Some(next) = self.lines.next(wait)?
        {
            self.lines.waiting.push_back(next);
        }
        while let Some((then, message)) = self.lines.waiting.pop_front() {
            let at = self.board.pace.at(then);
            self.note(message, at)?;
        }
        Ok(self.board.taken())
    }

    fn statistics(&mut self, session: u32, now: Instant) -> Result<Counted, Fault> {
        let info = self.lines.info(session)?;
        let statistics = TapiTotals {
            session_start_time: info.session_start_time,
            session_duration: info.session_duration.into(),
            number_of_calls: info.number_of_calls.into(),
            total_talk_time: info.total_talk_time.into(),
            average_talk_time: info.average_talk_time.into(),
            total_call_time: info.total_call_time.into(),
            average_call_time: info.average_call_time.into(),
            total_wrap_up_time: info.total_wrap_up_time.into(),
            average_wrap_up_time: info.average_wrap_up_time.into(),
            acd_call_rate: info.acd_call_rate as f64 / 10_000.0,
            longest_time_to_answer: info.longest_time_to_answer.into(),
            average_time_to_answer: info.average_time_to_answer.into(),
        };
        let ended = info.agent_session_state == LINEAGENTSESSIONSTATE_ENDED;
        Ok(self.board.counted(session, statistics, ended, now))
    }

    fn now(&self) -> Instant {
        self.board.pace.now()
    }

    fn faults(&mut self) -> Vec<Fault> {
        self.board.faults()
    }

    fn lateness(&self) -> Option<&Lateness> {
        Some(self.board.pace.lateness())
    }

    fn close(&mut self) -> Result<(), Fault> {
        // Nobody is left on the telephone, and nobody logged in; what cannot be ended ends with TAPI.
        if self.lines.open {
            let (began, most) = (std::time::Instant::now(), self.board.options.limits.answer);
            for (call, end) in self.board.open_calls().into_iter().take_while(|_| began.elapsed() < most) {
                let _ = self.lines.disconnect(end as u32, call);
            }
            for session in self.board.open_sessions().into_iter().take_while(|_| began.elapsed() < most) {
                let _ = self.lines.put_state(session, SessionState::SessionEnded);
            }
        }
        self.lines.close().map_err(|code| refused("lineShutdown", code))
    }
}
