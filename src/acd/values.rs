//! What TAPI reports: the exact statistics in TAPI's types, as the [`Conventions`] say.
//!
//! The values are those of TAPI 3, LONGs; a member of a TAPI 2.2 structure is the DWORD with the same bits.

use std::fmt;

use jiff::civil::{DateTime, date};

use super::conventions::{
    AgentHours, AverageOf, AverageWait, CallCounts, CallRatePer, DurationOf, EndedSession, FlowedIn, Hold,
    OverallCallRate, Overflow, QueueWaits, Ringing, Rounding, TimeZone, TimesOf, TotalsOf, WithoutCalls,
};
use super::session::{Phases, Waits};
use super::{AgentStatistics, Conventions, QueueStatistics, SessionStatistics};
use crate::fault::{self, Fault};
use crate::time::{Duration, Instant, NANOS_PER_SEC};

/// A DATE of Automation: days since 30 December 1899, 0:00, the time of day as a fraction; local time of the site.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct OleDate(pub f64);

impl OleDate {
    /// The date of an instant of a run that starts at `start`.
    ///
    /// ```
    /// use acdsim::acd::OleDate;
    /// use acdsim::time::{Duration, Instant};
    ///
    /// let start = jiff::civil::date(1900, 1, 1).at(6, 0, 0, 0);
    /// assert_eq!(OleDate::of(start, Instant::START), OleDate(2.25));
    /// assert_eq!(OleDate::of(start, Instant::START + Duration::from_secs(6 * 3600)), OleDate(2.5));
    /// ```
    pub fn of(start: DateTime, instant: Instant) -> Self {
        let epoch = date(1899, 12, 30).at(0, 0, 0, 0);
        let nanos = start.duration_since(epoch).as_nanos() + i128::from(instant.as_nanos());
        let day = 86_400 * i128::from(NANOS_PER_SEC);
        // The fraction of a day before the epoch still counts forwards, as Automation has it.
        let (days, rest) = (nanos.div_euclid(day), nanos.rem_euclid(day));
        let fraction = rest as f64 / day as f64;
        OleDate(if days < 0 { days as f64 - fraction } else { days as f64 + fraction })
    }
}

/// A CURRENCY of Automation: a signed number of ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Currency(pub i64);

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:04}", magnitude / 10_000, magnitude % 10_000)
    }
}

/// The twelve statistics of ITAgentSession.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TapiSessionStatistics {
    /// `SessionStartTime`: when the session was created.
    pub session_start_time: OleDate,
    /// `SessionDuration`, seconds.
    pub session_duration: i32,
    /// `NumberOfCalls`: ACD calls handled.
    pub number_of_calls: i32,
    /// `TotalTalkTime`, seconds.
    pub total_talk_time: i32,
    /// `AverageTalkTime`, seconds.
    pub average_talk_time: i32,
    /// `TotalCallTime`, seconds: on the telephone and in wrap-up.
    pub total_call_time: i32,
    /// `AverageCallTime`, seconds.
    pub average_call_time: i32,
    /// `TotalWrapUpTime`, seconds.
    pub total_wrap_up_time: i32,
    /// `AverageWrapUpTime`, seconds.
    pub average_wrap_up_time: i32,
    /// `ACDCallRate`: calls per hour.
    pub acd_call_rate: Currency,
    /// `LongestTimeToAnswer`, seconds.
    pub longest_time_to_answer: i32,
    /// `AverageTimeToAnswer`, seconds.
    pub average_time_to_answer: i32,
}

impl TapiSessionStatistics {
    /// What TAPI reports of a session on a site whose wall clock showed `start` at [`Instant::START`].
    pub fn new(exact: &SessionStatistics, start: DateTime, conventions: &Conventions) -> Self {
        let whole = Whole(conventions);
        let session_start_time = OleDate::of(whole.zoned(start), exact.started);
        if exact.ended && conventions.ended_session == EndedSession::Zero {
            return TapiSessionStatistics::zero(session_start_time);
        }
        let running = conventions.totals == TotalsOf::RunningPhases;
        let phases = if running { exact.ended_phases() + exact.running } else { exact.ended_phases() };
        let (talk, call) = whole.talk_and_call(&phases);
        let talks = exact.talks + u64::from(running && exact.is_talking());
        let wrap_ups = exact.wrap_ups + u64::from(running && exact.is_wrapping_up());
        let calls = whole.calls(exact.calls, exact.talks, exact.wrap_ups);
        let available = nanos(exact.duration) - nanos(exact.not_ready);
        let duration = match conventions.session_duration {
            DurationOf::WholeSession => nanos(exact.duration),
            DurationOf::WithoutNotReady => available,
        };
        let rate_per = match conventions.call_rate_per {
            CallRatePer::SessionDuration => duration,
            CallRatePer::AvailableTime => available,
            CallRatePer::CallTime => call,
        };
        let mut waits = exact.times_to_answer(conventions.time_to_answer);
        if conventions.times_to_answer_of == TimesOf::Offered {
            waits = both(&waits, &exact.unanswered(conventions.time_to_answer));
        }
        let thousandfold = if fault::is(Fault::LongestInMilliseconds) { 1_000 } else { 1 };
        TapiSessionStatistics {
            session_start_time,
            session_duration: whole.seconds(duration),
            number_of_calls: whole.long(calls.into()),
            total_talk_time: whole.seconds(talk),
            average_talk_time: whole
                .average(talk, if fault::is(Fault::TalkAverageOfAllCalls) { exact.calls } else { talks }),
            total_call_time: whole.seconds(call),
            average_call_time: whole.average(call, talks),
            total_wrap_up_time: whole.seconds(nanos(phases.wrap_up)),
            average_wrap_up_time: whole.average(nanos(phases.wrap_up), wrap_ups),
            acd_call_rate: whole.calls_per_hour(calls.into(), rate_per),
            longest_time_to_answer: whole.longest(waits.longest, waits.calls).saturating_mul(thousandfold),
            average_time_to_answer: whole.average(waits.total_nanos, waits.calls),
        }
    }

    fn zero(session_start_time: OleDate) -> Self {
        TapiSessionStatistics {
            session_start_time,
            session_duration: 0,
            number_of_calls: 0,
            total_talk_time: 0,
            average_talk_time: 0,
            total_call_time: 0,
            average_call_time: 0,
            total_wrap_up_time: 0,
            average_wrap_up_time: 0,
            acd_call_rate: Currency(0),
            longest_time_to_answer: 0,
            average_time_to_answer: 0,
        }
    }
}

/// The statistics of ITAgent; the measurement period is beside them, in [`Agent`](super::Agent).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TapiAgentStatistics {
    /// `OverallCallRate`: ACD calls per agent hour, in TAPI 3.
    pub overall_call_rate: Currency,
    /// `cyOverallCallRate`: the same in LINEAGENTINFO.
    pub overall_call_rate_of_line: Currency,
    /// `NumberOfACDCalls`.
    pub number_of_acd_calls: i32,
    /// `NumberOfIncomingCalls`: those that were no ACD calls.
    pub number_of_incoming_calls: i32,
    /// `NumberOfOutgoingCalls`: those that were no ACD calls.
    pub number_of_outgoing_calls: i32,
    /// `TotalACDTalkTime`, seconds.
    pub total_acd_talk_time: i32,
    /// `TotalACDCallTime`, seconds: on the telephone and in wrap-up.
    pub total_acd_call_time: i32,
    /// `TotalWrapUpTime`, seconds.
    pub total_wrap_up_time: i32,
}

impl TapiAgentStatistics {
    /// What TAPI reports of an agent, from what was counted in the measurement period.
    pub fn new(exact: &AgentStatistics, conventions: &Conventions) -> Self {
        let whole = Whole(conventions);
        let phases = match conventions.totals {
            TotalsOf::EndedPhases => &exact.ended,
            TotalsOf::RunningPhases => &exact.passed,
        };
        let (talk, call) = whole.talk_and_call(phases);
        let calls = whole.calls(exact.calls, exact.talks, exact.wrap_ups);
        let agent_time = nanos(match conventions.agent_hours {
            AgentHours::Union if !fault::is(Fault::AgentHoursSummed) => exact.active,
            AgentHours::Union | AgentHours::Sum => exact.session_time,
        });
        let (in_tapi3, of_line) = match conventions.overall_call_rate {
            OverallCallRate::CallsPerHour => (1, 1),
            OverallCallRate::TenfoldInTapi3 => (10, 1),
            OverallCallRate::Tenfold => (10, 10),
        };
        let rate = |factor: u128| whole.calls_per_hour(u128::from(calls) * factor, agent_time);
        TapiAgentStatistics {
            overall_call_rate: rate(in_tapi3),
            overall_call_rate_of_line: rate(of_line),
            number_of_acd_calls: whole.long(calls.into()),
            number_of_incoming_calls: whole.long(exact.incoming.into()),
            number_of_outgoing_calls: whole.long(exact.outgoing.into()),
            total_acd_talk_time: whole.seconds(talk),
            total_acd_call_time: whole.seconds(call),
            total_wrap_up_time: whole.seconds(nanos(phases.wrap_up)),
        }
    }
}

/// The statistics of ITQueue; the measurement period is beside them, in [`Queue`](super::Queue).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TapiQueueStatistics {
    /// `TotalCallsQueued`.
    pub total_calls_queued: i32,
    /// `CurrentCallsQueued`.
    pub current_calls_queued: i32,
    /// `TotalCallsAbandoned`.
    pub total_calls_abandoned: i32,
    /// `TotalCallsFlowedIn`.
    pub total_calls_flowed_in: i32,
    /// `TotalCallsFlowedOut`.
    pub total_calls_flowed_out: i32,
    /// `LongestEverWaitTime`, seconds.
    pub longest_ever_wait_time: i32,
    /// `CurrentLongestWaitTime`, seconds.
    pub current_longest_wait_time: i32,
    /// `AverageWaitTime`, seconds.
    pub average_wait_time: i32,
    /// `FinalDisposition`: calls that reached the bottom of a call guide here.
    pub final_disposition: i32,
}

impl TapiQueueStatistics {
    /// What TAPI reports of a queue, from what was counted in the measurement period and in the queue's life.
    pub fn new(period: &QueueStatistics, life: &QueueStatistics, conventions: &Conventions) -> Self {
        let whole = Whole(conventions);
        let waits = match conventions.queue_waits {
            QueueWaits::Period => period,
            QueueWaits::Life => life,
        };
        let (wait, calls) = average_wait(waits, conventions.average_wait);
        let queued = match conventions.flowed_in {
            FlowedIn::Queued => period.total_calls_queued(),
            FlowedIn::Apart => period.calls_entered,
        };
        let any_waited = waits.calls_left() + waits.current_calls_queued;
        TapiQueueStatistics {
            total_calls_queued: whole.long(queued.into()),
            current_calls_queued: whole.long(period.current_calls_queued.into()),
            total_calls_abandoned: whole.long(period.calls_abandoned.into()),
            total_calls_flowed_in: whole.long(period.calls_flowed_in.into()),
            total_calls_flowed_out: whole.long(period.calls_flowed_out.into()),
            longest_ever_wait_time: whole.longest(waits.longest_wait, any_waited),
            current_longest_wait_time: whole.longest(period.current_longest_wait, period.current_calls_queued),
            average_wait_time: whole.average(wait, calls),
            final_disposition: whole.long(period.calls_disposed.into()),
        }
    }
}

/// The sum, in nanoseconds, and the number of the waits that a queue's average is of.
fn average_wait(exact: &QueueStatistics, of: AverageWait) -> (u128, u64) {
    match of {
        _ if fault::is(Fault::QueueAverageOfAnswered) => (exact.total_wait_nanos(), exact.calls_answered),
        AverageWait::Left => (exact.total_wait_nanos(), exact.calls_left()),
        AverageWait::Answered => (exact.answered_wait_nanos, exact.calls_answered),
        AverageWait::All => {
            (exact.total_wait_nanos() + exact.waiting_nanos, exact.calls_left() + exact.current_calls_queued)
        }
    }
}

/// Makes exact numbers whole, as the conventions say.
struct Whole<'a>(&'a Conventions);

impl Whole<'_> {
    fn quotient(rounding: Rounding, dividend: u128, divisor: u128) -> u128 {
        let (whole, rest) = (dividend / divisor, dividend % divisor);
        let up = match rounding {
            Rounding::Truncate => false,
            Rounding::Nearest => rest >= divisor - rest,
            Rounding::Up => rest > 0,
        };
        whole + u128::from(up)
    }

    /// A number as a LONG.
    fn long(&self, value: u128) -> i32 {
        match self.0.overflow {
            Overflow::Saturate => i32::try_from(value).unwrap_or(i32::MAX),
            Overflow::Wrap => value as u32 as i32,
        }
    }

    /// Nanoseconds as whole seconds.
    fn whole_seconds(&self, nanos: u128) -> u128 {
        Self::quotient(self.0.seconds, nanos, NANOS_PER_SEC.into())
    }

    fn seconds(&self, nanos: u128) -> i32 {
        self.long(self.whole_seconds(nanos))
    }

    fn without_calls(&self) -> i32 {
        match self.0.without_calls {
            WithoutCalls::Zero => 0,
            WithoutCalls::AllOnes => -1,
        }
    }

    fn longest(&self, longest: Duration, calls: u64) -> i32 {
        if calls == 0 { self.without_calls() } else { self.seconds(nanos(longest)) }
    }

    /// The average of so many nanoseconds over so many calls, in whole seconds.
    fn average(&self, total_nanos: u128, calls: u64) -> i32 {
        if calls == 0 {
            return self.without_calls();
        }
        let calls = u128::from(calls);
        let rounding = if fault::is(Fault::AveragesRoundedUp) { Rounding::Up } else { self.0.seconds };
        let average = match self.0.averages {
            AverageOf::Exact => Self::quotient(rounding, total_nanos, calls * u128::from(NANOS_PER_SEC)),
            AverageOf::WholeSeconds => Self::quotient(rounding, self.whole_seconds(total_nanos), calls),
        };
        self.long(average)
    }

    /// A number of calls that counts.
    fn calls(&self, answered: u64, talks: u64, wrap_ups: u64) -> u64 {
        match self.0.number_of_calls {
            CallCounts::AtAnswer => answered,
            CallCounts::AtTalkEnd => talks,
            CallCounts::AtWrapUpEnd => wrap_ups,
        }
    }

    /// Talk and call time, in nanoseconds.
    fn talk_and_call(&self, phases: &Phases) -> (u128, u128) {
        let (mut talk, mut call) = (nanos(phases.talk), nanos(phases.talk) + nanos(phases.wrap_up));
        if fault::is(Fault::WrapUpLeftOut) {
            call = talk;
        }
        match self.0.hold {
            Hold::TalkTime => {}
            Hold::CallTime => talk -= nanos(phases.hold),
            Hold::Nowhere => {
                talk -= nanos(phases.hold);
                call -= nanos(phases.hold);
            }
        }
        match self.0.ringing {
            Ringing::Nowhere => {}
            Ringing::CallTime => call += nanos(phases.ringing),
            Ringing::TalkTime => {
                talk += nanos(phases.ringing);
                call += nanos(phases.ringing);
            }
        }
        (talk, call)
    }

    fn calls_per_hour(&self, calls: u128, mut nanos: u128) -> Currency {
        if fault::is(Fault::CallRateOfWholeHours) {
            nanos -= nanos % (3_600 * u128::from(NANOS_PER_SEC));
        }
        if nanos == 0 {
            return Currency(0);
        }
        let ten_thousandths_per_hour = 10_000 * 3_600 * u128::from(NANOS_PER_SEC);
        let rate = Self::quotient(self.0.rates, calls * ten_thousandths_per_hour, nanos);
        Currency(i64::try_from(rate).unwrap_or(i64::MAX))
    }

    /// The wall clock in the zone that is reported.
    fn zoned(&self, start: DateTime) -> DateTime {
        match self.0.session_start_time {
            TimeZone::Local => start,
            TimeZone::Utc => {
                let ahead = jiff::SignedDuration::from_mins(self.0.utc_offset_minutes.into());
                start.saturating_sub(ahead)
            }
        }
    }
}

fn nanos(duration: Duration) -> u128 {
    duration.as_nanos().into()
}

fn both(waits: &Waits, others: &Waits) -> Waits {
    Waits {
        calls: waits.calls + others.calls,
        total_nanos: waits.total_nanos + others.total_nanos,
        longest: waits.longest.max(others.longest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statistics() -> SessionStatistics {
        SessionStatistics {
            started: Instant::START,
            ended: false,
            duration: Duration::from_secs(7_000),
            calls: 3,
            total_talk: Duration::from_secs_f64(200.999_999_999),
            talks: 3,
            total_wrap_up: Duration::from_secs_f64(59.999),
            wrap_ups: 2,
            total_time_to_answer_nanos: 8_900_000_000,
            longest_time_to_answer: Duration::from_secs_f64(7.999),
            ready: Duration::ZERO,
            not_ready: Duration::from_secs(1_000),
            running: Phases { wrap_up: Duration::from_secs(10), ..Phases::default() },
            longest_straight: Duration::from_secs_f64(7.999),
            rare: None,
        }
    }

    fn tapi(exact: &SessionStatistics, changes: &[(&str, &str)]) -> TapiSessionStatistics {
        let mut conventions = Conventions::default();
        for (name, answer) in changes {
            conventions.set(name, answer).unwrap();
        }
        TapiSessionStatistics::new(exact, date(2026, 3, 2).at(0, 0, 0, 0), &conventions)
    }

    #[test]
    fn averages_are_truncated_last() {
        let tapi = tapi(&statistics(), &[]);
        assert_eq!(tapi.total_talk_time, 200);
        assert_eq!(tapi.average_talk_time, 66);
        assert_eq!(tapi.average_wrap_up_time, 29);
        assert_eq!(tapi.total_call_time, 260);
        assert_eq!(tapi.average_call_time, 86);
        assert_eq!(tapi.longest_time_to_answer, 7);
        assert_eq!(tapi.average_time_to_answer, 2);
        assert_eq!(tapi.acd_call_rate.to_string(), "1.5428");
        assert_eq!(tapi.session_start_time, OleDate(46083.0));
    }

    #[test]
    fn times_and_rates_are_rounded_as_the_conventions_say() {
        let nearest = tapi(&statistics(), &[("seconds", "nearest"), ("rates", "nearest")]);
        assert_eq!((nearest.total_talk_time, nearest.average_talk_time), (201, 67));
        assert_eq!(nearest.acd_call_rate.to_string(), "1.5429");
        let up = tapi(&statistics(), &[("seconds", "up"), ("rates", "up")]);
        assert_eq!((up.average_wrap_up_time, up.average_time_to_answer), (30, 3));
        let of_whole = tapi(&statistics(), &[("averages", "whole-seconds"), ("seconds", "truncate")]);
        assert_eq!((of_whole.average_wrap_up_time, of_whole.average_time_to_answer), (29, 2));
        let half = |seconds: &str| Whole::quotient(Rounding::from_word(seconds).unwrap(), 5, 2);
        assert_eq!((half("truncate"), half("nearest"), half("up")), (2, 3, 3));
    }

    #[test]
    fn the_rate_is_per_what_the_conventions_say() {
        let rate = |per: &str| tapi(&statistics(), &[("call_rate_per", per)]).acd_call_rate.to_string();
        assert_eq!(rate("session-duration"), "1.5428");
        assert_eq!(rate("available-time"), "1.8000");
        assert_eq!(rate("call-time"), "41.3794");
        let without = tapi(&statistics(), &[("session_duration", "without-not-ready")]);
        assert_eq!((without.session_duration, without.acd_call_rate.to_string()), (6_000, "1.8000".into()));
    }

    #[test]
    fn running_phases_and_the_moment_that_calls_count() {
        let running = tapi(&statistics(), &[("totals", "running-phases")]);
        assert_eq!((running.total_wrap_up_time, running.average_wrap_up_time), (69, 23));
        assert_eq!(running.total_call_time, 270);
        let calls = |at: &str| tapi(&statistics(), &[("number_of_calls", at)]).number_of_calls;
        assert_eq!((calls("at-answer"), calls("at-talk-end"), calls("at-wrap-up-end")), (3, 3, 2));
    }

    #[test]
    fn a_session_without_calls_or_duration_reports_zeros() {
        let empty = SessionStatistics {
            duration: Duration::ZERO,
            not_ready: Duration::ZERO,
            calls: 0,
            talks: 0,
            wrap_ups: 0,
            total_talk: Duration::ZERO,
            total_wrap_up: Duration::ZERO,
            running: Phases::default(),
            total_time_to_answer_nanos: 0,
            longest_time_to_answer: Duration::ZERO,
            longest_straight: Duration::ZERO,
            ..statistics()
        };
        let zeros = tapi(&empty, &[]);
        assert_eq!((zeros.average_talk_time, zeros.average_time_to_answer), (0, 0));
        assert_eq!(zeros.acd_call_rate, Currency(0));
        let ones = tapi(&empty, &[("without_calls", "all-ones")]);
        assert_eq!((ones.average_talk_time, ones.longest_time_to_answer, ones.total_talk_time), (-1, -1, 0));
    }

    #[test]
    fn values_beyond_a_long_saturate_or_wrap() {
        let long = SessionStatistics { duration: Duration::from_secs((1 << 33) + 5), ..statistics() };
        assert_eq!(tapi(&long, &[]).session_duration, i32::MAX);
        assert_eq!(tapi(&long, &[("overflow", "wrap")]).session_duration, 5);
    }

    #[test]
    fn an_ended_session_may_report_zeros() {
        let ended = SessionStatistics { ended: true, ..statistics() };
        assert_eq!(tapi(&ended, &[]).number_of_calls, 3);
        let zero = tapi(&ended, &[("ended_session", "zero")]);
        assert_eq!((zero.number_of_calls, zero.session_duration, zero.total_call_time), (0, 0, 0));
        assert_eq!(zero.session_start_time, OleDate(46083.0));
    }

    #[test]
    fn the_start_may_be_in_utc() {
        let utc = tapi(&statistics(), &[("session_start_time", "utc"), ("utc_offset_minutes", "-360")]);
        assert_eq!(utc.session_start_time, OleDate(46083.25));
    }

    #[test]
    fn a_date_before_the_epoch_has_a_fraction_that_counts_forwards() {
        let six_hours = Instant::START + Duration::from_secs(6 * 3_600);
        let epoch = date(1899, 12, 30).at(0, 0, 0, 0);
        assert_eq!(OleDate::of(epoch, Instant::START), OleDate(0.0));
        assert_eq!(OleDate::of(epoch, six_hours), OleDate(0.25));
        let before = date(1899, 12, 29).at(6, 0, 0, 0);
        assert_eq!(OleDate::of(before, Instant::START), OleDate(-1.25));
        assert_eq!(OleDate::of(before, six_hours), OleDate(-1.5));
    }

    #[test]
    fn a_currency_has_its_sign_and_four_decimals() {
        let texts = [0, 5, 15_000, -1, -20_005, i64::MIN].map(|value| Currency(value).to_string());
        assert_eq!(texts, ["0.0000", "0.0005", "1.5000", "-0.0001", "-2.0005", "-922337203685477.5808"]);
    }
}
