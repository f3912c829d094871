//! How a structure of `tapi.h` is declared: one declaration gives the type, its table of fields and its codec.
//!
//! `tapi.h` packs its structures to one byte, so a field lies directly behind the one before it, also where a DATE or
//! a CURRENCY is then unaligned. Each declaration writes its offsets out; a mirror `repr(C, packed(1))` structure, seen
//! by the compiler only, must have the same ones, or the crate does not build.

use std::fmt;

use uuid::Uuid;

use super::LineError;

/// What a field is on the wire. All numbers are little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `BYTE`, 1 byte.
    Byte,
    /// `DWORD`, or a handle, which is a DWORD on every machine; 4 bytes.
    Dword,
    /// `DWORD_PTR` of a 64-bit process, 8 bytes.
    DwordPtr64,
    /// `CURRENCY`: a signed number of ten-thousandths, 8 bytes.
    Currency,
    /// `DATE`: days since 30 December 1899 as a double, 8 bytes.
    Date,
    /// `GUID` in Microsoft's order: a DWORD and two WORDs, each little-endian, then eight bytes; 16 bytes.
    Guid,
    /// A structure within the structure.
    Structure,
}

/// A field of a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// TAPI's name, as `dwTotalSize`.
    pub name: &'static str,
    /// Where it begins: bytes from the start of the structure.
    pub offset: usize,
    /// Its length in bytes.
    pub size: usize,
    /// What it is.
    pub kind: Kind,
}

/// A structure as a table, for whoever compares layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// TAPI's name, as `LINEAGENTINFO`.
    pub name: &'static str,
    /// Its length in bytes: what `sizeof` gives in C.
    pub size: usize,
    /// Its fields in their order, without gaps.
    pub fields: &'static [Field],
}

/// The fixed part of a structure: bytes of known length at known places.
///
/// ```
/// use acdsim::acd::tapi2::Structure;
/// use acdsim::acd::tapi2::structures::LineAgentSessionEntry;
///
/// assert_eq!(LineAgentSessionEntry::LAYOUT.name, "LINEAGENTSESSIONENTRY");
/// let entry = LineAgentSessionEntry { agent_session: 7, working_address_id: 2, ..Default::default() };
/// let mut bytes = [0; LineAgentSessionEntry::SIZE];
/// entry.encode_fixed(&mut bytes)?;
/// assert_eq!((bytes[0], bytes[24]), (7, 2));
/// assert_eq!(LineAgentSessionEntry::decode_fixed(&bytes)?, entry);
///
/// let error = LineAgentSessionEntry::decode_fixed(&bytes[..27]).unwrap_err();
/// assert_eq!(error.to_string(), "LINEAGENTSESSIONENTRY is 27 bytes; allowed is at least 28, its fixed part");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Structure: Sized {
    /// Name, size and fields.
    const LAYOUT: Layout;

    /// Writes the fields to the start of `bytes`, and leaves the three sizes at the front of a variable structure alone.
    ///
    /// # Errors
    ///
    /// [`LineError::StructureTooSmall`] where the fixed part does not fit.
    fn encode_fixed(&self, bytes: &mut [u8]) -> Result<(), LineError>;

    /// Reads the fields from the start of `bytes`.
    ///
    /// # Errors
    ///
    /// [`Problem::TooShort`] where the fixed part is not all there.
    fn decode_fixed(bytes: &[u8]) -> Result<Self, DecodeError>;
}

/// Why bytes are not the structure they are taken for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct DecodeError {
    /// TAPI's name of the structure.
    pub structure: &'static str,
    /// Which entry of its list it is, counted from 0, if it is one.
    pub entry: Option<u32>,
    /// TAPI's name of the field; empty where it is the structure as a whole.
    pub field: String,
    /// What the field has, or how many bytes there are.
    pub value: u64,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a field, and what is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Fewer bytes than the fixed part has.
    TooShort {
        /// The bytes of the fixed part.
        fixed: usize,
    },
    /// A size or an offset that is below what comes before it: the fixed part, or dwUsedSize for dwNeededSize.
    Below {
        /// The least that is allowed.
        least: u64,
    },
    /// A size, an offset, or the end of a member, beyond the bytes that hold data.
    Beyond {
        /// The most that is allowed.
        most: u64,
    },
    /// An offset where the size says that the member is absent.
    OffsetOfAbsent,
    /// A text that reaches into the entries of the list; the value is where it begins, from the start of the structure.
    WithinEntries {
        /// Where the entries begin.
        from: u64,
        /// Where they end.
        to: u64,
    },
    /// The members together claim more bytes than there are behind the fixed part: some overlap.
    Overlap {
        /// The bytes that no member before this one claims.
        unclaimed: u64,
    },
    /// A list whose size is not that of its entries.
    ListSize {
        /// The entries times the size of an entry.
        expected: u64,
    },
    /// A text of UTF-16 whose size in bytes is odd.
    OddText,
    /// A text without a NUL at its end; the value is its last unit.
    NoNul,
    /// A text with a NUL before its end; the value is the place of the NUL, in bytes from the start of the text.
    EarlyNul,
    /// A text that is not UTF-16; the value is the unpaired surrogate.
    Surrogate,
    /// A number that is not of TAPI's set.
    NotInSet {
        /// The set, as `LINEPROXYREQUEST_`.
        set: &'static str,
        /// The least number of the set.
        least: u32,
        /// The greatest number of the set.
        most: u32,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DecodeError { structure, entry, field, value, problem } = self;
        f.write_str(structure)?;
        if let Some(entry) = entry {
            write!(f, "[{entry}]")?;
        }
        if let Problem::TooShort { fixed } = problem {
            return write!(f, " is {value} bytes; allowed is at least {fixed}, its fixed part");
        }
        write!(f, ".{field} ")?;
        match problem {
            Problem::TooShort { .. } => Ok(()),
            Problem::Below { least } => write!(f, "is {value}; allowed is {least} or more"),
            Problem::Beyond { most } => write!(f, "reaches to {value}; allowed is up to {most}, where the data ends"),
            Problem::OffsetOfAbsent => write!(f, "is {value}; allowed is 0, since the size is 0"),
            Problem::WithinEntries { from, to } => {
                write!(f, "leads to {value}; allowed is outside of the entries, which are at {from} to {to}")
            }
            Problem::Overlap { unclaimed } => {
                write!(f, "is {value}; allowed is up to {unclaimed}, what the members before it leave")
            }
            Problem::ListSize { expected } => write!(f, "is {value}; allowed is {expected}, the size of the entries"),
            Problem::OddText => write!(f, "is {value}; allowed is an even number, the text being UTF-16"),
            Problem::NoNul => write!(f, "is of a text that ends with {value:#06x}; allowed is a NUL"),
            Problem::EarlyNul => write!(f, "is of a text with a NUL at byte {value}; allowed is one at its end"),
            Problem::Surrogate => {
                write!(f, "is of a text with the unpaired surrogate {value:#06x}; allowed is UTF-16")
            }
            Problem::NotInSet { set, least, most } => {
                write!(f, "is {value:#x}; allowed is one of {set}, {least:#x} to {most:#x}")
            }
        }
    }
}

impl DecodeError {
    /// A structure of which only `present` bytes are there.
    pub(super) fn too_short(structure: &'static str, present: usize, fixed: usize) -> Self {
        let problem = Problem::TooShort { fixed };
        DecodeError { structure, entry: None, field: String::new(), value: present as u64, problem }
    }

    /// A field that is wrong.
    pub(super) fn field(structure: &'static str, field: &str, value: u64, problem: Problem) -> Self {
        DecodeError { structure, entry: None, field: field.into(), value, problem }
    }

    /// The same of an entry of a list.
    pub(super) fn at_entry(self, entry: u32) -> Self {
        DecodeError { entry: Some(entry), ..self }
    }
}

/// A value that a field can have: its length, what it is, and its bytes.
pub(super) trait Wire: Sized {
    const SIZE: usize;
    const KIND: Kind;
    /// What stands for it in the mirror structure.
    type Mirror;

    /// Writes to `bytes`, which are `SIZE` long.
    fn put(&self, bytes: &mut [u8]);
    /// Reads from `bytes`, which are `SIZE` long.
    fn take(bytes: &[u8]) -> Self;
}

/// The first `N` bytes, zeros for those that are missing.
pub(super) fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    for (to, from) in array.iter_mut().zip(bytes) {
        *to = *from;
    }
    array
}

/// Writes `from` over the start of `to`, as far as there is room.
pub(super) fn put(to: &mut [u8], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

macro_rules! wire_numbers {
    ($($type:ty: $kind:ident;)*) => {
        $(impl Wire for $type {
            const SIZE: usize = size_of::<$type>();
            const KIND: Kind = Kind::$kind;
            type Mirror = $type;

            fn put(&self, bytes: &mut [u8]) {
                put(bytes, &self.to_le_bytes());
            }

            fn take(bytes: &[u8]) -> Self {
                <$type>::from_le_bytes(array(bytes))
            }
        })*
    };
}

wire_numbers! {
    u8: Byte;
    u32: Dword;
    u64: DwordPtr64;
    i64: Currency;
    f64: Date;
}

impl Wire for Uuid {
    const SIZE: usize = 16;
    const KIND: Kind = Kind::Guid;
    type Mirror = [u8; 16];

    fn put(&self, bytes: &mut [u8]) {
        put(bytes, &self.to_bytes_le());
    }

    fn take(bytes: &[u8]) -> Self {
        Uuid::from_bytes_le(array(bytes))
    }
}

/// Declares fixed parts: `field: type = tapiName at offset`, in the order of `tapi.h`.
///
/// A `sized` structure begins with dwTotalSize, dwNeededSize and dwUsedSize. They are in its table, not in its type: they
/// are of a buffer, not of the value, and [`variable`](super::variable) keeps them. An `arm` is one of the union in
/// LINEPROXYREQUEST; its offsets are those in the whole, whose 28 bytes before the union are not in its table.
macro_rules! structures {
    ($($(#[$meta:meta])* $head:ident $name:ident = $tapi:literal, $size:literal { $($fields:tt)* })*) => {
        $($crate::acd::tapi2::layout::structures! {
            @$head $(#[$meta])* $name = $tapi, $size { $($fields)* }
        })*
    };
    (@plain $($rest:tt)*) => {
        $crate::acd::tapi2::layout::structures! { @build [] [] $($rest)* }
    };
    (@sized $($rest:tt)*) => {
        $crate::acd::tapi2::layout::structures! {
            @build [dwTotalSize at 0, dwNeededSize at 4, dwUsedSize at 8] [] $($rest)*
        }
    };
    (@arm $($rest:tt)*) => {
        $crate::acd::tapi2::layout::structures! { @build [] [header: [u8; 28]] $($rest)* }
    };
    (@build [$($front:ident at $front_offset:literal),*] [$($gap:ident: $gap_type:ty)?]
     $(#[$meta:meta])* $name:ident = $tapi:literal, $size:literal {
        $($(#[$doc:meta])* $field:ident: $type:ty = $member:ident at $offset:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $name {
            $($(#[$doc])*
            #[doc = concat!("\n\n`", stringify!($member), "` at ", stringify!($offset), ".")]
            pub $field: $type,)*
        }

        impl $name {
            /// The length of the fixed part in bytes: what `sizeof` gives in C.
            pub const SIZE: usize = $size;
        }

        const _: () = {
            use $crate::acd::tapi2::layout::Wire;

            #[repr(C, packed(1))]
            #[allow(non_snake_case, dead_code)]
            struct Mirror {
                $($gap: $gap_type,)?
                $($front: u32,)*
                $($member: <$type as Wire>::Mirror,)*
            }
            assert!(size_of::<Mirror>() == $size);
            $(assert!(std::mem::offset_of!(Mirror, $front) == $front_offset);)*
            $(assert!(std::mem::offset_of!(Mirror, $member) == $offset);)*
        };

        impl $crate::acd::tapi2::layout::Structure for $name {
            const LAYOUT: $crate::acd::tapi2::layout::Layout = $crate::acd::tapi2::layout::Layout {
                name: $tapi,
                size: $size,
                fields: &[
                    $($crate::acd::tapi2::layout::Field {
                        name: stringify!($front),
                        offset: $front_offset,
                        size: 4,
                        kind: $crate::acd::tapi2::layout::Kind::Dword,
                    },)*
                    $($crate::acd::tapi2::layout::Field {
                        name: stringify!($member),
                        offset: $offset,
                        size: <$type as $crate::acd::tapi2::layout::Wire>::SIZE,
                        kind: <$type as $crate::acd::tapi2::layout::Wire>::KIND,
                    },)*
                ],
            };

            fn encode_fixed(&self, bytes: &mut [u8]) -> Result<(), $crate::acd::tapi2::LineError> {
                use $crate::acd::tapi2::layout::Wire;
                let bytes = bytes.get_mut(..$size).ok_or($crate::acd::tapi2::LineError::StructureTooSmall)?;
                $(self.$field.put(&mut bytes[$offset..$offset + <$type as Wire>::SIZE]);)*
                Ok(())
            }

            fn decode_fixed(bytes: &[u8]) -> Result<Self, $crate::acd::tapi2::layout::DecodeError> {
                use $crate::acd::tapi2::layout::{DecodeError, Wire};
                let bytes = bytes.get(..$size).ok_or(DecodeError::too_short($tapi, bytes.len(), $size))?;
                Ok($name { $($field: Wire::take(&bytes[$offset..$offset + <$type as Wire>::SIZE]),)* })
            }
        }
    };
}

pub(super) use structures;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_little_endian_and_guids_are_in_microsofts_order() {
        let mut bytes = [0; 16];
        Uuid::from_u128(0x5AFC3147_4BCC_11D1_BF80_00805FC147D3).put(&mut bytes);
        assert_eq!(bytes[..8], [0x47, 0x31, 0xFC, 0x5A, 0xCC, 0x4B, 0xD1, 0x11]);
        assert_eq!(bytes[8..], [0xBF, 0x80, 0x00, 0x80, 0x5F, 0xC1, 0x47, 0xD3]);
        (-15_428_i64).put(&mut bytes[..8]);
        assert_eq!(bytes[..8], [0xBC, 0xC3, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        2.25_f64.put(&mut bytes[..8]);
        assert_eq!(bytes[..8], [0, 0, 0, 0, 0, 0, 0x02, 0x40]);
    }

    #[test]
    fn an_error_names_structure_entry_field_value_and_what_is_allowed() {
        let error = DecodeError::field("LINEQUEUEENTRY", "dwNameOffset", 9, Problem::Below { least: 24 }).at_entry(3);
        assert_eq!(error.to_string(), "LINEQUEUEENTRY[3].dwNameOffset is 9; allowed is 24 or more");
    }
}
