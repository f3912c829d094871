//! TAPI's bytes under random values and under bytes that nobody has checked.
//!
//! What is encoded decodes to the same, in every structure and every arm of a proxy request. A decoder takes any bytes
//! without a panic, and what it accepts leads back to itself when encoded again.

#[path = "common/check.rs"]
mod check;

use acdsim::acd::tapi2::arms::*;
use acdsim::acd::tapi2::call_params::ProxyRegistration;
use acdsim::acd::tapi2::layout::Problem;
use acdsim::acd::tapi2::lists::*;
use acdsim::acd::tapi2::message::{LineMessage, RawMessage, ReplyError};
use acdsim::acd::tapi2::records::{AgentCaps, AgentStatus};
use acdsim::acd::tapi2::request::*;
use acdsim::acd::tapi2::response::{Response, decode_response, encode_response};
use acdsim::acd::tapi2::structures::{AgentInfo, AgentSessionInfo, LineAgentSessionEntry, QueueInfo, Sizes};
use acdsim::acd::tapi2::{ApiVersion, DecodeError, LineError, NameOffsets, ProxyRequestType, Structure, Variable};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use uuid::Uuid;

use check::check;

const FILE: &str = "tapi_bytes";

fn dword() -> impl Strategy<Value = u32> {
    prop_oneof![0..40_u32, any::<u32>(), Just(u32::MAX)]
}

fn guid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

/// A text without NUL: plain letters, any of Unicode, and those beyond 16 bits.
fn text() -> impl Strategy<Value = Option<String>> {
    option::of("[a-zA-Z ]{0,8}|[^\\x00]{0,6}|[\u{10000}-\u{10FFFF}]{0,3}")
}

fn groups() -> impl Strategy<Value = Vec<GroupEntry>> {
    vec((guid(), text()).prop_map(|(guid, name)| GroupEntry { guid, name }), 0..6)
}

fn group_list() -> impl Strategy<Value = GroupList> {
    groups().prop_map(List::from)
}

fn queue_list() -> impl Strategy<Value = QueueList> {
    vec((dword(), text()).prop_map(|(id, name)| QueueEntry { id, name }), 0..6).prop_map(List::from)
}

fn activity_list() -> impl Strategy<Value = ActivityList> {
    vec((dword(), text()).prop_map(|(id, name)| ActivityEntry { id, name }), 0..6).prop_map(List::from)
}

fn agent_list() -> impl Strategy<Value = AgentList> {
    let agent =
        (dword(), text(), text(), text()).prop_map(|(agent, name, id, pin)| AgentEntry { agent, name, id, pin });
    vec(agent, 0..6).prop_map(List::from)
}

fn session_list() -> impl Strategy<Value = SessionList> {
    let session =
        (dword(), dword(), guid(), dword()).prop_map(|(agent_session, agent, group_id, working_address_id)| {
            LineAgentSessionEntry { agent_session, agent, group_id, working_address_id }
        });
    vec(session, 0..6).prop_map(List::from)
}

/// Any bits in the fixed part, but for a DATE that is no number: such is not equal to itself.
fn fixed<S: Structure + Copy + PartialEq + std::fmt::Debug>() -> impl Strategy<Value = S> {
    vec(any::<u8>(), S::LAYOUT.size).prop_map(|bytes| S::decode_fixed(&bytes).expect("it is long enough")).prop_filter(
        "a DATE that is no number",
        |fixed| {
            let copy = *fixed;
            copy == *fixed
        },
    )
}

fn status() -> impl Strategy<Value = AgentStatus> {
    (groups(), text(), any::<[u32; 6]>()).prop_map(|(groups, activity, numbers)| AgentStatus {
        groups,
        state: numbers[0],
        next_state: numbers[1],
        activity_id: numbers[2],
        activity,
        agent_features: numbers[3],
        valid_states: numbers[4],
        valid_next_states: numbers[5],
    })
}

fn caps() -> impl Strategy<Value = AgentCaps> {
    let version = (0..ApiVersion::ALL.len()).prop_map(|index| ApiVersion::ALL[index].0);
    (text(), version, any::<[u32; 5]>(), vec(any::<[u32; 4]>(), 0..4), guid()).prop_map(
        |(agent_handler_info, caps_version, numbers, agent_extension_ids, guid)| AgentCaps {
            agent_handler_info,
            caps_version,
            features: numbers[0],
            states: numbers[1],
            next_states: numbers[2],
            max_num_group_entries: numbers[3],
            agent_status_messages: numbers[4],
            agent_extension_ids,
            proxy_guid: if caps_version < ApiVersion::V2_2.0 { Uuid::nil() } else { guid },
        },
    )
}

fn session_info() -> impl Strategy<Value = AgentSessionInfo> {
    fixed::<AgentSessionInfo>()
}

/// Something for every arm. Arms that are all DWORDs and GUIDs come from random bytes, except for the room.
fn body() -> impl Strategy<Value = RequestBody> {
    let of_bytes = (0..6_usize, vec(any::<u8>(), 128)).prop_map(|(which, bytes)| {
        fn arm<A: Structure + Into<RequestBody>>(bytes: &[u8]) -> RequestBody {
            A::decode_fixed(bytes).expect("it is long enough").into()
        }
        match which {
            0 => arm::<SetAgentState>(&bytes),
            1 => arm::<SetAgentActivity>(&bytes),
            2 => arm::<SetAgentMeasurementPeriod>(&bytes),
            3 => arm::<SetAgentSessionState>(&bytes),
            4 => arm::<SetQueueMeasurementPeriod>(&bytes),
            _ => arm::<SetAgentStateEx>(&bytes),
        }
    });
    let with_room = (0..10, dword(), guid(), 0..400_u32).prop_map(|(which, number, group_id, size)| match which {
        0 => GetAgentCaps { address: number, room: Room::new(size) }.into(),
        1 => GetAgentStatus { address: number, room: Room::new(size) }.into(),
        2 => GetAgentActivityList { address: number, room: Room::new(size) }.into(),
        3 => GetAgentGroupList { address: number, room: Room::new(size) }.into(),
        4 => GetAgentInfo { agent: number, room: Room::new(size) }.into(),
        5 => GetAgentSessionList { agent: number, room: Room::new(size) }.into(),
        6 => GetAgentSessionInfo { agent_session: number, room: Room::new(size) }.into(),
        7 => GetQueueList { group_id, room: Room::new(size) }.into(),
        8 => GetQueueInfo { queue_id: number, room: Room::new(size) }.into(),
        _ => GetGroupList { room: Room::new(size) }.into(),
    });
    let set_group = (dword(), group_list()).prop_map(|(address, groups)| SetAgentGroup { address, groups }.into());
    let specific =
        (dword(), dword(), vec(any::<u8>(), 0..200)).prop_map(|(address, agent_extension_id_index, params)| {
            AgentSpecific { address, agent_extension_id_index, params }.into()
        });
    let agent = (text(), text()).prop_map(|(agent_id, agent_pin)| CreateAgent { agent_id, agent_pin }.into());
    let session = (text(), dword(), guid(), dword()).prop_map(|(agent_pin, agent, group_id, working_address_id)| {
        CreateAgentSession { agent_pin, agent, group_id, working_address_id }.into()
    });
    prop_oneof![6 => of_bytes, 10 => with_room, 1 => set_group, 1 => specific, 1 => agent, 1 => session]
}

fn request() -> impl Strategy<Value = ProxyRequest> {
    (text(), text(), dword(), body()).prop_map(
        |(client_machine_name, client_user_name, client_app_api_version, body)| ProxyRequest {
            client_machine_name,
            client_user_name,
            client_app_api_version,
            body,
        },
    )
}

/// An answer to a request of some type.
fn response(request_type: ProxyRequestType) -> BoxedStrategy<Response> {
    use ProxyRequestType as Type;
    match request_type {
        Type::CreateAgent => dword().prop_map(Response::Agent).boxed(),
        Type::CreateAgentSession => dword().prop_map(Response::AgentSession).boxed(),
        Type::AgentSpecific => vec(any::<u8>(), 0..200).prop_map(Response::AgentSpecific).boxed(),
        Type::GetAgentCaps => caps().prop_map(Response::AgentCaps).boxed(),
        Type::GetAgentStatus => status().prop_map(Response::AgentStatus).boxed(),
        Type::GetAgentActivityList => activity_list().prop_map(Response::Activities).boxed(),
        Type::GetAgentGroupList | Type::GetGroupList => group_list().prop_map(Response::Groups).boxed(),
        Type::GetAgentInfo => fixed::<AgentInfo>().prop_map(Response::AgentInfo).boxed(),
        Type::GetAgentSessionList => session_list().prop_map(Response::Sessions).boxed(),
        Type::GetAgentSessionInfo => session_info().prop_map(Response::AgentSessionInfo).boxed(),
        Type::GetQueueList => queue_list().prop_map(Response::Queues).boxed(),
        Type::GetQueueInfo => fixed::<QueueInfo>().prop_map(Response::QueueInfo).boxed(),
        _ => Just(Response::Done).boxed(),
    }
}

/// What the protocol of variable size promises, for one value, for every room up to a little more than it needs.
fn keeps_the_protocol<V: Variable + PartialEq + std::fmt::Debug>(value: &V) -> Result<(), TestCaseError> {
    let needed = value.needed_size();
    for offsets in [NameOffsets::FromList, NameOffsets::FromEntry] {
        for total in 0..needed + 5 {
            let mut buffer = vec![0xEE; total];
            let encoded = value.encode_into_with(&mut buffer, offsets);
            if total < value.fixed_size() {
                prop_assert_eq!(encoded, Err(LineError::StructureTooSmall));
                prop_assert!(buffer.iter().all(|byte| *byte == 0xEE));
                continue;
            }
            prop_assert_eq!(encoded, Ok(()));
            let sizes = Sizes::decode_fixed(&buffer).expect("the fixed part begins with them");
            prop_assert_eq!((sizes.total, sizes.needed), (total as u32, needed as u32));
            prop_assert!(buffer[sizes.used as usize..].iter().all(|byte| *byte == 0xEE));
            prop_assert_eq!(sizes.is_complete(), total >= needed);
            let decoded = V::decode_with(&buffer, offsets);
            prop_assert!(decoded.is_ok(), "{decoded:?} in {total} of {needed} bytes");
            if total >= needed {
                prop_assert_eq!(&decoded.expect("it is"), value);
            }
        }
    }
    Ok(())
}

macro_rules! protocol_tests {
    ($($test:ident: $values:expr;)*) => {
        $(#[test]
        fn $test() {
            check(FILE, stringify!($test), 64, $values, |value| keeps_the_protocol(&value));
        })*
    };
}

protocol_tests! {
    group_lists_keep_the_protocol: group_list();
    queue_lists_keep_the_protocol: queue_list();
    activity_lists_keep_the_protocol: activity_list();
    agent_lists_keep_the_protocol: agent_list();
    session_lists_keep_the_protocol: session_list();
    proxy_request_lists_keep_the_protocol: vec(dword(), 0..20).prop_map(ProxyRequestList::from);
    agent_statuses_keep_the_protocol: status();
    agent_caps_keep_the_protocol: caps();
    agent_infos_keep_the_protocol: fixed::<AgentInfo>();
    agent_session_infos_keep_the_protocol: session_info();
    queue_infos_keep_the_protocol: fixed::<QueueInfo>();
}

#[test]
fn every_request_leads_back_to_itself() {
    check(FILE, "every_request_leads_back_to_itself", 2_000, request(), |request| {
        let bytes = encode_request(&request).expect("it is small");
        prop_assert_eq!(decode_request(&bytes), Ok(request));
        Ok(())
    });
}

#[test]
fn every_response_leads_back_and_spares_the_rest_of_its_request() {
    let both = request().prop_flat_map(|request| {
        let responses = response(request.body.request_type());
        (Just(request), responses)
    });
    check(FILE, "every_response_leads_back_and_spares_the_rest_of_its_request", 2_000, both, |(request, response)| {
        let mut bytes = encode_request(&request).expect("it is small");
        let contained_before = contained(&bytes).expect("it is a request").len();
        let encoded = encode_response(&mut bytes, &response);
        let decoded = decode_response(&bytes);
        match (&response, encoded) {
            (_, Err(error)) => prop_assert_eq!(error, LineError::StructureTooSmall),
            (Response::AgentSpecific(block), Ok(())) => match decoded {
                Ok(Response::AgentSpecific(read)) => prop_assert!(read.starts_with(block)),
                other => prop_assert!(false, "{other:?}"),
            },
            (_, Ok(())) => {
                let complete = contained(&bytes).is_ok_and(|bytes| {
                    bytes.is_empty() || Sizes::decode_fixed(bytes).is_ok_and(|sizes| sizes.is_complete())
                });
                prop_assert!(decoded.is_ok(), "{decoded:?}");
                if complete {
                    prop_assert_eq!(decoded, Ok(response));
                }
            }
        }
        prop_assert_eq!(contained(&bytes).map(<[u8]>::len), Ok(contained_before));
        // What is not of the answer is as it was; SetAgentGroup and AgentSpecific have their input where the answer is.
        let after = decode_request(&bytes).expect("it still is a request");
        prop_assert_eq!(after.client_machine_name, request.client_machine_name);
        prop_assert_eq!(after.client_user_name, request.client_user_name);
        if !matches!(request.body, RequestBody::AgentSpecific(_)) {
            prop_assert_eq!(after.body, request.body);
        }
        Ok(())
    });
}

#[test]
fn every_message_leads_back_to_itself() {
    let code = prop_oneof![(0..LineError::ALL.len()).prop_map(|index| LineError::ALL[index].code()), any::<i32>()];
    let messages =
        (0..11, any::<[u32; 3]>(), any::<u64>(), code).prop_map(|(which, [one, two, three], wide, code)| match which {
            0 => LineMessage::Close,
            1 => LineMessage::Reply { request: one, result: ReplyError::result(code) },
            2 => LineMessage::AgentSpecific { extension: one, params: [two, three] },
            3 => LineMessage::AgentStatus { address: one, status: two, state: three },
            4 => LineMessage::ProxyRequest { request: wide },
            5 => LineMessage::AgentSessionStatus { session: one, status: two, state: three },
            6 => LineMessage::QueueStatus { queue: one, status: two },
            7 => LineMessage::AgentStatusEx { agent: one, status: two, state: three },
            8 => LineMessage::GroupStatus { status: two },
            9 => LineMessage::ProxyStatus { status: one, request_type: two },
            _ => LineMessage::Unknown { message: 100 + one % 1000, params: [wide, two.into(), three.into()] },
        });
    check(FILE, "every_message_leads_back_to_itself", 2_000, (messages, any::<u32>(), any::<u64>()), |values| {
        let (message, device, instance) = values;
        let raw = message.to_raw(device, instance);
        prop_assert_eq!(LineMessage::from(raw), message);
        prop_assert_eq!(RawMessage::decode_64(&raw.encode_64()), Ok(raw));
        Ok(())
    });
}

#[test]
fn every_raw_message_is_read_and_its_words_are_kept() {
    let raw = (prop_oneof![0..40_u32, any::<u32>()], any::<[u32; 5]>()).prop_map(|(message, words)| RawMessage {
        device: words[0],
        message,
        callback_instance: words[1].into(),
        params: [words[2].into(), words[3].into(), words[4].into()],
    });
    check(FILE, "every_raw_message_is_read_and_its_words_are_kept", 2_000, raw, |raw| {
        let again = LineMessage::from(raw).to_raw(raw.device, raw.callback_instance);
        prop_assert_eq!(again.message, raw.message);
        // A parameter that TAPI leaves unused comes out as 0; every other as it was.
        for (again, raw) in again.params.iter().zip(raw.params) {
            prop_assert!(*again == raw || *again == 0);
        }
        prop_assert_eq!(LineMessage::from(again), LineMessage::from(raw));
        prop_assert_eq!(RawMessage::decode_32(&raw.encode_32()), Ok(raw));
        Ok(())
    });
}

#[test]
fn every_registration_leads_back_to_itself() {
    let registrations = (dword(), vec(dword(), 0..30))
        .prop_map(|(address, request_types)| ProxyRegistration { address, request_types });
    check(FILE, "every_registration_leads_back_to_itself", 1_000, registrations, |registration| {
        prop_assert_eq!(ProxyRegistration::decode(&registration.encode()), Ok(registration));
        Ok(())
    });
}

/// Decodes, and if that gives something, encodes it and decodes again: the same bytes must come of both.
fn accepts_only_what_leads_back<V: Variable>(bytes: &[u8]) -> Result<bool, TestCaseError> {
    let mut accepted = false;
    for offsets in [NameOffsets::FromList, NameOffsets::FromEntry] {
        let Ok(value) = V::decode_with(bytes, offsets) else { continue };
        accepted = true;
        let again = encoded(&value, offsets);
        let value = V::decode_with(&again, offsets);
        // Compared as bytes: a DATE that is no number is not equal to itself.
        let Ok(value) = value else { return Err(TestCaseError::fail(format!("{again:?} is refused"))) };
        prop_assert_eq!(encoded(&value, offsets), again);
    }
    Ok(accepted)
}

fn encoded<V: Variable>(value: &V, offsets: NameOffsets) -> Vec<u8> {
    let mut buffer = vec![0; value.needed_size()];
    value.encode_into_with(&mut buffer, offsets).expect("it has what it needs");
    buffer
}

/// Every decoder on the same bytes.
fn every_decoder_stands(bytes: &[u8]) -> Result<(), TestCaseError> {
    accepts_only_what_leads_back::<GroupList>(bytes)?;
    accepts_only_what_leads_back::<QueueList>(bytes)?;
    accepts_only_what_leads_back::<ActivityList>(bytes)?;
    accepts_only_what_leads_back::<AgentList>(bytes)?;
    accepts_only_what_leads_back::<SessionList>(bytes)?;
    accepts_only_what_leads_back::<ProxyRequestList>(bytes)?;
    accepts_only_what_leads_back::<AgentStatus>(bytes)?;
    accepts_only_what_leads_back::<AgentCaps>(bytes)?;
    accepts_only_what_leads_back::<AgentInfo>(bytes)?;
    accepts_only_what_leads_back::<AgentSessionInfo>(bytes)?;
    accepts_only_what_leads_back::<QueueInfo>(bytes)?;
    if let Ok(request) = decode_request(bytes) {
        let again = encode_request(&request).expect("it is no longer than what it came from, and a header");
        prop_assert_eq!(decode_request(&again), Ok(request));
    }
    if let Ok(response) = decode_response(bytes) {
        let mut buffer = bytes.to_vec();
        prop_assert!(!matches!(encode_response(&mut buffer, &response), Err(LineError::InvalParam)));
    }
    let _ = contained(bytes);
    if let Ok(registration) = ProxyRegistration::decode(bytes) {
        prop_assert_eq!(ProxyRegistration::decode(&registration.encode()), Ok(registration));
    }
    if let Ok(raw) = RawMessage::decode_64(bytes) {
        prop_assert_eq!(RawMessage::decode_64(&raw.encode_64()), Ok(raw));
        let _ = LineMessage::from(raw);
    }
    Ok(())
}

#[test]
fn random_bytes_do_no_harm() {
    check(FILE, "random_bytes_do_no_harm", 4_000, vec(any::<u8>(), 0..300), |bytes| every_decoder_stands(&bytes));
}

/// Bytes of which some DWORDs are replaced by numbers that are likely to matter.
fn mutated(bytes: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let number = prop_oneof![0..300_u32, any::<u32>(), Just(u32::MAX), Just(u32::MAX - 3), Just(1 << 31)];
    let cut = prop_oneof![3 => Just(1.0), 1 => 0.0..1.0_f64];
    (vec((any::<prop::sample::Index>(), number), 1..4), cut).prop_map(move |(changes, cut)| {
        let mut bytes = bytes.clone();
        for (index, number) in changes {
            if bytes.len() >= 4 {
                let at = index.index(bytes.len() / 4) * 4;
                bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
            }
        }
        bytes.truncate((bytes.len() as f64 * cut) as usize);
        bytes
    })
}

#[test]
fn changed_structures_do_no_harm() {
    let valid = prop_oneof![
        group_list().prop_map(|value| encoded(&value, NameOffsets::FromList)),
        agent_list().prop_map(|value| encoded(&value, NameOffsets::FromEntry)),
        session_list().prop_map(|value| encoded(&value, NameOffsets::FromList)),
        status().prop_map(|value| encoded(&value, NameOffsets::FromList)),
        caps().prop_map(|value| encoded(&value, NameOffsets::FromList)),
        vec(dword(), 0..30).prop_map(|types| ProxyRegistration { address: 0, request_types: types }.encode()),
    ];
    check(FILE, "changed_structures_do_no_harm", 8_000, valid.prop_flat_map(mutated), |bytes| {
        every_decoder_stands(&bytes)
    });
}

#[test]
fn changed_requests_do_no_harm() {
    let valid = request().prop_map(|request| encode_request(&request).expect("it is small"));
    check(FILE, "changed_requests_do_no_harm", 8_000, valid.prop_flat_map(mutated), |bytes| {
        every_decoder_stands(&bytes)
    });
}

#[test]
fn many_entries_that_share_one_long_name_are_refused_before_memory_is_taken() {
    // 1000 entries of 12 bytes, each with a name of all the 100 000 bytes behind them: a hundred million if believed.
    let (entries, name) = (1_000_u32, 100_000_u32);
    let list = 24 + 12 * entries;
    let total = list + name;
    let mut bytes: Vec<u8> =
        [total, total, total, entries, 12 * entries, 24].iter().flat_map(|n| n.to_le_bytes()).collect();
    for _ in 0..entries {
        bytes.extend([7, name, list].iter().flat_map(|n: &u32| n.to_le_bytes()));
    }
    bytes.extend("A\0".repeat(name as usize / 2 - 1).bytes().chain([0, 0]));
    let error: DecodeError = QueueList::decode(&bytes).expect_err("the second name overlaps the first");
    assert_eq!((error.entry, error.problem), (Some(1), Problem::Overlap { unclaimed: 0 }));
}
