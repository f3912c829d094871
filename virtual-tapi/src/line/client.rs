//! The functions of agents, groups and queues, which become requests to a proxy.

use std::ffi::c_void;

use acdsim::acd::tapi2::lists::GroupList;
use acdsim::acd::tapi2::telephony::{HLineApp, RequestId, Telephony};
use acdsim::acd::tapi2::{ApiVersion, LineError, Variable};
use uuid::Uuid;
use windows_core::{GUID, PCSTR, PCWSTR};

use super::applications::{Destination, state};
use super::text::{Strings, ansi, checked, wide};
use super::{Code, HLine, bytes, center, done, request, structure};

/// LINEAGENTGROUPLIST: in an entry the four numbers of the GUID, then the name.
const GROUPS: Strings = Strings { entries: Some((24, 16)), member: None };
/// LINEQUEUELIST and LINEAGENTACTIVITYLIST: in an entry the number, then the name.
const NUMBERED: Strings = Strings { entries: Some((12, 4)), member: None };
/// LINEAGENTSTATUS: the groups, and the name of the activity.
const STATUS: Strings = Strings { member: Some(36), ..GROUPS };
/// LINEAGENTCAPS: what the handler calls itself.
const CAPS: Strings = Strings { entries: None, member: Some(12) };

/// A place for a handle.
fn handle(pointer: *mut u32) -> Result<Destination, LineError> {
    if pointer.is_null() { Err(LineError::InvalPointer) } else { Ok(Destination::Handle(pointer as usize)) }
}

/// A GUID that an application passes.
///
/// # Safety
///
/// The pointer is NULL or to a GUID.
unsafe fn guid(pointer: *const GUID) -> Result<Uuid, LineError> {
    if pointer.is_null() {
        return Err(LineError::InvalPointer);
    }
    // SAFETY: it is no NULL.
    Ok(Uuid::from_u128(unsafe { pointer.read_unaligned() }.to_u128()))
}

/// Starts a request that fills a structure of the application, whose strings are of ANSI if so.
///
/// # Safety
///
/// The pointer is NULL or to a structure whose first member is its size, until the request is answered.
unsafe fn fill(
    line: u32,
    pointer: *mut c_void,
    strings: Option<Strings>,
    start: impl FnOnce(&mut Telephony, HLine, u32) -> Result<RequestId, LineError>,
) -> Code {
    // SAFETY: by the contract.
    match unsafe { structure(pointer) } {
        Err(error) => error.code(),
        Ok((_, size)) => {
            let to = Destination::Structure { pointer: pointer as usize, size, ansi: strings };
            request(line, Ok(to), |telephony, line| start(telephony, line, size))
        }
    }
}

/// The functions that fill a structure.
macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) ansi $strings:expr => $method:ident;)*) => {
        $(
            $(#[$doc])*
            ///
            /// # Safety
            ///
            /// The structure stays where it is until the request is answered.
            #[unsafe(no_mangle)]
            pub unsafe extern "system" fn $name(line: u32, $($arg: $type,)* structure: *mut c_void) -> Code {
                // SAFETY: by the contract.
                unsafe { fill(line, structure, $strings, |telephony, line, size| telephony.$method(line, $($arg,)* size)) }
            }
        )*
    };
}

getters! {
    /// lineGetAgentInfo.
    lineGetAgentInfo(agent: u32) ansi None => get_agent_info;
    /// lineGetAgentSessionInfo.
    lineGetAgentSessionInfo(session: u32) ansi None => get_agent_session_info;
    /// lineGetAgentSessionList.
    lineGetAgentSessionList(agent: u32) ansi None => get_agent_session_list;
    /// lineGetGroupListW.
    lineGetGroupListW() ansi None => get_group_list;
    /// lineGetGroupListA.
    lineGetGroupListA() ansi Some(GROUPS) => get_group_list;
    /// lineGetQueueInfo.
    lineGetQueueInfo(queue: u32) ansi None => get_queue_info;
    /// lineGetAgentGroupListW.
    lineGetAgentGroupListW(address: u32) ansi None => get_agent_group_list;
    /// lineGetAgentGroupListA.
    lineGetAgentGroupListA(address: u32) ansi Some(GROUPS) => get_agent_group_list;
    /// lineGetAgentActivityListW.
    lineGetAgentActivityListW(address: u32) ansi None => get_agent_activity_list;
    /// lineGetAgentActivityListA.
    lineGetAgentActivityListA(address: u32) ansi Some(NUMBERED) => get_agent_activity_list;
    /// lineGetAgentStatusW.
    lineGetAgentStatusW(address: u32) ansi None => get_agent_status;
    /// lineGetAgentStatusA.
    lineGetAgentStatusA(address: u32) ansi Some(STATUS) => get_agent_status;
}

/// The functions that set something and have no result.
macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident($($arg:ident),*) => $method:ident;)*) => {
        $(
            $(#[$doc])*
            #[unsafe(no_mangle)]
            pub extern "system" fn $name(line: u32, $($arg: u32),*) -> Code {
                request(line, Ok(Destination::Nowhere), |telephony, line| telephony.$method(line, $($arg),*))
            }
        )*
    };
}

setters! {
    /// lineSetAgentMeasurementPeriod.
    lineSetAgentMeasurementPeriod(agent, period) => set_agent_measurement_period;
    /// lineSetAgentSessionState.
    lineSetAgentSessionState(session, state, next) => set_agent_session_state;
    /// lineSetAgentStateEx.
    lineSetAgentStateEx(agent, state, next) => set_agent_state_ex;
    /// lineSetQueueMeasurementPeriod.
    lineSetQueueMeasurementPeriod(queue, period) => set_queue_measurement_period;
    /// lineSetAgentState.
    lineSetAgentState(address, state, next) => set_agent_state;
    /// lineSetAgentActivity.
    lineSetAgentActivity(address, activity) => set_agent_activity;
}

/// lineCreateAgentW.
///
/// # Safety
///
/// The pointers are those of TAPI's contract; the place for the handle stays until the request is answered.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineCreateAgentW(line: u32, id: PCWSTR, pin: PCWSTR, agent: *mut u32) -> Code {
    // SAFETY: each is NULL or a string.
    let (id, pin) = unsafe { (wide(id), wide(pin)) };
    create_agent(line, id, pin, agent)
}

/// lineCreateAgentA.
///
/// # Safety
///
/// As [`lineCreateAgentW`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineCreateAgentA(line: u32, id: PCSTR, pin: PCSTR, agent: *mut u32) -> Code {
    // SAFETY: each is NULL or a string.
    let (id, pin) = unsafe { (ansi(id), ansi(pin)) };
    create_agent(line, id, pin, agent)
}

fn create_agent(line: u32, id: Option<String>, pin: Option<String>, agent: *mut u32) -> Code {
    request(line, handle(agent), |telephony, line| {
        telephony.create_agent(line, checked(id)?.as_deref(), checked(pin)?.as_deref())
    })
}

/// lineCreateAgentSessionW.
///
/// # Safety
///
/// The pointers are those of TAPI's contract; the place for the handle stays until the request is answered.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineCreateAgentSessionW(
    line: u32,
    agent: u32,
    pin: PCWSTR,
    address: u32,
    group: *const GUID,
    session: *mut u32,
) -> Code {
    // SAFETY: each is NULL or what it says.
    let (pin, group) = unsafe { (wide(pin), guid(group)) };
    create_session(line, agent, pin, address, group, session)
}

/// lineCreateAgentSessionA.
///
/// # Safety
///
/// As [`lineCreateAgentSessionW`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineCreateAgentSessionA(
    line: u32,
    agent: u32,
    pin: PCSTR,
    address: u32,
    group: *const GUID,
    session: *mut u32,
) -> Code {
    // SAFETY: each is NULL or what it says.
    let (pin, group) = unsafe { (ansi(pin), guid(group)) };
    create_session(line, agent, pin, address, group, session)
}

fn create_session(
    line: u32,
    agent: u32,
    pin: Option<String>,
    address: u32,
    group: Result<Uuid, LineError>,
    session: *mut u32,
) -> Code {
    request(line, handle(session), |telephony, line| {
        telephony.create_agent_session(line, agent, checked(pin)?.as_deref(), address, group?)
    })
}

/// lineGetQueueListW.
///
/// # Safety
///
/// The pointers are those of TAPI's contract; the structure stays until the request is answered.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetQueueListW(line: u32, group: *const GUID, list: *mut c_void) -> Code {
    // SAFETY: each is NULL or what it says.
    unsafe {
        let group = guid(group);
        fill(line, list, None, |telephony, line, size| telephony.get_queue_list(line, group?, size))
    }
}

/// lineGetQueueListA.
///
/// # Safety
///
/// As [`lineGetQueueListW`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetQueueListA(line: u32, group: *const GUID, list: *mut c_void) -> Code {
    // SAFETY: each is NULL or what it says.
    unsafe {
        let group = guid(group);
        fill(line, list, Some(NUMBERED), |telephony, line, size| telephony.get_queue_list(line, group?, size))
    }
}

/// lineSetAgentGroup.
///
/// # Safety
///
/// The pointer is to a LINEAGENTGROUPLIST.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineSetAgentGroup(line: u32, address: u32, groups: *const c_void) -> Code {
    // SAFETY: by the contract.
    let read = unsafe { bytes(groups) };
    request(line, Ok(Destination::Nowhere), |telephony, line| {
        let offsets = telephony.conventions().name_offsets;
        let groups = GroupList::decode_with(&read?, offsets).map_err(|_| LineError::InvalParam)?;
        telephony.set_agent_group(line, address, groups)
    })
}

/// lineGetAgentCapsW.
///
/// # Safety
///
/// The structure stays where it is until the request is answered.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetAgentCapsW(
    app: u32,
    device: u32,
    address: u32,
    version: u32,
    caps: *mut c_void,
) -> Code {
    // SAFETY: the same contract.
    unsafe { get_agent_caps(app, device, address, version, caps, None) }
}

/// lineGetAgentCapsA.
///
/// # Safety
///
/// As [`lineGetAgentCapsW`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetAgentCapsA(
    app: u32,
    device: u32,
    address: u32,
    version: u32,
    caps: *mut c_void,
) -> Code {
    // SAFETY: the same contract.
    unsafe { get_agent_caps(app, device, address, version, caps, Some(CAPS)) }
}

/// lineGetAgentCaps, in both forms.
///
/// # Safety
///
/// As [`lineGetAgentCapsW`].
unsafe fn get_agent_caps(
    app: u32,
    device: u32,
    address: u32,
    version: u32,
    caps: *mut c_void,
    strings: Option<Strings>,
) -> Code {
    let started = || {
        // SAFETY: by the contract.
        let (_, size) = unsafe { structure(caps) }?;
        let destination = Destination::Structure { pointer: caps as usize, size, ansi: strings };
        let mut turn = center()?;
        let (app, version) = (HLineApp(app), ApiVersion(version));
        let request = turn.telephony_mut().get_agent_caps(app, device, address, version, size)?;
        // The reply goes to a line of the application's, by whichever it comes.
        state().expect(request, HLine(0), destination);
        done(turn);
        Ok(request)
    };
    started().map_or_else(LineError::code, |request: RequestId| request.0 as i32)
}

/// lineAgentSpecific: a block that the handler of an extension reads and overwrites.
///
/// # Safety
///
/// The block has so many bytes, and stays where it is until the request is answered.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineAgentSpecific(
    line: u32,
    address: u32,
    extension: u32,
    block: *mut c_void,
    size: u32,
) -> Code {
    if block.is_null() {
        return LineError::InvalPointer.code();
    }
    // SAFETY: so many bytes are there, by the contract.
    let bytes = unsafe { std::slice::from_raw_parts(block.cast::<u8>(), size as usize) }.to_vec();
    let to = Destination::Structure { pointer: block as usize, size, ansi: None };
    request(line, Ok(to), |telephony, line| telephony.agent_specific(line, address, extension, &bytes))
}
