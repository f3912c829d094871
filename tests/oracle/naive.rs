//! A simulator that is obviously right and slow: a list of what is pending, searched from end to end at every step.
//!
//! It shares no code with the engine but the scenario's types. The tie rule stands here a second time, as the docs of
//! `acdsim::simulation` state it: [`Pending`]'s order is that of the six kinds of things that happen at one instant.

use std::fmt::Write;

use acdsim::scenario::{AgentSelection, Arrivals, CallSelection, RecordedPatience, Scenario};
use acdsim::time::Duration;

/// What a call brings along; times are nanoseconds, a patience of none is endless.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fate {
    pub(crate) arrival: u64,
    pub(crate) talk: u64,
    pub(crate) wrap_up: u64,
    pub(crate) patience: Option<u64>,
}

/// The fates of the recorded calls of each group; none if a law has a say in them.
pub(crate) fn recorded_fates(scenario: &Scenario) -> Option<Vec<Vec<Fate>>> {
    let group = |group: &acdsim::scenario::Group| {
        let Arrivals::Recorded(calls) = &group.arrivals else { return None };
        let fate = |call: &acdsim::scenario::RecordedCall| {
            let patience = match call.patience {
                RecordedPatience::Exactly(patience) => Some(patience.as_nanos()),
                RecordedPatience::Unknown | RecordedPatience::AtLeast(_) if group.patience.is_none() => None,
                RecordedPatience::Unknown | RecordedPatience::AtLeast(_) => return None,
            };
            let nanos = Duration::as_nanos;
            Some(Fate {
                arrival: call.arrival.as_nanos(),
                talk: call.talk.map(nanos)?,
                wrap_up: call.wrap_up.map(nanos)?,
                patience,
            })
        };
        calls.iter().map(fate).collect()
    };
    scenario.groups.iter().map(group).collect()
}

/// What is to happen, in the order in which it does if it is due at the same instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pending {
    MeasurementStarts,
    LogOut { agent: usize },
    LogIn { agent: usize },
    PhaseEnds { agent: usize },
    PatienceEnds { call: usize },
    Arrival { group: usize, index: usize },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Waiting,
    Blocked,
    Abandoned { at: u64 },
    Talking,
    WrappingUp,
    Completed,
}

#[derive(Clone, Debug)]
struct Call {
    group: usize,
    fate: Fate,
    life: Life,
    answer: Option<(u64, u32, usize)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Away,
    /// Idle; whoever has the lesser number became so earlier.
    Idle(u64),
    Busy(usize),
}

#[derive(Clone, Debug)]
struct Agent {
    doing: Doing,
    /// The number of the first session of the present stay.
    sessions_from: u32,
    must_leave: bool,
    must_come_back: bool,
}

/// A session as the naive simulator knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) agent: usize,
    pub(crate) group: usize,
    pub(crate) started: u64,
    pub(crate) ended: Option<u64>,
}

/// What the naive simulator finds.
#[derive(Debug)]
pub(crate) struct Found {
    /// The text of `calls.csv`.
    pub(crate) calls: String,
    /// In the order of creation.
    pub(crate) sessions: Vec<Session>,
}

/// Simulates a scenario whose calls have these fates, group by group.
pub(crate) fn simulate(scenario: &Scenario, fates: &[Vec<Fate>]) -> Found {
    let mut naive = Naive {
        scenario,
        fates,
        now: 0,
        pending: Vec::new(),
        calls: Vec::new(),
        agents: vec![
            Agent { doing: Doing::Away, sessions_from: 0, must_leave: false, must_come_back: false };
            scenario.agents.len()
        ],
        sessions: Vec::new(),
        idle_numbers: 0,
    };
    naive.pending.push((scenario.warm_up.as_nanos(), Pending::MeasurementStarts));
    for (number, agent) in scenario.agents.iter().enumerate() {
        for shift in &agent.shifts {
            naive.pending.push((shift.log_in.as_nanos(), Pending::LogIn { agent: number }));
            naive.pending.push((shift.log_out.as_nanos(), Pending::LogOut { agent: number }));
        }
    }
    for (group, fates) in fates.iter().enumerate() {
        for (index, fate) in fates.iter().enumerate() {
            naive.pending.push((fate.arrival, Pending::Arrival { group, index }));
        }
    }
    while naive.step() {}
    Found { calls: naive.log(), sessions: naive.sessions }
}

struct Naive<'a> {
    scenario: &'a Scenario,
    fates: &'a [Vec<Fate>],
    now: u64,
    pending: Vec<(u64, Pending)>,
    calls: Vec<Call>,
    agents: Vec<Agent>,
    sessions: Vec<Session>,
    idle_numbers: u64,
}

impl Naive<'_> {
    /// Lets the next thing happen; false if there is none before the horizon.
    fn step(&mut self) -> bool {
        let mut earliest: Option<usize> = None;
        for place in 0..self.pending.len() {
            if earliest.is_none_or(|earliest| self.pending[place] < self.pending[earliest]) {
                earliest = Some(place);
            }
        }
        let Some(earliest) = earliest else { return false };
        let (now, what) = self.pending.remove(earliest);
        if now >= self.scenario.horizon.as_nanos() {
            return false;
        }
        assert!(now >= self.now, "time does not run backwards");
        self.now = now;
        match what {
            Pending::MeasurementStarts => {}
            Pending::LogOut { agent } => self.log_out(agent),
            Pending::LogIn { agent } => self.log_in(agent),
            Pending::PhaseEnds { agent } => self.phase_ends(agent),
            Pending::PatienceEnds { call } => {
                if self.calls[call].life == Life::Waiting {
                    self.calls[call].life = Life::Abandoned { at: now };
                }
            }
            Pending::Arrival { group, index } => self.arrival(group, self.fates[group][index]),
        }
        true
    }

    fn arrival(&mut self, group: usize, fate: Fate) {
        let call = self.calls.len();
        self.calls.push(Call { group, fate, life: Life::Waiting, answer: None });
        let mut chosen: Option<((u32, u64), usize)> = None;
        for (agent, state) in self.agents.iter().enumerate() {
            let Doing::Idle(since) = state.doing else { continue };
            let of = &self.scenario.agents[agent];
            let Some(position) = of.groups.iter().position(|&other| other == group) else { continue };
            let by_rank = self.scenario.routing.agent_selection == AgentSelection::LowestRank;
            let key = (if by_rank { of.ranks[position] } else { 0 }, since);
            if chosen.is_none_or(|(better, _)| key < better) {
                chosen = Some((key, agent));
            }
        }
        let waiting = |other: &&Call| other.group == group && other.life == Life::Waiting;
        let others = self.calls[..call].iter().filter(waiting).count();
        match (chosen, fate.patience) {
            (Some((_, agent)), _) => self.answer(agent, call),
            _ if self.scenario.groups[group].queue_capacity.is_some_and(|room| others >= room as usize) => {
                self.calls[call].life = Life::Blocked;
            }
            (None, Some(patience)) => self.pending.push((self.now + patience, Pending::PatienceEnds { call })),
            (None, None) => {}
        }
    }

    fn answer(&mut self, agent: usize, call: usize) {
        let group = self.calls[call].group;
        let position = self.scenario.agents[agent].groups.iter().position(|&other| other == group);
        let session = self.agents[agent].sessions_from + position.expect("the agent serves the group") as u32;
        self.calls[call].life = Life::Talking;
        self.calls[call].answer = Some((self.now, session, agent));
        self.agents[agent].doing = Doing::Busy(call);
        self.pending.push((self.now + self.calls[call].fate.talk, Pending::PhaseEnds { agent }));
    }

    fn phase_ends(&mut self, agent: usize) {
        let Doing::Busy(call) = self.agents[agent].doing else { panic!("agent {agent} is busy") };
        let wrap_up = self.calls[call].fate.wrap_up;
        if self.calls[call].life == Life::Talking && wrap_up > 0 {
            self.calls[call].life = Life::WrappingUp;
            self.pending.push((self.now + wrap_up, Pending::PhaseEnds { agent }));
            return;
        }
        self.calls[call].life = Life::Completed;
        if self.agents[agent].must_leave {
            self.leave(agent);
            if std::mem::take(&mut self.agents[agent].must_come_back) {
                self.come(agent);
            }
        } else {
            self.look_for_work(agent);
        }
    }

    /// The agent takes the call that has waited longest in all the agent's groups, or in the first of them where one
    /// waits, or is idle.
    fn look_for_work(&mut self, agent: usize) {
        let groups = &self.scenario.agents[agent].groups;
        let in_order = self.scenario.routing.call_selection == CallSelection::GroupOrder;
        let mut chosen: Option<((usize, u64, usize), usize)> = None;
        for (call, record) in self.calls.iter().enumerate() {
            let Some(position) = groups.iter().position(|&group| group == record.group) else { continue };
            let key = (if in_order { position } else { 0 }, record.fate.arrival, position);
            if record.life == Life::Waiting && chosen.is_none_or(|(earlier, _)| key < earlier) {
                chosen = Some((key, call));
            }
        }
        match chosen {
            Some((_, call)) => self.answer(agent, call),
            None => {
                self.idle_numbers += 1;
                self.agents[agent].doing = Doing::Idle(self.idle_numbers);
            }
        }
    }

    fn come(&mut self, agent: usize) {
        self.agents[agent].sessions_from = self.sessions.len() as u32;
        for &group in &self.scenario.agents[agent].groups {
            self.sessions.push(Session { agent, group, started: self.now, ended: None });
        }
        self.look_for_work(agent);
    }

    fn leave(&mut self, agent: usize) {
        self.agents[agent].must_leave = false;
        self.agents[agent].doing = Doing::Away;
        for session in self.sessions.iter_mut().filter(|session| session.agent == agent) {
            session.ended.get_or_insert(self.now);
        }
    }

    fn log_in(&mut self, agent: usize) {
        match self.agents[agent].doing {
            Doing::Away => self.come(agent),
            // The last call of the shift before is not done.
            Doing::Busy(_) => self.agents[agent].must_come_back = true,
            Doing::Idle(_) => panic!("agent {agent} is logged in already"),
        }
    }

    fn log_out(&mut self, agent: usize) {
        if self.agents[agent].must_come_back {
            // The call of the shift before has lasted for the whole of this one.
            self.agents[agent].must_come_back = false;
        } else if let Doing::Busy(_) = self.agents[agent].doing {
            self.agents[agent].must_leave = true;
        } else {
            self.leave(agent);
        }
    }

    /// The call log, written as the documentation of `calls.csv` has it.
    fn log(&self) -> String {
        let secs = |nanos: u64| NanosAsSecs(nanos).to_string();
        let mut text =
            "replication,call,group,arrival_s,patience_s,counted,outcome,wait_s,session,agent,talk_s,wrap_up_s\n"
                .to_owned();
        for (index, call) in self.calls.iter().enumerate() {
            let Fate { arrival, talk, wrap_up, patience } = call.fate;
            let (outcome, left) = match call.life {
                Life::Waiting => ("waiting", self.scenario.horizon.as_nanos()),
                Life::Blocked => ("blocked", arrival),
                Life::Abandoned { at } => ("abandoned", at),
                Life::Talking => ("talking", call.answer.expect("it was answered").0),
                Life::WrappingUp => ("wrapping_up", call.answer.expect("it was answered").0),
                Life::Completed => ("completed", call.answer.expect("it was answered").0),
            };
            let group = &self.scenario.groups[call.group].name;
            let counted = arrival >= self.scenario.warm_up.as_nanos();
            let patience = patience.map_or_else(String::new, secs);
            let wait = secs(left - arrival);
            let _ = write!(text, "1,{},{group},{},{patience},{counted},{outcome},{wait},", index + 1, secs(arrival));
            let _ = match call.answer {
                Some((_, session, agent)) => write!(text, "{session},{}", self.scenario.agents[agent].name),
                None => write!(text, ","),
            };
            let talked = matches!(call.life, Life::WrappingUp | Life::Completed);
            let talk = if talked { secs(talk) } else { String::new() };
            let wrap_up = if call.life == Life::Completed { secs(wrap_up) } else { String::new() };
            let _ = writeln!(text, ",{talk},{wrap_up}");
        }
        text
    }
}

/// Nanoseconds that print as seconds.
struct NanosAsSecs(u64);

impl std::fmt::Display for NanosAsSecs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = format!("{:010}", self.0);
        let (secs, decimals) = digits.split_at(digits.len() - 9);
        write!(f, "{secs}.{decimals}")
    }
}
