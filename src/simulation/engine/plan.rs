//! What is planned ahead of a run: log-ins and log-outs, breaks, the start of the measurement.

use super::super::policy::Policies;
use super::whole::{Profile, Whole, entity};
use super::{Ends, Planned};
use crate::acd::{AgentId, GroupId};
use crate::random::{Normal, Purpose, Stream};
use crate::scenario::{Agent, Scenario, Shift};
use crate::time::{Duration, Instant};

/// What agents are due to do, whatever the calls are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// To log out, when the call in progress is done if there is one.
    LogsOut {
        /// Who.
        agent: AgentId,
    },
    /// To log in, when the call of the shift before is done if there is one.
    LogsIn {
        /// Who.
        agent: AgentId,
        /// The groups, in the order in which the sessions are created.
        groups: Vec<GroupId>,
    },
    /// To take a break, when the call in progress is done if there is one.
    TakesBreak {
        /// Who.
        agent: AgentId,
        /// For how long.
        length: Duration,
    },
}

/// What the agents of a scenario are due to do in a replication, in the order in which it is done.
///
/// ```
/// use acdsim::acd::AgentId;
/// use acdsim::simulation::{Due, plan};
///
/// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
/// let plan = plan(&scenario, 1);
/// assert!(matches!(&plan[0], (at, Due::LogsIn { agent: AgentId(0), .. }) if at.as_nanos() == 0));
/// # Ok::<(), acdsim::scenario::ScenarioErrors>(())
/// ```
pub fn of_agents(scenario: &Scenario, replication: u32) -> Vec<(Instant, Due)> {
    let last = Instant::START + scenario.horizon;
    let whole = (!scenario.is_plain()).then(|| Whole::new(scenario, replication, Policies::default(), last));
    let planned = plan(scenario, &Ends::default(), replication, whole.as_ref());
    let groups = |agent: u32, positions: &[usize]| {
        let of = &scenario.agents[agent as usize].groups;
        positions.iter().map(|&position| GroupId(of[position] as u32)).collect()
    };
    let due = |planned| match planned {
        Planned::LogOut(agent) => Some(Due::LogsOut { agent: AgentId(agent) }),
        Planned::LogIn(agent) => {
            let all: Vec<usize> = (0..scenario.agents[agent as usize].groups.len()).collect();
            Some(Due::LogsIn { agent: AgentId(agent), groups: groups(agent, &all) })
        }
        Planned::LogInAs(agent, profile) => {
            let positions = whole.as_ref().map(|whole| &whole.profiles[profile as usize].positions);
            Some(Due::LogsIn { agent: AgentId(agent), groups: groups(agent, positions.map_or(&[], Vec::as_slice)) })
        }
        Planned::Break(agent, index) => {
            let length = scenario.agents[agent as usize].desk.breaks[index as usize].length;
            Some(Due::TakesBreak { agent: AgentId(agent), length })
        }
        Planned::StartMeasurement | Planned::InitialCalls => None,
    };
    planned.into_iter().rev().filter_map(|(at, planned)| Some((at, due(planned)?))).collect()
}

/// What is planned of a scenario, the last first.
pub(super) fn plan(
    scenario: &Scenario,
    ends: &Ends,
    replication: u32,
    whole: Option<&Whole>,
) -> Vec<(Instant, Planned)> {
    let end = Instant::START + scenario.horizon;
    let mut plan = Vec::new();
    for (number, agent) in (0_u32..).zip(&scenario.agents) {
        match whole {
            Some(whole) => agent_plan(scenario, (number, agent), replication, whole, &mut plan),
            None => {
                plan.extend(agent.shifts.iter().flat_map(|shift| {
                    [(shift.log_in, Planned::LogIn(number)), (shift.log_out, Planned::LogOut(number))]
                }))
            }
        }
    }
    let initial = ends.initial_calls.iter().any(|&calls| calls > 0);
    // What is there when the run begins has arrived before what is measured.
    let measured = if initial { scenario.warm_up.max(Duration::from_nanos(1)) } else { scenario.warm_up };
    if measured > Duration::ZERO {
        plan.push((Instant::START + measured, Planned::StartMeasurement));
    }
    if initial {
        plan.push((Instant::START, Planned::InitialCalls));
    }
    plan.retain(|&(at, _)| at < end);
    plan.sort_unstable_by(|a, b| b.cmp(a));
    plan
}

/// The plan of an agent, with absences and what the agent is off it.
fn agent_plan(
    scenario: &Scenario,
    (number, agent): (u32, &Agent),
    replication: u32,
    whole: &Whole,
    plan: &mut Vec<(Instant, Planned)>,
) {
    let stream = |purpose| Stream::new(scenario.seed, replication, purpose, entity(agent));
    let (mut absence, mut adherence) = (stream(Purpose::Absence), stream(Purpose::Adherence));
    let mut off = |at: Instant, earliest: Instant| off_plan(at, earliest, agent.desk.adherence, &mut adherence);
    let mut free_from = Instant::START;
    for (index, &Shift { log_in, log_out }) in agent.shifts.iter().enumerate() {
        let log_in = off(log_in, free_from);
        let log_out = off(log_out, log_in + Duration::from_nanos(1));
        free_from = log_out;
        if absence.next_unit() < agent.desk.absence {
            continue;
        }
        let is_of_shift = |profile: &Profile| match agent.desk.shift_groups.get(index) {
            Some(positions) => profile.positions == *positions,
            None => true,
        };
        // The agent's own begin with the one that the agent has at first.
        let first = whole.stations[number as usize].profile;
        let profile = first + whole.profiles[first as usize..].iter().position(is_of_shift).unwrap_or(0) as u32;
        plan.push((log_in, Planned::LogInAs(number, profile)));
        plan.push((log_out, Planned::LogOut(number)));
    }
    for (index, pause) in agent.desk.breaks.iter().enumerate() {
        plan.push((off(pause.at, Instant::START), Planned::Break(number, index as u32)));
    }
}

/// A planned instant as an agent keeps it: off by a normal law, cut at three standard deviations. The start and the end of
/// the run are kept.
fn off_plan(at: Instant, earliest: Instant, sd: Duration, stream: &mut Stream) -> Instant {
    // Drawn whatever the plan is, so that plans that differ are off alike.
    let normal = Normal::new().draw(stream);
    if sd == Duration::ZERO || at == Instant::START || at == Instant::NEVER {
        return at.max(earliest);
    }
    let off = normal.clamp(-3.0, 3.0) * sd.as_nanos() as f64;
    let nanos = at.as_nanos() as f64 + off;
    Instant::from_nanos(nanos.max(0.0) as u64).max(earliest)
}
