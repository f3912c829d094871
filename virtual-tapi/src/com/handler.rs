//! ITAgentHandler, ITACDGroup, ITQueue and ITAddress.

use acdsim::acd::tapi3::{self as model, HResult};
use windows::Win32::System::Variant::VARIANT;
use windows_core::{ComObject, ComObjectInner, IUnknown, IUnknownImpl, Interface, implement};

use super::agent::{ITAgent, agent};
use super::call::{ITBasicCallControl, call, refusal};
use super::collection::{EnumACDGroup, EnumAddress, EnumQueue, IEnumACDGroup, IEnumAddress, IEnumQueue, collection};
use super::dual::{dispatches, dual};
use super::root::{Kind, Of, Shared, address_number};
use super::tapi::ITTAPI;
use super::values::{Com, Ignored, Passed, Truth};

/// An agent handler.
#[implement(ITAgentHandler)]
pub(super) struct AgentHandler(Of<model::ITAgentHandler>);

/// An ACD group.
#[implement(ITACDGroup)]
pub(super) struct AcdGroup(Of<model::ITACDGroup>);

/// A queue.
#[implement(ITQueue)]
pub(super) struct Queue(Of<model::ITQueue>);

/// An address.
#[implement(ITAddress)]
pub(super) struct Address(Of<model::ITAddress>);

/// The COM object of a handler.
pub(super) fn handler(root: &Shared, model: model::ITAgentHandler) -> Com<ITAgentHandler> {
    Com(root.object(Kind::Handler, model.number().into(), || {
        ComObject::new(AgentHandler(Of::new(root, model))).into_interface()
    }))
}

/// The COM object of a group.
pub(super) fn group(root: &Shared, model: model::ITACDGroup) -> Com<ITACDGroup> {
    Com(root
        .object(Kind::Group, model.number().into(), || ComObject::new(AcdGroup(Of::new(root, model))).into_interface()))
}

/// The COM object of a queue.
pub(super) fn queue(root: &Shared, model: model::ITQueue) -> Com<ITQueue> {
    Com(root
        .object(Kind::Queue, model.number().into(), || ComObject::new(Queue(Of::new(root, model))).into_interface()))
}

/// The COM object of an address.
pub(super) fn address(root: &Shared, model: model::ITAddress) -> Com<ITAddress> {
    Com(root.object(Kind::Address, address_number(model), || {
        ComObject::new(Address(Of::new(root, model))).into_interface()
    }))
}

/// What an object that a client passes stands for: none for NULL, and E_INVALIDARG for one that is not of this TAPI object.
fn passed<O, T>(passed: &Passed, read: impl FnOnce(&O) -> Result<T, HResult>) -> Result<Option<T>, HResult>
where
    O: ComObjectInner,
    O::Outer: std::any::Any + 'static + IUnknownImpl<Impl = O>,
{
    let Some(object) = &passed.0 else { return Ok(None) };
    let outer = IUnknown::cast_object_ref::<O>(object).map_err(|_| HResult::E_INVALIDARG)?;
    read(outer.get_impl()).map(Some)
}

/// The group that a client passes.
pub(super) fn group_of(group: &Passed, root: &Shared) -> Result<Option<model::ITACDGroup>, HResult> {
    passed::<AcdGroup, _>(group, |group| group.0.of(root))
}

/// The address that a client passes.
pub(super) fn address_of(address: &Passed, root: &Shared) -> Result<Option<model::ITAddress>, HResult> {
    passed::<Address, _>(address, |address| address.0.of(root))
}

dual! {
    /// ITAgentHandler.
    AgentHandler AgentHandler_Impl: ITAgentHandler ITAgentHandler_Impl "587E8C22-9802-11D1-A0A4-00805FC147D3"
    invoke_handler {
        get_Name() -> String = |this| this.0.root.call(|tapi| this.0.model.get_name(tapi));
        CreateAgent() -> Com<ITAgent> = |this| {
            this.0.root.call(|tapi| this.0.model.create_agent(tapi)).map(|model| agent(&this.0.root, model))
        };
        CreateAgentWithID(pID: Option<String>, pPIN: Option<String>) -> Com<ITAgent> = |this| {
            this.0.root.call(|tapi| this.0.model.create_agent_with_id(tapi, pID.as_deref(), pPIN.as_deref()))
                .map(|model| agent(&this.0.root, model))
        };
        EnumerateACDGroups() -> Com<IEnumACDGroup> = |this| {
            let groups = this.0.root.call(|tapi| this.0.model.enumerate_acd_groups(tapi))?;
            Ok(EnumACDGroup::of(groups, |model| group(&this.0.root, model).0))
        };
        EnumerateUsableAddresses() -> Com<IEnumAddress> = |this| {
            let addresses = this.0.root.call(|tapi| this.0.model.enumerate_usable_addresses(tapi))?;
            Ok(EnumAddress::of(addresses, |model| address(&this.0.root, model).0))
        };
        get_ACDGroups() -> VARIANT = |this| {
            let groups = this.0.root.call(|tapi| this.0.model.get_acd_groups(tapi))?;
            collection(groups, |model| group(&this.0.root, model).0.cast())
        };
        get_UsableAddresses() -> VARIANT = |this| {
            let addresses = this.0.root.call(|tapi| this.0.model.get_usable_addresses(tapi))?;
            collection(addresses, |model| address(&this.0.root, model).0.cast())
        };
    }
}

dual! {
    /// ITACDGroup.
    AcdGroup AcdGroup_Impl: ITACDGroup ITACDGroup_Impl "5AFC3148-4BCC-11D1-BF80-00805FC147D3" invoke_group {
        get_Name() -> String = |this| this.0.root.call(|tapi| this.0.model.get_name(tapi));
        EnumerateQueues() -> Com<IEnumQueue> = |this| {
            let queues = this.0.root.call(|tapi| this.0.model.enumerate_queues(tapi))?;
            Ok(EnumQueue::of(queues, |model| queue(&this.0.root, model).0))
        };
        get_Queues() -> VARIANT = |this| {
            let queues = this.0.root.call(|tapi| this.0.model.get_queues(tapi))?;
            collection(queues, |model| queue(&this.0.root, model).0.cast())
        };
    }
}

dual! {
    /// ITQueue.
    Queue Queue_Impl: ITQueue ITQueue_Impl "5AFC3149-4BCC-11D1-BF80-00805FC147D3" invoke_queue {
        put_MeasurementPeriod(lPeriod: i32) = |this| {
            this.0.root.call(|tapi| this.0.model.put_measurement_period(tapi, lPeriod))
        };
        get_MeasurementPeriod() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_measurement_period(tapi));
        get_TotalCallsQueued() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_total_calls_queued(tapi));
        get_CurrentCallsQueued() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_current_calls_queued(tapi));
        get_TotalCallsAbandoned() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_total_calls_abandoned(tapi));
        get_TotalCallsFlowedIn() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_total_calls_flowed_in(tapi));
        get_TotalCallsFlowedOut() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_total_calls_flowed_out(tapi));
        get_LongestEverWaitTime() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_longest_ever_wait_time(tapi));
        get_CurrentLongestWaitTime() -> i32 = |this| {
            this.0.root.call(|tapi| this.0.model.get_current_longest_wait_time(tapi))
        };
        get_AverageWaitTime() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_average_wait_time(tapi));
        get_FinalDisposition() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_final_disposition(tapi));
        get_Name() -> String = |this| this.0.root.call(|tapi| this.0.model.get_name(tapi));
    }
}

dual! {
    /// ITAddress, as far as it is of agents and of their calls.
    Address Address_Impl: ITAddress ITAddress_Impl "B1EFC386-9355-11D0-835C-00AA003CCABD" invoke_address {
        // AS_INSERVICE.
        get_State() -> i32 = |this| this.0.root.call(|_| Ok(0));
        get_AddressName() -> String = |this| this.name();
        get_ServiceProviderName() -> String = |this| this.0.root.call(|_| Ok("acdsim".to_owned()));
        get_TAPIObject() -> Com<ITTAPI> = |this| {
            let object = this.0.root.tapi_object().and_then(|object| object.cast().ok());
            object.map(Com).ok_or(HResult::TAPI_E_NOT_INITIALIZED)
        };
        CreateCall(pDestAddress: Option<String>, _lAddressType: i32, _lMediaTypes: i32) -> Com<ITBasicCallControl> = |this| {
            let at = (this.0.model.device_id(), this.0.model.address_id());
            let called = pDestAddress.unwrap_or_default();
            let end = this.0.root.with_calls(|center, listener| {
                center.create_call(listener, at, &called, 0).map_err(refusal)
            })?;
            Ok(call(&this.0.root, end))
        };
        get_Calls() -> VARIANT = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        EnumerateCalls() -> Com<IUnknown> = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        get_DialableAddress() -> String = |this| this.name();
        CreateForwardInfoObject() -> Com<IUnknown> = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        Forward(_a: Ignored, _b: Ignored) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        get_CurrentForwardInfo() -> Com<IUnknown> = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        put_MessageWaiting(_a: Truth) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        get_MessageWaiting() -> i32 = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        put_DoNotDisturb(_a: Truth) = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
        get_DoNotDisturb() -> i32 = |_this| Err(HResult::TAPI_E_NOTSUPPORTED);
    }
}

impl Address {
    /// The name of the address in the center.
    fn name(&self) -> Result<String, HResult> {
        let address = self.0.model;
        self.0.root.call(|tapi| tapi.service().address_name(address).ok_or(HResult::TAPI_E_NOT_INITIALIZED))
    }
}

dispatches!(AgentHandler_Impl: "ITAgentHandler" invoke_handler);
dispatches!(AcdGroup_Impl: "ITACDGroup" invoke_group);
dispatches!(Queue_Impl: "ITQueue" invoke_queue);
dispatches!(Address_Impl: "ITAddress" invoke_address);
