//! Tests of the longest time to answer: closed forms, limits, and simulations of what the derivation starts from.

use super::*;
use crate::random::{Distribution, Purpose, Sampler, Stream};
use proptest::prelude::*;
use uuid::Uuid;

const BOTH: [LongestOf; 2] = [LongestOf::Group, LongestOf::Session];

fn assert_near(computed: f64, exact: f64, relative: f64) {
    assert!((computed / exact - 1.0).abs() < relative, "computed {computed:e}, exact {exact:e}");
}

#[test]
fn the_values_are_right() {
    // Agents, calls an hour, mean handle time, horizon, and the means of group and session, computed with 30 digits.
    for (agents, calls, aht, horizon, group, session) in [
        (10, 324.0, 100.0, 28_800.0, 347.458_431_764_093, 324.813_573_276_015),
        (20, 648.0, 100.0, 200_000.0, 293.547_427_634_653, 275.458_188_012_381),
        (100, 2_760.0, 120.0, 36_000.0, 69.007_359_746_133_2, 58.084_102_195_599_9),
        (1, 18.0, 100.0, 1e6, 1_403.073_430_953_16, 1_403.073_430_953_16),
    ] {
        let queue = ErlangC::new(agents, calls / 3_600.0, aht).unwrap();
        assert_near(LongestWait::erlang_c(queue, LongestOf::Group).mean_s(horizon).unwrap(), group, 1e-12);
        assert_near(LongestWait::erlang_c(queue, LongestOf::Session).mean_s(horizon).unwrap(), session, 1e-12);
    }
}

#[test]
fn the_group_of_erlang_c_has_its_closed_form() {
    let longest = LongestWait::erlang_c(ErlangC::new(4, 0.3, 10.0).unwrap(), LongestOf::Group);
    for x in [0.0_f64, 3.0, 50.0] {
        let exact = 0.75 * 0.25 / ((0.1 * x).exp() - 0.5625);
        assert_near(longest.p_longer_in_busy_period(x), exact, 1e-13);
    }
    assert_eq!(longest.p_longer_in_busy_period(1e5), 0.0);
}

#[test]
fn vast_patience_is_none() {
    let (agents, rate, aht) = (4, 0.3, 10.0);
    let exact = ErlangC::new(agents, rate, aht).unwrap();
    let constant = Distribution::constant(5_000.0).unwrap();
    let vast = Distribution::exponential_mean(1e10).unwrap();
    for of in BOTH {
        let exact = LongestWait::erlang_c(exact, of);
        for (law, relative) in [(None, 1e-10), (Some(&constant), 1e-10), (Some(&vast), 1e-6)] {
            let queue = AbandonmentQueue::new(agents, rate, aht, law).unwrap();
            let longest = LongestWait::abandonment(queue, of);
            assert_near(longest.busy_periods_per_s(), exact.busy_periods_per_s(), relative);
            for x in [0.0, 1.0, 20.0, 150.0] {
                assert_near(longest.p_longer_in_busy_period(x), exact.p_longer_in_busy_period(x), relative);
            }
            assert_near(longest.mean_s(1e5).unwrap(), exact.mean_s(1e5).unwrap(), relative);
        }
    }
}

#[test]
fn the_group_with_abandonment_has_its_integral() {
    // 1 − K(x) with K(x) = ∫ m e^(−m b) exp(−λ(H(x + b) − H(x))) db.
    let law = Distribution::weibull_shape_scale(1.5, 40.0).unwrap();
    let queue = AbandonmentQueue::new(5, 0.6, 10.0, Some(&law)).unwrap();
    let longest = LongestWait::abandonment(queue, LongestOf::Group);
    let (rate, m) = (0.6, 0.5);
    for x in [0.0, 10.0, 60.0] {
        let h = law.limited_mean_s(x);
        let kernel = |b: f64| [m * libm::exp(-m * b - rate * (law.limited_mean_s(x + b) - h))];
        let [k] = integrate(kernel, &[0.0, 1.0, 5.0, 20.0, 80.0]);
        let grown = |v: f64| libm::exp(m * v - rate * law.limited_mean_s(v));
        let [staying] = integrate(|v| [rate * law.survival(v) * grown(v)], &[0.0, x]);
        assert_near(longest.p_longer_in_busy_period(x), (1.0 - k) / (grown(x) + (1.0 - k) * staying), 1e-10);
    }
}

#[test]
fn one_agent_is_the_group() {
    let law = Distribution::uniform(5.0, 60.0).unwrap();
    let queue = AbandonmentQueue::new(1, 0.11, 10.0, Some(&law)).unwrap();
    let [group, session] = BOTH.map(|of| LongestWait::abandonment(queue.clone(), of).mean_s(1e5).unwrap());
    assert_eq!(group, session);
}

#[test]
fn nobody_waits_longer_than_the_longest_patience() {
    let law = Distribution::uniform(5.0, 60.0).unwrap();
    let queue = AbandonmentQueue::new(3, 0.5, 10.0, Some(&law)).unwrap();
    for of in BOTH {
        let longest = LongestWait::abandonment(queue.clone(), of);
        assert_eq!(longest.p_longer_in_busy_period(60.0), 0.0);
        assert_eq!(longest.cdf(1e6, 60.0).unwrap(), 1.0);
        let mean = longest.mean_s(1e6).unwrap();
        assert!(mean > 50.0 && mean < 60.0, "{mean}");
        assert!(longest.mean_s(1e9).unwrap() > mean);
    }
}

#[test]
fn quantiles_invert_the_law() {
    let queue = AbandonmentQueue::erlang_a(10, 0.1, 100.0, 100.0).unwrap();
    for of in BOTH {
        let longest = LongestWait::abandonment(queue.clone(), of);
        for p in [0.05, 0.5, 0.99] {
            let x = longest.quantile_s(1e5, p).unwrap();
            assert_near(longest.cdf(1e5, x).unwrap(), p, 1e-9);
        }
        assert_eq!(longest.quantile_s(50.0, 0.05).unwrap(), 0.0);
        assert!(longest.quantile_s(1e5, 1.0).is_err() && longest.mean_s(0.0).is_err());
    }
}

#[test]
fn a_horizon_within_one_busy_period_is_refused() {
    // The mean busy period of one agent is that of the M/M/1 system, AHT/(1 − ρ).
    let longest = LongestWait::erlang_c(ErlangC::new(1, 0.05, 10.0).unwrap(), LongestOf::Group);
    assert_near(longest.mean_busy_period_s(), 20.0, 1e-12);
    assert!(longest.mean_s(20.1).is_ok());
    let error = longest.mean_s(19.0).unwrap_err().to_string();
    assert!(
        error.starts_with("`horizon_s` must be longer than the mean period in which all agents are busy"),
        "{error}"
    );
    // Agents who are never free.
    let flooded = AbandonmentQueue::erlang_a(1_000, 100.0, 180.0, 60.0).unwrap();
    assert!(LongestWait::abandonment(flooded, LongestOf::Group).mean_s(1e9).is_err());
}

/// The share of periods in which a call that counts waits more than x, by simulation of the work process.
fn simulated(queue: &AbandonmentQueue, law: &Distribution, p: f64, x: f64, periods: u32, number: u64) -> f64 {
    let mut stream = Stream::new(number, 1, Purpose::Arrivals, Uuid::from_u128(7));
    let exponential = |rate: f64| Distribution::exponential_rate(rate).unwrap().sampler();
    let (jump, gap) = (exponential(queue.traffic.service_rate()), exponential(queue.traffic.calls_per_s));
    let patience = law.sampler();
    let draw = |sampler: &Sampler, stream: &mut Stream| sampler.sample(stream).as_secs_f64();
    let mut longer = 0;
    for _ in 0..periods {
        let mut work = draw(&jump, &mut stream);
        loop {
            work -= draw(&gap, &mut stream);
            if work <= 0.0 {
                break;
            }
            if draw(&patience, &mut stream) > work {
                if work > x && stream.next_unit() < p {
                    longer += 1;
                    break;
                }
                work += draw(&jump, &mut stream);
            }
        }
    }
    f64::from(longer) / f64::from(periods)
}

#[test]
fn the_work_process_gives_the_same_probabilities() {
    let laws = [Distribution::exponential_mean(30.0), Distribution::uniform(2.0, 40.0), Distribution::constant(12.0)];
    for (number, law) in laws.into_iter().enumerate() {
        let law = law.unwrap();
        let queue = AbandonmentQueue::new(4, 0.45, 10.0, Some(&law)).unwrap();
        for (of, p) in BOTH.into_iter().zip([1.0, 0.25]) {
            let longest = LongestWait::abandonment(queue.clone(), of);
            for x in [0.0, 5.0, 11.0] {
                let (exact, periods) = (longest.p_longer_in_busy_period(x), 100_000);
                let share = simulated(&queue, &law, p, x, periods, number as u64);
                let error = (exact * (1.0 - exact) / f64::from(periods)).sqrt();
                assert!((share - exact).abs() < 4.5 * error, "{law:?}, {of:?}, {x}: {share} and {exact}");
            }
        }
    }
}

/// The longest waits of the group and of each agent over a horizon, in a simulation of the agents themselves.
fn longest_of_day(agents: usize, rate: f64, aht: f64, patience: f64, horizon: f64, number: u64) -> (f64, Vec<f64>) {
    let mut stream = Stream::new(number, 1, Purpose::Arrivals, Uuid::from_u128(8));
    let samplers = [1.0 / rate, aht, patience].map(|mean| Distribution::exponential_mean(mean).unwrap().sampler());
    let mut draw = |which: usize| samplers[which].sample(&mut stream).as_secs_f64();
    let (mut free_at, mut longest, mut now) = (vec![0.0_f64; agents], vec![0.0_f64; agents], 0.0);
    loop {
        now += draw(0);
        if now > horizon {
            return (longest.iter().copied().fold(0.0, f64::max), longest);
        }
        let agent = (0..agents).min_by(|a, b| free_at[*a].total_cmp(&free_at[*b])).expect("there are agents");
        let (wait, patience) = ((free_at[agent] - now).max(0.0), draw(2));
        if patience > wait {
            longest[agent] = longest[agent].max(wait);
            free_at[agent] = now + wait + draw(1);
        }
    }
}

#[test]
fn a_simulated_desk_has_the_same_means() {
    let (agents, rate, aht, patience, horizon, days) = (5, 0.05, 100.0, 100.0, 100_000.0, 300);
    let queue = AbandonmentQueue::erlang_a(agents as u32, rate, aht, patience).unwrap();
    let [group, session] = BOTH.map(|of| LongestWait::abandonment(queue.clone(), of).mean_s(horizon).unwrap());
    let seen: Vec<(f64, Vec<f64>)> =
        (0..days).map(|day| longest_of_day(agents, rate, aht, patience, horizon, day)).collect();
    let of_group: Vec<f64> = seen.iter().map(|(longest, _)| *longest).collect();
    let of_session: Vec<f64> = seen.iter().map(|(_, all)| all.iter().sum::<f64>() / agents as f64).collect();
    for (waits, exact) in [(of_group, group), (of_session, session)] {
        let mean = waits.iter().sum::<f64>() / days as f64;
        let variance = waits.iter().map(|wait| (wait - mean) * (wait - mean)).sum::<f64>() / (days - 1) as f64;
        let error = (variance / days as f64).sqrt();
        // The law is that of the limit; a hundredth is left to it.
        assert!((mean - exact).abs() < 4.0 * error + 0.01 * exact, "{mean} ± {error} and {exact}");
    }
}

proptest! {
    #[test]
    fn longer_waits_are_rarer_and_sessions_are_shorter(
        agents in 1..30_u32, load in 0.5..1.5_f64, mean in 5.0..500.0_f64, cv in 0.3..2.0_f64, x in 0.0..200.0_f64,
    ) {
        let law = Distribution::gamma_mean_cv(mean, cv).unwrap();
        let queue = AbandonmentQueue::new(agents, f64::from(agents) * load / 100.0, 100.0, Some(&law)).unwrap();
        let [group, session] = BOTH.map(|of| LongestWait::abandonment(queue.clone(), of));
        let (now, later) = (group.p_longer_in_busy_period(x), group.p_longer_in_busy_period(x + 1.0));
        prop_assert!((0.0..=1.0).contains(&now) && later <= now * (1.0 + 1e-9));
        prop_assert!(session.p_longer_in_busy_period(x) <= now * (1.0 + 1e-9));
    }
}
