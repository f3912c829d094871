//! A parser of `calls.csv` that has nothing from the program which writes it.

/// A row of `calls.csv`; times are whole nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) replication: u32,
    pub(crate) call: u64,
    pub(crate) group: String,
    pub(crate) arrival: i128,
    pub(crate) patience: Option<i128>,
    pub(crate) counted: bool,
    pub(crate) outcome: String,
    pub(crate) wait: i128,
    pub(crate) session: Option<u32>,
    pub(crate) agent: String,
    pub(crate) talk: Option<i128>,
    pub(crate) wrap_up: Option<i128>,
}

impl Row {
    /// When it was answered, if it was.
    pub(crate) fn answered(&self) -> Option<i128> {
        self.session.map(|_| self.arrival + self.wait)
    }

    /// When its agent was done with it, if that was before the end of the run.
    pub(crate) fn released(&self) -> Option<i128> {
        Some(self.answered()? + self.talk? + self.wrap_up?)
    }

    /// Whether it had to wait, however short.
    pub(crate) fn is_delayed(&self) -> bool {
        !self.is_immediate() && self.outcome != "blocked"
    }

    /// When it left its queue, answered or abandoned, or was turned away; none if it waits at the end.
    pub(crate) fn left(&self) -> Option<i128> {
        (self.outcome != "waiting").then_some(self.arrival + self.wait)
    }

    /// Whether it found an agent at once.
    pub(crate) fn is_immediate(&self) -> bool {
        self.session.is_some() && self.wait == 0
    }
}

/// Seconds with nine decimals as nanoseconds.
pub(crate) fn nanos(text: &str) -> i128 {
    let (secs, decimals) = text.split_once('.').unwrap_or_else(|| panic!("{text:?} has no decimals"));
    assert_eq!(decimals.len(), 9, "{text:?} has nine decimals");
    assert!(secs.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit()), "{text:?} is a time");
    secs.parse::<i128>().expect("digits are a number") * 1_000_000_000
        + decimals.parse::<i128>().expect("digits are a number")
}

/// The rows of a `calls.csv` whose names need no quotes.
pub(crate) fn parse(text: &str) -> Vec<Row> {
    let mut lines = text.lines();
    let header = lines.next().expect("there is a header");
    assert_eq!(
        header,
        "replication,call,group,arrival_s,patience_s,counted,outcome,wait_s,session,agent,talk_s,wrap_up_s"
    );
    lines.map(row).collect()
}

fn row(line: &str) -> Row {
    let fields: Vec<&str> = line.split(',').collect();
    let [replication, call, group, arrival, patience, counted, outcome, wait, session, agent, talk, wrap_up] =
        fields[..]
    else {
        panic!("{line:?} has twelve fields")
    };
    let time = |text: &str| (!text.is_empty()).then(|| nanos(text));
    Row {
        replication: replication.parse().expect("a number"),
        call: call.parse().expect("a number"),
        group: group.to_owned(),
        arrival: nanos(arrival),
        patience: time(patience),
        counted: counted.parse().expect("true or false"),
        outcome: outcome.to_owned(),
        wait: nanos(wait),
        session: (!session.is_empty()).then(|| session.parse().expect("a number")),
        agent: agent.to_owned(),
        talk: time(talk),
        wrap_up: time(wrap_up),
    }
}
