//! LINEPROXYREQUEST as TAPI hands it to a proxy: who asks for what.
//!
//! [`encode_request`] does TAPI's part: it presets dwTotalSize of the structure that the proxy is to fill and leaves the
//! rest of it zero. The room of that structure runs on behind its arm; the names of the client, the agent ID and the PIN
//! stand behind that room, and not before byte 108, so that a proxy may copy the whole C structure. [`decode_request`]
//! takes them wherever they are, as long as they do not reach into the arm.

use uuid::Uuid;

use super::LineError;
use super::arms::{
    AgentSpecificArm, Arm, CreateAgentArm, CreateAgentSessionArm, GetAgentActivityList, GetAgentCaps,
    GetAgentGroupList, GetAgentInfo, GetAgentSessionInfo, GetAgentSessionList, GetAgentStatus, GetGroupList,
    GetQueueInfo, GetQueueList, PROXY_REQUEST_SIZE, Room, SetAgentActivity, SetAgentGroupArm,
    SetAgentMeasurementPeriod, SetAgentSessionState, SetAgentState, SetAgentStateEx, SetQueueMeasurementPeriod,
};
use super::layout::{DecodeError, Problem, Structure, array, put};
use super::lists::GroupList;
use super::request_type::ProxyRequestType;
use super::structures::{LineProxyRequest, Sizes};
use super::variable::{Place, Reader, Variable, utf16};

/// The name that errors give.
pub(super) const NAME: &str = "LINEPROXYREQUEST";

/// A request as the proxy understands it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProxyRequest {
    /// The machine that the client runs on; `None` where TAPI does not tell.
    pub client_machine_name: Option<String>,
    /// The account that the client runs under; `None` where TAPI does not tell.
    pub client_user_name: Option<String>,
    /// The highest API version that the client knows; see [`ApiVersion`](super::ApiVersion).
    pub client_app_api_version: u32,
    /// What is asked for.
    pub body: RequestBody,
}

/// What is asked for: the arm of the union, with the members that TAPI fills.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the arms say it")]
pub enum RequestBody {
    SetAgentGroup(SetAgentGroup),
    SetAgentState(SetAgentState),
    SetAgentActivity(SetAgentActivity),
    GetAgentCaps(GetAgentCaps),
    GetAgentStatus(GetAgentStatus),
    AgentSpecific(AgentSpecific),
    GetAgentActivityList(GetAgentActivityList),
    GetAgentGroupList(GetAgentGroupList),
    CreateAgent(CreateAgent),
    SetAgentMeasurementPeriod(SetAgentMeasurementPeriod),
    GetAgentInfo(GetAgentInfo),
    CreateAgentSession(CreateAgentSession),
    GetAgentSessionList(GetAgentSessionList),
    SetAgentSessionState(SetAgentSessionState),
    GetAgentSessionInfo(GetAgentSessionInfo),
    GetQueueList(GetQueueList),
    SetQueueMeasurementPeriod(SetQueueMeasurementPeriod),
    GetQueueInfo(GetQueueInfo),
    GetGroupList(GetGroupList),
    SetAgentStateEx(SetAgentStateEx),
}

/// SetAgentGroup: log the agent on an address in to groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetAgentGroup {
    /// The address.
    pub address: u32,
    /// The groups; none logs the agent out. Only the identifiers count.
    pub groups: GroupList,
}

/// AgentSpecific: a block of bytes that the handler reads and overwrites.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentSpecific {
    /// The address.
    pub address: u32,
    /// Which of the handler's extensions.
    pub agent_extension_id_index: u32,
    /// The block.
    pub params: Vec<u8>,
}

/// CreateAgent: make an agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateAgent {
    /// The agent ID; `None` where the login to the operating system is enough.
    pub agent_id: Option<String>,
    /// The PIN; `None` likewise.
    pub agent_pin: Option<String>,
}

/// CreateAgentSession: make an agent session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateAgentSession {
    /// The PIN; `None` where the login to the operating system is enough.
    pub agent_pin: Option<String>,
    /// The handle of the agent that is to have the session.
    pub agent: u32,
    /// The ACD group.
    pub group_id: Uuid,
    /// The address at which the agent will work.
    pub working_address_id: u32,
}

/// An arm as it is put into a request and taken out of it.
trait RequestArm: Sized {
    fn write(&self, buffer: &mut Buffer) -> Result<(), LineError>;
    fn read(request: &mut Request<'_>) -> Result<Self, DecodeError>;
}

/// A request that is being written: the texts go behind the arm and its room.
#[derive(Default)]
struct Buffer {
    bytes: Vec<u8>,
}

impl Buffer {
    /// Makes the buffer at least so long.
    fn grow(&mut self, length: usize) -> Result<(), LineError> {
        if length > self.bytes.len() {
            // dwSize is a DWORD.
            u32::try_from(length).map_err(|_| LineError::NoMem)?;
            self.bytes.try_reserve_exact(length - self.bytes.len()).map_err(|_| LineError::NoMem)?;
            self.bytes.resize(length, 0);
        }
        Ok(())
    }

    fn text(&mut self, text: Option<&str>) -> Result<Place, LineError> {
        let Some(text) = text else { return Ok(Place::default()) };
        let (text, offset) = (utf16(text), self.bytes.len());
        self.grow(offset + text.len())?;
        put(&mut self.bytes[offset..], &text);
        Ok(Place { size: text.len() as u32, offset: offset as u32 })
    }
}

/// A request that is being read.
struct Request<'a> {
    /// dwSize bytes.
    bytes: &'a [u8],
    arm: &'static Arm,
    reader: Reader<'a>,
}

macro_rules! regular_arms {
    ($($name:ident)*) => {
        $(impl RequestArm for $name {
            fn write(&self, buffer: &mut Buffer) -> Result<(), LineError> {
                self.encode_fixed(&mut buffer.bytes)
            }

            fn read(request: &mut Request<'_>) -> Result<Self, DecodeError> {
                $name::decode_fixed(request.bytes)
            }
        })*
    };
}

regular_arms! {
    SetAgentState SetAgentActivity SetAgentMeasurementPeriod SetAgentSessionState SetQueueMeasurementPeriod SetAgentStateEx
}

macro_rules! arms_with_room {
    ($($name:ident)*) => {
        $(impl RequestArm for $name {
            fn write(&self, buffer: &mut Buffer) -> Result<(), LineError> {
                let fields = $name::LAYOUT.fields;
                let contained = fields.last().map_or($name::SIZE, |field| field.offset);
                buffer.grow(contained.saturating_add(self.room.total_size as usize))?;
                self.encode_fixed(&mut buffer.bytes)
            }

            fn read(request: &mut Request<'_>) -> Result<Self, DecodeError> {
                $name::decode_fixed(request.bytes)
            }
        })*
    };
}

arms_with_room! {
    GetAgentCaps GetAgentStatus GetAgentActivityList GetAgentGroupList GetAgentInfo GetAgentSessionList
    GetAgentSessionInfo GetQueueList GetQueueInfo GetGroupList
}

impl RequestArm for SetAgentGroup {
    fn write(&self, buffer: &mut Buffer) -> Result<(), LineError> {
        let at = SetAgentGroupArm::SIZE - GroupList::default().fixed_size();
        let size = self.groups.needed_size();
        buffer.grow(at + size)?;
        SetAgentGroupArm { address: self.address, groups: Room::new(0) }.encode_fixed(&mut buffer.bytes)?;
        self.groups.encode_into(&mut buffer.bytes[at..at + size])
    }

    fn read(request: &mut Request<'_>) -> Result<Self, DecodeError> {
        let SetAgentGroupArm { address, .. } = SetAgentGroupArm::decode_fixed(request.bytes)?;
        Ok(SetAgentGroup { address, groups: given_list(contained_of(request.bytes, request.arm)?)? })
    }
}

/// A list that the application gives: no list at all is an empty one, and where it has set dwTotalSize only, as the one
/// size that is an application's to set, all of the list is data.
fn given_list(bytes: &[u8]) -> Result<GroupList, DecodeError> {
    match Sizes::decode_fixed(bytes) {
        _ if bytes.is_empty() => Ok(GroupList::default()),
        Ok(Sizes { total, used: 0, .. }) => {
            let mut bytes = bytes.to_vec();
            Sizes { total, needed: total, used: total }.encode_fixed(&mut bytes).unwrap_or_default();
            GroupList::decode(&bytes)
        }
        _ => GroupList::decode(bytes),
    }
}

impl RequestArm for AgentSpecific {
    fn write(&self, buffer: &mut Buffer) -> Result<(), LineError> {
        let at = AgentSpecificArm::SIZE - 1;
        buffer.grow(at + self.params.len())?;
        let fixed = AgentSpecificArm {
            address: self.address,
            agent_extension_id_index: self.agent_extension_id_index,
            size: u32::try_from(self.params.len()).map_err(|_| LineError::NoMem)?,
            params: 0,
        };
        fixed.encode_fixed(&mut buffer.bytes)?;
        put(&mut buffer.bytes[at..], &self.params);
        Ok(())
    }

    fn read(request: &mut Request<'_>) -> Result<Self, DecodeError> {
        let AgentSpecificArm { address, agent_extension_id_index, .. } = AgentSpecificArm::decode_fixed(request.bytes)?;
        let params = contained_of(request.bytes, request.arm)?.to_vec();
        Ok(AgentSpecific { address, agent_extension_id_index, params })
    }
}

impl RequestArm for CreateAgent {
    fn write(&self, buffer: &mut Buffer) -> Result<(), LineError> {
        let id = buffer.text(self.agent_id.as_deref())?;
        let pin = buffer.text(self.agent_pin.as_deref())?;
        let fixed = CreateAgentArm {
            agent: 0,
            agent_id_size: id.size,
            agent_id_offset: id.offset,
            agent_pin_size: pin.size,
            agent_pin_offset: pin.offset,
        };
        fixed.encode_fixed(&mut buffer.bytes)
    }

    fn read(request: &mut Request<'_>) -> Result<Self, DecodeError> {
        let fixed = CreateAgentArm::decode_fixed(request.bytes)?;
        let id = Place { size: fixed.agent_id_size, offset: fixed.agent_id_offset };
        let pin = Place { size: fixed.agent_pin_size, offset: fixed.agent_pin_offset };
        let agent_id = request.reader.text("CreateAgent.dwAgentID", id)?;
        Ok(CreateAgent { agent_id, agent_pin: request.reader.text("CreateAgent.dwAgentPIN", pin)? })
    }
}

impl RequestArm for CreateAgentSession {
    fn write(&self, buffer: &mut Buffer) -> Result<(), LineError> {
        let pin = buffer.text(self.agent_pin.as_deref())?;
        let fixed = CreateAgentSessionArm {
            agent_session: 0,
            agent_pin_size: pin.size,
            agent_pin_offset: pin.offset,
            agent: self.agent,
            group_id: self.group_id,
            working_address_id: self.working_address_id,
        };
        fixed.encode_fixed(&mut buffer.bytes)
    }

    fn read(request: &mut Request<'_>) -> Result<Self, DecodeError> {
        let CreateAgentSessionArm { agent_pin_size, agent_pin_offset, agent, group_id, working_address_id, .. } =
            CreateAgentSessionArm::decode_fixed(request.bytes)?;
        let pin = Place { size: agent_pin_size, offset: agent_pin_offset };
        let agent_pin = request.reader.text("CreateAgentSession.dwAgentPIN", pin)?;
        Ok(CreateAgentSession { agent_pin, agent, group_id, working_address_id })
    }
}

macro_rules! bodies {
    ($($name:ident)*) => {
        impl RequestBody {
            /// The request that selects the arm.
            pub const fn request_type(&self) -> ProxyRequestType {
                match self {
                    $(RequestBody::$name(_) => ProxyRequestType::$name,)*
                }
            }

            fn write(&self, buffer: &mut Buffer) -> Result<(), LineError> {
                match self {
                    $(RequestBody::$name(arm) => arm.write(buffer),)*
                }
            }

            fn read(request: &mut Request<'_>) -> Result<Self, DecodeError> {
                match request.arm.request_type {
                    $(ProxyRequestType::$name => $name::read(request).map(RequestBody::$name),)*
                }
            }
        }

        $(impl From<$name> for RequestBody {
            fn from(arm: $name) -> Self {
                RequestBody::$name(arm)
            }
        })*
    };
}

bodies! {
    SetAgentGroup SetAgentState SetAgentActivity GetAgentCaps GetAgentStatus AgentSpecific GetAgentActivityList
    GetAgentGroupList CreateAgent SetAgentMeasurementPeriod GetAgentInfo CreateAgentSession GetAgentSessionList
    SetAgentSessionState GetAgentSessionInfo GetQueueList SetQueueMeasurementPeriod GetQueueInfo GetGroupList
    SetAgentStateEx
}

/// The buffer that TAPI hands to the proxy.
///
/// # Errors
///
/// [`LineError::NoMem`] where the buffer would be longer than a DWORD can say, or there is no memory for it.
pub fn encode_request(request: &ProxyRequest) -> Result<Vec<u8>, LineError> {
    let mut buffer = Buffer::default();
    buffer.grow(PROXY_REQUEST_SIZE)?;
    request.body.write(&mut buffer)?;
    let machine = buffer.text(request.client_machine_name.as_deref())?;
    let user = buffer.text(request.client_user_name.as_deref())?;
    let header = LineProxyRequest {
        size: buffer.bytes.len() as u32,
        client_machine_name_size: machine.size,
        client_machine_name_offset: machine.offset,
        client_user_name_size: user.size,
        client_user_name_offset: user.offset,
        client_app_api_version: request.client_app_api_version,
        request_type: request.body.request_type().value(),
    };
    header.encode_fixed(&mut buffer.bytes)?;
    Ok(buffer.bytes)
}

/// Reads what TAPI handed to the proxy.
///
/// # Errors
///
/// [`Problem::NotInSet`] for a request that TAPI does not have; else whatever is wrong with the bytes.
pub fn decode_request(bytes: &[u8]) -> Result<ProxyRequest, DecodeError> {
    let (header, bytes, arm) = parts(bytes)?;
    let arm_end = contained_range(bytes, arm)?.map_or(arm.layout.size, |range| range.end.max(arm.layout.size));
    let mut request = Request { bytes, arm, reader: Reader::behind(NAME, bytes, arm_end) };
    let machine = Place { size: header.client_machine_name_size, offset: header.client_machine_name_offset };
    let user = Place { size: header.client_user_name_size, offset: header.client_user_name_offset };
    let client_machine_name = request.reader.text("dwClientMachineName", machine)?;
    let client_user_name = request.reader.text("dwClientUserName", user)?;
    Ok(ProxyRequest {
        client_machine_name,
        client_user_name,
        client_app_api_version: header.client_app_api_version,
        body: RequestBody::read(&mut request)?,
    })
}

/// The bytes that go back to the client: the structure that the proxy has filled, dwTotalSize of it, or the block of
/// AgentSpecific; empty for an arm with neither.
///
/// # Errors
///
/// Whatever is wrong with the bytes of the request around it.
pub fn contained(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    let (_, bytes, arm) = parts(bytes)?;
    contained_of(bytes, arm)
}

/// Header, dwSize bytes, and the arm, whose fixed part is within them.
pub(super) fn parts(bytes: &[u8]) -> Result<(LineProxyRequest, &[u8], &'static Arm), DecodeError> {
    let header = LineProxyRequest::decode_fixed(bytes)?;
    let most = bytes.len() as u64;
    let Some(bytes) = bytes.get(..header.size as usize) else {
        return Err(DecodeError::field(NAME, "dwSize", header.size.into(), Problem::Beyond { most }));
    };
    let arm = Arm::of(ProxyRequestType::try_from(header.request_type)?);
    let least = arm.layout.size as u64;
    if u64::from(header.size) < least {
        return Err(DecodeError::field(NAME, "dwSize", header.size.into(), Problem::Below { least }));
    }
    Ok((header, bytes, arm))
}

/// Where the structure or the block of an arm is, within the `bytes` of [`parts`].
pub(super) fn contained_range(bytes: &[u8], arm: &Arm) -> Result<Option<std::ops::Range<usize>>, DecodeError> {
    let dword = |at: usize| u32::from_le_bytes(array(bytes.get(at..).unwrap_or_default()));
    let (start, size, field) = match (arm.request_type, arm.contained_at()) {
        (ProxyRequestType::AgentSpecific, _) => {
            (AgentSpecificArm::SIZE - 1, dword(AgentSpecificArm::SIZE - 5), "dwSize")
        }
        (_, Some(at)) => (at, dword(at), "dwTotalSize"),
        (_, None) => return Ok(None),
    };
    let end = start as u64 + u64::from(size);
    let most = bytes.len() as u64;
    if end > most {
        return Err(DecodeError::field(NAME, &format!("{}.{field}", arm.name), end, Problem::Beyond { most }));
    }
    Ok(Some(start..end as usize))
}

fn contained_of<'a>(bytes: &'a [u8], arm: &Arm) -> Result<&'a [u8], DecodeError> {
    Ok(contained_range(bytes, arm)?.and_then(|range| bytes.get(range)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::lists::GroupEntry;
    use super::*;

    fn request(body: impl Into<RequestBody>) -> ProxyRequest {
        ProxyRequest {
            client_machine_name: Some("PC".into()),
            client_user_name: Some("ann".into()),
            client_app_api_version: 0x0002_0002,
            body: body.into(),
        }
    }

    fn dword(bytes: &[u8], at: usize) -> u32 {
        u32::from_le_bytes(array(&bytes[at..]))
    }

    #[test]
    fn the_bytes_of_a_request_for_a_session() {
        let body = CreateAgentSession {
            agent_pin: Some("1".into()),
            agent: 7,
            group_id: Uuid::from_u128(1),
            working_address_id: 2,
        };
        let bytes = encode_request(&request(body)).expect("it is small");
        assert_eq!(bytes.len(), 108 + 4 + 6 + 8);
        let dwords: Vec<u32> = (0..16).map(|index| dword(&bytes, 4 * index)).collect();
        assert_eq!(dwords[..7], [126, 6, 112, 8, 118, 0x0002_0002, 0x0C]);
        assert_eq!(dwords[7..], [0, 4, 108, 7, 0, 0, 0, 0x0100_0000, 2]);
        assert_eq!(bytes[108..], *b"1\0\0\0P\0C\0\0\0a\0n\0n\0\0\0");
    }

    #[test]
    fn the_room_of_a_list_runs_on_behind_its_arm_and_the_names_stand_behind_it() {
        let body = GetQueueList { group_id: Uuid::from_u128(1), room: Room::new(1000) };
        let bytes = encode_request(&request(body)).expect("it is small");
        assert_eq!((dword(&bytes, 8), dword(&bytes, 44)), (1044, 1000));
        assert!(bytes[48..1044].iter().all(|byte| *byte == 0));
        assert_eq!(contained(&bytes).map(<[u8]>::len), Ok(1000));
        assert_eq!(decode_request(&bytes), Ok(request(body)));
    }

    #[test]
    fn a_client_with_too_little_room_still_makes_a_request() {
        let body = GetGroupList { room: Room::new(3) };
        let bytes = encode_request(&request(body)).expect("it is small");
        assert_eq!(decode_request(&bytes), Ok(request(body)));
        assert_eq!(contained(&bytes).map(<[u8]>::len), Ok(3));
    }

    #[test]
    fn groups_are_read_where_the_application_has_set_dw_total_size_only_or_given_no_list() {
        let groups = GroupList::from(vec![GroupEntry { guid: Uuid::from_u128(3), name: None }]);
        let body = SetAgentGroup { address: 1, groups };
        let mut bytes = encode_request(&request(body.clone())).expect("it is small");
        bytes[36..44].fill(0);
        assert_eq!(decode_request(&bytes), Ok(request(body)));
        bytes[32..56].fill(0);
        assert_eq!(decode_request(&bytes), Ok(request(SetAgentGroup { address: 1, groups: GroupList::default() })));
    }

    #[test]
    fn more_room_than_a_dword_can_say_is_refused() {
        let body = GetGroupList { room: Room::new(u32::MAX) };
        assert_eq!(encode_request(&request(body)), Err(LineError::NoMem));
    }

    #[test]
    fn a_name_within_the_arm_is_refused() {
        let mut bytes = encode_request(&request(SetAgentState::default())).expect("it is small");
        bytes[8..12].copy_from_slice(&36_u32.to_le_bytes());
        let error = decode_request(&bytes).expect_err("the arm ends at 40");
        assert_eq!(error.to_string(), "LINEPROXYREQUEST.dwClientMachineNameOffset is 36; allowed is 40 or more");
    }

    #[test]
    fn sizes_beyond_the_bytes_are_refused() {
        let mut bytes =
            encode_request(&request(AgentSpecific { params: vec![9; 5], ..Default::default() })).expect("it is small");
        assert_eq!(contained(&bytes), Ok(&[9; 5][..]));
        bytes[36..40].copy_from_slice(&u32::MAX.to_le_bytes());
        let error = decode_request(&bytes).expect_err("the block ends behind the bytes");
        assert_eq!(error.field, "AgentSpecific.dwSize");
        bytes[0] = 40;
        let error = decode_request(&bytes).expect_err("the arm has 41 bytes");
        assert_eq!(error.to_string(), "LINEPROXYREQUEST.dwSize is 40; allowed is 41 or more");
        bytes[0] = 255;
        assert!(decode_request(&bytes).is_err());
    }

    #[test]
    fn a_request_ends_with_what_its_arm_holds_where_there_are_no_names() {
        let length = |body: RequestBody| {
            let bytes = encode_request(&ProxyRequest {
                client_machine_name: None,
                client_user_name: None,
                client_app_api_version: 0x0002_0002,
                body,
            });
            let bytes = bytes.expect("it is small");
            assert_eq!(dword(&bytes, 0) as usize, bytes.len(), "dwSize");
            bytes.len()
        };
        let groups = |count| {
            let entries = (0..count).map(|number| GroupEntry { guid: Uuid::from_u128(number), name: None });
            RequestBody::from(SetAgentGroup { address: 1, groups: entries.collect() })
        };
        let block = |size| RequestBody::from(AgentSpecific { params: vec![9; size], ..Default::default() });
        assert_eq!((length(groups(0)), length(groups(9))), (108, 32 + 24 + 9 * 24));
        assert_eq!((length(block(0)), length(block(3)), length(block(100))), (108, 108, 40 + 100));
    }
}
