//! The TAPI object: ITTAPI, ITTAPICallCenter and its connection point.

use std::sync::{Mutex, MutexGuard, PoisonError};

use acdsim::acd::tapi3::HResult;
use windows::Win32::Foundation::{E_NOTIMPL, E_POINTER};
use windows::Win32::System::Com::{
    IConnectionPoint, IConnectionPointContainer, IConnectionPointContainer_Impl, IDispatch, IEnumConnectionPoints,
};
use windows::Win32::System::Ole::CONNECT_E_NOCONNECTION;
use windows::Win32::System::Variant::VARIANT;
use windows_core::{ComObject, GUID, IUnknown, Interface, implement};

use super::call::refusal;
use super::collection::{EnumAddress, EnumAgentHandler, IEnumAddress, IEnumAgentHandler, collection};
use super::dual::{dispatches, dual};
use super::handler::{address, address_of, handler};
use super::points::{ITTAPIEventNotification, Point};
use super::root::{Alive, Root, Shared};
use super::values::{Anything, Com, Ignored, Passed, Truth};
use crate::center::Center;
use crate::process::{self, OFFICE};

/// The TAPI object.
#[implement(ITTAPI, ITTAPICallCenter, IConnectionPointContainer)]
pub(super) struct TapiObject {
    root: Shared,
    /// Whether it uses the center.
    is_in: Mutex<bool>,
    _alive: Alive,
}

impl TapiObject {
    /// A TAPI object that is not initialized.
    pub(super) fn create() -> windows_core::Result<ITTAPI> {
        let is_in = Mutex::new(false);
        let root = Root::new();
        let object = TapiObject { root: root.clone(), is_in, _alive: Alive::new() };
        let object: ITTAPI = ComObject::new(object).into_interface();
        root.set_tapi_object(object.cast::<IDispatch>()?.downgrade()?);
        Ok(object)
    }

    fn is_in(&self) -> MutexGuard<'_, bool> {
        self.is_in.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn initialize(&self) -> Result<(), HResult> {
        // One after the other, so that nobody finds the center not yet open.
        let mut is_in = self.is_in();
        if *is_in {
            return Err(HResult::S_FALSE);
        }
        if let Err(error) = OFFICE.enter(process::settings) {
            super::explain(&error.to_string());
            return Err(HResult::TAPI_E_OPERATIONFAILED);
        }
        let initialized = self.root.call(|tapi| {
            tapi.initialize()?;
            Ok(tapi.service_mut().center_mut().map(Center::listen))
        });
        if let Ok(listener) = initialized {
            self.root.set_listener(listener);
            *is_in = true;
            super::pump::watch(&self.root);
        } else {
            OFFICE.leave();
        }
        initialized.map(|_| ())
    }

    fn shutdown(&self) -> Result<(), HResult> {
        let mut is_in = self.is_in();
        if !*is_in {
            return Err(HResult::S_FALSE);
        }
        let listener = self.root.set_listener(None);
        self.root.call(|tapi| {
            if let (Some(listener), Some(center)) = (listener, tapi.service_mut().center_mut()) {
                center.stop_listening(listener);
            }
            Ok(tapi.shutdown())
        })?;
        *is_in = false;
        self.root.sinks.clear();
        super::pump::forget(&self.root);
        OFFICE.leave();
        OFFICE.wake();
        Ok(())
    }
}

impl Drop for TapiObject {
    fn drop(&mut self) {
        // A client that has forgotten Shutdown.
        let _ = self.shutdown();
    }
}

dual! {
    /// ITTAPI, as far as it is of agents and of their calls.
    TapiObject TapiObject_Impl: ITTAPI ITTAPI_Impl "B1EFC382-9355-11D0-835C-00AA003CCABD" invoke_tapi {
        Initialize() = |this| this.initialize();
        Shutdown() = |this| this.shutdown();
        get_Addresses() -> VARIANT = |this| {
            let addresses = this.root.call(|tapi| tapi.get_addresses())?;
            collection(addresses, |model| address(&this.root, model).0.cast())
        };
        EnumerateAddresses() -> Com<IEnumAddress> = |this| {
            let addresses = this.root.call(|tapi| tapi.enumerate_addresses())?;
            Ok(EnumAddress::of(addresses, |model| address(&this.root, model).0))
        };
        RegisterCallNotifications(pAddress: Passed, fMonitor: Truth, fOwner: Truth, _lMediaTypes: i32, lInstance: i32)
            -> i32 = |this| {
            let address = address_of(&pAddress, &this.root)?.ok_or(HResult::E_POINTER)?;
            if !fMonitor.0 && !fOwner.0 {
                return Err(HResult::E_INVALIDARG);
            }
            this.root.with_calls(|center, listener| {
                let (device, address) = (address.device_id(), Some(address.address_id()));
                center.register(listener, device, address, fOwner.0, lInstance).map_err(refusal)
            })
        };
        UnregisterNotifications(lRegister: i32) = |this| {
            this.root.with_calls(|center, listener| {
                center.unregister(listener, lRegister).map_err(|_| HResult::E_INVALIDARG)
            })
        };
        get_CallHubs() -> VARIANT = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        EnumerateCallHubs() -> Com<IUnknown> = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        SetCallHubTracking(_pAddresses: Anything, _bTracking: Truth) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        EnumeratePrivateTAPIObjects() -> Com<IUnknown> = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        get_PrivateTAPIObjects() -> VARIANT = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        RegisterRequestRecipient(_lInstance: i32, _lMode: i32, _fEnable: Truth) = |_this| {
            Err(HResult::TAPI_E_NOTSUPPORTED)
        };
        SetAssistedTelephonyPriority(_pName: Ignored, _fPriority: Truth) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        SetApplicationPriority(_pName: Ignored, _lMediaType: i32, _fPriority: Truth) = |_this| {
            Err(HResult::TAPI_E_NOTSUPPORTED)
        };
        put_EventFilter(lFilterMask: i32) = |this| {
            this.root.call(|tapi| {
                tapi.put_event_filter(lFilterMask);
                Ok(())
            })
        };
        get_EventFilter() -> i32 = |this| this.root.call(|tapi| Ok(tapi.get_event_filter()));
    }
}

dual! {
    /// ITTAPICallCenter.
    TapiObject TapiObject_Impl: ITTAPICallCenter ITTAPICallCenter_Impl "5AFC3154-4BCC-11D1-BF80-00805FC147D3"
    invoke_call_center {
        EnumerateAgentHandlers() -> Com<IEnumAgentHandler> = |this| {
            let handlers = this.root.call(|tapi| tapi.enumerate_agent_handlers())?;
            Ok(EnumAgentHandler::of(handlers, |model| handler(&this.root, model).0))
        };
        get_AgentHandlers() -> VARIANT = |this| {
            let handlers = this.root.call(|tapi| tapi.get_agent_handlers())?;
            collection(handlers, |model| handler(&this.root, model).0.cast())
        };
    }
}

dispatches!(TapiObject_Impl: "ITTAPI" invoke_tapi, "ITTAPICallCenter" invoke_call_center);

impl IConnectionPointContainer_Impl for TapiObject_Impl {
    fn EnumConnectionPoints(&self) -> windows_core::Result<IEnumConnectionPoints> {
        Err(E_NOTIMPL.into())
    }

    fn FindConnectionPoint(&self, riid: *const GUID) -> windows_core::Result<IConnectionPoint> {
        // SAFETY: a pointer to a GUID, or NULL.
        match unsafe { riid.as_ref() } {
            None => Err(E_POINTER.into()),
            Some(riid) if *riid == ITTAPIEventNotification::IID => {
                use windows_core::IUnknownImpl;
                let container: IConnectionPointContainer = self.to_interface();
                Ok(ComObject::new(Point::new(&self.root, container)).into_interface())
            }
            Some(_) => Err(CONNECT_E_NOCONNECTION.into()),
        }
    }
}

/// The name under which Automation creates it.
pub(super) const PROG_ID: &str = "TAPI.TAPI";
