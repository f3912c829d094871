//! The functions of calls: lineMakeCall, lineAnswer, lineDrop, lineDeallocateCall, lineGetCallInfo, lineGetCallStatus.
//!
//! A call's handle, HCALL, is the number of its end. What a line is opened for decides of which calls its application
//! hears, and whether it may answer them.

use std::ffi::c_void;

use acdsim::acd::tapi2::LineError;
use acdsim::acd::tapi2::constants::{LINECALLPRIVILEGE_MONITOR, LINECALLPRIVILEGE_OWNER};
use acdsim::acd::tapi2::message::RawMessage;
use acdsim::acd::tapi2::telephony::HLine;
use windows_core::{PCSTR, PCWSTR};

use super::applications::state;
use super::capabilities::{Filled, fill};
use super::text::{ansi, checked, wide};
use super::{Code, at_once, bytes, center, done, with_center};
use crate::center::{CallEnd, CallError, CallState, Cause, Center, Listener, News};

/// The messages.
const LINE_CALLSTATE: u32 = 2;
const LINE_APPNEWCALL: u32 = 23;

/// The bytes of LINECALLINFO from 2.0 on, and of LINECALLSTATUS; so many of each have been there since 1.4.
const CALL_INFO: usize = 324;
const LEAST_CALL_INFO: usize = 296;
const CALL_STATUS: usize = 56;
const LEAST_CALL_STATUS: usize = 36;

/// LINECALLPARTYID_ADDRESS.
const PARTY_ADDRESS: u32 = 8;
/// LINECALLPARTYID_UNKNOWN.
const PARTY_UNKNOWN: u32 = 0x20;
/// LINECALLFEATURE_ANSWER and LINECALLFEATURE_DROP.
const FEATURE_ANSWER: u32 = 4;
const FEATURE_DROP: u32 = 0x80;
/// LINEADDRESSMODE_ADDRESSID.
const BY_ADDRESS_ID: u32 = 1;

/// LINECALLSTATE_IDLE, and so on, with the mode of a call that is over: LINEDISCONNECTMODE_NORMAL, and so on.
fn line_call_state(state: CallState) -> (u32, u32) {
    match state {
        CallState::Idle => (1, 0),
        CallState::Offering => (2, 0),
        // One that waits in a queue is proceeding, as one is for which it rings.
        CallState::InProgress | CallState::Queued => (0x200, 0),
        CallState::Connected => (0x100, 0),
        CallState::Disconnected(Cause::Normal) => (0x4000, 1),
        CallState::Disconnected(Cause::Busy) => (0x4000, 0x20),
        CallState::Disconnected(Cause::BadAddress) => (0x4000, 0x80),
    }
}

fn privilege(owner: bool) -> u32 {
    if owner { LINECALLPRIVILEGE_OWNER } else { LINECALLPRIVILEGE_MONITOR }
}

fn refusal(error: CallError) -> LineError {
    match error {
        CallError::Unknown | CallError::NotOwner => LineError::InvalCallHandle,
        CallError::State => LineError::OperationFailed,
        CallError::Address => LineError::InvalAddressId,
    }
}

/// The message that tells an application of calls.
pub(super) fn call_message(center: &Center, line: HLine, instance: u64, news: News) -> RawMessage {
    match news {
        News::New { end, owner, .. } => {
            let address = center.call(end).map_or(0, |info| info.at.1);
            RawMessage {
                device: line.0,
                message: LINE_APPNEWCALL,
                callback_instance: instance,
                params: [address.into(), end.0.into(), privilege(owner).into()],
            }
        }
        News::State { end, state, .. } => {
            let (state, mode) = line_call_state(state);
            RawMessage {
                device: end.0,
                message: LINE_CALLSTATE,
                callback_instance: instance,
                params: [state.into(), mode.into(), 0],
            }
        }
    }
}

/// dwAddressID of LINECALLPARAMS, if the address is told so.
pub(super) fn address_id(params: &[u8]) -> Option<u32> {
    let dword = |at: usize| Some(u32::from_le_bytes(params.get(at..at + 4)?.try_into().ok()?));
    (dword(24)? == BY_ADDRESS_ID).then(|| dword(28)).flatten()
}

/// The line by which an application has a call, and who hears of it there.
fn holder(center: &Center, end: CallEnd) -> Result<(HLine, Listener), LineError> {
    center.call(end).map_err(refusal)?;
    let holder = state().listeners().find(|&(_, listener)| center.owns_call(listener, end));
    holder.ok_or(LineError::InvalCallHandle)
}

/// A function of a call that is replied to.
fn request(call: u32, act: impl FnOnce(&mut Center, Listener, CallEnd) -> Result<(), CallError>) -> Code {
    let started = || {
        let mut turn = center()?;
        let (line, listener) = holder(&turn, CallEnd(call))?;
        act(&mut turn, listener, CallEnd(call)).map_err(refusal)?;
        let request = turn.telephony_mut().next_request();
        state().reply(line, request, None);
        done(turn);
        Ok(request.0 as i32)
    };
    started().unwrap_or_else(LineError::code)
}

fn make_call(line: u32, call: *mut u32, called: Option<String>, params: *const c_void) -> Code {
    let started = || {
        if call.is_null() {
            return Err(LineError::InvalPointer);
        }
        let called = checked(called)?.ok_or(LineError::InvalPointer)?;
        // SAFETY: the pointer is NULL or to LINECALLPARAMS.
        let params = (!params.is_null()).then(|| unsafe { bytes(params) }).transpose()?;
        let address = params.as_deref().and_then(address_id).unwrap_or(0);
        let mut turn = center()?;
        let device = turn.telephony().device_of(HLine(line))?;
        let listener = state().listener(HLine(line)).ok_or(LineError::InvalLineHandle)?;
        let end = turn.create_call(listener, (device, address), &called, 0).map_err(refusal)?;
        let request = turn.telephony_mut().next_request();
        state().reply(HLine(line), request, Some((call as usize, end.0)));
        turn.dial(listener, end).map_err(refusal)?;
        done(turn);
        Ok(request.0 as i32)
    };
    started().unwrap_or_else(LineError::code)
}

/// lineMakeCallW: to the name of a group's queue, from an address that LINECALLPARAMS name, or from the first.
///
/// # Safety
///
/// The pointers are those of TAPI's contract; the place for the handle stays until the request is answered.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineMakeCallW(
    line: u32,
    call: *mut u32,
    called: PCWSTR,
    _country: u32,
    params: *const c_void,
) -> Code {
    // SAFETY: NULL or a string.
    make_call(line, call, unsafe { wide(called) }, params)
}

/// lineMakeCallA.
///
/// # Safety
///
/// As [`lineMakeCallW`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineMakeCallA(
    line: u32,
    call: *mut u32,
    called: PCSTR,
    _country: u32,
    params: *const c_void,
) -> Code {
    // SAFETY: NULL or a string.
    make_call(line, call, unsafe { ansi(called) }, params)
}

/// lineMakeCall, which is the form of ANSI.
///
/// # Safety
///
/// As [`lineMakeCallW`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineMakeCall(
    line: u32,
    call: *mut u32,
    called: PCSTR,
    country: u32,
    params: *const c_void,
) -> Code {
    // SAFETY: the same contract.
    unsafe { lineMakeCallA(line, call, called, country, params) }
}

/// lineAnswer.
#[unsafe(no_mangle)]
pub extern "system" fn lineAnswer(call: u32, _user_info: *const c_void, _size: u32) -> Code {
    request(call, |center, listener, end| center.answer_call(listener, end))
}

/// lineDrop.
#[unsafe(no_mangle)]
pub extern "system" fn lineDrop(call: u32, _user_info: *const c_void, _size: u32) -> Code {
    request(call, |center, listener, end| center.drop_call(listener, end))
}

/// lineDeallocateCall.
#[unsafe(no_mangle)]
pub extern "system" fn lineDeallocateCall(call: u32) -> Code {
    at_once(with_center(|center| {
        let (_, listener) = holder(center, CallEnd(call))?;
        center.forget_call(listener, CallEnd(call)).map_err(refusal)
    }))
}

fn call_info(center: &Center, call: u32, is_wide: bool) -> Result<Filled, LineError> {
    let end = CallEnd(call);
    let (line, _) = holder(center, end)?;
    let of = center.call(end).map_err(refusal)?;
    let mut info = Filled::new(CALL_INFO, is_wide);
    info.set(12, line.0);
    info.set(16, of.at.0);
    info.set(20, of.at.1);
    // LINEBEARERMODE_VOICE, LINEMEDIAMODE_INTERACTIVEVOICE.
    info.set(24, 1);
    info.set(32, 4);
    info.set(40, of.call_id);
    // Of all states the application is told: LINECALLSTATE_.
    info.set(52, 0x4303);
    // LINECALLORIGIN_OUTBOUND or LINECALLORIGIN_INTERNAL, LINECALLREASON_DIRECT.
    info.set(80, if of.dialled { 1 } else { 2 });
    info.set(84, 1);
    info.set(92, 1);
    info.set(108, if of.caller.is_empty() { PARTY_UNKNOWN } else { PARTY_ADDRESS });
    info.text(112, &of.caller);
    info.set(128, PARTY_ADDRESS);
    info.text(132, &of.called);
    Ok(info)
}

/// lineGetCallInfoW.
///
/// # Safety
///
/// The pointer is to LINECALLINFO.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetCallInfoW(call: u32, info: *mut c_void) -> Code {
    // SAFETY: by the contract.
    unsafe { fill(info, LEAST_CALL_INFO, &[112, 132], |center| call_info(center, call, true)) }
}

/// lineGetCallInfoA.
///
/// # Safety
///
/// As [`lineGetCallInfoW`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetCallInfoA(call: u32, info: *mut c_void) -> Code {
    // SAFETY: by the contract.
    unsafe { fill(info, LEAST_CALL_INFO, &[112, 132], |center| call_info(center, call, false)) }
}

/// lineGetCallInfo, which is the form of ANSI.
///
/// # Safety
///
/// As [`lineGetCallInfoW`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetCallInfo(call: u32, info: *mut c_void) -> Code {
    // SAFETY: the same contract.
    unsafe { lineGetCallInfoA(call, info) }
}

/// lineGetCallStatus.
///
/// # Safety
///
/// The pointer is to LINECALLSTATUS.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetCallStatus(call: u32, status: *mut c_void) -> Code {
    let tell = |center: &Center| {
        holder(center, CallEnd(call))?;
        let of = center.call(CallEnd(call)).map_err(refusal)?;
        let (state, mode) = line_call_state(of.state);
        let mut status = Filled::new(CALL_STATUS, true);
        status.set(12, state);
        status.set(16, mode);
        status.set(20, LINECALLPRIVILEGE_OWNER);
        status.set(
            24,
            match of.state {
                CallState::Offering => FEATURE_ANSWER | FEATURE_DROP,
                CallState::Idle | CallState::Disconnected(_) => 0,
                _ => FEATURE_DROP,
            },
        );
        Ok(status)
    };
    // SAFETY: by the contract.
    unsafe { fill(status, LEAST_CALL_STATUS, &[], tell) }
}
