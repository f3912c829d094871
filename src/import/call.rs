//! What the rows of any format read as.

use std::fmt;

use csv::ByteRecord;
use jiff::civil::DateTime;

use super::ImportError;
use super::fit::LawName;
use crate::time::Duration;

/// A format: what its files look like, how a row of one reads, and what is said of its scenarios.
pub(super) trait Source {
    /// The name of the scenario's group, where there is one only.
    fn group(&self) -> &str;
    /// What separates the fields of a file of this name.
    fn delimiter(&self, file: &str) -> u8;
    /// Whether fields may be in quotes.
    fn is_quoted(&self, delimiter: u8) -> bool {
        delimiter != b'\t'
    }
    /// Takes the header line of a file.
    fn header(&mut self, file: &str, header: &ByteRecord) -> Result<(), ImportError>;
    fn read(&mut self, fields: &[&str]) -> Result<Reading, Unreadable>;
    /// Where the data comes from, and what the scenario takes for granted: comment lines of the scenario file.
    fn comments(&self) -> Vec<String>;
    /// The laws that are taken unless others are wanted; none for those of the least criterion of Akaike.
    fn laws(&self) -> (Option<LawName>, Option<LawName>) {
        (None, None)
    }
    /// Services of fewer seconds do not enter the law of the talk time.
    fn shortest_service_s(&self) -> u32 {
        1
    }
    /// The credits of waiting that calls of a class enter the queue with.
    fn wait_credits(&self) -> &[(String, Duration)] {
        &[]
    }
}

/// A row that can be read: when it reached the center, and the call, or why it is none.
pub(super) struct Reading {
    pub(super) arrival: DateTime,
    pub(super) call: Result<Reported, DropReason>,
}

/// A call as its row reports it.
#[derive(Debug, PartialEq)]
pub(super) struct Reported {
    pub(super) call: Call,
    /// The group that it was for; none if all calls are of one.
    pub(super) group: Option<String>,
    /// Its class; none if all calls are alike.
    pub(super) class: Option<String>,
    /// The service that enters the law of the talk time.
    pub(super) sample: Option<Duration>,
    /// The service by a known agent, if there was one of sound length.
    pub(super) service: Option<Service>,
    pub(super) notes: Vec<Note>,
}

/// A service by a known agent.
#[derive(Debug, PartialEq)]
pub(super) struct Service {
    pub(super) agent: String,
    pub(super) start: DateTime,
    pub(super) length: Duration,
}

/// A call that was offered to the agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// When it reached the queue, or the agents if it did not queue.
    pub(super) arrival: DateTime,
    /// Until it was answered or given up.
    pub(super) waited: Duration,
    pub(super) outcome: Outcome,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Answered; with the talk and the wrap-up time, if they are known.
    Answered { talk: Option<Duration>, wrap_up: Option<Duration> },
    /// Given up by the caller.
    Abandoned,
}

/// A row that cannot be read: why, and what is wrong with which field.
#[derive(Debug, PartialEq)]
pub(super) struct Unreadable {
    pub(super) reason: DropReason,
    pub(super) detail: String,
}

/// Why a row is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DropReason {
    /// It has not as many fields as the header.
    WrongFieldCount,
    /// It is not UTF-8 text.
    NotText,
    /// A date is not one.
    BadDate,
    /// A clock is not one.
    BadClock,
    /// A duration is not one.
    BadSeconds,
    /// A number of calls is not one.
    BadCount,
    /// Its outcome is none of the known ones.
    UnknownOutcome,
    /// It has no time of arrival.
    NoArrival,
    /// How long the caller waited cannot be told.
    NoWait,
    /// A time is before one that it follows.
    WrongOrder,
    /// It has the same id as the row before it.
    RepeatedId,
    /// A row before it is of the same interval and group.
    RepeatedInterval,
    /// It is outside of the wanted days.
    OutsidePeriod,
    /// The mapping says that its outcome is to be ignored.
    Ignored,
    /// It was turned away, and never queued.
    Blocked,
    /// The caller hung up before the queue.
    NeverOffered,
    /// The center's own records call it spurious.
    Phantom,
    /// The caller hung up before asking for an agent.
    HungUpInVru,
}

impl DropReason {
    /// All of them, those of unreadable rows first.
    pub const ALL: [DropReason; 18] = [
        DropReason::WrongFieldCount,
        DropReason::NotText,
        DropReason::BadDate,
        DropReason::BadClock,
        DropReason::BadSeconds,
        DropReason::BadCount,
        DropReason::UnknownOutcome,
        DropReason::NoArrival,
        DropReason::NoWait,
        DropReason::WrongOrder,
        DropReason::RepeatedId,
        DropReason::RepeatedInterval,
        DropReason::OutsidePeriod,
        DropReason::Ignored,
        DropReason::Blocked,
        DropReason::NeverOffered,
        DropReason::Phantom,
        DropReason::HungUpInVru,
    ];

    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            DropReason::WrongFieldCount => "wrong_field_count",
            DropReason::NotText => "not_text",
            DropReason::BadDate => "bad_date",
            DropReason::BadClock => "bad_clock",
            DropReason::BadSeconds => "bad_seconds",
            DropReason::BadCount => "bad_count",
            DropReason::UnknownOutcome => "unknown_outcome",
            DropReason::NoArrival => "no_arrival",
            DropReason::NoWait => "no_wait",
            DropReason::WrongOrder => "wrong_order",
            DropReason::RepeatedId => "repeated_id",
            DropReason::RepeatedInterval => "repeated_interval",
            DropReason::OutsidePeriod => "outside_period",
            DropReason::Ignored => "ignored",
            DropReason::Blocked => "blocked",
            DropReason::NeverOffered => "never_offered",
            DropReason::Phantom => "phantom",
            DropReason::HungUpInVru => "hung_up_in_vru",
        }
    }
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DropReason::WrongFieldCount => "wrong number of fields",
            DropReason::NotText => "not UTF-8 text",
            DropReason::BadDate => "bad date",
            DropReason::BadClock => "bad clock",
            DropReason::BadSeconds => "bad number of seconds",
            DropReason::BadCount => "bad number of calls",
            DropReason::UnknownOutcome => "unknown outcome",
            DropReason::NoArrival => "no time of arrival",
            DropReason::NoWait => "no wait, and no times that tell it",
            DropReason::WrongOrder => "times in the wrong order",
            DropReason::RepeatedId => "same id as the row before",
            DropReason::RepeatedInterval => "same interval and group as a row before",
            DropReason::OutsidePeriod => "outside of the wanted days",
            DropReason::Ignored => "of an outcome that is ignored",
            DropReason::Blocked => "blocked, never queued",
            DropReason::NeverOffered => "hung up before the queue, never offered",
            DropReason::Phantom => "spurious (PHANTOM)",
            DropReason::HungUpInVru => "hung up in the VRU, never offered",
        })
    }
}

/// What is odd about a call that is used all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// Its service has 0 s: the talk time is taken as unknown.
    ZeroService,
    /// Its service is too long to be one: the talk time is taken as unknown.
    EndlessService,
    /// Its talk is above the limit of the mapping, and taken as unknown.
    TooLong,
    /// It was answered, and its talk time is not recorded.
    NoTalk,
    /// It was answered by nobody in particular: used as it is recorded.
    NoAgent,
    /// A service is recorded of a caller who hung up: it is ignored.
    ServiceOfAbandoned,
    /// It came out of the VRU before it went in: the two clocks disagree.
    VruClock,
    /// It arrived on another day than it is filed under.
    AcrossMidnight,
    /// Its wall clock was skipped when the clocks went forward: it is taken as so much later.
    SkippedClock,
    /// Its wall clock occurred twice when the clocks went back: it is taken as the first.
    RepeatedClock,
}

impl Note {
    /// All of them.
    pub const ALL: [Note; 10] = [
        Note::ZeroService,
        Note::EndlessService,
        Note::TooLong,
        Note::NoTalk,
        Note::NoAgent,
        Note::ServiceOfAbandoned,
        Note::VruClock,
        Note::AcrossMidnight,
        Note::SkippedClock,
        Note::RepeatedClock,
    ];

    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Note::ZeroService => "zero_service",
            Note::EndlessService => "endless_service",
            Note::TooLong => "too_long",
            Note::NoTalk => "no_talk",
            Note::NoAgent => "no_agent",
            Note::ServiceOfAbandoned => "service_of_abandoned",
            Note::VruClock => "vru_clock",
            Note::AcrossMidnight => "across_midnight",
            Note::SkippedClock => "skipped_clock",
            Note::RepeatedClock => "repeated_clock",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Note::ZeroService => "service of 0 s: talk unknown, drawn",
            Note::EndlessService => "service of more than an hour: talk unknown, drawn",
            Note::TooLong => "talk above the limit of the mapping: unknown, drawn",
            Note::NoTalk => "answered, no talk recorded: unknown, drawn",
            Note::NoAgent => "answered, no agent recorded: used as recorded",
            Note::ServiceOfAbandoned => "service of a caller who hung up: ignored",
            Note::VruClock => "left the VRU before entering it: clocks disagree",
            Note::AcrossMidnight => "arrived after midnight: on the next day",
            Note::SkippedClock => "arrived in a skipped hour: taken an hour later",
            Note::RepeatedClock => "arrived in a repeated hour: taken as the first",
        })
    }
}
