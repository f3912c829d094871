//! What is known of a day in the end.

use std::ops::AddAssign;

/// Expected counts and times of the calls that arrive in a part of the day, and of the agents in it.
///
/// Ratios of them are ratios of expected values, as an average over many days tends to: where nothing arrives they are
/// not a number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// How long that part of the day is, in seconds.
    pub duration_s: f64,
    /// Calls that arrive, blocked ones among them.
    pub arrivals: f64,
    /// Of these, the calls that find no place to wait.
    pub blocked: f64,
    /// The calls that are answered, whenever.
    pub answered: f64,
    /// The calls that are answered within the time that was set.
    pub answered_within: f64,
    /// The callers who give up, whenever.
    pub abandoned: f64,
    /// The callers who give up within the time that was set.
    pub abandoned_within: f64,
    /// The calls that are disconnected at the close.
    pub disconnected: f64,
    /// The sum of the waits of the answered calls, in seconds.
    pub wait_answered_s: f64,
    /// The sum of the waits of the abandoned calls, in seconds.
    pub wait_abandoned_s: f64,
    /// The sum of the waits of the disconnected calls, in seconds.
    pub wait_disconnected_s: f64,
    /// The time that agents are busy in this part of the day, in agent-seconds: those who are due to leave too.
    pub busy_s: f64,
    /// The time that agents are there in this part of the day, in agent-seconds: those who are due to leave too.
    pub staffed_s: f64,
    /// The time that calls wait in this part of the day, in call-seconds, whenever they arrived.
    pub waiting_s: f64,
}

impl Figures {
    /// The sum of the waits of all calls that were not blocked, in seconds.
    pub fn wait_all_s(&self) -> f64 {
        self.wait_answered_s + self.wait_abandoned_s + self.wait_disconnected_s
    }

    /// The average speed of answer: the wait of an answered call, in seconds.
    pub fn asa_s(&self) -> f64 {
        self.wait_answered_s / self.answered
    }

    /// The part of their time that agents are busy.
    pub fn occupancy(&self) -> f64 {
        self.busy_s / self.staffed_s
    }

    /// How many calls wait, on the average over this part of the day.
    pub fn mean_queue_length(&self) -> f64 {
        self.waiting_s / self.duration_s
    }

    /// The part of the arriving calls that is answered within the time.
    pub fn sl_t_of_offered(&self) -> f64 {
        self.answered_within / self.arrivals
    }

    /// The part of the answered calls that is answered within the time.
    pub fn sl_t_of_answered(&self) -> f64 {
        self.answered_within / self.answered
    }

    /// The part that is answered within the time, of the arriving calls but those who give up within it.
    pub fn sl_t_excl_short_abandons(&self) -> f64 {
        self.answered_within / (self.arrivals - self.abandoned_within)
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Figures) {
        self.duration_s += other.duration_s;
        self.arrivals += other.arrivals;
        self.blocked += other.blocked;
        self.answered += other.answered;
        self.answered_within += other.answered_within;
        self.abandoned += other.abandoned;
        self.abandoned_within += other.abandoned_within;
        self.disconnected += other.disconnected;
        self.wait_answered_s += other.wait_answered_s;
        self.wait_abandoned_s += other.wait_abandoned_s;
        self.wait_disconnected_s += other.wait_disconnected_s;
        self.busy_s += other.busy_s;
        self.staffed_s += other.staffed_s;
        self.waiting_s += other.waiting_s;
    }
}

/// The figures of one interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IntervalFigures {
    /// When it begins, in seconds from the start of the day.
    pub from_s: f64,
    /// When it ends.
    pub to_s: f64,
    /// Its figures.
    pub figures: Figures,
}

/// The figures of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct TransientFigures {
    /// Those of the whole day.
    pub whole: Figures,
    /// Those of each interval that was asked for.
    pub intervals: Vec<IntervalFigures>,
    /// How likely there are 0, 1, 2, ... calls at the close, waiting or with agents who are not due to leave.
    pub at_close: Vec<f64>,
    /// The probability that was given up to keep the number of states finite, and to leave out what does not matter.
    pub truncated: f64,
}
