//! `acdsim sweep`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::output::{self, Format};
use super::shards::{self, Split};
use super::{Exit, Failure};
use crate::report::sweep::{Shown, sweep_csv, sweep_json, sweep_text};
use crate::scenario::Source;
use crate::shard::{self, Experiment, Section, Shard, ShardError, ShardSet};
use crate::simulation::Control;
use crate::sweep::{Design, Failed, Outcome, Planned, PlannedPoint, PointResult, Store, Sweep, SweepError};

/// So many columns are used where there is no terminal to fit.
const COLUMNS: u16 = 160;

/// Run a scenario with other values at many points, with the same callers at all of them.
///
/// A value is named by its place in the file: keys and names with points between them, as in
/// agents.Agent.count or group.Sales.patience.mean; * is all tables of a list. Its values are
///   60s,90s,2m           a list
///   8..14                whole numbers, both ends included
///   60s..3m..30s         a range with a step
///   0.5..2.0 in 7        evenly spaced
///   10/h..1000/h log 5   the same multiple from one to the next
///   0.5..2.0             anything between, of a Latin hypercube; with log behind it, of its logarithms
/// Several PATH=VALUES with semicolons between them, in one --set, change together. The points are
/// all combinations of the sets, or as many as --latin-hypercube says.
///
/// With --out each finished point is kept in a file of its own, and is not run again: the same command
/// takes up a sweep that was interrupted, and one with more values runs only what is new.
///
/// Examples:
///   acdsim sweep scenarios/quickstart.toml --set agents.Senior.count=2..6
///   acdsim sweep scenarios/quickstart.toml --set agents.Senior.count=2..6 --set group.Support.patience.mean=1m,2m,4m --out sweep
///   acdsim sweep scenarios/quickstart.toml --set 'group.*.patience.mean=30s..5m log' --set agents.Senior.count=2..6 --latin-hypercube 20
///   acdsim sweep scenarios/quickstart.toml --design design.toml --replications 50 --out sweep
///   acdsim report sweep --output sweep.html
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct SweepCommand {
    /// The scenario file (TOML)
    scenario: PathBuf,
    /// Give these values to what has this path; may be given more than once
    #[arg(long = "set", value_name = "PATH=VALUES", required_unless_present = "design")]
    sets: Vec<String>,
    /// Read sets from this file (TOML) too; docs/sweep.md has its keys
    #[arg(long, value_name = "FILE")]
    design: Option<PathBuf>,
    /// Take so many points, each value from another part of its range, in place of all combinations
    #[arg(long, value_name = "POINTS", value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    latin_hypercube: Option<u32>,
    /// Keep the points in this directory, and take over those that are in it
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Show this group only; may be given more than once
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// Show this metric; may be given more than once
    #[arg(long = "metric", value_name = "METRIC")]
    metrics: Vec<String>,
    /// Take this seed in place of the scenario's
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Run so many replications of each point in place of the scenario's
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    replications: Option<u32>,
    /// Run on so many threads; 0 for one a processor
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    split: Split,
}

impl SweepCommand {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        let planned = self.plan()?;
        if let (Some(out), Some(shard)) = (&self.out, self.split.shard) {
            return self.keep(&planned, out, shard, control);
        }
        let (store, known) = match &self.out {
            Some(directory) => {
                let (store, known) = Store::open(directory, &planned)?;
                (Some(store), known)
            }
            None => (None, Vec::new()),
        };
        let taken_over = known.iter().flatten().count();
        if taken_over > 0 {
            output::note(&format!(
                "{taken_over} of {} points are done already and were taken over",
                planned.points.len()
            ));
        }
        let outcome = planned.run(known, self.threads.into(), control, |point, result| match &store {
            Some(store) => store.keep(point, result),
            None => Ok(()),
        })?;
        self.finish(&planned, outcome, store.as_ref())
    }

    /// Does what is to be done when all shards are there.
    pub(super) fn merge(&self, set: &ShardSet) -> Result<(), Failure> {
        let planned = self.plan()?;
        set.must_be(&self.experiment(&planned)?)?;
        let mut results = Vec::with_capacity(planned.points.len());
        for PlannedPoint { point, id, .. } in &planned.points {
            let part = set.part(point.number as u32)?;
            let path = part.path().display().to_string();
            let unreadable = |reason| ShardError::Unreadable { path: path.clone(), reason };
            let json = part.bytes(0).and_then(|bytes| Ok(serde_json::from_slice(&bytes)?));
            let result = PointResult::from_json(&json.map_err(unreadable)?, point.number, id);
            results.push(Some(result.ok_or_else(|| unreadable(io::Error::other("it is no result of its point")))?));
        }
        let store = self.out.as_deref().map(|out| Store::open(out, &planned)).transpose()?.map(|(store, _)| store);
        if let Some(store) = &store {
            for (planned, result) in planned.points.iter().zip(results.iter().flatten()) {
                store.keep(&planned.point, result)?;
            }
        }
        self.finish(&planned, Outcome { results, failed: Vec::new() }, store.as_ref())
    }

    /// The sweep as an experiment whose items are its points.
    fn experiment(&self, planned: &Planned) -> Result<Experiment, Failure> {
        let mut command = vec!["sweep".to_owned(), shards::word(&self.scenario)?];
        let mut option = |name: &str, value: String| command.extend([name.to_owned(), value]);
        self.sets.iter().for_each(|set| option("--set", set.clone()));
        if let Some(design) = &self.design {
            option("--design", shards::word(design)?);
        }
        let numbers = [("--latin-hypercube", self.latin_hypercube), ("--replications", self.replications)];
        numbers.into_iter().for_each(|(name, number)| number.iter().for_each(|it| option(name, it.to_string())));
        self.seed.iter().for_each(|seed| option("--seed", seed.to_string()));
        self.groups.iter().for_each(|group| option("--group", group.clone()));
        self.metrics.iter().for_each(|metric| option("--metric", metric.clone()));
        let ids: Vec<&str> = planned.points.iter().map(|planned| planned.id.as_str()).collect();
        let content = format!("{:?} {} {}", planned.base.name, planned.design().is_grid(), ids.join(" "));
        Ok(Experiment::new(command, "points", ids.len() as u32, &content))
    }

    /// Runs the points of a shard that are not done yet, and keeps each as soon as it is done.
    fn keep(&self, planned: &Planned, out: &Path, shard: Shard, control: &Control) -> Result<(), Failure> {
        let kept = shard::Store::open(out, self.experiment(planned)?, shard)?;
        let left = kept.left()?;
        shards::note_taken_over(&kept, left.len());
        let mine = planned.only(|number| left.binary_search(&(number as u32)).is_ok());
        let ran = mine.run(Vec::new(), self.threads.into(), control, |point, result| {
            let json = result.json(&planned.base.name, point).to_string();
            Ok(kept.keep(point.number as u32, vec![Section::Bytes(json.into_bytes())])?)
        });
        let outcome = ran.map_err(Failure::from).inspect_err(|failure| {
            if failure.exit() == Exit::Interrupted {
                shards::note_kept(&kept, out);
            }
        })?;
        self.tell_of_failed(planned, outcome.failed)?;
        kept.finish()?;
        output::print(shards::finished(&kept, shard, out))
    }

    fn plan(&self) -> Result<Planned, Failure> {
        let source = Source::read(&self.scenario)?;
        let sweep = Sweep { source, design: self.design()?, seed: self.seed, replications: self.replications };
        Ok(sweep.plan()?)
    }

    fn design(&self) -> Result<Design, Failure> {
        let mut design = Design::default();
        if let Some(path) = &self.design {
            let unreadable = |reason| SweepError::Unreadable { file: path.display().to_string(), reason };
            let bytes = std::fs::read(path).map_err(unreadable)?;
            let text = String::from_utf8(bytes).map_err(|error| SweepError::File {
                file: path.display().to_string(),
                line: 1 + error.as_bytes()[..error.utf8_error().valid_up_to()]
                    .iter()
                    .filter(|&&byte| byte == b'\n')
                    .count(),
                what: "a byte is not UTF-8".to_owned(),
            })?;
            design.read(&text, path)?;
        }
        for set in &self.sets {
            design.set(set)?;
        }
        if let Some(points) = self.latin_hypercube {
            design.latin_hypercube(points as usize)?;
        }
        Ok(design)
    }

    /// Writes the table, prints what was asked for, and tells of the points that failed.
    fn finish(&self, planned: &Planned, outcome: Outcome, store: Option<&Store>) -> Result<(), Failure> {
        let Outcome { results, failed } = outcome;
        let swept = planned.swept(results);
        let broken = |error: csv::Error| Failure::Stdout(error.into());
        if let Some(store) = store.filter(|_| failed.is_empty()) {
            store.finish(&sweep_csv(&swept, &Shown::default()).map_err(broken)?)?;
        }
        let shown = Shown { groups: self.groups.clone(), metrics: self.metrics.clone() };
        if swept.done().next().is_some() {
            shown.check(&swept)?;
            match self.format {
                Format::Text => {
                    output::print(sweep_text(&swept, &shown, output::terminal_width().unwrap_or(COLUMNS)))?;
                }
                Format::Json => output::print(format!("{:#}\n", sweep_json(&swept, &shown)))?,
                Format::Csv => output::print(sweep_csv(&swept, &shown).map_err(broken)?)?,
            }
        }
        self.tell_of_failed(planned, failed)
    }

    /// Tells of the points that failed; the first of them is how the command ends.
    fn tell_of_failed(&self, planned: &Planned, failed: Vec<Failed>) -> Result<(), Failure> {
        let is_swept = |key: &str| planned.design().paths().any(|path| path.to_string() == key);
        let all = planned.points.len();
        for failed in &failed {
            output::warn(&format!(
                "point {} of {all} ({}) failed in replication {}: {}",
                failed.point.number, failed.point, failed.replication, failed.error
            ));
            let sets =
                failed.point.values.iter().map(|(path, value)| {
                    format!(" --set {}", output::shell_word(&format!("{path}={}", value.literal)))
                });
            let mut command =
                format!("acdsim sweep {}{}", output::shell_path(&self.scenario), sets.collect::<String>());
            for (key, value) in [("seed", planned.base.seed), ("replications", failed.replication.into())] {
                if !is_swept(key) {
                    command += &format!(" --{key} {value}");
                }
            }
            output::warn(&format!("reproduce with: {command}"));
        }
        match failed.into_iter().next() {
            Some(first) => Err(first.error.into()),
            None => Ok(()),
        }
    }
}
