//! lineGetMessage.

use std::ffi::c_void;
use std::time::{Duration as Real, Instant as Wall};

use acdsim::acd::tapi2::LineError;
use acdsim::acd::tapi2::message::RawMessage;
use acdsim::acd::tapi2::telephony::HLineApp;

use super::applications::{Notice, collect, signal, state};
use super::{Code, at_once};
use crate::process::OFFICE;

/// The next message, waiting for it as long as is left.
fn next(app: HLineApp, most: Real) -> Result<RawMessage, LineError> {
    if !OFFICE.is_open() {
        return Err(LineError::Uninitialized);
    }
    let began = Wall::now();
    // Of what was waited for by turns nothing is lost.
    let mut turns = OFFICE.turns();
    loop {
        {
            let mut state = state();
            match state.notice(app) {
                None => return Err(LineError::InvalAppHandle),
                Some(Notice::Event(_)) => {}
                Some(Notice::Port(..) | Notice::Window(..)) => return Err(LineError::OperationUnavail),
            }
            if let Some(message) = state.take(app) {
                return Ok(message);
            }
        }
        let left = most.saturating_sub(began.elapsed());
        if left.is_zero() {
            return Err(LineError::OperationFailed);
        }
        if OFFICE.waits_for_calls() {
            // Nobody else lets time pass.
            if let Some(mut turn) = OFFICE.skip() {
                collect(&mut turn);
            }
            signal();
            if state().has_message(app) {
                continue;
            }
        }
        turns = OFFICE.await_turn(turns, left.min(SLICE));
        if let Some(mut turn) = OFFICE.look() {
            collect(&mut turn);
        }
        signal();
    }
}

/// So long it sleeps at once.
const SLICE: Real = Real::from_millis(50);

/// The timeout that is none: INFINITE.
const INFINITE: u32 = u32::MAX;

/// lineGetMessage.
///
/// # Safety
///
/// The pointer is to a LINEMESSAGE.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetMessage(app: u32, message: *mut c_void, timeout: u32) -> Code {
    if message.is_null() {
        return LineError::InvalPointer.code();
    }
    let most = if timeout == INFINITE { Real::MAX } else { Real::from_millis(timeout.into()) };
    at_once(next(HLineApp(app), most).map(|next| {
        let bytes = next.encode_64();
        // SAFETY: a LINEMESSAGE has so many bytes, and it is no NULL.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), message.cast(), bytes.len()) };
    }))
}
