//! An explanation as JSON; `docs/explain-and-shrink.md` defines its keys.

use serde_json::{Map, Value, json};

use crate::explain::{Ahead, Doing, End, Explanation, Freed, Idle, Serving, Step, Waiting, What, WhyCall};
use crate::scenario::{Scenario, wall_clock};
use crate::time::{Duration, Instant};

/// The version of the form of the JSON.
const FORM: u32 = 1;

/// The explanation of a call of a scenario as JSON.
pub fn explanation_json(scenario: &Scenario, explanation: &Explanation) -> Value {
    let names = Names(scenario);
    let Explanation { replication, call, group, arrived, talk, wrap_up, patience, agents, ahead, steps, end } =
        explanation;
    json!({
        "form": FORM,
        "acdsim": env!("CARGO_PKG_VERSION"),
        "scenario": scenario.name,
        "seed": scenario.seed,
        "replication": replication,
        "call": call,
        "group": names.group(*group),
        "arrival": wall_clock(scenario, *arrived),
        "arrival_s": seconds(*arrived),
        "patience_s": (*patience != Duration::MAX).then(|| patience.as_secs_f64()),
        "talk_s": talk.as_secs_f64(),
        "wrap_up_s": wrap_up.as_secs_f64(),
        "agents": agents.iter().map(|serving| names.serving(serving)).collect::<Vec<_>>(),
        "ahead": ahead.iter().map(|ahead| names.ahead(ahead)).collect::<Vec<_>>(),
        "steps": steps.iter().map(|step| names.step(step)).collect::<Vec<_>>(),
        "end": names.end(end, *arrived, *patience),
    })
}

fn seconds(instant: Instant) -> f64 {
    instant.since(Instant::START).as_secs_f64()
}

/// Puts more keys behind those of an object.
fn and(mut first: Value, more: Value) -> Value {
    if let (Value::Object(first), Value::Object(more)) = (&mut first, more) {
        first.extend(more);
    }
    first
}

struct Names<'a>(&'a Scenario);

impl Names<'_> {
    fn agent(&self, agent: usize) -> &str {
        &self.0.agents[agent].name
    }

    fn group(&self, group: usize) -> &str {
        &self.0.groups[group].name
    }

    fn serving(&self, Serving { agent, rank, doing }: &Serving) -> Value {
        let (state, busy, since, until) = match doing {
            Doing::Away { since, until } => ("away", None, *since, *until),
            Doing::Idle { since } => ("idle", None, Some(*since), None),
            Doing::Talking(busy) => ("talking", Some(busy), Some(busy.since), Some(busy.until)),
            Doing::WrappingUp(busy) => ("wrapping_up", Some(busy), Some(busy.since), Some(busy.until)),
        };
        json!({
            "agent": self.agent(*agent),
            "rank": rank,
            "state": state,
            "call": busy.map(|busy| busy.call),
            "call_group": busy.map(|busy| self.group(busy.group)),
            "since_s": since.map(seconds),
            "until_s": until.map(seconds),
        })
    }

    fn ahead(&self, Ahead { group, agents, calls }: &Ahead) -> Value {
        let call = |waiting: &Waiting| json!({ "call": waiting.call, "since_s": seconds(waiting.since) });
        json!({
            "group": self.group(*group),
            "taken_first_by": agents.iter().map(|&agent| self.agent(agent)).collect::<Vec<_>>(),
            "calls": calls.iter().map(call).collect::<Vec<_>>(),
        })
    }

    fn waiting(&self, Waiting { call, group, since }: &Waiting) -> Value {
        json!({ "call": call, "call_group": self.group(*group), "call_since_s": seconds(*since) })
    }

    fn step(&self, Step { at, what }: &Step) -> Value {
        let (name, more) = match what {
            What::TookOther { agent, freed, call, why } => {
                let (why, rule) = match why {
                    WhyCall::WaitedLonger => ("waited_longer", None),
                    WhyCall::CameFirst => ("came_first", None),
                    WhyCall::ListedFirst => ("listed_first", None),
                    WhyCall::GroupOrder => ("group_order", None),
                    WhyCall::AgainstRule { rule } => ("against_rule", Some(*rule)),
                };
                let more = json!({ "agent": self.agent(*agent), "why": why });
                let more = and(and(more, self.waiting(call)), freed_json(freed));
                ("took_other", and(more, rule.map_or(Value::Null, |rule| json!({ "call_of_rule": rule }))))
            }
            What::LoggedOut { agent, after } => {
                ("logged_out", json!({ "agent": self.agent(*agent), "after_call": after }))
            }
            What::TookNone { agent, freed } => {
                ("took_none", and(json!({ "agent": self.agent(*agent) }), freed_json(freed)))
            }
            What::TakenElsewhere { agent, call } => {
                ("taken_elsewhere", and(json!({ "agent": self.agent(*agent) }), self.waiting(call)))
            }
            What::GaveUp(call) => ("gave_up", self.waiting(call)),
        };
        and(json!({ "time_s": seconds(*at), "what": name }), more)
    }

    fn end(&self, end: &End, arrived: Instant, patience: Duration) -> Value {
        let ended = |outcome: &str, at: Instant| json!({ "outcome": outcome, "time_s": seconds(at), "wait_s": at.since(arrived).as_secs_f64() });
        match end {
            End::AnsweredAtOnce { agent, session, idle } => {
                let one = |Idle { agent, rank, since }: &Idle| json!({ "agent": self.agent(*agent), "rank": rank, "since_s": seconds(*since) });
                let by = json!({
                    "agent": self.agent(*agent),
                    "session": session.0,
                    "idle": idle.iter().map(one).collect::<Vec<_>>(),
                });
                and(ended("answered_at_once", arrived), by)
            }
            End::Answered { at, agent, session, freed, waiting, rule } => {
                let by = json!({ "agent": self.agent(*agent), "session": session.0, "waiting": waiting });
                let by = and(by, freed_json(freed));
                and(and(ended("answered", *at), by), rule.map_or(Value::Null, |rule| json!({ "call_of_rule": rule })))
            }
            End::Abandoned { at } => and(ended("abandoned", *at), json!({ "patience_s": patience.as_secs_f64() })),
            End::Blocked { waiting } => and(ended("blocked", arrived), json!({ "waiting": waiting })),
            End::StillWaiting { at } => ended("waiting", *at),
        }
    }
}

fn freed_json(freed: &Freed) -> Value {
    let (name, key, value): (&str, &str, Value) = match freed {
        Freed::Done { call } => ("done", "freed_of_call", (*call).into()),
        Freed::LoggedIn => return json!({ "freed": "logged_in" }),
        Freed::Idle { since } => ("idle", "idle_since_s", seconds(*since).into()),
    };
    Value::Object(Map::from_iter([("freed".to_owned(), name.into()), (key.to_owned(), value)]))
}
