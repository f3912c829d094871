//! Several agent handlers and devices at once, and messages that say less than they could.

use super::*;

/// An application that has found two switches, whose groups have the same names and identifiers.
fn two_switches() -> (Tapi<Service>, [ITAgentHandler; 2]) {
    let mut both = service(&[]);
    add_switch(&mut both, Conventions::default(), "Other ACD");
    let mut tapi = Tapi::new(both, "DESK-7", "ann");
    tapi.initialize().unwrap();
    let handlers = tapi.get_agent_handlers().unwrap();
    let handlers = [1, 2].map(|number| handlers.item(number).unwrap());
    (tapi, handlers)
}

fn events(tapi: &mut Tapi<Service>) -> Vec<Event> {
    std::iter::from_fn(|| tapi.next_event()).collect()
}

#[test]
fn a_session_that_another_application_has_made_is_for_the_group_of_its_own_handler() {
    for (number, guid) in [(1, 1), (2, 2)] {
        let (mut tapi, handlers) = two_switches();
        tapi.put_event_filter(TE_AGENTSESSION);
        let app = tapi.service_mut().telephony_mut().initialize_ex("DESK-8", "bob");
        let mut groups = Vec::new();
        for (device, handler) in (0..).zip(handlers) {
            groups.push(handler.get_acd_groups(&mut tapi).unwrap().item(number).unwrap());
            let service = tapi.service_mut();
            let telephony = service.telephony_mut();
            let line = telephony.open(app, device, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None).unwrap();
            telephony.create_agent(line, None, None).unwrap();
            telephony.create_agent_session(line, 1, None, 0, Uuid::from_u128(guid)).unwrap();
            service.advance_to(at(1));
        }
        let told = events(&mut tapi);
        let found = told.iter().map(|event| match event {
            Event::AgentSession(session, _) => session.get_acd_group(&mut tapi).unwrap(),
            other => panic!("{other:?}"),
        });
        assert_eq!(found.collect::<Vec<_>>(), groups);
    }
}

#[test]
fn listing_an_agents_sessions_leaves_each_with_its_group() {
    let mut desk = desktop(&[]);
    let agent = desk.agent();
    let groups = desk.handler.get_acd_groups(&mut desk.tapi).unwrap();
    let groups = [1, 2].map(|number| groups.item(number).unwrap());
    let address = Some(desk.address);
    let sessions = groups.map(|group| agent.create_session(&mut desk.tapi, Some(group), address).unwrap());
    let listed = agent.get_agent_sessions(&mut desk.tapi).unwrap();
    assert_eq!([listed.item(1), listed.item(2)], sessions.map(Ok));
    assert_eq!(sessions.map(|session| session.get_acd_group(&mut desk.tapi)), groups.map(Ok));
}

#[test]
fn the_addresses_of_all_devices_are_listed_with_the_numbers_of_both() {
    let mut three = Service::new(Conventions::default());
    for addresses in [2, 3, 1] {
        three.telephony_mut().add_device(addresses);
    }
    let mut tapi = Tapi::new(three, "DESK-7", "ann");
    assert_eq!(tapi.enumerate_addresses().err(), Some(HResult::E_INVALIDARG), "it is not initialized");
    tapi.initialize().unwrap();
    let (result, enumerated) = tapi.enumerate_addresses().unwrap().next(9);
    assert_eq!(result, HResult::S_FALSE, "there are fewer than nine");
    let numbers: Vec<_> = enumerated.iter().map(|address| (address.device_id(), address.address_id())).collect();
    assert_eq!(numbers, [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 0)]);
    let collection = tapi.get_addresses().unwrap();
    let listed: Vec<_> = (1..=6).map(|number| collection.item(number).unwrap()).collect();
    assert_eq!(enumerated, listed);
}

#[test]
fn the_name_of_a_queue_is_looked_for_once_in_each_group_that_its_handler_has() {
    let (mut tapi, _) = two_switches();
    tapi.put_event_filter(TE_QUEUE);
    let (proxy, telephony) = tapi.service_mut().proxy_and_telephony(0);
    proxy.remove_group(telephony, GroupId(0), at(0)).unwrap();
    proxy.create_queue(telephony, "Holding", None, at(0)).unwrap();
    let [Event::Queue(_, AcdQueueEvent::QueueRemoved), Event::Queue(queue, AcdQueueEvent::NewQueue)] =
        events(&mut tapi)[..]
    else {
        panic!("one queue has gone and one has come")
    };
    tapi.service_mut().set_delay(0, Duration::from_secs(1));
    let before = tapi.service().now();
    assert_eq!(queue.get_name(&mut tapi), Ok("Holding".into()));
    let spent = tapi.service().now() - before;
    assert_eq!(spent, Duration::from_secs(2), "the group that is left is asked for, and the queues of none");
    assert_eq!(queue.get_name(&mut tapi), Ok("Holding".into()));
    assert_eq!(tapi.service().now() - before, spent, "it is known now");
}

#[test]
fn a_line_that_is_closed_loses_its_own_handler_and_no_other() {
    for lost in [0, 1] {
        let (mut tapi, handlers) = two_switches();
        tapi.put_event_filter(TE_AGENTHANDLER);
        // Two lines are the switches', and then the application has opened its own, device by device.
        let line = acdsim::acd::tapi2::telephony::HLine(3 + lost as u32);
        tapi.service_mut().telephony_mut().force_close(line).unwrap();
        let removed = Event::AgentHandler(handlers[lost], AgentHandlerEvent::AgentHandlerRemoved);
        assert_eq!(events(&mut tapi), [removed]);
        let left = handlers[1 - lost];
        let present = tapi.get_agent_handlers().unwrap();
        assert_eq!((present.count(), present.item(1)), (1, Ok(left)));
        assert_eq!(handlers[lost].create_agent(&mut tapi), Err(HResult::TAPI_E_NOTSUPPORTED));
        assert!(left.create_agent(&mut tapi).is_ok());
    }
}

#[test]
fn a_message_about_statistics_is_no_event_whatever_state_it_has() {
    let mut desk = desktop(&[]);
    let (agent, session) = desk.session();
    let queue = desk.group.get_queues(&mut desk.tapi).unwrap().item(1).unwrap();
    desk.tapi.put_event_filter(CALL_CENTER);
    let line = desk.tapi.service().proxy(0).line();
    let mut send = |message, params| {
        desk.tapi.service_mut().telephony_mut().proxy_message(line, 0, message, params).unwrap();
        desk.tapi.next_event()
    };
    let (agents, sessions) = (LINEAGENTSTATUSEX_UPDATEINFO, LINEAGENTSESSIONSTATUS_UPDATEINFO);
    assert_eq!(send(LINE_AGENTSTATUSEX, [1, agents, LINEAGENTSTATEEX_READY]), None);
    assert_eq!(send(LINE_AGENTSESSIONSTATUS, [1, sessions, LINEAGENTSESSIONSTATE_READY]), None);
    assert_eq!(send(LINE_QUEUESTATUS, [0, LINEQUEUESTATUS_UPDATEINFO, 0]), None);
    // With the bit of the state, or of what is new, the same messages are events.
    let told = send(LINE_AGENTSTATUSEX, [1, agents | LINEAGENTSTATUSEX_STATE, LINEAGENTSTATEEX_READY]);
    assert_eq!(told, Some(Event::Agent(agent, AgentEvent::Ready)));
    let status = sessions | LINEAGENTSESSIONSTATUS_STATE;
    let told = send(LINE_AGENTSESSIONSTATUS, [1, status, LINEAGENTSESSIONSTATE_READY]);
    assert_eq!(told, Some(Event::AgentSession(session, AgentSessionEvent::Ready)));
    let told = send(LINE_QUEUESTATUS, [0, LINEQUEUESTATUS_NEWQUEUE, 0]);
    assert_eq!(told, Some(Event::Queue(queue, AcdQueueEvent::NewQueue)));
}
