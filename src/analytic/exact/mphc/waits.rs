//! What becomes of a call that has to wait.

use super::After;
use super::levels::Levels;
use crate::analytic::exact::poisson::Poisson;

/// The calls that arrived at one moment and wait: by how many are ahead, and by the agents' configuration.
type Waiting = Vec<Vec<f64>>;

/// What has become of arriving calls after a time.
pub(super) fn after(levels: &Levels, seconds: f64) -> After {
    let moving = moving(levels);
    let fastest = moving.iter().copied().fold(0.0, f64::max);
    // In so many jumps, nobody can get from further behind to the head; if callers give up, the levels end anyway.
    let jumps = Poisson::new(fastest * seconds).counts().count();
    let (mut waiting, beyond) = levels.found(jumps);
    let rate = fastest + waiting.len() as f64 * levels.giving_up;
    let completions = levels.all_busy.completion_rates();
    let mut after = After { answered: levels.p_free(), abandoned: 0.0, waiting: beyond };
    for (number, (probability, later)) in Poisson::new(rate * seconds).counts().enumerate() {
        if number > 0 {
            waiting = after_jump(levels, &waiting, &moving, rate);
        }
        let time = later / rate;
        let here: f64 = waiting.iter().flatten().sum();
        let answering: f64 =
            waiting.first().map_or(0.0, |head| head.iter().zip(&completions).map(|(a, b)| a * b).sum());
        after.answered += time * answering;
        after.abandoned += time * levels.giving_up * here;
        after.waiting += probability * here;
    }
    after
}

/// The rate at which the agents' configuration changes or one of them becomes free, in each configuration.
fn moving(levels: &Levels) -> Vec<f64> {
    let mut rates = levels.all_busy.completion_rates();
    levels.all_busy.moves.iter().for_each(|&(from, _, rate)| rates[from] += rate);
    rates
}

fn after_jump(levels: &Levels, waiting: &Waiting, moving: &[f64], rate: f64) -> Waiting {
    (0..waiting.len())
        .map(|ahead| {
            let leaving = (ahead + 1) as f64 * levels.giving_up;
            let here = &waiting[ahead];
            let mut next: Vec<f64> =
                here.iter().zip(moving).map(|(mass, moving)| mass * (rate - moving - leaving).max(0.0)).collect();
            levels.all_busy.moves.iter().for_each(|&(from, to, rate)| next[to] += here[from] * rate);
            if let Some(behind) = waiting.get(ahead + 1) {
                next.iter_mut().zip(behind).for_each(|(next, mass)| *next += mass * leaving);
                levels.departures.iter().for_each(|&(from, to, rate)| next[to] += behind[from] * rate);
            }
            next.iter_mut().for_each(|mass| *mass /= rate);
            next
        })
        .collect()
}
