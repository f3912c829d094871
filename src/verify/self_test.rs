//! The self-test: each [fault](crate::fault) is switched on, and whatever notices it first is written down.
//!
//! The runs are followed until every call has ended and audited call by call, as those of a verification are. They are made
//! longer and longer until the fault is noticed. What no rule, identity or recount notices is left to the measures of a
//! verification. The same scenarios without a fault have to pass all of it, at the same lengths.

mod scenarios;

use std::fmt;

use super::audit::{Audit, Breach};
use super::models::{Plan, plan};
use super::run::{Options, VerifyError, verify};
use super::verdict::{Outcome, Verdict};
use crate::acd::AcdError;
use crate::experiment::{ReplicationError, replicate_between};
use crate::fault::{self, Fault};
use crate::scenario::Scenario;
use crate::simulation::{Control, Ends, Event, Observer, SimulationError};
use crate::time::{Duration, Instant};

/// The measured time is halved so often for the first, the shortest run.
const HALVINGS: u32 = 6;

/// So many calls are spent on measures, if fewer do not show the fault.
const CALLS_FOR_MEASURES: [u64; 3] = [50_000, 500_000, 5_000_000];

/// The probability of a false alarm of the measures of one look.
const ERROR_RATE: f64 = 1e-4;

/// What noticed a fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CaughtBy {
    /// A rule of the audit, for one event or for what is reported in the end.
    Rule(&'static str),
    /// An identity between totals that are counted apart from each other.
    Identity(&'static str),
    /// The agent handler or the engine refused to go on, for this reason.
    Refusal(String),
    /// A measure that is not as theory has it.
    Measure(String),
}

impl CaughtBy {
    /// Which kind of check it is, in one word.
    pub const fn kind(&self) -> &'static str {
        match self {
            CaughtBy::Rule(_) => "audit",
            CaughtBy::Identity(_) => "identity",
            CaughtBy::Refusal(_) => "refusal",
            CaughtBy::Measure(_) => "measure",
        }
    }

    /// Which of its kind.
    pub fn check(&self) -> &str {
        match self {
            CaughtBy::Rule(check) | CaughtBy::Identity(check) => check,
            CaughtBy::Refusal(check) | CaughtBy::Measure(check) => check,
        }
    }
}

impl fmt::Display for CaughtBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind(), self.check())
    }
}

/// How a fault was noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caught {
    /// By what.
    pub by: CaughtBy,
    /// What was found in place of what should be.
    pub what: String,
    /// In which scenario.
    pub scenario: String,
    /// The number of the call at which it was noticed; for what is compared in the end, and for measures, the calls that
    /// were simulated.
    pub calls: u64,
}

/// A fault with what noticed it, if anything did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The fault.
    pub fault: Fault,
    /// How it was noticed.
    pub caught: Option<Caught>,
}

/// A scenario without a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// The scenario.
    pub scenario: String,
    /// The calls that were simulated.
    pub calls: u64,
    /// What was found wrong although nothing is.
    pub false_alarm: Option<Caught>,
}

/// What a self-test found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfTest {
    /// Every fault, in the order of [`Fault::ALL`].
    pub trials: Vec<Trial>,
    /// The scenarios without a fault.
    pub sound: Vec<Baseline>,
}

impl SelfTest {
    /// The faults that nothing noticed.
    pub fn escaped(&self) -> impl Iterator<Item = Fault> {
        self.trials.iter().filter(|trial| trial.caught.is_none()).map(|trial| trial.fault)
    }

    /// Whether every fault was noticed, and nothing where there is none.
    pub fn is_passed(&self) -> bool {
        self.escaped().next().is_none() && self.sound.iter().all(|sound| sound.false_alarm.is_none())
    }
}

/// Switches on one fault after the other and says what notices each.
///
/// # Errors
///
/// If it is told to stop, or the threads cannot be started.
pub fn self_test(threads: usize, control: &Control) -> Result<SelfTest, VerifyError> {
    let cases: Vec<Case> =
        scenarios::all().into_iter().map(|scenario| Case { plan: plan(&scenario), scenario }).collect();
    let mut sound = Vec::new();
    for case in &cases {
        sound.push(without_fault(case, threads, control)?);
    }
    let mut trials = Vec::new();
    for &fault in Fault::ALL {
        let caught = fault::with(fault, || catch(&cases, threads, control))?;
        trials.push(Trial { fault, caught });
    }
    Ok(SelfTest { trials, sound })
}

/// A scenario, and how it is verified.
struct Case {
    scenario: Scenario,
    plan: Plan,
}

fn without_fault(Case { scenario, plan }: &Case, threads: usize, control: &Control) -> Result<Baseline, VerifyError> {
    let name = scenario.name.clone();
    let mut calls = 0;
    for halvings in (0..=HALVINGS).rev() {
        let (caught, simulated) = audited(scenario, halvings, control)?;
        calls += simulated;
        if caught.is_some() {
            return Ok(Baseline { scenario: name, calls, false_alarm: caught });
        }
    }
    for most_calls in CALLS_FOR_MEASURES {
        let (caught, simulated) = measured(plan, most_calls, threads, control)?;
        calls += simulated;
        if caught.is_some() {
            return Ok(Baseline { scenario: name, calls, false_alarm: caught });
        }
    }
    Ok(Baseline { scenario: name, calls, false_alarm: None })
}

/// What notices the fault that is on, after the fewest calls.
fn catch(cases: &[Case], threads: usize, control: &Control) -> Result<Option<Caught>, VerifyError> {
    let mut first: Option<Caught> = None;
    for case in cases {
        for halvings in (0..=HALVINGS).rev() {
            let (caught, _) = audited(&case.scenario, halvings, control)?;
            if caught.is_some() {
                first = first.into_iter().chain(caught).min_by_key(|caught| caught.calls);
                break;
            }
        }
    }
    if first.is_some() {
        return Ok(first);
    }
    for most_calls in CALLS_FOR_MEASURES {
        for plan in cases.iter().map(|case| &case.plan).filter(|plan| !plan.checks.is_empty()) {
            let (caught, _) = measured(plan, most_calls, threads, control)?;
            if caught.is_some() {
                return Ok(caught);
            }
        }
    }
    Ok(None)
}

/// An audit that tells the run to stop once it has noticed something: what is wrong need not come to an end by itself.
struct Watch<'a> {
    audit: Audit<'a>,
    run: &'a Control,
}

impl Observer for Watch<'_> {
    fn observe(&mut self, now: Instant, event: &Event) {
        self.audit.observe(now, event);
        if !self.audit.breaches().is_empty() {
            self.run.stop();
        }
    }

    fn finish(&mut self, end: Instant) {
        Observer::finish(&mut self.audit, end);
    }
}

/// What an audited run of a part of the measured time notices, and the calls that it had.
fn audited(scenario: &Scenario, halvings: u32, control: &Control) -> Result<(Option<Caught>, u64), VerifyError> {
    go_on(control)?;
    let scenario = shortened(scenario, halvings);
    let run = Control::default();
    let ends = Ends { drain: true, ..Ends::default() };
    let mut watch = Watch { audit: Audit::new(&scenario), run: &run };
    let result = replicate_between(&scenario, &ends, 1, &mut watch, &run);
    let audit = watch.audit;
    let calls = audit.calls();
    let caught = |by: CaughtBy, what: String, calls: u64| Caught { by, what, scenario: scenario.name.clone(), calls };
    let of = |breach: &Breach| caught(CaughtBy::Rule(breach.rule), breach.what.clone(), breach.call);
    let first = match (audit.breaches().first(), result) {
        (Some(breach), _) => Some(of(breach)),
        (None, Ok(result)) => audit.finish(&result).first().map(of),
        (None, Err(ReplicationError::Identity { broken, .. })) => {
            Some(caught(CaughtBy::Identity(broken.what), broken.to_string(), calls))
        }
        (None, Err(ReplicationError::Simulation(error))) => Some(caught(refusal(error)?, error.to_string(), calls)),
    };
    Ok((first, calls))
}

/// The refusal that stopped a run, if it was one.
fn refusal(error: SimulationError) -> Result<CaughtBy, VerifyError> {
    let why = match error {
        SimulationError::Refused { reason: AcdError::IllegalTransition { from, to, .. }, .. } => {
            format!("{to} must not follow {from}")
        }
        SimulationError::Refused { reason, .. } => reason.to_string(),
        SimulationError::TooManyWaiting { .. } => "too many calls wait".to_owned(),
        SimulationError::NeverEnds { .. } => "calls never end".to_owned(),
        SimulationError::Interrupted => return Err(VerifyError::Failed(ReplicationError::Simulation(error))),
    };
    Ok(CaughtBy::Refusal(why))
}

/// The measure that is the furthest off of those that fail, and the calls that were simulated.
fn measured(
    plan: &Plan,
    most_calls: u64,
    threads: usize,
    control: &Control,
) -> Result<(Option<Caught>, u64), VerifyError> {
    go_on(control)?;
    let options = Options { error_rate: ERROR_RATE, most_calls, threads, audited_calls: 0, ..Options::default() };
    let verification = match verify(plan.clone(), options, &Control::default()) {
        Ok(verification) => verification,
        Err(VerifyError::Failed(ReplicationError::Simulation(error))) => {
            let (by, scenario) = (refusal(error)?, plan.scenario.name.clone());
            return Ok((Some(Caught { by, what: error.to_string(), scenario, calls: most_calls }), most_calls));
        }
        Err(error) => return Err(error),
    };
    let scenario = &verification.scenario;
    let (name, calls) = (scenario.name.clone(), verification.calls);
    if let Some((_, breach)) = verification.breaches.first() {
        let by = CaughtBy::Rule(breach.rule);
        return Ok((Some(Caught { by, what: breach.what.clone(), scenario: name, calls }), calls));
    }
    let failed = verification.outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Fail);
    // Not the least probable: what hardly varies is so at the smallest difference.
    let off = |outcome: &Outcome| (outcome.observed / outcome.check.expected.value() - 1.0).abs();
    let worst = failed.max_by(|a, b| off(a).total_cmp(&off(b)));
    let caught = worst.map(|Outcome { check, observed, .. }| {
        let measure = check.measure.name(scenario.service_level_threshold);
        let what = format!(
            "{measure} of {} is {observed:.6}, and {:.6} by {}",
            check.subject.name(scenario),
            check.expected.value(),
            check.model
        );
        Caught { by: CaughtBy::Measure(measure), what, scenario: name, calls }
    });
    Ok((caught, calls))
}

/// Lets nothing begin once it was told to stop. The runs have controls of their own, which a failure stops.
fn go_on(control: &Control) -> Result<(), VerifyError> {
    match control.is_stopped() {
        true => Err(VerifyError::Interrupted),
        false => Ok(()),
    }
}

/// The scenario with so much less of its measured time.
fn shortened(scenario: &Scenario, halvings: u32) -> Scenario {
    let measured = scenario.horizon.as_nanos() - scenario.warm_up.as_nanos();
    let horizon = Duration::from_nanos(scenario.warm_up.as_nanos() + (measured >> halvings));
    Scenario { horizon, ..scenario.clone() }
}
