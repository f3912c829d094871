//! Fits beside closed forms, and laws that are found again in what is drawn from them.

use std::collections::BTreeMap;

use super::*;
use crate::random::{Branch, Distribution, Purpose, Stream};
use uuid::Uuid;

/// How often each whole second is drawn, in so many services.
fn drawn(law: &Distribution, services: u32) -> BTreeMap<u32, u64> {
    let (sampler, mut stream) = (law.sampler(), Stream::new(5, 1, Purpose::Talk, Uuid::nil()));
    let mut lengths = BTreeMap::new();
    for _ in 0..services {
        let secs = libm::round(sampler.sample(&mut stream).as_secs_f64()) as u32;
        *lengths.entry(secs).or_default() += 1;
    }
    lengths
}

/// Callers of a patience, who are answered after an exponential wait.
fn observed(law: &Distribution, mean_wait_s: f64, callers: u32) -> BTreeMap<u32, Ends> {
    let answer = Distribution::exponential_mean(mean_wait_s).unwrap();
    let (patience, answer) = (law.sampler(), answer.sampler());
    let mut streams = [Purpose::Patience, Purpose::Talk].map(|purpose| Stream::new(3, 1, purpose, Uuid::nil()));
    let mut waits = BTreeMap::<u32, Ends>::new();
    for _ in 0..callers {
        let (patience, answer) = (patience.sample(&mut streams[0]), answer.sample(&mut streams[1]));
        let secs = libm::round(patience.min(answer).as_secs_f64()) as u32;
        let ends = waits.entry(secs).or_default();
        if patience < answer { ends.abandoned += 1 } else { ends.answered += 1 }
    }
    waits
}

fn law(fits: &Fits, name: LawName) -> &Fit {
    fits.candidates.iter().find(|fit| fit.law.name() == name).unwrap()
}

fn near(computed: f64, exact: f64, relative: f64) -> bool {
    (computed / exact - 1.0).abs() < relative
}

#[test]
fn talk_laws_have_their_closed_forms() {
    // Shorter than 10 s does not count.
    let fits = talk_fits(&BTreeMap::from([(2, 100), (20, 1), (40, 2), (80, 1)]), 10, None).unwrap();
    assert_eq!(fits.seen, 4);
    let (two, forty) = (std::f64::consts::LN_2, libm::log(40.0));
    let Law::Lognormal { mu, sigma } = law(&fits, LawName::Lognormal).law else { panic!() };
    assert_eq!((mu, sigma), (3.6889, 0.4901));
    // n (−½ ln 2πσ² − ½ − μ), σ² being (ln 2)² / 2.
    let likelihood = 4.0 * (-0.5 * libm::log(std::f64::consts::PI * two * two) - 0.5 - forty);
    let fit = law(&fits, LawName::Lognormal);
    assert!(near(fit.log_likelihood.unwrap(), likelihood, 1e-12));
    assert!(near(fit.aic.unwrap(), 4.0 - 2.0 * likelihood, 1e-12));
    let exponential = law(&fits, LawName::Exponential);
    assert_eq!(exponential.law, Law::Exponential { mean_s: 45.0 });
    assert!(near(exponential.log_likelihood.unwrap(), -4.0 * (libm::log(45.0) + 1.0), 1e-12));
    // 1 − e^(−20/45) before the first service, where nothing has ended.
    assert!(near(exponential.ks_distance, 1.0 - libm::exp(-20.0 / 45.0), 1e-12));
    assert_eq!(talk_fits(&BTreeMap::from([(9, 5)]), 10, None), None);
    let alike = talk_fits(&BTreeMap::from([(60, 5)]), 1, None).unwrap();
    assert!(alike.candidates.iter().all(|fit| fit.ks_distance <= 1.0), "{alike:?}");
}

/// With n services an estimate of a shape or of σ is off by some 1/√n of itself; the tolerances are five times that and
/// more, and the rounding to seconds adds less.
#[test]
fn talk_laws_are_found_again_and_taken() {
    const SERVICES: u32 = 100_000;
    let fits = |law: Distribution| talk_fits(&drawn(&law, SERVICES), 1, None).unwrap();
    let lognormal = fits(Distribution::lognormal_mu_sigma(5.0, 0.8).unwrap());
    let Law::Lognormal { mu, sigma } = *lognormal.law() else { panic!("{lognormal:?}") };
    assert!(near(mu, 5.0, 0.004) && near(sigma, 0.8, 0.02), "{mu} {sigma}");
    assert!(law(&lognormal, LawName::Lognormal).ks_distance < 0.01);
    let gamma = fits(Distribution::gamma_shape_scale(2.5, 80.0).unwrap());
    let Law::Gamma { shape, scale_s } = *gamma.law() else { panic!("{gamma:?}") };
    assert!(near(shape, 2.5, 0.03) && near(scale_s, 80.0, 0.03), "{shape} {scale_s}");
    let weibull = fits(Distribution::weibull_shape_scale(1.7, 240.0).unwrap());
    let Law::Weibull { shape, scale_s } = *weibull.law() else { panic!("{weibull:?}") };
    assert!(near(shape, 1.7, 0.02) && near(scale_s, 240.0, 0.01), "{shape} {scale_s}");
    // A gamma or a Weibull law of shape 1 is exponential, so the likelihoods are alike.
    let exponential = fits(Distribution::exponential_mean(300.0).unwrap());
    let Law::Weibull { shape, .. } = law(&exponential, LawName::Weibull).law else { panic!() };
    assert!(near(shape, 1.0, 0.02), "{shape}");
    let aic = |name| law(&exponential, name).aic.unwrap();
    assert!(aic(LawName::Exponential) < aic(LawName::Lognormal) - 1_000.0);
}

#[test]
fn the_wanted_law_is_taken() {
    let services = drawn(&Distribution::gamma_shape_scale(2.5, 80.0).unwrap(), 5_000);
    for name in LawName::OF_TALK {
        assert_eq!(talk_fits(&services, 1, Some(name)).unwrap().taken, name);
    }
}

#[test]
fn patience_by_hand() {
    let gave_up = Ends { abandoned: 1, answered: 0 };
    let answered = Ends { abandoned: 0, answered: 1 };
    // Three gave up, 10 + 20 + 30 s; two were answered after 20 and 60 s: 140 s over three.
    let mut waits = BTreeMap::from([(0, gave_up), (10, gave_up), (20, gave_up), (30, gave_up), (60, answered)]);
    waits.get_mut(&20).unwrap().answered = 1;
    let steps = super::patience::product_limit(&waits);
    // 4/5, then 3/4 of it, then, one more being answered, 1/2 of that.
    let expected = [(10.0, 0.8), (20.0, 0.6), (30.0, 0.3)];
    assert!(steps.iter().zip(expected).all(|(step, exact)| step.0 == exact.0 && near(step.1, exact.1, 1e-12)));
    let fits = patience_fits(&waits, None).unwrap();
    assert_eq!((fits.seen, fits.censored), (3, 2));
    let exponential = law(&fits, LawName::Exponential);
    assert_eq!(exponential.law, Law::Exponential { mean_s: 46.667 });
    assert!(near(exponential.log_likelihood.unwrap(), -3.0 * (libm::log(140.0 / 3.0) + 1.0), 1e-6));
    let Law::Empirical { values } = &law(&fits, LawName::Empirical).law else { panic!() };
    assert_eq!(values, &[(10.0, 0.2), (20.0, 0.2), (30.0, 0.3), (60.0, 0.3)]);
    assert_eq!(patience_fits(&BTreeMap::from([(60, answered)]), None), None);
    // Too few for a mixture: one exponential stands for it.
    assert_eq!(patience_fits(&waits, Some(LawName::Hyperexponential)).unwrap().taken, LawName::Exponential);
}

#[test]
fn without_an_answer_the_censored_fits_are_the_complete_ones() {
    let lengths = drawn(&Distribution::weibull_shape_scale(0.8, 200.0).unwrap(), 20_000);
    let waits = lengths.iter().map(|(&secs, &abandoned)| (secs, Ends { abandoned, answered: 0 })).collect();
    let (patience, talk) = (patience_fits(&waits, None).unwrap(), talk_fits(&lengths, 1, None).unwrap());
    for name in [LawName::Exponential, LawName::Lognormal, LawName::Weibull] {
        let (censored, complete) = (law(&patience, name), law(&talk, name));
        assert!(near(censored.aic.unwrap(), complete.aic.unwrap(), 1e-6), "{censored:?} {complete:?}");
        assert!((censored.ks_distance - complete.ks_distance).abs() < 1e-4);
    }
}

/// Some 40 % to 70 % are answered first, and of 100,000 callers tens of thousands give up: five times 1/√n is 3 %. A law
/// with much of its weight below half a second would be off by more, as such waits are 0 s and left out.
#[test]
fn patience_laws_are_found_again_although_most_callers_are_answered() {
    const CALLERS: u32 = 100_000;
    let weibull = observed(&Distribution::weibull_shape_scale(1.4, 300.0).unwrap(), 150.0, CALLERS);
    let fits = patience_fits(&weibull, None).unwrap();
    let Law::Weibull { shape, scale_s } = *fits.law() else { panic!("{fits:?}") };
    assert!(near(shape, 1.4, 0.03) && near(scale_s, 300.0, 0.05), "{shape} {scale_s}");
    let lognormal = observed(&Distribution::lognormal_mu_sigma(5.0, 1.2).unwrap(), 150.0, CALLERS);
    let fits = patience_fits(&lognormal, None).unwrap();
    let Law::Lognormal { mu, sigma } = *fits.law() else { panic!("{fits:?}") };
    assert!(near(mu, 5.0, 0.01) && near(sigma, 1.2, 0.03), "{mu} {sigma}");
    let branches = [Branch { weight: 0.3, mean_s: 30.0 }, Branch { weight: 0.7, mean_s: 600.0 }];
    let mixture = observed(&Distribution::hyperexponential(&branches).unwrap(), 150.0, CALLERS);
    let fits = patience_fits(&mixture, None).unwrap();
    assert_eq!(fits.taken, LawName::Hyperexponential, "{fits:?}");
    // The product limit is near the law that is drawn from, everywhere that enough are left.
    let law = Distribution::hyperexponential(&branches).unwrap();
    for (secs, survival) in super::patience::product_limit(&mixture) {
        if secs < 400.0 {
            // Seconds are rounded, so the law half a second later is meant.
            assert!((survival - law.survival(secs + 0.5)).abs() < 0.012, "{secs}: {survival}");
        }
    }
}

#[test]
fn every_law_reads_back_from_the_scenario_file_as_the_same() {
    let services = drawn(&Distribution::gamma_shape_scale(0.6, 200.0).unwrap(), 5_000);
    let waits = observed(
        &Distribution::hyperexponential(&[Branch { weight: 0.3, mean_s: 30.0 }, Branch { weight: 0.7, mean_s: 600.0 }])
            .unwrap(),
        150.0,
        20_000,
    );
    let (talk, patience) = (talk_fits(&services, 1, None).unwrap(), patience_fits(&waits, None).unwrap());
    for fit in talk.candidates.iter().chain(&patience.candidates) {
        let text = format!(
            "horizon = \"1h\"\n[[group]]\nname = \"A\"\narrivals = {{ rate = \"1/h\" }}\ntalk = \"1m\"\n\
             patience = {}\n[[agents]]\nname = \"Ann\"\ngroups = [\"A\"]\n",
            fit.law.toml()
        );
        let scenario = crate::scenario::parse(&text, std::path::Path::new("a.toml")).unwrap();
        assert_eq!(scenario.groups[0].patience, fit.law.distribution(), "{text}");
    }
}
