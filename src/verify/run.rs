//! The run of a verification: replications until enough is known.

use uuid::Uuid;

use super::audit::{Audit, Breach};
use super::models::{Plan, Start, Undecided};
use super::verdict::{self, Outcome, Tally, Verdict};
use crate::experiment::{ExperimentError, ReplicationError, ReplicationResult, replicate_between, run_experiment};
use crate::random::{Purpose, Stream};
use crate::scenario::{Arrivals, Scenario, VerificationSettings};
use crate::simulation::{Control, Ends};
use crate::time::Instant;

/// How certain and how precise a verification is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The widest half interval of a measure, relative to what is expected; above 0.
    pub precision: f64,
    /// The probability that a sound run fails, at most; between 0 and 1.
    pub error_rate: f64,
    /// So many calls are simulated at most; the replication in which the limit is reached is finished.
    pub most_calls: u64,
    /// So many replications are run at least; at least 2.
    pub least_replications: u32,
    /// So many calls are audited, from the first on.
    pub audited_calls: u64,
    /// Threads; 0 for one a processor.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        let VerificationSettings { precision, most_calls } = VerificationSettings::default();
        Options { precision, error_rate: 0.01, most_calls, least_replications: 50, audited_calls: 200_000, threads: 0 }
    }
}

/// What a verification found.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The scenario as it was run.
    pub scenario: Scenario,
    /// How it was asked for.
    pub options: Options,
    /// How the runs began.
    pub start: Start,
    /// The measures that a model has a value for.
    pub outcomes: Vec<Outcome>,
    /// What no model describes, and why.
    pub undecided: Vec<Undecided>,
    /// What the audit or an identity found wrong, with the replication.
    pub breaches: Vec<(u32, Breach)>,
    /// Replications that were run.
    pub replications: u32,
    /// Calls that were simulated.
    pub calls: u64,
    /// Calls that were audited.
    pub audited: u64,
}

impl Verification {
    /// Whether nothing failed; what is inconclusive has not failed.
    pub fn is_sound(&self) -> bool {
        self.breaches.is_empty() && self.outcomes.iter().all(|outcome| outcome.verdict != Verdict::Fail)
    }

    /// Whether every measure that a model has a value for passed, and at least one did.
    pub fn is_passed(&self) -> bool {
        let passed = |outcome: &Outcome| outcome.verdict == Verdict::Pass;
        self.breaches.is_empty() && !self.outcomes.is_empty() && self.outcomes.iter().all(passed)
    }
}

/// Why a verification has no result: a replication could not be run, the threads could not be started, or it was
/// interrupted.
pub type VerifyError = ExperimentError<ReplicationError>;

/// What one replication gave.
struct Done {
    replication: u32,
    result: Result<ReplicationResult, ReplicationError>,
    breaches: Vec<Breach>,
    audited: u64,
}

/// Runs the replications of a plan until each measure is known as precisely as the options say, or the calls are used up.
///
/// How many replications are run depends on the plan and the options alone, and not on the threads.
///
/// # Errors
///
/// If a replication cannot be run, or the control says stop.
pub fn verify(plan: Plan, options: Options, control: &Control) -> Result<Verification, VerifyError> {
    let Plan { scenario, checks, undecided, start } = plan;
    let mut tallies = vec![Tally::new(); checks.len()];
    let (mut breaches, mut calls, mut audited) = (Vec::new(), 0_u64, 0_u64);
    let (mut done, mut target) = (0, options.least_replications.max(2));
    // The first replications are audited, as many as the calls are wanted; how many calls there are is known before.
    let expected_calls = expected_calls(&scenario).max(1.0);
    let audits = ((options.audited_calls as f64 / expected_calls).ceil() as u32).max(1);
    while done < target {
        run_experiment(
            target - done,
            options.threads,
            control,
            |index| {
                let replication = done + index;
                let ends = Ends { initial_calls: start.draw(&scenario, replication), drain: true };
                if replication > audits {
                    let result = replicate_between(&scenario, &ends, replication, (), control);
                    return Ok(Done { replication, result, breaches: Vec::new(), audited: 0 });
                }
                let mut audit = Audit::new(&scenario);
                let result = replicate_between(&scenario, &ends, replication, &mut audit, control);
                let (breaches, audited) = match &result {
                    Ok(result) => (audit.finish(result), result.calls),
                    Err(_) => (audit.breaches().to_vec(), 0),
                };
                Ok(Done { replication, result, breaches, audited })
            },
            |Done { replication, result, breaches: found, audited: seen }| {
                breaches.extend(found.into_iter().map(|breach| (replication, breach)));
                audited += seen;
                let result = match result {
                    // The replications go on: to stop them would stop whatever is verified next, too.
                    Err(ReplicationError::Identity { broken, .. }) => {
                        let (at, what) = (Instant::START + scenario.horizon, broken.to_string());
                        breaches.push((replication, Breach { rule: "the identities hold", at, call: 0, what }));
                        return Ok(());
                    }
                    other => other?,
                };
                calls += result.calls;
                let mut jitter = Stream::new(scenario.seed, replication, Purpose::Verdict, Uuid::nil());
                for (check, tally) in checks.iter().zip(&mut tallies) {
                    tally.add(check, check.subject.sample(check.measure, &result), jitter.next_unit());
                }
                Ok(())
            },
        )?;
        done = target;
        if !breaches.is_empty() {
            break;
        }
        target = next_target(&checks, &tallies, &options, done, calls);
    }
    let outcomes = verdict::judge(checks, &tallies, options.precision, options.error_rate);
    Ok(Verification { scenario, options, start, outcomes, undecided, breaches, replications: done, calls, audited })
}

/// How many replications are to be run in all; as many as were run if that is enough, or all that there are calls for.
fn next_target(checks: &[super::Check], tallies: &[Tally], options: &Options, done: u32, calls: u64) -> u32 {
    let lacking = checks.iter().zip(tallies).filter(|(check, tally)| !tally.is_enough(check, options.precision));
    let wanted = lacking.map(|(check, tally)| match tally.half_width() {
        // The width falls with the root of the replications.
        Some(width) => {
            let times = width / check.width(options.precision);
            (f64::from(done) * times * times * 1.05).ceil()
        }
        None => 2.0 * f64::from(done),
    });
    let wanted = wanted.fold(f64::from(done), f64::max);
    if wanted <= f64::from(done) {
        return done;
    }
    // A first guess of the spread may be far off, so that it is looked at again before it is doubled.
    let wanted = wanted.clamp(f64::from(done) + 1.0, 2.0 * f64::from(done));
    let for_calls = options.most_calls.saturating_sub(calls) as f64 / (calls.max(1) as f64 / f64::from(done));
    (f64::from(done) + (wanted - f64::from(done)).min(for_calls.floor())).min(1e6) as u32
}

/// How many calls a replication is expected to have.
fn expected_calls(scenario: &Scenario) -> f64 {
    let of = |arrivals: &Arrivals| match arrivals {
        Arrivals::Recorded(calls) => calls.len() as f64,
        Arrivals::Scaled(record) => record.calls.len() as f64 * record.factor,
        Arrivals::Poisson(steps) => {
            let end = Instant::START + scenario.horizon;
            let untils = steps.iter().skip(1).map(|step| step.from).chain([end]);
            let spans = steps.iter().zip(untils);
            spans.map(|(step, until)| step.per_second * until.min(end).since(step.from).as_secs_f64()).sum()
        }
    };
    scenario.groups.iter().map(|group| of(&group.arrivals)).sum()
}
