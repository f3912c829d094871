//! How an object with a dual interface is made of its methods.

use std::ffi::c_void;

use acdsim::acd::tapi3::{HResult, Interface};
use windows::Win32::Foundation::{
    DISP_E_BADPARAMCOUNT, DISP_E_EXCEPTION, DISP_E_MEMBERNOTFOUND, DISP_E_NONAMEDARGS, DISP_E_UNKNOWNINTERFACE,
    DISP_E_UNKNOWNNAME, E_INVALIDARG,
};
use windows::Win32::System::Com::{
    DISPATCH_FLAGS, DISPATCH_METHOD, DISPATCH_PROPERTYGET, DISPPARAMS, EXCEPINFO, IDispatch,
};
use windows::Win32::System::Ole::{DISPID_PROPERTYPUT, DISPID_VALUE};
use windows::Win32::System::Variant::VARIANT;
use windows_core::{BSTR, Error, GUID, HRESULT, PCWSTR, Result};

use crate::tables::{self, Use};

/// What Automation calls, by the name of the method; the arguments are in their order.
pub(super) type Invoked = std::result::Result<VARIANT, Refused>;

/// Why a call of Automation has no result.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refused {
    /// There is no such method here.
    NotFound,
    /// There are too few arguments, or too many.
    BadCount,
    /// The argument of that place, from 0, is of the wrong type.
    Mismatch(usize),
    /// The method has returned this.
    Method(HResult),
}

/// GetIDsOfNames.
///
/// # Safety
///
/// As IDispatch says of the pointers.
pub(super) unsafe fn get_ids_of_names(
    interfaces: &[&'static Interface],
    riid: *const GUID,
    names: *const PCWSTR,
    count: u32,
    dispids: *mut i32,
) -> Result<()> {
    if names.is_null() || dispids.is_null() || count == 0 {
        return Err(E_INVALIDARG.into());
    }
    // SAFETY: a pointer to a GUID, or NULL.
    if unsafe { riid.as_ref() }.is_some_and(|riid| *riid != GUID::zeroed()) {
        return Err(DISP_E_UNKNOWNINTERFACE.into());
    }
    let mut unknown = false;
    for place in 0..count as usize {
        // SAFETY: there are `count` names, each a string that ends with 0, and places for as many identifiers.
        unsafe {
            let name = (*names.add(place)).to_string().unwrap_or_default();
            // Only the first names a member, the others its arguments, which have no names here.
            let dispid = if place == 0 { tables::dispid(interfaces, &name) } else { None };
            unknown |= dispid.is_none();
            *dispids.add(place) = dispid.unwrap_or(-1);
        }
    }
    if unknown { Err(DISP_E_UNKNOWNNAME.into()) } else { Ok(()) }
}

/// Invoke, with the method that does what was asked for.
///
/// # Safety
///
/// As IDispatch says of the pointers.
#[expect(clippy::too_many_arguments, reason = "they are those of Invoke")]
pub(super) unsafe fn invoke(
    interfaces: &[&'static Interface],
    dispid: i32,
    riid: *const GUID,
    flags: DISPATCH_FLAGS,
    params: *const DISPPARAMS,
    result: *mut VARIANT,
    exception: *mut EXCEPINFO,
    wrong: *mut u32,
    method: impl Fn(&str, &[&VARIANT]) -> Invoked,
) -> Result<()> {
    // SAFETY: a pointer to a GUID, or NULL.
    if unsafe { riid.as_ref() }.is_some_and(|riid| *riid != GUID::zeroed()) {
        return Err(DISP_E_UNKNOWNINTERFACE.into());
    }
    // SAFETY: a pointer to DISPPARAMS, or NULL.
    let Some(params) = (unsafe { params.as_ref() }) else { return Err(E_INVALIDARG.into()) };
    let gets = flags.0 & (DISPATCH_METHOD.0 | DISPATCH_PROPERTYGET.0) != 0;
    let used = if gets { Use::Get } else { Use::Put };
    let named: &[i32] = match params.cNamedArgs {
        0 => &[],
        // SAFETY: there are so many.
        count => unsafe { std::slice::from_raw_parts(params.rgdispidNamedArgs, count as usize) },
    };
    if named.iter().any(|&name| used == Use::Get || name != DISPID_PROPERTYPUT) {
        return Err(DISP_E_NONAMEDARGS.into());
    }
    // The last argument is the first in the array.
    let arguments: Vec<&VARIANT> = match params.cArgs {
        0 => Vec::new(),
        // SAFETY: there are so many.
        count => unsafe { std::slice::from_raw_parts(params.rgvarg, count as usize) }.iter().rev().collect(),
    };
    let found = tables::method(interfaces, dispid, used).ok_or(Refused::NotFound);
    let refused: HRESULT = match found.and_then(|name| method(name, &arguments)) {
        Ok(value) => {
            if !result.is_null() {
                // SAFETY: a place for a VARIANT, which Invoke does not look at before.
                unsafe { result.write(value) };
            }
            return Ok(());
        }
        Err(Refused::NotFound) => DISP_E_MEMBERNOTFOUND,
        Err(Refused::BadCount) => {
            // `Queues(1)` means an element of what `Queues` is, as it does with a type library.
            let property = found.ok().filter(|name| !arguments.is_empty() && name.starts_with("get_"));
            match property.and_then(|name| method(name, &[]).ok()).map(|value| IDispatch::try_from(&value)) {
                Some(Ok(object)) => {
                    let result = (!result.is_null()).then_some(result);
                    let exception = (!exception.is_null()).then_some(exception);
                    let (item, any) = (DISPID_VALUE as i32, GUID::zeroed());
                    // SAFETY: the pointers are the caller's.
                    return unsafe { object.Invoke(item, &any, 0, flags, params, result, exception, Some(wrong)) };
                }
                _ => DISP_E_BADPARAMCOUNT,
            }
        }
        Err(Refused::Mismatch(place)) => {
            // SAFETY: a place for the index of the argument in the array, or NULL.
            if let Some(wrong) = unsafe { wrong.as_mut() } {
                *wrong = (arguments.len() - 1 - place) as u32;
            }
            HRESULT(super::values::DISP_E_TYPEMISMATCH.0)
        }
        Err(Refused::Method(code)) if code.is_success() => return Ok(()),
        Err(Refused::Method(code)) => {
            // SAFETY: a place for an EXCEPINFO, or NULL.
            unsafe { raise(code, exception) }
        }
    };
    Err(Error::from_hresult(refused))
}

/// Tells an error as an exception of Automation, if the caller wants to know.
///
/// # Safety
///
/// The pointer is NULL or to a place for an EXCEPINFO.
unsafe fn raise(code: HResult, exception: *mut EXCEPINFO) -> HRESULT {
    if exception.is_null() {
        return HRESULT(code.0);
    }
    let told = super::explanation().filter(|_| code == HResult::TAPI_E_OPERATIONFAILED);
    let told = told.unwrap_or_else(|| code.to_string());
    let text = |text: &str| std::mem::ManuallyDrop::new(BSTR::from(text));
    let info = EXCEPINFO {
        bstrSource: text("acdsim Virtual TAPI"),
        bstrDescription: text(&told),
        scode: code.0,
        ..EXCEPINFO::default()
    };
    // SAFETY: there is a place, by the function's contract.
    unsafe { exception.write(info) };
    DISP_E_EXCEPTION
}

/// Stores what a method returns.
///
/// # Safety
///
/// The pointer is to a place for a value of that type.
pub(super) unsafe fn put<T>(out: *mut T, value: T) {
    // SAFETY: by the contract; what is there before is nothing that has to be released.
    unsafe { out.write(value) };
}

/// Whether a caller gives no place for a result.
pub(super) fn nowhere<T>(out: *mut T) -> bool {
    out.cast::<c_void>().is_null()
}

/// An interface with its methods: declares it, and implements it for an object, for callers through the table of functions
/// and for [`invoke`].
///
/// Each method is a function of the object that returns a value or an HRESULT; a method without a result may return
/// S_FALSE in that way.
macro_rules! dual {
    (
        $(#[$doc:meta])*
        $object:ident $outer:ident: $interface:ident $implementation:ident $iid:literal $invoke:ident {
            $($method:ident($($arg:ident: $in:ty),*) $(-> $out:ty)? = |$this:ident| $body:expr;)*
        }
    ) => {
        $(#[$doc])*
        #[windows_core::interface($iid)]
        pub unsafe trait $interface: windows::Win32::System::Com::IDispatch {
            $(
                pub unsafe fn $method(
                    &self,
                    $($arg: <$in as $crate::com::values::In>::Abi,)*
                    $(out: *mut <$out as $crate::com::values::Out>::Abi,)?
                ) -> windows_core::HRESULT;
            )*
        }

        impl $implementation for $outer {
            $(
                unsafe fn $method(
                    &self,
                    $($arg: <$in as $crate::com::values::In>::Abi,)*
                    $(out: *mut <$out as $crate::com::values::Out>::Abi,)?
                ) -> windows_core::HRESULT {
                    $(
                        if $crate::com::dual::nowhere::<<$out as $crate::com::values::Out>::Abi>(out) {
                            return windows_core::HRESULT(acdsim::acd::tapi3::HResult::E_POINTER.0);
                        }
                    )?
                    let $this: &$object = self;
                    let taken = || -> Result<_, acdsim::acd::tapi3::HResult> {
                        $(
                            // SAFETY: what is passed is what the interface says.
                            let $arg = unsafe { <$in as $crate::com::values::In>::from_abi($arg) }?;
                        )*
                        let result: Result<dual!(@out $($out)?), acdsim::acd::tapi3::HResult> = $body;
                        result
                    };
                    let result = taken();
                    match result {
                        #[allow(unused_variables, reason = "some methods return nothing")]
                        Ok(value) => {
                            $(
                                // SAFETY: it is no NULL, and to a place of that type.
                                unsafe {
                                    $crate::com::dual::put(out, <$out as $crate::com::values::Out>::into_abi(value));
                                }
                            )?
                            windows_core::HRESULT(0)
                        }
                        Err(code) => {
                            $(
                                if let Some(nothing) = <$out as $crate::com::values::Out>::nothing() {
                                    // SAFETY: it is no NULL, and to a place of that type.
                                    unsafe { $crate::com::dual::put(out, nothing) };
                                }
                            )?
                            windows_core::HRESULT(code.0)
                        }
                    }
                }
            )*
        }

        impl $object {
            /// Calls a method by its name, as Automation does.
            fn $invoke(
                &self,
                name: &str,
                arguments: &[&windows::Win32::System::Variant::VARIANT],
            ) -> $crate::com::dual::Invoked {
                $(
                    if name == stringify!($method) {
                        const NAMES: &[&str] = &[$(stringify!($arg)),*];
                        if arguments.len() != NAMES.len() {
                            return Err($crate::com::dual::Refused::BadCount);
                        }
                        let $this = self;
                        #[allow(unused_mut, unused_variables, reason = "some methods take nothing")]
                        let mut place = 0;
                        $(
                            let $arg = <$in as $crate::com::values::In>::from_variant(arguments[place])
                                .map_err(|_| $crate::com::dual::Refused::Mismatch(place))?;
                            #[allow(unused_assignments, reason = "the last place is the last")]
                            {
                                place += 1;
                            }
                        )*
                        let done = || -> Result<dual!(@out $($out)?), acdsim::acd::tapi3::HResult> { $body };
                        let value = done().map_err($crate::com::dual::Refused::Method)?;
                        return Ok($crate::com::values::Out::into_variant(value));
                    }
                )*
                Err($crate::com::dual::Refused::NotFound)
            }
        }
    };
    (@out) => { () };
    (@out $out:ty) => { $out };
}

/// IDispatch for an object with these interfaces, whose methods are called by these functions.
macro_rules! dispatches {
    ($outer:ident: $($interface:literal $invoke:ident),+) => {
        impl windows::Win32::System::Com::IDispatch_Impl for $outer {
            fn GetTypeInfoCount(&self) -> windows_core::Result<u32> {
                Ok(0)
            }

            fn GetTypeInfo(&self, _: u32, _: u32) -> windows_core::Result<windows::Win32::System::Com::ITypeInfo> {
                Err(windows::Win32::Foundation::E_NOTIMPL.into())
            }

            fn GetIDsOfNames(
                &self,
                riid: *const windows_core::GUID,
                names: *const windows_core::PCWSTR,
                count: u32,
                _: u32,
                dispids: *mut i32,
            ) -> windows_core::Result<()> {
                let interfaces = [$($crate::tables::interface($interface)),+];
                let interfaces: Vec<_> = interfaces.into_iter().flatten().collect();
                // SAFETY: the pointers are the caller's.
                unsafe { $crate::com::dual::get_ids_of_names(&interfaces, riid, names, count, dispids) }
            }

            fn Invoke(
                &self,
                dispid: i32,
                riid: *const windows_core::GUID,
                _: u32,
                flags: windows::Win32::System::Com::DISPATCH_FLAGS,
                params: *const windows::Win32::System::Com::DISPPARAMS,
                result: *mut windows::Win32::System::Variant::VARIANT,
                exception: *mut windows::Win32::System::Com::EXCEPINFO,
                wrong: *mut u32,
            ) -> windows_core::Result<()> {
                let interfaces = [$($crate::tables::interface($interface)),+];
                let interfaces: Vec<_> = interfaces.into_iter().flatten().collect();
                let method = |name: &str, arguments: &[&windows::Win32::System::Variant::VARIANT]| {
                    let mut found = Err($crate::com::dual::Refused::NotFound);
                    $(
                        if matches!(found, Err($crate::com::dual::Refused::NotFound)) {
                            found = self.$invoke(name, arguments);
                        }
                    )+
                    found
                };
                // SAFETY: the pointers are the caller's.
                unsafe {
                    $crate::com::dual::invoke(
                        &interfaces, dispid, riid, flags, params, result, exception, wrong, method,
                    )
                }
            }
        }
    };
}

pub(super) use {dispatches, dual};
