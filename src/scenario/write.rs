//! Writes a scenario of recorded calls as the files that it is read from.
//!
//! What is written reads back as the same scenario, to the nanosecond; what cannot be written so is refused.

use std::fmt::Write;

use super::handlers::DEFAULT_HANDLER;
use super::model::{
    Agent, AgentSelection, Arrivals, CallSelection, Group, Handling, RecordedCall, RecordedPatience, Scenario, Shift,
};
use super::units::spelled;
use crate::acd::conventions::SETTINGS;
use crate::random::{Distribution, Parameter};
use crate::time::{Duration, Instant};

/// The text of the files of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The scenario file.
    pub scenario: String,
    /// The CSV file of its calls.
    pub calls: String,
}

/// Why a scenario cannot be written so that it reads back as the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Calls that are drawn, and not recorded.
    #[error("the calls of the group {group} are not recorded")]
    Drawn {
        /// The group's name.
        group: String,
    },
    /// It uses what only the engine knows: not only calls that arrive, wait and are answered or given up.
    #[error(
        "the scenario has callers, routing or agents that are described by more than arrivals, patience, handle times, groups, \
         ranks and shifts"
    )]
    NotPlain,
    /// Laws that change during the run.
    #[error("the laws of the group {group} change during the run")]
    Changing {
        /// The group's name.
        group: String,
    },
    /// A law that no key of a scenario file gives exactly.
    #[error("the law of `{key}` of the group {group} has no exact form in a scenario file")]
    Law {
        /// The group's name.
        group: String,
        /// The law's key.
        key: &'static str,
    },
}

/// The files of a scenario all of whose calls from outside are recorded. `calls_file` is the name of the one with the calls, beside
/// the other.
///
/// # Errors
///
/// If a group's calls are drawn, or its laws change, or a law is a mixture, one of recorded durations, or of times that are no whole
/// nanoseconds.
///
/// ```
/// use acdsim::scenario::{self, WriteError};
///
/// let scenario = scenario::read("scenarios/quickstart.toml".as_ref())?;
/// let refused = scenario::write(&scenario, "calls.csv");
/// assert_eq!(refused, Err(WriteError::Drawn { group: "Support".to_owned() }));
/// # Ok::<(), scenario::ScenarioErrors>(())
/// ```
pub fn write(scenario: &Scenario, calls_file: &str) -> Result<Written, WriteError> {
    if !scenario.is_plain() {
        return Err(WriteError::NotPlain);
    }
    let mut recorded: Vec<(Instant, usize, RecordedCall)> = Vec::new();
    for (number, group) in scenario.groups.iter().enumerate() {
        match &group.arrivals {
            Arrivals::Recorded(calls) => recorded.extend(calls.iter().map(|&call| (call.arrival, number, call))),
            none if *none == Arrivals::none() => {}
            Arrivals::Poisson(_) | Arrivals::Scaled(_) | Arrivals::Varied(_) => {
                return Err(WriteError::Drawn { group: group.name.clone() });
            }
        }
    }
    // Calls of the same group and moment stay in their order.
    recorded.sort_by_key(|&(arrival, group, _)| (arrival, group));
    let mut text = top(scenario);
    for group in &scenario.groups {
        text += &group_table(group, calls_file)?;
    }
    for agent in &scenario.agents {
        text += &agent_table(scenario, agent);
    }
    text += &routing(scenario);
    text += &conventions(scenario);
    Ok(Written { scenario: text, calls: calls_text(scenario, &recorded) })
}

/// Text in quotes.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Decimal seconds without zeros at the end, exact.
fn decimal(duration: Duration) -> String {
    let text = duration.to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A moment as a time after the start.
fn after(instant: Instant) -> String {
    format!("\"+{}\"", spelled(instant.since(Instant::START)))
}

fn top(scenario: &Scenario) -> String {
    let Scenario { name, start, horizon, warm_up, seed, replications, interval, verification, .. } = scenario;
    let mut text = String::new();
    let _ = writeln!(text, "name = {}\nstart = {start}\nhorizon = \"{}\"", quoted(name), spelled(*horizon));
    if *warm_up > Duration::ZERO {
        let _ = writeln!(text, "warm_up = \"{}\"", spelled(*warm_up));
    }
    let _ = writeln!(text, "seed = {seed}");
    if *replications > 1 {
        let _ = writeln!(text, "replications = {replications}");
    }
    let threshold = spelled(scenario.service_level_threshold);
    let _ = writeln!(text, "interval = \"{}\"\nservice_level = {{ threshold = \"{threshold}\" }}", spelled(*interval));
    if *verification != Default::default() {
        let (precision, most) = (verification.precision, verification.most_calls);
        let _ = writeln!(text, "verify = {{ precision = {precision:?}, max_calls = {most} }}");
    }
    text
}

fn group_table(group: &Group, calls_file: &str) -> Result<String, WriteError> {
    if !group.later_laws.is_empty() {
        return Err(WriteError::Changing { group: group.name.clone() });
    }
    let mut text = format!("\n[[group]]\nname = {}\n", quoted(&group.name));
    if group.queue != format!("{} queue", group.name) {
        let _ = writeln!(text, "queue = {}", quoted(&group.queue));
    }
    if group.handler != DEFAULT_HANDLER {
        let _ = writeln!(text, "handler = {}", quoted(&group.handler));
    }
    if let Arrivals::Recorded(_) = group.arrivals {
        let _ = writeln!(text, "arrivals = {{ recorded = {} }}", quoted(calls_file));
    }
    let law = |key: &'static str, law: &Distribution| {
        let written = law_text(law).ok_or_else(|| WriteError::Law { group: group.name.clone(), key })?;
        Ok(format!("{key} = {written}\n"))
    };
    // Without talk every call has to have its own, and without wrap-up there is none; both mean a law of no time.
    let nothing = |law: &Distribution| law.parameters() == Some(("constant", vec![("value", Parameter::Seconds(0.0))]));
    let own = matches!(&group.arrivals, Arrivals::Recorded(calls) if calls.iter().all(|call| call.talk.is_some()));
    match &group.handling {
        Handling::Correlated { talk, wrap_up, correlation } => {
            text += &law("talk", talk)?;
            text += &law("wrap_up", wrap_up)?;
            let _ = writeln!(text, "talk_wrap_up_correlation = {correlation:?}");
        }
        Handling::Apart { talk, wrap_up } => {
            if !(own && nothing(talk)) {
                text += &law("talk", talk)?;
            }
            if !nothing(wrap_up) {
                text += &law("wrap_up", wrap_up)?;
            }
        }
        Handling::Split { handle, wrap_up_share } => {
            text += &law("handle", handle)?;
            let _ = writeln!(text, "wrap_up_share = {wrap_up_share:?}");
        }
    }
    if let Some(patience) = &group.patience {
        text += &law("patience", patience)?;
    }
    if let Some(capacity) = group.queue_capacity {
        let _ = writeln!(text, "queue_capacity = {capacity}");
    }
    Ok(text)
}

/// A law as a table; none if it has no exact form.
fn law_text(law: &Distribution) -> Option<String> {
    let (name, parameters) = law.parameters()?;
    let mut text = format!("{{ distribution = \"{name}\"");
    for (key, parameter) in parameters {
        match parameter {
            Parameter::Number(number) => {
                let _ = write!(text, ", {key} = {number:?}");
            }
            Parameter::Seconds(seconds) => {
                let time = Duration::from_secs_f64(seconds);
                if time.as_secs_f64() != seconds {
                    return None;
                }
                let _ = write!(text, ", {key} = \"{}\"", spelled(time));
            }
        }
    }
    Some(text + " }")
}

fn agent_table(scenario: &Scenario, agent: &Agent) -> String {
    let groups: Vec<String> = agent.groups.iter().map(|&group| quoted(&scenario.groups[group].name)).collect();
    let mut text = format!("\n[[agents]]\nname = {}\ngroups = [{}]\n", quoted(&agent.name), groups.join(", "));
    if agent.ranks.iter().any(|&rank| rank != 1) {
        let _ = writeln!(text, "ranks = {:?}", agent.ranks);
    }
    if agent.address != agent.name {
        let _ = writeln!(text, "address = {}", quoted(&agent.address));
    }
    match agent.shifts[..] {
        [Shift { log_in, log_out }] => {
            if log_in != Instant::START {
                let _ = writeln!(text, "log_in = {}", after(log_in));
            }
            if log_out != Instant::NEVER {
                let _ = writeln!(text, "log_out = {}", after(log_out));
            }
        }
        ref several => {
            let shift = |&Shift { log_in, log_out }: &Shift| {
                // A shift of a list has an end, and one at the horizon or beyond has none.
                let log_out = log_out.min(Instant::START + scenario.horizon);
                format!("{{ log_in = {}, log_out = {} }}", after(log_in), after(log_out))
            };
            let _ = writeln!(text, "shifts = [{}]", several.iter().map(shift).collect::<Vec<_>>().join(", "));
        }
    }
    text
}

fn routing(scenario: &Scenario) -> String {
    if scenario.routing == Default::default() {
        return String::new();
    }
    let agent =
        if scenario.routing.agent_selection == AgentSelection::LowestRank { "lowest-rank" } else { "longest-idle" };
    let call =
        if scenario.routing.call_selection == CallSelection::GroupOrder { "group-order" } else { "longest-waiting" };
    format!("\n[routing]\nagent_selection = \"{agent}\"\ncall_selection = \"{call}\"\n")
}

fn conventions(scenario: &Scenario) -> String {
    let answers: Vec<String> = scenario
        .conventions
        .changed()
        .map(|(name, answer)| {
            let is_number = SETTINGS.iter().any(|setting| setting.name == name);
            format!("{name} = {}\n", if is_number { answer } else { quoted(&answer) })
        })
        .collect();
    if answers.is_empty() { String::new() } else { format!("\n[conventions]\n{}", answers.concat()) }
}

fn calls_text(scenario: &Scenario, calls: &[(Instant, usize, RecordedCall)]) -> String {
    let bounded = calls.iter().any(|(.., call)| matches!(call.patience, RecordedPatience::AtLeast(_)));
    let names: Vec<String> = scenario.groups.iter().map(|group| field(&group.name)).collect();
    let mut text = "arrival_s,group,talk_s,wrap_up_s,patience_s".to_owned();
    text += if bounded { ",patience_at_least_s\n" } else { "\n" };
    for &(arrival, group, RecordedCall { talk, wrap_up, patience, .. }) in calls {
        let known = |time: Option<Duration>| time.map(decimal).unwrap_or_default();
        let (exactly, at_least) = match patience {
            RecordedPatience::Unknown => (None, None),
            RecordedPatience::Exactly(time) => (Some(time), None),
            RecordedPatience::AtLeast(time) => (None, Some(time)),
        };
        let arrival = decimal(arrival.since(Instant::START));
        let _ = write!(text, "{arrival},{},{},{},{}", names[group], known(talk), known(wrap_up), known(exactly));
        if bounded {
            let _ = write!(text, ",{}", known(at_least));
        }
        text.push('\n');
    }
    text
}

/// A name as a CSV field.
fn field(name: &str) -> String {
    if name.contains([',', '"']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() }
}
