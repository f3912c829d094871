//! The file of one finished item.
//!
//! A line of text, the sections, and the CRC-32 of all before it in four bytes, the least first. The line is `acdsim-part 3`, the
//! digest of the experiment, the number of the item, and the length of each section in bytes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Take, Write};
use std::path::{Path, PathBuf};

use flate2::{Crc, CrcWriter};

use crate::files::{self, OutputError};

/// What a part begins with: its kind and the version of its form.
const BEGINNING: &str = "acdsim-part 3";
/// The line is never longer.
const LONGEST_LINE: u64 = 1 << 12;

/// What a section is written from.
#[derive(Debug)]
pub enum Section {
    /// Bytes in memory.
    Bytes(Vec<u8>),
    /// A file, from its beginning to its end.
    File(File),
}

impl Section {
    fn length(&self) -> io::Result<u64> {
        match self {
            Section::Bytes(bytes) => Ok(bytes.len() as u64),
            Section::File(file) => Ok(file.metadata()?.len()),
        }
    }

    fn copy(&mut self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Section::Bytes(bytes) => out.write_all(bytes),
            Section::File(file) => {
                file.rewind()?;
                io::copy(file, out).map(drop)
            }
        }
    }
}

/// What is wrong with a part.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// There is none.
    #[error("it is not there")]
    Missing,
    /// It is no part of this experiment, or of another item of it.
    #[error("it is no part of this experiment")]
    Foreign,
    /// Its bytes are not those that were written.
    #[error("it is damaged: its bytes are not those that were written")]
    Damaged,
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

/// The file of a finished item, whose bytes have been found to be those that were written.
#[derive(Debug)]
pub struct Part {
    /// Where each section begins, and how long it is.
    sections: Vec<(u64, u64)>,
    /// The CRC-32 of all its bytes but the last four.
    pub(super) checksum: u32,
    /// How many bytes it has.
    pub(super) bytes: u64,
    path: PathBuf,
}

impl Part {
    /// Writes the part of an item, whole or not at all.
    ///
    /// # Errors
    ///
    /// If it cannot be written, or a section's file cannot be read.
    pub(super) fn write(path: &Path, digest: &str, item: u32, mut sections: Vec<Section>) -> Result<(), OutputError> {
        files::write_with(path, |out| {
            let mut out = CrcWriter::new(out);
            write!(out, "{BEGINNING} {digest} {item}")?;
            for section in &sections {
                write!(out, " {}", section.length()?)?;
            }
            writeln!(out)?;
            for section in &mut sections {
                section.copy(&mut out)?;
            }
            let sum = out.crc().sum();
            out.into_inner().write_all(&sum.to_le_bytes())
        })
    }

    /// Opens the part of an item, and reads it once to see that it is whole.
    ///
    /// # Errors
    ///
    /// If it is not.
    pub(super) fn open(path: &Path, digest: &str, item: u32) -> Result<Self, Fault> {
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Fault::Missing,
            _ => Fault::Unreadable(error),
        })?;
        let bytes = file.metadata()?.len();
        let mut file = BufReader::with_capacity(1 << 16, file);
        let mut line = Vec::new();
        file.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        let mut rest =
            bytes.checked_sub(4).and_then(|rest| rest.checked_sub(line.len() as u64)).ok_or(Fault::Damaged)?;
        let mut crc = Crc::new();
        crc.update(&line);
        while rest > 0 {
            let buffer = file.fill_buf()?;
            let length = buffer.len().min(usize::try_from(rest).unwrap_or(usize::MAX));
            if length == 0 {
                return Err(Fault::Damaged);
            }
            crc.update(&buffer[..length]);
            file.consume(length);
            rest -= length as u64;
        }
        let mut sum = [0; 4];
        file.read_exact(&mut sum)?;
        if crc.sum() != u32::from_le_bytes(sum) {
            return Err(Fault::Damaged);
        }
        // Whoever can write a right checksum has written a part; it may be one of something else.
        let text = std::str::from_utf8(&line).map_err(|_| Fault::Foreign)?;
        let lengths = text.strip_prefix(&format!("{BEGINNING} {digest} {item} ")).ok_or(Fault::Foreign)?;
        let (mut begin, mut sections) = (line.len() as u64, Vec::new());
        for length in lengths.trim_end().split(' ') {
            let length: u64 = length.parse().map_err(|_| Fault::Foreign)?;
            sections.push((begin, length));
            begin = begin.checked_add(length).ok_or(Fault::Foreign)?;
        }
        if begin + 4 != bytes {
            return Err(Fault::Foreign);
        }
        Ok(Part { sections, checksum: crc.sum(), bytes, path: path.to_path_buf() })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many sections it has.
    pub fn sections(&self) -> usize {
        self.sections.len()
    }

    /// The bytes of a section.
    ///
    /// # Errors
    ///
    /// If there is no such section, or it cannot be read.
    pub fn bytes(&self, section: usize) -> io::Result<Vec<u8>> {
        let (mut section, mut bytes) = (self.section(section)?, Vec::new());
        section.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// A section, to be read once from its beginning, however long it is.
    ///
    /// # Errors
    ///
    /// If there is no such section, or the file cannot be opened.
    pub fn section(&self, section: usize) -> io::Result<Take<File>> {
        let none = || io::Error::other(format!("it has no section {section}"));
        let &(begin, length) = self.sections.get(section).ok_or_else(none)?;
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(begin))?;
        Ok(file.take(length))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DIGEST: &str = "00112233445566778899aabbccddeeff";

    fn write(path: &Path, sections: &[Vec<u8>]) {
        let sections = sections.iter().cloned().map(Section::Bytes).collect();
        Part::write(path, DIGEST, 7, sections).expect("it can be written");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_was_written_is_read_and_no_other_bytes_are_taken_for_it(
            sections in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..4),
            at in any::<prop::sample::Index>(),
            bit in 0_u32..8,
            cut in any::<prop::sample::Index>(),
        ) {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("7.part");
            write(&path, &sections);
            let part = Part::open(&path, DIGEST, 7).unwrap();
            prop_assert_eq!(part.sections(), sections.len());
            for (number, section) in sections.iter().enumerate().rev() {
                prop_assert_eq!(&part.bytes(number).unwrap(), section);
            }
            prop_assert!(part.bytes(sections.len()).is_err());

            let whole = std::fs::read(&path).unwrap();
            let mut flipped = whole.clone();
            flipped[at.index(whole.len())] ^= 1_u8 << bit;
            std::fs::write(&path, &flipped).unwrap();
            prop_assert!(matches!(Part::open(&path, DIGEST, 7), Err(Fault::Damaged)));
            std::fs::write(&path, &whole[..cut.index(whole.len())]).unwrap();
            prop_assert!(matches!(Part::open(&path, DIGEST, 7), Err(Fault::Damaged)));
        }
    }

    #[test]
    fn the_part_of_another_item_or_experiment_is_not_taken() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("7.part");
        assert!(matches!(Part::open(&path, DIGEST, 7), Err(Fault::Missing)));
        write(&path, &[b"seven".to_vec()]);
        assert!(matches!(Part::open(&path, DIGEST, 8), Err(Fault::Foreign)));
        assert!(matches!(Part::open(&path, &DIGEST.replace('0', "1"), 7), Err(Fault::Foreign)));
        std::fs::write(&path, "acdsim\n").unwrap();
        assert!(matches!(Part::open(&path, DIGEST, 7), Err(Fault::Damaged)));
    }

    #[test]
    fn a_section_may_come_from_a_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("7.part");
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"rows\n").unwrap();
        Part::write(&path, DIGEST, 7, vec![Section::Bytes(Vec::new()), Section::File(file)]).unwrap();
        let part = Part::open(&path, DIGEST, 7).unwrap();
        assert_eq!((part.bytes(0).unwrap(), part.bytes(1).unwrap()), (Vec::new(), b"rows\n".to_vec()));
    }
}
