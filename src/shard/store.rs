//! The directory of a shard.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use flate2::Crc;

use super::manifest::{Manifest, Parts};
use super::part::{Fault, Part, Section};
use super::{Experiment, Shard, ShardError};
use crate::files::OutputError;

/// The file that says which shard of what is in a directory.
pub const MANIFEST_FILE: &str = "shard.json";
/// The directory of the files of the finished items.
pub const PARTS: &str = "parts";

/// The directory of a shard that is being run.
///
/// Several threads may keep items at once; there is no lock. A process that is killed leaves whole parts, and at most files whose
/// names begin with `.acdsim-`, which nobody reads.
#[derive(Clone, Debug)]
pub struct Store {
    directory: PathBuf,
    experiment: Experiment,
    shard: Shard,
}

impl Store {
    /// Opens the directory of a shard, or makes it.
    ///
    /// # Errors
    ///
    /// If it is that of another shard or experiment, or cannot be read or written.
    pub fn open(directory: &Path, experiment: Experiment, shard: Shard) -> Result<Self, ShardError> {
        if let Some(there) = Manifest::read(directory)? {
            let (there_shard, here) = (there.shard().unwrap_or(Shard::WHOLE), experiment.name());
            if there.digest != experiment.digest || there_shard != shard {
                return Err(ShardError::Occupied {
                    directory: directory.display().to_string(),
                    there: format!("shard {there_shard} of {}", there.name()),
                    here: format!("shard {shard} of {here}"),
                });
            }
        }
        let store = Store { directory: directory.to_path_buf(), experiment, shard };
        let parts = store.parts();
        fs::create_dir_all(&parts)
            .map_err(|reason| OutputError { path: parts.display().to_string(), reason })
            .map_err(ShardError::Output)?;
        Manifest::new(&store.experiment, shard, None).write(directory)?;
        Ok(store)
    }

    /// The items of the shard that are still to be done, in order. Each part is read: one that is not whole is as if it were not
    /// there.
    ///
    /// # Errors
    ///
    /// If a part is there and cannot be read.
    pub fn left(&self) -> Result<Vec<u32>, ShardError> {
        let mut left = Vec::new();
        for item in self.shard.items(self.experiment.items) {
            match self.part(item) {
                Ok(_) => {}
                Err(ShardError::Part { path, fault: Fault::Unreadable(reason), .. }) => {
                    return Err(ShardError::Unreadable { path, reason });
                }
                Err(_) => left.push(item),
            }
        }
        Ok(left)
    }

    /// How many items the shard has.
    pub fn count(&self) -> u32 {
        self.shard.count(self.experiment.items)
    }

    /// The directory of the parts.
    pub fn parts(&self) -> PathBuf {
        self.directory.join(PARTS)
    }

    /// What it is a shard of.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// Keeps what an item gave, whole or not at all.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn keep(&self, item: u32, sections: Vec<Section>) -> Result<(), OutputError> {
        Part::write(&part_path(&self.directory, item), &self.experiment.digest, item, sections)
    }

    /// The part of an item that is done.
    ///
    /// # Errors
    ///
    /// If it is not there as it was written.
    pub fn part(&self, item: u32) -> Result<Part, ShardError> {
        part(&self.directory, &self.experiment.digest, self.shard, item)
    }

    /// Says in the directory that all items are done.
    ///
    /// # Errors
    ///
    /// If one is not, or it cannot be written.
    pub fn finish(&self) -> Result<(), ShardError> {
        let done = sum_of_parts(&self.directory, &self.experiment, self.shard)?;
        Manifest::new(&self.experiment, self.shard, Some(done)).write(&self.directory)
    }

    /// Removes what is kept, and leaves what else is in the directory.
    ///
    /// # Errors
    ///
    /// If it cannot be removed.
    pub fn remove(self) -> Result<(), ShardError> {
        let parts = self.parts();
        let removed = |path: PathBuf, removed: io::Result<()>| match removed {
            Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
                Err(ShardError::Output(OutputError { path: path.display().to_string(), reason }))
            }
            _ => Ok(()),
        };
        // Without it the parts are nobody's; whoever is stopped here leaves no half of a shard.
        let manifest = self.directory.join(MANIFEST_FILE);
        let gone = fs::remove_file(&manifest);
        removed(manifest, gone)?;
        let gone = fs::remove_dir_all(&parts);
        removed(parts, gone)
    }
}

/// Where the part of an item is.
fn part_path(directory: &Path, item: u32) -> PathBuf {
    directory.join(PARTS).join(format!("{item}.part"))
}

/// The part of an item.
pub(super) fn part(directory: &Path, digest: &str, shard: Shard, item: u32) -> Result<Part, ShardError> {
    let path = part_path(directory, item);
    Part::open(&path, digest, item).map_err(|fault| ShardError::Part {
        path: path.display().to_string(),
        shard,
        directory: directory.display().to_string(),
        fault,
    })
}

/// What all parts of a shard are together; each is read.
pub(super) fn sum_of_parts(directory: &Path, experiment: &Experiment, shard: Shard) -> Result<Parts, ShardError> {
    let (mut sum, mut crc) = (Parts::default(), Crc::new());
    for item in shard.items(experiment.items) {
        let part = part(directory, &experiment.digest, shard, item)?;
        sum.parts += 1;
        sum.bytes += part.bytes;
        crc.update(&part.checksum.to_le_bytes());
    }
    sum.checksum = crc.sum();
    Ok(sum)
}
