//! LINECALLPARAMS as lineOpen takes it from a proxy: the requests that it will serve.
//!
//! With LINEOPENOPTION_PROXY the device-specific part is an array of DWORDs, each a LINEPROXYREQUEST_ value. The other
//! members are of a call, and zero here.

use super::ProxyRequestType;
use super::layout::{DecodeError, Field, Kind, Layout, Problem, array, put};
use super::variable::{Place, Reader};

/// The members that registration uses; the fixed part has more between them.
pub const CALL_PARAMS: Layout = Layout {
    name: "LINECALLPARAMS",
    size: 180,
    fields: &[
        Field { name: "dwTotalSize", offset: 0, size: 4, kind: Kind::Dword },
        Field { name: "dwAddressID", offset: 28, size: 4, kind: Kind::Dword },
        Field { name: "dwDevSpecificSize", offset: 104, size: 4, kind: Kind::Dword },
        Field { name: "dwDevSpecificOffset", offset: 108, size: 4, kind: Kind::Dword },
    ],
};

/// The bytes of the fixed part before 3.0, whose dwAddressType is its last member.
pub const CALL_PARAMS_SIZE_BEFORE_3_0: usize = 176;

const TOTAL_SIZE: usize = 0;
const ADDRESS_ID: usize = 28;
const DEV_SPECIFIC_SIZE: usize = 104;
const DEV_SPECIFIC_OFFSET: usize = 108;

/// What a proxy registers with lineOpen.
///
/// ```
/// use acdsim::acd::tapi2::ProxyRequestType;
/// use acdsim::acd::tapi2::call_params::ProxyRegistration;
///
/// let all = ProxyRegistration::new(0, ProxyRequestType::ALL);
/// let bytes = all.encode();
/// assert_eq!(bytes.len(), 180 + 20 * 4);
/// assert_eq!(ProxyRegistration::decode(&bytes)?, all);
/// # Ok::<(), acdsim::acd::tapi2::DecodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxyRegistration {
    /// The address, with LINEOPENOPTION_SINGLEADDRESS; else without meaning.
    pub address: u32,
    /// The requests to be served, each one of LINEPROXYREQUEST_.
    pub request_types: Vec<u32>,
}

impl ProxyRegistration {
    /// The registration of some types.
    pub fn new(address: u32, request_types: &[ProxyRequestType]) -> Self {
        ProxyRegistration { address, request_types: request_types.iter().map(|request| request.value()).collect() }
    }

    /// LINECALLPARAMS with the array directly behind the fixed part of 3.0, which any version finds by its offset.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![0; CALL_PARAMS.size];
        bytes.extend(self.request_types.iter().flat_map(|request| request.to_le_bytes()));
        let size = bytes.len() - CALL_PARAMS.size;
        let mut set = |at: usize, value: usize| put(&mut bytes[at..], &(value as u32).to_le_bytes());
        set(TOTAL_SIZE, CALL_PARAMS.size + size);
        set(ADDRESS_ID, self.address as usize);
        set(DEV_SPECIFIC_SIZE, size);
        set(DEV_SPECIFIC_OFFSET, if size == 0 { 0 } else { CALL_PARAMS.size });
        bytes
    }

    /// Reads what a proxy of any version from 2.0 on registers; numbers that TAPI does not have are kept.
    ///
    /// # Errors
    ///
    /// [`Problem::TooShort`], or whatever is wrong with dwTotalSize and the device-specific part.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (name, fixed) = (CALL_PARAMS.name, CALL_PARAMS_SIZE_BEFORE_3_0);
        if bytes.len() < fixed {
            return Err(DecodeError::too_short(name, bytes.len(), fixed));
        }
        let dword = |at: usize| u32::from_le_bytes(array(&bytes[at..]));
        let total = dword(TOTAL_SIZE);
        if (total as usize) < fixed {
            let problem = Problem::Below { least: fixed as u64 };
            return Err(DecodeError::field(name, "dwTotalSize", total.into(), problem));
        }
        let Some(used) = bytes.get(..total as usize) else {
            let problem = Problem::Beyond { most: bytes.len() as u64 };
            return Err(DecodeError::field(name, "dwTotalSize", total.into(), problem));
        };
        let place = Place { size: dword(DEV_SPECIFIC_SIZE), offset: dword(DEV_SPECIFIC_OFFSET) };
        let array_of_dwords = Reader::behind(name, used, fixed).bytes("dwDevSpecific", place)?.unwrap_or_default();
        if !array_of_dwords.len().is_multiple_of(4) {
            let problem = Problem::ListSize { expected: array_of_dwords.len() as u64 / 4 * 4 };
            return Err(DecodeError::field(name, "dwDevSpecificSize", place.size.into(), problem));
        }
        let request_types = array_of_dwords.chunks_exact(4).map(|dword| u32::from_le_bytes(array(dword))).collect();
        Ok(ProxyRegistration { address: dword(ADDRESS_ID), request_types })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_array_stands_behind_the_fixed_part() {
        let two = [ProxyRequestType::CreateAgent, ProxyRequestType::GetGroupList];
        let bytes = ProxyRegistration::new(3, &two).encode();
        assert_eq!(bytes[..4], [188, 0, 0, 0]);
        assert_eq!(bytes[28], 3);
        assert_eq!(bytes[104..112], [8, 0, 0, 0, 180, 0, 0, 0]);
        assert_eq!(bytes[180..], [9, 0, 0, 0, 0x13, 0, 0, 0]);
    }

    #[test]
    fn the_places_are_those_of_the_table() {
        let offsets: Vec<usize> = CALL_PARAMS.fields.iter().map(|field| field.offset).collect();
        assert_eq!(offsets, [TOTAL_SIZE, ADDRESS_ID, DEV_SPECIFIC_SIZE, DEV_SPECIFIC_OFFSET]);
    }

    #[test]
    fn a_proxy_of_2_2_has_a_shorter_fixed_part() {
        let newer = ProxyRegistration::new(0, ProxyRequestType::ALL);
        let mut bytes = newer.encode();
        bytes.drain(176..180);
        bytes[0..4].copy_from_slice(&256_u32.to_le_bytes());
        bytes[108] = 176;
        assert_eq!(ProxyRegistration::decode(&bytes), Ok(newer));
    }

    #[test]
    fn half_a_dword_is_refused() {
        let mut bytes = ProxyRegistration::new(0, &[ProxyRequestType::CreateAgent]).encode();
        bytes[104] = 3;
        let error = ProxyRegistration::decode(&bytes).expect_err("it is three bytes");
        assert_eq!(error.to_string(), "LINECALLPARAMS.dwDevSpecificSize is 3; allowed is 0, the size of the entries");
        bytes[104] = 5;
        assert!(ProxyRegistration::decode(&bytes).is_err(), "the array would end behind the structure");
    }

    #[test]
    fn the_fixed_part_is_enough_and_one_byte_less_is_not() {
        let sized = |bytes: usize, total: u32| {
            let mut fixed = vec![0; bytes];
            fixed[..4].copy_from_slice(&total.to_le_bytes());
            ProxyRegistration::decode(&fixed)
        };
        let wrong = |bytes, total| {
            let error = sized(bytes, total).expect_err("a byte is missing");
            (error.field, error.value, error.problem)
        };
        assert_eq!(sized(176, 176), Ok(ProxyRegistration::default()));
        assert_eq!(sized(175, 176), Err(DecodeError::too_short("LINECALLPARAMS", 175, 176)));
        assert_eq!(wrong(176, 175), ("dwTotalSize".to_string(), 175, Problem::Below { least: 176 }));
        assert_eq!(wrong(176, 177), ("dwTotalSize".to_string(), 177, Problem::Beyond { most: 176 }));
    }

    #[test]
    fn an_array_that_ends_within_a_dword_should_have_ended_before_it() {
        let two = [ProxyRequestType::CreateAgent, ProxyRequestType::GetGroupList];
        let mut bytes = ProxyRegistration::new(0, &two).encode();
        bytes[104] = 6;
        let error = ProxyRegistration::decode(&bytes).expect_err("it is six bytes");
        assert_eq!((error.value, error.problem), (6, Problem::ListSize { expected: 4 }));
    }
}
