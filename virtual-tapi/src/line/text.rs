//! Strings as applications pass and get them: of 16 bits, or of the code page of ANSI.

use acdsim::acd::tapi2::{LineError, NameOffsets};
use windows::Win32::Globalization::{CP_ACP, MultiByteToWideChar, WC_NO_BEST_FIT_CHARS, WideCharToMultiByte};
use windows_core::{PCSTR, PCWSTR};

/// A string of 16 bits; none for NULL.
///
/// # Safety
///
/// The pointer is NULL or to a string that ends with 0.
pub(super) unsafe fn wide(text: PCWSTR) -> Option<String> {
    // SAFETY: by the contract.
    (!text.is_null()).then(|| String::from_utf16_lossy(unsafe { text.as_wide() }))
}

/// A string of ANSI; none for NULL.
///
/// # Safety
///
/// The pointer is NULL or to a string that ends with 0.
pub(super) unsafe fn ansi(text: PCSTR) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: by the contract.
    let bytes = unsafe { text.as_bytes() };
    let mut units = vec![0; bytes.len()];
    // SAFETY: the system writes no more than the length of the buffer, which is enough for a unit a byte.
    let length = unsafe { MultiByteToWideChar(CP_ACP, Default::default(), bytes, Some(&mut units)) };
    Some(String::from_utf16_lossy(&units[..length.max(0) as usize]))
}

/// The strings of a structure that the ANSI form of a function converts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Strings {
    /// Of a list: the bytes of an entry, and where in it the size of its name is, with the offset behind.
    pub(super) entries: Option<(usize, usize)>,
    /// Where in the structure itself such a size is.
    pub(super) member: Option<usize>,
}

fn dword(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize)
}

impl Strings {
    /// Converts the strings where they are; each is as short or shorter then.
    pub(super) fn to_ansi(self, bytes: &mut [u8], offsets: NameOffsets) {
        if let Some(place) = self.member {
            convert(bytes, place, 0);
        }
        // After the three sizes: how many entries, their size, and where they are.
        if let (Some((size, place)), Some(count), Some(at)) = (self.entries, dword(bytes, 12), dword(bytes, 20)) {
            for entry in 0..count.min(bytes.len() / size) {
                let entry = at + entry * size;
                convert(bytes, entry + place, if offsets == NameOffsets::FromEntry { entry } else { 0 });
            }
        }
    }
}

/// What a string is in the code page of ANSI.
pub(super) fn to_ansi(units: &[u16]) -> Vec<u8> {
    // A character takes as many bytes as two units have at most.
    let mut ansi = vec![0; 4 * units.len()];
    // SAFETY: the system writes no more than the length of the buffer.
    let length =
        unsafe { WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, units, Some(&mut ansi), PCSTR::null(), None) };
    ansi.truncate(length.max(0) as usize);
    ansi
}

/// Converts one string, of which the size stands at `place` and the offset behind it, which counts from `from`.
fn convert(bytes: &mut [u8], place: usize, from: usize) {
    let (Some(size), Some(offset)) = (dword(bytes, place), dword(bytes, place + 4)) else { return };
    let Some(text) = bytes.get_mut(from + offset..from + offset + size) else { return };
    let units: Vec<u16> = text.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    let ansi = to_ansi(&units);
    // In a code page of more bytes than that a name is cut.
    let length = ansi.len().min(text.len());
    text[..length].copy_from_slice(&ansi[..length]);
    text[length..].fill(0);
    bytes[place..place + 4].copy_from_slice(&(length as u32).to_le_bytes());
}

/// What an application passes as a string that must not be too long for a request.
pub(super) fn checked(text: Option<String>) -> Result<Option<String>, LineError> {
    match text {
        Some(text) if text.len() > 1 << 16 => Err(LineError::InvalParam),
        text => Ok(text),
    }
}
