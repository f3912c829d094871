//! ITAgentHandler, ITACDGroup, ITQueue and ITAddress.

use uuid::Uuid;

use super::records::object;
use super::{Collection, Enumerator, HResult, ITAgent, Tapi};
use crate::acd::tapi2::service::LineService;
use crate::acd::tapi2::structures::QueueInfo;
use crate::acd::tapi2::telephony::{HLine, Output};

/// An agent handler, as [`Tapi::get_agent_handlers`] gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ITAgentHandler(pub(super) u32);

/// An ACD group, as [`ITAgentHandler::get_acd_groups`] gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ITACDGroup(pub(super) u32);

/// A queue, as [`ITACDGroup::get_queues`] gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ITQueue(pub(super) u32);

/// An address of a line device, as [`Tapi::get_addresses`] and [`ITAgentHandler::get_usable_addresses`] give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ITAddress {
    pub(super) device: u32,
    pub(super) id: u32,
}

impl ITAgentHandler {
    /// Its number among the handlers that its TAPI object has told of, from 0: the same for the same handler.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl ITACDGroup {
    /// Its number among the groups that its TAPI object has told of, from 0: the same for the same group.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl ITQueue {
    /// Its number among the queues that its TAPI object has told of, from 0: the same for the same queue.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl ITAddress {
    /// TAPI 2.2's number of the line device: dwDeviceID.
    pub fn device_id(self) -> u32 {
        self.device
    }

    /// TAPI 2.2's number of the address on its line device: dwAddressID.
    pub fn address_id(self) -> u32 {
        self.id
    }
}

impl ITAgentHandler {
    /// get_Name: what the proxy calls itself.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_NOT_INITIALIZED`] after a shutdown, as for all methods.
    #[doc(alias = "get_Name")]
    pub fn get_name<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<String, HResult> {
        tapi.line_of(self.0)?;
        Ok(tapi.handlers[self.0 as usize].name.clone())
    }

    /// The handler's GUID, which TAPI 3 keeps to itself: LINEAGENTCAPS.ProxyGUID.
    ///
    /// # Errors
    ///
    /// [`HResult::E_INVALIDARG`] for a handler that another TAPI object has given.
    pub fn proxy_guid<S: LineService>(self, tapi: &Tapi<S>) -> Result<Uuid, HResult> {
        object(&tapi.handlers, self.0).map(|handler| handler.guid)
    }

    /// CreateAgent: an agent whom the operating system has logged in.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_TIMEOUT`], and what the handler refuses.
    #[doc(alias = "CreateAgent")]
    pub fn create_agent<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<ITAgent, HResult> {
        self.make_agent(tapi, None, None)
    }

    /// CreateAgentWithID: an agent whom the switch knows by an ID.
    ///
    /// # Errors
    ///
    /// [`HResult::E_INVALIDARG`] without a PIN or an ID; [`HResult::TAPI_E_TIMEOUT`];
    /// [`HResult::TAPI_E_CALLCENTER_INVALAGENTID`], [`HResult::TAPI_E_CALLCENTER_INVALPASSWORD`].
    #[doc(alias = "CreateAgentWithID")]
    pub fn create_agent_with_id<S: LineService>(
        self,
        tapi: &mut Tapi<S>,
        id: Option<&str>,
        pin: Option<&str>,
    ) -> Result<ITAgent, HResult> {
        if id.is_none() || pin.is_none() {
            return Err(HResult::E_INVALIDARG);
        }
        self.make_agent(tapi, id, pin)
    }

    fn make_agent<S: LineService>(
        self,
        tapi: &mut Tapi<S>,
        id: Option<&str>,
        pin: Option<&str>,
    ) -> Result<ITAgent, HResult> {
        let line = tapi.line_of(self.0)?;
        let output = tapi.ask(line, |telephony| telephony.create_agent(line, id, pin))?;
        let Output::Agent(handle) = output else { return Err(HResult::TAPI_E_OPERATIONFAILED) };
        let agent = tapi.agent_of(self.0, handle);
        tapi.agents[agent.0 as usize].made = Some(id.map(str::to_owned));
        Ok(agent)
    }

    /// EnumerateACDGroups.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_TIMEOUT`].
    #[doc(alias = "EnumerateACDGroups")]
    pub fn enumerate_acd_groups<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<Enumerator<ITACDGroup>, HResult> {
        self.get_acd_groups(tapi).map(|groups| groups.new_enum())
    }

    /// get_ACDGroups.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_TIMEOUT`].
    #[doc(alias = "get_ACDGroups")]
    pub fn get_acd_groups<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<Collection<ITACDGroup>, HResult> {
        tapi.catch_up();
        tapi.list_groups(self.0, true).map(Collection::new)
    }

    /// EnumerateUsableAddresses.
    ///
    /// # Errors
    ///
    /// Those of every method.
    #[doc(alias = "EnumerateUsableAddresses")]
    pub fn enumerate_usable_addresses<S: LineService>(
        self,
        tapi: &mut Tapi<S>,
    ) -> Result<Enumerator<ITAddress>, HResult> {
        self.get_usable_addresses(tapi).map(|addresses| addresses.new_enum())
    }

    /// get_UsableAddresses: those of the handler's line device.
    ///
    /// # Errors
    ///
    /// Those of every method.
    #[doc(alias = "get_UsableAddresses")]
    pub fn get_usable_addresses<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<Collection<ITAddress>, HResult> {
        tapi.line_of(self.0)?;
        let device = tapi.handlers[self.0 as usize].device;
        Ok(Collection::new(tapi.addresses_of(device)))
    }
}

impl ITACDGroup {
    /// The group's record and line, unless it was taken away.
    pub(super) fn present<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<(HLine, Uuid), HResult> {
        tapi.catch_up();
        let record = object(&tapi.groups, self.0)?;
        if record.removed {
            return Err(HResult::TAPI_E_CALLCENTER_GROUP_REMOVED);
        }
        Ok((tapi.line_of(record.handler)?, record.guid))
    }

    /// get_Name.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_CALLCENTER_GROUP_REMOVED`].
    #[doc(alias = "get_Name")]
    pub fn get_name<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<String, HResult> {
        self.present(tapi)?;
        Ok(tapi.groups[self.0 as usize].name.clone())
    }

    /// EnumerateQueues.
    ///
    /// # Errors
    ///
    /// As [`get_queues`](Self::get_queues).
    #[doc(alias = "EnumerateQueues")]
    pub fn enumerate_queues<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<Enumerator<ITQueue>, HResult> {
        self.get_queues(tapi).map(|queues| queues.new_enum())
    }

    /// get_Queues: those that the group services.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_CALLCENTER_GROUP_REMOVED`], [`HResult::TAPI_E_TIMEOUT`].
    #[doc(alias = "get_Queues")]
    pub fn get_queues<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<Collection<ITQueue>, HResult> {
        let (_, guid) = self.present(tapi)?;
        let handler = tapi.groups[self.0 as usize].handler;
        tapi.list_queues(handler, guid).map(Collection::new)
    }
}

/// The getters of ITQueue that read a member of LINEQUEUEINFO.
macro_rules! queue_getters {
    ($($(#[doc = $doc:literal])+ $alias:literal $method:ident = $member:ident;)*) => {
        impl ITQueue {
            $($(#[doc = $doc])+
            ///
            /// # Errors
            ///
            /// [`HResult::TAPI_E_CALLCENTER_QUEUE_REMOVED`], [`HResult::TAPI_E_TIMEOUT`].
            #[doc(alias = $alias)]
            pub fn $method<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<i32, HResult> {
                self.info(tapi).map(|info| info.$member as i32)
            })*
        }
    };
}

queue_getters! {
    /// get_MeasurementPeriod, in seconds.
    "get_MeasurementPeriod" get_measurement_period = measurement_period;
    /// get_TotalCallsQueued.
    "get_TotalCallsQueued" get_total_calls_queued = total_calls_queued;
    /// get_CurrentCallsQueued.
    "get_CurrentCallsQueued" get_current_calls_queued = current_calls_queued;
    /// get_TotalCallsAbandoned.
    "get_TotalCallsAbandoned" get_total_calls_abandoned = total_calls_abandoned;
    /// get_TotalCallsFlowedIn.
    "get_TotalCallsFlowedIn" get_total_calls_flowed_in = total_calls_flowed_in;
    /// get_TotalCallsFlowedOut.
    "get_TotalCallsFlowedOut" get_total_calls_flowed_out = total_calls_flowed_out;
    /// get_LongestEverWaitTime, in seconds.
    "get_LongestEverWaitTime" get_longest_ever_wait_time = longest_ever_wait_time;
    /// get_CurrentLongestWaitTime, in seconds.
    "get_CurrentLongestWaitTime" get_current_longest_wait_time = current_longest_wait_time;
    /// get_AverageWaitTime, in seconds.
    "get_AverageWaitTime" get_average_wait_time = average_wait_time;
    /// get_FinalDisposition: a number of calls, as far as LINEQUEUEINFO tells it.
    "get_FinalDisposition" get_final_disposition = final_disposition;
}

impl ITQueue {
    fn present<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<(HLine, u32), HResult> {
        tapi.catch_up();
        let record = object(&tapi.queues, self.0)?;
        if record.removed {
            return Err(HResult::TAPI_E_CALLCENTER_QUEUE_REMOVED);
        }
        Ok((tapi.line_of(record.handler)?, record.id))
    }

    fn info<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<QueueInfo, HResult> {
        let (line, id) = self.present(tapi)?;
        tapi.ask_structure(line, QueueInfo::SIZE as u32, |telephony, size| telephony.get_queue_info(line, id, size))
    }

    /// get_Name; for a queue that this client has only heard of, the queues of all groups and of none are listed.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_CALLCENTER_QUEUE_REMOVED`]; [`HResult::TAPI_E_NOITEMS`] for a queue that is on no list.
    #[doc(alias = "get_Name")]
    pub fn get_name<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<String, HResult> {
        self.present(tapi)?;
        let handler = tapi.queues[self.0 as usize].handler;
        let groups = tapi.groups.iter().filter(|group| group.handler == handler && !group.removed);
        let mut guids: Vec<Uuid> = groups.map(|group| group.guid).collect();
        guids.push(Uuid::nil());
        for guid in guids {
            if let Some(name) = &tapi.queues[self.0 as usize].name {
                return Ok(name.clone());
            }
            // A group that has just gone has no queues.
            if let Err(HResult::TAPI_E_TIMEOUT) = tapi.list_queues(handler, guid) {
                return Err(HResult::TAPI_E_TIMEOUT);
            }
        }
        tapi.queues[self.0 as usize].name.clone().ok_or(HResult::TAPI_E_NOITEMS)
    }

    /// put_MeasurementPeriod, in seconds.
    ///
    /// # Errors
    ///
    /// [`HResult::E_INVALIDARG`] for zero, and for a negative period if the conventions refuse it;
    /// [`HResult::TAPI_E_CALLCENTER_QUEUE_REMOVED`], [`HResult::TAPI_E_TIMEOUT`].
    #[doc(alias = "put_MeasurementPeriod")]
    pub fn put_measurement_period<S: LineService>(self, tapi: &mut Tapi<S>, seconds: i32) -> Result<(), HResult> {
        if seconds == 0 {
            return Err(HResult::E_INVALIDARG);
        }
        let (line, id) = self.present(tapi)?;
        tapi.ask(line, |telephony| telephony.set_queue_measurement_period(line, id, seconds as u32)).map(|_| ())
    }
}
