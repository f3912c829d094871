//! How many agents a target takes, and how many calls some agents can take at a target.

use std::fmt;

use super::abandonment::Patience;
use super::erlang_b::loss;
use super::error::{Traffic, checked_agents, checked_rate, checked_seconds, require};
use super::{AbandonmentQueue, AnalyticError, ErlangC, MAX_AGENTS, ServiceLevel, Wait};
use crate::random::Distribution;

/// What callers do who find no free agent.
#[derive(Clone, Debug, PartialEq)]
enum Callers {
    /// They are lost: Erlang B.
    Lost,
    /// They wait as long as they must: Erlang C.
    Patient,
    /// They give up after a time: M/M/c+G, of which Erlang A is one.
    GivingUp(Patience),
}

/// Something that has to be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// A service level.
    ServiceLevel {
        /// What it is a share of.
        definition: ServiceLevel,
        /// The time within which calls are to be answered, in seconds, 0 or more.
        within_s: f64,
        /// The share, above 0 and below 1.
        at_least: f64,
    },
    /// A mean wait of the answered calls of so many seconds at most; above 0.
    Asa {
        /// The wait.
        at_most_s: f64,
    },
    /// A share of calls whose callers give up; above 0, at most 1.
    Abandonment {
        /// The share.
        at_most: f64,
    },
    /// A share of calls that are lost; above 0, at most 1.
    Blocking {
        /// The share.
        at_most: f64,
    },
    /// A share of the agents' time that is busy; above 0, at most 1.
    Occupancy {
        /// The share.
        at_most: f64,
    },
}

impl Target {
    fn checked(self) -> Result<Self, AnalyticError> {
        let share = |name: &str, share: f64| require(share > 0.0 && share <= 1.0, name, share, "above 0 and at most 1");
        match self {
            Target::ServiceLevel { within_s, at_least, .. } => {
                require((0.0..=1e10).contains(&within_s), "within_s", within_s, "from 0 to 1e10 seconds")?;
                require(at_least > 0.0 && at_least < 1.0, "service_level", at_least, "above 0 and below 1")?;
            }
            Target::Asa { at_most_s } => {
                checked_seconds("asa_s", at_most_s)?;
            }
            Target::Abandonment { at_most } => share("p_abandon", at_most)?,
            Target::Blocking { at_most } => share("p_block", at_most)?,
            Target::Occupancy { at_most } => share("occupancy", at_most)?,
        }
        Ok(self)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::ServiceLevel { definition, within_s, at_least } => {
                write!(f, "sl_{within_s}_{definition} of at least {at_least}")
            }
            Target::Asa { at_most_s } => write!(f, "asa of at most {at_most_s} s"),
            Target::Abandonment { at_most } => write!(f, "p_abandon of at most {at_most}"),
            Target::Blocking { at_most } => write!(f, "p_block of at most {at_most}"),
            Target::Occupancy { at_most } => write!(f, "occupancy of at most {at_most}"),
        }
    }
}

/// A desk whose agents, or whose calls, are to be found.
///
/// More agents never make a service level lower or a wait longer, and more calls never the other way round, so both
/// are found by doubling and bisection.
///
/// ```
/// use acdsim::analytic::{ServiceLevel, Staffing, Target, scheduled_agents};
///
/// // 200 calls an hour of three minutes; 80 % within 20 s and an occupancy of 85 % at most; 30 % shrinkage.
/// let within_20_s = Target::ServiceLevel { definition: ServiceLevel::OfOffered, within_s: 20.0, at_least: 0.8 };
/// let targets = [within_20_s, Target::Occupancy { at_most: 0.85 }];
/// let desk = Staffing::patient(180.0)?;
/// let agents = desk.least_agents(200.0 / 3_600.0, &targets)?;
/// assert_eq!((agents, scheduled_agents(agents, 0.3)?), (14, 20));
///
/// let calls_per_hour = 3_600.0 * desk.largest_volume(14, &[within_20_s])?;
/// assert!((calls_per_hour - 216.2).abs() < 0.1);
/// # Ok::<(), acdsim::analytic::AnalyticError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Staffing {
    aht_s: f64,
    callers: Callers,
}

impl Staffing {
    /// A desk without a queue: calls that find no free agent are lost (Erlang B), with a mean handle time in seconds.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a handle time that is not from 10⁻⁹ to 10¹⁰ seconds.
    pub fn lost(aht_s: f64) -> Result<Self, AnalyticError> {
        Ok(Staffing { aht_s: checked_seconds("aht_s", aht_s)?, callers: Callers::Lost })
    }

    /// A desk whose callers wait as long as they must (Erlang C), with a mean handle time in seconds.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a handle time that is not from 10⁻⁹ to 10¹⁰ seconds.
    pub fn patient(aht_s: f64) -> Result<Self, AnalyticError> {
        Ok(Staffing { aht_s: checked_seconds("aht_s", aht_s)?, callers: Callers::Patient })
    }

    /// A desk whose callers give up after a time of this law (M/M/c+G), with a mean handle time in seconds.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a handle time that is not from 10⁻⁹ to 10¹⁰ seconds.
    pub fn giving_up(aht_s: f64, patience: &Distribution) -> Result<Self, AnalyticError> {
        let callers = Callers::GivingUp(Patience::new(Some(patience)));
        Ok(Staffing { aht_s: checked_seconds("aht_s", aht_s)?, callers })
    }

    /// The fewest agents that meet all targets with so many calls per second.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a parameter outside its range, [`AnalyticError::Parameters`] for no target and for
    /// one that says nothing of these callers, [`AnalyticError::Unreachable`] if
    /// [`MAX_AGENTS`] are too few.
    pub fn least_agents(&self, calls_per_s: f64, targets: &[Target]) -> Result<u32, AnalyticError> {
        checked_rate("calls_per_s", calls_per_s)?;
        let targets = self.checked(targets)?;
        let meets = |agents: u32| self.meets(agents, calls_per_s, &targets);
        // Too few, and enough.
        let (mut low, mut high) = (0, 1);
        while !meets(high)? {
            if high == MAX_AGENTS {
                let all: Vec<String> = targets.iter().map(Target::to_string).collect();
                let message = format!("{MAX_AGENTS} agents, the most there may be, do not reach {}", all.join(" and "));
                return Err(AnalyticError::Unreachable(message));
            }
            (low, high) = (high, (2 * high).min(MAX_AGENTS));
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if meets(middle)? { high = middle } else { low = middle }
        }
        Ok(high)
    }

    /// The most calls per second with which so many agents meet all targets.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a parameter outside its range, [`AnalyticError::Parameters`] for no target and for
    /// one that says nothing of these callers, [`AnalyticError::Unreachable`] if no volume is too
    /// large, or every one.
    pub fn largest_volume(&self, agents: u32, targets: &[Target]) -> Result<f64, AnalyticError> {
        checked_agents(agents)?;
        let targets = self.checked(targets)?;
        let all = || targets.iter().map(Target::to_string).collect::<Vec<_>>().join(" and ");
        let meets = |rate: f64| self.meets(agents, rate, &targets);
        // What keeps the agents just busy is between too little and too much for most targets.
        let full = f64::from(agents) / self.aht_s;
        let (mut low, mut high) = (full, full);
        while meets(high)? {
            (low, high) = (high, 2.0 * high);
            if high > 1e9 * full || high > 1e9 {
                return Err(AnalyticError::Unreachable(format!("{} is reached with any number of calls", all())));
            }
        }
        while !meets(low)? {
            (low, high) = (0.5 * low, low);
            if low < 1e-12 * full {
                return Err(AnalyticError::Unreachable(format!(
                    "no number of calls is so small that {} is reached",
                    all()
                )));
            }
        }
        loop {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high || high - low < 1e-14 * high {
                return Ok(low);
            }
            if meets(middle)? { low = middle } else { high = middle }
        }
    }

    /// The targets, if there are some and each of them is of a quantity that the desk has.
    fn checked(&self, targets: &[Target]) -> Result<Vec<Target>, AnalyticError> {
        if targets.is_empty() {
            return Err(AnalyticError::Parameters("a target is needed, such as a service level".to_owned()));
        }
        let is_any = |target: &Target| match (target, &self.callers) {
            (Target::Abandonment { .. }, callers) => matches!(callers, Callers::GivingUp(_)),
            (Target::Blocking { .. }, callers) => matches!(callers, Callers::Lost),
            (Target::Asa { .. }, callers) => !matches!(callers, Callers::Lost),
            (Target::ServiceLevel { .. } | Target::Occupancy { .. }, _) => true,
        };
        if let Some(target) = targets.iter().find(|target| !is_any(target)) {
            let message = format!("{target} is no target: with these callers it is always reached");
            return Err(AnalyticError::Parameters(message));
        }
        targets.iter().map(|target| target.checked()).collect()
    }

    fn meets(&self, agents: u32, rate: f64, targets: &[Target]) -> Result<bool, AnalyticError> {
        let traffic = Traffic::new(agents, rate, self.aht_s)?;
        let desk = match &self.callers {
            Callers::Lost => Desk::Lost { p_block: loss(agents, traffic.offered_load()) },
            Callers::Patient if traffic.stable().is_err() => return Ok(false),
            Callers::Patient => Desk::Patient(ErlangC::new(agents, rate, self.aht_s)?),
            Callers::GivingUp(patience) => {
                Desk::GivingUp(Box::new(AbandonmentQueue::with_patience(traffic, patience.clone())?))
            }
        };
        Ok(targets.iter().all(|target| desk.meets(&traffic, target)))
    }
}

/// A desk with so many agents and calls.
enum Desk {
    Lost { p_block: f64 },
    Patient(ErlangC),
    GivingUp(Box<AbandonmentQueue>),
}

impl Desk {
    fn meets(&self, traffic: &Traffic, target: &Target) -> bool {
        match *target {
            Target::ServiceLevel { definition, within_s, at_least } => {
                self.wait(within_s).service_level(definition) >= at_least
            }
            Target::Asa { at_most_s } => match self {
                Desk::Lost { .. } => true,
                Desk::Patient(queue) => queue.asa_s() <= at_most_s,
                Desk::GivingUp(queue) => queue.asa_s() <= at_most_s,
            },
            Target::Abandonment { at_most } => match self {
                Desk::Lost { .. } | Desk::Patient(_) => true,
                Desk::GivingUp(queue) => queue.p_abandon() <= at_most,
            },
            Target::Blocking { at_most } => match self {
                Desk::Lost { p_block } => *p_block <= at_most,
                Desk::Patient(_) | Desk::GivingUp(_) => true,
            },
            Target::Occupancy { at_most } => match self {
                Desk::Lost { p_block } => {
                    traffic.offered_load() * (1.0 - p_block) <= at_most * f64::from(traffic.agents)
                }
                Desk::Patient(queue) => queue.occupancy() <= at_most,
                Desk::GivingUp(queue) => queue.occupancy() <= at_most,
            },
        }
    }

    fn wait(&self, within_s: f64) -> Wait {
        match self {
            Desk::Lost { p_block } => {
                let answered = 1.0 - p_block;
                Wait { answered, answered_within: answered, abandoned_within: 0.0, blocked: *p_block }
            }
            Desk::Patient(queue) => queue.wait(within_s),
            Desk::GivingUp(queue) => queue.wait(within_s),
        }
    }
}

/// How many agents have to be scheduled so that `productive` of them are there, if a share `shrinkage` (0 or more, below
/// 1) of the scheduled time is lost to breaks, training and absence: productive/(1 − shrinkage), rounded up.
///
/// # Errors
///
/// [`AnalyticError::Parameter`] for another shrinkage.
///
/// ```
/// use acdsim::analytic::scheduled_agents;
///
/// assert_eq!(scheduled_agents(14, 0.3)?, 20);
/// assert_eq!(scheduled_agents(14, 0.31)?, 21);
/// # Ok::<(), acdsim::analytic::AnalyticError>(())
/// ```
pub fn scheduled_agents(productive: u32, shrinkage: f64) -> Result<u64, AnalyticError> {
    require((0.0..1.0).contains(&shrinkage), "shrinkage", shrinkage, "0 or more and below 1")?;
    let exact = f64::from(productive) / (1.0 - shrinkage);
    // A whole number may come out a little above itself.
    Ok((exact * (1.0 - 1e-12)).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn level(percent: f64, within_s: f64) -> Target {
        Target::ServiceLevel { definition: ServiceLevel::OfOffered, within_s, at_least: percent / 100.0 }
    }

    #[test]
    fn the_values_are_right() {
        for (calls, aht, agents) in [
            (18.0, 100.0, 2),
            (30.0, 180.0, 4),
            (180.0, 180.0, 12),
            (360.0, 120.0, 15),
            (2_760.0, 120.0, 98),
            (4_000.0, 210.0, 243),
            (28_800.0, 120.0, 968),
        ] {
            let desk = Staffing::patient(aht).unwrap();
            assert_eq!(desk.least_agents(calls / 3_600.0, &[level(80.0, 20.0)]).unwrap(), agents);
        }
        for (load, blocked, trunks) in [(10.0, 0.02, 17), (708.0, 0.01, 736)] {
            let desk = Staffing::lost(1.0).unwrap();
            assert_eq!(desk.least_agents(load, &[Target::Blocking { at_most: blocked }]).unwrap(), trunks);
        }
    }

    #[test]
    fn every_target_is_met_and_one_agent_fewer_misses_it() {
        let patience = Distribution::weibull_shape_scale(1.5, 120.0).unwrap();
        let desk = Staffing::giving_up(180.0, &patience).unwrap();
        let rate = 500.0 / 3_600.0;
        let queue = |agents| AbandonmentQueue::new(agents, rate, 180.0, Some(&patience)).unwrap();
        let least = |target| desk.least_agents(rate, &[target]).unwrap();

        let agents = least(Target::Asa { at_most_s: 10.0 });
        assert!(queue(agents).asa_s() <= 10.0 && queue(agents - 1).asa_s() > 10.0);
        let agents = least(Target::Abandonment { at_most: 0.03 });
        assert!(queue(agents).p_abandon() <= 0.03 && queue(agents - 1).p_abandon() > 0.03);
        let agents = least(Target::Occupancy { at_most: 0.8 });
        assert!(queue(agents).occupancy() <= 0.8 && queue(agents - 1).occupancy() > 0.8);
        for definition in ServiceLevel::ALL {
            let agents = least(Target::ServiceLevel { definition, within_s: 20.0, at_least: 0.9 });
            assert!(queue(agents).wait(20.0).service_level(definition) >= 0.9);
            assert!(queue(agents - 1).wait(20.0).service_level(definition) < 0.9);
        }
        let error = desk.least_agents(rate, &[Target::Blocking { at_most: 0.01 }]).unwrap_err();
        let said = "p_block of at most 0.01 is no target: with these callers it is always reached";
        assert_eq!(error.to_string(), said);
    }

    #[test]
    fn the_volume_is_the_inverse() {
        let desk = Staffing::giving_up(180.0, &Distribution::exponential_mean(120.0).unwrap()).unwrap();
        let targets = [level(80.0, 20.0), Target::Abandonment { at_most: 0.05 }];
        let rate = desk.largest_volume(20, &targets).unwrap();
        assert_eq!(desk.least_agents(rate, &targets).unwrap(), 20);
        assert_eq!(desk.least_agents(rate * (1.0 + 1e-9), &targets).unwrap(), 21);
        let lost = Staffing::lost(1.0).unwrap();
        let load = lost.largest_volume(10, &[Target::Blocking { at_most: 0.5 }]).unwrap();
        assert!((loss(10, load) - 0.5).abs() < 1e-12 && load > 10.0);
    }

    #[test]
    fn what_cannot_be_reached_is_said() {
        let desk = Staffing::patient(1_000.0).unwrap();
        let error = desk.least_agents(2_000.0, &[level(80.0, 20.0)]).unwrap_err();
        let said = "1000000 agents, the most there may be, do not reach sl_20_of_offered of at least 0.8";
        assert_eq!(error.to_string(), said);
        let error = desk.largest_volume(3, &[Target::Asa { at_most_s: 1e-9 }]);
        assert!(error.is_ok(), "a call of a hundred years hardly waits");
        let impatient = Staffing::giving_up(1.0, &Distribution::constant(1.0).unwrap()).unwrap();
        let error = impatient.largest_volume(3, &[Target::Abandonment { at_most: 1.0 }]).unwrap_err();
        assert_eq!(error.to_string(), "p_abandon of at most 1 is reached with any number of calls");
        assert!(desk.least_agents(1.0, &[]).is_err() && desk.least_agents(1.0, &[level(100.0, 20.0)]).is_err());
        assert!(scheduled_agents(1, 1.0).is_err() && scheduled_agents(1, -0.1).is_err());
    }

    proptest! {
        #[test]
        fn fewer_agents_do_not_do(load in 0.5..200.0_f64, percent in 50.0..99.0_f64, within in 0.0..60.0_f64) {
            let desk = Staffing::patient(180.0).unwrap();
            let agents = desk.least_agents(load / 180.0, &[level(percent, within)]).unwrap();
            let achieved = |agents| ErlangC::new(agents, load / 180.0, 180.0).map(|queue| queue.answered_within(within));
            prop_assert!(achieved(agents).unwrap() >= percent / 100.0);
            prop_assert!(achieved(agents - 1).map_or(true, |share| share < percent / 100.0));
        }
    }
}
