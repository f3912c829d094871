//! `acdsim verify`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::output::{self, Format};
use super::shards::{self, Split};
use super::{Exit, Failure};
use crate::files::{self, OutputError};
use crate::report::verify::{
    alarms_csv, alarms_json, alarms_text, verification_text, verifications_csv, verifications_json, verifications_junit,
};
use crate::scenario::{self, Scenario};
use crate::shard::{Experiment, Section, Shard, ShardError, ShardSet, Store};
use crate::simulation::Control;
use crate::verify::{Alarms, Found, Options, Plan, Verification, plan, verify};

/// So many columns are used where there is no terminal to fit.
const COLUMNS: u16 = 160;

/// Verify that sessions, groups and queues report what queueing theory expects.
///
/// For each group the model is found that describes it, and replications are run until every measure
/// is known as precisely as was asked for. If all is as it should be, a scenario fails with a
/// probability of at most the error rate. The events of the first calls are audited one by one.
///
/// It exits with 0 if all scenarios pass, and with 1 if one fails or is inconclusive.
///
/// Examples:
///   acdsim verify scenarios/verify/erlang-c-10.toml
///   acdsim verify scenarios/verify/*.toml --junit verify.xml
///   acdsim verify scenarios/erlang-a.toml --precision 0.5% --max-calls 200000000
///   acdsim verify --self-test
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Verify {
    /// Scenario files (TOML)
    #[arg(required_unless_present = "self_test", value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Switch on one known defect of call centers after the other, and show which check notices each
    ///
    /// Only a program that was built with `cargo build --release --features faults` has them.
    #[arg(long, conflicts_with_all = ["scenarios", "precision", "error_rate", "max_calls", "audit_calls", "seeds", "allow_inconclusive", "seed", "junit", "shard", "out"])]
    self_test: bool,
    /// The widest half interval of a measure, relative to what is expected, in place of the scenarios'
    #[arg(long, value_parser = share)]
    precision: Option<f64>,
    /// The probability that a sound scenario fails, at most
    #[arg(long, default_value = "1%", value_parser = share)]
    error_rate: f64,
    /// Simulate so many calls a scenario at most, in place of the scenarios' limit
    #[arg(long, value_name = "CALLS")]
    max_calls: Option<u64>,
    /// Audit so many calls a scenario, from the first on
    #[arg(long, default_value_t = Options::default().audited_calls, value_name = "CALLS")]
    audit_calls: u64,
    /// Verify so many seeds, from the scenario's on, and report how many fail: the false alarms of a sound scenario
    #[arg(long, value_name = "NUMBER", conflicts_with = "junit", value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    seeds: Option<u32>,
    /// Let a scenario pass of which a measure is inconclusive
    #[arg(long)]
    allow_inconclusive: bool,
    /// Take this seed in place of the scenarios'
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Run on so many threads; 0 for one a processor
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write JUnit XML to this file: a suite a scenario, a case a measure
    #[arg(long, value_name = "FILE", conflicts_with = "shard")]
    junit: Option<PathBuf>,
    /// Keep what a shard found in this directory
    #[arg(long, value_name = "DIR", requires = "shard")]
    out: Option<PathBuf>,
    #[command(flatten)]
    split: Split,
}

fn share(text: &str) -> Result<f64, String> {
    match scenario::parse_share(text)? {
        share if share > 0.0 && share < 1.0 => Ok(share),
        _ => Err("it is more than 0 and less than 1, or 100%".to_owned()),
    }
}

impl Verify {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        if self.self_test {
            return self.test_itself(control);
        }
        let scenarios = self.scenarios()?;
        if let (Some(out), Some(shard)) = (&self.out, self.split.shard) {
            return self.keep(&scenarios, out, shard, control);
        }
        self.report(&scenarios, |_, plan, options| Ok(verify(plan, options, control)?))
    }

    /// Does what is to be done when all shards are there.
    pub(super) fn merge(&self, set: &ShardSet) -> Result<(), Failure> {
        let scenarios = self.scenarios()?;
        set.must_be(&self.experiment(&scenarios)?)?;
        self.report(&scenarios, |item, plan, options| {
            let part = set.part(item)?;
            let bytes = part.bytes(0);
            let unreadable = |reason| ShardError::Unreadable { path: part.path().display().to_string(), reason };
            let found: Found = postcard::from_bytes(&bytes.map_err(unreadable)?)
                .map_err(|error| unreadable(io::Error::other(error)))?;
            let other = || unreadable(io::Error::other("it is of another plan"));
            Ok(found.with(plan, options).ok_or_else(other)?)
        })
    }

    fn scenarios(&self) -> Result<Vec<Scenario>, Failure> {
        let read = |path: &PathBuf| {
            let mut scenario = scenario::read(path)?;
            scenario.seed = self.seed.unwrap_or(scenario.seed);
            Ok(scenario)
        };
        self.scenarios.iter().map(read).collect()
    }

    fn options(&self, scenario: &Scenario) -> Options {
        Options {
            precision: self.precision.unwrap_or(scenario.verification.precision),
            error_rate: self.error_rate,
            most_calls: self.max_calls.unwrap_or(scenario.verification.most_calls),
            audited_calls: self.audit_calls,
            threads: self.threads.into(),
            ..Options::default()
        }
    }

    /// The verification as an experiment whose items are its scenarios, or their seeds where those are many.
    fn experiment(&self, scenarios: &[Scenario]) -> Result<Experiment, Failure> {
        let mut command = vec!["verify".to_owned()];
        for path in &self.scenarios {
            command.push(shards::word(path)?);
        }
        let mut option = |name: &str, value: Option<String>| {
            command.extend(value.into_iter().flat_map(|value| [name.to_owned(), value]));
        };
        option("--precision", self.precision.map(|it| it.to_string()));
        option("--error-rate", Some(self.error_rate.to_string()));
        option("--max-calls", self.max_calls.map(|it| it.to_string()));
        option("--audit-calls", Some(self.audit_calls.to_string()));
        option("--seeds", self.seeds.map(|it| it.to_string()));
        option("--seed", self.seed.map(|it| it.to_string()));
        command.extend(self.allow_inconclusive.then(|| "--allow-inconclusive".to_owned()));
        let content = scenarios.iter().map(|scenario| {
            let options = Options { threads: 0, ..self.options(scenario) };
            format!("{:?} {} {} {options:?}", scenario.name, scenario.seed, scenario.digest())
        });
        let content: Vec<String> = content.collect();
        let items = u32::try_from(scenarios.len() as u64 * u64::from(self.seeds.unwrap_or(1)));
        let items = items.map_err(|_| Failure::Argument(format!("more than {} seeds of all scenarios", u32::MAX)))?;
        let noun = if self.seeds.is_some() { "seeds" } else { "scenarios" };
        Ok(Experiment::new(command, noun, items, &content.join("\n")))
    }

    /// Verifies the scenarios or seeds of a shard that are not done yet, and keeps what each gave.
    fn keep(&self, scenarios: &[Scenario], out: &Path, shard: Shard, control: &Control) -> Result<(), Failure> {
        let store = Store::open(out, self.experiment(scenarios)?, shard)?;
        let left = store.left()?;
        shards::note_taken_over(&store, left.len());
        let seeds = self.seeds.unwrap_or(1);
        let mut of: Option<(u32, Plan)> = None;
        for item in left {
            let (index, seed) = ((item - 1) / seeds, (item - 1) % seeds);
            let scenario = &scenarios[index as usize];
            let (_, plan) = match of.take().filter(|(other, _)| *other == index) {
                Some(of) => of,
                None => (index, plan(scenario)),
            };
            let verified = verify(plan.with_seed(seed), self.options(scenario), control);
            of = Some((index, plan));
            let verification = verified.map_err(Failure::from).inspect_err(|failure| {
                if failure.exit() == Exit::Interrupted {
                    shards::note_kept(&store, out);
                }
            })?;
            let found = postcard::to_stdvec(&Found::from(&verification)).map_err(io::Error::other);
            let found = found.map_err(|reason| OutputError { path: out.display().to_string(), reason })?;
            store.keep(item, vec![Section::Bytes(found)])?;
        }
        store.finish()?;
        output::print(shards::finished(&store, shard, out))
    }

    /// Tells of what each scenario or seed gave, which `verified` has by its item.
    fn report(
        &self,
        scenarios: &[Scenario],
        mut verified: impl FnMut(u32, Plan, Options) -> Result<Verification, Failure>,
    ) -> Result<(), Failure> {
        if let Some(seeds) = self.seeds {
            return self.false_alarms(scenarios, seeds, verified);
        }
        let width = output::terminal_width().unwrap_or(COLUMNS);
        let mut verifications: Vec<Verification> = Vec::new();
        for ((item, scenario), path) in (1..).zip(scenarios).zip(&self.scenarios) {
            let verification = verified(item, plan(scenario), self.options(scenario))?;
            if self.format == Format::Text {
                let between = if verifications.is_empty() { "" } else { "\n" };
                output::print(
                    between.to_owned() + &verification_text(&verification, &self.command(path, scenario), width),
                )?;
            }
            verifications.push(verification);
        }
        match self.format {
            Format::Text => {}
            Format::Json => output::print(format!("{:#}\n", verifications_json(&verifications)))?,
            Format::Csv => {
                output::print(verifications_csv(&verifications).map_err(|error| Failure::Stdout(error.into()))?)?;
            }
        }
        if let Some(path) = &self.junit {
            let paths = self.scenarios.iter();
            let commands: Vec<String> =
                scenarios.iter().zip(paths).map(|(scenario, path)| self.command(path, scenario)).collect();
            let xml = verifications_junit(&verifications, &commands);
            files::write_whole(path, xml.as_bytes())?;
        }
        let good = |verification: &Verification| {
            verification.is_passed() || (self.allow_inconclusive && verification.is_sound())
        };
        let bad = verifications.iter().filter(|verification| !good(verification)).count();
        if bad > 0 { Err(Failure::Verification { bad, all: verifications.len() }) } else { Ok(()) }
    }

    #[cfg(feature = "faults")]
    fn test_itself(&self, control: &Control) -> Result<(), Failure> {
        use crate::report::verify::{self_test_csv, self_test_json, self_test_text};

        let tested = crate::verify::self_test(self.threads.into(), control)?;
        match self.format {
            Format::Text => output::print(self_test_text(&tested, output::terminal_width().unwrap_or(COLUMNS)))?,
            Format::Json => output::print(format!("{:#}\n", self_test_json(&tested)))?,
            Format::Csv => output::print(self_test_csv(&tested).map_err(|error| Failure::Stdout(error.into()))?)?,
        }
        if tested.is_passed() {
            return Ok(());
        }
        let false_alarms = tested.sound.iter().filter(|sound| sound.false_alarm.is_some()).count();
        Err(Failure::SelfTest { escaped: tested.escaped().count(), false_alarms })
    }

    #[cfg(not(feature = "faults"))]
    fn test_itself(&self, _control: &Control) -> Result<(), Failure> {
        Err(Failure::Argument(
            "--self-test needs a program that has the faults, which are the cargo feature \"faults\": \
             cargo run --release --features faults -- verify --self-test"
                .to_owned(),
        ))
    }

    /// Counts the false alarms of each scenario.
    fn false_alarms(
        &self,
        scenarios: &[Scenario],
        seeds: u32,
        mut verified: impl FnMut(u32, Plan, Options) -> Result<Verification, Failure>,
    ) -> Result<(), Failure> {
        let mut all: Vec<(&str, Alarms)> = Vec::new();
        let mut item = 0;
        for scenario in scenarios {
            let (plan, options) = (plan(scenario), self.options(scenario));
            let mut found = Alarms { error_rate: options.error_rate, ..Alarms::default() };
            for seed in 0..seeds {
                item += 1;
                found.count(&verified(item, plan.with_seed(seed), options)?);
            }
            if self.format == Format::Text {
                output::print(alarms_text(&scenario.name, &found))?;
            }
            all.push((&scenario.name, found));
        }
        match self.format {
            Format::Text => {}
            Format::Json => output::print(format!("{:#}\n", alarms_json(&all)))?,
            Format::Csv => output::print(alarms_csv(&all).map_err(|error| Failure::Stdout(error.into()))?)?,
        }
        let bad = all.iter().filter(|(_, alarms)| !alarms.is_within_the_rate()).count();
        if bad > 0 { Err(Failure::Verification { bad, all: all.len() }) } else { Ok(()) }
    }

    /// The command that repeats the verification of one scenario.
    fn command(&self, path: &Path, scenario: &Scenario) -> String {
        format!(
            "acdsim verify {} --seed {} --precision {} --error-rate {} --max-calls {}",
            path.display(),
            scenario.seed,
            self.precision.unwrap_or(scenario.verification.precision),
            self.error_rate,
            self.max_calls.unwrap_or(scenario.verification.most_calls),
        )
    }
}
