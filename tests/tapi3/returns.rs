//! Every documented return value of every method, by name: a table of what is to be seen, and the causes that show it.

use std::collections::BTreeSet;

use super::*;

/// What the pages list for each method besides E_OUTOFMEMORY. `LINEERR_` is any error of a line function as it is.
#[rustfmt::skip]
const DOCUMENTED: &[(&str, &[&str])] = &[
    ("ITTAPICallCenter::EnumerateAgentHandlers", &["S_OK", "E_POINTER", "E_INVALIDARG"]),
    ("ITTAPICallCenter::get_AgentHandlers", &["S_OK", "E_POINTER", "E_INVALIDARG"]),
    ("ITAgentHandler::get_Name", &["S_OK", "E_POINTER"]),
    ("ITAgentHandler::CreateAgent", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT", "E_OUTOFMEMORY"]),
    ("ITAgentHandler::CreateAgentWithID", &["S_OK", "E_POINTER", "E_INVALIDARG", "TAPI_E_TIMEOUT", "E_OUTOFMEMORY"]),
    ("ITAgentHandler::EnumerateACDGroups", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT"]),
    ("ITAgentHandler::EnumerateUsableAddresses", &["S_OK", "E_POINTER"]),
    ("ITAgentHandler::get_ACDGroups", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT"]),
    ("ITAgentHandler::get_UsableAddresses", &["S_OK", "E_POINTER"]),
    ("ITAgent::EnumerateAgentSessions", &["S_OK", "E_POINTER"]),
    ("ITAgent::CreateSession",
        &["S_OK", "E_POINTER", "E_INVALIDARG", "E_UNEXPECTED", "TAPI_E_TIMEOUT", "TAPI_E_CALLCENTER_GROUP_REMOVED",
          "E_OUTOFMEMORY"]),
    ("ITAgent::CreateSessionWithPIN",
        &["S_OK", "E_POINTER", "E_INVALIDARG", "TAPI_E_CALLCENTER_NO_AGENT_ID", "TAPI_E_TIMEOUT",
          "TAPI_E_CALLCENTER_GROUP_REMOVED", "E_OUTOFMEMORY"]),
    ("ITAgent::get_ID", &["S_OK", "E_POINTER", "TAPI_E_CALLCENTER_NO_AGENT_ID"]),
    ("ITAgent::get_User", &["S_OK", "E_POINTER"]),
    ("ITAgent::put_State", &["S_OK", "E_INVALIDARG", "TAPI_E_TIMEOUT"]),
    ("ITAgent::get_State", &["S_OK", "E_POINTER"]),
    ("ITAgent::put_MeasurementPeriod", &["S_OK", "E_INVALIDARG", "LINEERR_"]),
    ("ITAgent::get_MeasurementPeriod", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT"]),
    ("ITAgent::get_OverallCallRate", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT"]),
    ("ITAgent::get_NumberOfACDCalls", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT"]),
    ("ITAgent::get_NumberOfIncomingCalls", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT"]),
    ("ITAgent::get_NumberOfOutgoingCalls", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT"]),
    ("ITAgent::get_TotalACDTalkTime", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT"]),
    ("ITAgent::get_TotalACDCallTime", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT"]),
    ("ITAgent::get_TotalWrapUpTime", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT"]),
    ("ITAgent::get_AgentSessions", &["S_OK", "E_POINTER"]),
    ("ITAgentSession::get_Agent", &["S_OK", "E_POINTER"]),
    ("ITAgentSession::get_Address", &["S_OK", "E_POINTER"]),
    ("ITAgentSession::get_ACDGroup", &["S_OK", "E_POINTER", "LINEERR_"]),
    ("ITAgentSession::put_State", &["S_OK", "E_INVALIDARG", "LINEERR_", "TAPI_E_TIMEOUT"]),
    ("ITAgentSession::get_State", &["S_OK", "E_POINTER"]),
    ("ITAgentSession::get_SessionStartTime", &["S_OK", "E_POINTER", "LINEERR_", "TAPI_E_TIMEOUT"]),
    ("ITAgentSession::get_SessionDuration", &["S_OK", "E_POINTER", "LINEERR_", "TAPI_E_TIMEOUT"]),
    ("ITAgentSession::get_NumberOfCalls", &["S_OK", "E_POINTER", "LINEERR_", "TAPI_E_TIMEOUT"]),
    ("ITAgentSession::get_TotalTalkTime", &["S_OK", "E_POINTER", "LINEERR_", "TAPI_E_TIMEOUT"]),
    ("ITAgentSession::get_AverageTalkTime", &["S_OK", "E_POINTER", "LINEERR_", "TAPI_E_TIMEOUT"]),
    ("ITAgentSession::get_TotalCallTime", &["S_OK", "E_POINTER", "LINEERR_", "TAPI_E_TIMEOUT"]),
    ("ITAgentSession::get_AverageCallTime", &["S_OK", "E_POINTER", "LINEERR_", "TAPI_E_TIMEOUT"]),
    ("ITAgentSession::get_TotalWrapUpTime", &["S_OK", "E_POINTER", "LINEERR_", "TAPI_E_TIMEOUT"]),
    ("ITAgentSession::get_AverageWrapUpTime", &["S_OK", "E_POINTER", "LINEERR_", "TAPI_E_TIMEOUT"]),
    ("ITAgentSession::get_ACDCallRate", &["S_OK", "E_POINTER", "LINEERR_", "TAPI_E_TIMEOUT"]),
    ("ITAgentSession::get_LongestTimeToAnswer", &["S_OK", "E_POINTER", "LINEERR_", "TAPI_E_TIMEOUT"]),
    ("ITAgentSession::get_AverageTimeToAnswer", &["S_OK", "E_POINTER", "LINEERR_", "TAPI_E_TIMEOUT"]),
    ("ITACDGroup::get_Name", &["S_OK", "E_POINTER", "TAPI_E_CALLCENTER_GROUP_REMOVED"]),
    ("ITACDGroup::EnumerateQueues", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT", "TAPI_E_CALLCENTER_GROUP_REMOVED"]),
    ("ITACDGroup::get_Queues", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT", "TAPI_E_CALLCENTER_GROUP_REMOVED"]),
    ("ITQueue::put_MeasurementPeriod",
        &["S_OK", "E_INVALIDARG", "LINEERR_", "TAPI_E_TIMEOUT", "TAPI_E_CALLCENTER_QUEUE_REMOVED"]),
    ("ITQueue::get_MeasurementPeriod", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT", "TAPI_E_CALLCENTER_QUEUE_REMOVED"]),
    ("ITQueue::get_TotalCallsQueued", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT", "TAPI_E_CALLCENTER_QUEUE_REMOVED"]),
    ("ITQueue::get_CurrentCallsQueued", &["S_OK", "E_POINTER", "TAPI_E_CALLCENTER_QUEUE_REMOVED"]),
    ("ITQueue::get_TotalCallsAbandoned", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT", "TAPI_E_CALLCENTER_QUEUE_REMOVED"]),
    ("ITQueue::get_TotalCallsFlowedIn", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT", "TAPI_E_CALLCENTER_QUEUE_REMOVED"]),
    ("ITQueue::get_TotalCallsFlowedOut", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT", "TAPI_E_CALLCENTER_QUEUE_REMOVED"]),
    ("ITQueue::get_LongestEverWaitTime", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT", "TAPI_E_CALLCENTER_QUEUE_REMOVED"]),
    ("ITQueue::get_CurrentLongestWaitTime",
        &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT", "TAPI_E_CALLCENTER_QUEUE_REMOVED"]),
    ("ITQueue::get_AverageWaitTime", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT", "TAPI_E_CALLCENTER_QUEUE_REMOVED"]),
    ("ITQueue::get_FinalDisposition", &["S_OK", "E_POINTER", "TAPI_E_TIMEOUT", "TAPI_E_CALLCENTER_QUEUE_REMOVED"]),
    ("ITQueue::get_Name", &["S_OK", "E_POINTER", "TAPI_E_CALLCENTER_QUEUE_REMOVED"]),
    ("ITAgentEvent::get_Agent", &["S_OK", "E_POINTER"]),
    ("ITAgentEvent::get_Event", &["S_OK", "E_POINTER"]),
    ("ITAgentSessionEvent::get_Session", &["S_OK", "E_POINTER"]),
    ("ITAgentSessionEvent::get_Event", &["S_OK", "E_POINTER"]),
    ("ITACDGroupEvent::get_Group", &["S_OK", "E_POINTER"]),
    ("ITACDGroupEvent::get_Event", &["S_OK", "E_POINTER"]),
    ("ITQueueEvent::get_Queue", &["S_OK", "E_POINTER"]),
    ("ITQueueEvent::get_Event", &["S_OK", "E_POINTER"]),
    ("ITAgentHandlerEvent::get_AgentHandler", &["S_OK", "E_POINTER"]),
    ("ITAgentHandlerEvent::get_Event", &["S_OK", "E_POINTER"]),
    // Of each enumerator; E_UNEXPECTED of Clone cannot happen, because what is enumerated is at hand.
    ("IEnum::Next", &["S_OK", "S_FALSE", "E_POINTER"]),
    ("IEnum::Reset", &["S_OK"]),
    ("IEnum::Skip", &["S_OK", "S_FALSE"]),
    ("IEnum::Clone", &["S_OK", "E_POINTER"]),
    ("ITCollection::get_Count", &["S_OK", "E_POINTER"]),
    ("ITCollection::get_Item", &["S_OK", "E_POINTER", "E_INVALIDARG"]),
    ("ITCollection::get__NewEnum", &["S_OK", "E_POINTER"]),
];

/// What was seen: a method and a return value.
#[derive(Default)]
struct Seen(BTreeSet<(String, String)>);

impl Seen {
    fn note(&mut self, method: &str, result: HResult) {
        let name = match result.raw_line_error() {
            Some(_) => "LINEERR_",
            None => result.name().expect("a method returns what has a name"),
        };
        self.0.insert((method.to_owned(), name.to_owned()));
    }

    /// A method that puts something.
    fn put(&mut self, method: &str, result: Result<(), HResult>) {
        self.note(method, result.err().unwrap_or(HResult::S_OK));
    }

    /// A method that gets something, with a place for it and without.
    fn get<T>(&mut self, method: &str, mut call: impl FnMut() -> Result<T, HResult>) -> Option<T> {
        let mut place = None;
        let result = deliver(Some(&mut place), || call().map(Some));
        self.note(method, result);
        let before = self.0.len();
        self.note(method, deliver(None, call));
        assert!(self.0.len() <= before + 1 && self.0.contains(&(method.into(), "E_POINTER".into())));
        place
    }
}

/// The getters of an object, each by TAPI's name.
macro_rules! getters {
    ($seen:ident, $tapi:ident, $object:ident, $interface:literal: $($alias:literal $method:ident)*) => {
        $($seen.get(concat!($interface, "::", $alias), || $object.$method($tapi));)*
    };
}

/// Calls every method that gets something from an object.
fn get_all(seen: &mut Seen, desk: &mut Desktop, agent: ITAgent, session: ITAgentSession, queue: ITQueue) {
    let Desktop { tapi, handler, group, .. } = desk;
    seen.get("ITTAPICallCenter::EnumerateAgentHandlers", || tapi.enumerate_agent_handlers());
    seen.get("ITTAPICallCenter::get_AgentHandlers", || tapi.get_agent_handlers());
    getters! { seen, tapi, handler, "ITAgentHandler":
        "get_Name" get_name
        "EnumerateACDGroups" enumerate_acd_groups
        "EnumerateUsableAddresses" enumerate_usable_addresses
        "get_ACDGroups" get_acd_groups
        "get_UsableAddresses" get_usable_addresses
    }
    getters! { seen, tapi, agent, "ITAgent":
        "EnumerateAgentSessions" enumerate_agent_sessions
        "get_ID" get_id
        "get_User" get_user
        "get_State" get_state
        "get_MeasurementPeriod" get_measurement_period
        "get_OverallCallRate" get_overall_call_rate
        "get_NumberOfACDCalls" get_number_of_acd_calls
        "get_NumberOfIncomingCalls" get_number_of_incoming_calls
        "get_NumberOfOutgoingCalls" get_number_of_outgoing_calls
        "get_TotalACDTalkTime" get_total_acd_talk_time
        "get_TotalACDCallTime" get_total_acd_call_time
        "get_TotalWrapUpTime" get_total_wrap_up_time
        "get_AgentSessions" get_agent_sessions
    }
    getters! { seen, tapi, session, "ITAgentSession":
        "get_Agent" get_agent
        "get_Address" get_address
        "get_ACDGroup" get_acd_group
        "get_State" get_state
        "get_SessionStartTime" get_session_start_time
        "get_SessionDuration" get_session_duration
        "get_NumberOfCalls" get_number_of_calls
        "get_TotalTalkTime" get_total_talk_time
        "get_AverageTalkTime" get_average_talk_time
        "get_TotalCallTime" get_total_call_time
        "get_AverageCallTime" get_average_call_time
        "get_TotalWrapUpTime" get_total_wrap_up_time
        "get_AverageWrapUpTime" get_average_wrap_up_time
        "get_ACDCallRate" get_acd_call_rate
        "get_LongestTimeToAnswer" get_longest_time_to_answer
        "get_AverageTimeToAnswer" get_average_time_to_answer
    }
    getters! { seen, tapi, group, "ITACDGroup":
        "get_Name" get_name
        "EnumerateQueues" enumerate_queues
        "get_Queues" get_queues
    }
    getters! { seen, tapi, queue, "ITQueue":
        "get_MeasurementPeriod" get_measurement_period
        "get_TotalCallsQueued" get_total_calls_queued
        "get_CurrentCallsQueued" get_current_calls_queued
        "get_TotalCallsAbandoned" get_total_calls_abandoned
        "get_TotalCallsFlowedIn" get_total_calls_flowed_in
        "get_TotalCallsFlowedOut" get_total_calls_flowed_out
        "get_LongestEverWaitTime" get_longest_ever_wait_time
        "get_CurrentLongestWaitTime" get_current_longest_wait_time
        "get_AverageWaitTime" get_average_wait_time
        "get_FinalDisposition" get_final_disposition
        "get_Name" get_name
    }
}

/// Calls every method that puts something, or makes something, with these arguments.
fn put_all(seen: &mut Seen, desk: &mut Desktop, agent: ITAgent, session: ITAgentSession, queue: ITQueue, number: i32) {
    let Desktop { tapi, .. } = desk;
    seen.put("ITAgent::put_State", agent.put_state(tapi, number));
    seen.put("ITAgent::put_MeasurementPeriod", agent.put_measurement_period(tapi, number));
    seen.put("ITAgentSession::put_State", session.put_state(tapi, number));
    seen.put("ITQueue::put_MeasurementPeriod", queue.put_measurement_period(tapi, number));
}

/// Makes an agent in each way, and a session of each; `pin` is what is given for the PINs.
fn make_all(seen: &mut Seen, desk: &mut Desktop, agents: [ITAgent; 2], group: Option<ITACDGroup>, pin: Option<&str>) {
    let (handler, address) = (desk.handler, Some(desk.address));
    let tapi = &mut desk.tapi;
    seen.get("ITAgentHandler::CreateAgent", || handler.create_agent(tapi));
    seen.get("ITAgentHandler::CreateAgentWithID", || handler.create_agent_with_id(tapi, Some("7001"), pin));
    for agent in agents {
        seen.get("ITAgent::CreateSession", || agent.create_session(tapi, group, address));
        seen.get("ITAgent::CreateSessionWithPIN", || agent.create_session_with_pin(tapi, group, address, pin));
        seen.get("ITAgent::get_ID", || agent.get_id(tapi));
    }
}

/// The methods of the event objects.
fn open_event(seen: &mut Seen, event: Event) {
    let mut both = |interface: &str, object: &str| {
        seen.get(&format!("{interface}::get_{object}"), || Ok(event));
        seen.get(&format!("{interface}::get_Event"), || Ok(event));
    };
    match event {
        Event::Agent(..) => both("ITAgentEvent", "Agent"),
        Event::AgentSession(..) => both("ITAgentSessionEvent", "Session"),
        Event::AcdGroup(..) => both("ITACDGroupEvent", "Group"),
        Event::Queue(..) => both("ITQueueEvent", "Queue"),
        Event::AgentHandler(..) => both("ITAgentHandlerEvent", "AgentHandler"),
    }
}

/// The methods of enumerators and collections.
fn walk<T: Clone>(seen: &mut Seen, elements: Vec<T>) {
    let collection = Collection::new(elements);
    seen.get("ITCollection::get_Count", || Ok(collection.count()));
    seen.get("ITCollection::get_Item", || collection.item(1));
    seen.get("ITCollection::get_Item", || collection.item(0));
    let mut all = seen.get("ITCollection::get__NewEnum", || Ok(collection.new_enum())).unwrap();
    for _ in 0..2 {
        seen.note("IEnum::Next", all.next_into(1, Some(&mut Vec::new()), None));
        seen.note("IEnum::Next", all.next_into(1, None, None));
    }
    seen.note("IEnum::Reset", all.reset());
    seen.note("IEnum::Skip", all.skip(1));
    seen.note("IEnum::Skip", all.skip(1));
    seen.get("IEnum::Clone", || Ok(all.clone()));
}

/// A desktop with an agent without an ID, one with, a session and a queue.
fn furnished(changes: &[(&str, &str)]) -> (Desktop, [ITAgent; 2], ITAgentSession, ITQueue) {
    let mut desk = desktop(changes);
    let (agent, session) = desk.session();
    let known = desk.handler.create_agent_with_id(&mut desk.tapi, Some("7001"), Some("1234")).unwrap();
    let queue = desk.group.get_queues(&mut desk.tapi).unwrap().item(1).unwrap();
    agent.get_state(&mut desk.tapi).unwrap();
    session.get_state(&mut desk.tapi).unwrap();
    (desk, [agent, known], session, queue)
}

#[test]
fn every_documented_return_value_is_seen() {
    let mut seen = Seen::default();

    // Not initialized.
    let mut early = Tapi::new(service(&[]), "DESK-7", "ann");
    seen.get("ITTAPICallCenter::EnumerateAgentHandlers", || early.enumerate_agent_handlers());
    seen.get("ITTAPICallCenter::get_AgentHandlers", || early.get_agent_handlers());

    // As it should be, and arguments that are not.
    let (mut desk, agents, session, queue) = furnished(&[("second_session", "allowed")]);
    desk.tapi.put_event_filter(CALL_CENTER);
    let group = Some(desk.group);
    make_all(&mut seen, &mut desk, agents, group, Some("1234"));
    make_all(&mut seen, &mut desk, agents, group, None);
    make_all(&mut seen, &mut desk, agents, None, Some("1234"));
    get_all(&mut seen, &mut desk, agents[0], session, queue);
    for number in [1, -1, 0] {
        put_all(&mut seen, &mut desk, agents[0], session, queue, number);
    }

    // The line of the address cannot be opened.
    desk.tapi.service_mut().telephony_mut().set_in_service(0, false).unwrap();
    make_all(&mut seen, &mut desk, agents, group, Some("1234"));
    desk.tapi.service_mut().telephony_mut().set_in_service(0, true).unwrap();

    // There is no room for more.
    let (proxy, _) = desk.tapi.service_mut().proxy_and_telephony(0);
    proxy.handler_mut().limit_objects(1);
    make_all(&mut seen, &mut desk, agents, group, Some("1234"));

    // The switch takes the group and its queue away, and then goes away itself.
    let (proxy, telephony) = desk.tapi.service_mut().proxy_and_telephony(0);
    proxy.remove_group(telephony, GroupId(0), at(0)).unwrap();
    make_all(&mut seen, &mut desk, agents, group, Some("1234"));
    get_all(&mut seen, &mut desk, agents[0], session, queue);
    put_all(&mut seen, &mut desk, agents[0], session, queue, 1);
    let line = desk.tapi.service().proxy(0).line();
    desk.tapi.service_mut().telephony_mut().close(line).unwrap();
    for event in desk.events() {
        open_event(&mut seen, event);
    }

    // A switch that is silent.
    let (mut desk, agents, session, queue) = furnished(&[]);
    desk.delay(Duration::MAX);
    let group = Some(desk.group);
    make_all(&mut seen, &mut desk, agents, group, Some("1234"));
    get_all(&mut seen, &mut desk, agents[0], session, queue);
    put_all(&mut seen, &mut desk, agents[0], session, queue, 1);

    // Errors of the line functions as they are, when the switch has gone.
    let (mut desk, agents, session, queue) = furnished(&[("com_errors", "raw")]);
    let line = desk.tapi.service().proxy(0).line();
    desk.tapi.service_mut().telephony_mut().close(line).unwrap();
    get_all(&mut seen, &mut desk, agents[0], session, queue);
    put_all(&mut seen, &mut desk, agents[0], session, queue, 1);

    walk(&mut seen, vec![desk.handler]);
    walk(&mut seen, vec![desk.group]);
    walk(&mut seen, vec![queue]);
    walk(&mut seen, agents[..1].to_vec());
    walk(&mut seen, vec![session]);

    let documented = DOCUMENTED.iter().flat_map(|(method, values)| values.iter().map(move |value| (*method, *value)));
    let missing: Vec<_> =
        documented.filter(|(method, value)| !seen.0.contains(&(method.to_string(), value.to_string()))).collect();
    assert_eq!(missing, [], "documented, and not seen");
}

#[test]
fn the_table_has_every_method_of_every_interface() {
    for interface in INTERFACES.iter().filter(|interface| interface.name != "ITTAPIEventNotification") {
        let name = if interface.name.starts_with("IEnum") { "IEnum" } else { interface.name };
        for method in interface.methods {
            let full = format!("{name}::{}", method.name);
            assert_eq!(DOCUMENTED.iter().filter(|(method, _)| *method == full).count(), 1, "{full}");
        }
    }
    assert_eq!(DOCUMENTED.len(), 75);
}
