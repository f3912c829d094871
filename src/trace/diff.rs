//! Where two traces part.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

use super::entry::{Entry, Footer, Totals};
use super::error::TraceError;
use super::header::Header;
use super::reader::TraceReader;

/// So many entries before the difference are shown.
const CONTEXT: usize = 5;

/// The first difference of two traces.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// What differs.
    pub place: Place,
    /// The entries before it, which are the same in both.
    pub before: Vec<Entry>,
}

/// What differs.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// A member of the header: its name and its value in each.
    Header(&'static str, [Value; 2]),
    /// An entry; none where the trace ends.
    Entry([Side; 2]),
    /// A figure of a session: its name and its value in each.
    Statistic {
        /// The session in both.
        totals: Box<[Totals; 2]>,
        /// The name of the figure.
        name: String,
        /// Its value in each; none where it is missing.
        values: [Value; 2],
        /// The lines.
        lines: [u64; 2],
    },
    /// The last line.
    Footer(Box<[Footer; 2]>),
}

/// An entry of one of the two traces.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// Its line, from 1.
    pub line: u64,
    /// The entry; none where the trace ends.
    pub entry: Option<Entry>,
}

/// Where two traces part first; none if they are the same. The version of the program that wrote them is no difference, nor
/// is what system they are of.
///
/// # Errors
///
/// If one of them is no whole trace up to the difference.
pub fn first_difference(mut left: TraceReader, mut right: TraceReader) -> Result<Option<Difference>, TraceError> {
    if let Some((name, values)) = header_difference(left.header(), right.header()) {
        return Ok(Some(Difference { place: Place::Header(name, values), before: Vec::new() }));
    }
    let mut before = VecDeque::new();
    loop {
        let entries = [left.next().transpose()?, right.next().transpose()?];
        let lines = [left.line(), right.line()];
        let place = match entries {
            [None, None] => break,
            [Some(one), Some(other)] if one == other => {
                if before.len() == CONTEXT {
                    before.pop_front();
                }
                before.push_back(one);
                continue;
            }
            [Some(Entry::Statistics(one)), Some(Entry::Statistics(other))] => statistic(one, other, lines),
            [one, other] => {
                let [left, right] = lines;
                Place::Entry([Side { line: left, entry: one }, Side { line: right, entry: other }])
            }
        };
        return Ok(Some(Difference { place, before: before.into() }));
    }
    let footers = [left.footer().cloned(), right.footer().cloned()];
    match footers {
        [Some(one), Some(other)] if one != other => {
            Ok(Some(Difference { place: Place::Footer(Box::new([one, other])), before: before.into() }))
        }
        _ => Ok(None),
    }
}

fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or(Value::Null)
}

fn header_difference(left: &Header, right: &Header) -> Option<(&'static str, [Value; 2])> {
    let members = |header: &Header| {
        [
            ("scenario_hash", value(&header.scenario_hash)),
            ("seed", value(&header.seed)),
            ("replication", value(&header.replication)),
            ("start", value(&header.start)),
            ("horizon_ns", value(&header.horizon_ns)),
            ("measured_from_ns", value(&header.measured_from_ns)),
            ("routing", value(&header.routing)),
            ("beyond_plain", value(&header.beyond_plain)),
            ("conventions", value(&header.conventions)),
            ("groups", value(&header.groups)),
            ("agents", value(&header.agents)),
        ]
    };
    let pairs = members(left).into_iter().zip(members(right));
    let mut differing = pairs.filter(|((_, left), (_, right))| left != right);
    differing.next().map(|((name, left), (_, right))| (name, [left, right]))
}

fn statistic(one: Totals, other: Totals, lines: [u64; 2]) -> Place {
    let figures = |totals: &Totals| {
        let mut figures = vec![
            ("session".to_owned(), value(&totals.session)),
            ("agent".to_owned(), value(&totals.agent)),
            ("group".to_owned(), value(&totals.group)),
            ("ended".to_owned(), value(&totals.ended)),
        ];
        let exact = totals.exact.map(|exact| exact.named());
        // The exact figures say more, where there are any.
        figures.extend(exact.into_iter().flatten().map(|(name, figure)| (name.to_owned(), value(&figure))));
        figures.extend(totals.statistics.named().map(|(name, figure)| (name.to_owned(), value(&figure))));
        figures
    };
    let (left, right) = (figures(&one), figures(&other));
    let find = |figures: &[(String, Value)], name: &str| {
        figures.iter().find(|(other, _)| other == name).map_or(Value::Null, |(_, value)| value.clone())
    };
    let names = left.iter().chain(&right).map(|(name, _)| name);
    let mut differing = names.filter(|name| find(&left, name) != find(&right, name));
    let name = differing.next().cloned().unwrap_or_else(|| "statistics".to_owned());
    let values = [find(&left, &name), find(&right, &name)];
    Place::Statistic { totals: Box::new([one, other]), name, values, lines }
}
