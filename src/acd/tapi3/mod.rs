//! TAPI 3's call-center part: its objects, and the words that they speak.
//!
//! TAPI 3 is COM. What is here takes neither COM nor Windows: the words are data ([`HResult`], enumerations, [`events`],
//! [`identifiers`], [`INTERFACES`]), and the objects are plain Rust over the line functions of TAPI 2.2, as TAPI 3's are.
//! So both are spellings over one agent handler, and a COM server is a thin skin over these.
//!
//! [`Tapi`] is the TAPI object. The others are small handles that are passed to it: [`ITAgentHandler`], [`ITACDGroup`],
//! [`ITQueue`], [`ITAddress`], [`ITAgent`], [`ITAgentSession`], with the methods of the interfaces of these names.
//!
//! # How it behaves
//!
//! - A method that needs the agent handler waits for its reply, at most [`TIMEOUT`].
//! - A NULL pointer is an argument that is `None`; a NULL place for a result is one for [`deliver`].
//! - What put_State of TAPI 3 passes as the next state of TAPI 2.2 is none.
//! - get_State, get_Agent, get_Address and the names ask nobody: they are what was last told, or known from the making.
//!   Only for what this client has merely heard of, such as a session that another has made, the handler is asked once.
//! - States: TAPI 3 numbers them from 0, TAPI 2 has bits for them; they are not the same numbers. RELEASED, which TAPI 3
//!   does not have, is the end of a session, and no event of an agent.
//! - New statistics (UPDATEINFO) have no event: a client reads them when it likes.
//! - An object whose handler has gone fails as a line function fails that nobody serves, even when another handler has
//!   come in its place; so does one from before a shutdown. An object of another [`Tapi`] is E_INVALIDARG where this one
//!   has none of that number.

mod agent;
mod enumerations;
mod enumerator;
pub mod events;
mod handler;
mod hresult;
pub mod identifiers;
mod interfaces;
mod notices;
mod records;
mod tapi;
mod translation;

pub use agent::{ITAgent, ITAgentSession};
pub use enumerations::{AcdGroupEvent, AcdQueueEvent, AgentEvent, AgentHandlerEvent, AgentSessionEvent, UnknownValue};
pub use enumerator::{Collection, Enumerator};
pub use handler::{ITACDGroup, ITAddress, ITAgentHandler, ITQueue};
pub use hresult::HResult;
pub use interfaces::{INTERFACES, Interface, Method};
pub use notices::Event;
pub use tapi::{TIMEOUT, Tapi, deliver};
