//! What makes an import impossible.

use jiff::civil::Date;

use crate::files::OutputError;
use crate::scenario::spell_duration;
use crate::time::{Duration, NANOS_PER_SEC};

use super::MOST_INTERVALS;

/// Why nothing could be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be opened or read.
    #[error("{file}: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        reason: csv::Error,
    },
    /// A file does not begin with the header of its format.
    #[error("{file}: line 1: column {column} is {}; a file of the format {format} has {expected:?} there", shown(.found))]
    Header {
        /// The file.
        file: String,
        /// The name of the format.
        format: &'static str,
        /// Which column, from 1.
        column: usize,
        /// What stands there; nothing, if there is no such column.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// The file of staff lacks a column.
    #[error("{file}: line 1: there is no column `{column}`; the columns date, start and agents_seen are needed")]
    NoColumn {
        /// The file.
        file: String,
        /// The column.
        column: &'static str,
    },
    /// A field of the file of staff is wrong.
    #[error("{file}: line {line}: `{column}` is {}; {allowed}", shown(.value))]
    Staff {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A file of rows lacks a column, or has it twice.
    #[error("{file}: line 1: {what}")]
    Columns {
        /// The file.
        file: String,
        /// What is wrong.
        what: String,
    },
    /// A mapping is wrong.
    #[error("{place}: {what}")]
    Mapping {
        /// The file and the line, or the option of the command line.
        place: String,
        /// The key, the value and what is allowed.
        what: String,
    },
    /// There are more groups, classes or agents than there may be.
    #[error("{} is one {what} too many: {}", shown(.name), limit_help(.what, *.limit))]
    TooManyNames {
        /// What they are.
        what: &'static str,
        /// How many there may be.
        limit: u32,
        /// The first that is too many.
        name: String,
    },
    /// Calls arrive in too many short intervals.
    #[error(
        "calls arrive in more than 4,000,000 spans of {}, of which the intervals are made up; longer intervals have fewer",
        spell_duration(*.length)
    )]
    TooManyCells {
        /// How long they are.
        length: Duration,
    },
    /// Agents are taken to come and go too often.
    #[error("agents come and go more than {most} times; with a longer --longest-idle their stays are fewer")]
    TooManyStays {
        /// How often they may.
        most: usize,
    },
    /// The length of the intervals of counts is not known.
    #[error("{}", every_help(*.gap))]
    Every {
        /// The smallest gap between two of them; none if there is no gap.
        gap: Option<Duration>,
    },
    /// Something that is needed was not given, or is given in vain.
    #[error("{0}")]
    Option(String),
    /// Calls cannot be put aside to be sorted.
    #[error("cannot write a temporary file: {reason}")]
    Sorting {
        /// Why.
        reason: std::io::Error,
    },
    /// No row is of use.
    #[error("no call can be used, of {read} rows read: {why}")]
    NoCalls {
        /// Rows read.
        read: u64,
        /// The reasons, each with its count.
        why: String,
    },
    /// No talk time is known well enough.
    #[error(
        "no call has a service of {shortest_s} s or more by a known agent, so no law of the talk time can be fitted; \
         --talk gives one"
    )]
    NoServices {
        /// The shortest that counts.
        shortest_s: u32,
    },
    /// Nobody works.
    #[error("no agent is seen at work in the {} from {from}", if *.days == 1 { "day".to_owned() } else { spell_days(*.days) })]
    NoAgents {
        /// The first day.
        from: Date,
        /// How many days.
        days: u32,
    },
    /// The days or the intervals are too many, or the interval is nothing.
    #[error(
        "intervals of {} in {} are more than 1,000,000; an interval there is {} or longer",
        spell_duration(*.interval), spell_days(*.days), spell_duration(shortest_interval(*.days))
    )]
    Interval {
        /// The wanted length.
        interval: Duration,
        /// How many days are imported.
        days: u32,
    },
    /// The dropped rows cannot have this file.
    #[error("the dropped rows cannot be written to {file}: it is {why}")]
    Dropped {
        /// The file.
        file: String,
        /// What it is.
        why: &'static str,
    },
    /// A file that is to be read is one that would be written.
    #[error("{file} would be overwritten by what is made of it; choose another directory than {out}")]
    Overwritten {
        /// The file.
        file: String,
        /// The directory that would be written.
        out: String,
    },
    /// Told to stop.
    #[error("interrupted")]
    Interrupted,
    /// A file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// The shortest intervals that so many days can have.
pub(super) fn shortest_interval(days: u32) -> Duration {
    Duration::from_nanos(u64::from(days).saturating_mul(86_400 * NANOS_PER_SEC).div_ceil(MOST_INTERVALS))
}

fn limit_help(what: &str, limit: u32) -> String {
    match what {
        "agent" => format!("there may be {limit}"),
        _ => format!("there may be {limit}, and as many as 1000 by --group-limit"),
    }
}

fn every_help(gap: Option<Duration>) -> String {
    match gap {
        None => {
            "the length of the intervals is unknown: no group has two rows; say it by `every` in the mapping".to_owned()
        }
        Some(gap) => format!(
            "the smallest gap between two intervals is {}, which does not make up a day; say the length by `every` in the \
             mapping",
            spell_duration(gap)
        ),
    }
}

fn spell_days(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

/// A value as a message quotes it: escaped, and cut if long.
pub(super) fn shown(value: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown = String::new();
    for char in value.chars() {
        if shown.chars().count() >= LONGEST {
            shown.push('…');
            break;
        }
        match char {
            '\'' => shown.push(char),
            _ => shown.extend(char.escape_debug()),
        }
    }
    format!("\"{shown}\"")
}
