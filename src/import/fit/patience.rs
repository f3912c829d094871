//! Laws of the patience by greatest likelihood, when an answer ends the observation (censors it).
//!
//! A caller who gave up after t seconds tells the density of the patience at t; one who was answered after t tells only
//! that the patience is more than t. Patience and offered wait are taken as independent. Calls that waited for 0 s tell
//! nothing and are left out.

use std::collections::BTreeMap;

use super::empirical;
use super::hyperexponential::{self, Ends};
use super::law::{Fit, Fits, Law, LawName, rounded};
use super::solve::{log_normal_upper, normal_hazard, root};
use super::talk::weibull_censored;

/// Fits each law of [`LawName::OF_PATIENCE`] and takes the one of the least criterion of Akaike, or the wanted one; none
/// if nobody who waited gave up.
pub(in crate::import) fn patience_fits(waits: &BTreeMap<u32, Ends>, wanted: Option<LawName>) -> Option<Fits> {
    let seen = Seen::new(waits)?;
    let mut candidates = vec![(Law::Exponential { mean_s: rounded(seen.exposure / seen.gave_up, 3) }, 1.0)];
    if let Some(branches) = hyperexponential::two_branches(waits) {
        candidates.push((Law::Hyperexponential { branches: branches.to_vec() }, 3.0));
    }
    candidates.extend(seen.lognormal().map(|law| (law, 2.0)));
    candidates.extend(seen.weibull().map(|law| (law, 2.0)));
    let mut candidates: Vec<Fit> =
        candidates.into_iter().filter_map(|(law, parameters)| seen.judged(law, parameters)).collect();
    candidates.push(seen.empirical());
    Fits::choose(seen.gave_up as u64, seen.answered as u64, candidates, wanted)
}

/// The product limit (E. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", JASA 53, 1958):
/// each time, in seconds, at which somebody gave up, and the probability of a longer patience.
///
/// Of calls that end in the same second, those that were given up come first, as is usual.
pub(super) fn product_limit(waits: &BTreeMap<u32, Ends>) -> Vec<(f64, f64)> {
    let mut at_risk: u64 = waits.range(1..).map(|(_, ends)| ends.abandoned + ends.answered).sum();
    let mut survival = 1.0;
    let mut steps = Vec::new();
    for (&secs, ends) in waits.range(1..) {
        if ends.abandoned > 0 {
            survival *= (at_risk - ends.abandoned) as f64 / at_risk as f64;
            steps.push((f64::from(secs), survival));
        }
        at_risk -= ends.abandoned + ends.answered;
    }
    steps
}

/// What was seen of callers who waited.
struct Seen {
    /// Seconds, how many gave up then, and how many were answered then; rising.
    waits: Vec<(f64, f64, f64)>,
    gave_up: f64,
    answered: f64,
    /// The seconds that all of them waited.
    exposure: f64,
    /// Mean logarithm of the waits that were given up.
    mean_log: f64,
    product_limit: Vec<(f64, f64)>,
    /// As long as this so many callers still waited that the product limit tells something.
    told_until: f64,
}

/// With fewer callers still waiting, a step of the product limit is too large for a distance from it.
const FEWEST_AT_RISK: f64 = 30.0;

impl Seen {
    fn new(waits: &BTreeMap<u32, Ends>) -> Option<Seen> {
        let product_limit = product_limit(waits);
        let waits: Vec<(f64, f64, f64)> = waits
            .range(1..)
            .map(|(&secs, ends)| (f64::from(secs), ends.abandoned as f64, ends.answered as f64))
            .collect();
        let gave_up: f64 = waits.iter().map(|wait| wait.1).sum();
        if gave_up == 0.0 {
            return None;
        }
        let answered = waits.iter().map(|wait| wait.2).sum();
        let exposure = waits.iter().map(|wait| wait.0 * (wait.1 + wait.2)).sum();
        let mean_log = waits.iter().map(|wait| wait.1 * libm::log(wait.0)).sum::<f64>() / gave_up;
        let mut at_risk = 0.0;
        let from_the_end = waits.iter().rev().map(|wait| {
            at_risk += wait.1 + wait.2;
            (wait.0, at_risk)
        });
        let told = from_the_end.collect::<Vec<_>>().into_iter().find(|wait| wait.1 >= FEWEST_AT_RISK);
        // If there never were so many, what there is has to do.
        let told_until = told.map_or(f64::INFINITY, |wait| wait.0);
        Some(Seen { told_until, waits, gave_up, answered, exposure, mean_log, product_limit })
    }

    /// Whether the waits tell of a spread.
    fn is_spread(&self) -> bool {
        self.waits.len() > 1 && self.gave_up > 1.0
    }

    fn weibull(&self) -> Option<Law> {
        if !self.is_spread() {
            return None;
        }
        let all = self.waits.iter().map(|&(secs, gave_up, answered)| (secs, gave_up + answered));
        let (shape, scale) = weibull_censored(all, self.mean_log, self.gave_up);
        Some(Law::Weibull { shape: rounded(shape, 4), scale_s: rounded(scale, 3) })
    }

    /// In θ = 1/σ and γ = μ/σ the likelihood has one maximum (R. Olsen, "Note on the uniqueness of the maximum likelihood
    /// estimator for the Tobit model", Econometrica 46, 1978): γ is solved for each θ, and θ around it.
    fn lognormal(&self) -> Option<Law> {
        if !self.is_spread() {
            return None;
        }
        let logs: Vec<(f64, f64, f64)> =
            self.waits.iter().map(|&(secs, gave_up, answered)| (libm::log(secs), gave_up, answered)).collect();
        let (least, most) = (logs[0].0, logs[logs.len() - 1].0);
        let location = |theta: f64| {
            // Beyond the largest logarithm by many deviations, where nearly all are answered.
            root(theta * least - 40.0, theta * most + 40.0, |gamma| {
                logs.iter().fold((0.0, 0.0), |sums, &(log, gave_up, answered)| {
                    let z = theta * log - gamma;
                    let hazard = normal_hazard(z);
                    let slope = gave_up + answered * hazard * (hazard - z);
                    (sums.0 + gave_up * z + answered * hazard, sums.1 - slope)
                })
            })
        };
        let slope = |theta: f64| {
            let gamma = location(theta);
            let per_wait = logs.iter().map(|&(log, gave_up, answered)| {
                let z = theta * log - gamma;
                log * (gave_up * z + answered * normal_hazard(z))
            });
            self.gave_up / theta - per_wait.sum::<f64>()
        };
        // The derivative falls in θ; halving the bracket of its logarithm 50 times gives 15 digits.
        let (mut low, mut high) = (libm::log(1e-2), libm::log(1e4));
        for _ in 0..50 {
            let middle = low + (high - low) / 2.0;
            if slope(libm::exp(middle)) > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        let theta = libm::exp(low + (high - low) / 2.0);
        let (mu, sigma) = (rounded(location(theta) / theta, 4), rounded(1.0 / theta, 4).max(1e-4));
        Some(Law::Lognormal { mu, sigma })
    }

    /// The steps of the product limit. What is left after the last step gives up at the longest wait that was seen (B.
    /// Efron, "The two sample problem with censored data", 5th Berkeley Symposium, 1967).
    fn empirical(&self) -> Fit {
        let mut before = 1.0;
        let mut values: Vec<(f64, f64)> = Vec::new();
        for &(secs, survival) in &self.product_limit {
            values.push((secs, before - survival));
            before = survival;
        }
        if let Some(longest) = self.waits.last().map(|wait| wait.0)
            && before > 0.0
        {
            match values.last_mut() {
                Some(last) if last.0 == longest => last.1 += before,
                _ => values.push((longest, before)),
            }
        }
        let values = empirical::values(values.into_iter()).into_iter();
        let values = values.map(|(secs, weight)| (secs, rounded(weight, 9))).filter(|value| value.1 > 0.0);
        let law = Law::Empirical { values: values.collect() };
        Fit { law, log_likelihood: None, aic: None, ks_distance: 0.0 }
    }

    fn judged(&self, law: Law, parameters: f64) -> Option<Fit> {
        let distribution = law.distribution()?;
        let log_survival = |secs: f64| match &law {
            Law::Lognormal { mu, sigma } => log_normal_upper((libm::log(secs) - mu) / sigma),
            Law::Weibull { shape, scale_s } => -libm::pow(secs / scale_s, *shape),
            Law::Exponential { mean_s } => -secs / mean_s,
            _ => libm::log(distribution.survival(secs)),
        };
        let log_density = |secs: f64| match &law {
            Law::Exponential { mean_s } => -libm::log(*mean_s) - secs / mean_s,
            Law::Hyperexponential { branches } => {
                let density = |branch: &super::law::PatienceBranch| {
                    branch.weight / branch.mean_s * libm::exp(-secs / branch.mean_s)
                };
                libm::log(branches.iter().map(density).sum())
            }
            Law::Lognormal { mu, sigma } => {
                let z = (libm::log(secs) - mu) / sigma;
                -z * z / 2.0 - libm::log(secs * sigma) - 0.5 * libm::log(2.0 * std::f64::consts::PI)
            }
            Law::Weibull { shape, scale_s } => {
                let ratio = secs / scale_s;
                libm::log(shape / scale_s) + (shape - 1.0) * libm::log(ratio) - libm::pow(ratio, *shape)
            }
            Law::Gamma { .. } | Law::Empirical { .. } => f64::NAN,
        };
        let terms = self.waits.iter().map(|&(secs, gave_up, answered)| {
            // A density of zero counts only where somebody gave up.
            let left = if gave_up > 0.0 { gave_up * log_density(secs) } else { 0.0 };
            let stayed = if answered > 0.0 { answered * log_survival(secs) } else { 0.0 };
            left + stayed
        });
        let log_likelihood: f64 = terms.sum();
        let (mut ks_distance, mut before): (f64, f64) = (0.0, 1.0);
        for &(secs, survival) in self.product_limit.iter().take_while(|step| step.0 <= self.told_until) {
            let fitted = distribution.survival(secs);
            ks_distance = ks_distance.max((fitted - before).abs()).max((fitted - survival).abs());
            before = survival;
        }
        let aic = Some(2.0 * parameters - 2.0 * log_likelihood);
        log_likelihood.is_finite().then_some(Fit { law, log_likelihood: Some(log_likelihood), aic, ks_distance })
    }
}
