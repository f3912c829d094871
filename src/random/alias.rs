//! A draw from a finite set by weight, in constant time.

use super::Stream;

/// An alias table: draws an index with its probability, by one random number and one comparison.
///
/// The method is that of A. J. Walker (1977), ACM Transactions on Mathematical Software 3; the construction that of
/// M. D. Vose (1991), IEEE Transactions on Software Engineering 17, with its two lists worked off in a fixed order, so
/// that the same probabilities always give the same table.
#[derive(Clone, Debug)]
pub(crate) struct AliasTable(Box<[Column]>);

/// One of the columns of equal probability, shared by its own index and one other.
#[derive(Clone, Copy, Debug)]
struct Column {
    /// The column's own part, of 2⁶⁴.
    own: u64,
    /// Who has the rest.
    alias: u32,
}

impl AliasTable {
    /// The table of probabilities whose sum is 1, at least one and at most 2³².
    pub(crate) fn new(probabilities: &[f64]) -> Self {
        let count = probabilities.len();
        let mut height: Vec<f64> = probabilities.iter().map(|probability| probability * count as f64).collect();
        let mut columns: Box<[Column]> =
            (0..count as u32).map(|index| Column { own: u64::MAX, alias: index }).collect();
        let (mut low, mut high): (Vec<usize>, Vec<usize>) = (0..count).rev().partition(|&index| height[index] < 1.0);
        while let (Some(poor), Some(rich)) = (low.pop(), high.pop()) {
            // The cast saturates; 2⁶⁴ times a number below 1 fits.
            columns[poor] = Column { own: (height[poor] * (1_u128 << 64) as f64) as u64, alias: rich as u32 };
            height[rich] -= 1.0 - height[poor];
            if height[rich] < 1.0 { low.push(rich) } else { high.push(rich) }
        }
        // Who is left over is so by rounding only, and keeps its column whole.
        AliasTable(columns)
    }

    /// Draws an index.
    #[inline]
    pub(crate) fn draw(&self, stream: &mut Stream) -> usize {
        // The whole part of a uniform number of columns says which, its fraction says whose; they use different bits.
        let columns_passed = u128::from(stream.next_u64()) * self.0.len() as u128;
        let index = (columns_passed >> 64) as usize;
        let column = &self.0[index];
        if columns_passed as u64 <= column.own { index } else { column.alias as usize }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The probability of each index, read from the table.
    fn probabilities(table: &AliasTable) -> Vec<f64> {
        let count = table.0.len() as f64;
        let mut sums = vec![0.0; table.0.len()];
        for (index, column) in table.0.iter().enumerate() {
            let own = column.own as f64 / (1_u128 << 64) as f64;
            sums[index] += own / count;
            sums[column.alias as usize] += (1.0 - own) / count;
        }
        sums
    }

    #[test]
    fn the_table_has_the_probabilities_it_was_made_of() {
        let cases: [&[f64]; 5] = [
            &[1.0],
            &[0.5, 0.5],
            &[0.7, 0.1, 0.2],
            &[1e-12, 1.0 - 1e-12],
            &[0.01, 0.02, 0.03, 0.04, 0.1, 0.3, 0.2, 0.25, 0.05],
        ];
        for case in cases {
            for (of_table, wanted) in probabilities(&AliasTable::new(case)).into_iter().zip(case) {
                assert!((of_table - wanted).abs() < 1e-15, "{case:?}: {of_table} instead of {wanted}");
            }
        }
    }

    #[test]
    fn many_uneven_probabilities_are_kept() {
        let weights: Vec<f64> = (0..10_000_u32).map(|i| f64::from(i * 7919 % 1009) + 0.5).collect();
        let sum: f64 = weights.iter().sum();
        let wanted: Vec<f64> = weights.iter().map(|weight| weight / sum).collect();
        for (of_table, wanted) in probabilities(&AliasTable::new(&wanted)).into_iter().zip(wanted) {
            assert!((of_table - wanted).abs() < 1e-14);
        }
    }
}
