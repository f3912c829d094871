//! The ways in which a scenario of recorded calls is made smaller and simpler. Each takes what is left so far and leaves a
//! scenario that fails alike, or the same one.

use std::collections::BTreeSet;

use super::Failing;
use super::check::{Check, Shown};
use super::ddmin::ddmin;
use super::record::{Call, calls_of, sound, with_calls};
use crate::experiment::ReplicationError;
use crate::scenario::{Agent, DEFAULT_HANDLER, RecordedPatience, Scenario, Shift};
use crate::simulation::{Control, SimulationError};
use crate::time::{Duration, Instant, NANOS_PER_SEC};

/// So often all the ways are tried one after the other; a round that changes nothing is the last anyway.
const MOST_ROUNDS: u32 = 10;

/// Why nothing more is tried.
enum Stop {
    /// As many runs were made as may be.
    OutOfRuns,
    /// A run was told to stop.
    Failed(ReplicationError),
}

/// What is left so far, and the runs that it took.
pub(super) struct Reduction<'a> {
    check: &'a Check,
    control: &'a Control,
    most_runs: u64,
    /// No horizon is longer than that of the run that was asked for.
    longest: Duration,
    pub(super) runs: u64,
    /// Whether there were not enough runs to try everything.
    pub(super) is_cut_short: bool,
    pub(super) scenario: Scenario,
    pub(super) failing: Failing,
}

impl<'a> Reduction<'a> {
    pub(super) fn new(
        check: &'a Check,
        scenario: Scenario,
        failing: Failing,
        runs: u64,
        most_runs: u64,
        control: &'a Control,
    ) -> Self {
        let longest = scenario.horizon;
        Reduction { check, control, most_runs, longest, runs, is_cut_short: false, scenario, failing }
    }

    /// Makes the scenario as small and as simple as it can be made.
    ///
    /// # Errors
    ///
    /// If a run is told to stop.
    pub(super) fn reduce(&mut self) -> Result<(), ReplicationError> {
        match self.round_after_round() {
            Err(Stop::Failed(error)) => Err(error),
            Err(Stop::OutOfRuns) => {
                self.is_cut_short = true;
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn round_after_round(&mut self) -> Result<(), Stop> {
        self.cut_after_the_failure()?;
        self.shorten()?;
        self.halve()?;
        self.shorten()?;
        for _ in 0..MOST_ROUNDS {
            let before = self.scenario.clone();
            self.fewer_calls()?;
            self.lengthen()?;
            self.fewer_agents()?;
            self.one_group()?;
            self.fewer_memberships()?;
            self.fewer_shifts()?;
            self.simpler_settings()?;
            self.begin_later()?;
            self.simpler_calls()?;
            self.whole_seconds()?;
            self.shorten()?;
            if self.scenario == before {
                break;
            }
        }
        Ok(())
    }

    /// Takes a candidate in place of what is left if it fails alike.
    fn attempt(&mut self, candidate: Option<Scenario>) -> Result<bool, Stop> {
        let Some(candidate) = candidate else { return Ok(false) };
        if candidate == self.scenario {
            return Ok(true);
        }
        if self.control.is_stopped() {
            return Err(Stop::Failed(SimulationError::Interrupted.into()));
        }
        if self.runs >= self.most_runs {
            return Err(Stop::OutOfRuns);
        }
        self.runs += 1;
        self.control.advance(1);
        match self.check.run(&candidate, 1, (), self.control) {
            Ok(Shown::Fails(failing)) if failing.symptom.is_alike(&self.failing.symptom) => {
                (self.scenario, self.failing) = (candidate, failing);
                Ok(true)
            }
            Ok(_) => Ok(false),
            Err(error @ ReplicationError::Simulation(SimulationError::Interrupted)) => Err(Stop::Failed(error)),
            // One that cannot be run shows nothing.
            Err(_) => Ok(false),
        }
    }

    /// Finds the fewest of some items with which the scenario that `with` makes of them still fails alike.
    fn fewest<T: Clone>(
        &mut self,
        items: Vec<T>,
        with: impl Fn(&Scenario, &[T]) -> Option<Scenario>,
    ) -> Result<(), Stop> {
        let base = self.scenario.clone();
        ddmin(items, |some| self.attempt(with(&base, some)))?;
        Ok(())
    }

    /// What comes after the failure has no part in it, if it was noticed during the run.
    fn cut_after_the_failure(&mut self) -> Result<(), Stop> {
        let Some(at) = self.failing.at else { return Ok(()) };
        let until = at.since(Instant::START) + Duration::from_nanos(1);
        let horizon = up(until).min(self.scenario.horizon);
        let shorter = sound(Scenario { horizon, ..self.scenario.clone() });
        if !self.attempt(shorter)? {
            let calls: Vec<Call> =
                calls_of(&self.scenario).into_iter().filter(|(_, call)| call.arrival <= at).collect();
            self.attempt(with_calls(&self.scenario, &calls))?;
        }
        Ok(())
    }

    /// Leaves out half of the agents or of the calls as long as that goes. A thousand agents keep a thousand calls busy, of
    /// which none can be left out before the agents are.
    fn halve(&mut self) -> Result<(), Stop> {
        loop {
            let agents = &self.scenario.agents;
            let (one, other) = agents.split_at(agents.len() / 2);
            let halves = [one, other].map(|agents| Scenario { agents: agents.to_vec(), ..self.scenario.clone() });
            let calls = calls_of(&self.scenario);
            let (early, late) = calls.split_at(calls.len() / 2);
            let mut candidates: Vec<Option<Scenario>> = halves.into_iter().map(sound).collect();
            candidates.extend([late, early].map(|calls| with_calls(&self.scenario, calls)));
            let mut is_smaller = false;
            for candidate in candidates {
                if candidate.as_ref() != Some(&self.scenario) && self.attempt(candidate)? {
                    is_smaller = true;
                    break;
                }
            }
            if !is_smaller {
                return Ok(());
            }
        }
    }

    /// Finds by bisection a horizon of whole seconds that is short.
    fn shorten(&mut self) -> Result<(), Stop> {
        let (mut short, mut long) = (0, up(self.scenario.horizon).as_secs());
        while long - short > 1 {
            let middle = short + (long - short) / 2;
            let horizon = Duration::from_secs(middle);
            if self.attempt(sound(Scenario { horizon, ..self.scenario.clone() }))? {
                long = middle;
            } else {
                short = middle;
            }
        }
        Ok(())
    }

    /// Gives what follows room to move: fewer agents take longer, and so do times that are rounded up.
    fn lengthen(&mut self) -> Result<(), Stop> {
        let double = self.scenario.horizon + self.scenario.horizon + Duration::from_secs(10);
        let horizon = double.min(self.longest);
        self.attempt(sound(Scenario { horizon, ..self.scenario.clone() }))?;
        Ok(())
    }

    fn fewer_calls(&mut self) -> Result<(), Stop> {
        self.fewest(calls_of(&self.scenario), with_calls)
    }

    fn fewer_agents(&mut self) -> Result<(), Stop> {
        self.fewest(self.scenario.agents.clone(), |base, agents| {
            sound(Scenario { agents: agents.to_vec(), ..base.clone() })
        })
    }

    /// Lets the calls be of one group, all but the fewest that have to stay where they are.
    fn one_group(&mut self) -> Result<(), Stop> {
        let of = |scenario: &Scenario| -> BTreeSet<usize> {
            calls_of(scenario).into_iter().map(|(group, _)| group).collect()
        };
        for one in of(&self.scenario) {
            if of(&self.scenario).len() > 1 {
                self.change_calls(|&(group, _)| group != one, |call| call.0 = one)?;
            }
        }
        Ok(())
    }

    /// Groups that an agent need not serve; groups that nobody serves then are gone.
    fn fewer_memberships(&mut self) -> Result<(), Stop> {
        let all = self.scenario.agents.iter().enumerate();
        let all = all.flat_map(|(agent, of)| (0..of.groups.len()).map(move |position| (agent, position))).collect();
        self.fewest(all, |base, kept| {
            let agents = base.agents.iter().enumerate().map(|(number, agent)| {
                let positions = kept.iter().filter(|(agent, _)| *agent == number).map(|&(_, position)| position);
                let (groups, ranks) = positions.map(|position| (agent.groups[position], agent.ranks[position])).unzip();
                Agent { groups, ranks, ..agent.clone() }
            });
            sound(Scenario { agents: agents.collect(), ..base.clone() })
        })
    }

    /// Shifts that are not needed; and then agents who may as well stay all the time, at an address of their own.
    fn fewer_shifts(&mut self) -> Result<(), Stop> {
        if self.scenario.agents.iter().any(|agent| agent.shifts.len() > 1) {
            let all = self.scenario.agents.iter().enumerate();
            let all = all.flat_map(|(agent, of)| of.shifts.iter().map(move |&shift| (agent, shift))).collect();
            self.fewest(all, |base, kept: &[(usize, Shift)]| {
                let agents = base.agents.iter().enumerate().map(|(number, agent)| {
                    let shifts = kept.iter().filter(|(agent, _)| *agent == number).map(|&(_, shift)| shift);
                    Agent { shifts: shifts.collect(), ..agent.clone() }
                });
                sound(Scenario { agents: agents.collect(), ..base.clone() })
            })?;
        }
        let always = vec![Shift { log_in: Instant::START, log_out: Instant::NEVER }];
        let comes_and_goes = |agent: &Agent| agent.shifts != always || agent.address != agent.name;
        let agents = self.scenario.agents.iter().enumerate();
        let not_plain: Vec<usize> =
            agents.filter(|(_, agent)| comes_and_goes(agent)).map(|(number, _)| number).collect();
        self.fewest(not_plain.clone(), |base, kept| {
            let mut changed = base.clone();
            for &number in not_plain.iter().filter(|number| !kept.contains(number)) {
                let agent = &mut changed.agents[number];
                (agent.shifts, agent.address) = (always.clone(), agent.name.clone());
            }
            sound(changed)
        })
    }

    /// The defaults in place of what the scenario says, one after the other.
    fn simpler_settings(&mut self) -> Result<(), Stop> {
        let changes: [fn(&mut Scenario); 7] = [
            |scenario| scenario.warm_up = Duration::ZERO,
            |scenario| scenario.conventions = Default::default(),
            |scenario| scenario.routing.agent_selection = Default::default(),
            |scenario| scenario.routing.call_selection = Default::default(),
            |scenario| scenario.agents.iter_mut().for_each(|agent| agent.ranks.fill(1)),
            |scenario| scenario.groups.iter_mut().for_each(|group| group.queue_capacity = None),
            |scenario| scenario.groups.iter_mut().for_each(|group| group.handler = DEFAULT_HANDLER.to_owned()),
        ];
        for change in changes {
            let mut changed = self.scenario.clone();
            change(&mut changed);
            self.attempt(sound(changed))?;
        }
        Ok(())
    }

    /// Lets the run begin in the second in which the first call arrives.
    fn begin_later(&mut self) -> Result<(), Stop> {
        let calls = calls_of(&self.scenario);
        let Some((_, first)) = calls.first() else { return Ok(()) };
        let early = Duration::from_secs(first.arrival.since(Instant::START).as_secs());
        let Ok(start) = self.scenario.start.checked_add(jiff::SignedDuration::from_secs(early.as_secs() as i64)) else {
            return Ok(());
        };
        let less = |duration: Duration| Duration::from_nanos(duration.as_nanos().saturating_sub(early.as_nanos()));
        let earlier = |at: Instant| match at {
            Instant::NEVER => Instant::NEVER,
            at => Instant::START + less(at.since(Instant::START)),
        };
        let mut later = Scenario { start, ..self.scenario.clone() };
        (later.horizon, later.warm_up) = (less(later.horizon), less(later.warm_up));
        for agent in &mut later.agents {
            agent.shifts.retain(|shift| earlier(shift.log_out) > Instant::START);
            for shift in &mut agent.shifts {
                *shift = Shift { log_in: earlier(shift.log_in), log_out: earlier(shift.log_out) };
            }
        }
        let calls: Vec<Call> = calls
            .into_iter()
            .map(|(group, mut call)| {
                call.arrival = earlier(call.arrival);
                (group, call)
            })
            .collect();
        self.attempt(with_calls(&later, &calls))?;
        Ok(())
    }

    /// Endless patience, no wrap-up and a talk of a second, where that does as well.
    fn simpler_calls(&mut self) -> Result<(), Stop> {
        let endless = |call: &mut Call| call.1.patience = RecordedPatience::Unknown;
        self.change_calls(|(_, call)| call.patience != RecordedPatience::Unknown, endless)?;
        let at_once = |call: &mut Call| call.1.wrap_up = Some(Duration::ZERO);
        self.change_calls(|(_, call)| call.wrap_up != Some(Duration::ZERO), at_once)?;
        let short = Some(Duration::from_secs(1));
        self.change_calls(|(_, call)| call.talk != short, |(_, call)| call.talk = short)
    }

    /// Whole seconds for calls and shifts, where they do as well.
    fn whole_seconds(&mut self) -> Result<(), Stop> {
        let is_whole = |time: Duration| time == whole(time);
        let of = |time: Option<Duration>| time.unwrap_or(Duration::ZERO);
        self.change_calls(|(_, call)| !is_whole(of(call.talk)), |(_, call)| call.talk = call.talk.map(whole))?;
        self.change_calls(|(_, call)| !is_whole(of(call.wrap_up)), |(_, call)| call.wrap_up = call.wrap_up.map(whole))?;
        self.change_calls(
            |(_, call)| matches!(call.patience, RecordedPatience::Exactly(time) if !is_whole(time)),
            |(_, call)| {
                if let RecordedPatience::Exactly(time) = call.patience {
                    call.patience = RecordedPatience::Exactly(whole(time));
                }
            },
        )?;
        let at = |instant: Instant| Instant::START + whole(instant.since(Instant::START));
        self.change_calls(|(_, call)| at(call.arrival) != call.arrival, |(_, call)| call.arrival = at(call.arrival))?;
        let mut rounded = self.scenario.clone();
        for shift in rounded.agents.iter_mut().flat_map(|agent| &mut agent.shifts) {
            shift.log_in = at(shift.log_in);
            if shift.log_out != Instant::NEVER {
                shift.log_out = at(shift.log_out);
            }
        }
        rounded.horizon = up(rounded.horizon);
        self.attempt(sound(rounded))?;
        Ok(())
    }

    /// Changes calls of a kind, all but the fewest that have to stay as they are.
    fn change_calls(&mut self, is_one: impl Fn(&Call) -> bool, change: impl Fn(&mut Call)) -> Result<(), Stop> {
        let calls = calls_of(&self.scenario);
        let ones: Vec<usize> =
            calls.iter().enumerate().filter(|(_, call)| is_one(call)).map(|(number, _)| number).collect();
        self.fewest(ones.clone(), |base, kept| {
            let mut changed = calls.clone();
            // Both are in order.
            ones.iter()
                .filter(|number| kept.binary_search(number).is_err())
                .for_each(|&number| change(&mut changed[number]));
            with_calls(base, &changed)
        })
    }
}

/// The nearest whole second, halves upwards.
fn whole(time: Duration) -> Duration {
    Duration::from_secs((time + Duration::from_nanos(NANOS_PER_SEC / 2)).as_secs())
}

/// The next whole second, or this one.
fn up(time: Duration) -> Duration {
    Duration::from_secs(time.as_nanos().div_ceil(NANOS_PER_SEC))
}
