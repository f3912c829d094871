//! Directories of results, whose files are there whole or not at all.
//!
//! It uses nothing of the crate; every other module may use it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use tempfile::NamedTempFile;

/// Files that are being written for a directory. They get their names only in [`finish`](Self::finish); if that is not
/// reached, nothing of them stays behind.
#[derive(Debug)]
pub struct OutputDirectory {
    path: PathBuf,
    /// The outermost directory that was made for it.
    made: Option<PathBuf>,
    files: Vec<(String, NamedTempFile)>,
    /// Files of an earlier result that this one does not have.
    stale: Vec<String>,
}

/// A file or directory that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {reason}")]
pub struct OutputError {
    /// Which.
    pub path: String,
    /// Why.
    pub reason: io::Error,
}

impl OutputDirectory {
    /// Makes the directory unless it is there.
    ///
    /// # Errors
    ///
    /// If that fails.
    pub fn create(path: &Path) -> Result<Self, OutputError> {
        let made =
            path.ancestors().take_while(|ancestor| !ancestor.as_os_str().is_empty() && !ancestor.exists()).last();
        let made = made.map(Path::to_path_buf);
        let directory = OutputDirectory { path: path.to_path_buf(), made, files: Vec::new(), stale: Vec::new() };
        if path.exists() && !path.is_dir() {
            return Err(directory.error("", io::Error::other("it is no directory")));
        }
        fs::create_dir_all(path).map_err(|reason| directory.error("", reason))?;
        Ok(directory)
    }

    /// A new file that [`finish`](Self::finish) will give this name.
    ///
    /// # Errors
    ///
    /// If it cannot be made, or something that is no regular file has the name already.
    pub fn file(&mut self, name: &str) -> Result<BufWriter<File>, OutputError> {
        if fs::metadata(self.path.join(name)).is_ok_and(|there| !there.is_file()) {
            return Err(self.error(name, io::Error::other("something that is no regular file has that name")));
        }
        let made = self.temporary().and_then(|file| Ok((file.reopen()?, file)));
        let (handle, file) = made.map_err(|reason| self.error(name, reason))?;
        note_unfinished(|unfinished| {
            unfinished.insert(file.path().to_path_buf());
        });
        self.files.push((name.to_owned(), file));
        Ok(BufWriter::with_capacity(1 << 16, handle))
    }

    /// Writes a new file, to which [`finish`](Self::finish) will give this name.
    ///
    /// # Errors
    ///
    /// As [`file`](Self::file), or if it cannot be written.
    pub fn write(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<(), OutputError> {
        let mut out = self.file(name)?;
        write(&mut out).and_then(|()| io::Write::flush(&mut out)).map_err(|reason| self.error(name, reason))
    }

    /// Lets [`finish`](Self::finish) remove a file of this name, if an earlier result has left one.
    pub fn without(&mut self, name: &str) {
        self.stale.push(name.to_owned());
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The error of a file of this directory; of the directory itself if the name is empty.
    pub fn error(&self, name: &str, reason: io::Error) -> OutputError {
        let path = if name.is_empty() { self.path.clone() } else { self.path.join(name) };
        OutputError { path: path.display().to_string(), reason }
    }

    /// Gives all files their names; their writers have been flushed.
    ///
    /// # Errors
    ///
    /// If one of them cannot be renamed, or a stale one not be removed.
    pub fn finish(mut self) -> Result<(), OutputError> {
        for (name, file) in std::mem::take(&mut self.files) {
            note_unfinished(|unfinished| {
                unfinished.remove(file.path());
            });
            let path = self.path.join(&name);
            file.persist(&path).map_err(|error| self.error(&name, error.error))?;
            if let Some(tell) = WRITTEN.get() {
                tell(&path);
            }
        }
        self.made = None;
        for name in &self.stale {
            match fs::remove_file(self.path.join(name)) {
                Err(reason) if reason.kind() != io::ErrorKind::NotFound => return Err(self.error(name, reason)),
                _ => {}
            }
        }
        Ok(())
    }

    fn temporary(&self) -> io::Result<NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".acdsim-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any new file has it; the process's mask takes its part away.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        builder.tempfile_in(&self.path)
    }
}

/// Writes one file, whole or not at all.
///
/// # Errors
///
/// If its directory is not there or cannot be written to.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<(), OutputError> {
    write_with(path, |out| io::Write::write_all(out, content))
}

/// Lets one file be written, whole or not at all: it has its name only if all of it could be.
///
/// # Errors
///
/// As [`write_whole`], or what writing it ended with.
pub fn write_with(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<(), OutputError> {
    let error = |reason| OutputError { path: path.display().to_string(), reason };
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| error(io::Error::other("it is no name of a file")))?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut directory = OutputDirectory::create(parent)?;
    let mut out = directory.file(name)?;
    write(&mut out).and_then(|()| io::Write::flush(&mut out)).map_err(error)?;
    drop(out);
    directory.finish()
}

/// Who is told of each file that has got its name.
static WRITTEN: OnceLock<fn(&Path)> = OnceLock::new();

/// Tells of each file that gets its name from now on, for a process that says what it writes; the first to ask is told.
pub fn on_written(tell: fn(&Path)) {
    let _ = WRITTEN.set(tell);
}

/// The temporary files of this process that have no name yet.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Removes every file that is being written: for a process that ends at once.
pub fn remove_unfinished() {
    // Whoever holds the lock is about to note or to forget a file, never to write one.
    let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for path in unfinished.iter() {
        let _ = fs::remove_file(path);
    }
}

fn note_unfinished(note: impl FnOnce(&mut BTreeSet<PathBuf>)) {
    note(&mut UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner));
}

impl Drop for OutputDirectory {
    fn drop(&mut self) {
        for (_, file) in self.files.drain(..) {
            note_unfinished(|unfinished| {
                unfinished.remove(file.path());
            });
        }
        if let Some(made) = &self.made {
            // Only what was made for results that never came, and only while it is empty.
            let directories = self.path.ancestors().take_while(|ancestor| ancestor.starts_with(made));
            directories.take_while(|directory| fs::remove_dir(directory).is_ok()).for_each(drop);
        }
    }
}
