//! Agents of a scenario that is not plain: whom a call is offered to, ringing, hold, breaks, other calls, handing over.

use super::super::event::{Absence, Origin};
use super::super::policy::{CallToRoute, ReadyAgent, WaitingHead};
use super::super::{Event, Observer};
use super::whole::{Head, Phase, Served, sessions};
use super::{Engine, NOBODY, Refusable};
use crate::acd::{AgentId, CallTimes, Direction, GroupId, QueueId, SessionId, SessionState, StateChange};
use crate::scenario::CallSelection;
use crate::time::{Duration, Instant};

impl<O: Observer, const WHOLE: bool> Engine<'_, O, WHOLE> {
    /// The router's number of an agent: that of the agent's groups in the present shift.
    #[inline(always)]
    pub(super) fn profile(&self, agent: u32) -> u32 {
        if WHOLE { self.whole.stations[agent as usize].profile } else { agent }
    }

    /// The ready agent to whom a call is offered, with the position of its group in the agent's list.
    pub(super) fn pick_agent(&mut self, caller: u32, now: Instant) -> Option<(u32, u32)> {
        let of = self.whole.caller(caller);
        let (number, group, waited) = (of.number, of.group, now - of.queued);
        let reserved = self.scenario.groups[group as usize].service.reserved_agents as usize;
        // The agent after those who are reserved is there.
        self.router.ready(group).nth(reserved)?;
        if self.whole.policies.agents.is_none() && self.whole.delays[group as usize].is_empty() {
            let (profile, position) = self.router.agent_for(group)?;
            return Some((self.whole.profiles[profile as usize].agent, position));
        }
        let class = self.whole.class(self.scenario, caller);
        let policy = &mut self.whole.policies.agents;
        let profiles = &self.whole.profiles;
        let eligible = self.router.ready(group).filter_map(|(profile, position)| {
            let profile = &profiles[profile as usize];
            let served = &profile.served[position as usize];
            (waited >= served.delay).then_some((profile.agent, position, served))
        });
        let Some(policy) = policy else {
            return { eligible }.next().map(|(agent, position, _)| (agent, position));
        };
        let (positions, candidates) = &mut self.whole.candidates;
        positions.clear();
        candidates.clear();
        for (agent, position, served) in eligible {
            let station = &self.whole.stations[agent as usize];
            let (logged_in, busy) = station.times(now);
            positions.push(position);
            candidates.push(ReadyAgent {
                agent: AgentId(agent),
                rank: served.rank,
                skill: served.skill,
                idle: now - station.idle_since,
                logged_in,
                busy,
                calls: station.calls,
            });
        }
        if candidates.is_empty() {
            return None;
        }
        let call = CallToRoute { call: number, group: GroupId(group), class, waited, now };
        let chosen = policy.choose(&call, candidates)?;
        Some((candidates.get(chosen)?.agent.0, positions[chosen]))
    }

    /// Lets a free agent take a waiting call, if there is one to take.
    pub(super) fn take_by_policy(&mut self, agent: u32, now: Instant) -> Refusable<bool> {
        if !self.handler.is_any_waiting() {
            return Ok(false);
        }
        let mut heads = std::mem::take(&mut self.whole.heads);
        let chosen = self.head_by_policy(agent, now, &mut heads);
        heads.clear();
        self.whole.heads = heads;
        let Some((caller, position)) = chosen else { return Ok(false) };
        self.rings_or_answers(agent, position, caller, now)?;
        Ok(true)
    }

    /// The waiting call that a free agent takes, with the position of its group in the agent's list; `heads` is room for
    /// those to choose from.
    fn head_by_policy(&mut self, agent: u32, now: Instant, heads: &mut Vec<Head>) -> Option<(u32, u32)> {
        let profile = self.profile(agent);
        let in_order = self.scenario.routing.call_selection == CallSelection::GroupOrder;
        for (position, group) in (0_u32..).zip(self.router.groups(profile)) {
            let mut line = self.handler.line(QueueId(group)).map(|(_, waiting)| waiting.call.caller).peekable();
            if line.peek().is_none() {
                continue;
            }
            // The agent, who is not among the ready ones yet, is one more.
            let service = &self.scenario.groups[group as usize].service;
            let reserved = service.reserved_agents as usize;
            if reserved > 0 && self.router.ready(group).nth(reserved - 1).is_none() {
                continue;
            }
            let Served { own, delay, .. } = self.whole.profiles[profile as usize].served[position as usize];
            let first = line.find(|&caller| {
                let caller = self.whole.caller(caller);
                caller.rings_at == NOBODY && now - caller.queued >= delay
            });
            let Some(caller) = first else { continue };
            if in_order && self.whole.policies.calls.is_none() {
                return Some((caller, position));
            }
            let (waiting, level) = (self.whole.caller(caller), &self.whole.levels[group as usize]);
            let head = WaitingHead {
                call: waiting.number,
                group: GroupId(group),
                position: own,
                class: self.whole.class(self.scenario, caller),
                priority: waiting.order.0,
                waited: (now - waiting.queued) + waiting.credit,
                weight: service.weight,
                above_target: level.service_level() - service.target,
            };
            heads.push(Head { caller, position, head, order: waiting.order });
        }
        let chosen = match &mut self.whole.policies.calls {
            _ if heads.is_empty() => None,
            Some(policy) => {
                let waiting: Vec<WaitingHead> = heads.iter().map(|of| of.head).collect();
                policy.choose(AgentId(agent), &waiting)
            }
            None => (0..heads.len()).min_by_key(|&index| heads[index].order),
        };
        heads.get(chosen?).map(|of| (of.caller, of.position))
    }

    /// Offers a call to a ready agent, who is ready no more.
    pub(super) fn offer(&mut self, agent: u32, position: u32, caller: u32, now: Instant) -> Refusable {
        self.router.remove(self.profile(agent));
        self.rings_or_answers(agent, position, caller, now)
    }

    fn rings_or_answers(&mut self, agent: u32, position: u32, caller: u32, now: Instant) -> Refusable {
        let ring = self.whole.stations[agent as usize].ring();
        if ring == Duration::ZERO {
            return self.answers(agent, position, caller, now, now);
        }
        if self.whole.caller(caller).place == NOBODY {
            self.enters_line(caller, now);
        }
        let place = self.whole.caller(caller).place;
        self.whole.steps.clear(place);
        let limit = self.scenario.routing.ring_no_answer.map_or(Duration::MAX, |ring| ring.after);
        let answers = ring <= limit;
        self.whole.caller_mut(caller).rings_at = agent;
        self.whole.stations[agent as usize].phase = Phase::Ringing { caller, position, since: now, answers };
        self.timers.set(agent, now + ring.min(limit));
        let of = self.whole.caller(caller);
        let session = SessionId(self.desks[agent as usize].first_session + position);
        let (call, group, counted) = (of.number, GroupId(of.group), self.is_counted(of.arrived));
        self.observer.observe(now, &Event::CallRings { call, group, session, agent: AgentId(agent), counted });
        Ok(())
    }

    /// Lets an agent answer a call that was offered then.
    fn answers(&mut self, agent: u32, position: u32, caller: u32, offered: Instant, now: Instant) -> Refusable {
        let waits = self.whole.caller(caller).place != NOBODY;
        if waits {
            let place = self.leaves_place(caller);
            self.handler.take(QueueId(self.whole.caller(caller).group), place);
        }
        self.whole.caller_mut(caller).rings_at = NOBODY;
        // A transferred call counts in its group even where its session does not count it.
        let counted = self.is_counted(self.whole.caller(caller).arrived);
        let own = self.whole.profiles[self.profile(agent) as usize].served[position as usize].own;
        let of = &self.whole.callers[caller as usize];
        let desk = &mut self.desks[agent as usize];
        let session = SessionId(desk.first_session + position);
        let observer = &mut self.observer;
        let mut show = |change: StateChange| observer.observe(now, &Event::SessionChanged(change));
        let times = CallTimes { arrived: of.arrived, queued: of.queued, offered, transferred: of.transferred };
        self.handler.answer(QueueId(of.group), session, times, now, &mut show)?;
        let manner = &self.scenario.agents[agent as usize].desk;
        let station = &mut self.whole.stations[agent as usize];
        let pace = manner.pace.get(own).copied().unwrap_or(1.0)
            * manner.learning.map_or(1.0, |learning| learning.factor(station.calls));
        let paced = |time: Duration| {
            if pace == 1.0 { time } else { Duration::from_nanos_f64(time.as_nanos() as f64 * pace) }
        };
        let talk = paced(of.talk);
        let hold = self.scenario.groups[of.group as usize].service.hold.as_ref();
        let held = hold.filter(|hold| of.choices.hold < hold.probability).map_or(Duration::ZERO, |_| of.choices.held);
        desk.call = of.number;
        desk.wrap_up = paced(of.wrap_up);
        desk.since = now;
        desk.session = session;
        desk.group = of.group;
        desk.counted = counted;
        desk.talks = true;
        station.caller = caller;
        station.calls += 1;
        station.talk_ends = now + talk + held;
        station.is_busy(now);
        let half = Duration::from_nanos(talk.as_nanos() / 2);
        let rest = Duration::from_nanos(talk.as_nanos() - half.as_nanos());
        if held > Duration::ZERO {
            station.phase = Phase::BeforeHold { held, rest };
            self.timers.set(agent, now + half);
        } else {
            station.phase = Phase::Plain;
            self.timers.set(agent, now + talk);
        }
        let waited = now - of.queued;
        let level = &mut self.whole.levels[of.group as usize];
        level.last_wait = waited;
        level.within += u64::from(now - of.arrived <= self.scenario.service_level_threshold);
        let (group, agent) = (GroupId(of.group), AgentId(agent));
        let (call, arrived, called_back) = (of.number, of.arrived, of.called_back);
        let answered = Event::CallAnswered { call, group, session, agent, waited, arrived, called_back, counted };
        self.observer.observe(now, &answered);
        Ok(())
    }

    /// Does what is due of the agent whose timer is.
    pub(super) fn station_is_due(&mut self, now: Instant) -> Refusable {
        let agent = self.timers.earliest_slot();
        let desk = &self.desks[agent as usize];
        let session = desk.session;
        let station = &mut self.whole.stations[agent as usize];
        match station.phase {
            Phase::Plain => {
                let (talks, caller) = (desk.talks, station.caller);
                self.handling_is_due(agent, now)?;
                if talks { self.talk_is_over(caller, now) } else { Ok(()) }
            }
            Phase::Ringing { caller, position, since, answers: true } => {
                self.answers(agent, position, caller, since, now)
            }
            Phase::Ringing { caller, position, since, answers: false } => {
                self.is_not_answered(agent, position, caller, since, now)
            }
            Phase::BeforeHold { held, rest } => {
                station.phase = Phase::OnHold { held, rest };
                self.timers.set(agent, now + held);
                Ok(self.handler.set_hold(session, true, now)?)
            }
            Phase::OnHold { held, rest } => {
                station.phase = Phase::Plain;
                self.timers.set(agent, now + rest);
                self.ends_hold(agent, held, now)
            }
            Phase::Away => {
                station.phase = Phase::Plain;
                self.set_all(agent, SessionState::NotReady, SessionState::Ready, now)?;
                self.is_available(agent, now)
            }
            Phase::OtherCall => {
                station.phase = Phase::Plain;
                station.is_free(now);
                let observer = &mut self.observer;
                let mut show = |change: StateChange| observer.observe(now, &Event::SessionChanged(change));
                self.handler.end_other_call(AgentId(agent), now, &mut show)?;
                self.observer.observe(now, &Event::OtherCallEnded { agent: AgentId(agent) });
                self.is_available(agent, now)
            }
        }
    }

    fn ends_hold(&mut self, agent: u32, held: Duration, now: Instant) -> Refusable {
        let desk = self.desks[agent as usize];
        self.handler.set_hold(desk.session, false, now)?;
        let (call, group, session, counted) = (desk.call, GroupId(desk.group), desk.session, desk.counted);
        self.observer.observe(now, &Event::HoldEnded { call, group, session, held, counted });
        Ok(())
    }

    /// Lets an agent go NOT_READY who did not answer, and the call back to its place.
    fn is_not_answered(&mut self, agent: u32, position: u32, caller: u32, since: Instant, now: Instant) -> Refusable {
        self.whole.caller_mut(caller).rings_at = NOBODY;
        let of = *self.whole.caller(caller);
        let session = SessionId(self.desks[agent as usize].first_session + position);
        let times = CallTimes { arrived: of.arrived, queued: of.queued, offered: since, transferred: of.transferred };
        self.handler.ring_no_answer(session, times, now)?;
        let (call, group, counted) = (of.number, GroupId(of.group), self.is_counted(of.arrived));
        let (rang, id) = (now - since, AgentId(agent));
        self.observer.observe(now, &Event::CallUnanswered { call, group, session, agent: id, rang, counted });
        let length = self.scenario.routing.ring_no_answer.map_or(Duration::ZERO, |ring| ring.not_ready);
        self.goes_away(agent, length, Absence::RingNoAnswer, now)?;
        self.is_offered_or_waits(caller, now)
    }

    /// Offers a call in the line to an agent, or lets it wait.
    pub(super) fn is_offered_or_waits(&mut self, caller: u32, now: Instant) -> Refusable {
        match self.pick_agent(caller, now) {
            Some((agent, position)) => self.offer(agent, position, caller, now),
            None => {
                self.begins_to_wait(caller, now);
                Ok(())
            }
        }
    }

    /// Makes a logged-in agent NOT_READY for some time.
    fn goes_away(&mut self, agent: u32, length: Duration, why: Absence, now: Instant) -> Refusable {
        self.set_all(agent, SessionState::Ready, SessionState::NotReady, now)?;
        self.whole.stations[agent as usize].phase = Phase::Away;
        self.timers.set(agent, now + length);
        self.observer.observe(now, &Event::AgentAway { agent: AgentId(agent), until: now + length, why });
        Ok(())
    }

    /// Puts those sessions of an agent that are in a state into another.
    fn set_all(&mut self, agent: u32, from: SessionState, to: SessionState, now: Instant) -> Refusable {
        let count = self.router.groups(self.profile(agent)).count();
        for session in sessions(self.desks[agent as usize].first_session, count) {
            if self.handler.session(session).state() == from {
                self.set_state(session, to, now)?;
            }
        }
        Ok(())
    }

    /// Lets an agent do what comes after a call and its wrap-up.
    pub(super) fn is_through(&mut self, agent: u32, session: SessionId, now: Instant) -> Refusable {
        let station = &mut self.whole.stations[agent as usize];
        station.is_free(now);
        if self.desks[agent as usize].log_out_pending {
            self.timers.clear(agent);
            return self.leave(agent, now);
        }
        let state = if station.breaks_due > Duration::ZERO { SessionState::NotReady } else { SessionState::Ready };
        self.set_state(session, state, now)?;
        self.is_available(agent, now)
    }

    /// Lets an agent who is free, with sessions that are READY, do what comes next.
    pub(super) fn is_available(&mut self, agent: u32, now: Instant) -> Refusable {
        if self.desks[agent as usize].log_out_pending {
            self.timers.clear(agent);
            return self.leave(agent, now);
        }
        let station = &mut self.whole.stations[agent as usize];
        let pause = std::mem::take(&mut station.breaks_due);
        if pause > Duration::ZERO {
            return self.goes_away(agent, pause, Absence::Break, now);
        }
        if station.to_call > 0 {
            station.to_call -= 1;
            return self.begins_other_call(agent, Direction::Outgoing, now);
        }
        if !self.take_by_policy(agent, now)? {
            self.timers.clear(agent);
            self.whole.stations[agent as usize].idle_since = now;
            self.router.insert(self.profile(agent));
        }
        Ok(())
    }

    /// Whether a logged-in agent waits for calls.
    fn is_idle(&self, agent: u32) -> bool {
        let station = &self.whole.stations[agent as usize];
        station.is_logged_in() && station.phase == Phase::Plain && self.handler.busy_in(AgentId(agent)).is_none()
    }

    /// Lets an agent take a break, now or as soon as may be.
    pub(super) fn break_is_due(&mut self, agent: u32, length: Duration, now: Instant) -> Refusable {
        if !self.whole.stations[agent as usize].is_logged_in() {
            return Ok(());
        }
        if self.is_idle(agent) {
            self.router.remove(self.profile(agent));
            return self.goes_away(agent, length, Absence::Break, now);
        }
        let station = &mut self.whole.stations[agent as usize];
        station.breaks_due += length;
        Ok(())
    }

    /// Lets an agent be called, or call, otherwise.
    pub(super) fn other_call_is_due(&mut self, agent: u32, now: Instant) -> Refusable {
        let idle = self.is_idle(agent);
        let station = &mut self.whole.stations[agent as usize];
        let Some(other) = &mut station.other else { return Ok(()) };
        let incoming = other.advance();
        self.whole.other_calls.set(agent, other.next());
        if idle {
            self.router.remove(self.profile(agent));
            let direction = if incoming { Direction::Incoming } else { Direction::Outgoing };
            return self.begins_other_call(agent, direction, now);
        }
        station.to_call += u32::from(!incoming && station.is_logged_in());
        Ok(())
    }

    fn begins_other_call(&mut self, agent: u32, direction: Direction, now: Instant) -> Refusable {
        let observer = &mut self.observer;
        let mut show = |change: StateChange| observer.observe(now, &Event::SessionChanged(change));
        self.handler.begin_other_call(AgentId(agent), direction, now, &mut show)?;
        let station = &mut self.whole.stations[agent as usize];
        station.phase = Phase::OtherCall;
        station.is_busy(now);
        let length = station.other.as_mut().map_or(Duration::ZERO, |other| other.length());
        self.timers.set(agent, now + length);
        self.observer.observe(now, &Event::OtherCallBegan { agent: AgentId(agent), direction, length });
        Ok(())
    }

    /// Frees the agent at whom a caller's call rang who has just given up.
    pub(super) fn stops_ringing(&mut self, agent: u32, now: Instant) -> Refusable {
        self.whole.stations[agent as usize].phase = Phase::Plain;
        self.is_available(agent, now)
    }

    /// Lets an agent log out who does something that plain runs do not have, and says whether that was so.
    pub(super) fn logs_out_of_phase(&mut self, agent: u32, now: Instant) -> Refusable<bool> {
        let talks = |engine: &Self| {
            let session = engine.handler.busy_in(AgentId(agent));
            session.is_some_and(|session| engine.handler.session(session).state() == SessionState::BusyOnCall)
        };
        let hands_over = self.scenario.agents[agent as usize].desk.hands_over;
        match self.whole.stations[agent as usize].phase {
            Phase::Away => {
                self.timers.clear(agent);
                self.leave(agent, now)?;
            }
            Phase::OtherCall => self.desks[agent as usize].log_out_pending = true,
            Phase::Ringing { caller, .. } => {
                self.timers.clear(agent);
                self.whole.caller_mut(caller).rings_at = NOBODY;
                self.leave(agent, now)?;
                self.is_offered_or_waits(caller, now)?;
            }
            Phase::Plain | Phase::BeforeHold { .. } | Phase::OnHold { .. } if hands_over && talks(self) => {
                self.hands_over(agent, now)?;
            }
            Phase::Plain | Phase::BeforeHold { .. } | Phase::OnHold { .. } => return Ok(false),
        }
        Ok(true)
    }

    /// Ends an agent's talk and shift, and lets the caller wait for the rest of it with another agent.
    fn hands_over(&mut self, agent: u32, now: Instant) -> Refusable {
        if let Phase::OnHold { held, .. } = self.whole.stations[agent as usize].phase {
            self.ends_hold(agent, held, now)?;
        }
        let desk = self.desks[agent as usize];
        let station = &self.whole.stations[agent as usize];
        let (caller, rest) = (station.caller, station.talk_ends - now);
        let (call, group, session, counted) = (desk.call, GroupId(desk.group), desk.session, desk.counted);
        let talk = now - desk.since;
        self.observer.observe(now, &Event::TalkEnded { call, group, session, talk, counted });
        let wrap_up = Duration::ZERO;
        self.observer.observe(now, &Event::WrapUpEnded { call, group, session, wrap_up, counted });
        self.timers.clear(agent);
        self.leave(agent, now)?;
        let of = self.whole.caller_mut(caller);
        of.talk = rest;
        of.transferred = true;
        // The caller goes before those who have come since.
        of.credit += now - of.arrived;
        (of.waits, of.offered_call_back, of.called_back) = (false, true, false);
        of.choices.hold = 1.0;
        of.patience = Duration::MAX;
        self.call_comes(caller, Origin::Transfer { of: call, from: group }, now)
    }
}
