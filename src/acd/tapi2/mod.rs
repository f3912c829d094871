//! The bytes and words of TAPI 2.2's call-center part: constants, errors, structures, proxy requests, messages.
//!
//! What a client, TAPI and an ACD proxy application hand each other is data in memory, laid out by `tapi.h`. Here it is
//! declared once, with every size and offset written out and checked by the compiler, and read and written by safe code
//! that works on any machine: little-endian, packed to one byte, without pointers. Nothing here has a clock or a state,
//! and of the rest of [`acd`](crate::acd) it uses only what the conventions name; whoever carries TAPI's bytes (an adapter, a recorder, a test of
//! another implementation) uses it.
//!
//! - [`constants`] and [`ProxyRequestType`]: TAPI's numbers under TAPI's names, with tables to list them.
//! - [`LineError`]: what a function or a proxy answers when it fails.
//! - [`layout`] and [`structures`]: the fixed parts, field by field, with their tables.
//! - [`variable`]: the protocol of dwTotalSize, dwNeededSize and dwUsedSize, for filler and reader.
//! - [`lists`] and [`records`]: the structures that clients get, as owned values.
//! - [`arms`], [`request`] and [`response`]: LINEPROXYREQUEST, the buffer between TAPI and a proxy.
//! - [`call_params`]: how a proxy says which requests it serves.
//! - [`message`]: what arrives by callback or LINEMESSAGE.
//! - [`telephony`]: TAPI's server between clients and proxies, as a pure dispatcher.
//! - [`proxy`]: the ACD proxy application, which answers from an agent handler.
//! - [`service`], [`virtual_time`]: such a server with a clock, for clients that wait.
//! - [`words`]: the bits of states, and the handles of agents and sessions.
//!
//! # Untrusted bytes
//!
//! Every decoder takes bytes that anyone may have written. It answers with a value or with a [`DecodeError`] that names
//! structure, field, value and what is allowed; it neither panics nor reads outside, and the memory it takes is bounded
//! by the length of the bytes.

pub mod arms;
pub mod call_params;
pub mod constants;
pub mod layout;
mod line_error;
pub mod lists;
pub mod message;
pub mod proxy;
pub mod records;
pub mod request;
mod request_type;
pub mod response;
pub mod service;
pub mod structures;
pub mod telephony;
pub mod variable;
pub mod virtual_time;
pub mod words;

pub use layout::{DecodeError, Problem, Structure};
pub use line_error::LineError;
pub use request_type::{ApiVersion, ProxyRequestType};
pub use variable::{NameOffsets, Variable};
