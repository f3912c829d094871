//! What the engine keeps of a scenario that is not plain: callers with a will of their own, lines, agents who do more than
//! handle calls. A plain run has none of it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use uuid::Uuid;

use super::super::calendar::Timers;
use super::super::policy::{Policies, ReadyAgent, WaitingHead};
use super::super::traffic::{Fate, Poisson, Source};
use super::NOBODY;
use crate::acd::SessionId;
use crate::random::{Ahead, Distribution, Purpose, Sampler, Stream};
use crate::scenario::{Agent, RateStep, Scenario};
use crate::time::{Duration, Instant};

/// What is drawn of a caller's choices when the call arrives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choices {
    pub(super) class: f64,
    pub(super) balk: f64,
    pub(super) tolerance: Duration,
    pub(super) call_back: f64,
    pub(super) retry: f64,
    pub(super) retry_after: Duration,
    pub(super) transfer: f64,
    pub(super) hold: f64,
    pub(super) held: Duration,
}

/// The streams that callers' choices are drawn from; each call takes as many numbers, whatever the callers do.
#[derive(Clone, Debug)]
struct ChoiceStreams {
    choices: Stream,
    tolerance: Option<(Sampler, Ahead<Duration>)>,
    retry_after: Option<(Sampler, Ahead<Duration>)>,
    hold: Option<(Sampler, Ahead<Duration>)>,
}

impl ChoiceStreams {
    fn new(scenario: &Scenario, group: usize, replication: u32, entity: Uuid) -> Self {
        let of = &scenario.groups[group];
        let stream = |purpose| Stream::new(scenario.seed, replication, purpose, entity);
        let ahead = |law: &Distribution, purpose| (law.sampler(), Ahead::new(stream(purpose), true));
        let tolerance = of.callers.balking.as_ref().and_then(|balking| balking.tolerance.as_ref());
        ChoiceStreams {
            choices: stream(Purpose::Choices),
            tolerance: tolerance.map(|law| ahead(law, Purpose::Tolerance)),
            retry_after: of.callers.retrial.as_ref().map(|retrial| ahead(&retrial.delay, Purpose::Retrial)),
            hold: of.service.hold.as_ref().map(|hold| ahead(&hold.length, Purpose::Hold)),
        }
    }

    fn draw(&mut self) -> Choices {
        fn length(law: &mut Option<(Sampler, Ahead<Duration>)>) -> Duration {
            law.as_mut().map_or(Duration::ZERO, |(law, ahead)| ahead.draw(law))
        }
        Choices {
            class: self.choices.next_unit(),
            balk: self.choices.next_unit(),
            call_back: self.choices.next_unit(),
            retry: self.choices.next_unit(),
            transfer: self.choices.next_unit(),
            hold: self.choices.next_unit(),
            tolerance: length(&mut self.tolerance),
            retry_after: length(&mut self.retry_after),
            held: length(&mut self.hold),
        }
    }
}

/// A caller who is in the system, or will call again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller {
    pub(super) number: u64,
    /// The group whose call it is now.
    pub(super) group: u32,
    /// The index of its class among those of the group `class_of`.
    class: u32,
    class_of: u32,
    pub(super) talk: Duration,
    pub(super) wrap_up: Duration,
    /// When this call arrived.
    pub(super) arrived: Instant,
    /// How long the caller waits, as drawn.
    pub(super) patience: Duration,
    /// When it entered the queue that it is in.
    pub(super) queued: Instant,
    /// When the caller gives up.
    pub(super) deadline: Instant,
    /// The priority of its class, if that has one.
    class_priority: Option<u32>,
    /// Its place in the order of the line: the priority, and since when it has waited, nanoseconds of credit earlier.
    pub(super) order: (u32, i128),
    pub(super) credit: Duration,
    pub(super) choices: Choices,
    /// How often the caller has called before.
    pub(super) attempts: u32,
    /// Whether the caller takes a line of the trunk of `line_of`.
    pub(super) has_line: bool,
    pub(super) line_of: u32,
    /// The agent at whom it rings, or [`NOBODY`].
    pub(super) rings_at: u32,
    /// The place in the line, or [`NOBODY`].
    pub(super) place: u32,
    pub(super) called_back: bool,
    pub(super) offered_call_back: bool,
    pub(super) transferred: bool,
    /// Whether it has been shown to wait.
    pub(super) waits: bool,
    /// The next that is free, for a caller that is not there any more.
    next_free: u32,
}

/// What an agent is in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Phase {
    /// Logged out, idle, or in the talk or the wrap-up of a call.
    Plain,
    /// The telephone rings.
    Ringing { caller: u32, position: u32, since: Instant, answers: bool },
    /// Talking, before the caller is put on hold.
    BeforeHold { held: Duration, rest: Duration },
    /// The caller is on hold.
    OnHold { held: Duration, rest: Duration },
    /// Not at work until the timer is due.
    Away,
    /// In a call that is no ACD call.
    OtherCall,
}

/// What is kept of an agent beyond what a plain run keeps.
#[derive(Clone, Debug)]
pub(super) struct Station {
    pub(super) phase: Phase,
    /// The router's number of the agent with the groups of the present shift.
    pub(super) profile: u32,
    /// The one of the next shift, for an agent who is late to log out.
    pub(super) next_profile: u32,
    /// The caller who is talked with.
    pub(super) caller: u32,
    /// When the talk ends, time on hold included.
    pub(super) talk_ends: Instant,
    /// Breaks that are due.
    pub(super) breaks_due: Duration,
    /// Calls that the agent wants to make.
    pub(super) to_call: u32,
    pub(super) calls: u64,
    pub(super) idle_since: Instant,
    logged_in_since: Option<Instant>,
    logged_in: Duration,
    busy_since: Option<Instant>,
    busy: Duration,
    // In boxes, so that what every call looks at is close together.
    ring: Option<Box<(Sampler, Ahead<Duration>)>>,
    pub(super) other: Option<Box<OtherCalls>>,
}

impl Station {
    pub(super) fn logs_in(&mut self, now: Instant) {
        self.logged_in_since = Some(now);
    }

    pub(super) fn logs_out(&mut self, now: Instant) {
        self.logged_in += self.logged_in_since.take().map_or(Duration::ZERO, |since| now - since);
        self.is_free(now);
        self.phase = Phase::Plain;
        self.breaks_due = Duration::ZERO;
        self.to_call = 0;
    }

    pub(super) fn is_logged_in(&self) -> bool {
        self.logged_in_since.is_some()
    }

    pub(super) fn is_busy(&mut self, now: Instant) {
        self.busy_since.get_or_insert(now);
    }

    pub(super) fn is_free(&mut self, now: Instant) {
        self.busy += self.busy_since.take().map_or(Duration::ZERO, |since| now - since);
    }

    /// How long the agent has been logged in and busy, until now.
    pub(super) fn times(&self, now: Instant) -> (Duration, Duration) {
        let until =
            |before: Duration, since: Option<Instant>| before + since.map_or(Duration::ZERO, |since| now - since);
        (until(self.logged_in, self.logged_in_since), until(self.busy, self.busy_since))
    }

    /// How long the telephone rings until the agent answers.
    pub(super) fn ring(&mut self) -> Duration {
        self.ring.as_deref_mut().map_or(Duration::ZERO, |(law, ahead)| ahead.draw(law))
    }
}

/// When the other calls of an agent are.
#[derive(Clone, Debug)]
pub(super) struct OtherCalls {
    incoming: Poisson,
    outgoing: Poisson,
    next_incoming: Instant,
    next_outgoing: Instant,
    length: (Sampler, Stream),
}

impl OtherCalls {
    pub(super) fn next(&self) -> Instant {
        self.next_incoming.min(self.next_outgoing)
    }

    /// Goes on to the next one, and says whether the present one comes in.
    pub(super) fn advance(&mut self) -> bool {
        let incoming = self.next_incoming <= self.next_outgoing;
        if incoming {
            self.next_incoming = self.incoming.next();
        } else {
            self.next_outgoing = self.outgoing.next();
        }
        incoming
    }

    pub(super) fn length(&mut self) -> Duration {
        self.length.0.sample(&mut self.length.1)
    }
}

/// An agent with the groups of some shifts: what the router takes for an agent.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub(super) agent: u32,
    /// The positions of the groups in the agent's list.
    pub(super) positions: Vec<usize>,
    /// What the agent is in each of them.
    pub(super) served: Vec<Served>,
}

/// What an agent is in a group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Served {
    /// The position of the group in the agent's own list.
    pub(super) own: usize,
    pub(super) rank: u32,
    pub(super) skill: f64,
    /// How long a call has to wait until the agent may take it.
    pub(super) delay: Duration,
}

/// What is kept of a group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Level {
    /// The wait of the call that was answered last.
    pub(super) last_wait: Duration,
    /// The agents logged in.
    pub(super) staffed: u32,
    /// Calls that came, and those answered within the threshold.
    pub(super) offered: u64,
    pub(super) within: u64,
}

impl Level {
    /// The share of the calls answered within the threshold; 1 as long as there are none.
    pub(super) fn service_level(&self) -> f64 {
        if self.offered == 0 { 1.0 } else { self.within as f64 / self.offered as f64 }
    }
}

/// A waiting call that a free agent may take: the first of its queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) caller: u32,
    /// The position of the group among those of the agent's shift.
    pub(super) position: u32,
    pub(super) head: WaitingHead,
    /// Its place in the order of the line.
    pub(super) order: (u32, i128),
}

/// All of it.
pub(super) struct Whole {
    pub(super) policies: Policies,
    pub(super) stations: Vec<Station>,
    pub(super) profiles: Vec<Profile>,
    pub(super) levels: Vec<Level>,
    pub(super) callers: Vec<Caller>,
    free_caller: u32,
    /// What waiting calls do next, by their places: be offered to more agents or to be called back, or flow.
    pub(super) steps: Timers,
    /// The next of each agent's other calls.
    pub(super) other_calls: Timers,
    /// Callers who will call again; the second is the order in which they left.
    pub(super) retrials: BinaryHeap<Reverse<(Instant, u64, u32)>>,
    pub(super) left: u64,
    /// How many lines of each trunk are taken.
    pub(super) lines_taken: Vec<u32>,
    first: Vec<ChoiceStreams>,
    later: Vec<ChoiceStreams>,
    /// What later calls of the groups are drawn from.
    later_sources: Vec<Source>,
    /// The distinct delays after which more agents may take a group's calls.
    pub(super) delays: Vec<Vec<Duration>>,
    /// Room for those who are due at the same instant.
    pub(super) due: Vec<u32>,
    /// Room for the positions of a call's group in the lists of the agents who may take it, and for those agents.
    pub(super) candidates: (Vec<u32>, Vec<ReadyAgent>),
    /// Room for the calls that a free agent may take.
    pub(super) heads: Vec<Head>,
    pub(super) last_of_horizon: Instant,
}

impl Whole {
    /// Nothing, for a plain run.
    pub(super) fn nothing() -> Self {
        Whole {
            policies: Policies::default(),
            stations: Vec::new(),
            profiles: Vec::new(),
            levels: Vec::new(),
            callers: Vec::new(),
            free_caller: NOBODY,
            steps: Timers::new(1, Instant::START),
            other_calls: Timers::new(1, Instant::START),
            retrials: BinaryHeap::new(),
            left: 0,
            lines_taken: Vec::new(),
            first: Vec::new(),
            later: Vec::new(),
            later_sources: Vec::new(),
            delays: Vec::new(),
            due: Vec::new(),
            candidates: (Vec::new(), Vec::new()),
            heads: Vec::new(),
            last_of_horizon: Instant::START,
        }
    }

    pub(super) fn new(scenario: &Scenario, replication: u32, policies: Policies, last: Instant) -> Self {
        let mut other_calls = Timers::new(scenario.agents.len(), last);
        let profiles = profiles(scenario);
        let mut first_profile = 0;
        let mut stations = Vec::with_capacity(scenario.agents.len());
        for (number, agent) in (0_u32..).zip(&scenario.agents) {
            while profiles[first_profile as usize].agent != number {
                first_profile += 1;
            }
            let station = station(scenario, agent, replication, first_profile);
            if let Some(other) = &station.other {
                other_calls.set(number, other.next());
            }
            stations.push(station);
        }
        let groups = 0..scenario.groups.len();
        let entity = |group: usize| scenario.groups[group].guid();
        let later = |group: usize| Uuid::new_v5(&entity(group), b"later calls");
        Whole {
            policies: policies.or_of(scenario, replication),
            stations,
            profiles,
            levels: vec![Level::default(); scenario.groups.len()],
            steps: Timers::new(1, last),
            other_calls,
            lines_taken: vec![0; scenario.trunks.len()],
            first: groups
                .clone()
                .map(|group| ChoiceStreams::new(scenario, group, replication, entity(group)))
                .collect(),
            later: groups.clone().map(|group| ChoiceStreams::new(scenario, group, replication, later(group))).collect(),
            later_sources: groups
                .clone()
                .map(|group| Source::of_laws(scenario, group, replication, later(group)))
                .collect(),
            delays: groups.clone().map(|group| delays(scenario, group)).collect(),
            last_of_horizon: last,
            ..Whole::nothing()
        }
    }

    pub(super) fn caller(&self, caller: u32) -> &Caller {
        &self.callers[caller as usize]
    }

    pub(super) fn caller_mut(&mut self, caller: u32) -> &mut Caller {
        &mut self.callers[caller as usize]
    }

    /// The class of a call among those of the group whose call it is now; their number if it is of none of them.
    pub(super) fn class(&self, scenario: &Scenario, caller: u32) -> u32 {
        let of = self.caller(caller);
        if of.class_of == of.group {
            return of.class;
        }
        scenario.class_in(of.class, of.class_of as usize, of.group as usize)
    }

    /// A caller with a first call.
    pub(super) fn first_call(&mut self, scenario: &Scenario, group: u32, fate: Fate) -> u32 {
        let choices = self.first[group as usize].draw();
        self.new_caller(scenario, group, fate, choices)
    }

    /// A caller whom an agent passes on, with what the group's laws say.
    pub(super) fn passed_on(&mut self, scenario: &Scenario, group: u32, now: Instant) -> u32 {
        let fate = self.later_sources[group as usize].drawn_fate(now);
        let choices = self.later[group as usize].draw();
        self.new_caller(scenario, group, fate, choices)
    }

    /// Lets a caller try again: with new patience and new choices, and the same business.
    pub(super) fn try_again(&mut self, caller: u32, now: Instant) {
        let group = self.callers[caller as usize].group as usize;
        let patience = self.later_sources[group].drawn_fate(now).patience;
        let choices = self.later[group].draw();
        let caller = &mut self.callers[caller as usize];
        caller.patience = patience;
        caller.choices = choices;
        caller.attempts += 1;
        // Whoever calls again is passed on by no agent.
        caller.transferred = false;
        (caller.called_back, caller.offered_call_back, caller.waits) = (false, false, false);
    }

    fn new_caller(&mut self, scenario: &Scenario, group: u32, fate: Fate, choices: Choices) -> u32 {
        let Fate { talk, wrap_up, patience, class } = fate;
        let classes = &scenario.groups[group as usize].callers.classes;
        let class = class.unwrap_or_else(|| {
            let mut sum = 0.0;
            let drawn = classes.iter().position(|class| {
                sum += class.share;
                choices.class < sum
            });
            drawn.unwrap_or(classes.len().saturating_sub(1)) as u32
        });
        let of = classes.get(class as usize);
        let caller = Caller {
            number: 0,
            group,
            class,
            class_of: group,
            talk,
            wrap_up,
            arrived: Instant::START,
            patience,
            queued: Instant::START,
            deadline: Instant::NEVER,
            class_priority: of.and_then(|class| class.priority),
            order: (0, 0),
            credit: of.map_or(Duration::ZERO, |class| class.wait_credit),
            choices,
            attempts: 0,
            has_line: false,
            line_of: 0,
            rings_at: NOBODY,
            place: NOBODY,
            called_back: false,
            offered_call_back: false,
            transferred: false,
            waits: false,
            next_free: NOBODY,
        };
        match self.free_caller {
            NOBODY => {
                self.callers.push(caller);
                self.callers.len() as u32 - 1
            }
            free => {
                self.free_caller = self.callers[free as usize].next_free;
                self.callers[free as usize] = caller;
                free
            }
        }
    }

    /// Forgets a caller who has gone for good.
    pub(super) fn forget(&mut self, caller: u32) {
        self.callers[caller as usize].next_free = self.free_caller;
        self.free_caller = caller;
    }

    /// Puts a caller into the order of the queue of its group, entered now.
    pub(super) fn enter_queue(&mut self, scenario: &Scenario, caller: u32, now: Instant) {
        let caller = &mut self.callers[caller as usize];
        let priority = scenario.groups[caller.group as usize].service.priority;
        caller.queued = now;
        let since = i128::from(now.as_nanos()) - i128::from(caller.credit.as_nanos());
        caller.order = (caller.class_priority.unwrap_or(priority), since);
    }

    /// When the earliest of what only whole runs have is due.
    pub(super) fn earliest(&self) -> Instant {
        let retrial = self.retrials.peek().map_or(Instant::NEVER, |&Reverse((at, ..))| at);
        self.steps.earliest().min(self.other_calls.earliest()).min(retrial)
    }
}

/// The distinct delays, longer than none, after which agents may take a group's calls.
fn delays(scenario: &Scenario, group: usize) -> Vec<Duration> {
    let of = |agent: &Agent| {
        let position = agent.groups.iter().position(|&other| other == group)?;
        agent.desk.delays.get(position).copied().filter(|&delay| delay > Duration::ZERO)
    };
    let mut delays: Vec<Duration> = scenario.agents.iter().filter_map(of).collect();
    delays.sort_unstable();
    delays.dedup();
    delays
}

/// The agents with the groups of their shifts, those of an agent beside each other.
fn profiles(scenario: &Scenario) -> Vec<Profile> {
    let mut profiles: Vec<Profile> = Vec::new();
    for (number, agent) in (0..).zip(&scenario.agents) {
        let from = profiles.len();
        let all: Vec<usize> = (0..agent.groups.len()).collect();
        let shifts =
            if agent.desk.shift_groups.is_empty() { std::slice::from_ref(&all) } else { &agent.desk.shift_groups[..] };
        for positions in shifts {
            if profiles[from..].iter().any(|profile| profile.positions == *positions) {
                continue;
            }
            let served = positions.iter().map(|&own| Served {
                own,
                rank: agent.ranks[own],
                skill: agent.desk.skills.get(own).copied().unwrap_or(1.0),
                delay: agent.desk.delays.get(own).copied().unwrap_or(Duration::ZERO),
            });
            profiles.push(Profile { agent: number, positions: positions.clone(), served: served.collect() });
        }
    }
    profiles
}

/// The entity of an agent's streams.
pub(in crate::simulation) fn entity(agent: &Agent) -> Uuid {
    /// The namespace of agents' streams; never changes.
    const NAMESPACE: Uuid = Uuid::from_u128(0x3c0e_9a52_7d41_5b6f_8a1d_ac05_1e99_0a02);
    Uuid::new_v5(&NAMESPACE, agent.name.as_bytes())
}

fn station(scenario: &Scenario, agent: &Agent, replication: u32, profile: u32) -> Station {
    let stream = |purpose| Stream::new(scenario.seed, replication, purpose, entity(agent));
    Station {
        phase: Phase::Plain,
        profile,
        next_profile: profile,
        caller: NOBODY,
        talk_ends: Instant::START,
        breaks_due: Duration::ZERO,
        to_call: 0,
        calls: 0,
        idle_since: Instant::START,
        logged_in_since: None,
        logged_in: Duration::ZERO,
        busy_since: None,
        busy: Duration::ZERO,
        ring: agent.desk.ring.as_ref().map(|law| Box::new((law.sampler(), Ahead::new(stream(Purpose::Ring), true)))),
        other: agent.desk.other_calls.as_ref().map(|other| {
            let process =
                |per_second, purpose| Poisson::new(&[RateStep { from: Instant::START, per_second }], stream(purpose));
            let mut incoming = process(other.incoming_per_second, Purpose::OtherIncoming);
            let mut outgoing = process(other.outgoing_per_second, Purpose::OtherOutgoing);
            let (next_incoming, next_outgoing) = (incoming.next(), outgoing.next());
            let length = (other.length.sampler(), stream(Purpose::OtherLength));
            Box::new(OtherCalls { incoming, outgoing, next_incoming, next_outgoing, length })
        }),
    }
}

/// The sessions of an agent who is logged in.
pub(super) fn sessions(first: u32, count: usize) -> impl Iterator<Item = SessionId> {
    (first..).take(count).map(SessionId)
}
