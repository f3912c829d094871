//! Handlers that are silent, old, gone or replaced, and what other clients do meanwhile.

use acdsim::acd::tapi2::call_params::ProxyRegistration;
use acdsim::acd::tapi2::lists::{GroupEntry, GroupList};
use acdsim::acd::tapi2::message::LineMessage;
use acdsim::acd::tapi2::records::AgentCaps;
use acdsim::acd::tapi2::response::{Response, encode_response};
use acdsim::acd::tapi2::telephony::{HLine, RequestId, Telephony};
use acdsim::acd::tapi2::{LineError, ProxyRequestType};

use super::*;

/// A second client, with a line of its own to the switch.
fn other_client(desk: &mut Desktop) -> HLine {
    let telephony = desk.tapi.service_mut().telephony_mut();
    let app = telephony.initialize_ex("DESK-8", "bob");
    telephony.open(app, 0, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None).unwrap()
}

/// What the other client asks for, done.
fn done<T: std::fmt::Debug>(desk: &mut Desktop, ask: impl FnOnce(&mut Telephony) -> Result<T, LineError>) {
    ask(desk.tapi.service_mut().telephony_mut()).unwrap();
    let now = desk.tapi.service().now();
    desk.tapi.service_mut().advance_to(now);
}

/// Puts another agent handler on the device, as a switch that was started again does.
fn replace_handler(desk: &mut Desktop) {
    let line = desk.tapi.service().proxy(0).line();
    let service = desk.tapi.service_mut();
    service.telephony_mut().close(line).unwrap();
    let mut handler = AgentHandler::new();
    let group = handler.create_group(Uuid::from_u128(1), "Sales anew").unwrap();
    handler.create_queue("Sales queue anew", Some(group), at(0)).unwrap();
    let agent = handler.create_agent("eve", None, None, at(0)).unwrap();
    let address = handler.create_address("4101").unwrap();
    handler.create_session(agent, group, address, None, at(0), &mut |_| {}).unwrap();
    let switch = service.telephony_mut().initialize_ex("SERVER", "acd");
    let start = jiff::civil::date(2026, 3, 2).at(0, 0, 0, 0);
    let guid = Uuid::from_u128(78);
    let proxy = Proxy::register(service.telephony_mut(), switch, 0, "Second ACD", guid, handler, start).unwrap();
    service.add_proxy(proxy, Duration::ZERO);
}

#[test]
fn an_agent_and_a_session_that_another_client_has_just_made_are_whole() {
    let mut desk = desktop(&[]);
    desk.tapi.put_event_filter(CALL_CENTER);
    let line = other_client(&mut desk);
    done(&mut desk, |telephony| telephony.create_agent(line, None, None));
    done(&mut desk, |telephony| telephony.create_agent_session(line, 1, None, 1, Uuid::from_u128(2)));
    let events = desk.events();
    let [Event::AgentSession(session, AgentSessionEvent::NewSession)] = events[..] else { panic!("{events:?}") };
    let tapi = &mut desk.tapi;
    let agent = session.get_agent(tapi).expect("the agent was announced when it was made");
    assert_eq!(session.get_address(tapi).map(ITAddress::address_id), Ok(1));
    assert_eq!(session.get_acd_group(tapi).unwrap().get_name(tapi), Ok("Service".into()));
    assert_eq!(session.get_state(tapi), Ok(SessionState::NotReady));
    assert_eq!(agent.get_state(tapi), Ok(AgentState::NotReady));
    assert_eq!(agent.get_agent_sessions(tapi).unwrap().item(1), Ok(session));
}

#[test]
fn a_state_that_nobody_has_told_is_asked_for() {
    let mut desk = desktop(&[("new_agent", "unknown"), ("new_session", "ready")]);
    let agent = desk.agent();
    assert_eq!(agent.get_state(&mut desk.tapi), Ok(AgentState::Unknown));
    let session = agent.create_session(&mut desk.tapi, Some(desk.group), Some(desk.address)).unwrap();
    assert_eq!(session.get_state(&mut desk.tapi), Ok(SessionState::Ready));
    assert_eq!(agent.get_state(&mut desk.tapi), Ok(AgentState::Ready));
    // Only what is told once more costs no time.
    let second = desk.agent();
    desk.delay(Duration::from_secs(1));
    let before = desk.tapi.service().now();
    assert_eq!(session.get_state(&mut desk.tapi), Ok(SessionState::Ready));
    assert_eq!(agent.get_state(&mut desk.tapi), Ok(AgentState::Ready));
    assert_eq!(desk.tapi.service().now(), before);
    assert_eq!(second.get_state(&mut desk.tapi), Ok(AgentState::Unknown));
    assert_eq!(second.get_state(&mut desk.tapi), Ok(AgentState::Unknown));
    assert_eq!(desk.tapi.service().now() - before, Duration::from_secs(1), "once");
}

#[test]
fn ended_sessions_that_report_nothing_can_be_listed() {
    let mut desk = desktop(&[("listed_sessions", "until-forgotten"), ("ended_session", "refused")]);
    let agent = desk.agent();
    let line = other_client(&mut desk);
    done(&mut desk, |telephony| telephony.create_agent_session(line, 1, None, 0, Uuid::from_u128(1)));
    let ended = LINEAGENTSESSIONSTATE_ENDED;
    done(&mut desk, |telephony| telephony.set_agent_session_state(line, 1, ended, 0));
    let sessions = agent.get_agent_sessions(&mut desk.tapi).unwrap();
    assert_eq!(sessions.count(), 1);
    assert_eq!(sessions.item(1).unwrap().get_state(&mut desk.tapi), Ok(SessionState::SessionEnded));
}

#[test]
fn making_an_agent_waits_for_one_reply() {
    let mut desk = desktop(&[]);
    desk.delay(Duration::from_secs(119));
    let before = desk.tapi.service().now();
    assert!(desk.handler.create_agent(&mut desk.tapi).is_ok());
    assert_eq!(desk.tapi.service().now() - before, Duration::from_secs(119));
}

#[test]
fn a_late_reply_makes_an_agent_whom_nobody_here_has_made() {
    let mut desk = desktop(&[]);
    desk.delay(Duration::from_secs(121));
    assert_eq!(desk.handler.create_agent(&mut desk.tapi), Err(HResult::TAPI_E_TIMEOUT));
    desk.go_to(121);
    assert_eq!(desk.tapi.next_event(), None);
    assert_eq!(desk.tapi.service().proxy(0).handler().agent_count(), 1, "the agent was made nevertheless");
    let telephony = desk.tapi.service().telephony().clone();
    let line = HLine(2);
    let taken = (1..100).all(|request| telephony.clone().take_output(line, RequestId(request)).is_none());
    assert!(taken, "no output of the late reply is left");
}

#[test]
fn initialize_that_failed_can_be_repeated() {
    let mut service = service(&[]);
    service.set_delay(0, Duration::from_secs(121));
    let mut tapi = Tapi::new(service, "DESK-7", "ann");
    assert_eq!(tapi.initialize(), Err(HResult::TAPI_E_TIMEOUT));
    assert_eq!(tapi.get_agent_handlers().err(), Some(HResult::E_INVALIDARG), "it is not initialized");
    assert_eq!(tapi.shutdown(), HResult::S_FALSE);
    tapi.service_mut().set_delay(0, Duration::ZERO);
    assert_eq!(tapi.initialize(), Ok(HResult::S_OK));
    assert_eq!(tapi.get_agent_handlers().unwrap().count(), 1);
}

#[test]
fn a_device_with_a_proxy_of_another_kind_is_passed_over() {
    let mut first = service(&[]);
    let telephony = first.telephony_mut();
    let device = telephony.add_device(1);
    let app = telephony.initialize_ex("SERVER", "pbx");
    let only = ProxyRegistration::new(0, &[ProxyRequestType::GetAgentCaps]).encode();
    let privileges = LINECALLPRIVILEGE_NONE | LINEOPENOPTION_PROXY;
    let line = telephony.open(app, device, ApiVersion::V2_2, 0, privileges, Some(&only)).unwrap();
    let mut tapi = Tapi::new(Answering { service: first, line, needed: 0, growth: 1_000 }, "DESK-7", "ann");
    assert_eq!(tapi.initialize(), Ok(HResult::S_OK));
    assert_eq!(tapi.get_agent_handlers().unwrap().count(), 1, "it lists no groups and is no agent handler");
    assert_eq!(tapi.get_addresses().unwrap().count(), 3, "its addresses are there");
}

#[test]
fn objects_of_a_handler_that_has_gone_do_not_reach_its_successor() {
    let mut desk = desktop(&[]);
    let (agent, session) = desk.session();
    let queue = desk.group.get_queues(&mut desk.tapi).unwrap().item(1).unwrap();
    replace_handler(&mut desk);
    let new = desk.tapi.get_agent_handlers().unwrap().item(1).unwrap();
    assert_ne!(new, desk.handler);
    let Desktop { tapi, handler, group, address } = &mut desk;
    let gone = Some(HResult::TAPI_E_NOTSUPPORTED);
    assert_eq!(handler.create_agent(tapi).err(), gone);
    assert_eq!(handler.get_acd_groups(tapi).err(), gone);
    assert_eq!(agent.put_state(tapi, 1).err(), gone);
    assert_eq!(agent.get_agent_sessions(tapi).err(), gone);
    assert_eq!(session.put_state(tapi, 1).err(), gone);
    assert_eq!(session.get_number_of_calls(tapi).err(), gone);
    assert_eq!(group.get_queues(tapi).err(), gone);
    assert_eq!(queue.get_total_calls_queued(tapi).err(), gone);
    assert_eq!(tapi.service().proxy(1).handler().agent_count(), 1, "nothing has reached it");
    // The address is the line device's and is as good as before.
    let fresh = new.create_agent(tapi).unwrap();
    assert_ne!(fresh, agent);
    assert_eq!(fresh.create_session(tapi, Some(*group), Some(*address)), Err(HResult::E_INVALIDARG));
    let sales = new.get_acd_groups(tapi).unwrap().item(1).ok();
    let session = fresh.create_session(tapi, sales, Some(*address)).unwrap();
    assert_eq!(session.get_acd_group(tapi).unwrap().get_name(tapi), Ok("Sales anew".into()));
}

#[test]
fn objects_from_before_a_shutdown_are_gone_after_it() {
    let mut desk = desktop(&[]);
    let (agent, session) = desk.session();
    desk.tapi.shutdown();
    assert_eq!(session.get_state(&mut desk.tapi), Err(HResult::TAPI_E_NOT_INITIALIZED));
    assert_eq!(desk.tapi.get_addresses().err(), Some(HResult::E_INVALIDARG));
    desk.tapi.initialize().unwrap();
    assert_eq!(session.get_state(&mut desk.tapi), Err(HResult::TAPI_E_NOTSUPPORTED));
    assert_eq!(agent.put_state(&mut desk.tapi, 1), Err(HResult::TAPI_E_NOTSUPPORTED));
    let handler = desk.tapi.get_agent_handlers().unwrap().item(1).unwrap();
    assert!(handler.create_agent(&mut desk.tapi).is_ok());
}

#[test]
fn a_line_that_is_closed_by_force_takes_its_handler_along() {
    let mut desk = desktop(&[]);
    desk.tapi.put_event_filter(TE_AGENTHANDLER);
    let (_, session) = desk.session();
    desk.tapi.service_mut().telephony_mut().force_close(HLine(2)).unwrap();
    assert_eq!(desk.events(), [Event::AgentHandler(desk.handler, AgentHandlerEvent::AgentHandlerRemoved)]);
    assert_eq!(session.get_number_of_calls(&mut desk.tapi), Err(HResult::TAPI_E_NOTSUPPORTED));
    assert_eq!(desk.tapi.shutdown(), HResult::S_OK);
    assert_eq!(desk.tapi.initialize(), Ok(HResult::S_OK));
    assert_eq!(desk.tapi.get_agent_handlers().unwrap().count(), 1);
}

#[test]
fn a_group_made_anew_under_the_same_guid_is_another_object() {
    let mut desk = desktop(&[]);
    desk.tapi.put_event_filter(TE_ACDGROUP);
    let (proxy, telephony) = desk.tapi.service_mut().proxy_and_telephony(0);
    proxy.remove_group(telephony, GroupId(0), at(0)).unwrap();
    let removed = Event::AcdGroup(desk.group, AcdGroupEvent::GroupRemoved);
    assert_eq!(desk.events(), [removed]);
    let (proxy, telephony) = desk.tapi.service_mut().proxy_and_telephony(0);
    proxy.create_group(telephony, Uuid::from_u128(1), "Sales again").unwrap();
    let events = desk.events();
    let [Event::AcdGroup(again, AcdGroupEvent::NewGroup)] = events[..] else { panic!("{events:?}") };
    assert_ne!(again, desk.group);
    let agent = desk.agent();
    let line = other_client(&mut desk);
    done(&mut desk, |telephony| telephony.create_agent_session(line, 1, None, 0, Uuid::from_u128(1)));
    let session = agent.get_agent_sessions(&mut desk.tapi).unwrap().item(1).unwrap();
    assert_eq!(session.get_acd_group(&mut desk.tapi), Ok(again));
    assert_eq!(again.get_name(&mut desk.tapi), Ok("Sales again".into()));
}

#[test]
fn a_queue_that_is_new_has_its_name() {
    let mut desk = desktop(&[]);
    desk.tapi.put_event_filter(TE_QUEUE);
    let (proxy, telephony) = desk.tapi.service_mut().proxy_and_telephony(0);
    proxy.create_queue(telephony, "Sales overflow", Some(GroupId(0)), at(0)).unwrap();
    proxy.create_queue(telephony, "Holding", None, at(0)).unwrap();
    let events = desk.events();
    let [Event::Queue(of_group, AcdQueueEvent::NewQueue), Event::Queue(of_none, AcdQueueEvent::NewQueue)] = events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(of_group.get_name(&mut desk.tapi), Ok("Sales overflow".into()));
    assert_eq!(of_none.get_name(&mut desk.tapi), Ok("Holding".into()), "it belongs to no group");
    assert_eq!(of_none.get_total_calls_queued(&mut desk.tapi), Ok(0));
}

#[test]
fn an_object_of_another_tapi_object_is_an_invalid_argument() {
    let mut rich = desktop(&[]);
    let (agent, session) = rich.session();
    let queue = rich.group.get_queues(&mut rich.tapi).unwrap().item(1).unwrap();
    let mut poor = Tapi::new(Service::new(Conventions::default()), "DESK-9", "eve");
    poor.initialize().unwrap();
    let tapi = &mut poor;
    let invalid = Some(HResult::E_INVALIDARG);
    assert_eq!(rich.handler.get_name(tapi).err(), invalid);
    assert_eq!(rich.handler.get_usable_addresses(tapi).err(), invalid);
    assert_eq!(rich.group.get_name(tapi).err(), invalid);
    assert_eq!(queue.get_name(tapi).err(), invalid);
    assert_eq!(agent.get_id(tapi).err(), invalid);
    assert_eq!(agent.get_agent_sessions(tapi).err(), invalid);
    assert_eq!(agent.create_session(tapi, Some(rich.group), Some(rich.address)).err(), invalid);
    assert_eq!(session.get_state(tapi).err(), invalid);
    assert_eq!(session.get_agent(tapi).err(), invalid);
}

/// A service with one more proxy, which answers what it is asked for caps and groups, and says that groups need more room
/// each time, by so much.
struct Answering {
    service: Service,
    line: HLine,
    needed: u32,
    growth: u32,
}

impl LineService for Answering {
    fn telephony(&self) -> &Telephony {
        self.service.telephony()
    }

    fn telephony_mut(&mut self) -> &mut Telephony {
        self.service.telephony_mut()
    }

    fn now(&self) -> Instant {
        self.service.now()
    }

    fn wait(&mut self, limit: Instant) -> bool {
        while let Ok(Some(raw)) = self.service.telephony_mut().get_message(self.line) {
            let LineMessage::ProxyRequest { request } = LineMessage::from(raw) else { continue };
            let request = RequestId(request as u32);
            let telephony = self.service.telephony_mut();
            let mut buffer = telephony.proxy_request(self.line, request).unwrap().to_vec();
            let response = match telephony.proxy_request_type(self.line, request).unwrap() {
                ProxyRequestType::GetAgentCaps => {
                    Response::AgentCaps(AgentCaps { caps_version: ApiVersion::V2_2.0, ..AgentCaps::default() })
                }
                _ => {
                    self.needed += self.growth;
                    let name = Some("g".repeat(self.needed as usize));
                    Response::Groups(GroupList::from(vec![GroupEntry { name, ..GroupEntry::default() }]))
                }
            };
            encode_response(&mut buffer, &response).unwrap();
            telephony.proxy_response(self.line, request, &buffer, 0).unwrap();
            return true;
        }
        self.service.wait(limit)
    }
}

#[test]
fn a_list_that_needs_ever_more_room_is_given_up() {
    let mut first = Service::new(Conventions::default());
    let telephony = first.telephony_mut();
    let device = telephony.add_device(1);
    let app = telephony.initialize_ex("SERVER", "pbx");
    let all = ProxyRegistration::new(0, ProxyRequestType::ALL).encode();
    let privileges = LINECALLPRIVILEGE_NONE | LINEOPENOPTION_PROXY;
    let line = telephony.open(app, device, ApiVersion::V2_2, 0, privileges, Some(&all)).unwrap();
    let mut tapi = Tapi::new(Answering { service: first, line, needed: 1_000, growth: 1_000 }, "DESK-7", "ann");
    assert_eq!(tapi.initialize(), Ok(HResult::S_OK));
    assert_eq!(tapi.get_agent_handlers().unwrap().count(), 0);
    assert!(tapi.service().needed < 100_000, "it was not asked without end");
}

#[test]
fn a_handler_goes_with_the_proxy_that_makes_agents_and_with_no_other() {
    let mut first = Service::new(Conventions::default());
    let telephony = first.telephony_mut();
    let device = telephony.add_device(1);
    let app = telephony.initialize_ex("SERVER", "acd");
    let serve = |telephony: &mut Telephony, types: &[ProxyRequestType]| {
        let params = ProxyRegistration::new(0, types).encode();
        let privileges = LINECALLPRIVILEGE_NONE | LINEOPENOPTION_PROXY;
        telephony.open(app, device, ApiVersion::V2_2, 0, privileges, Some(&params)).unwrap()
    };
    let extension = [ProxyRequestType::AgentSpecific];
    let others: Vec<_> = ProxyRequestType::ALL.iter().copied().filter(|it| !extension.contains(it)).collect();
    let line = serve(telephony, &others);
    let mut tapi = Tapi::new(Answering { service: first, line, needed: 5, growth: 0 }, "DESK-7", "ann");
    tapi.initialize().unwrap();
    tapi.put_event_filter(TE_AGENTHANDLER);
    let handler = tapi.get_agent_handlers().unwrap().item(1).unwrap();
    for _ in 0..2 {
        let second = serve(tapi.service_mut().telephony_mut(), &extension);
        assert_eq!(tapi.next_event(), None, "the handler was there before");
        tapi.service_mut().telephony_mut().close(second).unwrap();
        assert_eq!(tapi.next_event(), None, "it can still make agents");
    }
    assert_eq!(tapi.get_agent_handlers().unwrap().item(1), Ok(handler));
    tapi.service_mut().telephony_mut().close(line).unwrap();
    let removed = Event::AgentHandler(handler, AgentHandlerEvent::AgentHandlerRemoved);
    assert_eq!((tapi.next_event(), tapi.next_event()), (Some(removed), None));
}
