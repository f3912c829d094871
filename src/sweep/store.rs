//! The directory of a sweep: its design, a file for each finished point, and the table when all are there.
//!
//! A point's file is named by the digest of all that its result comes from. It is written under another name and then renamed, so
//! that it is there whole or not at all; what cannot be read as the result of its point is taken as not there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};

use super::SweepError;
use super::design::Point;
use super::result::{PointResult, Swept};
use super::run::Planned;
use super::values::Value;
use crate::files::{self, OutputError};

/// The file that says which points there are.
pub const DESIGN_FILE: &str = "sweep.json";
/// The file with the tidy table, which is there when the sweep is done.
pub const TABLE_FILE: &str = "sweep.csv";
/// The directory of the points' files.
const POINTS: &str = "points";
/// The version of the form of [`DESIGN_FILE`].
const FORM: u64 = 1;

/// The directory of a sweep.
#[derive(Clone, Debug)]
pub struct Store {
    directory: PathBuf,
    scenario: String,
}

impl Store {
    /// Opens or makes the directory of a sweep, and takes over the points of it that are done.
    ///
    /// # Errors
    ///
    /// If it holds anything but a sweep of a scenario of the same name, or cannot be read or written.
    pub fn open(directory: &Path, planned: &Planned) -> Result<(Self, Vec<Option<PointResult>>), SweepError> {
        let foreign = |what: String| SweepError::Foreign { directory: directory.display().to_string(), what };
        let unreadable = |reason| SweepError::Unreadable { file: directory.display().to_string(), reason };
        let choose = "choose another directory, or an empty one";
        if directory.exists() && !directory.is_dir() {
            return Err(foreign(format!("it is no directory: {choose}")));
        }
        let scenario = planned.base.name.clone();
        if directory.join(DESIGN_FILE).exists() {
            let there = design(directory)?.get("sweep").and_then(Json::as_str).map(str::to_owned);
            if there.as_ref() != Some(&scenario) {
                return Err(foreign(format!(
                    "it has a sweep of the scenario {:?}, and this one is of {scenario:?}: {choose}",
                    there.unwrap_or_default()
                )));
            }
        } else if directory.is_dir() {
            for entry in fs::read_dir(directory).map_err(unreadable)? {
                let name = entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned();
                // What a process has left that was killed while it wrote.
                if !name.starts_with(".acdsim-") {
                    return Err(foreign(format!(
                        "it has {name:?} in it and no {DESIGN_FILE}, so it is of no sweep: {choose}"
                    )));
                }
            }
        }
        let store = Store { directory: directory.to_path_buf(), scenario };
        fs::create_dir_all(store.directory.join(POINTS)).map_err(|reason| store.error(POINTS, reason))?;
        let known = planned.points.iter().map(|planned| store.known(planned.point.number, &planned.id)).collect();
        store.write(DESIGN_FILE, &pretty(&design_json(planned)))?;
        // The table of another design would stand beside this one until its points are done.
        match fs::remove_file(directory.join(TABLE_FILE)) {
            Err(reason) if reason.kind() != io::ErrorKind::NotFound => Err(store.error(TABLE_FILE, reason).into()),
            _ => Ok((store, known)),
        }
    }

    /// Writes the file of a finished point.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn keep(&self, point: &Point, result: &PointResult) -> Result<(), SweepError> {
        self.write(&format!("{POINTS}/{}.json", result.id), &pretty(&result.json(&self.scenario, point)))
    }

    /// Writes the table.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn finish(&self, table: &[u8]) -> Result<(), SweepError> {
        self.write(TABLE_FILE, table)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.directory
    }

    /// Whether a directory is that of a sweep.
    pub fn is_one(directory: &Path) -> bool {
        directory.join(DESIGN_FILE).is_file()
    }

    /// Reads a sweep with the points that are done.
    ///
    /// # Errors
    ///
    /// If its design cannot be read, or is of another version's form.
    pub fn read(directory: &Path) -> Result<Swept, SweepError> {
        let json = design(directory)?;
        let store = Store { directory: directory.to_path_buf(), scenario: String::new() };
        swept(&json, &store).ok_or_else(|| SweepError::Foreign {
            directory: directory.join(DESIGN_FILE).display().to_string(),
            what: "it is not as `acdsim sweep --out DIR` has written it: run the sweep again, which takes over what is done".to_owned(),
        })
    }

    /// What the file of a point says; none if there is none that can be used.
    fn known(&self, number: usize, id: &str) -> Option<PointResult> {
        let bytes = fs::read(self.directory.join(POINTS).join(format!("{id}.json"))).ok()?;
        PointResult::from_json(&serde_json::from_slice(&bytes).ok()?, number, id)
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<(), SweepError> {
        Ok(files::write_whole(&self.directory.join(name), content)?)
    }

    fn error(&self, name: &str, reason: io::Error) -> OutputError {
        OutputError { path: self.directory.join(name).display().to_string(), reason }
    }
}

fn pretty(json: &Json) -> Vec<u8> {
    format!("{json:#}\n").into_bytes()
}

/// What the file says that says which points there are.
fn design(directory: &Path) -> Result<Json, SweepError> {
    let file = directory.join(DESIGN_FILE);
    let foreign = |what: String| SweepError::Foreign { directory: file.display().to_string(), what };
    let bytes =
        fs::read(&file).map_err(|reason| SweepError::Unreadable { file: file.display().to_string(), reason })?;
    let json: Json = serde_json::from_slice(&bytes).map_err(|error| foreign(format!("it is no JSON: {error}")))?;
    match json.get("form").and_then(Json::as_u64) {
        Some(FORM) if json.get("sweep").is_some() => Ok(json),
        Some(form) if json.get("sweep").is_some() => Err(foreign(format!(
            "`form` is {form}, and this version of acdsim reads {FORM}: choose another directory for the sweep, or an empty one"
        ))),
        _ => Err(foreign("it is no design of `acdsim sweep`, which has `form` and `sweep`".to_owned())),
    }
}

fn design_json(planned: &Planned) -> Json {
    let base = &planned.base;
    let points = planned.points.iter().map(|planned| {
        let values = planned.point.values.iter().map(|(path, value)| (path.to_string(), value.literal.clone().into()));
        json!({ "point": planned.point.number, "id": planned.id, "values": values.collect::<Map<_, Json>>() })
    });
    json!({
        "form": FORM,
        "acdsim": env!("CARGO_PKG_VERSION"),
        "sweep": base.name,
        "seed": base.seed,
        "replications": base.replications,
        "service_level_threshold_s": base.service_level_threshold.as_secs_f64(),
        "design": if planned.design().is_grid() { "grid" } else { "latin-hypercube" },
        "paths": planned.design().paths().map(ToString::to_string).collect::<Vec<_>>(),
        "points": points.collect::<Vec<_>>(),
    })
}

/// The sweep that a design file describes; none if something in it is not as it should be.
fn swept(json: &Json, store: &Store) -> Option<Swept> {
    let text = |key: &str| json.get(key)?.as_str().map(str::to_owned);
    let paths = json.get("paths")?.as_array()?.iter().map(|path| path.as_str()?.parse().ok());
    let paths: Vec<crate::scenario::ValuePath> = paths.collect::<Option<_>>()?;
    let (mut points, mut results) = (Vec::new(), Vec::new());
    for (number, entry) in (1..).zip(json.get("points")?.as_array()?) {
        let values = entry.get("values")?.as_object()?;
        let value = |path: &crate::scenario::ValuePath| {
            Some((path.clone(), Value::parse(values.get(&path.to_string())?.as_str()?)))
        };
        points.push(Point { number, values: paths.iter().map(value).collect::<Option<_>>()? });
        let id = entry.get("id")?.as_str()?;
        // It is the name of a file.
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        results.push(store.known(number, id));
    }
    Some(Swept {
        scenario: text("sweep")?,
        version: text("acdsim")?,
        seed: json.get("seed")?.as_u64()?,
        replications: json.get("replications")?.as_u64()?.try_into().ok()?,
        threshold_s: json.get("service_level_threshold_s")?.as_f64()?,
        is_grid: text("design")? == "grid",
        paths,
        points,
        results,
    })
}
