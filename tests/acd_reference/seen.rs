//! What is hard, and whether the random sequences have it in them.

use std::collections::BTreeMap;

use acdsim::acd::conventions::Window;
use acdsim::acd::{AcdError, Conventions, SessionState};

use crate::diary::Setting;
use crate::operations::Operation;
use crate::pair::{Outcome, Pair};

/// How often each of what is hard has happened.
#[derive(Default)]
pub(crate) struct Seen {
    times: BTreeMap<String, u32>,
    sequences: u32,
}

/// All operations that can be done, by name.
const OPERATIONS: [&str; 32] = [
    "pass",
    "create_group",
    "create_queue",
    "create_address",
    "create_agent",
    "create_session",
    "remove_queue",
    "remove_group",
    "forget_session",
    "limit_objects",
    "admit",
    "measure_from",
    "set_agent_measurement_period",
    "set_queue_measurement_period",
    "call_waits",
    "answer at once",
    "answer from the line",
    "take",
    "answer what was taken",
    "abandon",
    "flow",
    "dispose",
    "ring_no_answer",
    "set_hold",
    "set_session_state",
    "end_talk",
    "end_wrap_up",
    "request_session_state",
    "request_agent_state",
    "begin_other_call",
    "end_other_call",
    "request_session_statistics",
];

/// All errors of the handler's operations; [`AcdError::NoAgentId`] is one of those who ask for them.
const ERRORS: [&str; 16] = [
    "IllegalTransition",
    "ReservedState",
    "IllegalAgentState",
    "AgentBusy by a session",
    "AgentBusy by another call",
    "NoCall",
    "SessionExists",
    "SessionEnded",
    "AgentReleased",
    "UnknownAgentId",
    "WrongPin",
    "BadPeriod",
    "QueueInUse",
    "Full",
    "Unknown object",
    "Unknown, because forgotten",
];

/// What the reference notes of the rules that it has used.
const RULES: [&str; 31] = [
    "a new session waits to be READY",
    "a negative period is accepted",
    "the same period does nothing",
    "an end waits",
    "an end that waited",
    "another session ends too",
    "a session is held",
    "a session stays READY",
    "a released session is forgotten",
    "a session's next state is used and cleared",
    "a session's next state is used and kept",
    "a session's next state is its end",
    "a session that has ended is released",
    "a held session is made NOT_READY",
    "the same state is accepted",
    "the same state is announced",
    "the same agent state is accepted",
    "the same agent state is announced",
    "a client begins another call",
    "a client ends another call",
    "UNKNOWN is asked for",
    "an agent's state waits for the call",
    "an agent's state does not reach the sessions",
    "an agent is released",
    "an agent's next state is used and cleared",
    "an agent's next state is used and kept",
    "an agent's next state is RELEASED",
    "an agent is released in the middle of a call",
    "a session ends on hold",
    "a measurement begins in the middle of a call",
    "a measurement begins in the middle of a hold",
];

/// What the sequences are to have besides.
const EVENTS: [&str; 12] = [
    "a call that does not count is answered",
    "a call that was flowed in is answered",
    "a call that rang is answered",
    "a call of a queue that was taken away is answered",
    "a call of no length",
    "a session ends in the middle of a talk",
    "a session ends in the middle of a wrap-up",
    "a window begins at the instant of an operation",
    "several windows pass without an operation",
    "a window holds less than the life",
    "a window that slides is set to be longer, without a restart",
    "the time stands still",
];

fn error(error: &AcdError, pair: &Pair) -> &'static str {
    use acdsim::acd::Engagement;
    match error {
        AcdError::IllegalTransition { .. } => "IllegalTransition",
        AcdError::ReservedState { .. } => "ReservedState",
        AcdError::IllegalAgentState { .. } => "IllegalAgentState",
        AcdError::AgentBusy { with: Engagement::Session(_), .. } => "AgentBusy by a session",
        AcdError::AgentBusy { .. } => "AgentBusy by another call",
        AcdError::NoCall { .. } => "NoCall",
        AcdError::SessionExists { .. } => "SessionExists",
        AcdError::SessionEnded { .. } => "SessionEnded",
        AcdError::AgentReleased { .. } => "AgentReleased",
        AcdError::UnknownAgentId => "UnknownAgentId",
        AcdError::WrongPin => "WrongPin",
        AcdError::NoAgentId { .. } => "NoAgentId",
        AcdError::BadPeriod { .. } => "BadPeriod",
        AcdError::QueueInUse { .. } => "QueueInUse",
        AcdError::Full { .. } => "Full",
        AcdError::Unknown { what: "session", number } if pair.reference.diary.sessions.len() > *number as usize => {
            "Unknown, because forgotten"
        }
        AcdError::Unknown { .. } => "Unknown object",
    }
}

impl Seen {
    fn note(&mut self, what: &str) {
        match self.times.get_mut(what) {
            Some(times) => *times += 1,
            None => _ = self.times.insert(what.to_owned(), 1),
        }
    }

    fn note_if(&mut self, what: &str, happens: bool) {
        if happens {
            self.note(what);
        }
    }

    /// The conventions that a sequence is done with.
    pub(crate) fn note_conventions(&mut self, conventions: &Conventions) {
        self.sequences += 1;
        for convention in Conventions::DECLARED {
            let answer = conventions.get(convention.name).expect("it is one");
            self.note(&format!("{} = {answer}", convention.name));
        }
    }

    /// An operation and what it gave.
    pub(crate) fn note_operation(&mut self, pair: &Pair, operation: Operation, outcome: &Result<Outcome, String>) {
        let diary = &pair.reference.diary;
        let Ok(outcome) = outcome else { return };
        if let Outcome::Refused(refused) = outcome {
            self.note(error(refused, pair));
            return;
        }
        self.note(operation.name());
        for rule in &pair.reference.used {
            self.note(rule);
        }
        let last = |back: usize| diary.calls.len().checked_sub(back).map(|number| &diary.calls[number]);
        let call = last(1).filter(|call| call.answered.order + 3 > diary.events && call.talk_end.is_none());
        if let (Operation::AnswerWaiting(..) | Operation::AnswerTaken(..), Some(call)) = (operation, call) {
            self.note_if("a call that does not count is answered", *outcome == Outcome::Flag(false));
            self.note_if("a call that was flowed in is answered", call.times.queued > call.times.arrived);
            self.note_if("a call that rang is answered", call.times.offered < call.answered.at);
            let queue = diary.leavings.last().expect("it has left one").queue;
            self.note_if("a call of a queue that was taken away is answered", diary.queue(queue).removed);
        }
        for change in &pair.reference.changes {
            let call =
                || diary.calls.iter().rfind(|call| call.session == change.session).expect("it was busy with one");
            match (change.from, change.to) {
                (SessionState::BusyOnCall, to) => {
                    self.note_if("a call of no length", call().answered.at == diary.now);
                    let ends = to == SessionState::SessionEnded;
                    self.note_if("a session ends in the middle of a talk", ends);
                    let held = call().holds.last().is_some_and(|&(_, to)| to == Some(diary.now));
                    self.note_if("a session ends on hold", ends && held);
                }
                (SessionState::BusyWrapup, SessionState::SessionEnded) => {
                    self.note("a session ends in the middle of a wrap-up");
                }
                _ => {}
            }
        }
        if matches!(operation, Operation::MeasureFrom) {
            let talking = || diary.calls.iter().filter(|call| call.talk_end.is_none());
            self.note_if("a measurement begins in the middle of a call", talking().next().is_some());
            let held = talking().any(|call| call.holds.last().is_some_and(|(_, to)| to.is_none()));
            self.note_if("a measurement begins in the middle of a hold", held);
        }
        self.note_windows(pair, operation);
    }

    fn note_windows(&mut self, pair: &Pair, operation: Operation) {
        let diary = &pair.reference.diary;
        let window = diary.conventions.measurement_window;
        let slides_longer = |settings: &[Setting]| match settings {
            [.., before, last] => !last.restarts && last.seconds > before.seconds && window == Window::Sliding,
            _ => false,
        };
        let longer = match operation {
            Operation::AgentPeriod(agent, _) => slides_longer(&diary.agent(agent).settings),
            Operation::QueuePeriod(queue, _) => slides_longer(&diary.queue(queue).settings),
            _ => false,
        };
        self.note_if("a window that slides is set to be longer, without a restart", longer);
        let latest = diary.leavings.last().map(|leaving| leaving.moment.at);
        self.note_if("the time stands still", latest == Some(diary.now));
        for queue in &diary.queues {
            let part = diary.period(&queue.settings);
            let setting = queue.settings.last().expect("creation is one");
            let begins = part.begin() == diary.now && setting.moment.at < diary.now && window == Window::Tumbling;
            self.note_if("a window begins at the instant of an operation", begins);
            let length = u64::from(setting.seconds as u32) * 1_000_000_000;
            let idle = latest.is_some_and(|latest| part.begin().since(latest).as_nanos() > 2 * length);
            self.note_if("several windows pass without an operation", idle && window == Window::Tumbling);
            let less = diary
                .leavings
                .iter()
                .any(|leaving| leaving.moment.order > diary.measured.order && !part.has(leaving.moment));
            self.note_if("a window holds less than the life", less);
        }
    }

    /// Checks that each of it has happened once in a hundred sequences, or more often.
    pub(crate) fn check(&self) {
        let answers = Conventions::DECLARED.iter().flat_map(|convention| {
            convention.answers.iter().map(|(answer, _)| format!("{} = {answer}", convention.name))
        });
        let named = OPERATIONS.iter().chain(&ERRORS).chain(&RULES).chain(&EVENTS).map(|what| (*what).to_owned());
        let all: Vec<_> = named.chain(answers).collect();
        let rare: Vec<_> = all
            .iter()
            .map(|what| (what, self.times.get(what).copied().unwrap_or(0)))
            .filter(|&(_, times)| 100 * times < self.sequences)
            .collect();
        assert!(rare.is_empty(), "too rare: {rare:?}");
        let unlisted: Vec<_> = self.times.keys().filter(|what| !all.contains(what)).collect();
        assert!(unlisted.is_empty(), "not expected: {unlisted:?}");
    }
}
