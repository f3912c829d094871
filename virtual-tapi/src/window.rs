//! Windows that nobody sees, by which a thread that dispatches messages is called.

use windows::Win32::Foundation::HWND;
use windows::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, HWND_MESSAGE, RegisterClassW, UnregisterClassW, WINDOW_EX_STYLE, WINDOW_STYLE, WNDCLASSW, WNDPROC,
};
use windows_core::PCWSTR;

use crate::process::module;

/// A window of the present thread, of a class of this name that has this procedure.
pub(crate) fn make(class: PCWSTR, procedure: WNDPROC) -> windows_core::Result<HWND> {
    let description =
        WNDCLASSW { lpfnWndProc: procedure, hInstance: module().into(), lpszClassName: class, ..WNDCLASSW::default() };
    // SAFETY: the class is described by what lives as long as the call; that it is there already is no harm.
    unsafe {
        RegisterClassW(&description);
        let (style, extended) = (WINDOW_STYLE(0), WINDOW_EX_STYLE(0));
        CreateWindowExW(
            extended,
            class,
            class,
            style,
            0,
            0,
            0,
            0,
            Some(HWND_MESSAGE),
            None,
            Some(module().into()),
            None,
        )
    }
}

/// Forgets a class of windows, before the library goes.
pub(crate) fn forget(class: PCWSTR) {
    // SAFETY: it fails where there is no such class, or a window still.
    let _ = unsafe { UnregisterClassW(class, Some(module().into())) };
}
