//! The model as data: the objects, their states, every statistic, and the messages, for whoever lists or explains them.
//!
//! What a statistic means is said by the default [`Conventions`](super::Conventions); which conventions change it stands
//! beside it. Names are TAPI's, so that they can be looked up in [`tapi2`](super::tapi2) and [`tapi3`](super::tapi3), and
//! the tests hold that each of them is there.

use super::{AgentState, SessionState};

/// An object of a call center.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// What identifies it in TAPI 2.2.
    pub identity: &'static str,
    /// Its interface in TAPI 3.
    pub interface: &'static str,
    /// Who creates it, and by what.
    pub creator: &'static str,
    /// How it is related to the other objects.
    pub relations: &'static [&'static str],
}

/// The objects, from the whole to its parts.
pub const OBJECTS: [Object; 6] = [
    Object {
        name: "agent handler",
        what: "The switch or software that brings calls to agents; an ACD proxy application speaks for it.",
        identity: "a line device whose LINEAGENTCAPS has a ProxyGUID",
        interface: "ITAgentHandler",
        creator: "the ACD proxy, when it opens its lines with LINEOPENOPTION_PROXY",
        relations: &["has ACD groups, queues, agents and usable addresses"],
    },
    Object {
        name: "ACD group",
        what: "A class of calls that need one kind of handling.",
        identity: "GroupID, a GUID",
        interface: "ITACDGroup",
        creator: "the ACD proxy; clients list groups",
        relations: &["belongs to one agent handler", "services one or more queues", "has agent sessions"],
    },
    Object {
        name: "queue",
        what: "A point at which calls are held until an agent answers, the caller hangs up, or they are passed on.",
        identity: "dwQueueID, a DWORD",
        interface: "ITQueue",
        creator: "the ACD proxy; clients list queues",
        relations: &["belongs to one ACD group, or inside a call guide to none"],
    },
    Object {
        name: "agent",
        what: "One who handles calls: a person as a rule, known by a user name, to some switches by an agent ID and a PIN.",
        identity: "hAgent, a DWORD",
        interface: "ITAgent",
        creator: "a client, by lineCreateAgent or ITAgentHandler::CreateAgent; the proxy makes the handle",
        relations: &["belongs to one agent handler", "has any number of agent sessions"],
    },
    Object {
        name: "address",
        what: "Where an agent receives calls: a telephone, a turret.",
        identity: "dwWorkingAddressID, a DWORD, on its line",
        interface: "ITAddress",
        creator: "the telephony service provider",
        relations: &["is usable with agent handlers", "is where agent sessions are worked"],
    },
    Object {
        name: "agent session",
        what: "An agent who is logged in for one ACD group at one address: what has the states, and counts the calls.",
        identity: "hAgentSession, a DWORD",
        interface: "ITAgentSession",
        creator: "a client, by lineCreateAgentSession or ITAgent::CreateSession; the proxy makes the handle",
        relations: &["relates one agent, one ACD group and one address"],
    },
];

/// What a statistic is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A DATE: days since 30 December 1899, 0:00.
    Date,
    /// Whole seconds.
    Seconds,
    /// A count of calls.
    Calls,
    /// Calls per hour as a CURRENCY: in ten-thousandths.
    CallsPerHour,
}

impl Unit {
    /// The unit in short.
    pub const fn symbol(self) -> &'static str {
        match self {
            Unit::Date => "DATE",
            Unit::Seconds => "s",
            Unit::Calls => "calls",
            Unit::CallsPerHour => "calls/h",
        }
    }

    /// What the numbers are.
    pub const fn words(self) -> &'static str {
        match self {
            Unit::Date => "days since 30 December 1899, 0:00, as a DATE",
            Unit::Seconds => "whole seconds",
            Unit::Calls => "a count of calls",
            Unit::CallsPerHour => "calls per hour in ten-thousandths, as a CURRENCY",
        }
    }
}

/// What TAPI reports of an object as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statistic {
    /// The object, by its name in [`OBJECTS`].
    pub object: &'static str,
    /// TAPI 3's name of the property.
    pub name: &'static str,
    /// What it is measured in.
    pub unit: Unit,
    /// What it is, by the default conventions.
    pub meaning: &'static str,
    /// The structure of TAPI 2.2 that has it.
    pub structure: &'static str,
    /// The member of that structure.
    pub field: &'static str,
    /// The interface of TAPI 3 that has it.
    pub interface: &'static str,
    /// The method of that interface.
    pub getter: &'static str,
    /// The conventions that bear on it.
    pub conventions: &'static [&'static str],
}

macro_rules! statistics {
    ($($object:literal, $structure:ident, $interface:ident {
        $($name:ident = $field:ident, $unit:ident, $meaning:literal, [$($convention:ident),+];)+
    })+) => {
        /// Every statistic, object by object in the order of the interface.
        pub const STATISTICS: &[Statistic] = &[$($(Statistic {
            object: $object,
            name: stringify!($name),
            unit: Unit::$unit,
            meaning: $meaning,
            structure: stringify!($structure),
            field: stringify!($field),
            interface: stringify!($interface),
            getter: concat!("get_", stringify!($name)),
            conventions: &[$(stringify!($convention)),+],
        },)+)+];
    };
}

statistics! {
    "agent session", LINEAGENTSESSIONINFO, ITAgentSession {
        SessionStartTime = dateSessionStartTime, Date,
            "When the session was created, by the clock of the site.",
            [session_start_time, utc_offset_minutes, ended_session];
        SessionDuration = dwSessionDuration, Seconds,
            "From the session's creation to its end, or to now; NOT_READY is part of it.",
            [seconds, session_duration, ended_session, overflow];
        NumberOfCalls = dwNumberOfCalls, Calls,
            "ACD calls that the session has answered, each from its answer on.",
            [number_of_calls, transfers, ended_session, overflow];
        TotalTalkTime = dwTotalTalkTime, Seconds,
            "Talk of the calls whose talk has ended, from answer to disconnect, hold included.",
            [seconds, totals, hold, ringing, transfers, ended_session, overflow];
        AverageTalkTime = dwAverageTalkTime, Seconds,
            "TotalTalkTime per call whose talk has ended; 0 without one.",
            [seconds, averages, totals, hold, ringing, transfers, without_calls, ended_session, overflow];
        TotalCallTime = dwTotalCallTime, Seconds,
            "Talk and wrap-up together, of the talks and wrap-ups that have ended.",
            [seconds, totals, hold, ringing, transfers, ended_session, overflow];
        AverageCallTime = dwAverageCallTime, Seconds,
            "TotalCallTime per call whose talk has ended; 0 without one.",
            [seconds, averages, totals, hold, ringing, transfers, without_calls, ended_session, overflow];
        TotalWrapUpTime = dwTotalWrapUpTime, Seconds,
            "Wrap-up of the calls whose wrap-up has ended, from disconnect to leaving BUSY_WRAPUP.",
            [seconds, totals, transfers, ended_session, overflow];
        AverageWrapUpTime = dwAverageWrapUpTime, Seconds,
            "TotalWrapUpTime per call whose wrap-up has ended, those without wrap-up among them; 0 without one.",
            [seconds, averages, totals, transfers, without_calls, ended_session, overflow];
        ACDCallRate = cyACDCallRate, CallsPerHour,
            "NumberOfCalls per hour of the session's duration; 0 for a session of no duration.",
            [rates, call_rate_per, session_duration, number_of_calls, totals, hold, ringing, transfers, ended_session];
        LongestTimeToAnswer = dwLongestTimeToAnswer, Seconds,
            "The longest time to answer of the calls that the session has answered, from entering the group's queue to the \
             answer, ringing included; 0 without one.",
            [seconds, time_to_answer, times_to_answer_of, transfers, without_calls, ended_session, overflow];
        AverageTimeToAnswer = dwAverageTimeToAnswer, Seconds,
            "The mean time to answer of the same calls, those answered at once among them; 0 without one.",
            [seconds, averages, time_to_answer, times_to_answer_of, transfers, without_calls, ended_session, overflow];
    }
    "agent", LINEAGENTINFO, ITAgent {
        MeasurementPeriod = dwMeasurementPeriod, Seconds,
            "The period that the agent's other statistics are of, as it was set last.",
            [measurement_period_s, negative_period];
        OverallCallRate = cyOverallCallRate, CallsPerHour,
            "NumberOfACDCalls per agent hour: per hour of the measurement period in which the agent had one session or more.",
            [rates, overall_call_rate, agent_hours, number_of_calls, transfers, measurement_window, period_resets,
             same_period, measurement_period_s];
        NumberOfACDCalls = dwNumberOfACDCalls, Calls,
            "ACD calls that the agent answered in the measurement period, in all sessions.",
            [number_of_calls, transfers, overflow, measurement_window, period_resets, same_period, measurement_period_s];
        NumberOfIncomingCalls = dwNumberOfIncomingCalls, Calls,
            "Incoming calls that were no ACD calls and began in the measurement period.",
            [overflow, measurement_window, period_resets, same_period, measurement_period_s];
        NumberOfOutgoingCalls = dwNumberOfOutgoingCalls, Calls,
            "Outgoing calls that were no ACD calls and began in the measurement period.",
            [overflow, measurement_window, period_resets, same_period, measurement_period_s];
        TotalACDTalkTime = dwTotalACDTalkTime, Seconds,
            "Talk of the ACD calls whose talk ended in the measurement period, hold included, in all sessions.",
            [seconds, totals, hold, ringing, transfers, overflow, measurement_window, period_resets, same_period,
             measurement_period_s];
        TotalACDCallTime = dwTotalACDCallTime, Seconds,
            "Talk and wrap-up of ACD calls together, of the talks and wrap-ups that ended in the measurement period.",
            [seconds, totals, hold, ringing, transfers, overflow, measurement_window, period_resets, same_period,
             measurement_period_s];
        TotalWrapUpTime = dwTotalACDWrapUpTime, Seconds,
            "Wrap-up of the ACD calls whose wrap-up ended in the measurement period, in all sessions.",
            [seconds, totals, transfers, overflow, measurement_window, period_resets, same_period, measurement_period_s];
    }
    "queue", LINEQUEUEINFO, ITQueue {
        MeasurementPeriod = dwMeasurementPeriod, Seconds,
            "The period that the queue's other statistics are of, as it was set last.",
            [measurement_period_s, negative_period];
        TotalCallsQueued = dwTotalCallsQueued, Calls,
            "Calls that entered the queue in the measurement period, those answered at once and those that came from another \
             queue among them.",
            [flowed_in, overflow, measurement_window, period_resets, same_period, measurement_period_s];
        CurrentCallsQueued = dwCurrentCallsQueued, Calls,
            "Calls that wait in the queue now, whenever they came.",
            [overflow];
        TotalCallsAbandoned = dwTotalCallsAbandoned, Calls,
            "Calls whose callers hung up in the measurement period while they waited in the queue.",
            [overflow, measurement_window, period_resets, same_period, measurement_period_s];
        TotalCallsFlowedIn = dwTotalCallsFlowedIn, Calls,
            "Calls that came from another queue in the measurement period.",
            [overflow, measurement_window, period_resets, same_period, measurement_period_s];
        TotalCallsFlowedOut = dwTotalCallsFlowedOut, Calls,
            "Calls that were passed on to another queue in the measurement period.",
            [overflow, measurement_window, period_resets, same_period, measurement_period_s];
        LongestEverWaitTime = dwLongestEverWaitTime, Seconds,
            "The longest wait in the queue of the calls that left it in the measurement period and of those that wait now; 0 \
             without one.",
            [seconds, queue_waits, without_calls, overflow, measurement_window, period_resets, same_period,
             measurement_period_s];
        CurrentLongestWaitTime = dwCurrentLongestWaitTime, Seconds,
            "How long the call that now waits longest has waited in the queue; 0 when none waits.",
            [seconds, without_calls, overflow];
        AverageWaitTime = dwAverageWaitTime, Seconds,
            "The mean wait in the queue of the calls that left it in the measurement period, answered at once, later or not \
             at all; 0 without one.",
            [seconds, averages, average_wait, queue_waits, without_calls, overflow, measurement_window, period_resets,
             same_period, measurement_period_s];
        FinalDisposition = dwFinalDisposition, Calls,
            "Calls that reached the bottom of a call guide in this queue, unanswered, in the measurement period.",
            [final_disposition, overflow, measurement_window, period_resets, same_period, measurement_period_s];
    }
}

/// How an object tells its state and is told another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateProperty {
    /// The object, by its name in [`OBJECTS`].
    pub object: &'static str,
    /// The structure of TAPI 2.2 that has the state.
    pub structure: &'static str,
    /// Its member that has the state.
    pub field: &'static str,
    /// Its member that has the state which follows the present call; TAPI 3 has no property for it.
    pub next_field: &'static str,
    /// The function of TAPI 2.2 that sets both.
    pub function: &'static str,
    /// The interface of TAPI 3 with get_State and put_State.
    pub interface: &'static str,
    /// TAPI 3's name of the enumeration.
    pub enumeration: &'static str,
    /// The conventions that bear on it.
    pub conventions: &'static [&'static str],
    /// The states.
    pub states: &'static [State],
}

/// A state in both spellings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// TAPI 2.2's constant.
    pub constant: &'static str,
    /// TAPI 3's name and number, unless it has no such state.
    pub tapi3: Option<(&'static str, i32)>,
    /// What it means.
    pub meaning: &'static str,
}

const fn session(constant: &'static str, state: SessionState, meaning: &'static str) -> State {
    State { constant, tapi3: Some((state.name(), state as i32)), meaning }
}

const fn agent(constant: &'static str, state: AgentState, meaning: &'static str) -> State {
    State { constant, tapi3: Some((state.name(), state as i32)), meaning }
}

/// The states of agent sessions and of agents. Which may follow which is
/// [`SessionState::may_become`](super::SessionState::may_become); TAPI has no such table for agents.
pub const STATES: [StateProperty; 2] = [
    StateProperty {
        object: "agent session",
        structure: "LINEAGENTSESSIONINFO",
        field: "dwAgentSessionState",
        next_field: "dwNextAgentSessionState",
        function: "lineSetAgentSessionState",
        interface: "ITAgentSession",
        enumeration: "AGENT_SESSION_STATE",
        conventions: &[
            "new_session",
            "busy_states",
            "state_error",
            "same_state",
            "next_state",
            "used_next_state",
            "zero_next_state",
            "released",
            "end_during_call",
            "other_sessions",
            "others_at_end",
            "agent_state_reach",
        ],
        states: &[
            session(
                "LINEAGENTSESSIONSTATE_NOTREADY",
                SessionState::NotReady,
                "The agent is unable to take calls in this session.",
            ),
            session("LINEAGENTSESSIONSTATE_READY", SessionState::Ready, "The agent waits for a call."),
            session(
                "LINEAGENTSESSIONSTATE_BUSYONCALL",
                SessionState::BusyOnCall,
                "The agent talks with a caller of this session's group.",
            ),
            session(
                "LINEAGENTSESSIONSTATE_BUSYWRAPUP",
                SessionState::BusyWrapup,
                "The agent does the after-call work of such a call.",
            ),
            session(
                "LINEAGENTSESSIONSTATE_ENDED",
                SessionState::SessionEnded,
                "The session is over; no state follows.",
            ),
            State {
                constant: "LINEAGENTSESSIONSTATE_RELEASED",
                tapi3: None,
                meaning: "The session is over and has been released; in TAPI 3 it has ended.",
            },
        ],
    },
    StateProperty {
        object: "agent",
        structure: "LINEAGENTINFO",
        field: "dwAgentState",
        next_field: "dwNextAgentState",
        function: "lineSetAgentStateEx",
        interface: "ITAgent",
        enumeration: "AGENT_STATE",
        conventions: &[
            "new_agent",
            "agent_in_wrap_up",
            "agent_state_reach",
            "busy_states",
            "same_state",
            "used_next_state",
            "zero_next_state",
        ],
        states: &[
            agent(
                "LINEAGENTSTATEEX_NOTREADY",
                AgentState::NotReady,
                "No session of the agent is READY, and the agent is on no call; or there is no session.",
            ),
            agent(
                "LINEAGENTSTATEEX_READY",
                AgentState::Ready,
                "One of the sessions is READY, and the agent is on no call.",
            ),
            agent(
                "LINEAGENTSTATEEX_BUSYACD",
                AgentState::BusyAcd,
                "The agent is on an ACD call or in its wrap-up, in one of the sessions.",
            ),
            agent(
                "LINEAGENTSTATEEX_BUSYINCOMING",
                AgentState::BusyIncoming,
                "The agent is on an incoming call that is no ACD call.",
            ),
            agent(
                "LINEAGENTSTATEEX_BUSYOUTGOING",
                AgentState::BusyOutgoing,
                "The agent is on an outgoing call that is no ACD call.",
            ),
            agent("LINEAGENTSTATEEX_UNKNOWN", AgentState::Unknown, "The state is not known; only without a session."),
            State {
                constant: "LINEAGENTSTATEEX_RELEASED",
                tapi3: None,
                meaning: "The agent has been logged off for good; in TAPI 3 it is NOT_READY.",
            },
        ],
    },
];

/// A message of TAPI 2 as it is told of a call center.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// TAPI's name.
    pub name: &'static str,
    /// What it tells.
    pub meaning: &'static str,
    /// Its three parameters; empty for one that is not used.
    pub parameters: [&'static str; 3],
    /// Who sends it.
    pub sender: &'static str,
}

const fn message(
    name: &'static str,
    meaning: &'static str,
    parameters: [&'static str; 3],
    sender: &'static str,
) -> Message {
    Message { name, meaning, parameters, sender }
}

/// The messages, in the order of their numbers.
pub const MESSAGES: [Message; 10] = [
    message("LINE_CLOSE", "The line was closed by force.", [""; 3], "TAPI"),
    message(
        "LINE_REPLY",
        "An asynchronous function has completed.",
        ["the number that the function returned", "0, or a LINEERR_", ""],
        "TAPI",
    ),
    message(
        "LINE_AGENTSPECIFIC",
        "The handler tells something of its own.",
        ["which of its extensions", "the handler's own", "the handler's own"],
        "the proxy",
    ),
    message(
        "LINE_AGENTSTATUS",
        "The agent on an address changed.",
        ["the address", "LINEAGENTSTATUS_ bits", "with STATE one of LINEAGENTSTATE_"],
        "the proxy",
    ),
    message(
        "LINE_PROXYREQUEST",
        "A request for the proxy that serves its type.",
        ["where the LINEPROXYREQUEST is", "", ""],
        "TAPI, to the proxy",
    ),
    message(
        "LINE_AGENTSESSIONSTATUS",
        "An agent session changed.",
        ["hAgentSession", "LINEAGENTSESSIONSTATUS_ bits", "with STATE one of LINEAGENTSESSIONSTATE_"],
        "the proxy",
    ),
    message("LINE_QUEUESTATUS", "A queue changed.", ["dwQueueID", "LINEQUEUESTATUS_ bits", ""], "the proxy"),
    message(
        "LINE_AGENTSTATUSEX",
        "An agent changed.",
        ["hAgent", "LINEAGENTSTATUSEX_ bits", "with STATE one of LINEAGENTSTATEEX_"],
        "the proxy",
    ),
    message("LINE_GROUPSTATUS", "The groups changed.", ["", "LINEGROUPSTATUS_ bits", ""], "the proxy"),
    message(
        "LINE_PROXYSTATUS",
        "The request types that are served changed.",
        ["one of LINEPROXYSTATUS_", "with OPEN or CLOSE one of LINEPROXYREQUEST_", ""],
        "TAPI",
    ),
];

#[cfg(test)]
mod tests {
    use super::super::Conventions;
    use super::super::tapi2::constants;
    use super::super::tapi2::layout::{Field, Kind};
    use super::super::tapi2::structures::STRUCTURES;
    use super::super::tapi3::INTERFACES;
    use super::*;

    fn has_method(interface: &str, method: &str) -> bool {
        let found = INTERFACES.iter().find(|known| known.name == interface);
        found.is_some_and(|interface| interface.methods.iter().any(|known| known.name == method))
    }

    fn field(structure: &str, name: &str) -> Option<&'static Field> {
        let found = STRUCTURES.iter().find(|known| known.name == structure)?;
        found.fields.iter().find(|known| known.name == name)
    }

    fn is_convention(name: &str) -> bool {
        Conventions::default().get(name).is_some()
    }

    #[test]
    fn every_name_of_a_statistic_is_one_of_tapi_or_of_the_conventions() {
        for statistic in STATISTICS {
            let Statistic { name, interface, getter, structure, .. } = *statistic;
            assert!(has_method(interface, getter), "{interface}::{getter}");
            let field = field(structure, statistic.field).unwrap_or_else(|| panic!("{structure}: {name}"));
            let kind = match statistic.unit {
                Unit::Date => Kind::Date,
                Unit::CallsPerHour => Kind::Currency,
                Unit::Seconds | Unit::Calls => Kind::Dword,
            };
            assert_eq!(field.kind, kind, "{structure}.{}", statistic.field);
            assert!(OBJECTS.iter().any(|object| (object.name, object.interface) == (statistic.object, interface)));
            for (index, convention) in statistic.conventions.iter().enumerate() {
                assert!(is_convention(convention), "{name}: {convention}");
                assert!(!statistic.conventions[..index].contains(convention), "{name}: {convention}");
            }
        }
    }

    #[test]
    fn every_getter_of_a_statistic_is_in_the_catalogue_once() {
        const NO_STATISTICS: [&str; 8] = [
            "get_ACDGroup",
            "get_Address",
            "get_Agent",
            "get_AgentSessions",
            "get_ID",
            "get_Name",
            "get_State",
            "get_User",
        ];
        let mut count = 0;
        for interface in INTERFACES {
            if !["ITAgentSession", "ITAgent", "ITQueue"].contains(&interface.name) {
                continue;
            }
            for method in interface.methods {
                if !method.name.starts_with("get_") || NO_STATISTICS.contains(&method.name) {
                    continue;
                }
                let same =
                    STATISTICS.iter().filter(|known| (known.interface, known.getter) == (interface.name, method.name));
                assert_eq!(same.count(), 1, "{}::{}", interface.name, method.name);
                count += 1;
            }
        }
        assert_eq!((count, STATISTICS.len()), (30, 30));
    }

    #[test]
    fn every_member_of_the_three_structures_is_a_size_a_state_or_a_statistic() {
        for structure in STRUCTURES {
            if !STATISTICS.iter().any(|statistic| statistic.structure == structure.name) {
                continue;
            }
            for field in structure.fields {
                let sizes = ["dwTotalSize", "dwNeededSize", "dwUsedSize"];
                let states = STATES.iter().filter(|states| states.structure == structure.name);
                let is_state = states.into_iter().any(|states| [states.field, states.next_field].contains(&field.name));
                let statistics = STATISTICS.iter().filter(|known| known.structure == structure.name);
                let count = statistics.filter(|statistic| statistic.field == field.name).count();
                let expected = usize::from(!sizes.contains(&field.name) && !is_state);
                assert_eq!(count, expected, "{}.{}", structure.name, field.name);
            }
        }
    }

    #[test]
    fn the_states_are_those_of_both_spellings() {
        let bits = |prefix: &str| constants::ALL.iter().filter(|(name, _)| name.starts_with(prefix)).count();
        for property in STATES {
            assert!(field(property.structure, property.field).is_some(), "{}", property.field);
            assert!(field(property.structure, property.next_field).is_some(), "{}", property.next_field);
            assert!(has_method(property.interface, "get_State") && has_method(property.interface, "put_State"));
            assert!(property.conventions.iter().all(|name| is_convention(name)));
            let known = |state: &State| constants::ALL.iter().any(|(name, _)| *name == state.constant);
            assert!(property.states.iter().all(known), "{}", property.object);
        }
        assert_eq!(STATES[0].states.len(), bits("LINEAGENTSESSIONSTATE_"));
        assert_eq!(STATES[1].states.len(), bits("LINEAGENTSTATEEX_"));
        let numbers = |property: &StateProperty| -> Vec<i32> {
            property.states.iter().filter_map(|state| Some(state.tapi3?.1)).collect()
        };
        assert_eq!(numbers(&STATES[0]), SessionState::ALL.map(|state| state as i32));
        assert_eq!(numbers(&STATES[1]), AgentState::ALL.map(|state| state as i32));
    }

    #[test]
    fn the_messages_are_the_constants_that_are_called_so() {
        let names: Vec<&str> = constants::ALL.iter().map(|(name, _)| *name).collect();
        let expected: Vec<&str> = names.into_iter().filter(|name| name.starts_with("LINE_")).collect();
        assert_eq!(MESSAGES.map(|message| message.name).to_vec(), expected);
    }

    #[test]
    fn every_interface_of_an_object_has_an_identifier() {
        for object in OBJECTS {
            let name = format!("IID_{}", object.interface);
            let known = super::super::tapi3::identifiers::ALL.iter().any(|(iid, _)| *iid == name);
            assert!(known, "{name}");
        }
    }

    #[test]
    fn a_unit_is_told_in_short_and_in_words() {
        let told = [Unit::Date, Unit::Seconds, Unit::Calls, Unit::CallsPerHour].map(|it| (it.symbol(), it.words()));
        assert_eq!(
            told,
            [
                ("DATE", "days since 30 December 1899, 0:00, as a DATE"),
                ("s", "whole seconds"),
                ("calls", "a count of calls"),
                ("calls/h", "calls per hour in ten-thousandths, as a CURRENCY"),
            ]
        );
    }
}
