//! Opens a file of rows: a plain file or one packed by gzip, told by its first bytes, or the standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

/// The path that stands for the standard input.
pub(super) const STDIN: &str = "-";

/// The bytes of a file, unpacked.
pub(super) fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if path.as_os_str() == STDIN { unpacked(io::stdin().lock()) } else { unpacked(File::open(path)?) }
}

fn unpacked(raw: impl Read + 'static) -> io::Result<Box<dyn Read>> {
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
