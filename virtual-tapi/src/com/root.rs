//! What all objects of one TAPI object share: the client's side of the center, and which COM objects there are.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use acdsim::acd::tapi3::{self as model, HResult, Tapi};
use windows::Win32::System::Com::IDispatch;
use windows_core::{Interface, Weak};

use super::points::Sinks;
use crate::center::{Center, Listener};
use crate::office::Visit;
use crate::process::OFFICE;

/// The objects that are alive in the process.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

/// One object that is alive; every object has one.
#[derive(Debug)]
pub(super) struct Alive;

impl Alive {
    pub(super) fn new() -> Self {
        ALIVE.fetch_add(1, Ordering::SeqCst);
        Alive
    }

    /// How many objects are alive.
    pub(super) fn count() -> usize {
        ALIVE.load(Ordering::SeqCst)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What an object is of; an object that a client has twice is one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Handler,
    Agent,
    Session,
    Group,
    Queue,
    Address,
    Call,
}

/// What the objects of a TAPI object share.
pub(super) struct Root {
    tapi: Mutex<Tapi<Visit>>,
    pub(super) sinks: Sinks,
    /// Who hears of calls, while it uses the center.
    listener: Mutex<Option<Listener>>,
    /// The objects that were handed out, as long as somebody has them.
    objects: Mutex<BTreeMap<(Kind, u64), Weak<IDispatch>>>,
    /// The TAPI object itself, as long as somebody has it.
    tapi_object: Mutex<Weak<IDispatch>>,
}

// SAFETY: what is in it is behind mutexes; the weak references are to agile objects.
unsafe impl Send for Root {}
// SAFETY: as above.
unsafe impl Sync for Root {}

/// Shared by the objects.
pub(super) type Shared = Arc<Root>;

impl Root {
    pub(super) fn new() -> Shared {
        let (machine, user) = crate::process::account();
        Arc::new(Root {
            tapi: Mutex::new(Tapi::new(Visit::new(&OFFICE), &machine, &user)),
            sinks: Sinks::default(),
            listener: Mutex::new(None),
            objects: Mutex::default(),
            tapi_object: Mutex::new(Weak::new()),
        })
    }

    /// A method of a client: nobody else works with the center meanwhile.
    pub(super) fn call<T>(&self, method: impl FnOnce(&mut Tapi<Visit>) -> Result<T, HResult>) -> Result<T, HResult> {
        Self::visit(self.tapi.lock().unwrap_or_else(PoisonError::into_inner), true, method)
    }

    /// What no client asks for, unless a client is in a method: one that waits may wait for what the caller does next.
    pub(super) fn look<T>(&self, at: impl FnOnce(&mut Tapi<Visit>) -> T) -> Option<T> {
        match self.tapi.try_lock() {
            Ok(tapi) => Some(Self::visit(tapi, false, at)),
            Err(TryLockError::Poisoned(tapi)) => Some(Self::visit(tapi.into_inner(), false, at)),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn visit<T>(mut tapi: MutexGuard<'_, Tapi<Visit>>, calls: bool, method: impl FnOnce(&mut Tapi<Visit>) -> T) -> T {
        tapi.service_mut().begin(calls);
        let result = method(&mut tapi);
        tapi.service_mut().end();
        result
    }

    /// Lets it hear of calls, or no more.
    pub(super) fn set_listener(&self, listener: Option<Listener>) -> Option<Listener> {
        std::mem::replace(&mut *self.listener.lock().unwrap_or_else(PoisonError::into_inner), listener)
    }

    /// Who hears of calls; none where it does not use the center.
    pub(super) fn listener(&self) -> Option<Listener> {
        *self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A method of a client that is about calls.
    pub(super) fn with_calls<T>(
        &self,
        method: impl FnOnce(&mut Center, Listener) -> Result<T, HResult>,
    ) -> Result<T, HResult> {
        self.call(|tapi| {
            let listener = self.listener().ok_or(HResult::TAPI_E_NOT_INITIALIZED)?;
            method(tapi.service_mut().center_mut().ok_or(HResult::TAPI_E_NOT_INITIALIZED)?, listener)
        })
    }

    /// Lets the TAPI object be found by its objects.
    pub(super) fn set_tapi_object(&self, object: Weak<IDispatch>) {
        *self.tapi_object.lock().unwrap_or_else(PoisonError::into_inner) = object;
    }

    /// The TAPI object, if anybody still has it.
    pub(super) fn tapi_object(&self) -> Option<IDispatch> {
        self.tapi_object.lock().unwrap_or_else(PoisonError::into_inner).upgrade()
    }

    /// The COM object of an object, which is made if nobody has it.
    pub(super) fn object<I: Interface>(&self, kind: Kind, number: u64, make: impl FnOnce() -> I) -> I {
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        let known = objects.get(&(kind, number)).and_then(Weak::upgrade);
        if let Some(known) = known.and_then(|known| known.cast::<I>().ok()) {
            return known;
        }
        let made = make();
        if let Ok(weak) = made.cast::<IDispatch>().and_then(|object| object.downgrade()) {
            objects.insert((kind, number), weak);
        }
        made
    }
}

/// An object that a client has got from one TAPI object: whose it is, and which.
pub(super) struct Of<T> {
    pub(super) root: Shared,
    pub(super) model: T,
    _alive: Alive,
}

impl<T: Copy> Of<T> {
    pub(super) fn new(root: &Shared, model: T) -> Self {
        Of { root: root.clone(), model, _alive: Alive::new() }
    }

    /// The object, if it is one of this TAPI object.
    pub(super) fn of(&self, root: &Shared) -> Result<T, HResult> {
        if Arc::ptr_eq(&self.root, root) { Ok(self.model) } else { Err(HResult::E_INVALIDARG) }
    }
}

/// The number of an address among those of all devices.
pub(super) fn address_number(address: model::ITAddress) -> u64 {
    u64::from(address.device_id()) << 32 | u64::from(address.address_id())
}
