//! The quantities that are reported of groups, queues, sessions and intervals, by name.
//!
//! Every name means one thing in all outputs; `docs/output.md` defines them.

use std::borrow::Cow;

use crate::acd::{Currency, TapiAgentStatistics, TapiQueueStatistics, TapiSessionStatistics};
use crate::experiment::{AgentResult, GroupResult, QueueResult, SessionResult};
use crate::scenario::Scenario;
use crate::statistics::{Attendance, GroupTotals, IntervalTotals};
use crate::time::{Duration, NANOS_PER_SEC};

/// The value of a metric in one replication.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A number of things.
    Count(u64),
    /// A time in nanoseconds, exact.
    Nanos(u128),
    /// Any other number.
    Number(f64),
    /// There is nothing to take it from, such as a mean of no calls.
    Missing,
}

impl Value {
    /// The value as a float, times in seconds; none if it is missing.
    pub fn as_f64(self) -> Option<f64> {
        match self {
            Value::Count(count) => Some(count as f64),
            Value::Nanos(nanos) => Some(nanos as f64 / 1e9),
            Value::Number(number) => Some(number),
            Value::Missing => None,
        }
    }
}

/// Times with all nine decimals, numbers with as many digits as they need, nothing for what is missing.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Value::Count(count) => write!(f, "{count}"),
            Value::Nanos(nanos) => {
                let second = u128::from(NANOS_PER_SEC);
                write!(f, "{}.{:09}", nanos / second, nanos % second)
            }
            Value::Number(number) => write!(f, "{number}"),
            Value::Missing => Ok(()),
        }
    }
}

/// A metric: its name, and its value in one replication.
pub type Metric = (Cow<'static, str>, Value);

fn time(duration: Duration) -> Value {
    Value::Nanos(duration.as_nanos().into())
}

/// A mean time, truncated to the nanosecond.
fn mean_time(nanos: u128, count: u64) -> Value {
    nanos.checked_div(count.into()).map_or(Value::Missing, Value::Nanos)
}

fn share(part: u64, whole: u64) -> Value {
    if whole == 0 { Value::Missing } else { Value::Number(part as f64 / whole as f64) }
}

fn quotient(part: u128, whole: u128) -> Value {
    if whole == 0 { Value::Missing } else { Value::Number(part as f64 / whole as f64) }
}

/// The share of the time staffed, which is the time logged in less that away, in which a group's sessions were not READY.
fn occupancy(ready: u128, logged_in: u128, away: u128) -> Value {
    let staffed = logged_in - away;
    quotient(staffed - ready, staffed)
}

/// The three service levels, which differ in what they take as the whole.
fn service_levels(
    threshold: Duration,
    offered: u64,
    answered: u64,
    answered_within: u64,
    abandoned_within: u64,
) -> [Metric; 3] {
    let name = |definition| Cow::Owned(format!("sl_{}_{definition}", threshold.as_secs_f64()));
    [
        (name("of_offered"), share(answered_within, offered)),
        (name("of_answered"), share(answered_within, answered)),
        (name("excl_short_abandons"), share(answered_within, offered - abandoned_within)),
    ]
}

/// The percentiles of the waits of answered calls that are reported.
const PERCENTS: [f64; 4] = [50.0, 80.0, 95.0, 99.0];

/// The metrics of a group in one replication.
pub fn group(scenario: &Scenario, result: &GroupResult, measured: Duration) -> Vec<Metric> {
    let GroupResult { totals, staffed_nanos, ready_nanos, attendance, .. } = result;
    let mut metrics = of_calls(scenario, totals, measured);
    let away = attendance.map_or(0, |attendance| attendance.away_nanos());
    metrics.extend([
        ("mean_agents".into(), quotient(*staffed_nanos, measured.as_nanos().into())),
        ("occupancy".into(), occupancy(*ready_nanos, *staffed_nanos, away)),
    ]);
    if !scenario.is_plain() {
        metrics.extend(beyond_plain(totals));
    }
    if let Some(attendance) = attendance {
        let busy = staffed_nanos - away - ready_nanos;
        let mean = |nanos| quotient(nanos, measured.as_nanos().into());
        metrics.extend([
            ("total_hold_time_s".into(), Value::Nanos(totals.hold_nanos)),
            ("mean_staffed".into(), mean(attendance.staffed_nanos)),
            ("mean_busy".into(), mean(busy)),
        ]);
        metrics.extend(of_attendance(attendance, busy));
    }
    metrics
}

/// The metrics of the calls of one class of a group in one replication.
pub fn class(scenario: &Scenario, totals: &GroupTotals, measured: Duration) -> Vec<Metric> {
    let mut metrics = of_calls(scenario, totals, measured);
    metrics.extend(beyond_plain(totals));
    metrics
}

/// The metrics of some calls of a group, whatever the scenario.
fn of_calls(scenario: &Scenario, totals: &GroupTotals, measured: Duration) -> Vec<Metric> {
    let measured = u128::from(measured.as_nanos());
    let all_waits = totals.answered_wait_nanos + totals.abandoned_wait_nanos;
    let longest_wait = totals.longest_time_to_answer.max(totals.longest_time_to_abandon);
    let threshold = scenario.service_level_threshold;
    let GroupTotals { offered, answered, abandoned, .. } = *totals;
    // Shares are of all calls that came, from wherever.
    let came = offered + totals.flowed_in;
    let mut metrics = vec![
        ("offered".into(), Value::Count(offered)),
        ("blocked".into(), Value::Count(totals.blocked)),
        ("answered".into(), Value::Count(answered)),
        ("abandoned".into(), Value::Count(abandoned)),
        ("waiting_at_end".into(), Value::Count(totals.waiting())),
        ("p_block".into(), share(totals.blocked, came)),
        ("p_wait".into(), share(totals.delayed, came)),
        ("p_abandon".into(), share(abandoned, came)),
    ];
    // Who leaves at once has left within any threshold.
    let left_within = totals.abandoned_within + totals.balked;
    metrics.extend(service_levels(threshold, came, answered, totals.answered_within, left_within));
    let percentile = |percent: f64| totals.answered_waits.quantile(percent / 100.0).map_or(Value::Missing, time);
    metrics.extend(PERCENTS.map(|percent| (Cow::Owned(format!("wait_p{percent}_s")), percentile(percent))));
    metrics.extend([
        ("asa_s".into(), mean_time(totals.answered_wait_nanos, answered)),
        ("mean_wait_all_s".into(), mean_time(all_waits, answered + abandoned)),
        ("mean_time_to_abandon_s".into(), mean_time(totals.abandoned_wait_nanos, abandoned)),
        ("longest_time_to_answer_s".into(), time(totals.longest_time_to_answer)),
        ("longest_wait_s".into(), time(longest_wait)),
        ("average_talk_time_s".into(), mean_time(totals.talk_nanos, totals.talks)),
        ("average_wrap_up_time_s".into(), mean_time(totals.wrap_up_nanos, totals.wrap_ups)),
        ("average_call_time_s".into(), mean_time(totals.talk_nanos + totals.wrap_up_nanos, totals.talks)),
        ("mean_queue_length".into(), quotient(totals.queue_area, measured)),
        ("longest_queue".into(), Value::Count(totals.longest_queue)),
    ]);
    metrics
}

/// The metrics of a group that only scenarios with callers, routing or agents beyond the plain have.
fn beyond_plain(totals: &GroupTotals) -> [Metric; 13] {
    [
        ("balked".into(), Value::Count(totals.balked)),
        ("p_balk".into(), share(totals.balked, totals.offered + totals.flowed_in)),
        ("retried".into(), Value::Count(totals.retried)),
        ("transferred_in".into(), Value::Count(totals.transferred_in)),
        ("transferred_out".into(), Value::Count(totals.transferred_out)),
        ("flowed_in".into(), Value::Count(totals.flowed_in)),
        ("flowed_out".into(), Value::Count(totals.flowed_out)),
        ("disposed".into(), Value::Count(totals.disposed)),
        ("call_backs_accepted".into(), Value::Count(totals.call_backs)),
        ("called_back".into(), Value::Count(totals.called_back)),
        ("unanswered_rings".into(), Value::Count(totals.unanswered_rings)),
        ("holds".into(), Value::Count(totals.holds)),
        ("average_hold_time_s".into(), mean_time(totals.hold_nanos, totals.holds)),
    ]
}

/// The metrics of the paid time of an agent or a group, with the time that counts as busy.
fn of_attendance(attendance: &Attendance, busy: u128) -> [Metric; 10] {
    let Attendance { staffed_nanos, absent_nanos, .. } = *attendance;
    [
        ("planned_s".into(), Value::Nanos(attendance.planned_nanos)),
        ("overtime_s".into(), Value::Nanos(attendance.overtime_nanos)),
        ("staffed_s".into(), Value::Nanos(staffed_nanos)),
        ("absent_s".into(), Value::Nanos(absent_nanos)),
        ("break_s".into(), Value::Nanos(attendance.break_nanos)),
        ("away_after_ring_s".into(), Value::Nanos(attendance.after_ring_nanos)),
        ("other_calls".into(), Value::Count(attendance.other_calls)),
        ("other_call_time_s".into(), Value::Nanos(attendance.other_call_nanos)),
        ("shrinkage".into(), quotient(absent_nanos, attendance.paid_nanos())),
        ("utilisation".into(), quotient(busy, attendance.paid_nanos())),
    ]
}

/// The metrics of a queue in one replication.
pub fn queue(scenario: &Scenario, result: &QueueResult, measured: Duration) -> Vec<Metric> {
    let exact = &result.statistics;
    let tapi = TapiQueueStatistics::new(&result.in_period, exact, &scenario.conventions);
    vec![
        ("MeasurementPeriod".into(), long(result.measurement_period)),
        ("TotalCallsQueued".into(), long(tapi.total_calls_queued)),
        ("CurrentCallsQueued".into(), long(tapi.current_calls_queued)),
        ("TotalCallsAbandoned".into(), long(tapi.total_calls_abandoned)),
        ("TotalCallsFlowedIn".into(), long(tapi.total_calls_flowed_in)),
        ("TotalCallsFlowedOut".into(), long(tapi.total_calls_flowed_out)),
        ("LongestEverWaitTime".into(), long(tapi.longest_ever_wait_time)),
        ("CurrentLongestWaitTime".into(), long(tapi.current_longest_wait_time)),
        ("AverageWaitTime".into(), long(tapi.average_wait_time)),
        ("FinalDisposition".into(), long(tapi.final_disposition)),
        ("longest_ever_wait_time_s".into(), time(exact.longest_wait)),
        ("current_longest_wait_time_s".into(), time(exact.current_longest_wait)),
        ("average_wait_time_s".into(), mean_time(exact.total_wait_nanos(), exact.calls_left())),
        ("mean_queue_length".into(), quotient(result.area, measured.as_nanos().into())),
        ("longest_queue".into(), Value::Count(result.longest_queue)),
    ]
}

/// The metrics of an agent in one replication.
pub fn agent(scenario: &Scenario, result: &AgentResult) -> Vec<Metric> {
    let exact = &result.statistics;
    let tapi = TapiAgentStatistics::new(&result.in_period, &scenario.conventions);
    let hour = 3_600 * u128::from(NANOS_PER_SEC);
    let mut metrics = vec![
        ("MeasurementPeriod".into(), long(result.measurement_period)),
        ("OverallCallRate".into(), currency(tapi.overall_call_rate)),
        ("NumberOfACDCalls".into(), long(tapi.number_of_acd_calls)),
        ("NumberOfIncomingCalls".into(), long(tapi.number_of_incoming_calls)),
        ("NumberOfOutgoingCalls".into(), long(tapi.number_of_outgoing_calls)),
        ("TotalACDTalkTime".into(), long(tapi.total_acd_talk_time)),
        ("TotalACDCallTime".into(), long(tapi.total_acd_call_time)),
        ("TotalWrapUpTime".into(), long(tapi.total_wrap_up_time)),
        ("active_s".into(), time(exact.active)),
        ("session_time_s".into(), time(exact.session_time)),
        ("total_acd_talk_time_s".into(), time(exact.ended.talk)),
        ("total_acd_call_time_s".into(), time(exact.ended.talk + exact.ended.wrap_up)),
        ("total_wrap_up_time_s".into(), time(exact.ended.wrap_up)),
        ("overall_call_rate_per_h".into(), quotient(u128::from(exact.calls) * hour, exact.active.as_nanos().into())),
    ];
    if let Some(attendance) = &result.attendance {
        let busy = attendance.busy_nanos;
        metrics.extend([
            ("total_hold_time_s".into(), time(exact.ended.hold)),
            ("busy_s".into(), Value::Nanos(busy)),
            ("occupancy".into(), quotient(busy, attendance.staffed_nanos)),
        ]);
        metrics.extend(of_attendance(attendance, busy));
    }
    metrics
}

/// The metrics of an agent session in one replication; whether the scenario is [plain](Scenario::is_plain) is asked once for
/// all sessions, since that looks at every agent.
pub fn session(scenario: &Scenario, is_plain: bool, result: &SessionResult) -> Vec<Metric> {
    let exact = &result.statistics;
    let tapi = TapiSessionStatistics::new(exact, scenario.start, &scenario.conventions);
    let nanos = |duration: Duration| u128::from(duration.as_nanos());
    let hour = 3_600 * u128::from(NANOS_PER_SEC);
    let mut metrics = vec![
        ("SessionStartTime".into(), Value::Number(tapi.session_start_time.0)),
        ("SessionDuration".into(), long(tapi.session_duration)),
        ("NumberOfCalls".into(), long(tapi.number_of_calls)),
        ("TotalTalkTime".into(), long(tapi.total_talk_time)),
        ("AverageTalkTime".into(), long(tapi.average_talk_time)),
        ("TotalCallTime".into(), long(tapi.total_call_time)),
        ("AverageCallTime".into(), long(tapi.average_call_time)),
        ("TotalWrapUpTime".into(), long(tapi.total_wrap_up_time)),
        ("AverageWrapUpTime".into(), long(tapi.average_wrap_up_time)),
        ("ACDCallRate".into(), currency(tapi.acd_call_rate)),
        ("LongestTimeToAnswer".into(), long(tapi.longest_time_to_answer)),
        ("AverageTimeToAnswer".into(), long(tapi.average_time_to_answer)),
        ("session_start_time_s".into(), time(Duration::from_nanos(exact.started.as_nanos()))),
        ("session_duration_s".into(), time(exact.duration)),
        ("ready_s".into(), time(exact.ready)),
        ("total_talk_time_s".into(), time(exact.total_talk)),
        ("average_talk_time_s".into(), mean_time(nanos(exact.total_talk), exact.talks)),
        ("total_call_time_s".into(), time(exact.total_call_time())),
        ("average_call_time_s".into(), mean_time(nanos(exact.total_call_time()), exact.talks)),
        ("total_wrap_up_time_s".into(), time(exact.total_wrap_up)),
        ("average_wrap_up_time_s".into(), mean_time(nanos(exact.total_wrap_up), exact.wrap_ups)),
        ("acd_call_rate_per_h".into(), quotient(u128::from(exact.calls) * hour, nanos(exact.duration))),
        ("longest_time_to_answer_s".into(), time(exact.longest_time_to_answer)),
        ("average_time_to_answer_s".into(), mean_time(exact.total_time_to_answer_nanos, exact.calls)),
        ("total_time_to_answer_s".into(), Value::Nanos(exact.total_time_to_answer_nanos)),
    ];
    if !is_plain {
        metrics.push(("total_hold_time_s".into(), time(exact.ended_phases().hold)));
    }
    metrics
}

/// The metrics of a group in one interval of this length in one replication; whether the scenario is
/// [plain](Scenario::is_plain) is asked once for all intervals.
pub fn interval(scenario: &Scenario, is_plain: bool, totals: &IntervalTotals, length: Duration) -> Vec<Metric> {
    let length = u128::from(length.as_nanos());
    let threshold = scenario.service_level_threshold;
    let IntervalTotals { offered, answered, abandoned, .. } = *totals;
    let came = offered + totals.flowed_in;
    let mut metrics = vec![
        ("offered".into(), Value::Count(offered)),
        ("blocked".into(), Value::Count(totals.blocked)),
        ("answered".into(), Value::Count(answered)),
        ("abandoned".into(), Value::Count(abandoned)),
        ("p_abandon".into(), share(abandoned, came)),
    ];
    let left_within = totals.abandoned_within + totals.balked;
    metrics.extend(service_levels(threshold, came, answered, totals.answered_within, left_within));
    metrics.extend([
        ("asa_s".into(), mean_time(totals.answered_wait_nanos, answered)),
        ("longest_time_to_answer_s".into(), time(totals.longest_time_to_answer)),
        ("longest_wait_s".into(), time(totals.longest_wait)),
        ("mean_agents".into(), quotient(totals.staffed_nanos, length)),
        ("mean_talking".into(), quotient(totals.talk_nanos, length)),
        ("mean_wrapping_up".into(), quotient(totals.wrap_up_nanos, length)),
        ("occupancy".into(), occupancy(totals.ready_nanos, totals.staffed_nanos, totals.away_nanos)),
        ("mean_queue_length".into(), quotient(totals.queue_area, length)),
    ]);
    if !is_plain {
        let staffed = totals.staffed_nanos - totals.away_nanos;
        metrics.extend([
            ("balked".into(), Value::Count(totals.balked)),
            ("flowed_in".into(), Value::Count(totals.flowed_in)),
            ("flowed_out".into(), Value::Count(totals.flowed_out)),
            ("disposed".into(), Value::Count(totals.disposed)),
            ("mean_staffed".into(), quotient(staffed, length)),
            ("mean_busy".into(), quotient(staffed - totals.ready_nanos, length)),
        ]);
    }
    metrics
}

fn currency(amount: Currency) -> Value {
    Value::Number(amount.0 as f64 / 10_000.0)
}

/// A LONG. It is negative only where the conventions have it so.
fn long(value: i32) -> Value {
    u64::try_from(value).map_or(Value::Number(value.into()), Value::Count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_that_is_no_whole_second_names_its_service_level() {
        let [(name, value), ..] = service_levels(Duration::from_secs_f64(7.5), 4, 3, 2, 0);
        assert_eq!((name.as_ref(), value), ("sl_7.5_of_offered", Value::Number(0.5)));
    }

    #[test]
    fn what_there_is_nothing_to_take_from_is_missing() {
        assert_eq!(mean_time(0, 0), Value::Missing);
        assert_eq!(share(0, 0), Value::Missing);
        assert_eq!(Value::Missing.to_string(), "");
    }
}
