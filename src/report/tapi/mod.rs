//! The model of TAPI's call center, as `acdsim tapi` prints it: [`text`](text()), [`json`](json()) or [`write_csv`].
//!
//! What is printed is the data of [`acd`](crate::acd): its catalogue, its conventions and the tables of TAPI 2.2 and 3.

mod csv;
mod json;
mod text;

pub use self::csv::write_csv;
pub use json::json;
pub use text::text;

use std::fmt;

use crate::acd::tapi2::layout::Kind;
use crate::acd::tapi2::{ProxyRequestType, constants};
use crate::acd::tapi3::{
    AcdGroupEvent, AcdQueueEvent, AgentEvent, AgentHandlerEvent, AgentSessionEvent, events, identifiers,
};
use crate::acd::{AgentState, SessionState};

/// A part of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// The objects and their relations.
    Objects,
    /// The states of sessions and agents, and which may follow which.
    States,
    /// What is reported of sessions, agents and queues.
    Statistics,
    /// What TAPI's documentation leaves open, and how it is answered.
    Conventions,
    /// The errors of TAPI 2.2, and what TAPI 3 makes of them.
    Errors,
    /// The structures of TAPI 2.2, with their offsets.
    Structures,
    /// The interfaces of TAPI 3, with their slots.
    Interfaces,
    /// The numbers that have a name.
    Constants,
    /// The messages and the requests to a proxy.
    Messages,
}

impl Topic {
    /// All topics, in the order in which they are printed.
    pub const ALL: [Topic; 9] = [
        Topic::Objects,
        Topic::States,
        Topic::Statistics,
        Topic::Conventions,
        Topic::Errors,
        Topic::Structures,
        Topic::Interfaces,
        Topic::Constants,
        Topic::Messages,
    ];

    /// Those that people are shown who name none.
    pub const MAIN: [Topic; 4] = [Topic::Objects, Topic::States, Topic::Statistics, Topic::Conventions];

    /// The topic's name, which is its key in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Topic::Objects => "objects",
            Topic::States => "states",
            Topic::Statistics => "statistics",
            Topic::Conventions => "conventions",
            Topic::Errors => "errors",
            Topic::Structures => "structures",
            Topic::Interfaces => "interfaces",
            Topic::Constants => "constants",
            Topic::Messages => "messages",
        }
    }

    /// The topic of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Topic::ALL.into_iter().find(|topic| topic.name() == name)
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of numbers with names: an enumeration of TAPI 3, or the constants of TAPI 2.2 that begin alike.
struct Set {
    name: &'static str,
    /// Whether the numbers are listed as such; bits are not.
    decimal: bool,
    values: Vec<(&'static str, u32)>,
}

/// All sets of numbers.
fn sets() -> Vec<Set> {
    let mut sets: Vec<Set> = Vec::new();
    for &(name, value) in constants::ALL {
        let prefix = &name[..=name.find('_').expect("a constant begins with the name of its set")];
        match sets.last_mut() {
            Some(set) if set.name == prefix => set.values.push((name, value)),
            _ => sets.push(Set { name: prefix, decimal: prefix == "LINE_", values: vec![(name, value)] }),
        }
    }
    let requests = ProxyRequestType::ALL.iter().map(|request| (request.name(), request.value()));
    sets.push(Set { name: "LINEPROXYREQUEST_", decimal: false, values: requests.collect() });
    let events = events::ALL.iter().map(|&(name, value)| (name, value as u32));
    sets.push(Set { name: "TAPI_EVENT", decimal: false, values: events.collect() });
    macro_rules! enumerations {
        ($($name:literal: $type:ident),+) => {
            $(sets.push(Set {
                name: $name,
                decimal: true,
                values: $type::ALL.iter().map(|value| (value.name(), *value as u32)).collect(),
            });)+
        };
    }
    enumerations! {
        "AGENT_STATE": AgentState,
        "AGENT_EVENT": AgentEvent,
        "AGENT_SESSION_STATE": SessionState,
        "AGENT_SESSION_EVENT": AgentSessionEvent,
        "AGENTHANDLER_EVENT": AgentHandlerEvent,
        "ACDGROUP_EVENT": AcdGroupEvent,
        "ACDQUEUE_EVENT": AcdQueueEvent
    }
    sets
}

/// The value of a constant of TAPI 2.2.
fn constant(name: &str) -> u32 {
    let found = constants::ALL.iter().find(|(known, _)| *known == name);
    found.expect("the catalogue has constants that are there").1
}

/// The name of the function of TAPI 2 that makes a request.
fn function(request: ProxyRequestType) -> String {
    format!("line{request:?}")
}

/// The identifier of the interface or class of a name, as COM writes it.
fn guid(guid: &uuid::Uuid) -> String {
    guid.to_string().to_uppercase()
}

/// The names that have an identifier and no table of methods here.
fn other_identifiers() -> impl Iterator<Item = (&'static str, String)> {
    let listed = |name: &str| {
        crate::acd::tapi3::INTERFACES.iter().any(|interface| name.strip_prefix("IID_") == Some(interface.name))
    };
    identifiers::ALL.iter().filter(move |(name, _)| !listed(name)).map(|(name, id)| (*name, guid(id)))
}

/// TAPI's name of a type.
const fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Byte => "BYTE",
        Kind::Dword => "DWORD",
        Kind::DwordPtr64 => "DWORD_PTR",
        Kind::Currency => "CURRENCY",
        Kind::Date => "DATE",
        Kind::Guid => "GUID",
        Kind::Structure => "structure",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_found_by_its_name() {
        for topic in Topic::ALL {
            assert_eq!(Topic::from_name(topic.name()), Some(topic));
        }
        assert_eq!(Topic::from_name("weather"), None);
    }

    #[test]
    fn a_request_has_the_name_of_its_function() {
        for &request in ProxyRequestType::ALL {
            let upper = function(request).to_uppercase();
            assert_eq!(upper.strip_prefix("LINE"), request.name().strip_prefix("LINEPROXYREQUEST_"));
        }
    }

    #[test]
    fn the_constants_of_a_set_stand_together() {
        let sets = sets();
        for (index, set) in sets.iter().enumerate() {
            assert!(sets[..index].iter().all(|other| other.name != set.name), "{}", set.name);
        }
    }
}
