//! What an experiment is, and the file in which a shard says which one it is of.

use std::fs;
use std::io;
use std::path::Path;

use flate2::Crc;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{MANIFEST_FILE, Shard, ShardError};
use crate::files;

/// The version of the form of the file.
const FORM: u32 = 1;

/// So many items of work, and what they are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Experiment {
    /// The arguments of the program that does all of it on one machine, without where results go.
    pub command: Vec<String>,
    /// What its items are: `replications`, `points`, `scenarios`.
    pub noun: String,
    /// How many items there are; they are numbered from 1.
    pub items: u32,
    /// The digest of all that the items come from, 32 hexadecimal digits.
    pub digest: String,
}

impl Experiment {
    /// An experiment whose items come from what `content` tells apart, and from the version of the program.
    pub fn new(command: Vec<String>, noun: &str, items: u32, content: &str) -> Self {
        let text = format!("{} {noun} {items} {content}", env!("CARGO_PKG_VERSION"));
        let digest = Uuid::new_v5(&Uuid::nil(), text.as_bytes()).simple().to_string();
        Experiment { command, noun: noun.to_owned(), items, digest }
    }

    /// What it is, for messages.
    pub(super) fn name(&self) -> String {
        name(env!("CARGO_PKG_VERSION"), &self.command, &self.digest)
    }
}

fn name(version: &str, command: &[String], digest: &str) -> String {
    format!("`acdsim {}` ({digest}, acdsim {version})", command.join(" "))
}

/// The content of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    form: u32,
    /// The version of the program.
    pub(super) acdsim: String,
    pub(super) command: Vec<String>,
    pub(super) digest: String,
    pub(super) noun: String,
    pub(super) items: u32,
    shard: u32,
    shards: u32,
    /// What the parts are when all are done.
    pub(super) done: Option<Parts>,
    /// The CRC-32 of the compact text of this object with 0 here.
    checksum: u32,
}

/// The parts of a shard that is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Parts {
    /// How many there are.
    pub(super) parts: u32,
    /// Their bytes together.
    pub(super) bytes: u64,
    /// The CRC-32 of their checksums, in the order of their items.
    pub(super) checksum: u32,
}

impl Manifest {
    pub(super) fn new(experiment: &Experiment, shard: Shard, done: Option<Parts>) -> Self {
        let Experiment { command, noun, items, digest } = experiment.clone();
        let mut manifest = Manifest {
            form: FORM,
            acdsim: env!("CARGO_PKG_VERSION").to_owned(),
            command,
            digest,
            noun,
            items,
            shard: shard.number(),
            shards: shard.total(),
            done,
            checksum: 0,
        };
        manifest.checksum = manifest.sum();
        manifest
    }

    /// The shard that it is of, if there is such a one.
    pub(super) fn shard(&self) -> Result<Shard, String> {
        Shard::new(self.shard, self.shards)
    }

    pub(super) fn experiment(&self) -> Experiment {
        let Manifest { command, noun, items, digest, .. } = self.clone();
        Experiment { command, noun, items, digest }
    }

    /// What it is of, for messages.
    pub(super) fn name(&self) -> String {
        name(&self.acdsim, &self.command, &self.digest)
    }

    /// Reads that of a directory; none if there is none.
    pub(super) fn read(directory: &Path) -> Result<Option<Self>, ShardError> {
        let path = directory.join(MANIFEST_FILE);
        let no_shard = |reason: String| ShardError::NoShard {
            directory: directory.display().to_string(),
            reason: format!("its {MANIFEST_FILE} {reason}"),
        };
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(reason) => return Err(ShardError::Unreadable { path: path.display().to_string(), reason }),
        };
        let json: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|error| no_shard(format!("is damaged: it is no JSON: {error}")))?;
        match json.get("form").and_then(serde_json::Value::as_u64) {
            Some(form) if form == u64::from(FORM) => {}
            Some(form) => {
                return Err(no_shard(format!("has `form` {form}, and this version of acdsim reads {FORM}")));
            }
            None => return Err(no_shard("has no `form`: `acdsim run --shard K/N --out DIR` writes one".to_owned())),
        }
        let manifest: Manifest =
            serde_json::from_value(json).map_err(|error| no_shard(format!("is damaged: {error}")))?;
        if manifest.checksum != manifest.sum() {
            return Err(no_shard("is damaged: its checksum is not that of what it says".to_owned()));
        }
        manifest.shard().map_err(|error| no_shard(format!("is damaged: {error}")))?;
        Ok(Some(manifest))
    }

    /// Writes it to a directory, whole or not at all.
    pub(super) fn write(&self, directory: &Path) -> Result<(), ShardError> {
        let json = serde_json::to_value(self).expect("it is of text and numbers");
        Ok(files::write_whole(&directory.join(MANIFEST_FILE), format!("{json:#}\n").as_bytes())?)
    }

    fn sum(&self) -> u32 {
        let text = serde_json::to_string(&Manifest { checksum: 0, ..self.clone() }).expect("it is of text and numbers");
        let mut crc = Crc::new();
        crc.update(text.as_bytes());
        crc.sum()
    }
}
