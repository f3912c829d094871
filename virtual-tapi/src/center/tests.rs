//! The center against the simulation, and with agents whom clients make.

use acdsim::acd::tapi2::message::LineMessage;
use acdsim::acd::tapi2::telephony::{HLine, Output};
use acdsim::acd::tapi2::{ApiVersion, constants::*};
use acdsim::acd::{AgentId, QueueId, SessionId, SessionState};
use acdsim::simulation::{Control, run};
use acdsim::time::Duration;

use super::*;

fn scenario(text: &str) -> Scenario {
    acdsim::scenario::parse(text, "center.toml".as_ref()).expect("it is sound")
}

fn shipped(name: &str) -> Scenario {
    acdsim::scenario::read(format!("../scenarios/{name}.toml").as_ref()).expect("it is sound")
}

fn at(secs: u64) -> Instant {
    Instant::START + Duration::from_secs(secs)
}

/// Without clients the center is the simulation: every statistic of every session, agent and queue is the same.
fn is_the_simulation(scenario: &Scenario, replication: u32) {
    let finished = run(scenario, replication, &mut (), &Control::default()).expect("it runs");
    let mut center = Center::new(scenario, replication).expect("it is plain");
    // The horizon itself is not of the run.
    let end = finished.end;
    center.advance_to(Instant::from_nanos(end.as_nanos() - 1));
    for (device, expected) in (0..).zip(finished.handlers(scenario).expect("it was run")) {
        let (expected, actual) = (&expected.handler, center.handler(device).expect("a handler is behind the device"));
        assert_eq!(counts(expected), counts(actual));
        for session in (0..expected.session_count()).map(SessionId) {
            assert_eq!(actual.session(session).state(), expected.session(session).state(), "{session}");
            assert_eq!(actual.session_statistics(session, end), expected.session_statistics(session, end), "{session}");
        }
        for agent in (0..expected.agent_count()).map(AgentId) {
            assert_eq!(actual.agent_life(agent, end), expected.agent_life(agent, end), "{agent}");
        }
        for queue in (0..expected.queue_count()).map(QueueId) {
            assert_eq!(actual.queue_life(queue, end), expected.queue_life(queue, end));
        }
    }
}

fn counts<C: Copy>(handler: &AgentHandler<C>) -> (u32, u32, u32) {
    (handler.session_count(), handler.agent_count(), handler.queue_count())
}

#[test]
fn without_clients_it_is_the_simulation() {
    for name in ["quickstart", "two-groups", "bank-day", "erlang-a", "week", "bursts", "day-parts"] {
        for replication in [1, 2] {
            is_the_simulation(&shipped(name), replication);
        }
    }
}

#[test]
fn ranks_group_order_capacities_and_warm_ups_are_those_of_the_simulation() {
    let text = r#"
        horizon = "6h"
        warm_up = "30m"
        routing = { agent_selection = "lowest-rank", call_selection = "group-order" }
        [[group]]
        name = "Sales"
        handler = "North"
        arrivals = { rate = "60/h" }
        talk = { distribution = "exponential", mean = "3m" }
        wrap_up = { distribution = "exponential", mean = "30s" }
        patience = { distribution = "exponential", mean = "2m" }
        queue_capacity = 3
        [[group]]
        name = "Help"
        handler = "North"
        arrivals = { rate = "30/h" }
        talk = "4m"
        [[group]]
        name = "South"
        handler = "South"
        arrivals = { rate = "30/h" }
        talk = "2m"
        patience = "1m"
        [[agents]]
        name = "First"
        count = 3
        groups = ["Help", "Sales"]
        ranks = [2, 1]
        [[agents]]
        name = "Second"
        count = 2
        groups = ["Help", "Sales"]
        ranks = [1, 2]
        shifts = [{ log_in = "00:10", log_out = "02:00" }, { log_in = "02:00", log_out = "05:00" }]
        [[agents]]
        name = "Southerner"
        count = 1
        groups = ["South"]
    "#;
    for replication in 1..=5 {
        is_the_simulation(&scenario(text), replication);
    }
}

/// A center where all calls are for a client's agents: nobody else is there.
const CLIENTS_ONLY: &str = r#"
    horizon = "2h"
    group = [{ name = "Sales", arrivals = { rate = "60/h" }, talk = "1m", wrap_up = "20s", patience = "10m" }]
    agents = [{ name = "Late", groups = ["Sales"], log_in = "01:59" }]
"#;

struct Client {
    center: Center,
    line: HLine,
}

impl Client {
    fn new(text: &str) -> Self {
        let mut center = Center::new(&scenario(text), 1).expect("it is plain");
        let telephony = center.telephony_mut();
        let app = telephony.initialize_ex("DESK-7", "ann");
        let line =
            telephony.open(app, 0, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None).expect("the device is there");
        Client { center, line }
    }

    /// Makes an agent with a session, and returns it.
    fn session(&mut self) -> (u32, u32) {
        let request = self.center.telephony_mut().create_agent(self.line, None, None).expect("it is served");
        self.center.answer_requests();
        let Some(Output::Agent(agent)) = self.center.telephony_mut().take_output(self.line, request) else {
            panic!("an agent is made");
        };
        let group = self.center.handler(0).expect("it is there").group(GroupId(0)).guid;
        let request = self.center.telephony_mut().create_agent_session(self.line, agent, None, 1, group);
        self.center.answer_requests();
        let output = self.center.telephony_mut().take_output(self.line, request.expect("it is served"));
        let Some(Output::AgentSession(session)) = output else { panic!("a session is made") };
        (agent, session)
    }

    fn set_state(&mut self, session: u32, bit: u32) {
        let request = self.center.telephony_mut().set_agent_session_state(self.line, session, bit, 0);
        self.center.answer_requests();
        let output = self.center.telephony_mut().take_output(self.line, request.expect("it is served"));
        assert_eq!(output, Some(Output::None));
    }

    fn state(&self, session: u32) -> SessionState {
        self.center.handler(0).expect("it is there").session(SessionId(session - 1)).state()
    }

    /// Goes on until the session is in a state.
    fn until(&mut self, session: u32, state: SessionState) -> Instant {
        while self.state(session) != state {
            let next = self.center.next_at();
            assert_ne!(next, Instant::NEVER, "the session never comes to {state:?}");
            self.center.advance_to(next);
        }
        self.center.now()
    }

    fn told(&mut self) -> Vec<LineMessage> {
        let line = self.line;
        let telephony = self.center.telephony_mut();
        std::iter::from_fn(|| telephony.get_message(line).expect("it is open").map(LineMessage::from)).collect()
    }
}

#[test]
fn a_clients_agent_takes_the_calls() {
    let mut client = Client::new(CLIENTS_ONLY);
    let (agent, session) = client.session();
    client.center.advance_to(at(900));
    assert_eq!(client.state(session), SessionState::NotReady);
    let waiting = client.center.handler(0).expect("it is there").queue(QueueId(0)).waiting();
    assert!(waiting > 0, "calls wait, for nobody is ready");
    client.told();
    client.set_state(session, LINEAGENTSESSIONSTATE_READY);
    assert_eq!(client.state(session), SessionState::BusyOnCall, "the call that waits is taken at once");
    let told = client.told();
    let busy = LineMessage::AgentSessionStatus {
        session,
        status: LINEAGENTSESSIONSTATUS_STATE | LINEAGENTSESSIONSTATUS_UPDATEINFO,
        state: LINEAGENTSESSIONSTATE_BUSYONCALL,
    };
    assert!(told.contains(&busy), "{told:?}");
    let answered = client.center.now();
    assert_eq!(client.until(session, SessionState::BusyWrapup), answered + Duration::from_secs(60));
    assert_eq!(client.until(session, SessionState::BusyOnCall), answered + Duration::from_secs(80));
    let handler = client.center.handler(0).expect("it is there");
    assert_eq!(handler.session_statistics(SessionId(session - 1), answered + Duration::from_secs(80)).calls, 2);
    assert_eq!(handler.agent(AgentId(agent - 1)).user, "ann");
}

#[test]
fn a_client_ends_a_talk_and_a_wrap_up_early() {
    let mut client = Client::new(CLIENTS_ONLY);
    let (_, session) = client.session();
    client.center.advance_to(at(600));
    client.set_state(session, LINEAGENTSESSIONSTATE_READY);
    let answered = client.until(session, SessionState::BusyOnCall);
    client.center.advance_to(answered + Duration::from_secs(10));
    client.set_state(session, LINEAGENTSESSIONSTATE_BUSYWRAPUP);
    let handler = client.center.handler(0).expect("it is there");
    assert_eq!(
        handler.session_statistics(SessionId(session - 1), client.center.now()).total_talk,
        Duration::from_secs(10)
    );
    client.center.advance_to(answered + Duration::from_secs(15));
    client.set_state(session, LINEAGENTSESSIONSTATE_READY);
    assert_eq!(client.state(session), SessionState::BusyOnCall, "the next call waits already");
    // The call that was cut short no longer ends anything: this one lasts its minute.
    client.center.advance_to(answered + Duration::from_secs(74));
    assert_eq!(client.state(session), SessionState::BusyOnCall);
    client.center.advance_to(answered + Duration::from_secs(75));
    assert_eq!(client.state(session), SessionState::BusyWrapup);
}

#[test]
fn a_session_that_ends_takes_no_call_any_more() {
    let mut client = Client::new(CLIENTS_ONLY);
    let (_, session) = client.session();
    client.set_state(session, LINEAGENTSESSIONSTATE_READY);
    client.until(session, SessionState::BusyOnCall);
    client.until(session, SessionState::BusyWrapup);
    client.set_state(session, LINEAGENTSESSIONSTATE_READY);
    client.set_state(session, LINEAGENTSESSIONSTATE_ENDED);
    client.center.advance_to(at(7_100));
    let handler = client.center.handler(0).expect("it is there");
    assert_eq!(client.state(session), SessionState::SessionEnded);
    assert!(handler.session_statistics(SessionId(session - 1), at(7_100)).calls <= 2);
}

#[test]
fn the_same_requests_at_the_same_moments_do_the_same() {
    let told = || {
        let mut client = Client::new(CLIENTS_ONLY);
        let (_, session) = client.session();
        client.center.advance_to(at(333));
        client.set_state(session, LINEAGENTSESSIONSTATE_READY);
        client.center.advance_to(at(4_000));
        client.told()
    };
    let first = told();
    assert!(first.len() > 50);
    assert_eq!(first, told());
}

#[test]
fn the_last_device_has_no_handler_and_addresses_have_names() {
    let center = Center::new(&shipped("quickstart"), 1).expect("it is plain");
    let telephony = center.telephony();
    assert_eq!(telephony.device_count(), 2);
    assert_eq!(telephony.address_count(1), Ok(FREE_ADDRESSES));
    assert!(center.handler(0).is_some() && center.handler(1).is_none());
    let count = telephony.address_count(0).expect("it is there");
    assert_eq!(center.address_name(0, count - 1), format!("Client {CLIENT_ADDRESSES}"));
    assert_eq!(center.address_name(1, 0), "Free 1");
    assert_eq!((center.device_name(0).as_str(), center.device_name(1).as_str()), ("Main ACD", "Free line"));
}

#[test]
fn a_scenario_that_is_not_plain_is_refused() {
    assert_eq!(Center::new(&shipped("two-handlers"), 1).err(), Some(CenterError::NotPlain));
}

/// A center of one group without calls and agents of its own, an agent of a client who is READY there, and who hears.
fn with_a_desk(capacity: &str) -> (Center, Desk) {
    let text = format!(
        r#"
        horizon = "8h"
        [[group]]
        name = "Sales"
        queue = "4100"
        {capacity}
        arrivals = {{ rate = "60/h" }}
        talk = "3m"
        [[agents]]
        name = "Ann"
        address = "4101"
        groups = ["Sales"]
    "#
    );
    let mut center = Center::without_arrivals(&scenario(&text)).expect("it is plain");
    let app = center.telephony_mut().initialize_ex("DESK-7", "ann");
    let line =
        center.telephony_mut().open(app, 0, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None).expect("it opens");
    let agent = center.telephony_mut().create_agent(line, Some("Ann"), None).expect("it is served");
    center.answer_requests();
    let Some(Output::Agent(agent)) = center.telephony_mut().take_output(line, agent) else {
        panic!("there is an agent")
    };
    let group = acdsim::scenario::group_guid("Sales");
    let session = center.telephony_mut().create_agent_session(line, agent, None, 0, group).expect("it is served");
    center.answer_requests();
    center.telephony_mut().take_output(line, session).expect("there is a session");
    let listener = center.listen();
    let mut desk = Desk { line, listener };
    desk.put(&mut center, LINEAGENTSESSIONSTATE_READY);
    (center, desk)
}

#[derive(Clone, Copy)]
struct Desk {
    line: HLine,
    listener: Listener,
}

impl Desk {
    fn put(&mut self, center: &mut Center, state: u32) {
        center.telephony_mut().set_agent_session_state(self.line, 1, state, 0).expect("it is served");
        center.answer_requests();
    }

    fn dial(&self, center: &mut Center, called: &str) -> CallEnd {
        let end = center.create_call(self.listener, (0, 1), called, 7).expect("there is such an address");
        center.dial(self.listener, end).expect("it is idle");
        end
    }

    /// The states that each end has come to, and the ends that are new.
    fn news(&self, center: &mut Center) -> Vec<(CallEnd, Option<CallState>)> {
        let news = center.take_news(self.listener).into_iter();
        news.map(|news| match news {
            News::New { end, owner, .. } => {
                assert!(owner);
                (end, None)
            }
            News::State { end, state, .. } => (end, Some(state)),
        })
        .collect()
    }

    fn state(center: &Center) -> SessionState {
        center.handler(0).expect("it is there").session(SessionId(0)).state()
    }
}

#[test]
fn a_call_rings_where_an_application_owns_the_calls_until_it_answers() {
    let (mut center, mut desk) = with_a_desk("");
    center.register(desk.listener, 0, Some(0), true, 3).expect("there is such an address");
    center.advance_to(at(10));
    let dialled = desk.dial(&mut center, "4100");
    let news = desk.news(&mut center);
    let taken = news.iter().find(|(_, state)| state.is_none()).expect("it rings").0;
    assert_eq!(news, [(dialled, Some(CallState::InProgress)), (taken, None), (taken, Some(CallState::Offering)),]);
    let (one, other) = (center.call(dialled).expect("it is there"), center.call(taken).expect("it is there"));
    assert_eq!((one.call_id, one.at, one.dialled), (other.call_id, (0, 1), true));
    assert_eq!((other.at, other.caller.as_str(), other.called.as_str()), ((0, 0), "Client 1", "4100"));
    assert_eq!(Desk::state(&center), SessionState::Ready);

    center.advance_to(at(25));
    assert_eq!(center.answer_call(desk.listener, dialled), Err(CallError::State));
    center.answer_call(desk.listener, taken).expect("it rings");
    assert_eq!(Desk::state(&center), SessionState::BusyOnCall);
    assert_eq!(desk.news(&mut center), [(taken, Some(CallState::Connected)), (dialled, Some(CallState::Connected))]);
    // It lasts until somebody ends it, and so does the wrap-up.
    center.advance_to(at(3_625));
    center.drop_call(desk.listener, dialled).expect("it is talked");
    assert_eq!(Desk::state(&center), SessionState::BusyWrapup);
    let over = CallState::Disconnected(Cause::Normal);
    assert_eq!(desk.news(&mut center), [(taken, Some(over)), (dialled, Some(over))]);
    assert_eq!(center.drop_call(desk.listener, taken), Err(CallError::State));
    center.advance_to(at(7_000));
    assert_eq!(Desk::state(&center), SessionState::BusyWrapup);
    desk.put(&mut center, LINEAGENTSESSIONSTATE_READY);

    let counted = center.handler(0).expect("it is there").session_statistics(SessionId(0), at(7_000));
    assert_eq!(counted.calls, 1);
    assert_eq!(counted.longest_time_to_answer, Duration::from_secs(15));
    assert_eq!(counted.total_talk, Duration::from_secs(3_600));
    assert_eq!(counted.total_wrap_up, Duration::from_secs(3_375));
    center.forget_call(desk.listener, taken).expect("it is over");
    assert_eq!(center.call(taken), Err(CallError::Unknown));
}

#[test]
fn without_an_owner_a_call_is_answered_at_once_and_the_next_one_waits() {
    let (mut center, mut desk) = with_a_desk("queue_capacity = 1");
    let first = desk.dial(&mut center, "4100");
    let second = desk.dial(&mut center, "4100");
    let third = desk.dial(&mut center, "4100");
    let nowhere = desk.dial(&mut center, "4199");
    let states = [first, second, third, nowhere].map(|end| center.call(end).expect("it is there").state);
    let over = CallState::Disconnected;
    assert_eq!(states, [CallState::Connected, CallState::Queued, over(Cause::Busy), over(Cause::BadAddress)]);
    // A caller gives up, and the queue knows.
    center.advance_to(at(60));
    center.drop_call(desk.listener, second).expect("it waits");
    let queue = center.handler(0).expect("it is there").queue_life(QueueId(0), at(60));
    assert_eq!(queue.calls_abandoned, 1);
    // An agent who makes himself READY has ended the call.
    desk.put(&mut center, LINEAGENTSESSIONSTATE_READY);
    assert_eq!(center.call(first).expect("it is there").state, over(Cause::Normal));
    assert_eq!(Desk::state(&center), SessionState::Ready);
}

#[test]
fn a_call_that_rings_goes_back_to_its_place_if_the_agent_leaves_and_is_given_up_where_it_rings() {
    let (mut center, mut desk) = with_a_desk("");
    let registered = center.register(desk.listener, 0, None, true, 0).expect("there is such a device");
    let call = desk.dial(&mut center, "4100");
    let later = desk.dial(&mut center, "4100");
    center.advance_to(at(30));
    desk.put(&mut center, LINEAGENTSESSIONSTATE_NOTREADY);
    assert_eq!(center.call(call).expect("it is there").state, CallState::Queued);
    center.advance_to(at(40));
    desk.put(&mut center, LINEAGENTSESSIONSTATE_READY);
    let rings = |center: &mut Center| desk.news(center).into_iter().filter(|(_, state)| state.is_none()).count();
    assert_eq!(rings(&mut center), 2);
    assert_eq!(center.call(call).expect("it is there").state, CallState::InProgress);
    // The caller gives up while it rings, and the next one rings.
    center.advance_to(at(50));
    center.drop_call(desk.listener, call).expect("it rings");
    assert_eq!(rings(&mut center), 1);
    assert_eq!(Desk::state(&center), SessionState::Ready);
    // Who owns calls no more lets them be answered.
    center.unregister(desk.listener, registered).expect("it is registered");
    assert_eq!(center.call(later).expect("it is there").state, CallState::Connected);
    // Who leaves, hangs up.
    center.stop_listening(desk.listener);
    assert_eq!(Desk::state(&center), SessionState::BusyWrapup);
}
