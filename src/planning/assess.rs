//! What a staffing gives in simulation: every target in every interval, on every day and over the whole run.

use std::collections::BTreeMap;

use super::demand::Demand;
use super::targets::{Targets, Verdict};
use super::team::{Levels, Team, with_levels};
use crate::experiment::{ExperimentError, ReplicationError, replicate, run_experiment};
use crate::scenario::Scenario;
use crate::simulation::Control;
use crate::statistics::{IntervalTotals, Intervals, Moments, Ratio, student_quantile};
use crate::time::Duration;

/// What a simulation gave for a group in an interval, on a day, or in all of the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// The calls that came, replication by replication.
    pub calls: Moments,
    /// The value of each target, in the order of [`Targets::list`].
    pub values: Vec<Ratio>,
    /// In how many replications calls came.
    pub with_calls: u32,
    /// In how many of those each target was met by the replication's own value.
    pub met: u32,
    /// Calls that were answered, over all replications.
    answered: u64,
}

/// What a simulation gave for a staffing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assessment {
    /// How many replications there were.
    pub replications: u32,
    /// Interval by interval, in each group by group.
    pub intervals: Vec<Vec<Seen>>,
    /// Day by day, in each group by group.
    pub days: Vec<Vec<Seen>>,
    /// All of the run, group by group.
    pub whole: Vec<Seen>,
    /// The shown target of each replication, day and group: numerator and denominator.
    pub(super) by_replication: Vec<Vec<Vec<(f64, f64)>>>,
    /// Whether each replication, day and group met all targets, or had no calls.
    pub(super) met_by_replication: Vec<Vec<Vec<bool>>>,
}

/// What is simulated, and what is asked of it.
#[derive(Clone, Debug)]
pub struct Model<'m> {
    /// The scenario, whose agents are replaced.
    pub scenario: &'m Scenario,
    /// Its demand.
    pub demand: &'m Demand,
    /// Its teams.
    pub teams: &'m [Team],
    /// What has to be reached.
    pub targets: &'m Targets,
    /// Which intervals may have agents and are judged: those of the opening hours, after the warm-up.
    pub open: &'m [bool],
    /// The confidence of statements that a target is met, one-sided; above 0.5 and below 1.
    pub confidence: f64,
    /// The probability with which each interval has to meet the targets by its own values, if that is asked for.
    pub interval_risk: Option<f64>,
    /// Threads to run on; 0 for one a processor.
    pub threads: usize,
}

impl Model<'_> {
    /// What so many agents give in the replications from `first` on. The seed and the callers are those of the scenario, whatever
    /// the staffing.
    ///
    /// # Errors
    ///
    /// If a replication does not end well, or it is told to stop.
    pub fn assess(
        &self,
        levels: &Levels,
        first: u32,
        replications: u32,
        control: &Control,
    ) -> Result<Assessment, ExperimentError<ReplicationError>> {
        let planned = with_levels(self.scenario, self.demand, self.teams, levels);
        self.assess_scenario(&planned, first, replications, control)
    }

    /// What a scenario with any agents gives in the replications from `first` on.
    ///
    /// # Errors
    ///
    /// As [`assess`](Self::assess).
    pub fn assess_scenario(
        &self,
        planned: &Scenario,
        first: u32,
        replications: u32,
        control: &Control,
    ) -> Result<Assessment, ExperimentError<ReplicationError>> {
        let groups = self.scenario.groups.len();
        let empty = |count: usize| vec![vec![Seen::of(self.targets); groups]; count];
        let mut assessment = Assessment {
            replications,
            intervals: empty(self.demand.intervals.len()),
            days: empty(self.demand.days()),
            whole: vec![Seen::of(self.targets); groups],
            by_replication: Vec::new(),
            met_by_replication: Vec::new(),
        };
        run_experiment(
            replications,
            self.threads,
            control,
            |number| {
                let (length, threshold) = (planned.interval, planned.service_level_threshold);
                let mut intervals = Intervals::new(length, planned.horizon, groups, threshold);
                replicate(planned, first + number - 1, &mut intervals, control)?;
                Ok::<_, ReplicationError>(intervals.iter().map(|(_, totals)| totals.to_vec()).collect::<Vec<_>>())
            },
            |seen| {
                self.take(&mut assessment, &seen);
                Ok(())
            },
        )?;
        Ok(assessment)
    }

    /// Takes one replication into account: what each group had in each interval.
    fn take(&self, assessment: &mut Assessment, seen: &[Vec<IntervalTotals>]) {
        let groups = self.scenario.groups.len();
        let mut days = vec![vec![IntervalTotals::default(); groups]; assessment.days.len()];
        let mut whole = vec![IntervalTotals::default(); groups];
        for (index, (interval, totals)) in self.demand.intervals.iter().zip(seen).enumerate() {
            for (group, totals) in totals.iter().enumerate() {
                assessment.intervals[index][group].add(self.targets, totals);
                if self.open[index] {
                    days[interval.day][group].add(totals);
                    whole[group].add(totals);
                }
            }
        }
        for (seen, totals) in assessment.whole.iter_mut().zip(&whole) {
            seen.add(self.targets, totals);
        }
        let shown = self.targets.list()[self.targets.shown()];
        let (mut values, mut met) = (Vec::new(), Vec::new());
        for (seen, totals) in assessment.days.iter_mut().zip(&days) {
            let of_day = seen.iter_mut().zip(totals).map(|(seen, totals)| seen.add(self.targets, totals));
            met.push(of_day.map(|met| met.unwrap_or(true)).collect());
            values.push(totals.iter().map(|totals| shown.of(totals)).collect());
        }
        assessment.by_replication.push(values);
        assessment.met_by_replication.push(met);
    }

    /// Whether a group meets all targets in what was seen of it.
    pub fn verdict(&self, seen: &Seen) -> Verdict {
        if seen.nobody_answers() {
            return Verdict::Missed;
        }
        let targets = self.targets.list().iter().zip(&seen.values);
        targets.map(|(target, value)| target.judge(value, self.confidence)).min().unwrap_or(Verdict::Held)
    }

    /// Whether a group meets all targets in an interval, and that often enough if it is asked for.
    pub fn interval_verdict(&self, seen: &Seen) -> Verdict {
        let verdict = self.verdict(seen);
        let Some(risk) = self.interval_risk.filter(|_| seen.with_calls > 0) else { return verdict };
        let met = self.p_met(seen);
        let often = match (met.low >= risk, met.share >= risk) {
            (true, _) => Verdict::Held,
            (false, true) => Verdict::InMean,
            (false, false) => Verdict::Missed,
        };
        verdict.min(often)
    }

    /// The share of the replications in which a group met all targets, with the low end of a one-sided interval of the model's confidence.
    pub(super) fn p_met(&self, seen: &Seen) -> Probability {
        let quantile = student_quantile(self.confidence, u64::from(seen.with_calls.max(2)) - 1);
        Probability::of(seen.met.into(), seen.with_calls.into(), quantile)
    }

    /// How far a group is from meeting all targets with confidence: the sum over the targets, relative to what is wanted.
    pub(super) fn shortfall(&self, seen: &Seen) -> f64 {
        if seen.nobody_answers() {
            return 10.0;
        }
        let targets = self.targets.list().iter().zip(&seen.values);
        let often = self.interval_risk.filter(|_| seen.with_calls > 0);
        let rare = often.map_or(0.0, |risk| (risk - self.p_met(seen).low).max(0.0) / risk);
        targets.map(|(target, value)| target.shortfall(value, self.confidence)).sum::<f64>() + rare
    }
}

impl Seen {
    fn of(targets: &Targets) -> Self {
        Seen { values: vec![Ratio::default(); targets.list().len()], ..Seen::default() }
    }

    /// Calls came in some replications, and in none of them was any answered.
    fn nobody_answers(&self) -> bool {
        self.with_calls > 0 && self.answered == 0
    }

    /// Takes one replication into account; says whether it met all targets, if calls came.
    fn add(&mut self, targets: &Targets, totals: &IntervalTotals) -> Option<bool> {
        let came = totals.offered + totals.flowed_in;
        self.calls.add(came as f64);
        self.answered += totals.answered;
        let mut met = true;
        for (target, value) in targets.list().iter().zip(&mut self.values) {
            let (numerator, denominator) = target.of(totals);
            value.add(numerator, denominator);
            met &= denominator == 0.0 || target.is_met(numerator / denominator);
        }
        (came > 0).then(|| {
            self.with_calls += 1;
            self.met += u32::from(met);
            met
        })
    }

    /// The share of the replications with calls in which all targets were met, with its 95 % interval (E. B. Wilson, 1927); none if
    /// there were no calls.
    pub fn p_met(&self) -> Option<Probability> {
        (self.with_calls > 0).then(|| Probability::of(self.met.into(), self.with_calls.into(), NORMAL_975))
    }
}

/// The 97.5 % quantile of the standard normal law.
pub(super) const NORMAL_975: f64 = 1.959_963_984_540_054;

/// A share of replications, with an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probability {
    /// The share.
    pub share: f64,
    /// The low end of the interval.
    pub low: f64,
    /// The high end.
    pub high: f64,
}

impl Probability {
    /// The score interval of a share, for this quantile of the normal law (E. B. Wilson, "Probable inference, the law of
    /// succession, and statistical inference", 1927).
    pub(super) fn of(count: f64, of: f64, quantile: f64) -> Self {
        let (n, share) = (of, count / of);
        let square = quantile * quantile / n;
        let middle = (share + 0.5 * square) / (1.0 + square);
        let half = quantile / (1.0 + square) * (share * (1.0 - share) / n + 0.25 * square / n).sqrt();
        Probability { share, low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
    }
}

/// Assessments of staffings with the same replications, each made once.
pub(super) struct Assessor<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) first: u32,
    pub(super) replications: u32,
    pub(super) control: &'a Control,
    known: BTreeMap<Levels, Assessment>,
    /// How many staffings were simulated.
    pub(super) simulated: u64,
}

/// So many intervals of assessments are kept: a search comes back to few staffings, and soon.
const MOST_KNOWN: usize = 500_000;

impl<'a> Assessor<'a> {
    pub(super) fn new(model: &'a Model<'a>, first: u32, replications: u32, control: &'a Control) -> Self {
        Assessor { model, first, replications, control, known: BTreeMap::new(), simulated: 0 }
    }

    pub(super) fn assess(&mut self, levels: &Levels) -> Result<Assessment, ExperimentError<ReplicationError>> {
        if let Some(known) = self.known.get(levels) {
            return Ok(known.clone());
        }
        let assessment = self.model.assess(levels, self.first, self.replications, self.control)?;
        self.simulated += 1;
        if self.known.len() * assessment.intervals.len() * assessment.whole.len() > MOST_KNOWN {
            self.known.clear();
        }
        self.known.insert(levels.clone(), assessment.clone());
        Ok(assessment)
    }
}

/// The sum of agents times hours over all teams and intervals.
pub(super) fn agent_hours(demand: &Demand, levels: &[u32]) -> f64 {
    let hours = |length: Duration| length.as_secs_f64() / 3_600.0;
    demand.intervals.iter().zip(levels).map(|(interval, &level)| f64::from(level) * hours(interval.length())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I.
    #[test]
    fn the_interval_of_a_share_is_wilsons() {
        let share = Probability::of(81.0, 263.0, NORMAL_975);
        assert!((share.low - 0.2553).abs() < 5e-5 && (share.high - 0.3662).abs() < 5e-5, "{share:?}");
        let all = Probability::of(20.0, 20.0, NORMAL_975);
        assert!(all.high == 1.0 && (all.low - 0.8389).abs() < 5e-5, "{all:?}");
    }
}
