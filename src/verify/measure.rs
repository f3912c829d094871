//! What is verified: the measures, of whom they are, and where a replication has them.

use crate::analytic::ServiceLevel;
use crate::experiment::{ReplicationResult, SessionResult};
use crate::scenario::Scenario;
use crate::statistics::GroupTotals;
use crate::time::Duration;

/// A measure of a call center that theory has a value for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Calls that arrive in an hour.
    CallsPerHour,
    /// The probability that a call finds no room.
    PBlock,
    /// The probability that a call waits.
    PWait,
    /// The probability that a call's caller gives up.
    PAbandon,
    /// A service level at the scenario's threshold.
    ServiceLevel(ServiceLevel),
    /// The mean wait of the answered calls.
    Asa,
    /// The mean wait of the answered and the abandoned calls.
    MeanWaitAll,
    /// The mean number of waiting calls.
    MeanQueueLength,
    /// The share of the time in which agents, or a session, are busy.
    Occupancy,
    /// The mean talk time.
    AverageTalkTime,
    /// The mean wrap-up time.
    AverageWrapUpTime,
    /// The mean of talk and wrap-up time together.
    AverageCallTime,
    /// Calls that a session answers.
    NumberOfCalls,
    /// Calls that a session answers in an hour of its duration.
    AcdCallRate,
    /// The mean wait of the calls that a session answers.
    AverageTimeToAnswer,
    /// The longest wait of an answered call.
    LongestTimeToAnswer,
}

impl Measure {
    /// The measure's name in all outputs.
    pub fn name(self, threshold: Duration) -> String {
        let name = match self {
            Measure::CallsPerHour => "calls_per_hour",
            Measure::PBlock => "p_block",
            Measure::PWait => "p_wait",
            Measure::PAbandon => "p_abandon",
            Measure::ServiceLevel(definition) => return format!("sl_{}_{definition}", threshold.as_secs_f64()),
            Measure::Asa => "asa_s",
            Measure::MeanWaitAll => "mean_wait_all_s",
            Measure::MeanQueueLength => "mean_queue_length",
            Measure::Occupancy => "occupancy",
            Measure::AverageTalkTime => "average_talk_time_s",
            Measure::AverageWrapUpTime => "average_wrap_up_time_s",
            Measure::AverageCallTime => "average_call_time_s",
            Measure::NumberOfCalls => "number_of_calls",
            Measure::AcdCallRate => "acd_call_rate_per_h",
            Measure::AverageTimeToAnswer => "average_time_to_answer_s",
            Measure::LongestTimeToAnswer => "longest_time_to_answer_s",
        };
        name.to_owned()
    }

    /// Whether it is a time in seconds.
    pub(super) fn is_time(self) -> bool {
        matches!(
            self,
            Measure::Asa
                | Measure::MeanWaitAll
                | Measure::AverageTalkTime
                | Measure::AverageWrapUpTime
                | Measure::AverageCallTime
                | Measure::AverageTimeToAnswer
                | Measure::LongestTimeToAnswer
        )
    }
}

/// Of whom a measure is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A group, by its index in the scenario.
    Group(usize),
    /// Agents, by their indexes in the scenario.
    Agents(Vec<usize>),
    /// The first session of an agent for a group.
    Session {
        /// The agent's index in the scenario.
        agent: usize,
        /// The group's index in the scenario.
        group: usize,
    },
}

impl Subject {
    /// How the subject is called in reports.
    pub fn name(&self, scenario: &Scenario) -> String {
        match self {
            Subject::Group(group) => scenario.groups[*group].name.clone(),
            Subject::Agents(agents) => match &agents[..] {
                [agent] => scenario.agents[*agent].name.clone(),
                [first, .., last] => {
                    format!("{} … {}", scenario.agents[*first].name, scenario.agents[*last].name)
                }
                [] => "nobody".to_owned(),
            },
            Subject::Session { agent, group } => {
                format!("session {} / {}", scenario.agents[*agent].name, scenario.groups[*group].name)
            }
        }
    }

    /// Numerator and denominator of a measure of this subject in one replication; times are in seconds.
    pub(super) fn sample(&self, measure: Measure, result: &ReplicationResult) -> (f64, f64) {
        match self {
            Subject::Group(group) => of_group(measure, &result.groups[*group].totals, result.measured),
            Subject::Agents(agents) => {
                let first = |&agent: &usize| result.sessions.iter().find(|session| session.agent == agent);
                let sessions: Vec<&SessionResult> = agents.iter().filter_map(first).collect();
                let sum = |value: fn(&SessionResult) -> f64| sessions.iter().map(|session| value(session)).sum::<f64>();
                match measure {
                    Measure::Occupancy => (sum(busy), sum(duration)),
                    _ => unreachable!("{measure:?} is no measure of agents"),
                }
            }
            Subject::Session { agent, group } => {
                let place =
                    result.sessions.partition_point(|session| (session.agent, session.group) < (*agent, *group));
                of_session(measure, &result.sessions[place])
            }
        }
    }
}

fn seconds(nanos: u128) -> f64 {
    nanos as f64 / 1e9
}

fn of_group(measure: Measure, totals: &GroupTotals, measured: Duration) -> (f64, f64) {
    let count = |count: u64| count as f64;
    let GroupTotals { offered, answered, abandoned, blocked, .. } = *totals;
    match measure {
        Measure::CallsPerHour => (count(offered), measured.as_secs_f64() / 3_600.0),
        Measure::PBlock => (count(blocked), count(offered)),
        Measure::PWait => (count(totals.delayed), count(offered)),
        Measure::PAbandon => (count(abandoned), count(offered)),
        Measure::ServiceLevel(definition) => {
            let of = match definition {
                ServiceLevel::OfOffered => offered,
                ServiceLevel::OfAnswered => answered,
                ServiceLevel::ExclShortAbandons => offered - totals.abandoned_within,
                ServiceLevel::OfAccepted => offered - blocked,
                ServiceLevel::OfAcceptedExclShortAbandons => offered - blocked - totals.abandoned_within,
            };
            (count(totals.answered_within), count(of))
        }
        Measure::Asa => (seconds(totals.answered_wait_nanos), count(answered)),
        Measure::MeanWaitAll => {
            (seconds(totals.answered_wait_nanos + totals.abandoned_wait_nanos), count(answered + abandoned))
        }
        Measure::MeanQueueLength => (seconds(totals.queue_area), measured.as_secs_f64()),
        Measure::AverageTalkTime => (seconds(totals.talk_nanos), count(totals.talks)),
        Measure::AverageWrapUpTime => (seconds(totals.wrap_up_nanos), count(totals.wrap_ups)),
        Measure::AverageCallTime => (seconds(totals.talk_nanos + totals.wrap_up_nanos), count(totals.talks)),
        Measure::LongestTimeToAnswer => (totals.longest_time_to_answer.as_secs_f64(), 1.0),
        Measure::Occupancy | Measure::NumberOfCalls | Measure::AcdCallRate | Measure::AverageTimeToAnswer => {
            unreachable!("{measure:?} is no measure of a group")
        }
    }
}

fn busy(session: &SessionResult) -> f64 {
    duration(session) - session.at_horizon.ready.as_secs_f64()
}

fn duration(session: &SessionResult) -> f64 {
    session.at_horizon.duration.as_secs_f64()
}

fn of_session(measure: Measure, session: &SessionResult) -> (f64, f64) {
    let statistics = &session.statistics;
    let (calls, talks) = (statistics.calls as f64, statistics.talks as f64);
    match measure {
        Measure::Occupancy => (busy(session), duration(session)),
        Measure::NumberOfCalls => (calls, 1.0),
        Measure::AcdCallRate => (calls, duration(session) / 3_600.0),
        Measure::AverageTimeToAnswer => (seconds(statistics.total_time_to_answer_nanos), calls),
        Measure::AverageTalkTime => (statistics.total_talk.as_secs_f64(), talks),
        Measure::AverageWrapUpTime => (statistics.total_wrap_up.as_secs_f64(), statistics.wrap_ups as f64),
        Measure::AverageCallTime => (statistics.total_call_time().as_secs_f64(), talks),
        Measure::LongestTimeToAnswer => (statistics.longest_time_to_answer.as_secs_f64(), 1.0),
        _ => unreachable!("{measure:?} is no measure of a session"),
    }
}
