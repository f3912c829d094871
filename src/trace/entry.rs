//! The lines of a trace after the first.

use serde::{Deserialize, Serialize};

use crate::acd::{SessionState, SessionStatistics, TapiSessionStatistics};
use crate::time::Instant;

/// A line between the header and the footer.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// What came to the system from outside, and when.
    Given(Instant, Given),
    /// What the system did, and when.
    Seen(Instant, Seen),
    /// What the system has counted of a session when the run is over.
    Statistics(Totals),
}

/// What comes to the system from outside. Times are in nanoseconds, groups and agents by their index in the header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "in", rename_all = "snake_case", deny_unknown_fields)]
pub enum Given {
    /// A call arrives, with its whole fate that is not the system's.
    CallArrives {
        /// Its number, from 1 in the order of arrival.
        call: u64,
        /// Its group.
        group: u32,
        /// The index of its class in the group's; none if it is of none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<u32>,
        /// Where it comes from, if it is not new from outside.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Origin>,
        /// How long it talks once it is answered.
        talk_ns: u64,
        /// How long its wrap-up lasts.
        wrap_up_ns: u64,
        /// How long its caller waits; none for ever.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        patience_ns: Option<u64>,
    },
    /// An agent is due to log in: a session in each of these groups.
    AgentLogsIn {
        /// Who.
        agent: u32,
        /// The groups, in the order in which the sessions are created.
        groups: Vec<u32>,
    },
    /// An agent is due to log out, when the call is done if there is one.
    AgentLogsOut {
        /// Who.
        agent: u32,
    },
    /// An agent is due for a break, when the call is done if there is one.
    AgentTakesBreak {
        /// Who.
        agent: u32,
        /// For how long.
        length_ns: u64,
    },
}

/// Where a call comes from that is not new from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Origin {
    /// A caller who was not served calls again.
    Retrial {
        /// The call that was not served.
        of: u64,
    },
    /// An agent has passed the call on.
    Transfer {
        /// The call whose talk has ended.
        of: u64,
        /// The group that it was of.
        from: u32,
    },
}

/// What the system does. Times are in nanoseconds; sessions are numbered from 0 in the order of creation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "out", rename_all = "snake_case", deny_unknown_fields)]
pub enum Seen {
    /// The warm-up is over: statistics start here.
    MeasurementStarted,
    /// A session was created, NOT_READY.
    SessionCreated {
        /// Its number.
        session: u32,
        /// Its agent.
        agent: u32,
        /// Its group.
        group: u32,
    },
    /// A session went from one state to another.
    SessionChanged {
        /// Which.
        session: u32,
        /// The state that it left, by TAPI's name.
        #[serde(with = "state")]
        from: SessionState,
        /// The state that it has now.
        #[serde(with = "state")]
        to: SessionState,
    },
    /// A call that found no agent began to wait.
    CallWaits {
        /// Which.
        call: u64,
        /// Its group.
        group: u32,
    },
    /// A call found no agent and no room in its queue, and was turned away.
    CallBlocked {
        /// Which.
        call: u64,
        /// Its group.
        group: u32,
    },
    /// A caller would have had to wait, and left at once.
    CallBalked {
        /// Which.
        call: u64,
        /// Its group.
        group: u32,
    },
    /// A call began to ring at an agent.
    CallRings {
        /// Which.
        call: u64,
        /// The session that it rings at.
        session: u32,
    },
    /// A call has rung at an agent who does not answer, and is back at its place in the line.
    CallUnanswered {
        /// Which.
        call: u64,
        /// The session that it rang at.
        session: u32,
    },
    /// A caller who waits accepted to be called back.
    CallBackAccepted {
        /// Which.
        call: u64,
        /// Its group.
        group: u32,
    },
    /// A waiting call flowed out of a group's queue and into that of another.
    CallFlowed {
        /// Which.
        call: u64,
        /// The group that it leaves.
        from: u32,
        /// The group that it comes to.
        to: u32,
    },
    /// A waiting call reached the end of its call guide unanswered, and left.
    CallDisposed {
        /// Which.
        call: u64,
        /// Its group.
        group: u32,
    },
    /// A session answered a call.
    CallAnswered {
        /// Which.
        call: u64,
        /// The session.
        session: u32,
        /// How long it waited in the group's queue, ringing included.
        waited_ns: u64,
    },
    /// A caller ran out of patience.
    CallAbandoned {
        /// Which.
        call: u64,
        /// Its group.
        group: u32,
        /// How long it waited in the group's queue.
        waited_ns: u64,
    },
    /// A caller was taken back from hold.
    HoldEnded {
        /// Which.
        call: u64,
        /// The session that has it.
        session: u32,
        /// How long the caller was on hold.
        held_ns: u64,
    },
    /// The talk of a call ended.
    TalkEnded {
        /// Which.
        call: u64,
        /// The session that had it.
        session: u32,
        /// How long it lasted.
        talk_ns: u64,
    },
    /// The wrap-up of a call ended; it may have had no length.
    WrapUpEnded {
        /// Which.
        call: u64,
        /// The session that had it.
        session: u32,
        /// How long it lasted.
        wrap_up_ns: u64,
    },
    /// An agent began a break, or does not come back from a telephone that was not answered.
    AgentAway {
        /// Who.
        agent: u32,
        /// Until when.
        until_ns: u64,
        /// Whether it is because a telephone was not answered.
        unanswered: bool,
    },
    /// An agent began a call that is no ACD call.
    OtherCallBegan {
        /// Who.
        agent: u32,
        /// Whether somebody called the agent.
        incoming: bool,
        /// How long it lasts.
        length_ns: u64,
    },
    /// An agent ended a call that is no ACD call.
    OtherCallEnded {
        /// Who.
        agent: u32,
    },
}

/// States by TAPI's names.
mod state {
    use serde::de::{Deserialize, Deserializer, Error, Unexpected};
    use serde::ser::Serializer;

    use crate::acd::SessionState;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it")]
    pub(super) fn serialize<S: Serializer>(state: &SessionState, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(state.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SessionState, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        super::state_named(&name).ok_or_else(|| {
            let names = SessionState::ALL.map(SessionState::name).join(", ");
            D::Error::invalid_value(Unexpected::Str(&name), &format!("one of {names}").as_str())
        })
    }
}

/// The state that TAPI names so.
pub(crate) fn state_named(name: &str) -> Option<SessionState> {
    SessionState::ALL.into_iter().find(|state| state.name() == name)
}

/// What is counted of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// The session's number, from 0 in the order of creation.
    pub session: u32,
    /// Its agent.
    pub agent: u32,
    /// Its group.
    pub group: u32,
    /// Whether it has ended.
    pub ended: bool,
    /// What TAPI reports of it.
    pub statistics: TapiTotals,
    /// The same to the nanosecond, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<Exact>,
}

/// The twelve statistics of an agent session, by the names of ITAgentSession: times in seconds, whole ones where the system
/// has no others; the rate in calls per hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TapiTotals {
    /// When the session was created: days since 30 December 1899.
    pub session_start_time: f64,
    /// From then to its end, or to now.
    pub session_duration: f64,
    /// ACD calls handled.
    pub number_of_calls: f64,
    /// Talk of all calls.
    pub total_talk_time: f64,
    /// Talk per call.
    pub average_talk_time: f64,
    /// Talk and wrap-up of all calls.
    pub total_call_time: f64,
    /// Talk and wrap-up per call.
    pub average_call_time: f64,
    /// Wrap-up of all calls.
    pub total_wrap_up_time: f64,
    /// Wrap-up per call.
    pub average_wrap_up_time: f64,
    /// Calls per hour.
    #[serde(rename = "ACDCallRate")]
    pub acd_call_rate: f64,
    /// The longest time to answer.
    pub longest_time_to_answer: f64,
    /// The mean time to answer.
    pub average_time_to_answer: f64,
}

impl From<TapiSessionStatistics> for TapiTotals {
    fn from(of: TapiSessionStatistics) -> Self {
        TapiTotals {
            session_start_time: of.session_start_time.0,
            session_duration: of.session_duration.into(),
            number_of_calls: of.number_of_calls.into(),
            total_talk_time: of.total_talk_time.into(),
            average_talk_time: of.average_talk_time.into(),
            total_call_time: of.total_call_time.into(),
            average_call_time: of.average_call_time.into(),
            total_wrap_up_time: of.total_wrap_up_time.into(),
            average_wrap_up_time: of.average_wrap_up_time.into(),
            acd_call_rate: of.acd_call_rate.0 as f64 / 1e4,
            longest_time_to_answer: of.longest_time_to_answer.into(),
            average_time_to_answer: of.average_time_to_answer.into(),
        }
    }
}

impl TapiTotals {
    /// Each statistic with its name, in TAPI's order.
    pub fn named(&self) -> [(&'static str, f64); 12] {
        [
            ("SessionStartTime", self.session_start_time),
            ("SessionDuration", self.session_duration),
            ("NumberOfCalls", self.number_of_calls),
            ("TotalTalkTime", self.total_talk_time),
            ("AverageTalkTime", self.average_talk_time),
            ("TotalCallTime", self.total_call_time),
            ("AverageCallTime", self.average_call_time),
            ("TotalWrapUpTime", self.total_wrap_up_time),
            ("AverageWrapUpTime", self.average_wrap_up_time),
            ("ACDCallRate", self.acd_call_rate),
            ("LongestTimeToAnswer", self.longest_time_to_answer),
            ("AverageTimeToAnswer", self.average_time_to_answer),
        ]
    }
}

/// The statistics of a session to the nanosecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exact {
    /// When it was created.
    pub started_ns: u64,
    /// From then, or from the start of the measurement, to its end or to now.
    pub duration_ns: u64,
    /// Calls answered.
    pub calls: u64,
    /// Calls whose talk has ended.
    pub talks: u64,
    /// Their talk.
    pub total_talk_ns: u64,
    /// Calls whose wrap-up has ended.
    pub wrap_ups: u64,
    /// Their wrap-up.
    pub total_wrap_up_ns: u64,
    /// Time to answer of all calls answered, together.
    pub total_time_to_answer_ns: u64,
    /// The longest time to answer.
    pub longest_time_to_answer_ns: u64,
    /// Time in READY.
    pub ready_ns: u64,
    /// Time in NOT_READY.
    pub not_ready_ns: u64,
    /// Talk of the call in progress.
    pub running_talk_ns: u64,
    /// Wrap-up of the call in progress.
    pub running_wrap_up_ns: u64,
}

impl Exact {
    /// Of a session's statistics; waits that are over 584 years together are cut there.
    pub fn of(statistics: &SessionStatistics) -> Self {
        Exact {
            started_ns: statistics.started.as_nanos(),
            duration_ns: statistics.duration.as_nanos(),
            calls: statistics.calls,
            talks: statistics.talks,
            total_talk_ns: statistics.total_talk.as_nanos(),
            wrap_ups: statistics.wrap_ups,
            total_wrap_up_ns: statistics.total_wrap_up.as_nanos(),
            total_time_to_answer_ns: u64::try_from(statistics.total_time_to_answer_nanos).unwrap_or(u64::MAX),
            longest_time_to_answer_ns: statistics.longest_time_to_answer.as_nanos(),
            ready_ns: statistics.ready.as_nanos(),
            not_ready_ns: statistics.not_ready.as_nanos(),
            running_talk_ns: statistics.running.talk.as_nanos(),
            running_wrap_up_ns: statistics.running.wrap_up.as_nanos(),
        }
    }

    /// Each figure with its name.
    pub fn named(&self) -> [(&'static str, u64); 13] {
        [
            ("started_ns", self.started_ns),
            ("duration_ns", self.duration_ns),
            ("calls", self.calls),
            ("talks", self.talks),
            ("total_talk_ns", self.total_talk_ns),
            ("wrap_ups", self.wrap_ups),
            ("total_wrap_up_ns", self.total_wrap_up_ns),
            ("total_time_to_answer_ns", self.total_time_to_answer_ns),
            ("longest_time_to_answer_ns", self.longest_time_to_answer_ns),
            ("ready_ns", self.ready_ns),
            ("not_ready_ns", self.not_ready_ns),
            ("running_talk_ns", self.running_talk_ns),
            ("running_wrap_up_ns", self.running_wrap_up_ns),
        ]
    }
}

/// The last line of a trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Footer {
    /// How it ended.
    pub end: Ending,
    /// How many lines of each kind there are.
    pub counts: Counts,
    /// What broke the record off, if it is partial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How a trace ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// At its horizon, with the statistics of all sessions.
    Complete,
    /// Before that; what is there is true.
    Partial,
}

/// How many lines of each kind a trace has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// What came from outside.
    pub given: u64,
    /// What the system did.
    pub seen: u64,
    /// Calls that arrived.
    pub calls: u64,
    /// Sessions whose statistics are there.
    pub sessions: u64,
}
