//! A proxy request and its answer: no bytes make a decoder panic, and what it accepts leads back to itself.

#![no_main]

use acdsim::acd::tapi2::LineError;
use acdsim::acd::tapi2::request::{contained, decode_request, encode_request};
use acdsim::acd::tapi2::response::{decode_response, encode_response};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = decode_request(bytes) {
        let again = encode_request(&request).expect("it is no longer than what it came from, and a header");
        assert_eq!(decode_request(&again), Ok(request));
    }
    if let Ok(response) = decode_response(bytes) {
        let mut buffer = bytes.to_vec();
        assert_ne!(encode_response(&mut buffer, &response), Err(LineError::InvalParam));
        assert!(buffer.len() == bytes.len() && contained(&buffer).is_ok());
    }
});
