//! What a report shows, as plain data: gathered from the files of a run by [`super::read`], drawn by `charts`, laid out by `page`.
//!
//! It knows nothing of files or of HTML.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use crate::acd::SessionState;
use crate::statistics::Estimate;
use crate::sweep::Swept;

/// A mean over replications, as `summary.json` has it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mean {
    /// The mean; none if no replication had a value.
    pub mean: Option<f64>,
    /// Half the width of the 95 % interval of confidence; none for fewer than two values.
    pub ci95: Option<f64>,
    /// How many replications had a value.
    pub replications: u64,
}

impl Mean {
    /// As the text report takes it.
    pub(super) fn estimate(self) -> Estimate {
        Estimate { mean: self.mean.unwrap_or(f64::NAN), half_width: self.ci95, replications: self.replications }
    }
}

/// Means by the names of the columns of `docs/output.md`.
pub type Metrics = BTreeMap<String, Mean>;

/// Everything that one report shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportData {
    /// The results, in the order in which they were named.
    pub results: Vec<ResultData>,
    /// The verifications, in the order in which they were named.
    pub verifications: Vec<VerificationData>,
    /// The sweeps, in the order in which they were named.
    #[serde(skip)]
    pub sweeps: Vec<Swept>,
}

/// What a directory of `acdsim run --out` says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResultData {
    /// What it is called beside other results: the scenario's name, with the directory's where that would not tell them apart.
    pub label: String,
    /// The scenario's name.
    pub scenario: String,
    /// The version of the program that wrote it.
    pub version: String,
    /// The wall clock at the start of the run.
    pub start: String,
    /// The length of the run, in seconds, above 0.
    pub horizon_s: f64,
    /// The length of the warm-up, in seconds.
    pub warm_up_s: f64,
    /// The threshold of the service level, in seconds.
    pub threshold_s: f64,
    /// The seed.
    pub seed: u64,
    /// How many replications.
    pub replications: u64,
    /// Calls that arrived in all replications.
    pub calls: u64,
    /// The digest of the event stream.
    pub fingerprint: String,
    /// The conventions in force, each with its answer.
    pub conventions: Vec<(String, String)>,
    /// The groups, in the order of the scenario.
    pub groups: Vec<GroupData>,
    /// The classes of the groups that have classes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<ClassData>,
    /// The agents whose paid time is known: none of a plain scenario, whose agents only come, handle calls and go.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<AgentData>,
    /// The agent sessions.
    pub sessions: Vec<SessionData>,
    /// What the sessions of one replication did; none if neither `events.csv` nor `calls.csv` is there.
    pub timelines: Option<Timelines>,
    /// The scenario file, if it was given.
    pub scenario_file: Option<ScenarioFile>,
}

/// A group of a result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupData {
    /// Its name.
    pub group: String,
    /// Its means.
    pub metrics: Metrics,
    /// Its intervals, in the order of time.
    pub intervals: Vec<IntervalData>,
    /// How long its callers waited; none if `calls.csv` is not there.
    pub waits: Option<Waits>,
}

/// A class of the calls of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassData {
    /// The group's name.
    pub group: String,
    /// The class's name; none of the calls of none of the group's classes.
    pub class: Option<String>,
    /// Its means.
    pub metrics: Metrics,
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentData {
    /// The agent's name.
    pub agent: String,
    /// The name of the address.
    pub address: String,
    /// Its means.
    pub metrics: Metrics,
}

/// An interval of a group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IntervalData {
    /// Its beginning, in seconds since the start of the run.
    pub start_s: f64,
    /// Its end, in seconds since the start of the run.
    pub end_s: f64,
    /// Its means.
    pub metrics: Metrics,
}

/// How long the callers of a group waited, in all replications together, without those of the warm-up.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Waits {
    /// Calls that were answered.
    pub answered: u64,
    /// Calls whose callers gave up.
    pub abandoned: u64,
    /// From a tenth of a second on, twenty to a decade: how many waited longer.
    pub longer: Vec<Longer>,
}

/// How many calls waited longer than a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Longer {
    /// The time, in seconds.
    pub than_s: f64,
    /// Of the answered calls.
    pub answered: u64,
    /// Of the abandoned calls.
    pub abandoned: u64,
}

/// An agent session: an agent, for a group, from log-in to log-out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionData {
    /// The agent's name.
    pub agent: String,
    /// The group's name.
    pub group: String,
    /// The name of the address.
    pub address: String,
    /// Which of the sessions of this agent for this group it is, from 1.
    pub ordinal: u32,
    /// Its means.
    pub metrics: Metrics,
}

/// The states that a lane can show; of a session that has ended it shows nothing.
pub const LANE_STATES: [SessionState; 4] =
    [SessionState::NotReady, SessionState::Ready, SessionState::BusyOnCall, SessionState::BusyWrapup];

/// A state by TAPI's name.
fn state_name<S: Serializer>(state: &SessionState, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.name())
}

/// What the sessions of one replication did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Timelines {
    /// Which replication.
    pub replication: u32,
    /// The file that it comes from.
    pub source: &'static str,
    /// The sessions in the order of creation, at most a hundred.
    pub lanes: Vec<Lane>,
    /// How many sessions more there were.
    pub left_out: usize,
    /// How many seconds a step of a lane takes: it shows the state of most of that time.
    pub step_s: f64,
}

/// What one session did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lane {
    /// The number of the session.
    pub session: u64,
    /// The agent's name.
    pub agent: String,
    /// The group's name.
    pub group: String,
    /// Its states, in the order of time.
    pub pieces: Vec<Piece>,
    /// Seconds in each state, before anything was thinned, in the order of [`LANE_STATES`].
    pub totals_s: [f64; 4],
}

/// A time in one state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Piece {
    /// The state.
    #[serde(serialize_with = "state_name")]
    pub state: SessionState,
    /// Since when, in seconds since the start of the run.
    pub from_s: f64,
    /// Until when.
    pub to_s: f64,
}

/// A scenario file, word for word.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScenarioFile {
    /// Its name, without the directory.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The verdicts of one scenario's verification.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VerificationData {
    /// The scenario's name.
    pub scenario: String,
    /// The verdict of the whole: `pass`, `fail`, `inconclusive` or `not applicable`.
    pub verdict: String,
    /// What was tested, in order.
    pub checks: Vec<CheckData>,
}

/// One verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckData {
    /// What it is of.
    pub subject: String,
    /// The measure.
    pub metric: String,
    /// What was expected, observed, and how likely that is, as far as the file says it.
    pub detail: String,
    /// The verdict: `pass`, `fail`, `inconclusive` or `not applicable`.
    pub verdict: String,
}
