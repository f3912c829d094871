//! Planning and running a sweep.

use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::SweepError;
use super::design::{Design, Point};
use super::result::{PointResult, Sums, Swept};
use crate::experiment::{ExperimentError, ReplicationError, ReplicationResult, replicate, run_experiment};
use crate::scenario::{Scenario, ScenarioErrors, Source};
use crate::simulation::{Control, SimulationError};

/// A design with the scenario that it is for.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// The scenario file.
    pub source: Source,
    /// Which values go where.
    pub design: Design,
    /// The seed, in place of the scenario's.
    pub seed: Option<u64>,
    /// How many replications of each point, in place of the scenario's.
    pub replications: Option<u32>,
}

/// A sweep whose points are known to be sound.
#[derive(Clone, Debug)]
pub struct Planned {
    sweep: Sweep,
    /// The scenario without the sweep's values, but with its seed and replications.
    pub base: Scenario,
    /// Its points, in order.
    pub points: Vec<PlannedPoint>,
}

/// A point that is known to be sound.
#[derive(Clone, Debug)]
pub struct PlannedPoint {
    /// The point.
    pub point: Point,
    /// The digest of all that its result comes from, as 32 hexadecimal digits.
    pub id: String,
    /// How many replications it has.
    pub replications: u32,
}

/// What became of a sweep.
#[derive(Debug)]
pub struct Outcome {
    /// What each point gave; none of one that failed. In the order of the points.
    pub results: Vec<Option<PointResult>>,
    /// The points that failed.
    pub failed: Vec<Failed>,
}

/// A point that failed.
#[derive(Debug)]
pub struct Failed {
    /// The point.
    pub point: Point,
    /// Which of its replications failed.
    pub replication: u32,
    /// Why.
    pub error: ReplicationError,
}

impl Sweep {
    /// Makes the scenario of each point and says which are wrong, without running any.
    ///
    /// # Errors
    ///
    /// If the scenario or the design is wrong, or the values of a point make the scenario wrong.
    ///
    /// ```
    /// use acdsim::scenario::Source;
    /// use acdsim::simulation::Control;
    /// use acdsim::sweep::{Design, Sweep};
    ///
    /// let mut design = Design::default();
    /// design.set("agents.Senior.count=3..5")?;
    /// let source = Source::read("scenarios/quickstart.toml".as_ref())?;
    /// let sweep = Sweep { source, design, seed: None, replications: Some(3) };
    /// let outcome = sweep.plan()?.run(vec![None; 3], 0, &Control::default(), |_, _| Ok(()))?;
    /// let waits = outcome.results.iter().flatten().map(|point| point.groups[0].get("asa_s").unwrap().mean);
    /// assert!(waits.is_sorted_by(|fewer, more| fewer > more)); // more agents, shorter waits
    /// # Ok::<(), acdsim::sweep::SweepError>(())
    /// ```
    pub fn plan(self) -> Result<Planned, SweepError> {
        let mut base = self.source.with(&[], "")?;
        for (key, is_given) in [("seed", self.seed.is_some()), ("replications", self.replications.is_some())] {
            if is_given && self.design.paths().any(|path| path.to_string() == key) {
                return Err(SweepError::Design(format!(
                    "`{key}` is swept over and given by --{key} too: leave one out"
                )));
            }
        }
        self.settle(&mut base);
        let mut points = Vec::new();
        let mut wrong: Option<(Point, ScenarioErrors, usize)> = None;
        for point in self.design.points(base.seed)? {
            match self.scenario(&point) {
                Ok(scenario) => {
                    points.push(PlannedPoint { id: id(&point, &scenario), replications: scenario.replications, point })
                }
                Err(errors) => match &mut wrong {
                    Some((.., more)) => *more += 1,
                    None => wrong = Some((point, errors, 0)),
                },
            }
        }
        if let Some((point, errors, more)) = wrong {
            let all = points.len() + 1 + more;
            return Err(SweepError::Point { number: point.number, all, values: point.to_string(), more, errors });
        }
        Ok(Planned { sweep: self, base, points })
    }

    fn settle(&self, scenario: &mut Scenario) {
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        scenario.replications = self.replications.unwrap_or(scenario.replications);
    }

    fn scenario(&self, point: &Point) -> Result<Scenario, ScenarioErrors> {
        let mut scenario = self.source.with(&point.assignments(), &format!("point {}", point.number))?;
        self.settle(&mut scenario);
        Ok(scenario)
    }
}

/// What a task gave: a replication of a point.
struct Task {
    index: usize,
    replication: u32,
    /// None if the point had failed before.
    done: Option<(Arc<Scenario>, Result<ReplicationResult, ReplicationError>)>,
}

/// What the tasks of a point share while it is run.
#[derive(Default)]
struct Shared {
    scenario: Option<Arc<Scenario>>,
    has_failed: bool,
}

impl Planned {
    /// The sweep with what its points gave so far.
    pub fn swept(&self, results: Vec<Option<PointResult>>) -> Swept {
        Swept {
            scenario: self.base.name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: self.base.seed,
            replications: self.base.replications,
            threshold_s: self.base.service_level_threshold.as_secs_f64(),
            is_grid: self.design().is_grid(),
            paths: self.design().paths().cloned().collect(),
            points: self.points.iter().map(|planned| planned.point.clone()).collect(),
            results,
        }
    }

    /// The design.
    pub fn design(&self) -> &Design {
        &self.sweep.design
    }

    /// Where the scenario was read from.
    pub fn source(&self) -> &Source {
        &self.sweep.source
    }

    /// Only those of the points whose numbers `has` says yes to; they keep their numbers.
    pub fn only(&self, has: impl Fn(usize) -> bool) -> Planned {
        let points = self.points.iter().filter(|planned| has(planned.point.number)).cloned().collect();
        Planned { sweep: self.sweep.clone(), base: self.base.clone(), points }
    }

    /// Runs the points that are none in `known`, on `threads` threads (0: one a processor), and hands each to `done` as soon as it and
    /// all points before it are there.
    ///
    /// What they give does not depend on the threads, nor on which points were known. A point that fails does not keep the others from
    /// being run.
    ///
    /// # Errors
    ///
    /// If it is told to stop, the threads cannot be started, or what `done` fails with.
    pub fn run(
        &self,
        known: Vec<Option<PointResult>>,
        threads: usize,
        control: &Control,
        done: impl FnMut(&Point, &PointResult) -> Result<(), SweepError>,
    ) -> Result<Outcome, SweepError> {
        self.run_by(
            known,
            threads,
            control,
            |scenario, replication| replicate(scenario, replication, (), control),
            done,
        )
    }

    fn run_by(
        &self,
        known: Vec<Option<PointResult>>,
        threads: usize,
        control: &Control,
        replicate: impl Fn(&Scenario, u32) -> Result<ReplicationResult, ReplicationError> + Sync,
        mut done: impl FnMut(&Point, &PointResult) -> Result<(), SweepError>,
    ) -> Result<Outcome, SweepError> {
        let mut results = known;
        results.resize(self.points.len(), None);
        let open: Vec<usize> = (0..self.points.len()).filter(|&index| results[index].is_none()).collect();
        // The number of the first replication of each open point among the replications of all.
        let mut begins = Vec::with_capacity(open.len());
        let mut all = 0_u32;
        for &index in &open {
            begins.push(all);
            all = all.checked_add(self.points[index].replications).ok_or_else(|| {
                SweepError::Design(format!("the points have more than {} replications together", u32::MAX))
            })?;
        }
        let shared: Vec<Mutex<Shared>> = open.iter().map(|_| Mutex::default()).collect();
        let lock = |at: usize| shared[at].lock().unwrap_or_else(PoisonError::into_inner);
        let mut failed = Vec::new();
        let mut sums: Option<Sums> = None;
        let mut refused = None;
        let ran = run_experiment(
            all,
            threads,
            control,
            |number| {
                let at = begins.partition_point(|&begin| begin < number) - 1;
                let (index, replication) = (open[at], number - begins[at]);
                let scenario = {
                    let mut shared = lock(at);
                    if shared.has_failed {
                        return Ok(Task { index: at, replication, done: None });
                    }
                    let made = shared
                        .scenario
                        .clone()
                        .map_or_else(|| self.sweep.scenario(&self.points[index].point).map(Arc::new), Ok);
                    // It was sound when the sweep was planned; whoever has changed its files since has made another sweep of it.
                    let made = made.map_err(|errors| ExperimentFailure::Sweep(errors.into()))?;
                    shared.scenario = Some(Arc::clone(&made));
                    made
                };
                let result = replicate(&scenario, replication);
                Ok(Task { index: at, replication, done: Some((scenario, result)) })
            },
            |Task { index: at, replication, done: task }| {
                let PlannedPoint { point, id, replications } = &self.points[open[at]];
                let is_last = replication == *replications;
                if let Some((scenario, result)) = task {
                    match result {
                        Ok(_) if lock(at).has_failed => {}
                        Ok(result) => {
                            let mut sum = sums.take().unwrap_or_else(|| Sums::new(scenario.groups.len()));
                            sum.add(&scenario, &result);
                            if is_last {
                                let result = sum.finish(&scenario, point.number, id.clone());
                                done(point, &result).map_err(ExperimentFailure::Sweep)?;
                                results[open[at]] = Some(result);
                            } else {
                                sums = Some(sum);
                            }
                        }
                        Err(error @ ReplicationError::Simulation(SimulationError::Interrupted)) => {
                            return Err(ExperimentFailure::Replication(error));
                        }
                        Err(error) => {
                            let mut shared = lock(at);
                            if !std::mem::replace(&mut shared.has_failed, true) {
                                failed.push(Failed { point: point.clone(), replication, error });
                            }
                            sums = None;
                        }
                    }
                }
                if is_last {
                    lock(at).scenario = None;
                }
                Ok(())
            },
        );
        match ran {
            Ok(()) => {}
            Err(ExperimentError::Failed(ExperimentFailure::Sweep(error))) => refused = Some(error),
            Err(ExperimentError::Failed(ExperimentFailure::Replication(error))) => {
                refused = Some(SweepError::Run(ExperimentError::Failed(error)));
            }
            Err(ExperimentError::Interrupted) => refused = Some(SweepError::Run(ExperimentError::Interrupted)),
            Err(ExperimentError::Threads { threads, reason }) => {
                refused = Some(SweepError::Run(ExperimentError::Threads { threads, reason }));
            }
        }
        match refused {
            Some(error) => Err(error),
            None => Ok(Outcome { results, failed }),
        }
    }
}

/// Why a sweep is not run on.
#[derive(Debug, thiserror::Error)]
enum ExperimentFailure {
    #[error(transparent)]
    Sweep(SweepError),
    #[error(transparent)]
    Replication(ReplicationError),
}

/// The digest of all that the result of a point comes from: the program's version, the point's values as they are written, and
/// the scenario that they make, with its seed, its replications and what the files say that it names. How the scenario file is
/// laid out, and its comments, are no part of it.
fn id(point: &Point, scenario: &Scenario) -> String {
    let Scenario { seed, replications, .. } = scenario;
    let text = format!("{} {point} {seed} {replications} {}", env!("CARGO_PKG_VERSION"), scenario.digest());
    Uuid::new_v5(&Uuid::nil(), text.as_bytes()).simple().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Instant;

    fn planned(sets: &[&str]) -> Planned {
        let mut design = Design::default();
        sets.iter().for_each(|set| design.set(set).unwrap_or_else(|error| panic!("{error}")));
        let text = r#"
            # A comment that changes nothing.
            horizon = "1h"
            group = [{ name = "Sales", arrivals = { rate = "100/h" }, talk = "3m", patience = "1m" }]
            agents = [{ name = "Ann", count = 4, groups = ["Sales"] }]
        "#;
        let source = Source::new(text, "desk.toml".as_ref());
        Sweep { source, design, seed: None, replications: Some(3) }.plan().unwrap_or_else(|error| panic!("{error}"))
    }

    fn run(planned: &Planned, known: Vec<Option<PointResult>>, threads: usize) -> Vec<PointResult> {
        let outcome = planned.run(known, threads, &Control::default(), |_, _| Ok(()));
        outcome.unwrap().results.into_iter().map(|result| result.expect("it is done")).collect()
    }

    #[test]
    fn a_point_that_fails_does_not_lose_the_others() {
        let planned = planned(&["agents.Ann.count=2..5"]);
        let whole = run(&planned, Vec::new(), 1);
        for threads in [1, 2, 8] {
            let failing = |scenario: &Scenario, replication| match (scenario.agents.len(), replication) {
                (3, 2..) => Err(SimulationError::TooManyWaiting { at: Instant::START }.into()),
                _ => replicate(scenario, replication, (), &Control::default()),
            };
            let mut seen = Vec::new();
            let done = |point: &Point, _: &PointResult| {
                seen.push(point.number);
                Ok(())
            };
            let outcome = planned.run_by(Vec::new(), threads, &Control::default(), failing, done).unwrap();
            assert_eq!(seen, [1, 3, 4]);
            let [failed] = &outcome.failed[..] else { panic!("{:?}", outcome.failed) };
            assert_eq!((failed.point.number, failed.replication), (2, 2));
            for (index, result) in outcome.results.iter().enumerate() {
                assert_eq!(result.as_ref(), Some(&whole[index]).filter(|_| index != 1));
            }
        }
    }

    #[test]
    fn what_is_known_is_not_run_again_and_changes_nothing() {
        let planned = planned(&["agents.Ann.count=2..4", "group.Sales.patience=30s,1m"]);
        let whole = run(&planned, Vec::new(), 2);
        let mut known: Vec<_> = whole.iter().cloned().map(Some).collect();
        known[3] = None;
        let mut seen = Vec::new();
        let again = planned.run(known, 2, &Control::default(), |point, _| {
            seen.push(point.number);
            Ok(())
        });
        assert_eq!(again.unwrap().results.into_iter().flatten().collect::<Vec<_>>(), whole);
        assert_eq!(seen, [4]);
    }

    #[test]
    fn all_points_see_the_same_callers_and_a_point_is_what_the_scenario_gives() {
        let planned = planned(&["agents.Ann.count=2..5"]);
        let results = run(&planned, Vec::new(), 2);
        let offered = |result: &PointResult| result.groups[0].get("offered").expect("it is a metric").mean;
        assert!(results.iter().all(|result| offered(result) == offered(&results[0])), "{results:?}");
        // The third point is the scenario as it is written.
        let mut sums = Sums::new(1);
        for replication in 1..=3 {
            sums.add(&planned.base, &replicate(&planned.base, replication, (), &Control::default()).unwrap());
        }
        assert_eq!(sums.finish(&planned.base, 3, results[2].id.clone()), results[2]);
    }

    #[test]
    fn an_id_is_of_what_the_result_comes_from_and_of_nothing_else() {
        let ids = |sets: &[&str], text: &str, seed| {
            let mut design = Design::default();
            sets.iter().for_each(|set| design.set(set).unwrap());
            let source = Source::new(text, "desk.toml".as_ref());
            let planned = Sweep { source, design, seed, replications: None }.plan().unwrap();
            planned.points.into_iter().map(|point| point.id).collect::<Vec<_>>()
        };
        let text = "horizon = '1h'\ngroup = [{ name = 'S', arrivals = { rate = '9/h' }, talk = '3m' }]\n\
                    agents = [{ name = 'A', groups = ['S'] }]\n";
        let one = ids(&["agents.A.count=2,3"], text, None);
        assert_eq!(one, ids(&["agents.A.count=2,3"], &format!("# another comment\n{text}"), None));
        assert_eq!(one[1..], ids(&["agents.A.count=3"], text, None), "more values do not change a point");
        assert_ne!(one, ids(&["agents.A.count=2,3"], text, Some(7)));
        assert_ne!(one, ids(&["agents.A.count=2,3"], &text.replace("9/h", "8/h"), None));
        assert_ne!(one[0], one[1]);
    }

    #[test]
    fn what_is_swept_over_is_not_given_otherwise() {
        let mut design = Design::default();
        design.set("seed=1..3").unwrap();
        let source = Source::read("scenarios/erlang-c.toml".as_ref()).unwrap();
        let sweep = Sweep { source, design, seed: Some(1), replications: None };
        assert!(sweep.plan().unwrap_err().to_string().contains("`seed` is swept over"));
    }
}
