//! Published values, reductions to closed forms, and what must hold for all.

use proptest::prelude::*;

use super::*;

fn assert_near(computed: f64, exact: f64, relative: f64) {
    assert!((computed - exact).abs() <= relative * exact.abs(), "computed {computed:e}, exact {exact:e}");
}

#[test]
fn three_agents_with_erlang_handle_times_are_the_published_ones() {
    // most-queue, tests/default_params.yaml: M/E2/3, recomputed.
    let queue = MPhc::new(1.0, PhaseType::erlang(2, 2.1).unwrap(), 3).solve().unwrap();
    assert_near(queue.asa_s, 0.8778525227097916, 1e-13);
    assert_near(queue.occupancy, 0.7, 1e-13);
}

#[test]
fn two_agents_with_hyperexponential_handle_times_are_the_published_ones() {
    // line-solver, gallery_mhypk.m: M/H2/2 with balanced means, mean 0.5 and scv 4, recomputed; the digits beyond the
    // tenth by arithmetic of 40 digits.
    let branch = |weight: f64, mean: f64| (weight, PhaseType::exponential(mean).unwrap());
    let first = 0.8872983346207417;
    let law = [branch(first, 0.2817541634481458), branch(1.0 - first, 2.2182458365518545)];
    let queue = MPhc::new(1.0, PhaseType::mixture(&law).unwrap(), 2).solve().unwrap();
    assert_near(queue.asa_s, 0.066_613_940_863_731_12, 1e-14);
}

#[test]
fn with_one_agent_it_is_pollaczek_and_khinchine() {
    let wait = |handle: &PhaseType, rate: f64| {
        let mean = handle.mean();
        rate * mean * mean * (1.0 + handle.scv()) / (2.0 * (1.0 - rate * mean))
    };
    let talk = PhaseType::exponential(0.4).unwrap();
    let laws = [
        PhaseType::erlang(2, 0.7).unwrap(),
        talk.then(&PhaseType::exponential(0.3).unwrap()),
        PhaseType::mixture(&[(0.9, PhaseType::exponential(0.3).unwrap()), (0.1, PhaseType::erlang(3, 4.3).unwrap())])
            .unwrap(),
    ];
    for handle in laws {
        for rate in [0.01, 1.0, 1.4] {
            let queue = MPhc::new(rate, handle.clone(), 1).solve().unwrap();
            assert_near(queue.asa_s, wait(&handle, rate), 1e-12);
            assert_near(queue.p_wait, rate * handle.mean(), 1e-12);
        }
    }
    // most-queue and its documentation, recomputed: M/E2/1.
    assert_near(MPhc::new(1.0, PhaseType::erlang(2, 0.7).unwrap(), 1).solve().unwrap().asa_s, 1.225, 1e-13);
}

/// P(wait) by Erlang C.
fn erlang_c(load: f64, agents: u32) -> f64 {
    let blocked = (1..=agents).fold(1.0, |blocked, count| load * blocked / (f64::from(count) + load * blocked));
    let occupancy = load / f64::from(agents);
    blocked / (1.0 - occupancy * (1.0 - blocked))
}

#[test]
fn with_one_phase_it_is_erlang_c() {
    for (load, agents) in [(0.5, 1), (9.0, 10), (99.0, 100), (400.0, 500), (5.0, 40)] {
        let queue = MPhc::new(load / 180.0, PhaseType::exponential(180.0).unwrap(), agents).solve().unwrap();
        let wait = erlang_c(load, agents);
        let free = f64::from(agents) - load;
        assert_near(queue.p_wait, wait, 1e-11);
        assert_near(queue.asa_s, wait * 180.0 / free, 1e-11);
        for seconds in [1.0, 20.0, 200.0] {
            let longer = wait * f64::exp(-free * seconds / 180.0);
            let computed = queue.after(seconds).unwrap().waiting;
            assert!((computed - longer).abs() < 1e-11 * longer + 1e-25, "computed {computed:e}, exact {longer:e}");
        }
    }
}

#[test]
fn with_one_phase_and_patience_it_is_erlang_a() {
    // pyworkforce, test_abandonment.py and docs/guide/scenarios.md, recomputed: 100 calls in 30 minutes, 3 minutes each.
    let queue = |agents: u32, patience: f64| MPhc {
        mean_patience_s: Some(patience),
        ..MPhc::new(100.0 / 1_800.0, PhaseType::exponential(180.0).unwrap(), agents)
    };
    let figures = queue(14, 300.0).solve().unwrap();
    assert_near(figures.p_wait, 0.1452601142963612, 1e-12);
    assert_near(figures.occupancy, 0.7042973256268508, 1e-12);
    assert_near(figures.mean_queue_length, 0.233_062_402_040_149, 1e-12);
    let figures = queue(13, 300.0).solve().unwrap();
    assert_near(figures.p_wait, 0.2257970840473753, 1e-12);
    assert_near(figures.mean_queue_length, 0.4160550605595313, 1e-12);
    assert_near(queue(13, 180.0).solve().unwrap().sl_t_of_offered(20.0).unwrap(), 0.8750876818510245, 1e-12);
    assert_near(queue(13, 600.0).solve().unwrap().sl_t_of_offered(20.0).unwrap(), 0.8376285064786527, 1e-12);
    // queuingSystem, test_erlanga.py, recomputed: a capacity of 80.
    let limited = MPhc {
        mean_patience_s: Some(300.0),
        waiting_places: Some(52),
        ..MPhc::new(0.1, PhaseType::exponential(240.0).unwrap(), 28)
    };
    let figures = limited.solve().unwrap();
    assert_near(figures.mean_number_in_system, 24.136_665_236_767_17, 1e-12);
    assert_near(figures.sl_t_of_offered(20.0).unwrap(), 0.860018160180345, 1e-12);
}

#[test]
fn phases_that_make_an_exponential_change_nothing() {
    // A first phase that with probability p goes on to a second of the same rate, weighted so as to be exponential
    // again: a geometric number of phases of rate μ/(1 − p) each is exponential of rate μ.
    let geometric = PhaseType::new(
        vec![0.5, 0.5],
        vec![vec![0.0, 0.3 / 70.0], vec![0.3 / 70.0, 0.0]],
        vec![0.7 / 70.0, 0.7 / 70.0],
    )
    .unwrap();
    let plain = PhaseType::exponential(100.0).unwrap();
    for (patience, places) in [(None, None), (Some(150.0), None), (Some(150.0), Some(4)), (None, Some(4))] {
        let solve = |handle: &PhaseType| {
            let queue = MPhc::new(0.085, handle.clone(), 9);
            MPhc { mean_patience_s: patience, waiting_places: places, ..queue }.solve().unwrap()
        };
        let (one, two) = (solve(&plain), solve(&geometric));
        assert_near(two.p_wait, one.p_wait, 1e-12);
        assert_near(two.asa_s, one.asa_s, 1e-12);
        assert_near(two.p_abandon, one.p_abandon, 1e-12);
        assert_near(two.p_block, one.p_block, 1e-12);
        assert_near(two.occupancy, one.occupancy, 1e-12);
        let (one, two) = (one.after(30.0).unwrap(), two.after(30.0).unwrap());
        assert_near(two.answered, one.answered, 1e-12);
        assert_near(two.waiting, one.waiting, 1e-11);
    }
}

#[test]
fn occupancy_falls_apart_into_talk_and_wrap_up() {
    let handle = PhaseType::erlang(2, 150.0).unwrap().then(&PhaseType::exponential(50.0).unwrap());
    let queue = MPhc::new(0.07, handle, 16).solve().unwrap();
    let talk = queue.occupancy_by_phase[0] + queue.occupancy_by_phase[1];
    assert_near(talk, 0.07 * 150.0 / 16.0, 1e-12);
    assert_near(queue.occupancy_by_phase[2], 0.07 * 50.0 / 16.0, 1e-12);
}

#[test]
fn waits_are_what_the_chance_of_still_waiting_adds_up_to() {
    let handle = PhaseType::exponential(60.0).unwrap().then(&PhaseType::exponential(40.0).unwrap());
    for patience in [None, Some(90.0)] {
        let queue = MPhc { mean_patience_s: patience, ..MPhc::new(0.045, handle.clone(), 5) }.solve().unwrap();
        let (width, steps) = (10.0, 120);
        let (mut waits, mut of_answered) = (0.0, 0.0);
        let answered = 1.0 - queue.p_abandon;
        for step in 0..=steps {
            let weight = if step == 0 || step == steps { 1.0 } else { f64::from(2 + 2 * (step % 2)) };
            let simpson = weight * width / 3.0;
            let after = queue.after(f64::from(step) * width).unwrap();
            waits += simpson * after.waiting;
            of_answered += simpson * (answered - after.answered);
            assert_near(after.answered + after.abandoned + after.waiting, 1.0, 1e-12);
        }
        assert_near(waits, queue.mean_wait_all_s, 1e-3);
        assert_near(of_answered, queue.asa_s * answered, 1e-3);
    }
}

#[test]
fn after_a_long_time_nobody_waits() {
    let queue = MPhc::new(0.045, PhaseType::erlang(3, 100.0).unwrap(), 5).solve().unwrap();
    let after = queue.after(50_000.0).unwrap();
    assert!(after.waiting < 1e-20);
    assert_near(after.answered, 1.0, 1e-12);
}

#[test]
fn what_cannot_be_is_refused() {
    let handle = PhaseType::erlang(2, 100.0).unwrap();
    let queue = MPhc::new(0.05, handle, 10);
    let text = |queue: MPhc| queue.solve().unwrap_err().to_string();
    assert_eq!(text(MPhc { agents: 0, ..queue.clone() }), "`agents` must be at least 1, not 0");
    assert_eq!(
        text(MPhc { arrival_rate: -1.0, ..queue.clone() }),
        "`arrival_rate` must be a finite number above 0, not -1"
    );
    assert_eq!(text(MPhc { max_states: 10, ..queue.clone() }), "more than 10 states are needed");
    assert_eq!(
        text(MPhc { arrival_rate: 0.1, ..queue.clone() }),
        "no steady state: the load is 1 of what can be served"
    );
    assert_eq!(text(MPhc { agents: 4_000_000, ..queue.clone() }), "more than 200000 states are needed");
    assert!(queue.solve().unwrap().after(f64::NAN).is_err());
}

#[test]
#[ignore = "prints how long many agents take"]
fn many_agents() {
    for (agents, mean_patience_s) in [(100, None), (100, Some(180.0)), (200, None)] {
        let started = std::time::Instant::now();
        let handle = PhaseType::exponential(150.0).unwrap().then(&PhaseType::exponential(30.0).unwrap());
        let queue = MPhc { mean_patience_s, ..MPhc::new(0.95 * f64::from(agents) / 180.0, handle, agents) };
        let figures = queue.solve().unwrap();
        let solved = started.elapsed();
        figures.after(20.0).unwrap();
        let patience = mean_patience_s.map_or("none".into(), |mean| format!("{mean} s"));
        let after = started.elapsed() - solved;
        println!(
            "phases: {agents} agents, talk and wrap-up, patience {patience}: {solved:.1?}, after 20 s {after:.1?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_must_hold_for_all(
        means in prop::collection::vec(5.0..300.0_f64, 1..4),
        weight in 0.05..0.95_f64,
        agents in 1_u32..8,
        load in 0.05..0.95_f64,
        patience in prop::option::of(20.0..1_000.0_f64),
        places in prop::option::of(0_u32..20),
        seconds in 0.0..200.0_f64,
    ) {
        let handle = PhaseType::mixture(&[
            (weight, PhaseType::series(&means).unwrap()),
            (1.0 - weight, PhaseType::exponential(100.0).unwrap()),
        ]).unwrap();
        let rate = load * f64::from(agents) / handle.mean();
        let queue = MPhc { mean_patience_s: patience, waiting_places: places, ..MPhc::new(rate, handle.clone(), agents) };
        let figures = queue.solve().unwrap();
        // Little's law for the agents and for the queue.
        let answered = 1.0 - figures.p_block - figures.p_abandon;
        let busy = figures.occupancy * f64::from(agents);
        prop_assert!((busy / (rate * answered * handle.mean()) - 1.0).abs() < 1e-11);
        let waits = rate * (1.0 - figures.p_block) * figures.mean_wait_all_s;
        prop_assert!((waits - figures.mean_queue_length).abs() <= 1e-12 * waits);
        prop_assert!((0.0..=1.0).contains(&figures.p_wait) && figures.truncated < 1e-16);
        let after = figures.after(seconds).unwrap();
        prop_assert!((after.answered + after.abandoned + after.waiting + figures.p_block - 1.0).abs() < 1e-12);
    }
}
