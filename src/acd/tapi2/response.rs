//! What a proxy answers, written into the request's own buffer before lineProxyResponse.

use super::LineError;
use super::arms::AgentSpecificArm;
use super::layout::array;
use super::layout::{DecodeError, put};
use super::lists::{ActivityList, GroupList, QueueList, SessionList};
use super::records::{AgentCaps, AgentStatus};
use super::request::{contained, contained_range, parts};
use super::request_type::ProxyRequestType;
use super::structures::{AgentInfo, AgentSessionInfo, LineProxyRequest, QueueInfo};
use super::variable::{NameOffsets, Variable};

/// What a request that was granted gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Response {
    /// Nothing but that it is done: to every request that sets something.
    Done,
    /// The handle of the new agent, to CreateAgent.
    Agent(u32),
    /// The handle of the new session, to CreateAgentSession.
    AgentSession(u32),
    /// To GetAgentCaps.
    AgentCaps(AgentCaps),
    /// To GetAgentStatus.
    AgentStatus(AgentStatus),
    /// The block, to AgentSpecific; a shorter one than the client's is filled up with zeros.
    AgentSpecific(Vec<u8>),
    /// To GetAgentActivityList.
    Activities(ActivityList),
    /// To GetAgentGroupList and GetGroupList.
    Groups(GroupList),
    /// To GetAgentInfo.
    AgentInfo(AgentInfo),
    /// To GetAgentSessionList.
    Sessions(SessionList),
    /// To GetAgentSessionInfo.
    AgentSessionInfo(AgentSessionInfo),
    /// To GetQueueList.
    Queues(QueueList),
    /// To GetQueueInfo.
    QueueInfo(QueueInfo),
}

/// Writes the answer into the request that it answers.
///
/// A contained structure is filled by the protocol of variable size, within the dwTotalSize that TAPI has preset.
///
/// ```
/// use acdsim::acd::tapi2::arms::{GetGroupList, Room};
/// use acdsim::acd::tapi2::lists::{GroupEntry, GroupList};
/// use acdsim::acd::tapi2::request::{ProxyRequest, contained, decode_request, encode_request};
/// use acdsim::acd::tapi2::response::{Response, decode_response, encode_response};
/// use acdsim::acd::tapi2::{ApiVersion, Variable};
///
/// let request = ProxyRequest {
///     client_machine_name: Some("DESK-7".into()),
///     client_user_name: Some("ann".into()),
///     client_app_api_version: ApiVersion::V2_2.0,
///     body: GetGroupList { room: Room::new(200) }.into(),
/// };
/// let mut buffer = encode_request(&request)?;
/// assert_eq!(decode_request(&buffer)?, request);
///
/// let groups = GroupList::from(vec![GroupEntry { name: Some("Sales".into()), ..Default::default() }]);
/// encode_response(&mut buffer, &Response::Groups(groups.clone()))?;
/// assert_eq!(decode_response(&buffer)?, Response::Groups(groups.clone()));
/// assert_eq!(GroupList::decode(contained(&buffer)?)?, groups);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`LineError::InvalParam`] where `buffer` is not a request, or the answer is not one to it;
/// [`LineError::StructureTooSmall`] where the fixed part of the answer does not fit, or the block is longer than the
/// client's.
pub fn encode_response(buffer: &mut [u8], response: &Response) -> Result<(), LineError> {
    encode_response_with(buffer, response, NameOffsets::default())
}

/// The same, with a choice of what the offsets of names in entries are counted from.
///
/// # Errors
///
/// As [`encode_response`].
pub fn encode_response_with(buffer: &mut [u8], response: &Response, offsets: NameOffsets) -> Result<(), LineError> {
    let (request_type, range) = {
        let (_, bytes, arm) = parts(buffer).map_err(|_| LineError::InvalParam)?;
        (arm.request_type, contained_range(bytes, arm).map_err(|_| LineError::InvalParam)?)
    };
    if !response.answers(request_type) {
        return Err(LineError::InvalParam);
    }
    let room = range.and_then(|range| buffer.get_mut(range)).unwrap_or_default();
    match response {
        Response::Done => Ok(()),
        Response::Agent(handle) | Response::AgentSession(handle) => {
            put(buffer.get_mut(LineProxyRequest::SIZE..).unwrap_or_default(), &handle.to_le_bytes());
            Ok(())
        }
        Response::AgentSpecific(block) if block.len() > room.len() => Err(LineError::StructureTooSmall),
        Response::AgentSpecific(block) => {
            room.fill(0);
            put(room, block);
            Ok(())
        }
        Response::AgentCaps(caps) => caps.encode_into_with(room, offsets),
        Response::AgentStatus(status) => status.encode_into_with(room, offsets),
        Response::Activities(list) => list.encode_into_with(room, offsets),
        Response::Groups(list) => list.encode_into_with(room, offsets),
        Response::AgentInfo(info) => info.encode_into_with(room, offsets),
        Response::Sessions(list) => list.encode_into_with(room, offsets),
        Response::AgentSessionInfo(info) => info.encode_into_with(room, offsets),
        Response::Queues(list) => list.encode_into_with(room, offsets),
        Response::QueueInfo(info) => info.encode_into_with(room, offsets),
    }
}

/// Reads the answer out of the request's buffer.
///
/// # Errors
///
/// Whatever is wrong with the bytes; a contained structure that the proxy has not filled has a dwUsedSize of 0 and is
/// refused for that.
pub fn decode_response(buffer: &[u8]) -> Result<Response, DecodeError> {
    decode_response_with(buffer, NameOffsets::default())
}

/// The same, with a choice of what the offsets of names in entries are counted from.
///
/// # Errors
///
/// As [`decode_response`].
pub fn decode_response_with(buffer: &[u8], offsets: NameOffsets) -> Result<Response, DecodeError> {
    let (_, bytes, arm) = parts(buffer)?;
    let room = contained(buffer)?;
    let handle = || u32::from_le_bytes(array(bytes.get(LineProxyRequest::SIZE..).unwrap_or_default()));
    Ok(match arm.request_type {
        ProxyRequestType::SetAgentGroup
        | ProxyRequestType::SetAgentState
        | ProxyRequestType::SetAgentActivity
        | ProxyRequestType::SetAgentMeasurementPeriod
        | ProxyRequestType::SetAgentSessionState
        | ProxyRequestType::SetQueueMeasurementPeriod
        | ProxyRequestType::SetAgentStateEx => Response::Done,
        ProxyRequestType::CreateAgent => Response::Agent(handle()),
        ProxyRequestType::CreateAgentSession => Response::AgentSession(handle()),
        ProxyRequestType::AgentSpecific => Response::AgentSpecific(room.to_vec()),
        ProxyRequestType::GetAgentCaps => Response::AgentCaps(AgentCaps::decode_with(room, offsets)?),
        ProxyRequestType::GetAgentStatus => Response::AgentStatus(AgentStatus::decode_with(room, offsets)?),
        ProxyRequestType::GetAgentActivityList => Response::Activities(ActivityList::decode_with(room, offsets)?),
        ProxyRequestType::GetAgentGroupList | ProxyRequestType::GetGroupList => {
            Response::Groups(GroupList::decode_with(room, offsets)?)
        }
        ProxyRequestType::GetAgentInfo => Response::AgentInfo(AgentInfo::decode_with(room, offsets)?),
        ProxyRequestType::GetAgentSessionList => Response::Sessions(SessionList::decode_with(room, offsets)?),
        ProxyRequestType::GetAgentSessionInfo => {
            Response::AgentSessionInfo(AgentSessionInfo::decode_with(room, offsets)?)
        }
        ProxyRequestType::GetQueueList => Response::Queues(QueueList::decode_with(room, offsets)?),
        ProxyRequestType::GetQueueInfo => Response::QueueInfo(QueueInfo::decode_with(room, offsets)?),
    })
}

impl Response {
    /// Whether it can be the answer to such a request.
    pub const fn answers(&self, request_type: ProxyRequestType) -> bool {
        use ProxyRequestType as Type;
        match self {
            Response::Done => matches!(
                request_type,
                Type::SetAgentGroup
                    | Type::SetAgentState
                    | Type::SetAgentActivity
                    | Type::SetAgentMeasurementPeriod
                    | Type::SetAgentSessionState
                    | Type::SetQueueMeasurementPeriod
                    | Type::SetAgentStateEx
            ),
            Response::Agent(_) => matches!(request_type, Type::CreateAgent),
            Response::AgentSession(_) => matches!(request_type, Type::CreateAgentSession),
            Response::AgentCaps(_) => matches!(request_type, Type::GetAgentCaps),
            Response::AgentStatus(_) => matches!(request_type, Type::GetAgentStatus),
            Response::AgentSpecific(_) => matches!(request_type, Type::AgentSpecific),
            Response::Activities(_) => matches!(request_type, Type::GetAgentActivityList),
            Response::Groups(_) => matches!(request_type, Type::GetAgentGroupList | Type::GetGroupList),
            Response::AgentInfo(_) => matches!(request_type, Type::GetAgentInfo),
            Response::Sessions(_) => matches!(request_type, Type::GetAgentSessionList),
            Response::AgentSessionInfo(_) => matches!(request_type, Type::GetAgentSessionInfo),
            Response::Queues(_) => matches!(request_type, Type::GetQueueList),
            Response::QueueInfo(_) => matches!(request_type, Type::GetQueueInfo),
        }
    }
}

// A handle that the proxy fills stands at the start of the union, and the block of AgentSpecific behind its size.
const _: () = assert!(LineProxyRequest::SIZE == 28 && AgentSpecificArm::SIZE == 41);

#[cfg(test)]
mod tests {
    use super::super::arms::{GetAgentInfo, Room};
    use super::super::request::{
        AgentSpecific, CreateAgent, CreateAgentSession, ProxyRequest, RequestBody, encode_request,
    };
    use super::*;

    fn buffer(body: impl Into<RequestBody>) -> Vec<u8> {
        let request = ProxyRequest {
            client_machine_name: None,
            client_user_name: Some("ann".into()),
            client_app_api_version: 0x0002_0002,
            body: body.into(),
        };
        encode_request(&request).expect("it is small")
    }

    #[test]
    fn a_handle_goes_to_the_front_of_its_arm() {
        let mut bytes = buffer(CreateAgent::default());
        assert_eq!(encode_response(&mut bytes, &Response::Agent(0x0102_0304)), Ok(()));
        assert_eq!(bytes[28..32], [4, 3, 2, 1]);
        let mut bytes = buffer(CreateAgentSession { agent: 9, ..Default::default() });
        assert_eq!(encode_response(&mut bytes, &Response::AgentSession(5)), Ok(()));
        assert_eq!((bytes[28], bytes[40]), (5, 9));
        assert_eq!(decode_response(&bytes), Ok(Response::AgentSession(5)));
    }

    #[test]
    fn an_answer_to_another_request_is_refused() {
        let mut bytes = buffer(CreateAgent::default());
        assert_eq!(encode_response(&mut bytes, &Response::AgentSession(5)), Err(LineError::InvalParam));
        assert_eq!(encode_response(&mut [], &Response::Done), Err(LineError::InvalParam));
    }

    #[test]
    fn a_structure_that_does_not_fit_leaves_the_names_behind_it_alone() {
        let mut bytes = buffer(GetAgentInfo { agent: 1, room: Room::new(55) });
        let before = bytes.clone();
        let answer = Response::AgentInfo(AgentInfo { agent_state: 2, ..AgentInfo::default() });
        assert_eq!(encode_response(&mut bytes, &answer), Err(LineError::StructureTooSmall));
        assert_eq!(bytes, before);
        assert!(decode_response(&bytes).is_err(), "the proxy has not filled it");
    }

    #[test]
    fn a_shorter_block_is_filled_up_one_as_long_fits_and_a_longer_one_is_refused() {
        let mut bytes = buffer(AgentSpecific { params: vec![7; 4], ..Default::default() });
        assert_eq!(encode_response(&mut bytes, &Response::AgentSpecific(vec![4, 3, 2, 1])), Ok(()));
        assert_eq!(decode_response(&bytes), Ok(Response::AgentSpecific(vec![4, 3, 2, 1])));
        assert_eq!(encode_response(&mut bytes, &Response::AgentSpecific(vec![1, 2])), Ok(()));
        assert_eq!(decode_response(&bytes), Ok(Response::AgentSpecific(vec![1, 2, 0, 0])));
        let long = Response::AgentSpecific(vec![0; 5]);
        assert_eq!(encode_response(&mut bytes, &long), Err(LineError::StructureTooSmall));
    }
}
