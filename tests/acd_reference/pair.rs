//! The handler and the reference side by side: each operation is done with both, and all that they tell is compared.

use std::fmt::Debug;

use acdsim::acd::conventions::TimeToAnswer;
use acdsim::acd::{
    AcdError, AgentHandler, AgentId, AgentStatistics, CallTimes, Conventions, GroupId, QueueId, SessionId,
    SessionStatistics, StateChange, TapiAgentStatistics, TapiQueueStatistics, TapiSessionStatistics,
};
use acdsim::time::Instant;
use jiff::civil::date;
use uuid::Uuid;

use crate::diary::{How, Waiting};
use crate::operations::Operation;
use crate::rules::Reference;
use crate::statistics::{OfAgent, OfSession};
use crate::tapi;

/// What an operation gave.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    Done,
    Number(u32),
    Flag(bool),
    /// A call, when it arrived and when it was queued.
    Call(u32, Instant, Instant),
    Statistics(Box<OfSession>),
    Refused(AcdError),
}

fn done(result: Result<(), AcdError>) -> Outcome {
    result.map_or_else(Outcome::Refused, |()| Outcome::Done)
}

fn number<T>(result: Result<T, AcdError>, number: impl Fn(T) -> u32) -> Outcome {
    result.map_or_else(Outcome::Refused, |object| Outcome::Number(number(object)))
}

fn flag(result: Result<bool, AcdError>) -> Outcome {
    result.map_or_else(Outcome::Refused, Outcome::Flag)
}

fn call_of(waiting: Waiting) -> Outcome {
    Outcome::Call(waiting.call, waiting.arrived, waiting.queued)
}

pub(crate) struct Pair {
    handler: AgentHandler<u32>,
    pub(crate) reference: Reference,
    /// Calls that were taken out of their lines, with their queues.
    pub(crate) taken: Vec<(QueueId, Waiting)>,
    calls: u32,
}

/// What differs, in words.
pub(crate) type Differs = Result<(), String>;

fn same<T: PartialEq + Debug>(what: impl FnOnce() -> String, real: T, reference: T) -> Differs {
    if real == reference {
        Ok(())
    } else {
        Err(format!("{}\n  handler:   {real:?}\n  reference: {reference:?}", what()))
    }
}

/// What the handler tells of a session, by whichever of its fields and methods.
fn of_session(real: &SessionStatistics) -> OfSession {
    OfSession {
        started: real.started,
        ended: real.ended,
        duration: real.duration,
        calls: real.calls,
        talks: real.talks,
        wrap_ups: real.wrap_ups,
        phases: real.ended_phases(),
        running: real.running,
        ready: real.ready,
        not_ready: real.not_ready,
        answered: std::array::from_fn(|definition| real.times_to_answer(TimeToAnswer::ALL[definition])),
        unanswered: std::array::from_fn(|definition| real.unanswered(TimeToAnswer::ALL[definition])),
        talking: real.is_talking(),
        wrapping_up: real.is_wrapping_up(),
    }
}

fn of_agent(real: &AgentStatistics) -> OfAgent {
    OfAgent {
        calls: real.calls,
        talks: real.talks,
        wrap_ups: real.wrap_ups,
        incoming: real.incoming,
        outgoing: real.outgoing,
        ended: real.ended,
        passed: real.passed,
        active: real.active,
        session_time: real.session_time,
        talking: real.is_talking(),
    }
}

impl Pair {
    pub(crate) fn new(conventions: Conventions) -> Self {
        Pair {
            handler: AgentHandler::with_conventions(conventions),
            reference: Reference::new(conventions),
            taken: Vec::new(),
            calls: 0,
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.reference.diary.now
    }

    /// Lets the clock of both go on.
    pub(crate) fn go_on_to(&mut self, now: Instant) {
        self.reference.diary.now = now;
    }

    fn times(&self, waiting: Waiting, offered: Instant, transferred: bool) -> CallTimes {
        CallTimes { arrived: waiting.arrived, queued: waiting.queued, offered, transferred }
    }

    /// Does an operation with both, and compares what they answer and report.
    pub(crate) fn apply(&mut self, operation: Operation) -> Result<Outcome, String> {
        let mut reported: Vec<StateChange> = Vec::new();
        self.reference.changes.clear();
        let before = self.statistics();
        let (real, expected) = self.act(operation, &mut |change| reported.push(change))?;
        if let Outcome::Refused(_) = real {
            same(|| format!("{operation:?} is refused, and changes"), self.statistics(), before)?;
        }
        same(|| format!("{operation:?} answers"), &real, &expected)?;
        same(|| format!("{operation:?} reports"), &reported, &self.reference.changes)?;
        Ok(expected)
    }

    /// The statistics of all sessions as the handler has them.
    fn statistics(&self) -> Vec<SessionStatistics> {
        (0..self.handler.session_count())
            .map(|session| self.handler.session_statistics(SessionId(session), self.now()))
            .collect()
    }

    fn act(
        &mut self,
        operation: Operation,
        changed: &mut impl FnMut(StateChange),
    ) -> Result<(Outcome, Outcome), String> {
        let now = self.now();
        let (handler, reference) = (&mut self.handler, &mut self.reference);
        Ok(match operation {
            Operation::Pass => (Outcome::Done, Outcome::Done),
            Operation::CreateGroup(guid) => (
                number(handler.create_group(guid, "group"), |group| group.0),
                number(reference.create_group(guid), |group| group.0),
            ),
            Operation::CreateQueue(group) => (
                number(handler.create_queue("queue", group, now), |queue| queue.0),
                number(reference.create_queue(group), |queue| queue.0),
            ),
            Operation::CreateAddress => (
                number(handler.create_address("address"), |address| address.0),
                number(reference.create_address(), |address| address.0),
            ),
            Operation::CreateAgent(id, pin) => (
                number(handler.create_agent("agent", id, pin, now), |agent| agent.0),
                number(reference.create_agent(id, pin), |agent| agent.0),
            ),
            Operation::CreateSession(agent, group, address, pin) => (
                number(handler.create_session(agent, group, address, pin, now, changed), |session| session.0),
                number(reference.create_session(agent, group, address, pin), |session| session.0),
            ),
            Operation::RemoveQueue(queue) => (done(handler.remove_queue(queue)), done(reference.remove_queue(queue))),
            Operation::RemoveGroup(group) => {
                (done(handler.remove_group(group, now, changed)), done(reference.remove_group(group)))
            }
            Operation::Forget(session) => {
                (done(handler.forget_session(session)), done(reference.forget_session(session)))
            }
            Operation::Limit(most) => {
                handler.limit_objects(most);
                reference.diary.most = most;
                (Outcome::Done, Outcome::Done)
            }
            Operation::Admit(id, pin) => {
                handler.admit(id, pin);
                reference.diary.directory.push((id, pin));
                (Outcome::Done, Outcome::Done)
            }
            Operation::MeasureFrom => {
                handler.measure_from(now);
                reference.measure_from();
                (Outcome::Done, Outcome::Done)
            }
            Operation::AgentPeriod(agent, seconds) => (
                done(handler.set_agent_measurement_period(agent, seconds, now)),
                done(reference.set_agent_measurement_period(agent, seconds)),
            ),
            Operation::QueuePeriod(queue, seconds) => (
                done(handler.set_queue_measurement_period(queue, seconds, now)),
                done(reference.set_queue_measurement_period(queue, seconds)),
            ),
            Operation::ArriveAndWait(queue) => {
                self.calls += 1;
                handler.call_arrives(queue, now);
                reference.call_arrives(queue);
                let place = handler.call_waits(queue, self.calls, now);
                reference.call_waits(queue, self.calls, place);
                (Outcome::Done, Outcome::Done)
            }
            Operation::ArriveAndAnswer(queue, session, transferred) => {
                handler.call_arrives(queue, now);
                reference.call_arrives(queue);
                let times = CallTimes { transferred, ..CallTimes::straight(now, now) };
                (
                    flag(handler.answer(queue, session, times, now, changed)),
                    flag(reference.answer(queue, session, times)),
                )
            }
            Operation::AnswerWaiting(queue, place, session, offered, transferred) => {
                let line = &reference.diary.queue(queue).line;
                let waiting = *line.iter().find(|waiting| waiting.place == place).expect("it waits there");
                let times = CallTimes { arrived: waiting.arrived, queued: waiting.queued, offered, transferred };
                let real = handler.answer(queue, session, times, now, changed);
                let expected = reference.answer(queue, session, times);
                if expected.is_ok() {
                    handler.take(queue, place);
                    reference.take(queue, place);
                }
                (flag(real), flag(expected))
            }
            Operation::Take(queue, place) => {
                let real = handler.take(queue, place);
                let expected = reference.take(queue, place);
                self.taken.push((queue, expected));
                (Outcome::Call(real.call, real.arrived, real.queued), call_of(expected))
            }
            Operation::AnswerTaken(taken, session, offered, transferred) => {
                let (queue, waiting) = self.taken[taken];
                let times = self.times(waiting, offered, transferred);
                let real = self.handler.answer(queue, session, times, now, changed);
                let expected = self.reference.answer(queue, session, times);
                if expected.is_ok() {
                    self.taken.remove(taken);
                }
                (flag(real), flag(expected))
            }
            Operation::Abandon(queue, place) | Operation::Dispose(queue, place) => {
                let (real, how) = match operation {
                    Operation::Abandon(..) => (handler.abandon(queue, place, now), How::Abandoned),
                    _ => (handler.dispose(queue, place, now), How::Disposed),
                };
                let expected = reference.leave(queue, place, how);
                (Outcome::Call(real.call, real.arrived, real.queued), call_of(expected))
            }
            Operation::Flow(from, place, to) => {
                let real = handler.flow(from, place, to, now);
                let expected = reference.may_flow(from, to);
                if let (Ok(new_place), Ok(())) = (&real, &expected) {
                    reference.flow(from, place, to, *new_place);
                }
                (done(real.map(|_| ())), done(expected))
            }
            Operation::Ring(session, times) => {
                (done(handler.ring_no_answer(session, times, now)), done(reference.ring_no_answer(session, times)))
            }
            Operation::Hold(session, hold) => {
                (done(handler.set_hold(session, hold, now)), done(reference.set_hold(session, hold)))
            }
            Operation::SetState(session, to) => (
                done(handler.set_session_state(session, to, now, changed)),
                done(reference.set_session_state(session, to)),
            ),
            Operation::EndTalk(session) => {
                (done(handler.end_talk(session, now, changed)), done(reference.end_talk(session)))
            }
            Operation::EndWrapUp(session) => {
                (done(handler.end_wrap_up(session, now, changed)), done(reference.end_wrap_up(session)))
            }
            Operation::RequestSession(session, state, next) => (
                done(handler.request_session_state(session, state, next, now, changed)),
                done(reference.request_session_state(session, state, next)),
            ),
            Operation::RequestAgent(agent, state, next) => (
                flag(handler.request_agent_state(agent, state, next, now, changed)),
                flag(reference.request_agent_state(agent, state, next)),
            ),
            Operation::BeginOther(agent, direction) => (
                done(handler.begin_other_call(agent, direction, now, changed)),
                done(reference.begin_other_call(agent, direction)),
            ),
            Operation::EndOther(agent) => {
                (done(handler.end_other_call(agent, now, changed)), done(reference.end_other_call(agent)))
            }
            Operation::ReadSession(session) => {
                let real = handler.request_session_statistics(session, now);
                let real = real.map_or_else(Outcome::Refused, |real| Outcome::Statistics(Box::new(of_session(&real))));
                let expected = reference.may_read_session(session);
                let read = |()| Outcome::Statistics(Box::new(reference.diary.session_statistics(session)));
                (real, expected.map_or_else(Outcome::Refused, read))
            }
        })
    }

    /// Compares all that can be read.
    pub(crate) fn compare(&self) -> Differs {
        let (handler, diary) = (&self.handler, &self.reference.diary);
        let counts = [handler.group_count(), handler.queue_count(), handler.address_count(), handler.agent_count()];
        let lengths = [diary.groups.len(), diary.queues.len(), diary.addresses as usize, diary.agents.len()];
        same(|| "how many there are".into(), counts.map(|count| count as usize), lengths)?;
        same(|| "how many sessions".into(), handler.session_count() as usize, diary.sessions.len())?;
        for guid in (0..4).map(Uuid::from_u128) {
            let expected = diary.groups.iter().position(|group| group.guid == guid && !group.removed);
            let expected = expected.map(|group| GroupId(group as u32));
            same(|| format!("the group of {guid}"), handler.group_of_guid(guid), expected)?;
        }
        for group in (0..=diary.groups.len() as u32).map(GroupId) {
            let known = handler.known_group(group).map(|_| ());
            same(|| format!("{group} is known"), known, self.reference.known_group(group))?;
            if let Some(expected) = diary.groups.get(group.0 as usize) {
                same(|| format!("{group} is removed"), handler.group(group).is_removed(), expected.removed)?;
                let queues = self.reference.queues_of(group);
                same(|| format!("the queues of {group}"), handler.group(group).queues(), &queues[..])?;
            }
        }
        (0..diary.sessions.len() as u32).map(SessionId).try_for_each(|session| self.compare_session(session))?;
        (0..diary.agents.len() as u32).map(AgentId).try_for_each(|agent| self.compare_agent(agent))?;
        (0..diary.queues.len() as u32).map(QueueId).try_for_each(|queue| self.compare_queue(queue))
    }

    fn compare_session(&self, session: SessionId) -> Differs {
        let (handler, diary) = (&self.handler, &self.reference.diary);
        let expected = diary.session(session);
        let what = |what: &'static str| move || format!("{what} of {session}");
        let known = handler.check_session(session);
        same(what("the knowledge"), known, self.reference.known_session(session))?;
        same(what("the state"), handler.session(session).state(), expected.state())?;
        same(what("the holding"), handler.session(session).is_held(), expected.held)?;
        same(what("the agent"), handler.session(session).agent(), expected.agent)?;
        same(what("the group"), handler.session_group(session), expected.group)?;
        same(what("the address"), handler.session_address(session), expected.address)?;
        same(what("the end"), handler.session_ended(session), expected.ended())?;
        same(what("the release"), handler.session_is_released(session), expected.released)?;
        same(what("the next state"), handler.session_next_state(session), expected.next)?;
        if expected.forgotten {
            return Ok(());
        }
        let since = expected.states.last().expect("it was created").0.max(diary.measured.at);
        same(what("the time in the state"), handler.session(session).since(), since)?;
        let real = handler.session_statistics(session, self.now());
        let exact = diary.session_statistics(session);
        same(what("the statistics"), of_session(&real), exact)?;
        let exact = diary.session_statistics(session);
        let waits = exact.answered[TimeToAnswer::QueueToAnswer as usize];
        same(what("the total talk"), real.total_talk, exact.phases.talk)?;
        same(what("the total wrap-up"), real.total_wrap_up, exact.phases.wrap_up)?;
        same(what("the call time"), real.total_call_time(), exact.phases.talk + exact.phases.wrap_up)?;
        same(what("the time to answer"), real.total_time_to_answer_nanos, waits.total_nanos)?;
        same(what("the longest time to answer"), real.longest_time_to_answer, waits.longest)?;
        let start = date(2026, 3, 2).at(8, 0, 0, 0);
        let tapi = TapiSessionStatistics::new(&real, start, handler.conventions());
        same(what("TAPI's statistics"), tapi, tapi::of_session(&exact, start, &diary.conventions))
    }

    fn compare_agent(&self, agent: AgentId) -> Differs {
        let (handler, diary) = (&self.handler, &self.reference.diary);
        let expected = diary.agent(agent);
        let what = |what: &'static str| move || format!("{what} of {agent}");
        let seconds = expected.settings.last().expect("creation is one").seconds;
        same(what("the period"), handler.agent(agent).measurement_period(), seconds)?;
        same(what("the state"), handler.agent_state(agent), self.reference.agent_state(agent))?;
        same(what("the next state"), handler.agent(agent).next_state(), expected.next)?;
        same(what("the release"), handler.agent(agent).is_released(), expected.released)?;
        same(what("the sessions"), handler.sessions_of(agent), &diary.current(agent)[..])?;
        same(what("the ended sessions"), handler.agent(agent).ended_sessions(), &diary.ended(agent)[..])?;
        let life = handler.agent_life(agent, self.now());
        same(what("the life"), of_agent(&life), diary.agent_statistics(agent, &diary.life()))?;
        let period = handler.agent_statistics(agent, self.now());
        let exact = diary.agent_statistics(agent, &diary.period(&expected.settings));
        let tapi = TapiAgentStatistics::new(&period, handler.conventions());
        same(what("TAPI's statistics"), tapi, tapi::of_agent(&exact, &diary.conventions))?;
        same(what("the measurement period"), of_agent(&period), exact)
    }

    fn compare_queue(&self, queue: QueueId) -> Differs {
        let (handler, diary) = (&self.handler, &self.reference.diary);
        let expected = diary.queue(queue);
        let what = |what: &'static str| move || format!("{what} of {queue}");
        let seconds = expected.settings.last().expect("creation is one").seconds;
        same(what("the period"), handler.queue(queue).measurement_period(), seconds)?;
        same(what("the group"), handler.queue(queue).group, expected.group)?;
        same(what("the removal"), handler.queue(queue).is_removed(), expected.removed)?;
        same(what("the knowledge"), handler.known_queue(queue).map(|_| ()), self.reference.known_queue(queue))?;
        same(what("the length"), handler.queue(queue).waiting() as usize, expected.line.len())?;
        let first = handler.first_waiting(queue).map(|(place, waiting)| (place, waiting.call));
        same(what("the first call"), first, expected.line.first().map(|waiting| (waiting.place, waiting.call)))?;
        for waiting in &expected.line {
            let real = handler.waiting_at(waiting.place);
            let real = (real.call, real.arrived, real.queued);
            same(what("a waiting call"), real, (waiting.call, waiting.arrived, waiting.queued))?;
        }
        let counted = expected.line.iter().filter(|waiting| diary.in_time(waiting.arrived));
        let counted: Vec<_> = counted.map(|waiting| waiting.queued).collect();
        same(what("the counted calls"), handler.counted_waiting(queue).collect::<Vec<_>>(), counted)?;
        let life = diary.queue_statistics(queue, &diary.life());
        let period = diary.queue_statistics(queue, &diary.period(&expected.settings));
        let real = (handler.queue_life(queue, self.now()), handler.queue_statistics(queue, self.now()));
        let tapi = TapiQueueStatistics::new(&real.1, &real.0, handler.conventions());
        same(what("TAPI's statistics"), tapi, tapi::of_queue(&period, &life, &diary.conventions))?;
        same(what("the life"), &real.0, &life)?;
        same(what("the measurement period"), &real.1, &period)
    }
}
