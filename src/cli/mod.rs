//! The command line: one file a subcommand.

mod analytic;
mod baseline;
mod bench;
mod capture;
mod compare;
mod completions;
mod examples;
mod explain;
mod failure;
mod import;
mod merge;
mod output;
mod progress;
mod replay;
mod report;
mod run;
mod schema;
mod shards;
mod shrink;
mod staff;
mod sweep;
mod tapi;
mod terminal;
mod trace;
mod verify;
mod watch;

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use failure::{Exit, Failure};

use crate::simulation::Control;
use terminal::{Color, Manners};

/// A deterministic call-center simulator and test harness that drives real AgentSession logic.
///
/// Examples:
///   acdsim run scenarios/quickstart.toml
///   acdsim verify scenarios/verify/erlang-c-10.toml
///   acdsim help sweep
#[derive(Debug, Parser)]
#[command(name = "acdsim", version, max_term_width = 100, verbatim_doc_comment)]
struct Cli {
    #[command(flatten)]
    manners: Manners,
    #[command(subcommand)]
    command: Command,
}

/// The whole command line, the examples of each command at the end of its help.
fn command() -> clap::Command {
    examples::at_the_end(Cli::command())
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Verify(verify::Verify),
    Explain(explain::Explain),
    Shrink(shrink::Shrink),
    Analytic(analytic::Analytic),
    Import(import::Import),
    Watch(watch::Watch),
    Baseline(baseline::Baseline),
    Compare(compare::Compare),
    Sweep(sweep::SweepCommand),
    Staff(staff::Staff),
    Merge(merge::Merge),
    Report(report::Report),
    Trace(trace::Trace),
    Replay(replay::Replay),
    Capture(capture::Capture),
    Tapi(tapi::Tapi),
    Schema(schema::Schema),
    Bench(bench::Bench),
    Completions(completions::Completions),
    Man(completions::Man),
}

/// Runs the command that the process was started with, and says how it ended: see [`Exit`].
pub fn main() -> ExitCode {
    let began = Instant::now();
    let arguments = command().color(Color::of_help(std::env::args_os())).get_matches();
    let cli = Cli::from_arg_matches(&arguments).unwrap_or_else(|error| error.exit());
    terminal::settle(cli.manners);
    // Long work shows how far it has come; a board and questions have the terminal for themselves.
    let working = |noun| {
        let control = control();
        progress::begin(&control, noun);
        control
    };
    let done = match cli.command {
        Command::Run(run) => run.execute(&working("replications")),
        Command::Verify(verify) => verify.execute(&working("replications")),
        Command::Explain(explain) => explain.execute(&working("replications")),
        Command::Shrink(shrink) => shrink.execute(&working("runs")),
        Command::Analytic(analytic) => analytic.execute(),
        Command::Import(import) => import.execute(&working("MB")),
        Command::Watch(watch) => watch.execute(&control()),
        Command::Baseline(baseline) => {
            baseline.execute(&if baseline.asks() { control() } else { working("replications") })
        }
        Command::Compare(compare) => compare.execute(&working("replications")),
        Command::Sweep(sweep) => sweep.execute(&working("replications")),
        Command::Staff(staff) => staff.execute(&working("replications")),
        Command::Merge(merge) => merge.execute(&control()),
        Command::Report(report) => report.execute(),
        Command::Trace(trace) => trace.execute(&working("replications")),
        Command::Replay(replay) => replay.execute(&working("steps")),
        Command::Capture(capture) => capture.execute(&control()),
        Command::Tapi(tapi) => tapi.execute(&working("replications")),
        Command::Schema(schema) => schema.execute(),
        Command::Bench(bench) => bench.execute(&working("workloads")),
        Command::Completions(completions) => completions.execute(),
        Command::Man(man) => man.execute(),
    };
    progress::end();
    terminal::tell_of(CONTROL.get().map(Arc::as_ref), began);
    match done {
        Ok(()) => Exit::Done.into(),
        Err(failure) => {
            failure.print();
            failure.exit().into()
        }
    }
}

static CONTROL: OnceLock<Arc<Control>> = OnceLock::new();

/// The control of this process's runs. From now on an interrupt from the keyboard stops them, and a second one ends the
/// process at once.
fn control() -> Arc<Control> {
    Arc::clone(CONTROL.get_or_init(|| {
        let control = Arc::new(Control::default());
        let handle = Arc::clone(&control);
        // Without a handler an interrupt ends the process at once, which leaves temporary files behind but harms nothing.
        let _ = ctrlc::set_handler(move || {
            if handle.is_stopped() {
                progress::end();
                crate::files::remove_unfinished();
                std::process::exit(Exit::Interrupted as i32);
            }
            handle.stop();
        });
        control
    }))
}
