//! The threads that let time pass while no client calls, and bring messages and events.
//!
//! One brings messages to applications of line functions, the other events to sinks. The second may have to ask an
//! application that is a proxy, which has to get messages meanwhile. Both are there as long as an application uses the center,
//! and keep the library loaded until they have ended.

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

use super::event::Told;
use super::root::{Root, Shared};
use crate::process::OFFICE;

/// A thread, and what it does whenever something may have happened.
struct Pump {
    runs: AtomicBool,
    /// Says whether nothing was left out.
    bring: fn() -> bool,
}

static PUMPS: [Pump; 2] = [
    Pump { runs: AtomicBool::new(false), bring: bring_messages },
    Pump { runs: AtomicBool::new(false), bring: bring_events },
];

/// The TAPI objects whose events are brought.
static WATCHED: Mutex<Vec<Weak<Root>>> = Mutex::new(Vec::new());

/// So long a thread sleeps at most.
const LONGEST: Real = Real::from_millis(500);

/// So long it sleeps where a client was in a method, which may leave it without another turn.
const SOON: Real = Real::from_millis(1);

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

/// Whether any of the threads is there.
pub(crate) fn runs() -> bool {
    PUMPS.iter().any(|pump| pump.runs.load(Ordering::SeqCst))
}

/// Starts the threads, unless they are there.
pub(crate) fn start() {
    for pump in PUMPS.iter().filter(|pump| !pump.runs.swap(true, Ordering::SeqCst)) {
        let mut module = HMODULE::default();
        let here = PCWSTR(run as *const u16);
        let this = std::ptr::from_ref(pump).cast::<c_void>();
        // SAFETY: the address is one of this library; the thread gives back what is taken here, and what it is given is static.
        let started = unsafe {
            GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, here, &mut module)
                .and_then(|()| CreateThread(None, 0, Some(run), Some(this), THREAD_CREATION_FLAGS(0), None))
        };
        match started {
            // SAFETY: the handle is ours, and the thread needs none.
            Ok(thread) => drop(unsafe { CloseHandle(thread) }),
            Err(_) => pump.runs.store(false, Ordering::SeqCst),
        }
    }
}

unsafe extern "system" fn run(pump: *mut c_void) -> u32 {
    // SAFETY: it is one of the static ones.
    let pump = unsafe { &*pump.cast::<Pump>() };
    // SAFETY: the thread is new; what begins here ends below.
    let initialized = unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) };
    let mut turns = 0;
    loop {
        while OFFICE.is_open() {
            let most = if (pump.bring)() { LONGEST } else { SOON };
            turns = OFFICE.await_turn(turns, most);
        }
        pump.runs.store(false, Ordering::SeqCst);
        // Somebody may have come between the two, and found the thread there.
        if !OFFICE.is_open() || pump.runs.swap(true, Ordering::SeqCst) {
            break;
        }
    }
    if initialized.is_ok() {
        // SAFETY: it was initialized above.
        unsafe { CoUninitialize() };
    }
    // SAFETY: the reference was taken for this thread, which has nothing left to do.
    unsafe { FreeLibraryAndExitThread(crate::process::module(), 0) }
}

/// Lets happen what is due, and brings applications their messages.
fn bring_messages() -> bool {
    if let Some(mut turn) = OFFICE.look() {
        crate::line::collect(&mut turn);
    }
    crate::line::signal();
    true
}

/// Brings the events to the sinks, but for those of a TAPI object whose client is in a method.
fn bring_events() -> bool {
    let mut all = true;
    let roots: Vec<Shared> = watched().iter().filter_map(Weak::upgrade).collect();
    for root in roots {
        let events = root.look(|tapi| {
            if !tapi.service().is_there() {
                return Vec::new();
            }
            let mut told: Vec<Told> = std::iter::from_fn(|| tapi.next_event()).map(Told::Agents).collect();
            let filter = tapi.get_event_filter();
            if let (Some(listener), Some(center)) = (root.listener(), tapi.service_mut().center_mut()) {
                let news = center.take_news(listener).into_iter().map(Told::Calls);
                told.extend(news.filter(|news| news.filter_bit() & filter != 0));
            }
            told
        });
        all &= events.is_some();
        root.sinks.tell(&events.unwrap_or_default());
    }
    all
}
