//! The least agents of an interval by formula: each interval as if it were in steady state by itself.

use super::demand::{GroupDemand, Interval};
use super::targets::{PlanTarget, Targets};
use crate::analytic::{
    AbandonmentQueue, AnalyticError, ErlangC, LongestOf, LongestWait, MAX_AGENTS, Staffing, Target, scheduled_agents,
};
use crate::time::Duration;

/// The least agents with whom a group meets all targets in an interval, were it in steady state and had agents of its own.
///
/// Patient callers: M/M/n (Erlang C; A. K. Erlang, 1917); callers who give up: M/M/n+G (F. Baccelli and G. Hebuterne, 1981), which
/// with exponential patience is Erlang A (C. Palm, 1946). Laws of the handle time count by their mean. The longest wait is that of
/// [`LongestWait`], or, in an interval too short for it, P = exp(−*N* P(*W* > *w*)) for *N* calls, as if long waits came alone.
/// No calls take no agents.
///
/// # Errors
///
/// If a target is out of its range, or says nothing of these callers, or no number of agents meets all.
///
/// ```
/// use acdsim::planning::{Demand, PlanTarget, Targets, least_by_formula};
/// use acdsim::analytic::{ServiceLevel, Target};
///
/// let level = Target::ServiceLevel { definition: ServiceLevel::OfOffered, within_s: 20.0, at_least: 0.8 };
/// let targets = Targets::new(vec![PlanTarget::Mean(level)])?;
/// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
/// let interval = &Demand::of(&scenario).intervals[0];
/// assert!(least_by_formula(interval, 0, &targets)? > 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn least_by_formula(interval: &Interval, group: usize, targets: &Targets) -> Result<u32, AnalyticError> {
    let demand = &interval.groups[group];
    if demand.calls <= 0.0 {
        return Ok(0);
    }
    let desk = match &demand.patience {
        None => Staffing::patient(demand.aht_s)?,
        Some(patience) => Staffing::giving_up(demand.aht_s, patience)?,
    };
    let rate = demand.calls / interval.length().as_secs_f64();
    let means: Vec<Target> = targets.list().iter().filter_map(mean).collect();
    // Callers who wait as long as they must never give up, so that this target is met with any number of agents.
    let means: Vec<Target> = match &demand.patience {
        Some(_) => means,
        None => means.into_iter().filter(|target| !matches!(target, Target::Abandonment { .. })).collect(),
    };
    let mut agents = match (means.is_empty(), &demand.patience) {
        (false, _) => desk.least_agents(rate, &means)?,
        (true, Some(_)) => 1,
        // The queue must not grow without end.
        (true, None) => (rate * demand.aht_s).floor() as u32 + 1,
    };
    for target in targets.list() {
        let &PlanTarget::LongestWait { within, probability } = target else { continue };
        while p_longest_within(demand, agents, interval.length(), within)? < probability {
            agents += 1;
            if agents > MAX_AGENTS {
                return Err(AnalyticError::Unreachable(format!("{MAX_AGENTS} agents do not reach {target}")));
            }
        }
    }
    Ok(agents)
}

fn mean(target: &PlanTarget) -> Option<Target> {
    match target {
        PlanTarget::Mean(target) => Some(*target),
        PlanTarget::LongestWait { .. } => None,
    }
}

/// The probability that none of the calls of an interval is answered later than `within`.
fn p_longest_within(
    demand: &GroupDemand,
    agents: u32,
    length: Duration,
    within: Duration,
) -> Result<f64, AnalyticError> {
    let rate = demand.calls / length.as_secs_f64();
    let (horizon, within) = (length.as_secs_f64(), within.as_secs_f64());
    let (law, p_later) = match &demand.patience {
        None => match ErlangC::new(agents, rate, demand.aht_s) {
            Ok(queue) => (LongestWait::erlang_c(queue, LongestOf::Group), 1.0 - queue.wait(within).answered_within),
            // Too few agents for the load.
            Err(_) => return Ok(0.0),
        },
        Some(patience) => {
            let queue = AbandonmentQueue::new(agents, rate, demand.aht_s, Some(patience))?;
            let wait = queue.wait(within);
            (LongestWait::abandonment(queue, LongestOf::Group), wait.answered - wait.answered_within)
        }
    };
    Ok(law.cdf(horizon, within).unwrap_or_else(|_| libm::exp(-demand.calls * p_later.max(0.0))))
}

/// How many agents have to be scheduled for so many to come, if each stays away with the probability `absence` (0 or more, below 1).
pub(super) fn scheduled(agents: u32, absence: f64) -> u32 {
    let scheduled = scheduled_agents(agents, absence).unwrap_or(u64::MAX);
    u32::try_from(scheduled).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::ServiceLevel;
    use crate::random::Distribution;
    use crate::time::Instant;
    use proptest::prelude::*;

    fn interval(calls_per_hour: f64, aht_s: f64, patience_s: Option<f64>) -> Interval {
        let patience = patience_s.map(|mean| Distribution::exponential_mean(mean).expect("a mean above 0"));
        let groups = vec![GroupDemand { calls: calls_per_hour / 2.0, aht_s, patience }];
        Interval { start: Instant::START, end: Instant::from_nanos(1_800_000_000_000), day: 0, groups }
    }

    fn level(share: f64) -> Targets {
        let level = Target::ServiceLevel { definition: ServiceLevel::OfOffered, within_s: 20.0, at_least: share };
        Targets::new(vec![PlanTarget::Mean(level)]).expect("a target")
    }

    #[test]
    fn eighty_in_twenty_takes_the_agents_that_theory_says() {
        for (calls, aht, agents) in [
            (18.0, 100.0, 2),
            (30.0, 180.0, 4),
            (180.0, 180.0, 12),
            (360.0, 120.0, 15),
            (400.0, 200.0, 27),
            (1_000.0, 180.0, 56),
            (2_760.0, 120.0, 98),
            (4_000.0, 210.0, 243),
            (28_800.0, 120.0, 968),
        ] {
            assert_eq!(least_by_formula(&interval(calls, aht, None), 0, &level(0.8)), Ok(agents));
        }
    }

    #[test]
    fn a_longest_wait_takes_more_the_shorter_it_is() {
        let least = |secs, patience| {
            let target = PlanTarget::LongestWait { within: Duration::from_secs(secs), probability: 0.9 };
            least_by_formula(&interval(240.0, 200.0, patience), 0, &Targets::new(vec![target]).expect("a target"))
                .expect("it is reached")
        };
        // 13.3 Erlang.
        let patient = [30, 60, 300].map(|secs| least(secs, None));
        assert!(patient[0] > patient[1] && patient[1] > patient[2] && patient[2] >= 14, "{patient:?}");
        assert!(least(60, Some(120.0)) <= patient[1]);
    }

    #[test]
    fn no_calls_take_no_agents_and_patient_callers_do_not_give_up() {
        assert_eq!(least_by_formula(&interval(0.0, 180.0, None), 0, &level(0.8)), Ok(0));
        let targets = Targets::new(vec![PlanTarget::Mean(Target::Abandonment { at_most: 0.02 })]).expect("a target");
        assert_eq!(least_by_formula(&interval(100.0, 180.0, None), 0, &targets), Ok(6));
        let with_patience = least_by_formula(&interval(100.0, 180.0, Some(60.0)), 0, &targets).expect("reached");
        assert!(with_patience > 6, "{with_patience}");
    }

    proptest! {
        #[test]
        fn more_calls_and_stricter_targets_never_take_fewer(
            calls in 1.0..600.0_f64, more in 0.0..200.0_f64, aht in 30.0..600.0_f64, share in 0.5..0.95_f64,
            stricter in 0.0..0.04_f64, patience in prop::option::of(20.0..600.0_f64),
        ) {
            let least = |calls, share| least_by_formula(&interval(calls, aht, patience), 0, &level(share)).expect("reached");
            prop_assert!(least(calls, share) <= least(calls + more, share));
            prop_assert!(least(calls, share) <= least(calls, share + stricter));
        }
    }
}
