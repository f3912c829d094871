//! Sees to it that no file is both read and written.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::files::would_write;
use super::input::STDIN;
use super::{ImportError, ImportOptions};

/// Where the dropped rows go, links resolved; none if they are not wanted.
///
/// # Errors
///
/// If they, or the files of the scenario, would go over a file that is read; or if they cannot go there.
pub(super) fn check(options: &ImportOptions) -> Result<Option<PathBuf>, ImportError> {
    let out = resolved(&options.out);
    let read = options.inputs.iter().chain(&options.staff).filter(|path| path.as_os_str() != STDIN);
    let read: Vec<&PathBuf> = read.collect();
    for &path in &read {
        if [resolved(path), entry(path)].iter().any(|path| would_write(&out, path)) {
            let (file, out) = (path.display().to_string(), options.out.display().to_string());
            return Err(ImportError::Overwritten { file, out });
        }
    }
    let Some(dropped) = &options.dropped else { return Ok(None) };
    let wrong = |why| Err(ImportError::Dropped { file: dropped.display().to_string(), why });
    let target = resolved(dropped);
    match fs::metadata(dropped) {
        Ok(found) if found.is_dir() => return wrong("a directory"),
        Ok(found) if !found.is_file() => return wrong("not a regular file"),
        Ok(_) => {}
        Err(_) if dropped.is_symlink() => return wrong("a link to what is not there"),
        Err(_) => {}
    }
    if target.file_name().is_none() || out.starts_with(&target) {
        return wrong("a directory");
    }
    if read.iter().any(|path| resolved(path) == target) {
        return wrong("one of the files that are read");
    }
    let parts = |path: &Path| path.ancestors().any(|part| would_write(&out, part));
    if [&target, &entry(dropped)].iter().any(|path| parts(path)) {
        return wrong("one of the files that the scenario is written to");
    }
    Ok(Some(target))
}

/// The path with all links in it resolved, as far as it is there.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut rest: Vec<Component> = path.components().collect();
    let mut missing: Vec<OsString> = Vec::new();
    loop {
        if let Ok(mut found) = fs::canonicalize(rest.iter().collect::<PathBuf>()) {
            for name in missing.iter().rev() {
                // What is not there is no link, so that its parent is what stands before it.
                if name == ".." {
                    found.pop();
                } else {
                    found.push(name);
                }
            }
            return found;
        }
        match rest.pop() {
            Some(component) => missing.push(component.as_os_str().to_owned()),
            None => return path,
        }
    }
}

/// The path with all links resolved but the one that it may be itself.
fn entry(path: &Path) -> PathBuf {
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            resolved(parent).join(name)
        }
        _ => resolved(path),
    }
}
