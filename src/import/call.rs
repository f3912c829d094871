//! What the rows of any format read as.

use std::fmt;

use jiff::civil::DateTime;

/// A format: what its files look like, how a row of one reads, and what is said of its scenarios.
pub(super) struct Source {
    pub(super) name: &'static str,
    /// The name of the scenario's group.
    pub(super) group: &'static str,
    pub(super) delimiter: u8,
    /// The header line that its files begin with.
    pub(super) header: &'static [&'static str],
    pub(super) read: fn(&[&str]) -> Result<Reading, Unreadable>,
    /// Where the data comes from, and what the scenario takes for granted: comment lines of the scenario file.
    pub(super) comments: &'static [&'static str],
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
    /// The service by a known agent, if there was one of sound length.
    pub(super) service: Option<Service>,
    pub(super) notes: Vec<Note>,
}

/// A service by a known agent.
#[derive(Debug, PartialEq)]
pub(super) struct Service {
    pub(super) agent: String,
    pub(super) start: DateTime,
    pub(super) secs: u32,
}

/// A call that was offered to the agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// When it reached the queue, or the agents if it did not queue.
    pub(super) arrival: DateTime,
    /// Until it was answered or given up.
    pub(super) waited_s: u32,
    pub(super) outcome: Outcome,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Answered; with the talk time, if it is known.
    Answered { talk_s: Option<u32> },
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
    /// A number of seconds is not one.
    BadSeconds,
    /// Its outcome is none of the known ones.
    UnknownOutcome,
    /// It is outside of the wanted days.
    OutsidePeriod,
    /// The center's own records call it spurious.
    Phantom,
    /// The caller hung up before asking for an agent.
    HungUpInVru,
}

impl DropReason {
    /// All of them, those of unreadable rows first.
    pub const ALL: [DropReason; 9] = [
        DropReason::WrongFieldCount,
        DropReason::NotText,
        DropReason::BadDate,
        DropReason::BadClock,
        DropReason::BadSeconds,
        DropReason::UnknownOutcome,
        DropReason::OutsidePeriod,
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
            DropReason::UnknownOutcome => "unknown_outcome",
            DropReason::OutsidePeriod => "outside_period",
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
            DropReason::UnknownOutcome => "unknown outcome",
            DropReason::OutsidePeriod => "outside of the wanted days",
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
    /// It was answered by nobody in particular: used as it is recorded.
    NoAgent,
    /// A service is recorded of a caller who hung up: it is ignored.
    ServiceOfAbandoned,
    /// It came out of the VRU before it went in: the two clocks disagree.
    VruClock,
    /// It arrived on another day than it is filed under.
    AcrossMidnight,
}

impl Note {
    /// All of them.
    pub const ALL: [Note; 6] = [
        Note::ZeroService,
        Note::EndlessService,
        Note::NoAgent,
        Note::ServiceOfAbandoned,
        Note::VruClock,
        Note::AcrossMidnight,
    ];

    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Note::ZeroService => "zero_service",
            Note::EndlessService => "endless_service",
            Note::NoAgent => "no_agent",
            Note::ServiceOfAbandoned => "service_of_abandoned",
            Note::VruClock => "vru_clock",
            Note::AcrossMidnight => "across_midnight",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Note::ZeroService => "service of 0 s: talk unknown, drawn",
            Note::EndlessService => "service of more than an hour: talk unknown, drawn",
            Note::NoAgent => "answered, no agent recorded: used as recorded",
            Note::ServiceOfAbandoned => "service of a caller who hung up: ignored",
            Note::VruClock => "left the VRU before entering it: clocks disagree",
            Note::AcrossMidnight => "arrived after midnight: on the next day",
        })
    }
}
