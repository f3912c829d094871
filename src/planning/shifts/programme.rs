//! Integer programmes: variables that are whole numbers, rows that bound sums of them, and the solvers.

use good_lp::{Expression, ProblemVariables, ResolutionError, Solution, SolverModel, Variable, constraint, variable};

/// Who solves an integer programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Solver {
    /// microlp, in Rust.
    Microlp,
    /// HiGHS (Q. Huangfu and J. A. J. Hall, 2018).
    #[cfg(feature = "highs")]
    Highs,
}

impl Default for Solver {
    /// HiGHS if it was built in, else microlp.
    fn default() -> Self {
        #[cfg(feature = "highs")]
        return Solver::Highs;
        #[cfg(not(feature = "highs"))]
        Solver::Microlp
    }
}

impl Solver {
    /// The solver's name.
    pub const fn name(self) -> &'static str {
        match self {
            Solver::Microlp => "microlp",
            #[cfg(feature = "highs")]
            Solver::Highs => "HiGHS",
        }
    }
}

/// A sum of variables, each as often as its number says.
pub(super) type Sum = Vec<(usize, f64)>;

/// Minimises the cost of variables that are whole numbers, 0 or more.
#[derive(Clone, Debug, Default)]
pub(super) struct Programme {
    pub(super) costs: Vec<f64>,
    /// The most that each variable may be.
    pub(super) most: Vec<f64>,
    /// Sums that are at least so much.
    pub(super) at_least: Vec<(Sum, f64)>,
    /// Sums that are at most so much.
    pub(super) at_most: Vec<(Sum, f64)>,
    /// Sums that are exactly so much.
    pub(super) exactly: Vec<(Sum, f64)>,
}

/// Why a programme has no solution.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Unsolved {
    Infeasible,
    Failed(String),
}

impl Programme {
    /// Adds a variable with what one of it costs and the most there may be; its index.
    pub(super) fn variable(&mut self, cost: f64, most: f64) -> usize {
        self.costs.push(cost);
        self.most.push(most);
        self.costs.len() - 1
    }

    /// The values of the variables that cost the least.
    pub(super) fn solve(&self, solver: Solver) -> Result<Vec<u32>, Unsolved> {
        let mut variables = ProblemVariables::new();
        let numbers: Vec<Variable> =
            self.most.iter().map(|&most| variables.add(variable().integer().min(0).max(most))).collect();
        let sum = |terms: &Sum| terms.iter().map(|&(index, by)| by * numbers[index]).sum::<Expression>();
        let cost: Expression = self.costs.iter().zip(&numbers).map(|(&cost, &number)| cost * number).sum();
        let rows = self.at_least.iter().map(|(terms, bound)| constraint!(sum(terms) >= *bound));
        let rows = rows.chain(self.at_most.iter().map(|(terms, bound)| constraint!(sum(terms) <= *bound)));
        let rows = rows.chain(self.exactly.iter().map(|(terms, value)| constraint!(sum(terms) == *value)));
        let unsolved = |error: ResolutionError| match error {
            ResolutionError::Infeasible => Unsolved::Infeasible,
            other => Unsolved::Failed(other.to_string()),
        };
        let problem = variables.minimise(cost);
        match solver {
            Solver::Microlp => {
                let solution = problem.using(good_lp::microlp).with_all(rows).solve().map_err(unsolved)?;
                Ok(whole(&numbers, &solution))
            }
            #[cfg(feature = "highs")]
            Solver::Highs => {
                let problem = problem.using(good_lp::highs).set_threads(1).with_all(rows);
                let gap = problem.set_mip_rel_gap(0.0).map_err(|error| Unsolved::Failed(error.to_string()))?;
                let solution = gap.solve().map_err(unsolved)?;
                Ok(whole(&numbers, &solution))
            }
        }
    }
}

/// The values of variables, which a solver has to within its tolerance.
fn whole(numbers: &[Variable], solution: &impl Solution) -> Vec<u32> {
    numbers.iter().map(|&number| solution.value(number).round().max(0.0) as u32).collect()
}
