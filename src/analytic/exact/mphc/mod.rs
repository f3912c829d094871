//! M/PH/c: a queue whose handle times consist of phases.

mod configurations;
mod levels;
#[cfg(test)]
mod tests;
mod waits;

use super::error::{non_negative, positive, require};
use super::{ExactError, PhaseType};
use levels::Levels;

/// A queue with Poisson arrivals, handle times of a phase-type law and several agents, in its steady state.
///
/// Calls are answered in the order of their arrival. The patience of callers, if it ends, is exponential; the number of
/// waiting places may be limited.
///
/// It is solved as a quasi-birth-death process (Neuts 1981): a level for each number of calls, and within it how many of
/// the busy agents are in each phase. Where the levels look alike, by logarithmic reduction (Latouche & Ramaswami 1993);
/// where they do not, because agents are free or callers give up, level after level from the last (Gaver, Jacobs &
/// Latouche 1984).
///
/// Ten agents, talk 150 s and wrap-up 30 s in the mean, 3 calls a minute:
///
/// ```
/// use acdsim::analytic::exact::{MPhc, PhaseType};
///
/// let handle = PhaseType::exponential(150.0)?.then(&PhaseType::exponential(30.0)?);
/// let queue = MPhc::new(0.05, handle, 10).solve()?;
/// assert!((queue.occupancy - 0.9).abs() < 1e-13);
/// // Of that, talk is five parts of six.
/// assert!((queue.occupancy_by_phase[0] - 0.75).abs() < 1e-13);
/// // A little better than the 120.4 s of Erlang C, whose handle times vary more.
/// assert!((queue.asa_s - 104.08).abs() < 0.001);
/// assert!((queue.mean_queue_length - 0.05 * queue.asa_s).abs() < 1e-10);
/// # Ok::<(), acdsim::analytic::exact::ExactError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MPhc {
    /// Calls per second; above 0.
    pub arrival_rate: f64,
    /// The law of the handle time, in seconds.
    pub handle: PhaseType,
    /// The number of agents; at least 1.
    pub agents: u32,
    /// The mean of the exponential patience, in seconds; above 0. None if nobody gives up.
    pub mean_patience_s: Option<f64>,
    /// How many calls can wait; a call beyond that is blocked. None if there is no limit.
    pub waiting_places: Option<u32>,
    /// How many states may be told apart: numbers of waiting calls times configurations of the agents. Time grows with
    /// this number times the square of the number of configurations.
    pub max_states: usize,
}

/// The figures of a queue in its steady state.
#[derive(Clone, Debug)]
pub struct MPhcFigures {
    /// The part of the arriving calls that has to wait.
    pub p_wait: f64,
    /// The part of the arriving calls that finds no place to wait.
    pub p_block: f64,
    /// The part of the arriving calls whose callers give up.
    pub p_abandon: f64,
    /// The average speed of answer: the mean wait of the answered calls, in seconds.
    pub asa_s: f64,
    /// The mean wait of all calls that are not blocked, in seconds.
    pub mean_wait_all_s: f64,
    /// How many calls wait in the mean.
    pub mean_queue_length: f64,
    /// How many calls there are in the mean, with agents or waiting.
    pub mean_number_in_system: f64,
    /// The part of their time that agents are busy.
    pub occupancy: f64,
    /// The part of their time that agents are in each phase, in the order of the law's phases.
    pub occupancy_by_phase: Vec<f64>,
    /// The part of the arriving calls that was turned away to keep the number of states finite.
    pub truncated: f64,
    levels: Levels,
}

impl MPhc {
    /// A queue in which nobody gives up or is blocked.
    pub fn new(arrival_rate: f64, handle: PhaseType, agents: u32) -> Self {
        MPhc { arrival_rate, handle, agents, mean_patience_s: None, waiting_places: None, max_states: 200_000 }
    }

    /// The figures of the queue in its steady state.
    ///
    /// # Errors
    ///
    /// [`ExactError::Parameter`]; [`ExactError::Unstable`] if more comes than can be served, nobody gives up and all can
    /// wait; [`ExactError::TooManyStates`]; [`ExactError::NotConverged`] if the load is too near to 1 for doubles.
    ///
    /// ```
    /// use acdsim::analytic::exact::{ExactError, MPhc, PhaseType};
    ///
    /// let queue = MPhc::new(0.06, PhaseType::erlang(2, 200.0)?, 10);
    /// assert!(matches!(queue.solve(), Err(ExactError::Unstable { load }) if (load - 1.2).abs() < 1e-12));
    /// let impatient = MPhc { mean_patience_s: Some(180.0), ..queue };
    /// assert!(impatient.solve()?.p_abandon > 1.0 - 1.0 / 1.2);
    /// # Ok::<(), acdsim::analytic::exact::ExactError>(())
    /// ```
    pub fn solve(&self) -> Result<MPhcFigures, ExactError> {
        positive("arrival_rate", self.arrival_rate)?;
        require(self.agents > 0, "agents", self.agents.into(), "at least 1")?;
        if let Some(mean) = self.mean_patience_s {
            positive("mean_patience_s", mean)?;
        }
        let agents = f64::from(self.agents);
        let load = self.arrival_rate * self.handle.mean() / agents;
        if load >= 1.0 && self.mean_patience_s.is_none() && self.waiting_places.is_none() {
            return Err(ExactError::Unstable { load });
        }
        let levels = Levels::solve(self)?;
        let busy_by_phase = levels.busy_by_phase();
        let (p_wait, last) = levels.p_wait();
        let (p_block, truncated) =
            if self.waiting_places == levels.waiting_places() { (last, 0.0) } else { (0.0, last) };
        let mean_queue_length = levels.mean_queue_length();
        let giving_up = self.mean_patience_s.map_or(0.0, |mean| 1.0 / mean);
        let abandoning = giving_up * mean_queue_length;
        let accepted = self.arrival_rate * (levels.p_free() + p_wait);
        let asa_s = if giving_up > 0.0 {
            levels.waits_of_answered(giving_up) / (accepted - abandoning)
        } else {
            mean_queue_length / accepted
        };
        Ok(MPhcFigures {
            p_wait,
            p_block,
            p_abandon: abandoning / self.arrival_rate,
            asa_s,
            mean_wait_all_s: mean_queue_length / accepted,
            mean_queue_length,
            mean_number_in_system: busy_by_phase.iter().sum::<f64>() + mean_queue_length,
            occupancy: busy_by_phase.iter().sum::<f64>() / agents,
            occupancy_by_phase: busy_by_phase.iter().map(|busy| busy / agents).collect(),
            truncated,
            levels,
        })
    }
}

/// What has become of arriving calls some time after their arrival, as parts of all that arrive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct After {
    /// They have been answered, those among them that did not wait.
    pub answered: f64,
    /// Their callers have given up.
    pub abandoned: f64,
    /// They wait still.
    pub waiting: f64,
}

impl MPhcFigures {
    /// What has become of arriving calls `seconds` after their arrival.
    ///
    /// By uniformisation (Jensen 1953) of what happens ahead of a call that has to wait.
    ///
    /// # Errors
    ///
    /// [`ExactError::Parameter`] if the time is negative or not finite.
    ///
    /// ```
    /// use acdsim::analytic::exact::{MPhc, PhaseType};
    ///
    /// let queue = MPhc::new(0.05, PhaseType::erlang(2, 180.0)?, 10).solve()?;
    /// let after = queue.after(0.0)?;
    /// assert!((after.waiting - queue.p_wait).abs() < 1e-14);
    /// assert!(queue.after(60.0)?.waiting < queue.p_wait);
    /// # Ok::<(), acdsim::analytic::exact::ExactError>(())
    /// ```
    pub fn after(&self, seconds: f64) -> Result<After, ExactError> {
        non_negative("seconds", seconds)?;
        Ok(waits::after(&self.levels, seconds))
    }

    /// The part of the arriving calls that is answered within a time, in seconds.
    pub fn sl_t_of_offered(&self, seconds: f64) -> Result<f64, ExactError> {
        Ok(self.after(seconds)?.answered)
    }

    /// The part of the answered calls that is answered within a time, in seconds.
    pub fn sl_t_of_answered(&self, seconds: f64) -> Result<f64, ExactError> {
        Ok(self.after(seconds)?.answered / (1.0 - self.p_block - self.truncated - self.p_abandon))
    }

    /// The part that is answered within a time, in seconds, of the arriving calls but those who give up within it.
    pub fn sl_t_excl_short_abandons(&self, seconds: f64) -> Result<f64, ExactError> {
        let after = self.after(seconds)?;
        Ok(after.answered / (1.0 - after.abandoned))
    }
}
