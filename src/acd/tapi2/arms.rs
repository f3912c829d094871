//! The twenty arms of LINEPROXYREQUEST's union, each with its offsets in the whole.
//!
//! An arm that brings a structure for the proxy to fill carries [`Room`] for it: on the wire the whole fixed part, of
//! which TAPI presets dwTotalSize. That structure is the last member, and what it has beyond its fixed part runs on behind
//! the arm. Offsets within it count from its own start; those of an agent ID or a PIN are read as counted from the start
//! of LINEPROXYREQUEST.
//!
//! In two arms a handle that the proxy fills stands first: CreateAgent.hAgent and, before the agent that is given,
//! CreateAgentSession.hAgentSession.

use uuid::Uuid;

use super::layout::{Kind, Layout, Structure, Wire, array, put, structures};
use super::request_type::ProxyRequestType;
use super::structures::{
    AgentInfo, AgentSessionInfo, LineAgentCaps, LineAgentStatus, LineList, LineProxyRequest, QueueInfo,
};

/// Room for a structure that the proxy fills, whose fixed part is `FIXED` bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room<const FIXED: usize> {
    /// The bytes that the client has allocated: the structure's dwTotalSize.
    pub total_size: u32,
}

impl<const FIXED: usize> Room<FIXED> {
    /// Room of `total_size` bytes.
    pub const fn new(total_size: u32) -> Self {
        Room { total_size }
    }
}

impl<const FIXED: usize> Wire for Room<FIXED> {
    const SIZE: usize = FIXED;
    const KIND: Kind = Kind::Structure;
    type Mirror = [u8; FIXED];

    fn put(&self, bytes: &mut [u8]) {
        put(bytes, &self.total_size.to_le_bytes());
    }

    fn take(bytes: &[u8]) -> Self {
        Room { total_size: u32::from_le_bytes(array(bytes)) }
    }
}

/// Room for one of the six lists.
pub type ListRoom = Room<{ LineList::SIZE }>;

structures! {
    /// SetAgentGroup: the groups are given, in a list behind the address.
    arm SetAgentGroupArm = "LINEPROXYREQUEST", 56 {
        /// The address.
        address: u32 = dwAddressID at 28,
        /// The groups to be logged in to.
        groups: ListRoom = GroupList at 32,
    }

    /// SetAgentState: set the state on an address.
    arm SetAgentState = "LINEPROXYREQUEST", 40 {
        /// The address.
        address: u32 = dwAddressID at 28,
        /// The state: one of LINEAGENTSTATE_, or 0 to leave it.
        agent_state: u32 = dwAgentState at 32,
        /// The state that follows: one of LINEAGENTSTATE_, or 0 for the default.
        next_agent_state: u32 = dwNextAgentState at 36,
    }

    /// SetAgentActivity: set the activity on an address.
    arm SetAgentActivity = "LINEPROXYREQUEST", 36 {
        /// The address.
        address: u32 = dwAddressID at 28,
        /// The activity's number.
        activity_id: u32 = dwActivityID at 32,
    }

    /// GetAgentCaps: what the handler can do on an address.
    arm GetAgentCaps = "LINEPROXYREQUEST", 104 {
        /// The address.
        address: u32 = dwAddressID at 28,
        /// Room for LINEAGENTCAPS.
        room: Room<{ LineAgentCaps::SIZE }> = AgentCaps at 32,
    }

    /// GetAgentStatus: who is logged in on an address.
    arm GetAgentStatus = "LINEPROXYREQUEST", 88 {
        /// The address.
        address: u32 = dwAddressID at 28,
        /// Room for LINEAGENTSTATUS.
        room: Room<{ LineAgentStatus::SIZE }> = AgentStatus at 32,
    }

    /// AgentSpecific: a block of bytes that the handler reads and overwrites.
    arm AgentSpecificArm = "LINEPROXYREQUEST", 41 {
        /// The address.
        address: u32 = dwAddressID at 28,
        /// Which of the handler's extensions.
        agent_extension_id_index: u32 = dwAgentExtensionIDIndex at 32,
        /// The bytes of the block.
        size: u32 = dwSize at 36,
        /// The first of them.
        params: u8 = Params at 40,
    }

    /// GetAgentActivityList: the activities on an address.
    arm GetAgentActivityList = "LINEPROXYREQUEST", 56 {
        /// The address.
        address: u32 = dwAddressID at 28,
        /// Room for LINEAGENTACTIVITYLIST.
        room: ListRoom = ActivityList at 32,
    }

    /// GetAgentGroupList: the groups that can be logged in to on an address.
    arm GetAgentGroupList = "LINEPROXYREQUEST", 56 {
        /// The address.
        address: u32 = dwAddressID at 28,
        /// Room for LINEAGENTGROUPLIST.
        room: ListRoom = GroupList at 32,
    }

    /// CreateAgent: make an agent.
    arm CreateAgentArm = "LINEPROXYREQUEST", 48 {
        /// The agent's handle, which the proxy fills.
        agent: u32 = hAgent at 28,
        /// The size of the agent ID, bytes with NUL.
        agent_id_size: u32 = dwAgentIDSize at 32,
        /// The agent ID.
        agent_id_offset: u32 = dwAgentIDOffset at 36,
        /// The size of the PIN, bytes with NUL.
        agent_pin_size: u32 = dwAgentPINSize at 40,
        /// The PIN.
        agent_pin_offset: u32 = dwAgentPINOffset at 44,
    }

    /// SetAgentMeasurementPeriod: set an agent's period.
    arm SetAgentMeasurementPeriod = "LINEPROXYREQUEST", 36 {
        /// The agent's handle.
        agent: u32 = hAgent at 28,
        /// The period, seconds; above 0.
        measurement_period: u32 = dwMeasurementPeriod at 32,
    }

    /// GetAgentInfo: an agent's statistics.
    arm GetAgentInfo = "LINEPROXYREQUEST", 88 {
        /// The agent's handle.
        agent: u32 = hAgent at 28,
        /// Room for LINEAGENTINFO.
        room: Room<{ AgentInfo::SIZE }> = AgentInfo at 32,
    }

    /// CreateAgentSession: make an agent session.
    arm CreateAgentSessionArm = "LINEPROXYREQUEST", 64 {
        /// The session's handle, which the proxy fills.
        agent_session: u32 = hAgentSession at 28,
        /// The size of the PIN, bytes with NUL.
        agent_pin_size: u32 = dwAgentPINSize at 32,
        /// The PIN.
        agent_pin_offset: u32 = dwAgentPINOffset at 36,
        /// The handle of the agent that is to have the session.
        agent: u32 = hAgent at 40,
        /// The ACD group.
        group_id: Uuid = GroupID at 44,
        /// The address at which the agent will work.
        working_address_id: u32 = dwWorkingAddressID at 60,
    }

    /// GetAgentSessionList: an agent's sessions.
    arm GetAgentSessionList = "LINEPROXYREQUEST", 56 {
        /// The agent's handle.
        agent: u32 = hAgent at 28,
        /// Room for LINEAGENTSESSIONLIST.
        room: ListRoom = SessionList at 32,
    }

    /// SetAgentSessionState: set a session's state.
    arm SetAgentSessionState = "LINEPROXYREQUEST", 40 {
        /// The session's handle.
        agent_session: u32 = hAgentSession at 28,
        /// The state: one of LINEAGENTSESSIONSTATE_, or 0 to leave it.
        agent_session_state: u32 = dwAgentSessionState at 32,
        /// The state that follows: one of LINEAGENTSESSIONSTATE_, or 0.
        next_agent_session_state: u32 = dwNextAgentSessionState at 36,
    }

    /// GetAgentSessionInfo: a session's statistics.
    arm GetAgentSessionInfo = "LINEPROXYREQUEST", 108 {
        /// The session's handle.
        agent_session: u32 = hAgentSession at 28,
        /// Room for LINEAGENTSESSIONINFO.
        room: Room<{ AgentSessionInfo::SIZE }> = SessionInfo at 32,
    }

    /// GetQueueList: a group's queues.
    arm GetQueueList = "LINEPROXYREQUEST", 68 {
        /// The group.
        group_id: Uuid = GroupID at 28,
        /// Room for LINEQUEUELIST.
        room: ListRoom = QueueList at 44,
    }

    /// SetQueueMeasurementPeriod: set a queue's period.
    arm SetQueueMeasurementPeriod = "LINEPROXYREQUEST", 36 {
        /// The queue's number.
        queue_id: u32 = dwQueueID at 28,
        /// The period, seconds; above 0.
        measurement_period: u32 = dwMeasurementPeriod at 32,
    }

    /// GetQueueInfo: a queue's statistics.
    arm GetQueueInfo = "LINEPROXYREQUEST", 84 {
        /// The queue's number.
        queue_id: u32 = dwQueueID at 28,
        /// Room for LINEQUEUEINFO.
        room: Room<{ QueueInfo::SIZE }> = QueueInfo at 32,
    }

    /// GetGroupList: the handler's groups; no address and no handle stand before the list.
    arm GetGroupList = "LINEPROXYREQUEST", 52 {
        /// Room for LINEAGENTGROUPLIST.
        room: ListRoom = GroupList at 28,
    }

    /// SetAgentStateEx: set an agent's state.
    arm SetAgentStateEx = "LINEPROXYREQUEST", 40 {
        /// The agent's handle.
        agent: u32 = hAgent at 28,
        /// The state: one of LINEAGENTSTATEEX_, or 0 to leave it.
        agent_state: u32 = dwAgentState at 32,
        /// The state that follows: one of LINEAGENTSTATEEX_, or 0.
        next_agent_state: u32 = dwNextAgentState at 36,
    }
}

/// `sizeof(LINEPROXYREQUEST)`: the 28 bytes before the union and the largest arm.
pub const PROXY_REQUEST_SIZE: usize = GetAgentSessionInfo::SIZE;

/// An arm as a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arm {
    /// The request that selects it.
    pub request_type: ProxyRequestType,
    /// TAPI's name of the member of the union, as `CreateAgent`.
    pub name: &'static str,
    /// Its fields with their offsets in LINEPROXYREQUEST, and the offset at which it ends as the size.
    pub layout: Layout,
}

macro_rules! arms {
    ($($name:ident: $type:ident,)*) => {
        /// The arms in the order of the requests.
        pub const ARMS: [Arm; 20] = [$(Arm {
            request_type: ProxyRequestType::$name,
            name: stringify!($name),
            layout: $type::LAYOUT,
        }),*];
    };
}

arms! {
    SetAgentGroup: SetAgentGroupArm,
    SetAgentState: SetAgentState,
    SetAgentActivity: SetAgentActivity,
    GetAgentCaps: GetAgentCaps,
    GetAgentStatus: GetAgentStatus,
    AgentSpecific: AgentSpecificArm,
    GetAgentActivityList: GetAgentActivityList,
    GetAgentGroupList: GetAgentGroupList,
    CreateAgent: CreateAgentArm,
    SetAgentMeasurementPeriod: SetAgentMeasurementPeriod,
    GetAgentInfo: GetAgentInfo,
    CreateAgentSession: CreateAgentSessionArm,
    GetAgentSessionList: GetAgentSessionList,
    SetAgentSessionState: SetAgentSessionState,
    GetAgentSessionInfo: GetAgentSessionInfo,
    GetQueueList: GetQueueList,
    SetQueueMeasurementPeriod: SetQueueMeasurementPeriod,
    GetQueueInfo: GetQueueInfo,
    GetGroupList: GetGroupList,
    SetAgentStateEx: SetAgentStateEx,
}

impl Arm {
    /// The arm of a request.
    pub fn of(request_type: ProxyRequestType) -> &'static Arm {
        // The values are 1 to 20 without a gap, and the arms in their order.
        &(const { &ARMS })[request_type as usize - 1]
    }

    /// The offset of the structure within the arm, if it has one.
    pub fn contained_at(&self) -> Option<usize> {
        self.layout.fields.iter().find(|field| field.kind == Kind::Structure).map(|field| field.offset)
    }
}

const _: () = assert!(LineProxyRequest::SIZE == 28, "the union begins here");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_arm_begins_behind_the_header_without_gaps_and_is_found_by_its_request() {
        for arm in &ARMS {
            let mut end = LineProxyRequest::SIZE;
            for field in arm.layout.fields {
                assert_eq!(field.offset, end, "{}.{}", arm.name, field.name);
                end += field.size;
            }
            assert_eq!(end, arm.layout.size, "{}", arm.name);
            assert_eq!(Arm::of(arm.request_type), arm);
        }
        assert_eq!(ARMS.iter().map(|arm| arm.layout.size).max(), Some(PROXY_REQUEST_SIZE));
    }

    #[test]
    fn a_structure_within_an_arm_is_its_last_member() {
        let mut with = 0;
        for arm in &ARMS {
            if let Some(at) = arm.contained_at() {
                assert_eq!(arm.layout.fields.last().map(|field| field.offset), Some(at), "{}", arm.name);
                with += 1;
            }
        }
        assert_eq!(with, 11, "ten that the proxy fills, and the groups of SetAgentGroup");
    }
}
