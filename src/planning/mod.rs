//! Staffing: from demand and targets to the least agents of each interval, and to shifts that cover them.
//!
//! [`plan`] does it in four steps.
//!
//! 1. **Formula.** Each interval of each group by itself, in steady state ([`least_by_formula`]).
//! 2. **Simulation.** The whole run with those agents, and then with more where a target does not hold with confidence, and with fewer where it
//!    does; between teams that share groups, agents are exchanged. What was found is simulated again with other random numbers, of which
//!    nothing was chosen.
//! 3. **Risk.** On how many days the targets hold, agents for a probability of that on request, and what one more agent would buy.
//! 4. **Shifts.** Shifts with breaks that cover the agents at the least cost, by integer programming ([`shifts`]).
//!
//! It uses scenarios, formulas, statistics and experiments; reports and commands use it.
//!
//! ```
//! use acdsim::analytic::{ServiceLevel, Target};
//! use acdsim::planning::{PlanTarget, Request, Targets, plan};
//! use acdsim::simulation::Control;
//!
//! let mut scenario = acdsim::scenario::read("scenarios/erlang-c.toml".as_ref())?;
//! scenario.horizon = acdsim::time::Duration::from_secs(4 * 3_600);
//! scenario.warm_up = acdsim::time::Duration::ZERO;
//! let level = Target::ServiceLevel { definition: ServiceLevel::OfOffered, within_s: 20.0, at_least: 0.8 };
//! let request = Request { replications: 20, ..Request::new(Targets::new(vec![PlanTarget::Mean(level)])?) };
//! let plan = plan(&scenario, &request, &Control::default())?;
//! assert!(plan.levels[0].iter().all(|&agents| agents > 0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assess;
mod demand;
mod formula;
mod risk;
mod search;
pub mod shifts;
mod table;
mod targets;
mod team;
#[cfg(test)]
mod tests;
mod write;

pub use assess::{Assessment, Model, Probability, Seen};
pub use demand::{Demand, GroupDemand, Interval};
pub use formula::least_by_formula;
pub use risk::NextAgent;
pub use table::{TableDefaults, TableError, scenario_of_table};
pub use targets::{PlanTarget, Targets, Verdict};
pub use team::{Levels, Team, teams, with_levels};
pub use write::{CopiedFile, PlanFiles, WritePlanError, plan_files};

use std::collections::BTreeSet;

use crate::analytic::AnalyticError;
use crate::experiment::{ExperimentError, ReplicationError};
use crate::scenario::{Scenario, wall_clock};
use crate::simulation::Control;
use crate::time::Instant;
use assess::Assessor;
use search::{First, Limits};
use shifts::{Roster, Rules, ShiftError};

/// What is asked of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What has to be reached in each interval of each group.
    pub targets: Targets,
    /// The share of the scheduled agents who do not come, 0 or more and below 1: in simulation each stays away for a whole shift
    /// with this probability. Without one it is the absence that the scenario's agents have.
    pub shrinkage: Option<f64>,
    /// The confidence with which simulation has to know that a target holds, one-sided; above 0.5 and below 1.
    pub confidence: f64,
    /// How many replications the search takes; what it finds is simulated with as many others. At least 2.
    pub replications: u32,
    /// The probability with which each day, or each interval, has to meet the targets; only stated without one. Above 0 and below 1.
    pub risk: Option<f64>,
    /// What has to meet them with that probability.
    pub risk_of: RiskOf,
    /// Whether the next agent is priced.
    pub next_agent: bool,
    /// Opening hours, costs, the most agents at once, and shifts.
    pub rules: Rules,
    /// Threads to run on; 0 for one a processor.
    pub threads: usize,
}

/// What has to meet the targets with a probability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RiskOf {
    /// Each day, by its own values.
    #[default]
    Day,
    /// Each interval, by its own values: with few calls chance alone lets it miss them often.
    Interval,
}

impl Request {
    /// Targets with nothing else said: a confidence of 95 %, 100 replications, no shifts.
    pub fn new(targets: Targets) -> Self {
        Request {
            targets,
            shrinkage: None,
            confidence: 0.95,
            replications: 100,
            risk: None,
            risk_of: RiskOf::Day,
            next_agent: false,
            rules: Rules::default(),
            threads: 0,
        }
    }
}

/// A plan, and what is known of it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenario that was planned for, with the service level's threshold of the targets.
    pub scenario: Scenario,
    /// What was asked.
    pub request: Request,
    /// What is asked of the groups.
    pub demand: Demand,
    /// The teams.
    pub teams: Vec<Team>,
    /// Which intervals have agents: those of the opening hours, after the warm-up.
    pub open: Vec<bool>,
    /// What the formula says of each group in each interval: agents who are there.
    pub formula: Vec<Vec<u32>>,
    /// The formula's agents, scheduled: team by team, interval by interval.
    pub by_formula: Levels,
    /// The scheduled agents of the plan.
    pub levels: Levels,
    /// The shifts that cover them, if rules for shifts were given.
    pub roster: Option<Roster>,
    /// What the formula's agents give in simulation.
    pub seen_by_formula: Assessment,
    /// What the plan's agents give in simulation, as they are needed interval by interval.
    pub seen: Assessment,
    /// What the shifts give in simulation.
    pub seen_of_roster: Option<Assessment>,
    /// Open intervals in which no number of agents that is allowed reaches the targets.
    pub unreached: BTreeSet<usize>,
    /// Days on which no number of agents that is allowed reaches the risk level.
    pub unreached_days: BTreeSet<usize>,
    /// What one more agent is worth; empty unless asked for.
    pub next: Vec<NextAgent>,
    /// How many staffings were simulated.
    pub simulated: u64,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanningError {
    /// A number of the request is out of its range.
    #[error("the {what} is {value}; {allowed}")]
    Setting {
        /// Which.
        what: &'static str,
        /// What it is.
        value: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// The rules do not fit the scenario.
    #[error("{0}")]
    Rules(String),
    /// The formula has no value.
    #[error("{group} from {start}: {reason}")]
    Formula {
        /// The group.
        group: String,
        /// When the interval begins.
        start: String,
        /// Why not.
        reason: Box<AnalyticError>,
    },
    /// No shifts cover the agents.
    #[error(transparent)]
    Shifts(#[from] ShiftError),
    /// A run did not end well.
    #[error(transparent)]
    Run(#[from] ExperimentError<ReplicationError>),
}

impl Plan {
    /// The scheduled agents of a team over the plan, in agent hours.
    pub fn agent_hours(&self, levels: &Levels) -> f64 {
        levels.iter().map(|team| assess::agent_hours(&self.demand, team)).sum()
    }

    /// The model that the plan was simulated with.
    pub fn model(&self) -> Model<'_> {
        Model {
            scenario: &self.scenario,
            demand: &self.demand,
            teams: &self.teams,
            targets: &self.request.targets,
            open: &self.open,
            confidence: self.request.confidence,
            interval_risk: self.request.risk.filter(|_| self.request.risk_of == RiskOf::Interval),
            threads: self.request.threads,
        }
    }

    /// The formula's agents who have to be there, team by team: each group's with the team that they were given to.
    pub fn formula_agents(&self) -> Levels {
        let costs = self.request.rules.costs(&self.teams).unwrap_or_else(|_| vec![1.0; self.teams.len()]);
        let limits = Limits { costs: &costs, absences: &vec![0.0; self.teams.len()], most: None };
        search::from_formula(&self.formula, &self.teams, &limits, First::Cheapest)
    }

    /// What the next agent costs in its interval, in the unit of the rules.
    pub fn cost_of(&self, next: &NextAgent) -> f64 {
        let costs = self.request.rules.costs(&self.teams).unwrap_or_else(|_| vec![1.0; self.teams.len()]);
        costs[next.team] * self.demand.intervals[next.interval].length().as_secs_f64() / 3_600.0
    }

    /// The scenario with the agents of the plan: those of the shifts if it has some, else as many as each interval needs.
    pub fn planned(&self) -> Scenario {
        match &self.roster {
            Some(roster) => roster.scenario(&self.scenario, &self.teams),
            None => with_levels(&self.scenario, &self.demand, &self.teams, &self.levels),
        }
    }
}

/// Plans the agents of a scenario. Its own agents say only which teams there are.
///
/// # Errors
///
/// [`PlanningError`] if a setting is out of its range, the rules do not fit, the formula has no value, no shifts cover the agents, or a
/// replication does not end well or is told to stop.
pub fn plan(scenario: &Scenario, request: &Request, control: &Control) -> Result<Plan, PlanningError> {
    check(request)?;
    let mut scenario = scenario.clone();
    if let Some(threshold) = request.targets.threshold() {
        scenario.service_level_threshold = threshold;
    }
    if let Some(shrinkage) = request.shrinkage {
        scenario.agents.iter_mut().for_each(|agent| agent.desk.absence = shrinkage);
    }
    let (demand, teams) = (Demand::of(&scenario), teams(&scenario));
    let costs = request.rules.costs(&teams).map_err(PlanningError::Rules)?;
    let start = Instant::START + scenario.warm_up;
    let is_open = request.rules.open(&scenario, &demand);
    let open: Vec<bool> =
        demand.intervals.iter().zip(is_open).map(|(interval, open)| open && interval.start >= start).collect();
    let formula = by_formula(&scenario, &demand, &request.targets, &open)?;
    if formula.iter().flatten().all(|&agents| agents == 0) {
        return Err(PlanningError::Rules(
            "no calls are expected in any interval that is open: there is nothing to plan".to_owned(),
        ));
    }
    let absences = absences(&teams)?;
    let limits = Limits { costs: &costs, absences: &absences, most: request.rules.max_agents };
    let begun = search::from_formula(&formula, &teams, &limits, First::Cheapest);
    let mut plan = Plan {
        request: request.clone(),
        demand,
        teams,
        open,
        formula,
        by_formula: begun.clone(),
        levels: begun,
        roster: None,
        seen_by_formula: Assessment::default(),
        seen: Assessment::default(),
        seen_of_roster: None,
        unreached: BTreeSet::new(),
        unreached_days: BTreeSet::new(),
        next: Vec::new(),
        simulated: 0,
        scenario,
    };
    correct(&mut plan, &limits, control)?;
    if !request.rules.shifts.is_empty() {
        let roster = shifts::cover(&plan.scenario, &plan.demand, &plan.teams, &plan.levels, &request.rules)?;
        let planned = roster.scenario(&plan.scenario, &plan.teams);
        let seen = plan.model().assess_scenario(&planned, 1 + request.replications, request.replications, control)?;
        plan.roster = Some(roster);
        plan.seen_of_roster = Some(seen);
    }
    Ok(plan)
}

/// Searches with some replications, checks with others, and prices the next agent.
fn correct(plan: &mut Plan, limits: &Limits, control: &Control) -> Result<(), PlanningError> {
    let request = plan.request.clone();
    let base = plan.clone();
    let model = base.model();
    let mut assessor = Assessor::new(&model, 1, request.replications, control);
    let (mut levels, mut unreached) = search::search(&mut assessor, &base.formula, *limits)?;
    if let (Some(risk), RiskOf::Day) = (request.risk, request.risk_of) {
        plan.unreached_days = risk::staff_to_risk(&mut assessor, &mut levels, limits, risk)?;
    }
    plan.simulated = assessor.simulated;
    // Of all that the search tried it has kept what looked good with its random numbers; what others say is what is told.
    let mut checker = Assessor::new(&model, 1 + request.replications, request.replications, control);
    plan.seen_by_formula = checker.assess(&plan.by_formula)?;
    // A target that so many more do not reach is out of reach.
    let found = levels.clone();
    let far_more = |index: usize| 2 * found.iter().map(|team| team[index]).sum::<u32>() + 20;
    loop {
        let seen = checker.assess(&levels)?;
        let missed = |&index: &usize| {
            base.open[index]
                && !unreached.contains(&index)
                && seen.intervals[index].iter().any(|seen| model.interval_verdict(seen) == Verdict::Missed)
        };
        let missed: Vec<usize> = (0..seen.intervals.len()).filter(missed).collect();
        if missed.is_empty() {
            plan.seen = seen;
            break;
        }
        for index in missed {
            let present: u32 = levels.iter().map(|team| team[index]).sum();
            let fails = |group: &usize| model.interval_verdict(&seen.intervals[index][*group]) == Verdict::Missed;
            let serves = |&team: &usize| base.teams[team].groups.iter().any(fails);
            let cheapest = (0..levels.len())
                .filter(serves)
                .min_by(|&one, &other| limits.costs[one].total_cmp(&limits.costs[other]));
            match cheapest {
                Some(team) if limits.most.is_none_or(|most| present < most) && present < far_more(index) => {
                    levels[team][index] += 1;
                }
                _ => {
                    unreached.insert(index);
                }
            }
        }
    }
    plan.simulated += checker.simulated;
    if request.next_agent {
        let before = checker.simulated;
        plan.next = risk::next_agents(&mut checker, &levels)?;
        plan.simulated += checker.simulated - before;
    }
    plan.levels = levels;
    plan.unreached = unreached;
    Ok(())
}

/// How often an agent of each team stays away.
fn absences(teams: &[Team]) -> Result<Vec<f64>, PlanningError> {
    let absence = |team: &Team| match team.desk.absence {
        absence if (0.0..1.0).contains(&absence) => Ok(absence),
        absence => Err(setting("absence of the agents", absence, "it is 0 or more and below 1")),
    };
    teams.iter().map(absence).collect()
}

/// What the formula says of each group in each interval; nobody where it is closed.
fn by_formula(
    scenario: &Scenario,
    demand: &Demand,
    targets: &Targets,
    open: &[bool],
) -> Result<Vec<Vec<u32>>, PlanningError> {
    let of = |group: usize| {
        let intervals = demand.intervals.iter().zip(open).map(move |(interval, &open)| {
            if !open {
                return Ok(0);
            }
            least_by_formula(interval, group, targets).map_err(|reason| PlanningError::Formula {
                group: scenario.groups[group].name.clone(),
                start: wall_clock(scenario, interval.start),
                reason: Box::new(reason),
            })
        });
        intervals.collect::<Result<Vec<u32>, PlanningError>>()
    };
    (0..scenario.groups.len()).map(of).collect()
}

fn setting(what: &'static str, value: f64, allowed: &'static str) -> PlanningError {
    PlanningError::Setting { what, value, allowed }
}

fn check(request: &Request) -> Result<(), PlanningError> {
    let Request { confidence, replications, risk, shrinkage, .. } = *request;
    if !(confidence > 0.5 && confidence < 1.0) {
        return Err(setting("confidence", confidence, "it is above 0.5 and below 1"));
    }
    if !(2..=1_000_000).contains(&replications) {
        return Err(setting("number of replications", replications.into(), "it is from 2 to 1000000"));
    }
    if let Some(risk) = risk
        && !(risk > 0.0 && risk < 1.0)
    {
        return Err(setting("risk level", risk, "it is above 0 and below 1"));
    }
    if let Some(shrinkage) = shrinkage
        && !(0.0..1.0).contains(&shrinkage)
    {
        return Err(setting("shrinkage", shrinkage, "it is 0 or more and below 1"));
    }
    Ok(())
}
