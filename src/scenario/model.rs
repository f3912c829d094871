//! The validated scenario: what the engine runs.
//!
//! Whatever holds a [`Scenario`] may rely on every rule that its fields state.

use std::sync::Arc;

use jiff::civil::DateTime;
use uuid::Uuid;

pub use super::callers::{Announcement, Balking, CallBack, CallClass, Callers, Retrial, Transfer};
pub use super::desk::{Break, Desk, Learning, OtherCalls};
pub use super::service::{BEST_PRIORITY, Guide, Hold, Service, Trunk};
use crate::acd::Conventions;
use crate::random::Distribution;
use crate::time::{Duration, Instant};

/// A call center and the run that is wanted of it, validated.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The scenario's name: the file's `name`, or the file's stem.
    pub name: String,
    /// Wall clock at the start of the run, without a time zone.
    pub start: DateTime,
    /// How long the run lasts: events happen at instants before this one.
    pub horizon: Duration,
    /// Calls that arrive before this instant are served but not counted; less than the horizon.
    pub warm_up: Duration,
    /// The seed of every random stream.
    pub seed: u64,
    /// How many independent replications are run; at least 1.
    pub replications: u32,
    /// The length of one interval of the interval statistics; more than zero.
    pub interval: Duration,
    /// The service-level threshold T of `sl_T_of_offered` and the other definitions.
    pub service_level_threshold: Duration,
    /// The ACD groups, in the order of the file; at least one.
    pub groups: Vec<Group>,
    /// The bundles of lines, in the order of the file.
    pub trunks: Vec<Trunk>,
    /// The agents, in the order of the file; at least one.
    pub agents: Vec<Agent>,
    /// How agents and calls find each other.
    pub routing: Routing,
    /// How the scenario is verified.
    pub verification: VerificationSettings,
    /// How the agent handler answers what TAPI leaves open.
    pub conventions: Conventions,
}

/// How a scenario is verified.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VerificationSettings {
    /// The widest half interval of a measure, relative to what is expected; from 0 to 1.
    pub precision: f64,
    /// So many calls are simulated at most.
    pub most_calls: u64,
}

impl Default for VerificationSettings {
    fn default() -> Self {
        VerificationSettings { precision: 0.02, most_calls: 50_000_000 }
    }
}

/// An ACD group with the traffic that arrives for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The group's name, unique in the scenario.
    pub name: String,
    /// The name of the group's queue, unique in the scenario.
    pub queue: String,
    /// How calls arrive.
    pub arrivals: Arrivals,
    /// How long agents are busy with a call.
    pub handling: Handling,
    /// Law of the patience; without one, callers never abandon.
    pub patience: Option<Distribution>,
    /// How many calls may wait at once, those who arrive then are blocked; without one there is no limit.
    pub queue_capacity: Option<u32>,
    /// What callers do beyond waiting and talking.
    pub callers: Callers,
    /// How calls are served beyond waiting in the queue.
    pub service: Service,
}

/// How long agents are busy with a call: the talk and the wrap-up that follows it.
#[derive(Clone, Debug, PartialEq)]
pub enum Handling {
    /// Each has a law of its own.
    Apart {
        /// Law of the talk time.
        talk: Distribution,
        /// Law of the wrap-up time.
        wrap_up: Distribution,
    },
    /// Both are shares of one handle time, so that its law is the law of the sum.
    Split {
        /// Law of the handle time.
        handle: Distribution,
        /// The wrap-up's share of it, from 0 to 1.
        wrap_up_share: f64,
    },
}

impl Handling {
    /// The mean talk time, in seconds.
    pub fn mean_talk_s(&self) -> f64 {
        match self {
            Handling::Apart { talk, .. } => talk.mean_s(),
            Handling::Split { handle, wrap_up_share } => handle.mean_s() * (1.0 - wrap_up_share),
        }
    }

    /// The mean wrap-up time, in seconds.
    pub fn mean_wrap_up_s(&self) -> f64 {
        match self {
            Handling::Apart { wrap_up, .. } => wrap_up.mean_s(),
            Handling::Split { handle, wrap_up_share } => handle.mean_s() * wrap_up_share,
        }
    }
}

impl Scenario {
    /// Whether calls only arrive, wait, are answered or given up, and agents only come, handle calls and go: the
    /// scenario uses nothing of [`Callers`], [`Service`] and [`Desk`], and no selection that looks beyond ranks and waits.
    pub fn is_plain(&self) -> bool {
        let routing = self.routing;
        matches!(routing.agent_selection, AgentSelection::LongestIdle | AgentSelection::LowestRank)
            && matches!(routing.call_selection, CallSelection::LongestWaiting | CallSelection::GroupOrder)
            && routing.ring_no_answer.is_none()
            && self.groups.iter().all(|group| group.callers == Callers::default() && group.service.is_plain())
            && self.agents.iter().all(|agent| agent.desk == Desk::default())
    }
}

impl Group {
    /// The group's GUID: version 5 of its name, so that it is the same in every run.
    pub fn guid(&self) -> Uuid {
        /// The namespace of acdsim's group GUIDs; never changes.
        const NAMESPACE: Uuid = Uuid::from_u128(0x0f6d_3b1c_5c1e_5d0a_9b3e_ac05_1e99_0a01);
        Uuid::new_v5(&NAMESPACE, self.name.as_bytes())
    }
}

/// How the calls of a group arrive.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// A Poisson process whose rate is constant between steps.
    ///
    /// The steps are in order of time, the first at the start of the run; a rate is in calls per second and zero or
    /// more. One step is the constant rate.
    Poisson(Vec<RateStep>),
    /// Calls as they were recorded, in order of arrival, all before the horizon.
    Recorded(Arc<[RecordedCall]>),
    /// More or fewer calls than were recorded.
    Scaled(ScaledRecord),
}

/// Recorded calls, each of which comes several times, once or not at all.
///
/// With the factor f each call comes ⌊f⌋ times, and once more with the probability f − ⌊f⌋. The first comes when it was
/// recorded; each further one at a moment of the run that is at most 15 minutes earlier or later, all such alike.
#[derive(Clone, Debug, PartialEq)]
pub struct ScaledRecord {
    /// The calls in order of arrival, all before the horizon.
    pub calls: Arc<[RecordedCall]>,
    /// How often each comes in the mean, from 0 to 10⁶.
    pub factor: f64,
}

impl Arrivals {
    /// None from outside: a Poisson process of the rate 0.
    ///
    /// ```
    /// use acdsim::scenario::Arrivals;
    ///
    /// let Arrivals::Poisson(steps) = Arrivals::none() else { panic!("it is a rate") };
    /// assert_eq!(steps[0].per_second, 0.0);
    /// ```
    pub fn none() -> Self {
        Arrivals::Poisson(vec![RateStep { from: Instant::START, per_second: 0.0 }])
    }
}

/// From an instant on, a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateStep {
    /// From when.
    pub from: Instant,
    /// Calls per second, zero or more.
    pub per_second: f64,
}

/// One recorded call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedCall {
    /// When it entered the queue.
    pub arrival: Instant,
    /// Its talk time; drawn from the group's law if absent.
    pub talk: Option<Duration>,
    /// Its wrap-up time; drawn from the group's law if absent.
    pub wrap_up: Option<Duration>,
    /// What is known of its patience.
    pub patience: RecordedPatience,
    /// The index of its class in the group's [`Callers::classes`]; drawn by their shares if absent.
    pub class: Option<u32>,
}

/// What a record says of a caller's patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordedPatience {
    /// Nothing: drawn from the group's law, or endless if the group has none.
    Unknown,
    /// Exactly this.
    Exactly(Duration),
    /// At least this (the call was answered after waiting so long): drawn from the group's law among the values that
    /// are above, or endless if the group has none.
    AtLeast(Duration),
}

/// An agent.
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    /// The agent's name, unique in the scenario.
    pub name: String,
    /// The address the agent sits at. No two agents are logged in at one address at the same time.
    pub address: String,
    /// Indexes into [`Scenario::groups`], in the order of the file, none twice; at least one.
    pub groups: Vec<usize>,
    /// The agent's rank in each of those groups, 1 being the best.
    pub ranks: Vec<u32>,
    /// When the agent is logged in: in order of time, apart from each other; at least one.
    pub shifts: Vec<Shift>,
    /// How the agent works beyond groups and shifts.
    pub desk: Desk,
}

/// One stay of an agent at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// When the agent logs in; before the horizon.
    pub log_in: Instant,
    /// When the agent logs out, after `log_in`; [`Instant::NEVER`] for one who stays to the end of the run.
    pub log_out: Instant,
}

/// How agents and calls find each other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Routing {
    /// Which of several ready agents takes a call.
    pub agent_selection: AgentSelection,
    /// Which of several waiting calls an agent takes.
    pub call_selection: CallSelection,
    /// What happens when an agent does not answer.
    pub ring_no_answer: Option<RingNoAnswer>,
}

/// What happens when an agent does not answer: the call goes back to its place, and the agent is NOT_READY.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingNoAnswer {
    /// So long the telephone rings.
    pub after: Duration,
    /// So long the agent is NOT_READY then.
    pub not_ready: Duration,
}

/// Which of several ready agents takes a call.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum AgentSelection {
    /// The one who has been ready longest.
    #[default]
    LongestIdle,
    /// The one who has the lowest rank in the call's group; of those, the one who has been ready longest.
    LowestRank,
    /// The one who has been busy for the smallest share of the time logged in.
    LeastOccupied,
    /// The one who has answered the fewest calls.
    FewestCalls,
    /// The one who comes next, in the order of the scenario, after the one who had the group's last call.
    RoundRobin,
    /// The one who comes first in the order of the scenario.
    TopDown,
    /// The one with the highest skill in the call's group.
    MostSkilled,
    /// Any of them, with equal chances.
    Random,
    /// The one with the highest score.
    Score(ScoreWeights),
}

/// What an agent's score is made of: the sum of these, each times its weight.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ScoreWeights {
    /// The seconds that the agent has been ready.
    pub idle_s: f64,
    /// The agent's skill in the call's group.
    pub skill: f64,
    /// The agent's rank in the call's group.
    pub rank: f64,
    /// The share of the time logged in that the agent has been busy.
    pub occupancy: f64,
    /// The calls that the agent has answered.
    pub calls: f64,
}

/// Which of several waiting calls a free agent takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallSelection {
    /// The one that has waited longest in any of the agent's groups.
    #[default]
    LongestWaiting,
    /// Of the agent's groups, in the order of the agent's list, the first in which a call waits: the one that has waited
    /// longest there.
    GroupOrder,
    /// The one whose wait, times the weight of its group, is the longest.
    Weighted,
    /// The one that has waited longest in the group whose service level so far is the furthest below its target.
    ServiceLevel,
}
