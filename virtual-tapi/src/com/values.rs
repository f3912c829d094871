//! What goes in and out of methods: as COM passes it through a table of functions, and as Automation passes it in VARIANTs.

use std::mem::ManuallyDrop;

use acdsim::acd::tapi3::HResult;
use acdsim::acd::{Currency, OleDate};
use windows::Win32::System::Com::{CY, IDispatch};
use windows::Win32::System::Variant::{
    VAR_CHANGE_FLAGS, VARENUM, VARIANT, VARIANT_0, VARIANT_0_0, VARIANT_0_0_0, VT_BOOL, VT_BSTR, VT_CY, VT_DATE,
    VT_DISPATCH, VT_I4, VT_UNKNOWN, VariantChangeType,
};
use windows_core::{BSTR, IUnknown, Interface};

/// Automation's code for a value of a type that cannot become the one that is wanted.
pub(super) const DISP_E_TYPEMISMATCH: HResult = HResult(0x8002_0005_u32 as i32);

/// What a method returns through a pointer.
pub trait Out: Sized {
    /// What the pointer points to.
    type Abi;

    /// What is stored.
    fn into_abi(self) -> Self::Abi;

    /// What is stored where a method fails, so that nobody releases or frees what is not there; none for a number, which
    /// stays as it was.
    fn nothing() -> Option<Self::Abi> {
        None
    }

    /// What Automation gets.
    fn into_variant(self) -> VARIANT;
}

/// What a method is given.
pub trait In: Sized {
    /// How it is passed.
    type Abi;

    /// Takes what was passed, which stays the caller's.
    ///
    /// # Safety
    ///
    /// A pointer is NULL or points to what the interface says, for as long as the method runs.
    unsafe fn from_abi(abi: Self::Abi) -> Result<Self, HResult>;

    /// Takes what Automation passes.
    fn from_variant(variant: &VARIANT) -> Result<Self, HResult>;
}

/// A VARIANT of a type.
fn variant(vt: VARENUM, value: VARIANT_0_0_0) -> VARIANT {
    let inner = VARIANT_0_0 { vt, wReserved1: 0, wReserved2: 0, wReserved3: 0, Anonymous: value };
    VARIANT { Anonymous: VARIANT_0 { Anonymous: ManuallyDrop::new(inner) } }
}

/// A VARIANT with what another one has, as a type; Automation's own rules decide whether that can be.
fn changed(from: &VARIANT, vt: VARENUM) -> Result<VARIANT, HResult> {
    let mut to = VARIANT::default();
    // SAFETY: both are VARIANTs, and the destination is empty.
    let done = unsafe { VariantChangeType(&mut to, from, VAR_CHANGE_FLAGS(0), vt) };
    done.map(|()| to).map_err(|_| DISP_E_TYPEMISMATCH)
}

impl Out for () {
    type Abi = ();

    fn into_abi(self) {}

    fn into_variant(self) -> VARIANT {
        VARIANT::default()
    }
}

impl Out for i32 {
    type Abi = i32;

    fn into_abi(self) -> i32 {
        self
    }

    fn into_variant(self) -> VARIANT {
        variant(VT_I4, VARIANT_0_0_0 { lVal: self })
    }
}

impl In for i32 {
    type Abi = i32;

    unsafe fn from_abi(abi: i32) -> Result<Self, HResult> {
        Ok(abi)
    }

    fn from_variant(variant: &VARIANT) -> Result<Self, HResult> {
        let number = changed(variant, VT_I4)?;
        // SAFETY: it is a VT_I4.
        Ok(unsafe { number.Anonymous.Anonymous.Anonymous.lVal })
    }
}

impl Out for OleDate {
    type Abi = f64;

    fn into_abi(self) -> f64 {
        self.0
    }

    fn into_variant(self) -> VARIANT {
        variant(VT_DATE, VARIANT_0_0_0 { date: self.0 })
    }
}

impl Out for Currency {
    type Abi = CY;

    fn into_abi(self) -> CY {
        CY { int64: self.0 }
    }

    fn into_variant(self) -> VARIANT {
        variant(VT_CY, VARIANT_0_0_0 { cyVal: self.into_abi() })
    }
}

impl Out for String {
    type Abi = BSTR;

    fn into_abi(self) -> BSTR {
        BSTR::from(self.as_str())
    }

    fn nothing() -> Option<BSTR> {
        Some(BSTR::new())
    }

    fn into_variant(self) -> VARIANT {
        variant(VT_BSTR, VARIANT_0_0_0 { bstrVal: ManuallyDrop::new(self.into_abi()) })
    }
}

/// A BSTR that may be NULL.
impl In for Option<String> {
    type Abi = ManuallyDrop<BSTR>;

    unsafe fn from_abi(abi: ManuallyDrop<BSTR>) -> Result<Self, HResult> {
        // One of no length is not NULL. SAFETY: a BSTR is one pointer.
        let is_null = unsafe { std::mem::transmute_copy::<BSTR, *const u16>(&abi).is_null() };
        Ok((!is_null).then(|| String::from_utf16_lossy(&abi)))
    }

    fn from_variant(variant: &VARIANT) -> Result<Self, HResult> {
        let text = changed(variant, VT_BSTR)?;
        // SAFETY: it is a VT_BSTR.
        Ok(Some(String::from_utf16_lossy(unsafe { &text.Anonymous.Anonymous.Anonymous.bstrVal })))
    }
}

/// An interface pointer that is the caller's from now on.
pub struct Com<I>(pub I);

impl<I: Interface> Out for Com<I> {
    type Abi = Option<I>;

    fn into_abi(self) -> Option<I> {
        Some(self.0)
    }

    fn nothing() -> Option<Option<I>> {
        Some(None)
    }

    fn into_variant(self) -> VARIANT {
        match self.0.cast::<IDispatch>() {
            Ok(object) => dispatch(object),
            Err(_) => match self.0.cast::<IUnknown>() {
                Ok(object) => variant(VT_UNKNOWN, VARIANT_0_0_0 { punkVal: ManuallyDrop::new(Some(object)) }),
                Err(_) => VARIANT::default(),
            },
        }
    }
}

/// A VARIANT of type VT_DISPATCH.
pub(super) fn dispatch(object: IDispatch) -> VARIANT {
    variant(VT_DISPATCH, VARIANT_0_0_0 { pdispVal: ManuallyDrop::new(Some(object)) })
}

impl Out for VARIANT {
    type Abi = VARIANT;

    fn into_abi(self) -> VARIANT {
        self
    }

    fn nothing() -> Option<VARIANT> {
        Some(VARIANT::default())
    }

    fn into_variant(self) -> VARIANT {
        self
    }
}

/// An object that a caller passes: the pointer, or NULL.
pub struct Passed(pub Option<IUnknown>);

impl In for Passed {
    type Abi = *mut std::ffi::c_void;

    unsafe fn from_abi(abi: *mut std::ffi::c_void) -> Result<Self, HResult> {
        // SAFETY: the caller says that it is an interface pointer or NULL.
        Ok(Passed(unsafe { IUnknown::from_raw_borrowed(&abi) }.cloned()))
    }

    fn from_variant(variant: &VARIANT) -> Result<Self, HResult> {
        if variant.vt() == VT_DISPATCH || variant.vt() == VT_UNKNOWN {
            // SAFETY: it is an interface pointer of one of these types, or NULL.
            return Ok(Passed(unsafe { (*variant.Anonymous.Anonymous.Anonymous.punkVal).clone() }));
        }
        let object = changed(variant, VT_UNKNOWN)?;
        // SAFETY: it is a VT_UNKNOWN.
        Ok(Passed(unsafe { (*object.Anonymous.Anonymous.Anonymous.punkVal).clone() }))
    }
}

/// A pointer or a number that a method does not look at.
pub struct Ignored;

impl In for Ignored {
    type Abi = isize;

    unsafe fn from_abi(_: isize) -> Result<Self, HResult> {
        Ok(Ignored)
    }

    fn from_variant(_: &VARIANT) -> Result<Self, HResult> {
        Ok(Ignored)
    }
}

/// A VARIANT that a method does not look at.
pub struct Anything;

impl In for Anything {
    type Abi = ManuallyDrop<VARIANT>;

    unsafe fn from_abi(_: ManuallyDrop<VARIANT>) -> Result<Self, HResult> {
        Ok(Anything)
    }

    fn from_variant(_: &VARIANT) -> Result<Self, HResult> {
        Ok(Anything)
    }
}

/// A VARIANT_BOOL.
pub struct Truth(pub bool);

impl In for Truth {
    type Abi = i16;

    unsafe fn from_abi(abi: i16) -> Result<Self, HResult> {
        Ok(Truth(abi != 0))
    }

    fn from_variant(variant: &VARIANT) -> Result<Self, HResult> {
        let truth = changed(variant, VT_BOOL)?;
        // SAFETY: it is a VT_BOOL.
        Ok(Truth(unsafe { truth.Anonymous.Anonymous.Anonymous.boolVal }.as_bool()))
    }
}
