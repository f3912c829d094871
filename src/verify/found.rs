//! What a verification found, without what it comes from: the form in which another machine hands it over.

use serde::{Deserialize, Serialize};

use super::audit::Breach;
use super::models::Plan;
use super::run::{Options, Verification};
use super::verdict::{Outcome, Verdict};
use crate::time::Instant;

/// What a verification found; with the plan, which is a pure function of the scenario, it is the verification again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// By check, in the order of the plan's.
    outcomes: Vec<Judged>,
    breaches: Vec<Broken>,
    replications: u32,
    calls: u64,
    audited: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Judged {
    observed: f64,
    half_width: Option<f64>,
    statistic: Option<f64>,
    p_value: f64,
    adjusted_p_value: f64,
    verdict: Verdict,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Broken {
    replication: u32,
    rule: String,
    at: Instant,
    call: u64,
    what: String,
}

impl From<&Verification> for Found {
    fn from(verification: &Verification) -> Self {
        let Verification { scenario: _, options: _, start: _, undecided: _, outcomes, breaches, .. } = verification;
        let judged = |outcome: &Outcome| {
            let &Outcome { check: _, observed, half_width, statistic, p_value, adjusted_p_value, verdict } = outcome;
            Judged { observed, half_width, statistic, p_value, adjusted_p_value, verdict }
        };
        let broken = |(replication, breach): &(u32, Breach)| {
            let Breach { rule, at, call, what } = breach.clone();
            Broken { replication: *replication, rule: rule.to_owned(), at, call, what }
        };
        Found {
            outcomes: outcomes.iter().map(judged).collect(),
            breaches: breaches.iter().map(broken).collect(),
            replications: verification.replications,
            calls: verification.calls,
            audited: verification.audited,
        }
    }
}

impl Found {
    /// The verification that found this by a plan and these options; none if it was another plan.
    pub fn with(self, plan: Plan, options: Options) -> Option<Verification> {
        let Plan { scenario, checks, undecided, start } = plan;
        let Found { outcomes, breaches, replications, calls, audited } = self;
        if checks.len() != outcomes.len() {
            return None;
        }
        let outcomes = checks.into_iter().zip(outcomes).map(|(check, judged)| {
            let Judged { observed, half_width, statistic, p_value, adjusted_p_value, verdict } = judged;
            Outcome { check, observed, half_width, statistic, p_value, adjusted_p_value, verdict }
        });
        let breaches = breaches.into_iter().map(|Broken { replication, rule, at, call, what }| {
            // The rules are as many as the program has; their texts live as long as it does.
            (replication, Breach { rule: rule.leak(), at, call, what })
        });
        Some(Verification {
            scenario,
            options,
            start,
            outcomes: outcomes.collect(),
            undecided,
            breaches: breaches.collect(),
            replications,
            calls,
            audited,
        })
    }
}
