//! A call center's day: one queue whose arrivals and agents change with the time, from a given start to after the close.
//!
//! M(t)/M/c(t)/K+M over a finite horizon. Calls arrive as a Poisson process whose rate is constant in each [`Period`],
//! handle times are exponential, so is patience if there is any, and what is asked for are expected values over the
//! day and over intervals of it, exact to the last digits but one or two.
//!
//! A day of eight hours with 12 agents, 4.2 calls a minute, mean handle time two minutes, that starts empty and serves
//! whoever waits at the close (contactcenters, examples/MMC.java):
//!
//! ```
//! use acdsim::analytic::exact::transient::{Period, TransientQueue};
//!
//! let day = TransientQueue::new(vec![Period { duration_s: 28_800.0, arrival_rate: 0.07, agents: 12 }], 120.0);
//! let figures = day.solve()?.whole;
//! assert!((figures.answered_within - 1815.2717371116).abs() < 1e-8);
//! assert!((figures.sl_t_of_offered() - 0.90043240928143).abs() < 1e-12);
//! assert!((figures.asa_s() - 60.0 * 0.100680741018037).abs() < 1e-11);
//! assert!((figures.occupancy() - 0.69693434948935).abs() < 1e-12);
//! # Ok::<(), acdsim::analytic::exact::ExactError>(())
//! ```
//!
//! # When the number of agents changes
//!
//! Agents who come take the calls that wait, the longest waiting first. Who leaves is chosen at random among all agents:
//! those of them who are idle leave at once, those who are busy end their call first and take no other. A leaver's call
//! is of no concern to the others, so it suffices to know how many leavers are still busy in the mean, and the state is
//! the number of calls with the agents who stay and in the queue.
//!
//! # Method
//!
//! That number is a birth-death process in each period, whose distribution is carried on by uniformisation (Jensen
//! 1953). With it goes, for the calls that arrived in one interval, how many stand at each place of the queue in the
//! mean, and the sum of the times that they have waited: both follow linear equations of the same kind, since a caller
//! is only affected by those ahead. All terms are positive, so nothing cancels. Calls answered within a time follow from
//! the same equations where the number of agents does not change within it; elsewhere arrivals are integrated over by
//! Gauss and Legendre's rule of 16 nodes on panels so short that it is exact to rounding.

mod figures;
mod flow;
mod solve;
#[cfg(test)]
mod tests;

pub use figures::{Figures, IntervalFigures, TransientFigures};

use super::ExactError;
use super::error::{non_negative, positive, require};

/// A time in which calls arrive at one rate and the number of agents is the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Period {
    /// How long it is, in seconds; above 0.
    pub duration_s: f64,
    /// Calls per second, at least 0.
    pub arrival_rate: f64,
    /// How many agents are on duty.
    pub agents: u32,
}

/// What becomes of the calls that wait at the end of the last period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtClose {
    /// They are served, or give up, with as many agents as there were; no more calls arrive.
    Served,
    /// They are disconnected, and are neither answered nor abandoned.
    Disconnected,
}

/// One queue over a day.
///
/// The module's documentation has an example.
#[derive(Clone, Debug, PartialEq)]
pub struct TransientQueue {
    /// The day, period after period.
    pub periods: Vec<Period>,
    /// The mean of the exponential handle time, in seconds; above 0.
    pub mean_handle_s: f64,
    /// The mean of the exponential patience, in seconds; above 0. None if nobody gives up.
    pub mean_patience_s: Option<f64>,
    /// How many calls can wait; a call beyond that is blocked. None if there is no limit.
    pub waiting_places: Option<u32>,
    /// How likely there are 0, 1, 2, ... calls in the beginning, being served or waiting. Their sum is 1. These calls are
    /// not among the arrivals.
    pub start: Vec<f64>,
    /// What becomes of the calls that wait at the close.
    pub at_close: AtClose,
    /// The time within which calls should be answered, in seconds; at least 0.
    pub answer_within_s: f64,
    /// How many numbers of calls may be told apart, as a limit of memory and time.
    pub max_states: usize,
}

impl TransientQueue {
    /// A queue that starts empty, in which nobody gives up or is blocked, whose waiting calls are served after the
    /// close; calls should be answered within 20 s.
    pub fn new(periods: Vec<Period>, mean_handle_s: f64) -> Self {
        TransientQueue {
            periods,
            mean_handle_s,
            mean_patience_s: None,
            waiting_places: None,
            start: vec![1.0],
            at_close: AtClose::Served,
            answer_within_s: 20.0,
            max_states: 100_000,
        }
    }

    /// The figures of the whole day.
    ///
    /// # Errors
    ///
    /// Those of [`solve_intervals`](Self::solve_intervals).
    pub fn solve(&self) -> Result<TransientFigures, ExactError> {
        self.solve_intervals(&[])
    }

    /// The figures of the whole day and of the intervals between these times, in seconds from the start.
    ///
    /// The times ascend, from 0 to the end of the last period; what is before the first and after the last of them is in
    /// the figures of the day only. A call belongs to the interval in which it arrives, whenever it is answered.
    ///
    /// # Errors
    ///
    /// [`ExactError::Parameter`] if a parameter is out of its range, and if nobody is there to serve the calls that wait
    /// at the close, who never give up; [`ExactError::TooManyStates`].
    ///
    /// ```
    /// use acdsim::analytic::exact::transient::{Period, TransientQueue};
    ///
    /// let periods = [(0.02, 3), (0.05, 6), (0.03, 4)];
    /// let day = TransientQueue {
    ///     mean_patience_s: Some(180.0),
    ///     ..TransientQueue::new(
    ///         periods.map(|(arrival_rate, agents)| Period { duration_s: 1_800.0, arrival_rate, agents }).to_vec(),
    ///         120.0,
    ///     )
    /// };
    /// let solved = day.solve_intervals(&[0.0, 1_800.0, 3_600.0, 5_400.0])?;
    /// let [first, second, third] = &solved.intervals[..] else { panic!() };
    /// assert!(first.figures.asa_s() < second.figures.asa_s());
    /// let answered = first.figures.answered + second.figures.answered + third.figures.answered;
    /// assert!((answered - solved.whole.answered).abs() < 1e-10);
    /// assert!(solved.truncated < 1e-20);
    /// # Ok::<(), acdsim::analytic::exact::ExactError>(())
    /// ```
    pub fn solve_intervals(&self, times_s: &[f64]) -> Result<TransientFigures, ExactError> {
        self.check(times_s)?;
        solve::solve(self, times_s)
    }

    fn check(&self, times_s: &[f64]) -> Result<(), ExactError> {
        require(!self.periods.is_empty(), "periods", 0.0, "at least one")?;
        for period in &self.periods {
            positive("duration_s", period.duration_s)?;
            non_negative("arrival_rate", period.arrival_rate)?;
        }
        positive("mean_handle_s", self.mean_handle_s)?;
        if let Some(mean) = self.mean_patience_s {
            positive("mean_patience_s", mean)?;
        }
        non_negative("answer_within_s", self.answer_within_s)?;
        for &probability in &self.start {
            non_negative("start", probability)?;
        }
        let total: f64 = self.start.iter().sum();
        require((total - 1.0).abs() < 1e-9, "start", total, "1 in sum")?;
        let (first, last) = (self.periods[0], self.periods[self.periods.len() - 1]);
        if let Some(places) = self.waiting_places {
            let room = first.agents as usize + places as usize;
            let most = self.start.iter().rposition(|&probability| probability > 0.0).unwrap_or(0);
            require(most <= room, "start", most as f64, "of no more calls than agents and waiting places")?;
        }
        let someone_leaves =
            last.agents > 0 || self.mean_patience_s.is_some() || self.at_close == AtClose::Disconnected;
        require(someone_leaves, "agents", 0.0, "at least 1 in the last period, or the calls that wait stay for ever")?;
        let horizon: f64 = self.periods.iter().map(|period| period.duration_s).sum();
        let mut before = 0.0;
        for &time in times_s {
            let is_next = time >= before && time <= horizon;
            require(is_next, "times_s", time, "ascending, from 0 to the end of the last period")?;
            before = time;
        }
        Ok(())
    }
}
