//! How the paid time of agents is spent.

use serde::{Deserialize, Serialize};

/// How the paid time of an agent, or of all agents of a group, was spent; times are sums in nanoseconds.
///
/// An agent is *staffed* while logged in and not away. Paid time is that of the shifts and what is staffed beyond them, so
/// that staffed + absent = planned + overtime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// Time of the shifts of the scenario.
    pub planned_nanos: u128,
    /// Time staffed, within the shifts and beyond.
    pub staffed_nanos: u128,
    /// The part of it that is in none of the shifts.
    pub overtime_nanos: u128,
    /// Time of the shifts that was not staffed.
    pub absent_nanos: u128,
    /// Time logged in and on a break.
    pub break_nanos: u128,
    /// Time logged in and away after a ring that was not answered.
    pub after_ring_nanos: u128,
    /// Time in talk, hold, wrap-up or another call, whatever the call is counted in.
    pub busy_nanos: u128,
    /// Calls that were no ACD calls, from when they began.
    pub other_calls: u64,
    /// Time in those calls.
    pub other_call_nanos: u128,
}

impl Attendance {
    /// Time away while logged in.
    pub fn away_nanos(&self) -> u128 {
        self.break_nanos + self.after_ring_nanos
    }

    /// Time logged in.
    pub fn logged_in_nanos(&self) -> u128 {
        self.staffed_nanos + self.away_nanos()
    }

    /// Time of the shifts, and staffed beyond them.
    ///
    /// ```
    /// use acdsim::statistics::Attendance;
    ///
    /// // A shift of 8 hours, half an hour of break, and a call that ended 6 minutes after the shift.
    /// let hours = |hours: f64| (hours * 3_600e9) as u128;
    /// let attendance = Attendance {
    ///     planned_nanos: hours(8.0),
    ///     staffed_nanos: hours(7.6),
    ///     overtime_nanos: hours(0.1),
    ///     absent_nanos: hours(0.5),
    ///     break_nanos: hours(0.5),
    ///     ..Attendance::default()
    /// };
    /// assert_eq!(attendance.paid_nanos(), hours(8.1));
    /// assert_eq!(attendance.paid_nanos(), attendance.staffed_nanos + attendance.absent_nanos);
    /// ```
    pub fn paid_nanos(&self) -> u128 {
        self.planned_nanos + self.overtime_nanos
    }
}
