//! Many replications at once, their results in order.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::channel;

use crate::fault;
use crate::simulation::Control;

/// An experiment that could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExperimentError<E> {
    /// The threads could not be started.
    #[error("cannot start {threads} threads: {reason}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// Why not.
        reason: rayon::ThreadPoolBuildError,
    },
    /// It was told to stop before all replications were done.
    #[error("interrupted")]
    Interrupted,
    /// A replication, or whoever took its result, failed.
    #[error(transparent)]
    Failed(E),
}

/// Runs replications 1 to `replications` on `threads` threads (0: one a processor) and hands each result to `take`, in
/// the order of the replications, as soon as it and all before it are there.
///
/// `take` runs on the calling thread, so what it writes is the same for any number of threads. After the first error no
/// further replication is started, those that run are told to stop, and that error is returned.
///
/// # Errors
///
/// What `replicate` or `take` fail with; and if the threads cannot be started.
pub fn run_experiment<T: Send, E: Send>(
    replications: u32,
    threads: usize,
    control: &Control,
    replicate: impl Fn(u32) -> Result<T, E> + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), ExperimentError<E>> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|reason| ExperimentError::Threads { threads, reason })?;
    // So many replications are under way or wait for those before them, so that a slow one lets few others pile up.
    let window = 4 * pool.current_num_threads() as u64;
    control.plan(replications.into(), pool.current_num_threads() as u64);
    let (sender, receiver) = channel();
    // What is on where the experiment is started is on in its replications, whichever threads run them.
    let fault = fault::active();
    let mut failure = None;
    let mut next = 1;
    pool.in_place_scope_fifo(|scope| {
        let (mut started, mut ended) = (0, 0);
        let mut early = BTreeMap::new();
        loop {
            while started < replications && u64::from(started) < u64::from(next - 1) + window && !control.is_stopped() {
                started += 1;
                let (sender, replicate, replication) = (sender.clone(), &replicate, started);
                scope.spawn_fifo(move |_| {
                    let result = catch_unwind(AssertUnwindSafe(|| fault::carry(fault, || replicate(replication))));
                    // The receiver is there until all that were started have ended, or one of them has panicked.
                    let _ = sender.send((replication, result));
                });
            }
            if ended == started {
                break;
            }
            let Ok((replication, result)) = receiver.recv() else { break };
            ended += 1;
            control.advance(1);
            let result = result.unwrap_or_else(|panic| {
                control.stop();
                resume_unwind(panic)
            });
            early.insert(replication, result);
            while let Some(result) = early.remove(&next) {
                next += 1;
                if failure.is_none()
                    && let Err(error) = result.and_then(&mut take)
                {
                    control.stop();
                    failure = Some(error);
                }
            }
        }
    });
    match failure {
        Some(error) => Err(ExperimentError::Failed(error)),
        None if next <= replications => Err(ExperimentError::Interrupted),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_taken_in_order_whatever_the_threads() {
        for threads in [1, 2, 8] {
            let mut taken = Vec::new();
            let take = |value| {
                taken.push(value);
                Ok::<(), ()>(())
            };
            run_experiment(100, threads, &Control::default(), |number| Ok(number * number), take).unwrap();
            assert!(taken.iter().copied().eq((1..=100).map(|number| number * number)));
        }
    }

    #[test]
    fn the_first_failure_in_order_is_returned() {
        let replicate = |number| if number % 10 == 7 { Err(number) } else { Ok(number) };
        let failed = run_experiment(100, 4, &Control::default(), replicate, |_| Ok(()));
        assert!(matches!(failed, Err(ExperimentError::Failed(7))));
    }

    #[test]
    #[should_panic(expected = "a defect")]
    fn a_panic_in_a_replication_is_not_waited_for() {
        let replicate = |number| if number == 3 { panic!("a defect") } else { Ok::<u32, ()>(number) };
        let _ = run_experiment(10, 2, &Control::default(), replicate, |_| Ok(()));
    }

    #[test]
    fn an_experiment_that_is_told_to_stop_says_so() {
        let control = Control::default();
        control.stop();
        let stopped = run_experiment(3, 1, &control, Ok::<u32, ()>, |_| Ok(()));
        assert!(matches!(stopped, Err(ExperimentError::Interrupted)));
    }
}
