//! Busyness: counts are those of a Gamma-mixed Poisson law, and factors belong together as they should.

use acdsim::random::Distribution;
use acdsim::scenario::{Arrivals, Scenario, parse};

use super::arrived::{arrived, correlation, counts, moments, scenario};

const DAY: u64 = 86_400;

/// So many days of two groups of so many calls a day, with busynesses.
fn days(seed: u64, days: u64, per_day: [u64; 2], busyness: &[&str]) -> Scenario {
    let tables: String = busyness.iter().map(|body| format!("[[busyness]]\n{body}\n")).collect();
    let groups = per_day.map(|calls| format!("arrivals = {{ rate = \"{calls}/day\" }}"));
    let text = format!("horizon = \"{days}d\"\nseed = {seed}\n{tables}");
    scenario(&text, &[&groups[0], &groups[1]])
}

/// A value that is near another as its standard error has it: four and a half of them.
fn assert_near(what: &str, found: f64, expected: f64, error: f64) {
    assert!((found - expected).abs() < 4.5 * error, "{what}: {found}, not {expected} ± {error}");
}

/// The probability of each count under the negative binomial law of a Gamma(shape, shape)-mixed Poisson law of mean E.
fn negative_binomial(shape: f64, mean: f64, counts: usize) -> Vec<f64> {
    let p = mean / (mean + shape);
    let mut probability = libm::pow(1.0 - p, shape);
    (0..counts)
        .map(|k| {
            let this = probability;
            probability *= p * (shape + k as f64) / (k as f64 + 1.0);
            this
        })
        .collect()
}

/// The correlation of two Gamma(shape, shape) factors whose normals have the correlation `rho`: Σ ρᵏ cₖ² / Σ cₖ², by the
/// Hermite coefficients of the factor as a function of its normal (Mehler 1866).
fn factor_correlation(shape: f64, rho: f64) -> f64 {
    let law = Distribution::gamma_shape_scale(shape, 1.0 / shape).expect("it is a law");
    let mut coefficients = [0.0; 12];
    let (steps, width) = (1_600, 0.01);
    for step in 0..=steps {
        let z = width * (f64::from(step) - f64::from(steps) / 2.0);
        let density = width * libm::exp(-z * z / 2.0) / (2.0 * std::f64::consts::PI).sqrt();
        let factor = law.quantile(0.5 * libm::erfc(-z / 2_f64.sqrt()));
        // Heₖ / √k!, by the recursion of the polynomials.
        let (mut before, mut hermite) = (0.0, 1.0);
        for (k, coefficient) in coefficients.iter_mut().enumerate() {
            *coefficient += density * factor * hermite;
            let k = k as f64;
            (before, hermite) = (hermite, (z * hermite - k.sqrt() * before) / (k + 1.0).sqrt());
        }
    }
    let squares = || coefficients.iter().enumerate().skip(1).map(|(k, c)| (k as i32, c * c));
    squares().map(|(k, square)| libm::pow(rho, f64::from(k)) * square).sum::<f64>()
        / squares().map(|(_, square)| square).sum::<f64>()
}

/// Seed 1, replication 1: 4,000 days of 100 calls in the mean, of variance E + E²/10, and negative binomial.
#[test]
fn daily_counts_are_negative_binomial() {
    let (n, mean, shape) = (4_000, 100.0, 10.0);
    let counts = counts(&arrived(&days(1, n, [100, 1], &["shape = 10"]), 1), 0, DAY, n as usize);
    let (found, variance) = moments(&counts);
    let expected = mean + mean * mean / shape;
    assert_near("the mean", found, mean, (expected / n as f64).sqrt());
    // The kurtosis of a negative binomial law is 3 + 6/r + 1/variance, nearly; that of the variance's error follows.
    assert_near("the variance", variance, expected, expected * ((2.0 + 6.0 / shape) / n as f64).sqrt());

    let law = negative_binomial(shape, mean, 400);
    let (mut chi_square, mut cells, mut low, mut below) = (0.0, 0.0_f64, 0, 0.0);
    for high in 1..=law.len() {
        let share: f64 = law[low..high].iter().sum();
        let is_last = high == law.len();
        if share >= 0.05 && below + share <= 0.95 || is_last {
            let expected = if is_last { (1.0 - below) * n as f64 } else { share * n as f64 };
            let found = counts.iter().filter(|&&count| count as usize >= low && (is_last || (count as usize) < high));
            let off = found.count() as f64 - expected;
            (chi_square, cells) = (chi_square + off * off / expected, cells + 1.0);
            (low, below) = (high, below + share);
        }
    }
    // Wilson and Hilferty (1931): the cube root of chi-square over its freedom is nearly normal.
    let freedom = cells - 1.0;
    let spread = 2.0 / (9.0 * freedom);
    let z = (libm::cbrt(chi_square / freedom) - (1.0 - spread)) / spread.sqrt();
    assert!(freedom >= 10.0 && z < 4.0, "seed 1: chi-square {chi_square:.1} of {freedom}");
}

/// Seed 2, replication 1: half hours of 20 calls in the mean, over 250 days.
#[test]
fn a_period_has_its_own_factor_and_autocorrelation_ties_it_to_the_one_before() {
    let (windows, mean, shape) = (12_000, 20.0, 5.0);
    let of = |more: &str| {
        let busyness = format!("shape = 5\nperiod = \"30m\"\n{more}");
        let scenario = days(2, 250, [960, 1], &[&busyness]);
        counts(&arrived(&scenario, 1), 0, 1_800, windows)
    };
    let lag = |counts: &[f64]| correlation(&counts[1..], &counts[..counts.len() - 1]);
    let (fresh, tied) = (of(""), of("autocorrelation = 0.7"));
    let expected = mean + mean * mean / shape;
    let (_, variance) = moments(&fresh);
    assert_near("the variance", variance, expected, expected * ((2.0 + 6.0 / shape) / windows as f64).sqrt());
    let error = 1.0 / (windows as f64).sqrt();
    assert_near("fresh periods", lag(&fresh), 0.0, error);
    // Of the variance of a count, the factor's part is what two periods have in common.
    let share = mean * mean / shape / expected;
    let expected = share * factor_correlation(shape, 0.7);
    assert!(expected > 0.5);
    assert_near("tied periods", lag(&tied), expected, 3.0 * error);
}

/// Seed 3, replication 1: the totals of 4,000 days of two groups.
#[test]
fn groups_share_as_much_of_their_factors_as_correlation_says() {
    let (n, shape) = (4_000, 10.0);
    let (one, other) = (100.0, 60.0);
    let of = |more: &str| {
        let calls = arrived(&days(3, n, [100, 60], &[&format!("shape = 10\n{more}")]), 1);
        correlation(&counts(&calls, 0, DAY, n as usize), &counts(&calls, 1, DAY, n as usize))
    };
    let variance = |mean: f64| mean + mean * mean / shape;
    let full = one * other / shape / (variance(one) * variance(other)).sqrt();
    let error = 1.2 / (n as f64).sqrt();
    assert_near("one factor for both", of(""), full, error);
    assert_near("half", of("correlation = 0.5"), full * factor_correlation(shape, 0.5), error);
    assert_near("none", of("correlation = 0"), 0.0, error);
}

/// Seed 4, replication 1: 2,000 days under a factor for the day and one for each half day.
#[test]
fn several_busynesses_are_multiplied() {
    let n = 2_000;
    let scenario = days(4, n, [200, 1], &["shape = 4", "shape = 8\nperiod = \"1d\""]);
    let (mean, variance) = moments(&counts(&arrived(&scenario, 1), 0, DAY, n as usize));
    let expected = 200.0 + 200.0 * 200.0 * (1.25 * 1.125 - 1.0);
    assert_near("the mean", mean, 200.0, f64::sqrt(expected / n as f64));
    assert_near("the variance", variance, expected, expected * f64::sqrt(5.5 / n as f64));
}

/// Seed 5, replications 1 to 800: the hours before and after midnight are of two days, unless the period is longer.
#[test]
fn a_day_ends_at_midnight() {
    let of = |period: &str| {
        let top =
            format!("start = 2026-03-02T18:00:00\nhorizon = \"12h\"\nseed = 5\n[[busyness]]\nshape = 2\n{period}\n");
        let scenario = scenario(&top, &["arrivals = { rate = \"50/h\" }"]);
        let halves = (1..=800).map(|replication| counts(&arrived(&scenario, replication), 0, 6 * 3_600, 2));
        let (evening, morning): (Vec<f64>, Vec<f64>) = halves.map(|halves| (halves[0], halves[1])).unzip();
        correlation(&evening, &morning)
    };
    let error = 1.0 / 800_f64.sqrt();
    assert_near("two days", of(""), 0.0, error);
    // Of one factor: E²/a of E + E²/a, with E = 300 and a = 2.
    assert_near("one period", of("period = \"12h\""), 300.0 / (300.0 + 2.0), 2.0 * error);
}

#[test]
fn the_draws_of_others_stay_as_they_were() {
    let plain = days(6, 20, [200, 100], &[]);
    let busy = days(6, 20, [200, 100], &["shape = 3\ngroups = [\"A\"]"]);
    let of = |scenario: &Scenario, group: usize| {
        arrived(scenario, 1).into_iter().filter(|call| call.group == group).collect::<Vec<_>>()
    };
    assert_eq!(of(&plain, 1), of(&busy, 1));
    assert_ne!(of(&plain, 0), of(&busy, 0));
    // A factor that is nearly 1 moves the arrivals a little, and a second busyness leaves the first one's factors alone.
    let still = days(6, 20, [200, 100], &["shape = 1000000"]);
    let (plain, still) = (of(&plain, 0), of(&still, 0));
    let near = plain.iter().zip(&still).filter(|(a, b)| a.at.as_nanos().abs_diff(b.at.as_nanos()) < 3_600_000_000_000);
    assert!(near.count() + 10 > plain.len());
    let counts_of = |busyness: &[&str]| counts(&arrived(&days(6, 50, [2_000, 1], busyness), 1), 0, DAY, 50);
    let (one, two) = (counts_of(&["shape = 5"]), counts_of(&["shape = 5", "shape = 1000000"]));
    assert!(correlation(&one, &two) > 0.99);
    assert!(correlation(&one, &counts_of(&["shape = 1000000", "shape = 5"])) < 0.9);
}

#[test]
fn the_reader_says_of_which_groups_a_busyness_is() {
    let of = |busyness: &str| days(1, 1, [1, 1], &[busyness]);
    let all = of("shape = 10");
    assert_eq!((&all.busyness[0].groups[..], all.busyness[0].period), (&[0, 1][..], None));
    assert_eq!((all.busyness[0].correlation, all.busyness[0].autocorrelation), (1.0, 0.0));
    assert!(all.groups.iter().all(|group| matches!(group.arrivals, Arrivals::Varied(_))));
    let one = of("shape = 10\ngroups = [\"B\"]");
    assert_eq!(one.busyness[0].groups, [1]);
    assert!(matches!(one.groups[0].arrivals, Arrivals::Poisson(_)));
    let none = scenario("horizon = \"1d\"\n[[busyness]]\nshape = 2", &["arrivals = { rate = \"1/h\" }", ""]);
    assert_eq!((&none.busyness[0].groups[..], &none.groups[1].arrivals), (&[0][..], &Arrivals::none()));
}

#[test]
fn a_busyness_of_nothing_is_refused() {
    let said = |busyness: &str| {
        let text = format!(
            "horizon = \"1h\"\n[[busyness]]\n{busyness}\n[[group]]\nname = \"A\"\ntalk = \"1m\"\n[[agents]]\n\
             name = \"Ann\"\ngroups = [\"A\"]\n"
        );
        let errors = parse(&text, "x.toml".as_ref()).expect_err(busyness);
        errors.problems()[0].message.clone()
    };
    assert_eq!(said("shape = 2"), "the busyness is of no group");
    assert_eq!(said("shape = 2\ngroups = [\"A\"]"), "the calls of `A` do not arrive at a rate");
    assert_eq!(said("shape = 2\ngroups = [\"B\"]"), "`B` is no group of the scenario");
    assert_eq!(said("shape = 0"), "`shape` is `0`, which is out of range");
    assert_eq!(said("shape = 2\ncorrelation = 1.5"), "`correlation` is `1.5`, which is out of range");
    assert_eq!(said("shape = 2\nautocorrelation = -2"), "`autocorrelation` is `-2`, which is out of range");
    assert_eq!(said("shape = 2\nperiod = \"1us\""), "the run would have 3600000000 periods of 1us");
    assert_eq!(said("period = \"1h\""), "the key `shape` is missing from [[busyness]]");
}
