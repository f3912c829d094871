//! ITBasicCallControl and ITCallInfo, and the objects of the events of calls.

use acdsim::acd::tapi3::HResult;
use windows::Win32::System::Com::IDispatch;
use windows::Win32::System::Variant::VARIANT;
use windows_core::{ComObject, IUnknown, Interface, implement};

use super::dual::{dispatches, dual};
use super::handler::{ITAddress, address};
use super::root::{Kind, Of, Shared};
use super::values::{Anything, Com, Ignored, Passed, Truth};
use crate::center::{CallEnd, CallError, CallState, Cause, EndInfo, News};

/// A call, as the end at an address is.
#[implement(ITBasicCallControl, ITCallInfo)]
pub(super) struct Call(Of<CallEnd>);

#[implement(ITCallNotificationEvent)]
struct CallNotificationEvent(Of<(CallEnd, i32, i32)>);

#[implement(ITCallStateEvent)]
struct CallStateEvent(Of<(CallEnd, CallState, i32)>);

/// CS_QUEUED, and so on.
fn call_state(state: CallState) -> i32 {
    match state {
        CallState::Idle => 0,
        CallState::InProgress => 1,
        CallState::Connected => 2,
        CallState::Disconnected(_) => 3,
        CallState::Offering => 4,
        CallState::Queued => 6,
    }
}

/// CEC_NONE, and so on.
fn cause(state: CallState) -> i32 {
    match state {
        CallState::Disconnected(Cause::Normal) => 1,
        CallState::Disconnected(Cause::Busy) => 2,
        CallState::Disconnected(Cause::BadAddress) => 3,
        _ => 0,
    }
}

/// CP_OWNER and CP_MONITOR, and so CNE_.
fn privilege(owner: bool) -> i32 {
    i32::from(!owner)
}

/// The code for what cannot be done with a call.
pub(super) fn refusal(error: CallError) -> HResult {
    match error {
        // TAPI_E_INVALCALLSTATE.
        CallError::State => HResult(0x8004_0010_u32 as i32),
        // TAPI_E_INVALCALLPRIVILEGE.
        CallError::NotOwner => HResult(0x8004_000F_u32 as i32),
        CallError::Unknown => HResult::TAPI_E_OPERATIONFAILED,
        CallError::Address => HResult::E_INVALIDARG,
    }
}

/// The COM object of a call.
pub(super) fn call(root: &Shared, end: CallEnd) -> Com<ITBasicCallControl> {
    Com(root.object(Kind::Call, end.0.into(), || ComObject::new(Call(Of::new(root, end))).into_interface()))
}

fn call_info(root: &Shared, end: CallEnd) -> Result<Com<ITCallInfo>, HResult> {
    call(root, end).0.cast().map(Com).map_err(|error| HResult(error.code().0))
}

/// The object that a sink gets with an event of a call.
pub(super) fn call_event(root: &Shared, news: News) -> Option<IDispatch> {
    match news {
        News::New { end, owner, instance } => {
            let object = CallNotificationEvent(Of::new(root, (end, privilege(owner), instance)));
            let object: ITCallNotificationEvent = ComObject::new(object).into_interface();
            object.cast().ok()
        }
        News::State { end, state, instance } => {
            let object: ITCallStateEvent =
                ComObject::new(CallStateEvent(Of::new(root, (end, state, instance)))).into_interface();
            object.cast().ok()
        }
    }
}

impl Call {
    fn info(&self) -> Result<EndInfo, HResult> {
        self.0.root.with_calls(|center, _| center.call(self.0.model).cloned().map_err(refusal))
    }
}

dual! {
    /// ITBasicCallControl: to dial, to answer and to hang up.
    Call Call_Impl: ITBasicCallControl ITBasicCallControl_Impl "B1EFC389-9355-11D0-835C-00AA003CCABD" invoke_control {
        Connect(fSync: Truth) = |this| {
            if fSync.0 {
                return Err(HResult::TAPI_E_NOTSUPPORTED);
            }
            this.0.root.with_calls(|center, listener| center.dial(listener, this.0.model).map_err(refusal))
        };
        Answer() = |this| {
            this.0.root.with_calls(|center, listener| center.answer_call(listener, this.0.model).map_err(refusal))
        };
        Disconnect(_code: i32) = |this| {
            this.0.root.with_calls(|center, listener| center.drop_call(listener, this.0.model).map_err(refusal))
        };
        Hold(_fHold: Truth) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        HandoffDirect(_a: Option<String>) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        HandoffIndirect(_a: i32) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        Conference(_a: Passed, _fSync: Truth) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        Transfer(_a: Passed, _fSync: Truth) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        BlindTransfer(_a: Option<String>) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        SwapHold(_a: Passed) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        ParkDirect(_a: Option<String>) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        ParkIndirect() -> String = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        Unpark() = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        SetQOS(_a: i32, _b: i32) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        Pickup(_a: Option<String>) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        Dial(_a: Option<String>) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        Finish(_a: i32) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        RemoveFromConference() = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
    }
}

dual! {
    /// ITCallInfo: where a call is, what it does, and whose it is.
    Call Call_Impl: ITCallInfo ITCallInfo_Impl "350F85D1-1227-11D3-83D4-00C04FB6809F" invoke_info {
        get_Address() -> Com<ITAddress> = |this| {
            let (device, id) = this.info()?.at;
            let addresses = this.0.root.call(|tapi| tapi.enumerate_addresses())?.next(u32::MAX).1;
            let found = addresses.into_iter().find(|address| (address.device_id(), address.address_id()) == (device, id));
            found.map(|found| address(&this.0.root, found)).ok_or(HResult::TAPI_E_OPERATIONFAILED)
        };
        get_CallState() -> i32 = |this| this.info().map(|info| call_state(info.state));
        get_Privilege() -> i32 = |this| {
            this.0.root.with_calls(|center, listener| Ok(privilege(center.owns_call(listener, this.0.model))))
        };
        get_CallHub() -> Com<IUnknown> = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        get_CallInfoLong(CallInfoLong: i32) -> i32 = |this| {
            let info = this.info()?;
            match CallInfoLong {
                // CIL_MEDIATYPESAVAILABLE: TAPIMEDIATYPE_AUDIO.
                0 => Ok(8),
                // CIL_BEARERMODE: LINEBEARERMODE_VOICE.
                1 => Ok(1),
                // CIL_ORIGIN: LINECALLORIGIN_OUTBOUND and LINECALLORIGIN_INTERNAL.
                7 => Ok(if info.dialled { 1 } else { 2 }),
                // CIL_REASON: LINECALLREASON_DIRECT.
                8 => Ok(1),
                // CIL_CALLID.
                15 => Ok(info.call_id as i32),
                _ => Err(HResult::TAPI_E_NOTSUPPORTED),
            }
        };
        put_CallInfoLong(_CallInfoLong: i32, _lCallInfoLongVal: i32) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        get_CallInfoString(CallInfoString: i32) -> String = |this| {
            let info = this.info()?;
            match CallInfoString {
                // CIS_CALLERIDNUMBER, and what is not told of a caller from outside.
                1 if info.caller.is_empty() => Err(HResult::TAPI_E_NOITEMS),
                1 => Ok(info.caller),
                // CIS_CALLEDIDNUMBER, CIS_DISPLAYABLEADDRESS.
                3 | 12 => Ok(info.called),
                _ => Err(HResult::TAPI_E_NOITEMS),
            }
        };
        put_CallInfoString(_CallInfoString: i32, _pCallInfoString: Option<String>) = |_this| {
            Err(HResult::TAPI_E_NOTSUPPORTED)
        };
        get_CallInfoBuffer(_CallInfoBuffer: i32) -> VARIANT = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        put_CallInfoBuffer(_CallInfoBuffer: i32, _pCallInfoBuffer: Anything) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        GetCallInfoBuffer(_CallInfoBuffer: i32, _pdwSize: Ignored, _ppCallInfoBuffer: Ignored) = |_this| {
            Err(HResult::TAPI_E_NOTSUPPORTED)
        };
        SetCallInfoBuffer(_CallInfoBuffer: i32, _dwSize: i32, _pCallInfoBuffer: Ignored) = |_this| {
            Err(HResult::TAPI_E_NOTSUPPORTED)
        };
        ReleaseUserUserInfo() = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
    }
}

dual! {
    /// ITCallNotificationEvent: a call has come to an address.
    CallNotificationEvent CallNotificationEvent_Impl: ITCallNotificationEvent ITCallNotificationEvent_Impl
    "895801DF-3DD6-11D1-8F30-00C04FB6809F" invoke_notification {
        get_Call() -> Com<ITCallInfo> = |this| call_info(&this.0.root, this.0.model.0);
        get_Event() -> i32 = |this| Ok::<_, HResult>(this.0.model.1);
        get_CallbackInstance() -> i32 = |this| Ok::<_, HResult>(this.0.model.2);
    }
}

dual! {
    /// ITCallStateEvent: a call is in another state.
    CallStateEvent CallStateEvent_Impl: ITCallStateEvent ITCallStateEvent_Impl "62F47097-95C9-11D0-835D-00AA003CCABD"
    invoke_state {
        get_Call() -> Com<ITCallInfo> = |this| call_info(&this.0.root, this.0.model.0);
        get_State() -> i32 = |this| Ok::<_, HResult>(call_state(this.0.model.1));
        get_Cause() -> i32 = |this| Ok::<_, HResult>(cause(this.0.model.1));
        get_CallbackInstance() -> i32 = |this| Ok::<_, HResult>(this.0.model.2);
    }
}

dispatches!(Call_Impl: "ITBasicCallControl" invoke_control, "ITCallInfo" invoke_info);
dispatches!(CallNotificationEvent_Impl: "ITCallNotificationEvent" invoke_notification);
dispatches!(CallStateEvent_Impl: "ITCallStateEvent" invoke_state);
