//! The fixed parts of TAPI's call-center structures, as `tapi.h` has them.
//!
//! A structure that has no variable part besides its three sizes is complete here: [`AgentInfo`], [`AgentSessionInfo`]
//! and [`QueueInfo`] are written and read with [`Variable`](super::Variable). The others carry pairs of size and offset,
//! and [`lists`](super::lists) and [`records`](super::records) make owned values of them.
//!
//! Times are whole seconds. A handle is a DWORD.

use uuid::Uuid;

use super::layout::{Field, Layout, Structure, Wire, structures};

structures! {
    /// LINEAGENTINFO: the statistics of an agent over all sessions on the handler.
    sized AgentInfo = "LINEAGENTINFO", 56 {
        /// The state: one of LINEAGENTSTATEEX_.
        agent_state: u32 = dwAgentState at 12,
        /// The state that follows: one of LINEAGENTSTATEEX_, or 0.
        next_agent_state: u32 = dwNextAgentState at 16,
        /// The period that the counts are of, seconds.
        measurement_period: u32 = dwMeasurementPeriod at 20,
        /// Calls per hour of an agent active in one session or more, in ten-thousandths.
        overall_call_rate: i64 = cyOverallCallRate at 24,
        /// ACD calls handled.
        number_of_acd_calls: u32 = dwNumberOfACDCalls at 32,
        /// Incoming calls handled that are not ACD calls.
        number_of_incoming_calls: u32 = dwNumberOfIncomingCalls at 36,
        /// Outgoing calls handled that are not ACD calls.
        number_of_outgoing_calls: u32 = dwNumberOfOutgoingCalls at 40,
        /// Talk in ACD calls, seconds.
        total_acd_talk_time: u32 = dwTotalACDTalkTime at 44,
        /// Talk and wrap-up of ACD calls, seconds.
        total_acd_call_time: u32 = dwTotalACDCallTime at 48,
        /// Wrap-up of ACD calls, seconds.
        total_acd_wrap_up_time: u32 = dwTotalACDWrapUpTime at 52,
    }

    /// LINEAGENTSESSIONENTRY: an agent session in a list.
    plain LineAgentSessionEntry = "LINEAGENTSESSIONENTRY", 28 {
        /// The session's handle.
        agent_session: u32 = hAgentSession at 0,
        /// The handle of its agent.
        agent: u32 = hAgent at 4,
        /// Its ACD group.
        group_id: Uuid = GroupID at 8,
        /// The address at which the agent works.
        working_address_id: u32 = dwWorkingAddressID at 24,
    }

    /// LINEAGENTSESSIONINFO: the state and the statistics of an agent session.
    sized AgentSessionInfo = "LINEAGENTSESSIONINFO", 76 {
        /// The state: one of LINEAGENTSESSIONSTATE_.
        agent_session_state: u32 = dwAgentSessionState at 12,
        /// The state that follows: one of LINEAGENTSESSIONSTATE_, or 0.
        next_agent_session_state: u32 = dwNextAgentSessionState at 16,
        /// When the session was created: days since 30 December 1899.
        session_start_time: f64 = dateSessionStartTime at 20,
        /// How long it lasts, or lasted to its end, seconds.
        session_duration: u32 = dwSessionDuration at 28,
        /// ACD calls handled.
        number_of_calls: u32 = dwNumberOfCalls at 32,
        /// Talk, seconds.
        total_talk_time: u32 = dwTotalTalkTime at 36,
        /// Talk of a call on average, seconds.
        average_talk_time: u32 = dwAverageTalkTime at 40,
        /// Talk and wrap-up, seconds.
        total_call_time: u32 = dwTotalCallTime at 44,
        /// Talk and wrap-up of a call on average, seconds.
        average_call_time: u32 = dwAverageCallTime at 48,
        /// Wrap-up, seconds.
        total_wrap_up_time: u32 = dwTotalWrapUpTime at 52,
        /// Wrap-up of a call on average, seconds.
        average_wrap_up_time: u32 = dwAverageWrapUpTime at 56,
        /// Calls per hour of the session, in ten-thousandths.
        acd_call_rate: i64 = cyACDCallRate at 60,
        /// The longest time to answer, seconds.
        longest_time_to_answer: u32 = dwLongestTimeToAnswer at 68,
        /// The time to answer on average, seconds.
        average_time_to_answer: u32 = dwAverageTimeToAnswer at 72,
    }

    /// LINEAGENTENTRY: an agent in a list.
    plain LineAgentEntry = "LINEAGENTENTRY", 28 {
        /// The agent's handle.
        agent: u32 = hAgent at 0,
        /// The size of the name, bytes with NUL.
        name_size: u32 = dwNameSize at 4,
        /// The name: the user name of the operating system.
        name_offset: u32 = dwNameOffset at 8,
        /// The size of the agent ID, bytes with NUL.
        id_size: u32 = dwIDSize at 12,
        /// The agent ID.
        id_offset: u32 = dwIDOffset at 16,
        /// The size of the PIN, bytes with NUL.
        pin_size: u32 = dwPINSize at 20,
        /// The PIN or password.
        pin_offset: u32 = dwPINOffset at 24,
    }

    /// The GroupID of LINEAGENTGROUPENTRY: the 16 bytes of a GUID, spelled as four DWORDs.
    plain LineAgentGroupId = "LINEAGENTGROUPENTRY.GroupID", 16 {
        /// The first four bytes.
        group_id_1: u32 = dwGroupID1 at 0,
        /// The next four.
        group_id_2: u32 = dwGroupID2 at 4,
        /// The next four.
        group_id_3: u32 = dwGroupID3 at 8,
        /// The last four.
        group_id_4: u32 = dwGroupID4 at 12,
    }

    /// LINEAGENTGROUPENTRY: an ACD group in a list.
    plain LineAgentGroupEntry = "LINEAGENTGROUPENTRY", 24 {
        /// The group's identifier.
        group_id: LineAgentGroupId = GroupID at 0,
        /// The size of the name, bytes with NUL.
        name_size: u32 = dwNameSize at 16,
        /// The name of the group or queue.
        name_offset: u32 = dwNameOffset at 20,
    }

    /// LINEAGENTSTATUS: who is logged in on an address and in which state.
    sized LineAgentStatus = "LINEAGENTSTATUS", 56 {
        /// The groups logged in to; 0 where nobody is.
        num_entries: u32 = dwNumEntries at 12,
        /// The size of the groups, bytes.
        group_list_size: u32 = dwGroupListSize at 16,
        /// The groups: an array of LINEAGENTGROUPENTRY.
        group_list_offset: u32 = dwGroupListOffset at 20,
        /// The state: one of LINEAGENTSTATE_.
        state: u32 = dwState at 24,
        /// The state when the current call completes: one of LINEAGENTSTATE_, or 0.
        next_state: u32 = dwNextState at 28,
        /// The activity's number.
        activity_id: u32 = dwActivityID at 32,
        /// The size of the activity's name, bytes with NUL.
        activity_size: u32 = dwActivitySize at 36,
        /// The activity's name.
        activity_offset: u32 = dwActivityOffset at 40,
        /// What may be asked for now: LINEAGENTFEATURE_ bits.
        agent_features: u32 = dwAgentFeatures at 44,
        /// The states that may be set now: LINEAGENTSTATE_ bits.
        valid_states: u32 = dwValidStates at 48,
        /// The next states that may be set now: LINEAGENTSTATE_ bits.
        valid_next_states: u32 = dwValidNextStates at 52,
    }

    /// LINEAGENTCAPS: what an agent handler can do on an address.
    sized LineAgentCaps = "LINEAGENTCAPS", 72 {
        /// The size of the handler's description, bytes with NUL.
        agent_handler_info_size: u32 = dwAgentHandlerInfoSize at 12,
        /// The handler's description: name and version.
        agent_handler_info_offset: u32 = dwAgentHandlerInfoOffset at 16,
        /// The API version that this is filled by, not above the one that the caller passed.
        caps_version: u32 = dwCapsVersion at 20,
        /// What may ever be asked for: LINEAGENTFEATURE_ bits.
        features: u32 = dwFeatures at 24,
        /// The states that may ever be set: LINEAGENTSTATE_ bits.
        states: u32 = dwStates at 28,
        /// The next states that may ever be set: LINEAGENTSTATE_ bits.
        next_states: u32 = dwNextStates at 32,
        /// The most groups that are logged in to at once on the address.
        max_num_group_entries: u32 = dwMaxNumGroupEntries at 36,
        /// What LINE_AGENTSTATUS may tell: LINEAGENTSTATUS_ bits.
        agent_status_messages: u32 = dwAgentStatusMessages at 40,
        /// The number of extensions.
        num_agent_extension_ids: u32 = dwNumAgentExtensionIDs at 44,
        /// The size of the extensions, bytes.
        agent_extension_id_list_size: u32 = dwAgentExtensionIDListSize at 48,
        /// The extensions: an array of LINEEXTENSIONID.
        agent_extension_id_list_offset: u32 = dwAgentExtensionIDListOffset at 52,
        /// The handler's identity; since 2.2, and not there below.
        proxy_guid: Uuid = ProxyGUID at 56,
    }

    /// LINEEXTENSIONID: the identity of an extension, made as a GUID is, spelled as four DWORDs.
    plain LineExtensionId = "LINEEXTENSIONID", 16 {
        /// The first four bytes.
        extension_id_0: u32 = dwExtensionID0 at 0,
        /// The next four.
        extension_id_1: u32 = dwExtensionID1 at 4,
        /// The next four.
        extension_id_2: u32 = dwExtensionID2 at 8,
        /// The last four.
        extension_id_3: u32 = dwExtensionID3 at 12,
    }

    /// LINEAGENTACTIVITYENTRY: an activity in a list.
    plain LineAgentActivityEntry = "LINEAGENTACTIVITYENTRY", 12 {
        /// The activity's number.
        id: u32 = dwID at 0,
        /// The size of the name, bytes with NUL.
        name_size: u32 = dwNameSize at 4,
        /// The name.
        name_offset: u32 = dwNameOffset at 8,
    }

    /// LINEQUEUEENTRY: a queue in a list.
    plain LineQueueEntry = "LINEQUEUEENTRY", 12 {
        /// The queue's number.
        queue_id: u32 = dwQueueID at 0,
        /// The size of the name, bytes with NUL.
        name_size: u32 = dwNameSize at 4,
        /// The name.
        name_offset: u32 = dwNameOffset at 8,
    }

    /// LINEQUEUEINFO: the statistics of a queue.
    sized QueueInfo = "LINEQUEUEINFO", 52 {
        /// The period that the counts are of, seconds.
        measurement_period: u32 = dwMeasurementPeriod at 12,
        /// Calls that came in the period.
        total_calls_queued: u32 = dwTotalCallsQueued at 16,
        /// Calls that wait now.
        current_calls_queued: u32 = dwCurrentCallsQueued at 20,
        /// Calls abandoned in the period.
        total_calls_abandoned: u32 = dwTotalCallsAbandoned at 24,
        /// Calls that came from another queue or group in the period.
        total_calls_flowed_in: u32 = dwTotalCallsFlowedIn at 28,
        /// Calls that went to another queue or group in the period.
        total_calls_flowed_out: u32 = dwTotalCallsFlowedOut at 32,
        /// The longest wait of any call, seconds.
        longest_ever_wait_time: u32 = dwLongestEverWaitTime at 36,
        /// The longest wait of a call that waits now, seconds.
        current_longest_wait_time: u32 = dwCurrentLongestWaitTime at 40,
        /// The wait on average, seconds.
        average_wait_time: u32 = dwAverageWaitTime at 44,
        /// Calls that reached the end of a call guide unanswered, by TAPI 3's reading.
        final_disposition: u32 = dwFinalDisposition at 48,
    }

    /// What the six lists have in common, LINEAGENTLIST for one: how many entries there are and where.
    sized LineList = "LINEAGENTLIST", 24 {
        /// The number of entries.
        num_entries: u32 = dwNumEntries at 12,
        /// Their size, bytes: that of an entry times their number.
        list_size: u32 = dwListSize at 16,
        /// Where the first begins.
        list_offset: u32 = dwListOffset at 20,
    }

    /// The three sizes that every variable structure begins with; TAPI names them as LINEAGENTLIST's.
    plain Sizes = "LINEAGENTLIST", 12 {
        /// The bytes that the application has allocated.
        total: u32 = dwTotalSize at 0,
        /// The bytes that everything needs.
        needed: u32 = dwNeededSize at 4,
        /// The bytes that hold data.
        used: u32 = dwUsedSize at 8,
    }

    /// LINEPROXYREQUEST up to its union: who asks for what.
    plain LineProxyRequest = "LINEPROXYREQUEST", 28 {
        /// The bytes of the whole.
        size: u32 = dwSize at 0,
        /// The size of the client's machine name, bytes with NUL.
        client_machine_name_size: u32 = dwClientMachineNameSize at 4,
        /// The client's machine name.
        client_machine_name_offset: u32 = dwClientMachineNameOffset at 8,
        /// The size of the client's user name, bytes with NUL.
        client_user_name_size: u32 = dwClientUserNameSize at 12,
        /// The account that the client runs under.
        client_user_name_offset: u32 = dwClientUserNameOffset at 16,
        /// The highest API version that the client knows.
        client_app_api_version: u32 = dwClientAppAPIVersion at 20,
        /// What is asked for: one of LINEPROXYREQUEST_.
        request_type: u32 = dwRequestType at 24,
    }

    /// LINEMESSAGE of a 64-bit process.
    plain LineMessage64 = "LINEMESSAGE", 40 {
        /// The line's handle.
        device: u32 = hDevice at 0,
        /// The message: one of LINE_.
        message_id: u32 = dwMessageID at 4,
        /// What the application gave when it opened the line.
        callback_instance: u64 = dwCallbackInstance at 8,
        /// The first parameter.
        param_1: u64 = dwParam1 at 16,
        /// The second.
        param_2: u64 = dwParam2 at 24,
        /// The third.
        param_3: u64 = dwParam3 at 32,
    }

    /// LINEMESSAGE of a 32-bit process.
    plain LineMessage32 = "LINEMESSAGE", 24 {
        /// The line's handle.
        device: u32 = hDevice at 0,
        /// The message: one of LINE_.
        message_id: u32 = dwMessageID at 4,
        /// What the application gave when it opened the line.
        callback_instance: u32 = dwCallbackInstance at 8,
        /// The first parameter.
        param_1: u32 = dwParam1 at 12,
        /// The second.
        param_2: u32 = dwParam2 at 16,
        /// The third.
        param_3: u32 = dwParam3 at 20,
    }
}

impl Sizes {
    /// Whether all that there is has found room: an application that finds it has not allocates `needed` and asks again.
    pub fn is_complete(&self) -> bool {
        self.needed == self.used
    }
}

impl From<Uuid> for LineAgentGroupId {
    fn from(guid: Uuid) -> Self {
        LineAgentGroupId::take(&guid.to_bytes_le())
    }
}

impl From<LineAgentGroupId> for Uuid {
    fn from(id: LineAgentGroupId) -> Self {
        let mut bytes = [0; 16];
        id.put(&mut bytes);
        Uuid::from_bytes_le(bytes)
    }
}

impl Wire for LineAgentGroupId {
    const SIZE: usize = LineAgentGroupId::SIZE;
    const KIND: super::layout::Kind = super::layout::Kind::Structure;
    type Mirror = [u8; LineAgentGroupId::SIZE];

    fn put(&self, bytes: &mut [u8]) {
        let fits = self.encode_fixed(bytes);
        debug_assert!(fits.is_ok(), "a field has the length of its type");
    }

    fn take(bytes: &[u8]) -> Self {
        Self::decode_fixed(bytes).unwrap_or_default()
    }
}

const LIST_FIELDS: &[Field] = LineList::LAYOUT.fields;

/// The six lists: one layout, six names.
pub const LISTS: [Layout; 6] = [
    Layout { name: "LINEAGENTSESSIONLIST", size: LineList::SIZE, fields: LIST_FIELDS },
    Layout { name: "LINEAGENTLIST", size: LineList::SIZE, fields: LIST_FIELDS },
    Layout { name: "LINEAGENTGROUPLIST", size: LineList::SIZE, fields: LIST_FIELDS },
    Layout { name: "LINEAGENTACTIVITYLIST", size: LineList::SIZE, fields: LIST_FIELDS },
    Layout { name: "LINEQUEUELIST", size: LineList::SIZE, fields: LIST_FIELDS },
    Layout { name: "LINEPROXYREQUESTLIST", size: LineList::SIZE, fields: LIST_FIELDS },
];

/// Every structure besides the six lists and LINEPROXYREQUEST, which [`arms`](super::arms) has; LINEMESSAGE as in a
/// 64-bit process.
pub const STRUCTURES: [Layout; 12] = [
    AgentInfo::LAYOUT,
    LineAgentSessionEntry::LAYOUT,
    AgentSessionInfo::LAYOUT,
    LineAgentEntry::LAYOUT,
    LineAgentGroupEntry::LAYOUT,
    LineAgentStatus::LAYOUT,
    LineAgentCaps::LAYOUT,
    LineExtensionId::LAYOUT,
    LineAgentActivityEntry::LAYOUT,
    LineQueueEntry::LAYOUT,
    QueueInfo::LAYOUT,
    LineMessage64::LAYOUT,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_follow_each_other_without_gaps() {
        for layout in STRUCTURES.iter().chain(&LISTS) {
            let mut end = 0;
            for field in layout.fields {
                assert_eq!(field.offset, end, "{}.{}", layout.name, field.name);
                end += field.size;
            }
            assert_eq!(end, layout.size, "{}", layout.name);
        }
    }

    #[test]
    fn a_date_and_a_currency_lie_unaligned() {
        let info = AgentSessionInfo { session_start_time: 2.25, acd_call_rate: -1, ..Default::default() };
        let mut bytes = [0; AgentSessionInfo::SIZE];
        info.encode_fixed(&mut bytes).expect("it fits");
        assert_eq!(bytes[20..28], 2.25_f64.to_le_bytes());
        assert_eq!(bytes[60..68], [0xFF; 8]);
        assert_eq!(bytes.iter().filter(|byte| **byte != 0).count(), 10);
    }

    #[test]
    fn a_group_id_has_the_bytes_of_its_guid() {
        let guid = Uuid::from_u128(0x00112233_4455_6677_8899_AABBCCDDEEFF);
        let id = LineAgentGroupId::from(guid);
        assert_eq!(id.group_id_1, 0x00112233);
        assert_eq!(id.group_id_2, 0x66774455);
        assert_eq!(id.group_id_3, 0xBBAA9988);
        assert_eq!(Uuid::from(id), guid);
    }
}
