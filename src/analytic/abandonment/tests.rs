//! Tests of the queues whose callers give up.

use super::*;
use crate::analytic::{ErlangC, FiniteQueue, ServiceLevel};
use crate::random::Branch;
use proptest::prelude::*;

fn assert_near(computed: f64, exact: f64, relative: f64) {
    assert!((computed / exact - 1.0).abs() < relative, "computed {computed:e}, exact {exact:e}");
}

/// All metrics in one order.
fn metrics(queue: &AbandonmentQueue, within: f64) -> [f64; 9] {
    let wait = queue.wait(within);
    [
        queue.p_wait(),
        queue.p_abandon(),
        queue.mean_wait_all_s(),
        queue.asa_s(),
        queue.occupancy(),
        queue.mean_queue_length(),
        wait.service_level(ServiceLevel::OfOffered),
        wait.service_level(ServiceLevel::OfAnswered),
        wait.service_level(ServiceLevel::ExclShortAbandons),
    ]
}

#[test]
fn the_values_are_right() {
    // Computed with 30 digits.
    let weibull = Distribution::weibull_shape_scale(1.5, 120.0).unwrap();
    let queue = AbandonmentQueue::new(20, 500.0 / 3_600.0, 180.0, Some(&weibull)).unwrap();
    let exact = [
        0.873_712_226_500_82,
        0.214_010_569_785_803,
        37.581_281_542_464_2,
        37.096_800_377_272_9,
        0.982_486_787_767_746,
        5.219_622_436_453_36,
        0.264_458_396_466_841,
        0.336_465_588_849_93,
        0.279_049_403_634_768,
    ];
    for (computed, exact) in metrics(&queue, 20.0).into_iter().zip(exact) {
        assert_near(computed, exact, 1e-12);
    }
    let uniform = Distribution::uniform(10.0, 300.0).unwrap();
    let queue = AbandonmentQueue::new(30, 600.0 / 3_600.0, 180.0, Some(&uniform)).unwrap();
    assert_near(queue.p_abandon(), 0.059_068_697_718_510_4, 1e-12);
    assert_near(queue.asa_s(), 20.288_633_884_585_1, 1e-12);
    // Erlang A, 3.5 calls a minute of 3 minutes, mean patience 5 minutes.
    for (agents, mean_wait) in [(13, 9.912_802_609_152_141), (9, 56.618_435_495_620_94)] {
        let queue = AbandonmentQueue::erlang_a(agents, 3.5 / 60.0, 180.0, 300.0).unwrap();
        assert_near(queue.mean_wait_all_s(), mean_wait, 1e-13);
    }
}

#[test]
fn erlang_a_is_the_chain_with_much_room() {
    for (agents, calls, aht, patience) in [
        (10, 200.0, 180.0, 120.0),
        (100, 3_150.0, 120.0, 180.0),
        (3, 10.0, 440.0, 230.0),
        (5, 4_000.0, 60.0, 20.0),
        (50_000, 1_000_800.0, 180.0, 1_000.0),
    ] {
        let queue = AbandonmentQueue::erlang_a(agents, calls / 3_600.0, aht, patience).unwrap();
        let chain = FiniteQueue::with_patience(agents, 100_000, calls / 3_600.0, aht, patience).unwrap();
        for within in [0.0, 0.5, 5.0, 20.0, 100.0, 1_000.0] {
            let (wait, exact) = (queue.wait(within), chain.wait(within));
            assert_near(wait.answered_within, exact.answered_within, 1e-12);
            assert!((wait.abandoned_within - exact.abandoned_within).abs() < 1e-13);
        }
        assert_near(queue.p_abandon(), chain.p_abandon(), 1e-12);
        assert_near(queue.p_wait(), chain.p_wait(), 1e-12);
        assert_near(queue.asa_s(), chain.asa_s(), 1e-12);
        assert_near(queue.mean_wait_all_s(), chain.mean_wait_all_s(), 1e-12);
        assert_near(queue.mean_time_to_abandon_s(), chain.mean_time_to_abandon_s(), 1e-11);
        assert_near(queue.mean_number_in_system(), chain.mean_number_in_system(), 1e-12);
    }
}

#[test]
fn endless_patience_is_erlang_c() {
    let (queue, exact) = (AbandonmentQueue::new(14, 0.1, 120.0, None).unwrap(), ErlangC::new(14, 0.1, 120.0).unwrap());
    assert_near(queue.p_wait(), exact.p_wait(), 1e-14);
    assert_near(queue.asa_s(), exact.asa_s(), 1e-14);
    assert_near(queue.mean_wait_all_s(), exact.asa_s(), 1e-14);
    assert_eq!((queue.p_abandon(), queue.mean_time_to_abandon_s()), (0.0, 0.0));
    for t in [0.0, 20.0, 2_000.0] {
        assert_near(queue.wait(t).answered_within, exact.answered_within(t), 1e-14);
    }
    assert!(AbandonmentQueue::new(12, 0.1, 120.0, None).is_err());
    // Patience that hardly anyone comes to the end of.
    let rare = AbandonmentQueue::new(14, 0.1, 120.0, Some(&Distribution::constant(3_000.0).unwrap())).unwrap();
    assert_near(rare.asa_s(), exact.asa_s(), 1e-12);
    assert!(rare.p_abandon() > 0.0 && rare.p_abandon() < 1e-20, "{}", rare.p_abandon());
}

#[test]
fn no_patience_at_all_is_erlang_b() {
    let none = Distribution::constant(0.0).unwrap();
    let queue = AbandonmentQueue::new(50, 0.2, 200.0, Some(&none)).unwrap();
    let lost = crate::analytic::ErlangB::new(50, 40.0).unwrap();
    assert_near(queue.p_abandon(), lost.p_block(), 1e-13);
    assert_near(queue.p_wait(), lost.p_block(), 1e-13);
    assert_near(queue.occupancy(), lost.occupancy(), 1e-13);
    assert_eq!((queue.asa_s(), queue.mean_queue_length()), (0.0, 0.0));
    assert_near(queue.wait(20.0).answered_within, 1.0 - lost.p_block(), 1e-14);
}

#[test]
fn constant_patience_has_a_closed_form() {
    // J = (e^(δd) − 1)/δ + e^(δd)/m with δ = λ − m.
    let (agents, rate, aht, d) = (12, 0.11, 100.0, 45.0);
    let queue = AbandonmentQueue::new(agents, rate, aht, Some(&Distribution::constant(d).unwrap())).unwrap();
    let (m, delta): (f64, f64) = (0.12, 0.11 - 0.12);
    let j = (delta * d).exp_m1() / delta + (delta * d).exp() / m;
    let epsilon = 1.0 / loss(11, 11.0);
    assert_near(queue.p_wait(), rate * j / (epsilon + rate * j), 1e-13);
    assert_near(queue.p_abandon(), (1.0 + delta * j) / (epsilon + rate * j), 1e-13);
    assert_near(queue.mean_time_to_abandon_s(), d, 1e-13);
    assert_near(queue.wait(d).answered_within, queue.p_answered(), 1e-13);
    assert!(queue.wait(d - 1e-9).abandoned_within == 0.0);
    assert_near(queue.wait(d).abandoned_within, queue.p_abandon(), 1e-13);
}

#[test]
fn one_law_in_two_forms_is_the_same() {
    let erlang_like = Distribution::gamma_mean_cv(120.0, 1.0 + 1e-13).unwrap();
    let queue = AbandonmentQueue::new(20, 0.12, 180.0, Some(&erlang_like)).unwrap();
    let exponential = AbandonmentQueue::erlang_a(20, 0.12, 180.0, 120.0).unwrap();
    let branches = [Branch { weight: 0.5, mean_s: 120.0 }, Branch { weight: 0.5, mean_s: 120.0 + 1e-10 }];
    let mixture = Distribution::hyperexponential(&branches).unwrap();
    let mixed = AbandonmentQueue::new(20, 0.12, 180.0, Some(&mixture)).unwrap();
    let edges: Vec<f64> = (0..=29).map(|edge| 10.0 + 10.0 * f64::from(edge)).collect();
    let flat = Distribution::histogram(&edges, &[1.0; 29]).unwrap();
    let uniform = Distribution::uniform(10.0, 300.0).unwrap();
    let bins = AbandonmentQueue::new(20, 0.12, 180.0, Some(&flat)).unwrap();
    let smooth = AbandonmentQueue::new(20, 0.12, 180.0, Some(&uniform)).unwrap();
    for (one, other) in [(&queue, &exponential), (&mixed, &exponential), (&bins, &smooth)] {
        for (one, other) in metrics(one, 20.0).into_iter().zip(metrics(other, 20.0)) {
            assert_near(one, other, 1e-11);
        }
    }
}

#[test]
fn a_hundred_thousand_agents_are_no_trouble() {
    // Twice the load, in the fluid limit: half of the callers give up, all after a wait near the median.
    for law in [Distribution::exponential_mean(100.0), Distribution::lognormal_median_sigma(100.0, 1.0)] {
        let law = law.unwrap();
        let queue = AbandonmentQueue::new(100_000, 200_000.0 / 180.0, 180.0, Some(&law)).unwrap();
        assert_near(queue.p_abandon(), 0.5, 1e-6);
        assert_near(queue.occupancy(), 1.0, 1e-12);
        assert_near(queue.mean_wait_all_s(), law.limited_mean_s(law.quantile(0.5)), 1e-3);
        assert_eq!(queue.p_wait(), 1.0);
    }
    let flooded = AbandonmentQueue::erlang_a(1, 1e6, 1.0, 1e4).unwrap();
    assert_near(flooded.p_answered(), 1e-6, 1e-6);
    assert_near(flooded.occupancy(), 1.0, 1e-9);
}

#[test]
fn laws_of_extreme_shape_converge() {
    let laws = [
        Distribution::weibull_shape_scale(0.02, 60.0),
        Distribution::weibull_shape_scale(1_000.0, 60.0),
        Distribution::gamma_shape_scale(0.001, 60.0),
        Distribution::gamma_shape_scale(1e6, 60e-6),
        Distribution::lognormal_mu_sigma(4.0, 10.0),
        Distribution::lognormal_mu_sigma(4.0, 1e-6),
        Distribution::hyperexponential(&[Branch { weight: 0.5, mean_s: 1e-6 }, Branch { weight: 0.5, mean_s: 1e6 }]),
    ];
    for law in laws {
        let law = law.unwrap();
        let queue = AbandonmentQueue::new(20, 0.12, 180.0, Some(&law)).unwrap();
        // The agents' work and the answered calls, computed apart.
        let [answered] = [queue.at_once + queue.density * queue.answered_part()];
        assert_near(queue.p_abandon() + answered, 1.0, 1e-11);
        let (rate, m) = (0.12, 20.0 / 180.0);
        let identity = queue.at_once / queue.loss_before.recip() + queue.density * (rate - m) * queue.tail(0.0) / rate;
        assert!((queue.p_abandon() - identity).abs() < 1e-10, "{law:?}: {} and {identity}", queue.p_abandon());
    }
}

proptest! {
    #[test]
    fn probabilities_are_sound(
        agents in 1..80_u32, load in 0.2..2.0_f64, mean in 1.0..2_000.0_f64, cv in 0.2..4.0_f64, t in 0.0..300.0_f64,
    ) {
        let law = Distribution::lognormal_mean_cv(mean, cv).unwrap();
        let queue = |agents: u32, calls: f64| AbandonmentQueue::new(agents, calls, 180.0, Some(&law)).unwrap();
        let calls = f64::from(agents) * load / 180.0;
        let now = queue(agents, calls);
        prop_assert!(metrics(&now, t)[..2].iter().all(|p| (0.0..=1.0).contains(p)));
        prop_assert!(metrics(&now, t)[6..].iter().all(|p| (0.0..=1.0).contains(p)));
        let waits = now.p_answered() * now.asa_s() + now.p_abandon() * now.mean_time_to_abandon_s();
        prop_assert!((waits - now.mean_wait_all_s()).abs() < 1e-9 * (1e-3 + waits), "{waits} {}", now.mean_wait_all_s());
        let (more, fuller) = (queue(agents + 1, calls), queue(agents, calls * 1.05));
        prop_assert!(more.p_abandon() <= now.p_abandon() && fuller.p_abandon() >= now.p_abandon());
        prop_assert!(more.wait(t).answered_within >= now.wait(t).answered_within - 1e-13);
        prop_assert!(fuller.wait(t).answered_within <= now.wait(t).answered_within + 1e-13);
        prop_assert!(now.wait(t).answered_within <= now.wait(t + 1.0).answered_within + 1e-13);
    }
}
