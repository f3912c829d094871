//! TAPI 3's enumerations of the call center, with TAPI's numbers.

use std::fmt;

use crate::acd::{AgentState, SessionState};

/// A number that its enumeration does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{enumeration} is {value}; allowed is 0 to {most}")]
pub struct UnknownValue {
    /// TAPI's name of the enumeration.
    pub enumeration: &'static str,
    /// The number.
    pub value: i32,
    /// The greatest number of the enumeration.
    pub most: i32,
}

macro_rules! enumerations {
    ($($(#[$meta:meta])* $enumeration:ident = $tapi:ident {
        $($(#[$doc:meta])* $variant:ident = $name:ident, $value:literal;)*
    })*) => {
        $($(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(i32)]
        pub enum $enumeration {
            $($(#[$doc])* #[doc = concat!("\n\n`", stringify!($name), "`.")] $variant = $value,)*
        }

        impl $enumeration {
            /// TAPI's name of the enumeration.
            pub const NAME: &'static str = stringify!($tapi);
            /// Every value, in the order of the numbers.
            pub const ALL: &[$enumeration] = &[$($enumeration::$variant),*];

            /// TAPI's name.
            pub const fn name(self) -> &'static str {
                match self {
                    $($enumeration::$variant => stringify!($name),)*
                }
            }
        }

        impl fmt::Display for $enumeration {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl TryFrom<i32> for $enumeration {
            type Error = UnknownValue;

            fn try_from(value: i32) -> Result<Self, UnknownValue> {
                Self::ALL.iter().copied().find(|known| *known as i32 == value).ok_or(UnknownValue {
                    enumeration: Self::NAME,
                    value,
                    most: Self::ALL.len() as i32 - 1,
                })
            }
        })*

        /// Every value of every enumeration by name.
        #[cfg(test)]
        const ALL: &[(&str, &[(&str, i32)])] = &[
            $((stringify!($tapi), &[$((stringify!($name), $enumeration::$variant as i32)),*])),*
        ];
    };
}

enumerations! {
    /// What happened to an agent: the state that it is in now, by the same number.
    AgentEvent = AGENT_EVENT {
        /// The agent is unable to take calls.
        NotReady = AE_NOT_READY, 0;
        /// The agent is able to take calls.
        Ready = AE_READY, 1;
        /// The agent is busy with an ACD call.
        BusyAcd = AE_BUSY_ACD, 2;
        /// The agent is active on an incoming call that is not an ACD call.
        BusyIncoming = AE_BUSY_INCOMING, 3;
        /// The agent is active on an outgoing call that is not an ACD call.
        BusyOutgoing = AE_BUSY_OUTGOING, 4;
        /// The state is not known.
        Unknown = AE_UNKNOWN, 5;
    }

    /// What happened to an agent session: the state that it is in now, by a number greater by one.
    AgentSessionEvent = AGENT_SESSION_EVENT {
        /// The session was created.
        NewSession = ASE_NEW_SESSION, 0;
        /// The session is in ASST_NOT_READY.
        NotReady = ASE_NOT_READY, 1;
        /// The session is in ASST_READY.
        Ready = ASE_READY, 2;
        /// The session is in ASST_BUSY_ON_CALL.
        Busy = ASE_BUSY, 3;
        /// The session is in ASST_BUSY_WRAPUP.
        WrapUp = ASE_WRAPUP, 4;
        /// The session is in ASST_SESSION_ENDED.
        End = ASE_END, 5;
    }

    /// What happened to an agent handler.
    AgentHandlerEvent = AGENTHANDLER_EVENT {
        /// The handler is new.
        NewAgentHandler = AHE_NEW_AGENTHANDLER, 0;
        /// The handler was removed.
        AgentHandlerRemoved = AHE_AGENTHANDLER_REMOVED, 1;
    }

    /// What happened to an ACD group; TAPI's page says that neither is supported at present.
    AcdGroupEvent = ACDGROUP_EVENT {
        /// The group is new.
        NewGroup = ACDGE_NEW_GROUP, 0;
        /// The group was removed.
        GroupRemoved = ACDGE_GROUP_REMOVED, 1;
    }

    /// What happened to a queue.
    AcdQueueEvent = ACDQUEUE_EVENT {
        /// The queue is new.
        NewQueue = ACDQE_NEW_QUEUE, 0;
        /// The queue was removed.
        QueueRemoved = ACDQE_QUEUE_REMOVED, 1;
    }
}

/// A state by its number in the enumeration of that name.
macro_rules! state_numbers {
    ($($state:ident = $name:literal),*) => {$(
        impl TryFrom<i32> for $state {
            type Error = UnknownValue;

            fn try_from(value: i32) -> Result<Self, UnknownValue> {
                let found = $state::ALL.into_iter().find(|state| *state as i32 == value);
                found.ok_or(UnknownValue { enumeration: $name, value, most: $state::ALL.len() as i32 - 1 })
            }
        }
    )*};
}

state_numbers! { AgentState = "AGENT_STATE", SessionState = "AGENT_SESSION_STATE" }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_from_0_and_lead_back() {
        assert_eq!(ALL.len(), 5);
        for (enumeration, values) in ALL {
            let numbers: Vec<i32> = values.iter().map(|(_, number)| *number).collect();
            assert_eq!(numbers, (0..values.len() as i32).collect::<Vec<_>>(), "{enumeration}");
        }
        for state in AgentState::ALL {
            assert_eq!(AgentState::try_from(state as i32), Ok(state));
        }
        for state in SessionState::ALL {
            assert_eq!(SessionState::try_from(state as i32), Ok(state));
        }
        for event in AgentEvent::ALL {
            assert_eq!(AgentEvent::try_from(*event as i32), Ok(*event));
        }
    }

    #[test]
    fn another_number_is_refused_with_what_is_allowed() {
        let error = AgentSessionEvent::try_from(6).expect_err("there are six, from 0");
        assert_eq!(error.to_string(), "AGENT_SESSION_EVENT is 6; allowed is 0 to 5");
        assert!(AcdQueueEvent::try_from(-1).is_err());
        let error = AgentState::try_from(6).expect_err("there are six, from 0");
        assert_eq!(error.to_string(), "AGENT_STATE is 6; allowed is 0 to 5");
        assert!(SessionState::try_from(5).is_err());
    }
}
