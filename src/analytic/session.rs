//! What an agent session is expected to report.

use super::AnalyticError;
use super::error::{checked_agents, checked_seconds, require};

/// The expected statistics of one agent's session, as TAPI reports them of a session that was open for so long in steady
/// state, all agents having the same chances.
///
/// By J. Little, 1961: the calls of an agent, times their mean length, are the agent's busy time.
///
/// ```
/// use acdsim::analytic::SessionExpectation;
///
/// // Ten agents answer 0.09 calls a second of 80 s talk and 20 s wrap-up, for eight hours.
/// let session = SessionExpectation::new(10, 0.09, 80.0, 20.0, 28_800.0)?;
/// assert_eq!(session.number_of_calls(), 259.2);
/// assert_eq!(session.occupancy(), 0.9);
/// assert!((session.ready_s() - 2_880.0).abs() < 1e-9);
/// assert!((session.acd_call_rate_per_h() - 32.4).abs() < 1e-12);
/// # Ok::<(), acdsim::analytic::AnalyticError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SessionExpectation {
    /// Calls per second of one agent.
    answered_per_s: f64,
    talk_s: f64,
    wrap_up_s: f64,
    duration_s: f64,
}

impl SessionExpectation {
    /// A session of one of `agents`, who together answer `answered_per_s` calls a second with these means of talk (10⁻⁹
    /// to 10¹⁰ seconds) and wrap-up (0 to 10¹⁰ seconds), over a duration in seconds.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a parameter outside its range, and for more calls than the agents have time for.
    pub fn new(
        agents: u32,
        answered_per_s: f64,
        talk_s: f64,
        wrap_up_s: f64,
        duration_s: f64,
    ) -> Result<Self, AnalyticError> {
        let agents = f64::from(checked_agents(agents)?);
        checked_seconds("talk_s", talk_s)?;
        require((0.0..=1e10).contains(&wrap_up_s), "wrap_up_s", wrap_up_s, "from 0 to 1e10 seconds")?;
        checked_seconds("duration_s", duration_s)?;
        let most = agents / (talk_s + wrap_up_s);
        let allowed = format!("from 0 to {most}, for more calls the agents have no time");
        // A little more may be left over from rounding.
        require((0.0..=most * (1.0 + 1e-9)).contains(&answered_per_s), "answered_per_s", answered_per_s, &allowed)?;
        Ok(SessionExpectation { answered_per_s: answered_per_s / agents, talk_s, wrap_up_s, duration_s })
    }

    /// The calls that the session answers.
    pub fn number_of_calls(&self) -> f64 {
        self.answered_per_s * self.duration_s
    }

    /// How long the session is open, in seconds.
    pub fn session_duration_s(&self) -> f64 {
        self.duration_s
    }

    /// The mean talk of a call, in seconds.
    pub fn average_talk_time_s(&self) -> f64 {
        self.talk_s
    }

    /// The talk of all calls, in seconds.
    pub fn total_talk_time_s(&self) -> f64 {
        self.number_of_calls() * self.talk_s
    }

    /// The mean wrap-up of a call, in seconds.
    pub fn average_wrap_up_time_s(&self) -> f64 {
        self.wrap_up_s
    }

    /// The wrap-up of all calls, in seconds.
    pub fn total_wrap_up_time_s(&self) -> f64 {
        self.number_of_calls() * self.wrap_up_s
    }

    /// The mean talk and wrap-up of a call, in seconds.
    pub fn average_call_time_s(&self) -> f64 {
        self.talk_s + self.wrap_up_s
    }

    /// The talk and wrap-up of all calls, in seconds.
    pub fn total_call_time_s(&self) -> f64 {
        self.number_of_calls() * self.average_call_time_s()
    }

    /// The calls per hour of the session.
    pub fn acd_call_rate_per_h(&self) -> f64 {
        self.answered_per_s * 3_600.0
    }

    /// The share of the session in which the agent is busy, 0 to 1.
    pub fn occupancy(&self) -> f64 {
        (self.answered_per_s * self.average_call_time_s()).min(1.0)
    }

    /// The time in which the agent is ready for a call and has none, in seconds.
    pub fn ready_s(&self) -> f64 {
        self.duration_s * (1.0 - self.occupancy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_calls_times_means() {
        let session = SessionExpectation::new(4, 0.02, 90.0, 30.0, 7_200.0).unwrap();
        assert!((session.number_of_calls() - 36.0).abs() < 1e-12);
        assert!((session.total_talk_time_s() - 3_240.0).abs() < 1e-9);
        assert!((session.total_wrap_up_time_s() - 1_080.0).abs() < 1e-9);
        assert!((session.total_call_time_s() - 4_320.0).abs() < 1e-9);
        assert!((session.total_call_time_s() + session.ready_s() - session.session_duration_s()).abs() < 1e-9);
        assert_eq!((session.average_talk_time_s(), session.average_wrap_up_time_s()), (90.0, 30.0));
    }

    #[test]
    fn what_no_agent_can_do_is_refused() {
        let error = SessionExpectation::new(1, 0.02, 90.0, 0.0, 7_200.0).unwrap_err();
        assert!(error.to_string().starts_with("`answered_per_s` must be from 0 to 0.011111"), "{error}");
        assert!(SessionExpectation::new(1, 0.0, 90.0, 0.0, 7_200.0).is_ok());
        assert!(SessionExpectation::new(1, 0.001, 90.0, -1.0, 7_200.0).is_err());
    }
}
