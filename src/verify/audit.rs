//! The audit: every event of a run against the rules of the call center, and every statistic of every agent session,
//! agent and queue against a recount, at the horizon and at the end, exactly and as TAPI shows it. Nothing of it is
//! statistical, so one breach is a proof.
//!
//! It sees what any observer sees, and shares no code with the engine, the routing or the agent handler. The rules are
//! here, what is counted and compared is in `recount`, and what TAPI should show of it in `views`.

mod recount;
mod views;

use std::collections::{BTreeMap, BTreeSet};

use self::recount::{QueueRecount, Recount, SessionRecord};
use crate::acd::conventions::OtherSessions;
use crate::acd::{GroupId, SessionId, SessionState, StateChange};
use crate::scenario::{AgentSelection, CallSelection, Scenario};
use crate::simulation::{Event, Observer};
use crate::time::{Duration, Instant};

/// A rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The rule, in one word or a few.
    pub rule: &'static str,
    /// When it was noticed.
    pub at: Instant,
    /// The call that it is about, or the last one that had arrived.
    pub call: u64,
    /// What was found in place of what should be.
    pub what: String,
}

/// So many breaches are kept of one run; what follows is mostly a consequence.
const MOST_BREACHES: usize = 20;

/// A call that has not ended.
#[derive(Clone, Copy, Debug)]
struct Open {
    group: usize,
    arrived: Instant,
    talk: Duration,
    wrap_up: Duration,
    patience: Duration,
    counted: bool,
    answered_by: Option<SessionId>,
}

/// What is known of an agent.
#[derive(Clone, Debug, Default)]
struct AgentRecord {
    /// Sessions that have not ended.
    open: Vec<SessionId>,
    call: Option<u64>,
    /// Since which change the agent has been idle, if idle.
    idle_since: Option<u64>,
}

/// Observes a run and checks it.
#[derive(Debug)]
pub struct Audit<'a> {
    scenario: &'a Scenario,
    /// Whether its rules are those of plain scenarios, which are the only ones that are audited.
    audited: bool,
    now: Instant,
    measured_from: Instant,
    calls: BTreeMap<u64, Open>,
    last_call: u64,
    waiting: Vec<BTreeSet<u64>>,
    sessions: Vec<SessionRecord>,
    /// The sessions as they were at the horizon, once it has passed.
    at_horizon: Option<Vec<SessionRecord>>,
    queues: Vec<QueueRecount>,
    agents: Vec<AgentRecord>,
    /// The idle agents who serve each group.
    idle: Vec<BTreeSet<usize>>,
    changes: u64,
    breaches: Vec<Breach>,
}

impl<'a> Audit<'a> {
    /// An audit of one run of a scenario.
    pub fn new(scenario: &'a Scenario) -> Self {
        Audit {
            scenario,
            audited: scenario.is_plain(),
            now: Instant::START,
            measured_from: Instant::START,
            calls: BTreeMap::new(),
            last_call: 0,
            waiting: vec![BTreeSet::new(); scenario.groups.len()],
            sessions: Vec::new(),
            at_horizon: None,
            queues: vec![QueueRecount::default(); scenario.groups.len()],
            agents: vec![AgentRecord::default(); scenario.agents.len()],
            idle: vec![BTreeSet::new(); scenario.groups.len()],
            changes: 0,
            breaches: Vec::new(),
        }
    }

    /// How many calls have arrived.
    pub fn calls(&self) -> u64 {
        self.last_call
    }

    fn horizon(&self) -> Instant {
        Instant::START + self.scenario.horizon
    }

    /// What has been broken so far.
    pub fn breaches(&self) -> &[Breach] {
        &self.breaches
    }

    #[cold]
    fn breach(&mut self, rule: &'static str, call: u64, what: String) {
        if self.breaches.len() < MOST_BREACHES {
            self.breaches.push(Breach { rule, at: self.now, call, what });
        }
    }

    fn expect(&mut self, holds: bool, rule: &'static str, call: u64, what: impl FnOnce() -> String) {
        if !holds {
            self.breach(rule, call, what());
        }
    }

    /// Lets the clock run on; what is so between two instants lasts, so nobody may be idle whom a call waits for.
    fn advance(&mut self, now: Instant) {
        if now < self.now {
            return self.breach("time runs forwards", self.last_call, format!("it runs back to {now}"));
        }
        if now > self.now {
            for group in 0..self.waiting.len() {
                if let (Some(&call), Some(&agent)) = (self.waiting[group].first(), self.idle[group].first()) {
                    let agent = &self.scenario.agents[agent].name;
                    let what =
                        format!("call {call} waits for {}, and {agent} is idle", self.scenario.groups[group].name);
                    self.breach("no call waits for an idle agent", call, what);
                }
            }
        }
        self.now = now;
        if self.at_horizon.is_none() && now >= self.horizon() {
            self.at_horizon = Some(self.sessions.clone());
        }
    }

    /// Brings the agent's idleness up to date after a change.
    fn settle(&mut self, agent: usize) {
        let record = &self.agents[agent];
        let answers = |&session: &SessionId| self.sessions[session.0 as usize].state == SessionState::BusyOnCall;
        if record.call.is_none() && record.open.iter().any(answers) {
            // The states of an agent who answers change before the answer itself is told.
            return;
        }
        let ready = |&session: &SessionId| self.sessions[session.0 as usize].state == SessionState::Ready;
        let idle = record.call.is_none() && !record.open.is_empty() && record.open.iter().all(ready);
        if idle == record.idle_since.is_some() {
            return;
        }
        self.changes += 1;
        self.agents[agent].idle_since = idle.then_some(self.changes);
        for &group in &self.scenario.agents[agent].groups {
            if idle {
                self.idle[group].insert(agent);
            } else {
                self.idle[group].remove(&agent);
            }
        }
    }

    fn changed(&mut self, change: StateChange) {
        let StateChange { session, agent, from, to } = change;
        let Some(record) = self.sessions.get_mut(session.0 as usize) else { return };
        let before = record.state;
        record.recount.note_state(before, record.since, self.now);
        (record.state, record.since) = (to, self.now);
        if to == SessionState::SessionEnded {
            record.ended = Some(self.now);
            self.agents[agent.0 as usize].open.retain(|&open| open != session);
        }
        let last = self.last_call;
        let busy = self.agents[agent.0 as usize].call;
        self.expect(to != SessionState::SessionEnded || busy.is_none(), "nobody leaves in a call", last, || {
            format!("session {} ends during call {}", session.0, busy.unwrap_or(0))
        });
        self.expect(before == from && (from == to || from.may_become(to)), "states follow each other", last, || {
            format!("session {} was {} and goes from {} to {}", session.0, before.name(), from.name(), to.name())
        });
        self.settle(agent.0 as usize);
    }

    fn answered(&mut self, number: u64, group: GroupId, session: SessionId, agent: usize, waited: Duration) {
        let Some(&call) = self.calls.get(&number) else {
            return self.breach("a call is answered once", number, "it is not there".into());
        };
        let waits = self.waiting[call.group].contains(&number);
        let (scenario, group) = (self.scenario, group.0 as usize);
        self.expect(call.answered_by.is_none(), "a call is answered once", number, || "it was answered before".into());
        let true_wait = self.now.since(call.arrived);
        self.expect(waited == true_wait, "the wait is from arrival to answer", number, || {
            format!("it says {waited}, the clock {true_wait}")
        });
        self.expect(true_wait <= call.patience, "nobody waits beyond patience", number, || {
            format!("it waited {true_wait}, with a patience of {}", call.patience)
        });
        let Some(&record) = self.sessions.get(session.0 as usize) else { return };
        let right = record.agent == agent && record.group == group && group == call.group;
        self.expect(right, "the session of agent and group takes the call", number, || {
            format!(
                "session {} of {} for {}",
                session.0, scenario.agents[record.agent].name, scenario.groups[record.group].name
            )
        });
        self.expect(record.state == SessionState::BusyOnCall, "who answers is BUSY_ON_CALL", number, || {
            format!("session {} is {}", session.0, record.state.name())
        });
        let elsewhere = self.agents[agent]
            .open
            .iter()
            .copied()
            .find(|&other| other != session && self.sessions[other.0 as usize].state == SessionState::Ready);
        let may = scenario.conventions.other_sessions == OtherSessions::Unchanged;
        self.expect(elsewhere.is_none() || may, "who has a call is READY nowhere else", number, || {
            format!("session {} is READY", elsewhere.map_or(0, |other| other.0))
        });
        let busy = self.agents[agent].call;
        self.expect(busy.is_none(), "an agent has one call at a time", number, || {
            format!("{} has call {}", scenario.agents[agent].name, busy.unwrap_or(0))
        });
        let counted = call.counted;
        let queue = &mut self.queues[call.group];
        if counted {
            queue.entered += u64::from(!waits);
            queue.answered += 1;
            queue.answered_wait += u128::from(true_wait.as_nanos());
            queue.longest = queue.longest.max(true_wait.as_nanos());
        }
        if waits {
            self.right_call(number, agent);
            self.waiting[call.group].remove(&number);
        } else {
            self.right_agent(number, call, agent);
        }
        if let Some(call) = self.calls.get_mut(&number) {
            call.answered_by = Some(session);
        }
        self.agents[agent].call = Some(number);
        if counted {
            let recount = &mut self.sessions[session.0 as usize].recount;
            recount.calls += 1;
            recount.time_to_answer += u128::from(true_wait.as_nanos());
            recount.longest = recount.longest.max(true_wait.as_nanos());
        }
        self.settle(agent);
    }

    /// The agent who takes a call at once: the idle one of the rule.
    fn right_agent(&mut self, number: u64, call: Open, agent: usize) {
        let by_rank = self.scenario.routing.agent_selection == AgentSelection::LowestRank;
        let key = |agent: usize| {
            let of = &self.scenario.agents[agent];
            let position = of.groups.iter().position(|&group| group == call.group);
            let rank = position.map_or(u32::MAX, |position| of.ranks[position]);
            (if by_rank { rank } else { 0 }, self.agents[agent].idle_since.unwrap_or(u64::MAX))
        };
        let best = self.idle[call.group].iter().copied().min_by_key(|&agent| key(agent));
        self.expect(best == Some(agent), "the agent of the rule takes the call", number, || {
            let name = |agent: usize| self.scenario.agents[agent].name.as_str();
            format!("{} took it, not {}", name(agent), best.map_or("nobody, for nobody is idle", name))
        });
    }

    /// The waiting call that an agent takes: the one of the rule.
    fn right_call(&mut self, number: u64, agent: usize) {
        let of = &self.scenario.agents[agent];
        let first = |&group: &usize| self.waiting[group].first().copied();
        let best = match self.scenario.routing.call_selection {
            CallSelection::GroupOrder => of.groups.iter().find_map(first),
            _ => {
                let heads =
                    of.groups.iter().enumerate().filter_map(|(position, group)| Some((first(group)?, position)));
                let arrived = |head| self.calls.get(&head).map(|call| call.arrived);
                heads.min_by_key(|&(head, position)| (arrived(head), position)).map(|(head, _)| head)
            }
        };
        self.expect(best == Some(number), "the call of the rule is taken", number, || match best {
            Some(best) => format!("{} took it, not call {best}", of.name),
            None => format!("{} took it, and none waits", of.name),
        });
    }

    fn talk_ended(&mut self, number: u64, session: SessionId, talk: Duration) {
        let Some(&call) = self.calls.get(&number) else {
            return self.breach("a talk has a call", number, "it is not there".into());
        };
        self.expect(call.answered_by == Some(session), "who answered talks", number, || {
            format!("session {} talks", session.0)
        });
        self.expect(talk == call.talk, "a talk lasts as long as the call's", number, || {
            format!("it lasted {talk}, not {}", call.talk)
        });
        self.is_in(SessionState::BusyOnCall, session, "who talks is BUSY_ON_CALL", number);
        if let Some(record) = self.sessions.get_mut(session.0 as usize).filter(|_| call.counted) {
            record.recount.talks += 1;
            record.recount.talk += u128::from(call.talk.as_nanos());
        }
    }

    fn is_in(&mut self, state: SessionState, session: SessionId, rule: &'static str, call: u64) {
        let found = self.sessions.get(session.0 as usize).map(|record| record.state);
        self.expect(found == Some(state), rule, call, || {
            format!("session {} is {}", session.0, found.map_or("nowhere", SessionState::name))
        });
    }

    fn wrap_up_ended(&mut self, number: u64, session: SessionId, wrap_up: Duration) {
        let Some(call) = self.calls.remove(&number) else {
            return self.breach("a wrap-up has a call", number, "it is not there".into());
        };
        self.expect(wrap_up == call.wrap_up, "a wrap-up lasts as long as the call's", number, || {
            format!("it lasted {wrap_up}, not {}", call.wrap_up)
        });
        let true_end = call.answered_by == Some(session);
        self.expect(true_end, "who answered wraps up", number, || format!("session {} wraps up", session.0));
        if call.wrap_up > Duration::ZERO {
            self.is_in(SessionState::BusyWrapup, session, "who wraps up is BUSY_WRAPUP", number);
        }
        let Some(record) = self.sessions.get_mut(session.0 as usize) else { return };
        if call.counted {
            record.recount.wrap_ups += 1;
            record.recount.wrap_up += u128::from(call.wrap_up.as_nanos());
        }
        let agent = record.agent;
        self.agents[agent].call = None;
        self.settle(agent);
    }
}

impl Observer for Audit<'_> {
    fn observe(&mut self, now: Instant, event: &Event) {
        if !self.audited {
            if let Event::CallArrived { call, .. } = *event {
                self.last_call = call;
            }
            return;
        }
        self.advance(now);
        match *event {
            // Only plain runs are audited, which have none of these.
            Event::CallBalked { .. }
            | Event::CallRings { .. }
            | Event::CallUnanswered { .. }
            | Event::CallBackAccepted { .. }
            | Event::CallFlowed { .. }
            | Event::CallDisposed { .. }
            | Event::HoldEnded { .. }
            | Event::AgentAway { .. }
            | Event::OtherCallBegan { .. }
            | Event::OtherCallEnded { .. } => {}
            Event::MeasurementStarted => {
                self.measured_from = now;
                for session in &mut self.sessions {
                    session.recount = Recount::default();
                    session.since = session.since.max(now);
                }
                self.queues.fill(QueueRecount::default());
                for call in self.calls.values_mut() {
                    call.counted = false;
                }
            }
            Event::SessionCreated { session, agent, group } => {
                let (agent, group) = (agent.0 as usize, group.0 as usize);
                let state = SessionState::NotReady;
                let recount = Recount::default();
                self.sessions.push(SessionRecord {
                    agent,
                    group,
                    state,
                    since: now,
                    created: now,
                    ended: None,
                    recount,
                });
                self.agents[agent].open.push(session);
                self.settle(agent);
            }
            Event::SessionChanged(change) => self.changed(change),
            Event::CallArrived { call, group, talk, wrap_up, patience, counted, .. } => {
                let last = std::mem::replace(&mut self.last_call, call);
                self.expect(call == last + 1, "calls are numbered as they arrive", call, || format!("after {last}"));
                let group = group.0 as usize;
                self.calls
                    .insert(call, Open { group, arrived: now, talk, wrap_up, patience, counted, answered_by: None });
            }
            Event::CallWaits { call, group, .. } => {
                let group = group.0 as usize;
                let idle = self.idle[group].first().copied();
                self.expect(idle.is_none(), "no call waits for an idle agent", call, || {
                    format!("{} is idle", self.scenario.agents[idle.unwrap_or(0)].name)
                });
                let (waiting, room) = (self.waiting[group].len(), self.scenario.groups[group].queue_capacity);
                self.expect(
                    room.is_none_or(|room| waiting < room as usize),
                    "a full queue takes no call",
                    call,
                    || format!("{waiting} wait already"),
                );
                self.waiting[group].insert(call);
                let counted = self.calls.get(&call).is_some_and(|call| call.counted);
                self.queues[group].entered += u64::from(counted);
            }
            Event::CallBlocked { call, group, .. } => {
                let group = group.0 as usize;
                let waiting = self.waiting[group].len();
                let full = self.scenario.groups[group].queue_capacity.is_some_and(|room| waiting >= room as usize);
                let idle = self.idle[group].len();
                self.expect(full && idle == 0, "only a full queue blocks", call, || {
                    format!("{waiting} wait, {idle} are idle")
                });
                self.calls.remove(&call);
            }
            Event::CallAnswered { call, group, session, agent, waited, .. } => {
                self.answered(call, group, session, agent.0 as usize, waited);
            }
            Event::CallAbandoned { call, waited, .. } => {
                let Some(open) = self.calls.remove(&call) else {
                    return self.breach("a call ends once", call, "it abandons and is not there".into());
                };
                let waits = self.waiting[open.group].remove(&call);
                if open.counted {
                    let wait = now.since(open.arrived).as_nanos();
                    let queue = &mut self.queues[open.group];
                    queue.abandoned += 1;
                    queue.abandoned_wait += u128::from(wait);
                    queue.longest = queue.longest.max(wait);
                }
                self.expect(waits, "who abandons waits", call, || "it does not wait".into());
                self.expect(
                    waited == open.patience && now.since(open.arrived) == waited,
                    "callers leave when patience ends",
                    call,
                    || format!("after {waited}, with a patience of {}", open.patience),
                );
            }
            Event::TalkEnded { call, session, talk, .. } => self.talk_ended(call, session, talk),
            Event::WrapUpEnded { call, session, wrap_up, .. } => self.wrap_up_ended(call, session, wrap_up),
        }
    }

    fn finish(&mut self, end: Instant) {
        if !self.audited {
            return;
        }
        self.advance(end);
    }
}
