//! The protocol of variable size: who fills a structure, and who reads it, keeps to these rules.
//!
//! A structure begins with three sizes. The application sets dwTotalSize, the bytes it has allocated; whoever fills it sets
//! dwNeededSize, the bytes that everything needs, and dwUsedSize, the bytes that hold data. A variable member is a pair of
//! size and offset, the offset counted from the start of the structure; absent is both 0. A text is UTF-16 with a NUL at
//! its end, which its size counts.
//!
//! The [`Writer`] fills: a fixed part that does not fit is [`LineError::StructureTooSmall`]; members stand directly behind
//! the fixed part, contiguous; one that would be cut is left out whole, and a smaller one after it may still find room. The
//! [`Reader`] checks: every pair lies behind the fixed part and within dwUsedSize, and all members together claim no more
//! than is there, so that what is read never takes more memory than a small multiple of the bytes.

use std::ops::Range;

pub use crate::acd::conventions::NameOffsets;

use super::LineError;
use super::layout::{DecodeError, Problem, Structure, put};
use super::structures::Sizes;

/// Where a variable member is: its size in bytes and its offset. Both are 0 for one that is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Bytes, the NUL of a text with them.
    pub size: u32,
    /// Bytes from the start of the structure, or of the entry for a name under [`NameOffsets::FromEntry`].
    pub offset: u32,
}

/// A structure of variable size as an owned value.
///
/// ```
/// use acdsim::acd::tapi2::Variable;
/// use acdsim::acd::tapi2::lists::{QueueEntry, QueueList};
///
/// let queues = QueueList::from(vec![QueueEntry { id: 5, name: Some("Sales".into()) }]);
/// let mut buffer = vec![0; queues.needed_size()];
/// queues.encode_into(&mut buffer)?;
/// assert_eq!(QueueList::decode(&buffer)?, queues);
///
/// // Where the name finds no room, it is left out whole.
/// let mut small = vec![0; queues.needed_size() - 1];
/// queues.encode_into(&mut small)?;
/// assert_eq!(QueueList::decode(&small)?.entries, [QueueEntry { id: 5, name: None }]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Variable: Sized {
    /// TAPI's name of the structure.
    const NAME: &'static str;

    /// The bytes of the fixed part.
    fn fixed_size(&self) -> usize;

    /// Appends the variable members, then sets the fixed part.
    fn write(&self, writer: &mut Writer<'_>);

    /// Reads everything.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the bytes.
    fn read(bytes: &[u8], offsets: NameOffsets) -> Result<Self, DecodeError>;

    /// The bytes that everything needs: dwNeededSize.
    fn needed_size(&self) -> usize {
        let mut nothing = Writer::over(&mut [], self.fixed_size(), NameOffsets::FromList);
        self.write(&mut nothing);
        nothing.needed
    }

    /// Fills `buffer`, whose length is dwTotalSize; bytes behind dwUsedSize stay as they are.
    ///
    /// # Errors
    ///
    /// [`LineError::StructureTooSmall`] where the fixed part does not fit.
    fn encode_into(&self, buffer: &mut [u8]) -> Result<(), LineError> {
        self.encode_into_with(buffer, NameOffsets::default())
    }

    /// The same, with a choice of what the offsets of names in entries are counted from.
    ///
    /// # Errors
    ///
    /// [`LineError::StructureTooSmall`] where the fixed part does not fit.
    fn encode_into_with(&self, buffer: &mut [u8], offsets: NameOffsets) -> Result<(), LineError> {
        if buffer.len() < self.fixed_size() {
            return Err(LineError::StructureTooSmall);
        }
        // dwTotalSize is a DWORD: what lies beyond its reach cannot be used.
        let total = buffer.len().min(u32::MAX as usize);
        let mut writer = Writer::over(&mut buffer[..total], self.fixed_size(), offsets);
        self.write(&mut writer);
        writer.finish();
        Ok(())
    }

    /// Reads a structure from `bytes`, which may go on behind it.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the bytes.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::read(bytes, NameOffsets::default())
    }

    /// The same, with a choice of what the offsets of names in entries are counted from.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the bytes.
    fn decode_with(bytes: &[u8], offsets: NameOffsets) -> Result<Self, DecodeError> {
        Self::read(bytes, offsets)
    }
}

/// Fills a structure of variable size.
#[derive(Debug)]
pub struct Writer<'a> {
    buffer: &'a mut [u8],
    used: usize,
    needed: usize,
    offsets: NameOffsets,
}

impl<'a> Writer<'a> {
    /// A writer over a buffer of dwTotalSize bytes with a fixed part of `fixed` bytes; where even that does not fit, it
    /// counts and writes nothing.
    fn over(buffer: &'a mut [u8], fixed: usize, offsets: NameOffsets) -> Self {
        Writer { buffer, used: fixed, needed: fixed, offsets }
    }

    /// Sets the fixed part.
    pub fn fixed<S: Structure>(&mut self, fixed: &S) {
        self.fixed_up_to(fixed, S::LAYOUT.size);
    }

    /// Sets the first `size` bytes of the fixed part, where an older version has no more.
    pub(super) fn fixed_up_to<S: Structure>(&mut self, fixed: &S, size: usize) {
        let mut bytes = vec![0; S::LAYOUT.size];
        let encoded = fixed.encode_fixed(&mut bytes);
        debug_assert!(encoded.is_ok(), "the bytes are as many as the fixed part has");
        // The three sizes at the front are set last.
        if let (Some(to), Some(from)) = (self.buffer.get_mut(Sizes::SIZE..size), bytes.get(Sizes::SIZE..)) {
            put(to, from);
        }
    }

    /// Appends a member, whole or not at all.
    pub fn bytes(&mut self, member: &[u8]) -> Place {
        let place = self.room(member.len());
        if place.size > 0 {
            put(&mut self.buffer[place.offset as usize..], member);
        }
        place
    }

    /// Appends a text, whole or not at all; a NUL within ends it, as it does for every reader in C.
    pub fn text(&mut self, text: Option<&str>) -> Place {
        match text {
            Some(text) => self.bytes(&utf16(text)),
            None => Place::default(),
        }
    }

    /// Appends a text of an entry that begins at `entry`, or counts it where the entry itself found no room.
    pub fn entry_text(&mut self, text: Option<&str>, entry: Option<usize>) -> Place {
        let Some(entry) = entry else {
            self.needed += text.map_or(0, |text| utf16(text).len());
            return Place::default();
        };
        let place = self.text(text);
        match self.offsets {
            NameOffsets::FromEntry if place.size > 0 => Place { offset: place.offset - entry as u32, ..place },
            _ => place,
        }
    }

    /// Takes room for a member that is set later, whole or not at all.
    pub fn room(&mut self, size: usize) -> Place {
        self.needed += size;
        let offset = self.used;
        if size == 0 || self.buffer.len().saturating_sub(offset) < size {
            return Place::default();
        }
        self.used += size;
        Place { size: size as u32, offset: offset as u32 }
    }

    /// Sets a structure within room that was taken.
    pub fn set<S: Structure>(&mut self, at: usize, structure: &S) {
        if let Some(bytes) = self.buffer.get_mut(at..) {
            let fits = structure.encode_fixed(bytes);
            debug_assert!(fits.is_ok(), "room was taken for it");
        }
    }

    /// Sets the three sizes.
    fn finish(self) {
        let total = self.buffer.len() as u32;
        let needed = u32::try_from(self.needed).unwrap_or(u32::MAX);
        let sizes = Sizes { total, needed, used: self.used as u32 };
        let fits = sizes.encode_fixed(self.buffer);
        debug_assert!(fits.is_ok(), "the fixed part begins with them");
    }
}

/// A text as TAPI has it: UTF-16, little-endian, with a NUL at its end.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    let before_nul = text.split('\0').next().unwrap_or_default();
    before_nul.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

/// Reads a structure of variable size, and checks what it reads.
#[derive(Debug)]
pub struct Reader<'a> {
    structure: &'static str,
    /// The bytes that hold data: dwUsedSize of them.
    bytes: &'a [u8],
    fixed: usize,
    /// The bytes behind the fixed part that no member has claimed so far.
    unclaimed: usize,
    /// Where the entries of a list are, once they have been read: their texts lie elsewhere.
    entries: Range<u64>,
    offsets: NameOffsets,
}

impl<'a> Reader<'a> {
    /// A reader of the structure at the start of `bytes`, whose fixed part has `fixed` bytes.
    ///
    /// # Errors
    ///
    /// [`Problem::TooShort`] where the fixed part is not there; [`Problem::Below`] and [`Problem::Beyond`] where the three
    /// sizes do not grow from the fixed part over dwUsedSize to dwTotalSize and the end of `bytes`, or dwNeededSize is
    /// below dwUsedSize.
    pub fn new(
        structure: &'static str,
        bytes: &'a [u8],
        fixed: usize,
        offsets: NameOffsets,
    ) -> Result<Self, DecodeError> {
        if bytes.len() < fixed {
            return Err(DecodeError::too_short(structure, bytes.len(), fixed));
        }
        let Sizes { total, needed, used } = Sizes::decode_fixed(bytes)?;
        let beyond = |field, value: u32, most: u64| {
            Err(DecodeError::field(structure, field, value.into(), Problem::Beyond { most }))
        };
        let below = |field, value: u32, least: u64| {
            Err(DecodeError::field(structure, field, value.into(), Problem::Below { least }))
        };
        if u64::from(total) > bytes.len() as u64 {
            return beyond("dwTotalSize", total, bytes.len() as u64);
        }
        if used > total {
            return beyond("dwUsedSize", used, total.into());
        }
        if (used as usize) < fixed {
            return below("dwUsedSize", used, fixed as u64);
        }
        if needed < used {
            return below("dwNeededSize", needed, used.into());
        }
        let used = used as usize;
        Ok(Reader { offsets, ..Reader::behind(structure, &bytes[..used], fixed) })
    }

    /// A reader of members that lie between `fixed` and the end of `bytes`, for a structure without the three sizes.
    pub(super) fn behind(structure: &'static str, bytes: &'a [u8], fixed: usize) -> Self {
        let unclaimed = bytes.len().saturating_sub(fixed);
        Reader { structure, bytes, fixed, unclaimed, entries: 0..0, offsets: NameOffsets::default() }
    }

    /// Reads the fixed part.
    ///
    /// # Errors
    ///
    /// [`Problem::TooShort`] where it is not all there.
    pub fn fixed<S: Structure>(&self) -> Result<S, DecodeError> {
        S::decode_fixed(self.bytes)
    }

    /// All bytes that hold data.
    pub(super) fn all(&self) -> &'a [u8] {
        self.bytes
    }

    /// Reads a member whose fields are called `name` with `Size` and `Offset` behind; absent is `None`.
    ///
    /// # Errors
    ///
    /// [`Problem::OffsetOfAbsent`], [`Problem::Below`], [`Problem::Beyond`], [`Problem::WithinEntries`] or
    /// [`Problem::Overlap`].
    pub fn bytes(&mut self, name: &str, place: Place) -> Result<Option<&'a [u8]>, DecodeError> {
        self.claim(self.structure, name, place, 0)
    }

    /// Reads an array of entries as [`Reader::bytes`] does; what is read after it must lie elsewhere.
    ///
    /// # Errors
    ///
    /// As [`Reader::bytes`].
    pub fn entries(&mut self, name: &str, place: Place) -> Result<&'a [u8], DecodeError> {
        let bytes = self.bytes(name, place)?.unwrap_or_default();
        let start = u64::from(place.offset);
        self.entries = start..start + u64::from(place.size);
        Ok(bytes)
    }

    /// Reads a text; absent is `None`.
    ///
    /// # Errors
    ///
    /// As [`Reader::bytes`], and [`Problem::OddText`], [`Problem::NoNul`], [`Problem::EarlyNul`] or
    /// [`Problem::Surrogate`].
    pub fn text(&mut self, name: &str, place: Place) -> Result<Option<String>, DecodeError> {
        let bytes = self.bytes(name, place)?;
        bytes.map(|bytes| decode_utf16(self.structure, name, bytes)).transpose()
    }

    /// Reads a text of an `entry` that begins at `at`; absent is `None`.
    ///
    /// # Errors
    ///
    /// As [`Reader::text`].
    pub fn entry_text(
        &mut self,
        entry: &'static str,
        at: usize,
        name: &str,
        place: Place,
    ) -> Result<Option<String>, DecodeError> {
        let base = match self.offsets {
            NameOffsets::FromList => 0,
            NameOffsets::FromEntry => at,
        };
        let bytes = self.claim(entry, name, place, base)?;
        bytes.map(|bytes| decode_utf16(entry, name, bytes)).transpose()
    }

    /// The bytes from `base` + offset on, after all checks.
    fn claim(
        &mut self,
        structure: &'static str,
        name: &str,
        Place { size, offset }: Place,
        base: usize,
    ) -> Result<Option<&'a [u8]>, DecodeError> {
        let wrong = |which: &str, value: u64, problem| {
            Err(DecodeError::field(structure, &format!("{name}{which}"), value, problem))
        };
        if size == 0 {
            return match offset {
                0 => Ok(None),
                _ => wrong("Offset", offset.into(), Problem::OffsetOfAbsent),
            };
        }
        // Three numbers below 2^33: their sum cannot overflow.
        let (base, start) = (base as u64, base as u64 + u64::from(offset));
        if start < self.fixed as u64 {
            return wrong("Offset", offset.into(), Problem::Below { least: self.fixed as u64 - base });
        }
        let end = start + u64::from(size);
        let most = self.bytes.len() as u64;
        if start > most {
            return wrong("Offset", start, Problem::Beyond { most });
        }
        if end > most {
            return wrong("Size", end, Problem::Beyond { most });
        }
        if start < self.entries.end && end > self.entries.start {
            let problem = Problem::WithinEntries { from: self.entries.start, to: self.entries.end };
            return wrong("Offset", start, problem);
        }
        match self.unclaimed.checked_sub(size as usize) {
            Some(rest) => self.unclaimed = rest,
            None => return wrong("Size", size.into(), Problem::Overlap { unclaimed: self.unclaimed as u64 }),
        }
        Ok(self.bytes.get(start as usize..end as usize))
    }
}

/// The text of a member, without its NUL.
fn decode_utf16(structure: &'static str, name: &str, bytes: &[u8]) -> Result<String, DecodeError> {
    let wrong = |value: u64, problem| Err(DecodeError::field(structure, &format!("{name}Size"), value, problem));
    if !bytes.len().is_multiple_of(2) {
        return wrong(bytes.len() as u64, Problem::OddText);
    }
    let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    let (last, units) = match units.split_last() {
        Some((0, units)) => (0, units),
        Some((last, _)) => (*last, &[][..]),
        None => return Ok(String::new()),
    };
    if last != 0 {
        return wrong(last.into(), Problem::NoNul);
    }
    if let Some(nul) = units.iter().position(|unit| *unit == 0) {
        return wrong(2 * nul as u64, Problem::EarlyNul);
    }
    match char::decode_utf16(units.iter().copied()).collect() {
        Ok(text) => Ok(text),
        Err(error) => wrong(error.unpaired_surrogate().into(), Problem::Surrogate),
    }
}

#[cfg(test)]
mod tests {
    use super::super::records::AgentCaps;
    use super::super::structures::AgentInfo;
    use super::*;

    /// A structure of 12 bytes and one text, placed as the test says.
    fn text_of(size: u32, offset: u32, bytes: &[u8]) -> Result<Option<String>, DecodeError> {
        Reader::behind("LINETEST", bytes, 12).text("dwName", Place { size, offset })
    }

    fn problem(size: u32, offset: u32, bytes: &[u8]) -> (String, u64, Problem) {
        let error = text_of(size, offset, bytes).expect_err("it is wrong");
        (error.field, error.value, error.problem)
    }

    #[test]
    fn a_text_is_where_its_pair_says() {
        let bytes = *b"............A\0\xAC\x20\0\0";
        assert_eq!(text_of(6, 12, &bytes), Ok(Some("A€".into())));
        assert_eq!(text_of(2, 16, &bytes), Ok(Some(String::new())));
        assert_eq!(text_of(0, 0, &bytes), Ok(None));
    }

    #[test]
    fn a_wrong_text_is_refused_with_its_reason() {
        let bytes = *b"............A\0\0\0\x00\xD8\0\0";
        let (size, offset) = (|| "dwNameSize".to_string(), || "dwNameOffset".to_string());
        assert_eq!(problem(0, 12, &bytes), (offset(), 12, Problem::OffsetOfAbsent));
        assert_eq!(problem(2, 11, &bytes), (offset(), 11, Problem::Below { least: 12 }));
        assert_eq!(problem(2, 21, &bytes), (offset(), 21, Problem::Beyond { most: 20 }));
        assert_eq!(problem(u32::MAX, u32::MAX, &bytes), (offset(), u32::MAX.into(), Problem::Beyond { most: 20 }));
        assert_eq!(problem(10, 12, &bytes), (size(), 22, Problem::Beyond { most: 20 }));
        assert_eq!(problem(2, 20, &bytes), (size(), 22, Problem::Beyond { most: 20 }), "it starts where the data ends");
        assert_eq!(problem(3, 12, &bytes), (size(), 3, Problem::OddText));
        assert_eq!(problem(2, 12, &bytes), (size(), 0x41, Problem::NoNul));
        assert_eq!(problem(8, 12, &bytes), (size(), 2, Problem::EarlyNul));
        assert_eq!(problem(4, 16, &bytes), (size(), 0xD800, Problem::Surrogate));
    }

    #[test]
    fn members_that_claim_more_than_there_is_overlap() {
        let bytes = *b"............A\0B\0C\0\0\0";
        let mut reader = Reader::behind("LINETEST", &bytes, 12);
        assert_eq!(reader.text("dwName", Place { size: 4, offset: 16 }), Ok(Some("C".into())));
        let error = reader.text("dwID", Place { size: 6, offset: 14 }).expect_err("they share two bytes");
        assert_eq!(error.problem, Problem::Overlap { unclaimed: 4 });
    }

    #[test]
    fn the_three_sizes_are_checked_in_their_order() {
        let read = |sizes: [u32; 3]| {
            let mut bytes = [0; 60];
            for (at, size) in sizes.iter().enumerate() {
                bytes[4 * at..4 * at + 4].copy_from_slice(&size.to_le_bytes());
            }
            AgentInfo::decode(&bytes).map_err(|error| error.to_string())
        };
        assert_eq!(read([60, 56, 56]), Ok(AgentInfo::default()));
        let wrong = |sizes| read(sizes).expect_err("the sizes are wrong");
        assert_eq!(
            wrong([61, 56, 56]),
            "LINEAGENTINFO.dwTotalSize reaches to 61; allowed is up to 60, where the data ends"
        );
        assert_eq!(
            wrong([57, 58, 58]),
            "LINEAGENTINFO.dwUsedSize reaches to 58; allowed is up to 57, where the data ends"
        );
        assert_eq!(wrong([56, 56, 55]), "LINEAGENTINFO.dwUsedSize is 55; allowed is 56 or more");
        assert_eq!(wrong([60, 56, 57]), "LINEAGENTINFO.dwNeededSize is 56; allowed is 57 or more");
        assert_eq!(wrong([0, 0, 0]), "LINEAGENTINFO.dwUsedSize is 0; allowed is 56 or more");
    }

    #[test]
    fn a_member_that_would_be_cut_is_left_out_and_a_smaller_one_after_it_stays() {
        let caps = AgentCaps {
            agent_handler_info: Some("a long description".into()),
            caps_version: 0x0002_0002,
            agent_extension_ids: vec![[1, 2, 3, 4]],
            ..AgentCaps::default()
        };
        assert_eq!(caps.needed_size(), 72 + 38 + 16);
        let mut buffer = [0xEE; 72 + 20];
        caps.encode_into(&mut buffer).expect("the fixed part fits");
        assert_eq!(Sizes::decode_fixed(&buffer), Ok(Sizes { total: 92, needed: 126, used: 88 }));
        assert_eq!(buffer[12..20], [0; 8], "size and offset of the description");
        assert_eq!(buffer[88..], [0xEE; 4], "behind what is used nothing is written");
        let read = AgentCaps::decode(&buffer).expect("it is whole");
        assert_eq!(read, AgentCaps { agent_handler_info: None, ..caps });
    }

    #[test]
    fn a_fixed_part_that_does_not_fit_is_too_small_and_nothing_is_written() {
        let mut buffer = [0xEE; 55];
        assert_eq!(AgentInfo::default().encode_into(&mut buffer), Err(LineError::StructureTooSmall));
        assert_eq!(buffer, [0xEE; 55]);
    }

    #[test]
    fn a_nul_within_ends_a_text() {
        assert_eq!(utf16("A\0B"), [0x41, 0, 0, 0]);
    }

    #[test]
    fn a_text_of_an_entry_that_would_lie_in_the_fixed_part_is_told_the_least_offset_from_its_entry() {
        let mut bytes = *b"............A\0\0\0";
        let sizes = Sizes { total: 16, needed: 16, used: 16 };
        sizes.encode_fixed(&mut bytes).expect("the sizes are the fixed part");
        let mut reader = Reader::new("LINETEST", &bytes, 12, NameOffsets::FromEntry).expect("the sizes are right");
        let error = reader.entry_text("LINEENTRY", 4, "dwName", Place { size: 4, offset: 7 }).expect_err("4 + 7 < 12");
        assert_eq!((error.structure, error.field), ("LINEENTRY", "dwNameOffset".to_string()));
        assert_eq!((error.value, error.problem), (7, Problem::Below { least: 8 }));
        let text = reader.entry_text("LINEENTRY", 4, "dwName", Place { size: 4, offset: 8 });
        assert_eq!(text, Ok(Some("A".into())), "it may begin behind the fixed part");
    }

    #[test]
    fn a_text_may_end_where_the_entries_begin_and_begin_where_they_end() {
        let bytes = *b"............A\0\0\0entryB\0\0\0";
        let reader = || {
            let mut reader = Reader::behind("LINETEST", &bytes, 12);
            assert_eq!(reader.entries("dwList", Place { size: 5, offset: 16 }), Ok(&b"entry"[..]));
            reader
        };
        let mut around = reader();
        assert_eq!(around.bytes("dwName", Place { size: 4, offset: 12 }), Ok(Some(&b"A\0\0\0"[..])));
        assert_eq!(around.bytes("dwID", Place { size: 4, offset: 21 }), Ok(Some(&b"B\0\0\0"[..])));
        let within = Problem::WithinEntries { from: 16, to: 21 };
        for (size, offset) in [(4, 13), (1, 16), (1, 20), (2, 20)] {
            let error = reader().bytes("dwName", Place { size, offset }).expect_err("they share a byte");
            assert_eq!((error.field, error.value), ("dwNameOffset".to_string(), u64::from(offset)));
            assert_eq!(error.problem, within);
        }
    }

    #[test]
    fn a_member_that_finds_no_room_leaves_those_that_did_as_they_are() {
        let caps = AgentCaps {
            agent_handler_info: Some("a description".into()),
            caps_version: 0x0002_0002,
            agent_extension_ids: vec![[9, 9, 9, 9]; 6],
            ..AgentCaps::default()
        };
        let mut buffer = [0; 72 + 28];
        caps.encode_into(&mut buffer).expect("the fixed part fits");
        let read = AgentCaps::decode(&buffer).expect("it is whole");
        assert_eq!(read, AgentCaps { agent_extension_ids: Vec::new(), ..caps });
    }
}
