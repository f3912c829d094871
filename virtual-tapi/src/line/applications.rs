//! The applications of the process: how each hears of messages, what is on its way to it, and where results go.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use acdsim::acd::tapi2::message::{LineMessage, RawMessage};
use acdsim::acd::tapi2::telephony::{HLine, HLineApp, Output, RequestId};
use windows::Win32::Foundation::{CloseHandle, HANDLE, HLOCAL, HWND, LPARAM, LRESULT, LocalFree, WPARAM};
use windows::Win32::System::IO::PostQueuedCompletionStatus;
use windows::Win32::System::Memory::{LMEM_FIXED, LocalAlloc};
use windows::Win32::System::Threading::{ResetEvent, SetEvent};
use windows::Win32::UI::WindowsAndMessaging::{
    DefWindowProcW, DestroyWindow, GWLP_USERDATA, GetWindowLongPtrW, PostMessageW, SetWindowLongPtrW, WM_APP,
};
use windows_core::{PCWSTR, w};

use super::calls::call_message;
use super::text::Strings;
use crate::center::{Center, Listener};
use crate::window;

/// The function of an application that gets messages: LINECALLBACK.
pub(super) type Callback = unsafe extern "system" fn(u32, u32, usize, usize, usize, usize);

/// How an application hears of messages.
#[derive(Clone, Copy)]
pub(super) enum Notice {
    /// An event is set while messages wait.
    Event(HANDLE),
    /// Each message goes to a completion port, with this key.
    Port(HANDLE, u32),
    /// A window of the thread that has initialized TAPI calls the function.
    Window(HWND, Callback),
}

/// Where the result of a request goes, in the application's memory; pointers are numbers here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// Nowhere.
    Nowhere,
    /// To a DWORD.
    Handle(usize),
    /// To a structure of that size.
    Structure {
        pointer: usize,
        size: u32,
        /// The strings in it that are to be in the code page of ANSI.
        ansi: Option<Strings>,
    },
}

/// A message on its way, with what it lets be written.
struct Waiting {
    line: HLine,
    message: RawMessage,
    output: Option<(Destination, Output)>,
    /// Where the handle of a call goes, and the handle.
    call: Option<(usize, u32)>,
}

struct Application {
    notice: Notice,
    lines: Vec<HLine>,
    queue: VecDeque<Waiting>,
}

/// A LINEPROXYREQUEST that an application has.
struct Lent {
    line: HLine,
    request: RequestId,
    /// In units that are aligned as the members could need.
    buffer: Box<[u64]>,
    size: usize,
}

/// The applications.
#[derive(Default)]
pub(super) struct Applications {
    all: BTreeMap<HLineApp, Application>,
    expected: BTreeMap<RequestId, (HLine, Destination)>,
    lent: BTreeMap<usize, Lent>,
    /// Who hears of calls on each line, with what the application said when it opened it.
    listeners: BTreeMap<HLine, (Listener, u64)>,
}

// SAFETY: handles are numbers, which any thread may use.
unsafe impl Send for Applications {}

static STATE: Mutex<Applications> = Mutex::new(Applications {
    all: BTreeMap::new(),
    expected: BTreeMap::new(),
    lent: BTreeMap::new(),
    listeners: BTreeMap::new(),
});

/// The applications of the process.
pub(super) fn state() -> MutexGuard<'static, Applications> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Applications {
    pub(super) fn add(&mut self, app: HLineApp, notice: Notice) {
        self.all.insert(app, Application { notice, lines: Vec::new(), queue: VecDeque::new() });
    }

    /// Forgets an application with all that is on its way, and returns how it was told.
    pub(super) fn remove(&mut self, app: HLineApp) -> Option<Notice> {
        let application = self.all.remove(&app)?;
        for line in application.lines {
            self.close(line);
        }
        Some(application.notice)
    }

    pub(super) fn notice(&self, app: HLineApp) -> Option<Notice> {
        self.all.get(&app).map(|application| application.notice)
    }

    /// Who hears of calls on a line.
    pub(super) fn listener(&self, line: HLine) -> Option<Listener> {
        self.listeners.get(&line).map(|&(listener, _)| listener)
    }

    /// The lines of all applications, with who hears of calls there.
    pub(super) fn listeners(&self) -> impl Iterator<Item = (HLine, Listener)> + '_ {
        self.listeners.iter().map(|(&line, &(listener, _))| (line, listener))
    }

    /// Those who hear of calls on the lines of an application.
    pub(super) fn listeners_of(&self, app: HLineApp) -> Vec<Listener> {
        let lines = self.all.get(&app).map(|application| application.lines.as_slice()).unwrap_or_default();
        lines.iter().filter_map(|&line| self.listener(line)).collect()
    }

    /// Tells an application that a function of calls has completed; the handle of a new call is written then.
    pub(super) fn reply(&mut self, line: HLine, request: RequestId, call: Option<(usize, u32)>) {
        let Some(application) = self.all.values_mut().find(|application| application.lines.contains(&line)) else {
            return;
        };
        let message = LineMessage::Reply { request: request.0, result: Ok(()) };
        let instance = self.listeners.get(&line).map_or(0, |&(_, instance)| instance);
        let message = message.to_raw(line.0, instance);
        application.queue.push_back(Waiting { line, message, output: None, call });
    }

    /// Notes a line that an application has opened, and who hears of calls there.
    pub(super) fn open(&mut self, app: HLineApp, line: HLine, listener: Listener, instance: u64) {
        self.listeners.insert(line, (listener, instance));
        if let Some(application) = self.all.get_mut(&app) {
            application.lines.push(line);
        }
    }

    /// Forgets a line, with what is on its way.
    pub(super) fn close(&mut self, line: HLine) {
        for application in self.all.values_mut() {
            application.lines.retain(|&other| other != line);
            application.queue.retain(|waiting| waiting.line != line);
            application.show();
        }
        self.listeners.remove(&line);
        self.expected.retain(|_, (of, _)| *of != line);
        self.lent.retain(|_, lent| lent.line != line);
    }

    /// Notes where the result of a request goes.
    pub(super) fn expect(&mut self, request: RequestId, line: HLine, destination: Destination) {
        self.expected.insert(request, (line, destination));
    }

    /// The next message of an application, whose result is written now.
    pub(super) fn take(&mut self, app: HLineApp) -> Option<RawMessage> {
        let application = self.all.get_mut(&app)?;
        let waiting = application.queue.pop_front();
        application.show();
        waiting.map(Waiting::deliver)
    }

    /// Whether messages wait for an application.
    pub(super) fn has_message(&self, app: HLineApp) -> bool {
        self.all.get(&app).is_some_and(|application| !application.queue.is_empty())
    }

    /// The buffer of a request, as the proxy has filled it; it is no longer the proxy's.
    pub(super) fn give_back(&mut self, line: HLine, pointer: usize) -> Option<(RequestId, Vec<u8>)> {
        self.lent.get(&pointer).filter(|lent| lent.line == line)?;
        let lent = self.lent.remove(&pointer)?;
        let bytes = lent.buffer.iter().flat_map(|unit| unit.to_le_bytes()).take(lent.size).collect();
        Some((lent.request, bytes))
    }

    /// Lends a request's buffer to the proxy, and returns its address.
    fn lend(&mut self, line: HLine, request: RequestId, bytes: &[u8]) -> usize {
        let unit = |chunk: &[u8]| {
            let mut unit = [0; 8];
            unit[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(unit)
        };
        let buffer: Box<[u64]> = bytes.chunks(8).map(unit).collect();
        let pointer = buffer.as_ptr() as usize;
        self.lent.insert(pointer, Lent { line, request, buffer, size: bytes.len() });
        pointer
    }
}

impl Application {
    /// Shows by the event whether messages wait.
    fn show(&self) {
        if let Notice::Event(event) = self.notice {
            // SAFETY: the event is the application's as long as it is there.
            let _ = unsafe { if self.queue.is_empty() { ResetEvent(event) } else { SetEvent(event) } };
        }
    }
}

impl Waiting {
    /// Writes what the message lets be written, and returns it.
    fn deliver(self) -> RawMessage {
        if let Some((destination, output)) = self.output {
            // SAFETY: the application keeps what it has passed until it gets this message.
            unsafe { write(destination, output) };
        }
        if let Some((pointer, handle)) = self.call {
            // SAFETY: as above, a place for a DWORD.
            unsafe { (pointer as *mut u32).write_unaligned(handle) };
        }
        self.message
    }
}

/// Writes a result into the memory of the application.
///
/// # Safety
///
/// The destination is still what it was when the function was called.
unsafe fn write(destination: Destination, output: Output) {
    match (destination, output) {
        (Destination::Handle(pointer), Output::Agent(handle) | Output::AgentSession(handle)) => {
            // SAFETY: a place for a DWORD, by the contract.
            unsafe { (pointer as *mut u32).write_unaligned(handle) };
        }
        (Destination::Structure { pointer, size, .. }, Output::Structure(bytes)) => {
            let length = bytes.len().min(size as usize);
            // SAFETY: so many bytes are there, by the contract.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), pointer as *mut u8, length) };
        }
        _ => {}
    }
}

/// Takes all messages out of the center that are for applications of the process.
pub(crate) fn collect(center: &mut Center) {
    let mut state = state();
    let lines: Vec<(HLineApp, HLine)> =
        state.all.iter().flat_map(|(&app, of)| of.lines.iter().map(move |&line| (app, line))).collect();
    for (app, line) in lines {
        while let Ok(Some(mut message)) = center.telephony_mut().get_message(line) {
            let mut output = None;
            match LineMessage::from(message) {
                LineMessage::Reply { request, .. } => {
                    let request = RequestId(request);
                    let mut written = center.telephony_mut().take_output(line, request);
                    let to = state.expected.remove(&request).map(|(_, to)| to);
                    if let (Some(Destination::Structure { ansi: Some(strings), .. }), Some(Output::Structure(bytes))) =
                        (to, &mut written)
                    {
                        strings.to_ansi(bytes, center.telephony().conventions().name_offsets);
                    }
                    output = to.zip(written);
                }
                LineMessage::ProxyRequest { request } => {
                    let request = RequestId(request as u32);
                    // Its client may have closed the line meanwhile.
                    let Ok(bytes) = center.telephony().proxy_request(line, request) else { continue };
                    message.params[0] = state.lend(line, request, bytes) as u64;
                }
                _ => {}
            }
            // The application knows a reply by its number, but a line that is closed takes its replies along.
            message.device = line.0;
            if let Some(application) = state.all.get_mut(&app) {
                application.queue.push_back(Waiting { line, message, output, call: None });
            }
        }
        let Some(&(listener, instance)) = state.listeners.get(&line) else { continue };
        for news in center.take_news(listener) {
            let message = call_message(center, line, instance, news);
            if let Some(application) = state.all.get_mut(&app) {
                application.queue.push_back(Waiting { line, message, output: None, call: None });
            }
        }
    }
}

/// Lets every application know that messages wait for it.
pub(crate) fn signal() {
    let mut state = state();
    for application in state.all.values_mut() {
        application.show();
        match application.notice {
            Notice::Event(_) => {}
            Notice::Port(port, key) => {
                for waiting in std::mem::take(&mut application.queue) {
                    post(port, key, &waiting.deliver());
                }
            }
            Notice::Window(..) if application.queue.is_empty() => {}
            Notice::Window(window, _) => {
                // SAFETY: a window that is gone is no harm.
                let _ = unsafe { PostMessageW(Some(window), WM_APP, WPARAM(0), LPARAM(0)) };
            }
        }
    }
}

/// Sends a message to a completion port, in memory that the application frees with LocalFree.
fn post(port: HANDLE, key: u32, message: &RawMessage) {
    let bytes = message.encode_64();
    // SAFETY: the memory is new and long enough, and the application's when it is sent; else it is freed.
    unsafe {
        let Ok(memory) = LocalAlloc(LMEM_FIXED, bytes.len()) else { return };
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), memory.0.cast(), bytes.len());
        let sent = PostQueuedCompletionStatus(port, bytes.len() as u32, key as usize, Some(memory.0.cast()));
        if sent.is_err() {
            let _ = LocalFree(Some(HLOCAL(memory.0)));
        }
    }
}

const CLASS: PCWSTR = w!("acdsim Virtual TAPI lines");

/// The window of the present thread by which an application is called.
pub(super) fn make_window() -> windows_core::Result<HWND> {
    window::make(CLASS, Some(window_procedure))
}

/// Forgets the class of windows, before the library goes.
pub(crate) fn forget_windows() {
    window::forget(CLASS);
}

/// Lets a window know whose it is.
pub(super) fn name_window(window: HWND, app: HLineApp) {
    // SAFETY: the window is ours.
    unsafe { SetWindowLongPtrW(window, GWLP_USERDATA, app.0 as isize) };
}

/// Lets go of what an application was told by.
pub(super) fn close(notice: Notice) {
    // SAFETY: the event and the window are ours; the port is the application's.
    unsafe {
        match notice {
            Notice::Event(event) => drop(CloseHandle(event)),
            Notice::Window(window, _) => drop(DestroyWindow(window)),
            Notice::Port(..) => {}
        }
    }
}

unsafe extern "system" fn window_procedure(window: HWND, message: u32, one: WPARAM, two: LPARAM) -> LRESULT {
    if message != WM_APP {
        // SAFETY: what the system has passed is passed on.
        return unsafe { DefWindowProcW(window, message, one, two) };
    }
    // SAFETY: the window is ours.
    let app = HLineApp(unsafe { GetWindowLongPtrW(window, GWLP_USERDATA) } as u32);
    loop {
        let mut state = state();
        let Some(Notice::Window(_, callback)) = state.notice(app) else { break };
        let Some(message) = state.take(app) else { break };
        // The application may call any function from there.
        drop(state);
        let RawMessage { device, message, callback_instance, params } = message;
        let [one, two, three] = params.map(|param| param as usize);
        // SAFETY: the function is the application's, which has said that it may be called so.
        unsafe { callback(device, message, callback_instance as usize, one, two, three) };
    }
    LRESULT(0)
}
