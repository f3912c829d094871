//! Models and metrics by their names.

mod exact;
mod law;
mod metric;
mod parameters;
mod read;
mod tables;

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

use self::exact::{Day, Phases};
use self::metric::{Metric, Wanted};
use super::exact::MDcFigures;
use super::{
    AbandonmentQueue, AnalyticError, ErlangB, ErlangC, FiniteQueue, LongestWait, PriorityQueue, ServiceLevel,
    SessionExpectation, SingleAgent, Staffing, Wait,
};
use crate::random::Distribution;

/// The names of all models.
const NAMES: [&str; 14] = [
    "erlang_b",
    "erlang_c",
    "erlang_a",
    "mmc_plus_g",
    "mmck",
    "mmck_plus_m",
    "mg1",
    "mmc_priority",
    "mphc",
    "mdc",
    "transient",
    "longest_wait_erlang_c",
    "longest_wait_mmc_plus_g",
    "session",
];

/// A model with its parameters, made by their names, whose metrics are found by theirs.
///
/// | model | parameters |
/// | --- | --- |
/// | `erlang_b` | `servers`, and `offered_load` or `calls_per_hour` and `aht_s` |
/// | `erlang_c` | `agents`, `calls_per_hour`, `aht_s` |
/// | `erlang_a` | `agents`, `calls_per_hour`, `aht_s`, `patience_mean_s` |
/// | `mmc_plus_g` | `agents`, `calls_per_hour`, `aht_s`, `patience` |
/// | `mmck` | `agents`, `calls_per_hour`, `aht_s`, `capacity` |
/// | `mmck_plus_m` | `agents`, `calls_per_hour`, `aht_s`, `capacity`, `patience_mean_s` |
/// | `mg1` | `calls_per_hour`, and `handle_time` or `aht_s` and `scv` or `cv` |
/// | `mmc_priority` | `agents`, `calls_per_hour` (a list), `aht_s`, `class` (from 0; without it, all classes) |
/// | `mphc` | `agents`, `calls_per_hour`, `handle_time` or `talk` and `wrap_up` (laws of exponential phases), `capacity` and `patience_mean_s` if there are such |
/// | `mdc` | `agents`, `calls_per_hour`, `aht_s`, the same for all calls |
/// | `transient` | `aht_s`, `agents`, `calls_per_hour` and `horizon_s`, or `periods` (a list of `duration_s`, `calls_per_hour`, `agents`); `patience_mean_s`, `queue_capacity`, `at_close` (`served` or `disconnected`) |
/// | `longest_wait_erlang_c` | `agents`, `calls_per_hour`, `aht_s`, `horizon_s` |
/// | `longest_wait_mmc_plus_g` | `agents`, `calls_per_hour`, `aht_s`, `patience`, `horizon_s` |
/// | `session` | `agents`, `calls_per_hour`, `talk_s`, `wrap_up_s` (0 without it), `duration_s`, `patience` |
///
/// `calls_per_s` may stand for `calls_per_hour`. A law is an object with a `kind`, such as `{"kind": "weibull", "shape":
/// 1.5, "scale": 120}`; the kinds and their keys are those of scenario files, times in seconds, and `none`. Where there
/// is a `patience`, `patience_mean_s` stands for an exponential one.
///
/// A model is also read from `{"model": …, "parameters": …}`.
///
/// ```
/// use acdsim::analytic::Model;
/// use serde_json::json;
///
/// let parameters = json!({"agents": 14, "calls_per_hour": 360, "aht_s": 120});
/// let model = Model::new("erlang_c", &parameters)?;
/// assert!((model.metric("sl_20")? - 0.654_843_018_049_747).abs() < 1e-14);
/// assert_eq!(model.metric("agents_for_80_20")?, 15.0);
///
/// let error = Model::new("erlang_c", &json!({"agents": 14, "aht_s": 120})).unwrap_err();
/// assert_eq!(error.to_string(), "one of `calls_per_hour` and `calls_per_s` is needed");
///
/// let same: Model = serde_json::from_value(json!({"model": "erlang_c", "parameters": parameters}))?;
/// assert_eq!(same.metric("asa")?, model.metric("asa")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Model {
    name: &'static str,
    kind: Kind,
}

/// A model. A queue that grows without end has no steady state, but the agents for a target all the same.
#[derive(Clone, Debug)]
enum Kind {
    ErlangB { solved: ErlangB, rate_and_aht: Option<(f64, f64)> },
    ErlangC { desk: Desk, solved: Result<ErlangC, AnalyticError> },
    Abandonment { desk: Desk, patience: Option<Distribution>, solved: Result<AbandonmentQueue, AnalyticError> },
    Finite { solved: FiniteQueue, gives_up: bool },
    SingleAgent(SingleAgent),
    Phases(Box<Phases>),
    Constant(MDcFigures),
    Day(Box<Day>),
    Priority { solved: PriorityQueue, class: Option<usize>, aht_s: f64 },
    Longest { group: LongestWait, session: LongestWait, horizon_s: f64, relaxation_s: Option<f64> },
    Session { solved: SessionExpectation, asa_s: f64, longest: Box<LongestWait>, duration_s: f64 },
}

#[derive(Clone, Copy, Debug)]
struct Desk {
    agents: u32,
    calls_per_s: f64,
    aht_s: f64,
}

impl Model {
    /// The model of a name, with its parameters: a JSON object.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Model`] for a name that is none, [`AnalyticError::Parameters`] for parameters that are missing,
    /// unknown or too many, [`AnalyticError::Parameter`] for a value that is not allowed.
    pub fn new(name: &str, parameters: &Value) -> Result<Self, AnalyticError> {
        let Some(name) = NAMES.into_iter().find(|known| *known == name) else {
            return Err(AnalyticError::Model { name: name.to_owned(), allowed: NAMES.join(", ") });
        };
        let Value::Object(object) = parameters else {
            return Err(AnalyticError::Parameters("the parameters must be a JSON object".to_owned()));
        };
        Ok(Model { name, kind: Kind::read(name, object)? })
    }

    /// The law of a JSON object, as it stands among the parameters of a model; none of the kind `none`.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a kind or a key that is none, and a value that is not allowed.
    ///
    /// ```
    /// use acdsim::analytic::Model;
    /// use acdsim::random::Distribution;
    ///
    /// let law = Model::law(&serde_json::json!({"kind": "gamma", "mean": 60, "cv": 0.5}))?;
    /// assert_eq!(law, Some(Distribution::gamma_mean_cv(60.0, 0.5)?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn law(value: &Value) -> Result<Option<Distribution>, AnalyticError> {
        law::law("law", value)
    }

    /// The names of all models.
    pub const fn names() -> &'static [&'static str] {
        &NAMES
    }

    /// The model's name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The value of a metric of this name: times in seconds, shares from 0 to 1. A time may be asked for with the suffix
    /// `_s` or without.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Metric`] for a name that is none of this model's, [`AnalyticError::Parameter`] for a queue that
    /// grows without end, [`AnalyticError::Unreachable`] for a target that no number of agents, or calls, reaches.
    pub fn metric(&self, name: &str) -> Result<f64, AnalyticError> {
        let found = match self.fixed(name)? {
            Some(value) => Some(value),
            None => match name.strip_suffix("_s") {
                Some(plain) => self.fixed(plain)?,
                None => None,
            },
        };
        if let Some(value) = found {
            return Ok(value);
        }
        let unknown =
            || AnalyticError::Metric { model: self.name, metric: name.to_owned(), allowed: self.metrics().join(", ") };
        let metric = Metric::parse(name).ok_or_else(unknown)?;
        self.numbered(metric)?.ok_or_else(unknown)
    }

    /// The names of all metrics of the model. In them T stands for any number of seconds, XX for a percentage and N for a
    /// whole number; `agents_for_` and `calls_per_hour_for_` take any target: `80_20` (80 % within 20 s, or
    /// `80_20_of_answered` and the like), `asa_30`, `p_abandon_5` (per cent), `p_block_1`, `occupancy_85`.
    ///
    /// ```
    /// use acdsim::analytic::Model;
    ///
    /// let model = Model::new("mg1", &serde_json::json!({"calls_per_hour": 18, "aht_s": 100, "scv": 0}))?;
    /// assert_eq!(model.metrics()[..3], ["p_wait", "asa", "mean_wait_all"]);
    /// # Ok::<(), acdsim::analytic::AnalyticError>(())
    /// ```
    pub fn metrics(&self) -> Vec<String> {
        let mut names: Vec<String> = self.fixed_names().into_iter().map(str::to_owned).collect();
        names.extend(self.patterns().iter().map(|pattern| (*pattern).to_owned()));
        if self.levels() != Levels::None {
            names.extend(self.level_names("T"));
        }
        names
    }

    /// The names of the metrics to print: those without a number, and those of service levels within some times in
    /// seconds.
    ///
    /// ```
    /// use acdsim::analytic::Model;
    ///
    /// let model = Model::new("erlang_c", &serde_json::json!({"agents": 3, "calls_per_hour": 72, "aht_s": 100}))?;
    /// assert_eq!(model.metrics_within(&[20.0, 7.5])[10..], ["sl_20", "sl_7.5"]);
    /// # Ok::<(), acdsim::analytic::AnalyticError>(())
    /// ```
    pub fn metrics_within(&self, within_s: &[f64]) -> Vec<String> {
        let fixed = self.fixed_names().into_iter().map(str::to_owned);
        fixed.chain(within_s.iter().flat_map(|within| self.level_names(&within.to_string()))).collect()
    }

    /// Whether the model has service levels.
    pub fn has_service_levels(&self) -> bool {
        self.levels() != Levels::None
    }

    fn levels(&self) -> Levels {
        match self.kind {
            Kind::ErlangC { .. } => Levels::One,
            Kind::Abandonment { .. } => Levels::Three,
            Kind::Finite { gives_up: true, .. } => Levels::Five,
            Kind::Finite { gives_up: false, .. } => Levels::Two,
            Kind::Priority { class: None, .. } => Levels::One,
            Kind::Phases(ref phases) => match (phases.gives_up, phases.has_room) {
                (false, false) => Levels::One,
                (false, true) => Levels::Two,
                (true, false) => Levels::Three,
                (true, true) => Levels::Five,
            },
            Kind::Day(_) => Levels::Five,
            _ => Levels::None,
        }
    }

    fn level_names(&self, within: &str) -> Vec<String> {
        let named = |count: usize| {
            ServiceLevel::ALL[..count].iter().map(|definition| format!("sl_{within}_{definition}")).collect()
        };
        match self.levels() {
            Levels::None => Vec::new(),
            Levels::One => vec![format!("sl_{within}")],
            Levels::Two => named(2),
            Levels::Three => named(3),
            Levels::Five => named(5),
        }
    }

    /// Metrics with a number in their names, but for service levels.
    fn patterns(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::ErlangB { rate_and_aht: None, .. } => &["agents_for_p_block_XX", "agents_for_occupancy_XX"],
            Kind::ErlangB { .. } => {
                &["agents_for_p_block_XX", "agents_for_occupancy_XX", "calls_per_hour_for_p_block_XX"]
            }
            Kind::ErlangC { .. } => &[
                "p_wait_over_T",
                "agents_for_XX_T",
                "agents_for_asa_T",
                "agents_for_occupancy_XX",
                "calls_per_hour_for_XX_T",
            ],
            Kind::Abandonment { patience: None, .. } => &[
                "p_abandon_within_T",
                "agents_for_XX_T",
                "agents_for_asa_T",
                "agents_for_occupancy_XX",
                "calls_per_hour_for_XX_T",
            ],
            Kind::Abandonment { .. } => &[
                "p_abandon_within_T",
                "agents_for_XX_T",
                "agents_for_asa_T",
                "agents_for_p_abandon_XX",
                "agents_for_occupancy_XX",
                "calls_per_hour_for_XX_T",
            ],
            Kind::Finite { gives_up: false, .. } => &["p_calls_N"],
            Kind::Finite { .. } => &["p_abandon_within_T", "p_calls_N"],
            Kind::SingleAgent(_) | Kind::Session { .. } | Kind::Phases(_) | Kind::Constant(_) | Kind::Day(_) => &[],
            Kind::Priority { class: None, .. } => &["p_wait_over_T"],
            Kind::Priority { .. } => &[],
            Kind::Longest { .. } => &[
                "longest_time_to_answer_group_percentile_XX",
                "longest_time_to_answer_session_percentile_XX",
                "p_longest_time_to_answer_group_within_T",
                "p_longest_time_to_answer_session_within_T",
            ],
        }
    }

    fn fixed_names(&self) -> Vec<&'static str> {
        match &self.kind {
            Kind::ErlangB { .. } => tables::names(tables::ERLANG_B),
            Kind::ErlangC { .. } | Kind::Priority { class: None, .. } => tables::names(tables::ERLANG_C),
            Kind::Abandonment { .. } => tables::names(tables::ABANDONMENT),
            Kind::Finite { gives_up: true, .. } => tables::names(tables::FINITE),
            Kind::Finite { gives_up: false, .. } => {
                let names = tables::names(tables::FINITE).into_iter();
                names.filter(|name| !name.contains("abandon") && *name != "mean_wait_all").collect()
            }
            Kind::SingleAgent(_) => tables::names(tables::SINGLE_AGENT),
            Kind::Phases(phases) => {
                let has = |name: &&str| match *name {
                    "p_block" => phases.has_room,
                    "p_abandon" | "mean_wait_all" => phases.gives_up,
                    _ => true,
                };
                tables::names(exact::PHASES).into_iter().filter(has).collect()
            }
            Kind::Constant(_) => tables::names(exact::CONSTANT),
            Kind::Day(_) => tables::names(exact::DAY),
            Kind::Priority { .. } => vec![
                "p_wait",
                "asa",
                "mean_queue_length",
                "mean_number_in_system",
                "mean_time_in_system",
                "occupancy",
                "asa_all_classes",
            ],
            Kind::Longest { relaxation_s, .. } => {
                let mut names = vec![
                    "expected_longest_time_to_answer_group",
                    "expected_longest_time_to_answer_session",
                    "expected_busy_periods",
                    "mean_busy_period",
                ];
                names.extend(relaxation_s.map(|_| "relaxation_time"));
                names
            }
            Kind::Session { longest, duration_s, .. } => {
                let mut names = tables::names(tables::SESSION);
                names.push("average_time_to_answer_s");
                // The longest wait has a law only if the session is longer than a period in which all are busy.
                names.extend((*duration_s >= longest.mean_busy_period_s()).then_some("longest_time_to_answer_s"));
                names
            }
        }
    }

    /// The value of a metric whose name holds no number, if it is one.
    fn fixed(&self, name: &str) -> Result<Option<f64>, AnalyticError> {
        Ok(match &self.kind {
            Kind::ErlangB { solved, .. } => tables::find(tables::ERLANG_B, solved, name),
            Kind::ErlangC { desk, .. } if name == "offered_load" => Some(desk.calls_per_s * desk.aht_s),
            Kind::ErlangC { solved, .. } if self.fixed_names().contains(&name) => {
                tables::find(tables::ERLANG_C, solved.as_ref().map_err(Clone::clone)?, name)
            }
            Kind::ErlangC { .. } => None,
            Kind::Abandonment { desk, .. } if name == "offered_load" => Some(desk.calls_per_s * desk.aht_s),
            Kind::Abandonment { solved, .. } if self.fixed_names().contains(&name) => {
                tables::find(tables::ABANDONMENT, solved.as_ref().map_err(Clone::clone)?, name)
            }
            Kind::Abandonment { .. } => None,
            Kind::Finite { solved, .. } => tables::find(tables::FINITE, solved, name),
            Kind::SingleAgent(solved) => tables::find(tables::SINGLE_AGENT, solved, name),
            Kind::Phases(phases) => tables::find(exact::PHASES, phases, name),
            Kind::Constant(figures) => tables::find(exact::CONSTANT, figures, name),
            Kind::Day(day) => tables::find(exact::DAY, day, name),
            Kind::Priority { solved, class: None, .. } => tables::find(tables::ERLANG_C, solved.all(), name),
            Kind::Priority { solved, class: Some(class), aht_s } => {
                let (asa, rate) = (solved.asa_s(*class)?, solved.calls_per_s(*class)?);
                match name {
                    "p_wait" => Some(solved.all().p_wait()),
                    "asa" | "mean_wait_all" => Some(asa),
                    "mean_queue_length" => Some(rate * asa),
                    "mean_number_in_system" => Some(rate * (asa + aht_s)),
                    "mean_time_in_system" => Some(asa + aht_s),
                    "occupancy" => Some(solved.all().occupancy()),
                    "asa_all_classes" => Some(solved.all().asa_s()),
                    _ => None,
                }
            }
            Kind::Longest { group, session, horizon_s, relaxation_s } => match name {
                "expected_longest_time_to_answer_group" => Some(group.mean_s(*horizon_s)?),
                "expected_longest_time_to_answer_session" => Some(session.mean_s(*horizon_s)?),
                "expected_busy_periods" => Some(group.expected_busy_periods(*horizon_s)?),
                "mean_busy_period" => Some(group.mean_busy_period_s()),
                "relaxation_time" => *relaxation_s,
                _ => None,
            },
            Kind::Session { solved, asa_s, longest, duration_s } => match name {
                "average_time_to_answer_s" | "asa" => Some(*asa_s),
                "longest_time_to_answer_s" => Some(longest.mean_s(*duration_s)?),
                _ => tables::find(tables::SESSION, solved, name),
            },
        })
    }

    /// The value of a metric whose name holds a number, if the model has it.
    fn numbered(&self, metric: Metric) -> Result<Option<f64>, AnalyticError> {
        match (metric, &self.kind) {
            (Metric::Level { within_s, definition }, _) => self.level(within_s, definition),
            (Metric::WaitOver { seconds }, Kind::ErlangC { solved, .. }) => {
                Ok(Some(solved.as_ref().map_err(Clone::clone)?.p_wait_over(seconds)))
            }
            (Metric::WaitOver { seconds }, Kind::Priority { solved, class: None, .. }) => {
                Ok(Some(solved.all().p_wait_over(seconds)))
            }
            (Metric::AbandonWithin { seconds }, Kind::Abandonment { .. } | Kind::Finite { gives_up: true, .. }) => {
                Ok(self.wait(seconds)?.map(|wait| wait.abandoned_within))
            }
            (Metric::Calls { calls }, Kind::Finite { solved, .. }) => Ok(Some(solved.p_calls(calls))),
            (Metric::Agents { target }, _) => self.agents_for(target),
            (Metric::Volume { target }, _) => self.volume_for(target),
            (Metric::Percentile { session: of_session, percent }, Kind::Longest { group, session, horizon_s, .. }) => {
                let longest = if of_session { session } else { group };
                Ok(Some(longest.quantile_s(*horizon_s, percent / 100.0)?))
            }
            (
                Metric::LongestWithin { session: of_session, seconds },
                Kind::Longest { group, session, horizon_s, .. },
            ) => {
                let longest = if of_session { session } else { group };
                Ok(Some(longest.cdf(*horizon_s, seconds)?))
            }
            _ => Ok(None),
        }
    }

    fn wait(&self, seconds: f64) -> Result<Option<Wait>, AnalyticError> {
        Ok(match &self.kind {
            Kind::ErlangC { solved, .. } => Some(solved.as_ref().map_err(Clone::clone)?.wait(seconds)),
            Kind::Abandonment { solved, .. } => Some(solved.as_ref().map_err(Clone::clone)?.wait(seconds)),
            Kind::Finite { solved, .. } => Some(solved.wait(seconds)),
            Kind::Priority { solved, class: None, .. } => Some(solved.all().wait(seconds)),
            Kind::Phases(phases) => Some(phases.wait(seconds)?),
            Kind::Day(day) => Some(day.wait(seconds)?),
            _ => None,
        })
    }

    fn level(&self, within_s: f64, definition: Option<ServiceLevel>) -> Result<Option<f64>, AnalyticError> {
        // Once callers give up or are blocked, a service level has to say what it is a share of.
        let definition = match (definition, self.levels()) {
            (Some(definition), _) => definition,
            (None, Levels::One) => ServiceLevel::OfOffered,
            (None, _) => return Ok(None),
        };
        Ok(self.wait(within_s)?.map(|wait| wait.service_level(definition)))
    }

    /// The desk whose agents or calls can be found, and its calls per second.
    fn staffing(&self) -> Result<Option<(Staffing, f64, u32)>, AnalyticError> {
        Ok(match &self.kind {
            // The load alone: a handle time of one second, say.
            Kind::ErlangB { solved, rate_and_aht } => {
                let (rate, aht) = rate_and_aht.unwrap_or((solved.offered_load(), 1.0));
                Some((Staffing::lost(aht)?, rate, solved.servers()))
            }
            Kind::ErlangC { desk, .. } => Some((Staffing::patient(desk.aht_s)?, desk.calls_per_s, desk.agents)),
            Kind::Abandonment { desk, patience, .. } => {
                let staffing = match patience {
                    Some(law) => Staffing::giving_up(desk.aht_s, law)?,
                    None => Staffing::patient(desk.aht_s)?,
                };
                Some((staffing, desk.calls_per_s, desk.agents))
            }
            _ => None,
        })
    }

    fn agents_for(&self, wanted: Wanted) -> Result<Option<f64>, AnalyticError> {
        let Some((staffing, rate, _)) = self.staffing()? else { return Ok(None) };
        Ok(Some(f64::from(staffing.least_agents(rate, &[wanted.target()])?)))
    }

    fn volume_for(&self, wanted: Wanted) -> Result<Option<f64>, AnalyticError> {
        if matches!(self.kind, Kind::ErlangB { rate_and_aht: None, .. }) {
            return Ok(None);
        }
        let Some((staffing, _, agents)) = self.staffing()? else { return Ok(None) };
        Ok(Some(3_600.0 * staffing.largest_volume(agents, &[wanted.target()])?))
    }
}

impl<'de> Deserialize<'de> for Model {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Named {
            model: String,
            parameters: Value,
        }
        let Named { model, parameters } = Named::deserialize(deserializer)?;
        Model::new(&model, &parameters).map_err(D::Error::custom)
    }
}

/// Which service levels a model tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Levels {
    None,
    /// All calls are answered: every definition is the same.
    One,
    /// Calls may be blocked, but nobody gives up: of the offered or of the answered calls.
    Two,
    /// Callers give up.
    Three,
    /// Callers give up and calls may be blocked.
    Five,
}

#[cfg(test)]
mod tests;
