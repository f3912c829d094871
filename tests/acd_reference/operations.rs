//! The operations, and how they are drawn: one from each word, after a step of the clock.

use acdsim::acd::{
    AddressId, AgentGoal, AgentId, AgentState, CallTimes, Direction, GroupId, Place, QueueId, SessionGoal, SessionId,
    SessionState,
};
use acdsim::time::{Duration, Instant};
use uuid::Uuid;

use crate::rules::Reference;

/// What is done at once, with all its arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    /// The clock goes on, and nothing else happens.
    Pass,
    CreateGroup(Uuid),
    CreateQueue(Option<GroupId>),
    CreateAddress,
    CreateAgent(Option<&'static str>, Option<&'static str>),
    CreateSession(AgentId, GroupId, AddressId, Option<&'static str>),
    RemoveQueue(QueueId),
    RemoveGroup(GroupId),
    Forget(SessionId),
    Limit(u32),
    Admit(&'static str, &'static str),
    MeasureFrom,
    AgentPeriod(AgentId, i32),
    QueuePeriod(QueueId, i32),
    ArriveAndWait(QueueId),
    ArriveAndAnswer(QueueId, SessionId, bool),
    /// The call at a position of the line rang since an instant, and is answered.
    AnswerWaiting(QueueId, Place, SessionId, Instant, bool),
    Take(QueueId, Place),
    /// A call that was taken out of its line before.
    AnswerTaken(usize, SessionId, Instant, bool),
    Abandon(QueueId, Place),
    Flow(QueueId, Place, QueueId),
    Dispose(QueueId, Place),
    Ring(SessionId, CallTimes),
    Hold(SessionId, bool),
    SetState(SessionId, SessionState),
    EndTalk(SessionId),
    EndWrapUp(SessionId),
    RequestSession(SessionId, Option<SessionGoal>, Option<SessionGoal>),
    RequestAgent(AgentId, Option<AgentGoal>, Option<AgentGoal>),
    BeginOther(AgentId, Direction),
    EndOther(AgentId),
    ReadSession(SessionId),
}

impl Operation {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Operation::Pass => "pass",
            Operation::CreateGroup(..) => "create_group",
            Operation::CreateQueue(..) => "create_queue",
            Operation::CreateAddress => "create_address",
            Operation::CreateAgent(..) => "create_agent",
            Operation::CreateSession(..) => "create_session",
            Operation::RemoveQueue(..) => "remove_queue",
            Operation::RemoveGroup(..) => "remove_group",
            Operation::Forget(..) => "forget_session",
            Operation::Limit(..) => "limit_objects",
            Operation::Admit(..) => "admit",
            Operation::MeasureFrom => "measure_from",
            Operation::AgentPeriod(..) => "set_agent_measurement_period",
            Operation::QueuePeriod(..) => "set_queue_measurement_period",
            Operation::ArriveAndWait(..) => "call_waits",
            Operation::ArriveAndAnswer(..) => "answer at once",
            Operation::AnswerWaiting(..) => "answer from the line",
            Operation::Take(..) => "take",
            Operation::AnswerTaken(..) => "answer what was taken",
            Operation::Abandon(..) => "abandon",
            Operation::Flow(..) => "flow",
            Operation::Dispose(..) => "dispose",
            Operation::Ring(..) => "ring_no_answer",
            Operation::Hold(..) => "set_hold",
            Operation::SetState(..) => "set_session_state",
            Operation::EndTalk(..) => "end_talk",
            Operation::EndWrapUp(..) => "end_wrap_up",
            Operation::RequestSession(..) => "request_session_state",
            Operation::RequestAgent(..) => "request_agent_state",
            Operation::BeginOther(..) => "begin_other_call",
            Operation::EndOther(..) => "end_other_call",
            Operation::ReadSession(..) => "request_session_statistics",
        }
    }
}

/// A small generator of numbers: what is drawn of a word depends on nothing but it and the diary.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    /// A number below `bound`, which is not 0 (SplitMix64: Steele, Lea and Flood, 2014).
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^= word >> 31;
        ((u128::from(word) * bound as u128) >> 64) as usize
    }

    pub(crate) fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn between(&mut self, from: Instant, to: Instant) -> Instant {
        match self.below(3) {
            0 => from,
            1 => to,
            _ => from + Duration::from_nanos(self.below(to.since(from).as_nanos() as usize + 1) as u64),
        }
    }

    fn session_state(&mut self) -> SessionState {
        self.of(&SessionState::ALL)
    }

    fn session_goal(&mut self) -> SessionGoal {
        if self.one_in(12) { SessionGoal::Released } else { SessionGoal::State(self.session_state()) }
    }

    fn agent_goal(&mut self) -> AgentGoal {
        match self.below(24) {
            0 => AgentGoal::Released,
            1..=12 => AgentGoal::State(self.of(&[AgentState::NotReady, AgentState::Ready])),
            _ => AgentGoal::State(self.of(&AgentState::ALL)),
        }
    }

    fn maybe<T>(&mut self, one_in: usize, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.one_in(one_in) { Some(value(self)) } else { None }
    }

    /// How long the clock goes on before the operation.
    pub(crate) fn step(&mut self, reference: &Reference) -> Duration {
        let diary = &reference.diary;
        let nanos = match self.below(20) {
            0..=8 => 0,
            9..=12 => 1 + 2 * self.below(500) as u64,
            13..=15 => self.below(4_000_000_000) as u64,
            16 => 1_000_000_000 * self.below(8) as u64,
            17 => self.time_to_a_boundary(reference),
            18 => (self.time_to_a_boundary(reference) + self.below(3) as u64).saturating_sub(1),
            _ if self.one_in(8) => 3_600_000_000_000 * self.below(30) as u64,
            _ => diary.now.as_nanos() % 1_000_000_000,
        };
        Duration::from_nanos(nanos)
    }

    /// The nanoseconds to the end of a tumbling window, or to where something leaves a sliding one.
    fn time_to_a_boundary(&mut self, reference: &Reference) -> u64 {
        let diary = &reference.diary;
        let settings = if self.one_in(2) && !diary.queues.is_empty() {
            &diary.queues[self.below(diary.queues.len())].settings
        } else if !diary.agents.is_empty() {
            &diary.agents[self.below(diary.agents.len())].settings
        } else {
            return 0;
        };
        let setting = settings.last().expect("creation is one");
        let length = u64::from(setting.seconds as u32) * 1_000_000_000;
        if length > 100_000_000_000 {
            return 0;
        }
        let passed = diary.now.since(setting.moment.at).as_nanos();
        let to_end = length - passed % length;
        let recent = diary.leavings.iter().rev().take(4).map(|leaving| leaving.moment.at);
        let calls = diary.calls.iter().rev().take(4).map(|call| call.answered.at);
        let events: Vec<_> = recent.chain(calls).collect();
        if events.is_empty() || self.one_in(2) {
            return to_end;
        }
        (self.of(&events) + Duration::from_nanos(length)).since(diary.now).as_nanos()
    }

    fn agent(&mut self, reference: &Reference, illegal: bool) -> AgentId {
        let unknown = illegal && self.one_in(16);
        AgentId(self.below(reference.diary.agents.len() + usize::from(unknown)) as u32)
    }

    fn group(&mut self, reference: &Reference) -> GroupId {
        let unknown = self.one_in(16);
        GroupId(self.below(reference.diary.groups.len() + usize::from(unknown)) as u32)
    }

    /// A queue that the handler has had.
    fn queue(&mut self, reference: &Reference) -> QueueId {
        let all = reference.diary.queues.len();
        let queue = QueueId(self.below(all) as u32);
        if reference.diary.queue(queue).removed { QueueId(self.below(all) as u32) } else { queue }
    }

    /// A session, more likely one of those that pass the test; one that never was, if that may be.
    fn session(
        &mut self,
        reference: &Reference,
        illegal: bool,
        likely: impl Fn(SessionState) -> bool,
    ) -> Option<SessionId> {
        let all = reference.diary.sessions.len();
        if illegal && self.one_in(24) {
            return Some(SessionId((all + self.below(2)) as u32));
        }
        if all == 0 {
            return None;
        }
        let wanted = match self.below(10) {
            0..=6 => reference.diary.sessions_where(|session| likely(session.state())),
            7 | 8 => reference.diary.sessions_where(|session| session.ended().is_none()),
            _ => Vec::new(),
        };
        Some(if wanted.is_empty() { SessionId(self.below(all) as u32) } else { self.of(&wanted) })
    }

    /// A waiting call, by its queue and place.
    fn waiting(&mut self, reference: &Reference) -> Option<(QueueId, usize)> {
        let queues = &reference.diary.queues;
        let some: Vec<_> = (0..queues.len()).filter(|&queue| !queues[queue].line.is_empty()).collect();
        if some.is_empty() {
            return None;
        }
        let queue = self.of(&some);
        let position = if self.one_in(2) { 0 } else { self.below(queues[queue].line.len()) };
        Some((QueueId(queue as u32), position))
    }

    fn period(&mut self) -> i32 {
        match self.below(12) {
            0 => 0,
            1 => self.of(&[-1, i32::MIN, i32::MAX]),
            _ => 1 + self.below(8) as i32,
        }
    }

    /// An operation that suits the diary, or does not; none if there is nothing to do it with.
    pub(crate) fn operation(&mut self, reference: &Reference, taken: usize) -> Option<Operation> {
        use Operation::*;
        use SessionState::{BusyOnCall, BusyWrapup, Ready, SessionEnded};
        let diary = &reference.diary;
        let now = diary.now;
        let transferred = self.one_in(4);
        let is_current = |state| state != SessionEnded;
        Some(match self.below(100) {
            0..=4 => Pass,
            5 | 6 => match self.below(12) {
                0 => CreateGroup(Uuid::from_u128(self.below(3) as u128)),
                1 | 2 => CreateQueue(self.maybe(2, |draw| draw.group(reference))),
                3 => CreateAddress,
                4 => Limit(self.of(&[2, 5, u32::MAX])),
                5 => Limit(u32::MAX),
                6 => Admit(self.of(&["11", "12"]), self.of(&["1", "2"])),
                7 => RemoveGroup(self.group(reference)),
                8 => RemoveQueue(if self.one_in(8) { QueueId(99) } else { self.queue(reference) }),
                _ => CreateAgent(
                    self.maybe(2, |draw| draw.of(&["11", "12", "13"])),
                    self.maybe(2, |draw| draw.of(&["1", "2"])),
                ),
            },
            7 if self.one_in(4) => MeasureFrom,
            7 | 8 => AgentPeriod(self.agent(reference, true), self.period()),
            9 if self.one_in(8) => QueuePeriod(QueueId(99), self.period()),
            9 => QueuePeriod(self.queue(reference), self.period()),
            10..=16 => {
                let unknown = self.one_in(16);
                let address = AddressId(self.below(diary.addresses as usize + usize::from(unknown)) as u32);
                let pin = self.maybe(3, |draw| draw.of(&["1", "2"]));
                CreateSession(self.agent(reference, true), self.group(reference), address, pin)
            }
            17 => Forget(self.session(reference, true, |state| state == SessionEnded)?),
            18..=23 => ArriveAndWait(self.queue(reference)),
            24..=30 => {
                let session = self.session(reference, false, |state| state == Ready)?;
                ArriveAndAnswer(self.queue(reference), session, transferred)
            }
            31..=37 => {
                let (queue, position) = self.waiting(reference)?;
                let waiting = diary.queue(queue).line[position];
                let session = self.session(reference, false, |state| state == Ready)?;
                AnswerWaiting(queue, waiting.place, session, self.between(waiting.queued, now), transferred)
            }
            38 => {
                let (queue, position) = self.waiting(reference)?;
                Take(queue, diary.queue(queue).line[position].place)
            }
            39 if taken > 0 => {
                let session = self.session(reference, false, |state| state == Ready)?;
                AnswerTaken(self.below(taken), session, now, transferred)
            }
            39..=45 => {
                let (queue, position) = self.waiting(reference)?;
                let place = diary.queue(queue).line[position].place;
                match self.below(4) {
                    0 | 1 => Abandon(queue, place),
                    2 => Dispose(queue, place),
                    _ if self.one_in(12) => Flow(QueueId(99), place, queue),
                    _ if self.one_in(12) => Flow(queue, place, QueueId(99)),
                    _ => Flow(queue, place, self.queue(reference)),
                }
            }
            46 | 47 => {
                let session = self.session(reference, true, |state| state == Ready)?;
                let arrived = self.between(Instant::START, now);
                let queued = self.between(arrived, now);
                let offered = self.between(queued, now);
                Ring(session, CallTimes { arrived, queued, offered, transferred })
            }
            48..=52 => Hold(self.session(reference, true, |state| state == BusyOnCall)?, self.one_in(2)),
            53..=59 => SetState(self.session(reference, false, is_current)?, self.session_state()),
            60..=66 => EndTalk(self.session(reference, true, |state| state == BusyOnCall)?),
            67..=71 => EndWrapUp(self.session(reference, true, |state| state == BusyWrapup)?),
            72..=83 => {
                let state = self.below(4) > 0;
                let session = self.session(reference, true, is_current)?;
                let state = state.then(|| self.session_goal());
                RequestSession(session, state, self.maybe(3, Self::session_goal))
            }
            84..=92 => {
                let state = self.below(4) > 0;
                let agent = self.agent(reference, true);
                let state = state.then(|| self.agent_goal());
                RequestAgent(agent, state, self.maybe(3, Self::agent_goal))
            }
            93..=94 => BeginOther(self.agent(reference, true), self.of(&[Direction::Incoming, Direction::Outgoing])),
            95..=98 => EndOther(self.agent(reference, true)),
            _ => ReadSession(self.session(reference, true, |state| state == SessionEnded)?),
        })
    }
}
