//! Any part whose clocks are all exponential: a Markov chain, made with the routing that the engine uses.

use std::cell::RefCell;
use std::collections::HashMap;

use super::parts::{Part, phase_type};
use crate::analytic::exact::PhaseType;
use crate::analytic::exact::chain::{Chain, ChainModel, Label, LineMove, Transition};
use crate::scenario::{AgentSelection, CallSelection, Scenario};
use crate::simulation::routing::Router;

/// So many states are solved for at most.
const MOST_STATES: usize = 400_000;

/// A handle time of more phases than that makes too many states.
const MOST_PHASES: usize = 20;

/// The share of the calls that may be cut off with the states beyond the longest queue.
const NEGLIGIBLE: f64 = 1e-9;

/// What the chain says of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct GroupFigures {
    pub(super) p_wait: f64,
    pub(super) p_block: f64,
    pub(super) p_abandon: f64,
    pub(super) asa_s: f64,
    pub(super) mean_wait_all_s: f64,
    pub(super) mean_queue_length: f64,
}

/// What the chain says of a part.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PartFigures {
    /// In the order of the part's groups.
    pub(super) groups: Vec<GroupFigures>,
    /// Agents who are alike, by their indexes in the scenario, with their occupancy.
    pub(super) agents: Vec<(Vec<usize>, f64)>,
}

/// Agents who are alike: they serve the same groups, in the same order, with the same ranks.
#[derive(Clone, Debug)]
struct Class {
    /// By their indexes in the scenario.
    agents: Vec<usize>,
    /// The places in the part of the groups that they serve.
    groups: Vec<usize>,
    /// For each of those groups, the first of the places at which busy agents are counted by phase.
    slots: Vec<usize>,
}

/// A part as a Markov chain.
struct PartChain<'a> {
    rates: &'a [f64],
    /// For each group of the part.
    phases: Vec<PhaseType>,
    /// Callers who give up, per second; 0 if they do not.
    impatience: Vec<f64>,
    capacities: Vec<usize>,
    groups: &'a [usize],
    classes: Vec<Class>,
    class_of: HashMap<u32, usize>,
    router: RefCell<Router>,
    slots: usize,
    idle_in_order: bool,
    waiting_in_order: bool,
    most_waiting: usize,
}

/// The state of a part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    /// How many agents are busy at each place.
    busy: Vec<u16>,
    /// How many agents of each class are idle; or the classes of the idle agents, the longest idle first.
    idle: Vec<u16>,
    /// How many calls of each group wait; or the groups of the waiting calls, the longest waiting first.
    waiting: Vec<u16>,
}

/// What happens to a call.
#[derive(Clone, Copy)]
enum Fate {
    Answered,
    Waits,
    Blocked,
    Taken,
    Abandons,
}

const FATES: u16 = 5;

fn label(group: usize, fate: Fate) -> Label {
    Label(group as u16 * FATES + fate as u16)
}

/// Solves a part, or says which assumption fails.
pub(super) fn solve(scenario: &Scenario, part: &Part, rates: &[f64]) -> Result<PartFigures, String> {
    let mut model = PartChain::new(scenario, part, rates)?;
    // The longest queue is doubled until what lies beyond it does not matter.
    loop {
        let chain = Chain::explore(&model, MOST_STATES).map_err(|error| error.to_string())?;
        let stationary = chain.stationary().map_err(|error| error.to_string())?;
        let cut = stationary.total_cut_flow() / rates.iter().sum::<f64>();
        if cut > NEGLIGIBLE {
            model.most_waiting *= 2;
            continue;
        }
        let mut groups = Vec::new();
        for (group, &rate) in rates.iter().enumerate() {
            let flow = |fate| stationary.flow(label(group, fate));
            let (answered, taken, abandoned) = (flow(Fate::Answered), flow(Fate::Taken), flow(Fate::Abandons));
            let length = stationary.mean(|state| model.line(state, group) as f64);
            let entered = rate - flow(Fate::Blocked);
            let asa_s = if model.impatience[group] == 0.0 {
                length / entered
            } else {
                let waits = stationary.line_waits(group).map_err(|error| error.to_string())?;
                waits.taken.rate * waits.taken.mean_wait_s / (answered + taken)
            };
            groups.push(GroupFigures {
                p_wait: flow(Fate::Waits) / rate,
                p_block: flow(Fate::Blocked) / rate,
                p_abandon: abandoned / rate,
                asa_s,
                mean_wait_all_s: length / entered,
                mean_queue_length: length,
            });
        }
        let occupancy = |number: usize, class: &Class| {
            let all = class.agents.len() as f64;
            (class.agents.clone(), 1.0 - stationary.mean(|state| model.idle_of(state, number) as f64) / all)
        };
        let agents = model.classes.iter().enumerate().map(|(number, class)| occupancy(number, class)).collect();
        return Ok(PartFigures { groups, agents });
    }
}

impl<'a> PartChain<'a> {
    fn new(scenario: &Scenario, part: &'a Part, rates: &'a [f64]) -> Result<Self, String> {
        let (mut phases, mut impatience, mut capacities) = (Vec::new(), Vec::new(), Vec::new());
        for &group in &part.groups {
            let group = &scenario.groups[group];
            let of_group = phase_type(&group.handling).filter(|law| law.phases() <= MOST_PHASES);
            phases.push(of_group.ok_or_else(|| {
                format!("the handle time of {} has no exponential phases, or more than {MOST_PHASES}", group.name)
            })?);
            impatience.push(match &group.patience {
                None => 0.0,
                Some(patience) => {
                    1.0 / patience
                        .is_exponential()
                        .ok_or_else(|| format!("the patience of {} is not exponential", group.name))?
                }
            });
            capacities.push(group.queue_capacity.map_or(usize::MAX, |calls| calls as usize));
        }
        let place = |group: &usize| part.groups.iter().position(|other| other == group).expect("it is of the part");
        let mut classes: Vec<Class> = Vec::new();
        let mut slots = 0;
        let mut class_of = HashMap::new();
        let mut by_look: HashMap<(&[usize], &[u32]), usize> = HashMap::new();
        for &number in &part.agents {
            let agent = &scenario.agents[number];
            let class = *by_look.entry((&agent.groups, &agent.ranks)).or_insert_with(|| {
                let groups: Vec<usize> = agent.groups.iter().map(place).collect();
                // Where all groups have the same handle time, it does not matter whose call an agent has.
                let alike = groups.iter().all(|&group| phases[group] == phases[groups[0]]);
                let mut first = Vec::new();
                for &group in &groups {
                    first.push(slots);
                    if !alike {
                        slots += phases[group].phases();
                    }
                }
                if alike {
                    slots += phases[groups[0]].phases();
                }
                classes.push(Class { agents: Vec::new(), groups, slots: first });
                classes.len() - 1
            });
            classes[class].agents.push(number);
            class_of.insert(number as u32, class);
        }
        let rank = |class: &Class, group: usize| {
            let position = class.groups.iter().position(|&other| other == group)?;
            let by_rank = scenario.routing.agent_selection == AgentSelection::LowestRank;
            Some(if by_rank { scenario.agents[class.agents[0]].ranks[position] } else { 0 })
        };
        // Where two classes are equal for a group, it matters who of them is idle longer.
        let idle_in_order = (0..part.groups.len()).any(|group| {
            let mut ranks: Vec<u32> = classes.iter().filter_map(|class| rank(class, group)).collect();
            ranks.sort_unstable();
            ranks.windows(2).any(|pair| pair[0] == pair[1])
        });
        let several = classes.iter().any(|class| class.groups.len() > 1);
        let waiting_in_order = several && scenario.routing.call_selection == CallSelection::LongestWaiting;
        Ok(PartChain {
            rates,
            phases,
            impatience,
            capacities,
            groups: &part.groups,
            classes,
            class_of,
            router: RefCell::new(Router::new(scenario)),
            slots,
            idle_in_order,
            waiting_in_order,
            most_waiting: if waiting_in_order && part.groups.len() > 1 { 8 } else { 32 },
        })
    }

    /// How many calls of a group wait.
    fn line(&self, state: &State, group: usize) -> usize {
        if self.waiting_in_order {
            state.waiting.iter().filter(|&&other| usize::from(other) == group).count()
        } else {
            usize::from(state.waiting[group])
        }
    }

    fn all_waiting(&self, state: &State) -> usize {
        if self.waiting_in_order {
            state.waiting.len()
        } else {
            state.waiting.iter().map(|&calls| usize::from(calls)).sum()
        }
    }

    /// How many agents of a class are idle.
    fn idle_of(&self, state: &State, class: usize) -> usize {
        if self.idle_in_order {
            state.idle.iter().filter(|&&other| usize::from(other) == class).count()
        } else {
            usize::from(state.idle[class])
        }
    }

    /// The idle agents of a state, each as one of its class, the longest idle first.
    fn idle_agents(&self, state: &State) -> Vec<u32> {
        let mut used = vec![0; self.classes.len()];
        let mut agents = Vec::new();
        let mut next = |class: usize| {
            agents.push(self.classes[class].agents[used[class]] as u32);
            used[class] += 1;
        };
        if self.idle_in_order {
            state.idle.iter().for_each(|&class| next(class.into()));
        } else {
            (0..self.classes.len()).for_each(|class| (0..state.idle[class]).for_each(|_| next(class)));
        }
        agents
    }

    /// The state without the longest idle agent of a class.
    fn without_idle(&self, state: &State, class: usize) -> State {
        let mut state = state.clone();
        if self.idle_in_order {
            let place = state.idle.iter().position(|&other| usize::from(other) == class).expect("one is idle");
            state.idle.remove(place);
        } else {
            state.idle[class] -= 1;
        }
        state
    }

    /// The state with one call of a group more that waits.
    fn with_waiting(&self, state: &State, group: usize) -> State {
        let mut state = state.clone();
        if self.waiting_in_order {
            state.waiting.push(group as u16);
        } else {
            state.waiting[group] += 1;
        }
        state
    }

    /// The state without the longest waiting call of a group.
    fn without_head(&self, state: &State, group: usize) -> State {
        let mut state = state.clone();
        if self.waiting_in_order {
            let place = state.waiting.iter().position(|&other| usize::from(other) == group).expect("one waits");
            state.waiting.remove(place);
        } else {
            state.waiting[group] -= 1;
        }
        state
    }

    /// Lets an agent of a class begin a call of a group: the phase is drawn.
    fn begin(&self, state: &State, class: usize, group: usize, mut emit: impl FnMut(State, f64)) {
        let of_class = &self.classes[class];
        let position = of_class.groups.iter().position(|&other| other == group).expect("the class serves the group");
        for (phase, &share) in self.phases[group].initial().iter().enumerate().filter(|&(_, &share)| share > 0.0) {
            let mut next = state.clone();
            next.busy[of_class.slots[position] + phase] += 1;
            emit(next, share);
        }
    }

    /// The group's place in the part.
    fn place(&self, group: u32) -> usize {
        self.groups.iter().position(|&other| other == group as usize).expect("agents of a part serve groups of it")
    }

    /// What a free agent of a class does: takes the call of the rule, or is idle.
    fn become_free(&self, state: &State, class: usize, mut emit: impl FnMut(State, f64, Option<usize>)) {
        let router = self.router.borrow();
        let longest = |group: u32| {
            let group = self.place(group);
            let since = if self.waiting_in_order {
                state.waiting.iter().position(|&other| usize::from(other) == group)
            } else {
                (state.waiting[group] > 0).then_some(0)
            };
            since.map(|since| (group, since))
        };
        match router.call_for(self.classes[class].agents[0] as u32, longest) {
            Some((group, _)) => {
                let state = self.without_head(state, group);
                self.begin(&state, class, group, |next, share| emit(next, share, Some(group)));
            }
            None => {
                let mut next = state.clone();
                if self.idle_in_order {
                    next.idle.push(class as u16);
                } else {
                    next.idle[class] += 1;
                }
                emit(next, 1.0, None);
            }
        }
    }

    fn arrivals(&self, state: &State, emit: &mut dyn FnMut(Transition<State>)) {
        let idle = self.idle_agents(state);
        let mut router = self.router.borrow_mut();
        idle.iter().for_each(|&agent| router.insert(agent));
        for (group, &rate) in self.rates.iter().enumerate() {
            if let Some((agent, _)) = router.agent_for(self.groups[group] as u32) {
                let class = self.class_of[&agent];
                let state = self.without_idle(state, class);
                self.begin(&state, class, group, |next, share| {
                    emit(Transition::new(next, rate * share, label(group, Fate::Answered)));
                });
            } else if self.line(state, group) >= self.capacities[group] {
                emit(Transition::new(state.clone(), rate, label(group, Fate::Blocked)));
            } else {
                let next = self.with_waiting(state, group);
                emit(Transition::new(next, rate, label(group, Fate::Waits)).moving(group as u16, LineMove::Join));
            }
        }
        idle.iter().for_each(|&agent| router.remove(agent));
    }

    fn abandonments(&self, state: &State, emit: &mut dyn FnMut(Transition<State>)) {
        for (group, &rate) in self.impatience.iter().enumerate().filter(|&(_, &rate)| rate > 0.0) {
            let label = label(group, Fate::Abandons);
            if self.waiting_in_order {
                let places = state.waiting.iter().enumerate().filter(|&(_, &other)| usize::from(other) == group);
                for (in_line, (place, _)) in places.enumerate() {
                    let mut next = state.clone();
                    next.waiting.remove(place);
                    emit(Transition::new(next, rate, label).moving(group as u16, LineMove::RemoveAt(in_line as u32)));
                }
            } else if state.waiting[group] > 0 {
                let mut next = state.clone();
                next.waiting[group] -= 1;
                let rate = rate * f64::from(state.waiting[group]);
                emit(Transition::new(next, rate, label).moving(group as u16, LineMove::RemoveAny));
            }
        }
    }

    fn phase_ends(&self, state: &State, emit: &mut dyn FnMut(Transition<State>)) {
        for (number, class) in self.classes.iter().enumerate() {
            for (position, &group) in class.groups.iter().enumerate() {
                if position > 0 && class.slots[position] == class.slots[0] {
                    // Counted with the first group, whose handle time is the same.
                    continue;
                }
                for phase in 0..self.phases[group].phases() {
                    self.phase_ends_for_one(state, number, position, phase, emit);
                }
            }
        }
    }

    /// Lets one of the agents of a class end a phase of a call of the group at a position of the class's list.
    fn phase_ends_for_one(
        &self,
        state: &State,
        class: usize,
        position: usize,
        phase: usize,
        emit: &mut dyn FnMut(Transition<State>),
    ) {
        /// What nobody asks for.
        const OTHER: Label = Label(u16::MAX);
        let Class { ref groups, ref slots, .. } = self.classes[class];
        let (law, first) = (&self.phases[groups[position]], slots[position]);
        let busy = f64::from(state.busy[first + phase]);
        if busy == 0.0 {
            return;
        }
        let mut left = state.clone();
        left.busy[first + phase] -= 1;
        for next in (0..law.phases()).filter(|&next| law.move_rate(phase, next) > 0.0) {
            let mut moved = left.clone();
            moved.busy[first + next] += 1;
            emit(Transition::new(moved, busy * law.move_rate(phase, next), OTHER));
        }
        let rate = busy * law.exit_rate(phase);
        if rate > 0.0 {
            self.become_free(&left, class, |next, share, taken| match taken {
                Some(group) => emit(
                    Transition::new(next, rate * share, label(group, Fate::Taken))
                        .moving(group as u16, LineMove::TakeHead),
                ),
                None => emit(Transition::new(next, rate * share, OTHER)),
            });
        }
    }
}

impl ChainModel for PartChain<'_> {
    type State = State;

    fn initial(&self) -> State {
        let sizes = || self.classes.iter().enumerate().map(|(class, of_class)| (class as u16, of_class.agents.len()));
        State {
            busy: vec![0; self.slots],
            idle: if self.idle_in_order {
                sizes().flat_map(|(class, agents)| std::iter::repeat_n(class, agents)).collect()
            } else {
                sizes().map(|(_, agents)| agents as u16).collect()
            },
            waiting: if self.waiting_in_order { Vec::new() } else { vec![0; self.groups.len()] },
        }
    }

    fn transitions(&self, state: &State, emit: &mut dyn FnMut(Transition<State>)) {
        self.arrivals(state, emit);
        self.abandonments(state, emit);
        self.phase_ends(state, emit);
    }

    fn contains(&self, state: &State) -> bool {
        self.all_waiting(state) <= self.most_waiting
    }

    fn lines(&self) -> usize {
        self.groups.len()
    }

    fn line_length(&self, state: &State, line: usize) -> usize {
        self.line(state, line)
    }
}
