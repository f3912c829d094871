//! Where traces are: files, compressed or not.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use super::error::{Problem, TraceError};

/// What a file that zstd has compressed begins with (RFC 8878).
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Whether a file of this name is to be compressed.
fn is_compressed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "zst")
}

/// What a trace is written through on its way to a file of this name: it is compressed by zstd if the name ends with `.zst`.
///
/// # Errors
///
/// If it is to be compressed and the program was built without the feature `zstd`.
pub fn create<'w, W: Write + 'w>(path: &Path, file: W) -> io::Result<Box<dyn Write + 'w>> {
    if !is_compressed(path) {
        return Ok(Box::new(file));
    }
    #[cfg(feature = "zstd")]
    return Ok(Box::new(zstd::Encoder::new(file, 0)?.auto_finish()));
    #[cfg(not(feature = "zstd"))]
    Err(io::Error::other(
        "this program was built without the feature `zstd`: choose a name that does not end with `.zst`",
    ))
}

/// The lines of a trace in a file, whatever its name.
pub(super) fn open(path: &Path) -> Result<Box<dyn BufRead>, TraceError> {
    let error = |problem| TraceError { path: path.to_path_buf(), line: None, problem };
    let file = File::open(path).map_err(|reason| error(Problem::Read(reason)))?;
    let mut lines = BufReader::with_capacity(1 << 16, file);
    let compressed = lines.fill_buf().map_err(|reason| error(Problem::Read(reason)))?.starts_with(&ZSTD);
    if compressed { decompress(lines).map_err(error) } else { Ok(Box::new(lines)) }
}

#[cfg(feature = "zstd")]
fn decompress(file: impl Read + 'static) -> Result<Box<dyn BufRead>, Problem> {
    let decoder = zstd::Decoder::new(file).map_err(Problem::Read)?;
    Ok(Box::new(BufReader::with_capacity(1 << 16, decoder)))
}

#[cfg(not(feature = "zstd"))]
fn decompress(_: impl Read) -> Result<Box<dyn BufRead>, Problem> {
    Err(Problem::Compressed)
}
