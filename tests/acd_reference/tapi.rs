//! TAPI's numbers from their definitions, in integers that cannot overflow.

use acdsim::acd::conventions::{
    AgentHours, AverageOf, AverageWait, CallCounts, CallRatePer, DurationOf, EndedSession, FlowedIn, Hold,
    OverallCallRate, Overflow, QueueWaits, Ringing, Rounding, TimeZone, TimesOf, TotalsOf, WithoutCalls,
};
use acdsim::acd::{
    Conventions, Currency, OleDate, Phases, QueueStatistics, TapiAgentStatistics, TapiQueueStatistics,
    TapiSessionStatistics,
};
use acdsim::time::Duration;
use jiff::civil::DateTime;

use crate::statistics::{OfAgent, OfSession};

const SECOND: i128 = 1_000_000_000;

fn nanos(duration: Duration) -> i128 {
    duration.as_nanos().into()
}

/// `a / b` made whole; neither is negative.
fn whole(rounding: Rounding, a: i128, b: i128) -> i128 {
    match rounding {
        Rounding::Truncate => a / b,
        Rounding::Nearest => (2 * a + b) / (2 * b),
        Rounding::Up => (a + b - 1) / b,
    }
}

/// A number as TAPI's LONG.
fn long(conventions: &Conventions, value: i128) -> i32 {
    match conventions.overflow {
        Overflow::Saturate => value.min(0x7FFF_FFFF) as i32,
        Overflow::Wrap => (value % (1 << 32)) as u32 as i32,
    }
}

fn seconds(conventions: &Conventions, nanos: i128) -> i32 {
    long(conventions, whole(conventions.seconds, nanos, SECOND))
}

fn average(conventions: &Conventions, nanos: i128, calls: u64) -> i32 {
    let calls = i128::from(calls);
    match (calls, conventions.without_calls, conventions.averages) {
        (0, WithoutCalls::Zero, _) => 0,
        (0, WithoutCalls::AllOnes, _) => -1,
        (_, _, AverageOf::Exact) => long(conventions, whole(conventions.seconds, nanos, calls * SECOND)),
        (_, _, AverageOf::WholeSeconds) => {
            let total = whole(conventions.seconds, nanos, SECOND);
            long(conventions, whole(conventions.seconds, total, calls))
        }
    }
}

fn longest(conventions: &Conventions, longest: Duration, calls: u64) -> i32 {
    if calls == 0 { average(conventions, 0, 0) } else { seconds(conventions, nanos(longest)) }
}

fn per_hour(conventions: &Conventions, calls: i128, time: i128) -> Currency {
    if time == 0 {
        return Currency(0);
    }
    let rate = whole(conventions.rates, calls * 3_600 * SECOND * 10_000, time);
    Currency(rate.min(i64::MAX.into()) as i64)
}

/// Talk and call time of these phases.
fn talk_and_call(conventions: &Conventions, phases: &Phases) -> (i128, i128) {
    let [talk, wrap_up, ringing, hold] = [phases.talk, phases.wrap_up, phases.ringing, phases.hold].map(nanos);
    let without_hold = talk - hold;
    let (talk_hold, call_hold) = match conventions.hold {
        Hold::TalkTime => (hold, hold),
        Hold::CallTime => (0, hold),
        Hold::Nowhere => (0, 0),
    };
    let (talk_ringing, call_ringing) = match conventions.ringing {
        Ringing::Nowhere => (0, 0),
        Ringing::CallTime => (0, ringing),
        Ringing::TalkTime => (ringing, ringing),
    };
    (without_hold + talk_hold + talk_ringing, without_hold + wrap_up + call_hold + call_ringing)
}

fn number_of_calls(conventions: &Conventions, answered: u64, talks: u64, wrap_ups: u64) -> i128 {
    i128::from(match conventions.number_of_calls {
        CallCounts::AtAnswer => answered,
        CallCounts::AtTalkEnd => talks,
        CallCounts::AtWrapUpEnd => wrap_ups,
    })
}

pub(crate) fn of_session(exact: &OfSession, start: DateTime, conventions: &Conventions) -> TapiSessionStatistics {
    let ahead = match conventions.session_start_time {
        TimeZone::Local => 0,
        TimeZone::Utc => i64::from(conventions.utc_offset_minutes),
    };
    let start = start.checked_sub(jiff::SignedDuration::from_mins(ahead)).expect("the years are few");
    let session_start_time = OleDate::of(start, exact.started);
    let zero = exact.ended && conventions.ended_session == EndedSession::Zero;
    let running = conventions.totals == TotalsOf::RunningPhases;
    let and_running =
        |ended: Duration, running_part: Duration| ended + if running { running_part } else { Duration::ZERO };
    let phases = Phases {
        talk: and_running(exact.phases.talk, exact.running.talk),
        wrap_up: and_running(exact.phases.wrap_up, exact.running.wrap_up),
        ringing: and_running(exact.phases.ringing, exact.running.ringing),
        hold: and_running(exact.phases.hold, exact.running.hold),
    };
    let (talk, call) = talk_and_call(conventions, &phases);
    let talks = exact.talks + u64::from(running && exact.talking);
    let wrap_ups = exact.wrap_ups + u64::from(running && exact.wrapping_up);
    let calls = number_of_calls(conventions, exact.calls, exact.talks, exact.wrap_ups);
    let available = nanos(exact.duration) - nanos(exact.not_ready);
    let duration = match conventions.session_duration {
        DurationOf::WholeSession => nanos(exact.duration),
        DurationOf::WithoutNotReady => available,
    };
    let rate_time = match conventions.call_rate_per {
        CallRatePer::SessionDuration => duration,
        CallRatePer::AvailableTime => available,
        CallRatePer::CallTime => call,
    };
    let answered = exact.answered[conventions.time_to_answer as usize];
    let unanswered = exact.unanswered[conventions.time_to_answer as usize];
    let (wait, longest_wait, waited) = match conventions.times_to_answer_of {
        TimesOf::Answered => (answered.total_nanos, answered.longest, answered.calls),
        TimesOf::Offered => (
            answered.total_nanos + unanswered.total_nanos,
            answered.longest.max(unanswered.longest),
            answered.calls + unanswered.calls,
        ),
    };
    let unless_zero = |value: i32| if zero { 0 } else { value };
    TapiSessionStatistics {
        session_start_time,
        session_duration: unless_zero(seconds(conventions, duration)),
        number_of_calls: unless_zero(long(conventions, calls)),
        total_talk_time: unless_zero(seconds(conventions, talk)),
        average_talk_time: unless_zero(average(conventions, talk, talks)),
        total_call_time: unless_zero(seconds(conventions, call)),
        average_call_time: unless_zero(average(conventions, call, talks)),
        total_wrap_up_time: unless_zero(seconds(conventions, nanos(phases.wrap_up))),
        average_wrap_up_time: unless_zero(average(conventions, nanos(phases.wrap_up), wrap_ups)),
        acd_call_rate: if zero { Currency(0) } else { per_hour(conventions, calls, rate_time) },
        longest_time_to_answer: unless_zero(longest(conventions, longest_wait, waited)),
        average_time_to_answer: unless_zero(average(conventions, wait as i128, waited)),
    }
}

pub(crate) fn of_agent(exact: &OfAgent, conventions: &Conventions) -> TapiAgentStatistics {
    let phases = match conventions.totals {
        TotalsOf::EndedPhases => &exact.ended,
        TotalsOf::RunningPhases => &exact.passed,
    };
    let (talk, call) = talk_and_call(conventions, phases);
    let calls = number_of_calls(conventions, exact.calls, exact.talks, exact.wrap_ups);
    let hours = nanos(match conventions.agent_hours {
        AgentHours::Union => exact.active,
        AgentHours::Sum => exact.session_time,
    });
    let tenfold = |scales: &[OverallCallRate]| if scales.contains(&conventions.overall_call_rate) { 10 } else { 1 };
    let in_tapi3 = tenfold(&[OverallCallRate::TenfoldInTapi3, OverallCallRate::Tenfold]);
    let of_line = tenfold(&[OverallCallRate::Tenfold]);
    TapiAgentStatistics {
        overall_call_rate: per_hour(conventions, in_tapi3 * calls, hours),
        overall_call_rate_of_line: per_hour(conventions, of_line * calls, hours),
        number_of_acd_calls: long(conventions, calls),
        number_of_incoming_calls: long(conventions, exact.incoming.into()),
        number_of_outgoing_calls: long(conventions, exact.outgoing.into()),
        total_acd_talk_time: seconds(conventions, talk),
        total_acd_call_time: seconds(conventions, call),
        total_wrap_up_time: seconds(conventions, nanos(phases.wrap_up)),
    }
}

pub(crate) fn of_queue(
    period: &QueueStatistics,
    life: &QueueStatistics,
    conventions: &Conventions,
) -> TapiQueueStatistics {
    let queued = match conventions.flowed_in {
        FlowedIn::Queued => period.calls_entered + period.calls_flowed_in,
        FlowedIn::Apart => period.calls_entered,
    };
    let waits = match conventions.queue_waits {
        QueueWaits::Period => period,
        QueueWaits::Life => life,
    };
    let unanswered = waits.calls_abandoned + waits.calls_flowed_out + waits.calls_disposed;
    let left = waits.calls_answered + unanswered;
    let (wait, calls) = match conventions.average_wait {
        AverageWait::Answered => (waits.answered_wait_nanos, waits.calls_answered),
        AverageWait::Left => (waits.answered_wait_nanos + waits.other_wait_nanos, left),
        AverageWait::All => (
            waits.answered_wait_nanos + waits.other_wait_nanos + waits.waiting_nanos,
            left + waits.current_calls_queued,
        ),
    };
    let number = |count: u64| long(conventions, count.into());
    TapiQueueStatistics {
        total_calls_queued: number(queued),
        current_calls_queued: number(period.current_calls_queued),
        total_calls_abandoned: number(period.calls_abandoned),
        total_calls_flowed_in: number(period.calls_flowed_in),
        total_calls_flowed_out: number(period.calls_flowed_out),
        longest_ever_wait_time: longest(conventions, waits.longest_wait, left + waits.current_calls_queued),
        current_longest_wait_time: longest(conventions, period.current_longest_wait, period.current_calls_queued),
        average_wait_time: average(conventions, wait as i128, calls),
        final_disposition: number(period.calls_disposed),
    }
}
