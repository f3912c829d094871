//! What the library is in its process: its center, its settings, its module.

use windows::Win32::Foundation::{ERROR_SUCCESS, HMODULE, MAX_PATH};
use windows::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, GetModuleFileNameW,
    GetModuleHandleExW,
};
use windows::Win32::System::Registry::{HKEY_CURRENT_USER, RRF_RT_REG_SZ, RegGetValueW};
use windows_core::{HSTRING, PCWSTR};

use crate::office::Office;
use crate::settings::{Settings, SettingsError, variable};

/// The center of the process.
pub(crate) static OFFICE: Office = Office::new();

/// Where settings are in the registry, of the user.
const KEY: &str = r"Software\acdsim\Virtual TAPI";

/// The settings that are in force.
pub(crate) fn settings() -> Result<Settings, SettingsError> {
    Settings::read(|name| std::env::var(variable(name)).ok().or_else(|| in_registry(name)))
}

fn in_registry(name: &str) -> Option<String> {
    let (key, name) = (HSTRING::from(KEY), HSTRING::from(name));
    let mut text = [0_u16; 1_024];
    let mut size = size_of_val(&text) as u32;
    // SAFETY: the buffer has the size that is told.
    let read = unsafe {
        let place = Some(text.as_mut_ptr().cast());
        RegGetValueW(HKEY_CURRENT_USER, &key, &name, RRF_RT_REG_SZ, None, place, Some(&mut size))
    };
    (read == ERROR_SUCCESS).then(|| {
        let length = text.iter().position(|&unit| unit == 0).unwrap_or(text.len());
        String::from_utf16_lossy(&text[..length])
    })
}

/// The machine and the user account, as TAPI tells them to a proxy.
pub(crate) fn account() -> (String, String) {
    let of = |name: &str, otherwise: &str| std::env::var(name).unwrap_or_else(|_| otherwise.to_owned());
    (of("COMPUTERNAME", "DESK"), of("USERNAME", "user"))
}

/// The module that this code is of.
pub(crate) fn module() -> HMODULE {
    let mut module = HMODULE::default();
    let flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    // SAFETY: the address is one of this library.
    let _ = unsafe { GetModuleHandleExW(flags, PCWSTR(module_path as *const u16), &mut module) };
    module
}

/// The path of the module's file.
pub(crate) fn module_path() -> String {
    let mut path = [0_u16; 4 * MAX_PATH as usize];
    // SAFETY: the buffer is as long as it says.
    let length = unsafe { GetModuleFileNameW(Some(module()), &mut path) } as usize;
    String::from_utf16_lossy(&path[..length.min(path.len())])
}
