//! The connection point for events: sinks, and how each is called in the apartment that it is of.
//!
//! A sink of the multithreaded apartment is called by the thread that brings events. One of a single-threaded apartment is
//! called on the thread that has advised it, through a window of that thread, which dispatches messages as every such
//! apartment does. So the interface is never marshalled, and needs no proxy.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use windows::Win32::Foundation::{E_NOTIMPL, HWND, LPARAM, LRESULT, WPARAM};
use windows::Win32::System::Com::{
    APTTYPE, APTTYPE_MAINSTA, APTTYPE_STA, APTTYPEQUALIFIER, CoGetApartmentType, IConnectionPoint_Impl,
    IConnectionPointContainer, IDispatch, IEnumConnections,
};
use windows::Win32::System::Ole::{CONNECT_E_CANNOTCONNECT, CONNECT_E_NOCONNECTION};
use windows::Win32::UI::WindowsAndMessaging::{DefWindowProcW, PostMessageW, WM_APP, WM_CLOSE};
use windows_core::{GUID, HRESULT, IUnknown, IUnknown_Vtbl, Interface, PCWSTR, Ref, implement, interface, w};

use super::event::Told;
use super::root::{Alive, Root, Shared};
use crate::window;

/// What a client implements to hear of events.
#[interface("EDDB9426-3B91-11D1-8F30-00C04FB6809F")]
pub unsafe trait ITTAPIEventNotification: IUnknown {
    pub unsafe fn Event(&self, event: i32, object: *mut std::ffi::c_void) -> HRESULT;
}

/// The sinks of a TAPI object.
#[derive(Default)]
pub(super) struct Sinks {
    all: Mutex<Vec<Arc<Sink>>>,
    last: Mutex<u32>,
}

/// A sink with the events that it has not heard of.
struct Sink {
    cookie: u32,
    notification: ITTAPIEventNotification,
    /// The window of a single-threaded apartment.
    window: Option<HWND>,
    root: Weak<Root>,
    waiting: Mutex<VecDeque<Told>>,
}

// SAFETY: the notification is called in its own apartment only, and the window is a number.
unsafe impl Send for Sink {}
// SAFETY: as above; the queue is behind a mutex.
unsafe impl Sync for Sink {}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sinks {
    /// Lets all sinks know of events.
    pub(super) fn tell(&self, events: &[Told]) {
        if events.is_empty() {
            return;
        }
        for sink in lock(&self.all).clone() {
            lock(&sink.waiting).extend(events);
            match sink.window {
                None => sink.hear(),
                Some(window) => {
                    let this = Arc::into_raw(sink);
                    // SAFETY: the window takes the reference over; if it is gone, it is taken back.
                    unsafe {
                        if PostMessageW(Some(window), WM_APP, WPARAM(0), LPARAM(this as isize)).is_err() {
                            drop(Arc::from_raw(this));
                        }
                    }
                }
            }
        }
    }

    fn advise(&self, root: &Shared, notification: ITTAPIEventNotification) -> windows_core::Result<u32> {
        let window = if is_single_threaded() { Some(make_window()?) } else { None };
        let cookie = {
            let mut last = lock(&self.last);
            *last += 1;
            *last
        };
        let root = Arc::downgrade(root);
        lock(&self.all).push(Arc::new(Sink { cookie, notification, window, root, waiting: Mutex::default() }));
        Ok(cookie)
    }

    fn unadvise(&self, cookie: u32) -> windows_core::Result<()> {
        let mut all = lock(&self.all);
        let place = all.iter().position(|sink| sink.cookie == cookie).ok_or(CONNECT_E_NOCONNECTION)?;
        let sink = all.remove(place);
        drop(all);
        sink.close();
        Ok(())
    }

    /// Lets go of all.
    pub(super) fn clear(&self) {
        let all = std::mem::take(&mut *lock(&self.all));
        all.iter().for_each(|sink| sink.close());
    }
}

impl Sink {
    /// Calls the sink with what it has not heard of; on a thread of its apartment.
    fn hear(&self) {
        let Some(root) = self.root.upgrade() else { return };
        loop {
            let next = lock(&self.waiting).pop_front();
            let Some(event) = next else { return };
            let Some(object) = event.object(&root) else { continue };
            let object: IDispatch = object;
            // SAFETY: the object lives as long as the call, and what the sink returns does not matter.
            let _ = unsafe { self.notification.Event(event.filter_bit(), object.as_raw()) };
        }
    }

    fn close(&self) {
        lock(&self.waiting).clear();
        if let Some(window) = self.window {
            // SAFETY: a window that is gone is no harm.
            let _ = unsafe { PostMessageW(Some(window), WM_CLOSE, WPARAM(0), LPARAM(0)) };
        }
    }
}

/// Whether the present thread is of a single-threaded apartment.
fn is_single_threaded() -> bool {
    let (mut kind, mut qualifier) = (APTTYPE::default(), APTTYPEQUALIFIER::default());
    // SAFETY: both are places for what is told.
    let told = unsafe { CoGetApartmentType(&mut kind, &mut qualifier) };
    told.is_ok() && (kind == APTTYPE_STA || kind == APTTYPE_MAINSTA)
}

const CLASS: PCWSTR = w!("acdsim Virtual TAPI events");

/// A window of the present thread that nobody sees.
fn make_window() -> windows_core::Result<HWND> {
    window::make(CLASS, Some(window_procedure))
}

/// Forgets the class of windows, before the library goes.
pub(super) fn forget_windows() {
    window::forget(CLASS);
}

unsafe extern "system" fn window_procedure(window: HWND, message: u32, one: WPARAM, two: LPARAM) -> LRESULT {
    if message == WM_APP && two.0 != 0 {
        // SAFETY: it is the reference that was handed over with the message.
        let sink = unsafe { Arc::from_raw(two.0 as *const Sink) };
        sink.hear();
        return LRESULT(0);
    }
    // SAFETY: what the system has passed is passed on.
    unsafe { DefWindowProcW(window, message, one, two) }
}

/// The connection point.
#[implement(windows::Win32::System::Com::IConnectionPoint)]
pub(super) struct Point {
    root: Shared,
    container: IConnectionPointContainer,
    _alive: Alive,
}

impl Point {
    pub(super) fn new(root: &Shared, container: IConnectionPointContainer) -> Self {
        Point { root: root.clone(), container, _alive: Alive::new() }
    }
}

impl IConnectionPoint_Impl for Point_Impl {
    fn GetConnectionInterface(&self) -> windows_core::Result<GUID> {
        Ok(ITTAPIEventNotification::IID)
    }

    fn GetConnectionPointContainer(&self) -> windows_core::Result<IConnectionPointContainer> {
        Ok(self.container.clone())
    }

    fn Advise(&self, sink: Ref<'_, IUnknown>) -> windows_core::Result<u32> {
        let sink = sink.ok()?;
        let notification: ITTAPIEventNotification = sink.cast().map_err(|_| CONNECT_E_CANNOTCONNECT)?;
        self.root.sinks.advise(&self.root, notification)
    }

    fn Unadvise(&self, cookie: u32) -> windows_core::Result<()> {
        self.root.sinks.unadvise(cookie)
    }

    fn EnumConnections(&self) -> windows_core::Result<IEnumConnections> {
        Err(E_NOTIMPL.into())
    }
}
