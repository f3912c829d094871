//! `acdsim bench`.

use std::time::Instant;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::Failure;
use super::output::{self, Format};
use crate::experiment::{Workload, replicate};
use crate::simulation::Control;

/// Time the simulator on standard workloads, on one thread with full AgentSession statistics.
///
/// W1: 100 agents at 92 Erlang, nobody abandons. W2: 100 agents at 105 Erlang, patience 180 s.
/// W3: 1,000 agents at 960 Erlang. W4: five groups of 100 agents, each agent in two neighbouring
/// groups, 93 % load. The mean handle time is 120 s everywhere: talk 100 s, wrap-up 20 s.
///
/// Examples:
///   acdsim bench
///   acdsim bench W2 --calls 10000000 --format json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Bench {
    /// The workload; all of them if absent
    #[arg(value_enum, ignore_case = true)]
    workload: Option<Which>,
    /// About how many calls
    #[arg(long, default_value_t = 2_000_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    calls: u64,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "UPPER")]
enum Which {
    W1,
    W2,
    W3,
    W4,
}

struct Timing {
    workload: &'static str,
    calls: u64,
    seconds: f64,
    asa_s: f64,
}

impl Bench {
    pub(super) fn execute(&self, control: &Control) -> Result<(), Failure> {
        let workloads = match self.workload {
            None => Workload::ALL.to_vec(),
            Some(which) => vec![Workload::ALL[which as usize]],
        };
        let timings =
            workloads.into_iter().map(|workload| time(workload, self.calls, control)).collect::<Result<Vec<_>, _>>()?;
        output::print(match self.format {
            Format::Json => {
                let all: Vec<Value> = timings.iter().map(Timing::json).collect();
                match <[Value; 1]>::try_from(all) {
                    Ok([one]) => format!("{one:#}\n"),
                    Err(several) => format!("{:#}\n", Value::from(several)),
                }
            }
            Format::Csv => {
                timings.iter().fold("workload,calls,seconds,calls_per_s,asa_s\n".to_owned(), |text, timing| {
                    let Timing { workload, calls, seconds, asa_s } = timing;
                    text + &format!("{workload},{calls},{seconds},{},{asa_s}\n", timing.calls_per_s())
                })
            }
            Format::Text => timings.iter().fold(String::new(), |text, timing| {
                let Timing { workload, calls, seconds, asa_s } = timing;
                let (rate, nanos) = (timing.calls_per_s() / 1e6, 1e9 / timing.calls_per_s());
                text + &format!(
                    "{workload}: {calls} calls in {seconds:.3} s, {rate:.2} M calls/s, {nanos:.1} ns a call, \
                     ASA {asa_s:.3} s\n"
                )
            }),
        })
    }
}

impl Timing {
    fn calls_per_s(&self) -> f64 {
        self.calls as f64 / self.seconds
    }

    fn json(&self) -> Value {
        json!({
            "workload": self.workload,
            "calls": self.calls,
            "seconds": self.seconds,
            "calls_per_s": self.calls_per_s(),
            "asa_s": self.asa_s,
        })
    }
}

fn time(workload: Workload, calls: u64, control: &Control) -> Result<Timing, Failure> {
    let scenario = workload.scenario(calls);
    let began = Instant::now();
    let result = replicate(&scenario, 1, (), control)?;
    let seconds = began.elapsed().as_secs_f64();
    let (waits, answered) = result.groups.iter().fold((0, 0), |(waits, answered), group| {
        (waits + group.totals.answered_wait_nanos, answered + group.totals.answered)
    });
    Ok(Timing {
        workload: workload.name(),
        calls: result.calls,
        seconds,
        asa_s: waits as f64 / answered.max(1) as f64 / 1e9,
    })
}
