//! How the calls of a group are served beyond waiting in its queue: the types, and how a group's table says them.

use super::callers::{duration, group_named, integer, number, positive, sub};
use super::problems::{Fault, Problems, listed, quoted, similar};
use super::values::Record;
use crate::random::Distribution;
use crate::time::Duration;

/// How the calls of a group are served.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The priority of its calls, 1 being the best: a call of a better one goes first, in its queue and among the queues.
    pub priority: u32,
    /// The weight of a wait in the group's queue, where calls are taken by weighted waits; more than 0.
    pub weight: f64,
    /// The share of the offered calls that should be answered within the threshold, from 0 to 1.
    pub target: f64,
    /// Where a call goes that has waited too long.
    pub guide: Option<Guide>,
    /// The index of the trunk whose lines the group's calls take, in [`Scenario::trunks`](super::Scenario::trunks).
    pub trunk: Option<usize>,
    /// An agent is given a call of the group only while more than so many of the group's agents are ready.
    pub reserved_agents: u32,
    /// How often and how long callers are put on hold.
    pub hold: Option<Hold>,
}

impl Default for Service {
    fn default() -> Self {
        Service {
            priority: BEST_PRIORITY,
            weight: 1.0,
            target: 0.8,
            guide: None,
            trunk: None,
            reserved_agents: 0,
            hold: None,
        }
    }
}

impl Service {
    /// Whether the calls only wait in the queue until they are answered or given up.
    pub(super) fn is_plain(&self) -> bool {
        // Weights and targets are for selections, which say themselves that they are used.
        *self == Service { weight: self.weight, target: self.target, ..Service::default() }
    }
}

/// The best priority, which calls have that are given none.
pub const BEST_PRIORITY: u32 = 1;

/// A step of a call guide: where a call goes that has waited too long in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guide {
    /// After so long a wait in the queue; more than 0.
    pub after: Duration,
    /// The index of the group whose queue it flows into; none if that is the end of the guide, and the call leaves.
    pub to: Option<usize>,
}

/// How callers are put on hold: once in a call, in the middle of the talk, which is longer by it.
#[derive(Clone, Debug, PartialEq)]
pub struct Hold {
    /// How often; from 0 to 1.
    pub probability: f64,
    /// Law of the time on hold.
    pub length: Distribution,
}

/// A bundle of telephone lines, of which a caller takes one until the talk ends or the caller leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trunk {
    /// Its name, unique in the scenario.
    pub name: String,
    /// How many lines it has; a call that finds all of them taken is blocked.
    pub lines: u32,
}

/// Reads how a group's table says that its calls are served.
pub(super) fn read(problems: &mut Problems, table: &Record, names: &[String], trunks: &[Trunk]) -> Service {
    let guide = sub(table, "guide")
        .map(|guide| Guide { after: duration(guide, "after"), to: group_named(problems, guide, "to", names) });
    if let (Some(Guide { to: Some(to), .. }), Some(name)) = (guide, table.get::<String>("name"))
        && names.get(to) == Some(name.value)
    {
        let at = table.place("guide");
        let help = "`to` names another group; without it, the call leaves";
        problems.push(Fault::new(at, "the call guide leads back to the group itself").help(help));
    }
    let trunk = table.get::<String>("trunk").and_then(|name| {
        let found = trunks.iter().position(|trunk| trunk.name == *name.value);
        if found.is_none() {
            let near = similar(name.value, trunks.iter().map(|trunk| trunk.name.as_str()));
            let guess = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            let known = match trunks {
                [] => "there are none: describe it in a `[[trunk]]`".to_owned(),
                some => {
                    format!("the trunks are {}", listed(some.iter().take(20).map(|trunk| quoted(&trunk.name)), "and"))
                }
            };
            let message = format!("{} is no trunk of the scenario", quoted(name.value));
            problems.push(Fault::new(name.at, message).label("no such trunk").help(format!("{guess}{known}")));
        }
        found
    });
    Service {
        priority: integer(table, "priority"),
        weight: positive(problems, table, "weight"),
        target: number(table, "service_level_target"),
        guide,
        trunk,
        reserved_agents: integer(table, "reserved_agents"),
        hold: sub(table, "hold").and_then(|hold| {
            Some(Hold {
                probability: number(hold, "probability"),
                length: hold.get::<Distribution>("length")?.value.clone(),
            })
        }),
    }
}

/// The trunks of the file.
pub(super) fn trunks(problems: &mut Problems, record: &Record) -> Vec<Trunk> {
    let mut trunks: Vec<Trunk> = Vec::new();
    for table in record.records("trunk") {
        let Some(name) = table.get::<String>("name") else { continue };
        if trunks.iter().any(|trunk| trunk.name == *name.value) {
            let message = format!("two trunks are called {}", quoted(name.value));
            problems
                .push(Fault::new(name.at, message).label("the second one").help("each trunk has a name of its own"));
        }
        trunks.push(Trunk { name: name.value.clone(), lines: integer(table, "lines") });
    }
    trunks
}
