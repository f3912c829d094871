//! An explanation for people.

use std::fmt::Write;

use super::super::text::{counted, new_table, render};
use crate::acd::SessionId;
use crate::explain::{Ahead, Busy, Doing, End, Explanation, Freed, Idle, Serving, Step, Waiting, What, WhyCall};
use crate::scenario::{AgentSelection, CallSelection, Scenario, wall_clock};
use crate::time::{Duration, Instant};

/// So many of each are shown; the JSON has all.
const MOST_AGENTS: usize = 60;
const MOST_AHEAD: usize = 20;
const MOST_STEPS: usize = 60;
const MOST_NAMES: usize = 4;

/// The explanation of a call of a scenario for people, its table at most `width` columns wide if it can be.
///
/// Times are in seconds since the start of the run with all nine decimals, as they stand in `calls.csv`.
pub fn explanation_text(scenario: &Scenario, explanation: &Explanation, width: u16) -> String {
    let words = Words { scenario, explanation };
    let mut text = words.head();
    text += &words.agents(width);
    text += &words.ahead();
    text += &words.steps();
    text + &words.end()
}

struct Words<'a> {
    scenario: &'a Scenario,
    explanation: &'a Explanation,
}

impl Words<'_> {
    fn agent(&self, agent: usize) -> &str {
        &self.scenario.agents[agent].name
    }

    fn group(&self, group: usize) -> &str {
        &self.scenario.groups[group].name
    }

    fn by_rank(&self) -> bool {
        self.scenario.routing.agent_selection == AgentSelection::LowestRank
    }

    fn head(&self) -> String {
        let Explanation { replication, call, group, arrived, talk, wrap_up, patience, .. } = *self.explanation;
        let patience = match patience {
            Duration::MAX => "for ever".to_owned(),
            patience => format!("{patience} s"),
        };
        format!(
            "Call {call} of {}, in replication {replication} of seed {}\n\
             It arrives at {arrived} s, {}. Its caller waits {patience}; it talks {talk} s, its wrap-up is {wrap_up} s.\n",
            self.group(group),
            self.scenario.seed,
            wall_clock(self.scenario, arrived),
        )
    }

    fn agents(&self, width: u16) -> String {
        let Explanation { group, agents, .. } = self.explanation;
        let by_rank = self.by_rank();
        let header: &[&str] =
            if by_rank { &["Agent", "Rank", "Is", "Since", "Until"] } else { &["Agent", "Is", "Since", "Until"] };
        let mut table = new_table(header);
        for Serving { agent, rank, doing } in agents.iter().take(MOST_AGENTS) {
            let busy = |what: &str, busy: &Busy| {
                (format!("{what} call {} of {}", busy.call, self.group(busy.group)), Some(busy.since), Some(busy.until))
            };
            let (what, since, until) = match doing {
                Doing::Away { since, until } => ("away".to_owned(), *since, *until),
                Doing::Idle { since } => ("idle".to_owned(), Some(*since), None),
                Doing::Talking(call) => busy("on", call),
                Doing::WrappingUp(call) => busy("in wrap-up of", call),
            };
            let time = |at: Option<Instant>| at.map_or_else(|| "–".to_owned(), |at| at.to_string());
            let rank = by_rank.then(|| rank.to_string());
            table.add_row([self.agent(*agent).to_owned()].into_iter().chain(rank).chain([
                what,
                time(since),
                time(until),
            ]));
        }
        let mut text =
            format!("\nWhen it arrives, those who serve {} are\n{}", self.group(*group), render(table, width));
        more(&mut text, agents.len(), MOST_AGENTS, "agents");
        text
    }

    fn ahead(&self) -> String {
        let Explanation { group, ahead, end, .. } = self.explanation;
        match end {
            End::AnsweredAtOnce { .. } | End::Blocked { .. } => return String::new(),
            _ if ahead.is_empty() => return "\nNo call is ahead of it.\n".to_owned(),
            _ => {}
        }
        let all: usize = ahead.iter().map(|ahead| ahead.calls.len()).sum();
        let mut text = format!("\nAhead of it: {}\n", counted(all as u64, "call"));
        for Ahead { group: other, agents, calls } in ahead {
            let by = if other == group { String::new() } else { format!(", taken first by {}", self.names(agents)) };
            let _ = writeln!(text, "  of {}{by}:", self.group(*other));
            for Waiting { call, since, .. } in calls.iter().take(MOST_AHEAD) {
                let _ = writeln!(text, "    call {call} waits since {since} s");
            }
            more(&mut text, calls.len(), MOST_AHEAD, "calls");
        }
        text
    }

    /// Agents by name, the first of them if they are many.
    fn names(&self, agents: &[usize]) -> String {
        let names: Vec<&str> = agents.iter().take(MOST_NAMES).map(|&agent| self.agent(agent)).collect();
        match agents.len().checked_sub(MOST_NAMES) {
            Some(rest) if rest > 0 => format!("{} and {rest} more", names.join(", ")),
            _ => names.join(", "),
        }
    }

    fn steps(&self) -> String {
        let Explanation { steps, .. } = self.explanation;
        if steps.is_empty() {
            return String::new();
        }
        let mut text = "\nWhile it waits\n".to_owned();
        // The last ones lead to its end, so that these are shown.
        let hidden = steps.len().saturating_sub(MOST_STEPS);
        if hidden > 0 {
            let _ = writeln!(text, "  … {} before these; `--format json` has all", counted(hidden as u64, "step"));
        }
        for Step { at, what } in &steps[hidden..] {
            let _ = writeln!(text, "  {at} s: {}", self.what(what));
        }
        text
    }

    fn what(&self, what: &What) -> String {
        match what {
            What::TookOther { agent, freed, call: call @ Waiting { group, .. }, why } => {
                let why = match why {
                    WhyCall::WaitedLonger => format!("it has waited longer, since {} s", call.since),
                    WhyCall::CameFirst => "it began to wait at the same instant, and came before".to_owned(),
                    WhyCall::ListedFirst => format!(
                        "it began to wait at the same instant, and {} stands before {} in the list of {}",
                        self.group(*group),
                        self.group(self.explanation.group),
                        self.agent(*agent),
                    ),
                    WhyCall::GroupOrder => format!(
                        "{} stands before {} in the list of {} (group order)",
                        self.group(*group),
                        self.group(self.explanation.group),
                        self.agent(*agent),
                    ),
                    WhyCall::AgainstRule { rule } => format!("AGAINST THE RULE, which has call {rule}"),
                };
                let (agent, freed) = (self.agent(*agent), freed_words(freed));
                format!("{agent} {freed} and takes call {} of {}: {why}", call.call, self.group(*group))
            }
            What::LoggedOut { agent, after: Some(call) } => {
                format!("{} is done with call {call} and logs out", self.agent(*agent))
            }
            What::LoggedOut { agent, after: None } => format!("{} logs out", self.agent(*agent)),
            What::TookNone { agent, freed } => {
                format!("{} {} and takes no call, AGAINST THE RULE", self.agent(*agent), freed_words(freed))
            }
            What::TakenElsewhere { agent, call: Waiting { call, group, .. } } => format!(
                "{}, who does not serve {}, takes call {call} of {}",
                self.agent(*agent),
                self.group(self.explanation.group),
                self.group(*group)
            ),
            What::GaveUp(Waiting { call, group, since }) => {
                format!("the caller of call {call} of {}, which waits since {since} s, gives up", self.group(*group))
            }
        }
    }

    fn end(&self) -> String {
        let Explanation { arrived, patience, group, .. } = *self.explanation;
        let waited = |at: Instant| at.since(arrived);
        match &self.explanation.end {
            End::AnsweredAtOnce { agent, session, idle } => self.at_once(*agent, *session, idle),
            End::Answered { at, agent, session, freed, waiting, rule } => {
                let name = self.agent(*agent);
                let why = match (rule, waiting) {
                    (Some(rule), _) => format!("AGAINST THE RULE, which has call {rule}"),
                    (None, 1) => format!("no other call waits that {name} may take"),
                    (None, _) => match self.scenario.routing.call_selection {
                        CallSelection::LongestWaiting | CallSelection::Weighted | CallSelection::ServiceLevel => {
                            format!("of the {waiting} calls that wait in the groups of {name} it has waited longest")
                        }
                        CallSelection::GroupOrder => format!(
                            "of the {waiting} calls that wait in the groups of {name} it has waited longest in {}, \
                             the first group in the list in which one waits (group order)",
                            self.group(group)
                        ),
                    },
                };
                format!(
                    "\nAnswered at {at} s, after {} s, by {name} (session {}), who {}: {why}.\n",
                    waited(*at),
                    session.0,
                    freed_words(freed),
                )
            }
            End::Abandoned { at } => {
                format!("\nAbandoned at {at} s: its caller's patience of {patience} s has ended.\n")
            }
            End::Blocked { waiting } => format!(
                "\nBlocked: nobody is idle, and {} in {}, which has room for no more.\n",
                if *waiting == 1 { "1 call waits".to_owned() } else { format!("{waiting} calls wait") },
                self.scenario.groups[group].queue,
            ),
            End::StillWaiting { at } => {
                format!("\nIt still waits when the run ends, at {at} s, after {} s.\n", waited(*at))
            }
        }
    }

    fn at_once(&self, agent: usize, session: SessionId, idle: &[Idle]) -> String {
        let name = self.agent(agent);
        let first = idle.first().copied();
        let why = match first {
            Some(first) if first.agent == agent && idle.len() == 1 => {
                format!("nobody else is idle; {name} has been since {} s", first.since)
            }
            Some(first) if first.agent == agent && self.by_rank() => {
                let equal = idle.iter().filter(|other| other.rank == first.rank).count();
                let idle_longest = match equal {
                    1 => String::new(),
                    _ => format!("; {equal} have it, and {name} has been idle longest, since {} s", first.since),
                };
                format!("of the {} who are idle, {name} has the lowest rank, {}{idle_longest}", idle.len(), first.rank)
            }
            Some(first) if first.agent == agent => {
                let next = idle[1];
                let then = if next.since == first.since {
                    format!("the next is {}, who became idle at that instant after {name}", self.agent(next.agent))
                } else {
                    format!("the next is {}, since {} s", self.agent(next.agent), next.since)
                };
                format!(
                    "of the {} who are idle, {name} has been idle longest, since {} s; {then}",
                    idle.len(),
                    first.since
                )
            }
            Some(first) => format!("AGAINST THE RULE, which has {}", self.agent(first.agent)),
            None => format!("AGAINST THE RULE, for {name} is not idle"),
        };
        format!("\nAnswered as it arrives by {name} (session {}): {why}.\n", session.0)
    }
}

fn freed_words(freed: &Freed) -> String {
    match freed {
        Freed::Done { call } => format!("is done with call {call}"),
        Freed::LoggedIn => "logs in".to_owned(),
        Freed::Idle { since } => format!("has been idle since {since} s"),
    }
}

/// Says that not all are shown.
fn more(text: &mut String, all: usize, shown: usize, noun: &str) {
    if all > shown {
        let _ = writeln!(text, "    … and {} more {noun}; `--format json` has all", all - shown);
    }
}
