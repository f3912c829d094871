//! The observer that keeps agents and queues from the events, and notes what concerns one call.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ahead, Busy, Doing, End, Explanation, Freed, Idle, Serving, Step, Waiting, What, WhyCall};
use crate::acd::{AgentId, GroupId, SessionId, SessionState};
use crate::scenario::{AgentSelection, CallSelection, Scenario};
use crate::simulation::{Control, Event, Observer};
use crate::time::{Duration, Instant};

/// A call that has not ended.
#[derive(Clone, Copy, Debug)]
struct Open {
    group: usize,
    arrived: Instant,
    talk: Duration,
    wrap_up: Duration,
}

/// What an agent does now.
#[derive(Clone, Copy, Debug)]
enum Now {
    Away {
        since: Option<Instant>,
    },
    /// `order` tells apart those who became idle at the same instant.
    Idle {
        since: Instant,
        order: u64,
    },
    Talking {
        call: u64,
        since: Instant,
    },
    WrappingUp {
        call: u64,
        since: Instant,
    },
}

/// Observes a run up to the end of one call's wait.
#[derive(Debug)]
pub(super) struct Watch<'a> {
    scenario: &'a Scenario,
    replication: u32,
    number: u64,
    /// Whoever asked for the explanation may tell it to stop.
    asked: &'a Control,
    /// Stops the run.
    own: &'a Control,
    arrived: u64,
    calls: BTreeMap<u64, Open>,
    /// The waiting calls of each group.
    waiting: Vec<BTreeSet<u64>>,
    agents: Vec<Now>,
    /// The sessions of each agent that have not ended.
    open_sessions: Vec<u32>,
    /// The agent of each session.
    sessions: Vec<usize>,
    changes: u64,
    /// The agent who has just become free, until it is known what the agent does.
    freed: Option<(usize, Freed, Instant)>,
    /// Its end is a guess until the call's wait has ended.
    explanation: Option<Explanation>,
    waits: bool,
    ended: bool,
}

impl<'a> Watch<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        replication: u32,
        number: u64,
        asked: &'a Control,
        own: &'a Control,
    ) -> Self {
        Watch {
            scenario,
            replication,
            number,
            asked,
            own,
            arrived: 0,
            calls: BTreeMap::new(),
            waiting: vec![BTreeSet::new(); scenario.groups.len()],
            agents: vec![Now::Away { since: None }; scenario.agents.len()],
            open_sessions: vec![0; scenario.agents.len()],
            sessions: Vec::new(),
            changes: 0,
            freed: None,
            explanation: None,
            waits: false,
            ended: false,
        }
    }

    /// The explanation, or how many calls arrived if the wait of this one did not end.
    pub(super) fn into_explanation(self) -> Result<Explanation, u64> {
        self.explanation.filter(|_| self.ended).ok_or(self.arrived)
    }

    /// The position of a group in an agent's list.
    fn position(&self, agent: usize, group: usize) -> Option<usize> {
        self.scenario.agents[agent].groups.iter().position(|&other| other == group)
    }

    /// Whether an agent serves the group of the call that waits.
    fn concerns(&self, agent: usize) -> bool {
        let group = self.explanation.as_ref().filter(|_| self.waits && !self.ended).map(|found| found.group);
        group.is_some_and(|group| self.position(agent, group).is_some())
    }

    /// Whether a call was ahead of the one that waits.
    fn was_ahead(&self, call: u64) -> bool {
        let ahead = self.explanation.iter().flat_map(|found| &found.ahead);
        self.waits && !self.ended && ahead.flat_map(|ahead| &ahead.calls).any(|ahead| ahead.call == call)
    }

    fn note(&mut self, at: Instant, what: What) {
        if let Some(explanation) = &mut self.explanation {
            explanation.steps.push(Step { at, what });
        }
    }

    fn end(&mut self, end: End) {
        if let Some(explanation) = &mut self.explanation {
            explanation.end = end;
        }
        self.ended = true;
        self.own.stop();
    }

    fn idle(&mut self, agent: usize, since: Instant) {
        self.changes += 1;
        self.agents[agent] = Now::Idle { since, order: self.changes };
    }

    /// Those who serve a group, each with the rank there.
    fn serving(&self, group: usize) -> impl Iterator<Item = (usize, u32)> {
        let agents = self.scenario.agents.iter().enumerate();
        agents.filter_map(move |(agent, of)| {
            let position = of.groups.iter().position(|&other| other == group)?;
            Some((agent, of.ranks[position]))
        })
    }

    fn doing(&self, agent: usize, now: Instant) -> Doing {
        let busy = |call: u64, since: Instant, length: fn(&Open) -> Duration| {
            let open = self.calls.get(&call);
            let until = open.map_or(since, |open| since + length(open));
            Busy { call, group: open.map_or(0, |open| open.group), since, until }
        };
        match self.agents[agent] {
            Now::Away { since } => {
                let shifts = self.scenario.agents[agent].shifts.iter();
                Doing::Away { since, until: shifts.map(|shift| shift.log_in).find(|&log_in| log_in > now) }
            }
            Now::Idle { since, .. } => Doing::Idle { since },
            Now::Talking { call, since } => Doing::Talking(busy(call, since, |open| open.talk)),
            Now::WrappingUp { call, since } => Doing::WrappingUp(busy(call, since, |open| open.wrap_up)),
        }
    }

    /// The idle agents of a group, in the order in which the routing takes them.
    fn idle_agents(&self, group: usize) -> Vec<Idle> {
        let by_rank = self.scenario.routing.agent_selection == AgentSelection::LowestRank;
        let mut idle: Vec<(u32, u64, Idle)> = self
            .serving(group)
            .filter_map(|(agent, rank)| match self.agents[agent] {
                Now::Idle { since, order } => {
                    Some((if by_rank { rank } else { 0 }, order, Idle { agent, rank, since }))
                }
                _ => None,
            })
            .collect();
        idle.sort_unstable_by_key(|&(rank, order, _)| (rank, order));
        idle.into_iter().map(|(.., idle)| idle).collect()
    }

    fn waiting_call(&self, call: u64) -> Waiting {
        let open = self.calls.get(&call);
        let (group, since) = open.map_or((0, Instant::START), |open| (open.group, open.arrived));
        Waiting { call, group, since }
    }

    /// The calls that are ahead of one of a group that begins to wait now.
    fn ahead(&self, group: usize, now: Instant) -> Vec<Ahead> {
        let by_group = self.scenario.routing.call_selection == CallSelection::GroupOrder;
        let calls = |group: usize| self.waiting[group].iter().map(|&call| self.waiting_call(call));
        let own = Ahead {
            group,
            agents: self.serving(group).map(|(agent, _)| agent).collect(),
            calls: calls(group).collect(),
        };
        let mut ahead = vec![own];
        for other in (0..self.scenario.groups.len()).filter(|&other| other != group) {
            let both = self
                .serving(group)
                .filter_map(|(agent, _)| Some((agent, self.position(agent, other)? < self.position(agent, group)?)));
            let (before, behind): (Vec<_>, Vec<_>) = both.partition(|&(_, before)| before);
            let agents = |of: &[(usize, bool)]| of.iter().map(|&(agent, _)| agent).collect::<Vec<_>>();
            if by_group {
                ahead.push(Ahead { group: other, agents: agents(&before), calls: calls(other).collect() });
                continue;
            }
            let (now, earlier) = calls(other).partition(|call| call.since == now);
            ahead.push(Ahead { group: other, agents: agents(&[&before[..], &behind].concat()), calls: earlier });
            ahead.push(Ahead { group: other, agents: agents(&before), calls: now });
        }
        ahead.retain(|ahead| !ahead.calls.is_empty() && !ahead.agents.is_empty());
        ahead
    }

    /// The waiting call that the rule has for an agent.
    fn call_of_the_rule(&self, agent: usize) -> Option<u64> {
        let groups = &self.scenario.agents[agent].groups;
        let first = |&group: &usize| self.waiting[group].first().copied();
        match self.scenario.routing.call_selection {
            CallSelection::GroupOrder => groups.iter().find_map(first),
            // Others are not explained.
            CallSelection::LongestWaiting | CallSelection::Weighted | CallSelection::ServiceLevel => {
                let heads = groups.iter().enumerate().filter_map(|(position, group)| Some((first(group)?, position)));
                let heads = heads.map(|(call, position)| (self.waiting_call(call).since, position, call));
                heads.min().map(|(.., call)| call)
            }
        }
    }

    /// Why an agent took another call than the one that is explained.
    fn why(&self, agent: usize, taken: Waiting) -> WhyCall {
        let own = self.waiting_call(self.number);
        match self.call_of_the_rule(agent) {
            Some(rule) if rule != taken.call => WhyCall::AgainstRule { rule },
            _ if taken.group == own.group && taken.since == own.since => WhyCall::CameFirst,
            _ if taken.group == own.group => WhyCall::WaitedLonger,
            _ if self.scenario.routing.call_selection == CallSelection::GroupOrder => WhyCall::GroupOrder,
            _ if taken.since == own.since => WhyCall::ListedFirst,
            _ => WhyCall::WaitedLonger,
        }
    }

    /// How the agent who takes a call now came to be free.
    fn how_freed(&mut self, agent: usize, now: Instant) -> Freed {
        match (self.freed.take(), self.agents[agent]) {
            (Some((other, freed, _)), _) if other == agent => freed,
            (_, Now::Idle { since, .. }) => Freed::Idle { since },
            _ => Freed::Idle { since: now },
        }
    }

    /// What becomes of a free agent is told at once, by events that are the agent's own.
    fn settle(&mut self, event: &Event) {
        let Some((agent, freed, at)) = self.freed else { return };
        let own = match *event {
            Event::SessionCreated { agent, .. } | Event::CallAnswered { agent, .. } => Some(agent),
            Event::SessionChanged(change) => Some(change.agent),
            _ => None,
        };
        if own != Some(AgentId(agent as u32)) {
            self.freed = None;
            if self.concerns(agent) {
                self.note(at, What::TookNone { agent, freed });
            }
        }
    }

    fn arrives(&mut self, now: Instant, call: u64, open: Open, patience: Duration) {
        self.arrived += 1;
        self.calls.insert(call, open);
        if call == self.number {
            let serving = self.serving(open.group);
            let agents = serving.map(|(agent, rank)| Serving { agent, rank, doing: self.doing(agent, now) }).collect();
            self.explanation = Some(Explanation {
                replication: self.replication,
                call,
                group: open.group,
                arrived: now,
                talk: open.talk,
                wrap_up: open.wrap_up,
                patience,
                agents,
                ahead: Vec::new(),
                steps: Vec::new(),
                end: End::StillWaiting { at: now },
            });
        }
    }

    fn answered(&mut self, now: Instant, call: u64, group: usize, session: SessionId, agent: usize) {
        let waited = self.waiting[group].contains(&call);
        if call == self.number {
            let end = if waited {
                let freed = self.how_freed(agent, now);
                let groups = self.scenario.agents[agent].groups.iter();
                let waiting = groups.map(|&group| self.waiting[group].len() as u64).sum();
                let rule = self.call_of_the_rule(agent).filter(|&rule| rule != call);
                End::Answered { at: now, agent, session, freed, waiting, rule }
            } else {
                End::AnsweredAtOnce { agent, session, idle: self.idle_agents(group) }
            };
            self.end(end);
        } else if self.concerns(agent) {
            let call = self.waiting_call(call);
            let (freed, why) = (self.how_freed(agent, now), self.why(agent, call));
            self.note(now, What::TookOther { agent, freed, call, why });
        } else if self.was_ahead(call) {
            let call = self.waiting_call(call);
            self.note(now, What::TakenElsewhere { agent, call });
        }
        self.freed = None;
        self.waiting[group].remove(&call);
        self.agents[agent] = Now::Talking { call, since: now };
    }

    fn session_ended(&mut self, now: Instant, agent: usize) {
        let open = &mut self.open_sessions[agent];
        *open = open.saturating_sub(1);
        if *open > 0 {
            return;
        }
        self.agents[agent] = Now::Away { since: Some(now) };
        let freed = self.freed.take();
        if self.concerns(agent) {
            let after = match freed {
                Some((_, Freed::Done { call }, _)) => Some(call),
                _ => None,
            };
            self.note(now, What::LoggedOut { agent, after });
        }
    }
}

impl Observer for Watch<'_> {
    fn observe(&mut self, now: Instant, event: &Event) {
        if self.ended {
            return;
        }
        self.settle(event);
        match *event {
            Event::MeasurementStarted => {}
            Event::SessionCreated { session, agent: AgentId(agent), .. } => {
                let agent = agent as usize;
                // Sessions are numbered in the order of their creation.
                self.sessions.resize(session.0 as usize, 0);
                self.sessions.push(agent);
                if self.open_sessions[agent] == 0 {
                    self.idle(agent, now);
                    self.freed = Some((agent, Freed::LoggedIn, now));
                }
                self.open_sessions[agent] += 1;
            }
            Event::SessionChanged(change) if change.to == SessionState::SessionEnded => {
                self.session_ended(now, change.agent.0 as usize);
            }
            Event::SessionChanged(_) => {}
            Event::CallArrived { call, group: GroupId(group), talk, wrap_up, patience, .. } => {
                if self.asked.is_stopped() {
                    self.own.stop();
                }
                self.arrives(now, call, Open { group: group as usize, arrived: now, talk, wrap_up }, patience);
            }
            Event::CallWaits { call, group: GroupId(group), .. } => {
                if call == self.number {
                    self.waits = true;
                    let ahead = self.ahead(group as usize, now);
                    if let Some(explanation) = &mut self.explanation {
                        explanation.ahead = ahead;
                    }
                }
                self.waiting[group as usize].insert(call);
            }
            Event::CallBlocked { call, group: GroupId(group), .. } => {
                if call == self.number {
                    self.end(End::Blocked { waiting: self.waiting[group as usize].len() as u64 });
                }
                self.calls.remove(&call);
            }
            Event::CallAnswered { call, group, session, agent, .. } => {
                self.answered(now, call, group.0 as usize, session, agent.0 as usize);
            }
            Event::CallAbandoned { call, group: GroupId(group), .. } => {
                if call == self.number {
                    self.end(End::Abandoned { at: now });
                } else if self.was_ahead(call) {
                    let call = self.waiting_call(call);
                    self.note(now, What::GaveUp(call));
                }
                self.waiting[group as usize].remove(&call);
                self.calls.remove(&call);
            }
            Event::TalkEnded { call, session, .. } => {
                let agent = self.sessions[session.0 as usize];
                self.agents[agent] = Now::WrappingUp { call, since: now };
            }
            Event::WrapUpEnded { call, session, .. } => {
                let agent = self.sessions[session.0 as usize];
                self.calls.remove(&call);
                self.idle(agent, now);
                self.freed = Some((agent, Freed::Done { call }, now));
            }
            // Plain runs have none of these, and only they are explained.
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
        }
    }

    fn finish(&mut self, end: Instant) {
        if self.explanation.is_some() && !self.ended {
            self.end(End::StillWaiting { at: end });
        }
    }
}
