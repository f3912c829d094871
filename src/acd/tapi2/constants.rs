//! TAPI 2.2's call-center constants under TAPI's names, and a table of them.
//!
//! A name is written as in `tapi.h`, so that it can be looked up there. The sets look alike and are not: READY is 4 in
//! LINEAGENTSTATE_ and 2 in the two later ones, UPDATEINFO is 4 for agents and sessions and 1 for queues.

macro_rules! constants {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        $($(#[$doc])* pub const $name: u32 = $value;)*

        /// Every constant of this file, by name, in the order of the file.
        pub const ALL: &[(&str, u32)] = &[$((stringify!($name), $name)),*];
    };
}

constants! {
    // The state of an agent, since 2.2.
    /// The agent is logged in and occupied otherwise: no calls should be routed to it.
    LINEAGENTSTATEEX_NOTREADY = 0x0000_0001;
    /// The agent is ready to take calls.
    LINEAGENTSTATEEX_READY = 0x0000_0002;
    /// The agent is busy on a call that was routed from an ACD queue.
    LINEAGENTSTATEEX_BUSYACD = 0x0000_0004;
    /// The agent is busy on an incoming call that did not come from an ACD queue it is logged in to.
    LINEAGENTSTATEEX_BUSYINCOMING = 0x0000_0008;
    /// The agent is busy on an outgoing call.
    LINEAGENTSTATEEX_BUSYOUTGOING = 0x0000_0010;
    /// The state is not known now and may become known.
    LINEAGENTSTATEEX_UNKNOWN = 0x0000_0020;
    /// The agent was released, probably because it logged off.
    LINEAGENTSTATEEX_RELEASED = 0x0000_0040;

    // The state of an agent session, since 2.2.
    /// The agent is logged in and occupied otherwise: no calls should be routed to the session.
    LINEAGENTSESSIONSTATE_NOTREADY = 0x0000_0001;
    /// The agent is ready to take calls in the session.
    LINEAGENTSESSIONSTATE_READY = 0x0000_0002;
    /// The agent is busy on a call of the session.
    LINEAGENTSESSIONSTATE_BUSYONCALL = 0x0000_0004;
    /// The agent is busy with the wrap-up of a call of the session.
    LINEAGENTSESSIONSTATE_BUSYWRAPUP = 0x0000_0008;
    /// The session has ended.
    LINEAGENTSESSIONSTATE_ENDED = 0x0000_0010;
    /// The session has been released.
    LINEAGENTSESSIONSTATE_RELEASED = 0x0000_0020;

    // The state of the agent on an address, since 2.0; the upper 16 bits are for states of the device's own.
    /// No agent is logged in on the address.
    LINEAGENTSTATE_LOGGEDOFF = 0x0000_0001;
    /// The agent is logged in and occupied otherwise.
    LINEAGENTSTATE_NOTREADY = 0x0000_0002;
    /// The agent is ready to take calls.
    LINEAGENTSTATE_READY = 0x0000_0004;
    /// The agent is busy on a call that was routed from an ACD queue.
    LINEAGENTSTATE_BUSYACD = 0x0000_0008;
    /// The agent is busy on an incoming call that did not come from an ACD queue it is logged in to.
    LINEAGENTSTATE_BUSYINCOMING = 0x0000_0010;
    /// The agent is busy on an outgoing call.
    LINEAGENTSTATE_BUSYOUTBOUND = 0x0000_0020;
    /// The agent is busy on a call of another or of an unknown kind.
    LINEAGENTSTATE_BUSYOTHER = 0x0000_0040;
    /// The agent does after-call work and should get no further call.
    LINEAGENTSTATE_WORKINGAFTERCALL = 0x0000_0080;
    /// The state is not known now and may become known.
    LINEAGENTSTATE_UNKNOWN = 0x0000_0100;
    /// The state is not known and never will be.
    LINEAGENTSTATE_UNAVAIL = 0x0000_0200;

    // What LINE_AGENTSTATUS tells to have changed; LINEAGENTCAPS.dwAgentStatusMessages has the same bits.
    /// The groups that the agent is logged in to changed.
    LINEAGENTSTATUS_GROUP = 0x0000_0001;
    /// The state changed.
    LINEAGENTSTATUS_STATE = 0x0000_0002;
    /// The next state changed.
    LINEAGENTSTATUS_NEXTSTATE = 0x0000_0004;
    /// The activity changed.
    LINEAGENTSTATUS_ACTIVITY = 0x0000_0008;
    /// The list of activities changed.
    LINEAGENTSTATUS_ACTIVITYLIST = 0x0000_0010;
    /// The list of groups changed.
    LINEAGENTSTATUS_GROUPLIST = 0x0000_0020;
    /// What the handler can do on the address changed.
    LINEAGENTSTATUS_CAPSCHANGE = 0x0000_0040;
    /// The states that may be set changed.
    LINEAGENTSTATUS_VALIDSTATES = 0x0000_0080;
    /// The next states that may be set changed.
    LINEAGENTSTATUS_VALIDNEXTSTATES = 0x0000_0100;

    // What LINE_AGENTSTATUSEX tells.
    /// An agent was added.
    LINEAGENTSTATUSEX_NEWAGENT = 0x0000_0001;
    /// The agent's state changed.
    LINEAGENTSTATUSEX_STATE = 0x0000_0002;
    /// The agent's statistics were updated.
    LINEAGENTSTATUSEX_UPDATEINFO = 0x0000_0004;

    // What LINE_AGENTSESSIONSTATUS tells.
    /// A session was created.
    LINEAGENTSESSIONSTATUS_NEWSESSION = 0x0000_0001;
    /// The session's state changed.
    LINEAGENTSESSIONSTATUS_STATE = 0x0000_0002;
    /// The session's statistics were updated.
    LINEAGENTSESSIONSTATUS_UPDATEINFO = 0x0000_0004;

    // What LINE_QUEUESTATUS tells.
    /// The queue's statistics were updated.
    LINEQUEUESTATUS_UPDATEINFO = 0x0000_0001;
    /// A queue was added.
    LINEQUEUESTATUS_NEWQUEUE = 0x0000_0002;
    /// The queue was removed.
    LINEQUEUESTATUS_QUEUEREMOVED = 0x0000_0004;

    // What LINE_GROUPSTATUS tells.
    /// A group was added.
    LINEGROUPSTATUS_NEWGROUP = 0x0000_0001;
    /// A group was removed.
    LINEGROUPSTATUS_GROUPREMOVED = 0x0000_0002;

    // What LINE_PROXYSTATUS tells.
    /// A request type is served from now on.
    LINEPROXYSTATUS_OPEN = 0x0000_0001;
    /// A request type is no longer served.
    LINEPROXYSTATUS_CLOSE = 0x0000_0002;
    /// All request types that TAPI 3.0 and above need for ACD are served.
    LINEPROXYSTATUS_ALLOPENFORACD = 0x0000_0004;

    // What may be asked for on an address.
    /// lineSetAgentGroup.
    LINEAGENTFEATURE_SETAGENTGROUP = 0x0000_0001;
    /// lineSetAgentState.
    LINEAGENTFEATURE_SETAGENTSTATE = 0x0000_0002;
    /// lineSetAgentActivity.
    LINEAGENTFEATURE_SETAGENTACTIVITY = 0x0000_0004;
    /// lineAgentSpecific.
    LINEAGENTFEATURE_AGENTSPECIFIC = 0x0000_0008;
    /// lineGetAgentActivityList.
    LINEAGENTFEATURE_GETAGENTACTIVITYLIST = 0x0000_0010;
    /// lineGetAgentGroupList.
    LINEAGENTFEATURE_GETAGENTGROUP = 0x0000_0020;

    // How a line is opened.
    /// Opens one address of the line.
    LINEOPENOPTION_SINGLEADDRESS = 0x8000_0000;
    /// Opens the line to serve proxy requests.
    LINEOPENOPTION_PROXY = 0x4000_0000;
    /// The application makes outgoing calls only.
    LINECALLPRIVILEGE_NONE = 0x0000_0001;
    /// The application watches calls.
    LINECALLPRIVILEGE_MONITOR = 0x0000_0002;
    /// The application owns calls.
    LINECALLPRIVILEGE_OWNER = 0x0000_0004;
    /// Calls are of a person's voice.
    LINEMEDIAMODE_INTERACTIVEVOICE = 0x0000_0004;

    // How an application is told of messages.
    /// By a callback, from within the application's message loop.
    LINEINITIALIZEEXOPTION_USEHIDDENWINDOW = 0x0000_0001;
    /// By an event object; the application then calls lineGetMessage.
    LINEINITIALIZEEXOPTION_USEEVENT = 0x0000_0002;
    /// By a completion port.
    LINEINITIALIZEEXOPTION_USECOMPLETIONPORT = 0x0000_0003;
    /// The application tracks call hubs.
    LINEINITIALIZEEXOPTION_CALLHUBTRACKING = 0x8000_0000;

    // What an address is, besides a place for calls.
    /// The address is a queue.
    LINEADDRCAPFLAGS_QUEUE = 0x0100_0000;
    /// The address is a route point.
    LINEADDRCAPFLAGS_ROUTEPOINT = 0x0200_0000;
    /// The address is an ACD group.
    LINEADDRCAPFLAGS_ACDGROUP = 0x4000_0000;

    // The messages of a call center, and those that come with them.
    /// The line was closed by force.
    LINE_CLOSE = 3;
    /// An asynchronous function has completed.
    LINE_REPLY = 12;
    /// The handler tells something of its own.
    LINE_AGENTSPECIFIC = 21;
    /// The agent on an address changed.
    LINE_AGENTSTATUS = 22;
    /// A request for the proxy that serves its type.
    LINE_PROXYREQUEST = 24;
    /// An agent session changed.
    LINE_AGENTSESSIONSTATUS = 27;
    /// A queue changed.
    LINE_QUEUESTATUS = 28;
    /// An agent changed.
    LINE_AGENTSTATUSEX = 29;
    /// The groups changed.
    LINE_GROUPSTATUS = 30;
    /// The request types that are served changed.
    LINE_PROXYSTATUS = 31;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name of a set's value, as `STATE` of `LINEAGENTSTATUS_STATE`.
    fn values(set: &str) -> Vec<u32> {
        ALL.iter().filter(|(name, _)| name.strip_prefix(set).is_some()).map(|(_, value)| *value).collect()
    }

    #[test]
    fn every_set_of_bits_has_each_bit_once_and_no_gap() {
        for (set, bits) in [
            ("LINEAGENTSTATEEX_", 7),
            ("LINEAGENTSESSIONSTATE_", 6),
            ("LINEAGENTSTATE_", 10),
            ("LINEAGENTSTATUS_", 9),
            ("LINEAGENTSTATUSEX_", 3),
            ("LINEAGENTSESSIONSTATUS_", 3),
            ("LINEQUEUESTATUS_", 3),
            ("LINEGROUPSTATUS_", 2),
            ("LINEPROXYSTATUS_", 3),
            ("LINEAGENTFEATURE_", 6),
            ("LINECALLPRIVILEGE_", 3),
        ] {
            let expected: Vec<u32> = (0..bits).map(|bit| 1 << bit).collect();
            assert_eq!(values(set), expected, "{set}");
        }
    }

    #[test]
    fn no_name_occurs_twice() {
        let mut names: Vec<_> = ALL.iter().map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}
