//! Opens a file of rows: a plain file or one packed by gzip, told by its first bytes, or the standard input.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use crate::simulation::Control;

/// The path that stands for the standard input.
pub(super) const STDIN: &str = "-";

/// How many bytes are a piece of work: a megabyte.
const PIECE: u64 = 1_000_000;

/// How many pieces of work reading these files is; none if one of them has no known length.
pub(super) fn pieces(paths: &[PathBuf]) -> Option<u64> {
    let length = |path: &PathBuf| fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|file| file.len());
    let bytes: Option<u64> = paths.iter().map(length).sum();
    bytes.map(|bytes| bytes / PIECE)
}

/// The bytes of a file, unpacked. `control` is told how many of them, as they are in the file, have been read.
pub(super) fn open<'c>(path: &Path, control: &'c Control) -> io::Result<Box<dyn Read + 'c>> {
    if path.as_os_str() == STDIN {
        return unpacked(Counted { raw: io::stdin().lock(), control, rest: 0 });
    }
    unpacked(Counted { raw: File::open(path)?, control, rest: 0 })
}

/// What is read from a file, a megabyte of it a piece of work that is done.
struct Counted<'c, R> {
    raw: R,
    control: &'c Control,
    /// What was read and does not make a piece yet.
    rest: u64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.raw.read(buffer)?;
        self.rest += length as u64;
        self.control.advance(self.rest / PIECE);
        self.rest %= PIECE;
        Ok(length)
    }
}

fn unpacked<'c>(raw: impl Read + 'c) -> io::Result<Box<dyn Read + 'c>> {
    const GZIP: [u8; 2] = [0x1f, 0x8b];
    let mut buffered = BufReader::with_capacity(1 << 16, raw);
    if buffered.fill_buf()?.starts_with(&GZIP) {
        return Ok(Box::new(MultiGzDecoder::new(buffered)));
    }
    Ok(Box::new(buffered))
}

/// The name of a file without its folders, as reports and dropped rows have it.
pub(super) fn name(path: &Path) -> String {
    if path.as_os_str() == STDIN {
        return "standard input".to_owned();
    }
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    fn packed(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: Vec<u8>) -> io::Result<String> {
        let mut text = String::new();
        unpacked(io::Cursor::new(bytes))?.read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn what_was_read_of_files_is_told_in_megabytes() {
        let directory = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = [2_700_000, 1_400_000]
            .into_iter()
            .enumerate()
            .map(|(number, length)| {
                let path = directory.path().join(number.to_string());
                fs::write(&path, vec![b'a'; length]).unwrap();
                path
            })
            .collect();
        assert_eq!(pieces(&paths), Some(4));
        assert_eq!(pieces(&[paths[0].clone(), PathBuf::from(STDIN)]), None);
        let control = Control::default();
        io::copy(&mut open(&paths[0], &control).unwrap(), &mut io::sink()).unwrap();
        assert_eq!(control.done(), 2);
    }

    #[test]
    fn packed_and_plain_files_are_told_by_their_bytes() {
        assert_eq!(read(b"a,b\n".to_vec()).unwrap(), "a,b\n");
        assert_eq!(read(Vec::new()).unwrap(), "");
        // Files of gzip that are put one after the other are one file.
        assert_eq!(read([packed("a,b\n"), packed("1,2\n")].concat()).unwrap(), "a,b\n1,2\n");
        let mut cut = packed("a,b\n1,2\n");
        cut.truncate(cut.len() - 6);
        assert!(read(cut).is_err());
    }
}
