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
    /// Random factors on the rates of groups, in the order of the file.
    pub busyness: Vec<Busyness>,
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
    /// The name of the agent handler that it belongs to.
    pub handler: String,
    /// How calls arrive.
    pub arrivals: Arrivals,
    /// How long agents are busy with a call.
    pub handling: Handling,
    /// Law of the patience; without one, callers never abandon.
    pub patience: Option<Distribution>,
    /// The laws that take the place of these during the run, in order of time; none if they stay the same.
    pub later_laws: Arc<[LawsFrom]>,
    /// How many calls may wait at once, those who arrive then are blocked; without one there is no limit.
    pub queue_capacity: Option<u32>,
    /// What callers do beyond waiting and talking.
    pub callers: Callers,
    /// How calls are served beyond waiting in the queue.
    pub service: Service,
}

/// From an instant on, the laws of the calls that arrive.
#[derive(Clone, Debug, PartialEq)]
pub struct LawsFrom {
    /// From when; after the start.
    pub from: Instant,
    /// How long agents are busy with a call.
    pub handling: Handling,
    /// Law of the patience; without one, callers never abandon.
    pub patience: Option<Distribution>,
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
    /// Each has a law of its own, and long talks have long wrap-ups, or short ones: a Gaussian copula.
    ///
    /// Talk and wrap-up stand in their laws where two standard normal variates stand among normals whose correlation is this.
    /// Spearman's rank correlation of the two is (6/π) arcsin(ρ/2) if neither law has steps (K. Pearson, 1907).
    Correlated {
        /// Law of the talk time.
        talk: Distribution,
        /// Law of the wrap-up time.
        wrap_up: Distribution,
        /// The correlation of the normals, from −1 to 1.
        correlation: f64,
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
            Handling::Apart { talk, .. } | Handling::Correlated { talk, .. } => talk.mean_s(),
            Handling::Split { handle, wrap_up_share } => handle.mean_s() * (1.0 - wrap_up_share),
        }
    }

    /// The mean wrap-up time, in seconds.
    pub fn mean_wrap_up_s(&self) -> f64 {
        match self {
            Handling::Apart { wrap_up, .. } | Handling::Correlated { wrap_up, .. } => wrap_up.mean_s(),
            Handling::Split { handle, wrap_up_share } => handle.mean_s() * wrap_up_share,
        }
    }
}

impl Scenario {
    /// Whether calls only arrive, wait, are answered or given up, and agents only come, handle calls and go: the
    /// scenario uses nothing of [`Callers`], [`Service`] and [`Desk`], and no selection that looks beyond ranks and waits.
    pub fn is_plain(&self) -> bool {
        let routing = self.routing;
        !routing.agent_selection.looks_beyond_ranks()
            && !routing.call_selection.looks_beyond_waits()
            && routing.ring_no_answer.is_none()
            && self.groups.iter().all(|group| group.callers == Callers::default() && group.service.is_plain())
            && self.agents.iter().all(|agent| agent.desk == Desk::default())
    }

    /// What the scenario uses that a [plain](Self::is_plain) one does not, by the keys of the scenario file; none if it is
    /// plain.
    ///
    /// ```
    /// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
    /// assert!(scenario.is_plain() && scenario.beyond_plain().is_empty());
    /// let scenario = acdsim::scenario::read("scenarios/whole-center.toml".as_ref())?;
    /// assert!(scenario.beyond_plain().contains(&"breaks"));
    /// # Ok::<(), acdsim::scenario::ScenarioErrors>(())
    /// ```
    pub fn beyond_plain(&self) -> Vec<&'static str> {
        let routing = &self.routing;
        let any_group = |uses: fn(&Group) -> bool| self.groups.iter().any(uses);
        let any_agent = |uses: fn(&Desk) -> bool| self.agents.iter().any(|agent| uses(&agent.desk));
        let uses = [
            (routing.agent_selection.looks_beyond_ranks(), "agent_selection"),
            (routing.call_selection.looks_beyond_waits(), "call_selection"),
            (routing.ring_no_answer.is_some(), "ring_no_answer"),
            (any_group(|group| !group.callers.classes.is_empty()), "classes"),
            (any_group(|group| group.callers.balking.is_some()), "balking"),
            (any_group(|group| group.callers.retrial.is_some()), "retrial"),
            (any_group(|group| group.callers.call_back.is_some()), "call_back"),
            (any_group(|group| !group.callers.transfers.is_empty()), "transfers"),
            (any_group(|group| group.callers.announcement != Announcement::default()), "announcement"),
            (any_group(|group| group.service.priority != BEST_PRIORITY), "priority"),
            (any_group(|group| group.service.guide.is_some()), "guide"),
            (any_group(|group| group.service.trunk.is_some()), "trunk"),
            (any_group(|group| group.service.reserved_agents > 0), "reserved_agents"),
            (any_group(|group| group.service.hold.is_some()), "hold"),
            (any_agent(|desk| !desk.delays.is_empty()), "delays"),
            (any_agent(|desk| !desk.skills.is_empty()), "skills"),
            (any_agent(|desk| !desk.pace.is_empty()), "pace"),
            (any_agent(|desk| desk.learning.is_some()), "learning"),
            (any_agent(|desk| desk.ring.is_some()), "ring"),
            (any_agent(|desk| !desk.breaks.is_empty()), "breaks"),
            (any_agent(|desk| desk.absence > 0.0), "absence"),
            (any_agent(|desk| desk.adherence > Duration::ZERO), "adherence"),
            (any_agent(|desk| desk.other_calls.is_some()), "other_calls"),
            (any_agent(|desk| desk.hands_over), "log_out_policy"),
            (any_agent(|desk| !desk.shift_groups.is_empty()), "shifts.groups"),
        ];
        uses.into_iter().filter(|(used, _)| *used).map(|(_, key)| key).collect()
    }

    /// What a class of one group's calls is among the classes of another, to which such a call flows: the index of the
    /// class of the same name there, or the number of classes there if none has that name.
    ///
    /// ```
    /// let scenario = acdsim::scenario::parse(
    ///     r#"
    ///     horizon = "1h"
    ///     [[group]]
    ///     name = "Sales"
    ///     arrivals = { rate = "10/h" }
    ///     talk = "3m"
    ///     classes = [{ name = "Regular", share = "70%" }, { name = "Gold", share = "30%" }]
    ///     guide = { after = "1m", to = "Backup" }
    ///     [[group]]
    ///     name = "Backup"
    ///     arrivals = { rate = "10/h" }
    ///     talk = "3m"
    ///     classes = [{ name = "Gold", share = "100%" }]
    ///     [[agents]]
    ///     name = "Ann"
    ///     groups = ["Sales", "Backup"]
    ///     "#,
    ///     "sales.toml".as_ref(),
    /// )?;
    /// assert_eq!([0, 1].map(|class| scenario.class_in(class, 0, 1)), [1, 0]);
    /// assert!(scenario.takes_other_classes(1) && !scenario.takes_other_classes(0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn class_in(&self, class: u32, from: usize, to: usize) -> u32 {
        let there = &self.groups[to].callers.classes;
        let none = there.len() as u32;
        if from == to {
            return class.min(none);
        }
        let here = self.groups[from].callers.classes.get(class as usize);
        let same = here.and_then(|here| there.iter().position(|class| class.name == here.name));
        same.map_or(none, |class| class as u32)
    }

    /// Whether calls of none of a group's classes may come to it: by the call guides of groups that have others, or none.
    pub fn takes_other_classes(&self, group: usize) -> bool {
        let own = &self.groups[group].callers.classes;
        let differs = |other: &Group| {
            let classes = &other.callers.classes;
            classes.is_empty() || !classes.iter().all(|class| own.iter().any(|own| own.name == class.name))
        };
        let next = |&at: &usize| self.groups[at].service.guide.and_then(|guide| guide.to);
        // A guide that goes in a circle has been everywhere it goes after as many steps as there are groups.
        let reaches = |from: usize| {
            let steps = std::iter::successors(Some(from), next).take(self.groups.len() + 1).skip(1);
            steps.into_iter().any(|at| at == group)
        };
        (0..self.groups.len()).any(|from| from != group && differs(&self.groups[from]) && reaches(from))
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
    /// A Poisson process whose rates chance changes, or whose calls come several at a time.
    Varied(Box<VariedRates>),
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

/// The rates of a doubly stochastic Poisson process (D. R. Cox, 1955), and how many calls arrive at a time.
///
/// The rate of calls is that of the steps, times the factor of the modulation, times that of each [`Busyness`] which the group
/// is of. Arrivals are of this kind for each group that a busyness of the scenario is of.
#[derive(Clone, Debug, PartialEq)]
pub struct VariedRates {
    /// As those of [`Arrivals::Poisson`]: the rates are of calls, however many of them arrive at a time.
    pub steps: Vec<RateStep>,
    /// The states of a Markov chain that multiplies the rates; none, or two and more.
    ///
    /// It stays in a state for an exponential time and goes on to one of the others, all alike; a run begins in its
    /// stationary law. With one rate this is the Markov-modulated Poisson process (H. Heffes and D. Lucantoni, 1986).
    pub modulation: Vec<ModulationState>,
    /// How many calls arrive at one instant; without it, one.
    pub batch: Option<Batch>,
}

impl VariedRates {
    /// Why the calls of the group of that name are no Poisson process of rates that are known.
    pub(crate) fn why_not_poisson(&self, group: &str) -> String {
        let why = match (&self.batch, &self.modulation[..]) {
            (Some(_), _) => "the calls of G arrive in batches",
            (None, [_, ..]) => "the rate of G is modulated by a Markov chain",
            (None, []) => "the rate of G has a random factor, its busyness",
        };
        why.replacen('G', group, 1)
    }

    /// What the rates of the steps are multiplied by in the mean: 1, or what the modulation's factors are by the time that it
    /// spends in its states.
    ///
    /// ```
    /// use acdsim::scenario::{ModulationState, VariedRates};
    /// use acdsim::time::Duration;
    ///
    /// let state = |factor, secs| ModulationState { factor, stay: Duration::from_secs(secs) };
    /// let modulation = vec![state(0.5, 1_200), state(3.0, 300)];
    /// let rates = VariedRates { steps: Vec::new(), modulation, batch: None };
    /// assert_eq!(rates.mean_factor(), 1.0);
    /// ```
    pub fn mean_factor(&self) -> f64 {
        let stays = || self.modulation.iter().map(|state| state.stay.as_secs_f64());
        if self.modulation.is_empty() {
            return 1.0;
        }
        self.modulation.iter().zip(stays()).map(|(state, stay)| state.factor * stay).sum::<f64>() / stays().sum::<f64>()
    }
}

/// A state of the Markov chain that modulates a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ModulationState {
    /// What the rate is multiplied by, from 0 to 10⁶.
    pub factor: f64,
    /// How long the state lasts in the mean; more than zero.
    pub stay: Duration,
}

/// How many calls arrive at one instant: their number is independent of all else.
#[derive(Clone, Debug, PartialEq)]
pub enum Batch {
    /// Always so many, at least 1.
    Always(u32),
    /// A geometric number from 1 on, of this mean: P(size > k) = (1 − 1/mean)ᵏ.
    Geometric {
        /// The mean, from 1 to 10⁶.
        mean: f64,
    },
    /// One of these sizes, in proportion to its weight; some weight is above 0.
    Sizes(Vec<BatchSize>),
}

/// A size of batches and how often it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchSize {
    /// How many calls, at least 1.
    pub size: u32,
    /// How often, in proportion.
    pub weight: f64,
}

impl Batch {
    /// The mean size.
    ///
    /// ```
    /// use acdsim::scenario::{Batch, BatchSize};
    ///
    /// let sizes = vec![BatchSize { size: 1, weight: 3.0 }, BatchSize { size: 5, weight: 1.0 }];
    /// assert_eq!(Batch::Sizes(sizes).mean(), 2.0);
    /// ```
    pub fn mean(&self) -> f64 {
        match self {
            Batch::Always(size) => f64::from(*size),
            Batch::Geometric { mean } => *mean,
            Batch::Sizes(sizes) => {
                let all: f64 = sizes.iter().map(|size| size.weight).sum();
                sizes.iter().map(|size| f64::from(size.size) * size.weight / all).sum()
            }
        }
    }
}

/// A random factor on the rates of groups, period after period.
///
/// It is Gamma(shape, shape): of mean 1 and variance 1/shape. So the number of a group's calls in a period of the expectation E
/// is negative binomial, of variance E + E²/shape (G. Jongbloed and G. Koole, 2001; A. N. Avramidis, A. Deslauriers and
/// P. L'Ecuyer, 2004). The factors of several groups, and of one period and the next, belong together by a Gaussian copula.
#[derive(Clone, Debug, PartialEq)]
pub struct Busyness {
    /// The shape of the factor's law, from 0.01 to 10⁶.
    pub shape: f64,
    /// How long one factor lasts, from the start of the run on; without it each calendar day has its own.
    pub period: Option<Duration>,
    /// The groups it is of, by their indexes in [`Scenario::groups`], none twice; their arrivals are [`Arrivals::Varied`].
    pub groups: Vec<usize>,
    /// The correlation of the normals behind the factors of two groups, from 0 to 1: 1 is one factor for all.
    pub correlation: f64,
    /// The correlation of the normals behind the factors of one period and the next, from −1 to 1.
    pub autocorrelation: f64,
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

impl AgentSelection {
    /// The word for it in a scenario.
    pub const fn word(&self) -> &'static str {
        match self {
            AgentSelection::LongestIdle => "longest-idle",
            AgentSelection::LowestRank => "lowest-rank",
            AgentSelection::LeastOccupied => "least-occupied",
            AgentSelection::FewestCalls => "fewest-calls",
            AgentSelection::RoundRobin => "round-robin",
            AgentSelection::TopDown => "top-down",
            AgentSelection::MostSkilled => "most-skilled",
            AgentSelection::Random => "random",
            AgentSelection::Score(_) => "score",
        }
    }

    const fn looks_beyond_ranks(&self) -> bool {
        !matches!(self, AgentSelection::LongestIdle | AgentSelection::LowestRank)
    }
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

impl CallSelection {
    /// The word for it in a scenario.
    pub const fn word(self) -> &'static str {
        match self {
            CallSelection::LongestWaiting => "longest-waiting",
            CallSelection::GroupOrder => "group-order",
            CallSelection::Weighted => "weighted",
            CallSelection::ServiceLevel => "service-level",
        }
    }

    const fn looks_beyond_waits(self) -> bool {
        !matches!(self, CallSelection::LongestWaiting | CallSelection::GroupOrder)
    }
}
