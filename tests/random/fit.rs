//! Draws have the moments and the cdf of their law.

use acdsim::time::Duration;

use super::cases::{self, Case};

const DRAWS: usize = 200_000;

/// The nanoseconds of [`DRAWS`] draws of case `number`.
fn draws(number: usize, case: &Case) -> Vec<u64> {
    let (sampler, mut stream) = (case.law.sampler(), cases::stream(number));
    (0..DRAWS).map(|_| sampler.sample(&mut stream).as_nanos()).collect()
}

#[test]
fn laws_have_the_moments_of_theory() {
    for case in cases::all() {
        let (mean, variance) = (case.law.mean_s(), case.law.variance_s2());
        assert!((mean / case.mean - 1.0).abs() < 1e-12, "{}: mean {mean}, not {}", case.name, case.mean);
        let near = (variance - case.variance).abs() <= 1e-11 * case.variance;
        assert!(near, "{}: variance {variance}, not {}", case.name, case.variance);
    }
}

#[test]
fn draws_have_the_moments_of_theory() {
    for (number, case) in cases::all().iter().enumerate() {
        let count = DRAWS as f64;
        let seconds: Vec<f64> = draws(number, case).into_iter().map(|nanos| nanos as f64 / 1e9).collect();
        let mean = seconds.iter().sum::<f64>() / count;
        let variance = seconds.iter().map(|x| (x - case.mean) * (x - case.mean)).sum::<f64>() / count;
        // The standard errors of the mean and, about the known mean, of the variance.
        let error_of_mean = (case.variance / count).sqrt();
        let error_of_variance = case.variance * ((case.kurtosis - 1.0) / count).sqrt();
        let off = (mean - case.mean).abs();
        assert!(off <= 4.5 * error_of_mean, "mean {mean}, not {}, in {}", case.mean, case.reproduce("moments"));
        let off = (variance - case.variance).abs();
        let what = format!("variance {variance}, not {}, in {}", case.variance, case.reproduce("moments"));
        assert!(off <= 4.5 * error_of_variance, "{what}");
    }
}

/// Kolmogorov and Smirnov's distance between the draws and the law rounded to nanoseconds.
///
/// √n times it is above 2.2 in less than 1 of 8000 (N. Smirnov, 1948, 2 exp(−2 · 2.2²)).
#[test]
fn draws_have_the_cdf_of_their_law() {
    for (number, case) in cases::all().iter().enumerate() {
        let mut draws = draws(number, case);
        draws.sort_unstable();
        let mut distance = 0.0_f64;
        let mut below = 0;
        for run in draws.chunk_by(|a, b| a == b) {
            // A draw stands for the half nanosecond on either side of it.
            let (low, high) = ((run[0] as f64 - 0.5) / 1e9, (run[0] as f64 + 0.5) / 1e9);
            let up_to = below + run.len();
            distance = distance.max((below as f64 / DRAWS as f64 - case.law.cdf(low)).abs());
            distance = distance.max((up_to as f64 / DRAWS as f64 - case.law.cdf(high)).abs());
            below = up_to;
        }
        let statistic = distance * (DRAWS as f64).sqrt();
        assert!(statistic < 2.2, "Kolmogorov-Smirnov {statistic:.3} in {}", case.reproduce("cdf"));
    }
}

/// Chi-square in 100 cells of equal probability, or in the values of a step law.
#[test]
fn draws_fill_the_cells_of_their_law() {
    for (number, case) in cases::all().iter().enumerate() {
        let quantile = |i| Duration::from_secs_f64(case.law.quantile(f64::from(i) / 100.0)).as_nanos();
        let mut edges: Vec<u64> = (1..100).map(quantile).collect();
        edges.dedup();
        let mut counts = vec![0_u32; edges.len() + 1];
        for nanos in draws(number, case) {
            counts[edges.partition_point(|edge| *edge < nanos)] += 1;
        }
        let (mut chi_square, mut cells, mut cdf_before) = (0.0, 0.0, 0.0);
        for (cell, count) in counts.into_iter().enumerate() {
            // A draw of the edge itself stands for half a nanosecond more.
            let cdf = edges.get(cell).map_or(1.0, |edge| case.law.cdf((*edge as f64 + 0.5) / 1e9));
            let expected = (cdf - cdf_before) * DRAWS as f64;
            cdf_before = cdf;
            if expected > 0.0 {
                chi_square += (f64::from(count) - expected) * (f64::from(count) - expected) / expected;
                cells += 1.0;
            } else {
                assert_eq!(count, 0, "a cell of probability 0 is hit in {}", case.reproduce("cells"));
            }
        }
        // Wilson and Hilferty (1931): the cube root of chi-square over its freedom is nearly normal.
        let freedom: f64 = cells - 1.0;
        if freedom > 0.0 {
            let variance = 2.0 / (9.0 * freedom);
            let z = ((chi_square / freedom).cbrt() - (1.0 - variance)) / variance.sqrt();
            assert!(z < 4.0, "chi-square {chi_square:.1} of {freedom} in {}", case.reproduce("cells"));
        }
    }
}
