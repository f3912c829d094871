//! The interfaces that Automation reaches, as tables: those of the call center are [`INTERFACES`]; those of TAPI that an
//! agent's program cannot do without stand here.

use acdsim::acd::tapi3::identifiers::{IID_ITAddress, IID_ITTAPI};
use acdsim::acd::tapi3::{INTERFACES, Interface, Method};
use uuid::Uuid;

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

/// ITBasicCallControl.
pub(crate) const CALL_CONTROL: Interface = Interface {
    name: "ITBasicCallControl",
    iid: Uuid::from_u128(0xB1EFC389_9355_11D0_835C_00AA003CCABD),
    dual: true,
    methods: methods! {
        7 Connect 0x20003;
        8 Answer 0x20004;
        9 Disconnect 0x20005;
        10 Hold 0x20006;
        11 HandoffDirect 0x20007;
        12 HandoffIndirect 0x20008;
        13 Conference 0x20009;
        14 Transfer 0x2000A;
        15 BlindTransfer 0x2000B;
        16 SwapHold 0x2000C;
        17 ParkDirect 0x2000D;
        18 ParkIndirect 0x2000E;
        19 Unpark 0x2000F;
        20 SetQOS 0x20010;
        21 Pickup 0x20013;
        22 Dial 0x20014;
        23 Finish 0x20015;
        24 RemoveFromConference 0x20016;
    },
};

/// ITCallInfo.
pub(crate) const CALL_INFO: Interface = Interface {
    name: "ITCallInfo",
    iid: Uuid::from_u128(0x350F85D1_1227_11D3_83D4_00C04FB6809F),
    dual: true,
    methods: methods! {
        7 get_Address 0x10001;
        8 get_CallState 0x10002;
        9 get_Privilege 0x10003;
        10 get_CallHub 0x10004;
        11 get_CallInfoLong 0x10005;
        12 put_CallInfoLong 0x10005;
        13 get_CallInfoString 0x10006;
        14 put_CallInfoString 0x10006;
        15 get_CallInfoBuffer 0x10007;
        16 put_CallInfoBuffer 0x10007;
        17 GetCallInfoBuffer 0x10008 hidden;
        18 SetCallInfoBuffer 0x10009 hidden;
        19 ReleaseUserUserInfo 0x1000A;
    },
};

/// ITCallNotificationEvent.
pub(crate) const CALL_NOTIFICATION_EVENT: Interface = Interface {
    name: "ITCallNotificationEvent",
    iid: Uuid::from_u128(0x895801DF_3DD6_11D1_8F30_00C04FB6809F),
    dual: true,
    methods: methods! {
        7 get_Call 1;
        8 get_Event 2;
        9 get_CallbackInstance 3;
    },
};

/// ITCallStateEvent.
pub(crate) const CALL_STATE_EVENT: Interface = Interface {
    name: "ITCallStateEvent",
    iid: Uuid::from_u128(0x62F47097_95C9_11D0_835D_00AA003CCABD),
    dual: true,
    methods: methods! {
        7 get_Call 1;
        8 get_State 2;
        9 get_Cause 3;
        10 get_CallbackInstance 4;
    },
};

/// Those of TAPI itself.
const OF_TAPI: [&Interface; 6] =
    [&TAPI, &ADDRESS, &CALL_CONTROL, &CALL_INFO, &CALL_NOTIFICATION_EVENT, &CALL_STATE_EVENT];

/// The table of an interface by TAPI's name.
pub(crate) fn interface(name: &str) -> Option<&'static Interface> {
    OF_TAPI.into_iter().chain(INTERFACES).find(|interface| interface.name == name)
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
        for table in OF_TAPI {
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
