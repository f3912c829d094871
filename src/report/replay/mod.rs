//! Replays: one file a format.

mod json;
mod junit;
mod text;

pub use json::replay_json;
pub use junit::replay_junit;
pub use text::{dry_run_text, replay_text};

use crate::replay::{
    Capabilities, Deviation, Fate, Fault, Judgement, Lateness, Parting, Played, Script, Time, Tolerance,
};

/// A replay with its verdict.
#[derive(Debug)]
pub struct Replayed<'a> {
    /// The trace, as the user named it.
    pub name: String,
    /// What was played.
    pub script: &'a Script,
    /// The system.
    pub system: Capabilities,
    /// How many seconds of the run passed in one, for a system with a clock of its own.
    pub speed: f64,
    /// What it did.
    pub played: Played,
    /// What is not as it should be.
    pub judgement: Judgement,
    /// How far it could be off.
    pub tolerance: Tolerance,
    /// How late this program was.
    pub lateness: Option<Lateness>,
    /// The command that repeats it.
    pub command: String,
}

/// What a replay says of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// It does what it should.
    Passed,
    /// It does not.
    Failed,
    /// Nothing, for this program was too late to tell.
    TooSlow,
    /// Nothing, for it was stopped.
    Interrupted,
}

impl Conclusion {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Conclusion::Passed => "PASSED",
            Conclusion::Failed => "FAILED",
            Conclusion::TooSlow => "NO VERDICT",
            Conclusion::Interrupted => "INTERRUPTED",
        }
    }
}

impl Replayed<'_> {
    /// What it says of the system. This program was too late if more than one in a hundred of its acts was late by more than
    /// half of the tolerance of times.
    pub fn conclusion(&self) -> Conclusion {
        if self.played.faults.contains(&Fault::Interrupted) {
            return Conclusion::Interrupted;
        }
        if self.is_too_slow() {
            return Conclusion::TooSlow;
        }
        let passed = self.judgement.deviations.is_empty() && self.played.faults.is_empty();
        if passed { Conclusion::Passed } else { Conclusion::Failed }
    }

    fn is_too_slow(&self) -> bool {
        self.lateness.as_ref().is_some_and(|lateness| {
            let late = lateness.quantile(0.99).as_secs_f64() * self.speed;
            lateness.count() > 0 && late > self.tolerance.time.as_secs_f64() / 2.0
        })
    }
}

/// A time, in the words of the time that the system has.
fn clock(time: Time) -> &'static str {
    match time {
        Time::Virtual => "virtual time",
        Time::Wall => "its own clock",
    }
}

/// What is wrong, in a sentence.
fn sentence(script: &Script, deviation: &Deviation) -> String {
    let at = |nanos: &u64| format!("{:.3} s", *nanos as f64 / 1e9);
    match deviation {
        Deviation::Statistic { session, agent, group, statistic, expected, found, allowed, unit } => {
            let allowed = if *allowed > 1e-6 { format!(", within {allowed}") } else { String::new() };
            let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
            format!(
                "session {session} of {agent} for {group}: {statistic} is {found}{unit}, and should be {expected}{unit}{allowed}"
            )
        }
        Deviation::Routing(parting) => parted(script, parting),
        Deviation::Session { agent, group, extra: true } => {
            format!("a session of {agent} for {group} that should not be there")
        }
        Deviation::Session { agent, group, extra: false } => format!("a session of {agent} for {group} is missing"),
        Deviation::Missing { expected_ns, event } => {
            format!("lost, or never happened: {} at {}", words(event), at(expected_ns))
        }
        Deviation::Extra { found_ns, event } => {
            format!("should not have happened: {} at {}", words(event), at(found_ns))
        }
        Deviation::Moved { expected_ns, found_ns, event } => {
            format!("{} at {}, and should have been at {}", words(event), at(found_ns), at(expected_ns))
        }
        Deviation::Order { first, second } => {
            format!("{} before {}, and should be after it", words(second), words(first))
        }
    }
}

/// What became of a call, and what should have.
fn parted(script: &Script, Parting { at_ns, call, expected, found, .. }: &Parting) -> String {
    let header = &script.header;
    let words = |fate: &Fate| match *fate {
        Fate::Answered { agent, group } => {
            let (agent, group) = (&header.agents[agent as usize].name, &header.groups[group as usize].name);
            format!("answered by {agent} for {group}")
        }
        Fate::Abandoned => "given up by its caller".to_owned(),
        Fate::Blocked => "turned away".to_owned(),
        Fate::Open => "still open at the end".to_owned(),
    };
    let at = *at_ns as f64 / 1e9;
    format!("call {call} is {}, and should be {} at {at:.3} s", words(found), words(expected))
}

/// An event in words: its name and its members.
fn words(event: &serde_json::Value) -> String {
    let Some(members) = event.as_object() else { return event.to_string() };
    let name = members.get("out").and_then(serde_json::Value::as_str).unwrap_or("an event");
    let others = members.iter().filter(|(key, _)| *key != "out");
    let others: Vec<String> = others
        .map(|(key, value)| format!("{key} {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    format!("{name} ({})", others.join(", "))
}
