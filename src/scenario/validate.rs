//! From the records of a scenario file to the validated scenario: the rules that concern more than one value.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use jiff::civil::DateTime;

use super::arrivals::{self, MOST_CALLS, Place};
use super::busyness;
use super::callers::{self, duration, number};
use super::declaration::{Kind, Presence};
use super::handlers::{self, DEFAULT_HANDLER};
use super::keys::{MOST_AGENTS, SCENARIO};
use super::law_steps;
use super::laws;
use super::model::{
    Agent, AgentSelection, Arrivals, CallSelection, Group, Handling, RingNoAnswer, Routing, ScaledRecord, Scenario,
    ScoreWeights, Trunk, VerificationSettings,
};
use super::moments::Run;
use super::problems::{Fault, Problems, Span, listed, quoted, similar};
use super::service;
use super::staffing::{self, MOST_SHIFTS};
use super::units::spelled;
use super::values::{At, FromValue, Record, Value};
use crate::acd::Conventions;
use crate::time::{Duration, Instant};

const MOST_GROUPS: usize = 1_000;
/// A session takes about 150 bytes on each thread.
const MOST_SESSIONS: usize = 10_000_000;
/// Over all groups; an interval of a group takes about 200 bytes on each thread.
const MOST_INTERVALS: u64 = 1_000_000;

/// The scenario that a file's record says; none if something was wrong, which has then been reported.
pub(crate) fn scenario(problems: &mut Problems, file: &Path, record: &Record) -> Option<Scenario> {
    let horizon = record.get::<Duration>("horizon");
    let start = record.get::<DateTime>("start");
    let run = start.zip(horizon).map(|(start, horizon)| Run { start: *start.value, horizon: *horizon.value });
    if let Some((run, horizon)) = run.zip(horizon) {
        check_run(problems, &run, horizon.at, record);
    }
    let base = file.parent().unwrap_or(Path::new(""));
    let names = group_names(problems, record)?;
    let trunks = service::trunks(problems, record);
    let mut groups = groups(problems, base, run, record, &names, &trunks);
    let busyness = busyness::read(problems, run, record, &names, &mut groups);
    let agents = agents(problems, base, run, record, &names);
    let routing = routing(problems, record);
    if problems.count() > 0 {
        return None;
    }
    let run = run?;
    let stem = file.file_stem().map_or_else(|| "scenario".into(), |stem| stem.to_string_lossy().into_owned());
    Some(Scenario {
        name: record.get::<String>("name").map_or(stem, |name| name.value.clone()),
        start: run.start,
        horizon: run.horizon,
        warm_up: *record.get::<Duration>("warm_up")?.value,
        seed: *record.get::<i64>("seed")?.value as u64,
        replications: *record.get::<i64>("replications")?.value as u32,
        interval: *record.get::<Duration>("interval")?.value,
        service_level_threshold: threshold(record),
        groups,
        trunks,
        busyness,
        agents,
        routing,
        verification: verification(record),
        conventions: conventions(record),
    })
}

/// The file's `[routing]`.
fn routing(problems: &mut Problems, record: &Record) -> Routing {
    let Some(table) = record.get::<Record>("routing").map(|routing| routing.value) else { return Routing::default() };
    let selected = |key: &str| table.get::<String>(key).map(|word| word.value.as_str());
    let weights = table.get::<Record>("score").map(|score| score.value).map(|score| ScoreWeights {
        idle_s: number(score, "idle_s"),
        skill: number(score, "skill"),
        rank: number(score, "rank"),
        occupancy: number(score, "occupancy"),
        calls: number(score, "calls"),
    });
    if let (true, Some(selection)) = (table.has("score"), selected("agent_selection"))
        && selection != "score"
    {
        let help = "write agent_selection = \"score\", or leave `score` out";
        problems
            .push(Fault::new(table.place("score"), "`score` is not used").label("no selection by score").help(help));
    }
    Routing {
        agent_selection: match selected("agent_selection") {
            None | Some("longest-idle") => AgentSelection::LongestIdle,
            Some("lowest-rank") => AgentSelection::LowestRank,
            Some("least-occupied") => AgentSelection::LeastOccupied,
            Some("fewest-calls") => AgentSelection::FewestCalls,
            Some("round-robin") => AgentSelection::RoundRobin,
            Some("top-down") => AgentSelection::TopDown,
            Some("most-skilled") => AgentSelection::MostSkilled,
            Some("random") => AgentSelection::Random,
            Some("score") => AgentSelection::Score(weights.unwrap_or_default()),
            Some(other) => unreachable!("{other} is declared but not known"),
        },
        call_selection: match selected("call_selection") {
            None | Some("longest-waiting") => CallSelection::LongestWaiting,
            Some("group-order") => CallSelection::GroupOrder,
            Some("weighted") => CallSelection::Weighted,
            Some("service-level") => CallSelection::ServiceLevel,
            Some(other) => unreachable!("{other} is declared but not known"),
        },
        ring_no_answer: table.get::<Record>("ring_no_answer").map(|ring| RingNoAnswer {
            after: duration(ring.value, "after"),
            not_ready: duration(ring.value, "not_ready"),
        }),
    }
}

/// The settings of the file's `[verify]`.
fn verification(record: &Record) -> VerificationSettings {
    let Some(table) = record.get::<Record>("verify") else { return VerificationSettings::default() };
    let settings = VerificationSettings::default();
    VerificationSettings {
        precision: table.value.get::<f64>("precision").map_or(settings.precision, |share| *share.value),
        most_calls: table.value.get::<i64>("max_calls").map_or(settings.most_calls, |calls| *calls.value as u64),
    }
}

/// The answers of the file's `[conventions]`.
fn conventions(record: &Record) -> Conventions {
    let mut conventions = Conventions::default();
    if let Some(table) = record.get::<Record>("conventions") {
        for key in table.value.form.keys {
            let answer = match key.kind {
                Kind::Integer { .. } => table.value.get::<i64>(key.name).map(|number| number.value.to_string()),
                _ => table.value.get::<String>(key.name).map(|word| word.value.clone()),
            };
            if let Some(answer) = answer {
                conventions.set(key.name, &answer).expect("the keys are declared as the conventions are");
            }
        }
    }
    conventions
}

/// The threshold of the file's `[service_level]`, or the default that is declared for it.
fn threshold(record: &Record) -> Duration {
    let table = record.get::<Record>("service_level").map(|table| table.value);
    if let Some(threshold) = table.and_then(|table| table.get::<Duration>("threshold")) {
        return *threshold.value;
    }
    let declared = SCENARIO.nested().into_iter().find_map(|table| table.key("threshold"));
    match declared.map(|key| key.presence) {
        Some(Presence::Default(text)) => super::units::duration(text).expect("the defaults are declared right"),
        _ => unreachable!("the threshold has a default"),
    }
}

/// The rules for horizon, warm-up and interval.
fn check_run(problems: &mut Problems, run: &Run, horizon_at: Span, record: &Record) {
    let horizon = run.horizon;
    if run.start.checked_add(jiff::SignedDuration::from_secs(horizon.as_secs() as i64)).is_err() {
        let message = format!("the run would end after the year 9999: it begins at {}", run.start);
        problems.push(Fault::new(horizon_at, message).help("choose an earlier start or a shorter horizon"));
    }
    if let Some(warm_up) = record.get::<Duration>("warm_up")
        && *warm_up.value >= horizon
    {
        let message = format!("the warm-up of {} leaves nothing of the run", spelled(*warm_up.value));
        let help = format!("`warm_up` is shorter than `horizon`, which is {}", spelled(horizon));
        problems.push(Fault::new(warm_up.at, message).label("too long").help(help));
    }
    if let Some(interval) = record.get::<Duration>("interval") {
        let intervals = horizon.as_nanos().div_ceil(interval.value.as_nanos());
        let groups = record.records("group").len().max(1) as u64;
        if intervals.saturating_mul(groups) > MOST_INTERVALS {
            let at = if record.has("interval") { interval.at } else { horizon_at };
            let message = format!(
                "the run would have {intervals} intervals of {} for {groups} group{}",
                spelled(*interval.value),
                if groups == 1 { "" } else { "s" },
            );
            let help = "intervals times groups are at most 1,000,000: choose a longer `interval`";
            problems.push(Fault::new(at, message).label("too many").help(help));
        }
    }
}

/// The groups' names, in order; checks that names and queues are each there once.
fn group_names(problems: &mut Problems, record: &Record) -> Option<Vec<String>> {
    let tables = record.records("group");
    if tables.len() > MOST_GROUPS {
        let message = format!("{} groups are too many", tables.len());
        problems.push(Fault::new(tables[MOST_GROUPS].at, message).help("a scenario has at most 1,000 groups"));
        return None;
    }
    let mut names = Vec::new();
    let (mut seen, mut queues) = (HashMap::new(), HashMap::new());
    for table in tables {
        let Some(name) = table.get::<String>("name") else { continue };
        names.push(name.value.clone());
        if seen.insert(name.value.clone(), ()).is_some() {
            let message = format!("two groups are called {}", quoted(name.value));
            problems
                .push(Fault::new(name.at, message).label("the second one").help("each group has a name of its own"));
        } else if !table.is_broken("queue") && queues.insert(queue_of(table, name.value), ()).is_some() {
            let message = format!("two queues are called {}", quoted(&queue_of(table, name.value)));
            let help = "each queue has a name of its own; without `queue` it is the group's name and \" queue\"";
            problems.push(Fault::new(table.place("queue"), message).label("the second one").help(help));
        }
    }
    Some(names)
}

fn queue_of(table: &Record, name: &str) -> String {
    table.get::<String>("queue").map_or_else(|| format!("{name} queue"), |queue| queue.value.clone())
}

/// The name of a group's agent handler, unless it could not be read.
fn handler_of(table: &Record) -> Option<&str> {
    table.get::<String>("handler").map(|handler| handler.value.as_str())
}

fn groups(
    problems: &mut Problems,
    base: &Path,
    run: Option<Run>,
    record: &Record,
    names: &[String],
    trunks: &[Trunk],
) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut calls = 0;
    for table in record.records("group") {
        let laws = ["talk", "wrap_up", "handle", "patience"].map(|key| law_steps::read(problems, run, table, key));
        for patience in law_steps::given(table, "patience").iter().filter(|law| law.value.is_always_zero()) {
            let help = "every caller would hang up at once; without `patience`, callers never abandon";
            problems.push(Fault::new(patience.at, "`patience` has a mean of zero").label("no patience").help(help));
        }
        let (Some(name), Some(run)) = (table.get::<String>("name"), run) else { continue };
        let callers = callers::read(problems, table, names);
        let classes = &callers.classes;
        let place = Place { base, run, group: name.value, groups: names, classes };
        let read = match table.get::<Record>("arrivals") {
            Some(form) => arrivals::read(problems, &place, form.value),
            None if table.is_broken("arrivals") => None,
            None => Some(arrivals::none()),
        };
        let Some(read) = read else { continue };
        if let Arrivals::Recorded(recorded) | Arrivals::Scaled(ScaledRecord { calls: recorded, .. }) = &read.arrivals {
            calls += recorded.len();
            if calls > MOST_CALLS {
                let message = "the groups have more than 100,000,000 recorded calls together";
                let help = "a scenario has at most 100,000,000 recorded calls";
                problems.push(Fault::new(table.place("arrivals"), message).help(help));
                return groups;
            }
        }
        let broken = table.is_broken("talk") || table.is_broken("handle");
        if let (false, Some(why), false) = (table.has("talk") || table.has("handle"), &read.without_talk, broken) {
            let message = format!("the key `talk` is missing from the group {}", quoted(name.value));
            let help = format!(
                "it is needed: {why}; write for example talk = {}",
                table.form.key("talk").map_or("", |key| key.example)
            );
            problems.push(Fault::new(table.at, message).label("`talk` is missing").help(help));
        }
        let share = table.get::<f64>("wrap_up_share");
        if let (Some(share), false, false) = (share, table.has("handle"), broken) {
            let help = "it is the wrap-up's share of `handle`; with `talk`, write `wrap_up`";
            let message = "`wrap_up_share` without `handle`";
            problems.push(Fault::new(share.at, message).label("a share of nothing").help(help));
        }
        let correlation = table.get::<f64>("talk_wrap_up_correlation");
        for key in ["talk", "wrap_up"] {
            if let (Some(correlation), false) = (correlation, table.has(key) || table.has("handle")) {
                let message = format!("`talk_wrap_up_correlation` without `{key}`");
                let help = "it is how much `talk` and `wrap_up` have in common: give the group both";
                problems.push(Fault::new(correlation.at, message).label("with what?").help(help));
            }
        }
        let correlation = correlation.map_or(0.0, |correlation| *correlation.value);
        let nothing = || laws::constant(Duration::ZERO);
        let share = share.map_or(0.0, |share| *share.value);
        let [talk, wrap_up, handle, patience] = &laws;
        let of_keys = [talk.as_ref(), wrap_up.as_ref(), handle.as_ref(), patience.as_ref()];
        let (handling, patience, later) = law_steps::combined(of_keys, |[talk, wrap_up, handle, patience]| {
            let handling = match handle {
                Some(handle) => Handling::Split { handle: handle.clone(), wrap_up_share: share },
                // Without `talk`, every call has a talk time of its own and this one is never used.
                None => {
                    let [talk, wrap_up] = [talk, wrap_up].map(|law| law.cloned().unwrap_or_else(nothing));
                    if correlation == 0.0 {
                        Handling::Apart { talk, wrap_up }
                    } else {
                        Handling::Correlated { talk, wrap_up, correlation }
                    }
                }
            };
            (handling, patience.cloned())
        });
        groups.push(Group {
            name: name.value.clone(),
            queue: queue_of(table, name.value),
            handler: handler_of(table).unwrap_or(DEFAULT_HANDLER).to_owned(),
            arrivals: read.arrivals,
            handling,
            patience,
            later_laws: later.into(),
            queue_capacity: table.get::<i64>("queue_capacity").map(|calls| *calls.value as u32),
            callers,
            service: service::read(problems, table, names, trunks),
        });
    }
    groups
}

fn agents(problems: &mut Problems, base: &Path, run: Option<Run>, record: &Record, names: &[String]) -> Vec<Agent> {
    let tables = record.records("agents");
    let mut agents: Vec<Agent> = Vec::new();
    // Where each agent's name and address are.
    let mut places: Vec<(Span, Span)> = Vec::new();
    let mut named = vec![false; names.len()];
    let (mut complete, mut shifts, mut sessions) = (record.has("agents"), 0, 0_usize);
    // A group without a name is not among the names.
    let handlers: Vec<Option<&str>> = record
        .records("group")
        .into_iter()
        .filter(|table| table.get::<String>("name").is_some())
        .map(handler_of)
        .collect();
    let unsure = record.is_broken("group") || names.len() < record.records("group").len();
    for &table in &tables {
        let before = problems.count();
        let served = served(problems, table, names, unsure);
        served.iter().for_each(|&group| named[group] = true);
        if let Some((name, groups)) = table.get::<String>("name").zip(table.get::<Vec<At<Value>>>("groups")) {
            handlers::check(problems, name.value, &served, names, &handlers, groups.at);
        }
        let ranks = ranks(problems, table);
        let Some(read) = run.and_then(|run| staffing::read(problems, base, &run, table, &served, &ranks, names)) else {
            complete = false;
            continue;
        };
        complete &= problems.count() == before;
        shifts += read.iter().map(|agent| agent.shifts.len()).sum::<usize>();
        let too_many = |what: &str, count: usize| {
            Fault::new(table.at, format!("with these there are {count} {what}")).label("too many")
        };
        if (agents.len() + read.len()) as i64 > MOST_AGENTS {
            problems.push(too_many("agents", agents.len() + read.len()).help("a scenario has at most 100,000 agents"));
            return agents;
        }
        if shifts > MOST_SHIFTS {
            problems.push(too_many("shifts", shifts).help(staffing::SHIFTS_HELP));
            return agents;
        }
        sessions += read.iter().map(|agent| agent.shifts.len() * agent.groups.len()).sum::<usize>();
        if sessions > MOST_SESSIONS {
            let help = "a scenario has at most 10,000,000 agent sessions: one for each shift and group of an agent";
            problems.push(too_many("agent sessions", sessions).help(help));
            return agents;
        }
        places.resize(places.len() + read.len(), (table.place("name"), table.place("address")));
        agents.extend(read);
    }
    check_names(problems, &agents, &places);
    check_addresses(problems, &agents, &places);
    if complete {
        named.fill(false);
        agents.iter().flat_map(|agent| &agent.groups).for_each(|&group| named[group] = true);
    }
    // A group whose name is misspelled by an agent is served once that is put right.
    let misspelled = tables.iter().any(|table| table.is_broken("groups")) || (!complete && problems.count() > 0);
    for table in record.records("group") {
        let Some(name) = table.get::<String>("name") else { continue };
        let served = names.iter().position(|known| known == name.value).is_some_and(|group| named[group]);
        // Calls of a group without agents are not lost if its call guide takes them on.
        if !served && !misspelled && record.has("agents") && !table.has("guide") {
            let message = format!("nobody serves the group {}", quoted(name.value));
            let help = "at least one agent who is logged in during the run has it in `groups`";
            problems.push(Fault::new(name.at, message).label("no agents").help(help));
        }
    }
    agents
}

/// The indexes of the groups that an agents' table names.
fn served(problems: &mut Problems, table: &Record, names: &[String], unsure: bool) -> Vec<usize> {
    let mut groups = Vec::new();
    let Some(listed_groups) = table.get::<Vec<At<Value>>>("groups") else { return groups };
    for item in listed_groups.value {
        let Some(name) = String::from_value(&item.value) else { continue };
        match names.iter().position(|known| known == name) {
            // The name may be that of a group that could not be read.
            None if unsure => {}
            None => problems.push(no_such_group(name, names, item.at)),
            Some(group) if groups.contains(&group) => {
                let message = format!("the group {} is there twice", quoted(name));
                problems.push(Fault::new(item.at, message).label("again").help("an agent serves a group once"));
            }
            Some(group) => groups.push(group),
        }
    }
    groups
}

/// What is said of the name of a group that is not there.
pub(super) fn no_such_group(name: &str, names: &[String], at: Span) -> Fault {
    let near = similar(name, names.iter().map(String::as_str));
    let guess = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let mut known = listed(names.iter().take(20).map(|name| quoted(name)), "and");
    if names.len() > 20 {
        known += &format!(" (and {} more)", names.len() - 20);
    }
    let help = format!("{guess}the groups are {known}");
    Fault::new(at, format!("{} is no group of the scenario", quoted(name))).label("no such group").help(help)
}

/// The ranks that an agents' table gives, one for each of its groups; 1 where it gives none.
fn ranks(problems: &mut Problems, table: &Record) -> Vec<u32> {
    let groups = table.get::<Vec<At<Value>>>("groups").map_or(0, |groups| groups.value.len());
    let Some(listed) = table.get::<Vec<At<Value>>>("ranks") else { return vec![1; groups] };
    let ranks: Vec<u32> =
        listed.value.iter().filter_map(|item| i64::from_value(&item.value)).map(|&rank| rank as u32).collect();
    if ranks.len() != groups && !table.is_broken("groups") && !table.is_broken("ranks") {
        let message = format!("{} of `ranks` for {groups} of `groups`", ranks.len());
        let help = "`ranks` has one number for each of `groups`, in their order";
        problems.push(Fault::new(listed.at, message).label("not as many").help(help));
    }
    ranks
}

fn check_names(problems: &mut Problems, agents: &[Agent], places: &[(Span, Span)]) {
    let mut seen = HashMap::new();
    let mut reported = Span::default();
    for (agent, &(at, _)) in agents.iter().zip(places) {
        // One report for a table of many agents.
        if seen.insert(agent.name.as_str(), ()).is_some() && reported != at {
            reported = at;
            let message = format!("two agents are called {}", quoted(&agent.name));
            let help = "each agent has a name of its own; with `count`, a number follows the name";
            problems.push(Fault::new(at, message).label("the second one").help(help));
        }
    }
}

/// No two agents are logged in at one address at the same time.
fn check_addresses(problems: &mut Problems, agents: &[Agent], places: &[(Span, Span)]) {
    let mut sharing: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, agent) in agents.iter().enumerate() {
        sharing.entry(&agent.address).or_default().push(index);
    }
    let mut reported = Span::default();
    for (address, agents_there) in sharing.into_iter().filter(|(_, agents)| agents.len() > 1) {
        let there = agents_there.iter().flat_map(|&index| agents[index].shifts.iter().map(move |shift| (shift, index)));
        let mut stays: Vec<_> = there.map(|(shift, index)| (shift.log_in, shift.log_out, index)).collect();
        stays.sort_unstable();
        let clash = stays.windows(2).find(|pair| pair[1].0 < pair[0].1 && pair[0].2 != pair[1].2);
        let Some(&[(_, _, one), (from, _, other)]) = clash else { continue };
        let at = places[one.max(other)].1;
        if agents[one].name != agents[other].name && reported != at {
            reported = at;
            let (one, other) = (quoted(&agents[one.min(other)].name), quoted(&agents[one.max(other)].name));
            let message = format!(
                "{one} and {other} are both logged in at the address {}, {} after the start",
                quoted(address),
                spelled(from.since(Instant::START))
            );
            let help = "one agent at a time sits at an address; without `address` it is the agent's name";
            problems.push(Fault::new(at, message).label("taken").help(help));
        }
    }
}
