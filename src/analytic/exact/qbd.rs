//! Quasi-birth-death processes: levels that all look alike, one step up or down at a time.

use super::ExactError;
use super::matrix::{MMatrix, Matrix};

/// Doublings after which even 2⁶⁰ levels have been looked at.
const MAX_DOUBLINGS: usize = 60;

/// Where the level below is entered first, from each phase of a level: G, the least solution of
/// `down + local·G + up·G² = 0`, by logarithmic reduction (Latouche & Ramaswami 1993). Each step doubles the number of
/// levels that are looked at.
///
/// The diagonal of `local` is not looked at. The process must come back down with certainty.
pub(super) fn first_passage_down(up: &Matrix, local: &Matrix, down: &Matrix) -> Result<Matrix, ExactError> {
    let sums = |a: &Matrix, b: &Matrix| a.row_sums().iter().zip(b.row_sums()).map(|(a, b)| a + b).collect::<Vec<f64>>();
    let first = MMatrix::factor(local.clone(), sums(up, down));
    let (mut rises, mut falls) = (first.solve(up.clone()), first.solve(down.clone()));
    let (mut passage, mut above) = (falls.clone(), rises.clone());
    let mut left = f64::INFINITY;
    for _ in 0..MAX_DOUBLINGS {
        let stays = rises.times(&falls).plus(&falls.times(&rises));
        let (twice_up, twice_down) = (rises.times(&rises), falls.times(&falls));
        let solver = MMatrix::factor(stays, sums(&twice_up, &twice_down));
        (rises, falls) = (solver.solve(twice_up), solver.solve(twice_down));
        passage = passage.plus(&above.times(&falls));
        above = above.times(&rises);
        left = above.row_sums().into_iter().fold(0.0, f64::max);
        if left < 1e-18 {
            return Ok(passage);
        }
    }
    Err(ExactError::NotConverged { method: "logarithmic reduction", residual: left, iterations: MAX_DOUBLINGS })
}

/// I + R + R² + ..., by doubling: (I + R)(I + R²)(I + R⁴)...
pub(super) fn sum_of_powers(ratio: &Matrix) -> Result<Matrix, ExactError> {
    let size = ratio.rows();
    let mut power = ratio.clone();
    let mut sum = ratio.clone();
    (0..size).for_each(|entry| sum[(entry, entry)] += 1.0);
    let mut left = f64::INFINITY;
    for _ in 0..MAX_DOUBLINGS {
        power = power.times(&power);
        left = power.row_sums().into_iter().fold(0.0, f64::max);
        if left < 1e-18 {
            return Ok(sum);
        }
        let further = sum.times(&power);
        sum = sum.plus(&further);
    }
    Err(ExactError::NotConverged { method: "the sum over all levels", residual: left, iterations: MAX_DOUBLINGS })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_of_one_phase_comes_back_for_certain() {
        let scalar = |value: f64| {
            let mut matrix = Matrix::zeros(1, 1);
            matrix[(0, 0)] = value;
            matrix
        };
        for load in [0.1, 0.9, 0.999_999] {
            let passage = first_passage_down(&scalar(load), &scalar(0.0), &scalar(1.0)).unwrap();
            assert!((passage[(0, 0)] - 1.0).abs() < 1e-13);
            let sum = sum_of_powers(&scalar(load)).unwrap();
            assert!((sum[(0, 0)] * (1.0 - load) - 1.0).abs() < 1e-10);
        }
    }

    #[test]
    fn passages_solve_their_equation() {
        let (mut up, mut local, mut down) = (Matrix::zeros(2, 2), Matrix::zeros(2, 2), Matrix::zeros(2, 2));
        (up[(0, 0)], up[(1, 1)]) = (0.5, 1.5);
        (local[(0, 1)], local[(1, 0)]) = (0.2, 0.4);
        (down[(0, 0)], down[(0, 1)], down[(1, 0)]) = (1.0, 0.5, 1.0);
        let passage = first_passage_down(&up, &local, &down).unwrap();
        let mut diagonal = local.clone();
        for phase in 0..2 {
            diagonal[(phase, phase)] =
                -(up.row(phase).iter().chain(local.row(phase)).chain(down.row(phase)).sum::<f64>());
        }
        let rest = down.plus(&diagonal.times(&passage)).plus(&up.times(&passage.times(&passage)));
        for row in 0..2 {
            assert!((passage.row(row).iter().sum::<f64>() - 1.0).abs() < 1e-14);
            assert!(rest.row(row).iter().all(|entry| entry.abs() < 1e-14));
        }
    }
}
