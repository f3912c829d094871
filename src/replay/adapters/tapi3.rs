//! The adapter to live TAPI 3, through COM.
//!
//! It knows nothing of who serves the objects: it creates CLSID_TAPI, finds the groups of a trace by their names at the
//! agent handlers, makes the agents with CreateAgentWithID, and opens sessions at their addresses. A call is dialled by
//! ITAddress::CreateCall and answered by ITBasicCallControl at the address where it rings, for which the adapter owns the calls
//! there (RegisterCallNotifications). What happens comes to a sink in the multithreaded apartment, which stamps it and hands
//! it to the thread of the replay; nothing is asked for in the sink.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};

use windows::Win32::Devices::Tapi::{
    AGENT_SESSION_STATE, ASE_BUSY, ASE_END, ASE_NOT_READY, ASE_READY, ASE_WRAPUP, CALL_STATE, CALL_STATE_EVENT_CAUSE,
    CEC_DISCONNECT_BUSY, CIL_CALLID, CIS_CALLERIDNUMBER, CNE_OWNER, CS_CONNECTED, CS_DISCONNECTED, DC_NORMAL,
    ITACDGroup, ITAddress, ITAgent, ITAgentHandler, ITAgentSession, ITAgentSessionEvent, ITBasicCallControl,
    ITCallInfo, ITCallNotificationEvent, ITCallStateEvent, ITTAPI, ITTAPICallCenter, ITTAPIEventNotification,
    ITTAPIEventNotification_Impl, LINEADDRESSTYPE_PHONENUMBER, TAPI, TAPI_EVENT, TAPIMEDIATYPE_AUDIO, TE_AGENTSESSION,
    TE_CALLNOTIFICATION, TE_CALLSTATE,
};
use windows::Win32::Foundation::{E_NOTIMPL, SysAllocStringLen, VARIANT_FALSE, VARIANT_TRUE};
use windows::Win32::System::Com::{
    CLSCTX_INPROC_SERVER, COINIT_MULTITHREADED, CoCreateInstance, CoInitializeEx, CoUninitialize, IConnectionPoint,
    IConnectionPointContainer, IDispatch,
};
use windows_core::{BSTR, IUnknown, Interface, Ref, implement};

use super::super::clock::Lateness;
use super::super::port::{Capabilities, Counted, Fault, Noticed, TelephonySystem};
use super::live::{Board, EndState, LiveOptions};
use crate::acd::SessionState;
use crate::acd::tapi3::HResult;
use crate::time::Instant;
use crate::trace::{Header, TapiTotals};

/// Live TAPI 3.
pub struct Tapi3 {
    // The objects go before the apartment does.
    stage: Stage,
    board: Board,
    _apartment: Apartment,
}

/// The objects.
struct Stage {
    tapi: ITTAPI,
    initialized: bool,
    point: Option<(IConnectionPoint, u32)>,
    told: Receiver<(std::time::Instant, Told)>,
    registrations: Vec<i32>,
    /// Every address by its name.
    addresses: Vec<(String, ITAddress)>,
    /// For each group of the trace, the object and what is dialled.
    groups: Vec<(ITACDGroup, String)>,
    /// For each agent of the trace, the object and the name of the address.
    agents: Vec<(ITAgent, String)>,
    sessions: Vec<ITAgentSession>,
    session_numbers: HashMap<u64, u32>,
    ends: HashMap<u64, ITBasicCallControl>,
}

/// The multithreaded apartment, as long as this is there.
struct Apartment;

impl Drop for Apartment {
    fn drop(&mut self) {
        // SAFETY: it was entered when this was made, on this thread.
        unsafe { CoUninitialize() };
    }
}

/// An interface pointer that goes from one thread of the multithreaded apartment to another.
struct Handed<I>(I);

// SAFETY: within the multithreaded apartment a pointer is as good on one thread as on another.
unsafe impl<I> Send for Handed<I> {}

/// What the sink has heard.
enum Told {
    Session(Handed<ITAgentSession>, SessionState),
    Rings(Handed<ITCallInfo>),
    Call(Handed<ITCallInfo>, CALL_STATE, CALL_STATE_EVENT_CAUSE),
}

/// The sink.
#[implement(ITTAPIEventNotification)]
struct Sink {
    sender: Sender<(std::time::Instant, Told)>,
}

impl ITTAPIEventNotification_Impl for Sink_Impl {
    fn Event(&self, event: TAPI_EVENT, object: Ref<'_, IDispatch>) -> windows_core::Result<()> {
        let at = std::time::Instant::now();
        let object = object.ok()?;
        // SAFETY: the object lives as long as the call, and is asked only for what it is itself.
        let told = unsafe {
            match event {
                TE_AGENTSESSION => {
                    let event: ITAgentSessionEvent = object.cast()?;
                    let state = match event.Event()? {
                        ASE_NOT_READY => SessionState::NotReady,
                        ASE_READY => SessionState::Ready,
                        ASE_BUSY => SessionState::BusyOnCall,
                        ASE_WRAPUP => SessionState::BusyWrapup,
                        ASE_END => SessionState::SessionEnded,
                        _ => return Ok(()),
                    };
                    Told::Session(Handed(event.Session()?), state)
                }
                TE_CALLNOTIFICATION => {
                    let event: ITCallNotificationEvent = object.cast()?;
                    if event.Event()? != CNE_OWNER {
                        return Ok(());
                    }
                    Told::Rings(Handed(event.Call()?))
                }
                TE_CALLSTATE => {
                    let event: ITCallStateEvent = object.cast()?;
                    Told::Call(Handed(event.Call()?), event.State()?, event.Cause()?)
                }
                _ => return Ok(()),
            }
        };
        // Nobody listens any more when the replay is over.
        let _ = self.sender.send((at, told));
        Ok(())
    }
}

/// What is one object has one number.
fn number(object: &impl Interface) -> Result<u64, Fault> {
    let unknown: IUnknown = object.cast().map_err(|error| refused("QueryInterface(IUnknown)", &error))?;
    Ok(unknown.as_raw() as u64)
}

fn refused(request: &str, error: &windows_core::Error) -> Fault {
    Fault::Refused { request: request.to_owned(), reason: HResult(error.code().0).to_string() }
}

fn unreachable(what: &str, error: &windows_core::Error) -> Fault {
    Fault::Unreachable(format!("live TAPI 3 cannot be reached: {what}: {}", HResult(error.code().0)))
}

/// All elements of an enumerator, one after the other.
fn all<T>(mut next: impl FnMut(&mut Option<T>, &mut u32) -> windows_core::Result<()>) -> windows_core::Result<Vec<T>> {
    let mut elements = Vec::new();
    loop {
        let (mut element, mut fetched) = (None, 0);
        next(&mut element, &mut fetched)?;
        match element {
            Some(element) if fetched > 0 => elements.push(element),
            _ => return Ok(elements),
        }
    }
}

impl Tapi3 {
    /// Creates the TAPI object and initializes it. Nothing is dialled, and nobody is logged in.
    ///
    /// # Errors
    ///
    /// [`Fault::Unreachable`] if there is none, or it cannot be initialized.
    pub fn start(options: LiveOptions) -> Result<Self, Fault> {
        // SAFETY: a thread may enter the apartment it is in; it leaves as often as it has entered.
        unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) }
            .ok()
            .map_err(|error| unreachable("CoInitializeEx", &error))?;
        let apartment = Apartment;
        // SAFETY: the class is TAPI's, and what is asked for is an interface of it.
        let tapi: ITTAPI = unsafe { CoCreateInstance(&TAPI, None, CLSCTX_INPROC_SERVER) }
            .map_err(|error| unreachable("CoCreateInstance(CLSID_TAPI)", &error))?;
        // SAFETY: the object is alive, and initialized once.
        unsafe { tapi.Initialize() }.map_err(|error| unreachable("ITTAPI::Initialize", &error))?;
        let (sender, told) = channel();
        let mut stage = Stage {
            tapi,
            initialized: true,
            point: None,
            told,
            registrations: Vec::new(),
            addresses: Vec::new(),
            groups: Vec::new(),
            agents: Vec::new(),
            sessions: Vec::new(),
            session_numbers: HashMap::new(),
            ends: HashMap::new(),
        };
        stage.listen(sender).map_err(|error| unreachable("the events of TAPI", &error))?;
        Ok(Tapi3 { stage, board: Board::new("TAPI 3", options), _apartment: apartment })
    }

    /// Takes what the sink has heard, waiting for it so long.
    fn hear(&mut self, most: std::time::Duration) -> Result<(), Fault> {
        let mut next = match self.stage.told.recv_timeout(most) {
            Ok(told) => Some(told),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                let (during, how) = ("events were waited for".to_owned(), "the sink was released".to_owned());
                return Err(Fault::Died { during, how });
            }
        };
        while let Some((then, told)) = next {
            let at = self.board.pace.at(then);
            self.note(told, at)?;
            next = self.stage.told.try_recv().ok();
        }
        Ok(())
    }

    fn note(&mut self, told: Told, at: Instant) -> Result<(), Fault> {
        match told {
            Told::Session(Handed(session), state) => {
                // Sessions of others are no affair of the replay.
                if let Some(&session) = self.stage.session_numbers.get(&number(&session)?) {
                    self.board.session_changed(session, state, at);
                }
                Ok(())
            }
            Told::Rings(Handed(call)) => {
                let end = number(&call)?;
                let control: ITBasicCallControl = call.cast().map_err(|error| refused("ITBasicCallControl", &error))?;
                // SAFETY: the object is alive.
                let (address, caller, call_id) = unsafe {
                    let address = call.Address().and_then(|address| address.AddressName());
                    let address = address.map_err(|error| refused("ITCallInfo::get_Address", &error))?;
                    // A switch need not tell either.
                    let caller = call.get_CallInfoString(CIS_CALLERIDNUMBER).unwrap_or_default();
                    (address, caller, call.get_CallInfoLong(CIL_CALLID).unwrap_or(0) as u32)
                };
                self.stage.ends.insert(end, control);
                self.board.rings(end, &address.to_string(), &caller.to_string(), call_id, at)
            }
            Told::Call(Handed(call), state, cause) => {
                let end = number(&call)?;
                let state = match state {
                    CS_CONNECTED => EndState::Connected,
                    CS_DISCONNECTED => EndState::Disconnected { busy: cause == CEC_DISCONNECT_BUSY },
                    _ => EndState::Other,
                };
                if self.board.end_changed(end, state, at)? {
                    self.stage.ends.remove(&end);
                }
                Ok(())
            }
        }
    }
}

impl Stage {
    fn listen(&mut self, sender: Sender<(std::time::Instant, Told)>) -> windows_core::Result<()> {
        let sink: ITTAPIEventNotification = Sink { sender }.into();
        let container: IConnectionPointContainer = self.tapi.cast()?;
        // SAFETY: all objects are alive; the sink is the library's as long as it is advised.
        unsafe {
            self.tapi.SetEventFilter(TE_AGENTSESSION.0 | TE_CALLNOTIFICATION.0 | TE_CALLSTATE.0)?;
            let point = container.FindConnectionPoint(&ITTAPIEventNotification::IID)?;
            let cookie = point.Advise(&sink)?;
            self.point = Some((point, cookie));
            for address in all_addresses(&self.tapi)? {
                self.addresses.push((address.AddressName()?.to_string(), address));
            }
        }
        Ok(())
    }

    fn address(&self, name: &str) -> Option<&ITAddress> {
        self.addresses.iter().find(|(other, _)| other == name).map(|(_, address)| address)
    }

    /// Finds the groups of a trace, and makes its agents.
    fn open(&mut self, header: &Header, dials: Vec<String>) -> Result<(), Fault> {
        let failed = |what: &'static str| move |error| refused(what, &error);
        let center: ITTAPICallCenter = self
            .tapi
            .cast()
            .map_err(|error| Fault::Unable(format!("TAPI here has no call center: {}", HResult(error.code().0))))?;
        // SAFETY: the objects are alive, and the places are where an element each goes.
        let found = unsafe {
            let handlers = center.EnumerateAgentHandlers().map_err(failed("EnumerateAgentHandlers"))?;
            let handlers: Vec<ITAgentHandler> = all(|element, fetched| handlers.Next(1, element, fetched))
                .map_err(failed("IEnumAgentHandler::Next"))?;
            let mut found: Vec<(usize, String, ITACDGroup)> = Vec::new();
            for (number, handler) in handlers.iter().enumerate() {
                let groups = handler.EnumerateACDGroups().map_err(failed("EnumerateACDGroups"))?;
                let groups: Vec<ITACDGroup> =
                    all(|element, fetched| groups.Next(1, element, fetched)).map_err(failed("IEnumACDGroup::Next"))?;
                for group in groups {
                    let name = group.Name().map_err(failed("ITACDGroup::get_Name"))?.to_string();
                    found.push((number, name, group));
                }
            }
            (handlers, found)
        };
        let (handlers, found) = found;
        let mut places = Vec::with_capacity(header.groups.len());
        for (group, dial) in header.groups.iter().zip(dials) {
            let Some((handler, _, object)) = found.iter().find(|(_, name, _)| *name == group.name) else {
                let names: Vec<&str> = found.iter().map(|(_, name, _)| name.as_str()).collect();
                return Err(Fault::Unable(format!(
                    "no agent handler has a group `{}`; there are: {}",
                    group.name,
                    names.join(", ")
                )));
            };
            places.push(*handler);
            self.groups.push((object.clone(), dial));
        }
        for agent in &header.agents {
            let of: Vec<usize> = agent.groups.iter().map(|&group| places[group as usize]).collect();
            let Some(&handler) = of.first() else {
                return Err(Fault::Unable(format!("agent `{}` has no group", agent.name)));
            };
            if of.iter().any(|&other| other != handler) {
                return Err(Fault::Unable(format!("the groups of agent `{}` are of several handlers", agent.name)));
            }
            // SAFETY: the handler is alive; the PIN is a string without any characters, for NULL is not allowed.
            let made = unsafe {
                let (id, pin) = (BSTR::from(agent.name.as_str()), SysAllocStringLen(Some(&[])));
                match handlers[handler].CreateAgentWithID(&id, &pin) {
                    // A switch that knows no IDs has the agents of user accounts.
                    Err(error) if [E_NOTIMPL.0, HResult::TAPI_E_NOTSUPPORTED.0].contains(&error.code().0) => {
                        handlers[handler].CreateAgent()
                    }
                    made => made,
                }
            };
            let made = made.map_err(|error| refused(&format!("agent `{}`", agent.name), &error))?;
            self.agents.push((made, agent.address.clone()));
        }
        let mut registered: Vec<&str> = Vec::new();
        for (_, name) in &self.agents {
            if registered.contains(&name.as_str()) {
                continue;
            }
            registered.push(name);
            let address = self.address(name).ok_or_else(|| Fault::Unable(format!("there is no address `{name}`")))?;
            let (truth, audio) = (VARIANT_TRUE, TAPIMEDIATYPE_AUDIO as i32);
            // SAFETY: the objects are alive.
            let registration = unsafe { self.tapi.RegisterCallNotifications(address, truth, truth, audio, 0) };
            self.registrations.push(registration.map_err(|error| refused(&format!("the calls at `{name}`"), &error))?);
        }
        Ok(())
    }

    fn put_state(&self, session: u32, state: SessionState) -> Result<(), Fault> {
        // SAFETY: the session is alive.
        unsafe { self.sessions[session as usize].SetState(AGENT_SESSION_STATE(state as i32)) }
            .map_err(|error| refused(&format!("state {} of session {session}", state.name()), &error))
    }

    fn state(&self, session: u32) -> Result<SessionState, Fault> {
        // SAFETY: the session is alive.
        let state = unsafe { self.sessions[session as usize].State() };
        let state = state.map_err(|error| refused(&format!("the state of session {session}"), &error))?;
        let known = SessionState::ALL.into_iter().find(|known| *known as i32 == state.0);
        known.ok_or_else(|| Fault::Garbage { line: state.0.to_string(), why: "there is no such state".to_owned() })
    }

    /// Dials; returns the end, and the identifier of the call.
    fn dial(&mut self, from: &str, group: u32) -> Result<(u64, u32), Fault> {
        let to = &self.groups[group as usize].1;
        let request = || format!("a call from `{from}` to `{to}`");
        let address = self.address(from).ok_or_else(|| Fault::Unable(format!("there is no address `{from}`")))?;
        let (kind, audio) = (LINEADDRESSTYPE_PHONENUMBER as i32, TAPIMEDIATYPE_AUDIO as i32);
        // SAFETY: the address is alive, and so is the call then.
        unsafe {
            let call = address.CreateCall(&BSTR::from(to.as_str()), kind, audio);
            let call = call.map_err(|error| refused(&request(), &error))?;
            call.Connect(VARIANT_FALSE).map_err(|error| refused(&request(), &error))?;
            let end = number(&call)?;
            // A switch need not give one.
            let call_id = call.cast::<ITCallInfo>().and_then(|info| info.get_CallInfoLong(CIL_CALLID)).unwrap_or(0);
            self.ends.insert(end, call);
            Ok((end, call_id as u32))
        }
    }

    /// Hangs up, unless the call is over.
    fn disconnect(&self, end: u64, call: u64) -> Result<(), Fault> {
        let Some(control) = self.ends.get(&end) else { return Ok(()) };
        // SAFETY: the call is alive.
        unsafe {
            let info: ITCallInfo = control.cast().map_err(|error| refused("ITCallInfo", &error))?;
            if info.CallState().is_ok_and(|state| state == CS_DISCONNECTED) {
                return Ok(());
            }
            match control.Disconnect(DC_NORMAL) {
                // It may have been over just then.
                Err(_) if info.CallState().is_ok_and(|state| state == CS_DISCONNECTED) => Ok(()),
                done => done.map_err(|error| refused(&format!("the end of call {call}"), &error)),
            }
        }
    }

    fn statistics(&self, session: u32) -> windows_core::Result<TapiTotals> {
        let session = &self.sessions[session as usize];
        // SAFETY: the session is alive.
        unsafe {
            Ok(TapiTotals {
                session_start_time: session.SessionStartTime()?,
                session_duration: session.SessionDuration()?.into(),
                number_of_calls: session.NumberOfCalls()?.into(),
                total_talk_time: session.TotalTalkTime()?.into(),
                average_talk_time: session.AverageTalkTime()?.into(),
                total_call_time: session.TotalCallTime()?.into(),
                average_call_time: session.AverageCallTime()?.into(),
                total_wrap_up_time: session.TotalWrapUpTime()?.into(),
                average_wrap_up_time: session.AverageWrapUpTime()?.into(),
                acd_call_rate: session.ACDCallRate()?.int64 as f64 / 10_000.0,
                longest_time_to_answer: session.LongestTimeToAnswer()?.into(),
                average_time_to_answer: session.AverageTimeToAnswer()?.into(),
            })
        }
    }

    fn close(&mut self) -> windows_core::Result<()> {
        if !std::mem::take(&mut self.initialized) {
            return Ok(());
        }
        // SAFETY: the objects are alive; what they refuse now is no harm.
        unsafe {
            for registration in self.registrations.drain(..) {
                let _ = self.tapi.UnregisterNotifications(registration);
            }
            if let Some((point, cookie)) = self.point.take() {
                let _ = point.Unadvise(cookie);
            }
            self.ends.clear();
            self.sessions.clear();
            self.agents.clear();
            self.groups.clear();
            self.addresses.clear();
            self.tapi.Shutdown()
        }
    }
}

fn all_addresses(tapi: &ITTAPI) -> windows_core::Result<Vec<ITAddress>> {
    // SAFETY: the objects are alive, and the place is where one element goes.
    unsafe {
        let addresses = tapi.EnumerateAddresses()?;
        all(|element, fetched| addresses.Next(std::slice::from_mut(element), Some(fetched)))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.close();
    }
}

impl TelephonySystem for Tapi3 {
    fn capabilities(&self) -> &Capabilities {
        &self.board.capabilities
    }

    fn open(&mut self, center: &Header) -> Result<(), Fault> {
        let names: Vec<String> = self.stage.addresses.iter().map(|(name, _)| name.clone()).collect();
        let dials = self.board.open(center, &names)?;
        self.stage.open(center, dials)?;
        self.board.pace.begin();
        Ok(())
    }

    fn measure_from(&mut self, _now: Instant) -> Result<(), Fault> {
        Err(Fault::Unable("TAPI has no way to start its statistics anew".to_owned()))
    }

    fn create_session(&mut self, agent: u32, group: u32, now: Instant) -> Result<(), Fault> {
        let Tapi3 { stage, board, .. } = self;
        let (object, name) = &stage.agents[agent as usize];
        let address = stage.address(name).ok_or_else(|| Fault::Unable(format!("there is no address `{name}`")))?;
        // SAFETY: the objects are alive.
        let made = board.order(now, || unsafe { object.CreateSession(&stage.groups[group as usize].0, address) });
        let made = made.map_err(|error| refused(&format!("a session of agent {agent} for group {group}"), &error))?;
        // SAFETY: the session is alive.
        let date = unsafe { made.SessionStartTime() };
        board.seated(group, name, now, date.map_err(|error| refused("get_SessionStartTime", &error))?);
        stage.session_numbers.insert(number(&made)?, stage.sessions.len() as u32);
        stage.sessions.push(made);
        Ok(())
    }

    fn put_state(&mut self, session: u32, state: SessionState, now: Instant) -> Result<(), Fault> {
        self.board.order(now, || self.stage.put_state(session, state))
    }

    fn place_call(&mut self, call: u64, group: u32, now: Instant) -> Result<(), Fault> {
        let (from, name) = self.board.next_caller();
        let name = name.to_owned();
        let (end, call_id) = self.board.order(now, || self.stage.dial(&name, group))?;
        self.board.placed(call, group, from, call_id, end);
        Ok(())
    }

    fn answer(&mut self, _session: u32, call: u64, now: Instant) -> Result<(), Fault> {
        let end = self.board.is_answered(call)?;
        let Some(control) = self.stage.ends.get(&end) else { return Ok(()) };
        // SAFETY: the call is alive.
        self.board
            .order(now, || unsafe { control.Answer() })
            .map_err(|error| refused(&format!("the answer of call {call}"), &error))
    }

    fn hang_up(&mut self, call: u64, then: SessionState, now: Instant) -> Result<(), Fault> {
        let session = self.board.session_of(call);
        let (end, answered) = self.board.is_hung_up(call)?;
        let stage = &self.stage;
        self.board.order(now, || {
            let Some(session) = session.filter(|_| answered) else { return stage.disconnect(end, call) };
            // An agent without wrap-up is free when the call ends, or gone; with wrap-up it is the ACD that begins that.
            if then != SessionState::BusyWrapup {
                stage.put_state(session, then)?;
            }
            stage.disconnect(end, call)?;
            if stage.state(session)? != then { stage.put_state(session, then) } else { Ok(()) }
        })
    }

    fn observe(&mut self, until: Instant) -> Result<Vec<Noticed>, Fault> {
        // What is due is waited for in slices, so that an interrupt is seen.
        let wait = self.board.pace.until(until).min(std::time::Duration::from_millis(100));
        self.hear(wait)?;
        Ok(self.board.taken())
    }

    fn statistics(&mut self, session: u32, now: Instant) -> Result<Counted, Fault> {
        let failed = |error| refused(&format!("the statistics of session {session}"), &error);
        let statistics = self.stage.statistics(session).map_err(failed)?;
        let ended = self.stage.state(session)? == SessionState::SessionEnded;
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
        if self.stage.initialized {
            let (began, most) = (std::time::Instant::now(), self.board.options.limits.answer);
            for (call, end) in self.board.open_calls().into_iter().take_while(|_| began.elapsed() < most) {
                let _ = self.stage.disconnect(end, call);
            }
            for session in self.board.open_sessions().into_iter().take_while(|_| began.elapsed() < most) {
                let _ = self.stage.put_state(session, SessionState::SessionEnded);
            }
        }
        self.stage.close().map_err(|error| refused("ITTAPI::Shutdown", &error))
    }
}
