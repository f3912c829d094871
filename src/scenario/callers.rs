//! What callers do beyond waiting and talking: the types, and how a group's table says them.

use super::problems::{Fault, Problems, quoted};
use super::validate::no_such_group;
use super::values::{At, FromValue, Record, Value};
use crate::random::Distribution;
use crate::time::Duration;

/// What the callers of a group do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Callers {
    /// The classes of the group's calls; none if all are alike. Their shares add up to 1.
    pub classes: Vec<CallClass>,
    /// When callers refuse to wait.
    pub balking: Option<Balking>,
    /// Whether callers who were not served call again.
    pub retrial: Option<Retrial>,
    /// Whether callers are offered to be called back.
    pub call_back: Option<CallBack>,
    /// Where calls go on to when their talk has ended; the probabilities add up to at most 1.
    pub transfers: Vec<Transfer>,
    /// How the wait is estimated that callers are told.
    pub announcement: Announcement,
}

/// A class of a group's calls.
#[derive(Clone, Debug, PartialEq)]
pub struct CallClass {
    /// Its name, unique in the group.
    pub name: String,
    /// The share of the group's calls that are of this class, from 0 to 1; of no meaning for calls whose class is recorded.
    pub share: f64,
    /// Its priority, 1 being the best; that of the group if it says none.
    pub priority: Option<u32>,
    /// Calls of the class are served as if they had waited so much longer.
    pub wait_credit: Duration,
}

/// When callers refuse to wait: if all of these hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Balking {
    /// So often those refuse for whom the rest holds; from 0 to 1.
    pub probability: f64,
    /// At least so many calls wait already.
    pub from_queue_length: u32,
    /// The announced wait is longer than the caller tolerates, whose tolerance has this law.
    pub tolerance: Option<Distribution>,
}

/// Whether callers who were not served call again.
#[derive(Clone, Debug, PartialEq)]
pub struct Retrial {
    /// How often they do, each time; from 0 to 1.
    pub probability: f64,
    /// Law of the time until then.
    pub delay: Distribution,
    /// So often a caller calls again at most.
    pub most: u32,
}

/// Whether callers who wait are offered to be called back, keeping their place in the line.
#[derive(Clone, Debug, PartialEq)]
pub struct CallBack {
    /// How often they accept; from 0 to 1.
    pub probability: f64,
    /// After so long a wait it is offered.
    pub offer_after: Duration,
    /// It is offered if the announced wait is at least so long.
    pub from_announced_wait: Duration,
}

/// Where a call goes on to when its talk has ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transfer {
    /// The index of the group.
    pub to: usize,
    /// How often; from 0 to 1.
    pub probability: f64,
}

/// How the wait is estimated that a caller is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Announcement {
    /// The wait of the call of the queue that was answered last (Ibrahim & Whitt 2009, "LES").
    #[default]
    LastAnswered,
    /// The calls that wait and this one, times the mean handle time, over the agents logged in (ibid., "QL").
    QueueLength,
}

/// Reads what a group's table says of its callers.
pub(super) fn read(problems: &mut Problems, table: &Record, names: &[String]) -> Callers {
    Callers {
        classes: classes(problems, table),
        balking: sub(table, "balking").map(|balking| Balking {
            probability: number(balking, "probability"),
            from_queue_length: integer(balking, "from_queue_length"),
            tolerance: balking.get::<Distribution>("tolerance").map(|law| law.value.clone()),
        }),
        retrial: sub(table, "retrial").and_then(|retrial| {
            Some(Retrial {
                probability: number(retrial, "probability"),
                delay: retrial.get::<Distribution>("delay")?.value.clone(),
                most: integer(retrial, "most"),
            })
        }),
        call_back: sub(table, "call_back").map(|call_back| CallBack {
            probability: number(call_back, "probability"),
            offer_after: duration(call_back, "offer_after"),
            from_announced_wait: duration(call_back, "from_announced_wait"),
        }),
        transfers: transfers(problems, table, names),
        announcement: match table.get::<String>("announcement").map(|word| word.value.as_str()) {
            Some("queue-length") => Announcement::QueueLength,
            _ => Announcement::LastAnswered,
        },
    }
}

fn classes(problems: &mut Problems, table: &Record) -> Vec<CallClass> {
    let mut classes: Vec<CallClass> = Vec::new();
    for record in table.records("classes") {
        let Some(name) = record.get::<String>("name") else { continue };
        if classes.iter().any(|class| class.name == *name.value) {
            let message = format!("two classes are called {}", quoted(name.value));
            problems
                .push(Fault::new(name.at, message).label("the second one").help("each class has a name of its own"));
        }
        classes.push(CallClass {
            name: name.value.clone(),
            share: number(record, "share"),
            priority: record.get::<i64>("priority").map(|priority| *priority.value as u32),
            wait_credit: duration(record, "wait_credit"),
        });
    }
    let sum: f64 = classes.iter().map(|class| class.share).sum();
    if !classes.is_empty() && (sum - 1.0).abs() > 1e-9 && !table.is_broken("classes") {
        let message = format!("the shares of the classes add up to {}", percent(sum));
        problems
            .push(Fault::new(table.place("classes"), message).help("the shares of a group's classes add up to 100 %"));
    }
    classes
}

fn transfers(problems: &mut Problems, table: &Record, names: &[String]) -> Vec<Transfer> {
    let mut transfers = Vec::new();
    for record in table.records("transfers") {
        if let Some(to) = group_named(problems, record, "to", names) {
            transfers.push(Transfer { to, probability: number(record, "probability") });
        }
    }
    let sum: f64 = transfers.iter().map(|transfer| transfer.probability).sum();
    if sum > 1.0 + 1e-9 {
        let message = format!("the probabilities of the transfers add up to {}", percent(sum));
        let help = "they add up to at most 100 %; a call that is not transferred ends";
        problems.push(Fault::new(table.place("transfers"), message).help(help));
    }
    transfers
}

/// The index of the group that a key names.
pub(super) fn group_named(problems: &mut Problems, record: &Record, key: &str, names: &[String]) -> Option<usize> {
    let name = record.get::<String>(key)?;
    let found = names.iter().position(|known| known == name.value);
    if found.is_none() {
        problems.push(no_such_group(name.value, names, name.at));
    }
    found
}

/// A share in the words of the messages.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", (share * 1e6).round() / 1e4)
}

/// The table at a key.
pub(super) fn sub<'r>(record: &'r Record, key: &str) -> Option<&'r Record> {
    record.get::<Record>(key).map(|table| table.value)
}

/// The number at a key that has a default; 0 if it was wrong, which has then been reported.
pub(super) fn number(record: &Record, key: &str) -> f64 {
    record.get::<f64>(key).map_or(0.0, |number| *number.value)
}

/// The number at a key, which has to be more than 0 and at most 1,000,000; 1 if it is absent or was wrong.
pub(super) fn positive(problems: &mut Problems, record: &Record, key: &'static str) -> f64 {
    let Some(number) = record.get::<f64>(key) else { return 1.0 };
    if !in_range(*number.value) {
        let message = format!("`{key}` is {}", number.value);
        problems.push(Fault::new(number.at, message).label("out of range").help(POSITIVE_HELP));
        return 1.0;
    }
    *number.value
}

/// What [`positive`] allows.
pub(super) fn in_range(number: f64) -> bool {
    number > 0.0 && number <= 1e6
}

pub(super) const POSITIVE_HELP: &str = "it is a number above 0 and at most 1,000,000";

/// The whole number at a key that has a default and is not negative.
pub(super) fn integer(record: &Record, key: &str) -> u32 {
    record.get::<i64>(key).map_or(0, |number| *number.value as u32)
}

/// The duration at a key that has a default.
pub(super) fn duration(record: &Record, key: &str) -> Duration {
    record.get::<Duration>(key).map_or(Duration::ZERO, |duration| *duration.value)
}

/// The values of a list, none if the key is absent.
pub(super) fn list<T: FromValue + Clone>(record: &Record, key: &str) -> Option<Vec<T>> {
    let items = record.get::<Vec<At<Value>>>(key)?;
    Some(items.value.iter().filter_map(|item| T::from_value(&item.value)).cloned().collect())
}
