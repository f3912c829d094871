//! The registration of the class, for the present user: what `regsvr32` does and takes back.
//!
//! It goes under HKEY_CURRENT_USER, before which nothing else of that class is looked at, and needs no administrator. So the
//! system's own tapi3.dll stays registered for everybody else, and comes back when this is unregistered.

use windows::Win32::Foundation::ERROR_FILE_NOT_FOUND;
use windows::Win32::System::Registry::{
    HKEY, HKEY_CURRENT_USER, KEY_WRITE, REG_OPTION_NON_VOLATILE, REG_SZ, RegCloseKey, RegCreateKeyExW, RegDeleteTreeW,
    RegSetValueExW,
};
use windows_core::{HSTRING, Result};

use super::CLSID_TAPI;
use super::tapi::PROG_ID;

/// The keys that are made, with their values; the first of a value is its name, none for the default.
fn keys() -> Vec<(String, Vec<(Option<&'static str>, String)>)> {
    let class = format!("{{{CLSID_TAPI:?}}}");
    let name = "acdsim Virtual TAPI".to_owned();
    let classes = r"Software\Classes";
    vec![
        (format!(r"{classes}\CLSID\{class}"), vec![(None, name.clone())]),
        (
            format!(r"{classes}\CLSID\{class}\InprocServer32"),
            vec![(None, crate::process::module_path()), (Some("ThreadingModel"), "Both".to_owned())],
        ),
        (format!(r"{classes}\CLSID\{class}\ProgID"), vec![(None, format!("{PROG_ID}.1"))]),
        (format!(r"{classes}\CLSID\{class}\VersionIndependentProgID"), vec![(None, PROG_ID.to_owned())]),
        (format!(r"{classes}\{PROG_ID}"), vec![(None, name.clone())]),
        (format!(r"{classes}\{PROG_ID}\CLSID"), vec![(None, class.clone())]),
        (format!(r"{classes}\{PROG_ID}.1"), vec![(None, name)]),
        (format!(r"{classes}\{PROG_ID}.1\CLSID"), vec![(None, class)]),
    ]
}

/// Makes the keys.
pub(super) fn register() -> Result<()> {
    for (path, values) in keys() {
        let mut key = HKEY::default();
        // SAFETY: the strings live as long as the calls, and the key is closed.
        unsafe {
            let path = HSTRING::from(path);
            let options = REG_OPTION_NON_VOLATILE;
            RegCreateKeyExW(HKEY_CURRENT_USER, &path, None, None, options, KEY_WRITE, None, &mut key, None).ok()?;
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

/// Takes the keys away; those that are not there are gone.
pub(super) fn unregister() -> Result<()> {
    for (path, _) in keys() {
        // SAFETY: the string lives as long as the call.
        let deleted = unsafe { RegDeleteTreeW(HKEY_CURRENT_USER, &HSTRING::from(path)) };
        if deleted != ERROR_FILE_NOT_FOUND {
            deleted.ok()?;
        }
    }
    Ok(())
}
