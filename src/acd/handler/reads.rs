//! What is counted: measurement periods, and the statistics of sessions, agents and queues.

use std::cmp::Reverse;

use super::super::conventions::{EndedSession, NegativePeriod, PeriodResets, SamePeriod};
use super::super::window::Period;
use super::super::{AcdError, AgentStatistics, QueueId, QueueStatistics, SessionStatistics};
use super::{AgentHandler, AgentId, Measured, SessionId};
use crate::fault::{self, Fault};
use crate::time::{Duration, Instant};

impl<C: Copy> AgentHandler<C> {
    /// Starts all statistics anew: only calls that arrive from now on are counted, and durations start here.
    ///
    /// It is to be the first that happens at its instant. A call that has entered a queue at the same instant before counts
    /// when it is answered or leaves, but its entry does not.
    pub fn measure_from(&mut self, now: Instant) {
        self.measured_from = now;
        for (session, identity) in self.sessions.iter_mut().zip(&mut self.identities) {
            session.measure_from(now);
            identity.uncounted = Default::default();
            if let Some(rare) = &mut identity.rare {
                rare.measure_anew();
            }
        }
        for queue in &mut self.queues {
            queue.measure_from(now);
        }
        for agent in (0..self.agent_count()).map(AgentId) {
            let record = &mut self.agents[agent.0 as usize];
            record.past = AgentStatistics::default();
            record.active_since = now;
            let base = self.agent_life(agent, now);
            let period = &mut self.agents[agent.0 as usize].period;
            *period = Period::new(period.seconds, now, base);
        }
        self.windows.clear();
        let agents = (0..self.agent_count()).map(Measured::Agent);
        for measured in agents.chain((0..self.queue_count()).map(Measured::Queue)).collect::<Vec<_>>() {
            self.plan_window(measured);
        }
    }

    /// Lets calls that arrive from `end` on count no more; those that arrived before are counted to their end.
    pub fn measure_until(&mut self, end: Instant) {
        self.measured_until = end;
    }

    /// The statistics of a session as they are now; an ended session's clock has stopped at its end.
    pub fn session_statistics(&self, session: SessionId, now: Instant) -> SessionStatistics {
        let identity = &self.identities[session.0 as usize];
        let until = identity.ended.filter(|_| !fault::is(Fault::DurationAfterEnd)).unwrap_or(now);
        let record = &self.sessions[session.0 as usize];
        record.statistics(identity.started, self.measured_from, until, identity.uncounted, identity.rare.as_deref())
    }

    /// The statistics of a session as a client may read them.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`] for a session that the handler does not have or has forgotten; [`AcdError::SessionEnded`] for
    /// one that has ended, if the [conventions](EndedSession) have it so.
    pub fn request_session_statistics(&self, session: SessionId, now: Instant) -> Result<SessionStatistics, AcdError> {
        let identity = self.known_session(session)?;
        if identity.ended.is_some() && self.conventions.ended_session == EndedSession::Refused {
            return Err(AcdError::SessionEnded { session });
        }
        Ok(self.session_statistics(session, now))
    }

    /// What was counted of an agent in all the agent's life, over all sessions.
    pub fn agent_life(&self, agent: AgentId, now: Instant) -> AgentStatistics {
        let record = &self.agents[agent.0 as usize];
        let mut sum = record.past;
        for &session in self.sessions_of(agent) {
            let on_hold = self.identities[session.0 as usize].rare.as_ref().is_some_and(|rare| rare.is_on_hold());
            sum.add(&self.session_statistics(session, now), self.session(session).state(), on_hold);
        }
        if !self.sessions_of(agent).is_empty() {
            sum.active += now - record.active_since;
        }
        sum
    }

    /// What was counted of an agent in the measurement period that is in force now.
    pub fn agent_statistics(&self, agent: AgentId, now: Instant) -> AgentStatistics {
        let window = self.conventions.measurement_window;
        self.agents[agent.0 as usize].in_period(window, now, |at| self.agent_life(agent, at))
    }

    /// What was counted of a queue in all its life; calls that do not count are in none of it, even while they wait.
    pub fn queue_life(&self, queue: QueueId, now: Instant) -> QueueStatistics {
        self.queues[queue.0 as usize].statistics(self.counted_waiting(queue), now)
    }

    /// What was counted of a queue in the measurement period that is in force now.
    pub fn queue_statistics(&self, queue: QueueId, now: Instant) -> QueueStatistics {
        let window = self.conventions.measurement_window;
        self.queues[queue.0 as usize].period_statistics(window, self.counted_waiting(queue), now)
    }

    /// Sets an agent's measurement period, in seconds.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`]; [`AcdError::BadPeriod`] for zero, and for a negative one if the
    /// [conventions](NegativePeriod) refuse it.
    pub fn set_agent_measurement_period(&mut self, agent: AgentId, seconds: i32, now: Instant) -> Result<(), AcdError> {
        let present = self.known_agent(agent)?.measurement_period();
        if self.is_another_period(present, seconds)? {
            self.roll(now);
            let restart = self.conventions.period_resets != PeriodResets::Nothing;
            let restart = restart.then(|| self.agent_life(agent, now));
            let window = self.conventions.measurement_window;
            self.agents[agent.0 as usize].period.set(window, seconds, now, restart);
            self.plan_window(Measured::Agent(agent.0));
        }
        Ok(())
    }

    /// Sets a queue's measurement period, in seconds.
    ///
    /// # Errors
    ///
    /// As [`set_agent_measurement_period`](Self::set_agent_measurement_period).
    pub fn set_queue_measurement_period(&mut self, queue: QueueId, seconds: i32, now: Instant) -> Result<(), AcdError> {
        let present = self.known_queue(queue)?.measurement_period();
        if self.is_another_period(present, seconds)? {
            self.roll(now);
            let restart = self.conventions.period_resets == PeriodResets::Both;
            let window = self.conventions.measurement_window;
            self.queues[queue.0 as usize].set_period(window, seconds, now, restart);
            self.plan_window(Measured::Queue(queue.0));
        }
        Ok(())
    }

    /// Whether setting a period does anything.
    fn is_another_period(&self, present: i32, seconds: i32) -> Result<bool, AcdError> {
        if seconds == 0 || (seconds < 0 && self.conventions.negative_period == NegativePeriod::Refused) {
            return Err(AcdError::BadPeriod { seconds: seconds.into() });
        }
        Ok(present != seconds || self.conventions.same_period == SamePeriod::AsAnother)
    }

    /// Notes when a window ends.
    pub(super) fn plan_window(&mut self, measured: Measured) {
        let end = self.window_end(measured);
        if end != Instant::NEVER {
            self.windows.push(Reverse((end, measured)));
        }
        self.next_window = self.first_window_end();
    }

    fn first_window_end(&self) -> Instant {
        let first = self.windows.peek().map_or(Instant::NEVER, |&Reverse((end, _))| end);
        if self.slides { Instant::START } else { first }
    }

    fn window_end(&self, measured: Measured) -> Instant {
        let window = self.conventions.measurement_window;
        match measured {
            Measured::Agent(agent) => self.agents[agent as usize].period.end(window),
            Measured::Queue(queue) => self.queues[queue as usize].window_end(window),
        }
    }

    /// Lets those windows begin that hold `now`, before anything is counted in them, and says whether the changes that
    /// follow have to be noted.
    #[inline]
    pub(super) fn roll(&mut self, now: Instant) -> bool {
        // For windows that slide this is always so.
        let watched = now >= self.next_window;
        if watched {
            self.roll_windows(now);
        }
        watched
    }

    #[cold]
    fn roll_windows(&mut self, now: Instant) {
        if self.slides {
            return;
        }
        while let Some(&Reverse((end, measured))) = self.windows.peek()
            && end <= now
        {
            self.windows.pop();
            if self.window_end(measured) != end {
                continue;
            }
            match measured {
                Measured::Agent(agent) => {
                    let since = self.agents[agent as usize].period.window_of(now);
                    let base = self.agent_life(AgentId(agent), since);
                    self.agents[agent as usize].period.begin(since, base);
                }
                Measured::Queue(queue) => self.queues[queue as usize].roll(now),
            }
            self.plan_window(measured);
        }
        self.next_window = self.first_window_end();
    }

    /// Notes that what is counted of an agent has changed, for windows that slide.
    #[cold]
    pub(super) fn note_agent_change(&mut self, agent: AgentId, now: Instant) {
        if self.slides {
            let totals = self.agent_life(agent, now);
            self.agents[agent.0 as usize].period.note_change(now, totals);
        }
    }

    /// Notes that what is counted of a queue has changed, for windows that slide; `wait` is that of a call that left.
    #[cold]
    pub(super) fn note_queue_change(&mut self, queue: QueueId, wait: Duration, now: Instant) {
        if self.slides {
            self.queues[queue.0 as usize].note_change(wait, now);
        }
    }
}
