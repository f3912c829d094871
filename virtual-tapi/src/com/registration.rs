//! The registration of the class, for the present user: what `regsvr32` does and takes back.
//!
//! It goes under HKEY_CURRENT_USER, where COM looks before it looks for the classes of all users, and needs no administrator.
//! So the system's own tapi3.dll stays registered for everybody else, and comes back when this is unregistered. Where the
//! classes of a user are not looked at, as in older Wine, those of all have it too, and lose it with the registration.

use windows::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_SUCCESS};
use windows::Win32::System::Registry::{
    HKEY, HKEY_CLASSES_ROOT, HKEY_CURRENT_USER, KEY_WRITE, REG_OPTION_NON_VOLATILE, REG_SZ, RRF_RT_REG_SZ, RegCloseKey,
    RegCreateKeyExW, RegDeleteTreeW, RegGetValueW, RegSetValueExW,
};
use windows_core::{HSTRING, PCWSTR, Result};

use super::CLSID_TAPI;
use super::tapi::PROG_ID;

/// A value of a key: its name, none for the default, and its text.
type Value = (Option<&'static str>, String);

/// Where classes are: those of the user, and what COM sees.
const OF_USER: (HKEY, &str) = (HKEY_CURRENT_USER, r"Software\Classes\");
const SEEN: (HKEY, &str) = (HKEY_CLASSES_ROOT, "");

fn class() -> String {
    format!("{{{CLSID_TAPI:?}}}")
}

/// The keys that are made, with their values.
fn keys() -> Vec<(String, Vec<Value>)> {
    let (class, name) = (class(), "acdsim Virtual TAPI".to_owned());
    vec![
        (format!(r"CLSID\{class}"), vec![(None, name.clone())]),
        (
            format!(r"CLSID\{class}\InprocServer32"),
            vec![(None, crate::process::module_path()), (Some("ThreadingModel"), "Both".to_owned())],
        ),
        (format!(r"CLSID\{class}\ProgID"), vec![(None, format!("{PROG_ID}.1"))]),
        (format!(r"CLSID\{class}\VersionIndependentProgID"), vec![(None, PROG_ID.to_owned())]),
        (PROG_ID.to_owned(), vec![(None, name.clone())]),
        (format!(r"{PROG_ID}\CLSID"), vec![(None, class.clone())]),
        (format!("{PROG_ID}.1"), vec![(None, name)]),
        (format!(r"{PROG_ID}.1\CLSID"), vec![(None, class)]),
    ]
}

/// Makes the keys.
pub(super) fn register() -> Result<()> {
    make(OF_USER)?;
    if is_seen() { Ok(()) } else { make(SEEN) }
}

/// Takes the keys away; those that are not there are gone.
pub(super) fn unregister() -> Result<()> {
    take(OF_USER)?;
    // Another library's is left alone.
    if is_seen() { take(SEEN) } else { Ok(()) }
}

/// Whether COM finds this library for the class.
fn is_seen() -> bool {
    let key = HSTRING::from(format!(r"CLSID\{}\InprocServer32", class()));
    let mut text = [0_u16; 1_024];
    let mut size = size_of_val(&text) as u32;
    // SAFETY: the buffer has the size that is told.
    let read = unsafe {
        let place = Some(text.as_mut_ptr().cast());
        RegGetValueW(HKEY_CLASSES_ROOT, &key, PCWSTR::null(), RRF_RT_REG_SZ, None, place, Some(&mut size))
    };
    let length = text.iter().position(|&unit| unit == 0).unwrap_or(text.len());
    read == ERROR_SUCCESS && String::from_utf16_lossy(&text[..length]) == crate::process::module_path()
}

fn make((root, folder): (HKEY, &str)) -> Result<()> {
    for (path, values) in keys() {
        let mut key = HKEY::default();
        // SAFETY: the strings live as long as the calls, and the key is closed.
        unsafe {
            let path = HSTRING::from(format!("{folder}{path}"));
            RegCreateKeyExW(root, &path, None, None, REG_OPTION_NON_VOLATILE, KEY_WRITE, None, &mut key, None).ok()?;
            let mut set = Ok(());
            for (name, value) in values {
                let name = HSTRING::from(name.unwrap_or_default());
                let bytes: Vec<u8> = value.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
                set = set.and(RegSetValueExW(key, &name, None, REG_SZ, Some(&bytes)).ok());
            }
            let closed = RegCloseKey(key).ok();
            set.and(closed)?;
        }
    }
    Ok(())
}

fn take((root, folder): (HKEY, &str)) -> Result<()> {
    for (path, _) in keys() {
        // SAFETY: the string lives as long as the call.
        let deleted = unsafe { RegDeleteTreeW(root, &HSTRING::from(format!("{folder}{path}"))) };
        if deleted != ERROR_FILE_NOT_FOUND {
            deleted.ok()?;
        }
    }
    Ok(())
}
