//! A day of one group that begins empty: rates and staff may change, and nothing need be stationary.

use super::parts::{HandleTime, Part};
use crate::analytic::ServiceLevel;
use crate::analytic::exact::transient::{Figures, Period, TransientQueue};
use crate::random::Distribution;
use crate::scenario::{Arrivals, Scenario};
use crate::time::Instant;
use crate::verify::Measure;

/// What is expected of a group over a day.
#[derive(Clone, Debug)]
pub(super) struct Day {
    figures: Figures,
    /// Why the figures are not exact, if they are not.
    pub(super) inexact: Option<String>,
}

impl Day {
    /// Solves the day of a part, or says which assumption fails.
    pub(super) fn solve(scenario: &Scenario, part: &Part) -> Result<Self, String> {
        part.known_rates(scenario)?;
        part.constant_laws(scenario)?;
        part.independent_phases(scenario)?;
        let [group] = part.groups[..] else {
            return Err("several groups share agents, and the day is not stationary".to_owned());
        };
        let group = &scenario.groups[group];
        let steps = match &group.arrivals {
            Arrivals::Poisson(steps) => steps,
            Arrivals::Recorded(_) | Arrivals::Scaled(_) => {
                return Err(format!("the calls of {} are recorded, not a Poisson process", group.name));
            }
            Arrivals::Varied(rates) => return Err(rates.why_not_poisson(&group.name)),
        };
        let handle = HandleTime::of(&group.handling);
        if !handle.is_exponential {
            return Err(format!("the handle time of {} is not exponential, and the day is not stationary", group.name));
        }
        let patience = group.patience.as_ref().map(Distribution::is_exponential);
        if patience == Some(None) {
            return Err(format!("the patience of {} is not exponential, and the day is not stationary", group.name));
        }
        let end = Instant::START + scenario.horizon;
        let shifts = || part.agents.iter().flat_map(|&agent| &scenario.agents[agent].shifts);
        let mut moments: Vec<Instant> = vec![Instant::START, end];
        moments.extend(steps.iter().map(|step| step.from));
        moments.extend(shifts().flat_map(|shift| [shift.log_in, shift.log_out]));
        moments.retain(|&moment| moment <= end);
        moments.sort_unstable();
        moments.dedup();
        let periods = moments.windows(2).map(|pair| {
            let rate = steps.iter().take_while(|step| step.from <= pair[0]).last().map_or(0.0, |step| step.per_second);
            let there = shifts().filter(|shift| shift.log_in <= pair[0] && pair[0] < shift.log_out);
            Period {
                duration_s: pair[1].since(pair[0]).as_secs_f64(),
                arrival_rate: rate,
                agents: there.count() as u32,
            }
        });
        let queue = TransientQueue {
            mean_patience_s: patience.flatten(),
            waiting_places: group.queue_capacity,
            answer_within_s: scenario.service_level_threshold.as_secs_f64(),
            ..TransientQueue::new(periods.collect(), handle.mean_s)
        };
        let figures = queue.solve().map_err(|error| error.to_string())?.whole;
        let leaves = shifts().any(|shift| shift.log_out < end);
        let inexact =
            leaves.then(|| "agents leave before the end, and it matters which of them are busy then".to_owned());
        Ok(Day { figures, inexact })
    }

    /// What is expected of a measure; none of what the day does not know.
    pub(super) fn value(&self, measure: Measure) -> Option<f64> {
        let figures = &self.figures;
        Some(match measure {
            Measure::CallsPerHour => figures.arrivals / figures.duration_s * 3_600.0,
            Measure::PBlock => figures.blocked / figures.arrivals,
            Measure::PAbandon => figures.abandoned / figures.arrivals,
            Measure::Asa => figures.asa_s(),
            Measure::MeanWaitAll => figures.wait_all_s() / (figures.answered + figures.abandoned),
            // Of the calls of the day, those among them that wait beyond its end.
            Measure::MeanQueueLength => figures.wait_all_s() / figures.duration_s,
            Measure::Occupancy => figures.occupancy(),
            Measure::ServiceLevel(ServiceLevel::OfOffered) => figures.sl_t_of_offered(),
            Measure::ServiceLevel(ServiceLevel::OfAnswered) => figures.sl_t_of_answered(),
            Measure::ServiceLevel(ServiceLevel::ExclShortAbandons) => figures.sl_t_excl_short_abandons(),
            _ => return None,
        })
    }
}
