//! Laws of a duration that consists of exponential phases.

use super::ExactError;
use super::error::{non_negative, positive, require};
use super::matrix::{MMatrix, Matrix};
use crate::random::{Branch, Distribution, Phases};

/// A phase-type law: the time that a Markov chain of few phases takes until it ends (Neuts 1981).
///
/// Talk and wrap-up, each exponential, make a handle time of two phases in series:
///
/// ```
/// use acdsim::analytic::exact::PhaseType;
///
/// let talk = PhaseType::exponential(180.0)?;
/// let handle = talk.then(&PhaseType::exponential(60.0)?);
/// assert_eq!(handle.phases(), 2);
/// assert_eq!(handle.mean(), 240.0);
/// assert!((handle.scv() - 0.625).abs() < 1e-15); // (180² + 60²) / 240²
/// # Ok::<(), acdsim::analytic::exact::ExactError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PhaseType {
    /// With which probability each phase is the first.
    initial: Vec<f64>,
    /// The rates from phase to phase; the diagonal is 0.
    moves: Matrix,
    /// The rate at which it ends in each phase.
    exits: Vec<f64>,
}

/// A law may have so many phases: the rates between them are a matrix.
pub const MAX_PHASES: usize = 500;

/// So many phases are not too many.
fn bounded(parameter: &'static str, phases: usize) -> Result<usize, ExactError> {
    require(phases <= MAX_PHASES, parameter, phases as f64, "at most 500 phases")?;
    Ok(phases)
}

impl PhaseType {
    /// Any law of phases: how likely each is the first, the rates `moves[i][j]` from one to another, and the rates
    /// `exits[i]` at which it ends. The diagonal of `moves` must be 0.
    ///
    /// # Errors
    ///
    /// [`ExactError::Parameter`] if the lists do not match, are empty or longer than [`MAX_PHASES`], a number is negative or not finite, `initial`
    /// does not sum to 1, or there is a phase from which it never ends.
    ///
    /// ```
    /// use acdsim::analytic::exact::PhaseType;
    ///
    /// // One call in five is put through to a specialist after the first phase.
    /// let handle = PhaseType::new(vec![1.0, 0.0], vec![vec![0.0, 0.2 / 60.0], vec![0.0, 0.0]], vec![0.8 / 60.0, 0.01])?;
    /// assert!((handle.mean() - 80.0).abs() < 1e-12);
    /// assert!(PhaseType::new(vec![1.0], vec![vec![0.0]], vec![0.0]).is_err());
    /// # Ok::<(), acdsim::analytic::exact::ExactError>(())
    /// ```
    pub fn new(initial: Vec<f64>, moves: Vec<Vec<f64>>, exits: Vec<f64>) -> Result<Self, ExactError> {
        let phases = bounded("initial", initial.len())?;
        require(phases > 0, "initial", 0.0, "a list of at least one phase")?;
        require(moves.len() == phases, "moves", moves.len() as f64, "a row for each phase")?;
        require(exits.len() == phases, "exits", exits.len() as f64, "a rate for each phase")?;
        let mut matrix = Matrix::zeros(phases, phases);
        for (from, row) in moves.iter().enumerate() {
            require(row.len() == phases, "moves", row.len() as f64, "a rate for each phase in each row")?;
            for (to, &rate) in row.iter().enumerate() {
                matrix[(from, to)] = non_negative("moves", rate)?;
                require(from != to || rate == 0.0, "moves", rate, "0 from a phase to itself")?;
            }
        }
        for &probability in &initial {
            non_negative("initial", probability)?;
        }
        let total: f64 = initial.iter().sum();
        require((total - 1.0).abs() < 1e-12, "initial", total, "1 in sum")?;
        for &rate in &exits {
            non_negative("exits", rate)?;
        }
        // The phases from which there is a way to an end.
        let mut ends: Vec<bool> = exits.iter().map(|&rate| rate > 0.0).collect();
        for _ in 0..phases {
            for from in 0..phases {
                ends[from] |= (0..phases).any(|to| matrix[(from, to)] > 0.0 && ends[to]);
            }
        }
        let endless = ends.iter().filter(|&&ends| !ends).count();
        require(endless == 0, "exits", endless as f64, "such that there is no phase from which it never ends")?;
        Ok(PhaseType { initial, moves: matrix, exits })
    }

    /// One phase of this mean.
    pub fn exponential(mean: f64) -> Result<Self, ExactError> {
        Self::series(&[positive("mean", mean)?])
    }

    /// So many phases of the same mean, one after the other, whose means sum to `mean`.
    ///
    /// ```
    /// use acdsim::analytic::exact::PhaseType;
    ///
    /// assert!((PhaseType::erlang(4, 240.0)?.scv() - 0.25).abs() < 1e-15);
    /// # Ok::<(), acdsim::analytic::exact::ExactError>(())
    /// ```
    pub fn erlang(phases: u32, mean: f64) -> Result<Self, ExactError> {
        require(phases > 0, "phases", phases.into(), "at least 1")?;
        bounded("phases", phases as usize)?;
        let each = positive("mean", mean)? / f64::from(phases);
        Self::series(&vec![each; phases as usize])
    }

    /// Phases of these means, one after the other: the hypoexponential law.
    pub fn series(means: &[f64]) -> Result<Self, ExactError> {
        let phases = bounded("means", means.len())?;
        let mut initial = vec![0.0; phases];
        initial.iter_mut().take(1).for_each(|first| *first = 1.0);
        let mut moves = vec![vec![0.0; phases]; phases];
        let mut exits = vec![0.0; phases];
        for (phase, &mean) in means.iter().enumerate() {
            let next = if phase + 1 < phases { &mut moves[phase][phase + 1] } else { &mut exits[phase] };
            *next = 1.0 / positive("means", mean)?;
        }
        Self::new(initial, moves, exits)
    }

    /// One of several laws, each with the probability that its weight has in the sum of the weights: of exponentials it
    /// is the hyperexponential law.
    ///
    /// ```
    /// use acdsim::analytic::exact::PhaseType;
    ///
    /// let short = PhaseType::exponential(60.0)?;
    /// let long = PhaseType::erlang(3, 600.0)?;
    /// let handle = PhaseType::mixture(&[(0.75, short), (0.25, long)])?;
    /// assert!((handle.mean() - 195.0).abs() < 1e-12);
    /// # Ok::<(), acdsim::analytic::exact::ExactError>(())
    /// ```
    pub fn mixture(laws: &[(f64, PhaseType)]) -> Result<Self, ExactError> {
        for &(weight, _) in laws {
            non_negative("weight", weight)?;
        }
        let total = positive("weight", laws.iter().fold(0.0, |total, (weight, _)| total + weight))?;
        let phases = bounded("laws", laws.iter().map(|(_, law)| law.phases()).sum())?;
        let (mut initial, mut exits) = (Vec::new(), Vec::new());
        let mut moves = Matrix::zeros(phases, phases);
        for (weight, law) in laws {
            let first = initial.len();
            for from in 0..law.phases() {
                for to in 0..law.phases() {
                    moves[(first + from, first + to)] = law.moves[(from, to)];
                }
            }
            initial.extend(law.initial.iter().map(|probability| probability * weight / total));
            exits.extend_from_slice(&law.exits);
        }
        Ok(PhaseType { initial, moves, exits })
    }

    /// This duration and then the other one. The phases of this one come first.
    pub fn then(&self, other: &PhaseType) -> Self {
        let own = self.phases();
        let phases = own + other.phases();
        let mut moves = Matrix::zeros(phases, phases);
        for from in 0..own {
            for to in 0..own {
                moves[(from, to)] = self.moves[(from, to)];
            }
            for to in own..phases {
                moves[(from, to)] = self.exits[from] * other.initial[to - own];
            }
        }
        for from in own..phases {
            for to in own..phases {
                moves[(from, to)] = other.moves[(from - own, to - own)];
            }
        }
        let initial = self.initial.iter().copied().chain(vec![0.0; phases - own]).collect();
        let exits = vec![0.0; own].into_iter().chain(other.exits.iter().copied()).collect();
        PhaseType { initial, moves, exits }
    }

    /// The same law in seconds, if it is exponential, Erlang or hyperexponential, of at most [`MAX_PHASES`].
    ///
    /// ```
    /// use acdsim::analytic::exact::PhaseType;
    /// use acdsim::random::Distribution;
    ///
    /// let talk = Distribution::hyperexponential_mean_cv(240.0, 2.0)?;
    /// let phases = PhaseType::of(&talk).expect("it is one of them");
    /// assert!((phases.mean() - 240.0).abs() < 1e-12 && (phases.scv() - 4.0).abs() < 1e-13);
    /// assert_eq!(PhaseType::of(&Distribution::constant(240.0)?), None);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn of(law: &Distribution) -> Option<Self> {
        match law.exponential_phases()? {
            Phases::InSeries { count, mean_s } => Self::erlang(count, mean_s * f64::from(count)).ok(),
            Phases::Alternatives(branches) => {
                let law = |branch: &Branch| Some((branch.weight, Self::exponential(branch.mean_s).ok()?));
                Self::mixture(&branches.iter().map(law).collect::<Option<Vec<_>>>()?).ok()
            }
        }
    }

    /// The number of phases.
    pub fn phases(&self) -> usize {
        self.initial.len()
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.moments().0
    }

    /// The squared coefficient of variation: the variance divided by the square of the mean.
    pub fn scv(&self) -> f64 {
        let (mean, square) = self.moments();
        square / (mean * mean) - 1.0
    }

    /// The means of the duration and of its square.
    fn moments(&self) -> (f64, f64) {
        let phases = self.phases();
        let solver = MMatrix::factor(self.moves.clone(), self.exits.clone());
        // The mean times in each phase, and the same again from there.
        let times = solver.solve_row(self.initial.clone());
        let again = solver.solve_row(times.clone());
        debug_assert_eq!(times.len(), phases);
        (times.iter().sum(), 2.0 * again.iter().sum::<f64>())
    }

    /// With which probability each phase is the first.
    pub fn initial(&self) -> &[f64] {
        &self.initial
    }

    /// The rate from one phase to another, per second; 0 from a phase to itself.
    pub fn move_rate(&self, from: usize, to: usize) -> f64 {
        self.moves[(from, to)]
    }

    /// The rate at which it ends in a phase, per second.
    pub fn exit_rate(&self, phase: usize) -> f64 {
        self.exits[phase]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_laws() {
        let near = |computed: f64, exact: f64| assert!((computed - exact).abs() < 1e-13 * exact, "{computed} {exact}");
        let law = PhaseType::erlang(10, 300.0).unwrap();
        near(law.mean(), 300.0);
        near(law.scv(), 0.1);
        let law = PhaseType::series(&[100.0, 20.0, 5.0]).unwrap();
        near(law.mean(), 125.0);
        near(law.scv(), (100.0 * 100.0 + 20.0 * 20.0 + 5.0 * 5.0) / (125.0 * 125.0));
        let law = PhaseType::erlang(2, 60.0).unwrap().then(&PhaseType::exponential(40.0).unwrap());
        assert_eq!(law.phases(), 3);
        near(law.mean(), 100.0);
        near(law.scv(), (2.0 * 30.0 * 30.0 + 40.0 * 40.0) / 10_000.0);
    }

    #[test]
    fn what_is_no_law_is_refused() {
        let text = |result: Result<PhaseType, ExactError>| result.unwrap_err().to_string();
        assert_eq!(text(PhaseType::exponential(0.0)), "`mean` must be a finite number above 0, not 0");
        assert_eq!(text(PhaseType::erlang(0, 1.0)), "`phases` must be at least 1, not 0");
        assert_eq!(text(PhaseType::erlang(501, 1.0)), "`phases` must be at most 500 phases, not 501");
        assert_eq!(text(PhaseType::erlang(u32::MAX, 1.0)), "`phases` must be at most 500 phases, not 4294967295");
        assert_eq!(PhaseType::of(&Distribution::erlang(1_000_000, 60.0).unwrap()), None);
        assert_eq!(text(PhaseType::series(&[])), "`initial` must be a list of at least one phase, not 0");
        assert_eq!(text(PhaseType::mixture(&[])), "`weight` must be a finite number above 0, not 0");
        let circle = PhaseType::new(
            vec![0.5, 0.5, 0.0],
            vec![vec![0.0, 1.0, 0.0], vec![1.0, 0.0, 0.0], vec![0.0; 3]],
            vec![0.0, 0.0, 1.0],
        );
        assert_eq!(text(circle), "`exits` must be such that there is no phase from which it never ends, not 2");
        assert_eq!(
            text(PhaseType::new(vec![1.0], vec![vec![2.0]], vec![1.0])),
            "`moves` must be 0 from a phase to itself, not 2"
        );
    }
}
