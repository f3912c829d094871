//! The equations of the queue and of those who wait in it, carried on over a time in which nothing changes.

use crate::analytic::exact::ExactError;
use crate::analytic::exact::poisson::Poisson;

/// What is the same for a time: rates per second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rates {
    pub(super) arrivals: f64,
    /// Of one busy agent.
    pub(super) service: f64,
    /// Of one waiting caller.
    pub(super) giving_up: f64,
    pub(super) agents: usize,
    pub(super) waiting_places: Option<usize>,
}

impl Rates {
    /// At which rate a call leaves, of `calls`.
    fn leaving(&self, calls: usize) -> f64 {
        let busy = calls.min(self.agents);
        busy as f64 * self.service + (calls - busy) as f64 * self.giving_up
    }

    /// At which rate one with so many ahead in the queue gets one place further: by an answer or because someone ahead
    /// gives up.
    fn advancing(&self, ahead: usize) -> f64 {
        self.agents as f64 * self.service + ahead as f64 * self.giving_up
    }
}

/// The state of the queue and of the calls that are followed.
#[derive(Clone, Debug, Default)]
pub(super) struct Flow {
    /// How likely there are 0, 1, 2, ... calls. Empty if only those who wait are followed.
    pub(super) calls: Vec<f64>,
    /// How many of the followed calls have 0, 1, 2, ... ahead in the queue, in the mean.
    pub(super) waiting: Vec<f64>,
    /// The sums of the times that these have waited.
    pub(super) ages: Vec<f64>,
}

/// What has come of the calls that are followed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outcome {
    pub(super) answered: f64,
    pub(super) abandoned: f64,
    pub(super) wait_answered: f64,
    pub(super) wait_abandoned: f64,
}

/// How the queue is carried on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) max_states: usize,
    /// Whether the calls that arrive are followed.
    pub(super) follows_arrivals: bool,
}

/// The largest mean number of jumps of a step: more would save little.
const JUMPS: f64 = 800.0;
/// Probabilities and numbers of calls below that do not matter.
const NEGLIGIBLE: f64 = 1e-30;

impl Flow {
    /// Carries the state on over `duration` seconds. Adds to `outcome`, and to `time_with` how long there are 0, 1, 2, ...
    /// calls; returns the probability that was left out.
    pub(super) fn advance(
        &mut self,
        rates: &Rates,
        duration: f64,
        limits: Limits,
        outcome: &mut Outcome,
        time_with: &mut Vec<f64>,
    ) -> Result<f64, ExactError> {
        let (mut left, mut truncated) = (duration, 0.0);
        while left > 0.0 && !(self.calls.is_empty() && self.waiting.is_empty()) {
            let (step, most) = self.next_step(rates, left);
            if most >= limits.max_states {
                return Err(ExactError::TooManyStates { max_states: limits.max_states });
            }
            truncated += self.step(rates, step, most, limits.follows_arrivals, outcome, time_with);
            left = if step >= left { 0.0 } else { left - step };
        }
        Ok(truncated)
    }

    /// The duration of the next step and the most calls there may be during it.
    fn next_step(&self, rates: &Rates, left: f64) -> (f64, usize) {
        let now = self.calls.len().max(rates.agents + self.waiting.len() + 1) - 1;
        let limit = rates.waiting_places.map_or(usize::MAX, |places| rates.agents + places).max(now);
        let mut step = left;
        loop {
            // More arrive with a probability below NEGLIGIBLE.
            let arriving = rates.arrivals * step;
            let more = if self.calls.is_empty() { 0.0 } else { arriving + 12.0 * arriving.sqrt() + 60.0 };
            let most = limit.min(now.saturating_add(more as usize));
            if self.rate(rates, most) * step <= JUMPS {
                return (step, most);
            }
            step /= 2.0;
        }
    }

    /// A rate that none of the rates exceeds at which something happens.
    fn rate(&self, rates: &Rates, most: usize) -> f64 {
        let arrivals = if self.calls.is_empty() { 0.0 } else { rates.arrivals };
        let waiting = most.saturating_sub(rates.agents) as f64;
        arrivals + rates.agents as f64 * rates.service + waiting * rates.giving_up
    }

    fn step(
        &mut self,
        rates: &Rates,
        duration: f64,
        most: usize,
        follows_arrivals: bool,
        outcome: &mut Outcome,
        time_with: &mut Vec<f64>,
    ) -> f64 {
        let rate = self.rate(rates, most);
        if rate == 0.0 {
            // Nothing happens but that time passes.
            self.pass(duration, time_with);
            return 0.0;
        }
        let poisson = Poisson::new(rate * duration);
        let mut jumping = Jumping::new(self, rates, rate, most, follows_arrivals);
        let can_grow = rates.waiting_places.is_none_or(|places| most < rates.agents + places);
        let mut after = Flow::default();
        // Sums over places come last: that many additions in a row would take the time.
        let (mut time_at, mut ages_at) = (Vec::new(), Vec::new());
        let mut truncated = 0.0;
        for (number, (probability, beyond)) in poisson.counts().enumerate() {
            if number > 0 {
                jumping.jump();
            }
            let time = beyond / rate;
            let (calls, waiting, ages) = jumping.state();
            add_scaled(&mut time_at, time, waiting);
            add_scaled(&mut ages_at, time, ages);
            add_scaled(time_with, time, calls);
            if can_grow {
                truncated += calls.get(most).map_or(0.0, |mass| mass * time * rates.arrivals);
            }
            if probability > 0.0 {
                add_scaled(&mut after.calls, probability, calls);
                add_scaled(&mut after.waiting, probability, waiting);
                add_scaled(&mut after.ages, probability, ages);
            }
        }
        *self = after;
        let answering = rates.advancing(0);
        outcome.answered += answering * time_at.first().copied().unwrap_or(0.0);
        outcome.wait_answered += answering * ages_at.first().copied().unwrap_or(0.0);
        outcome.abandoned += rates.giving_up * time_at.iter().sum::<f64>();
        outcome.wait_abandoned += rates.giving_up * ages_at.iter().sum::<f64>();
        truncated + self.trim()
    }

    /// Time passes in which nothing happens.
    fn pass(&mut self, duration: f64, time_with: &mut Vec<f64>) {
        add_scaled(time_with, duration, &self.calls);
        add_scaled(&mut self.ages, duration, &self.waiting);
    }

    /// Leaves out what does not matter, and returns its probability. Rounding errors of the sum do not add up over steps.
    fn trim(&mut self) -> f64 {
        let mut truncated = 0.0;
        let total: f64 = self.calls.iter().sum();
        self.calls.iter_mut().for_each(|mass| *mass /= total);
        while self.calls.len() > 1 && self.calls[self.calls.len() - 1] < NEGLIGIBLE {
            truncated += self.calls.pop().unwrap_or(0.0);
        }
        while self.waiting.last().is_some_and(|&number| number < NEGLIGIBLE) {
            self.waiting.pop();
        }
        self.ages.truncate(self.waiting.len());
        truncated
    }

    /// Changes the number of agents. Those who come answer calls that wait; of those who leave, as many as are returned
    /// are busy in the mean.
    pub(super) fn change_agents(&mut self, from: usize, to: usize, outcome: &mut Outcome) -> f64 {
        if to >= from {
            let answered = (to - from).min(self.waiting.len());
            outcome.answered += self.waiting.drain(..answered).sum::<f64>();
            outcome.wait_answered += self.ages.drain(..answered).sum::<f64>();
            return 0.0;
        }
        let leaving = from - to;
        let mut after = vec![0.0; self.calls.len()];
        let mut busy_leavers = 0.0;
        for (calls, &mass) in self.calls.iter().enumerate() {
            if calls >= from {
                after[calls - leaving] += mass;
                busy_leavers += mass * leaving as f64;
                continue;
            }
            for (busy, probability) in hypergeometric(from, calls, leaving) {
                after[calls - busy] += mass * probability;
                busy_leavers += mass * probability * busy as f64;
            }
        }
        self.calls = after;
        self.trim();
        busy_leavers
    }
}

/// The state of the uniformised chain after some jumps. All vectors have a 0 on both sides of what is in use.
struct Jumping {
    calls: Vec<f64>,
    waiting: Vec<f64>,
    ages: Vec<f64>,
    /// How many entries of `calls` and of the other two are in use.
    lengths: (usize, usize),
    next: (Vec<f64>, Vec<f64>, Vec<f64>),
    most: usize,
    agents: usize,
    follows_arrivals: bool,
    /// Probabilities of a jump: an arrival, and of each count to stay and to go one down.
    arriving: f64,
    staying: Vec<f64>,
    leaving: Vec<f64>,
    /// The same of each place in the queue, and the time that a jump stands for.
    keeping: Vec<f64>,
    advancing: Vec<f64>,
    time: f64,
}

impl Jumping {
    fn new(from: &Flow, rates: &Rates, rate: f64, most: usize, follows_arrivals: bool) -> Self {
        let padded = |values: &[f64], length: usize| {
            let mut padded = vec![0.0; length + 2];
            padded[1..=values.len()].copy_from_slice(values);
            padded
        };
        let places = most.saturating_sub(rates.agents);
        let arriving = |count: usize| if count < most { rates.arrivals } else { 0.0 };
        let staying = |count: usize| (rate - arriving(count) - rates.leaving(count)).max(0.0) / rate;
        let keeping = |ahead: usize| (rate - rates.advancing(ahead) - rates.giving_up).max(0.0) / rate;
        let most_calls = if from.calls.is_empty() { 0 } else { most + 1 };
        Jumping {
            calls: padded(&from.calls, most_calls),
            waiting: padded(&from.waiting, places),
            ages: padded(&from.ages, places),
            lengths: (from.calls.len(), from.waiting.len()),
            next: (vec![0.0; most_calls + 2], vec![0.0; places + 2], vec![0.0; places + 2]),
            most,
            agents: rates.agents,
            follows_arrivals: follows_arrivals && !from.calls.is_empty(),
            arriving: rates.arrivals / rate,
            staying: (0..most_calls).map(staying).collect(),
            leaving: (1..=most_calls).map(|count| rates.leaving(count) / rate).collect(),
            keeping: (0..places).map(keeping).collect(),
            advancing: (1..=places).map(|ahead| rates.advancing(ahead) / rate).collect(),
            time: 1.0 / rate,
        }
    }

    fn state(&self) -> (&[f64], &[f64], &[f64]) {
        let (calls, waiting) = self.lengths;
        (&self.calls[1..=calls], &self.waiting[1..=waiting], &self.ages[1..=waiting])
    }

    fn jump(&mut self) {
        let (mut calls, mut waiting) = self.lengths;
        if self.follows_arrivals {
            waiting = waiting.max(calls.saturating_sub(self.agents).min(self.keeping.len()));
        }
        // What is far too small to matter need not spread.
        if calls > 0 && calls <= self.most && self.calls[calls] > NEGLIGIBLE * 1e-12 {
            calls += 1;
        }
        let (next_calls, next_waiting, next_ages) = &mut self.next;
        step_birth_death(&mut next_calls[1..=calls], &self.calls, self.arriving, &self.staying, &self.leaving);
        step_birth_death(&mut next_waiting[1..=waiting], &self.waiting, 0.0, &self.keeping, &self.advancing);
        step_birth_death(&mut next_ages[1..=waiting], &self.ages, 0.0, &self.keeping, &self.advancing);
        add_to(&mut next_ages[1..=waiting], self.time, &self.waiting[1..=waiting]);
        if self.follows_arrivals && self.agents < self.lengths.0 {
            // Those who find all agents busy and a place: there is none if there are the most calls.
            let found = &self.calls[1 + self.agents..=self.lengths.0.min(self.most)];
            add_to(&mut next_waiting[1..=waiting], self.arriving, found);
        }
        self.lengths = (calls, waiting);
        std::mem::swap(&mut self.calls, next_calls);
        std::mem::swap(&mut self.waiting, next_waiting);
        std::mem::swap(&mut self.ages, next_ages);
    }
}

/// One jump of a birth-death chain; `from` has a 0 on both sides.
fn step_birth_death(next: &mut [f64], from: &[f64], up: f64, stay: &[f64], down: &[f64]) {
    for (((next, from), stay), down) in next.iter_mut().zip(from.windows(3)).zip(stay).zip(down) {
        *next = stay * from[1] + up * from[0] + down * from[2];
    }
}

/// `target` += `factor` · `source`, of the same length or longer.
fn add_to(target: &mut [f64], factor: f64, source: &[f64]) {
    for (entry, &term) in target.iter_mut().zip(source) {
        *entry += factor * term;
    }
}

/// `target` += `factor` · `source`, where the target may be shorter.
fn add_scaled(target: &mut Vec<f64>, factor: f64, source: &[f64]) {
    if target.len() < source.len() {
        target.resize(source.len(), 0.0);
    }
    add_to(target, factor, source);
}

/// How likely so many are marked of `drawn` out of `all`, of whom `marked` are: by ratios from the mode outwards.
fn hypergeometric(all: usize, marked: usize, drawn: usize) -> Vec<(usize, f64)> {
    let (least, most) = ((marked + drawn).saturating_sub(all), marked.min(drawn));
    let mode = ((marked + 1) * (drawn + 1) / (all + 2)).clamp(least, most);
    // P(k + 1) / P(k).
    let ratio = |k: usize| {
        ((marked - k) as f64 * (drawn - k) as f64) / ((k + 1) as f64 * (all + k + 1 - marked - drawn) as f64)
    };
    let mut weights = vec![0.0; most - least + 1];
    weights[mode - least] = 1.0;
    for count in mode..most {
        weights[count + 1 - least] = weights[count - least] * ratio(count);
    }
    for count in (least..mode).rev() {
        weights[count - least] = weights[count + 1 - least] / ratio(count);
    }
    let total: f64 = weights.iter().sum();
    weights.iter().enumerate().map(|(place, weight)| (least + place, weight / total)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leavers_are_drawn_without_replacement() {
        // Of 5 agents with 3 busy, 2 leave: both idle, one of each, both busy are 1, 6 and 3 of 10 pairs.
        let drawn = hypergeometric(5, 3, 2);
        for ((busy, probability), exact) in drawn.iter().zip([0.1, 0.6, 0.3]) {
            assert!((probability - exact).abs() < 1e-15, "{busy}");
        }
        assert_eq!(hypergeometric(7, 7, 3), [(3, 1.0)]);
        assert_eq!(hypergeometric(7, 0, 3), [(0, 1.0)]);
        assert_eq!(hypergeometric(4, 2, 4), [(2, 1.0)]);
        let mean: f64 = hypergeometric(900, 700, 400).iter().map(|&(busy, p)| busy as f64 * p).sum();
        assert!((mean * 900.0 / (700.0 * 400.0) - 1.0).abs() < 1e-13);
    }
}
