//! The layouts, numbers and names of TAPI against sources that this project did not write.
//!
//! Here it is the `windows-sys` crate, which is generated from Microsoft's metadata and compiles on every system. The
//! second source is a C compiler with `tapi.h`: `the_layout_as_a_c_program` writes what it is to check, and
//! `.ci/tapi-layout.sh` compiles it.

use std::fmt::Write;

use acdsim::acd::tapi2::arms::{ARMS, Arm, PROXY_REQUEST_SIZE};
use acdsim::acd::tapi2::call_params::{CALL_PARAMS, CALL_PARAMS_SIZE_BEFORE_3_0};
use acdsim::acd::tapi2::layout::{Field, Layout};
use acdsim::acd::tapi2::structures::{LISTS, LineAgentGroupId, LineMessage32, LineProxyRequest, STRUCTURES};
use acdsim::acd::tapi2::{LineError, ProxyRequestType, Structure, constants};
use acdsim::acd::tapi3::{
    AcdGroupEvent, AcdQueueEvent, AgentEvent, AgentHandlerEvent, AgentSessionEvent, HResult, INTERFACES, events,
    identifiers,
};
use acdsim::acd::{AgentState, SessionState};
use windows_sys::Win32::Devices::Tapi::*;
use windows_sys::Win32::Foundation::{E_INVALIDARG, E_OUTOFMEMORY, E_POINTER, E_UNEXPECTED, S_FALSE, S_OK};
use windows_sys::core::GUID;

/// A structure of `windows-sys`: its name, its size, and its fields with their offsets.
type Theirs = (&'static str, usize, Vec<(&'static str, usize)>);

macro_rules! theirs {
    ($($name:ident: $($field:ident)*;)*) => {
        vec![$((stringify!($name), size_of::<$name>(), vec![
            $((stringify!($field), std::mem::offset_of!($name, $field))),*
        ])),*]
    };
}

macro_rules! their_arms {
    ($($name:ident $type:ident: $($field:ident)*;)*) => {
        vec![$((stringify!($name), std::mem::offset_of!(LINEPROXYREQUEST, Anonymous) + size_of::<$type>(), vec![
            $((stringify!($field), std::mem::offset_of!(LINEPROXYREQUEST, Anonymous.$name.$field))),*
        ])),*]
    };
}

macro_rules! their_numbers {
    ($($name:ident)*) => {
        // A DWORD and a LONG of equal bits are equal here.
        vec![$((stringify!($name), $name as i64 as u32)),*]
    };
}

fn their_structures() -> Vec<Theirs> {
    theirs! {
        LINEAGENTINFO:
            dwTotalSize dwNeededSize dwUsedSize dwAgentState dwNextAgentState dwMeasurementPeriod
            cyOverallCallRate dwNumberOfACDCalls dwNumberOfIncomingCalls dwNumberOfOutgoingCalls
            dwTotalACDTalkTime dwTotalACDCallTime dwTotalACDWrapUpTime;
        LINEAGENTSESSIONENTRY: hAgentSession hAgent GroupID dwWorkingAddressID;
        LINEAGENTSESSIONINFO:
            dwTotalSize dwNeededSize dwUsedSize dwAgentSessionState dwNextAgentSessionState
            dateSessionStartTime dwSessionDuration dwNumberOfCalls dwTotalTalkTime dwAverageTalkTime
            dwTotalCallTime dwAverageCallTime dwTotalWrapUpTime dwAverageWrapUpTime cyACDCallRate
            dwLongestTimeToAnswer dwAverageTimeToAnswer;
        LINEAGENTENTRY: hAgent dwNameSize dwNameOffset dwIDSize dwIDOffset dwPINSize dwPINOffset;
        LINEAGENTGROUPENTRY: GroupID dwNameSize dwNameOffset;
        LINEAGENTSTATUS:
            dwTotalSize dwNeededSize dwUsedSize dwNumEntries dwGroupListSize dwGroupListOffset dwState
            dwNextState dwActivityID dwActivitySize dwActivityOffset dwAgentFeatures dwValidStates
            dwValidNextStates;
        LINEAGENTCAPS:
            dwTotalSize dwNeededSize dwUsedSize dwAgentHandlerInfoSize dwAgentHandlerInfoOffset
            dwCapsVersion dwFeatures dwStates dwNextStates dwMaxNumGroupEntries dwAgentStatusMessages
            dwNumAgentExtensionIDs dwAgentExtensionIDListSize dwAgentExtensionIDListOffset ProxyGUID;
        LINEEXTENSIONID: dwExtensionID0 dwExtensionID1 dwExtensionID2 dwExtensionID3;
        LINEAGENTACTIVITYENTRY: dwID dwNameSize dwNameOffset;
        LINEQUEUEENTRY: dwQueueID dwNameSize dwNameOffset;
        LINEQUEUEINFO:
            dwTotalSize dwNeededSize dwUsedSize dwMeasurementPeriod dwTotalCallsQueued
            dwCurrentCallsQueued dwTotalCallsAbandoned dwTotalCallsFlowedIn dwTotalCallsFlowedOut
            dwLongestEverWaitTime dwCurrentLongestWaitTime dwAverageWaitTime dwFinalDisposition;
        LINEAGENTSESSIONLIST: dwTotalSize dwNeededSize dwUsedSize dwNumEntries dwListSize dwListOffset;
        LINEAGENTLIST: dwTotalSize dwNeededSize dwUsedSize dwNumEntries dwListSize dwListOffset;
        LINEAGENTGROUPLIST: dwTotalSize dwNeededSize dwUsedSize dwNumEntries dwListSize dwListOffset;
        LINEAGENTACTIVITYLIST: dwTotalSize dwNeededSize dwUsedSize dwNumEntries dwListSize dwListOffset;
        LINEQUEUELIST: dwTotalSize dwNeededSize dwUsedSize dwNumEntries dwListSize dwListOffset;
        LINEPROXYREQUESTLIST: dwTotalSize dwNeededSize dwUsedSize dwNumEntries dwListSize dwListOffset;
        LINEMESSAGE: hDevice dwMessageID dwCallbackInstance dwParam1 dwParam2 dwParam3;
        LINECALLPARAMS: dwTotalSize dwAddressID dwDevSpecificSize dwDevSpecificOffset;
    }
}

fn their_arms() -> Vec<Theirs> {
    their_arms! {
        SetAgentGroup LINEPROXYREQUEST_0_0: dwAddressID GroupList;
        SetAgentState LINEPROXYREQUEST_0_1: dwAddressID dwAgentState dwNextAgentState;
        SetAgentActivity LINEPROXYREQUEST_0_2: dwAddressID dwActivityID;
        GetAgentCaps LINEPROXYREQUEST_0_3: dwAddressID AgentCaps;
        GetAgentStatus LINEPROXYREQUEST_0_4: dwAddressID AgentStatus;
        AgentSpecific LINEPROXYREQUEST_0_5: dwAddressID dwAgentExtensionIDIndex dwSize Params;
        GetAgentActivityList LINEPROXYREQUEST_0_6: dwAddressID ActivityList;
        GetAgentGroupList LINEPROXYREQUEST_0_7: dwAddressID GroupList;
        CreateAgent LINEPROXYREQUEST_0_8: hAgent dwAgentIDSize dwAgentIDOffset dwAgentPINSize dwAgentPINOffset;
        SetAgentMeasurementPeriod LINEPROXYREQUEST_0_10: hAgent dwMeasurementPeriod;
        GetAgentInfo LINEPROXYREQUEST_0_11: hAgent AgentInfo;
        CreateAgentSession LINEPROXYREQUEST_0_12: hAgentSession dwAgentPINSize dwAgentPINOffset hAgent GroupID dwWorkingAddressID;
        GetAgentSessionList LINEPROXYREQUEST_0_13: hAgent SessionList;
        SetAgentSessionState LINEPROXYREQUEST_0_15: hAgentSession dwAgentSessionState dwNextAgentSessionState;
        GetAgentSessionInfo LINEPROXYREQUEST_0_14: hAgentSession SessionInfo;
        GetQueueList LINEPROXYREQUEST_0_16: GroupID QueueList;
        SetQueueMeasurementPeriod LINEPROXYREQUEST_0_17: dwQueueID dwMeasurementPeriod;
        GetQueueInfo LINEPROXYREQUEST_0_18: dwQueueID QueueInfo;
        GetGroupList LINEPROXYREQUEST_0_19: GroupList;
        SetAgentStateEx LINEPROXYREQUEST_0_9: hAgent dwAgentState dwNextAgentState;
    }
}

/// Every number that has a name in our tables, by the name in `windows-sys`.
fn their_numbers() -> Vec<(&'static str, u32)> {
    their_numbers! {
        LINEAGENTSTATEEX_NOTREADY LINEAGENTSTATEEX_READY LINEAGENTSTATEEX_BUSYACD
        LINEAGENTSTATEEX_BUSYINCOMING LINEAGENTSTATEEX_BUSYOUTGOING LINEAGENTSTATEEX_UNKNOWN
        LINEAGENTSTATEEX_RELEASED LINEAGENTSESSIONSTATE_NOTREADY LINEAGENTSESSIONSTATE_READY
        LINEAGENTSESSIONSTATE_BUSYONCALL LINEAGENTSESSIONSTATE_BUSYWRAPUP LINEAGENTSESSIONSTATE_ENDED
        LINEAGENTSESSIONSTATE_RELEASED LINEAGENTSTATE_LOGGEDOFF LINEAGENTSTATE_NOTREADY LINEAGENTSTATE_READY
        LINEAGENTSTATE_BUSYACD LINEAGENTSTATE_BUSYINCOMING LINEAGENTSTATE_BUSYOUTBOUND
        LINEAGENTSTATE_BUSYOTHER LINEAGENTSTATE_WORKINGAFTERCALL LINEAGENTSTATE_UNKNOWN
        LINEAGENTSTATE_UNAVAIL LINEAGENTSTATUS_GROUP LINEAGENTSTATUS_STATE LINEAGENTSTATUS_NEXTSTATE
        LINEAGENTSTATUS_ACTIVITY LINEAGENTSTATUS_ACTIVITYLIST LINEAGENTSTATUS_GROUPLIST
        LINEAGENTSTATUS_CAPSCHANGE LINEAGENTSTATUS_VALIDSTATES LINEAGENTSTATUS_VALIDNEXTSTATES
        LINEAGENTSTATUSEX_NEWAGENT LINEAGENTSTATUSEX_STATE LINEAGENTSTATUSEX_UPDATEINFO
        LINEAGENTSESSIONSTATUS_NEWSESSION LINEAGENTSESSIONSTATUS_STATE LINEAGENTSESSIONSTATUS_UPDATEINFO
        LINEQUEUESTATUS_UPDATEINFO LINEQUEUESTATUS_NEWQUEUE LINEQUEUESTATUS_QUEUEREMOVED
        LINEGROUPSTATUS_NEWGROUP LINEGROUPSTATUS_GROUPREMOVED LINEPROXYSTATUS_OPEN LINEPROXYSTATUS_CLOSE
        LINEPROXYSTATUS_ALLOPENFORACD LINEAGENTFEATURE_SETAGENTGROUP LINEAGENTFEATURE_SETAGENTSTATE
        LINEAGENTFEATURE_SETAGENTACTIVITY LINEAGENTFEATURE_AGENTSPECIFIC
        LINEAGENTFEATURE_GETAGENTACTIVITYLIST LINEAGENTFEATURE_GETAGENTGROUP LINEOPENOPTION_SINGLEADDRESS
        LINEOPENOPTION_PROXY LINECALLPRIVILEGE_NONE LINECALLPRIVILEGE_MONITOR LINECALLPRIVILEGE_OWNER
        LINEMEDIAMODE_INTERACTIVEVOICE LINEINITIALIZEEXOPTION_USEHIDDENWINDOW
        LINEINITIALIZEEXOPTION_USEEVENT LINEINITIALIZEEXOPTION_USECOMPLETIONPORT
        LINEINITIALIZEEXOPTION_CALLHUBTRACKING LINEADDRCAPFLAGS_QUEUE LINEADDRCAPFLAGS_ROUTEPOINT
        LINEADDRCAPFLAGS_ACDGROUP LINE_CLOSE LINE_REPLY LINE_AGENTSPECIFIC LINE_AGENTSTATUS
        LINE_PROXYREQUEST LINE_AGENTSESSIONSTATUS LINE_QUEUESTATUS LINE_AGENTSTATUSEX LINE_GROUPSTATUS
        LINE_PROXYSTATUS
        LINEERR_BADDEVICEID LINEERR_INCOMPATIBLEAPIVERSION LINEERR_INVALADDRESSID LINEERR_INVALADDRESSSTATE
        LINEERR_INVALAPPHANDLE LINEERR_INVALCALLHANDLE LINEERR_INVALGROUPID LINEERR_INVALLINEHANDLE
        LINEERR_INVALPARAM LINEERR_INVALPOINTER LINEERR_INVALPRIVSELECT LINEERR_NODEVICE LINEERR_NODRIVER
        LINEERR_NOMEM LINEERR_NOTREGISTERED LINEERR_OPERATIONFAILED LINEERR_OPERATIONUNAVAIL
        LINEERR_RESOURCEUNAVAIL LINEERR_STRUCTURETOOSMALL LINEERR_UNINITIALIZED LINEERR_REINIT
        LINEERR_INVALAGENTID LINEERR_INVALAGENTGROUP LINEERR_INVALPASSWORD LINEERR_INVALAGENTSTATE
        LINEERR_INVALAGENTACTIVITY LINEERR_INVALAGENTSESSIONSTATE LINEERR_DISCONNECTED
        LINEERR_SERVICE_NOT_RUNNING
        LINEPROXYREQUEST_SETAGENTGROUP LINEPROXYREQUEST_SETAGENTSTATE LINEPROXYREQUEST_SETAGENTACTIVITY
        LINEPROXYREQUEST_GETAGENTCAPS LINEPROXYREQUEST_GETAGENTSTATUS LINEPROXYREQUEST_AGENTSPECIFIC
        LINEPROXYREQUEST_GETAGENTACTIVITYLIST LINEPROXYREQUEST_GETAGENTGROUPLIST
        LINEPROXYREQUEST_CREATEAGENT LINEPROXYREQUEST_SETAGENTMEASUREMENTPERIOD
        LINEPROXYREQUEST_GETAGENTINFO LINEPROXYREQUEST_CREATEAGENTSESSION
        LINEPROXYREQUEST_GETAGENTSESSIONLIST LINEPROXYREQUEST_SETAGENTSESSIONSTATE
        LINEPROXYREQUEST_GETAGENTSESSIONINFO LINEPROXYREQUEST_GETQUEUELIST
        LINEPROXYREQUEST_SETQUEUEMEASUREMENTPERIOD LINEPROXYREQUEST_GETQUEUEINFO
        LINEPROXYREQUEST_GETGROUPLIST LINEPROXYREQUEST_SETAGENTSTATEEX
        S_OK S_FALSE E_POINTER E_UNEXPECTED E_OUTOFMEMORY E_INVALIDARG TAPI_E_NOITEMS TAPI_E_NOTSUPPORTED
        TAPI_E_OPERATIONFAILED TAPI_E_INVALADDRESSSTATE TAPI_E_INVALGROUPID TAPI_E_NODEVICE
        TAPI_E_NOTREGISTERED TAPI_E_REINIT TAPI_E_NODRIVER TAPI_E_TIMEOUT TAPI_E_CALLCENTER_GROUP_REMOVED
        TAPI_E_CALLCENTER_QUEUE_REMOVED TAPI_E_CALLCENTER_NO_AGENT_ID TAPI_E_CALLCENTER_INVALAGENTID
        TAPI_E_CALLCENTER_INVALAGENTGROUP TAPI_E_CALLCENTER_INVALPASSWORD TAPI_E_CALLCENTER_INVALAGENTSTATE
        TAPI_E_CALLCENTER_INVALAGENTACTIVITY TAPI_E_RESOURCEUNAVAIL TAPI_E_NOT_INITIALIZED
        TAPI_E_SERVICE_NOT_RUNNING
        AS_NOT_READY AS_READY AS_BUSY_ACD AS_BUSY_INCOMING AS_BUSY_OUTGOING AS_UNKNOWN AE_NOT_READY AE_READY
        AE_BUSY_ACD AE_BUSY_INCOMING AE_BUSY_OUTGOING AE_UNKNOWN ASE_NEW_SESSION ASE_NOT_READY ASE_READY
        ASE_BUSY ASE_WRAPUP ASE_END AHE_NEW_AGENTHANDLER AHE_AGENTHANDLER_REMOVED ACDGE_NEW_GROUP
        ACDGE_GROUP_REMOVED ACDQE_NEW_QUEUE ACDQE_QUEUE_REMOVED ASST_NOT_READY ASST_READY ASST_BUSY_ON_CALL
        ASST_BUSY_WRAPUP ASST_SESSION_ENDED
        TE_TAPIOBJECT TE_ADDRESS TE_CALLNOTIFICATION TE_CALLSTATE TE_CALLMEDIA TE_CALLHUB TE_CALLINFOCHANGE
        TE_PRIVATE TE_REQUEST TE_AGENT TE_AGENTSESSION TE_QOSEVENT TE_AGENTHANDLER TE_ACDGROUP TE_QUEUE
        TE_DIGITEVENT TE_GENERATEEVENT TE_ASRTERMINAL TE_TTSTERMINAL TE_FILETERMINAL TE_TONETERMINAL
        TE_PHONEEVENT TE_TONEEVENT TE_GATHERDIGITS TE_ADDRESSDEVSPECIFIC TE_PHONEDEVSPECIFIC
    }
}

/// Every number of our tables by name.
fn our_numbers() -> Vec<(&'static str, u32)> {
    let mut numbers = constants::ALL.to_vec();
    numbers.extend(LineError::ALL.iter().map(|error| (error.name(), error.code() as u32)));
    numbers.extend(ProxyRequestType::ALL.iter().map(|request| (request.name(), request.value())));
    numbers.extend(HResult::ALL.iter().map(|code| (code.name().expect("it has a name"), code.0 as u32)));
    numbers.extend(AgentState::ALL.iter().map(|value| (value.name(), *value as u32)));
    numbers.extend(AgentEvent::ALL.iter().map(|value| (value.name(), *value as u32)));
    numbers.extend(AgentSessionEvent::ALL.iter().map(|value| (value.name(), *value as u32)));
    numbers.extend(AgentHandlerEvent::ALL.iter().map(|value| (value.name(), *value as u32)));
    numbers.extend(AcdGroupEvent::ALL.iter().map(|value| (value.name(), *value as u32)));
    numbers.extend(AcdQueueEvent::ALL.iter().map(|value| (value.name(), *value as u32)));
    numbers.extend(SessionState::ALL.iter().map(|value| (value.name(), *value as u32)));
    numbers.extend(events::ALL.iter().map(|(name, value)| (*name, *value as u32)));
    numbers
}

/// Every structure that has a name of its own in `tapi.h`.
fn our_structures() -> Vec<Layout> {
    STRUCTURES.iter().chain(&LISTS).chain([&CALL_PARAMS]).copied().collect()
}

fn fields(layout: &Layout) -> Vec<(&'static str, usize)> {
    layout.fields.iter().map(|field| (field.name, field.offset)).collect()
}

#[test]
fn every_structure_and_field_is_where_windows_has_it() {
    let theirs = their_structures();
    let ours = our_structures();
    for layout in &ours {
        let (name, size, their_fields) = theirs
            .iter()
            .find(|their| their.0 == layout.name)
            .unwrap_or_else(|| panic!("{} is not there", layout.name));
        // The metadata is of 2.2, and LINECALLPARAMS grew once more with 3.0.
        let expected = if layout == &CALL_PARAMS { CALL_PARAMS_SIZE_BEFORE_3_0 } else { layout.size };
        assert_eq!(expected, *size, "sizeof({name})");
        assert_eq!(fields(layout), *their_fields, "{name}");
    }
    assert_eq!(ours.len(), theirs.len());
}

#[test]
fn a_group_id_is_four_dwords_as_windows_has_it() {
    let theirs: Vec<Theirs> = theirs! { LINEAGENTGROUPENTRY_0: dwGroupID1 dwGroupID2 dwGroupID3 dwGroupID4; };
    assert_eq!(LineAgentGroupId::SIZE, theirs[0].1);
    assert_eq!(fields(&LineAgentGroupId::LAYOUT), theirs[0].2);
}

#[test]
fn every_arm_of_a_proxy_request_is_where_windows_has_it() {
    assert_eq!(PROXY_REQUEST_SIZE, size_of::<LINEPROXYREQUEST>());
    let header: Vec<Theirs> = theirs! {
        LINEPROXYREQUEST:
            dwSize dwClientMachineNameSize dwClientMachineNameOffset dwClientUserNameSize
            dwClientUserNameOffset dwClientAppAPIVersion dwRequestType;
    };
    assert_eq!(fields(&LineProxyRequest::LAYOUT), header[0].2);
    assert_eq!(LineProxyRequest::SIZE, std::mem::offset_of!(LINEPROXYREQUEST, Anonymous));
    let theirs = their_arms();
    assert_eq!(ARMS.len(), theirs.len());
    for (Arm { name, layout, .. }, (their_name, end, their_fields)) in ARMS.iter().zip(&theirs) {
        assert_eq!(name, their_name);
        assert_eq!(layout.size, *end, "the end of {name}");
        assert_eq!(fields(layout), *their_fields, "{name}");
    }
}

#[test]
fn every_number_is_windows_number_of_that_name() {
    let (ours, theirs) = (our_numbers(), their_numbers());
    for (name, number) in &ours {
        let their = theirs.iter().find(|their| their.0 == *name).unwrap_or_else(|| panic!("{name} is not there"));
        assert_eq!(*number, their.1, "{name}");
    }
    assert_eq!(ours.len(), theirs.len());
}

#[test]
fn the_class_is_windows_class() {
    let GUID { data1, data2, data3, data4 } = TAPI;
    assert_eq!(identifiers::CLSID_TAPI.as_fields(), (data1, data2, data3, &data4));
}

/// The assertions as a C file, to `$ACDSIM_LAYOUT_C` where that is set; a compiler that has `tapi.h` checks them.
#[test]
fn the_layout_as_a_c_program() {
    let mut c = String::from(
        "/* Sizes, offsets, numbers and slots as the program has them: it compiles where they are right. */\n\
         #define COBJMACROS\n#define CINTERFACE\n#include <stddef.h>\n#include <windows.h>\n#include <tapi.h>\n\
         #include <tapi3.h>\n\n",
    );
    let (mut sizes, mut offsets, mut slots) = (0, 0, 0);
    let mut size = |c: &mut String, name: &str, size: usize| {
        writeln!(c, "_Static_assert(sizeof({name}) == {size}, \"sizeof({name})\");").expect("it is a string");
        sizes += 1;
    };
    let mut offset = |c: &mut String, structure: &str, prefix: &str, fields: &[Field]| {
        for Field { name, offset, size, .. } in fields {
            let place = format!("offsetof({structure}, {prefix}{name})");
            let length = format!("sizeof((({structure} *)0)->{prefix}{name})");
            writeln!(c, "_Static_assert({place} == {offset}, \"{place}\");").expect("it is a string");
            writeln!(c, "_Static_assert({length} == {size}, \"{length}\");").expect("it is a string");
            offsets += 1;
        }
    };
    for layout in our_structures().iter().filter(|layout| layout.name != "LINEMESSAGE") {
        size(&mut c, layout.name, layout.size);
        offset(&mut c, layout.name, "", layout.fields);
    }
    c += "#ifdef _WIN64\n";
    for layout in our_structures().iter().filter(|layout| layout.name == "LINEMESSAGE") {
        size(&mut c, layout.name, layout.size);
        offset(&mut c, layout.name, "", layout.fields);
    }
    c += "#else\n";
    size(&mut c, "LINEMESSAGE", LineMessage32::SIZE);
    offset(&mut c, "LINEMESSAGE", "", LineMessage32::LAYOUT.fields);
    c += "#endif\n";
    offset(&mut c, "LINEAGENTGROUPENTRY", "GroupID.", LineAgentGroupId::LAYOUT.fields);
    size(&mut c, "LINEPROXYREQUEST", PROXY_REQUEST_SIZE);
    offset(&mut c, "LINEPROXYREQUEST", "", LineProxyRequest::LAYOUT.fields);
    for arm in &ARMS {
        size(&mut c, &format!("((LINEPROXYREQUEST *)0)->{}", arm.name), arm.layout.size - LineProxyRequest::SIZE);
        offset(&mut c, "LINEPROXYREQUEST", &format!("{}.", arm.name), arm.layout.fields);
    }
    let numbers = our_numbers();
    for (name, number) in &numbers {
        writeln!(c, "_Static_assert((DWORD)({name}) == {number:#x}u, \"{name}\");").expect("it is a string");
    }
    for interface in INTERFACES {
        for method in interface.methods {
            let place = format!("offsetof({}Vtbl, {})", interface.name, method.name);
            writeln!(c, "_Static_assert({place} == {} * sizeof(void *), \"{place}\");", method.slot)
                .expect("it is a string");
            slots += 1;
        }
    }
    let summary = format!(
        "{sizes} sizes, {offsets} offsets with the size of their field, {} numbers, {slots} slots",
        numbers.len()
    );
    writeln!(c, "/* checked: {summary} */").expect("it is a string");
    assert!(sizes >= 40 && offsets >= 200 && numbers.len() >= 200 && slots >= 90, "{summary}");
    if let Some(path) = std::env::var_os("ACDSIM_LAYOUT_C") {
        std::fs::write(path, c).expect("the file of ACDSIM_LAYOUT_C can be written");
        println!("{summary}");
    }
}
