//! `calls.csv` and `calls.parquet`: one row a call, its whole life.

use super::fields::{Line, MOST_OF_NUMBER, MOST_OF_TIME, Names};
#[cfg(feature = "parquet")]
use super::parquet::Columns;
use super::rows::{Packed, Row};
use crate::acd::{AgentId, GroupId, SessionId};
use crate::scenario::Scenario;
use crate::simulation::Origin;
use crate::statistics::{CallRecord, Outcome};
use crate::time::{Duration, Instant};

/// The header of `calls.csv` of a plain scenario.
pub const HEADER: &str = "replication,call,group,arrival_s,patience_s,counted,outcome,wait_s,session,agent,\
talk_s,wrap_up_s";

/// The header of `calls.csv` of a scenario that is not plain.
const WHOLE_HEADER: &str = "replication,call,group,arrival_s,patience_s,counted,outcome,wait_s,session,agent,\
talk_s,wrap_up_s,arrived_for,class,origin,origin_call";

/// So many commas and ends a line has at most.
const COLUMNS: usize = 16;
/// The origins, by their numbers in a row that is kept.
const ORIGINS: [&str; 3] = ["outside", "retrial", "transfer"];
/// In a row that is kept, for what it does not have.
const NO_ID: u32 = u32::MAX;

/// What the rows of calls have of their scenario.
pub struct CallContext {
    measured_from: Instant,
    groups: Names,
    outcomes: Names,
    agents: Names,
    /// Of a scenario that is not plain: calls have a class and an origin only there.
    classes: Option<Classes>,
}

/// The classes of all groups.
struct Classes {
    names: Names,
    /// Where the classes of each group begin among the names, and behind the last where they end.
    begins: Vec<u32>,
}

impl Classes {
    fn new(scenario: &Scenario) -> Self {
        let classes = scenario.groups.iter().map(|group| &group.callers.classes);
        let mut begins = vec![0];
        for classes in classes.clone() {
            begins.push(begins[begins.len() - 1] + classes.len() as u32);
        }
        Classes { names: Names::new(classes.flatten().map(|class| &*class.name)), begins }
    }

    /// The index among all names of the class of a call; none if it is of none.
    fn of(&self, call: &CallRecord) -> Option<u32> {
        let home = call.arrived_for.0 as usize;
        let class = self.begins[home] + call.class;
        (class < self.begins[home + 1]).then_some(class)
    }
}

/// The number of a call's origin among all, and the call that it comes of.
fn origin(call: &CallRecord) -> (u8, Option<u64>) {
    match call.origin {
        Origin::Outside => (0, None),
        Origin::Retrial { of } => (1, Some(of)),
        Origin::Transfer { of, .. } => (2, Some(of)),
    }
}

/// The patience of a caller who has an end of it.
fn patience(call: &CallRecord) -> Option<Duration> {
    (call.patience != Duration::MAX).then_some(call.patience)
}

impl Row for CallRecord {
    type Context = CallContext;
    const FILE: &'static str = "calls";
    const BYTES: usize = 7 * 8 + 6 * 4 + 2;

    fn context(scenario: &Scenario) -> CallContext {
        CallContext {
            measured_from: Instant::START + scenario.warm_up,
            groups: Names::of_groups(scenario),
            outcomes: Names::new(Outcome::ALL.iter().map(|outcome| outcome.name())),
            agents: Names::of_agents(scenario),
            classes: (!scenario.is_plain()).then(|| Classes::new(scenario)),
        }
    }

    fn header(context: &CallContext) -> &'static str {
        if context.classes.is_some() { WHOLE_HEADER } else { HEADER }
    }

    fn most(context: &CallContext) -> usize {
        let CallContext { groups, outcomes, agents, classes, .. } = context;
        let classes = classes.as_ref().map_or(0, |classes| classes.names.most());
        let names = 2 * groups.most() + outcomes.most() + agents.most() + classes + "transfer".len();
        4 * MOST_OF_NUMBER + 5 * MOST_OF_TIME + names + ",false".len() + COLUMNS
    }

    #[inline(always)]
    fn line(&self, replication: u32, context: &CallContext, line: &mut Line<'_>) {
        let put_if = |time: Option<Duration>, line: &mut Line<'_>| {
            if let Some(time) = time {
                line.put_time(time.as_nanos());
            }
        };
        line.put_number(replication.into());
        line.put(b",");
        line.put_number(self.call);
        line.put(b",");
        context.groups.put(self.group.0, line);
        line.put(b",");
        line.put_time(self.arrival.as_nanos());
        line.put(b",");
        put_if(patience(self), line);
        line.put_text(if self.arrival >= context.measured_from { ",true," } else { ",false," });
        context.outcomes.put(self.outcome as u32, line);
        line.put(b",");
        line.put_time(self.waited.as_nanos());
        line.put(b",");
        if let Some((session, _)) = self.answered_by {
            line.put_number(session.0.into());
        }
        line.put(b",");
        if let Some((_, agent)) = self.answered_by {
            context.agents.put(agent.0, line);
        }
        line.put(b",");
        put_if(self.talk, line);
        line.put(b",");
        put_if(self.wrap_up, line);
        if let Some(classes) = &context.classes {
            line.put(b",");
            context.groups.put(self.arrived_for.0, line);
            line.put(b",");
            if let Some(class) = classes.of(self) {
                classes.names.put(class, line);
            }
            let (origin, of) = origin(self);
            line.put(b",");
            line.put_text(ORIGINS[usize::from(origin)]);
            line.put(b",");
            if let Some(of) = of {
                line.put_number(of);
            }
        }
        line.put(b"\n");
    }

    #[cfg(feature = "parquet")]
    fn columns(rows: &[Self], replication: u32, context: &CallContext, columns: &mut Columns) {
        let nanos = |time: Duration| time.as_nanos();
        columns.numbers("replication", rows.iter().map(|_| replication.into()));
        columns.numbers("call", rows.iter().map(|row| row.call));
        columns.names("group", context.groups.texts(), rows.iter().map(|row| row.group.0));
        columns.times("arrival_s", rows.iter().map(|row| row.arrival.as_nanos()));
        columns.times_if("patience_s", rows.iter().map(|row| patience(row).map(nanos)));
        columns.flags("counted", rows.iter().map(|row| row.arrival >= context.measured_from));
        columns.names("outcome", context.outcomes.texts(), rows.iter().map(|row| row.outcome as u32));
        columns.times("wait_s", rows.iter().map(|row| row.waited.as_nanos()));
        columns.numbers_if("session", rows.iter().map(|row| row.answered_by.map(|(session, _)| session.0.into())));
        let agents = rows.iter().map(|row| row.answered_by.map(|(_, agent)| agent.0));
        columns.names_if("agent", context.agents.texts(), agents);
        columns.times_if("talk_s", rows.iter().map(|row| row.talk.map(nanos)));
        columns.times_if("wrap_up_s", rows.iter().map(|row| row.wrap_up.map(nanos)));
        if let Some(classes) = &context.classes {
            columns.names("arrived_for", context.groups.texts(), rows.iter().map(|row| row.arrived_for.0));
            columns.names_if("class", classes.names.texts(), rows.iter().map(|row| classes.of(row)));
            columns.names("origin", &ORIGINS, rows.iter().map(|row| origin(row).0.into()));
            columns.numbers_if("origin_call", rows.iter().map(|row| origin(row).1));
        }
    }

    fn pack(&self, out: &mut Vec<u8>) {
        let (session, agent) = self.answered_by.map_or((NO_ID, NO_ID), |(session, agent)| (session.0, agent.0));
        let (origin, of) = origin(self);
        let from = if let Origin::Transfer { from, .. } = self.origin { from.0 } else { NO_ID };
        let nanos = |time: Option<Duration>| time.unwrap_or(Duration::MAX).as_nanos();
        let arrival = self.arrival.as_nanos();
        for number in [self.call, arrival, self.patience.as_nanos(), self.waited.as_nanos()] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        for number in [nanos(self.talk), nanos(self.wrap_up), of.unwrap_or_default()] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        for number in [self.group.0, self.arrived_for.0, self.class, session, agent, from] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&[self.outcome as u8, origin]);
    }

    fn unpack(mut packed: Packed<'_>) -> Option<Self> {
        let [call, arrival, patience, waited, talk, wrap_up, of] = packed.numbers();
        let [group, arrived_for, class, session, agent, from] = packed.ids();
        let [outcome, origin] = packed.codes();
        let time_if = |nanos| Some(Duration::from_nanos(nanos)).filter(|&time| time != Duration::MAX);
        Some(CallRecord {
            call,
            group: GroupId(group),
            arrived_for: GroupId(arrived_for),
            class,
            origin: match origin {
                0 => Origin::Outside,
                1 => Origin::Retrial { of },
                2 => Origin::Transfer { of, from: GroupId(from) },
                _ => return None,
            },
            arrival: Instant::from_nanos(arrival),
            patience: Duration::from_nanos(patience),
            outcome: *Outcome::ALL.get(usize::from(outcome))?,
            waited: Duration::from_nanos(waited),
            answered_by: (session != NO_ID).then_some((SessionId(session), AgentId(agent))),
            talk: time_if(talk),
            wrap_up: time_if(wrap_up),
        })
    }
}
