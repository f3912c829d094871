//! lineGetDevCaps and lineGetAddressCaps: names, and how many addresses there are. What is of calls is 0.

use std::ffi::c_void;

use acdsim::acd::tapi2::telephony::HLineApp;
use acdsim::acd::tapi2::{ApiVersion, LineError};

use super::text::to_ansi;
use super::{Code, at_once, structure, with_center};
use crate::center::Center;

/// The bytes of LINEDEVCAPS from 2.2 on, and of LINEADDRESSCAPS.
const DEV_CAPS: usize = 292;
const ADDRESS_CAPS: usize = 228;

/// So many bytes of each have been there since 1.4; one that is shorter is too short.
const LEAST_DEV_CAPS: usize = 240;
const LEAST_ADDRESS_CAPS: usize = 180;

/// STRINGFORMAT_ASCII and STRINGFORMAT_UNICODE.
const FORMATS: [u32; 2] = [1, 3];
/// LINEADDRESSMODE_ADDRESSID.
const BY_ADDRESS_ID: u32 = 1;
/// LINEBEARERMODE_VOICE.
const VOICE: u32 = 1;
/// LINEMEDIAMODE_INTERACTIVEVOICE.
const INTERACTIVE_VOICE: u32 = 4;

/// A structure that is filled: its fixed part, with strings behind it.
pub(super) struct Filled {
    bytes: Vec<u8>,
    fixed: usize,
    is_wide: bool,
}

impl Filled {
    pub(super) fn new(fixed: usize, is_wide: bool) -> Self {
        Filled { bytes: vec![0; fixed], fixed, is_wide }
    }

    pub(super) fn set(&mut self, at: usize, value: u32) {
        self.bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    /// Appends a string, whose size stands at `at` with the offset behind it.
    pub(super) fn text(&mut self, at: usize, text: &str) {
        let units: Vec<u16> = text.encode_utf16().chain([0]).collect();
        let bytes = if self.is_wide { units.into_iter().flat_map(u16::to_le_bytes).collect() } else { to_ansi(&units) };
        self.set(at, bytes.len() as u32);
        self.set(at + 4, self.bytes.len() as u32);
        self.bytes.extend(bytes);
    }

    /// What goes into a structure of `total` bytes, which may have no room for the strings, or not for all members.
    fn into_bytes(mut self, total: usize, texts: &[usize]) -> Vec<u8> {
        let needed = self.bytes.len();
        if total < needed {
            for &at in texts {
                self.set(at, 0);
                self.set(at + 4, 0);
            }
            self.bytes.truncate(self.fixed.min(total));
        }
        let used = self.bytes.len();
        self.set(0, total as u32);
        self.set(4, needed as u32);
        self.set(8, used as u32);
        self.bytes
    }
}

/// Fills a structure of the application.
///
/// # Safety
///
/// The pointer is NULL or to a structure whose first member is its size.
pub(super) unsafe fn fill(
    pointer: *mut c_void,
    least: usize,
    texts: &[usize],
    tell: impl FnOnce(&Center) -> Result<Filled, LineError>,
) -> Code {
    let filled = || {
        // SAFETY: by the contract.
        let (_, total) = unsafe { structure(pointer) }?;
        let filled = with_center(|center| tell(center))?;
        if (total as usize) < least {
            return Err(LineError::StructureTooSmall);
        }
        let bytes = filled.into_bytes(total as usize, texts);
        // SAFETY: the structure has as many bytes as it says, and these are no more.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), pointer.cast(), bytes.len()) };
        Ok(())
    };
    at_once(filled())
}

/// Whether an application may ask for a device.
fn check(center: &Center, app: u32, device: u32, version: u32) -> Result<(), LineError> {
    let version = ApiVersion(version);
    center.telephony().negotiate_api_version(HLineApp(app), device, version, version).map(|_| ())
}

fn dev_caps(center: &Center, app: u32, device: u32, version: u32, is_wide: bool) -> Result<Filled, LineError> {
    check(center, app, device, version)?;
    let mut caps = Filled::new(DEV_CAPS, is_wide);
    caps.set(28, device);
    caps.set(40, FORMATS[usize::from(is_wide)]);
    caps.set(44, BY_ADDRESS_ID);
    caps.set(48, center.telephony().address_count(device)?);
    caps.set(52, VOICE);
    caps.set(60, INTERACTIVE_VOICE);
    caps.text(12, "acdsim Virtual TAPI");
    caps.text(20, "acdsim");
    caps.text(32, &center.device_name(device));
    Ok(caps)
}

/// lineGetDevCapsW.
///
/// # Safety
///
/// The pointer is to LINEDEVCAPS.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetDevCapsW(
    app: u32,
    device: u32,
    version: u32,
    _ext: u32,
    caps: *mut c_void,
) -> Code {
    // SAFETY: by the contract.
    unsafe { fill(caps, LEAST_DEV_CAPS, &[12, 20, 32], |center| dev_caps(center, app, device, version, true)) }
}

/// lineGetDevCapsA.
///
/// # Safety
///
/// The pointer is to LINEDEVCAPS.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetDevCapsA(
    app: u32,
    device: u32,
    version: u32,
    _ext: u32,
    caps: *mut c_void,
) -> Code {
    // SAFETY: by the contract.
    unsafe { fill(caps, LEAST_DEV_CAPS, &[12, 20, 32], |center| dev_caps(center, app, device, version, false)) }
}

fn address_caps(
    center: &Center,
    app: u32,
    (device, address): (u32, u32),
    version: u32,
    is_wide: bool,
) -> Result<Filled, LineError> {
    check(center, app, device, version)?;
    if address >= center.telephony().address_count(device)? {
        return Err(LineError::InvalAddressId);
    }
    let mut caps = Filled::new(ADDRESS_CAPS, is_wide);
    caps.set(12, device);
    caps.text(16, &center.address_name(device, address));
    Ok(caps)
}

/// lineGetAddressCapsW.
///
/// # Safety
///
/// The pointer is to LINEADDRESSCAPS.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetAddressCapsW(
    app: u32,
    device: u32,
    address: u32,
    version: u32,
    _ext: u32,
    caps: *mut c_void,
) -> Code {
    let of = (device, address);
    // SAFETY: by the contract.
    unsafe { fill(caps, LEAST_ADDRESS_CAPS, &[16], |center| address_caps(center, app, of, version, true)) }
}

/// lineGetAddressCapsA.
///
/// # Safety
///
/// The pointer is to LINEADDRESSCAPS.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lineGetAddressCapsA(
    app: u32,
    device: u32,
    address: u32,
    version: u32,
    _ext: u32,
    caps: *mut c_void,
) -> Code {
    let of = (device, address);
    // SAFETY: by the contract.
    unsafe { fill(caps, LEAST_ADDRESS_CAPS, &[16], |center| address_caps(center, app, of, version, false)) }
}
