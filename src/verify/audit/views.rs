//! What TAPI should show under the default conventions: its whole seconds, ten-thousandths and counts, from the recount.

use jiff::civil::{DateTime, date};

use super::recount::{AgentRecount, Pair, QueueRecount, Recount, SessionRecord};
use crate::acd::{
    AgentStatistics, Conventions, QueueStatistics, SessionStatistics, TapiAgentStatistics, TapiQueueStatistics,
    TapiSessionStatistics,
};

const SECOND: u128 = 1_000_000_000;

/// A start is a day and its fraction in floating point; a millisecond is well above what that loses.
const MILLISECOND_IN_DAYS: f64 = 0.001 / 86_400.0;

/// What TAPI shows of a session, beside what it should.
pub(super) fn session(
    exact: &SessionStatistics,
    start: DateTime,
    record: &SessionRecord,
    recount: &Recount,
) -> [Pair; 12] {
    let found = TapiSessionStatistics::new(exact, start, &Conventions::default());
    let Recount { calls, talks, wrap_ups, talk, wrap_up, .. } = *recount;
    let since_epoch = start.duration_since(date(1899, 12, 30).at(0, 0, 0, 0)).as_secs_f64();
    let day = since_epoch / 86_400.0 + record.created.as_nanos() as f64 / 86_400e9;
    let on_time = (found.session_start_time.0 - day).abs() <= MILLISECOND_IN_DAYS;
    [
        ("SessionStartTime is the creation", on_time.into(), 1),
        ("SessionDuration", found.session_duration.into(), seconds(recount.duration)),
        ("NumberOfCalls", found.number_of_calls.into(), long(calls.into())),
        ("TotalTalkTime", found.total_talk_time.into(), seconds(talk)),
        ("AverageTalkTime", found.average_talk_time.into(), average(talk, talks)),
        ("TotalCallTime", found.total_call_time.into(), seconds(talk + wrap_up)),
        ("AverageCallTime", found.average_call_time.into(), average(talk + wrap_up, talks)),
        ("TotalWrapUpTime", found.total_wrap_up_time.into(), seconds(wrap_up)),
        ("AverageWrapUpTime", found.average_wrap_up_time.into(), average(wrap_up, wrap_ups)),
        ("ACDCallRate", found.acd_call_rate.0.into(), per_hour(calls, recount.duration)),
        ("LongestTimeToAnswer", found.longest_time_to_answer.into(), seconds(recount.longest.into())),
        ("AverageTimeToAnswer", found.average_time_to_answer.into(), average(recount.time_to_answer, calls)),
    ]
}

/// What TAPI shows of an agent, beside what it should.
pub(super) fn agent(exact: &AgentStatistics, recount: &AgentRecount) -> [Pair; 8] {
    let found = TapiAgentStatistics::new(exact, &Conventions::default());
    let AgentRecount { sum, active } = recount;
    let rate = per_hour(sum.calls, *active);
    [
        ("OverallCallRate", found.overall_call_rate.0.into(), rate),
        ("cyOverallCallRate", found.overall_call_rate_of_line.0.into(), rate),
        ("NumberOfACDCalls", found.number_of_acd_calls.into(), long(sum.calls.into())),
        ("NumberOfIncomingCalls", found.number_of_incoming_calls.into(), 0),
        ("NumberOfOutgoingCalls", found.number_of_outgoing_calls.into(), 0),
        ("TotalACDTalkTime", found.total_acd_talk_time.into(), seconds(sum.talk)),
        ("TotalACDCallTime", found.total_acd_call_time.into(), seconds(sum.talk + sum.wrap_up)),
        ("TotalWrapUpTime", found.total_wrap_up_time.into(), seconds(sum.wrap_up)),
    ]
}

/// What TAPI shows of a queue, beside what it should.
pub(super) fn queue(exact: &QueueStatistics, recount: &QueueRecount) -> [Pair; 9] {
    let found = TapiQueueStatistics::new(exact, exact, &Conventions::default());
    let left = recount.answered + recount.abandoned;
    let waits = recount.answered_wait + recount.abandoned_wait;
    [
        ("TotalCallsQueued", found.total_calls_queued.into(), long(recount.entered.into())),
        ("CurrentCallsQueued", found.current_calls_queued.into(), long(recount.waiting.into())),
        ("TotalCallsAbandoned", found.total_calls_abandoned.into(), long(recount.abandoned.into())),
        ("TotalCallsFlowedIn", found.total_calls_flowed_in.into(), 0),
        ("TotalCallsFlowedOut", found.total_calls_flowed_out.into(), 0),
        ("LongestEverWaitTime", found.longest_ever_wait_time.into(), seconds(recount.longest.into())),
        ("CurrentLongestWaitTime", found.current_longest_wait_time.into(), seconds(recount.longest_waiting.into())),
        ("AverageWaitTime", found.average_wait_time.into(), average(waits, left)),
        ("FinalDisposition", found.final_disposition.into(), 0),
    ]
}

/// A LONG does not go beyond its largest value.
fn long(value: u128) -> i128 {
    i128::from(i32::try_from(value).unwrap_or(i32::MAX))
}

/// Whole seconds: what is not full is dropped.
fn seconds(nanos: u128) -> i128 {
    long(nanos / SECOND)
}

fn average(nanos: u128, calls: u64) -> i128 {
    nanos.checked_div(u128::from(calls)).map_or(0, seconds)
}

/// Calls per hour in ten-thousandths.
fn per_hour(calls: u64, nanos: u128) -> i128 {
    let rate = (u128::from(calls) * 36_000_000 * SECOND).checked_div(nanos).unwrap_or(0);
    i128::from(i64::try_from(rate).unwrap_or(i64::MAX))
}
