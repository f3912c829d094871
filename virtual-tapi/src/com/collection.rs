//! Enumerators for C and C++, and collections for Automation.

use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

use acdsim::acd::tapi3::{Collection as Model, Enumerator, HResult};
use windows::Win32::Foundation::{E_POINTER, S_FALSE, S_OK};
use windows::Win32::System::Com::IDispatch;
use windows::Win32::System::Ole::{IEnumVARIANT, IEnumVARIANT_Impl};
use windows::Win32::System::Variant::VARIANT;
use windows_core::{ComObject, HRESULT, IUnknown, IUnknown_Vtbl, Interface, implement};

use super::agent::ITAgentSession;
use super::dual::{dispatches, dual};
use super::handler::{ITACDGroup, ITAddress, ITAgentHandler, ITQueue};
use super::root::Alive;
use super::values::{Com, dispatch};

/// The result of a method of an enumerator.
fn result(code: HResult) -> HRESULT {
    HRESULT(code.0)
}

/// Hands elements out through a pointer to places for so many.
///
/// # Safety
///
/// There are places for as many as there are elements.
unsafe fn hand_out<T>(elements: Vec<T>, places: *mut T) {
    for (place, element) in elements.into_iter().enumerate() {
        // SAFETY: there is a place, by the contract; what was there is nothing that has to be released.
        unsafe { places.add(place).write(element) };
    }
}

/// Where an enumerator is.
pub(super) struct Position<T> {
    position: Mutex<Enumerator<T>>,
    _alive: Alive,
}

impl<T> Position<T> {
    fn new(position: Enumerator<T>) -> Self {
        Position { position: Mutex::new(position), _alive: Alive::new() }
    }

    fn with<R>(&self, step: impl FnOnce(&mut Enumerator<T>) -> R) -> R {
        step(&mut self.position.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What implements IEnumAgentHandler.
#[implement(IEnumAgentHandler)]
pub(super) struct EnumAgentHandler(Position<ITAgentHandler>);

/// What implements IEnumACDGroup.
#[implement(IEnumACDGroup)]
pub(super) struct EnumACDGroup(Position<ITACDGroup>);

/// What implements IEnumQueue.
#[implement(IEnumQueue)]
pub(super) struct EnumQueue(Position<ITQueue>);

/// What implements IEnumAgentSession.
#[implement(IEnumAgentSession)]
pub(super) struct EnumAgentSession(Position<ITAgentSession>);

/// What implements IEnumAddress.
#[implement(IEnumAddress)]
pub(super) struct EnumAddress(Position<ITAddress>);

/// An enumerator's interface, and how it is implemented.
macro_rules! enumerator {
    ($(#[$doc:meta])* $object:ident $outer:ident: $interface:ident $implementation:ident $iid:literal of $element:ident) => {
        $(#[$doc])*
        #[windows_core::interface($iid)]
        pub unsafe trait $interface: IUnknown {
            pub unsafe fn Next(&self, celt: u32, elements: *mut Option<$element>, fetched: *mut u32) -> HRESULT;
            pub unsafe fn Reset(&self) -> HRESULT;
            pub unsafe fn Skip(&self, celt: u32) -> HRESULT;
            pub unsafe fn Clone(&self, copy: *mut *mut c_void) -> HRESULT;
        }

        impl $object {
            /// An enumerator of these, as COM objects.
            pub(super) fn of<T: Clone>(mut models: Enumerator<T>, make: impl Fn(T) -> $element) -> Com<$interface> {
                let (_, all) = models.next(u32::MAX);
                Self::at(Enumerator::new(all.into_iter().map(make).collect()))
            }

            fn at(position: Enumerator<$element>) -> Com<$interface> {
                Com(ComObject::new($object(Position::new(position))).into_interface())
            }
        }

        impl $implementation for $outer {
            unsafe fn Next(&self, celt: u32, elements: *mut Option<$element>, fetched: *mut u32) -> HRESULT {
                let mut found = Vec::new();
                // SAFETY: a place for the number, or NULL.
                let fetched = unsafe { fetched.as_mut() };
                let places = (!elements.is_null()).then_some(&mut found);
                let code = self.0.with(|position| position.next_into(celt, places, fetched));
                let found: Vec<Option<$element>> = found.into_iter().map(Some).collect();
                // SAFETY: there are places for `celt` elements, and no more were found.
                unsafe { hand_out(found, elements) };
                result(code)
            }

            unsafe fn Reset(&self) -> HRESULT {
                result(self.0.with(Enumerator::reset))
            }

            unsafe fn Skip(&self, celt: u32) -> HRESULT {
                result(self.0.with(|position| position.skip(celt)))
            }

            unsafe fn Clone(&self, copy: *mut *mut c_void) -> HRESULT {
                if copy.is_null() {
                    return E_POINTER;
                }
                let Com(made) = $object::at(self.0.with(|position| position.clone()));
                // SAFETY: a place for an interface pointer.
                unsafe { copy.write(made.into_raw()) };
                S_OK
            }
        }
    };
}

enumerator! {
    /// IEnumAgentHandler.
    EnumAgentHandler EnumAgentHandler_Impl: IEnumAgentHandler IEnumAgentHandler_Impl
    "587E8C28-9802-11D1-A0A4-00805FC147D3" of ITAgentHandler
}

enumerator! {
    /// IEnumACDGroup.
    EnumACDGroup EnumACDGroup_Impl: IEnumACDGroup IEnumACDGroup_Impl "5AFC3157-4BCC-11D1-BF80-00805FC147D3" of ITACDGroup
}

enumerator! {
    /// IEnumQueue.
    EnumQueue EnumQueue_Impl: IEnumQueue IEnumQueue_Impl "5AFC3158-4BCC-11D1-BF80-00805FC147D3" of ITQueue
}

enumerator! {
    /// IEnumAgentSession.
    EnumAgentSession EnumAgentSession_Impl: IEnumAgentSession IEnumAgentSession_Impl
    "5AFC314E-4BCC-11D1-BF80-00805FC147D3" of ITAgentSession
}

enumerator! {
    /// IEnumAddress.
    EnumAddress EnumAddress_Impl: IEnumAddress IEnumAddress_Impl "1666FCA1-9363-11D0-835C-00AA003CCABD" of ITAddress
}

/// A collection.
#[implement(ITCollection)]
pub(super) struct Collection {
    elements: Model<IDispatch>,
    _alive: Alive,
}

/// A collection of these, as COM objects, in a VARIANT of type VT_DISPATCH.
pub(super) fn collection<T: Clone>(
    models: Model<T>,
    make: impl Fn(T) -> windows_core::Result<IDispatch>,
) -> Result<VARIANT, HResult> {
    let (_, all) = models.new_enum().next(u32::MAX);
    let elements: windows_core::Result<Vec<IDispatch>> = all.into_iter().map(make).collect();
    let elements = Model::new(elements.map_err(|error| HResult(error.code().0))?);
    let object: ITCollection = ComObject::new(Collection { elements, _alive: Alive::new() }).into_interface();
    object.cast().map(dispatch).map_err(|error| HResult(error.code().0))
}

dual! {
    /// ITCollection.
    Collection Collection_Impl: ITCollection ITCollection_Impl "5EC5ACF2-9C02-11D0-8362-00AA003CCABD" invoke_collection {
        get_Count() -> i32 = |this| Ok(this.elements.count());
        get_Item(Index: i32) -> VARIANT = |this| this.elements.item(Index).map(dispatch);
        get__NewEnum() -> Com<IUnknown> = |this| {
            let object = EnumVariant(Position::new(this.elements.new_enum()));
            let object: IEnumVARIANT = ComObject::new(object).into_interface();
            object.cast().map(Com).map_err(|error| HResult(error.code().0))
        };
    }
}

dispatches!(Collection_Impl: "ITCollection" invoke_collection);

/// The enumerator of a collection, by which For Each walks through it.
#[implement(IEnumVARIANT)]
struct EnumVariant(Position<IDispatch>);

impl IEnumVARIANT_Impl for EnumVariant_Impl {
    fn Next(&self, celt: u32, elements: *mut VARIANT, fetched: *mut u32) -> HRESULT {
        let mut found = Vec::new();
        let places = (!elements.is_null()).then_some(&mut found);
        // SAFETY: a place for the number, or NULL.
        let fetched = unsafe { fetched.as_mut() };
        let code = self.0.with(|position| position.next_into(celt, places, fetched));
        // SAFETY: there are places for `celt` elements, and no more were found.
        unsafe { hand_out(found.into_iter().map(dispatch).collect(), elements) };
        result(code)
    }

    fn Skip(&self, celt: u32) -> HRESULT {
        let code = self.0.with(|position| position.skip(celt));
        if code == HResult::S_OK { S_OK } else { S_FALSE }
    }

    fn Reset(&self) -> windows_core::Result<()> {
        self.0.with(Enumerator::reset);
        Ok(())
    }

    fn Clone(&self) -> windows_core::Result<IEnumVARIANT> {
        let position = self.0.with(|position| position.clone());
        Ok(ComObject::new(EnumVariant(Position::new(position))).into_interface())
    }
}
