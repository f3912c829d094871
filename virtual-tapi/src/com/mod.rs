//! The COM server: the class of the TAPI object, and what the system asks of the library.
//!
//! All objects may be called from any thread: a mutex guards each TAPI object, and the free-threaded marshaler hands the
//! pointers themselves to other apartments. So the threading model is Both, and no proxy is needed; events alone have to
//! come in the apartment of who hears them ([`points`]).

mod agent;
mod call;
mod collection;
mod dual;
mod event;
mod handler;
mod points;
pub(crate) mod pump;
mod registration;
mod root;
mod tapi;
mod values;

use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use windows::Win32::Foundation::{CLASS_E_CLASSNOTAVAILABLE, CLASS_E_NOAGGREGATION, E_POINTER, S_FALSE, S_OK};
use windows::Win32::System::Com::{IClassFactory, IClassFactory_Impl};
use windows::Win32::System::Diagnostics::Debug::OutputDebugStringW;
use windows_core::{BOOL, ComObject, GUID, HRESULT, HSTRING, IUnknown, Interface, Ref, implement};

use root::Alive;
use tapi::TapiObject;

/// CLSID_TAPI.
const CLSID_TAPI: GUID = GUID::from_u128(acdsim::acd::tapi3::identifiers::CLSID_TAPI.as_u128());

/// Locks of the server.
static LOCKS: AtomicUsize = AtomicUsize::new(0);

/// Why the center could not be opened, for who asks.
static EXPLANATION: Mutex<Option<String>> = Mutex::new(None);

/// Tells why the center cannot be opened: to a debugger, and with the error.
pub(crate) fn explain(text: &str) {
    // SAFETY: the string lives as long as the call.
    unsafe { OutputDebugStringW(&HSTRING::from(format!("acdsim Virtual TAPI: {text}\n"))) };
    *EXPLANATION.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.to_owned());
}

/// What was explained last.
fn explanation() -> Option<String> {
    EXPLANATION.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The class of the TAPI object.
#[implement(IClassFactory)]
struct Class {
    _alive: Alive,
}

impl IClassFactory_Impl for Class_Impl {
    fn CreateInstance(
        &self,
        outer: Ref<'_, IUnknown>,
        riid: *const GUID,
        object: *mut *mut c_void,
    ) -> windows_core::Result<()> {
        if object.is_null() || riid.is_null() {
            return Err(E_POINTER.into());
        }
        if !outer.is_null() {
            return Err(CLASS_E_NOAGGREGATION.into());
        }
        let made = TapiObject::create()?;
        // SAFETY: both pointers are the caller's, and none is NULL.
        unsafe { made.query(riid, object).ok() }
    }

    fn LockServer(&self, lock: BOOL) -> windows_core::Result<()> {
        if lock.as_bool() {
            LOCKS.fetch_add(1, Ordering::SeqCst);
        } else {
            LOCKS.fetch_sub(1, Ordering::SeqCst);
        }
        Ok(())
    }
}

/// What COM asks first: the class factory.
///
/// # Safety
///
/// The pointers are those of COM's contract.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn DllGetClassObject(
    class: *const GUID,
    riid: *const GUID,
    object: *mut *mut c_void,
) -> HRESULT {
    if class.is_null() || riid.is_null() || object.is_null() {
        return E_POINTER;
    }
    // SAFETY: none is NULL, and by contract they point to what they say.
    unsafe {
        object.write(std::ptr::null_mut());
        if *class != CLSID_TAPI {
            return CLASS_E_CLASSNOTAVAILABLE;
        }
        let factory: IClassFactory = ComObject::new(Class { _alive: Alive::new() }).into_interface();
        factory.query(riid, object)
    }
}

/// Whether nothing of the library is in use: no object, no lock, no application, no thread.
#[unsafe(no_mangle)]
pub extern "system" fn DllCanUnloadNow() -> HRESULT {
    let idle =
        Alive::count() == 0 && LOCKS.load(Ordering::SeqCst) == 0 && !crate::process::OFFICE.is_open() && !pump::runs();
    if idle {
        points::forget_windows();
        crate::line::forget_windows();
    }
    if idle { S_OK } else { S_FALSE }
}

/// Registers the class for the user.
#[unsafe(no_mangle)]
pub extern "system" fn DllRegisterServer() -> HRESULT {
    registration::register().map_or_else(|error| error.code(), |()| S_OK)
}

/// Takes the registration back.
#[unsafe(no_mangle)]
pub extern "system" fn DllUnregisterServer() -> HRESULT {
    registration::unregister().map_or_else(|error| error.code(), |()| S_OK)
}
