//! The interfaces that Automation reaches, as tables: those of the call center are [`INTERFACES`]; those of TAPI that an
//! agent's program cannot do without stand here.

use acdsim::acd::tapi3::identifiers::{IID_ITAddress, IID_ITTAPI};
use acdsim::acd::tapi3::{INTERFACES, Interface, Method};

macro_rules! methods {
    ($($slot:literal $name:ident $dispid:literal $($hidden:ident)?;)*) => {
        &[$(Method {
            slot: $slot,
            dispid: Some($dispid),
            name: stringify!($name),
            hidden: methods!(@ $($hidden)?),
        }),*]
    };
    (@) => { false };
    (@ hidden) => { true };
}

/// ITTAPI.
pub(crate) const TAPI: Interface = Interface {
    name: "ITTAPI",
    iid: IID_ITTAPI,
    dual: true,
    methods: methods! {
        7 Initialize 0x1000D;
        8 Shutdown 0x1000E;
        9 get_Addresses 0x10001;
        10 EnumerateAddresses 0x10002 hidden;
        11 RegisterCallNotifications 0x10003;
        12 UnregisterNotifications 0x10004;
        13 get_CallHubs 0x10005;
        14 EnumerateCallHubs 0x10006 hidden;
        15 SetCallHubTracking 0x10007;
        16 EnumeratePrivateTAPIObjects 0x10008 hidden;
        17 get_PrivateTAPIObjects 0x10009;
        18 RegisterRequestRecipient 0x1000A;
        19 SetAssistedTelephonyPriority 0x1000B;
        20 SetApplicationPriority 0x1000C;
        21 put_EventFilter 0x1000F;
        22 get_EventFilter 0x1000F;
    },
};

/// ITAddress.
pub(crate) const ADDRESS: Interface = Interface {
    name: "ITAddress",
    iid: IID_ITAddress,
    dual: true,
    methods: methods! {
        7 get_State 0x10001;
        8 get_AddressName 0x10002;
        9 get_ServiceProviderName 0x10003;
        10 get_TAPIObject 0x10004;
        11 CreateCall 0x10005;
        12 get_Calls 0x10006;
        13 EnumerateCalls 0x10007 hidden;
        14 get_DialableAddress 0x10008;
        15 CreateForwardInfoObject 0x1000A;
        16 Forward 0x1000B;
        17 get_CurrentForwardInfo 0x1000C;
        18 put_MessageWaiting 0x1000E;
        19 get_MessageWaiting 0x1000E;
        20 put_DoNotDisturb 0x1000F;
        21 get_DoNotDisturb 0x1000F;
    },
};

/// The table of an interface by TAPI's name.
pub(crate) fn interface(name: &str) -> Option<&'static Interface> {
    [&TAPI, &ADDRESS].into_iter().chain(INTERFACES).find(|interface| interface.name == name)
}

/// What a method is to Automation: how it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// As a function, or a property that is read.
    Get,
    /// A property that is set.
    Put,
}

/// The name by which Automation knows a method: that of a property has no `get_` or `put_`.
pub(crate) fn automation_name(method: &Method) -> &'static str {
    let name = method.name;
    name.strip_prefix("get_").or_else(|| name.strip_prefix("put_")).unwrap_or(name)
}

/// The dispatch identifier of a name, whose case does not matter.
pub(crate) fn dispid(interfaces: &[&'static Interface], name: &str) -> Option<i32> {
    let mut methods = interfaces.iter().flat_map(|interface| interface.methods);
    methods.find(|method| automation_name(method).eq_ignore_ascii_case(name)).and_then(|method| method.dispid)
}

/// The method of a dispatch identifier, used so.
pub(crate) fn method(interfaces: &[&'static Interface], dispid: i32, used: Use) -> Option<&'static str> {
    let mut methods = interfaces.iter().flat_map(|interface| interface.methods);
    let sets = |method: &Method| method.name.starts_with("put_");
    let found = methods.find(|method| method.dispid == Some(dispid) && sets(method) == (used == Use::Put));
    found.map(|method| method.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_have_the_slots_of_the_headers() {
        for table in [TAPI, ADDRESS] {
            let slots: Vec<u8> = table.methods.iter().map(|method| method.slot).collect();
            assert_eq!(slots, (7..7 + slots.len() as u8).collect::<Vec<_>>(), "{}", table.name);
        }
    }

    #[test]
    fn automation_finds_methods_by_names_and_numbers() {
        let tapi = [&TAPI, interface("ITTAPICallCenter").expect("it is a table")];
        assert_eq!(dispid(&tapi, "agenthandlers"), Some(0x20002));
        assert_eq!(dispid(&tapi, "EventFilter"), Some(0x1000F));
        assert_eq!(dispid(&tapi, "get_EventFilter"), None);
        assert_eq!(method(&tapi, 0x1000F, Use::Put), Some("put_EventFilter"));
        assert_eq!(method(&tapi, 0x1000F, Use::Get), Some("get_EventFilter"));
        assert_eq!(method(&tapi, 0x1000D, Use::Put), None);
        let collection = [interface("ITCollection").expect("it is a table")];
        assert_eq!((dispid(&collection, "_NewEnum"), dispid(&collection, "item")), (Some(-4), Some(0)));
    }
}
