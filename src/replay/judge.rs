//! Holds what a system did and counted against what it should.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::parting::{Parting, parting};
use super::player::Played;
use super::port::{Capabilities, Gives, Time};
use super::recount::recount;
use super::script::Script;
use crate::acd::catalogue::{STATISTICS, Unit};
use crate::time::{Duration, Instant};
use crate::trace::{Seen, Totals};

/// How far a system may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// Times: averages, the longest, the instants of events; sums over calls by as much for each call.
    pub time: Duration,
    /// Counts of calls.
    pub calls: u64,
    /// Rates, relative to what is expected.
    pub rate: f64,
}

impl Tolerance {
    /// Nothing at all.
    pub const NONE: Tolerance = Tolerance { time: Duration::ZERO, calls: 0, rate: 0.0 };
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "deviation", rename_all = "snake_case")]
pub enum Deviation {
    /// A statistic of a session.
    Statistic {
        /// The session's number in the trace.
        session: u32,
        /// The name of its agent.
        agent: String,
        /// The name of its group.
        group: String,
        /// The name of the statistic.
        statistic: &'static str,
        /// What it should be.
        expected: f64,
        /// What it is.
        found: f64,
        /// How far it may be off.
        allowed: f64,
        /// What it is measured in.
        unit: &'static str,
    },
    /// A call that was answered by the wrong agent, or of which something else became.
    Routing(Parting),
    /// A session that is not there, or that should not be.
    Session {
        /// The name of its agent.
        agent: String,
        /// The name of its group.
        group: String,
        /// Whether it is one too many, and not one too few.
        extra: bool,
    },
    /// An event that did not happen: it was lost, or never was.
    Missing {
        /// When it should have happened, in nanoseconds.
        expected_ns: u64,
        /// What, as a line of the trace.
        event: serde_json::Value,
    },
    /// An event that should not have happened.
    Extra {
        /// When it happened, in nanoseconds.
        found_ns: u64,
        /// What, as a line of the trace.
        event: serde_json::Value,
    },
    /// An event at another time than it should be.
    Moved {
        /// When it should have happened, in nanoseconds.
        expected_ns: u64,
        /// When it happened, in nanoseconds.
        found_ns: u64,
        /// What, as a line of the trace.
        event: serde_json::Value,
    },
    /// Two events whose order was determined, the other way round.
    Order {
        /// The event that should have been first.
        first: serde_json::Value,
        /// The event that was.
        second: serde_json::Value,
    },
}

/// What came of a comparison.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// How many figures of sessions were compared.
    pub figures: usize,
    /// How many events were compared.
    pub events: usize,
    /// Where a system with a clock of its own went another way than the trace, if it did.
    pub parting: Option<Parting>,
    /// What is not as it should be, statistics first.
    pub deviations: Vec<Deviation>,
}

/// Compares what was played with the trace: session by session, figure by figure, and event by event of the kinds that the
/// system tells of.
///
/// In virtual time each event has to happen at its instant; a system that is [exact](Capabilities::exact) has the order of
/// the trace too.
///
/// With a clock of its own, an event may be off by the tolerance, and the order of two is compared where more than twice the
/// tolerance is between them. So near to each other, two things may come the other way round, and what follows is another
/// day: from such a [`Parting`] on there is nothing to compare with. What was counted is compared with what was
/// seen instead, in any case.
pub fn judge(script: &Script, played: &Played, of: &Capabilities, tolerance: &Tolerance) -> Judgement {
    let mut judgement = Judgement::default();
    let whole = played.broken_off().is_none();
    // By the clock, a call may wait for a moment that in the trace found an agent at once.
    let told = Gives { call_waits: of.gives.call_waits && of.time == Time::Virtual, ..of.gives };
    let gives = |seen: &Seen| is_given(seen, told);
    let mut until = if whole { script.header.horizon() } else { played.end };
    if of.time == Time::Wall {
        judgement.parting = parting(script, &played.seen, tolerance.time + tolerance.time);
        if let Some(parting) = &judgement.parting {
            until = until.min(Instant::from_nanos(parting.at_ns));
            if parting.determined {
                judgement.deviations.push(Deviation::Routing(parting.clone()));
            }
        }
        if whole {
            judge_statistics(script, &recount(script, played), &played.totals, tolerance, &mut judgement);
        }
    } else if whole {
        judge_statistics(script, &script.totals, &played.totals, tolerance, &mut judgement);
    }
    let expected: Vec<(Instant, &Seen)> =
        script.seen.iter().filter(|(at, seen)| *at < until && gives(seen)).map(|(at, seen)| (*at, seen)).collect();
    let found: Vec<(Instant, &Seen)> =
        played.seen.iter().filter(|(_, seen)| gives(seen)).map(|(at, seen)| (*at, seen)).collect();
    judgement.events = expected.len();
    match of.time {
        Time::Virtual if of.exact => judge_sequence(&expected, &found, &mut judgement),
        Time::Virtual => judge_instants(&expected, &found, &mut judgement),
        Time::Wall => judge_matched(&expected, &found, until, tolerance.time, &mut judgement),
    }
    judgement
}

/// Whether events of a kind are compared: those that bots make are always there.
fn is_given(seen: &Seen, gives: Gives) -> bool {
    match seen {
        Seen::SessionChanged { .. } => gives.session_changed,
        Seen::CallWaits { .. } => gives.call_waits,
        Seen::CallAnswered { .. } => gives.call_answered,
        Seen::CallAbandoned { .. } => gives.call_abandoned,
        _ => true,
    }
}

fn line(seen: &Seen) -> serde_json::Value {
    serde_json::to_value(seen).unwrap_or_default()
}

/// Every event at its place.
fn judge_sequence(expected: &[(Instant, &Seen)], found: &[(Instant, &Seen)], judgement: &mut Judgement) {
    // What follows the first difference follows from it.
    let same = expected.iter().zip(found).take_while(|(one, other)| one == other).count();
    match (expected.get(same), found.get(same)) {
        (None, None) => {}
        (Some(&(at, event)), other) => {
            judgement.deviations.push(Deviation::Missing { expected_ns: at.as_nanos(), event: line(event) });
            if let Some(&(at, event)) = other {
                judgement.deviations.push(Deviation::Extra { found_ns: at.as_nanos(), event: line(event) });
            }
        }
        (None, Some(&(at, event))) => {
            judgement.deviations.push(Deviation::Extra { found_ns: at.as_nanos(), event: line(event) });
        }
    }
}

/// Every event at its instant, in whatever order there.
fn judge_instants(expected: &[(Instant, &Seen)], found: &[(Instant, &Seen)], judgement: &mut Judgement) {
    let sorted = |events: &[(Instant, &Seen)]| {
        let mut lines: Vec<(Instant, String)> = events.iter().map(|&(at, seen)| (at, line(seen).to_string())).collect();
        lines.sort();
        lines
    };
    let (expected, found) = (sorted(expected), sorted(found));
    let (mut expected, mut found) = (expected.into_iter().peekable(), found.into_iter().peekable());
    let parsed = |text: &str| serde_json::from_str(text).unwrap_or_default();
    while judgement.deviations.len() < MOST_DEVIATIONS {
        let order = match (expected.peek(), found.peek()) {
            (None, None) => break,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(one), Some(other)) => one.cmp(other),
        };
        if order.is_le()
            && let Some((at, event)) = expected.next()
            && order.is_lt()
        {
            let event = parsed(&event);
            judgement.deviations.push(Deviation::Missing { expected_ns: at.as_nanos(), event });
        }
        if order.is_ge()
            && let Some((at, event)) = found.next()
            && order.is_gt()
        {
            let event = parsed(&event);
            judgement.deviations.push(Deviation::Extra { found_ns: at.as_nanos(), event });
        }
    }
}

/// So many deviations are told.
const MOST_DEVIATIONS: usize = 10_000;

/// What an event is, without its times: the same in the trace and in the system.
fn identity(seen: &Seen) -> String {
    let mut line = line(seen);
    if let Some(members) = line.as_object_mut() {
        members.retain(|key, _| !key.ends_with("_ns"));
    }
    line.to_string()
}

/// Every event near its instant.
fn judge_matched(
    expected: &[(Instant, &Seen)],
    found: &[(Instant, &Seen)],
    until: Instant,
    tolerance: Duration,
    judgement: &mut Judgement,
) {
    let mut there: HashMap<String, std::collections::VecDeque<Instant>> = HashMap::new();
    for &(at, seen) in found {
        there.entry(identity(seen)).or_default().push_back(at);
    }
    let mut matched: Vec<(Instant, Instant, &Seen)> = Vec::new();
    // Just before the end it may be just after it, in the trace or in the system.
    let open = Instant::from_nanos(until.as_nanos().saturating_sub((tolerance + tolerance).as_nanos()));
    for &(at, seen) in expected {
        match there.get_mut(&identity(seen)).and_then(std::collections::VecDeque::pop_front) {
            Some(other) => matched.push((at, other, seen)),
            None if at >= open => {}
            None => judgement.deviations.push(Deviation::Missing { expected_ns: at.as_nanos(), event: line(seen) }),
        }
    }
    for &(at, other, seen) in &matched {
        if at.since(other).max(other.since(at)) > tolerance {
            let (expected_ns, found_ns) = (at.as_nanos(), other.as_nanos());
            judgement.deviations.push(Deviation::Moved { expected_ns, found_ns, event: line(seen) });
        }
    }
    let mut extra: Vec<(Instant, String)> =
        there.into_iter().flat_map(|(event, at)| at.into_iter().map(move |at| (at, event.clone()))).collect();
    extra.sort();
    for (at, event) in extra.into_iter().filter(|&(at, _)| at < open) {
        let event = serde_json::from_str(&event).unwrap_or_default();
        judgement.deviations.push(Deviation::Extra { found_ns: at.as_nanos(), event });
    }
    // The latest of those that should have been over well before.
    let mut over: Option<(Instant, &Seen)> = None;
    let mut behind = 0;
    for &(at, other, seen) in &matched {
        while matched[behind].0 + tolerance + tolerance < at {
            let (_, done, what) = matched[behind];
            if over.is_none_or(|(latest, _)| done > latest) {
                over = Some((done, what));
            }
            behind += 1;
        }
        if let Some((latest, what)) = over
            && latest > other
        {
            judgement.deviations.push(Deviation::Order { first: line(what), second: line(seen) });
        }
    }
    judgement.deviations.truncate(MOST_DEVIATIONS);
}

fn judge_statistics(
    script: &Script,
    expected: &[Totals],
    found: &[Totals],
    tolerance: &Tolerance,
    judgement: &mut Judgement,
) {
    // Sessions of one agent for one group follow each other, whatever the order of those of others.
    let keyed = |totals: &[Totals]| {
        let mut times: HashMap<(u32, u32), u32> = HashMap::new();
        let mut keyed = BTreeMap::new();
        for totals in totals {
            let time = times.entry((totals.agent, totals.group)).or_default();
            keyed.insert((totals.agent, totals.group, *time), totals.clone());
            *time += 1;
        }
        keyed
    };
    let (expected, mut found) = (keyed(expected), keyed(found));
    let names = |totals: &Totals| {
        let header = &script.header;
        (header.agents[totals.agent as usize].name.clone(), header.groups[totals.group as usize].name.clone())
    };
    for (key, one) in &expected {
        let (agent, group) = names(one);
        let Some(other) = found.remove(key) else {
            judgement.deviations.push(Deviation::Session { agent, group, extra: false });
            continue;
        };
        let mut check = |statistic, expected: f64, found: f64, off: f64, allowed: f64, unit| {
            judgement.figures += 1;
            if off > allowed {
                let (agent, group, session) = (agent.clone(), group.clone(), one.session);
                judgement.deviations.push(Deviation::Statistic {
                    session,
                    agent,
                    group,
                    statistic,
                    expected,
                    found,
                    allowed,
                    unit,
                });
            }
        };
        let ended = [one.ended, other.ended].map(|ended| f64::from(u8::from(ended)));
        check("ended", ended[0], ended[1], (ended[0] - ended[1]).abs(), 0.0, "");
        let calls = one.statistics.number_of_calls.max(1.0);
        for ((name, expected), (_, found)) in one.statistics.named().into_iter().zip(other.statistics.named()) {
            let (allowed, unit) = allowed(name, expected, calls, tolerance);
            check(name, expected, found, (expected - found).abs(), allowed, unit);
        }
        if let (Some(one), Some(other)) = (one.exact, other.exact) {
            for ((name, expected), (_, found)) in one.named().into_iter().zip(other.named()) {
                let (allowed, unit) = match name.ends_with("_ns") {
                    true if name.starts_with("total") => (tolerance.time.as_nanos() as f64 * calls, "ns"),
                    true => (tolerance.time.as_nanos() as f64, "ns"),
                    false => (tolerance.calls as f64, "calls"),
                };
                check(name, expected as f64, found as f64, expected.abs_diff(found) as f64, allowed, unit);
            }
        }
    }
    for totals in found.values() {
        let (agent, group) = names(totals);
        judgement.deviations.push(Deviation::Session { agent, group, extra: true });
    }
}

/// How far a statistic may be off, and its unit: a sum over calls by the tolerance for each of them.
fn allowed(name: &str, expected: f64, calls: f64, tolerance: &Tolerance) -> (f64, &'static str) {
    let seconds = tolerance.time.as_secs_f64();
    let of = STATISTICS.iter().find(|of| of.object == "agent session" && of.name == name);
    match of.map(|of| of.unit) {
        // Less than a microsecond of a date is the rounding of its fraction.
        Some(Unit::Date) => (seconds / 86_400.0 + 1e-11, "days"),
        Some(Unit::Calls) => (tolerance.calls as f64, "calls"),
        Some(Unit::CallsPerHour) => (tolerance.rate * expected + 1e-9, "calls/h"),
        Some(Unit::Seconds) | None if name.starts_with("Total") => (seconds * calls, "s"),
        Some(Unit::Seconds) | None => (seconds, "s"),
    }
}
