//! A condition on a result, such as `Sales.longest_time_to_answer_s > 120`.

use std::fmt;

use crate::experiment::{ReplicationResult, SessionResult, replicate};
use crate::report::metrics::{self, Metric};
use crate::scenario::{Arrivals, Scenario, Shift};
use crate::simulation::Control;
use crate::time::{Duration, Instant};

/// A metric of a group, queue, agent or session compared with a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    subject: Subject,
    metric: String,
    comparison: Comparison,
    number: f64,
}

/// Of whom, by name, so that it is found in a smaller scenario too.
#[derive(Clone, Debug, PartialEq)]
enum Subject {
    Group(String),
    Queue(String),
    Agent(String),
    Session { agent: String, group: String, ordinal: u32 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    Unequal,
}

impl Comparison {
    const ALL: [(Comparison, &str); 6] = [
        (Comparison::Less, "<"),
        (Comparison::AtMost, "<="),
        (Comparison::Greater, ">"),
        (Comparison::AtLeast, ">="),
        (Comparison::Equal, "=="),
        (Comparison::Unequal, "!="),
    ];

    fn holds(self, value: f64, number: f64) -> bool {
        match self {
            Comparison::Less => value < number,
            Comparison::AtMost => value <= number,
            Comparison::Greater => value > number,
            Comparison::AtLeast => value >= number,
            Comparison::Equal => value == number,
            Comparison::Unequal => value != number,
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spelled = Comparison::ALL.iter().find(|(comparison, _)| comparison == self);
        f.write_str(spelled.map_or("", |(_, text)| text))
    }
}

/// What is wrong with a condition, and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the condition `{condition}` {what}")]
pub struct ConditionError {
    /// The condition as it was given.
    pub condition: String,
    /// What is wrong, worded to follow it.
    pub what: String,
}

/// So many names are listed in a message.
const MOST_NAMES: usize = 30;

impl Condition {
    /// The condition that a text says of a scenario.
    ///
    /// The text is a name, a point, a metric by its name in `docs/output.md`, one of `<`, `<=`, `>`, `>=`, `==` and `!=`,
    /// and a number, times in seconds. A session is named `AGENT/GROUP`, the second one of the same agent and group
    /// `AGENT/GROUP#2`. Where a name is of several things, it is the first that has the metric: a group, a queue, an
    /// agent.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with what is allowed.
    ///
    /// ```
    /// use acdsim::shrink::Condition;
    ///
    /// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
    /// let condition = Condition::parse("Senior 1/Support.LongestTimeToAnswer >= 60", &scenario)?;
    /// assert_eq!(condition.to_string(), "Senior 1/Support.LongestTimeToAnswer >= 60");
    ///
    /// let error = Condition::parse("Support.asa > 60", &scenario).unwrap_err();
    /// assert!(error.to_string().starts_with("the condition `Support.asa > 60` names no metric of Support: they are offered,"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(text: &str, scenario: &Scenario) -> Result<Condition, ConditionError> {
        let error = |what: String| ConditionError { condition: text.to_owned(), what };
        const SIGNS: [char; 4] = ['<', '>', '=', '!'];
        let Some(end) = text.rfind(SIGNS) else {
            return Err(error("has no comparison: it is one of <, <=, >, >=, == and !=".to_owned()));
        };
        let left = text[..=end].trim_end_matches(SIGNS);
        let sign = &text[left.len()..=end];
        let Some(&(comparison, _)) = Comparison::ALL.iter().find(|(_, spelled)| *spelled == sign) else {
            return Err(error(format!("has `{sign}`, and a comparison is one of <, <=, >, >=, == and !=")));
        };
        let number = text[end + 1..].trim();
        let number = match number.parse::<f64>() {
            Ok(number) if number.is_finite() => number,
            _ => return Err(error(format!("has `{number}` where a number should be; times are in seconds"))),
        };
        let (subject, metric) = subject_and_metric(left.trim(), scenario).map_err(error)?;
        Ok(Condition { subject, metric, comparison, number })
    }

    /// The value of the metric in a result of a scenario; none if the scenario has nothing of that name, or the metric
    /// has no value.
    pub fn value(&self, scenario: &Scenario, result: &ReplicationResult) -> Option<f64> {
        let metrics = self.subject.metrics(scenario, result)?;
        let (_, value) = metrics.into_iter().find(|(name, _)| *name == self.metric)?;
        value.as_f64()
    }

    /// Whether the condition holds of a value.
    pub fn holds(&self, value: f64) -> bool {
        self.comparison.holds(value, self.number)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} {} {}", self.subject, self.metric, self.comparison, self.number)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Group(name) | Subject::Queue(name) | Subject::Agent(name) => f.write_str(name),
            Subject::Session { agent, group, ordinal: 1 } => write!(f, "{agent}/{group}"),
            Subject::Session { agent, group, ordinal } => write!(f, "{agent}/{group}#{ordinal}"),
        }
    }
}

impl Subject {
    /// What a name may be of, in the order in which it is tried.
    fn named(name: &str, scenario: &Scenario) -> Vec<Subject> {
        let mut found = Vec::new();
        if scenario.groups.iter().any(|group| group.name == name) {
            found.push(Subject::Group(name.to_owned()));
        }
        if scenario.groups.iter().any(|group| group.queue == name) {
            found.push(Subject::Queue(name.to_owned()));
        }
        if scenario.agents.iter().any(|agent| agent.name == name) {
            found.push(Subject::Agent(name.to_owned()));
        }
        for (slash, _) in name.match_indices('/') {
            let (agent, group) = (&name[..slash], &name[slash + 1..]);
            let numbered = group.rsplit_once('#').and_then(|(group, ordinal)| Some((group, ordinal.parse().ok()?)));
            for (group, ordinal) in [Some((group, 1)), numbered].into_iter().flatten().filter(|&(_, number)| number > 0)
            {
                let agent = scenario.agents.iter().find(|known| known.name == agent);
                let serves = |agent: &&crate::scenario::Agent| {
                    agent.groups.iter().any(|&served| scenario.groups[served].name == group)
                };
                if let Some(agent) = agent.filter(serves) {
                    let (agent, group) = (agent.name.clone(), group.to_owned());
                    found.push(Subject::Session { agent, group, ordinal });
                }
            }
        }
        found
    }

    fn metrics(&self, scenario: &Scenario, result: &ReplicationResult) -> Option<Vec<Metric>> {
        let group = |name: &str| scenario.groups.iter().position(|group| group.name == name);
        let agent = |name: &str| scenario.agents.iter().position(|agent| agent.name == name);
        Some(match self {
            Subject::Group(name) => metrics::group(scenario, &result.groups[group(name)?], result.measured),
            Subject::Queue(name) => {
                let queue = scenario.groups.iter().position(|group| group.queue == *name)?;
                metrics::queue(scenario, &result.queues[queue], result.measured)
            }
            Subject::Agent(name) => metrics::agent(scenario, &result.agents[agent(name)?]),
            Subject::Session { agent: of, group: in_group, ordinal } => {
                let key = (agent(of)?, group(in_group)?, *ordinal);
                let is_it = |session: &&SessionResult| (session.agent, session.group, session.ordinal) == key;
                metrics::session(scenario, scenario.is_plain(), result.sessions.iter().find(is_it)?)
            }
        })
    }

    /// The names of the metrics that it has, whatever happens.
    fn metric_names(&self, blank: &(Scenario, ReplicationResult)) -> Vec<String> {
        let first = match self {
            Subject::Session { agent, group, .. } => {
                &Subject::Session { agent: agent.clone(), group: group.clone(), ordinal: 1 }
            }
            other => other,
        };
        let metrics = first.metrics(&blank.0, &blank.1).unwrap_or_default();
        metrics.into_iter().map(|(name, _)| name.into_owned()).collect()
    }
}

/// What the left side of a condition is; names may have points too.
fn subject_and_metric(left: &str, scenario: &Scenario) -> Result<(Subject, String), String> {
    if !left.contains('.') {
        return Err("has no point between a name and a metric, as in `Sales.asa_s > 20`".to_owned());
    }
    let splits = left.match_indices('.').map(|(point, _)| (left[..point].trim(), left[point + 1..].trim()));
    let named: Vec<(Subject, &str)> = splits
        .flat_map(|(name, metric)| Subject::named(name, scenario).into_iter().map(move |subject| (subject, metric)))
        .collect();
    let Some((first, _)) = named.first() else {
        let name = left.split('.').next().unwrap_or_default();
        let groups = listed(scenario.groups.iter().map(|group| group.name.as_str()));
        let queues = listed(scenario.groups.iter().map(|group| group.queue.as_str()));
        let agents = listed(scenario.agents.iter().map(|agent| agent.name.as_str()));
        return Err(format!(
            "is of `{name}`, which is no group ({groups}), no queue ({queues}), no agent ({agents}) and no session \
             (AGENT/GROUP, or AGENT/GROUP#2 for the second one)"
        ));
    };
    let blank = blank(scenario)?;
    let known = named.iter().find(|(subject, metric)| subject.metric_names(&blank).iter().any(|name| name == metric));
    if let Some((subject, metric)) = known {
        return Ok((subject.clone(), (*metric).to_owned()));
    }
    Err(format!("names no metric of {first}: they are {}", first.metric_names(&blank).join(", ")))
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.len().checked_sub(MOST_NAMES) {
        Some(rest) if rest > 0 => format!("{} and {rest} more", names[..MOST_NAMES].join(", ")),
        _ => names.join(", "),
    }
}

/// The scenario with everybody there for an instant in which nothing happens, and its result: it has all the metrics.
fn blank(scenario: &Scenario) -> Result<(Scenario, ReplicationResult), String> {
    let mut blank = scenario.clone();
    (blank.horizon, blank.warm_up) = (Duration::from_nanos(1), Duration::ZERO);
    for group in &mut blank.groups {
        group.arrivals = Arrivals::Recorded(Vec::new().into());
    }
    for agent in &mut blank.agents {
        // Those who share an address one after the other are there together now.
        agent.address = agent.name.clone();
        agent.shifts = vec![Shift { log_in: Instant::START, log_out: Instant::NEVER }];
    }
    let result = replicate(&blank, 1, (), &Control::default()).map_err(|error| format!("cannot be read: {error}"))?;
    Ok((blank, result))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario() -> Scenario {
        let text = r#"
            horizon = "10m"
            service_level = { threshold = "7.5s" }
            [[group]]
            name = "Sales v1.2"
            queue = "Ann"
            arrivals = { rate = "60/h" }
            talk = "2m"
            [[agents]]
            name = "Ann"
            groups = ["Sales v1.2"]
            shifts = [{ log_in = "+0s", log_out = "+2m" }, { log_in = "+3m", log_out = "+9m" }]
            "#;
        crate::scenario::parse(text, "test.toml".as_ref()).expect("it is sound")
    }

    #[test]
    fn names_and_metrics_may_have_points() {
        let condition = Condition::parse(" Sales v1.2.sl_7.5_of_offered<0.8 ", &scenario()).expect("it is sound");
        assert_eq!(condition.to_string(), "Sales v1.2.sl_7.5_of_offered < 0.8");
        assert_eq!(condition.subject, Subject::Group("Sales v1.2".to_owned()));
    }

    #[test]
    fn a_name_of_several_things_is_the_first_that_has_the_metric() {
        let subject = |text: &str| Condition::parse(text, &scenario()).expect("it is sound").subject;
        assert_eq!(subject("Ann.TotalCallsQueued >= 1"), Subject::Queue("Ann".to_owned()));
        assert_eq!(subject("Ann.NumberOfACDCalls >= 1"), Subject::Agent("Ann".to_owned()));
        let session = |ordinal| Subject::Session { agent: "Ann".to_owned(), group: "Sales v1.2".to_owned(), ordinal };
        assert_eq!(subject("Ann/Sales v1.2.NumberOfCalls == 1"), session(1));
        assert_eq!(subject("Ann/Sales v1.2#2.NumberOfCalls != 1"), session(2));
    }

    #[test]
    fn what_is_no_condition_says_why() {
        for (text, why) in [
            ("Ann.NumberOfACDCalls", "has no comparison"),
            ("Ann.NumberOfACDCalls => 3", "has `=>`"),
            ("Ann.NumberOfACDCalls > many", "has `many` where a number should be"),
            ("Ann.NumberOfACDCalls > inf", "has `inf`"),
            ("Ann > 3", "has no point"),
            ("Bob.asa_s > 3", "is of `Bob`, which is no group (Sales v1.2), no queue (Ann), no agent (Ann)"),
            ("Ann/Sales v1.2#0.NumberOfCalls > 3", "is of `Ann/Sales v1`"),
            ("Ann/Sales v1.2.Calls > 3", "names no metric of Ann/Sales v1.2: they are SessionStartTime, "),
        ] {
            let error = Condition::parse(text, &scenario()).expect_err(text).to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn a_value_is_that_of_the_result() {
        let scenario = scenario();
        let result = replicate(&scenario, 1, (), &Control::default()).expect("it runs");
        let condition = Condition::parse("Sales v1.2.offered >= 1", &scenario).expect("it is sound");
        let offered = result.groups[0].totals.offered as f64;
        assert_eq!(condition.value(&scenario, &result), Some(offered));
        assert!(condition.holds(1.0) && !condition.holds(0.5));
        let other = Scenario { groups: Vec::new(), ..scenario };
        assert_eq!(condition.value(&other, &result), None);
    }
}
