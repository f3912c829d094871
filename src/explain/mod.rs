//! Why one call waited, or did not: what the agents of its group were doing when it came, which calls were ahead of it,
//! what each agent who became free took in its place, and who answered it in the end.
//!
//! It is told from the events of a run alone, as any observer sees them, with the rules of the routing stated once more:
//! where the run does not follow them, the explanation says so. It uses [`crate::simulation`] and what stands below it.

mod watch;

use crate::acd::SessionId;
use crate::scenario::Scenario;
use crate::simulation::{Control, SimulationError, run};
use crate::time::{Duration, Instant};

use watch::Watch;

/// Why a call waited as long as it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The replication, from 1.
    pub replication: u32,
    /// The call's number, from 1 in the order of arrival.
    pub call: u64,
    /// The index of its group.
    pub group: usize,
    /// When it arrived.
    pub arrived: Instant,
    /// How long it talks once it is answered.
    pub talk: Duration,
    /// How long its wrap-up lasts.
    pub wrap_up: Duration,
    /// How long its caller waits; [`Duration::MAX`] for ever.
    pub patience: Duration,
    /// Those who serve its group, in the order of the scenario, as they were when it arrived.
    pub agents: Vec<Serving>,
    /// The calls that were ahead of it when it began to wait: those of its own group first.
    pub ahead: Vec<Ahead>,
    /// What happened while it waited, in order.
    pub steps: Vec<Step>,
    /// How its wait ended.
    pub end: End,
}

/// An agent who serves the call's group, when the call arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serving {
    /// The agent's index in the scenario.
    pub agent: usize,
    /// The agent's rank in the call's group.
    pub rank: u32,
    /// What the agent was doing.
    pub doing: Doing,
}

/// What an agent does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Not logged in.
    Away {
        /// Since the last log-out; none if the agent has not been there yet.
        since: Option<Instant>,
        /// Until the next shift begins; none if there is no other.
        until: Option<Instant>,
    },
    /// Waits for a call.
    Idle {
        /// Since when.
        since: Instant,
    },
    /// Talks.
    Talking(Busy),
    /// Is in wrap-up.
    WrappingUp(Busy),
}

/// What keeps an agent busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// The call.
    pub call: u64,
    /// The index of the call's group.
    pub group: usize,
    /// Since when.
    pub since: Instant,
    /// When the talk or the wrap-up ends.
    pub until: Instant,
}

/// Calls of one group that were ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// The index of their group.
    pub group: usize,
    /// The agents who serve the explained call's group and take these calls first, by their indexes.
    pub agents: Vec<usize>,
    /// The calls, those that have waited longest first.
    pub calls: Vec<Waiting>,
}

/// A waiting call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub call: u64,
    /// The index of its group.
    pub group: usize,
    /// Since when it waits.
    pub since: Instant,
}

/// Something that happened while the call waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// What.
    pub what: What,
}

/// What happened while the call waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// An agent who serves the call's group took another call.
    TookOther {
        /// The agent's index.
        agent: usize,
        /// How the agent came to be free.
        freed: Freed,
        /// The call that was taken, and since when it had waited.
        call: Waiting,
        /// Why that one.
        why: WhyCall,
    },
    /// An agent who serves the call's group logged out.
    LoggedOut {
        /// The agent's index.
        agent: usize,
        /// The call that the agent had stayed for, if there was one.
        after: Option<u64>,
    },
    /// An agent who serves the call's group became free and took no call, against the rules.
    TookNone {
        /// The agent's index.
        agent: usize,
        /// How the agent came to be free.
        freed: Freed,
    },
    /// A call that was ahead was taken by an agent who does not serve the call's group.
    TakenElsewhere {
        /// The agent's index.
        agent: usize,
        /// The call, and since when it had waited.
        call: Waiting,
    },
    /// The caller of a call that was ahead gave up.
    GaveUp(Waiting),
}

/// How an agent came to be free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freed {
    /// A call and its wrap-up were done.
    Done {
        /// The call.
        call: u64,
    },
    /// The agent logged in.
    LoggedIn,
    /// The agent had been idle, which nobody is whom a call waits for, by the rules.
    Idle {
        /// Since when.
        since: Instant,
    },
}

/// Why an agent took a call and not the explained one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyCall {
    /// It had waited longer.
    WaitedLonger,
    /// It began to wait at the same instant, and came before.
    CameFirst,
    /// It began to wait at the same instant, and its group stands before in the agent's list.
    ListedFirst,
    /// By group order: its group stands before in the agent's list.
    GroupOrder,
    /// Against the rule, which has another call.
    AgainstRule {
        /// The call of the rule.
        rule: u64,
    },
}

/// An idle agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle {
    /// The agent's index.
    pub agent: usize,
    /// The agent's rank in the call's group.
    pub rank: u32,
    /// Since when the agent had been idle.
    pub since: Instant,
}

/// How the call's wait ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It was answered as it arrived.
    AnsweredAtOnce {
        /// By this agent.
        agent: usize,
        /// In this session.
        session: SessionId,
        /// The idle agents of its group, in the order in which the routing takes them.
        idle: Vec<Idle>,
    },
    /// It was answered after it had waited.
    Answered {
        /// When.
        at: Instant,
        /// By this agent.
        agent: usize,
        /// In this session.
        session: SessionId,
        /// How the agent came to be free.
        freed: Freed,
        /// How many calls waited in the agent's groups, this one among them.
        waiting: u64,
        /// The call that the rule has, if it is another one.
        rule: Option<u64>,
    },
    /// Its caller's patience ended.
    Abandoned {
        /// When.
        at: Instant,
    },
    /// It found no agent and no room.
    Blocked {
        /// How many calls waited in its queue.
        waiting: u64,
    },
    /// It still waited when the run ended.
    StillWaiting {
        /// When the run ended.
        at: Instant,
    },
}

/// Why there is no explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// There is no such call.
    #[error("there is no call {call} in replication {replication} of seed {seed}: {arrived} calls arrive")]
    NeverArrives {
        /// The call that was asked for.
        call: u64,
        /// The replication.
        replication: u32,
        /// The scenario's seed.
        seed: u64,
        /// How many calls arrive.
        arrived: u64,
    },
    /// The scenario has callers, routing or agents whose rules are not explained.
    #[error(
        "only plain scenarios are explained, whose callers, routing and agents are described by nothing but arrivals, patience, \
         handle times, groups, ranks and shifts"
    )]
    NotPlain,
    /// The run failed before the call's wait had ended, or was told to stop.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
}

/// Runs a replication until the wait of a call has ended, and explains it.
///
/// The call's number is that of `calls.csv`, from 1.
///
/// # Errors
///
/// If there is no such call, or the run fails before or is told to stop.
///
/// ```
/// use acdsim::explain::{Doing, End, explain};
/// use acdsim::simulation::Control;
///
/// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
/// let first = explain(&scenario, 1, 1, &Control::default())?;
/// assert!(first.agents.iter().all(|agent| matches!(agent.doing, Doing::Idle { .. })));
/// assert!(matches!(first.end, End::AnsweredAtOnce { .. }));
///
/// let none = explain(&scenario, 1, 1_000_000, &Control::default()).unwrap_err();
/// assert!(none.to_string().starts_with("there is no call 1000000 in replication 1 of seed 1: 1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain(
    scenario: &Scenario,
    replication: u32,
    call: u64,
    control: &Control,
) -> Result<Explanation, ExplainError> {
    if !scenario.is_plain() {
        return Err(ExplainError::NotPlain);
    }
    // What stops this run must not stop the caller's others, so that it has a control of its own.
    let own = Control::default();
    let mut watch = Watch::new(scenario, replication, call, control, &own);
    let ran = run(scenario, replication, &mut watch, &own);
    match (watch.into_explanation(), ran) {
        (Ok(explanation), _) => Ok(explanation),
        (Err(_), Err(error)) => Err(error.into()),
        (Err(arrived), Ok(_)) => Err(ExplainError::NeverArrives { call, replication, seed: scenario.seed, arrived }),
    }
}

#[cfg(test)]
mod tests;
