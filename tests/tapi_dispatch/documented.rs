//! The functions of TAPI 2's call-center part with the parameters and errors that Microsoft documents.

use acdsim::acd::tapi2::LineError::{self, *};
use acdsim::acd::tapi2::ProxyRequestType as Type;
use acdsim::acd::tapi2::ProxyRequestType;

/// A function, with and without the W of its Unicode form where it has one.
pub(crate) struct Function {
    /// TAPI's name.
    pub(crate) name: &'static str,
    /// The method of `Telephony` that does it.
    pub(crate) method: &'static str,
    /// The request that it becomes, if it becomes one.
    pub(crate) request: Option<ProxyRequestType>,
    /// TAPI's names of its parameters.
    pub(crate) parameters: &'static [&'static str],
    /// The errors that its page lists.
    pub(crate) errors: &'static [LineError],
}

/// What nearly all pages of 2.2 list.
const BY_HANDLE: &[LineError] =
    &[InvalLineHandle, InvalParam, NoMem, OperationFailed, OperationUnavail, ResourceUnavail, Uninitialized];

/// The same with the error of a state.
const STATE_BY_HANDLE: &[LineError] = &[
    InvalAgentState,
    InvalLineHandle,
    InvalParam,
    NoMem,
    OperationFailed,
    OperationUnavail,
    ResourceUnavail,
    Uninitialized,
];

const BY_ADDRESS: &[LineError] = &[
    InvalAddressId,
    InvalLineHandle,
    InvalPointer,
    NoMem,
    OperationFailed,
    OperationUnavail,
    ResourceUnavail,
    StructureTooSmall,
    Uninitialized,
];

const LIST_BY_ADDRESS: &[LineError] = &[
    InvalAddressId,
    InvalAgentId,
    InvalLineHandle,
    InvalPointer,
    NoMem,
    OperationFailed,
    OperationUnavail,
    ResourceUnavail,
    StructureTooSmall,
    Uninitialized,
];

macro_rules! functions {
    ($($name:ident = $method:ident, $request:expr, [$($parameter:ident)*], $errors:expr;)*) => {
        /// Every function: those of 2.2, the synchronous ones, those of 2.0.
        pub(crate) const FUNCTIONS: &[Function] = &[$(Function {
            name: stringify!($name),
            method: stringify!($method),
            request: $request,
            parameters: &[$(stringify!($parameter)),*],
            errors: $errors,
        }),*];
    };
}

functions! {
    lineCreateAgent = create_agent, Some(Type::CreateAgent),
        [hLine lpszAgentID lpszAgentPIN lphAgent], BY_HANDLE;
    lineCreateAgentSession = create_agent_session, Some(Type::CreateAgentSession),
        [hLine hAgent lpszAgentPIN dwWorkingAddressID lpGroupID lphAgentSession], BY_HANDLE;
    lineGetAgentInfo = get_agent_info, Some(Type::GetAgentInfo), [hLine hAgent lpAgentInfo], BY_HANDLE;
    lineGetAgentSessionInfo = get_agent_session_info, Some(Type::GetAgentSessionInfo),
        [hLine hAgentSession lpAgentSessionInfo], BY_HANDLE;
    lineGetAgentSessionList = get_agent_session_list, Some(Type::GetAgentSessionList),
        [hLine hAgent lpAgentSessionList], BY_HANDLE;
    lineGetGroupList = get_group_list, Some(Type::GetGroupList), [hLine lpGroupList], BY_HANDLE;
    lineGetQueueInfo = get_queue_info, Some(Type::GetQueueInfo), [hLine dwQueueID lpQueueInfo], BY_HANDLE;
    lineGetQueueList = get_queue_list, Some(Type::GetQueueList), [hLine lpGroupID lpQueueList], BY_HANDLE;
    lineSetAgentMeasurementPeriod = set_agent_measurement_period, Some(Type::SetAgentMeasurementPeriod),
        [hLine hAgent dwMeasurementPeriod], BY_HANDLE;
    lineSetQueueMeasurementPeriod = set_queue_measurement_period, Some(Type::SetQueueMeasurementPeriod),
        [hLine dwQueueID dwMeasurementPeriod], BY_HANDLE;
    lineSetAgentSessionState = set_agent_session_state, Some(Type::SetAgentSessionState),
        [hLine hAgentSession dwAgentSessionState dwNextAgentSessionState], STATE_BY_HANDLE;
    lineSetAgentStateEx = set_agent_state_ex, Some(Type::SetAgentStateEx),
        [hLine hAgent dwAgentState dwNextAgentState], STATE_BY_HANDLE;

    lineGetProxyStatus = get_proxy_status, None, [hLineApp dwDeviceID dwAppAPIVersion lpLineProxyReqestList],
        &[BadDeviceId, IncompatibleApiVersion, InvalParam, NoMem, OperationFailed, OperationUnavail, ResourceUnavail,
            Uninitialized];
    lineProxyMessage = proxy_message, None, [hLine hCall dwMsg dwParam1 dwParam2 dwParam3],
        &[InvalLineHandle, InvalCallHandle, InvalParam, NoMem, NotRegistered, OperationFailed, OperationUnavail,
            ResourceUnavail, Uninitialized];
    lineProxyResponse = proxy_response, None, [hLine lpProxyRequest dwResult],
        &[InvalLineHandle, InvalParam, InvalPointer, NoMem, NotRegistered, OperationFailed, OperationUnavail,
            ResourceUnavail, Uninitialized];

    lineGetAgentCaps = get_agent_caps, Some(Type::GetAgentCaps),
        [hLineApp dwDeviceID dwAddressID dwAppAPIVersion lpAgentCaps],
        &[BadDeviceId, IncompatibleApiVersion, InvalAddressId, InvalAppHandle, InvalPointer, NoDevice, NoDriver, NoMem,
            OperationFailed, OperationUnavail, ResourceUnavail, StructureTooSmall, Uninitialized];
    lineGetAgentStatus = get_agent_status, Some(Type::GetAgentStatus), [hLine dwAddressID lpAgentStatus], BY_ADDRESS;
    lineGetAgentGroupList = get_agent_group_list, Some(Type::GetAgentGroupList),
        [hLine dwAddressID lpAgentGroupList], LIST_BY_ADDRESS;
    lineGetAgentActivityList = get_agent_activity_list, Some(Type::GetAgentActivityList),
        [hLine dwAddressID lpAgentActivityList], LIST_BY_ADDRESS;
    lineSetAgentGroup = set_agent_group, Some(Type::SetAgentGroup), [hLine dwAddressID lpAgentGroupList],
        &[InvalAddressId, InvalAddressState, InvalAgentGroup, InvalAgentId, InvalLineHandle, InvalParam,
            InvalPassword, InvalPointer, NoMem, OperationFailed, OperationUnavail, ResourceUnavail, Uninitialized];
    lineSetAgentState = set_agent_state, Some(Type::SetAgentState),
        [hLine dwAddressID dwAgentState dwNextAgentState],
        &[InvalAddressId, InvalAddressState, InvalAgentState, InvalLineHandle, InvalParam, NoMem, OperationFailed,
            OperationUnavail, ResourceUnavail, Uninitialized];
    lineSetAgentActivity = set_agent_activity, Some(Type::SetAgentActivity), [hLine dwAddressID dwActivityID],
        &[InvalAddressId, InvalAddressState, InvalAgentActivity, InvalLineHandle, InvalPointer, NoMem,
            OperationFailed, OperationUnavail, ResourceUnavail, Uninitialized];
    lineAgentSpecific = agent_specific, Some(Type::AgentSpecific),
        [hLine dwAddressID dwAgentExtensionIDIndex lpParams dwSize],
        &[InvalAddressId, InvalAgentId, InvalLineHandle, InvalParam, InvalPointer, NoMem, OperationFailed,
            OperationUnavail, ResourceUnavail, StructureTooSmall, Uninitialized];
}

const POINTER: &[&str] = &["E_POINTER"];
const ASKED: &[&str] = &["E_POINTER", "TAPI_E_TIMEOUT"];
const OF_A_SESSION: &[&str] = &["E_POINTER", "LINEERR_ codes of lineGetAgentSessionInfo", "TAPI_E_TIMEOUT"];
const ENUMERATED: [&[&str]; 4] = [&["S_OK", "S_FALSE", "E_POINTER"], &["S_OK"], &["S_OK", "S_FALSE"], POINTER];

/// What the methods of TAPI 3 are documented to return, besides S_OK and E_OUTOFMEMORY, which all may.
pub(crate) const RETURNS: &[(&str, &[&str])] = &[
    ("ITTAPICallCenter::EnumerateAgentHandlers", &["E_POINTER", "E_INVALIDARG"]),
    ("ITTAPICallCenter::get_AgentHandlers", &["E_POINTER", "E_INVALIDARG"]),
    ("ITAgentHandler::get_Name", POINTER),
    ("ITAgentHandler::CreateAgent", ASKED),
    ("ITAgentHandler::CreateAgentWithID", &["E_POINTER", "E_INVALIDARG", "TAPI_E_TIMEOUT"]),
    ("ITAgentHandler::EnumerateACDGroups", ASKED),
    ("ITAgentHandler::EnumerateUsableAddresses", POINTER),
    ("ITAgentHandler::get_ACDGroups", ASKED),
    ("ITAgentHandler::get_UsableAddresses", POINTER),
    ("ITAgent::EnumerateAgentSessions", POINTER),
    ("ITAgent::CreateSession", &["E_POINTER", "E_INVALIDARG", "E_UNEXPECTED", "TAPI_E_TIMEOUT"]),
    (
        "ITAgent::CreateSessionWithPIN",
        &["E_POINTER", "E_INVALIDARG", "TAPI_E_CALLCENTER_NO_AGENT_ID", "TAPI_E_TIMEOUT"],
    ),
    ("ITAgent::get_ID", &["E_POINTER", "TAPI_E_CALLCENTER_NO_AGENT_ID"]),
    ("ITAgent::get_User", POINTER),
    ("ITAgent::put_State", &["E_INVALIDARG", "TAPI_E_TIMEOUT"]),
    ("ITAgent::get_State", POINTER),
    ("ITAgent::put_MeasurementPeriod", &["E_INVALIDARG", "LINEERR_ codes of lineSetAgentMeasurementPeriod"]),
    ("ITAgent::get_MeasurementPeriod", ASKED),
    ("ITAgent::get_OverallCallRate", ASKED),
    ("ITAgent::get_NumberOfACDCalls", ASKED),
    ("ITAgent::get_NumberOfIncomingCalls", ASKED),
    ("ITAgent::get_NumberOfOutgoingCalls", ASKED),
    ("ITAgent::get_TotalACDTalkTime", ASKED),
    ("ITAgent::get_TotalACDCallTime", ASKED),
    ("ITAgent::get_TotalWrapUpTime", ASKED),
    ("ITAgent::get_AgentSessions", POINTER),
    ("ITAgentSession::get_Agent", POINTER),
    ("ITAgentSession::get_Address", POINTER),
    ("ITAgentSession::get_ACDGroup", &["E_POINTER", "LINEERR_ codes of lineGetAgentSessionInfo"]),
    ("ITAgentSession::put_State", &["E_INVALIDARG", "LINEERR_ codes of lineSetAgentSessionState", "TAPI_E_TIMEOUT"]),
    ("ITAgentSession::get_State", POINTER),
    ("ITAgentSession::get_SessionStartTime", OF_A_SESSION),
    ("ITAgentSession::get_SessionDuration", OF_A_SESSION),
    ("ITAgentSession::get_NumberOfCalls", OF_A_SESSION),
    ("ITAgentSession::get_TotalTalkTime", OF_A_SESSION),
    ("ITAgentSession::get_AverageTalkTime", OF_A_SESSION),
    ("ITAgentSession::get_TotalCallTime", OF_A_SESSION),
    ("ITAgentSession::get_AverageCallTime", OF_A_SESSION),
    ("ITAgentSession::get_TotalWrapUpTime", OF_A_SESSION),
    ("ITAgentSession::get_AverageWrapUpTime", OF_A_SESSION),
    ("ITAgentSession::get_ACDCallRate", OF_A_SESSION),
    ("ITAgentSession::get_LongestTimeToAnswer", OF_A_SESSION),
    ("ITAgentSession::get_AverageTimeToAnswer", OF_A_SESSION),
    ("ITACDGroup::get_Name", POINTER),
    ("ITACDGroup::EnumerateQueues", ASKED),
    ("ITACDGroup::get_Queues", ASKED),
    (
        "ITQueue::put_MeasurementPeriod",
        &["E_INVALIDARG", "LINEERR_ codes of lineSetQueueMeasurementPeriod", "TAPI_E_TIMEOUT"],
    ),
    ("ITQueue::get_MeasurementPeriod", ASKED),
    ("ITQueue::get_TotalCallsQueued", ASKED),
    ("ITQueue::get_CurrentCallsQueued", POINTER),
    ("ITQueue::get_TotalCallsAbandoned", ASKED),
    ("ITQueue::get_TotalCallsFlowedIn", ASKED),
    ("ITQueue::get_TotalCallsFlowedOut", ASKED),
    ("ITQueue::get_LongestEverWaitTime", ASKED),
    ("ITQueue::get_CurrentLongestWaitTime", ASKED),
    ("ITQueue::get_AverageWaitTime", ASKED),
    ("ITQueue::get_FinalDisposition", ASKED),
    ("ITQueue::get_Name", POINTER),
    ("ITAgentEvent::get_Agent", POINTER),
    ("ITAgentEvent::get_Event", POINTER),
    ("ITAgentSessionEvent::get_Session", POINTER),
    ("ITAgentSessionEvent::get_Event", POINTER),
    ("ITACDGroupEvent::get_Group", POINTER),
    ("ITACDGroupEvent::get_Event", POINTER),
    ("ITQueueEvent::get_Queue", POINTER),
    ("ITQueueEvent::get_Event", POINTER),
    ("ITAgentHandlerEvent::get_AgentHandler", POINTER),
    ("ITAgentHandlerEvent::get_Event", POINTER),
    ("IEnumAgentSession::Next", ENUMERATED[0]),
    ("IEnumAgentSession::Reset", ENUMERATED[1]),
    ("IEnumAgentSession::Skip", ENUMERATED[2]),
    ("IEnumAgentSession::Clone", ENUMERATED[3]),
    ("IEnumQueue::Next", ENUMERATED[0]),
    ("IEnumQueue::Reset", ENUMERATED[1]),
    ("IEnumQueue::Skip", ENUMERATED[2]),
    ("IEnumQueue::Clone", ENUMERATED[3]),
    ("IEnumACDGroup::Next", ENUMERATED[0]),
    ("IEnumACDGroup::Reset", ENUMERATED[1]),
    ("IEnumACDGroup::Skip", ENUMERATED[2]),
    ("IEnumACDGroup::Clone", ENUMERATED[3]),
    ("IEnumAgentHandler::Next", ENUMERATED[0]),
    ("IEnumAgentHandler::Reset", ENUMERATED[1]),
    ("IEnumAgentHandler::Skip", ENUMERATED[2]),
    ("IEnumAgentHandler::Clone", ENUMERATED[3]),
    ("ITTAPIEventNotification::Event", POINTER),
];
