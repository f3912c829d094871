//! The words of TAPI 3's call-center part: result codes, enumerations, events, identifiers, interfaces.
//!
//! TAPI 3 is COM. What is here is data: it takes neither COM nor Windows, and whoever lists, records or implements the
//! interfaces uses it. The states of an agent session are [`SessionState`](crate::acd::SessionState). TAPI 3 numbers its
//! states from 0, TAPI 2 has bits for them: they are not the same numbers.

mod enumerations;
pub mod events;
mod hresult;
pub mod identifiers;
mod interfaces;
mod translation;

pub use enumerations::{AcdGroupEvent, AcdQueueEvent, AgentEvent, AgentHandlerEvent, AgentSessionEvent, UnknownValue};
pub use hresult::HResult;
pub use interfaces::{INTERFACES, Interface, Method};
