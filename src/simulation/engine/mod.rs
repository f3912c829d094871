//! The engine: the loop that takes the next thing that happens and does what follows from it.

mod callers;
mod desks;
mod plan;
mod whole;

pub use self::plan::{Due, of_agents as plan};
use self::whole::Whole;
use super::calendar::Timers;
use super::policy::Policies;
use super::routing::Router;
use super::traffic::{Fate, Source};
use super::{Control, Event, Observer, Origin};
use crate::acd::{
    AcdError, AddressId, AgentHandler, AgentId, CallTimes, GroupId, Place, QueueId, SessionId, SessionState,
    SessionStatistics, StateChange,
};
use crate::fault::{self, Fault};
use crate::scenario::Scenario;
use crate::time::{Duration, Instant};

/// Why a replication has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulationError {
    /// It was asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// More calls wait at once than are provided for: the center is overloaded, and nobody gives up.
    #[error(
        "at {at} s more than {MOST_WAITING} calls wait at once, which is the most that are provided for: the calls are far too \
         many for the agents, and the callers do not give up"
    )]
    TooManyWaiting {
        /// When.
        at: Instant,
    },
    /// Calls are left that nobody will ever end: the agents they wait for have logged out, and they do not give up.
    #[error("{left} calls that arrived before the horizon are still there {after} s after it, and nothing ends them")]
    NeverEnds {
        /// How many.
        left: u64,
        /// How long after the horizon.
        after: Duration,
    },
    /// The agent handler refused what the engine asked for: a defect of this program.
    #[error("at {at} s the agent handler refused a step of the engine: {reason}")]
    Refused {
        /// When.
        at: Instant,
        /// What the handler said.
        reason: AcdError,
    },
}

/// What is left when a replication has run to its horizon.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The agent handler with every session, and the calls that still wait.
    pub handler: AgentHandler<Call>,
    /// The horizon.
    pub horizon: Instant,
    /// When the run ended: at the horizon, unless calls were waited for.
    pub end: Instant,
    /// Calls that arrived, those of the warm-up among them.
    pub calls: u64,
    /// The statistics of the sessions at the horizon, in the order of creation.
    pub at_horizon: Vec<SessionStatistics>,
}

/// What the engine keeps of a waiting call.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Its number, from 1 in the order of arrival.
    pub number: u64,
    group: u32,
    /// What else is kept of it, in a run that is not plain.
    caller: u32,
    talk: Duration,
    wrap_up: Duration,
}

/// No agent, no place, no caller.
const NOBODY: u32 = u32::MAX;

/// How a run begins and ends, beyond what the scenario says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// How many calls of each group are there when the run begins, in the order of the groups; fewer are none for the
    /// groups that follow. They arrive when the agents of the start have logged in, and are not counted.
    pub initial_calls: Vec<u64>,
    /// Whether the run goes on after the horizon, with arrivals as before that are not counted, until all calls that
    /// arrived before it have ended.
    pub drain: bool,
}

/// Runs one replication of a scenario and shows every event to the observer.
///
/// # Errors
///
/// [`SimulationError::Interrupted`] soon after it was told to stop.
///
/// ```
/// use acdsim::simulation::{Control, Event, Observer, run};
/// use acdsim::time::Instant;
///
/// #[derive(Default)]
/// struct Abandonments(u64);
///
/// impl Observer for Abandonments {
///     fn observe(&mut self, _now: Instant, event: &Event) {
///         self.0 += u64::from(matches!(event, Event::CallAbandoned { .. }));
///     }
/// }
///
/// let scenario = acdsim::scenario::parse(
///     r#"
///     horizon = "8h"
///     [[group]]
///     name = "Sales"
///     arrivals = { rate = "100/h" }
///     talk = { distribution = "exponential", mean = "3m" }
///     patience = { distribution = "exponential", mean = "1m" }
///     [[agents]]
///     name = "Agent"
///     count = 5
///     groups = ["Sales"]
///     "#,
///     "sales.toml".as_ref(),
/// )?;
/// let mut abandonments = Abandonments::default();
/// let finished = run(&scenario, 1, &mut abandonments, &Control::default())?;
/// assert!(abandonments.0 > 0 && abandonments.0 < finished.calls);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn run(
    scenario: &Scenario,
    replication: u32,
    observer: &mut impl Observer,
    control: &Control,
) -> Result<Finished, SimulationError> {
    run_between(scenario, &Ends::default(), replication, observer, control)
}

/// Runs one replication of a scenario that begins and ends as `ends` says.
///
/// # Errors
///
/// As [`run`]; and [`SimulationError::NeverEnds`] if calls are left that nothing ends.
pub fn run_between(
    scenario: &Scenario,
    ends: &Ends,
    replication: u32,
    observer: &mut impl Observer,
    control: &Control,
) -> Result<Finished, SimulationError> {
    if scenario.is_plain() {
        return run_plain(scenario, ends, replication, observer, control).map(|(finished, _)| finished);
    }
    run_with(scenario, ends, replication, Policies::default(), observer, control)
}

/// Runs one replication of a plain scenario as [`run_between`] does, and gives the observer back. One that is the engine's own, and not
/// behind a reference, takes less time.
pub(crate) fn run_plain<O: Observer>(
    scenario: &Scenario,
    ends: &Ends,
    replication: u32,
    observer: O,
    control: &Control,
) -> Result<(Finished, O), SimulationError> {
    finish::<_, false>(scenario, ends, replication, Policies::default(), observer, control)
}

/// Runs one replication of a scenario with policies of your own in place of the scenario's.
///
/// # Errors
///
/// As [`run_between`].
pub fn run_with(
    scenario: &Scenario,
    ends: &Ends,
    replication: u32,
    policies: Policies,
    observer: &mut impl Observer,
    control: &Control,
) -> Result<Finished, SimulationError> {
    finish::<_, true>(scenario, ends, replication, policies, observer, control).map(|(finished, _)| finished)
}

fn finish<O: Observer, const WHOLE: bool>(
    scenario: &Scenario,
    ends: &Ends,
    replication: u32,
    policies: Policies,
    observer: O,
    control: &Control,
) -> Result<(Finished, O), SimulationError> {
    let mut engine = Engine::<_, WHOLE>::new(scenario, ends, replication, policies, observer)
        .map_err(|reason| SimulationError::Refused { at: Instant::START, reason })?;
    engine.run(control)?;
    let sessions = (0..engine.handler.session_count()).map(SessionId);
    let at_horizon = sessions.map(|session| engine.handler.session_statistics(session, engine.end)).collect();
    let horizon = engine.end;
    if ends.drain {
        engine.drain(control)?;
    }
    engine.observer.finish(engine.end);
    let Engine { handler, end, calls, observer, .. } = engine;
    // Those since it was last looked whether to stop.
    control.add_calls(calls % ARRIVALS_BETWEEN_LOOKS);
    Ok((Finished { handler, horizon, end, calls, at_horizon }, observer))
}

/// What is planned ahead, in the order in which it is done at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Planned {
    StartMeasurement,
    LogOut(u32),
    LogIn(u32),
    /// With the groups of a shift: the number of a profile.
    LogInAs(u32, u32),
    /// The agent's break of that index.
    Break(u32, u32),
    InitialCalls,
}

/// What the engine keeps of an agent.
#[derive(Clone, Copy, Debug)]
struct Desk {
    /// The call that the agent talks with or wraps up.
    call: u64,
    wrap_up: Duration,
    /// When the talk or the wrap-up began.
    since: Instant,
    /// The session of that call.
    session: SessionId,
    group: u32,
    /// The first of the agent's sessions; the others follow in the order of the agent's groups.
    first_session: u32,
    address: AddressId,
    counted: bool,
    /// Whether the agent talks, and does not wrap up.
    talks: bool,
    log_out_pending: bool,
    log_in_pending: bool,
}

/// A run in progress. One that is not `WHOLE` is of a plain scenario, and what only others have takes none of its time.
struct Engine<'s, O, const WHOLE: bool> {
    scenario: &'s Scenario,
    whole: Whole,
    end: Instant,
    measured_from: Instant,
    measured_until: Instant,
    handler: AgentHandler<Call>,
    /// The end of each agent's talk or wrap-up.
    timers: Timers,
    /// The end of the patience of the call at each place.
    patience: Timers,
    /// The next arrival of each group.
    arrivals: Timers,
    sources: Vec<Source>,
    /// The most calls that may wait at once in each queue.
    capacities: Vec<u32>,
    router: Router,
    desks: Vec<Desk>,
    /// What is planned, the last first.
    plan: Vec<(Instant, Planned)>,
    initial_calls: Vec<u64>,
    /// Places of callers who run out of patience at the same instant.
    leaving: Vec<u32>,
    calls: u64,
    observer: O,
}

/// So many calls may wait at once, give or take those between two looks; each takes about 100 bytes.
const MOST_WAITING: u64 = 10_000_000;

/// So long after the horizon the last call has to have ended.
const LONGEST_DRAIN: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// After so long the calls are looked at that are left at the horizon; then after twice as long.
const FIRST_DRAIN: Duration = Duration::from_secs(60);

/// So much too late are timers that are late by mistake.
const SECOND: Duration = Duration::from_secs(1);

/// How often the loop looks whether it should stop, or has too many calls waiting: once in so many arrivals.
const ARRIVALS_BETWEEN_LOOKS: u64 = 1 << 14;

/// What the handler may refuse. Why it does is behind a pointer, so that whether it does fits into a register.
type Refusable<T = ()> = Result<T, Box<AcdError>>;

impl<'s, O: Observer, const WHOLE: bool> Engine<'s, O, WHOLE> {
    fn new(
        scenario: &'s Scenario,
        ends: &Ends,
        replication: u32,
        policies: Policies,
        observer: O,
    ) -> Result<Self, AcdError> {
        let end = Instant::START + scenario.horizon;
        // No timer fires from then on.
        let last = if ends.drain { end + LONGEST_DRAIN } else { end };
        let mut handler = AgentHandler::with_conventions(scenario.conventions);
        for group in &scenario.groups {
            let id = handler.create_group(group.guid(), &group.name)?;
            handler.create_queue(&group.queue, Some(id), Instant::START)?;
        }
        let mut addresses = std::collections::HashMap::new();
        let mut desks = Vec::with_capacity(scenario.agents.len());
        for agent in &scenario.agents {
            handler.create_agent(&agent.name, None, None, Instant::START)?;
            let address = match addresses.get(agent.address.as_str()) {
                Some(&address) => address,
                None => handler.create_address(&agent.address)?,
            };
            addresses.insert(agent.address.as_str(), address);
            desks.push(Desk {
                call: 0,
                wrap_up: Duration::ZERO,
                since: Instant::START,
                session: SessionId(0),
                group: 0,
                first_session: 0,
                address,
                counted: false,
                talks: false,
                log_out_pending: false,
                log_in_pending: false,
            });
        }
        handler.reserve_sessions(scenario.agents.iter().map(|agent| agent.shifts.len() * agent.groups.len()).sum());
        let mut arrivals = Timers::new(scenario.groups.len(), last);
        let mut sources: Vec<Source> =
            (0..scenario.groups.len()).map(|group| Source::new(scenario, group, replication, last)).collect();
        for (slot, source) in (0..).zip(&mut sources) {
            arrivals.set(slot, source.next_arrival());
        }
        let (whole, router) = if WHOLE {
            let whole = Whole::new(scenario, replication, policies, last);
            let profiles = whole.profiles.iter().map(|profile| (profile.agent as usize, profile.positions.clone()));
            let router = Router::of(scenario, profiles);
            (whole, router)
        } else {
            (Whole::nothing(), Router::new(scenario))
        };
        let plan = plan::plan(scenario, ends, replication, WHOLE.then_some(&whole));
        Ok(Engine {
            scenario,
            whole,
            end,
            measured_from: Instant::START,
            measured_until: Instant::NEVER,
            handler,
            timers: Timers::new(desks.len(), last),
            patience: Timers::new(1, last),
            arrivals,
            sources,
            capacities: capacities(scenario),
            router,
            desks,
            plan,
            initial_calls: ends.initial_calls.clone(),
            leaving: Vec::new(),
            calls: 0,
            observer,
        })
    }

    fn run(&mut self, control: &Control) -> Result<(), SimulationError> {
        while let Some(&(at, _)) = self.plan.last() {
            self.run_until(at, control)?;
            while let Some((_, planned)) = self.plan.pop_if(|&mut (due, _)| due == at) {
                self.carry_out(planned, at).map_err(|reason| SimulationError::Refused { at, reason: *reason })?;
            }
        }
        self.run_until(self.end, control)
    }

    /// Lets the run go on until all calls that have arrived have ended.
    fn drain(&mut self, control: &Control) -> Result<(), SimulationError> {
        let (horizon, last) = (self.end, self.calls);
        self.measured_until = horizon;
        self.handler.measure_until(horizon);
        let mut step = FIRST_DRAIN;
        loop {
            let left = self.calls_left(last);
            if left == 0 {
                return Ok(());
            }
            let after = self.end.since(horizon);
            if after >= LONGEST_DRAIN {
                return Err(SimulationError::NeverEnds { left, after });
            }
            self.end = (self.end + step).min(horizon + LONGEST_DRAIN);
            step = step + step;
            self.run_until(self.end, control)?;
        }
    }

    /// How many of the calls up to a number have not ended.
    fn calls_left(&self, last: u64) -> u64 {
        let busy = (0..)
            .zip(&self.desks)
            .filter(|&(agent, desk)| desk.call <= last && self.handler.busy_in(AgentId(agent)).is_some());
        let waiting = (0..self.sources.len() as u32).map(|queue| {
            let waiting = self.handler.waiting_in(QueueId(queue));
            waiting.take_while(|waiting| waiting.call.number <= last).count() as u64
        });
        busy.count() as u64 + waiting.sum::<u64>()
    }

    /// Lets happen whatever happens before `limit`.
    fn run_until(&mut self, limit: Instant, control: &Control) -> Result<(), SimulationError> {
        loop {
            let (agent, caller, arrival) = (self.timers.earliest(), self.patience.earliest(), self.arrivals.earliest());
            let other = if WHOLE { self.whole.earliest() } else { Instant::NEVER };
            // Of what happens at one instant agents come first, then those who lose patience, then what few runs have.
            let (from_other, from_caller) = (arrival.min(other), arrival.min(other).min(caller));
            let done = if agent <= from_caller {
                if agent >= limit {
                    return Ok(());
                }
                self.agent_is_due(agent)
            } else if from_caller >= limit {
                return Ok(());
            } else if caller <= from_other {
                self.patience_is_out(caller)
            } else if WHOLE && other <= arrival {
                self.whole_is_due(other)
            } else {
                if self.calls.is_multiple_of(ARRIVALS_BETWEEN_LOOKS) {
                    control.add_calls(self.calls.min(ARRIVALS_BETWEEN_LOOKS));
                    if control.is_stopped() {
                        return Err(SimulationError::Interrupted);
                    }
                    let waiting =
                        (0..self.sources.len() as u32).map(|queue| self.handler.queue(QueueId(queue)).waiting());
                    if waiting.map(u64::from).sum::<u64>() > MOST_WAITING {
                        return Err(SimulationError::TooManyWaiting { at: arrival });
                    }
                }
                self.call_arrives(arrival)
            };
            done.map_err(|reason| SimulationError::Refused { at: agent.min(from_caller), reason: *reason })?;
        }
    }

    #[inline]
    fn call_arrives(&mut self, now: Instant) -> Refusable {
        let group = self.arrivals.earliest_slot();
        let source = &mut self.sources[group as usize];
        let fate = source.fate(now);
        self.arrivals.reset_earliest(group, source.next_arrival());
        if fault::is(Fault::ArrivalsHeldBack) && self.handler.queue(QueueId(group)).waiting() > 0 {
            return Ok(());
        }
        if WHOLE { self.caller_calls(group, fate, now) } else { self.call_enters(group, fate, now) }
    }

    #[inline(always)]
    fn call_enters(&mut self, group: u32, fate: Fate, now: Instant) -> Refusable {
        let Fate { talk, wrap_up, patience, .. } = fate;
        self.calls += 1;
        let call = Call { number: self.calls, group, caller: NOBODY, talk, wrap_up };
        // During the warm-up, calls are counted too: they are forgotten when the measurement starts.
        let (number, group_id, counted) = (call.number, GroupId(group), now < self.measured_until);
        let (class, origin) = (0, Origin::Outside);
        let arrived =
            Event::CallArrived { call: number, group: group_id, class, origin, talk, wrap_up, patience, counted };
        self.observer.observe(now, &arrived);
        if let Some((agent, position)) = self.router.agent_for(group) {
            self.handler.call_arrives(QueueId(group), now);
            self.router.remove(agent);
            return self.answer(agent, position, call, now, now);
        }
        if fault::is(Fault::WrapUpCutByCall) {
            let cut = self.in_wrap_up().find(|&agent| self.router.groups(agent).any(|other| other == group));
            if let Some(agent) = cut {
                self.timers.set(agent, now);
            }
        }
        if self.handler.queue(QueueId(group)).waiting() >= self.capacities[group as usize] {
            self.observer.observe(now, &Event::CallBlocked { call: number, group: group_id, counted });
            return Ok(());
        }
        self.handler.call_arrives(QueueId(group), now);
        self.observer.observe(now, &Event::CallWaits { call: number, group: group_id, counted });
        let place = self.handler.call_waits(QueueId(group), call, now).0;
        self.patience.ensure(place);
        if patience != Duration::MAX {
            let late = if fault::is(Fault::PatienceSecondLong) { SECOND } else { Duration::ZERO };
            self.patience.set(place, now + patience + late);
        }
        Ok(())
    }

    /// Lets an agent answer a call of the group at a position of the agent's list.
    ///
    /// Here and elsewhere a timer is set before the rest of what happens at an instant: the sooner the next event is known,
    /// the less it costs where the processor has guessed another.
    // Inlined, so that the call stays in registers.
    #[inline(always)]
    fn answer(&mut self, agent: u32, position: u32, call: Call, arrived: Instant, now: Instant) -> Refusable {
        let late = Duration::from_nanos(u64::from(fault::is(Fault::TalkNanosecondLate)));
        self.timers.set(agent, now + call.talk + late);
        let desk = &mut self.desks[agent as usize];
        let credited = if fault::is(Fault::WrongSessionCredited) { 0 } else { position };
        let session = SessionId(desk.first_session + credited);
        desk.call = call.number;
        desk.wrap_up = call.wrap_up;
        desk.since = now;
        desk.session = session;
        desk.group = call.group;
        desk.talks = true;
        if fault::is(Fault::WrapUpSkippedInSeveralQueues) && self.router.groups(agent).count() > 1 {
            desk.wrap_up = Duration::ZERO;
        }
        let observer = &mut self.observer;
        let mut show = |change: StateChange| observer.observe(now, &Event::SessionChanged(change));
        let counted =
            self.handler.answer(QueueId(call.group), session, CallTimes::straight(arrived, now), now, &mut show)?;
        desk.counted = counted;
        let (group, agent, waited) = (GroupId(call.group), AgentId(agent), now - arrived);
        let (call, called_back) = (call.number, false);
        let answered = Event::CallAnswered { call, group, session, agent, waited, arrived, called_back, counted };
        self.observer.observe(now, &answered);
        Ok(())
    }

    /// Does what is due of the agent whose timer is.
    #[inline]
    fn agent_is_due(&mut self, now: Instant) -> Refusable {
        if WHOLE { self.station_is_due(now) } else { self.handling_is_due(self.timers.earliest_slot(), now) }
    }

    /// Ends the talk or the wrap-up of an agent.
    #[inline]
    fn handling_is_due(&mut self, agent: u32, now: Instant) -> Refusable {
        let desk = &mut self.desks[agent as usize];
        let Desk { call, session, counted, wrap_up, talks, .. } = *desk;
        let group = GroupId(desk.group);
        let spent = now - desk.since;
        if talks {
            desk.talks = false;
            let wraps_up = wrap_up > Duration::ZERO;
            if wraps_up {
                desk.since = now;
                let late = if fault::is(Fault::WrapUpSecondLate) { SECOND } else { Duration::ZERO };
                self.timers.set(agent, now + wrap_up + late);
            }
            self.observer.observe(now, &Event::TalkEnded { call, group, session, talk: spent, counted });
            if wraps_up {
                let shown = fault::is(Fault::WrapUpShownAsReady);
                let state = if shown { SessionState::Ready } else { SessionState::BusyWrapup };
                return self.set_state(session, state, now);
            }
        }
        if fault::is(Fault::WrapUpHeldUntilLast) {
            let ends = self.in_wrap_up().map(|other| self.desks[other as usize]).map(|desk| desk.since + desk.wrap_up);
            if let Some(last) = ends.max().filter(|&last| last > now) {
                self.timers.set(agent, last);
                return Ok(());
            }
        }
        if !self.handler.is_any_waiting() {
            self.timers.clear(agent);
        }
        let wrap_up = if talks { Duration::ZERO } else { spent };
        self.observer.observe(now, &Event::WrapUpEnded { call, group, session, wrap_up, counted });
        self.become_free(agent, session, now)
    }

    /// Gives an agent who has done with a call the next one, or lets the agent wait or leave.
    #[inline]
    fn become_free(&mut self, agent: u32, session: SessionId, now: Instant) -> Refusable {
        if WHOLE {
            return self.is_through(agent, session, now);
        }
        if self.desks[agent as usize].log_out_pending {
            self.timers.clear(agent);
            return self.leave(agent, now);
        }
        self.set_state(session, SessionState::Ready, now)?;
        if fault::is(Fault::AgentStuckReserved) && self.desks[agent as usize].call.is_multiple_of(25) {
            self.timers.clear(agent);
            return Ok(());
        }
        if !self.handler.is_any_waiting() || !self.take_waiting_call(agent, now)? {
            self.timers.clear(agent);
            self.router.insert(agent);
        }
        Ok(())
    }

    /// Lets a READY agent take the call that has waited longest in the agent's queues, if any waits.
    #[inline(never)]
    fn take_waiting_call(&mut self, agent: u32, now: Instant) -> Refusable<bool> {
        let handler = &self.handler;
        let longest = |group| handler.first_waiting(QueueId(group)).map(|(place, waiting)| (place, waiting.queued));
        let Some((place, position)) = self.router.call_for(agent, longest) else {
            return Ok(false);
        };
        self.patience.clear(place.0);
        let waiting = self.handler.take(QueueId(self.router.group_at(agent, position)), place);
        self.answer(agent, position, waiting.call, waiting.arrived, now)?;
        Ok(true)
    }

    /// Lets the callers leave whose patience ends now, in the order in which they arrived.
    #[inline]
    fn patience_is_out(&mut self, now: Instant) -> Refusable {
        let place = self.patience.earliest_slot();
        self.patience.clear(place);
        if fault::is(Fault::AnsweredAfterHangUp) && self.timers.earliest() <= now + SECOND {
            return Ok(());
        }
        if self.patience.earliest() != now {
            return self.abandon(place, now);
        }
        self.leaving.push(place);
        while self.patience.earliest() == now {
            let place = self.patience.earliest_slot();
            self.patience.clear(place);
            self.leaving.push(place);
        }
        let mut leaving = std::mem::take(&mut self.leaving);
        leaving.sort_unstable_by_key(|&place| self.handler.waiting_at(Place(place)).call.number);
        for place in leaving.drain(..) {
            // An agent whose telephone the one before has left ringing may have answered this one.
            if WHOLE && self.whole.caller(self.handler.waiting_at(Place(place)).call.caller).place != place {
                continue;
            }
            self.abandon(place, now)?;
        }
        self.leaving = leaving;
        Ok(())
    }

    #[inline]
    fn abandon(&mut self, place: u32, now: Instant) -> Refusable {
        let place = Place(place);
        let waiting = self.handler.waiting_at(place).call;
        // A call may have flowed into another group's queue since it was put into a line.
        let group = if WHOLE { self.whole.caller(waiting.caller).group } else { waiting.group };
        let waiting = self.handler.abandon(QueueId(group), place, now);
        let (call, waited, arrived) = (waiting.call, now - waiting.queued, waiting.arrived);
        let counted = self.is_counted(arrived);
        let event = Event::CallAbandoned { call: call.number, group: GroupId(group), waited, arrived, counted };
        self.observer.observe(now, &event);
        if WHOLE {
            self.leaves_place(call.caller);
            let agent = std::mem::replace(&mut self.whole.caller_mut(call.caller).rings_at, NOBODY);
            self.is_turned_away(call.caller, now);
            if agent != NOBODY {
                return self.stops_ringing(agent, now);
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, planned: Planned, now: Instant) -> Refusable {
        match planned {
            Planned::StartMeasurement => {
                self.measured_from = now;
                self.handler.measure_from(now);
                for desk in &mut self.desks {
                    desk.counted = false;
                }
                self.observer.observe(now, &Event::MeasurementStarted);
                Ok(())
            }
            Planned::LogIn(agent) => self.log_in(agent, now),
            Planned::LogInAs(agent, profile) => {
                let station = &mut self.whole.stations[agent as usize];
                station.next_profile = profile;
                if !station.is_logged_in() {
                    station.profile = profile;
                }
                self.log_in(agent, now)
            }
            Planned::Break(agent, index) => {
                let length = self.scenario.agents[agent as usize].desk.breaks[index as usize].length;
                self.break_is_due(agent, length, now)
            }
            Planned::LogOut(agent) => self.log_out(agent, now),
            Planned::InitialCalls => {
                for (group, calls) in (0..).zip(std::mem::take(&mut self.initial_calls)) {
                    for _ in 0..calls {
                        let fate = self.sources[group as usize].fate(now);
                        if WHOLE {
                            self.caller_calls(group, fate, now)?;
                        } else {
                            self.call_enters(group, fate, now)?;
                        }
                    }
                }
                Ok(())
            }
        }
    }

    /// Opens the agent's sessions, or remembers to do so when the last call of the shift before is done.
    fn log_in(&mut self, agent: u32, now: Instant) -> Refusable {
        let id = AgentId(agent);
        if !self.handler.sessions_of(id).is_empty() {
            self.desks[agent as usize].log_in_pending = true;
            return Ok(());
        }
        let profile = self.profile(agent);
        let desk = &mut self.desks[agent as usize];
        desk.first_session = self.handler.session_count();
        for group in self.router.groups(profile) {
            let group = GroupId(group);
            let mut change = None;
            let session =
                self.handler.create_session(id, group, desk.address, None, now, &mut |first| change = Some(first))?;
            self.observer.observe(now, &Event::SessionCreated { session, agent: id, group });
            if let Some(change) = change {
                self.observer.observe(now, &Event::SessionChanged(change));
            }
        }
        for session in (desk.first_session..self.handler.session_count()).map(SessionId) {
            if self.handler.session(session).state() != SessionState::Ready {
                self.set_state_rarely(session, SessionState::Ready, now)?;
            }
        }
        if WHOLE {
            self.whole.stations[agent as usize].logs_in(now);
            for group in self.router.groups(profile) {
                self.whole.levels[group as usize].staffed += 1;
            }
            return self.is_available(agent, now);
        }
        if fault::is(Fault::LogInIgnoresQueue) || !self.take_waiting_call(agent, now)? {
            self.router.insert(agent);
        }
        Ok(())
    }

    /// Ends the agent's sessions, or remembers to do so when the call in progress is done.
    fn log_out(&mut self, agent: u32, now: Instant) -> Refusable {
        if std::mem::take(&mut self.desks[agent as usize].log_in_pending) {
            return Ok(());
        }
        if WHOLE && (!self.whole.stations[agent as usize].is_logged_in() || self.logs_out_of_phase(agent, now)?) {
            return Ok(());
        }
        if self.handler.busy_in(AgentId(agent)).is_some() {
            if fault::is(Fault::LogOutCutsCall) {
                self.timers.clear(agent);
                return self.leave(agent, now);
            }
            self.desks[agent as usize].log_out_pending = true;
            return Ok(());
        }
        self.router.remove(self.profile(agent));
        self.leave(agent, now)
    }

    fn leave(&mut self, agent: u32, now: Instant) -> Refusable {
        // The session that had the call ends last, so that ending it makes none of the others READY.
        let profile = self.profile(agent);
        let desk = &mut self.desks[agent as usize];
        desk.log_out_pending = false;
        let (first, last) = (desk.first_session, desk.session);
        let log_in = std::mem::take(&mut desk.log_in_pending);
        let all = (first..).take(self.router.groups(profile).count()).map(SessionId);
        let (busy, others): (Vec<_>, Vec<_>) = all.partition(|&session| session == last);
        for session in others.into_iter().chain(busy) {
            self.set_state_rarely(session, SessionState::SessionEnded, now)?;
        }
        if WHOLE {
            for group in self.router.groups(profile) {
                self.whole.levels[group as usize].staffed -= 1;
            }
            let station = &mut self.whole.stations[agent as usize];
            station.logs_out(now);
            station.profile = station.next_profile;
        }
        if log_in { self.log_in(agent, now) } else { Ok(()) }
    }

    /// The agents who are in wrap-up, in the order of the scenario.
    fn in_wrap_up(&self) -> impl Iterator<Item = u32> {
        let state = |agent| self.handler.busy_in(AgentId(agent)).map(|session| self.handler.session(session).state());
        (0..self.desks.len() as u32).filter(move |&agent| state(agent) == Some(SessionState::BusyWrapup))
    }

    /// Puts a session into a state, where speed does not matter.
    #[inline(never)]
    fn set_state_rarely(&mut self, session: SessionId, state: SessionState, now: Instant) -> Refusable {
        self.set_state(session, state, now)
    }

    /// Puts a session into a state.
    // Inlined, so that what follows from the state is known where it is called.
    #[inline(always)]
    fn set_state(&mut self, session: SessionId, state: SessionState, now: Instant) -> Refusable {
        let observer = &mut self.observer;
        let mut show = |change: StateChange| observer.observe(now, &Event::SessionChanged(change));
        Ok(self.handler.set_session_state(session, state, now, &mut show)?)
    }
}

/// The most calls that may wait at once, for each group.
fn capacities(scenario: &Scenario) -> Vec<u32> {
    let capacity = |(number, group): (usize, &crate::scenario::Group)| match group.queue_capacity {
        None => u32::MAX,
        Some(capacity) if fault::is(Fault::QueueOneTooLong) => capacity.saturating_add(1),
        Some(capacity) if fault::is(Fault::TrunksMinusAgents) => {
            let agents = scenario.agents.iter().filter(|agent| agent.groups.contains(&number));
            capacity.saturating_sub(agents.count() as u32)
        }
        Some(capacity) => capacity,
    };
    scenario.groups.iter().enumerate().map(capacity).collect()
}
