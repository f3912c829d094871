//! The models without closed forms: phases of handling, constant handle times, and days.

use serde_json::Value;

use super::Kind;
use super::parameters::{Parameters, number, shown, whole};
use super::tables::Table;
use crate::analytic::error::checked_seconds;
use crate::analytic::exact::transient::{AtClose, Figures, Period, TransientQueue};
use crate::analytic::exact::{ExactError, MDc, MDcFigures, MPhc, MPhcFigures, PhaseType};
use crate::analytic::{AnalyticError, Wait};
use crate::random::Distribution;

/// M/PH/c, solved.
#[derive(Clone, Debug)]
pub(super) struct Phases {
    solved: MPhcFigures,
    pub(super) has_room: bool,
    pub(super) gives_up: bool,
}

/// A day, solved.
#[derive(Clone, Debug)]
pub(super) struct Day {
    queue: TransientQueue,
    solved: Figures,
}

pub(super) const PHASES: Table<Phases> = &[
    ("p_block", |phases| phases.solved.p_block),
    ("p_wait", |phases| phases.solved.p_wait),
    ("p_abandon", |phases| phases.solved.p_abandon),
    ("asa", |phases| phases.solved.asa_s),
    ("mean_wait_all", |phases| phases.solved.mean_wait_all_s),
    ("occupancy", |phases| phases.solved.occupancy),
    ("mean_queue_length", |phases| phases.solved.mean_queue_length),
    ("mean_number_in_system", |phases| phases.solved.mean_number_in_system),
];

pub(super) const CONSTANT: Table<MDcFigures> = &[
    ("p_wait", |figures| figures.p_wait),
    ("asa", |figures| figures.asa_s),
    ("mean_wait_all", |figures| figures.asa_s),
    ("occupancy", |figures| figures.occupancy),
    ("mean_queue_length", |figures| figures.mean_queue_length),
];

pub(super) const DAY: Table<Day> = &[
    ("offered", |day| day.solved.arrivals),
    ("blocked", |day| day.solved.blocked),
    ("answered", |day| day.solved.answered),
    ("abandoned", |day| day.solved.abandoned),
    ("disconnected", |day| day.solved.disconnected),
    ("p_block", |day| day.solved.blocked / day.solved.arrivals),
    ("p_abandon", |day| day.solved.abandoned / day.solved.arrivals),
    ("asa", |day| day.solved.asa_s()),
    ("mean_wait_all", |day| day.solved.wait_all_s() / (day.solved.arrivals - day.solved.blocked)),
    ("occupancy", |day| day.solved.occupancy()),
    ("mean_queue_length", |day| day.solved.mean_queue_length()),
];

/// `mphc`.
pub(super) fn mphc(parameters: &Parameters) -> Result<Kind, AnalyticError> {
    let (agents, rate) = (parameters.agents()?, parameters.calls_per_s()?);
    let phases = |key: &'static str, law: Distribution| {
        PhaseType::of(&law).ok_or_else(|| {
            AnalyticError::parameter(
                key,
                "another law",
                "exponential, erlang or hyperexponential, of at most 500 phases",
            )
        })
    };
    let first = parameters.maybe_law("handle_time")?.map(|law| ("handle_time", law));
    let talk = parameters.maybe_law("talk")?.map(|law| ("talk", law));
    let wrap_up = parameters.maybe_law("wrap_up")?;
    let handle = match (first, talk, wrap_up) {
        (Some((key, law)), None, None) | (None, Some((key, law)), None) => phases(key, law)?,
        (None, Some((key, law)), Some(wrap_up)) => phases(key, law)?.then(&phases("wrap_up", wrap_up)?),
        _ => {
            let message = "`handle_time` is needed, or `talk`, with or without `wrap_up`".to_owned();
            return Err(AnalyticError::Parameters(message));
        }
    };
    let capacity = parameters.maybe_whole("capacity")?;
    if let Some(capacity) = capacity.filter(|&capacity| capacity < agents) {
        return Err(AnalyticError::parameter("capacity", capacity, "at least the number of agents"));
    }
    let mean_patience_s = match parameters.has_patience() {
        true => Some(parameters.patience_mean_s()?),
        false => None,
    };
    let waiting_places = capacity.map(|capacity| capacity - agents);
    let queue = MPhc { mean_patience_s, waiting_places, ..MPhc::new(rate, handle, agents) };
    let (has_room, gives_up) = (waiting_places.is_some(), mean_patience_s.is_some());
    Ok(Kind::Phases(Box::new(Phases { solved: queue.solve()?, has_room, gives_up })))
}

/// `mdc`.
pub(super) fn mdc(parameters: &Parameters) -> Result<Kind, AnalyticError> {
    let (agents, arrival_rate, handle_s) = (parameters.agents()?, parameters.calls_per_s()?, parameters.aht_s()?);
    Ok(Kind::Constant(MDc { arrival_rate, handle_s, agents }.solve()?))
}

/// `transient`.
pub(super) fn transient(parameters: &Parameters) -> Result<Kind, AnalyticError> {
    let aht_s = parameters.aht_s()?;
    let periods = match parameters.value("periods") {
        Some(Value::Array(periods)) => {
            periods.iter().enumerate().map(|(index, value)| period(index, value)).collect::<Result<Vec<_>, _>>()?
        }
        Some(other) => return Err(AnalyticError::parameter("periods", shown(other), "a list of periods")),
        None => {
            let duration_s = checked_seconds("horizon_s", parameters.number("horizon_s")?)?;
            vec![Period { duration_s, arrival_rate: parameters.calls_per_s()?, agents: parameters.agents()? }]
        }
    };
    let mean_patience_s = match parameters.has_patience() {
        true => Some(parameters.patience_mean_s()?),
        false => None,
    };
    let at_close = match parameters.value("at_close").map(|value| value.as_str().ok_or(value)) {
        None | Some(Ok("served")) => AtClose::Served,
        Some(Ok("disconnected")) => AtClose::Disconnected,
        Some(Ok(other)) => return Err(AnalyticError::parameter("at_close", other, "`served` or `disconnected`")),
        Some(Err(other)) => {
            return Err(AnalyticError::parameter("at_close", shown(other), "`served` or `disconnected`"));
        }
    };
    let queue = TransientQueue {
        mean_patience_s,
        waiting_places: parameters.maybe_whole("queue_capacity")?,
        at_close,
        ..TransientQueue::new(periods, aht_s)
    };
    let solved = queue.solve()?.whole;
    Ok(Kind::Day(Box::new(Day { queue, solved })))
}

fn period(index: usize, value: &Value) -> Result<Period, AnalyticError> {
    let place = |key: &str| format!("periods[{index}].{key}");
    let of = |key: &str| {
        let found = value
            .get(key)
            .ok_or_else(|| AnalyticError::Parameters(format!("the parameter `{}` is missing", place(key))))?;
        Ok::<_, AnalyticError>(found)
    };
    Ok(Period {
        duration_s: number(&place("duration_s"), of("duration_s")?)?,
        arrival_rate: number(&place("calls_per_hour"), of("calls_per_hour")?)? / 3_600.0,
        agents: whole(&place("agents"), of("agents")?)?,
    })
}

impl Phases {
    /// What becomes of calls within a time.
    pub(super) fn wait(&self, seconds: f64) -> Result<Wait, AnalyticError> {
        let after = self.solved.after(seconds)?;
        Ok(Wait {
            answered: 1.0 - self.solved.p_block - self.solved.p_abandon,
            answered_within: after.answered,
            abandoned_within: after.abandoned,
            blocked: self.solved.p_block,
        })
    }
}

impl Day {
    /// What becomes of the day's calls within a time.
    pub(super) fn wait(&self, seconds: f64) -> Result<Wait, AnalyticError> {
        let queue = TransientQueue { answer_within_s: seconds, ..self.queue.clone() };
        let figures = queue.solve()?.whole;
        let share = |calls: f64| calls / figures.arrivals;
        Ok(Wait {
            answered: share(figures.answered),
            answered_within: share(figures.answered_within),
            abandoned_within: share(figures.abandoned_within),
            blocked: share(figures.blocked),
        })
    }
}

impl From<ExactError> for AnalyticError {
    fn from(error: ExactError) -> Self {
        AnalyticError::Exact(error)
    }
}
