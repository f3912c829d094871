//! Watches how agents spend their time against what is planned.

use super::Attendance;
use crate::acd::{AgentId, GroupId, SessionId, SessionState, StateChange};
use crate::scenario::{Agent, Scenario};
use crate::simulation::{Absence, Event, Observer};
use crate::time::Instant;

/// Observes the attendance of each agent and of the agents of each group, from the end of the warm-up to the horizon.
///
/// An agent who is logged in to several groups is in the attendance of each of them, as in the mean number of agents.
#[derive(Clone, Debug)]
pub struct Workforce<'s> {
    scenario: &'s Scenario,
    from: Instant,
    horizon: Instant,
    desks: Vec<Desk>,
    /// The group of each session.
    sessions: Vec<GroupId>,
    agents: Vec<Attendance>,
    groups: Vec<Attendance>,
}

/// What an agent has been since an instant.
#[derive(Clone, Debug, Default)]
struct Desk {
    since: Instant,
    /// The groups that the agent is logged in to.
    groups: Vec<GroupId>,
    away: Option<Absence>,
    /// Whether the agent is in a call or its wrap-up, and whether in a call that is no ACD call.
    is_busy: bool,
    on_other_call: bool,
    /// Up to when that is counted. Calls have a clock of their own, so that only comings and goings look at the plan.
    busy_since: Instant,
    /// Time in calls and their wrap-up, and in calls that were no ACD calls, that is not in the attendances yet.
    busy_nanos: u64,
    other_call_nanos: u64,
    /// The first shift that has not ended.
    shift: usize,
}

impl Desk {
    fn is_staffed(&self) -> bool {
        !self.groups.is_empty() && self.away.is_none()
    }

    /// Adds time in which the agent was as now.
    fn add(&self, time: u128, attendance: &mut Attendance) {
        match self.away {
            None => {
                attendance.staffed_nanos += time;
                // What is in a shift is taken away again.
                attendance.overtime_nanos += time;
            }
            Some(Absence::Break) => attendance.break_nanos += time,
            Some(Absence::RingNoAnswer) => attendance.after_ring_nanos += time,
        }
    }
}

const fn is_busy(state: SessionState) -> bool {
    matches!(state, SessionState::BusyOnCall | SessionState::BusyWrapup)
}

/// The groups that are served in a shift of an agent.
fn groups_of_shift(agent: &Agent, shift: usize) -> impl Iterator<Item = usize> {
    let positions = agent.desk.shift_groups.get(shift);
    let count = positions.map_or(agent.groups.len(), Vec::len);
    (0..count).map(move |index| agent.groups[positions.map_or(index, |positions| positions[index])])
}

/// The nanoseconds that a shift shares with the time between two instants.
fn shared(shift: &crate::scenario::Shift, from: Instant, to: Instant) -> u128 {
    shift.log_out.min(to).since(shift.log_in.max(from)).as_nanos().into()
}

impl<'s> Workforce<'s> {
    /// Nobody logged in yet.
    pub fn new(scenario: &'s Scenario) -> Self {
        Workforce {
            scenario,
            from: Instant::START,
            horizon: Instant::START + scenario.horizon,
            desks: vec![Desk::default(); scenario.agents.len()],
            sessions: Vec::new(),
            agents: vec![Attendance::default(); scenario.agents.len()],
            groups: vec![Attendance::default(); scenario.groups.len()],
        }
    }

    /// The attendance of each agent, and of the agents of each group, in the order of the scenario.
    pub fn into_attendance(self) -> (Vec<Attendance>, Vec<Attendance>) {
        let Workforce { scenario, from, horizon, mut agents, mut groups, .. } = self;
        for (agent, attendance) in scenario.agents.iter().zip(&mut agents) {
            for (index, shift) in agent.shifts.iter().enumerate() {
                let planned = shared(shift, from, horizon);
                attendance.planned_nanos += planned;
                groups_of_shift(agent, index).for_each(|group| groups[group].planned_nanos += planned);
            }
        }
        (agents, groups)
    }

    /// Lets the clock of an agent run up to now, or to the horizon, and returns what the agent is then.
    ///
    /// The agent's groups change after this alone, so the time in calls goes to those of the time before.
    fn advance(&mut self, agent: AgentId, now: Instant) -> &mut Desk {
        let number = agent.0 as usize;
        let (of, attendance) = (&self.scenario.agents[number], &mut self.agents[number]);
        let desk = &mut self.desks[number];
        let (busy, other) = (std::mem::take(&mut desk.busy_nanos), std::mem::take(&mut desk.other_call_nanos));
        let there = desk.groups.iter().map(|group| group.0 as usize);
        let add_calls = |attendance: &mut Attendance| {
            attendance.busy_nanos += u128::from(busy);
            attendance.other_call_nanos += u128::from(other);
        };
        add_calls(attendance);
        there.for_each(|group| add_calls(&mut self.groups[group]));
        let (from, to) = (desk.since, now.min(self.horizon));
        if from < to {
            desk.since = to;
            let staffed = desk.is_staffed();
            if !desk.groups.is_empty() {
                let time = u128::from((to - from).as_nanos());
                desk.add(time, attendance);
                desk.groups.iter().for_each(|group| desk.add(time, &mut self.groups[group.0 as usize]));
            }
            while of.shifts.get(desk.shift).is_some_and(|shift| shift.log_out <= from) {
                desk.shift += 1;
            }
            let open = of.shifts.iter().enumerate().skip(desk.shift);
            for (index, shift) in open.take_while(|(_, shift)| shift.log_in < to) {
                let planned = shared(shift, from, to);
                let note = |staffed: bool, attendance: &mut Attendance| match staffed {
                    true => attendance.overtime_nanos -= planned,
                    false => attendance.absent_nanos += planned,
                };
                note(staffed, attendance);
                for group in groups_of_shift(of, index) {
                    let there = staffed && desk.groups.contains(&GroupId(group as u32));
                    note(there, &mut self.groups[group]);
                }
            }
        }
        desk
    }

    /// Lets the clock of an agent's calls run up to now, or to the horizon, and returns what the agent is then.
    #[inline]
    fn advance_calls(&mut self, agent: AgentId, now: Instant) -> &mut Desk {
        let desk = &mut self.desks[agent.0 as usize];
        let now = now.min(self.horizon);
        let time = now.since(desk.busy_since).as_nanos();
        desk.busy_since = now;
        if desk.is_busy {
            desk.busy_nanos += time;
            desk.other_call_nanos += if desk.on_other_call { time } else { 0 };
        }
        desk
    }

    fn advance_all(&mut self, now: Instant) {
        (0..self.desks.len() as u32).for_each(|agent| {
            self.advance_calls(AgentId(agent), now);
            self.advance(AgentId(agent), now);
        });
    }

    /// Observes what is not about the calls of an agent's sessions.
    #[inline(never)]
    fn observe_rare(&mut self, now: Instant, event: &Event) {
        match *event {
            Event::SessionCreated { session, agent, group } => {
                debug_assert_eq!(session.0 as usize, self.sessions.len(), "sessions are numbered in order");
                self.sessions.push(group);
                self.advance(agent, now).groups.push(group);
            }
            Event::AgentAway { agent, why, .. } => self.advance(agent, now).away = Some(why),
            Event::OtherCallBegan { agent, .. } => {
                let desk = self.advance_calls(agent, now);
                (desk.is_busy, desk.on_other_call) = (true, true);
                let Workforce { desks, groups, .. } = self;
                if now < self.horizon {
                    self.agents[agent.0 as usize].other_calls += 1;
                    desks[agent.0 as usize].groups.iter().for_each(|group| groups[group.0 as usize].other_calls += 1);
                }
            }
            Event::OtherCallEnded { agent } => {
                let desk = self.advance_calls(agent, now);
                (desk.is_busy, desk.on_other_call) = (false, false);
            }
            Event::MeasurementStarted => {
                self.advance_all(now);
                self.from = now;
                self.agents.fill(Attendance::default());
                self.groups.fill(Attendance::default());
            }
            _ => {}
        }
    }

    /// Notes what an agent becomes by the change of a session.
    // Takes the parts of the change in registers: written to memory and read back they cost as much as all of it.
    #[inline(never)]
    fn session_changes(
        &mut self,
        now: Instant,
        session: SessionId,
        agent: AgentId,
        from: SessionState,
        to: SessionState,
    ) {
        let busy = is_busy(to);
        if busy != is_busy(from) {
            self.advance_calls(agent, now).is_busy = busy;
        }
        let ends = to == SessionState::SessionEnded;
        if ends || self.desks[agent.0 as usize].away.is_some() {
            self.comes_or_goes(now, session, agent, ends);
        }
    }

    /// Notes a change of a session of an agent who was away, or that ends.
    #[inline(never)]
    fn comes_or_goes(&mut self, now: Instant, session: SessionId, agent: AgentId, ends: bool) {
        if ends {
            self.advance_calls(agent, now);
        }
        let group = self.sessions[session.0 as usize];
        let desk = self.advance(agent, now);
        // An agent who is away comes back, or leaves, with the next change.
        desk.away = None;
        if ends {
            desk.groups.retain(|&other| other != group);
        }
    }
}

impl Observer for Workforce<'_> {
    // Inlined, so that events that are none of its business are gone where they are made.
    #[inline(always)]
    fn observe(&mut self, now: Instant, event: &Event) {
        match *event {
            Event::SessionChanged(StateChange { session, agent, from, to }) => {
                self.session_changes(now, session, agent, from, to);
            }
            Event::SessionCreated { .. }
            | Event::AgentAway { .. }
            | Event::OtherCallBegan { .. }
            | Event::OtherCallEnded { .. }
            | Event::MeasurementStarted => self.observe_rare(now, event),
            _ => {}
        }
    }

    fn finish(&mut self, end: Instant) {
        self.advance_all(end);
    }
}
