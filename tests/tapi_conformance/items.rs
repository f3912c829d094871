//! What our own tables hold: each item is to have a row.

use acdsim::acd::conventions::Conventions;
use acdsim::acd::tapi2::arms::ARMS;
use acdsim::acd::tapi2::call_params::CALL_PARAMS;
use acdsim::acd::tapi2::layout::Layout;
use acdsim::acd::tapi2::structures::{LISTS, LineAgentGroupId, LineProxyRequest, STRUCTURES};
use acdsim::acd::tapi2::{LineError, ProxyRequestType, Structure, constants};
use acdsim::acd::tapi3::{
    AcdGroupEvent, AcdQueueEvent, AgentEvent, AgentHandlerEvent, AgentSessionEvent, HResult, INTERFACES, events,
    identifiers,
};
use acdsim::acd::{AgentState, SessionState};

use crate::documented::{FUNCTIONS, RETURNS};

/// An item of a table.
pub(crate) struct Item {
    /// The section of the document that it belongs to.
    pub(crate) section: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// What the table tells of it.
    pub(crate) what: String,
}

/// Every item of every table, in the order of the document within each section.
pub(crate) fn items() -> Vec<Item> {
    let mut items = Vec::new();
    let mut add = |section, name: String, what: String| items.push(Item { section, name, what });
    for (name, guid) in identifiers::ALL {
        add("2.1", (*name).to_owned(), guid.to_string().to_uppercase());
    }
    for interface in INTERFACES {
        let section = section_of(interface.name);
        for method in interface.methods {
            let dispid = method.dispid.map_or("no dispid".into(), |it| format!("dispid {it:#x}"));
            let what = format!("slot {}, {dispid}{}", method.slot, if method.hidden { ", hidden" } else { "" });
            add(section, format!("{}::{}", interface.name, method.name), what);
        }
        for (method, codes) in RETURNS.iter().filter(|(method, _)| method.split("::").next() == Some(interface.name)) {
            for code in *codes {
                add(section, format!("{method} returns {code}"), "a documented result".into());
            }
        }
    }
    enumerations(&mut add);
    for function in FUNCTIONS {
        let section = match function.request.map(ProxyRequestType::since) {
            None => "5.2",
            Some(acdsim::acd::tapi2::ApiVersion::V2_0) => "5.3",
            Some(_) => "5.1",
        };
        let request = function.request.map_or("synchronous".into(), |it| format!("asynchronous: {it}"));
        add(section, function.name.to_owned(), request);
        for parameter in function.parameters {
            add(section, format!("{}({parameter})", function.name), "a parameter".into());
        }
        for error in function.errors {
            add(section, format!("{} fails with {}", function.name, error.name()), error.to_string());
        }
    }
    let group_id = Layout { name: "LINEAGENTGROUPENTRY.GroupID", ..LineAgentGroupId::LAYOUT };
    for layout in STRUCTURES.iter().chain([&group_id, &CALL_PARAMS]).chain(&LISTS) {
        // GroupID is a field of LINEAGENTGROUPENTRY already.
        if layout.name != group_id.name {
            add("6", layout.name.to_owned(), format!("{} bytes", layout.size));
        }
        fields(layout, layout.name, &mut add);
    }
    add("6", "LINEPROXYREQUEST".into(), "28 bytes before the union, 108 with the largest arm".into());
    fields(&LineProxyRequest::LAYOUT, "LINEPROXYREQUEST", &mut add);
    for arm in &ARMS {
        let name = format!("LINEPROXYREQUEST.{}", arm.name);
        add("6", name.clone(), format!("the arm of {}, which ends at {}", arm.request_type, arm.layout.size));
        fields(&arm.layout, &name, &mut add);
    }
    for (name, value) in constants::ALL {
        let section = if name.starts_with("LINE_") { "8" } else { "7" };
        add(section, (*name).to_owned(), if section == "8" { value.to_string() } else { format!("{value:#x}") });
    }
    for request_type in ProxyRequestType::ALL {
        add(
            "7",
            request_type.name().to_owned(),
            format!("{:#x}, since {}", request_type.value(), request_type.since()),
        );
    }
    for error in LineError::ALL {
        add("7", error.name().to_owned(), format!("{:#x}: {error}", error.code()));
    }
    for code in HResult::ALL {
        let (name, meaning) = (code.name().expect("it has a name"), code.meaning().expect("it has a meaning"));
        add("7", name.to_owned(), format!("{:#x}: {meaning}", code.0));
    }
    for convention in Conventions::DECLARED {
        let question = convention.question.trim_end_matches('.');
        let what = format!("{question}: `{}`, as {}", convention.default, convention.why);
        add("4.4", format!("convention {}", convention.name), what);
    }
    items
}

fn section_of(interface: &str) -> &'static str {
    match interface {
        "ITTAPICallCenter" => "2.2",
        "ITAgentHandler" => "2.3",
        "ITAgent" => "2.4",
        "ITAgentSession" => "2.5",
        "ITACDGroup" => "2.6",
        "ITQueue" => "2.7",
        name if name.ends_with("Event") => "2.8",
        name if name.starts_with("IEnum") => "2.9",
        _ => "2.10",
    }
}

fn fields(layout: &Layout, name: &str, add: &mut impl FnMut(&'static str, String, String)) {
    for field in layout.fields {
        add("6", format!("{name}.{}", field.name), format!("{} bytes at {}", field.size, field.offset));
    }
}

fn enumerations(add: &mut impl FnMut(&'static str, String, String)) {
    macro_rules! values {
        ($($enumeration:ident $tapi:literal;)*) => {$(
            for value in $enumeration::ALL {
                add("3", value.name().to_owned(), format!("{} {}", $tapi, value as i32));
            }
        )*};
    }
    macro_rules! events {
        ($($enumeration:ident;)*) => {$(
            for value in $enumeration::ALL {
                add("3", value.name().to_owned(), format!("{} {}", $enumeration::NAME, *value as i32));
            }
        )*};
    }
    values! { AgentState "AGENT_STATE"; SessionState "AGENT_SESSION_STATE"; }
    events! { AgentEvent; AgentSessionEvent; AgentHandlerEvent; AcdGroupEvent; AcdQueueEvent; }
    for (name, value) in events::ALL {
        add("3", (*name).to_owned(), format!("TAPI_EVENT {value:#x}"));
    }
}
