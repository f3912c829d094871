//! The call center: its queues, its idle agents, and what happens at each event.

use std::collections::VecDeque;
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::simulation::EventKey;
use nexosim::time::MonotonicTime;
use rand_distr::{Distribution, Exp1};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

const TALK_SECS: f64 = 100.0;
const WRAP_UP_SECS: f64 = 20.0;
/// What the arrivals are reckoned from. It is no sum: another talk or wrap-up makes the load wrong, which is noticed.
pub const HANDLE_SECS: f64 = 120.0;

/// With several groups, group i answers the call types i and i + 1, and the last one the last type and the first.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Workload {
    pub groups: usize,
    pub agents_each: usize,
    pub erlangs_each: f64,
    pub patience_secs: Option<f64>,
}

/// How many calls arrived, and the waits of those that were answered and arrived after the warm-up.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub struct Tally {
    pub calls: u64,
    pub answered: u64,
    pub waited: Duration,
}

#[derive(Serialize, Deserialize)]
struct Waiting {
    number: u64,
    arrived: MonotonicTime,
    patience: Option<EventKey>,
}

#[derive(Serialize, Deserialize)]
struct Group {
    /// The calls of the type with the number of this group.
    waiting: VecDeque<Waiting>,
    /// Since when each idle agent of the group has been so.
    idle: VecDeque<MonotonicTime>,
}

#[derive(Serialize, Deserialize)]
pub struct CallCenter {
    workload: Workload,
    measured_from: MonotonicTime,
    random: Xoshiro256PlusPlus,
    groups: Vec<Group>,
    tally: Tally,
}

#[Model]
impl CallCenter {
    pub fn new(workload: Workload, start: MonotonicTime, measured_from: MonotonicTime) -> Self {
        let idle: VecDeque<_> = vec![start; workload.agents_each].into();
        let group = |_| Group { waiting: VecDeque::new(), idle: idle.clone() };
        CallCenter {
            workload,
            measured_from,
            random: Xoshiro256PlusPlus::seed_from_u64(1),
            groups: (0..workload.groups).map(group).collect(),
            tally: Tally::default(),
        }
    }

    pub async fn tally(&mut self) -> Tally {
        self.tally
    }

    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        for call_type in 0..self.groups.len() {
            self.expect(call_type, cx);
        }
    }

    #[nexosim(schedulable)]
    fn arrive(&mut self, call_type: usize, cx: &Context<Self>) {
        self.expect(call_type, cx);
        self.tally.calls += 1;
        let now = cx.time();
        let before = (call_type + self.groups.len() - 1) % self.groups.len();
        let groups = [before, call_type].into_iter();
        match groups.filter_map(|group| Some((*self.groups[group].idle.front()?, group))).min() {
            Some((_, group)) => {
                self.groups[group].idle.pop_front();
                self.answer(group, now, cx);
            }
            None => {
                let number = self.tally.calls;
                let patience = self.workload.patience_secs.map(|mean| {
                    let delay = self.exponential(mean);
                    cx.schedule_keyed_event(delay, schedulable!(Self::give_up), (call_type, number))
                        .expect("patience is positive")
                });
                self.groups[call_type].waiting.push_back(Waiting { number, arrived: now, patience });
            }
        }
    }

    #[nexosim(schedulable)]
    fn give_up(&mut self, (call_type, number): (usize, u64)) {
        let waiting = &mut self.groups[call_type].waiting;
        if let Ok(place) = waiting.binary_search_by_key(&number, |call| call.number) {
            waiting.remove(place);
        }
    }

    #[nexosim(schedulable)]
    fn hang_up(&mut self, group: usize, cx: &Context<Self>) {
        let wrap_up = self.exponential(WRAP_UP_SECS);
        cx.schedule_event(wrap_up, schedulable!(Self::become_free), group).expect("wrap-up is positive");
    }

    #[nexosim(schedulable)]
    fn become_free(&mut self, group: usize, cx: &Context<Self>) {
        let types = [group, (group + 1) % self.groups.len()].into_iter();
        let longest = types.filter_map(|call_type| Some((self.groups[call_type].waiting.front()?.arrived, call_type)));
        match longest.min().and_then(|(_, call_type)| self.groups[call_type].waiting.pop_front()) {
            Some(call) => {
                if let Some(patience) = call.patience {
                    patience.cancel();
                }
                self.answer(group, call.arrived, cx);
            }
            None => self.groups[group].idle.push_back(cx.time()),
        }
    }

    fn expect(&mut self, call_type: usize, cx: &Context<Self>) {
        let gap = self.exponential(HANDLE_SECS / self.workload.erlangs_each);
        cx.schedule_event(gap, schedulable!(Self::arrive), call_type).expect("a gap is positive");
    }

    fn answer(&mut self, group: usize, arrived: MonotonicTime, cx: &Context<Self>) {
        if arrived >= self.measured_from {
            self.tally.answered += 1;
            self.tally.waited += cx.time().duration_since(arrived);
        }
        let talk = self.exponential(TALK_SECS);
        cx.schedule_event(talk, schedulable!(Self::hang_up), group).expect("talk is positive");
    }

    /// An exponential time of at least a nanosecond: an event can not be scheduled for now.
    fn exponential(&mut self, mean_secs: f64) -> Duration {
        let unit: f64 = Exp1.sample(&mut self.random);
        Duration::from_secs_f64(unit * mean_secs).max(Duration::from_nanos(1))
    }
}
