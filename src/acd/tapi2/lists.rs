//! TAPI's six lists as owned values: an array of entries behind a fixed part of 24 bytes, and their texts behind it.
//!
//! An array that does not fit is left out whole, and dwNumEntries is then 0; a text that does not fit is left out, and
//! its entry stays. dwNeededSize tells the application either way.

use uuid::Uuid;

use super::layout::{DecodeError, Layout, Problem, Structure, structures};
use super::structures::{
    LineAgentActivityEntry, LineAgentEntry, LineAgentGroupEntry, LineAgentSessionEntry, LineList, LineQueueEntry,
};
use super::variable::{NameOffsets, Place, Reader, Variable, Writer};

/// A list of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<E> {
    /// The entries in their order.
    pub entries: Vec<E>,
}

/// LINEAGENTGROUPLIST.
pub type GroupList = List<GroupEntry>;
/// LINEQUEUELIST.
pub type QueueList = List<QueueEntry>;
/// LINEAGENTSESSIONLIST.
pub type SessionList = List<LineAgentSessionEntry>;
/// LINEAGENTLIST, which no function of TAPI 2.2 returns.
pub type AgentList = List<AgentEntry>;
/// LINEAGENTACTIVITYLIST.
pub type ActivityList = List<ActivityEntry>;
/// LINEPROXYREQUESTLIST; its numbers are of LINEPROXYREQUEST_, unless a newer TAPI has more.
pub type ProxyRequestList = List<u32>;

/// An ACD group, as lineGetGroupList and lineGetAgentGroupList list it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupEntry {
    /// Its identifier.
    pub guid: Uuid,
    /// Its name; `None` where it was left out.
    pub name: Option<String>,
}

/// A queue, as lineGetQueueList lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueEntry {
    /// Its number: dwQueueID.
    pub id: u32,
    /// Its name; `None` where it was left out.
    pub name: Option<String>,
}

/// An activity, as lineGetAgentActivityList lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityEntry {
    /// Its number: dwID.
    pub id: u32,
    /// Its name; `None` where it was left out.
    pub name: Option<String>,
}

/// An agent in LINEAGENTLIST.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentEntry {
    /// The agent's handle.
    pub agent: u32,
    /// The user name of the operating system; `None` where it was left out.
    pub name: Option<String>,
    /// The agent ID; `None` for an agent without one.
    pub id: Option<String>,
    /// The PIN or password; `None` for an agent without one.
    pub pin: Option<String>,
}

/// What a list can be of.
pub trait Entry: Sized {
    /// TAPI's name of the list.
    const LIST: &'static str;
    /// The entry's fixed part.
    type Fixed: Structure;

    /// The fixed part, once `text` has found places for the texts.
    fn to_fixed(&self, text: &mut dyn FnMut(&Option<String>) -> Place) -> Self::Fixed;

    /// The entry, once `text` has read the texts, each by the name of its fields without `Size` and `Offset`.
    ///
    /// # Errors
    ///
    /// Those of `text`.
    fn from_fixed(fixed: Self::Fixed, text: TextReader<'_>) -> Result<Self, DecodeError>;
}

/// How an entry reads its texts: by the name of their fields without `Size` and `Offset`, and their place.
pub type TextReader<'a> = &'a mut dyn FnMut(&str, Place) -> Result<Option<String>, DecodeError>;

impl Entry for GroupEntry {
    const LIST: &'static str = "LINEAGENTGROUPLIST";
    type Fixed = LineAgentGroupEntry;

    fn to_fixed(&self, text: &mut dyn FnMut(&Option<String>) -> Place) -> LineAgentGroupEntry {
        let Place { size: name_size, offset: name_offset } = text(&self.name);
        LineAgentGroupEntry { group_id: self.guid.into(), name_size, name_offset }
    }

    fn from_fixed(fixed: LineAgentGroupEntry, text: TextReader<'_>) -> Result<Self, DecodeError> {
        let place = Place { size: fixed.name_size, offset: fixed.name_offset };
        Ok(GroupEntry { guid: fixed.group_id.into(), name: text("dwName", place)? })
    }
}

impl Entry for QueueEntry {
    const LIST: &'static str = "LINEQUEUELIST";
    type Fixed = LineQueueEntry;

    fn to_fixed(&self, text: &mut dyn FnMut(&Option<String>) -> Place) -> LineQueueEntry {
        let Place { size: name_size, offset: name_offset } = text(&self.name);
        LineQueueEntry { queue_id: self.id, name_size, name_offset }
    }

    fn from_fixed(fixed: LineQueueEntry, text: TextReader<'_>) -> Result<Self, DecodeError> {
        let place = Place { size: fixed.name_size, offset: fixed.name_offset };
        Ok(QueueEntry { id: fixed.queue_id, name: text("dwName", place)? })
    }
}

impl Entry for ActivityEntry {
    const LIST: &'static str = "LINEAGENTACTIVITYLIST";
    type Fixed = LineAgentActivityEntry;

    fn to_fixed(&self, text: &mut dyn FnMut(&Option<String>) -> Place) -> LineAgentActivityEntry {
        let Place { size: name_size, offset: name_offset } = text(&self.name);
        LineAgentActivityEntry { id: self.id, name_size, name_offset }
    }

    fn from_fixed(fixed: LineAgentActivityEntry, text: TextReader<'_>) -> Result<Self, DecodeError> {
        let place = Place { size: fixed.name_size, offset: fixed.name_offset };
        Ok(ActivityEntry { id: fixed.id, name: text("dwName", place)? })
    }
}

impl Entry for AgentEntry {
    const LIST: &'static str = "LINEAGENTLIST";
    type Fixed = LineAgentEntry;

    fn to_fixed(&self, text: &mut dyn FnMut(&Option<String>) -> Place) -> LineAgentEntry {
        let Place { size: name_size, offset: name_offset } = text(&self.name);
        let Place { size: id_size, offset: id_offset } = text(&self.id);
        let Place { size: pin_size, offset: pin_offset } = text(&self.pin);
        LineAgentEntry { agent: self.agent, name_size, name_offset, id_size, id_offset, pin_size, pin_offset }
    }

    fn from_fixed(fixed: LineAgentEntry, text: TextReader<'_>) -> Result<Self, DecodeError> {
        Ok(AgentEntry {
            agent: fixed.agent,
            name: text("dwName", Place { size: fixed.name_size, offset: fixed.name_offset })?,
            id: text("dwID", Place { size: fixed.id_size, offset: fixed.id_offset })?,
            pin: text("dwPIN", Place { size: fixed.pin_size, offset: fixed.pin_offset })?,
        })
    }
}

impl Entry for LineAgentSessionEntry {
    const LIST: &'static str = "LINEAGENTSESSIONLIST";
    type Fixed = LineAgentSessionEntry;

    fn to_fixed(&self, _: &mut dyn FnMut(&Option<String>) -> Place) -> LineAgentSessionEntry {
        *self
    }

    fn from_fixed(fixed: LineAgentSessionEntry, _: TextReader<'_>) -> Result<Self, DecodeError> {
        Ok(fixed)
    }
}

structures! {
    /// An entry of LINEPROXYREQUESTLIST: a DWORD without a structure around it.
    plain ProxyRequestEntry = "LINEPROXYREQUESTLIST entry", 4 {
        /// One of LINEPROXYREQUEST_.
        request_type: u32 = dwRequestType at 0,
    }
}

impl Entry for u32 {
    const LIST: &'static str = "LINEPROXYREQUESTLIST";
    type Fixed = ProxyRequestEntry;

    fn to_fixed(&self, _: &mut dyn FnMut(&Option<String>) -> Place) -> ProxyRequestEntry {
        ProxyRequestEntry { request_type: *self }
    }

    fn from_fixed(fixed: ProxyRequestEntry, _: TextReader<'_>) -> Result<Self, DecodeError> {
        Ok(fixed.request_type)
    }
}

/// An array of entries in a structure: the number that is told with it, and its place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entries {
    pub(super) number: u32,
    pub(super) place: Place,
}

/// Appends an array of entries and their texts.
pub(super) fn write_entries<E: Entry>(writer: &mut Writer<'_>, entries: &[E]) -> Entries {
    let size = E::Fixed::LAYOUT.size;
    let place = writer.room(entries.len() * size);
    let fits = place.size > 0;
    for (index, entry) in entries.iter().enumerate() {
        let at = fits.then_some(place.offset as usize + index * size);
        let fixed = entry.to_fixed(&mut |text| writer.entry_text(text.as_deref(), at));
        if let Some(at) = at {
            writer.set(at, &fixed);
        }
    }
    Entries { number: if fits { entries.len() as u32 } else { 0 }, place }
}

/// Reads an array of entries and their texts; its fields are called `name` with `Size` and `Offset` behind.
pub(super) fn read_entries<E: Entry>(
    reader: &mut Reader<'_>,
    structure: &'static str,
    name: &str,
    Entries { number, place }: Entries,
) -> Result<Vec<E>, DecodeError> {
    let Layout { name: entry_name, size, .. } = E::Fixed::LAYOUT;
    let expected = u64::from(number) * size as u64;
    if u64::from(place.size) != expected {
        let problem = Problem::ListSize { expected };
        return Err(DecodeError::field(structure, &format!("{name}Size"), place.size.into(), problem));
    }
    let array = reader.entries(name, place)?;
    let mut entries = Vec::with_capacity(number as usize);
    for (index, bytes) in array.chunks_exact(size).enumerate() {
        let at = place.offset as usize + index * size;
        let entry = E::Fixed::decode_fixed(bytes)
            .and_then(|fixed| E::from_fixed(fixed, &mut |name, place| reader.entry_text(entry_name, at, name, place)));
        entries.push(entry.map_err(|error| error.at_entry(index as u32))?);
    }
    Ok(entries)
}

impl<E: Entry> Variable for List<E> {
    const NAME: &'static str = E::LIST;

    fn fixed_size(&self) -> usize {
        LineList::SIZE
    }

    fn write(&self, writer: &mut Writer<'_>) {
        let Entries { number, place } = write_entries(writer, &self.entries);
        writer.fixed(&LineList { num_entries: number, list_size: place.size, list_offset: place.offset });
    }

    fn read(bytes: &[u8], offsets: NameOffsets) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(E::LIST, bytes, LineList::SIZE, offsets)?;
        let LineList { num_entries: number, list_size: size, list_offset: offset } = reader.fixed()?;
        let entries = Entries { number, place: Place { size, offset } };
        Ok(List { entries: read_entries(&mut reader, E::LIST, "dwList", entries)? })
    }
}

impl<E> Default for List<E> {
    fn default() -> Self {
        List { entries: Vec::new() }
    }
}

impl<E> From<Vec<E>> for List<E> {
    fn from(entries: Vec<E>) -> Self {
        List { entries }
    }
}

impl<E> FromIterator<E> for List<E> {
    fn from_iter<I: IntoIterator<Item = E>>(entries: I) -> Self {
        List { entries: entries.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::structures::Sizes;
    use super::*;

    fn queues() -> QueueList {
        ["A", "BC"].iter().zip(7..).map(|(name, id)| QueueEntry { id, name: Some(name.to_string()) }).collect()
    }

    fn encoded(offsets: NameOffsets, total: usize) -> Vec<u8> {
        let mut buffer = vec![0; total];
        queues().encode_into_with(&mut buffer, offsets).expect("the fixed part fits");
        buffer
    }

    fn dwords(bytes: &[u8]) -> Vec<u32> {
        bytes.chunks_exact(4).map(|dword| u32::from_le_bytes([dword[0], dword[1], dword[2], dword[3]])).collect()
    }

    #[test]
    fn the_bytes_of_a_list_are_header_array_and_names() {
        let bytes = encoded(NameOffsets::FromList, 58);
        assert_eq!(dwords(&bytes[..24]), [58, 58, 58, 2, 24, 24]);
        assert_eq!(dwords(&bytes[24..48]), [7, 4, 48, 8, 6, 52]);
        assert_eq!(bytes[48..], *b"A\0\0\0B\0C\0\0\0");
    }

    #[test]
    fn a_name_may_be_counted_from_its_entry() {
        let bytes = encoded(NameOffsets::FromEntry, 58);
        assert_eq!(dwords(&bytes[24..48]), [7, 4, 24, 8, 6, 16]);
        assert_eq!(QueueList::decode_with(&bytes, NameOffsets::FromEntry), Ok(queues()));
        let error = QueueList::decode(&bytes).expect_err("from the list, the names would be within the entries");
        assert_eq!(
            error.to_string(),
            "LINEQUEUEENTRY[0].dwNameOffset leads to 24; allowed is outside of the entries, which are at 24 to 48"
        );
    }

    #[test]
    fn an_array_that_does_not_fit_is_left_out_and_its_names_with_it() {
        let bytes = encoded(NameOffsets::FromList, 47);
        assert_eq!(dwords(&bytes[..24]), [47, 58, 24, 0, 0, 0]);
        assert_eq!(bytes[24..], [0; 23]);
        assert_eq!(QueueList::decode(&bytes), Ok(QueueList::default()));
        assert_eq!(Sizes::decode_fixed(&bytes).map(|sizes| sizes.is_complete()), Ok(false));
    }

    #[test]
    fn a_list_whose_size_is_not_that_of_its_entries_is_refused() {
        let mut bytes = encoded(NameOffsets::FromList, 58);
        bytes[12] = 3;
        let error = QueueList::decode(&bytes).expect_err("three entries in the room of two");
        assert_eq!(error.to_string(), "LINEQUEUELIST.dwListSize is 24; allowed is 36, the size of the entries");
        bytes[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(QueueList::decode(&bytes).is_err(), "and so is one of four thousand million");
    }

    #[test]
    fn an_agent_without_an_id_has_none() {
        let agent = AgentEntry { agent: 3, name: Some("ann".into()), id: None, pin: Some(String::new()) };
        let list = AgentList::from(vec![agent]);
        let mut buffer = vec![0; list.needed_size()];
        list.encode_into(&mut buffer).expect("it fits");
        assert_eq!(dwords(&buffer[24..52]), [3, 8, 52, 0, 0, 2, 60]);
        assert_eq!(AgentList::decode(&buffer), Ok(list));
    }
}
