//! The observer that writes a trace of a run.

use std::io::{self, Write};

use super::entry::{Ending, Exact, Given, Origin, Seen, Totals};
use super::header::Header;
use super::writer::TraceWriter;
use crate::acd::{Direction, SessionId, TapiSessionStatistics};
use crate::scenario::Scenario;
use crate::simulation::{self, Absence, Due, Event, Finished, Observer, plan};
use crate::time::{Duration, Instant};

/// Writes a trace while it observes a replication of a scenario.
///
/// ```
/// use acdsim::simulation::{Control, run};
/// use acdsim::trace::{Recorder, TraceReader};
///
/// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
/// let mut recorder = Recorder::new(&scenario, 1, Vec::new())?;
/// let finished = run(&scenario, 1, &mut recorder, &Control::default())?;
/// let bytes = recorder.finish(&finished)?;
///
/// let mut trace = TraceReader::new(&bytes[..], "day.jsonl".as_ref())?;
/// for entry in trace.by_ref() {
///     entry?;
/// }
/// assert_eq!(trace.footer().unwrap().counts.calls, finished.calls);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Recorder<'s, W: Write> {
    scenario: &'s Scenario,
    trace: TraceWriter<W>,
    /// What agents are due to do and that is not written yet.
    due: std::iter::Peekable<std::vec::IntoIter<(Instant, Due)>>,
    failure: Option<io::Error>,
}

impl<'s, W: Write> Recorder<'s, W> {
    /// A trace of a replication of a scenario, from 1.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn new(scenario: &'s Scenario, replication: u32, out: W) -> io::Result<Self> {
        Ok(Recorder {
            scenario,
            trace: TraceWriter::new(out, &Header::of(scenario, replication))?,
            due: plan(scenario, replication).into_iter().peekable(),
            failure: None,
        })
    }

    /// Writes what was counted and the last line, and hands the output back.
    ///
    /// # Errors
    ///
    /// The first failure to write.
    pub fn finish(mut self, finished: &Finished) -> io::Result<W> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        self.write_due(finished.horizon)?;
        for (number, exact) in (0..).zip(&finished.at_horizon) {
            let session = SessionId(number);
            let tapi = TapiSessionStatistics::new(exact, self.scenario.start, &self.scenario.conventions);
            self.trace.statistics(&Totals {
                session: number,
                agent: finished.handler.session(session).agent().0,
                group: finished.handler.session_group(session).0,
                ended: exact.ended,
                statistics: tapi.into(),
                exact: Some(Exact::of(exact)),
            })?;
        }
        self.trace.finish(Ending::Complete, None)
    }

    /// Hands the output of a run that did not come to its end back.
    ///
    /// # Errors
    ///
    /// The first failure to write.
    pub fn break_off(self, reason: &str) -> io::Result<W> {
        match self.failure {
            Some(failure) => Err(failure),
            None => self.trace.finish(Ending::Partial, Some(reason)),
        }
    }

    /// Writes what agents are due to do up to an instant: at one instant it comes before everything else.
    fn write_due(&mut self, until: Instant) -> io::Result<()> {
        while let Some((at, due)) = self.due.next_if(|(at, _)| *at <= until) {
            let given = match due {
                Due::LogsOut { agent } => Given::AgentLogsOut { agent: agent.0 },
                Due::LogsIn { agent, groups } => {
                    Given::AgentLogsIn { agent: agent.0, groups: groups.iter().map(|group| group.0).collect() }
                }
                Due::TakesBreak { agent, length } => {
                    Given::AgentTakesBreak { agent: agent.0, length_ns: length.as_nanos() }
                }
            };
            self.trace.given(at, &given)?;
        }
        Ok(())
    }

    fn write(&mut self, now: Instant, event: &Event) -> io::Result<()> {
        // The measurement starts before all else.
        if !matches!(event, Event::MeasurementStarted) {
            self.write_due(now)?;
        } else if now > Instant::START {
            self.write_due(Instant::from_nanos(now.as_nanos() - 1))?;
        }
        if let Event::CallArrived { call, group, class, origin, talk, wrap_up, patience, .. } = *event {
            let classes = self.scenario.groups[group.0 as usize].callers.classes.len();
            let given = Given::CallArrives {
                call,
                group: group.0,
                class: Some(class).filter(|&class| (class as usize) < classes),
                origin: match origin {
                    simulation::Origin::Outside => None,
                    simulation::Origin::Retrial { of } => Some(Origin::Retrial { of }),
                    simulation::Origin::Transfer { of, from } => Some(Origin::Transfer { of, from: from.0 }),
                },
                talk_ns: talk.as_nanos(),
                wrap_up_ns: wrap_up.as_nanos(),
                patience_ns: Some(patience).filter(|&patience| patience != Duration::MAX).map(Duration::as_nanos),
            };
            return self.trace.given(now, &given);
        }
        match seen(event) {
            Some(seen) => self.trace.seen(now, &seen),
            None => Ok(()),
        }
    }
}

impl<W: Write> Observer for Recorder<'_, W> {
    fn observe(&mut self, now: Instant, event: &Event) {
        if self.failure.is_none() {
            self.failure = self.write(now, event).err();
        }
    }
}

/// What a system shows of an event; nothing if the event comes from outside.
fn seen(event: &Event) -> Option<Seen> {
    Some(match *event {
        Event::CallArrived { .. } => return None,
        Event::MeasurementStarted => Seen::MeasurementStarted,
        Event::SessionCreated { session, agent, group } => {
            Seen::SessionCreated { session: session.0, agent: agent.0, group: group.0 }
        }
        Event::SessionChanged(change) => {
            Seen::SessionChanged { session: change.session.0, from: change.from, to: change.to }
        }
        Event::CallWaits { call, group, .. } => Seen::CallWaits { call, group: group.0 },
        Event::CallBlocked { call, group, .. } => Seen::CallBlocked { call, group: group.0 },
        Event::CallBalked { call, group, .. } => Seen::CallBalked { call, group: group.0 },
        Event::CallRings { call, session, .. } => Seen::CallRings { call, session: session.0 },
        Event::CallUnanswered { call, session, .. } => Seen::CallUnanswered { call, session: session.0 },
        Event::CallBackAccepted { call, group, .. } => Seen::CallBackAccepted { call, group: group.0 },
        Event::CallFlowed { call, from, to, .. } => Seen::CallFlowed { call, from: from.0, to: to.0 },
        Event::CallDisposed { call, group, .. } => Seen::CallDisposed { call, group: group.0 },
        Event::CallAnswered { call, session, waited, .. } => {
            Seen::CallAnswered { call, session: session.0, waited_ns: waited.as_nanos() }
        }
        Event::CallAbandoned { call, group, waited, .. } => {
            Seen::CallAbandoned { call, group: group.0, waited_ns: waited.as_nanos() }
        }
        Event::HoldEnded { call, session, held, .. } => {
            Seen::HoldEnded { call, session: session.0, held_ns: held.as_nanos() }
        }
        Event::TalkEnded { call, session, talk, .. } => {
            Seen::TalkEnded { call, session: session.0, talk_ns: talk.as_nanos() }
        }
        Event::WrapUpEnded { call, session, wrap_up, .. } => {
            Seen::WrapUpEnded { call, session: session.0, wrap_up_ns: wrap_up.as_nanos() }
        }
        Event::AgentAway { agent, until, why } => {
            Seen::AgentAway { agent: agent.0, until_ns: until.as_nanos(), unanswered: why == Absence::RingNoAnswer }
        }
        Event::OtherCallBegan { agent, direction, length } => Seen::OtherCallBegan {
            agent: agent.0,
            incoming: direction == Direction::Incoming,
            length_ns: length.as_nanos(),
        },
        Event::OtherCallEnded { agent } => Seen::OtherCallEnded { agent: agent.0 },
    })
}
