//! Handle times of exponential phases.

use crate::random::{Distribution, Phases as Exponentials};
use crate::scenario::Handling;

/// A handle time as exponential phases that follow each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Phases {
    /// With which phase it begins, and how often.
    pub(super) start: Vec<(usize, f64)>,
    /// Phases, each with its rate per second and what follows, and how often; it ends where nothing does.
    pub(super) phases: Vec<Phase>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Phase {
    pub(super) rate: f64,
    pub(super) next: Vec<(usize, f64)>,
}

/// More phases than that make too many states.
const MOST_PHASES: usize = 20;

impl Phases {
    /// The phases of a group's handle time, if it has some; at most twenty.
    pub(super) fn of(handling: &Handling) -> Option<Self> {
        match handling {
            Handling::Split { handle, .. } => Phases::of_law(handle),
            Handling::Apart { talk, wrap_up } if wrap_up.is_always_zero() => Phases::of_law(talk),
            Handling::Apart { talk, wrap_up } if talk.is_always_zero() => Phases::of_law(wrap_up),
            Handling::Apart { talk, wrap_up } => {
                let (mut first, second) = (Phases::of_law(talk)?, Phases::of_law(wrap_up)?);
                let offset = first.phases.len();
                let moved = |phases: &[(usize, f64)]| -> Vec<(usize, f64)> {
                    phases.iter().map(|&(phase, share)| (phase + offset, share)).collect()
                };
                for phase in first.phases.iter_mut().filter(|phase| phase.next.is_empty()) {
                    phase.next = moved(&second.start);
                }
                first
                    .phases
                    .extend(second.phases.iter().map(|phase| Phase { rate: phase.rate, next: moved(&phase.next) }));
                Some(first)
            }
        }
        .filter(|phases| phases.phases.len() <= MOST_PHASES)
    }

    fn of_law(law: &Distribution) -> Option<Self> {
        match law.exponential_phases()? {
            Exponentials::InSeries { count, mean_s } => {
                let count = count as usize;
                let next = |phase: usize| if phase + 1 < count { vec![(phase + 1, 1.0)] } else { Vec::new() };
                let phases =
                    (0..count.min(MOST_PHASES + 1)).map(|phase| Phase { rate: 1.0 / mean_s, next: next(phase) });
                Some(Phases { start: vec![(0, 1.0)], phases: phases.collect() })
            }
            Exponentials::Alternatives(branches) => {
                let phases = branches.iter().map(|branch| Phase { rate: 1.0 / branch.mean_s, next: Vec::new() });
                let start = branches.iter().map(|branch| branch.weight).enumerate();
                Some(Phases { start: start.collect(), phases: phases.collect() })
            }
        }
    }
}
