//! All shards of an experiment.

use std::path::PathBuf;

use super::manifest::Manifest;
use super::part::{Fault, Part};
use super::store::{self, sum_of_parts};
use super::{Experiment, MANIFEST_FILE, Shard, ShardError};

/// All shards of an experiment: none is missing, none is there twice, all are done, and every part is as it was written.
#[derive(Clone, Debug)]
pub struct ShardSet {
    experiment: Experiment,
    /// By number, less one.
    directories: Vec<PathBuf>,
}

impl ShardSet {
    /// The shards in these directories.
    ///
    /// # Errors
    ///
    /// If they are not all shards of one experiment and one version of the program, each once and each done; if a part is damaged.
    /// The error names the directory, or the shard that is not there.
    ///
    /// # Panics
    ///
    /// If there are no directories.
    pub fn open(directories: &[PathBuf]) -> Result<Self, ShardError> {
        let mut manifests = Vec::with_capacity(directories.len());
        for directory in directories {
            let name = directory.display().to_string();
            let no_shard = |reason: &str| ShardError::NoShard { directory: name.clone(), reason: reason.to_owned() };
            if !directory.is_dir() {
                return Err(no_shard("it is not there, or is no directory"));
            }
            let manifest = Manifest::read(directory)?.ok_or_else(|| {
                no_shard(&format!("it has no {MANIFEST_FILE}, which `acdsim run --shard K/N --out DIR` writes"))
            })?;
            if manifest.acdsim != env!("CARGO_PKG_VERSION") {
                return Err(ShardError::Foreign {
                    directory: name,
                    there: format!("of acdsim {}", manifest.acdsim),
                    other: "this program".to_owned(),
                    here: format!("acdsim {}", env!("CARGO_PKG_VERSION")),
                });
            }
            let shard = manifest.shard().map_err(|reason| no_shard(&reason))?;
            manifests.push((name, directory, shard, manifest));
        }
        let (first, _, first_shard, of) = &manifests[0];
        let total = first_shard.total();
        for (name, _, shard, manifest) in &manifests {
            let foreign = |there: String, here: String| ShardError::Foreign {
                directory: name.clone(),
                there,
                other: first.clone(),
                here,
            };
            if manifest.digest != of.digest {
                return Err(foreign(format!("of {}", manifest.name()), format!("of {}", of.name())));
            }
            if shard.total() != total {
                return Err(foreign(format!("shard {shard}"), format!("shard {first_shard}")));
            }
        }
        let mut found: Vec<Option<&(String, &PathBuf, Shard, Manifest)>> = vec![None; total as usize];
        for entry in &manifests {
            if let Some(before) = found[entry.2.number() as usize - 1].replace(entry) {
                return Err(ShardError::Duplicate { shard: entry.2, first: before.0.clone(), second: entry.0.clone() });
            }
        }
        let missing: Vec<u32> = (1..).zip(&found).filter(|(_, it)| it.is_none()).map(|(number, _)| number).collect();
        if !missing.is_empty() {
            return Err(ShardError::Missing { missing, total });
        }
        let experiment = of.experiment();
        for (name, directory, shard, manifest) in found.iter().copied().flatten() {
            let all = shard.count(experiment.items);
            let Some(done) = manifest.done else {
                let done = shard.items(experiment.items);
                let done = done.filter(|&item| store::part(directory, &experiment.digest, *shard, item).is_ok());
                return Err(ShardError::Unfinished {
                    directory: name.clone(),
                    shard: *shard,
                    done: done.count() as u32,
                    all,
                    noun: experiment.noun,
                });
            };
            if sum_of_parts(directory, &experiment, *shard)? != done {
                // Each part is whole, but they are not those that were there when the shard was done.
                return Err(ShardError::Part {
                    path: directory.join(MANIFEST_FILE).display().to_string(),
                    shard: *shard,
                    directory: name.clone(),
                    fault: Fault::Damaged,
                });
            }
        }
        let directories = found.into_iter().flatten().map(|entry| entry.1.clone()).collect();
        Ok(ShardSet { experiment, directories })
    }

    /// What they are shards of.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// Says that the experiment is not the one that its command makes now: a file that it names has changed.
    ///
    /// # Errors
    ///
    /// Unless it is the same.
    pub fn must_be(&self, now: &Experiment) -> Result<(), ShardError> {
        if self.experiment.digest == now.digest {
            return Ok(());
        }
        Err(ShardError::Foreign {
            directory: self.directories[0].display().to_string(),
            there: format!("of {}", self.experiment.name()),
            other: "what the same command makes of its files now".to_owned(),
            here: now.digest.clone(),
        })
    }

    /// The part of an item.
    ///
    /// # Errors
    ///
    /// If it is not as it was when the set was opened.
    pub fn part(&self, item: u32) -> Result<Part, ShardError> {
        let shard = Shard::of_item(item, self.directories.len() as u32);
        store::part(&self.directories[shard.number() as usize - 1], &self.experiment.digest, shard, item)
    }
}
