//! Every error that Microsoft documents for a function happens: at once where the dispatcher knows it, in LINE_REPLY
//! where the proxy answers with it.

#[path = "tapi_dispatch/documented.rs"]
#[allow(dead_code, reason = "the rest is for docs/tapi-conformance.md")]
mod documented;

use acdsim::acd::tapi2::call_params::ProxyRegistration;
use acdsim::acd::tapi2::constants::*;
use acdsim::acd::tapi2::lists::{GroupEntry, GroupList};
use acdsim::acd::tapi2::message::{LineMessage, ReplyError};
use acdsim::acd::tapi2::proxy::Proxy;
use acdsim::acd::tapi2::records::{AgentCaps, AgentStatus};
use acdsim::acd::tapi2::telephony::{HLine, HLineApp, MOST_PENDING, Output, RequestId, Telephony};
use acdsim::acd::tapi2::{ApiVersion, LineError, ProxyRequestType, Variable};
use acdsim::acd::{AgentHandler, Conventions};
use acdsim::time::Instant;
use documented::{FUNCTIONS, Function};
use uuid::Uuid;

/// A server with a device of one address, the line of a proxy for all requests, and that of a client.
struct Center {
    tapi: Telephony,
    switch: HLineApp,
    desk: HLineApp,
    proxy: HLine,
    client: HLine,
}

fn center() -> Center {
    let mut tapi = Telephony::new(Conventions::default());
    let device = tapi.add_device(1);
    let [switch, desk] = ["acd", "ann"].map(|user| tapi.initialize_ex("SERVER", user));
    let all = ProxyRegistration::new(0, ProxyRequestType::ALL).encode();
    let privileges = LINECALLPRIVILEGE_NONE | LINEOPENOPTION_PROXY;
    let proxy = tapi.open(switch, device, ApiVersion::V3_1, 0, privileges, Some(&all)).unwrap();
    let client = tapi.open(desk, device, ApiVersion::V3_1, 0, LINECALLPRIVILEGE_NONE, None).unwrap();
    Center { tapi, switch, desk, proxy, client }
}

/// What a call is made with; a test changes what it wants wrong.
#[derive(Clone, Copy)]
struct With {
    app: HLineApp,
    line: HLine,
    device: u32,
    address: u32,
    version: ApiVersion,
    room: u32,
}

impl Center {
    fn with(&self) -> With {
        let (app, line) = (self.desk, self.client);
        With { app, line, device: 0, address: 0, version: ApiVersion::V2_2, room: 200 }
    }

    fn start(&mut self, request_type: ProxyRequestType, with: With) -> Result<RequestId, LineError> {
        let With { app, line, device, address, version, room } = with;
        let (tapi, guid) = (&mut self.tapi, Uuid::nil());
        use ProxyRequestType as Type;
        match request_type {
            Type::SetAgentGroup => tapi.set_agent_group(line, address, GroupList::from(vec![])),
            Type::SetAgentState => tapi.set_agent_state(line, address, 2, 0),
            Type::SetAgentActivity => tapi.set_agent_activity(line, address, 1),
            Type::GetAgentCaps => tapi.get_agent_caps(app, device, address, version, room),
            Type::GetAgentStatus => tapi.get_agent_status(line, address, room),
            Type::AgentSpecific => tapi.agent_specific(line, address, 0, &[1]),
            Type::GetAgentActivityList => tapi.get_agent_activity_list(line, address, room),
            Type::GetAgentGroupList => tapi.get_agent_group_list(line, address, room),
            Type::CreateAgent => tapi.create_agent(line, None, None),
            Type::SetAgentMeasurementPeriod => tapi.set_agent_measurement_period(line, 1, 60),
            Type::GetAgentInfo => tapi.get_agent_info(line, 1, room),
            Type::CreateAgentSession => tapi.create_agent_session(line, 1, None, 0, guid),
            Type::GetAgentSessionList => tapi.get_agent_session_list(line, 1, room),
            Type::SetAgentSessionState => tapi.set_agent_session_state(line, 1, 2, 0),
            Type::GetAgentSessionInfo => tapi.get_agent_session_info(line, 1, room),
            Type::GetQueueList => tapi.get_queue_list(line, guid, room),
            Type::SetQueueMeasurementPeriod => tapi.set_queue_measurement_period(line, 1, 60),
            Type::GetQueueInfo => tapi.get_queue_info(line, 1, room),
            Type::GetGroupList => tapi.get_group_list(line, room),
            Type::SetAgentStateEx => tapi.set_agent_state_ex(line, 1, 2, 0),
        }
    }

    /// The results of the replies that the client has got.
    fn replies(&mut self) -> Vec<Result<(), ReplyError>> {
        let messages = std::iter::from_fn(|| self.tapi.get_message(self.client).unwrap()).map(LineMessage::from);
        let result = |message| if let LineMessage::Reply { result, .. } = message { Some(result) } else { None };
        messages.filter_map(result).collect()
    }
}

fn asynchronous() -> impl Iterator<Item = (&'static Function, ProxyRequestType)> {
    FUNCTIONS.iter().filter_map(|function| function.request.map(|request_type| (function, request_type)))
}

/// Makes a call of each asynchronous function that documents the error, which is to be refused with it.
fn refused_at_once(center: &mut Center, error: LineError, with: With) {
    let documented = asynchronous().filter(|(function, _)| function.errors.contains(&error));
    let mut functions = 0;
    for (function, request_type) in documented {
        assert_eq!(center.start(request_type, with), Err(error), "{}", function.name);
        functions += 1;
    }
    assert!(functions > 0, "{} is documented", error.name());
}

#[test]
fn every_request_has_one_function() {
    let mut types: Vec<_> = asynchronous().map(|(_, request_type)| request_type).collect();
    types.sort();
    assert_eq!(types, ProxyRequestType::ALL);
}

#[test]
fn every_documented_error_can_be_the_answer_of_the_proxy() {
    let mut center = center();
    for (function, request_type) in asynchronous() {
        for &error in function.errors {
            let with = center.with();
            let request = center.start(request_type, with).unwrap();
            center.tapi.proxy_response(center.proxy, request, &[], error.code()).unwrap();
            let expected = [Err(ReplyError::Line(error))];
            assert_eq!(center.replies(), expected, "{}: {}", function.name, error.name());
        }
    }
}

#[test]
fn a_handle_that_is_unknown_is_refused_at_once() {
    let mut center = center();
    let with = With { line: HLine(99), app: HLineApp(99), ..center.with() };
    refused_at_once(&mut center, LineError::InvalLineHandle, with);
    refused_at_once(&mut center, LineError::InvalAppHandle, with);
}

#[test]
fn what_an_address_a_device_a_version_or_a_buffer_has_wrong_is_refused_at_once() {
    let mut center = center();
    let with = center.with();
    refused_at_once(&mut center, LineError::InvalAddressId, With { address: 1, ..with });
    refused_at_once(&mut center, LineError::BadDeviceId, With { device: 1, ..with });
    refused_at_once(&mut center, LineError::IncompatibleApiVersion, With { version: ApiVersion::V1_4, ..with });
    for (function, request_type) in asynchronous() {
        let small = center.start(request_type, With { room: 23, ..with });
        let has_room = function.name.starts_with("lineGet");
        assert_eq!(small == Err(LineError::StructureTooSmall), has_room, "{}", function.name);
    }
}

#[test]
fn what_nobody_serves_is_unavailable() {
    let mut center = center();
    center.tapi.close(center.proxy).unwrap();
    let with = center.with();
    refused_at_once(&mut center, LineError::OperationUnavail, with);
    let (app, tapi) = (center.desk, &center.tapi);
    assert_eq!(tapi.get_proxy_status(app, 0, ApiVersion::V2_2, 200), Err(LineError::OperationUnavail));
}

#[test]
fn what_a_proxy_leaves_unanswered_has_failed() {
    for (function, request_type) in asynchronous() {
        let mut center = center();
        let with = center.with();
        center.start(request_type, with).unwrap();
        center.tapi.close(center.proxy).unwrap();
        assert_eq!(center.replies(), [Err(ReplyError::Line(LineError::OperationFailed))], "{}", function.name);
    }
}

#[test]
fn a_line_with_too_many_requests_has_no_resource_for_another() {
    let mut center = center();
    let with = center.with();
    for _ in 0..MOST_PENDING {
        center.start(ProxyRequestType::CreateAgent, with).unwrap();
    }
    refused_at_once(&mut center, LineError::ResourceUnavail, with);
}

#[test]
fn after_the_last_application_nothing_is_initialized() {
    let mut center = center();
    let with = center.with();
    let request = center.start(ProxyRequestType::CreateAgent, with).unwrap();
    center.tapi.shutdown(center.desk).unwrap();
    center.tapi.shutdown(center.switch).unwrap();
    refused_at_once(&mut center, LineError::Uninitialized, with);
    let (tapi, proxy) = (&mut center.tapi, center.proxy);
    let expected = LineError::Uninitialized;
    assert_eq!(tapi.get_proxy_status(center.desk, 0, ApiVersion::V2_2, 200), Err(expected));
    assert_eq!(tapi.proxy_message(proxy, 0, LINE_GROUPSTATUS, [0; 3]), Err(expected));
    assert_eq!(tapi.proxy_response(proxy, request, &[], -1), Err(expected));
}

#[test]
fn the_proxys_own_functions_have_their_errors() {
    let mut center = center();
    let with = center.with();
    let request = center.start(ProxyRequestType::CreateAgent, with).unwrap();
    let Center { tapi, proxy, client, desk, .. } = &mut center;
    let failed = LineError::OperationFailed.code();
    assert_eq!(tapi.proxy_response(HLine(99), request, &[], failed), Err(LineError::InvalLineHandle));
    assert_eq!(tapi.proxy_response(*client, request, &[], failed), Err(LineError::NotRegistered));
    assert_eq!(tapi.proxy_response(*proxy, RequestId(99), &[], failed), Err(LineError::InvalParam));
    assert_eq!(tapi.proxy_response(*proxy, request, &[], 1), Err(LineError::InvalParam));
    assert_eq!(tapi.proxy_message(HLine(99), 0, LINE_GROUPSTATUS, [0; 3]), Err(LineError::InvalLineHandle));
    assert_eq!(tapi.proxy_message(*client, 0, LINE_GROUPSTATUS, [0; 3]), Err(LineError::NotRegistered));
    assert_eq!(tapi.proxy_message(*proxy, 1, LINE_GROUPSTATUS, [0; 3]), Err(LineError::InvalCallHandle));
    assert_eq!(tapi.proxy_message(*proxy, 0, LINE_REPLY, [0; 3]), Err(LineError::InvalParam));
    assert_eq!(tapi.get_proxy_status(*desk, 1, ApiVersion::V2_2, 200), Err(LineError::BadDeviceId));
    assert_eq!(tapi.get_proxy_status(*desk, 0, ApiVersion::V2_1, 200), Err(LineError::IncompatibleApiVersion));
}

/// Has the proxy of an agent handler answer one request, and returns the client's output, or the error.
fn served(
    tapi: &mut Telephony,
    proxy: &mut Proxy<()>,
    line: HLine,
    start: impl FnOnce(&mut Telephony) -> Result<RequestId, LineError>,
) -> Result<Output, ReplyError> {
    let request = start(tapi).unwrap();
    assert_eq!(proxy.answer_next(tapi, Instant::START), Ok(true));
    let messages = std::iter::from_fn(|| tapi.get_message(line).unwrap()).map(LineMessage::from);
    let reply = |message| if let LineMessage::Reply { result, .. } = message { Some(result) } else { None };
    let results: Vec<_> = messages.filter_map(reply).collect();
    let [result] = results[..] else { panic!("{results:?}") };
    result.map(|()| tapi.take_output(line, request).unwrap())
}

fn structure<S: Variable>(output: Result<Output, ReplyError>) -> S {
    let Ok(Output::Structure(bytes)) = output else { panic!("{output:?}") };
    S::decode(&bytes).unwrap()
}

#[test]
fn on_an_address_nothing_can_be_set_that_is_not_told_to_be_valid() {
    let mut tapi = Telephony::new(Conventions::default());
    let device = tapi.add_device(1);
    let [switch, desk] = ["acd", "ann"].map(|user| tapi.initialize_ex("SERVER", user));
    let mut handler = AgentHandler::new();
    let guid = Uuid::from_u128(1);
    let group = handler.create_group(guid, "Sales").unwrap();
    handler.create_queue("Sales", Some(group), Instant::START).unwrap();
    handler.create_address("4101").unwrap();
    let start = jiff::civil::date(2026, 3, 2).at(0, 0, 0, 0);
    let mut proxy = Proxy::register(&mut tapi, switch, device, "ACD", Uuid::nil(), handler, start).unwrap();
    let line = tapi.open(desk, device, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None).unwrap();
    let mut ask =
        |start: &dyn Fn(&mut Telephony) -> Result<RequestId, LineError>| served(&mut tapi, &mut proxy, line, start);

    let caps: AgentCaps = structure(ask(&|tapi| tapi.get_agent_caps(desk, device, 0, ApiVersion::V2_2, 300)));
    let groups = GroupList::from(vec![GroupEntry { guid, name: None }]);
    ask(&|tapi| tapi.set_agent_group(line, 0, groups.clone())).unwrap();
    let status: AgentStatus = structure(ask(&|tapi| tapi.get_agent_status(line, 0, 500)));
    assert_eq!(status.valid_states & !caps.states, 0, "what is valid now is valid ever");
    assert_eq!(status.valid_next_states & !caps.next_states, 0);
    assert_eq!(status.agent_features, caps.features);
    assert_eq!(caps.features & (LINEAGENTFEATURE_SETAGENTACTIVITY | LINEAGENTFEATURE_AGENTSPECIFIC), 0);
    assert_eq!(caps.agent_status_messages, LINEAGENTSTATUS_GROUP | LINEAGENTSTATUS_STATE);
    assert!(caps.agent_extension_ids.is_empty());

    let refused = Err(ReplyError::Line(LineError::InvalAgentState));
    for bit in 0..32 {
        let state = 1 << bit;
        // From NOTREADY: on one call no other can begin.
        ask(&|tapi| tapi.set_agent_state(line, 0, LINEAGENTSTATE_NOTREADY, 0)).unwrap();
        let set = ask(&|tapi| tapi.set_agent_state(line, 0, state, 0));
        // Wrap-up is for after a call.
        let valid = status.valid_states & state != 0 && state != LINEAGENTSTATE_WORKINGAFTERCALL;
        assert_eq!(set, if valid { Ok(Output::None) } else { refused.clone() }, "state {state:#x}");
    }
    ask(&|tapi| tapi.set_agent_state(line, 0, LINEAGENTSTATE_READY, 0)).unwrap();
    ask(&|tapi| tapi.set_agent_state(line, 0, 0, LINEAGENTSTATE_NOTREADY)).unwrap();
    let status: AgentStatus = structure(ask(&|tapi| tapi.get_agent_status(line, 0, 500)));
    assert_eq!(status.state, LINEAGENTSTATE_READY, "a state of 0 leaves it");
}
