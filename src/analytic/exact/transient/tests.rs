//! Published days, steady states, and what must be kept.

use proptest::prelude::*;

use super::*;
use crate::analytic::exact::gauss;

fn assert_near(computed: f64, exact: f64, relative: f64) {
    assert!((computed - exact).abs() <= relative * exact.abs(), "computed {computed:e}, exact {exact:e}");
}

/// Eight hours, 12 agents, 4.2 calls a minute, two minutes each, from empty (contactcenters, examples/MMC.java).
fn day() -> TransientQueue {
    TransientQueue::new(vec![Period { duration_s: 28_800.0, arrival_rate: 0.07, agents: 12 }], 120.0)
}

#[test]
fn a_day_without_limits_is_the_published_one() {
    // contactcenters, examples/MMC.java; recomputed.
    let figures = day().solve().unwrap().whole;
    assert_near(figures.answered_within, 1815.2717371115918, 1e-12);
    assert_near(figures.sl_t_of_offered(), 0.9004324092814309, 1e-12);
    assert_near(figures.asa_s() / 60.0, 0.10068074101803727, 1e-12);
    assert_near(figures.occupancy(), 0.6969343494893522, 1e-12);
}

#[test]
fn a_day_with_five_waiting_places_is_the_published_one() {
    // contactcenters, examples/MMCBlocked.java; recomputed.
    let figures = TransientQueue { waiting_places: Some(5), ..day() }.solve().unwrap().whole;
    assert_near(figures.blocked, 18.863313795921602, 1e-12);
    assert_near(figures.answered_within, 1854.0688017777566, 1e-12);
    assert_near(figures.sl_t_of_answered(), 0.9283634988957739, 1e-12);
    assert_near(figures.asa_s() / 60.0, 0.06045013345481138, 1e-12);
    assert_near(figures.occupancy(), 0.6904729177283371, 1e-12);
    assert_near(figures.sl_t_of_offered(), 0.9196769850086962, 1e-12);
}

#[test]
fn a_day_whose_queue_is_cleared_at_the_close_is_the_published_one() {
    // contactcenters, examples/MMCClrQ.java; recomputed.
    let figures = TransientQueue { at_close: AtClose::Disconnected, ..day() }.solve().unwrap().whole;
    assert_near(figures.disconnected, 0.42907347091816594, 1e-11);
}

/// The stationary distribution of M/M/c/K+M, from the ratios of its rates; per second.
fn stationary(arrivals: f64, agents: u32, service: f64, giving_up: f64, most: u32) -> Vec<f64> {
    let mut weights = vec![1.0];
    for calls in 1..=most {
        let busy = calls.min(agents);
        let leaving = f64::from(busy) * service + f64::from(calls - busy) * giving_up;
        weights.push(weights[calls as usize - 1] * arrivals / leaving);
    }
    let total: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / total).collect()
}

/// An hour of Erlang A from its steady state; one that has changes of the rates that change nothing.
fn steady_hour(arrivals: f64, agents: u32, handle: f64, patience: f64, places: Option<u32>) -> TransientQueue {
    let most = agents + places.unwrap_or(400);
    TransientQueue {
        mean_patience_s: Some(patience),
        waiting_places: places,
        start: stationary(arrivals, agents, 1.0 / handle, 1.0 / patience, most),
        ..TransientQueue::new(vec![Period { duration_s: 1_800.0, arrival_rate: arrivals, agents }; 2], handle)
    }
}

#[test]
fn from_the_steady_state_it_stays_there() {
    // pyworkforce, docs/guide/scenarios.md, recomputed: 100 calls in 30 minutes, 3 minutes each, 13 agents.
    for (patience, service_level) in [(180.0, 0.8750876818510245), (600.0, 0.8376285064786527)] {
        let figures = steady_hour(100.0 / 1_800.0, 13, 180.0, patience, None).solve().unwrap().whole;
        assert_near(figures.sl_t_of_offered(), service_level, 1e-12);
    }
    let figures = steady_hour(100.0 / 1_800.0, 13, 180.0, 300.0, None).solve().unwrap().whole;
    assert_near(figures.mean_queue_length(), 0.41605506055953125, 1e-12);
    assert_near(figures.occupancy(), 0.750_028_227_974_175_5, 1e-12);
    // Mini-Callcenter-Simulator, ErlangCTest.java, recomputed: 3.5 calls a minute and 9 agents.
    let figures = steady_hour(3.5 / 60.0, 9, 180.0, 300.0, None).solve().unwrap().whole;
    assert_near(figures.wait_all_s() / figures.arrivals, 56.618_435_495_620_94, 1e-12);
    // queuingSystem, test_erlanga.py, recomputed: 52 waiting places.
    let figures = steady_hour(0.1, 28, 240.0, 300.0, Some(52)).solve().unwrap().whole;
    assert_near(figures.sl_t_of_offered(), 0.860018160180345, 1e-12);
    // Callcenter-Simulator, ExampleStatistics1.xml, half-hour 14, recomputed: capacity 207.
    let arrivals = 20.8175381028453 / 1_800.0;
    let figures = steady_hour(arrivals, 7, 458.57142857142856, 225.00845843828063, Some(200)).solve().unwrap().whole;
    let accepted = figures.arrivals - figures.blocked;
    assert_near(figures.wait_all_s() / accepted, 18.351364566588482, 1e-11);
}

#[test]
fn what_starts_empty_comes_to_the_steady_state() {
    let long = Period { duration_s: 100_000.0, arrival_rate: 0.1, agents: 10 };
    let queue = TransientQueue { mean_patience_s: Some(100.0), ..TransientQueue::new(vec![long], 90.0) };
    let solved = queue.solve_intervals(&[90_000.0, 100_000.0]).unwrap();
    let steady = steady_hour(0.1, 10, 90.0, 100.0, None).solve().unwrap().whole;
    assert_near(solved.intervals[0].figures.asa_s(), steady.asa_s(), 1e-11);
    assert_near(solved.intervals[0].figures.sl_t_excl_short_abandons(), steady.sl_t_excl_short_abandons(), 1e-11);
    for (computed, exact) in solved.at_close.iter().zip(stationary(0.1, 10, 1.0 / 90.0, 0.01, 400)) {
        assert!((computed - exact).abs() < 1e-13);
    }
}

/// A morning with more and with fewer agents, with none for a while, and calls that wait for them.
fn changing() -> TransientQueue {
    let periods =
        [(600.0, 0.02, 3), (300.0, 0.06, 5), (45.0, 0.04, 2), (200.0, 0.03, 0), (400.0, 0.05, 7), (90.0, 0.02, 4)];
    TransientQueue {
        mean_patience_s: Some(150.0),
        waiting_places: Some(25),
        start: vec![0.2, 0.3, 0.0, 0.0, 0.5],
        ..TransientQueue::new(
            periods.map(|(duration_s, arrival_rate, agents)| Period { duration_s, arrival_rate, agents }).to_vec(),
            100.0,
        )
    }
}

/// Busy agent-seconds, waiting call-seconds and blocked calls of a day, with the state (calls, leavers who are busy) in
/// full and the method of Runge and Kutta.
fn by_runge_kutta(queue: &TransientQueue) -> [f64; 3] {
    const LEAVERS: usize = 12;
    let places = queue.waiting_places.unwrap() as usize;
    let (service, giving_up) = (1.0 / queue.mean_handle_s, 1.0 / queue.mean_patience_s.unwrap());
    let calls = 1 + queue.periods.iter().map(|period| period.agents as usize).max().unwrap() + places;
    let at = |count: usize, leavers: usize| count * LEAVERS + leavers;
    let mut masses = vec![0.0; calls * LEAVERS];
    queue.start.iter().enumerate().for_each(|(count, mass)| masses[at(count, 0)] = *mass);
    let mut sums = [0.0; 3];
    let mut before = queue.periods[0].agents as usize;
    for period in &queue.periods {
        let agents = period.agents as usize;
        if agents < before {
            let mut after = vec![0.0; masses.len()];
            for (count, leavers) in (0..calls).flat_map(|count| (0..LEAVERS).map(move |leavers| (count, leavers))) {
                let busy_now = count.min(before);
                // One after the other leaves, each of those who are left with the same probability.
                let mut of_busy = vec![1.0];
                for gone in 0..before - agents {
                    let mut next = vec![0.0; of_busy.len() + 1];
                    for (busy_gone, mass) in of_busy.iter().enumerate() {
                        let chance = (busy_now as f64 - busy_gone as f64).max(0.0) / (before - gone) as f64;
                        next[busy_gone + 1] += mass * chance;
                        next[busy_gone] += mass * (1.0 - chance);
                    }
                    of_busy = next;
                }
                for (busy_gone, chance) in of_busy.iter().enumerate().filter(|(_, chance)| **chance > 0.0) {
                    let mass = masses[at(count, leavers)] * chance;
                    if mass > 0.0 {
                        after[at(count - busy_gone, (leavers + busy_gone).min(LEAVERS - 1))] += mass;
                    }
                }
            }
            masses = after;
        }
        before = agents;
        let slope = |masses: &[f64]| {
            let mut slope = vec![0.0; masses.len() + 3];
            for (count, leavers) in (0..calls).flat_map(|count| (0..LEAVERS).map(move |leavers| (count, leavers))) {
                let mass = masses[at(count, leavers)];
                let (busy, waiting) = (count.min(agents) as f64, count.saturating_sub(agents) as f64);
                let mut flow = |to: Option<usize>, rate: f64| {
                    if let Some(to) = to {
                        slope[at(count, leavers)] -= mass * rate;
                        slope[to] += mass * rate;
                    }
                };
                let is_full = count >= agents + places;
                flow((!is_full).then(|| at(count + 1, leavers)), period.arrival_rate);
                flow(count.checked_sub(1).map(|fewer| at(fewer, leavers)), busy * service + waiting * giving_up);
                flow(leavers.checked_sub(1).map(|fewer| at(count, fewer)), leavers as f64 * service);
                let totals = masses.len();
                slope[totals] += mass * (busy + leavers as f64);
                slope[totals + 1] += mass * waiting;
                slope[totals + 2] += if is_full { mass * period.arrival_rate } else { 0.0 };
            }
            slope
        };
        let steps = (period.duration_s * 4.0) as usize;
        let width = period.duration_s / steps as f64;
        for _ in 0..steps {
            let moved = |slope: &[f64], by: f64| -> Vec<f64> {
                masses.iter().zip(slope).map(|(mass, slope)| mass + by * slope).collect()
            };
            let first = slope(&masses);
            let second = slope(&moved(&first, width / 2.0));
            let third = slope(&moved(&second, width / 2.0));
            let fourth = slope(&moved(&third, width));
            let mean: Vec<f64> =
                (0..first.len()).map(|i| (first[i] + 2.0 * second[i] + 2.0 * third[i] + fourth[i]) / 6.0).collect();
            masses = moved(&mean, width);
            sums.iter_mut().zip(&mean[masses.len()..]).for_each(|(sum, slope)| *sum += width * slope);
        }
    }
    sums
}

#[test]
fn leavers_in_the_mean_are_as_good_as_leavers_in_the_state() {
    let queue = changing();
    let figures = queue.solve().unwrap().whole;
    let [busy, waiting, blocked] = by_runge_kutta(&queue);
    assert_near(figures.busy_s, busy, 1e-9);
    assert_near(figures.waiting_s, waiting, 1e-9);
    assert_near(figures.blocked, blocked, 1e-9);
}

#[test]
fn waits_are_what_the_chance_of_still_waiting_adds_up_to() {
    // The mean of a time is the integral of the probability that it is longer: over the time within which to answer.
    let ends = [0.0, 15.0, 45.0, 90.0, 135.0, 200.0, 300.0];
    for at_close in [AtClose::Served, AtClose::Disconnected] {
        let figures_within = |answer_within_s: f64| {
            let queue = TransientQueue {
                at_close,
                answer_within_s,
                mean_patience_s: Some(20.0),
                waiting_places: Some(5),
                ..changing()
            };
            queue.solve_intervals(&[100.0, 600.0, 950.0, 1_100.0, 1_635.0]).unwrap().intervals
        };
        let all = figures_within(20.0);
        let mut sums = vec![(0.0, 0.0); all.len()];
        for panel in ends.windows(2) {
            for (node, weight) in gauss::rule() {
                let width = panel[1] - panel[0];
                for (sum, interval) in sums.iter_mut().zip(figures_within(panel[0] + node * width)) {
                    let figures = interval.figures;
                    sum.0 += weight * width * (figures.answered - figures.answered_within);
                    sum.1 += weight * width * (figures.abandoned - figures.abandoned_within);
                }
            }
        }
        for (sum, interval) in sums.iter().zip(all) {
            // The integrand has kinks where the time reaches from one change of agents to another.
            assert_near(sum.0, interval.figures.wait_answered_s, 1e-4);
            assert_near(sum.1, interval.figures.wait_abandoned_s, 1e-4);
        }
    }
}

#[test]
fn a_change_of_agents_that_lasts_no_time_changes_nothing() {
    let agents = |agents: u32, duration_s: f64| Period { duration_s, arrival_rate: 0.1, agents };
    let queue =
        |periods: Vec<Period>| TransientQueue { mean_patience_s: Some(60.0), ..TransientQueue::new(periods, 100.0) };
    let plain = queue(vec![agents(10, 1_000.0)]).solve().unwrap().whole;
    // An agent more for a moment answers a call more, so the moment must not come: none arrive before, either.
    let quiet = Period { arrival_rate: 0.0, ..agents(10, 1e-7) };
    let moment = Period { agents: 11, ..quiet };
    let split = queue(vec![quiet, moment, quiet, agents(10, 1_000.0)]).solve().unwrap().whole;
    assert_near(split.answered_within, plain.answered_within, 1e-9);
    assert_near(split.wait_answered_s, plain.wait_answered_s, 1e-9);
    // Two agents change places with two others who come later: until then only the others' calls are in progress.
    let halves = queue(vec![agents(10, 500.0), agents(10, 500.0)]).solve().unwrap().whole;
    assert_near(halves.answered_within, plain.answered_within, 1e-12);
    assert_near(halves.abandoned_within, plain.abandoned_within, 1e-12);
}

#[test]
fn a_change_far_from_all_calls_is_integrated_over_exactly() {
    // An agent is added after arrivals have ceased and (but for 10⁻¹³) all calls are gone, yet within the time in which
    // calls should be answered: that is integrated over, and has to give what needs no integration.
    let calm = |agents: u32| Period { duration_s: 3_000.0, arrival_rate: 0.0, agents };
    let busy = Period { duration_s: 2_000.0, arrival_rate: 0.1, agents: 9 };
    let queue = |last: u32| TransientQueue {
        mean_patience_s: Some(60.0),
        answer_within_s: 3_500.0,
        ..TransientQueue::new(vec![busy, calm(9), calm(last)], 100.0)
    };
    let (same, more) = (queue(9).solve().unwrap().whole, queue(10).solve().unwrap().whole);
    assert_near(more.answered_within, same.answered_within, 1e-12);
    assert_near(more.abandoned_within, same.abandoned_within, 1e-12);
    assert_near(same.answered_within, same.answered, 1e-12);
}

#[test]
fn what_cannot_be_is_refused() {
    let refused = |queue: TransientQueue, text: &str| assert_eq!(queue.solve().unwrap_err().to_string(), text);
    refused(TransientQueue::new(vec![], 100.0), "`periods` must be at least one, not 0");
    refused(TransientQueue { mean_handle_s: 0.0, ..day() }, "`mean_handle_s` must be a finite number above 0, not 0");
    refused(TransientQueue { start: vec![0.5], ..day() }, "`start` must be 1 in sum, not 0.5");
    let full = TransientQueue { start: [vec![0.0; 13], vec![1.0]].concat(), waiting_places: Some(0), ..day() };
    refused(full, "`start` must be of no more calls than agents and waiting places, not 13");
    let nobody = TransientQueue::new(vec![Period { duration_s: 60.0, arrival_rate: 0.1, agents: 0 }], 100.0);
    refused(
        nobody.clone(),
        "`agents` must be at least 1 in the last period, or the calls that wait stay for ever, not 0",
    );
    assert!(TransientQueue { at_close: AtClose::Disconnected, ..nobody }.solve().is_ok());
    refused(TransientQueue { max_states: 20, ..day() }, "more than 20 states are needed");
    assert!(day().solve_intervals(&[0.0, 30_000.0]).is_err());
    assert!(day().solve_intervals(&[10.0, 5.0]).is_err());
}

#[test]
#[ignore = "prints how long a day of a large center takes"]
fn a_large_day() {
    let started = std::time::Instant::now();
    let level = |half_hour: u32| 1.0 - f64::from((i64::from(half_hour) - 24).pow(2) as u32) / 900.0;
    let period = |half_hour: u32| Period {
        duration_s: 1_800.0,
        arrival_rate: 2.7 * level(half_hour),
        agents: (500.0 * level(half_hour)) as u32,
    };
    let queue =
        TransientQueue { mean_patience_s: Some(180.0), ..TransientQueue::new((0..48).map(period).collect(), 180.0) };
    let times: Vec<f64> = (0..=48).map(|half_hour| f64::from(half_hour) * 1_800.0).collect();
    let solved = queue.solve_intervals(&times).unwrap();
    println!("day: 48 half-hours, up to 500 agents, {:.0} calls: {:.1?}", solved.whole.arrivals, started.elapsed());
    assert!(solved.truncated < 1e-18);
}

prop_compose! {
    fn any_queue()(
        periods in prop::collection::vec((1.0..500.0_f64, 0.0..0.3_f64, 0_u32..15), 1..5),
        handle in 10.0..300.0_f64,
        patience in prop::option::of(20.0..1_000.0_f64),
        places in prop::option::of(0_u32..30),
        is_served in any::<bool>(),
        answer_within_s in 0.0..100.0_f64,
    ) -> TransientQueue {
        let mut periods: Vec<Period> = periods
            .into_iter()
            .map(|(duration_s, arrival_rate, agents)| Period { duration_s, arrival_rate, agents })
            .collect();
        periods.last_mut().unwrap().agents += 1;
        TransientQueue {
            mean_patience_s: patience,
            waiting_places: places,
            at_close: if is_served { AtClose::Served } else { AtClose::Disconnected },
            answer_within_s,
            ..TransientQueue::new(periods, handle)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_call_and_no_second_is_lost(queue in any_queue()) {
        let solved = queue.solve().unwrap();
        let figures = solved.whole;
        let ended = figures.answered + figures.abandoned + figures.blocked + figures.disconnected;
        prop_assert!((ended - figures.arrivals).abs() < 1e-11 * (1.0 + figures.arrivals), "{ended} {figures:?}");
        prop_assert!(figures.answered_within <= figures.answered * (1.0 + 1e-12) + 1e-20);
        prop_assert!(figures.abandoned_within <= figures.abandoned * (1.0 + 1e-12) + 1e-20);
        prop_assert!(figures.busy_s <= figures.staffed_s * (1.0 + 1e-12));
        prop_assert!((solved.at_close.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!(solved.truncated < 1e-18);
        // Calls wait while they wait.
        if queue.at_close == AtClose::Disconnected {
            prop_assert!((figures.wait_all_s() - figures.waiting_s).abs() < 1e-10 * (1.0 + figures.waiting_s));
        } else {
            // What is truncated is all there is where hardly any call ever waits.
            prop_assert!(figures.wait_all_s() >= figures.waiting_s * (1.0 - 1e-12) - 1e-15);
        }
        // Exponential patience ends at its rate while calls wait.
        if let (Some(mean), AtClose::Disconnected) = (queue.mean_patience_s, queue.at_close) {
            prop_assert!((figures.abandoned * mean - figures.waiting_s).abs() < 1e-10 * (1.0 + figures.waiting_s));
        }
    }

    #[test]
    fn intervals_add_up_to_the_day(queue in any_queue(), cuts in prop::collection::vec(0.0..1.0_f64, 0..4)) {
        let horizon: f64 = queue.periods.iter().map(|period| period.duration_s).sum();
        let mut times: Vec<f64> = cuts.iter().map(|cut| cut * horizon).chain([0.0, horizon]).collect();
        times.sort_by(f64::total_cmp);
        let whole = queue.solve().unwrap().whole;
        let mut sum = Figures::default();
        for interval in queue.solve_intervals(&times).unwrap().intervals {
            sum += interval.figures;
        }
        let pairs = [
            (sum.arrivals, whole.arrivals), (sum.answered, whole.answered), (sum.blocked, whole.blocked),
            (sum.answered_within, whole.answered_within), (sum.abandoned_within, whole.abandoned_within),
            (sum.wait_answered_s, whole.wait_answered_s), (sum.wait_abandoned_s, whole.wait_abandoned_s),
            (sum.disconnected, whole.disconnected), (sum.busy_s, whole.busy_s), (sum.staffed_s, whole.staffed_s),
        ];
        for (sum, whole) in pairs {
            prop_assert!((sum - whole).abs() < 1e-10 * (1.0 + whole), "{sum} {whole}");
        }
    }
}
