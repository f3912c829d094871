//! Parts of one group, and of several groups that all agents serve alike: the models with closed forms.

use std::sync::Arc;

use super::chain;
use super::day::Day;
use super::parts::{HandleTime, Part, phase_type};
use super::start::{relaxation_s, stationary_law};
use super::{Approximation, Check, Draft, Expected, Model, Undecided};
use crate::analytic::exact::{After, MDc, MDcFigures, MPhc};
use crate::analytic::{
    AbandonmentQueue, ErlangC, FiniteQueue, LongestOf, LongestWait, PriorityQueue, ServiceLevel, SingleAgent, Wait,
};
use crate::random::Distribution;
use crate::scenario::{CallSelection, Group};
use crate::verify::longest::LongestLaw;
use crate::verify::{Measure, Subject};

/// Sessions of one group are verified one by one up to so many; beyond, the first so many stand for the others.
const MOST_SESSIONS: usize = 3;

/// A longest wait is verified if the measured time is so many times that in which the queue forgets.
const RELAXATIONS_FOR_LONGEST: f64 = 200.0;

/// The service levels that are verified.
const LEVELS: [ServiceLevel; 3] = [ServiceLevel::OfOffered, ServiceLevel::OfAnswered, ServiceLevel::ExclShortAbandons];

/// What a model says of one group; whatever it does not know is not checked.
#[derive(Default)]
struct Values {
    p_block: Option<f64>,
    p_wait: Option<f64>,
    p_abandon: Option<f64>,
    p_answered: f64,
    wait: Option<Wait>,
    asa_s: Option<f64>,
    mean_wait_all_s: Option<f64>,
    mean_queue_length: Option<f64>,
    occupancy: Option<f64>,
}

impl Values {
    /// Those of a queue in which all callers wait until they are answered.
    fn patient(p_wait: f64, asa_s: f64, mean_queue_length: f64, occupancy: f64) -> Self {
        Values {
            p_wait: Some(p_wait),
            p_answered: 1.0,
            asa_s: Some(asa_s),
            mean_queue_length: Some(mean_queue_length),
            occupancy: Some(occupancy),
            ..Values::default()
        }
    }
}

/// What describes one group in its stationary state.
struct Described {
    model: Model,
    values: Values,
    /// The laws of the longest wait, of the group and of one session, if the model has them.
    longest: Option<[LongestWait; 2]>,
}

impl Draft<'_> {
    /// Plans the checks of one part.
    pub(super) fn part(&mut self, part: &Part) {
        let rates = match part.constant_rates(self.scenario) {
            Ok(rates) => rates,
            Err(why) => return self.leave(part, why, Vec::new()),
        };
        if let Err(why) = part.constant_staff(self.scenario) {
            return self.leave(part, why, Vec::new());
        }
        self.means(part, &rates);
        match part.groups[..] {
            [group] => self.single(part, group, rates[0]),
            _ => self.several(part, &rates),
        }
    }

    /// Plans the checks of one part of a day.
    pub(super) fn day(&mut self, part: &Part) {
        if let Ok(rates) = part.constant_rates(self.scenario) {
            self.means(part, &rates);
        }
        let day = match Day::solve(self.scenario, part) {
            Ok(day) => day,
            Err(why) => return self.leave(part, why, Vec::new()),
        };
        let group = part.groups[0];
        let of_group = [
            Measure::CallsPerHour,
            Measure::PBlock,
            Measure::PAbandon,
            Measure::Asa,
            Measure::MeanWaitAll,
            Measure::MeanQueueLength,
        ];
        let measures = of_group
            .into_iter()
            .chain(LEVELS.map(Measure::ServiceLevel))
            .map(|measure| (Subject::Group(group), measure));
        let agents = (Subject::Agents(part.agents.clone()), Measure::Occupancy);
        let handle = HandleTime::of(&self.scenario.groups[group].handling);
        let mut near = Vec::new();
        for (subject, measure) in measures.chain([agents]) {
            let Some(value) = day.value(measure) else { continue };
            if day.inexact.is_some() {
                near.push(Approximation { subject, measure, formula: "the agents who leave taken at random", value });
            } else if !self.checks.iter().any(|check| check.subject == subject && check.measure == measure) {
                self.check(subject, measure, Model::Day, value, handle.mean_s, 1.0);
            }
        }
        if let Some(why) = day.inexact {
            self.leave(part, why, near);
        }
    }

    /// A part whose clocks are all exponential, if it is one.
    fn chain(&mut self, part: &Part, rates: &[f64], why_not: String) {
        let figures = match chain::solve(self.scenario, part, rates) {
            Ok(figures) => figures,
            Err(why) => {
                let why = format!("{why_not}; no Markov chain: {why}");
                let near = match part.groups[..] {
                    [group] => allen_cunneen(
                        group,
                        &self.scenario.groups[group],
                        part.agents.len() as u32,
                        rates[0],
                        &HandleTime::of(&self.scenario.groups[group].handling),
                    ),
                    _ => Vec::new(),
                };
                return self.leave(part, why, near);
            }
        };
        for (&group, figures) in part.groups.iter().zip(&figures.groups) {
            let handle = HandleTime::of(&self.scenario.groups[group].handling);
            let of_group = &self.scenario.groups[group];
            let values = Values {
                p_block: of_group.queue_capacity.map(|_| figures.p_block),
                p_wait: Some(figures.p_wait),
                p_abandon: of_group.patience.as_ref().map(|_| figures.p_abandon),
                asa_s: Some(figures.asa_s),
                mean_wait_all_s: of_group.patience.as_ref().map(|_| figures.mean_wait_all_s),
                mean_queue_length: Some(figures.mean_queue_length),
                ..Values::default()
            };
            self.group(group, Model::SkillChain, &values, handle.mean_s);
        }
        let mean_s = HandleTime::of(&self.scenario.groups[part.groups[0]].handling).mean_s;
        for (agents, occupancy) in figures.agents {
            self.check(Subject::Agents(agents), Measure::Occupancy, Model::SkillChain, occupancy, mean_s, 1.0);
        }
    }

    fn leave(&mut self, part: &Part, why: String, approximations: Vec<Approximation>) {
        let what = "waits, abandonment, occupancy".to_owned();
        self.undecided.push(Undecided { groups: part.groups.clone(), what, why, approximations });
    }

    fn check(&mut self, subject: Subject, measure: Measure, model: Model, value: f64, mean_handle_s: f64, alike: f64) {
        let least = if measure.is_time() { 0.01 * mean_handle_s } else { 0.01 };
        let scale = value.abs().max(least) * alike.sqrt();
        self.checks.push(Check { subject, measure, model, expected: Expected::Value(value), scale });
    }

    /// What holds of any constant Poisson traffic: the rate, and the means of the drawn times.
    fn means(&mut self, part: &Part, rates: &[f64]) {
        for (&group, &rate) in part.groups.iter().zip(rates) {
            let handling = &self.scenario.groups[group].handling;
            let (talk, wrap_up) = (handling.mean_talk_s(), handling.mean_wrap_up_s());
            let subject = Subject::Group(group);
            let mut mean =
                |measure, value| self.check(subject.clone(), measure, Model::Means, value, talk + wrap_up, 1.0);
            mean(Measure::CallsPerHour, rate * 3_600.0);
            mean(Measure::AverageTalkTime, talk);
            mean(Measure::AverageWrapUpTime, wrap_up);
            mean(Measure::AverageCallTime, talk + wrap_up);
        }
    }

    /// The measures of a group that a model has values of.
    fn group(&mut self, group: usize, model: Model, values: &Values, mean_handle_s: f64) {
        let subject = Subject::Group(group);
        let level = |definition| {
            (Measure::ServiceLevel(definition), values.wait.as_ref().map(|wait| wait.service_level(definition)))
        };
        let known = [
            (Measure::PBlock, values.p_block),
            (Measure::PWait, values.p_wait),
            (Measure::PAbandon, values.p_abandon),
            (Measure::Asa, values.asa_s),
            (Measure::MeanWaitAll, values.mean_wait_all_s),
            (Measure::MeanQueueLength, values.mean_queue_length),
        ];
        for (measure, value) in known.into_iter().chain(LEVELS.map(level)) {
            if let Some(value) = value {
                self.check(subject.clone(), measure, model, value, mean_handle_s, 1.0);
            }
        }
    }

    /// One group with agents of its own.
    fn single(&mut self, part: &Part, number: usize, rate: f64) {
        let group = &self.scenario.groups[number];
        let handle = HandleTime::of(&group.handling);
        let within_s = self.scenario.service_level_threshold.as_secs_f64();
        let described = match describe(group, part.agents.len() as u32, rate, &handle, within_s) {
            Ok(described) => described,
            Err(why) => {
                self.begin(part, &[rate], None);
                return self.chain(part, &[rate], why);
            }
        };
        self.begin(part, &[rate], stationary_law(self.scenario, part, rate));
        let Described { model, values, longest } = described;
        self.group(number, model, &values, handle.mean_s);
        if let Some(occupancy) = values.occupancy {
            self.check(Subject::Agents(part.agents.clone()), Measure::Occupancy, model, occupancy, handle.mean_s, 1.0);
        }
        self.sessions(part, number, model, &values, rate, &handle);
        if let Err(why) = self.longest(part, model, longest, rate) {
            let what = Measure::LongestTimeToAnswer.name(self.scenario.service_level_threshold);
            self.undecided.push(Undecided { groups: vec![number], what, why, approximations: Vec::new() });
        }
    }

    fn sessions(&mut self, part: &Part, group: usize, model: Model, values: &Values, rate: f64, handle: &HandleTime) {
        let handling = &self.scenario.groups[group].handling;
        let (talk, wrap_up) = (handling.mean_talk_s(), handling.mean_wrap_up_s());
        let alike = part.agents.len() as f64;
        let calls = rate * values.p_answered * self.measured_s() / alike;
        let calls_per_hour = calls / self.measured_s() * 3_600.0;
        for &agent in part.agents.iter().take(MOST_SESSIONS) {
            let subject = Subject::Session { agent, group };
            let mut check = |measure, value| self.check(subject.clone(), measure, model, value, handle.mean_s, alike);
            check(Measure::AverageTalkTime, talk);
            check(Measure::AverageWrapUpTime, wrap_up);
            check(Measure::AverageCallTime, talk + wrap_up);
            if let Some(asa) = values.asa_s {
                check(Measure::AverageTimeToAnswer, asa);
            }
            // Among many agents it takes long until it is forgotten who was first in line.
            if part.agents.len() <= 32 {
                check(Measure::NumberOfCalls, calls);
                check(Measure::AcdCallRate, calls_per_hour);
                if let Some(occupancy) = values.occupancy {
                    check(Measure::Occupancy, occupancy);
                }
            }
        }
    }

    /// The longest waits of the group and of its sessions; otherwise why their law cannot be had.
    fn longest(&mut self, part: &Part, model: Model, laws: Option<[LongestWait; 2]>, rate: f64) -> Result<(), String> {
        let [group, session] = laws.ok_or_else(|| format!("{model} has no law of the longest wait"))?;
        let measured_s = self.measured_s();
        let needed_s = RELAXATIONS_FOR_LONGEST * relaxation_s(self.scenario, part, &[rate]);
        if needed_s > measured_s {
            return Err(format!(
                "the limit law needs a measured time of {needed_s:.0} s, {RELAXATIONS_FOR_LONGEST} times that in which the queue \
                 forgets, and it is {measured_s:.0} s"
            ));
        }
        let number = part.groups[0];
        let mean_s = HandleTime::of(&self.scenario.groups[number].handling).mean_s;
        let sessions = part.agents.iter().take(MOST_SESSIONS).map(|&agent| Subject::Session { agent, group: number });
        for (law, subjects) in [(group, vec![Subject::Group(number)]), (session, sessions.collect())] {
            let law = Arc::new(LongestLaw::new(law, measured_s).map_err(said)?);
            let scale = law.mean_s().max(0.01 * mean_s);
            self.checks.extend(subjects.into_iter().map(|subject| {
                let expected = Expected::Longest(Arc::clone(&law));
                Check { subject, measure: Measure::LongestTimeToAnswer, model, expected, scale }
            }));
        }
        Ok(())
    }

    /// Several groups: exact where every agent serves all of them alike.
    fn several(&mut self, part: &Part, rates: &[f64]) {
        self.begin(part, rates, None);
        if let Err(why) = self.several_alike(part, rates) {
            self.chain(part, rates, why);
        }
    }

    fn several_alike(&mut self, part: &Part, rates: &[f64]) -> Result<(), String> {
        let scenario = self.scenario;
        let groups = || part.groups.iter().map(|&group| &scenario.groups[group]);
        let first = groups().next().expect("a part has a group");
        let handle = HandleTime::of(&first.handling);
        for group in groups() {
            if group.patience.is_some() || group.queue_capacity.is_some() {
                return Err(format!("several groups share agents, and the callers of {} may be lost", group.name));
            }
            let of_group = HandleTime::of(&group.handling);
            if !of_group.is_exponential {
                return Err(format!("the handle time of {} is not exponential", group.name));
            }
            if (of_group.mean_s / handle.mean_s - 1.0).abs() > 1e-12 {
                return Err(format!("the handle times of {} and {} differ", first.name, group.name));
            }
        }
        let order = &scenario.agents[part.agents[0]].groups;
        for &agent in &part.agents {
            let agent = &scenario.agents[agent];
            let alike = match scenario.routing.call_selection {
                CallSelection::GroupOrder => agent.groups == *order,
                _ => agent.groups.len() == part.groups.len(),
            };
            if !alike || agent.groups.len() != part.groups.len() {
                return Err(format!("{} does not serve all groups as the others do", agent.name));
            }
        }
        let agents = part.agents.len() as u32;
        let rate: f64 = rates.iter().sum();
        let rate_of =
            |group: usize| rates[part.groups.iter().position(|&other| other == group).expect("it is of the part")];
        let all = ErlangC::new(agents, rate, handle.mean_s).map_err(said)?;
        let by_order = scenario.routing.call_selection == CallSelection::GroupOrder;
        let priorities =
            PriorityQueue::new(agents, &order.iter().map(|&group| rate_of(group)).collect::<Vec<_>>(), handle.mean_s)
                .map_err(said)?;
        let threshold = scenario.service_level_threshold.as_secs_f64();
        let model = if by_order { Model::MmcPriority } else { Model::MmcClasses };
        for (class, &group) in order.iter().enumerate() {
            let asa_s = if by_order { priorities.asa_s(class).map_err(said)? } else { all.asa_s() };
            let values = Values {
                p_wait: Some(all.p_wait()),
                p_answered: 1.0,
                asa_s: Some(asa_s),
                mean_queue_length: Some(asa_s * rate_of(group)),
                wait: (!by_order).then(|| all.wait(threshold)),
                ..Values::default()
            };
            self.group(group, model, &values, handle.mean_s);
        }
        self.check(
            Subject::Agents(part.agents.clone()),
            Measure::Occupancy,
            model,
            all.occupancy(),
            handle.mean_s,
            1.0,
        );
        Ok(())
    }

    fn measured_s(&self) -> f64 {
        (self.scenario.horizon.as_nanos() - self.scenario.warm_up.as_nanos()) as f64 / 1e9
    }
}

/// The most special model that is exact for one group, with what it says of calls within so many seconds; otherwise which
/// assumption fails.
fn describe(group: &Group, agents: u32, rate: f64, handle: &HandleTime, within_s: f64) -> Result<Described, String> {
    if handle.mean_s <= 0.0 {
        return Err("calls take no time".to_owned());
    }
    if !handle.is_exponential {
        return describe_any_handle_time(group, agents, rate, handle, within_s);
    }
    let exponential = group.patience.as_ref().and_then(Distribution::is_exponential);
    match (&group.patience, group.queue_capacity) {
        (None, None) => {
            let queue = ErlangC::new(agents, rate, handle.mean_s).map_err(said)?;
            let values = Values::patient(queue.p_wait(), queue.asa_s(), queue.mean_queue_length(), queue.occupancy());
            Ok(Described {
                model: Model::ErlangC,
                values: Values { wait: Some(queue.wait(within_s)), ..values },
                longest: Some([LongestOf::Group, LongestOf::Session].map(|of| LongestWait::erlang_c(queue, of))),
            })
        }
        (Some(patience), None) => {
            let queue = AbandonmentQueue::new(agents, rate, handle.mean_s, Some(patience)).map_err(said)?;
            let values = Values {
                p_block: None,
                p_wait: Some(queue.p_wait()),
                p_abandon: Some(queue.p_abandon()),
                p_answered: queue.p_answered(),
                wait: Some(queue.wait(within_s)),
                asa_s: Some(queue.asa_s()),
                mean_wait_all_s: Some(queue.mean_wait_all_s()),
                mean_queue_length: Some(queue.mean_queue_length()),
                occupancy: Some(queue.occupancy()),
            };
            let longest = |of| LongestWait::abandonment(queue.clone(), of);
            Ok(Described {
                model: if exponential.is_some() { Model::ErlangA } else { Model::MmcPlusG },
                values,
                longest: Some([LongestOf::Group, LongestOf::Session].map(longest)),
            })
        }
        (patience, Some(room)) => {
            let capacity = agents.saturating_add(room);
            let (model, queue) = match (patience, exponential) {
                (None, _) => (Model::Mmck, FiniteQueue::new(agents, capacity, rate, handle.mean_s)),
                (Some(_), Some(patience_s)) => {
                    let queue = FiniteQueue::with_patience(agents, capacity, rate, handle.mean_s, patience_s);
                    (Model::MmckPlusM, queue)
                }
                (Some(_), None) => {
                    return Err("the queue has limited room, and the patience is not exponential".to_owned());
                }
            };
            let queue = queue.map_err(said)?;
            let values = Values {
                p_block: Some(queue.p_block()),
                p_wait: Some(queue.p_wait()),
                p_abandon: Some(queue.p_abandon()),
                p_answered: queue.p_answered(),
                wait: Some(queue.wait(within_s)),
                asa_s: Some(queue.asa_s()),
                mean_wait_all_s: Some(queue.mean_wait_all_s()),
                mean_queue_length: Some(queue.mean_queue_length()),
                occupancy: Some(queue.occupancy()),
            };
            Ok(Described { model, values, longest: None })
        }
    }
}

/// The same where the handle time is not exponential.
fn describe_any_handle_time(
    group: &Group,
    agents: u32,
    rate: f64,
    handle: &HandleTime,
    within_s: f64,
) -> Result<Described, String> {
    let all_are_answered = group.patience.is_none() && group.queue_capacity.is_none();
    if agents == 1 && all_are_answered {
        let queue = SingleAgent::new(rate, handle.mean_s, handle.scv()).map_err(said)?;
        let values = Values::patient(queue.p_wait(), queue.asa_s(), queue.mean_queue_length(), queue.occupancy());
        return Ok(Described { model: Model::Mg1, values, longest: None });
    }
    if handle.variance_s2 == 0.0 && all_are_answered {
        let MDcFigures { p_wait, asa_s, mean_queue_length, occupancy } =
            MDc { arrival_rate: rate, handle_s: handle.mean_s, agents }.solve().map_err(said)?;
        let values = Values::patient(p_wait, asa_s, mean_queue_length, occupancy);
        return Ok(Described { model: Model::MDc, values, longest: None });
    }
    let scv = handle.scv();
    let law = phase_type(&group.handling).ok_or_else(|| {
        format!("the handle time has no exponential phases (its squared coefficient of variation is {scv:.3})")
    })?;
    let mean_patience_s = match &group.patience {
        None => None,
        Some(patience) => {
            let not = "neither the handle time nor the patience is exponential";
            Some(patience.is_exponential().ok_or_else(|| not.to_owned())?)
        }
    };
    let queue = MPhc { mean_patience_s, waiting_places: group.queue_capacity, ..MPhc::new(rate, law, agents) };
    let figures = queue.solve().map_err(said)?;
    let p_answered = 1.0 - figures.p_block - figures.p_abandon;
    let within = |after: After| Wait {
        answered: p_answered,
        answered_within: after.answered,
        abandoned_within: after.abandoned,
        blocked: figures.p_block,
    };
    let values = Values {
        p_block: Some(figures.p_block),
        p_wait: Some(figures.p_wait),
        p_abandon: Some(figures.p_abandon),
        p_answered,
        wait: figures.after(within_s).ok().map(within),
        asa_s: Some(figures.asa_s),
        mean_wait_all_s: Some(figures.mean_wait_all_s),
        mean_queue_length: Some(figures.mean_queue_length),
        occupancy: Some(figures.occupancy),
    };
    Ok(Described { model: Model::MPhc, values, longest: None })
}

/// An error of a model, as a reason.
fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The mean wait by the formula of Allen (1990) after Cunneen: half the sum of the squared coefficients of variation of
/// gaps and handle times, times that of M/M/c.
fn allen_cunneen(number: usize, group: &Group, agents: u32, rate: f64, handle: &HandleTime) -> Vec<Approximation> {
    if group.patience.is_some() || group.queue_capacity.is_some() {
        return Vec::new();
    }
    let Ok(queue) = ErlangC::new(agents, rate, handle.mean_s) else { return Vec::new() };
    let value = queue.asa_s() * (1.0 + handle.scv()) / 2.0;
    let formula = "Allen & Cunneen: M/M/c times (1 + scv) / 2";
    vec![Approximation { subject: Subject::Group(number), measure: Measure::Asa, formula, value }]
}
