//! What a plan has to reach in each interval of each group.

use super::assess::Probability;
use crate::analytic::{ServiceLevel, Target};
use crate::statistics::{IntervalTotals, Ratio, student_quantile};
use crate::time::Duration;

/// One target of a plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PlanTarget {
    /// A target that has a formula: a service level, a mean wait, a share of callers who give up, or an occupancy. A share of
    /// blocked calls is none: no number of agents changes how many lines there are.
    Mean(Target),
    /// With this probability, no call of the interval is answered later than this.
    LongestWait {
        /// The longest time to answer.
        within: Duration,
        /// How probable it is that it is not exceeded; above 0 and below 1.
        probability: f64,
    },
}

/// What a plan has to reach in each interval of each group: one target at least, one service level at most.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    list: Vec<PlanTarget>,
}

/// What a simulation says of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The mean misses it.
    Missed,
    /// The mean meets it, but not with the confidence that is asked for.
    InMean,
    /// It is met with the confidence that is asked for, or there are no calls.
    Held,
}

impl Targets {
    /// These targets.
    ///
    /// # Errors
    ///
    /// If there is none, or a share of blocked calls, or a probability that is not between 0 and 1, or more than one service level.
    ///
    /// ```
    /// use acdsim::planning::{PlanTarget, Targets};
    /// use acdsim::analytic::Target;
    ///
    /// assert!(Targets::new(vec![PlanTarget::Mean(Target::Asa { at_most_s: 15.0 })]).is_ok());
    /// assert_eq!(Targets::new(vec![]).unwrap_err(), "a plan needs a target, such as a service level");
    /// ```
    pub fn new(list: Vec<PlanTarget>) -> Result<Self, String> {
        if list.is_empty() {
            return Err("a plan needs a target, such as a service level".to_owned());
        }
        let mut service_levels = 0;
        for target in &list {
            match *target {
                PlanTarget::Mean(Target::Blocking { .. }) => {
                    return Err("a share of blocked calls is no target of a plan: agents do not change it".to_owned());
                }
                PlanTarget::LongestWait { probability, .. } if !(probability > 0.0 && probability < 1.0) => {
                    return Err(format!(
                        "the probability of a longest wait is {probability}: it is above 0 and below 1"
                    ));
                }
                PlanTarget::Mean(Target::ServiceLevel { .. }) => service_levels += 1,
                PlanTarget::Mean(_) | PlanTarget::LongestWait { .. } => {}
            }
        }
        if service_levels > 1 {
            return Err("a plan has one service level at most".to_owned());
        }
        Ok(Targets { list })
    }

    /// The targets, in the order in which they were given.
    pub fn list(&self) -> &[PlanTarget] {
        &self.list
    }

    /// The time of the service level, if there is one.
    pub fn threshold(&self) -> Option<Duration> {
        self.list.iter().find_map(|target| match *target {
            PlanTarget::Mean(Target::ServiceLevel { within_s, .. }) => Some(Duration::from_secs_f64(within_s)),
            _ => None,
        })
    }

    /// The place in the list of the target whose value is shown: the service level, or else the first.
    pub fn shown(&self) -> usize {
        let level = |target: &PlanTarget| matches!(target, PlanTarget::Mean(Target::ServiceLevel { .. }));
        self.list.iter().position(level).unwrap_or_default()
    }
}

impl PlanTarget {
    /// The name of the quantity, as results have it.
    ///
    /// ```
    /// use acdsim::planning::PlanTarget;
    /// use acdsim::analytic::{ServiceLevel, Target};
    ///
    /// let level = Target::ServiceLevel { definition: ServiceLevel::OfOffered, within_s: 20.0, at_least: 0.8 };
    /// assert_eq!(PlanTarget::Mean(level).metric(), "sl_20_of_offered");
    /// ```
    pub fn metric(&self) -> String {
        match self {
            PlanTarget::Mean(Target::ServiceLevel { definition, within_s, .. }) => {
                format!("sl_{within_s}_{definition}")
            }
            PlanTarget::Mean(Target::Asa { .. }) => "asa_s".to_owned(),
            PlanTarget::Mean(Target::Abandonment { .. }) => "p_abandon".to_owned(),
            PlanTarget::Mean(Target::Blocking { .. }) => "p_block".to_owned(),
            PlanTarget::Mean(Target::Occupancy { .. }) => "occupancy".to_owned(),
            PlanTarget::LongestWait { within, .. } => format!("p_longest_within_{}", within.as_secs_f64()),
        }
    }

    /// What the quantity has to be at least or at most.
    pub fn bound(&self) -> f64 {
        match *self {
            PlanTarget::Mean(Target::ServiceLevel { at_least, .. }) => at_least,
            PlanTarget::Mean(Target::Asa { at_most_s }) => at_most_s,
            PlanTarget::Mean(
                Target::Abandonment { at_most } | Target::Blocking { at_most } | Target::Occupancy { at_most },
            ) => at_most,
            PlanTarget::LongestWait { probability, .. } => probability,
        }
    }

    /// Whether more of the quantity is better.
    pub fn is_at_least(&self) -> bool {
        matches!(self, PlanTarget::Mean(Target::ServiceLevel { .. }) | PlanTarget::LongestWait { .. })
    }

    /// What one replication gave, as a numerator and a denominator.
    pub(super) fn of(&self, totals: &IntervalTotals) -> (f64, f64) {
        let seconds = |nanos: u128| nanos as f64 / 1e9;
        match *self {
            PlanTarget::Mean(Target::ServiceLevel { definition, .. }) => {
                let came = totals.offered + totals.flowed_in;
                let of = match definition {
                    ServiceLevel::OfOffered => came,
                    ServiceLevel::OfAnswered => totals.answered,
                    ServiceLevel::ExclShortAbandons => came - totals.abandoned_within - totals.balked,
                    ServiceLevel::OfAccepted => came - totals.blocked,
                    ServiceLevel::OfAcceptedExclShortAbandons => {
                        came - totals.blocked - totals.abandoned_within - totals.balked
                    }
                };
                (totals.answered_within as f64, of as f64)
            }
            PlanTarget::Mean(Target::Asa { .. }) => (seconds(totals.answered_wait_nanos), totals.answered as f64),
            PlanTarget::Mean(Target::Abandonment { .. }) => {
                (totals.abandoned as f64, (totals.offered + totals.flowed_in) as f64)
            }
            PlanTarget::Mean(Target::Blocking { .. }) => (totals.blocked as f64, totals.offered as f64),
            PlanTarget::Mean(Target::Occupancy { .. }) => {
                let staffed = totals.staffed_nanos - totals.away_nanos;
                (seconds(staffed - totals.ready_nanos), seconds(staffed))
            }
            PlanTarget::LongestWait { within, .. } => (f64::from(totals.longest_time_to_answer <= within), 1.0),
        }
    }

    /// Whether a value meets the target.
    pub(super) fn is_met(&self, value: f64) -> bool {
        if self.is_at_least() { value >= self.bound() } else { value <= self.bound() }
    }

    /// What a ratio over replications says of the target, with a one-sided interval of this confidence.
    pub(super) fn judge(&self, ratio: &Ratio, confidence: f64) -> Verdict {
        let value = ratio.value();
        if !value.is_finite() {
            return Verdict::Held;
        }
        match (self.is_met(self.worst(ratio, confidence)), self.is_met(value)) {
            (true, _) => Verdict::Held,
            (false, true) => Verdict::InMean,
            (false, false) => Verdict::Missed,
        }
    }

    /// How far a ratio is from meeting the target with confidence, relative to what is wanted; 0 if it does.
    pub(super) fn shortfall(&self, ratio: &Ratio, confidence: f64) -> f64 {
        let value = ratio.value();
        if !value.is_finite() {
            return 0.0;
        }
        let worst = self.worst(ratio, confidence);
        let short = if self.is_at_least() { self.bound() - worst } else { worst - self.bound() };
        short.max(0.0) / self.bound()
    }

    /// The bad end of a one-sided interval of this confidence: Student's, or, of a share of replications, Wilson's.
    fn worst(&self, ratio: &Ratio, confidence: f64) -> f64 {
        let (value, count) = (ratio.value(), ratio.count());
        if let PlanTarget::LongestWait { .. } = self {
            let quantile = student_quantile(confidence, count.max(2) - 1);
            return Probability::of(value * count as f64, count as f64, quantile).low;
        }
        let half_width = ratio.half_width(2.0 * confidence - 1.0).unwrap_or_default();
        if self.is_at_least() { value - half_width } else { value + half_width }
    }
}

impl std::fmt::Display for PlanTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PlanTarget::Mean(target) => target.fmt(f),
            PlanTarget::LongestWait { within, probability } => {
                write!(f, "longest_time_to_answer_s of at most {} with probability {probability}", within.as_secs_f64())
            }
        }
    }
}

impl std::fmt::Display for Targets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all: Vec<String> = self.list.iter().map(PlanTarget::to_string).collect();
        f.write_str(&all.join(" and "))
    }
}
