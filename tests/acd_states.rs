//! The states of sessions and agents, cell by cell: TAPI's table of transitions, next states, RELEASED, and a test for each
//! answer of the conventions that are about states.
//!
//! Every state is reached through the operations that reach it in a real run.

use acdsim::acd::{
    AcdError, AgentGoal, AgentHandler, AgentId, AgentState, CallTimes, Conventions, Direction, Engagement, GroupId,
    QueueId, SessionGoal, SessionId, SessionState, StateChange,
};
use acdsim::time::{Duration, Instant};
use uuid::Uuid;

use AgentGoal::State as Agent;
use SessionGoal::{Released, State};
use SessionState::{BusyOnCall, BusyWrapup, NotReady, Ready, SessionEnded};

/// The agent whom the tests are about.
const ANN: AgentId = AgentId(0);
/// Her sessions, for the two groups.
const FIRST: SessionId = SessionId(0);
const SECOND: SessionId = SessionId(1);

fn at(secs: u64) -> Instant {
    Instant::START + Duration::from_secs(secs)
}

/// A handler with its clock, and all that it has reported.
struct Site {
    handler: AgentHandler<()>,
    now: Instant,
    changes: Vec<(SessionId, SessionState, SessionState)>,
}

impl Site {
    /// One agent and two groups, with these answers to the conventions.
    fn empty(answers: &[(&str, &str)]) -> Self {
        let mut conventions = Conventions::default();
        for (name, answer) in answers {
            conventions.set(name, answer).unwrap();
        }
        let mut handler = AgentHandler::with_conventions(conventions);
        for (number, group) in ["Sales", "Service"].into_iter().enumerate() {
            let group = handler.create_group(Uuid::from_u128(number as u128), group).unwrap();
            handler.create_queue("queue", Some(group), at(0)).unwrap();
        }
        handler.create_address("4101").unwrap();
        handler.create_agent("Ann", None, None, at(0)).unwrap();
        Site { handler, now: at(0), changes: Vec::new() }
    }

    /// The agent has a session for each group, as new sessions are.
    fn new(answers: &[(&str, &str)]) -> Self {
        let mut site = Site::empty(answers);
        for group in 0..2 {
            site.open(GroupId(group)).unwrap();
        }
        site
    }

    /// Both sessions are READY.
    fn ready(answers: &[(&str, &str)]) -> Self {
        let mut site = Site::new(answers);
        for session in [FIRST, SECOND] {
            if site.state(session) == NotReady {
                site.set(session, Ready).unwrap();
            }
        }
        site.changes.clear();
        site
    }

    /// The first session is in this state, the second is READY or NOT_READY because of it.
    fn in_state(state: SessionState, answers: &[(&str, &str)]) -> Self {
        let mut site = Site::ready(answers);
        match state {
            Ready => {}
            NotReady => site.set(FIRST, NotReady).unwrap(),
            BusyOnCall => site.answer(FIRST).unwrap(),
            BusyWrapup => {
                site.answer(FIRST).unwrap();
                site.set(FIRST, BusyWrapup).unwrap();
            }
            SessionEnded => site.set(FIRST, SessionEnded).unwrap(),
        }
        assert_eq!(site.state(FIRST), state);
        site.changes.clear();
        site
    }

    fn open(&mut self, group: GroupId) -> Result<SessionId, AcdError> {
        self.act(|handler, now, changed| {
            handler.create_session(ANN, group, acdsim::acd::AddressId(0), None, now, &mut |change| changed(change))
        })
    }

    /// Does something a second later, and notes what is reported of it.
    fn act<T>(
        &mut self,
        act: impl FnOnce(&mut AgentHandler<()>, Instant, &mut dyn FnMut(StateChange)) -> Result<T, AcdError>,
    ) -> Result<T, AcdError> {
        self.now = self.now + Duration::from_secs(1);
        let changes = &mut self.changes;
        act(&mut self.handler, self.now, &mut |change| changes.push((change.session, change.from, change.to)))
    }

    fn set(&mut self, session: SessionId, to: SessionState) -> Result<(), AcdError> {
        self.act(|handler, now, changed| handler.set_session_state(session, to, now, &mut |change| changed(change)))
    }

    fn answer(&mut self, session: SessionId) -> Result<(), AcdError> {
        let queue = QueueId(self.handler.session_group(session).0);
        self.act(|handler, now, changed| {
            handler.call_arrives(queue, now);
            handler.answer(queue, session, CallTimes::straight(now, now), now, &mut |change| changed(change))
        })
        .map(|_| ())
    }

    fn end_talk(&mut self, session: SessionId) -> Result<(), AcdError> {
        self.act(|handler, now, changed| handler.end_talk(session, now, &mut |change| changed(change)))
    }

    fn end_wrap_up(&mut self, session: SessionId) -> Result<(), AcdError> {
        self.act(|handler, now, changed| handler.end_wrap_up(session, now, &mut |change| changed(change)))
    }

    fn request(
        &mut self,
        session: SessionId,
        state: Option<SessionGoal>,
        next: Option<SessionGoal>,
    ) -> Result<(), AcdError> {
        self.act(|handler, now, changed| {
            handler.request_session_state(session, state, next, now, &mut |change| changed(change))
        })
    }

    fn request_agent(&mut self, state: Option<AgentGoal>, next: Option<AgentGoal>) -> Result<bool, AcdError> {
        self.act(|handler, now, changed| {
            handler.request_agent_state(ANN, state, next, now, &mut |change| changed(change))
        })
    }

    fn begin_other(&mut self, direction: Direction) -> Result<(), AcdError> {
        self.act(|handler, now, changed| handler.begin_other_call(ANN, direction, now, &mut |change| changed(change)))
    }

    fn end_other(&mut self) -> Result<(), AcdError> {
        self.act(|handler, now, changed| handler.end_other_call(ANN, now, &mut |change| changed(change)))
    }

    fn state(&self, session: SessionId) -> SessionState {
        self.handler.session(session).state()
    }

    fn states(&self) -> (SessionState, SessionState) {
        (self.state(FIRST), self.state(SECOND))
    }

    fn agent_state(&self) -> AgentState {
        self.handler.agent_state(ANN)
    }
}

/// TAPI's table: from each state, by column, whether the state of that number may follow.
const TABLE: [(SessionState, [bool; 5]); 5] = [
    (NotReady, [false, true, false, false, true]),
    (Ready, [true, false, true, false, true]),
    (BusyOnCall, [true, true, false, true, true]),
    (BusyWrapup, [true, true, false, false, true]),
    (SessionEnded, [false, false, false, false, false]),
];

fn illegal(from: SessionState, to: SessionState) -> Result<(), AcdError> {
    Err(AcdError::IllegalTransition { session: FIRST, from, to })
}

#[test]
fn the_switch_sets_what_tapis_table_allows_and_nothing_else() {
    for (from, row) in TABLE {
        for (to, allowed) in SessionState::ALL.into_iter().zip(row) {
            let mut site = Site::in_state(from, &[]);
            let result = site.set(FIRST, to);
            assert_eq!(result, if allowed { Ok(()) } else { illegal(from, to) }, "{from} to {to}");
            assert_eq!(site.state(FIRST), if allowed { to } else { from }, "{from} to {to}");
            let first = (FIRST, from, to);
            assert_eq!(site.changes.first(), allowed.then_some(&first), "{from} to {to}");
        }
    }
}

#[test]
fn a_client_sets_what_tapis_table_allows_and_the_present_state() {
    for (from, row) in TABLE {
        for (to, allowed) in SessionState::ALL.into_iter().zip(row) {
            let mut site = Site::in_state(from, &[]);
            let result = site.request(FIRST, Some(State(to)), None);
            let expected = if allowed || from == to { Ok(()) } else { illegal(from, to) };
            assert_eq!(result, expected, "{from} to {to}");
            assert_eq!(site.state(FIRST), if allowed { to } else { from }, "{from} to {to}");
            let first = (FIRST, from, to);
            assert_eq!(site.changes.first(), allowed.then_some(&first), "{from} to {to}");
        }
    }
}

#[test]
fn released_is_the_end_of_a_session_from_every_state() {
    for from in SessionState::ALL {
        let mut site = Site::in_state(from, &[]);
        assert_eq!(site.request(FIRST, Some(Released), None), Ok(()), "{from}");
        assert_eq!(site.state(FIRST), SessionEnded);
        assert!(site.handler.session_is_released(FIRST));
        assert!(site.handler.check_session(FIRST).is_ok(), "its statistics stay readable");
        let ends = (FIRST, from, SessionEnded);
        assert_eq!(site.changes.first(), (from != SessionEnded).then_some(&ends), "{from}");
        // Once released, a session is not released again.
        assert_eq!(site.request(FIRST, Some(Released), None), illegal(SessionEnded, SessionEnded));
    }
}

#[test]
fn released_lets_the_handler_forget_the_session_if_the_conventions_have_it_so() {
    for from in SessionState::ALL {
        let mut site = Site::in_state(from, &[("released", "forgets")]);
        site.request(FIRST, Some(Released), None).unwrap();
        let unknown = AcdError::Unknown { what: "session", number: 0 };
        assert_eq!(site.handler.check_session(FIRST), Err(unknown), "{from}");
        assert_eq!(site.request(FIRST, None, None), Err(unknown));
        assert_eq!(site.handler.agent(ANN).ended_sessions(), []);
    }
}

#[test]
fn the_end_of_a_session_marks_it_as_no_release() {
    let mut site = Site::in_state(Ready, &[]);
    site.request(FIRST, Some(State(SessionEnded)), None).unwrap();
    assert!(!site.handler.session_is_released(FIRST));
    assert_eq!(site.handler.agent(ANN).ended_sessions(), [FIRST]);
}

#[test]
fn nothing_can_be_asked_of_a_session_that_has_ended() {
    let mut site = Site::in_state(SessionEnded, &[]);
    assert_eq!(site.request(FIRST, None, None), illegal(SessionEnded, SessionEnded));
    assert_eq!(site.request(FIRST, None, Some(State(Ready))), illegal(SessionEnded, Ready));
    let no_call = Err(AcdError::NoCall { agent: ANN });
    assert_eq!((site.end_talk(FIRST), site.end_wrap_up(FIRST)), (no_call, no_call));
}

// Next states.

#[test]
fn a_next_state_takes_the_place_of_wrap_up() {
    let goals = [State(NotReady), State(Ready), State(BusyWrapup), State(SessionEnded), Released];
    for goal in goals {
        let mut site = Site::in_state(BusyOnCall, &[("next_state", "after-talk")]);
        site.request(FIRST, None, Some(goal)).unwrap();
        assert_eq!(site.state(FIRST), BusyOnCall, "it waits");
        assert_eq!(site.handler.session_next_state(FIRST), Some(goal));
        site.end_talk(FIRST).unwrap();
        assert_eq!(site.state(FIRST), goal.state());
        assert_eq!(site.handler.session_is_released(FIRST), goal == Released);
        assert_eq!(site.handler.session_next_state(FIRST), None);
    }
    let mut site = Site::in_state(BusyOnCall, &[("next_state", "after-talk")]);
    assert_eq!(site.request(FIRST, None, Some(State(BusyOnCall))), illegal(BusyOnCall, BusyOnCall));
}

#[test]
fn a_next_state_may_follow_the_wrap_up_instead() {
    let after_wrap_up = ("next_state", "after-wrap-up");
    for goal in [State(NotReady), State(Ready), State(SessionEnded), Released] {
        let mut site = Site::in_state(BusyOnCall, &[after_wrap_up]);
        site.request(FIRST, None, Some(goal)).unwrap();
        site.end_talk(FIRST).unwrap();
        assert_eq!((site.state(FIRST), site.handler.session_next_state(FIRST)), (BusyWrapup, Some(goal)));
        site.end_wrap_up(FIRST).unwrap();
        assert_eq!((site.state(FIRST), site.handler.session_next_state(FIRST)), (goal.state(), None));
    }
    for busy in [BusyOnCall, BusyWrapup] {
        let mut site = Site::in_state(BusyOnCall, &[after_wrap_up]);
        assert_eq!(site.request(FIRST, None, Some(State(busy))), illegal(BusyOnCall, busy));
    }
}

#[test]
fn without_a_next_state_wrap_up_and_ready_follow() {
    for moment in ["after-talk", "after-wrap-up"] {
        let mut site = Site::in_state(BusyOnCall, &[("next_state", moment)]);
        assert_eq!(site.end_wrap_up(FIRST), Err(AcdError::NoCall { agent: ANN }));
        site.end_talk(FIRST).unwrap();
        assert_eq!(site.end_talk(FIRST), Err(AcdError::NoCall { agent: ANN }));
        site.end_wrap_up(FIRST).unwrap();
        assert_eq!(site.states(), (Ready, Ready));
        let held = (SECOND, NotReady, Ready);
        assert_eq!(site.changes, [(FIRST, BusyOnCall, BusyWrapup), (FIRST, BusyWrapup, Ready), held]);
    }
}

#[test]
fn a_next_state_that_was_used_is_cleared_or_kept() {
    for (answer, second_call) in [("cleared", BusyWrapup), ("kept", NotReady)] {
        let mut site = Site::in_state(BusyOnCall, &[("used_next_state", answer)]);
        site.request(FIRST, None, Some(State(NotReady))).unwrap();
        site.end_talk(FIRST).unwrap();
        assert_eq!(site.state(FIRST), NotReady);
        site.set(FIRST, Ready).unwrap();
        site.answer(FIRST).unwrap();
        site.end_talk(FIRST).unwrap();
        assert_eq!(site.state(FIRST), second_call, "{answer}");
    }
}

#[test]
fn zero_clears_the_next_state_or_leaves_it() {
    for (answer, next) in [("default", None), ("unchanged", Some(State(NotReady)))] {
        let mut site = Site::in_state(BusyOnCall, &[("zero_next_state", answer)]);
        site.request(FIRST, None, Some(State(NotReady))).unwrap();
        site.request(FIRST, None, None).unwrap();
        assert_eq!(site.handler.session_next_state(FIRST), next, "{answer}");
        site.request_agent(None, Some(Agent(AgentState::NotReady))).unwrap();
        site.request_agent(None, None).unwrap();
        let next = next.map(|_| Agent(AgentState::NotReady));
        assert_eq!(site.handler.agent(ANN).next_state(), next, "{answer}");
    }
}

#[test]
fn a_refused_state_leaves_the_next_state_alone() {
    let mut site = Site::in_state(BusyWrapup, &[]);
    site.request(FIRST, None, Some(State(NotReady))).unwrap();
    assert_eq!(site.request(FIRST, Some(State(BusyOnCall)), Some(State(Ready))), illegal(BusyWrapup, BusyOnCall));
    assert_eq!(site.handler.session_next_state(FIRST), Some(State(NotReady)));
}

// Conventions of sessions.

#[test]
fn a_new_session_is_not_ready_or_ready() {
    assert_eq!(Site::new(&[]).states(), (NotReady, NotReady));
    let mut site = Site::new(&[("new_session", "ready"), ("second_session", "allowed")]);
    assert_eq!(site.states(), (Ready, Ready));
    assert_eq!(site.changes, [(FIRST, NotReady, Ready), (SECOND, NotReady, Ready)]);
    // One that is opened in the middle of a call is READY after it.
    site.answer(FIRST).unwrap();
    let third = site.open(GroupId(0)).unwrap();
    assert_eq!(site.state(third), NotReady);
    site.set(FIRST, Ready).unwrap();
    assert_eq!(site.state(third), Ready);
}

#[test]
fn busy_states_are_for_clients_or_for_the_switch_alone() {
    for (from, busy) in [(Ready, BusyOnCall), (BusyOnCall, BusyWrapup)] {
        let mut site = Site::in_state(from, &[("busy_states", "clients")]);
        assert_eq!(site.request(FIRST, Some(State(busy)), None), Ok(()));
        let mut site = Site::in_state(from, &[("busy_states", "switch")]);
        let reserved = Err(AcdError::ReservedState { session: FIRST, to: busy });
        assert_eq!(site.request(FIRST, Some(State(busy)), None), reserved);
        assert_eq!(site.state(FIRST), from);
        assert_eq!(site.set(FIRST, busy), Ok(()), "the switch may");
    }
    let mut site = Site::in_state(BusyOnCall, &[("busy_states", "switch")]);
    let reserved = Err(AcdError::ReservedState { session: FIRST, to: BusyWrapup });
    assert_eq!(site.request(FIRST, None, Some(State(BusyWrapup))), reserved);
    // What must not follow at all is that first.
    assert_eq!(site.request(FIRST, Some(State(BusyOnCall)), None), Ok(()), "it is the present state");
}

#[test]
fn the_present_state_is_accepted_announced_or_refused() {
    for state in SessionState::ALL {
        let ask = |answer| {
            let mut site = Site::in_state(state, &[("same_state", answer)]);
            let result = site.request(FIRST, Some(State(state)), None);
            (result, site.changes)
        };
        assert_eq!(ask("accepted"), (Ok(()), vec![]));
        assert_eq!(ask("announced"), (Ok(()), vec![(FIRST, state, state)]));
        assert_eq!(ask("refused"), (illegal(state, state), vec![]));
    }
    for (answer, expected) in [("accepted", Ok(false)), ("announced", Ok(true))] {
        let mut site = Site::ready(&[("same_state", answer)]);
        assert_eq!(site.request_agent(Some(Agent(AgentState::Ready)), None), expected);
        assert_eq!(site.changes, []);
    }
    let mut site = Site::ready(&[("same_state", "refused")]);
    let (from, to) = (AgentState::Ready, AgentState::Ready);
    let refused = Err(AcdError::IllegalAgentState { agent: ANN, from, to });
    assert_eq!(site.request_agent(Some(Agent(AgentState::Ready)), None), refused);
}

#[test]
fn an_end_in_the_middle_of_a_call_comes_at_once_or_after_it() {
    for busy in [BusyOnCall, BusyWrapup] {
        for goal in [State(SessionEnded), Released] {
            let mut site = Site::in_state(busy, &[("end_during_call", "at-once")]);
            site.request(FIRST, Some(goal), None).unwrap();
            assert_eq!(site.states(), (SessionEnded, Ready));

            let mut site = Site::in_state(busy, &[("end_during_call", "after-call")]);
            site.request(FIRST, Some(goal), None).unwrap();
            assert_eq!(site.state(FIRST), busy);
            if busy == BusyOnCall {
                site.end_talk(FIRST).unwrap();
                assert_eq!(site.state(FIRST), BusyWrapup);
            }
            site.end_wrap_up(FIRST).unwrap();
            assert_eq!(site.states(), (SessionEnded, Ready));
            assert_eq!(site.handler.session_is_released(FIRST), goal == Released);
            let last = site.changes.last();
            assert_eq!(last, Some(&(FIRST, Ready, SessionEnded)), "it was READY at first");
        }
    }
    // The switch ends a session at once.
    let mut site = Site::in_state(BusyOnCall, &[("end_during_call", "after-call")]);
    site.set(FIRST, SessionEnded).unwrap();
    assert_eq!(site.state(FIRST), SessionEnded);
}

#[test]
fn other_sessions_are_not_ready_or_unchanged_during_a_call() {
    for (answer, meanwhile) in [("not-ready", NotReady), ("unchanged", Ready)] {
        for begin in [
            |site: &mut Site| site.answer(FIRST),
            |site: &mut Site| site.set(FIRST, BusyOnCall),
            |site: &mut Site| site.request(FIRST, Some(State(BusyOnCall)), None),
        ] {
            let mut site = Site::ready(&[("other_sessions", answer)]);
            begin(&mut site).unwrap();
            assert_eq!(site.states(), (BusyOnCall, meanwhile));
            assert_eq!(site.handler.session(SECOND).is_held(), meanwhile == NotReady);
            let busy = Err(AcdError::AgentBusy { agent: ANN, with: Engagement::Session(FIRST) });
            assert_eq!(site.answer(SECOND), busy, "no call is offered there");
            site.end_talk(FIRST).unwrap();
            assert_eq!(site.states(), (BusyWrapup, meanwhile));
            site.end_wrap_up(FIRST).unwrap();
            assert_eq!(site.states(), (Ready, Ready));
        }
    }
    for (direction, with) in [(Direction::Incoming, Engagement::Incoming), (Direction::Outgoing, Engagement::Outgoing)]
    {
        let mut site = Site::ready(&[]);
        site.begin_other(direction).unwrap();
        assert_eq!(site.states(), (NotReady, NotReady));
        assert_eq!(site.answer(FIRST), Err(AcdError::AgentBusy { agent: ANN, with }));
        site.end_other().unwrap();
        assert_eq!(site.states(), (Ready, Ready));
    }
}

#[test]
fn a_held_session_that_is_made_not_ready_stays_so() {
    let mut site = Site::in_state(BusyOnCall, &[("same_state", "refused")]);
    assert_eq!(site.request(SECOND, Some(State(NotReady)), None), Ok(()), "that is a change, though none that shows");
    assert_eq!(site.changes, []);
    site.set(FIRST, Ready).unwrap();
    assert_eq!(site.states(), (Ready, NotReady));
}

#[test]
fn the_other_sessions_stay_or_end_with_the_one_that_a_client_ends() {
    for (answer, other) in [("stay", Ready), ("end", SessionEnded)] {
        for goal in [State(SessionEnded), Released] {
            let mut site = Site::ready(&[("others_at_end", answer)]);
            site.request(FIRST, Some(goal), None).unwrap();
            assert_eq!(site.states(), (SessionEnded, other));
            assert_eq!(site.handler.session_is_released(SECOND), goal == Released && answer == "end");

            // As a next state.
            let mut site = Site::in_state(BusyOnCall, &[("others_at_end", answer)]);
            site.request(FIRST, None, Some(goal)).unwrap();
            site.end_talk(FIRST).unwrap();
            assert_eq!(site.states(), (SessionEnded, other));

            // When the call is done.
            let after_call = ("end_during_call", "after-call");
            let mut site = Site::in_state(BusyOnCall, &[("others_at_end", answer), after_call]);
            site.request(FIRST, Some(goal), None).unwrap();
            assert_eq!(site.states(), (BusyOnCall, NotReady));
            site.end_talk(FIRST).unwrap();
            site.end_wrap_up(FIRST).unwrap();
            assert_eq!(site.states(), (SessionEnded, other));

            // One that is busy ends when its call is done, as if that had been asked for.
            let mut site = Site::in_state(BusyOnCall, &[("others_at_end", answer), after_call]);
            site.request(SECOND, Some(goal), None).unwrap();
            assert_eq!(site.states(), (BusyOnCall, SessionEnded));
            site.set(FIRST, Ready).unwrap();
            let ends = answer == "end";
            assert_eq!(site.states(), (if ends { SessionEnded } else { Ready }, SessionEnded));
        }
        // The switch ends one alone.
        let mut site = Site::ready(&[("others_at_end", answer)]);
        site.set(FIRST, SessionEnded).unwrap();
        assert_eq!(site.states(), (SessionEnded, Ready));
    }
}

#[test]
fn a_second_session_is_refused_for_the_group_for_the_address_or_never() {
    let open = |answer, address: &str| {
        let mut site = Site::new(&[("second_session", answer)]);
        let there = acdsim::acd::AddressId(0);
        let other = site.handler.create_address("4102").unwrap();
        let address = if address == "same" { there } else { other };
        site.act(|handler, now, changed| {
            handler.create_session(ANN, GroupId(0), address, None, now, &mut |change| changed(change))
        })
    };
    let exists = Err(AcdError::SessionExists { agent: ANN, session: FIRST });
    let third = Ok(SessionId(2));
    assert_eq!((open("same-group-refused", "same"), open("same-group-refused", "other")), (exists, exists));
    let by_address = "same-group-and-address-refused";
    assert_eq!((open(by_address, "same"), open(by_address, "other")), (exists, third));
    assert_eq!((open("allowed", "same"), open("allowed", "other")), (third, third));
}

#[test]
fn an_ended_session_reports_or_refuses() {
    for (answer, refused) in [("frozen", false), ("zero", false), ("refused", true)] {
        let site = Site::in_state(SessionEnded, &[("ended_session", answer)]);
        let read = site.handler.request_session_statistics(FIRST, at(99));
        assert_eq!(read.is_err(), refused, "{answer}");
        assert_eq!(read.err(), refused.then_some(AcdError::SessionEnded { session: FIRST }));
        assert!(site.handler.request_session_statistics(SECOND, at(99)).is_ok());
    }
}

// Agents.

/// How an agent comes into each state, and what that is called here.
const SOURCES: [(&str, AgentState); 8] = [
    ("nobody yet", AgentState::NotReady),
    ("logged in", AgentState::NotReady),
    ("ready", AgentState::Ready),
    ("talking", AgentState::BusyAcd),
    ("wrapping up", AgentState::BusyAcd),
    ("called", AgentState::BusyIncoming),
    ("calling", AgentState::BusyOutgoing),
    ("unknown", AgentState::Unknown),
];

fn source(name: &str, answers: &[(&str, &str)]) -> Site {
    let mut site = match name {
        "nobody yet" => Site::empty(answers),
        "logged in" => Site::new(answers),
        "ready" => Site::ready(answers),
        "talking" => Site::in_state(BusyOnCall, answers),
        "wrapping up" => Site::in_state(BusyWrapup, answers),
        "called" | "calling" => {
            let mut site = Site::ready(answers);
            let direction = if name == "called" { Direction::Incoming } else { Direction::Outgoing };
            site.begin_other(direction).unwrap();
            site
        }
        "unknown" => {
            let mut site = Site::empty(answers);
            site.request_agent(Some(Agent(AgentState::Unknown)), None).unwrap();
            site
        }
        _ => unreachable!("there is no such source"),
    };
    site.changes.clear();
    site
}

#[test]
fn every_agent_state_is_asked_for_from_every_state() {
    use AgentState::{BusyAcd, BusyIncoming, BusyOutgoing, Unknown};
    const NOT: AgentState = AgentState::NotReady;
    const RDY: AgentState = AgentState::Ready;
    // By target, in the order of their numbers: the state that shows then, or none if the target is refused.
    let table: [(&str, [Option<AgentState>; 6]); 8] = [
        ("nobody yet", [Some(NOT), Some(RDY), None, Some(BusyIncoming), Some(BusyOutgoing), Some(Unknown)]),
        ("logged in", [Some(NOT), Some(RDY), None, Some(BusyIncoming), Some(BusyOutgoing), None]),
        ("ready", [Some(NOT), Some(RDY), None, Some(BusyIncoming), Some(BusyOutgoing), None]),
        ("talking", [Some(BusyAcd), Some(BusyAcd), Some(BusyAcd), None, None, None]),
        ("wrapping up", [Some(BusyAcd), Some(BusyAcd), Some(BusyAcd), None, None, None]),
        ("called", [Some(NOT), Some(RDY), None, Some(BusyIncoming), None, None]),
        ("calling", [Some(NOT), Some(RDY), None, None, Some(BusyOutgoing), None]),
        ("unknown", [Some(NOT), Some(RDY), None, Some(BusyIncoming), Some(BusyOutgoing), Some(Unknown)]),
    ];
    for ((name, row), (known, from)) in table.into_iter().zip(SOURCES) {
        assert_eq!(name, known);
        for (to, expected) in AgentState::ALL.into_iter().zip(row) {
            let mut site = source(name, &[]);
            assert_eq!(site.agent_state(), from, "{name}");
            let result = site.request_agent(Some(Agent(to)), None);
            let refused = Err(AcdError::IllegalAgentState { agent: ANN, from, to });
            assert_eq!(result, if expected.is_some() { Ok(false) } else { refused }, "{name} to {to}");
            assert_eq!(site.agent_state(), expected.unwrap_or(from), "{name} to {to}");
        }
    }
}

#[test]
fn ready_and_not_ready_wait_for_the_acd_call_to_be_done() {
    for busy in [BusyOnCall, BusyWrapup] {
        for (asked, other, after) in [(AgentState::NotReady, NotReady, NotReady), (AgentState::Ready, NotReady, Ready)]
        {
            // Whoever ends the call, and however.
            for (way, end) in [
                ("end_wrap_up", (|site: &mut Site| site.end_wrap_up(FIRST)) as fn(&mut Site) -> _),
                ("the switch", |site: &mut Site| site.set(FIRST, Ready)),
                ("a client", |site: &mut Site| site.request(FIRST, Some(State(Ready)), None)),
            ] {
                let mut site = Site::in_state(busy, &[]);
                site.request_agent(Some(Agent(asked)), None).unwrap();
                assert_eq!(site.handler.agent(ANN).next_state(), Some(Agent(asked)));
                assert_eq!(site.states(), (busy, other));
                if busy == BusyOnCall {
                    site.end_talk(FIRST).unwrap();
                }
                assert_eq!(site.agent_state(), AgentState::BusyAcd);
                end(&mut site).unwrap();
                assert_eq!(site.states(), (after, after), "{asked}, {way}");
                assert_eq!(site.handler.agent(ANN).next_state(), None);
            }
            // Even its session may end.
            let mut site = Site::in_state(busy, &[]);
            site.request_agent(Some(Agent(asked)), None).unwrap();
            site.set(FIRST, SessionEnded).unwrap();
            assert_eq!(site.states(), (SessionEnded, after));
        }
    }
}

#[test]
fn an_agents_next_state_follows_every_kind_of_call() {
    for (name, end) in [
        ("talking", (|site: &mut Site| site.set(FIRST, Ready)) as fn(&mut Site) -> _),
        ("wrapping up", |site: &mut Site| site.end_wrap_up(FIRST)),
        ("called", |site: &mut Site| site.end_other()),
        ("calling", |site: &mut Site| site.end_other()),
    ] {
        for answer in ["cleared", "kept"] {
            let mut site = source(name, &[("used_next_state", answer)]);
            site.request_agent(None, Some(Agent(AgentState::NotReady))).unwrap();
            end(&mut site).unwrap();
            assert_eq!(site.states(), (NotReady, NotReady), "{name}");
            let kept = (answer == "kept").then_some(Agent(AgentState::NotReady));
            assert_eq!(site.handler.agent(ANN).next_state(), kept);
            // The next call.
            site.set(FIRST, Ready).unwrap();
            site.answer(FIRST).unwrap();
            site.set(FIRST, Ready).unwrap();
            assert_eq!(site.state(FIRST), if answer == "kept" { NotReady } else { Ready });
        }
        let mut site = source(name, &[]);
        site.request_agent(None, Some(AgentGoal::Released)).unwrap();
        assert!(!site.handler.agent(ANN).is_released());
        end(&mut site).unwrap();
        assert!(site.handler.agent(ANN).is_released(), "{name}");
        assert_eq!(site.states(), (SessionEnded, SessionEnded));
    }
}

#[test]
fn a_next_state_of_an_agent_is_ready_not_ready_or_released() {
    for (name, from) in SOURCES {
        for next in [AgentState::BusyAcd, AgentState::BusyIncoming, AgentState::BusyOutgoing, AgentState::Unknown] {
            let mut site = source(name, &[]);
            let refused = Err(AcdError::IllegalAgentState { agent: ANN, from, to: next });
            assert_eq!(site.request_agent(None, Some(Agent(next))), refused);
            assert_eq!(site.handler.agent(ANN).next_state(), None);
        }
    }
}

#[test]
fn an_agent_is_released_from_every_state_and_takes_part_in_nothing_then() {
    for new_agent in ["not-ready", "unknown"] {
        for (name, _) in SOURCES {
            let mut site = source(name, &[("new_agent", new_agent), ("same_state", "accepted")]);
            let sessions = site.handler.sessions_of(ANN).to_vec();
            let next = Some(Agent(AgentState::Ready));
            assert_eq!(site.request_agent(Some(AgentGoal::Released), next), Ok(false), "{name}");
            assert!(site.handler.agent(ANN).is_released());
            assert_eq!(site.handler.agent(ANN).next_state(), None);
            assert_eq!(site.agent_state(), AgentState::NotReady, "{name}, {new_agent}");
            assert_eq!(site.handler.sessions_of(ANN), []);
            for session in sessions {
                assert_eq!(site.state(session), SessionEnded);
                assert!(site.handler.session_is_released(session));
            }
            let released = AcdError::AgentReleased { agent: ANN };
            assert_eq!(site.request_agent(None, None), Err(released));
            assert_eq!(site.begin_other(Direction::Incoming), Err(released));
            assert_eq!(site.open(GroupId(0)), Err(released));
            assert_eq!(site.end_other(), Err(AcdError::NoCall { agent: ANN }));
        }
    }
}

#[test]
fn an_agent_without_a_session_is_not_ready_or_unknown() {
    for (answer, state) in [("not-ready", AgentState::NotReady), ("unknown", AgentState::Unknown)] {
        let mut site = Site::empty(&[("new_agent", answer)]);
        assert_eq!(site.agent_state(), state);
        site.request_agent(Some(Agent(AgentState::Ready)), None).unwrap();
        assert_eq!(site.agent_state(), AgentState::Ready, "it was asked for");
        let session = site.open(GroupId(0)).unwrap();
        assert_eq!(site.agent_state(), AgentState::NotReady, "as the session");
        site.set(session, SessionEnded).unwrap();
        assert_eq!(site.agent_state(), state, "as a new agent again");
    }
}

#[test]
fn an_agent_in_wrap_up_is_busy_or_not_ready() {
    let site = Site::in_state(BusyWrapup, &[("agent_in_wrap_up", "busy-acd")]);
    assert_eq!(site.agent_state(), AgentState::BusyAcd);
    let mut site = Site::in_state(BusyWrapup, &[("agent_in_wrap_up", "not-ready"), ("same_state", "refused")]);
    assert_eq!(site.agent_state(), AgentState::NotReady);
    // NOT_READY shows already, but READY would follow.
    assert_eq!(site.request_agent(Some(Agent(AgentState::NotReady)), None), Ok(false));
    site.end_wrap_up(FIRST).unwrap();
    assert_eq!(site.states(), (NotReady, NotReady));
}

#[test]
fn an_agents_state_reaches_the_sessions_or_stays_beside_them() {
    let mut site = Site::ready(&[("agent_state_reach", "sessions")]);
    site.request_agent(Some(Agent(AgentState::NotReady)), None).unwrap();
    assert_eq!((site.agent_state(), site.states()), (AgentState::NotReady, (NotReady, NotReady)));
    site.request_agent(Some(Agent(AgentState::Ready)), None).unwrap();
    assert_eq!((site.agent_state(), site.states()), (AgentState::Ready, (Ready, Ready)));

    let mut site = Site::ready(&[("agent_state_reach", "agent-alone")]);
    assert_eq!(site.agent_state(), AgentState::NotReady, "nobody has asked for another");
    site.request_agent(Some(Agent(AgentState::Ready)), None).unwrap();
    site.set(FIRST, NotReady).unwrap();
    assert_eq!((site.agent_state(), site.states()), (AgentState::Ready, (NotReady, Ready)));
    site.answer(SECOND).unwrap();
    assert_eq!(site.agent_state(), AgentState::BusyAcd);
    site.request_agent(Some(Agent(AgentState::NotReady)), None).unwrap();
    assert_eq!(site.handler.agent(ANN).next_state(), None, "nothing waits");
    site.set(SECOND, Ready).unwrap();
    assert_eq!((site.agent_state(), site.states()), (AgentState::NotReady, (NotReady, Ready)));
}

#[test]
fn only_where_clients_set_busy_states_do_they_begin_and_end_calls() {
    for (busy, direction) in
        [(AgentState::BusyIncoming, Direction::Incoming), (AgentState::BusyOutgoing, Direction::Outgoing)]
    {
        let mut site = Site::ready(&[("busy_states", "switch")]);
        let refused = Err(AcdError::IllegalAgentState { agent: ANN, from: AgentState::Ready, to: busy });
        assert_eq!(site.request_agent(Some(Agent(busy)), None), refused);
        site.begin_other(direction).unwrap();
        site.request_agent(Some(Agent(AgentState::NotReady)), None).unwrap();
        assert_eq!(site.agent_state(), busy, "the call goes on");
        site.end_other().unwrap();
        assert_eq!(site.states(), (NotReady, NotReady));

        let mut site = Site::ready(&[("busy_states", "clients")]);
        site.request_agent(Some(Agent(busy)), None).unwrap();
        let life = site.handler.agent_life(ANN, site.now);
        assert_eq!(life.incoming + life.outgoing, 1);
        site.request_agent(Some(Agent(AgentState::Ready)), None).unwrap();
        assert_eq!(site.states(), (Ready, Ready));
    }
}
