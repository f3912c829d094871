//! The states of agent sessions and of agents, and which may follow which.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The state of an agent session: TAPI's `AGENT_SESSION_STATE`, with its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum SessionState {
    /// `ASST_NOT_READY`: the agent is unable to take calls in this session.
    NotReady = 0,
    /// `ASST_READY`: the agent waits for a call.
    Ready = 1,
    /// `ASST_BUSY_ON_CALL`: the agent talks with a caller of this session's group.
    BusyOnCall = 2,
    /// `ASST_BUSY_WRAPUP`: the agent does the after-call work of such a call.
    BusyWrapup = 3,
    /// `ASST_SESSION_ENDED`: the session is over; no state follows.
    SessionEnded = 4,
}

impl SessionState {
    /// All states, in the order of their numbers.
    pub const ALL: [SessionState; 5] =
        [Self::NotReady, Self::Ready, Self::BusyOnCall, Self::BusyWrapup, Self::SessionEnded];

    /// Whether `next` may follow this state by the table of TAPI's AGENT_SESSION_STATE page.
    ///
    /// A state does not follow itself, nothing follows the end, and a call neither starts out of wrap-up nor out of
    /// NOT_READY: the session has to be READY in between.
    ///
    /// ```
    /// use acdsim::acd::SessionState::*;
    ///
    /// assert!(Ready.may_become(BusyOnCall));
    /// assert!(!BusyWrapup.may_become(BusyOnCall));
    /// assert!(!SessionEnded.may_become(Ready));
    /// ```
    #[inline]
    pub const fn may_become(self, next: SessionState) -> bool {
        /// A bit for each state that may follow, by the number of the state that is left.
        const FOLLOWERS: [u8; 5] = [
            // NOT_READY → READY, ENDED
            1 << 1 | 1 << 4,
            // READY → NOT_READY, BUSY_ON_CALL, ENDED
            1 << 0 | 1 << 2 | 1 << 4,
            // BUSY_ON_CALL → NOT_READY, READY, BUSY_WRAPUP, ENDED
            1 << 0 | 1 << 1 | 1 << 3 | 1 << 4,
            // BUSY_WRAPUP → NOT_READY, READY, ENDED
            1 << 0 | 1 << 1 | 1 << 4,
            // ENDED is the last.
            0,
        ];
        FOLLOWERS[self as usize] & (1 << next as u8) != 0
    }

    /// TAPI's name of the state.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotReady => "ASST_NOT_READY",
            Self::Ready => "ASST_READY",
            Self::BusyOnCall => "ASST_BUSY_ON_CALL",
            Self::BusyWrapup => "ASST_BUSY_WRAPUP",
            Self::SessionEnded => "ASST_SESSION_ENDED",
        }
    }
}

impl fmt::Display for SessionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The state of an agent: TAPI's `AGENT_STATE`, with its numbers.
///
/// What TAPI 2.2 adds, RELEASED, is no state that an agent works in: [`Agent::is_released`](super::Agent::is_released)
/// tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum AgentState {
    /// `AS_NOT_READY`: unable to take calls.
    NotReady = 0,
    /// `AS_READY`: able to take calls in one or more sessions.
    Ready = 1,
    /// `AS_BUSY_ACD`: busy with an ACD call.
    BusyAcd = 2,
    /// `AS_BUSY_INCOMING`: busy with an incoming call that no session is about.
    BusyIncoming = 3,
    /// `AS_BUSY_OUTGOING`: busy with an outgoing call that no session is about.
    BusyOutgoing = 4,
    /// `AS_UNKNOWN`: not known.
    Unknown = 5,
}

impl AgentState {
    /// All states, in the order of their numbers.
    pub const ALL: [AgentState; 6] =
        [Self::NotReady, Self::Ready, Self::BusyAcd, Self::BusyIncoming, Self::BusyOutgoing, Self::Unknown];

    /// TAPI's name of the state.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotReady => "AS_NOT_READY",
            Self::Ready => "AS_READY",
            Self::BusyAcd => "AS_BUSY_ACD",
            Self::BusyIncoming => "AS_BUSY_INCOMING",
            Self::BusyOutgoing => "AS_BUSY_OUTGOING",
            Self::Unknown => "AS_UNKNOWN",
        }
    }
}

impl fmt::Display for AgentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::SessionState::{self, *};

    /// TAPI's table, written out: from each state, the states that may follow.
    #[test]
    fn the_transition_table_is_tapis_in_every_cell() {
        let table: [(SessionState, &[SessionState]); 5] = [
            (NotReady, &[Ready, SessionEnded]),
            (Ready, &[NotReady, BusyOnCall, SessionEnded]),
            (BusyOnCall, &[NotReady, Ready, BusyWrapup, SessionEnded]),
            (BusyWrapup, &[NotReady, Ready, SessionEnded]),
            (SessionEnded, &[]),
        ];
        for (from, followers) in table {
            for to in SessionState::ALL {
                assert_eq!(from.may_become(to), followers.contains(&to), "{from} to {to}");
            }
        }
    }
}
