//! The objects of TAPI 3 before a switch in virtual time, as an agent desktop uses them.

use acdsim::acd::tapi2::ApiVersion;
use acdsim::acd::tapi2::constants::*;
use acdsim::acd::tapi2::proxy::Proxy;
use acdsim::acd::tapi2::service::LineService;
use acdsim::acd::tapi2::virtual_time::VirtualTapi;
use acdsim::acd::tapi3::events::*;
use acdsim::acd::tapi3::*;
use acdsim::acd::{
    AgentHandler, AgentId, AgentState, CallTimes, Conventions, Currency, Direction, GroupId, OleDate, QueueId,
    SessionId, SessionState, StateChange,
};
use acdsim::time::{Duration, Instant};
use uuid::Uuid;

#[path = "tapi3/faults.rs"]
mod faults;
#[path = "tapi3/returns.rs"]
mod returns;
#[path = "tapi3/several.rs"]
mod several;
#[path = "tapi3/statistics.rs"]
mod statistics;

type Service = VirtualTapi<()>;

fn at(secs: u64) -> Instant {
    Instant::START + Duration::from_secs(secs)
}

/// A switch with two groups, three queues and two addresses, whose proxy answers at once.
fn service(changes: &[(&str, &str)]) -> Service {
    let mut conventions = Conventions::default();
    for (name, answer) in changes {
        conventions.set(name, answer).unwrap();
    }
    let mut service = Service::new(conventions);
    add_switch(&mut service, conventions, "Main ACD");
    service
}

fn add_switch(service: &mut Service, conventions: Conventions, name: &str) -> usize {
    let mut handler = AgentHandler::with_conventions(conventions);
    for (number, name) in [(1, "Sales"), (2, "Service")] {
        let group = handler.create_group(Uuid::from_u128(number), name).unwrap();
        handler.create_queue(&format!("{name} queue"), Some(group), at(0)).unwrap();
    }
    handler.create_queue("Welcome", None, at(0)).unwrap();
    handler.create_address("4101").unwrap();
    handler.create_address("4102").unwrap();
    handler.admit("7001", "1234");
    let start = jiff::civil::date(2026, 3, 2).at(0, 0, 0, 0);
    let device = service.telephony_mut().add_device(2);
    let switch = service.telephony_mut().initialize_ex("SERVER", "acd");
    let guid = Uuid::from_u128(77);
    let proxy = Proxy::register(service.telephony_mut(), switch, device, name, guid, handler, start).unwrap();
    service.add_proxy(proxy, Duration::ZERO)
}

/// A desktop that has found the switch, and its first group and address.
struct Desktop {
    tapi: Tapi<Service>,
    handler: ITAgentHandler,
    group: ITACDGroup,
    address: ITAddress,
}

fn desktop(changes: &[(&str, &str)]) -> Desktop {
    let mut tapi = Tapi::new(service(changes), "DESK-7", "ann");
    assert_eq!(tapi.initialize(), Ok(HResult::S_OK));
    let handler = tapi.get_agent_handlers().unwrap().item(1).unwrap();
    let group = handler.get_acd_groups(&mut tapi).unwrap().item(1).unwrap();
    let address = handler.get_usable_addresses(&mut tapi).unwrap().item(1).unwrap();
    Desktop { tapi, handler, group, address }
}

impl Desktop {
    fn agent(&mut self) -> ITAgent {
        self.handler.create_agent(&mut self.tapi).unwrap()
    }

    fn session(&mut self) -> (ITAgent, ITAgentSession) {
        let agent = self.agent();
        let session = agent.create_session(&mut self.tapi, Some(self.group), Some(self.address)).unwrap();
        (agent, session)
    }

    fn go_to(&mut self, secs: u64) {
        self.tapi.service_mut().advance_to(at(secs));
    }

    /// Lets the switch do something.
    fn drive(&mut self, step: impl FnOnce(&mut AgentHandler<()>, &mut dyn FnMut(StateChange), Instant)) {
        let now = self.tapi.service().now();
        let (proxy, telephony) = self.tapi.service_mut().proxy_and_telephony(0);
        proxy
            .drive(telephony, &[], &[], |handler, changed| {
                step(handler, changed, now);
                Ok(())
            })
            .unwrap();
    }

    /// The first session answers a call that waited three seconds, talks a minute and wraps up half a minute.
    fn handle_a_call(&mut self) {
        let now = self.tapi.service().now();
        let times = CallTimes::straight(Instant::from_nanos(now.as_nanos() - 3_000_000_000), now);
        let seconds = |secs| now + Duration::from_secs(secs);
        self.drive(|handler, changed, now| {
            handler.call_arrives(QueueId(0), now);
            handler.answer(QueueId(0), SessionId(0), times, now, &mut |change| changed(change)).unwrap();
        });
        self.tapi.service_mut().advance_to(seconds(60));
        self.drive(|handler, changed, now| handler.end_talk(SessionId(0), now, &mut |it| changed(it)).unwrap());
        self.tapi.service_mut().advance_to(seconds(90));
        self.drive(|handler, changed, now| handler.end_wrap_up(SessionId(0), now, &mut |it| changed(it)).unwrap());
    }

    fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.tapi.next_event()).collect()
    }

    /// From now on the switch answers so late, or never.
    fn delay(&mut self, delay: Duration) {
        self.tapi.service_mut().set_delay(0, delay);
    }
}

#[test]
fn the_tapi_object_begins_once_and_ends_once() {
    let mut tapi = Tapi::new(service(&[]), "DESK-7", "ann");
    assert_eq!(tapi.get_agent_handlers().err(), Some(HResult::E_INVALIDARG), "not initialized");
    assert_eq!(tapi.enumerate_agent_handlers().err(), Some(HResult::E_INVALIDARG));
    assert_eq!(tapi.initialize(), Ok(HResult::S_OK));
    assert_eq!(tapi.initialize(), Ok(HResult::S_FALSE));
    assert_eq!(tapi.get_agent_handlers().unwrap().count(), 1);
    let (result, handlers) = tapi.enumerate_agent_handlers().unwrap().next(2);
    assert_eq!((result, handlers.len()), (HResult::S_FALSE, 1));
    assert_eq!(handlers[0].get_name(&mut tapi), Ok("Main ACD".into()));
    assert_eq!(handlers[0].proxy_guid(&tapi), Ok(Uuid::from_u128(77)));
    assert_eq!(tapi.shutdown(), HResult::S_OK);
    assert_eq!(tapi.shutdown(), HResult::S_FALSE);
    assert_eq!(handlers[0].get_name(&mut tapi), Err(HResult::TAPI_E_NOT_INITIALIZED));
    assert_eq!(handlers[0].create_agent(&mut tapi), Err(HResult::TAPI_E_NOT_INITIALIZED));
    assert_eq!(tapi.get_agent_handlers().err(), Some(HResult::E_INVALIDARG));
}

#[test]
fn a_handler_has_groups_with_queues_and_addresses() {
    let mut desk = desktop(&[]);
    let Desktop { tapi, handler, .. } = &mut desk;
    let groups = handler.get_acd_groups(tapi).unwrap();
    let names = |tapi: &mut Tapi<Service>| (1..=2).map(|it| groups.item(it).unwrap().get_name(tapi).unwrap()).collect();
    let names: Vec<String> = names(tapi);
    assert_eq!(names, ["Sales", "Service"]);
    let same = handler.enumerate_acd_groups(tapi).unwrap().next(3).1;
    assert_eq!(same, [groups.item(1).unwrap(), groups.item(2).unwrap()], "the same objects as before");
    let queues = groups.item(2).unwrap().get_queues(tapi).unwrap();
    assert_eq!((queues.count(), queues.item(1).unwrap().get_name(tapi)), (1, Ok("Service queue".into())));
    assert_eq!(groups.item(2).unwrap().enumerate_queues(tapi).unwrap().next(1).1, [queues.item(1).unwrap()]);
    let addresses = handler.get_usable_addresses(tapi).unwrap();
    assert_eq!((addresses.count(), addresses.item(2).unwrap().address_id()), (2, 1));
    assert_eq!(handler.enumerate_usable_addresses(tapi).unwrap().next(9).1.len(), 2);
}

#[test]
fn a_list_that_does_not_fit_is_asked_for_again() {
    let mut desk = desktop(&[("name_offsets", "from-entry")]);
    let (proxy, telephony) = desk.tapi.service_mut().proxy_and_telephony(0);
    for number in 0..100 {
        proxy.create_group(telephony, Uuid::from_u128(100 + number), "A group with a name of some length").unwrap();
    }
    let groups = desk.handler.get_acd_groups(&mut desk.tapi).unwrap();
    assert_eq!(groups.count(), 102);
    let last = groups.item(102).unwrap().get_name(&mut desk.tapi);
    assert_eq!(last, Ok("A group with a name of some length".into()));
}

#[test]
fn agents_are_made_with_an_id_or_without() {
    let mut desk = desktop(&[]);
    let Desktop { tapi, handler, group, address } = &mut desk;
    let (group, address) = (Some(*group), Some(*address));
    let mut make = |id, pin| handler.create_agent_with_id(tapi, id, pin);
    assert_eq!(make(Some("7001"), None), Err(HResult::E_INVALIDARG));
    assert_eq!(make(None, Some("1234")), Err(HResult::E_INVALIDARG));
    assert_eq!(make(Some("7002"), Some("1234")), Err(HResult::TAPI_E_CALLCENTER_INVALAGENTID));
    assert_eq!(make(Some("7001"), Some("0000")), Err(HResult::TAPI_E_CALLCENTER_INVALPASSWORD));
    let known = make(Some("7001"), Some("1234")).unwrap();
    let plain = handler.create_agent(tapi).unwrap();
    assert_eq!(known.get_id(tapi), Ok("7001".into()));
    assert_eq!(plain.get_id(tapi), Err(HResult::TAPI_E_CALLCENTER_NO_AGENT_ID));
    assert_eq!((known.get_user(tapi), plain.get_user(tapi)), (Ok("ann".into()), Ok("ann".into())));
    let no_id = plain.create_session_with_pin(tapi, group, address, Some("1234"));
    assert_eq!(no_id, Err(HResult::TAPI_E_CALLCENTER_NO_AGENT_ID));
    let mut open = |pin| known.create_session_with_pin(tapi, group, address, pin);
    assert_eq!(open(None), Err(HResult::E_INVALIDARG));
    assert_eq!(open(Some("0000")), Err(HResult::TAPI_E_CALLCENTER_INVALPASSWORD));
    assert!(open(Some("1234")).is_ok());
}

#[test]
fn what_create_session_returns() {
    let mut first = service(&[]);
    add_switch(&mut first, Conventions::default(), "Other ACD");
    let mut tapi = Tapi::new(first, "DESK-7", "ann");
    tapi.initialize().unwrap();
    let handlers = tapi.get_agent_handlers().unwrap();
    let (main, other) = (handlers.item(1).unwrap(), handlers.item(2).unwrap());
    let group = main.get_acd_groups(&mut tapi).unwrap().item(1).ok();
    let address = main.get_usable_addresses(&mut tapi).unwrap().item(2).ok();
    let foreign_group = other.get_acd_groups(&mut tapi).unwrap().item(1).ok();
    let foreign_address = other.get_usable_addresses(&mut tapi).unwrap().item(1).ok();
    let agent = main.create_agent(&mut tapi).unwrap();
    for (group, address) in [(None, address), (group, None), (foreign_group, address), (group, foreign_address)] {
        assert_eq!(agent.create_session(&mut tapi, group, address), Err(HResult::E_INVALIDARG));
    }
    tapi.service_mut().telephony_mut().set_in_service(0, false).unwrap();
    assert_eq!(agent.create_session(&mut tapi, group, address), Err(HResult::E_UNEXPECTED));
    tapi.service_mut().telephony_mut().set_in_service(0, true).unwrap();
    let session = agent.create_session(&mut tapi, group, address).unwrap();
    assert_eq!(session.get_agent(&mut tapi), Ok(agent));
    assert_eq!(session.get_acd_group(&mut tapi).ok(), group);
    assert_eq!(session.get_address(&mut tapi).ok(), address);
    let again = agent.create_session(&mut tapi, group, address);
    assert_eq!(again, Err(HResult::TAPI_E_OPERATIONFAILED), "there is one for the group");
    let (proxy, _) = tapi.service_mut().proxy_and_telephony(0);
    proxy.handler_mut().limit_objects(1);
    let second = main.get_acd_groups(&mut tapi).unwrap().item(2).ok();
    assert_eq!(agent.create_session(&mut tapi, second, address), Err(HResult::E_OUTOFMEMORY));
    assert_eq!(main.create_agent(&mut tapi), Err(HResult::E_OUTOFMEMORY));
}

#[test]
fn states_are_put_and_got() {
    let mut desk = desktop(&[]);
    let (agent, session) = desk.session();
    let tapi = &mut desk.tapi;
    assert_eq!(
        (session.get_state(tapi), agent.get_state(tapi)),
        (Ok(SessionState::NotReady), Ok(AgentState::NotReady))
    );
    session.put_state(tapi, SessionState::Ready as i32).unwrap();
    assert_eq!((session.get_state(tapi), agent.get_state(tapi)), (Ok(SessionState::Ready), Ok(AgentState::Ready)));
    for number in [-1, 5, i32::MAX] {
        assert_eq!(session.put_state(tapi, number), Err(HResult::E_INVALIDARG));
        assert_eq!(agent.put_state(tapi, number.max(6)), Err(HResult::E_INVALIDARG));
    }
    assert_eq!(agent.put_state(tapi, 6), Err(HResult::E_INVALIDARG));
    agent.put_state(tapi, AgentState::Ready as i32).unwrap();
    let wrap_up = session.put_state(tapi, SessionState::BusyWrapup as i32);
    assert_eq!(wrap_up, Err(HResult::TAPI_E_CALLCENTER_INVALAGENTSTATE), "it must not follow READY");
    let busy = agent.put_state(tapi, AgentState::BusyAcd as i32);
    assert_eq!(busy, Err(HResult::TAPI_E_CALLCENTER_INVALAGENTSTATE));
    agent.put_state(tapi, AgentState::BusyOutgoing as i32).unwrap();
    assert_eq!(agent.get_state(tapi), Ok(AgentState::BusyOutgoing));
    assert_eq!(session.get_state(tapi), Ok(SessionState::NotReady));
    agent.put_state(tapi, AgentState::Ready as i32).unwrap();
    session.put_state(tapi, SessionState::SessionEnded as i32).unwrap();
    assert_eq!(
        (session.get_state(tapi), agent.get_state(tapi)),
        (Ok(SessionState::SessionEnded), Ok(AgentState::NotReady))
    );
}

#[test]
fn every_statistic_of_a_session() {
    let mut desk = desktop(&[]);
    let (_, session) = desk.session();
    session.put_state(&mut desk.tapi, 1).unwrap();
    desk.go_to(100);
    desk.handle_a_call();
    desk.go_to(900);
    let tapi = &mut desk.tapi;
    assert_eq!(session.get_session_start_time(tapi), Ok(OleDate(46_083.0)));
    assert_eq!(session.get_session_duration(tapi), Ok(900));
    assert_eq!(session.get_number_of_calls(tapi), Ok(1));
    assert_eq!((session.get_total_talk_time(tapi), session.get_average_talk_time(tapi)), (Ok(60), Ok(60)));
    assert_eq!((session.get_total_call_time(tapi), session.get_average_call_time(tapi)), (Ok(90), Ok(90)));
    assert_eq!((session.get_total_wrap_up_time(tapi), session.get_average_wrap_up_time(tapi)), (Ok(30), Ok(30)));
    assert_eq!(session.get_acd_call_rate(tapi), Ok(Currency(40_000)));
    assert_eq!((session.get_longest_time_to_answer(tapi), session.get_average_time_to_answer(tapi)), (Ok(3), Ok(3)));
}

#[test]
fn every_statistic_of_an_agent() {
    for (answer, rate) in [("calls-per-hour", 40_000), ("tenfold-in-tapi3", 400_000), ("tenfold", 400_000)] {
        let mut desk = desktop(&[("overall_call_rate", answer)]);
        let (agent, session) = desk.session();
        session.put_state(&mut desk.tapi, 1).unwrap();
        desk.go_to(100);
        desk.handle_a_call();
        for direction in [Direction::Incoming, Direction::Outgoing, Direction::Outgoing] {
            desk.drive(|handler, changed, now| {
                handler.begin_other_call(AgentId(0), direction, now, &mut |it| changed(it)).unwrap();
                handler.end_other_call(AgentId(0), now, &mut |it| changed(it)).unwrap();
            });
        }
        desk.go_to(900);
        let tapi = &mut desk.tapi;
        assert_eq!(agent.get_overall_call_rate(tapi), Ok(Currency(rate)), "{answer}");
        assert_eq!(agent.get_number_of_acd_calls(tapi), Ok(1));
        assert_eq!(agent.get_number_of_incoming_calls(tapi), Ok(1));
        assert_eq!(agent.get_number_of_outgoing_calls(tapi), Ok(2));
        assert_eq!(agent.get_total_acd_talk_time(tapi), Ok(60));
        assert_eq!(agent.get_total_acd_call_time(tapi), Ok(90));
        assert_eq!(agent.get_total_wrap_up_time(tapi), Ok(30));
        assert_eq!(agent.get_measurement_period(tapi), Ok(i32::MAX));
        assert_eq!(agent.put_measurement_period(tapi, 0), Err(HResult::E_INVALIDARG));
        assert_eq!(agent.put_measurement_period(tapi, -5), Ok(()), "negative periods are accepted");
        assert_eq!(agent.get_measurement_period(tapi), Ok(-5));
        assert_eq!(agent.get_number_of_acd_calls(tapi), Ok(0), "setting it has set the counts to zero");
    }
}

#[test]
fn every_statistic_of_a_queue() {
    let mut desk = desktop(&[("negative_period", "refused")]);
    let second = desk.handler.get_acd_groups(&mut desk.tapi).unwrap().item(2).unwrap();
    let service = second.get_queues(&mut desk.tapi).unwrap().item(1).unwrap();
    let (sales, queue) = (QueueId(0), QueueId(1));
    desk.drive(|handler, _, _| {
        let mut wait = |queue, secs| {
            handler.call_arrives(queue, at(secs));
            handler.call_waits(queue, (), at(secs))
        };
        let places = [1, 2, 3, 4].map(|secs| wait(queue, secs));
        let elsewhere = wait(sales, 5);
        handler.flow(queue, places[0], sales, at(11)).unwrap();
        handler.flow(sales, elsewhere, queue, at(12)).unwrap();
        handler.dispose(queue, places[1], at(12));
        handler.abandon(queue, places[2], at(33));
    });
    desk.go_to(44);
    let tapi = &mut desk.tapi;
    assert_eq!(service.get_total_calls_queued(tapi), Ok(5));
    assert_eq!(service.get_current_calls_queued(tapi), Ok(2));
    assert_eq!(service.get_total_calls_abandoned(tapi), Ok(1));
    assert_eq!((service.get_total_calls_flowed_in(tapi), service.get_total_calls_flowed_out(tapi)), (Ok(1), Ok(1)));
    assert_eq!(service.get_longest_ever_wait_time(tapi), Ok(40));
    assert_eq!(service.get_current_longest_wait_time(tapi), Ok(40));
    assert_eq!(service.get_average_wait_time(tapi), Ok(16));
    assert_eq!(service.get_final_disposition(tapi), Ok(1));
    assert_eq!(service.put_measurement_period(tapi, 0), Err(HResult::E_INVALIDARG));
    assert_eq!(service.put_measurement_period(tapi, -1), Err(HResult::E_INVALIDARG));
    assert_eq!(service.put_measurement_period(tapi, 600), Ok(()));
    assert_eq!(service.get_measurement_period(tapi), Ok(600));
    assert_eq!(service.get_name(tapi), Ok("Service queue".into()));
}

#[test]
fn sessions_are_listed_and_the_lists_do_not_change() {
    let mut desk = desktop(&[]);
    let (agent, first) = desk.session();
    let second_group = desk.handler.get_acd_groups(&mut desk.tapi).unwrap().item(2).ok();
    let tapi = &mut desk.tapi;
    let second = agent.create_session(tapi, second_group, Some(desk.address)).unwrap();
    let collection = agent.get_agent_sessions(tapi).unwrap();
    let mut enumerator = agent.enumerate_agent_sessions(tapi).unwrap();
    first.put_state(tapi, SessionState::SessionEnded as i32).unwrap();
    assert_eq!((collection.count(), collection.item(1), collection.item(2)), (2, Ok(first), Ok(second)));
    assert_eq!(enumerator.next(1).1, [first], "it was current when the enumerator was made");
    assert_eq!(first.get_state(tapi), Ok(SessionState::SessionEnded), "and can still be asked");
    assert_eq!(enumerator.next(1).1, [second]);
    let current = agent.get_agent_sessions(tapi).unwrap();
    assert_eq!((current.count(), current.item(1)), (1, Ok(second)));
}

#[test]
fn a_handler_that_is_late_times_out_after_two_minutes() {
    let mut desk = desktop(&[]);
    let (agent, session) = desk.session();
    desk.delay(Duration::from_secs(119));
    let before = desk.tapi.service().now();
    assert_eq!(session.get_number_of_calls(&mut desk.tapi), Ok(0));
    assert_eq!(desk.tapi.service().now() - before, Duration::from_secs(119));
    desk.delay(TIMEOUT);
    assert_eq!(session.get_number_of_calls(&mut desk.tapi), Ok(0), "just in time");
    desk.delay(TIMEOUT + Duration::from_nanos(1));
    let before = desk.tapi.service().now();
    assert_eq!(session.put_state(&mut desk.tapi, 1), Err(HResult::TAPI_E_TIMEOUT));
    assert_eq!(desk.tapi.service().now() - before, TIMEOUT);
    let late = desk.tapi.service().now() + Duration::from_secs(1);
    desk.tapi.service_mut().advance_to(late);
    assert_eq!(session.get_state(&mut desk.tapi), Ok(SessionState::Ready), "it was done, if late");
    desk.delay(Duration::MAX);
    let Desktop { tapi, handler, group, address } = &mut desk;
    let queue = QueueId(0);
    let timeout = Some(HResult::TAPI_E_TIMEOUT);
    assert_eq!(handler.create_agent(tapi).err(), timeout);
    assert_eq!(handler.create_agent_with_id(tapi, Some("7001"), Some("1234")).err(), timeout);
    assert_eq!(handler.get_acd_groups(tapi).err(), timeout);
    assert_eq!(handler.enumerate_acd_groups(tapi).err(), timeout);
    assert_eq!(group.get_queues(tapi).err(), timeout);
    assert_eq!(group.enumerate_queues(tapi).err(), timeout);
    assert_eq!(agent.create_session(tapi, Some(*group), Some(*address)).err(), timeout);
    assert_eq!(agent.put_state(tapi, 1).err(), timeout);
    assert_eq!(agent.get_overall_call_rate(tapi).err(), timeout);
    assert_eq!(agent.get_measurement_period(tapi).err(), timeout);
    assert_eq!(agent.put_measurement_period(tapi, 60).err(), timeout);
    assert_eq!(session.get_session_duration(tapi).err(), timeout);
    assert_eq!(agent.get_agent_sessions(tapi).err(), timeout);
    assert_eq!(tapi.service().proxy(0).handler().queue(queue).waiting(), 0);
    assert!(agent.get_state(tapi).is_ok() && session.get_agent(tapi).is_ok(), "these ask nobody");
    let mut tapi = Tapi::new(desk.tapi.service().clone(), "DESK-8", "bob");
    assert_eq!(tapi.initialize(), Err(HResult::TAPI_E_TIMEOUT));
}

#[test]
fn without_a_filter_there_is_no_event() {
    let mut desk = desktop(&[]);
    let (agent, session) = desk.session();
    assert_eq!((desk.events(), desk.tapi.get_event_filter()), (vec![], 0));
    desk.tapi.put_event_filter(TE_AGENTSESSION);
    session.put_state(&mut desk.tapi, 1).unwrap();
    assert_eq!(desk.events(), [Event::AgentSession(session, AgentSessionEvent::Ready)]);
    desk.tapi.put_event_filter(TE_AGENT);
    session.put_state(&mut desk.tapi, 0).unwrap();
    assert_eq!(desk.events(), [Event::Agent(agent, AgentEvent::NotReady)]);
    desk.tapi.put_event_filter(CALL_CENTER & !(TE_AGENT | TE_AGENTSESSION));
    session.put_state(&mut desk.tapi, 1).unwrap();
    assert_eq!(desk.events(), []);
    assert_eq!(desk.tapi.get_event_filter(), CALL_CENTER & !(TE_AGENT | TE_AGENTSESSION));
}

#[test]
fn every_event_of_agents_and_sessions() {
    let mut desk = desktop(&[]);
    desk.tapi.put_event_filter(CALL_CENTER);
    let (agent, session) = desk.session();
    let told = |event| Event::AgentSession(session, event);
    assert_eq!(desk.events(), [told(AgentSessionEvent::NewSession)]);
    session.put_state(&mut desk.tapi, 1).unwrap();
    assert_eq!(desk.events(), [told(AgentSessionEvent::Ready), Event::Agent(agent, AgentEvent::Ready)]);
    desk.go_to(100);
    desk.handle_a_call();
    assert_eq!(
        desk.events(),
        [
            told(AgentSessionEvent::Busy),
            Event::Agent(agent, AgentEvent::BusyAcd),
            told(AgentSessionEvent::WrapUp),
            told(AgentSessionEvent::Ready),
            Event::Agent(agent, AgentEvent::Ready),
        ]
    );
    for (state, event) in [
        (AgentState::BusyIncoming, AgentEvent::BusyIncoming),
        (AgentState::NotReady, AgentEvent::NotReady),
        (AgentState::BusyOutgoing, AgentEvent::BusyOutgoing),
    ] {
        agent.put_state(&mut desk.tapi, state as i32).unwrap();
        assert!(desk.events().contains(&Event::Agent(agent, event)));
    }
    session.put_state(&mut desk.tapi, SessionState::SessionEnded as i32).unwrap();
    assert!(desk.events().contains(&told(AgentSessionEvent::End)));
    agent.put_state(&mut desk.tapi, 0).unwrap();
    agent.put_state(&mut desk.tapi, AgentState::Unknown as i32).unwrap();
    assert!(desk.events().contains(&Event::Agent(agent, AgentEvent::Unknown)));
}

#[test]
fn what_the_switch_takes_away_is_told_and_cannot_be_used() {
    for (answer, told) in [("delivered", true), ("not-supported", false)] {
        let mut desk = desktop(&[("group_events", answer)]);
        desk.tapi.put_event_filter(CALL_CENTER);
        let (agent, session) = desk.session();
        let queue = desk.group.get_queues(&mut desk.tapi).unwrap().item(1).unwrap();
        desk.events();
        let (proxy, telephony) = desk.tapi.service_mut().proxy_and_telephony(0);
        let claims = proxy.create_group(telephony, Uuid::from_u128(3), "Claims").unwrap();
        proxy.create_queue(telephony, "Claims queue", Some(claims), at(0)).unwrap();
        proxy.remove_group(telephony, GroupId(0), at(0)).unwrap();
        let events = desk.events();
        let group = desk.group;
        assert!(events.contains(&Event::AgentSession(session, AgentSessionEvent::End)));
        assert!(events.contains(&Event::Queue(queue, AcdQueueEvent::QueueRemoved)));
        assert!(events.iter().any(|event| matches!(event, Event::Queue(_, AcdQueueEvent::NewQueue))));
        assert_eq!(events.contains(&Event::AcdGroup(group, AcdGroupEvent::GroupRemoved)), told);
        let new = events.iter().filter(|event| matches!(event, Event::AcdGroup(_, AcdGroupEvent::NewGroup)));
        assert_eq!(new.count(), usize::from(told));
        let tapi = &mut desk.tapi;
        let gone = HResult::TAPI_E_CALLCENTER_GROUP_REMOVED;
        assert_eq!(group.get_name(tapi), Err(gone));
        assert_eq!(group.get_queues(tapi).err(), Some(gone));
        assert_eq!(group.enumerate_queues(tapi).err(), Some(gone));
        assert_eq!(agent.create_session(tapi, Some(group), Some(desk.address)), Err(gone));
        let gone = HResult::TAPI_E_CALLCENTER_QUEUE_REMOVED;
        assert_eq!(queue.get_name(tapi), Err(gone));
        assert_eq!(queue.get_total_calls_queued(tapi), Err(gone));
        assert_eq!(queue.put_measurement_period(tapi, 60), Err(gone));
        let groups = desk.handler.get_acd_groups(tapi).unwrap();
        assert_eq!((groups.count(), groups.item(2).unwrap().get_name(tapi)), (2, Ok("Claims".into())));
    }
}

#[test]
fn agent_handlers_come_and_go() {
    let mut desk = desktop(&[]);
    desk.tapi.put_event_filter(TE_AGENTHANDLER);
    let line = desk.tapi.service().proxy(0).line();
    desk.tapi.service_mut().telephony_mut().close(line).unwrap();
    assert_eq!(desk.events(), [Event::AgentHandler(desk.handler, AgentHandlerEvent::AgentHandlerRemoved)]);
    assert_eq!(desk.tapi.get_agent_handlers().unwrap().count(), 0);
    assert_eq!(desk.handler.create_agent(&mut desk.tapi), Err(HResult::TAPI_E_NOTSUPPORTED), "nobody serves it");
    let service = desk.tapi.service_mut();
    let switch = service.telephony_mut().initialize_ex("SERVER", "acd");
    let start = jiff::civil::date(2026, 3, 2).at(0, 0, 0, 0);
    let handler = AgentHandler::new();
    let telephony = service.telephony_mut();
    let proxy = Proxy::register(telephony, switch, 0, "Second ACD", Uuid::from_u128(78), handler, start).unwrap();
    service.add_proxy(proxy, Duration::ZERO);
    let events = desk.events();
    let [Event::AgentHandler(new, AgentHandlerEvent::NewAgentHandler)] = events[..] else { panic!("{events:?}") };
    assert_eq!(new.get_name(&mut desk.tapi), Ok("Second ACD".into()));
    assert_eq!(desk.tapi.get_agent_handlers().unwrap().item(1), Ok(new));
}

#[test]
fn what_another_client_does_is_seen() {
    let mut desk = desktop(&[]);
    desk.tapi.put_event_filter(CALL_CENTER);
    let service = desk.tapi.service_mut();
    let app = service.telephony_mut().initialize_ex("DESK-8", "bob");
    let line = service.telephony_mut().open(app, 0, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None).unwrap();
    service.telephony_mut().create_agent(line, None, None).unwrap();
    service.advance_to(at(1));
    service.telephony_mut().create_agent_session(line, 1, None, 1, Uuid::from_u128(2)).unwrap();
    service.advance_to(at(2));
    service.telephony_mut().set_agent_session_state(line, 1, LINEAGENTSESSIONSTATE_READY, 0).unwrap();
    service.advance_to(at(3));
    let events = desk.events();
    let [Event::AgentSession(session, AgentSessionEvent::NewSession), _, Event::Agent(agent, AgentEvent::Ready)] =
        events[..]
    else {
        panic!("{events:?}")
    };
    let tapi = &mut desk.tapi;
    assert_eq!((session.get_state(tapi), agent.get_state(tapi)), (Ok(SessionState::Ready), Ok(AgentState::Ready)));
    assert_eq!(session.get_agent(tapi), Ok(agent));
    assert_eq!(session.get_address(tapi).map(ITAddress::address_id), Ok(1));
    assert_eq!(session.get_acd_group(tapi).unwrap().get_name(tapi), Ok("Service".into()));
    assert_eq!(agent.get_user(tapi), Err(HResult::TAPI_E_NOTSUPPORTED));
    assert_eq!(agent.get_id(tapi), Err(HResult::TAPI_E_CALLCENTER_NO_AGENT_ID));
}

#[test]
fn errors_come_raw_if_the_conventions_have_it_so() {
    let mut desk = desktop(&[("com_errors", "raw")]);
    let (_, session) = desk.session();
    let refused = session.put_state(&mut desk.tapi, SessionState::BusyWrapup as i32).unwrap_err();
    assert_eq!(refused.0 as u32, 0x8000_005A);
    assert_eq!(refused.raw_line_error().map(|error| error.name()), Some("LINEERR_INVALAGENTSTATE"));
}

#[test]
fn an_ended_session_that_reports_nothing_fails_every_statistic() {
    let mut desk = desktop(&[("ended_session", "refused")]);
    let (_, session) = desk.session();
    session.put_state(&mut desk.tapi, SessionState::SessionEnded as i32).unwrap();
    let failed = Some(HResult::TAPI_E_OPERATIONFAILED);
    let tapi = &mut desk.tapi;
    assert_eq!(session.get_session_start_time(tapi).err(), failed);
    assert_eq!(session.get_acd_call_rate(tapi).err(), failed);
    assert_eq!(session.get_longest_time_to_answer(tapi).err(), failed);
    assert_eq!(session.get_state(tapi), Ok(SessionState::SessionEnded));
}

/// E_POINTER, for methods of every interface: nothing is done for a NULL pointer.
#[test]
fn a_null_pointer_is_e_pointer_and_nothing_is_done() {
    let mut desk = desktop(&[]);
    let (agent, session) = desk.session();
    let Desktop { tapi, handler, group, address } = &mut desk;
    let queue = group.get_queues(tapi).unwrap().item(1).unwrap();
    let agents = tapi.service().proxy(0).handler().agent_count();
    let null = [
        deliver(None, || tapi.get_agent_handlers()),
        deliver(None, || tapi.enumerate_agent_handlers()),
        deliver(None, || handler.get_name(tapi)),
        deliver(None, || handler.create_agent(tapi)),
        deliver(None, || handler.create_agent_with_id(tapi, Some("7001"), Some("1234"))),
        deliver(None, || handler.get_acd_groups(tapi)),
        deliver(None, || handler.get_usable_addresses(tapi)),
        deliver(None, || agent.create_session(tapi, Some(*group), Some(*address))),
        deliver(None, || agent.get_agent_sessions(tapi)),
        deliver(None, || agent.enumerate_agent_sessions(tapi)),
        deliver(None, || agent.get_state(tapi)),
        deliver(None, || agent.get_overall_call_rate(tapi)),
        deliver(None, || session.get_agent(tapi)),
        deliver(None, || session.get_number_of_calls(tapi)),
        deliver(None, || session.get_session_start_time(tapi)),
        deliver(None, || group.get_queues(tapi)),
        deliver(None, || queue.get_average_wait_time(tapi)),
    ];
    assert!(null.iter().all(|&result| result == HResult::E_POINTER), "{null:?}");
    assert_eq!(tapi.service().proxy(0).handler().agent_count(), agents);
    assert_eq!(tapi.service().proxy(0).handler().session_count(), 1);
    let mut calls = 5;
    assert_eq!(deliver(Some(&mut calls), || session.get_number_of_calls(tapi)), HResult::S_OK);
    assert_eq!(calls, 0);
}
