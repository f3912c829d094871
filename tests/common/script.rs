//! What happens in a run, told in lines; and scenarios of a few recorded calls.

use std::fmt::Write;

use acdsim::experiment::{ReplicationResult, replicate};
use acdsim::scenario::{self, Arrivals, RecordedCall, RecordedPatience, Scenario};
use acdsim::simulation::{Control, Event, Observer, run};
use acdsim::time::{Duration, Instant};

/// The scenario of a text.
pub(crate) fn parse(text: &str) -> Scenario {
    scenario::parse(text, "test.toml".as_ref()).unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// Gives a group calls by their arrivals and talks in seconds, whose callers wait for ever unless the group has a law.
pub(crate) fn calls(scenario: &mut Scenario, group: usize, calls: &[(f64, f64)]) {
    let call = |&(arrival, talk): &(f64, f64)| RecordedCall {
        arrival: Instant::START + Duration::from_secs_f64(arrival),
        talk: Some(Duration::from_secs_f64(talk)),
        wrap_up: None,
        patience: RecordedPatience::Unknown,
        class: None,
    };
    scenario.groups[group].arrivals = Arrivals::Recorded(calls.iter().map(call).collect());
}

/// The results of all replications of a scenario; panics where an identity does not hold.
pub(crate) fn results(scenario: &Scenario) -> Vec<ReplicationResult> {
    let of = |replication| replicate(scenario, replication, (), &Control::default());
    (1..=scenario.replications).map(|number| of(number).unwrap_or_else(|error| panic!("{error}"))).collect()
}

/// Asserts that what is measured in each replication has the expected mean: within four standard errors, which are at
/// most `precision` of it.
pub(crate) fn assert_mean(
    what: &str,
    results: &[ReplicationResult],
    measure: impl Fn(&ReplicationResult) -> f64,
    expected: f64,
    precision: f64,
) {
    let values: Vec<f64> = results.iter().map(measure).collect();
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let error = (variance / count).sqrt();
    let message = format!("{what}: {mean} with a standard error of {error}, expected {expected}");
    println!("{message}");
    assert!((mean - expected).abs() <= 4.0 * error, "{message}");
    assert!(error <= precision * expected.abs(), "too vague: {message}");
}

/// Writes down the events that matter to the tie rule, a line each.
#[derive(Default)]
struct Script(String);

impl Observer for Script {
    fn observe(&mut self, now: Instant, event: &Event) {
        let now = now.as_nanos() / 1_000_000_000;
        let text = &mut self.0;
        let _ = match *event {
            Event::MeasurementStarted => writeln!(text, "{now} measurement starts"),
            Event::SessionCreated { agent, group, .. } => writeln!(text, "{now} A{} logs in for G{}", agent.0, group.0),
            Event::SessionChanged(change) if change.to.name() == "ASST_SESSION_ENDED" => {
                writeln!(text, "{now} A{} logs out", change.agent.0)
            }
            Event::SessionChanged(_) => Ok(()),
            Event::CallArrived { call, group, .. } => writeln!(text, "{now} call {call} arrives for G{}", group.0),
            Event::CallBlocked { call, .. } => writeln!(text, "{now} call {call} is blocked"),
            Event::CallBalked { call, .. } => writeln!(text, "{now} call {call} balks"),
            Event::CallRings { call, agent, .. } => writeln!(text, "{now} call {call} rings at A{}", agent.0),
            Event::CallUnanswered { call, agent, .. } => {
                writeln!(text, "{now} A{} does not answer call {call}", agent.0)
            }
            Event::CallBackAccepted { call, .. } => writeln!(text, "{now} call {call} is to be called back"),
            Event::CallFlowed { call, to, .. } => writeln!(text, "{now} call {call} flows to G{}", to.0),
            Event::CallDisposed { call, .. } => writeln!(text, "{now} call {call} is disposed of"),
            Event::HoldEnded { call, .. } => writeln!(text, "{now} call {call} is taken back from hold"),
            Event::AgentAway { agent, .. } => writeln!(text, "{now} A{} is away", agent.0),
            Event::OtherCallBegan { agent, .. } => writeln!(text, "{now} A{} begins another call", agent.0),
            Event::OtherCallEnded { agent } => writeln!(text, "{now} A{} ends another call", agent.0),
            Event::CallWaits { call, .. } => writeln!(text, "{now} call {call} waits"),
            Event::CallAnswered { call, agent, .. } => writeln!(text, "{now} A{} answers call {call}", agent.0),
            Event::CallAbandoned { call, .. } => writeln!(text, "{now} call {call} abandons"),
            Event::TalkEnded { call, .. } => writeln!(text, "{now} talk of call {call} ends"),
            Event::WrapUpEnded { call, .. } => writeln!(text, "{now} call {call} is done"),
        };
    }
}

/// The events from an instant on.
pub(crate) fn script(scenario: &Scenario, from: u64) -> Vec<String> {
    let mut script = Script::default();
    run(scenario, 1, &mut script, &Control::default()).expect("it runs to its end");
    let second = |line: &str| line.split(' ').next().and_then(|now| now.parse::<u64>().ok());
    script.0.lines().filter(|line| second(line) >= Some(from)).map(str::to_owned).collect()
}
