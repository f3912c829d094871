//! Small dense matrices, and eliminations of M-matrices that never subtract.
//!
//! What has to be solved here are systems of transition rates: a diagonal that outweighs non-negative entries beside it
//! by a known slack. Kept in that form, elimination only adds, multiplies and divides non-negative numbers, so each
//! entry of a result is accurate relative to itself, however small it is (Grassmann, Taksar & Heyman 1985; Alfa, Xue &
//! Ye 2002).

use std::ops::{Index, IndexMut};

/// A dense matrix, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Matrix {
    rows: usize,
    columns: usize,
    entries: Vec<f64>,
}

impl Matrix {
    /// All entries 0.
    pub(super) fn zeros(rows: usize, columns: usize) -> Self {
        Matrix { rows, columns, entries: vec![0.0; rows * columns] }
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// One row.
    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.entries[row * self.columns..(row + 1) * self.columns]
    }

    fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.entries[row * self.columns..(row + 1) * self.columns]
    }

    /// The sums of the rows.
    pub(super) fn row_sums(&self) -> Vec<f64> {
        (0..self.rows).map(|row| self.row(row).iter().sum()).collect()
    }

    /// The product with another matrix.
    pub(super) fn times(&self, other: &Matrix) -> Matrix {
        let mut product = Matrix::zeros(self.rows, other.columns);
        for row in 0..self.rows {
            for (middle, &factor) in self.row(row).iter().enumerate() {
                if factor != 0.0 {
                    add_scaled(product.row_mut(row), factor, other.row(middle));
                }
            }
        }
        product
    }

    /// The sum with another matrix.
    pub(super) fn plus(mut self, other: &Matrix) -> Matrix {
        add_scaled(&mut self.entries, 1.0, &other.entries);
        self
    }

    /// The product of a row vector with this matrix.
    pub(super) fn after(&self, vector: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; self.columns];
        for (row, &factor) in vector.iter().enumerate() {
            add_scaled(&mut product, factor, self.row(row));
        }
        product
    }
}

impl Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (row, column): (usize, usize)) -> &f64 {
        &self.entries[row * self.columns + column]
    }
}

impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut f64 {
        &mut self.entries[row * self.columns + column]
    }
}

/// `target` += `factor` · `source`.
fn add_scaled(target: &mut [f64], factor: f64, source: &[f64]) {
    for (entry, &term) in target.iter_mut().zip(source) {
        *entry += factor * term;
    }
}

/// A nonsingular M-matrix, factored: the off-diagonal entries are −`rates`, and each row sums to its `slack`.
pub(super) struct MMatrix {
    /// Above the diagonal −U, below it −L, both non-negative; on it the pivots.
    factors: Matrix,
}

impl MMatrix {
    /// Factors the matrix; the diagonal of `rates` is not looked at. All entries must be at least 0, and from each row
    /// there must be a way over positive rates to a row of positive slack.
    pub(super) fn factor(mut rates: Matrix, mut slack: Vec<f64>) -> Self {
        let size = rates.rows;
        for pivot in 0..size {
            let (above, below) = rates.entries.split_at_mut((pivot + 1) * size);
            let pivot_row = &mut above[pivot * size..];
            let diagonal = slack[pivot] + pivot_row[pivot + 1..].iter().sum::<f64>();
            pivot_row[pivot] = diagonal;
            for (offset, row) in below.chunks_exact_mut(size).enumerate() {
                let factor = row[pivot] / diagonal;
                row[pivot] = factor;
                if factor != 0.0 {
                    add_scaled(&mut row[pivot + 1..], factor, &pivot_row[pivot + 1..]);
                    slack[pivot + 1 + offset] += factor * slack[pivot];
                }
            }
        }
        MMatrix { factors: rates }
    }

    /// The X of A X = `right`, for a `right` without negative entries.
    pub(super) fn solve(&self, mut right: Matrix) -> Matrix {
        let size = self.factors.rows;
        for row in 1..size {
            let (done, rest) = right.entries.split_at_mut(row * right.columns);
            for (column, &factor) in self.factors.row(row)[..row].iter().enumerate() {
                if factor != 0.0 {
                    add_scaled(
                        &mut rest[..right.columns],
                        factor,
                        &done[column * right.columns..(column + 1) * right.columns],
                    );
                }
            }
        }
        for row in (0..size).rev() {
            let (rest, done) = right.entries.split_at_mut((row + 1) * right.columns);
            let target = &mut rest[row * right.columns..];
            for (offset, &factor) in self.factors.row(row)[row + 1..].iter().enumerate() {
                if factor != 0.0 {
                    add_scaled(target, factor, &done[offset * right.columns..(offset + 1) * right.columns]);
                }
            }
            let pivot = self.factors[(row, row)];
            target.iter_mut().for_each(|entry| *entry /= pivot);
        }
        right
    }

    /// The row vector y of y A = `left`, for a `left` without negative entries.
    pub(super) fn solve_row(&self, mut left: Vec<f64>) -> Vec<f64> {
        for column in 0..left.len() {
            let (done, rest) = left.split_at_mut(column + 1);
            done[column] /= self.factors[(column, column)];
            add_scaled(rest, done[column], &self.factors.row(column)[column + 1..]);
        }
        for row in (1..left.len()).rev() {
            let (rest, done) = left.split_at_mut(row);
            add_scaled(rest, done[0], &self.factors.row(row)[..row]);
        }
        left
    }
}

/// The stationary distribution of a chain with these transition `rates`, whose diagonal is not looked at: elimination
/// of state after state from the last (Grassmann, Taksar & Heyman 1985). Each state must be reachable from each other.
pub(super) fn stationary(mut rates: Matrix) -> Vec<f64> {
    let size = rates.rows;
    let mut leaving = vec![0.0; size];
    for state in (1..size).rev() {
        let (above, rest) = rates.entries.split_at_mut(state * size);
        let row = &rest[..state];
        leaving[state] = row.iter().sum();
        for other in above.chunks_exact_mut(size) {
            let factor = other[state] / leaving[state];
            if factor != 0.0 {
                add_scaled(&mut other[..state], factor, row);
            }
        }
    }
    let mut masses = vec![1.0; size];
    for state in 1..size {
        let inflow: f64 = (0..state).map(|other| masses[other] * rates[(other, state)]).sum();
        masses[state] = inflow / leaving[state];
    }
    let total: f64 = masses.iter().sum();
    masses.iter_mut().for_each(|mass| *mass /= total);
    masses
}

/// The x of A x = `right` for any square matrix, by elimination with the largest pivot of each column; none if a pivot
/// vanishes.
pub(super) fn solve_general(mut matrix: Matrix, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = matrix.rows;
    for pivot in 0..size {
        let magnitude = |row: usize| matrix[(row, pivot)].abs();
        let best = (pivot..size).fold(pivot, |best, row| if magnitude(row) > magnitude(best) { row } else { best });
        if magnitude(best) == 0.0 || !magnitude(best).is_finite() {
            return None;
        }
        for column in 0..size {
            matrix.entries.swap(pivot * size + column, best * size + column);
        }
        right.swap(pivot, best);
        let (above, below) = matrix.entries.split_at_mut((pivot + 1) * size);
        let pivot_row = &above[pivot * size..];
        for (offset, row) in below.chunks_exact_mut(size).enumerate() {
            let factor = row[pivot] / pivot_row[pivot];
            if factor != 0.0 {
                add_scaled(&mut row[pivot..], -factor, &pivot_row[pivot..]);
                right[pivot + 1 + offset] -= factor * right[pivot];
            }
        }
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|column| matrix[(row, column)] * right[column]).sum();
        right[row] = (right[row] - known) / matrix[(row, row)];
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_rows<const N: usize, const M: usize>(rows: [[f64; M]; N]) -> Matrix {
        Matrix { rows: N, columns: M, entries: rows.concat() }
    }

    /// The matrix that `MMatrix::factor` is given, written out.
    fn written_out(rates: &Matrix, slack: &[f64]) -> Matrix {
        let mut full = Matrix::zeros(rates.rows, rates.rows);
        for row in 0..rates.rows {
            let beside: f64 = (0..rates.rows).filter(|&column| column != row).map(|column| rates[(row, column)]).sum();
            for column in 0..rates.rows {
                full[(row, column)] = if row == column { slack[row] + beside } else { -rates[(row, column)] };
            }
        }
        full
    }

    #[test]
    fn an_m_matrix_is_solved_from_both_sides() {
        let rates = from_rows([[9.0, 1.0, 2.0], [0.5, 9.0, 0.0], [3.0, 1e-3, 9.0]]);
        let slack = vec![0.0, 1e-9, 0.25];
        let full = written_out(&rates, &slack);
        let factored = MMatrix::factor(rates, slack);
        let right = from_rows([[1.0, 0.0], [2.0, 1.0], [0.0, 5.0]]);
        let back = full.times(&factored.solve(right.clone()));
        for (computed, exact) in back.entries.iter().zip(&right.entries) {
            assert!((computed - exact).abs() < 1e-12, "{computed} is not {exact}");
        }
        let left = vec![1.0, 2.0, 3.0];
        for (computed, exact) in full.after(&factored.solve_row(left.clone())).iter().zip(&left) {
            assert!((computed - exact).abs() < 1e-12, "{computed} is not {exact}");
        }
    }

    #[test]
    fn tiny_slacks_lose_no_digit() {
        // The inverse of [[ε + 1, −1], [−1, ε + 1]] has entries (1 + ε)/(ε(2 + ε)) and 1/(ε(2 + ε)).
        let slack = 1e-14;
        let inverse = MMatrix::factor(from_rows([[0.0, 1.0], [1.0, 0.0]]), vec![slack; 2])
            .solve(from_rows([[1.0, 0.0], [0.0, 1.0]]));
        assert!((inverse[(0, 1)] * slack * (2.0 + slack) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn a_birth_death_chain_has_its_stationary_distribution() {
        let mut rates = Matrix::zeros(200, 200);
        for state in 0..199 {
            rates[(state, state + 1)] = 1.0;
            rates[(state + 1, state)] = 10.0;
        }
        let masses = stationary(rates);
        for state in 0..199 {
            assert!((masses[state + 1] / masses[state] - 0.1).abs() < 1e-15);
        }
    }

    #[test]
    fn a_general_system_is_solved_and_a_singular_one_refused() {
        let matrix = from_rows([[0.0, 2.0, 1.0], [1.0, -1.0, 0.0], [3.0, 0.0, -2.0]]);
        let solution = solve_general(matrix, vec![7.0, -1.0, -3.0]).unwrap();
        for (computed, exact) in solution.iter().zip([1.0, 2.0, 3.0]) {
            assert!((computed - exact).abs() < 1e-14);
        }
        assert_eq!(solve_general(from_rows([[1.0, 2.0], [2.0, 4.0]]), vec![1.0, 1.0]), None);
    }
}
