//! The decoder of every structure: no bytes make it panic, and what it accepts leads back to itself.

#![no_main]

use acdsim::acd::tapi2::call_params::ProxyRegistration;
use acdsim::acd::tapi2::lists::{ActivityList, AgentList, GroupList, ProxyRequestList, QueueList, SessionList};
use acdsim::acd::tapi2::message::{LineMessage, RawMessage};
use acdsim::acd::tapi2::records::{AgentCaps, AgentStatus};
use acdsim::acd::tapi2::structures::{AgentInfo, AgentSessionInfo, QueueInfo};
use acdsim::acd::tapi2::{NameOffsets, Variable};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The first byte chooses: so each run is of one decoder, and the fuzzer finds each of them.
    let Some((choice, bytes)) = bytes.split_first() else { return };
    match choice % 13 {
        0 => leads_back::<GroupList>(bytes),
        1 => leads_back::<QueueList>(bytes),
        2 => leads_back::<ActivityList>(bytes),
        3 => leads_back::<AgentList>(bytes),
        4 => leads_back::<SessionList>(bytes),
        5 => leads_back::<ProxyRequestList>(bytes),
        6 => leads_back::<AgentStatus>(bytes),
        7 => leads_back::<AgentCaps>(bytes),
        8 => leads_back::<AgentInfo>(bytes),
        9 => leads_back::<AgentSessionInfo>(bytes),
        10 => leads_back::<QueueInfo>(bytes),
        11 => {
            if let Ok(registration) = ProxyRegistration::decode(bytes) {
                assert_eq!(ProxyRegistration::decode(&registration.encode()), Ok(registration));
            }
        }
        _ => {
            for raw in [RawMessage::decode_64(bytes), RawMessage::decode_32(bytes)].into_iter().flatten() {
                assert_eq!(RawMessage::decode_64(&raw.encode_64()), Ok(raw));
                let message = LineMessage::from(raw);
                assert_eq!(LineMessage::from(message.to_raw(raw.device, raw.callback_instance)), message);
            }
        }
    }
});

/// Decodes, encodes, decodes and encodes: the bytes must be the same. A DATE that is no number is not equal to itself, so
/// the values are not compared.
fn leads_back<V: Variable>(bytes: &[u8]) {
    for offsets in [NameOffsets::FromList, NameOffsets::FromEntry] {
        if let Ok(value) = V::decode_with(bytes, offsets) {
            let again = encoded(&value, offsets);
            let value = V::decode_with(&again, offsets).expect("what was encoded decodes");
            assert_eq!(encoded(&value, offsets), again);
        }
    }
}

fn encoded<V: Variable>(value: &V, offsets: NameOffsets) -> Vec<u8> {
    let mut buffer = vec![0; value.needed_size()];
    value.encode_into_with(&mut buffer, offsets).expect("it has what it needs");
    buffer
}
