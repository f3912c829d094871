//! The agent handlers of a scenario with their own objects and statistics, as a client reads them over TAPI at the end of a
//! run: [`text`](text()), [`json`](json()) or [`write_csv`].
//!
//! What is read here is read by TAPI 2.2's functions from each handler's line, and not from the simulation. TAPI lists no agents
//! and no ended sessions: their handles are known from the proxies.

mod csv;
mod json;
mod read;
mod text;

pub use self::csv::write_csv;
pub use json::json;
pub use read::read;
pub use text::text;

use uuid::Uuid;

/// A statistic: TAPI's name, and the value in TAPI's unit.
pub type Reading = (&'static str, f64);

/// An agent handler, with what is its own.
#[derive(Clone, Debug, PartialEq)]
pub struct HandlerReading {
    /// Its name.
    pub name: String,
    /// LINEAGENTCAPS.ProxyGUID.
    pub guid: Uuid,
    /// The number of its line device: dwDeviceID.
    pub device_id: u32,
    /// The names of its addresses, by their numbers on the device.
    pub addresses: Vec<String>,
    /// Its groups.
    pub groups: Vec<GroupReading>,
    /// Its agents.
    pub agents: Vec<AgentReading>,
}

/// An ACD group of a handler.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupReading {
    /// Its name.
    pub name: String,
    /// Its GUID.
    pub guid: Uuid,
    /// Its queues.
    pub queues: Vec<QueueReading>,
}

/// A queue of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueReading {
    /// Its name.
    pub name: String,
    /// Its number within its handler: dwQueueID.
    pub queue_id: u32,
    /// What is counted of it.
    pub statistics: Vec<Reading>,
}

/// An agent of a handler.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentReading {
    /// The agent's user name.
    pub user: String,
    /// The agent's handle within the handler: hAgent.
    pub handle: u32,
    /// TAPI 3's name of the agent's state.
    pub state: &'static str,
    /// What is counted of the agent.
    pub statistics: Vec<Reading>,
    /// The agent's sessions, those that have ended among them, in the order of creation.
    pub sessions: Vec<SessionReading>,
}

/// A session of an agent.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionReading {
    /// Its handle within the handler: hAgentSession.
    pub handle: u32,
    /// The name of its group.
    pub group: String,
    /// The number of its address on the device: dwAddressID.
    pub address_id: u32,
    /// TAPI 3's name of its state.
    pub state: &'static str,
    /// What is counted in it; nothing if it has ended and the conventions refuse that then.
    pub statistics: Vec<Reading>,
}
