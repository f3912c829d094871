//! Making a model of its parameters.

use serde_json::{Map, Value};

use super::parameters::Parameters;
use super::{Desk, Kind, exact};
use crate::analytic::error::{checked_seconds, require};
use crate::analytic::{
    AbandonmentQueue, AnalyticError, ErlangB, ErlangC, FiniteQueue, LongestOf, LongestWait, PriorityQueue,
    SessionExpectation, SingleAgent,
};
use crate::random::Distribution;

impl Kind {
    /// The model of a known name.
    pub(super) fn read(name: &str, object: &Map<String, Value>) -> Result<Self, AnalyticError> {
        let parameters = Parameters::new(object);
        let kind = match name {
            "erlang_b" => erlang_b(&parameters, object)?,
            "erlang_c" => {
                let desk = Desk::read(&parameters)?;
                Kind::ErlangC { desk, solved: desk.erlang_c() }
            }
            "erlang_a" => {
                let (desk, mean) = (Desk::read(&parameters)?, parameters.patience_mean_s()?);
                desk.abandonment(Some(Distribution::exponential_mean(mean)?))
            }
            "mmc_plus_g" => {
                let desk = Desk::read(&parameters)?;
                desk.abandonment(patience(&parameters)?)
            }
            "mmck" | "mmck_plus_m" => {
                let (desk, capacity) = (Desk::read(&parameters)?, parameters.whole("capacity")?);
                let Desk { agents, calls_per_s, aht_s } = desk;
                let gives_up = name == "mmck_plus_m";
                let solved = if gives_up {
                    let mean = parameters.patience_mean_s()?;
                    FiniteQueue::with_patience(agents, capacity, calls_per_s, aht_s, mean)?
                } else {
                    FiniteQueue::new(agents, capacity, calls_per_s, aht_s)?
                };
                Kind::Finite { solved, gives_up }
            }
            "mg1" => Kind::SingleAgent(single_agent(&parameters)?),
            "mmc_priority" => priority(&parameters)?,
            "mphc" => exact::mphc(&parameters)?,
            "mdc" => exact::mdc(&parameters)?,
            "transient" => exact::transient(&parameters)?,
            "longest_wait_erlang_c" => {
                let (desk, horizon_s) = (Desk::read(&parameters)?, parameters.number("horizon_s")?);
                let queue = desk.erlang_c()?;
                let [group, session] =
                    [LongestOf::Group, LongestOf::Session].map(|of| LongestWait::erlang_c(queue, of));
                let relaxation_s = Some(queue.relaxation_time_s());
                Kind::Longest { group, session, horizon_s: checked_seconds("horizon_s", horizon_s)?, relaxation_s }
            }
            "longest_wait_mmc_plus_g" => {
                let (desk, horizon_s) = (Desk::read(&parameters)?, parameters.number("horizon_s")?);
                let queue = desk.solve(patience(&parameters)?.as_ref())?;
                let [group, session] =
                    [LongestOf::Group, LongestOf::Session].map(|of| LongestWait::abandonment(queue.clone(), of));
                let horizon_s = checked_seconds("horizon_s", horizon_s)?;
                Kind::Longest { group, session, horizon_s, relaxation_s: None }
            }
            _ => session(&parameters)?,
        };
        parameters.finish()?;
        Ok(kind)
    }
}

impl Desk {
    fn read(parameters: &Parameters) -> Result<Self, AnalyticError> {
        Ok(Desk { agents: parameters.agents()?, calls_per_s: parameters.calls_per_s()?, aht_s: parameters.aht_s()? })
    }

    fn erlang_c(&self) -> Result<ErlangC, AnalyticError> {
        ErlangC::new(self.agents, self.calls_per_s, self.aht_s)
    }

    fn solve(&self, patience: Option<&Distribution>) -> Result<AbandonmentQueue, AnalyticError> {
        AbandonmentQueue::new(self.agents, self.calls_per_s, self.aht_s, patience)
    }

    fn abandonment(self, patience: Option<Distribution>) -> Kind {
        Kind::Abandonment { solved: self.solve(patience.as_ref()), desk: self, patience }
    }
}

/// The law of `patience`, or the exponential one of `patience_mean_s`, or none.
fn patience(parameters: &Parameters) -> Result<Option<Distribution>, AnalyticError> {
    match (parameters.maybe_law("patience")?, parameters.maybe_number("patience_mean_s")?) {
        (law, None) => Ok(law),
        (None, Some(mean)) => Ok(Some(Distribution::exponential_mean(checked_seconds("patience_mean_s", mean)?)?)),
        (Some(_), Some(_)) => {
            Err(AnalyticError::Parameters("only one of `patience` and `patience_mean_s` may be there".to_owned()))
        }
    }
}

fn erlang_b(parameters: &Parameters, object: &Map<String, Value>) -> Result<Kind, AnalyticError> {
    let servers = match (parameters.maybe_whole("servers")?, parameters.maybe_whole("agents")?) {
        (Some(servers), None) | (None, Some(servers)) => servers,
        _ => return Err(AnalyticError::Parameters("the parameter `servers` is missing".to_owned())),
    };
    let has_calls = ["calls_per_hour", "calls_per_s", "aht_s"].iter().any(|key| object.contains_key(*key));
    match (parameters.maybe_number("offered_load")?, has_calls) {
        (Some(load), false) => Ok(Kind::ErlangB { solved: ErlangB::new(servers, load)?, rate_and_aht: None }),
        (None, _) => {
            let (rate, aht) = (parameters.calls_per_s()?, parameters.aht_s()?);
            Ok(Kind::ErlangB { solved: ErlangB::new(servers, rate * aht)?, rate_and_aht: Some((rate, aht)) })
        }
        (Some(_), true) => Err(AnalyticError::Parameters(
            "only one of `offered_load` and of calls and `aht_s` may be there".to_owned(),
        )),
    }
}

fn single_agent(parameters: &Parameters) -> Result<SingleAgent, AnalyticError> {
    let rate = parameters.calls_per_s()?;
    let scv = match (parameters.maybe_number("scv")?, parameters.maybe_number("cv")?) {
        (scv, None) => scv,
        (None, Some(cv)) => {
            require((0.0..=1e6).contains(&cv), "cv", cv, "from 0 to 1e6")?;
            Some(cv * cv)
        }
        _ => return Err(AnalyticError::Parameters("only one of `scv` and `cv` may be there".to_owned())),
    };
    match (parameters.maybe_law("handle_time")?, parameters.maybe_number("aht_s")?, scv) {
        (Some(law), None, None) => SingleAgent::of(rate, &law),
        (None, Some(aht), Some(scv)) => SingleAgent::new(rate, aht, scv),
        _ => Err(AnalyticError::Parameters("`handle_time` is needed, or `aht_s` and one of `scv` and `cv`".to_owned())),
    }
}

fn priority(parameters: &Parameters) -> Result<Kind, AnalyticError> {
    let (agents, rates, aht_s) = (parameters.agents()?, parameters.rates()?, parameters.aht_s()?);
    let solved = PriorityQueue::new(agents, &rates, aht_s)?;
    let class = parameters.maybe_whole("class")?.map(|class| class as usize);
    if let Some(class) = class {
        solved.asa_s(class)?;
    }
    Ok(Kind::Priority { solved, class, aht_s })
}

fn session(parameters: &Parameters) -> Result<Kind, AnalyticError> {
    let (agents, rate) = (parameters.agents()?, parameters.calls_per_s()?);
    let talk_s = parameters.number("talk_s")?;
    let wrap_up_s = parameters.maybe_number("wrap_up_s")?.unwrap_or(0.0);
    let duration_s = checked_seconds("duration_s", parameters.number("duration_s")?)?;
    let desk = Desk { agents, calls_per_s: rate, aht_s: talk_s + wrap_up_s };
    let (answered, asa_s, longest) = match patience(parameters)? {
        Some(law) => {
            let queue = desk.solve(Some(&law))?;
            (queue.p_answered(), queue.asa_s(), LongestWait::abandonment(queue, LongestOf::Session))
        }
        None => {
            let queue = desk.erlang_c()?;
            (1.0, queue.asa_s(), LongestWait::erlang_c(queue, LongestOf::Session))
        }
    };
    let solved = SessionExpectation::new(agents, rate * answered, talk_s, wrap_up_s, duration_s)?;
    Ok(Kind::Session { solved, asa_s, longest: Box::new(longest), duration_s })
}
