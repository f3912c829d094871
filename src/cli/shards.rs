//! What commands share whose work can be split over machines.

use std::path::Path;

use clap::Args;

use super::Failure;
use super::output;
use crate::shard::{Shard, Store};

/// Which part of the work is to be done here.
#[derive(Debug, Args)]
pub(super) struct Split {
    /// Do the K-th of N shards only and keep it in the directory of --out, for `acdsim merge`; `auto` and `auto/N` ask the array
    /// job of Slurm, Kubernetes or AWS Batch which one it is
    #[arg(long, value_name = "K/N", requires = "out", value_parser = read)]
    pub(super) shard: Option<Shard>,
}

fn read(text: &str) -> Result<Shard, String> {
    Shard::read(text, |name| std::env::var(name).ok())
}

/// A path as an argument that is kept in the file of a shard.
pub(super) fn word(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| Failure::Argument(format!("{}: a name that is not UTF-8 cannot be kept", path.display())))
}

/// Says how much was done before.
pub(super) fn note_taken_over(store: &Store, left: usize) {
    let all = store.count();
    let done = all - left as u32;
    if done > 0 {
        output::note(&format!("{done} of {all} {} are done already and were taken over", store.experiment().noun));
    }
}

/// Says how much an interrupted command leaves for the next.
pub(super) fn note_kept(store: &Store, out: &Path) {
    if let Ok(left) = store.left() {
        let (all, noun) = (store.count(), &store.experiment().noun);
        let done = all - left.len() as u32;
        output::note(&format!(
            "{done} of {all} {noun} are kept in {}: the same command does the others",
            out.display()
        ));
    }
}

/// What is printed of a shard that is done.
pub(super) fn finished(store: &Store, shard: Shard, out: &Path) -> String {
    let experiment = store.experiment();
    format!(
        "Shard {shard}: {} of {} {}, in {}\n",
        store.count(),
        experiment.items,
        experiment.noun,
        output::shell_path(out)
    )
}
