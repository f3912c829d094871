//! Capture: a live system is watched, and what it does becomes a trace.

use std::collections::{BTreeMap, HashMap};

use super::port::{Counted, Fault, Notice, Noticed, TelephonySystem};
use super::script::Script;
use crate::acd::SessionState;
use crate::simulation::Control;
use crate::time::{Duration, Instant};
use crate::trace::{Given, Header, Seen, Totals};

/// What was captured, as a script that can be written and played.
#[derive(Clone, Debug, PartialEq)]
pub struct Captured {
    /// The trace, without what was not seen.
    pub script: Script,
    /// What ended the capture before its time, if anything did.
    pub fault: Option<Fault>,
}

/// Watches a system that has its own callers and agents for so long, or until it says that it is over.
///
/// What nobody can know of a call before it ends is taken from its end: talk and wrap-up of a call that was answered, the patience
/// of one that was given up. The patience of an answered call is unknown, and taken to be without end; so are talk and wrap-up
/// of a call that was not answered, and taken to be none.
///
/// # Errors
///
/// If the system cannot be watched at all. What goes wrong later is in [`Captured::fault`], with what was seen before.
pub fn capture(system: &mut dyn TelephonySystem, length: Duration, control: &Control) -> Result<Captured, Fault> {
    let header = system.watch()?;
    let horizon = Instant::START + length;
    let mut watch = Watch { header, ..Watch::default() };
    let fault = watch_until(&mut watch, system, horizon, control).err();
    let gone = matches!(fault, Some(Fault::Died { .. } | Fault::Silent { .. } | Fault::OutOfOrder { .. }));
    let end = if fault.is_some() || watch.over { watch.now + Duration::from_nanos(1) } else { horizon };
    let mut totals = Vec::new();
    if !gone {
        for number in 0..watch.sessions.len() as u32 {
            let Ok(Counted { ended, statistics, exact }) = system.statistics(number, end) else { break };
            let (agent, group) = watch.sessions[number as usize];
            totals.push(Totals { session: number, agent, group, ended, statistics, exact });
        }
    }
    let closed = system.close().err();
    let fault = fault.filter(|fault| *fault != Fault::Interrupted).or(closed.filter(|_| !gone));
    let fault = fault.or_else(|| {
        let missing = totals.len() < watch.sessions.len();
        missing.then(|| Fault::Unable("it does not tell the statistics of all its sessions".to_owned()))
    });
    Ok(Captured { script: watch.into_script(end, totals), fault })
}

fn watch_until(
    watch: &mut Watch,
    system: &mut dyn TelephonySystem,
    horizon: Instant,
    control: &Control,
) -> Result<(), Fault> {
    while watch.now < horizon && !watch.over {
        if control.is_stopped() {
            return Err(Fault::Interrupted);
        }
        let noticed = system.observe(horizon)?;
        if noticed.is_empty() && system.now() >= horizon {
            break;
        }
        for notice in noticed {
            watch.note(notice)?;
        }
    }
    Ok(())
}

/// What is known of a call.
#[derive(Clone, Copy, Debug, Default)]
struct Call {
    arrived: Instant,
    group: u32,
    answered: Option<(u32, Instant)>,
    talk_ended: Option<Instant>,
    wrap_up_ended: Option<Instant>,
    gave_up: Option<Instant>,
}

/// What is known of an agent.
#[derive(Clone, Debug, Default)]
struct Desk {
    open: Vec<u32>,
    /// The entry of the log-in, while no session of it has been READY.
    logging_in: Option<usize>,
    /// The call whose talk has ended, and its wrap-up not.
    wraps_up: Option<u64>,
    /// The call in progress.
    talks: Option<u64>,
    away_since: Option<Instant>,
}

#[derive(Default)]
struct Watch {
    header: Header,
    now: Instant,
    over: bool,
    calls: BTreeMap<u64, Call>,
    /// The numbers of the trace by those of the system.
    numbers: HashMap<u64, u64>,
    sessions: Vec<(u32, u32)>,
    states: Vec<SessionState>,
    desks: Vec<Desk>,
    given: Vec<(Instant, Given)>,
    seen: Vec<(Instant, Seen)>,
}

impl Watch {
    fn note(&mut self, Noticed { at, what }: Noticed) -> Result<(), Fault> {
        self.now = self.now.max(at);
        let now = self.now;
        self.desks.resize_with(self.header.agents.len(), Desk::default);
        match what {
            Notice::Over => self.over = true,
            Notice::CallArrived { call, group } => {
                self.known(group < self.header.groups.len() as u32, || {
                    format!("group {group} is none of the center's")
                })?;
                let number = self.calls.len() as u64 + 1;
                let is_new = self.numbers.insert(call, number).is_none();
                self.known(is_new, || format!("call {call} arrives twice"))?;
                self.calls.insert(number, Call { arrived: now, group, ..Call::default() });
            }
            Notice::SessionCreated { session, agent, group } => self.session_created(session, agent, group)?,
            Notice::SessionChanged { session, from, to } => self.session_changed(session, from, to)?,
            Notice::CallWaits { call } => {
                let call = self.number(call)?;
                let group = self.calls[&call].group;
                self.seen.push((now, Seen::CallWaits { call, group }));
            }
            Notice::CallBlocked { call } => {
                let call = self.number(call)?;
                let group = self.calls[&call].group;
                self.seen.push((now, Seen::CallBlocked { call, group }));
            }
            Notice::CallOffered { call, session } => {
                let call = self.number(call)?;
                self.agent_of(session)?;
                self.seen.push((now, Seen::CallRings { call, session }));
            }
            Notice::CallAnswered { call, session } => {
                let call = self.number(call)?;
                let agent = self.agent_of(session)?;
                self.desks[agent as usize].talks = Some(call);
                let of = self.calls.entry(call).or_default();
                of.answered = Some((session, now));
                let waited_ns = (now - of.arrived).as_nanos();
                // Ringing that took no time is none.
                if let Some((at, Seen::CallRings { call: rang, .. })) = self.seen.last()
                    && (*at, *rang) == (now, call)
                {
                    self.seen.pop();
                }
                self.seen.push((now, Seen::CallAnswered { call, session, waited_ns }));
            }
            Notice::CallAbandoned { call } => {
                let call = self.number(call)?;
                let of = self.calls.entry(call).or_default();
                of.gave_up = Some(now);
                let (group, waited_ns) = (of.group, (now - of.arrived).as_nanos());
                self.seen.push((now, Seen::CallAbandoned { call, group, waited_ns }));
            }
            Notice::CallEnded { call } => {
                let call = self.number(call)?;
                self.talk_ends(call);
            }
        }
        Ok(())
    }

    fn known(&self, holds: bool, what: impl FnOnce() -> String) -> Result<(), Fault> {
        if holds { Ok(()) } else { Err(Fault::Contradiction { at: self.now, what: what() }) }
    }

    fn number(&self, call: u64) -> Result<u64, Fault> {
        let number = self.numbers.get(&call).copied();
        number.ok_or_else(|| Fault::Contradiction { at: self.now, what: format!("call {call} has not arrived") })
    }

    fn agent_of(&self, session: u32) -> Result<u32, Fault> {
        let agent = self.sessions.get(session as usize).map(|&(agent, _)| agent);
        let what = || format!("session {session} was not created");
        agent.ok_or_else(|| Fault::Contradiction { at: self.now, what: what() })
    }

    fn session_created(&mut self, session: u32, agent: u32, group: u32) -> Result<(), Fault> {
        let next = self.sessions.len() as u32;
        self.known(session == next, || format!("session {session} is created where session {next} is the next"))?;
        let known = self.header.agents.get(agent as usize).is_some_and(|of| of.groups.contains(&group));
        self.known(known, || {
            format!("session {session} is of agent {agent} for group {group}, which is none of theirs")
        })?;
        self.sessions.push((agent, group));
        self.states.push(SessionState::NotReady);
        let now = self.now;
        let desk = &mut self.desks[agent as usize];
        desk.open.push(session);
        match desk.logging_in {
            Some(entry) => {
                if let Given::AgentLogsIn { groups, .. } = &mut self.given[entry].1 {
                    groups.push(group);
                }
            }
            None => {
                desk.logging_in = Some(self.given.len());
                self.given.push((now, Given::AgentLogsIn { agent, groups: vec![group] }));
            }
        }
        self.seen.push((now, Seen::SessionCreated { session, agent, group }));
        Ok(())
    }

    fn session_changed(&mut self, session: u32, from: SessionState, to: SessionState) -> Result<(), Fault> {
        let agent = self.agent_of(session)?;
        let now = self.now;
        if from == SessionState::BusyOnCall
            && let Some(call) = self.desks[agent as usize].talks
        {
            self.talk_ends(call);
        }
        // Whoever ends a session has done with the call, whichever of the agent's sessions it was in.
        let is_busy = |state| matches!(state, SessionState::BusyOnCall | SessionState::BusyWrapup);
        if (to == SessionState::SessionEnded || is_busy(from) && to != SessionState::BusyWrapup)
            && let Some(call) = self.desks[agent as usize].wraps_up.take()
        {
            self.wrap_up_ends(call);
        }
        self.states[session as usize] = to;
        self.seen.push((now, Seen::SessionChanged { session, from, to }));
        self.agent_changes(agent, session, from, to);
        Ok(())
    }

    /// Finds out what the agent does: logs in or out, or takes a break.
    fn agent_changes(&mut self, agent: u32, session: u32, from: SessionState, to: SessionState) {
        let now = self.now;
        let states = &self.states;
        let desk = &mut self.desks[agent as usize];
        let busy = desk
            .open
            .iter()
            .any(|&session| matches!(states[session as usize], SessionState::BusyOnCall | SessionState::BusyWrapup));
        match to {
            SessionState::Ready => {
                desk.logging_in = None;
                if let Some(since) = desk.away_since.take() {
                    let length_ns = (now - since).as_nanos();
                    let at = self.given.partition_point(|&(when, _)| when <= since);
                    self.given.insert(at, (since, Given::AgentTakesBreak { agent, length_ns }));
                    // An entry of a log-in may have moved.
                    for desk in &mut self.desks {
                        desk.logging_in = desk.logging_in.map(|entry| entry + usize::from(entry >= at));
                    }
                }
            }
            SessionState::SessionEnded => {
                if desk.open.first() == Some(&session) || desk.open.len() == 1 {
                    let already = self.given.iter().rev().take_while(|(when, _)| *when == now);
                    let told = already.filter(|(_, given)| *given == Given::AgentLogsOut { agent }).count() > 0;
                    if !told {
                        self.given.push((now, Given::AgentLogsOut { agent }));
                    }
                }
                desk.open.retain(|&open| open != session);
                desk.away_since = None;
            }
            SessionState::NotReady if from == SessionState::Ready && !busy => {
                desk.away_since = desk.away_since.or(Some(now));
            }
            SessionState::BusyOnCall => desk.away_since = None,
            _ => {}
        }
    }

    fn talk_ends(&mut self, call: u64) {
        let now = self.now;
        let of = self.calls.entry(call).or_default();
        let Some((session, since)) = of.answered.filter(|_| of.talk_ended.is_none()) else { return };
        of.talk_ended = Some(now);
        let talk_ns = (now - since).as_nanos();
        if let Some(&(agent, _)) = self.sessions.get(session as usize) {
            let desk = &mut self.desks[agent as usize];
            (desk.talks, desk.wraps_up) = (None, Some(call));
        }
        self.seen.push((now, Seen::TalkEnded { call, session, talk_ns }));
    }

    fn wrap_up_ends(&mut self, call: u64) {
        let now = self.now;
        let of = self.calls.entry(call).or_default();
        let (Some((session, _)), Some(since), None) = (of.answered, of.talk_ended, of.wrap_up_ended) else { return };
        of.wrap_up_ended = Some(now);
        self.seen.push((now, Seen::WrapUpEnded { call, session, wrap_up_ns: (now - since).as_nanos() }));
    }

    fn into_script(self, end: Instant, totals: Vec<Totals>) -> Script {
        let Watch { mut header, calls, mut given, seen, .. } = self;
        header.horizon_ns = (end - Instant::START).as_nanos().max(1);
        if given.iter().any(|(_, given)| matches!(given, Given::AgentTakesBreak { .. })) {
            header.beyond_plain.push("breaks".to_owned());
        }
        let since = |from: Instant, to: Option<Instant>| (to.unwrap_or(end) - from).as_nanos();
        given.extend(calls.into_iter().map(|(number, call)| {
            let (talk_ns, wrap_up_ns) = match (call.answered, call.talk_ended) {
                (Some((_, answered)), Some(ended)) => (since(answered, Some(ended)), since(ended, call.wrap_up_ended)),
                (Some((_, answered)), None) => (since(answered, None), 0),
                (None, _) => (0, 0),
            };
            let patience_ns = call.gave_up.map(|gave_up| since(call.arrived, Some(gave_up)));
            let given = Given::CallArrives {
                call: number,
                group: call.group,
                class: None,
                origin: None,
                talk_ns,
                wrap_up_ns,
                patience_ns,
            };
            (call.arrived, given)
        }));
        // What agents do at an instant stands before calls; the sort keeps the order of each.
        given.sort_by_key(|(at, given)| (*at, matches!(given, Given::CallArrives { .. })));
        Script::made_of(header, given, seen, totals)
    }
}
