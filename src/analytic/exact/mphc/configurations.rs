//! How many of the busy agents are in each phase, and what can happen to them.

use super::PhaseType;

/// A transition: from a configuration, to a configuration, and a rate or a probability.
pub(super) type Transition = (usize, usize, f64);

/// The configurations of a number of busy agents.
#[derive(Clone, Debug)]
pub(super) struct Configurations {
    /// The number of agents in each phase, in lexicographic order.
    pub(super) list: Vec<Vec<u32>>,
    /// One agent goes from one phase to another: rates.
    pub(super) moves: Vec<Transition>,
    /// One agent becomes free: rates, to the configurations of one busy agent less.
    pub(super) completions: Vec<Transition>,
    /// One more agent becomes busy: probabilities, to the configurations of one busy agent more.
    pub(super) starts: Vec<Transition>,
}

impl Configurations {
    /// Those of `busy` agents for this law of the handle time.
    pub(super) fn new(busy: u32, handle: &PhaseType) -> Self {
        let phases = handle.phases();
        let fewer = busy.checked_sub(1).map_or(vec![], |fewer| all(fewer, phases));
        let (list, more) = (all(busy, phases), all(busy + 1, phases));
        let (mut moves, mut completions, mut starts) = (vec![], vec![], vec![]);
        let find = |list: &[Vec<u32>], one: &[u32]| {
            list.binary_search_by(|other| other.as_slice().cmp(one)).expect("it is a configuration of this level")
        };
        for (number, from) in list.iter().enumerate() {
            let mut one = from.clone();
            for phase in 0..phases {
                one[phase] += 1;
                starts.push((number, find(&more, &one), handle.initial()[phase]));
                one[phase] -= 1;
                if from[phase] == 0 {
                    continue;
                }
                one[phase] -= 1;
                completions.push((number, find(&fewer, &one), f64::from(from[phase]) * handle.exit_rate(phase)));
                for other in (0..phases).filter(|&other| handle.move_rate(phase, other) > 0.0) {
                    one[other] += 1;
                    moves.push((number, find(&list, &one), f64::from(from[phase]) * handle.move_rate(phase, other)));
                    one[other] -= 1;
                }
                one[phase] += 1;
            }
        }
        starts.retain(|transition| transition.2 > 0.0);
        completions.retain(|transition| transition.2 > 0.0);
        Configurations { list, moves, completions, starts }
    }

    /// The rate of completions in each configuration.
    pub(super) fn completion_rates(&self) -> Vec<f64> {
        let mut rates = vec![0.0; self.list.len()];
        self.completions.iter().for_each(|&(from, _, rate)| rates[from] += rate);
        rates
    }
}

/// How many configurations there are of `busy` agents in `phases` phases; saturates.
pub(super) fn count(busy: u32, phases: usize) -> usize {
    // C(busy + phases − 1, phases − 1), with a whole number after each step.
    let mut count = 1_u128;
    for phase in 1..phases as u128 {
        count = count.saturating_mul(u128::from(busy) + phase) / phase;
    }
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// All configurations of `busy` agents in lexicographic order.
fn all(busy: u32, phases: usize) -> Vec<Vec<u32>> {
    if phases == 1 {
        return vec![vec![busy]];
    }
    let with_first =
        |first: u32| all(busy - first, phases - 1).into_iter().map(move |rest| [vec![first], rest].concat());
    (0..=busy).flat_map(with_first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_are_all_there_in_order() {
        assert_eq!(all(2, 2), [[0, 2], [1, 1], [2, 0]]);
        for (busy, phases) in [(0, 1), (7, 1), (0, 3), (5, 2), (6, 4)] {
            let list = all(busy, phases);
            assert_eq!(list.len(), count(busy, phases));
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(list.iter().all(|one| one.iter().sum::<u32>() == busy));
        }
        assert_eq!(count(u32::MAX, 12), usize::MAX);
    }

    #[test]
    fn talk_moves_to_wrap_up_and_wrap_up_ends() {
        let handle = PhaseType::series(&[10.0, 4.0]).unwrap();
        let two = Configurations::new(2, &handle);
        // In order: [0, 2], [1, 1], [2, 0].
        assert_eq!(two.moves, [(1, 0, 0.1), (2, 1, 0.2)]);
        assert_eq!(two.completions, [(0, 0, 0.5), (1, 1, 0.25)]);
        assert_eq!(two.starts, [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0)]);
        assert_eq!(two.completion_rates(), [0.5, 0.25, 0.0]);
    }
}
