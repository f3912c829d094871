//! The proxy, request by request, as a client sees it through TAPI.

use super::super::lists::{GroupEntry, GroupList, QueueList, SessionList};
use super::super::message::ReplyError;
use super::super::records::{AgentCaps, AgentStatus};
use super::super::structures::{AgentInfo, AgentSessionInfo, QueueInfo};
use super::super::telephony::Output;
use super::super::{NameOffsets, Variable};
use super::*;
use crate::acd::{CallTimes, Conventions, Direction};
use crate::time::Duration;

const SALES: Uuid = Uuid::from_u128(1);
const SERVICE: Uuid = Uuid::from_u128(2);

fn at(secs: u64) -> Instant {
    Instant::START + Duration::from_secs(secs)
}

/// A switch with two groups, their queues and a queue of none, two addresses, and a client.
struct Site {
    tapi: Telephony,
    proxy: Proxy<()>,
    desk: HLineApp,
    line: HLine,
    now: u64,
}

impl Site {
    fn new(changes: &[(&str, &str)]) -> Self {
        let mut conventions = Conventions::default();
        for (name, answer) in changes {
            conventions.set(name, answer).unwrap();
        }
        let mut tapi = Telephony::new(conventions);
        let device = tapi.add_device(2);
        let switch = tapi.initialize_ex("SERVER", "acd");
        let mut handler = AgentHandler::with_conventions(conventions);
        for (guid, name) in [(SALES, "Sales"), (SERVICE, "Service")] {
            let group = handler.create_group(guid, name).unwrap();
            handler.create_queue(&format!("{name} queue"), Some(group), at(0)).unwrap();
        }
        handler.create_queue("Welcome", None, at(0)).unwrap();
        handler.create_address("4101").unwrap();
        handler.create_address("4102").unwrap();
        let start = jiff::civil::date(2026, 3, 2).at(0, 0, 0, 0);
        let guid = Uuid::from_u128(77);
        let proxy = Proxy::register(&mut tapi, switch, device, "Main ACD", guid, handler, start).unwrap();
        let desk = tapi.initialize_ex("DESK-7", "ann");
        let line = tapi.open(desk, device, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None).unwrap();
        Site { tapi, proxy, desk, line, now: 0 }
    }

    fn told(&mut self) -> Vec<LineMessage> {
        std::iter::from_fn(|| self.tapi.get_message(self.line).unwrap()).map(LineMessage::from).collect()
    }

    /// Starts a request, lets the proxy answer it, and returns its output, or its error, and what else the client is told.
    fn ask(
        &mut self,
        start: impl FnOnce(&mut Telephony, HLine) -> Result<RequestId, LineError>,
    ) -> (Result<Output, LineError>, Vec<LineMessage>) {
        let request = start(&mut self.tapi, self.line).unwrap();
        assert!(self.proxy.answer_next(&mut self.tapi, at(self.now)).unwrap());
        assert!(!self.proxy.answer_next(&mut self.tapi, at(self.now)).unwrap(), "there was one");
        let mut told = self.told();
        let is_reply = |it: &LineMessage| matches!(it, LineMessage::Reply { request: of, .. } if *of == request.0);
        let place = told.iter().position(is_reply).expect("it is answered");
        let LineMessage::Reply { result, .. } = told.remove(place) else { unreachable!("it is a reply") };
        let output = match result {
            Ok(()) => Ok(self.tapi.take_output(self.line, request).expect("it has an output")),
            Err(ReplyError::Line(error)) => Err(error),
            Err(other) => panic!("{other}"),
        };
        (output, told)
    }

    fn result(
        &mut self,
        start: impl FnOnce(&mut Telephony, HLine) -> Result<RequestId, LineError>,
    ) -> Result<Output, LineError> {
        self.ask(start).0
    }

    fn read<S: Variable>(
        &mut self,
        start: impl FnOnce(&mut Telephony, HLine) -> Result<RequestId, LineError>,
    ) -> Result<S, LineError> {
        let output = self.result(start)?;
        let Output::Structure(bytes) = output else { panic!("{output:?} is no structure") };
        Ok(S::decode(&bytes).unwrap())
    }

    fn agent(&mut self) -> u32 {
        match self.result(|tapi, line| tapi.create_agent(line, None, None)) {
            Ok(Output::Agent(handle)) => handle,
            other => panic!("{other:?}"),
        }
    }

    fn session(&mut self, agent: u32, group: Uuid) -> u32 {
        match self.result(|tapi, line| tapi.create_agent_session(line, agent, None, 0, group)) {
            Ok(Output::AgentSession(handle)) => handle,
            other => panic!("{other:?}"),
        }
    }

    fn set_session(&mut self, session: u32, state: u32, next: u32) -> Result<Output, LineError> {
        self.result(|tapi, line| tapi.set_agent_session_state(line, session, state, next))
    }

    /// The switch lets the first session answer a call that waited three seconds.
    fn answer_call(&mut self) {
        let (now, queue) = (at(self.now), QueueId(0));
        let Site { tapi, proxy, .. } = self;
        let times = CallTimes::straight(Instant::from_nanos(now.as_nanos() - 3_000_000_000), now);
        let answer = |handler: &mut AgentHandler<()>, changed: &mut dyn FnMut(StateChange)| {
            handler.call_arrives(queue, now);
            handler.answer(queue, SessionId(0), times, now, &mut |change| changed(change))
        };
        proxy.drive(tapi, &[queue], &[], answer).unwrap();
    }
}

#[test]
fn an_agent_and_a_session_are_made_and_announced() {
    let mut site = Site::new(&[]);
    let (made, told) = site.ask(|tapi, line| tapi.create_agent(line, None, None));
    assert_eq!(made, Ok(Output::Agent(1)));
    assert_eq!(told, [LineMessage::AgentStatusEx { agent: 1, status: LINEAGENTSTATUSEX_NEWAGENT, state: 0 }]);
    assert_eq!(site.proxy.handler().agent(AgentId(0)).user, "ann");
    let (made, told) = site.ask(|tapi, line| tapi.create_agent_session(line, 1, None, 0, SALES));
    assert_eq!(made, Ok(Output::AgentSession(1)));
    let new = LineMessage::AgentSessionStatus { session: 1, status: LINEAGENTSESSIONSTATUS_NEWSESSION, state: 0 };
    assert_eq!(told, [new]);
}

#[test]
fn a_session_that_the_switch_opens_is_announced_or_refused_as_one_that_a_client_asks_for() {
    let mut site = Site::new(&[("new_session", "ready")]);
    site.agent();
    site.told();
    let open = |site: &mut Site, agent, group, address| {
        site.proxy.create_session(&mut site.tapi, AgentId(agent), GroupId(group), AddressId(address), at(5))
    };
    assert_eq!(open(&mut site, 0, 1, 1), Ok(SessionId(0)));
    let told = |status, state| LineMessage::AgentSessionStatus { session: 1, status, state };
    let ready = told(LINEAGENTSESSIONSTATUS_STATE, LINEAGENTSESSIONSTATE_READY);
    assert_eq!(site.told()[..2], [told(LINEAGENTSESSIONSTATUS_NEWSESSION, 0), ready]);
    let session = SessionId(0);
    assert_eq!(
        (site.proxy.handler().session_group(session), site.proxy.handler().session_ended(session)),
        (GroupId(1), None)
    );
    assert_eq!(open(&mut site, 0, 1, 1), Err(LineError::OperationFailed), "there is one of the group");
    assert_eq!(open(&mut site, 0, 9, 1), Err(LineError::InvalParam));
    assert_eq!(open(&mut site, 0, 0, 9), Err(LineError::InvalParam));
    assert_eq!(open(&mut site, 9, 0, 0), Err(LineError::InvalParam));
    assert_eq!(site.told(), [], "nothing has come of it");
}

#[test]
fn a_session_that_begins_ready_is_new_first() {
    let mut site = Site::new(&[("new_session", "ready")]);
    let agent = site.agent();
    let (_, told) = site.ask(|tapi, line| tapi.create_agent_session(line, agent, None, 0, SALES));
    assert_eq!(
        told,
        [
            LineMessage::AgentSessionStatus { session: 1, status: LINEAGENTSESSIONSTATUS_NEWSESSION, state: 0 },
            LineMessage::AgentSessionStatus { session: 1, status: LINEAGENTSESSIONSTATUS_STATE, state: 2 },
            LineMessage::AgentStatusEx { agent: 1, status: LINEAGENTSTATUSEX_STATE, state: 2 },
            LineMessage::AgentStatus { address: 0, status: LINEAGENTSTATUS_STATE, state: LINEAGENTSTATE_READY },
        ]
    );
}

#[test]
fn reply_and_messages_come_in_the_order_of_the_conventions() {
    for (answer, reply_at) in [("reply-first", 0), ("status-first", 1)] {
        let mut site = Site::new(&[("reply_order", answer)]);
        site.tapi.create_agent(site.line, None, None).unwrap();
        site.proxy.answer_next(&mut site.tapi, at(0)).unwrap();
        let told = site.told();
        assert_eq!(told.len(), 2);
        assert!(matches!(told[reply_at], LineMessage::Reply { .. }), "{answer}");
    }
}

#[test]
fn a_switch_that_knows_its_agents_checks_id_and_pin() {
    let mut site = Site::new(&[]);
    site.proxy.handler_mut().admit("7001", "1234");
    let mut make = |id: Option<&str>, pin: Option<&str>| site.result(|tapi, line| tapi.create_agent(line, id, pin));
    assert_eq!(make(Some("7002"), Some("1234")), Err(LineError::InvalAgentId));
    assert_eq!(make(Some("7001"), Some("0000")), Err(LineError::InvalPassword));
    assert_eq!(make(Some("7001"), None), Err(LineError::InvalPassword));
    assert_eq!(make(Some("7001"), Some("1234")), Ok(Output::Agent(1)));
    assert_eq!(make(None, None), Ok(Output::Agent(2)), "the operating system has logged this one in");
    let mut open = |pin: Option<&str>| site.result(|tapi, line| tapi.create_agent_session(line, 1, pin, 0, SALES));
    assert_eq!(open(Some("0000")), Err(LineError::InvalPassword));
    assert_eq!(open(Some("1234")), Ok(Output::AgentSession(1)));
}

#[test]
fn what_a_session_cannot_be_made_of() {
    let mut site = Site::new(&[]);
    let agent = site.agent();
    let mut open =
        |agent, address, group| site.result(|tapi, line| tapi.create_agent_session(line, agent, None, address, group));
    assert_eq!(open(0, 0, SALES), Err(LineError::InvalParam));
    assert_eq!(open(9, 0, SALES), Err(LineError::InvalParam));
    assert_eq!(open(agent, 9, SALES), Err(LineError::InvalParam));
    assert_eq!(open(agent, 0, Uuid::from_u128(9)), Err(LineError::InvalParam));
    assert_eq!(open(agent, 0, SALES), Ok(Output::AgentSession(1)));
    assert_eq!(open(agent, 0, SALES), Err(LineError::OperationFailed), "there is one");
    site.proxy.handler_mut().limit_objects(1);
    assert_eq!(
        site.result(|tapi, line| tapi.create_agent_session(line, agent, None, 0, SERVICE)),
        Err(LineError::NoMem)
    );
    assert_eq!(site.result(|tapi, line| tapi.create_agent(line, None, None)), Err(LineError::NoMem));
}

#[test]
fn unknown_handles_are_the_error_of_the_conventions() {
    let answers = [
        ("inval-param", LineError::InvalParam),
        ("operation-failed", LineError::OperationFailed),
        ("inval-agent-id", LineError::InvalAgentId),
    ];
    for (answer, error) in answers {
        let mut site = Site::new(&[("unknown_handle", answer)]);
        assert_eq!(site.result(|tapi, line| tapi.get_agent_info(line, 5, 56)), Err(error));
        assert_eq!(site.result(|tapi, line| tapi.get_agent_session_info(line, 5, 76)), Err(error));
        assert_eq!(site.result(|tapi, line| tapi.get_agent_session_list(line, 5, 100)), Err(error));
        assert_eq!(site.result(|tapi, line| tapi.set_agent_state_ex(line, 5, 2, 0)), Err(error));
        assert_eq!(site.result(|tapi, line| tapi.set_agent_measurement_period(line, 5, 60)), Err(error));
        assert_eq!(site.set_session(5, 2, 0), Err(error));
        assert_eq!(site.result(|tapi, line| tapi.get_queue_info(line, 9, 52)), Err(LineError::InvalParam));
        assert_eq!(
            site.result(|tapi, line| tapi.set_queue_measurement_period(line, 9, 60)),
            Err(LineError::InvalParam)
        );
    }
}

#[test]
fn states_that_must_not_follow_are_the_error_of_the_conventions() {
    let answers = [
        ("inval-agent-state", LineError::InvalAgentState, LineError::InvalAgentState),
        ("inval-agent-session-state", LineError::InvalAgentSessionState, LineError::InvalAgentState),
        ("operation-failed", LineError::OperationFailed, LineError::OperationFailed),
    ];
    for (answer, of_session, of_agent) in answers {
        let mut site = Site::new(&[("state_error", answer), ("busy_states", "switch")]);
        let agent = site.agent();
        let session = site.session(agent, SALES);
        assert_eq!(site.set_session(session, LINEAGENTSESSIONSTATE_BUSYWRAPUP, 0), Err(of_session));
        assert_eq!(site.set_session(session, 3, 0), Err(of_session), "two states at once");
        assert_eq!(site.set_session(session, 0, 3), Err(of_session));
        site.set_session(session, LINEAGENTSESSIONSTATE_READY, 0).unwrap();
        assert_eq!(site.set_session(session, LINEAGENTSESSIONSTATE_BUSYONCALL, 0), Err(of_session), "the switch's");
        let mut agent_state = |bit| site.result(|tapi, line| tapi.set_agent_state_ex(line, agent, bit, 0));
        assert_eq!(agent_state(LINEAGENTSTATEEX_BUSYACD), Err(of_agent));
        assert_eq!(agent_state(3), Err(LineError::InvalAgentState), "no state at all");
        assert_eq!(agent_state(LINEAGENTSTATEEX_RELEASED), Ok(Output::None));
        assert_eq!(agent_state(LINEAGENTSTATEEX_READY), Err(of_agent), "released");
        let next = site.result(|tapi, line| tapi.set_agent_state_ex(line, agent, 0, 3));
        assert_eq!(next, Err(LineError::InvalAgentState));
    }
}

#[test]
fn a_state_is_set_read_and_announced() {
    let mut site = Site::new(&[]);
    let agent = site.agent();
    let session = site.session(agent, SALES);
    let (set, told) = site.ask(|tapi, line| tapi.set_agent_session_state(line, session, 2, 0));
    assert_eq!(set, Ok(Output::None));
    assert_eq!(
        told,
        [
            LineMessage::AgentSessionStatus { session: 1, status: LINEAGENTSESSIONSTATUS_STATE, state: 2 },
            LineMessage::AgentStatusEx { agent: 1, status: LINEAGENTSTATUSEX_STATE, state: LINEAGENTSTATEEX_READY },
            LineMessage::AgentStatus { address: 0, status: LINEAGENTSTATUS_STATE, state: LINEAGENTSTATE_READY },
        ]
    );
    site.set_session(session, 0, LINEAGENTSESSIONSTATE_NOTREADY).unwrap();
    let info: AgentSessionInfo = site.read(|tapi, line| tapi.get_agent_session_info(line, session, 76)).unwrap();
    assert_eq!((info.agent_session_state, info.next_agent_session_state), (2, 1));
    site.result(|tapi, line| tapi.set_agent_state_ex(line, agent, 1, 2)).unwrap();
    let info: AgentInfo = site.read(|tapi, line| tapi.get_agent_info(line, agent, 56)).unwrap();
    assert_eq!((info.agent_state, info.next_agent_state), (1, 2));
}

#[test]
fn a_session_that_is_released_shows_so() {
    let mut site = Site::new(&[]);
    let agent = site.agent();
    let session = site.session(agent, SALES);
    let (_, told) =
        site.ask(|tapi, line| tapi.set_agent_session_state(line, session, LINEAGENTSESSIONSTATE_RELEASED, 0));
    let released = LINEAGENTSESSIONSTATE_RELEASED;
    let status = LINEAGENTSESSIONSTATUS_STATE;
    assert_eq!(told, [LineMessage::AgentSessionStatus { session, status, state: released }]);
    let info: AgentSessionInfo = site.read(|tapi, line| tapi.get_agent_session_info(line, session, 76)).unwrap();
    assert_eq!(info.agent_session_state, released);
}

#[test]
fn the_present_state_is_announced_if_the_conventions_have_it_so() {
    let mut site = Site::new(&[("same_state", "announced")]);
    let agent = site.agent();
    let session = site.session(agent, SALES);
    let (_, told) = site.ask(|tapi, line| tapi.set_agent_session_state(line, session, 1, 0));
    assert_eq!(told, [LineMessage::AgentSessionStatus { session, status: LINEAGENTSESSIONSTATUS_STATE, state: 1 }]);
    let (_, told) = site.ask(|tapi, line| tapi.set_agent_state_ex(line, agent, 1, 0));
    assert_eq!(told, [LineMessage::AgentStatusEx { agent, status: LINEAGENTSTATUSEX_STATE, state: 1 }]);
}

#[test]
fn what_a_session_reports() {
    let mut site = Site::new(&[]);
    let agent = site.agent();
    let session = site.session(agent, SALES);
    site.set_session(session, 2, 0).unwrap();
    site.now = 100;
    site.answer_call();
    assert_eq!(
        site.told(),
        [
            LineMessage::AgentSessionStatus {
                session,
                status: LINEAGENTSESSIONSTATUS_STATE | LINEAGENTSESSIONSTATUS_UPDATEINFO,
                state: LINEAGENTSESSIONSTATE_BUSYONCALL
            },
            LineMessage::QueueStatus { queue: 0, status: LINEQUEUESTATUS_UPDATEINFO },
            LineMessage::AgentStatusEx {
                agent,
                status: LINEAGENTSTATUSEX_STATE | LINEAGENTSTATUSEX_UPDATEINFO,
                state: LINEAGENTSTATEEX_BUSYACD
            },
            LineMessage::AgentStatus { address: 0, status: LINEAGENTSTATUS_STATE, state: LINEAGENTSTATE_BUSYACD },
        ]
    );
    site.now = 160;
    site.set_session(session, LINEAGENTSESSIONSTATE_BUSYWRAPUP, 0).unwrap();
    site.now = 190;
    site.set_session(session, LINEAGENTSESSIONSTATE_READY, 0).unwrap();
    site.now = 900;
    let info: AgentSessionInfo = site.read(|tapi, line| tapi.get_agent_session_info(line, session, 76)).unwrap();
    let expected = AgentSessionInfo {
        agent_session_state: LINEAGENTSESSIONSTATE_READY,
        session_start_time: 46_083.0,
        session_duration: 900,
        number_of_calls: 1,
        total_talk_time: 60,
        average_talk_time: 60,
        total_call_time: 90,
        average_call_time: 90,
        total_wrap_up_time: 30,
        average_wrap_up_time: 30,
        acd_call_rate: 40_000,
        longest_time_to_answer: 3,
        average_time_to_answer: 3,
        ..AgentSessionInfo::default()
    };
    assert_eq!(info, expected);
}

#[test]
fn what_an_agent_reports() {
    for (answer, rate) in [("calls-per-hour", 40_000), ("tenfold-in-tapi3", 40_000), ("tenfold", 400_000)] {
        let mut site = Site::new(&[("overall_call_rate", answer)]);
        let agent = site.agent();
        let session = site.session(agent, SALES);
        site.set_session(session, 2, 0).unwrap();
        site.now = 100;
        site.answer_call();
        site.now = 160;
        site.set_session(session, LINEAGENTSESSIONSTATE_BUSYWRAPUP, 0).unwrap();
        site.now = 190;
        site.set_session(session, LINEAGENTSESSIONSTATE_READY, 0).unwrap();
        let Site { tapi, proxy, .. } = &mut site;
        for direction in [Direction::Incoming, Direction::Outgoing, Direction::Outgoing] {
            let call = |handler: &mut AgentHandler<()>, changed: &mut dyn FnMut(StateChange)| {
                handler.begin_other_call(AgentId(0), direction, at(200), &mut |change| changed(change))?;
                handler.end_other_call(AgentId(0), at(200), &mut |change| changed(change))
            };
            proxy.drive(tapi, &[], &[AgentId(0)], call).unwrap();
        }
        site.now = 900;
        let info: AgentInfo = site.read(|tapi, line| tapi.get_agent_info(line, agent, 56)).unwrap();
        let expected = AgentInfo {
            agent_state: LINEAGENTSTATEEX_READY,
            measurement_period: i32::MAX as u32,
            overall_call_rate: rate,
            number_of_acd_calls: 1,
            number_of_incoming_calls: 1,
            number_of_outgoing_calls: 2,
            total_acd_talk_time: 60,
            total_acd_call_time: 90,
            total_acd_wrap_up_time: 30,
            ..AgentInfo::default()
        };
        assert_eq!(info, expected);
    }
}

#[test]
fn what_a_queue_reports() {
    for (answer, disposed) in [("calls", 1), ("untold", 0)] {
        let mut site = Site::new(&[("final_disposition", answer)]);
        let handler = site.proxy.handler_mut();
        let (welcome, sales) = (QueueId(2), QueueId(0));
        let wait = |handler: &mut AgentHandler<()>, secs| {
            handler.call_arrives(welcome, at(secs));
            handler.call_waits(welcome, (), at(secs))
        };
        let [first, second, third, _] = [1, 2, 3, 4].map(|secs| wait(handler, secs));
        handler.flow(welcome, first, sales, at(11)).unwrap();
        handler.dispose(welcome, second, at(12));
        handler.abandon(welcome, third, at(33));
        site.now = 44;
        let info: QueueInfo = site.read(|tapi, line| tapi.get_queue_info(line, 2, 52)).unwrap();
        let expected = QueueInfo {
            measurement_period: i32::MAX as u32,
            total_calls_queued: 4,
            current_calls_queued: 1,
            total_calls_abandoned: 1,
            total_calls_flowed_in: 0,
            total_calls_flowed_out: 1,
            longest_ever_wait_time: 40,
            current_longest_wait_time: 40,
            average_wait_time: 16,
            final_disposition: disposed,
        };
        assert_eq!(info, expected);
        let info: QueueInfo = site.read(|tapi, line| tapi.get_queue_info(line, 0, 52)).unwrap();
        assert_eq!((info.total_calls_queued, info.total_calls_flowed_in), (1, 1));
    }
}

#[test]
fn periods_are_set_and_announced() {
    let mut site = Site::new(&[("negative_period", "refused")]);
    let agent = site.agent();
    let (set, told) = site.ask(|tapi, line| tapi.set_agent_measurement_period(line, agent, 60));
    let status = LINEAGENTSTATUSEX_UPDATEINFO;
    assert_eq!((set, told), (Ok(Output::None), vec![LineMessage::AgentStatusEx { agent, status, state: 0 }]));
    let (set, told) = site.ask(|tapi, line| tapi.set_queue_measurement_period(line, 1, 90));
    let status = LINEQUEUESTATUS_UPDATEINFO;
    assert_eq!((set, told), (Ok(Output::None), vec![LineMessage::QueueStatus { queue: 1, status }]));
    let info: AgentInfo = site.read(|tapi, line| tapi.get_agent_info(line, agent, 56)).unwrap();
    let queue: QueueInfo = site.read(|tapi, line| tapi.get_queue_info(line, 1, 52)).unwrap();
    assert_eq!((info.measurement_period, queue.measurement_period), (60, 90));
    for period in [0, 0x8000_0000] {
        let refused = Err(LineError::InvalParam);
        assert_eq!(site.result(|tapi, line| tapi.set_agent_measurement_period(line, agent, period)), refused);
        assert_eq!(site.result(|tapi, line| tapi.set_queue_measurement_period(line, 1, period)), refused);
    }
}

#[test]
fn groups_queues_and_sessions_are_listed() {
    let mut site = Site::new(&[]);
    let groups: GroupList = site.read(|tapi, line| tapi.get_group_list(line, 500)).unwrap();
    let entry = |guid, name: &str| GroupEntry { guid, name: Some(name.to_owned()) };
    assert_eq!(groups.entries, [entry(SALES, "Sales"), entry(SERVICE, "Service")]);
    let same: GroupList = site.read(|tapi, line| tapi.get_agent_group_list(line, 0, 500)).unwrap();
    assert_eq!(same, groups);
    let agent = site.agent();
    let (first, second) = (site.session(agent, SALES), site.session(agent, SERVICE));
    let list = |site: &mut Site| {
        let list: SessionList = site.read(|tapi, line| tapi.get_agent_session_list(line, agent, 500)).unwrap();
        list.entries
            .iter()
            .map(|it| (it.agent_session, it.agent, it.group_id, it.working_address_id))
            .collect::<Vec<_>>()
    };
    assert_eq!(list(&mut site), [(first, agent, SALES, 0), (second, agent, SERVICE, 0)]);
    site.set_session(first, LINEAGENTSESSIONSTATE_ENDED, 0).unwrap();
    assert_eq!(list(&mut site), [(second, agent, SERVICE, 0)]);
    let cut: SessionList = site.read(|tapi, line| tapi.get_agent_session_list(line, agent, 30)).unwrap();
    assert_eq!(cut.entries, [], "what does not fit is left out whole");
}

#[test]
fn ended_sessions_are_listed_until_they_are_forgotten_if_the_conventions_have_it_so() {
    let mut site = Site::new(&[("listed_sessions", "until-forgotten")]);
    let agent = site.agent();
    let first = site.session(agent, SALES);
    site.set_session(first, LINEAGENTSESSIONSTATE_ENDED, 0).unwrap();
    let second = site.session(agent, SALES);
    let list = |site: &mut Site| {
        let list: SessionList = site.read(|tapi, line| tapi.get_agent_session_list(line, agent, 500)).unwrap();
        list.entries.iter().map(|it| it.agent_session).collect::<Vec<_>>()
    };
    assert_eq!(list(&mut site), [first, second]);
    site.proxy.handler_mut().forget_session(SessionId(0)).unwrap();
    assert_eq!(list(&mut site), [second]);
    let forgotten = site.result(|tapi, line| tapi.get_agent_session_info(line, first, 76));
    assert_eq!(forgotten, Err(LineError::InvalParam));
}

#[test]
fn an_ended_session_may_report_nothing() {
    let mut site = Site::new(&[("ended_session", "refused")]);
    let agent = site.agent();
    let session = site.session(agent, SALES);
    site.set_session(session, LINEAGENTSESSIONSTATE_ENDED, 0).unwrap();
    let refused = site.result(|tapi, line| tapi.get_agent_session_info(line, session, 76));
    assert_eq!(refused, Err(LineError::OperationFailed));
}

#[test]
fn the_queues_of_an_unknown_group_are_those_of_the_conventions() {
    let names = |site: &mut Site, guid| {
        let list: Result<QueueList, LineError> = site.read(|tapi, line| tapi.get_queue_list(line, guid, 500));
        list.map(|list| list.entries.into_iter().map(|it| it.name.unwrap()).collect::<Vec<_>>())
    };
    let unknown = Uuid::from_u128(9);
    let mut site = Site::new(&[]);
    assert_eq!(names(&mut site, SERVICE), Ok(vec!["Service queue".into()]));
    assert_eq!(names(&mut site, Uuid::nil()), Ok(vec!["Welcome".into()]));
    assert_eq!(names(&mut site, unknown), Err(LineError::InvalParam));
    let mut site = Site::new(&[("queues_of_no_group", "all")]);
    assert_eq!(names(&mut site, unknown).map(|names| names.len()), Ok(3));
    let mut site = Site::new(&[("queues_of_no_group", "empty")]);
    assert_eq!(names(&mut site, unknown), Ok(vec![]));
}

#[test]
fn names_are_where_the_conventions_have_their_offsets_from() {
    for (answer, offsets) in [("from-list", NameOffsets::FromList), ("from-entry", NameOffsets::FromEntry)] {
        let mut site = Site::new(&[("name_offsets", answer)]);
        let Ok(Output::Structure(bytes)) = site.result(|tapi, line| tapi.get_group_list(line, 500)) else {
            panic!("a list")
        };
        let groups = GroupList::decode_with(&bytes, offsets).unwrap();
        assert_eq!(groups.entries[1].name.as_deref(), Some("Service"), "{answer}");
    }
}

#[test]
fn groups_and_queues_come_and_go() {
    let mut site = Site::new(&[]);
    let agent = site.agent();
    let session = site.session(agent, SALES);
    let Site { tapi, proxy, .. } = &mut site;
    let group = proxy.create_group(tapi, Uuid::from_u128(3), "Claims").unwrap();
    let queue = proxy.create_queue(tapi, "Claims queue", Some(group), at(0)).unwrap();
    proxy.remove_queue(tapi, queue).unwrap();
    assert_eq!(proxy.remove_queue(tapi, queue), Err(AcdError::Unknown { what: "queue", number: queue.0 }));
    proxy.remove_group(tapi, GroupId(0), at(5)).unwrap();
    assert!(proxy.remove_group(tapi, GroupId(0), at(5)).is_err());
    assert_eq!(
        site.told(),
        [
            LineMessage::GroupStatus { status: LINEGROUPSTATUS_NEWGROUP },
            LineMessage::QueueStatus { queue: 3, status: LINEQUEUESTATUS_NEWQUEUE },
            LineMessage::QueueStatus { queue: 3, status: LINEQUEUESTATUS_QUEUEREMOVED },
            LineMessage::AgentSessionStatus { session, status: LINEAGENTSESSIONSTATUS_STATE, state: 0x10 },
            LineMessage::QueueStatus { queue: 0, status: LINEQUEUESTATUS_QUEUEREMOVED },
            LineMessage::GroupStatus { status: LINEGROUPSTATUS_GROUPREMOVED },
        ]
    );
    let gone = site.result(|tapi, line| tapi.get_queue_info(line, 0, 52));
    assert_eq!(gone, Err(LineError::InvalParam));
    let groups: GroupList = site.read(|tapi, line| tapi.get_group_list(line, 500)).unwrap();
    assert_eq!(groups.entries.len(), 2);
}

#[test]
fn what_the_handler_can_do_on_an_address() {
    let mut site = Site::new(&[]);
    let (desk, device) = (site.desk, 0);
    let caps: AgentCaps = site.read(|tapi, _| tapi.get_agent_caps(desk, device, 0, ApiVersion::V2_2, 300)).unwrap();
    assert_eq!(caps.agent_handler_info.as_deref(), Some("Main ACD"));
    assert_eq!((caps.proxy_guid, caps.caps_version), (Uuid::from_u128(77), ApiVersion::V2_2.0));
    let ever = LINEAGENTSTATE_LOGGEDOFF
        | LINEAGENTSTATE_NOTREADY
        | LINEAGENTSTATE_READY
        | LINEAGENTSTATE_BUSYACD
        | LINEAGENTSTATE_BUSYINCOMING
        | LINEAGENTSTATE_BUSYOUTBOUND
        | LINEAGENTSTATE_WORKINGAFTERCALL
        | LINEAGENTSTATE_UNKNOWN;
    assert_eq!((caps.states, caps.next_states), (ever, LINEAGENTSTATE_NOTREADY | LINEAGENTSTATE_READY));
    let exact: AgentCaps = site.read(|tapi, _| tapi.get_agent_caps(desk, device, 0, ApiVersion::V2_2, 72)).unwrap();
    assert_eq!(exact, AgentCaps { agent_handler_info: None, ..caps }, "there is no room for the description");
    let older: AgentCaps = site.read(|tapi, _| tapi.get_agent_caps(desk, device, 0, ApiVersion::V2_0, 56)).unwrap();
    assert_eq!((older.proxy_guid, older.caps_version), (Uuid::nil(), ApiVersion::V2_0.0));
}

#[test]
fn the_agent_on_an_address_is_logged_in_to_groups_and_out() {
    let mut site = Site::new(&[]);
    let groups = |guids: &[Uuid]| guids.iter().map(|&guid| GroupEntry { guid, name: None }).collect::<GroupList>();
    let status = |site: &mut Site| {
        let status: AgentStatus = site.read(|tapi, line| tapi.get_agent_status(line, 1, 500)).unwrap();
        (status.state, status.groups.iter().map(|group| group.guid).collect::<Vec<_>>())
    };
    assert_eq!(status(&mut site), (LINEAGENTSTATE_LOGGEDOFF, vec![]));
    let set = |site: &mut Site, state, next| site.result(|tapi, line| tapi.set_agent_state(line, 1, state, next));
    assert_eq!(set(&mut site, LINEAGENTSTATE_READY, 0), Err(LineError::InvalAddressState), "nobody is there");
    let unknown = groups(&[SALES, Uuid::from_u128(9)]);
    assert_eq!(site.result(|tapi, line| tapi.set_agent_group(line, 1, unknown)), Err(LineError::InvalAgentGroup));
    let none = groups(&[]);
    assert_eq!(site.result(|tapi, line| tapi.set_agent_group(line, 1, none)), Ok(Output::None));
    let (done, told) = site.ask(|tapi, line| tapi.set_agent_group(line, 1, groups(&[SALES, SERVICE])));
    assert_eq!(done, Ok(Output::None));
    assert_eq!(told.len(), 4, "an agent, two sessions, the groups: {told:?}");
    assert_eq!(told[3], LineMessage::AgentStatus { address: 1, status: LINEAGENTSTATUS_GROUP, state: 0 });
    assert_eq!(status(&mut site), (LINEAGENTSTATE_NOTREADY, vec![SALES, SERVICE]));
    assert_eq!(set(&mut site, LINEAGENTSTATE_READY, LINEAGENTSTATE_NOTREADY), Ok(Output::None));
    assert_eq!(status(&mut site).0, LINEAGENTSTATE_READY);
    assert_eq!(set(&mut site, LINEAGENTSTATE_BUSYACD, 0), Err(LineError::InvalAgentState));
    assert_eq!(set(&mut site, LINEAGENTSTATE_WORKINGAFTERCALL, 0), Err(LineError::InvalAgentState), "after no call");
    site.now = 10;
    site.answer_call();
    assert_eq!(set(&mut site, LINEAGENTSTATE_WORKINGAFTERCALL, 0), Ok(Output::None));
    assert_eq!(status(&mut site).0, LINEAGENTSTATE_WORKINGAFTERCALL);
    site.set_session(1, LINEAGENTSESSIONSTATE_READY, 0).unwrap();
    assert_eq!(status(&mut site).0, LINEAGENTSTATE_READY, "0 as the next state has cleared the one before");
    site.result(|tapi, line| tapi.set_agent_group(line, 1, groups(&[SERVICE]))).unwrap();
    assert_eq!(status(&mut site), (LINEAGENTSTATE_READY, vec![SERVICE]));
    site.result(|tapi, line| tapi.set_agent_group(line, 1, groups(&[]))).unwrap();
    assert_eq!(status(&mut site), (LINEAGENTSTATE_LOGGEDOFF, vec![]));
    site.result(|tapi, line| tapi.set_agent_group(line, 1, groups(&[SALES]))).unwrap();
    assert_eq!(site.proxy.handler().agent_count(), 1, "the account's agent is there already");
}

#[test]
fn an_address_tells_all_that_can_be_asked_of_it_with_an_agent_and_without() {
    let mut site = Site::new(&[]);
    let status = |site: &mut Site| site.read::<AgentStatus>(|tapi, line| tapi.get_agent_status(line, 1, 500)).unwrap();
    let agent_features = LINEAGENTFEATURE_SETAGENTGROUP
        | LINEAGENTFEATURE_SETAGENTSTATE
        | LINEAGENTFEATURE_GETAGENTACTIVITYLIST
        | LINEAGENTFEATURE_GETAGENTGROUP;
    let nobody = AgentStatus { state: LINEAGENTSTATE_LOGGEDOFF, agent_features, ..AgentStatus::default() };
    assert_eq!(status(&mut site), nobody);
    let sales = GroupEntry { guid: SALES, name: Some("Sales".into()) };
    let groups = GroupList::from(vec![sales.clone()]);
    site.result(|tapi, line| tapi.set_agent_group(line, 1, groups)).unwrap();
    let (state, next_state) = (LINEAGENTSTATE_READY, LINEAGENTSTATE_NOTREADY);
    site.result(|tapi, line| tapi.set_agent_state(line, 1, state, next_state)).unwrap();
    let always = LINEAGENTSTATE_NOTREADY | LINEAGENTSTATE_READY;
    let logged_in = AgentStatus {
        groups: vec![sales],
        state,
        next_state,
        agent_features,
        valid_states: always | LINEAGENTSTATE_BUSYINCOMING | LINEAGENTSTATE_BUSYOUTBOUND,
        valid_next_states: always,
        ..AgentStatus::default()
    };
    assert_eq!(status(&mut site), logged_in);
}

#[test]
fn every_user_has_an_agent_and_another_one_after_its_release() {
    let mut site = Site::new(&[]);
    let desk = site.tapi.initialize_ex("DESK-8", "bob");
    let bob = site.tapi.open(desk, 0, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None).unwrap();
    let ann = site.line;
    let log_in = |site: &mut Site, line, address| {
        let sales = GroupList::from(vec![GroupEntry { guid: SALES, name: None }]);
        site.line = line;
        assert_eq!(site.result(|tapi, line| tapi.set_agent_group(line, address, sales)), Ok(Output::None));
        let handler = site.proxy.handler();
        (0..handler.agent_count()).map(|agent| handler.agent(AgentId(agent)).user.clone()).collect::<Vec<_>>()
    };
    assert_eq!(log_in(&mut site, ann, 0), ["ann"]);
    assert_eq!(log_in(&mut site, bob, 1), ["ann", "bob"]);
    site.result(|tapi, line| tapi.set_agent_state_ex(line, 2, LINEAGENTSTATEEX_RELEASED, 0)).unwrap();
    assert_eq!(log_in(&mut site, bob, 1), ["ann", "bob", "bob"]);
    let sessions = [0, 1, 2].map(|agent| site.proxy.handler().sessions_of(AgentId(agent)).len());
    assert_eq!(sessions, [1, 0, 1]);
}

#[test]
fn what_the_handler_does_not_have() {
    let mut site = Site::new(&[]);
    assert_eq!(site.result(|tapi, line| tapi.set_agent_activity(line, 0, 1)), Err(LineError::InvalAgentActivity));
    assert_eq!(site.result(|tapi, line| tapi.agent_specific(line, 0, 0, &[1])), Err(LineError::InvalParam));
    let list: super::super::lists::ActivityList =
        site.read(|tapi, line| tapi.get_agent_activity_list(line, 0, 100)).unwrap();
    assert_eq!(list.entries, []);
}

#[test]
fn other_refusals_have_their_errors() {
    let site = Site::new(&[]);
    let (agent, session) = (AgentId(0), SessionId(0));
    let with = crate::acd::Engagement::Incoming;
    for (refused, expected) in [
        (AcdError::AgentBusy { agent, with }, LineError::OperationUnavail),
        (AcdError::NoCall { agent }, LineError::OperationUnavail),
        (AcdError::SessionExists { agent, session }, LineError::OperationFailed),
        (AcdError::QueueInUse { queue: QueueId(0), waiting: 1 }, LineError::OperationFailed),
        (AcdError::NoAgentId { agent }, LineError::InvalAgentId),
        (AcdError::BadPeriod { seconds: 0 }, LineError::InvalParam),
        (AcdError::Unknown { what: "address", number: 1 }, LineError::InvalParam),
    ] {
        assert_eq!(site.proxy.line_error(refused), expected, "{refused}");
    }
}

#[test]
fn a_request_whose_client_has_gone_is_passed_over() {
    let mut site = Site::new(&[]);
    site.tapi.create_agent(site.line, None, None).unwrap();
    site.tapi.close(site.line).unwrap();
    assert_eq!(site.proxy.answer_next(&mut site.tapi, at(0)), Ok(false));
    assert_eq!(site.proxy.handler().agent_count(), 0);
    let line = site.proxy.line();
    site.tapi.close(line).unwrap();
    assert_eq!(site.proxy.answer_next(&mut site.tapi, at(0)), Err(LineError::InvalLineHandle));
}

#[test]
fn an_agent_is_told_of_once_whatever_number_of_sessions_change() {
    let mut site = Site::new(&[]);
    let (ann, bob) = (site.agent(), site.agent());
    for agent in [ann, bob] {
        for group in [SALES, SERVICE] {
            let session = site.session(agent, group);
            site.set_session(session, LINEAGENTSESSIONSTATE_READY, 0).unwrap();
        }
    }
    let agent_told = |told: &[LineMessage]| {
        let told = told.iter().filter_map(|message| match *message {
            LineMessage::AgentStatusEx { agent, status, state } => Some((agent, status, state)),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    // A client's request changes both sessions of the second agent.
    let (_, told) = site.ask(|tapi, line| tapi.set_agent_state_ex(line, bob, LINEAGENTSTATEEX_NOTREADY, 0));
    assert_eq!(agent_told(&told), [(bob, LINEAGENTSTATUSEX_STATE, LINEAGENTSTATEEX_NOTREADY)]);
    assert_eq!(told.iter().filter(|it| matches!(it, LineMessage::AgentSessionStatus { .. })).count(), 2);
    // The switch lets the second agent begin a call in one session, which the other sees too.
    site.result(|tapi, line| tapi.set_agent_state_ex(line, bob, LINEAGENTSTATEEX_READY, 0)).unwrap();
    let Site { tapi, proxy, .. } = &mut site;
    let call = |handler: &mut AgentHandler<()>, changed: &mut dyn FnMut(StateChange)| {
        handler.set_session_state(SessionId(2), SessionState::BusyOnCall, at(0), &mut |change| changed(change))
    };
    proxy.drive(tapi, &[], &[], call).unwrap();
    let status = LINEAGENTSTATUSEX_STATE | LINEAGENTSTATUSEX_UPDATEINFO;
    assert_eq!(agent_told(&site.told()), [(bob, status, LINEAGENTSTATEEX_BUSYACD)]);
    // Agents whom the switch names are told of if their statistics alone have changed.
    let Site { tapi, proxy, .. } = &mut site;
    proxy.drive(tapi, &[], &[AgentId(0), AgentId(0), AgentId(9)], |_, _| Ok(())).unwrap();
    assert_eq!(agent_told(&site.told()), [(ann, LINEAGENTSTATUSEX_UPDATEINFO, 0)]);
}

#[test]
fn wrap_up_on_an_address_is_what_the_agent_shows() {
    for (answer, expected) in [("busy-acd", LINEAGENTSTATE_WORKINGAFTERCALL), ("not-ready", LINEAGENTSTATE_NOTREADY)] {
        let mut site = Site::new(&[("agent_in_wrap_up", answer)]);
        let agent = site.agent();
        let session = site.session(agent, SALES);
        let state = |site: &mut Site| {
            let status: AgentStatus = site.read(|tapi, line| tapi.get_agent_status(line, 0, 500)).unwrap();
            status.state
        };
        site.set_session(session, LINEAGENTSESSIONSTATE_READY, 0).unwrap();
        site.set_session(session, LINEAGENTSESSIONSTATE_BUSYONCALL, 0).unwrap();
        assert_eq!(state(&mut site), LINEAGENTSTATE_BUSYACD);
        site.set_session(session, LINEAGENTSESSIONSTATE_BUSYWRAPUP, 0).unwrap();
        assert_eq!(state(&mut site), expected, "{answer}");
    }
}

#[test]
fn the_states_that_can_be_set_on_an_address_are_told() {
    for (answer, by_clients) in [("clients", true), ("switch", false)] {
        let mut site = Site::new(&[("busy_states", answer)]);
        let agent = site.agent();
        let session = site.session(agent, SALES);
        let valid = |site: &mut Site| {
            let status: AgentStatus = site.read(|tapi, line| tapi.get_agent_status(line, 0, 500)).unwrap();
            status.valid_states
        };
        let always = LINEAGENTSTATE_NOTREADY | LINEAGENTSTATE_READY;
        let when = |states| always | if by_clients { states } else { 0 };
        let calls = LINEAGENTSTATE_BUSYINCOMING | LINEAGENTSTATE_BUSYOUTBOUND;
        site.set_session(session, LINEAGENTSESSIONSTATE_READY, 0).unwrap();
        assert_eq!(valid(&mut site), when(calls), "{answer}: free");
        site.now = 10;
        site.answer_call();
        assert_eq!(valid(&mut site), when(LINEAGENTSTATE_WORKINGAFTERCALL), "{answer}: on an ACD call");
        let Site { tapi, proxy, .. } = &mut site;
        let end = |handler: &mut AgentHandler<()>, changed: &mut dyn FnMut(StateChange)| {
            handler.end_talk(SessionId(0), at(20), &mut |change| changed(change))
        };
        proxy.drive(tapi, &[], &[], end).unwrap();
        site.now = 20;
        assert_eq!(valid(&mut site), always, "{answer}: in wrap-up");
        let Site { tapi, proxy, .. } = &mut site;
        let other = |handler: &mut AgentHandler<()>, changed: &mut dyn FnMut(StateChange)| {
            handler.end_wrap_up(SessionId(0), at(30), &mut |change| changed(change))?;
            handler.begin_other_call(AgentId(0), Direction::Incoming, at(30), &mut |change| changed(change))
        };
        proxy.drive(tapi, &[], &[], other).unwrap();
        site.now = 30;
        assert_eq!(valid(&mut site), always, "{answer}: on another call");
    }
}
