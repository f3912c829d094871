//! The hyperexponential law of the patience: a mixture of two exponentials, when an answer ends the observation.

use std::collections::BTreeMap;

use super::law::{PatienceBranch, rounded};

/// With fewer abandonments than this, one exponential is all that can be told.
const FEWEST_FOR_TWO_BRANCHES: u64 = 50;
/// A branch whose callers all but never give up has a mean without bound; 30 years stand for it.
const LONGEST_MEAN_SECS: f64 = 1e9;
const MOST_STEPS: u32 = 20_000;
/// The iteration ends when no parameter changes by more than this part of itself.
const TOLERANCE: f64 = 1e-9;

/// How often callers gave up, and were answered, after so many seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::import) struct Ends {
    pub(in crate::import) abandoned: u64,
    pub(in crate::import) answered: u64,
}

/// The two exponentials of greatest likelihood, the impatient first; none where fewer than 50 gave up, or where one
/// exponential is as good.
///
/// By the EM algorithm (A. Dempster, N. Laird, D. Rubin, "Maximum likelihood from incomplete data via the EM algorithm",
/// JRSS B 39, 1977), the branch of each caller being what is missing. Calls that waited for 0 s tell nothing and are
/// left out.
pub(super) fn two_branches(waits: &BTreeMap<u32, Ends>) -> Option<[PatienceBranch; 2]> {
    let waited = || waits.range(1..).map(|(&secs, &ends)| (f64::from(secs), ends));
    let abandoned: u64 = waited().map(|(_, ends)| ends.abandoned).sum();
    if abandoned < FEWEST_FOR_TWO_BRANCHES {
        return None;
    }
    let exposure: f64 = waited().map(|(secs, ends)| secs * (ends.abandoned + ends.answered) as f64).sum();
    let mean_s = exposure / abandoned as f64;
    let mut branches =
        [PatienceBranch { weight: 0.3, mean_s: mean_s / 4.0 }, PatienceBranch { weight: 0.7, mean_s: mean_s * 2.0 }];
    for _ in 0..MOST_STEPS {
        let next = em_step(&branches, waited());
        let settled = branches.iter().zip(&next).all(|(old, new)| {
            let still = |old: f64, new: f64| (new - old).abs() <= TOLERANCE * old;
            still(old.weight, new.weight) && still(old.mean_s, new.mean_s)
        });
        branches = next;
        if settled {
            break;
        }
    }
    branches.sort_by(|a, b| a.mean_s.total_cmp(&b.mean_s));
    let weight = rounded(branches[0].weight, 4);
    let [quick, slow] = branches.map(|branch| rounded(branch.mean_s.min(LONGEST_MEAN_SECS), 3));
    // Where one exponential is as good, a branch withers, or both become the same.
    if !(0.001..=0.999).contains(&weight) || quick >= slow {
        return None;
    }
    let branch = |weight, mean_s| PatienceBranch { weight, mean_s };
    Some([branch(weight, quick), branch(rounded(1.0 - weight, 4), slow)])
}

/// The branches that are most likely when each caller is split between them as `branches` has it.
fn em_step(branches: &[PatienceBranch; 2], waits: impl Iterator<Item = (f64, Ends)>) -> [PatienceBranch; 2] {
    let rates = branches.map(|branch| 1.0 / branch.mean_s);
    let slowest = rates[0].min(rates[1]);
    let (mut callers, mut leavers, mut exposure) = ([0.0; 2], [0.0; 2], [0.0; 2]);
    for (secs, ends) in waits {
        // Up to a factor that both have: the chance of a branch's caller to wait as long, and the density of its leaving.
        let stays = [0, 1].map(|k| branches[k].weight * libm::exp((slowest - rates[k]) * secs));
        let leaves = [0, 1].map(|k| stays[k] * rates[k]);
        for k in 0..2 {
            let left = ends.abandoned as f64 * (leaves[k] / (leaves[0] + leaves[1]));
            let stayed = ends.answered as f64 * (stays[k] / (stays[0] + stays[1]));
            callers[k] += left + stayed;
            leavers[k] += left;
            exposure[k] += (left + stayed) * secs;
        }
    }
    let all = callers[0] + callers[1];
    [0, 1].map(|k| PatienceBranch { weight: callers[k] / all, mean_s: exposure[k] / leavers[k] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Branch, Distribution, Purpose, Stream};
    use uuid::Uuid;

    /// Callers of a law, who are answered after an exponential wait of mean 100 s.
    fn observed(law: &Distribution, callers: u32) -> BTreeMap<u32, Ends> {
        let patience = (law.sampler(), Stream::new(3, 1, Purpose::Patience, Uuid::nil()));
        let wait = Distribution::exponential_mean(100.0).unwrap();
        let answer = (wait.sampler(), Stream::new(3, 1, Purpose::Talk, Uuid::nil()));
        let (mut patience, mut answer) = (patience, answer);
        let mut waits = BTreeMap::<u32, Ends>::new();
        for _ in 0..callers {
            let (patience, answer) = (patience.0.sample(&mut patience.1), answer.0.sample(&mut answer.1));
            // Rounded, as a clock of whole seconds does on average.
            let secs = libm::round(patience.min(answer).as_secs_f64()) as u32;
            let ends = waits.entry(secs).or_default();
            if patience < answer {
                ends.abandoned += 1;
            } else {
                ends.answered += 1;
            }
        }
        waits
    }

    #[test]
    fn two_branches_are_found_again_although_most_callers_are_answered() {
        let branches = [Branch { weight: 0.25, mean_s: 30.0 }, Branch { weight: 0.75, mean_s: 600.0 }];
        let waits = observed(&Distribution::hyperexponential(&branches).unwrap(), 100_000);
        let law = two_branches(&waits).unwrap();
        let [quick, slow] = law;
        assert!((quick.weight - 0.25).abs() < 0.02 && (quick.weight + slow.weight - 1.0).abs() < 1e-9, "{law:?}");
        assert!((quick.mean_s / 30.0 - 1.0).abs() < 0.1, "{law:?}");
        assert!((slow.mean_s / 600.0 - 1.0).abs() < 0.05, "{law:?}");
        let (answered, abandoned) =
            waits.values().fold((0, 0), |sums, ends| (sums.0 + ends.answered, sums.1 + ends.abandoned));
        assert!(answered > abandoned);
    }

    #[test]
    fn one_exponential_is_fitted_as_such_or_nearly() {
        let waits = observed(&Distribution::exponential_mean(200.0).unwrap(), 50_000);
        // None, or two whose mixture has the mean.
        if let Some(branches) = two_branches(&waits) {
            let mean: f64 = branches.iter().map(|branch| branch.weight * branch.mean_s).sum();
            assert!((mean / 200.0 - 1.0).abs() < 0.05, "{branches:?}");
        }
        assert_eq!(two_branches(&BTreeMap::from([(10, Ends { abandoned: 49, answered: 0 })])), None);
    }

    #[test]
    fn each_step_makes_the_data_more_likely() {
        let branches = [Branch { weight: 0.4, mean_s: 20.0 }, Branch { weight: 0.6, mean_s: 300.0 }];
        let waits = observed(&Distribution::hyperexponential(&branches).unwrap(), 2_000);
        let waited = || waits.range(1..).map(|(&secs, &ends)| (f64::from(secs), ends));
        let log_likelihood = |branches: &[PatienceBranch; 2]| -> f64 {
            let stays = |secs: f64, b: &PatienceBranch| b.weight * libm::exp(-secs / b.mean_s);
            let term = |(secs, ends): (f64, Ends)| {
                let stay: f64 = branches.iter().map(|b| stays(secs, b)).sum();
                let leave: f64 = branches.iter().map(|b| stays(secs, b) / b.mean_s).sum();
                ends.abandoned as f64 * libm::log(leave) + ends.answered as f64 * libm::log(stay)
            };
            waited().map(term).sum()
        };
        let mut branches =
            [PatienceBranch { weight: 0.5, mean_s: 50.0 }, PatienceBranch { weight: 0.5, mean_s: 100.0 }];
        for _ in 0..100 {
            let next = em_step(&branches, waited());
            assert!(log_likelihood(&next) >= log_likelihood(&branches) - 1e-9);
            branches = next;
        }
    }
}
