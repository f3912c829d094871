//! The yardstick: the workloads in event code that is as lean as it gets, written by hand for just these.
//!
//! Every event happens here too, but only the mean wait is kept: no sessions, no totals, no identities, no fingerprint,
//! one law for each purpose. What a general engine costs beyond this is what its generality costs.

use std::collections::VecDeque;

use acdsim::experiment::Workload;
use acdsim::random::{Purpose, Stream, UnitExponential};
use uuid::Uuid;

/// A tournament tree of packed timers.
struct Tree {
    nodes: Vec<u64>,
    bits: u32,
}

const UNSET: u64 = u64::MAX;

impl Tree {
    fn new(slots: usize) -> Self {
        let leaves = slots.next_power_of_two();
        Tree { nodes: vec![UNSET; 2 * leaves], bits: leaves.trailing_zeros() }
    }

    #[inline(always)]
    fn put(&mut self, slot: usize, mut key: u64) {
        let mut node = self.nodes.len() / 2 + slot;
        self.nodes[node] = key;
        while node > 1 {
            key = key.min(self.nodes[node ^ 1]);
            node /= 2;
            self.nodes[node] = key;
        }
    }

    #[inline(always)]
    fn set(&mut self, slot: usize, time: u64) {
        self.put(slot, time << self.bits | slot as u64);
    }

    #[inline(always)]
    fn top(&self) -> (u64, usize) {
        let key = self.nodes[1];
        (if key == UNSET { UNSET } else { key >> self.bits }, (key & ((1 << self.bits) - 1)) as usize)
    }
}

struct Waiting {
    entered: u64,
    talk: u64,
    wrap_up: u64,
    place: usize,
}

/// Runs so many calls of one group, W1 to W3, and returns the mean wait of the answered ones in seconds.
fn run_one(agents: usize, erlangs: f64, patience_secs: Option<f64>, calls: u64) -> f64 {
    let unit = UnitExponential::new();
    let stream = |purpose| Stream::new(1, 1, purpose, Uuid::nil());
    let (mut arrivals, mut talks, mut wraps, mut patiences) =
        (stream(Purpose::Arrivals), stream(Purpose::Talk), stream(Purpose::WrapUp), stream(Purpose::Patience));
    let gap = 120e9 / erlangs;
    let draw = |stream: &mut Stream, mean: f64| (mean * unit.draw(stream)) as u64;

    let mut timers = Tree::new(agents);
    let mut patience = Tree::new(1 << 9);
    let mut gone = vec![false; 1 << 9];
    let mut free: Vec<usize> = (0..1 << 9).rev().collect();
    let mut wrap_up = vec![0_u64; agents];
    let mut queue: VecDeque<Waiting> = VecDeque::new();
    let mut idle: VecDeque<usize> = (0..agents).collect();
    let (mut next, mut number) = (draw(&mut arrivals, gap), 0);
    let (mut waits, mut answered) = (0_u128, 0_u64);
    while number < calls {
        let (due, agent) = timers.top();
        let (out, place) = patience.top();
        if due <= out && due <= next {
            let wrap = std::mem::take(&mut wrap_up[agent]);
            if wrap > 0 {
                timers.set(agent, due + wrap);
                continue;
            }
            while queue.front().is_some_and(|call| gone[call.place]) {
                free.push(queue.pop_front().expect("there is a front").place);
            }
            match queue.pop_front() {
                Some(call) => {
                    if patience_secs.is_some() {
                        patience.put(call.place, UNSET);
                    }
                    free.push(call.place);
                    waits += u128::from(due - call.entered);
                    answered += 1;
                    wrap_up[agent] = call.wrap_up;
                    timers.set(agent, due + call.talk);
                }
                None => {
                    timers.put(agent, UNSET);
                    idle.push_back(agent);
                }
            }
        } else if out <= next {
            patience.put(place, UNSET);
            gone[place] = true;
        } else {
            let now = next;
            next += draw(&mut arrivals, gap);
            number += 1;
            let (talk, wrap) = (draw(&mut talks, 100e9), draw(&mut wraps, 20e9).max(1));
            let limit = patience_secs.map(|mean| draw(&mut patiences, mean * 1e9));
            if let Some(agent) = idle.pop_front() {
                answered += 1;
                wrap_up[agent] = wrap;
                timers.set(agent, now + talk);
            } else {
                let place = free.pop().expect("fewer calls wait than there are places");
                gone[place] = false;
                queue.push_back(Waiting { entered: now, talk, wrap_up: wrap, place });
                if let Some(limit) = limit {
                    patience.set(place, now + limit);
                }
            }
        }
    }
    waits as f64 / answered as f64 / 1e9
}

const GROUPS: usize = 5;
const AGENTS_OF_GROUP: usize = 100;

/// Runs so many calls of W4, five groups in a ring, and returns their mean wait in seconds.
///
/// The agents of group i serve the calls of groups i and i + 1: a call goes to the agent idle longest, an agent takes the
/// call that has waited longest.
fn run_ring(calls: u64) -> f64 {
    let unit = UnitExponential::new();
    let streams = |purpose| -> [Stream; GROUPS] {
        std::array::from_fn(|group| Stream::new(1, 1, purpose, Uuid::from_u128(group as u128)))
    };
    let (mut arrivals, mut talks, mut wraps) =
        (streams(Purpose::Arrivals), streams(Purpose::Talk), streams(Purpose::WrapUp));
    let draw = |stream: &mut Stream, mean: f64| (mean * unit.draw(stream)) as u64;

    let agents = GROUPS * AGENTS_OF_GROUP;
    let mut timers = Tree::new(agents);
    let mut next = Tree::new(GROUPS);
    for (group, stream) in arrivals.iter_mut().enumerate() {
        next.set(group, draw(stream, 120e9 / 93.0));
    }
    let mut wrap_up = vec![0_u64; agents];
    let mut queues: [VecDeque<Waiting>; GROUPS] = Default::default();
    // Since when each is idle, and who.
    let mut idle: [VecDeque<(u64, usize)>; GROUPS] = Default::default();
    for agent in 0..agents {
        idle[agent / AGENTS_OF_GROUP].push_back((0, agent));
    }
    let (mut number, mut waits, mut answered) = (0, 0_u128, 0_u64);
    while number < calls {
        let (due, agent) = timers.top();
        let (now, group) = next.top();
        if due <= now {
            let wrap = std::mem::take(&mut wrap_up[agent]);
            if wrap > 0 {
                timers.set(agent, due + wrap);
                continue;
            }
            let home = agent / AGENTS_OF_GROUP;
            let entered = |group: usize| queues[group].front().map_or(u64::MAX, |call| call.entered);
            let other = (home + 1) % GROUPS;
            let group = if entered(home) <= entered(other) { home } else { other };
            match queues[group].pop_front() {
                Some(call) => {
                    waits += u128::from(due - call.entered);
                    answered += 1;
                    wrap_up[agent] = call.wrap_up;
                    timers.set(agent, due + call.talk);
                }
                None => {
                    timers.put(agent, UNSET);
                    idle[home].push_back((due, agent));
                }
            }
        } else {
            next.set(group, now + draw(&mut arrivals[group], 120e9 / 93.0));
            number += 1;
            let (talk, wrap) = (draw(&mut talks[group], 100e9), draw(&mut wraps[group], 20e9).max(1));
            let since = |group: usize| idle[group].front().map_or(u64::MAX, |&(since, _)| since);
            let other = (group + GROUPS - 1) % GROUPS;
            let home = if since(group) <= since(other) { group } else { other };
            if let Some((_, agent)) = idle[home].pop_front() {
                answered += 1;
                wrap_up[agent] = wrap;
                timers.set(agent, now + talk);
            } else {
                queues[group].push_back(Waiting { entered: now, talk, wrap_up: wrap, place: 0 });
            }
        }
    }
    waits as f64 / answered as f64 / 1e9
}

/// Runs so many calls of a workload and returns the mean wait of the answered ones in seconds.
pub(super) fn run(workload: Workload, calls: u64) -> f64 {
    match workload {
        Workload::W1 => run_one(100, 92.0, None, calls),
        Workload::W2 => run_one(100, 105.0, Some(180.0), calls),
        Workload::W3 => run_one(1_000, 960.0, None, calls),
        Workload::W4 => run_ring(calls),
    }
}
