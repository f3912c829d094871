//! The call-center interfaces as tables: which method is at which slot and has which dispatch identifier.

use uuid::Uuid;

use super::identifiers;

/// An interface: its methods behind those of the interface that it derives from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interface {
    /// TAPI's name.
    pub name: &'static str,
    /// Its identifier.
    pub iid: Uuid,
    /// Whether Automation can call it: it derives from IDispatch, and its own methods begin at slot 7; else it derives
    /// from IUnknown, and they begin at slot 3.
    pub dual: bool,
    /// Its own methods, in the order of the slots.
    pub methods: &'static [Method],
}

/// A method of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// Its place in the table of functions, counted from 0 at QueryInterface.
    pub slot: u8,
    /// The identifier that Automation calls it by, if it has one.
    pub dispid: Option<i32>,
    /// TAPI's name; that of a property has `get_` or `put_` in front.
    pub name: &'static str,
    /// Whether it is marked as hidden or restricted, so that Automation's tools do not show it.
    pub hidden: bool,
}

macro_rules! interfaces {
    ($($(#[$doc:meta])* $constant:ident: $kind:ident $name:ident = $iid:ident {
        $($slot:literal $method:ident $($dispid:literal)? $($hidden:ident)?;)*
    })*) => {
        $($(#[$doc])* const $constant: Interface = Interface {
            name: stringify!($name),
            iid: identifiers::$iid,
            dual: interfaces!(@$kind),
            methods: &[$(Method {
                slot: $slot,
                dispid: interfaces!(@dispid $($dispid)?),
                name: stringify!($method),
                hidden: interfaces!(@hidden $($hidden)?),
            }),*],
        };)*

        /// Every interface of the call center, and two that its clients need.
        pub const INTERFACES: &[Interface] = &[$($constant),*];
    };
    (@dual) => { true };
    (@custom) => { false };
    (@dispid) => { None };
    (@dispid $dispid:literal) => { Some($dispid) };
    (@hidden) => { false };
    (@hidden hidden) => { true };
}

interfaces! {
    TAPI_CALL_CENTER: dual ITTAPICallCenter = IID_ITTAPICallCenter {
        7 EnumerateAgentHandlers 0x20001 hidden;
        8 get_AgentHandlers 0x20002;
    }
    AGENT_HANDLER: dual ITAgentHandler = IID_ITAgentHandler {
        7 get_Name 1;
        8 CreateAgent 2;
        9 CreateAgentWithID 3;
        10 EnumerateACDGroups 4 hidden;
        11 EnumerateUsableAddresses 5 hidden;
        12 get_ACDGroups 6;
        13 get_UsableAddresses 7;
    }
    AGENT: dual ITAgent = IID_ITAgent {
        7 EnumerateAgentSessions 1 hidden;
        8 CreateSession 2;
        9 CreateSessionWithPIN 3;
        10 get_ID 4;
        11 get_User 5;
        12 put_State 6;
        13 get_State 6;
        14 put_MeasurementPeriod 7;
        15 get_MeasurementPeriod 7;
        16 get_OverallCallRate 8;
        17 get_NumberOfACDCalls 9;
        18 get_NumberOfIncomingCalls 10;
        19 get_NumberOfOutgoingCalls 11;
        20 get_TotalACDTalkTime 12;
        21 get_TotalACDCallTime 13;
        22 get_TotalWrapUpTime 14;
        23 get_AgentSessions 15;
    }
    AGENT_SESSION: dual ITAgentSession = IID_ITAgentSession {
        7 get_Agent 1;
        8 get_Address 2;
        9 get_ACDGroup 3;
        10 put_State 4;
        11 get_State 4;
        12 get_SessionStartTime 5;
        13 get_SessionDuration 6;
        14 get_NumberOfCalls 7;
        15 get_TotalTalkTime 8;
        16 get_AverageTalkTime 9;
        17 get_TotalCallTime 10;
        18 get_AverageCallTime 11;
        19 get_TotalWrapUpTime 12;
        20 get_AverageWrapUpTime 13;
        21 get_ACDCallRate 14;
        22 get_LongestTimeToAnswer 15;
        23 get_AverageTimeToAnswer 16;
    }
    ACD_GROUP: dual ITACDGroup = IID_ITACDGroup {
        7 get_Name 1;
        8 EnumerateQueues 2 hidden;
        9 get_Queues 3;
    }
    QUEUE: dual ITQueue = IID_ITQueue {
        7 put_MeasurementPeriod 1;
        8 get_MeasurementPeriod 1;
        9 get_TotalCallsQueued 2;
        10 get_CurrentCallsQueued 3;
        11 get_TotalCallsAbandoned 4;
        12 get_TotalCallsFlowedIn 5;
        13 get_TotalCallsFlowedOut 6;
        14 get_LongestEverWaitTime 7;
        15 get_CurrentLongestWaitTime 8;
        16 get_AverageWaitTime 9;
        17 get_FinalDisposition 10;
        18 get_Name 11;
    }
    AGENT_EVENT: dual ITAgentEvent = IID_ITAgentEvent {
        7 get_Agent 1;
        8 get_Event 2;
    }
    AGENT_SESSION_EVENT: dual ITAgentSessionEvent = IID_ITAgentSessionEvent {
        7 get_Session 1;
        8 get_Event 2;
    }
    ACD_GROUP_EVENT: dual ITACDGroupEvent = IID_ITACDGroupEvent {
        7 get_Group 1;
        8 get_Event 2;
    }
    QUEUE_EVENT: dual ITQueueEvent = IID_ITQueueEvent {
        7 get_Queue 1;
        8 get_Event 2;
    }
    AGENT_HANDLER_EVENT: dual ITAgentHandlerEvent = IID_ITAgentHandlerEvent {
        7 get_AgentHandler 1;
        8 get_Event 2;
    }
    ENUM_AGENT: custom IEnumAgent = IID_IEnumAgent { 3 Next; 4 Reset; 5 Skip; 6 Clone; }
    ENUM_AGENT_SESSION: custom IEnumAgentSession = IID_IEnumAgentSession { 3 Next; 4 Reset; 5 Skip; 6 Clone; }
    ENUM_QUEUE: custom IEnumQueue = IID_IEnumQueue { 3 Next; 4 Reset; 5 Skip; 6 Clone; }
    ENUM_ACD_GROUP: custom IEnumACDGroup = IID_IEnumACDGroup { 3 Next; 4 Reset; 5 Skip; 6 Clone; }
    ENUM_AGENT_HANDLER: custom IEnumAgentHandler = IID_IEnumAgentHandler { 3 Next; 4 Reset; 5 Skip; 6 Clone; }
    COLLECTION: dual ITCollection = IID_ITCollection {
        7 get_Count 1;
        8 get_Item 0;
        9 get__NewEnum -4 hidden;
    }
    TAPI_EVENT_NOTIFICATION: custom ITTAPIEventNotification = IID_ITTAPIEventNotification {
        3 Event 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_follow_the_base_interface_without_gaps() {
        for interface in INTERFACES {
            let first = if interface.dual { 7 } else { 3 };
            let slots: Vec<u8> = interface.methods.iter().map(|method| method.slot).collect();
            let expected: Vec<u8> = (first..first + slots.len() as u8).collect();
            assert_eq!(slots, expected, "{}", interface.name);
        }
    }

    #[test]
    fn a_dispid_is_of_one_method_or_of_the_two_of_a_property() {
        for interface in INTERFACES {
            for one in interface.methods.iter().filter(|method| method.dispid.is_some()) {
                let property = |method: &Method| method.name.trim_start_matches("get_").trim_start_matches("put_");
                for other in interface.methods.iter().filter(|other| other.dispid == one.dispid) {
                    assert_eq!(property(one), property(other), "{}", interface.name);
                }
            }
        }
    }

    #[test]
    fn a_dual_interface_has_a_dispid_for_every_method() {
        for interface in INTERFACES.iter().filter(|interface| interface.dual) {
            assert!(interface.methods.iter().all(|method| method.dispid.is_some()), "{}", interface.name);
        }
        let count: usize = INTERFACES.iter().map(|interface| interface.methods.len()).sum();
        assert_eq!((INTERFACES.len(), count), (18, 92));
    }
}
