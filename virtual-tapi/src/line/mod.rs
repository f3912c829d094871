//! The line functions: what `tapi32.dll` exports of agents, groups and queues, of proxies, of their calls, and what an
//! application needs for them.
//!
//! A function checks what it is given, starts a request in the center, and returns the request's number. The center's own
//! handlers have answered then; what the function was to write is written when the application gets LINE_REPLY.

mod applications;
mod calls;
mod capabilities;
mod client;
mod messages;
mod opening;
mod proxy;
mod text;

use std::ffi::c_void;

use acdsim::acd::tapi2::LineError;
use acdsim::acd::tapi2::telephony::{HLine, RequestId, Telephony};

pub(crate) use applications::{collect, forget_windows, signal};

use crate::center::Center;
use crate::office::Turn;
use crate::process::OFFICE;
use applications::{Destination, state};

/// What a function returns: a request's number, 0, or an error.
type Code = i32;

/// The result of a function that is done at once.
fn at_once(result: Result<(), LineError>) -> Code {
    result.map_or_else(LineError::code, |()| 0)
}

/// The center, for a function of an application.
fn center<'a>() -> Result<Turn<'a>, LineError> {
    OFFICE.call().ok_or(LineError::Uninitialized)
}

/// Gives the center back, and tells whoever has messages.
fn done(mut turn: Turn<'_>) {
    turn.answer_requests();
    collect(&mut turn);
    drop(turn);
    signal();
}

/// Starts a request on a line; what comes of it goes to where it is to go.
fn request(
    line: u32,
    destination: Result<Destination, LineError>,
    start: impl FnOnce(&mut Telephony, HLine) -> Result<RequestId, LineError>,
) -> Code {
    let started = || {
        let mut turn = center()?;
        let destination = destination?;
        let request = start(turn.telephony_mut(), HLine(line))?;
        state().expect(request, HLine(line), destination);
        done(turn);
        Ok(request)
    };
    started().map_or_else(LineError::code, |request: RequestId| request.0 as i32)
}

/// A structure that an application gives, by its dwTotalSize.
///
/// # Errors
///
/// [`LineError::InvalPointer`] for NULL.
///
/// # Safety
///
/// The pointer is NULL or to a structure whose first member is its size.
unsafe fn structure(pointer: *mut c_void) -> Result<(Destination, u32), LineError> {
    if pointer.is_null() {
        return Err(LineError::InvalPointer);
    }
    // SAFETY: it is no NULL, and begins with its size, on which TAPI puts no alignment.
    let size = unsafe { pointer.cast::<u32>().read_unaligned() };
    Ok((Destination::Structure { pointer: pointer as usize, size, ansi: None }, size))
}

/// The bytes of a structure that an application gives to be read.
///
/// # Errors
///
/// [`LineError::InvalPointer`] for NULL.
///
/// # Safety
///
/// The pointer is NULL or to a structure whose first member is its size.
unsafe fn bytes(pointer: *const c_void) -> Result<Vec<u8>, LineError> {
    // SAFETY: by the contract.
    let (_, size) = unsafe { structure(pointer.cast_mut()) }?;
    // SAFETY: so many bytes are there, by the contract.
    Ok(unsafe { std::slice::from_raw_parts(pointer.cast::<u8>(), size as usize) }.to_vec())
}

/// What the center says of a line.
fn with_center<T>(work: impl FnOnce(&mut Center) -> Result<T, LineError>) -> Result<T, LineError> {
    let mut turn = center()?;
    let result = work(&mut turn);
    done(turn);
    result
}
