//! Where a system with a clock of its own goes another way than the trace: whether it had to, or could.

use std::collections::HashMap;

use serde::Serialize;

use super::script::Script;
use crate::acd::SessionState;
use crate::time::{Duration, Instant};
use crate::trace::{Given, Seen};

/// The first call of a trace of which something else became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parting {
    /// When the trace decided on it, in nanoseconds.
    pub at_ns: u64,
    /// The call.
    pub call: u64,
    /// What should have become of it.
    pub expected: Fate,
    /// What did.
    pub found: Fate,
    /// Whether the trace determines it: nothing else happened so near that a message's way could have made the difference.
    pub determined: bool,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The agent answered it, in a session for the group.
    Answered {
        /// The index of the agent.
        agent: u32,
        /// The index of the group.
        group: u32,
    },
    /// Its caller gave up.
    Abandoned,
    /// It was turned away.
    Blocked,
    /// Nothing by the end.
    Open,
}

/// What became of each call, and when.
fn fates(seen: &[(Instant, Seen)]) -> Vec<(u64, Instant, Fate)> {
    let mut sessions: Vec<(u32, u32)> = Vec::new();
    let mut fates = Vec::new();
    for &(at, ref seen) in seen {
        match *seen {
            Seen::SessionCreated { agent, group, .. } => sessions.push((agent, group)),
            Seen::CallAnswered { call, session, .. } => {
                let (agent, group) = sessions.get(session as usize).copied().unwrap_or_default();
                fates.push((call, at, Fate::Answered { agent, group }));
            }
            Seen::CallAbandoned { call, .. } => fates.push((call, at, Fate::Abandoned)),
            Seen::CallBlocked { call, .. } => fates.push((call, at, Fate::Blocked)),
            _ => {}
        }
    }
    fates
}

/// Where the trace and what was seen part first, in the order of the trace. `near` is how near two instants may be to be
/// confused.
pub(super) fn parting(script: &Script, seen: &[(Instant, Seen)], near: Duration) -> Option<Parting> {
    let found: HashMap<u64, Fate> = fates(seen).into_iter().map(|(call, _, fate)| (call, fate)).collect();
    // What is decided just before the end may be decided just after it.
    let end = Instant::from_nanos(script.header.horizon_ns.saturating_sub(near.as_nanos()));
    let parts = |&(call, at, expected): &(u64, Instant, Fate)| {
        let there = found.get(&call).copied().unwrap_or(Fate::Open);
        (there != expected && at < end).then_some((call, at, expected, there))
    };
    let (call, at, expected, there) = fates(&script.seen).iter().find_map(parts)?;
    let determined = is_determined(script, (call, at), [expected, there], near);
    Some(Parting { at_ns: at.as_nanos(), call, expected, found: there, determined })
}

/// Whether a trace determines what becomes of a call at an instant.
fn is_determined(script: &Script, (call, at): (u64, Instant), fates: [Fate; 2], near: Duration) -> bool {
    let is_near = |other: Instant| at.since(other).max(other.since(at)) <= near;
    // Another call's coming, another agent's becoming free, may come before or after.
    let arrives = |(when, given): &(Instant, Given)| {
        is_near(*when) && !matches!(given, Given::CallArrives { call: other, .. } if *other == call)
    };
    let happens = |(when, seen): &(Instant, Seen)| {
        is_near(*when)
            && match *seen {
                Seen::CallWaits { call: other, .. }
                | Seen::CallBlocked { call: other, .. }
                | Seen::CallAnswered { call: other, .. }
                | Seen::CallAbandoned { call: other, .. } => other != call,
                // The talk or the wrap-up that has freed the agent is at the instant itself.
                Seen::TalkEnded { .. } | Seen::WrapUpEnded { .. } => *when != at,
                _ => false,
            }
    };
    if script.given.iter().any(arrives) || script.seen.iter().any(happens) {
        return false;
    }
    // Those who have been ready for as long, give or take, may be taken for each other.
    let since = fates.map(|fate| match fate {
        Fate::Answered { agent, .. } => ready_since(&script.seen, agent, at),
        _ => None,
    });
    match since {
        [Some(one), Some(other)] => one.since(other).max(other.since(one)) > near,
        _ => true,
    }
}

/// Since when an agent has been READY at an instant, or until then was.
fn ready_since(seen: &[(Instant, Seen)], agent: u32, at: Instant) -> Option<Instant> {
    let mut sessions: Vec<u32> = Vec::new();
    let mut since = None;
    for &(when, ref seen) in seen.iter().take_while(|(when, _)| *when <= at) {
        match *seen {
            Seen::SessionCreated { agent, .. } => sessions.push(agent),
            Seen::SessionChanged { session, to: SessionState::Ready, .. }
                if sessions.get(session as usize) == Some(&agent) =>
            {
                since = Some(when);
            }
            _ => {}
        }
    }
    since
}
