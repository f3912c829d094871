//! The command line: one file a subcommand.

mod analytic;
mod baseline;
mod bench;
mod compare;
mod completions;
mod explain;
mod failure;
mod import;
mod output;
mod report;
mod run;
mod schema;
mod shrink;
mod staff;
mod tapi;
mod verify;
mod watch;

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use clap::{Parser, Subcommand};

pub use failure::{Exit, Failure};

use crate::simulation::Control;

/// A deterministic call-center simulator and test harness that drives real AgentSession logic.
#[derive(Debug, Parser)]
#[command(name = "acdsim", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
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
    Staff(staff::Staff),
    Report(report::Report),
    Tapi(tapi::Tapi),
    Schema(schema::Schema),
    Bench(bench::Bench),
    Completions(completions::Completions),
    Man(completions::Man),
}

/// Runs the command that the process was started with, and says how it ended: see [`Exit`].
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Run(run) => run.execute(&control()),
        Command::Verify(verify) => verify.execute(&control()),
        Command::Explain(explain) => explain.execute(&control()),
        Command::Shrink(shrink) => shrink.execute(&control()),
        Command::Analytic(analytic) => analytic.execute(),
        Command::Import(import) => import.execute(&control()),
        Command::Watch(watch) => watch.execute(&control()),
        Command::Baseline(baseline) => baseline.execute(&control()),
        Command::Compare(compare) => compare.execute(&control()),
        Command::Staff(staff) => staff.execute(&control()),
        Command::Report(report) => report.execute(),
        Command::Tapi(tapi) => tapi.execute(&control()),
        Command::Schema(schema) => schema.execute(),
        Command::Bench(bench) => bench.execute(&control()),
        Command::Completions(completions) => completions.execute(),
        Command::Man(man) => man.execute(),
    };
    match done {
        Ok(()) => Exit::Done.into(),
        Err(failure) => {
            failure.print();
            failure.exit().into()
        }
    }
}

/// The control of this process's runs. From now on an interrupt from the keyboard stops them, and a second one ends the
/// process at once.
fn control() -> Arc<Control> {
    static CONTROL: OnceLock<Arc<Control>> = OnceLock::new();
    Arc::clone(CONTROL.get_or_init(|| {
        let control = Arc::new(Control::default());
        let handle = Arc::clone(&control);
        // Without a handler an interrupt ends the process at once, which leaves temporary files behind but harms nothing.
        let _ = ctrlc::set_handler(move || {
            if handle.is_stopped() {
                crate::files::remove_unfinished();
                std::process::exit(Exit::Interrupted as i32);
            }
            handle.stop();
        });
        control
    }))
}
