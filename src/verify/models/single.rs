//! Parts of one group, and of several groups that all agents serve alike: the models with closed forms.

use std::sync::Arc;

use super::chain;
use super::day::Day;
use super::parts::{HandleTime, Part, phase_type};
use super::{Approximation, Check, Draft, Expected, Model, StationaryStart, Undecided};
use crate::analytic::exact::{MDc, MDcFigures, MPhc, MPhcFigures};
use crate::analytic::{
    AbandonmentQueue, AnalyticError, ErlangC, FiniteQueue, LongestOf, LongestWait, PriorityQueue, ServiceLevel,
    SingleAgent, Wait,
};
use crate::random::Distribution;
use crate::scenario::{CallSelection, Group, Scenario};
use crate::time::Duration;
use crate::verify::longest::LongestLaw;
use crate::verify::{Measure, Subject};

/// Sessions of one group are verified one by one up to so many; beyond, the first so many stand for the others.
const MOST_SESSIONS: usize = 3;

/// A longest wait is verified if the measured time is so many times that in which the queue forgets.
const RELAXATIONS_FOR_LONGEST: f64 = 200.0;

/// A warm-up is so many times the time in which the queue forgets: what is left of the start is e⁻¹² of it.
const RELAXATIONS_OF_WARM_UP: f64 = 12.0;

/// A scenario without a warm-up is a day if it lasts less than so many times that in which the queue forgets.
const RELAXATIONS_OF_A_DAY: f64 = 500.0;

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

impl From<&ErlangC> for Values {
    fn from(queue: &ErlangC) -> Self {
        Values {
            p_wait: Some(queue.p_wait()),
            p_answered: 1.0,
            asa_s: Some(queue.asa_s()),
            mean_queue_length: Some(queue.mean_queue_length()),
            occupancy: Some(queue.occupancy()),
            ..Values::default()
        }
    }
}

impl From<&AbandonmentQueue> for Values {
    fn from(queue: &AbandonmentQueue) -> Self {
        Values {
            p_wait: Some(queue.p_wait()),
            p_abandon: Some(queue.p_abandon()),
            p_answered: queue.p_answered(),
            asa_s: Some(queue.asa_s()),
            mean_wait_all_s: Some(queue.mean_wait_all_s()),
            mean_queue_length: Some(queue.mean_queue_length()),
            occupancy: Some(queue.occupancy()),
            ..Values::default()
        }
    }
}

impl From<&FiniteQueue> for Values {
    fn from(queue: &FiniteQueue) -> Self {
        Values {
            p_block: Some(queue.p_block()),
            p_wait: Some(queue.p_wait()),
            p_abandon: Some(queue.p_abandon()),
            p_answered: queue.p_answered(),
            asa_s: Some(queue.asa_s()),
            mean_wait_all_s: Some(queue.mean_wait_all_s()),
            mean_queue_length: Some(queue.mean_queue_length()),
            occupancy: Some(queue.occupancy()),
            ..Values::default()
        }
    }
}

impl From<&SingleAgent> for Values {
    fn from(queue: &SingleAgent) -> Self {
        Values {
            p_wait: Some(queue.p_wait()),
            p_answered: 1.0,
            asa_s: Some(queue.asa_s()),
            mean_queue_length: Some(queue.mean_queue_length()),
            occupancy: Some(queue.occupancy()),
            ..Values::default()
        }
    }
}

impl From<&MPhcFigures> for Values {
    fn from(figures: &MPhcFigures) -> Self {
        Values {
            p_block: Some(figures.p_block),
            p_wait: Some(figures.p_wait),
            p_abandon: Some(figures.p_abandon),
            p_answered: 1.0 - figures.p_block - figures.p_abandon,
            asa_s: Some(figures.asa_s),
            mean_wait_all_s: Some(figures.mean_wait_all_s),
            mean_queue_length: Some(figures.mean_queue_length),
            occupancy: Some(figures.occupancy),
            ..Values::default()
        }
    }
}

impl From<&MDcFigures> for Values {
    fn from(figures: &MDcFigures) -> Self {
        Values {
            p_wait: Some(figures.p_wait),
            p_answered: 1.0,
            asa_s: Some(figures.asa_s),
            mean_queue_length: Some(figures.mean_queue_length),
            occupancy: Some(figures.occupancy),
            ..Values::default()
        }
    }
}

/// What has become of calls within the threshold.
fn wait_of(figures: &MPhcFigures, threshold: f64) -> Option<Wait> {
    let after = figures.after(threshold).ok()?;
    Some(Wait {
        answered: 1.0 - figures.p_block - figures.p_abandon,
        answered_within: after.answered,
        abandoned_within: after.abandoned,
        blocked: figures.p_block,
    })
}

/// Which model describes one group in its stationary state.
enum Single {
    ErlangC(ErlangC),
    Abandonment { queue: AbandonmentQueue, is_exponential: bool },
    Finite { queue: FiniteQueue, with_patience: bool },
    SingleAgent(SingleAgent),
    Phases(Box<MPhcFigures>),
    Constant(MDcFigures),
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
        let levels = [ServiceLevel::OfOffered, ServiceLevel::OfAnswered, ServiceLevel::ExclShortAbandons];
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
            .chain(levels.map(Measure::ServiceLevel))
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
        let model = Model::SkillChain;
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
            self.group(group, model, &values, handle.mean_s);
        }
        let handle = HandleTime::of(&self.scenario.groups[part.groups[0]].handling);
        for (agents, occupancy) in figures.agents {
            self.check(Subject::Agents(agents), Measure::Occupancy, model, occupancy, handle.mean_s, 1.0);
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
        let levels = [ServiceLevel::OfOffered, ServiceLevel::OfAnswered, ServiceLevel::ExclShortAbandons];
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
        for (measure, value) in known.into_iter().chain(levels.map(level)) {
            if let Some(value) = value {
                self.check(subject.clone(), measure, model, value, mean_handle_s, 1.0);
            }
        }
    }

    /// One group with agents of its own.
    fn single(&mut self, part: &Part, number: usize, rate: f64) {
        let group = &self.scenario.groups[number];
        let handle = HandleTime::of(&group.handling);
        let agents = part.agents.len() as u32;
        let chosen = match choose(group, agents, rate, &handle) {
            Ok(chosen) => chosen,
            Err(why) => {
                self.needs_warm_up(number, agents, rate, &handle);
                return self.chain(part, &[rate], why);
            }
        };
        let threshold = self.scenario.service_level_threshold.as_secs_f64();
        let (model, mut values) = match &chosen {
            Single::ErlangC(queue) => (Model::ErlangC, Values::from(queue)),
            Single::Abandonment { queue, is_exponential: true } => (Model::ErlangA, Values::from(queue)),
            Single::Abandonment { queue, is_exponential: false } => (Model::MmcPlusG, Values::from(queue)),
            Single::Finite { queue, with_patience: false } => (Model::Mmck, Values::from(queue)),
            Single::Finite { queue, with_patience: true } => (Model::MmckPlusM, Values::from(queue)),
            Single::SingleAgent(queue) => (Model::Mg1, Values::from(queue)),
            Single::Phases(figures) => (Model::MPhc, Values::from(&**figures)),
            Single::Constant(figures) => (Model::MDc, Values::from(figures)),
        };
        values.wait = match &chosen {
            Single::ErlangC(queue) => Some(queue.wait(threshold)),
            Single::Abandonment { queue, .. } => Some(queue.wait(threshold)),
            Single::Finite { queue, .. } => Some(queue.wait(threshold)),
            Single::Phases(figures) => wait_of(figures, threshold),
            Single::SingleAgent(_) | Single::Constant(_) => None,
        };
        self.group(number, model, &values, handle.mean_s);
        if let Some(occupancy) = values.occupancy {
            self.check(Subject::Agents(part.agents.clone()), Measure::Occupancy, model, occupancy, handle.mean_s, 1.0);
        }
        self.sessions(part, number, model, &values, rate, &handle);
        self.longest(part, number, model, &chosen, rate, &handle);
        match stationary_start(group, number, agents, rate, &handle) {
            Some(start) => {
                if let Some(starts) = &mut self.starts {
                    starts.push(start);
                }
                // Who is first in line for a call is not drawn: calls have to go round the agents some times.
                self.settle(2.0 * f64::from(agents.min(32)).powi(2) / rate);
            }
            None => self.needs_warm_up(number, agents, rate, &handle),
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

    fn longest(&mut self, part: &Part, number: usize, model: Model, chosen: &Single, rate: f64, handle: &HandleTime) {
        let law = |of| match chosen {
            Single::ErlangC(queue) => Some(LongestWait::erlang_c(*queue, of)),
            Single::Abandonment { queue, .. } => Some(LongestWait::abandonment(queue.clone(), of)),
            Single::Finite { .. } | Single::SingleAgent(_) | Single::Phases(_) | Single::Constant(_) => None,
        };
        let measured_s = self.measured_s();
        let forgotten = RELAXATIONS_FOR_LONGEST
            * relaxation_s(&self.scenario.groups[number], part.agents.len() as u32, rate, handle);
        let open = |draft: &mut Self, why: String| {
            let what = Measure::LongestTimeToAnswer.name(draft.scenario.service_level_threshold);
            draft.undecided.push(Undecided { groups: vec![number], what, why, approximations: Vec::new() });
        };
        let (Some(group), Some(session)) = (law(LongestOf::Group), law(LongestOf::Session)) else {
            return open(self, format!("{model} has no law of the longest wait"));
        };
        if forgotten > measured_s {
            let why = format!(
                "the limit law needs a measured time of {forgotten:.0} s, {RELAXATIONS_FOR_LONGEST} times that in which the queue \
                 forgets, and it is {measured_s:.0} s"
            );
            return open(self, why);
        }
        let session_subjects =
            part.agents.iter().take(MOST_SESSIONS).map(|&agent| Subject::Session { agent, group: number });
        for (subject, law) in
            std::iter::once((Subject::Group(number), &group)).chain(session_subjects.map(|subject| (subject, &session)))
        {
            match LongestLaw::new(law.clone(), measured_s) {
                Ok(law) => {
                    let scale = law.mean_s().max(0.01 * handle.mean_s);
                    let expected = Expected::Longest(Arc::new(law));
                    self.checks.push(Check { subject, measure: Measure::LongestTimeToAnswer, model, expected, scale });
                }
                Err(error) => return open(self, error.to_string()),
            }
        }
    }

    /// Several groups: exact where every agent serves all of them alike.
    fn several(&mut self, part: &Part, rates: &[f64]) {
        match self.several_alike(part, rates) {
            Ok(()) => {}
            Err(why) => {
                self.mixes(part, rates);
                self.chain(part, rates, why);
            }
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
                CallSelection::LongestWaiting => agent.groups.len() == part.groups.len(),
            };
            if !alike || agent.groups.len() != part.groups.len() {
                return Err(format!("{} does not serve all groups as the others do", agent.name));
            }
        }
        let agents = part.agents.len() as u32;
        let rate: f64 = rates.iter().sum();
        let rate_of =
            |group: usize| rates[part.groups.iter().position(|&other| other == group).expect("it is of the part")];
        let all = ErlangC::new(agents, rate, handle.mean_s).map_err(|error| error.to_string())?;
        let by_order = scenario.routing.call_selection == CallSelection::GroupOrder;
        let priorities =
            PriorityQueue::new(agents, &order.iter().map(|&group| rate_of(group)).collect::<Vec<_>>(), handle.mean_s)
                .map_err(|error| error.to_string())?;
        let threshold = scenario.service_level_threshold.as_secs_f64();
        let model = if by_order { Model::MmcPriority } else { Model::MmcClasses };
        for (class, &group) in order.iter().enumerate() {
            let asa_s =
                if by_order { priorities.asa_s(class).map_err(|error| error.to_string())? } else { all.asa_s() };
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
        self.mixes(part, rates);
        Ok(())
    }

    /// Lets the runs begin with a warm-up that is long enough for a part of several groups: as if all calls were alike.
    fn mixes(&mut self, part: &Part, rates: &[f64]) {
        self.starts = None;
        let rate: f64 = rates.iter().sum();
        let time = RELAXATIONS_OF_WARM_UP * mixed_relaxation_s(self.scenario, part, rates);
        self.settle(time + 2.0 * (part.agents.len().min(32) as f64).powi(2) / rate);
    }

    /// Lets the runs begin with a warm-up that is long enough for this part.
    fn needs_warm_up(&mut self, number: usize, agents: u32, rate: f64, handle: &HandleTime) {
        self.starts = None;
        let time = RELAXATIONS_OF_WARM_UP * relaxation_s(&self.scenario.groups[number], agents, rate, handle);
        self.settle(time + 2.0 * f64::from(agents.min(32)).powi(2) / rate);
    }

    fn settle(&mut self, time_s: f64) {
        self.warm_up_s = self.warm_up_s.max(time_s);
    }

    fn measured_s(&self) -> f64 {
        (self.scenario.horizon.as_nanos() - self.scenario.warm_up.as_nanos()) as f64 / 1e9
    }
}

/// Whether a scenario without a warm-up is over before the queues of a part have forgotten how it began.
pub(super) fn is_a_day(scenario: &Scenario, part: &Part) -> bool {
    if scenario.warm_up > Duration::ZERO {
        return false;
    }
    let (Ok(rates), Ok(())) = (part.constant_rates(scenario), part.constant_staff(scenario)) else { return true };
    scenario.horizon.as_secs_f64() < RELAXATIONS_OF_A_DAY * mixed_relaxation_s(scenario, part, &rates)
}

/// The time in which a part forgets where it came from, in seconds, as if all its calls were alike: of the mean handle time,
/// with the longest patience.
fn mixed_relaxation_s(scenario: &Scenario, part: &Part, rates: &[f64]) -> f64 {
    let rate: f64 = rates.iter().sum();
    let groups = || part.groups.iter().map(|&group| &scenario.groups[group]);
    let weighted = |value: fn(&HandleTime) -> f64| {
        groups().zip(rates).map(|(group, rate)| value(&HandleTime::of(&group.handling)) * rate).sum::<f64>() / rate
    };
    let mean_s = weighted(|handle| handle.mean_s);
    let second_moment = weighted(|handle| handle.variance_s2 + handle.mean_s * handle.mean_s);
    let handle = HandleTime { mean_s, variance_s2: second_moment - mean_s * mean_s, is_exponential: false };
    let patience = groups().map(|group| group.patience.as_ref().map_or(f64::INFINITY, Distribution::mean_s));
    let patience = patience.fold(0.0, f64::max);
    let room = groups().map(|group| group.queue_capacity.map(f64::from)).sum::<Option<f64>>();
    relaxation_of(part.agents.len() as u32, rate, &handle, patience.is_finite().then_some(patience), room)
}

/// The most special model that is exact for one group; otherwise which assumption fails.
fn choose(group: &Group, agents: u32, rate: f64, handle: &HandleTime) -> Result<Single, String> {
    let wrong = |error: AnalyticError| error.to_string();
    let exponential_patience = group.patience.as_ref().and_then(Distribution::is_exponential);
    if handle.mean_s <= 0.0 {
        return Err("calls take no time".to_owned());
    }
    if !handle.is_exponential {
        if agents == 1 && group.patience.is_none() && group.queue_capacity.is_none() {
            return SingleAgent::new(rate, handle.mean_s, handle.scv()).map(Single::SingleAgent).map_err(wrong);
        }
        if handle.variance_s2 == 0.0 && group.patience.is_none() && group.queue_capacity.is_none() {
            let queue = MDc { arrival_rate: rate, handle_s: handle.mean_s, agents };
            return queue.solve().map(Single::Constant).map_err(|error| error.to_string());
        }
        let scv = handle.scv();
        let law = phase_type(&group.handling).ok_or_else(|| {
            format!("the handle time has no exponential phases (its squared coefficient of variation is {scv:.3})")
        })?;
        if group.patience.is_some() && exponential_patience.is_none() {
            return Err("neither the handle time nor the patience is exponential".to_owned());
        }
        let queue = MPhc {
            mean_patience_s: exponential_patience,
            waiting_places: group.queue_capacity,
            ..MPhc::new(rate, law, agents)
        };
        return queue.solve().map(|figures| Single::Phases(Box::new(figures))).map_err(|error| error.to_string());
    }
    match (&group.patience, group.queue_capacity) {
        (None, None) => ErlangC::new(agents, rate, handle.mean_s).map(Single::ErlangC).map_err(wrong),
        (Some(patience), None) => AbandonmentQueue::new(agents, rate, handle.mean_s, Some(patience))
            .map(|queue| Single::Abandonment { queue, is_exponential: exponential_patience.is_some() })
            .map_err(wrong),
        (None, Some(room)) => FiniteQueue::new(agents, agents.saturating_add(room), rate, handle.mean_s)
            .map(|queue| Single::Finite { queue, with_patience: false })
            .map_err(wrong),
        (Some(_), Some(room)) => {
            let Some(patience_s) = exponential_patience else {
                return Err("the queue has limited room, and the patience is not exponential".to_owned());
            };
            FiniteQueue::with_patience(agents, agents.saturating_add(room), rate, handle.mean_s, patience_s)
                .map(|queue| Single::Finite { queue, with_patience: true })
                .map_err(wrong)
        }
    }
}

/// The time in which a group's queue forgets where it came from, in seconds.
fn relaxation_s(group: &Group, agents: u32, rate: f64, handle: &HandleTime) -> f64 {
    let room = group.queue_capacity.map(f64::from);
    relaxation_of(agents, rate, handle, group.patience.as_ref().map(Distribution::mean_s), room)
}

/// The relaxation time of M/M/c (Morse 1958), longer by as much as the handle time varies more; with abandonment not more
/// than the times that calls and callers last.
fn relaxation_of(agents: u32, rate: f64, handle: &HandleTime, patience_s: Option<f64>, room: Option<f64>) -> f64 {
    let most = f64::from(agents) / handle.mean_s;
    let gap = most.sqrt() - rate.sqrt();
    let open = if gap > 0.0 { 1.0 / (gap * gap) } else { f64::INFINITY };
    let open = handle.mean_s.max(open) * handle.scv().max(1.0);
    match patience_s {
        // A queue with room for so many is emptied in the time of so many calls.
        _ if room.is_some() => open.min(2.0 * handle.mean_s * (1.0 + room.unwrap_or(0.0) / f64::from(agents))),
        Some(patience) => open.min(2.0 * (handle.mean_s + patience)),
        None if open.is_finite() => open,
        None => 1e3 * handle.mean_s,
    }
}

/// The law of the calls that are there, where everything is exponential, so that nobody need know how long they have been
/// there.
fn stationary_start(
    group: &Group,
    number: usize,
    agents: u32,
    rate: f64,
    handle: &HandleTime,
) -> Option<StationaryStart> {
    if !handle.is_exponential {
        return None;
    }
    let patience = match &group.patience {
        None => None,
        Some(patience) => Some(patience.is_exponential()?),
    };
    let queue = |capacity| match patience {
        None => FiniteQueue::new(agents, capacity, rate, handle.mean_s),
        Some(patience) => FiniteQueue::with_patience(agents, capacity, rate, handle.mean_s, patience),
    };
    let law = match group.queue_capacity {
        Some(room) => queue(agents.checked_add(room)?).ok()?,
        None => {
            // So much room that what does not fit is beyond the digits of a double.
            let mut room = 100;
            loop {
                let queue = queue(agents.checked_add(room)?).ok()?;
                if queue.p_block() < 1e-15 {
                    break queue;
                }
                room = room.checked_mul(2)?;
            }
        }
    };
    let mut cumulative = Vec::new();
    let mut below = 0.0;
    // Beyond the room the probabilities are 0.
    while below < 1.0 - 1e-15 && cumulative.len() <= 10_000_000 {
        let here = law.p_calls(cumulative.len() as u32);
        if here == 0.0 && below > 0.5 {
            break;
        }
        below += here;
        cumulative.push(below);
    }
    Some(StationaryStart { group: number, cumulative })
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
