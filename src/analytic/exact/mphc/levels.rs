//! The stationary distribution, level after level.

use super::MPhc;
use super::configurations::{Configurations, Transition, count};
use crate::analytic::exact::ExactError;
use crate::analytic::exact::matrix::{MMatrix, Matrix};
use crate::analytic::exact::qbd::{first_passage_down, sum_of_powers};

/// The stationary distribution of the number of calls and of the agents' configuration.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    pub(super) giving_up: f64,
    /// The configurations of all agents busy.
    pub(super) all_busy: Configurations,
    /// How an agent's end of a call changes the configuration while calls wait: rates.
    pub(super) departures: Vec<Transition>,
    /// How many agents are in each phase in the mean, counting only the time in which not all are busy.
    busy_below: Vec<f64>,
    /// The probability that not all agents are busy.
    free: f64,
    /// The probabilities of the configurations with 0, 1, 2, ... calls waiting; for an endless queue with none only.
    queue: Vec<Vec<f64>>,
    /// The endless queue.
    endless: Option<Endless>,
}

/// Levels that go on for ever: each is the one before times R.
#[derive(Clone, Debug)]
struct Endless {
    ratio: Matrix,
    /// I + R + R² + ...
    sum: Matrix,
}

/// The last level of a truncated queue that is left out has a probability below that.
const NEGLIGIBLE: f64 = 1e-17;
/// Levels whose probability is that part of the first one's are taken together, so that there is an end to them.
const UNRESOLVED: f64 = 1e-24;

impl Levels {
    pub(super) fn solve(model: &MPhc) -> Result<Self, ExactError> {
        let size = count(model.agents, model.handle.phases());
        let affordable = |levels: usize| {
            let too_many = ExactError::TooManyStates { max_states: model.max_states };
            if size.saturating_mul(levels) <= model.max_states { Ok(levels) } else { Err(too_many) }
        };
        affordable(1)?;
        let blocks = Blocks::new(model);
        if model.mean_patience_s.is_none() && model.waiting_places.is_none() {
            return blocks.endless();
        }
        // Callers who give up keep the queue finite: no more places than make a difference.
        let places = model.waiting_places.map_or(usize::MAX, |places| places as usize);
        let mut tried = if model.mean_patience_s.is_some() { places.min(64) } else { places };
        loop {
            let levels = blocks.finite(affordable(tried.saturating_add(1))? - 1);
            let last: f64 = levels.queue[tried].iter().sum();
            if tried == places || last < NEGLIGIBLE {
                return Ok(levels);
            }
            tried = places.min(tried * 2);
        }
    }

    /// How many calls can wait; none if there is no limit.
    pub(super) fn waiting_places(&self) -> Option<u32> {
        self.endless.is_none().then(|| (self.queue.len() - 1) as u32)
    }

    /// The probability that an agent is free.
    pub(super) fn p_free(&self) -> f64 {
        self.free
    }

    /// The probabilities that an arriving call has to wait, and that it finds no place.
    pub(super) fn p_wait(&self) -> (f64, f64) {
        let total = |masses: &[f64]| masses.iter().sum::<f64>();
        match &self.endless {
            Some(endless) => (total(&endless.sum.after(&self.queue[0])), 0.0),
            None => {
                let last = self.queue.len() - 1;
                (self.queue[..last].iter().map(|masses| total(masses)).sum(), total(&self.queue[last]))
            }
        }
    }

    /// How many calls wait in the mean.
    pub(super) fn mean_queue_length(&self) -> f64 {
        match &self.endless {
            Some(endless) => {
                // π (R + 2R² + 3R³ + ...) = π R (I + R + ...)².
                let from_one = endless.ratio.after(&endless.sum.after(&self.queue[0]));
                endless.sum.after(&from_one).iter().sum()
            }
            None => self
                .queue
                .iter()
                .zip(0_u32..)
                .map(|(masses, count)| f64::from(count) * masses.iter().sum::<f64>())
                .sum(),
        }
    }

    /// How many agents are in each phase in the mean.
    pub(super) fn busy_by_phase(&self) -> Vec<f64> {
        let masses = match &self.endless {
            Some(endless) => endless.sum.after(&self.queue[0]),
            None => self.sum_from(0),
        };
        let mut busy = self.busy_below.clone();
        add_busy(&mut busy, &self.all_busy, &masses);
        busy
    }

    /// The probabilities of the configurations with at least so many calls waiting.
    fn sum_from(&self, waiting: usize) -> Vec<f64> {
        let mut sum = vec![0.0; self.all_busy.list.len()];
        for masses in self.queue.iter().skip(waiting) {
            sum.iter_mut().zip(masses).for_each(|(sum, mass)| *sum += mass);
        }
        sum
    }

    /// What arriving calls find, by how many wait ahead of them: as many levels as exist and matter, at most `most` if
    /// they are endless; and the probability of the levels beyond.
    pub(super) fn found(&self, most: usize) -> (Vec<Vec<f64>>, f64) {
        match &self.endless {
            None => (self.queue[..self.queue.len() - 1].to_vec(), 0.0),
            Some(endless) => {
                let mut next = self.queue[0].clone();
                let mut found = Vec::new();
                let matters = UNRESOLVED * next.iter().sum::<f64>();
                while found.len() < most && next.iter().sum::<f64>() > matters {
                    let beyond = endless.ratio.after(&next);
                    found.push(std::mem::replace(&mut next, beyond));
                }
                (found, endless.sum.after(&next).iter().sum())
            }
        }
    }

    /// The sum over a second of the waits of those who are answered, in seconds, where callers give up.
    ///
    /// For each place in the queue, from the last: the sum of the times that the one there has waited grows by the
    /// probability that there is one, and goes along with whoever advances.
    pub(super) fn waits_of_answered(&self, giving_up: f64) -> f64 {
        let size = self.all_busy.list.len();
        let mut local = Matrix::zeros(size, size);
        self.all_busy.moves.iter().for_each(|&(from, to, rate)| local[(from, to)] += rate);
        let completions = self.all_busy.completion_rates();
        let mut occupied = vec![0.0; size];
        let mut ages = vec![0.0; size];
        for ahead in (0..self.queue.len() - 1).rev() {
            let leaving = (ahead + 1) as f64 * giving_up;
            let mut gains = self.advanced(&ages, leaving);
            for (entry, gain) in gains.iter_mut().enumerate() {
                occupied[entry] += self.queue[ahead + 1][entry];
                *gain += occupied[entry];
            }
            let slack = completions.iter().map(|rate| rate + leaving).collect();
            ages = MMatrix::factor(local.clone(), slack).solve_row(gains);
        }
        ages.iter().zip(completions).map(|(ages, rate)| ages * rate).sum()
    }

    /// One place further: by the end of a call, or at the rate `leaving`.
    fn advanced(&self, masses: &[f64], leaving: f64) -> Vec<f64> {
        let mut advanced: Vec<f64> = masses.iter().map(|mass| mass * leaving).collect();
        self.departures.iter().for_each(|&(from, to, rate)| advanced[to] += masses[from] * rate);
        advanced
    }
}

/// Adds how many agents are in each phase.
fn add_busy(busy: &mut [f64], configurations: &Configurations, masses: &[f64]) {
    for (one, mass) in configurations.list.iter().zip(masses) {
        busy.iter_mut().zip(one).for_each(|(busy, &count)| *busy += mass * f64::from(count));
    }
}

/// The rates of the process, by level.
struct Blocks {
    arrival_rate: f64,
    giving_up: f64,
    /// By the number of busy agents.
    configurations: Vec<Configurations>,
    departures: Vec<Transition>,
}

impl Blocks {
    fn new(model: &MPhc) -> Self {
        let configurations: Vec<_> = (0..=model.agents).map(|busy| Configurations::new(busy, &model.handle)).collect();
        let agents = model.agents as usize;
        let mut starts = vec![Vec::new(); configurations[agents - 1].list.len()];
        for &(from, to, probability) in &configurations[agents - 1].starts {
            starts[from].push((to, probability));
        }
        let mut departures = Vec::new();
        for &(from, between, rate) in &configurations[agents].completions {
            departures.extend(starts[between].iter().map(|&(to, probability)| (from, to, rate * probability)));
        }
        let giving_up = model.mean_patience_s.map_or(0.0, |mean| 1.0 / mean);
        Blocks { arrival_rate: model.arrival_rate, giving_up, configurations, departures }
    }

    fn agents(&self) -> usize {
        self.configurations.len() - 1
    }

    fn size(&self) -> usize {
        self.configurations[self.agents()].list.len()
    }

    /// The rates within the level of so many busy agents.
    fn local(&self, busy: usize) -> Matrix {
        dense(
            self.configurations[busy].list.len(),
            self.configurations[busy].list.len(),
            &self.configurations[busy].moves,
        )
    }

    /// Out of the level of all agents busy and so many waiting, downwards.
    fn down_in_queue(&self, waiting: usize) -> Matrix {
        let mut down = dense(self.size(), self.size(), &self.departures);
        (0..self.size()).for_each(|entry| down[(entry, entry)] += waiting as f64 * self.giving_up);
        down
    }

    fn endless(&self) -> Result<Levels, ExactError> {
        let mut up = Matrix::zeros(self.size(), self.size());
        (0..self.size()).for_each(|entry| up[(entry, entry)] = self.arrival_rate);
        let passage = first_passage_down(&up, &self.local(self.agents()), &self.down_in_queue(0))?;
        let solver = self.censored(self.agents(), Some(&passage), 0);
        let ratio = solver.solve(up);
        let sum = sum_of_powers(&ratio)?;
        Ok(self.assembled(self.below(solver), Some(Endless { ratio, sum }), vec![]))
    }

    fn finite(&self, places: usize) -> Levels {
        let mut solvers = Vec::with_capacity(places + 1);
        let mut passage = None;
        for waiting in (0..=places).rev() {
            let solver = self.censored(self.agents(), passage.as_ref(), waiting);
            if waiting > 0 {
                passage = Some(solver.solve(self.down_in_queue(waiting)));
            }
            solvers.push(solver);
        }
        let all_busy = solvers.pop().expect("there is a level without waiting calls");
        solvers.reverse();
        self.assembled(self.below(all_busy), None, solvers)
    }

    /// The solvers of the levels of 1, 2, ... busy agents up to all, which is given.
    fn below(&self, all_busy: MMatrix) -> Vec<MMatrix> {
        let mut solvers = vec![all_busy];
        for busy in (1..self.agents()).rev() {
            let above = &self.configurations[busy + 1];
            let down = dense(above.list.len(), self.configurations[busy].list.len(), &above.completions);
            let passage = solvers[solvers.len() - 1].solve(down);
            solvers.push(self.censored(busy, Some(&passage), 0));
        }
        solvers.reverse();
        solvers
    }

    /// The process within a level, watched only there and below: how it leaves downwards is the slack.
    fn censored(&self, busy: usize, passage: Option<&Matrix>, waiting: usize) -> MMatrix {
        let mut rates = self.local(busy);
        let here = &self.configurations[busy];
        if let Some(passage) = passage {
            let stays: Vec<Transition> = (0..here.list.len()).map(|entry| (entry, entry, 1.0)).collect();
            // An arrival leads to the level above, from where it comes back.
            let up = if busy < self.agents() { &here.starts } else { &stays };
            for &(from, above, probability) in up {
                for (to, &back) in passage.row(above).iter().enumerate() {
                    rates[(from, to)] += self.arrival_rate * probability * back;
                }
            }
        }
        let leaving = waiting as f64 * self.giving_up;
        MMatrix::factor(rates, here.completion_rates().iter().map(|rate| rate + leaving).collect())
    }

    /// The distribution from the empty level upwards.
    fn assembled(&self, below: Vec<MMatrix>, endless: Option<Endless>, queue: Vec<MMatrix>) -> Levels {
        let mut masses = vec![vec![1.0]];
        let push = |next: Vec<f64>, masses: &mut Vec<Vec<f64>>| {
            let total: f64 = next.iter().sum();
            masses.push(next);
            if total > 1e100 {
                masses.iter_mut().flatten().for_each(|mass| *mass /= total);
            }
        };
        for (busy, solver) in below.iter().enumerate() {
            let mut inflow = vec![0.0; self.configurations[busy + 1].list.len()];
            for &(from, to, probability) in &self.configurations[busy].starts {
                inflow[to] += masses[busy][from] * self.arrival_rate * probability;
            }
            push(solver.solve_row(inflow), &mut masses);
        }
        for solver in &queue {
            let inflow = masses[masses.len() - 1].iter().map(|mass| mass * self.arrival_rate).collect();
            push(solver.solve_row(inflow), &mut masses);
        }
        let queue_levels = masses.split_off(self.agents());
        let mut levels = Levels {
            giving_up: self.giving_up,
            all_busy: self.configurations[self.agents()].clone(),
            departures: self.departures.clone(),
            busy_below: vec![0.0; self.configurations[1].list.len()],
            free: masses.iter().flatten().sum(),
            queue: queue_levels,
            endless,
        };
        for (configurations, masses) in self.configurations.iter().zip(&masses) {
            add_busy(&mut levels.busy_below, configurations, masses);
        }
        let (waiting, blocked) = levels.p_wait();
        let total = levels.free + waiting + blocked;
        levels.free /= total;
        levels.busy_below.iter_mut().chain(levels.queue.iter_mut().flatten()).for_each(|mass| *mass /= total);
        levels
    }
}

fn dense(rows: usize, columns: usize, transitions: &[Transition]) -> Matrix {
    let mut matrix = Matrix::zeros(rows, columns);
    transitions.iter().for_each(|&(from, to, rate)| matrix[(from, to)] += rate);
    matrix
}
