//! Chains whose figures are known, and chains whose figures must agree with each other.

use proptest::prelude::*;

use super::*;
use crate::analytic::exact::ExactError;

const AT_ONCE: Label = Label(0);
const JOINED: Label = Label(1);
const ANSWERED: Label = Label(2);
const ABANDONED: Label = Label(3);
const ENDED: Label = Label(4);

/// M/M/c+M: the state is the number of calls.
struct OneQueue {
    agents: u32,
    arrivals: f64,
    service: f64,
    giving_up: f64,
    most_calls: u32,
}

impl ChainModel for OneQueue {
    type State = u32;

    fn initial(&self) -> u32 {
        0
    }

    fn transitions(&self, &calls: &u32, emit: &mut dyn FnMut(Transition<u32>)) {
        let busy = f64::from(calls.min(self.agents)) * self.service;
        let waiting = calls.saturating_sub(self.agents);
        if calls < self.agents {
            emit(Transition::new(calls + 1, self.arrivals, AT_ONCE));
        } else {
            emit(Transition::new(calls + 1, self.arrivals, JOINED).moving(0, LineMove::Join));
        }
        if waiting > 0 {
            emit(Transition::new(calls - 1, busy, ANSWERED).moving(0, LineMove::TakeHead));
            let rate = f64::from(waiting) * self.giving_up;
            emit(Transition::new(calls - 1, rate, ABANDONED).moving(0, LineMove::RemoveAny));
        } else if calls > 0 {
            emit(Transition::new(calls - 1, busy, ENDED));
        }
    }

    fn contains(&self, &calls: &u32) -> bool {
        calls <= self.most_calls
    }

    fn lines(&self) -> usize {
        1
    }

    fn line_length(&self, &calls: &u32, _line: usize) -> usize {
        calls.saturating_sub(self.agents) as usize
    }
}

/// Agents 0 serve calls 0, agents 1 serve both kinds and calls 1 first: busy 0 with 0, 1 with 0, 1 with 1, waiting 0, 1.
struct TwoSkills {
    agents: [u16; 2],
    arrivals: [f64; 2],
    giving_up: f64,
    most_waiting: u16,
}

impl ChainModel for TwoSkills {
    type State = [u16; 5];

    fn initial(&self) -> [u16; 5] {
        [0; 5]
    }

    fn transitions(&self, &state: &[u16; 5], emit: &mut dyn FnMut(Transition<[u16; 5]>)) {
        let with = |changes: &[(usize, i32)]| {
            let mut next = state;
            changes.iter().for_each(|&(entry, change)| next[entry] = (i32::from(next[entry]) + change) as u16);
            next
        };
        let is_free = state[1] + state[2] < self.agents[1];
        let [calls_0, calls_1] = self.arrivals;
        match (state[0] < self.agents[0], is_free) {
            (true, _) => emit(Transition::new(with(&[(0, 1)]), calls_0, AT_ONCE)),
            (false, true) => emit(Transition::new(with(&[(1, 1)]), calls_0, AT_ONCE)),
            (false, false) => emit(Transition::new(with(&[(3, 1)]), calls_0, JOINED).moving(0, LineMove::Join)),
        }
        match is_free {
            true => emit(Transition::new(with(&[(2, 1)]), calls_1, AT_ONCE)),
            false => emit(Transition::new(with(&[(4, 1)]), calls_1, JOINED).moving(1, LineMove::Join)),
        }
        for busy in 0..3 {
            let rate = f64::from(state[busy]) * [1.0, 1.0, 0.8][busy];
            if busy > 0 && state[4] > 0 {
                let next = with(&[(busy, -1), (2, 1), (4, -1)]);
                emit(Transition::new(next, rate, ANSWERED).moving(1, LineMove::TakeHead));
            } else if state[3] > 0 {
                let next = with(&[(busy, -1), (busy.min(1), 1), (3, -1)]);
                emit(Transition::new(next, rate, ANSWERED).moving(0, LineMove::TakeHead));
            } else if rate > 0.0 {
                emit(Transition::new(with(&[(busy, -1)]), rate, ENDED));
            }
        }
        for line in 0..2 {
            let entry = 3 + usize::from(line);
            if state[entry] > 0 {
                let rate = f64::from(state[entry]) * self.giving_up;
                emit(Transition::new(with(&[(entry, -1)]), rate, ABANDONED).moving(line, LineMove::RemoveAny));
            }
        }
    }

    fn contains(&self, state: &[u16; 5]) -> bool {
        state[3].max(state[4]) <= self.most_waiting
    }

    fn lines(&self) -> usize {
        2
    }

    fn line_length(&self, state: &[u16; 5], line: usize) -> usize {
        state[3 + line].into()
    }
}

/// A chain by its list of rates.
struct Listed(Vec<(u32, u32, f64)>);

impl ChainModel for Listed {
    type State = u32;

    fn initial(&self) -> u32 {
        0
    }

    fn transitions(&self, &state: &u32, emit: &mut dyn FnMut(Transition<u32>)) {
        self.0.iter().filter(|t| t.0 == state).for_each(|&(_, to, rate)| emit(Transition::new(to, rate, ENDED)));
    }
}

fn assert_near(computed: f64, exact: f64, relative: f64) {
    assert!((computed - exact).abs() <= relative * exact.abs(), "computed {computed:e}, exact {exact:e}");
}

/// The probabilities of a birth-death chain from the ratios of its rates.
fn birth_death(up: impl Fn(u32) -> f64, down: impl Fn(u32) -> f64, states: u32) -> Vec<f64> {
    let mut weights = vec![1.0];
    for state in 1..states {
        weights.push(weights[state as usize - 1] * up(state - 1) / down(state));
    }
    let total: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / total).collect()
}

#[test]
fn a_birth_death_chain_has_its_closed_form_by_elimination_and_by_aggregation() {
    for (agents, most_calls) in [(20, 100), (300, 900)] {
        let arrivals = 0.97 * f64::from(agents);
        let model = OneQueue { agents, arrivals, service: 1.0, giving_up: 0.05, most_calls };
        let chain = Chain::explore(&model, 10_000).unwrap();
        let stationary = chain.stationary().unwrap();
        assert_eq!(stationary.cycles() > 0, most_calls > 200);
        let busy = |calls: u32| f64::from(calls.min(agents)) + 0.05 * f64::from(calls.saturating_sub(agents));
        for (computed, exact) in stationary.probabilities().iter().zip(birth_death(|_| arrivals, busy, most_calls + 1))
        {
            // What is too rare to matter is the last to come right.
            assert!((computed - exact).abs() < 1e-10 * exact + 1e-18, "computed {computed:e}, exact {exact:e}");
        }
        assert_near(stationary.total_cut_flow(), arrivals * stationary.probabilities()[most_calls as usize], 1e-12);
        assert_near(stationary.cut_probability(), stationary.probabilities()[most_calls as usize], 1e-12);
    }
}

#[test]
fn a_chain_that_forgets_slowly_is_solved_too() {
    let model = OneQueue { agents: 1, arrivals: 0.999, service: 1.0, giving_up: 0.0, most_calls: 5_000 };
    let chain = Chain::explore(&model, 10_000).unwrap();
    let stationary = chain.stationary().unwrap();
    let exact = birth_death(|_| 0.999, |_| 1.0, 5_001);
    for (computed, exact) in stationary.probabilities().iter().zip(exact) {
        assert_near(*computed, exact, 1e-8);
    }
}

#[test]
fn waits_of_answered_and_abandoned_calls_are_those_of_erlang_a() {
    // By the offered wait, whose density is proportional to exp(λH(x) − cμx) (Baccelli & Hebuterne 1981), and Simpson.
    let (agents, arrivals, service, giving_up) = (10_u32, 10.5_f64, 1.0_f64, 0.4_f64);
    let model = OneQueue { agents, arrivals, service, giving_up, most_calls: 120 };
    let chain = Chain::explore(&model, 1_000).unwrap();
    let waits = chain.stationary().unwrap().line_waits(0).unwrap();
    let kept = |x: f64| f64::exp(-giving_up * x);
    let density = |x: f64| f64::exp(arrivals * (1.0 - kept(x)) / giving_up - f64::from(agents) * service * x);
    let integral = |value: &dyn Fn(f64) -> f64| {
        let (steps, end) = (20_000_u32, 12.0);
        let width = end / f64::from(steps);
        let weight = |step: u32| if step == 0 || step == steps { 1.0 } else { f64::from(2 + 2 * (step % 2)) };
        (0..=steps).map(|step| weight(step) * value(f64::from(step) * width)).sum::<f64>() * width / 3.0
    };
    let answered = integral(&|x| density(x) * kept(x));
    assert_near(waits.taken.mean_wait_s, integral(&|x| x * density(x) * kept(x)) / answered, 1e-11);
    // An abandoned call has waited as long as its patience, if that is less than the offered wait.
    let abandoned = integral(&|x| density(x) * (1.0 - kept(x)));
    let patience = |x: f64| (1.0 - kept(x)) / giving_up - x * kept(x);
    assert_near(waits.removed.mean_wait_s, integral(&|x| density(x) * patience(x)) / abandoned, 1e-11);
    assert_near(waits.removed.rate / waits.taken.rate, abandoned / answered, 1e-11);
}

#[test]
fn the_place_of_whoever_is_removed_matters() {
    // The last one gives up, so a call that waits is only overtaken by nobody: its wait is that of a queue whose line is
    // as long, and the one removed has waited less than the others.
    struct LastGivesUp(OneQueue);
    impl ChainModel for LastGivesUp {
        type State = u32;
        fn initial(&self) -> u32 {
            0
        }
        fn transitions(&self, calls: &u32, emit: &mut dyn FnMut(Transition<u32>)) {
            self.0.transitions(calls, &mut |mut transition: Transition<u32>| {
                if transition.label == ABANDONED {
                    transition.moves = [Some((0, LineMove::RemoveAt(calls - self.0.agents - 1))), None];
                }
                emit(transition);
            });
        }
        fn contains(&self, calls: &u32) -> bool {
            self.0.contains(calls)
        }
        fn lines(&self) -> usize {
            1
        }
        fn line_length(&self, calls: &u32, line: usize) -> usize {
            self.0.line_length(calls, line)
        }
    }
    let queue = || OneQueue { agents: 3, arrivals: 3.0, service: 1.0, giving_up: 0.5, most_calls: 60 };
    let any_chain = Chain::explore(&queue(), 100).unwrap();
    let last_chain = Chain::explore(&LastGivesUp(queue()), 100).unwrap();
    let (any, last) = (any_chain.stationary().unwrap(), last_chain.stationary().unwrap());
    let (any_waits, last_waits) = (any.line_waits(0).unwrap(), last.line_waits(0).unwrap());
    assert_eq!(any_waits.removed.rate, last_waits.removed.rate);
    assert!(last_waits.removed.mean_wait_s < any_waits.removed.mean_wait_s);
    let total =
        |waits: &LineWaits| waits.taken.rate * waits.taken.mean_wait_s + waits.removed.rate * waits.removed.mean_wait_s;
    assert_near(total(&last_waits), total(&any_waits), 1e-13);
}

#[test]
fn two_skills_keep_what_must_be_kept() {
    let model = TwoSkills { agents: [6, 5], arrivals: [5.5, 3.5], giving_up: 0.2, most_waiting: 30 };
    let chain = Chain::explore(&model, 100_000).unwrap();
    let stationary = chain.stationary().unwrap();
    assert!(stationary.cycles() > 0 && stationary.residual() < 1e-14);
    assert!(stationary.total_cut_flow() < 1e-7);
    let in_line = |line: usize| stationary.mean(|state| f64::from(state[3 + line]));
    let mut left = 0.0;
    for line in 0..2 {
        let waits = stationary.line_waits(line).unwrap();
        let total = waits.taken.rate * waits.taken.mean_wait_s + waits.removed.rate * waits.removed.mean_wait_s;
        assert_near(total, in_line(line), 1e-12);
        assert_near(waits.removed.rate, 0.2 * in_line(line), 1e-12);
        let [(ANSWERED, taken), (ABANDONED, removed)] = waits.by_label[..] else { panic!("{:?}", waits.by_label) };
        assert_eq!((taken, removed), (waits.taken, waits.removed));
        left += taken.rate + removed.rate;
    }
    assert_near(left, stationary.flow(JOINED), 1e-12);
    assert_near(stationary.flow(AT_ONCE) + left + stationary.total_cut_flow(), 9.0, 1e-13);
}

#[test]
fn the_same_model_gives_the_same_bits() {
    let solve = || {
        let model = TwoSkills { agents: [4, 4], arrivals: [3.5, 3.0], giving_up: 0.1, most_waiting: 20 };
        let chain = Chain::explore(&model, 100_000).unwrap();
        let stationary = chain.stationary().unwrap();
        (chain.states().to_vec(), stationary.probabilities().to_vec(), stationary.line_waits(1).unwrap())
    };
    assert_eq!(solve(), solve());
}

#[test]
fn priorities_do_not_change_how_many_wait() {
    // most-queue, tests/test_priority_impatience.py, recomputed: 3 agents, rates 1.2 and 1.5, μ = 1, θ = 0.4. With one
    // handle time and one patience for all, whoever is first, as many wait as in one queue.
    let model = OneQueue { agents: 3, arrivals: 2.7, service: 1.0, giving_up: 0.4, most_calls: 80 };
    let chain = Chain::explore(&model, 100).unwrap();
    let waiting = chain.stationary().unwrap().mean(|&calls| f64::from(calls.saturating_sub(3)));
    assert_near(waiting, 0.952_550_495_983_089, 1e-13);
}

#[test]
fn states_that_are_left_for_ever_have_no_mass() {
    // 0 → 1 ⇄ 2, which 0 is no part of.
    let chain = Chain::explore(&Listed(vec![(0, 1, 5.0), (1, 2, 1.0), (2, 1, 3.0)]), 10).unwrap();
    let stationary = chain.stationary().unwrap();
    assert_eq!(stationary.probabilities(), [0.0, 0.75, 0.25]);
    // One that is absorbed.
    let chain = Chain::explore(&Listed(vec![(0, 1, 5.0), (1, 0, 1.0), (1, 2, 1e-3)]), 10).unwrap();
    assert_eq!(chain.stationary().unwrap().probabilities(), [0.0, 0.0, 1.0]);
}

#[test]
fn two_ends_are_no_steady_state() {
    let chain = Chain::explore(&Listed(vec![(0, 1, 1.0), (0, 2, 1.0), (2, 3, 1.0), (3, 2, 1.0)]), 10).unwrap();
    assert_eq!(chain.stationary().unwrap_err(), ExactError::Reducible { classes: 2 });
}

#[test]
fn what_a_model_may_not_do_is_refused() {
    let error = Chain::explore(&Listed(vec![(0, 1, -1.0)]), 10).unwrap_err();
    assert_eq!(error.to_string(), "`rate` must be a finite number of at least 0, not -1");
    assert!(Chain::explore(&Listed(vec![(0, 1, f64::NAN)]), 10).is_err());
    assert_eq!(
        Chain::explore(&Listed(vec![(0, 1, 1.0), (1, 2, 1.0)]), 2).unwrap_err(),
        ExactError::TooManyStates { max_states: 2 }
    );

    struct Forgetful;
    impl ChainModel for Forgetful {
        type State = u32;
        fn initial(&self) -> u32 {
            0
        }
        fn transitions(&self, &calls: &u32, emit: &mut dyn FnMut(Transition<u32>)) {
            emit(Transition::new(1 - calls, 1.0, JOINED));
        }
        fn lines(&self) -> usize {
            1
        }
        fn line_length(&self, &calls: &u32, _line: usize) -> usize {
            calls as usize
        }
    }
    let error = Chain::explore(&Forgetful, 10).unwrap_err();
    assert_eq!(error.to_string(), "`line` must be a line that changes by what the transition says of it, not 0");
    let chain = Chain::explore(&Listed(vec![(0, 1, 1.0), (1, 0, 1.0)]), 2).unwrap();
    assert!(chain.stationary().unwrap().line_waits(0).is_err());
}

#[test]
#[should_panic(expected = "a transition changes a line once")]
fn a_line_is_changed_once() {
    let _ = Transition::new(0, 1.0, JOINED).moving(0, LineMove::Join).moving(0, LineMove::TakeHead);
}

/// That a chain with these rates is solved, and what flows into each state flows out of it.
fn assert_balanced(rates: Vec<(u32, u32, f64)>) {
    let chain = Chain::explore(&Listed(rates.clone()), 1_000).unwrap();
    let stationary = chain.stationary().unwrap();
    let masses = stationary.probabilities();
    assert!((masses.iter().sum::<f64>() - 1.0).abs() < 1e-13);
    assert!(masses.iter().all(|&mass| mass > 0.0));
    let of = |state: u32| masses[chain.states().iter().position(|&other| other == state).unwrap()];
    let (mut balance, mut total) = (vec![0.0; masses.len()], 0.0);
    for (from, to, rate) in rates {
        balance[from as usize] -= of(from) * rate;
        balance[to as usize] += of(from) * rate;
        total += of(from) * rate;
    }
    assert!(balance.iter().map(|defect| defect.abs()).sum::<f64>() < 1e-12 * total);
    assert!((stationary.flow(ENDED) / total - 1.0).abs() < 1e-12);
}

/// A slow ring with some fast chords, which aggregation does not solve.
#[test]
fn what_aggregation_does_not_solve_elimination_does() {
    #[rustfmt::skip]
    let chords = [
        (78, 67, 345.0), (229, 178, 869.0), (234, 93, 360.0), (189, 197, 90.0), (152, 67, 115.0), (149, 111, 315.0),
        (190, 317, 570.0), (250, 294, 190.0), (207, 94, 188.0), (110, 267, 717.0), (95, 245, 538.0), (41, 247, 321.0),
        (315, 280, 371.0), (247, 98, 18.0), (342, 196, 741.0), (198, 227, 654.0), (231, 249, 39.0), (94, 341, 68.0),
        (257, 271, 50.0), (249, 78, 802.0), (231, 100, 786.0), (58, 158, 817.0), (208, 142, 247.0), (180, 241, 709.0),
        (22, 322, 201.0), (9, 276, 262.0), (275, 163, 6.0),
    ];
    let ring = (0..351).map(|state| (state, (state + 1) % 351, if state < 322 { 1e-3 } else { 500.0 }));
    assert_balanced(ring.chain(chords).collect());
}

/// Six groups in a ring, each with four agents and ten places: a call goes to the shorter of two neighbouring groups.
struct Ring;

impl ChainModel for Ring {
    type State = [u8; 6];

    fn initial(&self) -> [u8; 6] {
        [0; 6]
    }

    fn transitions(&self, &state: &[u8; 6], emit: &mut dyn FnMut(Transition<[u8; 6]>)) {
        for group in 0..6 {
            let next = (group + 1) % 6;
            let mut joined = state;
            joined[if state[group] <= state[next] { group } else { next }] += 1;
            emit(Transition::new(joined, 3.0, JOINED));
            if state[group] > 0 {
                let mut ended = state;
                ended[group] -= 1;
                emit(Transition::new(ended, f64::from(state[group].min(4)), ENDED));
            }
        }
    }

    fn contains(&self, state: &[u8; 6]) -> bool {
        state.iter().all(|&calls| calls < 10)
    }
}

#[test]
#[ignore = "prints how long a million states take"]
fn a_million_states() {
    let started = std::time::Instant::now();
    let chain = Chain::explore(&Ring, 2_000_000).unwrap();
    let explored = started.elapsed();
    let stationary = chain.stationary().unwrap();
    let solved = started.elapsed() - explored;
    println!(
        "chain: {} states, {} transitions: found in {explored:.1?}, solved in {solved:.1?}, {} cycles, residual {:.1e}",
        chain.states().len(),
        chain.transition_count(),
        stationary.cycles(),
        stationary.residual()
    );
    assert!(stationary.residual() < 1e-14);
    assert_near(stationary.flow(ENDED), stationary.flow(JOINED), 1e-12);
}

proptest! {
    /// A ring with chords: any rates, any size on both sides of where elimination ends.
    #[test]
    fn flows_into_states_match_flows_out(
        ring in prop::collection::vec(1e-3..1e3_f64, 2..400),
        chords in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1e-3..1e3_f64), 0..300),
    ) {
        let states = ring.len() as u32;
        let mut rates: Vec<_> = (0..states).map(|state| (state, (state + 1) % states, ring[state as usize])).collect();
        rates.extend(chords.iter().map(|(from, to, rate)| (from.index(ring.len()) as u32, to.index(ring.len()) as u32, *rate)));
        assert_balanced(rates);
    }

    /// Little's law for those who leave one line, whatever the parameters.
    #[test]
    fn whoever_leaves_a_line_has_spent_what_the_line_holds(
        agents in 1_u32..15, load in 0.2..1.5_f64, giving_up in 0.0..2.0_f64, places in 1_u32..40,
    ) {
        let model = OneQueue { agents, arrivals: load * f64::from(agents), service: 1.0, giving_up, most_calls: agents + places };
        let chain = Chain::explore(&model, 1_000).unwrap();
        let stationary = chain.stationary().unwrap();
        let waits = stationary.line_waits(0).unwrap();
        let spent = waits.taken.rate * waits.taken.mean_wait_s + waits.removed.rate * waits.removed.mean_wait_s;
        let held = stationary.mean(|&calls| f64::from(calls.saturating_sub(agents)));
        prop_assert!((spent / held - 1.0).abs() < 1e-11, "{spent} {held}");
    }
}
