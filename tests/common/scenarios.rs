//! Random small scenarios, made so that much happens at the same instant.

use acdsim::random::Distribution;
use acdsim::scenario::{
    Agent, AgentSelection, Arrivals, CallSelection, DEFAULT_HANDLER, Group, Handling, RateStep, RecordedCall,
    RecordedPatience, Routing, Scenario, Shift,
};
use acdsim::time::{Duration, Instant};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// What all times of a scenario are multiples of, in nanoseconds: whole seconds, fractions, or what does not divide a
/// second.
fn ticks() -> impl Strategy<Value = u64> {
    select(vec![1_000_000_000, 500_000_000, 333_333_333, 1, 7_000_000_001, 60_000_000_000])
}

/// How the calls of a group arrive, in ticks.
#[derive(Clone, Debug)]
enum Traffic {
    /// Gap to the call before, talk, wrap-up, patience.
    Recorded(Vec<(u64, Option<u64>, Option<u64>, Known)>),
    /// Length of the step and calls in a hundred ticks.
    Poisson(Vec<(u64, u32)>),
}

#[derive(Clone, Copy, Debug)]
enum Known {
    Nothing,
    Exactly(u64),
    AtLeast(u64),
}

/// A law with its mean in ticks.
#[derive(Clone, Copy, Debug)]
enum Law {
    Constant(u64),
    Exponential(u64),
    Uniform(u64, u64),
}

impl Law {
    fn distribution(self, tick: u64) -> Distribution {
        // A positive time is at least a nanosecond.
        let secs = |ticks: u64| (ticks * tick) as f64 / 1e9;
        let law = match self {
            Law::Constant(value) => Distribution::constant(secs(value)),
            Law::Exponential(mean) => Distribution::exponential_mean(secs(mean).max(1e-6)),
            Law::Uniform(min, more) => Distribution::uniform(secs(min), secs(min) + secs(more).max(1e-6)),
        };
        law.expect("the parameters are sound")
    }
}

/// Few different lengths, so that many things end together, and often none at all.
fn length(longest: u64) -> impl Strategy<Value = u64> {
    prop_oneof![3 => Just(0_u64), 5 => 1..=longest.min(4), 2 => 1..=longest]
}

fn law(longest: u64) -> impl Strategy<Value = Law> {
    prop_oneof![
        3 => length(longest).prop_map(Law::Constant),
        1 => (1..=longest).prop_map(Law::Exponential),
        1 => (0..=longest, 1..=longest).prop_map(|(min, more)| Law::Uniform(min, more)),
    ]
}

fn known(everything: bool) -> BoxedStrategy<Known> {
    let exactly = length(15).prop_map(Known::Exactly);
    if everything {
        prop_oneof![4 => exactly, 1 => Just(Known::Exactly(1_000_000))].boxed()
    } else {
        prop_oneof![2 => exactly, 1 => Just(Known::Nothing), 1 => (0..5_u64).prop_map(Known::AtLeast)].boxed()
    }
}

/// Recorded calls; with `everything`, nothing of them is left to a law.
fn recorded(everything: bool) -> impl Strategy<Value = Traffic> {
    let gap = prop_oneof![4 => Just(0_u64), 4 => 1..3_u64, 1 => 3..12_u64];
    let said = move |length: BoxedStrategy<u64>| {
        if everything { length.prop_map(Some).boxed() } else { option::weighted(0.7, length).boxed() }
    };
    let call = (gap, said(length(12).boxed()), said(length(6).boxed()), known(everything));
    vec(call, 0..40).prop_map(Traffic::Recorded)
}

fn poisson() -> impl Strategy<Value = Traffic> {
    let rate = prop_oneof![1 => Just(0_u32), 4 => 1..80_u32];
    vec((1..30_u64, rate), 1..4).prop_map(Traffic::Poisson)
}

/// Traffic, talk, wrap-up or its share in percent of the talk's law, patience, room in the queue.
type GroupDraft = (Traffic, Law, Result<Law, u32>, Option<Law>, Option<u32>);

fn group(everything: bool) -> impl Strategy<Value = GroupDraft> {
    let traffic = if everything { recorded(true).boxed() } else { prop_oneof![recorded(false), poisson()].boxed() };
    let wrap_up = prop_oneof![4 => law(6).prop_map(Ok), 1 => (0..=100_u32).prop_map(Err)];
    (traffic, law(12), wrap_up, option::weighted(0.7, law(15)), option::weighted(0.3, 0..4_u32))
}

/// The groups of an agent as places in a shuffled list, ranks, and the shifts as gap before and length in ticks.
type AgentDraft = (Vec<usize>, [u32; 4], Vec<(u64, u64)>, bool);

fn routing() -> impl Strategy<Value = Routing> {
    let agent = prop_oneof![2 => Just(AgentSelection::LongestIdle), 1 => Just(AgentSelection::LowestRank)];
    let call = prop_oneof![2 => Just(CallSelection::LongestWaiting), 1 => Just(CallSelection::GroupOrder)];
    (agent, call).prop_map(|(agent_selection, call_selection)| Routing {
        agent_selection,
        call_selection,
        ring_no_answer: None,
    })
}

fn agent(groups: usize) -> impl Strategy<Value = AgentDraft> {
    let served = subsequence((0..groups).collect::<Vec<_>>(), 1..=groups).prop_shuffle();
    let gap = prop_oneof![4 => Just(0_u64), 3 => 1..4_u64, 1 => 4..30_u64];
    let length = prop_oneof![2 => 1..4_u64, 2 => 4..20_u64, 2 => 20..100_u64];
    (served, prop::array::uniform4(1..4_u32), vec((gap, length), 1..5), any::<bool>())
}

/// Any scenario.
pub(crate) fn any_scenario() -> impl Strategy<Value = Scenario> {
    scenarios(false)
}

/// Scenarios in which no law is drawn from: every call is recorded with all that belongs to it.
pub(crate) fn recorded_scenario() -> impl Strategy<Value = Scenario> {
    scenarios(true)
}

fn scenarios(everything: bool) -> impl Strategy<Value = Scenario> {
    let run = (ticks(), 5..90_u64, prop_oneof![1 => Just(0_u64), 1 => 1..60_u64], 1..40_u64, 0..12_u64, any::<u32>());
    let groups = vec(group(everything), 1..=4);
    (run, groups).prop_flat_map(|(run, groups)| {
        let agents = vec(agent(groups.len()), 1..=8);
        (Just(run), Just(groups), agents, routing()).prop_map(
            |((tick, horizon, warm_up, interval, threshold, seed), groups, agents, routing)| {
                let at = |ticks: u64| Instant::from_nanos(ticks * tick);
                let lasting = |ticks: u64| Duration::from_nanos(ticks * tick);
                Scenario {
                    busyness: Vec::new(),
                    name: "random".to_owned(),
                    start: jiff::civil::date(2026, 3, 2).at(8, 0, 0, 0),
                    horizon: lasting(horizon),
                    warm_up: lasting(warm_up % horizon),
                    seed: seed.into(),
                    replications: 1,
                    interval: lasting(interval),
                    service_level_threshold: lasting(threshold),
                    groups: (0..).zip(groups).map(|(number, draft)| make_group(number, draft, tick, horizon)).collect(),
                    agents: (0..)
                        .zip(agents)
                        .map(|(number, (groups, ranks, shifts, stays))| Agent {
                            name: format!("Agent {number}"),
                            address: format!("Address {number}"),
                            ranks: ranks[..groups.len()].to_vec(),
                            groups,
                            shifts: make_shifts(&shifts, stays, horizon)
                                .into_iter()
                                .map(|(log_in, log_out)| Shift {
                                    log_in: at(log_in),
                                    log_out: log_out.map_or(Instant::NEVER, at),
                                })
                                .collect(),
                            desk: Default::default(),
                        })
                        .collect(),
                    trunks: Vec::new(),
                    routing,
                    verification: Default::default(),
                    conventions: Default::default(),
                }
            },
        )
    })
}

fn make_group(
    number: usize,
    (traffic, talk, wrap_up, patience, queue_capacity): GroupDraft,
    tick: u64,
    horizon: u64,
) -> Group {
    let at = |ticks: u64| Instant::from_nanos(ticks * tick);
    let lasting = |ticks: u64| Duration::from_nanos(ticks * tick);
    let arrivals = match traffic {
        Traffic::Recorded(calls) => {
            let mut clock = 0;
            let calls = calls.into_iter().map(|(gap, talk, wrap_up, patience)| {
                clock += gap;
                RecordedCall {
                    arrival: at(clock),
                    talk: talk.map(lasting),
                    wrap_up: wrap_up.map(lasting),
                    patience: match patience {
                        Known::Nothing => RecordedPatience::Unknown,
                        Known::Exactly(ticks) => RecordedPatience::Exactly(lasting(ticks)),
                        Known::AtLeast(ticks) => RecordedPatience::AtLeast(lasting(ticks)),
                    },
                    class: None,
                }
            });
            Arrivals::Recorded(calls.filter(|call| call.arrival < at(horizon)).collect())
        }
        Traffic::Poisson(steps) => {
            let mut clock = 0;
            let steps = steps.into_iter().map(|(length, in_a_hundred)| {
                let from = at(clock);
                clock += length;
                RateStep { from, per_second: f64::from(in_a_hundred) / 100.0 * 1e9 / tick as f64 }
            });
            Arrivals::Poisson(steps.collect())
        }
    };
    Group {
        name: format!("Group {number}"),
        queue: format!("Queue {number}"),
        handler: DEFAULT_HANDLER.to_owned(),
        arrivals,
        handling: match wrap_up {
            Ok(wrap_up) => Handling::Apart { talk: talk.distribution(tick), wrap_up: wrap_up.distribution(tick) },
            Err(percent) => {
                Handling::Split { handle: talk.distribution(tick), wrap_up_share: f64::from(percent) / 100.0 }
            }
        },
        patience: patience.map(|law| law.distribution(tick)),
        later_laws: [].into(),
        queue_capacity,
        callers: Default::default(),
        service: Default::default(),
    }
}

/// Log-in and log-out of each shift, in ticks: apart or touching, the last perhaps without end.
fn make_shifts(drafts: &[(u64, u64)], stays: bool, horizon: u64) -> Vec<(u64, Option<u64>)> {
    let mut clock = 0;
    let mut shifts: Vec<(u64, Option<u64>)> = Vec::new();
    for &(gap, length) in drafts {
        let log_in = clock + gap;
        clock = log_in + length;
        if log_in < horizon {
            shifts.push((log_in, Some(clock)));
        }
    }
    match shifts.last_mut() {
        Some(last) if stays => last.1 = None,
        Some(_) => {}
        None => shifts.push((0, Some(clock))),
    }
    shifts
}
