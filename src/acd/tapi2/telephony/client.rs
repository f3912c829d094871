//! The client's side: the functions that become proxy requests, and what comes of them.

use uuid::Uuid;

use super::super::arms::{
    GetAgentActivityList, GetAgentCaps, GetAgentGroupList, GetAgentInfo, GetAgentSessionInfo, GetAgentSessionList,
    GetAgentStatus, GetGroupList, GetQueueInfo, GetQueueList, Room, SetAgentActivity, SetAgentMeasurementPeriod,
    SetAgentSessionState, SetAgentState, SetAgentStateEx, SetQueueMeasurementPeriod,
};
use super::super::lists::GroupList;
use super::super::message::{LineMessage, ReplyError};
use super::super::request::{
    AgentSpecific, CreateAgent, CreateAgentSession, ProxyRequest, RequestBody, SetAgentGroup, contained, encode_request,
};
use super::super::response::{Response, decode_response_with};
use super::super::{ApiVersion, LineError};
use super::{HLine, HLineApp, MOST_PENDING, MOST_REQUEST_ID, Request, RequestId, Telephony};
use crate::acd::tapi2::structures::{AgentInfo, AgentSessionInfo, LineAgentCaps, LineAgentStatus, LineList, QueueInfo};

/// What a function has written through its caller's pointer when LINE_REPLY says that it has succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Nothing.
    None,
    /// lineCreateAgent: the handle of the agent.
    Agent(u32),
    /// lineCreateAgentSession: the handle of the session.
    AgentSession(u32),
    /// A structure, dwTotalSize bytes of it; or the block of lineAgentSpecific.
    Structure(Vec<u8>),
}

impl Telephony {
    /// lineCreateAgent: make an agent; with an ID and a PIN for a switch that needs them.
    ///
    /// # Errors
    ///
    /// Those of all functions that become proxy requests: [`LineError::Uninitialized`], [`LineError::InvalLineHandle`],
    /// [`LineError::OperationUnavail`] where nobody serves them, [`LineError::ResourceUnavail`] where too many are
    /// unanswered, [`LineError::NoMem`].
    pub fn create_agent(&mut self, line: HLine, id: Option<&str>, pin: Option<&str>) -> Result<RequestId, LineError> {
        self.request(line, CreateAgent { agent_id: id.map(str::to_owned), agent_pin: pin.map(str::to_owned) })
    }

    /// lineCreateAgentSession: make a session of an agent for a group at an address.
    ///
    /// # Errors
    ///
    /// As [`create_agent`](Self::create_agent).
    pub fn create_agent_session(
        &mut self,
        line: HLine,
        agent: u32,
        pin: Option<&str>,
        working_address_id: u32,
        group_id: Uuid,
    ) -> Result<RequestId, LineError> {
        let agent_pin = pin.map(str::to_owned);
        self.request(line, CreateAgentSession { agent_pin, agent, group_id, working_address_id })
    }

    /// lineGetAgentInfo, into a LINEAGENTINFO of `total_size` bytes.
    ///
    /// # Errors
    ///
    /// As [`create_agent`](Self::create_agent); [`LineError::StructureTooSmall`].
    pub fn get_agent_info(&mut self, line: HLine, agent: u32, total_size: u32) -> Result<RequestId, LineError> {
        self.request_into(line, total_size, AgentInfo::SIZE, |room| GetAgentInfo { agent, room })
    }

    /// lineGetAgentSessionInfo, into a LINEAGENTSESSIONINFO of `total_size` bytes.
    ///
    /// # Errors
    ///
    /// As [`get_agent_info`](Self::get_agent_info).
    pub fn get_agent_session_info(
        &mut self,
        line: HLine,
        agent_session: u32,
        total_size: u32,
    ) -> Result<RequestId, LineError> {
        self.request_into(line, total_size, AgentSessionInfo::SIZE, |room| GetAgentSessionInfo { agent_session, room })
    }

    /// lineGetAgentSessionList, into a LINEAGENTSESSIONLIST of `total_size` bytes.
    ///
    /// # Errors
    ///
    /// As [`get_agent_info`](Self::get_agent_info).
    pub fn get_agent_session_list(&mut self, line: HLine, agent: u32, total_size: u32) -> Result<RequestId, LineError> {
        self.request_into(line, total_size, LineList::SIZE, |room| GetAgentSessionList { agent, room })
    }

    /// lineGetGroupList, into a LINEAGENTGROUPLIST of `total_size` bytes.
    ///
    /// # Errors
    ///
    /// As [`get_agent_info`](Self::get_agent_info).
    pub fn get_group_list(&mut self, line: HLine, total_size: u32) -> Result<RequestId, LineError> {
        self.request_into(line, total_size, LineList::SIZE, |room| GetGroupList { room })
    }

    /// lineGetQueueInfo, into a LINEQUEUEINFO of `total_size` bytes.
    ///
    /// # Errors
    ///
    /// As [`get_agent_info`](Self::get_agent_info).
    pub fn get_queue_info(&mut self, line: HLine, queue_id: u32, total_size: u32) -> Result<RequestId, LineError> {
        self.request_into(line, total_size, QueueInfo::SIZE, |room| GetQueueInfo { queue_id, room })
    }

    /// lineGetQueueList, into a LINEQUEUELIST of `total_size` bytes.
    ///
    /// # Errors
    ///
    /// As [`get_agent_info`](Self::get_agent_info).
    pub fn get_queue_list(&mut self, line: HLine, group_id: Uuid, total_size: u32) -> Result<RequestId, LineError> {
        self.request_into(line, total_size, LineList::SIZE, |room| GetQueueList { group_id, room })
    }

    /// lineSetAgentMeasurementPeriod, in seconds.
    ///
    /// # Errors
    ///
    /// As [`create_agent`](Self::create_agent).
    pub fn set_agent_measurement_period(
        &mut self,
        line: HLine,
        agent: u32,
        measurement_period: u32,
    ) -> Result<RequestId, LineError> {
        self.request(line, SetAgentMeasurementPeriod { agent, measurement_period })
    }

    /// lineSetQueueMeasurementPeriod, in seconds.
    ///
    /// # Errors
    ///
    /// As [`create_agent`](Self::create_agent).
    pub fn set_queue_measurement_period(
        &mut self,
        line: HLine,
        queue_id: u32,
        measurement_period: u32,
    ) -> Result<RequestId, LineError> {
        self.request(line, SetQueueMeasurementPeriod { queue_id, measurement_period })
    }

    /// lineSetAgentSessionState: a LINEAGENTSESSIONSTATE_ or 0 for the state, and for the next one.
    ///
    /// # Errors
    ///
    /// As [`create_agent`](Self::create_agent).
    pub fn set_agent_session_state(
        &mut self,
        line: HLine,
        agent_session: u32,
        agent_session_state: u32,
        next_agent_session_state: u32,
    ) -> Result<RequestId, LineError> {
        self.request(line, SetAgentSessionState { agent_session, agent_session_state, next_agent_session_state })
    }

    /// lineSetAgentStateEx: a LINEAGENTSTATEEX_ or 0 for the state, and for the next one.
    ///
    /// # Errors
    ///
    /// As [`create_agent`](Self::create_agent).
    pub fn set_agent_state_ex(
        &mut self,
        line: HLine,
        agent: u32,
        agent_state: u32,
        next_agent_state: u32,
    ) -> Result<RequestId, LineError> {
        self.request(line, SetAgentStateEx { agent, agent_state, next_agent_state })
    }

    /// lineGetAgentCaps, into a LINEAGENTCAPS of `total_size` bytes. It is about a device and needs no open line of the
    /// client's; the reply goes to the first line that the application has open there.
    ///
    /// # Errors
    ///
    /// [`LineError::InvalAppHandle`], [`LineError::BadDeviceId`], [`LineError::InvalAddressId`];
    /// [`LineError::IncompatibleApiVersion`]; [`LineError::OperationUnavail`], also where the application has no line open
    /// on the device; [`LineError::StructureTooSmall`], [`LineError::ResourceUnavail`], [`LineError::NoMem`].
    pub fn get_agent_caps(
        &mut self,
        app: HLineApp,
        device: u32,
        address: u32,
        version: ApiVersion,
        total_size: u32,
    ) -> Result<RequestId, LineError> {
        self.app(app)?;
        if address >= self.device(device)?.addresses {
            return Err(LineError::InvalAddressId);
        }
        if version < ApiVersion::V2_0 {
            return Err(LineError::IncompatibleApiVersion);
        }
        let mut lines = self.open_lines();
        let line = lines.find(|&line| self.line_ref(line).app == app && self.line_ref(line).device == device);
        let line = line.ok_or(LineError::OperationUnavail)?;
        drop(lines);
        let fixed = if version < ApiVersion::V2_2 { 56 } else { LineAgentCaps::SIZE };
        if (total_size as usize) < fixed {
            return Err(LineError::StructureTooSmall);
        }
        self.request_as(line, GetAgentCaps { address, room: Room::new(total_size) }.into(), version)
    }

    /// lineGetAgentStatus, into a LINEAGENTSTATUS of `total_size` bytes.
    ///
    /// # Errors
    ///
    /// As [`get_agent_info`](Self::get_agent_info); [`LineError::InvalAddressId`].
    pub fn get_agent_status(&mut self, line: HLine, address: u32, total_size: u32) -> Result<RequestId, LineError> {
        self.check_address(line, address)?;
        self.request_into(line, total_size, LineAgentStatus::SIZE, |room| GetAgentStatus { address, room })
    }

    /// lineGetAgentGroupList, into a LINEAGENTGROUPLIST of `total_size` bytes.
    ///
    /// # Errors
    ///
    /// As [`get_agent_status`](Self::get_agent_status).
    pub fn get_agent_group_list(&mut self, line: HLine, address: u32, total_size: u32) -> Result<RequestId, LineError> {
        self.check_address(line, address)?;
        self.request_into(line, total_size, LineList::SIZE, |room| GetAgentGroupList { address, room })
    }

    /// lineGetAgentActivityList, into a LINEAGENTACTIVITYLIST of `total_size` bytes.
    ///
    /// # Errors
    ///
    /// As [`get_agent_status`](Self::get_agent_status).
    pub fn get_agent_activity_list(
        &mut self,
        line: HLine,
        address: u32,
        total_size: u32,
    ) -> Result<RequestId, LineError> {
        self.check_address(line, address)?;
        self.request_into(line, total_size, LineList::SIZE, |room| GetAgentActivityList { address, room })
    }

    /// lineSetAgentGroup: log the agent on an address in to these groups, and out of all others.
    ///
    /// # Errors
    ///
    /// As [`create_agent`](Self::create_agent); [`LineError::InvalAddressId`].
    pub fn set_agent_group(&mut self, line: HLine, address: u32, groups: GroupList) -> Result<RequestId, LineError> {
        self.check_address(line, address)?;
        self.request(line, SetAgentGroup { address, groups })
    }

    /// lineSetAgentState: a LINEAGENTSTATE_ or 0 for the state of the agent on an address, and for the next one.
    ///
    /// # Errors
    ///
    /// As [`set_agent_group`](Self::set_agent_group).
    pub fn set_agent_state(
        &mut self,
        line: HLine,
        address: u32,
        agent_state: u32,
        next_agent_state: u32,
    ) -> Result<RequestId, LineError> {
        self.check_address(line, address)?;
        self.request(line, SetAgentState { address, agent_state, next_agent_state })
    }

    /// lineSetAgentActivity.
    ///
    /// # Errors
    ///
    /// As [`set_agent_group`](Self::set_agent_group).
    pub fn set_agent_activity(&mut self, line: HLine, address: u32, activity_id: u32) -> Result<RequestId, LineError> {
        self.check_address(line, address)?;
        self.request(line, SetAgentActivity { address, activity_id })
    }

    /// lineAgentSpecific: a block that the handler of an extension reads and overwrites.
    ///
    /// # Errors
    ///
    /// As [`set_agent_group`](Self::set_agent_group).
    pub fn agent_specific(
        &mut self,
        line: HLine,
        address: u32,
        agent_extension_id_index: u32,
        params: &[u8],
    ) -> Result<RequestId, LineError> {
        self.check_address(line, address)?;
        self.request(line, AgentSpecific { address, agent_extension_id_index, params: params.to_vec() })
    }

    /// What a function has written, once its LINE_REPLY has said that it succeeded; it can be taken once.
    pub fn take_output(&mut self, line: HLine, request: RequestId) -> Option<Output> {
        self.requests.get(&request).filter(|it| it.client == line && it.answered)?;
        let Request { buffer, .. } = self.requests.remove(&request)?;
        self.lines[line.0 as usize - 1].pending -= 1;
        // It was read when the proxy answered.
        Some(match decode_response_with(&buffer, self.conventions.name_offsets).ok()? {
            Response::Done => Output::None,
            Response::Agent(handle) => Output::Agent(handle),
            Response::AgentSession(handle) => Output::AgentSession(handle),
            _ => Output::Structure(contained(&buffer).ok()?.to_vec()),
        })
    }

    fn check_address(&self, line: HLine, address: u32) -> Result<(), LineError> {
        let line = self.line(line)?;
        let there = address < self.devices[line.device as usize].addresses;
        if there && line.address.is_none_or(|only| only == address) { Ok(()) } else { Err(LineError::InvalAddressId) }
    }

    fn request_into<const FIXED: usize, B: Into<RequestBody>>(
        &mut self,
        line: HLine,
        total_size: u32,
        fixed: usize,
        body: impl FnOnce(Room<FIXED>) -> B,
    ) -> Result<RequestId, LineError> {
        self.line(line)?;
        if (total_size as usize) < fixed {
            return Err(LineError::StructureTooSmall);
        }
        self.request(line, body(Room::new(total_size)))
    }

    fn request(&mut self, line: HLine, body: impl Into<RequestBody>) -> Result<RequestId, LineError> {
        let version = self.line(line)?.version;
        self.request_as(line, body.into(), version)
    }

    /// Starts a request: its number at once, its reply later.
    fn request_as(&mut self, line: HLine, body: RequestBody, version: ApiVersion) -> Result<RequestId, LineError> {
        let record = self.line(line)?;
        let request_type = body.request_type();
        if request_type.since() > version {
            return Err(LineError::OperationUnavail);
        }
        let proxy = self.proxy_of(record.device, request_type).ok_or(LineError::OperationUnavail)?;
        if record.pending >= MOST_PENDING {
            return Err(LineError::ResourceUnavail);
        }
        let client = &self.apps[record.app.0 as usize - 1];
        let buffer = encode_request(&ProxyRequest {
            client_machine_name: Some(client.machine.clone()),
            client_user_name: Some(client.user.clone()),
            client_app_api_version: version.0,
            body,
        })?;
        let request = self.next_request();
        self.requests.insert(request, Request { client: line, proxy, request_type, buffer, answered: false });
        self.lines[line.0 as usize - 1].pending += 1;
        let proxy_line = &mut self.lines[proxy.0 as usize - 1];
        let message = LineMessage::ProxyRequest { request: request.0.into() };
        proxy_line.messages.push_back(message.to_raw(proxy.0, proxy_line.instance));
        Ok(request)
    }

    /// A number that no request has now, for a function that becomes no request of a proxy and is replied to as those are.
    pub fn next_request(&mut self) -> RequestId {
        loop {
            self.last_request = self.last_request % MOST_REQUEST_ID + 1;
            let request = RequestId(self.last_request);
            // There are far fewer requests than numbers.
            if !self.requests.contains_key(&request) {
                return request;
            }
        }
    }

    /// Ends a request with a result and tells its client.
    pub(super) fn finish(&mut self, request: RequestId, result: i32) {
        let Some(record) = self.requests.get_mut(&request) else { return };
        record.answered = true;
        let client = record.client;
        if result != 0 {
            self.requests.remove(&request);
        }
        let line = &mut self.lines[client.0 as usize - 1];
        line.pending -= usize::from(result != 0);
        if line.open {
            let reply = LineMessage::Reply { request: request.0, result: ReplyError::result(result) };
            line.messages.push_back(reply.to_raw(client.0, line.instance));
        }
    }
}
