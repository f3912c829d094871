//! lineProxyMessage, lineProxyResponse and lineGetProxyStatus: an application as a proxy.

use std::ffi::c_void;

use acdsim::acd::tapi2::telephony::{HLine, HLineApp};
use acdsim::acd::tapi2::{ApiVersion, LineError};

use super::applications::state;
use super::{Code, at_once, structure, with_center};

/// lineProxyMessage.
#[unsafe(no_mangle)]
pub extern "system" fn lineProxyMessage(line: u32, call: u32, message: u32, one: u32, two: u32, three: u32) -> Code {
    at_once(with_center(|center| center.telephony_mut().proxy_message(HLine(line), call, message, [one, two, three])))
}

/// lineProxyResponse: the buffer is TAPI's again, whatever comes of it.
#[unsafe(no_mangle)]
pub extern "system" fn lineProxyResponse(line: u32, request: *mut c_void, result: u32) -> Code {
    if request.is_null() {
        return LineError::InvalPointer.code();
    }
    let line = HLine(line);
    at_once(with_center(|center| {
        let telephony = center.telephony_mut();
        telephony.unanswered(line)?;
        // A pointer that was never given, or was given back, is not looked behind.
        let given = state().give_back(line, request as usize);
        let (request, bytes) = given.ok_or(LineError::InvalParam)?;
        telephony.proxy_response(line, request, &bytes, result as i32)
    }))
}

/// lineGetProxyStatus.
///
/// # Safety
///
/// The pointer is to a LINEPROXYREQUESTLIST.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetProxyStatus(app: u32, device: u32, version: u32, list: *mut c_void) -> Code {
    // SAFETY: by the contract.
    let size = unsafe { structure(list) }.map(|(_, size)| size);
    let told = size.and_then(|size| {
        with_center(|center| center.telephony().get_proxy_status(HLineApp(app), device, ApiVersion(version), size))
    });
    // SAFETY: the structure has as many bytes as it says, and no more were asked for.
    at_once(told.map(|bytes| unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), list.cast(), bytes.len()) }))
}
