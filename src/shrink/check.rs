//! What is looked for in a run, and what was found.

use std::mem::discriminant;

use super::Condition;
use crate::acd::AcdError;
use crate::experiment::{ReplicationError, ReplicationResult, replicate_between};
use crate::scenario::Scenario;
use crate::simulation::{Control, Ends, Observer, SimulationError};
use crate::time::Instant;
use crate::verify::{Audit, Breach};

/// What makes a run one that fails.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// A rule of the audit is broken, an identity does not hold, or the agent handler refuses a step of the engine.
    Rules,
    /// A condition holds of the result.
    Condition(Condition),
}

/// How a run failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failing {
    /// What it is recognised by.
    pub symptom: Symptom,
    /// When it was noticed, if it was during the run.
    pub at: Option<Instant>,
    /// What was found, in words.
    pub what: String,
}

/// What a failure is recognised by in another run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Symptom {
    /// The first rule of the audit that was broken.
    Breach {
        /// The rule.
        rule: &'static str,
    },
    /// The identity that does not hold.
    Identity {
        /// What should be equal.
        what: &'static str,
    },
    /// The agent handler refused a step of the engine.
    Refused {
        /// What the handler said; of its kind is what says the same of others.
        reason: AcdError,
    },
    /// The condition held.
    Condition,
}

impl Symptom {
    /// Whether it is the same failure as another.
    pub fn is_alike(&self, other: &Symptom) -> bool {
        match (self, other) {
            (Symptom::Refused { reason }, Symptom::Refused { reason: other }) => {
                discriminant(reason) == discriminant(other)
            }
            (one, other) => one == other,
        }
    }
}

/// What one run showed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shown {
    Fails(Failing),
    /// With the value of the condition's metric, if there is a condition and its metric has a value.
    Sound(Option<f64>),
}

/// Runs scenarios and looks whether they fail.
#[derive(Clone, Debug)]
pub(super) struct Check {
    pub(super) wanted: Wanted,
    /// Whether runs go on until the calls that arrived before the horizon have ended, as those of `acdsim verify` do.
    pub(super) drain: bool,
}

impl Check {
    /// Runs one replication and says what it showed.
    ///
    /// # Errors
    ///
    /// If it cannot be run to its end for another reason than a defect, or is told to stop.
    pub(super) fn run(
        &self,
        scenario: &Scenario,
        replication: u32,
        observer: impl Observer,
        control: &Control,
    ) -> Result<Shown, ReplicationError> {
        let ends = Ends { initial_calls: Vec::new(), drain: self.drain };
        let condition = match &self.wanted {
            Wanted::Condition(condition) => condition,
            Wanted::Rules => {
                let mut audit = Audit::new(scenario);
                let result = replicate_between(scenario, &ends, replication, (&mut audit, observer), control);
                let breaches = match &result {
                    Ok(result) => audit.finish(result),
                    Err(_) => audit.breaches().to_vec(),
                };
                return judge(breaches, result);
            }
        };
        let result = replicate_between(scenario, &ends, replication, observer, control)?;
        let value = condition.value(scenario, &result);
        Ok(match value {
            Some(value) if condition.holds(value) => {
                Shown::Fails(Failing { symptom: Symptom::Condition, at: None, what: format!("it is {value}") })
            }
            value => Shown::Sound(value),
        })
    }
}

/// What an audited run showed: its first breach, or else that it ended as it must not.
fn judge(
    breaches: Vec<Breach>,
    result: Result<ReplicationResult, ReplicationError>,
) -> Result<Shown, ReplicationError> {
    let interrupted = matches!(result, Err(ReplicationError::Simulation(SimulationError::Interrupted)));
    if let Some(Breach { rule, at, call, what }) = breaches.into_iter().next().filter(|_| !interrupted) {
        let what = format!("{rule}: at {at} s, call {call}: {what}");
        return Ok(Shown::Fails(Failing { symptom: Symptom::Breach { rule }, at: Some(at), what }));
    }
    let (symptom, at) = match &result {
        Ok(_) => return Ok(Shown::Sound(None)),
        Err(ReplicationError::Identity { broken, .. }) => (Symptom::Identity { what: broken.what }, None),
        &Err(ReplicationError::Simulation(SimulationError::Refused { at, reason })) => {
            (Symptom::Refused { reason }, Some(at))
        }
        Err(error) => return Err(error.clone()),
    };
    let what = result.map_or_else(|error| error.to_string(), |_| String::new());
    Ok(Shown::Fails(Failing { symptom, at, what }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acd::{SessionId, SessionState};
    use crate::experiment::{BrokenIdentity, replicate};

    fn breach(rule: &'static str, secs: u64) -> Breach {
        let at = Instant::from_nanos(secs * 1_000_000_000);
        Breach { rule, at, call: 7, what: "so it was".to_owned() }
    }

    fn refused(reason: AcdError) -> ReplicationError {
        ReplicationError::Simulation(SimulationError::Refused { at: Instant::START, reason })
    }

    fn identity() -> ReplicationError {
        let broken = BrokenIdentity { of: "group \"Sales\"".to_owned(), what: "one = other", left: 1, right: 2 };
        ReplicationError::Identity { replication: 1, seed: 1, broken }
    }

    fn found(breaches: Vec<Breach>, result: Result<ReplicationResult, ReplicationError>) -> Failing {
        match judge(breaches, result).expect("it is no other error") {
            Shown::Fails(failing) => failing,
            Shown::Sound(_) => panic!("it fails"),
        }
    }

    #[test]
    fn the_first_breach_counts_and_then_how_the_run_ended() {
        let first = found(vec![breach("a", 3), breach("b", 4)], Err(identity()));
        assert_eq!(
            (first.symptom, first.at.map(Instant::as_nanos)),
            (Symptom::Breach { rule: "a" }, Some(3_000_000_000))
        );
        assert_eq!(first.what, "a: at 3.000000000 s, call 7: so it was");
        assert_eq!(found(Vec::new(), Err(identity())).symptom, Symptom::Identity { what: "one = other" });
        let other = found(Vec::new(), Err(refused(AcdError::UnknownAgentId)));
        assert!(matches!(other.symptom, Symptom::Refused { .. }));
    }

    #[test]
    fn what_is_no_defect_is_no_failure() {
        let scenario = crate::experiment::Workload::W1.scenario(100);
        let result = replicate(&scenario, 1, (), &Control::default());
        assert_eq!(judge(Vec::new(), result).ok(), Some(Shown::Sound(None)));
        let stopped = || Err(ReplicationError::Simulation(SimulationError::Interrupted));
        assert!(judge(vec![breach("a", 3)], stopped()).is_err());
        let overloaded = SimulationError::TooManyWaiting { at: Instant::START };
        assert!(judge(Vec::new(), Err(ReplicationError::Simulation(overloaded))).is_err());
    }

    #[test]
    fn the_same_rule_is_the_same_failure_whatever_the_session() {
        let illegal = |session| Symptom::Refused {
            reason: AcdError::IllegalTransition {
                session: SessionId(session),
                from: SessionState::Ready,
                to: SessionState::BusyWrapup,
            },
        };
        assert!(illegal(1).is_alike(&illegal(2)));
        assert!(!illegal(1).is_alike(&Symptom::Breach { rule: "a" }));
        assert!(!Symptom::Breach { rule: "b" }.is_alike(&Symptom::Breach { rule: "a" }));
    }
}
