//! Plays a trace against a system: the bots of agents and callers.

use std::collections::HashMap;

use super::agenda::{Agenda, Turn};
use super::port::{Counted, Fault, Notice, Noticed, TelephonySystem, Time};
use super::script::Script;
use crate::acd::SessionState;
use crate::simulation::Control;
use crate::time::{Duration, Instant};
use crate::trace::{Given, Seen, Totals};

/// What a system did when a trace was played against it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Played {
    /// When each entry of what is given in the trace was given to it, and how much had been seen of it by then.
    pub given: Vec<(Instant, usize)>,
    /// Its sessions, in the order of creation.
    pub sessions: Vec<PlayedSession>,
    /// What it did, with what the bots did to it, in that order.
    pub seen: Vec<(Instant, Seen)>,
    /// What it counted; empty if the play did not come to its end.
    pub totals: Vec<Totals>,
    /// What it did wrong.
    pub faults: Vec<Fault>,
    /// When the play was over.
    pub end: Instant,
    /// What could not be undone when the play was broken off.
    pub left_behind: Vec<String>,
}

/// A session that a bot has created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayedSession {
    /// The index of its agent.
    pub agent: u32,
    /// The index of its group.
    pub group: u32,
    /// When it was created.
    pub started: Instant,
    /// When the bot ended it.
    pub ended: Option<Instant>,
}

impl Played {
    /// What broke the play off before the end, if anything did.
    pub fn broken_off(&self) -> Option<&Fault> {
        self.faults.iter().find(|fault| fault.is_fatal())
    }
}

/// Plays a trace against a system to its end, or to the first fault after which it cannot go on.
///
/// Bots do what people did: agents log in and out as the trace has it, after a call if there is one, answer what is offered
/// to them, at once or when it has rung for as long as in the trace, talk and wrap up as long as the trace says of the call;
/// callers hang up when their patience ends. When the play is broken off, all agents are logged out before the system is left.
///
/// ```
/// use acdsim::replay::{Model, Script, play};
/// use acdsim::simulation::{Control, run};
/// use acdsim::trace::{Recorder, TraceReader};
///
/// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
/// let mut recorder = Recorder::new(&scenario, 1, Vec::new())?;
/// let finished = run(&scenario, 1, &mut recorder, &Control::default())?;
/// let bytes = recorder.finish(&finished)?;
///
/// let script = Script::of(TraceReader::new(&bytes[..], "day.jsonl".as_ref())?)?;
/// let played = play(&script, &mut Model::default(), &Control::default());
/// assert_eq!((played.seen, played.totals), (script.seen, script.totals));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn play(script: &Script, system: &mut dyn TelephonySystem, control: &Control) -> Played {
    let mut player = Player::new(script, system, control);
    if let Err(fault) = player.play() {
        player.played.faults.push(fault);
        player.leave();
    }
    let closed = player.system.close();
    let mut played = player.played;
    played.faults.extend(system.faults());
    if let Err(fault) = closed
        && played.broken_off().is_none()
    {
        played.faults.push(fault);
    }
    played
}

/// What a bot of an agent knows.
#[derive(Clone, Debug, Default)]
struct Desk {
    /// The sessions that have not ended, in the order of creation.
    open: Vec<u32>,
    /// The session of the last call.
    last: u32,
    doing: Doing,
    log_out_due: bool,
    log_in_due: Option<Vec<u32>>,
    break_due: Duration,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Doing {
    #[default]
    Nothing,
    Rings {
        call: u64,
        session: u32,
    },
    Talks {
        call: u64,
        session: u32,
        since: Instant,
    },
    WrapsUp {
        call: u64,
        session: u32,
        since: Instant,
    },
    Pauses,
}

#[derive(Clone, Copy, Debug)]
struct Caller {
    group: u32,
    arrived: Instant,
    talk: Duration,
    wrap_up: Duration,
    /// When the patience ends.
    gives_up: Instant,
    /// How often it was offered to an agent.
    offers: usize,
    state: CallState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CallState {
    Waits,
    Rings { agent: u32 },
    Answered { told: bool },
    Gone { told: bool },
}

struct Player<'p> {
    script: &'p Script,
    system: &'p mut dyn TelephonySystem,
    control: &'p Control,
    agenda: Agenda,
    desks: Vec<Desk>,
    callers: HashMap<u64, Caller>,
    /// Whether each session is READY, by what the system tells.
    ready: Vec<bool>,
    next_given: usize,
    now: Instant,
    played: Played,
}

impl<'p> Player<'p> {
    fn new(script: &'p Script, system: &'p mut dyn TelephonySystem, control: &'p Control) -> Self {
        let agents = script.header.agents.len();
        Player {
            script,
            system,
            control,
            agenda: Agenda::new(agents),
            desks: vec![Desk::default(); agents],
            callers: HashMap::new(),
            ready: Vec::new(),
            next_given: 0,
            now: Instant::START,
            played: Played::default(),
        }
    }

    fn play(&mut self) -> Result<(), Fault> {
        let header = &self.script.header;
        let measured = Instant::from_nanos(header.measured_from_ns);
        if measured > Instant::START {
            if !self.system.capabilities().measures_from {
                let reason = "the trace has a warm-up, and the system cannot start its statistics anew: take it out";
                return Err(Fault::Unable(reason.to_owned()));
            }
            self.agenda.add(measured, Turn::Measurement);
        }
        self.system.open(header)?;
        self.schedule_given();
        let horizon = header.horizon();
        loop {
            if self.control.is_stopped() {
                return Err(Fault::Interrupted);
            }
            let due = self.agenda.next_at().filter(|&at| at < horizon);
            let noticed = self.system.observe(due.unwrap_or(horizon))?;
            let quiet = noticed.is_empty();
            for notice in noticed {
                self.note(notice)?;
            }
            // What the system told may have changed what comes next.
            if !quiet {
                continue;
            }
            // One with a clock of its own is looked at in between, so that an interrupt is seen.
            let wall = self.system.capabilities().time == Time::Wall;
            if wall && self.system.now() < due.unwrap_or(horizon) {
                continue;
            }
            match due {
                Some(_) => self.take_turn()?,
                None => break,
            }
        }
        self.now = horizon;
        self.played.end = horizon;
        for number in 0..self.played.sessions.len() as u32 {
            let PlayedSession { agent, group, .. } = self.played.sessions[number as usize];
            let Counted { ended, statistics, exact } = self.system.statistics(number, horizon)?;
            self.played.totals.push(Totals { session: number, agent, group, ended, statistics, exact });
        }
        Ok(())
    }

    /// Puts the next entry of what is given onto the agenda: what is at the same instant keeps its order there.
    fn schedule_given(&mut self) {
        let Some((at, given)) = self.script.given.get(self.next_given) else { return };
        let turn = match given {
            Given::CallArrives { .. } => Turn::Arrival(self.next_given),
            _ => Turn::Plan(self.next_given),
        };
        self.agenda.add(*at, turn);
        self.next_given += 1;
    }

    fn saw(&mut self, seen: Seen) {
        self.played.seen.push((self.now, seen));
    }

    fn take_turn(&mut self) -> Result<(), Fault> {
        let Some((at, turn)) = self.agenda.pop() else { return Ok(()) };
        // A system with a clock of its own may be ahead.
        self.now = self.now.max(at);
        let now = self.now;
        match turn {
            Turn::Measurement => {
                self.system.measure_from(now)?;
                self.saw(Seen::MeasurementStarted);
                Ok(())
            }
            Turn::Plan(index) | Turn::Arrival(index) => {
                self.schedule_given();
                self.played.given.push((now, self.played.seen.len()));
                let script = self.script;
                self.give(&script.given[index].1)
            }
            Turn::Agent(agent) => self.agent_is_due(agent),
            Turn::Caller(call) => self.gives_up(call),
        }
    }

    fn give(&mut self, given: &Given) -> Result<(), Fault> {
        match *given {
            Given::CallArrives { call, group, talk_ns, wrap_up_ns, patience_ns, .. } => {
                let gives_up = patience_ns.map_or(Instant::NEVER, |patience| self.now + Duration::from_nanos(patience));
                let caller = Caller {
                    group,
                    arrived: self.now,
                    talk: Duration::from_nanos(talk_ns),
                    wrap_up: Duration::from_nanos(wrap_up_ns),
                    gives_up,
                    offers: 0,
                    state: CallState::Waits,
                };
                self.callers.insert(call, caller);
                if gives_up != Instant::NEVER {
                    self.agenda.add(gives_up, Turn::Caller(call));
                }
                self.system.place_call(call, group, self.now)
            }
            Given::AgentLogsIn { agent, ref groups } => self.log_in(agent, groups),
            Given::AgentLogsOut { agent } => self.log_out(agent),
            Given::AgentTakesBreak { agent, length_ns } => self.take_break(agent, Duration::from_nanos(length_ns)),
        }
    }

    fn desk(&mut self, agent: u32) -> &mut Desk {
        &mut self.desks[agent as usize]
    }

    fn log_in(&mut self, agent: u32, groups: &[u32]) -> Result<(), Fault> {
        if !self.desk(agent).open.is_empty() {
            self.desk(agent).log_in_due = Some(groups.to_vec());
            return Ok(());
        }
        for &group in groups {
            self.system.create_session(agent, group, self.now)?;
            let session = self.played.sessions.len() as u32;
            self.played.sessions.push(PlayedSession { agent, group, started: self.now, ended: None });
            self.ready.push(false);
            self.desk(agent).open.push(session);
            self.saw(Seen::SessionCreated { session, agent, group });
        }
        self.put_all(agent, SessionState::Ready)
    }

    fn put_all(&mut self, agent: u32, state: SessionState) -> Result<(), Fault> {
        for session in self.desk(agent).open.clone() {
            self.system.put_state(session, state, self.now)?;
        }
        Ok(())
    }

    fn log_out(&mut self, agent: u32) -> Result<(), Fault> {
        let desk = self.desk(agent);
        if desk.log_in_due.take().is_some() || desk.open.is_empty() {
            return Ok(());
        }
        match desk.doing {
            Doing::Talks { .. } | Doing::WrapsUp { .. } => {
                desk.log_out_due = true;
                Ok(())
            }
            Doing::Rings { call, .. } => {
                // The call goes back to its place.
                if let Some(caller) = self.callers.get_mut(&call) {
                    caller.state = CallState::Waits;
                }
                self.ends_shift(agent, None)
            }
            Doing::Nothing | Doing::Pauses => self.ends_shift(agent, None),
        }
    }

    /// Ends an agent's sessions: that of the last call last, so that ending it makes none of the others READY. A call that
    /// is in progress ends with it.
    fn ends_shift(&mut self, agent: u32, call: Option<u64>) -> Result<(), Fault> {
        let now = self.now;
        self.agenda.set_agent(agent, None);
        let desk = self.desk(agent);
        desk.log_out_due = false;
        desk.break_due = Duration::ZERO;
        desk.doing = Doing::Nothing;
        let (last, log_in) = (desk.last, desk.log_in_due.take());
        let (busy, others): (Vec<u32>, Vec<u32>) =
            std::mem::take(&mut desk.open).into_iter().partition(|&session| session == last);
        for &session in busy.iter().chain(&others) {
            self.played.sessions[session as usize].ended = Some(now);
        }
        for session in others {
            self.system.put_state(session, SessionState::SessionEnded, now)?;
        }
        for session in busy {
            match call {
                Some(call) => self.system.hang_up(call, SessionState::SessionEnded, now)?,
                None => self.system.put_state(session, SessionState::SessionEnded, now)?,
            }
        }
        match log_in {
            Some(groups) => {
                self.drain_notices()?;
                self.log_in(agent, &groups)
            }
            None => Ok(()),
        }
    }

    /// Takes what the system has told so far, so that it is seen before what comes next.
    fn drain_notices(&mut self) -> Result<(), Fault> {
        if self.system.capabilities().time == Time::Virtual {
            for notice in self.system.observe(self.now)? {
                self.note(notice)?;
            }
        }
        Ok(())
    }

    fn take_break(&mut self, agent: u32, length: Duration) -> Result<(), Fault> {
        let desk = self.desk(agent);
        if desk.open.is_empty() {
            return Ok(());
        }
        if desk.doing != Doing::Nothing {
            desk.break_due += length;
            return Ok(());
        }
        self.begins_break(agent, length)
    }

    /// Makes those sessions of an agent NOT_READY that are READY, until the break is over.
    fn begins_break(&mut self, agent: u32, length: Duration) -> Result<(), Fault> {
        let until = self.now + length;
        for session in self.desk(agent).open.clone() {
            if self.may_be_ready(session) {
                self.system.put_state(session, SessionState::NotReady, self.now)?;
            }
        }
        self.drain_notices()?;
        self.desk(agent).doing = Doing::Pauses;
        self.saw(Seen::AgentAway { agent, until_ns: until.as_nanos(), unanswered: false });
        self.agenda.set_agent(agent, Some(until));
        Ok(())
    }

    /// Whether a session is READY, as far as the system tells.
    fn may_be_ready(&self, session: u32) -> bool {
        let of = self.system.capabilities();
        let is_told = of.time == Time::Virtual && of.gives.session_changed;
        !is_told || self.ready[session as usize]
    }

    /// Puts the session of a call that is over into the state that comes next: a break that is due begins.
    fn is_through(
        &mut self,
        agent: u32,
        put: impl FnOnce(&mut dyn TelephonySystem, SessionState) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let length = std::mem::take(&mut self.desk(agent).break_due);
        if length == Duration::ZERO {
            return put(self.system, SessionState::Ready);
        }
        put(self.system, SessionState::NotReady)?;
        // The agent's other sessions may have become READY by it.
        self.drain_notices()?;
        self.begins_break(agent, length)
    }

    fn agent_is_due(&mut self, agent: u32) -> Result<(), Fault> {
        match self.desk(agent).doing {
            Doing::Nothing => Ok(()),
            Doing::Rings { call, session } => self.answers(agent, call, session),
            Doing::Talks { call, session, since } => self.ends_talk(agent, call, session, since),
            Doing::WrapsUp { call, session, since } => {
                let wrap_up_ns = (self.now - since).as_nanos();
                self.saw(Seen::WrapUpEnded { call, session, wrap_up_ns });
                self.desk(agent).doing = Doing::Nothing;
                if self.desk(agent).log_out_due {
                    return self.ends_shift(agent, None);
                }
                let now = self.now;
                self.is_through(agent, |system, state| system.put_state(session, state, now))
            }
            Doing::Pauses => {
                self.desk(agent).doing = Doing::Nothing;
                self.put_all(agent, SessionState::Ready)?;
                let length = std::mem::take(&mut self.desk(agent).break_due);
                if length == Duration::ZERO {
                    return Ok(());
                }
                for session in self.desk(agent).open.clone() {
                    self.ready[session as usize] = true;
                }
                self.begins_break(agent, length)
            }
        }
    }

    fn ends_talk(&mut self, agent: u32, call: u64, session: u32, since: Instant) -> Result<(), Fault> {
        let now = self.now;
        self.saw(Seen::TalkEnded { call, session, talk_ns: (now - since).as_nanos() });
        let wrap_up = self.callers.remove(&call).map_or(Duration::ZERO, |caller| caller.wrap_up);
        if wrap_up > Duration::ZERO {
            self.desk(agent).doing = Doing::WrapsUp { call, session, since: now };
            self.agenda.set_agent(agent, Some(now + wrap_up));
            return self.system.hang_up(call, SessionState::BusyWrapup, now);
        }
        self.saw(Seen::WrapUpEnded { call, session, wrap_up_ns: 0 });
        self.desk(agent).doing = Doing::Nothing;
        if self.desk(agent).log_out_due {
            return self.ends_shift(agent, Some(call));
        }
        self.is_through(agent, |system, state| system.hang_up(call, state, now))
    }

    fn answers(&mut self, agent: u32, call: u64, session: u32) -> Result<(), Fault> {
        let now = self.now;
        self.system.answer(session, call, now)?;
        let Some(caller) = self.callers.get_mut(&call) else { return Ok(()) };
        caller.state = CallState::Answered { told: false };
        let (talk, gives_up) = (caller.talk, caller.gives_up);
        self.agenda.remove(gives_up, Turn::Caller(call));
        let desk = self.desk(agent);
        desk.doing = Doing::Talks { call, session, since: now };
        desk.last = session;
        self.agenda.set_agent(agent, Some(now + talk));
        Ok(())
    }

    fn gives_up(&mut self, call: u64) -> Result<(), Fault> {
        let Some(caller) = self.callers.get_mut(&call) else { return Ok(()) };
        let before = caller.state;
        if !matches!(before, CallState::Waits | CallState::Rings { .. }) {
            return Ok(());
        }
        caller.state = CallState::Gone { told: false };
        if let CallState::Rings { agent } = before {
            self.agenda.set_agent(agent, None);
            self.desk(agent).doing = Doing::Nothing;
        }
        self.system.hang_up(call, SessionState::NotReady, self.now)?;
        let CallState::Rings { agent } = before else { return Ok(()) };
        // Who was to log out meanwhile has done so, and let the call go on.
        let length = std::mem::take(&mut self.desk(agent).break_due);
        if length > Duration::ZERO { self.begins_break(agent, length) } else { Ok(()) }
    }

    fn note(&mut self, Noticed { at, what }: Noticed) -> Result<(), Fault> {
        self.now = self.now.max(at);
        let now = self.now;
        let contradiction = |what: String| Err(Fault::Contradiction { at: now, what });
        match what {
            Notice::SessionChanged { session, from, to } => {
                if session as usize >= self.played.sessions.len() {
                    return contradiction(format!("it tells of session {session}, which nobody has created"));
                }
                self.ready[session as usize] = to == SessionState::Ready;
                self.saw(Seen::SessionChanged { session, from, to });
            }
            Notice::CallWaits { call } => {
                let group = self.known_call(call, "waits")?.group;
                self.saw(Seen::CallWaits { call, group });
            }
            Notice::CallBlocked { call } => {
                let Caller { group, gives_up, .. } = *self.known_call(call, "is blocked")?;
                self.agenda.remove(gives_up, Turn::Caller(call));
                self.callers.remove(&call);
                self.saw(Seen::CallBlocked { call, group });
            }
            Notice::CallOffered { call, session } => return self.is_offered(call, session),
            Notice::CallAnswered { call, session } => {
                let caller = self.callers.get_mut(&call);
                let Some(caller) = caller.filter(|caller| caller.state == CallState::Answered { told: false }) else {
                    return contradiction(format!("call {call} is answered, which no agent did"));
                };
                caller.state = CallState::Answered { told: true };
                let waited_ns = (now - caller.arrived).as_nanos();
                self.saw(Seen::CallAnswered { call, session, waited_ns });
            }
            Notice::CallAbandoned { call } => {
                let caller = self.callers.remove(&call);
                let Some(caller) = caller.filter(|caller| caller.state == CallState::Gone { told: false }) else {
                    return contradiction(format!("call {call} is abandoned, whose caller did not hang up"));
                };
                let waited_ns = (now - caller.arrived).as_nanos();
                self.saw(Seen::CallAbandoned { call, group: caller.group, waited_ns });
            }
            Notice::CallArrived { .. } | Notice::SessionCreated { .. } | Notice::CallEnded { .. } | Notice::Over => {
                return contradiction("it tells of what is told by one that is watched".to_owned());
            }
        }
        Ok(())
    }

    fn known_call(&self, call: u64, what: &str) -> Result<&Caller, Fault> {
        self.callers.get(&call).ok_or_else(|| Fault::Contradiction {
            at: self.now,
            what: format!("call {call} {what}, which has ended or never arrived"),
        })
    }

    fn is_offered(&mut self, call: u64, session: u32) -> Result<(), Fault> {
        let now = self.now;
        let contradiction = |what: String| Err(Fault::Contradiction { at: now, what });
        let Some(&PlayedSession { agent, group, .. }) = self.played.sessions.get(session as usize) else {
            return contradiction(format!("call {call} is offered to session {session}, which nobody has created"));
        };
        let caller = *self.known_call(call, "is offered to an agent")?;
        match caller.state {
            // The caller has hung up while the offer was under way.
            CallState::Gone { .. } => return Ok(()),
            CallState::Waits => {}
            CallState::Rings { .. } | CallState::Answered { .. } => {
                return contradiction(format!("call {call} is offered to session {session}, and has an agent already"));
            }
        }
        if group != caller.group {
            let its = caller.group;
            return contradiction(format!(
                "call {call} of group {its} is offered to session {session}, of group {group}"
            ));
        }
        let desk = self.desk(agent);
        if !desk.open.contains(&session) || desk.doing != Doing::Nothing {
            let name = &self.script.header.agents[agent as usize].name;
            return contradiction(format!("call {call} is offered to agent `{name}`, who is not ready for it"));
        }
        desk.doing = Doing::Rings { call, session };
        let Some(caller) = self.callers.get_mut(&call) else { return Ok(()) };
        caller.state = CallState::Rings { agent };
        let ring = self.script.rings.get(&call).and_then(|rings| rings.get(caller.offers)).copied();
        caller.offers += 1;
        let Some(ring) = ring else { return self.answers(agent, call, session) };
        self.saw(Seen::CallRings { call, session });
        self.agenda.set_agent(agent, Some(now + ring));
        Ok(())
    }

    /// Ends all calls and logs all agents out, as far as the system lets it.
    fn leave(&mut self) {
        self.played.end = self.now;
        let fatal = self.played.broken_off();
        let gone = matches!(fatal, Some(Fault::Died { .. } | Fault::Silent { .. }));
        for agent in 0..self.desks.len() as u32 {
            let sessions = std::mem::take(&mut self.desk(agent).open);
            let doing = self.desk(agent).doing;
            let name = &self.script.header.agents[agent as usize].name;
            if gone {
                self.played
                    .left_behind
                    .extend(sessions.iter().map(|session| format!("session {session} of agent `{name}`")));
                continue;
            }
            if let Doing::Talks { call, .. } | Doing::Rings { call, .. } = doing
                && let Err(fault) = self.system.hang_up(call, SessionState::BusyWrapup, self.now)
            {
                self.played.left_behind.push(format!("call {call} of agent `{name}`: {fault}"));
            }
            for session in sessions {
                if let Err(fault) = self.system.put_state(session, SessionState::SessionEnded, self.now) {
                    self.played.left_behind.push(format!("session {session} of agent `{name}`: {fault}"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::{Capabilities, Gives, Pace};
    use crate::trace::{Header, TraceGroup};

    /// A system in which nothing happens, with a clock of its own, which returns from waiting before the time.
    struct Restless {
        capabilities: Capabilities,
        pace: Pace,
        placed: Vec<Instant>,
    }

    impl TelephonySystem for Restless {
        fn capabilities(&self) -> &Capabilities {
            &self.capabilities
        }

        fn open(&mut self, _: &Header) -> Result<(), Fault> {
            self.pace.begin();
            Ok(())
        }

        fn measure_from(&mut self, _: Instant) -> Result<(), Fault> {
            Ok(())
        }

        fn create_session(&mut self, _: u32, _: u32, _: Instant) -> Result<(), Fault> {
            Ok(())
        }

        fn put_state(&mut self, _: u32, _: SessionState, _: Instant) -> Result<(), Fault> {
            Ok(())
        }

        fn place_call(&mut self, _: u64, _: u32, _: Instant) -> Result<(), Fault> {
            self.placed.push(self.pace.now());
            Ok(())
        }

        fn answer(&mut self, _: u32, _: u64, _: Instant) -> Result<(), Fault> {
            Ok(())
        }

        fn hang_up(&mut self, _: u64, _: SessionState, _: Instant) -> Result<(), Fault> {
            Ok(())
        }

        fn observe(&mut self, until: Instant) -> Result<Vec<Noticed>, Fault> {
            std::thread::sleep(self.pace.until(until).min(std::time::Duration::from_millis(5)));
            Ok(Vec::new())
        }

        fn statistics(&mut self, _: u32, _: Instant) -> Result<Counted, Fault> {
            Err(Fault::Unable("there is no session".to_owned()))
        }

        fn now(&self) -> Instant {
            self.pace.now()
        }

        fn close(&mut self) -> Result<(), Fault> {
            Ok(())
        }
    }

    #[test]
    fn nothing_is_done_before_its_time_though_a_system_returns_early() {
        let at = |secs| Instant::START + Duration::from_secs(secs);
        let group = TraceGroup {
            guid: crate::scenario::group_guid("Sales"),
            name: "Sales".to_owned(),
            queue: "Sales".to_owned(),
            capacity: None,
            classes: Vec::new(),
        };
        let header = Header { groups: vec![group], horizon_ns: at(8).as_nanos(), ..Header::default() };
        let call = |call| Given::CallArrives {
            call,
            group: 0,
            talk_ns: 0,
            wrap_up_ns: 0,
            patience_ns: None,
            class: None,
            origin: None,
        };
        let given = vec![(at(3), call(1)), (at(6), call(2))];
        let script = Script::made_of(header, given, Vec::new(), Vec::new());
        let capabilities = Capabilities {
            name: "restless".to_owned(),
            time: Time::Wall,
            live: false,
            gives: Gives::ALL,
            exact: false,
            measures_from: false,
        };
        let mut system = Restless { capabilities, pace: Pace::new(100.0), placed: Vec::new() };
        let played = play(&script, &mut system, &Control::default());
        assert_eq!(played.faults, []);
        assert!(system.placed.len() == 2 && system.placed[0] >= at(3) && system.placed[1] >= at(6));
        assert!(system.now() >= at(8), "it was over before its end");
    }
}
