//! LINEAGENTSTATUS and LINEAGENTCAPS as owned values, and the three information structures, which have no variable part.

use uuid::Uuid;

use super::ApiVersion;
use super::layout::{DecodeError, Problem, Structure, array};
use super::lists::{Entries, GroupEntry, read_entries, write_entries};
use super::structures::{AgentInfo, AgentSessionInfo, LineAgentCaps, LineAgentStatus, LineExtensionId, QueueInfo};
use super::variable::{NameOffsets, Place, Reader, Variable, Writer};

macro_rules! without_variable_part {
    ($($name:ident)*) => {
        $(impl Variable for $name {
            const NAME: &'static str = <$name as Structure>::LAYOUT.name;

            fn fixed_size(&self) -> usize {
                $name::SIZE
            }

            fn write(&self, writer: &mut Writer<'_>) {
                writer.fixed(self);
            }

            fn read(bytes: &[u8], offsets: NameOffsets) -> Result<Self, DecodeError> {
                Reader::new(Self::NAME, bytes, $name::SIZE, offsets)?.fixed()
            }
        })*
    };
}

without_variable_part! { AgentInfo AgentSessionInfo QueueInfo }

/// LINEAGENTSTATUS: who is logged in on an address and in which state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentStatus {
    /// The groups logged in to; none where nobody is.
    pub groups: Vec<GroupEntry>,
    /// The state: one of LINEAGENTSTATE_.
    pub state: u32,
    /// The state when the current call completes: one of LINEAGENTSTATE_, or 0.
    pub next_state: u32,
    /// The activity's number.
    pub activity_id: u32,
    /// The activity's name; `None` where it was left out.
    pub activity: Option<String>,
    /// What may be asked for now: LINEAGENTFEATURE_ bits.
    pub agent_features: u32,
    /// The states that may be set now: LINEAGENTSTATE_ bits.
    pub valid_states: u32,
    /// The next states that may be set now: LINEAGENTSTATE_ bits.
    pub valid_next_states: u32,
}

impl Variable for AgentStatus {
    const NAME: &'static str = LineAgentStatus::LAYOUT.name;

    fn fixed_size(&self) -> usize {
        LineAgentStatus::SIZE
    }

    fn write(&self, writer: &mut Writer<'_>) {
        let groups = write_entries(writer, &self.groups);
        let activity = writer.text(self.activity.as_deref());
        writer.fixed(&LineAgentStatus {
            num_entries: groups.number,
            group_list_size: groups.place.size,
            group_list_offset: groups.place.offset,
            state: self.state,
            next_state: self.next_state,
            activity_id: self.activity_id,
            activity_size: activity.size,
            activity_offset: activity.offset,
            agent_features: self.agent_features,
            valid_states: self.valid_states,
            valid_next_states: self.valid_next_states,
        });
    }

    fn read(bytes: &[u8], offsets: NameOffsets) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(Self::NAME, bytes, LineAgentStatus::SIZE, offsets)?;
        let fixed: LineAgentStatus = reader.fixed()?;
        let groups = Entries {
            number: fixed.num_entries,
            place: Place { size: fixed.group_list_size, offset: fixed.group_list_offset },
        };
        let activity = Place { size: fixed.activity_size, offset: fixed.activity_offset };
        Ok(AgentStatus {
            groups: read_entries(&mut reader, Self::NAME, "dwGroupList", groups)?,
            state: fixed.state,
            next_state: fixed.next_state,
            activity_id: fixed.activity_id,
            activity: reader.text("dwActivity", activity)?,
            agent_features: fixed.agent_features,
            valid_states: fixed.valid_states,
            valid_next_states: fixed.valid_next_states,
        })
    }
}

/// LINEAGENTCAPS: what an agent handler can do on an address.
///
/// Its last field came with 2.2. So the fixed part is 72 bytes where [`caps_version`](Self::caps_version) is 2.2 or
/// above, and 56 below, as an application of the older version has allocated it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentCaps {
    /// The handler's description, name and version; `None` where it was left out.
    pub agent_handler_info: Option<String>,
    /// The API version that this is filled by, not above the one that the caller passed.
    pub caps_version: u32,
    /// What may ever be asked for: LINEAGENTFEATURE_ bits.
    pub features: u32,
    /// The states that may ever be set: LINEAGENTSTATE_ bits.
    pub states: u32,
    /// The next states that may ever be set: LINEAGENTSTATE_ bits.
    pub next_states: u32,
    /// The most groups that are logged in to at once on the address.
    pub max_num_group_entries: u32,
    /// What LINE_AGENTSTATUS may tell: LINEAGENTSTATUS_ bits.
    pub agent_status_messages: u32,
    /// The extensions, each LINEEXTENSIONID as its four DWORDs; LINE_AGENTSPECIFIC and lineAgentSpecific name one by its
    /// index.
    pub agent_extension_ids: Vec<[u32; 4]>,
    /// The handler's identity; below 2.2 it is not encoded, and nil when decoded.
    pub proxy_guid: Uuid,
}

impl AgentCaps {
    /// The bytes of the fixed part before 2.2.
    const SIZE_BEFORE_2_2: usize = 56;

    fn fixed_size_of(caps_version: u32) -> usize {
        if caps_version < ApiVersion::V2_2.0 { Self::SIZE_BEFORE_2_2 } else { LineAgentCaps::SIZE }
    }
}

impl Variable for AgentCaps {
    const NAME: &'static str = LineAgentCaps::LAYOUT.name;

    fn fixed_size(&self) -> usize {
        Self::fixed_size_of(self.caps_version)
    }

    fn write(&self, writer: &mut Writer<'_>) {
        let info = writer.text(self.agent_handler_info.as_deref());
        let extensions: Vec<u8> =
            self.agent_extension_ids.iter().flatten().flat_map(|dword| dword.to_le_bytes()).collect();
        let extensions = writer.bytes(&extensions);
        let fixed = LineAgentCaps {
            agent_handler_info_size: info.size,
            agent_handler_info_offset: info.offset,
            caps_version: self.caps_version,
            features: self.features,
            states: self.states,
            next_states: self.next_states,
            max_num_group_entries: self.max_num_group_entries,
            agent_status_messages: self.agent_status_messages,
            num_agent_extension_ids: extensions.size / LineExtensionId::SIZE as u32,
            agent_extension_id_list_size: extensions.size,
            agent_extension_id_list_offset: extensions.offset,
            proxy_guid: self.proxy_guid,
        };
        writer.fixed_up_to(&fixed, self.fixed_size());
    }

    fn read(bytes: &[u8], offsets: NameOffsets) -> Result<Self, DecodeError> {
        // The version says how long the fixed part is, and stands in the part that every version has.
        let oldest = Reader::new(Self::NAME, bytes, Self::SIZE_BEFORE_2_2, offsets)?;
        let caps_version = LineAgentCaps::decode_fixed(&array::<{ LineAgentCaps::SIZE }>(oldest.all()))?.caps_version;
        let fixed_size = Self::fixed_size_of(caps_version);
        let mut reader = Reader::new(Self::NAME, bytes, fixed_size, offsets)?;
        let fixed = array::<{ LineAgentCaps::SIZE }>(reader.all().get(..fixed_size).unwrap_or_default());
        let fixed = LineAgentCaps::decode_fixed(&fixed)?;
        let info = Place { size: fixed.agent_handler_info_size, offset: fixed.agent_handler_info_offset };
        let list = Place { size: fixed.agent_extension_id_list_size, offset: fixed.agent_extension_id_list_offset };
        let expected = u64::from(fixed.num_agent_extension_ids) * LineExtensionId::SIZE as u64;
        if u64::from(list.size) != expected {
            let problem = Problem::ListSize { expected };
            return Err(DecodeError::field(Self::NAME, "dwAgentExtensionIDListSize", list.size.into(), problem));
        }
        let agent_handler_info = reader.text("dwAgentHandlerInfo", info)?;
        let extensions = reader.bytes("dwAgentExtensionIDList", list)?.unwrap_or_default();
        Ok(AgentCaps {
            agent_handler_info,
            caps_version,
            features: fixed.features,
            states: fixed.states,
            next_states: fixed.next_states,
            max_num_group_entries: fixed.max_num_group_entries,
            agent_status_messages: fixed.agent_status_messages,
            agent_extension_ids: extensions
                .chunks_exact(LineExtensionId::SIZE)
                .map(|id| [0, 4, 8, 12].map(|at| u32::from_le_bytes(array(&id[at..]))))
                .collect(),
            proxy_guid: fixed.proxy_guid,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caps_before_2_2_have_no_proxy_guid() {
        let guid = Uuid::from_u128(1);
        let caps = AgentCaps { caps_version: ApiVersion::V2_0.0, proxy_guid: guid, ..AgentCaps::default() };
        assert_eq!(caps.needed_size(), 56);
        let mut buffer = [0; 56];
        caps.encode_into(&mut buffer).expect("the older fixed part fits");
        assert_eq!(AgentCaps::decode(&buffer).map(|caps| caps.proxy_guid), Ok(Uuid::nil()));

        let newer = AgentCaps { caps_version: ApiVersion::V2_2.0, ..caps };
        assert_eq!(newer.needed_size(), 72);
        assert!(newer.encode_into(&mut buffer).is_err(), "the newer does not");
        let mut buffer = [0; 72];
        newer.encode_into(&mut buffer).expect("it fits");
        assert_eq!(buffer[56..], guid.to_bytes_le());
        assert_eq!(AgentCaps::decode(&buffer), Ok(newer));
    }

    #[test]
    fn a_status_holds_groups_with_names_counted_from_its_start() {
        let status = AgentStatus {
            groups: vec![GroupEntry { guid: Uuid::from_u128(9), name: Some("Sales".into()) }],
            state: 4,
            activity_id: 2,
            activity: Some("Lunch".into()),
            ..AgentStatus::default()
        };
        let mut buffer = vec![0; status.needed_size()];
        status.encode_into(&mut buffer).expect("it fits");
        assert_eq!(buffer.len(), 56 + 24 + 12 + 12);
        assert_eq!(buffer[12..24], [1, 0, 0, 0, 24, 0, 0, 0, 56, 0, 0, 0]);
        assert_eq!(buffer[72..80], [12, 0, 0, 0, 80, 0, 0, 0]);
        assert_eq!(AgentStatus::decode(&buffer), Ok(status));
    }
}
