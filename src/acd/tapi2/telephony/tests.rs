//! The dispatcher, case by case.

use uuid::Uuid;

use super::super::constants::*;
use super::super::lists::{GroupEntry, GroupList};
use super::super::message::ReplyError;
use super::super::request::decode_request;
use super::super::response::{Response, encode_response};
use super::*;

const NONE: u32 = LINECALLPRIVILEGE_NONE;
const PROXY: u32 = LINECALLPRIVILEGE_NONE | LINEOPENOPTION_PROXY;

/// A server with one device of two addresses, a proxy that serves these types, and a client.
struct Center {
    tapi: Telephony,
    device: u32,
    switch: HLineApp,
    desk: HLineApp,
    proxy: HLine,
    client: HLine,
}

fn center_of(types: &[ProxyRequestType]) -> Center {
    let mut tapi = Telephony::new(Conventions::default());
    let device = tapi.add_device(2);
    let switch = tapi.initialize_ex("SERVER", "acd");
    let desk = tapi.initialize_ex("DESK-7", "ann");
    let params = ProxyRegistration::new(0, types).encode();
    let proxy = tapi.open(switch, device, ApiVersion::V3_1, 77, PROXY, Some(&params)).unwrap();
    let client = tapi.open(desk, device, ApiVersion::V2_2, 99, NONE, None).unwrap();
    Center { tapi, device, switch, desk, proxy, client }
}

fn center() -> Center {
    center_of(ProxyRequestType::ALL)
}

impl Center {
    fn told(&mut self, line: HLine) -> Vec<LineMessage> {
        std::iter::from_fn(|| self.tapi.get_message(line).unwrap()).map(LineMessage::from).collect()
    }

    /// Answers a request, and returns what the client is told.
    fn answer(&mut self, request: RequestId, response: &Response) -> Vec<LineMessage> {
        let mut buffer = self.tapi.proxy_request(self.proxy, request).unwrap().to_vec();
        encode_response(&mut buffer, response).unwrap();
        self.tapi.proxy_response(self.proxy, request, &buffer, 0).unwrap();
        self.told(self.client)
    }

    /// Starts every function that becomes a request, in the order of the types.
    fn all_functions(&mut self) -> Vec<(ProxyRequestType, Result<RequestId, LineError>)> {
        let Center { tapi, device, desk, client: line, .. } = self;
        let (line, guid) = (*line, Uuid::from_u128(1));
        use ProxyRequestType as Type;
        vec![
            (Type::SetAgentGroup, tapi.set_agent_group(line, 0, GroupList::from(vec![]))),
            (Type::SetAgentState, tapi.set_agent_state(line, 0, 2, 0)),
            (Type::SetAgentActivity, tapi.set_agent_activity(line, 0, 1)),
            (Type::GetAgentCaps, tapi.get_agent_caps(*desk, *device, 0, ApiVersion::V2_2, 200)),
            (Type::GetAgentStatus, tapi.get_agent_status(line, 0, 200)),
            (Type::AgentSpecific, tapi.agent_specific(line, 0, 0, &[1, 2])),
            (Type::GetAgentActivityList, tapi.get_agent_activity_list(line, 0, 200)),
            (Type::GetAgentGroupList, tapi.get_agent_group_list(line, 0, 200)),
            (Type::CreateAgent, tapi.create_agent(line, Some("7"), Some("0000"))),
            (Type::SetAgentMeasurementPeriod, tapi.set_agent_measurement_period(line, 1, 60)),
            (Type::GetAgentInfo, tapi.get_agent_info(line, 1, 56)),
            (Type::CreateAgentSession, tapi.create_agent_session(line, 1, None, 0, guid)),
            (Type::GetAgentSessionList, tapi.get_agent_session_list(line, 1, 200)),
            (Type::SetAgentSessionState, tapi.set_agent_session_state(line, 1, 2, 0)),
            (Type::GetAgentSessionInfo, tapi.get_agent_session_info(line, 1, 76)),
            (Type::GetQueueList, tapi.get_queue_list(line, guid, 200)),
            (Type::SetQueueMeasurementPeriod, tapi.set_queue_measurement_period(line, 1, 60)),
            (Type::GetQueueInfo, tapi.get_queue_info(line, 1, 52)),
            (Type::GetGroupList, tapi.get_group_list(line, 200)),
            (Type::SetAgentStateEx, tapi.set_agent_state_ex(line, 1, 2, 0)),
        ]
    }
}

fn reply(request: RequestId, result: Result<(), LineError>) -> LineMessage {
    LineMessage::Reply { request: request.0, result: result.map_err(ReplyError::Line) }
}

#[test]
fn every_function_becomes_a_request_of_its_type_and_tells_who_asks() {
    let mut center = center();
    let functions = center.all_functions();
    assert!(functions.iter().map(|(request_type, _)| request_type).eq(ProxyRequestType::ALL));
    let mut numbers = Vec::new();
    for (request_type, started) in functions {
        let request = started.unwrap();
        assert!(i32::try_from(request.0).is_ok_and(|number| number > 0), "a request's number is more than 0");
        numbers.push(request);
        let asked = decode_request(center.tapi.proxy_request(center.proxy, request).unwrap()).unwrap();
        assert_eq!(asked.body.request_type(), request_type);
        assert_eq!(center.tapi.proxy_request_type(center.proxy, request), Ok(request_type));
        assert_eq!(asked.client_machine_name.as_deref(), Some("DESK-7"));
        assert_eq!(asked.client_user_name.as_deref(), Some("ann"));
        assert_eq!(asked.client_app_api_version, ApiVersion::V2_2.0);
    }
    assert_eq!(center.tapi.unanswered(center.proxy), Ok(numbers.clone()));
    let expected: Vec<_> = numbers.iter().map(|it| LineMessage::ProxyRequest { request: it.0.into() }).collect();
    assert_eq!(center.told(center.proxy), expected);
    assert_eq!(center.told(center.client), [], "nobody has answered yet");
}

#[test]
fn where_nobody_serves_a_type_the_function_is_unavailable() {
    let mut center = center_of(&[ProxyRequestType::GetGroupList]);
    for (request_type, started) in center.all_functions() {
        let expected =
            if request_type == ProxyRequestType::GetGroupList { None } else { Some(LineError::OperationUnavail) };
        assert_eq!(started.err(), expected, "{}", request_type.name());
    }
}

#[test]
fn a_line_of_2_0_has_the_functions_of_2_0() {
    let mut center = center();
    let Center { tapi, desk, device, .. } = &mut center;
    center.client = tapi.open(*desk, *device, ApiVersion::V2_0, 0, NONE, None).unwrap();
    for (request_type, started) in center.all_functions() {
        let new = request_type.since() > ApiVersion::V2_0;
        assert_eq!(started.err(), new.then_some(LineError::OperationUnavail), "{}", request_type.name());
    }
}

#[test]
fn a_request_is_answered_once_and_its_output_taken_once() {
    let mut center = center();
    let request = center.tapi.create_agent(center.client, None, None).unwrap();
    assert_eq!(center.tapi.take_output(center.client, request), None, "it is not answered");
    assert_eq!(center.answer(request, &Response::Agent(5)), [reply(request, Ok(()))]);
    let again = center.tapi.proxy_response(center.proxy, request, &[], 0);
    assert_eq!(again, Err(LineError::InvalParam));
    assert_eq!(center.tapi.proxy_request(center.proxy, request), Err(LineError::InvalParam));
    assert_eq!(center.tapi.take_output(center.proxy, request), None, "it is not the proxy's");
    assert_eq!(center.tapi.take_output(center.client, request), Some(Output::Agent(5)));
    assert_eq!(center.tapi.take_output(center.client, request), None);
}

#[test]
fn each_kind_of_output() {
    let mut center = center();
    let guid = Uuid::from_u128(1);
    let request = center.tapi.create_agent_session(center.client, 1, None, 0, guid).unwrap();
    center.answer(request, &Response::AgentSession(9));
    assert_eq!(center.tapi.take_output(center.client, request), Some(Output::AgentSession(9)));
    let request = center.tapi.set_agent_state_ex(center.client, 1, 2, 0).unwrap();
    center.answer(request, &Response::Done);
    assert_eq!(center.tapi.take_output(center.client, request), Some(Output::None));
    let groups = GroupList::from(vec![GroupEntry { guid, name: Some("Sales".into()) }]);
    let request = center.tapi.get_group_list(center.client, 300).unwrap();
    center.answer(request, &Response::Groups(groups.clone()));
    let Some(Output::Structure(bytes)) = center.tapi.take_output(center.client, request) else { panic!("a list") };
    assert_eq!((bytes.len(), GroupList::decode(&bytes)), (300, Ok(groups)));
}

#[test]
fn an_error_of_the_proxy_is_the_result_of_the_reply() {
    let mut center = center();
    let request = center.tapi.create_agent(center.client, None, None).unwrap();
    let code = LineError::InvalPassword.code();
    assert_eq!(center.tapi.proxy_response(center.proxy, request, &[], 1), Err(LineError::InvalParam), "no error code");
    center.tapi.proxy_response(center.proxy, request, &[], code).unwrap();
    assert_eq!(center.told(center.client), [reply(request, Err(LineError::InvalPassword))]);
    assert_eq!(center.tapi.take_output(center.client, request), None);
}

#[test]
fn a_damaged_answer_fails_the_request_and_tells_the_proxy() {
    let mut center = center();
    let good = |center: &mut Center, request| {
        let mut buffer = center.tapi.proxy_request(center.proxy, request).unwrap().to_vec();
        encode_response(&mut buffer, &Response::Groups(GroupList::from(vec![]))).unwrap();
        buffer
    };
    // Bytes of the buffer that an answer does not hold: its size, another type, a list that reaches out of its room, and
    // one that was not filled at all.
    let damages: [fn(&mut Vec<u8>); 5] = [
        |buffer| buffer[0] ^= 1,
        |buffer| buffer[24] = 1,
        |buffer| buffer[36] = 0xff,
        |buffer| buffer[32..40].fill(0),
        |buffer| buffer.truncate(40),
    ];
    for damage in damages {
        let request = center.tapi.get_group_list(center.client, 100).unwrap();
        let mut buffer = good(&mut center, request);
        damage(&mut buffer);
        let refused = center.tapi.proxy_response(center.proxy, request, &buffer, 0);
        assert_eq!(refused, Err(LineError::InvalParam));
        assert_eq!(center.told(center.client), [reply(request, Err(LineError::OperationFailed))]);
    }
}

#[test]
fn only_the_proxy_of_a_request_answers_it() {
    let mut center = center_of(&[ProxyRequestType::CreateAgent]);
    let other = ProxyRegistration::new(0, &[ProxyRequestType::GetGroupList]).encode();
    let Center { tapi, switch, device, client, proxy, .. } = &mut center;
    let second = tapi.open(*switch, *device, ApiVersion::V2_2, 0, PROXY, Some(&other)).unwrap();
    let request = tapi.create_agent(*client, None, None).unwrap();
    let code = LineError::NoMem.code();
    assert_eq!(tapi.proxy_response(second, request, &[], code), Err(LineError::InvalParam));
    assert_eq!(tapi.proxy_response(*client, request, &[], code), Err(LineError::NotRegistered));
    assert_eq!(tapi.proxy_response(HLine(0), request, &[], code), Err(LineError::InvalLineHandle));
    assert_eq!(tapi.proxy_response(*proxy, RequestId(9_999), &[], code), Err(LineError::InvalParam));
    assert_eq!(tapi.proxy_response(*proxy, request, &[], code), Ok(()));
}

#[test]
fn a_type_is_served_once() {
    let mut center = center_of(&[ProxyRequestType::CreateAgent]);
    let Center { tapi, switch, device, proxy, .. } = &mut center;
    let mut open = |types: &[ProxyRequestType]| {
        let params = ProxyRegistration::new(0, types).encode();
        tapi.open(*switch, *device, ApiVersion::V2_2, 0, PROXY, Some(&params))
    };
    let both = [ProxyRequestType::GetGroupList, ProxyRequestType::CreateAgent];
    assert_eq!(open(&both), Err(LineError::NotRegistered), "another line serves it");
    assert_eq!(open(&[ProxyRequestType::GetGroupList; 2]), Err(LineError::NotRegistered), "this one does already");
    let line = open(&[ProxyRequestType::GetGroupList]).unwrap();
    tapi.close(line).unwrap();
    tapi.close(*proxy).unwrap();
    let params = ProxyRegistration::new(0, &both).encode();
    assert!(tapi.open(*switch, *device, ApiVersion::V2_2, 0, PROXY, Some(&params)).is_ok(), "they are closed");
}

#[test]
fn what_cannot_be_opened() {
    let mut center = center_of(&[ProxyRequestType::CreateAgent]);
    let Center { tapi, switch, device, .. } = &mut center;
    let (switch, device, version) = (*switch, *device, ApiVersion::V2_2);
    let types = |types: &[ProxyRequestType]| ProxyRegistration::new(0, types).encode();
    let groups = types(&[ProxyRequestType::GetGroupList]);
    let mut unknown = groups.clone();
    unknown[180] = 99;
    let mut second_address = ProxyRegistration::new(2, &[]).encode();
    second_address[28] = 2;
    let single = NONE | LINEOPENOPTION_SINGLEADDRESS;
    let mut refused = |app, device, version, privileges, params: Option<&[u8]>, expected| {
        assert_eq!(tapi.open(app, device, version, 0, privileges, params), Err(expected));
    };
    refused(HLineApp(0), device, version, NONE, None, LineError::InvalAppHandle);
    refused(HLineApp(9), device, version, NONE, None, LineError::InvalAppHandle);
    refused(switch, 9, version, NONE, None, LineError::BadDeviceId);
    refused(switch, device, ApiVersion::V1_4, NONE, None, LineError::IncompatibleApiVersion);
    refused(switch, device, ApiVersion(0x0002_0009), NONE, None, LineError::IncompatibleApiVersion);
    refused(switch, device, ApiVersion::V2_0, PROXY, Some(&groups), LineError::IncompatibleApiVersion);
    refused(switch, device, version, 0, None, LineError::InvalPrivSelect);
    refused(switch, device, version, NONE | LINECALLPRIVILEGE_OWNER, None, LineError::InvalPrivSelect);
    refused(switch, device, version, LINEOPENOPTION_PROXY, Some(&groups), LineError::InvalPrivSelect);
    refused(switch, device, version, PROXY, None, LineError::InvalPointer);
    refused(switch, device, version, PROXY, Some(&[]), LineError::InvalParam);
    refused(switch, device, version, PROXY, Some(&types(&[])), LineError::InvalParam);
    refused(switch, device, version, PROXY, Some(&unknown), LineError::InvalParam);
    refused(switch, device, version, single, None, LineError::InvalPointer);
    refused(switch, device, version, single, Some(&second_address), LineError::InvalAddressId);
    tapi.set_in_service(device, false).unwrap();
    assert_eq!(tapi.open(switch, device, version, 0, NONE, None), Err(LineError::OperationFailed));
    tapi.set_in_service(device, true).unwrap();
    let both = LINECALLPRIVILEGE_MONITOR | LINECALLPRIVILEGE_OWNER;
    assert!(tapi.open(switch, device, version, 0, both, None).is_ok());
    assert_eq!(tapi.set_in_service(9, true), Err(LineError::BadDeviceId));
    assert_eq!(tapi.device_count(), 1);
}

#[test]
fn a_line_of_one_address_is_about_no_other() {
    let mut center = center();
    let Center { tapi, desk, device, client, .. } = &mut center;
    let second = ProxyRegistration::new(1, &[]).encode();
    let single = NONE | LINEOPENOPTION_SINGLEADDRESS;
    let line = tapi.open(*desk, *device, ApiVersion::V2_2, 0, single, Some(&second)).unwrap();
    assert_eq!(tapi.get_agent_status(line, 0, 100), Err(LineError::InvalAddressId));
    assert!(tapi.get_agent_status(line, 1, 100).is_ok());
    assert_eq!(tapi.get_agent_status(*client, 2, 100), Err(LineError::InvalAddressId));
    assert!(tapi.get_agent_status(*client, 1, 100).is_ok());
}

#[test]
fn without_an_application_nothing_is_initialized() {
    let mut tapi = Telephony::new(Conventions::default());
    let device = tapi.add_device(1);
    let unavailable = Err(LineError::Uninitialized);
    assert_eq!(tapi.create_agent(HLine(1), None, None), unavailable);
    assert_eq!(tapi.shutdown(HLineApp(1)), Err(LineError::Uninitialized));
    let app = tapi.initialize_ex("SERVER", "acd");
    let line = tapi.open(app, device, ApiVersion::V2_2, 0, NONE, None).unwrap();
    assert_eq!(tapi.create_agent(HLine(7), None, None), Err(LineError::InvalLineHandle));
    assert_eq!(tapi.create_agent(HLine(0), None, None), Err(LineError::InvalLineHandle));
    tapi.shutdown(app).unwrap();
    assert_eq!(tapi.create_agent(line, None, None), unavailable);
    let other = tapi.initialize_ex("SERVER", "acd");
    assert_ne!(other, app, "a handle is never used again");
    assert_eq!(tapi.shutdown(app), Err(LineError::InvalAppHandle));
    assert_eq!(tapi.close(line), Err(LineError::InvalLineHandle), "it was closed with its application");
}

#[test]
fn versions_are_negotiated_between_2_0_and_3_1() {
    let center = center();
    let negotiate = |low, high| center.tapi.negotiate_api_version(center.desk, center.device, low, high);
    assert_eq!(negotiate(ApiVersion::V1_3, ApiVersion::V2_2), Ok(ApiVersion::V2_2));
    assert_eq!(negotiate(ApiVersion::V2_0, ApiVersion(0x0009_0000)), Ok(ApiVersion::V3_1));
    assert_eq!(negotiate(ApiVersion::V2_0, ApiVersion::V2_0), Ok(ApiVersion::V2_0));
    assert_eq!(negotiate(ApiVersion::V1_3, ApiVersion::V1_4), Err(LineError::IncompatibleApiVersion));
    let device = center.tapi.negotiate_api_version(center.desk, 9, ApiVersion::V2_0, ApiVersion::V2_0);
    assert_eq!(device, Err(LineError::BadDeviceId));
    let app = center.tapi.negotiate_api_version(HLineApp(9), 0, ApiVersion::V2_0, ApiVersion::V2_0);
    assert_eq!(app, Err(LineError::InvalAppHandle));
}

#[test]
fn a_buffer_that_is_too_small_is_refused_at_once() {
    let mut center = center();
    let Center { tapi, desk, device, client, .. } = &mut center;
    let (line, small) = (*client, Err(LineError::StructureTooSmall));
    assert_eq!(tapi.get_agent_info(line, 1, 55), small);
    assert_eq!(tapi.get_agent_session_info(line, 1, 75), small);
    assert_eq!(tapi.get_queue_info(line, 1, 51), small);
    assert_eq!(tapi.get_group_list(line, 23), small);
    assert_eq!(tapi.get_queue_list(line, Uuid::nil(), 23), small);
    assert_eq!(tapi.get_agent_session_list(line, 1, 23), small);
    assert_eq!(tapi.get_agent_status(line, 0, 55), small);
    assert_eq!(tapi.get_agent_group_list(line, 0, 23), small);
    assert_eq!(tapi.get_agent_activity_list(line, 0, 23), small);
    assert_eq!(tapi.get_agent_caps(*desk, *device, 0, ApiVersion::V2_2, 71), small);
    assert_eq!(tapi.get_agent_caps(*desk, *device, 0, ApiVersion::V2_0, 55), small);
    assert!(tapi.get_agent_caps(*desk, *device, 0, ApiVersion::V2_0, 56).is_ok());
}

#[test]
fn caps_are_asked_of_a_device() {
    let mut center = center();
    let Center { tapi, desk, device, .. } = &mut center;
    let mut caps = |app, device, address, version| tapi.get_agent_caps(app, device, address, version, 100);
    assert_eq!(caps(HLineApp(9), *device, 0, ApiVersion::V2_2), Err(LineError::InvalAppHandle));
    assert_eq!(caps(*desk, 9, 0, ApiVersion::V2_2), Err(LineError::BadDeviceId));
    assert_eq!(caps(*desk, *device, 2, ApiVersion::V2_2), Err(LineError::InvalAddressId));
    assert_eq!(caps(*desk, *device, 0, ApiVersion::V1_4), Err(LineError::IncompatibleApiVersion));
    let nobody = tapi.initialize_ex("DESK-8", "bob");
    assert_eq!(
        tapi.get_agent_caps(nobody, *device, 0, ApiVersion::V2_2, 100),
        Err(LineError::OperationUnavail),
        "without a line there is nowhere to reply to"
    );
}

#[test]
fn a_proxy_that_closes_leaves_nobody_waiting() {
    let mut center = center();
    let one = center.tapi.create_agent(center.client, None, None).unwrap();
    let two = center.tapi.get_group_list(center.client, 100).unwrap();
    center.answer(one, &Response::Agent(1));
    center.tapi.close(center.proxy).unwrap();
    let told = center.told(center.client);
    assert_eq!(told[0], reply(two, Err(LineError::OperationFailed)));
    let closed = |request_type: &ProxyRequestType| LineMessage::ProxyStatus {
        status: LINEPROXYSTATUS_CLOSE,
        request_type: request_type.value(),
    };
    assert!(told[1..].iter().copied().eq(ProxyRequestType::ALL.iter().map(closed)));
    assert_eq!(center.tapi.create_agent(center.client, None, None), Err(LineError::OperationUnavail));
    assert_eq!(center.tapi.take_output(center.client, one), Some(Output::Agent(1)), "that was answered before");
}

#[test]
fn a_client_that_closes_takes_its_requests_along() {
    let mut center = center();
    let request = center.tapi.create_agent(center.client, None, None).unwrap();
    center.tapi.close(center.client).unwrap();
    let refused = center.tapi.proxy_response(center.proxy, request, &[], LineError::NoMem.code());
    assert_eq!(refused, Err(LineError::InvalParam));
    assert_eq!(center.tapi.get_message(center.client), Err(LineError::InvalLineHandle));
    assert_eq!(center.tapi.take_output(center.client, request), None);
    assert_eq!(center.tapi.close(center.client), Err(LineError::InvalLineHandle));
}

#[test]
fn a_line_closed_by_force_is_told_so_at_last() {
    let mut center = center();
    center.tapi.force_close(center.client).unwrap();
    let last = center.tapi.get_message(center.client).unwrap();
    assert_eq!(last.map(|raw| raw.callback_instance), Some(99));
    assert_eq!(last.map(LineMessage::from), Some(LineMessage::Close));
    assert_eq!(center.tapi.get_message(center.client), Err(LineError::InvalLineHandle));
}

#[test]
fn a_proxy_that_opens_is_told_to_the_other_lines() {
    let mut tapi = Telephony::new(Conventions::default());
    let device = tapi.add_device(1);
    let elsewhere = tapi.add_device(1);
    let app = tapi.initialize_ex("SERVER", "acd");
    let open = |tapi: &mut Telephony, device, version| tapi.open(app, device, version, 0, NONE, None).unwrap();
    let lines = [
        open(&mut tapi, device, ApiVersion::V2_2),
        open(&mut tapi, device, ApiVersion::V2_0),
        open(&mut tapi, elsewhere, ApiVersion::V2_2),
    ];
    let (first, rest) = ProxyRequestType::ALL.split_at(1);
    let mut serve = |types| {
        let params = ProxyRegistration::new(0, types).encode();
        let line = tapi.open(app, device, ApiVersion::V2_2, 0, PROXY, Some(&params)).unwrap();
        let mut told = |line| std::iter::from_fn(|| tapi.get_message(line).unwrap()).map(LineMessage::from).collect();
        let told: [Vec<LineMessage>; 4] = [lines[0], lines[1], lines[2], line].map(&mut told);
        told
    };
    let opened = |request_type: &ProxyRequestType| LineMessage::ProxyStatus {
        status: LINEPROXYSTATUS_OPEN,
        request_type: request_type.value(),
    };
    let [told, older, other, own] = serve(first);
    assert_eq!(told, [opened(&first[0])]);
    assert_eq!((older, other, own), (vec![], vec![], vec![]), "not by 2.0, on another device, or by the proxy itself");
    let [mut told, ..] = serve(rest);
    let all = LineMessage::ProxyStatus { status: LINEPROXYSTATUS_ALLOPENFORACD, request_type: 0 };
    assert_eq!(told.pop(), Some(all));
    assert!(told.iter().copied().eq(rest.iter().map(opened)));
}

#[test]
fn what_a_proxy_sends_goes_to_all_lines_but_its_own() {
    let mut center = center();
    let Center { tapi, desk, device, proxy, .. } = &mut center;
    let older = tapi.open(*desk, *device, ApiVersion::V2_0, 0, NONE, None).unwrap();
    tapi.proxy_message(*proxy, 0, LINE_AGENTSESSIONSTATUS, [3, LINEAGENTSESSIONSTATUS_STATE, 2]).unwrap();
    tapi.proxy_message(*proxy, 0, LINE_AGENTSTATUS, [0, LINEAGENTSTATUS_STATE, 4]).unwrap();
    tapi.proxy_message(*proxy, 0, LINE_AGENTSPECIFIC, [1, 2, 3]).unwrap();
    tapi.proxy_message(*proxy, 0, LINE_GROUPSTATUS, [0, LINEGROUPSTATUS_NEWGROUP, 0]).unwrap();
    tapi.proxy_message(*proxy, 0, LINE_QUEUESTATUS, [5, LINEQUEUESTATUS_NEWQUEUE, 0]).unwrap();
    tapi.proxy_message(*proxy, 0, LINE_AGENTSTATUSEX, [1, LINEAGENTSTATUSEX_NEWAGENT, 0]).unwrap();
    let session = LineMessage::AgentSessionStatus { session: 3, status: LINEAGENTSESSIONSTATUS_STATE, state: 2 };
    let agent = LineMessage::AgentStatus { address: 0, status: LINEAGENTSTATUS_STATE, state: 4 };
    let specific = LineMessage::AgentSpecific { extension: 1, params: [2, 3] };
    let group = LineMessage::GroupStatus { status: LINEGROUPSTATUS_NEWGROUP };
    let queue = LineMessage::QueueStatus { queue: 5, status: LINEQUEUESTATUS_NEWQUEUE };
    let agent_ex = LineMessage::AgentStatusEx { agent: 1, status: LINEAGENTSTATUSEX_NEWAGENT, state: 0 };
    assert_eq!(center.told(center.client), [session, agent, specific, group, queue, agent_ex]);
    assert_eq!(center.told(older), [agent, specific], "the others are of 2.2");
    assert_eq!(center.told(center.proxy), []);
}

#[test]
fn what_a_proxy_must_not_send() {
    let mut center = center();
    let Center { tapi, proxy, client, .. } = &mut center;
    let mut send = |line, call, message| tapi.proxy_message(line, call, message, [0; 3]);
    assert_eq!(send(*proxy, 1, LINE_GROUPSTATUS), Err(LineError::InvalCallHandle));
    assert_eq!(send(*client, 0, LINE_GROUPSTATUS), Err(LineError::NotRegistered));
    assert_eq!(send(HLine(0), 0, LINE_GROUPSTATUS), Err(LineError::InvalLineHandle));
    for message in [LINE_REPLY, LINE_CLOSE, LINE_PROXYREQUEST, LINE_PROXYSTATUS, 0, 99] {
        assert_eq!(send(*proxy, 0, message), Err(LineError::InvalParam), "message {message}");
    }
}

#[test]
fn the_types_that_are_served_are_listed() {
    let mut center = center_of(&[ProxyRequestType::CreateAgent, ProxyRequestType::GetGroupList]);
    let Center { tapi, desk, device, proxy, .. } = &mut center;
    let status = |tapi: &Telephony, size| tapi.get_proxy_status(*desk, *device, ApiVersion::V2_2, size);
    let bytes = status(tapi, 1_000).unwrap();
    assert_eq!(bytes[..4], 1_000_u32.to_le_bytes(), "dwTotalSize is what the client has allocated");
    let mut whole = bytes.clone();
    whole.resize(1_000, 0);
    assert_eq!(ProxyRequestList::decode(&whole).unwrap().entries, [0x09, 0x13]);
    assert_eq!(status(tapi, 23), Err(LineError::StructureTooSmall));
    let cut = status(tapi, 30).unwrap();
    assert!(ProxyRequestList::decode(&cut).unwrap().entries.is_empty(), "an array that would be cut is left out");
    let old = tapi.get_proxy_status(*desk, *device, ApiVersion::V2_0, 100);
    assert_eq!(old, Err(LineError::IncompatibleApiVersion));
    assert_eq!(tapi.get_proxy_status(*desk, 9, ApiVersion::V2_2, 100), Err(LineError::BadDeviceId));
    assert_eq!(tapi.get_proxy_status(HLineApp(9), 0, ApiVersion::V2_2, 100), Err(LineError::InvalAppHandle));
    tapi.close(*proxy).unwrap();
    assert_eq!(status(tapi, 100), Err(LineError::OperationUnavail));
}

#[test]
fn the_requests_of_a_line_are_bounded() {
    let mut center = center();
    for _ in 0..MOST_PENDING {
        center.tapi.create_agent(center.client, None, None).unwrap();
    }
    assert_eq!(center.tapi.create_agent(center.client, None, None), Err(LineError::ResourceUnavail));
    let first = center.tapi.unanswered(center.proxy).unwrap()[0];
    center.tapi.proxy_response(center.proxy, first, &[], LineError::NoMem.code()).unwrap();
    assert!(center.tapi.create_agent(center.client, None, None).is_ok());
}

#[test]
fn a_request_is_pending_until_its_output_is_taken() {
    let mut center = center();
    for _ in 0..MOST_PENDING {
        center.tapi.create_agent(center.client, None, None).unwrap();
    }
    for request in center.tapi.unanswered(center.proxy).unwrap() {
        center.answer(request, &Response::Agent(1));
        let full = Err(LineError::ResourceUnavail);
        assert_eq!(center.tapi.create_agent(center.client, None, None), full, "it is answered and not taken");
        assert_eq!(center.tapi.take_output(center.client, request), Some(Output::Agent(1)));
        assert!(center.tapi.create_agent(center.client, None, None).is_ok());
    }
}

#[test]
fn an_answer_in_another_buffer_than_that_of_the_request_is_refused() {
    let mut center = center();
    let longer: fn(&mut Vec<u8>) = |buffer| buffer.push(0);
    let of_another_version: fn(&mut Vec<u8>) = |buffer| buffer[20] ^= 1;
    let of_both: fn(&mut Vec<u8>) = |buffer| (buffer[20], _) = (9, buffer.push(0));
    for change in [longer, of_another_version, of_both] {
        let request = center.tapi.create_agent(center.client, None, None).unwrap();
        let mut buffer = center.tapi.proxy_request(center.proxy, request).unwrap().to_vec();
        encode_response(&mut buffer, &Response::Agent(5)).unwrap();
        change(&mut buffer);
        let refused = center.tapi.proxy_response(center.proxy, request, &buffer, 0);
        assert_eq!(refused, Err(LineError::InvalParam));
        assert_eq!(center.told(center.client), [reply(request, Err(LineError::OperationFailed))]);
        assert_eq!(center.tapi.take_output(center.client, request), None);
    }
}

#[test]
fn status_messages_beyond_the_bound_are_lost_and_replies_are_not() {
    let mut center = center();
    for _ in 0..MOST_MESSAGES + 3 {
        center.tapi.proxy_message(center.proxy, 0, LINE_GROUPSTATUS, [0, 1, 0]).unwrap();
    }
    assert_eq!(center.tapi.lost_messages(center.client), Ok(3));
    let request = center.tapi.create_agent(center.client, None, None).unwrap();
    center.tapi.proxy_response(center.proxy, request, &[], LineError::NoMem.code()).unwrap();
    let told = center.told(center.client);
    assert_eq!((told.len(), told.last()), (MOST_MESSAGES + 1, Some(&reply(request, Err(LineError::NoMem)))));
    assert_eq!(center.tapi.lost_messages(HLine(0)), Err(LineError::InvalLineHandle));
}

#[test]
fn numbers_of_requests_wrap_around_and_skip_those_in_use() {
    let mut center = center();
    let first = center.tapi.create_agent(center.client, None, None).unwrap();
    assert_eq!(first, RequestId(1));
    center.tapi.last_request = MOST_REQUEST_ID - 1;
    assert_eq!(center.tapi.create_agent(center.client, None, None), Ok(RequestId(MOST_REQUEST_ID)));
    assert_eq!(center.tapi.create_agent(center.client, None, None), Ok(RequestId(2)), "1 is not answered yet");
}
