//! How an agent works beyond groups and shifts: the types, and how an agents' table says them.

use super::callers::{POSITIVE_HELP, duration, in_range, list, number, positive, sub};
use super::moments::{Moment, Run};
use super::problems::{Fault, Problems};
use super::values::Record;
use crate::random::Distribution;
use crate::time::{Duration, Instant};

/// How an agent works.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desk {
    /// For each of the agent's groups, how long a call has to have waited before the agent may take it; empty for no delay
    /// anywhere.
    pub delays: Vec<Duration>,
    /// The agent's skill in each of the groups, the higher the better; empty for 1 everywhere.
    pub skills: Vec<f64>,
    /// For each of the groups, how much longer than others the agent handles a call: 1.2 for a fifth longer; empty for 1
    /// everywhere.
    pub pace: Vec<f64>,
    /// How much slower the agent is at first.
    pub learning: Option<Learning>,
    /// Law of the time until the agent answers a ringing telephone; at once without one.
    pub ring: Option<Distribution>,
    /// The agent's breaks, in order of time.
    pub breaks: Vec<Break>,
    /// How often the agent stays away for a whole shift; from 0 to 1.
    pub absence: f64,
    /// The standard deviation of the agent's comings and goings about the plan.
    pub adherence: Duration,
    /// Calls of the agent that are no ACD calls.
    pub other_calls: Option<OtherCalls>,
    /// Whether the agent, told to log out in a call, hands the caller over to another agent.
    pub hands_over: bool,
    /// For each shift, the positions in the agent's list of the groups served in it; empty for all of them in all shifts.
    pub shift_groups: Vec<Vec<usize>>,
}

/// How an agent learns: call after call, the handle time falls from `first` times to what it will be in the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Learning {
    /// The factor of the first call; more than 0.
    pub first: f64,
    /// After so many calls what is left to learn has fallen to 1/e; more than 0.
    pub calls: f64,
}

impl Learning {
    /// The factor of the handle time after so many calls.
    pub fn factor(&self, calls: u64) -> f64 {
        1.0 + (self.first - 1.0) * libm::exp(-(calls as f64) / self.calls)
    }
}

/// A time in which a logged-in agent takes no calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// When it is due; an agent who is busy then takes it as soon as the call and its wrap-up have ended.
    pub at: Instant,
    /// How long it lasts.
    pub length: Duration,
}

/// Calls of an agent that are no ACD calls.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherCalls {
    /// So many calls a second come in for a logged-in agent; those that find the agent busy are lost.
    pub incoming_per_second: f64,
    /// So many calls a second a logged-in agent wants to make, as soon as the agent is free.
    pub outgoing_per_second: f64,
    /// Law of their length.
    pub length: Distribution,
}

/// Reads what an agents' table says of how they work, with as many values a list as there are groups.
pub(super) fn read(problems: &mut Problems, run: &Run, table: &Record, groups: usize) -> Desk {
    let listed = |problems: &mut Problems, key: &'static str, length: usize| {
        if length != groups && !table.is_broken("groups") && !table.is_broken(key) {
            let message = format!("{length} of `{key}` for {groups} of `groups`");
            let help = format!("`{key}` has one value for each of `groups`, in their order");
            problems.push(Fault::new(table.place(key), message).label("not as many").help(help));
        }
    };
    let numbers = |problems: &mut Problems, key: &'static str| {
        let numbers = list::<f64>(table, key).unwrap_or_default();
        if table.has(key) {
            listed(problems, key, numbers.len());
        }
        if let Some(wrong) = numbers.iter().find(|&&number| !in_range(number)) {
            let message = format!("{wrong} in `{key}`");
            problems.push(Fault::new(table.place(key), message).label("out of range").help(POSITIVE_HELP));
        }
        numbers
    };
    let delays = list::<Duration>(table, "delays").unwrap_or_default();
    if table.has("delays") {
        listed(problems, "delays", delays.len());
    }
    let mut breaks = Vec::new();
    for record in table.records("breaks") {
        let (Some(at), length) = (record.get::<Moment>("at"), duration(record, "length")) else { continue };
        let from = run.place(*at.value);
        let daily = matches!(at.value, Moment::Clock(_));
        let window = [(from, from + i128::from(length.as_nanos()), ())];
        let windows = run.windows(&window, daily);
        // A break that has begun before the run lasts as long as is left of it.
        let left = |at: Instant, to: Instant| if at == Instant::START { to.since(at).min(length) } else { length };
        breaks.extend(windows.map(|(at, to, ())| Break { at, length: left(at, to) }));
    }
    breaks.sort_unstable_by_key(|pause| (pause.at, pause.length));
    Desk {
        delays,
        skills: numbers(problems, "skills"),
        pace: numbers(problems, "pace"),
        learning: sub(table, "learning").map(|learning| Learning {
            first: positive(problems, learning, "first"),
            calls: positive(problems, learning, "calls"),
        }),
        ring: table.get::<Distribution>("ring").map(|law| law.value.clone()),
        breaks,
        absence: number(table, "absence"),
        adherence: duration(table, "adherence"),
        other_calls: sub(table, "other_calls").and_then(|other| {
            Some(OtherCalls {
                incoming_per_second: number(other, "incoming"),
                outgoing_per_second: number(other, "outgoing"),
                length: other.get::<Distribution>("length")?.value.clone(),
            })
        }),
        hands_over: table.get::<String>("log_out_policy").is_some_and(|word| word.value == "hand-over"),
        shift_groups: Vec::new(),
    }
}
