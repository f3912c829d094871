//! `acdsim staff`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::Failure;
use super::analytic::{definition, seconds};
use super::output::{self, Format};
use crate::analytic::{ServiceLevel, Target};
use crate::files::OutputDirectory;
use crate::planning::shifts::Rules;
use crate::planning::{
    self, Plan, PlanFiles, PlanTarget, Request, TableDefaults, Targets, plan, plan_files, scenario_of_table,
};
use crate::report::staff::{next_agent_csv, plan_csv, plan_json, plan_text, shifts_csv, targets_csv};
use crate::scenario::{self, Scenario};
use crate::simulation::Control;
use crate::time::Duration;

/// So many columns are used where there is no terminal to fit.
const COLUMNS: u16 = 160;

/// Find the least agents for targets, interval by interval, and shifts that cover them.
///
/// The demand is a scenario, whose agents only say which teams there are, or a CSV file with the columns start
/// and calls, and group, talk_s, wrap_up_s and patience_s where they are known. The agents of each interval come from a
/// formula first (Erlang C, or Erlang A and M/M/n+G where callers give up), and are then corrected by
/// simulation until each target holds with the confidence that is asked for.
///
/// With --rules FILE, shifts with breaks are found that cover the agents at the least cost. --out writes the plan,
/// and a scenario with its agents that `acdsim run` reads at once. docs/staff.md has an example of each.
///
/// It exits with 1 if no allowed number of agents reaches the targets, or no shifts satisfy the rules.
///
/// Examples:
///   acdsim staff scenarios/bank-day.toml --service-level 80% --within 20s
///   acdsim staff demand.csv --talk 3m --wrap-up 20s --patience 2m --service-level 80% --shrinkage 10% --out plan
///   acdsim staff demand.csv --talk 3m --max-asa 15s --longest-wait 3m --longest-wait-probability 95%
///   acdsim staff scenarios/busy-days.toml --service-level 80% --risk 90% --next-agent
///   acdsim staff week.toml --service-level 80% --rules shifts.toml --out plan
///   acdsim run plan/scenario.toml
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Staff {
    /// The demand: a scenario (TOML), or a table of intervals (a name that ends in .csv)
    #[arg(value_name = "DEMAND")]
    demand: PathBuf,
    #[command(flatten)]
    targets: Wanted,
    #[command(flatten)]
    table: Table,
    /// Plan in intervals of this length in place of the scenario's
    #[arg(long, value_name = "DURATION", value_parser = scenario::parse_duration)]
    interval: Option<Duration>,
    /// The share of the scheduled agents who do not come: each stays away for a shift with this probability, in place of the
    /// absence that the scenario says
    #[arg(long, value_name = "SHARE", value_parser = scenario::parse_share)]
    shrinkage: Option<f64>,
    /// The confidence with which simulation has to know that a target holds, one-sided
    #[arg(long, value_name = "SHARE", default_value = "95%", value_parser = scenario::parse_share)]
    confidence: f64,
    /// Search with so many replications, and judge with as many others
    #[arg(long, value_name = "NUMBER", default_value_t = 200, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    replications: u32,
    /// Take this seed in place of the scenario's
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Add agents until each day meets the targets with this probability
    #[arg(long, value_name = "SHARE", value_parser = scenario::parse_share)]
    risk: Option<f64>,
    /// What has to meet the targets with the probability of `--risk`
    #[arg(long, value_enum, default_value_t, requires = "risk")]
    risk_of: RiskOf,
    /// Say what one more agent in each interval is worth
    #[arg(long)]
    next_agent: bool,
    /// Opening hours, costs, the most agents at once, and shifts (TOML)
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Write the plan, and a scenario with its agents, to this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Run on so many threads; 0 for one a processor
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
    /// What to print; CSV is the agents of each interval
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What has to meet the targets with a probability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum RiskOf {
    /// Each day, by its own values
    #[default]
    Day,
    /// Each interval, by its own values
    Interval,
}

/// What has to be reached in each interval: one at least.
#[derive(Debug, Args)]
struct Wanted {
    /// Answer at least this share of the calls within the time of `--within`, such as 80%
    #[arg(long, value_name = "SHARE", value_parser = scenario::parse_share)]
    #[arg(required_unless_present_any = ["max_asa", "max_abandonment", "max_occupancy", "longest_wait"])]
    service_level: Option<f64>,
    /// The time within which calls are to be answered
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = seconds)]
    within: f64,
    /// What the service level is a share of
    #[arg(long, value_name = "DEFINITION", default_value = "of_offered", value_parser = definition)]
    service_level_is: ServiceLevel,
    /// Answer calls after this mean wait at most
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    max_asa: Option<f64>,
    /// Let at most this share of the callers give up
    #[arg(long, value_name = "SHARE", value_parser = scenario::parse_share)]
    max_abandonment: Option<f64>,
    /// Keep the agents busy for at most this share of their time
    #[arg(long, value_name = "SHARE", value_parser = scenario::parse_share)]
    max_occupancy: Option<f64>,
    /// Answer no call later than this, with the probability of `--longest-wait-probability`
    #[arg(long, value_name = "DURATION", value_parser = scenario::parse_duration)]
    longest_wait: Option<Duration>,
    /// The probability that no call of an interval is answered later
    #[arg(long, value_name = "SHARE", default_value = "90%", value_parser = scenario::parse_share, requires = "longest_wait")]
    longest_wait_probability: f64,
}

/// What a table of demand does not say itself.
#[derive(Debug, Args)]
#[command(next_help_heading = "For a table of demand")]
struct Table {
    /// The mean talk time where the table has none; exponential
    #[arg(long, value_name = "DURATION", value_parser = scenario::parse_duration)]
    talk: Option<Duration>,
    /// The mean wrap-up time where the table has none; exponential
    #[arg(long, value_name = "DURATION", value_parser = scenario::parse_duration)]
    wrap_up: Option<Duration>,
    /// The mean patience where the table has none; exponential. Without any, callers wait as long as they must
    #[arg(long, value_name = "DURATION", value_parser = scenario::parse_duration)]
    patience: Option<Duration>,
    /// The length of the table's intervals; the smallest gap between two rows if absent
    #[arg(long, value_name = "DURATION", value_parser = scenario::parse_duration)]
    every: Option<Duration>,
}

impl Staff {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        let targets = Targets::new(self.targets.list()).map_err(Failure::Argument)?;
        let rules = self.rules.as_deref().map(Rules::read).transpose()?.unwrap_or_default();
        let (scenario, text) = self.scenario()?;
        let request = Request {
            targets,
            shrinkage: self.shrinkage,
            confidence: self.confidence,
            replications: self.replications,
            risk: self.risk,
            risk_of: match self.risk_of {
                RiskOf::Day => planning::RiskOf::Day,
                RiskOf::Interval => planning::RiskOf::Interval,
            },
            next_agent: self.next_agent,
            rules,
            threads: self.threads.into(),
        };
        let plan = plan(&scenario, &request, control)?;
        if let Some(out) = &self.out {
            self.write(&plan, &text, out)?;
        }
        let csv = |error: csv::Error| Failure::Stdout(error.into());
        match self.format {
            Format::Text => output::print(plan_text(&plan, output::terminal_width().unwrap_or(COLUMNS)))?,
            Format::Json => output::print(format!("{:#}\n", plan_json(&plan)))?,
            Format::Csv => output::print(plan_csv(&plan).map_err(csv)?)?,
        }
        if plan.unreached.is_empty() && plan.unreached_days.is_empty() {
            return Ok(());
        }
        Err(Failure::Check(format!(
            "no number of agents that is allowed reaches the targets in {} intervals, and the risk level on {} days",
            plan.unreached.len(),
            plan.unreached_days.len()
        )))
    }

    /// Whether the demand is a table.
    fn is_table(&self) -> bool {
        self.demand.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
    }

    /// The scenario that is planned for, and the text that it was read from.
    fn scenario(&self) -> Result<(Scenario, String), Failure> {
        let Table { talk, wrap_up, patience, every } = self.table;
        let (mut scenario, text) = if self.is_table() {
            let text = scenario_of_table(&self.demand, &TableDefaults { talk, wrap_up, patience, every })?;
            (scenario::parse(&text, &self.demand.with_extension("toml"))?, text)
        } else {
            if let Some(option) = [
                talk.map(|_| "--talk"),
                wrap_up.map(|_| "--wrap-up"),
                patience.map(|_| "--patience"),
                every.map(|_| "--every"),
            ]
            .into_iter()
            .flatten()
            .next()
            {
                let message =
                    format!("{option} is for a table of demand, whose name ends in .csv: a scenario says it itself");
                return Err(Failure::Argument(message));
            }
            // Read as a scenario first, which tells what is wrong with it.
            let scenario = scenario::read(&self.demand)?;
            let path = self.demand.display();
            let text = fs::read_to_string(&self.demand)
                .map_err(|reason| Failure::Argument(format!("{path} cannot be read: {reason}")))?;
            (scenario, text)
        };
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        if let Some(interval) = self.interval {
            let most = 1_000_000;
            let count = scenario.horizon.as_nanos().div_ceil(interval.as_nanos().max(1));
            if interval == Duration::ZERO || count.saturating_mul(scenario.groups.len() as u64) > most {
                return Err(Failure::Argument(format!(
                    "--interval makes {count} intervals of {} groups: it is more than 0, and they are at most {most}",
                    scenario.groups.len()
                )));
            }
            scenario.interval = interval;
        }
        Ok((scenario, text))
    }

    /// Writes the plan and what makes it run.
    fn write(&self, plan: &Plan, text: &str, out: &Path) -> Result<(), Failure> {
        let base = self.demand.parent().unwrap_or(Path::new(""));
        let PlanFiles { scenario, staff, copied } =
            plan_files(plan, text, base).map_err(|error| Failure::Argument(error.to_string()))?;
        let names = ["scenario.toml".to_owned()].into_iter().chain(staff.iter().map(|(name, _)| name.clone()));
        for name in names.chain(copied.iter().map(|file| file.name.clone())) {
            let inputs = copied.iter().map(|file| file.from.as_path()).chain([self.demand.as_path()]);
            let own = fs::canonicalize(out.join(&name));
            if let Some(input) = own.ok().and_then(|own| {
                inputs.into_iter().find(|input| fs::canonicalize(input).is_ok_and(|input| input == own))
            }) {
                return Err(Failure::Argument(format!(
                    "--out {} would write over {}, which the plan is made from: write to another directory",
                    out.display(),
                    input.display()
                )));
            }
        }
        let mut directory = OutputDirectory::create(out)?;
        let csv = |error: csv::Error| io::Error::from(error);
        let error = |directory: &OutputDirectory, name: &str, reason| Failure::Output(directory.error(name, reason));
        let mut files: Vec<(String, Vec<u8>)> = vec![("scenario.toml".to_owned(), scenario.into_bytes())];
        files.extend(staff.into_iter().map(|(name, text)| (name, text.into_bytes())));
        files.push(("plan.json".to_owned(), format!("{:#}\n", plan_json(plan)).into_bytes()));
        for (name, bytes) in [
            ("plan.csv", plan_csv(plan).map(Some)),
            ("targets.csv", targets_csv(plan).map(Some)),
            ("shifts.csv", shifts_csv(plan)),
            ("next_agent.csv", next_agent_csv(plan)),
        ] {
            match bytes.map_err(|reason| error(&directory, name, csv(reason)))? {
                Some(bytes) => files.push((name.to_owned(), bytes)),
                None => directory.without(name),
            }
        }
        if plan.roster.is_some() {
            directory.without("staff.csv");
        }
        for (name, bytes) in files {
            directory.write(&name, |file| file.write_all(&bytes))?;
        }
        for file in copied {
            directory.write(&file.name, |out| io::copy(&mut fs::File::open(&file.from)?, out).map(|_| ()))?;
        }
        Ok(directory.finish()?)
    }
}

impl Wanted {
    fn list(&self) -> Vec<PlanTarget> {
        let (definition, within_s) = (self.service_level_is, self.within);
        let means = [
            self.service_level.map(|at_least| Target::ServiceLevel { definition, within_s, at_least }),
            self.max_asa.map(|at_most_s| Target::Asa { at_most_s }),
            self.max_abandonment.map(|at_most| Target::Abandonment { at_most }),
            self.max_occupancy.map(|at_most| Target::Occupancy { at_most }),
        ];
        let longest = self.longest_wait.map(|within| {
            let probability = self.longest_wait_probability;
            PlanTarget::LongestWait { within, probability }
        });
        means.into_iter().flatten().map(PlanTarget::Mean).chain(longest).collect()
    }
}
