//! The center under clients who do whatever they like, whenever they like.

#[path = "../../tests/common/check.rs"]
mod check;

use acdsim::acd::tapi2::message::LineMessage;
use acdsim::acd::tapi2::telephony::{HLine, Output, RequestId, Telephony};
use acdsim::acd::tapi2::{ApiVersion, LineError, constants::*};
use acdsim::acd::{AgentHandler, AgentId, GroupId, QueueId, SessionId, SessionState};
use acdsim::scenario::Scenario;
use acdsim::time::{Duration, Instant};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use virtual_tapi::center::{Call, Center};

/// Two groups of one handler, with a few agents of their own.
const DESK: &str = r#"
    horizon = "2h"
    [[group]]
    name = "Sales"
    arrivals = { rate = "90/h" }
    talk = { distribution = "exponential", mean = "2m" }
    wrap_up = { distribution = "exponential", mean = "30s" }
    patience = { distribution = "exponential", mean = "3m" }
    queue_capacity = 5
    [[group]]
    name = "Help"
    arrivals = { rate = "40/h" }
    talk = "90s"
    patience = "4m"
    [[agents]]
    name = "Ann"
    groups = ["Sales", "Help"]
    shifts = [{ log_in = "00:05", log_out = "00:40" }, { log_in = "00:45", log_out = "01:30" }]
    [[agents]]
    name = "Bob"
    groups = ["Help"]
"#;

/// What a client does; numbers are of what it has, in turn.
#[derive(Clone, Debug)]
enum Act {
    Wait(u64),
    MakeAgent,
    MakeSession { agent: usize, group: usize, address: u32 },
    SetSession { session: u32, state: u32, next: u32 },
    SetAgent { agent: u32, state: u32, next: u32 },
    SetPeriod { agent: u32, seconds: u32 },
}

fn act() -> impl Strategy<Value = Act> {
    let bit = |bits: u32| prop_oneof![3 => Just(0_u32), 5 => (0..bits).prop_map(|bit| 1 << bit)];
    prop_oneof![
        4 => (0_u64..200).prop_map(Act::Wait),
        1 => Just(Act::MakeAgent),
        2 => (0_usize..6, 0_usize..2, 0_u32..10)
            .prop_map(|(agent, group, address)| Act::MakeSession { agent, group, address }),
        6 => (0_u32..12, bit(6), bit(6)).prop_map(|(session, state, next)| Act::SetSession { session, state, next }),
        2 => (0_u32..6, bit(7), bit(7)).prop_map(|(agent, state, next)| Act::SetAgent { agent, state, next }),
        1 => (0_u32..6, 0_u32..4_000).prop_map(|(agent, seconds)| Act::SetPeriod { agent, seconds }),
    ]
}

fn scenario() -> Scenario {
    acdsim::scenario::parse(DESK, "desk.toml".as_ref()).expect("it is sound")
}

struct Client {
    center: Center,
    line: HLine,
    told: Vec<LineMessage>,
    /// The sessions that the client wanted to be BUSY_ON_CALL, which nobody else ends.
    busied: Vec<SessionId>,
}

impl Client {
    fn new(scenario: &Scenario, replication: u32) -> Self {
        let mut center = Center::new(scenario, replication).expect("it is plain");
        let app = center.telephony_mut().initialize_ex("DESK-7", "ann");
        let opened = center.telephony_mut().open(app, 0, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None);
        Client { center, line: opened.expect("the device is there"), told: Vec::new(), busied: Vec::new() }
    }

    fn handler(&self) -> &AgentHandler<Call> {
        self.center.handler(0).expect("a handler is behind the device")
    }

    /// Asks, and hears what comes of it.
    fn ask(&mut self, start: impl FnOnce(&mut Telephony, HLine) -> Result<RequestId, LineError>) {
        if let Ok(request) = start(self.center.telephony_mut(), self.line) {
            self.center.answer_requests();
            let output: Option<Output> = self.center.telephony_mut().take_output(self.line, request);
            // What was refused has none, and is told in the reply.
            drop(output);
        }
    }

    fn act(&mut self, act: &Act) {
        match *act {
            Act::Wait(seconds) => {
                let to = self.center.now() + Duration::from_secs(seconds);
                self.center.advance_to(to);
            }
            Act::MakeAgent => self.ask(|telephony, line| telephony.create_agent(line, None, None)),
            Act::MakeSession { agent, group, address } => {
                let agent = agent as u32 % self.handler().agent_count() + 1;
                let guid = self.handler().group(GroupId(group as u32)).guid;
                self.ask(|telephony, line| telephony.create_agent_session(line, agent, None, address, guid));
            }
            Act::SetSession { session, state, next } => {
                let session = session % self.handler().session_count().max(1) + 1;
                if [state, next].contains(&LINEAGENTSESSIONSTATE_BUSYONCALL) {
                    self.busied.push(SessionId(session - 1));
                }
                self.ask(|telephony, line| telephony.set_agent_session_state(line, session, state, next));
            }
            Act::SetAgent { agent, state, next } => {
                let agent = agent % self.handler().agent_count() + 1;
                self.ask(|telephony, line| telephony.set_agent_state_ex(line, agent, state, next));
            }
            Act::SetPeriod { agent, seconds } => {
                let agent = agent % self.handler().agent_count() + 1;
                self.ask(|telephony, line| telephony.set_agent_measurement_period(line, agent, seconds));
            }
        }
        while let Ok(Some(message)) = self.center.telephony_mut().get_message(self.line) {
            self.told.push(LineMessage::from(message));
        }
    }

    /// What holds at every moment.
    fn check(&self) -> Result<(), TestCaseError> {
        let (handler, now) = (self.handler(), self.center.now());
        for group in (0..handler.group_count()).map(GroupId) {
            let queue = QueueId(group.0);
            let able = (0..handler.agent_count()).map(AgentId).find(|&agent| {
                let ready = |&session: &SessionId| {
                    handler.session_group(session) == group && handler.session(session).state() == SessionState::Ready
                };
                handler.busy_in(agent).is_none()
                    && handler.agent_state(agent) == acdsim::acd::AgentState::Ready
                    && handler.sessions_of(agent).iter().any(ready)
            });
            prop_assert!(able.is_none() || handler.queue(queue).waiting() == 0, "{:?} is able while calls wait", able);
            let life = handler.queue_life(queue, now);
            prop_assert_eq!(life.total_calls_queued(), life.calls_left() + life.current_calls_queued);
            let sessions = (0..handler.session_count()).map(SessionId);
            let of_group = sessions.filter(|&session| handler.session_group(session) == group);
            let calls: u64 = of_group.map(|session| handler.session_statistics(session, now).calls).sum();
            // A client may make a session busy with a call that was in no queue.
            prop_assert!(calls >= life.calls_answered, "{calls} calls of sessions, {} answered", life.calls_answered);
        }
        Ok(())
    }
}

/// Lets clients act, and says what one was told, and what was counted.
fn lived(acts: &[Act], replication: u32) -> Result<(Vec<LineMessage>, Vec<u64>), TestCaseError> {
    let mut client = Client::new(&scenario(), replication);
    for act in acts {
        client.act(act);
        client.check()?;
    }
    // Long after the last call: what has begun has ended, unless a client has made it busy itself.
    let begun: Vec<SessionId> = (0..client.handler().session_count()).map(SessionId).collect();
    client.act(&Act::Wait(24 * 3_600));
    client.check()?;
    let handler = client.handler();
    let talks = |session: &&SessionId| handler.session(**session).state() == SessionState::BusyOnCall;
    let endless = begun.iter().filter(talks).find(|session| !client.busied.contains(session));
    prop_assert!(endless.is_none(), "the talk of {endless:?} never ends");
    let now = client.center.now();
    let calls = begun.iter().map(|&session| handler.session_statistics(session, now).calls).collect();
    Ok((client.told, calls))
}

#[test]
fn whatever_clients_do_calls_and_agents_find_each_other_and_it_is_the_same_again() {
    let values = (vec(act(), 0..120), 1_u32..50);
    let test = "whatever_clients_do_calls_and_agents_find_each_other_and_it_is_the_same_again";
    check::check("clients --package virtual-tapi", test, 300, values, |(acts, replication)| {
        let first = lived(&acts, replication)?;
        prop_assert_eq!(first, lived(&acts, replication)?);
        Ok(())
    });
}

#[test]
fn an_agent_of_the_scenario_who_comes_is_announced() {
    let mut client = Client::new(&scenario(), 1);
    client.act(&Act::Wait(400));
    let new =
        |session| LineMessage::AgentSessionStatus { session, status: LINEAGENTSESSIONSTATUS_NEWSESSION, state: 0 };
    // Bob's session was there before; Ann's two come at five past.
    let told = client.told.iter().filter(|message| [new(2), new(3)].contains(message)).count();
    assert_eq!(told, 2, "{:?}", client.told);
    assert_eq!(client.center.now(), Instant::START + Duration::from_secs(400));
}
