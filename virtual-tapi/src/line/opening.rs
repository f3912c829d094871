//! lineInitializeEx, lineShutdown, lineNegotiateAPIVersion, lineOpen and lineClose.

use std::ffi::c_void;

use acdsim::acd::tapi2::constants::{LINECALLPRIVILEGE_MONITOR, LINECALLPRIVILEGE_OWNER, LINEOPENOPTION_SINGLEADDRESS};
use acdsim::acd::tapi2::telephony::{HLine, HLineApp};
use acdsim::acd::tapi2::{ApiVersion, LineError};
use windows::Win32::Foundation::{HANDLE, HINSTANCE};
use windows::Win32::System::Threading::CreateEventW;
use windows_core::{PCSTR, PCWSTR};

use super::applications::{Callback, Notice, close, make_window, name_window, state};
use super::calls::address_id;
use super::{Code, at_once, bytes, with_center};
use crate::process::{self, OFFICE};

/// LINEINITIALIZEEXOPTION_USEHIDDENWINDOW.
const USE_HIDDEN_WINDOW: u32 = 1;
/// LINEINITIALIZEEXOPTION_USEEVENT.
const USE_EVENT: u32 = 2;
/// LINEINITIALIZEEXOPTION_USECOMPLETIONPORT.
const USE_COMPLETION_PORT: u32 = 3;

/// LINEINITIALIZEEXPARAMS.
#[repr(C, packed)]
#[derive(Clone, Copy)]
struct InitializeExParams {
    total_size: u32,
    needed_size: u32,
    used_size: u32,
    options: u32,
    handle: HANDLE,
    completion_key: u32,
}

/// LINEEXTENSIONID.
type ExtensionId = [u32; 4];

/// What lineInitializeEx is asked for, once it was read.
struct Asked {
    options: u32,
    port: HANDLE,
    key: u32,
}

fn initialize(asked: Asked, callback: Option<Callback>) -> Result<(HLineApp, u32, Notice), LineError> {
    // The window or the event first: they are easy to take back.
    let notice = match (asked.options & 0xF, callback) {
        (USE_EVENT, _) => {
            // SAFETY: an event without name and attributes, reset by hand.
            Notice::Event(unsafe { CreateEventW(None, true, false, None) }.map_err(|_| LineError::NoMem)?)
        }
        (USE_COMPLETION_PORT, _) if asked.port.is_invalid() => return Err(LineError::InvalParam),
        (USE_COMPLETION_PORT, _) => Notice::Port(asked.port, asked.key),
        (USE_HIDDEN_WINDOW, None) => return Err(LineError::InvalPointer),
        (USE_HIDDEN_WINDOW, Some(callback)) => {
            Notice::Window(make_window().map_err(|_| LineError::ResourceUnavail)?, callback)
        }
        _ => return Err(LineError::InvalParam),
    };
    if let Err(error) = OFFICE.enter(process::settings) {
        crate::com::explain(&error.to_string());
        close(notice);
        return Err(LineError::OperationFailed);
    }
    let (machine, user) = process::account();
    let opened = with_center(|center| {
        let telephony = center.telephony_mut();
        Ok((telephony.initialize_ex(&machine, &user), telephony.device_count()))
    });
    match opened {
        Ok((app, devices)) => {
            if let Notice::Window(window, _) = notice {
                name_window(window, app);
            }
            state().add(app, notice);
            crate::com::pump::start();
            Ok((app, devices, notice))
        }
        Err(error) => {
            close(notice);
            OFFICE.leave();
            Err(error)
        }
    }
}

/// lineInitializeExW.
///
/// # Safety
///
/// The pointers are those of TAPI's contract.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineInitializeExW(
    app: *mut u32,
    _instance: HINSTANCE,
    callback: Option<Callback>,
    _name: PCWSTR,
    devices: *mut u32,
    version: *mut u32,
    params: *mut c_void,
) -> Code {
    if app.is_null() || devices.is_null() || version.is_null() {
        return LineError::InvalPointer.code();
    }
    let params = params.cast::<InitializeExParams>();
    // SAFETY: the pointer is to such a structure, if it is not NULL; its size is looked at before the rest.
    let asked = unsafe {
        if params.is_null() {
            Asked { options: USE_HIDDEN_WINDOW, port: HANDLE::default(), key: 0 }
        } else if ((*params).total_size as usize) < size_of::<InitializeExParams>() {
            return LineError::StructureTooSmall.code();
        } else {
            let InitializeExParams { options, handle, completion_key, .. } = params.read_unaligned();
            Asked { options, port: handle, key: completion_key }
        }
    };
    // SAFETY: it is no NULL.
    if ApiVersion(unsafe { version.read_unaligned() }) < ApiVersion::V2_0 {
        return LineError::IncompatibleApiVersion.code();
    }
    match initialize(asked, callback) {
        Err(error) => error.code(),
        Ok((handle, count, notice)) => {
            // SAFETY: none of these is NULL, and the structure is as large as it was said to be.
            unsafe {
                app.write_unaligned(handle.0);
                devices.write_unaligned(count);
                version.write_unaligned(ApiVersion::V3_1.0);
                if !params.is_null() {
                    (*params).needed_size = size_of::<InitializeExParams>() as u32;
                    (*params).used_size = size_of::<InitializeExParams>() as u32;
                    if let Notice::Event(event) = notice {
                        (*params).handle = event;
                    }
                }
            }
            0
        }
    }
}

/// lineInitializeExA.
///
/// # Safety
///
/// The pointers are those of TAPI's contract.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineInitializeExA(
    app: *mut u32,
    instance: HINSTANCE,
    callback: Option<Callback>,
    _name: PCSTR,
    devices: *mut u32,
    version: *mut u32,
    params: *mut c_void,
) -> Code {
    // SAFETY: the same contract; the name is not looked at.
    unsafe { lineInitializeExW(app, instance, callback, PCWSTR::null(), devices, version, params) }
}

/// lineShutdown.
#[unsafe(no_mangle)]
pub extern "system" fn lineShutdown(app: u32) -> Code {
    let app = HLineApp(app);
    let result = with_center(|center| {
        center.telephony_mut().shutdown(app)?;
        let listeners = state().listeners_of(app);
        listeners.into_iter().for_each(|listener| center.stop_listening(listener));
        Ok(())
    });
    if result.is_ok() {
        let notice = state().remove(app);
        if let Some(notice) = notice {
            close(notice);
            OFFICE.leave();
            OFFICE.wake();
        }
    }
    at_once(result)
}

/// lineNegotiateAPIVersion.
///
/// # Safety
///
/// The pointers are those of TAPI's contract.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineNegotiateAPIVersion(
    app: u32,
    device: u32,
    low: u32,
    high: u32,
    version: *mut u32,
    extension: *mut ExtensionId,
) -> Code {
    if version.is_null() || extension.is_null() {
        return LineError::InvalPointer.code();
    }
    let (low, high) = (ApiVersion(low), ApiVersion(high));
    let negotiated = with_center(|center| center.telephony().negotiate_api_version(HLineApp(app), device, low, high));
    // SAFETY: neither is NULL.
    at_once(negotiated.map(|negotiated| unsafe {
        version.write_unaligned(negotiated.0);
        // There are no extensions.
        extension.write_unaligned([0; 4]);
    }))
}

/// lineOpenW.
///
/// # Safety
///
/// The pointers are those of TAPI's contract.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineOpenW(
    app: u32,
    device: u32,
    line: *mut u32,
    version: u32,
    _extension: u32,
    instance: usize,
    privileges: u32,
    _media_modes: u32,
    call_params: *const c_void,
) -> Code {
    if line.is_null() {
        return LineError::InvalPointer.code();
    }
    // SAFETY: the pointer is NULL or to LINECALLPARAMS.
    let params = (!call_params.is_null()).then(|| unsafe { bytes(call_params) }).transpose();
    let opened = params.and_then(|params| {
        with_center(|center| {
            let (app, version) = (HLineApp(app), ApiVersion(version));
            let telephony = center.telephony_mut();
            let opened = telephony.open(app, device, version, instance as u64, privileges, params.as_deref())?;
            let listener = center.listen();
            let owner = privileges & LINECALLPRIVILEGE_OWNER != 0;
            if owner || privileges & LINECALLPRIVILEGE_MONITOR != 0 {
                let single = privileges & LINEOPENOPTION_SINGLEADDRESS != 0;
                let address = params.as_deref().filter(|_| single).and_then(address_id);
                center.register(listener, device, address, owner, 0).map_err(|_| LineError::InvalAddressId)?;
            }
            state().open(app, opened, listener, instance as u64);
            Ok(opened)
        })
    });
    // SAFETY: it is no NULL.
    at_once(opened.map(|opened| unsafe { line.write_unaligned(opened.0) }))
}

/// lineOpenA: the structure has no strings of which this needs to know.
///
/// # Safety
///
/// The pointers are those of TAPI's contract.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineOpenA(
    app: u32,
    device: u32,
    line: *mut u32,
    version: u32,
    extension: u32,
    instance: usize,
    privileges: u32,
    media_modes: u32,
    call_params: *const c_void,
) -> Code {
    // SAFETY: the same contract.
    unsafe { lineOpenW(app, device, line, version, extension, instance, privileges, media_modes, call_params) }
}

/// lineOpen, which is the form of ANSI.
///
/// # Safety
///
/// The pointers are those of TAPI's contract.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineOpen(
    app: u32,
    device: u32,
    line: *mut u32,
    version: u32,
    extension: u32,
    instance: usize,
    privileges: u32,
    media_modes: u32,
    call_params: *const c_void,
) -> Code {
    // SAFETY: the same contract.
    unsafe { lineOpenW(app, device, line, version, extension, instance, privileges, media_modes, call_params) }
}

/// lineClose.
#[unsafe(no_mangle)]
pub extern "system" fn lineClose(line: u32) -> Code {
    let line = HLine(line);
    let result = with_center(|center| {
        center.telephony_mut().close(line)?;
        let listener = state().listener(line);
        listener.into_iter().for_each(|listener| center.stop_listening(listener));
        Ok(())
    });
    if result.is_ok() {
        state().close(line);
    }
    at_once(result)
}
