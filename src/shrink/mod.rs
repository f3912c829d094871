//! Makes a failing run small: of many thousand calls and many agents, the few that still fail the same check.
//!
//! [`shrink`] runs a replication, records its calls, and takes away what the failure does not need, as long as a run of
//! what is left fails alike: calls, agents, groups, shifts, time, and digits. What fails is a rule of the [audit], an identity
//! between totals, a step that the agent handler refuses, or a [`Condition`] on the result.
//!
//! It uses [`crate::report::metrics`] for the conditions, and what stands below it; the command line uses it.
//!
//! [audit]: crate::verify::Audit

mod check;
mod condition;
mod ddmin;
mod record;
mod reduce;

pub use check::{Failing, Symptom, Wanted};
pub use condition::{Condition, ConditionError};
pub use ddmin::ddmin;

use crate::experiment::ReplicationError;
use crate::scenario::WriteError;
use crate::scenario::{Arrivals, Scenario};
use crate::simulation::Control;
use crate::time::Instant;

use check::{Check, Shown};
use record::{Recorder, recorded};
use reduce::Reduction;

/// How many there are of what a scenario has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Groups.
    pub groups: usize,
    /// Calls that arrive.
    pub calls: usize,
    /// Agents.
    pub agents: usize,
}

/// A failing run made small.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The small scenario, all of whose calls are recorded.
    pub scenario: Scenario,
    /// How the run failed that was asked for.
    pub failed: Failing,
    /// How the small one fails.
    pub failing: Failing,
    /// What the run had that was asked for.
    pub before: Size,
    /// What is left.
    pub after: Size,
    /// How many runs it took.
    pub runs: u64,
    /// Whether there were not enough runs to try everything.
    pub is_cut_short: bool,
    /// Whether the failure shows when runs go on until the calls that arrived before the horizon have ended, as those of
    /// `acdsim verify` do.
    pub shows_in_verify: bool,
    /// Whether it shows in a run that ends at the horizon, as those of `acdsim run` do.
    pub shows_in_run: bool,
}

/// Why a run was not made small.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ShrinkError {
    /// The run is sound.
    #[error("nothing fails in replication {replication} of seed {seed}: {why}")]
    NothingFails {
        /// The replication.
        replication: u32,
        /// The scenario's seed.
        seed: u64,
        /// What there is in place of a failure.
        why: String,
    },
    /// The run fails, but not when its calls are recorded.
    #[error("the run fails ({failed}), but not when it is run with its calls as they were recorded: {instead}")]
    NotAlike {
        /// How the run failed.
        failed: String,
        /// What happens in place of it.
        instead: String,
    },
    /// The scenario cannot be written with its calls recorded.
    #[error(transparent)]
    NotPlain(#[from] WriteError),
    /// A run could not be run to its end, or was told to stop.
    #[error(transparent)]
    Replication(#[from] ReplicationError),
}

/// Runs a replication that fails, and makes it as small as it can be made in at most so many runs.
///
/// Rules are looked for in a run that ends at the horizon, and then in one that goes on until the calls that arrived before
/// it have ended. The same scenario, replication and limit give the same result.
///
/// # Errors
///
/// If nothing fails, or it does not fail with its calls recorded, or a run cannot be run or is told to stop.
///
/// ```
/// use acdsim::shrink::{Condition, Wanted, shrink};
/// use acdsim::simulation::Control;
///
/// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
/// let condition = Condition::parse("Billing.longest_queue >= 2", &scenario)?;
/// let small = shrink(&scenario, 1, Wanted::Condition(condition), 10_000, &Control::default())?;
/// // Two calls wait while one is on the phone.
/// assert_eq!((small.after.calls, small.after.agents, small.after.groups), (3, 1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn shrink(
    scenario: &Scenario,
    replication: u32,
    wanted: Wanted,
    most_runs: u64,
    control: &Control,
) -> Result<Shrunk, ShrinkError> {
    if !scenario.is_plain() {
        return Err(WriteError::NotPlain.into());
    }
    let ways: &[bool] = match wanted {
        Wanted::Rules => &[false, true],
        Wanted::Condition(_) => &[false],
    };
    let mut runs = 0;
    let mut sound = None;
    for &drain in ways {
        let check = Check { wanted: wanted.clone(), drain };
        let mut recorder = Recorder::default();
        runs += 1;
        let shown = check.run(scenario, replication, &mut recorder, control)?;
        // Those that arrive after the horizon are not counted, and a record does not hold them.
        let end = Instant::START + scenario.horizon;
        recorder.calls.retain(|(_, call)| call.arrival < end);
        match shown {
            Shown::Fails(failed) => {
                return reduce(scenario, &check, failed, recorder, (runs, most_runs), control);
            }
            Shown::Sound(value) => sound = Some(instead(&wanted, value, recorder.calls.len())),
        }
    }
    Err(ShrinkError::NothingFails { replication, seed: scenario.seed, why: sound.unwrap_or_default() })
}

/// What is said of a sound run.
fn instead(wanted: &Wanted, value: Option<f64>, calls: usize) -> String {
    match (wanted, value) {
        (Wanted::Rules, _) => format!("of {calls} calls, every rule was kept and every identity holds"),
        (Wanted::Condition(condition), Some(value)) => format!("{condition} does not hold, it is {value}"),
        (Wanted::Condition(condition), None) => format!("{condition} does not hold, for there is no value"),
    }
}

fn reduce(
    scenario: &Scenario,
    check: &Check,
    failed: Failing,
    recorder: Recorder,
    (runs, most_runs): (u64, u64),
    control: &Control,
) -> Result<Shrunk, ShrinkError> {
    let before = Size { groups: scenario.groups.len(), calls: recorder.calls.len(), agents: scenario.agents.len() };
    let not_alike = |instead: String| ShrinkError::NotAlike { failed: failed.what.clone(), instead };
    let Some(first) = recorded(scenario, &recorder.calls) else {
        return Err(not_alike("there is no such scenario".to_owned()));
    };
    let again = check.run(&first, 1, (), control)?;
    let failing = match again {
        Shown::Fails(again) if again.symptom.is_alike(&failed.symptom) => again,
        Shown::Fails(again) => return Err(not_alike(again.what)),
        Shown::Sound(value) => return Err(not_alike(instead(&check.wanted, value, before.calls))),
    };
    let mut reduction = Reduction::new(check, first, failing, runs + 1, most_runs, control);
    reduction.reduce()?;
    let Reduction { scenario, failing, runs, is_cut_short, .. } = reduction;
    let other = Check { drain: !check.drain, ..check.clone() };
    let shows_otherwise = match check.wanted {
        Wanted::Condition(_) => false,
        Wanted::Rules => matches!(
            other.run(&scenario, 1, (), control),
            Ok(Shown::Fails(other)) if other.symptom.is_alike(&failing.symptom)
        ),
    };
    let calls = |scenario: &Scenario| {
        let of = scenario.groups.iter().map(|group| match &group.arrivals {
            Arrivals::Recorded(calls) => calls.len(),
            Arrivals::Poisson(_) | Arrivals::Scaled(_) => 0,
        });
        of.sum()
    };
    let after = Size { groups: scenario.groups.len(), calls: calls(&scenario), agents: scenario.agents.len() };
    Ok(Shrunk {
        scenario,
        failed,
        failing,
        before,
        after,
        runs,
        is_cut_short,
        shows_in_verify: check.drain || shows_otherwise,
        shows_in_run: !check.drain || shows_otherwise,
    })
}

#[cfg(test)]
mod tests;
