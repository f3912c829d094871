//! The thread that lets time pass while no client calls, and brings events and messages.
//!
//! It is there as long as an application uses the center, and keeps the library loaded until it has ended.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration as Real;

use windows::Win32::Foundation::{CloseHandle, HMODULE};
use windows::Win32::System::Com::{COINIT_MULTITHREADED, CoInitializeEx, CoUninitialize};
use windows::Win32::System::LibraryLoader::{
    FreeLibraryAndExitThread, GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GetModuleHandleExW,
};
use windows::Win32::System::Threading::{CreateThread, THREAD_CREATION_FLAGS};
use windows_core::PCWSTR;

use super::root::{Root, Shared};
use crate::process::OFFICE;

/// Whether the thread is there.
static RUNS: AtomicBool = AtomicBool::new(false);

/// The TAPI objects whose events are brought.
static WATCHED: Mutex<Vec<Weak<Root>>> = Mutex::new(Vec::new());

/// So long it sleeps at most.
const LONGEST: Real = Real::from_millis(500);

fn watched() -> MutexGuard<'static, Vec<Weak<Root>>> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Brings the events of a TAPI object from now on.
pub(super) fn watch(root: &Shared) {
    watched().push(Arc::downgrade(root));
    start();
}

/// Brings no more events of it.
pub(super) fn forget(root: &Shared) {
    watched().retain(|other| other.upgrade().is_some_and(|other| !Arc::ptr_eq(&other, root)));
    OFFICE.wake();
}

/// Whether the thread is there.
pub(crate) fn runs() -> bool {
    RUNS.load(Ordering::SeqCst)
}

/// Starts the thread, unless it is there.
pub(crate) fn start() {
    if RUNS.swap(true, Ordering::SeqCst) {
        return;
    }
    let mut module = HMODULE::default();
    let here = PCWSTR(run as *const u16);
    // SAFETY: the address is one of this library; the thread gives back what is taken here.
    let started = unsafe {
        GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, here, &mut module)
            .and_then(|()| CreateThread(None, 0, Some(run), Some(module.0), THREAD_CREATION_FLAGS(0), None))
    };
    match started {
        // SAFETY: the handle is ours, and the thread needs none.
        Ok(thread) => drop(unsafe { CloseHandle(thread) }),
        Err(_) => RUNS.store(false, Ordering::SeqCst),
    }
}

unsafe extern "system" fn run(module: *mut c_void) -> u32 {
    // SAFETY: the thread is new; what begins here ends below.
    let initialized = unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) };
    let mut turns = 0;
    loop {
        while OFFICE.is_open() {
            bring();
            turns = OFFICE.await_turn(turns, LONGEST);
        }
        RUNS.store(false, Ordering::SeqCst);
        // Somebody may have come between the two, and found the thread there.
        if !OFFICE.is_open() || RUNS.swap(true, Ordering::SeqCst) {
            break;
        }
    }
    if initialized.is_ok() {
        // SAFETY: it was initialized above.
        unsafe { CoUninitialize() };
    }
    // SAFETY: the reference was taken for this thread, which has nothing left to do.
    unsafe { FreeLibraryAndExitThread(HMODULE(module), 0) }
}

/// Lets happen what is due, and tells whom it concerns.
fn bring() {
    if let Some(mut turn) = OFFICE.look() {
        crate::line::collect(&mut turn);
    }
    crate::line::signal();
    let roots: Vec<Shared> = watched().iter().filter_map(Weak::upgrade).collect();
    for root in roots {
        let events = root.look(|tapi| {
            if !tapi.service().is_there() {
                return Vec::new();
            }
            std::iter::from_fn(|| tapi.next_event()).collect::<Vec<_>>()
        });
        root.sinks.tell(&events.unwrap_or_default());
    }
}
