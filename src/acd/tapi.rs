//! What TAPI reports: the exact statistics in TAPI's types.
//!
//! Times become whole seconds, truncated; averages are computed from the exact values and truncated last; a rate is
//! truncated to a ten-thousandth. A value too large for TAPI's LONG is reported as the largest.

use std::fmt;

use jiff::civil::{DateTime, date};

use super::{QueueStatistics, SessionStatistics};
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
    /// `NumberOfCalls`: ACD calls answered.
    pub number_of_calls: i32,
    /// `TotalTalkTime`, seconds.
    pub total_talk_time: i32,
    /// `AverageTalkTime`, seconds.
    pub average_talk_time: i32,
    /// `TotalCallTime`, seconds: talk and wrap-up.
    pub total_call_time: i32,
    /// `AverageCallTime`, seconds: over the calls whose talk has ended.
    pub average_call_time: i32,
    /// `TotalWrapUpTime`, seconds.
    pub total_wrap_up_time: i32,
    /// `AverageWrapUpTime`, seconds: over the calls whose wrap-up has ended.
    pub average_wrap_up_time: i32,
    /// `ACDCallRate`: calls per hour of session duration.
    pub acd_call_rate: Currency,
    /// `LongestTimeToAnswer`, seconds.
    pub longest_time_to_answer: i32,
    /// `AverageTimeToAnswer`, seconds: over the answered calls.
    pub average_time_to_answer: i32,
}

impl TapiSessionStatistics {
    /// What TAPI reports of a session in a run that starts at `start`.
    pub fn new(exact: &SessionStatistics, start: DateTime) -> Self {
        TapiSessionStatistics {
            session_start_time: OleDate::of(start, exact.started),
            session_duration: seconds(exact.duration),
            number_of_calls: long(exact.calls.into()),
            total_talk_time: seconds(exact.total_talk),
            average_talk_time: average_seconds(nanos(exact.total_talk), exact.talks),
            total_call_time: seconds(exact.total_call_time()),
            average_call_time: average_seconds(nanos(exact.total_call_time()), exact.talks),
            total_wrap_up_time: seconds(exact.total_wrap_up),
            average_wrap_up_time: average_seconds(nanos(exact.total_wrap_up), exact.wrap_ups),
            acd_call_rate: calls_per_hour(exact.calls, exact.duration),
            longest_time_to_answer: seconds(exact.longest_time_to_answer),
            average_time_to_answer: average_seconds(exact.total_time_to_answer_nanos, exact.calls),
        }
    }
}

/// The statistics of ITQueue that a queue without flows between queues has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TapiQueueStatistics {
    /// `TotalCallsQueued`.
    pub total_calls_queued: i32,
    /// `CurrentCallsQueued`.
    pub current_calls_queued: i32,
    /// `TotalCallsAbandoned`.
    pub total_calls_abandoned: i32,
    /// `LongestEverWaitTime`, seconds.
    pub longest_ever_wait_time: i32,
    /// `CurrentLongestWaitTime`, seconds.
    pub current_longest_wait_time: i32,
    /// `AverageWaitTime`, seconds: over the calls that left the queue.
    pub average_wait_time: i32,
}

impl From<&QueueStatistics> for TapiQueueStatistics {
    fn from(exact: &QueueStatistics) -> Self {
        TapiQueueStatistics {
            total_calls_queued: long(exact.total_calls_queued.into()),
            current_calls_queued: long(exact.current_calls_queued.into()),
            total_calls_abandoned: long(exact.total_calls_abandoned.into()),
            longest_ever_wait_time: seconds(exact.longest_ever_wait),
            current_longest_wait_time: seconds(exact.current_longest_wait),
            average_wait_time: seconds(exact.average_wait()),
        }
    }
}

fn long(value: u128) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

fn seconds(duration: Duration) -> i32 {
    long(duration.as_secs().into())
}

fn nanos(duration: Duration) -> u128 {
    duration.as_nanos().into()
}

fn average_seconds(total_nanos: u128, calls: u64) -> i32 {
    long(total_nanos.checked_div(calls.into()).unwrap_or(0) / u128::from(NANOS_PER_SEC))
}

fn calls_per_hour(calls: u64, duration: Duration) -> Currency {
    let ten_thousandths_per_hour = 10_000 * 3_600 * u128::from(NANOS_PER_SEC);
    let rate = (u128::from(calls) * ten_thousandths_per_hour).checked_div(duration.as_nanos().into()).unwrap_or(0);
    Currency(i64::try_from(rate).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statistics() -> SessionStatistics {
        SessionStatistics {
            started: Instant::START,
            duration: Duration::from_secs(7_000),
            calls: 3,
            total_talk: Duration::from_secs_f64(200.999_999_999),
            talks: 3,
            total_wrap_up: Duration::from_secs_f64(59.999),
            wrap_ups: 2,
            total_time_to_answer_nanos: 8_900_000_000,
            longest_time_to_answer: Duration::from_secs_f64(7.999),
            ready: Duration::ZERO,
        }
    }

    #[test]
    fn averages_are_truncated_last() {
        let tapi = TapiSessionStatistics::new(&statistics(), date(2026, 3, 2).at(0, 0, 0, 0));
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
    fn a_session_without_calls_or_duration_reports_zeros() {
        let empty = SessionStatistics {
            duration: Duration::ZERO,
            calls: 0,
            talks: 0,
            wrap_ups: 0,
            total_talk: Duration::ZERO,
            total_wrap_up: Duration::ZERO,
            total_time_to_answer_nanos: 0,
            longest_time_to_answer: Duration::ZERO,
            ..statistics()
        };
        let tapi = TapiSessionStatistics::new(&empty, date(2026, 3, 2).at(0, 0, 0, 0));
        assert_eq!((tapi.average_talk_time, tapi.average_time_to_answer), (0, 0));
        assert_eq!(tapi.acd_call_rate, Currency(0));
    }

    #[test]
    fn values_beyond_a_long_are_reported_as_the_largest() {
        let long = SessionStatistics { duration: Duration::from_secs(1 << 33), ..statistics() };
        let tapi = TapiSessionStatistics::new(&long, date(2026, 3, 2).at(0, 0, 0, 0));
        assert_eq!(tapi.session_duration, i32::MAX);
    }
}
