//! One replication and its result.

use serde::{Deserialize, Serialize};

use super::identities::{self, BrokenIdentity, Observed};
use crate::acd::conventions::Transfers;
use crate::acd::{
    AgentId, AgentState, AgentStatistics, QueueId, QueueStatistics, SessionId, SessionState, SessionStatistics,
};
use crate::scenario::Scenario;
use crate::simulation::policy::Policies;
use crate::simulation::{Control, Ends, Fingerprint, Finished, Observer, SimulationError, run_plain, run_with};
use crate::statistics::{Attendance, GroupTotals, Parts, Totals, Workforce};
use crate::time::{Duration, Instant};

/// What one replication gave: exact, and the same wherever it ran.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReplicationResult {
    /// Its number, from 1.
    pub replication: u32,
    /// The digest of its event stream.
    pub fingerprint: Fingerprint,
    /// Calls that arrived, those of the warm-up among them.
    pub calls: u64,
    /// From the start of the measurement to the horizon.
    pub measured: Duration,
    /// The groups, in the order of the scenario.
    pub groups: Vec<GroupResult>,
    /// The groups' queues, in the order of the groups.
    pub queues: Vec<QueueResult>,
    /// The agents, in the order of the scenario.
    pub agents: Vec<AgentResult>,
    /// The sessions, in the order of their agents, groups and beginnings.
    pub sessions: Vec<SessionResult>,
}

/// What one replication gave for a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GroupResult {
    /// The counts of its calls.
    pub totals: GroupTotals,
    /// The durations of its sessions, in nanoseconds.
    pub staffed_nanos: u128,
    /// The time that its sessions were READY, in nanoseconds.
    pub ready_nanos: u128,
    /// The counts of the calls of each of its classes, and of those of none of them; none for a group without classes.
    pub classes: Vec<GroupTotals>,
    /// How its agents spent their paid time; none of a plain scenario, whose agents only come, handle calls and go.
    pub attendance: Option<Attendance>,
}

/// What one replication gave for a queue.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct QueueResult {
    /// The queue's statistics at the horizon, of all the measured time.
    pub statistics: QueueStatistics,
    /// The same, of the measurement period in force.
    pub in_period: QueueStatistics,
    /// The measurement period, in seconds.
    pub measurement_period: i32,
    /// The most calls that waited at once.
    pub longest_queue: u64,
    /// The integral of the number of waiting calls, in call-nanoseconds.
    pub area: u128,
}

/// What one replication gave for an agent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AgentResult {
    /// The agent's state at the horizon.
    pub state: AgentState,
    /// The agent's statistics at the horizon, of all the measured time.
    pub statistics: AgentStatistics,
    /// The same, of the measurement period in force.
    pub in_period: AgentStatistics,
    /// The measurement period, in seconds.
    pub measurement_period: i32,
    /// How the agent spent the paid time; none of a plain scenario.
    pub attendance: Option<Attendance>,
}

/// What one replication gave for an agent session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionResult {
    /// The session's number, in the order of creation in the replication.
    pub session: SessionId,
    /// The index of its agent in the scenario.
    pub agent: usize,
    /// The index of its group in the scenario.
    pub group: usize,
    /// Which of the sessions of this agent for this group it is, from 1.
    pub ordinal: u32,
    /// When it ended, if it did.
    pub ended: Option<Instant>,
    /// Its state at the horizon.
    pub state: SessionState,
    /// Its statistics at the end of the run, or at its own end.
    pub statistics: SessionStatistics,
    /// Its statistics at the horizon, or at its end if that was before.
    pub at_horizon: SessionStatistics,
}

impl SessionResult {
    /// The time on calls and in wrap-up until the horizon, of whatever calls, in nanoseconds.
    pub fn busy_nanos(&self) -> u128 {
        let at_horizon = &self.at_horizon;
        let idle = at_horizon.ready + at_horizon.not_ready;
        (at_horizon.duration.as_nanos() - idle.as_nanos()).into()
    }
}

/// Why a replication has no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReplicationError {
    /// The simulation stopped.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// Two counts of the same thing differ.
    #[error("an identity does not hold in replication {replication} of seed {seed}: {broken}")]
    Identity {
        /// The replication.
        replication: u32,
        /// The scenario's seed.
        seed: u64,
        /// The identity.
        broken: BrokenIdentity,
    },
}

/// Runs one replication of a scenario, shows its events to `observer`, and checks the identities.
///
/// # Errors
///
/// If it is told to stop, or if an identity does not hold.
pub fn replicate(
    scenario: &Scenario,
    replication: u32,
    observer: impl Observer,
    control: &Control,
) -> Result<ReplicationResult, ReplicationError> {
    replicate_between(scenario, &Ends::default(), replication, observer, control)
}

/// Runs one replication of a scenario that begins and ends as `ends` says, as [`replicate`] does.
///
/// # Errors
///
/// As [`replicate`]; and if calls are left that nothing ends.
pub fn replicate_between(
    scenario: &Scenario,
    ends: &Ends,
    replication: u32,
    observer: impl Observer,
    control: &Control,
) -> Result<ReplicationResult, ReplicationError> {
    let totals = Totals::new(scenario.groups.len(), scenario.service_level_threshold);
    let observers = (Fingerprint::default(), totals, observer);
    let (finished, fingerprint, totals, beyond) = if scenario.is_plain() {
        let (finished, (fingerprint, totals, _)) = run_plain(scenario, ends, replication, observers, control)?;
        (finished, fingerprint, totals, Beyond::default())
    } else {
        let mut observers = (observers, (classes(scenario), transfers(scenario)), Workforce::new(scenario));
        let finished = run_with(scenario, ends, replication, Policies::default(), &mut observers, control)?;
        let ((fingerprint, totals, _), (classes, transfers), workforce) = observers;
        (finished, fingerprint, totals, Beyond::of(classes, transfers, workforce))
    };
    let totals = totals.into_groups();
    let sessions = session_results(&finished);
    let Beyond { mut classes, transfers, agents: attendances, groups: group_attendances } = beyond;
    let observed = Observed {
        groups: &totals,
        classes: &classes,
        transfers: &transfers,
        agents: &attendances,
        attendances: &group_attendances,
    };
    identities::check(&finished, &observed, &sessions).map_err(|broken| ReplicationError::Identity {
        replication,
        seed: scenario.seed,
        broken,
    })?;
    let Finished { ref handler, end, .. } = finished;
    let queue = |(number, totals): (u32, &GroupTotals)| QueueResult {
        statistics: handler.queue_life(QueueId(number), end),
        in_period: handler.queue_statistics(QueueId(number), end),
        measurement_period: handler.queue(QueueId(number)).measurement_period(),
        longest_queue: totals.longest_queue,
        area: totals.queue_area,
    };
    let queues = (0..).zip(&totals).map(queue).collect();
    let group = |(index, totals): (usize, GroupTotals)| {
        let has_classes = !scenario.groups[index].callers.classes.is_empty();
        let classes = classes.get_mut(index).filter(|_| has_classes).map(std::mem::take).unwrap_or_default();
        let attendance = group_attendances.get(index).copied();
        GroupResult { totals, staffed_nanos: 0, ready_nanos: 0, classes, attendance }
    };
    let mut groups: Vec<GroupResult> = totals.into_iter().enumerate().map(group).collect();
    for session in &sessions {
        let group = &mut groups[session.group];
        group.staffed_nanos += u128::from(session.at_horizon.duration.as_nanos());
        group.ready_nanos += u128::from(session.at_horizon.ready.as_nanos());
    }
    let agent = |agent| AgentResult {
        state: handler.agent_state(agent),
        statistics: handler.agent_life(agent, end),
        in_period: handler.agent_statistics(agent, end),
        measurement_period: handler.agent(agent).measurement_period(),
        attendance: attendances.get(agent.0 as usize).copied(),
    };
    Ok(ReplicationResult {
        replication,
        fingerprint,
        calls: finished.calls,
        measured: finished.horizon.since(Instant::START + scenario.warm_up),
        groups,
        queues,
        agents: (0..handler.agent_count()).map(AgentId).map(agent).collect(),
        sessions,
    })
}

/// What only scenarios beyond the plain have: nothing is in it of one that is plain.
#[derive(Default)]
struct Beyond {
    /// The classes of each group; none if no group has any.
    classes: Vec<Vec<GroupTotals>>,
    /// The calls of each group that no agent has passed on, and the others; none unless they count differently.
    transfers: Vec<Vec<GroupTotals>>,
    agents: Vec<Attendance>,
    groups: Vec<Attendance>,
}

impl Beyond {
    fn of(classes: Option<Parts>, transfers: Option<Parts>, workforce: Workforce) -> Self {
        let parts = |parts: Option<Parts>| parts.map(Parts::into_groups).unwrap_or_default();
        let (agents, groups) = workforce.into_attendance();
        Beyond { classes: parts(classes), transfers: parts(transfers), agents, groups }
    }
}

/// Observes the classes of the groups' calls, where there are any.
fn classes(scenario: &Scenario) -> Option<Parts<'_>> {
    let has_classes = scenario.groups.iter().any(|group| !group.callers.classes.is_empty());
    has_classes.then(|| Parts::by_class(scenario))
}

/// Observes transferred calls apart, where their sessions do not count them.
fn transfers(scenario: &Scenario) -> Option<Parts<'_>> {
    (scenario.conventions.transfers == Transfers::FirstAgent).then(|| Parts::by_transfer(scenario))
}

/// The results of all sessions, in the order of agent, group and beginning.
fn session_results(Finished { handler, end, at_horizon, .. }: &Finished) -> Vec<SessionResult> {
    let of = |session| (handler.session(session).agent(), handler.session_group(session), session);
    let mut order: Vec<_> = (0..handler.session_count()).map(SessionId).map(of).collect();
    order.sort_unstable();
    let mut results: Vec<SessionResult> = Vec::with_capacity(order.len());
    for (agent, group, session) in order {
        let (agent, group) = (agent.0 as usize, group.0 as usize);
        let ordinal = match results.last() {
            Some(before) if (before.agent, before.group) == (agent, group) => before.ordinal + 1,
            _ => 1,
        };
        let statistics = handler.session_statistics(session, *end);
        // Whoever was late to log out may have logged in for the next shift after the horizon.
        let at_horizon = at_horizon.get(session.0 as usize).cloned();
        results.push(SessionResult {
            session,
            agent,
            group,
            ordinal,
            ended: handler.session_ended(session),
            state: handler.session(session).state(),
            at_horizon: at_horizon.unwrap_or_else(|| SessionStatistics::not_yet(statistics.started)),
            statistics,
        });
    }
    results
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A call that lasts from one shift over the beginning of the next and over the horizon.
    #[test]
    fn whoever_logs_in_after_the_horizon_has_counted_nothing_at_it() {
        let scenario = crate::scenario::parse(
            r#"
            horizon = "95m"
            group = [{ name = "Calls", arrivals = { rate = "60/h" }, talk = "2h", patience = "5m" }]
            [[agents]]
            name = "Ann"
            groups = ["Calls"]
            shifts = [{ log_in = "+0m", log_out = "+80m" }, { log_in = "+90m", log_out = "+4h" }]
            "#,
            "late.toml".as_ref(),
        );
        let ends = Ends { drain: true, ..Ends::default() };
        let result =
            replicate_between(&scenario.expect("it is sound"), &ends, 1, (), &Control::default()).expect("it ends");
        let [before, after] = &result.sessions[..] else { panic!("two sessions: {:?}", result.sessions) };
        assert!(before.ended.is_some_and(|ended| ended > Instant::START + Duration::from_secs(95 * 60)));
        assert_eq!(before.at_horizon.calls, 1);
        assert_eq!(after.at_horizon, SessionStatistics::not_yet(after.statistics.started));
    }
}
